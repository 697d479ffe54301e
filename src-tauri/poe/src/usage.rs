//! Points: the balance ([reference](https://creator.poe.com/api-reference/getCurrentBalance)) and the history of what was
//! spent ([reference](https://creator.poe.com/api-reference/getPointsHistory)).

use serde::Serialize;
use serde_json::Value;

use crate::json::{integer, text, time_ms};

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
    /// Older ones exist.
    pub has_more: bool,
    /// What to pass as `starting_after` for them.
    pub next: Option<String>,
}

/// One paid call, of the whole account (API, chat and apps).
///
/// A fresh row may say 0 points and change later: keep rows by `query_id` and read the newest page again.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct UsageRow {
    /// Poe's id of the row; it is no request id.
    pub query_id: String,
    /// Milliseconds since 1970.
    pub at_ms: i64,
    /// The model's name.
    pub model: String,
    /// `usage_type`: `API`, `Chat`, `Canvas App`. Empty when absent.
    pub kind: String,
    /// Points spent, never negative.
    pub points: i64,
    /// Points with the sign that Poe sent: sources differ.
    pub raw_points: i64,
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
        total_usd: text(&body["total_balance_usd"]),
        plan_usd: text(&body["plan_balance_usd"]),
        addon_usd: text(&body["addon_balance_usd"]),
        next_grant: daily.into_iter().chain(monthly).min_by_key(|grant| grant.at_ms),
        next_daily: daily,
        next_monthly: monthly,
        cycle_start_ms: time_ms(&body["points_cycle_start_time"]),
        auto_recharge: recharge.as_bool().or_else(|| recharge["enabled"].as_bool()),
        recharge: recharge.is_object().then(|| Recharge {
            status: text(&recharge["status"]),
            threshold_points: integer(&recharge["threshold_points"]),
            threshold_usd: text(&recharge["threshold_usd"]),
            refill_points: integer(&recharge["refill_points"]),
            refill_usd: text(&recharge["refill_usd"]),
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
    let rows: Vec<UsageRow> = data.iter().filter_map(row).collect();
    let next = text(&body["next_cursor"])
        .or_else(|| Some(rows.last()?.query_id.clone()))
        .filter(|next| body["has_more"] == true && !rows.is_empty() && Some(next.as_str()) != starting_after);
    Some(UsagePage {
        has_more: next.is_some(),
        next,
        rows,
    })
}

fn row(row: &Value) -> Option<UsageRow> {
    let raw_points = integer(&row["cost_points"]).unwrap_or(0);
    let breakdown: Vec<(String, String)> = row["cost_breakdown_in_points"]
        .as_object()
        .into_iter()
        .flatten()
        .filter_map(|(label, value)| Some((label.clone(), text(value)?)))
        .collect();
    let tokens_of = |name: &str| {
        tokens(
            &breakdown
                .iter()
                .find(|(label, _)| label.eq_ignore_ascii_case(name))?
                .1,
        )
    };
    Some(UsageRow {
        query_id: text(&row["query_id"])?,
        at_ms: time_ms(&row["creation_time"]).unwrap_or(0),
        // The guide's sample says `app_name`, the reference `bot_name`.
        model: text(&row["bot_name"])
            .or_else(|| text(&row["app_name"]))
            .unwrap_or_default(),
        kind: text(&row["usage_type"]).unwrap_or_default(),
        points: raw_points.saturating_abs(),
        raw_points,
        usd: text(&row["cost_usd"]),
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
    let number = inside
        .strip_suffix("tokens")
        .or_else(|| inside.strip_suffix("token"))?;
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
            next_grant: Some(Grant {
                at_ms: 1_776_425_721_000,
                points: 12_600_000,
            }),
            next_daily: None,
            next_monthly: Some(Grant {
                at_ms: 1_776_425_721_000,
                points: 12_600_000,
            }),
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
        check(
            json!({"current_point_balance": 9007199254740993_i64}),
            Some(Some(9_007_199_254_740_993)),
        );
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
            assert_eq!(
                got.unwrap().next_grant.map(|grant| (grant.at_ms, grant.points)),
                expected
            );
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
                {"query_id": "b", "app_name": "GPT", "creation_time": 1704825600, "cost_points": 50},
                {"no": "id"}, null
            ]}),
            None,
        )
        .unwrap();
        assert_eq!(
            (got.rows.len(), got.has_more, got.next.as_deref()),
            (2, true, Some("b"))
        );
        let row = &got.rows[0];
        assert_eq!(
            (row.points, row.raw_points, row.at_ms),
            (26, -26, 1_776_108_000_123)
        );
        assert_eq!((row.input_tokens, row.output_tokens), (Some(8369), Some(4)));
        assert_eq!(row.source_name.as_deref(), Some("Desktop app"));
        assert!(row.breakdown.contains(&("Total".to_owned(), "26".to_owned())));
        let row = &got.rows[1];
        assert_eq!(
            (row.model.as_str(), row.kind.as_str(), row.at_ms),
            ("GPT", "", 1_704_825_600_000)
        );
    }

    #[test]
    fn where_the_list_ends() {
        fn check(body: Value, after: Option<&str>, expected: Option<Option<&str>>) {
            let got = page(&body, after);
            assert_eq!(
                got.as_ref().map(|page| page.next.as_deref()),
                expected,
                "{body} after {after:?}"
            );
            assert!(got.is_none_or(|page| page.has_more == page.next.is_some()));
        }
        let rows = json!([{"query_id": "a"}, {"query_id": "b"}]);
        check(json!({"has_more": true, "data": rows}), None, Some(Some("b")));
        check(
            json!({"has_more": true, "data": rows, "next_cursor": "c"}),
            None,
            Some(Some("c")),
        );
        check(json!({"has_more": false, "data": rows}), None, Some(None));
        check(json!({"data": rows}), None, Some(None));
        check(json!({"has_more": true, "data": rows}), Some("b"), Some(None));
        check(json!({"has_more": true, "data": []}), None, Some(None));
        check(json!({"has_more": true}), None, None);
        check(json!(null), None, None);
    }
}
