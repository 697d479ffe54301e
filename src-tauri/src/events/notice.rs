//! What a person is told wherever they are: by the desktop's own notices, and in the window. Who announces one has decided that
//! it is news, and tells it once.

use serde::Serialize;
use ts_rs::TS;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase", tag = "kind")]
#[ts(export, export_to = "types.ts")]
pub enum Notice {
    /// The balance fell below a level that the person set.
    LowBalance { points: i64, level: i64 },
    /// It was filled up by that much.
    Refill { points: i64, added: i64 },
    /// Far more points than usual were spent outside this app.
    Burst { points: i64 },
    /// Favorite models that are gone or cost something else now, by name.
    Prices { models: Vec<String> },
    /// An answer that took long has ended.
    Answer { conversation_id: i64, title: String, failed: bool },
}
