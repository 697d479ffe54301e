//! The request log.

use super::State;
use crate::events::{ErrorCard, LogBodies, LogFilter, LogPage, LogView};

#[tauri::command]
pub async fn log_page(app: State<'_>, filter: LogFilter) -> Result<LogPage, ErrorCard> {
    Ok(app.log.page(filter).await)
}

#[tauri::command]
pub async fn log_bodies(app: State<'_>, id: i64) -> Result<LogBodies, ErrorCard> {
    Ok(app.log.bodies(id).await)
}

#[tauri::command]
pub async fn log_keep_bodies(app: State<'_>, on: bool) -> Result<LogView, ErrorCard> {
    app.keep_log_bodies(on).await.map_err(|e| app.card(e))
}

#[tauri::command]
pub async fn log_clear(app: State<'_>, only_bodies: bool) -> Result<LogView, ErrorCard> {
    app.log.clear(only_bodies).await.map_err(|e| app.card(e))
}

/// The new file's place.
#[tauri::command]
pub async fn log_export(app: State<'_>, with_bodies: bool) -> Result<String, ErrorCard> {
    let path = app.log.export(with_bodies).await.map_err(|e| app.card(e))?;
    Ok(path.display().to_string())
}
