//! The tray: its rows, and what it tells where the pointer rests.

says! {
    app: "Telltale",
    balance_window: "Points · Telltale",
    new_chat: "New chat",
    small_window: "Small balance window",
    refresh: "Refresh points",
    open: "Open Telltale",
    quit: "Quit",
    untitled: "Untitled chat",
    unknown: "Points not known yet",
}

pub(crate) fn balance(points: &str, ago: &str, is_stale: bool) -> String {
    match is_stale {
        false => format!("{points} points · {ago}"),
        true => format!("{points} points · {ago}, not refreshed"),
    }
}

/// Where there is room for figure and age on lines of their own.
pub(crate) fn points(points: &str) -> String {
    format!("{points} points")
}

pub(crate) fn checked(ago: &str, is_stale: bool) -> String {
    match is_stale {
        false => format!("Checked {ago}"),
        true => format!("Checked {ago}. The last check failed."),
    }
}
