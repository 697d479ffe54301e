//! What stands where in the chats.

use super::Room;
use crate::cards::Cards;
use crate::events::{ErrorCard, FoundInChat, SearchRequest, SearchView};
use crate::search::Search;

/// In all chats, and whatever belongs to them.
#[tauri::command]
pub async fn search_chats(
    search: Room<'_, Search>,
    cards: Room<'_, Cards>,
    request: SearchRequest,
) -> Result<SearchView, ErrorCard> {
    search.find(request).await.map_err(|e| cards.card(e))
}

/// In one, as it is shown.
#[tauri::command]
pub async fn find_in_chat(
    search: Room<'_, Search>,
    cards: Room<'_, Cards>,
    conversation_id: i64,
    text: String,
) -> Result<Vec<FoundInChat>, ErrorCard> {
    search.find_in_chat(conversation_id, text).await.map_err(|e| cards.card(e))
}
