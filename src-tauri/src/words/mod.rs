//! Every sentence that a person reads from this side: cards, help, notes of the checks, reports, native dialogs, pages,
//! what the program prints, and how numbers and times stand in them. A folder a language, in it a file per subject;
//! `language.rs` lists what each has to say.
//!
//! Whoever turns a fact into a sentence asks here; what the window says by itself is in its own `words/`.

mod en;
pub(crate) mod facts;
mod language;

pub(crate) use language::{
    archive, checks, connection, desktop, detail, doctor, heading, help, keychain, label, notices, pages,
    synonyms, tray,
};

// What cards say is asked for by its name alone.
pub(crate) use language::account::*;
pub(crate) use language::answer::*;
pub(crate) use language::files::*;
pub(crate) use language::grammar::*;
pub(crate) use language::input::*;
pub(crate) use language::network::*;
pub(crate) use language::points::*;
pub(crate) use language::request::*;
pub(crate) use language::service::*;
pub(crate) use language::window::*;

/// What a card says of a failure.
pub(crate) struct Words {
    pub(crate) title: String,
    pub(crate) what: String,
    pub(crate) why: Vec<&'static str>,
}

/// What the program prints when it is called in another way.
pub fn usage() -> &'static str {
    language::terminal::usage()
}

pub fn no_such_code(code: &str) -> String {
    language::terminal::no_such_code(code)
}
