//! Words about what is refused on this computer: fields before sending, and links.

use super::{Words, words};
use crate::account::{Given, NotAKey};
use crate::errors::{InputProblem, SetBy, values};

pub(in crate::errors) fn link_refused(url: Option<&str>) -> Words {
    let link = url.unwrap_or("The link");
    words(
        "This link was not opened",
        format!("{link} is no web or mail address. Only http, https and mailto are opened."),
        &[],
    )
}

pub(in crate::errors) fn start_address(address: Option<&str>, set_by: SetBy) -> Words {
    let address = address.unwrap_or("empty");
    let what = match set_by {
        SetBy::Variable => format!(
            "TELLTALE_BASE_URL is {address}. It has to look like https://api.poe.com/v1. An address set here is used until Telltale closes, and kept for starts without the variable."
        ),
        SetBy::File => format!(
            "The address in the settings file is {address}. It has to look like https://api.poe.com/v1."
        ),
    };
    words("This is not an API address", what, &[])
}

pub(in crate::errors) const NOTHING_ASKED: &str =
    "Nothing was sent, and nothing is until the address is right.";

pub(in crate::errors) fn link_not_opened(url: Option<&str>) -> Words {
    let link = url.unwrap_or("the link");
    words(
        "The browser did not open",
        format!("This computer opened no program for {link}. Copy the address and paste it into a browser."),
        &["No browser is set as the default."],
    )
}

pub(in crate::errors) fn input(field: &str, problem: &InputProblem) -> Words {
    let named = field_name(field);
    match problem {
        InputProblem::EmptyMessage => words("The message is empty", "Write something to send.", &[]),
        InputProblem::NoModel => words("No model is chosen", "Choose the model that should answer.", &[]),
        InputProblem::UnknownModel { name, closest } => {
            let close: Vec<&str> = closest.iter().map(|model| model.name.as_str()).collect();
            let close = if close.is_empty() {
                String::new()
            } else {
                format!(" Close to it: {}.", close.join(", "))
            };
            words(
                "Poe does not list this model",
                format!("“{name}” is not in the list, which was just read again. Nothing was sent.{close}"),
                &[],
            )
        }
        InputProblem::OutOfModelRange { least, most } => words(
            "This value is out of range",
            format!("{named} takes {} with this model.", range(field, *least, *most)),
            &[],
        ),
        InputProblem::TooLong { tokens, takes } => words(
            "This message is too long",
            format!(
                "It has about {} tokens, an estimate; the model takes {}. Nothing was sent.",
                number(*tokens),
                number(*takes)
            ),
            &[],
        ),
        InputProblem::TooLongToKeep { limit } => words(
            "This draft is too long",
            format!(
                "Up to {} of text is kept while you write. It is still in the box, and is gone when you leave it.",
                values::size(*limit)
            ),
            &[],
        ),
        InputProblem::OutOfRange => words(
            "This value is out of range",
            format!("{named} takes {}.", field_range(field)),
            &[],
        ),
        InputProblem::TooManyStops => words("Too many stop texts", "Poe takes at most 4.", &[]),
        InputProblem::NotAUrl => words(
            "This is not an API address",
            "It has to look like https://api.poe.com/v1. Plain http is for this computer only: your key would travel unencrypted.",
            &[],
        ),
        InputProblem::UrlWithMore => words(
            "This address says too much",
            "A “?” or “#” and what follows is no part of an API address. It has to look like https://api.poe.com/v1.",
            &[],
        ),
        InputProblem::UrlWithLogin => words(
            "This address holds a login",
            "Leave out the “@” and what stands before it. It has to look like https://api.poe.com/v1.",
            &[],
        ),
        InputProblem::Unencrypted => words(
            "Your key would travel unencrypted",
            "Use https. Plain http is for this computer only (localhost).",
            &[],
        ),
        InputProblem::Key(why) => not_a_key(why),
        InputProblem::NotAProxy => words(
            "This is not a proxy address",
            "It has to look like proxy.example:8080. In front, http://, https://, socks://, socks5:// and socks5h:// are known. Name and password have fields of their own.",
            &[],
        ),
        InputProblem::ProxyLogin => words(
            "This name cannot be sent",
            "The name for a proxy holds no colon and no line break.",
            &[],
        ),
        InputProblem::KeyForName => words(
            "That looks like a key",
            "Names are shown and kept unencrypted, so the name was not changed.",
            &["The clipboard held the key."],
        ),
        InputProblem::NotACertificate => words(
            "This is not a certificate file",
            "It has to hold certificates as PEM or DER. Nothing was added.",
            &[],
        ),
        InputProblem::CertificateTooLarge => words(
            "This file is too large",
            "A file with certificates has at most 1 MB. Nothing was added.",
            &[],
        ),
    }
}

fn not_a_key(why: &NotAKey) -> Words {
    const UNLIKELY: &str = "This doesn’t look like a key";
    const SEVERAL: &str = "There is more than one key";
    const COPY: &str = "Copy your key on Poe, then paste it here.";
    match why {
        NotAKey::NotGiven => words("There is no key yet", COPY, &[]),
        NotAKey::ClipboardEmpty => words("Your clipboard is empty", COPY, &[]),
        NotAKey::ClipboardHoldsImage => words(
            "Your clipboard holds an image",
            format!("A key is text. {COPY}"),
            &[],
        ),
        NotAKey::ClipboardHoldsFiles => words(
            "Your clipboard holds files",
            format!("A key is text. {COPY}"),
            &[],
        ),
        NotAKey::ClipboardUnreadable(_) => words(
            "The clipboard couldn’t be read",
            "Type or paste the key into the field instead.",
            &["Your system doesn’t let apps read the clipboard."],
        ),
        NotAKey::Unlikely { ends } => {
            let shown = match ends {
                Some((first, last)) => format!("starts with “{first}” and ends with “{last}”"),
                None => "is too short to show any of it".to_owned(),
            };
            words(
                UNLIKELY,
                format!(
                    "The clipboard holds text that doesn’t look like a Poe key. It {shown}. Nothing was sent."
                ),
                &[],
            )
        }
        NotAKey::Broken(Given::Clipboard) => words(
            UNLIKELY,
            "The clipboard holds text that doesn’t look like a Poe key. Nothing was sent.",
            &[],
        ),
        NotAKey::Broken(Given::Typed) => words(
            UNLIKELY,
            "A key is one word of up to 200 characters, with no spaces. Nothing was sent.",
            &[],
        ),
        NotAKey::Several(Given::Clipboard) => words(
            SEVERAL,
            "The clipboard holds several Poe keys. Copy the one to use. Nothing was sent.",
            &[],
        ),
        NotAKey::Several(Given::Typed) => words(
            SEVERAL,
            "The field holds several Poe keys. Leave the one to use. Nothing was sent.",
            &[],
        ),
        NotAKey::Forgotten => words(
            "That text was forgotten",
            "What doesn’t look like a key is kept for 2 minutes. Copy it again, then paste it here.",
            &[],
        ),
    }
}

/// A check in front of sending that no field is known for.
pub(in crate::errors) fn input_unplaced(said: Option<&str>) -> Words {
    let what = said.map(|text| format!("The check says: {text}"));
    words(
        "This cannot be sent as is",
        what.unwrap_or_else(|| "A value is missing or wrong.".to_owned()),
        &[],
    )
}

fn number(tokens: u64) -> String {
    values::number(i64::try_from(tokens).unwrap_or(i64::MAX))
}

/// "a number from 0 to 1", "a whole number from 1 to 64,000".
fn range(field: &str, least: f64, most: f64) -> String {
    let whole = field == "max_tokens";
    let end = |end: f64| match whole {
        // Tokens are far from where this would lose any.
        true => values::number(end as i64),
        false => end.to_string(),
    };
    let kind = if whole { "a whole number" } else { "a number" };
    match (least.is_finite(), most.is_finite()) {
        (true, true) => format!("{kind} from {} to {}", end(least), end(most)),
        (true, false) => format!("{kind} from {}", end(least)),
        (false, true) => format!("{kind} up to {}", end(most)),
        (false, false) => kind.to_owned(),
    }
}

fn field_name(field: &str) -> &str {
    match field {
        "temperature" => "Temperature",
        "top_p" => "Top P",
        "max_tokens" => "Max tokens",
        other => other,
    }
}

pub(in crate::errors) fn tokens_up_to(most: &str) -> String {
    format!("a whole number from 1 to {most}")
}

pub(in crate::errors) fn field_range(field: &str) -> &'static str {
    match field {
        "temperature" => "a number from 0 to 2",
        "top_p" => "a number from 0 to 1",
        "max_tokens" => "a whole number from 1",
        _ => "other values",
    }
}

pub(in crate::errors) fn fix(problem: &InputProblem) -> &'static str {
    match problem {
        InputProblem::EmptyMessage => "Write a message",
        InputProblem::NoModel | InputProblem::UnknownModel { .. } => "Choose a model",
        InputProblem::OutOfModelRange { .. } => "Change the value",
        InputProblem::TooLong { .. } | InputProblem::TooLongToKeep { .. } => "Shorten the message",
        InputProblem::OutOfRange | InputProblem::TooManyStops => "Change the value",
        InputProblem::NotAUrl
        | InputProblem::UrlWithMore
        | InputProblem::UrlWithLogin
        | InputProblem::Unencrypted => "Change the address",
        InputProblem::Key(NotAKey::ClipboardUnreadable(_)) => "Type it instead",
        InputProblem::Key(_) | InputProblem::KeyForName => "Go to the field",
        InputProblem::NotAProxy => "Change the proxy",
        InputProblem::ProxyLogin => "Change the name",
        InputProblem::NotACertificate | InputProblem::CertificateTooLarge => "Choose another file",
    }
}

/// Of a check that no field is known for.
pub(in crate::errors) const FIX: &str = "Change it";
