//! The balance that watches itself: levels that are told once, refills, and the report of the days behind and ahead.

use crate::conditions::until;
use crate::house::House;
use poe::sim::Reply;
use serde_json::{Value, json};

const BALANCE: &str = "/usage/current_balance";
const DAY: i64 = 86_400_000;

/// Poe says so, and the reading is kept.
async fn falls_to(house: &House, points: i64) {
    house.sim.set_balance(points);
    house.balance.refresh().await;
    until("the reading is kept", async || {
        let ledger = house.ledger.current().await.unwrap();
        let kept = house.library.balances(ledger, 0).await.unwrap();
        kept.last().is_some_and(|day| day.reading.points == points)
    })
    .await;
}

/// What is told comes right after what is kept.
async fn told(house: &House, expected: &[Value]) {
    until("it is told", async || house.notices().len() >= expected.len()).await;
    assert_eq!(house.notices(), expected);
}

fn low(points: i64, level: i64) -> Value {
    json!({ "kind": "lowBalance", "points": points, "level": level })
}

fn watched(house: &House, levels: &[i64]) {
    house.readings.set_levels(levels.to_vec());
    tokio::spawn(house.readings.clone().watch());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_level_is_told_once_when_it_is_crossed_also_over_a_restart() {
    let house = House::new().await;
    watched(&house, &[20_000, 5_000]);
    falls_to(&house, 25_000).await;
    falls_to(&house, 19_000).await;
    told(&house, &[low(19_000, 20_000)]).await;
    for points in [19_500, 20_200, 19_900] {
        falls_to(&house, points).await;
    }
    assert_eq!(house.notices().len(), 1);

    // It falls further while the app is closed.
    let house = house.restarted().await;
    watched(&house, &[20_000, 5_000]);
    falls_to(&house, 4_000).await;
    told(&house, &[low(4_000, 5_000)]).await;
    falls_to(&house, 150_000).await;
    let refill = json!({ "kind": "refill", "points": 150_000, "added": 146_000 });
    told(&house, &[low(4_000, 5_000), refill.clone()]).await;
    falls_to(&house, 19_999).await;
    told(&house, &[low(4_000, 5_000), refill, low(19_999, 20_000)]).await;
    house.assert_no_key();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_level_that_is_set_above_the_balance_is_no_news() {
    let house = House::new().await;
    watched(&house, &[]);
    falls_to(&house, 4_000).await;
    house.readings.set_levels(vec![5_000]);
    falls_to(&house, 3_900).await;
    falls_to(&house, 3_800).await;
    assert_eq!(house.notices(), [] as [Value; 0]);
}

fn spent(day: i64, points: i64) -> Value {
    let at = telltale::clock::now() - day * DAY;
    json!({"query_id": format!("q{day}"), "bot_name": "Claude", "creation_time": at * 1_000, "usage_type": "API",
        "cost_points": points, "cost_usd": "0.01", "api_key_name": "Laptop"})
}

#[tokio::test(flavor = "multi_thread")]
async fn the_report_tells_the_pace_and_how_long_it_lasts() {
    let house = House::new().await;
    let report = async || house.readings.report().await.unwrap();
    assert_eq!(report().await.past, []);
    house.sim.set_history((0..20).map(|day| spent(day, 100)).collect());
    house.ledger.refresh().await;
    // No plan: no grant is to come.
    house.sim.on("GET", BALANCE, Reply::json(200, json!({ "current_point_balance": 3_000 })));
    house.balance.refresh().await;

    let found = report().await;
    assert_eq!((found.spent_today, found.pace, found.pace_days), (100, Some(100), 19));
    let lasts = found.lasts.expect("enough days");
    let (low, likely, high) = (lasts.low.unwrap(), lasts.likely.unwrap(), lasts.high.unwrap());
    assert!((26..=32).contains(&likely), "{lasts:?}");
    assert!(low < likely && likely < high && high < 90, "{lasts:?}");
    assert_eq!(found.ahead.len(), 30);
    // Nobody looked before today: it is reckoned back day by day, as far as there are rows.
    let past: Vec<_> = found.past.iter().rev().map(|it| (it.points, it.reckoned)).collect();
    assert_eq!(past[..3], [(3_000, false), (3_100, true), (3_200, true)]);
    assert!((20..=21).contains(&past.len()), "{past:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_few_days_tell_nothing_of_the_next_ones() {
    let house = House::new().await;
    house.sim.set_history((0..6).map(|day| spent(day, 100)).collect());
    house.ledger.refresh().await;
    house.balance.refresh().await;
    let found = house.readings.report().await.unwrap();
    assert_eq!((found.known_days, found.pace, found.lasts), (5, Some(100), None));
    assert_eq!(found.ahead, []);
}
