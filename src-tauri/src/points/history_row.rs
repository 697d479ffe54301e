//! A row of Poe's history as it is kept: somebody else's words and figures, held to what can be true. Pure.

use crate::library::HistoryRow;
use crate::redact;
use poe::UsageRow;

/// More than anybody has: an amount beyond it is none.
const MOST_POINTS: i64 = 1_000_000_000_000;
/// Poe began to sell points in 2023.
const FIRST_TIME: i64 = 1_600_000_000_000;
const LONGEST_NAME: usize = 300;

/// Poe's own id. One that could be a key, or has no end, is told by its hash (FNV-1a, which stays the same in every version):
/// rows that differ must stay two.
pub(super) fn row_id(id: &str) -> String {
    if id.len() <= LONGEST_NAME && redact::keys(id) == id {
        return id.to_owned();
    }
    let hash = id.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    format!("hash-{hash:016x}")
}

/// As it is kept: nothing of it can be a key, no amount is more than there can be, no time later than tomorrow.
pub(super) fn kept(row: &UsageRow, now: i64) -> HistoryRow {
    let amount = |amount: Option<i64>| amount.filter(|amount| *amount <= MOST_POINTS);
    let (positive, negative) = (amount(row.positive), amount(row.negative));
    let is_zero = row.raw_points == Some(0);
    let tokens = |count: Option<u64>| count.and_then(|count| i64::try_from(count).ok());
    let safe = |text: &str| redact::keys(&text.chars().take(LONGEST_NAME).collect::<String>());
    HistoryRow {
        query_id: row.query_id.clone(),
        at: row.at_ms.filter(|at| (FIRST_TIME..now + 24 * 3_600_000).contains(at)),
        model: safe(&row.model),
        kind: safe(&row.kind),
        source: safe(row.source_name.as_deref().unwrap_or_default()),
        is_told: is_zero || positive.is_some() || negative.is_some(),
        positive,
        negative,
        usd: row.usd.as_deref().map(safe),
        input_tokens: tokens(row.input_tokens),
        output_tokens: tokens(row.output_tokens),
        parts: row.breakdown.iter().take(40).map(|(label, text)| (safe(label), safe(text))).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 1_795_800_000_000;

    #[test]
    fn ids_stay_apart() {
        assert_eq!(row_id("ltol8bhnkya9ak3twt"), "ltol8bhnkya9ak3twt");
        let like_a_key = "sk-poe-Zq7Lw2Vt9Xk4Rb8Nd3Mf6Hs1Pj5Gy0TcUeAi";
        assert!(!row_id(like_a_key).contains("Zq7L"), "{}", row_id(like_a_key));
        assert_ne!(row_id(like_a_key), row_id(&like_a_key.replace("UeAi", "UeAj")));
        assert_ne!(row_id(&"i".repeat(5_000)), row_id(&"i".repeat(5_001)));
        // Files have it: it is the same in every version.
        assert_eq!(row_id(&"i".repeat(301)), "hash-6e6d4c675cb8ba38");
    }

    #[test]
    fn what_cannot_be_true_is_not_kept() {
        let row =
            |at, positive| UsageRow { at_ms: Some(at), positive: Some(positive), ..UsageRow::default() };
        let check = |row: UsageRow, at: Option<i64>, positive: Option<i64>| {
            let found = kept(&row, NOW);
            assert_eq!(
                (found.at, found.positive, found.is_told),
                (at, positive, positive.is_some()),
                "{row:?}"
            );
        };
        check(row(NOW, 1_000_000_000), Some(NOW), Some(1_000_000_000));
        check(row(NOW + 23 * 3_600_000, 1), Some(NOW + 23 * 3_600_000), Some(1));
        check(row(NOW + 25 * 3_600_000, 1), None, Some(1));
        check(row(1, i64::MAX), None, None);
        let zero = UsageRow { raw_points: Some(0), ..UsageRow::default() };
        assert!(kept(&zero, NOW).is_told);
    }
}
