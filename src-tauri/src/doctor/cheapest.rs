//! The model for the small request, and what it costs there.

use super::small::{ANSWER, QUESTION};
use crate::events::PaidRequest;
use poe::sim::only_fails;
use poe::{Balance, Decimal, Model};

/// The cheapest model that answers with text. Without a price in the list the first of them is as good as any.
pub(super) fn request(models: &[Model], balance: Option<&Balance>) -> Option<PaidRequest> {
    let writes = |model: &&Model| {
        model.output_modalities.iter().any(|kind| kind == "text") && !only_fails(&model.owned_by)
    };
    let priced = models
        .iter()
        .filter(writes)
        .filter_map(|model| Some((price(model)?, model)));
    let (usd, model) = match priced.min_by_key(|(usd, _)| *usd) {
        Some((usd, model)) => (Some(usd), model),
        None => (None, models.iter().find(writes)?),
    };
    Some(PaidRequest {
        model: model.id.clone(),
        name: if model.name.is_empty() {
            model.id.clone()
        } else {
            model.name.clone()
        },
        points: usd.zip(balance).and_then(|(usd, balance)| points(usd, balance)),
    })
}

fn price(model: &Model) -> Option<Decimal> {
    let pricing = model.listed_price()?;
    let question = pricing.prompt?.checked_mul(Decimal::from(QUESTION))?;
    let answer = pricing.completion?.checked_mul(Decimal::from(ANSWER))?;
    question
        .checked_add(answer)?
        .checked_add(pricing.request.unwrap_or_default())
}

/// By what the balance is worth; at least one, since nothing is free.
fn points(usd: Decimal, balance: &Balance) -> Option<i64> {
    let worth: Decimal = balance.total_usd.as_deref()?.parse().ok()?;
    let rate = Decimal::from(balance.points?).checked_div(worth)?;
    let points: i64 = usd.checked_mul(rate)?.ceil().try_into().ok()?;
    Some(points.max(1))
}
