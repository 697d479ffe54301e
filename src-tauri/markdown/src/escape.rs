//! Text that is to be nothing but text in HTML. Below everything that writes HTML, since all of it escapes.

/// Stands before text that is to mean nothing, and is not written. No text that comes in has it.
pub(crate) const PLAIN: char = '\u{fdd0}';

/// Appends text so that it is nothing but text, in an element or in a quoted attribute.
pub(crate) fn escape(text: &str, html: &mut String) {
    for c in text.chars() {
        match c {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            '\'' => html.push_str("&#39;"),
            '\n' | '\t' => html.push(c),
            PLAIN => {}
            c if c.is_control() => html.push('\u{fffd}'),
            c => html.push(c),
        }
    }
}
