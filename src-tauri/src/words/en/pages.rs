//! The pages that the browser shows when it comes back from Poe.

pub(crate) const DONE: &str = include_str!("pages/done.html");
pub(crate) const REFUSED: &str = include_str!("pages/refused.html");

/// On a card: there is nothing to sign in with.
pub(crate) const NO_CLIENT_ID: &str = "No client ID is set for signing in with Poe.";
