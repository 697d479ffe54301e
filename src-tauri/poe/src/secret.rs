//! Owns the API key in memory, so that no log, error or serializer can print it by accident.

use secrecy::{ExposeSecret, SecretString};

/// An API key. It has no `Serialize` and no `Display`, `Debug` prints `[secret]`, and its memory is wiped when it is dropped.
#[derive(Clone)]
pub struct Secret(SecretString);

impl Secret {
    /// Takes what a person pasted: trims blanks, quotes, a leading `Bearer `, the escapes of bracketed paste
    /// (`ESC[200~ … ESC[201~`), zero-width characters and line ends. `None` when nothing is left.
    ///
    /// ```
    /// assert_eq!(poe::Secret::from_pasted(" \"Bearer sk-poe-abc\"\n").unwrap().expose(), "sk-poe-abc");
    /// assert!(poe::Secret::from_pasted(" \n").is_none());
    /// ```
    pub fn from_pasted(text: &str) -> Option<Secret> {
        let mut text = text.replace("\u{1b}[200~", "").replace("\u{1b}[201~", "");
        text.retain(|c| !c.is_control() && !is_invisible(c));
        let mut rest = text.as_str();
        loop {
            let before = rest.len();
            rest = rest.trim().trim_matches(is_quote);
            if let Some(head) = rest.get(..7)
                && head.eq_ignore_ascii_case("bearer ")
            {
                rest = &rest[7..];
            }
            if rest.len() == before {
                break;
            }
        }
        (!rest.is_empty()).then(|| Secret(SecretString::from(rest)))
    }

    /// Takes a text as it is, such as a proxy's password, where blanks and quotes count. `None` when it is empty.
    pub fn verbatim(text: &str) -> Option<Secret> {
        (!text.is_empty()).then(|| Secret(SecretString::from(text)))
    }

    /// The last four characters, to recognise a key by. Empty for a key of fewer than twelve: four of eleven would tell
    /// too much.
    pub fn last_four(&self) -> String {
        let text = self.expose();
        let length = text.chars().count();
        if length < 12 {
            String::new()
        } else {
            text.chars().skip(length - 4).collect()
        }
    }

    /// Whether it has the shape of a Poe key: `sk-poe-` and at least 34 of `A–Z a–z 0–9 _ -`, or (older keys) at least 34
    /// of these alone. A reason to warn, never to refuse: Poe documents no format.
    pub fn looks_like_poe_key(&self) -> bool {
        let text = self.expose();
        let body = text.strip_prefix("sk-poe-").unwrap_or(text);
        body.len() >= 34
            && body
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-')
    }

    /// The key itself, for the `Authorization` header and the keychain only.
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("[secret]")
    }
}

fn is_quote(c: char) -> bool {
    matches!(c, '"' | '\'' | '`' | '“' | '”' | '‘' | '’' | '«' | '»')
}

/// Characters that take no room on screen and come along when text is copied from a web page.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2064}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_paste() {
        fn check(pasted: &str, expected: &str) {
            let got = Secret::from_pasted(pasted);
            assert_eq!(
                got.as_ref().map(Secret::expose).unwrap_or(""),
                expected,
                "{pasted:?}"
            );
        }
        check("sk-poe-abc", "sk-poe-abc");
        check("  sk-poe-abc\r\n", "sk-poe-abc");
        check("\"sk-poe-abc\"", "sk-poe-abc");
        check("“sk-poe-abc”", "sk-poe-abc");
        check("Bearer sk-poe-abc", "sk-poe-abc");
        check("'bearer  sk-poe-abc'", "sk-poe-abc");
        check("\"Bearer 'sk-poe-abc'\"", "sk-poe-abc");
        check("\u{1b}[200~sk-poe-abc\u{1b}[201~", "sk-poe-abc");
        check("\u{feff}sk-poe\u{200b}-abc\u{a0}", "sk-poe-abc");
        check("sk-poe-\nabc", "sk-poe-abc");
        check("ключ", "ключ");
        check("", "");
        check(" \"\" ", "");
        check("Bearer ", "Bearer");
    }

    #[test]
    fn four_characters_of_long_keys_only() {
        fn check(key: &str, expected: &str) {
            assert_eq!(Secret::from_pasted(key).unwrap().last_four(), expected);
        }
        check("sk-poe-abcde", "bcde");
        check("sk-poe-abcd", "");
        check("abc", "");
    }

    #[test]
    fn shape_of_a_poe_key() {
        fn check(key: &str, expected: bool) {
            assert_eq!(
                Secret::from_pasted(key).unwrap().looks_like_poe_key(),
                expected,
                "{key}"
            );
        }
        check(&format!("sk-poe-{}", "a".repeat(43)), true);
        check(&"A1_-".repeat(9), true);
        check("sk-poe-short", false);
        check(&format!("sk-poe-{} x", "a".repeat(43)), false);
    }

    #[test]
    fn debug_says_nothing() {
        let secret = Secret::from_pasted("sk-poe-canary-canary").unwrap();
        assert_eq!(
            format!("{secret:?} {:?}", Some(&secret)),
            "[secret] Some([secret])"
        );
    }
}
