//! Code: a line is a piece.

use std::mem::take;

use super::{Close, Writer};
use crate::PieceKind;
use crate::escape::escape;

impl Writer<'_> {
    pub(super) fn start_code(&mut self, language: Option<&str>) {
        self.piece(PieceKind::Whole);
        self.carry.code_at = 0;
        self.out.push_str("<div class=\"code\"");
        if let Some(language) = language {
            self.out.push_str(" data-lang=\"");
            escape(language, &mut self.out);
            self.out.push('"');
        }
        self.out.push_str("><pre><code>");
        self.piece(PieceKind::Open);
    }

    /// The lines so far of the code that is open.
    pub(super) fn code_lines(&mut self) {
        if let Some(Close::Code { language }) = self.open.last() {
            let language = language.clone();
            self.lines(language.as_deref());
        }
    }

    pub(super) fn lines(&mut self, language: Option<&str>) {
        let code = take(&mut self.run);
        let (index, at) = (self.carry.code, self.carry.code_at);
        let colors = &mut self.memory.colors;
        for line in colors.lines(index, language.unwrap_or_default(), at, &code) {
            self.out.push_str(&line);
            self.piece(PieceKind::Whole);
        }
        self.carry.code_at += code.len();
    }
}
