//! How a turn comes to its answer: what it asks with, and what it does beside sending once.

use crate::errors::Incident;
use crate::events::{Parameters, WaitsFor};

/// How a turn comes to its answer.
#[derive(Clone, Debug)]
pub(super) struct TurnOptions {
    /// What the person had set when it began.
    pub(super) parameters: Parameters,
    /// The answer goes on where it stopped, instead of beginning.
    pub(super) goes_on: bool,
    pub(super) retrying: Retrying,
    /// Why it waits for a time or the list of models.
    pub(super) waits_with: Option<Incident>,
    /// It goes out although the day's limit is reached.
    pub(super) over_limit: bool,
}

/// When a turn sends, and how often.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Retrying {
    Once,
    /// Sends again by itself for a while, as long as the failure is one that passes.
    KeepTrying,
    /// Waits for the network, then sends once.
    WhenBack,
    /// Waits for the time that the card names, then sends once.
    WhenReady,
    /// Waits for the list of models, then sends once to its first.
    WhenListed,
}

impl TurnOptions {
    /// What has to come before it is sent.
    pub(super) fn waits_for(&self) -> Option<WaitsFor> {
        match self.retrying {
            Retrying::Once | Retrying::KeepTrying => None,
            Retrying::WhenBack => Some(WaitsFor::Network),
            Retrying::WhenReady => Some(WaitsFor::Time),
            Retrying::WhenListed => Some(WaitsFor::Models),
        }
    }
}
