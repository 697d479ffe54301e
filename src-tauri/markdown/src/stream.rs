//! The open tail: what is closed for good, and what an update has to say.
//!
//! A block is frozen once another top-level block has begun after it on a finished line, for nothing that follows
//! can reach back into it but a definition. In the block that is open, what stands before its last item, row or line of
//! code is frozen too: the rest is read in the context of what is open there. Two things reach back, both rare: where a
//! definition comes late, all is rendered again, and where a list turns loose, its block. What differs is handed on.

use std::collections::BTreeMap;

use crate::certain::certain;
use crate::context::Context;
use crate::escape::PLAIN;
use crate::html::{Carry, Memory, Rendered, blocks, footnotes};
use crate::parse::{Definitions, Outline, Part};
use crate::{Block, Mark, Piece, PieceKind, Update, html, url};

/// The parser looks at every open quote and list on every line, so no line may open more.
const DEEPEST: usize = 100;

#[derive(Debug, Default)]
pub(crate) struct Stream {
    source: String,
    line: Line,
    /// Where what is open begins.
    tail: Cut,
    /// Where the block begins that it belongs to.
    block: Cut,
    /// Whether a definition could reach into what stands before the tail.
    reachable: bool,
    /// How far finished lines were looked at.
    settled: usize,
    /// All definitions that what is frozen was rendered with.
    known: Definitions,
    memory: Memory,
    /// All blocks as they were last handed on. Those that are frozen are one piece each, `joined` of them.
    shown: Vec<Block>,
    joined: usize,
}

/// A place where the document can be cut, and all that is needed to go on there.
#[derive(Clone, Debug, Default)]
struct Cut {
    at: usize,
    /// The blocks before it, and the pieces of the block that it lies in.
    blocks: usize,
    pieces: usize,
    context: Context,
    /// The definitions that stand before it.
    behind: Definitions,
    carry: Carry,
}

/// What was rendered anew, from a place on; the first block goes on with the one that the place lies in.
struct Fresh {
    blocks: usize,
    pieces: usize,
    content: Vec<Block>,
}

impl Fresh {
    fn from(cut: &Cut) -> Fresh {
        Fresh { blocks: cut.blocks, pieces: cut.pieces, content: vec![Block::new()] }
    }

    fn add(&mut self, blocks: Vec<Block>) {
        let mut blocks = blocks.into_iter();
        if let (Some(last), Some(first)) = (self.content.last_mut(), blocks.next()) {
            last.extend(first);
        }
        self.content.extend(blocks);
    }
}

impl Stream {
    pub(crate) fn push(&mut self, text: &str) {
        for c in text.chars() {
            self.line.put(c, &mut self.source);
        }
    }

    /// Before anything is rendered: formulas tell how they were written, and nothing else.
    pub(crate) fn mark_formulas(&mut self) {
        self.memory.formulas.marked = true;
    }

    /// What is frozen is rendered again only where it has such a number.
    pub(crate) fn mark(&mut self, marks: &[Mark]) {
        let wanted = |mark: &&Mark| mark.number > 0 && url::allowed(&mark.address);
        let marks: BTreeMap<u32, (String, String)> = marks
            .iter()
            .filter(wanted)
            .map(|mark| (mark.number, (mark.address.clone(), mark.title.clone())))
            .collect();
        let frozen = &self.source[..self.tail.at];
        let is_new = |(number, page): &(&u32, &(String, String))| self.memory.marks.get(number) != Some(page);
        let reaches = marks.iter().filter(is_new).any(|(number, _)| frozen.contains(&format!("[{number}]")));
        self.memory.marks = marks;
        self.known = self.with_marks(&self.known);
        if reaches {
            (self.tail, self.block, self.settled) = (Cut::default(), Cut::default(), 0);
        }
    }

    fn with_marks(&self, definitions: &Definitions) -> Definitions {
        definitions.clone().with_marks(self.memory.marks.keys())
    }

    pub(crate) fn blocks(&self) -> &[Block] {
        &self.shown
    }

    pub(crate) fn open_bytes(&self) -> usize {
        self.source.len() - self.tail.at
    }

    pub(crate) fn update(&mut self) -> Update {
        let mut fresh = Fresh::from(&self.tail);
        let finished = self.source.rfind('\n').map_or(0, |end| end + 1);
        if finished > self.settled {
            self.settled = finished;
            while self.freeze(finished, &mut fresh) {}
        }
        let until = certain(&self.source).max(self.tail.at);
        let mut open = self.open(until);
        if open.loosened {
            self.back(self.block.clone(), &mut fresh);
            open = self.open(until);
        }
        fresh.add(open.blocks);
        self.hand_on(fresh)
    }

    /// Renders the whole once more, from what is remembered: the parser's own limits against hostile input count a
    /// document's length, so that parts may differ from the whole. Footnotes, which stand below all, come with it.
    pub(crate) fn finish(&mut self) -> Update {
        let mut carry = Carry::default();
        let part = Part::new(&self.source, &self.with_marks(&Definitions::default()), &Context::default());
        let mut fresh = Fresh::from(&Cut::default());
        fresh.add(blocks(&part, None, &mut carry, &mut self.memory).blocks);
        fresh.content.pop_if(|last| last.is_empty());
        fresh.content.extend(footnotes(&carry));
        self.hand_on(fresh)
    }

    fn open(&mut self, until: usize) -> Rendered {
        let cut = &self.tail;
        let part = Part::new(&self.source[cut.at..until], &self.with_marks(&cut.behind), &cut.context);
        blocks(&part, None, &mut cut.carry.clone(), &mut self.memory)
    }

    /// Freezes what is closed in the finished lines. Says whether there may be more.
    fn freeze(&mut self, finished: usize, fresh: &mut Fresh) -> bool {
        let cut = &self.tail;
        let behind = self.with_marks(&cut.behind);
        let outline = Part::new(&self.source[cut.at..finished], &behind, &cut.context).outline();
        let reaches = self.reachable || outline.definitions.wide() != self.known.wide();
        if reaches && !outline.definitions.same(&self.known) {
            self.reachable = false;
            self.known = outline.definitions;
            self.back(Cut::default(), fresh);
            return true;
        }
        if outline.loosened {
            self.back(self.block.clone(), fresh);
            return true;
        }
        let Outline { last, inner, definitions, .. } = outline;
        let (at, context) = match inner {
            _ if last > 0 => (last, Context::default()),
            Some(inner) => inner,
            None => {
                self.known = definitions;
                return false;
            }
        };
        let part = Part::new(&self.source[cut.at..finished], &definitions, &cut.context);
        let mut carry = cut.carry.clone();
        let closed = blocks(&part, Some(at), &mut carry, &mut self.memory).blocks;
        self.reachable |= self.source[cut.at..cut.at + at].contains('[');
        let is_within = !context.text.is_empty();
        let (finished_blocks, pieces) = (closed.len() - 1, closed.last().map_or(0, Vec::len));
        self.tail = Cut {
            at: cut.at + at,
            blocks: cut.blocks + finished_blocks,
            pieces: if finished_blocks == 0 { cut.pieces + pieces } else { pieces },
            context,
            behind: definitions.clone().before(at),
            carry,
        };
        if !is_within {
            self.block = self.tail.clone();
        }
        self.known = definitions;
        fresh.add(closed);
        true
    }

    /// Goes back to an earlier place: what stands after it is rendered again.
    fn back(&mut self, cut: Cut, fresh: &mut Fresh) {
        *fresh = Fresh::from(&cut);
        if cut.at == 0 {
            self.block = cut.clone();
        }
        self.tail = cut;
    }

    /// Says what is new, and remembers it.
    fn hand_on(&mut self, fresh: Fresh) -> Update {
        let Fresh { blocks: first, pieces, content: mut new } = fresh;
        new.pop_if(|last| last.is_empty());
        // What was shown from there on; what stands before it in its block stays where it is.
        let mut old = self.shown.split_off(first.min(self.shown.len()));
        let mut begun = Block::new();
        if let Some(block) = old.first_mut() {
            let rest = block.split_off(pieces.min(block.len()));
            begun = std::mem::replace(block, rest);
        }
        let same = old.iter().zip(&new).take_while(|(old, new)| same(old, new)).count();
        let is_last = same + 1 == old.len();
        let old_rest = if is_last { old.pop().unwrap_or_default() } else { Block::new() };
        old.truncate(same);
        let mut update = Update { keep: first + same, within: 0, blocks: Vec::new() };
        if same < new.len() {
            let common = old_rest.iter().zip(&new[same]).take_while(|(old, new)| old == new).count();
            let start = if same == 0 { begun.len() } else { 0 };
            if is_last {
                update.within = start + common;
                update.blocks.push(new[same][common..].to_vec());
            } else if same == 0 {
                update.blocks.push([begun.as_slice(), &new[0]].concat());
            } else {
                update.blocks.push(new[same].clone());
            }
            update.blocks.extend_from_slice(&new[same + 1..]);
        }
        // Those that stay are remembered in the pieces that they were handed on in.
        self.joined = self.joined.min(update.keep);
        self.shown.extend(old);
        self.shown.extend(new.drain(same.min(new.len())..));
        if !begun.is_empty()
            && let Some(block) = self.shown.get_mut(first)
        {
            begun.append(block);
            *block = begun;
        }
        for block in self.shown.iter_mut().take(self.tail.blocks).skip(self.joined) {
            let html = html(block);
            *block = vec![Piece { kind: PieceKind::Whole, html }];
        }
        self.joined = self.joined.max(self.tail.blocks.min(self.shown.len()));
        update
    }
}

fn same(old: &[Piece], new: &[Piece]) -> bool {
    old == new || html(old) == html(new)
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
