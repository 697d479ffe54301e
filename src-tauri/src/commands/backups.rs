//! Backups of the chats.

use super::State;
use crate::events::{BackupsView, ErrorCard};

#[tauri::command]
pub async fn backups(app: State<'_>) -> Result<BackupsView, ErrorCard> {
    app.backups().await
}

#[tauri::command]
pub async fn back_up(app: State<'_>) -> Result<BackupsView, ErrorCard> {
    app.back_up().await
}

#[tauri::command]
pub async fn restore_backup(app: State<'_>, id: String) -> Result<BackupsView, ErrorCard> {
    app.restore_backup(&id).await
}
