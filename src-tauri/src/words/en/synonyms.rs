//! What people call a failure who know neither Poe's words nor ours: searched in Help, never shown.

pub(crate) fn of(code: &str) -> &'static [&'static str] {
    match code {
        "invalid_api_key" => &[
            "wrong key",
            "bad key",
            "key doesn't work",
            "key not working",
            "revoked key",
            "can't log in",
            "password wrong",
        ],
        "no_api_key" => {
            &["no key", "missing key", "not connected", "where do I get a key", "log in", "sign up"]
        }
        "api_key_expired" => &["key too old", "signed out", "logged out", "expired login"],
        "sign_in_failed" => &["login failed", "can't sign in", "browser login", "log in with Poe"],
        "permission_denied" => &["not allowed", "no access", "private bot", "subscription needed"],
        "model_not_found" => {
            &["model gone", "bot gone", "model disappeared", "model removed", "model renamed", "no such bot"]
        }
        "not_found" => &["wrong address", "wrong server", "page not found"],
        "invalid_parameter" => &["wrong setting", "value too high", "temperature too high"],
        "bad_request" => &["request wrong", "something invalid"],
        "missing_parameter" => &["something missing", "bug in the app"],
        "unsupported_feature" => {
            &["can't see images", "can't read pictures", "doesn't take files", "no vision"]
        }
        "context_too_long" => {
            &["chat too long", "message too long", "text too long", "forgets", "memory full", "too much text"]
        }
        "attachment_too_large" => &["file too big", "picture too big", "photo too large", "upload failed"],
        "message_refused" => &["censored", "blocked", "won't answer", "moderation", "refuses", "not safe"],
        "refused_by_network" => &["blocked by firewall", "blocked country", "school network", "work network"],
        "ended_by_host" => &["stopped early", "ended strangely"],
        "video_waits" => &["video still being made", "stopped waiting", "get my video"],
        "video_failed" => &["video not made", "video expired", "video gone"],
        "tool_wanted" => &["wants a tool", "function calling", "no web search"],
        "insufficient_points" => &[
            "no money",
            "out of money",
            "no points",
            "out of points",
            "not enough money",
            "too expensive",
            "can't afford",
            "no credit",
            "out of credits",
            "broke",
            "top up",
            "buy points",
            "pay",
        ],
        "budget_reached" => &["spending limit", "too much today", "over budget", "my limit"],
        "rate_limit_exceeded" => &["too fast", "too many messages", "slow down", "have to wait", "throttled"],
        "internal_error" => &["Poe broken", "server error", "crash", "Poe bug"],
        "service_unavailable" => &["Poe down", "Poe offline", "outage", "maintenance", "not available"],
        "model_overloaded" => &["model busy", "too many people", "overloaded", "full"],
        "model_timeout" => &["takes forever", "no answer", "too slow", "never starts"],
        "gateway_error" => &["Poe down", "server down", "bad gateway"],
        "dns_failed" => &["can't find Poe", "name not found", "internet doesn't work"],
        "offline" => &["no internet", "no wifi", "no network", "not online", "airplane mode", "disconnected"],
        "connection_refused" => &["can't connect", "blocked", "nothing answers"],
        "connect_timeout" => &["can't connect", "takes forever", "slow internet"],
        "connection_lost" => &["connection dropped", "internet dropped", "wifi dropped"],
        "tls_untrusted" => &["not secure", "certificate", "antivirus", "company network", "work computer"],
        "tls_invalid" => &["clock wrong", "wrong date", "certificate", "not secure"],
        "proxy_failed" => &["proxy", "company network", "work network", "VPN"],
        "captive_portal" => &["hotel wifi", "airport wifi", "train wifi", "login page", "public wifi"],
        "first_byte_timeout" => &["no answer", "nothing happens", "takes forever", "stuck", "hangs"],
        "stream_stalled" => &["stuck", "frozen", "hangs", "stopped typing", "paused"],
        "stream_cut" => {
            &["answer stops", "half an answer", "cut off", "interrupted", "crashed", "closed the app"]
        }
        "stream_incomplete" => &["answer stops", "half an answer", "cut off", "unfinished"],
        "stream_error" => &["error in the middle", "half an answer", "broke off"],
        "length_limit" => &["answer too short", "cut off", "stops in the middle", "make it longer"],
        "empty_answer" => &["no answer", "blank answer", "nothing came", "says nothing"],
        "malformed_response" => &["strange answer", "garbage", "unreadable answer"],
        "usage_partial" => &["balance missing", "history missing", "wrong balance"],
        "keychain_locked" => &["keyring password", "password prompt", "unlock"],
        "keychain_denied" => &["keyring password", "pressed cancel", "password prompt"],
        "keychain_unavailable" => {
            &["asks for the key every time", "forgets my key", "no keyring", "install keyring"]
        }
        "keychain_timed_out" => &["keyring hangs", "password prompt hidden"],
        "keychain_corrupt" => &["key damaged", "key unreadable"],
        "storage_failed" => &["can't save", "disk full", "no space", "chats not saved"],
        "import_failed" => &["can't import", "wrong export", "move from ChatGPT", "move from Claude"],
        "backup_failed" => &["can't back up", "restore failed"],
        "data_folder" => &["move my chats", "folder missing", "usb drive", "where are my chats"],
        "library_set_aside" => &["chats gone", "lost my chats", "chats disappeared", "history gone"],
        "settings_set_aside" => &["settings gone", "settings reset"],
        "link_not_opened" => &["browser doesn't open", "link doesn't work"],
        "link_refused" => &["link doesn't work", "dangerous link"],
        "page_reloaded" => &["window went white", "window reloaded", "flashed", "crash"],
        "invalid_input" => &["can't send", "field is red"],
        "invalid_base_url" => &["wrong address", "wrong server"],
        _ => &[],
    }
}
