//! The thread of a conversation as the window reads it: a part at a time, so that a long one opens like a short one.

use super::{Chat, views};
use crate::errors::{Failure, Refusal};
use crate::events::{ConversationDetail, MessageView, OutlineEntry, ReadingPlace};
use crate::library::{LibraryError, Message, Role};
use std::sync::Arc;

/// What a thread opens with: more than a window shows.
const PART: i64 = 24;
/// Of them, those before the message at which it opens.
const BEFORE: i64 = 8;
/// Most that are handed over at once.
const MOST: i64 = 100;
/// Characters of a line of the outline.
const LINE: usize = 120;

impl Chat {
    /// Opens at this message, through its version of the thread if another one is shown; else where it was left.
    pub async fn open(self: &Arc<Self>, id: i64, at: Option<i64>) -> Result<ConversationDetail, Refusal> {
        let mut conversation = self.library.conversation(id).await?;
        let is_asked_for = at.is_some();
        let mut at = match at {
            Some(message_id) => Some(ReadingPlace { message_id, above: 0 }),
            None => conversation.reading.map(|(message_id, above)| ReadingPlace { message_id, above }),
        };
        let mut from = None;
        if let Some(ReadingPlace { message_id, .. }) = at {
            match self.library.message(message_id).await {
                Ok(row) if row.conversation_id == id && (row.shown || is_asked_for) => {
                    if !row.shown {
                        self.library.choose(message_id).await?;
                        conversation = self.library.conversation(id).await?;
                    }
                    from = Some(row.place - BEFORE);
                }
                // It is gone, was never in this chat, or was read in a version that is not shown any more.
                Ok(_) | Err(LibraryError::Missing(_)) => at = None,
                Err(error) => return Err(error.into()),
            }
        }
        let count = self.library.thread_length(id).await?;
        // A part begins with a question.
        let from = from.unwrap_or(count - PART).clamp(0, (count - PART).max(0)) & !1;
        let mut rows = self.library.thread_part(id, from, PART + 1).await?;
        if from + PART < count {
            // What the next message follows is always there.
            rows.extend(self.library.thread_part(id, (count - 2).max(from + PART + 1), 2).await?);
        }
        let editing = self.library.editing(id).await?;
        let under_way = self.turns.live().into_iter().filter(|turn| turn.conversation_id == id);
        for wanted in editing.into_iter().chain(under_way.map(|turn| turn.message_id)) {
            if !rows.iter().any(|row| row.id == wanted) {
                match self.library.message(wanted).await {
                    Ok(row) => rows.extend(Some(row).filter(|row| row.shown)),
                    // It went meanwhile.
                    Err(LibraryError::Missing(_)) => {}
                    Err(error) => return Err(error.into()),
                }
            }
        }
        let question = rows.iter().max_by_key(|row| row.place).filter(|last| last.compared.is_some());
        let compared = match question.and_then(|last| last.parent_id) {
            Some(question) => self.library.compared(question).await?,
            None => Vec::new(),
        };
        let files_behind = self.outgoing.files_behind(&conversation).await?;
        Ok(ConversationDetail {
            conversation: views::conversation(conversation),
            count: u32::try_from(count).unwrap_or(u32::MAX),
            messages: self.shown_as(rows).await?,
            compared: self.shown_as(compared).await?,
            at,
            files_behind,
            editing,
        })
    }

    /// Shows the way through this message, and opens the thread there.
    pub async fn choose(self: &Arc<Self>, message_id: i64) -> Result<ConversationDetail, Refusal> {
        let conversation = self.library.choose(message_id).await?;
        self.open(conversation, Some(message_id)).await
    }

    /// Messages of the thread from a place on.
    pub async fn thread_part(
        self: &Arc<Self>,
        id: i64,
        from: u32,
        count: u32,
    ) -> Result<Vec<MessageView>, Refusal> {
        let rows = self.library.thread_part(id, from.into(), i64::from(count).min(MOST)).await?;
        self.shown_as(rows).await
    }

    pub(super) async fn shown_as(self: &Arc<Self>, rows: Vec<Message>) -> Result<Vec<MessageView>, Refusal> {
        let ids: Vec<i64> = rows.iter().map(|row| row.id).collect();
        let mut calls = self.points.charges.of_all(ids.clone()).await?;
        self.outgoing.recall_sizes(&rows).await?;
        let siblings = self.library.siblings(ids.clone()).await?;
        let mut evidence = self.library.evidence(ids.clone()).await?;
        let mut attached = self.outgoing.attachment_views(ids).await?;
        let turns = self.turns.clone();
        let view = move |row: Message| -> MessageView {
            let calls = calls.remove(&row.id).unwrap_or_default();
            let evidence = evidence.remove(&row.id).unwrap_or_default();
            let files = attached.remove(&row.id).filter(|_| row.deleted.is_none());
            MessageView {
                branch: views::branch(row.id, siblings.get(&row.id)),
                attachments: files.unwrap_or_default(),
                ..turns.view(row, &calls, evidence)
            }
        };
        // Coloring code takes long enough to hold up the streams of others.
        let shown = tokio::task::spawn_blocking(move || rows.into_iter().map(view).collect());
        Ok(shown.await.map_err(|e| Failure::Unexpected(e.to_string()))?)
    }

    /// The questions of a thread, and the headings of its answers.
    pub async fn outline(&self, id: i64) -> Result<Vec<OutlineEntry>, Refusal> {
        let rows = self.library.messages(id).await?;
        let said = |row: &&Message| row.deleted.is_none();
        let all = tokio::task::spawn_blocking(move || rows.iter().filter(said).flat_map(entries).collect());
        Ok(all.await.map_err(|e| Failure::Unexpected(e.to_string()))?)
    }

    /// Messages of a thread as one text, for the clipboard.
    pub async fn text_of(&self, id: i64, from: u32, to: u32) -> Result<String, Refusal> {
        let (from, to) = (i64::from(from.min(to)), i64::from(from.max(to)));
        let rows = self.library.thread_part(id, from, to - from + 1).await?;
        let texts = rows.iter().map(|row| row.text.trim()).filter(|text| !text.is_empty());
        Ok(texts.collect::<Vec<_>>().join("\n\n"))
    }

    /// Where a thread was left; none at its end.
    pub async fn keep_reading_place(&self, id: i64, at: Option<ReadingPlace>) -> Result<(), Refusal> {
        let at = at.map(|at| (at.message_id, at.above));
        Ok(self.library.keep_reading_place(id, at).await?)
    }
}

fn entries(row: &Message) -> Vec<OutlineEntry> {
    let place = u32::try_from(row.place).unwrap_or(u32::MAX);
    let entry = |level, number, text: &str| OutlineEntry {
        message_id: row.id,
        place,
        level,
        number,
        text: text.chars().take(LINE).collect(),
    };
    if row.role == Role::User {
        let line = row.text.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or_default();
        return vec![entry(0, 0, line)];
    }
    let headings = (0..).zip(markdown::headings(&row.text));
    headings.map(|(number, (level, text))| entry(level, number, &text)).collect()
}
