//! What an error and its context tell beyond the kind: how long to wait, what is short, which field, what of a certificate
//! does not fit. Entries are made of it.

use super::actions::*;
use super::values;
use super::{Attachment, Context, InputProblem, redact};
use crate::events::{Action, CardAction};
use crate::words::facts::{Hangs, Misfit};
use crate::words::{self, Words, label};
use poe::Distrust;
use poe::retry::MAX_WAIT;

/// Another try follows by itself.
pub(super) fn scheduled(error: &poe::Error, context: &Context) -> bool {
    let short = error.retry_after().is_none_or(|wait| wait <= MAX_WAIT);
    context.attempt < context.of && short && error.is_retryable()
}

pub(super) fn wait_and_send(error: &poe::Error) -> CardAction {
    let ready = if error.retry_after().is_some() { label::send_when_ready() } else { label::send_now() };
    button(Action::WaitAndSend, ready)
}

/// A wait that is too long to be made by itself is shown and counted.
pub(super) fn retry_or_wait(error: &poe::Error) -> CardAction {
    match error.retry_after() {
        Some(wait) if wait > MAX_WAIT => wait_and_send(error),
        _ => retry(),
    }
}

pub(super) fn attachment_words(attachment: &Attachment) -> Words {
    let name = values::cut(&redact::plain(&attachment.name), 60);
    let hangs = match attachment {
        Attachment { of_project: true, .. } => Hangs::Project,
        Attachment { earlier: true, .. } => Hangs::Earlier,
        Attachment { .. } => Hangs::Message,
    };
    words::attachment_too_large(
        &name,
        &values::size(attachment.bytes),
        attachment.limit.map(values::size),
        hangs,
    )
}

/// Percent of what the model takes that the chat fills, from where its length becomes a likely cause.
pub(super) fn filled(context: &Context) -> Option<u64> {
    let (tokens, takes) = context.chat_tokens.zip(context.context_length)?;
    let percent = tokens.checked_mul(100)?.checked_div(takes)?;
    (percent > 80).then_some(percent)
}

/// Whether the dates or the names of a certificate are what does not fit.
pub(super) fn misfit(error: &poe::Error, now: i64) -> Misfit {
    let Some(certificate) = &error.certificate else {
        return Misfit::NotKnown;
    };
    let (from, to) = (certificate.not_before_ms, certificate.not_after_ms);
    match certificate.reason {
        Some(Distrust::WrongName) if !certificate.names.is_empty() => {
            let names = certificate.names.iter().take(3).map(|name| redact::plain(name));
            Misfit::Names(names.collect::<Vec<_>>().join(", "))
        }
        Some(Distrust::Expired | Distrust::NotYetValid) => {
            Misfit::Dates { from: values::day(from), to: values::day(to) }
        }
        _ if !(from..=to).contains(&now) => Misfit::Dates { from: values::day(from), to: values::day(to) },
        _ => Misfit::NotKnown,
    }
}

/// The field of the window that a check before sending is about, and what is wrong with it.
pub(super) fn field_problem(error: &poe::Error) -> Option<(&'static str, InputProblem)> {
    // `messages[2].content[1]` is a place in `messages`.
    match error.param.as_deref()?.split(['[', '.']).next()? {
        "message" | "messages" | "content" => Some(("message", InputProblem::EmptyMessage)),
        "model" => Some(("model", InputProblem::NoModel)),
        "temperature" => Some(("temperature", InputProblem::OutOfRange)),
        "top_p" => Some(("top_p", InputProblem::OutOfRange)),
        "max_tokens" => Some(("max_tokens", InputProblem::OutOfRange)),
        "stop" => Some(("stop", InputProblem::TooManyStops)),
        _ => None,
    }
}

/// What is wrong with an address that can't be one of an API.
pub(super) fn address_problem(text: &str) -> InputProblem {
    let Ok(url) = url::Url::parse(text) else {
        return InputProblem::NotAUrl;
    };
    if !matches!(url.scheme(), "http" | "https") {
        InputProblem::NotAUrl
    } else if !url.username().is_empty() || url.password().is_some() {
        InputProblem::UrlWithLogin
    } else if url.scheme() == "http" && !loopback(&url) {
        InputProblem::Unencrypted
    } else if url.query().is_some() || url.fragment().is_some() {
        InputProblem::UrlWithMore
    } else {
        InputProblem::NotAUrl
    }
}

fn loopback(url: &url::Url) -> bool {
    match url.host() {
        Some(url::Host::Domain(name)) => name == "localhost",
        Some(url::Host::Ipv4(address)) => address.is_loopback(),
        Some(url::Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wrong_with_an_address() {
        fn check(text: &str, expected: InputProblem) {
            assert!(poe::BaseUrl::parse(text).is_err(), "{text}");
            assert_eq!(address_problem(text), expected, "{text}");
        }
        check("", InputProblem::NotAUrl);
        check("my server", InputProblem::NotAUrl);
        check("ftp://poe.example/v1", InputProblem::NotAUrl);
        check("https://poe.example:0/v1", InputProblem::NotAUrl);
        check("http://poe.example/v1", InputProblem::Unencrypted);
        check("https://poe.example/v1?key=x", InputProblem::UrlWithMore);
        check("https://poe.example/v1/models#top", InputProblem::UrlWithMore);
        check("https://me:word@poe.example/v1", InputProblem::UrlWithLogin);
    }
}
