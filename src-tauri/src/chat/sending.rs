//! What starts a turn: a question is sent, sent again, or its answer goes on. One after another in each chat, so that two
//! presses at once never send twice.

use super::options::{Retrying, TurnOptions};
use super::outgoing::attachments::{FilesSize, Within};
use super::outgoing::naming::ModelChoice;
use super::outgoing::{length, request};
use super::{Chat, turn, views};
use crate::errors::{Failure, InputProblem, Refusal};
use crate::events::{ConversationView, FilmSource, MessageView, Parameters, ResendChange, Sent, Started};
use crate::library::{
    Attachment, Conversation, ConversationChange, DraftPlace, Evidence, First, LibraryError, Message,
    NewConversation, Role, is_temporary,
};
use crate::points::PromptSize;
use crate::tokens;
use std::sync::Arc;

/// What a new chat belongs to from its first question on.
#[derive(Clone, Copy, Debug, Default)]
pub struct BeginsIn {
    pub project: Option<i64>,
    pub preset: Option<i64>,
}

impl Chat {
    /// Saves the question, then starts its turn. The answer's own failures are told by its card, not here.
    /// Where it takes the place of another question, that one stays as a branch.
    pub async fn send(
        self: &Arc<Self>,
        conversation_id: i64,
        text: &str,
        instead_of: Option<i64>,
    ) -> Result<Sent, Refusal> {
        self.send_with(conversation_id, text, instead_of, Vec::new()).await
    }

    /// The same with files. What is known to stand against them refuses the message before it is saved.
    pub async fn send_with(
        self: &Arc<Self>,
        conversation_id: i64,
        text: &str,
        instead_of: Option<i64>,
        attached: Vec<i64>,
    ) -> Result<Sent, Refusal> {
        self.send_from_film(conversation_id, text, instead_of, attached, None).await
    }

    /// The same, and where a film is named, the answer is made from that.
    pub async fn send_from_film(
        self: &Arc<Self>,
        conversation_id: i64,
        text: &str,
        instead_of: Option<i64>,
        attached: Vec<i64>,
        film: Option<FilmSource>,
    ) -> Result<Sent, Refusal> {
        let sending = self.added(conversation_id, text, instead_of, attached, film);
        self.locks.alone_in(conversation_id, Box::pin(sending)).await
    }

    async fn added(
        self: &Arc<Self>,
        conversation_id: i64,
        text: &str,
        instead_of: Option<i64>,
        attached: Vec<i64>,
        film: Option<FilmSource>,
    ) -> Result<Sent, Refusal> {
        // What is not in the file yet would be missing from what goes along.
        self.turns.save_unsaved_of(conversation_id).await.map_err(Refusal::draft)?;
        let conversation = self.library.conversation(conversation_id).await.map_err(Refusal::draft)?;
        let choice = self.outgoing.choice(&conversation.model);
        let has_files = self.outgoing.has_files(&conversation, &attached, instead_of).await?;
        let parameters = Parameters::from(conversation.parameters.clone());
        self.outgoing.check_choice(&choice, &parameters, text, has_files).await?;
        let conversation = self.outgoing.renamed(conversation, &choice).await?;
        self.outgoing.check_keeps(conversation_id, &conversation.model)?;
        self.outgoing
            .check_film_question(&conversation.model, conversation_id, instead_of, &attached)
            .await?;
        self.outgoing.check_attached(&conversation, &attached).await?;
        let from = match (film, instead_of) {
            (None, Some(question)) if self.outgoing.makes_films(&conversation.model) => {
                self.library.made_from(question).await?
            }
            _ => self.source_film(film, &conversation.model).await?,
        };
        if from.is_some() && has_files {
            return Err(Failure::Input { field: "message".into(), problem: InputProblem::FilmFiles }.into());
        }
        let (model, now) = (&conversation.model, crate::clock::now());
        let added = match instead_of {
            Some(question) => self.library.add_turn_beside(question, text, attached, model, now).await,
            None => self.library.add_turn_with(conversation_id, text, attached, model, now).await,
        };
        let (question, answer) = added.map_err(Refusal::draft)?;
        if let Some(from) = from {
            self.library.make_from(answer.id, from).await?;
        }
        self.sent(question, answer, parameters, choice).await
    }

    /// A new chat with its first question: both are kept, or nothing is.
    pub async fn begin_conversation(
        self: &Arc<Self>,
        model: &str,
        parameters: Parameters,
        text: String,
        attached: Vec<i64>,
        within: BeginsIn,
    ) -> Result<Started, Refusal> {
        let choice = self.outgoing.choice(model);
        let files = self.begun_with(&attached).await?;
        let has_files = files.iter().any(|file| !file.left_out);
        self.outgoing.check_choice(&choice, &parameters, &text, has_files).await?;
        if let ModelChoice::Known(model) = &choice
            && let Some(obstacle) = self
                .outgoing
                .draft_obstacle(Within::New { project: within.project }, &files, Some(model))
                .await?
        {
            return Err(obstacle);
        }
        let new = NewConversation {
            model: choice.model().to_owned(),
            parameters: parameters.clone().into(),
            follows: None,
            project_id: within.project,
            preset_id: within.preset,
        };
        let first = First::New { text, attached };
        let begun = self.library.begin_conversation(new, first, crate::clock::now()).await;
        let (conversation, question, answer) = begun.map_err(Refusal::draft)?;
        let sent = self.sent(question, answer, parameters, choice).await?;
        Ok(Started { conversation: views::conversation(conversation), sent })
    }

    /// Files that belong to no chat yet.
    pub(super) async fn begun_with(&self, attached: &[i64]) -> Result<Vec<Attachment>, LibraryError> {
        let mut files = self.library.draft_attachments(DraftPlace::new_chat()).await?;
        files.retain(|file| attached.contains(&file.id));
        Ok(files)
    }

    async fn sent(
        self: &Arc<Self>,
        question: Message,
        answer: Message,
        parameters: Parameters,
        choice: ModelChoice,
    ) -> Result<Sent, Refusal> {
        // In another file ids begin anew: what is in memory of an earlier message is not this one's.
        self.let_go(question.id);
        let mut attached = self.outgoing.attachment_views(vec![question.id]).await?;
        let question = MessageView {
            attachments: attached.remove(&question.id).unwrap_or_default(),
            ..self.with_branch(views::message(question, Evidence::default())).await?
        };
        let options = TurnOptions {
            parameters,
            goes_on: false,
            retrying: choice.retrying(),
            waits_with: choice.incident(),
            over_limit: false,
        };
        let answer = turn::start(&self.turns, answer, None, options);
        self.turns.announce_conversations().await;
        Ok(Sent { question, answer })
    }

    /// Sends a question again. An answer that already holds words stays as a branch of its own; an empty one is filled,
    /// and one whose continuation brought nothing is continued.
    pub async fn resend(self: &Arc<Self>, id: i64, change: ResendChange) -> Result<MessageView, Refusal> {
        self.retry(id, change, Retrying::Once).await
    }

    /// Like `resend`, and for some minutes again and again while the failure is one that passes.
    pub async fn keep_trying(self: &Arc<Self>, id: i64) -> Result<MessageView, Refusal> {
        self.retry(id, ResendChange::default(), Retrying::KeepTrying).await
    }

    /// Like `resend`, once the network is there.
    pub async fn send_when_back(self: &Arc<Self>, id: i64) -> Result<MessageView, Refusal> {
        self.retry(id, ResendChange::default(), Retrying::WhenBack).await
    }

    /// Sends a message that failed at the time that its card names, unless that is taken back by a stop.
    pub async fn send_when_ready(self: &Arc<Self>, id: i64) -> Result<MessageView, Refusal> {
        let chat = self.chat_of(id).await?;
        self.locks.alone_in(chat, Box::pin(self.scheduled(id))).await
    }

    async fn scheduled(self: &Arc<Self>, id: i64) -> Result<MessageView, Refusal> {
        match self.turns.turn(id) {
            Some(turn) if turn.is_under_way() => Ok(turn.view()),
            _ => self.retried(id, ResendChange::default(), Retrying::WhenReady).await,
        }
    }

    /// The answer goes on where it stopped, in its own place.
    pub async fn go_on(self: &Arc<Self>, id: i64) -> Result<MessageView, Refusal> {
        let chat = self.chat_of(id).await?;
        self.locks.alone_in(chat, Box::pin(self.continued(id))).await
    }

    async fn continued(self: &Arc<Self>, id: i64) -> Result<MessageView, Refusal> {
        if let Some(turn) = self.turns.turn(id) {
            return Ok(turn.view());
        }
        self.save_first(id).await?;
        let message = self.library.message(id).await?;
        if message.text.is_empty() && message.video_id.is_some() {
            return self.awaited(id).await;
        }
        if message.text.is_empty() {
            return self.retried(id, ResendChange::default(), Retrying::Once).await;
        }
        let (_, _, parameters) = self.changed(&message, ResendChange::default()).await?;
        self.outgoing.check_retry(&message, true, &message.model, &parameters).await?;
        let options = TurnOptions {
            parameters,
            goes_on: true,
            retrying: Retrying::Once,
            waits_with: None,
            over_limit: false,
        };
        self.begin(&message, &message.model, None, options).await
    }

    /// Leaves out so many older messages that the chat fits, and sends again.
    pub async fn trim(self: &Arc<Self>, id: i64) -> Result<MessageView, Refusal> {
        let chat = self.chat_of(id).await?;
        self.locks.alone_in(chat, Box::pin(self.trimmed(id))).await
    }

    async fn trimmed(self: &Arc<Self>, id: i64) -> Result<MessageView, Refusal> {
        let path = self.library.path(id).await?;
        let Some((answer, [.., question])) = path.split_last() else {
            return Err(LibraryError::Missing(id).into());
        };
        let conversation = self.library.conversation(answer.conversation_id).await?;
        let model = model_of(answer, &conversation);
        self.outgoing.check_retry(answer, false, model, &conversation.parameters.clone().into()).await?;
        let before = &path[..path.len() - 2];
        let turns: Vec<[&Message; 2]> = request::turns(before, conversation.sent_from).collect();
        let tokens = |turn: &[&Message; 2]| turn.iter().map(|m| tokens::estimate(&m.text)).sum();
        let lengths: Vec<u64> = turns.iter().map(tokens).collect();
        let system = conversation.parameters.system.as_deref();
        let mut rest = request::opening(request::summary(&conversation), system);
        rest.push(poe::Message::user(&*question.text));
        let files = self.outgoing.project_files(Within::Chat(conversation.id), None).await?;
        let files = FilesSize::of(&self.outgoing.measured(&files).await?, None);
        let rest = PromptSize::of(&rest, None).tokens() + files.text.tokens() + files.tokens.likely;
        let rest = u64::try_from(rest).unwrap_or_default();
        let takes = self.models.model(model).and_then(|model| model.context_length);
        if let Some(out) = length::leave_out(&lengths, rest, takes) {
            let from = turns.get(out).map_or(question.id, |turn| turn[0].id);
            self.library.send_from(conversation.id, Some(from)).await?;
        }
        self.retried(id, ResendChange::default(), Retrying::Once).await
    }

    /// From this message on the chat is sent; without one, all of it, also what `trim` left out. It takes nothing from
    /// the thread.
    pub async fn send_from(
        &self,
        conversation_id: i64,
        from: Option<i64>,
    ) -> Result<ConversationView, Refusal> {
        let row = self.library.send_from(conversation_id, from).await?;
        self.turns.announce_conversations().await;
        Ok(views::conversation(row))
    }

    /// The turns that are left out are summed up by the next request that leaves, or are not. What was made of others is dropped.
    pub async fn summarize(&self, conversation_id: i64, on: bool) -> Result<ConversationView, Refusal> {
        let of = if on { self.last_left_out(conversation_id).await? } else { None };
        let row = self.library.summarize(conversation_id, of).await?;
        self.turns.announce_conversations().await;
        Ok(views::conversation(row))
    }

    async fn last_left_out(&self, conversation_id: i64) -> Result<Option<i64>, LibraryError> {
        let from = self.library.conversation(conversation_id).await?.sent_from;
        let path = self.library.messages(conversation_id).await?;
        let left_out = path.iter().filter(|message| from.is_some_and(|from| message.id < from));
        left_out.map(|message| message.id).next_back().map(Some).ok_or(LibraryError::Missing(conversation_id))
    }

    /// Asks the question of this answer in a new chat that begins with a summary of the old one, which stays as it is.
    pub async fn summarize_and_start(self: &Arc<Self>, id: i64) -> Result<Started, Refusal> {
        let chat = self.chat_of(id).await?;
        self.locks.alone_in(chat, Box::pin(self.started_from(id))).await
    }

    async fn started_from(self: &Arc<Self>, id: i64) -> Result<Started, Refusal> {
        if is_temporary(id) {
            return Err(LibraryError::Missing(id).into());
        }
        let path = self.library.path(id).await?;
        let question = path.iter().rev().find(|m| m.role == Role::User);
        let question = question.ok_or(LibraryError::Missing(id))?;
        if let Some(answer) = path.last() {
            let (_, model, parameters) = self.changed(answer, ResendChange::default()).await?;
            self.outgoing.check_retry(answer, false, &model, &parameters).await?;
        }
        let old = self.library.conversation(question.conversation_id).await?;
        let new = NewConversation {
            model: old.model,
            parameters: old.parameters,
            follows: Some(id),
            project_id: old.project_id,
            preset_id: old.preset_id,
        };
        let first = First::Like(Box::new(question.clone()));
        let begun = self.library.begin_conversation(new, first, crate::clock::now());
        let (new, question, answer) = begun.await?;
        let choice = self.outgoing.choice(&new.model);
        let sent = self.sent(question, answer, new.parameters.into(), choice).await?;
        let conversation = self.library.conversation(new.id).await?;
        Ok(Started { conversation: views::conversation(conversation), sent })
    }

    async fn retry(
        self: &Arc<Self>,
        id: i64,
        change: ResendChange,
        retrying: Retrying,
    ) -> Result<MessageView, Refusal> {
        let chat = self.chat_of(id).await?;
        self.locks.alone_in(chat, Box::pin(self.retried(id, change, retrying))).await
    }

    async fn retried(
        self: &Arc<Self>,
        id: i64,
        change: ResendChange,
        retrying: Retrying,
    ) -> Result<MessageView, Refusal> {
        let message = self.library.message(id).await?;
        let (other, over_limit) = (change.model.is_some(), change.over_limit);
        let wanted = change.length;
        let (conversation, model, parameters) = self.changed(&message, change).await?;
        let choice = self.outgoing.choice(&model);
        // What is refused here ends no wait that is under way.
        if let ModelChoice::Known(model) = &choice {
            self.outgoing.check_keeps(conversation.id, model)?;
            self.outgoing.check_retry(&message, request::is_to_go_on(&message), model, &parameters).await?;
        }
        if let Some(turn) = self.turns.turn(id)
            && !turn.give_way().await
        {
            return Ok(turn.view());
        }
        self.save_first(id).await?;
        let message = self.library.message(id).await?;
        let goes_on = request::is_to_go_on(&message);
        // The model of one answer among several is not the chat's.
        let of_chat = if is_apart(&message) { &conversation.model } else { choice.model() };
        self.keep(&conversation, of_chat, &parameters).await?;
        let model = if goes_on && !other { &message.model } else { choice.model() };
        let (retrying, waits_with) = match (retrying, &choice) {
            (Retrying::WhenReady, _) => (retrying, views::incident(&message)),
            (_, ModelChoice::NotListed(_)) => (choice.retrying(), choice.incident()),
            (_, ModelChoice::Known(_)) => (retrying, None),
        };
        let options = TurnOptions { parameters, goes_on, retrying, waits_with, over_limit };
        let words = wanted.map(|wanted| length::words(&message.text, wanted));
        self.begin(&message, model, words, options).await
    }

    pub(super) async fn chat_of(&self, message: i64) -> Result<i64, Refusal> {
        let message = self.library.message(message).await?;
        Ok(message.conversation_id)
    }

    /// An answer that is only in memory must not be written over.
    pub(super) async fn save_first(&self, id: i64) -> Result<(), Refusal> {
        if self.turns.is_unsaved(id) {
            self.turns.save_again(id).await?;
        }
        Ok(())
    }

    async fn begin(
        self: &Arc<Self>,
        message: &Message,
        model: &str,
        words: Option<i64>,
        options: TurnOptions,
    ) -> Result<MessageView, Refusal> {
        let now = crate::clock::now();
        let answer = match (message.parent_id, message.text.is_empty()) {
            _ if options.goes_on => self.library.resume_answer(message.id, model, now).await,
            (Some(_), false) => self.library.answer_again(message.id, model, words, now).await,
            _ => self.library.restart_answer(message.id, model, now).await,
        }?;
        let siblings = self.library.siblings(vec![answer.id]).await?;
        let branch = views::branch(answer.id, siblings.get(&answer.id));
        let view = turn::start(&self.turns, answer, branch, options);
        self.turns.announce_conversations().await;
        Ok(view)
    }

    async fn with_branch(&self, view: MessageView) -> Result<MessageView, Refusal> {
        let siblings = self.library.siblings(vec![view.id]).await?;
        Ok(MessageView { branch: views::branch(view.id, siblings.get(&view.id)), ..view })
    }

    /// What a resend asks with.
    async fn changed(
        &self,
        message: &Message,
        change: ResendChange,
    ) -> Result<(Conversation, String, Parameters), Refusal> {
        let conversation = self.library.conversation(message.conversation_id).await?;
        let mut parameters = Parameters::from(conversation.parameters.clone());
        match change.reset.as_deref() {
            Some("temperature") => parameters.temperature = None,
            Some("top_p") => parameters.top_p = None,
            Some("max_tokens") => parameters.max_tokens = None,
            _ => {}
        }
        if let Some(name) = &change.reset {
            parameters.declared.remove(name);
        }
        parameters.max_tokens = change.max_tokens.or(parameters.max_tokens);
        let model = change.model.unwrap_or_else(|| model_of(message, &conversation).to_owned());
        Ok((conversation, model, parameters))
    }

    /// Carries a resend's changes into the chat, so that the next question keeps them.
    async fn keep(
        &self,
        conversation: &Conversation,
        model: &str,
        parameters: &Parameters,
    ) -> Result<(), Refusal> {
        let parameters = parameters.clone().into();
        if model == conversation.model && parameters == conversation.parameters {
            return Ok(());
        }
        let change =
            ConversationChange { title: None, model: Some(model.to_owned()), parameters: Some(parameters) };
        self.library.change_conversation(conversation.id, change).await?;
        Ok(())
    }
}

/// It is asked of a model of its own, whatever the chat's is.
fn is_apart(answer: &Message) -> bool {
    (answer.compared.is_some() || answer.prompt.is_some()) && !answer.model.is_empty()
}

/// Whom a message is asked of once more.
fn model_of<'m>(answer: &'m Message, conversation: &'m Conversation) -> &'m str {
    if is_apart(answer) { &answer.model } else { &conversation.model }
}
