//! Rows of the points history as the window shows them.

use crate::events::UsageRowView;

pub(super) fn row(row: poe::UsageRow) -> UsageRowView {
    let tokens = |n: Option<u64>| n.and_then(|n| i64::try_from(n).ok());
    UsageRowView {
        id: row.query_id,
        at: row.at_ms,
        model: row.model,
        kind: row.kind,
        source: row.source_name,
        points: row.points,
        unclear: row.raw_points.filter(|_| row.points.is_none()),
        usd: row.usd,
        input_tokens: tokens(row.input_tokens),
        output_tokens: tokens(row.output_tokens),
    }
}
