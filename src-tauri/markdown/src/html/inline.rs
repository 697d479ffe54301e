//! Links, images and running text: everywhere an address may come from.

use std::mem::take;

use pulldown_cmark::{Event, LinkType};

use super::{Close, Writer, raw};
use crate::autolink::{self, Piece};
use crate::escape::escape;
use crate::url;

impl Writer<'_> {
    pub(super) fn start_link(&mut self, kind: LinkType, address: &str, title: &str) -> Close {
        let written = if kind == LinkType::Email { format!("mailto:{address}") } else { address.to_owned() };
        self.link = true;
        if !url::allowed(&written) {
            return Close::Link { shown: None, begun: 0 };
        }
        self.open_link(&written, title);
        Close::Link { shown: Some(written), begun: self.out.len() }
    }

    /// The source that a link names by its number.
    pub(super) fn source(&self, kind: LinkType, label: &str) -> Option<u32> {
        let is_named = matches!(kind, LinkType::Shortcut | LinkType::Collapsed | LinkType::Reference);
        self.numbered(label).filter(|_| is_named)
    }

    fn numbered(&self, text: &str) -> Option<u32> {
        let number = text.parse().ok()?;
        self.memory.marks.contains_key(&number).then_some(number)
    }

    /// `[1][2]` is read as a link to 2 whose words are 1, and means both.
    pub(super) fn end_mark(&mut self, number: u32, begun: usize) {
        let words = self.out.split_off(begun);
        match self.numbered(&words) {
            Some(first) => {
                self.put_mark(first);
                if first != number {
                    self.put_mark(number);
                }
            }
            None => {
                let (address, title) = self.memory.marks.get(&number).cloned().unwrap_or_default();
                self.open_link(&address, &title);
                self.out.extend([words.as_str(), "</a>"]);
            }
        }
        self.out.push_str(&take(&mut self.hoisted));
    }

    fn put_mark(&mut self, number: u32) {
        let (address, title) = self.memory.marks.get(&number).cloned().unwrap_or_default();
        self.out.push_str("<a class=\"mark\" href=\"");
        escape(&address, &mut self.out);
        if !title.is_empty() {
            self.out.push_str("\" title=\"");
            escape(&title, &mut self.out);
        }
        self.out.push_str(&format!("\" rel=\"noreferrer noopener\">[{number}]</a>"));
    }

    fn open_link(&mut self, address: &str, title: &str) {
        self.out.push_str("<a href=\"");
        escape(address, &mut self.out);
        if !title.is_empty() {
            self.out.push_str("\" title=\"");
            escape(title, &mut self.out);
        }
        self.out.push_str("\" rel=\"noreferrer noopener\">");
    }

    /// Inside of an image only its text counts.
    pub(super) fn alternative(&mut self, event: Event<'_>) {
        let Some((text, depth)) = &mut self.image else {
            return;
        };
        match event {
            Event::Text(piece)
            | Event::Code(piece)
            | Event::InlineMath(piece)
            | Event::DisplayMath(piece) => text.push_str(&piece),
            Event::InlineHtml(piece) if raw::is_break(&piece) => text.push(' '),
            Event::Html(piece) | Event::InlineHtml(piece) => text.push_str(&piece),
            Event::SoftBreak | Event::HardBreak => text.push(' '),
            Event::Start(_) => *depth += 1,
            Event::End(_) if *depth > 0 => *depth -= 1,
            Event::End(_) => self.end_image(),
            Event::FootnoteReference(_) | Event::Rule | Event::TaskListMarker(_) => {}
        }
    }

    /// An image never loads by itself: it becomes a button that says what would be asked for, and where.
    fn end_image(&mut self) {
        let alternative = self.image.take().map(|(text, _)| text).unwrap_or_default();
        let Some(Close::Image { address }) = self.open.pop() else {
            return;
        };
        let Some(host) = url::web(&address) else {
            self.carry.image = None;
            return escape(&alternative, &mut self.out);
        };
        let mut button = String::from("<button type=\"button\" class=\"image\" data-src=\"");
        escape(&address, &mut button);
        button.push_str("\">Image: ");
        escape(&alternative, &mut button);
        button.push_str(if alternative.is_empty() { "(" } else { " (" });
        escape(&host, &mut button);
        button.push_str(")</button>");
        if self.link {
            escape(if alternative.is_empty() { "Image" } else { &alternative }, &mut self.out);
            self.hoisted.extend([" ", &button]);
        } else {
            self.out.push_str(&button);
        }
        self.carry.image = Some(address);
    }

    /// Writes the text so far. Bare addresses in it become links, unless it stands in one.
    pub(super) fn flush(&mut self) {
        let run = take(&mut self.run);
        let text = self.unrepeated(&run);
        if text.is_empty() {
            return;
        }
        if self.link {
            return escape(text, &mut self.out);
        }
        for piece in autolink::split(text) {
            match piece {
                Piece::Link { text, href } if url::allowed(&href) => {
                    self.open_link(&href, "");
                    escape(text, &mut self.out);
                    self.out.push_str("</a>");
                }
                Piece::Link { text, .. } | Piece::Text(text) => escape(text, &mut self.out),
            }
        }
    }

    /// The text without the address of the image before it, which some answers repeat. While that is still coming
    /// in, its beginning is left out as well, or a link would flash up.
    fn unrepeated<'t>(&mut self, run: &'t str) -> &'t str {
        let text = run.trim_start();
        let Some(image) = self.carry.image.as_deref().filter(|_| !text.is_empty()) else {
            return run;
        };
        let word = text.split(char::is_whitespace).next().unwrap_or_default();
        let ends = word.len() == text.trim_end().len() && self.run_end >= self.end;
        let repeats = word == image || (ends && word.starts_with("http") && image.starts_with(word));
        self.carry.image = None;
        if repeats { &text[word.len()..] } else { run }
    }
}
