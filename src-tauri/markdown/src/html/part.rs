//! One part of a document, from its events to its pieces: what opens again is not written again, and where the part is cut the
//! writing stops.

use std::mem::take;

use pulldown_cmark::{Event, Tag, TagEnd};

use super::table::Table;
use super::{Carry, Memory, Raw, Writer};
use crate::parse::Part;
use crate::{Block, PieceKind};

/// What one part comes to.
pub(crate) struct Rendered {
    /// Its blocks, of which the first goes on with the one that was open before the part, if one was. The last is not
    /// finished, and may be empty.
    pub(crate) blocks: Vec<Block>,
    /// A list of its context was taken to be tight, and is loose.
    pub(crate) loosened: bool,
}

/// Renders one part, up to an offset in it where it is cut; to its end, and the document's, where there is none.
pub(crate) fn blocks(part: &Part, cut: Option<usize>, carry: &mut Carry, memory: &mut Memory) -> Rendered {
    let mut blocks = Vec::new();
    let begun = carry.clone();
    let mut writer = Writer {
        out: String::new(),
        pieces: Vec::new(),
        open: Vec::new(),
        aside: Vec::new(),
        run: String::new(),
        run_end: 0,
        raw: Raw::No,
        link: false,
        image: None,
        hoisted: String::new(),
        table: Table::default(),
        end: match cut {
            None => part.begin() + part.source().trim_end().len(),
            Some(_) => usize::MAX,
        },
        carry,
        memory,
    };
    let cut = cut.map(|cut| part.begin() + cut);
    let reading = part.reading();
    let (context, mut leaves) = part.context();
    let mut events = reading.events().filter(|(_, range)| range.start >= context).peekable();
    // What is open is opened again, and not written again.
    let mut paragraphs = 0;
    while let Some((event, _)) = events
        .next_if(|(event, range)| leaves > 0 || (matches!(event, Event::End(_)) && range.end <= part.begin()))
    {
        match event {
            Event::Start(Tag::Paragraph) => paragraphs += 1,
            Event::End(TagEnd::Heading(_) | TagEnd::TableRow) | Event::Start(Tag::CodeBlock(_)) => {
                leaves -= 1
            }
            _ => {}
        }
        writer.event(event, 0..0);
    }
    writer.run.clear();
    writer.out.clear();
    writer.pieces.clear();
    *writer.carry = begun;
    for (event, range) in events {
        let is_end = matches!(event, Event::End(_));
        if let Some(cut) = cut.filter(|cut| !is_end && range.end > *cut) {
            if range.start >= cut {
                break;
            }
            // Lines of code may come as one text.
            if let (Event::Text(text), true) = (&event, writer.raw == Raw::Yes) {
                writer.run.push_str(text.get(..cut - range.start).unwrap_or(text));
                break;
            }
        }
        writer.event(event, range);
        if writer.open.is_empty() {
            writer.flush();
            writer.piece(PieceKind::Whole);
            let block = take(&mut writer.pieces);
            if !block.is_empty() {
                blocks.push(block);
            }
        }
    }
    if cut.is_some() {
        match writer.raw {
            Raw::Yes => writer.code_lines(),
            Raw::No => writer.flush(),
        }
        writer.piece(PieceKind::Whole);
    }
    blocks.push(take(&mut writer.pieces));
    Rendered { blocks, loosened: part.loosened(paragraphs) }
}
