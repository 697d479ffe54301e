//! Words about Poe being busy or failing.

use super::{Words, inside, says, titled, words};

pub(in crate::errors) fn rate_limit_exceeded(
    wait: Option<String>,
    next: Option<(u32, u32)>,
    queued: Option<u32>,
    often: bool,
) -> Words {
    let mut what = match wait {
        Some(clock) => format!("Poe asks for a wait of {clock}."),
        None => "Poe gave no waiting time.".to_owned(),
    };
    if let Some((attempt, of)) = next {
        what += &format!(" Attempt {attempt} of {of} follows by itself.");
    }
    match queued {
        Some(1) => what += " 1 more message waits for its turn.",
        Some(count @ 2..) => what += &format!(" {count} more messages wait for their turn."),
        Some(0) | None => {}
    }
    let many = "This key sent many requests in a short time; about 500 a minute are allowed.";
    let plan = "If it happens often: a higher Poe plan raises the limit.";
    let why = if often {
        [
            "It has happened often of late: a higher Poe plan raises the limit.",
            many,
        ]
    } else {
        [many, plan]
    };
    words("Poe asks to slow down", what, &why)
}

/// `share`: percent of what the model takes that the chat fills, where that is a lot.
/// `said`: what Poe said of it inside an answer.
pub(in crate::errors) fn internal_error(tries: u32, share: Option<u64>, said: Option<&str>) -> Words {
    let mut what = format!(
        "Poe failed while it handled the request{}. It is not about your settings.",
        after(tries)
    );
    let mut why = vec![
        "It mostly passes within minutes.",
        "A very long chat can cause it.",
    ];
    if let Some(share) = share {
        what += &format!(" The chat fills {share} % of what the model takes: its length may be the cause.");
        why = vec![
            "A very long chat can cause it.",
            "It mostly passes within minutes.",
        ];
    }
    what += &says(said);
    words("Poe had an internal error", what, &why)
}

/// `since`: how long ago the first of the failures was.
pub(in crate::errors) fn service_unavailable(tries: u32, since: Option<String>, said: Option<&str>) -> Words {
    let since = since
        .map(|ago| format!(" The first time was {ago}."))
        .unwrap_or_default();
    words(
        "Poe is not available right now",
        format!(
            "Poe answers that it is unavailable{}.{since}{}",
            after(tries),
            says(said)
        ),
        &["Maintenance or an outage at Poe."],
    )
}

pub(in crate::errors) fn model_overloaded(model: Option<&str>, tries: u32, said: Option<&str>) -> Words {
    words(
        titled(model, "is overloaded"),
        format!(
            "Too many people use {} right now{}. Other models may work.{}",
            inside(model),
            after(tries),
            says(said)
        ),
        &[],
    )
}

pub(in crate::errors) fn model_timeout(model: Option<&str>, tries: u32, said: Option<&str>) -> Words {
    words(
        titled(model, "did not start in time"),
        format!(
            "Poe waited for {} and gave up{}.{}",
            inside(model),
            after(tries),
            says(said)
        ),
        &["The model is busy or slow to start."],
    )
}

fn after(tries: u32) -> String {
    if tries > 1 {
        format!(", after {tries} tries")
    } else {
        String::new()
    }
}

pub(in crate::errors) fn gateway_error(status: Option<u16>) -> Words {
    let status = status.map(|status| format!(" ({status})")).unwrap_or_default();
    words(
        "Poe’s gateway failed",
        format!("The gateway in front of Poe gave up{status}. The request may have run all the same."),
        &[
            "The model took longer than the gateway waits.",
            "An outage at Poe.",
        ],
    )
}
