//! Conversations and their turns.

use super::Room;
use crate::app::App;
use crate::chat::{Beside, Chat};
use crate::events::{
    ContextView, ConversationChange, ConversationDetail, ConversationView, DeclaredParameter, DraftContext,
    DraftPlace, ErrorCard, FilmSource, FirstMessage, ListOf, ListPart, MessageCost, MessageView, Organize,
    OutlineEntry, Parameters, ParametersView, ProjectChange, ProjectView, ReadingPlace, RequestCost,
    ResendChange, RetryCost, Sent, Shown, StandingCost, Started, TurnUpdate, TypedParameters,
};
use tauri::ipc::Channel;

/// A chat begins with its first question: both are kept, or nothing is.
#[tauri::command]
pub async fn begin_conversation(app: Room<'_, App>, first: FirstMessage) -> Result<Started, ErrorCard> {
    app.begin_conversation(first).await.map_err(|e| app.card(e))
}

/// A chat of which nothing is kept on this computer, in the place of the one that was open.
#[tauri::command]
pub async fn begin_temporary_chat(
    chat: Room<'_, Chat>,
    model: String,
    parameters: Parameters,
) -> Result<ConversationView, ErrorCard> {
    chat.begin_temporary(&model, parameters).await.map_err(|e| chat.card(e))
}

#[tauri::command]
pub async fn open_conversation(
    chat: Room<'_, Chat>,
    id: i64,
    at: Option<i64>,
) -> Result<ConversationDetail, ErrorCard> {
    chat.open(id, at).await.map_err(|e| chat.card(e))
}

#[tauri::command]
pub async fn thread_part(
    chat: Room<'_, Chat>,
    id: i64,
    from: u32,
    count: u32,
) -> Result<Vec<MessageView>, ErrorCard> {
    chat.thread_part(id, from, count).await.map_err(|e| chat.card(e))
}

#[tauri::command]
pub async fn outline(chat: Room<'_, Chat>, id: i64) -> Result<Vec<OutlineEntry>, ErrorCard> {
    chat.outline(id).await.map_err(|e| chat.card(e))
}

#[tauri::command]
pub async fn keep_reading_place(
    chat: Room<'_, Chat>,
    id: i64,
    at: Option<ReadingPlace>,
) -> Result<(), ErrorCard> {
    chat.keep_reading_place(id, at).await.map_err(|e| chat.card(e))
}

#[tauri::command]
pub async fn list_conversations(
    chat: Room<'_, Chat>,
    of: ListOf,
    from: u32,
    count: u32,
) -> Result<ListPart, ErrorCard> {
    chat.list_conversations(of, from, count).await.map_err(|e| chat.card(e))
}

#[tauri::command]
pub async fn conversation(chat: Room<'_, Chat>, id: i64) -> Result<ConversationView, ErrorCard> {
    chat.conversation(id).await.map_err(|e| chat.card(e))
}

/// Several at once.
#[tauri::command]
pub async fn organize(chat: Room<'_, Chat>, ids: Vec<i64>, what: Organize) -> Result<(), ErrorCard> {
    chat.organize(ids, what).await.map_err(|e| chat.card(e))
}

#[tauri::command]
pub async fn duplicate_conversation(
    chat: Room<'_, Chat>,
    id: i64,
    title: String,
) -> Result<ConversationView, ErrorCard> {
    chat.duplicate(id, title).await.map_err(|e| chat.card(e))
}

#[tauri::command]
pub async fn empty_bin(chat: Room<'_, Chat>) -> Result<(), ErrorCard> {
    chat.empty_bin().await.map_err(|e| chat.card(e))
}

/// Every chat of a model that is gone goes on with another.
#[tauri::command]
pub async fn replace_model(chat: Room<'_, Chat>, gone: String, model: String) -> Result<(), ErrorCard> {
    chat.replace_model(gone, model).await.map_err(|e| chat.card(e))
}

#[tauri::command]
pub async fn create_project(
    chat: Room<'_, Chat>,
    name: String,
    color: String,
) -> Result<ProjectView, ErrorCard> {
    chat.create_project(&name, color).await.map_err(|e| chat.card(e))
}

#[tauri::command]
pub async fn change_project(
    chat: Room<'_, Chat>,
    id: i64,
    change: ProjectChange,
) -> Result<ProjectView, ErrorCard> {
    chat.change_project(id, change).await.map_err(|e| chat.card(e))
}

/// They stand in this order from now on.
#[tauri::command]
pub async fn order_projects(chat: Room<'_, Chat>, ids: Vec<i64>) -> Result<(), ErrorCard> {
    chat.order_projects(ids).await.map_err(|e| chat.card(e))
}

#[tauri::command]
pub async fn delete_project(chat: Room<'_, Chat>, id: i64) -> Result<(), ErrorCard> {
    chat.delete_project(id).await.map_err(|e| chat.card(e))
}

/// The window tells what it shows.
#[tauri::command]
pub async fn look_at(chat: Room<'_, Chat>, shown: Shown) -> Result<(), ErrorCard> {
    chat.look_at(shown).await.map_err(|e| chat.card(e))
}

#[tauri::command]
pub async fn change_conversation(
    chat: Room<'_, Chat>,
    id: i64,
    change: ConversationChange,
) -> Result<ConversationView, ErrorCard> {
    chat.change(id, change).await.map_err(|e| chat.card(e))
}

#[tauri::command]
pub async fn delete_conversation(chat: Room<'_, Chat>, id: i64) -> Result<(), ErrorCard> {
    chat.delete(id).await.map_err(|e| chat.card(e))
}

#[tauri::command]
pub async fn send(
    chat: Room<'_, Chat>,
    conversation_id: i64,
    text: String,
    instead_of: Option<i64>,
    attachments: Option<Vec<i64>>,
    film: Option<FilmSource>,
) -> Result<Sent, ErrorCard> {
    let attached = attachments.unwrap_or_default();
    chat.send_from_film(conversation_id, &text, instead_of, attached, film).await.map_err(|e| chat.card(e))
}

/// Like `send`, of several models: what comes back is the thread with the answers side by side.
#[tauri::command]
pub async fn compare(
    chat: Room<'_, Chat>,
    place: DraftPlace,
    text: String,
    attachments: Vec<i64>,
    beside: Vec<String>,
    over_limit: bool,
) -> Result<ConversationDetail, ErrorCard> {
    let (id, beside) = (place.conversation_id.unwrap_or_default(), Beside { models: beside, over_limit });
    chat.compare(id, &text, place.instead_of, attachments, beside).await.map_err(|e| chat.card(e))
}

/// The same for a chat that begins with it.
#[tauri::command]
pub async fn begin_comparison(
    app: Room<'_, App>,
    first: FirstMessage,
    beside: Vec<String>,
    over_limit: bool,
) -> Result<ConversationDetail, ErrorCard> {
    let beside = Beside { models: beside, over_limit };
    app.begin_comparison(first, beside).await.map_err(|e| app.card(e))
}

/// The chat goes on with one of the answers that stand side by side.
#[tauri::command]
pub async fn keep_answer(chat: Room<'_, Chat>, message_id: i64) -> Result<ConversationDetail, ErrorCard> {
    chat.keep_answer(message_id).await.map_err(|e| chat.card(e))
}

/// What would be sent to make one answer of them.
#[tauri::command]
pub async fn merge_prompt(chat: Room<'_, Chat>, question: i64) -> Result<String, ErrorCard> {
    chat.merge_prompt(question).await.map_err(|e| chat.card(e))
}

#[tauri::command]
pub async fn merge_answers(
    chat: Room<'_, Chat>,
    question: i64,
    model: String,
    prompt: String,
) -> Result<ConversationDetail, ErrorCard> {
    chat.merge(question, &model, prompt).await.map_err(|e| chat.card(e))
}

#[tauri::command]
pub async fn resend(
    chat: Room<'_, Chat>,
    message_id: i64,
    change: ResendChange,
) -> Result<MessageView, ErrorCard> {
    chat.resend(message_id, change).await.map_err(|e| chat.card(e))
}

/// Its text is changed in its place, and nothing is asked.
#[tauri::command]
pub async fn edit_message(
    chat: Room<'_, Chat>,
    message_id: i64,
    text: String,
    attachments: Vec<i64>,
) -> Result<MessageView, ErrorCard> {
    chat.edit_message(message_id, text, attachments).await.map_err(|e| chat.card(e))
}

/// An answer as it is written, to be changed.
#[tauri::command]
pub async fn message_source(chat: Room<'_, Chat>, message_id: i64) -> Result<String, ErrorCard> {
    chat.source(message_id).await.map_err(|e| chat.card(e))
}

#[tauri::command]
pub async fn delete_message(chat: Room<'_, Chat>, message_id: i64) -> Result<MessageView, ErrorCard> {
    chat.delete_message(message_id).await.map_err(|e| chat.card(e))
}

#[tauri::command]
pub async fn put_back_message(chat: Room<'_, Chat>, message_id: i64) -> Result<MessageView, ErrorCard> {
    chat.put_back_message(message_id).await.map_err(|e| chat.card(e))
}

/// What leads to a message goes on in a new chat.
#[tauri::command]
pub async fn fork_conversation(
    chat: Room<'_, Chat>,
    message_id: i64,
    title: String,
) -> Result<ConversationView, ErrorCard> {
    chat.fork(message_id, title).await.map_err(|e| chat.card(e))
}

/// A chat in which the question of this answer waits to be sent again, or changed first, with what it was asked with.
#[tauri::command]
pub async fn ask_again(chat: Room<'_, Chat>, message_id: i64) -> Result<ConversationView, ErrorCard> {
    chat.ask_again(message_id).await.map_err(|e| chat.card(e))
}

/// Looks up whether the last request was charged; one that was not goes out again.
#[tauri::command]
pub async fn check_and_retry(chat: Room<'_, Chat>, message_id: i64) -> Result<MessageView, ErrorCard> {
    chat.check_and_retry(message_id).await.map_err(|e| chat.card(e))
}

/// The message waits for points from now on: the balance is looked at more often.
#[tauri::command]
pub async fn wait_for_points(chat: Room<'_, Chat>, message_id: i64) -> Result<MessageView, ErrorCard> {
    chat.wait_for_points(message_id).await.map_err(|e| chat.card(e))
}

#[tauri::command]
pub async fn choose_branch(chat: Room<'_, Chat>, message_id: i64) -> Result<ConversationDetail, ErrorCard> {
    chat.choose(message_id).await.map_err(|e| chat.card(e))
}

#[tauri::command]
pub async fn continue_answer(chat: Room<'_, Chat>, message_id: i64) -> Result<MessageView, ErrorCard> {
    chat.go_on(message_id).await.map_err(|e| chat.card(e))
}

#[tauri::command]
pub async fn keep_trying(chat: Room<'_, Chat>, message_id: i64) -> Result<MessageView, ErrorCard> {
    chat.keep_trying(message_id).await.map_err(|e| chat.card(e))
}

#[tauri::command]
pub async fn send_when_back(chat: Room<'_, Chat>, message_id: i64) -> Result<MessageView, ErrorCard> {
    chat.send_when_back(message_id).await.map_err(|e| chat.card(e))
}

/// At the time that its card names, unless that is taken back.
#[tauri::command]
pub async fn send_when_ready(chat: Room<'_, Chat>, message_id: i64) -> Result<MessageView, ErrorCard> {
    chat.send_when_ready(message_id).await.map_err(|e| chat.card(e))
}

#[tauri::command]
pub async fn trim_context(chat: Room<'_, Chat>, message_id: i64) -> Result<MessageView, ErrorCard> {
    chat.trim(message_id).await.map_err(|e| chat.card(e))
}

#[tauri::command]
pub async fn summarize_and_start(chat: Room<'_, Chat>, message_id: i64) -> Result<Started, ErrorCard> {
    chat.summarize_and_start(message_id).await.map_err(|e| chat.card(e))
}

/// What is sent along with the next message, to be handed to `estimate_cost` with its words.
#[tauri::command]
pub async fn draft_context(
    chat: Room<'_, Chat>,
    conversation_id: Option<i64>,
    instead_of: Option<i64>,
    model: String,
    parameters: Parameters,
    project: Option<i64>,
) -> Result<DraftContext, ErrorCard> {
    chat.outgoing
        .draft_context(conversation_id, instead_of, &model, &parameters, project)
        .await
        .map_err(|e| chat.card(e))
}

/// What that consists of, and what leaving out older turns would save.
#[tauri::command]
pub async fn context_parts(
    chat: Room<'_, Chat>,
    place: DraftPlace,
    project: Option<i64>,
    model: String,
    parameters: Parameters,
) -> Result<ContextView, ErrorCard> {
    chat.outgoing.context_parts(place.into(), project, &model, &parameters).await.map_err(|e| chat.card(e))
}

/// The chat is sent from this message on, or all of it.
#[tauri::command]
pub async fn send_from(
    chat: Room<'_, Chat>,
    conversation_id: i64,
    from: Option<i64>,
) -> Result<ConversationView, ErrorCard> {
    chat.send_from(conversation_id, from).await.map_err(|e| chat.card(e))
}

/// What is left out goes as a summary, which the next request makes; or goes not at all.
#[tauri::command]
pub async fn summarize_older(
    chat: Room<'_, Chat>,
    conversation_id: i64,
    on: bool,
) -> Result<ConversationView, ErrorCard> {
    chat.summarize(conversation_id, on).await.map_err(|e| chat.card(e))
}

#[tauri::command]
pub async fn estimate_cost(
    chat: Room<'_, Chat>,
    context: DraftContext,
    text: String,
) -> Result<MessageCost, ErrorCard> {
    Ok(chat.outgoing.estimate_cost(&context, &text).await)
}

/// Of all answers that are asked for at once.
#[tauri::command]
pub async fn comparison_cost(
    chat: Room<'_, Chat>,
    contexts: Vec<DraftContext>,
    text: String,
) -> Result<MessageCost, ErrorCard> {
    Ok(chat.outgoing.comparison_cost(&contexts, &text).await)
}

/// What a project adds to each turn of its chats with this model.
#[tauri::command]
pub async fn standing_cost(
    chat: Room<'_, Chat>,
    project: i64,
    model: String,
) -> Result<StandingCost, ErrorCard> {
    chat.outgoing.standing_cost(project, &model).await.map_err(|e| chat.card(e))
}

#[tauri::command]
pub async fn retry_cost(chat: Room<'_, Chat>, message_id: i64) -> Result<RetryCost, ErrorCard> {
    chat.outgoing.retry_cost(message_id).await.map_err(|e| chat.card(e))
}

/// What a message cost, request by request.
#[tauri::command]
pub async fn request_costs(chat: Room<'_, Chat>, message_id: i64) -> Result<Vec<RequestCost>, ErrorCard> {
    chat.request_costs(message_id).await.map_err(|e| chat.card(e))
}

/// What the fields of the parameters' form take, and what stands against what they hold.
#[tauri::command]
pub async fn check_parameters(
    chat: Room<'_, Chat>,
    model: Option<String>,
    typed: TypedParameters,
) -> Result<ParametersView, ErrorCard> {
    Ok(chat.outgoing.check_parameters(model.as_deref(), &typed))
}

/// What the model declares that may be set for a chat with it.
#[tauri::command]
pub async fn declared_parameters(
    chat: Room<'_, Chat>,
    model: String,
) -> Result<Vec<DeclaredParameter>, ErrorCard> {
    chat.outgoing.declared(&model).await.map_err(|e| chat.card(e))
}

#[tauri::command]
pub async fn watch(
    chat: Room<'_, Chat>,
    message_id: i64,
    channel: Channel<TurnUpdate>,
) -> Result<(), ErrorCard> {
    chat.watch(message_id, Box::new(move |update| channel.send(update).is_ok()))
        .await
        .map_err(|e| chat.card(e))
}

#[tauri::command]
pub async fn stop(chat: Room<'_, Chat>, message_id: i64) -> Result<(), ErrorCard> {
    chat.stop(message_id);
    Ok(())
}

/// Writes answers that the disk did not take once more; nothing is sent.
#[tauri::command]
pub async fn save_again(chat: Room<'_, Chat>, message_id: i64) -> Result<MessageView, ErrorCard> {
    chat.save_again(message_id).await.map_err(|e| chat.card(e))
}
