//! A card once it is known, or not, what its request cost: the line about points, and what its button now does.

use super::words::{self, label};
use crate::events::{Action, ChargeState, ChargeView, ErrorCard};

/// `partial`: some of the answer has come. May be called again with what is known later.
pub fn charged(card: &mut ErrorCard, charge: ChargeView, partial: bool) {
    card.safe = words::charged(partial, charge.state, charge.points);
    for button in &mut card.actions {
        if button.action == Action::CheckAndRetry {
            button.label = match charge.state {
                ChargeState::Checking => label::CHECK_AND_RETRY,
                ChargeState::NotCharged => label::SEND_AGAIN,
                ChargeState::Charged | ChargeState::Ambiguous | ChargeState::Unknown => label::SEND_TWICE,
            }
            .to_owned();
            if charge.state != ChargeState::Checking {
                button.action = Action::Retry;
            }
        }
    }
}
