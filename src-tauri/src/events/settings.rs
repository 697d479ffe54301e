//! Settings as the window sees and changes them.

use super::{ConnectionView, ListOrder, Parameters};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use ts_rs::TS;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub enum Theme {
    #[default]
    System,
    Light,
    Dark,
    Contrast,
}

/// Whose faces text is set in. Formulas always have this app's.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub enum Typeface {
    #[default]
    Telltale,
    System,
}

/// The check of spelling in fields. Languages are named as the system does: `en_US`. Where the system checks by itself, none
/// are named.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct SpellingView {
    pub on: bool,
    /// Those that have a dictionary.
    pub languages: Vec<String>,
    /// Those that have none.
    pub missing: Vec<String>,
}

/// The tray: what is set, and whether there is one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct TrayView {
    pub on: bool,
    /// A panel shows it; absent until that is known.
    pub shown: Option<bool>,
    /// Closing the window leaves the app in the tray, where one is shown.
    pub close_to_it: bool,
}

/// Hours of the day in which the desktop tells nothing, in minutes after midnight by this computer's clock. They may go over
/// midnight; from and to the same minute is none of the day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct QuietHours {
    pub from: u16,
    pub to: u16,
}

/// The desktop's notices.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct NoticesView {
    pub on: bool,
    /// A chat is named in them.
    pub titles: bool,
    pub quiet: Option<QuietHours>,
}

#[derive(Clone, Debug, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct SettingsView {
    pub theme: Theme,
    pub typeface: Typeface,
    /// Percent, 80 to 200.
    pub text_size: u16,
    pub spelling: SpellingView,
    pub base_url: String,
    /// `TELLTALE_BASE_URL` decides the address, so the field cannot.
    pub base_url_fixed: bool,
    pub enter_sends: bool,
    /// For new chats.
    pub default_model: Option<String>,
    pub default_parameters: Parameters,
    /// Of those that a model declares, what new chats with it begin with, by its id in small letters.
    #[ts(type = "{ [model: string]: { [name: string]: boolean | number | string } }")]
    pub model_parameters: BTreeMap<String, Map<String, Value>>,
    /// Models, by their ids.
    pub favorites: Vec<String>,
    /// Bots and makers of bots that are asked without a word, whatever they cost.
    pub allowed: Vec<String>,
    pub connection: ConnectionView,
    /// Points that this app may use in a day; absent: as many as there are.
    pub daily_limit: Option<i64>,
    /// Points below which the balance is told of, the highest first.
    pub levels: Vec<i64>,
    /// Models' hosts are asked to keep long chats, where that pays.
    pub cache_chats: bool,
    pub data_dir: String,
    /// `TELLTALE_DATA_DIR` decides the folder, so a person can't.
    pub data_dir_fixed: bool,
    /// This app's ID at Poe, for signing in, where a person set one.
    pub client_id: Option<String>,
    /// There is a client ID: the one above or the one that was built in.
    pub can_sign_in: bool,
    pub tray: TrayView,
    pub notices: NoticesView,
}

/// What new chats with a model begin with, of those that it declares; nothing: its own defaults.
#[derive(Clone, Debug, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct ModelParameters {
    pub model: String,
    #[ts(type = "{ [name: string]: boolean | number | string }")]
    pub declared: Map<String, Value>,
}

#[derive(Clone, Debug, Default, Deserialize, TS)]
#[serde(rename_all = "camelCase", default)]
#[ts(export, export_to = "types.ts")]
pub struct SettingsChange {
    pub theme: Option<Theme>,
    pub typeface: Option<Typeface>,
    /// Percent; the nearest of 80 to 200 is taken.
    pub text_size: Option<u16>,
    pub spelling: Option<bool>,
    pub base_url: Option<String>,
    pub enter_sends: Option<bool>,
    pub default_model: Option<String>,
    pub default_parameters: Option<Parameters>,
    pub model_parameters: Option<ModelParameters>,
    pub favorites: Option<Vec<String>>,
    /// Takes back what was allowed for good: bots whose cost nobody tells are asked about once more.
    pub ask_about_bots: Option<bool>,
    /// Empty: none.
    pub client_id: Option<String>,
    /// 0 takes it back.
    pub daily_limit: Option<i64>,
    /// In any order.
    pub levels: Option<Vec<i64>>,
    pub cache_chats: Option<bool>,
    pub list_order: Option<ListOrder>,
    pub tray: Option<bool>,
    pub close_to_tray: Option<bool>,
    pub notices: Option<bool>,
    pub notice_titles: Option<bool>,
    /// From and to the same minute takes them back.
    pub quiet: Option<QuietHours>,
}
