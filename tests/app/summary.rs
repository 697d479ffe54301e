//! Older turns that go as a summary: priced before, made by the next question's turn, once, and dropped when they go in their own
//! words again.

use crate::house::House;
use crate::turn::{CHAT, bodies};
use poe::sim::Reply;
use serde_json::Value;
use telltale::chat::Beside;
use telltale::events::{ContextView, MessageCost, MessageState, OlderSummaryState, Parameters, ResendChange};
use telltale::library::DraftPlace;

const MODEL: &str = "demo-flash";

fn said(body: &Value) -> Vec<String> {
    let messages = body["messages"].as_array().unwrap().iter();
    messages.map(|message| message["content"].as_str().unwrap_or_default().to_owned()).collect()
}

async fn ask(house: &House, chat: i64, question: &str, answer: &str) -> i64 {
    house.sim.on("POST", CHAT, Reply::answer(answer));
    let sent = house.chat.send(chat, question, None).await.unwrap();
    assert_eq!(house.ended(sent.answer.id).await.status.state, MessageState::Done);
    sent.question.id
}

async fn parts(house: &House, chat: i64) -> ContextView {
    house
        .chat
        .outgoing
        .context_parts(DraftPlace::end_of(chat), None, MODEL, &Parameters::default())
        .await
        .unwrap()
}

async fn cost(house: &House, chat: i64) -> MessageCost {
    let context =
        house.chat.outgoing.draft_context(Some(chat), None, MODEL, &Parameters::default(), None).await;
    house.chat.outgoing.estimate_cost(&context.unwrap(), "And now?").await
}

/// Four turns, of which the last goes along; its question.
async fn left_out(house: &House, chat: i64) -> i64 {
    let long = "The tide comes in and goes out. ".repeat(40);
    for n in 1..4 {
        ask(house, chat, &format!("Question {n}?"), &long).await;
    }
    let last = ask(house, chat, "Question 4?", "Short.").await;
    house.chat.send_from(chat, Some(last)).await.unwrap();
    last
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_left_out_goes_as_a_summary() {
    let house = House::new().await;
    house.balance.refresh().await;
    house.models.refresh().await;
    for is_temporary in [false, true] {
        let chat = match is_temporary {
            false => house.chat.create(MODEL.into(), Parameters::default()).await.unwrap(),
            true => house.chat.begin_temporary(MODEL, Parameters::default()).await.unwrap(),
        };
        let last = left_out(&house, chat.id).await;
        let before = cost(&house, chat.id).await.points.unwrap();
        let offered = parts(&house, chat.id).await.summary.unwrap();
        assert_eq!((offered.turns, offered.state), (3, OlderSummaryState::Offered));
        let once = offered.points.unwrap();
        assert!(once.low > 0 && once.low < once.high, "{once:?}");

        // Taken back before it was made: nothing was asked.
        let posts = bodies(&house.sim).len();
        assert!(house.chat.summarize(chat.id, true).await.unwrap().summary_is_own);
        assert!(!house.chat.summarize(chat.id, false).await.unwrap().summary_is_own);
        assert_eq!(cost(&house, chat.id).await.points, Some(before));
        house.chat.summarize(chat.id, true).await.unwrap();
        assert_eq!(parts(&house, chat.id).await.summary.unwrap().state, OlderSummaryState::Due);
        let with = cost(&house, chat.id).await.points.unwrap();
        assert!(
            with.low >= before.low + once.low && with.high >= before.high + once.high,
            "{before:?} {once:?} {with:?}"
        );
        assert_eq!(bodies(&house.sim).len(), posts);

        house.sim.on("POST", CHAT, Reply::answer("It was about tides."));
        ask(&house, chat.id, "And now?", "Now this.").await;
        let asked: Vec<Vec<String>> = bodies(&house.sim)[posts..].iter().map(said).collect();
        assert_eq!(asked.len(), 2);
        assert!(asked[0][0].contains("Question 1?") && asked[0][0].contains("Sum up this chat"), "{asked:?}");
        assert!(!asked[0][0].contains("Question 4?"), "what goes along is not summed up: {asked:?}");
        assert_eq!(asked[1][0], "Summary of this chat so far:\n\nIt was about tides.");
        assert_eq!(asked[1][1..], ["Question 4?", "Short.", "And now?"]);
        assert_eq!(parts(&house, chat.id).await.summary.unwrap().state, OlderSummaryState::Made);

        // It is made once, and stays where more is left out.
        let next = ask(&house, chat.id, "Next?", "Next.").await;
        assert_eq!(bodies(&house.sim).len(), posts + 3);
        let kept = house.chat.send_from(chat.id, Some(next)).await.unwrap();
        assert_eq!(kept.summary.as_deref(), Some("It was about tides."));
        // In their own words again, they need none.
        let all = house.chat.send_from(chat.id, None).await.unwrap();
        assert_eq!((all.summary, all.summary_is_own), (None, false));
        assert_eq!(parts(&house, chat.id).await.summary, None);
        house.chat.summarize(chat.id, true).await.unwrap_err();
        house.chat.send_from(chat.id, Some(last)).await.unwrap();
    }
}

/// Where it fails, the question is not asked, its card says why, and the next try makes it.
#[tokio::test(flavor = "multi_thread")]
async fn a_summary_that_fails_is_made_by_the_next_try() {
    let house = House::new().await;
    house.balance.refresh().await;
    house.models.refresh().await;
    let chat = house.chat.create(MODEL.into(), Parameters::default()).await.unwrap().id;
    left_out(&house, chat).await;
    house.chat.summarize(chat, true).await.unwrap();
    let posts = bodies(&house.sim).len();
    house.sim.on("POST", CHAT, Reply::error(400, "No.", "invalid_request_error", None));
    let sent = house.chat.send(chat, "And now?", None).await.unwrap();
    assert_eq!(house.ended(sent.answer.id).await.status.state, MessageState::Failed);
    assert_eq!(bodies(&house.sim).len(), posts + 1);
    let again = house.chat.outgoing.retry_cost(sent.answer.id).await.unwrap().regenerate.unwrap();
    let once = parts(&house, chat).await.summary.unwrap().points.unwrap();
    assert!(again.low > once.low, "{again:?} {once:?}");
    house.sim.on("POST", CHAT, Reply::answer("It was about tides."));
    house.sim.on("POST", CHAT, Reply::answer("Now this."));
    house.chat.resend(sent.answer.id, ResendChange::default()).await.unwrap();
    let ended = house.ended(sent.answer.id).await;
    assert_eq!(ended.status.state, MessageState::Done);
    assert!(said(bodies(&house.sim).last().unwrap())[0].contains("It was about tides."));
}

/// Answers side by side need one summary, made by the chat's own model and told in their price once.
#[tokio::test(flavor = "multi_thread")]
async fn several_models_share_one_summary() {
    let house = House::new().await;
    house.balance.refresh().await;
    house.models.refresh().await;
    let chat = house.chat.create(MODEL.into(), Parameters::default()).await.unwrap().id;
    left_out(&house, chat).await;
    let price = async || {
        let mut contexts = Vec::new();
        for model in [MODEL, "demo-long"] {
            let parameters = Parameters::default();
            let context = house.chat.outgoing.draft_context(Some(chat), None, model, &parameters, None).await;
            contexts.push(context.unwrap());
        }
        house.chat.outgoing.comparison_cost(&contexts, "And now?").await.points.unwrap()
    };
    let before = price().await;
    house.chat.summarize(chat, true).await.unwrap();
    let once = parts(&house, chat).await.summary.unwrap().points.unwrap();
    let place = DraftPlace::end_of(chat);
    let other = house.chat.outgoing.context_parts(place, None, "demo-long", &Parameters::default()).await;
    let other = other.unwrap().summary.unwrap().points.unwrap();
    let with = price().await;
    let expected = before.low + once.low..before.low + once.low + other.low;
    assert!(expected.contains(&with.low), "{before:?} {once:?} {other:?} {with:?}");
    let posts = bodies(&house.sim).len();
    house.sim.on("POST", CHAT, Reply::answer("It was about tides."));
    house.sim.always("POST", CHAT, Reply::answer("Now this."));
    let beside = Beside { models: vec!["demo-long".to_owned()], ..Beside::default() };
    let detail = house.chat.compare(chat, "And now?", None, Vec::new(), beside).await.unwrap();
    for answer in detail.compared {
        assert_eq!(house.ended(answer.id).await.status.state, MessageState::Done);
    }
    let asked = bodies(&house.sim)[posts..].to_vec();
    assert_eq!(asked.len(), 3);
    assert_eq!((&asked[0]["model"], said(&asked[0])[0].contains("Sum up this chat")), (&MODEL.into(), true));
    assert!(asked[1..].iter().all(|body| said(body)[0].contains("It was about tides.")));
}
