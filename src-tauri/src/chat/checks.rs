//! What stands against a message, found before anything is saved or sent: by the client's own rules, told at the field.

use super::{Chat, closest, length};
use crate::errors::{Failure, InputProblem};
use crate::events::Parameters;
use poe::validate;

/// A message is held back where the estimate passes what the model takes so many times that no error of it explains that.
const BY_FAR: u64 = 2;

impl Chat {
    pub(super) async fn check(
        &self,
        model: &str,
        parameters: &Parameters,
        text: &str,
        has_files: bool,
    ) -> Result<(), Failure> {
        if text.trim().is_empty() && !has_files {
            return Err(input("message", InputProblem::EmptyMessage));
        }
        if model.trim().is_empty() {
            return Err(input("model", InputProblem::NoModel));
        }
        let Some(known) = self.listed(model).await? else {
            return Ok(());
        };
        let mut request = poe::ChatRequest::new(model, vec![poe::Message::user(text)]);
        request.temperature = parameters.temperature;
        request.top_p = parameters.top_p;
        request.max_tokens = parameters.max_tokens;
        for problem in validate::problems(&request, Some(&known)) {
            if let (Some(field), Some((least, most))) = (setting(&problem.field), problem.range) {
                return Err(input(field, InputProblem::OutOfModelRange { least, most }));
            }
        }
        let tokens = length::estimate(text);
        match known.context_length {
            Some(takes) if tokens / BY_FAR > takes => {
                Err(input("message", InputProblem::TooLong { tokens, takes }))
            }
            _ => Ok(()),
        }
    }

    /// The model as Poe lists it. A name that is not in the list is looked for in a fresh one first; as long as none could
    /// be read, Poe itself decides.
    async fn listed(&self, model: &str) -> Result<Option<poe::Model>, Failure> {
        if let Some(known) = self.models.model(model) {
            return Ok(Some(known));
        }
        if self.models.view().fetched_at.is_none() {
            return Ok(None);
        }
        let list = self.models.refresh().await;
        match self.models.model(model) {
            Some(known) => Ok(Some(known)),
            None if list.card.is_some() || list.models.is_empty() => Ok(None),
            None => {
                let problem = InputProblem::UnknownModel {
                    name: model.to_owned(),
                    closest: closest::models(model, &list.models),
                };
                Err(input("model", problem))
            }
        }
    }
}

fn input(field: &'static str, problem: InputProblem) -> Failure {
    Failure::Input { field, problem }
}

fn setting(field: &str) -> Option<&'static str> {
    ["temperature", "top_p", "max_tokens"]
        .into_iter()
        .find(|name| *name == field)
}
