//! English. Short, plain, no blame; a title has at most six words; values are handed in and may be missing.

mod account;
mod answer;
pub(crate) mod desktop;
pub(crate) mod detail;
pub(crate) mod doctor;
mod files;
mod grammar;
pub(crate) mod help;
mod input;
pub(crate) mod keychain;
pub(crate) mod label;
pub(crate) mod ladder;
mod network;
pub(crate) mod pages;
mod points;
mod request;
mod service;
pub(crate) mod synonyms;
pub mod terminal;
mod window;

pub(crate) use account::*;
pub(crate) use answer::*;
pub(crate) use files::*;
pub(crate) use grammar::*;
pub(crate) use input::*;
pub(crate) use network::*;
pub(crate) use points::*;
pub(crate) use request::*;
pub(crate) use service::*;
pub(crate) use window::*;

use super::Words;

fn words(title: impl Into<String>, what: impl Into<String>, why: &[&'static str]) -> Words {
    let (title, what) = (title.into(), what.into());
    Words {
        title,
        what,
        why: why.to_vec(),
    }
}

/// The most words of a title.
const TITLE: usize = 6;

/// A title that begins with the model's name, or without one where it is unknown or leaves no room.
fn titled(model: Option<&str>, rest: &str) -> String {
    let room = TITLE.saturating_sub(rest.split_whitespace().count());
    let names = [model.unwrap_or("The model"), "The model", "Model"];
    let fits = names
        .into_iter()
        .find(|name| name.split_whitespace().count() <= room);
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
