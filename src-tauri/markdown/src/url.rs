//! The one rule for addresses in an answer: links, bare addresses and images all pass through it.
//!
//! What a model writes is hostile until shown otherwise, and engines differ in how they repair an odd address. So
//! the rule refuses what needs repair: only what reads the same to everyone becomes a link.

use url::Url;

use crate::unseen::unseen;

/// Longer addresses are not for people, and the opener refuses them too.
pub(crate) const LONGEST: usize = 2048;

/// Whether a link may lead there: http, https or mailto, plain to read, nothing hidden in it.
pub fn allowed(address: &str) -> bool {
    web(address).is_some() || mail(address)
}

/// The host of an http or https address that may be shown and asked for, `None` where it may not.
pub(crate) fn web(address: &str) -> Option<String> {
    let lower = address.get(..8).unwrap_or(address).to_ascii_lowercase();
    let rest = match lower.strip_prefix("https://").or(lower.strip_prefix("http://")) {
        Some(kept) => &address[lower.len() - kept.len()..],
        None => return None,
    };
    // `https:///host` and `https://\host` are repaired to a host by browsers and to nothing by others.
    if rest.starts_with('/') || !plain(address) {
        return None;
    }
    let url = Url::parse(address).ok()?;
    let clean =
        matches!(url.scheme(), "http" | "https") && url.username().is_empty() && url.password().is_none();
    // An empty user (`https://@host`) parses to none at all, and still reads as one.
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    if !clean || authority.contains('@') {
        return None;
    }
    url.host_str().filter(|host| !host.is_empty()).map(str::to_owned)
}

fn mail(address: &str) -> bool {
    if !address.get(..7).is_some_and(|scheme| scheme.eq_ignore_ascii_case("mailto:")) || !plain(address) {
        return false;
    }
    let Ok(url) = Url::parse(address) else {
        return false;
    };
    // Some mail programs attach a file of the sender's when a link asks for it.
    let attaches = url.query_pairs().any(|(name, _)| name.to_ascii_lowercase().starts_with("attach"));
    url.scheme() == "mailto" && url.path().contains('@') && !attaches
}

/// No control characters, spaces, backslashes, or characters that reorder or hide what is read.
fn plain(address: &str) -> bool {
    address.len() <= LONGEST
        && !address.chars().any(|c| c.is_control() || c.is_whitespace() || c == '\\' || hides(c))
}

/// An emoji's form is let through: addresses are written with emoji.
fn hides(c: char) -> bool {
    (unseen(c) && c != '\u{fe0f}') || matches!(c, '\u{fffc}' | '\u{fffd}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(address: &str, expected: bool) {
        assert_eq!(allowed(address), expected, "{address:?}");
    }

    #[test]
    fn web_and_mail_addresses() {
        check("https://poe.com", true);
        check("HTTPS://poe.com/a?b=c#d", true);
        check("http://127.0.0.1:8080/", true);
        check("https://poe.com/@name", true);
        check("https://example.com/ä?q=ö", true);
        check("mailto:a@example.com", true);
        check("MailTo:a@example.com?subject=Hi", true);
        check("mailto:", false);
        check("mailto:a@example.com?attach=/etc/passwd", false);
        check("mailto:a@example.com?Attachment=x", false);
    }

    #[test]
    fn other_schemes_and_relative_ones() {
        for address in [
            "javascript:alert(1)",
            "JaVaScRiPt:alert(1)",
            "data:text/html,x",
            "vbscript:x",
            "file:///etc/passwd",
        ] {
            check(address, false);
        }
        for address in [
            "",
            "#",
            "/a",
            "a.html",
            "//host",
            "?q",
            "ftp://host",
            "smb://host",
            "ms-msdt:/id",
            "tel:1",
            "blob:https://a/b",
        ] {
            check(address, false);
        }
    }

    #[test]
    fn what_others_would_read_differently() {
        for address in [
            "https:host",
            "https:/host",
            "https:///host",
            "https://\\host",
            "https:\\\\host",
            "http:\\\\host",
            "https://user@host",
            "https://user:pass@host",
            "https://@host",
            "https://api.poe.com@evil.example/",
            "https://host/\u{0}",
            "https://host/\n",
            "https://ho\tst",
            " https://host",
            "https://host ",
            "https://",
            "java\nscript:alert(1)",
            "\u{1}javascript:alert(1)",
            "https://host/\u{202e}gpj.exe",
            "https://po\u{200b}e.com",
            "https://ho st",
            "https://[::1",
            "https://%00/",
            "https://host:99999/",
            "https://a\u{ad}b.example",
        ] {
            check(address, false);
        }
        check(&format!("https://host/{}", "a".repeat(2100)), false);
    }

    #[test]
    fn the_host_is_the_one_asked_for() {
        assert_eq!(web("https://BÜCHER.example/x").as_deref(), Some("xn--bcher-kva.example"));
        assert_eq!(web("http://0x7f.1/").as_deref(), Some("127.0.0.1"));
        assert_eq!(web("mailto:a@b.c"), None);
    }
}
