//! Chats with pauses of every kind, replayed against the simulated Poe: it keeps, counts and charges, so that it is the judge of
//! whether marks paid. Its cache cools as the pauses say.

use super::plan::{Place, Rates, least, next_is_soon, plan};
use super::warmth::Warmth;
use poe::sim::{Scenario, Sim};
use poe::{BaseUrl, ChatEvent, ChatRequest, Client, Config, Endpoint, Message, Secret, TokenUsage};
use std::time::Duration;

const MINUTE: i64 = 60_000;
const MODEL: &str = "demo-claude";

struct Chat {
    sim: Sim,
    client: Client,
    said: Vec<Message>,
    /// Keys of its questions and how many tokens stand up to each.
    places: Vec<Place>,
    tokens: i64,
    sent: Vec<i64>,
    warmth: Warmth,
    /// In tokens.
    saved: i64,
    now: i64,
}

fn text(number: usize, tokens: usize) -> String {
    format!("{number:<width$}", width = 4 * tokens - 1) + "."
}

impl Chat {
    async fn new(system: usize) -> Chat {
        let sim = Sim::start(Scenario::Script).await.unwrap();
        sim.set_balance(10_000_000);
        let url = BaseUrl::parse(&sim.base_url()).unwrap();
        let client = Client::new(Config::new(url, Secret::from_pasted("sk-poe-test"))).unwrap();
        let mut chat = Chat {
            sim,
            client,
            said: Vec::new(),
            places: Vec::new(),
            tokens: 0,
            sent: Vec::new(),
            warmth: Warmth::default(),
            saved: 0,
            now: 1_000 * MINUTE,
        };
        if system > 0 {
            chat.said.push(Message::system(text(0, system)));
            chat.tokens = system as i64;
            chat.places.push(Place { at: 0, key: 1, tokens: chat.tokens });
        }
        chat
    }

    /// A question of 100 tokens after a pause, answered with 300.
    async fn ask(&mut self, pause: i64, marks: bool) {
        self.now += pause;
        self.sim.cool(Duration::from_millis(pause as u64));
        self.tokens += 100;
        let number = self.said.len() + 1;
        self.places.push(Place { at: self.said.len(), key: number as u64 + 1, tokens: self.tokens });
        self.said.push(Message::user(text(number, 100)));
        let latest = self.places.len().saturating_sub(3);
        let places: Vec<Place> =
            self.places.iter().filter(|it| it.key == 1).chain(&self.places[latest..]).copied().collect();
        let newest_first: Vec<i64> = self.sent.iter().rev().copied().collect();
        let soon = next_is_soon(&newest_first, self.now, self.saved);
        let warm = self.warmth.find(&places, self.now).tokens;
        let rates = Rates { read: 0.1, write: 16.0 / 13.0 };
        let plan = plan(&places, warm, least(MODEL), soon, rates);
        let request = ChatRequest {
            endpoint: Endpoint::Messages,
            max_tokens: Some(300),
            cache_marks: if marks { plan.marks.iter().map(|place| place.at).collect() } else { Vec::new() },
            ..ChatRequest::new(MODEL, self.said.clone())
        };
        let (mut answer, mut words, mut usage) =
            (self.client.chat(request), String::new(), TokenUsage::default());
        while let Some(event) = answer.next().await {
            match event {
                ChatEvent::Text(text) => words.push_str(&text),
                ChatEvent::Usage(told) => usage = told,
                ChatEvent::Failed(error) => panic!("{error}"),
                _ => {}
            }
        }
        assert_eq!(usage.prompt_tokens, Some(self.tokens as u64));
        if usage.cached_tokens.unwrap_or(0) + usage.cache_written_tokens.unwrap_or(0) > 0 {
            assert_eq!(usage.cached_tokens, Some(plan.cached.read as u64), "it finds what was expected");
            self.warmth.keep(1, MODEL, &plan.marks, self.now);
            self.saved += plan.cached.read * 9 / 10 - plan.cached.written * 3 / 13;
        }
        self.sent.push(self.now);
        self.said.push(Message::assistant(words));
        self.tokens += 300;
    }
}

/// Points of a chat with these pauses.
async fn cost(system: usize, pauses: &[i64], marks: bool) -> i64 {
    let mut chat = Chat::new(system).await;
    let before = chat.sim.balance();
    for pause in pauses {
        chat.ask(*pause, marks).await;
    }
    before - chat.sim.balance()
}

/// What it costs with marks, of what it costs without.
async fn share(system: usize, pauses: &[i64]) -> f64 {
    cost(system, pauses, true).await as f64 / cost(system, pauses, false).await as f64
}

fn minutes(pauses: &[i64]) -> Vec<i64> {
    pauses.iter().map(|pause| pause * MINUTE).collect()
}

#[tokio::test]
async fn the_longer_the_pauses_the_less_is_marked() {
    let check = async |system: usize, pauses: Vec<i64>, most: f64| {
        let share = share(system, &minutes(&pauses)).await;
        assert!(share <= most, "{system} {pauses:?}: {share:.3}");
    };
    check(5_000, vec![1; 20], 0.33).await;
    check(0, vec![1; 20], 0.5).await;
    for system in [0, 5_000] {
        check(system, vec![6; 20], 1.0).await;
        // Of a chat that is left and taken up again and again.
        check(system, [1, 1, 1, 6].repeat(5), 0.75).await;
        check(system, [1, 6].repeat(10), 1.02).await;
        check(system, [1, 6, 6].repeat(7), 1.02).await;
    }
    // A few questions are no worse than many.
    check(5_000, vec![1, 6], 1.0).await;
    check(5_000, vec![1; 3], 0.85).await;
}

#[tokio::test]
async fn whatever_the_pauses_it_pays_in_the_mean() {
    let mut chance = fastrand::Rng::with_seed(13);
    let mut shares = Vec::new();
    for often in [0.2, 0.5, 0.8] {
        for _ in 0..2 {
            let pauses: Vec<i64> =
                (0..20).map(|_| if chance.f64() < often { MINUTE } else { 7 * MINUTE }).collect();
            shares.push(share(5_000, &pauses).await);
        }
    }
    assert!(shares.iter().all(|share| *share <= 1.08), "{shares:.3?}");
    assert!(shares.iter().sum::<f64>() / shares.len() as f64 <= 0.9, "{shares:.3?}");
}
