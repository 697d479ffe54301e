//! Backups of the chats.

use super::Room;
use crate::app::App;
use crate::events::{BackupsView, ErrorCard};

#[tauri::command]
pub async fn backups(app: Room<'_, App>) -> Result<BackupsView, ErrorCard> {
    app.backups().await.map_err(|e| app.card(e))
}

#[tauri::command]
pub async fn back_up(app: Room<'_, App>) -> Result<BackupsView, ErrorCard> {
    app.back_up().await.map_err(|e| app.card(e))
}

#[tauri::command]
pub async fn restore_backup(app: Room<'_, App>, id: String) -> Result<BackupsView, ErrorCard> {
    app.restore_backup(&id).await.map_err(|e| app.card(e))
}
