//! What the web view keeps of what it has loaded: nothing. All of it comes from this program, which has it at hand, and a picture that
//! was scrolled past would stay in memory.

use tauri::{Runtime, WebviewWindow};

#[cfg(target_os = "linux")]
pub(super) fn keep_little<R: Runtime>(window: &WebviewWindow<R>) -> tauri::Result<()> {
    use webkit2gtk::{CacheModel, WebContextExt, WebViewExt};
    window.with_webview(|webview| {
        if let Some(context) = webview.inner().context() {
            context.set_cache_model(CacheModel::DocumentViewer);
        }
    })
}

#[cfg(not(target_os = "linux"))]
pub(super) fn keep_little<R: Runtime>(_: &WebviewWindow<R>) -> tauri::Result<()> {
    Ok(())
}
