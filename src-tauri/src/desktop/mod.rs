//! What touches the desktop outside the window: links go to the browser, text to the clipboard.

mod link;
pub mod renderer;

use crate::errors::{Failure, LinkRefused};
use tauri::{AppHandle, Runtime};
use tauri_plugin_opener::OpenerExt;

/// Opens a link in the person's browser. The one place of the app that hands anything to the system's opener.
pub fn open_link<R: Runtime>(app: &AppHandle<R>, url: &str) -> Result<(), Failure> {
    let url = link::allowed(url).ok_or_else(|| LinkRefused { url: url.chars().take(200).collect() })?;
    app.opener().open_url(url.as_str(), None::<&str>).map_err(|e| Failure::Unexpected(e.to_string()))
}

/// Puts text on the clipboard. The clipboard may wait for another program, so a thread that may block does it.
pub async fn copy(text: String) -> Result<(), Failure> {
    let copied = tokio::task::spawn_blocking(move || crate::account::clipboard::write(text)).await;
    match copied {
        Ok(Ok(())) => Ok(()),
        Ok(Err(error)) => Err(Failure::Unexpected(error)),
        Err(panicked) => Err(Failure::Unexpected(panicked.to_string())),
    }
}
