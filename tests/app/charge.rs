//! "Was I charged?" against the simulated Poe: the verdict, the second sending, the restart, and how often it was asked.

use crate::conditions::until;
use crate::house::House;
use poe::sim::Reply;
use serde_json::{Value, json};
use std::time::{Duration, Instant};
use telltale::events::{Action, ChargeState, MessageState, MessageView};

const CHAT: &str = "/v1/chat/completions";
const HISTORY: &str = "/usage/points_history";

/// The history as it would say: rows of the model asked, so many milliseconds ago, with their points.
fn history(rows: &[(&str, i64, i64)]) -> Reply {
    dated(0, rows)
}

/// The same by a clock that is ahead.
fn dated(ahead: i64, rows: &[(&str, i64, i64)]) -> Reply {
    let now = telltale::clock::now() + ahead;
    let row = |(id, ago, points): &(&str, i64, i64)| {
        json!({
            "query_id": id, "bot_name": "Demo-Flash", "creation_time": (now - ago) * 1_000, "usage_type": "API",
            "cost_points": points, "cost_usd": "0.01", "api_key_name": "Laptop",
        })
    };
    let rows: Vec<Value> = rows.iter().map(row).collect();
    Reply::json(200, json!({ "has_more": false, "length": rows.len(), "data": rows }))
}

fn looks(house: &House) -> usize {
    let requests = house.sim.requests();
    requests.iter().filter(|request| request.path == HISTORY).count()
}

async fn known(house: &House, id: i64, state: ChargeState) -> MessageView {
    house
        .until(id, |view| {
            let charge = view.status.charge.as_ref();
            charge.is_some_and(|charge| charge.state == state)
        })
        .await
}

fn card(view: &MessageView) -> (&str, &str, Action) {
    let card = view.status.card.as_ref().unwrap();
    let first = &card.actions[0];
    (&card.safe, &first.label, first.action)
}

/// The calls ended so many seconds longer ago, by either clock.
fn earlier(house: &House, seconds: i64) {
    let file = rusqlite::Connection::open(house.file()).unwrap();
    let by = seconds * 1_000;
    file.execute(
        "UPDATE calls SET sent_at = sent_at - ?1, ended_at = ended_at - ?1, server_sent_at = server_sent_at - ?1,
             server_ended_at = server_ended_at - ?1",
        [by],
    )
    .unwrap();
    file.execute("UPDATE messages SET sent_at = sent_at - ?1", [by]).unwrap();
}

fn state(view: &MessageView) -> Option<ChargeState> {
    view.status.charge.as_ref().map(|charge| charge.state)
}

const RISK: &str = "Send again (may be charged twice)";

/// A call that ended so that nobody knows whether it ran.
async fn lost(house: &House) -> i64 {
    house.sim.on("POST", CHAT, Reply::empty(200).cut());
    // A reply before has told what time it is at Poe.
    house.balance.refresh().await;
    let (_, answer) = house.ask("Go").await;
    let end = house.ended(answer).await;
    assert_eq!(end.status.state, MessageState::Failed);
    assert_eq!(state(&end), Some(ChargeState::Checking));
    assert_eq!(
        card(&end),
        (
            "Your message is saved. Checking whether you were charged…",
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
    let points = end.status.charge.unwrap().points;
    assert!(points.unwrap() > 0);
    // And of which parts that is made, in the words of the history.
    let costs = house.chat.request_costs(answer).await.unwrap();
    let [cost] = &costs[..] else {
        panic!("{costs:?}");
    };
    assert_eq!((cost.state, cost.points), (ChargeState::Charged, points));
    assert!(cost.usd.is_some() && cost.output_tokens.is_some(), "{cost:?}");
    let parts: Vec<_> = cost.parts.iter().map(|part| part.label.as_str()).collect();
    assert!(parts.contains(&"Input") && parts.contains(&"Output"), "{parts:?}");
    assert!(!parts.contains(&"Total"), "{parts:?}");
    house.until_told("\"state\":\"charged\"").await;
    assert_eq!(looks(&house), 2);
    house.assert_no_key();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_call_that_was_charged_says_so_and_is_not_sent_again() {
    let house = House::new().await;
    house.watch_charges();
    let answer = lost(&house).await;
    house.sim.always("GET", HISTORY, history(&[("a", 300, 238), ("old", 90_000, 7)]));
    let end = known(&house, answer, ChargeState::Charged).await;
    let sure = ("Your message is saved. 238 points were used.", RISK, Action::SendAtRisk);
    assert_eq!(card(&end), sure);
    // Also when asked, and after the app was opened anew.
    assert_eq!(card(&house.chat.check_and_retry(answer).await.unwrap()), sure);
    let detail = house.chat.open(end.conversation_id, None).await.unwrap();
    assert_eq!(card(&detail.messages[1]), sure);
    assert_eq!(house.sim.posts(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_call_that_settled_at_0_goes_out_again_once() {
    let house = House::new().await;
    let answer = lost(&house).await;
    earlier(&house, 700);
    house.sim.always("GET", HISTORY, history(&[("a", 700_300, 0), ("old", 900_000, 7)]));
    house.sim.on("POST", CHAT, Reply::answer("Here.").after(Duration::from_millis(200)));
    let (one, two) = tokio::join!(house.chat.check_and_retry(answer), house.chat.check_and_retry(answer));
    assert_eq!(one.unwrap().id, answer);
    assert_eq!(two.unwrap().id, answer);
    assert_eq!(house.ended(answer).await.status.state, MessageState::Done);
    assert_eq!(house.sim.posts(), 2, "once, however often it is pressed");
}

/// A listed price of zero promises nothing; a charge of 0 points shows that it was free so far, and the next may show that it
/// is no longer.
#[tokio::test(flavor = "multi_thread")]
async fn a_price_of_zero_is_none_until_a_charge_says_0() {
    let house = House::new().await;
    let row = json!({"id": "demo-flash", "owned_by": "Demo", "pricing": {"request": "0.00"},
        "architecture": {"input_modalities": ["text"], "output_modalities": ["text"]}});
    let list = Reply::json(200, json!({ "object": "list", "data": [row] }));
    house.sim.always("GET", "/v1/models", list);
    house.models.set_allowed(telltale::models::Allowed::new(&["demo-flash".to_owned()], &[]));
    let shown = |view: telltale::events::ModelsView| {
        let model = &view.models[0];
        (model.request_usd.clone(), model.free_so_far)
    };
    assert_eq!(shown(house.models.refresh().await), (None, false));
    let context = telltale::events::DraftContext { model: "demo-flash".into(), ..Default::default() };
    house.balance.refresh().await;
    let cost = house.chat.outgoing.estimate_cost(&context, "Hi").await;
    assert_eq!((cost.points, cost.usd), (None, None), "nothing is claimed of its price");

    house.watch_charges();
    let free = lost(&house).await;
    earlier(&house, 900);
    house.sim.always("GET", HISTORY, history(&[("free", 899_500, 0)]));
    // It cost nothing, so it goes out once more.
    assert_eq!(house.chat.check_and_retry(free).await.unwrap().id, free);
    house.until_told("\"freeSoFar\":true").await;
    assert_eq!(shown(house.models.view()), (None, true));
    assert_eq!(shown(house.models.refresh().await), (None, true), "also in a new list");

    // What is charged now ends that.
    house.ended(free).await;
    house.sim.always("GET", HISTORY, history(&[("paid", 100, 7), ("free", 899_500, 0)]));
    let receipt = known(&house, free, ChargeState::Charged).await;
    assert_eq!(receipt.status.charge.and_then(|it| it.points), Some(7));
    house.until_told("\"freeSoFar\":false").await;
    until("the list follows", async || !shown(house.models.view()).1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn silence_names_the_risk_and_sends_nothing() {
    let house = House::new().await;
    let answer = lost(&house).await;
    house.sim.always("GET", HISTORY, history(&[("old", 900_000, 7)]));
    let view = house.chat.check_and_retry(answer).await.unwrap();
    let not_yet = "Your message is saved. Not known yet: a charge can take minutes to show up. If you send again, you may \
                   be charged twice.";
    assert_eq!(card(&view), (not_yet, RISK, Action::SendAtRisk));
    assert_eq!(state(&view), Some(ChargeState::NotYet));

    // Ten minutes later, and after a restart, it is still no evidence.
    earlier(&house, 650);
    let none = "Your message is saved. No charge found so far. One may still show up.";
    let view = house.chat.check_and_retry(answer).await.unwrap();
    assert_eq!(card(&view), (none, RISK, Action::SendAtRisk));
    let house = house.restarted().await;
    let view = house.chat.check_and_retry(answer).await.unwrap();
    assert_eq!(card(&view), (none, RISK, Action::SendAtRisk));
    assert_eq!(house.sim.posts(), 1);

    // It was only listed late.
    house.sim.always("GET", HISTORY, history(&[("a", 650_300, 238)]));
    let view = house.chat.check_and_retry(answer).await.unwrap();
    assert_eq!(card(&view).0, "Your message is saved. 238 points were used.");
    assert_eq!(house.sim.posts(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn no_look_is_needed_for_a_case_to_end() {
    let house = House::new().await;
    let answer = lost(&house).await;
    earlier(&house, 650);
    house.sim.always("GET", HISTORY, history(&[("old", 900_000, 7)]));
    let house = house.restarted().await;
    house.watch_charges();
    let end = known(&house, answer, ChargeState::NotFound).await;
    assert_eq!(card(&end).1, RISK);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_history_that_cannot_be_read_leaves_it_to_the_person() {
    let house = House::new().await;
    let answer = lost(&house).await;
    house.sim.always("GET", HISTORY, Reply::error(403, "No", "permission_error", None));
    let view = house.chat.check_and_retry(answer).await.unwrap();
    let unknown = "Your message is saved. You may have been charged: see Usage.";
    assert_eq!(card(&view), (unknown, RISK, Action::SendAtRisk));
    assert_eq!(house.sim.posts(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn clocks_an_hour_apart_and_set_meanwhile_change_nothing() {
    for ahead in [3_600_000, -3_600_000] {
        let house = House::new().await;
        house.sim.set_clock_ahead(ahead);
        let answer = lost(&house).await;
        let rows = dated(ahead, &[("a", 300, 250), ("old", 90_000, 7)]);
        house.sim.always("GET", HISTORY, rows);
        let view = house.chat.check_and_retry(answer).await.unwrap();
        assert_eq!(card(&view).0, "Your message is saved. 250 points were used.", "{ahead}");
        assert_eq!(house.sim.posts(), 1);
    }
    // One clock is set while the answer comes: what tells the time is the reply that follows.
    let house = House::new().await;
    house.watch_charges();
    house.balance.refresh().await;
    let piece = r#"{"choices":[{"index":0,"delta":{"content":"Half"}}]}"#;
    house.sim.on("POST", CHAT, Reply::sse(&[piece]).hang());
    let (_, answer) = house.ask("Stop me").await;
    house.until(answer, |view| !view.blocks.is_empty()).await;
    house.sim.set_clock_ahead(-3_600_000);
    house.balance.refresh().await;
    house.sim.always("GET", HISTORY, dated(-3_600_000, &[("a", 50, 137)]));
    house.chat.stop(answer);
    house.ended(answer).await;
    let end = known(&house, answer, ChargeState::Charged).await;
    assert_eq!(end.status.charge.unwrap().points, Some(137));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_never_tells_its_time_leaves_it_open() {
    let house = House::new().await;
    // A new client knows nothing of the replies before.
    house.connect();
    house.sim.on("POST", CHAT, Reply::empty(200).cut());
    let (_, answer) = house.ask("Go").await;
    house.ended(answer).await;
    house.sim.always("GET", HISTORY, history(&[("a", 100, 250)]).header("date", ""));
    let view = house.chat.check_and_retry(answer).await.unwrap();
    let unknown = "Your message is saved. You may have been charged: see Usage.";
    assert_eq!(card(&view), (unknown, RISK, Action::SendAtRisk));
    assert_eq!(house.sim.posts(), 1);
    // The first reply that tells it places what ended before.
    house.sim.always("GET", HISTORY, history(&[("a", 100, 250)]));
    let view = house.chat.check_and_retry(answer).await.unwrap();
    assert_eq!(card(&view).0, "Your message is saved. 250 points were used.");
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_are_read_until_the_call_is_passed() {
    let page = |rows: &[(&str, i64, i64)], next: Option<&str>| {
        let Reply { body, .. } = history(rows);
        let poe::sim::Part::Bytes(bytes) = &body[0] else { panic!() };
        let mut page: Value = serde_json::from_slice(bytes).unwrap();
        if let Some(next) = next {
            (page["has_more"], page["next_cursor"]) = ("true".into(), next.into());
        }
        Reply::json(200, page)
    };
    let house = House::new().await;
    let answer = lost(&house).await;
    earlier(&house, 650);
    // Seven pages of others before it.
    for n in 0..7 {
        let id = format!("other {n}");
        house.sim.on("GET", HISTORY, page(&[(&id, n, 9)], Some(&format!("c{n}"))));
    }
    house.sim.on("GET", HISTORY, page(&[("a", 650_300, 238)], Some("more")));
    house.sim.always("GET", HISTORY, page(&[("old", 900_000, 7)], Some("older")));
    let view = house.chat.check_and_retry(answer).await.unwrap();
    assert_eq!(card(&view).0, "Your message is saved. 238 points were used.");
    assert_eq!(looks(&house), 9, "and no further");

    // A list that leads in a circle has not told that there is none.
    let house = House::new().await;
    let answer = lost(&house).await;
    earlier(&house, 650);
    for (id, next) in [("x", "A"), ("y", "B"), ("z", "A")] {
        house.sim.on("GET", HISTORY, page(&[(id, 10, 9)], Some(next)));
    }
    let view = house.chat.check_and_retry(answer).await.unwrap();
    assert_eq!(card(&view).0, "Your message is saved. You may have been charged: see Usage.");
    assert_eq!(looks(&house), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_given_back_lowers_the_receipt_once() {
    let house = House::new().await;
    let answer = lost(&house).await;
    let look = async |rows: &[(&str, i64, i64)]| {
        house.sim.always("GET", HISTORY, history(rows));
        let view = house.chat.check_and_retry(answer).await.unwrap();
        view.status.charge.unwrap().points
    };
    assert_eq!(look(&[("a", 300, 250), ("b", 90_000, 9), ("c", 91_000, 9)]).await, Some(250));
    // The same row with less.
    assert_eq!(look(&[("a", 300, 100), ("b", 90_000, 9), ("c", 91_000, 9)]).await, Some(100));
    // And with the sign that the others don't have.
    for _ in 0..2 {
        assert_eq!(look(&[("a", 300, -40), ("b", 90_000, 9), ("c", 91_000, 9)]).await, Some(60));
    }
    assert_eq!(look(&[("a", 300, -40), ("a", 300, 100), ("c", 91_000, 9)]).await, Some(60));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_receipt_is_the_sum_of_stop_and_continue() {
    let house = House::new().await;
    house.watch_charges();
    let piece = r#"{"choices":[{"index":0,"delta":{"content":"Half "}}]}"#;
    house.sim.on("POST", CHAT, Reply::sse(&[piece]).hang());
    let (_, answer) = house.ask("Stop me").await;
    house.until(answer, |view| !view.blocks.is_empty()).await;
    house.chat.stop(answer);
    house.ended(answer).await;
    house.sim.always("GET", HISTORY, history(&[("a", 20, 137)]));
    let first = known(&house, answer, ChargeState::Charged).await.status.charge.unwrap();
    assert_eq!(first.points, Some(137));

    let refused = Reply::error(402, "Too few", "insufficient_quota", Some("insufficient_points"));
    house.sim.on("POST", CHAT, refused);
    house.chat.go_on(answer).await.unwrap();
    let end = house.ended(answer).await;
    assert!(end.status.card.as_ref().unwrap().safe.ends_with("No points were used."), "its own request");
    assert_eq!(end.status.charge.as_ref().unwrap().points, Some(137), "what was used before stays used");

    // So that no row fits both.
    tokio::time::sleep(Duration::from_secs(3)).await;
    house.sim.on("POST", CHAT, Reply::sse(&[piece]).hang());
    house.chat.go_on(answer).await.unwrap();
    house.until(answer, |view| view.status.first_text_at.is_some()).await;
    tokio::time::sleep(Duration::from_millis(300)).await;
    house.chat.stop(answer);
    let end = house.ended(answer).await.status.charge.unwrap();
    assert_eq!((end.state, end.points), (ChargeState::Checking, Some(137)), "a part is not known");
    house.sim.always("GET", HISTORY, history(&[("b", 20, 137), ("a", 5_000, 137)]));
    let end = known(&house, answer, ChargeState::Charged).await.status.charge.unwrap();
    assert_eq!(end.points, Some(274));
    assert!(end.took.unwrap() >= first.took.unwrap() + 300, "{end:?} {first:?}");
    let house = house.restarted().await;
    let after = house.until(answer, |_| true).await.status.charge.unwrap();
    assert_eq!(after, end);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_at_once_that_cost_the_same_cost_that() {
    let check = async |rows: [(&'static str, i64, i64); 2],
                       expected: ChargeState,
                       points: Option<i64>,
                       amounts: &[i64]| {
        let house = House::new().await;
        house.balance.refresh().await;
        let slow = Reply::answer("Here.").after(Duration::from_millis(200));
        house.sim.always("POST", CHAT, slow);
        let ((_, one), (_, two)) = tokio::join!(house.ask("One"), house.ask("Two"));
        house.ended(one).await;
        house.ended(two).await;
        house.sim.always("GET", HISTORY, history(&rows));
        house.watch_charges();
        for answer in [one, two] {
            let told = known(&house, answer, expected).await.status.charge.unwrap();
            assert_eq!((told.points, &told.amounts[..]), (points, amounts));
        }
    };
    check([("a", 50, 137), ("b", 60, 137)], ChargeState::Charged, Some(137), &[]).await;
    check([("a", 50, 137), ("b", 60, 212)], ChargeState::Ambiguous, None, &[137, 212]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_in_poes_own_words_is_evidence_and_a_page_is_none() {
    let house = House::new().await;
    for status in [500, 503, 529, 408] {
        house.sim.always("POST", CHAT, Reply::error(status, "Not now", "api_error", None));
        let (_, answer) = house.ask("Go").await;
        let end = house.ended(answer).await;
        assert_eq!(end.status.card.unwrap().safe, "Your message is saved. No points were used.", "{status}");
        assert_eq!(end.status.charge, None);
    }
    for page in [
        Reply::html(500, "<html><title>Oh</title></html>"),
        Reply::text(503, "upstream connect error"),
        Reply::html(529, "busy"),
        Reply::empty(408),
    ] {
        house.sim.always("POST", CHAT, page);
        let (_, answer) = house.ask("Go").await;
        let end = house.ended(answer).await;
        assert_eq!(state(&end), Some(ChargeState::Checking));
        assert_eq!(
            end.status.card.unwrap().safe,
            "Your message is saved. Checking whether you were charged…"
        );
    }
}

/// A day without a midnight begins where it begins.
#[test]
fn what_was_used_today_where_a_day_has_no_midnight() {
    for (zone, before, after, noon) in [
        // 2026-09-06 began at 1:00, 04:00 UTC.
        ("America/Santiago", 1_788_665_400, 1_788_667_800, 1_788_699_600),
        // 2026-04-24 began at 1:00, 22:00 UTC of the day before.
        ("Africa/Cairo", 1_776_979_800, 1_776_982_200, 1_777_017_600),
        // An ordinary one.
        ("Asia/Kolkata", 1_788_632_940, 1_788_633_060, 1_788_676_200),
    ] {
        let ran = std::process::Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "charge::used_in_this_zone", "--ignored"])
            .env("TZ", zone)
            .env("TELLTALE_TEST_TIMES", format!("{before} {after} {noon}"))
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&ran.stdout);
        assert!(ran.status.success() && said.contains("1 passed"), "{zone}: {said}");
    }
}

#[tokio::test]
#[ignore = "run in a zone of its own by the test above"]
async fn used_in_this_zone() {
    let times = std::env::var("TELLTALE_TEST_TIMES").unwrap();
    let times: Vec<i64> = times.split(' ').map(|time| time.parse::<i64>().unwrap() * 1_000).collect();
    let dir = tempfile::tempdir().unwrap();
    let (library, _) =
        telltale::library::Library::open(&dir.path().join("telltale.db"), telltale::clock::now()).unwrap();
    let chat = library.create_conversation("m", Default::default(), 1).await.unwrap();
    for (sent_at, estimate) in [(times[0], 1), (times[1], 10)] {
        let (_, answer) = library.add_turn(chat.id, "Go", "m", sent_at).await.unwrap();
        let call = telltale::library::NewCall {
            message_id: answer.id,
            account: "a".to_owned(),
            model: "m".to_owned(),
            sent_at,
            server: None,
            text: None,
            estimate: Some(estimate),
            limits: telltale::library::Limits { day: None, chat: None, holds_project: true },
        };
        library.admit_call(call).await.unwrap();
    }
    assert_eq!(library.used_today("a", times[0] + 1).await.unwrap(), 1);
    assert_eq!(library.used_today("a", times[1] + 1).await.unwrap(), 10);
    assert_eq!(library.used_today("a", times[2]).await.unwrap(), 10);
    assert_eq!(library.used_today("a", times[2] + 86_400_000).await.unwrap(), 0);
    assert_eq!(library.used_today("b", times[2]).await.unwrap(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_lost_calls_and_one_row_stay_unclear() {
    let house = House::new().await;
    house.sim.always("POST", CHAT, Reply::html(502, "Bad gateway").after(Duration::from_millis(100)));
    let ((_, one), (_, two)) = tokio::join!(house.ask("One"), house.ask("Two"));
    house.ended(one).await;
    house.ended(two).await;
    house.sim.always("GET", HISTORY, history(&[("a", 50, 12)]));
    let begun = Instant::now();
    house.watch_charges();
    for answer in [one, two] {
        let end = known(&house, answer, ChargeState::Ambiguous).await;
        assert_eq!(card(&end).1, RISK);
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
    assert_eq!(state(&house.ended(stopped).await), Some(ChargeState::Checking));

    house.sim.on("POST", CHAT, Reply::sse(&[piece]).cut());
    let (_, cut) = house.ask("Cut me").await;
    let end = house.ended(cut).await;
    assert_eq!(
        end.status.card.as_ref().unwrap().safe,
        "Your message and the text so far are saved. Checking whether you were charged…"
    );
    assert_eq!(state(&end), Some(ChargeState::Checking));

    house.sim.on("POST", CHAT, Reply::error(401, "No", "authentication_error", Some("invalid_api_key")));
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
    earlier(&house, 60);
    house.sim.always("GET", HISTORY, history(&[("b", 59_500, 238), ("a", 61_500, 238)]));
    house.watch_charges();
    known(&house, answer, ChargeState::Charged).await;
    known(&house, running, ChargeState::Charged).await;
    assert_eq!(looks(&house), 1);
    assert_eq!(house.sim.posts(), 2);
}
