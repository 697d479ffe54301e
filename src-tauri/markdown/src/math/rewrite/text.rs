//! Text in a formula, which may hold formulas again.

use super::{DEEPEST, MOST_WRITTEN, Writer};
use crate::math::macros;
use crate::math::scan::{argument, command, group};

impl Writer {
    /// Text, which may hold formulas, and text of another kind.
    pub(super) fn text(&mut self, style: &str, text: &str, depth: usize) -> Option<()> {
        self.written += text.len();
        if depth > DEEPEST || self.written > MOST_WRITTEN {
            return None;
        }
        self.out.push('{');
        let mut plain = String::new();
        let mut rest = text;
        while let Some(c) = rest.chars().next() {
            let after = &rest[c.len_utf8()..];
            rest = match c {
                '$' => {
                    let (formula, after) = group(rest, '$', '$')?;
                    self.end_text(style, &mut plain);
                    self.grouped(formula, depth)?;
                    after
                }
                '^' => {
                    let (above, after) = argument(after)?;
                    self.end_text(style, &mut plain);
                    self.out.push_str("{}^");
                    self.text(style, above, depth + 1)?;
                    after
                }
                '_' | '#' | '&' => {
                    plain.extend(['\\', c]);
                    after
                }
                '%' => after.find('\n').map_or("", |end| &after[end..]),
                '\\' => {
                    let (name, after) = command(rest)?;
                    match name {
                        "(" => {
                            let end = after.find(r"\)")?;
                            self.end_text(style, &mut plain);
                            self.grouped(&after[..end], depth)?;
                            &after[end + 2..]
                        }
                        "\\" | "newline" => {
                            plain.push(' ');
                            after
                        }
                        _ if in_text(name) => {
                            plain.push_str(&rest[..rest.len() - after.len()]);
                            after
                        }
                        _ => {
                            self.end_text(style, &mut plain);
                            self.out.push('{');
                            let after = self.command(name, after, depth + 1)?;
                            self.out.push('}');
                            after
                        }
                    }
                }
                c => {
                    plain.push(c);
                    after
                }
            };
        }
        self.end_text(style, &mut plain);
        self.out.push('}');
        Some(())
    }

    fn end_text(&mut self, style: &str, plain: &mut String) {
        // Braces that a formula parts mean nothing in text.
        let text = std::mem::take(plain).replace(['{', '}'], "");
        if !text.is_empty() {
            self.out.push_str(&format!(r"\{style}{{{text}}}"));
        }
    }
}

/// Whether a command belongs to text: an escape, a space, an accent, a letter.
fn in_text(name: &str) -> bool {
    let sign = !name.starts_with(|c: char| c.is_ascii_alphabetic());
    let named = name.starts_with("text")
        && !macros::TEXT.iter().any(|(known, _)| *known == name)
        && macros::body(name).is_none();
    sign || named
        || matches!(
            name,
            "ss" | "o"
                | "O"
                | "ae"
                | "AE"
                | "oe"
                | "OE"
                | "aa"
                | "AA"
                | "l"
                | "L"
                | "i"
                | "j"
                | "c"
                | "v"
                | "u"
                | "H"
                | "r"
                | "dots"
                | "ldots"
                | "quad"
                | "qquad"
                | "S"
                | "P"
        )
}
