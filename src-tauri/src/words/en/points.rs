//! Words about points: what became of them, what is short, and the limits on them.

use super::{Words, grouped, inside, start, words};
use crate::events::{ChargeState, ChargeView};
use crate::words::facts::{BalanceWords, Points, UsagePart};

pub(crate) fn insufficient_points(
    model: Option<&str>,
    is_price_known: bool,
    balance: Option<BalanceWords>,
) -> Words {
    let why: &[_] = match &balance {
        Some(have) if have.looks_enough => {
            &["Points were spent elsewhere since then.", "A long answer can cost more than estimated."]
        }
        _ => &[],
    };
    let what = match (is_price_known, balance) {
        (true, Some(have)) if have.looks_enough => format!(
            "Poe says you don’t have enough points, although your balance, checked {}, looks like enough.",
            have.ago
        ),
        (true, Some(BalanceWords { ago, .. })) => {
            format!("{} needs more points than you have, as of {ago}.", start(model))
        }
        (true, None) => format!("Poe says you don’t have enough points for {}.", inside(model)),
        (false, Some(BalanceWords { ago, .. })) => {
            format!("Poe says you don’t have enough points. Your balance was checked {ago}.")
        }
        (false, None) => "Poe says you don’t have enough points.".to_owned(),
    };
    words("Not enough points", what, why)
}

pub(crate) fn budget_reached() -> Words {
    words(
        "You’ve reached your daily limit",
        "This message would go over the limit you set. It isn’t about your Poe balance.".to_owned(),
        &[],
    )
}

pub(crate) fn chat_budget_reached() -> Words {
    words(
        "This chat has reached its budget",
        "This message would go over the points you set for this chat. It isn’t about your Poe balance."
            .to_owned(),
        &[],
    )
}

pub(crate) fn project_budget_reached() -> Words {
    words(
        "This project has reached its budget",
        "This message would go over the points you set for the project. It isn’t about your Poe balance."
            .to_owned(),
        &[],
    )
}

pub(crate) fn usage_partial(missing: UsagePart, since: Option<String>) -> Words {
    match missing {
        UsagePart::History => words(
            "The usage list couldn’t be updated",
            match since {
                Some(ago) => format!("Your balance is current; the usage list is from {ago}."),
                None => "Your balance is current; the usage list hasn’t loaded yet.".to_owned(),
            },
            &["Poe’s points history isn’t responding right now."],
        ),
        UsagePart::Balance => words(
            "Your balance couldn’t be updated",
            match since {
                Some(ago) => format!("The usage list is current; your balance is from {ago}."),
                None => "The usage list is current; your balance hasn’t loaded yet.".to_owned(),
            },
            &["Poe’s balance isn’t responding right now."],
        ),
    }
}

/// What became of the message and the points, as far as the failure itself tells.
pub(crate) fn safe(partial: bool, points: Points) -> String {
    let points = match points {
        Points::NothingSent => "Nothing was sent.",
        Points::NotUsed => "No points were used.",
        Points::NotCharged => "No points were used: Poe doesn’t charge for this.",
        Points::Unclear => "Points may have been used.",
        Points::MaybeUsed => "Points may have been used: check before sending again.",
        Points::MaybeUsedSoFar => "Points may have been used.",
    };
    format!("{} {points}", saved(partial))
}

/// What the points history says of a request.
pub(crate) fn charged(partial: bool, charge: &ChargeView) -> String {
    let told = match (charge.state, charge.points) {
        (ChargeState::Checking, _) => "Checking whether you were charged…".to_owned(),
        (ChargeState::NotYet, _) => {
            "Not known yet: a charge can take minutes to show up. If you send again, you may be charged twice.".to_owned()
        }
        (ChargeState::Charged, Some(1)) => "1 point was used.".to_owned(),
        (ChargeState::Charged, Some(points)) => format!("{} points were used.", grouped(points)),
        (ChargeState::Charged, None) => "Points were used.".to_owned(),
        (ChargeState::NotCharged, _) => "No points were used.".to_owned(),
        (ChargeState::NotFound, _) => "No charge found so far. One may still show up.".to_owned(),
        (ChargeState::Ambiguous, _) => several(&charge.amounts),
        (ChargeState::Unknown, _) => "You may have been charged: see Usage.".to_owned(),
    };
    format!("{} {told}", saved(partial))
}

fn several(amounts: &[i64]) -> String {
    let points = match amounts {
        [0, 1] => "1 point may have been used".to_owned(),
        [0, points] => format!("{} points may have been used", grouped(*points)),
        [one, other] => format!("{} or {} points were used", grouped(*one), grouped(*other)),
        [0, .., most] => format!("Up to {} points may have been used", grouped(*most)),
        [least, .., most] => format!("{} to {} points were used", grouped(*least), grouped(*most)),
        _ => "Points may have been used".to_owned(),
    };
    format!("{points}: several calls in Usage match, and Poe doesn’t say which is this one.")
}

says! {
    waits_for_models: "Your message waits here; nothing was sent. Once Poe’s model list loads, it goes to the first model.",
}

says! {
    waits_for_points: "Your message is saved and waits for points. Telltale is watching your balance.",
    waits_for_press: "Your message is saved. It’s sent when you press the button.",
}

pub(crate) fn points_arrived(points: &str) -> String {
    format!("You now have {points} points, enough for this message.")
}

/// Models that the balance covers, beside those that have a button.
pub(crate) fn cheaper_too(models: &[(String, Option<String>)]) -> String {
    let named = models.iter().map(|(name, points)| match points {
        Some(points) => format!("{name} (≈ {points})"),
        None => name.clone(),
    });
    match &named.collect::<Vec<_>>()[..] {
        [] => String::new(),
        [one] => format!(" {one} would also work."),
        [rest @ .., last] => format!(" {} and {last} would also work.", rest.join(", ")),
    }
}

fn saved(partial: bool) -> &'static str {
    if partial { "Your message and the text so far are saved." } else { "Your message is saved." }
}

says! {
    still_running: "Points may be used even if you stop.",
    saved_so_far: "The text so far is saved.",
}

// Facts

says! {
    needed: "Needed",
    you_have: "You have",
    short: "Short",
    daily_limit: "Daily limit",
    chat_budget: "This chat’s budget",
    used_in_chat: "Used in this chat",
    used_today: "Used today",
    project_budget: "This project’s budget",
    used_in_project: "Used in this project",
}
