//! A summary in the place of older turns: what is asked for, of which words, and what that costs. Pure but for the prices.

use super::{Outgoing, length};
use crate::events::PointsRange;
use crate::library::Conversation;
use crate::points::{PromptSize, Wanted};
use crate::tokens::TextSize;

/// What is summed up of a chat where it is not known how much the model takes, in tokens.
const USUAL: u64 = 24_000;

/// Words that a summary has at most, as it is asked for.
const WORDS: i64 = 400;

const ASK: &str = "Sum up this chat so that it can go on elsewhere: what it is about, what was found and decided, names, \
                   figures and wishes that still matter, and what is open. At most 400 words, in the language of the \
                   chat, as plain text. Nothing but the summary.";

/// The question for one. `takes`: tokens that the model takes.
pub(in crate::chat) fn question(texts: &[&str], takes: Option<u64>) -> String {
    let transcript = length::shorten(texts, room(takes)).join("\n\n---\n\n");
    format!("{transcript}\n\n---\n\n{ASK}")
}

fn room(takes: Option<u64>) -> u64 {
    takes.map_or(USUAL, |takes| takes / 2)
}

/// As long as the one that is asked for may be: what goes along in its place until it is there.
pub(super) fn size_of_one() -> TextSize {
    TextSize { letters: WORDS * 6, ..TextSize::default() }
}

/// Older turns of the chat are left out, and a summary of them is made with the next request.
pub(in crate::chat) fn is_due(conversation: &Conversation) -> bool {
    conversation.summary_is_own && conversation.summary.is_none()
}

impl Outgoing {
    /// Points of making one of so much text.
    pub(super) fn price_of_summary(&self, of: TextSize, model: &str) -> Option<PointsRange> {
        let known = self.models.find(model)?;
        let takes = self.models.model(model).and_then(|model| model.context_length);
        let most = i64::try_from(room(takes)).unwrap_or(i64::MAX);
        // What does not fit is cut.
        let share =
            |count: i64| if of.tokens() > most { count.saturating_mul(most) / of.tokens() } else { count };
        let text = TextSize {
            letters: share(of.letters),
            marks: share(of.marks),
            ideographs: share(of.ideographs),
            messages: 0,
        };
        let asked = PromptSize { text: text + TextSize::of_message(ASK), ..PromptSize::of(&[], None) };
        let tokens = length::tokens_of(WORDS);
        self.points.price_of(asked, Wanted::About { tokens }, &known).points
    }
}
