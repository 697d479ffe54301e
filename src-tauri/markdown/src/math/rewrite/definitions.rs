//! Commands that a formula defines itself.

use super::Writer;
use crate::math::scan::{argument, command, optional};

pub(super) struct Definition {
    pub(super) arguments: usize,
    /// What stands for the first one where it is left out.
    pub(super) default: Option<String>,
    pub(super) body: String,
}

impl Writer {
    pub(super) fn define<'t>(&mut self, name: &str, rest: &'t str) -> Option<&'t str> {
        let rest = rest.strip_prefix('*').unwrap_or(rest);
        let (defined, rest) = argument(rest)?;
        let (defined, _) = command(defined.trim())?;
        let (arguments, default, rest) = if name.ends_with("def") {
            let end = rest.find('{')?;
            (rest[..end].matches('#').count(), None, &rest[end..])
        } else {
            let (count, rest) = optional(rest);
            let (default, rest) = if count.is_some() { optional(rest) } else { (None, rest) };
            (count.map_or(Some(0), |count| count.trim().parse().ok())?, default, rest)
        };
        let (body, rest) = argument(rest)?;
        let body =
            if name == "DeclareMathOperator" { format!(r"\operatorname{{{body}}}") } else { body.to_owned() };
        let definition = Definition { arguments, default: default.map(str::to_owned), body };
        self.own.insert(defined.to_owned(), definition);
        Some(rest.trim_start())
    }
}
