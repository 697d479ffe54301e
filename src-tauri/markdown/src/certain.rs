//! How much of an answer can be shown while it is still coming in.
//!
//! A line of `-` under a paragraph is a heading, the beginning of a list, a rule or a table, as the next letters will
//! tell. Such a line is held back until it can only be one thing.

/// Where the text ends that is certain: before the last line, or after it.
pub(crate) fn certain(source: &str) -> usize {
    let line = source.rfind('\n').map_or(0, |end| end + 1);
    if is_open(&source[line..]) {
        line
    } else {
        source.len()
    }
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
        let number = if digits.len() < rest.len() {
            digits.strip_prefix(['.', ')'])
        } else {
            None
        };
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
}
