//! What the buttons of a card make of a turn: going on from a cut, trying for a while, waiting for the network, leaving
//! older messages out, a new chat with a summary, and the branches that all this leaves behind.

use crate::house::House;
use crate::turn::{CHAT, bodies};
use poe::sim::{Reply, Scenario, Sim};
use serde_json::Value;
use std::time::Duration;
use telltale::events::{Action, MessageState, Parameters, ResendChange, WaitsFor};

fn piece(text: &str) -> Reply {
    let chunk = serde_json::json!({"choices": [{"index": 0, "delta": {"content": text}}]});
    Reply::sse(&[&chunk.to_string()])
}

fn overloaded() -> Reply {
    Reply::error(529, "Overloaded", "overloaded_error", None)
}

/// The texts of a request's messages, with their roles.
fn said(body: &Value) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let messages = body["messages"].as_array().unwrap();
    messages.iter().map(|message| (text(&message["role"]), text(&message["content"]))).collect()
}

async fn text(house: &House, id: i64) -> String {
    house.library.message(id).await.unwrap().text
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cut_answer_goes_on_in_its_own_place() {
    let house = House::new().await;
    house.sim.on("POST", CHAT, piece("The quick brown").cut());
    let (conversation, answer) = house.ask("Say it").await;
    assert_eq!(house.ended(answer).await.status.state, MessageState::Cut);

    house.sim.on("POST", CHAT, Reply::answer("quick brown fox.").split(9));
    let view = house.chat.go_on(answer).await.unwrap();
    assert_eq!(view.id, answer);
    assert_eq!(view.blocks.concat(), markdown::render("The quick brown").concat());
    let end = house.ended(answer).await;
    assert_eq!((end.status.state, end.status.card), (MessageState::Done, None));
    assert_eq!(text(&house, answer).await, "The quick brown fox.");
    assert_eq!(end.blocks.concat(), markdown::render("The quick brown fox.").concat());
    assert_eq!(house.sim.posts(), 2, "one call for one press");

    let sent = said(&bodies(&house.sim)[1]);
    let roles: Vec<&str> = sent.iter().map(|(role, _)| role.as_str()).collect();
    assert_eq!(roles, ["user", "assistant", "user"]);
    assert_eq!((sent[0].1.as_str(), sent[1].1.as_str()), ("Say it", "The quick brown"));
    assert_eq!(house.library.messages(conversation).await.unwrap().len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_continuation_that_fails_loses_nothing_and_is_tried_as_such() {
    let house = House::new().await;
    house.sim.on("POST", CHAT, piece("Half of it").cut());
    let (_, answer) = house.ask("Go").await;
    house.ended(answer).await;
    let refusal = Reply::error(402, "Insufficient points", "insufficient_quota", Some("insufficient_points"));
    house.sim.on("POST", CHAT, refusal);
    house.chat.go_on(answer).await.unwrap();
    let failed = house.ended(answer).await;
    assert_eq!(failed.status.state, MessageState::Failed);
    assert_eq!(failed.blocks.concat(), markdown::render("Half of it").concat());
    assert_eq!(text(&house, answer).await, "Half of it");

    // Its card's button sends the continuation again, not the question.
    house.sim.on("POST", CHAT, piece(", and more").cut());
    let again = house.chat.resend(answer, ResendChange::default()).await.unwrap();
    assert_eq!(again.id, answer);
    assert_eq!(house.ended(answer).await.status.state, MessageState::Cut);
    assert_eq!(text(&house, answer).await, "Half of it, and more");

    // A new answer to the question stands beside it.
    house.sim.on("POST", CHAT, Reply::answer("All of it."));
    let fresh = house.chat.resend(answer, ResendChange::default()).await.unwrap();
    assert_ne!(fresh.id, answer);
    assert_eq!(fresh.branch.map(|b| (b.number, b.of, b.previous)), Some((2, 2, Some(answer))));
    house.ended(fresh.id).await;
    assert_eq!(house.sim.posts(), 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_presses_at_once_send_once() {
    let house = House::new().await;
    house.sim.on("POST", CHAT, piece("Half").cut());
    let (_, answer) = house.ask("Go").await;
    house.ended(answer).await;
    house.sim.always("POST", CHAT, Reply::answer(" and half").after(Duration::from_millis(200)));
    let (one, two) = tokio::join!(house.chat.go_on(answer), house.chat.go_on(answer));
    assert_eq!((one.unwrap().id, two.unwrap().id), (answer, answer));
    house.ended(answer).await;
    assert_eq!(house.sim.posts(), 2);
    assert_eq!(text(&house, answer).await, "Half and half");
}

#[tokio::test(flavor = "multi_thread")]
async fn earlier_branches_can_be_shown_again_and_stay_chosen() {
    let house = House::new().await;
    house.sim.on("POST", CHAT, Reply::answer("First."));
    let (conversation, first) = house.ask("Go").await;
    house.ended(first).await;
    house.sim.on("POST", CHAT, Reply::answer("Follow-up."));
    let follow = house.chat.send(conversation, "And?", None).await.unwrap();
    house.ended(follow.answer.id).await;
    house.sim.on("POST", CHAT, Reply::answer("Second."));
    let second = house.chat.resend(first, ResendChange::default()).await.unwrap().id;
    house.ended(second).await;
    let shown = async |id| -> Vec<String> {
        let rows = house.second_look().messages(id).await.unwrap();
        rows.into_iter().map(|row| row.text).collect()
    };
    assert_eq!(shown(conversation).await, ["Go", "Second."]);

    let detail = house.chat.choose(first).await.unwrap();
    assert_eq!(detail.messages.len(), 4, "with all that followed it");
    let branch = detail.messages[1].branch.clone().unwrap();
    assert_eq!((branch.number, branch.of, branch.next), (1, 2, Some(second)));
    assert_eq!(shown(conversation).await, ["Go", "First.", "And?", "Follow-up."]);

    // What is asked now follows what is shown; an edited question stands beside its old self.
    house.sim.on("POST", CHAT, Reply::answer("Better."));
    let edited = house.chat.send(conversation, "And then?", Some(follow.question.id)).await.unwrap();
    house.ended(edited.answer.id).await;
    assert_eq!(edited.question.branch.map(|b| (b.number, b.of)), Some((2, 2)));
    assert_eq!(shown(conversation).await, ["Go", "First.", "And then?", "Better."]);
    let last = bodies(&house.sim).pop().unwrap();
    let sent: Vec<String> = said(&last).into_iter().map(|(_, text)| text).collect();
    assert_eq!(sent, ["Go", "First.", "And then?"]);

    house.chat.choose(second).await.unwrap();
    house.sim.on("POST", CHAT, Reply::answer("Third."));
    let third = house.chat.resend(first, ResendChange::default()).await.unwrap();
    house.ended(third.id).await;
    assert_eq!(shown(conversation).await, ["Go", "Third."], "the newest is shown");
}

#[tokio::test(flavor = "multi_thread")]
async fn older_messages_are_left_out_and_taken_in_again() {
    let house = House::new().await;
    house.sim.always("POST", CHAT, Reply::answer("Long answer. "));
    let (conversation, first) = house.ask(&"One ".repeat(400)).await;
    house.ended(first).await;
    for question in ["Two ", "Three "] {
        let sent = house.chat.send(conversation, &question.repeat(300), None).await.unwrap();
        house.ended(sent.answer.id).await;
    }
    house.sim.on("POST", CHAT, Reply::error(413, "Too large", "request_too_large", None));
    let last = house.chat.send(conversation, "Four", None).await.unwrap();
    house.ended(last.answer.id).await;

    house.chat.trim(last.answer.id).await.unwrap();
    assert_eq!(house.ended(last.answer.id).await.status.state, MessageState::Done);
    let all = bodies(&house.sim);
    assert_eq!(all.len(), 5);
    let before: usize = said(&all[3]).iter().map(|(_, text)| text.len()).sum();
    let after: usize = said(&all[4]).iter().map(|(_, text)| text.len()).sum();
    assert!(after * 2 <= before && said(&all[4]).len() > 1, "{after} of {before}");

    let detail = house.chat.open(conversation, None).await.unwrap();
    assert_eq!(detail.messages.len(), 8, "the thread shows all");
    let from = detail.conversation.sent_from.unwrap();
    assert!(detail.messages.iter().any(|message| message.id == from));
    assert_eq!(house.second_look().conversation(conversation).await.unwrap().sent_from, Some(from));

    house.chat.send_from(conversation, None).await.unwrap();
    let next = house.chat.send(conversation, "Five", None).await.unwrap();
    house.ended(next.answer.id).await;
    assert_eq!(said(&bodies(&house.sim)[5]).len(), 9);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_chat_goes_on_from_a_summary() {
    let house = House::new().await;
    house.sim.on("POST", CHAT, Reply::answer("Blue, by scattering."));
    let (old, first) = house.ask("Why is the sky blue?").await;
    house.ended(first).await;
    house.sim.on("POST", CHAT, Reply::error(413, "Too large", "request_too_large", None));
    let sent = house.chat.send(old, "And at dusk?", None).await.unwrap();
    house.ended(sent.answer.id).await;
    let before = house.library.messages(old).await.unwrap();

    house.sim.on("POST", CHAT, Reply::answer("About the sky.").after(Duration::from_millis(100)));
    house.sim.on("POST", CHAT, Reply::answer("Red."));
    let started = house.chat.summarize_and_start(sent.answer.id).await.unwrap();
    let answer = started.sent.answer.id;
    house.until(answer, |view| view.status.waits_for == Some(WaitsFor::Summary)).await;
    let end = house.ended(answer).await;
    assert_eq!((end.status.state, end.status.waits_for), (MessageState::Done, None));
    assert_eq!(text(&house, answer).await, "Red.");
    let new = house.chat.open(started.conversation.id, None).await.unwrap();
    assert_eq!(new.conversation.summary.as_deref(), Some("About the sky."));
    assert_eq!(new.messages.len(), 2);
    let all = bodies(&house.sim);
    assert_eq!(all.len(), 4, "one call for the summary, one for the question");
    assert!(said(&all[2])[0].1.contains("Blue, by scattering."));
    let asked = said(&all[3]);
    assert!(asked[0].0 == "system" && asked[0].1.contains("About the sky."));
    assert_eq!(asked[1].1, "And at dusk?");
    assert_eq!(house.library.messages(old).await.unwrap(), before, "the old chat is as it was");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_summary_that_fails_is_made_again_before_the_question_goes() {
    let house = House::new().await;
    house.sim.on("POST", CHAT, Reply::answer("Blue."));
    let (old, first) = house.ask("Why?").await;
    house.ended(first).await;
    let before = house.library.messages(old).await.unwrap();
    let refusal = Reply::error(402, "Insufficient points", "insufficient_quota", Some("insufficient_points"));
    house.sim.on("POST", CHAT, refusal);
    let started = house.chat.summarize_and_start(first).await.unwrap();
    let answer = started.sent.answer.id;
    let failed = house.ended(answer).await;
    assert_eq!(failed.status.card.map(|card| card.code).as_deref(), Some("insufficient_points"));
    assert_eq!(house.sim.posts(), 2, "the question did not go without it");
    assert_eq!(house.library.messages(old).await.unwrap(), before);

    house.sim.on("POST", CHAT, Reply::answer("A summary."));
    house.sim.on("POST", CHAT, Reply::answer("Because."));
    house.chat.resend(answer, ResendChange::default()).await.unwrap();
    house.ended(answer).await;
    assert_eq!(text(&house, answer).await, "Because.");
    assert_eq!(house.sim.posts(), 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn trying_for_a_while_waits_in_sight_and_can_be_ended() {
    let house = House::new().await;
    house.sim.always("POST", CHAT, overloaded().header("Retry-After", "120"));
    let (_, answer) = house.ask("Go").await;
    house.ended(answer).await;
    let before = house.sim.posts();
    house.chat.keep_trying(answer).await.unwrap();
    let waiting = house.until(answer, |view| view.status.state == MessageState::Retrying).await;
    let retry = waiting.status.retry.unwrap();
    let now = waiting.status.card.unwrap().at;
    assert!((100_000..=121_000).contains(&(retry.at - now)), "{retry:?}");
    assert!((290_000..=301_000).contains(&(retry.until.unwrap() - now)), "{retry:?}");
    assert!(house.chat.live()[0].waiting);
    assert_eq!(house.sim.posts(), before + 1, "one request a try");
    house.chat.stop(answer);
    assert_eq!(house.ended(answer).await.status.state, MessageState::Stopped);
    assert_eq!(house.sim.posts(), before + 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn trying_for_a_while_ends_where_it_could_cost_twice() {
    let house = House::new().await;
    house.sim.on("POST", CHAT, overloaded().header("x-should-retry", "false"));
    let (_, answer) = house.ask("Go").await;
    house.ended(answer).await;
    house.sim.on("POST", CHAT, Reply::html(502, "<h1>Bad gateway</h1>"));
    house.chat.keep_trying(answer).await.unwrap();
    let end = house.ended(answer).await;
    assert_eq!(end.status.card.map(|card| card.code).as_deref(), Some("gateway_error"));
    assert_eq!(house.sim.posts(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_goes_once_when_the_network_is_back() {
    let house = House::new().await;
    let port = house.unplug();
    let (_, answer) = house.ask("Are you there?").await;
    house.ended(answer).await;
    house.chat.send_when_back(answer).await.unwrap();
    house.until(answer, |view| view.status.waits_for == Some(WaitsFor::Network)).await;
    assert!(house.chat.live()[0].waiting);
    let back = Sim::start_on(port, Scenario::Script).await.unwrap();
    back.always("POST", CHAT, Reply::answer("Here."));
    let end = house.ended(answer).await;
    assert_eq!((end.status.state, end.status.waits_for), (MessageState::Done, None));
    assert_eq!(back.posts(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn waiting_for_the_network_can_be_ended() {
    let house = House::new().await;
    house.unplug();
    let answer = house.ask_with("Are you there?", Parameters::default()).await;
    house.ended(answer).await;
    house.chat.send_when_back(answer).await.unwrap();
    house.until(answer, |view| view.status.waits_for == Some(WaitsFor::Network)).await;
    house.chat.stop(answer);
    let end = house.ended(answer).await;
    assert_eq!((end.status.state, end.status.waits_for), (MessageState::Stopped, None));
}

/// What is held back: its field, what the card says, its buttons; and nothing is saved or sent.
async fn check_refused(
    model: &str,
    parameters: Parameters,
    text: &str,
    field: &str,
    says: &str,
    first: Action,
) {
    let house = House::new().await;
    let conversation = house.chat.create(model.into(), parameters).await.unwrap();
    let refused = house.chat.send(conversation.id, text, None).await.unwrap_err();
    let card = house.cards.card(refused);
    assert_eq!((card.code.as_str(), card.field.as_deref()), ("invalid_input", Some(field)));
    assert!(card.what.contains(says), "{}", card.what);
    assert_eq!(card.actions[0].action, first);
    assert_eq!(house.sim.posts(), 0);
    assert!(house.library.messages(conversation.id).await.unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_poe_would_refuse_is_held_back_at_its_field() {
    let plain = Parameters::default;
    let tokens = Parameters { max_tokens: Some(4_000_000), ..plain() };
    check_refused("demo-flsh", plain(), "Hi", "model", "Demo-Flash", Action::UseModel).await;
    check_refused("zzz", plain(), "Hi", "model", "just refreshed", Action::ChooseModel).await;
    check_refused("demo-flash", plain(), " ", "message", "Write something", Action::Fix).await;
    check_refused("demo-flash", tokens, "Hi", "max_tokens", "for this model", Action::Fix).await;
    let long = "word ".repeat(100_000);
    check_refused("demo-flash", plain(), &long, "message", "an estimate", Action::Fix).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_model_that_is_gone_is_looked_for_once_in_a_new_list() {
    let house = House::new().await;
    let lists = || {
        let requests = house.sim.requests();
        requests.iter().filter(|it| it.path == "/v1/models").count()
    };
    assert_eq!(lists(), 1);
    house.sim.on(
        "POST",
        CHAT,
        Reply::error(404, "No such model", "invalid_request_error", Some("model_not_found")),
    );
    let list = r#"{"object":"list","data":[{"id":"demo-flash-2","object":"model","created":0,"owned_by":"demo","architecture":{"input_modalities":["text"],"output_modalities":["text"],"modality":"text->text"}}]}"#;
    house.sim.on("GET", "/v1/models", Reply::bytes(200, "application/json", list.as_bytes().to_vec()));
    let (_, answer) = house.ask("Anybody there?").await;
    let card = house.ended(answer).await.status.card.unwrap();
    assert_eq!(card.code, "model_not_found");
    assert_eq!(card.actions.first().and_then(|act| act.model.as_deref()), Some("demo-flash-2"), "{card:?}");
    assert_eq!((lists(), house.sim.posts()), (2, 1));
    house.until_told("demo-flash-2").await;
}
