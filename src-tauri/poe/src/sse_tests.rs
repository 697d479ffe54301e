//! A line per case of the standard, each at several ways of cutting the input, and the limits.

use super::*;

/// Ways to cut each input.
const CUTS: [Cut; 12] = [
    Cut::Pieces(usize::MAX),
    Cut::Pieces(1),
    Cut::Pieces(2),
    Cut::Pieces(7),
    Cut::Random(1),
    Cut::Random(2),
    Cut::Random(3),
    Cut::Random(4),
    Cut::Random(5),
    Cut::Random(6),
    Cut::Random(7),
    Cut::Random(8),
];

#[derive(Clone, Copy, Debug)]
enum Cut {
    Pieces(usize),
    /// 0 to 12 bytes each, by this seed.
    Random(u64),
}

fn cut(mut input: &[u8], cut: Cut) -> Vec<&[u8]> {
    let mut random = fastrand::Rng::with_seed(match cut {
        Cut::Pieces(_) => 0,
        Cut::Random(seed) => seed,
    });
    let mut pieces = Vec::new();
    while !input.is_empty() {
        let size = match cut {
            Cut::Pieces(size) => size,
            Cut::Random(_) => random.usize(0..=12),
        };
        let (piece, rest) = input.split_at(size.min(input.len()));
        pieces.push(piece);
        input = rest;
    }
    pieces
}

fn parse(input: &[u8], how: Cut) -> (Vec<Event>, Parser) {
    let mut parser = Parser::new();
    let mut events = Vec::new();
    for piece in cut(input, how) {
        parser.push(piece, &mut events).unwrap();
    }
    (events, parser)
}

/// The data of an event, `name|data` where the name is not `message`.
fn shown(event: Event) -> String {
    match event.name.as_str() {
        "message" => event.data,
        name => format!("{name}|{}", event.data),
    }
}

/// Appendix of the standard's cases: the Web Platform Tests' `eventsource/format-*`, those of eventsource-parser and of
/// OpenAI's libraries, and what the standard says beyond them. Name, input, the events.
fn cases() -> Vec<(&'static str, Vec<u8>, Vec<&'static str>)> {
    let long = "x".repeat(2049);
    let comments = format!("data:1\r:\0\n:\r\ndata:2\n:{long}\rdata:3\n:data:fail\r:{long}\ndata:4\n\n");
    let case = |name, input: &[u8], events: &[&'static str]| (name, input.to_vec(), events.to_vec());
    vec![
        case("comments", comments.as_bytes(), &["1\n2\n3\n4"]),
        case("field data", b"data:\n\ndata\ndata\n\ndata:test\n\n", &["", "\n", "test"]),
        case("bom", b"\xef\xbb\xbfdata:1\n\ndata:2\n\n", &["1", "2"]),
        case("two boms", b"\xef\xbb\xbf\xef\xbb\xbfdata:1\n\ndata:2\n\ndata:3\n\n", &["2", "3"]),
        case("final", b"retry:1000\ndata:test1\n\nid:test\ndata:test2", &["test1"]),
        case("event", b"event:test\ndata:x\n\ndata:y\n\n", &["test|x", "y"]),
        case("event empty", b"event: \ndata:data\n\n", &["data"]),
        case(
            "parsing",
            b"data:\0\ndata:  2\rData:1\ndata\0:2\ndata:1\r\0data:4\nda-ta:3\rdata_5\ndata:3\rdata:\r\n data:32\ndata:4\n\n",
            &["\0\n 2\n1\n3\n\n4"],
        ),
        case(
            "unknown field",
            b"data:test\n data\ndata\nfoobar:xxx\njustsometext\n:c\ndata:test\n\n",
            &["test\n\ntest"],
        ),
        case("space", b"data:\ttest\rdata: \ndata:test\n\n", &["\ttest\n\ntest"]),
        case("newlines", b"data:test\r\ndata\ndata:test\r\n\rdata:z\n\n", &["test\n\ntest", "z"]),
        case("null", b"data:\0\n\n\n\n", &["\0"]),
        case("utf-8", "data:ok…\n\n".as_bytes(), &["ok…"]),
        case("cr only", b"data:a\r\rdata:b\r\r", &["a", "b"]),
        case("crlf", b"data:a\r\n\r\ndata:b\r\n\r\n", &["a", "b"]),
        case("multibyte", "data: 🙂 дом 漢字\n\n".as_bytes(), &["🙂 дом 漢字"]),
        case("leading blank lines", b"\n\n\r\r\n\ndata:a\n\n", &["a"]),
        case("event without data", b"event:\n\ndata:a\n\n", &["a"]),
        case("bom in mid-stream", "data:1\n\n\u{feff}data:2\n\ndata:3\n\n".as_bytes(), &["1", "3"]),
        case("ping without data", b"event: ping\n\ndata:a\n\n", &["a"]),
        case(
            "json over lines",
            b"data: {\ndata\ndata: \"a\": 1\ndata:\ndata: }\n\n",
            &["{\n\n\"a\": 1\n\n}"],
        ),
        case(
            "other line separators",
            "data:a\u{2028}b\u{2029}c\u{85}d\n\n".as_bytes(),
            &["a\u{2028}b\u{2029}c\u{85}d"],
        ),
        case("invalid utf-8", b"data:a\xffb\n\ndata:c\n\n", &["a\u{fffd}b", "c"]),
        case("utf-8 cut at the end", b"data:a\n\ndata:\xe2\x82", &["a"]),
        case("end in mid-event", b"data:a\n\ndata:b", &["a"]),
        case("end after one newline", b"data:a\n\ndata:b\n", &["a"]),
        case(
            "keep-alives",
            b": keep-alive\n\n: keep-alive\n\ndata:a\n\n: keep-alive\n\n",
            &["a"],
        ),
        case("retry overflow", b"retry:99999999999999999999999999\ndata:a\n\n", &["a"]),
        // Ours.
        case("nothing", b"", &[]),
        case("done", b"data: [DONE]\n\n", &["[DONE]"]),
        case("named", b"event: ping\ndata:{}\n\ndata:a\n\n", &["ping|{}", "a"]),
        case("a name is not kept", b"event:test\n\ndata:x\n\n", &["x"]),
        case("invalid utf-8 over lines", b"data:a\xff\ndata:\xffb\n\n", &["a\u{fffd}\n\u{fffd}b"]),
        case("mixed ends", b"data:a\n\r\ndata:b\r\n\ndata:c\r\r\ndata:d\n\r", &["a", "b", "c", "d"]),
        case("only the first space", b"data:  a\n\ndata\n\ndata: \n\n", &[" a", "", ""]),
        case("almost data", b"datax:1\ndat:2\nxdata:3\ndata:4\n\n", &["4"]),
        case("bom and then no data", b"\xef\xbb\xbf\n\xef\xbb\xbfdata:1\n\ndata:2\n\n", &["2"]),
    ]
}

/// Run with `--nocapture` to see the count.
#[test]
#[allow(clippy::print_stdout)]
fn every_case_of_the_standard_however_it_is_cut() {
    let (cases, mut failures) = (cases(), Vec::new());
    for (name, input, expected) in &cases {
        for how in CUTS {
            let got: Vec<String> = parse(input, how).0.into_iter().map(shown).collect();
            if got != *expected {
                failures.push(format!("{name}, {how:?}: {got:?} instead of {expected:?}"));
            }
        }
    }
    let total = cases.len() * CUTS.len();
    println!(
        "server-sent events: {} of {total} ({} cases × {} cuts)",
        total - failures.len(),
        cases.len(),
        CUTS.len()
    );
    assert!(failures.is_empty(), "{failures:#?}");
}

#[test]
fn an_event_that_ends_in_cr_cr_comes_at_once() {
    for how in CUTS {
        let (events, _) = parse(b"data:a\r\r", how);
        assert_eq!(events.len(), 1, "{how:?}");
    }
}

/// Random lines, and the standard's own algorithm, which works on whole lines and knows no limits.
#[test]
fn agrees_with_the_standard_taken_literally() {
    fn literal(input: &[u8]) -> Vec<String> {
        let text = String::from_utf8_lossy(input.strip_prefix(BOM).unwrap_or(input))
            .replace("\r\n", "\n")
            .replace('\r', "\n");
        let (mut events, mut data, mut name) = (Vec::new(), None::<String>, String::new());
        let mut lines: Vec<&str> = text.split('\n').collect();
        lines.pop(); // not ended
        for line in lines {
            let (field, value) = line.split_once(':').unwrap_or((line, ""));
            let value = value.strip_prefix(' ').unwrap_or(value);
            match field {
                "" if line.is_empty() => {
                    let event = std::mem::take(&mut name);
                    if let Some(data) = data.take() {
                        let name = if event.is_empty() { "message".to_owned() } else { event };
                        events.push(shown(Event { name, data }));
                    }
                }
                "data" => {
                    data = Some(match data {
                        Some(data) => data + "\n" + value,
                        None => value.to_owned(),
                    })
                }
                "event" => name = value.to_owned(),
                _ => {}
            }
        }
        events
    }
    let words: [&[u8]; 19] = [
        b"data",
        b"data:",
        b"data: ",
        b"event:",
        b"id:",
        b":",
        b" ",
        b"\n",
        b"\n",
        b"\n\n",
        b"\r",
        b"\r\n",
        b"\r\n\r\n",
        b"x",
        b"{\"a\":1}",
        b"\xef\xbb\xbf",
        b"\xff",
        b"\xc3\xa9",
        b"\0",
    ];
    for seed in 0..20_000 {
        let mut random = fastrand::Rng::with_seed(seed);
        let length = random.usize(0..30);
        let input: Vec<u8> = (0..length).flat_map(|_| words[random.usize(0..words.len())]).copied().collect();
        let expected = literal(&input);
        for how in [Cut::Pieces(usize::MAX), Cut::Pieces(1), Cut::Random(seed)] {
            let got: Vec<String> = parse(&input, how).0.into_iter().map(shown).collect();
            assert_eq!(got, expected, "{:?}, {how:?}", String::from_utf8_lossy(&input));
        }
    }
}

#[test]
fn an_event_beyond_the_limit_is_an_error() {
    fn check(piece: &[u8], times: usize, expected: Result<(), TooLarge>) {
        let mut parser = Parser::with_limit(1000);
        let got = (0..times).try_for_each(|_| parser.push(piece, &mut Vec::new()));
        let shown = String::from_utf8_lossy(piece);
        assert_eq!(got, expected, "{times} times {shown:?}");
    }
    check(b"data:an endless line ", 100, Err(TooLarge));
    check(b": an endless comment ", 100, Err(TooLarge));
    check(b"data\n", 2000, Err(TooLarge));
    check(b"data:x\n\n", 2000, Ok(()));
    check(b": comment\n", 2000, Ok(()));
    check(b"event:x\n", 2000, Ok(()));
    check(&[b'x'; 1001], 1, Err(TooLarge));
    check(&[b"data:".as_slice(), &[b'x'; 995]].concat(), 1, Ok(()));
    check(&[b"data:".as_slice(), &[b'x'; 996]].concat(), 1, Err(TooLarge));
    check(&[b"data:".as_slice(), &[b'x'; 996], b"\n\n"].concat(), 1, Err(TooLarge));
    check(&[b"data:".as_slice(), &[b'x'; 900], b"\n\n"].concat(), 100, Ok(()));
}

#[test]
fn what_came_before_a_failure_is_kept() {
    let mut parser = Parser::with_limit(20);
    let mut events = Vec::new();
    let failed = parser.push(b"data:a\n\ndata:this is more than twenty\n\n", &mut events);
    assert_eq!((failed, events.len()), (Err(TooLarge), 1));
}

#[test]
fn a_usual_event_is_lent_and_a_large_buffer_given_back() {
    let mut parser = Parser::new();
    let mut bytes: &[u8] = b"data: a\n\ndata: b\r\n\r\n";
    for expected in ["a", "b"] {
        let event = parser.read(&mut bytes).unwrap().unwrap();
        assert_eq!((event.name, &event.data), ("message", &Cow::Borrowed(expected)));
    }
    assert_eq!(parser.read(&mut bytes), Ok(None));
    let large = "x".repeat(4 * KEEP);
    parser.push(format!("data:{large}").as_bytes(), &mut Vec::new()).unwrap();
    parser.push(b"\n\n:\n", &mut Vec::new()).unwrap();
    assert!(parser.data.capacity() <= KEEP, "{}", parser.data.capacity());
}

#[test]
fn a_large_event_takes_linear_time() {
    let mut input = b"data:".to_vec();
    input.resize(10 * 1024 * 1024, b'x');
    input.extend_from_slice(b"\n\n");
    let start = std::time::Instant::now();
    let (events, _) = parse(&input, Cut::Pieces(256));
    assert_eq!(events[0].data.len(), 10 * 1024 * 1024 - 5);
    // A quadratic parser takes minutes.
    assert!(start.elapsed() < std::time::Duration::from_secs(5), "{:?}", start.elapsed());
}
