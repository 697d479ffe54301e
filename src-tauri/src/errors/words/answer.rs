//! Words about answers that did not come, or did not end.

use super::{Words, poe_or, titled, words};

pub(in crate::errors) fn first_byte_timeout(model: Option<&str>) -> Words {
    words(
        titled(model, "has not started answering"),
        "The request was sent, and nothing came within the time allowed. It may still run.",
        &["Reasoning and media models can take minutes to start."],
    )
}

pub(in crate::errors) fn not_started(model: Option<&str>, seconds: String) -> Words {
    words(
        titled(model, "has not started answering"),
        format!("Sent {seconds} s ago, still waiting."),
        &["Reasoning and media models can take minutes to start."],
    )
}

pub(in crate::errors) fn stream_stalled() -> Words {
    words(
        "The answer has paused",
        "No more text came within the time allowed.",
        &[],
    )
}

pub(in crate::errors) fn paused(seconds: String) -> Words {
    words("The answer has paused", format!("No text for {seconds} s."), &[])
}

pub(in crate::errors) fn stream_cut(host: Option<&str>, count: Option<String>) -> Words {
    let so_far = count
        .map(|count| format!(" {count} words had come."))
        .unwrap_or_default();
    words(
        "The connection broke",
        format!(
            "The connection to {} broke in the middle of the answer.{so_far}",
            poe_or(host)
        ),
        &[
            "The network changed or slept.",
            "Poe or a proxy dropped the connection.",
        ],
    )
}

pub(in crate::errors) fn interrupted(some_came: bool) -> Words {
    let came = if some_came {
        "What had come is kept."
    } else {
        "Nothing of it had come."
    };
    words(
        "The answer was interrupted",
        format!("Telltale closed before the answer ended. {came}"),
        &[],
    )
}

pub(in crate::errors) fn closed_unsent() -> Words {
    words(
        "The message was not sent",
        "Telltale closed while it was waiting. It no longer waits.".to_owned(),
        &[],
    )
}

pub(in crate::errors) fn unreadable_card(saved: Option<&str>) -> Words {
    let what = match saved {
        Some(text) => format!("Another version of Telltale saved it. As saved: {text}"),
        None => "Another version of Telltale saved it.".to_owned(),
    };
    words("This error can’t be shown", what, &[])
}

pub(in crate::errors) fn stream_error(model: Option<&str>, inner: Words) -> Words {
    let what = format!("{}. {}", inner.title.trim_end_matches('.'), inner.what);
    Words {
        title: titled(model, "stopped with an error"),
        what,
        why: inner.why,
    }
}

pub(in crate::errors) fn ended_by_host(reason: Option<&str>, some_came: bool) -> Words {
    let reason = match reason {
        Some(reason) => format!("It gave the reason {reason}."),
        None => "It gave a reason of its own.".to_owned(),
    };
    let came = if some_came {
        "What arrived is saved."
    } else {
        "Nothing had arrived yet."
    };
    words(
        "The model’s host ended this answer",
        format!("{reason} {came}"),
        &["The model failed, or its host stopped it."],
    )
}

pub(in crate::errors) fn tool_wanted(model: Option<&str>, tools: &[String], has_text: bool) -> Words {
    let which = match tools {
        [] => "a tool".to_owned(),
        [one] => format!("the tool {one}"),
        [rest @ .., last] => format!("the tools {} and {last}", rest.join(", ")),
    };
    let so = if has_text {
        "so the answer ends here"
    } else {
        "so there is no answer"
    };
    words(
        titled(model, "asked for a tool"),
        format!("It wanted to use {which}. Telltale doesn’t run tools, {so}."),
        &[],
    )
}

pub(in crate::errors) fn stream_incomplete() -> Words {
    words(
        "The answer may be incomplete",
        "It ended without the sign that marks the end.",
        &["Poe or a proxy closed the connection early."],
    )
}

pub(in crate::errors) fn length_limit(limit: Option<String>) -> Words {
    let what = match limit {
        Some(tokens) => format!("The answer stopped at this chat’s limit of {tokens} tokens."),
        None => "The answer is as long as the model makes it.".to_owned(),
    };
    words("Answer reached its length limit", what, &[])
}

pub(in crate::errors) fn empty_answer(model: Option<&str>, limit: Option<String>) -> Words {
    let title = titled(model, "gave no text");
    match limit {
        Some(tokens) => words(
            title,
            format!("The limit of {tokens} tokens went into reasoning before any text."),
            &["Reasoning counts toward the limit."],
        ),
        None => words(title, "The answer ended without any text.", &[]),
    }
}

pub(in crate::errors) fn malformed_response(said: Option<&str>) -> Words {
    let what = match said {
        Some(text) => format!("It was not what Poe documents: {text}"),
        None => "It was not what Poe documents.".to_owned(),
    };
    words(
        "Poe’s answer could not be read",
        what,
        &[
            "Something between here and Poe changed it.",
            "Poe changed its format.",
        ],
    )
}

pub(in crate::errors) fn unknown(said: Option<&str>) -> Words {
    let what = match said {
        Some(text) => format!("As received: {text}"),
        None => "Nothing more is known.".to_owned(),
    };
    words("Something unexpected happened", what, &[])
}
