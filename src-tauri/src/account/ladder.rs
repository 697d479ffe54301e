//! The ladder of checks that a new key climbs.

use super::KeychainError;
use crate::events::RungName;
use std::time::Duration;

/// Why a key did not get to the top.
#[derive(Clone, Debug)]
pub enum ClimbError {
    /// The clipboard, the field or the variable held no text.
    NoKeyGiven,
    ClipboardUnreadable(String),
    Poe(poe::Error),
    Keychain(KeychainError),
}

#[derive(Clone, Debug)]
pub enum StepState {
    Running,
    Passed { note: Option<String> },
    Warned { note: String },
    Failed(ClimbError),
}

#[derive(Clone, Debug)]
pub struct Step {
    pub name: RungName,
    pub state: StepState,
    pub took: Duration,
}

/// What the climb learned on its way.
#[derive(Clone, Debug, Default)]
pub struct Climbed {
    pub balance: Option<poe::Balance>,
    pub models: Option<Vec<poe::Model>>,
}
