//! The last look over everything that a card says: no key, no character that could hide or reorder text.
//! Keys are kept out of errors where these are made; this is for what a server or a proxy echoes.

use crate::events::ErrorCard;

const KEY: &str = "[key]";

/// A key without the prefix `sk-` has at least this many characters; a UUID or a request id never mixes cases.
const BARE_KEY: usize = 34;

/// Replaces whatever looks like a key, in every string of the card.
pub(super) fn card(card: &mut ErrorCard) {
    let ErrorCard {
        code: _,
        title,
        what,
        why,
        safe,
        facts,
        actions,
        severity: _,
        place: _,
        field,
        ready_at: _,
        details,
        at: _,
    } = card;
    let texts = [title, what, safe].into_iter().chain(why).chain(field);
    let facts = facts.iter_mut().chain(details).map(|fact| &mut fact.value);
    let actions = actions.iter_mut().flat_map(|button| {
        std::iter::once(&mut button.label)
            .chain(&mut button.model)
            .chain(&mut button.value)
    });
    for text in texts.chain(facts).chain(actions) {
        *text = keys(text);
    }
}

/// Someone else's text on one line, cleaned, without keys, in quotes, cut. `None` when nothing is left.
pub(super) fn quoted(text: &str, characters: usize) -> Option<String> {
    let text = keys(&plain(text));
    (!text.is_empty()).then(|| format!("“{}”", super::values::cut(&text, characters)))
}

/// One line without control, direction and zero-width characters.
pub(super) fn plain(text: &str) -> String {
    let visible: String = text
        .chars()
        .filter(|&c| c.is_whitespace() || !(c.is_control() || hides(c)))
        .collect();
    visible.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn hides(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}')
}

/// The text with `[key]` for each piece that looks like a key, and for what follows "Bearer".
pub(super) fn keys(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    let mut rest = text;
    let mut after_bearer = false;
    while let Some(first) = rest.chars().next() {
        let of_piece = |c| of_key(c) || (after_bearer && matches!(c, '.' | '~' | '+' | '/' | '='));
        let end = rest.find(|c| !of_piece(c)).unwrap_or(rest.len());
        let (piece, separator) = if end == 0 {
            ("", &rest[..first.len_utf8()])
        } else {
            (&rest[..end], "")
        };
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
        check(
            "task-force on the risk-based disk-full desk",
            "task-force on the risk-based disk-full desk",
        );
        check("schöne Schlüssel …", "schöne Schlüssel …");
    }

    #[test]
    fn nothing_hides_in_a_quote() {
        fn check(text: &str, expected: Option<&str>) {
            assert_eq!(quoted(text, 10).as_deref(), expected);
        }
        check("a\u{202e}b\u{200b}c\u{1b}[31m", Some("“abc[31m”"));
        check(" two\n\tlines ", Some("“two lines”"));
        check("\u{feff}\r\n", None);
        check("01234567890", Some("“0123456789…”"));
        check("sk-\u{200b}poe-abcdefghijkl", Some("“[key]”"));
    }
}
