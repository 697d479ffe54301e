//! "Was I charged?" against the simulated Poe: the verdict, the second sending, the restart, and how often it was asked.

use crate::house::House;
use poe::sim::Reply;
use serde_json::{Value, json};
use std::time::{Duration, Instant};
use telltale::events::{Action, ChargeState, MessageState, MessageView};

const CHAT: &str = "/v1/chat/completions";
const HISTORY: &str = "/usage/points_history";

/// The history as it would say: rows of the model asked, so many milliseconds ago, with their points.
fn history(rows: &[(&str, i64, i64)]) -> Reply {
    let now = telltale::now();
    let row = |(id, ago, points): &(&str, i64, i64)| {
        json!({
            "query_id": id, "bot_name": "Demo-Flash", "creation_time": (now - ago) * 1_000, "usage_type": "API",
            "cost_points": points, "cost_usd": "0.01", "api_key_name": "Laptop",
        })
    };
    let rows: Vec<Value> = rows.iter().map(row).collect();
    Reply::json(
        200,
        json!({ "has_more": false, "length": rows.len(), "data": rows }),
    )
}

fn looks(house: &House) -> usize {
    let requests = house.sim.requests();
    requests.iter().filter(|request| request.path == HISTORY).count()
}

async fn known(house: &House, id: i64, state: ChargeState) -> MessageView {
    house
        .until(id, |view| {
            view.status.charge.is_some_and(|charge| charge.state == state)
        })
        .await
}

fn card(view: &MessageView) -> (&str, &str, Action) {
    let card = view.status.card.as_ref().unwrap();
    let first = &card.actions[0];
    (&card.safe, &first.label, first.action)
}

/// The call ended a while ago: the time in which its row could come has passed.
fn long_ago(house: &House) {
    let file = rusqlite::Connection::open(house.file()).unwrap();
    file.execute(
        "UPDATE calls SET sent_at = sent_at - 60000, ended_at = ended_at - 60000",
        [],
    )
    .unwrap();
}

/// A call that ended so that nobody knows whether it ran.
async fn lost(house: &House) -> i64 {
    house.sim.on("POST", CHAT, Reply::empty(200).cut());
    let (_, answer) = house.ask("Go").await;
    let end = house.ended(answer).await;
    assert_eq!(end.status.state, MessageState::Failed);
    assert_eq!(end.status.charge.map(|it| it.state), Some(ChargeState::Checking));
    assert_eq!(
        card(&end),
        (
            "Your message is saved. Checking whether points were used.",
            "Check and retry",
            Action::CheckAndRetry
        )
    );
    answer
}

#[tokio::test(flavor = "multi_thread")]
async fn a_receipt_says_what_the_history_says() {
    let house = House::new().await;
    house.watch_charges();
    let (_, answer) = house.ask("Say hello").await;
    house.ended(answer).await;
    // The simulated Poe says 0 at first, as Poe does; what it settles on is the charge.
    let end = known(&house, answer, ChargeState::Charged).await;
    assert!(end.status.charge.unwrap().points.unwrap() > 0);
    house.until_told("\"state\":\"charged\"").await;
    assert_eq!(looks(&house), 2);
    house.assert_no_key();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_call_that_was_charged_says_so_and_is_not_sent_again() {
    let house = House::new().await;
    house.watch_charges();
    let answer = lost(&house).await;
    house
        .sim
        .always("GET", HISTORY, history(&[("a", 300, 238), ("old", 90_000, 7)]));
    let end = known(&house, answer, ChargeState::Charged).await;
    let sure = (
        "Your message is saved. 238 points were used.",
        "Send again (may be charged twice)",
        Action::Retry,
    );
    assert_eq!(card(&end), sure);
    // Also when asked, and after the app was opened anew.
    assert_eq!(card(&house.chat.check_and_retry(answer).await.unwrap()), sure);
    let detail = house.chat.open(end.conversation_id).await.unwrap();
    assert_eq!(card(&detail.messages[1]), sure);
    assert_eq!(house.sim.posts(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_call_that_cost_nothing_goes_out_again_once() {
    let house = House::new().await;
    let answer = lost(&house).await;
    long_ago(&house);
    house.sim.always("GET", HISTORY, history(&[("old", 900_000, 7)]));
    house.sim.on(
        "POST",
        CHAT,
        Reply::answer("Here.").after(Duration::from_millis(200)),
    );
    let (one, two) = tokio::join!(
        house.chat.check_and_retry(answer),
        house.chat.check_and_retry(answer)
    );
    assert_eq!(one.unwrap().id, answer);
    assert_eq!(two.unwrap().id, answer);
    assert_eq!(house.ended(answer).await.status.state, MessageState::Done);
    assert_eq!(house.sim.posts(), 2, "once, however often it is pressed");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_history_that_cannot_be_read_leaves_it_to_the_person() {
    let house = House::new().await;
    let answer = lost(&house).await;
    house
        .sim
        .always("GET", HISTORY, Reply::error(403, "No", "permission_error", None));
    let view = house.chat.check_and_retry(answer).await.unwrap();
    assert_eq!(
        card(&view),
        (
            "Your message is saved. Not known whether points were used: look at Usage.",
            "Send again (may be charged twice)",
            Action::Retry
        )
    );
    assert_eq!(house.sim.posts(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_lost_calls_and_one_row_stay_unclear() {
    let house = House::new().await;
    house.sim.always(
        "POST",
        CHAT,
        Reply::html(502, "Bad gateway").after(Duration::from_millis(100)),
    );
    let ((_, one), (_, two)) = tokio::join!(house.ask("One"), house.ask("Two"));
    house.ended(one).await;
    house.ended(two).await;
    house.sim.always("GET", HISTORY, history(&[("a", 50, 12)]));
    let begun = Instant::now();
    house.watch_charges();
    for answer in [one, two] {
        let end = known(&house, answer, ChargeState::Ambiguous).await;
        assert_eq!(card(&end).1, "Send again (may be charged twice)");
    }
    // What is unclear is looked up again every two seconds, which a busy computer may take to get here.
    let again = begun.elapsed().as_secs() / 2;
    assert!(looks(&house) as u64 <= 1 + again, "one request serves both");
    assert_eq!(house.sim.posts(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn stopped_and_cut_answers_are_looked_up_and_refused_ones_are_not() {
    let house = House::new().await;
    let piece = r#"{"choices":[{"index":0,"delta":{"content":"Half"}}]}"#;
    house.sim.on("POST", CHAT, Reply::sse(&[piece]).hang());
    let (_, stopped) = house.ask("Stop me").await;
    house.until(stopped, |view| !view.blocks.is_empty()).await;
    house.chat.stop(stopped);
    let checking = |view: MessageView| view.status.charge.map(|it| it.state) == Some(ChargeState::Checking);
    assert!(checking(house.ended(stopped).await));

    house.sim.on("POST", CHAT, Reply::sse(&[piece]).cut());
    let (_, cut) = house.ask("Cut me").await;
    let end = house.ended(cut).await;
    assert_eq!(
        end.status.card.as_ref().unwrap().safe,
        "Your message and the text so far are saved. Checking whether points were used."
    );
    assert!(checking(end));

    house.sim.on(
        "POST",
        CHAT,
        Reply::error(401, "No", "authentication_error", Some("invalid_api_key")),
    );
    let (_, refused) = house.ask("Refuse me").await;
    assert_eq!(house.ended(refused).await.status.charge, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restart_goes_on_looking() {
    let house = House::new().await;
    let answer = lost(&house).await;
    let (_, running) = {
        let piece = r#"{"choices":[{"index":0,"delta":{"content":"Half"}}]}"#;
        house.sim.on("POST", CHAT, Reply::sse(&[piece]).hang());
        house.ask("Still running").await
    };
    house.until(running, |view| !view.blocks.is_empty()).await;
    let house = house.restarted().await;
    long_ago(&house);
    house
        .sim
        .always("GET", HISTORY, history(&[("b", 59_500, 40), ("a", 61_500, 238)]));
    house.watch_charges();
    known(&house, answer, ChargeState::Charged).await;
    known(&house, running, ChargeState::Charged).await;
    assert_eq!(looks(&house), 1);
    assert_eq!(house.sim.posts(), 2);
}
