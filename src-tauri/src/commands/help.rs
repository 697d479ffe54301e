//! The catalogue as help.

use super::Room;
use crate::app::App;
use crate::errors;
use crate::events::{ErrorCard, HelpPage};

#[tauri::command]
pub async fn help_pages() -> Result<Vec<HelpPage>, ErrorCard> {
    Ok(errors::codes().into_iter().filter_map(errors::page).collect())
}

/// Every card, as a person could meet it.
#[tauri::command]
pub async fn gallery(app: Room<'_, App>) -> Result<Vec<ErrorCard>, ErrorCard> {
    Ok(app.gallery())
}
