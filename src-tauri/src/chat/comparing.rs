//! One question to several models: their answers stand side by side, each a turn of its own, until one of them is kept or one is
//! made of all. What stands against any of them, and the limits of points against all together, is found before anything is saved.

use super::options::{Retrying, TurnOptions};
use super::outgoing::attachments::Within;
use super::outgoing::merging;
use super::{BeginsIn, Chat, turn, views};
use crate::errors::{Failure, Refusal};
use crate::events::{ConversationDetail, Parameters};
use crate::library::{
    Attachment, DraftPlace, First, LibraryError, Message, NewComparison, NewConversation, Role,
};
use std::sync::Arc;

/// Most models that are asked at once.
const MOST: usize = 4;

/// Who is asked besides the chat's own model.
#[derive(Clone, Debug, Default)]
pub struct Beside {
    pub models: Vec<String>,
    /// Once, although a limit of points is reached.
    pub over_limit: bool,
}

impl Beside {
    /// Each once, and no more than there is room for.
    fn of(self, own: &str) -> Beside {
        let mut models: Vec<String> = Vec::new();
        for model in self.models {
            let is_same = |other: &str| other.eq_ignore_ascii_case(&model);
            if !is_same(own) && !models.iter().any(|other| is_same(other)) && models.len() + 1 < MOST {
                models.push(model);
            }
        }
        Beside { models, ..self }
    }
}

impl Chat {
    /// Like `send_with`, of several models.
    pub async fn compare(
        self: &Arc<Self>,
        conversation_id: i64,
        text: &str,
        instead_of: Option<i64>,
        attached: Vec<i64>,
        beside: Beside,
    ) -> Result<ConversationDetail, Refusal> {
        let comparing = self.compared(conversation_id, text, instead_of, attached, beside);
        self.locks.alone_in(conversation_id, Box::pin(comparing)).await
    }

    async fn compared(
        self: &Arc<Self>,
        conversation_id: i64,
        text: &str,
        instead_of: Option<i64>,
        attached: Vec<i64>,
        beside: Beside,
    ) -> Result<ConversationDetail, Refusal> {
        self.turns.save_unsaved_of(conversation_id).await.map_err(Refusal::draft)?;
        let conversation = self.library.conversation(conversation_id).await.map_err(Refusal::draft)?;
        let choice = self.outgoing.choice(&conversation.model);
        let has_files = self.outgoing.has_files(&conversation, &attached, instead_of).await?;
        let parameters = Parameters::from(conversation.parameters.clone());
        self.outgoing.check_choice(&choice, &parameters, text, has_files).await?;
        let conversation = self.outgoing.renamed(conversation, &choice).await?;
        self.outgoing.check_attached(&conversation, &attached).await?;
        let beside = beside.of(&conversation.model);
        for model in beside.models.iter().chain([&conversation.model]) {
            self.outgoing.check_keeps(conversation_id, model)?;
        }
        let mut files = Vec::new();
        for id in &attached {
            files.push(self.library.attachment(*id).await?);
        }
        let place = DraftPlace { conversation_id: Some(conversation_id), instead_of };
        let asked = Asked { place, project: None, text, files: &files, has_files };
        self.check_beside(&conversation.model, &beside, &parameters, asked).await?;
        let new = NewComparison {
            conversation_id,
            instead_of,
            text: text.to_owned(),
            attached,
            model: conversation.model,
            beside: beside.models,
        };
        let added = self.library.add_comparison(new, crate::clock::now()).await;
        let (question, answer) = added.map_err(Refusal::draft)?;
        self.ask_all(&question, answer, parameters, beside.over_limit).await
    }

    /// A new chat with its first question, of several models.
    pub async fn begin_comparison(
        self: &Arc<Self>,
        model: &str,
        parameters: Parameters,
        (text, attached): (String, Vec<i64>),
        within: BeginsIn,
        beside: Beside,
    ) -> Result<ConversationDetail, Refusal> {
        let choice = self.outgoing.choice(model);
        let files = self.begun_with(&attached).await?;
        let has_files = files.iter().any(|file| !file.left_out);
        self.outgoing.check_choice(&choice, &parameters, &text, has_files).await?;
        let beside = beside.of(choice.model());
        let place = DraftPlace::new_chat();
        let asked = Asked { place, project: within.project, text: &text, files: &files, has_files };
        self.check_obstacle(asked, choice.model()).await?;
        self.check_beside(choice.model(), &beside, &parameters, asked).await?;
        let new = NewConversation {
            model: choice.model().to_owned(),
            parameters: parameters.clone().into(),
            follows: None,
            project_id: within.project,
            preset_id: within.preset,
        };
        let first = First::New { text, attached };
        let begun = self.library.begin_comparison(new, first, beside.models, crate::clock::now()).await;
        let (_, question, answer) = begun.map_err(Refusal::draft)?;
        self.ask_all(&question, answer, parameters, beside.over_limit).await
    }

    /// What stands against asking the others, each by itself; then what stands against all together. Nothing is kept yet.
    async fn check_beside(
        &self,
        own: &str,
        beside: &Beside,
        parameters: &Parameters,
        asked: Asked<'_>,
    ) -> Result<(), Refusal> {
        for model in &beside.models {
            self.outgoing.check(model, parameters, asked.text, asked.has_files).await?;
            self.check_obstacle(asked, model).await?;
        }
        if beside.over_limit {
            return Ok(());
        }
        let models: Vec<&str> = [own].into_iter().chain(beside.models.iter().map(String::as_str)).collect();
        let Asked { place, project, text, .. } = asked;
        let most = self.outgoing.most_points(place, project, &models, parameters, text).await?;
        let of = (place.conversation_id, project);
        match self.points.charges.passed_limit(of, parameters.budget, most).await? {
            Some((of, limit, used)) => Err(Failure::Budget { of, limit, used }.into()),
            None => Ok(()),
        }
    }

    async fn check_obstacle(&self, asked: Asked<'_>, model: &str) -> Result<(), Refusal> {
        let within = Within::of(asked.place, asked.project);
        let obstacle = self.outgoing.draft_obstacle(within, asked.files, Some(model)).await?;
        obstacle.map_or(Ok(()), Err)
    }

    /// Begins the turn of every answer that waits under this question.
    async fn ask_all(
        self: &Arc<Self>,
        question: &Message,
        answer: Message,
        parameters: Parameters,
        over_limit: bool,
    ) -> Result<ConversationDetail, Refusal> {
        self.let_go(question.id);
        let first = answer.id;
        let mut answers = self.library.compared(question.id).await?;
        if answers.is_empty() {
            answers.push(answer);
        }
        for answer in answers {
            // The chat's own model may still have to be found.
            let choice = self.outgoing.choice(&answer.model);
            let options = TurnOptions {
                parameters: parameters.clone(),
                goes_on: false,
                retrying: choice.retrying(),
                waits_with: choice.incident(),
                over_limit,
            };
            self.begin_turn(answer, options).await?;
        }
        self.turns.announce_conversations().await;
        self.open(question.conversation_id, Some(first)).await
    }

    async fn begin_turn(self: &Arc<Self>, answer: Message, options: TurnOptions) -> Result<(), Refusal> {
        let siblings = self.library.siblings(vec![answer.id]).await?;
        let branch = views::branch(answer.id, siblings.get(&answer.id));
        turn::start(&self.turns, answer, branch, options);
        Ok(())
    }

    /// The chat goes on with this answer and its model; the others stay as versions of it.
    pub async fn keep_answer(self: &Arc<Self>, id: i64) -> Result<ConversationDetail, Refusal> {
        let chat = self.chat_of(id).await?;
        self.locks.alone_in(chat, Box::pin(self.kept(id))).await
    }

    async fn kept(self: &Arc<Self>, id: i64) -> Result<ConversationDetail, Refusal> {
        let conversation = self.library.keep_answer(id).await?;
        self.turns.announce_conversations().await;
        self.open(conversation, Some(id)).await
    }

    /// What would be sent to make one answer of those that stand side by side under this question.
    pub async fn merge_prompt(&self, question: i64) -> Result<String, Refusal> {
        let asked = self.library.message(question).await?;
        let answers = self.library.compared(question).await?.into_iter();
        let answers = answers.filter(|answer| !answer.text.is_empty() && answer.deleted.is_none());
        let named = answers.map(|answer| {
            let name = self.models.find(&answer.model).map_or(answer.model, |model| model.name);
            (name, answer.text)
        });
        Ok(merging::prompt(&asked.text, &named.collect::<Vec<_>>()))
    }

    /// Makes one answer of them, by a call of its own that is asked with this.
    pub async fn merge(
        self: &Arc<Self>,
        question: i64,
        model: &str,
        prompt: String,
    ) -> Result<ConversationDetail, Refusal> {
        let chat = self.chat_of(question).await?;
        self.locks.alone_in(chat, Box::pin(self.merged(question, model, prompt))).await
    }

    async fn merged(
        self: &Arc<Self>,
        question: i64,
        model: &str,
        prompt: String,
    ) -> Result<ConversationDetail, Refusal> {
        let asked = self.library.message(question).await?;
        if asked.role != Role::User {
            return Err(LibraryError::Missing(question).into());
        }
        let conversation = self.library.conversation(asked.conversation_id).await?;
        let parameters = Parameters::from(conversation.parameters.clone());
        self.outgoing.check(model, &parameters, &prompt, false).await?;
        let answer = self.library.add_merged(question, model, prompt, crate::clock::now()).await?;
        let id = answer.id;
        let options = TurnOptions {
            parameters,
            goes_on: false,
            retrying: Retrying::Once,
            waits_with: None,
            over_limit: false,
        };
        self.begin_turn(answer, options).await?;
        self.turns.announce_conversations().await;
        self.open(asked.conversation_id, Some(id)).await
    }
}

/// What is asked, and where.
#[derive(Clone, Copy)]
struct Asked<'a> {
    place: DraftPlace,
    /// Of a chat that begins with it.
    project: Option<i64>,
    text: &'a str,
    files: &'a [Attachment],
    has_files: bool,
}
