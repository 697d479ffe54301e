//! The titles of the system's own dialogs.

pub(crate) const SAVE_CODE: &str = "Save code";
pub(crate) const CHOOSE_FOLDER: &str = "Choose where Telltale keeps its data";
