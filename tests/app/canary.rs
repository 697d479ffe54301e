//! The keys in every disguise that a server could echo them in, with texts being logged: they are in no log, rotated log,
//! export, setting, event, answer to a command or card. (What an answer says as its text is the person's, and is kept as it
//! came; so the echoes of the first test stand everywhere else. The log is clean of it there too, also where a stream cut it
//! into pieces, whether the key is in use or another account's. A key that this app never met is told by its shape.)

use crate::commands::Window;
use crate::log::ask;
use poe::sim::Reply;
use serde_json::{Value, json};
use std::collections::HashSet;
use std::fs;
use std::path::Path;

const KEY: &str = "sk-poe-Zq7Lw2Vt9Xk4Rb8Nd3Mf6Hs1Pj5Gy0TcUeAi";
const OTHER: &str = "sk-poe-Mw8Qx3Ju6Yb1Ck9Fn4Lr7Ds2Hp5Vt0ZeGaRk";
const CHAT: &str = "/v1/chat/completions";

/// Of nobody here: pasted into a question.
const STRANGE: &str = "sk-poe-Bd6Wk1Sx8Ec3Rf5Tg7Yh9Uj2Im4Ol0PzAqNv";

fn base64(bytes: &[u8], last: &[u8; 2]) -> String {
    let letters = [b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789", &last[..]].concat();
    let groups = bytes.chunks_exact(3).flat_map(|group| {
        let bits = u32::from(group[0]) << 16 | u32::from(group[1]) << 8 | u32::from(group[2]);
        [18, 12, 6, 0].map(|shift| char::from(letters[(bits >> shift & 63) as usize]))
    });
    groups.collect()
}

/// A key, its percent-encoding, and its base64 at all three offsets in both alphabets.
fn forms(key: &str) -> Vec<String> {
    let mut forms = vec![key.to_owned(), key.bytes().map(|byte| format!("%{byte:02X}")).collect()];
    for skipped in 0..3 {
        for last in [b"+/", b"-_"] {
            forms.push(base64(&key.as_bytes()[skipped..], last));
        }
    }
    forms
}

/// Eight letters in a row of a key, in any of its forms.
struct Traces {
    all: HashSet<Vec<u8>>,
    /// What each of them begins with: it spares most places of a text the look into the set.
    begins: [[bool; 256]; 256],
}

fn traces() -> Traces {
    let forms: Vec<_> = [KEY, OTHER].into_iter().flat_map(forms).collect();
    let windows = forms.iter().flat_map(|form| form.as_bytes().windows(8));
    let strange = STRANGE.as_bytes()[7..].windows(8);
    let all: HashSet<_> = windows.chain(strange).map(<[u8]>::to_ascii_lowercase).collect();
    let mut begins = [[false; 256]; 256];
    for trace in &all {
        begins[usize::from(trace[0])][usize::from(trace[1])] = true;
    }
    Traces { all, begins }
}

/// What the pieces of each answer in a log say together.
fn whole_answers(log: &str) -> Vec<String> {
    let lines = log.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let said = |line: Value| {
        let frames = line["response"].as_str()?.split("\n\n").map(str::to_owned).collect::<Vec<_>>();
        let pieces = frames.iter().filter_map(|frame| {
            let frame: Value = serde_json::from_str(frame.strip_prefix("data: ")?).ok()?;
            Some(frame["choices"][0]["delta"]["content"].as_str()?.to_owned())
        });
        Some(pieces.collect::<String>())
    };
    lines.filter_map(said).collect()
}

fn assert_clean(place: &str, text: &str, traces: &Traces) {
    let text = text.to_lowercase().into_bytes();
    for at in 0..text.len().saturating_sub(7) {
        let may_be = traces.begins[usize::from(text[at])][usize::from(text[at + 1])];
        let window = &text[at..at + 8];
        assert!(!may_be || !traces.all.contains(window), "{} in {place}", String::from_utf8_lossy(window));
    }
}

#[test]
fn a_trace_is_found_wherever_it_stands() {
    for text in
        [&KEY[7..15], &format!("é{}", &OTHER[35..].to_uppercase()), &format!("Ab{}c", &STRANGE[20..28])]
    {
        std::panic::catch_unwind(|| assert_clean("a text", text, &traces())).unwrap_err();
    }
    assert_clean("a text", "sk-poe-and-so-on", &traces());
}

fn files(folder: &Path) -> Vec<(String, String)> {
    let files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    files
        .filter(|path| path.is_file())
        .map(|path| {
            (path.display().to_string(), String::from_utf8_lossy(&fs::read(path).unwrap()).into_owned())
        })
        .collect()
}

/// Each way in which it is echoed, with enough around it to fill more than one file.
fn echoes(said: &str) -> Vec<Reply> {
    let long = format!("{said} {}", "and so on ".repeat(800));
    let hello = json!({ "choices": [{ "delta": { "content": "Hello" } }] }).to_string();
    let frame = json!({ "error": { "message": long, "type": said, "code": said } }).to_string();
    let replies = vec![
        Reply::error(400, &long, said, Some(said)),
        Reply::error(401, &long, said, Some("invalid_api_key")),
        Reply::text(403, &long),
        Reply::html(502, &format!("<title>{said}</title>{long}")),
        Reply::json(404, json!({ "detail": { "headers": { "authorization": long } } })),
        Reply::sse(&[&hello, &frame]),
        Reply::sse(&[&hello, &format!("{{\"{said}\":")]),
    ];
    replies
        .into_iter()
        .map(|reply| reply.header("x-request-id", said).header("x-ratelimit-limit-requests", "100000"))
        .collect()
}

#[test]
fn the_key_is_in_no_log_export_event_or_card() {
    let window = Window::open();
    window.set_key(KEY).unwrap();
    window.ok("log_keep_bodies", json!({ "on": true }));
    let traces = traces();
    let mut disguises = forms(KEY);
    disguises.extend([
        format!("Bearer {KEY}"),
        format!("{}***", &KEY[..20]),
        format!("***{}", &KEY[20..]),
        KEY.to_uppercase(),
    ]);
    for said in &disguises {
        for reply in echoes(said) {
            window.sim.on("POST", CHAT, reply);
            ask(&window, "Hello");
        }
    }
    for with in [true, false] {
        window.ok("log_export", json!({ "withBodies": with }));
    }
    let page = window.ok("log_page", json!({ "filter": {} }));
    for entry in page["entries"].as_array().unwrap() {
        window.ok("log_bodies", json!({ "id": entry["id"] }));
    }
    window.ok("boot", json!({}));
    assert_clean("what the window was told", &window.told.lock().unwrap().join("\n"), &traces);

    // Only the log has to be clean of what the person typed and what an answer says.
    window.sim.on("POST", CHAT, Reply::answer(&format!("You said {KEY}.")));
    ask(&window, &format!("Why do {STRANGE} and {KEY} not work?"));
    window.ok("log_export", json!({ "withBodies": true }));
    let logs = files(&window.dir.path().join("logs"));
    assert!(logs.len() > 1, "it was to be rotated: {} file", logs.len());
    let exports = files(&window.dir.path().join("exports"));
    assert_eq!(exports.len(), 3);
    let rest = files(window.dir.path());
    // The database holds what the person typed and what the answer said, and is meant to.
    let rest = rest.into_iter().filter(|(name, _)| !name.contains("telltale.db"));
    for (name, text) in logs.into_iter().chain(exports).chain(rest) {
        assert_clean(&name, &text, &traces);
    }
}

/// A key in a file of settings, one that is removed and put back, and texts that are refused as keys.
#[test]
fn the_other_ways_in_leave_no_trace() {
    let window = Window::open();
    window.ok("log_keep_bodies", json!({ "on": true }));
    window.set_key(&format!("# mine\nexport POE_API_KEY=\"{KEY}\" # the one\n")).unwrap();
    for typed in [
        format!("my key is {STRANGE}, keep it"),
        format!("{{\"a\": \"{KEY}\", \"b\": \"{OTHER}\"}}"),
        format!("{STRANGE}\n{STRANGE}"),
    ] {
        let card = window.set_key(&typed).unwrap_err();
        assert_eq!(card["code"], "invalid_input");
    }
    window.set_key_of(true, &format!("{{\"key\": \"{OTHER}\"}}")).unwrap();
    window.ok("remove_account", json!({ "id": 2 }));
    window.ok("undo_removal", json!({ "keep": "keychain" }));
    window.ok("forget_key", json!({}));
    window.ok("undo_removal", json!({ "keep": "session" }));
    window.ok("forget_pasted", json!({}));
    let card = window.call(
        "set_key",
        json!({ "source": { "type": "anyway" }, "keep": "session", "add": false, "forMessage": null, "progress": "__CHANNEL__:7" }),
    );
    assert_eq!(card.unwrap_err()["title"], "That text was forgotten");
    window.ok("boot", json!({}));
    window.ok("log_export", json!({ "withBodies": true }));
    let told = window.told.lock().unwrap().join("\n");
    assert_clean("what the window was told", &told, &traces());
    for folder in ["", "logs", "exports"] {
        for (name, text) in files(&window.dir.path().join(folder)) {
            assert_clean(&name, &text, &traces());
        }
    }
}

#[test]
fn a_key_that_a_stream_cuts_into_pieces_is_in_no_log() {
    let window = Window::open();
    window.set_key(OTHER).unwrap();
    window.set_key_of(true, KEY).unwrap();
    window.ok("log_keep_bodies", json!({ "on": true }));
    let mut asked = 0;
    for said in [KEY, OTHER].into_iter().flat_map(forms) {
        // From one character at a time to a cut inside of the key.
        for size in [1, 2, 3, 5, 7, 8, 11, said.len() / 2 + 1] {
            let text = format!("It is {said}, so it is.");
            let pieces = text.as_bytes().chunks(size).map(|piece| str::from_utf8(piece).unwrap());
            let frames: Vec<_> = pieces
                .map(|piece| json!({ "choices": [{ "delta": { "content": piece } }] }).to_string())
                .collect();
            let end = json!({ "choices": [{ "delta": {}, "finish_reason": "stop" }] }).to_string();
            let frames: Vec<&str> = frames.iter().map(String::as_str).chain([&*end, "[DONE]"]).collect();
            window.sim.on("POST", CHAT, Reply::sse(&frames));
            assert_eq!(ask(&window, "Hello")["status"]["state"], "done");
            asked += 1;
        }
    }
    window.ok("log_export", json!({ "withBodies": true }));
    let (traces, mut answers) = (traces(), 0);
    for (name, text) in ["logs", "exports"].iter().flat_map(|it| files(&window.dir.path().join(it))) {
        assert_clean(&name, &text, &traces);
        for whole in whole_answers(&text) {
            assert_clean(&name, &whole, &traces);
            assert!(whole.starts_with("It is") || !whole.contains("so it is"), "{whole}");
            answers += usize::from(whole.contains("[secret]") && whole.ends_with(", so it is."));
        }
    }
    assert!(answers > asked, "{answers} of {asked} were looked at");
}

/// Plays itself in a process of its own: a hook is the whole process's.
#[test]
fn a_panic_that_holds_the_key_says_only_where() {
    const PLAY: &str = "PANIC_WITH_THE_KEY";
    if std::env::var_os(PLAY).is_some() {
        telltale::redact_panics();
        panic!("the key is {KEY}");
    }
    let played = std::process::Command::new(std::env::current_exe().unwrap())
        .args(["--nocapture", "canary::a_panic_that_holds_the_key_says_only_where"])
        .env(PLAY, "1")
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&[played.stdout, played.stderr].concat()).into_owned();
    assert!(said.contains("telltale: panicked at tests/app/canary.rs"), "{said}");
    assert_clean("what a panic says", &said, &traces());
}
