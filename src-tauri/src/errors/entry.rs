//! What an entry of the catalogue is made of.

use crate::events::{CardAction, Fact, Place, Severity};
use crate::words::Words;
use crate::words::facts::{Points, Rule};

/// What the catalogue says about one failure.
pub(super) struct Entry {
    pub(super) code: &'static str,
    pub(super) words: Words,
    pub(super) safe: String,
    pub(super) facts: Vec<Fact>,
    /// The first is the primary one; what is past the third is dropped.
    pub(super) actions: Vec<CardAction>,
    pub(super) severity: Severity,
    pub(super) place: Place,
    pub(super) field: Option<String>,
    pub(super) ready_at: Option<i64>,
    pub(super) rule: Rule,
}

/// What a kind of failure came to, before it is known where it is shown.
pub(super) struct Outcome {
    pub(super) words: Words,
    pub(super) severity: Severity,
    pub(super) points: Points,
    pub(super) rule: Rule,
    pub(super) actions: Vec<CardAction>,
}

pub(super) fn outcome(
    words: Words,
    severity: Severity,
    points: Points,
    rule: Rule,
    actions: Vec<CardAction>,
) -> Outcome {
    Outcome { words, severity, points, rule, actions }
}

/// An entry that concerns no message.
pub(super) fn banner(
    code: &'static str,
    words: Words,
    severity: Severity,
    actions: Vec<CardAction>,
) -> Entry {
    Entry {
        code,
        words,
        safe: String::new(),
        facts: Vec::new(),
        actions,
        severity,
        place: Place::Banner,
        field: None,
        ready_at: None,
        rule: Rule::Never,
    }
}

pub(super) fn fact(label: &str, value: String) -> Fact {
    Fact { label: label.to_owned(), value }
}
