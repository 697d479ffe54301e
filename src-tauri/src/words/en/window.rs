//! Words about the window itself.

use super::{Words, words};

pub(crate) fn page_reloaded() -> Words {
    words(
        "The window was reloaded",
        "The page stopped working. What you were writing is back, and answers kept going.",
        &[],
    )
}
