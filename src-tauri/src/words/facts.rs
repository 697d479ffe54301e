//! What sentences tell of, where neither the client nor the window has a type for it. The rooms that meet these facts hand
//! them on under their own names.

use crate::events::{ModelView, ProxyProblem};
use crate::library::LibraryError;
use poe::ProxyInUse;
use poe::tls::Look;
use serde::{Deserialize, Serialize};
use std::net::SocketAddr;
use std::time::Duration;

/// What is known about the points of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Points {
    NothingSent,
    /// Poe turned it down before any model ran.
    NotUsed,
    /// 429, of which Poe's guide says so.
    NotCharged,
    Unclear,
    MaybeUsed,
    /// As above, where some answer has come and nobody asks to send again at once.
    MaybeUsedSoFar,
}

/// Whether the same request goes out again without a press.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Rule {
    Never,
    /// Poe answered with a failure that passes, so nothing is running.
    Answered,
    NotSent,
    MaybeCharged,
    AnswerBegan,
    AfterKey,
    WhenBack,
    Background,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ModelRef {
    pub id: String,
    pub name: String,
    /// Estimate for the message concerned.
    pub points: Option<i64>,
}

impl From<&ModelView> for ModelRef {
    fn from(model: &ModelView) -> ModelRef {
        ModelRef { id: model.id.clone(), name: model.name.clone(), points: None }
    }
}

/// Why a film that Poe was asked for is not here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FilmTrouble {
    /// The person stopped waiting; it is made all the same.
    Stopped,
    /// Poe could not be asked for it any longer.
    Unreached { said: Option<String> },
    /// Another account asked for it than the one in use.
    OtherAccount,
    /// It could not be made, in these words of Poe's.
    Failed { said: Option<String> },
    /// Poe does not know it any longer.
    Gone,
}

/// What a model may be unable to take.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Feature {
    Images,
    Audio,
    Video,
    Files,
    Tools,
}

/// What brings a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Hangs {
    Message,
    Earlier,
    Project,
}

/// Where a text is that the disk did not take.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum NotSaved {
    /// In the field where it was written.
    Draft,
    /// An answer that came whole or in part, in memory.
    Answer,
    /// All chats since the start are in memory.
    Session,
}

/// Why a sign-in ended without a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignInCause {
    /// What came back belongs to another sign-in.
    StateMismatch,
    Denied,
    TimedOut,
    /// The port that the browser comes back to could not be opened.
    PortBusy,
    /// Poe gave no key for the code.
    Refused,
}

/// Which half of the account's page could not be brought up to date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UsagePart {
    Balance,
    History,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SetBy {
    /// `TELLTALE_BASE_URL`
    Variable,
    File,
}

/// What is wrong with a field, found before anything is sent.
#[derive(Clone, Debug, PartialEq)]
pub enum InputProblem {
    EmptyMessage,
    NoModel,
    /// Not in Poe's list; these come close.
    UnknownModel {
        name: String,
        closest: Vec<ModelRef>,
    },
    /// A bot that may cost anything, before its first question: it is not its maker's own, or lists no price.
    AskFirst {
        model: ModelRef,
        maker: String,
        own: bool,
        has_price: bool,
        /// Points of the most expensive answer so far.
        dearest: Option<i64>,
    },
    /// The chosen model's own limits are narrower.
    OutOfModelRange {
        least: f64,
        most: f64,
    },
    /// The chosen model declares these values alone.
    NotAllowed {
        allowed: Vec<String>,
    },
    /// The chosen model declares a switch.
    NotOnOrOff,
    /// An estimate of the message, and what the model takes.
    TooLong {
        tokens: u64,
        takes: u64,
    },
    /// A film can't be kept in a temporary chat.
    FilmNotKept,
    /// Of the files only one image has a place.
    FilmFiles,
    /// It may be sent, and is not kept before that.
    TooLongToKeep {
        /// Bytes.
        limit: u64,
    },
    OutOfRange,
    TooManyStops,
    NotAUrl,
    /// A query or fragment behind the address.
    UrlWithMore,
    /// A name or password in front of the host.
    UrlWithLogin,
    /// http to another computer.
    Unencrypted,
    /// The key's field, the clipboard or the variable.
    Key(NotAKey),
    /// What was written as an account's name looks like a key.
    KeyForName,
    /// A preset or a snippet has to have one.
    NoName,
    /// Another preset, or another snippet, has this name.
    NameTaken {
        name: String,
    },
    /// A name or a text of a preset or snippet.
    PromptTooLong {
        /// Letters.
        limit: u64,
    },
    TooManyPrompts {
        limit: u64,
    },
    NotAProxy,
    /// A name that can't be sent to a proxy.
    ProxyLogin,
    NotACertificate,
    CertificateTooLarge,
}

/// Why a file is no attachment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FileProblem {
    Empty,
    Folder,
    /// The window could not read it.
    Unreadable,
    /// A picture that ends too early or makes no sense.
    Broken,
    /// Neither a picture of a known kind, nor PDF, nor text.
    Unsupported,
    TooManyPixels {
        pixels: u64,
        limit: u64,
    },
    /// Too large to be taken at all.
    TooLarge {
        bytes: u64,
        limit: u64,
    },
    CannotShrink,
}

/// Why there is no key to try. Nothing was sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NotAKey {
    /// The field, the variable, or a step before, holds none.
    NotGiven,
    ClipboardEmpty,
    ClipboardHoldsImage,
    ClipboardHoldsFiles,
    /// The system's words.
    ClipboardUnreadable(String),
    /// The clipboard holds one word that is not of a key's shape. `KeySource::Anyway` takes it.
    Unlikely {
        /// Its first and its last two characters; `None` where these would be all of it.
        ends: Option<(String, String)>,
    },
    /// More than one key, and they differ.
    Several(Given),
    /// Blanks, line breaks or control characters inside, or too long.
    Broken(Given),
    /// What `KeySource::Anyway` was to take is no longer held.
    Forgotten,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Given {
    Clipboard,
    Typed,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AfterFailure {
    /// Nothing was changed.
    AsItWas,
    /// The key is in use, and the next start finds it again; what it is called is known until the app closes.
    InUse,
    /// The key is gone, its name is still listed.
    Named,
}

/// What stands beside a check: what was found, or why it was not made.
#[derive(Clone, Debug)]
pub enum Note {
    /// The key's last four characters.
    EndsIn(String),
    UnlikelyKey,
    /// What people call the keychain.
    StoredIn(&'static str),
    ThisSession,
    KeychainAsked,
    /// Only the balance would have told whether Poe takes the key.
    KeyNotTold,
    Points(i64),
    NoPointsTold,
    Models(usize),
    /// Of a model, and when its first word came.
    Answered {
        model: String,
        first: Option<Duration>,
    },
    Addresses(Vec<SocketAddr>),
    Address(SocketAddr),
    Certificate(Box<Look>),
    Proxy(ProxyInUse),
    NoProxy,
    /// None is used, though the desktop sets one.
    Unfollowed(ProxyProblem),
    Status(u16),
    Ok,

    // Not made:
    ProxyDoesIt,
    PlainHttp,
    NoName,
    NoConnection,
    NotSecure,
    BlockedByProxy,
    NoAnswer,
    NeedsKey,
    NeedsAcceptedKey,
    NoModel,
}

/// What is wrong with a certificate whose issuer is known.
pub(crate) enum Misfit {
    /// Not valid yet, or no longer: its days and this computer's.
    Dates {
        from: String,
        to: String,
    },
    /// For other hosts.
    Names(String),
    NotKnown,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unit {
    Second,
    Minute,
    Hour,
    Day,
}

/// How long ago, in the largest unit that fits: a count and its sign. A clock that was set back counts as now.
pub(crate) fn ago(then: i64, now: i64) -> (i64, Unit) {
    match (now.saturating_sub(then) / 1000).max(0) {
        seconds @ ..60 => (seconds, Unit::Second),
        seconds @ 60..3600 => (seconds / 60, Unit::Minute),
        seconds @ 3600..172_800 => (seconds / 3600, Unit::Hour),
        seconds => (seconds / 86_400, Unit::Day),
    }
}

/// Of a balance that does not, or should, suffice. The figures stand beside these words, as facts.
pub(crate) struct BalanceWords {
    pub(crate) ago: String,
    pub(crate) looks_enough: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ages() {
        fn check(seconds: i64, expected: (i64, Unit)) {
            assert_eq!(ago(1_000_000, 1_000_000 + seconds * 1000), expected);
        }
        check(-5, (0, Unit::Second));
        check(40, (40, Unit::Second));
        check(3599, (59, Unit::Minute));
        check(86_400, (24, Unit::Hour));
        check(200_000, (2, Unit::Day));
    }
}

/// Why nothing comes in from a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ImportProblem {
    /// Of no program that is known.
    Unknown,
    /// Of one that is known; there are no chats in it.
    NoChats,
    /// An archive of a later version of this app.
    Newer { version: i64 },
    /// It was to be a file of prompts, and is none.
    NotPrompts,
    /// One without any.
    NoPrompts,
    /// It has more bytes than is read.
    TooLarge { limit: u64 },
    /// It can't be opened or read, in the system's words.
    Unreadable { cause: String },
    /// No whole zip file.
    BrokenZip,
    /// A zip file with a password.
    Encrypted,
    /// Far more comes out of it than went in, or more than any export has.
    Bomb,
    /// Here, not there.
    Library(LibraryError),
}
