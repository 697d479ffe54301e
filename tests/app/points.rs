//! Points that do not suffice: what a message needs, waiting for more, and a limit of one's own.

use crate::conditions::until;
use crate::house::House;
use poe::sim::Reply;
use poe::{BaseUrl, Secret};
use serde_json::json;
use std::time::Duration;
use telltale::events::{
    Action, ChargeState, ErrorCard, MessageState, MessageView, Parameters, PointsRange, ResendChange,
};

const CHAT: &str = "/v1/chat/completions";
const BALANCE: &str = "/usage/current_balance";
const HISTORY: &str = "/usage/points_history";

fn no_points() -> Reply {
    Reply::error(402, "You've used up your points!", "insufficient_credits", Some("insufficient_points"))
}

fn card(view: &MessageView) -> &ErrorCard {
    view.status.card.as_ref().expect("a card")
}

fn fact(card: &ErrorCard, label: &str) -> Option<i64> {
    let value = &card.facts.iter().find(|fact| fact.label == label)?.value;
    value.replace(',', "").parse().ok()
}

fn actions(card: &ErrorCard) -> Vec<Action> {
    card.actions.iter().map(|button| button.action).collect()
}

/// A house that knows its balance, and what a dollar is in points by it.
async fn with_balance(points: i64) -> House {
    let house = House::new().await;
    house.sim.set_balance(points);
    house.balance.refresh().await;
    house
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_message_needs_is_estimated_from_price_and_rate() {
    let house = with_balance(48_000).await;
    house.sim.on("POST", CHAT, no_points());
    let long = "word ".repeat(4_000);
    let parameters = Parameters { max_tokens: Some(500), ..Parameters::default() };
    let answer = house.ask_with(&long, parameters).await;
    let shown = house.ended(answer).await;
    let needed = fact(card(&shown), "Needed").expect("the model tells its price");
    // 5,000 tokens at 0.10 dollars a million and 500 at 0.40, at about 33,333 points a dollar.
    assert!((20..60).contains(&needed), "{needed}");

    // Without a price nothing is claimed.
    house.sim.on("POST", CHAT, no_points());
    let change = ResendChange { model: Some("demo-forbidden".into()), ..ResendChange::default() };
    house.chat.resend(answer, change).await.unwrap();
    assert_eq!(fact(card(&house.ended(answer).await), "Needed"), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_card_offers_to_send_once_the_balance_has_risen() {
    let house = with_balance(3).await;
    house.watch_funds();
    house.sim.on("POST", CHAT, no_points());
    let (_, answer) = house.ask("Go").await;
    assert_eq!(card(&house.ended(answer).await).code, "insufficient_points");

    let waiting = house.chat.wait_for_points(answer).await.unwrap();
    assert_eq!(actions(card(&waiting))[0], Action::GetPoints);
    assert!(card(&waiting).safe.contains("waits for points"));
    house.balance.refresh().await;
    assert_eq!(
        actions(card(&house.until(answer, |_| true).await))[0],
        Action::GetPoints,
        "as poor as before"
    );

    house.sim.set_balance(12_340);
    house.balance.refresh().await;
    let ready = house.until(answer, |view| card(view).actions[0].action == Action::Retry).await;
    assert_eq!(card(&ready).actions[0].label, "Try again");
    assert_eq!(fact(card(&ready), "You have"), Some(12_340));
    house.until_told("You now have 12,340 points").await;
    assert_eq!(house.sim.posts(), 1, "nothing is sent before the press");

    house.chat.resend(answer, ResendChange::default()).await.unwrap();
    assert_eq!(house.ended(answer).await.status.state, MessageState::Done);
    assert_eq!(house.sim.posts(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn over_the_day_s_limit_nothing_is_sent_but_once_on_a_press() {
    let house = with_balance(48_000).await;
    house.chat.set_daily_limit(Some(1));
    let (_, answer) = house.ask("Is there anything left?").await;
    let shown = house.ended(answer).await;
    assert_eq!(card(&shown).code, "budget_reached");
    assert_eq!(actions(card(&shown)), [Action::SendOnce, Action::ChangeLimit]);
    assert_eq!((house.sim.posts(), shown.status.charge), (0, None));
    assert_eq!(house.chat.used_today().await.unwrap(), 0);

    let once = ResendChange { over_limit: true, ..ResendChange::default() };
    house.chat.resend(answer, once).await.unwrap();
    assert_eq!(house.ended(answer).await.status.state, MessageState::Done);
    assert_eq!(house.sim.posts(), 1);
    let (_, next) = house.ask("And now?").await;
    let refused = house.ended(next).await;
    assert_eq!(card(&refused).code, "budget_reached", "it was for one message");
    let used = house.chat.used_today().await.unwrap();
    assert!(used > 0);
    assert_eq!(fact(card(&refused), "Used today"), Some(used));
    assert_eq!(house.sim.posts(), 1);

    house.chat.set_daily_limit(None);
    house.chat.resend(next, ResendChange::default()).await.unwrap();
    assert_eq!(house.ended(next).await.status.state, MessageState::Done);
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_at_the_same_time_cannot_pass_the_limit_together() {
    let house = with_balance(48_000).await;
    let parameters = Parameters { max_tokens: Some(2_000), ..Parameters::default() };
    let slow = Reply::answer("Long.").after(Duration::from_millis(400));
    house.sim.always("POST", CHAT, slow);
    // One of them costs about 27 points at 0.40 dollars a million: room for one, not for two.
    house.chat.set_daily_limit(Some(40));
    let ask = |text: &'static str| house.ask_with(text, parameters.clone());
    let (one, two, three) = tokio::join!(ask("One"), ask("Two"), ask("Three"));
    let mut codes = Vec::new();
    for answer in [one, two, three] {
        codes.push(house.ended(answer).await.status.card.map(|card| card.code));
    }
    codes.sort();
    assert_eq!(codes, [None, Some("budget_reached".into()), Some("budget_reached".into())]);
    assert_eq!(house.sim.posts(), 1);
}

/// Each of a chat's answers counts, whatever became of the day; another chat has a budget of its own.
#[tokio::test(flavor = "multi_thread")]
async fn a_chat_s_budget_stops_its_next_message_and_no_other_chat() {
    let house = with_balance(48_000).await;
    let parameters = Parameters { max_tokens: Some(2_000), budget: Some(40), ..Parameters::default() };
    // About 27 points each: room for one, not for two.
    let slow = Reply::answer("Long.").after(Duration::from_millis(300));
    house.sim.always("POST", CHAT, slow);
    let answer = house.ask_with("One", parameters.clone()).await;
    let chat = house.library.conversations().await.unwrap()[0].id;
    // While it streams its points are set aside.
    let next = house.chat.send(chat, "Two", None).await.unwrap().answer.id;
    assert_eq!(house.ended(answer).await.status.state, MessageState::Done);
    let refused = house.ended(next).await;
    assert_eq!(card(&refused).code, "budget_reached");
    assert_eq!(card(&refused).title, "This chat has reached its budget");
    assert_eq!(fact(card(&refused), "This chat’s budget"), Some(40));
    let change = card(&refused).actions.iter().find(|it| it.action == Action::ChangeLimit).unwrap();
    assert_eq!(change.value.as_deref(), Some("budget"));
    assert_eq!(house.sim.posts(), 1);

    let other = house.ask_with("Elsewhere", parameters).await;
    assert_eq!(house.ended(other).await.status.state, MessageState::Done);
    let once = ResendChange { over_limit: true, ..ResendChange::default() };
    house.chat.resend(next, once).await.unwrap();
    assert_eq!(house.ended(next).await.status.state, MessageState::Done);
    assert_eq!(house.sim.posts(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_worth_of_a_point_comes_from_the_history() {
    let house = House::new().await;
    assert_eq!(house.balance.rate(), None);
    let row = json!({"query_id": "a", "bot_name": "M", "creation_time": telltale::clock::now() * 1_000, "usage_type": "API",
        "cost_points": 500, "cost_usd": "0.01"});
    let page = json!({ "has_more": false, "length": 1, "data": [row] });
    house.sim.on("GET", HISTORY, Reply::json(200, page));
    assert!(house.ledger.refresh().await.card.is_none());
    assert_eq!(house.balance.rate(), Some(poe::Decimal::from(50_000)));
}

/// Poe tells what an answer cost, and the balance beside it must not be the one from before.
#[tokio::test(flavor = "multi_thread")]
async fn a_charge_that_is_found_brings_the_balance_up_to_date() {
    let house = House::new().await;
    house.balance.refresh().await;
    let before = house.balance.view().points.expect("a balance");
    house.watch_charges();
    tokio::spawn(house.balance.clone().watch());
    // Read right after the answer, it has not fallen yet.
    let stale = Reply::json(200, json!({ "current_point_balance": before }));
    house.sim.on("GET", BALANCE, stale);
    let (_, answer) = house.ask("Say hello").await;
    let charged = |view: &MessageView| {
        let charge = view.status.charge.as_ref();
        charge.is_some_and(|charge| charge.state == ChargeState::Charged)
    };
    let receipt = house.until(answer, charged).await.status.charge.unwrap();
    house.balance_is(receipt.points.map(|points| before - points)).await;
    let reads = house.sim.requests().iter().filter(|it| it.path == BALANCE).count();
    assert_eq!(reads, 3, "at first, after the answer, and after its charge was found");
}

/// One reading is under way when an answer ends.
#[tokio::test(flavor = "multi_thread")]
async fn a_reading_from_before_an_answer_s_end_is_not_the_last() {
    let house = House::new().await;
    house.balance.refresh().await;
    tokio::spawn(house.balance.clone().watch());
    let balance = |points: i64| Reply::json(200, json!({ "current_point_balance": points }));
    house.sim.on("GET", BALANCE, balance(100).after(Duration::from_millis(300)));
    house.sim.always("GET", BALANCE, balance(60));
    let under_way = tokio::spawn({
        let balance = house.balance.clone();
        async move { balance.refresh().await }
    });
    let is_asked = async || house.sim.requests().iter().filter(|it| it.path == BALANCE).count() == 2;
    until("it is asked for", is_asked).await;
    house.balance.answered();
    assert_eq!(under_way.await.unwrap().points, Some(100));
    house.balance_is(Some(60)).await;
}

fn unavailable() -> Reply {
    Reply::error(503, "Not now", "api_error", None).header("Retry-After", "0.01")
}

#[tokio::test(flavor = "multi_thread")]
async fn the_card_of_a_failed_check_offers_what_can_be_done_now() {
    let house = with_balance(48_000).await;
    let refused = Reply::error(401, "Invalid API key", "authentication_error", Some("invalid_api_key"));
    house.sim.always("GET", BALANCE, refused);
    let before = house.balance.refresh().await.card.expect("a card");
    assert!(!actions(&before).contains(&Action::SignIn), "{before:?}");

    house.account.set_client_id(Some("client-1".to_owned()));
    let after = house.balance.view().card.expect("a card");
    assert!(actions(&after).contains(&Action::SignIn), "{after:?}");
    assert_eq!((&after.code, after.at), (&before.code, before.at));
    assert_eq!(after.details, before.details);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_history_that_fails_alone_leaves_the_balance_current() {
    let house = with_balance(48_000).await;
    let first = house.ledger.refresh().await;
    house.sim.always("GET", HISTORY, unavailable());
    house.sim.set_balance(47_000);
    let card = house.ledger.refresh().await.card.expect("a card");
    assert_eq!(
        (card.code.as_str(), card.title.as_str()),
        ("usage_partial", "The usage list couldn’t be updated")
    );
    assert!(card.what.contains("the usage list is from"), "{}", card.what);
    assert_eq!(actions(&card)[0], Action::RefreshBalance);
    assert_eq!(house.balance.view().points, Some(47_000), "it was looked at");
    assert!(house.balance.view().checked_at >= first.read_at);
    assert_eq!(house.ledger.view().read_at, first.read_at, "what was read before still is");

    // Both fail: then it is no half.
    house.sim.always("GET", BALANCE, unavailable());
    let card = house.ledger.refresh().await.card.expect("a card");
    assert_eq!(card.code, "service_unavailable");
    house.assert_no_key();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_balance_that_fails_alone_keeps_its_figure_and_time() {
    let house = with_balance(48_000).await;
    let before = house.balance.view();
    house.sim.always("GET", BALANCE, unavailable());
    let view = house.balance.refresh().await;
    let card = view.card.expect("a card");
    assert_eq!(
        (card.code.as_str(), card.title.as_str()),
        ("usage_partial", "Your balance couldn’t be updated")
    );
    assert!(card.what.contains("your balance is from"), "{}", card.what);
    assert_eq!((view.points, view.checked_at), (before.points, before.checked_at));

    let refused = Reply::error(401, "No", "authentication_error", Some("invalid_api_key"));
    house.sim.always("GET", BALANCE, refused);
    let card = house.balance.refresh().await.card.expect("a card");
    assert_eq!(card.code, "invalid_api_key", "a key is refused as a whole");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_composer_s_estimate_is_that_of_what_is_sent() {
    let house = with_balance(48_000).await;
    let parameters =
        Parameters { system: Some("Answer as briefly as you can.".to_owned()), ..Parameters::default() };
    let chat = house.chat.create("demo-dear".into(), parameters.clone()).await.unwrap();
    let first = house.chat.send(chat.id, "Why is the sky blue?", None).await.unwrap();
    house.ended(first.answer.id).await;
    let next = "And why is it red in the evening?";
    let along =
        house.chat.outgoing.draft_context(Some(chat.id), None, "demo-dear", &parameters, None).await.unwrap();
    let cost = house.chat.outgoing.estimate_cost(&along, next).await;
    let alone = house.chat.outgoing.estimate_cost(&telltale::events::DraftContext::default(), next).await;
    assert!(cost.tokens > alone.tokens + 20, "{cost:?} {alone:?}");
    assert_eq!(cost.takes, Some(200_000));

    house.sim.on("POST", CHAT, no_points());
    let sent = house.chat.send(chat.id, next, None).await.unwrap();
    let needed = fact(card(&house.ended(sent.answer.id).await), "Needed");
    assert_eq!(cost.points.map(PointsRange::middle), needed, "what the button says is what the card says");
    assert!(needed.is_some());

    // Edited, the question does not go along with itself.
    let edited = house
        .chat
        .outgoing
        .draft_context(Some(chat.id), Some(first.question.id), "demo-dear", &parameters, None)
        .await
        .unwrap();
    assert!(edited.text.letters < along.text.letters && edited.text.letters > 0, "{edited:?} {along:?}");
    let new = house
        .chat
        .outgoing
        .draft_context(None, None, "demo-forbidden", &Parameters::default(), None)
        .await
        .unwrap();
    assert_eq!(new.text.messages, 0);
    let cost = house.chat.outgoing.estimate_cost(&new, next).await;
    assert_eq!((cost.points, cost.usd), (None, None), "its price is not listed");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_asking_again_costs_is_known_after_a_restart_too() {
    let house = with_balance(48_000).await;
    let chat = house.chat.create("demo-dear".into(), Parameters::default()).await.unwrap();
    let sent = house.chat.send(chat.id, "Why is the sky blue?", None).await.unwrap();
    let id = sent.answer.id;
    house.ended(id).await;
    let before = house.chat.outgoing.retry_cost(id).await.unwrap();
    assert!(before.regenerate.is_some() && before.go_on.is_some(), "{before:?}");
    let house = house.restarted().await;
    house.balance.refresh().await;
    let after = house.chat.outgoing.retry_cost(id).await.unwrap();
    assert!(after.regenerate.is_some() && after.go_on.is_some(), "{after:?}");

    // One that the app's own end cut off.
    let chunk = json!({"choices": [{"index": 0, "delta": {"content": "It"}}]});
    house.sim.on("POST", CHAT, Reply::sse(&[&chunk.to_string()]).hang());
    let sent = house.chat.send(chat.id, "And red?", None).await.unwrap();
    house.until(sent.answer.id, |view| !view.blocks.is_empty()).await;
    let saved = async || !house.library.message(sent.answer.id).await.unwrap().text.is_empty();
    until("the text is on disk", saved).await;
    let house = house.restarted().await;
    house.balance.refresh().await;
    let shown = house.chat.open(chat.id, None).await.unwrap();
    let card = card(shown.messages.last().unwrap());
    let labels: Vec<&str> = card.actions.iter().map(|it| it.label.as_str()).collect();
    assert!(labels[0].starts_with("Continue (≈ "), "{labels:?}");
    assert!(labels[1].starts_with("Regenerate (≈ "), "{labels:?}");
}

/// Two accounts, and the answer for the first comes after the change to the second.
#[tokio::test]
async fn the_balance_of_the_account_before_is_never_shown_as_this_ones() {
    let house = House::new().await;
    let theirs = Reply::json(200, json!({ "current_point_balance": 11 }));
    house.sim.on("GET", BALANCE, theirs.after(Duration::from_millis(300)));
    house.sim.on("GET", BALANCE, Reply::json(200, json!({ "current_point_balance": 22 })));
    let asked = tokio::spawn({
        let balance = house.balance.clone();
        async move { balance.refresh().await }
    });
    let is_asked = async || house.sim.requests().iter().any(|it| it.path == BALANCE);
    until("it is asked for", is_asked).await;
    let other = Secret::from_pasted("sk-poe-other0123456789other0123456789other01");
    let base_url = BaseUrl::parse(&house.sim.base_url()).unwrap();
    house.account.connect_to(base_url, other).unwrap();
    house.balance.forget();
    assert_eq!(asked.await.unwrap().points, Some(22));
    assert_eq!(house.balance.view().points, Some(22));
}
