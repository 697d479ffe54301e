//! What chats say of themselves where they are written into files.

use super::grouped;

says! {
    /// What stands around chats on a page: for its title and its style there are two words.
    page: include_str!("pages/chats.html"),
    you: "You",
    model: "Model",
    untitled: "Untitled chat",
    system: "System prompt",
    reasoning: "Reasoning",
    sources: "Sources",
    stopped: "Stopped",
    failed: "Failed",
    cut: "Incomplete",
}

pub(crate) fn points(points: i64) -> String {
    format!("{} {}", grouped(points), if points == 1 { "point" } else { "points" })
}

pub(crate) fn many(chats: usize) -> String {
    format!("{} chats", grouped(i64::try_from(chats).unwrap_or(i64::MAX)))
}

pub(crate) fn attached(name: &str, size: &str) -> String {
    format!("Attached: {name} ({size})")
}

/// By the model's host.
pub(crate) fn ran_tool(name: &str, arguments: &str) -> String {
    format!("Used {name}: {arguments}")
}

/// Nobody did it.
pub(crate) fn wanted_tool(name: &str, arguments: &str) -> String {
    format!("Wanted to use {name}: {arguments}")
}

/// In a message of a chat that came in.
pub(crate) fn file_missing(name: &str) -> String {
    if name.is_empty() {
        "[A file that isn’t in the import]".to_owned()
    } else {
        format!("[{name} isn’t in the import]")
    }
}

/// In the reasoning of an answer that came in.
pub(crate) fn used_tool(name: &str) -> String {
    format!("[Used {name}]")
}
