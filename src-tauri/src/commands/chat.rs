//! Conversations and their turns.

use super::State;
use crate::events::{
    ConversationChange, ConversationDetail, ConversationView, DraftContext, ErrorCard, FirstMessage,
    MessageCost, MessageView, Parameters, ParametersView, RequestCost, ResendChange, RetryCost, Sent, Shown,
    Started, TurnUpdate, TypedParameters,
};
use tauri::ipc::Channel;

/// A chat begins with its first question: both are kept, or nothing is.
#[tauri::command]
pub async fn begin_conversation(app: State<'_>, first: FirstMessage) -> Result<Started, ErrorCard> {
    app.begin_conversation(first).await.map_err(|e| app.card(e))
}

#[tauri::command]
pub async fn open_conversation(app: State<'_>, id: i64) -> Result<ConversationDetail, ErrorCard> {
    app.chat.open(id).await.map_err(|e| app.card(e))
}

/// The window tells what it shows.
#[tauri::command]
pub async fn look_at(app: State<'_>, shown: Shown) -> Result<(), ErrorCard> {
    app.chat.look_at(shown).await.map_err(|e| app.card(e))
}

#[tauri::command]
pub async fn change_conversation(
    app: State<'_>,
    id: i64,
    change: ConversationChange,
) -> Result<ConversationView, ErrorCard> {
    app.chat.change(id, change).await.map_err(|e| app.card(e))
}

#[tauri::command]
pub async fn delete_conversation(app: State<'_>, id: i64) -> Result<(), ErrorCard> {
    app.chat.delete(id).await.map_err(|e| app.card(e))
}

#[tauri::command]
pub async fn send(
    app: State<'_>,
    conversation_id: i64,
    text: String,
    instead_of: Option<i64>,
    attachments: Option<Vec<i64>>,
) -> Result<Sent, ErrorCard> {
    let attached = attachments.unwrap_or_default();
    app.chat
        .send_with(conversation_id, &text, instead_of, attached)
        .await
        .map_err(|e| app.card(e))
}

#[tauri::command]
pub async fn resend(app: State<'_>, message_id: i64, change: ResendChange) -> Result<MessageView, ErrorCard> {
    app.chat.resend(message_id, change).await.map_err(|e| app.card(e))
}

/// Looks up whether the last request was charged; one that was not goes out again.
#[tauri::command]
pub async fn check_and_retry(app: State<'_>, message_id: i64) -> Result<MessageView, ErrorCard> {
    app.chat
        .check_and_retry(message_id)
        .await
        .map_err(|e| app.card(e))
}

/// The message waits for points from now on: the balance is looked at more often.
#[tauri::command]
pub async fn wait_for_points(app: State<'_>, message_id: i64) -> Result<MessageView, ErrorCard> {
    app.chat
        .wait_for_points(message_id)
        .await
        .map_err(|e| app.card(e))
}

#[tauri::command]
pub async fn choose_branch(app: State<'_>, message_id: i64) -> Result<ConversationDetail, ErrorCard> {
    app.chat.choose(message_id).await.map_err(|e| app.card(e))
}

#[tauri::command]
pub async fn continue_answer(app: State<'_>, message_id: i64) -> Result<MessageView, ErrorCard> {
    app.chat.go_on(message_id).await.map_err(|e| app.card(e))
}

#[tauri::command]
pub async fn keep_trying(app: State<'_>, message_id: i64) -> Result<MessageView, ErrorCard> {
    app.chat.keep_trying(message_id).await.map_err(|e| app.card(e))
}

#[tauri::command]
pub async fn send_when_back(app: State<'_>, message_id: i64) -> Result<MessageView, ErrorCard> {
    app.chat.send_when_back(message_id).await.map_err(|e| app.card(e))
}

/// At the time that its card names, unless that is taken back.
#[tauri::command]
pub async fn send_when_ready(app: State<'_>, message_id: i64) -> Result<MessageView, ErrorCard> {
    app.chat
        .send_when_ready(message_id)
        .await
        .map_err(|e| app.card(e))
}

#[tauri::command]
pub async fn trim_context(app: State<'_>, message_id: i64) -> Result<MessageView, ErrorCard> {
    app.chat.trim(message_id).await.map_err(|e| app.card(e))
}

#[tauri::command]
pub async fn send_all(app: State<'_>, conversation_id: i64) -> Result<ConversationView, ErrorCard> {
    app.chat.send_all(conversation_id).await.map_err(|e| app.card(e))
}

#[tauri::command]
pub async fn summarize_and_start(app: State<'_>, message_id: i64) -> Result<Started, ErrorCard> {
    app.chat
        .summarize_and_start(message_id)
        .await
        .map_err(|e| app.card(e))
}

/// What is sent along with the next message, to be handed to `estimate_cost` with its words.
#[tauri::command]
pub async fn draft_context(
    app: State<'_>,
    conversation_id: Option<i64>,
    instead_of: Option<i64>,
    model: String,
    parameters: Parameters,
) -> Result<DraftContext, ErrorCard> {
    app.chat
        .outgoing
        .draft_context(conversation_id, instead_of, &model, &parameters)
        .await
        .map_err(|e| app.card(e))
}

#[tauri::command]
pub async fn estimate_cost(
    app: State<'_>,
    context: DraftContext,
    text: String,
) -> Result<MessageCost, ErrorCard> {
    Ok(app.chat.outgoing.estimate_cost(&context, &text))
}

#[tauri::command]
pub async fn retry_cost(app: State<'_>, message_id: i64) -> Result<RetryCost, ErrorCard> {
    app.chat
        .outgoing
        .retry_cost(message_id)
        .await
        .map_err(|e| app.card(e))
}

/// What a message cost, request by request.
#[tauri::command]
pub async fn request_costs(app: State<'_>, message_id: i64) -> Result<Vec<RequestCost>, ErrorCard> {
    app.chat.request_costs(message_id).await.map_err(|e| app.card(e))
}

/// What the fields of the parameters' form take, and what stands against what they hold.
#[tauri::command]
pub async fn check_parameters(
    app: State<'_>,
    model: Option<String>,
    typed: TypedParameters,
) -> Result<ParametersView, ErrorCard> {
    Ok(app.chat.outgoing.check_parameters(model.as_deref(), &typed))
}

#[tauri::command]
pub async fn watch(app: State<'_>, message_id: i64, channel: Channel<TurnUpdate>) -> Result<(), ErrorCard> {
    app.chat
        .watch(message_id, Box::new(move |update| channel.send(update).is_ok()))
        .await
        .map_err(|e| app.card(e))
}

#[tauri::command]
pub async fn stop(app: State<'_>, message_id: i64) -> Result<(), ErrorCard> {
    app.chat.stop(message_id);
    Ok(())
}

/// Writes answers that the disk did not take once more; nothing is sent.
#[tauri::command]
pub async fn save_again(app: State<'_>, message_id: i64) -> Result<MessageView, ErrorCard> {
    app.chat.save_again(message_id).await.map_err(|e| app.card(e))
}
