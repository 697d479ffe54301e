//! What a person gives as a key, judged before anything is sent; and the word off the clipboard that only the person can
//! tell to be one, held until they do.

use super::{Account, clipboard};
use crate::words::facts::{Given, NotAKey};
use parking_lot::Mutex;
use poe::{KeyText, Secret};
use std::sync::Arc;
use std::time::Duration;

/// How long an unlikely key waits for *Use it anyway*.
const HELD_FOR: Duration = Duration::from_secs(120);

impl Account {
    /// Reads the clipboard. A word that is not of a key's shape is held, and not used.
    pub(super) async fn pasted_key(&self) -> Result<Secret, NotAKey> {
        match KeyText::read(&clipboard::read().await?) {
            KeyText::Key(key) => Ok(key),
            KeyText::Word(word) => {
                let ends = word.ends();
                self.offered.hold(word);
                Err(NotAKey::Unlikely { ends })
            }
            KeyText::Several => Err(NotAKey::Several(Given::Clipboard)),
            KeyText::Other => Err(NotAKey::Broken(Given::Clipboard)),
            KeyText::Empty => Err(NotAKey::ClipboardEmpty),
        }
    }

    /// Nobody will use it anyway.
    pub fn forget_pasted(&self) {
        self.offered.forget();
    }
}

/// Who types a key has seen what it is: any unbroken word goes.
pub(super) fn typed_key(text: &str) -> Result<Secret, NotAKey> {
    match KeyText::read(text) {
        KeyText::Key(key) | KeyText::Word(key) => Ok(key),
        KeyText::Several => Err(NotAKey::Several(Given::Typed)),
        KeyText::Other => Err(NotAKey::Broken(Given::Typed)),
        KeyText::Empty => Err(NotAKey::NotGiven),
    }
}

/// The very word that was judged: the clipboard may hold another by the time of the press.
#[derive(Default)]
pub(super) struct Offered(Arc<Mutex<Slot>>);

#[derive(Default)]
struct Slot {
    word: Option<Secret>,
    /// Counts the words held, so that the end of one's time does not take the next.
    count: u64,
}

impl Offered {
    pub(super) fn hold(&self, word: Secret) {
        let count = {
            let mut slot = self.0.lock();
            slot.word = Some(word);
            slot.count += 1;
            slot.count
        };
        let slot = Arc::downgrade(&self.0);
        tokio::spawn(async move {
            tokio::time::sleep(HELD_FOR).await;
            if let Some(slot) = slot.upgrade() {
                let mut slot = slot.lock();
                if slot.count == count {
                    slot.word = None;
                }
            }
        });
    }

    pub(super) fn take(&self) -> Option<Secret> {
        self.0.lock().word.take()
    }

    pub(super) fn forget(&self) {
        drop(self.take());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn word(text: &str) -> Secret {
        Secret::from_pasted(text).unwrap()
    }

    #[tokio::test(start_paused = true)]
    async fn a_word_is_held_for_two_minutes_and_taken_once() {
        let offered = Offered::default();
        offered.hold(word("hunter2"));
        assert_eq!(offered.take().unwrap().expose(), "hunter2");
        assert!(offered.take().is_none());

        offered.hold(word("first"));
        tokio::time::sleep(HELD_FOR / 2).await;
        offered.hold(word("second"));
        tokio::time::sleep(HELD_FOR / 2 + Duration::from_secs(1)).await;
        assert_eq!(offered.0.lock().word.as_ref().unwrap().expose(), "second");
        tokio::time::sleep(HELD_FOR / 2).await;
        assert!(offered.take().is_none());

        offered.hold(word("third"));
        offered.forget();
        assert!(offered.take().is_none());
    }
}
