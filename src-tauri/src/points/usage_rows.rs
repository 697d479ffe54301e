//! A row of the ledger as the window shows it, and all of them as a file: CSV for a spreadsheet, JSON for a program.

use super::ledger::Ledger;
use super::receipt;
use crate::events::{Fact, UsageFilter, UsageFormat, UsageOrder, UsageRowView};
use crate::library::disk;
use crate::library::{HistoryFilter, HistoryOrder, KeptRow, LibraryError};
use serde_json::json;
use std::path::Path;
use time::{Date, OffsetDateTime};
use tokio::io::AsyncWriteExt;

/// Rows that are read at once.
const CHUNK: i64 = 1_000;

/// For a later version of this app, or another program, to tell what it reads.
const VERSION: u32 = 1;

/// As the fields of the other file are called.
const HEAD: &str = concat!(
    "time,day,model,type,source,points,given_back,unclear_points,dollars,input_tokens,output_tokens,",
    "details,by_this_app,chat,query_id,preset\r\n"
);

pub(super) fn row_view(row: KeptRow) -> UsageRowView {
    let given_back = receipt::given_back(&row);
    let amount = row.positive.or(row.negative.map(|amount| -amount)).filter(|_| row.points.is_none());
    let part = |(label, value)| Fact { label, value };
    UsageRowView {
        id: row.query_id,
        at: row.at,
        day: row.day,
        model: row.model,
        kind: row.kind,
        source: row.source,
        points: row.points,
        given_back,
        unclear: amount,
        usd: row.usd,
        input_tokens: row.input_tokens,
        output_tokens: row.output_tokens,
        parts: row.parts.into_iter().map(part).collect(),
        here: row.here,
        conversation: row.conversation,
        title: row.title,
        temporary: row.temporary,
        preset: row.preset,
        preset_name: row.preset_name,
    }
}

impl Ledger {
    /// Writes every row that the filter lets through to a file, whole or not at all: what was there stays until then.
    pub async fn export_to(
        &self,
        file: &Path,
        filter: UsageFilter,
        order: UsageOrder,
        format: UsageFormat,
    ) -> Result<std::io::Result<()>, LibraryError> {
        let unfinished = disk::beside(file, "part");
        let written = match self.write(&unfinished, filter, order, format).await {
            Ok(Ok(())) => Ok(tokio::fs::rename(&unfinished, file).await),
            failed => failed,
        };
        if !matches!(written, Ok(Ok(()))) {
            // What could not be written may not be there, either.
            let _ = tokio::fs::remove_file(&unfinished).await;
        }
        written
    }

    async fn write(
        &self,
        file: &Path,
        filter: UsageFilter,
        order: UsageOrder,
        format: UsageFormat,
    ) -> Result<std::io::Result<()>, LibraryError> {
        let ledger = self.current().await?;
        let (filter, order) = (HistoryFilter::from(filter), HistoryOrder::from(order));
        let mut file = match tokio::fs::File::create(file).await {
            Ok(file) => file,
            Err(error) => return Ok(Err(error)),
        };
        let mut text = match format {
            UsageFormat::Csv => HEAD.to_owned(),
            UsageFormat::Json => format!("{{\"format\":\"telltale-usage\",\"version\":{VERSION},\"rows\":["),
        };
        let mut offset = 0;
        loop {
            let rows = self.library.history_rows(ledger, filter.clone(), order, offset, CHUNK).await?;
            let count = i64::try_from(rows.len()).unwrap_or(CHUNK);
            for (at, row) in (offset..).zip(rows) {
                match format {
                    UsageFormat::Csv => text.push_str(&csv(&row_view(row))),
                    UsageFormat::Json => {
                        text.push_str(if at == 0 { "\n" } else { ",\n" });
                        text.push_str(&json(&row_view(row)));
                    }
                }
            }
            let is_last = count < CHUNK;
            if is_last && format == UsageFormat::Json {
                text.push_str("\n]}\n");
            }
            if let Err(error) = file.write_all(text.as_bytes()).await {
                return Ok(Err(error));
            }
            if is_last {
                return Ok(file.sync_all().await);
            }
            text.clear();
            offset += CHUNK;
        }
    }
}

fn json(row: &UsageRowView) -> String {
    let parts = row.parts.iter().map(|part| json!([part.label, part.value])).collect::<Vec<_>>();
    json!({
        "time": row.at.and_then(time), "day": date(row.day), "model": row.model, "type": row.kind, "source": row.source,
        "points": row.points, "given_back": row.given_back, "unclear_points": row.unclear, "dollars": row.usd,
        "input_tokens": row.input_tokens, "output_tokens": row.output_tokens, "details": parts,
        "by_this_app": row.here, "chat": row.title, "query_id": row.id,
        "preset": row.preset_name,
    })
    .to_string()
}

fn csv(row: &UsageRowView) -> String {
    let number = |number: Option<i64>| number.map(|number| number.to_string()).unwrap_or_default();
    let parts: Vec<String> = row.parts.iter().map(|part| format!("{}: {}", part.label, part.value)).collect();
    let cells = [
        row.at.and_then(time).unwrap_or_default(),
        date(row.day).unwrap_or_default(),
        cell(&row.model),
        cell(&row.kind),
        cell(&row.source),
        number(row.points),
        number(row.given_back),
        number(row.unclear),
        cell(row.usd.as_deref().unwrap_or_default()),
        number(row.input_tokens),
        number(row.output_tokens),
        cell(&parts.join("; ")),
        if row.here { "yes" } else { "no" }.to_owned(),
        cell(row.title.as_deref().unwrap_or_default()),
        cell(&row.id),
        cell(row.preset_name.as_deref().unwrap_or_default()),
    ];
    cells.join(",") + "\r\n"
}

/// A text as a cell. A spreadsheet would run what begins like a formula, and these are others' words: an apostrophe before it
/// makes it text.
fn cell(text: &str) -> String {
    let is_formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']) && text.parse::<f64>().is_err();
    let text = if is_formula { format!("'{text}") } else { text.to_owned() };
    if text.contains(['"', ',', '\n', '\r']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text }
}

/// `2026-11-29`; none for rows without a time.
fn date(day: i64) -> Option<String> {
    let from_1970 = i32::try_from(day).ok().filter(|day| *day != 0)?;
    let date =
        Date::from_julian_day(OffsetDateTime::UNIX_EPOCH.to_julian_day().saturating_add(from_1970)).ok()?;
    Some(date.to_string())
}

/// `2026-11-29T08:45:50.123Z`.
fn time(at: i64) -> Option<String> {
    let at = OffsetDateTime::from_unix_timestamp_nanos(i128::from(at) * 1_000_000).ok()?;
    let (hour, minute, second, milli) = at.time().as_hms_milli();
    Some(format!("{}T{hour:02}:{minute:02}:{second:02}.{milli:03}Z", at.date()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_is_text_whatever_it_holds() {
        let check = |text: &str, expected: &str| assert_eq!(cell(text), expected);
        check("Claude", "Claude");
        check("", "");
        check("a, b", "\"a, b\"");
        check("say \"hi\"", "\"say \"\"hi\"\"\"");
        check("=1+1", "'=1+1");
        check("@SUM(A1)", "'@SUM(A1)");
        check("-2,\"x\"", "\"'-2,\"\"x\"\"\"");
        check("-0.00078", "-0.00078");
        check("two\nlines", "\"two\nlines\"");
    }

    #[test]
    fn days_and_times_are_written_as_iso_does() {
        let check = |day, expected: Option<&str>| assert_eq!(date(day).as_deref(), expected);
        check(0, None);
        check(1, Some("1970-01-02"));
        check(11_016, Some("2000-02-29"));
        check(11_017, Some("2000-03-01"));
        check(20_786, Some("2026-11-29"));
        check(2_932_896, Some("9999-12-31"));
        assert_eq!(time(1_776_108_000_123).as_deref(), Some("2026-04-13T19:20:00.123Z"));
        assert_eq!(time(i64::MAX), None);
    }
}
