//! Start and settings.

use super::Room;
use crate::app::App;
use crate::events::{Boot, ErrorCard, Event, SettingsChange, SettingsView};
use tauri::ipc::Channel;

/// Every event of the app from now on.
#[tauri::command]
pub async fn listen(app: Room<'_, App>, channel: Channel<Event>) -> Result<(), ErrorCard> {
    app.listen(Box::new(move |event| channel.send(event).is_ok()));
    Ok(())
}

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
