//! What stands open where a document is cut inside of a block: quotes, lists, a table or code.
//!
//! What a line begins or goes on with is decided by the blocks that are open before it, and by nothing else. So the rest
//! of a long list is read as it would be in its place if a short text before it opens the same blocks: an item for each
//! list, with the same mark at the same column; a quote; a table's head; a fence. No word of what stood there is needed.

use std::ops::Range;

use pulldown_cmark::Alignment;

/// A text that opens blocks. What it shows itself is left out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Context {
    pub(crate) text: String,
    /// How many of its lists are loose: each shows one paragraph, that of a tight one is no paragraph.
    pub(crate) loose: usize,
    /// How many headings, rows and fences it has.
    pub(crate) leaves: usize,
}

/// An open block, and where it begins.
#[derive(Debug)]
pub(crate) enum Open {
    Quote(usize),
    List {
        /// The last item that began.
        item: Option<usize>,
        /// Known once an item has text.
        loose: Option<bool>,
    },
    Item,
    Table {
        alignments: Vec<Alignment>,
        rows: usize,
    },
    Fence(usize),
    /// Whatever can't be cut: a footnote, a paragraph, indented code.
    Whole,
}

impl Context {
    /// Opens these again, if that can be done.
    pub(crate) fn new(text: &str, open: &[Open]) -> Option<Context> {
        let mut context = Context::default();
        // What the lines inside of the blocks so far begin with.
        let mut lead = String::new();
        for block in open {
            match block {
                Open::Quote(start) => {
                    context.leaves += 1;
                    lead = blanks(text, *start)?;
                    lead.push('>');
                    if text[start + 1..].starts_with(' ') {
                        lead.push(' ');
                    }
                    // A heading is complete in its line, so that nothing goes on with it.
                    context.line(&lead, "#");
                }
                Open::List { item, loose } => {
                    let start = (*item)?;
                    let mark = mark(text, start)?;
                    context.leaves += 1;
                    lead = blanks(text, mark.start)?;
                    context.line(&lead, &format!("{}x", &text[mark.clone()]));
                    lead.extend(std::iter::repeat_n(' ', mark.len()));
                    if (*loose)? {
                        context.loose += 1;
                        context.line(lead.trim_end(), "");
                    }
                    context.line(&lead, "#");
                }
                Open::Item => {}
                Open::Table { alignments, .. } => {
                    let rule = |alignment: &Alignment| match alignment {
                        Alignment::None => "|-",
                        Alignment::Left => "|:-",
                        Alignment::Center => "|:-:",
                        Alignment::Right => "|-:",
                    };
                    context.leaves += 1;
                    let head = "|x".repeat(alignments.len()) + "|";
                    let rule: String = alignments.iter().map(rule).collect();
                    context.line(&lead, &head);
                    context.line(&lead, &(rule + "|"));
                    context.line(&lead, &head);
                }
                Open::Fence(start) => {
                    context.leaves += 1;
                    let line = text[*start..].split('\n').next().unwrap_or_default();
                    context.line(&blanks(text, *start)?, line);
                }
                Open::Whole => return None,
            }
        }
        Some(context)
    }

    fn line(&mut self, lead: &str, text: &str) {
        self.text.extend([lead, text, "\n"]);
    }
}

/// What stands before a place in its line, with blanks for the marks of lists: what another line needs to belong to the
/// same blocks.
fn blanks(text: &str, at: usize) -> Option<String> {
    let line = text[..at].rfind('\n').map_or(0, |end| end + 1);
    let blank = |c: char| match c {
        '>' => Some('>'),
        // Its width is another at another column.
        '\t' => None,
        _ => Some(' '),
    };
    text[line..at].chars().map(blank).collect()
}

/// The mark of an item, with the blanks up to its text; nothing where a tab stands before it, for the parser then gives a
/// wrong beginning.
pub(crate) fn mark(text: &str, item: usize) -> Option<Range<usize>> {
    let start = item + text[item..].bytes().take_while(|b| *b == b' ').count();
    let number = text[start..].bytes().take_while(u8::is_ascii_digit).count();
    let sign = start + number;
    if !text[sign..].starts_with(['-', '*', '+', '.', ')']) {
        return None;
    }
    let rest = text[sign + 1..].split('\n').next()?;
    let blanks = rest.bytes().take_while(|b| *b == b' ').count();
    if rest.as_bytes().get(blanks) == Some(&b'\t') || blanks == 0 {
        return None;
    }
    // Where nothing follows, or code that is indented, the text begins after one blank.
    let wide = if rest.len() == blanks || blanks > 4 { 1 } else { blanks };
    Some(start..sign + 1 + wide)
}
