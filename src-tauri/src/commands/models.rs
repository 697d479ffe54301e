//! The list of models, one model's page, and what a turn costs on each.

use super::Room;
use crate::app::App;
use crate::cards::Cards;
use crate::events::{ErrorCard, ModelPage, ModelsView, SettingsView, TurnPrices};
use crate::models::ModelList;

#[tauri::command]
pub async fn models(models: Room<'_, ModelList>) -> Result<ModelsView, ErrorCard> {
    Ok(models.get().await)
}

/// Asks Poe once more. The list comes as an event, once: it is long. Why it did not come is told here.
#[tauri::command]
pub async fn refresh_models(models: Room<'_, ModelList>) -> Result<Option<ErrorCard>, ErrorCard> {
    Ok(models.refresh().await.card)
}

/// The person has looked at what changed.
#[tauri::command]
pub async fn changes_seen(models: Room<'_, ModelList>) -> Result<ModelsView, ErrorCard> {
    Ok(models.changes_seen())
}

/// None: Poe doesn't list it.
#[tauri::command]
pub async fn model_page(cards: Room<'_, Cards>, id: String) -> Result<Option<ModelPage>, ErrorCard> {
    cards.points.model_page(&id).await.map_err(|e| cards.card(e))
}

#[tauri::command]
pub async fn turn_prices(cards: Room<'_, Cards>) -> Result<TurnPrices, ErrorCard> {
    Ok(cards.points.turn_prices())
}

/// This bot is asked from now on whatever it costs, or each of its maker.
#[tauri::command]
pub async fn accept_bot(
    app: Room<'_, App>,
    model: String,
    all_of_maker: bool,
) -> Result<SettingsView, ErrorCard> {
    app.allow_bot(&model, all_of_maker).map_err(|e| app.card(e))
}
