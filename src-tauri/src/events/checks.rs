//! A check as the window sees it: one of those that a new key has to pass, or one of the connection.

use super::ErrorCard;
use serde::Serialize;
use ts_rs::TS;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub enum CheckName {
    // Of a new key.
    Shape,
    Accepted,
    Stored,
    /// A small message, sent on a press only.
    Test,
    // Of both.
    Balance,
    Models,
    // Of the connection, from this computer to an answer.
    Dns,
    Tcp,
    Tls,
    Proxy,
    Http,
    Key,
    /// As small, and on a press only, too.
    Request,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub enum CheckState {
    Waiting,
    Running,
    Passed,
    /// Passed, with something to say.
    Warned,
    Failed,
    /// Not made, because it would say nothing; the note says why.
    Skipped,
}

#[derive(Clone, Debug, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct Check {
    pub name: CheckName,
    pub state: CheckState,
    /// "ends in …4f9c", "104.18.2.1:443", "362 models".
    pub note: Option<String>,
    pub took_ms: Option<u32>,
    pub card: Option<ErrorCard>,
}
