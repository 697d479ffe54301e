//! Checks: those that a new key has to pass, and those of the connection. A check is a fact; what the window shows of it is
//! made in one place, whenever it is shown. Whoever makes checks tells each as it begins and as it ends.

pub use crate::words::facts::Note;

use crate::events::{self, CheckName, CheckState, ErrorCard};
use crate::words;
use parking_lot::Mutex;
use std::time::{Duration, Instant};

/// `F` is what the room fails with that makes it.
#[derive(Clone, Debug)]
pub struct Check<F> {
    pub name: CheckName,
    pub outcome: Outcome<F>,
    pub took: Duration,
}

#[derive(Clone, Debug)]
pub enum Outcome<F> {
    Waiting,
    Running,
    Passed(Option<Note>),
    /// Passed, with something to say.
    Warned(Note),
    /// The note is what was seen all the same.
    Failed(F, Option<Note>),
    /// Not made, because it would say nothing.
    Skipped(Note),
}

impl<F> Check<F> {
    /// As the window sees it; `card` makes the card of a failure.
    pub fn view(&self, card: impl FnOnce(&F) -> ErrorCard) -> events::Check {
        let (state, note, card) = match &self.outcome {
            Outcome::Waiting => (CheckState::Waiting, None, None),
            Outcome::Running => (CheckState::Running, None, None),
            Outcome::Passed(note) => (CheckState::Passed, note.as_ref(), None),
            Outcome::Warned(note) => (CheckState::Warned, Some(note), None),
            Outcome::Failed(failure, seen) => (CheckState::Failed, seen.as_ref(), Some(card(failure))),
            Outcome::Skipped(why) => (CheckState::Skipped, Some(why), None),
        };
        let is_made = matches!(state, CheckState::Passed | CheckState::Warned | CheckState::Failed);
        events::Check {
            name: self.name,
            state,
            note: note.map(words::checks::note),
            took_ms: is_made.then(|| u32::try_from(self.took.as_millis()).unwrap_or(u32::MAX)),
            card,
        }
    }
}

impl<F> Outcome<F> {
    pub fn points(balance: &poe::Balance) -> Outcome<F> {
        match balance.points {
            Some(points) => Outcome::Passed(Some(Note::Points(points))),
            None => Outcome::Warned(Note::NoPointsTold),
        }
    }

    pub fn models(models: &[poe::Model]) -> Outcome<F> {
        match models.len() {
            0 => Outcome::Warned(Note::Models(0)),
            count => Outcome::Passed(Some(Note::Models(count))),
        }
    }
}

/// The checks of one run, in the order in which they were first told.
pub struct Checks<'a, F> {
    tell: &'a (dyn Fn(&Check<F>) + Send + Sync),
    made: Mutex<Vec<Check<F>>>,
}

impl<'a, F: Clone> Checks<'a, F> {
    pub fn new(tell: &'a (dyn Fn(&Check<F>) + Send + Sync)) -> Checks<'a, F> {
        Checks { tell, made: Mutex::default() }
    }

    pub fn begin(&self, name: CheckName) -> Running<'_, F> {
        self.begin_at(name, Instant::now())
    }

    /// It began earlier, with the request whose answer it reads too.
    pub fn begin_at(&self, name: CheckName, since: Instant) -> Running<'_, F> {
        self.set(name, Outcome::Running);
        Running { checks: self, name, since }
    }

    /// Without its being made.
    pub fn set(&self, name: CheckName, outcome: Outcome<F>) {
        self.put(Check { name, outcome, took: Duration::ZERO });
    }

    pub fn skip_waiting(&self, why: &Note) {
        let waits = |check: &&Check<F>| matches!(check.outcome, Outcome::Waiting);
        let names: Vec<CheckName> = self.made.lock().iter().filter(waits).map(|it| it.name).collect();
        for name in names {
            self.set(name, Outcome::Skipped(why.clone()));
        }
    }

    pub fn into_made(self) -> Vec<Check<F>> {
        self.made.into_inner()
    }

    fn put(&self, check: Check<F>) {
        let mut made = self.made.lock();
        match made.iter_mut().find(|known| known.name == check.name) {
            Some(known) => *known = check.clone(),
            None => made.push(check.clone()),
        }
        drop(made);
        (self.tell)(&check);
    }
}

/// A check under way: it ends by being consumed, so once.
#[must_use]
pub struct Running<'a, F> {
    checks: &'a Checks<'a, F>,
    name: CheckName,
    since: Instant,
}

impl<F: Clone> Running<'_, F> {
    pub fn end(self, outcome: Outcome<F>) -> Check<F> {
        let check = Check { name: self.name, outcome, took: self.since.elapsed() };
        self.checks.put(check.clone());
        check
    }

    pub fn pass(self, note: Option<Note>) {
        self.end(Outcome::Passed(note));
    }

    pub fn warn(self, note: Note) {
        self.end(Outcome::Warned(note));
    }

    /// Gives the failure on.
    pub fn fail(self, failure: F) -> F {
        self.end(Outcome::Failed(failure.clone(), None));
        failure
    }

    /// By what was read, which is given on.
    pub fn end_with<T>(self, read: Result<T, F>, outcome: impl FnOnce(&T) -> Outcome<F>) -> Option<T> {
        self.end(match &read {
            Ok(value) => outcome(value),
            Err(failure) => Outcome::Failed(failure.clone(), None),
        });
        read.ok()
    }
}
