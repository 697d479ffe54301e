//! The places of a request up to which a model's host can be asked to keep it: what stands before the chat, and its latest
//! questions. Each has a key of all that stands up to it, so that a change of anything before is another place. Pure.

use super::attachments::{FileSize, FilesSize};
use crate::library::{Message, Role};
use crate::points::caching::Place;
use crate::tokens::TextSize;
use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};

/// Marks that a request may have, but for the one before the chat.
const QUESTIONS: usize = 3;

/// What a file that is sent adds, by its id.
pub(in crate::chat) type FileSizes = BTreeMap<i64, Vec<(i64, Option<FileSize>)>>;

/// `whose`: the account and the model, since each keeps its own. `opening`: what is sent before the chat. `turns`: the questions
/// that are sent again with their answers; `asked`: the one that is asked, where there is one. `files`: of each question.
pub(in crate::chat) fn places(
    whose: (&str, &str),
    opening: &[poe::Message],
    turns: &[[&Message; 2]],
    asked: Option<&Message>,
    files: &FileSizes,
) -> Vec<Place> {
    let mut hasher = DefaultHasher::new();
    (whose.0, whose.1.to_lowercase()).hash(&mut hasher);
    let (mut tokens, mut at) = (0, 0);
    let (mut first, mut places) = (None, Vec::new());
    for message in opening {
        let text = message.content.text();
        text.hash(&mut hasher);
        tokens += TextSize::of_message(&text).tokens();
        first = Some(Place { at, key: hasher.finish(), tokens });
        at += 1;
    }
    let mut question = |question: &Message, hasher: &mut DefaultHasher, at, tokens: &mut i64| {
        (question.text.as_str(), 'q').hash(hasher);
        let none = Vec::new();
        let files = files.get(&question.id).unwrap_or(&none);
        let ids: Vec<i64> = files.iter().map(|(id, _)| *id).collect();
        ids.hash(hasher);
        let sizes: Vec<Option<FileSize>> = files.iter().map(|(_, size)| *size).collect();
        let sum = FilesSize::of(&sizes, None);
        *tokens += (TextSize::of_message(&question.text) + sum.text).tokens() + sum.tokens.likely;
        places.push(Place { at, key: hasher.finish(), tokens: *tokens });
    };
    for [asked, answer] in turns {
        question(asked, &mut hasher, at, &mut tokens);
        (answer.text.as_str(), 'a').hash(&mut hasher);
        tokens += TextSize::of_message(&answer.text).tokens();
        at += 2;
    }
    if let Some(asked) = asked {
        question(asked, &mut hasher, at, &mut tokens);
    }
    let latest = places.split_off(places.len().saturating_sub(QUESTIONS));
    first.into_iter().chain(latest).collect()
}

/// When the requests of a chat left, the newest first.
pub(in crate::chat) fn sent_before(path: &[Message]) -> Vec<i64> {
    const ENOUGH: usize = 6;
    let answers = path.iter().rev().filter(|message| message.role == Role::Assistant);
    answers.filter_map(|answer| answer.sent_at).take(ENOUGH).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::library::MessageState;

    fn message(id: i64, role: Role, text: &str) -> Message {
        Message {
            id,
            conversation_id: 1,
            parent_id: None,
            role,
            state: MessageState::Done,
            text: text.to_owned(),
            reasoning: String::new(),
            model: String::new(),
            finish: None,
            incident: None,
            interrupted: None,
            created_at: 0,
            sent_at: None,
            first_text_at: None,
            ended_at: None,
            prompt_tokens: None,
            completion_tokens: None,
            kept: None,
            account: None,
            place: id - 1,
            shown: true,
            words: None,
            prompt: None,
            compared: None,
            edited_at: None,
            deleted: None,
            video_id: None,
            video_from: None,
        }
    }

    /// Questions have odd ids.
    fn messages(texts: &[&str]) -> Vec<Message> {
        (1..)
            .zip(texts)
            .map(|(id, text)| {
                let role = if id % 2 == 1 { Role::User } else { Role::Assistant };
                message(id, role, text)
            })
            .collect()
    }

    fn of(system: Option<&str>, texts: &[&str], files: &FileSizes) -> Vec<Place> {
        let rows = messages(texts);
        let turns: Vec<[&Message; 2]> = rows.chunks_exact(2).map(|pair| [&pair[0], &pair[1]]).collect();
        let asked = rows.chunks_exact(2).remainder().first();
        let opening: Vec<poe::Message> = system.map(poe::Message::system).into_iter().collect();
        places(("server key", "Claude"), &opening, &turns, asked, files)
    }

    #[test]
    fn where_marks_can_stand() {
        fn check(system: Option<&str>, texts: &[&str], at: &[usize]) {
            let found: Vec<usize> =
                of(system, texts, &FileSizes::new()).iter().map(|place| place.at).collect();
            assert_eq!(found, at, "{system:?} {texts:?}");
        }
        check(None, &[], &[]);
        check(None, &["q"], &[0]);
        check(Some("s"), &["q"], &[0, 1]);
        check(Some("s"), &["q", "a", "q"], &[0, 1, 3]);
        check(Some("s"), &["q", "a", "q", "a", "q", "a", "q"], &[0, 3, 5, 7]);
        // The question is not written yet.
        check(Some("s"), &["q", "a", "q", "a"], &[0, 1, 3]);
    }

    #[test]
    fn a_place_is_all_that_stands_before_it() {
        let none = FileSizes::new();
        let before = of(Some("s"), &["q", "a"], &none);
        let same = |system, texts: &[&str], files: &FileSizes| {
            let now = of(system, texts, files);
            before.iter().map(|place| now.iter().any(|other| other.key == place.key)).collect::<Vec<_>>()
        };
        assert_eq!(same(Some("s"), &["q", "a", "next"], &none), [true, true]);
        assert_eq!(same(Some("s"), &["q", "other", "next"], &none), [true, true]);
        assert_eq!(same(Some("s"), &["other", "a", "next"], &none), [true, false]);
        assert_eq!(same(Some("t"), &["q", "a", "next"], &none), [false, false]);
        assert_eq!(same(None, &["q", "a", "next"], &none), [false, false]);
        let files = FileSizes::from([(1, vec![(9, None)])]);
        assert_eq!(same(Some("s"), &["q", "a", "next"], &files), [true, false]);
    }

    #[test]
    fn how_long_they_are() {
        let text = "0123456789012345678901234567890123456789";
        let files = FileSizes::from([(3, vec![(9, Some(FileSize::Text(TextSize::of(text))))])]);
        let found: Vec<i64> =
            of(Some(text), &[text, text, text], &files).iter().map(|place| place.tokens).collect();
        assert_eq!(found, [14, 28, 66]);
    }
}
