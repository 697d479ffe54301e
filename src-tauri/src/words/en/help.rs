//! Words of the help pages: retry rules, what each button does, and what Poe's own guide says, in our words.

use crate::events::Action;
use crate::words::facts::Rule;

pub(crate) fn retry(rule: Rule) -> &'static str {
    match rule {
        Rule::Never => "Telltale doesn’t retry this.",
        Rule::Answered | Rule::NotSent => {
            "Telltale retries until the answer starts: up to 3 tries in all, after 1 s and 2 s or as long as Poe asks, \
             up to 60 s. A longer wait is shown, and you decide."
        }
        Rule::MaybeCharged => "Never resent automatically: Poe may have run it and could charge twice.",
        Rule::AnswerBegan => {
            "Never resent automatically: part of the answer arrived and may have been charged."
        }
        Rule::AfterKey => "Not retried as is. Once a new key works, the message is sent once.",
        Rule::WhenBack => "Sent once when you’re back online, if you choose that.",
        Rule::Background => "Checked again in the background, at least every 15 minutes.",
    }
}

/// What a button does, for those who want to know before pressing.
pub(crate) fn does(action: Action) -> &'static str {
    match action {
        Action::PasteKey => "Reads a key from the clipboard, checks it, and sends the message once it works.",
        Action::UseAnyway => "Tries the pasted text as a key, even though it doesn’t look like one.",
        Action::OpenKeys => "Opens poe.com/api/keys in your browser.",
        Action::SetUp => "Opens the page that connects your account.",
        Action::UseEnvKey => "Uses the key in this variable until you quit.",
        Action::TryDemo => "A simulated Poe on this computer answers. It’s free.",
        Action::UseModel => "Sends the same message to this model, and keeps it for this chat.",
        Action::ChooseModel => "Opens the model list; the message goes to the one you choose.",
        Action::RefreshModels => "Gets the model list from Poe again.",
        Action::CheckAddress => "Opens the address in Settings.",
        Action::UseDefaultAddress => "Switches back to Poe’s own address and sends again.",
        Action::ResetSetting => "Resets this setting to the model’s default and sends again.",
        Action::EditSettings => "Opens this chat’s settings.",
        Action::RaiseLimit => "Raises the token limit and sends again.",
        Action::EditMessage => "Puts your message back in the box to change and send.",
        Action::GetPoints => "Opens the page where you can buy points; the message waits here.",
        Action::RefreshBalance => "Gets your balance and usage from Poe now.",
        Action::SeeUsage => "Shows what each call cost.",
        Action::Retry => "Sends the same message again.",
        Action::WaitAndSend => "Sends the message as soon as Poe allows it. Press again to take that back.",
        Action::Cancel => "Stops waiting. The message stays.",
        Action::OpenStatus => "Opens status.poe.com in your browser.",
        Action::OpenPlans => "Opens Poe’s plans in your browser. A higher one raises the limit.",
        Action::CopyMessage => "Copies your text.",
        Action::CopyAddress => "Copies the address, for a browser of your choice.",
        Action::CopyDetails => "Copies the facts, without your key, for Poe support or your IT.",
        Action::KeepWaiting => "Hides the notice; the answer may still arrive.",
        Action::Stop => "Stops the answer here and keeps its text.",
        Action::Keep => "Hides the card and keeps the text as it is.",
        Action::UnlockKeychain => "Asks the keychain again; it may show its own prompt.",
        Action::SessionOnly => "Keeps the key in memory until you quit.",
        Action::ReplaceKey => "Opens the page where you can store a new key instead of this one.",
        Action::Fix => "Puts the cursor where the problem is.",
        Action::Dismiss => "Hides the card.",
        Action::SignIn => "Opens Poe in your browser, which sends a key back to Telltale.",
        Action::HowToInstall => "Shows how to get a keychain on this system.",
        Action::RunCheck => "Tests the connection to Poe step by step and shows which step fails.",
        Action::NetworkSettings => "Opens address, proxy and certificates in Settings.",
        Action::ProxySettings => "Opens the proxy in Settings.",
        Action::TryWithoutProxy => "Bypasses the proxy until you quit, and sends again.",
        Action::AddCa => "Lets you choose your company’s certificate file (CA).",
        Action::OpenBrowser => "Opens a page in your browser, so the network can show its sign-in.",
        Action::SendWhenBack => "Sends the message once, when you’re back online.",
        Action::KeepTrying => "Retries for up to 5 minutes, in sight. You can cancel.",
        Action::CheckAndRetry => {
            "Looks the call up in Poe’s points history. It’s resent automatically only if Poe lists it at 0 points."
        }
        Action::SendAtRisk => "Sends the message again. If the earlier request was charged, you pay twice.",
        Action::StopAndCheck => "Stops waiting and checks whether points were used.",
        Action::Continue => {
            "Asks the model to continue from where the text ends. For a video, waits for the same one again."
        }
        Action::TrimContext => "Sends again without the oldest messages. They stay in the chat.",
        Action::SummarizeAndStart => {
            "Has the model summarize this chat, a paid call, and starts a new one with the summary."
        }
        Action::ShrinkImage => "Makes the image smaller and sends again.",
        Action::RemoveAttachment => "Removes the file. A message that failed is sent again without it.",
        Action::SendWithout => "Sends the same message without what the model can’t read.",
        Action::SendOnce => "Sends this one message over the limit. The limit stays.",
        Action::ChangeLimit => "Opens the daily limit in Settings.",
        Action::CopyText => "Copies your message, and as much of the answer as there is.",
        Action::ChooseFolder => {
            "Asks for a folder, copies your chats and settings into a new folder inside it, and uses that one. The old folder is unchanged."
        }
        Action::SaveAgain => "Saves the answer to disk again. Nothing is sent.",
        Action::AllowBot => "Sends the message, and doesn’t ask about this bot again.",
        Action::RestoreBackup => "Puts your chats back as they were then. The current file is kept.",
    }
}

/// What to do outside of the app.
pub(crate) fn steps(code: &str) -> &'static [&'static str] {
    match code {
        "keychain_unavailable" => &[
            "Ubuntu, Debian, Mint: sudo apt install gnome-keyring",
            "Fedora: sudo dnf install gnome-keyring",
            "Arch: sudo pacman -S gnome-keyring",
            "KDE: turn on KDE Wallet in System Settings. It comes with Plasma.",
            "KeePassXC: turn on Secret Service Integration in its settings.",
            "Then log out and back in so the keychain starts, and press Check again.",
        ],
        _ => &[],
    }
}

/// Poe's names for it, and what else people search for.
pub(crate) fn terms(code: &str) -> &'static [&'static str] {
    match code {
        "invalid_api_key" => &["401", "Unauthorized", "Invalid API key provided", "authentication_error"],
        "no_api_key" => &["API key", "Authorization header"],
        "api_key_expired" => &["expires_in", "OAuth"],
        "sign_in_failed" => &["OAuth", "access_denied", "invalid_grant", "PKCE"],
        "permission_denied" => &["403", "Forbidden", "permission_error"],
        "model_not_found" => &["404", "400", "Invalid Model", "Model does not exist", "Bot does not exist"],
        "not_found" => &["404", "Not Found", "not_found_error"],
        "invalid_parameter" => &["400", "Temperature must be between 0 and 2", "invalid_request_error"],
        "bad_request" => &["400", "Bad Request", "invalid_request_error", "422"],
        "missing_parameter" => &["400", "Missing required parameter", "Missing Required Fields"],
        "unsupported_feature" => &["400", "unsupported_feature_for_model", "Tools are not supported"],
        "context_too_long" => &["413", "request_too_large", "user_message_too_long", "context length"],
        "attachment_too_large" => &["413", "Payload Too Large", "Request Entity Too Large"],
        "message_refused" => &["403", "moderation_error", "content_filter", "user_caused_error", "refusal"],
        "refused_by_network" => &["401", "403", "Forbidden", "Cloudflare", "cf-mitigated", "VPN"],
        "ended_by_host" => &["finish_reason", "stop reason"],
        "video_waits" => &["/v1/videos", "in_progress", "cancel video"],
        "video_failed" => &["/v1/videos", "failed", "expires_at"],
        "tool_wanted" => &["tool_calls", "function_call", "finish_reason tool_calls"],
        "insufficient_points" => &[
            "402",
            "Payment Required",
            "Insufficient points",
            "insufficient_quota",
            "insufficient_credits",
            "used up your points",
            "Get Current Balance",
        ],
        "budget_reached" => &["daily limit", "budget"],
        "rate_limit_exceeded" => {
            &["429", "Too Many Requests", "Rate limit exceeded", "Retry-After", "rate_limit_error"]
        }
        "internal_error" => &["500", "Internal Server Error", "api_error", "An unexpected error occurred"],
        "service_unavailable" => &["503", "Service Unavailable"],
        "model_overloaded" => &["529", "overloaded_error", "Overloaded"],
        "model_timeout" => &["408", "timeout_error"],
        "gateway_error" => &["502", "504", "Bad Gateway", "Gateway Timeout", "Cloudflare", "520", "524"],
        "dns_failed" => &["DNS", "name resolution", "ENOTFOUND"],
        "offline" => &["no internet", "network unreachable"],
        "connection_refused" => &["ECONNREFUSED", "firewall", "VPN"],
        "tls_untrusted" => &["TLS", "SSL", "unknown issuer", "self-signed certificate"],
        "tls_invalid" => &["TLS", "SSL", "certificate expired", "wrong name", "clock"],
        "proxy_failed" => &["407", "Proxy Authentication Required", "HTTPS_PROXY", "ALL_PROXY"],
        "captive_portal" => &["hotel", "guest network", "redirect", "HTML"],
        "connect_timeout" => &["timeout", "ETIMEDOUT"],
        "connection_lost" => &["connection reset", "ECONNRESET"],
        "first_byte_timeout" => &["timeout", "slow", "reasoning"],
        "stream_stalled" | "stream_cut" | "stream_incomplete" => &["streaming", "SSE", "[DONE]"],
        "stream_error" => &["streaming", "SSE", "error mid-stream"],
        "length_limit" => &["finish_reason length", "max_tokens"],
        "empty_answer" => &["max_tokens", "no content", "reasoning"],
        "malformed_response" => &["JSON", "parse"],
        "usage_partial" => &["points_history", "usage history", "current balance"],
        "keychain_locked"
        | "keychain_denied"
        | "keychain_unavailable"
        | "keychain_timed_out"
        | "keychain_corrupt" => {
            &["keychain", "GNOME Keyring", "KWallet", "Secret Service", "Credential Manager"]
        }
        "storage_failed" => &["disk full", "read-only", "database", "SQLite"],
        "data_folder" => &["TELLTALE_DATA_DIR", "data directory", "move chats", "another disk"],
        "library_set_aside" | "settings_set_aside" => &["damaged file", "backup"],
        "invalid_input" | "invalid_base_url" => &["Validate Before Sending", "base URL"],
        _ => &[],
    }
}

/// Where Poe's guide "Error Handling" speaks of it, and what it advises, in our words.
pub(crate) fn guide(code: &str) -> Option<(&'static str, &'static str)> {
    Some(match code {
        "invalid_api_key" => (
            "Authentication Errors (401): Invalid API Key",
            "Check that the key is correct and properly formatted in the Authorization header. Telltale writes the header; \
             the key itself is checked when you paste it.",
        ),
        "model_not_found" => (
            "Bad Request Errors (400): Invalid Model",
            "Check the List Models endpoint for what’s available. Telltale shows that list and offers the closest names.",
        ),
        "invalid_parameter" => (
            "Bad Request Errors (400): Invalid Parameters",
            "Review the documentation for valid ranges. Telltale names the setting and its range, and can reset it.",
        ),
        "missing_parameter" => (
            "Bad Request Errors (400): Missing Required Fields",
            "Make sure all required fields are included. Telltale should; the details help fix it.",
        ),
        "bad_request" => {
            ("HTTP Status Codes: 400 Bad Request", "The request’s format or a parameter is invalid.")
        }
        "permission_denied" => (
            "HTTP Status Codes: 403 Forbidden",
            "The key is valid but lacks permissions. Check the key and the state of your account.",
        ),
        "not_found" => (
            "HTTP Status Codes: 404 Not Found",
            "The resource wasn’t found. Check the address against the endpoint’s page.",
        ),
        "insufficient_points" => (
            "Insufficient Points (402); Check Your Balance Regularly",
            "Check your balance with Get Current Balance and add points to your account. Telltale reads the balance for you.",
        ),
        "rate_limit_exceeded" => (
            "Rate Limit Errors (429); Rate Limiting",
            "Use exponential backoff, and wait as long as the Retry-After header says. Such a request isn’t processed and \
             uses no points. Telltale keeps requests queued to avoid bursts; if you hit the limit often, consider a higher plan.",
        ),
        "internal_error" => (
            "Server Errors (500, 503); Implement Retry Logic",
            "These are temporary: try again with exponential backoff. If it keeps happening, contact Poe support with the details \
             and the request ID.",
        ),
        "service_unavailable" => (
            "Server Errors (500, 503); Implement Retry Logic",
            "The service is temporarily unavailable: try again with exponential backoff.",
        ),
        "stream_cut" | "stream_error" | "stream_incomplete" | "stream_stalled" => (
            "Handle Streaming Errors",
            "With streaming, errors can arrive in the middle of an answer. What arrived is saved.",
        ),
        "invalid_input" | "invalid_base_url" => (
            "Validate Before Sending",
            "Check the model and the messages before a request is made. Telltale does this at the field.",
        ),
        "usage_partial" => (
            "Review Usage History; Check Your Balance Regularly",
            "Balance and usage history are two requests; each can be read without the other.",
        ),
        _ => return None,
    })
}

/// Pages that help further: a label and an address.
pub(crate) fn links(code: &str) -> Vec<(&'static str, &'static str)> {
    const ERRORS: (&str, &str) = ("Poe’s error guide", "https://creator.poe.com/api-reference/errors");
    const KEYS: (&str, &str) = ("API keys on Poe", "https://poe.com/api/keys");
    const MODELS: (&str, &str) = ("Poe’s model list", "https://creator.poe.com/api-reference/listModels");
    const LIMITS: (&str, &str) = ("Poe’s rate limits", "https://creator.poe.com/api-reference/rate-limits");
    const STATUS: (&str, &str) = ("Poe status", "https://status.poe.com");
    const BALANCE: (&str, &str) =
        ("Poe’s page on balance", "https://creator.poe.com/api-reference/getCurrentBalance");
    const HISTORY: (&str, &str) =
        ("Poe’s page on usage", "https://creator.poe.com/api-reference/getPointsHistory");
    let own = match code {
        "invalid_api_key" | "no_api_key" | "api_key_expired" | "sign_in_failed" | "permission_denied" => KEYS,
        "model_not_found" | "unsupported_feature" | "context_too_long" => MODELS,
        "insufficient_points" => BALANCE,
        "usage_partial" => HISTORY,
        "rate_limit_exceeded" => LIMITS,
        "internal_error"
        | "service_unavailable"
        | "model_overloaded"
        | "model_timeout"
        | "gateway_error"
        | "connection_lost"
        | "connect_timeout"
        | "connection_refused" => STATUS,
        _ => return guide(code).map(|_| ERRORS).into_iter().collect(),
    };
    std::iter::once(own).chain(guide(code).map(|_| ERRORS)).collect()
}
