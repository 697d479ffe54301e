//! The data folder.

use super::Room;
use crate::app::App;
use crate::desktop;
use crate::events::{ErrorCard, SettingsView};
use std::path::Path;
use tauri::{AppHandle, Runtime};

/// Asks in the system's own way; nothing where the person chose none.
#[tauri::command]
pub async fn choose_folder<R: Runtime>(handle: AppHandle<R>) -> Result<Option<String>, ErrorCard> {
    Ok(desktop::choose_folder(&handle).await)
}

#[tauri::command]
pub async fn move_data(app: Room<'_, App>, folder: String) -> Result<SettingsView, ErrorCard> {
    app.move_data(Path::new(&folder)).await.map_err(|e| app.card(e))
}
