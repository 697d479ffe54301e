//! Reads the usual chunk of a chat stream without building a tree of it: nearly every frame is one text or reasoning piece
//! in a known nest of objects. Whatever is not plainly that (a tool call, a refusal, usage, an error, nested or doubled fields, odd
//! numbers, escapes outside the texts, invalid JSON) is `None`, and serde_json decides. So this must be right about what it
//! takes, and may be wrong about nothing else.

use std::borrow::Cow;
use std::fmt;

use memchr::{memchr, memchr2};

/// What a chunk adds. Empty texts are none, as everywhere.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Delta<'a> {
    pub(crate) model: Option<&'a str>,
    pub(crate) reasoning: Option<Cow<'a, str>>,
    pub(crate) content: Option<Cow<'a, str>>,
    pub(crate) finish_reason: Option<&'a str>,
}

/// What the chunks of an answer have in common: how they begin, up to and including the brace of `delta`, and how they end,
/// from the brace that closes it. Both were read once; where they come again, byte for byte, reading them again would tell
/// nothing new.
#[derive(Default)]
pub(crate) struct Frame {
    head: String,
    /// The model was in the head, and is known.
    has_model: bool,
    /// Goes with this head. Nothing that counts is in it.
    tail: String,
}

/// Says nothing: an answer is the same with and without it.
impl fmt::Debug for Frame {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Frame")
    }
}

impl<'a> Delta<'a> {
    pub(crate) fn read(json: &'a str, frame: &mut Frame) -> Option<Delta<'a>> {
        let is_known = !frame.head.is_empty() && json.starts_with(&frame.head);
        let at = if is_known { frame.head.len() } else { 0 };
        // Outside strings these would be blanks, inside they are invalid; not to meet them makes the rest simple.
        if json.as_bytes()[at..].iter().fold(false, |any, byte| any | (*byte < b' ')) {
            return None;
        }
        let mut scan = Scan { json, at, ..Scan::default() };
        if is_known {
            scan.has_model = frame.has_model;
            scan.after_head(&frame.tail)?;
        } else {
            scan.object(Scan::chunk)?;
            if !scan.has_choices {
                return None;
            }
        }
        scan.blanks();
        if scan.at != json.len() {
            return None;
        }
        if let Some((end, has_model)) = scan.head {
            json[..end].clone_into(&mut frame.head);
            frame.has_model = has_model;
            let is_silent = scan.delta.finish_reason.is_none() && scan.has_model == has_model;
            let tail = if is_silent { &json[scan.tail..] } else { "" };
            tail.clone_into(&mut frame.tail);
        }
        let mut delta = scan.delta;
        delta.reasoning = delta.reasoning.or(scan.short_reasoning);
        Some(delta)
    }
}

#[derive(Default)]
struct Scan<'a> {
    json: &'a str,
    at: usize,
    delta: Delta<'a>,
    /// Poe sends reasoning under two names; the longer one counts.
    short_reasoning: Option<Cow<'a, str>>,
    /// Where the head ends, when all that counts comes after it, but perhaps the model.
    head: Option<(usize, bool)>,
    /// Where the tail begins.
    tail: usize,
    has_model: bool,
    has_choices: bool,
    has_delta: bool,
    has_finish_reason: bool,
    has_content: bool,
    has_reasoning: bool,
    has_short_reasoning: bool,
}

/// A value that is no array and no object.
enum Scalar<'a> {
    /// With its quotes off and its escapes as they came.
    Text {
        raw: &'a str,
        has_escapes: bool,
    },
    Null,
    False,
    /// `true` or a number: nothing that any field here is read from.
    Other,
}

impl<'a> Scan<'a> {
    fn after_head(&mut self, tail: &str) -> Option<()> {
        (self.has_choices, self.has_delta) = (true, true);
        if self.take(b'}').is_none() {
            self.field(Scan::piece)?;
            // Usually there is one.
            if !tail.is_empty() && self.json.as_bytes()[self.at..] == *tail.as_bytes() {
                self.at = self.json.len();
                return Some(());
            }
            self.rest(Scan::piece)?;
        }
        self.rest(Scan::choice)?;
        self.take(b']')?;
        self.rest(Scan::chunk)
    }

    /// Takes the value of a field of the whole.
    fn chunk(&mut self, field: &str) -> Option<()> {
        match field {
            "choices" => {
                once(&mut self.has_choices)?;
                self.take(b'[')?;
                self.object(Scan::choice)?;
                self.take(b']')
            }
            "model" => {
                once(&mut self.has_model)?;
                self.delta.model = self.plain()?;
                Some(())
            }
            "error" => matches!(self.scalar()?, Scalar::Null | Scalar::False).then_some(()),
            // A usage that says something is an object, which is not taken here.
            _ => self.skip(),
        }
    }

    /// Takes the value of a field of the choice.
    fn choice(&mut self, field: &str) -> Option<()> {
        match field {
            "delta" => {
                once(&mut self.has_delta)?;
                self.take(b'{')?;
                if !self.has_finish_reason {
                    self.head = Some((self.at, self.has_model));
                }
                self.inside(Scan::piece)?;
                self.tail = self.at - 1;
                Some(())
            }
            "finish_reason" => {
                once(&mut self.has_finish_reason)?;
                self.delta.finish_reason = self.plain()?;
                Some(())
            }
            "text" => self.words()?.is_none().then_some(()),
            _ => self.skip(),
        }
    }

    /// Takes the value of a field of the delta.
    fn piece(&mut self, field: &str) -> Option<()> {
        match field {
            "content" => {
                once(&mut self.has_content)?;
                self.delta.content = self.words()?;
            }
            "reasoning_content" => {
                once(&mut self.has_reasoning)?;
                self.delta.reasoning = self.words()?;
            }
            "reasoning" => {
                once(&mut self.has_short_reasoning)?;
                self.short_reasoning = self.words()?;
            }
            "refusal" => self.words()?.is_none().then_some(())?,
            _ => self.skip()?,
        }
        Some(())
    }

    /// An object; `value` is called at each value and must take it.
    fn object(&mut self, value: fn(&mut Self, &str) -> Option<()>) -> Option<()> {
        self.take(b'{')?;
        self.inside(value)
    }

    /// The same after its first brace.
    fn inside(&mut self, value: fn(&mut Self, &str) -> Option<()>) -> Option<()> {
        if self.take(b'}').is_some() {
            return Some(());
        }
        self.field(value)?;
        self.rest(value)
    }

    /// The same after any of its values.
    fn rest(&mut self, value: fn(&mut Self, &str) -> Option<()>) -> Option<()> {
        while self.take(b',').is_some() {
            self.field(value)?;
        }
        self.take(b'}')
    }

    fn field(&mut self, value: fn(&mut Self, &str) -> Option<()>) -> Option<()> {
        self.take(b'"')?;
        let rest = &self.json[self.at..];
        let end = rest.bytes().position(|byte| matches!(byte, b'"' | b'\\'))?;
        self.at += end;
        self.take(b'"')?;
        self.take(b':')?;
        value(self, &rest[..end])
    }

    /// The text at a field that may be null or of another scalar kind; no empty one.
    fn words(&mut self) -> Option<Option<Cow<'a, str>>> {
        Some(match self.scalar()? {
            Scalar::Text { raw: "", .. } => None,
            Scalar::Text { raw, has_escapes: false } => Some(Cow::Borrowed(raw)),
            Scalar::Text { raw, .. } => Some(Cow::Owned(unescape(raw)?)),
            _ => None,
        })
    }

    /// The same where escapes are not expected, nor numbers: the slow way may read those.
    fn plain(&mut self) -> Option<Option<&'a str>> {
        match self.scalar()? {
            Scalar::Text { raw, has_escapes: false } => Some((!raw.is_empty()).then_some(raw)),
            Scalar::Null => Some(None),
            _ => None,
        }
    }

    /// A value that says nothing, and is valid all the same.
    fn skip(&mut self) -> Option<()> {
        match self.scalar()? {
            Scalar::Text { has_escapes: true, .. } => None,
            _ => Some(()),
        }
    }

    fn scalar(&mut self) -> Option<Scalar<'a>> {
        self.blanks();
        let rest = &self.json[self.at..];
        let (scalar, length) = match rest.as_bytes().first()? {
            b'"' => return self.string(),
            b'n' => (Scalar::Null, rest.strip_prefix("null").map(|_| 4)?),
            b'f' => (Scalar::False, rest.strip_prefix("false").map(|_| 5)?),
            b't' => (Scalar::Other, rest.strip_prefix("true").map(|_| 4)?),
            b'0' => (Scalar::Other, 1),
            // Longer ones may be out of range. What follows the digits of a fraction is no comma, so it ends there.
            b'1'..=b'9' => match rest.bytes().take_while(u8::is_ascii_digit).count() {
                length @ ..=18 => (Scalar::Other, length),
                _ => return None,
            },
            _ => return None,
        };
        self.at += length;
        Some(scalar)
    }

    fn string(&mut self) -> Option<Scalar<'a>> {
        let rest = &self.json[self.at + 1..];
        let bytes = rest.as_bytes();
        let mut end = memchr2(b'"', b'\\', bytes)?;
        let has_escapes = bytes[end] == b'\\';
        while bytes[end] == b'\\' {
            // Not the escaped byte, which may be a quote.
            let after = end + 2;
            end = after + memchr2(b'"', b'\\', bytes.get(after..)?)?;
        }
        self.at += end + 2;
        Some(Scalar::Text { raw: &rest[..end], has_escapes })
    }

    fn take(&mut self, byte: u8) -> Option<()> {
        self.blanks();
        (*self.json.as_bytes().get(self.at)? == byte).then(|| self.at += 1)
    }

    fn blanks(&mut self) {
        while self.json.as_bytes().get(self.at) == Some(&b' ') {
            self.at += 1;
        }
    }
}

/// Refuses to see a field twice: of those the last one counts, and serde_json knows which.
fn once(has: &mut bool) -> Option<()> {
    (!std::mem::replace(has, true)).then_some(())
}

fn unescape(mut raw: &str) -> Option<String> {
    let mut text = String::with_capacity(raw.len());
    while let Some(at) = memchr(b'\\', raw.as_bytes()) {
        text.push_str(&raw[..at]);
        let escape = *raw.as_bytes().get(at + 1)?;
        let mut length = 2;
        text.push(match escape {
            b'"' | b'\\' | b'/' => char::from(escape),
            b'n' => '\n',
            b't' => '\t',
            b'r' => '\r',
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'u' => {
                let first = hex(raw, at)?;
                length = 6;
                match first {
                    0xd800..=0xdbff => {
                        let second = hex(raw, at + 6).filter(|it| (0xdc00..=0xdfff).contains(it))?;
                        length = 12;
                        char::from_u32(0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00))?
                    }
                    // A lone second half is no character.
                    _ => char::from_u32(first)?,
                }
            }
            _ => return None,
        });
        raw = raw.get(at + length..)?;
    }
    text.push_str(raw);
    Some(text)
}

/// The code unit of the `\uXXXX` at `at`.
fn hex(raw: &str, at: usize) -> Option<u32> {
    let digits = raw.get(at..)?.strip_prefix("\\u")?.get(..4)?;
    // A sign would be read as well.
    digits.bytes().all(|byte| byte.is_ascii_hexdigit()).then(|| u32::from_str_radix(digits, 16).ok())?
}

#[cfg(test)]
#[path = "delta_tests.rs"]
mod tests;
