//! Words about what was asked of Poe: model, settings, size, attachments.

use super::input::field_name;
use super::{TITLE, Words, inside, says, start, titled, words};
use crate::words::facts::{Feature, Hangs};

pub(crate) fn model_not_found(
    model: Option<&str>,
    list_age: Option<String>,
    closest: &[(String, Option<String>)],
) -> Words {
    let mut what = match list_age {
        Some(age) => format!("It isn’t in Poe’s model list ({age})."),
        None => "Poe has no model with this name.".to_owned(),
    };
    let told = |(name, points): &(String, Option<String>)| match points {
        Some(points) => format!("{name} (≈ {points} points)"),
        None => name.clone(),
    };
    match closest {
        [] => {}
        [one] => what += &format!(" The closest name is {}.", told(one)),
        [one, two, ..] => what += &format!(" The closest names are {} and {}.", told(one), told(two)),
    }
    let rest = "isn’t available on Poe";
    let title = match model {
        Some(name) if name.split_whitespace().count() + rest.split_whitespace().count() <= TITLE => {
            format!("“{name}” {rest}")
        }
        _ => "This model isn’t on Poe".to_owned(),
    };
    words(title, what, &["It may have been renamed or removed.", "It may be private."])
}

pub(crate) fn not_found(address: Option<&str>) -> Words {
    let address = address.unwrap_or("the address");
    words(
        "Poe doesn’t know this address",
        format!("Nothing was found at {address}."),
        &["The address in Settings isn’t Poe’s.", "It needs /v1 at the end."],
    )
}

pub(crate) fn invalid_parameter(
    setting: Option<&str>,
    sent: Option<&str>,
    allowed: Option<&str>,
    said: Option<&str>,
) -> Words {
    let sent = sent.map(|sent| format!(" (sent: {sent})")).unwrap_or_default();
    let what = match (setting, allowed) {
        (Some(setting), Some(allowed)) => format!("{} must be {allowed}{sent}.", field_name(setting)),
        (Some(setting), None) => format!("Poe rejected the value of {}{sent}.", field_name(setting)),
        (None, _) => "Poe rejected one of the values sent.".to_owned(),
    };
    words("A setting is out of range", what + &says(said), &[])
}

pub(crate) fn bad_request(said: Option<&str>) -> Words {
    let what = match said {
        Some(text) => format!("Poe says: {text}"),
        None => "Poe gave no reason.".to_owned(),
    };
    words("Poe rejected the request", what, &["The model doesn’t support one of this chat’s settings."])
}

pub(crate) fn missing_parameter(parameter: Option<&str>, said: Option<&str>) -> Words {
    let what = match parameter {
        Some(name) => format!("Telltale left out {name}. This is a bug in the app."),
        None => "Telltale left something out. This is a bug in the app.".to_owned(),
    };
    words("The request was incomplete", what + &says(said), &[])
}

pub(crate) fn unsupported_feature(
    model: Option<&str>,
    feature: Option<Feature>,
    said: Option<&str>,
) -> Words {
    let (cannot, asked) = match feature {
        Some(Feature::Images) => ("can’t read images", "The request includes images."),
        Some(Feature::Audio) => ("can’t read audio", "The request includes audio."),
        Some(Feature::Video) => ("can’t read video", "The request includes video."),
        Some(Feature::Files) => ("can’t read files", "The request includes files."),
        Some(Feature::Tools) => ("can’t use tools", "The request includes tools."),
        None => ("can’t do this", "The request asks for something it doesn’t support."),
    };
    words(titled(model, cannot), format!("{asked}{}", says(said)), &[])
}

pub(crate) fn context_too_long(
    model: Option<&str>,
    has: Option<String>,
    takes: Option<String>,
    said: Option<&str>,
    only_message: bool,
) -> Words {
    let what = match (has, takes) {
        (Some(has), Some(takes)) => {
            format!("This chat is about {has} tokens; {} allows {takes}.", inside(model))
        }
        (Some(has), None) => format!("This chat is about {has} tokens, more than {} allows.", inside(model)),
        (None, Some(takes)) => format!("{} allows {takes} tokens, and this chat is longer.", start(model)),
        (None, None) => format!("This chat is longer than {} allows.", inside(model)),
    };
    words(
        "This chat is too long",
        what + &says(said),
        if only_message {
            &["This message alone is longer than the model allows."]
        } else {
            &["Earlier messages are resent every time."]
        },
    )
}

/// `file` with its size, and the limit.
pub(crate) fn attachment_too_large(name: &str, size: &str, limit: Option<String>, hangs: Hangs) -> Words {
    let limit = match limit {
        Some(limit) => format!("the limit is {limit}"),
        None => "Poe accepts less".to_owned(),
    };
    let hangs = match hangs {
        Hangs::Message => "",
        Hangs::Earlier => " It’s attached to an earlier message that’s resent every time.",
        Hangs::Project => " It’s a file of this project, sent with every message.",
    };
    words("Attachment too large", format!("{name} is {size}; {limit}.{hangs}"), &[])
}

/// The same refusal where no attachment is known.
pub(crate) fn request_too_large() -> Words {
    words(
        "The message is too large",
        "The request was larger than Poe accepts.",
        &["A very long text was pasted.", "Earlier messages are resent every time."],
    )
}

/// In the model's own words.
pub(crate) fn model_refused(model: Option<&str>, said: &str) -> Words {
    words(titled(model, "declined this message"), format!("It said: {said}"), &[])
}

pub(crate) fn message_refused(model: Option<&str>, said: Option<&str>) -> Words {
    let what = match said {
        Some(text) => format!("Poe says: {text}"),
        None => "A content filter stopped it. Poe gave no reason.".to_owned(),
    };
    words(titled(model, "declined this message"), what, &[])
}
