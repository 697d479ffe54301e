//! The Markdown dialect, and the definitions that reach from one part of a document into another.
//!
//! A link or footnote definition may stand anywhere and counts everywhere. When a part is parsed by itself, the
//! definitions of the rest are put before it as a preamble, whose own output is left out.

use std::collections::BTreeMap;

use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag};

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
        if c.is_alphanumeric() {
            c.to_string()
        } else {
            format!("&#{};", u32::from(c))
        }
    };
    text.chars().map(spell).collect()
}

/// A part of a document, ready to be read with the definitions of the rest.
pub(crate) struct Part {
    text: String,
    preamble: usize,
    /// The footnotes that the preamble defines.
    notes: Vec<String>,
    wide: bool,
}

impl Part {
    pub(crate) fn new(text: &str, definitions: &Definitions) -> Part {
        let preamble = definitions.preamble();
        let start = preamble.len();
        let wide = definitions.wide || wide(text);
        Part {
            text: preamble + text,
            preamble: start,
            notes: definitions.notes.keys().cloned().collect(),
            wide,
        }
    }

    /// The part itself.
    pub(crate) fn source(&self) -> &str {
        &self.text[self.preamble..]
    }

    /// Where in [`Part::reading`] the part itself begins.
    pub(crate) fn begin(&self) -> usize {
        self.preamble
    }

    /// What the parser is given to read; events that stand before `begin` are of the definitions.
    pub(crate) fn reading(&self) -> Reading<'_> {
        Reading::new(&self.text, self.preamble, options(self.wide))
    }

    /// Where the last top-level block begins that would be the same without what is before it, and all definitions,
    /// those of the preamble at offset 0.
    pub(crate) fn outline(&self) -> (usize, Definitions) {
        let mut definitions = Definitions {
            wide: self.wide,
            ..Definitions::default()
        };
        definitions
            .notes
            .extend(self.notes.iter().map(|label| (label.clone(), 0)));
        let parser = Parser::new_ext(&self.text, options(self.wide));
        for (label, link) in parser.reference_definitions().iter() {
            let title = link.title.as_deref().map(str::to_owned);
            let at = link.span.start.saturating_sub(self.preamble);
            definitions.links.insert(
                label.to_owned(),
                Link {
                    address: link.dest.to_string(),
                    title,
                    at,
                },
            );
        }
        let (mut depth, mut last, mut text_end) = (0, 0, 0);
        for (event, range) in parser
            .into_offset_iter()
            .filter(|(_, range)| range.start >= self.preamble)
        {
            let range = range.start - self.preamble..range.end - self.preamble;
            if let Event::Start(Tag::FootnoteDefinition(label)) = &event {
                definitions.notes.entry(label.to_string()).or_insert(range.start);
            }
            // A block's own range may begin after its indentation.
            let line = self.source()[..range.start].rfind('\n').map_or(0, |end| end + 1);
            // Only inside of a footnote does indented text begin anything but code; the next footnote may.
            let indented = range.start - line > 3 || self.source()[line..range.start].contains('\t');
            let code = matches!(event, Event::Start(Tag::CodeBlock(CodeBlockKind::Indented)));
            if depth == 0 && (code || !indented) && self.clean(text_end, line) {
                last = line;
            }
            match &event {
                Event::Start(Tag::List(_) | Tag::Item | Tag::BlockQuote(_) | Tag::FootnoteDefinition(_)) => {
                    depth += 1
                }
                Event::Start(_) => (depth, text_end) = (depth + 1, range.end),
                Event::End(_) => depth -= 1,
                _ => text_end = text_end.max(range.end),
            }
        }
        (last, definitions)
    }

    /// Whether a block may begin at a line without regard to the line before. A link definition is a paragraph's
    /// beginning: what follows it at once may yet turn out to be its title, or is no list, having no right to
    /// interrupt a paragraph.
    fn clean(&self, text_end: usize, line: usize) -> bool {
        let above = self.source()[..line].strip_suffix('\n').unwrap_or_default();
        let blank = above
            .rsplit('\n')
            .next()
            .is_none_or(|above| above.trim().is_empty());
        blank || self.source()[text_end.min(line)..line].trim().is_empty()
    }
}

fn options(wide: bool) -> Options {
    let options = Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TASKLISTS | Options::ENABLE_FOOTNOTES;
    let options = options | Options::ENABLE_GFM;
    if wide {
        options
    } else {
        options | Options::ENABLE_TABLES
    }
}

fn wide(text: &str) -> bool {
    let delimiters = |line: &str| line.bytes().all(|b| b"|-: \t>".contains(&b));
    text.lines()
        .any(|line| line.len() > WIDEST_TABLE && line.matches('|').count() > WIDEST_TABLE && delimiters(line))
}
