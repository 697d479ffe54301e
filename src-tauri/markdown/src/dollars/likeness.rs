//! Whether what stands between two dollar signs reads like a formula.
//!
//! The dollar sign is money and a shell's variable more often than it is mathematics. So one opens a formula only where
//! its neighbors and what it encloses say so. When in doubt it is text, which can be read either way.

/// Whether what stands between two dollar signs reads like a formula.
pub(super) fn is_formula(before: &str, tex: &str, after: &str, display: bool) -> bool {
    let (Some(first), Some(last)) = (tex.chars().next(), tex.chars().next_back()) else {
        return false;
    };
    let strong = tells(tex);
    let words = tex.split_whitespace().filter(|word| is_word(word)).count();
    let sentence =
        words > 1 || (display && words == 1) || tex.contains(['，', '。', '、', '；', '：', '！', '？']);
    if tex.trim().is_empty() || (sentence && !strong && !tex.contains('=')) {
        return false;
    }
    if display {
        return true;
    }
    if first.is_whitespace() || last.is_whitespace() || tex.contains("**") || tex.contains("~~") {
        return false;
    }
    let previous = before.chars().next_back().unwrap_or(' ');
    let next = after.chars().next().unwrap_or(' ');
    // Within a word only what begins as TeX alone does: `10$^\circ$C`, `H$_2$O`.
    let begins = matches!(first, '\\' | '^' | '_') && strong;
    let joined = previous.is_ascii_alphanumeric()
        || ((next.is_ascii_alphanumeric() || next == '_') && !is_ordinal(after));
    // A shell's `$(a)$(b)` and `${a}:${b}`.
    let shell = matches!(next, '(' | '{') && (matches!(first, '(' | '{') || is_separator(last));
    if (joined && !begins) || shell || (tex.len() > first.len_utf8() && !opens(tex, first, strong)) {
        return false;
    }
    let number = tex.trim_start_matches(['-', '+', '.']).starts_with(|c: char| c.is_ascii_digit());
    let unit = words > 0 || is_separator(last) || tex.contains(|c: char| !c.is_ascii() && c.is_alphabetic());
    strong || !(number && unit)
}

/// Whether a formula may begin so. None does with a sign that closes or parts, with a call of jQuery, with a member,
/// or with one of a pattern's alternatives.
fn opens(tex: &str, first: char, strong: bool) -> bool {
    let rest = &tex[first.len_utf8()..];
    match first {
        '/' | ',' | ';' | ':' | '?' | '!' | ')' | '}' | '"' | '\'' | '`' | '@' | '%' | '#' => false,
        '(' => !rest.starts_with(['\'', '"', '`', '#', '.']),
        '.' => rest.starts_with(|c: char| c.is_ascii_digit()),
        '|' => strong || tex.matches('|').count().is_multiple_of(2),
        c => c.is_ascii() || c.is_alphanumeric() || ('\u{2190}'..='\u{2bff}').contains(&c),
    }
}

/// Whether it is a word of a sentence, and no product of variables.
fn is_word(word: &str) -> bool {
    let word = word.trim_matches(|c: char| c.is_ascii_punctuation());
    match word.len() {
        0 | 1 => false,
        2 => ["or", "to", "in", "is", "at", "of", "on", "by", "vs", "as", "if", "it", "be", "we", "an", "up"]
            .contains(&word),
        3 if FUNCTIONS.contains(&word) => false,
        _ => word.bytes().all(|b| b.is_ascii_alphabetic()),
    }
}

/// Names that stand in formulas also without a backslash.
const FUNCTIONS: [&str; 16] = [
    "sin", "cos", "tan", "log", "exp", "min", "max", "lim", "mod", "gcd", "det", "dim", "ker", "arg", "sup",
    "inf",
];

/// Whether a text has what only TeX has: a command, an exponent, an index.
fn tells(tex: &str) -> bool {
    let mut previous = '{';
    tex.char_indices().any(|(at, c)| {
        let mut rest = tex[at + c.len_utf8()..].chars();
        let (next, later) = (rest.next().unwrap_or(' '), rest.next().unwrap_or(' '));
        let before = std::mem::replace(&mut previous, c);
        match c {
            '\\' => next.is_ascii_alphabetic() || ",;:!{}|%\\".contains(next),
            '^' => !next.is_whitespace(),
            '_' => {
                let index = next.is_ascii_alphanumeric() && !later.is_ascii_alphanumeric() && before != ' ';
                next == '{' || index
            }
            _ => false,
        }
    })
}

/// `$n$th`.
fn is_ordinal(after: &str) -> bool {
    ["th", "st", "nd", "rd"].iter().any(|end| {
        after.strip_prefix(end).is_some_and(|rest| !rest.starts_with(|c: char| c.is_alphanumeric()))
    })
}

fn is_separator(c: char) -> bool {
    matches!(
        c,
        '/' | ':' | '@' | '=' | '.' | ',' | ';' | '-' | '+' | '"' | '\'' | '(' | '–' | '—' | '~' | '*'
    )
}
