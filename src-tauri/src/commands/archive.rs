//! Chats that go out into files, and come in from them. The window names no file: the person chooses it in the system's own way.

use super::Room;
use super::desktop::copy_text;
use crate::app::App;
use crate::archive::{Archive, ArchiveError};
use crate::cards::Cards;
use crate::desktop::{self, DesktopError};
use crate::events::{ErrorCard, ExportFormat, Exported, ImportPreview, Imported};
use crate::import::Import;
use std::path::Path;
use tauri::{AppHandle, Runtime};

/// These chats, or all. `None` where the person chose no place, or cancelled.
#[tauri::command]
pub async fn export_chats<R: Runtime>(
    archive: Room<'_, Archive>,
    cards: Room<'_, Cards>,
    handle: AppHandle<R>,
    ids: Option<Vec<i64>>,
    name: String,
    format: ExportFormat,
) -> Result<Option<Exported>, ErrorCard> {
    let Some(file) = desktop::choose_export_file(&handle, &name, format).await else {
        return Ok(None);
    };
    let written = archive.export(ids, format, file.clone()).await;
    written.map(Some).or_else(|error| not_written(error, &file, &cards).map(|()| None))
}

/// Opens the chat as a page in the person's browser, which prints it.
#[tauri::command]
pub async fn print_chat<R: Runtime>(
    archive: Room<'_, Archive>,
    cards: Room<'_, Cards>,
    handle: AppHandle<R>,
    id: i64,
) -> Result<(), ErrorCard> {
    match archive.print(id).await {
        Ok(page) => desktop::open_page(&handle, &page).map_err(|e| cards.card(e)),
        Err(error) => not_written(error, Path::new("print"), &cards),
    }
}

#[tauri::command]
pub async fn copy_chat(archive: Room<'_, Archive>, cards: Room<'_, Cards>, id: i64) -> Result<(), ErrorCard> {
    match archive.markdown_of(id).await {
        Ok(text) => copy_text(cards, text).await,
        Err(error) => not_written(error, Path::new(""), &cards),
    }
}

/// Reads the files that the person chooses. `None` where that is none, or was cancelled.
#[tauri::command]
pub async fn choose_import<R: Runtime>(
    import: Room<'_, Import>,
    cards: Room<'_, Cards>,
    handle: AppHandle<R>,
) -> Result<Option<ImportPreview>, ErrorCard> {
    let Some(files) = desktop::choose_import_files(&handle).await else {
        return Ok(None);
    };
    import.look(files).await.map_err(|e| cards.card(e))
}

/// Brings in what was found. `None` where it was cancelled.
#[tauri::command]
pub async fn import_chats(app: Room<'_, App>) -> Result<Option<Imported>, ErrorCard> {
    app.import_chats().await.map_err(|e| app.card(e))
}

/// Ends what goes out or comes in, and forgets what was found.
#[tauri::command]
pub async fn cancel_transfer(archive: Room<'_, Archive>, import: Room<'_, Import>) -> Result<(), ErrorCard> {
    archive.cancel();
    import.cancel();
    Ok(())
}

/// A person who cancelled is told nothing.
fn not_written(error: ArchiveError, file: &Path, cards: &Cards) -> Result<(), ErrorCard> {
    match error {
        ArchiveError::Cancelled => Ok(()),
        ArchiveError::Library(error) => Err(cards.card(error)),
        ArchiveError::Write(error) => Err(cards.card(DesktopError::not_saved(file, &error))),
    }
}
