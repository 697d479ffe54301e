//! What went wrong outside any message and waits for the person to see it: the window's banners. It is kept as a fact; its card
//! is made whenever it is shown.

use crate::cards::Cards;
use crate::errors::{Incident, Refusal};
use crate::events::{Announce, ErrorCard, Event};
use parking_lot::Mutex;
use std::sync::Arc;

pub struct Notices {
    incidents: Mutex<Vec<Incident>>,
    cards: Arc<Cards>,
    announce: Announce,
}

impl Notices {
    pub fn new(cards: Arc<Cards>, announce: Announce) -> Notices {
        Notices { incidents: Mutex::default(), cards, announce }
    }

    pub fn add(&self, refusal: impl Into<Refusal>) {
        let incident = self.cards.incident(refusal);
        self.incidents.lock().push(incident);
        (self.announce)(Event::Notices(self.all()));
    }

    pub fn all(&self) -> Vec<ErrorCard> {
        let incidents = self.incidents.lock();
        incidents.iter().map(|it| self.cards.shown(it)).collect()
    }

    pub fn dismiss(&self) {
        self.incidents.lock().clear();
    }

    /// What these codes told of is mended.
    pub fn solved(&self, codes: &[&str]) {
        self.incidents.lock().retain(|incident| !codes.contains(&incident.code().as_str()));
    }

    /// What a card's button with this value was for is done, so a reload must not offer it again.
    pub fn done(&self, value: &str) {
        let offers = |card: ErrorCard| card.actions.iter().any(|it| it.value.as_deref() == Some(value));
        self.incidents.lock().retain(|incident| !offers(self.cards.shown(incident)));
    }
}
