//! Why what a person gave is no key to try.

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
