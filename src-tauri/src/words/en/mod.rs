//! English. Short, plain, no blame; a title has at most six words; values are handed in and may be missing.

/// Sentences that need no values, a function each.
macro_rules! says {
    ($($(#[$doc:meta])* $name:ident: $text:expr,)+) => {
        $($(#[$doc])* pub(crate) fn $name() -> &'static str {
            $text
        })+
    };
}

pub(super) mod account;
pub(super) mod answer;
pub(super) mod archive;
pub(super) mod checks;
pub(super) mod connection;
pub(super) mod desktop;
pub(super) mod detail;
pub(super) mod doctor;
pub(super) mod files;
pub(super) mod grammar;
pub(super) mod heading;
pub(super) mod help;
pub(super) mod input;
pub(super) mod keychain;
pub(super) mod label;
pub(super) mod network;
pub(super) mod notices;
pub(super) mod pages;
pub(super) mod points;
pub(super) mod request;
pub(super) mod service;
pub(super) mod synonyms;
pub(super) mod terminal;
pub(super) mod tray;
pub(super) mod window;

use super::Words;
use grammar::{day, grouped, size};

fn words(title: impl Into<String>, what: impl Into<String>, why: &[&'static str]) -> Words {
    let (title, what) = (title.into(), what.into());
    Words { title, what, why: why.to_vec() }
}

/// The most words of a title.
const TITLE: usize = 6;

/// A title that begins with the model's name, or without one where it is unknown or leaves no room.
fn titled(model: Option<&str>, rest: &str) -> String {
    let room = TITLE.saturating_sub(rest.split_whitespace().count());
    let names = [model.unwrap_or("The model"), "The model", "Model"];
    let fits = names.into_iter().find(|name| name.split_whitespace().count() <= room);
    format!("{} {rest}", fits.unwrap_or_default())
}

// Names where one is missing, at the start of a sentence and inside one.

fn start(model: Option<&str>) -> &str {
    model.unwrap_or("The model")
}

fn inside(model: Option<&str>) -> &str {
    model.unwrap_or("the model")
}

fn poe_or(host: Option<&str>) -> &str {
    host.unwrap_or("Poe")
}

fn says(text: Option<&str>) -> String {
    text.map(|text| format!(" Poe says: {text}")).unwrap_or_default()
}
