//! The headings of a document, as plain text: what a table of its contents is made of.

use pulldown_cmark::{Event, HeadingLevel, Tag, TagEnd};

use crate::parse;

/// Each heading with its level, from 1 to 6, in the order in which they stand. One without words is left out.
///
/// ```
/// assert_eq!(markdown::headings("# Tides\n\nTwice a day.\n\n## The *Moon*"), [(1, "Tides".into()), (2, "The Moon".into())]);
/// ```
pub fn headings(text: &str) -> Vec<(u8, String)> {
    // Most messages have none, and need not be parsed to know.
    if !text.contains('#') && !text.contains("\n==") && !text.contains("\n--") {
        return Vec::new();
    }
    let mut found = Vec::new();
    let mut open: Option<(u8, String)> = None;
    for event in parse::plain(text) {
        match event {
            Event::Start(Tag::Heading { level, .. }) => open = Some((number(level), String::new())),
            Event::End(TagEnd::Heading(_)) => {
                found.extend(open.take().filter(|(_, words)| !words.trim().is_empty()));
            }
            Event::Text(words) | Event::Code(words) | Event::Html(words) | Event::InlineHtml(words) => {
                if let Some((_, text)) = &mut open {
                    text.push_str(&words);
                }
            }
            Event::SoftBreak | Event::HardBreak => {
                if let Some((_, text)) = &mut open {
                    text.push(' ');
                }
            }
            _ => {}
        }
    }
    found
}

fn number(level: HeadingLevel) -> u8 {
    match level {
        HeadingLevel::H1 => 1,
        HeadingLevel::H2 => 2,
        HeadingLevel::H3 => 3,
        HeadingLevel::H4 => 4,
        HeadingLevel::H5 => 5,
        HeadingLevel::H6 => 6,
    }
}

#[cfg(test)]
mod tests {
    use super::headings;

    #[test]
    fn what_is_a_heading() {
        fn check(text: &str, expected: &[(u8, &str)]) {
            let found = headings(text);
            let found: Vec<_> = found.iter().map(|(level, text)| (*level, text.as_str())).collect();
            assert_eq!(found, expected, "{text:?}");
        }
        check("", &[]);
        check("no heading, C# either", &[]);
        check("# One\ntext\n\n### `code` and **bold**", &[(1, "One"), (3, "code and bold")]);
        check("Under\n=====\n\nThe line\n---", &[(1, "Under"), (2, "The line")]);
        check("```\n# a comment of a shell\n```", &[]);
        check("#\n\n##  ", &[]);
        check("> ## quoted", &[(2, "quoted")]);
        check("# 潮汐", &[(1, "潮汐")]);
    }
}
