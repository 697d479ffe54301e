//! What the parser sees in a text: where running text stands, which alone may hold marks of ours, and what parts it.

use std::ops::Range;

use pulldown_cmark::{Event, LinkType, Options, Parser, Tag};

#[derive(Debug, Default)]
pub(crate) struct Survey {
    /// Running text, in its order, and the link that it stands in.
    texts: Vec<(Range<usize>, usize)>,
    /// Code spans, and blocks of code and of HTML.
    code: Vec<Range<usize>>,
    /// Where blocks begin and end.
    borders: Vec<usize>,
    /// The line below a heading that makes it one, where the text ends with it.
    pub(crate) underline: Option<usize>,
}

impl Survey {
    pub(crate) fn new(text: &str, options: Options) -> Survey {
        let mut survey = Survey::default();
        // Links that are open, each with its number; in one whose text is its name, or its address, nothing is touched.
        let mut links: Vec<(usize, bool)> = Vec::new();
        let (mut count, mut code) = (0, false);
        for (event, range) in Parser::new_ext(text, options).into_offset_iter() {
            match event {
                Event::Code(_) => survey.code.push(range),
                Event::Start(Tag::CodeBlock(_) | Tag::HtmlBlock) => {
                    code = true;
                    survey.borders.extend([range.start, range.end]);
                    survey.code.push(range);
                }
                Event::End(pulldown_cmark::TagEnd::CodeBlock | pulldown_cmark::TagEnd::HtmlBlock) => {
                    code = false
                }
                Event::Start(Tag::Link { link_type, .. } | Tag::Image { link_type, .. }) => {
                    count += 1;
                    let own = matches!(
                        link_type,
                        LinkType::Inline | LinkType::Reference | LinkType::ReferenceUnknown
                    );
                    links.push((count, own));
                }
                Event::End(pulldown_cmark::TagEnd::Link | pulldown_cmark::TagEnd::Image) => {
                    links.pop();
                }
                Event::Text(_) if !code && links.iter().all(|(_, own)| *own) => {
                    survey.texts.push((range, links.last().map_or(0, |(number, _)| *number)));
                }
                Event::Start(Tag::Emphasis | Tag::Strong | Tag::Strikethrough) => {}
                Event::Start(tag) => {
                    if matches!(tag, Tag::Heading { .. }) {
                        survey.underline = underline(text, &range);
                    }
                    survey.borders.extend([range.start, range.end]);
                }
                Event::Rule => survey.borders.extend([range.start, range.end]),
                _ => {}
            }
        }
        survey.borders.sort_unstable();
        survey.code.sort_unstable_by_key(|range| range.start);
        survey
    }

    /// The link that the running text at an offset stands in, 0 for none; nothing where no running text is.
    pub(crate) fn text_at(&self, at: usize) -> Option<usize> {
        let after = self.texts.partition_point(|(range, _)| range.end <= at);
        let (range, link) = self.texts.get(after)?;
        (range.start <= at).then_some(*link)
    }

    /// Whether a range lies in one block, and holds no code.
    pub(crate) fn unparted(&self, range: &Range<usize>) -> bool {
        let border = self.borders.partition_point(|border| *border <= range.start);
        let code = self.code.partition_point(|code| code.end <= range.start);
        self.borders.get(border).is_none_or(|border| *border >= range.end)
            && self.code.get(code).is_none_or(|code| code.start >= range.end)
    }
}

/// Where the last line begins, if it is what makes the text before it a heading.
fn underline(text: &str, heading: &Range<usize>) -> Option<usize> {
    let end = text.trim_end().len();
    if heading.end < end || text[end..].contains('\n') || !text[heading.start..end].contains('\n') {
        return None;
    }
    let sign = text[..end].chars().next_back().filter(|sign| matches!(sign, '-' | '='))?;
    Some(text[..end].trim_end_matches(sign).len())
}
