//! What came as words and is no answer: signs of waiting, thoughts, refusals, wishes for tools, ends that are none. None of it
//! is in the answer or in the next request, and none of it is lost.

use std::path::Path;

use crate::house::House;
use crate::turn::CHAT;
use poe::sim::{Behaviour, Case, Reply};
use serde_json::{Value, json};
use telltale::events::{MessageState, MessageView};

const FIXTURES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures");

/// A stream of these deltas, with this reason for its end.
fn stream(deltas: &[Value], finish: &str) -> Reply {
    let mut frames: Vec<String> = deltas
        .iter()
        .map(|delta| json!({ "choices": [{ "index": 0, "delta": delta }] }).to_string())
        .collect();
    frames.push(json!({ "choices": [{ "index": 0, "delta": {}, "finish_reason": finish }] }).to_string());
    frames.push("[DONE]".to_owned());
    Reply::sse(&frames.iter().map(String::as_str).collect::<Vec<_>>())
}

fn texts(pieces: &[&str], finish: &str) -> Reply {
    let deltas: Vec<Value> = pieces.iter().map(|text| json!({ "content": text })).collect();
    stream(&deltas, finish)
}

/// The end of an answer that comes so, and what is on the disk of it: text and reasoning.
async fn answered(house: &House, reply: Reply) -> (MessageView, String, String) {
    house.sim.on("POST", CHAT, reply);
    let (_, answer) = house.ask("Go").await;
    let end = house.ended(answer).await;
    let row = house.library.message(answer).await.unwrap();
    assert_eq!(row.finish, end.status.finish);
    assert_eq!(MessageState::from(row.state), end.status.state);
    (end, row.text, row.reasoning)
}

/// The words of the last request.
fn sent(house: &House) -> String {
    let requests = house.sim.requests();
    let last = requests.iter().rfind(|request| request.path == CHAT).unwrap();
    String::from_utf8_lossy(&last.body).into_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn signs_of_waiting_and_thoughts_are_in_neither_the_answer_nor_the_next_request() {
    for (pieces, text, reasoning, gone) in [
        (
            &["Thinking... (1s elapsed)", "Thinking... (2s elapsed)", "The sky is blue."][..],
            "The sky is blue.",
            "",
            "elapsed",
        ),
        (&["Generat", "ing...\n", "Yes."], "Yes.", "", "Generating"),
        (&["*Thinking...*\n\n", "> Let me think.\n\n", "Yes."], "Yes.", "Let me think.\n", "Let me"),
        (&["<th", "ink>Let me", " think.</thi", "nk>\n\nYes."], "Yes.", "Let me think.", "think"),
    ] {
        let house = House::new().await;
        let (end, kept, thoughts) = answered(&house, texts(pieces, "stop")).await;
        assert_eq!((kept.as_str(), thoughts.as_str()), (text, reasoning));
        assert_eq!(
            (end.status.state, &end.status.card, &end.status.tick),
            (MessageState::Done, &None, &None)
        );
        assert_eq!(
            end.blocks.concat().trim(),
            markdown::render(text).concat().trim(),
            "what the window shows and copies"
        );
        assert_eq!(end.reasoning, reasoning);

        house.sim.on("POST", CHAT, Reply::answer("Again."));
        let row = house.library.message(end.id).await.unwrap();
        let next = house.chat.send(row.conversation_id, "And now?", None).await.unwrap().answer.id;
        house.ended(next).await;
        let sent = sent(&house);
        assert!(sent.contains(text) && !sent.contains(gone), "{sent}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sign_of_waiting_is_a_status_until_words_come() {
    let house = House::new().await;
    let ticks = ["Thinking... (1s elapsed)", "Thinking... (2s elapsed)"]
        .map(|tick| json!({ "choices": [{ "index": 0, "delta": { "content": tick } }] }).to_string());
    house.sim.on("POST", CHAT, Reply::sse(&[&ticks[0], &ticks[1]]).hang());
    let (_, answer) = house.ask("Go").await;
    let waiting =
        house.until(answer, |view| view.status.tick.as_deref() == Some("Thinking... (2s elapsed)")).await;
    assert_eq!((waiting.blocks.len(), waiting.status.first_text_at), (0, None));
    house.chat.stop(answer);
    assert_eq!(house.ended(answer).await.status.tick, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_but_signs_or_thoughts_is_told_as_no_text() {
    let house = House::new().await;
    let (end, text, _) = answered(&house, texts(&["Thinking... (1s elapsed)"], "stop")).await;
    assert_eq!((end.status.state, text.as_str()), (MessageState::Failed, ""));
    assert_eq!(end.status.card.unwrap().code, "empty_answer");
    let (end, text, thoughts) = answered(&house, texts(&["<think>On and on"], "length")).await;
    assert_eq!((text.as_str(), thoughts.as_str()), ("", "On and on"));
    assert_eq!(end.status.card.unwrap().code, "empty_answer");
    // Words with dots are an answer where there is no other.
    let (end, text, _) = answered(&house, texts(&["Generating..."], "stop")).await;
    assert_eq!((end.status.state, text.as_str()), (MessageState::Done, "Generating..."));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_quotes_tags_is_left_alone() {
    let house = House::new().await;
    for text in ["```\n<think>a</think>\n```\nThat is how.", "Use `<think>`.", "    <think>code</think>\n"] {
        let pieces: Vec<String> = text.chars().map(String::from).collect();
        let pieces: Vec<&str> = pieces.iter().map(String::as_str).collect();
        let (_, kept, thoughts) = answered(&house, texts(&pieces, "stop")).await;
        assert_eq!((kept.as_str(), thoughts.as_str()), (text, ""));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_is_told_in_its_words_and_sent_to_nobody() {
    let house = House::new().await;
    let refusal = [json!({ "refusal": "I can’t help " }), json!({ "refusal": "with that." })];
    let (end, text, _) = answered(&house, stream(&refusal, "stop")).await;
    let card = end.status.card.unwrap();
    assert_eq!((card.code.as_str(), text.as_str()), ("message_refused", ""));
    assert!(card.what.contains("“I can’t help with that.”"), "{}", card.what);
    assert_eq!((end.status.state, end.status.finish.as_deref()), (MessageState::Done, Some("stop")));

    house.sim.on("POST", CHAT, Reply::answer("Fine."));
    let row = house.library.message(end.id).await.unwrap();
    let next = house.chat.send(row.conversation_id, "Then this.", None).await.unwrap().answer.id;
    house.ended(next).await;
    assert!(!sent(&house).contains("help"), "{}", sent(&house));
    assert_eq!(house.sim.posts(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_that_breaks_off_keeps_the_words_that_came() {
    let house = House::new().await;
    let half = Reply::sse(&[r#"{"choices":[{"index":0,"delta":{"refusal":"I can’t"}}]}"#]).cut();
    let (end, ..) = answered(&house, half).await;
    let card = end.status.card.unwrap();
    assert_eq!((card.code.as_str(), end.status.state), ("message_refused", MessageState::Cut));
    assert!(card.what.contains("“I can’t”"), "{}", card.what);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tool_that_nobody_offered_is_named() {
    let call = json!({ "tool_calls": [{ "index": 0, "id": "c", "function": { "name": "web_search", "arguments": "{}" } }] });
    for (before, text) in [(None, ""), (Some(json!({ "content": "Let me look." })), "Let me look.")] {
        let house = House::new().await;
        let deltas: Vec<Value> = before.into_iter().chain([call.clone()]).collect();
        let (end, kept, _) = answered(&house, stream(&deltas, "tool_calls")).await;
        assert_eq!((kept.as_str(), end.status.state), (text, MessageState::Done));
        assert_eq!(end.status.finish.as_deref(), Some("tool_calls"));
        let card = end.status.card.unwrap();
        assert!(card.what.contains("“web_search”"), "{}", card.what);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_end_that_is_none_keeps_the_text_and_can_be_gone_on_from() {
    let house = House::new().await;
    let (end, text, _) = answered(&house, texts(&["The first half of"], "RECITATION")).await;
    assert_eq!((end.status.state, text.as_str()), (MessageState::Cut, "The first half of"));
    assert_eq!(end.status.finish.as_deref(), Some("RECITATION"));
    let card = end.status.card.unwrap();
    let pressed: Vec<_> = card.actions.iter().map(|button| button.action).collect();
    use telltale::events::Action::{Continue, Keep, Retry};
    assert_eq!((card.code.as_str(), pressed), ("ended_by_host", vec![Continue, Retry, Keep]));
    assert!(card.what.contains("“RECITATION”"), "{}", card.what);
    assert_eq!(house.sim.posts(), 1, "nothing is sent again by itself");
}

/// However a reason came, the card tells it and the request log too.
#[tokio::test(flavor = "multi_thread")]
async fn every_reason_is_on_the_card() {
    let case = Case::read(Path::new(FIXTURES), "T24").unwrap();
    for variant in case.variants() {
        let house = House::new().await;
        house.sim.play(&case, variant, Behaviour::default()).unwrap();
        let (_, answer) = house.ask("Go").await;
        let end = house.until(answer, |view| view.status.card.is_some()).await;
        let card = serde_json::to_string(&end.status.card.unwrap()).unwrap();
        let words =
            ["slot was lost", "9000 tokens", "being loaded", "slow down", "00000000-demo", "Too long."];
        assert!(words.iter().any(|words| card.contains(words)), "{variant}: {card}");
        house.chat.stop(answer);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_stands_before_poe_is_told_without_a_word_on_the_key() {
    let house = House::new().await;
    let page =
        Reply::html(403, "<html><title>Just a moment...</title></html>").header("cf-mitigated", "challenge");
    let (end, ..) = answered(&house, page).await;
    let card = end.status.card.unwrap();
    assert_eq!(card.code, "refused_by_network");
    assert!(card.what.contains("Just a moment..."), "{}", card.what);
    assert!(!card.safe.contains("No points were used"), "{}", card.safe);
    assert_eq!(house.sim.posts(), 1);
}
