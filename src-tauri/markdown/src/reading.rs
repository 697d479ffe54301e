//! What the parser reads in place of a text, byte for byte as long, so that every offset holds.
//!
//! The parser knows CommonMark, and has no way to be told more. Where an answer means something else, it is shown
//! other characters than the answer's, and its events get the answer's own back: inside of a formula, where nothing
//! has a meaning of Markdown; beside emphasis in text without spaces; and where a heading would be taken back by the
//! next letter.

use std::collections::VecDeque;
use std::ops::Range;

use pulldown_cmark::{Event, OffsetIter, Options, Parser, Tag, TagEnd};

use crate::dollars::{self, Formula};
use crate::flanking;
use crate::survey::Survey;

pub(crate) struct Reading<'t> {
    text: &'t str,
    /// What the parser reads, if that is another text.
    read: Option<String>,
    formulas: Vec<Formula>,
    options: Options,
}

impl<'t> Reading<'t> {
    /// Nothing before `from` is touched.
    pub(crate) fn new(text: &'t str, from: usize, options: Options) -> Reading<'t> {
        let mut reading = Reading { text, read: None, formulas: Vec::new(), options };
        let stands = flanking::stands(text, from);
        let open = text.trim_end_matches([' ', '\t']).ends_with(['-', '=']);
        if stands.is_empty() && !open && !dollars::any(&text[from..]) {
            return reading;
        }
        let survey = Survey::new(text, options);
        let mut read = text.as_bytes().to_vec();
        reading.formulas = dollars::formulas(text, from, &survey);
        for stand in stands.iter().filter(|stand| survey.text_at(stand.at).is_some()) {
            let end = stand.at + stand.original.len_utf8();
            read[stand.at..end].copy_from_slice(stand.text().as_bytes());
        }
        for formula in &reading.formulas {
            formula.cover(&mut read);
        }
        // The line may yet become a list, a rule or a table, and if nothing follows, there is nothing for a heading
        // to stand over.
        if let Some(line) = survey.underline {
            read[line] = b'x';
        }
        reading.read = String::from_utf8(read).ok().filter(|read| read != text);
        reading
    }

    pub(crate) fn events(&self) -> Events<'_> {
        let read = self.read.as_deref().unwrap_or(self.text);
        Events {
            reading: self,
            read,
            parser: Parser::new_ext(read, self.options).into_offset_iter(),
            ready: VecDeque::new(),
            formulas: &self.formulas,
            tex: None,
            in_table: false,
        }
    }
}

/// The parser's events with the answer's own text in them, and its formulas among them.
pub(crate) struct Events<'r> {
    reading: &'r Reading<'r>,
    read: &'r str,
    parser: OffsetIter<'r>,
    ready: VecDeque<(Event<'r>, Range<usize>)>,
    /// Those that did not begin yet, after the one that is open.
    formulas: &'r [Formula],
    tex: Option<(&'r Formula, String)>,
    in_table: bool,
}

impl<'r> Iterator for Events<'r> {
    type Item = (Event<'r>, Range<usize>);

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(event) = self.ready.pop_front() {
                return Some(event);
            }
            let (event, range) = self.parser.next()?;
            if self.reading.read.is_none() {
                return Some((event, range));
            }
            match &event {
                Event::Start(Tag::Table(_)) => self.in_table = true,
                Event::End(TagEnd::Table) => self.in_table = false,
                _ => {}
            }
            match (&event, &mut self.tex) {
                // What was spelled another way (`&amp;`) is not of the text.
                (Event::Text(text), _) if self.read[range.clone()] == **text => self.text(range),
                (Event::SoftBreak | Event::HardBreak, Some((formula, tex)))
                    if range.start < formula.range.end =>
                {
                    tex.push('\n');
                }
                _ => {
                    // No event but these comes before a formula's end; if one did, nothing may be lost.
                    if let Some((formula, tex)) = self.tex.take() {
                        self.ready.push_back((Event::Text(tex.into()), formula.range.clone()));
                    }
                    self.ready.push_back((event, range));
                }
            }
        }
    }
}

impl<'r> Events<'r> {
    fn text(&mut self, mut range: Range<usize>) {
        while !range.is_empty() {
            if let Some((formula, tex)) = &mut self.tex {
                let end = range.end.min(formula.range.end);
                tex.push_str(&self.reading.text[range.start..end]);
                range.start = end;
                if end == formula.range.end {
                    let whole = formula.range.clone();
                    self.ready.push_back((formula.event(tex, self.in_table), whole));
                    self.tex = None;
                }
                continue;
            }
            let passed = self.formulas.iter().take_while(|formula| formula.range.start < range.start).count();
            self.formulas = &self.formulas[passed..];
            let next = self.formulas.first().map(|formula| formula.range.start);
            let end = next.map_or(range.end, |next| next.min(range.end));
            if end > range.start {
                let text = &self.reading.text[range.start..end];
                self.ready.push_back((Event::Text(text.into()), range.start..end));
            }
            if end < range.end
                && let Some((formula, rest)) = self.formulas.split_first()
            {
                self.tex = Some((formula, String::new()));
                self.formulas = rest;
            }
            range.start = end;
        }
    }
}
