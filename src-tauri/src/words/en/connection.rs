//! The connection, as the settings show it.

/// Where a proxy is set.
pub(crate) fn settings_of(desktop: &str) -> String {
    format!("{desktop}’s settings")
}
