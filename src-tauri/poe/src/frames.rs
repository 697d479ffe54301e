//! Mends what hosts behind Poe, and proxies before it, do to a stream of events, above the parser, which keeps to the
//! standard: events parted by one newline instead of a blank line, a last event without its end, the reason of a failure
//! in a field `error:` or on a line of its own. What is an event by the standard is passed on as it is.

use serde::de::IgnoredAny;

use crate::answer::unreadable;
use crate::error::Error;
use crate::sse::{Item, Parser, TooLarge};

/// A piece of a stream.
pub(crate) enum Piece<'a> {
    /// An event: its name and data.
    Frame(&'a str, &'a str),
    /// A line that belongs to no event. Where the answer has no good end it may say why.
    Remark(&'a str),
}

/// A stream that is being read.
#[derive(Debug, Default)]
pub(crate) struct Frames {
    parser: Parser,
    /// Of the event that is coming: whether its first data line is a frame by itself, once that was looked at.
    runs_on: Option<bool>,
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
                Item::Event(event) => {
                    self.runs_on = None;
                    lines(event.name, &event.data, take)?;
                }
                Item::Unknown(line) => unknown(&line, take)?,
            }
        }
        self.take_lines(take)
    }

    /// The stream has ended. By the standard an event without its blank line is dropped; one that is whole all the same was
    /// paid for.
    pub(crate) fn end(&mut self, take: &mut impl FnMut(Piece<'_>) -> Result<(), Error>) -> Result<(), Error> {
        let mut blank: &[u8] = b"\n\n";
        while let Some(item) = self.parser.read_all(&mut blank).map_err(too_large)? {
            match item {
                Item::Event(event) if event.name == "error" || are_whole(&event.data) => {
                    lines(event.name, &event.data, take)?;
                }
                Item::Event(event) => drop(event),
                Item::Unknown(line) => unknown(&line, take)?,
            }
        }
        Ok(())
    }

    /// Data lines of which each is a frame never make one together: they are frames, and need not wait for the blank line.
    fn take_lines(&mut self, take: &mut impl FnMut(Piece<'_>) -> Result<(), Error>) -> Result<(), Error> {
        // One line may be all that there is: its event ends with the next byte.
        let is_told = self.runs_on.is_some();
        if self.parser.lines() < if is_told { 1 } else { 2 } {
            return Ok(());
        }
        let parser = &self.parser;
        let looks_so = || parser.first_line().is_some_and(|first| is_whole(&first));
        if !*self.runs_on.get_or_insert_with(looks_so) {
            return Ok(());
        }
        match self.parser.take_lines() {
            Some(held) => lines(&held.name, &held.data, take),
            None => Ok(()),
        }
    }
}

/// An event, or each of its lines where these are frames.
fn lines(name: &str, data: &str, take: &mut impl FnMut(Piece<'_>) -> Result<(), Error>) -> Result<(), Error> {
    match data.split_once('\n') {
        Some((first, _)) if is_whole(first) => {
            for line in data.split('\n') {
                take(Piece::Frame(name, line))?;
            }
            Ok(())
        }
        _ => take(Piece::Frame(name, data)),
    }
}

/// A line of a field that nobody knows.
fn unknown(line: &str, take: &mut impl FnMut(Piece<'_>) -> Result<(), Error>) -> Result<(), Error> {
    let field = line
        .split_once(':')
        .filter(|(name, _)| name.trim().eq_ignore_ascii_case("error"));
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

fn are_whole(data: &str) -> bool {
    data.split('\n')
        .all(|line| line.trim().is_empty() || is_whole(line))
}

/// Whether a body that began as one JSON object is a line each instead.
pub(crate) fn is_lines(body: &str) -> bool {
    let body = body.trim();
    body.split_once('\n').is_some_and(|(first, _)| is_whole(first))
}

fn too_large(error: TooLarge) -> Error {
    unreadable(&error.to_string(), "")
}

#[cfg(test)]
#[path = "frames_tests.rs"]
mod tests;
