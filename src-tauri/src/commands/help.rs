//! The catalogue as help.

use crate::errors;
use crate::events::ErrorCard;

#[tauri::command]
pub async fn explain_codes() -> Result<Vec<&'static str>, ErrorCard> {
    Ok(errors::codes())
}

#[tauri::command]
pub async fn explain(code: String) -> Result<Option<String>, ErrorCard> {
    Ok(errors::explain(&code))
}
