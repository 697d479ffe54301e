//! Owns what the key looks like in somebody else's text: whole, in part, as base64, percent-encoded. A service that refuses
//! a key likes to quote it, and some quote it masked: the ends, or all but the middle.

use std::collections::HashSet;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE};

use crate::json_strings;
use crate::secret::Secret;

/// Fewer characters in a row than this tell too little, and are words too often.
const WINDOW: usize = 8;

/// What keys look like in somebody else's text: every run of eight characters of them, of their base64 and of their
/// URL-encoding. For whoever keeps or shows what a service sent.
///
/// ```
/// use poe::{KeyFragments, Secret};
/// let key = Secret::from_pasted("sk-poe-canary-canary");
/// let mut text = "data: {\"t\":\"sk-poe-ca\"}\n\ndata: {\"t\":\"nary-canary!\"}".to_owned();
/// KeyFragments::of(&key).remove_from_body(&mut text);
/// assert_eq!(text, "data: {\"t\":\"[secret]\"}\n\ndata: {\"t\":\"[secret]!\"}");
/// ```
pub struct KeyFragments(HashSet<[u8; WINDOW]>);

impl KeyFragments {
    /// Of all these keys.
    pub fn of<'a>(keys: impl IntoIterator<Item = &'a Secret>) -> KeyFragments {
        let mut windows = HashSet::new();
        for key in keys {
            windows_of(key.expose().as_bytes(), &mut windows);
        }
        KeyFragments(windows)
    }

    /// Puts `[secret]` in the place of each trace.
    pub fn remove(&self, text: &mut String) {
        cut_out(text, self.spots(text.as_bytes()));
    }

    /// Likewise in a body, where a stream may have cut a key into pieces: what the strings of one name say together is
    /// looked at too.
    pub fn remove_from_body(&self, body: &mut String) {
        let mut spots = self.spots(body.as_bytes());
        if !self.0.is_empty() {
            for row in json_strings::rows(body) {
                let found = self.spots(&row.text).into_iter();
                spots.extend(found.flat_map(|(start, end)| row.places(start..end).collect::<Vec<_>>()));
            }
        }
        spots.sort_unstable();
        cut_out(body, spots);
    }

    /// Where there are traces, from the first to the last.
    fn spots(&self, bytes: &[u8]) -> Vec<(usize, usize)> {
        let mut spots: Vec<(usize, usize)> = Vec::new();
        if self.0.is_empty() {
            return spots;
        }
        let bytes = bytes.to_ascii_lowercase();
        for (start, window) in bytes.windows(WINDOW).enumerate() {
            if self.0.contains(window) {
                let end = start + WINDOW;
                match spots.last_mut() {
                    Some(last) if last.1 >= start => last.1 = end,
                    _ => spots.push((start, end)),
                }
            }
        }
        spots
    }
}

fn windows_of(key: &[u8], windows: &mut HashSet<[u8; WINDOW]>) {
    // A shorter key is no secret that anybody could find, and taking its letters out would garble the words.
    if key.len() < WINDOW {
        return;
    }
    let mut add = |form: &[u8]| {
        let form = form.to_ascii_lowercase();
        windows.extend(form.windows(WINDOW).filter_map(|window| <[u8; WINDOW]>::try_from(window).ok()));
    };
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

/// `spots` in their order; those that touch become one.
fn cut_out(text: &mut String, spots: Vec<(usize, usize)>) {
    let mut whole: Vec<(usize, usize)> = Vec::new();
    for (start, end) in spots {
        match whole.last_mut() {
            Some(last) if last.1 >= start => last.1 = last.1.max(end),
            _ => whole.push((start, end)),
        }
    }
    if whole.is_empty() {
        return;
    }
    let mut clean = String::with_capacity(text.len());
    let mut done = 0;
    for (start, end) in whole {
        clean.push_str(&text[done..text.floor_char_boundary(start).max(done)]);
        clean.push_str("[secret]");
        done = text.ceil_char_boundary(end).max(done);
    }
    clean.push_str(&text[done..]);
    *text = clean;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_taken_out() {
        fn check(text: &str, expected: &str) {
            let mut got = text.to_owned();
            KeyFragments::of(&Secret::from_pasted("sk-poe-canary/Ünique")).remove(&mut got);
            assert_eq!(got, expected, "{text}");
        }
        check("Bad key sk-poe-canary/Ünique!", "Bad key [secret]!");
        check("Bad key SK-POE-CANARY!", "Bad key [secret]!");
        check("Bad key sk-poe-c****nique!", "Bad key [secret]****nique!");
        check("starts with sk-poe-, as keys do", "starts with sk-poe-, as keys do");
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
    fn what_a_stream_cut_into_pieces() {
        fn check(body: &str, expected: &str) {
            let keys = ["sk-poe-canary/Ünique", "sk-poe-another-key"].map(Secret::from_pasted);
            let mut got = body.to_owned();
            KeyFragments::of(keys.iter().flatten()).remove_from_body(&mut got);
            assert_eq!(got, expected, "{body}");
        }
        check(
            r#"{"c":"my sk-poe"}{"c":"-can"}{"r":"hm"}{"c":"ary/Ünique, "}{"c":"why?"}"#,
            r#"{"c":"my [secret]"}{"c":"[secret]"}{"r":"hm"}{"c":"[secret], "}{"c":"why?"}"#,
        );
        check(r#"{"c":"sk-poe-\u0061nother-key"}"#, r#"{"c":"[secret]"}"#);
        check(r#"{"c":"c2stcG9"}{"c":"lLWNhbmFyeS"}"#, r#"{"c":"[secret]"}{"c":"[secret]"}"#);
        // In one piece beside a cut one, and across names.
        check(
            r#"{"c":"sk-poe-another-key sk-poe-ano"}{"c":"ther-key"}"#,
            r#"{"c":"[secret] [secret]"}{"c":"[secret]"}"#,
        );
        check(r#"{"c":"-cana"}{"d":"ry/Ü"}"#, r#"{"c":"-cana"}{"d":"ry/Ü"}"#);
        check("sk-poe-canary/Ünique\n", "[secret]\n");
        check("{\"c\":\"", "{\"c\":\"");
        for size in 1..12 {
            let pieces = b"the key is sk-poe-another-key".chunks(size);
            let pieces =
                pieces.map(|piece| format!("data: {{\"c\":{:?}}}\n\n", str::from_utf8(piece).unwrap()));
            let mut body = pieces.collect::<String>();
            KeyFragments::of(keys_of("sk-poe-another-key").iter()).remove_from_body(&mut body);
            let row = json_strings::rows(&body.replace("[secret]", "")).remove(0);
            assert_eq!(row.text, b"the key is ", "pieces of {size}: {body}");
        }
    }

    fn keys_of(text: &str) -> Vec<Secret> {
        Secret::from_pasted(text).into_iter().collect()
    }

    #[test]
    fn short_keys_leave_no_trace() {
        let mut text = "the key is the word".to_owned();
        KeyFragments::of(&Secret::from_pasted("the")).remove(&mut text);
        assert_eq!(text, "the key is the word");
    }
}
