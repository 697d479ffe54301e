//! The open tail: which blocks are closed for good, and what an update has to say.
//!
//! A block is frozen once another top-level block has begun after it on a finished line, for nothing that follows
//! can reach back into it but a definition. Where a definition comes late, all is rendered again (rare), and only
//! what differs is handed on.

use crate::Update;
use crate::certain::certain;
use crate::html::{self, Carry, Memory, PLAIN};
use crate::parse::{Definitions, Part};

/// The parser looks at every open quote and list on every line, so no line may open more.
const DEEPEST: usize = 100;

#[derive(Debug, Default)]
pub(crate) struct Stream {
    source: String,
    line: Line,
    /// Where the open tail begins.
    tail: usize,
    /// Whether a definition could reach into what stands before the tail.
    reachable: bool,
    /// How far finished lines were looked at.
    settled: usize,
    /// The definitions that stand before the tail, and all that the frozen blocks were rendered with.
    behind: Definitions,
    known: Definitions,
    carry: Carry,
    memory: Memory,
    /// All blocks as they were last handed on, the first `frozen` of them for good.
    shown: Vec<String>,
    frozen: usize,
}

impl Stream {
    pub(crate) fn push(&mut self, text: &str) {
        for c in text.chars() {
            self.line.put(c, &mut self.source);
        }
    }

    pub(crate) fn update(&mut self) -> Update {
        let mut blocks = Vec::new();
        let mut from = self.frozen;
        let finished = self.source.rfind('\n').map_or(0, |end| end + 1);
        if finished > self.settled {
            self.settled = finished;
            let (mut last, mut known) = Part::new(&self.source[self.tail..finished], &self.behind).outline();
            let reaches = self.reachable || known.wide() != self.known.wide();
            if reaches && !known.same(&self.known) {
                self.reachable = false;
                (self.tail, self.carry, self.behind, from) = (0, Carry::default(), Definitions::default(), 0);
                (last, known) = Part::new(&self.source[..finished], &self.behind).outline();
            }
            if last > 0 {
                let closed = Part::new(&self.source[self.tail..self.tail + last], &known);
                blocks = html::blocks(&closed, false, &mut self.carry, &mut self.memory);
                self.behind = known.clone().before(last);
                self.reachable |= self.source[self.tail..self.tail + last].contains('[');
                self.tail += last;
            }
            self.known = known;
        }
        self.frozen = from + blocks.len();
        let until = certain(&self.source).max(self.tail);
        let open = Part::new(&self.source[self.tail..until], &self.behind);
        let mut carry = self.carry.clone();
        blocks.extend(html::blocks(&open, true, &mut carry, &mut self.memory));
        blocks.extend(html::footnotes(&carry));
        self.hand_on(from, blocks)
    }

    /// Renders the whole once more, from what is remembered: the parser's own limits against hostile input count a
    /// document's length, so that parts may differ from the whole.
    pub(crate) fn finish(&mut self) -> Update {
        let whole = whole(&self.source, &mut self.memory);
        self.hand_on(0, whole)
    }

    /// `blocks` follow the first `from`; says what of them is new.
    fn hand_on(&mut self, from: usize, blocks: Vec<String>) -> Update {
        let same = self.shown[from.min(self.shown.len())..]
            .iter()
            .zip(&blocks)
            .take_while(|(old, new)| old == new)
            .count();
        let keep = from + same;
        let blocks = blocks[same..].to_vec();
        self.shown.truncate(keep);
        self.shown.extend_from_slice(&blocks);
        Update { keep, blocks }
    }
}

/// Where in a line the input is: what comes in is put in order, character by character.
#[derive(Debug, Default)]
struct Line {
    last: Option<char>,
    /// Quotes and list items that the line opens, while it may open more.
    opened: usize,
    begun: bool,
}

impl Line {
    /// One kind of line end, no NUL, and no endless nesting.
    fn put(&mut self, c: char, source: &mut String) {
        let last = self.last.replace(c);
        match c {
            '\n' if last == Some('\r') => return,
            '\n' | '\r' => (self.opened, self.begun) = (0, false),
            '>' if !self.begun => self.opened += 1,
            ' ' | '\t' if !self.begun => {
                self.opened += usize::from(matches!(last, Some('-' | '*' | '+' | '.' | ')')))
            }
            '-' | '*' | '+' | '.' | ')' | '0'..='9' => {}
            _ => self.begun = true,
        }
        if self.opened > DEEPEST && !self.begun {
            source.push(PLAIN);
            self.begun = true;
        }
        source.push(match c {
            '\r' => '\n',
            '\0' | PLAIN => '\u{fffd}',
            c => c,
        });
    }
}

/// All blocks of a text whose line ends are in order.
fn whole(source: &str, memory: &mut Memory) -> Vec<String> {
    let mut carry = Carry::default();
    let part = Part::new(source, &Definitions::default());
    let mut blocks = html::blocks(&part, true, &mut carry, memory);
    blocks.extend(html::footnotes(&carry));
    blocks
}
