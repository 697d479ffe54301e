//! The balance's small window. On Linux a web view that keeps nothing on disk has a context of its own, and Tauri hands the
//! app's pages to the first of them alone; so this one is made related to that of the window, and shares its context.

use super::{MONITOR, keep, own};
use tauri::{AppHandle, Manager, Runtime, WebviewUrl, WebviewWindow};

/// Where it is open already, it comes to the front.
pub(crate) fn open<R: Runtime>(app: &AppHandle<R>) -> tauri::Result<()> {
    let handle = app.clone();
    // The other view is known on that thread only. What fails there leaves no window.
    app.run_on_main_thread(move || drop(open_now(&handle)))
}

pub(super) fn close<R: Runtime>(app: &AppHandle<R>) {
    if let Some(window) = app.get_webview_window(MONITOR) {
        // Fails only while it closes.
        let _ = window.destroy();
    }
}

fn open_now<R: Runtime>(app: &AppHandle<R>) -> tauri::Result<()> {
    if let Some(window) = app.get_webview_window(MONITOR) {
        window.unminimize()?;
        return window.set_focus();
    }
    let builder = own(app, MONITOR, WebviewUrl::App("balance.html".into()))
        .inner_size(260.0, 150.0)
        .min_inner_size(220.0, 120.0)
        .max_inner_size(420.0, 260.0)
        .maximizable(false)
        // Wayland has no such wish; there it lies as any window does, and its page says so.
        .always_on_top(true)
        .disable_drag_drop_handler()
        // The figure, for who sees no more of it than its title. Fails only while the window closes.
        .on_document_title_changed(|window, title| drop(window.set_title(&title)));
    #[cfg(target_os = "linux")]
    let builder = match PAGE.with_borrow(webkit2gtk::glib::WeakRef::upgrade) {
        Some(page) => builder.with_related_view(page),
        None => builder,
    };
    keep(app, &builder.build()?)
}

#[cfg(target_os = "linux")]
thread_local! {
    /// The window's own, on the one thread that may touch it.
    static PAGE: std::cell::RefCell<webkit2gtk::glib::WeakRef<webkit2gtk::WebView>> = std::cell::RefCell::default();
}

#[cfg(target_os = "linux")]
pub(super) fn remember_page<R: Runtime>(window: &WebviewWindow<R>) -> tauri::Result<()> {
    window.with_webview(|webview| PAGE.with_borrow(|page| page.set(Some(&webview.inner()))))
}

#[cfg(not(target_os = "linux"))]
pub(super) fn remember_page<R: Runtime>(_: &WebviewWindow<R>) -> tauri::Result<()> {
    Ok(())
}
