//! The request log.

use super::Room;
use crate::app::App;
use crate::cards::Cards;
use crate::events::{ErrorCard, LogBodies, LogFilter, LogPage, LogView};
use crate::log::Log;

#[tauri::command]
pub async fn log_page(log: Room<'_, Log>, filter: LogFilter) -> Result<LogPage, ErrorCard> {
    Ok(log.page(filter).await)
}

#[tauri::command]
pub async fn log_bodies(log: Room<'_, Log>, id: i64) -> Result<LogBodies, ErrorCard> {
    Ok(log.bodies(id).await)
}

#[tauri::command]
pub async fn log_keep_bodies(app: Room<'_, App>, on: bool) -> Result<LogView, ErrorCard> {
    app.keep_log_bodies(on).await.map_err(|e| app.card(e))
}

#[tauri::command]
pub async fn log_clear(
    log: Room<'_, Log>,
    cards: Room<'_, Cards>,
    only_bodies: bool,
) -> Result<LogView, ErrorCard> {
    log.clear(only_bodies).await.map_err(|e| cards.card(e))
}

/// The new file's place.
#[tauri::command]
pub async fn log_export(
    log: Room<'_, Log>,
    cards: Room<'_, Cards>,
    with_bodies: bool,
) -> Result<String, ErrorCard> {
    let path = log.export(with_bodies).await.map_err(|e| cards.card(e))?;
    Ok(path.display().to_string())
}
