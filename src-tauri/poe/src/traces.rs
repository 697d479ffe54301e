//! Owns what the key looks like in somebody else's text: whole, in part, as base64, percent-encoded. A service that refuses
//! a key likes to quote it, and some quote it masked: the ends, or all but the middle.

use std::collections::HashSet;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE};

use crate::Secret;

/// Fewer characters in a row than this tell too little, and are words too often.
const WINDOW: usize = 8;

/// Every run of eight bytes of the key and its encodings.
pub(crate) struct Traces(HashSet<[u8; WINDOW]>);

impl Traces {
    pub(crate) fn of(key: &Secret) -> Traces {
        let key = key.expose().as_bytes();
        let mut windows = HashSet::new();
        let mut add = |form: &[u8]| {
            let form = form.to_ascii_lowercase();
            windows.extend(
                form.windows(WINDOW)
                    .filter_map(|window| <[u8; WINDOW]>::try_from(window).ok()),
            );
        };
        // A shorter key is no secret that anybody could find, and taking its letters out would garble the words.
        if key.len() >= WINDOW {
            add(key);
            let every_byte: String = key.iter().map(|byte| format!("%{byte:02x}")).collect();
            let as_needed: String = url::form_urlencoded::byte_serialize(key).collect();
            add(every_byte.as_bytes());
            add(as_needed.as_bytes());
            // Three places where the key may begin between groups of three bytes; what depends on the neighbor before is left out.
            for skipped in 0..3 {
                add(STANDARD.encode(&key[skipped..]).as_bytes());
                add(URL_SAFE.encode(&key[skipped..]).as_bytes());
            }
        }
        Traces(windows)
    }

    /// Puts `[secret]` in the place of each trace.
    pub(crate) fn remove(&self, text: &mut String) {
        if self.0.is_empty() {
            return;
        }
        let bytes = text.as_bytes().to_ascii_lowercase();
        let mut spots: Vec<(usize, usize)> = Vec::new();
        for (start, window) in bytes.windows(WINDOW).enumerate() {
            if self.0.contains(window) {
                let end = start + WINDOW;
                match spots.last_mut() {
                    Some(last) if last.1 >= start => last.1 = end,
                    _ => spots.push((start, end)),
                }
            }
        }
        if spots.is_empty() {
            return;
        }
        let mut clean = String::with_capacity(text.len());
        let mut done = 0;
        for (mut start, mut end) in spots {
            while !text.is_char_boundary(start) {
                start -= 1;
            }
            while !text.is_char_boundary(end) {
                end += 1;
            }
            clean.push_str(&text[done..start.max(done)]);
            clean.push_str("[secret]");
            done = end.max(done);
        }
        clean.push_str(&text[done..]);
        *text = clean;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_taken_out() {
        fn check(text: &str, expected: &str) {
            let mut got = text.to_owned();
            Traces::of(&Secret::from_pasted("sk-poe-canary/Ünique").unwrap()).remove(&mut got);
            assert_eq!(got, expected, "{text}");
        }
        check("Bad key sk-poe-canary/Ünique!", "Bad key [secret]!");
        check("Bad key SK-POE-CANARY!", "Bad key [secret]!");
        check("Bad key sk-poe-c****nique!", "Bad key [secret]****nique!");
        check(
            "starts with sk-poe-, as keys do",
            "starts with sk-poe-, as keys do",
        );
        check("canary/\u{dc}", "[secret]");
        check("two: poe-canary, /Ünique.", "two: [secret], [secret].");
        check("sk-poe-canary%2F%C3%9Cnique", "[secret]");
        check("c2stcG9lLWNhbmFyeS/DnG5pcXVl", "[secret]");
        check(
            "Bearer in base64: QmVhcmVyIHNrLXBvZS1jYW5hcnkvw5xuaXF1ZQ==",
            "Bearer in base64: QmVhcmVyIHNr[secret]",
        );
        check("", "");
        check("é", "é");
    }

    #[test]
    fn short_keys_leave_no_trace() {
        let mut text = "the key is the word".to_owned();
        Traces::of(&Secret::from_pasted("the").unwrap()).remove(&mut text);
        assert_eq!(text, "the key is the word");
    }
}
