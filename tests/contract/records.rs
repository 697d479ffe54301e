//! What an observer is told of each try: once, with what is known, and never the key.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use poe::sim::{Reply, Sim};
use poe::{ChatEvent, ChatRequest, Client, Config, DecidedBy, Kind, Message, Observer, RequestRecord};
use serde_json::json;

use crate::asking::{CHAT, KEY, ask, config, plain, question, script};
use crate::canary::{disguises, faults, key_fragments};

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<RequestRecord>>>);

impl Log {
    fn client(&self, sim: &Sim, change: impl FnOnce(&mut Config)) -> Client {
        let log = self.0.clone();
        let mut config = Config {
            observer: Some(Observer::new(move |record| log.lock().unwrap().push(record.clone()))),
            ..config(sim)
        };
        change(&mut config);
        Client::new(config).unwrap()
    }

    fn take(&self) -> Vec<RequestRecord> {
        std::mem::take(&mut self.0.lock().unwrap())
    }
}

#[tokio::test]
async fn the_record_of_an_answer() {
    let (sim, log) = (script().await, Log::default());
    let client = log.client(&sim, |_| {});
    for request in [question(), plain()] {
        sim.on("POST", CHAT, Reply::answer("Hello").header("x-request-id", "req_1"));
        ask(&client, request).await;
        let [record] = &log.take()[..] else { panic!("not one record") };
        assert_eq!((record.method.as_str(), record.path.as_str()), ("POST", CHAT));
        assert_eq!(record.model.as_deref(), Some("demo-sonnet"));
        assert_eq!((record.attempt, record.of, record.status), (1, 3, Some(200)));
        assert_eq!(record.request_id.as_deref(), Some("req_1"));
        assert_eq!((record.error, record.decided_by, record.stopped), (None, None, false));
        assert!(record.completion_tokens.is_some() && record.prompt_tokens.is_some());
        assert!(record.bytes_in > 20 && record.first_byte_ms.unwrap() <= record.total_ms);
        // This test was written in 2026.
        assert!(record.started_ms > 1_760_000_000_000);
        assert_eq!((&record.request_body, &record.response_body), (&None, &None));
    }
}

#[tokio::test]
async fn each_try_has_a_record() {
    let (sim, log) = (script().await, Log::default());
    let client = log.client(&sim, |_| {});
    sim.on("POST", CHAT, Reply::text(503, "").header("retry-after-ms", "200"));
    sim.on("POST", CHAT, Reply::answer("Hello"));
    ask(&client, question()).await;
    let records = log.take();
    let told: Vec<_> = records.iter().map(|r| (r.attempt, r.status, r.error, r.decided_by)).collect();
    assert_eq!(
        told,
        [(1, Some(503), Some(Kind::ServiceUnavailable), Some(DecidedBy::Status)), (2, Some(200), None, None)]
    );
    // The wait between two tries belongs to neither.
    assert!(records[1].started_ms - records[0].started_ms >= 200);
    assert!(records[0].total_ms < 200);
}

#[tokio::test]
async fn what_is_no_chat() {
    let (sim, log) = (Sim::start(poe::sim::Scenario::Demo).await.unwrap(), Log::default());
    let client = log.client(&sim, |config| config.log_bodies = true);
    client.models().await.unwrap();
    // The demo takes another key: refused is told, too.
    client.balance().await.unwrap_err();
    client.usage(3, None).await.unwrap_err();
    let _ = client.usage(3, Some("an-id")).await;
    let records = log.take();
    let paths: Vec<&str> = records.iter().map(|record| record.path.as_str()).collect();
    assert_eq!(paths[..3], ["/v1/models", "/usage/current_balance", "/usage/points_history"]);
    assert!(records.iter().all(|record| record.method == "GET" && record.request_body.is_none()));
    assert!(records.iter().all(|record| !format!("{:?}", record.path).contains("an-id")));
    let models = &records[0];
    assert!(models.response_body.as_ref().unwrap().len() as u64 <= models.bytes_in.min(64 * 1024));
}

#[tokio::test]
async fn what_is_refused_before_sending_is_no_try() {
    let (sim, log) = (script().await, Log::default());
    ask(&log.client(&sim, |_| {}), ChatRequest::new("", Vec::new())).await;
    assert_eq!((log.take().len(), sim.posts()), (0, 0));
}

#[tokio::test]
async fn what_is_stopped() {
    let (sim, log) = (script().await, Log::default());
    let client = log.client(&sim, |config| config.max_concurrent = 1);
    let piece = r#"{"choices":[{"delta":{"content":"word "}}]}"#;
    sim.always("POST", CHAT, Reply::sse(&[piece]).hang());
    let mut answer = client.chat(question());
    while !matches!(answer.next().await, Some(ChatEvent::Text(_))) {}
    let mut waiting = client.chat(question());
    assert!(matches!(waiting.next().await, Some(ChatEvent::Queued { .. })));
    tokio::time::sleep(Duration::from_millis(20)).await;
    assert!(log.take().is_empty(), "none has ended");
    drop(waiting);
    drop(answer);
    let [in_queue, in_text] = &log.take()[..] else { panic!("not two records") };
    assert!(in_queue.stopped && in_queue.error.is_none() && in_queue.status.is_none());
    assert!(in_queue.queued_ms >= 20 && in_queue.total_ms == 0 && in_queue.bytes_in == 0);
    assert!(in_text.stopped && in_text.status == Some(200) && in_text.bytes_in > 0);
}

#[tokio::test]
async fn bodies_are_told_when_asked_for_and_bounded() {
    let (sim, log) = (script().await, Log::default());
    let client = log.client(&sim, |config| config.log_bodies = true);
    sim.on("POST", CHAT, Reply::answer("Hello"));
    ask(&client, question()).await;
    let record = log.take().remove(0);
    assert!(record.request_body.unwrap().contains("Say hello"));
    assert!(record.response_body.unwrap().contains("Hello"));

    let long = format!("é{}", "ab é".repeat(40_000));
    sim.on("POST", CHAT, Reply::answer(&long));
    ask(&client, ChatRequest::new("m", vec![Message::user(long.clone())])).await;
    let record = log.take().remove(0);
    for body in [record.request_body.unwrap(), record.response_body.unwrap()] {
        assert!((65_530..=65_536).contains(&body.len()), "{}", body.len());
    }
    assert!(record.bytes_in > 65_536);
}

fn assert_clean(records: &[RequestRecord], fragments: &[String]) {
    for record in records {
        let text = format!("{record:?} {}", serde_json::to_string(record).unwrap()).to_lowercase();
        if let Some(fragment) = fragments.iter().find(|fragment| text.contains(*fragment)) {
            panic!("{fragment} in {}", &text[..2_000.min(text.len())]);
        }
    }
}

/// Asked for in every place of the request, echoed in every place of the reply.
#[tokio::test]
async fn the_key_is_in_no_record() {
    let (sim, log) = (script().await, Log::default());
    let client = log.client(&sim, |config| {
        config.log_bodies = true;
        config.max_attempts = 1;
        config.requests_per_minute = 100_000;
    });
    let (fragments, mut told) = (key_fragments(), 0);
    for (number, said) in disguises().into_iter().enumerate() {
        let header = said.chars().filter(char::is_ascii).collect::<String>();
        let mut replies = faults(&said);
        replies.retain(|reply| !reply.body.contains(&poe::sim::Part::Cut));
        replies.push(Reply::answer(&said).header("x-request-id", &header));
        for (at, mut reply) in replies.into_iter().enumerate() {
            // The whole key everywhere, each disguise in a quarter of the places.
            if number > 0 && (at + number) % 4 > 0 {
                continue;
            }
            for (_, value) in reply.headers.iter_mut().filter(|(_, value)| *value == said) {
                value.clone_from(&header);
            }
            sim.on("POST", CHAT, reply.clone());
            let mut request = ChatRequest::new(said.clone(), vec![Message::user(said.clone())]);
            request.parameters.insert(said.clone(), json!(said));
            ask(&client, request).await;
            sim.always("GET", "/usage/current_balance", reply.clone());
            sim.always("GET", "/v1/balance", reply);
            let _ = client.balance().await;
            let _ = client.video(&said).await;
            let records = log.take();
            assert_clean(&records, &fragments);
            told += records.len();
        }
    }
    assert!(told > 600, "{told}");
}

/// The key lies across the end of what is kept.
#[tokio::test]
async fn nor_a_part_of_it_at_the_end_of_a_long_body() {
    let (sim, log) = (script().await, Log::default());
    let client = log.client(&sim, |config| config.log_bodies = true);
    for before in [65_400, 65_470, 65_500, 65_535, 66_540] {
        let text = format!("{}{KEY}", "y".repeat(before - KEY.len()));
        sim.on("POST", CHAT, Reply::text(400, &text));
        ask(&client, ChatRequest::new("m", vec![Message::user(text)])).await;
        let records = log.take();
        assert_clean(&records, &key_fragments());
        assert!(records[0].response_body.as_ref().unwrap().len() > 65_000);
    }
}
