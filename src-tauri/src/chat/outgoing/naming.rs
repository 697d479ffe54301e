//! The model that a message is asked of where nobody chose one: the first of Poe's list. As long as the list has not come, the
//! message is kept and waits for it.

use super::Outgoing;
use crate::chat::options::Retrying;
use crate::errors::{Failure, Incident, Refusal};
use crate::events::Parameters;
use crate::library::{Conversation, ConversationChange};

pub(in crate::chat) enum ModelChoice {
    /// Chosen, or the first of the list. Empty where the list has none.
    Known(String),
    /// The list could not be read; why.
    NotListed(Box<Incident>),
}

impl ModelChoice {
    pub(in crate::chat) fn model(&self) -> &str {
        match self {
            ModelChoice::Known(model) => model,
            ModelChoice::NotListed(_) => "",
        }
    }

    pub(in crate::chat) fn retrying(&self) -> Retrying {
        match self {
            ModelChoice::Known(_) => Retrying::Once,
            ModelChoice::NotListed(_) => Retrying::WhenListed,
        }
    }

    pub(in crate::chat) fn incident(&self) -> Option<Incident> {
        match self {
            ModelChoice::Known(_) => None,
            ModelChoice::NotListed(incident) => Some(*incident.clone()),
        }
    }
}

impl Outgoing {
    pub(in crate::chat) fn choice(&self, model: &str) -> ModelChoice {
        if !model.trim().is_empty() {
            return ModelChoice::Known(model.to_owned());
        }
        match (self.models.first_text_model(), self.models.incident()) {
            (None, Some(incident)) => ModelChoice::NotListed(Box::new(incident)),
            (first, _) => ModelChoice::Known(first.unwrap_or_default()),
        }
    }

    /// What stands against the message; one that waits for the list must only not be empty.
    pub(in crate::chat) async fn check_choice(
        &self,
        choice: &ModelChoice,
        parameters: &Parameters,
        text: &str,
        has_files: bool,
    ) -> Result<(), Refusal> {
        let checked: Result<(), Failure> = match choice {
            ModelChoice::Known(model) => self.check(model, parameters, text, has_files).await,
            ModelChoice::NotListed(_) => self.check_text(text, has_files),
        };
        Ok(checked?)
    }

    /// The chat goes on with the model that was found for it.
    pub(in crate::chat) async fn renamed(
        &self,
        conversation: Conversation,
        choice: &ModelChoice,
    ) -> Result<Conversation, Refusal> {
        if conversation.model == choice.model() {
            return Ok(conversation);
        }
        let change =
            ConversationChange { model: Some(choice.model().to_owned()), ..ConversationChange::default() };
        let changed = self.library.change_conversation(conversation.id, change).await;
        changed.map_err(Refusal::draft)
    }
}
