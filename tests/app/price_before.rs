//! What a message will cost, before it is sent: a range that learns, what is short of it, and a model that there are points for.

use crate::house::House;
use crate::turn::bodies;
use poe::sim::Reply;
use serde_json::json;
use telltale::events::{
    ContextPartKind, ContextView, DraftContext, MessageCost, Parameters, PointsRange, ShortOf,
};
use telltale::library::DraftPlace;

const CHAT: &str = "/v1/chat/completions";

async fn with_balance(points: i64) -> House {
    let house = House::new().await;
    house.sim.set_balance(points);
    house.balance.refresh().await;
    house
}

/// Of a chat that has not begun.
async fn context(house: &House, model: &str) -> DraftContext {
    house.chat.outgoing.draft_context(None, None, model, &Parameters::default(), None).await.unwrap()
}

async fn cost(house: &House, model: &str, text: &str) -> MessageCost {
    let context = context(house, model).await;
    house.chat.outgoing.estimate_cost(&context, text).await
}

fn width(cost: &MessageCost) -> i64 {
    let PointsRange { low, high } = cost.points.expect("its price is listed");
    high - low
}

/// An answer of so many tokens to a question that the model makes so many of.
fn told(prompt: i64, answer: i64) -> Reply {
    let usage =
        json!({"prompt_tokens": prompt, "completion_tokens": answer, "total_tokens": prompt + answer});
    let text = json!({"choices": [{"index": 0, "delta": {"content": "Because."}}]});
    let end = json!({"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}], "usage": usage});
    Reply::sse(&[&text.to_string(), &end.to_string(), "[DONE]"])
}

#[tokio::test(flavor = "multi_thread")]
async fn the_range_narrows_with_the_answers_of_the_model() {
    let house = with_balance(48_000).await;
    let question = "Why is the sky blue, and why is it red in the evening? ".repeat(40);
    let before = cost(&house, "demo-dear", &question).await;
    for answer in [180, 200, 220, 190, 210] {
        // Some 2,200 letters, of which this model makes a token each third one.
        house.sim.on("POST", CHAT, told(733, answer));
        let chat = house.chat.create("demo-dear".into(), Parameters::default()).await.unwrap();
        let sent = house.chat.send(chat.id, &question, None).await.unwrap();
        house.ended(sent.answer.id).await;
    }
    let after = cost(&house, "demo-dear", &question).await;
    assert!(width(&after) * 3 < width(&before), "{before:?} {after:?}");
    assert!((700..=770).contains(&after.tokens) && before.tokens < 600, "{before:?} {after:?}");
    // What it learned is there after a restart.
    let house = house.restarted().await;
    house.balance.refresh().await;
    house.models.get().await;
    let again = cost(&house, "demo-dear", &question).await;
    assert_eq!((again.tokens, again.points), (after.tokens, after.points));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_short_is_known_before_the_press() {
    let house = with_balance(1_000_000).await;
    let text = "word ".repeat(4_000);
    let enough = cost(&house, "demo-dear", &text).await;
    assert_eq!((enough.short, enough.cheaper), (None, None));
    let needed = enough.points.unwrap();

    house.sim.set_balance(needed.low - 10);
    house.balance.refresh().await;
    let poor = cost(&house, "demo-dear", &text).await;
    let short = poor.short.expect("it can't be paid");
    assert_eq!((short.of, short.points.low), (ShortOf::Balance, 10));
    assert!(short.points.high > 10);
    let cheaper = poor.cheaper.expect("one that can be paid");
    assert!(cheaper.points.high < needed.low && cheaper.name.starts_with("Demo-"), "{cheaper:?}");

    // In between it may do.
    house.sim.set_balance(needed.high - 5);
    house.balance.refresh().await;
    let unsure = cost(&house, "demo-dear", &text).await.short.unwrap();
    assert_eq!((unsure.points.low, unsure.points.high), (0, 5));

    // The day's limit, of which nothing is used so far.
    house.sim.set_balance(1_000_000);
    house.balance.refresh().await;
    house.chat.set_daily_limit(Some(needed.high - 5));
    let limited = cost(&house, "demo-dear", &text).await.short.unwrap();
    assert_eq!((limited.of, limited.points.high), (ShortOf::Limit, 5));
    // It warns, and stops nobody.
    house.sim.on("POST", CHAT, Reply::answer("Here."));
    let (_, answer) = house.ask("Go").await;
    house.ended(answer).await;
    assert_eq!(house.sim.posts(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn dollars_are_said_until_a_point_s_worth_is_known() {
    let house = House::new().await;
    house.models.get().await;
    let before = cost(&house, "demo-dear", "Why?").await;
    assert!(before.points.is_none() && before.usd.is_some(), "{before:?}");
    house.balance.refresh().await;
    let after = cost(&house, "demo-dear", "Why?").await;
    assert!(after.points.is_some() && after.usd.is_none(), "{after:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn files_count_within_bounds() {
    let house = with_balance(48_000).await;
    let place = DraftPlace::new_chat();
    let without = cost(&house, "demo-dear", "What is this?").await;
    let pdf = b"%PDF-1.4 <</Type /Pages>> <</Type /Page>> <</Type /Page>>".to_vec();
    house.chat.outgoing.add_attachment(place, "a.pdf", Ok(pdf)).await.unwrap();
    let found = context(&house, "demo-dear").await;
    assert_eq!((found.least, found.most, found.uncounted), (600, 6_000, 0));
    let text = "a line of it\n".repeat(100).into_bytes();
    let file = house.chat.outgoing.add_attachment(place, "a.txt", Ok(text)).await.unwrap();
    let with = cost(&house, "demo-dear", "What is this?").await;
    assert!(with.points.unwrap().high > without.points.unwrap().high, "{with:?} {without:?}");
    assert!(with.tokens > without.tokens + 300 + 600, "{with:?}");
    // Left out, it counts for nothing.
    house.chat.outgoing.include_attachment(file.id, false).await.unwrap();
    assert_eq!(context(&house, "demo-dear").await.text.letters, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_goes_out_is_told_part_by_part_and_older_turns_can_be_left_out() {
    let house = with_balance(48_000).await;
    let system = Parameters { system: Some("Be brief. ".repeat(40)), ..Parameters::default() };
    let chat = house.chat.create("demo-dear".into(), system.clone()).await.unwrap().id;
    // As many tokens as letters would make without anything learned.
    for (question, prompt) in [("One ", 208), ("Two ", 318), ("Three ", 478)] {
        house.sim.on("POST", CHAT, told(prompt, 3));
        let sent = house.chat.send(chat, &question.repeat(100), None).await.unwrap();
        house.ended(sent.answer.id).await;
    }
    let place = DraftPlace { conversation_id: Some(chat), instead_of: None };
    let parts = async || {
        house
            .chat
            .outgoing
            .context_parts(place, None, "demo-dear", &system)
            .await
            .expect("a chat that is there")
    };
    let told = async || {
        let context = house.chat.outgoing.draft_context(Some(chat), None, "demo-dear", &system, None).await;
        house.chat.outgoing.estimate_cost(&context.unwrap(), "").await.tokens
    };
    let all = parts().await;
    let kinds: Vec<_> = all.parts.iter().map(|part| (part.kind, part.count)).collect();
    assert_eq!(kinds, [(ContextPartKind::System, 1), (ContextPartKind::History, 3)]);
    assert!(all.parts.iter().all(|part| part.points.is_some_and(|points| points.low > 0)), "{all:?}");
    // The parts and an empty message are what the button counts.
    let sum = |view: &ContextView| view.parts.iter().map(|part| part.tokens).sum::<i64>();
    assert!((told().await - sum(&all) - 4).abs() <= 3, "{} {all:?}", told().await);
    assert_eq!(all.choices.iter().map(|choice| choice.turns).collect::<Vec<_>>(), [3, 2, 0]);

    let two = all.choices.iter().find(|choice| choice.turns == 2).unwrap();
    house.chat.send_from(chat, two.from).await.unwrap();
    let fewer = parts().await;
    assert!(fewer.choices.iter().all(|choice| choice.is_chosen == (choice.turns == 2)), "{fewer:?}");
    assert_eq!((sum(&all) - sum(&fewer)).signum(), 1);
    assert!((told().await - sum(&fewer) - 4).abs() <= 3);
    // None of it goes along, and what is asked next does.
    house.chat.send_from(chat, all.choices.last().unwrap().from).await.unwrap();
    let copy = house.chat.duplicate(chat, "Copy".to_owned()).await.unwrap();
    let copied = DraftPlace { conversation_id: Some(copy.id), instead_of: None };
    let copied = house.chat.outgoing.context_parts(copied, None, "demo-dear", &system).await.unwrap();
    assert_eq!(copied.parts.len(), 1, "nor in a copy: {copied:?}");
    house.sim.on("POST", CHAT, Reply::answer("Anew."));
    let sent = house.chat.send(chat, "Four", None).await.unwrap();
    house.ended(sent.answer.id).await;
    let asked = bodies(&house.sim).pop().unwrap();
    let said: Vec<_> =
        asked["messages"].as_array().unwrap().iter().map(|one| one["content"].clone()).collect();
    assert_eq!(said, [json!(system.system), json!("Four")]);
    let after = parts().await;
    assert_eq!(after.parts.last().map(|part| (part.kind, part.count)), Some((ContextPartKind::History, 1)));
}
