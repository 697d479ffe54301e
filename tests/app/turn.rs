//! One turn from question to end, against the simulated Poe on a real socket and a real database file.

use crate::conditions::{at_once, until};
use crate::house::{House, KEY};
use poe::sim::{Reply, Sim};
use std::time::Duration;
use telltale::errors::Incident;
use telltale::events::{Action, ConversationChange, MessageState, Parameters, ResendChange, TurnUpdate};
use telltale::library;

pub(crate) const CHAT: &str = "/v1/chat/completions";

fn slow_answer() -> Reply {
    Reply::sse(&[r#"{"choices":[{"index":0,"delta":{"content":"Half an answer"}}]}"#]).hang()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_streams_and_ends_done_on_disk() {
    let house = House::new().await;
    house.sim.on("POST", CHAT, Reply::answer("# Hello\n\nSome *words*."));
    let (_, answer) = house.ask("Say hello").await;
    let end = house.ended(answer).await;
    assert_eq!(end.status.state, MessageState::Done);
    assert_eq!(end.status.finish.as_deref(), Some("stop"));
    assert_eq!(end.blocks.concat().trim(), markdown::render("# Hello\n\nSome *words*.").concat().trim());
    let row = house.library.message(answer).await.unwrap();
    assert_eq!((row.state, row.text.as_str()), (library::MessageState::Done, "# Hello\n\nSome *words*."));
    assert_eq!(house.sim.posts(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_question_is_on_disk_before_the_request_leaves() {
    let house = House::new().await;
    house.sim.on("POST", CHAT, Reply::answer("late").after(Duration::from_secs(5)));
    let (conversation, _) = house.ask("Is it saved?").await;
    let other = house.second_look();
    let rows = other.messages(conversation).await.unwrap();
    assert_eq!(rows[0].text, "Is it saved?");
    assert!(house.sim.posts() <= 1);
}

#[tokio::test]
async fn the_text_is_on_disk_a_quarter_second_after_it_came() {
    let house = House::new().await;
    house.sim.on("POST", CHAT, slow_answer());
    let (_, answer) = house.ask("Go").await;
    house.until(answer, |view| !view.blocks.is_empty()).await;
    let other = house.second_look();
    let saved = async || other.message(answer).await.unwrap().text == "Half an answer";
    at_once(async {
        tokio::time::advance(Duration::from_millis(250)).await;
        until("the text is on disk", saved).await;
    })
    .await;
}

#[tokio::test]
async fn stop_closes_the_socket_at_once_and_keeps_the_text() {
    let house = House::new().await;
    house.sim.on("POST", CHAT, slow_answer());
    let (_, answer) = house.ask("Go").await;
    house.until(answer, |view| !view.blocks.is_empty()).await;
    let closed = async || house.sim.requests().iter().any(|it| it.path == CHAT && it.closed_early);
    at_once(async {
        house.chat.stop(answer);
        until("the socket closes", closed).await;
    })
    .await;
    let end = house.ended(answer).await;
    assert_eq!(end.status.state, MessageState::Stopped);
    assert_eq!(house.library.message(answer).await.unwrap().text, "Half an answer");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rate_limit_is_waited_out_in_sight_and_the_answer_comes() {
    let house = House::new().await;
    let limited = Reply::error(429, "Rate limit exceeded.", "rate_limit_error", Some("rate_limit_exceeded"));
    house.sim.on("POST", CHAT, limited.header("Retry-After", "0.3"));
    house.sim.on("POST", CHAT, Reply::answer("There you are."));
    let (_, answer) = house.ask("Go").await;
    let waiting = house.until(answer, |view| view.status.state == MessageState::Retrying).await;
    let card = waiting.status.card.expect("a card says why");
    assert_eq!(card.code, "rate_limit_exceeded");
    assert_eq!(waiting.status.retry.map(|retry| (retry.attempt, retry.of)), Some((2, 3)));
    let end = house.ended(answer).await;
    assert_eq!((end.status.state, end.status.card), (MessageState::Done, None));
    assert_eq!(house.sim.posts(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn stop_works_while_waiting_for_another_try() {
    let house = House::new().await;
    let limited = Reply::error(429, "Rate limit exceeded.", "rate_limit_error", Some("rate_limit_exceeded"));
    house.sim.on("POST", CHAT, limited.header("Retry-After", "30"));
    let (_, answer) = house.ask("Go").await;
    house.until(answer, |view| view.status.state == MessageState::Retrying).await;
    house.chat.stop(answer);
    assert_eq!(house.ended(answer).await.status.state, MessageState::Stopped);
    assert_eq!(house.sim.posts(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn another_model_takes_over_from_a_turn_that_waits() {
    let house = House::new().await;
    // Not a 429: that one is about the key, and holds every model.
    let down = Reply::error(503, "Down for now", "api_error", None).header("Retry-After", "30");
    house.sim.on("POST", CHAT, down);
    house.sim.on("POST", CHAT, Reply::answer("From another."));
    let (_, answer) = house.ask("Go").await;
    house.until(answer, |view| view.status.state == MessageState::Retrying).await;
    let change = ResendChange { model: Some("demo-think".into()), ..ResendChange::default() };
    assert_eq!(house.chat.resend(answer, change).await.unwrap().id, answer);
    assert_eq!(house.ended(answer).await.status.state, MessageState::Done);
    let models: Vec<_> = bodies(&house.sim).iter().map(|body| body["model"].to_string()).collect();
    assert_eq!(models, ["\"demo-flash\"", "\"demo-think\""]);
}

/// A failure of the wire, the state and code it ends in, and how often it was sent.
async fn check(reply: Reply, state: MessageState, code: &str, posts: usize) {
    let house = House::new().await;
    house.sim.always("POST", CHAT, reply);
    let (_, answer) = house.ask("Go").await;
    let end = house.ended(answer).await;
    let card = end.status.card.unwrap_or_else(|| panic!("{code}: no card"));
    assert_eq!((end.status.state, card.code.as_str()), (state, code));
    assert_eq!(house.sim.posts(), posts, "{code}");
    assert!(
        !card.actions.is_empty() && !card.safe.is_empty(),
        "{code}: a card about a message has buttons and says of points"
    );
    let kept = house.library.message(answer).await.unwrap();
    let incident = Incident::read(kept.incident.as_deref().expect("on disk"));
    assert_eq!(incident.code(), code, "what went wrong is on disk");
    // Its card is made of that each time it is shown.
    let mut opened = house.chat.open(kept.conversation_id, None).await.unwrap().messages;
    let shown = opened.pop().and_then(|message| message.status.card).expect("a card");
    assert_eq!((shown.title, shown.what, shown.at), (card.title, card.what, card.at), "{code}");
    // Where its cost is looked up the buttons follow what is found.
    if card.actions.iter().all(|button| button.action != Action::CheckAndRetry) {
        assert_eq!(shown.actions, card.actions, "{code}");
    }
    house.assert_no_key();
}

#[tokio::test(flavor = "multi_thread")]
async fn every_failure_of_the_guide_ends_in_its_own_card() {
    use MessageState::{Cut, Failed};
    let piece = r#"{"choices":[{"index":0,"delta":{"content":"Some text"}}]}"#;
    let error = r#"{"error":{"message":"It broke","type":"api_error","code":"internal_error"}}"#;
    let e = |status, message, type_, code| Reply::error(status, message, type_, Some(code));
    tokio::join!(
        check(
            e(401, "Invalid API key provided", "invalid_request_error", "invalid_api_key"),
            Failed,
            "invalid_api_key",
            1
        ),
        check(
            e(400, "Model 'x' does not exist", "invalid_request_error", "model_not_found"),
            Failed,
            "model_not_found",
            1
        ),
        check(
            e(400, "Temperature must be between 0 and 2", "invalid_request_error", "invalid_parameter"),
            Failed,
            "invalid_parameter",
            1
        ),
        check(
            e(400, "Missing required parameter: 'messages'", "invalid_request_error", "missing_parameter"),
            Failed,
            "missing_parameter",
            1
        ),
        check(
            e(
                402,
                "Insufficient points to complete this request",
                "insufficient_quota",
                "insufficient_points"
            ),
            Failed,
            "insufficient_points",
            1
        ),
        check(e(403, "No access", "permission_error", "forbidden"), Failed, "permission_denied", 1),
        check(
            e(429, "Rate limit exceeded.", "rate_limit_error", "rate_limit_exceeded")
                .header("Retry-After", "90"),
            Failed,
            "rate_limit_exceeded",
            1
        ),
        check(
            e(500, "An unexpected error occurred.", "api_error", "internal_error")
                .header("Retry-After", "0.01"),
            Failed,
            "internal_error",
            3
        ),
        check(
            e(503, "Down", "api_error", "internal_error").header("Retry-After", "0.01"),
            Failed,
            "service_unavailable",
            3
        ),
        check(Reply::html(502, "<h1>Bad gateway</h1>"), Failed, "gateway_error", 1),
        check(Reply::sse(&[piece]).cut(), Cut, "stream_cut", 1),
        check(Reply::sse(&[piece]), Cut, "stream_incomplete", 1),
        check(Reply::sse(&[piece, error]), Failed, "stream_error", 1),
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_key_the_question_is_kept_and_nothing_is_sent() {
    let house = House::without_key().await;
    let (conversation, answer) = house.ask("Hello?").await;
    let end = house.ended(answer).await;
    assert_eq!(end.status.card.map(|card| card.code).as_deref(), Some("no_api_key"));
    assert_eq!(house.library.messages(conversation).await.unwrap()[0].text, "Hello?");
    assert_eq!(house.sim.posts(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_waits_for_the_keychain_and_can_be_stopped_meanwhile() {
    let house = House::just_started().await;
    let (_, stopped) = house.ask("Never mind").await;
    house.chat.stop(stopped);
    assert_eq!(house.ended(stopped).await.status.state, MessageState::Stopped);
    let (_, answer) = house.ask("Hello?").await;
    house.sim.on("POST", CHAT, Reply::answer("Here."));
    let base_url = house.account.keyless_client().base_url().clone();
    house.account.connect_to(base_url, poe::Secret::from_pasted(KEY)).unwrap();
    assert_eq!(house.ended(answer).await.status.state, MessageState::Done);
    assert_eq!(house.sim.posts(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_empty_message_is_refused_at_the_field() {
    let house = House::new().await;
    let conversation = house.chat.create("demo-flash".into(), Parameters::default()).await.unwrap();
    let card = house.chat.send(conversation.id, "  \n ", None).await.unwrap_err();
    let card = house.cards.card(card);
    assert_eq!((card.code.as_str(), card.field.as_deref()), ("invalid_input", Some("message")));
    assert_eq!(house.sim.posts(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_setting_out_of_range_never_reaches_a_chat() {
    let house = House::new().await;
    let conversation = house.chat.create("demo-flash".into(), Parameters::default()).await.unwrap();
    let parameters = Parameters { temperature: Some(2.5), ..Parameters::default() };
    let change = ConversationChange { parameters: Some(parameters), ..ConversationChange::default() };
    let card = house.chat.change(conversation.id, change).await.unwrap_err();
    let card = house.cards.card(card);
    assert_eq!((card.code.as_str(), card.field.as_deref()), ("invalid_input", Some("temperature")));
}

#[tokio::test(flavor = "multi_thread")]
async fn sending_again_fills_an_empty_answer_and_branches_from_a_cut_one() {
    let house = House::new().await;
    house.sim.on("POST", CHAT, Reply::error(401, "Invalid", "authentication_error", Some("invalid_api_key")));
    let (conversation, first) = house.ask("Go").await;
    assert_eq!(house.ended(first).await.status.state, MessageState::Failed);

    let piece = r#"{"choices":[{"index":0,"delta":{"content":"Some text"}}]}"#;
    house.sim.on("POST", CHAT, Reply::sse(&[piece]).cut());
    let second = house.chat.resend(first, ResendChange::default()).await.unwrap();
    assert_eq!(second.id, first, "an empty answer is filled in place");
    assert_eq!(house.ended(first).await.status.state, MessageState::Cut);

    house.sim.on("POST", CHAT, Reply::answer("Whole."));
    let third = house.chat.resend(first, ResendChange::default()).await.unwrap();
    assert_ne!(third.id, first, "words that came are kept as a branch");
    house.ended(third.id).await;
    assert_eq!(house.library.message(first).await.unwrap().text, "Some text");
    let branch = house.library.messages(conversation).await.unwrap();
    assert_eq!(branch.iter().map(|m| m.text.as_str()).collect::<Vec<_>>(), ["Go", "Whole."]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_press_on_a_card_changes_what_goes_out() {
    let house = House::new().await;
    house.sim.on(
        "POST",
        CHAT,
        Reply::error(
            400,
            "Temperature must be between 0 and 2",
            "invalid_request_error",
            Some("invalid_parameter"),
        ),
    );
    let parameters =
        Parameters { temperature: Some(1.9), system: Some("Be brief.".into()), ..Parameters::default() };
    let answer = house.ask_with("Go", parameters).await;
    house.ended(answer).await;
    house.sim.on("POST", CHAT, Reply::answer("Fine."));
    let change = ResendChange {
        reset: Some("temperature".into()),
        model: Some("demo-think".into()),
        ..ResendChange::default()
    };
    house.chat.resend(answer, change).await.unwrap();
    house.ended(answer).await;
    let bodies = bodies(&house.sim);
    assert_eq!(bodies[0]["temperature"], 1.9);
    assert_eq!(bodies[0]["messages"][0]["content"], "Be brief.");
    assert!(bodies[1].get("temperature").is_none());
    assert_eq!(bodies[1]["model"], "demo-think");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_failed_does_not_poison_the_next_question() {
    let house = House::new().await;
    house.sim.on("POST", CHAT, Reply::answer("One."));
    let (conversation, first) = house.ask("First").await;
    house.ended(first).await;
    house.sim.on("POST", CHAT, Reply::error(413, "Too large", "request_too_large", None));
    let second = house.chat.send(conversation, "Second", None).await.unwrap().answer.id;
    house.ended(second).await;
    house.sim.on("POST", CHAT, Reply::answer("Three."));
    let third = house.chat.send(conversation, "Third", None).await.unwrap().answer.id;
    house.ended(third).await;
    let last = bodies(&house.sim).pop().unwrap();
    let sent: Vec<&str> =
        last["messages"].as_array().unwrap().iter().filter_map(|m| m["content"].as_str()).collect();
    assert_eq!(sent, ["First", "One.", "Third"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn chats_stream_at_the_same_time_and_never_mix() {
    let house = House::new().await;
    let texts: Vec<String> = (0..4).map(|n| format!("answer {n} ").repeat(400)).collect();
    let mut answers = Vec::new();
    for text in &texts {
        house.sim.on("POST", CHAT, Reply::answer(text).split(97));
        let (_, id) = house.ask("Go").await;
        // The script is a queue: each answer is claimed before the next is put there.
        house.until(id, |view| view.status.first_text_at.is_some()).await;
        answers.push(id);
    }
    for (id, text) in answers.into_iter().zip(&texts) {
        house.ended(id).await;
        assert_eq!(&house.library.message(id).await.unwrap().text, text);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_watcher_that_comes_late_sees_the_same_answer() {
    let house = House::new().await;
    let text = "Some *words* and `code`.\n\n".repeat(200);
    house.sim.on("POST", CHAT, Reply::answer(&text).split(61));
    let (_, answer) = house.ask("Go").await;
    let early = house.follow(answer);
    house.until(answer, |view| view.blocks.len() > 3).await;
    let late = house.follow(answer);
    house.ended(answer).await;
    let expected = markdown::render(&text);
    assert_eq!(late.blocks(), expected);
    assert_eq!(early.blocks(), expected);
    let updates = early.updates();
    assert!(matches!(updates[0], TurnUpdate::Snapshot { .. }), "a snapshot comes first");
    let ends = updates
        .iter()
        .filter(|update| matches!(update, TurnUpdate::Status { status } if status.ended_at.is_some()));
    assert_eq!(ends.count(), 1, "each answer ends exactly once");
}

#[tokio::test(flavor = "multi_thread")]
async fn reasoning_comes_apart_and_once() {
    let house = House::new().await;
    let reasoning = r#"{"choices":[{"index":0,"delta":{"reasoning":"Hm. ","reasoning_content":"Hm. "}}]}"#;
    let words = r#"{"choices":[{"index":0,"delta":{"content":"Yes."},"finish_reason":"stop"}]}"#;
    house.sim.on("POST", CHAT, Reply::sse(&[reasoning, words, "[DONE]"]));
    let (_, answer) = house.ask("Go").await;
    let end = house.ended(answer).await;
    assert_eq!((end.reasoning.as_str(), end.blocks.concat().contains("Yes.")), ("Hm. ", true));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_balance_is_looked_at_after_an_answer() {
    let house = House::new().await;
    house.sim.set_balance(5_000);
    tokio::spawn(house.balance.clone().watch());
    house.balance_is(Some(5_000)).await;
    house.sim.on("POST", CHAT, Reply::answer("Done."));
    house.sim.set_balance(4_321);
    let (_, answer) = house.ask("Go").await;
    house.ended(answer).await;
    house.balance_is(Some(4_321)).await;
    house.assert_no_key();
    assert!(
        house.sim.requests().iter().any(|r| r.headers.iter().any(|(_, v)| v.contains(KEY))),
        "the key went to Poe"
    );
}

pub(crate) fn bodies(sim: &Sim) -> Vec<serde_json::Value> {
    let posts = sim.requests().into_iter().filter(|r| r.method == "POST" && r.path == CHAT);
    posts.map(|r| serde_json::from_slice(&r.body).unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sign_in_that_runs_out_while_the_chat_is_open_sends_nothing_until_there_is_a_new_one() {
    let house = House::without_key().await;
    house.sign_in("2").await;
    let (_, first) = house.ask("Still valid?").await;
    assert_eq!(house.ended(first).await.status.state, MessageState::Done);
    let posts = house.sim.posts();
    until("the sign-in runs out", async || house.account.expired(telltale::clock::now()).is_some()).await;
    let (_, second) = house.ask("And now?").await;
    let failed = house.ended(second).await.status;
    let card = failed.card.unwrap();
    assert_eq!((failed.state, card.code.as_str()), (MessageState::Failed, "api_key_expired"));
    assert_eq!(house.sim.posts(), posts, "nothing goes out with a key past its date");

    house.sign_in("null").await;
    house.chat.resend(second, Default::default()).await.unwrap();
    assert_eq!(house.ended(second).await.status.state, MessageState::Done);
    assert_eq!(house.sim.posts(), posts + 1);
}
