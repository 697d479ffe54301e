//! Start and settings.

use super::Room;
use crate::app::App;
use crate::events::{Boot, ErrorCard, SettingsChange, SettingsView};

#[tauri::command]
pub async fn boot(app: Room<'_, App>) -> Result<Boot, ErrorCard> {
    app.boot().await.map_err(|e| app.card(e))
}

#[tauri::command]
pub async fn change_settings(app: Room<'_, App>, change: SettingsChange) -> Result<SettingsView, ErrorCard> {
    app.change_settings(change).await.map_err(|e| app.card(e))
}

#[tauri::command]
pub async fn dismiss_notices(app: Room<'_, App>) -> Result<(), ErrorCard> {
    app.dismiss_notices();
    Ok(())
}
