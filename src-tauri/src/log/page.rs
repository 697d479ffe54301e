//! Which entries a filter lets through.

use super::entry::Kept;
use crate::events::{LogEntry, LogFilter, LogPage};

/// More than a person scrolls through; a filter finds the rest.
const PAGE: usize = 100;

/// `entries`: the newest last.
pub(super) fn page<'e>(
    entries: impl DoubleEndedIterator<Item = &'e Kept> + Clone,
    filter: &LogFilter,
) -> LogPage {
    let mut models: Vec<String> = entries.clone().filter_map(|kept| kept.entry.model.clone()).collect();
    models.sort();
    models.dedup();
    let text = filter.text.trim().to_lowercase();
    let mut page = LogPage { models, ..LogPage::default() };
    for kept in entries.rev().filter(|kept| fits(kept, filter, &text)) {
        page.matching += 1;
        if page.entries.len() < PAGE {
            page.entries.push(kept.entry.clone());
        }
    }
    page
}

fn fits(kept: &Kept, filter: &LogFilter, text: &str) -> bool {
    let entry = &kept.entry;
    let is_of_model = match &filter.model {
        Some(model) => entry.model.as_ref().is_some_and(|it| it.eq_ignore_ascii_case(model)),
        None => true,
    };
    (!filter.failed || has_failed(entry)) && is_of_model && (text.is_empty() || says(kept, text))
}

fn has_failed(entry: &LogEntry) -> bool {
    entry.code.is_some() || entry.status.is_some_and(|status| status >= 400)
}

fn says(kept: &Kept, text: &str) -> bool {
    let Kept { entry, request, response } = kept;
    let status = entry.status.map(|status| status.to_string());
    let required = [&entry.method, &entry.host, &entry.path].into_iter();
    let optional = [&entry.model, &entry.code, &entry.said, &entry.request_id, &status, request, response];
    required.chain(optional.into_iter().flatten()).any(|field| field.to_lowercase().contains(text))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::log::entry::tests::kept;

    fn entry(id: i64, model: Option<&str>, status: Option<u16>, code: Option<&str>) -> Kept {
        let mut kept = kept(id);
        kept.entry = LogEntry {
            model: model.map(str::to_owned),
            status,
            code: code.map(str::to_owned),
            request_id: Some(format!("req_{id}")),
            path: "/v1/chat/completions".to_owned(),
            host: "api.poe.com".to_owned(),
            ..kept.entry
        };
        kept.forget_bodies();
        kept
    }

    #[test]
    fn what_a_filter_lets_through() {
        let mut all = [
            entry(1, Some("GPT-5.4"), Some(200), None),
            entry(2, Some("claude-opus-4.6"), Some(429), Some("rate_limit_exceeded")),
            entry(3, None, None, Some("dns_failed")),
            entry(4, Some("GPT-5.4"), Some(200), Some("stream_cut")),
            entry(5, Some("gpt-image-1.5"), Some(200), None),
        ];
        all[4].response = Some("A red RAVEN".to_owned());
        let check = |failed: bool, model: Option<&str>, text: &str, expected: &[i64]| {
            let filter = LogFilter { failed, model: model.map(str::to_owned), text: text.to_owned() };
            let page = page(all.iter(), &filter);
            let ids: Vec<i64> = page.entries.iter().map(|entry| entry.id).collect();
            assert_eq!(ids, expected, "{filter:?}");
            assert_eq!(page.matching as usize, expected.len());
            assert_eq!(page.models, ["GPT-5.4", "claude-opus-4.6", "gpt-image-1.5"]);
        };
        check(false, None, "", &[5, 4, 3, 2, 1]);
        check(true, None, "", &[4, 3, 2]);
        check(false, Some("gpt-5.4"), "", &[4, 1]);
        check(true, Some("gpt-5.4"), "", &[4]);
        check(false, None, " RATE_limit ", &[2]);
        check(false, None, "429", &[2]);
        check(false, None, "req_3", &[3]);
        check(false, None, "red raven", &[5]);
        check(false, None, "gpt", &[5, 4, 1]);
        check(false, None, "nothing of the kind", &[]);
        check(false, Some("gone"), "", &[]);
    }

    #[test]
    fn a_page_ends_and_counts_on() {
        let all: Vec<Kept> = (0..250).map(|id| entry(id, None, Some(200), None)).collect();
        let page = page(all.iter(), &LogFilter::default());
        assert_eq!((page.entries.len(), page.matching), (100, 250));
        assert_eq!((page.entries[0].id, page.entries[99].id), (249, 150));
    }
}
