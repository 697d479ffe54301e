//! Prints the whole catalogue for review, and holds it to its rules.
//! `UPDATE_CATALOGUE=1 cargo test --test catalogue` writes the print anew.

#[path = "catalogue/acts.rs"]
mod acts;
#[path = "catalogue/circumstances.rs"]
mod circumstances;
#[path = "catalogue/help.rs"]
mod help;
#[path = "catalogue/plain.rs"]
mod plain;
#[path = "catalogue/rules.rs"]
mod rules;
#[path = "catalogue/values.rs"]
mod values;

use circumstances::circumstances;
use poe::{Error, Kind};
use std::collections::BTreeSet;
use std::path::Path;
use std::time::Duration;
use telltale::account::{KeychainError, KeychainFault, NotAKey};
use telltale::errors::{
    Context, Failure, ModelRef, NotSaved, card, codes, explain, gallery, met, page, samples,
};
use telltale::events::{Action, ErrorCard, Place};
use telltale::library::LibraryError;
use telltale::settings::SettingsError;

/// 2026-04-13T19:20:01Z
const NOW: i64 = 1_776_108_001_000;
const DAY: i64 = 86_400_000;

fn model(name: &str) -> ModelRef {
    ModelRef { id: name.to_lowercase(), name: name.to_owned(), points: None }
}

/// A turn about which everything is known.
fn known() -> Context {
    telltale::errors::known(NOW)
}

fn certified(reason: poe::Distrust) -> Error {
    let certificate = poe::Certificate {
        issuer: Some("Corp Filter CA".to_owned()),
        subject: None,
        names: vec!["login.hotel.example".to_owned()],
        not_before_ms: NOW - 800 * DAY,
        not_after_ms: NOW - 3 * DAY,
        reason: Some(reason),
    };
    Error { certificate: Some(Box::new(certificate)), ..Error::new(Kind::TlsInvalid, "") }
}

/// A turn about which nothing is known.
fn bare() -> Context {
    Context { now: NOW, message_saved: true, ..Context::default() }
}

fn answered(kind: Kind, status: u16, message: &str) -> Error {
    Error {
        status: Some(status),
        request_id: Some("req_7Qx".to_owned()),
        sent: true,
        by_poe: !matches!(kind, Kind::GatewayError | Kind::RefusedByNetwork),
        attempt: 1,
        decided_by: poe::DecidedBy::Code,
        ..Error::new(kind, message)
    }
}

fn rate_limit(wait: Option<u64>) -> Error {
    Error {
        retry_after: wait.map(Duration::from_secs),
        ..answered(Kind::RateLimitExceeded, 429, "Rate limit exceeded. Please try again later.")
    }
}

fn shown(error: Error) -> ErrorCard {
    card(&Failure::Poe(error), &known())
}

fn actions(card: &ErrorCard) -> Vec<Action> {
    card.actions.iter().map(|button| button.action).collect()
}

fn labels(card: &ErrorCard) -> Vec<&str> {
    card.actions.iter().map(|button| button.label.as_str()).collect()
}

fn print(text: &mut String, name: &str, card: &ErrorCard) {
    let mut line = |label: &str, value: &str| {
        if !value.is_empty() {
            *text += &format!("  {label:<8} {value}\n");
        }
    };
    let version = env!("CARGO_PKG_VERSION");
    let version = |value: &str| {
        if value == version { "VERSION".to_owned() } else { value.to_owned() }
    };
    line("code", &format!("{} ({name})", card.code));
    line("title", &card.title);
    line("what", &card.what);
    card.why.iter().for_each(|why| line("why", why));
    line("safe", &card.safe);
    card.facts.iter().for_each(|fact| line("fact", &format!("{}: {}", fact.label, fact.value)));
    for button in &card.actions {
        let action = serde_json::json!(button.action).to_string();
        let values = [&button.model, &button.value].into_iter().flatten().map(|value| format!(" ({value})"));
        let values: String = values.collect();
        line("press", &format!("{}: {}{values}", action.trim_matches('"'), button.label));
    }
    let field = card.field.as_deref().unwrap_or("");
    line("shown", format!("{:?}, {:?} {field}", card.severity, card.place).trim_end());
    card.ready_at.iter().for_each(|at| line("ready", &format!("{} s later", (at - card.at) / 1000)));
    let details: Vec<_> =
        card.details.iter().map(|fact| format!("{}: {}", fact.label, version(&fact.value))).collect();
    line("details", &details.join(" · "));
    text.push('\n');
}

#[test]
fn the_whole_catalogue_is_as_reviewed() {
    let mut text = String::new();
    for (heading, context) in [("With everything known", known()), ("With nothing known", bare())] {
        text += &format!("# {heading}\n\n");
        for failure in samples() {
            print(&mut text, "in general", &card(&failure, &context));
        }
    }
    text += "# In circumstances\n\n";
    for (name, failure, context) in circumstances() {
        print(&mut text, name, &card(&failure, &context));
    }
    text += "# Explained\n\n";
    for code in codes() {
        text += &format!("{}\n", explain(code).unwrap());
    }

    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/catalogue.txt");
    if std::env::var_os("UPDATE_CATALOGUE").is_some() {
        std::fs::write(&file, &text).unwrap();
    }
    let reviewed = std::fs::read_to_string(&file).unwrap_or_default().replace("\r\n", "\n");
    let changed = text.lines().zip(reviewed.lines()).find(|(now, then)| now != then);
    assert!(
        text == reviewed,
        "the catalogue changed, first at {changed:?}; review it, then run with UPDATE_CATALOGUE=1"
    );
}

/// Every card of the print.
fn all() -> Vec<ErrorCard> {
    let outside = Context { message_saved: false, ..known() };
    let mut cards: Vec<_> = samples()
        .iter()
        .flat_map(|failure| [known(), bare(), outside.clone(), Context::default()].map(|c| card(failure, &c)))
        .collect();
    cards.extend(circumstances().iter().map(|(_, failure, context)| card(failure, context)));
    cards
}

fn texts(card: &ErrorCard) -> Vec<&str> {
    let mut texts = vec![card.title.as_str(), &card.what, &card.safe];
    texts.extend(card.why.iter().map(String::as_str));
    texts.extend(labels(card));
    texts.extend(card.facts.iter().chain(&card.details).flat_map(|fact| [fact.label.as_str(), &fact.value]));
    texts
}
