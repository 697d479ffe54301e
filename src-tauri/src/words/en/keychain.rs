//! What the place that keeps the key is called in the middle of a sentence, and what the system is told to call it.

pub(crate) fn system() -> &'static str {
    if cfg!(target_os = "macos") {
        "macOS Keychain"
    } else if cfg!(windows) {
        "Windows Credential Manager"
    } else {
        "system keyring"
    }
}

says! {
    /// Gone at exit.
    memory: "session memory",
    /// A keyring that is made because there was none.
    new: "Default keyring",
}
