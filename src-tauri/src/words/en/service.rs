//! Words about Poe being busy or failing.

use super::{Words, inside, says, start, titled, words};

pub(crate) fn rate_limit_exceeded(
    wait: Option<String>,
    next: Option<(u32, u32)>,
    queued: Option<u32>,
    often: bool,
) -> Words {
    let mut what = match wait {
        Some(clock) => format!("Poe asked to wait {clock}."),
        None => "Poe didn’t say how long to wait.".to_owned(),
    };
    if let Some((attempt, of)) = next {
        what += &format!(" Attempt {attempt} of {of} follows automatically.");
    }
    match queued {
        Some(1) => what += " 1 more message is queued.",
        Some(count @ 2..) => what += &format!(" {count} more messages are queued."),
        Some(0) | None => {}
    }
    let many = "This key sent many requests in a short time; Poe allows about 500 a minute.";
    let plan = "If this happens often, a higher Poe plan raises the limit.";
    let why = if often {
        ["This has happened a lot lately. A higher Poe plan raises the limit.", many]
    } else {
        [many, plan]
    };
    words("Poe is rate-limiting this key", what, &why)
}

/// `share`: percent of what the model takes that the chat fills, where that is a lot.
/// `said`: what Poe said of it inside an answer.
pub(crate) fn internal_error(tries: u32, share: Option<u64>, said: Option<&str>) -> Words {
    let mut what = format!("Poe failed while handling the request{}. Your settings are fine.", after(tries));
    let mut why = vec!["It usually clears up in a few minutes.", "A very long chat can cause it."];
    if let Some(share) = share {
        what += &format!(" This chat is at {share}% of the model’s context, which may be the cause.");
        why = vec!["A very long chat can cause it.", "It usually clears up in a few minutes."];
    }
    what += &says(said);
    words("Poe had an internal error", what, &why)
}

/// `since`: how long ago the first of the failures was.
pub(crate) fn service_unavailable(tries: u32, since: Option<String>, said: Option<&str>) -> Words {
    let since = match (tries, since) {
        (2.., Some(ago)) => format!(" ({tries} tries, since {ago})"),
        (_, Some(ago)) => format!(" (since {ago})"),
        (_, None) => after(tries),
    };
    words(
        "Poe isn’t available right now",
        format!("Poe says it’s unavailable{since}.{}", says(said)),
        &["Maintenance or an outage at Poe."],
    )
}

pub(crate) fn model_overloaded(model: Option<&str>, tries: u32, said: Option<&str>) -> Words {
    words(
        titled(model, "is overloaded"),
        format!("{} is overloaded{}. Other models may work.{}", start(model), after(tries), says(said)),
        &[],
    )
}

pub(crate) fn model_timeout(model: Option<&str>, tries: u32, said: Option<&str>) -> Words {
    words(
        titled(model, "didn’t start in time"),
        format!("Poe waited for {} and gave up{}.{}", inside(model), after(tries), says(said)),
        &["The model is busy or slow to start."],
    )
}

fn after(tries: u32) -> String {
    if tries > 1 { format!(" ({tries} tries)") } else { String::new() }
}

pub(crate) fn gateway_error(status: Option<u16>) -> Words {
    let what = match status {
        Some(status) => format!("Poe’s gateway returned {status}."),
        None => "Poe’s gateway gave up.".to_owned(),
    };
    words(
        "Poe’s gateway failed",
        format!("{what} The request may still have gone through."),
        &["The model took longer than the gateway waits.", "An outage at Poe."],
    )
}
