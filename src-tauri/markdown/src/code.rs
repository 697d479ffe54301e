//! Colors code by syntax, with classes and no inline style, and never colors a finished line twice.
//!
//! Syntax scopes number in the thousands; they are collapsed to the few classes that a reader can tell apart. A
//! growing code block keeps the parser's state after each finished line, so that an update costs the new lines only.

use std::sync::LazyLock;

use syntect::parsing::{ParseState, Scope, ScopeStack, SyntaxReference, SyntaxSet};

use crate::html::escape;

static SYNTAXES: LazyLock<SyntaxSet> = LazyLock::new(SyntaxSet::load_defaults_newlines);

/// A longer line is generated or hostile; it is shown plain, since its regular expressions may take seconds.
const LONGEST_LINE: usize = 1000;

/// Past this much, a block's further lines are shown plain.
const LONGEST_BLOCK: usize = 256 * 1024;

/// The colored code blocks of one document, in their order.
#[derive(Debug, Default)]
pub(crate) struct Colors {
    blocks: Vec<Colored>,
}

/// The finished lines of one code block, and how to go on after them.
#[derive(Debug)]
struct Colored {
    language: String,
    source: String,
    html: String,
    state: Option<(ParseState, ScopeStack)>,
}

impl Colors {
    /// The HTML of the document's code block number `index`, from the cache as far as the code is the same.
    pub(crate) fn html(&mut self, index: usize, language: &str, code: &str) -> String {
        while self.blocks.len() <= index {
            self.blocks.push(Colored::new(language));
        }
        let block = &mut self.blocks[index];
        if block.language != language || !code.starts_with(&block.source) {
            *block = Colored::new(language);
        }
        block.extend(code)
    }
}

impl Colored {
    fn new(language: &str) -> Colored {
        let state = syntax(language).map(|syntax| (ParseState::new(syntax), ScopeStack::new()));
        Colored {
            language: language.to_owned(),
            source: String::new(),
            html: String::new(),
            state,
        }
    }

    fn extend(&mut self, code: &str) -> String {
        let finished = code.rfind('\n').map_or(0, |end| end + 1);
        for line in code[self.source.len()..finished].split_inclusive('\n') {
            let start = self.source.len();
            self.source.push_str(line);
            color(&mut self.state, line, start, &mut self.html);
        }
        let mut html = self.html.clone();
        if finished < code.len() {
            color(&mut self.state.clone(), &code[finished..], finished, &mut html);
        }
        html
    }
}

/// The name of a fence's language, if it is one that may stand in an attribute.
pub(crate) fn language(info: &str) -> Option<&str> {
    let name = info
        .trim_start()
        .split([' ', '\t', ',', '{', ':'])
        .next()
        .unwrap_or_default();
    let fits = (1..=32).contains(&name.len());
    let plain = name
        .bytes()
        .all(|b| b.is_ascii_alphanumeric() || b"+#._-".contains(&b));
    (fits && plain).then_some(name)
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

/// Appends one line's HTML. Its newline stays outside of the spans, so that each line stands for itself.
fn color(state: &mut Option<(ParseState, ScopeStack)>, line: &str, start: usize, html: &mut String) {
    let text = line.strip_suffix('\n').unwrap_or(line);
    let newline = &line[text.len()..];
    let Some((parser, scopes)) = state else {
        escape(line, html);
        return;
    };
    let short = line.len() <= LONGEST_LINE && start + line.len() <= LONGEST_BLOCK;
    let Some(changes) = short.then(|| parser.parse_line(line, &SYNTAXES).ok()).flatten() else {
        escape(line, html);
        return;
    };
    let (mut from, mut open) = (0, None);
    let mut put = |until: usize, class: Option<&'static str>, html: &mut String| {
        let until = until.min(text.len());
        if from >= until {
            return;
        }
        let piece = &text[from..until];
        from = until;
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
        escape(piece, html);
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
    classes
        .into_iter()
        .map(|(name, class)| (scope(name), class))
        .collect()
});

/// The names above are constants and fit a scope, whose limit is eight parts.
fn scope(name: &str) -> Scope {
    Scope::new(name).unwrap_or_default()
}
