//! The account as the window sees it: where its key is, the others, and where a new key comes from.

use super::ErrorCard;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub enum KeyState {
    /// The keychain is being asked.
    Checking,
    /// In the keychain, and read back.
    Stored,
    /// In memory until the app closes.
    Session,
    NotStored,
    Locked,
    Unavailable,
    TimedOut,
    Denied,
    Corrupt,
}

#[derive(Clone, Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct AccountView {
    pub state: KeyState,
    /// The keychain has not answered for a while (soft limit); it may be showing a prompt of its own.
    pub waiting: bool,
    /// It does show one, as far as that can be told.
    pub asking: bool,
    /// The key's last four characters; absent when there is no key or it is too short to show any.
    pub last_four: Option<String>,
    /// The simulated Poe on this computer answers instead of Poe.
    pub demo: bool,
    /// `POE_API_KEY` is set and can be offered.
    pub env_key: bool,
    /// What people call this system's keychain: "GNOME Keyring", "macOS Keychain", …
    pub keychain: String,
    /// Why there is no usable key, where that is a failure.
    pub card: Option<ErrorCard>,
    /// When the key in use ends; absent: never, as far as is known.
    pub expires_at: Option<i64>,
    /// The key in use ends within a week, or has ended.
    pub renewal: Option<ErrorCard>,
    /// A sign-in waits for the browser.
    pub signing_in: Option<SigningIn>,
    pub accounts: Vec<AccountItem>,
    /// The account that was removed last and can be put back.
    pub removed: Option<RemovedAccount>,
}

#[derive(Clone, Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct RemovedAccount {
    pub name: String,
    pub last_four: Option<String>,
}

/// A sign-in under way.
#[derive(Clone, Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct SigningIn {
    /// The address that the browser was sent to.
    pub url: String,
    pub until: i64,
}

/// An account that this computer knows.
#[derive(Clone, Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct AccountItem {
    pub id: u32,
    pub name: String,
    pub last_four: Option<String>,
    pub expires_at: Option<i64>,
    /// The address at which its key was accepted.
    pub server: String,
    /// Its key is the one in use.
    pub active: bool,
    /// Its key is in memory only.
    pub session: bool,
    /// What was last read of its points, and when; the active one's newest are in the balance.
    pub points: Option<i64>,
    pub points_at: Option<i64>,
    /// The code of the failure to read them since.
    pub unread: Option<String>,
}

/// Where a key comes from. `Typed` is the only message that ever carries one, and it goes in only.
#[derive(Deserialize, TS)]
#[serde(tag = "type", rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub enum KeySource {
    /// Rust reads the clipboard; the window never sees the key.
    Clipboard,
    /// The word that Rust read from the clipboard and did not send, as it is not of a key's shape.
    Anyway,
    Env,
    Typed {
        key: String,
    },
    /// The key that a sign-in brought a moment ago.
    SignedIn,
    /// The key that passed a moment ago and could not be stored.
    Pending,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub enum Keep {
    Keychain,
    Session,
}
