//! The balance's small window, and the way from it to the large one.

use super::Room;
use crate::app::App;
use crate::events::{ErrorCard, MonitorView};
use tauri::ipc::Channel;

/// All that the small window shows: now, and at every change.
#[tauri::command]
pub async fn watch_monitor(app: Room<'_, App>, channel: Channel<MonitorView>) -> Result<(), ErrorCard> {
    app.watch_monitor(Box::new(move |view| channel.send(view).is_ok())).await;
    Ok(())
}

#[tauri::command]
pub async fn show_monitor(app: Room<'_, App>, open: bool) -> Result<(), ErrorCard> {
    app.show_monitor(open).map_err(|e| app.card(e))
}

#[tauri::command]
pub async fn show_main(app: Room<'_, App>) -> Result<(), ErrorCard> {
    app.show_main();
    Ok(())
}
