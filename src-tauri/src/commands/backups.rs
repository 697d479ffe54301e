//! Backups of the chats.

use super::State;
use crate::events::{BackupsView, ErrorCard};

#[tauri::command]
pub async fn backups(app: State<'_>) -> Result<BackupsView, ErrorCard> {
    app.backups().await.map_err(|e| app.card(e))
}

#[tauri::command]
pub async fn back_up(app: State<'_>) -> Result<BackupsView, ErrorCard> {
    app.back_up().await.map_err(|e| app.card(e))
}

#[tauri::command]
pub async fn restore_backup(app: State<'_>, id: String) -> Result<BackupsView, ErrorCard> {
    app.restore_backup(&id).await.map_err(|e| app.card(e))
}
