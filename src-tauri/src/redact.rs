//! What looks like a key in somebody's text, told by its shape alone: in what a server echoes, and in what a person pasted.
//! The key in use is known, and taken out by the client before anything is told.

const KEY: &str = "[key]";

/// A key without the prefix `sk-` has at least this many characters; a UUID or a request id never mixes cases.
const BARE_KEY: usize = 34;

/// The text with `[key]` for each piece that looks like a key, and for what follows "Bearer".
pub(crate) fn keys(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    let mut rest = text;
    let mut after_bearer = false;
    while let Some(first) = rest.chars().next() {
        let of_piece = |c| of_key(c) || (after_bearer && matches!(c, '.' | '~' | '+' | '/' | '='));
        let end = rest.find(|c| !of_piece(c)).unwrap_or(rest.len());
        let (piece, separator) = if end == 0 { ("", &rest[..first.len_utf8()]) } else { (&rest[..end], "") };
        if piece.is_empty() {
            safe.push_str(separator);
        } else if after_bearer && piece.len() >= 8 {
            safe.push_str(KEY);
            after_bearer = false;
        } else if let Some(start) = key_in(piece) {
            safe.push_str(&piece[..start]);
            safe.push_str(KEY);
        } else {
            safe.push_str(piece);
            after_bearer = piece.to_ascii_lowercase().ends_with("bearer");
        }
        rest = &rest[piece.len() + separator.len()..];
    }
    safe
}

/// What keys and tokens are written with, and the asterisks that stand in for their middle.
fn of_key(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '*')
}

/// Where in a run of such characters a key begins.
fn key_in(piece: &str) -> Option<usize> {
    let lower = piece.to_ascii_lowercase();
    for (start, _) in lower.match_indices("sk-").chain(lower.match_indices("sk_")) {
        let inside_a_word = lower[..start].ends_with(|c: char| c.is_ascii_alphanumeric());
        if !inside_a_word && lower.len() - start > 6 {
            return Some(start);
        }
    }
    let has = |test: fn(&u8) -> bool| piece.as_bytes().iter().any(test);
    let mixed = has(u8::is_ascii_digit) && has(u8::is_ascii_uppercase) && has(u8::is_ascii_lowercase);
    (piece.len() >= BARE_KEY && mixed).then_some(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_disappear() {
        fn check(text: &str, expected: &str) {
            assert_eq!(keys(text), expected);
        }
        check("Incorrect key sk-poe-abcDEF123_-x.", "Incorrect key [key].");
        check("key=sk-poe-abcdefgh&x=1", "key=[key]&x=1");
        check("key_sk-abcdefgh", "key_[key]");
        check("sk_test_51SAMPLEKEY", "[key]");
        check("sk-abcd***wxyz", "[key]");
        check("Authorization: Bearer abcdefgh12", "Authorization: Bearer [key]");
        check("bearer%20abcdefgh12", "bearer%[key]");
        check("Bearer abcdefgh.ijk/lmn= refused", "Bearer [key] refused");
        check("Bearer  \"abcdefgh\"", "Bearer  \"[key]\"");
        check("a Bearer token is missing", "a Bearer token is missing");
        check("AbCdEfGhIjKlMnOpQrStUvWxYz0123456789", "[key]");
        check(
            "error_id: 6f1f9a7e-52a0-4a44-9f7c-0d8f0a3f9a11",
            "error_id: 6f1f9a7e-52a0-4a44-9f7c-0d8f0a3f9a11",
        );
        check("task-force on the risk-based disk-full desk", "task-force on the risk-based disk-full desk");
        check("schöne Schlüssel …", "schöne Schlüssel …");
    }
}
