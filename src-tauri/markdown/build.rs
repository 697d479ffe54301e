//! Writes the grammars that code is colored by: two-face's, with classes of letters that are small once they are compiled.
//!
//! The tables of Unicode stand in most patterns, several times each, and a pattern in use is compiled into memory: Rust,
//! Python, JavaScript and C took 56 MiB together. Whatever is not ASCII counts as a letter here, so that they take 22.

use std::path::Path;

use syntect::parsing::syntax_definition::Pattern;
use syntect::parsing::{Regex, SyntaxSet, SyntaxSetBuilder};

/// Stands in the patterns by which TypeScript sees that a function is assigned to a name. Four of them take 6 MiB each, which
/// is as much as the rest of that grammar; without them the name is colored as others are.
const TOO_LARGE: &str = "# function assignment";

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let folder = std::env::var_os("OUT_DIR").expect("cargo names the folder");
    let file = Path::new(&folder).join("syntaxes.bin");
    syntect::dumps::dump_to_uncompressed_file(&syntaxes(), file).expect("the folder can be written");
}

fn syntaxes() -> SyntaxSet {
    let known = two_face::syntax::extra_newlines().into_builder();
    let mut syntaxes = SyntaxSetBuilder::new();
    for syntax in known.syntaxes() {
        let mut syntax = syntax.clone();
        for context in syntax.contexts.values_mut() {
            context.patterns.retain_mut(|pattern| {
                let Pattern::Match(pattern) = pattern else {
                    return true;
                };
                let text = plain(pattern.regex.regex_str());
                let fits = !text.contains(TOO_LARGE);
                pattern.regex = Regex::new(text);
                fits
            });
        }
        syntaxes.add(syntax);
    }
    syntaxes.build()
}

/// A class stands for an escape inside of another class too.
fn plain(pattern: &str) -> String {
    let mut plain = String::with_capacity(pattern.len());
    let mut rest = pattern;
    while let Some(at) = rest.find('\\') {
        plain.push_str(&rest[..at]);
        rest = &rest[at..];
        let end = match rest[1..].chars().next() {
            Some('p') if rest[2..].starts_with('{') => rest.find('}').map_or(rest.len(), |end| end + 1),
            Some(letter) => 1 + letter.len_utf8(),
            None => 1,
        };
        let (escape, after) = rest.split_at(end);
        plain.push_str(match escape {
            r"\w" => r"[a-zA-Z0-9_\x{80}-\x{10FFFF}]",
            r"\W" => r"[^a-zA-Z0-9_\x{80}-\x{10FFFF}]",
            r"\s" => r"[\t\n\x0B\f\r ]",
            r"\S" => r"[^\t\n\x0B\f\r ]",
            r"\d" | r"\p{N}" | r"\p{Nd}" => "[0-9]",
            r"\p{L}" | r"\p{Alphabetic}" => r"[a-zA-Z\x{80}-\x{10FFFF}]",
            r"\p{Ll}" => "[a-z]",
            r"\p{Lu}" => "[A-Z]",
            r"\p{Pc}" => "_",
            r"\p{Lt}" | r"\p{Lm}" | r"\p{Lo}" | r"\p{Nl}" | r"\p{M}" | r"\p{Mn}" | r"\p{Mc}" => {
                r"[\x{80}-\x{10FFFF}]"
            }
            other => other,
        });
        rest = after;
    }
    plain.push_str(rest);
    plain
}
