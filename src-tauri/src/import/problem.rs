//! Why reading ended early, and what the errors of files and zip files come to.

use crate::errors::ImportProblem;
use crate::library::LibraryError;
use std::io;
use zip::result::ZipError;

/// Why reading ended early.
#[derive(Debug)]
pub(super) enum Problem {
    Said(ImportProblem),
    Library(LibraryError),
    /// The person wanted no more of it.
    Cancelled,
}

/// More comes out than any export has.
#[derive(Debug)]
pub(super) struct Bomb;

impl std::fmt::Display for Bomb {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("far more comes out than went in")
    }
}

impl std::error::Error for Bomb {}

impl Problem {
    /// While a file is read.
    pub(super) fn of_read(error: &io::Error) -> Problem {
        if error.get_ref().is_some_and(|inner| inner.is::<Bomb>()) {
            return Problem::Said(ImportProblem::Bomb);
        }
        Problem::Said(ImportProblem::Unreadable { cause: error.to_string() })
    }
}

impl From<LibraryError> for Problem {
    fn from(error: LibraryError) -> Problem {
        Problem::Library(error)
    }
}

impl From<ZipError> for Problem {
    fn from(error: ZipError) -> Problem {
        Problem::Said(match error {
            ZipError::Io(error) if error.kind() != io::ErrorKind::UnexpectedEof => {
                return Problem::of_read(&error);
            }
            ZipError::UnsupportedArchive(ZipError::PASSWORD_REQUIRED) | ZipError::InvalidPassword => {
                ImportProblem::Encrypted
            }
            _ => ImportProblem::BrokenZip,
        })
    }
}
