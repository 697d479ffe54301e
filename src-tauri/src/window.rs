//! The one window, and what it may never do: leave its own pages, open others, download.

use crate::app::App;
use std::sync::Arc;
use tauri::webview::NewWindowResponse;
use tauri::{AppHandle, Manager, Runtime, WebviewUrl, WebviewWindowBuilder, Window, WindowEvent};

pub(crate) fn open<R: Runtime>(app: &AppHandle<R>) -> tauri::Result<()> {
    // The web view keeps nothing on disk. WebKitGTK lets no WebDriver into such a window, so under one it does.
    let driven = std::env::var_os("TAURI_WEBVIEW_AUTOMATION").is_some();
    WebviewWindowBuilder::new(app, "main", WebviewUrl::default())
        .title("Telltale")
        .inner_size(1280.0, 800.0)
        .min_inner_size(400.0, 480.0)
        .incognito(!driven)
        // Files are dropped on the page, which takes them as attachments.
        .disable_drag_drop_handler()
        .general_autofill_enabled(false)
        .on_navigation(is_own)
        .on_new_window(|_, _| NewWindowResponse::Deny)
        .on_download(|_, _| false)
        .build()?;
    Ok(())
}

/// For a second start, which ends: this is the window that was meant.
pub(crate) fn to_front<R: Runtime>(app: &AppHandle<R>) {
    if let Some(window) = app.get_webview_window("main") {
        // Each fails only while the window closes.
        let _ = window.unminimize();
        let _ = window.show();
        let _ = window.set_focus();
    }
}

pub(crate) fn on_event<R: Runtime>(window: &Window<R>, event: &WindowEvent) {
    let Some(app) = window.try_state::<Arc<App>>() else {
        return;
    };
    match event {
        // The balance is looked at more often while somebody looks at the window.
        WindowEvent::Focused(focused) => app.balance.focused(*focused),
        WindowEvent::CloseRequested { api, .. } if !app.may_close() => api.prevent_close(),
        _ => {}
    }
}

/// The app's own pages, on each platform's spelling of them, and Vite's while developing.
fn is_own(url: &tauri::Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    match url.scheme() {
        "tauri" => host == "localhost",
        "http" | "https" => {
            host == "tauri.localhost" || (cfg!(dev) && host == "localhost" && url.port() == Some(5173))
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(url: &str, expected: bool) {
        assert_eq!(is_own(&url.parse().unwrap()), expected, "{url}");
    }

    #[test]
    fn only_the_apps_own_pages_load() {
        check("tauri://localhost/index.html", true);
        check("http://tauri.localhost/", true);
        check("https://poe.com/", false);
        check("https://tauri.localhost.evil.example/", false);
        check("tauri://evil.example/", false);
        check("file:///etc/passwd", false);
        check("data:text/html,hello", false);
        check("about:blank", false);
    }
}
