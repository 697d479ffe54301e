//! Models, balance and history.

use std::time::Duration;

use poe::sim::Reply;
use poe::{Client, Config, Error, Kind};
use serde_json::json;

use crate::asking::{client, config, impatient, script};

const BALANCE: &str = "/usage/current_balance";
const HISTORY: &str = "/usage/points_history";

#[tokio::test]
async fn models_need_no_key() {
    let sim = script().await;
    let client = Client::new(Config { key: None, ..config(&sim) }).unwrap();
    let models = client.models().await.unwrap();
    assert!(models.len() > 10);
    assert!(models.iter().all(|model| model.id == model.id.to_lowercase() && !model.name.is_empty()));
    let sent = &sim.requests()[0];
    assert_eq!((sent.method.as_str(), sent.path.as_str()), ("GET", "/v1/models"));
    assert!(sent.headers.iter().all(|(name, _)| !name.eq_ignore_ascii_case("authorization")));
}

#[tokio::test]
async fn a_large_list_comes_packed_or_not() {
    let sim = script().await;
    let rows: Vec<_> =
        (0..362).map(|n| json!({"id": format!("bot-{n}"), "description": "x".repeat(1_600)})).collect();
    let reply = Reply::json(200, json!({"object": "list", "data": rows}));
    for reply in [reply.clone(), reply.clone().gzip(), reply.brotli()] {
        sim.on("GET", "/v1/models", reply);
        assert_eq!(client(&sim).models().await.unwrap().len(), 362);
    }
}

#[tokio::test]
async fn balance_and_where_it_may_live() {
    let sim = script().await;
    sim.set_balance(-12);
    assert_eq!(client(&sim).balance().await.unwrap().points, Some(-12));
    sim.on("GET", BALANCE, Reply::error(404, "no", "not_found_error", None));
    sim.on("GET", "/v1/balance", Reply::json(200, json!({"current_point_balance": "2500"})));
    assert_eq!(client(&sim).balance().await.unwrap().points, Some(2500));
    sim.on("GET", BALANCE, Reply::json(200, json!({})));
    assert_eq!(client(&sim).balance().await.unwrap().points, None);
}

#[tokio::test]
async fn history_and_where_it_may_live() {
    let sim = script().await;
    let rows = |name: &str| json!({"has_more": true, "data": [{"query_id": name}]});
    sim.on("GET", HISTORY, Reply::json(200, rows("a&b=c")));
    let page = client(&sim).usage(1, None).await.unwrap();
    assert_eq!(page.next.as_deref(), Some("a&b=c"));
    sim.on("GET", HISTORY, Reply::error(404, "no", "not_found_error", None));
    sim.on("GET", "/v1/usage/history", Reply::json(200, rows("a&b=c")));
    let page = client(&sim).usage(1, page.next.as_deref()).await.unwrap();
    assert_eq!((page.next, page.has_more), (None, false), "the same cursor again ends the list");
    let queries: Vec<_> = sim.requests().into_iter().map(|request| request.query).collect();
    let second = "limit=1&starting_after=a%26b%3Dc";
    assert_eq!(queries, ["limit=1", second, second]);
}

#[tokio::test]
async fn the_whole_history_page_by_page() {
    let sim = script().await;
    let client = client(&sim);
    let (mut ids, mut cursor) = (std::collections::HashSet::new(), None);
    loop {
        let page = client.usage(100, cursor.as_deref()).await.unwrap();
        let count = ids.len() + page.rows.len();
        ids.extend(page.rows.into_iter().map(|row| row.query_id));
        assert_eq!(ids.len(), count, "a row came twice");
        cursor = page.next;
        if cursor.is_none() {
            break;
        }
    }
    assert!(ids.len() > 100);
}

#[tokio::test]
async fn a_limit_out_of_range_is_not_sent() {
    let sim = script().await;
    for limit in [0, 101] {
        let error = client(&sim).usage(limit, None).await.unwrap_err();
        assert_eq!((error.kind, error.param.as_deref()), (Kind::InvalidInput, Some("limit")));
    }
    assert!(sim.requests().is_empty());
}

/// How the balance fails, and after how many requests.
async fn check(reply: Reply, kind: Kind, requests: usize) {
    let sim = script().await;
    sim.always("GET", BALANCE, reply.clone().header("retry-after-ms", "5"));
    sim.always("GET", "/v1/balance", reply.clone());
    let error: Error = impatient(&sim).balance().await.unwrap_err();
    assert_eq!((error.kind, sim.requests().len()), (kind, requests), "{reply:?}");
    assert_eq!(error.attempt as usize, if kind == Kind::NotFound { 1 } else { requests });
}

#[tokio::test]
async fn how_lists_fail_and_how_often_they_are_asked_for() {
    check(Reply::error(401, "no", "authentication_error", None), Kind::InvalidApiKey, 1).await;
    check(Reply::error(404, "no", "not_found_error", None), Kind::NotFound, 2).await;
    check(Reply::html(403, "<html>"), Kind::RefusedByNetwork, 1).await;
    check(Reply::error(500, "no", "api_error", None), Kind::InternalError, 3).await;
    check(Reply::text(502, "no"), Kind::GatewayError, 3).await;
    check(Reply::text(503, "no").header("x-should-retry", "false"), Kind::ServiceUnavailable, 1).await;
    check(Reply::html(200, "<html>"), Kind::CaptivePortal, 1).await;
    check(Reply::json(200, json!({"error": {"code": "invalid_api_key"}})), Kind::InvalidApiKey, 1).await;
    check(Reply::empty(302).header("location", "http://login.hotel.example/"), Kind::CaptivePortal, 1).await;
}

#[tokio::test]
async fn what_can_not_be_read_is_asked_for_once_more() {
    for body in ["", "{\"data\":", "not-json", "null", "[]"] {
        let sim = script().await;
        sim.always("GET", BALANCE, Reply::text(200, body));
        let error = client(&sim).balance().await.unwrap_err();
        assert_eq!((error.kind, sim.requests().len()), (Kind::MalformedResponse, 2), "{body}");
    }
    let sim = script().await;
    sim.on("GET", BALANCE, Reply::text(200, "half"));
    assert!(client(&sim).balance().await.is_ok());
}

#[tokio::test]
async fn what_broke_is_asked_for_again() {
    for reply in [
        Reply::empty(200).cut(),
        Reply::text(200, "{\"half").cut(),
        Reply::empty(200).hang(),
        Reply::text(200, "{").hang(),
    ] {
        let sim = script().await;
        sim.on("GET", BALANCE, reply.clone());
        assert!(impatient(&sim).balance().await.is_ok(), "{reply:?}");
        assert_eq!(sim.requests().len(), 2);
    }
}

#[tokio::test]
async fn bodies_are_bounded() {
    let sim = script().await;
    let large = |size: usize| Reply::bytes(200, "application/json", vec![b' '; size]).gzip();
    sim.always("GET", BALANCE, large(5 << 20));
    let error = client(&sim).balance().await.unwrap_err();
    assert_eq!(
        (error.kind, error.message.as_str()),
        (Kind::MalformedResponse, "a body of more than 4194304 bytes")
    );
    sim.always("GET", "/v1/models", large(17 << 20));
    let error = client(&sim).models().await.unwrap_err();
    assert_eq!(
        (error.kind, error.message.as_str()),
        (Kind::MalformedResponse, "a body of more than 16777216 bytes")
    );
    let rows = json!({"data": [{"id": "a", "description": "x".repeat(5 << 20)}]});
    sim.always("GET", "/v1/models", Reply::json(200, rows).gzip());
    assert_eq!(client(&sim).models().await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_slow_list_is_waited_for() {
    let sim = script().await;
    sim.on(
        "GET",
        BALANCE,
        Reply::json(200, json!({"current_point_balance": 1})).after(Duration::from_millis(300)),
    );
    assert_eq!(client(&sim).balance().await.unwrap().points, Some(1));
}
