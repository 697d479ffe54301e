//! Rows as the window shows them.

use crate::events::{ConversationView, MessageRole, MessageStatus, MessageView};
use crate::library::{Conversation, Message};

pub(super) fn conversation(row: Conversation) -> ConversationView {
    ConversationView {
        id: row.id,
        title: row.title,
        model: row.model,
        parameters: row.parameters,
        updated_at: row.updated_at,
    }
}

pub(super) fn message(row: Message) -> MessageView {
    let is_question = row.role == MessageRole::User;
    MessageView {
        id: row.id,
        conversation_id: row.conversation_id,
        role: row.role,
        blocks: if is_question {
            Vec::new()
        } else {
            markdown::render(&row.text)
        },
        text: if is_question { row.text } else { String::new() },
        reasoning: row.reasoning,
        created_at: row.created_at,
        status: MessageStatus {
            state: row.state,
            model: row.model,
            finish: row.finish,
            card: row.card,
            retry: None,
            sent_at: row.sent_at,
            first_text_at: row.first_text_at,
            ended_at: row.ended_at,
            prompt_tokens: row.prompt_tokens,
            completion_tokens: row.completion_tokens,
            charge: None,
        },
    }
}
