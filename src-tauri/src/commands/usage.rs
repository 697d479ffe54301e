//! The balance and the points history.

use super::Room;
use crate::cards::Cards;
use crate::chat::Chat;
use crate::events::{BalanceView, ErrorCard, UsageView};
use crate::points::Balance;

#[tauri::command]
pub async fn refresh_balance(balance: Room<'_, Balance>) -> Result<BalanceView, ErrorCard> {
    Ok(balance.refresh().await)
}

#[tauri::command]
pub async fn usage(
    balance: Room<'_, Balance>,
    cards: Room<'_, Cards>,
    cursor: Option<String>,
) -> Result<UsageView, ErrorCard> {
    balance.history(cursor.as_deref()).await.map_err(|e| cards.card(e))
}

/// Points that this app has used or set aside since midnight.
#[tauri::command]
pub async fn used_today(chat: Room<'_, Chat>) -> Result<i64, ErrorCard> {
    chat.used_today().await.map_err(|e| chat.card(e))
}
