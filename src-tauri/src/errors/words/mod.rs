//! Every English word about a failure, a file per subject. Another language is another folder with the same functions.
//! Short, plain, no blame; a title has at most six words; values are handed in and may be missing.

mod account;
mod answer;
pub(super) mod detail;
mod files;
pub(super) mod help;
mod input;
pub(super) mod label;
mod network;
mod points;
mod request;
mod service;
pub(super) mod synonyms;
mod window;

pub(super) use account::*;
pub(super) use answer::*;
pub(super) use files::*;
pub(super) use input::*;
pub(super) use network::*;
pub(super) use points::*;
pub(super) use request::*;
pub(super) use service::*;
pub(super) use window::*;

use super::values::Unit;

pub(super) struct Words {
    pub(super) title: String,
    pub(super) what: String,
    pub(super) why: Vec<&'static str>,
}

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

/// Of what was read some time ago.
pub(super) fn age((count, unit): (i64, Unit)) -> String {
    match unit {
        Unit::Second if count < 5 => "just refreshed".to_owned(),
        Unit::Second => format!("{count} s old"),
        Unit::Minute => format!("{count} min old"),
        Unit::Hour => format!("{count} h old"),
        Unit::Day => format!("{count} days old"),
    }
}

pub(super) fn ago((count, unit): (i64, Unit)) -> String {
    match unit {
        Unit::Second if count < 5 => "just now".to_owned(),
        Unit::Second => format!("{count} s ago"),
        Unit::Minute => format!("{count} min ago"),
        Unit::Hour => format!("{count} h ago"),
        Unit::Day => format!("{count} days ago"),
    }
}
