//! The window and the balance's small one, and what neither may ever do: leave its own pages, open others, download. A page can
//! end and come back.

mod memory;
mod monitor;
mod native_menu;
mod spelling;

use crate::app::{App, WindowAct};
use std::cell::RefCell;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tauri::webview::NewWindowResponse;
use tauri::{
    AppHandle, Manager, Runtime, WebviewUrl, WebviewWindow, WebviewWindowBuilder, Window, WindowEvent,
};

/// The window, and the balance's small one beside it.
const MAIN: &str = "main";
const MONITOR: &str = "balance";

pub(crate) use monitor::open as open_monitor;

pub(crate) fn open<R: Runtime>(app: &AppHandle<R>) -> tauri::Result<()> {
    let window = own(app, MAIN, WebviewUrl::default())
        .inner_size(1280.0, 800.0)
        .min_inner_size(400.0, 480.0)
        // Files are dropped on the page, which takes them as attachments.
        .disable_drag_drop_handler()
        .build()?;
    keep(app, &window)?;
    monitor::remember_page(&window)?;
    spelling::set_up(app);
    Ok(())
}

/// A window with the rules that hold for each of them: it leaves its own pages never, opens no other and loads nothing down.
fn own<'a, R: Runtime>(
    app: &'a AppHandle<R>,
    label: &str,
    page: WebviewUrl,
) -> WebviewWindowBuilder<'a, R, AppHandle<R>> {
    // The web view keeps nothing on disk. WebKitGTK lets no WebDriver into such a window, so under one it does.
    let driven = std::env::var_os("TAURI_WEBVIEW_AUTOMATION").is_some();
    WebviewWindowBuilder::new(app, label, page)
        .title(title(label))
        .incognito(!driven)
        .general_autofill_enabled(false)
        .on_navigation(is_own)
        .on_new_window(|_, _| NewWindowResponse::Deny)
        .on_download(|_, _| false)
}

fn title(label: &str) -> &'static str {
    match label {
        MONITOR => crate::words::tray::balance_window(),
        _ => crate::words::tray::app(),
    }
}

fn keep<R: Runtime>(app: &AppHandle<R>, window: &WebviewWindow<R>) -> tauri::Result<()> {
    native_menu::cut_down(window)?;
    memory::keep_little(window)?;
    bring_back(app, window)
}

/// The page lives in a process of its own, which may be killed or run out of memory. All that counts is here, so the page is
/// loaded again at the address that it had: it holds the view and the chat.
#[cfg(target_os = "linux")]
fn bring_back<R: Runtime>(app: &AppHandle<R>, window: &WebviewWindow<R>) -> tauri::Result<()> {
    use webkit2gtk::{WebProcessTerminationReason as Reason, WebViewExt, glib};
    let (app, is_main) = (app.clone(), window.label() == MAIN);
    window.with_webview(move |webview| {
        let ends = RefCell::new(Vec::new());
        webview.inner().connect_web_process_terminated(move |view, reason| {
            let Some(address) = view.uri() else { return };
            if let Some(app) = app.try_state::<Arc<App>>().filter(|_| is_main) {
                app.page_reloaded(match reason {
                    Reason::Crashed => "the web process crashed",
                    Reason::ExceededMemoryLimit => "the web process took too much memory",
                    _ => "the web process was ended",
                });
            }
            let mut ends = ends.borrow_mut();
            ends.push(Instant::now());
            let view = view.clone();
            glib::timeout_add_local_once(rest(&ends), move || view.load_uri(&address));
        });
    })
}

#[cfg(not(target_os = "linux"))]
fn bring_back<R: Runtime>(_: &AppHandle<R>, _: &WebviewWindow<R>) -> tauri::Result<()> {
    Ok(())
}

/// How long a page that has ended at these times stays away: one that ends each time it is loaded must not keep the computer
/// busy.
#[cfg_attr(not(target_os = "linux"), allow(dead_code))]
fn rest(ends: &[Instant]) -> Duration {
    const MINUTE: Duration = Duration::from_secs(60);
    let last = ends.last();
    let lately = ends.iter().filter(|end| last.is_some_and(|last| *last - **end < MINUTE));
    match lately.count() {
        0..=3 => Duration::ZERO,
        _ => Duration::from_secs(10),
    }
}

/// For a second start, which ends, and for what is pressed outside: this is the window that was meant.
pub(crate) fn to_front<R: Runtime>(app: &AppHandle<R>) {
    if let Some(window) = app.get_webview_window(MAIN) {
        // Each fails only while the window closes.
        let _ = window.show();
        let _ = window.unminimize();
        let _ = window.set_focus();
    }
}

pub(crate) fn act<R: Runtime>(app: &AppHandle<R>, act: WindowAct) {
    match act {
        WindowAct::ShowMain => to_front(app),
        // A window that the system does not give cannot be told of in one.
        WindowAct::OpenMonitor => drop(monitor::open(app)),
        WindowAct::CloseMonitor => monitor::close(app),
    }
}

/// Closed into the tray.
pub(crate) fn is_hidden<R: Runtime>(app: &AppHandle<R>) -> bool {
    app.get_webview_window(MAIN).is_some_and(|window| window.is_visible().is_ok_and(|visible| !visible))
}

pub(crate) fn is_looked_at<R: Runtime>(app: &AppHandle<R>) -> bool {
    app.get_webview_window(MAIN).is_some_and(|window| window.is_focused().unwrap_or_default())
}

pub(crate) fn on_event<R: Runtime>(window: &Window<R>, event: &WindowEvent) {
    let Some(app) = window.try_state::<Arc<App>>() else {
        return;
    };
    match (window.label(), event) {
        (MONITOR, WindowEvent::CloseRequested { .. }) => app.monitor_closed(),
        // The balance is looked at more often while somebody looks at the window.
        (MAIN, WindowEvent::Focused(focused)) => app.balance.focused(*focused),
        (MAIN, WindowEvent::CloseRequested { api, .. }) if app.lives_in_tray() => {
            api.prevent_close();
            // Fails only while the window closes.
            let _ = window.hide();
        }
        (MAIN, WindowEvent::CloseRequested { api, .. }) if !app.may_close() => api.prevent_close(),
        // The small one alone keeps no app running.
        (MAIN, WindowEvent::Destroyed) => window.app_handle().exit(0),
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
    fn a_page_that_ends_again_and_again_rests() {
        fn check(seconds: &[u64], expected: u64) {
            let start = Instant::now();
            let ends: Vec<Instant> = seconds.iter().map(|s| start + Duration::from_secs(*s)).collect();
            assert_eq!(rest(&ends), Duration::from_secs(expected), "{seconds:?}");
        }
        check(&[0], 0);
        check(&[0, 1, 2], 0);
        check(&[0, 1, 2, 3], 10);
        check(&[0, 100, 200, 300], 0);
        check(&[0, 1, 2, 100], 0);
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
