//! The ladder that a new key climbs: the short words beside its rungs.

use super::grouped;
use poe::{Balance, Secret};

says! {
    unlikely_key: "doesn’t look like a Poe key",
    this_session: "kept until you quit",
}
const NO_POINTS_TOLD: &str = "Poe didn’t say";

pub(crate) fn ends_in(key: &Secret) -> Option<String> {
    let last_four = key.last_four();
    (!last_four.is_empty()).then(|| format!("ends in …{last_four}"))
}

pub(crate) fn stored_in(keychain: &str) -> String {
    format!("in the {keychain}")
}

pub(crate) fn points(balance: &Balance) -> Result<String, &'static str> {
    balance
        .points
        .map(|points| format!("{} points", grouped(points)))
        .ok_or(NO_POINTS_TOLD)
}

pub(crate) fn models(count: usize) -> String {
    format!("{} models", grouped(i64::try_from(count).unwrap_or(i64::MAX)))
}
