//! The answer's own HTML is text, whatever it is, but for a bare `<br>`, which breaks the line: Markdown has no other
//! way to break one in a table's cell.

use crate::unseen::escape_code;

/// Whether a tag is `<br>`, `<br/>` or `<br />`, in any case.
pub(super) fn is_break(tag: &str) -> bool {
    let name = tag.strip_prefix('<').and_then(|tag| tag.strip_suffix('>'));
    let name = name.map(|name| name.strip_suffix('/').unwrap_or(name).trim_ascii_end());
    name.is_some_and(|name| name.eq_ignore_ascii_case("br"))
}

/// Appends a block of HTML as text, with its line breaks. A tag or comment is one piece, so that what stands in it
/// breaks nothing.
pub(super) fn escape_html(block: &str, html: &mut String) {
    let mut done = 0;
    let mut at = 0;
    while let Some(found) = block[at..].find('<') {
        let start = at + found;
        let end = tag_end(&block[start..]).map(|length| start + length);
        at = end.unwrap_or(start + 1);
        if end.is_some_and(|end| is_break(&block[start..end])) {
            escape_code(block, done..start, html);
            html.push_str("<br>");
            // The line's own end would break it once more.
            done = at + usize::from(block[at..].starts_with('\n'));
        } else if end.is_none() && is_open(&block[start..]) {
            break;
        }
    }
    escape_code(block, done..block.len(), html);
}

/// Where the tag or comment ends that a text begins with.
fn tag_end(text: &str) -> Option<usize> {
    if let Some(comment) = text.strip_prefix("<!--") {
        return comment.find("-->").map(|end| end + "<!---->".len());
    }
    if !is_open(text) {
        return None;
    }
    let mut quote = None;
    text.bytes()
        .position(|b| {
            match (quote, b) {
                (None, b'>') => return true,
                (None, b'"' | b'\'') => quote = Some(b),
                (Some(open), b) if open == b => quote = None,
                _ => {}
            }
            false
        })
        .map(|end| end + 1)
}

/// Whether a text begins with a tag or a comment; one without an end takes in all that follows.
fn is_open(text: &str) -> bool {
    text[1..].starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '!' | '/' | '?'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(block: &str, expected: &str) {
        let mut html = String::new();
        escape_html(block, &mut html);
        assert_eq!(html, expected);
    }

    #[test]
    fn what_is_a_line_break() {
        for tag in ["<br>", "<BR>", "<br/>", "<Br />", "<br  >", "<br\n/>"] {
            assert!(is_break(tag), "{tag}");
        }
        for tag in [
            "<br x>",
            "</br>",
            "<br//>",
            "<brr>",
            "<b r>",
            "br",
            "<br",
            "<br onclick=\"x\">",
            "<br class=a />",
        ] {
            assert!(!is_break(tag), "{tag}");
        }
    }

    #[test]
    fn line_breaks_within_a_block_of_html() {
        check("<p>a<br>b</p>", "&lt;p&gt;a<br>b&lt;/p&gt;");
        check("a<br/>\nb<br>", "a<br>b<br>");
        check("<!-- <br> --><br>", "&lt;!-- &lt;br&gt; --&gt;<br>");
        check("<a title=\"<br>\"><br>", "&lt;a title=&quot;&lt;br&gt;&quot;&gt;<br>");
        check("<a title=\"<br>", "&lt;a title=&quot;&lt;br&gt;");
        check("1 < 2<br>", "1 &lt; 2<br>");
        check("<", "&lt;");
    }

    #[test]
    fn a_long_block_takes_linear_time() {
        for unit in ["<", "<a", "<a \"", "<!--", "<br>", "<a '\">", "<!", "</"] {
            crate::linear::assert_linear(50_000, |length| check_length(&unit.repeat(length)));
        }
    }

    fn check_length(block: &str) {
        let mut html = String::new();
        escape_html(block, &mut html);
        assert!(html.len() >= block.len());
    }
}
