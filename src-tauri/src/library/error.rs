//! Why the library could not do something, and what SQLite's codes mean for it.

use rusqlite::ErrorCode;
use std::fmt;
use std::io;

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LibraryError {
    /// Another program holds the file.
    Locked,
    Full,
    ReadOnly,
    Damaged(String),
    /// Written by a later version of the app.
    Newer {
        found: i64,
        known: i64,
    },
    Missing(i64),
    Io(String),
}

/// For logs.
impl fmt::Display for LibraryError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            LibraryError::Locked => f.write_str("the library is locked by another program"),
            LibraryError::Full => f.write_str("the disk is full"),
            LibraryError::ReadOnly => f.write_str("the library's folder is read-only"),
            LibraryError::Damaged(detail) => write!(f, "the library is damaged: {detail}"),
            LibraryError::Newer { found, known } => {
                write!(f, "the library has version {found}, this app knows {known}")
            }
            LibraryError::Missing(id) => write!(f, "there is no row {id}"),
            LibraryError::Io(detail) => write!(f, "the library could not be read or written: {detail}"),
        }
    }
}

impl std::error::Error for LibraryError {}

impl From<rusqlite::Error> for LibraryError {
    fn from(error: rusqlite::Error) -> LibraryError {
        let detail = error.to_string();
        match error.sqlite_error_code() {
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => LibraryError::Locked,
            Some(ErrorCode::DiskFull) => LibraryError::Full,
            Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied) => LibraryError::ReadOnly,
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => LibraryError::Damaged(detail),
            Some(_) => LibraryError::Io(detail),
            // A value of another type than was written.
            None if matches!(error, rusqlite::Error::FromSqlConversionFailure(..)) => {
                LibraryError::Damaged(detail)
            }
            None if matches!(error, rusqlite::Error::InvalidColumnType(..)) => LibraryError::Damaged(detail),
            None => LibraryError::Io(detail),
        }
    }
}

/// For a statement that is known to be right: when SQLite calls it wrong, it is the file that is.
pub(super) fn wrong_shape(error: rusqlite::Error) -> LibraryError {
    let wrong = matches!(error, rusqlite::Error::SqlInputError { .. })
        || error.sqlite_error_code() == Some(ErrorCode::Unknown);
    if wrong { LibraryError::Damaged(error.to_string()) } else { error.into() }
}

impl From<io::Error> for LibraryError {
    fn from(error: io::Error) -> LibraryError {
        match error.kind() {
            io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => LibraryError::ReadOnly,
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => LibraryError::Full,
            _ => LibraryError::Io(error.to_string()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rusqlite::ffi;

    fn check(code: std::os::raw::c_int, expected: fn(String) -> LibraryError) {
        let error = rusqlite::Error::SqliteFailure(ffi::Error::new(code), None);
        let detail = error.to_string();
        assert_eq!(LibraryError::from(error), expected(detail));
    }

    #[test]
    fn sqlite_codes() {
        check(ffi::SQLITE_BUSY, |_| LibraryError::Locked);
        check(ffi::SQLITE_BUSY_SNAPSHOT, |_| LibraryError::Locked);
        check(ffi::SQLITE_LOCKED, |_| LibraryError::Locked);
        check(ffi::SQLITE_FULL, |_| LibraryError::Full);
        check(ffi::SQLITE_READONLY, |_| LibraryError::ReadOnly);
        check(ffi::SQLITE_READONLY_DIRECTORY, |_| LibraryError::ReadOnly);
        check(ffi::SQLITE_PERM, |_| LibraryError::ReadOnly);
        check(ffi::SQLITE_CORRUPT, LibraryError::Damaged);
        check(ffi::SQLITE_CORRUPT_INDEX, LibraryError::Damaged);
        check(ffi::SQLITE_NOTADB, LibraryError::Damaged);
        check(ffi::SQLITE_IOERR, LibraryError::Io);
        check(ffi::SQLITE_IOERR_FSYNC, LibraryError::Io);
        check(ffi::SQLITE_CANTOPEN, LibraryError::Io);
    }
}
