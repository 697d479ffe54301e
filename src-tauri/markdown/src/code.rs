//! Colors code by syntax, with classes and no inline style, and never colors a finished line twice.
//!
//! Syntax scopes number in the thousands; they are collapsed to the few classes that a reader can tell apart. A
//! growing code block keeps the parser's state after each finished line, so that an update costs the new lines only.

use std::sync::LazyLock;

use syntect::parsing::{ParseState, Scope, ScopeStack, SyntaxReference, SyntaxSet};

use crate::unseen::escape_code;

static SYNTAXES: LazyLock<SyntaxSet> = LazyLock::new(|| {
    let written = include_bytes!(concat!(env!("OUT_DIR"), "/syntaxes.bin"));
    syntect::dumps::from_uncompressed_data(written).expect("build.rs wrote it with the same version")
});

/// A longer line is generated or hostile, and is shown plain.
const LONGEST_LINE: usize = 500;

/// What a document's code may cost before the rest is shown plain: some 130 kB of ordinary code. Regular expressions
/// look back and ahead over the line, so that a line costs the square of its length.
const MOST_EFFORT: usize = 8_000_000;

/// The colored code blocks of one document, in their order.
#[derive(Debug, Default)]
pub(crate) struct Colors {
    blocks: Vec<Colored>,
}

/// The finished lines of one code block, and how to go on after them.
#[derive(Debug, Default)]
struct Colored {
    language: String,
    source: String,
    html: String,
    /// Where each line ends, in both.
    ends: Vec<(usize, usize)>,
    state: Option<State>,
    /// The effort spent before this block, and in it.
    before: usize,
    effort: usize,
}

impl Colors {
    /// The HTML of the lines from an offset on of the document's code block number `index`, from the cache as far as the
    /// code is the same.
    pub(crate) fn lines(&mut self, index: usize, language: &str, at: usize, code: &str) -> Vec<String> {
        while self.blocks.len() <= index {
            self.blocks.push(Colored::default());
        }
        let before =
            index.checked_sub(1).map_or(0, |last| self.blocks[last].before + self.blocks[last].effort);
        let block = &mut self.blocks[index];
        let known = block.source.get(at..);
        let same = known.is_some_and(|known| code.starts_with(known) || known.starts_with(code));
        if block.language != language || block.before != before || !same {
            *block = Colored::new(language, before);
        }
        block.lines(at, code)
    }
}

impl Colored {
    fn new(language: &str, before: usize) -> Colored {
        let state = syntax(language).map(|syntax| (ParseState::new(syntax), ScopeStack::new()));
        Colored { language: language.to_owned(), state, before, ..Colored::default() }
    }

    fn lines(&mut self, at: usize, code: &str) -> Vec<String> {
        let end = at + code.len();
        let mut lines = Vec::new();
        let first = self.ends.partition_point(|(source, _)| *source <= at);
        let mut done = match first.checked_sub(1) {
            Some(last) => self.ends[last],
            None => (0, 0),
        };
        for &(source, html) in self.ends[first..].iter().take_while(|(source, _)| *source <= end) {
            lines.push(self.html[done.1..html].to_owned());
            done = (source, html);
        }
        let rest = code.get(done.0.saturating_sub(at)..).unwrap_or_default();
        // Lines before these that are not known were colored by themselves.
        let follows = self.source.len() == done.0.max(at);
        let finished = if follows { rest.rfind('\n').map_or(0, |end| end + 1) } else { 0 };
        let (new, open) = rest.split_at(finished);
        for html in self.paint(new) {
            self.html.push_str(&html);
            let line = new[self.source.len() - done.0.max(at)..].split_inclusive('\n').next();
            self.source.push_str(line.unwrap_or_default());
            self.ends.push((self.source.len(), self.html.len()));
            lines.push(html);
        }
        if !open.is_empty() {
            let (state, effort) = (self.state.clone(), self.effort);
            lines.extend(self.paint(open));
            (self.state, self.effort) = (state, effort);
        }
        lines
    }

    /// Colors lines that follow those before, as long as that can be afforded.
    fn paint(&mut self, text: &str) -> Vec<String> {
        let mut lines = Vec::new();
        for line in text.split_inclusive('\n') {
            let affordable = self.affordable(line);
            if affordable && self.state.is_some() {
                self.effort += line.len() * line.len();
            }
            let mut html = String::new();
            color(self.state.as_mut().filter(|_| affordable), line, &mut html);
            lines.push(html);
        }
        lines
    }

    fn affordable(&self, line: &str) -> bool {
        line.len() <= LONGEST_LINE && self.before + self.effort <= MOST_EFFORT
    }
}

/// The name of a fence's language, if it is one that may stand in an attribute.
pub(crate) fn language(info: &str) -> Option<&str> {
    let name = info.trim_start().split([' ', '\t', ',', '{', ':']).next().unwrap_or_default();
    let fits = (1..=32).contains(&name.len());
    let plain = name.bytes().all(|b| b.is_ascii_alphanumeric() || b"+#._-".contains(&b));
    (fits && plain).then_some(name)
}

/// What the files of a language end with, without the dot.
pub fn file_ending(language: &str) -> Option<&'static str> {
    syntax(language)?.file_extensions.first().map(String::as_str)
}

fn syntax(language: &str) -> Option<&'static SyntaxReference> {
    let lower = language.to_ascii_lowercase();
    let name = match lower.as_str() {
        "" | "text" | "txt" | "plain" | "plaintext" | "output" => return None,
        "shell" | "console" | "shell-session" | "zsh" => "bash",
        "golang" => "go",
        "c#" | "csharp" => "cs",
        "c++" => "cpp",
        "objective-c" | "objc" => "m",
        "jsonc" | "json5" | "jsonl" | "ndjson" => "json",
        "node" | "mjs" | "cjs" | "jsx" => "js",
        "py3" | "python3" | "pycon" | "ipython" => "python",
        "yml" => "yaml",
        "patch" => "diff",
        "svg" | "xhtml" => "xml",
        "tex" => "latex",
        other => other,
    };
    SYNTAXES.find_syntax_by_token(name)
}

/// How to go on after a line.
type State = (ParseState, ScopeStack);

/// Appends one line's HTML. Its newline stays outside of the spans, so that each line stands for itself.
fn color(state: Option<&mut State>, line: &str, html: &mut String) {
    let text = line.strip_suffix('\n').unwrap_or(line);
    let newline = &line[text.len()..];
    let Some((parser, scopes)) = state else {
        return escape_code(line, 0..line.len(), html);
    };
    let Ok(changes) = parser.parse_line(line, &SYNTAXES) else {
        return escape_code(line, 0..line.len(), html);
    };
    let (mut from, mut open) = (0, None);
    let mut put = |until: usize, class: Option<&'static str>, html: &mut String| {
        let until = until.min(text.len());
        if from >= until {
            return;
        }
        let piece = &text[from..until];
        // Space has no color: a span that is open goes on over it, and none is opened for it.
        let class = if piece.trim().is_empty() { open } else { class };
        if class != open {
            if open.is_some() {
                html.push_str("</span>");
            }
            if let Some(class) = class {
                html.push_str("<span class=\"");
                html.push_str(class);
                html.push_str("\">");
            }
            open = class;
        }
        escape_code(line, from..until, html);
        from = until;
    };
    for (at, change) in changes {
        put(at, class(scopes), html);
        if scopes.apply(&change).is_err() {
            break;
        }
    }
    put(text.len(), class(scopes), html);
    if open.is_some() {
        html.push_str("</span>");
    }
    html.push_str(newline);
}

/// The class of the innermost scope that has one. Embedded code does not inherit from the string around it.
fn class(scopes: &ScopeStack) -> Option<&'static str> {
    let (_, class) = scopes
        .as_slice()
        .iter()
        .rev()
        .find_map(|scope| CLASSES.iter().find(|(prefix, _)| prefix.is_prefix_of(*scope)))?;
    // A key is scoped as a string inside of its mapping; a reader looks for keys.
    if *class == Some("hl-string") && scopes.as_slice().iter().any(|scope| KEY.is_prefix_of(*scope)) {
        return Some("hl-attribute");
    }
    *class
}

static KEY: LazyLock<Scope> = LazyLock::new(|| scope("meta.mapping.key"));

/// What a scope looks like, the first prefix that fits; `None` ends the search without a color.
static CLASSES: LazyLock<Vec<(Scope, Option<&'static str>)>> = LazyLock::new(|| {
    let classes = [
        ("comment", Some("hl-comment")),
        ("string", Some("hl-string")),
        ("markup.raw", Some("hl-string")),
        ("constant.numeric", Some("hl-number")),
        ("constant", Some("hl-constant")),
        ("support.constant", Some("hl-constant")),
        ("variable.other.constant", Some("hl-constant")),
        ("keyword.operator.word", Some("hl-keyword")),
        ("keyword.operator.logical.python", Some("hl-keyword")),
        ("keyword.operator", None),
        ("keyword", Some("hl-keyword")),
        ("storage.type.primitive", Some("hl-type")),
        ("storage", Some("hl-keyword")),
        ("variable.language", Some("hl-keyword")),
        ("variable.function", Some("hl-function")),
        ("variable.annotation", Some("hl-function")),
        ("variable.parameter", Some("hl-variable")),
        ("variable.other.readwrite.shell", Some("hl-variable")),
        ("variable.other.php", Some("hl-variable")),
        ("entity.name.function", Some("hl-function")),
        ("entity.name.tag", Some("hl-tag")),
        ("entity.name.constant", Some("hl-constant")),
        ("entity.name.section", Some("hl-keyword")),
        ("entity.name", Some("hl-type")),
        ("entity.other.attribute-name", Some("hl-attribute")),
        ("entity.other.inherited-class", Some("hl-type")),
        ("support.type.property-name", Some("hl-attribute")),
        ("meta.property-name", Some("hl-attribute")),
        ("support.function", Some("hl-function")),
        ("support.macro", Some("hl-function")),
        ("support", Some("hl-type")),
        ("markup.heading", Some("hl-keyword")),
        ("markup.inserted", Some("hl-inserted")),
        ("markup.deleted", Some("hl-deleted")),
        ("meta.diff.header", Some("hl-comment")),
        ("meta.diff.range", Some("hl-comment")),
        ("meta.interpolation", None),
        ("meta.template.expression", None),
        ("meta.embedded", None),
        ("source", None),
    ];
    classes.into_iter().map(|(name, class)| (scope(name), class)).collect()
});

/// The names above are constants and fit a scope, whose limit is eight parts.
fn scope(name: &str) -> Scope {
    Scope::new(name).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pattern_can_be_compiled() {
        use syntect::parsing::{Regex, syntax_definition::Pattern};

        let mut patterns = std::collections::BTreeSet::new();
        for syntax in SYNTAXES.clone().into_builder().syntaxes() {
            for pattern in syntax.contexts.values().flat_map(|context| &context.patterns) {
                // Others are completed by what they refer to, while they are used.
                if let Pattern::Match(pattern) = pattern
                    && !pattern.has_captures
                {
                    patterns.insert(pattern.regex.regex_str().to_owned());
                }
            }
        }
        assert!(patterns.len() > 5_000, "{}", patterns.len());
        for pattern in patterns {
            if let Some(error) = Regex::try_compile(&pattern) {
                panic!("{error}: {pattern}");
            }
        }
    }

    #[test]
    fn a_file_ends_as_its_language_does() {
        for (language, ending) in [
            ("rust", "rs"),
            ("Python", "py"),
            ("js", "js"),
            ("bash", "sh"),
            ("json", "json"),
            ("html", "html"),
            ("yml", "yaml"),
        ] {
            assert_eq!(file_ending(language), Some(ending), "{language}");
        }
        for language in ["", "text", "no-such-language"] {
            assert_eq!(file_ending(language), None, "{language}");
        }
    }
}
