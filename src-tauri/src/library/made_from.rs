//! What a film is made from, where that is another film: as rows of messages and drafts keep it.

use super::columns::stored_as_word;

/// A film from which another is made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MadeFrom {
    /// As Poe calls it.
    pub video: String,
    pub how: FilmHow,
}

stored_as_word! {
    /// What becomes of a film.
    pub enum FilmHow {
        /// Another one like it.
        Remix = "remix",
        /// What comes after it.
        Extend = "extend",
    }
}
