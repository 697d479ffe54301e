//! The balance, and where the points went.

use super::Room;
use crate::cards::Cards;
use crate::chat::Chat;
use crate::desktop::{self, DesktopError};
use crate::events::{
    BalanceReport, BalanceView, ErrorCard, LedgerView, UsageBy, UsageFilter, UsageFormat, UsageOrder,
    UsageRows, UsageView,
};
use crate::points::{Balance, Ledger, Readings};
use tauri::{AppHandle, Runtime};

#[tauri::command]
pub async fn refresh_balance(balance: Room<'_, Balance>) -> Result<BalanceView, ErrorCard> {
    Ok(balance.refresh().await)
}

/// Where the points went lately, and how long those that are left will last.
#[tauri::command]
pub async fn balance_report(
    readings: Room<'_, Readings>,
    cards: Room<'_, Cards>,
) -> Result<BalanceReport, ErrorCard> {
    readings.report().await.map_err(|e| cards.card(e))
}

/// How much of Poe's history is known.
#[tauri::command]
pub async fn ledger(ledger: Room<'_, Ledger>) -> Result<LedgerView, ErrorCard> {
    Ok(ledger.view())
}

/// Reads the history now; why it could not is told in what it returns.
#[tauri::command]
pub async fn read_usage(ledger: Room<'_, Ledger>) -> Result<LedgerView, ErrorCard> {
    Ok(ledger.refresh().await)
}

#[tauri::command]
pub async fn usage_view(
    ledger: Room<'_, Ledger>,
    cards: Room<'_, Cards>,
    filter: UsageFilter,
    by: UsageBy,
) -> Result<UsageView, ErrorCard> {
    ledger.usage(filter, by).await.map_err(|e| cards.card(e))
}

#[tauri::command]
pub async fn usage_rows(
    ledger: Room<'_, Ledger>,
    cards: Room<'_, Cards>,
    filter: UsageFilter,
    order: UsageOrder,
    offset: i64,
    limit: i64,
) -> Result<UsageRows, ErrorCard> {
    ledger.usage_rows(filter, order, offset, limit).await.map_err(|e| cards.card(e))
}

/// False where the person chose no place. The window never names one.
#[tauri::command]
pub async fn export_usage<R: Runtime>(
    ledger: Room<'_, Ledger>,
    cards: Room<'_, Cards>,
    handle: AppHandle<R>,
    filter: UsageFilter,
    order: UsageOrder,
    format: UsageFormat,
) -> Result<bool, ErrorCard> {
    let Some(file) = desktop::choose_usage_file(&handle, format).await else {
        return Ok(false);
    };
    let written = ledger.export_to(&file, filter, order, format).await.map_err(|e| cards.card(e))?;
    written.map(|()| true).map_err(|e| cards.card(DesktopError::not_saved(&file, &e)))
}

/// Points that this app has used or set aside since midnight.
#[tauri::command]
pub async fn used_today(chat: Room<'_, Chat>) -> Result<i64, ErrorCard> {
    chat.used_today().await.map_err(|e| chat.card(e))
}
