//! What the demo finds on the web: always the same pages, at addresses that are kept for examples.

use serde_json::{Value, json};

pub(super) const ANSWER: &str = include_str!("answers/searched.md");

const PAGES: [(&str, &str); 3] = [
    ("https://example.com/bats/echoes", "How bats hear the dark"),
    ("https://www.example.org/field-notes/moths?page=2", "Field notes: moths that answer back"),
    ("https://example.net/woods", "The edge of the wood, and who lives there"),
];

/// What it looked for.
pub(super) fn query(question: &str) -> String {
    question.split_whitespace().take(12).collect::<Vec<_>>().join(" ")
}

/// One for each time that the text says `[1]`, and so on: as the host behind GPT writes them at `/v1/responses`.
pub(super) fn annotations(text: &str) -> Vec<Value> {
    let mut found: Vec<(usize, usize)> = (0..PAGES.len())
        .flat_map(|page| {
            let mark = format!("[{}]", page + 1);
            text.match_indices(&mark).map(|(at, _)| (at, page)).collect::<Vec<_>>()
        })
        .collect();
    found.sort_unstable();
    let note = |(at, page): (usize, usize)| {
        let start = text[..at].chars().count();
        let (url, title) = PAGES[page];
        json!({ "type": "url_citation", "url": url, "title": title, "start_index": start, "end_index": start + 3 })
    };
    found.into_iter().map(note).collect()
}

/// The same as chat completions of OpenAI have them. How Poe writes them there is not known.
pub(super) fn nested(annotation: &Value) -> Value {
    let mut inner = annotation.clone();
    let kind = inner.as_object_mut().and_then(|note| note.remove("type"));
    json!({ "type": kind, "url_citation": inner })
}
