//! What a link in an answer leads to, and films: fetched whole or told why not, and never with the key where it has no
//! business.

use std::time::{Duration, Instant};

use poe::media::MediaKind;
use poe::sim::{Framing, Part, Reply};
use poe::videos::{VideoPart, VideoStatus};
use poe::{Client, Config, Kind, media::Media};
use serde_json::json;

use crate::asking::{client, config, script};

#[tokio::test]
async fn a_file_of_the_store() {
    let sim = script().await;
    let link = format!("{}/base/image/00ff", sim.base_url().trim_end_matches("/v1"));
    sim.on("GET", "/base/image/00ff", Reply::bytes(200, "Image/PNG; q=1", vec![1, 2, 3]));
    let media = client(&sim).fetch_media(&link, 3).await.unwrap();
    let expected = Media {
        bytes: vec![1, 2, 3],
        content_type: Some("image/png".to_owned()),
        kind: Some(MediaKind::Image),
    };
    assert_eq!(media, expected);
    let asked = sim.requests().pop().unwrap();
    assert!(!format!("{asked:?}").contains("canary"), "{asked:?}");
}

#[tokio::test]
async fn why_media_does_not_come() {
    async fn check(reply: Reply, kind: Kind) {
        let sim = script().await;
        let link = format!("{}/base/video/1", sim.base_url().trim_end_matches("/v1"));
        sim.always("GET", "/base/video/1", reply);
        let error = client(&sim).fetch_media(&link, 3).await.unwrap_err();
        let told = (error.kind, error.host.as_deref());
        assert_eq!(told, (kind, Some("127.0.0.1")), "{error:?}");
        assert_eq!(sim.requests().len(), 1);
    }
    for status in [401, 403, 404, 410] {
        check(Reply::text(status, "<Error>AccessDenied</Error>"), Kind::NotFound).await;
    }
    check(Reply::text(503, ""), Kind::ServiceUnavailable).await;
    check(Reply::bytes(200, "video/mp4", vec![0; 4]), Kind::MalformedResponse).await;
    check(Reply::bytes(200, "text/html", b"<p>".to_vec()), Kind::CaptivePortal).await;
    check(Reply::empty(302).header("location", "https://login.example/"), Kind::CaptivePortal).await;
}

#[tokio::test]
async fn nobody_else_is_asked() {
    let (sim, other) = (script().await, script().await);
    let client = client(&sim);
    for link in [
        "https://evil.example/base/image/1",
        "https://poecdn.net.evil.example/1",
        "https://evilpoecdn.net/1",
        "https://me:word@pfst.cf2.poecdn.net/base/image/1",
        "http://pfst.cf2.poecdn.net/base/image/1",
        "file:///etc/passwd",
        "base/image/1",
        "",
        &other.base_url(),
    ] {
        let error = client.fetch_media(link, 3).await.unwrap_err();
        let told = (error.kind, error.param.as_deref(), error.sent);
        assert_eq!(told, (Kind::InvalidInput, Some("url"), false), "{link}");
    }
    assert_eq!((sim.requests().len(), other.requests().len()), (0, 0));
}

#[tokio::test]
async fn films_made_from_films() {
    let sim = script().await;
    let client = client(&sim);
    let row = json!({"id": "v2", "object": "video", "status": "queued", "model": "sora-2", "seconds": "8",
        "size": "1280x720", "progress": 0, "remixed_from_video_id": "v/1", "created_at": 1_776_108_000,
        "completed_at": null, "error": null});
    sim.on("POST", "/v1/videos/v%2F1/remix", Reply::json(200, row.clone()));
    let video = client.remix_video("v/1", "at night").await.unwrap();
    assert_eq!((video.id.as_str(), video.seconds, video.status), ("v2", Some(8), VideoStatus::Queued));
    assert_eq!((video.remixed_from.as_deref(), video.size.as_deref()), (Some("v/1"), Some("1280x720")));
    assert_eq!((video.created_ms, video.completed_ms), (Some(1_776_108_000_000), None));
    let asked = sim.requests().pop().unwrap();
    assert!(String::from_utf8_lossy(&asked.body).contains("at night"));

    let error = client.remix_video("v1", " ").await.unwrap_err();
    assert_eq!((error.kind, error.param.as_deref()), (Kind::InvalidInput, Some("prompt")));
    assert_eq!(sim.requests().len(), 1);

    let mut failed = row;
    failed["status"] = "failed".into();
    sim.on("GET", "/v1/videos/v2", Reply::json(200, failed));
    let error = client.video("v2").await.unwrap_err();
    assert_eq!((error.kind, error.sent), (Kind::Unknown, true));
}

#[tokio::test]
async fn pictures_of_films() {
    let sim = script().await;
    for (part, query) in [
        (VideoPart::Film, ""),
        (VideoPart::Thumbnail, "variant=thumbnail"),
        (VideoPart::Spritesheet, "variant=spritesheet"),
    ] {
        sim.on("GET", "/v1/videos/v1/content", Reply::bytes(200, "image/webp", vec![7]));
        assert_eq!(client(&sim).video_content("v1", part, 9).await.unwrap(), [7]);
        let asked = sim.requests().pop().unwrap();
        assert_eq!(asked.query, query);
    }
    sim.on(
        "GET",
        "/v1/videos/v1/content",
        Reply::error(404, "gone", "invalid_request_error", Some("not_found")),
    );
    let error = client(&sim).video_content("v1", VideoPart::Film, 9).await.unwrap_err();
    assert_eq!(error.kind, Kind::NotFound);
}

#[tokio::test]
async fn a_file_without_an_end_is_given_up() {
    async fn check(reply: Reply, expected: Kind) {
        let sim = script().await;
        let link = format!("{}/base/video/1", sim.base_url().trim_end_matches("/v1"));
        sim.always("GET", "/base/video/1", reply);
        let limit = Duration::from_millis(400);
        let client = Client::new(Config { media_timeout: limit, ..config(&sim) }).unwrap();
        let began = Instant::now();
        let error = client.fetch_media(&link, 1 << 20).await.unwrap_err();
        assert_eq!((error.kind, error.host.as_deref()), (expected, Some("127.0.0.1")), "{error:?}");
        assert!(began.elapsed() < Duration::from_secs(3), "{:?}", began.elapsed());
        assert_eq!(sim.requests().len(), 1);
        assert!(!format!("{:?}", sim.requests()).contains("canary"));
    }
    let endless = |piece: usize, wait: Option<Duration>| {
        let mut reply = Reply::empty(200).header("content-type", "video/mp4");
        reply.framing = Framing::Chunked;
        let part = [Some(Part::Bytes(vec![7; piece])), wait.map(Part::Wait)];
        reply.body = std::iter::repeat_n(part, 400).flatten().flatten().collect();
        reply.hang()
    };
    // More than was asked for, and as slow as keeps every other limit.
    check(endless(64 << 10, None), Kind::MalformedResponse).await;
    check(endless(1, Some(Duration::from_millis(20))), Kind::StreamStalled).await;
    // What says so itself is not read at all.
    let mut huge = Reply::bytes(200, "video/mp4", vec![7]).header("content-length", "209715200").hang();
    huge.framing = Framing::Close;
    check(huge, Kind::MalformedResponse).await;
    // What unpacks to more is more.
    check(Reply::bytes(200, "image/png", vec![0; 2 << 20]).gzip(), Kind::MalformedResponse).await;
    check(Reply::bytes(200, "image/png", vec![0; 2 << 20]).brotli(), Kind::MalformedResponse).await;
}
