//! The points history: 30 days of rows made from a seed, the rows of the answers given since, and what it would have listed
//! before.

use std::time::{Duration, Instant};

use serde_json::{Map, Value, json};

use super::cache::Cached;
use super::models;
use super::price::Price;
use super::reply::Reply;

const DAY: u64 = 86_400;
/// Days that are listed, and how many before them are known all the same.
const LISTED: u64 = 30;
const EARLIER: u64 = 60;

/// What an answer is charged by: tokens of the question and of the answer, and what of the question was cached.
pub(super) struct Charged {
    pub(super) tokens: (u64, u64),
    pub(super) cached: Cached,
}

pub(super) struct Row {
    query_id: String,
    bot: String,
    micros: u64,
    kind: Kind,
    source: &'static str,
    points: i64,
    breakdown: Vec<(&'static str, String)>,
    fresh: Option<Fresh>,
}

#[derive(Clone, Copy)]
enum Kind {
    Api,
    Chat,
    Canvas,
}

/// A new row costs 0 until it has been read once, or for a moment.
struct Fresh {
    since: Instant,
    moment: Option<Duration>,
    read: bool,
}

pub(super) struct History {
    /// Newest first.
    rows: Vec<Row>,
    earlier: Vec<Row>,
    /// Listed as they are, below answers given since and instead of all else.
    given: Option<Vec<Value>>,
    /// The end of the page of those that was listed last: its id, which another row may have too, and its place.
    listed: Option<(String, usize)>,
    moment: Option<Duration>,
}

impl History {
    /// `moment`: how long a new row costs 0. Without one, only being read settles it.
    pub(super) fn new(now_micros: u64, moment: Option<Duration>) -> History {
        let rows = days(30, 0..LISTED, now_micros);
        let earlier = days(60, LISTED..LISTED + EARLIER, now_micros);
        History { rows, earlier, given: None, listed: None, moment }
    }

    /// As it would have been listed, newest first.
    pub(super) fn earlier(&mut self) -> Value {
        self.earlier.iter_mut().map(Row::read).collect()
    }

    pub(super) fn add(&mut self, bot: &str, price: Price, charged: Charged, micros: u64) -> i64 {
        let Charged { tokens, cached } = charged;
        let (input, output) = price.points(tokens.0, tokens.1);
        let saved = price.saved(tokens.0, tokens.1, cached);
        // A later answer is a newer row, however coarse the clock.
        let micros = self.rows.first().map_or(micros, |newest| micros.max(newest.micros + 1));
        let row = Row {
            query_id: query_id(&mut fastrand::Rng::new()),
            bot: bot.to_owned(),
            micros,
            kind: Kind::Api,
            source: "Demo key",
            points: input + output - saved,
            breakdown: breakdown(price, (input, output), tokens, discount(saved, cached)),
            fresh: Some(Fresh { since: Instant::now(), moment: self.moment, read: false }),
        };
        self.rows.insert(0, row);
        input + output - saved
    }

    pub(super) fn shift(&mut self, by_ms: i64) {
        for row in self.rows.iter_mut().chain(&mut self.earlier) {
            row.micros = row.micros.saturating_add_signed(by_ms.saturating_mul(1_000));
        }
    }

    pub(super) fn set(&mut self, rows: Vec<Value>) {
        (self.given, self.listed) = (Some(rows), None);
    }

    pub(super) fn page(&mut self, limit: Option<&str>, starting_after: Option<&str>) -> Reply {
        let limit = match limit.map_or(Ok(20), str::parse::<usize>) {
            Ok(limit @ 1..=100) => limit,
            _ => {
                let message = "limit must be between 1 and 100";
                return Reply::error(400, message, "invalid_request_error", Some("invalid_parameter"));
            }
        };
        let cursor_is = |id: &str| starting_after == Some(id);
        let after = |at: Option<usize>, count: usize| match starting_after {
            None => 0,
            Some(_) => at.map_or(count, |at| at + 1),
        };
        let (data, has_more): (Vec<Value>, bool) = match &self.given {
            Some(given) => {
                let fresh: Vec<Value> =
                    self.rows.iter_mut().filter(|row| row.fresh.is_some()).map(Row::read).collect();
                let row = |at: usize| fresh.get(at).unwrap_or_else(|| &given[at - fresh.len()]);
                let count = fresh.len() + given.len();
                let is_cursor = |at: &usize| row(*at)["query_id"].as_str().is_some_and(cursor_is);
                let listed = self.listed.take().filter(|(id, _)| cursor_is(id)).map(|(_, at)| at);
                let start = after(listed.or_else(|| (0..count).rev().find(is_cursor)), count);
                let end = (start + limit).min(count);
                let last = end.checked_sub(1);
                self.listed = last.and_then(|at| Some((row(at)["query_id"].as_str()?.to_owned(), at)));
                ((start..end).map(|at| row(at).clone()).collect(), end < count)
            }
            None => {
                let at = self.rows.iter().position(|row| cursor_is(&row.query_id));
                let start = after(at, self.rows.len());
                let end = (start + limit).min(self.rows.len());
                (self.rows[start..end].iter_mut().map(Row::read).collect(), end < self.rows.len())
            }
        };
        Reply::json(200, json!({ "has_more": has_more, "length": data.len(), "data": data }))
    }
}

impl Row {
    fn read(&mut self) -> Value {
        let settled = match &mut self.fresh {
            None => true,
            Some(fresh) => {
                let read = std::mem::replace(&mut fresh.read, true);
                read || fresh.moment.is_some_and(|moment| fresh.since.elapsed() >= moment)
            }
        };
        let (kind, source) = match self.kind {
            Kind::Api => ("API", "api_key_name"),
            Kind::Chat => ("Chat", "chat_name"),
            Kind::Canvas => ("Canvas App", "canvas_tab_name"),
        };
        let points = if settled { self.points } else { 0 };
        let mut row = json!({
            "query_id": self.query_id, "bot_name": self.bot, "creation_time": self.micros, "usage_type": kind,
            "cost_points": points, "cost_usd": usd(points), source: self.source,
        });
        if points > 0 {
            let breakdown: Map<String, Value> =
                self.breakdown.iter().map(|(label, text)| ((*label).to_owned(), json!(text))).collect();
            row["cost_breakdown_in_points"] = breakdown.into();
        }
        row
    }
}

/// The rows of these days before now, newest first.
fn days(seed: u64, days: std::ops::Range<u64>, now_micros: u64) -> Vec<Row> {
    let mut random = fastrand::Rng::with_seed(seed);
    let mut rows = Vec::new();
    for day in days {
        let weekend = day % 7 >= 5;
        let count = if weekend { random.u32(2..6) } else { random.u32(6..13) };
        for _ in 0..count {
            let age = (day * DAY + random.u64(600..DAY)) * 1_000_000 - random.u64(0..1_000_000);
            rows.push(past(&mut random, now_micros - age));
        }
    }
    rows.sort_by_key(|row| std::cmp::Reverse(row.micros));
    rows
}

/// One row of the past.
fn past(random: &mut fastrand::Rng, micros: u64) -> Row {
    const BOTS: &[&str] = &[
        "demo-flash",
        "demo-flash",
        "demo-flash",
        "demo-flash",
        "demo-sonnet",
        "demo-sonnet",
        "demo-sonnet",
        "demo-think",
        "demo-think",
        "demo-tools",
        "demo-vision",
        "demo-long",
        "demo-image",
        "demo-dear",
    ];
    const CHATS: &[&str] =
        &["Trip to the coast", "Garden plan", "Letter to the landlord", "Birthday poem", "Soup for ten"];
    const KEYS: &[&str] = &["Laptop", "Build server", "Notes app"];
    const CANVASES: &[&str] = &["Flash cards", "Budget board"];
    let pick = |random: &mut fastrand::Rng, names: &[&'static str]| names[random.usize(0..names.len())];

    let id = pick(random, BOTS);
    let (bot, price) = models::find(id).map_or((id, Price::Unknown), |model| (model.name, model.price));
    let (kind, source) = match random.u32(0..20) {
        0..9 => (Kind::Api, pick(random, KEYS)),
        9..18 => (Kind::Chat, pick(random, CHATS)),
        _ => (Kind::Canvas, pick(random, CANVASES)),
    };
    let tokens = (random.u64(40..4_000), random.u64(10..900));
    let (input, output) = price.points(tokens.0, tokens.1);
    let cached = (input > 8 && random.u32(0..4) == 0).then(|| (input * 3 / 4, tokens.0 * 4 / 5));
    let free = random.u32(0..40) == 0;
    Row {
        query_id: query_id(random),
        bot: bot.to_owned(),
        micros,
        kind,
        source,
        points: if free { 0 } else { input + output - cached.map_or(0, |(points, _)| points) },
        breakdown: breakdown(price, (input, output), tokens, cached),
        fresh: None,
    }
}

/// One line says both: what was found, and where that is less, what keeping the rest cost.
fn discount(saved: i64, cached: Cached) -> Option<(i64, u64)> {
    match (cached.read, cached.written) {
        (0, 0) => None,
        (read, written) => Some((saved, if saved < 0 { written } else { read })),
    }
}

fn breakdown(
    price: Price,
    (input, output): (i64, i64),
    tokens: (u64, u64),
    cached: Option<(i64, u64)>,
) -> Vec<(&'static str, String)> {
    let mut lines = Vec::new();
    if let Price::Tokens { .. } | Price::Cached { .. } = price {
        lines.push(("Input", format!("{} ({} tokens)", points(input), tokens.0)));
        lines.push(("Output", format!("{} ({} tokens)", points(output), tokens.1)));
    }
    match cached {
        Some((saved @ 0.., tokens)) => {
            lines.push(("Cache discount", format!("{} ({tokens} tokens)", points(-saved))));
        }
        Some((saved, tokens)) => lines.push(("Cache write", format!("{} ({tokens} tokens)", points(-saved)))),
        None => {}
    }
    let total = input + output - cached.map_or(0, |(discount, _)| discount);
    lines.push(("Total", points(total)));
    lines
}

fn points(count: i64) -> String {
    if count == 1 { "1 point".to_owned() } else { format!("{count} points") }
}

/// 0.00003 dollars a point, without trailing zeros.
fn usd(points: i64) -> String {
    let units = points * 3;
    let text = format!("{}.{:05}", units / 100_000, units % 100_000);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

fn query_id(random: &mut fastrand::Rng) -> String {
    (0..18).map(|_| random.digit(36)).collect()
}
