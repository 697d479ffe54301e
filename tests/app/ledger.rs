//! The ledger against Poe's history: every row of ninety days kept and counted exactly, over visits that each see thirty of them;
//! readings that break off, garbage, two keys of one account, and what goes into a file.

use crate::conditions::until;
use crate::house::{House, KEY};
use poe::sim::Reply;
use poe::{BaseUrl, Secret};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;
use telltale::events::{UsageBy, UsageFilter, UsageFormat, UsageOrder, UsageView};

const HISTORY: &str = "/usage/points_history";
const WHO: &str = "/v1/whoami";
const DAY: i64 = 86_400_000;
const MINUTE: i64 = 60_000;

/// A call as it really was, whatever of it is listed when.
#[derive(Clone, Debug)]
struct Call {
    id: String,
    at: i64,
    model: &'static str,
    kind: &'static str,
    source: &'static str,
    points: i64,
    /// When how much was given back.
    back: Option<(i64, i64)>,
}

impl Call {
    fn cost(&self) -> i64 {
        self.points - self.back.map_or(0, |(_, points)| points)
    }
}

/// Ninety days up to now with days off, near ones and equal times among them.
fn calls(now: i64) -> Vec<Call> {
    let mut random = fastrand::Rng::with_seed(90);
    let mut calls = Vec::new();
    for day in (0..90).filter(|day| day % 11 != 7) {
        for number in 0..random.usize(3..25) {
            let at = now - day * DAY - random.i64(0..DAY / 1_000) * 1_000;
            let (kind, source) = match random.usize(0..10) {
                0..6 => ("API", *random.choice(&["Laptop", "Build server"]).unwrap()),
                6..9 => ("Chat", *random.choice(&["Garden plan", "Soup, for \"ten\""]).unwrap()),
                _ => ("Canvas App", "=Board"),
            };
            let points = if random.usize(0..30) == 0 { 0 } else { random.i64(1..4_000) };
            let is_refunded = points > 1 && random.usize(0..25) == 0;
            let back = is_refunded.then(|| (at + random.i64(MINUTE..3 * DAY), random.i64(1..=points)));
            calls.push(Call {
                id: format!("q{day}-{number}&"),
                at,
                model: random.choice(&["Claude", "GPT", "Gemini", "Grok", "Kimi", "Flux", "Sora"]).unwrap(),
                kind,
                source,
                points,
                back: back.filter(|(when, _)| *when < now - MINUTE),
            });
        }
    }
    calls
}

/// What Poe lists at a time: thirty days, newest first; a call of the last minutes still says 0.
fn listed(calls: &[Call], now: i64) -> Vec<Value> {
    let mut rows = Vec::new();
    for (number, call) in
        calls.iter().enumerate().filter(|(_, call)| call.at <= now && call.at > now - 30 * DAY)
    {
        let points = if now - call.at < 5 * MINUTE { 0 } else { call.points };
        let time = match number % 3 {
            0 => json!(call.at * 1_000),
            1 => json!(call.at),
            _ => json!((call.at / 1_000).to_string()),
        };
        let name = if number % 7 == 0 { "app_name" } else { "bot_name" };
        let source = match call.kind {
            "API" => "api_key_name",
            "Chat" => "chat_name",
            _ => "canvas_tab_name",
        };
        let row = |time: Value, points: i64| {
            json!({"query_id": call.id, name: call.model, "creation_time": time, "usage_type": call.kind,
                "cost_points": points, "cost_usd": format!("{:.5}", points as f64 * 0.000_03), source: call.source,
                "cost_breakdown_in_points": {"Total": format!("{points} points")}})
        };
        rows.push((call.at, row(time, points)));
        if let Some((at, back)) = call.back.filter(|(at, _)| *at <= now) {
            rows.push((at, row(json!(at * 1_000), -back)));
        }
    }
    rows.sort_by_key(|(at, _)| std::cmp::Reverse(*at));
    rows.into_iter().map(|(_, row)| row).collect()
}

async fn everything(house: &House, by: UsageBy) -> UsageView {
    house.ledger.usage(UsageFilter::default(), by).await.unwrap()
}

/// Poe at a moment of the past: its clock and what it lists.
async fn visit(house: &House, calls: &[Call], at: i64) {
    house.sim.set_clock_ahead(at - telltale::clock::now());
    house.sim.set_history(listed(calls, at));
    let ledger = house.ledger.refresh().await;
    assert!(ledger.card.is_none(), "{:?}", ledger.card);
}

#[tokio::test(flavor = "multi_thread")]
async fn ninety_days_are_counted_exactly_and_everything_agrees() {
    let house = House::new().await;
    let now = telltale::clock::now() / 1_000 * 1_000;
    let calls = calls(now);
    for days in [70, 45, 44, 20, 0] {
        visit(&house, &calls, now - days * DAY).await;
    }
    // What is listed by the last visit alone, and not for long: it may still say 0.
    let settled: Vec<&Call> = calls.iter().filter(|call| now - call.at >= 5 * MINUTE).collect();
    assert!(settled.iter().any(|call| call.back.is_some_and(|(_, back)| back < call.points)));
    let mut truth = BTreeMap::<i64, i64>::new();
    let mut models = BTreeMap::<&str, i64>::new();
    for call in &settled {
        let day = house.library.day_of(call.at).await.unwrap();
        *truth.entry(day).or_default() += call.cost();
        *models.entry(call.model).or_default() += call.cost();
    }

    let view = everything(&house, UsageBy::Model).await;
    let days: BTreeMap<i64, i64> = view.days.iter().map(|day| (day.day, day.spent.points)).collect();
    let today = view.today;
    let truth_of_days = |days: &BTreeMap<i64, i64>| -> Vec<(i64, i64)> {
        days.iter().filter(|(day, _)| **day < today).map(|(day, points)| (*day, *points)).collect()
    };
    assert_eq!(truth_of_days(&days), truth_of_days(&truth));
    assert_eq!(view.total.points, truth.values().sum::<i64>());
    assert_eq!(view.total.unclear, 0);
    for day in &view.days {
        assert_eq!(day.points.iter().sum::<i64>(), day.spent.points, "the bar of {}", day.day);
    }
    for by in [UsageBy::Kind, UsageBy::Source] {
        let other = everything(&house, by).await;
        let sums: i64 = other.days.iter().flat_map(|day| &day.points).sum();
        assert_eq!((sums, &other.total), (view.total.points, &view.total));
    }
    let told: BTreeMap<&str, i64> =
        view.models.iter().map(|it| (it.name.as_str(), it.spent.points)).collect();
    assert_eq!(told, models);
    for (model, points) in &models {
        let filter = UsageFilter { model: Some((*model).to_owned()), ..UsageFilter::default() };
        let one = house.ledger.usage(filter, UsageBy::Kind).await.unwrap();
        assert_eq!(one.total.points, *points, "{model}");
    }
    let week: i64 = days.range(today - 6..).map(|(_, points)| points).sum();
    assert_eq!(view.spent_week.points, week);
    let month: i64 = days.range(today - 29..).map(|(_, points)| points).sum();
    assert_eq!(view.spent_month.points, month);

    // The table, screen by screen.
    let (mut ids, mut points, mut offset) = (BTreeSet::new(), 0, 0);
    loop {
        let page =
            house.ledger.usage_rows(UsageFilter::default(), UsageOrder::Newest, offset, 100).await.unwrap();
        assert_eq!(page.total, view.total.rows);
        for row in &page.rows {
            assert!(ids.insert(row.id.clone()), "{} stands twice", row.id);
            points += row.points.unwrap_or(0);
        }
        offset += 100;
        if page.rows.is_empty() {
            break;
        }
    }
    assert_eq!((points, ids.len()), (view.total.points, usize::try_from(view.total.rows).unwrap()));
    assert_eq!(ids.len(), calls.len(), "every call is there");

    // Both files, added up again.
    let folder = tempfile::tempdir().unwrap();
    let export = async |format, name: &str| {
        let file = folder.path().join(name);
        let exported =
            house.ledger.export_to(&file, UsageFilter::default(), UsageOrder::Newest, format).await;
        exported.unwrap().unwrap();
        std::fs::read_to_string(file).unwrap()
    };
    let file: Value = serde_json::from_str(&export(UsageFormat::Json, "usage.json").await).unwrap();
    let rows = file["rows"].as_array().unwrap();
    let sum: i64 = rows.iter().filter_map(|row| row["points"].as_i64()).sum();
    assert_eq!((rows.len(), sum), (calls.len(), view.total.points));
    let table = export(UsageFormat::Csv, "usage.csv").await;
    let cells: Vec<Vec<String>> =
        table.split("\r\n").skip(1).filter(|line| !line.is_empty()).map(cells).collect();
    let sum: i64 = cells.iter().filter_map(|row| row[5].parse::<i64>().ok()).sum();
    assert_eq!((cells.len(), sum), (calls.len(), view.total.points));
    assert!(cells.iter().any(|row| row[4] == "'=Board"), "no cell is a formula");
    assert!(cells.iter().any(|row| row[4] == "Soup, for \"ten\""));
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 2, "nothing half-written is left");
    house.assert_no_key();
}

/// The cells of a line of CSV.
fn cells(line: &str) -> Vec<String> {
    let (mut cells, mut cell, mut is_quoted) = (Vec::new(), String::new(), false);
    let mut letters = line.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '"' if is_quoted && letters.peek() == Some(&'"') => cell.extend(letters.next()),
            '"' => is_quoted = !is_quoted,
            ',' if !is_quoted => cells.push(std::mem::take(&mut cell)),
            letter => cell.push(letter),
        }
    }
    cells.push(cell);
    cells
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_known_is_not_read_again_and_a_time_without_a_visit_leaves_a_gap() {
    let house = House::new().await;
    let now = telltale::clock::now();
    let calls = calls(now);
    let pages = || house.sim.requests().iter().filter(|it| it.path == HISTORY).count();
    visit(&house, &calls, now - 80 * DAY).await;
    let first = pages();
    visit(&house, &calls, now - 80 * DAY + MINUTE).await;
    assert_eq!(pages(), first + 1, "one page tells that nothing is new");
    visit(&house, &calls, now).await;
    let spans = house.ledger.view().spans;
    let [old, new] = &spans[..] else { panic!("{spans:?}") };
    assert!((old.to - (now - 80 * DAY)).abs() < 2 * MINUTE, "{old:?}");
    assert!((new.from - (now - 30 * DAY)).abs() < 2 * MINUTE && new.to <= now + 2 * MINUTE, "{new:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reading_that_breaks_off_goes_on_where_it_was() {
    let house = House::new().await;
    let now = telltale::clock::now();
    let calls = calls(now);
    house.sim.set_history(listed(&calls, now));
    let unavailable = || Reply::error(400, "Not now", "api_error", None);
    // The second page can't be had.
    house.sim.on("POST", WHO, Reply::error(404, "Not found", "not_found", None));
    let ok = page(&listed(&calls, now), 0);
    house.sim.on("GET", HISTORY, Reply::json(200, ok));
    house.sim.on("GET", HISTORY, unavailable());
    let broken = house.ledger.refresh().await;
    assert!(broken.card.is_some() && broken.reading.is_none(), "{broken:?}");
    let before = everything(&house, UsageBy::Model).await.total.rows;
    assert!((90..=100).contains(&before), "{before} of the first page are kept");
    let asked = house.sim.requests().len();
    let whole = house.ledger.refresh().await;
    assert!(whole.card.is_none());
    let cursors: Vec<String> = house.sim.requests()[asked..]
        .iter()
        .filter(|it| it.path == HISTORY)
        .filter_map(|it| it.query.split("starting_after=").nth(1).map(str::to_owned))
        .collect();
    let distinct: BTreeSet<&String> = cursors.iter().collect();
    assert_eq!(distinct.len(), cursors.len(), "no page is read twice: {cursors:?}");
    let rows =
        listed(&calls, now).iter().map(|row| row["query_id"].to_string()).collect::<BTreeSet<_>>().len();
    assert_eq!(everything(&house, UsageBy::Model).await.total.rows, rows as i64);
    assert_eq!(whole.spans.len(), 1);
}

/// A page as the simulated Poe writes it.
fn page(rows: &[Value], from: usize) -> Value {
    let data = &rows[from..(from + 100).min(rows.len())];
    json!({"has_more": from + 100 < rows.len(), "length": data.len(), "data": data})
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_that_leads_in_a_circle_ends() {
    let house = House::new().await;
    let now = telltale::clock::now();
    let row =
        |id: &str| json!({"query_id": id, "bot_name": "M", "creation_time": now * 1_000, "cost_points": 5});
    let circle = json!({"has_more": true, "length": 2, "data": [row("a"), row("b")]});
    house.sim.always("GET", HISTORY, Reply::json(200, circle));
    let read = tokio::time::timeout(Duration::from_secs(20), house.ledger.refresh());
    read.await.expect("it ends");
    assert_eq!(everything(&house, UsageBy::Model).await.total.points, 10);
    let asked = house.sim.requests().iter().filter(|it| it.path == HISTORY).count();
    assert!(asked <= 3, "{asked}");
}

#[tokio::test(flavor = "multi_thread")]
async fn garbage_costs_nothing_that_is_known() {
    let house = House::new().await;
    let now = telltale::clock::now();
    let good = json!({"query_id": "good", "bot_name": "Claude", "creation_time": now * 1_000, "usage_type": "API",
        "cost_points": 25});
    house.sim.set_history(vec![good.clone()]);
    assert!(house.ledger.refresh().await.card.is_none());
    let year_9999 = 253_370_764_800_000_000_i64;
    let row = |id: &str, time: Value, points: Value| json!({"query_id": id, "bot_name": "", "creation_time": time, "usage_type": null, "cost_points": points});
    house.sim.set_history(vec![
        row("later", json!(year_9999), json!(7)),
        row("never", json!(null), json!(8)),
        row("before", json!(-5), json!(9)),
        row("words", json!("yesterday"), json!("many")),
        row("much", json!(now * 1_000), json!(1_000_000_000)),
        row("too much", json!(now * 1_000), json!(i64::MAX)),
        row("back", json!(now * 1_000), json!(-3)),
        row(&"i".repeat(5_000), json!(now * 1_000), json!(1)),
        json!({"no": "id"}),
        json!(null),
        json!([1, 2]),
        json!({"query_id": "nested", "bot_name": {"a": 1}, "creation_time": [], "cost_points": {}}),
        json!({"query_id": "long", "bot_name": "x".repeat(100_000), "creation_time": now * 1_000, "cost_points": 2}),
        json!({"query_id": "marked", "bot_name": "<b>\u{202e}M\u{0}", "creation_time": now * 1_000, "cost_points": 4}),
        good,
    ]);
    assert!(house.ledger.refresh().await.card.is_none());
    let view = everything(&house, UsageBy::Model).await;
    assert_eq!(view.total.points, 25 + 7 + 8 + 9 + 1_000_000_000 + 1 + 2 + 4);
    assert_eq!((view.total.rows, view.total.unclear), (12, 4));
    let undated = view.days.first().expect("those without a time");
    assert_eq!((undated.day, undated.spent.rows), (0, 5));
    assert!(view.days.iter().all(|day| day.day == 0 || (view.today - 1..=view.today + 1).contains(&day.day)));
    assert!(view.models.iter().all(|model| model.name.len() <= 300));

    for body in [json!(null), json!("no"), json!({"data": "none"}), json!([])] {
        house.sim.on("GET", HISTORY, Reply::json(200, body.clone()));
        house.ledger.refresh().await;
        assert_eq!(everything(&house, UsageBy::Model).await.total, view.total, "{body}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_keys_of_one_account_are_one_ledger_and_a_server_that_does_not_say_keeps_them_apart() {
    let house = House::new().await;
    let now = telltale::clock::now();
    let row = |id: &str, key: &str| {
        json!({"query_id": id, "bot_name": "M", "creation_time": now * 1_000, "usage_type": "API", "cost_points": 5,
            "api_key_name": key})
    };
    house.sim.set_history(vec![row("a", "One"), row("b", "Two")]);
    let address = BaseUrl::parse(&house.sim.base_url()).unwrap();
    let use_key = |key: &str| {
        house.account.connect_to(address.clone(), Secret::from_pasted(key)).unwrap();
        house.chat.reconnected();
    };
    let other = "sk-poe-another0123456789another0123456789other";
    let total = async || everything(&house, UsageBy::Source).await.total.points;
    house.ledger.refresh().await;
    assert!(house.ledger.view().card.is_none(), "a server that has no such path is no failure");
    use_key(other);
    assert_eq!(total().await, 0, "nobody has said that they are one");
    house.sim.always("POST", WHO, Reply::json(200, json!({"user_id": 42, "handle": "ada"})));
    house.ledger.refresh().await;
    use_key(KEY);
    house.ledger.refresh().await;
    assert_eq!(total().await, 10);
    use_key(other);
    assert_eq!(total().await, 10);
    let keys = everything(&house, UsageBy::Source).await.sources;
    assert_eq!(keys.iter().map(|key| key.name.as_str()).collect::<Vec<_>>(), ["One", "Two"]);
    house.assert_no_key();
}

#[tokio::test(flavor = "multi_thread")]
async fn far_more_than_usual_outside_this_app_is_told() {
    let house = House::new().await;
    let now = telltale::clock::now();
    let row = |id: i64, at: i64, points: i64, key: &str| {
        json!({"query_id": id.to_string(), "bot_name": "M", "creation_time": at * 1_000, "usage_type": "API",
            "cost_points": points, "api_key_name": key})
    };
    let mut rows: Vec<Value> = (0..5).map(|id| row(id, now - MINUTE * (id + 1), 1_600, "Server")).collect();
    rows.extend((5..200).map(|id| row(id, now - DAY - id * 3_600_000, 100, "Server")));
    house.sim.set_history(rows);
    let burst = house.ledger.refresh().await.burst.expect("far more than usual");
    assert_eq!((burst.points, burst.rows, burst.source.as_str()), (8_000, 5, "Server"));
    house.ledger.refresh().await;
    house.ledger.reconnected();
    house.ledger.refresh().await;
    let told = house.told().into_iter().filter(|event| event.contains("\"kind\":\"burst\""));
    assert_eq!(
        told.collect::<Vec<_>>(),
        [r#"{"notice":{"kind":"burst","points":8000}}"#],
        "the desktop is told once"
    );
}

/// While the app runs the history is read by itself, and what changes is announced.
#[tokio::test(flavor = "multi_thread")]
async fn it_is_read_by_itself_and_told() {
    let house = House::new().await;
    tokio::spawn(house.ledger.clone().watch());
    until("the history is read", async || house.ledger.view().read_at.is_some()).await;
    house.until_told("\"spans\":[{").await;
    assert!(everything(&house, UsageBy::Model).await.total.points > 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_of_an_account_that_is_gone_keeps_its_receipt() {
    let house = House::new().await;
    house.watch_charges();
    let (_, answer) = house.ask("Why?").await;
    house
        .until(answer, |view| view.status.charge.as_ref().is_some_and(|charge| charge.points.is_some()))
        .await;
    let before = house.chat.request_costs(answer).await.unwrap();
    assert!(before[0].points > Some(0) && !before[0].parts.is_empty(), "{before:?}");
    house.account.forget().await.unwrap();
    house.ledger.reconnected();
    assert_eq!(house.chat.request_costs(answer).await.unwrap(), before);
    let other = Secret::from_pasted("sk-poe-another0123456789another0123456789other");
    house.account.connect_to(BaseUrl::parse(&house.sim.base_url()).unwrap(), other).unwrap();
    house.chat.reconnected();
    assert_eq!(house.chat.request_costs(answer).await.unwrap(), before);
    assert_eq!(
        everything(&house, UsageBy::Model).await.total.rows,
        0,
        "another account has a ledger of its own"
    );
}

/// Ids may look like keys, and have no end; each is a row of its own, and no file has what could be a key.
#[tokio::test(flavor = "multi_thread")]
async fn ids_that_look_like_keys_stay_apart_and_are_not_kept() {
    let house = House::new().await;
    let now = telltale::clock::now();
    let id = |number: i64| format!("sk-poe-Zq7Lw2Vt9Xk4Rb8Nd3Mf6Hs1Pj5Gy0Tc{number:04}");
    let row = |number: i64| {
        json!({"query_id": id(number), "bot_name": "M", "creation_time": (now - number * MINUTE) * 1_000,
            "usage_type": "API", "cost_points": 2})
    };
    let mut rows: Vec<Value> = (0..250).map(row).collect();
    rows.push(json!({"query_id": "i".repeat(5_000), "bot_name": "M", "creation_time": now * 1_000, "cost_points": 3}));
    house.sim.set_history(rows.clone());
    house.sim.on("GET", HISTORY, Reply::json(200, page(&rows, 0)));
    house.sim.on("GET", HISTORY, Reply::error(400, "Not now", "api_error", None));
    assert!(house.ledger.refresh().await.card.is_some(), "the second page can't be had");
    for _ in 0..2 {
        assert!(house.ledger.refresh().await.card.is_none());
        let total = everything(&house, UsageBy::Model).await.total;
        assert_eq!((total.rows, total.points), (251, 503), "read on without a cursor that was kept");
    }
    for file in std::fs::read_dir(house.file().parent().unwrap()).unwrap() {
        let path = file.unwrap().path();
        let bytes = if path.is_file() { std::fs::read(&path).unwrap() } else { Vec::new() };
        let is_there = bytes.windows(12).any(|bytes| bytes == &id(0).as_bytes()[7..19]);
        assert!(!is_there, "it is in {}", path.display());
    }
}
