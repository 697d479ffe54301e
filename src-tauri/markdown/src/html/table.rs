//! Tables: which row and column is written, and how many empty cells still may be.

use std::mem::replace;

use pulldown_cmark::Alignment;

use super::{Close, Writer};

/// Cells that a table's short rows lack are filled in up to this many, which is for looks only.
const FILLED_CELLS: usize = 1000;

#[derive(Default)]
pub(super) struct Table {
    alignments: Vec<Alignment>,
    column: usize,
    head: bool,
    body: bool,
}

impl Writer<'_> {
    pub(super) fn start_table(&mut self, alignments: Vec<Alignment>) -> Close {
        self.table = Table { alignments, ..Table::default() };
        self.carry.filled = 0;
        self.hold("<table>", "");
        Close::Table
    }

    /// The body is opened by its first row: a table may have none.
    pub(super) fn row(&mut self, head: bool) -> Close {
        (self.table.head, self.table.column) = (head, 0);
        if head {
            self.out.push_str("<thead><tr>");
            return Close::Leaf("</tr></thead>");
        }
        if !replace(&mut self.table.body, true) {
            self.hold("<tbody>", "");
        }
        self.out.push_str("<tr>");
        Close::Leaf("</tr>")
    }

    pub(super) fn end_table(&mut self) {
        if self.table.body {
            self.end_hold("</tbody>");
        }
        self.end_hold("</table>");
    }

    pub(super) fn cell(&mut self, filled: bool) -> Close {
        let alignment = self.table.alignments.get(self.table.column).copied().unwrap_or(Alignment::None);
        self.table.column += 1;
        self.carry.filled += usize::from(filled);
        if filled && self.carry.filled > FILLED_CELLS {
            return Close::Nothing;
        }
        self.out.push_str(if self.table.head { "<th" } else { "<td" });
        self.out.push_str(match alignment {
            Alignment::None => ">",
            Alignment::Left => " align=\"left\">",
            Alignment::Center => " align=\"center\">",
            Alignment::Right => " align=\"right\">",
        });
        Close::Tag(if self.table.head { "</th>" } else { "</td>" })
    }
}
