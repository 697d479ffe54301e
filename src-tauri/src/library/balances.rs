//! The tables of what the balance was: the last reading of each day, and the levels that were told.

use super::history::Ledger;
use super::{Library, LibraryError};
use rusqlite::{Connection, OptionalExtension, Row, TransactionBehavior};
use std::collections::BTreeSet;

/// A reading of the balance.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct BalanceReading {
    /// Milliseconds since 1970.
    pub at: i64,
    pub points: i64,
    pub plan: Option<i64>,
    pub addon: Option<i64>,
}

/// The last reading of a day, which is counted in days since 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BalanceDay {
    pub day: i64,
    pub reading: BalanceReading,
}

/// What was there before a reading.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BalanceBefore {
    pub points: Option<i64>,
    /// Levels that have been told.
    pub told: BTreeSet<i64>,
}

impl Library {
    /// Keeps a reading in place of an earlier one of its day, in the zone that is in force; what was known before it.
    pub async fn keep_balance(
        &self,
        ledger: Ledger,
        reading: BalanceReading,
    ) -> Result<BalanceBefore, LibraryError> {
        self.run(move |connection| keep(connection, ledger, reading)).await
    }

    pub async fn keep_told_levels(&self, ledger: Ledger, told: BTreeSet<i64>) -> Result<(), LibraryError> {
        self.run(move |connection| keep_told(connection, ledger, &told)).await
    }

    /// Since this day, the oldest first.
    pub async fn balances(&self, ledger: Ledger, day: i64) -> Result<Vec<BalanceDay>, LibraryError> {
        self.run(move |connection| since(connection, ledger, day)).await
    }
}

fn keep(
    connection: &mut Connection,
    ledger: Ledger,
    reading: BalanceReading,
) -> Result<BalanceBefore, LibraryError> {
    let step = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let last = "SELECT points FROM balances WHERE ledger = ?1 ORDER BY at DESC LIMIT 1";
    let points = step.prepare_cached(last)?.query_row([ledger.0], |row| row.get(0)).optional()?;
    let told = step
        .prepare_cached("SELECT level FROM levels_told WHERE ledger = ?1")?
        .query_map([ledger.0], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    step.prepare_cached(
        "INSERT INTO balances VALUES
             (?1, CAST(julianday(date(?2 / 1000, 'unixepoch', 'localtime')) - 2440587.5 AS INTEGER), ?2, ?3, ?4, ?5)
         ON CONFLICT DO UPDATE SET at = excluded.at, points = excluded.points, plan = excluded.plan,
             addon = excluded.addon",
    )?
    .execute((ledger.0, reading.at, reading.points, reading.plan, reading.addon))?;
    step.commit()?;
    Ok(BalanceBefore { points, told })
}

fn keep_told(connection: &mut Connection, ledger: Ledger, told: &BTreeSet<i64>) -> Result<(), LibraryError> {
    let step = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    step.execute("DELETE FROM levels_told WHERE ledger = ?1", [ledger.0])?;
    for level in told {
        step.execute("INSERT INTO levels_told VALUES (?1, ?2)", (ledger.0, level))?;
    }
    step.commit()?;
    Ok(())
}

fn since(connection: &Connection, ledger: Ledger, day: i64) -> Result<Vec<BalanceDay>, LibraryError> {
    let mut statement =
        connection.prepare_cached("SELECT * FROM balances WHERE ledger = ?1 AND day >= ?2 ORDER BY day")?;
    let rows = statement.query_map((ledger.0, day), read)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn read(row: &Row<'_>) -> rusqlite::Result<BalanceDay> {
    Ok(BalanceDay {
        day: row.get("day")?,
        reading: BalanceReading {
            at: row.get("at")?,
            points: row.get("points")?,
            plan: row.get("plan")?,
            addon: row.get("addon")?,
        },
    })
}
