//! Pictures, sounds and films of answers. Their bytes go to the window as they are, not as JSON.

use super::Room;
use crate::cards::Cards;
use crate::chat::Chat;
use crate::desktop::{self, DesktopError, clipboard};
use crate::errors::Failure;
use crate::events::{AttachmentView, DraftPlace, ErrorCard, MediaKind, MediaPage, MediaView};
use crate::media::Media;
use tauri::ipc::Response;
use tauri::{AppHandle, Runtime};

/// All that an answer links to, in its order.
#[tauri::command]
pub async fn message_media(
    media: Room<'_, Media>,
    cards: Room<'_, Cards>,
    message_id: i64,
) -> Result<Vec<MediaView>, ErrorCard> {
    media.of_message(message_id).await.map_err(|e| cards.card(e))
}

/// What a link of an answer leads to, once it is kept or did not come.
#[tauri::command]
pub async fn fetch_media(
    media: Room<'_, Media>,
    cards: Room<'_, Cards>,
    message_id: i64,
    url: String,
) -> Result<MediaView, ErrorCard> {
    media.fetch(message_id, &url).await.map_err(|e| cards.card(e))
}

/// Likewise from whoever the link names, on a press.
#[tauri::command]
pub async fn load_media(
    media: Room<'_, Media>,
    cards: Room<'_, Cards>,
    message_id: i64,
    url: String,
) -> Result<MediaView, ErrorCard> {
    media.load(message_id, &url).await.map_err(|e| cards.card(e))
}

/// A copy of a picture that fits a square of so many pixels; of all else the file.
#[tauri::command]
pub async fn media_shown(
    media: Room<'_, Media>,
    cards: Room<'_, Cards>,
    id: i64,
    side: u32,
) -> Result<Response, ErrorCard> {
    media.shown(id, side).await.map(Response::new).map_err(|e| cards.card(e))
}

/// The file as it came. False where the person chose no place.
#[tauri::command]
pub async fn save_media<R: Runtime>(
    media: Room<'_, Media>,
    cards: Room<'_, Cards>,
    handle: AppHandle<R>,
    id: i64,
) -> Result<bool, ErrorCard> {
    let original = media.original(id).await.map_err(|e| cards.card(e))?;
    let Some(chosen) = desktop::choose_media_file(&handle, &original.name).await else {
        return Ok(false);
    };
    let written = tokio::fs::copy(&original.path, &chosen).await;
    written.map(|_| true).map_err(|e| cards.card(DesktopError::not_saved(&chosen, &e)))
}

/// A picture, for another program.
#[tauri::command]
pub async fn copy_media(media: Room<'_, Media>, cards: Room<'_, Cards>, id: i64) -> Result<(), ErrorCard> {
    let picture = media.pixels(id).await.map_err(|e| cards.card(e))?;
    let copied = clipboard::copy_picture(picture).await;
    copied.map_err(|e| cards.card(Failure::Unexpected(e.to_string())))
}

/// In the program that the system opens such files with.
#[tauri::command]
pub async fn open_media<R: Runtime>(
    media: Room<'_, Media>,
    cards: Room<'_, Cards>,
    handle: AppHandle<R>,
    id: i64,
) -> Result<(), ErrorCard> {
    let original = media.original(id).await.map_err(|e| cards.card(e))?;
    desktop::open_page(&handle, &original.path).map_err(|e| cards.card(e))
}

/// Along with the next message.
#[tauri::command]
pub async fn use_media(
    media: Room<'_, Media>,
    chat: Room<'_, Chat>,
    id: i64,
    place: DraftPlace,
) -> Result<AttachmentView, ErrorCard> {
    let original = media.original(id).await.map_err(|e| chat.card(e))?;
    let bytes = media.bytes(id).await.map_err(|e| chat.card(e))?;
    chat.outgoing.add_attachment(place, &original.name, Ok(bytes)).await.map_err(|e| chat.card(e))
}

/// Those of all chats, or of one kind, the newest first, from this one on.
#[tauri::command]
pub async fn media_made(
    media: Room<'_, Media>,
    cards: Room<'_, Cards>,
    kind: Option<MediaKind>,
    from: i64,
) -> Result<MediaPage, ErrorCard> {
    media.page(kind, from).await.map_err(|e| cards.card(e))
}
