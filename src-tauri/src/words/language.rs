//! What a language has to say: a struct of functions per subject, from one list. One that leaves a sentence out, or says it of
//! other values, does not compile.

use super::facts::*;
use super::{Words, en};
use crate::events::{Action, ChargeView, CheckName, CheckState, Drawing, KeyState};
use crate::library::LibraryError;
use poe::{DecidedBy, ProxyInUse, UnusableProxy};

/// For each subject a module: `Sentences`, which a language fills, and a function a sentence that asks the language of now. A
/// `text` stands by itself; the others are told what they speak of. The first token is a dollar sign, for the inner macro.
macro_rules! subjects {
    ($dollar:tt $($subject:ident {
        $(text $($text:ident),+;)?
        $(fn $name:ident($($value:ident: $type:ty),*) -> $said:ty;)*
    })+) => {
        $(pub(crate) mod $subject {
            use super::*;

            #[derive(Clone, Copy)]
            pub(crate) struct Sentences {
                $($(pub(crate) $text: fn() -> &'static str,)+)?
                $(pub(crate) $name: fn($($type),*) -> $said,)*
            }

            $($(pub(crate) fn $text() -> &'static str {
                (language().$subject.$text)()
            })+)?

            $(pub(crate) fn $name($($value: $type),*) -> $said {
                (language().$subject.$name)($($value),*)
            })*
        })+

        pub(crate) struct Language {
            $(pub(crate) $subject: $subject::Sentences,)+
        }

        /// The language in a folder.
        macro_rules! language_of {
            ($dollar folder:ident) => {
                Language {
                    $($subject: $subject::Sentences {
                        $($($text: $dollar folder::$subject::$text,)+)?
                        $($name: $dollar folder::$subject::$name,)*
                    },)+
                }
            };
        }
    };
}

subjects! {
    $
    account {
        fn invalid_api_key(last_four: Option<&str>) -> Words;
        fn no_api_key() -> Words;
        fn key_expired(at: Option<String>) -> Words;
        fn key_expiring(at: Option<String>) -> Words;
        fn sign_in_failed(cause: SignInCause) -> Words;
        fn permission_denied(model: Option<&str>, said: Option<&str>) -> Words;
        fn keychain_locked(name: Option<&str>) -> Words;
        fn keychain_denied(name: Option<&str>) -> Words;
        fn keychain_unavailable() -> Words;
        fn keychain_timed_out(name: Option<&str>) -> Words;
        fn keychain_corrupt(name: Option<&str>) -> Words;
        fn account_numbered(id: u32) -> String;
    }
    answer {
        fn first_byte_timeout(model: Option<&str>) -> Words;
        fn not_started(model: Option<&str>, seconds: String) -> Words;
        fn stream_stalled() -> Words;
        fn paused(seconds: String) -> Words;
        fn stream_cut(host: Option<&str>, count: Option<String>) -> Words;
        fn interrupted(some_came: bool) -> Words;
        fn closed_unsent() -> Words;
        fn unreadable_card(saved: Option<&str>) -> Words;
        fn stream_error(model: Option<&str>, inner: Words) -> Words;
        fn ended_by_host(reason: Option<&str>, some_came: bool) -> Words;
        fn tool_wanted(model: Option<&str>, tools: &[String], has_text: bool) -> Words;
        fn film_stopped() -> Words;
        fn film_unreached(said: Option<&str>) -> Words;
        fn film_of_other_account() -> Words;
        fn film_failed(model: Option<&str>, said: Option<&str>) -> Words;
        fn film_gone() -> Words;
        fn stream_incomplete() -> Words;
        fn length_limit(limit: Option<String>) -> Words;
        fn empty_answer(model: Option<&str>, limit: Option<String>) -> Words;
        fn malformed_response(said: Option<&str>) -> Words;
        fn unknown(said: Option<&str>) -> Words;
    }
    archive {
        text page, you, model, untitled, system, reasoning, sources, stopped, failed, cut;
        fn points(points: i64) -> String;
        fn many(chats: usize) -> String;
        fn attached(name: &str, size: &str) -> String;
        fn file_missing(name: &str) -> String;
        fn ran_tool(name: &str, arguments: &str) -> String;
        fn wanted_tool(name: &str, arguments: &str) -> String;
        fn used_tool(name: &str) -> String;
    }
    checks {
        fn note(note: &Note) -> String;
    }
    connection {
        fn settings_of(desktop: &str) -> String;
    }
    desktop {
        text save_code, save_media, save_usage, choose_folder, export_chats, import_chats,
            export_prompts, import_prompts;
    }
    detail {
        text
            code, status, kind, poe_code, parameter, inner, request_id, model, host, time, tries, decider,
            version, poe_says, reply_says, cause, address, link, file, proxy, issuer, names, validity,
            kept_as;
        fn attempt(attempt: u32, of: u32) -> String;
        fn decided_by(decided: DecidedBy) -> &'static str;
        fn valid(from: &str, to: &str) -> String;
        fn sign_in(cause: SignInCause) -> &'static str;
    }
    doctor {
        text refused_certificate;
        fn drawing(drawing: &Drawing) -> String;
        fn version(number: &str) -> String;
        fn system(name: &str) -> String;
        fn address(base_url: &str) -> String;
        fn key(state: KeyState, keychain: &str) -> String;
        fn check(name: CheckName) -> &'static str;
        fn state(state: CheckState) -> &'static str;
        fn took(ms: u32) -> String;
    }
    files {
        fn file(name: &str, problem: &FileProblem) -> Words;
        fn import_failed(file: &str, problem: &ImportProblem) -> Words;
        fn not_backed_up(error: &LibraryError) -> Words;
        fn not_restored(error: &LibraryError) -> Words;
        fn library_locked() -> Words;
        fn library_full() -> Words;
        fn library_read_only() -> Words;
        fn library_damaged(detail: Option<&str>) -> Words;
        fn library_io(detail: Option<&str>) -> Words;
        fn library_newer(found: i64, known: i64) -> Words;
        fn library_missing() -> Words;
        fn settings_unsaved(detail: Option<&str>) -> Words;
        fn accounts_unsaved(left: AfterFailure, detail: Option<&str>) -> Words;
        fn log_unwritable(detail: Option<&str>) -> Words;
        fn unsaved(not_saved: Option<NotSaved>, has_message: bool) -> &'static str;
        fn folder_fixed() -> Words;
        fn folder_unusable(folder: &str, error: &LibraryError) -> Words;
        fn folder_missing(folder: &str, used: &str) -> Words;
        fn folder_left_behind(folder: &str) -> Words;
        fn folder_not_remembered(folder: &str, detail: Option<&str>) -> Words;
        fn folder_not_deleted(folder: &str, error: &LibraryError) -> Words;
        fn folder_left_over(file: &str, others: usize, error: &LibraryError) -> Words;
        fn settings_set_aside(original: &str, kept_as: &str) -> Words;
        fn library_set_aside(original: &str, kept_as: &str) -> Words;
    }
    grammar {
        fn grouped(value: i64) -> String;
        fn day(ms: i64) -> String;
        fn moment(ms: i64) -> String;
        fn size(bytes: u64) -> String;
        fn age(time: (i64, Unit)) -> String;
        fn ago(time: (i64, Unit)) -> String;
    }
    heading {
        text also, what, why, safe, buttons, steps, retry, guide, links;
    }
    help {
        fn retry(rule: Rule) -> &'static str;
        fn does(action: Action) -> &'static str;
        fn steps(code: &str) -> &'static [&'static str];
        fn terms(code: &str) -> &'static [&'static str];
        fn guide(code: &str) -> Option<(&'static str, &'static str)>;
        fn links(code: &str) -> Vec<(&'static str, &'static str)>;
    }
    input {
        text nothing_asked, change_it;
        fn link_refused(url: Option<&str>) -> Words;
        fn start_address(address: Option<&str>, set_by: SetBy) -> Words;
        fn link_not_opened(url: Option<&str>) -> Words;
        fn file_not_saved(file: Option<&str>) -> Words;
        fn input(field: &str, problem: &InputProblem) -> Words;
        fn input_unplaced(said: Option<&str>) -> Words;
        fn tokens_up_to(most: &str) -> String;
        fn field_range(field: &str) -> &'static str;
        fn fix(problem: &InputProblem) -> &'static str;
    }
    keychain {
        text memory, new;
        fn system() -> &'static str;
    }
    label {
        text
            paste_key, use_anyway, open_keys, set_up, use_env_key, try_demo, choose_model, choose_capable,
            choose_larger, check_key, refresh_models, check_address, use_default_address, edit_settings,
            edit_message, get_points, refresh_balance, refresh_usage, try_again, regenerate, get_film, send_when_ready,
            send_now, cancel, open_plans, open_status, copy_message, copy_address, copy_details,
            keep_waiting, stop_here, keep, unlock, check_again, session_only, replace_key, dismiss, sign_in,
            sign_in_again, paste_instead, how_to_install, run_check, network_settings, proxy_settings,
            try_without_proxy, add_ca, copy_for_it, open_browser, send_when_back, keep_trying,
            check_and_retry, send_at_risk, stop_and_check, go_on, trim_context, summarize, shrink_image,
            remove_attachment, stop_sending, send_without, send_once, change_limit, change_budget, copy_text, choose_folder, save_again,
            allow_bot;
        fn restore_backup(time: &str) -> String;
        fn use_model(name: &str, points: Option<String>) -> String;
        fn about(label: &str, points: Option<String>) -> String;
        fn trim(saves: Option<String>) -> String;
        fn reset_and_send(setting: &str) -> String;
        fn raise_limit(tokens: &str) -> String;
    }
    network {
        text proxy_unread;
        fn dns_failed(host: Option<&str>) -> Words;
        fn offline() -> Words;
        fn connection_refused(host: Option<&str>) -> Words;
        fn connect_timeout(host: Option<&str>, seconds: Option<u64>) -> Words;
        fn tls_untrusted(host: Option<&str>, issuer: Option<&str>) -> Words;
        fn tls_invalid(host: Option<&str>, misfit: &Misfit, now: Option<&str>) -> Words;
        fn proxy_unusable(unusable: &UnusableProxy, value: &str) -> Words;
        fn proxy_failed(proxy: Option<&ProxyInUse>, wants_login: bool) -> Words;
        fn refused_by_network(status: Option<u16>, said: Option<&str>) -> Words;
        fn captive_portal(host: Option<&str>) -> Words;
        fn connection_lost(host: Option<&str>) -> Words;
    }
    notices {
        text
            open, get_points, low_balance, refill, burst, prices, answer, answer_failed, untitled;
        fn below(points: &str, level: &str) -> String;
        fn added(added: &str, points: &str) -> String;
        fn outside(points: &str) -> String;
        fn changed(models: &[String]) -> String;
    }
    pages {
        text done, refused, no_client_id;
    }
    points {
        text
            waits_for_models, waits_for_points, waits_for_press, still_running, saved_so_far, needed,
            you_have, short, daily_limit, chat_budget, used_in_chat, used_today, project_budget,
            used_in_project;
        fn insufficient_points(model: Option<&str>, is_price_known: bool, balance: Option<BalanceWords>) -> Words;
        fn budget_reached() -> Words;
        fn chat_budget_reached() -> Words;
        fn project_budget_reached() -> Words;
        fn usage_partial(missing: UsagePart, since: Option<String>) -> Words;
        fn safe(partial: bool, points: Points) -> String;
        fn charged(partial: bool, charge: &ChargeView) -> String;
        fn points_arrived(points: &str) -> String;
        fn cheaper_too(models: &[(String, Option<String>)]) -> String;
    }
    request {
        fn model_not_found(model: Option<&str>, list_age: Option<String>, closest: &[(String, Option<String>)]) -> Words;
        fn not_found(address: Option<&str>) -> Words;
        fn invalid_parameter(setting: Option<&str>, sent: Option<&str>, allowed: Option<&str>, said: Option<&str>) -> Words;
        fn bad_request(said: Option<&str>) -> Words;
        fn missing_parameter(parameter: Option<&str>, said: Option<&str>) -> Words;
        fn unsupported_feature(model: Option<&str>, feature: Option<Feature>, said: Option<&str>) -> Words;
        fn context_too_long(model: Option<&str>, has: Option<String>, takes: Option<String>, said: Option<&str>, only_message: bool) -> Words;
        fn attachment_too_large(name: &str, size: &str, limit: Option<String>, hangs: Hangs) -> Words;
        fn request_too_large() -> Words;
        fn model_refused(model: Option<&str>, said: &str) -> Words;
        fn message_refused(model: Option<&str>, said: Option<&str>) -> Words;
    }
    service {
        fn rate_limit_exceeded(wait: Option<String>, next: Option<(u32, u32)>, queued: Option<u32>, often: bool) -> Words;
        fn internal_error(tries: u32, share: Option<u64>, said: Option<&str>) -> Words;
        fn service_unavailable(tries: u32, since: Option<String>, said: Option<&str>) -> Words;
        fn model_overloaded(model: Option<&str>, tries: u32, said: Option<&str>) -> Words;
        fn model_timeout(model: Option<&str>, tries: u32, said: Option<&str>) -> Words;
        fn gateway_error(status: Option<u16>) -> Words;
    }
    synonyms {
        fn of(code: &str) -> &'static [&'static str];
    }
    terminal {
        text usage;
        fn no_such_code(code: &str) -> String;
    }
    tray {
        text app, balance_window, new_chat, small_window, refresh, open, quit, untitled, unknown;
        fn balance(points: &str, ago: &str, is_stale: bool) -> String;
        fn points(points: &str) -> String;
        fn checked(ago: &str, is_stale: bool) -> String;
    }
    window {
        fn page_reloaded() -> Words;
    }
}

static ENGLISH: Language = language_of!(en);

/// The language of now. There is one; a test sets another in its place, for its own thread.
fn language() -> &'static Language {
    #[cfg(test)]
    if let Some(other) = tests::SPOKEN.get() {
        return other;
    }
    &ENGLISH
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::Cell;

    thread_local! {
        pub(super) static SPOKEN: Cell<Option<&'static Language>> = const { Cell::new(None) };
    }

    fn reloaded() -> Words {
        Words { title: "Fenster neu geladen".to_owned(), what: String::new(), why: Vec::new() }
    }

    static OTHER: Language =
        Language { window: window::Sentences { page_reloaded: reloaded }, ..language_of!(en) };

    #[test]
    fn another_language_is_asked_instead() {
        assert_eq!(window::page_reloaded().title, "The window was reloaded");
        SPOKEN.set(Some(&OTHER));
        assert_eq!(window::page_reloaded().title, "Fenster neu geladen");
        assert_eq!(label::cancel(), "Cancel");
    }
}
