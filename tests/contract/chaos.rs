//! A bad day at Poe: many prompts, many failures. Each prompt comes to one end, and none is sent again in doubt.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use fastrand::Rng;
use poe::sim::Reply;
use poe::{ChatRequest, Client, Config, Kind, Message};
use serde_json::Value;

use crate::asking::{CHAT, Seen, ask, config, script};

const PROMPTS: usize = 1_000;
const TRIES: usize = 4;

#[derive(Clone, Copy, PartialEq)]
enum Fate {
    Answered,
    /// 500, 503 or 429.
    Refused(u16),
    /// The connection breaks before the first byte of an answer.
    Cut,
}

/// What the tries of each prompt meet: 17 % are refused, 2 % cut. Drawn before, since by chance alone 0.08 % of the
/// prompts are refused four times, and two of them would be too many for a thousand.
fn fates() -> Vec<[Fate; TRIES]> {
    let mut rng = Rng::with_seed(17);
    let mut draw = || match rng.usize(0..100) {
        0..17 => Fate::Refused(*rng.choice(&[500, 503, 429]).unwrap()),
        17..19 => Fate::Cut,
        _ => Fate::Answered,
    };
    (0..PROMPTS).map(|_| [draw(), draw(), draw(), draw()]).collect()
}

fn reply(fate: Fate, prompt: usize) -> Reply {
    match fate {
        Fate::Answered => Reply::answer(&format!("answer {prompt}")),
        Fate::Refused(status) => Reply::text(status, "no").header("retry-after", "0.005"),
        Fate::Cut => Reply::empty(200).cut(),
    }
}

fn prompt_in(body: &[u8]) -> usize {
    let body: Value = serde_json::from_slice(body).unwrap();
    body["messages"][0]["content"].as_str().unwrap().parse().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_prompts() {
    let fates = Arc::new(fates());
    let sim = script().await;
    let served = Arc::new(Mutex::new(HashMap::<usize, usize>::new()));
    sim.each("POST", CHAT, {
        let fates = Arc::clone(&fates);
        move |body| {
            let prompt = prompt_in(body);
            let mut served = served.lock().unwrap();
            let tries = served.entry(prompt).or_default();
            *tries += 1;
            reply(fates[prompt][*tries - 1], prompt)
        }
    });
    let client = Client::new(Config {
        max_attempts: TRIES as u32,
        requests_per_minute: 100_000,
        max_concurrent: 100,
        ..config(&sim)
    })
    .unwrap();
    let asked: Vec<_> = (0..PROMPTS)
        .map(|prompt| {
            let client = client.clone();
            let request = ChatRequest::new("demo-sonnet", vec![Message::user(prompt.to_string())]);
            tokio::spawn(async move { ask(&client, request).await })
        })
        .collect();
    let mut seen: Vec<Seen> = Vec::new();
    for answer in asked {
        seen.push(answer.await.unwrap());
    }

    let mut posts = vec![0; PROMPTS];
    for request in sim.requests() {
        posts[prompt_in(&request.body)] += 1;
    }
    let (mut answered, mut lost) = (0, 0);
    for (prompt, seen) in seen.iter().enumerate() {
        // `outcome` also sees that there is exactly one end.
        let outcome = seen.outcome();
        let refused = fates[prompt].iter().take_while(|fate| matches!(fate, Fate::Refused(_))).count();
        match fates[prompt].get(refused) {
            Some(Fate::Cut) => {
                lost += 1;
                assert_eq!(outcome, " > connection_lost", "prompt {prompt}");
                assert!(seen.error.as_ref().unwrap().maybe_charged());
            }
            Some(_) => {
                answered += 1;
                assert_eq!(outcome, format!("answer {prompt} > stop"));
            }
            None => assert!(seen.error.as_ref().unwrap().is_retryable(), "{outcome}"),
        }
        // One more after each refusal, and none after anything else.
        assert_eq!(posts[prompt], (refused + 1).min(TRIES), "prompt {prompt}: {outcome}");
        assert_eq!(seen.retries.len(), posts[prompt] - 1);
        assert!(seen.retries.iter().all(|retry| retry.3 != Kind::ConnectionLost));
    }
    let retries = posts.iter().sum::<usize>() - PROMPTS;
    println!("{PROMPTS} prompts: {answered} answered, {lost} lost, {retries} tries more");
    assert!(retries > PROMPTS / 10 && lost > PROMPTS / 100, "{retries} {lost}");
    assert!(answered * 1_000 >= (PROMPTS - lost) * 999, "{answered} of {}", PROMPTS - lost);
}
