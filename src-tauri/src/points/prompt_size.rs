//! How long a request is: what its price is estimated by, and what of it could be left out.

use super::caching::Cached;
use super::learning::Spread;
use crate::tokens::TextSize;
use poe::Decimal;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PromptSize {
    pub text: TextSize,
    /// Of the text, what came before the question and could be left out.
    pub older: TextSize,
    /// Tokens of pictures and other files that are no text.
    pub files: Spread,
    /// US dollars of pictures that the model has a price for.
    pub usd: Decimal,
    pub max_tokens: Option<u32>,
    /// Of its tokens, those that the model's host has kept, and those that it is to keep.
    pub cached: Cached,
}

impl PromptSize {
    /// The last message is the one that is asked. Files that are no text count as nothing.
    pub fn of(messages: &[poe::Message], max_tokens: Option<u32>) -> PromptSize {
        let size = |message: &poe::Message| TextSize::of_message(&message.content.text());
        let older = messages.iter().rev().skip(1);
        PromptSize {
            text: messages.iter().map(size).sum(),
            older: older.filter(|message| message.role != poe::Role::System).map(size).sum(),
            files: Spread::default(),
            usd: Decimal::ZERO,
            max_tokens,
            cached: Cached::default(),
        }
    }

    /// Nothing but text is sent.
    pub fn is_text(&self) -> bool {
        self.files == Spread::default() && self.usd.is_zero()
    }

    /// As long as nothing is known of the model.
    pub fn tokens(&self) -> i64 {
        self.text.tokens() + self.files.likely
    }

    /// As dear as it may come: what was thought to be kept is not.
    pub fn cold(self) -> PromptSize {
        let Cached { read, written } = self.cached;
        let written = if written > 0 { read + written } else { 0 };
        PromptSize { cached: Cached { read: 0, written }, ..self }
    }

    /// As if nobody kept anything.
    pub fn uncached(self) -> PromptSize {
        PromptSize { cached: Cached::default(), ..self }
    }

    pub fn without_older(self) -> PromptSize {
        PromptSize { text: self.text - self.older, older: TextSize::default(), ..self }
    }
}
