//! What touches the desktop outside the window: links go to the browser, text to the clipboard.

pub(crate) mod bus;
pub(crate) mod renderer;

use crate::errors::{Failure, LinkNotOpened, LinkRefused};
use std::sync::{Mutex, PoisonError};
use tauri::{AppHandle, Runtime};
use tauri_plugin_opener::OpenerExt;

/// Opens a link in the person's browser, under the same rule as links in answers. The one place of the app that hands
/// anything to the system's opener.
pub(crate) fn open_link<R: Runtime>(app: &AppHandle<R>, url: &str) -> Result<(), Failure> {
    if !markdown::allowed_address(url) {
        return Err(LinkRefused {
            url: url.chars().take(200).collect(),
        }
        .into());
    }
    app.opener().open_url(url, None::<&str>).map_err(|e| {
        LinkNotOpened {
            url: url.to_owned(),
            cause: e.to_string(),
        }
        .into()
    })
}

/// On X11 and Wayland whoever copied serves the text for as long as others may paste it, so this stays open.
static CLIPBOARD: Mutex<Option<arboard::Clipboard>> = Mutex::new(None);

/// Puts text on the clipboard. Another program may have to answer first, so a thread that may block does it.
pub(crate) async fn copy(text: String) -> Result<(), Failure> {
    let copied = tokio::task::spawn_blocking(move || {
        let mut held = CLIPBOARD.lock().unwrap_or_else(PoisonError::into_inner);
        let clipboard = match &mut *held {
            Some(clipboard) => clipboard,
            None => held.insert(arboard::Clipboard::new()?),
        };
        clipboard.set_text(text)
    });
    match copied.await {
        Ok(result) => result.map_err(|e| Failure::Unexpected(e.to_string())),
        Err(panicked) => Err(Failure::Unexpected(panicked.to_string())),
    }
}
