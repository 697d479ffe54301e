//! The buttons of cards.

says! {
    paste_key: "Paste a new key",
    use_anyway: "Use it anyway",
    open_keys: "Open poe.com/api/keys",
    set_up: "Connect account",
    use_env_key: "Use POE_API_KEY",
    try_demo: "Try the demo",
    choose_model: "Choose another model",
    choose_capable: "Choose a model that can",
    choose_larger: "Choose a larger model",
    check_key: "Check this key on Poe",
    refresh_models: "Refresh models",
    check_address: "Check the address",
    use_default_address: "Use Poe’s address",
    edit_settings: "Edit settings",
    edit_message: "Edit message",
    get_points: "Get points",
    refresh_balance: "Refresh balance",
    refresh_usage: "Refresh usage",
    try_again: "Try again",
    regenerate: "Regenerate",
    get_film: "Get the video",
    send_when_ready: "Send when ready",
    send_now: "Send now",
    cancel: "Cancel",
    open_plans: "Open Poe’s plans",
    open_status: "Open status.poe.com",
    copy_message: "Copy message",
    copy_address: "Copy address",
    copy_details: "Copy details",
    keep_waiting: "Keep waiting",
    stop_here: "Stop here",
    keep: "Keep as is",
    unlock: "Unlock",
    check_again: "Check again",
    session_only: "Use key for this session only",
    replace_key: "Replace key",
    dismiss: "Dismiss",
    sign_in: "Sign in with Poe",
    sign_in_again: "Sign in again",
    paste_instead: "Paste a key instead",
    how_to_install: "How to install one",
    run_check: "Check the connection",
    network_settings: "Network settings",
    proxy_settings: "Proxy settings",
    try_without_proxy: "Try without proxy",
    add_ca: "Add a CA file",
    copy_for_it: "Copy details for IT",
    open_browser: "Open browser",
    send_when_back: "Send when back",
    keep_trying: "Retry for up to 5 min",
    check_and_retry: "Check and retry",
    send_at_risk: "Send again (may be charged twice)",
    stop_and_check: "Stop and check cost",
    go_on: "Continue",
    trim_context: "Leave out older messages",
    summarize: "Start new chat with summary",
    shrink_image: "Shrink image and send",
    remove_attachment: "Remove it",
    stop_sending: "Stop sending it",
    send_without: "Send without it",
    send_once: "Send anyway",
    change_limit: "Change limit",
    change_budget: "Change budget",
    copy_text: "Copy text",
    choose_folder: "Choose another folder",
    save_again: "Save again",
    allow_bot: "Send",
}

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
        Some(points) => format!("{} (saves ≈ {points})", trim_context()),
        None => trim_context().to_owned(),
    }
}

pub(crate) fn reset_and_send(setting: &str) -> String {
    format!("Reset {} and send", setting.replace('_', " "))
}

pub(crate) fn raise_limit(tokens: &str) -> String {
    format!("Raise limit to {tokens} and send")
}
