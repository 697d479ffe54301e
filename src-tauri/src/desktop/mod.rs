//! What touches the desktop outside the window: links go to the browser, text to the clipboard or into a file; the tray and the
//! notices are drawn there. It draws and hands on what is pressed, and decides nothing.

pub(crate) mod bus;
pub(crate) mod clipboard;
pub(crate) mod notices;
pub(crate) mod renderer;
pub(crate) mod session;
pub(crate) mod tray;

use crate::events::{Destination, ExportFormat, UsageFormat};
use crate::words::desktop as words;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tauri::{AppHandle, Manager, Runtime};
use tauri_plugin_opener::OpenerExt;

/// What a person pressed outside the window: in the tray's menu, or on a notice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Press {
    /// The window comes to the front, and shows this.
    Open(Option<Destination>),
    SmallWindow,
    Refresh,
    GetPoints,
    Quit,
}

pub(crate) type OnPress = Arc<dyn Fn(Press) + Send + Sync>;

/// What could not be done there. Causes are the system's own words: they name its programs, not what a person can do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DesktopError {
    /// A link that the app does not open.
    LinkRefused { url: String },
    /// One that is fine, and that the system opened no program for.
    LinkNotOpened { url: String, cause: String },
    /// A place was chosen for a file, and nothing could be written there.
    FileNotSaved { file: String, cause: String },
}

impl DesktopError {
    pub fn not_saved(file: &Path, error: &std::io::Error) -> DesktopError {
        DesktopError::FileNotSaved { file: file.display().to_string(), cause: error.to_string() }
    }
}

/// Opens a link in the person's browser, under the same rule as links in answers. The one place of the app that hands
/// anything to the system's opener.
pub(crate) fn open_link<R: Runtime>(app: &AppHandle<R>, url: &str) -> Result<(), DesktopError> {
    if !markdown::allowed_address(url) {
        return Err(DesktopError::LinkRefused { url: url.chars().take(200).collect() });
    }
    let opened = app.opener().open_url(url, None::<&str>);
    opened.map_err(|e| DesktopError::LinkNotOpened { url: url.to_owned(), cause: e.to_string() })
}

/// Opens a page that this app has just written, in the person's browser.
pub(crate) fn open_page<R: Runtime>(app: &AppHandle<R>, page: &Path) -> Result<(), DesktopError> {
    let path = page.display().to_string();
    let opened = app.opener().open_path(&path, None::<&str>);
    opened.map_err(|e| DesktopError::LinkNotOpened { url: path, cause: e.to_string() })
}

/// Asks for a folder in the system's own way. One whose name is no text can't be used, as if none was chosen.
pub(crate) async fn choose_folder<R: Runtime>(app: &AppHandle<R>) -> Option<String> {
    let mut chooser = rfd::AsyncFileDialog::new().set_title(words::choose_folder());
    if let Some(window) = app.get_webview_window("main") {
        chooser = chooser.set_parent(&window);
    }
    let chosen = chooser.pick_folder().await?;
    chosen.path().to_str().map(str::to_owned)
}

/// Writes a text where the person chooses to, in the system's own way; false where no place was chosen. A code block's name is
/// "code", with the ending that its language has.
pub(crate) async fn save_code<R: Runtime>(
    app: &AppHandle<R>,
    language: Option<&str>,
    text: String,
) -> Result<bool, DesktopError> {
    let ending = language.and_then(markdown::file_ending).unwrap_or("txt");
    let mut chooser =
        rfd::AsyncFileDialog::new().set_title(words::save_code()).set_file_name(format!("code.{ending}"));
    if let Some(window) = app.get_webview_window("main") {
        chooser = chooser.set_parent(&window);
    }
    let Some(chosen) = chooser.save_file().await else {
        return Ok(false);
    };
    let written = tokio::fs::write(chosen.path(), text).await;
    written.map(|()| true).map_err(|e| DesktopError::not_saved(chosen.path(), &e))
}

/// Where a picture, a sound or a film goes, as the person chooses in the system's own way.
pub(crate) async fn choose_media_file<R: Runtime>(app: &AppHandle<R>, name: &str) -> Option<PathBuf> {
    let mut chooser = rfd::AsyncFileDialog::new().set_title(words::save_media()).set_file_name(name);
    if let Some(window) = app.get_webview_window("main") {
        chooser = chooser.set_parent(&window);
    }
    Some(chooser.save_file().await?.path().to_owned())
}

/// Where the rows of the points history go, as the person chooses in the system's own way.
pub(crate) async fn choose_usage_file<R: Runtime>(
    app: &AppHandle<R>,
    format: UsageFormat,
) -> Option<PathBuf> {
    let ending = match format {
        UsageFormat::Csv => "csv",
        UsageFormat::Json => "json",
    };
    let mut chooser =
        rfd::AsyncFileDialog::new().set_title(words::save_usage()).set_file_name(format!("usage.{ending}"));
    if let Some(window) = app.get_webview_window("main") {
        chooser = chooser.set_parent(&window);
    }
    Some(chooser.save_file().await?.path().to_owned())
}

/// Where chats go, as the person chooses in the system's own way. `name`: what the window proposes, without its ending.
pub(crate) async fn choose_export_file<R: Runtime>(
    app: &AppHandle<R>,
    name: &str,
    format: ExportFormat,
) -> Option<PathBuf> {
    let ending = match format {
        ExportFormat::Markdown => "md",
        ExportFormat::Html => "html",
        ExportFormat::Json => "json",
        ExportFormat::Text => "txt",
    };
    let proposed = format!("{}.{ending}", file_name(name));
    let mut chooser = rfd::AsyncFileDialog::new().set_title(words::export_chats()).set_file_name(proposed);
    if let Some(window) = app.get_webview_window("main") {
        chooser = chooser.set_parent(&window);
    }
    Some(chooser.save_file().await?.path().to_owned())
}

/// Files of chats, one or several parts of an export.
pub(crate) async fn choose_import_files<R: Runtime>(app: &AppHandle<R>) -> Option<Vec<PathBuf>> {
    let mut chooser = rfd::AsyncFileDialog::new().set_title(words::import_chats());
    if let Some(window) = app.get_webview_window("main") {
        chooser = chooser.set_parent(&window);
    }
    let chosen = chooser.pick_files().await?;
    Some(chosen.into_iter().map(|file| file.path().to_owned()).collect())
}

/// Where prompts go, as the person chooses in the system's own way.
pub(crate) async fn choose_prompts_file<R: Runtime>(app: &AppHandle<R>) -> Option<PathBuf> {
    let mut chooser =
        rfd::AsyncFileDialog::new().set_title(words::export_prompts()).set_file_name("prompts.json");
    if let Some(window) = app.get_webview_window("main") {
        chooser = chooser.set_parent(&window);
    }
    Some(chooser.save_file().await?.path().to_owned())
}

/// A file of prompts.
pub(crate) async fn choose_prompts<R: Runtime>(app: &AppHandle<R>) -> Option<PathBuf> {
    let mut chooser = rfd::AsyncFileDialog::new().set_title(words::import_prompts());
    if let Some(window) = app.get_webview_window("main") {
        chooser = chooser.set_parent(&window);
    }
    Some(chooser.pick_file().await?.path().to_owned())
}

/// A title as a file's name, on every system.
fn file_name(title: &str) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | '(' | ')');
    let plain: String = title.chars().map(|c| if is_plain(c) { c } else { ' ' }).collect();
    let words: Vec<&str> = plain.split_whitespace().collect();
    let name: String = words.join(" ").trim_matches('.').chars().take(60).collect();
    if name.is_empty() { "chat".to_owned() } else { name }
}
