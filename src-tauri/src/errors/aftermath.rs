//! What became of a request that failed, as its card says it: what it has cost, that the points are there now, or what the message
//! waits for.

use super::actions::{button, copy_details};
use super::entry::fact;
use super::values::number;
use super::{Context, Waits};
use crate::events::{Action, CardAction, ChargeState, ChargeView, ErrorCard, Place};
use crate::words::{self, label};

pub(super) fn tell(card: &mut ErrorCard, context: &Context) {
    // Words that are in memory alone are what has to be said of it.
    if let Some(charge) = context.charge.as_ref().filter(|_| context.not_saved.is_none()) {
        card.safe = words::charged(context.words.is_some(), charge);
        for button in &mut card.actions {
            if button.action == Action::CheckAndRetry {
                *button = after_the_look(charge);
            }
        }
    }
    match context.waits {
        None => {}
        Some(Waits::Models) => {
            card.safe = words::waits_for_models().to_owned();
            card.place = Place::Message;
        }
        Some(Waits::Points) => {
            card.safe = words::waits_for_points().to_owned();
            // The person is getting them: that button stays under the fingers.
            card.actions.sort_by_key(|button| button.action != Action::GetPoints);
        }
        Some(Waits::Press { points }) => affordable(card, &number(points), context),
    }
}

/// What may cost a second time is sent on a button that says so.
fn after_the_look(charge: &ChargeView) -> CardAction {
    match charge.state {
        ChargeState::Checking => button(Action::CheckAndRetry, label::check_and_retry()),
        ChargeState::NotCharged => button(Action::Retry, label::try_again()),
        _ => button(Action::SendAtRisk, label::send_at_risk()),
    }
}

/// There are enough points now, and the message is sent on a press.
fn affordable(card: &mut ErrorCard, points: &str, context: &Context) {
    card.what = words::points_arrived(points);
    card.why.clear();
    card.safe = words::waits_for_press().to_owned();
    let needed = context.needed.map(|needed| fact(words::needed(), number(needed)));
    card.facts = needed.into_iter().chain([fact(words::you_have(), points.to_owned())]).collect();
    card.actions.retain(|button| !matches!(button.action, Action::GetPoints | Action::RefreshBalance));
    card.actions.insert(0, button(Action::Retry, label::try_again()));
    card.actions.truncate(super::MOST_ACTIONS);
}

/// A kept card of which no button is left still leads on.
pub(super) fn with_a_way_out(mut card: ErrorCard) -> ErrorCard {
    if card.actions.is_empty() {
        card.actions = vec![copy_details(), button(Action::Retry, label::regenerate())];
    }
    card
}
