//! Environments that the converter lacks, in those that it has.

use super::{DEEPEST, Writer};
use crate::math::scan::{argument, group, optional};

/// Environments whose rows the converter numbers, or lets a tag number.
const NUMBERED: [&str; 4] = ["align", "equation", "gather", "multline"];

const MOST_COLUMNS: usize = 20;

/// An environment that is open.
pub(super) struct Environment {
    pub(super) end: String,
    /// Its rows may have tags.
    pub(super) numbered: bool,
    /// Its columns are parts of one formula.
    pub(super) aligns: bool,
}

impl Environment {
    pub(super) fn new(name: &str, end: String) -> Environment {
        let name = name.trim_end_matches('*');
        Environment { end, numbered: NUMBERED.contains(&name), aligns: matches!(name, "align" | "aligned") }
    }
}

impl Writer {
    pub(super) fn begin<'t>(&mut self, rest: &'t str, depth: usize) -> Option<&'t str> {
        let (name, rest) = argument(rest)?;
        let (begin, end, rest) = match name {
            "array" | "darray" | "subarray" | "tabular" | "longtable" => {
                let (_, rest) = optional(rest);
                let (columns, rest) = argument(rest)?;
                let name = if matches!(name, "tabular" | "longtable") { "array" } else { name };
                (format!("{name}}}{{{}", columns_of(columns, depth)?), name.to_owned(), rest)
            }
            "split" | "aligned" | "gathered" => {
                let name = if name == "split" { "aligned" } else { name };
                (name.to_owned(), name.to_owned(), optional(rest).1)
            }
            "alignat" | "alignat*" | "alignedat" | "xalignat" | "xalignat*" => {
                let (_, rest) = argument(rest)?;
                let name = match name {
                    "alignedat" => "aligned",
                    name if name.ends_with('*') => "align*",
                    _ => "align",
                };
                (name.to_owned(), name.to_owned(), rest)
            }
            "flalign" => ("align".to_owned(), "align".to_owned(), rest),
            "flalign*" => ("align*".to_owned(), "align*".to_owned(), rest),
            "eqnarray" | "eqnarray*" => ("darray}{rcl".to_owned(), "darray".to_owned(), rest),
            "multline*" => {
                self.out.push_str(r"\begin{multline}");
                self.open.push(Environment::new("multline", r"\notag\end{multline}".to_owned()));
                return Some(rest);
            }
            "smallmatrix" => {
                (format!("subarray}}{{{}", "c".repeat(MOST_COLUMNS)), "subarray".to_owned(), rest)
            }
            "subequations" | "math" | "displaymath" | "document" | "center" | "minipage" => {
                self.open.push(Environment::new(name, String::new()));
                return Some(rest);
            }
            _ => return self.matrix(name, rest),
        };
        self.out.push_str(&format!(r"\begin{{{begin}}}"));
        self.open.push(Environment::new(&end, format!(r"\end{{{end}}}")));
        Some(rest)
    }

    /// A matrix, whose columns may be aligned, and which may have lines.
    fn matrix<'t>(&mut self, name: &str, rest: &'t str) -> Option<&'t str> {
        let brackets = match name.trim_end_matches('*') {
            "matrix" => ("", ""),
            "pmatrix" => (r"\left(", r"\right)"),
            "bmatrix" => (r"\left[", r"\right]"),
            "Bmatrix" => (r"\left\{", r"\right\}"),
            "vmatrix" => (r"\left|", r"\right|"),
            "Vmatrix" => (r"\left\|", r"\right\|"),
            _ => {
                self.out.push_str(&format!(r"\begin{{{name}}}"));
                self.open.push(Environment::new(name, format!(r"\end{{{name}}}")));
                return Some(rest);
            }
        };
        let (given, after) = if name.ends_with('*') { optional(rest) } else { (None, rest) };
        let end = rest.find(&format!(r"\end{{{name}}}")).unwrap_or(rest.len());
        if given.is_none() && !name.ends_with('*') && !rest[..end].contains(r"\hline") {
            self.out.push_str(&format!(r"\begin{{{name}}}"));
            self.open.push(Environment::new(name, format!(r"\end{{{name}}}")));
            return Some(rest);
        }
        let column = given.map(str::trim).filter(|column| matches!(*column, "l" | "r")).unwrap_or("c");
        self.out.push_str(&format!(r"{}\begin{{array}}{{{}}}", brackets.0, column.repeat(MOST_COLUMNS)));
        self.open.push(Environment::new(name, format!(r"\end{{array}}{}", brackets.1)));
        Some(after)
    }
}

/// The columns of an array in what the converter knows of them: their alignment, and lines between them.
fn columns_of(columns: &str, depth: usize) -> Option<String> {
    if depth > DEEPEST {
        return None;
    }
    let mut written = String::new();
    let mut rest = columns;
    while let Some(c) = rest.chars().next() {
        rest = &rest[c.len_utf8()..];
        match c {
            'l' | 'c' | 'r' | '|' => written.push(c),
            ':' => written.push('|'),
            'p' | 'm' | 'b' | 'X' | 'S' => {
                written.push('l');
                rest = rest
                    .starts_with('{')
                    .then(|| group(rest, '{', '}'))
                    .flatten()
                    .map_or(rest, |(_, rest)| rest);
            }
            '@' | '!' | '>' | '<' => rest = argument(rest)?.1,
            '*' => {
                let (count, after) = argument(rest)?;
                let (repeated, after) = argument(after)?;
                let count: usize = count.trim().parse().ok()?;
                let repeated = columns_of(repeated, depth + 1)?;
                written.push_str(&repeated.repeat(count.min(MOST_COLUMNS)));
                rest = after;
            }
            _ => {}
        }
        if written.len() > 4 * MOST_COLUMNS {
            return None;
        }
    }
    Some(written)
}
