//! Chats as JSON with nothing left out (`tests/fixtures/archive/FORMAT.md`): all branches and which of them is shown, and files with
//! their bytes, which stand behind the chats so that neither has to be held whole.

use super::{ArchiveError, Source};
use crate::library::ArchivedFile;
use base64::engine::general_purpose::STANDARD;
use base64::write::EncoderWriter;
use serde::Serialize;
use std::collections::{BTreeSet, HashMap};
use std::io::Write;

/// What an archive says it is, and in which version. A later version may add fields; one that changes any is another version.
pub const FORMAT: &str = "telltale-archive";
pub const VERSION: u32 = 1;

pub(super) fn write(source: &Source, out: &mut dyn Write) -> Result<(), ArchiveError> {
    let app = env!("CARGO_PKG_VERSION");
    let now = crate::clock::now();
    write!(
        out,
        "{{\"format\":\"{FORMAT}\",\"version\":{VERSION},\"app\":\"{app}\",\"exportedAt\":{now},\n\"chats\":["
    )?;
    let (mut files, mut media) = (Vec::new(), Vec::new());
    let (mut named, mut numbers) = (BTreeSet::new(), HashMap::new());
    let mut is_first = true;
    source.each(|mut chat| {
        named.extend(chat.project.clone());
        files.extend(chat.messages.iter().flat_map(|message| &message.files).map(|file| file.id));
        for one in chat.messages.iter_mut().flat_map(|message| &mut message.media) {
            // One number a file, whichever messages show it: its bytes go out once.
            one.id = *numbers.entry(one.file.clone()).or_insert_with(|| {
                media.push(one.clone());
                one.id
            });
        }
        put(out, &chat, &mut is_first)
    })?;
    out.write_all(b"],\n\"projects\":[")?;
    is_first = true;
    for project in source.projects()?.iter().filter(|project| named.contains(&project.key)) {
        files.extend(project.files.iter().map(|ArchivedFile { id, .. }| *id));
        put(out, project, &mut is_first)?;
    }
    out.write_all(b"],\n\"files\":[")?;
    is_first = true;
    let all = source.chats.len() + files.len() + media.len();
    let mut done = source.chats.len();
    for id in files {
        source.tell(done, all)?;
        done += 1;
        if let Some(bytes) = source.file(id)? {
            put_bytes(out, id, &bytes, &mut is_first)?;
        }
    }
    for one in media {
        source.tell(done, all)?;
        done += 1;
        if let Some(bytes) = source.media(&one)? {
            put_bytes(out, one.id, &bytes, &mut is_first)?;
        }
    }
    out.write_all(b"]}\n")?;
    Ok(())
}

fn put_bytes(out: &mut dyn Write, id: i64, bytes: &[u8], is_first: &mut bool) -> Result<(), ArchiveError> {
    out.write_all(if std::mem::take(is_first) { b"\n" } else { b",\n" })?;
    write!(out, "{{\"id\":{id},\"bytes\":\"")?;
    let mut encoded = EncoderWriter::new(&mut *out, &STANDARD);
    encoded.write_all(bytes)?;
    encoded.finish()?;
    drop(encoded);
    out.write_all(b"\"}")?;
    Ok(())
}

/// One a line.
fn put(out: &mut dyn Write, value: &impl Serialize, is_first: &mut bool) -> Result<(), ArchiveError> {
    out.write_all(if std::mem::take(is_first) { b"\n" } else { b",\n" })?;
    serde_json::to_writer(out, value).map_err(std::io::Error::from)?;
    Ok(())
}
