//! Words about files: chats, settings, backups.

use super::super::{FileProblem, NotSaved, values};
use super::{Words, words};
use crate::account::Left;
use crate::library::LibraryError;

/// Why a file is no attachment.
pub(in crate::errors) fn file(name: &str, problem: &FileProblem) -> Words {
    let (title, what) = match problem {
        FileProblem::Empty => ("This file is empty", format!("{name} has no content.")),
        FileProblem::Folder => (
            "A folder cannot be attached",
            format!("{name} is a folder. Attach the files in it."),
        ),
        FileProblem::Unreadable => (
            "The file could not be read",
            format!("{name} was moved, or may not be read."),
        ),
        FileProblem::Broken => (
            "This picture is damaged",
            format!("{name} ends too early, or is not what it says."),
        ),
        FileProblem::Unsupported => (
            "This kind of file isn’t taken",
            format!("{name} is not a PNG, JPEG, WebP or GIF picture, a PDF or plain text."),
        ),
        FileProblem::TooManyPixels { pixels, limit } => (
            "This picture is too large",
            format!(
                "{name} has {} megapixels; {} can be handled.",
                pixels / 1_000_000,
                limit / 1_000_000
            ),
        ),
        FileProblem::TooLarge { bytes, limit } => (
            "This file is too large",
            format!(
                "{name} is {}; {} can be handled.",
                values::size(*bytes),
                values::size(*limit)
            ),
        ),
        FileProblem::CannotShrink => (
            "It can’t be made smaller",
            format!("{name} is as small as it gets. Leave it out to send the rest."),
        ),
    };
    words(title, what, &[])
}

pub(in crate::errors) fn not_backed_up(error: &LibraryError) -> Words {
    words(
        "No backup could be made",
        format!("{} Your chats are as they were.", reason(error)),
        &[],
    )
}

pub(in crate::errors) fn not_restored(error: &LibraryError) -> Words {
    words(
        "The backup could not be restored",
        format!("{} Your chats are as they were.", reason(error)),
        &[],
    )
}

fn reason(error: &LibraryError) -> &'static str {
    match error {
        LibraryError::Locked => "Another program holds a file that is needed.",
        LibraryError::Full => "The disk is full.",
        LibraryError::ReadOnly => "The folder may not be written to.",
        LibraryError::Damaged(_) => "The file is damaged.",
        LibraryError::Newer { .. } => "It was made by a newer Telltale.",
        LibraryError::Missing(_) | LibraryError::Io(_) => "A file could not be used.",
    }
}

pub(in crate::errors) fn library_locked() -> Words {
    words(
        UNSAVED,
        "Another program holds the file of chats.",
        &["A second Telltale or a backup is running."],
    )
}

pub(in crate::errors) fn library_full() -> Words {
    words(UNSAVED, "The disk is full.", &[])
}

pub(in crate::errors) fn library_read_only() -> Words {
    words(
        UNSAVED,
        "The file of chats may not be written to.",
        &["The disk or the folder is read-only."],
    )
}

pub(in crate::errors) fn library_damaged(detail: Option<&str>) -> Words {
    words(
        UNSAVED,
        format!("The file of chats is damaged.{}", cause(detail)),
        &["The disk failed, or a sync program changed the file."],
    )
}

pub(in crate::errors) fn library_io(detail: Option<&str>) -> Words {
    words(
        UNSAVED,
        format!("The file of chats could not be used.{}", cause(detail)),
        &[],
    )
}

pub(in crate::errors) fn library_newer(found: i64, known: i64) -> Words {
    words(
        "Chats of a newer Telltale",
        format!(
            "The file of chats has format {found}; this version reads up to {known}. It was left as it is."
        ),
        &["An older Telltale was started."],
    )
}

pub(in crate::errors) fn library_missing() -> Words {
    words(
        "This is no longer here",
        "The chat or message is not in the file of chats.",
        &["It was deleted."],
    )
}

pub(in crate::errors) fn settings_unsaved(detail: Option<&str>) -> Words {
    words(
        "Your settings could not be saved",
        format!("The change was not made.{}", cause(detail)),
        &["The disk is full or read-only."],
    )
}

pub(in crate::errors) fn accounts_unsaved(left: Left, detail: Option<&str>) -> Words {
    let what = match left {
        Left::AsItWas => "The change was not made; the list is as it was.",
        Left::InUse => "The key works. The account’s name is kept until Telltale closes.",
        Left::Named => "The key is removed. The account’s name is still in the list; remove it again.",
    };
    words(
        "Your accounts could not be saved",
        format!("{what}{}", cause(detail)),
        &["The disk is full or read-only."],
    )
}

pub(in crate::errors) fn log_unwritable(detail: Option<&str>) -> Words {
    words(
        "The request log stands still",
        format!("Chats are not affected.{}", cause(detail)),
        &["The disk is full or read-only."],
    )
}

/// Where the text is that the disk did not take. `has_message`: a saved one was on its way.
pub(in crate::errors) fn unsaved(not_saved: Option<NotSaved>, has_message: bool) -> &'static str {
    match (not_saved, has_message) {
        (Some(NotSaved::Draft), _) => "Your message is still in its field. Nothing was sent.",
        (Some(NotSaved::Answer), _) => "The answer is on screen, and in memory until Telltale closes.",
        (Some(NotSaved::Session), _) => "Chats of this session are in memory until Telltale closes.",
        (None, true) => "Your message is on screen. Nothing was sent.",
        (None, false) => "What is on screen may not be in the file yet.",
    }
}

pub(in crate::errors) fn folder_fixed() -> Words {
    words(
        "The data folder is fixed",
        "TELLTALE_DATA_DIR sets it. Change or remove that variable, then start Telltale again.",
        &[],
    )
}

pub(in crate::errors) fn folder_unusable(folder: &str, error: &LibraryError) -> Words {
    words(
        "This folder cannot be used",
        format!("{folder}: {} Everything stays where it was.", reason(error)),
        &[],
    )
}

pub(in crate::errors) fn folder_missing(folder: &str, used: &str) -> Words {
    words(
        "Your data folder is missing",
        format!("{folder} is not there. Until it is there at a start, Telltale uses {used}."),
        &["Its disk is not connected."],
    )
}

pub(in crate::errors) fn folder_left_behind(folder: &str) -> Words {
    words(
        "Earlier chats were left behind",
        format!(
            "The file of chats in {folder} could not be read. It stays there as it is, and a new one began."
        ),
        &[],
    )
}

pub(in crate::errors) fn folder_not_remembered(folder: &str, detail: Option<&str>) -> Words {
    words(
        "The new folder is not remembered",
        format!(
            "Telltale uses {folder} until it closes, and the old one at its next start.{}",
            cause(detail)
        ),
        &["The disk is full or read-only."],
    )
}

fn cause(detail: Option<&str>) -> String {
    detail
        .map(|text| format!(" The system says: {text}"))
        .unwrap_or_default()
}

const UNSAVED: &str = "Your chats could not be saved";

pub(in crate::errors) fn settings_set_aside(original: &str, kept_as: &str) -> Words {
    words(
        "Settings were reset",
        format!("{original} could not be read. It was kept as {kept_as}, and the defaults are used."),
        &[],
    )
}

pub(in crate::errors) fn library_set_aside(original: &str, kept_as: &str) -> Words {
    words(
        "A new file of chats began",
        format!("{original} was damaged. It was kept as {kept_as}, and nothing in it was deleted."),
        &[],
    )
}
