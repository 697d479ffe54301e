//! Chats as plain text: the thread as it is shown, with nothing drawn.

use super::{ArchiveError, Source, speaker};
use crate::words::{self, archive};
use std::io::Write;

/// As wide as a line of a terminal.
const WIDTH: usize = 72;

pub(super) fn write(source: &Source, out: &mut dyn Write) -> Result<(), ArchiveError> {
    let mut is_first = true;
    source.each(|chat| {
        if !std::mem::take(&mut is_first) {
            writeln!(out, "\n{}\n", "=".repeat(WIDTH))?;
        }
        writeln!(out, "{}", speaker::title(&chat))?;
        if let Some(system) = speaker::system(&chat) {
            writeln!(out, "\n[{}]\n{system}", archive::system())?;
        }
        for message in speaker::thread(&chat) {
            writeln!(out, "\n{} · {}", speaker::name(message), speaker::facts(message))?;
            for file in &message.files {
                let size = words::size(u64::try_from(file.size).unwrap_or_default());
                writeln!(out, "[{}]", archive::attached(&file.name, &size))?;
            }
            if !message.reasoning.trim().is_empty() {
                writeln!(out, "[{}]\n{}\n", archive::reasoning(), message.reasoning.trim_matches('\n'))?;
            }
            let text = message.text.trim_matches('\n');
            if !text.is_empty() {
                writeln!(out, "{text}")?;
            }
            for source in speaker::sources(message) {
                writeln!(out, "[{}] {} {}", source.number, speaker::page(source), source.url)?;
            }
            for tool in &message.tools {
                writeln!(out, "[{}]", speaker::tool(tool))?;
            }
            if let Some(end) = speaker::end(message) {
                writeln!(out, "[{end}]")?;
            }
        }
        Ok(())
    })
}
