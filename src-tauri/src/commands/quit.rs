//! Quitting while answers are under way.

use super::State;
use crate::events::{ErrorCard, QuitStep};

#[tauri::command]
pub async fn quit(app: State<'_>, step: QuitStep) -> Result<(), ErrorCard> {
    app.quit_step(step).await;
    Ok(())
}
