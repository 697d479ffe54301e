//! The Markdown dialect, and the definitions that reach from one part of a document into another.
//!
//! A link or footnote definition may stand anywhere and counts everywhere. When a part is parsed by itself, the
//! definitions of the rest are put before it as a preamble, whose own output is left out.

use std::collections::BTreeMap;

use pulldown_cmark::{Event, Options, Parser, Tag};

use crate::context::Context;
use crate::outline::Walk;
use crate::reading::Reading;

/// A wider table is no table: each cell that a short row lacks would be filled in, which multiplies a hostile text.
const WIDEST_TABLE: usize = 64;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Definitions {
    links: BTreeMap<String, Link>,
    notes: BTreeMap<String, usize>,
    /// A table too wide was seen, so that tables are off.
    wide: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Link {
    address: String,
    title: Option<String>,
    at: usize,
}

impl Definitions {
    /// Whether both mean the same to the text that uses them, wherever they stand.
    pub(crate) fn same(&self, other: &Definitions) -> bool {
        let link = |(name, link): (&String, &Link)| (name.clone(), link.address.clone(), link.title.clone());
        self.wide == other.wide
            && self.notes.keys().eq(other.notes.keys())
            && self.links.iter().map(link).eq(other.links.iter().map(link))
    }

    /// Those that stand before an offset.
    pub(crate) fn before(mut self, offset: usize) -> Definitions {
        self.links.retain(|_, link| link.at < offset);
        self.notes.retain(|_, at| *at < offset);
        self
    }

    pub(crate) fn wide(&self) -> bool {
        self.wide
    }

    /// With numbers that name sources: they go before what the text itself defines by such a number. Who writes the link knows
    /// where it leads.
    pub(crate) fn with_marks<'a>(mut self, numbers: impl Iterator<Item = &'a u32>) -> Definitions {
        for number in numbers {
            let link = Link { address: number.to_string(), title: None, at: 0 };
            self.links.insert(number.to_string(), link);
        }
        self
    }

    /// Text that defines the same again. It ends with a rule, so that what follows begins afresh.
    fn preamble(&self) -> String {
        let mut text = String::new();
        for label in self.notes.keys() {
            text.extend(["[^", label, "]: x\n\n"]);
        }
        for (label, link) in &self.links {
            text.extend(["[", label, "]: <", &entities(&link.address), ">"]);
            if let Some(title) = &link.title {
                text.extend([" \"", &entities(title), "\""]);
            }
            text.push('\n');
        }
        if !text.is_empty() {
            text.push_str("\n***\n\n");
        }
        text
    }
}

/// Spells out everything but letters and digits, so that nothing in it means anything.
fn entities(text: &str) -> String {
    let spell = |c: char| {
        if c.is_alphanumeric() { c.to_string() } else { format!("&#{};", u32::from(c)) }
    };
    text.chars().map(spell).collect()
}

/// What can be said of a part without rendering it.
pub(crate) struct Outline {
    /// Where its last top-level block begins that would be the same without what is before it.
    pub(crate) last: usize,
    /// Where in that block its last piece begins that would be the same in this context.
    pub(crate) inner: Option<(usize, Context)>,
    /// All definitions, those of the preamble at offset 0.
    pub(crate) definitions: Definitions,
    /// A list of its context was taken to be tight, and is loose.
    pub(crate) loosened: bool,
}

/// A part of a document, ready to be read with the definitions of the rest, and inside of the blocks that are open
/// before it.
pub(crate) struct Part {
    text: String,
    /// Where the context begins, after the definitions.
    context: usize,
    /// Where the part itself begins.
    begin: usize,
    /// How many paragraphs the context has, as far as is known, and how many leaves.
    loose: usize,
    leaves: usize,
    /// The footnotes that the preamble defines.
    notes: Vec<String>,
    wide: bool,
}

impl Part {
    pub(crate) fn new(text: &str, definitions: &Definitions, context: &Context) -> Part {
        let mut whole = definitions.preamble();
        let start = whole.len();
        whole.push_str(&context.text);
        let begin = whole.len();
        whole.push_str(text);
        Part {
            text: whole,
            context: start,
            begin,
            loose: context.loose,
            leaves: context.leaves,
            notes: definitions.notes.keys().cloned().collect(),
            wide: definitions.wide || wide(text),
        }
    }

    /// The part itself.
    pub(crate) fn source(&self) -> &str {
        &self.text[self.begin..]
    }

    /// Where in [`Part::reading`] the part itself begins.
    pub(crate) fn begin(&self) -> usize {
        self.begin
    }

    /// Where in [`Part::reading`] its context begins, and how many headings, rows and fences it has.
    pub(crate) fn context(&self) -> (usize, usize) {
        (self.context, self.leaves)
    }

    /// Whether so many paragraphs of the context show that one of its lists has turned loose.
    pub(crate) fn loosened(&self, paragraphs: usize) -> bool {
        paragraphs > self.loose
    }

    /// What the parser is given to read; events that stand before `context` are of the definitions.
    pub(crate) fn reading(&self) -> Reading<'_> {
        Reading::new(&self.text, self.begin, options(self.wide))
    }

    pub(crate) fn outline(&self) -> Outline {
        let mut definitions = Definitions { wide: self.wide, ..Definitions::default() };
        definitions.notes.extend(self.notes.iter().map(|label| (label.clone(), 0)));
        let parser = Parser::new_ext(&self.text, options(self.wide));
        for (label, link) in parser.reference_definitions().iter() {
            let title = link.title.as_deref().map(str::to_owned);
            let at = link.span.start.saturating_sub(self.begin);
            definitions.links.insert(label.to_owned(), Link { address: link.dest.to_string(), title, at });
        }
        let mut walk = Walk::new(&self.text, self.begin);
        let mut paragraphs = 0;
        for (event, range) in parser.into_offset_iter().filter(|(_, range)| range.start >= self.context) {
            if let Event::Start(Tag::FootnoteDefinition(label)) = &event {
                let at = range.start.saturating_sub(self.begin);
                definitions.notes.entry(label.to_string()).or_insert(at);
            }
            if matches!(event, Event::Start(Tag::Paragraph)) && range.start < self.begin {
                paragraphs += 1;
            }
            walk.event(&event, &range);
        }
        let (last, inner) = walk.found();
        Outline { last, inner, definitions, loosened: self.loosened(paragraphs) }
    }
}

/// The events of a whole document, as it is.
pub(crate) fn plain(text: &str) -> Parser<'_> {
    Parser::new_ext(text, options(wide(text)))
}

fn options(wide: bool) -> Options {
    let options = Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TASKLISTS | Options::ENABLE_FOOTNOTES;
    let options = options | Options::ENABLE_GFM;
    if wide { options } else { options | Options::ENABLE_TABLES }
}

fn wide(text: &str) -> bool {
    let delimiters = |line: &str| line.bytes().all(|b| b"|-: \t>".contains(&b));
    text.lines()
        .any(|line| line.len() > WIDEST_TABLE && line.matches('|').count() > WIDEST_TABLE && delimiters(line))
}
