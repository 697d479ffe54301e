//! How long a request is: what its price is estimated by, and what of it could be left out.

use crate::tokens;

/// In tokens; an estimate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PromptSize {
    pub prompt: i64,
    /// Of the prompt, what came before the question and could be left out.
    pub older: i64,
    pub max_tokens: Option<u32>,
}

impl PromptSize {
    /// The last message is the one that is asked. Files count as nothing: what Poe counts them for is not told.
    pub fn of(messages: &[poe::Message], max_tokens: Option<u32>) -> PromptSize {
        let count = |message: &poe::Message| tokens::count(&message.content.text());
        let older = messages.iter().rev().skip(1);
        PromptSize {
            prompt: messages.iter().map(count).sum(),
            older: older.filter(|message| message.role != poe::Role::System).map(count).sum(),
            max_tokens,
        }
    }

    /// `None` with files.
    pub fn of_request(request: &poe::ChatRequest) -> Option<PromptSize> {
        let mut contents = request.messages.iter().map(|message| &message.content);
        let has_files = contents.any(|content| content.attachments().next().is_some());
        (!has_files).then(|| PromptSize::of(&request.messages, request.max_tokens))
    }
}
