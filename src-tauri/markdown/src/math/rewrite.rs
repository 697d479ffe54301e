//! Says in the converter's words what answers say in others: commands and environments that it lacks, definitions,
//! chemistry, quantities, text with formulas in it, numbers of equations.
//!
//! What it does not know goes through as it is. It gives nothing where a definition never ends, or nests too deep.

use std::collections::HashMap;

use super::scan::{argument, command, optional};
use super::{chemistry, macros, units};

mod definitions;
mod environments;
mod text;

use definitions::Definition;
use environments::Environment;

/// What definitions may make of a formula, in all.
const MOST_WRITTEN: usize = 40_000;
const DEEPEST: usize = 24;

pub(super) fn rewrite(tex: &str, display: bool) -> Option<String> {
    let mut writer = Writer::default();
    writer.write(tex, 0)?;
    let Writer { mut out, tag, broken, columns, .. } = writer;
    if broken && display {
        let kind = if columns { "aligned" } else { "gathered" };
        out = format!(r"\begin{{{kind}}}{out}\end{{{kind}}}");
    }
    match tag {
        Some(tag) if display && plain(&tag) => {
            Some(format!(r"\begin{{equation*}}{out}\tag{{{tag}}}\end{{equation*}}"))
        }
        Some(tag) => Some(format!(r"{out}\qquad({tag})")),
        None => Some(out),
    }
}

/// Whether the converter takes it as a tag.
fn plain(tag: &str) -> bool {
    tag.bytes().all(|b| b.is_ascii_alphanumeric() || b" .-".contains(&b))
}

#[derive(Default)]
struct Writer {
    out: String,
    open: Vec<Environment>,
    /// The number of the whole.
    tag: Option<String>,
    /// Whether there are rows outside of any environment, and whether those have columns.
    broken: bool,
    columns: bool,
    /// What the formula itself defines.
    own: HashMap<String, Definition>,
    written: usize,
}

impl Writer {
    fn write(&mut self, tex: &str, depth: usize) -> Option<()> {
        self.written += tex.len();
        if depth > DEEPEST || self.written > MOST_WRITTEN {
            return None;
        }
        let mut rest = tex;
        while let Some(at) = rest.find(['\\', '%', '&']) {
            self.out.push_str(&rest[..at]);
            rest = &rest[at..];
            if let Some(after) = rest.strip_prefix('&') {
                // A sign that begins a column goes on with the one before.
                let goes_on = self.open.last().is_none_or(|open| open.aligns)
                    && after.trim_start().starts_with(['+', '-']);
                self.columns |= self.open.is_empty();
                self.out.push_str(if goes_on { "&{}" } else { "&" });
                rest = after;
                continue;
            }
            if rest.starts_with('%') {
                rest = rest.find('\n').map_or("", |end| &rest[end..]);
                continue;
            }
            let (name, after) = command(rest)?;
            rest = self.command(name, after, depth)?;
        }
        self.out.push_str(rest);
        Some(())
    }

    /// Writes a command; gives what follows it and its arguments.
    fn command<'t>(&mut self, name: &str, rest: &'t str, depth: usize) -> Option<&'t str> {
        if let Some(definition) = self.own.get(name) {
            let (given, rest) = match &definition.default {
                Some(default) => {
                    let (given, rest) = optional(rest);
                    (Some(given.unwrap_or(default)), rest)
                }
                None => (None, rest),
            };
            let mut given: Vec<&str> = given.into_iter().collect();
            let mut after = rest;
            while given.len() < definition.arguments {
                let (argument, further) = argument(after)?;
                given.push(argument);
                after = further;
            }
            let body = fill(&definition.body, None, &given);
            self.write(&body, depth + 1)?;
            return Some(spaced(&mut self.out, after));
        }
        match name {
            "begin" => return self.begin(rest, depth),
            // The room below a row is the style sheet's.
            "\\" | "newline" => {
                self.broken |= self.open.is_empty();
                self.out.push_str(r"\\ ");
                return Some(optional(rest.strip_prefix('*').unwrap_or(rest)).1);
            }
            "end" => {
                let (name, rest) = argument(rest)?;
                match self.open.pop() {
                    Some(open) => self.out.push_str(&open.end),
                    None => self.out.push_str(&format!("\\end{{{name}}}")),
                }
                return Some(rest);
            }
            "left" | "right" | "middle" | "big" | "Big" | "bigg" | "Bigg" | "bigl" | "Bigl" | "biggl"
            | "Biggl" | "bigr" | "Bigr" | "biggr" | "Biggr" | "bigm" | "Bigm" | "biggm" | "Biggm" => {
                self.out.extend(["\\", name]);
                let angle = rest.trim_start();
                let (sign, length) = match angle.chars().next() {
                    Some('<') => (r"\langle ", 1),
                    Some('>') => (r"\rangle ", 1),
                    _ => return Some(rest),
                };
                self.out.push_str(sign);
                return Some(&angle[length..]);
            }
            "newcommand" | "renewcommand" | "providecommand" | "def" | "gdef" | "DeclareMathOperator" => {
                return self.define(name, rest);
            }
            "ce" | "cf" => {
                let (formula, rest) = argument(rest)?;
                let formula = chemistry::tex(formula)?;
                self.grouped(&formula, depth)?;
                return Some(rest);
            }
            "pu" => {
                let (quantity, rest) = argument(rest)?;
                self.grouped(&units::quantity(quantity), depth)?;
                return Some(rest);
            }
            "num" | "si" | "unit" | "SI" | "ang" => return self.quantity(name, rest, depth),
            // `physics` has it before a bracket, `siunitx` before a number and a unit.
            "qty" => {
                let following = rest.trim_start();
                if following.starts_with(['(', '[', '|']) {
                    return Some(rest);
                }
                let (_, after) = argument(rest)?;
                if after.starts_with('{') {
                    return self.quantity("SI", rest, depth);
                }
                return self.fill(r"\left(#1\right)", rest, depth);
            }
            "dv" | "pdv" | "derivative" | "odv" => return self.derivative(name, rest, depth),
            "tag" => {
                let rest = rest.strip_prefix('*').unwrap_or(rest);
                let (tag, rest) = argument(rest)?;
                let tag = tag.trim_matches(['(', ')']);
                match self.open.last() {
                    Some(open) if open.numbered && plain(tag) => {
                        self.out.push_str(&format!(r"\tag{{{tag}}}"))
                    }
                    _ if self.open.is_empty() && plain(tag) => self.tag = Some(tag.to_owned()),
                    _ => {
                        self.out.push_str(r"\qquad(");
                        self.text("text", tag, depth + 1)?;
                        self.out.push(')');
                    }
                }
                return Some(rest);
            }
            "nonumber" | "notag" if !self.open.last().is_some_and(|open| open.numbered) => {
                return Some(rest);
            }
            "ref" | "eqref" | "cref" | "autoref" => {
                let (label, rest) = argument(rest)?;
                self.out.push_str(if name == "ref" { "{" } else { "{(" });
                self.text("text", label, depth + 1)?;
                self.out.push_str(if name == "ref" { "}" } else { ")}" });
                return Some(rest);
            }
            "color" => return self.color(rest),
            "textcolor" if rest.trim_start().starts_with('[') => {
                let (model, after) = optional(rest);
                let (color, after) = argument(after)?;
                let (content, after) = argument(after)?;
                let content = format!(r"{{\color[{}]{{{color}}} {content}}}", model?);
                self.write(&content, depth + 1)?;
                return Some(after);
            }
            "hspace" => {
                self.out.push_str(r"\hspace");
                return Some(rest.strip_prefix('*').unwrap_or(rest));
            }
            "operatorname" => {
                let (star, rest) = rest.strip_prefix('*').map_or(("", rest), |rest| ("*", rest));
                self.out.extend([r"\operatorname", star]);
                return Some(rest);
            }
            "enclose" => {
                let (kind, rest) = argument(rest)?;
                let (_, rest) = optional(rest);
                let body = match kind.trim() {
                    "longdiv" => r"\overline{)#1}",
                    "updiagonalstrike" => r"\cancel{#1}",
                    "downdiagonalstrike" => r"\bcancel{#1}",
                    _ => r"\boxed{#1}",
                };
                return self.fill(body, rest, depth);
            }
            "rule" => {
                let (width, rest) = argument(optional(rest).1)?;
                self.out.push_str(&format!(r"\underline{{\hspace{{{width}}}}}"));
                return Some(argument(rest)?.1);
            }
            // A name has what it ranges over below it.
            "mathop" => {
                let (operator, after) = argument(rest)?;
                let name = command(operator.trim())
                    .filter(|(name, _)| {
                        matches!(*name, "mathrm" | "text" | "textrm" | "mathsf" | "operatorname" | "rm")
                    })
                    .and_then(|(_, name)| argument(name));
                if let Some((name, "")) = name {
                    self.out.push_str(&format!(r"\operatorname*{{{name}}}"));
                    let limits = after.trim_start().strip_prefix(r"\limits");
                    return Some(limits.unwrap_or(after));
                }
                self.out.push_str(r"\mathop");
                return Some(rest);
            }
            _ => {}
        }
        if let Some((_, style)) = macros::TEXT.iter().find(|(known, _)| *known == name) {
            let (text, rest) = argument(rest)?;
            self.text(style, text, depth + 1)?;
            return Some(rest);
        }
        if macros::SILENT.contains(&name) {
            return Some(rest);
        }
        if macros::SILENT_WITH_ARGUMENT.contains(&name) {
            return argument(rest.strip_prefix('*').unwrap_or(rest)).map(|(_, rest)| rest);
        }
        if let Some(body) = macros::body(name) {
            return self.fill(body, rest, depth);
        }
        self.out.push('\\');
        if macros::FUNCTIONS.contains(&name) {
            self.out.push_str(&format!("operatorname{{{name}}}"));
        } else {
            self.out.push_str(name);
        }
        Some(rest)
    }

    /// A part that holds together.
    fn grouped(&mut self, tex: &str, depth: usize) -> Option<()> {
        self.out.push('{');
        self.write(tex, depth + 1)?;
        self.out.push('}');
        Some(())
    }

    /// Writes a command's body with its arguments in it.
    fn fill<'t>(&mut self, body: &str, rest: &'t str, depth: usize) -> Option<&'t str> {
        let count = (1..=4).filter(|number| body.contains(&format!("#{number}"))).max().unwrap_or(0);
        let (given, mut rest) = if body.contains("#0") { optional(rest) } else { (None, rest) };
        let mut arguments = Vec::new();
        while arguments.len() < count {
            let (argument, after) = argument(rest)?;
            arguments.push(argument);
            rest = after;
        }
        self.write(&fill(body, given, &arguments), depth + 1)?;
        Some(spaced(&mut self.out, rest))
    }

    fn quantity<'t>(&mut self, name: &str, rest: &'t str, depth: usize) -> Option<&'t str> {
        let (_, rest) = optional(rest);
        let (first, mut rest) = argument(rest)?;
        let tex = match name {
            "num" => units::number(first),
            "ang" => format!(r"{}^\circ", units::number(first)),
            "SI" => {
                let (unit, after) = argument(rest)?;
                rest = after;
                format!(r"{}\,{}", units::number(first), units::named(unit)?)
            }
            _ => units::named(first)?,
        };
        self.grouped(&tex, depth)?;
        Some(rest)
    }

    /// `\dv{f}{x}` is df/dx, and `\dv{x}` d/dx.
    fn derivative<'t>(&mut self, name: &str, rest: &'t str, depth: usize) -> Option<&'t str> {
        let d = if name == "pdv" { r"\partial " } else { r"\mathrm{d}" };
        let (power, rest) = optional(rest.strip_prefix('*').unwrap_or(rest));
        let power = power.map_or(String::new(), |power| format!("^{{{power}}}"));
        let (first, rest) = argument(rest)?;
        let (of, by, rest) = match rest.starts_with('{') {
            true => argument(rest).map(|(second, rest)| (first, second, rest))?,
            false => ("", first, rest),
        };
        self.write(&format!(r"\frac{{{d}{power}{of}}}{{{d}{by}{power}}}"), depth + 1)?;
        Some(rest)
    }

    /// A color that the converter does not know is left out: what has it stays.
    fn color<'t>(&mut self, rest: &'t str) -> Option<&'t str> {
        let (model, after) = optional(rest);
        let (color, after) = argument(after)?;
        let hex = color.trim().strip_prefix('#');
        match (model, hex) {
            (Some(model), _) => self.out.push_str(&format!(r"\color[{model}]{{{color}}}")),
            (None, Some(hex)) if hex.len() == 6 => self.out.push_str(&format!(r"\color[HTML]{{{hex}}}")),
            (None, Some(_)) => {}
            (None, None) if color.bytes().all(|b| b.is_ascii_alphabetic()) => {
                self.out.push_str(&format!(r"\color{{{color}}}"));
            }
            _ => {}
        }
        Some(after)
    }
}

/// A command's body with its arguments in it.
fn fill(body: &str, optional: Option<&str>, arguments: &[&str]) -> String {
    let mut filled = String::new();
    let mut parts = body.split('#');
    filled.push_str(parts.next().unwrap_or_default());
    for part in parts {
        let number = part.chars().next().and_then(|digit| digit.to_digit(10));
        let argument = match number {
            Some(0) => optional.unwrap_or_default(),
            Some(number) => arguments.get(number as usize - 1).copied().unwrap_or_default(),
            None => "#",
        };
        spaced(&mut filled, argument);
        filled.push_str(argument);
        filled.push_str(if number.is_some() { &part[1..] } else { part });
    }
    filled
}

/// What follows, kept apart from a command that stands at the end.
fn spaced<'t>(out: &mut String, rest: &'t str) -> &'t str {
    if out.ends_with(|c: char| c.is_ascii_alphabetic()) && rest.starts_with(|c: char| c.is_ascii_alphabetic())
    {
        out.push(' ');
    }
    rest
}
