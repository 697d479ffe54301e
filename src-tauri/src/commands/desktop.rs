//! Links, the clipboard and files, on the person's word only.

use super::Room;
use crate::cards::Cards;
use crate::chat::Chat;
use crate::desktop::{self, clipboard};
use crate::errors::Failure;
use crate::events::ErrorCard;
use tauri::{AppHandle, Runtime};

#[tauri::command]
pub async fn open_link<R: Runtime>(
    cards: Room<'_, Cards>,
    handle: AppHandle<R>,
    url: String,
) -> Result<(), ErrorCard> {
    desktop::open_link(&handle, &url).map_err(|e| cards.card(e))
}

#[tauri::command]
pub async fn copy_text(cards: Room<'_, Cards>, text: String) -> Result<(), ErrorCard> {
    let copied = clipboard::copy(text).await;
    copied.map_err(|e| cards.card(Failure::Unexpected(e.to_string())))
}

/// An answer, below the question where that is given: then what there is of both.
#[tauri::command]
pub async fn copy_message(
    chat: Room<'_, Chat>,
    cards: Room<'_, Cards>,
    message_id: i64,
    question: Option<String>,
) -> Result<(), ErrorCard> {
    let answer = chat.source(message_id).await.map_err(|e| cards.card(e))?;
    let texts = [question.unwrap_or_default(), answer];
    let texts = texts.iter().filter(|text| !text.is_empty());
    copy_text(cards, texts.map(String::as_str).collect::<Vec<_>>().join("\n\n")).await
}

/// Messages of a thread, from one place to another.
#[tauri::command]
pub async fn copy_messages(
    chat: Room<'_, Chat>,
    cards: Room<'_, Cards>,
    id: i64,
    from: u32,
    to: u32,
) -> Result<(), ErrorCard> {
    let text = chat.text_of(id, from, to).await.map_err(|e| cards.card(e))?;
    copy_text(cards, text).await
}

/// A formula of an answer as it was written: the one of this number on the page, from 0. False where there is none.
#[tauri::command]
pub async fn copy_formula(
    chat: Room<'_, Chat>,
    cards: Room<'_, Cards>,
    message_id: i64,
    number: u32,
) -> Result<bool, ErrorCard> {
    let answer = chat.source(message_id).await.map_err(|e| cards.card(e))?;
    let Some(formula) =
        markdown::formulas(&answer).into_iter().nth(usize::try_from(number).unwrap_or(usize::MAX))
    else {
        return Ok(false);
    };
    copy_text(cards, formula).await.map(|()| true)
}

/// False where the person chose no place. The window never names one.
#[tauri::command]
pub async fn save_code<R: Runtime>(
    cards: Room<'_, Cards>,
    handle: AppHandle<R>,
    language: Option<String>,
    text: String,
) -> Result<bool, ErrorCard> {
    let saved = desktop::save_code(&handle, language.as_deref(), text).await;
    saved.map_err(|e| cards.card(e))
}
