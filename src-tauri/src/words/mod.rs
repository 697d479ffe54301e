//! Every sentence that a person reads from this side: cards, help, notes of the two ladders, reports, native dialogs, pages,
//! what the program prints, and how numbers and times stand in them. A folder a language, in it a file per subject.
//!
//! Whoever turns a fact into a sentence asks here; what the window says by itself is in its own `words/`.

mod en;
pub(crate) mod facts;

pub use en::terminal;
pub(crate) use en::*;

/// What a card says of a failure.
pub(crate) struct Words {
    pub(crate) title: String,
    pub(crate) what: String,
    pub(crate) why: Vec<&'static str>,
}
