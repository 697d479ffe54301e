//! The example chats as an archive. Their texts stand beside this file, a file for each language, in lines that begin with a mark:
//! `#` a chat by its title, which is its question where no other follows, and in braces what it is in or has; `?` a question, `!` an
//! answer, `~` the same answer once more, `+` a file with what stands below it; `@` a project with its letter, color and system prompt;
//! `=` questions of one word with their answers. Pure.

use crate::archive::{FORMAT, VERSION};
use crate::library::{
    ArchivedCall, ArchivedChat, ArchivedFile, ArchivedMessage, ArchivedProject, ChargeState, EXAMPLE, Role,
};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};

const TEXTS: [&str; 7] = [
    include_str!("en.txt"),
    include_str!("de.txt"),
    include_str!("es.txt"),
    include_str!("fr.txt"),
    include_str!("ja.txt"),
    include_str!("zh.txt"),
    include_str!("capitals.txt"),
];

/// Models of the demo, with points of a thousand tokens that they read and that they write.
const MODELS: [(&str, i64, i64); 5] = [
    ("demo-sonnet", 100, 500),
    ("demo-flash", 3, 13),
    ("demo-think", 42, 333),
    ("demo-long", 27, 133),
    ("demo-claude", 433, 2_133),
];

const HOUR: i64 = 3_600_000;
const YEAR: i64 = 365 * 24 * HOUR;
/// From one message to the next.
const PAUSE: i64 = 95_000;
const ANSWERS_IN: i64 = 6_000;

pub(super) fn archive(now: i64) -> Value {
    let mut found = Found::default();
    TEXTS.iter().for_each(|text| found.read(text));
    let count = i64::try_from(found.chats.len()).unwrap_or(i64::MAX);
    let chats: Vec<ArchivedChat> =
        (0..).zip(&found.chats).map(|(number, chat)| chat.archived(number, count, now)).collect();
    json!({
        "format": FORMAT, "version": VERSION, "chats": chats, "projects": found.projects, "files": found.files,
    })
}

#[derive(Default)]
struct Found {
    chats: Vec<Chat>,
    projects: Vec<ArchivedProject>,
    /// Their bytes, as an archive has them.
    files: Vec<Value>,
}

struct Chat {
    title: String,
    /// What stands in its braces.
    is: Vec<String>,
    said: Vec<Said>,
    /// Of its first question.
    files: Vec<ArchivedFile>,
}

enum Said {
    Question(String),
    Answer(String),
    /// In the place of the answer before.
    Anew(String),
}

impl Found {
    fn read(&mut self, text: &str) {
        let starts =
            |line: &str| line.get(1..2) == Some(" ") && line.starts_with(['#', '?', '!', '~', '+', '@', '=']);
        let mut lines = text.lines().peekable();
        while let Some(line) = lines.next() {
            let (Some(mark), Some(rest)) = (line.get(..1), line.get(2..)) else { continue };
            let mut whole = rest.to_owned();
            while let Some(more) = lines.next_if(|line| !starts(line)) {
                whole = whole + "\n" + more;
            }
            self.take(mark, whole.trim_end());
        }
    }

    fn take(&mut self, mark: &str, text: &str) {
        match (mark, self.chats.last_mut()) {
            ("#", _) => {
                let (title, is) = text.trim_end_matches('}').split_once(" {").unwrap_or((text, ""));
                let is = is.split_whitespace().map(str::to_owned).collect();
                self.chats.push(Chat { title: title.to_owned(), is, said: Vec::new(), files: Vec::new() });
            }
            ("@", _) => self.project(text),
            ("+", chat) => {
                let (name, content) = text.split_once('\n').unwrap_or((text, ""));
                let file = file(self.files.len(), name, content);
                self.files.push(json!({ "id": file.id, "bytes": STANDARD.encode(content) }));
                match (chat, self.projects.last_mut()) {
                    (Some(chat), _) => chat.files.push(file),
                    (None, Some(project)) => project.files.push(file),
                    (None, None) => {}
                }
            }
            ("=", Some(chat)) => {
                for (question, answer) in text.split("; ").filter_map(|pair| pair.split_once(", ")) {
                    chat.said.push(Said::Question(question.to_owned()));
                    chat.said.push(Said::Answer(answer.to_owned()));
                }
            }
            ("?", Some(chat)) => chat.said.push(Said::Question(text.to_owned())),
            ("~", Some(chat)) => chat.said.push(Said::Anew(text.to_owned())),
            (_, Some(chat)) => {
                if chat.said.is_empty() {
                    chat.said.push(Said::Question(chat.title.clone()));
                }
                chat.said.push(Said::Answer(text.to_owned()));
            }
            (_, None) => {}
        }
    }

    fn project(&mut self, text: &str) {
        let mut parts = text.split(" | ").map(str::to_owned);
        let mut next = || parts.next().unwrap_or_default();
        let (letter, name, color, system) = (next(), next(), next(), next());
        let mut parameters = Map::new();
        parameters.insert("system".to_owned(), Value::String(system));
        self.projects.push(ArchivedProject {
            key: project_key(&letter),
            name,
            color,
            parameters,
            ..ArchivedProject::default()
        });
    }
}

fn project_key(letter: &str) -> String {
    format!("{EXAMPLE}project:{letter}")
}

fn file(number: usize, name: &str, content: &str) -> ArchivedFile {
    ArchivedFile {
        id: i64::try_from(number).unwrap_or(i64::MAX),
        name: name.to_owned(),
        mime: "text/plain".to_owned(),
        size: i64::try_from(content.len()).unwrap_or(i64::MAX),
        ..ArchivedFile::default()
    }
}

impl Chat {
    /// The `number`th of so many, which lie within a year, the more of them the nearer.
    fn archived(&self, number: i64, count: i64, now: i64) -> ArchivedChat {
        // Neighbors of a file are far from one another in time.
        let place = (number * 173 + 7) % count + 1;
        let began = now - YEAR * place / count * place / count - place % 17 * HOUR / 3 - 3 * HOUR;
        let (model, reads, writes) = MODELS[usize::try_from(number % 9 % 5).unwrap_or_default()];
        let has = |what: &str| self.is.iter().any(|it| it == what);
        let key = format!("{EXAMPLE}{number}");
        let mut messages: Vec<ArchivedMessage> = Vec::with_capacity(self.said.len());
        let mut along = 0;
        for (turn, said) in (0..).zip(&self.said) {
            let (role, text) = match said {
                Said::Question(text) => (Role::User, text),
                Said::Answer(text) | Said::Anew(text) => (Role::Assistant, text),
            };
            let parent = match said {
                Said::Anew(_) => messages.last().and_then(|before| before.parent.clone()),
                Said::Question(_) | Said::Answer(_) => messages.last().map(|before| before.key.clone()),
            };
            let asked = began + turn / 2 * PAUSE;
            let tokens = i64::try_from(text.len() / 4 + 4).unwrap_or(i64::MAX);
            let is_answer = role == Role::Assistant;
            let at = if is_answer { asked + ANSWERS_IN } else { asked };
            // Its tokens are not told: estimates learn from what a person's own answers were.
            let call = ArchivedCall {
                model: model.to_owned(),
                sent_at: asked,
                ended_at: Some(at),
                answered: true,
                charge: ChargeState::Charged,
                points: Some((along * reads + tokens * writes) / 1_000 + 1),
                ..ArchivedCall::default()
            };
            let read = along;
            along += tokens;
            messages.push(ArchivedMessage {
                key: format!("{key}:{turn}"),
                parent,
                role,
                text: text.clone(),
                model: if is_answer { model.to_owned() } else { String::new() },
                created_at: asked,
                updated_at: at,
                sent_at: is_answer.then_some(asked),
                first_text_at: is_answer.then_some(asked + ANSWERS_IN / 4),
                ended_at: is_answer.then_some(at),
                prompt_tokens: is_answer.then_some(read),
                completion_tokens: is_answer.then_some(tokens),
                files: if turn == 0 { self.files.clone() } else { Vec::new() },
                calls: if is_answer { vec![call] } else { Vec::new() },
                ..ArchivedMessage::default()
            });
        }
        let last = |role| messages.iter().rev().find(|it| it.role == role).map(|it| it.updated_at);
        ArchivedChat {
            key,
            title: self.title.clone(),
            model: model.to_owned(),
            project: ["a", "b"].into_iter().find(|letter| has(letter)).map(project_key),
            created_at: began,
            updated_at: last(Role::User).unwrap_or(began),
            answered_at: last(Role::Assistant),
            pinned: has("pin").then_some(began),
            archived_at: has("archive").then_some(began + HOUR),
            messages,
            ..ArchivedChat::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn two_hundred_chats_within_a_year() {
        let now = 2 * YEAR;
        let archive = archive(now);
        let chats = archive["chats"].as_array().unwrap();
        assert_eq!(chats.len(), 200);
        let keys: BTreeSet<&str> = chats.iter().filter_map(|chat| chat["key"].as_str()).collect();
        assert_eq!(keys.len(), 200);
        for chat in chats {
            let title = chat["title"].as_str().unwrap();
            let messages = chat["messages"].as_array().unwrap();
            assert!(messages.len() >= 2 && !title.contains('{'), "{title}");
            assert_eq!(messages[0]["role"], "user", "{title}");
            assert!(messages.iter().all(|it| !it["text"].as_str().unwrap().trim().is_empty()), "{title}");
            let teaches = |it: &Value| {
                it["calls"].as_array().unwrap().iter().any(|it| !it["completionTokens"].is_null())
            };
            assert!(!messages.iter().any(teaches), "{title}");
            let at = chat["updatedAt"].as_i64().unwrap();
            assert!(at > now - YEAR - 24 * HOUR && at < now, "{title}: {at}");
        }
        let counts: Vec<usize> = chats.iter().map(|it| it["messages"].as_array().unwrap().len()).collect();
        assert_eq!(counts.iter().filter(|count| **count > 200).count(), 1, "one is long");
        assert_eq!(archive["projects"].as_array().unwrap().len(), 2);
        assert_eq!(archive["files"].as_array().unwrap().len(), 2);
    }

    #[test]
    fn lines_by_their_marks() {
        let mut found = Found::default();
        found.read("@ a | Sea | blue | Be brief.\n+ a.txt\ntide\n\n# One {pin a}\n! Yes.\n\n- no mark\n~ No.\n# Two\n? Why?\n! So.\n= Peru, Lima; Oman, Muscat");
        let archive = found.chats[0].archived(0, 2, YEAR);
        assert_eq!((archive.title.as_str(), archive.project.as_deref()), ("One", Some("example:project:a")));
        let told: Vec<_> =
            archive.messages.iter().map(|it| (it.text.as_str(), it.parent.as_deref())).collect();
        let question = Some("example:0:0");
        assert_eq!(told, [("One", None), ("Yes.\n\n- no mark", question), ("No.", question)]);
        assert!(archive.pinned.is_some() && archive.messages[0].files.is_empty());
        assert_eq!(found.projects[0].files[0].name, "a.txt");
        assert_eq!(found.chats[1].said.len(), 6);
    }
}
