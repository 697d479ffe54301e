//! A push parser for [server-sent events](https://html.spec.whatwg.org/multipage/server-sent-events.html): bytes go in as
//! they come, whole events come out. No IO, linear in the input, and bounded: a hostile server can't make it grow.
//!
//! Written here because the published parsers panic on a leading byte order mark, wait for a byte too many after CR CR,
//! or give up on invalid UTF-8.

use std::borrow::Cow;
use std::fmt;

/// The largest event, and the largest line, in bytes: 16 MiB.
pub const MAX_EVENT: usize = 16 * 1024 * 1024;

/// Buffers that grew past this for one event are given back after it.
const KEEP: usize = 256 * 1024;

const BOM: &[u8] = b"\xef\xbb\xbf";
const DATA: &[u8] = b"data:";

/// One dispatched event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// The `event` field, `message` when there was none.
    pub name: String,
    /// The `data` lines, joined by newlines. Invalid UTF-8 has become U+FFFD.
    pub data: String,
}

/// The same, lent by the parser or straight from the bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EventRef<'a> {
    /// The `event` field, `message` when there was none.
    pub name: &'a str,
    /// The `data` lines, joined by newlines. Owned only when invalid UTF-8 had to become U+FFFD.
    pub data: Cow<'a, str>,
}

/// What [`Parser::read_all`] lends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Item<'a> {
    /// A dispatched event.
    Event(EventRef<'a>),
    /// A line with a field that the standard does not know, which [`Parser::read`] passes over. Comments are none.
    Unknown(Cow<'a, str>),
    /// A data line has ended, and is held for its event: which one it is of all that came since the last blank line, from 1.
    /// An event that lies whole in the bytes comes without.
    Line(usize),
}

impl From<EventRef<'_>> for Event {
    fn from(event: EventRef<'_>) -> Event {
        Event { name: event.name.to_owned(), data: event.data.into_owned() }
    }
}

/// How far the bytes were read.
enum Step<'b> {
    /// An event that lies whole in the bytes: its data.
    Whole(&'b [u8]),
    /// An event: its data is in `data`.
    Held,
    /// A line of an unknown field: it is in `unknown`.
    Unknown,
    /// A data line of an event that is still coming: the number.
    Line(usize),
    UsedUp,
}

/// What a line came to.
enum Line {
    /// A part of an event, or nothing.
    Part,
    Data,
    /// The end of an event.
    End,
    Unknown,
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
    /// The line so far, when it began in an earlier chunk and may be anything but data.
    line: Vec<u8>,
    /// Each data line followed by a newline; the last one may still be coming.
    data: Vec<u8>,
    /// So many bytes of `data` are whole lines.
    whole: usize,
    /// How many data lines have ended since the last blank line, also those that were taken out.
    lines: usize,
    /// The last line of a field that nobody knows.
    unknown: Vec<u8>,
    /// The line that is coming is one of data: it is kept in `data` at once, so that a large one is copied once.
    in_data: bool,
    name: String,
    at_start: bool,
    /// The last byte was CR: a LF that follows belongs to it.
    after_cr: bool,
    /// `name` and `data` were handed out with the last event.
    is_lent: bool,
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
            whole: 0,
            lines: 0,
            unknown: Vec::new(),
            in_data: false,
            name: String::new(),
            at_start: true,
            after_cr: false,
            is_lent: false,
        }
    }

    /// Takes the next bytes and appends the events that they complete, also when it fails later in the same bytes.
    pub fn push(&mut self, mut bytes: &[u8], events: &mut Vec<Event>) -> Result<(), TooLarge> {
        while let Some(event) = self.read(&mut bytes)? {
            events.push(event.into());
        }
        Ok(())
    }

    /// Takes as many of the bytes as the next event needs and lends that event; `None` when they are used up. An event
    /// that lies whole in the bytes is not copied.
    pub fn read<'a, 'b: 'a>(&'a mut self, bytes: &mut &'b [u8]) -> Result<Option<EventRef<'a>>, TooLarge> {
        loop {
            let data = match self.step(bytes)? {
                Step::Whole(data) => data,
                Step::Held => &self.data[..self.data.len() - 1],
                Step::Unknown | Step::Line(_) => continue,
                Step::UsedUp => return Ok(None),
            };
            return Ok(Some(EventRef { name: name(&self.name), data: text(data) }));
        }
    }

    /// The same, and what the standard says to pass over: hosts put the reason of a failure there.
    pub(crate) fn read_all<'a, 'b: 'a>(
        &'a mut self,
        bytes: &mut &'b [u8],
    ) -> Result<Option<Item<'a>>, TooLarge> {
        let data = match self.step(bytes)? {
            Step::Whole(data) => data,
            Step::Held => &self.data[..self.data.len() - 1],
            Step::Unknown => return Ok(Some(Item::Unknown(text(&self.unknown)))),
            Step::Line(number) => return Ok(Some(Item::Line(number))),
            Step::UsedUp => return Ok(None),
        };
        Ok(Some(Item::Event(EventRef { name: name(&self.name), data: text(data) })))
    }

    /// The name of the event that is coming, as far as it was told.
    pub(crate) fn name(&self) -> &str {
        name(if self.is_lent { "" } else { &self.name })
    }

    /// Takes the whole data lines out of the event that is coming.
    pub(crate) fn take_lines(&mut self) -> Option<Event> {
        let last = self.whole.checked_sub(1).filter(|_| !self.is_lent)?;
        let lines = Event { name: name(&self.name).to_owned(), data: text(&self.data[..last]).into_owned() };
        self.data.drain(..self.whole);
        self.whole = 0;
        Some(lines)
    }

    /// The first of them.
    pub(crate) fn first_line(&self) -> Option<Cow<'_, str>> {
        let end = memchr::memchr(b'\n', &self.data[..self.whole]).filter(|_| !self.is_lent)?;
        Some(text(&self.data[..end]))
    }

    fn step<'b>(&mut self, bytes: &mut &'b [u8]) -> Result<Step<'b>, TooLarge> {
        if std::mem::take(&mut self.is_lent) {
            self.name.clear();
            (self.whole, self.lines) = (0, 0);
            empty(&mut self.data);
        }
        while let Some(first) = bytes.first() {
            if std::mem::take(&mut self.after_cr) && *first == b'\n' {
                *bytes = &bytes[1..];
                continue;
            }
            let Some(end) = memchr::memchr2(b'\r', b'\n', bytes) else {
                self.check_size(bytes.len())?;
                self.hold(bytes);
                *bytes = &[];
                break;
            };
            self.check_size(end)?;
            let (line, rest) = bytes.split_at(end);
            // The usual event: one line of data and a blank one, whole in these bytes.
            if self.line.is_empty()
                && self.data.is_empty()
                && !self.in_data
                && let Some(value) = line.strip_prefix(DATA)
                && let Some(blank) = [&b"\n\n"[..], b"\r\n\r\n"].into_iter().find(|it| rest.starts_with(it))
            {
                *bytes = &rest[blank.len()..];
                self.at_start = false;
                self.is_lent = true;
                return Ok(Step::Whole(without_space(value)));
            }
            let line = self.end_line(line);
            self.after_cr = rest[0] == b'\r';
            *bytes = &rest[1..];
            match line {
                Line::Part => {}
                Line::End => {
                    self.is_lent = true;
                    return Ok(Step::Held);
                }
                Line::Unknown => return Ok(Step::Unknown),
                Line::Data => return Ok(Step::Line(self.lines)),
            }
        }
        Ok(Step::UsedUp)
    }

    fn check_size(&self, more: usize) -> Result<(), TooLarge> {
        if self.data.len() + self.line.len() + more > self.limit { Err(TooLarge) } else { Ok(()) }
    }

    /// Keeps the beginning of a line.
    fn hold(&mut self, bytes: &[u8]) {
        if self.in_data {
            return self.data.extend_from_slice(bytes);
        }
        self.line.extend_from_slice(bytes);
        let line = self.after_bom(&self.line);
        // One byte more than the name, to see whether a space follows.
        if line.len() > DATA.len()
            && let Some(value) = line.strip_prefix(DATA)
        {
            self.data.extend_from_slice(without_space(value));
            self.line.clear();
            self.in_data = true;
            self.at_start = false;
        }
    }

    fn after_bom<'a>(&self, line: &'a [u8]) -> &'a [u8] {
        line.strip_prefix(BOM).filter(|_| self.at_start).unwrap_or(line)
    }

    /// Takes the last bytes of a line.
    fn end_line(&mut self, bytes: &[u8]) -> Line {
        if std::mem::take(&mut self.in_data) {
            self.data.extend_from_slice(bytes);
            self.end_data()
        } else if self.line.is_empty() {
            self.take_line(bytes)
        } else {
            let mut line = std::mem::take(&mut self.line);
            line.extend_from_slice(bytes);
            let came = self.take_line(&line);
            empty(&mut line);
            self.line = line;
            came
        }
    }

    fn end_data(&mut self) -> Line {
        self.data.push(b'\n');
        self.whole = self.data.len();
        self.lines += 1;
        Line::Data
    }

    fn take_line(&mut self, line: &[u8]) -> Line {
        let line = self.after_bom(line);
        self.at_start = false;
        if line.is_empty() {
            if !self.data.is_empty() {
                return Line::End;
            }
            self.name.clear();
            self.lines = 0;
            return Line::Part;
        }
        let (field, value) = match memchr::memchr(b':', line) {
            Some(colon) => (&line[..colon], without_space(&line[colon + 1..])),
            None => (line, &b""[..]),
        };
        match field {
            b"data" => {
                self.data.extend_from_slice(value);
                return self.end_data();
            }
            b"event" => self.name = String::from_utf8_lossy(value).into_owned(),
            // No name: a comment. An id and a time to wait, for who connects again: that would be paid a second time.
            b"" | b"id" | b"retry" => {}
            _ => {
                empty(&mut self.unknown);
                self.unknown.extend_from_slice(line);
                return Line::Unknown;
            }
        }
        Line::Part
    }
}

/// Keeps a usual buffer for what comes next. A large one goes back as it is: to shrink it first costs the allocator more.
fn empty(buffer: &mut Vec<u8>) {
    if buffer.capacity() > KEEP {
        *buffer = Vec::new();
    }
    buffer.clear();
}

fn name(field: &str) -> &str {
    if field.is_empty() { "message" } else { field }
}

/// The check alone is several times faster than the repair.
fn text(bytes: &[u8]) -> Cow<'_, str> {
    std::str::from_utf8(bytes).map_or_else(|_| String::from_utf8_lossy(bytes), Cow::Borrowed)
}

fn without_space(value: &[u8]) -> &[u8] {
    value.strip_prefix(b" ").unwrap_or(value)
}

#[cfg(test)]
#[path = "sse_tests.rs"]
mod tests;
