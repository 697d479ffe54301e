//! Chats as Markdown: the thread as it is shown, answers as the model wrote them.

use super::{ArchiveError, Source, speaker};
use crate::library::{ArchivedChat, ArchivedMessage};
use crate::words::{self, archive};
use std::io::Write;

pub(super) fn write(source: &Source, out: &mut dyn Write) -> Result<(), ArchiveError> {
    let mut is_first = true;
    source.each(|chat| {
        if !std::mem::take(&mut is_first) {
            out.write_all(b"\n---\n\n")?;
        }
        whole(&chat, out)
    })
}

fn whole(chat: &ArchivedChat, out: &mut dyn Write) -> Result<(), ArchiveError> {
    writeln!(out, "# {}", one_line(speaker::title(chat)))?;
    if let Some(system) = speaker::system(chat) {
        folded(out, archive::system(), system)?;
    }
    for message in speaker::thread(chat) {
        one(message, out)?;
    }
    Ok(())
}

fn one(message: &ArchivedMessage, out: &mut dyn Write) -> Result<(), ArchiveError> {
    writeln!(out, "\n## {}\n\n*{}*", one_line(speaker::name(message)), speaker::facts(message))?;
    if !message.reasoning.trim().is_empty() {
        folded(out, archive::reasoning(), &message.reasoning)?;
    }
    for file in &message.files {
        let size = words::size(u64::try_from(file.size).unwrap_or_default());
        writeln!(out, "\n> {}", one_line(&archive::attached(&file.name, &size)))?;
    }
    let text = message.text.trim_matches('\n');
    if !text.is_empty() {
        writeln!(out, "\n{text}")?;
    }
    if speaker::sources(message).next().is_some() {
        writeln!(out, "\n**{}**\n", archive::sources())?;
    }
    for source in speaker::sources(message) {
        let title = words_alone(&one_line(speaker::page(source)));
        writeln!(out, "- \\[{}\\] {title} <{}>", source.number, source.url)?;
    }
    for tool in &message.tools {
        writeln!(out, "\n> {}", words_alone(&one_line(&speaker::tool(tool))))?;
    }
    if let Some(end) = speaker::end(message) {
        writeln!(out, "\n*{}*", one_line(&end))?;
    }
    Ok(())
}

/// Blank lines around the text let it be Markdown inside of the element.
fn folded(out: &mut dyn Write, title: &str, text: &str) -> Result<(), ArchiveError> {
    writeln!(out, "\n<details><summary>{title}</summary>\n\n{}\n\n</details>", text.trim_matches('\n'))?;
    Ok(())
}

/// Nothing in it means anything to Markdown.
fn words_alone(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for c in text.chars() {
        if "\\`*_[]<>~|&".contains(c) {
            plain.push('\\');
        }
        plain.push(c);
    }
    plain
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
