//! The desktop's own notices: what one says, by a pure function, and who delivers it. Whether one is delivered was decided
//! before.

#[cfg(target_os = "linux")]
mod linux;

#[cfg(target_os = "linux")]
pub(crate) use linux::Notifier;

use super::Press;
use crate::events::{Destination, Notice};
use crate::words::{grouped, notices as words};

/// As the desktop shows it.
#[derive(Clone, Debug, PartialEq)]
struct Said {
    title: String,
    below: String,
    /// Its buttons: the action's name, and what it does. A press on the notice itself does what the first does.
    buttons: Vec<(&'static str, &'static str, Press)>,
    /// A later one with the same name takes its place.
    name: String,
}

/// `shows_titles`: the title of a chat may be read over the person's shoulder; they chose that.
fn said(notice: &Notice, shows_titles: bool) -> Said {
    let open = |place| ("open", words::open(), Press::Open(Some(place)));
    let get_points = ("get-points", words::get_points(), Press::GetPoints);
    let plain = |name: &str, title: &str, below: String, place| Said {
        title: title.to_owned(),
        below,
        buttons: vec![open(place)],
        name: name.to_owned(),
    };
    match notice {
        Notice::LowBalance { points, level } => {
            let below = words::below(&grouped(*points), &grouped(*level));
            let buttons = vec![open(Destination::Balance), get_points];
            Said { buttons, ..plain("balance", words::low_balance(), below, Destination::Balance) }
        }
        Notice::Refill { points, added } => {
            let below = words::added(&grouped(*added), &grouped(*points));
            plain("balance", words::refill(), below, Destination::Balance)
        }
        Notice::Burst { points } => {
            plain("burst", words::burst(), words::outside(&grouped(*points)), Destination::Usage)
        }
        Notice::Prices { models } => {
            plain("prices", words::prices(), words::changed(models), Destination::Models)
        }
        Notice::Answer { conversation_id, title, failed } => {
            let head = if *failed { words::answer_failed() } else { words::answer() };
            let title = match title.is_empty() {
                true => words::untitled(),
                false => title,
            };
            let below = if shows_titles { title.to_owned() } else { String::new() };
            let place = Destination::Chat { id: Some(*conversation_id) };
            plain(&format!("answer-{conversation_id}"), head, below, place)
        }
    }
}

/// Elsewhere the window alone tells it.
#[cfg(not(target_os = "linux"))]
pub(crate) struct Notifier;

#[cfg(not(target_os = "linux"))]
impl Notifier {
    pub(crate) fn new(_: super::OnPress) -> std::sync::Arc<Notifier> {
        std::sync::Arc::new(Notifier)
    }

    pub(crate) async fn tell(&self, notice: &Notice, shows_titles: bool) {
        let _ = said(notice, shows_titles);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(notice: &Notice, title: &str, below: &str, buttons: &[&str]) {
        let said = said(notice, false);
        assert_eq!((said.title.as_str(), said.below.as_str()), (title, below));
        let labels: Vec<&str> = said.buttons.iter().map(|(_, label, _)| *label).collect();
        assert_eq!(labels, buttons, "{title}");
    }

    #[test]
    fn each_says_what_happened_and_what_can_be_done() {
        check(
            &Notice::LowBalance { points: 4_980, level: 5_000 },
            "Points are running low",
            "4,980 points are left, less than your level of 5,000.",
            &["Open", "Get points"],
        );
        check(
            &Notice::Refill { points: 1_012_340, added: 1_000_000 },
            "Points were added",
            "1,000,000 more. You have 1,012,340 points now.",
            &["Open"],
        );
        check(
            &Notice::Burst { points: 61_000 },
            "Unusual spending",
            "61,000 points were used outside Telltale within an hour.",
            &["Open"],
        );
        let models = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        let prices = |names: &[&str]| Notice::Prices { models: models(names) };
        check(
            &prices(&["GPT-5.2"]),
            "Favorite models changed",
            "GPT-5.2 is gone or has another price.",
            &["Open"],
        );
        check(
            &prices(&["GPT-5.2", "Opus", "Sonnet", "Flux"]),
            "Favorite models changed",
            "GPT-5.2, Opus and 2 more are gone or have other prices.",
            &["Open"],
        );
    }

    #[test]
    fn a_chat_is_named_only_where_that_was_chosen() {
        let of = |title: &str, failed| Notice::Answer { conversation_id: 7, title: title.to_owned(), failed };
        check(&of("Divorce", false), "Your answer is ready", "", &["Open"]);
        check(&of("Divorce", true), "An answer failed", "", &["Open"]);
        assert_eq!(said(&of("Divorce", false), true).below, "Divorce");
        assert_eq!(said(&of("", false), true).below, "Untitled chat");
        assert!(!format!("{:?}", said(&of("Divorce", false), false)).contains("Divorce"));
    }

    #[test]
    fn one_of_a_kind_takes_the_place_of_the_one_before() {
        let low = said(&Notice::LowBalance { points: 1, level: 2 }, false).name;
        assert_eq!(low, said(&Notice::Refill { points: 3, added: 2 }, false).name, "it is no longer true");
        let answer = |id| Notice::Answer { conversation_id: id, title: String::new(), failed: false };
        assert_ne!(said(&answer(1), false).name, said(&answer(2), false).name);
    }
}
