//! Presets and snippets.

use super::Room;
use crate::cards::Cards;
use crate::events::{ErrorCard, NewPrompt, PromptChange, PromptView};
use crate::prompts::Prompts;

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
