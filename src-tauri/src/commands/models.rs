//! The list of models.

use super::State;
use crate::events::{ErrorCard, ModelsView};

#[tauri::command]
pub async fn models(app: State<'_>, refresh: bool) -> Result<ModelsView, ErrorCard> {
    Ok(if refresh {
        app.models.refresh().await
    } else {
        app.models.get().await
    })
}
