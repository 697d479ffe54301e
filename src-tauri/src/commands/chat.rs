//! Conversations and their turns.

use super::Room;
use crate::app::App;
use crate::chat::Chat;
use crate::events::{
    ConversationChange, ConversationDetail, ConversationView, DraftContext, ErrorCard, FirstMessage,
    MessageCost, MessageView, Parameters, ParametersView, RequestCost, ResendChange, RetryCost, Sent, Shown,
    Started, TurnUpdate, TypedParameters,
};
use tauri::ipc::Channel;

/// A chat begins with its first question: both are kept, or nothing is.
#[tauri::command]
pub async fn begin_conversation(app: Room<'_, App>, first: FirstMessage) -> Result<Started, ErrorCard> {
    app.begin_conversation(first).await.map_err(|e| app.card(e))
}

#[tauri::command]
pub async fn open_conversation(chat: Room<'_, Chat>, id: i64) -> Result<ConversationDetail, ErrorCard> {
    chat.open(id).await.map_err(|e| chat.card(e))
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
) -> Result<Sent, ErrorCard> {
    let attached = attachments.unwrap_or_default();
    chat.send_with(conversation_id, &text, instead_of, attached).await.map_err(|e| chat.card(e))
}

#[tauri::command]
pub async fn resend(
    chat: Room<'_, Chat>,
    message_id: i64,
    change: ResendChange,
) -> Result<MessageView, ErrorCard> {
    chat.resend(message_id, change).await.map_err(|e| chat.card(e))
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
pub async fn send_all(chat: Room<'_, Chat>, conversation_id: i64) -> Result<ConversationView, ErrorCard> {
    chat.send_all(conversation_id).await.map_err(|e| chat.card(e))
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
) -> Result<DraftContext, ErrorCard> {
    chat.outgoing
        .draft_context(conversation_id, instead_of, &model, &parameters)
        .await
        .map_err(|e| chat.card(e))
}

#[tauri::command]
pub async fn estimate_cost(
    chat: Room<'_, Chat>,
    context: DraftContext,
    text: String,
) -> Result<MessageCost, ErrorCard> {
    Ok(chat.outgoing.estimate_cost(&context, &text).await)
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
