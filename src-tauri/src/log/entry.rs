//! From what the client tells to what is kept: no key in any text, long bodies cut.

use crate::events::{LogBodies, LogEntry};
use crate::redact;
use poe::{KeyFragments, RequestRecord};
use serde::{Deserialize, Serialize};

/// So much of a body's beginning is kept, and as much of its end.
const BODY_END: usize = 8 * 1024;

/// A line of the file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Kept {
    #[serde(flatten)]
    pub(super) entry: LogEntry,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) request: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) response: Option<String>,
}

impl Kept {
    /// The client has taken its own key out.
    pub(super) fn new(record: RequestRecord, host: String, id: i64, others: &KeyFragments) -> Kept {
        let mut kept = Kept {
            entry: LogEntry {
                id,
                at: record.started_ms,
                method: record.method,
                host,
                path: record.path,
                model: record.model,
                attempt: record.attempt,
                of: record.of,
                status: record.status,
                code: record.error.map(|kind| kind.code().to_owned()),
                said: record.said,
                request_id: record.request_id,
                queued_ms: whole(record.queued_ms),
                first_byte_ms: record.first_byte_ms.map(whole),
                total_ms: whole(record.total_ms),
                input_tokens: record.prompt_tokens.map(whole),
                output_tokens: record.completion_tokens.map(whole),
                received_bytes: whole(record.bytes_in),
                stopped: record.stopped,
                has_bodies: record.request_body.is_some() || record.response_body.is_some(),
            },
            request: record.request_body,
            response: record.response_body,
        };
        kept.redact(others);
        for body in [&mut kept.request, &mut kept.response].into_iter().flatten() {
            shorten(body);
        }
        kept
    }

    /// Takes out the keys of other accounts, whole or in pieces, and what looks like a key: pasted into a chat, or sent by
    /// a server.
    pub(super) fn redact(&mut self, others: &KeyFragments) {
        for text in self.texts() {
            others.remove_from_body(text);
            *text = redact::keys(text);
        }
    }

    pub(super) fn forget_bodies(&mut self) {
        self.request = None;
        self.response = None;
        self.entry.has_bodies = false;
    }

    pub(super) fn bodies(&self) -> LogBodies {
        LogBodies { request: self.request.clone(), response: self.response.clone() }
    }

    /// Every text; a new one that is not here does not compile.
    fn texts(&mut self) -> impl Iterator<Item = &mut String> {
        let Kept { entry, request, response } = self;
        let LogEntry {
            id: _,
            at: _,
            method,
            host,
            path,
            model,
            attempt: _,
            of: _,
            status: _,
            code,
            said,
            request_id,
            queued_ms: _,
            first_byte_ms: _,
            total_ms: _,
            input_tokens: _,
            output_tokens: _,
            received_bytes: _,
            stopped: _,
            has_bodies: _,
        } = entry;
        let maybe = [model, code, said, request_id, request, response].into_iter().flatten();
        [method, host, path].into_iter().chain(maybe)
    }
}

fn whole(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// The middle goes: the settings of a request stand at one end, the last message and an answer's end at the other.
fn shorten(body: &mut String) {
    let (mut start, mut end) = (BODY_END, body.len().saturating_sub(BODY_END));
    while start > 0 && !body.is_char_boundary(start.min(body.len())) {
        start -= 1;
    }
    while end < body.len() && !body.is_char_boundary(end) {
        end += 1;
    }
    if end > start {
        let gone = format!("\n[… {} bytes left out …]\n", end - start);
        body.replace_range(start..end, &gone);
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    const KEY: &str = "sk-poe-Zq7Lw2Vt9Xk4Rb8Nd3Mf6Hs1Pj5Gy0Tc-Ue_Ai";

    fn of(text: &str) -> Kept {
        let text = || text.to_owned();
        let record = RequestRecord {
            method: "POST".to_owned(),
            path: text(),
            model: Some(text()),
            started_ms: 1_500,
            first_byte_ms: Some(340),
            request_id: Some(text()),
            error: Some(poe::Kind::StreamCut),
            said: Some(text()),
            prompt_tokens: Some(3),
            completion_tokens: Some(u64::MAX),
            request_body: Some(format!("{{\"content\":\"{}\"}}", text())),
            response_body: Some(format!("data: {}\n\n", text())),
            ..RequestRecord::default()
        };
        Kept::new(record, "api.poe.com".to_owned(), 7, &KeyFragments::of(None))
    }

    /// Some entry, with bodies.
    pub(in crate::log) fn kept(id: i64) -> Kept {
        let mut kept = of("a path");
        kept.entry.id = id;
        kept.request = Some("a body".to_owned());
        kept
    }

    #[test]
    fn a_record_s_facts() {
        let entry = of("x").entry;
        assert_eq!((entry.id, entry.at, entry.first_byte_ms), (7, 1_500, Some(340)));
        assert_eq!((entry.input_tokens, entry.output_tokens), (Some(3), Some(i64::MAX)));
        assert_eq!(entry.code.as_deref(), Some("stream_cut"));
        assert!(entry.has_bodies);
    }

    #[test]
    fn no_text_keeps_what_looks_like_a_key() {
        fn check(said: &str) {
            let line = serde_json::to_string(&of(said)).unwrap();
            for window in KEY.as_bytes().windows(8) {
                let window = str::from_utf8(window).unwrap();
                assert!(!line.contains(window), "{window} of {said} in {line}");
            }
        }
        check(KEY);
        check(&format!("Bearer {KEY}"));
        check(&format!("{} {KEY}", "x".repeat(BODY_END - 20)));
        check(&format!("{KEY} {}", "é".repeat(BODY_END)));
    }

    #[test]
    fn around_a_key_the_text_stays() {
        let kept = of("my key is sk-poe-AnotherAccount0123456789, why?");
        let expected = "{\"content\":\"my key is [key], why?\"}";
        assert_eq!(kept.request.as_deref(), Some(expected));
    }

    #[test]
    fn long_bodies_lose_their_middle() {
        fn check(body: &str, expected: &str) {
            let mut got = body.to_owned();
            shorten(&mut got);
            let start = body.chars().take(20).collect::<String>();
            assert!(got == expected, "{} bytes of {start}", got.len());
        }
        let (a, b) = ("a".repeat(BODY_END), "b".repeat(BODY_END));
        check("", "");
        check(&a, &a);
        check(&format!("{a}{b}"), &format!("{a}{b}"));
        check(&format!("{a}-{b}"), &format!("{a}\n[… 1 bytes left out …]\n{b}"));
        let half = "é".repeat(BODY_END / 2);
        check(&half.repeat(2), &half.repeat(2));
        let less = "é".repeat(BODY_END / 2 - 1);
        check(&format!("x{half}{half}"), &format!("x{less}\n[… 2 bytes left out …]\n{half}"));
    }
}
