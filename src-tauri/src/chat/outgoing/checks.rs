//! What stands against a message, found before anything is saved or sent: by the client's own rules, told at the field.

use super::{Outgoing, parameters, request};
use crate::errors::{Failure, InputProblem, ModelRef, Refusal};
use crate::events::Parameters;
use crate::library::{LibraryError, Message, Role};
use crate::tokens;
use poe::validate;

/// A message is held back where the estimate passes what the model takes so many times that no error of it explains that.
const BY_FAR: u64 = 2;

impl Outgoing {
    pub(in crate::chat) async fn check(
        &self,
        model: &str,
        parameters: &Parameters,
        text: &str,
        has_files: bool,
    ) -> Result<(), Failure> {
        self.check_text(text, has_files)?;
        let known = self.check_settings(model, parameters).await?;
        if known.as_ref().is_some_and(poe::Model::only_films) {
            self.check_text(text, false)?;
        }
        let takes = known.and_then(|model| model.context_length);
        let tokens = tokens::estimate(text);
        match takes {
            Some(takes) if tokens / BY_FAR > takes => {
                Err(input("message", InputProblem::TooLong { tokens, takes }))
            }
            _ => Ok(()),
        }
    }

    pub(in crate::chat) fn check_text(&self, text: &str, has_files: bool) -> Result<(), Failure> {
        if text.trim().is_empty() && !has_files {
            return Err(input("message", InputProblem::EmptyMessage));
        }
        Ok(())
    }

    /// The model and what is set for it; gives the model where it is known.
    async fn check_settings(
        &self,
        model: &str,
        parameters: &Parameters,
    ) -> Result<Option<poe::Model>, Failure> {
        if model.trim().is_empty() {
            return Err(input("model", InputProblem::NoModel));
        }
        let known = self.listed(model).await?;
        // Its words are looked at elsewhere.
        let mut asked = poe::ChatRequest::new(model, vec![poe::Message::user("words")]);
        request::set(&mut asked, parameters, known.as_ref());
        for found in validate::problems(&asked, known.as_ref()) {
            if let Some(problem) = parameters::problem_of(&found, &asked, known.as_ref()) {
                return Err(Failure::Input { field: found.field.into(), problem });
            }
        }
        self.check_leave(model).await?;
        Ok(known)
    }

    /// A key opens the whole balance to any bot: one that nobody can say the cost of is asked only after a yes.
    async fn check_leave(&self, model: &str) -> Result<(), Failure> {
        let Some(bot) = self.models.find(model).filter(|model| model.asks) else {
            return Ok(());
        };
        // Where the disk can't tell, the question stands all the same.
        let dearest = self.points.ledger.dearest().await.ok().flatten();
        let problem = InputProblem::AskFirst {
            model: ModelRef::from(&bot),
            own: bot.own,
            has_price: bot.input_usd.or(bot.output_usd).or(bot.request_usd).is_some(),
            maker: bot.maker,
            dearest,
        };
        Err(input("model", problem))
    }

    /// The same for a question that goes out again, with what it is asked with now; one that goes on has words of its own
    /// to send.
    pub(in crate::chat) async fn check_retry(
        &self,
        answer: &Message,
        goes_on: bool,
        model: &str,
        parameters: &Parameters,
    ) -> Result<(), Refusal> {
        let found = async {
            let question = match answer.parent_id {
                Some(id) if !goes_on => Some(self.library.message(id).await?),
                _ => None,
            };
            if let Some(gone) = question.iter().chain([answer]).find(|it| it.deleted.is_some()) {
                return Err(LibraryError::Missing(gone.id).into());
            }
            let Some(question) = question.filter(|it| it.role == Role::User) else {
                return self.check_settings(model, parameters).await.map(drop);
            };
            let conversation = self.library.conversation(answer.conversation_id).await?;
            let has_files = self.has_files(&conversation, &[], Some(question.id)).await?;
            self.check_film_question(model, conversation.id, Some(question.id), &[]).await?;
            let question = request::asked(&question, Some(answer));
            self.check(model, parameters, &question.text, has_files).await
        };
        Ok(found.await?)
    }

    /// The model as Poe lists it. A name that is not in the list is looked for in a fresh one first; as long as none could
    /// be read, Poe itself decides.
    async fn listed(&self, model: &str) -> Result<Option<poe::Model>, Failure> {
        if let Some(known) = self.models.model(model) {
            return Ok(Some(known));
        }
        if self.models.fetched_at().is_none() {
            return Ok(None);
        }
        let list = self.models.refresh().await;
        match self.models.model(model) {
            Some(known) => Ok(Some(known)),
            None if list.card.is_some() || list.models.is_empty() => Ok(None),
            None => {
                let problem = InputProblem::UnknownModel {
                    name: model.to_owned(),
                    closest: self.models.closest(model),
                };
                Err(input("model", problem))
            }
        }
    }
}

fn input(field: &'static str, problem: InputProblem) -> Failure {
    Failure::Input { field: field.into(), problem }
}
