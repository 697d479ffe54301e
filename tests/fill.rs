//! Fills a library's file with what a person has after a long time, past the app, which would need hours for it.

use rusqlite::{Connection, params};

/// 27 November 2026.
pub(crate) const NOW: i64 = 1_795_800_000_000;

/// A chat of so many messages: questions and answers in turn, each of which tells its number, from 1.
pub(crate) fn chat(file: &Connection, title: &str, messages: i64, asked_at: i64) -> rusqlite::Result<i64> {
    file.execute(
        "INSERT INTO conversations (title, model, parameters, created_at, updated_at, answered_at)
         VALUES (?1, 'claude-haiku-4.5', '{}', ?2, ?2, ?2)",
        params![title, asked_at],
    )?;
    let chat = file.last_insert_rowid();
    let mut add = file.prepare_cached(
        "INSERT INTO messages (conversation_id, parent_id, role, state, text, reasoning, model, created_at, updated_at,
             sent_at, first_text_at, ended_at, prompt_tokens, completion_tokens, place, shown)
         VALUES (?1, ?2, ?3, 'done', ?4, '', 'claude-haiku-4.5', ?5, ?5, ?5, ?5 + 400, ?5 + 2000, 40, 90, ?6, 1)",
    )?;
    let mut before: Option<i64> = None;
    for place in 0..messages {
        let (role, text) =
            if place % 2 == 0 { ("user", question(place)) } else { ("assistant", answer(place)) };
        add.execute(params![chat, before, role, text, asked_at - (messages - place) * 60_000, place])?;
        before = Some(file.last_insert_rowid());
    }
    Ok(chat)
}

fn question(place: i64) -> String {
    let number = place / 2 + 1;
    let more = "It came up again today, and I would like to have it once more in short. ";
    format!("Question {number}: how do the tides work? {}", more.repeat((place % 7) as usize / 2))
}

/// Of different lengths, with what answers are made of.
fn answer(place: i64) -> String {
    let number = place / 2 + 1;
    let mut text =
        format!("Answer {number}. The Moon pulls the near side more, and the *far* side less.\n\n");
    if place % 3 == 0 {
        text.push_str(
            "## What moves the water\n\n- the **Moon**\n- the Sun, by half\n- the shape of the coast\n\n",
        );
    }
    if place % 5 == 0 {
        text.push_str(
            "```python\ndef tide(hours):\n    return math.cos(hours / 12.42 * 2 * math.pi)\n```\n\n",
        );
    }
    text.push_str(
        &"Twice a day the sea comes and goes, which sailors have known for ever. "
            .repeat(1 + (place % 11) as usize),
    );
    text
}
