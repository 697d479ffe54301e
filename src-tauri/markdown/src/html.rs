//! Parser events become HTML from a closed list of tags and attributes.
//!
//! Nothing of the answer's own HTML comes through but a bare `<br>`: it is shown as text. Every address passes the one rule, every
//! text and attribute is escaped here, and no tag carries a style, an id, or a class but ours.

use std::collections::BTreeMap;
use std::mem::take;
use std::ops::Range;

use pulldown_cmark::{BlockQuoteKind, CodeBlockKind, Event, Tag, TagEnd};

use crate::code::{self, Colors};
use crate::escape::escape;
use crate::math::Formulas;
use crate::unseen::escape_code;
use crate::{Block, Piece, PieceKind};

mod fence;
mod inline;
mod part;
mod raw;
mod table;

pub(crate) use part::{Rendered, blocks};
use table::Table;

/// Deeper lists, quotes and emphasis are shown without their tags: no reader needs them, and browsers fail at some
/// depth.
const DEEPEST: usize = 48;

/// What one block hands on to those after it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Carry {
    /// The address of the image that the text so far ends with.
    image: Option<String>,
    /// Footnote labels, in the order of their first mention.
    mentions: Vec<String>,
    /// The HTML of the footnotes, by label.
    notes: BTreeMap<String, String>,
    /// How many code blocks there were, and how far the one that is open was written.
    code: usize,
    code_at: usize,
    /// Cells that were filled in, in the table that is open.
    filled: usize,
}

/// What is remembered of a document's costly parts.
#[derive(Debug, Default)]
pub(crate) struct Memory {
    pub(crate) colors: Colors,
    pub(crate) formulas: Formulas,
    /// Address and title of the sources, by the numbers that the text has for them.
    pub(crate) marks: BTreeMap<u32, (String, String)>,
}

/// The footnotes that were mentioned, as the document's last block.
pub(crate) fn footnotes(carry: &Carry) -> Option<Block> {
    if carry.mentions.is_empty() {
        return None;
    }
    let mut html = String::from("<section class=\"footnotes\"><ol>");
    for label in &carry.mentions {
        html.extend(["<li>", carry.notes.get(label).map_or("", String::as_str), "</li>"]);
    }
    html.push_str("</ol></section>");
    Some(vec![Piece { kind: PieceKind::Whole, html }])
}

/// What the end of an element writes.
enum Close {
    /// An element of running text.
    Tag(&'static str),
    /// What stands for itself: a heading, a row.
    Leaf(&'static str),
    /// What holds pieces: a list, an item, a quote.
    Holder(&'static str),
    Nothing,
    /// A paragraph, and where it began: an empty one is taken back.
    Paragraph(usize),
    Link {
        shown: Option<String>,
        begun: usize,
    },
    /// What names a source by its number, or leads to it by other words.
    Mark {
        number: u32,
        begun: usize,
    },
    Image {
        address: String,
    },
    Code {
        language: Option<String>,
    },
    Raw,
    Note(String),
    Table,
}

/// Whether text is kept aside as it is: code and HTML are not looked at for addresses.
#[derive(PartialEq, Eq)]
enum Raw {
    No,
    Yes,
}

struct Writer<'a> {
    /// The piece that is being written.
    out: String,
    /// The finished pieces of the block.
    pieces: Vec<Piece>,
    open: Vec<Close>,
    /// Output that waits while a footnote is written.
    aside: Vec<String>,
    /// Text that the parser hands over in pieces, until something else follows.
    run: String,
    run_end: usize,
    raw: Raw,
    link: bool,
    /// The alternative text of the image that is open, and how deep it is open.
    image: Option<(String, usize)>,
    /// Images inside of a link stand after it: a button does not fit into a link.
    hoisted: String,
    table: Table,
    end: usize,
    carry: &'a mut Carry,
    memory: &'a mut Memory,
}

impl Writer<'_> {
    fn event(&mut self, event: Event<'_>, range: Range<usize>) {
        if self.image.is_some() {
            return self.alternative(event);
        }
        if let Event::Text(text) = &event {
            self.run.push_str(text);
            self.run_end = range.end;
            return;
        }
        if self.raw == Raw::No {
            self.flush();
        }
        // An image's address is repeated in the same paragraph or in the next.
        let near = matches!(event, Event::SoftBreak | Event::HardBreak | Event::End(_))
            || matches!(event, Event::Start(Tag::Paragraph | Tag::Image { .. }));
        if !near {
            self.carry.image = None;
        }
        match event {
            Event::Start(tag) => self.start(tag, &range),
            Event::End(tag) => self.end(tag),
            Event::Text(_) => {}
            Event::Code(text) => {
                self.out.push_str("<code>");
                escape_code(&text, 0..text.len(), &mut self.out);
                self.out.push_str("</code>");
            }
            Event::Html(text) if self.raw == Raw::Yes => self.run.push_str(&text),
            Event::Html(text) | Event::InlineHtml(text) => match raw::is_break(&text) {
                true => self.out.push_str("<br>"),
                false => escape_code(&text, 0..text.len(), &mut self.out),
            },
            Event::InlineMath(tex) => {
                let html = self.memory.formulas.html(&tex, false);
                self.out.push_str(&html);
            }
            Event::DisplayMath(tex) => {
                let html = self.memory.formulas.html(&tex, true);
                self.out.push_str(&html);
            }
            Event::FootnoteReference(label) => self.mention(&label),
            Event::SoftBreak => self.out.push('\n'),
            Event::HardBreak => self.out.push_str("<br>\n"),
            Event::Rule => {
                self.piece(PieceKind::Whole);
                self.out.push_str("<hr>");
                self.piece(PieceKind::Whole);
            }
            Event::TaskListMarker(done) => {
                self.out.push_str(if done {
                    "<input type=\"checkbox\" disabled checked> "
                } else {
                    "<input type=\"checkbox\" disabled> "
                });
            }
        }
    }

    /// Ends the piece that is being written. Footnotes are not in pieces.
    fn piece(&mut self, kind: PieceKind) {
        if self.aside.is_empty() && !self.out.is_empty() {
            let html = take(&mut self.out);
            self.pieces.push(Piece { kind, html });
        }
    }

    fn mention(&mut self, label: &str) {
        let label = fold(label);
        let known = self.carry.mentions.iter().position(|known| *known == label);
        let number = known.unwrap_or_else(|| {
            self.carry.mentions.push(label);
            self.carry.mentions.len() - 1
        });
        self.out.push_str(&format!("<sup class=\"footnote\">{}</sup>", number + 1));
    }

    fn start(&mut self, tag: Tag<'_>, range: &Range<usize>) {
        let deep = self.open.len() >= DEEPEST;
        let close = match tag {
            Tag::Paragraph => {
                self.piece(PieceKind::Whole);
                let begun = self.out.len();
                self.out.push_str("<p>");
                Close::Paragraph(begun)
            }
            Tag::Heading { level, .. } => {
                let (open, close) = HEADINGS[level as usize - 1];
                self.piece(PieceKind::Whole);
                self.out.push_str(open);
                Close::Leaf(close)
            }
            Tag::List(_) | Tag::BlockQuote(_) | Tag::Emphasis | Tag::Strong | Tag::Strikethrough if deep => {
                Close::Nothing
            }
            Tag::Item if matches!(self.open.last(), Some(Close::Nothing)) => Close::Nothing,
            Tag::BlockQuote(kind) => {
                let (open, title) = kind.map_or(("<blockquote>", ""), alert);
                let close = self.hold(open, "</blockquote>");
                self.out.push_str(title);
                self.piece(PieceKind::Whole);
                close
            }
            Tag::List(None) => self.hold("<ul>", "</ul>"),
            Tag::List(Some(1)) => self.hold("<ol>", "</ol>"),
            Tag::List(Some(first)) => self.hold(&format!("<ol start=\"{first}\">"), "</ol>"),
            Tag::Item => self.hold("<li>", "</li>"),
            Tag::Emphasis => self.put("<em>", "</em>"),
            Tag::Strong => self.put("<strong>", "</strong>"),
            Tag::Strikethrough => self.put("<del>", "</del>"),
            Tag::Superscript | Tag::Subscript => Close::Nothing,
            Tag::CodeBlock(kind) => {
                self.raw = Raw::Yes;
                let info =
                    if let CodeBlockKind::Fenced(info) = kind { info.to_string() } else { String::new() };
                let language = code::language(&info).map(str::to_owned);
                self.start_code(language.as_deref());
                Close::Code { language }
            }
            Tag::HtmlBlock => {
                self.raw = Raw::Yes;
                self.piece(PieceKind::Whole);
                Close::Raw
            }
            Tag::Link { link_type, dest_url, title, id } => match self.source(link_type, &id) {
                Some(number) => {
                    self.link = true;
                    Close::Mark { number, begun: self.out.len() }
                }
                None => self.start_link(link_type, &dest_url, &title),
            },
            Tag::Image { dest_url, .. } => {
                self.image = Some((String::new(), 0));
                Close::Image { address: dest_url.to_string() }
            }
            Tag::FootnoteDefinition(label) => {
                self.aside.push(take(&mut self.out));
                Close::Note(fold(&label))
            }
            Tag::Table(alignments) => self.start_table(alignments),
            Tag::TableHead => self.row(true),
            Tag::TableRow => self.row(false),
            Tag::TableCell => self.cell(range.is_empty()),
            Tag::MetadataBlock(_)
            | Tag::DefinitionList
            | Tag::DefinitionListTitle
            | Tag::DefinitionListDefinition => Close::Nothing,
        };
        self.open.push(close);
    }

    fn put(&mut self, open: &str, close: &'static str) -> Close {
        self.out.push_str(open);
        Close::Tag(close)
    }

    fn hold(&mut self, open: &str, close: &'static str) -> Close {
        self.piece(PieceKind::Whole);
        self.out.push_str(open);
        self.piece(PieceKind::Open);
        Close::Holder(close)
    }

    fn end_hold(&mut self, close: &str) {
        self.piece(PieceKind::Whole);
        self.out.push_str(close);
        self.piece(PieceKind::Close);
    }

    fn end(&mut self, tag: TagEnd) {
        match self.open.pop().unwrap_or(Close::Nothing) {
            Close::Nothing => {}
            Close::Tag(close) => self.out.push_str(close),
            Close::Leaf(close) => {
                self.out.push_str(close);
                self.piece(PieceKind::Whole);
            }
            Close::Holder(close) => self.end_hold(close),
            Close::Paragraph(begun) => {
                self.out.truncate(self.out.trim_end().len());
                if self.out.len() <= begun + "<p>".len() {
                    self.out.truncate(begun);
                } else {
                    self.out.push_str("</p>");
                }
                self.piece(PieceKind::Whole);
            }
            Close::Link { shown, begun } => {
                self.link = false;
                if let Some(address) = shown {
                    // A link without text could not be seen.
                    if self.out.len() == begun {
                        escape(&address, &mut self.out);
                    }
                    self.out.push_str("</a>");
                }
                self.out.push_str(&take(&mut self.hoisted));
            }
            Close::Mark { number, begun } => {
                self.link = false;
                self.end_mark(number, begun);
            }
            Close::Image { .. } => {}
            Close::Code { language } => {
                self.raw = Raw::No;
                self.lines(language.as_deref());
                self.carry.code += 1;
                self.end_hold("</code></pre></div>");
            }
            Close::Raw => {
                self.raw = Raw::No;
                let html = take(&mut self.run);
                self.out.push_str("<p class=\"raw\">");
                raw::escape_html(html.trim_matches('\n'), &mut self.out);
                self.out.push_str("</p>");
                self.piece(PieceKind::Whole);
            }
            Close::Note(label) => {
                let html = take(&mut self.out);
                self.out = self.aside.pop().unwrap_or_default();
                self.carry.notes.entry(label).or_insert(html);
            }
            Close::Table => self.end_table(),
        }
        if tag != TagEnd::Paragraph && tag != TagEnd::Image && tag != TagEnd::Link {
            self.carry.image = None;
        }
    }
}

const HEADINGS: [(&str, &str); 6] = [
    ("<h1>", "</h1>"),
    ("<h2>", "</h2>"),
    ("<h3>", "</h3>"),
    ("<h4>", "</h4>"),
    ("<h5>", "</h5>"),
    ("<h6>", "</h6>"),
];

fn alert(kind: BlockQuoteKind) -> (&'static str, &'static str) {
    match kind {
        BlockQuoteKind::Note => ("<blockquote class=\"alert-note\">", "<p class=\"alert-title\">Note</p>"),
        BlockQuoteKind::Tip => ("<blockquote class=\"alert-tip\">", "<p class=\"alert-title\">Tip</p>"),
        BlockQuoteKind::Important => {
            ("<blockquote class=\"alert-important\">", "<p class=\"alert-title\">Important</p>")
        }
        BlockQuoteKind::Warning => {
            ("<blockquote class=\"alert-warning\">", "<p class=\"alert-title\">Warning</p>")
        }
        BlockQuoteKind::Caution => {
            ("<blockquote class=\"alert-caution\">", "<p class=\"alert-title\">Caution</p>")
        }
    }
}

/// Labels match whatever their case.
fn fold(label: &str) -> String {
    label.to_uppercase().to_lowercase()
}
