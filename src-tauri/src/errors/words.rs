//! Every English word about a failure. Another language is another file with the same functions.
//! Short, plain, no blame; a title has at most six words; values are handed in and may be missing.

use super::catalogue::{Points, Rule};
use super::values::{Unit, number};
use super::{InputProblem, ModelRef};
use crate::events::ChargeState;

pub(super) struct Words {
    pub(super) title: String,
    pub(super) what: String,
    pub(super) why: Vec<&'static str>,
}

fn words(title: impl Into<String>, what: impl Into<String>, why: &[&'static str]) -> Words {
    let (title, what) = (title.into(), what.into());
    Words {
        title,
        what,
        why: why.to_vec(),
    }
}

// Names where one is missing, at the start of a sentence and inside one.

fn start(model: Option<&str>) -> &str {
    model.unwrap_or("The model")
}

fn inside(model: Option<&str>) -> &str {
    model.unwrap_or("the model")
}

fn poe_or(host: Option<&str>) -> &str {
    host.unwrap_or("Poe")
}

fn says(text: Option<&str>) -> String {
    text.map(|text| format!(" Poe says: {text}")).unwrap_or_default()
}

pub(super) fn ago((count, unit): (i64, Unit)) -> String {
    match unit {
        Unit::Second => format!("{count} s ago"),
        Unit::Minute => format!("{count} min ago"),
        Unit::Hour => format!("{count} h ago"),
        Unit::Day => format!("{count} days ago"),
    }
}

// Key and rights

pub(super) fn invalid_api_key(last_four: Option<&str>) -> Words {
    let which = last_four
        .map(|four| format!(" that ends in …{four}"))
        .unwrap_or_default();
    words(
        "Poe does not accept this key",
        format!("Poe refused the key{which}."),
        &[
            "It was changed or revoked on Poe, or has expired.",
            "It was pasted incompletely.",
        ],
    )
}

pub(super) fn no_api_key() -> Words {
    words(
        "Connect your Poe account",
        "No key is stored on this computer.",
        &[],
    )
}

pub(super) fn permission_denied(model: Option<&str>, said: Option<&str>) -> Words {
    words(
        "Your key may not do this",
        format!(
            "Poe knows the key, and does not let it use {}.{}",
            inside(model),
            says(said)
        ),
        &["The bot is private or restricted.", "The key is limited on Poe."],
    )
}

// The request

pub(super) fn model_not_found(model: Option<&str>, list_read: Option<String>, closest: &[ModelRef]) -> Words {
    let mut what = match list_read {
        Some(ago) => format!("Poe has no model of this name. The list was read {ago}."),
        None => "Poe has no model of this name.".to_owned(),
    };
    match closest {
        [] => {}
        [one] => what += &format!(" The closest name is {}.", one.name),
        [one, two, ..] => what += &format!(" The closest names are {} and {}.", one.name, two.name),
    }
    let title = match model {
        Some(name) => format!("“{name}” is not on Poe"),
        None => "This model is not on Poe".to_owned(),
    };
    words(
        title,
        what,
        &["It was renamed or withdrawn.", "The bot is private."],
    )
}

pub(super) fn not_found(address: Option<&str>) -> Words {
    let address = address.unwrap_or("the address");
    words(
        "Poe does not know this address",
        format!("Nothing answers below {address}."),
        &[
            "The address in Settings is not that of Poe.",
            "It needs /v1 at its end.",
        ],
    )
}

pub(super) fn invalid_parameter(setting: Option<&str>, sent: Option<&str>, said: Option<&str>) -> Words {
    let what = match (setting, sent) {
        (Some(setting), Some(sent)) => format!("Poe does not take {setting} {sent}."),
        (Some(setting), None) => format!("Poe does not take this value of {setting}."),
        (None, _) => "Poe does not take a value that was sent.".to_owned(),
    };
    words("A setting is out of range", what + &says(said), &[])
}

pub(super) fn bad_request(said: Option<&str>) -> Words {
    let what = match said {
        Some(text) => format!("Poe says: {text}"),
        None => "Poe gave no reason.".to_owned(),
    };
    words(
        "Poe did not accept the request",
        what,
        &["The model does not take one of this chat's settings."],
    )
}

pub(super) fn missing_parameter(parameter: Option<&str>, said: Option<&str>) -> Words {
    let what = match parameter {
        Some(name) => format!("The request lacked {name}. That is Telltale's mistake."),
        None => "Something was missing from it. That is Telltale's mistake.".to_owned(),
    };
    words("The request was incomplete", what + &says(said), &[])
}

pub(super) fn unsupported_feature(model: Option<&str>, said: Option<&str>) -> Words {
    words(
        format!("{} cannot do this", start(model)),
        format!(
            "The request asks for what {} does not offer.{}",
            inside(model),
            says(said)
        ),
        &[],
    )
}

pub(super) fn context_too_long(model: Option<&str>, takes: Option<String>, said: Option<&str>) -> Words {
    let what = match takes {
        Some(tokens) => format!("{} takes {tokens} tokens, and the chat has more.", start(model)),
        None => format!("The chat has more tokens than {} takes.", inside(model)),
    };
    words(
        "This chat is too long",
        what + &says(said),
        &["Earlier messages are sent along each time."],
    )
}

pub(super) fn request_too_large() -> Words {
    words(
        "The message is too large",
        "The request was larger than Poe accepts.",
        &[
            "A very long text was pasted.",
            "Earlier messages are sent along each time.",
        ],
    )
}

pub(super) fn message_refused(model: Option<&str>, said: Option<&str>) -> Words {
    let what = match said {
        Some(text) => format!("Poe says: {text}"),
        None => "A content filter stopped it. Poe gave no reason.".to_owned(),
    };
    words(format!("{} declined this message", start(model)), what, &[])
}

// Points and limits

pub(super) struct BalanceWords {
    pub(super) points: String,
    pub(super) ago: String,
    pub(super) looks_enough: bool,
}

pub(super) fn insufficient_points(
    model: Option<&str>,
    needed: Option<String>,
    balance: Option<BalanceWords>,
) -> Words {
    let need = match &needed {
        Some(points) => format!("{} needs about {points} points for this message.", start(model)),
        None => "Poe says that the points do not suffice for this message.".to_owned(),
    };
    match balance {
        Some(BalanceWords {
            points,
            ago,
            looks_enough: true,
        }) => words(
            "Not enough points",
            format!("{need} The balance of {points} points, read {ago}, looks enough."),
            &[
                "Points were spent elsewhere since then.",
                "A long answer can cost more than estimated.",
            ],
        ),
        Some(BalanceWords {
            ago,
            looks_enough: false,
            ..
        }) => words(
            "Not enough points",
            format!("{need} The balance was read {ago}."),
            &[],
        ),
        None => words("Not enough points", need, &[]),
    }
}

pub(super) fn rate_limit_exceeded(wait: Option<String>, next: Option<(u32, u32)>) -> Words {
    let wait = match wait {
        Some(clock) => format!("Poe asks for a wait of {clock}."),
        None => "Poe gave no waiting time.".to_owned(),
    };
    let next = match next {
        Some((attempt, of)) => format!(" Attempt {attempt} of {of} follows by itself."),
        None => String::new(),
    };
    words(
        "Poe asks to slow down",
        wait + &next,
        &[
            "This key sent many requests in a short time; about 500 a minute are allowed.",
            "If it happens often: a higher Poe plan raises the limit.",
        ],
    )
}

// Poe's side

pub(super) fn internal_error(tries: u32) -> Words {
    words(
        "Poe had an internal error",
        format!("Poe failed while it handled the request{}.", after(tries)),
        &[
            "It is not about your settings, and mostly passes.",
            "A very long chat can cause it.",
        ],
    )
}

pub(super) fn service_unavailable(tries: u32) -> Words {
    words(
        "Poe is not available right now",
        format!("Poe answers that it is unavailable{}.", after(tries)),
        &["Maintenance or an outage at Poe."],
    )
}

pub(super) fn model_overloaded(model: Option<&str>, tries: u32) -> Words {
    words(
        format!("{} is overloaded", start(model)),
        format!(
            "Too many people use {} right now{}. Other models may work.",
            inside(model),
            after(tries)
        ),
        &[],
    )
}

pub(super) fn model_timeout(model: Option<&str>, tries: u32) -> Words {
    words(
        format!("{} did not start", start(model)),
        format!("Poe waited for {} and gave up{}.", inside(model), after(tries)),
        &["The model is busy or slow to start."],
    )
}

fn after(tries: u32) -> String {
    if tries > 1 {
        format!(", after {tries} tries")
    } else {
        String::new()
    }
}

pub(super) fn gateway_error(status: Option<u16>) -> Words {
    let status = status.map(|status| format!(" ({status})")).unwrap_or_default();
    words(
        "Poe's gateway failed",
        format!("The gateway in front of Poe gave up{status}. The model may have run all the same."),
        &[
            "The model took longer than the gateway waits.",
            "An outage at Poe.",
        ],
    )
}

// The connection

pub(super) fn dns_failed(host: Option<&str>) -> Words {
    words(
        format!("Cannot find {}", poe_or(host)),
        format!("The name lookup of {} failed.", poe_or(host)),
        &[
            "There is no internet connection.",
            "A VPN, filter or name server blocks the name.",
        ],
    )
}

pub(super) fn offline() -> Words {
    words(
        "You are offline",
        "This computer has no route to the internet.",
        &["Wi-Fi or the cable is disconnected.", "A VPN is down."],
    )
}

pub(super) fn connection_refused(host: Option<&str>) -> Words {
    words(
        format!("{} does not answer", poe_or(host)),
        format!("{} did not take the connection.", poe_or(host)),
        &[
            "A firewall or VPN blocks it, or Poe has an outage.",
            "The address in Settings is wrong.",
        ],
    )
}

pub(super) fn connect_timeout(host: Option<&str>) -> Words {
    words(
        "No connection in time",
        format!("{} could not be reached within the time allowed.", poe_or(host)),
        &["The network is slow or blocked.", "Poe has an outage."],
    )
}

pub(super) fn tls_untrusted(host: Option<&str>) -> Words {
    words(
        "The secure connection is being intercepted",
        format!(
            "The certificate shown for {} has an unknown issuer.",
            poe_or(host)
        ),
        &[
            "A company filter or antivirus program reads connections.",
            "The network is not to be trusted.",
        ],
    )
}

pub(super) fn tls_invalid(host: Option<&str>, now: &str) -> Words {
    words(
        "Secure connection not possible",
        format!(
            "The certificate of {} does not fit its name or today's date ({now}).",
            poe_or(host)
        ),
        &[
            "This computer's clock is wrong.",
            "Something on the network answers in Poe's place.",
        ],
    )
}

pub(super) fn proxy_failed(proxy: Option<&str>, wants_login: bool) -> Words {
    let proxy = proxy.unwrap_or("The proxy");
    let what = if wants_login {
        format!("{proxy} wants a login.")
    } else {
        format!("{proxy} did not answer or refused the connection.")
    };
    words(
        "Your proxy stands in the way",
        what,
        &[
            "The system's proxy setting is out of date.",
            "The proxy needs a name and password.",
        ],
    )
}

pub(super) fn captive_portal(host: Option<&str>) -> Words {
    words(
        "This network wants a login",
        format!("A web page answered in place of {}.", poe_or(host)),
        &[
            "A hotel or guest network asks to log in: open any page in a browser.",
            "The address in Settings is wrong.",
        ],
    )
}

pub(super) fn connection_lost(host: Option<&str>) -> Words {
    words(
        "The connection broke before an answer",
        format!(
            "The request was sent, and {} closed the connection without a word. It may have run.",
            poe_or(host)
        ),
        &[
            "The network changed or slept.",
            "Poe or a proxy dropped the connection.",
        ],
    )
}

// The answer

pub(super) fn first_byte_timeout(model: Option<&str>) -> Words {
    words(
        format!("{} has not started answering", start(model)),
        "The request was sent, and nothing came within the time allowed. It may still run.",
        &["Reasoning and media models can take minutes to start."],
    )
}

pub(super) fn not_started(model: Option<&str>, seconds: String) -> Words {
    words(
        format!("{} has not started answering", start(model)),
        format!("Sent {seconds} s ago, still waiting."),
        &["Reasoning and media models can take minutes to start."],
    )
}

pub(super) fn stream_stalled() -> Words {
    words(
        "The answer has paused",
        "No more text came within the time allowed.",
        &[],
    )
}

pub(super) fn paused(seconds: String) -> Words {
    words("The answer has paused", format!("No text for {seconds} s."), &[])
}

pub(super) fn stream_cut(host: Option<&str>, count: Option<String>) -> Words {
    let so_far = count
        .map(|count| format!(" {count} words had come."))
        .unwrap_or_default();
    words(
        "The connection broke",
        format!(
            "The connection to {} broke in the middle of the answer.{so_far}",
            poe_or(host)
        ),
        &[
            "The network changed or slept.",
            "Poe or a proxy dropped the connection.",
        ],
    )
}

pub(super) fn interrupted(some_came: bool) -> Words {
    let came = if some_came {
        "What had come is kept."
    } else {
        "Nothing of it had come."
    };
    words(
        "The answer was interrupted",
        format!("Telltale closed before the answer ended. {came}"),
        &[],
    )
}

pub(super) fn stream_error(model: Option<&str>, inner: Words) -> Words {
    let what = format!("{}. {}", inner.title.trim_end_matches('.'), inner.what);
    Words {
        title: format!("{} stopped with an error", start(model)),
        what,
        why: inner.why,
    }
}

pub(super) fn stream_incomplete() -> Words {
    words(
        "The answer may be incomplete",
        "It ended without the sign that marks the end.",
        &["Poe or a proxy closed the connection early."],
    )
}

pub(super) fn length_limit(limit: Option<String>) -> Words {
    let what = match limit {
        Some(tokens) => format!("The answer stopped at this chat's limit of {tokens} tokens."),
        None => "The answer is as long as the model makes it.".to_owned(),
    };
    words("Answer reached its length limit", what, &[])
}

pub(super) fn empty_answer(model: Option<&str>, limit: Option<String>) -> Words {
    let title = format!("{} gave no text", start(model));
    match limit {
        Some(tokens) => words(
            title,
            format!("The limit of {tokens} tokens was used up before any text."),
            &["Reasoning counts toward the limit."],
        ),
        None => words(title, "The answer ended without any text.", &[]),
    }
}

pub(super) fn malformed_response(said: Option<&str>) -> Words {
    let what = match said {
        Some(text) => format!("It was not what Poe documents: {text}"),
        None => "It was not what Poe documents.".to_owned(),
    };
    words(
        "Poe's answer could not be read",
        what,
        &[
            "Something between here and Poe changed it.",
            "Poe changed its format.",
        ],
    )
}

pub(super) fn unknown(said: Option<&str>) -> Words {
    let what = match said {
        Some(text) => format!("As received: {text}"),
        None => "Nothing more is known.".to_owned(),
    };
    words("Something unexpected happened", what, &[])
}

// Keychain

pub(super) fn keychain_locked() -> Words {
    words(
        "Your password store is locked",
        "The key is in it, and it has to be unlocked first.",
        &[
            "Logging in without a password leaves it locked.",
            "The store locks itself after a while.",
        ],
    )
}

pub(super) fn keychain_denied() -> Words {
    words(
        "Access to the key was refused",
        "The password store did not hand out the key.",
        &["Its question was answered with no, or closed."],
    )
}

pub(super) fn keychain_unavailable() -> Words {
    words(
        "No password store found",
        "There is nowhere safe to keep the key. Nothing was written to disk.",
        &["On Linux, GNOME Keyring or KWallet is not installed or not running."],
    )
}

pub(super) fn keychain_timed_out() -> Words {
    words(
        "The password store does not answer",
        "It was asked for the key and did not answer in time.",
        &["It waits behind a question of its own.", "It hangs."],
    )
}

pub(super) fn keychain_corrupt() -> Words {
    words(
        "The stored key cannot be read",
        "The password store's entry is damaged, or there is more than one.",
        &["Another program changed it."],
    )
}

// Files

pub(super) fn library_locked() -> Words {
    words(
        UNSAVED,
        "Another program holds the file of chats.",
        &["A second Telltale or a backup is running."],
    )
}

pub(super) fn library_full() -> Words {
    words(UNSAVED, "The disk is full.", &[])
}

pub(super) fn library_read_only() -> Words {
    words(
        UNSAVED,
        "The file of chats may not be written to.",
        &["The disk or the folder is read-only."],
    )
}

pub(super) fn library_damaged(detail: Option<&str>) -> Words {
    words(
        UNSAVED,
        format!("The file of chats is damaged.{}", cause(detail)),
        &["The disk failed, or a sync program changed the file."],
    )
}

pub(super) fn library_io(detail: Option<&str>) -> Words {
    words(
        UNSAVED,
        format!("The file of chats could not be used.{}", cause(detail)),
        &[],
    )
}

pub(super) fn library_newer(found: i64, known: i64) -> Words {
    words(
        "Chats of a newer Telltale",
        format!(
            "The file of chats has format {found}; this version reads up to {known}. It was left as it is."
        ),
        &["An older Telltale was started."],
    )
}

pub(super) fn library_missing() -> Words {
    words(
        "This is no longer here",
        "The chat or message is not in the file of chats.",
        &["It was deleted."],
    )
}

pub(super) fn settings_unsaved(detail: Option<&str>) -> Words {
    words(
        "Your settings could not be saved",
        format!("The change holds until Telltale closes.{}", cause(detail)),
        &["The disk is full or read-only."],
    )
}

fn cause(detail: Option<&str>) -> String {
    detail
        .map(|text| format!(" The system says: {text}"))
        .unwrap_or_default()
}

const UNSAVED: &str = "Your chats could not be saved";

pub(super) fn settings_set_aside(original: &str, kept_as: &str) -> Words {
    words(
        "Settings were reset",
        format!("{original} could not be read. It was kept as {kept_as}, and the defaults are used."),
        &[],
    )
}

pub(super) fn library_set_aside(original: &str, kept_as: &str) -> Words {
    words(
        "A new file of chats began",
        format!("{original} was damaged. It was kept as {kept_as}, and nothing in it was deleted."),
        &[],
    )
}

// Input

pub(super) fn link_refused(url: Option<&str>) -> Words {
    let link = url.unwrap_or("The link");
    words(
        "This link was not opened",
        format!("{link} is no web or mail address. Only http, https and mailto are opened."),
        &[],
    )
}

pub(super) fn input(field: &str, problem: &InputProblem) -> Words {
    let named = field_name(field);
    match problem {
        InputProblem::EmptyMessage => words("The message is empty", "Write something to send.", &[]),
        InputProblem::NoModel => words("No model is chosen", "Choose the model that should answer.", &[]),
        InputProblem::OutOfRange => words(
            "This value is out of range",
            format!("{named} takes {}.", field_range(field)),
            &[],
        ),
        InputProblem::TooManyStops => words("Too many stop texts", "Poe takes at most 4.", &[]),
        InputProblem::NotAUrl => words(
            "This is not an API address",
            "It has to look like https://api.poe.com/v1. Plain http is for this computer only: your key would travel unencrypted.",
            &[],
        ),
        InputProblem::Unencrypted => words(
            "Your key would travel unencrypted",
            "Use https. Plain http is for this computer only (localhost).",
            &[],
        ),
        InputProblem::NoKeyGiven => words(
            "There is no key yet",
            "Copy the key on poe.com/api/keys, then paste it here.",
            &[],
        ),
        InputProblem::ClipboardUnreadable => words(
            "The clipboard could not be read",
            "Type or paste the key into the field instead.",
            &["The system does not let programs read the clipboard."],
        ),
    }
}

/// A check in front of sending that no field is known for.
pub(super) fn input_unplaced(said: Option<&str>) -> Words {
    let what = said.map(|text| format!("The check says: {text}"));
    words(
        "This cannot be sent as is",
        what.unwrap_or_else(|| "A value is missing or wrong.".to_owned()),
        &[],
    )
}

fn field_name(field: &str) -> &str {
    match field {
        "temperature" => "Temperature",
        "top_p" => "Top P",
        "max_tokens" => "Max tokens",
        other => other,
    }
}

fn field_range(field: &str) -> &'static str {
    match field {
        "temperature" => "a number from 0 to 2",
        "top_p" => "a number from 0 to 1",
        "max_tokens" => "a whole number from 1",
        _ => "other values",
    }
}

// What became of the message and the points

pub(super) fn safe(partial: bool, points: Points) -> String {
    format!("{} {}", saved(partial), self::points(points))
}

fn saved(partial: bool) -> &'static str {
    if partial {
        "Your message and the text so far are saved."
    } else {
        "Your message is saved."
    }
}

/// What the points history says.
pub(super) fn charged(partial: bool, state: ChargeState, points: Option<i64>) -> String {
    let told = match (state, points) {
        (ChargeState::Checking, _) => "Checking whether points were used.".to_owned(),
        (ChargeState::Charged, Some(1)) => "1 point was used.".to_owned(),
        (ChargeState::Charged, Some(points)) => format!("{} points were used.", number(points)),
        (ChargeState::Charged, None) => "Points were used.".to_owned(),
        (ChargeState::NotCharged, _) => "No points were used.".to_owned(),
        (ChargeState::Ambiguous, _) => {
            "Points may have been used: Usage lists calls that fit, and not which is this one.".to_owned()
        }
        (ChargeState::Unknown, _) => "Not known whether points were used: look at Usage.".to_owned(),
    };
    format!("{} {told}", saved(partial))
}

fn points(points: Points) -> &'static str {
    match points {
        Points::NothingSent => "Nothing was sent.",
        Points::NotUsed => "No points were used.",
        Points::NotCharged => "No points were used: Poe does not charge for this.",
        Points::Unclear => "Not known yet whether points were used: check Usage.",
        Points::MaybeUsed => "Points may have been used: look at Usage before sending again.",
        Points::MaybeUsedSoFar => "Points may have been used: Usage will tell.",
    }
}

pub(super) const STILL_RUNNING: &str = "Points may be used even if you stop.";
pub(super) const SAVED_SO_FAR: &str = "The text so far is saved.";
pub(super) const ON_SCREEN: &str = "What is on screen may not be in the file yet.";

// Facts

pub(super) const NEEDED: &str = "Needed";
pub(super) const YOU_HAVE: &str = "You have";
pub(super) const SHORT: &str = "Short";

/// Buttons.
pub(super) mod label {
    pub(in super::super) const PASTE_KEY: &str = "Paste a new key";
    pub(in super::super) const OPEN_KEYS: &str = "Open Poe keys";
    pub(in super::super) const SET_UP: &str = "Set up";
    pub(in super::super) const USE_ENV_KEY: &str = "Use POE_API_KEY";
    pub(in super::super) const TRY_DEMO: &str = "Try the demo";
    pub(in super::super) const CHOOSE_MODEL: &str = "Choose another model";
    pub(in super::super) const SEE_ALL_MODELS: &str = "See all models";
    pub(in super::super) const REFRESH_MODELS: &str = "Refresh the list";
    pub(in super::super) const CHECK_ADDRESS: &str = "Check the address";
    pub(in super::super) const USE_DEFAULT_ADDRESS: &str = "Use Poe's address";
    pub(in super::super) const EDIT_SETTINGS: &str = "Edit settings";
    pub(in super::super) const EDIT_MESSAGE: &str = "Edit message";
    pub(in super::super) const GET_POINTS: &str = "Get points";
    pub(in super::super) const REFRESH_BALANCE: &str = "Refresh balance";
    pub(in super::super) const CHECK_USAGE: &str = "Check usage";
    pub(in super::super) const TRY_AGAIN: &str = "Try again";
    pub(in super::super) const SEND_AGAIN: &str = "Send again";
    pub(in super::super) const REGENERATE: &str = "Regenerate";
    pub(in super::super) const SEND_WHEN_READY: &str = "Send when ready";
    pub(in super::super) const SEND_NOW: &str = "Send now";
    pub(in super::super) const CANCEL: &str = "Cancel";
    pub(in super::super) const OPEN_STATUS: &str = "Poe status page";
    pub(in super::super) const COPY_MESSAGE: &str = "Copy message";
    pub(in super::super) const COPY_DETAILS: &str = "Copy details";
    pub(in super::super) const KEEP_WAITING: &str = "Keep waiting";
    pub(in super::super) const STOP: &str = "Stop";
    pub(in super::super) const STOP_HERE: &str = "Stop here";
    pub(in super::super) const KEEP: &str = "Keep as it is";
    pub(in super::super) const UNLOCK: &str = "Unlock";
    pub(in super::super) const ASK_AGAIN: &str = "Ask again";
    pub(in super::super) const LOOK_AGAIN: &str = "Look again";
    pub(in super::super) const SESSION_ONLY: &str = "Use key for this session only";
    pub(in super::super) const REPLACE_KEY: &str = "Replace the key";
    pub(in super::super) const DISMISS: &str = "OK";
    pub(in super::super) const SIGN_IN: &str = "Sign in with Poe";
    pub(in super::super) const SIGN_IN_AGAIN: &str = "Sign in again";
    pub(in super::super) const PASTE_INSTEAD: &str = "Paste a key instead";
    pub(in super::super) const HOW_TO_INSTALL: &str = "How to install one";
    pub(in super::super) const RUN_CHECK: &str = "Run the check";
    pub(in super::super) const NETWORK_SETTINGS: &str = "Network settings";
    pub(in super::super) const PROXY_SETTINGS: &str = "Proxy settings";
    pub(in super::super) const TRY_WITHOUT_PROXY: &str = "Try without proxy";
    pub(in super::super) const ADD_CA: &str = "Add a CA file";
    pub(in super::super) const COPY_FOR_IT: &str = "Copy details for IT";
    pub(in super::super) const OPEN_BROWSER: &str = "Open browser";
    pub(in super::super) const SEND_WHEN_BACK: &str = "Send when back";
    pub(in super::super) const KEEP_TRYING: &str = "Keep trying for 5 min";
    pub(in super::super) const CHECK_AND_RETRY: &str = "Check and retry";
    pub(in super::super) const SEND_TWICE: &str = "Send again (may be charged twice)";
    pub(in super::super) const STOP_AND_CHECK: &str = "Stop and check cost";
    pub(in super::super) const CONTINUE: &str = "Continue from here";
    pub(in super::super) const TRIM_CONTEXT: &str = "Leave out older messages";
    pub(in super::super) const SUMMARIZE: &str = "New chat with summary";
    pub(in super::super) const SHRINK_IMAGE: &str = "Shrink image and send";
    pub(in super::super) const REMOVE_ATTACHMENT: &str = "Remove it";
    pub(in super::super) const SEND_WITHOUT: &str = "Send without it";
    pub(in super::super) const SEND_ONCE: &str = "Send this once";
    pub(in super::super) const CHANGE_LIMIT: &str = "Change limit";
    pub(in super::super) const COPY_TEXT: &str = "Copy text";

    pub(in super::super) fn restore_backup(time: &str) -> String {
        format!("Restore backup of {time}")
    }

    pub(in super::super) fn use_model(name: &str) -> String {
        format!("Use {name}")
    }

    pub(in super::super) fn reset_and_send(setting: &str) -> String {
        format!("Reset {setting} and send")
    }

    pub(in super::super) fn raise_limit(tokens: &str) -> String {
        format!("Raise limit to {tokens} and send")
    }
}

pub(super) fn fix(problem: &InputProblem) -> &'static str {
    match problem {
        InputProblem::EmptyMessage => "Write a message",
        InputProblem::NoModel => "Choose a model",
        InputProblem::OutOfRange | InputProblem::TooManyStops => "Change the value",
        InputProblem::NotAUrl | InputProblem::Unencrypted => "Change the address",
        InputProblem::NoKeyGiven | InputProblem::ClipboardUnreadable => "Go to the field",
    }
}

pub(super) const FIX: &str = "Change it";

/// Names of the details that "Copy details" carries.
pub(super) mod detail {
    pub(in super::super) const CODE: &str = "Code";
    pub(in super::super) const STATUS: &str = "Status";
    pub(in super::super) const TYPE: &str = "Type";
    pub(in super::super) const POE_CODE: &str = "Poe's code";
    pub(in super::super) const PARAMETER: &str = "Parameter";
    pub(in super::super) const INNER: &str = "In the stream";
    pub(in super::super) const REQUEST_ID: &str = "Request ID";
    pub(in super::super) const MODEL: &str = "Model";
    pub(in super::super) const HOST: &str = "Host";
    pub(in super::super) const TIME: &str = "Time";
    pub(in super::super) const ATTEMPT: &str = "Attempt";
    pub(in super::super) const DECIDED_BY: &str = "Decided by";
    pub(in super::super) const VERSION: &str = "Telltale";
    pub(in super::super) const POE_SAYS: &str = "Poe says";
    pub(in super::super) const CAUSE: &str = "Cause";
    pub(in super::super) const LINK: &str = "Link";
    pub(in super::super) const FILE: &str = "File";
    pub(in super::super) const KEPT_AS: &str = "Kept as";

    pub(in super::super) fn attempt(attempt: u32, of: u32) -> String {
        format!("{attempt} of {of}")
    }

    pub(in super::super) fn decided_by(decided: poe::DecidedBy) -> &'static str {
        match decided {
            poe::DecidedBy::Transport => "the connection",
            poe::DecidedBy::Code => "Poe's code",
            poe::DecidedBy::Type => "Poe's type",
            poe::DecidedBy::Text => "Poe's text",
            poe::DecidedBy::Status => "the status",
            poe::DecidedBy::Local => "a check on this computer",
        }
    }
}

// The explanation of a code

/// Headings of an explanation.
pub(super) mod heading {
    pub(in super::super) const WHAT: &str = "What happened";
    pub(in super::super) const WHY: &str = "Most likely";
    pub(in super::super) const SAFE: &str = "Message and points";
    pub(in super::super) const BUTTONS: &str = "What you can press";
    pub(in super::super) const RETRY: &str = "By itself";
    pub(in super::super) const GUIDE: &str = "In Poe's guide";
}

pub(super) fn retry(rule: Rule) -> &'static str {
    match rule {
        Rule::Never => "It is not tried again by itself.",
        Rule::Answered | Rule::NotSent => {
            "It is tried again while nothing of the answer has come: at most 3 tries in all, after 1 s and 2 s or as long as \
             Poe asks, up to 60 s. A longer wait is shown and is yours to start."
        }
        Rule::MaybeCharged => "It is never sent again by itself: Poe may have run it and could charge twice.",
        Rule::AnswerBegan => {
            "It is never sent again by itself: some of the answer has come and may have been charged."
        }
    }
}

/// Where Poe's guide "Error Handling" speaks of it.
pub(super) fn guide(code: &str) -> Option<&'static str> {
    Some(match code {
        "invalid_api_key" => "Authentication Errors (401): Invalid API Key",
        "model_not_found" => "Bad Request Errors (400): Invalid Model",
        "invalid_parameter" => "Bad Request Errors (400): Invalid Parameters",
        "missing_parameter" => "Bad Request Errors (400): Missing Required Fields",
        "bad_request" => "HTTP Status Codes: 400",
        "permission_denied" => "HTTP Status Codes: 403",
        "not_found" => "HTTP Status Codes: 404",
        "insufficient_points" => "Insufficient Points (402)",
        "rate_limit_exceeded" => "Rate Limit Errors (429); Rate Limiting",
        "internal_error" | "service_unavailable" => "Server Errors (500, 503); Implement Retry Logic",
        "stream_cut" | "stream_error" | "stream_incomplete" | "stream_stalled" => "Handle Streaming Errors",
        "invalid_input" | "invalid_base_url" => "Validate Before Sending",
        _ => return None,
    })
}
