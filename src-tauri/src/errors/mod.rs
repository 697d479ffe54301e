//! The catalogue: the one place where a failure becomes words and buttons.
//!
//! `catalogue.rs` and `kinds.rs` decide what an entry is made of, `words.rs` holds every word, `values.rs` writes figures and times,
//! `actions.rs` makes the buttons, `details.rs` what "Copy details" carries, `redact.rs` takes the last look, and
//! `explain.rs` prints it all. Nothing here logs, waits or sends.

mod actions;
mod catalogue;
mod charged;
mod details;
mod explain;
mod kinds;
mod redact;
mod values;
mod words;

pub use charged::charged;
pub use explain::{codes, explain, samples};

use crate::account::{ClimbError, KeychainError};
use crate::events::ErrorCard;
use crate::library::{LibraryError, SetAside};
use crate::settings::SettingsError;

/// Everything that a person can meet as a card.
#[derive(Clone, Debug)]
pub enum Failure {
    Poe(poe::Error),
    /// Something needs the key and there is none.
    NoKey,
    Keychain(KeychainError),
    Climb(ClimbError),
    Library(LibraryError),
    Settings(SettingsError),
    /// A damaged settings file was moved away at start.
    SettingsSetAside(SetAside),
    /// A damaged file of chats was moved away at start.
    LibrarySetAside(SetAside),
    Link(LinkRefused),
    Input {
        field: &'static str,
        problem: InputProblem,
    },
    /// An answer that finished with `length`.
    LengthLimit,
    /// An answer that finished with `content_filter`.
    Declined,
    /// A notice while the turn runs: sent, and nothing has come for so many seconds.
    NotStarted {
        seconds: u64,
    },
    /// A notice while the turn runs: some text came, and no more for so many seconds.
    Paused {
        seconds: u64,
    },
    /// The app ended while the answer was coming; found when it starts again.
    Interrupted,
    /// What no other variant places; the text is shown as it is.
    Unexpected(String),
}

/// A link that the app does not open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkRefused {
    pub url: String,
}

/// What is wrong with a field, found before anything is sent.
#[derive(Clone, Debug, PartialEq)]
pub enum InputProblem {
    EmptyMessage,
    NoModel,
    OutOfRange,
    TooManyStops,
    NotAUrl,
    /// http to another computer.
    Unencrypted,
    /// The key's field, the clipboard or the variable holds no text.
    NoKeyGiven,
    ClipboardUnreadable,
}

/// What is known around a failure. All of it may be missing: the words then do without.
#[derive(Clone, Debug, Default)]
pub struct Context {
    pub now: i64,
    pub model: Option<ModelRef>,
    /// Models that could be meant or do instead, the best first.
    pub closest: Vec<ModelRef>,
    /// Of the key.
    pub last_four: Option<String>,
    /// `POE_API_KEY` is set.
    pub env_key: bool,
    /// Points, and when they were read.
    pub balance: Option<(i64, i64)>,
    /// Points that the message needs, as far as can be estimated.
    pub needed: Option<i64>,
    /// The address in use, or the one that was refused.
    pub base_url: String,
    /// Tries made so far, and how many there will be in all. Equal when no other follows by itself.
    pub attempt: u32,
    pub of: u32,
    /// A message is concerned, and it is on disk. Without it a card speaks of no message.
    pub message_saved: bool,
    pub max_tokens: Option<u32>,
    pub temperature: Option<f64>,
    pub top_p: Option<f64>,
    /// Tokens that the model takes.
    pub context_length: Option<u64>,
    /// When the list of models was fetched.
    pub models_checked_at: Option<i64>,
    /// Words of the answer that had come.
    pub words: Option<usize>,
    /// Where the proxy is and where its setting came from.
    pub proxy: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ModelRef {
    pub id: String,
    pub name: String,
}

/// The card of a failure.
pub fn card(failure: &Failure, context: &Context) -> ErrorCard {
    let mut entry = catalogue::entry(failure, context);
    entry.actions.truncate(MOST_ACTIONS);
    let mut card = ErrorCard {
        code: entry.code.to_owned(),
        title: entry.words.title,
        what: entry.words.what,
        why: entry.words.why.into_iter().map(str::to_owned).collect(),
        safe: entry.safe,
        facts: entry.facts,
        actions: entry.actions,
        severity: entry.severity,
        place: entry.place,
        field: entry.field,
        ready_at: entry.ready_at,
        details: details::details(entry.code, failure, context),
        at: context.now,
    };
    redact::card(&mut card);
    card
}

/// One that mends and two beside it: more is a menu.
const MOST_ACTIONS: usize = 3;

impl From<poe::Error> for Failure {
    fn from(error: poe::Error) -> Failure {
        Failure::Poe(error)
    }
}

impl From<KeychainError> for Failure {
    fn from(error: KeychainError) -> Failure {
        Failure::Keychain(error)
    }
}

impl From<ClimbError> for Failure {
    fn from(error: ClimbError) -> Failure {
        Failure::Climb(error)
    }
}

impl From<LibraryError> for Failure {
    fn from(error: LibraryError) -> Failure {
        Failure::Library(error)
    }
}

impl From<SettingsError> for Failure {
    fn from(error: SettingsError) -> Failure {
        Failure::Settings(error)
    }
}

impl From<LinkRefused> for Failure {
    fn from(link: LinkRefused) -> Failure {
        Failure::Link(link)
    }
}
