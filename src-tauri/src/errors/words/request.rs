//! Words about what was asked of Poe: model, settings, size, attachments.

use super::{TITLE, Words, inside, says, start, titled, words};
use crate::errors::Feature;

pub(in crate::errors) fn model_not_found(
    model: Option<&str>,
    list_read: Option<String>,
    closest: &[(String, Option<String>)],
) -> Words {
    let mut what = match list_read {
        Some(ago) => format!("It is not in the list read {ago}."),
        None => "Poe has no model of this name.".to_owned(),
    };
    let told = |(name, points): &(String, Option<String>)| match points {
        Some(points) => format!("{name} (about {points} points)"),
        None => name.clone(),
    };
    match closest {
        [] => {}
        [one] => what += &format!(" The closest name is {}.", told(one)),
        [one, two, ..] => what += &format!(" The closest names are {} and {}.", told(one), told(two)),
    }
    let rest = "is not available on Poe";
    let title = match model {
        Some(name) if name.split_whitespace().count() + rest.split_whitespace().count() <= TITLE => {
            format!("“{name}” {rest}")
        }
        _ => "This model is not on Poe".to_owned(),
    };
    words(
        title,
        what,
        &["It was renamed or withdrawn.", "The bot is private."],
    )
}

pub(in crate::errors) fn not_found(address: Option<&str>) -> Words {
    let address = address.unwrap_or("the address");
    words(
        "Poe does not know this address",
        format!("Nothing answers below {address}."),
        &[
            "The address in Settings is not that of Poe.",
            "It needs /v1 at its end.",
        ],
    )
}

pub(in crate::errors) fn invalid_parameter(
    setting: Option<&str>,
    sent: Option<&str>,
    allowed: Option<&str>,
    said: Option<&str>,
) -> Words {
    let mut what = match (setting, sent) {
        (Some(setting), Some(sent)) => format!("Poe does not take {setting} {sent}."),
        (Some(setting), None) => format!("Poe does not take this value of {setting}."),
        (None, _) => "Poe does not take a value that was sent.".to_owned(),
    };
    if let Some(allowed) = allowed {
        what += &format!(" It takes {allowed}.");
    }
    words("A setting is out of range", what + &says(said), &[])
}

pub(in crate::errors) fn bad_request(said: Option<&str>) -> Words {
    let what = match said {
        Some(text) => format!("Poe says: {text}"),
        None => "Poe gave no reason.".to_owned(),
    };
    words(
        "Poe did not accept the request",
        what,
        &["The model does not take one of this chat’s settings."],
    )
}

pub(in crate::errors) fn missing_parameter(parameter: Option<&str>, said: Option<&str>) -> Words {
    let what = match parameter {
        Some(name) => format!("The request lacked {name}. That is Telltale’s mistake."),
        None => "Something was missing from it. That is Telltale’s mistake.".to_owned(),
    };
    words("The request was incomplete", what + &says(said), &[])
}

pub(in crate::errors) fn unsupported_feature(
    model: Option<&str>,
    feature: Option<Feature>,
    said: Option<&str>,
) -> Words {
    let asked = match feature {
        Some(Feature::Images) => "The request has images, which",
        Some(Feature::Audio) => "The request has audio, which",
        Some(Feature::Video) => "The request has video, which",
        Some(Feature::Files) => "The request has files, which",
        Some(Feature::Tools) => "The request offers tools, which",
        None => "The request asks for something that",
    };
    words(
        titled(model, "cannot do this"),
        format!("{asked} {} does not take.{}", inside(model), says(said)),
        &[],
    )
}

pub(in crate::errors) fn context_too_long(
    model: Option<&str>,
    has: Option<String>,
    takes: Option<String>,
    said: Option<&str>,
    only_message: bool,
) -> Words {
    let what = match (has, takes) {
        (Some(has), Some(takes)) => format!(
            "The chat has about {has} tokens; {} takes {takes}.",
            inside(model)
        ),
        (Some(has), None) => format!(
            "The chat has about {has} tokens, more than {} takes.",
            inside(model)
        ),
        (None, Some(takes)) => format!("{} takes {takes} tokens, and the chat has more.", start(model)),
        (None, None) => format!("The chat has more tokens than {} takes.", inside(model)),
    };
    words(
        "This chat is too long",
        what + &says(said),
        if only_message {
            &["The message alone is longer than the model takes."]
        } else {
            &["Earlier messages are sent along each time."]
        },
    )
}

/// `file` with its size, and the limit.
pub(in crate::errors) fn attachment_too_large(
    name: &str,
    size: &str,
    limit: Option<String>,
    earlier: bool,
) -> Words {
    let limit = match limit {
        Some(limit) => format!("the limit is {limit}"),
        None => "Poe takes less".to_owned(),
    };
    let hangs = if earlier {
        " It hangs on an earlier message, which is sent along each time."
    } else {
        ""
    };
    words(
        "Attachment too large",
        format!("{name} is {size}; {limit}.{hangs}"),
        &[],
    )
}

/// The same refusal where no attachment is known.
pub(in crate::errors) fn request_too_large() -> Words {
    words(
        "The message is too large",
        "The request was larger than Poe accepts.",
        &[
            "A very long text was pasted.",
            "Earlier messages are sent along each time.",
        ],
    )
}

/// In the model's own words.
pub(in crate::errors) fn model_refused(model: Option<&str>, said: &str) -> Words {
    words(
        titled(model, "declined this message"),
        format!("It said: {said}"),
        &[],
    )
}

pub(in crate::errors) fn message_refused(model: Option<&str>, said: Option<&str>) -> Words {
    let what = match said {
        Some(text) => format!("Poe says: {text}"),
        None => "A content filter stopped it. Poe gave no reason.".to_owned(),
    };
    words(titled(model, "declined this message"), what, &[])
}
