//! The set-up's last rung, which a person may climb or leave: one small message, its cost said before.

use super::App;
use crate::doctor::small;
use crate::errors::{self, Context, Failure, ModelRef};
use crate::events::{PaidRequest, Rung, RungName, RungState};
use crate::points::estimate::{self, Price, Size};
use std::time::{Duration, Instant};

/// For the connection, and between two pieces of the answer.
const CONNECT: Duration = Duration::from_secs(10);
const PATIENCE: Duration = Duration::from_secs(30);

impl App {
    /// What would be asked: the model of a new chat, and what ten tokens of it cost. `None` without a model that writes.
    pub fn test_offer(&self) -> Option<PaidRequest> {
        let chosen = self.settings.get().default_model;
        let chosen = chosen.and_then(|id| self.models.find(&id));
        let model = chosen
            .filter(|model| model.outputs.iter().any(|kind| kind == "text"))
            .or_else(|| self.models.find(&self.models.first_text_model()?))?;
        let size = Size {
            prompt: small::QUESTION.into(),
            answer: small::ANSWER.into(),
        };
        Some(PaidRequest {
            points: estimate::points(Price::of(&model), size, self.balance.rate()),
            name: if model.name.is_empty() {
                model.id.clone()
            } else {
                model.name
            },
            model: model.id,
        })
    }

    /// Sends it, once. Its failure is its own and undoes nothing: the key is in use.
    pub async fn send_test(&self, request: PaidRequest) -> Rung {
        let began = Instant::now();
        let asked = match self.account.checking_client(CONNECT, PATIENCE) {
            Ok(client) => small::ask(&client, &request).await,
            Err(error) => Err(error),
        };
        self.balance.answered();
        let (state, note, card) = match asked {
            Ok(answered) if answered.spoke => (RungState::Passed, Some(answered.note), None),
            Ok(answered) => (RungState::Warned, Some(answered.note), None),
            Err(error) => {
                let context = Context {
                    model: Some(ModelRef {
                        id: request.model,
                        name: request.name,
                        points: request.points,
                    }),
                    ..Context::of(&self.account, crate::clock::now())
                };
                let card = errors::card(&Failure::Poe(error), &context);
                (RungState::Failed, None, Some(card))
            }
        };
        Rung {
            name: RungName::Test,
            state,
            note,
            took_ms: Some(u32::try_from(began.elapsed().as_millis()).unwrap_or(u32::MAX)),
            card,
        }
    }
}
