//! Words about files: chats, settings, backups.

use super::{Words, grouped, size, words};
use crate::library::LibraryError;
use crate::words::facts::{AfterFailure, FileProblem, ImportProblem, NotSaved};

/// Why a file is no attachment.
pub(crate) fn file(name: &str, problem: &FileProblem) -> Words {
    let (title, what) = match problem {
        FileProblem::Empty => ("This file is empty", format!("{name} has no content.")),
        FileProblem::Folder => {
            ("Folders can’t be attached", format!("{name} is a folder. Attach the files inside it."))
        }
        FileProblem::Unreadable => (
            "This file couldn’t be read",
            format!("{name} was moved, or you don’t have permission to read it."),
        ),
        FileProblem::Broken => {
            ("This image is damaged", format!("{name} is cut off, or isn’t a valid image."))
        }
        FileProblem::Unsupported => (
            "This file type isn’t supported",
            format!("{name} isn’t an image (PNG, JPEG, WebP, GIF), audio, video, a PDF or plain text."),
        ),
        FileProblem::TooManyPixels { pixels, limit } => (
            "This image is too large",
            format!("{name} is {} megapixels; the limit is {}.", pixels / 1_000_000, limit / 1_000_000),
        ),
        FileProblem::TooLarge { bytes, limit } => {
            ("This file is too large", format!("{name} is {}; the limit is {}.", size(*bytes), size(*limit)))
        }
        FileProblem::CannotShrink => (
            "This image can’t be made smaller",
            format!("{name} is as small as it gets. Remove it to send the rest."),
        ),
    };
    words(title, what, &[])
}

pub(crate) fn import_failed(file: &str, problem: &ImportProblem) -> Words {
    let (title, what): (_, String) = match problem {
        ImportProblem::Unknown => (
            "No chats in this file",
            format!(
                "{file} isn’t an export of Telltale, ChatGPT, Claude, Chatbox or NextChat. Choose the .json or .zip file that the other app made."
            ),
        ),
        ImportProblem::NoChats => (
            "There are no chats inside",
            format!("{file} was made without chats. Export it again with chats included."),
        ),
        ImportProblem::Newer { version } => (
            "Made by a newer Telltale",
            format!(
                "{file} has format {version}, which this version can’t read. Update Telltale, then import it."
            ),
        ),
        ImportProblem::NotPrompts => (
            "This isn’t a file of prompts",
            format!("{file} wasn’t exported from Prompts in Telltale. Nothing was imported."),
        ),
        ImportProblem::NoPrompts => {
            ("There are no prompts inside", format!("{file} was made without presets and snippets."))
        }
        ImportProblem::TooLarge { limit } => (
            "This file is too large",
            format!("{file} is larger than {}. Nothing was imported.", size(*limit)),
        ),
        ImportProblem::Unreadable { cause } => {
            ("This file couldn’t be read", format!("{file} couldn’t be read. The system says: {cause}"))
        }
        ImportProblem::BrokenZip => (
            "This zip file is damaged",
            format!("{file} isn’t complete, or isn’t a zip file. Download it again."),
        ),
        ImportProblem::Encrypted => {
            ("This zip file has a password", format!("Unpack {file} first, then import what’s inside."))
        }
        ImportProblem::Bomb => (
            "This zip file isn’t safe",
            format!("{file} unpacks to far more than any export. It wasn’t read further."),
        ),
        ImportProblem::Library(error) => {
            ("The import stopped", format!("{} Nothing was imported.", reason(error)))
        }
    };
    words(title, what, &[])
}

pub(crate) fn not_backed_up(error: &LibraryError) -> Words {
    words("The backup couldn’t be made", format!("{} Your chats are unchanged.", reason(error)), &[])
}

pub(crate) fn not_restored(error: &LibraryError) -> Words {
    words("The backup couldn’t be restored", format!("{} Your chats are unchanged.", reason(error)), &[])
}

fn reason(error: &LibraryError) -> &'static str {
    match error {
        LibraryError::Locked => "A file it needs is locked by another program.",
        LibraryError::Full => "The disk is full.",
        LibraryError::ReadOnly => "The folder is read-only.",
        LibraryError::Damaged(_) => "The file is damaged.",
        LibraryError::Newer { .. } => "It was made by a newer version of Telltale.",
        LibraryError::Missing(_) | LibraryError::Io(_) => "A file couldn’t be used.",
    }
}

pub(crate) fn library_locked() -> Words {
    words(
        UNSAVED,
        "Your chat database is locked by another program.",
        &["Another copy of Telltale, or a backup, is running."],
    )
}

pub(crate) fn library_full() -> Words {
    words(UNSAVED, "The disk is full.", &[])
}

pub(crate) fn library_read_only() -> Words {
    words(UNSAVED, "Your chat database is read-only.", &["The disk or the folder is read-only."])
}

pub(crate) fn library_damaged(detail: Option<&str>) -> Words {
    words(
        UNSAVED,
        format!("Your chat database is damaged.{}", cause(detail)),
        &["The disk failed, or a sync program changed the file."],
    )
}

pub(crate) fn library_io(detail: Option<&str>) -> Words {
    words(UNSAVED, format!("Your chat database couldn’t be used.{}", cause(detail)), &[])
}

pub(crate) fn library_newer(found: i64, known: i64) -> Words {
    words(
        "Chats from a newer Telltale",
        format!(
            "Your chat database has format {found}; this version reads up to {known}. It wasn’t changed."
        ),
        &["An older version of Telltale is running."],
    )
}

pub(crate) fn library_missing() -> Words {
    words("This is no longer here", "The chat or message isn’t in your chat database.", &["It was deleted."])
}

pub(crate) fn settings_unsaved(detail: Option<&str>) -> Words {
    words(
        "Your settings couldn’t be saved",
        format!("The change wasn’t made.{}", cause(detail)),
        &["The disk is full or read-only."],
    )
}

pub(crate) fn accounts_unsaved(left: AfterFailure, detail: Option<&str>) -> Words {
    let what = match left {
        AfterFailure::AsItWas => "The change wasn’t made; your accounts are unchanged.",
        AfterFailure::InUse => "The key works. The account’s name is kept until you quit.",
        AfterFailure::Named => "The key was removed, but the account is still listed. Remove it again.",
    };
    words(
        "Your accounts couldn’t be saved",
        format!("{what}{}", cause(detail)),
        &["The disk is full or read-only."],
    )
}

pub(crate) fn log_unwritable(detail: Option<&str>) -> Words {
    words(
        "The request log stopped",
        format!("Your chats aren’t affected.{}", cause(detail)),
        &["The disk is full or read-only."],
    )
}

/// Where the text is that the disk did not take. `has_message`: a saved one was on its way.
pub(crate) fn unsaved(not_saved: Option<NotSaved>, has_message: bool) -> &'static str {
    match (not_saved, has_message) {
        (Some(NotSaved::Draft), _) => "Your message is still in the box. Nothing was sent.",
        (Some(NotSaved::Answer), _) => "The answer is on screen, and in memory until you quit.",
        (Some(NotSaved::Session), _) => "This session’s chats are in memory until you quit.",
        (None, true) => "Your message is on screen. Nothing was sent.",
        (None, false) => "What’s on screen might not be saved yet.",
    }
}

pub(crate) fn folder_fixed() -> Words {
    words(
        "The data folder is set elsewhere",
        "TELLTALE_DATA_DIR sets it. Change or remove that variable, then restart Telltale.",
        &[],
    )
}

pub(crate) fn folder_unusable(folder: &str, error: &LibraryError) -> Words {
    words("This folder can’t be used", format!("{folder}: {} Nothing was moved.", reason(error)), &[])
}

pub(crate) fn folder_missing(folder: &str, used: &str) -> Words {
    words(
        "Your data folder is missing",
        format!("{folder} isn’t there. Telltale will use {used} until it’s back."),
        &["Its disk isn’t connected."],
    )
}

pub(crate) fn folder_left_behind(folder: &str) -> Words {
    words(
        "Your earlier chats weren’t moved",
        format!(
            "The chat database in {folder} couldn’t be read. It stays there unchanged, and Telltale started a new one."
        ),
        &[],
    )
}

pub(crate) fn folder_not_remembered(folder: &str, detail: Option<&str>) -> Words {
    words(
        "The new folder wasn’t remembered",
        format!("Telltale uses {folder} until you quit, and the old one the next time.{}", cause(detail)),
        &["The disk is full or read-only."],
    )
}

pub(crate) fn folder_not_deleted(folder: &str, error: &LibraryError) -> Words {
    words("Nothing was deleted", format!("{folder}: {}", reason(error)), &[])
}

pub(crate) fn folder_left_over(file: &str, others: usize, error: &LibraryError) -> Words {
    let others = match i64::try_from(others).unwrap_or(i64::MAX) {
        0 => String::new(),
        1 => " and 1 more file".to_owned(),
        others => format!(" and {} more files", grouped(others)),
    };
    words(
        "Some files are still there",
        format!("{file}{others} couldn’t be deleted. {} Delete what’s left yourself.", reason(error)),
        &["Another program has the file open."],
    )
}

fn cause(detail: Option<&str>) -> String {
    detail.map(|text| format!(" The system says: {text}")).unwrap_or_default()
}

const UNSAVED: &str = "Your chats couldn’t be saved";

pub(crate) fn settings_set_aside(original: &str, kept_as: &str) -> Words {
    words(
        "Settings were reset",
        format!("{original} couldn’t be read. It’s saved as {kept_as}, and Telltale is using the defaults."),
        &[],
    )
}

pub(crate) fn library_set_aside(original: &str, kept_as: &str) -> Words {
    words(
        "Telltale started a new chat database",
        format!("{original} was damaged. It’s saved as {kept_as}, and nothing in it was deleted."),
        &[],
    )
}
