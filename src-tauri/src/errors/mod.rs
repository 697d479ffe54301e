//! The catalogue: the one place where a failure becomes words and buttons.
//!
//! What comes in: a failure with its `context.rs`, or a `refusal.rs` with what its place knows; `incident.rs` is what is kept of one,
//! `kept.rs` in which shape, `earlier.rs` what was kept before that. What an entry (`entry.rs`) is made of: `catalogue.rs` and
//! `kinds.rs`, with `broken_answer.rs`, `shortage.rs`, `evidence.rs` and `setting.rs`; its buttons by `actions.rs`, its sentences by
//! `crate::words`, times and names by `values.rs`. `aftermath.rs` tells what became of the request since, `details.rs` is what "Copy
//! details" carries, and `redact.rs` takes the last look. `explain.rs` makes help of it, `gallery.rs` shows all. Nothing here logs,
//! waits or sends.

mod actions;
mod aftermath;
mod broken_answer;
mod catalogue;
mod context;
mod details;
mod earlier;
mod entry;
mod evidence;
mod explain;
mod gallery;
mod incident;
mod kept;
mod kinds;
mod redact;
mod refusal;
mod setting;
mod shortage;
mod values;

pub use crate::words::facts::{
    Feature, FileProblem, FilmTrouble, ImportProblem, InputProblem, ModelRef, NotSaved, SetBy, SignInCause,
    UsagePart,
};
pub use context::{Attachment, Backup, Context, Waits};
pub use explain::{codes, explain, page, samples};
pub use gallery::{gallery, known, met};
pub use incident::{Incident, Moment};
pub use refusal::Refusal;
pub use setting::refused_parameter;

use crate::account::{KeyCheckError, KeychainError, NotAKey, NotPutBack, NotRemoved, SignInFault, Unsaved};
use crate::desktop::DesktopError;
use crate::events::{Action, ErrorCard};
use crate::library::{LibraryError, LimitOf, SetAside};
use crate::log::LogError;
use crate::settings::SettingsError;
use incident::What;
use std::borrow::Cow;

/// Everything that a person can meet as a card.
#[derive(Clone, Debug)]
pub enum Failure {
    Poe(poe::Error),
    /// Something needs the key and there is none.
    NoKey,
    /// The key from signing in is past its date; nothing was sent with it.
    KeyExpired {
        at: Option<i64>,
    },
    /// A notice: the key from signing in ends soon.
    KeyExpiring {
        at: Option<i64>,
    },
    SignIn(SignInCause),
    /// A person's own limit of points, found before sending.
    Budget {
        of: LimitOf,
        limit: i64,
        used: i64,
    },
    /// One half of balance and history is current and the other, last read at `since`, is not.
    UsagePartial {
        missing: UsagePart,
        since: Option<i64>,
        error: poe::Error,
    },
    /// Found before sending.
    Attachment(Attachment),
    /// A file that is not taken as an attachment, or that cannot be made smaller.
    File {
        name: String,
        problem: FileProblem,
    },
    /// Nothing comes in from a file of chats.
    Import {
        file: String,
        problem: ImportProblem,
    },
    /// No backup of the chats could be made.
    NotBackedUp(LibraryError),
    /// A backup could not take the place of the chats.
    NotRestored(LibraryError),
    Keychain(KeychainError),
    /// The list of accounts could not be written.
    Accounts(Unsaved),
    Library(LibraryError),
    Settings(SettingsError),
    /// No address that can be used is set, so nothing is asked anywhere.
    Address(StartAddress),
    /// A damaged settings file was moved away at start.
    SettingsSetAside(SetAside),
    /// A damaged file of chats was moved away at start.
    LibrarySetAside(SetAside),
    /// The request log could not be read or written.
    Log(LogError),
    Folder(FolderProblem),
    Desktop(DesktopError),
    Input {
        /// As the request spells it, where it is one of its settings.
        field: Cow<'static, str>,
        problem: InputProblem,
    },
    /// An answer that finished with `length`.
    LengthLimit,
    /// An answer that finished with `content_filter`, or in which the model said that it declines: these words.
    Declined {
        said: Option<String>,
    },
    /// The model wanted tools to be run, and nobody had offered any.
    ToolWanted {
        tools: Vec<String>,
        has_text: bool,
    },
    /// A film that Poe was asked for, and that is not here.
    Film(FilmTrouble),
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
    /// The app ended while the message waited to be sent.
    ClosedUnsent,
    /// A stored card that tells nothing to this version of the app, as it is in the file.
    UnreadableCard(String),
    /// A notice: the window's page ended and was loaded again.
    PageReloaded {
        cause: &'static str,
    },
    /// What no other variant places; the text is shown as it is.
    Unexpected(String),
}

/// An address, found at start, that is none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StartAddress {
    pub text: String,
    pub set_by: SetBy,
}

/// What stands against the folder where everything lies, or what became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FolderProblem {
    /// `TELLTALE_DATA_DIR` decides.
    Fixed,
    /// The one that was chosen; all stays where it was.
    Unusable { folder: String, error: LibraryError },
    /// The remembered one is not there; another is used meanwhile.
    Missing { folder: String, used: String },
    /// The chats could not be read, and stay in the old one.
    LeftBehind { folder: String },
    /// The choice holds until the app closes.
    NotRemembered { folder: String, cause: String },
    /// Everything was to be deleted, and all of it is still there.
    NotDeleted { folder: String, error: LibraryError },
    /// Everything was to be deleted, and this file and so many others are still there.
    LeftOver { file: String, others: usize, error: LibraryError },
}

/// The card of a failure, as it is shown where and when it happens.
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
    aftermath::tell(&mut card, context);
    redact::card(&mut card);
    card
}

/// The card of a failure that was kept: the numbers of then, and what `now` knows.
pub fn card_of(incident: &Incident, now: &Context) -> ErrorCard {
    match &incident.what {
        What::Failure(failure) => card(failure, &incident.moment.within(now)),
        What::Words(words) => {
            let mut card = aftermath::with_a_way_out(words.clone());
            aftermath::tell(&mut card, now);
            redact::card(&mut card);
            card
        }
    }
}

/// Whether a message that ended so waits for something that the person does (points, a key, other words). One that broke
/// offers to try again.
pub fn needs_person(incident: &Incident) -> bool {
    let context = Context { message_saved: true, ..Context::default() };
    let card = card_of(incident, &context);
    let offers = |test: fn(Action) -> bool| card.actions.iter().any(|button| test(button.action));
    offers(|action| !actions::only_tells(action)) && !offers(actions::tries_again)
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

impl From<KeyCheckError> for Failure {
    fn from(error: KeyCheckError) -> Failure {
        match error {
            KeyCheckError::NotAKey(why) => why.into(),
            KeyCheckError::Poe(error) => Failure::Poe(error),
            KeyCheckError::Keychain(error) => Failure::Keychain(error),
            KeyCheckError::Unsaved(unsaved) => Failure::Accounts(unsaved),
        }
    }
}

impl From<SignInFault> for Failure {
    fn from(fault: SignInFault) -> Failure {
        Failure::SignIn(match fault {
            SignInFault::StateMismatch => SignInCause::StateMismatch,
            SignInFault::Denied => SignInCause::Denied,
            SignInFault::TimedOut => SignInCause::TimedOut,
            SignInFault::PortBusy => SignInCause::PortBusy,
            SignInFault::Refused => SignInCause::Refused,
        })
    }
}

impl From<Unsaved> for Failure {
    fn from(unsaved: Unsaved) -> Failure {
        Failure::Accounts(unsaved)
    }
}

impl From<NotRemoved> for Failure {
    fn from(why: NotRemoved) -> Failure {
        match why {
            NotRemoved::Keychain(error) => Failure::Keychain(error),
            NotRemoved::Unsaved(unsaved) => Failure::Accounts(unsaved),
        }
    }
}

impl From<NotPutBack> for Failure {
    fn from(why: NotPutBack) -> Failure {
        match why {
            NotPutBack::Keychain(error) => Failure::Keychain(error),
            NotPutBack::Unsaved(unsaved) => Failure::Accounts(unsaved),
        }
    }
}

impl From<NotAKey> for Failure {
    fn from(why: NotAKey) -> Failure {
        Failure::Input { field: "key".into(), problem: InputProblem::Key(why) }
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

impl From<FolderProblem> for Failure {
    fn from(problem: FolderProblem) -> Failure {
        Failure::Folder(problem)
    }
}

impl From<LogError> for Failure {
    fn from(error: LogError) -> Failure {
        Failure::Log(error)
    }
}

impl From<DesktopError> for Failure {
    fn from(error: DesktopError) -> Failure {
        Failure::Desktop(error)
    }
}
