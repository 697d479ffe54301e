//! The balance and the points history.

use super::State;
use crate::events::{BalanceView, ErrorCard, UsageView};

#[tauri::command]
pub async fn refresh_balance(app: State<'_>) -> Result<BalanceView, ErrorCard> {
    Ok(app.balance.refresh().await)
}

#[tauri::command]
pub async fn usage(app: State<'_>, cursor: Option<String>) -> Result<UsageView, ErrorCard> {
    app.balance
        .history(cursor.as_deref())
        .await
        .map_err(|e| app.card(e))
}

/// Points that this app has used or set aside since midnight.
#[tauri::command]
pub async fn used_today(app: State<'_>) -> Result<i64, ErrorCard> {
    app.chat.used_today().await.map_err(|e| app.card(e))
}
