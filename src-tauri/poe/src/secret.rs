//! Owns the API key in memory, so that no log, error or serializer can print it by accident.

use secrecy::zeroize::Zeroizing;
use secrecy::{ExposeSecret, SecretString};

/// An API key. It has no `Serialize` and no `Display`, `Debug` prints `[secret]`, and its memory is wiped when it is dropped.
#[derive(Clone)]
pub struct Secret(SecretString);

impl Secret {
    pub(crate) fn new(text: &str) -> Secret {
        Secret(SecretString::from(text))
    }

    /// Takes a text as it is, such as a proxy's password, where blanks and quotes count. `None` when it is empty.
    pub fn verbatim(text: &str) -> Option<Secret> {
        (!text.is_empty()).then(|| Secret::new(text))
    }

    /// The last four characters, to recognise a key by. Empty for a key of fewer than twelve: four of eleven would tell
    /// too much.
    pub fn last_four(&self) -> String {
        let text = self.expose();
        let length = text.chars().count();
        if length < 12 { String::new() } else { text.chars().skip(length - 4).collect() }
    }

    /// The first and the last two characters, to tell a text by that may be no key. `None` where that would be all of it.
    pub fn ends(&self) -> Option<(String, String)> {
        let text: Zeroizing<Vec<char>> = Zeroizing::new(self.expose().chars().collect());
        let two = |ends: &[char]| ends.iter().collect();
        (text.len() > 4).then(|| (two(&text[..2]), two(&text[text.len() - 2..])))
    }

    /// The key itself, for the `Authorization` header and the keychain only.
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

impl PartialEq for Secret {
    fn eq(&self, other: &Secret) -> bool {
        self.expose() == other.expose()
    }
}

impl Eq for Secret {}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("[secret]")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
    fn ends_of_more_than_four_characters() {
        fn check(text: &str, expected: Option<(&str, &str)>) {
            let ends = Secret::verbatim(text).unwrap().ends();
            assert_eq!(ends.as_ref().map(|(first, last)| (&**first, &**last)), expected);
        }
        check("hunter2", Some(("hu", "r2")));
        check("ключи", Some(("кл", "чи")));
        check("4711", None);
    }

    #[test]
    fn debug_says_nothing() {
        let secret = Secret::from_pasted("sk-poe-canary-canary").unwrap();
        assert_eq!(format!("{secret:?} {:?}", Some(&secret)), "[secret] Some([secret])");
    }
}
