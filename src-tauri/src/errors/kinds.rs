//! The entries of what the Poe client reports: one arm for each `poe::Kind`, without a wildcard.

use super::actions::*;
use super::entry::{Entry, Outcome, banner, outcome};
use super::evidence::{
    address_problem, attachment_words, field_problem, filled, misfit, retry_or_wait, scheduled, wait_and_send,
};
use super::setting::Setting;
use super::shortage::{points_facts, shortage};
use super::values;
use super::{Context, broken_answer, redact};
use crate::events::{Action, CardAction, Place, Severity};
use crate::words::facts::{Points, Rule};
use crate::words::{self, Words, label};
use poe::Kind;

pub(super) fn entry(error: &poe::Error, context: &Context) -> Entry {
    let mut outcome = of_kind(error, error.kind, context);
    if context.proxy_unfollowed && is_out_of_reach(error.kind) {
        outcome.words.why.insert(0, words::proxy_unread());
    }
    let mut entry = banner(error.code(), outcome.words, outcome.severity, outcome.actions);
    entry.rule = outcome.rule;
    entry.field = match error.kind {
        Kind::InvalidInput => field_problem(error).map(|(field, _)| field.to_owned()),
        Kind::InvalidBaseUrl => Some("base_url".to_owned()),
        _ => None,
    };
    if error.kind == Kind::InsufficientPoints {
        entry.facts = points_facts(context);
    }
    if context.message_saved {
        // What was refused on its way did not get as far as a model, though nothing proves it.
        if error.maybe_charged() && error.kind != Kind::RefusedByNetwork {
            pays_for_something_new(&mut entry.actions, error.partial, context);
        }
        entry.place = Place::Message;
        entry.safe = words::safe(error.partial, checked(outcome.points, error));
    } else {
        entry.actions = without_message(entry.actions);
    }
    if entry.field.is_some() {
        entry.place = Place::Field;
    }
    if entry.actions.iter().any(|button| button.action == Action::WaitAndSend) {
        let wait = error.retry_after().and_then(|wait| i64::try_from(wait.as_millis()).ok());
        entry.ready_at = wait.map(|wait| context.now.saturating_add(wait));
    }
    entry
}

/// The first button never pays once more for what may have been paid: it goes on from what has come, or looks first. And
/// none that may pay twice is called "Try again".
fn pays_for_something_new(actions: &mut Vec<CardAction>, partial: bool, context: &Context) {
    let pays_first = actions.first().is_some_and(|first| first.action == Action::Retry);
    for button in actions.iter_mut().filter(|button| button.label == label::try_again()) {
        *button = if partial { regenerate(context) } else { check_and_retry() };
    }
    match actions.first_mut() {
        Some(first) if pays_first && !partial => *first = check_and_retry(),
        Some(_) if pays_first => actions.insert(0, go_on(context)),
        _ => {}
    }
}

/// As where only a proxy leads out.
fn is_out_of_reach(kind: Kind) -> bool {
    matches!(kind, Kind::DnsFailed | Kind::ConnectionRefused | Kind::ConnectTimeout | Kind::Offline)
}

/// Whatever an entry says of its kind, a request that may have been charged is never called free, and one that Poe refused
/// is.
fn checked(points: Points, error: &poe::Error) -> Points {
    match points {
        Points::Unclear if !error.maybe_charged() => Points::NotUsed,
        Points::NothingSent | Points::NotUsed | Points::NotCharged if error.maybe_charged() => {
            Points::MaybeUsed
        }
        points => points,
    }
}

/// Tokens of the chat and what the model takes. Where both say that it fits and Poe says that it does not, at least one
/// of them is wrong: then neither is told.
fn contradicted(has: Option<u64>, takes: Option<u64>) -> (Option<u64>, Option<u64>) {
    match (has, takes) {
        (Some(has), Some(takes)) if has <= takes => (None, None),
        both => both,
    }
}

/// Poe's guide and what was seen of Poe place these before any model runs. Under another status a rejection is unclear.
fn rejected(error: &poe::Error) -> Points {
    match error.status {
        Some(400 | 401 | 402 | 403 | 404 | 413 | 429) | None => Points::NotUsed,
        Some(_) => Points::Unclear,
    }
}

/// `kind` is the error's own, or what an error frame in the stream said.
pub(super) fn of_kind(error: &poe::Error, kind: Kind, context: &Context) -> Outcome {
    let model = values::model(context);
    let model = model.as_deref();
    let host = values::host(error, context);
    let host = host.as_deref();
    let quoted = redact::quoted(&error.message, 300);
    let said = quoted.as_deref();
    // Told in the answer itself: there is no status beside it.
    let inside = said.filter(|_| matches!(error.status, Some(200..=299)));
    let tries = error.attempt.max(context.attempt);
    use Severity::{Attention, Broken};
    match kind {
        Kind::InvalidApiKey => outcome(
            words::invalid_api_key(context.last_four.as_deref().filter(|four| !four.is_empty())),
            Broken,
            rejected(error),
            Rule::AfterKey,
            {
                let sign_in = context.can_sign_in.then(|| button(Action::SignIn, label::sign_in()));
                let paste = button(Action::PasteKey, label::paste_key());
                sign_in.into_iter().chain([paste, open_keys(), copy_details()]).collect()
            },
        ),
        Kind::PermissionDenied => outcome(
            words::permission_denied(model, said),
            Broken,
            rejected(error),
            Rule::Never,
            vec![choose_model(), button(Action::OpenKeys, label::check_key())],
        ),
        Kind::ModelNotFound => {
            let read = context.models_checked_at.map(|at| words::age(values::ago(at, context.now)));
            let named = context.closest.iter().take(2);
            let named: Vec<_> =
                named.map(|model| (model.name.clone(), model.points.map(values::number))).collect();
            let mut actions: Vec<_> = context.closest.iter().take(1).map(use_model).collect();
            actions.push(button(Action::RefreshModels, label::refresh_models()));
            actions.push(choose_model());
            outcome(
                words::model_not_found(model, read, &named),
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
                actions.push(button(Action::UseDefaultAddress, label::use_default_address()));
            }
            outcome(words::not_found(address), Broken, rejected(error), Rule::Never, actions)
        }
        Kind::InvalidParameter => {
            let setting = Setting::of(error, &context.declared);
            let setting = setting.as_ref();
            let named = setting.map(Setting::name).or(error.param.as_deref());
            let sent = setting.and_then(|setting| setting.value(context));
            // A range that takes what Poe has just refused is not the model's.
            let allowed = setting
                .filter(|setting| !setting.takes_what_was_sent(context))
                .map(|setting| setting.allowed(context));
            let reset = setting.map(reset_setting);
            outcome(
                words::invalid_parameter(named, sent.as_deref(), allowed.as_deref(), said),
                Attention,
                rejected(error),
                Rule::Never,
                reset.into_iter().chain([edit_settings(setting), copy_details()]).collect(),
            )
        }
        Kind::BadRequest => {
            let setting = Setting::of(error, &context.declared);
            let setting = setting.as_ref();
            let reset = setting.filter(|setting| matches!(setting, Setting::Declared(_))).map(reset_setting);
            let others = [edit_settings(setting), choose_model(), copy_details()];
            outcome(
                words::bad_request(said),
                Attention,
                rejected(error),
                Rule::Never,
                reset.into_iter().chain(others).collect(),
            )
        }
        Kind::MissingParameter => outcome(
            words::missing_parameter(error.param.as_deref(), said),
            Broken,
            rejected(error),
            Rule::Never,
            vec![copy_details(), choose_model()],
        ),
        Kind::UnsupportedFeature => outcome(
            words::unsupported_feature(model, context.feature, said),
            Attention,
            rejected(error),
            Rule::Never,
            {
                let choose = button(Action::ChooseModel, label::choose_capable());
                let without = context.feature.map(|_| button(Action::SendWithout, label::send_without()));
                [choose].into_iter().chain(without).collect()
            },
        ),
        Kind::ContextTooLong => {
            let tokens = |count: Option<u64>| count.and_then(|n| i64::try_from(n).ok()).map(values::number);
            let (has, takes) = contradicted(context.chat_tokens, context.context_length);
            let (has, takes) = (tokens(has), tokens(takes));
            let larger = context
                .larger
                .as_ref()
                .map_or_else(|| button(Action::ChooseModel, label::choose_larger()), use_model);
            let actions = if context.only_message {
                vec![edit_message(), larger, copy_details()]
            } else {
                let summarize = button(Action::SummarizeAndStart, label::summarize());
                let summarize = Some(summarize).filter(|_| !context.is_temporary);
                [button(Action::TrimContext, label::trim_context()), larger]
                    .into_iter()
                    .chain(summarize)
                    .collect()
            };
            outcome(
                words::context_too_long(model, has, takes, said, context.only_message),
                Attention,
                rejected(error),
                Rule::Never,
                actions,
            )
        }
        Kind::AttachmentTooLarge => {
            let (words, actions) = match &context.attachment {
                Some(attachment) => (attachment_words(attachment), attachment_actions(attachment)),
                None => (words::request_too_large(), vec![edit_message(), copy_details()]),
            };
            outcome(words, Attention, rejected(error), Rule::Never, actions)
        }
        Kind::MessageRefused => {
            let points = if error.status == Some(403) { Points::NotUsed } else { Points::Unclear };
            outcome(
                words::message_refused(model, said),
                Attention,
                points,
                Rule::Never,
                vec![edit_message(), choose_model()],
            )
        }
        Kind::InsufficientPoints => shortage(model, rejected(error), context),
        Kind::RateLimitExceeded => {
            let scheduled = scheduled(error, context);
            let last = if scheduled {
                button(Action::Cancel, label::cancel())
            } else if context.often_limited {
                // Waiting alone would only bring the next one.
                button(Action::OpenPlans, label::open_plans())
            } else {
                copy_details()
            };
            let next = scheduled.then_some((context.attempt + 1, context.of));
            outcome(
                words::rate_limit_exceeded(
                    error.retry_after().map(values::clock),
                    next,
                    context.queued,
                    context.often_limited,
                ),
                Attention,
                Points::NotCharged,
                Rule::Answered,
                vec![wait_and_send(error), choose_model(), last],
            )
        }
        Kind::InternalError => outcome(
            words::internal_error(tries, filled(context), inside),
            Attention,
            Points::Unclear,
            Rule::Answered,
            vec![retry_or_wait(error), choose_model(), copy_details()],
        ),
        Kind::ServiceUnavailable => outcome(
            words::service_unavailable(
                tries,
                {
                    let first = context.first_failure_at.filter(|at| *at < context.now);
                    first.map(|at| words::ago(values::ago(at, context.now)))
                },
                inside,
            ),
            Attention,
            Points::Unclear,
            Rule::Answered,
            vec![retry_or_wait(error), button(Action::OpenStatus, label::open_status()), choose_model()],
        ),
        Kind::ModelOverloaded => {
            let other = context.similar.as_ref().map_or_else(choose_model, use_model);
            let keep_trying = match retry_or_wait(error) {
                wait if wait.action == Action::WaitAndSend => wait,
                _ => button(Action::KeepTrying, label::keep_trying()),
            };
            outcome(
                words::model_overloaded(model, tries, inside),
                Attention,
                Points::Unclear,
                Rule::Answered,
                vec![other, keep_trying],
            )
        }
        Kind::ModelTimeout => outcome(
            words::model_timeout(model, tries, inside),
            Attention,
            Points::Unclear,
            Rule::Answered,
            vec![retry_or_wait(error), choose_model(), copy_details()],
        ),
        Kind::GatewayError => maybe_ran(words::gateway_error(error.status)),
        Kind::ConnectionLost => maybe_ran(words::connection_lost(host)),
        Kind::FirstByteTimeout => maybe_ran(words::first_byte_timeout(model)),
        Kind::DnsFailed => outcome(
            words::dns_failed(host),
            Attention,
            Points::NothingSent,
            Rule::NotSent,
            vec![run_check(), network_settings(), retry()],
        ),
        Kind::ConnectionRefused => outcome(
            words::connection_refused(host),
            Attention,
            Points::NothingSent,
            Rule::NotSent,
            vec![run_check(), retry(), network_settings()],
        ),
        Kind::ConnectTimeout => outcome(
            words::connect_timeout(host, context.connect_seconds),
            Attention,
            Points::NothingSent,
            Rule::NotSent,
            vec![retry(), run_check(), network_settings()],
        ),
        Kind::Offline => outcome(
            words::offline(),
            Attention,
            Points::NothingSent,
            Rule::WhenBack,
            vec![button(Action::SendWhenBack, label::send_when_back()), copy_message()],
        ),
        Kind::TlsUntrusted => {
            let issuer = error.certificate.as_deref().and_then(|it| it.issuer.as_deref());
            let issuer = issuer.and_then(|issuer| redact::quoted(issuer, 80));
            outcome(
                words::tls_untrusted(host, issuer.as_deref()),
                Broken,
                Points::NothingSent,
                Rule::Never,
                vec![
                    button(Action::AddCa, label::add_ca()),
                    button(Action::CopyDetails, label::copy_for_it()),
                    retry(),
                ],
            )
        }
        Kind::TlsInvalid => outcome(
            {
                // A help page is about no moment.
                let now = (context.now != 0).then(|| values::moment(context.now));
                words::tls_invalid(host, &misfit(error, context.now), now.as_deref())
            },
            Broken,
            Points::NothingSent,
            Rule::Never,
            vec![retry(), copy_details()],
        ),
        Kind::ProxyFailed => outcome(
            match error.unusable_proxy.as_deref() {
                Some(unusable) => {
                    let value = redact::quoted(&unusable.value, 100).unwrap_or_default();
                    words::proxy_unusable(unusable, &value)
                }
                None => words::proxy_failed(error.proxy.as_deref(), error.status == Some(407)),
            },
            Attention,
            Points::NothingSent,
            Rule::Never,
            vec![
                button(Action::ProxySettings, label::proxy_settings()),
                button(Action::TryWithoutProxy, label::try_without_proxy()),
                retry(),
            ],
        ),
        Kind::CaptivePortal => outcome(
            words::captive_portal(host),
            Attention,
            Points::Unclear,
            Rule::Never,
            vec![button(Action::OpenBrowser, label::open_browser()), retry()],
        ),
        Kind::RefusedByNetwork => outcome(
            words::refused_by_network(error.status, said),
            Attention,
            Points::Unclear,
            Rule::Never,
            vec![retry(), run_check(), copy_details()],
        ),
        Kind::StreamStalled => broken_answer::began(words::stream_stalled(), context),
        Kind::StreamCut => broken_answer::cut(host, context),
        Kind::StreamIncomplete => broken_answer::began(words::stream_incomplete(), context),
        Kind::EndedByHost => broken_answer::ended(error, context),
        Kind::StreamError => {
            let inner = match error.inner {
                Some(Kind::StreamError) | None => Kind::Unknown,
                Some(kind) => kind,
            };
            broken_answer::failed(of_kind(error, inner, context), model)
        }
        Kind::EmptyAnswer => broken_answer::empty(error, model, context),
        Kind::MalformedResponse => broken_answer::malformed(error, context),
        Kind::InvalidInput => {
            let (words, actions) = match field_problem(error) {
                Some((field, problem)) => (words::input(field, &problem), fix_or_reset(field, &problem)),
                None => (words::input_unplaced(said), vec![fix(words::change_it())]),
            };
            outcome(words, Attention, Points::NothingSent, Rule::Never, actions)
        }
        Kind::InvalidBaseUrl => {
            let problem = address_problem(context.base_url.trim());
            outcome(
                words::input("base_url", &problem),
                Attention,
                Points::NothingSent,
                Rule::Never,
                vec![
                    fix(words::fix(&problem)),
                    button(Action::UseDefaultAddress, label::use_default_address()),
                ],
            )
        }
        Kind::Unknown => {
            outcome(words::unknown(said), Broken, Points::Unclear, Rule::Never, vec![copy_details(), retry()])
        }
    }
}

/// Poe may have run the request: look first, then send.
fn maybe_ran(words: Words) -> Outcome {
    let actions = vec![check_and_retry(), copy_message()];
    outcome(words, Severity::Attention, Points::MaybeUsed, Rule::MaybeCharged, actions)
}
