//! Prompts as a file (`tests/fixtures/archive/PROMPTS.md`), and what is told of one that comes in before anything of it does. It is
//! hostile until it is looked through: what fits is held to the rules that hold for what a person writes, what does not is
//! left out and counted, and what looks like a key is taken out.

use super::difference::{fields, lines};
use super::{MOST, Prompts, words};
use crate::errors::{Failure, ImportProblem, Refusal};
use crate::events::{Event, PromptDifference, PromptFound, PromptsBrought, PromptsFound};
use crate::library::{IncomingPrompt, LibraryError, Parameters, Prompt, PromptContent, PromptKind, disk};
use crate::redact::keys;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::collections::{BTreeMap, HashSet};
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

/// What a file of prompts says it is, and in which version. A later version may add fields; one that changes any is another
/// version.
const FORMAT: &str = "telltale-prompts";
const VERSION: u32 = 1;

/// Bytes: more than all that are taken have, however they are written.
const LARGEST: u64 = 64 * 1024 * 1024;
/// Names of what is left out, of which a few are told.
const NAMED: usize = 3;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Written {
    format: &'static str,
    version: u32,
    app: &'static str,
    exported_at: i64,
    prompts: Vec<FilePrompt>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct FilePrompt {
    key: String,
    kind: PromptKind,
    name: String,
    #[serde(default)]
    text: String,
    #[serde(default)]
    model: Option<String>,
    #[serde(default)]
    parameters: Map<String, Value>,
    #[serde(default)]
    updated_at: i64,
}

/// What was looked through, until it comes in or another file is looked at.
#[derive(Default)]
pub(super) struct Looked {
    added: Vec<IncomingPrompt>,
    /// Those that are here with other content.
    changed: Vec<IncomingPrompt>,
}

impl Prompts {
    /// All of them; how many.
    pub async fn export(&self, file: PathBuf) -> Result<io::Result<usize>, LibraryError> {
        let prompts = self.library.prompts().await?;
        let count = prompts.len();
        let key = self.account.key_fragments();
        let mut prompts: Vec<FilePrompt> = prompts.into_iter().map(written).collect();
        for prompt in &mut prompts {
            let system = prompt.parameters.get_mut("system").and_then(|it| match it {
                Value::String(system) => Some(system),
                _ => None,
            });
            for text in [&mut prompt.name, &mut prompt.text].into_iter().chain(system) {
                key.remove(text);
            }
        }
        let app = env!("CARGO_PKG_VERSION");
        let whole =
            Written { format: FORMAT, version: VERSION, app, exported_at: crate::clock::now(), prompts };
        let write = move || {
            let mut bytes = serde_json::to_vec_pretty(&whole)?;
            bytes.push(b'\n');
            disk::replace(&file, &bytes)
        };
        let written = tokio::task::spawn_blocking(write).await.unwrap_or_else(|e| Err(io::Error::other(e)));
        Ok(written.map(|()| count))
    }

    /// What is in a file, and how it differs from what is here.
    pub async fn look(&self, file: PathBuf) -> Result<PromptsFound, Refusal> {
        *self.looked.lock() = Looked::default();
        let name = file.file_name().unwrap_or(file.as_os_str()).to_string_lossy().into_owned();
        let refused = |problem| Refusal::from(Failure::Import { file: name.clone(), problem });
        let read = tokio::task::spawn_blocking(move || read(&file)).await;
        let values = read.map_err(|panicked| Failure::Unexpected(panicked.to_string()))?.map_err(refused)?;
        let here = self.library.all_prompts().await?;
        let (looked, found) = self.compared(values, &here, name.clone());
        if found.added.is_empty() && found.changed.is_empty() && found.same == 0 && found.left_out == 0 {
            return Err(refused(ImportProblem::NoPrompts));
        }
        *self.looked.lock() = looked;
        Ok(found)
    }

    /// Brings in what is new of the file that was looked at last, and of what is other those that are named.
    pub async fn accept(&self, taken: Vec<String>) -> Result<PromptsBrought, Refusal> {
        let Looked { added, mut changed } = std::mem::take(&mut *self.looked.lock());
        changed.retain(|prompt| taken.contains(&prompt.key));
        let incoming = added.into_iter().chain(changed).collect();
        let (added, changed) = self.library.bring_prompts(incoming, crate::clock::now()).await?;
        (self.announce)(Event::Prompts(self.all().await?));
        Ok(PromptsBrought { added, changed })
    }

    fn compared(&self, values: Vec<Value>, here: &[Prompt], file: String) -> (Looked, PromptsFound) {
        let by_key: BTreeMap<&str, &Prompt> = here.iter().map(|it| (it.key.as_str(), it)).collect();
        let mut room = MOST.saturating_sub(here.iter().filter(|prompt| !prompt.is_deleted).count());
        let mut looked = Looked::default();
        let mut found = PromptsFound { file, ..PromptsFound::default() };
        let mut seen = HashSet::new();
        for value in values {
            let name = value.get("name").and_then(Value::as_str).unwrap_or_default().to_owned();
            let Some((incoming, had_key)) = self.readable(value).filter(|it| seen.insert(it.0.key.clone()))
            else {
                found.leave_out(&name);
                continue;
            };
            found.without_key += u32::from(had_key);
            let known = by_key.get(incoming.key.as_str()).filter(|prompt| !prompt.is_deleted);
            let is_same = |prompt: &&Prompt| prompt.content == incoming.content;
            match known {
                Some(prompt) if is_same(prompt) => found.same += 1,
                Some(prompt) if prompt.content.kind != incoming.content.kind => found.leave_out(&name),
                Some(prompt) => {
                    found.changed.push(difference(prompt, &incoming));
                    looked.changed.push(IncomingPrompt { seen_at: Some(prompt.updated_at), ..incoming });
                }
                None if here.iter().any(|it| !it.is_deleted && is_same(&it)) => found.same += 1,
                None if room == 0 => found.leave_out(&name),
                None => {
                    room -= 1;
                    let kind = incoming.content.kind.into();
                    found.added.push(PromptFound { kind, name: incoming.content.name.clone() });
                    looked.added.push(incoming);
                }
            }
        }
        (looked, found)
    }

    /// As it would be kept, and whether something was taken out that looks like a key.
    fn readable(&self, value: Value) -> Option<(IncomingPrompt, bool)> {
        let read = FilePrompt::deserialize(value).ok()?;
        let is_key = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | ':');
        if read.key.is_empty() || read.key.len() > 100 || !read.key.chars().all(is_key) {
            return None;
        }
        let mut had_key = false;
        let mut clean = |text: String| {
            let cleaned = keys(&text);
            had_key |= cleaned != text;
            cleaned
        };
        let parameters = Parameters::from_json(&Value::Object(read.parameters).to_string());
        let content = PromptContent {
            kind: read.kind,
            name: clean(read.name),
            text: clean(read.text),
            model: read.model,
            parameters: Parameters { system: parameters.system.map(&mut clean), ..parameters },
        };
        let content = self.checked(content).ok()?;
        Some((IncomingPrompt { key: read.key, content, updated_at: read.updated_at, seen_at: None }, had_key))
    }
}

impl PromptsFound {
    fn leave_out(&mut self, name: &str) {
        self.left_out += 1;
        let name: String = keys(name).chars().filter(|c| !c.is_control()).take(60).collect();
        if self.left_out_names.len() < NAMED && !name.trim().is_empty() {
            self.left_out_names.push(name);
        }
    }
}

/// The prompts of a file, whatever they are.
fn read(path: &Path) -> Result<Vec<Value>, ImportProblem> {
    let unreadable = |error: io::Error| ImportProblem::Unreadable { cause: error.to_string() };
    let mut bytes = Vec::new();
    File::open(path).and_then(|file| file.take(LARGEST + 1).read_to_end(&mut bytes)).map_err(unreadable)?;
    if bytes.len() as u64 > LARGEST {
        return Err(ImportProblem::TooLarge { limit: LARGEST });
    }
    let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes);
    let Ok(Value::Object(mut whole)) = serde_json::from_slice(text) else {
        return Err(ImportProblem::NotPrompts);
    };
    if whole.get("format").and_then(Value::as_str) != Some(FORMAT) {
        return Err(ImportProblem::NotPrompts);
    }
    match whole.get("version").and_then(Value::as_i64) {
        Some(version) if version > i64::from(VERSION) => return Err(ImportProblem::Newer { version }),
        Some(1..) => {}
        _ => return Err(ImportProblem::NotPrompts),
    }
    match whole.remove("prompts") {
        Some(Value::Array(prompts)) => Ok(prompts),
        _ => Err(ImportProblem::NotPrompts),
    }
}

fn written(prompt: Prompt) -> FilePrompt {
    let PromptContent { kind, name, text, model, parameters } = prompt.content;
    let parameters = match serde_json::to_value(parameters) {
        Ok(Value::Object(fields)) => fields.into_iter().filter(|(_, value)| !value.is_null()).collect(),
        _ => Map::new(),
    };
    FilePrompt { key: prompt.key, kind, name, text, model, parameters, updated_at: prompt.updated_at }
}

fn difference(here: &Prompt, incoming: &IncomingPrompt) -> PromptDifference {
    let (before, after) = (&here.content, &incoming.content);
    PromptDifference {
        key: incoming.key.clone(),
        kind: before.kind.into(),
        name: before.name.clone(),
        is_newer: incoming.updated_at > here.updated_at,
        fields: fields(before, after),
        lines: lines(words(before), words(after)),
    }
}
