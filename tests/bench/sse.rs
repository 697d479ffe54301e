//! `cargo xtask bench sse`: chat streams from bytes to events, ours beside three published parsers with serde_json, in one
//! run, in turns. Medians, since other programs share the machine; the ratios are what counts.
#![allow(clippy::print_stdout, clippy::unwrap_used)]

use std::borrow::Cow;
use std::convert::Infallible;
use std::fmt;
use std::hint::black_box;
use std::path::Path;
use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker};
use std::time::Instant;

use bytes::Bytes;
use eventsource_stream::Eventsource;
use futures_core::Stream;
use poe::ChatEvent;
use poe::fuzzing::Reading;
use serde::de::{IgnoredAny, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::{Value, json};
use sse_stream::SseByteStream;
use sseer::event_stream::EventStream;

/// What one read of a socket gives.
const READ: usize = 16 * 1024;
const TOTAL: usize = 100_000_000;
const ROUNDS: usize = 5;
const MIB: usize = 1 << 20;

/// What was in it: the same for every stack, else the comparison is none.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Found {
    events: usize,
    text: usize,
    finished: usize,
}

type Stack = (&'static str, fn(&Bytes) -> Found);

const STACKS: [Stack; 4] = [
    ("poe", ours),
    ("eventsource-stream", |answer| theirs(answer, eventsource_stream)),
    ("sseer", |answer| theirs(answer, sseer)),
    ("sse-stream", |answer| theirs(answer, sse_stream)),
];

/// Hands the data of every event to a function.
type Parse = fn(&Bytes, &mut dyn FnMut(&str));

const PARSERS: [(&str, Parse); 4] =
    [("poe", poe), ("eventsource-stream", eventsource_stream), ("sseer", sseer), ("sse-stream", sse_stream)];

fn main() {
    let answers = answers();
    let bytes: usize = answers.iter().map(Bytes::len).sum();
    println!(
        "{} chat streams, {} MB, reads of {} KiB, median of {ROUNDS}\n",
        answers.len(),
        bytes / 1_000_000,
        READ / 1024
    );
    let mut times = [const { Vec::new() }; STACKS.len()];
    let mut found = [Found::default(); STACKS.len()];
    for round in 0..=ROUNDS {
        for (index, (_, stack)) in STACKS.iter().enumerate() {
            let start = Instant::now();
            let sums = answers.iter().map(stack);
            found[index] = sums.fold(Found::default(), |sum, it| Found {
                events: sum.events + it.events,
                text: sum.text + it.text,
                finished: sum.finished + it.finished,
            });
            if round > 0 {
                times[index].push(start.elapsed().as_secs_f64());
            }
        }
    }
    for (index, (name, _)) in STACKS.iter().enumerate() {
        assert_eq!(found[index].text, found[0].text, "{name} reads another text");
        assert_eq!(found[index].finished, answers.len(), "{name} misses an end");
    }
    let times = times.map(median);
    println!("{:<20} {:>9} {:>12} {:>13}", "bytes to events", "MB/s", "events/s", "ours is");
    let rate = |time: f64| bytes as f64 / 1e6 / time;
    for ((name, _), time) in STACKS.iter().zip(times) {
        let events = found[1].events as f64 / time;
        println!("{name:<20} {:>9.0} {events:>12.0} {:>11.2} ×", rate(time), time / times[0]);
    }
    let fastest = rate(times[1..].iter().copied().fold(f64::INFINITY, f64::min));

    println!("\n{:<20} {:>9} {:>12} {:>13}", "one event", "5 MiB", "10 MiB", "growth");
    // Made once: memory that the system has yet to hand out costs every parser several times its own work.
    let inputs = [5, 10].map(|size| event(size * MIB));
    let mut large = Vec::new();
    for (name, parse) in PARSERS {
        // The one that is quadratic takes minutes for more.
        let rounds = if name == "eventsource-stream" { 1 } else { 31 };
        let pairs: Vec<[f64; 2]> =
            (0..rounds).map(|_| inputs.each_ref().map(|input| time_of(parse, input) * 1e3)).collect();
        let of = |part: fn(&[f64; 2]) -> f64| median(pairs.iter().map(part).collect());
        let (small, twice, growth) = (of(|it| it[0]), of(|it| it[1]), of(|it| it[1] / it[0]));
        println!("{name:<20} {small:>6.2} ms {twice:>9.2} ms {growth:>11.2} ×");
        large.push((twice, growth));
    }
    let peer = large[1..].iter().map(|it| it.0).fold(f64::INFINITY, f64::min);
    write(&[
        Row(
            "chat streams, bytes to events",
            "MB/s",
            rate(times[0]),
            Some(fastest),
            "≥ 800, ≥ 2 × the fastest library",
        ),
        Row("one event of 10 MiB", "ms", large[0].0, Some(peer), "≤ 5 ms"),
        Row("one event, 10 MiB to 5 MiB", "×", large[0].1, None, "≤ 2.3"),
    ]);
}

fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

/// Streams of some 200 kB each, as Poe sends them, 100 MB in all.
fn answers() -> Vec<Bytes> {
    const PIECES: [&str; 24] = [
        "The",
        " answer",
        " is",
        " a",
        " stream",
        " of",
        " small",
        " pieces",
        ",",
        " and",
        " each",
        ".",
        "\n\n",
        "```rust\n",
        "fn main() {\n",
        "    println!(\"hi\");\n",
        "}\n",
        " **bold**",
        " naïve",
        " 漢字",
        " 🙂",
        " `code`",
        "'s",
        " 42",
    ];
    let mut random = fastrand::Rng::with_seed(1);
    let mut answers = Vec::new();
    let mut total = 0;
    while total < TOTAL {
        let id: String = (0..24).map(|_| char::from_digit(random.u32(0..16), 16).unwrap()).collect();
        let chunk = |rest: &str| {
            format!(
                r#"data: {{"id":"chatcmpl-{id}","object":"chat.completion.chunk","created":1776108000,"model":"Claude-Sonnet-4.6","choices":{rest}}}"#
            ) + "\n\n"
        };
        let delta = |delta: Value, reason: Value| {
            chunk(&format!(r#"[{{"index":0,"delta":{delta},"finish_reason":{reason}}}]"#))
        };
        let mut answer = delta(json!({"role": "assistant", "content": ""}), Value::Null);
        while answer.len() < 200_000 {
            let field = if answer.len() < 20_000 { "reasoning_content" } else { "content" };
            answer += &delta(json!({ field: PIECES[random.usize(0..PIECES.len())] }), Value::Null);
        }
        answer += &delta(json!({}), "stop".into());
        answer += &chunk(r#"[],"usage":{"prompt_tokens":7,"completion_tokens":1000,"total_tokens":1007}"#);
        answer += "data: [DONE]\n\n";
        total += answer.len();
        answers.push(Bytes::from(answer));
    }
    answers
}

fn ours(answer: &Bytes) -> Found {
    let mut found = Found::default();
    let (mut reading, mut events) = (Reading::new(), Vec::new());
    for read in answer.chunks(READ) {
        events.clear();
        reading.push(read, &mut events).unwrap();
        for event in &events {
            found.events += 1;
            if let ChatEvent::Text(text) | ChatEvent::Reasoning(text) = event {
                found.text += text.len();
            }
        }
    }
    found.finished += usize::from(matches!(reading.end(), Ok(ChatEvent::Done { .. })));
    found
}

/// A library's events, each read by serde_json, which borrows what it can.
fn theirs(answer: &Bytes, parse: Parse) -> Found {
    let mut found = Found::default();
    parse(answer, &mut |data| {
        if data == "[DONE]" {
            found.finished += 1;
            return;
        }
        let chunk: Chunk = serde_json::from_str(data).unwrap();
        black_box(&chunk);
        found.events += 1;
        for Choice { delta, .. } in &chunk.choices {
            found.text += [&delta.content, &delta.reasoning_content]
                .into_iter()
                .flatten()
                .map(|text| text.0.len())
                .sum::<usize>();
        }
    });
    found
}

#[derive(Deserialize)]
#[allow(dead_code)]
struct Chunk<'a> {
    #[serde(borrow)]
    model: Option<Text<'a>>,
    #[serde(borrow)]
    choices: Vec<Choice<'a>>,
    usage: Option<IgnoredAny>,
    error: Option<IgnoredAny>,
}

#[derive(Deserialize)]
#[allow(dead_code)]
struct Choice<'a> {
    #[serde(borrow)]
    delta: Delta<'a>,
    #[serde(borrow)]
    finish_reason: Option<Text<'a>>,
}

#[derive(Deserialize)]
#[allow(dead_code)]
struct Delta<'a> {
    #[serde(borrow)]
    content: Option<Text<'a>>,
    #[serde(borrow)]
    reasoning_content: Option<Text<'a>>,
    tool_calls: Option<IgnoredAny>,
}

/// serde's own `Cow` does not borrow within an `Option`.
struct Text<'a>(Cow<'a, str>);

impl<'de: 'a, 'a> Deserialize<'de> for Text<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Words;
        impl<'de> Visitor<'de> for Words {
            type Value = Text<'de>;

            fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
                f.write_str("a string")
            }

            fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Text<'de>, E> {
                Ok(Text(Cow::Borrowed(text)))
            }

            fn visit_str<E>(self, text: &str) -> Result<Text<'de>, E> {
                Ok(Text(Cow::Owned(text.to_owned())))
            }
        }
        deserializer.deserialize_str(Words)
    }
}

fn poe(input: &Bytes, each: &mut dyn FnMut(&str)) {
    let mut parser = poe::sse::Parser::new();
    for mut read in input.chunks(READ) {
        while let Some(event) = parser.read(&mut read).unwrap() {
            each(&event.data);
        }
    }
}

fn eventsource_stream(input: &Bytes, each: &mut dyn FnMut(&str)) {
    all(Reads(input.clone()).eventsource(), |event| each(&event.unwrap().data));
}

fn sseer(input: &Bytes, each: &mut dyn FnMut(&str)) {
    all(EventStream::new(Reads(input.clone())), |event| each(&event.unwrap().data));
}

fn sse_stream(input: &Bytes, each: &mut dyn FnMut(&str)) {
    all(SseByteStream::new(Reads(input.clone())), |event| {
        each(event.unwrap().data.as_deref().unwrap_or_default())
    });
}

/// The reads of a socket that is always ready.
struct Reads(Bytes);

impl Stream for Reads {
    type Item = Result<Bytes, Infallible>;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let size = self.0.len().min(READ);
        Poll::Ready((size > 0).then(|| Ok(self.0.split_to(size))))
    }
}

fn all<E>(events: impl Stream<Item = E>, mut each: impl FnMut(E)) {
    let mut events = pin!(events);
    let mut context = Context::from_waker(Waker::noop());
    while let Poll::Ready(Some(event)) = events.as_mut().poll_next(&mut context) {
        each(event);
    }
}

/// One event of so many bytes.
fn event(size: usize) -> Bytes {
    let mut input = b"data: ".to_vec();
    input.resize(size - 2, b'x');
    input.extend_from_slice(b"\n\n");
    Bytes::from(input)
}

/// The time to parse one event, in seconds.
fn time_of(parse: Parse, input: &Bytes) -> f64 {
    let (start, mut length) = (Instant::now(), 0);
    parse(input, &mut |data| length += data.len());
    let took = start.elapsed().as_secs_f64();
    assert_eq!(length, input.len() - 8);
    took
}

/// What, unit, ours, the fastest peer's, target.
struct Row(&'static str, &'static str, f64, Option<f64>, &'static str);

/// Puts our rows in the file of the other figures, if there is one.
fn write(rows: &[Row]) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap();
    let target = std::env::var_os("CARGO_TARGET_DIR").unwrap_or_else(|| "target".into());
    let file = root.join(target).join("bench.json");
    let Ok(text) = std::fs::read_to_string(&file) else {
        return;
    };
    let mut all: Vec<Value> = serde_json::from_str(&text).unwrap();
    for Row(what, unit, ours, peer, target) in rows {
        all.retain(|row| row["figure"] != *what);
        all.push(json!({ "figure": what, "unit": unit, "ours": ours, "bare": peer, "target": target }));
    }
    std::fs::write(&file, serde_json::to_string_pretty(&all).unwrap()).unwrap();
    println!("\n{}", file.display());
}
