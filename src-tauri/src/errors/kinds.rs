//! The entries of what the Poe client reports: one arm for each `poe::Kind`, without a wildcard.

use super::actions::*;
use super::catalogue::{Entry, Points, Rule, banner, fact};
use super::values::{self, Setting};
use super::words::{self, BalanceWords, Misfit, Words, label};
use super::{Attachment, Context, InputProblem, redact};
use crate::events::{Action, CardAction, Fact, Place, Severity};
use poe::retry::MAX_WAIT;
use poe::{Distrust, Kind};

pub(super) fn entry(error: &poe::Error, context: &Context) -> Entry {
    let (words, severity, points, rule, actions) = of_kind(error, error.kind, context);
    let mut entry = banner(error.code(), words, severity, actions);
    entry.rule = rule;
    entry.field = match error.kind {
        Kind::InvalidInput => field_problem(error).map(|(field, _)| field.to_owned()),
        Kind::InvalidBaseUrl => Some("base_url".to_owned()),
        _ => None,
    };
    if error.kind == Kind::InsufficientPoints {
        entry.facts = points_facts(context);
    }
    if context.message_saved {
        entry.place = Place::Message;
        entry.safe = words::safe(error.partial, checked(points, error));
    } else {
        entry.actions = without_message(entry.actions);
    }
    if entry.field.is_some() {
        entry.place = Place::Field;
    }
    if entry
        .actions
        .iter()
        .any(|button| button.action == Action::WaitAndSend)
    {
        let wait = error
            .retry_after()
            .and_then(|wait| i64::try_from(wait.as_millis()).ok());
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
            Rule::AfterKey,
            {
                let sign_in = context
                    .can_sign_in
                    .then(|| button(Action::SignIn, label::SIGN_IN));
                let paste = button(Action::PasteKey, label::PASTE_KEY);
                sign_in
                    .into_iter()
                    .chain([paste, open_keys(), copy_details()])
                    .collect()
            },
        ),
        Kind::PermissionDenied => (
            words::permission_denied(model, said),
            Broken,
            rejected(error),
            Rule::Never,
            vec![choose_model(), button(Action::OpenKeys, label::CHECK_KEY)],
        ),
        Kind::ModelNotFound => {
            let read = context
                .models_checked_at
                .map(|at| words::ago(values::ago(at, context.now)));
            let named = context.closest.iter().take(2);
            let named: Vec<_> = named
                .map(|model| (model.name.clone(), model.points.map(values::number)))
                .collect();
            let mut actions: Vec<_> = context.closest.iter().take(1).map(use_model).collect();
            actions.push(button(Action::RefreshModels, label::REFRESH_MODELS));
            actions.push(button(Action::ChooseModel, label::SEE_ALL_MODELS));
            (
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
                actions.push(button(Action::UseDefaultAddress, label::USE_DEFAULT_ADDRESS));
            }
            (
                words::not_found(address),
                Broken,
                rejected(error),
                Rule::Never,
                actions,
            )
        }
        Kind::InvalidParameter => {
            let setting = Setting::of(error);
            let named = setting.map(Setting::name).or(error.param.as_deref());
            let sent = setting.and_then(|setting| setting.value(context));
            let allowed = setting.map(|setting| setting.allowed(context));
            let reset = setting.map(reset_setting);
            (
                words::invalid_parameter(named, sent.as_deref(), allowed.as_deref(), said),
                Attention,
                rejected(error),
                Rule::Never,
                reset
                    .into_iter()
                    .chain([edit_settings(setting), copy_details()])
                    .collect(),
            )
        }
        Kind::BadRequest => (
            words::bad_request(said),
            Attention,
            rejected(error),
            Rule::Never,
            vec![edit_settings(Setting::of(error)), choose_model(), copy_details()],
        ),
        Kind::MissingParameter => (
            words::missing_parameter(error.param.as_deref(), said),
            Broken,
            rejected(error),
            Rule::Never,
            vec![copy_details(), choose_model()],
        ),
        Kind::UnsupportedFeature => (
            words::unsupported_feature(model, context.feature, said),
            Attention,
            rejected(error),
            Rule::Never,
            {
                let choose = button(Action::ChooseModel, label::CHOOSE_CAPABLE);
                let without = context
                    .feature
                    .map(|_| button(Action::SendWithout, label::SEND_WITHOUT));
                [choose].into_iter().chain(without).collect()
            },
        ),
        Kind::ContextTooLong => {
            let tokens = |count: Option<u64>| count.and_then(|n| i64::try_from(n).ok()).map(values::number);
            let (has, takes) = (tokens(context.chat_tokens), tokens(context.context_length));
            let larger = context
                .larger
                .as_ref()
                .map_or_else(|| button(Action::ChooseModel, label::CHOOSE_LARGER), use_model);
            let actions = if context.only_message {
                vec![edit_message(), larger, copy_details()]
            } else {
                vec![
                    button(Action::TrimContext, label::TRIM_CONTEXT),
                    larger,
                    button(Action::SummarizeAndStart, label::SUMMARIZE),
                ]
            };
            (
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
            (words, Attention, rejected(error), Rule::Never, actions)
        }
        Kind::MessageRefused => {
            let points = if error.status == Some(403) {
                Points::NotUsed
            } else {
                Points::Unclear
            };
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
                short: short_of(context).map(values::number),
                looks_enough: points > 0 && context.needed.is_none_or(|needed| points >= needed),
            });
            let saves = context.trim_saves.filter(|saves| *saves > 0).map(values::number);
            let trim = saves.map(|saves| button(Action::TrimContext, &label::trim(Some(saves))));
            // Trimming or getting points has to find its place beside them.
            let (offered, more) = context
                .cheaper
                .split_at(context.cheaper.len().min(if trim.is_some() { 1 } else { 2 }));
            let more: Vec<_> = more
                .iter()
                .map(|model| (model.name.clone(), model.points.map(values::number)))
                .collect();
            let mut words = words::insufficient_points(model, needed, balance);
            words.what += &words::cheaper_too(&more);
            let actions = offered.iter().map(use_model).chain(trim).chain([
                button(Action::GetPoints, label::GET_POINTS),
                choose_model(),
                button(Action::RefreshBalance, label::REFRESH_BALANCE),
            ]);
            (words, Broken, rejected(error), Rule::Never, actions.collect())
        }
        Kind::RateLimitExceeded => {
            let scheduled = scheduled(error, context);
            let last = if scheduled {
                button(Action::Cancel, label::CANCEL)
            } else if context.often_limited {
                // Waiting alone would only bring the next one.
                button(Action::OpenPlans, label::OPEN_PLANS)
            } else {
                copy_details()
            };
            let next = scheduled.then_some((context.attempt + 1, context.of));
            (
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
        Kind::InternalError => (
            words::internal_error(tries, filled(context)),
            Attention,
            Points::Unclear,
            Rule::Answered,
            vec![retry_or_wait(error), choose_model(), copy_details()],
        ),
        Kind::ServiceUnavailable => (
            words::service_unavailable(tries, {
                let first = context.first_failure_at.filter(|at| *at < context.now);
                first.map(|at| words::ago(values::ago(at, context.now)))
            }),
            Attention,
            Points::Unclear,
            Rule::Answered,
            vec![
                retry_or_wait(error),
                button(Action::OpenStatus, label::OPEN_STATUS),
                choose_model(),
            ],
        ),
        Kind::ModelOverloaded => {
            let other = context.similar.as_ref().map_or_else(choose_model, use_model);
            let keep_trying = match retry_or_wait(error) {
                wait if wait.action == Action::WaitAndSend => wait,
                _ => button(Action::KeepTrying, label::KEEP_TRYING),
            };
            (
                words::model_overloaded(model, tries),
                Attention,
                Points::Unclear,
                Rule::Answered,
                vec![other, keep_trying],
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
            vec![run_check(), network_settings(), retry()],
        ),
        Kind::ConnectionRefused => (
            words::connection_refused(host),
            Attention,
            Points::NothingSent,
            Rule::NotSent,
            vec![run_check(), retry(), network_settings()],
        ),
        Kind::ConnectTimeout => (
            words::connect_timeout(host, context.connect_seconds),
            Attention,
            Points::NothingSent,
            Rule::NotSent,
            vec![retry(), run_check(), network_settings()],
        ),
        Kind::Offline => (
            words::offline(),
            Attention,
            Points::NothingSent,
            Rule::WhenBack,
            vec![
                button(Action::SendWhenBack, label::SEND_WHEN_BACK),
                copy_message(),
            ],
        ),
        Kind::TlsUntrusted => {
            let issuer = error.certificate.as_deref().and_then(|it| it.issuer.as_deref());
            let issuer = issuer.and_then(|issuer| redact::quoted(issuer, 80));
            (
                words::tls_untrusted(host, issuer.as_deref()),
                Broken,
                Points::NothingSent,
                Rule::Never,
                vec![
                    button(Action::AddCa, label::ADD_CA),
                    button(Action::CopyDetails, label::COPY_FOR_IT),
                    retry(),
                ],
            )
        }
        Kind::TlsInvalid => (
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
        Kind::ProxyFailed => (
            words::proxy_failed(error.proxy.as_deref(), error.status == Some(407)),
            Attention,
            Points::NothingSent,
            Rule::Never,
            vec![
                button(Action::ProxySettings, label::PROXY_SETTINGS),
                button(Action::TryWithoutProxy, label::TRY_WITHOUT_PROXY),
                retry(),
            ],
        ),
        Kind::CaptivePortal => (
            words::captive_portal(host),
            Attention,
            Points::Unclear,
            Rule::Never,
            vec![button(Action::OpenBrowser, label::OPEN_BROWSER), retry()],
        ),
        Kind::StreamStalled => began(words::stream_stalled(), context),
        Kind::StreamCut => {
            let count = context
                .words
                .and_then(|words| i64::try_from(words).ok())
                .map(values::number);
            began(words::stream_cut(host, count), context)
        }
        Kind::StreamIncomplete => began(words::stream_incomplete(), context),
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
            (
                words,
                severity,
                Points::MaybeUsedSoFar,
                Rule::AnswerBegan,
                actions,
            )
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
                let actions = vec![regenerate(context), keep(), copy_details()];
                (
                    words,
                    Attention,
                    Points::MaybeUsedSoFar,
                    Rule::AnswerBegan,
                    actions,
                )
            } else {
                (
                    words,
                    Broken,
                    Points::MaybeUsed,
                    Rule::MaybeCharged,
                    vec![retry(), copy_details()],
                )
            }
        }
        Kind::InvalidInput => {
            let (words, actions) = match field_problem(error) {
                Some((field, problem)) => (words::input(field, &problem), fix_or_reset(field, &problem)),
                None => (words::input_unplaced(said), vec![fix(words::FIX)]),
            };
            (words, Attention, Points::NothingSent, Rule::Never, actions)
        }
        Kind::InvalidBaseUrl => {
            let unencrypted = url::Url::parse(context.base_url.trim())
                .is_ok_and(|url| url.scheme() == "http" && !loopback(&url));
            let problem = if unencrypted {
                InputProblem::Unencrypted
            } else {
                InputProblem::NotAUrl
            };
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
        Kind::Unknown => (
            words::unknown(said),
            Broken,
            Points::Unclear,
            Rule::Never,
            vec![copy_details(), retry()],
        ),
    }
}

/// Poe may have run the request: look first, then send.
fn maybe_ran(words: Words) -> Said {
    let actions = vec![check_and_retry(), copy_message()];
    (
        words,
        Severity::Attention,
        Points::MaybeUsed,
        Rule::MaybeCharged,
        actions,
    )
}

/// Some of the answer is here.
fn began(words: Words, context: &Context) -> Said {
    let actions = vec![go_on(context), regenerate(context), keep()];
    (
        words,
        Severity::Attention,
        Points::MaybeUsedSoFar,
        Rule::AnswerBegan,
        actions,
    )
}

/// Another try follows by itself.
fn scheduled(error: &poe::Error, context: &Context) -> bool {
    let short = error.retry_after().is_none_or(|wait| wait <= MAX_WAIT);
    context.attempt < context.of && short && error.is_retryable()
}

fn wait_and_send(error: &poe::Error) -> CardAction {
    let ready = if error.retry_after().is_some() {
        label::SEND_WHEN_READY
    } else {
        label::SEND_NOW
    };
    button(Action::WaitAndSend, ready)
}

/// A wait that is too long to be made by itself is shown and counted.
fn retry_or_wait(error: &poe::Error) -> CardAction {
    match error.retry_after() {
        Some(wait) if wait > MAX_WAIT => wait_and_send(error),
        _ => retry(),
    }
}

fn points_facts(context: &Context) -> Vec<Fact> {
    let have = context.balance.map(|(points, _)| points);
    [
        (words::NEEDED, context.needed),
        (words::YOU_HAVE, have),
        (words::SHORT, short_of(context)),
    ]
    .into_iter()
    .filter_map(|(label, points)| Some(fact(label, values::number(points?))))
    .collect()
}

/// Points that are missing, where both figures are known.
fn short_of(context: &Context) -> Option<i64> {
    let (needed, (have, _)) = context.needed.zip(context.balance)?;
    (needed > have).then(|| needed.saturating_sub(have))
}

pub(super) fn attachment_words(attachment: &Attachment) -> Words {
    let name = values::cut(&redact::plain(&attachment.name), 60);
    words::attachment_too_large(
        &name,
        &values::size(attachment.bytes),
        attachment.limit.map(values::size),
        attachment.earlier,
    )
}

/// Percent of what the model takes that the chat fills, from where its length becomes a likely cause.
fn filled(context: &Context) -> Option<u64> {
    let (tokens, takes) = context.chat_tokens.zip(context.context_length)?;
    let percent = tokens.checked_mul(100)?.checked_div(takes)?;
    (percent > 80).then_some(percent)
}

/// Whether the dates or the names of a certificate are what does not fit.
fn misfit(error: &poe::Error, now: i64) -> Misfit {
    let Some(certificate) = &error.certificate else {
        return Misfit::NotKnown;
    };
    let (from, to) = (certificate.not_before_ms, certificate.not_after_ms);
    match certificate.reason {
        Some(Distrust::WrongName) if !certificate.names.is_empty() => {
            let names = certificate.names.iter().take(3).map(|name| redact::plain(name));
            Misfit::Names(names.collect::<Vec<_>>().join(", "))
        }
        Some(Distrust::Expired | Distrust::NotYetValid) => Misfit::Dates {
            from: values::day(from),
            to: values::day(to),
        },
        _ if !(from..=to).contains(&now) => Misfit::Dates {
            from: values::day(from),
            to: values::day(to),
        },
        _ => Misfit::NotKnown,
    }
}

/// The field of the window that a check before sending is about, and what is wrong with it.
fn field_problem(error: &poe::Error) -> Option<(&'static str, InputProblem)> {
    // `messages[2].content[1]` is a place in `messages`.
    match error.param.as_deref()?.split(['[', '.']).next()? {
        "message" | "messages" | "content" => Some(("message", InputProblem::EmptyMessage)),
        "model" => Some(("model", InputProblem::NoModel)),
        "temperature" => Some(("temperature", InputProblem::OutOfRange)),
        "top_p" => Some(("top_p", InputProblem::OutOfRange)),
        "max_tokens" => Some(("max_tokens", InputProblem::OutOfRange)),
        "stop" => Some(("stop", InputProblem::TooManyStops)),
        _ => None,
    }
}

fn loopback(url: &url::Url) -> bool {
    match url.host() {
        Some(url::Host::Domain(name)) => name == "localhost",
        Some(url::Host::Ipv4(address)) => address.is_loopback(),
        Some(url::Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}
