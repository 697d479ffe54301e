//! The buttons of cards.

pub(in crate::errors) const PASTE_KEY: &str = "Paste a new key";
pub(in crate::errors) const USE_ANYWAY: &str = "Use it anyway";
pub(in crate::errors) const OPEN_KEYS: &str = "Open poe.com/api/keys";
pub(in crate::errors) const SET_UP: &str = "Connect account";
pub(in crate::errors) const USE_ENV_KEY: &str = "Use POE_API_KEY";
pub(in crate::errors) const TRY_DEMO: &str = "Try the demo";
pub(in crate::errors) const CHOOSE_MODEL: &str = "Choose another model";
pub(in crate::errors) const CHOOSE_CAPABLE: &str = "Choose a model that can";
pub(in crate::errors) const CHOOSE_LARGER: &str = "Choose a larger model";
pub(in crate::errors) const CHECK_KEY: &str = "Check this key on Poe";
pub(in crate::errors) const REFRESH_MODELS: &str = "Refresh models";
pub(in crate::errors) const CHECK_ADDRESS: &str = "Check the address";
pub(in crate::errors) const USE_DEFAULT_ADDRESS: &str = "Use Poe’s address";
pub(in crate::errors) const EDIT_SETTINGS: &str = "Edit settings";
pub(in crate::errors) const EDIT_MESSAGE: &str = "Edit message";
pub(in crate::errors) const GET_POINTS: &str = "Get points";
pub(in crate::errors) const REFRESH_BALANCE: &str = "Refresh balance";
pub(in crate::errors) const REFRESH_USAGE: &str = "Refresh usage";
pub(in crate::errors) const TRY_AGAIN: &str = "Try again";
pub(in crate::errors) const REGENERATE: &str = "Regenerate";
pub(in crate::errors) const SEND_WHEN_READY: &str = "Send when ready";
pub(in crate::errors) const SEND_NOW: &str = "Send now";
pub(in crate::errors) const CANCEL: &str = "Cancel";
pub(in crate::errors) const OPEN_PLANS: &str = "Open Poe’s plans";
pub(in crate::errors) const OPEN_STATUS: &str = "Open status.poe.com";
pub(in crate::errors) const COPY_MESSAGE: &str = "Copy message";
pub(in crate::errors) const COPY_ADDRESS: &str = "Copy address";
pub(in crate::errors) const COPY_DETAILS: &str = "Copy details";
pub(in crate::errors) const KEEP_WAITING: &str = "Keep waiting";
pub(in crate::errors) const STOP_HERE: &str = "Stop here";
pub(in crate::errors) const KEEP: &str = "Keep as is";
pub(in crate::errors) const UNLOCK: &str = "Unlock";
pub(in crate::errors) const CHECK_AGAIN: &str = "Check again";
pub(in crate::errors) const SESSION_ONLY: &str = "Use key for this session only";
pub(in crate::errors) const REPLACE_KEY: &str = "Replace key";
pub(in crate::errors) const DISMISS: &str = "Dismiss";
pub(in crate::errors) const SIGN_IN: &str = "Sign in with Poe";
pub(in crate::errors) const SIGN_IN_AGAIN: &str = "Sign in again";
pub(in crate::errors) const PASTE_INSTEAD: &str = "Paste a key instead";
pub(in crate::errors) const HOW_TO_INSTALL: &str = "How to install one";
pub(in crate::errors) const RUN_CHECK: &str = "Check the connection";
pub(in crate::errors) const NETWORK_SETTINGS: &str = "Network settings";
pub(in crate::errors) const PROXY_SETTINGS: &str = "Proxy settings";
pub(in crate::errors) const TRY_WITHOUT_PROXY: &str = "Try without proxy";
pub(in crate::errors) const ADD_CA: &str = "Add a CA file";
pub(in crate::errors) const COPY_FOR_IT: &str = "Copy details for IT";
pub(in crate::errors) const OPEN_BROWSER: &str = "Open browser";
pub(in crate::errors) const SEND_WHEN_BACK: &str = "Send when back";
pub(in crate::errors) const KEEP_TRYING: &str = "Retry for up to 5 min";
pub(in crate::errors) const CHECK_AND_RETRY: &str = "Check and retry";
pub(in crate::errors) const SEND_AT_RISK: &str = "Send again (may be charged twice)";
pub(in crate::errors) const STOP_AND_CHECK: &str = "Stop and check cost";
pub(in crate::errors) const CONTINUE: &str = "Continue";
pub(in crate::errors) const TRIM_CONTEXT: &str = "Leave out older messages";
pub(in crate::errors) const SUMMARIZE: &str = "Start new chat with summary";
pub(in crate::errors) const SHRINK_IMAGE: &str = "Shrink image and send";
pub(in crate::errors) const REMOVE_ATTACHMENT: &str = "Remove it";
pub(in crate::errors) const SEND_WITHOUT: &str = "Send without it";
pub(in crate::errors) const SEND_ONCE: &str = "Send anyway";
pub(in crate::errors) const CHANGE_LIMIT: &str = "Change limit";
pub(in crate::errors) const COPY_TEXT: &str = "Copy text";
pub(in crate::errors) const CHOOSE_FOLDER: &str = "Choose another folder";
pub(in crate::errors) const SAVE_AGAIN: &str = "Save again";

pub(in crate::errors) fn restore_backup(time: &str) -> String {
    format!("Restore backup of {time}")
}

/// With the points that it would cost, where an estimate is known.
pub(in crate::errors) fn use_model(name: &str, points: Option<String>) -> String {
    about(&format!("Use {name}"), points)
}

/// "Continue (≈ 320)".
pub(in crate::errors) fn about(label: &str, points: Option<String>) -> String {
    match points {
        Some(points) => format!("{label} (≈ {points})"),
        None => label.to_owned(),
    }
}

pub(in crate::errors) fn trim(saves: Option<String>) -> String {
    match saves {
        Some(points) => format!("{TRIM_CONTEXT} (saves ≈ {points})"),
        None => TRIM_CONTEXT.to_owned(),
    }
}

pub(in crate::errors) fn reset_and_send(setting: &str) -> String {
    format!("Reset {} and send", setting.replace('_', " "))
}

pub(in crate::errors) fn raise_limit(tokens: &str) -> String {
    format!("Raise limit to {tokens} and send")
}
