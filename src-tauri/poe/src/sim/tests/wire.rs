//! Scripted replies, framings, faults, and clients that leave.

use std::io::Read;
use std::time::{Duration, SystemTime};

use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::super::{Encoding, Framing, Part, Reply, Scenario, Sim};
use super::{get, left, question, script, send};

#[tokio::test]
async fn sees_the_client_leave() {
    for (model, scenario) in [("demo-stall", Scenario::Script), ("demo-long", Scenario::Demo)] {
        let sim = Sim::start(scenario).await.unwrap();
        let body = question(model, json!({ "stream": true }));
        let mut stream = send(&sim, "POST", "/v1/chat/completions", Some("demo"), &body).await;
        let mut byte = [0];
        stream.read_exact(&mut byte).await.unwrap();
        assert!(!sim.requests()[0].closed_early);
        drop(stream);
        tokio::time::timeout(Duration::from_secs(5), left(&sim)).await.unwrap();
    }
}

#[tokio::test]
async fn replies_and_history_are_dated_by_a_clock_that_can_be_set() {
    let sim = script().await;
    let date = |reply: &super::RawAnswer| {
        let date = httpdate::parse_http_date(reply.header("date").unwrap()).unwrap();
        SystemTime::now()
            .duration_since(date)
            .map_or_else(|it| -it.duration().as_secs_f64(), |it| it.as_secs_f64())
    };
    assert!((0.0..2.0).contains(&date(&get(&sim, "/v1/models").await)));
    sim.set_clock_ahead(3_600_000);
    assert!((-3_600.0..-3_598.0).contains(&date(&get(&sim, "/v1/models").await)));
    sim.set_clock_ahead(-40_000);
    sim.on("GET", "/late", Reply::text(200, "x").after(Duration::from_millis(1_200)));
    assert!((40.0..42.0).contains(&date(&get(&sim, "/late").await)), "dated when it is sent");
}

#[tokio::test]
async fn scripted_replies_come_first_and_once() {
    let sim = script().await;
    sim.always("GET", "/v1/models", Reply::text(503, "always"));
    sim.on("GET", "/v1/models", Reply::html(403, "first"));
    sim.on("GET", "/v1/models", Reply::json(200, json!([])).header("x-request-id", "mine"));
    let first = get(&sim, "/v1/models?x=1").await;
    let second = get(&sim, "/v1/models").await;
    assert_eq!((first.status, first.text().as_str()), (403, "first"));
    assert_eq!((second.status, second.header("x-request-id")), (200, Some("mine")));
    assert_eq!(get(&sim, "/v1/models").await.status, 503);
    assert_eq!(get(&sim, "/v1/models").await.status, 503);
    let seen = &sim.requests()[0];
    assert_eq!((seen.path.as_str(), seen.query.as_str()), ("/v1/models", "x=1"));
}

#[tokio::test]
async fn framings_encodings_and_parts_carry_the_same_body() {
    let sim = script().await;
    for framing in [Framing::Chunked, Framing::Length, Framing::Close] {
        for encoding in [Encoding::Identity, Encoding::Gzip, Encoding::Brotli] {
            let mut reply = Reply::answer("Grüße, 世界").split(3).after(Duration::from_millis(1));
            (reply.framing, reply.encoding) = (framing, encoding);
            sim.on("GET", "/", reply);
            let answer = get(&sim, "/").await;
            let bytes = answer.bytes();
            let mut text = String::new();
            let read = match encoding {
                Encoding::Identity => Read::read_to_string(&mut bytes.as_slice(), &mut text),
                Encoding::Gzip => flate2::read::GzDecoder::new(bytes.as_slice()).read_to_string(&mut text),
                Encoding::Brotli => {
                    brotli::Decompressor::new(bytes.as_slice(), 4096).read_to_string(&mut text)
                }
            };
            assert!(
                read.is_ok() && text.contains("世界") && text.ends_with("data: [DONE]\n\n"),
                "{framing:?} {encoding:?}"
            );
        }
    }
}

#[tokio::test]
async fn faults_before_and_after_the_head() {
    let sim = script().await;
    let check = async |reply: Reply, status: u16, body: &str, reset: bool| {
        sim.on("GET", "/", reply);
        let answer = get(&sim, "/").await;
        assert_eq!((answer.status, answer.text().as_str(), answer.end.is_err()), (status, body, reset));
    };
    check(Reply::empty(200).cut(), 0, "", true).await;
    check(Reply::text(200, "").cut(), 200, "", true).await;
    check(Reply::text(200, "half").cut(), 200, "half", true).await;
    check(Reply::text(200, "whole"), 200, "whole", false).await;

    sim.on("GET", "/", Reply::text(200, "half").cut());
    assert_eq!(get(&sim, "/").await.header("content-length"), Some("5"));
}

#[tokio::test]
async fn a_connection_is_used_again_and_ends_with_the_server() {
    let sim = script().await;
    let mut stream = TcpStream::connect(sim.address).await.unwrap();
    let mut bytes = vec![0; 4096];
    for _ in 0..2 {
        sim.on("GET", "/", Reply::text(200, "again"));
        stream.write_all(b"GET / HTTP/1.1\r\nHost: sim\r\n\r\n").await.unwrap();
        let mut text = String::new();
        while !text.ends_with("again") {
            let count = stream.read(&mut bytes).await.unwrap();
            assert_ne!(count, 0);
            text.push_str(std::str::from_utf8(&bytes[..count]).unwrap());
        }
    }
    let address = sim.address;
    drop(sim);
    assert!(matches!(stream.read(&mut bytes).await, Ok(0) | Err(_)));
    assert!(TcpStream::connect(address).await.is_err());
}

#[tokio::test]
async fn parts_may_be_composed_by_hand() {
    let sim = script().await;
    let mut reply = Reply::sse(&["{}"]);
    reply.body.push(Part::Bytes(b": ping\r\n\r\n".to_vec()));
    sim.on("GET", "/", reply.header("Transfer-Encoding", "chunked"));
    let answer = get(&sim, "/").await;
    assert_eq!(answer.text(), "data: {}\n\n: ping\r\n\r\n");
    assert_eq!(answer.head.to_lowercase().matches("transfer-encoding").count(), 1);
}
