//! Films against the simulated Poe: ordered once, asked for through whatever passes, fetched, and made from each other.

use std::time::{Duration, Instant};

use poe::sim::{Reply, Sim};
use poe::videos::{Video, VideoPart, VideoRequest, VideoStatus, has_failed};
use poe::{Client, Config, Error, Kind};
use serde_json::json;

use crate::asking::{client, config, script};

const EVERY: Duration = Duration::from_millis(5);

/// One try each, so that what is asked again is asked by who waits.
fn once(sim: &Sim) -> Client {
    Client::new(Config { max_attempts: 1, ..config(sim) }).unwrap()
}

fn order(model: &str) -> VideoRequest {
    VideoRequest {
        model: model.to_owned(),
        prompt: "A lamp at sea".to_owned(),
        seconds: Some(4),
        size: Some("1280x720".to_owned()),
        input_image: None,
    }
}

fn ignore(_: Result<&Video, &Error>) {}

/// A film that is there.
async fn made(client: &Client) -> Video {
    let ordered = client.create_video(&order("demo-film")).await.unwrap();
    client.wait_for_video(&ordered.id, EVERY, ignore).await.unwrap()
}

fn points(sim: &Sim) -> i64 {
    sim.balance()
}

#[tokio::test]
async fn a_film_is_made_paid_and_fetched() {
    let sim = script().await;
    let (client, before) = (client(&sim), points(&sim));
    let ordered = client.create_video(&order("demo-film")).await.unwrap();
    assert_eq!((ordered.status, ordered.progress), (VideoStatus::Queued, Some(0)));
    let mut told = Vec::new();
    let film = client.wait_for_video(&ordered.id, EVERY, |seen| told.push(seen.unwrap().progress)).await;
    let film = film.unwrap();
    assert_eq!((film.seconds, film.size.as_deref(), film.progress), (Some(4), Some("1280x720"), Some(100)));
    assert!(told.len() > 3 && told.is_sorted(), "{told:?}");
    assert!(film.expires_ms > film.completed_ms);
    for (part, beginning) in [
        (VideoPart::Film, &b"\0\0\0\x20ftyp"[..]),
        (VideoPart::Thumbnail, b"RIFF"),
        (VideoPart::Spritesheet, b"\xff\xd8\xff"),
    ] {
        let bytes = client.video_content(&film.id, part, 20_000).await.unwrap();
        assert!(bytes.starts_with(beginning), "{part:?} {:?}", &bytes[..8]);
    }
    assert_eq!((sim.posts(), before - points(&sim)), (1, 3_000));
}

#[tokio::test]
async fn a_film_that_fails_says_why_and_costs_nothing() {
    async fn check(model: &str, kind: Kind, words: &str) {
        let sim = script().await;
        let (client, before) = (once(&sim), points(&sim));
        let film = client.create_video(&order(model)).await.unwrap();
        let error = client.wait_for_video(&film.id, EVERY, ignore).await.unwrap_err();
        assert_eq!((error.kind, has_failed(&error)), (kind, true), "{error:?}");
        assert!(error.message.contains(words), "{error:?}");
        assert_eq!(
            client.video_content(&film.id, VideoPart::Film, 9).await.unwrap_err().kind,
            Kind::NotFound
        );
        assert_eq!(points(&sim), before);
    }
    check("demo-film-declined", Kind::MessageRefused, "didn’t agree").await;
    check("demo-film-broken", Kind::InternalError, "Try another prompt").await;
}

#[tokio::test]
async fn what_passes_is_asked_again_and_nothing_is_ordered_twice() {
    let sim = script().await;
    let client = once(&sim);
    let film = client.create_video(&order("demo-film")).await.unwrap();
    let path = format!("/v1/videos/{}", film.id);
    for reply in [
        Reply::text(502, "<html>bad gateway"),
        Reply::error(500, "no", "api_error", None),
        Reply::error(429, "slow", "rate_limit_error", None).header("retry-after-ms", "40"),
        Reply::empty(200).cut(),
        Reply::bytes(200, "application/json", b"{\"id\":".to_vec()),
    ] {
        sim.on("GET", &path, reply);
    }
    let (mut failures, started) = (Vec::new(), Instant::now());
    let seen = |told: Result<&Video, &Error>| failures.extend(told.err().map(|error| error.kind));
    client.wait_for_video(&film.id, EVERY, seen).await.unwrap();
    use Kind::*;
    assert_eq!(failures, [GatewayError, InternalError, RateLimitExceeded, ConnectionLost, MalformedResponse]);
    // Pauses of 2, 4, 8 and twice 12 times, one of them as long as was asked for.
    assert!(started.elapsed() >= EVERY * (2 + 4 + 8 + 12 + 12), "{:?}", started.elapsed());
    assert_eq!(sim.posts(), 1);
}

#[tokio::test]
async fn what_does_not_pass_ends_the_waiting() {
    async fn check(reply: Reply, kind: Kind) {
        let sim = script().await;
        sim.always("GET", "/v1/videos/v1", reply);
        let error = once(&sim).wait_for_video("v1", EVERY, ignore).await.unwrap_err();
        assert_eq!((error.kind, has_failed(&error)), (kind, false), "{error:?}");
    }
    check(Reply::error(401, "no", "authentication_error", Some("invalid_api_key")), Kind::InvalidApiKey)
        .await;
    check(Reply::error(404, "no", "invalid_request_error", Some("not_found")), Kind::NotFound).await;
    // For so long nobody listens.
    check(Reply::error(503, "no", "api_error", None), Kind::ServiceUnavailable).await;
    let sim = script().await;
    let error = once(&sim).video("nobody").await.unwrap_err();
    assert_eq!((error.kind, error.status), (Kind::NotFound, Some(404)));
}

#[tokio::test]
async fn an_order_is_sent_once_whatever_becomes_of_it() {
    for reply in [Reply::error(500, "no", "api_error", None), Reply::empty(200).cut(), Reply::text(502, "")] {
        let sim = script().await;
        sim.on("POST", "/v1/videos", reply);
        client(&sim).create_video(&order("demo-film")).await.unwrap_err();
        assert_eq!(sim.posts(), 1);
    }
    let sim = script().await;
    sim.set_balance(0);
    let error = client(&sim).create_video(&order("demo-film")).await.unwrap_err();
    assert_eq!(
        (error.kind, error.status, error.maybe_charged()),
        (Kind::InsufficientPoints, Some(402), false)
    );
    let error = client(&sim).create_video(&order("demo-flash")).await.unwrap_err();
    assert_eq!((error.kind, error.by_poe), (Kind::InvalidParameter, true));
}

#[tokio::test]
async fn films_from_a_film_that_is_there() {
    let sim = script().await;
    let client = client(&sim);
    let film = made(&client).await;
    let remix = client.remix_video(&film.id, "at night").await.unwrap();
    assert_eq!((remix.remixed_from.as_ref(), remix.seconds), (Some(&film.id), Some(4)));
    // Not from one that is not.
    sim.set_film_time(Duration::from_secs(60));
    let slow = client.remix_video(&film.id, "at noon").await.unwrap();
    let error = client.remix_video(&slow.id, "again").await.unwrap_err();
    assert_eq!(error.kind, Kind::InvalidParameter);

    let longer = client.extend_video(&film.id, "it sets", Some(8)).await.unwrap();
    assert_eq!(longer.seconds, Some(12));
    let asked = sim.requests().pop().unwrap();
    let body: serde_json::Value = serde_json::from_slice(&asked.body).unwrap();
    assert_eq!(
        (asked.path.as_str(), body),
        (
            "/v1/videos/extensions",
            json!({
                "video": { "id": film.id }, "prompt": "it sets", "seconds": "8",
            })
        )
    );
    let error = client.extend_video("gone", "on", None).await.unwrap_err();
    assert_eq!((error.kind, error.status), (Kind::NotFound, Some(404)));
    assert_eq!(client.extend_video("", "on", None).await.unwrap_err().kind, Kind::InvalidInput);
}

#[tokio::test]
async fn a_film_is_found_by_where_it_lies() {
    let sim = script().await;
    let client = client(&sim);
    let check = |link: &str, expected: Option<&str>| {
        assert_eq!(client.video_of(link).as_deref(), expected, "{link}");
    };
    for id in ["video_1", "a/b?c", "é"] {
        check(&client.video_link(id), Some(id));
    }
    let base = sim.base_url();
    check(&format!("{base}/videos//content"), None);
    check(&format!("{base}/videos/a/b/content"), None);
    check(&format!("{base}/videos/a/content?variant=thumbnail"), None);
    check(&format!("{base}/videos/../models/content"), None);
    check("https://api.poe.com/v1/videos/video_1/content", None);

    let film = made(&client).await;
    sim.expire_films();
    let error = client.video_content(&film.id, VideoPart::Film, 9).await.unwrap_err();
    assert_eq!(error.kind, Kind::NotFound);
}
