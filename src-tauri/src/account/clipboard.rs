//! The clipboard, read and emptied here so that the key never passes through the window.

use super::NotAKey;
use arboard::Error::{ContentNotAvailable, ConversionFailure};
use poe::Secret;
use std::time::Duration;
use tokio::sync::oneshot;
use zeroize::Zeroizing;

/// The owner of the clipboard's content is another program, which may never answer.
const LIMIT: Duration = Duration::from_secs(5);

/// The clipboard could not be reached, so it may still hold the key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClipboardError;

/// The text that it holds, or why there is none to be had.
pub(super) async fn read() -> Result<Zeroizing<String>, NotAKey> {
    on_a_thread(content)
        .await
        .unwrap_or_else(|| Err(NotAKey::ClipboardUnreadable(format!("no answer within {LIMIT:?}"))))
}

pub(super) async fn clear_of(keys: Vec<Secret>) -> Result<(), ClipboardError> {
    let clear = move || {
        let holds = text().map_err(|_| ClipboardError)?.and_then(|text| Secret::from_pasted(&text));
        match holds {
            Some(held) if keys.iter().any(|key| key.expose() == held.expose()) => arboard::Clipboard::new()
                .and_then(|mut clipboard| clipboard.clear())
                .map_err(|_| ClipboardError),
            _ => Ok(()),
        }
    };
    on_a_thread(clear).await.unwrap_or(Err(ClipboardError))
}

/// Files come with their names as text, and are told as what they are. A picture comes without any.
fn content() -> Result<Zeroizing<String>, NotAKey> {
    let unreadable = |error: arboard::Error| NotAKey::ClipboardUnreadable(error.to_string());
    let mut clipboard = arboard::Clipboard::new().map_err(unreadable)?;
    if clipboard.get().file_list().is_ok_and(|files| !files.is_empty()) {
        return Err(NotAKey::ClipboardHoldsFiles);
    }
    let error = match clipboard.get_text() {
        Ok(text) => return Ok(Zeroizing::new(text)),
        Err(error) => error,
    };
    Err(match (error, clipboard.get_image()) {
        (_, Ok(_)) => NotAKey::ClipboardHoldsImage,
        // One that could not be decoded.
        (ContentNotAvailable, Err(ConversionFailure)) => NotAKey::ClipboardHoldsImage,
        (ContentNotAvailable, Err(ContentNotAvailable)) => NotAKey::ClipboardEmpty,
        (error, _) => unreadable(error),
    })
}

fn text() -> Result<Option<Zeroizing<String>>, String> {
    match arboard::Clipboard::new().and_then(|mut clipboard| clipboard.get_text()) {
        Ok(text) => Ok(Some(Zeroizing::new(text))),
        Err(arboard::Error::ContentNotAvailable) => Ok(None),
        Err(error) => Err(error.to_string()),
    }
}

/// `None` when it took too long or could not start. A thread of its own, as one that never ends would hold up the runtime.
async fn on_a_thread<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Option<T> {
    let (done, result) = oneshot::channel();
    std::thread::Builder::new().name("clipboard".into()).spawn(move || drop(done.send(work()))).ok()?;
    tokio::time::timeout(LIMIT, result).await.ok()?.ok()
}
