//! What goes to Poe for a turn: the chat so far and only what the person set.

use crate::events::{MessageRole, ModelView, Parameters};
use crate::library::Message;

/// The request for the answer with this id. Questions that never got a word of answer are left out:
/// what failed once (too long, declined) would fail every later turn with it.
pub(super) fn build(
    branch: &[Message],
    answer_id: i64,
    model: &str,
    known: Option<&ModelView>,
    parameters: &Parameters,
) -> poe::ChatRequest {
    let mut messages = Vec::new();
    if let Some(system) = parameters
        .system
        .as_deref()
        .filter(|text| !text.trim().is_empty())
    {
        messages.push(poe::Message::system(system));
    }
    let end = branch
        .iter()
        .position(|m| m.id == answer_id)
        .unwrap_or(branch.len());
    for pair in branch[..end].windows(2) {
        if let [question, answer] = pair
            && question.role == MessageRole::User
            && answer.role == MessageRole::Assistant
            && !answer.text.is_empty()
        {
            messages.push(poe::Message::user(&*question.text));
            messages.push(poe::Message::assistant(&*answer.text));
        }
    }
    if let Some(question) = branch[..end].iter().rev().find(|m| m.role == MessageRole::User) {
        messages.push(poe::Message::user(&*question.text));
    }
    let mut request = poe::ChatRequest::new(model, messages);
    request.temperature = parameters.temperature;
    request.top_p = parameters.top_p;
    request.max_tokens = parameters.max_tokens;
    // Poe's documentation asks for plain requests to models that answer with media.
    request.stream =
        known.is_none_or(|m| m.outputs.is_empty() || m.outputs.iter().any(|kind| kind == "text"));
    request
}
