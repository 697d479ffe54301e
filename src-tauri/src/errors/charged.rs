//! What becomes of a card once more is known: what its request cost, that there are enough points now, or that a message
//! waits for it.

use super::actions::{button, copy_details};
use super::values::number;
use super::words::{self, label};
use crate::events::{Action, ChargeState, ChargeView, ErrorCard};

/// `charge` is of the card's own request. `partial`: some of the answer has come. May be called again with what is known
/// later. What may cost a second time is sent on a button that says so.
pub fn charged(card: &mut ErrorCard, charge: &ChargeView, partial: bool) {
    card.safe = words::charged(partial, charge);
    for button in &mut card.actions {
        if button.action == Action::CheckAndRetry {
            (button.action, button.label) = match charge.state {
                ChargeState::Checking => (Action::CheckAndRetry, label::CHECK_AND_RETRY.to_owned()),
                ChargeState::NotCharged => (Action::Retry, label::TRY_AGAIN.to_owned()),
                _ => (Action::SendAtRisk, label::SEND_AT_RISK.to_owned()),
            };
        }
    }
}

/// A stored card of which no button is left still leads on.
pub fn with_a_way_out(mut card: ErrorCard) -> ErrorCard {
    if card.actions.is_empty() {
        card.actions = vec![copy_details(), button(Action::Retry, label::REGENERATE)];
    }
    card
}

/// Why the list of models could not be read, for a message that needs it to choose the model.
pub fn waiting_for_models(card: &mut ErrorCard) {
    card.safe = words::WAITS_FOR_MODELS.to_owned();
}

/// The person is getting points: that button comes first and stays under the fingers.
pub fn waiting_for_points(card: &mut ErrorCard) {
    card.safe = words::WAITS_FOR_POINTS.to_owned();
    card.actions
        .sort_by_key(|button| button.action != Action::GetPoints);
}

/// There are enough points now, and the message is sent on a press.
pub fn affordable(card: &mut ErrorCard, points: i64) {
    let points = number(points);
    card.what = words::points_arrived(&points);
    card.why.clear();
    card.safe = words::WAITS_FOR_PRESS.to_owned();
    card.facts.retain(|fact| fact.label == words::NEEDED);
    card.facts.push(super::catalogue::fact(words::YOU_HAVE, points));
    card.actions
        .retain(|button| !matches!(button.action, Action::GetPoints | Action::RefreshBalance));
    card.actions.insert(0, button(Action::Retry, label::TRY_AGAIN));
    card.actions.truncate(super::MOST_ACTIONS);
}
