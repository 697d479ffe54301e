//! Points: the balance ([reference](https://creator.poe.com/api-reference/getCurrentBalance)) and the history of what was
//! spent ([reference](https://creator.poe.com/api-reference/getPointsHistory)).

use std::collections::HashMap;

use serde::Serialize;
use serde_json::Value;

use crate::json::{amount, flag, integer, text, time_ms};

/// The balance, from `GET /usage/current_balance`. Everything is optional: Poe documents the first field only.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Balance {
    /// Points left, of the plan and bought ones together. `None`: Poe did not tell. May be zero or less.
    pub points: Option<i64>,
    /// Points of the plan.
    pub plan_points: Option<i64>,
    /// Points bought on top.
    pub addon_points: Option<i64>,
    /// US dollars, as Poe writes them.
    pub total_usd: Option<String>,
    /// US dollars, as Poe writes them.
    pub plan_usd: Option<String>,
    /// US dollars, as Poe writes them.
    pub addon_usd: Option<String>,
    /// The next points that Poe gives, the earlier of the daily and the monthly ones.
    pub next_grant: Option<Grant>,
    /// The next daily points.
    pub next_daily: Option<Grant>,
    /// The next monthly points.
    pub next_monthly: Option<Grant>,
    /// When the present cycle began, milliseconds since 1970.
    pub cycle_start_ms: Option<i64>,
    /// Whether Poe buys points by itself.
    pub auto_recharge: Option<bool>,
    /// When and how much it buys.
    pub recharge: Option<Recharge>,
}

/// How Poe buys points by itself. Zero means that nothing is set.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Recharge {
    /// Such as `never_enabled`.
    pub status: Option<String>,
    /// Buys when fewer points are left.
    pub threshold_points: Option<i64>,
    /// The same in US dollars, as Poe writes them.
    pub threshold_usd: Option<String>,
    /// Buys so many points.
    pub refill_points: Option<i64>,
    /// The same in US dollars, as Poe writes them.
    pub refill_usd: Option<String>,
    /// When buying failed last, milliseconds since 1970.
    pub last_failure_ms: Option<i64>,
}

/// Points to come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Grant {
    /// Milliseconds since 1970.
    pub at_ms: i64,
    /// How many.
    pub points: i64,
}

/// A page of the history, newest first. Poe keeps 30 days.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct UsagePage {
    /// At most as many as were asked for.
    pub rows: Vec<UsageRow>,
    /// Older ones exist, and `next` leads to them.
    pub has_more: bool,
    /// Poe says that there are no older ones. Where that is false and `next` is `None`, the list broke off.
    pub is_last: bool,
    /// What to pass as `starting_after` for them.
    pub next: Option<String>,
}

/// One paid call, of the whole account (API, chat and apps).
///
/// A fresh row may say 0 points and change later: keep rows by `query_id` and read the newest page again. What cannot be
/// read is unknown, never 0.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct UsageRow {
    /// Poe's id of the row; it is no request id. No two rows of a page have the same.
    pub query_id: String,
    /// Milliseconds since 1970, by Poe's clock. `None`: not told, or not as a time.
    pub at_ms: Option<i64>,
    /// The model's name.
    pub model: String,
    /// `usage_type`: `API`, `Chat`, `Canvas App`. Empty when absent.
    pub kind: String,
    /// Points spent, what was given back taken off; never negative. `None`: not told as a number, or with a sign that the
    /// account's other rows don't have, so that nobody can tell whether it was spent or given back.
    pub points: Option<i64>,
    /// Points with the sign that Poe sent: accounts differ in which one is spending.
    pub raw_points: Option<i64>,
    /// Of amounts above 0 that Poe sent under this id the least, and of those below 0, without the sign. For who keeps rows
    /// of several readings: what of them is spending is told by the account's other rows.
    pub positive: Option<i64>,
    /// See [`UsageRow::positive`].
    pub negative: Option<i64>,
    /// US dollars, as Poe writes them.
    pub usd: Option<String>,
    /// The name of the chat, the key or the app.
    pub source_name: Option<String>,
    /// Label and text as Poe writes them, such as `Input`, `238 points (8369 tokens)`.
    pub breakdown: Vec<(String, String)>,
    /// Read from the breakdown's `Input`.
    pub input_tokens: Option<u64>,
    /// Read from the breakdown's `Output`.
    pub output_tokens: Option<u64>,
}

/// `None` when it is no object.
pub(crate) fn balance(body: &Value) -> Option<Balance> {
    let body = body.as_object().map(|_| body)?;
    let recharge = &body["auto_recharge"];
    let (daily, monthly) = (grant(body, "daily"), grant(body, "monthly"));
    Some(Balance {
        points: integer(&body["current_point_balance"]),
        plan_points: integer(&body["plan_points_balance"]),
        addon_points: integer(&body["addon_point_balance"]),
        total_usd: amount(&body["total_balance_usd"]),
        plan_usd: amount(&body["plan_balance_usd"]),
        addon_usd: amount(&body["addon_balance_usd"]),
        next_grant: daily.into_iter().chain(monthly).min_by_key(|grant| grant.at_ms),
        next_daily: daily,
        next_monthly: monthly,
        cycle_start_ms: time_ms(&body["points_cycle_start_time"]),
        auto_recharge: flag(recharge).or_else(|| flag(&recharge["enabled"])),
        recharge: recharge.is_object().then(|| Recharge {
            status: text(&recharge["status"]),
            threshold_points: integer(&recharge["threshold_points"]),
            threshold_usd: amount(&recharge["threshold_usd"]),
            refill_points: integer(&recharge["refill_points"]),
            refill_usd: amount(&recharge["refill_usd"]),
            last_failure_ms: time_ms(&recharge["last_recharge_failure_time"]),
        }),
    })
}

/// Zero means none, for the time and for the amount.
fn grant(body: &Value, name: &str) -> Option<Grant> {
    let at_ms = time_ms(&body[format!("next_{name}_grant_time")])?;
    let points = integer(&body[format!("next_{name}_grant_amount")]).filter(|points| *points > 0)?;
    Some(Grant { at_ms, points })
}

/// The page that follows `starting_after`; `None` when it is no page. It ends the list when it is empty or leads back to
/// where it began, whatever `has_more` says.
pub(crate) fn page(body: &Value, starting_after: Option<&str>) -> Option<UsagePage> {
    let data = body.get("data").unwrap_or(body).as_array()?;
    let last = data.iter().rev().find_map(|row| text(&row["query_id"]));
    let rows = merged(data.iter().filter_map(row));
    let next = text(&body["next_cursor"]).or(last).filter(|next| {
        flag(&body["has_more"]) == Some(true) && !rows.is_empty() && Some(next.as_str()) != starting_after
    });
    Some(UsagePage { has_more: next.is_some(), is_last: flag(&body["has_more"]) == Some(false), next, rows })
}

/// Rows that were kept as Poe wrote them: a list, or a page with one. What is no row is left out.
pub fn rows(kept: &Value) -> Vec<UsageRow> {
    let data = kept.get("data").unwrap_or(kept).as_array();
    merged(data.into_iter().flatten().filter_map(row))
}

/// Rows of one account, in the order they came, each `query_id` once, with what it cost by all of them.
///
/// Of rows with one id that say different points, none of them 0, the least counts: what was charged can be lowered later. A
/// row of the same id with the other sign takes off; the earliest of them tells when, and the parts. Spending has the sign that most of the account's rows have, where they
/// are as many the positive one; a row with the other sign that belongs to none is left unknown
/// ([`UsageRow::points`]). Rows of several pages are given together.
pub fn merged(rows: impl IntoIterator<Item = UsageRow>) -> Vec<UsageRow> {
    let (mut merged, mut places) = (Vec::<UsageRow>::new(), HashMap::<String, usize>::new());
    let mut amounts = Vec::<Vec<i64>>::new();
    for row in rows {
        let place = match places.get(&row.query_id) {
            Some(place) => {
                merged[*place].begun_by(&row);
                *place
            }
            None => {
                places.insert(row.query_id.clone(), merged.len());
                merged.push(row.clone());
                amounts.push(Vec::new());
                merged.len() - 1
            }
        };
        match (row.positive, row.negative) {
            (None, None) => amounts[place].extend(row.raw_points),
            (positive, negative) => {
                amounts[place].extend(positive.into_iter().chain(negative.map(|back| -back)))
            }
        }
    }
    let with_sign = |sign| {
        let has = |amounts: &&Vec<i64>| amounts.iter().any(|amount| amount.signum() == sign);
        amounts.iter().filter(has).count()
    };
    let spending = if with_sign(-1) > with_sign(1) { -1 } else { 1 };
    for (row, amounts) in merged.iter_mut().zip(amounts) {
        let least = |sign: i64| {
            let of_sign = amounts.iter().filter(|amount| amount.signum() == sign);
            of_sign.map(|amount| amount.saturating_abs()).min()
        };
        (row.positive, row.negative) = (least(1), least(-1));
        let (spent, given_back) = (least(spending), least(-spending));
        row.points = match (spent, given_back) {
            (Some(spent), back) => Some((spent - back.unwrap_or(0)).max(0)),
            (None, Some(_)) => None,
            (None, None) => amounts.first().map(|_| 0),
        };
        row.raw_points = match (spent, given_back) {
            (None, Some(back)) => Some(-spending * back),
            _ => row.points.map(|points| spending * points),
        };
    }
    merged
}

impl UsageRow {
    /// What was given back is listed later, and so above, than what was charged: that tells when the call was made, and of
    /// what its cost is made up.
    fn begun_by(&mut self, earlier: &UsageRow) {
        if earlier.at_ms.is_none_or(|at| self.at_ms.is_some_and(|own| own <= at)) {
            return;
        }
        self.at_ms = earlier.at_ms;
        if !earlier.breakdown.is_empty() {
            self.breakdown.clone_from(&earlier.breakdown);
            (self.input_tokens, self.output_tokens) = (earlier.input_tokens, earlier.output_tokens);
        }
        if earlier.usd.is_some() {
            self.usd.clone_from(&earlier.usd);
        }
    }
}

fn row(row: &Value) -> Option<UsageRow> {
    let breakdown: Vec<(String, String)> = row["cost_breakdown_in_points"]
        .as_object()
        .into_iter()
        .flatten()
        .filter_map(|(label, value)| Some((label.clone(), text(value)?)))
        .collect();
    let tokens_of =
        |name: &str| tokens(&breakdown.iter().find(|(label, _)| label.eq_ignore_ascii_case(name))?.1);
    Some(UsageRow {
        query_id: text(&row["query_id"])?,
        at_ms: time_ms(&row["creation_time"]),
        // The guide's sample says `app_name`, the reference `bot_name`.
        model: text(&row["bot_name"]).or_else(|| text(&row["app_name"])).unwrap_or_default(),
        kind: text(&row["usage_type"]).unwrap_or_default(),
        points: None,
        raw_points: integer(&row["cost_points"]),
        positive: None,
        negative: None,
        usd: amount(&row["cost_usd"]),
        source_name: ["chat_name", "api_key_name", "canvas_tab_name"]
            .into_iter()
            .find_map(|name| text(&row[name])),
        input_tokens: tokens_of("Input"),
        output_tokens: tokens_of("Output"),
        breakdown,
    })
}

/// 8369 of `238 points (8369 tokens)`.
fn tokens(text: &str) -> Option<u64> {
    let inside = text.split_once('(')?.1.split_once(')')?.0.trim();
    let number = inside.strip_suffix("tokens").or_else(|| inside.strip_suffix("token"))?;
    number.trim().replace(',', "").parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_full_balance() {
        let got = balance(&json!({
            "current_point_balance": 654141, "plan_points_balance": 154141, "addon_point_balance": 500000,
            "plan_balance_usd": "4.67", "addon_balance_usd": "15.15", "total_balance_usd": "19.82",
            "points_cycle_start_time": 1773795921000000_i64,
            "next_daily_grant_time": 0, "next_daily_grant_amount": 0,
            "next_monthly_grant_time": 1776425721000000_i64, "next_monthly_grant_amount": 12600000,
            "auto_recharge": {"enabled": false, "status": "never_enabled", "threshold_points": 0, "refill_usd": "0.00",
                "last_recharge_failure_time": null}
        }));
        let expected = Balance {
            points: Some(654_141),
            plan_points: Some(154_141),
            addon_points: Some(500_000),
            total_usd: Some("19.82".to_owned()),
            plan_usd: Some("4.67".to_owned()),
            addon_usd: Some("15.15".to_owned()),
            next_grant: Some(Grant { at_ms: 1_776_425_721_000, points: 12_600_000 }),
            next_daily: None,
            next_monthly: Some(Grant { at_ms: 1_776_425_721_000, points: 12_600_000 }),
            cycle_start_ms: Some(1_773_795_921_000),
            auto_recharge: Some(false),
            recharge: Some(Recharge {
                status: Some("never_enabled".to_owned()),
                threshold_points: Some(0),
                refill_usd: Some("0.00".to_owned()),
                ..Recharge::default()
            }),
        };
        assert_eq!(got, Some(expected));
    }

    #[test]
    fn points_in_every_shape() {
        fn check(body: Value, expected: Option<Option<i64>>) {
            assert_eq!(balance(&body).map(|balance| balance.points), expected, "{body}");
        }
        check(json!({"current_point_balance": 1500}), Some(Some(1500)));
        check(json!({"current_point_balance": "2500"}), Some(Some(2500)));
        check(json!({"current_point_balance": -12}), Some(Some(-12)));
        check(json!({"current_point_balance": 9007199254740993_i64}), Some(Some(9_007_199_254_740_993)));
        check(json!({"current_point_balance": null}), Some(None));
        check(json!({}), Some(None));
        check(json!(null), None);
        check(json!("1500"), None);
        check(json!([]), None);
    }

    #[test]
    fn the_earlier_grant() {
        fn check(daily: (i64, i64), monthly: (i64, i64), expected: Option<(i64, i64)>) {
            let got = balance(&json!({
                "next_daily_grant_time": daily.0, "next_daily_grant_amount": daily.1,
                "next_monthly_grant_time": monthly.0, "next_monthly_grant_amount": monthly.1,
            }));
            assert_eq!(got.unwrap().next_grant.map(|grant| (grant.at_ms, grant.points)), expected);
        }
        let (early, late) = (1_776_000_000_000_000, 1_777_000_000_000_000);
        check((early, 3000), (late, 9), Some((1_776_000_000_000, 3000)));
        check((late, 3000), (early, 9), Some((1_776_000_000_000, 9)));
        check((early, 0), (late, 9), Some((1_777_000_000_000, 9)));
        check((0, 0), (0, 0), None);
    }

    #[test]
    fn rows_of_both_documented_forms() {
        let got = page(
            &json!({"has_more": true, "length": 2, "data": [
                {"query_id": "a", "bot_name": "Claude", "creation_time": 1776108000123456_i64, "usage_type": "API",
                 "cost_points": -26, "cost_usd": "0.00078", "api_key_name": "Desktop app",
                 "cost_breakdown_in_points": {"Input": "238 points (8,369 tokens)", "Output": "1 point (4 tokens)",
                    "Cache discount": "-213 points (8352 tokens)", "Total": 26}},
                {"query_id": "b", "app_name": "GPT", "creation_time": 1704825600, "cost_points": -50},
                {"no": "id"}, null
            ]}),
            None,
        )
        .unwrap();
        assert_eq!((got.rows.len(), got.has_more, got.next.as_deref()), (2, true, Some("b")));
        let row = &got.rows[0];
        assert_eq!((row.points, row.raw_points, row.at_ms), (Some(26), Some(-26), Some(1_776_108_000_123)));
        assert_eq!((row.input_tokens, row.output_tokens), (Some(8369), Some(4)));
        assert_eq!(row.source_name.as_deref(), Some("Desktop app"));
        assert!(row.breakdown.contains(&("Total".to_owned(), "26".to_owned())));
        let row = &got.rows[1];
        assert_eq!((row.model.as_str(), row.kind.as_str(), row.at_ms), ("GPT", "", Some(1_704_825_600_000)));
    }

    /// What the rows of a page cost, by id: `?` is not known.
    fn costs(rows: &[(&str, Value)]) -> String {
        let rows: Vec<Value> =
            rows.iter().map(|(id, cost)| json!({"query_id": id, "cost_points": cost})).collect();
        let page = page(&json!({"has_more": false, "data": rows}), None).unwrap();
        assert_eq!(merged(page.rows.clone()), page.rows, "merging again changes nothing");
        let told = page.rows.iter().map(|row| {
            let points = row.points.map_or_else(|| "?".to_owned(), |points| points.to_string());
            format!("{} {points}", row.query_id)
        });
        told.collect::<Vec<_>>().join(", ")
    }

    #[test]
    fn each_row_once_and_what_was_given_back() {
        let check = |rows: &[(&str, Value)], expected: &str| assert_eq!(costs(rows), expected, "{rows:?}");
        check(&[("a", json!(70)), ("a", json!(70)), ("b", json!(30))], "a 70, b 30");
        check(&[("a", json!("1,234")), ("b", json!("87.5")), ("c", json!("12.345,6"))], "a 1234, b 88, c ?");
        check(&[("a", json!(null)), ("b", json!("")), ("c", json!({}))], "a ?, b ?, c ?");
        check(&[("a", json!(0)), ("b", json!(30))], "a 0, b 30");
        // It has settled since, or was lowered.
        check(&[("a", json!(299)), ("a", json!(0))], "a 299");
        check(&[("a", json!(100)), ("a", json!(250))], "a 100");
        check(&[("a", json!("x")), ("a", json!(250))], "a 250");
        // Given back, whole and in part, in accounts of either sign.
        check(&[("a", json!(-250)), ("b", json!(9)), ("a", json!(250)), ("c", json!(1))], "a 0, b 9, c 1");
        check(&[("a", json!(-50)), ("b", json!(9)), ("a", json!(250))], "a 200, b 9");
        check(&[("a", json!(50)), ("b", json!(-9)), ("a", json!(-250))], "a 200, b 9");
        // All of an account negative is spending.
        check(&[("a", json!(-5)), ("b", json!(-9))], "a 5, b 9");
        check(&[("a", json!(-5))], "a 5");
        // Mixed, and nothing that it belongs to.
        check(&[("a", json!(-5)), ("b", json!(9)), ("c", json!(2))], "a ?, b 9, c 2");
        check(&[("a", json!(5)), ("b", json!(-9)), ("c", json!(-2)), ("c", json!(-2))], "a ?, b 9, c 2");
        check(&[("a", json!(-5)), ("b", json!(9))], "a ?, b 9");
        check(&[("a", json!(i64::MIN)), ("a", json!(i64::MAX))], "a 0");
    }

    #[test]
    fn what_was_given_back_may_be_on_another_page_than_the_charge() {
        let page = |rows: Value| page(&json!({"has_more": false, "data": rows}), None).unwrap().rows;
        let newer = page(json!([{"query_id": "a", "cost_points": -40}, {"query_id": "b", "cost_points": 9}]));
        assert_eq!((newer[0].points, newer[0].raw_points), (None, Some(-40)));
        let older = page(json!([{"query_id": "b", "cost_points": 9}, {"query_id": "a", "cost_points": 100}]));
        let all = merged(newer.into_iter().chain(older));
        let costs: Vec<_> = all.iter().map(|row| (row.query_id.as_str(), row.points)).collect();
        assert_eq!(costs, [("a", Some(60)), ("b", Some(9))]);
    }

    #[test]
    fn where_the_list_ends() {
        fn check(body: Value, after: Option<&str>, expected: Option<Option<&str>>) {
            let got = page(&body, after);
            assert_eq!(got.as_ref().map(|page| page.next.as_deref()), expected, "{body} after {after:?}");
            assert!(got.is_none_or(|page| {
                page.has_more == page.next.is_some()
                    && page.is_last == (crate::json::flag(&body["has_more"]) == Some(false))
            }));
        }
        let rows = json!([{"query_id": "a"}, {"query_id": "b"}]);
        check(json!({"has_more": true, "data": rows}), None, Some(Some("b")));
        check(json!({"has_more": true, "data": rows, "next_cursor": "c"}), None, Some(Some("c")));
        check(json!({"has_more": false, "data": rows}), None, Some(None));
        check(json!({"data": rows}), None, Some(None));
        check(json!({"has_more": true, "data": rows}), Some("b"), Some(None));
        check(json!({"has_more": "true", "data": rows}), None, Some(Some("b")));
        check(json!({"has_more": "false", "data": rows}), None, Some(None));
        check(json!({"has_more": "maybe", "data": rows}), None, Some(None));
        let twice = json!([{"query_id": "a"}, {"query_id": "b"}, {"query_id": "a"}]);
        check(json!({"has_more": true, "data": twice}), None, Some(Some("a")));
        check(json!({"has_more": true, "data": []}), None, Some(None));
        check(json!({"has_more": true}), None, None);
        check(json!(null), None, None);
    }
}
