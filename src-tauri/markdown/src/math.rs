//! TeX becomes MathML; what the converter cannot do is shown as its source.
//!
//! `rewrite` says in the converter's words what answers say in others, and `filter` lets through what the window may be given.

use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::LazyLock;
use std::sync::mpsc::{self, Sender};
use std::thread;

use math_core::{LatexToMathML, MathCoreConfig, MathDisplay};

use crate::escape::escape;
use crate::unseen::escape_code;

mod chemistry;
mod filter;
mod macros;
mod rewrite;
mod scan;
mod units;

use filter::filter;
use rewrite::rewrite;

/// The converter recurses, so each part of a formula that can nest costs it stack.
const MOST_NESTING: usize = 500;
/// A formula says more in the converter's words than in its own.
const MOST_REWRITTEN: usize = 3 * MOST_NESTING;
const LONGEST: usize = 4000;
const STACK: usize = 192 * 1024 * 1024;

/// The formulas of one document: a formula is converted once, however often its paragraph is rendered.
#[derive(Debug, Default)]
pub(crate) struct Formulas {
    done: HashMap<(String, bool), String>,
    /// Each says how it was written, for who asks that alone.
    pub(crate) marked: bool,
}

impl Formulas {
    pub(crate) fn html(&mut self, tex: &str, display: bool) -> String {
        if self.marked {
            return mark(tex);
        }
        let key = (tex.to_owned(), display);
        self.done
            .entry(key)
            .or_insert_with(|| convert(tex, display).unwrap_or_else(|| source(tex, display)))
            .clone()
    }
}

const MARK: &str = "<math data-tex=\"";

fn mark(tex: &str) -> String {
    let mut html = String::from(MARK);
    escape(tex.trim_matches('\n'), &mut html);
    html.push_str("\"></math>");
    html
}

/// What the marks of a page say, in its order.
pub(crate) fn marks(html: &str) -> Vec<String> {
    let marks = html.split(MARK).skip(1).filter_map(|rest| rest.split('"').next());
    let plain = |tex: &str| {
        let signs = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&amp;", "&")];
        signs.iter().fold(tex.to_owned(), |tex, (escaped, sign)| tex.replace(escaped, sign))
    };
    marks.map(plain).collect()
}

/// The formula as it was written. A paragraph may hold it, so it is `code` even where it has lines of its own.
fn source(tex: &str, display: bool) -> String {
    let mut html =
        String::from(if display { "<code class=\"math display\">" } else { "<code class=\"math\">" });
    let tex = tex.trim_matches('\n');
    escape_code(tex, 0..tex.len(), &mut html);
    html.push_str("</code>");
    html
}

fn convert(tex: &str, display: bool) -> Option<String> {
    let control = tex.contains(|c: char| c.is_control() && !c.is_ascii_whitespace() || c == '\u{c}');
    if tex.len() > LONGEST || nesting(tex) > MOST_NESTING || tex.trim().is_empty() || control {
        return None;
    }
    let style = if display { MathDisplay::Block } else { MathDisplay::Inline };
    let (answer, answered) = mpsc::channel();
    CONVERTER.as_ref()?.send((tex.to_owned(), style, answer)).ok()?;
    filter(&answered.recv().ok()??)
}

fn nesting(tex: &str) -> usize {
    tex.bytes().filter(|b| b"\\{[^_&".contains(b)).count()
}

type Request = (String, MathDisplay, Sender<Option<String>>);

/// The converter has a thread of its own, with room for the deepest formula. Should it panic, the formula is shown
/// as source, and the next one is converted.
static CONVERTER: LazyLock<Option<Sender<Request>>> = LazyLock::new(|| {
    let (sender, requests) = mpsc::channel::<Request>();
    let worker = thread::Builder::new().name("math".to_owned()).stack_size(STACK);
    let work = move || {
        let converter = LatexToMathML::new(MathCoreConfig::default());
        for (tex, style, answer) in requests {
            let convert = || {
                let tex = rewrite(&tex, style == MathDisplay::Block)
                    .filter(|tex| nesting(tex) <= MOST_REWRITTEN)?;
                let mathml = converter.as_ref().ok()?.convert_with_local_state(&tex, style).ok()?.mathml;
                Some(macros::SIGNS.iter().fold(mathml, |mathml, (mark, sign)| mathml.replace(mark, sign)))
            };
            let converted = catch_unwind(AssertUnwindSafe(convert)).ok().flatten();
            // Whoever asked may be gone.
            let _ = answer.send(converted);
        }
    };
    worker.spawn(work).ok().map(|_| sender)
});

#[cfg(test)]
mod tests {
    use super::*;

    fn check(tex: &str, expected: &str) {
        let html = Formulas::default().html(tex, false);
        assert!(html.contains(expected), "{tex}: {html}");
        assert!(!html.contains(" style="), "{html}");
    }

    #[test]
    fn formulas() {
        check("x^2", "<math><msup><mi>x</mi><mn>2</mn></msup></math>");
        check(r"\frac{a}{b}", "<mfrac>");
        check("a<b", "&lt;");
        check(r"\boxed{42}", "<mtable class=\"m-box\"");
        check(r"\textcolor{red}{x}", "mathcolor=\"#FF0000\"");
        check(r"\sum_{\substack{i<n\\j<m}} x", "<mtable");
        check(r"\begin{aligned}a&=b\\c&=d\end{aligned}", "m-right");
        check(r"\begin{cases}1&x>0\\0&\text{otherwise}\end{cases}", "m-left");
        check(r"\text{<b>x</b>}", "&lt;b");
        check(r"\textbf{x}", "x");
    }

    #[test]
    fn what_cannot_be_done_is_source() {
        check(r"\href{javascript:alert(1)}{x}", "<code class=\"math\">\\href{javascript:alert(1)}{x}</code>");
        check(r"\undefined<i>", "<code class=\"math\">\\undefined&lt;i&gt;</code>");
        check("", "<code class=\"math\">");
        assert_eq!(
            Formulas::default().html("\n\\nope\n", true),
            "<code class=\"math display\">\\nope</code>"
        );
    }

    #[test]
    fn no_depth_breaks_the_stack() {
        let units = [
            "{",
            r"\sqrt",
            r"\left(",
            "x^",
            r"\frac",
            r"\text{",
            r"\begin{matrix}",
            "[",
            "^",
            r"\hat",
            r"\boxed{",
        ];
        for unit in
            units.into_iter().chain([r"\mathbf{", r"\color{red}", r"\binom", r"\overset", "'", "&", r"\\"])
        {
            for count in [20, 60, 240, 480, 5000] {
                let tex = format!("{}x{}", unit.repeat(count), "}".repeat(count));
                check(&tex, "");
                check(&unit.repeat(count), "");
            }
        }
    }
}
