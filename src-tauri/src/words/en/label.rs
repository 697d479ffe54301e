//! The buttons of cards.

pub(crate) const PASTE_KEY: &str = "Paste a new key";
pub(crate) const USE_ANYWAY: &str = "Use it anyway";
pub(crate) const OPEN_KEYS: &str = "Open poe.com/api/keys";
pub(crate) const SET_UP: &str = "Connect account";
pub(crate) const USE_ENV_KEY: &str = "Use POE_API_KEY";
pub(crate) const TRY_DEMO: &str = "Try the demo";
pub(crate) const CHOOSE_MODEL: &str = "Choose another model";
pub(crate) const CHOOSE_CAPABLE: &str = "Choose a model that can";
pub(crate) const CHOOSE_LARGER: &str = "Choose a larger model";
pub(crate) const CHECK_KEY: &str = "Check this key on Poe";
pub(crate) const REFRESH_MODELS: &str = "Refresh models";
pub(crate) const CHECK_ADDRESS: &str = "Check the address";
pub(crate) const USE_DEFAULT_ADDRESS: &str = "Use Poe’s address";
pub(crate) const EDIT_SETTINGS: &str = "Edit settings";
pub(crate) const EDIT_MESSAGE: &str = "Edit message";
pub(crate) const GET_POINTS: &str = "Get points";
pub(crate) const REFRESH_BALANCE: &str = "Refresh balance";
pub(crate) const REFRESH_USAGE: &str = "Refresh usage";
pub(crate) const TRY_AGAIN: &str = "Try again";
pub(crate) const REGENERATE: &str = "Regenerate";
pub(crate) const SEND_WHEN_READY: &str = "Send when ready";
pub(crate) const SEND_NOW: &str = "Send now";
pub(crate) const CANCEL: &str = "Cancel";
pub(crate) const OPEN_PLANS: &str = "Open Poe’s plans";
pub(crate) const OPEN_STATUS: &str = "Open status.poe.com";
pub(crate) const COPY_MESSAGE: &str = "Copy message";
pub(crate) const COPY_ADDRESS: &str = "Copy address";
pub(crate) const COPY_DETAILS: &str = "Copy details";
pub(crate) const KEEP_WAITING: &str = "Keep waiting";
pub(crate) const STOP_HERE: &str = "Stop here";
pub(crate) const KEEP: &str = "Keep as is";
pub(crate) const UNLOCK: &str = "Unlock";
pub(crate) const CHECK_AGAIN: &str = "Check again";
pub(crate) const SESSION_ONLY: &str = "Use key for this session only";
pub(crate) const REPLACE_KEY: &str = "Replace key";
pub(crate) const DISMISS: &str = "Dismiss";
pub(crate) const SIGN_IN: &str = "Sign in with Poe";
pub(crate) const SIGN_IN_AGAIN: &str = "Sign in again";
pub(crate) const PASTE_INSTEAD: &str = "Paste a key instead";
pub(crate) const HOW_TO_INSTALL: &str = "How to install one";
pub(crate) const RUN_CHECK: &str = "Check the connection";
pub(crate) const NETWORK_SETTINGS: &str = "Network settings";
pub(crate) const PROXY_SETTINGS: &str = "Proxy settings";
pub(crate) const TRY_WITHOUT_PROXY: &str = "Try without proxy";
pub(crate) const ADD_CA: &str = "Add a CA file";
pub(crate) const COPY_FOR_IT: &str = "Copy details for IT";
pub(crate) const OPEN_BROWSER: &str = "Open browser";
pub(crate) const SEND_WHEN_BACK: &str = "Send when back";
pub(crate) const KEEP_TRYING: &str = "Retry for up to 5 min";
pub(crate) const CHECK_AND_RETRY: &str = "Check and retry";
pub(crate) const SEND_AT_RISK: &str = "Send again (may be charged twice)";
pub(crate) const STOP_AND_CHECK: &str = "Stop and check cost";
pub(crate) const CONTINUE: &str = "Continue";
pub(crate) const TRIM_CONTEXT: &str = "Leave out older messages";
pub(crate) const SUMMARIZE: &str = "Start new chat with summary";
pub(crate) const SHRINK_IMAGE: &str = "Shrink image and send";
pub(crate) const REMOVE_ATTACHMENT: &str = "Remove it";
pub(crate) const SEND_WITHOUT: &str = "Send without it";
pub(crate) const SEND_ONCE: &str = "Send anyway";
pub(crate) const CHANGE_LIMIT: &str = "Change limit";
pub(crate) const COPY_TEXT: &str = "Copy text";
pub(crate) const CHOOSE_FOLDER: &str = "Choose another folder";
pub(crate) const SAVE_AGAIN: &str = "Save again";

pub(crate) fn restore_backup(time: &str) -> String {
    format!("Restore backup of {time}")
}

/// With the points that it would cost, where an estimate is known.
pub(crate) fn use_model(name: &str, points: Option<String>) -> String {
    about(&format!("Use {name}"), points)
}

/// "Continue (≈ 320)".
pub(crate) fn about(label: &str, points: Option<String>) -> String {
    match points {
        Some(points) => format!("{label} (≈ {points})"),
        None => label.to_owned(),
    }
}

pub(crate) fn trim(saves: Option<String>) -> String {
    match saves {
        Some(points) => format!("{TRIM_CONTEXT} (saves ≈ {points})"),
        None => TRIM_CONTEXT.to_owned(),
    }
}

pub(crate) fn reset_and_send(setting: &str) -> String {
    format!("Reset {} and send", setting.replace('_', " "))
}

pub(crate) fn raise_limit(tokens: &str) -> String {
    format!("Raise limit to {tokens} and send")
}
