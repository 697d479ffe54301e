//! What went wrong outside any message and waits for the person to see it: the window's banners.

use crate::events::{Announce, ErrorCard, Event};
use parking_lot::Mutex;

pub struct Notices {
    cards: Mutex<Vec<ErrorCard>>,
    announce: Announce,
}

impl Notices {
    pub fn new(announce: Announce) -> Notices {
        Notices {
            cards: Mutex::default(),
            announce,
        }
    }

    pub fn add(&self, card: ErrorCard) {
        let all = {
            let mut cards = self.cards.lock();
            cards.push(card);
            cards.clone()
        };
        (self.announce)(Event::Notices(all));
    }

    pub fn all(&self) -> Vec<ErrorCard> {
        self.cards.lock().clone()
    }

    pub fn dismiss(&self) {
        self.cards.lock().clear();
    }

    /// What these codes told of is mended.
    pub fn solved(&self, codes: &[&str]) {
        self.cards
            .lock()
            .retain(|card| !codes.contains(&card.code.as_str()));
    }

    /// What a card's button with this value was for is done, so a reload must not offer it again.
    pub fn done(&self, value: &str) {
        let offers = |card: &ErrorCard| card.actions.iter().any(|it| it.value.as_deref() == Some(value));
        self.cards.lock().retain(|card| !offers(card));
    }
}
