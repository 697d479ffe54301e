//! Presets and snippets.

use super::Room;
use crate::cards::Cards;
use crate::desktop::{self, DesktopError};
use crate::events::{ErrorCard, NewPrompt, PromptChange, PromptView, PromptsBrought, PromptsFound};
use crate::prompts::Prompts;
use tauri::{AppHandle, Runtime};

#[tauri::command]
pub async fn create_prompt(
    prompts: Room<'_, Prompts>,
    cards: Room<'_, Cards>,
    content: NewPrompt,
) -> Result<PromptView, ErrorCard> {
    prompts.create(content).await.map_err(|e| cards.card(e))
}

#[tauri::command]
pub async fn change_prompt(
    prompts: Room<'_, Prompts>,
    cards: Room<'_, Cards>,
    id: i64,
    change: PromptChange,
) -> Result<PromptView, ErrorCard> {
    prompts.change(id, change).await.map_err(|e| cards.card(e))
}

#[tauri::command]
pub async fn delete_prompt(
    prompts: Room<'_, Prompts>,
    cards: Room<'_, Cards>,
    id: i64,
) -> Result<(), ErrorCard> {
    prompts.delete(id).await.map_err(|e| cards.card(e))
}

#[tauri::command]
pub async fn put_back_prompt(
    prompts: Room<'_, Prompts>,
    cards: Room<'_, Cards>,
    id: i64,
) -> Result<PromptView, ErrorCard> {
    prompts.put_back(id).await.map_err(|e| cards.card(e))
}

/// The name of the file that was written; none where the person chose no place. The window never names one.
#[tauri::command]
pub async fn export_prompts<R: Runtime>(
    prompts: Room<'_, Prompts>,
    cards: Room<'_, Cards>,
    handle: AppHandle<R>,
) -> Result<Option<String>, ErrorCard> {
    let Some(file) = desktop::choose_prompts_file(&handle).await else {
        return Ok(None);
    };
    let written = prompts.export(file.clone()).await.map_err(|e| cards.card(e))?;
    written.map_err(|e| cards.card(DesktopError::not_saved(&file, &e)))?;
    Ok(file.file_name().map(|name| name.to_string_lossy().into_owned()))
}

/// Reads the file that the person chooses. `None` where that is none.
#[tauri::command]
pub async fn choose_prompts<R: Runtime>(
    prompts: Room<'_, Prompts>,
    cards: Room<'_, Cards>,
    handle: AppHandle<R>,
) -> Result<Option<PromptsFound>, ErrorCard> {
    let Some(file) = desktop::choose_prompts(&handle).await else {
        return Ok(None);
    };
    prompts.look(file).await.map(Some).map_err(|e| cards.card(e))
}

/// What is new in it, and those of the others that are named by their keys.
#[tauri::command]
pub async fn import_prompts(
    prompts: Room<'_, Prompts>,
    cards: Room<'_, Cards>,
    keys: Vec<String>,
) -> Result<PromptsBrought, ErrorCard> {
    prompts.accept(keys).await.map_err(|e| cards.card(e))
}
