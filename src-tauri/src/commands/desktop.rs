//! Links and the clipboard, on the person's word only.

use super::State;
use crate::desktop;
use crate::events::ErrorCard;
use tauri::{AppHandle, Runtime};

#[tauri::command]
pub async fn open_link<R: Runtime>(
    app: State<'_>,
    handle: AppHandle<R>,
    url: String,
) -> Result<(), ErrorCard> {
    desktop::open_link(&handle, &url).map_err(|e| app.card(e))
}

#[tauri::command]
pub async fn copy_text(app: State<'_>, text: String) -> Result<(), ErrorCard> {
    desktop::copy(text).await.map_err(|e| app.card(e))
}

#[tauri::command]
pub async fn copy_message(app: State<'_>, message_id: i64) -> Result<(), ErrorCard> {
    let text = app.chat.source(message_id).await?;
    desktop::copy(text).await.map_err(|e| app.card(e))
}
