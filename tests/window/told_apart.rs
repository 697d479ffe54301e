//! What comes of a reply that is no answer, as a person reads it: a page from before Poe, an end that is none, a refusal's
//! words, signs of waiting, thoughts between tags, a tool that nobody offered, a reason in a field of its own.

use std::time::{Duration, Instant};

use poe::sim::Reply;
use serde_json::{Value, json};
use xtask::Result;
use xtask::window::{Keychain, Window};

use crate::stage::{ANSWER, Stage, pictures};

const KEY: &str = "sk-poe-ToldApartCanary0123456789abcdefghijklmn3333";
const CHAT: &str = "/v1/chat/completions";

#[test]
fn what_stands_before_poe_or_ends_an_answer_is_named() -> Result<()> {
    let stage = Stage::set(Keychain::Unlocked)?;
    let window = stage.open()?;
    stage.connect(&window, KEY)?;

    let challenge = Reply::html(403, "<html><title>Just a moment...</title></html>");
    reply(&stage, challenge.header("cf-mitigated", "challenge"));
    window.ask("Is anybody there?")?;
    let card = window.card("refused_by_network").within(ANSWER);
    let said = card.shows("says nothing about your key")?;
    assert!(said.contains("Just a moment..."), "{said}");
    pictures(&window, "refused-by-network")?;

    card.action("run-check").click()?;
    let key = window.page().css("[data-check=key][data-state=passed]");
    key.within(ANSWER).appears()?;
    window.link("Chat").click()?;
    assert_eq!(stage.sim.posts(), 1, "the check sends no message");
    reply(&stage, text(&["Yes."], "stop"));
    card.action("retry").click()?;
    answered(&window, "Yes.")?;
    card.goes()?;

    reply(&stage, text(&["The first half of"], "error"));
    window.ask("Tell me all of it.")?;
    let card = window.card("ended_by_host").within(ANSWER);
    card.shows("“error”")?;
    let half = window.message("assistant", "cut");
    half.shows("The first half of")?;
    assert_eq!(half.attribute("data-finish")?, "error");
    pictures(&window, "ended-by-host")?;
    reply(&stage, text(&[" the story, and the second."], "stop"));
    card.action("continue").click()?;
    let whole = answered(&window, "The first half of the story, and the second.")?;
    assert!(!whole.contains("ended this answer"), "{whole}");
    assert_eq!(window.message("assistant", "done").attribute("data-finish")?, "stop");

    let reason = "error: {\"error\":{\"code\":500,\"message\":\"The slot was lost\"}}\n\ndata: [DONE]\n\n";
    reply(&stage, Reply::bytes(200, "text/event-stream", reason.into()));
    window.ask("And then?")?;
    window.page().last("article [data-code]").within(ANSWER).shows("The slot was lost")?;
    pictures(&window, "reason-in-a-field")?;
    assert_eq!(stage.sim.posts(), 5, "nothing is sent by itself");
    window.close()
}

#[test]
fn a_refusal_and_a_wish_for_a_tool_can_be_read() -> Result<()> {
    let stage = Stage::set(Keychain::Unlocked)?;
    let window = stage.open()?;
    stage.connect(&window, KEY)?;

    let refusal = ["I can’t help ", "with that."].map(|words| json!({ "refusal": words }));
    reply(&stage, stream(&refusal, Some("stop")));
    window.ask("Do what is not done.")?;
    let card = window.card("message_refused").within(ANSWER);
    card.shows("“I can’t help with that.”")?;
    pictures(&window, "refusal")?;

    let call = json!({ "tool_calls": [{ "index": 0, "id": "c", "function": { "name": "web_search", "arguments": "{}" } }] });
    reply(&stage, stream(&[call], Some("tool_calls")));
    window.ask("Will it rain?")?;
    let card = window.card("tool_wanted").within(ANSWER);
    card.shows("web_search")?;
    pictures(&window, "tool-wanted")?;
    assert_eq!(stage.sim.posts(), 2, "nothing is sent by itself");
    assert!(!asked(&stage).contains("help"), "a refusal went out: {}", asked(&stage));
    window.close()
}

#[test]
fn signs_of_waiting_and_thoughts_are_no_part_of_the_answer() -> Result<()> {
    let stage = Stage::set(Keychain::Unlocked)?;
    let window = stage.open()?;
    stage.connect(&window, KEY)?;

    let ticks = ["Thinking... (1s elapsed)", "Thinking... (2s elapsed)"];
    reply(&stage, stream(&ticks.map(|tick| json!({ "content": tick })), None).hang());
    window.ask("Think first.")?;
    window.page().css("[data-tick]").within(ANSWER).shows("Thinking…")?;
    pictures(&window, "ticks")?;
    window.button("Stop").click()?;
    let stopped = window.message("assistant", "stopped").within(ANSWER);
    assert!(!stopped.text()?.contains("elapsed"), "{}", stopped.text()?);

    reply(&stage, text(&[ticks[0], ticks[1], "The sky is blue."], "stop"));
    window.ask("What color is the sky?")?;
    let said = answered(&window, "The sky is blue.")?;
    assert!(!said.contains("elapsed"), "{said}");
    copied(&stage, &window, "The sky is blue.")?;

    reply(&stage, text(&["<th", "ink>Light scatters.</thi", "nk>\n\nBlue light scatters most."], "stop"));
    window.ask("Why?")?;
    assert!(!asked(&stage).contains("elapsed"), "{}", asked(&stage));
    answered(&window, "Blue light scatters most.")?;
    copied(&stage, &window, "Blue light scatters most.")?;
    let answer = window.message("assistant", "done");
    answer.css("summary").click()?;
    let said = answer.shows("Light scatters.")?;
    assert!(!said.contains("think>"), "{said}");
    pictures(&window, "thoughts")?;

    reply(&stage, text(&["Yes."], "stop"));
    window.ask("Always?")?;
    answered(&window, "Yes.")?;
    assert!(!asked(&stage).contains("Light scatters"), "{}", asked(&stage));
    assert_eq!(stage.sim.posts(), 4, "nothing is sent by itself");
    window.close()
}

fn reply(stage: &Stage, reply: Reply) {
    stage.sim.on("POST", CHAT, reply);
}

/// A stream of these deltas, and of this reason for its end where it has one.
fn stream(deltas: &[Value], finish: Option<&str>) -> Reply {
    let frame = |delta: &Value, finish: Option<&str>| {
        json!({ "choices": [{ "index": 0, "delta": delta, "finish_reason": finish }] }).to_string()
    };
    let mut frames: Vec<String> = deltas.iter().map(|delta| frame(delta, None)).collect();
    if finish.is_some() {
        frames.extend([frame(&json!({}), finish), "[DONE]".to_owned()]);
    }
    Reply::sse(&frames.iter().map(String::as_str).collect::<Vec<_>>())
}

fn text(pieces: &[&str], finish: &str) -> Reply {
    let deltas: Vec<Value> = pieces.iter().map(|piece| json!({ "content": piece })).collect();
    stream(&deltas, Some(finish))
}

/// The whole article of the answer that ends with these words.
fn answered(window: &Window, words: &str) -> Result<String> {
    window.message("assistant", "done").within(ANSWER).shows(words)
}

/// What the last answer's Copy gives.
fn copied(stage: &Stage, window: &Window, words: &str) -> Result<()> {
    stage.desktop.copy("something else")?;
    window.message("assistant", "done").button("Copy answer").click()?;
    let begun = Instant::now();
    let mut given = stage.desktop.copied()?;
    while given == "something else" && begun.elapsed() < Duration::from_secs(10) {
        given = stage.desktop.copied()?;
    }
    assert_eq!(given.trim(), words);
    Ok(())
}

/// The body of the last paid request.
fn asked(stage: &Stage) -> String {
    let requests = stage.sim.requests();
    let last = requests.iter().rfind(|request| request.path == CHAT);
    last.map(|request| String::from_utf8_lossy(&request.body).into_owned()).unwrap_or_default()
}
