//! Where a part of a document can be cut, so that what stands before is never looked at again.

use std::ops::Range;

use pulldown_cmark::{CodeBlockKind, Event, Tag};

use crate::context::{Context, Open, mark};

/// Goes through a part's events, and finds where it can be cut.
pub(crate) struct Walk<'p> {
    text: &'p str,
    begin: usize,
    open: Vec<Open>,
    /// Where the last text or leaf ended.
    text_end: usize,
    last: usize,
    inner: Option<(usize, Context)>,
}

impl<'p> Walk<'p> {
    /// What stands before `begin` only opens blocks.
    pub(crate) fn new(text: &'p str, begin: usize) -> Walk<'p> {
        Walk { text, begin, open: Vec::new(), text_end: begin, last: begin, inner: None }
    }

    /// Where the last top-level block begins, and where the last piece in it, both after `begin`.
    pub(crate) fn found(self) -> (usize, Option<(usize, Context)>) {
        (self.last - self.begin, self.inner)
    }

    pub(crate) fn event(&mut self, event: &Event<'_>, range: &Range<usize>) {
        self.see_text(event);
        match event {
            Event::Start(tag) if is_block(tag) => {
                let code = matches!(tag, Tag::CodeBlock(CodeBlockKind::Indented));
                let item = matches!(tag, Tag::Item | Tag::List(_));
                if !item || mark(self.text, range.start).is_some() {
                    self.block(range.start, code);
                }
            }
            Event::Rule => self.block(range.start, false),
            Event::Text(_) if matches!(self.open.last(), Some(Open::Fence(_))) => {
                let text = &self.text[range.start..range.end.saturating_sub(1).max(range.start)];
                let last = text.rfind('\n').map_or(range.start, |end| range.start + end + 1);
                self.piece(self.line(last));
            }
            _ => {}
        }
        match event {
            Event::Start(tag) => {
                let open = match tag {
                    Tag::List(_) => Open::List { item: None, loose: None },
                    Tag::BlockQuote(_) => Open::Quote(range.start),
                    Tag::Item => Open::Item,
                    Tag::Table(alignments) => Open::Table { alignments: alignments.clone(), rows: 0 },
                    Tag::CodeBlock(CodeBlockKind::Fenced(_)) => Open::Fence(range.start),
                    _ => Open::Whole,
                };
                match (self.open.last_mut(), tag) {
                    (Some(Open::List { item, .. }), Tag::Item) => *item = Some(range.start),
                    (Some(Open::Table { rows, .. }), Tag::TableRow) => *rows += 1,
                    _ => {}
                }
                self.open.push(open);
                let holds =
                    matches!(tag, Tag::List(_) | Tag::Item | Tag::BlockQuote(_) | Tag::FootnoteDefinition(_));
                if !holds {
                    self.text_end = range.end;
                }
            }
            Event::End(_) => drop(self.open.pop()),
            _ => self.text_end = self.text_end.max(range.end),
        }
    }

    /// A loose list has its text in paragraphs, a tight one has not.
    fn see_text(&mut self, event: &Event<'_>) {
        let paragraph = match event {
            Event::Start(Tag::Paragraph) => true,
            Event::Start(tag) if is_block(tag) => return,
            Event::End(_) | Event::Rule => return,
            _ => false,
        };
        if let [.., Open::List { loose, .. }, Open::Item] = self.open.as_mut_slice() {
            *loose = Some(paragraph);
        }
    }

    /// A block begins, or an item, or a row.
    fn block(&mut self, start: usize, code: bool) {
        let line = self.line(start);
        if line < self.begin {
            return;
        }
        // A block's own range may begin after its indentation.
        let lead = &self.text[line..start];
        match self.open.last() {
            None => {
                // Only inside of a footnote does indented text begin anything but code; the next footnote may.
                let indented = lead.len() > 3 || lead.contains('\t');
                if (code || !indented) && self.clean(line, false) {
                    (self.last, self.inner) = (line, None);
                }
            }
            Some(Open::Table { rows: 1.., .. }) => self.piece(line),
            Some(Open::List { item: Some(_), .. } | Open::Item | Open::Quote(_)) => {
                let mut quotes = self.open.iter().filter_map(|open| match open {
                    Open::Quote(start) => Some(*start),
                    _ => None,
                });
                let quote = quotes.next_back();
                // In the line where the block around it begins, that one is cut.
                let own =
                    lead.bytes().all(|b| matches!(b, b' ' | b'>')) && quote.is_none_or(|start| start < line);
                if own && self.clean(line, quote.is_some()) {
                    self.piece(line);
                }
            }
            Some(_) => {}
        }
    }

    /// What is open can be cut here.
    fn piece(&mut self, line: usize) {
        if line > self.last
            && line > self.begin
            && let Some(context) = Context::new(self.text, &self.open)
        {
            self.inner = Some((line - self.begin, context));
        }
    }

    fn line(&self, at: usize) -> usize {
        self.text[..at].rfind('\n').map_or(0, |end| end + 1)
    }

    /// Whether a block may begin at a line without regard to the line before. A link definition is a paragraph's
    /// beginning: what follows it at once may yet turn out to be its title, or is no list, having no right to
    /// interrupt a paragraph.
    fn clean(&self, line: usize, quoted: bool) -> bool {
        let blank = |text: &str| text.chars().all(|c| c.is_whitespace() || (quoted && c == '>'));
        let above = self.text[..line].strip_suffix('\n').unwrap_or_default();
        let above = above.rsplit('\n').next().unwrap_or_default();
        line <= self.begin || blank(above) || blank(&self.text[self.text_end.min(line)..line])
    }
}

fn is_block(tag: &Tag<'_>) -> bool {
    !matches!(
        tag,
        Tag::Emphasis
            | Tag::Strong
            | Tag::Strikethrough
            | Tag::Link { .. }
            | Tag::Image { .. }
            | Tag::TableHead
            | Tag::TableCell
            | Tag::Superscript
            | Tag::Subscript
    )
}
