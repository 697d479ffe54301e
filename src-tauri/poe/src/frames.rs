//! Mends what hosts behind Poe, and proxies before it, do to a stream of events, above the parser, which keeps to the
//! standard: events parted by one newline instead of a blank line, a last event without its end, the reason of a failure
//! in a field `error:` or on a line of its own. What is an event by the standard is passed on as it is.

use serde::de::IgnoredAny;

use crate::error::Error;
use crate::sse::{Item, Parser, TooLarge};

/// A piece of a stream.
pub(crate) enum Piece<'a> {
    /// An event: its name and data.
    Frame(&'a str, &'a str),
    /// A line that belongs to no event. Where the answer has no good end it may say why.
    Remark(&'a str),
}

/// A stream that is being read. What comes of it depends on its lines alone, never on where the network cut it.
#[derive(Debug, Default)]
pub(crate) struct Frames {
    parser: Parser,
    /// Of the event that is coming: its first data line is a frame by itself, and so is each that follows.
    runs_on: bool,
    /// What the event was called when its first data line came.
    first_name: String,
}

impl Frames {
    /// Takes the next bytes and hands out the pieces that they complete.
    pub(crate) fn push(
        &mut self,
        mut bytes: &[u8],
        take: &mut impl FnMut(Piece<'_>) -> Result<(), Error>,
    ) -> Result<(), Error> {
        while let Some(item) = self.parser.read_all(&mut bytes).map_err(too_large)? {
            match item {
                Item::Event(event) => take(Piece::Frame(event.name, &event.data))?,
                Item::Unknown(line) => unknown(&line, take)?,
                Item::Line(number) => self.line(number, take)?,
            }
        }
        Ok(())
    }

    /// The stream has ended. By the standard an event without its blank line is dropped; a frame that is whole all the same
    /// was paid for.
    pub(crate) fn end(&mut self, take: &mut impl FnMut(Piece<'_>) -> Result<(), Error>) -> Result<(), Error> {
        let mut blank: &[u8] = b"\n\n";
        while let Some(item) = self.parser.read_all(&mut blank).map_err(too_large)? {
            let event = match item {
                Item::Event(event) => event,
                Item::Unknown(line) => {
                    unknown(&line, take)?;
                    continue;
                }
                // Its event follows at once.
                Item::Line(_) => continue,
            };
            let mut data = event.data.as_ref();
            if let Some((first, second)) = run_on(data) {
                take(Piece::Frame(&self.first_name, first))?;
                data = second;
            }
            if event.name == "error" || is_whole(data) {
                take(Piece::Frame(event.name, data))?;
            }
        }
        Ok(())
    }

    /// Data lines of which each is a frame never make one together: they are frames, and need not wait for the blank line.
    fn line(
        &mut self,
        number: usize,
        take: &mut impl FnMut(Piece<'_>) -> Result<(), Error>,
    ) -> Result<(), Error> {
        match number {
            // It may be all that there is.
            1 => {
                self.parser.name().clone_into(&mut self.first_name);
                self.runs_on = false;
            }
            2 => self.runs_on = self.parser.first_line().is_some_and(|first| is_whole(&first)),
            _ => {}
        }
        if !self.runs_on {
            return Ok(());
        }
        let Some(held) = self.parser.take_lines() else {
            return Ok(());
        };
        match held.data.split_once('\n') {
            Some((first, second)) => {
                take(Piece::Frame(&self.first_name, first))?;
                take(Piece::Frame(&held.name, second))
            }
            None => take(Piece::Frame(&held.name, &held.data)),
        }
    }
}

/// The first line and what follows it, where that line is a frame by itself.
fn run_on(data: &str) -> Option<(&str, &str)> {
    data.split_once('\n').filter(|(first, _)| is_whole(first))
}

/// A line of a field that nobody knows.
fn unknown(line: &str, take: &mut impl FnMut(Piece<'_>) -> Result<(), Error>) -> Result<(), Error> {
    let field = line.split_once(':').filter(|(name, _)| name.trim().eq_ignore_ascii_case("error"));
    match field {
        Some((_, reason)) => take(Piece::Frame("error", reason)),
        // JSON without `data:` before it.
        None if line.starts_with('{') && is_whole(line) => take(Piece::Frame("message", line)),
        None => take(Piece::Remark(line)),
    }
}

/// A frame by itself: an object, or the end.
fn is_whole(line: &str) -> bool {
    let line = line.trim();
    line == "[DONE]" || (line.starts_with('{') && serde_json::from_str::<IgnoredAny>(line).is_ok())
}

/// Whether a body that began as one JSON object is a line each instead.
pub(crate) fn is_lines(body: &str) -> bool {
    let body = body.trim();
    run_on(body).is_some()
}

fn too_large(error: TooLarge) -> Error {
    Error::unreadable(&error.to_string(), "")
}

#[cfg(test)]
#[path = "frames_tests.rs"]
mod tests;
