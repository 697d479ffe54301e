//! The data folder.

use super::Room;
use crate::app::App;
use crate::desktop;
use crate::events::{ChosenFolder, DataView, ErrorCard, SettingsView};
use std::path::Path;
use tauri::{AppHandle, Runtime};

#[tauri::command]
pub async fn data_folder(app: Room<'_, App>) -> Result<DataView, ErrorCard> {
    app.data_folder().await.map_err(|e| app.card(e))
}

/// Asks in the system's own way; nothing where the person chose none.
#[tauri::command]
pub async fn choose_folder<R: Runtime>(
    handle: AppHandle<R>,
    app: Room<'_, App>,
) -> Result<Option<ChosenFolder>, ErrorCard> {
    match desktop::choose_folder(&handle).await {
        Some(folder) => Ok(Some(app.look_at_folder(folder).await)),
        None => Ok(None),
    }
}

#[tauri::command]
pub async fn move_data(app: Room<'_, App>, folder: String) -> Result<SettingsView, ErrorCard> {
    app.move_data(Path::new(&folder)).await.map_err(|e| app.card(e))
}

/// The app begins anew behind it.
#[tauri::command]
pub async fn delete_everything(app: Room<'_, App>) -> Result<(), ErrorCard> {
    app.delete_everything().await.map_err(|e| app.card(e))
}
