//! What stands in one chat as it is shown, letter by letter as in any page: part of a word is enough, and signs count.

use super::super::LibraryError;
use super::super::columns::text;
use super::fold::fold;
use rusqlite::Connection;
use std::collections::BTreeSet;

/// A message in which it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundInChat {
    pub message_id: i64,
    pub count: usize,
    /// As it is written there, each way once.
    pub written: Vec<String>,
}

/// Of each message that is shown, in their order.
pub(super) fn texts(connection: &Connection, conversation: i64) -> Result<Vec<(i64, String)>, LibraryError> {
    let mut statement = connection.prepare_cached(
        "SELECT id, text FROM messages WHERE conversation_id = ?1 AND shown = 1 AND text != '' ORDER BY place",
    )?;
    let rows = statement.query_map([conversation], |row| Ok((row.get("id")?, text(row, "text")?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

pub(super) fn find(texts: &[(i64, String)], typed: &str) -> Vec<FoundInChat> {
    let wanted = fold(typed).text;
    if wanted.trim().is_empty() {
        return Vec::new();
    }
    let found = texts.iter().filter_map(|(message_id, text)| {
        let folded = fold(text);
        let mut written = BTreeSet::new();
        let mut count = 0;
        for (at, part) in folded.text.match_indices(&wanted) {
            written.insert(text[folded.original(at..at + part.len())].to_owned());
            count += 1;
        }
        (count > 0).then(|| FoundInChat {
            message_id: *message_id,
            count,
            written: written.into_iter().collect(),
        })
    });
    found.collect()
}

#[cfg(test)]
mod tests {
    use super::find;

    #[test]
    fn part_of_a_word_is_enough() {
        fn check(typed: &str, text: &str, count: usize, written: &[&str]) {
            let found = find(&[(7, text.to_owned())], typed);
            let found = found.first().map(|it| (it.count, it.written.iter().map(String::as_str).collect()));
            assert_eq!(found.unwrap_or((0, Vec::new())), (count, written.to_vec()), "{typed}");
        }
        check("sky", "Sky, skyward, whisky", 3, &["Sky", "sky"]);
        check("f(x)", "F(x) = f(x)", 2, &["F(x)", "f(x)"]);
        check("习", "学习与练习", 2, &["习"]);
        check("café", "Cafe CAFÉ", 2, &["CAFÉ", "Cafe"]);
        check("100%", "100% of １００％", 2, &["100%", "１００％"]);
        check(" ", "a b", 0, &[]);
        check("", "a", 0, &[]);
    }
}
