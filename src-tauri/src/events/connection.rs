//! How Poe is reached, as the window sees and changes it.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub enum ProxyMode {
    /// What the environment or the system says.
    #[default]
    System,
    None,
    Manual,
}

/// The proxy as it is set. Its password is in the keychain only.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", default)]
#[ts(export, export_to = "types.ts")]
pub struct ProxySetting {
    pub mode: ProxyMode,
    /// Host and port, or a URL with its scheme; kept also while another mode is chosen.
    pub address: String,
    /// The name to log in with; empty when there is none.
    pub login: String,
}

/// The proxy as a person types it.
#[derive(Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct ProxyChange {
    pub setting: ProxySetting,
    /// Goes in and never out. Absent keeps the one that is known, empty removes it.
    pub password: Option<String>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub enum PasswordState {
    #[default]
    None,
    Stored,
    /// In memory until the app closes: the keychain would not take it.
    Session,
}

/// A setting of a proxy that is not followed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(tag = "kind", rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub enum ProxyProblem {
    /// It can't be used, so nothing is sent. `source` is a variable's name or says whose settings it is in.
    Unusable { source: String, value: String },
    /// This desktop takes it from a script or from the network (PAC, WPAD), which is not done here: requests go straight.
    Automatic { desktop: String },
    /// This desktop's settings could not be read: requests go straight.
    Unread { desktop: String },
}

/// How Poe is reached.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct ConnectionView {
    pub proxy: ProxySetting,
    pub password: PasswordState,
    /// The setting is passed over until the app closes.
    pub bypassed: bool,
    /// The proxy on the way to Poe, "proxy.example:8080 (HTTPS_PROXY)".
    pub in_use: Option<String>,
    /// Why it is not the one that was set.
    pub problem: Option<ProxyProblem>,
    /// Certificate authorities that are trusted beside the system's.
    pub certificates: Vec<CertificateView>,
}

/// A file with certificates that a person added.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct CertificateView {
    /// Its name, by which it is removed.
    pub file: String,
    pub count: u32,
    /// Whom the first is for.
    pub subject: Option<String>,
    /// When the first of them runs out.
    pub expires_at: Option<i64>,
}
