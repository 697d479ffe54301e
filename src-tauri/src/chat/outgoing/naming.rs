//! The model that a message is asked of where nobody chose one: the first of Poe's list. As long as the list has not come, the
//! message is kept and waits for it.

use super::Outgoing;
use crate::chat::options::Way;
use crate::errors::{Failure, Incident, Refusal};
use crate::events::Parameters;
use crate::library::{Conversation, ConversationChange};

pub(in crate::chat) enum Named {
    /// Chosen, or the first of the list. Empty where the list has none.
    Known(String),
    /// The list could not be read; why.
    NotListed(Box<Incident>),
}

impl Named {
    pub(in crate::chat) fn model(&self) -> &str {
        match self {
            Named::Known(model) => model,
            Named::NotListed(_) => "",
        }
    }

    pub(in crate::chat) fn way(&self) -> Way {
        match self {
            Named::Known(_) => Way::Once,
            Named::NotListed(_) => Way::WhenListed,
        }
    }

    pub(in crate::chat) fn incident(&self) -> Option<Incident> {
        match self {
            Named::Known(_) => None,
            Named::NotListed(incident) => Some(*incident.clone()),
        }
    }
}

impl Outgoing {
    pub(in crate::chat) fn named(&self, model: &str) -> Named {
        if !model.trim().is_empty() {
            return Named::Known(model.to_owned());
        }
        match (self.models.first_text_model(), self.models.incident()) {
            (None, Some(incident)) => Named::NotListed(Box::new(incident)),
            (first, _) => Named::Known(first.unwrap_or_default()),
        }
    }

    /// What stands against the message; one that waits for the list must only not be empty.
    pub(in crate::chat) async fn check_named(
        &self,
        named: &Named,
        parameters: &Parameters,
        text: &str,
        has_files: bool,
    ) -> Result<(), Refusal> {
        let checked: Result<(), Failure> = match named {
            Named::Known(model) => self.check(model, parameters, text, has_files).await,
            Named::NotListed(_) => self.check_text(text, has_files),
        };
        Ok(checked?)
    }

    /// The chat goes on with the model that was found for it.
    pub(in crate::chat) async fn renamed(
        &self,
        conversation: Conversation,
        named: &Named,
    ) -> Result<Conversation, Refusal> {
        if conversation.model == named.model() {
            return Ok(conversation);
        }
        let change = ConversationChange {
            model: Some(named.model().to_owned()),
            ..ConversationChange::default()
        };
        let changed = self.library.change_conversation(conversation.id, change).await;
        changed.map_err(Refusal::draft)
    }
}
