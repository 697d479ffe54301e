//! Start and settings.

use super::State;
use crate::events::{Boot, ErrorCard, SettingsChange, SettingsView};

#[tauri::command]
pub async fn boot(app: State<'_>) -> Result<Boot, ErrorCard> {
    app.boot().await.map_err(|e| app.card(e))
}

#[tauri::command]
pub async fn change_settings(app: State<'_>, change: SettingsChange) -> Result<SettingsView, ErrorCard> {
    app.change_settings(change).await.map_err(|e| app.card(e))
}

#[tauri::command]
pub async fn dismiss_notices(app: State<'_>) -> Result<(), ErrorCard> {
    app.dismiss_notices();
    Ok(())
}
