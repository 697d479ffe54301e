//! Reads the usual chunk of a chat stream without building a tree of it: nearly every frame is one text or reasoning piece
//! in a known nest of objects. Whatever is not plainly that (a tool call, usage, an error, nested or doubled fields, odd
//! numbers, escapes outside the texts, invalid JSON) is `None`, and serde_json decides. So this must be right about what it
//! takes, and may be wrong about nothing else.

use std::borrow::Cow;

use memchr::{memchr, memchr2};

/// What a chunk adds. Empty texts are none, as everywhere.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Delta<'a> {
    pub(crate) model: Option<&'a str>,
    pub(crate) reasoning: Option<Cow<'a, str>>,
    pub(crate) content: Option<Cow<'a, str>>,
    pub(crate) finish_reason: Option<&'a str>,
}

impl<'a> Delta<'a> {
    pub(crate) fn read(json: &'a str) -> Option<Delta<'a>> {
        // Outside strings these would be blanks, inside they are invalid; not to meet them makes the rest simple.
        if json.bytes().fold(false, |any, byte| any | (byte < b' ')) {
            return None;
        }
        let mut scan = Scan { json, at: 0 };
        let delta = scan.chunk()?;
        (scan.at == json.len()).then_some(delta)
    }
}

struct Scan<'a> {
    json: &'a str,
    at: usize,
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
    fn chunk(&mut self) -> Option<Delta<'a>> {
        let mut delta = Delta::default();
        let (mut has_model, mut has_choices) = (false, false);
        self.object(|scan, key| {
            match key {
                "choices" => {
                    once(&mut has_choices)?;
                    scan.take(b'[')?;
                    scan.choice(&mut delta)?;
                    scan.take(b']')?;
                }
                "model" => {
                    once(&mut has_model)?;
                    delta.model = scan.plain()?;
                }
                "error" => {
                    let (Scalar::Null | Scalar::False) = scan.scalar()? else {
                        return None;
                    };
                }
                // A usage that says something is an object, which is not taken here.
                _ => scan.skip()?,
            }
            Some(())
        })?;
        has_choices.then_some(delta)
    }

    fn choice(&mut self, delta: &mut Delta<'a>) -> Option<()> {
        let (mut has_delta, mut has_reason) = (false, false);
        self.object(|scan, key| {
            match key {
                "delta" => {
                    once(&mut has_delta)?;
                    scan.pieces(delta)?;
                }
                "finish_reason" => {
                    once(&mut has_reason)?;
                    delta.finish_reason = scan.plain()?;
                }
                _ => scan.skip()?,
            }
            Some(())
        })
    }

    fn pieces(&mut self, delta: &mut Delta<'a>) -> Option<()> {
        let (mut has_content, mut has_long, mut has_short) = (false, false, false);
        let mut short = None;
        self.object(|scan, key| {
            match key {
                "content" => {
                    once(&mut has_content)?;
                    delta.content = scan.words()?;
                }
                "reasoning_content" => {
                    once(&mut has_long)?;
                    delta.reasoning = scan.words()?;
                }
                "reasoning" => {
                    once(&mut has_short)?;
                    short = scan.words()?;
                }
                _ => scan.skip()?,
            }
            Some(())
        })?;
        delta.reasoning = delta.reasoning.take().or(short);
        Some(())
    }

    /// An object; `value` is called at each value and must take it.
    fn object(&mut self, mut value: impl FnMut(&mut Self, &'a str) -> Option<()>) -> Option<()> {
        self.take(b'{')?;
        if self.take(b'}').is_some() {
            return Some(());
        }
        loop {
            self.take(b'"')?;
            let rest = &self.json[self.at..];
            let end = memchr(b'"', rest.as_bytes())?;
            let key = &rest[..end];
            if memchr(b'\\', key.as_bytes()).is_some() {
                return None;
            }
            self.at += end + 1;
            self.take(b':')?;
            value(self, key)?;
            if self.take(b',').is_none() {
                return self.take(b'}');
            }
        }
    }

    /// The text at a field that may be null or of another scalar kind; no empty one.
    fn words(&mut self) -> Option<Option<Cow<'a, str>>> {
        Some(match self.scalar()? {
            Scalar::Text { raw: "", .. } => None,
            Scalar::Text {
                raw,
                has_escapes: false,
            } => Some(Cow::Borrowed(raw)),
            Scalar::Text { raw, .. } => Some(Cow::Owned(unescape(raw)?)),
            _ => None,
        })
    }

    /// The same where escapes are not expected, nor numbers: the slow way may read those.
    fn plain(&mut self) -> Option<Option<&'a str>> {
        match self.scalar()? {
            Scalar::Text {
                raw,
                has_escapes: false,
            } => Some((!raw.is_empty()).then_some(raw)),
            Scalar::Null => Some(None),
            _ => None,
        }
    }

    /// A value that says nothing, and is valid all the same.
    fn skip(&mut self) -> Option<()> {
        match self.scalar()? {
            Scalar::Text {
                has_escapes: true, ..
            } => None,
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
        Some(Scalar::Text {
            raw: &rest[..end],
            has_escapes,
        })
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
    digits
        .bytes()
        .all(|byte| byte.is_ascii_hexdigit())
        .then(|| u32::from_str_radix(digits, 16).ok())?
}

#[cfg(test)]
#[path = "delta_tests.rs"]
mod tests;
