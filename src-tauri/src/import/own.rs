//! Archives of this app: chats, projects and files as they were written (`crate::archive`), each told by its fields.

use super::found::Found;
use super::problem::Problem;
use crate::errors::ImportProblem;
use crate::events::{ImportSource, LARGEST_FILE, LeftOutWhy};
use crate::library::{ArchivedChat, ArchivedFile, ArchivedProject};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use serde_json::Value;
use std::collections::HashSet;

pub(super) fn is_chat(value: &Value) -> bool {
    value.get("key").is_some_and(Value::is_string)
        && value.get("messages").is_some_and(Value::is_array)
        && value.get("createdAt").is_some_and(Value::is_i64)
}

pub(super) fn is_project(value: &Value) -> bool {
    value.get("key").is_some_and(Value::is_string)
        && value.get("name").is_some_and(Value::is_string)
        && value.get("color").is_some_and(Value::is_string)
}

/// An archive of a later version would be read wrongly.
pub(super) fn check_version(version: i64) -> Result<(), Problem> {
    if version > i64::from(crate::archive::VERSION) {
        return Err(Problem::Said(ImportProblem::Newer { version }));
    }
    Ok(())
}

pub(super) fn read(value: Value, found: &mut Found) -> Result<(), Problem> {
    let title = value.get("title").and_then(Value::as_str).unwrap_or_default().to_owned();
    found.saw(ImportSource::Telltale);
    let Ok(mut chat) = ArchivedChat::deserialize(value) else {
        found.leave_out(LeftOutWhy::Broken, &title);
        return Ok(());
    };
    if chat.key.is_empty() {
        found.leave_out(LeftOutWhy::Broken, &title);
        return Ok(());
    }
    let mut keys = HashSet::with_capacity(chat.messages.len());
    let mut lost = 0;
    chat.messages.retain(|message| {
        let is_new = !message.key.is_empty() && keys.insert(message.key.clone());
        lost += usize::from(!is_new);
        is_new
    });
    for _ in 0..lost {
        found.leave_out(LeftOutWhy::LostMessage, &title);
    }
    for message in &mut chat.messages {
        number(&mut message.files, found);
        message.media.retain_mut(|media| match found.file_number(media.id) {
            Some(id) => {
                media.id = id;
                true
            }
            None => {
                found.leave_out(LeftOutWhy::FileNotInFile, &media.url);
                false
            }
        });
    }
    found.chat(ImportSource::Telltale, chat)
}

fn number(files: &mut Vec<ArchivedFile>, found: &mut Found) {
    files.retain_mut(|file| match found.file_number(file.id) {
        Some(id) => {
            file.id = id;
            true
        }
        None => {
            found.leave_out(LeftOutWhy::FileNotInFile, &file.name);
            false
        }
    });
}

pub(super) fn project(value: Value, found: &mut Found) -> Result<(), Problem> {
    match ArchivedProject::deserialize(value) {
        Ok(mut project) if !project.key.is_empty() => {
            number(&mut project.files, found);
            found.project(ImportSource::Telltale, project)
        }
        _ => Ok(()),
    }
}

/// Of the bytes nothing is copied but what they stand for.
#[derive(Deserialize)]
struct FileBytes<'b> {
    id: i64,
    #[serde(borrow)]
    bytes: &'b str,
}

/// Says whether it was one.
pub(super) fn file(json: &[u8], found: &mut Found) -> Result<bool, Problem> {
    let Ok(file) = serde_json::from_slice::<FileBytes<'_>>(json) else {
        return Ok(false);
    };
    let (Some(id), Ok(bytes)) = (found.file_number(file.id), STANDARD.decode(file.bytes)) else {
        return Ok(false);
    };
    if bytes.len() as u64 > LARGEST_FILE {
        found.leave_out(LeftOutWhy::FileTooLarge, "");
        return Ok(true);
    }
    found.staging.add_file_as(id, &bytes)?;
    Ok(true)
}
