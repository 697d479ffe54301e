//! Words about answers that did not come, or did not end.

use super::{Words, poe_or, titled, words};

pub(crate) fn first_byte_timeout(model: Option<&str>) -> Words {
    words(
        titled(model, "hasn’t started answering"),
        "The request was sent, but nothing arrived in time. It may still be running.",
        &["Reasoning and media models can take minutes to start."],
    )
}

pub(crate) fn not_started(model: Option<&str>, seconds: String) -> Words {
    words(
        titled(model, "hasn’t started answering"),
        format!("Sent {seconds} s ago, still waiting."),
        &["Reasoning and media models can take minutes to start."],
    )
}

pub(crate) fn stream_stalled() -> Words {
    words("The answer has paused", "No more text arrived in time.", &[])
}

pub(crate) fn paused(seconds: String) -> Words {
    words("The answer has paused", format!("No text for {seconds} s."), &[])
}

pub(crate) fn stream_cut(host: Option<&str>, count: Option<String>) -> Words {
    let so_far = count
        .map(|count| match count.as_str() {
            "1" => " 1 word arrived before that.".to_owned(),
            _ => format!(" {count} words arrived before that."),
        })
        .unwrap_or_default();
    words(
        "The connection broke",
        format!("The connection to {} broke in the middle of the answer.{so_far}", poe_or(host)),
        &["Your network changed or your computer went to sleep.", "Poe or a proxy dropped the connection."],
    )
}

pub(crate) fn interrupted(some_came: bool) -> Words {
    words(
        "The answer was interrupted",
        format!("Telltale closed before the answer finished. {}", arrived(some_came)),
        &[],
    )
}

fn arrived(some: bool) -> &'static str {
    if some { "What arrived is saved." } else { "Nothing had arrived yet." }
}

pub(crate) fn closed_unsent() -> Words {
    words(
        "The message wasn’t sent",
        "Telltale closed while it was waiting. It’s no longer queued.".to_owned(),
        &[],
    )
}

pub(crate) fn unreadable_card(saved: Option<&str>) -> Words {
    let what = match saved {
        Some(text) => format!("Another version of Telltale saved it. As saved: {text}"),
        None => "Another version of Telltale saved it.".to_owned(),
    };
    words("This error can’t be shown", what, &[])
}

pub(crate) fn stream_error(model: Option<&str>, inner: Words) -> Words {
    let what = if inner.what.starts_with(&inner.title) {
        inner.what
    } else {
        format!("{}. {}", inner.title, inner.what)
    };
    Words { title: titled(model, "stopped with an error"), what, why: inner.why }
}

pub(crate) fn ended_by_host(reason: Option<&str>, some_came: bool) -> Words {
    let reason = match reason {
        Some(reason) => format!("It gave the reason {reason}."),
        None => "It gave its own reason.".to_owned(),
    };
    words(
        "The model’s host ended this answer",
        format!("{reason} {}", arrived(some_came)),
        &["The model failed, or its host stopped it."],
    )
}

pub(crate) fn tool_wanted(model: Option<&str>, tools: &[String], has_text: bool) -> Words {
    let which = match tools {
        [] => "a tool".to_owned(),
        [one] => format!("the tool {one}"),
        [rest @ .., last] => format!("the tools {} and {last}", rest.join(", ")),
    };
    let so = if has_text { "so the answer ends here" } else { "so there’s no answer" };
    words(
        titled(model, "asked for a tool"),
        format!("It wanted to use {which}. Telltale doesn’t run tools, {so}."),
        &[],
    )
}

pub(crate) fn film_stopped() -> Words {
    words(
        "You stopped waiting for this video",
        "Poe can’t cancel a video: it’s still being made, and charged as usual. You can get it here once it’s done, at no further cost.",
        &[],
    )
}

pub(crate) fn film_unreached(said: Option<&str>) -> Words {
    let what = "Telltale can’t ask Poe for it right now. It’s still being made, or done already, and getting it costs nothing more.";
    match said {
        Some(said) => {
            words("This video is out of reach", format!("{what} The last attempt ended with: “{said}”"), &[])
        }
        None => words("This video is out of reach", what, &[]),
    }
}

pub(crate) fn film_of_other_account() -> Words {
    words(
        "This video belongs to another account",
        "It was asked for with another account or address than the one in use. Switch back to get it, at no further cost.",
        &[],
    )
}

pub(crate) fn film_failed(model: Option<&str>, said: Option<&str>) -> Words {
    let what = match said {
        Some(said) => format!("Poe started the video, and couldn’t finish it. Poe says: “{said}”"),
        None => "Poe started the video, and couldn’t finish it. It didn’t say why.".to_owned(),
    };
    words(titled(model, "couldn’t make this video"), what, &[])
}

pub(crate) fn film_gone() -> Words {
    words(
        "Poe no longer has this video",
        "Poe keeps a video for a limited time. To have it, it has to be made again, which costs points again.",
        &[],
    )
}

pub(crate) fn stream_incomplete() -> Words {
    words(
        "The answer may be incomplete",
        "It ended without Poe’s end marker.",
        &["Poe or a proxy closed the connection early."],
    )
}

pub(crate) fn length_limit(limit: Option<String>) -> Words {
    let what = match limit {
        Some(tokens) => format!("The answer stopped at this chat’s limit of {tokens} tokens."),
        None => "The model reached its maximum answer length.".to_owned(),
    };
    words("The answer reached its length limit", what, &[])
}

pub(crate) fn empty_answer(model: Option<&str>, limit: Option<String>) -> Words {
    let title = titled(model, "returned no text");
    match limit {
        Some(tokens) => words(
            title,
            format!("Reasoning used up the {tokens}-token limit."),
            &["Reasoning counts toward the limit."],
        ),
        None => words(title, "The answer ended without any text.", &[]),
    }
}

pub(crate) fn malformed_response(said: Option<&str>) -> Words {
    let what = match said {
        Some(text) => format!("The response wasn’t in Poe’s documented format: {text}"),
        None => "The response wasn’t in Poe’s documented format.".to_owned(),
    };
    words(
        "Poe’s answer couldn’t be read",
        what,
        &["Something between you and Poe changed it.", "Poe changed its format."],
    )
}

pub(crate) fn unknown(said: Option<&str>) -> Words {
    let what = match said {
        Some(text) => format!("As received: {text}"),
        None => "No details are known.".to_owned(),
    };
    words("Something unexpected happened", what, &[])
}
