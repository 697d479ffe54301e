//! The help pages and the gallery: every code, and Poe's own guide line by line.

use super::*;

#[test]
fn every_code_is_explained_and_no_other() {
    let codes = codes();
    assert!(codes.is_sorted());
    for code in &codes {
        let text = explain(code).unwrap();
        assert!(text.starts_with(&format!("{code}\n")), "{text}");
        for heading in ["What happened", "Your options", "Automatic retry"] {
            assert!(text.contains(&format!("\n{heading}\n")), "{code} lacks {heading:?}");
        }
    }
    for other in ["", "teapot", "InvalidApiKey", "rate_limit_exceeded "] {
        assert_eq!(explain(other), None);
    }
    for own in [
        "no_api_key",
        "keychain_timed_out",
        "storage_failed",
        "page_reloaded",
        "settings_set_aside",
        "link_refused",
    ] {
        assert!(codes.contains(&own), "{own}");
    }
}

/// Poe's guide, entry by entry: the code it names is a page, which says what the guide advises.
#[test]
fn every_resolution_of_poes_guide_is_found_by_its_code() {
    fn check(code: &str, search: &[&str], advice: &[&str]) {
        let page = page(code).unwrap_or_else(|| panic!("{code} has no page"));
        let guide = page.guide.unwrap_or_else(|| panic!("{code} lacks the guide"));
        for words in advice {
            assert!(guide.advice.contains(words), "{code}: {words:?} in {:?}", guide.advice);
        }
        for term in search {
            let found = page.terms.iter().any(|known| known.contains(term));
            assert!(found || guide.section.contains(term), "{code} by {term:?}");
        }
        assert!(explain(code).unwrap().contains(&guide.advice));
    }
    check(
        "invalid_api_key",
        &["401", "Unauthorized", "Invalid API key"],
        &["correct and properly formatted", "Authorization header"],
    );
    check("model_not_found", &["400", "Invalid Model"], &["List Models endpoint"]);
    check("invalid_parameter", &["400", "Temperature"], &["valid ranges"]);
    check("missing_parameter", &["400", "Missing required parameter"], &["required fields are included"]);
    check(
        "rate_limit_exceeded",
        &["429", "Too Many Requests", "Retry-After"],
        &["exponential backoff", "Retry-After", "uses no points", "queued", "higher plan"],
    );
    check(
        "insufficient_points",
        &["402", "Insufficient points", "insufficient_quota"],
        &["Get Current Balance", "add points"],
    );
    check("internal_error", &["500", "api_error"], &["temporary", "exponential backoff", "request ID"]);
    check("service_unavailable", &["503", "Service Unavailable"], &["exponential backoff"]);
    check("bad_request", &["400", "Bad Request"], &["format"]);
    check("permission_denied", &["403", "Forbidden"], &["permissions"]);
    check("not_found", &["404", "Not Found"], &["wasn’t found"]);
    check("stream_error", &["Streaming"], &["middle of an answer"]);
    check("stream_cut", &["Streaming"], &["saved"]);
    check("invalid_input", &["Validate"], &["before a request"]);
    check("usage_partial", &["Usage History"], &["usage history"]);
}

#[test]
fn every_page_is_whole() {
    for code in codes() {
        let page = page(code).unwrap();
        assert!(!page.title.is_empty() && !page.what.is_empty(), "{code}");
        assert!(!page.retry.is_empty() && !page.buttons.is_empty(), "{code}");
        for link in &page.links {
            assert!(link.url.starts_with("https://"), "{code}: {}", link.url);
        }
        let printed = explain(code).unwrap();
        assert!(!printed.contains("1970"), "{code} tells a time that nobody means");
        for button in &page.buttons {
            assert!(printed.contains(&format!("{}: {}", button.label, button.does)), "{code}");
        }
    }
}

#[test]
fn the_gallery_shows_every_code_with_its_values() {
    let cards = gallery(NOW);
    let shown: BTreeSet<_> = cards.iter().map(|card| card.code.as_str()).collect();
    assert_eq!(shown.into_iter().collect::<Vec<_>>(), codes());
    let words: String = cards.iter().map(|card| format!("{} {}\n", card.title, card.what)).collect();
    for value in [
        "…4f9c",
        "Corp Filter CA",
        "proxy.corp:8080, set by HTTPS_PROXY",
        "ALL_PROXY says “socks6://proxy.corp:1080”",
        "5:00",
        "212,400",
        "holiday.png",
        "1,312 words",
    ] {
        assert!(words.contains(value), "{value}");
    }
    assert!(!words.contains("1970"), "a sample without a time");
}
