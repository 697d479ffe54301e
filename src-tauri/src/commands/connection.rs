//! How Poe is reached. A proxy's password comes in here and never goes out.

use super::Room;
use crate::app::App;
use crate::events::{ErrorCard, ProxyChange, SettingsView};

#[tauri::command]
pub async fn set_proxy(app: Room<'_, App>, change: ProxyChange) -> Result<SettingsView, ErrorCard> {
    app.set_proxy(change).await.map_err(|e| app.card(e))
}

/// Passes the proxy over until the app closes.
#[tauri::command]
pub async fn bypass_proxy(app: Room<'_, App>) -> Result<SettingsView, ErrorCard> {
    app.bypass_proxy().map_err(|e| app.card(e))
}

/// Of a larger file the window sends as much as shows that it is too large.
#[tauri::command]
pub async fn add_certificate(
    app: Room<'_, App>,
    name: String,
    bytes: Vec<u8>,
) -> Result<SettingsView, ErrorCard> {
    app.add_certificate(&name, &bytes).map_err(|e| app.card(e))
}

#[tauri::command]
pub async fn remove_certificate(app: Room<'_, App>, file: String) -> Result<SettingsView, ErrorCard> {
    app.remove_certificate(&file).map_err(|e| app.card(e))
}
