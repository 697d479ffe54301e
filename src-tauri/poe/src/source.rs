//! The pages that an answer was taken from, as the model or its host names them beside the text.
//!
//! No recorded reply of Poe's names any, and no page of its documentation says how one would. So this reads what the hosts
//! behind it are known to write, wherever in a chunk it stands, and takes no more of it than a page's address and title.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use url::Url;

use crate::invisible::is_invisible;

/// The most of one answer.
const MOST: usize = 100;
/// Bytes of an address: a longer one is for no reader.
const LONGEST_URL: usize = 2_048;
/// Characters of a title.
const LONGEST_TITLE: usize = 200;

/// Lists in which a page's place is its number: the text says `[2]` and means the second.
const NUMBERED: [&str; 3] = ["citations", "search_results", "sources"];
/// A list of remarks about the text, some of which name a page, and some the same page again.
const REMARKS: &str = "annotations";

/// A page that an answer was taken from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    /// As the text names it: `[2]`. From 1; numbers of pages that can't be opened are left out.
    pub number: u32,
    /// `http` or `https`, with nothing in it that hides where it leads.
    pub url: String,
    /// The page's own, on one line. It may say anything.
    pub title: Option<String>,
}

/// Those of an answer so far, by their numbers.
#[derive(Debug, Default)]
pub(crate) struct Sources(Vec<Source>);

impl Sources {
    /// Takes those that an object names; says whether any of it is new.
    pub(crate) fn take(&mut self, value: &Value) -> bool {
        let list = |name: &str| value[name].as_array().into_iter().flatten().take(MOST);
        let mut is_new = false;
        for name in NUMBERED {
            for (number, item) in (1..).zip(list(name)) {
                is_new |= page(item).is_some_and(|page| self.add(Some(number), page));
            }
        }
        for item in list(REMARKS) {
            is_new |= page(item).is_some_and(|page| self.add(None, page));
        }
        is_new
    }

    pub(crate) fn all(&self) -> &[Source] {
        &self.0
    }

    /// A page that is known by another number keeps that one, unless both are a list's own: there the same page may stand twice.
    fn add(&mut self, number: Option<u32>, (url, title): (String, Option<String>)) -> bool {
        let at_number = number.and_then(|number| self.0.iter().position(|it| it.number == number));
        let same = match at_number {
            Some(at) if self.0[at].url == url => Some(at),
            None if number.is_some() => None,
            _ => self.0.iter().position(|it| it.url == url),
        };
        if let Some(at) = same {
            let is_new = self.0[at].title.is_none() && title.is_some();
            if is_new {
                self.0[at].title = title;
            }
            return is_new;
        }
        if self.0.len() >= MOST {
            return false;
        }
        let next = self.0.last().map_or(1, |last| last.number + 1);
        let number = number.filter(|_| at_number.is_none()).unwrap_or(next);
        let place = self.0.partition_point(|it| it.number < number);
        self.0.insert(place, Source { number, url, title });
        true
    }
}

/// The address and the title of an item: a bare address, an object, or an object in one.
fn page(item: &Value) -> Option<(String, Option<String>)> {
    if let Some(url) = item.as_str() {
        return Some((address(url)?, None));
    }
    let within = ["url_citation", "citation", "web", "source"].into_iter().map(|name| &item[name]);
    let object = [item].into_iter().chain(within).find(|object| link(object).is_some())?;
    let title = ["title", "name"].into_iter().find_map(|name| heading(object[name].as_str()?));
    Some((address(link(object)?)?, title))
}

fn link(object: &Value) -> Option<&str> {
    ["url", "uri", "link"].into_iter().find_map(|name| object[name].as_str())
}

/// As written, where it may be opened.
fn address(written: &str) -> Option<String> {
    let written = written.trim();
    let is_odd = |c: char| c.is_control() || c.is_whitespace() || c == '\\' || is_invisible(c);
    if written.len() > LONGEST_URL || written.chars().any(is_odd) {
        return None;
    }
    let url = Url::parse(written).ok()?;
    let is_plain = url.username().is_empty() && url.password().is_none() && url.has_host();
    (matches!(url.scheme(), "http" | "https") && is_plain).then(|| written.to_owned())
}

fn heading(text: &str) -> Option<String> {
    // A page's title may be as long as the page.
    let begun: String = text.chars().take(LONGEST_TITLE * 4).filter(|c| !is_invisible(*c)).collect();
    let shown = begun.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty());
    let title: String = shown.collect::<Vec<_>>().join(" ").chars().take(LONGEST_TITLE).collect();
    (!title.is_empty()).then_some(title)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    /// After each of these objects: whether it told anything new, and what is known in the end.
    fn after(objects: &[Value]) -> (Vec<bool>, Vec<String>) {
        let mut sources = Sources::default();
        let new = objects.iter().map(|object| sources.take(object)).collect();
        let line = |it: &Source| format!("{} {} {}", it.number, it.url, it.title.as_deref().unwrap_or("-"));
        (new, sources.all().iter().map(line).collect())
    }

    #[test]
    fn the_shapes_of_hosts() {
        fn check(object: Value, expected: &[&str]) {
            assert_eq!(after(std::slice::from_ref(&object)).1, expected, "{object}");
        }
        let url = "https://a.example/x?y=1#z";
        let one = format!("1 {url} A page");
        let one = [one.as_str()];
        check(
            json!({"annotations": [{"type": "url_citation", "url_citation": {
            "url": url, "title": "A page", "start_index": 0, "end_index": 4}}]}),
            &one,
        );
        check(json!({"annotations": [{"type": "url_citation", "url": url, "title": "A page"}]}), &one);
        check(
            json!({"citations": [{"type": "web_search_result_location", "url": url, "title": "A page"}]}),
            &one,
        );
        check(json!({"search_results": [{"url": url, "title": "A page", "date": null}]}), &one);
        check(json!({"sources": [{"web": {"uri": url, "title": "A page"}}]}), &one);
        check(json!({"citations": [url]}), &["1 https://a.example/x?y=1#z -"]);
        check(json!({"annotations": [{"type": "file_citation", "file_id": "f"}, 7, null, [], "x"]}), &[]);
        for odd in [json!(null), json!("x"), json!({}), json!({"a": url}), json!(1)] {
            check(json!({ "citations": odd, "annotations": odd }), &[]);
        }
    }

    #[test]
    fn numbers_are_those_of_the_text() {
        fn check(objects: &[Value], new: &[bool], expected: &[&str]) {
            let found = after(objects);
            assert_eq!(
                (found.0.as_slice(), found.1),
                (new, expected.iter().map(|it| (*it).to_owned()).collect())
            );
        }
        let [a, b, c] = ["https://a.example/", "https://b.example/", "https://c.example/"];
        // The list comes again with each chunk, grows, and its titles stand in another one.
        check(
            &[
                json!({"citations": [a]}),
                json!({"citations": [a, b]}),
                json!({"citations": [a, b], "search_results": [{"url": a, "title": "A"}, {"url": b, "title": "B"}]}),
                json!({"citations": [a, b]}),
            ],
            &[true, true, true, false],
            &["1 https://a.example/ A", "2 https://b.example/ B"],
        );
        // What can't be opened keeps its number for itself, and a page may have two.
        check(
            &[json!({"citations": ["javascript:alert(1)", b, b, c]})],
            &[true],
            &["2 https://b.example/ -", "3 https://b.example/ -", "4 https://c.example/ -"],
        );
        // Remarks name the same page for each place in the text.
        let remark = |url: &str| json!({"annotations": [{"url": url, "title": "T"}]});
        check(
            &[remark(a), remark(b), remark(a)],
            &[true, true, false],
            &["1 https://a.example/ T", "2 https://b.example/ T"],
        );
        // Another page has the number already.
        check(
            &[remark(b), json!({"citations": [a, b]})],
            &[true, true],
            &["1 https://b.example/ T", "2 https://a.example/ -"],
        );
    }

    #[test]
    fn what_is_hostile_is_small_and_leads_nowhere() {
        for url in [
            "javascript:alert(1)",
            "data:text/html,x",
            "file:///etc/passwd",
            "ftp://a.example",
            "//a.example",
            "a.example",
            "https://",
            "https://user@a.example/",
            "https://user:pass@a.example/",
            "https://a.example/\u{202e}gpj",
            "https://a.ex\\ample/",
            "https://a.example/a b",
            "https://a.example/\n",
            "",
        ] {
            // Blanks around an address are none of it.
            let expected = usize::from(url.ends_with('\n'));
            assert_eq!(after(&[json!({ "citations": [url] })]).1.len(), expected, "{url:?}");
        }
        let long = format!("https://a.example/{}", "x".repeat(LONGEST_URL));
        assert!(after(&[json!({ "citations": [long] })]).1.is_empty());
        let many: Vec<String> = (0..10_000).map(|n| format!("https://a.example/{n}")).collect();
        let again: Vec<String> = (0..10_000).map(|n| format!("https://b.example/{n}")).collect();
        let (new, all) = after(&[json!({ "citations": many }), json!({ "annotations": again })]);
        assert_eq!((new, all.len()), (vec![true, false], MOST));
        let title = format!("\u{202e} a\n\tb\u{0} {}", "c".repeat(100_000));
        let (_, all) = after(&[json!({ "sources": [{ "url": "https://a.example", "title": title }] })]);
        assert!(all[0].starts_with("1 https://a.example a b ccc"), "{}", all[0]);
        assert!(all[0].chars().count() < LONGEST_TITLE + 30);
    }
}
