//! The list of models.

use super::Room;
use crate::events::{ErrorCard, ModelsView};
use crate::models::ModelList;

#[tauri::command]
pub async fn models(models: Room<'_, ModelList>, refresh: bool) -> Result<ModelsView, ErrorCard> {
    Ok(if refresh { models.refresh().await } else { models.get().await })
}
