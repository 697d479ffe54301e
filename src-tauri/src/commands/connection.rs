//! How Poe is reached. A proxy's password comes in here and never goes out.

use super::State;
use crate::events::{ErrorCard, ProxyChange, SettingsView};

#[tauri::command]
pub async fn set_proxy(app: State<'_>, change: ProxyChange) -> Result<SettingsView, ErrorCard> {
    app.set_proxy(change).await.map_err(|e| app.card(e))
}

/// Passes the proxy over until the app closes.
#[tauri::command]
pub async fn bypass_proxy(app: State<'_>) -> Result<SettingsView, ErrorCard> {
    app.bypass_proxy().map_err(|e| app.card(e))
}

/// Of a larger file the window sends as much as shows that it is too large.
#[tauri::command]
pub async fn add_certificate(
    app: State<'_>,
    name: String,
    bytes: Vec<u8>,
) -> Result<SettingsView, ErrorCard> {
    app.add_certificate(&name, &bytes).map_err(|e| app.card(e))
}

#[tauri::command]
pub async fn remove_certificate(app: State<'_>, file: String) -> Result<SettingsView, ErrorCard> {
    app.remove_certificate(&file).map_err(|e| app.card(e))
}
