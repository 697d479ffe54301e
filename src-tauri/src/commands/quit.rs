//! Quitting while answers are under way.

use super::Room;
use crate::app::App;
use crate::events::{ErrorCard, QuitStep};

#[tauri::command]
pub async fn quit(app: Room<'_, App>, step: QuitStep) -> Result<(), ErrorCard> {
    app.quit_step(step).await;
    Ok(())
}
