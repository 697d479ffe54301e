//! Times and names as a card writes them, where no language has a say: what one has is in `words/`.

use super::Context;
pub(super) use crate::words::facts::ago;
pub(super) use crate::words::{day, grouped as number, moment, size};
use std::time::Duration;
use time::OffsetDateTime;
use time::macros::format_description;

/// 12 s as "0:12", two hours as "2:00:00". Part of a second counts as one: a countdown must not end early.
pub(super) fn clock(time: Duration) -> String {
    let seconds = time.as_secs() + u64::from(time.subsec_nanos() > 0);
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    if hours > 0 { format!("{hours}:{minutes:02}:{seconds:02}") } else { format!("{minutes}:{seconds:02}") }
}

/// "2026-04-13T19:20:01Z", for people who compare it with a server's log.
pub(super) fn utc(ms: i64) -> String {
    let shape = format_description!("[year]-[month]-[day]T[hour]:[minute]:[second]Z");
    let time = OffsetDateTime::from_unix_timestamp(ms.div_euclid(1000)).ok();
    time.and_then(|time| time.format(shape).ok()).unwrap_or_default()
}

/// An address that may be none at all, without the name and the password that it may hold.
pub(super) fn without_login(address: &str) -> String {
    let (scheme, rest) = address.split_once("//").unwrap_or(("", address));
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    match rest[..end].rfind('@') {
        Some(at) => format!("{scheme}//…{}", &rest[at..]),
        None => address.to_owned(),
    }
}

/// The model's name, short enough for a title.
pub(super) fn model(context: &Context) -> Option<String> {
    let model = context.model.as_ref()?;
    let name = if model.name.is_empty() { &model.id } else { &model.name };
    (!name.is_empty()).then(|| cut(name, 40))
}

/// The host that was to be reached, or the one of the address in use.
pub(super) fn host(error: &poe::Error, context: &Context) -> Option<String> {
    if let Some(host) = error.host.as_deref().filter(|host| !host.is_empty()) {
        return Some(host.to_owned());
    }
    let url = url::Url::parse(&context.base_url).ok()?;
    url.host_str().map(str::to_owned)
}

/// The first characters, with an ellipsis where something is left out.
pub(super) fn cut(text: &str, characters: usize) -> String {
    match text.char_indices().nth(characters) {
        Some((end, _)) => format!("{}…", text[..end].trim_end()),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn countdowns() {
        fn check(ms: u64, expected: &str) {
            assert_eq!(clock(Duration::from_millis(ms)), expected);
        }
        check(0, "0:00");
        check(11_200, "0:12");
        check(12_000, "0:12");
        check(300_000, "5:00");
        check(7_265_000, "2:01:05");
    }

    #[test]
    fn times() {
        fn check(ms: i64, expected: &str) {
            assert_eq!(utc(ms), expected);
        }
        check(0, "1970-01-01T00:00:00Z");
        check(951_782_399_999, "2000-02-28T23:59:59Z");
        check(951_782_400_000, "2000-02-29T00:00:00Z");
        check(1_776_108_001_500, "2026-04-13T19:20:01Z");
        check(-1, "1969-12-31T23:59:59Z");
    }

    #[test]
    fn an_address_tells_no_password() {
        fn check(address: &str, expected: &str) {
            assert_eq!(without_login(address), expected);
        }
        check("https://me:secret@api.poe.com/v1", "https://…@api.poe.com/v1");
        check("htp:/api.poe.com", "htp:/api.poe.com");
        check("https://host/a@b", "https://host/a@b");
        check("me:se@cret@host", "//…@host");
        check("", "");
    }
}
