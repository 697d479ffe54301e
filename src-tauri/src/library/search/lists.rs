//! Places that stand in several lists of the index, the newest first: each list is read a little at a time, and leaps to where the
//! others are, so that a rare word costs what is rare of it, however often the other words are said.

use super::super::LibraryError;
use super::index::{self, Found, Span};
use super::query::Asked;
use rusqlite::{CachedStatement, Connection};

/// Places that are read at first, at most, and after a leap: of a list that is leapt through one is asked for, and two tell how
/// thick it is.
const FIRST: usize = 128;
const MOST: usize = 4_096;
const LEAPT: usize = 2;
/// So many places are read in the time that a leap takes.
const AS_LONG_AS_A_LEAP: f64 = 25.0;

/// What is found in a span, the newest first.
pub(super) fn newest(
    connection: &mut Connection,
    asked: &Asked,
    span: Span,
    limit: usize,
) -> Result<Vec<Found>, LibraryError> {
    // All that is read is of one state, and SQLite looks only once which that is.
    let read = connection.transaction()?;
    let places = common(&read, asked, span, limit)?;
    places.into_iter().filter_map(|place| index::found_at(&read, place).transpose()).collect()
}

fn common(
    connection: &Connection,
    asked: &Asked,
    span: Span,
    limit: usize,
) -> Result<Vec<i64>, LibraryError> {
    let list = |table, expression: &Option<String>| {
        let expression = expression.clone();
        expression.map(|expression| List::new(connection, table, expression, span.to)).transpose()
    };
    let mut has: Vec<List<'_>> = Vec::new();
    has.extend(list("words", &asked.words)?);
    has.extend(list("beginnings", &asked.beginnings)?);
    let mut without = list("words", &asked.without)?;
    let mut places = Vec::new();
    let mut from = span.from;
    while places.len() < limit {
        let Some(place) = next_common(&mut has, from)? else {
            break;
        };
        let is_left_out = match &mut without {
            Some(without) => without.next_from(place)? == Some(place),
            None => false,
        };
        if !is_left_out {
            places.push(place);
        }
        from = place + 1;
    }
    Ok(places)
}

fn next_common(lists: &mut [List<'_>], from: i64) -> Result<Option<i64>, LibraryError> {
    let mut place = from;
    // How many lists in a row have it.
    let mut agreed = 0;
    for at in (0..lists.len()).cycle() {
        let Some(next) = lists[at].next_from(place)? else {
            return Ok(None);
        };
        agreed = if next == place { agreed + 1 } else { 1 };
        place = next;
        if agreed == lists.len() {
            return Ok(Some(place));
        }
    }
    Ok(None)
}

/// The places of one expression in one table, in their order.
struct List<'c> {
    statement: CachedStatement<'c>,
    expression: String,
    to: i64,
    /// Read, and not yet passed from `at` on.
    read: Vec<i64>,
    at: usize,
    /// Nothing comes after what was read.
    is_last: bool,
    step: usize,
}

impl<'c> List<'c> {
    fn new(
        connection: &'c Connection,
        table: &str,
        expression: String,
        to: i64,
    ) -> Result<List<'c>, LibraryError> {
        let statement = connection.prepare_cached(&format!(
            "SELECT rowid FROM {table} WHERE {table} MATCH ?1 AND rowid >= ?2 AND rowid < ?3 ORDER BY rowid LIMIT ?4"
        ))?;
        Ok(List { statement, expression, to, read: Vec::new(), at: 0, is_last: false, step: FIRST })
    }

    /// The first place from this one on.
    fn next_from(&mut self, place: i64) -> Result<Option<i64>, LibraryError> {
        loop {
            self.at += self.read[self.at..].partition_point(|it| *it < place);
            if let Some(found) = self.read.get(self.at) {
                return Ok(Some(*found));
            }
            if self.is_last {
                return Ok(None);
            }
            self.read_from(place)?;
        }
    }

    fn read_from(&mut self, place: i64) -> Result<(), LibraryError> {
        let (from, step) = match (self.read.first(), self.read.last()) {
            (Some(first), Some(last)) => {
                // As thick as it was, it has so many places before that one.
                let thick = self.read.len() as f64 / (last - first + 1) as f64;
                let between = thick * (place - last - 1) as f64;
                if between < AS_LONG_AS_A_LEAP {
                    (last + 1, (self.step * 4).min(MOST))
                } else {
                    (place, LEAPT)
                }
            }
            _ => (place, FIRST),
        };
        self.step = step;
        let rows =
            self.statement.query_map((&self.expression, from, self.to, step as i64), |row| row.get(0))?;
        self.read = rows.collect::<Result<_, _>>()?;
        self.at = 0;
        self.is_last = self.read.len() < step;
        Ok(())
    }
}
