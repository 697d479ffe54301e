//! How much of an answer can be shown while it is still coming in.
//!
//! A line of `-` under a paragraph is a heading, the beginning of a list, a rule or a table, as the next letters will
//! tell. Such a line is held back until it can only be one thing. So is a picture that comes as text, of which megabytes
//! would be drawn anew with every piece, only to become a word.

/// Where the text ends that is certain: before the last line, in it where a picture begins, or after it.
pub(crate) fn certain(source: &str) -> usize {
    let line = source.rfind('\n').map_or(0, |end| end + 1);
    if is_open(&source[line..]) { line } else { data(source, line).unwrap_or(source.len()) }
}

/// Where a link or image begins whose address is data and has not ended.
fn data(source: &str, line: usize) -> Option<usize> {
    let open = line + source[line..].rfind(|c: char| c == '(' || c == ')' || c.is_whitespace())?;
    let address = source[open..].strip_prefix('(')?;
    let address = address.strip_prefix('<').unwrap_or(address);
    let scheme = address.get(..5)?;
    let text = source[line..open].strip_suffix(']')?;
    if !scheme.eq_ignore_ascii_case("data:") {
        return None;
    }
    let text = &text[..text.rfind('[')?];
    Some(line + text.strip_suffix('!').unwrap_or(text).len())
}

/// Whether a line that is not finished may yet be this or that.
fn is_open(line: &str) -> bool {
    let rest = content(line);
    let of = |signs: &str| rest.chars().all(|c| signs.contains(c));
    let number = rest.trim_start_matches(|c: char| c.is_ascii_digit());
    // `1986` may become the first number of a list, `1986.5` may not.
    let list = number.len() < rest.len() && matches!(number.trim_end(), "" | "." | ")");
    if rest.is_empty() {
        // A quote is a quote; a list's mark alone may still be a line under a heading.
        return line.contains(|c: char| c != '>' && !c.is_whitespace());
    }
    of("-=*_+ \t") || of("|:- \t") || list
}

/// The line without the marks of the quotes and list items that it opens.
fn content(line: &str) -> &str {
    let mut rest = line.trim_start();
    loop {
        let digits = rest.trim_start_matches(|c: char| c.is_ascii_digit());
        let bullet = rest.strip_prefix(['-', '*', '+']);
        let number = if digits.len() < rest.len() { digits.strip_prefix(['.', ')']) } else { None };
        let item = bullet.or(number).filter(|rest| rest.starts_with([' ', '\t']));
        let Some(inner) = rest.strip_prefix('>').or(item) else {
            return rest;
        };
        rest = inner.trim_start();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_that_may_become_another() {
        for line in [
            "-", "--", "---", "- ", "-- ", "=", "==", "*", "**", "***", "* *", "_", "__", "+", "1", "12.",
            "3)", "1. ", "1986", "|", "|-", "|:", "--|--", ":-", "| --- |", "> -", "> > =", "- -", "- 1",
            "1. -", "  -", "\t*",
        ] {
            assert_eq!(certain(&format!("text\n{line}")), 5, "{line:?}");
            assert_eq!(certain(&format!("text\n{line}\n")), 6 + line.len(), "{line:?}");
        }
    }

    #[test]
    fn lines_that_are_certain() {
        for line in [
            "", "a", "# Title", "#", "- one", "* one", "**b", "1. a", "1986 was", "1.5", "| a", "-a",
            "--flag", "> a", ">", "> ", "```", "日", "$", "-1", "+1", "= 5", "__x", "•",
        ] {
            assert_eq!(certain(&format!("text\n{line}")), 5 + line.len(), "{line:?}");
        }
    }

    #[test]
    fn data_is_held_back_from_where_its_image_begins() {
        let check = |line: &str, held: &str| {
            let source = format!("text\n{line}");
            assert_eq!(&source[certain(&source)..], held, "{line:?}");
        };
        let image = "![a cat](data:image/png;base64,QUJD";
        check(image, image);
        check(&format!("Here, 日: {image}"), image);
        check("> [a](<DATA:x", "[a](<DATA:x");
        for shown in [
            "![a cat](data:image/png;base64,QUJD)",
            "![a cat](data:image/png QUJD",
            "![a cat](data",
            "![a cat](https://example.org/data:x",
            "f(data:x",
            "](data:x",
            "data:image/png;base64,QUJD",
        ] {
            check(shown, "");
        }
    }
}
