//! What the desktop's own notices say. None holds a word of a chat but for a title that the person chose to have shown.

says! {
    open: "Open",
    get_points: "Get points",
    low_balance: "Points are running low",
    refill: "Points were added",
    burst: "Unusual spending",
    prices: "Favorite models changed",
    answer: "Your answer is ready",
    answer_failed: "An answer failed",
    untitled: "Untitled chat",
}

pub(crate) fn below(points: &str, level: &str) -> String {
    format!("{points} points are left, less than your level of {level}.")
}

pub(crate) fn added(added: &str, points: &str) -> String {
    format!("{added} more. You have {points} points now.")
}

pub(crate) fn outside(points: &str) -> String {
    format!("{points} points were used outside Telltale within an hour.")
}

/// At most two are named.
pub(crate) fn changed(models: &[String]) -> String {
    match models {
        [] => "One of them is gone or has another price.".to_owned(),
        [one] => format!("{one} is gone or has another price."),
        [one, two] => format!("{one} and {two} are gone or have other prices."),
        [one, two, others @ ..] => {
            format!("{one}, {two} and {} more are gone or have other prices.", others.len())
        }
    }
}
