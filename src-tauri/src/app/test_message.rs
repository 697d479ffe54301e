//! The set-up's last check, which a person may make or leave: one small message, its cost said before.

use super::App;
use crate::checks::Checks;
use crate::doctor::small_request;
use crate::errors::Failure;
use crate::events::{Check, CheckName, PaidRequest};
use crate::models::writes_text;
use std::time::Duration;

/// For the connection, and between two pieces of the answer.
const CONNECT: Duration = Duration::from_secs(10);
const PATIENCE: Duration = Duration::from_secs(30);

impl App {
    /// What would be asked: the model of a new chat, and what ten tokens of it cost. `None` without a model that writes.
    pub fn test_offer(&self) -> Option<PaidRequest> {
        let chosen = self.settings.get().default_model;
        let chosen = chosen.and_then(|id| self.models.find(&id)).filter(writes_text).filter(|it| !it.asks);
        let model = chosen.or_else(|| self.models.find(&self.models.first_text_model()?))?;
        Some(small_request::of(model, self.balance.rate()))
    }

    /// Sends it, once. Its failure is its own and undoes nothing: the key is in use.
    pub async fn send_test(&self, request: PaidRequest) -> Check {
        let checks = Checks::new(&|_| {});
        let check = checks.begin(CheckName::Test);
        let client = self.account.checking_client(CONNECT, PATIENCE);
        let outcome = small_request::send(client, &request, Failure::Poe).await;
        self.balance.answered();
        check.end(outcome).view(|failure| self.cards.of_request(failure, request))
    }
}
