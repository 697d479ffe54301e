//! Reads a body as rows of JSON strings, so that what a stream cut into pieces can be looked at as a whole: the strings of
//! one name continue each other, from event to event. It only has to find text, so half a body, or one that is no JSON, is
//! read as far as it goes.

use std::collections::BTreeMap;
use std::ops::Range;

/// What all strings of one name say, one after the other.
#[derive(Default)]
pub(crate) struct Row {
    /// With escapes resolved.
    pub(crate) text: Vec<u8>,
    /// Where in the body each byte of it stands.
    places: Vec<(u32, u32)>,
}

impl Row {
    /// Where in the body this part of the text stands.
    pub(crate) fn places(&self, part: Range<usize>) -> impl Iterator<Item = (usize, usize)> {
        let places = &self.places[part];
        places.iter().map(|(start, end)| (*start as usize, *end as usize))
    }

    fn push(&mut self, text: &[u8], place: Range<usize>) {
        let end = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        for byte in text {
            self.text.push(*byte);
            self.places.push((end(place.start), end(place.end)));
        }
    }
}

/// The rows of a body, one for each name.
pub(crate) fn rows(body: &str) -> Vec<Row> {
    let bytes = body.as_bytes();
    let mut rows: BTreeMap<&[u8], Row> = BTreeMap::new();
    let mut name: &[u8] = b"";
    let mut at = 0;
    while let Some(quote) = memchr::memchr(b'"', &bytes[at..]) {
        let start = at + quote + 1;
        let end = end_of(bytes, start);
        at = (end + 1).min(bytes.len());
        let after = bytes[at..].iter().find(|byte| !byte.is_ascii_whitespace());
        if after == Some(&b':') {
            name = &bytes[start..end];
        } else {
            resolve(body, start..end, rows.entry(name).or_default());
        }
    }
    rows.into_values().collect()
}

/// Where the string ends that begins here: at its quote, or with the line, which no string goes beyond.
fn end_of(bytes: &[u8], start: usize) -> usize {
    let mut at = start;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'"' | b'\n' => return at,
            b'\\' if bytes.get(at + 1) != Some(&b'\n') => at += 2,
            _ => at += 1,
        }
    }
    bytes.len()
}

fn resolve(body: &str, place: Range<usize>, row: &mut Row) {
    let mut at = place.start;
    while at < place.end {
        let rest = &body.as_bytes()[at..place.end];
        match rest {
            [b'\\', b'u', ..] => {
                let code = body.get(at + 2..(at + 6).min(place.end));
                let code = code.and_then(|code| u32::from_str_radix(code, 16).ok());
                // Half of a pair is of no key.
                let letter = code.and_then(char::from_u32).unwrap_or(char::REPLACEMENT_CHARACTER);
                let end = body.ceil_char_boundary((at + 6).min(place.end));
                row.push(letter.encode_utf8(&mut [0; 4]).as_bytes(), at..end);
                at = end;
            }
            [b'\\', escaped, ..] => {
                let end = body.ceil_char_boundary((at + 2).min(place.end));
                row.push(&[*escaped], at..end);
                at = end;
            }
            [byte, ..] => {
                row.push(&[*byte], at..at + 1);
                at += 1;
            }
            [] => return,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_of_one_name_are_a_row() {
        fn check(body: &str, expected: &[&str]) {
            let rows = rows(body);
            let texts: Vec<_> = rows.iter().map(|row| String::from_utf8_lossy(&row.text)).collect();
            assert_eq!(texts, expected, "{body}");
        }
        check("", &[]);
        check("no json", &[]);
        check(r#"{"b":"1","a":"2","b":"3"}"#, &["2", "13"]);
        check("data: {\"c\" : \"sk-\"}\n\ndata: {\"c\":\"poe\"}\n\ndata: [DONE]", &["sk-poe"]);
        check(r#"{"c":["1","2"]}"#, &["12"]);
        check(r#"{"c":"\u0073k\/\\\"\u00e9"}"#, &["sk/\\\"é"]);
        // Cut, or never JSON.
        check(r#"{"c":"sk-"#, &["sk-"]);
        check(r#"{"c":"sk-\"#, &["sk-\\"]);
        check(r#"{"c":"sk-\u00"#, &["sk-\u{0}"]);
        check(r#"{"c":"\ud83d"}"#, &["\u{fffd}"]);
        check("it said \"no\n{\"c\":\"1\"}", &["no", "1"]);
        check("{\"c\":\"\\é\\u00é1é\"}", &["\u{fffd}\u{fffd}1é"]);
    }

    #[test]
    fn each_byte_knows_its_place() {
        let body = r#"{"c":"a\u0062"}"#;
        let rows = rows(body);
        let places: Vec<_> = rows[0].places(0..2).map(|(start, end)| &body[start..end]).collect();
        assert_eq!(places, ["a", "\\u0062"]);
    }
}
