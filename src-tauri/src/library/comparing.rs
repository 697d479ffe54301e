//! Answers of several models to one question, side by side: each has a column, until one of them is kept. They are versions of the
//! answer like any others, so all of them stay.

use super::branches;
use super::messages::{self, Message};
use super::turns::{self, New, Place};
use super::{Library, LibraryError, conversations};
use rusqlite::{Connection, OptionalExtension, TransactionBehavior};

/// A question with more than one answer to come.
#[derive(Clone, Debug)]
pub struct NewComparison {
    pub conversation_id: i64,
    /// The question that it takes the place of.
    pub instead_of: Option<i64>,
    pub text: String,
    pub attached: Vec<i64>,
    pub model: String,
    /// The models of the other answers.
    pub beside: Vec<String>,
}

impl Library {
    /// A question and the places of its answers, all of them queued. The thread goes through that of the chat's own model, which
    /// is returned.
    pub async fn add_comparison(
        &self,
        new: NewComparison,
        now: i64,
    ) -> Result<(Message, Message), LibraryError> {
        self.run_at(new.conversation_id, move |connection| {
            let turn = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            let place = new.instead_of.map_or(Place::End(new.conversation_id), Place::Beside);
            let (question, answer) = turns::add(&turn, place, &new.text, &new.attached, &new.model, now)?;
            turns::add_beside(&turn, &question, &answer, &new.beside, now)?;
            turn.commit()?;
            Ok((question, answer))
        })
        .await
    }

    /// The answers to this question that stand side by side, in the order of their columns: none, or more than one.
    pub async fn compared(&self, question: i64) -> Result<Vec<Message>, LibraryError> {
        self.run_at(question, move |connection| compared(connection, question)).await
    }

    /// The chat goes on with this answer and its model; the others stay as versions of it.
    pub async fn keep_answer(&self, answer: i64) -> Result<i64, LibraryError> {
        self.run_at(answer, move |connection| keep(connection, answer)).await
    }

    /// One more answer, queued, that is asked for with this in the place of the question's words. Those that stand side by side
    /// become versions of it.
    pub async fn add_merged(
        &self,
        question: i64,
        model: &str,
        prompt: String,
        now: i64,
    ) -> Result<Message, LibraryError> {
        let model = model.to_owned();
        self.run_at(question, move |connection| {
            let merge = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            let conversation_id = turns::asked(&merge, question)?.conversation_id;
            conversations::touch(&merge, conversation_id, "", now)?;
            branches::end_comparison(&merge, conversation_id, Some(question))?;
            let answer = New::merged(conversation_id, question, &model, &prompt, now).insert(&merge)?;
            let answer = messages::one(&merge, answer)?;
            merge.commit()?;
            Ok(answer)
        })
        .await
    }
}

fn compared(connection: &Connection, question: i64) -> Result<Vec<Message>, LibraryError> {
    let sql = format!(
        "{} WHERE conversation_id = (SELECT conversation_id FROM messages WHERE id = ?1) AND parent_id = ?1
             AND compared IS NOT NULL ORDER BY compared, id",
        *messages::SELECT
    );
    let mut statement = connection.prepare_cached(&sql)?;
    let rows = statement.query_map([question], messages::read)?.collect::<Result<Vec<_>, _>>()?;
    Ok(if rows.len() > 1 { rows } else { Vec::new() })
}

fn keep(connection: &mut Connection, answer: i64) -> Result<i64, LibraryError> {
    let keep = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let kept = keep
        .query_row(
            "SELECT conversation_id, parent_id, model FROM messages WHERE id = ?1 AND role = 'assistant'",
            [answer],
            |row| Ok((row.get(0)?, row.get::<_, Option<i64>>(1)?, row.get::<_, String>(2)?)),
        )
        .optional()?;
    let Some((conversation_id, question, model)) = kept else {
        return Err(LibraryError::Missing(answer));
    };
    branches::end_comparison(&keep, conversation_id, question)?;
    branches::go_through(&keep, answer)?;
    keep.execute("UPDATE conversations SET model = ?2 WHERE id = ?1 AND ?2 <> ''", (conversation_id, model))?;
    keep.commit()?;
    Ok(conversation_id)
}
