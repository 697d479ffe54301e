//! Takes TeX apart: a command's name, its arguments, and what follows.

/// What the name of a command is, where a text begins with its backslash, and what follows it: letters, or one sign.
pub(super) fn command(text: &str) -> Option<(&str, &str)> {
    let rest = text.strip_prefix('\\')?;
    let letters = rest.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(rest.len());
    let length = if letters > 0 { letters } else { rest.chars().next()?.len_utf8() };
    Some(rest.split_at(length))
}

/// The next argument: what stands in braces, a command, or a sign.
pub(super) fn argument(text: &str) -> Option<(&str, &str)> {
    let text = text.trim_start();
    if text.starts_with('{') {
        return group(text, '{', '}');
    }
    if let Some((_, rest)) = command(text) {
        return Some(text.split_at(text.len() - rest.len()));
    }
    let first = text.chars().next().filter(|first| *first != '}')?;
    Some(text.split_at(first.len_utf8()))
}

/// An argument in brackets, which may be missing.
pub(super) fn optional(text: &str) -> (Option<&str>, &str) {
    let bracketed = text.trim_start();
    match bracketed.starts_with('[').then(|| group(bracketed, '[', ']')).flatten() {
        Some((inner, rest)) => (Some(inner), rest),
        None => (None, text),
    }
}

/// What stands between a text's first sign and the one that closes it, and what follows that. Braces hold together.
pub(super) fn group(text: &str, open: char, close: char) -> Option<(&str, &str)> {
    let start = open.len_utf8();
    let mut braces = 0_usize;
    let mut escaped = false;
    for (at, c) in text[start..].char_indices() {
        if escaped {
            escaped = false;
        } else if c == close && braces == 0 {
            let end = start + at;
            return Some((&text[start..end], &text[end + close.len_utf8()..]));
        } else {
            match c {
                '\\' => escaped = true,
                '{' => braces += 1,
                '}' => braces = braces.checked_sub(1)?,
                _ => {}
            }
        }
    }
    None
}
