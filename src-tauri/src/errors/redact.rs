//! The last look over everything that a card says: no key, no character that could hide or reorder text.
//! Keys are kept out of errors where these are made; this is for what a server or a proxy echoes.

use crate::events::ErrorCard;
use crate::redact::keys;

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
        std::iter::once(&mut button.label).chain(&mut button.model).chain(&mut button.value)
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
    let visible: String =
        text.chars().filter(|&c| c.is_whitespace() || !(c.is_control() || poe::is_invisible(c))).collect();
    visible.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

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

    #[test]
    fn what_is_marked_in_code_is_left_out_of_a_quote() {
        for c in '\0'..=char::MAX {
            assert_eq!(poe::is_invisible(c), markdown::unseen(c), "{c:?}");
        }
    }
}
