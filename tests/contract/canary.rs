//! The key in every disguise that a service could quote it in, in every place of every fault: no error carries it.

use std::time::Duration;

use poe::sim::{Part, Reply};
use poe::{Client, Config, Error};
use serde_json::json;

use crate::asking::{CHAT, KEY, ask, config, plain, question, script};

/// The key whole, cut, masked and encoded.
pub(crate) fn disguises() -> Vec<String> {
    let (start, end) = KEY.split_at(KEY.len() / 2);
    vec![
        KEY.to_owned(),
        format!("Bearer {KEY}"),
        format!("{start}***"),
        format!("***{end}"),
        format!("{}...{}", &KEY[..12], &KEY[KEY.len() - 9..]),
        KEY.to_uppercase(),
        percent_encoded(KEY),
        base64(KEY),
        base64(&format!("Bearer {KEY}")),
        base64(&format!("a{KEY}")),
        format!("{KEY}{KEY}"),
        // Cut where the text is.
        format!("{}{KEY}", "é".repeat(1_990)),
    ]
}

/// Every run of eight characters of the key, and of its base64 and percent-encoding.
pub(crate) fn key_fragments() -> Vec<String> {
    let forms = [KEY.to_owned(), percent_encoded(KEY), base64(KEY)];
    let windows = forms
        .iter()
        .flat_map(|form| form.as_bytes().windows(8))
        .map(|window| String::from_utf8_lossy(window).to_lowercase());
    windows.collect()
}

fn percent_encoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

fn base64(text: &str) -> String {
    const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let groups = text.as_bytes().chunks(3).map(|group| {
        let bits = (0..3).fold(0_u32, |bits, at| bits << 8 | u32::from(*group.get(at).unwrap_or(&0)));
        (0..4)
            .map(|at| {
                let letter = char::from(LETTERS[(bits >> (18 - 6 * at) & 63) as usize]);
                if at > group.len() { '=' } else { letter }
            })
            .collect::<String>()
    });
    groups.collect()
}

pub(crate) fn faults(said: &str) -> Vec<Reply> {
    let hello = json!({"choices": [{"delta": {"content": "Hello"}}]}).to_string();
    let frame = json!({"error": {"message": said, "type": said, "code": said, "param": said}}).to_string();
    let mut replies = vec![
        Reply::json(200, json!({"error": said})),
        Reply::json(200, json!({ "choices": said })),
        Reply::text(200, said),
        Reply::html(200, &format!("<title>{said}</title>")),
        Reply::sse(&[said]),
        Reply::sse(&[&frame]),
        Reply::sse(&[&hello, &frame]),
        Reply::sse(&[&hello, said]),
        Reply::sse(&[&hello, &format!("{{\"{said}\":")]),
        Reply::sse(&[&hello]).header("x-request-id", said).cut(),
        Reply::bytes(200, "text/event-stream", format!("event: error\ndata: {said}\n\n").into_bytes()),
        Reply::empty(302).header("location", said),
        Reply::text(200, said).header("content-encoding", "gzip"),
    ];
    for status in [400, 401, 402, 403, 404, 408, 413, 418, 429, 500, 502, 503, 504, 529] {
        replies.push(Reply::error(status, said, said, Some(said)).header("x-request-id", said));
        replies.push(Reply::text(status, said));
        replies.push(Reply::html(status, &format!("<title>{said}</title>")));
        replies.push(Reply::json(status, json!({"detail": {"headers": {"authorization": said}}})));
    }
    replies
}

fn assert_clean(error: &Error, fragments: &[String], said: &str) {
    let texts = format!("{error:?} {error} {}", error.message);
    let texts = texts.to_lowercase();
    for fragment in fragments {
        assert!(!texts.contains(fragment), "{said}: {fragment} in {texts}");
    }
}

#[tokio::test]
async fn no_error_carries_it() {
    let sim = script().await;
    let client = Client::new(Config {
        max_attempts: 1,
        // Some thousand within seconds.
        requests_per_minute: 100_000,
        ..config(&sim)
    })
    .unwrap();
    let fragments = key_fragments();
    let mut failed = 0;
    for (number, said) in disguises().into_iter().enumerate() {
        // Headers take ASCII only.
        let header = said.chars().filter(char::is_ascii).collect::<String>();
        for (at, mut reply) in faults(&said).into_iter().enumerate() {
            // The whole key everywhere, each disguise in half of the places.
            if number > 0 && (at + number) % 2 > 0 {
                continue;
            }
            for (_, value) in reply.headers.iter_mut().filter(|(_, value)| *value == said) {
                value.clone_from(&header);
            }
            // A cut waits; once is enough.
            let is_cut = reply.body.contains(&Part::Cut);
            for request in [question(), plain()].into_iter().take(if is_cut { 1 } else { 2 }) {
                sim.on("POST", CHAT, reply.clone());
                if let Some(error) = ask(&client, request).await.error {
                    assert_clean(&error, &fragments, &said);
                    failed += 1;
                }
            }
            for path in ["/usage/current_balance", "/v1/balance"] {
                sim.always("GET", path, reply.clone());
            }
            if let Err(error) = client.balance().await {
                assert_clean(&error, &fragments, &said);
                failed += 1;
            }
        }
    }
    assert!(failed > 1_000, "{failed}");
}

#[tokio::test]
async fn nor_the_error_of_a_try_that_is_repeated() {
    let sim = script().await;
    let client = Client::new(config(&sim)).unwrap();
    let mut retried = 0;
    for said in disguises() {
        let reply =
            Reply::error(429, &said, &said, Some("rate_limit_exceeded")).header("retry-after-ms", "1");
        sim.on("POST", CHAT, reply);
        let mut answer = client.chat(question());
        while let Some(event) = tokio::time::timeout(Duration::from_secs(5), answer.next()).await.unwrap() {
            if let poe::ChatEvent::Retrying { error, .. } = event {
                assert_clean(&error, &key_fragments(), &said);
                retried += 1;
            }
        }
    }
    assert_eq!(retried, disguises().len());
}
