//! How long a request is: what its price is estimated by.

/// How long a request is, in tokens; an estimate.
#[derive(Clone, Copy, Debug)]
pub struct PromptSize {
    pub prompt: i64,
    /// Of the prompt, what came before the question and could be left out.
    pub older: i64,
    pub max_tokens: Option<u32>,
}

impl PromptSize {
    /// `None` with attachments: what Poe counts them for is not told.
    pub fn of(request: &poe::ChatRequest) -> Option<PromptSize> {
        let contents = request.messages.iter().map(|message| &message.content);
        if contents
            .clone()
            .any(|content| content.attachments().next().is_some())
        {
            return None;
        }
        let tokens = |message: &poe::Message| tokens(&message.content.text());
        let before = request.messages.iter().rev().skip(1);
        Some(PromptSize {
            prompt: request.messages.iter().map(tokens).sum(),
            older: before
                .filter(|message| message.role != poe::Role::System)
                .map(tokens)
                .sum(),
            max_tokens: request.max_tokens,
        })
    }
}

/// An estimate.
pub fn tokens(text: &str) -> i64 {
    i64::try_from(crate::tokens::estimate(text)).unwrap_or(i64::MAX)
}
