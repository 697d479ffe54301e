//! What some models write before their answer, as text: the ticks of a wait ("Thinking... (3s elapsed)") and thoughts
//! between tags or under a line `*Thinking...*`. Told apart here, so that neither is in the answer, a copy, or the next
//! request. Only at the beginning, and only where it can be nothing else; once the answer has begun, all is answer, and a
//! piece costs nothing but its own length.

use std::mem;

/// The longest beginning that is held back, in bytes: no tag and no tick is longer.
const MOST: usize = 160;

/// Where thoughts begin and end. Any case.
const TAGS: [(&str, &str); 10] = [
    ("<think>", "</think>"),
    ("<thinking>", "</thinking>"),
    ("<thought>", "</thought>"),
    ("<thoughts>", "</thoughts>"),
    ("<reasoning>", "</reasoning>"),
    ("<scratchpad>", "</scratchpad>"),
    ("<antthinking>", "</antthinking>"),
    ("<seed:think>", "</seed:think>"),
    ("[think]", "[/think]"),
    ("◁think▷", "◁/think▷"),
];

/// What a model does while it is waited for. Others begin a sentence.
const DOING: [&str; 16] = [
    "thinking",
    "generating",
    "reasoning",
    "processing",
    "working",
    "loading",
    "waiting",
    "searching",
    "analyzing",
    "creating",
    "drawing",
    "rendering",
    "writing",
    "preparing",
    "planning",
    "researching",
];

/// The few that need no time beside them to be told from words, and what they make.
const ALONE: [&str; 5] = ["thinking", "generating", "processing", "loading", "searching"];
const MADE: [&str; 9] =
    ["image", "images", "picture", "video", "audio", "music", "speech", "response", "answer"];

/// What pieces came to.
#[derive(Debug, Default, PartialEq)]
pub(in crate::chat) struct Told {
    pub(in crate::chat) text: String,
    pub(in crate::chat) reasoning: String,
    /// The newest tick, as the model wrote it.
    pub(in crate::chat) tick: Option<String>,
}

#[derive(Debug)]
enum At {
    /// Nothing of the answer has come. `held` may be the beginning of anything.
    Start,
    /// Between tags. `held` may be the beginning of the end.
    Thoughts {
        close: &'static str,
    },
    /// Below a line `*Thinking...*`: its lines are quoted.
    Quotes {
        in_line: bool,
    },
    Answer,
}

/// How an answer stands whose beginning is being read.
#[derive(Debug)]
pub(in crate::chat) struct Prelude {
    at: At,
    held: String,
    /// Something was told apart, so that blank lines before the answer are none of it.
    has_told: bool,
    /// Ticks without a time: words that an answer could be, while there is no other.
    bare: String,
    /// The last of them: a model that says it again does so without a break.
    last_bare: String,
}

impl Prelude {
    pub(in crate::chat) fn new() -> Prelude {
        Prelude {
            at: At::Start,
            held: String::new(),
            has_told: false,
            bare: String::new(),
            last_bare: String::new(),
        }
    }

    /// Takes a piece of text.
    pub(in crate::chat) fn push(&mut self, text: &str) -> Told {
        let mut told = Told::default();
        if matches!(self.at, At::Answer) && self.held.is_empty() {
            text.clone_into(&mut told.text);
            return told;
        }
        self.held.push_str(text);
        while self.step(&mut told) {}
        told
    }

    /// Nothing more comes. `is_good`: the model says that its answer is whole.
    pub(in crate::chat) fn finish(&mut self, is_good: bool) -> Told {
        let mut told = Told::default();
        let held = mem::take(&mut self.held);
        match mem::replace(&mut self.at, At::Answer) {
            At::Thoughts { .. } | At::Quotes { in_line: true } => told.reasoning = held,
            At::Start | At::Quotes { in_line: false } => match lone_tick(held.trim()) {
                Some(_) if !is_good => {
                    told.tick = Some(held.trim().trim_matches(['*', '_']).to_owned());
                }
                _ => {
                    if is_good {
                        told.text = mem::take(&mut self.bare);
                    }
                    if !self.has_told || !held.trim().is_empty() {
                        told.text.push_str(self.without_blank_lines(&held));
                    }
                }
            },
            At::Answer => told.text = held,
        }
        told
    }

    /// Takes what is sure of `held`; whether more may be.
    fn step(&mut self, told: &mut Told) -> bool {
        match self.at {
            At::Start => self.start(told),
            At::Thoughts { close } => self.thoughts(close, told),
            At::Quotes { in_line } => self.quotes(in_line, told),
            At::Answer => {
                told.text.push_str(&mem::take(&mut self.held));
                false
            }
        }
    }

    fn start(&mut self, told: &mut Told) -> bool {
        let begun = self.held.trim_start();
        let margin = &self.held[..self.held.len() - begun.len()];
        let margin = &margin[margin.rfind('\n').map_or(0, |at| at + 1)..];
        // Indented so far, it is code.
        let is_code = margin.contains('\t') || margin.len() > 3;
        if begun.is_empty() && self.held.len() < MOST {
            return false;
        }
        let again = &self.last_bare;
        let look = if !again.is_empty() && begun.starts_with(again.as_str()) {
            Look::Tick { bytes: again.len(), is_timed: false }
        } else {
            look(begun)
        };
        match look {
            _ if is_code => self.begin(told),
            Look::Short if self.held.len() < MOST => false,
            Look::Short | Look::Answer => self.begin(told),
            Look::Open { bytes, close } => {
                self.held = begun[bytes..].to_owned();
                self.has_told = true;
                self.bare.clear();
                self.at = At::Thoughts { close };
                true
            }
            // One too many.
            Look::Close { bytes } if self.has_told => {
                self.held = begun[bytes..].to_owned();
                true
            }
            Look::Close { .. } => self.begin(told),
            Look::Tick { bytes, is_timed } => {
                let (tick, rest) = begun.split_at(bytes);
                let (tick, rest) = (tick.trim_end().to_owned(), rest.to_owned());
                if is_timed {
                    self.last_bare.clear();
                } else {
                    self.bare.push_str(&tick);
                    self.last_bare.clone_from(&tick);
                }
                told.tick = Some(tick.trim_matches(['*', '_']).to_owned());
                self.has_told = true;
                self.held = rest;
                true
            }
            Look::Quotes { bytes } => {
                self.bare.push_str(begun[..bytes].trim_end());
                self.held = begun[bytes..].to_owned();
                self.has_told = true;
                self.at = At::Quotes { in_line: false };
                true
            }
        }
    }

    /// The answer begins.
    fn begin(&mut self, told: &mut Told) -> bool {
        let held = mem::take(&mut self.held);
        told.text.push_str(self.without_blank_lines(&held));
        self.at = At::Answer;
        false
    }

    /// After something that was told apart, the blanks up to the answer's own first line.
    fn without_blank_lines<'t>(&self, text: &'t str) -> &'t str {
        if !self.has_told {
            return text;
        }
        let begun = text.trim_start();
        let margin = &text[..text.len() - begun.len()];
        margin.rfind('\n').map_or(begun, |at| &text[at + 1..])
    }

    fn thoughts(&mut self, close: &str, told: &mut Told) -> bool {
        if let Some(at) = find(&self.held, close) {
            told.reasoning.push_str(&self.held[..at]);
            self.held = self.held[at + close.len()..].to_owned();
            self.at = At::Start;
            return true;
        }
        let keep = tail(&self.held, close);
        let rest = self.held.split_off(self.held.len() - keep);
        told.reasoning.push_str(&mem::replace(&mut self.held, rest));
        false
    }

    fn quotes(&mut self, in_line: bool, told: &mut Told) -> bool {
        if in_line {
            let end = self.held.find('\n').map_or(self.held.len(), |at| at + 1);
            let rest = self.held.split_off(end);
            let line = mem::replace(&mut self.held, rest);
            told.reasoning.push_str(&line);
            self.at = At::Quotes { in_line: !line.ends_with('\n') };
            return !self.held.is_empty();
        }
        let begun = self.held.trim_start();
        match begun.as_bytes() {
            [] => false,
            // The blank after it may still come.
            [b'>'] => false,
            [b'>', ..] => {
                let rest = begun[1..].strip_prefix(' ').unwrap_or(&begun[1..]);
                self.held = rest.to_owned();
                self.bare.clear();
                self.at = At::Quotes { in_line: true };
                true
            }
            _ => {
                self.at = At::Start;
                true
            }
        }
    }
}

/// What a beginning is, blanks before it taken off.
enum Look {
    /// It may become one of the others.
    Short,
    Answer,
    Open {
        bytes: usize,
        close: &'static str,
    },
    Close {
        bytes: usize,
    },
    Tick {
        bytes: usize,
        is_timed: bool,
    },
    Quotes {
        bytes: usize,
    },
}

fn look(begun: &str) -> Look {
    for (open, close) in TAGS {
        if starts(begun, open) {
            let bytes = open.len();
            return Look::Open { bytes, close };
        }
        if starts(begun, close) {
            return Look::Close { bytes: close.len() };
        }
        if starts(open, begun) || starts(close, begun) {
            return Look::Short;
        }
    }
    let (line, is_whole) = match begun.split_once('\n') {
        Some((line, _)) => (line, true),
        None => (begun, false),
    };
    if let Some(bytes) = timed_tick(line) {
        return Look::Tick { bytes, is_timed: true };
    }
    let is_lone = lone_tick(line.trim_end());
    match is_lone {
        // The line break belongs to it.
        Some(Lone::Heading) if is_whole => Look::Quotes { bytes: line.len() + 1 },
        Some(Lone::Bare) if is_whole => Look::Tick { bytes: line.len(), is_timed: false },
        // Said again and again, without a break between.
        _ if repeated_tick(line).is_some() => {
            Look::Tick { bytes: repeated_tick(line).unwrap_or_default(), is_timed: false }
        }
        _ if !is_whole && may_become_tick(line) => Look::Short,
        _ => Look::Answer,
    }
}

/// A tick that is all of its line.
enum Lone {
    /// `Generating...`
    Bare,
    /// `*Thinking...*`, below which lines are quoted.
    Heading,
}

/// What follows a tick that has no time, if the words before it can be one.
fn alone(line: &str) -> Option<&str> {
    let rest = doing(line)?;
    let mut said = line[..line.len() - rest.len()].split_whitespace();
    let verb = said.next()?.to_ascii_lowercase();
    let is_one = match said.next() {
        None => ALONE.contains(&verb.as_str()),
        Some(object) => MADE.iter().any(|made| made.eq_ignore_ascii_case(object)) && said.next().is_none(),
    };
    is_one.then_some(rest)
}

fn lone_tick(line: &str) -> Option<Lone> {
    let inner = line.trim_matches(['*', '_']);
    let rest = alone(inner)?;
    let is_dots = matches!(dots(rest)?, "");
    let is_marked = line.starts_with(['*', '_']) && line.ends_with(['*', '_']);
    match (is_dots, is_marked, inner.len() == line.len()) {
        (true, true, _) => Some(Lone::Heading),
        (true, false, true) => Some(Lone::Bare),
        _ => None,
    }
}

/// What follows the verb, and up to three words after it ("Generating image").
fn doing(line: &str) -> Option<&str> {
    if !line.starts_with(|first: char| first.is_ascii_uppercase()) {
        return None;
    }
    let verb = DOING.iter().find(|verb| starts(line, verb))?;
    let rest = &line[verb.len()..];
    let end = rest.find(|c: char| !(c.is_ascii_alphabetic() || c == ' ')).unwrap_or(rest.len());
    let object = &rest[..end];
    let is_object = object.is_empty() || (object.starts_with(' ') && object.split_whitespace().count() <= 3);
    is_object.then(|| &rest[end..])
}

/// What follows the dots.
fn dots(rest: &str) -> Option<&str> {
    rest.strip_prefix("...").or_else(|| rest.strip_prefix('…'))
}

/// `Thinking... (12s elapsed)`: how many bytes.
fn timed_tick(line: &str) -> Option<usize> {
    let inner = line.trim_start_matches(['*', '_']);
    let rest = doing(inner)?;
    let rest = dots(rest).unwrap_or(rest);
    let time = rest.trim_start_matches(' ').strip_prefix('(')?;
    let (time, after) = time.split_once(')')?;
    let passed = time.strip_suffix("elapsed")?.trim_end();
    let is_time = passed.starts_with(|first: char| first.is_ascii_digit())
        && passed.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | ' ' | ':'));
    // What is set in italics ends in the same marks.
    let marks = line.len() - inner.len();
    let is_closed = after.len() - after.trim_start_matches(['*', '_']).len() >= marks;
    (is_time && is_closed).then(|| line.len() - after.len() + marks)
}

/// `Generating...Generating...`: the bytes of the first.
fn repeated_tick(line: &str) -> Option<usize> {
    let rest = dots(alone(line)?)?;
    let one = &line[..line.len() - rest.len()];
    rest.starts_with(one).then_some(one.len())
}

/// A line that is still coming may become a tick.
fn may_become_tick(line: &str) -> bool {
    let inner = line.trim_start_matches(['*', '_']);
    if inner.len() > MOST / 2 {
        return false;
    }
    let is_verb_coming = DOING.iter().any(|verb| starts(verb, inner)) && capital_or_none(inner);
    let Some(rest) = doing(inner) else {
        return is_verb_coming;
    };
    let after = dots(rest).unwrap_or_else(|| rest.trim_start_matches('.'));
    let marks = after.trim_start_matches(['*', '_']);
    let is_time_coming = marks.trim_start_matches(' ').strip_prefix('(').is_some_and(|time| {
        time.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | ' ' | ':' | ')' | '*' | '_'))
    });
    let one = &inner[..inner.len() - after.len()];
    let is_again = !after.is_empty() && one.starts_with(after);
    marks.trim().is_empty() || is_time_coming || is_again
}

fn capital_or_none(text: &str) -> bool {
    text.chars().next().is_none_or(|first| first.is_ascii_uppercase())
}

/// Whatever the case.
fn starts(text: &str, beginning: &str) -> bool {
    text.get(..beginning.len()).is_some_and(|start| start.eq_ignore_ascii_case(beginning))
}

fn find(text: &str, tag: &str) -> Option<usize> {
    let first = tag.chars().next()?;
    text.match_indices(first).map(|(at, _)| at).find(|&at| starts(&text[at..], tag))
}

/// How many bytes at the end of a text may be the beginning of the tag.
fn tail(text: &str, tag: &str) -> usize {
    let from = text.len().saturating_sub(tag.len() - 1);
    (from..text.len())
        .filter(|&at| text.is_char_boundary(at))
        .find(|&at| starts(tag, &text[at..]))
        .map_or(0, |at| text.len() - at)
}

#[cfg(test)]
#[path = "prelude_tests.rs"]
mod tests;
