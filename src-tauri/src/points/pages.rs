//! Reads the points history back to a time, page by page.

use super::matching::History;
use poe::{Client, Error, usage};
use std::collections::HashSet;

/// Poe gives at most so many rows a page.
const PAGE: u8 = 100;
/// A history that has not come to its end by then is given up on: what lies further back is not known.
const MOST_PAGES: usize = 200;

/// All rows since `begin`, and some before; it may become known with the first page. A list that leads back to where it was ends there, without having reached anything.
pub(super) async fn since(client: &Client, begin: impl Fn() -> i64) -> Result<History, Error> {
    let (mut rows, mut seen) = (Vec::new(), HashSet::new());
    let (mut cursor, mut reached) = (None::<String>, None);
    for _ in 0..MOST_PAGES {
        let page = client.usage(PAGE, cursor.as_deref()).await?;
        reached = page.rows.iter().rev().find_map(|row| row.at_ms).or(reached);
        rows.extend(page.rows);
        match page.next {
            _ if page.is_last => {
                reached = Some(i64::MIN);
                break;
            }
            Some(next) if reached.is_none_or(|at| at >= begin()) && seen.insert(next.clone()) => {
                cursor = Some(next)
            }
            _ => break,
        }
    }
    Ok(History {
        rows: usage::merged(rows),
        // Where no row told its time, nothing is known to be all there.
        since: reached.unwrap_or(i64::MAX),
    })
}
