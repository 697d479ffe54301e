//! Words about the window itself.

use super::{Words, words};

pub(in crate::errors) fn page_reloaded() -> Words {
    words(
        "The window was reloaded",
        "The page stopped working. What you were writing is back, and answers kept going.",
        &[],
    )
}
