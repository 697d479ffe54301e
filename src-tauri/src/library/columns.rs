//! How values stand in the columns of every table.

use rusqlite::types::FromSqlError;
use rusqlite::{Row, RowIndex};

/// Text as it is on the disk. A damaged byte costs one character, not the message.
pub(super) fn text(row: &Row<'_>, column: impl RowIndex) -> rusqlite::Result<String> {
    Ok(optional_text(row, column)?.unwrap_or_default())
}

pub(super) fn optional_text(row: &Row<'_>, column: impl RowIndex) -> rusqlite::Result<Option<String>> {
    let bytes = row.get_ref(column)?.as_bytes_or_null()?;
    Ok(bytes.map(|bytes| String::from_utf8_lossy(bytes).into_owned()))
}

/// An enum that is one word in a column, and in an archive. A variant may be renamed, its word may not: files have it.
macro_rules! stored_as_word {
    ($(#[$about:meta])* pub enum $name:ident { $($(#[$note:meta])* $variant:ident = $word:literal,)+ }) => {
        $(#[$about])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum $name {
            $($(#[$note])* $variant,)+
        }

        impl $name {
            pub fn as_str(self) -> &'static str {
                match self {
                    $($name::$variant => $word,)+
                }
            }

            pub fn parse(word: &str) -> Option<$name> {
                match word {
                    $($word => Some($name::$variant),)+
                    _ => None,
                }
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<$name, D::Error> {
                let word = String::deserialize(deserializer)?;
                let unknown = || serde::de::Error::custom(format!("{word:?} is no {}", stringify!($name)));
                $name::parse(&word).ok_or_else(unknown)
            }
        }

        impl rusqlite::types::ToSql for $name {
            fn to_sql(&self) -> rusqlite::Result<rusqlite::types::ToSqlOutput<'_>> {
                Ok(self.as_str().into())
            }
        }

        impl rusqlite::types::FromSql for $name {
            fn column_result(value: rusqlite::types::ValueRef<'_>) -> rusqlite::types::FromSqlResult<$name> {
                let word = value.as_str()?;
                $name::parse(word).ok_or_else(|| $crate::library::columns::unknown(stringify!($name), word))
            }
        }
    };
}

pub(super) use stored_as_word;

/// The columns forbid other words, so that a file with one is damaged.
pub(super) fn unknown(name: &str, word: &str) -> FromSqlError {
    FromSqlError::Other(format!("{word:?} is no {name}").into())
}
