//! Where the window goes when something outside it was pressed: a row of the tray, a notice.

use serde::Serialize;
use ts_rs::TS;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase", tag = "view")]
#[ts(export, export_to = "types.ts")]
pub enum Destination {
    /// Absent: a new one.
    Chat {
        id: Option<i64>,
    },
    Balance,
    Models,
    Usage,
}
