//! The fast way and serde_json's, fed the same chunks: what the fast way takes must come out the same.

use super::*;
use crate::answer::Answer;
use crate::chat::ChatEvent;

/// True when the fast way took it.
fn is_fast(chunk: &str) -> bool {
    Delta::read(chunk.trim(), &mut Frame::default()).is_some()
}

/// The same answer, read both ways.
#[derive(Default)]
struct Both {
    fast: Answer,
    slow: Answer,
}

impl Both {
    /// Everything that can be told after a frame: its events or error, and what the answer knows.
    fn agree(&mut self, chunk: &str) {
        if matches!(chunk.trim(), "" | "[DONE]") {
            return; // neither way sees these
        }
        let (mut fast, mut slow): (Vec<ChatEvent>, Vec<ChatEvent>) = Default::default();
        let results =
            (self.fast.frame("message", chunk, &mut fast), self.slow.any("message", chunk.trim(), &mut slow));
        assert_eq!(
            format!("{:?} {fast:?} {:?}", results.0, self.fast),
            format!("{:?} {slow:?} {:?}", results.1, self.slow),
            "{chunk}"
        );
    }
}

#[test]
fn what_is_taken() {
    fn check(chunk: &str, fast: bool) {
        assert_eq!(is_fast(chunk), fast, "{chunk}");
        let mut both = Both::default();
        // The second time its head is known.
        both.agree(chunk);
        both.agree(chunk);
    }
    let poe = |delta: &str, reason: &str| {
        format!(
            r#"{{"id":"chatcmpl-0123456789abcdef01234567","object":"chat.completion.chunk","created":1776108000,"model":"Claude-Sonnet-4.6","choices":[{{"index":0,"delta":{delta},"finish_reason":{reason}}}]}}"#
        )
    };
    check(&poe(r#"{"content":"Hel"}"#, "null"), true);
    check(&poe(r#"{"role":"assistant","content":""}"#, "null"), true);
    check(&poe("{}", r#""stop""#), true);
    check(&poe(r#"{"content":null,"tool_calls":null}"#, r#""length""#), true);
    check(&poe(r#"{"content":"a\n\"b\"\\\/\b\f\r\té 😀 é 😀"}"#, "null"), true);
    check(&poe(r#"{"content":"\u00e9\u00E9\ud83d\ude00\u0000"}"#, "null"), true);
    check(&poe(r#"{"content":"{\"error\":{\"message\":\"x\"}}"}"#, "null"), true);
    check(&poe(r#"{"reasoning":"a","reasoning_content":"b","content":"c"}"#, "null"), true);
    check(&poe(r#"{"reasoning":"a","reasoning_content":""}"#, "null"), true);
    check(&poe(r#"{"content":7,"reasoning":false}"#, "null"), true);
    check(&poe(r#"{ "content" : "a" }"#, " null "), true);
    check(r#"{"choices":[{"delta":{"content":"a"}}]}"#, true);
    check(r#"{"choices":[{}]}"#, true);
    check(r#"{"error":null,"usage":null,"choices":[{"delta":{"content":"a"}}],"x":"y"}"#, true);
    check(r#"{"error":false,"choices":[{"delta":{"content":"a"}}],"model":"m"}"#, true);

    check(&poe(r#"{"tool_calls":[{"index":0}]}"#, "null"), false);
    check(&poe(r#"{"content":[{"text":"a"}]}"#, "null"), false);
    check(&poe(r#"{"content":"a","content":"b"}"#, "null"), false);
    check(&poe(r#"{"content":"a","reasoning":"b","reasoning":null}"#, "null"), false);
    check(&poe(r#"{"content":"\ud83d"}"#, "null"), false);
    check(&poe(r#"{"content":"\ude00"}"#, "null"), false);
    check(&poe(r#"{"content":"\ud83d\ud83d\ude00"}"#, "null"), false);
    check(&poe(r#"{"content":"\u+123"}"#, "null"), false);
    check(&poe(r#"{"content":"\u12"}"#, "null"), false);
    check(&poe(r#"{"content":"\u12é4"}"#, "null"), false);
    check(&poe(r#"{"content":"\q"}"#, "null"), false);
    check(&poe(r#"{"content":"\é"}"#, "null"), false);
    check(&poe("{\"content\":\"a\tb\"}", "null"), false);
    check(&poe("{\"content\":\"a\0b\"}", "null"), false);
    check(&poe(r#"{"c\u006fntent":"a"}"#, "null"), false);
    check(&poe(r#"{"content":"a",}"#, "null"), false);
    check(&poe(r#"{"role":"\q","content":"a"}"#, "null"), false);
    check(&poe(r#"{"content":"a"}"#, r#""st\u006fp""#), false);
    check(&poe(r#"{"content":"a"}"#, "7"), false);
    check(&poe("null", "null"), false);
    check(r#"{"choices":[],"usage":{"prompt_tokens":7}}"#, false);
    check(r#"{"choices":[{"delta":{"content":"a"}},{"delta":{"content":"b"}}]}"#, false);
    check(r#"{"choices":[{"delta":{"content":"a"}}],"choices":[{"delta":{"content":"b"}}]}"#, false);
    check(r#"{"choices":[{"delta":{"content":"a"}}],"error":{"message":"x"}}"#, false);
    check(r#"{"choices":[{"delta":{"content":"a"}}],"error":"x"}"#, false);
    check(r#"{"choices":[{"delta":{"content":"a"}}],"error":true}"#, false);
    check(r#"{"choices":[{"delta":{"content":"a"}}],"model":7}"#, false);
    check(r#"{"choices":[{"delta":{"content":"a"}}],"created":01}"#, false);
    check(r#"{"choices":[{"delta":{"content":"a"}}],"created":1.5}"#, false);
    check(r#"{"choices":[{"delta":{"content":"a"}}],"created":nul}"#, false);
    check(&format!(r#"{{"choices":[{{}}],"created":{}}}"#, "9".repeat(400)), false);
    check(r#"{"choices":[{"delta":{"content":"a"}}]}}"#, false);
    check(r#"{"choices":[{"delta":{"content":"a"}}]} x"#, false);
    check(r#"{"choices":[{"delta":{"content":"a\"#, false);
    check(r#"{"choices":[{"delta":{"content":"a"#, false);
    check("{}", false);
    check("[]", false);
    check("\"", false);
    check("{", false);
}

/// Chunks made from a seed: orders, blanks, escapes and fields at random, mostly valid.
struct Maker(fastrand::Rng);

impl Maker {
    fn pick<'a>(&mut self, from: &[&'a str]) -> &'a str {
        from[self.0.usize(0..from.len())]
    }

    fn blank(&mut self) -> &'static str {
        match self.0.u16(0..1000) {
            0..30 => " ",
            30 => "  ",
            31 => "\n",
            32 => "\t",
            _ => "",
        }
    }

    fn string(&mut self) -> String {
        const PIECES: &[&str] = &[
            "a",
            "Hello",
            " ",
            "the",
            "é",
            "漢字",
            "🙂",
            r"\n",
            r#"\""#,
            r"\\",
            r"\/",
            r"\t",
            r"\u0041",
            r"\u00e9",
            r"\ud83d\ude00",
            r"\uD83D\uDE00",
            r#"{\"error\":1}"#,
            "[DONE]",
            "data:",
            "'",
            "}",
            "]",
            ",",
            ":",
            r"\b\f\r",
            r"\u0000",
            "\u{7f}",
            "\u{2028}",
        ];
        const BAD: &[&str] = &[
            r"\ud83d",
            r"\ude00",
            r"\u12",
            r"\x",
            "\\",
            "\t",
            "\0",
            "\n",
            "\"",
            r"\u+041",
            r"\ud83d\n",
            r"\ud83d\u0041",
        ];
        let mut text = "\"".to_owned();
        for _ in 0..self.0.usize(0..6) {
            let pieces = if self.0.u8(0..60) == 0 { BAD } else { PIECES };
            text += self.pick(pieces);
        }
        text + "\""
    }

    fn scalar(&mut self) -> String {
        match self.0.u8(0..10) {
            0..=3 => self.string(),
            4 => "null".to_owned(),
            _ => self
                .pick(&[
                    "0",
                    "7",
                    "1776108000",
                    "-1",
                    "1.5",
                    "1e3",
                    "1E+2",
                    "01",
                    "-",
                    "1e999",
                    "99999999999999999999",
                    "true",
                    "false",
                    "null",
                    "\"\"",
                    "tru",
                    "NaN",
                    "+1",
                    "[]",
                    "{}",
                    "[1,[2,{\"a\":3}]]",
                    "{\"content\":\"no\"}",
                ])
                .to_owned(),
        }
    }

    /// Fields in any order, now and then one twice.
    fn object(&mut self, mut fields: Vec<(&str, String)>) -> String {
        self.0.shuffle(&mut fields);
        if self.0.u8(0..60) == 0 && !fields.is_empty() {
            let again = fields[self.0.usize(0..fields.len())].clone();
            fields.push(again);
        }
        let mut text = "{".to_owned();
        for (position, (key, value)) in fields.iter().enumerate() {
            if position > 0 {
                text += ",";
            }
            text += self.blank();
            text += &match self.0.u8(0..200) {
                0 => format!("\"\\u00{:02x}{}\"", key.as_bytes()[0], &key[1..]),
                _ => format!("\"{key}\""),
            };
            text += self.blank();
            text += ":";
            text += self.blank();
            text += value;
            text += self.blank();
        }
        text + "}"
    }

    /// Each of these with its chance in 100.
    fn some(&mut self, fields: Vec<(&'static str, u8, String)>) -> Vec<(&'static str, String)> {
        let mut kept = Vec::new();
        for (key, chance, value) in fields {
            if self.0.u8(0..100) < chance {
                kept.push((key, value));
            }
        }
        kept
    }

    fn chunk(&mut self) -> String {
        let calls =
            r#"[{"index":0,"id":"c","function":{"name":"f","arguments":"{}"},"extra_content":{"g":1}}]"#;
        let pieces = vec![
            ("role", 20, "\"assistant\"".to_owned()),
            ("content", 70, self.string()),
            ("content", 5, self.scalar()),
            ("reasoning", 20, self.string()),
            ("reasoning", 3, self.scalar()),
            ("reasoning_content", 20, self.string()),
            ("reasoning_content", 3, self.scalar()),
            ("tool_calls", 5, calls.to_owned()),
            ("tool_calls", 3, self.scalar()),
            ("refusal", 5, "null".to_owned()),
            ("content", 2, r#"[{"type":"text","text":"Hi"}]"#.to_owned()),
        ];
        let pieces = self.some(pieces);
        let delta = self.object(pieces);
        let reason =
            self.pick(&["\"stop\"", "\"length\"", "\"content_filter\"", "\"\"", "\"odd\"", "7", "null"]);
        let choice = vec![
            ("index", 90, "0".to_owned()),
            ("delta", 95, delta),
            ("delta", 2, self.scalar()),
            ("finish_reason", 70, "null".to_owned()),
            ("finish_reason", 15, reason.to_owned()),
            ("logprobs", 10, self.scalar()),
        ];
        let choice = self.some(choice);
        let choice = self.object(choice);
        let choices = match self.0.u8(0..30) {
            0 => "[]".to_owned(),
            1 => self.scalar(),
            2 => format!("[{choice},{choice}]"),
            _ => format!("[{}{choice}{}]", self.blank(), self.blank()),
        };
        let usage = r#"{"prompt_tokens":7,"completion_tokens":"3","total_tokens":10.0}"#;
        let error = self.pick(&[
            "null",
            "false",
            "true",
            "\"busy\"",
            "{}",
            "\"\"",
            "0",
            r#"{"code":"rate_limit_exceeded"}"#,
        ]);
        let fields = vec![
            ("id", 90, "\"chatcmpl-0123\"".to_owned()),
            ("object", 90, "\"chat.completion.chunk\"".to_owned()),
            ("created", 90, "1776108000".to_owned()),
            ("model", 90, "\"Claude\"".to_owned()),
            ("model", 4, self.scalar()),
            ("choices", 97, choices),
            ("usage", 5, usage.to_owned()),
            ("usage", 10, "null".to_owned()),
            ("error", 8, error.to_owned()),
            ("extra", 10, self.scalar()),
        ];
        let fields = self.some(fields);
        self.object(fields)
    }

    /// A byte or a few of it changed, kept readable as text.
    fn mutate(&mut self, chunk: String) -> String {
        const BYTES: &[u8] = b"\"\\{}[],: 0n\tu\xff\xc3";
        let mut bytes = chunk.into_bytes();
        for _ in 0..self.0.usize(1..4) {
            let at = self.0.usize(0..bytes.len());
            match self.0.u8(0..4) {
                0 => drop(bytes.remove(at)),
                1 => bytes.insert(at, BYTES[self.0.usize(0..BYTES.len())]),
                2 => bytes[at] = BYTES[self.0.usize(0..BYTES.len())],
                _ => bytes.truncate(at.max(1)),
            }
            if bytes.is_empty() {
                bytes.push(b'{');
            }
        }
        String::from_utf8_lossy(&bytes).into_owned()
    }
}

#[test]
fn both_ways_agree_on_a_hundred_and_fifty_thousand_chunks() {
    const DELTA: &str = "\"delta\":{";
    let mut maker = Maker(fastrand::Rng::with_seed(7));
    let (mut both, mut fast, mut known, mut last) = (Both::default(), 0, 0, String::new());
    for round in 0..150_000 {
        if round % 20 == 0 {
            both = Both::default();
        }
        let mut chunk = maker.chunk();
        // An answer's chunks begin alike.
        if round % 4 != 0
            && let (Some((head, _)), Some((_, tail))) = (last.split_once(DELTA), chunk.split_once(DELTA))
        {
            chunk = format!("{head}{DELTA}{tail}");
            known += usize::from(is_fast(&chunk) && is_fast(&last));
        }
        last.clone_from(&chunk);
        if round % 3 == 0 {
            chunk = maker.mutate(chunk);
        }
        fast += usize::from(is_fast(&chunk));
        both.agree(&chunk);
    }
    // Else the two were hardly compared.
    assert!((30_000..120_000).contains(&fast), "{fast} went the fast way");
    assert!(known > 10_000, "{known} had a known head");
}
