//! One exhaustive match per failure enum, without a wildcard: a kind without an entry does not compile.

use super::actions::*;
use super::values::{self, Setting};
use super::words::{self, BalanceWords, Words, label};
use super::{Context, Failure, InputProblem, redact};
use crate::account::{ClimbError, KeychainFault};
use crate::events::{Action, CardAction, Fact, Place, Severity};
use crate::library::{LibraryError, SetAside};
use crate::settings::SettingsError;
use poe::Kind;
use std::time::Duration;

/// What the catalogue says about one failure.
pub(super) struct Entry {
    pub(super) code: &'static str,
    pub(super) words: Words,
    pub(super) safe: String,
    pub(super) facts: Vec<Fact>,
    /// The first is the primary one; what is past the third is dropped.
    pub(super) actions: Vec<CardAction>,
    pub(super) severity: Severity,
    pub(super) place: Place,
    pub(super) field: Option<String>,
    pub(super) ready_at: Option<i64>,
    pub(super) rule: Rule,
}

/// What is known about the points of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Points {
    NothingSent,
    /// Poe turned it down before any model ran.
    NotUsed,
    /// 429, of which Poe's guide says so.
    NotCharged,
    Unclear,
    MaybeUsed,
    /// As above, where some answer has come and nobody asks to send again at once.
    MaybeUsedSoFar,
}

/// Whether the same request goes out again without a press.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Rule {
    Never,
    /// Poe answered with a failure that passes, so nothing is running.
    Answered,
    NotSent,
    MaybeCharged,
    AnswerBegan,
}

/// Longer waits are never made by themselves (error-catalogue: at most 60 s).
const LONGEST_WAIT: Duration = Duration::from_secs(60);

pub(super) fn entry(failure: &Failure, context: &Context) -> Entry {
    let model = values::model(context);
    let model = model.as_deref();
    match failure {
        Failure::Poe(error) => poe(error, context),
        Failure::NoKey => {
            let mut actions = vec![button(Action::SetUp, label::SET_UP)];
            if context.env_key {
                actions.push(button(Action::UseEnvKey, label::USE_ENV_KEY));
            }
            actions.push(button(Action::TryDemo, label::TRY_DEMO));
            let mut entry = banner("no_api_key", words::no_api_key(), Severity::Attention, actions);
            if context.message_saved {
                entry.safe = words::safe(false, Points::NothingSent);
                entry.place = Place::Message;
            }
            entry
        }
        Failure::Keychain(error) => keychain(error.kind),
        Failure::Climb(error) => match error {
            ClimbError::NoKeyGiven => input("key", &InputProblem::NoKeyGiven),
            ClimbError::ClipboardUnreadable(_) => input("key", &InputProblem::ClipboardUnreadable),
            ClimbError::Poe(error) => poe(error, context),
            ClimbError::Keychain(error) => keychain(error.kind),
        },
        Failure::Library(error) => library(error, context),
        Failure::Settings(error) => match error {
            SettingsError::BaseUrl(error) => poe(error, context),
            SettingsError::OutOfRange { field } => input(field, &InputProblem::OutOfRange),
            SettingsError::Write(detail) => banner(
                "storage_failed",
                words::settings_unsaved(redact::quoted(detail, 200).as_deref()),
                Severity::Attention,
                vec![copy_details(), dismiss()],
            ),
        },
        Failure::SettingsSetAside(moved) => {
            set_aside("settings_set_aside", words::settings_set_aside, moved, Severity::Info)
        }
        Failure::LibrarySetAside(moved) => {
            set_aside("library_set_aside", words::library_set_aside, moved, Severity::Info)
        }
        Failure::Link(link) => banner(
            "link_refused",
            words::link_refused(redact::quoted(&link.url, 80).as_deref()),
            Severity::Attention,
            vec![dismiss(), copy_details()],
        ),
        Failure::Input { field, problem } => input(field, problem),
        Failure::LengthLimit => {
            let limit = context.max_tokens.map(|tokens| values::number(tokens.into()));
            Entry {
                safe: words::SAVED_SO_FAR.to_owned(),
                place: Place::Message,
                rule: Rule::AnswerBegan,
                ..banner(
                    "length_limit",
                    words::length_limit(limit),
                    Severity::Info,
                    raise_limit(context).into_iter().chain([keep()]).collect(),
                )
            }
        }
        Failure::Declined => Entry {
            safe: words::safe(false, Points::MaybeUsedSoFar),
            place: Place::Message,
            ..banner(
                Kind::MessageRefused.code(),
                words::message_refused(model, None),
                Severity::Attention,
                vec![edit_message(), choose_model()],
            )
        },
        Failure::NotStarted { seconds } => Entry {
            safe: words::STILL_RUNNING.to_owned(),
            place: Place::Message,
            rule: Rule::MaybeCharged,
            ..banner(
                Kind::FirstByteTimeout.code(),
                words::not_started(model, seconds.to_string()),
                Severity::Info,
                vec![button(Action::KeepWaiting, label::KEEP_WAITING), button(Action::Stop, label::STOP)],
            )
        },
        Failure::Paused { seconds } => Entry {
            safe: words::SAVED_SO_FAR.to_owned(),
            place: Place::Message,
            rule: Rule::AnswerBegan,
            ..banner(
                Kind::StreamStalled.code(),
                words::paused(seconds.to_string()),
                Severity::Info,
                vec![
                    button(Action::KeepWaiting, label::KEEP_WAITING),
                    button(Action::Stop, label::STOP_HERE),
                ],
            )
        },
        Failure::Unexpected(text) => banner(
            Kind::Unknown.code(),
            words::unknown(redact::quoted(text, 300).as_deref()),
            Severity::Broken,
            vec![copy_details(), retry()],
        ),
    }
}

/// An entry that concerns no message.
fn banner(code: &'static str, words: Words, severity: Severity, actions: Vec<CardAction>) -> Entry {
    Entry {
        code,
        words,
        safe: String::new(),
        facts: Vec::new(),
        actions,
        severity,
        place: Place::Banner,
        field: None,
        ready_at: None,
        rule: Rule::Never,
    }
}

fn poe(error: &poe::Error, context: &Context) -> Entry {
    let (words, severity, points, rule, actions) = of_kind(error, error.kind, context);
    let mut entry = banner(error.code(), words, severity, actions);
    entry.rule = rule;
    match error.kind {
        Kind::InvalidInput => {
            entry.place = Place::Field;
            entry.field = error.param.clone();
            return entry;
        }
        Kind::InvalidBaseUrl => {
            entry.place = Place::Field;
            entry.field = Some("base_url".to_owned());
            return entry;
        }
        Kind::InsufficientPoints => entry.facts = points_facts(context),
        _ => {}
    }
    if context.message_saved {
        entry.place = Place::Message;
        entry.safe = words::safe(error.partial, checked(points, error));
    } else {
        entry.actions = without_message(entry.actions);
    }
    if entry.actions.iter().any(|button| button.action == Action::WaitAndSend) {
        let wait = error.retry_after().and_then(|wait| i64::try_from(wait.as_millis()).ok());
        entry.ready_at = wait.map(|wait| context.now.saturating_add(wait));
    }
    entry
}

/// Whatever an entry says of its kind, a request that may have been charged is never called free.
fn checked(points: Points, error: &poe::Error) -> Points {
    match points {
        Points::NothingSent | Points::NotUsed | Points::NotCharged if error.maybe_charged() => {
            Points::MaybeUsed
        }
        points => points,
    }
}

/// Poe's guide and what was seen of Poe place these before any model runs. Under another status a rejection is unclear.
fn rejected(error: &poe::Error) -> Points {
    match error.status {
        Some(400 | 401 | 402 | 403 | 404 | 413 | 429) | None => Points::NotUsed,
        Some(_) => Points::Unclear,
    }
}

type Said = (Words, Severity, Points, Rule, Vec<CardAction>);

/// `kind` is the error's own, or what an error frame in the stream said.
fn of_kind(error: &poe::Error, kind: Kind, context: &Context) -> Said {
    let model = values::model(context);
    let model = model.as_deref();
    let host = values::host(error, context);
    let host = host.as_deref();
    let quoted = redact::quoted(&error.message, 300);
    let said = quoted.as_deref();
    let tries = error.attempt.max(context.attempt);
    let limit = || context.max_tokens.map(|tokens| values::number(tokens.into()));
    use Severity::{Attention, Broken};
    match kind {
        Kind::InvalidApiKey => (
            words::invalid_api_key(context.last_four.as_deref().filter(|four| !four.is_empty())),
            Broken,
            rejected(error),
            Rule::Never,
            vec![button(Action::PasteKey, label::PASTE_KEY), open_keys(), copy_details()],
        ),
        Kind::PermissionDenied => (
            words::permission_denied(model, said),
            Broken,
            rejected(error),
            Rule::Never,
            vec![choose_model(), open_keys()],
        ),
        Kind::ModelNotFound => {
            let read = context.models_checked_at.map(|at| words::ago(values::ago(at, context.now)));
            let mut actions: Vec<_> = context.closest.iter().take(2).map(use_model).collect();
            actions.push(button(Action::ChooseModel, label::SEE_ALL_MODELS));
            actions.push(button(Action::RefreshModels, label::REFRESH_MODELS));
            (
                words::model_not_found(model, read, &context.closest),
                Attention,
                rejected(error),
                Rule::Never,
                actions,
            )
        }
        Kind::NotFound => {
            let address = Some(context.base_url.as_str()).filter(|address| !address.is_empty());
            let mut actions = vec![check_address()];
            if address != Some(poe::BaseUrl::DEFAULT) {
                actions.push(button(Action::UseDefaultAddress, label::USE_DEFAULT_ADDRESS));
            }
            (words::not_found(address), Broken, rejected(error), Rule::Never, actions)
        }
        Kind::InvalidParameter => {
            let setting = Setting::of(error);
            let named = setting.map(Setting::name).or(error.param.as_deref());
            let sent = setting.and_then(|setting| setting.value(context));
            let reset = setting.map(reset_setting);
            (
                words::invalid_parameter(named, sent.as_deref(), said),
                Attention,
                rejected(error),
                Rule::Never,
                reset.into_iter().chain([edit_settings(), copy_details()]).collect(),
            )
        }
        Kind::BadRequest => (
            words::bad_request(said),
            Attention,
            rejected(error),
            Rule::Never,
            vec![edit_settings(), choose_model(), copy_details()],
        ),
        Kind::MissingParameter => (
            words::missing_parameter(error.param.as_deref(), said),
            Broken,
            rejected(error),
            Rule::Never,
            vec![copy_details(), choose_model()],
        ),
        Kind::UnsupportedFeature => (
            words::unsupported_feature(model, said),
            Attention,
            rejected(error),
            Rule::Never,
            vec![choose_model()],
        ),
        Kind::ContextTooLong => {
            let takes =
                context.context_length.and_then(|tokens| i64::try_from(tokens).ok()).map(values::number);
            (
                words::context_too_long(model, takes, said),
                Attention,
                rejected(error),
                Rule::Never,
                vec![choose_model(), edit_message()],
            )
        }
        Kind::AttachmentTooLarge => (
            words::request_too_large(),
            Attention,
            rejected(error),
            Rule::Never,
            vec![edit_message(), copy_details()],
        ),
        Kind::MessageRefused => {
            let points = if error.status == Some(403) { Points::NotUsed } else { Points::Unclear };
            (
                words::message_refused(model, said),
                Attention,
                points,
                Rule::Never,
                vec![edit_message(), choose_model()],
            )
        }
        Kind::InsufficientPoints => {
            let needed = context.needed.map(values::number);
            let balance = context.balance.map(|(points, at)| BalanceWords {
                points: values::number(points),
                ago: words::ago(values::ago(at, context.now)),
                looks_enough: points > 0 && context.needed.is_none_or(|needed| points >= needed),
            });
            (
                words::insufficient_points(model, needed, balance),
                Broken,
                rejected(error),
                Rule::Never,
                vec![
                    button(Action::GetPoints, label::GET_POINTS),
                    choose_model(),
                    button(Action::RefreshBalance, label::REFRESH_BALANCE),
                ],
            )
        }
        Kind::RateLimitExceeded => {
            let scheduled = scheduled(error, context);
            let last = if scheduled { button(Action::Cancel, label::CANCEL) } else { copy_details() };
            let next = scheduled.then_some((context.attempt + 1, context.of));
            (
                words::rate_limit_exceeded(error.retry_after().map(values::clock), next),
                Attention,
                Points::NotCharged,
                Rule::Answered,
                vec![wait_and_send(error), choose_model(), last],
            )
        }
        Kind::InternalError => (
            words::internal_error(tries),
            Attention,
            Points::Unclear,
            Rule::Answered,
            vec![retry_or_wait(error), choose_model(), copy_details()],
        ),
        Kind::ServiceUnavailable => (
            words::service_unavailable(tries),
            Attention,
            Points::Unclear,
            Rule::Answered,
            vec![retry_or_wait(error), button(Action::OpenStatus, label::OPEN_STATUS), choose_model()],
        ),
        Kind::ModelOverloaded => {
            let other = context.closest.first().map(use_model);
            let rest = [retry_or_wait(error), choose_model()];
            (
                words::model_overloaded(model, tries),
                Attention,
                Points::Unclear,
                Rule::Answered,
                other.into_iter().chain(rest).collect(),
            )
        }
        Kind::ModelTimeout => (
            words::model_timeout(model, tries),
            Attention,
            Points::Unclear,
            Rule::Answered,
            vec![retry_or_wait(error), choose_model(), copy_details()],
        ),
        Kind::GatewayError => maybe_ran(words::gateway_error(error.status)),
        Kind::ConnectionLost => maybe_ran(words::connection_lost(host)),
        Kind::FirstByteTimeout => maybe_ran(words::first_byte_timeout(model)),
        Kind::DnsFailed => (
            words::dns_failed(host),
            Attention,
            Points::NothingSent,
            Rule::NotSent,
            vec![retry(), check_address()],
        ),
        Kind::ConnectionRefused => (
            words::connection_refused(host),
            Attention,
            Points::NothingSent,
            Rule::NotSent,
            vec![retry(), check_address()],
        ),
        Kind::ConnectTimeout => (
            words::connect_timeout(host),
            Attention,
            Points::NothingSent,
            Rule::NotSent,
            vec![retry(), check_address()],
        ),
        Kind::Offline => {
            (words::offline(), Attention, Points::NothingSent, Rule::Never, vec![retry(), copy_message()])
        }
        Kind::TlsUntrusted => (
            words::tls_untrusted(host),
            Broken,
            Points::NothingSent,
            Rule::Never,
            vec![retry(), copy_details()],
        ),
        Kind::TlsInvalid => {
            let words = words::tls_invalid(host, &values::utc(context.now)[..10]);
            (words, Broken, Points::NothingSent, Rule::Never, vec![retry(), copy_details()])
        }
        Kind::ProxyFailed => {
            let words = words::proxy_failed(context.proxy.as_deref(), error.status == Some(407));
            (words, Attention, Points::NothingSent, Rule::Never, vec![retry(), copy_details()])
        }
        Kind::CaptivePortal => (
            words::captive_portal(host),
            Attention,
            Points::Unclear,
            Rule::Never,
            vec![retry(), copy_details()],
        ),
        Kind::StreamStalled => began(words::stream_stalled()),
        Kind::StreamCut => {
            let count = context.words.and_then(|words| i64::try_from(words).ok()).map(values::number);
            began(words::stream_cut(host, count))
        }
        Kind::StreamIncomplete => began(words::stream_incomplete()),
        Kind::StreamError => {
            let inner = match error.inner {
                Some(Kind::StreamError) | None => Kind::Unknown,
                Some(kind) => kind,
            };
            let (inner, severity, _, _, mut actions) = of_kind(error, inner, context);
            for button in &mut actions {
                if button.action == Action::Retry {
                    button.label = label::REGENERATE.to_owned();
                }
            }
            let words = words::stream_error(model, inner);
            (words, severity, Points::MaybeUsedSoFar, Rule::AnswerBegan, actions)
        }
        Kind::EmptyAnswer => {
            let ate_the_limit = error.param.as_deref() == Some(Setting::MaxTokens.name());
            let raise = if ate_the_limit { raise_limit(context) } else { None };
            (
                words::empty_answer(model, limit().filter(|_| ate_the_limit)),
                Attention,
                Points::MaybeUsed,
                Rule::MaybeCharged,
                vec![raise.unwrap_or_else(send_again), choose_model()],
            )
        }
        Kind::MalformedResponse => {
            let words = words::malformed_response(redact::quoted(&error.message, 200).as_deref());
            if error.partial {
                let actions = vec![regenerate(), keep(), copy_details()];
                (words, Attention, Points::MaybeUsedSoFar, Rule::AnswerBegan, actions)
            } else {
                (words, Broken, Points::MaybeUsed, Rule::MaybeCharged, vec![retry(), copy_details()])
            }
        }
        Kind::InvalidInput => {
            let (words, fix_label) = match problem_of(error.param.as_deref()) {
                Some(problem) => {
                    (words::input(error.param.as_deref().unwrap_or_default(), &problem), words::fix(&problem))
                }
                None => (words::input_unplaced(said), words::FIX),
            };
            (words, Attention, Points::NothingSent, Rule::Never, vec![fix(fix_label)])
        }
        Kind::InvalidBaseUrl => {
            let unencrypted = url::Url::parse(context.base_url.trim())
                .is_ok_and(|url| url.scheme() == "http" && !loopback(&url));
            let problem = if unencrypted { InputProblem::Unencrypted } else { InputProblem::NotAUrl };
            (
                words::input("base_url", &problem),
                Attention,
                Points::NothingSent,
                Rule::Never,
                vec![
                    fix(words::fix(&problem)),
                    button(Action::UseDefaultAddress, label::USE_DEFAULT_ADDRESS),
                ],
            )
        }
        Kind::Unknown => {
            (words::unknown(said), Broken, Points::Unclear, Rule::Never, vec![copy_details(), retry()])
        }
    }
}

/// Poe may have run the request: look first, then send.
fn maybe_ran(words: Words) -> Said {
    let actions = vec![check_usage(), send_again(), copy_message()];
    (words, Severity::Attention, Points::MaybeUsed, Rule::MaybeCharged, actions)
}

/// Some of the answer is here.
fn began(words: Words) -> Said {
    let actions = vec![regenerate(), keep(), check_usage()];
    (words, Severity::Attention, Points::MaybeUsedSoFar, Rule::AnswerBegan, actions)
}

/// Another try follows by itself.
fn scheduled(error: &poe::Error, context: &Context) -> bool {
    let short = error.retry_after().is_none_or(|wait| wait <= LONGEST_WAIT);
    context.attempt < context.of && short && !error.partial
}

fn wait_and_send(error: &poe::Error) -> CardAction {
    let ready = if error.retry_after().is_some() { label::SEND_WHEN_READY } else { label::SEND_NOW };
    button(Action::WaitAndSend, ready)
}

/// A wait that is too long to be made by itself is shown and counted.
fn retry_or_wait(error: &poe::Error) -> CardAction {
    match error.retry_after() {
        Some(wait) if wait > LONGEST_WAIT => wait_and_send(error),
        _ => retry(),
    }
}

fn points_facts(context: &Context) -> Vec<Fact> {
    let have = context.balance.map(|(points, _)| points);
    let short = match (context.needed, have) {
        (Some(needed), Some(have)) if needed > have => Some(needed.saturating_sub(have)),
        _ => None,
    };
    [(words::NEEDED, context.needed), (words::YOU_HAVE, have), (words::SHORT, short)]
        .into_iter()
        .filter_map(|(label, points)| Some(Fact { label: label.to_owned(), value: values::number(points?) }))
        .collect()
}

fn problem_of(field: Option<&str>) -> Option<InputProblem> {
    match field? {
        "message" | "messages" | "content" => Some(InputProblem::EmptyMessage),
        "model" => Some(InputProblem::NoModel),
        "temperature" | "top_p" | "max_tokens" => Some(InputProblem::OutOfRange),
        "stop" => Some(InputProblem::TooManyStops),
        _ => None,
    }
}

fn input(field: &'static str, problem: &InputProblem) -> Entry {
    Entry {
        place: Place::Field,
        field: Some(field.to_owned()),
        ..banner(
            Kind::InvalidInput.code(),
            words::input(field, problem),
            Severity::Attention,
            vec![fix(words::fix(problem))],
        )
    }
}

fn keychain(fault: KeychainFault) -> Entry {
    let (code, words, actions) = match fault {
        KeychainFault::Locked => {
            ("keychain_locked", words::keychain_locked(), vec![unlock(label::UNLOCK), session_only()])
        }
        KeychainFault::Denied => {
            ("keychain_denied", words::keychain_denied(), vec![unlock(label::ASK_AGAIN), session_only()])
        }
        KeychainFault::Unavailable => (
            "keychain_unavailable",
            words::keychain_unavailable(),
            vec![session_only(), unlock(label::LOOK_AGAIN)],
        ),
        KeychainFault::TimedOut => (
            "keychain_timed_out",
            words::keychain_timed_out(),
            vec![session_only(), unlock(label::LOOK_AGAIN)],
        ),
        KeychainFault::Corrupt => (
            "keychain_corrupt",
            words::keychain_corrupt(),
            vec![button(Action::ReplaceKey, label::REPLACE_KEY), copy_details()],
        ),
    };
    banner(code, words, Severity::Attention, actions)
}

fn library(error: &LibraryError, context: &Context) -> Entry {
    let place = if context.message_saved { Place::Message } else { Place::Banner };
    let mut actions = match place {
        Place::Message => vec![copy_message(), retry(), copy_details()],
        Place::Banner | Place::Field => vec![retry(), copy_details()],
    };
    let mut safe = words::ON_SCREEN;
    let words = match error {
        LibraryError::Locked => words::library_locked(),
        LibraryError::Full => words::library_full(),
        LibraryError::ReadOnly => words::library_read_only(),
        LibraryError::Damaged(detail) => words::library_damaged(redact::quoted(detail, 200).as_deref()),
        LibraryError::Io(detail) => words::library_io(redact::quoted(detail, 200).as_deref()),
        LibraryError::Newer { found, known } => {
            (actions, safe) = (vec![copy_details(), dismiss()], "");
            words::library_newer(*found, *known)
        }
        LibraryError::Missing(_) => {
            (actions, safe) = (vec![dismiss(), copy_details()], "");
            words::library_missing()
        }
    };
    Entry { safe: safe.to_owned(), place, ..banner("storage_failed", words, Severity::Broken, actions) }
}

fn loopback(url: &url::Url) -> bool {
    match url.host() {
        Some(url::Host::Domain(name)) => name == "localhost",
        Some(url::Host::Ipv4(address)) => address.is_loopback(),
        Some(url::Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

fn set_aside(
    code: &'static str,
    write: fn(&str, &str) -> Words,
    moved: &SetAside,
    severity: Severity,
) -> Entry {
    let name = |path: &std::path::Path| {
        redact::plain(&path.file_name().unwrap_or(path.as_os_str()).to_string_lossy())
    };
    let words = write(&name(&moved.original), &name(&moved.kept_as));
    banner(code, words, severity, vec![dismiss(), copy_details()])
}
