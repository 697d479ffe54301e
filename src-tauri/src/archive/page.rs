//! Chats as one page that needs nothing from elsewhere and runs nothing: its policy lets in pictures that it holds itself and its own
//! style. Answers are made safe by crate `markdown`, as in the window.

use super::{ArchiveError, Source, speaker};
use crate::library::{self, ArchivedChat, ArchivedFile, ArchivedMessage, Role};
use crate::words::{self, archive};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use markdown::Mark;
use std::io::Write;

const STYLE: &str = include_str!("page.css");
/// What a browser draws, and nothing that could hold a script.
const PICTURES: &[&str] = &["image/png", "image/jpeg", "image/webp", "image/gif"];

pub(super) fn write(source: &Source, out: &mut dyn Write) -> Result<(), ArchiveError> {
    let mut is_begun = false;
    source.each(|chat| {
        if !std::mem::replace(&mut is_begun, true) {
            begin(source, Some(&chat), out)?;
        }
        whole(source, &chat, out)
    })?;
    if !is_begun {
        begin(source, None, out)?;
    }
    out.write_all(b"</main>\n</body>\n</html>\n")?;
    Ok(())
}

fn begin(source: &Source, first: Option<&ArchivedChat>, out: &mut dyn Write) -> Result<(), ArchiveError> {
    let many = archive::many(source.chats.len());
    let title = first.filter(|_| source.chats.len() == 1).map_or(many.as_str(), speaker::title);
    // The title last: it may say anything.
    let head = archive::page().replace("STYLE", STYLE).replace("TITLE", &escape(title));
    out.write_all(head.as_bytes())?;
    Ok(())
}

fn whole(source: &Source, chat: &ArchivedChat, out: &mut dyn Write) -> Result<(), ArchiveError> {
    writeln!(out, "<section>\n<h1 dir=\"auto\">{}</h1>", escape(speaker::title(chat)))?;
    if let Some(system) = speaker::system(chat) {
        folded(
            out,
            archive::system(),
            &format!("<div class=\"plain\" dir=\"auto\">{}</div>", escape(system)),
        )?;
    }
    for message in speaker::thread(chat) {
        one(source, message, out)?;
    }
    writeln!(out, "</section>")?;
    Ok(())
}

fn one(source: &Source, message: &ArchivedMessage, out: &mut dyn Write) -> Result<(), ArchiveError> {
    let role = message.role.as_str();
    let (name, facts) = (escape(speaker::name(message)), escape(&speaker::facts(message)));
    writeln!(out, "<article class=\"{role}\">\n<h2>{name} <small>{facts}</small></h2>")?;
    if !message.reasoning.trim().is_empty() {
        folded(out, archive::reasoning(), &rendered(&message.reasoning, &[]))?;
    }
    for file in &message.files {
        attached(source, file, out)?;
    }
    if !message.text.trim().is_empty() {
        match message.role {
            Role::User => {
                writeln!(
                    out,
                    "<div class=\"plain\" dir=\"auto\">{}</div>",
                    escape(message.text.trim_matches('\n'))
                )?;
            }
            Role::Assistant => writeln!(out, "{}", rendered(&message.text, &marks(message)))?,
        }
    }
    named(message, out)?;
    for media in message.media.iter().filter(|media| PICTURES.contains(&media.mime.as_str())) {
        if let Some(bytes) = source.media(media)? {
            figure(out, "", &media.mime, &bytes)?;
        }
    }
    if let Some(end) = speaker::end(message) {
        writeln!(out, "<p class=\"end\">{}</p>", escape(&end))?;
    }
    writeln!(out, "</article>")?;
    Ok(())
}

fn marks(message: &ArchivedMessage) -> Vec<Mark> {
    let mark = |source: &library::Source| Mark {
        number: u32::try_from(source.number).unwrap_or_default(),
        address: source.url.clone(),
        title: speaker::page(source).to_owned(),
    };
    speaker::sources(message).map(mark).collect()
}

/// The pages that an answer names, and its tools.
fn named(message: &ArchivedMessage, out: &mut dyn Write) -> Result<(), ArchiveError> {
    if speaker::sources(message).next().is_some() {
        writeln!(out, "<h3>{}</h3>\n<ol class=\"sources\">", archive::sources())?;
        for source in speaker::sources(message) {
            let (url, title) = (escape(&source.url), escape(speaker::page(source)));
            writeln!(
                out,
                "<li value=\"{}\"><a rel=\"noreferrer\" href=\"{url}\"><bdi>{title}</bdi></a> <small dir=\"ltr\">{url}</small></li>",
                source.number
            )?;
        }
        writeln!(out, "</ol>")?;
    }
    for tool in &message.tools {
        writeln!(out, "<p class=\"end\" dir=\"auto\">{}</p>", escape(&speaker::tool(tool)))?;
    }
    Ok(())
}

/// The window's blocks. Where it loads a picture on a press, here is its address.
fn rendered(text: &str, marks: &[Mark]) -> String {
    let blocks = markdown::render_marked(text, marks).concat();
    let linked = blocks
        .replace("<button type=\"button\" class=\"image\" data-src=\"", "<a rel=\"noreferrer\" href=\"")
        .replace("</button>", "</a>");
    format!("<div class=\"answer\" dir=\"auto\">{linked}</div>")
}

fn attached(source: &Source, file: &ArchivedFile, out: &mut dyn Write) -> Result<(), ArchiveError> {
    let size = words::size(u64::try_from(file.size).unwrap_or_default());
    let label = escape(&archive::attached(&file.name, &size));
    let picture = PICTURES.contains(&file.mime.as_str());
    let Some(bytes) =
        (picture || file.mime.starts_with("text/")).then(|| source.file(file.id)).transpose()?.flatten()
    else {
        writeln!(out, "<p class=\"file\">{label}</p>")?;
        return Ok(());
    };
    if picture {
        return figure(out, &label, &file.mime, &bytes);
    }
    folded(out, &label, &format!("<pre>{}</pre>", escape(&String::from_utf8_lossy(&bytes))))
}

/// `label` and `mime` are safe.
fn figure(out: &mut dyn Write, label: &str, mime: &str, bytes: &[u8]) -> Result<(), ArchiveError> {
    let data = STANDARD.encode(bytes);
    writeln!(out, "<figure><img alt=\"{label}\" src=\"data:{mime};base64,{data}\"></figure>")?;
    Ok(())
}

/// `title` and `html` are safe.
fn folded(out: &mut dyn Write, title: &str, html: &str) -> Result<(), ArchiveError> {
    writeln!(out, "<details><summary>{title}</summary>{html}</details>")?;
    Ok(())
}

fn escape(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            // What HTML takes for an end of text.
            '\0' => safe.push('\u{fffd}'),
            c => safe.push(c),
        }
    }
    safe
}
