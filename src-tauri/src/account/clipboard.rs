//! The clipboard, read and emptied here so that the key never passes through the window.

use poe::Secret;
use std::time::Duration;
use tokio::sync::oneshot;
use zeroize::Zeroizing;

/// The owner of the clipboard's content is another program, which may never answer.
const LIMIT: Duration = Duration::from_secs(5);

/// The clipboard could not be reached, so it may still hold the key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClipboardError;

/// `Ok(None)` when it holds no text. The error is for logs.
pub(super) async fn read() -> Result<Option<Zeroizing<String>>, String> {
    on_a_thread(text)
        .await
        .unwrap_or_else(|| Err(format!("no answer within {LIMIT:?}")))
}

pub(super) async fn clear_of(keys: Vec<Secret>) -> Result<(), ClipboardError> {
    let clear = move || {
        let holds = text()
            .map_err(|_| ClipboardError)?
            .and_then(|text| Secret::from_pasted(&text));
        match holds {
            Some(held) if keys.iter().any(|key| key.expose() == held.expose()) => arboard::Clipboard::new()
                .and_then(|mut clipboard| clipboard.clear())
                .map_err(|_| ClipboardError),
            _ => Ok(()),
        }
    };
    on_a_thread(clear).await.unwrap_or(Err(ClipboardError))
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
    std::thread::Builder::new()
        .name("clipboard".into())
        .spawn(move || drop(done.send(work())))
        .ok()?;
    tokio::time::timeout(LIMIT, result).await.ok()?.ok()
}
