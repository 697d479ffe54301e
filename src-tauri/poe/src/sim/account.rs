//! The account of the demo: a balance that falls with each answer, and the history of what it fell by.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};

use super::cache::Cached;
use super::history::{Charged, History};
use super::price::Price;

const DAY_MICROS: u64 = 86_400_000_000;
const ADD_ON: i64 = 10_000;

/// What an answer costs when it was sent whole.
pub(super) struct Bill {
    pub(super) bot: String,
    pub(super) price: Price,
    pub(super) prompt_tokens: u64,
    pub(super) completion_tokens: u64,
    pub(super) cached: Cached,
}

pub(super) struct Account {
    pub(super) points: i64,
    pub(super) history: History,
    started_micros: u64,
}

impl Account {
    pub(super) fn new(moment: Option<Duration>) -> Account {
        let now = micros(SystemTime::now());
        Account { points: 48_250, history: History::new(now, moment), started_micros: now }
    }

    /// Charges for the share of the answer that was sent.
    pub(super) fn charge(&mut self, bill: &Bill, share: f64, now: SystemTime) {
        let completion = (bill.completion_tokens as f64 * share).ceil() as u64;
        let charged = Charged { tokens: (bill.prompt_tokens, completion), cached: bill.cached };
        self.points -= self.history.add(&bill.bot, bill.price, charged, micros(now));
    }

    /// Points of the plan are spent first.
    pub(super) fn balance(&self) -> Value {
        let add_on = self.points.clamp(0, ADD_ON);
        let plan = self.points - add_on;
        json!({
            "current_point_balance": self.points,
            "plan_points_balance": plan,
            "addon_point_balance": add_on,
            "plan_balance_usd": cents(plan),
            "addon_balance_usd": cents(add_on),
            "total_balance_usd": cents(self.points),
            "points_cycle_start_time": self.started_micros - 18 * DAY_MICROS,
            "next_daily_grant_time": 0,
            "next_daily_grant_amount": 0,
            "next_monthly_grant_time": self.started_micros + 12 * DAY_MICROS,
            "next_monthly_grant_amount": 250_000,
            "auto_recharge": {
                "enabled": false, "status": "never_enabled", "threshold_points": 0, "threshold_usd": "0.00",
                "refill_points": 0, "refill_usd": "0.00", "last_recharge_failure_time": null,
            },
        })
    }
}

/// Dollars with two digits, at 0.00003 a point.
fn cents(points: i64) -> String {
    let cents = points * 3 / 1_000;
    let sign = if cents < 0 { "-" } else { "" };
    format!("{sign}{}.{:02}", cents.abs() / 100, cents.abs() % 100)
}

fn micros(time: SystemTime) -> u64 {
    time.duration_since(UNIX_EPOCH).map_or(0, |age| age.as_micros() as u64)
}
