//! Finds chats in JSON by their fields, whatever the file and its parts are called. Only what is known to hold chats is looked into;
//! all else, keys and addresses of other services among it, is passed over unread.

use super::fields::text;
use super::files::Files;
use super::found::Found;
use super::problem::Problem;
use super::scan::{ScanError, Scanner, Taken, mend_surrogates};
use super::{chatbox, chatgpt, claude, nextchat, own};
use crate::events::{ImportSource, LARGEST_FILE, LeftOutWhy};
use serde_json::{Map, Value};
use std::borrow::Cow;
use std::io::Read;

/// Of one chat.
const LARGEST_CHAT: usize = 48 * 1024 * 1024;
/// Of a file of ours in base64.
const LARGEST_BYTES: usize = LARGEST_FILE as usize / 3 * 4 + 1024;
/// Lists of chats stand at most so deep in what is around them.
const DEEPEST: usize = 3;

/// Lists that hold chats, projects or files.
const LISTS: &[&str] = &["chats", "projects", "conversations", "chat-sessions", "sessions", "data"];
/// What stands around such lists.
const HOLDERS: &[&str] = &["chat-next-web-store", "state"];
/// Members of a chat that is the whole file.
const OF_CHAT: &[&str] = &[
    "title",
    "create_time",
    "update_time",
    "mapping",
    "current_node",
    "conversation_id",
    "id",
    "default_model_slug",
    "is_archived",
    "uuid",
    "name",
    "model",
    "created_at",
    "updated_at",
    "chat_messages",
    "messages",
    "topic",
    "memoryPrompt",
    "mask",
    "lastUpdate",
    "clearContextIndex",
    "threads",
    "threadName",
    "messageForksHash",
    "type",
    "prompt_template",
    "docs",
];
/// Settings of other apps. They hold keys.
const SETTINGS: &[&str] = &[
    "settings",
    "setting",
    "access-control",
    "app-config",
    "configs",
    "sync",
    "mcp",
    "mcpServers",
    "licenses",
];

/// What one file of JSON is.
#[derive(Default)]
struct Look {
    /// Chatbox: names of chats, by their ids, that have not been met.
    named: Vec<(String, String)>,
    met: std::collections::HashSet<String>,
    version: Option<i64>,
    is_ours: bool,
}

/// Everything that is known in it.
pub(super) fn read(source: impl Read, found: &mut Found, files: &mut Files) -> Result<(), Problem> {
    let mut scanner = Scanner::new(source);
    let mut look = Look::default();
    let walked = walk(&mut scanner, found, files, &mut look);
    if look.is_ours {
        found.saw(ImportSource::Telltale);
        own::check_version(look.version.unwrap_or_default())?;
    }
    for (id, name) in look.named.iter().filter(|(id, _)| !look.met.contains(id)) {
        found.leave_out(LeftOutWhy::NotInFile, if name.is_empty() { id } else { name });
    }
    match walked {
        Err(Walk::Scan(ScanError::CutOff | ScanError::Syntax)) => {
            found.leave_out(LeftOutWhy::CutOff, "");
            Ok(())
        }
        Err(Walk::Scan(ScanError::Io(error))) => Err(Problem::of_read(&error)),
        Err(Walk::Problem(problem)) => Err(problem),
        Ok(()) => Ok(()),
    }
}

enum Walk {
    Scan(ScanError),
    Problem(Problem),
}

impl From<ScanError> for Walk {
    fn from(error: ScanError) -> Walk {
        Walk::Scan(error)
    }
}

impl From<Problem> for Walk {
    fn from(problem: Problem) -> Walk {
        Walk::Problem(problem)
    }
}

fn walk<R: Read>(
    scanner: &mut Scanner<R>,
    found: &mut Found,
    files: &mut Files,
    look: &mut Look,
) -> Result<(), Walk> {
    scanner.skip_mark()?;
    match scanner.peek()? {
        Some(b'[') => list(scanner, found, files, look),
        Some(b'{') => object(scanner, found, files, look, 0),
        _ => Err(ScanError::Syntax.into()),
    }
}

fn list<R: Read>(
    scanner: &mut Scanner<R>,
    found: &mut Found,
    files: &mut Files,
    look: &mut Look,
) -> Result<(), Walk> {
    let mut inside = scanner.enter()?;
    while scanner.next(&mut inside)? {
        one(scanner, found, files, look)?;
    }
    Ok(())
}

fn one<R: Read>(
    scanner: &mut Scanner<R>,
    found: &mut Found,
    files: &mut Files,
    look: &mut Look,
) -> Result<(), Walk> {
    found.check_wanted()?;
    match scanner.take(LARGEST_CHAT)? {
        Taken::Whole(json) => match parse(&json) {
            Some(value) => classify(value, found, files, look)?,
            None => found.leave_out(LeftOutWhy::Broken, ""),
        },
        Taken::TooLarge => found.leave_out(LeftOutWhy::TooLarge, ""),
    }
    Ok(())
}

/// Damaged letters and halves of characters cost themselves, not the chat.
fn parse(json: &[u8]) -> Option<Value> {
    if let Ok(value) = serde_json::from_slice(json) {
        return Some(value);
    }
    let text: Cow<'_, str> = String::from_utf8_lossy(json);
    serde_json::from_str(&mend_surrogates(&text)).ok()
}

fn classify(value: Value, found: &mut Found, files: &mut Files, look: &mut Look) -> Result<(), Problem> {
    if chatgpt::is_chat(&value) {
        chatgpt::read(&value, found, files)
    } else if claude::is_chat(&value) {
        claude::read(&value, found, files)
    } else if own::is_chat(&value) {
        own::read(value, found)
    } else if nextchat::is_chat(&value) {
        nextchat::read(&value, found)
    } else if chatbox::is_chat(&value) {
        look.met.insert(text(&value, "id").to_owned());
        chatbox::read(&value, found)
    } else if claude::is_project(&value) {
        claude::project(&value, found)
    } else if own::is_project(&value) {
        own::project(value, found)
    } else {
        // A list of something else, or of chats of which one is none.
        if ["mapping", "chat_messages", "messages"].iter().any(|it| value.get(it).is_some()) {
            let name = [text(&value, "title"), text(&value, "name")];
            found.leave_out(
                LeftOutWhy::Broken,
                name.into_iter().find(|name| !name.is_empty()).unwrap_or_default(),
            );
        }
        Ok(())
    }
}

fn object<R: Read>(
    scanner: &mut Scanner<R>,
    found: &mut Found,
    files: &mut Files,
    look: &mut Look,
    depth: usize,
) -> Result<(), Walk> {
    let mut inside = scanner.enter()?;
    let mut whole = Map::new();
    let mut room = LARGEST_CHAT;
    while scanner.next(&mut inside)? {
        let key = scanner.key()?;
        let opens = scanner.peek()?.ok_or(ScanError::CutOff)?;
        match key.as_str() {
            "format" if opens == b'"' => {
                look.is_ours = small(scanner)?.as_str() == Some(crate::archive::FORMAT)
            }
            "version" => {
                look.version = small(scanner)?.as_i64();
                if let Some(version) = look.version.filter(|_| look.is_ours) {
                    own::check_version(version)?;
                }
            }
            "__exported_items" | "chat-sessions-list" if opens == b'[' => {
                found.saw(ImportSource::Chatbox);
                let listed = small(scanner)?;
                let listed = listed.as_array().into_iter().flatten().filter(|it| it.is_object());
                look.named.extend(listed.map(|it| (text(it, "id").to_owned(), text(it, "name").to_owned())));
            }
            "files" if opens == b'[' && depth == 0 => file_list(scanner, found)?,
            "chat-next-web-store" if depth < DEEPEST && opens == b'{' => {
                found.saw(ImportSource::NextChat);
                object(scanner, found, files, look, depth + 1)?;
            }
            key if LISTS.contains(&key) && opens == b'[' => list(scanner, found, files, look)?,
            key if HOLDERS.contains(&key) && opens == b'{' && depth < DEEPEST => {
                object(scanner, found, files, look, depth + 1)?;
            }
            key if key.starts_with("session:") && opens == b'{' => one(scanner, found, files, look)?,
            key if OF_CHAT.contains(&key) => match scanner.take(room)? {
                Taken::Whole(json) => {
                    room = room.saturating_sub(json.len());
                    match parse(&json) {
                        Some(value) => drop(whole.insert(key.to_owned(), value)),
                        None => found.leave_out(LeftOutWhy::Broken, ""),
                    }
                }
                Taken::TooLarge => found.leave_out(LeftOutWhy::TooLarge, ""),
            },
            key => {
                if SETTINGS.contains(&key) && depth == 0 {
                    found.leave_out(LeftOutWhy::Settings, "");
                }
                scanner.skip()?;
            }
        }
    }
    classify(Value::Object(whole), found, files, look)?;
    Ok(())
}

/// What tells of a file and not what is in it.
fn small<R: Read>(scanner: &mut Scanner<R>) -> Result<Value, ScanError> {
    Ok(match scanner.take(8 * 1024 * 1024)? {
        Taken::Whole(json) => parse(&json).unwrap_or_default(),
        Taken::TooLarge => Value::Null,
    })
}

fn file_list<R: Read>(scanner: &mut Scanner<R>, found: &mut Found) -> Result<(), Walk> {
    let mut inside = scanner.enter()?;
    while scanner.next(&mut inside)? {
        found.check_wanted()?;
        match scanner.take(LARGEST_BYTES)? {
            Taken::Whole(json) => {
                own::file(&json, found)?;
            }
            Taken::TooLarge => found.leave_out(LeftOutWhy::FileTooLarge, ""),
        }
    }
    Ok(())
}

/// The names of the packages that a small file names, such as the one by which Claude hands out several of them.
pub(super) fn packages(json: &[u8]) -> Vec<String> {
    let mut names = Vec::new();
    let mut open: Vec<Value> = parse(json).into_iter().collect();
    while let Some(value) = open.pop() {
        match value {
            Value::String(text) => {
                let path = text.split(['?', '#']).next().unwrap_or_default();
                let name = path.rsplit(['/', '\\']).next().unwrap_or_default();
                if name.len() > 4
                    && name.to_lowercase().ends_with(".zip")
                    && !names.iter().any(|it| it == name)
                {
                    names.push(name.to_owned());
                }
            }
            Value::Array(values) => open.extend(values.into_iter().rev()),
            Value::Object(fields) => open.extend(fields.into_iter().map(|(_, value)| value)),
            _ => {}
        }
    }
    names.truncate(1_000);
    names
}
