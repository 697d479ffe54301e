//! A push parser for [server-sent events](https://html.spec.whatwg.org/multipage/server-sent-events.html): bytes go in as
//! they come, whole events come out. No IO, linear in the input, and bounded: a hostile server can't make it grow.
//!
//! Written here because the published parsers panic on a leading byte order mark, wait for a byte too many after CR CR,
//! or give up on invalid UTF-8.

use std::fmt;

/// The largest event, and the largest line, in bytes: 16 MiB.
pub const MAX_EVENT: usize = 16 * 1024 * 1024;

const BOM: &[u8] = b"\xef\xbb\xbf";

/// One dispatched event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// The `event` field, `message` when there was none.
    pub name: String,
    /// The `data` lines, joined by newlines. Invalid UTF-8 has become U+FFFD.
    pub data: String,
}

/// An event or a line is larger than [`MAX_EVENT`]. The parser is of no use after that.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooLarge;

impl std::error::Error for TooLarge {}

impl fmt::Display for TooLarge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "an event of more than {MAX_EVENT} bytes")
    }
}

/// The parser. What is left in it when the stream ends is an unfinished event, which the standard says to drop.
///
/// ```
/// let mut parser = poe::sse::Parser::new();
/// let mut events = Vec::new();
/// parser.push(b"data: hel", &mut events).unwrap();
/// assert!(events.is_empty());
/// parser.push(b"lo\n\n", &mut events).unwrap();
/// assert_eq!(events[0].data, "hello");
/// ```
#[derive(Debug)]
pub struct Parser {
    limit: usize,
    /// The line so far, when it began in an earlier chunk.
    line: Vec<u8>,
    /// Each data line followed by a newline.
    data: Vec<u8>,
    name: Vec<u8>,
    last_id: String,
    retry: Option<u64>,
    at_start: bool,
    /// The last byte was CR: a LF that follows belongs to it.
    after_cr: bool,
}

impl Default for Parser {
    fn default() -> Parser {
        Parser::with_limit(MAX_EVENT)
    }
}

impl Parser {
    /// A parser at the start of a stream.
    pub fn new() -> Parser {
        Parser::default()
    }

    fn with_limit(limit: usize) -> Parser {
        Parser {
            limit,
            line: Vec::new(),
            data: Vec::new(),
            name: Vec::new(),
            last_id: String::new(),
            retry: None,
            at_start: true,
            after_cr: false,
        }
    }

    /// The last `id` field, kept from event to event.
    pub fn last_event_id(&self) -> &str {
        &self.last_id
    }

    /// The last valid `retry` field, in milliseconds.
    pub fn retry(&self) -> Option<u64> {
        self.retry
    }

    /// Takes the next bytes and appends the events that they complete, also when it fails later in the same bytes.
    pub fn push(&mut self, mut bytes: &[u8], events: &mut Vec<Event>) -> Result<(), TooLarge> {
        while !bytes.is_empty() {
            if std::mem::take(&mut self.after_cr) && bytes[0] == b'\n' {
                bytes = &bytes[1..];
                continue;
            }
            let Some(end) = memchr::memchr2(b'\r', b'\n', bytes) else {
                self.check_size(bytes.len())?;
                self.line.extend_from_slice(bytes);
                return Ok(());
            };
            self.check_size(end)?;
            if self.line.is_empty() {
                self.end_line(&bytes[..end], events);
            } else {
                let mut line = std::mem::take(&mut self.line);
                line.extend_from_slice(&bytes[..end]);
                self.end_line(&line, events);
                line.clear();
                self.line = line;
            }
            self.after_cr = bytes[end] == b'\r';
            bytes = &bytes[end + 1..];
        }
        Ok(())
    }

    fn check_size(&self, more: usize) -> Result<(), TooLarge> {
        if self.data.len() + self.line.len() + more > self.limit {
            Err(TooLarge)
        } else {
            Ok(())
        }
    }

    fn end_line(&mut self, mut line: &[u8], events: &mut Vec<Event>) {
        if std::mem::take(&mut self.at_start) {
            line = line.strip_prefix(BOM).unwrap_or(line);
        }
        if line.is_empty() {
            return self.dispatch(events);
        }
        let (field, value) = match memchr::memchr(b':', line) {
            Some(colon) => (&line[..colon], &line[colon + 1..]),
            None => (line, &b""[..]),
        };
        let value = value.strip_prefix(b" ").unwrap_or(value);
        match field {
            b"data" => {
                self.data.extend_from_slice(value);
                self.data.push(b'\n');
            }
            b"event" => self.name = value.to_vec(),
            b"id" if !value.contains(&0) => self.last_id = String::from_utf8_lossy(value).into_owned(),
            b"retry" if !value.is_empty() && value.iter().all(u8::is_ascii_digit) => {
                // More digits than fit are as good as none.
                self.retry = std::str::from_utf8(value)
                    .ok()
                    .and_then(|digits| digits.parse().ok())
                    .or(self.retry);
            }
            _ => {} // a comment (no field name) or a field that nobody knows
        }
    }

    fn dispatch(&mut self, events: &mut Vec<Event>) {
        let name = std::mem::take(&mut self.name);
        let mut data = std::mem::take(&mut self.data);
        if data.pop().is_none() {
            return;
        }
        let name = if name.is_empty() {
            "message".to_owned()
        } else {
            lossy(name)
        };
        events.push(Event {
            name,
            data: lossy(data),
        });
    }
}

fn lossy(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(input: &[u8], size: usize) -> (Vec<Event>, Parser) {
        let mut parser = Parser::new();
        let mut events = Vec::new();
        for chunk in input.chunks(size) {
            parser.push(chunk, &mut events).unwrap();
        }
        (events, parser)
    }

    /// The data of every event, `name|data` where the name is not `message`, at four ways of cutting the input.
    fn check(input: impl AsRef<[u8]>, expected: &[&str]) {
        let input = input.as_ref();
        for size in [input.len().max(1), 1, 2, 7] {
            let got: Vec<String> = parse(input, size)
                .0
                .into_iter()
                .map(|e| {
                    if e.name == "message" {
                        e.data
                    } else {
                        format!("{}|{}", e.name, e.data)
                    }
                })
                .collect();
            assert_eq!(
                got,
                expected,
                "{:?} in pieces of {size}",
                String::from_utf8_lossy(input)
            );
        }
    }

    #[test]
    fn conforms() {
        let long = "x".repeat(2049);
        let comments = format!("data:1\r:\0\n:\r\ndata:2\n:{long}\rdata:3\n:data:fail\r:{long}\ndata:4\n\n");
        check(comments, &["1\n2\n3\n4"]);
        check("data:\n\ndata\ndata\n\ndata:test\n\n", &["", "\n", "test"]);
        check(b"\xef\xbb\xbfdata:1\n\ndata:2\n\n", &["1", "2"]);
        check(
            b"\xef\xbb\xbf\xef\xbb\xbfdata:1\n\ndata:2\n\ndata:3\n\n",
            &["2", "3"],
        );
        check("data:1\n\n\u{feff}data:2\n\ndata:3\n\n", &["1", "3"]);
        check("retry:1000\ndata:test1\n\nid:test\ndata:test2", &["test1"]);
        check("event:test\ndata:x\n\ndata:y\n\n", &["test|x", "y"]);
        check("event: \ndata:data\n\n", &["data"]);
        check("event:test\n\ndata:x\n\n", &["x"]);
        check(
            "data:\0\ndata:  2\rData:1\ndata\0:2\ndata:1\r\0data:4\nda-ta:3\rdata_5\ndata:3\rdata:\r\n data:32\ndata:4\n\n",
            &["\0\n 2\n1\n3\n\n4"],
        );
        check(
            "data:test\n data\ndata\nfoobar:xxx\njustsometext\n:c\ndata:test\n\n",
            &["test\n\ntest"],
        );
        check("data:\ttest\rdata: \ndata:test\n\n", &["\ttest\n\ntest"]);
        check(
            "data:test\r\ndata\ndata:test\r\n\rdata:z\n\n",
            &["test\n\ntest", "z"],
        );
        check("data:\0\n\n\n\n", &["\0"]);
        check("data:ok…\n\n", &["ok…"]);
        check("data: 🙂 дом 漢字\n\n", &["🙂 дом 漢字"]);
        check("data:a\r\rdata:b\r\r", &["a", "b"]);
        check("data:a\r\n\r\ndata:b\r\n\r\n", &["a", "b"]);
        check("\n\n\r\r\n\ndata:a\n\n", &["a"]);
        check("event: ping\n\ndata:a\n\n", &["a"]);
        check("event: ping\ndata:{}\n\n", &["ping|{}"]);
        check(
            ": keep-alive\n\n: keep-alive\n\ndata:a\n\n: keep-alive\n\n",
            &["a"],
        );
        check(
            "data: {\ndata\ndata: \"a\": 1\ndata:\ndata: }\n\n",
            &["{\n\n\"a\": 1\n\n}"],
        );
        check(
            "data:a\u{2028}b\u{2029}c\u{85}d\n\n",
            &["a\u{2028}b\u{2029}c\u{85}d"],
        );
        check(b"data:a\xffb\n\ndata:c\n\n", &["a\u{fffd}b", "c"]);
        check(b"data:a\n\ndata:\xe2\x82", &["a"]);
        check("data:a\n\ndata:b\n", &["a"]);
        check("data:a\n\ndata:b", &["a"]);
        check("data: [DONE]\n\n", &["[DONE]"]);
        check("retry:99999999999999999999999999\ndata:a\n\n", &["a"]);
        check("", &[]);
    }

    #[test]
    fn metadata() {
        fn check(input: &str, id: &str, retry: Option<u64>) {
            let (_, parser) = parse(input.as_bytes(), 3);
            assert_eq!((parser.last_event_id(), parser.retry()), (id, retry), "{input:?}");
        }
        check("id:7\ndata:a\n\ndata:b\n\n", "7", None);
        check("id:7\nid:8\0\ndata:a\n\n", "7", None);
        check("retry:1000\nretry:1000x\nretry:+2000\nretry:\n\n", "", Some(1000));
        check("retry:5\nretry:99999999999999999999999999\n\n", "", Some(5));
    }

    #[test]
    fn an_event_that_ends_in_cr_cr_comes_at_once() {
        let mut parser = Parser::new();
        let mut events = Vec::new();
        parser.push(b"data:a\r\r", &mut events).unwrap();
        assert_eq!(events.len(), 1);
    }

    #[test]
    fn bounded() {
        fn check(piece: &[u8], times: usize, expected: Result<(), TooLarge>) {
            let mut parser = Parser::with_limit(1000);
            let got = (0..times).try_for_each(|_| parser.push(piece, &mut Vec::new()));
            assert_eq!(
                got,
                expected,
                "{} times {:?}",
                times,
                String::from_utf8_lossy(piece)
            );
        }
        check(b"data:an endless line ", 100, Err(TooLarge));
        check(b": an endless comment ", 100, Err(TooLarge));
        check(b"data\n", 2000, Err(TooLarge));
        check(b"data:x\n\n", 2000, Ok(()));
        check(b": comment\n", 2000, Ok(()));
        check(b"event:x\n", 2000, Ok(()));
        check(&[b'x'; 1001], 1, Err(TooLarge));
    }

    #[test]
    fn what_came_before_a_failure_is_kept() {
        let mut parser = Parser::with_limit(20);
        let mut events = Vec::new();
        let failed = parser.push(b"data:a\n\ndata:this is more than twenty\n\n", &mut events);
        assert_eq!((failed, events.len()), (Err(TooLarge), 1));
    }

    #[test]
    fn a_large_event_takes_linear_time() {
        let mut input = b"data:".to_vec();
        input.resize(10 * 1024 * 1024, b'x');
        input.extend_from_slice(b"\n\n");
        let start = std::time::Instant::now();
        let (events, _) = parse(&input, 256);
        assert_eq!(events[0].data.len(), 10 * 1024 * 1024 - 5);
        // A quadratic parser takes minutes.
        assert!(
            start.elapsed() < std::time::Duration::from_secs(5),
            "{:?}",
            start.elapsed()
        );
    }
}
