//! A failure explained, whether or not it has been met.

use serde::Serialize;
use ts_rs::TS;

/// A failure explained, whether or not it has been met.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct HelpPage {
    pub code: String,
    pub title: String,
    /// Poe's names for it and other words to find it by.
    pub terms: Vec<String>,
    /// What else people call it: only searched.
    pub synonyms: Vec<String>,
    pub what: Vec<String>,
    pub why: Vec<String>,
    /// What becomes of message and points.
    pub points: Vec<String>,
    pub buttons: Vec<HelpButton>,
    /// What to do outside of the app, where there is something.
    pub steps: Vec<String>,
    /// Whether it is tried again by itself.
    pub retry: String,
    pub guide: Option<HelpGuide>,
    pub links: Vec<HelpLink>,
}

#[derive(Clone, Debug, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct HelpButton {
    pub label: String,
    pub does: String,
}

/// A section of Poe's own guide and what it advises.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct HelpGuide {
    pub section: String,
    pub advice: String,
}

#[derive(Clone, Debug, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct HelpLink {
    pub label: String,
    pub url: String,
}
