//! Walks through JSON of any length without holding it: from the outside, a container is entered or a whole value is taken as its
//! bytes. Where a value ends is told by its quotes and brackets alone, so that one that is wrong inside costs no other, and nothing
//! here recurses.

use memchr::{memchr, memchr2};
use std::io::{self, Read};

const BUFFER: usize = 256 * 1024;
/// A name that is longer is cut: none that is known is.
const LONGEST_KEY: usize = 4096;
/// Commas and colons of one value: each stands for memory that its text does not show.
const MOST_PARTS: usize = 1_500_000;

#[derive(Debug)]
pub(super) enum ScanError {
    Io(io::Error),
    /// It is no JSON from here on.
    Syntax,
    /// It ends too early.
    CutOff,
}

impl From<io::Error> for ScanError {
    fn from(error: io::Error) -> ScanError {
        ScanError::Io(error)
    }
}

/// A value's bytes.
pub(super) enum Taken {
    Whole(Vec<u8>),
    /// It was passed over.
    TooLarge,
}

pub(super) struct Scanner<R> {
    source: R,
    buffer: Vec<u8>,
    at: usize,
    end: usize,
}

impl<R: Read> Scanner<R> {
    pub(super) fn new(source: R) -> Scanner<R> {
        Scanner { source, buffer: vec![0; BUFFER], at: 0, end: 0 }
    }

    /// The bytes that are here; none at the end.
    fn fill(&mut self) -> Result<&[u8], ScanError> {
        while self.at == self.end {
            match self.source.read(&mut self.buffer) {
                Ok(0) => return Ok(&[]),
                Ok(count) => (self.at, self.end) = (0, count),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(&self.buffer[self.at..self.end])
    }

    /// Past a mark of the byte order, which some programs write.
    pub(super) fn skip_mark(&mut self) -> Result<(), ScanError> {
        for byte in [0xef, 0xbb, 0xbf] {
            if self.fill()?.first() != Some(&byte) {
                break;
            }
            self.at += 1;
        }
        Ok(())
    }

    /// The next byte that is no blank.
    pub(super) fn peek(&mut self) -> Result<Option<u8>, ScanError> {
        loop {
            let bytes = self.fill()?;
            if bytes.is_empty() {
                return Ok(None);
            }
            match bytes.iter().position(|byte| !byte.is_ascii_whitespace()) {
                Some(blanks) => {
                    self.at += blanks;
                    return Ok(Some(self.buffer[self.at]));
                }
                None => self.at = self.end,
            }
        }
    }

    fn expect(&mut self, wanted: u8) -> Result<(), ScanError> {
        match self.peek()? {
            Some(byte) if byte == wanted => {
                self.at += 1;
                Ok(())
            }
            Some(_) => Err(ScanError::Syntax),
            None => Err(ScanError::CutOff),
        }
    }

    /// Into an object or a list.
    pub(super) fn enter(&mut self) -> Result<Inside, ScanError> {
        let opened = self.peek()?.ok_or(ScanError::CutOff)?;
        let close = match opened {
            b'{' => b'}',
            b'[' => b']',
            _ => return Err(ScanError::Syntax),
        };
        self.at += 1;
        Ok(Inside { close, is_first: true })
    }

    /// Whether there is one more in it; after the last one it is left.
    pub(super) fn next(&mut self, inside: &mut Inside) -> Result<bool, ScanError> {
        let byte = self.peek()?.ok_or(ScanError::CutOff)?;
        if byte == inside.close {
            self.at += 1;
            return Ok(false);
        }
        if !std::mem::replace(&mut inside.is_first, false) {
            self.expect(b',')?;
        }
        Ok(true)
    }

    /// The name of an object's member; its value follows.
    pub(super) fn key(&mut self) -> Result<String, ScanError> {
        if self.peek()? != Some(b'"') {
            return Err(ScanError::Syntax);
        }
        let key = match self.take(LONGEST_KEY)? {
            Taken::Whole(bytes) => serde_json::from_slice(&bytes).unwrap_or_default(),
            Taken::TooLarge => String::new(),
        };
        self.expect(b':')?;
        Ok(key)
    }

    /// The whole value that begins here, if it has at most so many bytes.
    pub(super) fn take(&mut self, limit: usize) -> Result<Taken, ScanError> {
        let mut taken = Some(Vec::new());
        self.pass(|bytes, parts| {
            if taken.as_ref().is_some_and(|it| it.len() + bytes.len() > limit || parts > MOST_PARTS) {
                taken = None;
            }
            if let Some(taken) = &mut taken {
                taken.extend_from_slice(bytes);
            }
        })?;
        Ok(taken.map_or(Taken::TooLarge, Taken::Whole))
    }

    pub(super) fn skip(&mut self) -> Result<(), ScanError> {
        self.pass(|_, _| {})
    }

    /// Hands on the bytes of one value, and how many parts were seen of it.
    fn pass(&mut self, mut hand_on: impl FnMut(&[u8], usize)) -> Result<(), ScanError> {
        let first = self.peek()?.ok_or(ScanError::CutOff)?;
        if !matches!(first, b'{' | b'[' | b'"') {
            return self.pass_word(hand_on);
        }
        let (mut depth, mut parts) = (0_usize, 0_usize);
        let (mut in_text, mut is_escaped) = (false, false);
        loop {
            let bytes = self.fill()?;
            if bytes.is_empty() {
                return Err(ScanError::CutOff);
            }
            let mut at = 0;
            let mut is_over = false;
            while at < bytes.len() {
                if is_escaped {
                    (is_escaped, at) = (false, at + 1);
                } else if in_text {
                    let Some(next) = memchr2(b'"', b'\\', &bytes[at..]) else {
                        at = bytes.len();
                        break;
                    };
                    at += next + 1;
                    if bytes[at - 1] == b'\\' {
                        is_escaped = true;
                    } else {
                        in_text = false;
                        is_over = depth == 0;
                    }
                } else {
                    match bytes[at] {
                        b'"' => in_text = true,
                        b'{' | b'[' => depth += 1,
                        b'}' | b']' => {
                            depth = depth.saturating_sub(1);
                            is_over = depth == 0;
                        }
                        b',' | b':' => parts += 1,
                        _ => {}
                    }
                    at += 1;
                }
                if is_over {
                    break;
                }
            }
            hand_on(&bytes[..at], parts);
            self.at += at;
            if is_over {
                return Ok(());
            }
        }
    }

    /// A number, or one of the three words.
    fn pass_word(&mut self, mut hand_on: impl FnMut(&[u8], usize)) -> Result<(), ScanError> {
        let mut is_empty = true;
        loop {
            let bytes = self.fill()?;
            let ends = |byte: &u8| byte.is_ascii_whitespace() || b",]}".contains(byte);
            let end = bytes.iter().position(ends);
            let word = &bytes[..end.unwrap_or(bytes.len())];
            let is_last = end.is_some() || bytes.is_empty();
            is_empty &= word.is_empty();
            hand_on(word, 0);
            let length = word.len();
            self.at += length;
            if is_last {
                return if is_empty { Err(ScanError::Syntax) } else { Ok(()) };
            }
        }
    }
}

/// Where in a container the walk is.
pub(super) struct Inside {
    close: u8,
    is_first: bool,
}

/// Escapes of half a character, which other programs write where they cut a text, made whole.
pub(super) fn mend_surrogates(json: &str) -> String {
    let unit = |text: &str| {
        let digits = text.strip_prefix("\\u")?.get(..4)?;
        u16::from_str_radix(digits, 16).ok()
    };
    let mut mended = String::with_capacity(json.len());
    let mut rest = json;
    while let Some(at) = memchr(b'\\', rest.as_bytes()) {
        mended.push_str(&rest[..at]);
        rest = &rest[at..];
        let taken = match unit(rest) {
            Some(0xd800..=0xdbff) => match rest.get(6..).and_then(unit) {
                Some(0xdc00..=0xdfff) => 12,
                _ => 0,
            },
            Some(0xdc00..=0xdfff) => 0,
            Some(_) => 6,
            None => 1 + rest[1..].chars().next().map_or(0, char::len_utf8),
        };
        if taken == 0 {
            mended.push_str("\\ufffd");
            rest = &rest[6..];
        } else {
            mended.push_str(&rest[..taken]);
            rest = &rest[taken..];
        }
    }
    mended.push_str(rest);
    mended
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    /// Hands out a few bytes at a time.
    struct Slow<'a>(&'a [u8], usize);

    impl Read for Slow<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let count = self.1.min(self.0.len()).min(buffer.len());
            buffer[..count].copy_from_slice(&self.0[..count]);
            self.0 = &self.0[count..];
            Ok(count)
        }
    }

    fn elements(json: &str, step: usize) -> Result<Vec<Vec<u8>>, ScanError> {
        let mut scanner = Scanner::new(Slow(json.as_bytes(), step));
        let mut inside = scanner.enter()?;
        let mut found = Vec::new();
        while scanner.next(&mut inside)? {
            if let Taken::Whole(bytes) = scanner.take(1000)? {
                found.push(bytes);
            }
        }
        Ok(found)
    }

    #[test]
    fn a_value_ends_where_it_ends_however_the_bytes_come() {
        let values = [
            json!({"a": "}]\"\\", "b": [1, {"c": null}]}),
            json!("x\\"),
            json!(-1.5e3),
            json!(true),
            json!([]),
            json!({"größe": "🦀"}),
        ];
        let text = format!(" [ {} ] ", values.iter().map(Value::to_string).collect::<Vec<_>>().join(" ,\n"));
        for step in [1, 2, 3, 7, 1000] {
            let found = elements(&text, step).unwrap();
            let found: Vec<Value> =
                found.iter().map(|bytes| serde_json::from_slice(bytes).unwrap()).collect();
            assert_eq!(found, values, "{step} at a time");
        }
    }

    #[test]
    fn what_is_too_large_or_wrong_inside_costs_no_other() {
        let large = format!("[{{\"a\":\"{}\"}},{{b}}, [1}}, 2]", "x".repeat(2000));
        let found = elements(&large, 100).unwrap();
        assert_eq!(found, [b"{b}".to_vec(), b"[1}".to_vec(), b"2".to_vec()]);
        assert!(matches!(elements("[{\"a\":1}, {\"b\":", 5), Err(ScanError::CutOff)));
        assert!(matches!(elements("[1 2]", 5), Err(ScanError::Syntax)));
        assert!(matches!(elements("[,]", 5), Err(ScanError::Syntax)));
        let deep = format!("[{}{}]", "[".repeat(400), "]".repeat(400));
        assert_eq!(elements(&deep, 64).unwrap().len(), 1);
    }

    #[test]
    fn half_characters_are_mended_and_whole_ones_stay() {
        fn check(json: &str, expected: &str) {
            let text: String = serde_json::from_str(&mend_surrogates(json)).unwrap();
            assert_eq!(text, expected);
        }
        check(r#""a\ud83e\udd80b""#, "a🦀b");
        check(r#""a\ud83eb""#, "a\u{fffd}b");
        check(r#""\udd80""#, "\u{fffd}");
        check(r#""\\ud83e \n""#, "\\ud83e \n");
    }
}
