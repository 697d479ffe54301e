//! One question to several models: each answer is a turn of its own, the limits of points hold all together, and one of them is kept or
//! one is made of all.

use crate::house::House;
use crate::turn::bodies;
use poe::sim::Reply;
use serde_json::Value;
use std::time::Duration;
use telltale::chat::{BeginsIn, Beside};
use telltale::errors::{Failure, Refusal};
use telltale::events::{ConversationDetail, MessageState, MessageView, Parameters, ResendChange, WaitsFor};
use telltale::library::LimitOf;

const CHAT: &str = "/v1/chat/completions";
const MODELS: [&str; 3] = ["demo-flash", "demo-sonnet", "demo-dear"];

fn beside(models: &[&str]) -> Beside {
    Beside { models: models.iter().map(|model| (*model).to_owned()).collect(), over_limit: false }
}

fn model_of(body: &[u8]) -> String {
    let body: Value = serde_json::from_slice(body).unwrap();
    body["model"].as_str().unwrap().to_owned()
}

/// Every model answers with its own name, and the one that is named fails.
fn answers(house: &House, failing: &'static str) {
    house.sim.each("POST", CHAT, move |body| match model_of(body) {
        model if model == failing => Reply::error(402, "Insufficient points", "insufficient_quota", None),
        model => Reply::answer(&format!("I am {model}.")).split(7),
    });
}

/// What the last question to this model was asked with.
fn asked(house: &House, model: &str) -> Vec<String> {
    let body = bodies(&house.sim).into_iter().rfind(|body| body["model"] == model).unwrap();
    let messages = body["messages"].as_array().unwrap().iter();
    messages.map(|message| message["content"].as_str().unwrap_or_default().to_owned()).collect()
}

async fn chat(house: &House) -> i64 {
    house.chat.create(MODELS[0].into(), Parameters::default()).await.unwrap().id
}

async fn compare(house: &House, chat: i64, text: &str) -> Result<ConversationDetail, Refusal> {
    house.chat.compare(chat, text, None, Vec::new(), beside(&MODELS[1..])).await
}

fn ids(detail: &ConversationDetail) -> Vec<i64> {
    detail.compared.iter().map(|answer| answer.id).collect()
}

async fn all_ended(house: &House, ids: &[i64]) -> Vec<MessageView> {
    let mut ended = Vec::new();
    for id in ids {
        ended.push(house.ended(*id).await);
    }
    ended
}

async fn texts(house: &House, chat: i64) -> Vec<String> {
    house.library.messages(chat).await.unwrap().into_iter().map(|row| row.text).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn three_answer_side_by_side_and_one_is_kept() {
    let house = House::new().await;
    answers(&house, "");
    let chat = chat(&house).await;
    // One that is named twice, or is the chat's own, is asked once.
    let named = beside(&["demo-sonnet", "Demo-Sonnet", "demo-flash", "demo-dear"]);
    let detail = house.chat.compare(chat, "Who are you?", None, Vec::new(), named).await.unwrap();
    let models: Vec<&str> = detail.compared.iter().map(|answer| answer.status.model.as_str()).collect();
    assert_eq!(models, MODELS);
    let columns = ids(&detail);
    assert_eq!(detail.messages.last().unwrap().id, columns[0], "the chat's own model stands in the thread");
    let ended = all_ended(&house, &columns).await;
    for (answer, model) in ended.iter().zip(MODELS) {
        assert_eq!(answer.status.state, MessageState::Done, "{:?}", answer.status.card);
        assert!(answer.blocks.concat().contains(&format!("I am {model}.")), "{:?}", answer.blocks);
        assert_eq!(asked(&house, model), ["Who are you?"]);
    }
    assert_eq!(house.sim.posts(), 3);
    // Whoever opens the chat finds them side by side.
    assert_eq!(ids(&house.chat.open(chat, None).await.unwrap()), columns);

    let kept = house.chat.keep_answer(columns[1]).await.unwrap();
    assert_eq!((ids(&kept), kept.messages.len()), (Vec::new(), 2));
    let shown = kept.messages.last().unwrap();
    let branch = shown.branch.as_ref().unwrap();
    assert_eq!((shown.id, branch.number, branch.of), (columns[1], 2, 3));
    assert_eq!(kept.conversation.model, "demo-sonnet", "the chat goes on with it");
    let next = house.chat.send(chat, "And then?", None).await.unwrap();
    house.ended(next.answer.id).await;
    assert_eq!(asked(&house, "demo-sonnet"), ["Who are you?", "I am demo-sonnet.", "And then?"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_goes_on_has_chosen_what_stands_in_the_thread() {
    let house = House::new().await;
    answers(&house, "");
    let chat = chat(&house).await;
    let columns = ids(&compare(&house, chat, "Who?").await.unwrap());
    all_ended(&house, &columns).await;
    let next = house.chat.send(chat, "And then?", None).await.unwrap();
    house.ended(next.answer.id).await;
    assert_eq!(texts(&house, chat).await[..3], ["Who?", "I am demo-flash.", "And then?"]);
    let detail = house.chat.choose(columns[2]).await.unwrap();
    assert_eq!(ids(&detail), Vec::<i64>::new(), "a version like any other");
}

#[tokio::test(flavor = "multi_thread")]
async fn each_has_its_own_card_its_own_stop_and_its_own_next_try() {
    let house = House::new().await;
    answers(&house, MODELS[1]);
    let chat = chat(&house).await;
    let columns = ids(&compare(&house, chat, "Who?").await.unwrap());
    let ended = all_ended(&house, &columns).await;
    let states: Vec<MessageState> = ended.iter().map(|answer| answer.status.state).collect();
    assert_eq!(states, [MessageState::Done, MessageState::Failed, MessageState::Done]);
    assert!(ended[1].status.card.is_some() && ended[0].status.card.is_none());

    // The failed one is filled by its own model, not by the chat's.
    answers(&house, "");
    house.chat.resend(columns[1], ResendChange::default()).await.unwrap();
    let again = house.ended(columns[1]).await;
    assert_eq!((again.status.state, again.status.model.as_str()), (MessageState::Done, MODELS[1]));
    assert_eq!(house.chat.conversation(chat).await.unwrap().model, MODELS[0]);
    // Another answer takes the column of the one before, with another model too.
    let other = ResendChange { model: Some("demo-think".into()), ..ResendChange::default() };
    let fresh = house.chat.resend(columns[0], other).await.unwrap();
    house.ended(fresh.id).await;
    assert_eq!(ids(&house.chat.open(chat, None).await.unwrap()), [fresh.id, columns[1], columns[2]]);
    assert_eq!(house.chat.conversation(chat).await.unwrap().model, MODELS[0]);

    // A stop ends one of them.
    house.sim.each("POST", CHAT, |body| match model_of(body) {
        model if model == MODELS[1] => Reply::answer("Slow").after(Duration::from_secs(30)),
        _ => Reply::answer("Quick").after(Duration::from_millis(300)),
    });
    let columns = ids(&compare(&house, chat, "And now?").await.unwrap());
    house.until(columns[1], |answer| answer.status.sent_at.is_some()).await;
    house.chat.stop(columns[1]);
    let ended = all_ended(&house, &columns).await;
    let states: Vec<MessageState> = ended.iter().map(|answer| answer.status.state).collect();
    assert_eq!(states, [MessageState::Done, MessageState::Stopped, MessageState::Done]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_limit_holds_all_of_them_together_before_anything_is_saved() {
    let house = House::new().await;
    answers(&house, "");
    house.sim.set_balance(10_000_000);
    house.balance.refresh().await;
    let chat = chat(&house).await;
    let text = "word ".repeat(2_000);
    let mut contexts = Vec::new();
    for model in MODELS {
        let context =
            house.chat.outgoing.draft_context(Some(chat), None, model, &Parameters::default(), None).await;
        contexts.push(context.unwrap());
    }
    let sum = house.chat.outgoing.comparison_cost(&contexts, &text).await.points.unwrap();
    let mut highest = 0;
    for context in &contexts {
        let one = house.chat.outgoing.estimate_cost(context, &text).await.points.unwrap();
        highest = highest.max(one.high);
    }
    assert!(highest < sum.high, "{highest} {sum:?}");

    // Any of them would do.
    house.chat.set_daily_limit(Some(sum.high - 1));
    let short = house.chat.outgoing.comparison_cost(&contexts, &text).await.short.unwrap();
    assert_eq!(short.points.high, 1);
    let refused = compare(&house, chat, &text).await.unwrap_err();
    assert!(matches!(refused.failure, Failure::Budget { of: LimitOf::Day, used: 0, .. }), "{refused:?}");
    assert_eq!((texts(&house, chat).await.len(), house.sim.posts()), (0, 0));
    let limited = Parameters { budget: Some(sum.high - 1), ..Parameters::default() };
    let first = (text.clone(), Vec::new());
    let begun = house
        .chat
        .begin_comparison(MODELS[0], limited, first, BeginsIn::default(), beside(&MODELS[1..]))
        .await;
    assert!(matches!(begun.unwrap_err().failure, Failure::Budget { .. }));

    house.chat.set_daily_limit(Some(sum.high));
    let columns = ids(&compare(&house, chat, &text).await.unwrap());
    all_ended(&house, &columns).await;
    // The person's own wish passes it once.
    house.chat.set_daily_limit(Some(1));
    let over = Beside { over_limit: true, ..beside(&MODELS[1..]) };
    let detail = house.chat.compare(chat, "Once more", None, Vec::new(), over).await.unwrap();
    let ended = all_ended(&house, &ids(&detail)).await;
    assert!(ended.iter().all(|answer| answer.status.state == MessageState::Done));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_of_the_chat_has_them_side_by_side_and_a_fork_has_one() {
    let house = House::new().await;
    answers(&house, "none");
    let chat = chat(&house).await;
    let begun = compare(&house, chat, "Who?").await.unwrap();
    all_ended(&house, &ids(&begun)).await;

    let copy = house.chat.duplicate(chat, "Copy".into()).await.unwrap().id;
    let copied = house.chat.open(copy, None).await.unwrap();
    let models: Vec<&str> = copied.compared.iter().map(|answer| answer.status.model.as_str()).collect();
    assert_eq!(models, MODELS);
    let first = house.chat.open(chat, None).await.unwrap();
    assert_eq!(ids(&first), ids(&begun), "they stay the first chat's own");
    house.chat.keep_answer(ids(&copied)[1]).await.unwrap();
    assert_eq!(ids(&house.chat.open(copy, None).await.unwrap()), [0_i64; 0]);
    assert_eq!(ids(&house.chat.open(chat, None).await.unwrap()), ids(&begun));

    let fork = house.chat.fork(ids(&begun)[2], "Fork".into()).await.unwrap().id;
    assert_eq!(ids(&house.chat.open(fork, None).await.unwrap()), [0_i64; 0]);
    assert_eq!(texts(&house, fork).await, ["Who?", "I am demo-dear."]);
}

#[tokio::test(flavor = "multi_thread")]
async fn they_stand_side_by_side_after_a_crash() {
    let house = House::new().await;
    house.sim.always("POST", CHAT, Reply::answer("Late.").after(Duration::from_secs(30)));
    let begun = house
        .chat
        .begin_comparison(
            MODELS[0],
            Parameters::default(),
            ("Who?".into(), Vec::new()),
            BeginsIn::default(),
            beside(&MODELS[1..]),
        )
        .await
        .unwrap();
    let (chat, columns) = (begun.conversation.id, ids(&begun));
    for id in &columns {
        house.until(*id, |answer| answer.status.sent_at.is_some()).await;
    }
    let house = house.killed().await;
    let detail = house.chat.open(chat, None).await.unwrap();
    assert_eq!(ids(&detail), columns);
    let states: Vec<MessageState> = detail.compared.iter().map(|answer| answer.status.state).collect();
    assert_eq!(states, [MessageState::Cut; 3]);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_is_made_of_all_by_a_call_that_is_asked_with_what_was_read() {
    let house = House::new().await;
    answers(&house, "");
    let chat = chat(&house).await;
    let detail = compare(&house, chat, "Who?").await.unwrap();
    let (question, columns) = (detail.messages[0].id, ids(&detail));
    all_ended(&house, &columns).await;
    let prompt = house.chat.merge_prompt(question).await.unwrap();
    assert!(prompt.contains("# Question\n\nWho?"), "{prompt}");
    for model in MODELS {
        assert!(prompt.contains(&format!("\n\nI am {model}.")), "{prompt}");
    }

    let changed = format!("{prompt}\n\nIn one line.");
    house.sim.on("POST", CHAT, Reply::error(402, "Insufficient points", "insufficient_quota", None));
    let merged = house.chat.merge(question, MODELS[2], changed.clone()).await.unwrap();
    assert!(merged.compared.is_empty());
    let answer = merged.messages.last().unwrap().id;
    assert_eq!(house.ended(answer).await.status.state, MessageState::Failed);
    // Another try asks the same of the same model.
    house.chat.resend(answer, ResendChange::default()).await.unwrap();
    let done = house.ended(answer).await;
    assert_eq!((done.status.state, done.status.merged), (MessageState::Done, true));
    assert_eq!(asked(&house, MODELS[2]), [changed.as_str()]);
    assert_eq!(bodies(&house.sim).len(), 5);
    let again = house.chat.resend(answer, ResendChange::default()).await.unwrap();
    assert!(house.ended(again.id).await.status.merged);
    assert_eq!(asked(&house, MODELS[2]), [changed.as_str()]);
    // All are versions of it, and the chat goes on with the question as it was asked.
    let shown = house.chat.open(chat, None).await.unwrap().messages.pop().unwrap();
    assert_eq!(shown.branch.map(|branch| (branch.number, branch.of)), Some((5, 5)));
    let next = house.chat.send(chat, "And then?", None).await.unwrap();
    house.ended(next.answer.id).await;
    assert_eq!(asked(&house, MODELS[0]), ["Who?", "I am demo-dear.", "And then?"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_summary_that_all_of_them_need_is_paid_for_once() {
    let house = House::new().await;
    answers(&house, "");
    let (old, first) = house.ask("The old chat").await;
    house.ended(first).await;
    // The new chat's own call for the summary fails, so that the next question makes it.
    house.sim.on("POST", CHAT, Reply::error(402, "Insufficient points", "insufficient_quota", None));
    let started = house.chat.summarize_and_start(first).await.unwrap();
    house.ended(started.sent.answer.id).await;
    let before = house.sim.posts();
    let detail = compare(&house, started.conversation.id, "Who?").await.unwrap();
    let ended = all_ended(&house, &ids(&detail)).await;
    assert!(ended.iter().all(|answer| answer.status.state == MessageState::Done));
    assert!(ended.iter().all(|answer| answer.status.waits_for != Some(WaitsFor::Summary)));
    assert_eq!(house.sim.posts() - before, 4, "one summary and three answers");
    assert_ne!(started.conversation.id, old);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_it_was_made_of_goes_with_what_is_deleted() {
    let house = House::new().await;
    answers(&house, "");
    let chat = chat(&house).await;
    let detail = compare(&house, chat, "Who?").await.unwrap();
    let (question, columns) = (detail.messages[0].id, ids(&detail));
    all_ended(&house, &columns).await;
    let prompt = house.chat.merge_prompt(question).await.unwrap();
    let merged = house.chat.merge(question, MODELS[1], prompt.clone()).await.unwrap();
    let merged = merged.messages.last().unwrap().id;
    house.ended(merged).await;
    let prompts = async |chat: i64| -> Vec<Option<String>> {
        let shown = house.library.messages(chat).await.unwrap();
        shown.into_iter().map(|row| row.prompt).collect()
    };
    let copy = house.chat.duplicate(chat, "A copy".into()).await.unwrap();
    assert_eq!(prompts(copy.id).await, [None, Some(prompt.clone())]);

    house.chat.delete_message(columns[1]).await.unwrap();
    let copy = house.chat.duplicate(chat, "Another".into()).await.unwrap();
    assert_eq!(prompts(copy.id).await, [None, None], "it holds the deleted words");
    assert_eq!(prompts(chat).await, [None, Some(prompt)], "which can still be put back");
    house.library.purge_messages(None).await.unwrap();
    assert_eq!(prompts(chat).await, [None, None]);
}
