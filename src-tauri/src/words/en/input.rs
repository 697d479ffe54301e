//! Words about what is refused on this computer: fields before sending, and links.

use super::{Words, grouped, size, words};
use crate::events::parameter_label;
use crate::words::facts::{Given, InputProblem, NotAKey, SetBy};
use std::borrow::Cow;

pub(crate) fn link_refused(url: Option<&str>) -> Words {
    let link = url.unwrap_or("The link");
    words(
        "This link wasn’t opened",
        format!("{link} isn’t a web or email address. Only http, https and mailto links are opened."),
        &[],
    )
}

pub(crate) fn start_address(address: Option<&str>, set_by: SetBy) -> Words {
    let address = address.unwrap_or("empty");
    let what = match set_by {
        SetBy::Variable => format!(
            "TELLTALE_BASE_URL is {address}. It should look like https://api.poe.com/v1. An address set here is used until you quit, and remembered for later launches without the variable."
        ),
        SetBy::File => format!(
            "The address in the settings file is {address}. It should look like https://api.poe.com/v1."
        ),
    };
    words("This isn’t an API address", what, &[])
}

says! {
    nothing_asked: "Nothing was sent, and nothing will be until the address is right.",
}

pub(crate) fn link_not_opened(url: Option<&str>) -> Words {
    let link = url.unwrap_or("the link");
    words(
        "The browser didn’t open",
        format!("Couldn’t open {link} in a browser. Copy the address and paste it into one."),
        &["No default browser is set."],
    )
}

pub(crate) fn file_not_saved(file: Option<&str>) -> Words {
    let file = file.unwrap_or("there");
    words(
        "The file wasn’t saved",
        format!("Telltale couldn’t write {file}. Choose another folder."),
        &["The folder may be read-only, or the disk may be full."],
    )
}

pub(crate) fn input(field: &str, problem: &InputProblem) -> Words {
    let named = field_name(field);
    match problem {
        InputProblem::EmptyMessage => words("The message is empty", "Write something to send.", &[]),
        InputProblem::NoModel => words("No model is chosen", "Choose the model that should answer.", &[]),
        InputProblem::FilmNotKept => words(
            "Temporary chats can’t hold videos",
            "A video is kept as a file, and a temporary chat keeps none. Use a regular chat, or choose another model.",
            &[],
        ),
        InputProblem::FilmFiles => words(
            "Too many files for this video",
            "A video model gets your message and one image; to remix or extend, your message alone. Remove the other files.",
            &[],
        ),
        InputProblem::UnknownModel { name, closest } => {
            let close: Vec<&str> = closest.iter().map(|model| model.name.as_str()).collect();
            let close =
                if close.is_empty() { String::new() } else { format!(" Closest: {}.", close.join(", ")) };
            words(
                "Poe doesn’t list this model",
                format!("“{name}” isn’t in the list, which was just refreshed. Nothing was sent.{close}"),
                &[],
            )
        }
        InputProblem::AskFirst { model, maker, own, has_price, dearest } => {
            let name = if model.name.is_empty() { &model.id } else { &model.name };
            let maker = if maker.is_empty() { "someone unknown" } else { maker };
            let who = match (own, has_price) {
                (true, _) => format!("{maker} lists no price for {name}."),
                (false, true) => format!("{name} is run by {maker}, not by the model’s own maker."),
                (false, false) => format!("{name} is run by {maker} and lists no price."),
            };
            let limit = if *has_price { "" } else { " An answer can cost any number of points." };
            let dearest = match dearest.and_then(|points| u64::try_from(points).ok()) {
                Some(1) => " Your most expensive answer so far cost 1 point.".to_owned(),
                Some(points) if points > 0 => {
                    format!(" Your most expensive answer so far cost {} points.", number(points))
                }
                _ => String::new(),
            };
            words("Send to this bot?", format!("{who}{limit}{dearest}"), &[])
        }
        InputProblem::OutOfModelRange { least, most } => words(
            "This value is out of range",
            format!("{named} must be {} for this model.", range(field, *least, *most)),
            &[],
        ),
        InputProblem::NotAllowed { allowed } => {
            words("This model doesn’t take this value", format!("{named} can be {}.", one_of(allowed)), &[])
        }
        InputProblem::NotOnOrOff => {
            words("This model doesn’t take this value", format!("{named} can be on or off."), &[])
        }
        InputProblem::TooLong { tokens, takes } => words(
            "This message is too long",
            format!(
                "It’s about {} tokens (an estimate); the model allows {}. Nothing was sent.",
                number(*tokens),
                number(*takes)
            ),
            &[],
        ),
        InputProblem::TooLongToKeep { limit } => words(
            "This draft is too long",
            format!(
                "Drafts of up to {} are saved while you write. This one is only in the box, and is lost when you leave it.",
                size(*limit)
            ),
            &[],
        ),
        InputProblem::OutOfRange => {
            words("This value is out of range", format!("{named} must be {}.", field_range(field)), &[])
        }
        InputProblem::TooManyStops => words("Too many stop sequences", "Poe allows at most 4.", &[]),
        InputProblem::NotAUrl => words(
            "This isn’t an API address",
            "It should look like https://api.poe.com/v1. Plain http works on this computer only: elsewhere your key would travel unencrypted.",
            &[],
        ),
        InputProblem::UrlWithMore => words(
            "This address has extra parts",
            "Leave out the “?” or “#” and everything after it. It should look like https://api.poe.com/v1.",
            &[],
        ),
        InputProblem::UrlWithLogin => words(
            "This address contains a login",
            "Leave out the name and password, and the “@” after them. It should look like https://api.poe.com/v1.",
            &[],
        ),
        InputProblem::Unencrypted => words(
            "Your key would travel unencrypted",
            "Use https. Plain http works on this computer only (localhost).",
            &[],
        ),
        InputProblem::Key(why) => not_a_key(why),
        InputProblem::NotAProxy => words(
            "This isn’t a proxy address",
            "It should look like proxy.example:8080. It may start with http://, https://, socks://, socks5:// or socks5h://. Name and password have their own fields.",
            &[],
        ),
        InputProblem::ProxyLogin => {
            words("This name can’t be sent", "A proxy name can’t contain a colon or a line break.", &[])
        }
        InputProblem::KeyForName => words(
            "That looks like a key",
            "Names are shown and stored unencrypted, so the name wasn’t changed.",
            &["The key was on the clipboard."],
        ),
        InputProblem::NoName => words("A name is missing", "Give it a name that you’ll find it by.", &[]),
        InputProblem::NameTaken { name } => {
            words("This name is taken", format!("“{name}” already exists. Choose another name."), &[])
        }
        InputProblem::PromptTooLong { limit } => words(
            "This is too long",
            format!("{named} can have up to {} characters. Nothing was saved.", number(*limit)),
            &[],
        ),
        InputProblem::TooManyPrompts { limit } => words(
            "There are too many prompts",
            format!("You can keep up to {}. Delete one that you don’t need.", number(*limit)),
            &[],
        ),
        InputProblem::NotACertificate => words(
            "This isn’t a certificate file",
            "It should contain PEM or DER certificates. Nothing was added.",
            &[],
        ),
        InputProblem::CertificateTooLarge => {
            words("This file is too large", "Certificate files can be up to 1 MB. Nothing was added.", &[])
        }
    }
}

fn not_a_key(why: &NotAKey) -> Words {
    const UNLIKELY: &str = "This doesn’t look like a key";
    const SEVERAL: &str = "There’s more than one key";
    const COPY: &str = "Copy your key on Poe, then paste it here.";
    match why {
        NotAKey::NotGiven => words("There’s no key yet", COPY, &[]),
        NotAKey::ClipboardEmpty => words("Your clipboard is empty", COPY, &[]),
        NotAKey::ClipboardHoldsImage => {
            words("Your clipboard has an image", format!("A key is text. {COPY}"), &[])
        }
        NotAKey::ClipboardHoldsFiles => {
            words("Your clipboard has files", format!("A key is text. {COPY}"), &[])
        }
        NotAKey::ClipboardUnreadable(_) => words(
            "The clipboard couldn’t be read",
            "Type or paste the key into the field instead.",
            &["Your system doesn’t let apps read the clipboard."],
        ),
        NotAKey::Unlikely { ends } => {
            let shown = match ends {
                Some((first, last)) => format!("It starts with “{first}” and ends with “{last}”."),
                None => "It’s too short to show any of it.".to_owned(),
            };
            words(
                UNLIKELY,
                format!("The clipboard has text that doesn’t look like a Poe key. {shown} Nothing was sent."),
                &[],
            )
        }
        NotAKey::Broken(Given::Clipboard) => {
            words(UNLIKELY, "The clipboard has text that doesn’t look like a Poe key. Nothing was sent.", &[])
        }
        NotAKey::Broken(Given::Typed) => words(
            UNLIKELY,
            "A key is one word of up to 200 characters, with no spaces. Nothing was sent.",
            &[],
        ),
        NotAKey::Several(Given::Clipboard) => {
            words(SEVERAL, "The clipboard has several Poe keys. Copy the one to use. Nothing was sent.", &[])
        }
        NotAKey::Several(Given::Typed) => {
            words(SEVERAL, "The field has several Poe keys. Keep the one to use. Nothing was sent.", &[])
        }
        NotAKey::Forgotten => words(
            "That text was forgotten",
            "Text that doesn’t look like a key is kept for 2 minutes. Copy it again, then paste it here.",
            &[],
        ),
    }
}

/// A check in front of sending that no field is known for.
pub(crate) fn input_unplaced(said: Option<&str>) -> Words {
    let what = said.map(|text| format!("The check says: {text}"));
    words("Fix this before sending", what.unwrap_or_else(|| "A value is missing or wrong.".to_owned()), &[])
}

fn number(tokens: u64) -> String {
    grouped(i64::try_from(tokens).unwrap_or(i64::MAX))
}

/// "between 0 and 1", "a whole number between 1 and 64,000".
fn range(field: &str, least: f64, most: f64) -> String {
    let whole = field == "max_tokens";
    let end = |end: f64| match end.fract() == 0.0 {
        // Tokens are far from where this would lose any.
        true => grouped(end as i64),
        false => end.to_string(),
    };
    let kind = if whole { "a whole number " } else { "" };
    let of = if whole { "of " } else { "" };
    match (least.is_finite(), most.is_finite()) {
        (true, true) => format!("{kind}between {} and {}", end(least), end(most)),
        (true, false) => format!("{kind}{of}at least {}", end(least)),
        (false, true) => format!("{kind}{of}at most {}", end(most)),
        (false, false) if whole => "a whole number".to_owned(),
        (false, false) => "a number".to_owned(),
    }
}

/// "4, 6 or 8"; of many the first.
fn one_of(choices: &[String]) -> String {
    const SHOWN: usize = 8;
    match choices {
        [] => "nothing".to_owned(),
        [one] => one.clone(),
        _ if choices.len() > SHOWN => {
            format!("{} or one of {} more", choices[..SHOWN].join(", "), choices.len() - SHOWN)
        }
        [some @ .., last] => format!("{} or {last}", some.join(", ")),
    }
}

pub(crate) fn field_name(field: &str) -> Cow<'_, str> {
    match field {
        "top_p" => "Top P".into(),
        "budget" => "The budget".into(),
        "name" => "A name".into(),
        "text" => "A text".into(),
        "system" => "A system prompt".into(),
        other => parameter_label(other).into(),
    }
}

pub(crate) fn tokens_up_to(most: &str) -> String {
    format!("a whole number between 1 and {most}")
}

pub(crate) fn field_range(field: &str) -> &'static str {
    match field {
        "temperature" => "between 0 and 2",
        "top_p" => "between 0 and 1",
        "max_tokens" => "a whole number of at least 1",
        "budget" => "a whole number of points",
        _ => "another value",
    }
}

pub(crate) fn fix(problem: &InputProblem) -> &'static str {
    match problem {
        InputProblem::EmptyMessage => "Write a message",
        InputProblem::NoModel | InputProblem::UnknownModel { .. } | InputProblem::FilmNotKept => {
            "Choose a model"
        }
        InputProblem::FilmFiles => "Choose one image",
        InputProblem::AskFirst { .. } => "Send",
        InputProblem::OutOfModelRange { .. } | InputProblem::NotAllowed { .. } | InputProblem::NotOnOrOff => {
            "Change the value"
        }
        InputProblem::TooLong { .. } | InputProblem::TooLongToKeep { .. } => "Shorten the message",
        InputProblem::OutOfRange | InputProblem::TooManyStops => "Change the value",
        InputProblem::NotAUrl
        | InputProblem::UrlWithMore
        | InputProblem::UrlWithLogin
        | InputProblem::Unencrypted => "Change the address",
        InputProblem::Key(NotAKey::ClipboardUnreadable(_)) => "Type it instead",
        InputProblem::Key(_) | InputProblem::KeyForName => "Go to the field",
        InputProblem::NoName | InputProblem::NameTaken { .. } => "Change the name",
        InputProblem::PromptTooLong { .. } => "Shorten it",
        InputProblem::TooManyPrompts { .. } => "Go to the field",
        InputProblem::NotAProxy => "Change the proxy",
        InputProblem::ProxyLogin => "Change the name",
        InputProblem::NotACertificate | InputProblem::CertificateTooLarge => "Choose another file",
    }
}

says! {
    /// Of a check that no field is known for.
    change_it: "Change it",
}
