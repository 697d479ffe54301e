//! What a person chose, over tauri-plugin-store. No secrets.

#[derive(Clone, Debug)]
pub enum SettingsError {
    BaseUrl(poe::Error),
    OutOfRange { field: &'static str },
    Write(String),
}
