//! Prints the whole catalogue for review, and holds it to its rules.
//! `UPDATE_CATALOGUE=1 cargo test --test catalogue` writes the print anew.

use poe::{Error, Kind};
use std::collections::BTreeSet;
use std::path::Path;
use std::time::Duration;
use telltale::account::{ClimbError, KeychainError, KeychainFault};
use telltale::errors::{
    Context, Failure, ModelRef, NotSaved, card, codes, explain, gallery, met, page, samples,
};
use telltale::events::{Action, ErrorCard, Place};
use telltale::library::LibraryError;
use telltale::settings::SettingsError;

/// 2026-04-13T19:20:01Z
const NOW: i64 = 1_776_108_001_000;
const DAY: i64 = 86_400_000;

fn model(name: &str) -> ModelRef {
    ModelRef {
        id: name.to_lowercase(),
        name: name.to_owned(),
        points: None,
    }
}

/// A turn about which everything is known.
fn known() -> Context {
    telltale::errors::known(NOW)
}

fn certified(reason: poe::Distrust) -> Error {
    let certificate = poe::Certificate {
        issuer: Some("Corp Filter CA".to_owned()),
        subject: None,
        names: vec!["login.hotel.example".to_owned()],
        not_before_ms: NOW - 800 * DAY,
        not_after_ms: NOW - 3 * DAY,
        reason: Some(reason),
    };
    Error {
        certificate: Some(Box::new(certificate)),
        ..Error::new(Kind::TlsInvalid, "")
    }
}

/// A turn about which nothing is known.
fn bare() -> Context {
    Context {
        now: NOW,
        message_saved: true,
        ..Context::default()
    }
}

fn answered(kind: Kind, status: u16, message: &str) -> Error {
    Error {
        status: Some(status),
        request_id: Some("req_7Qx".to_owned()),
        sent: true,
        attempt: 1,
        decided_by: poe::DecidedBy::Code,
        ..Error::new(kind, message)
    }
}

fn rate_limit(wait: Option<u64>) -> Error {
    Error {
        retry_after: wait.map(Duration::from_secs),
        ..answered(
            Kind::RateLimitExceeded,
            429,
            "Rate limit exceeded. Please try again later.",
        )
    }
}

fn shown(error: Error) -> ErrorCard {
    card(&Failure::Poe(error), &known())
}

fn actions(card: &ErrorCard) -> Vec<Action> {
    card.actions.iter().map(|button| button.action).collect()
}

fn labels(card: &ErrorCard) -> Vec<&str> {
    card.actions.iter().map(|button| button.label.as_str()).collect()
}

/// What the print shows beside one sample of each failure: the same code in other circumstances.
fn circumstances() -> Vec<(&'static str, Failure, Context)> {
    let temperature = "Temperature must be between 0 and 2";
    let stream = |inner, message: &str| Error {
        inner: Some(inner),
        partial: true,
        ..answered(Kind::StreamError, 200, message)
    };
    let ate = Error {
        param: Some("max_tokens".to_owned()),
        ..answered(Kind::EmptyAnswer, 200, "")
    };
    let half = Error {
        partial: true,
        ..answered(Kind::MalformedResponse, 200, "{\"choices\": [{\"del")
    };
    let input = |field: &str| Error {
        param: Some(field.to_owned()),
        ..Error::new(Kind::InvalidInput, "")
    };
    let enough = Context {
        balance: Some((128_450, NOW - 40_000)),
        ..known()
    };
    let poe = |name, error: Error| (name, Failure::Poe(error), known());
    vec![
        poe(
            "with Poe's text",
            answered(
                Kind::BadRequest,
                400,
                "Unsupported value: 'high' is not supported.",
            ),
        ),
        poe(
            "a setting that can be reset",
            answered(Kind::InvalidParameter, 400, temperature),
        ),
        poe("a wait of 12 s, another try to come", rate_limit(Some(12))),
        poe("a wait too long to be made by itself", rate_limit(Some(300))),
        (
            "the last try",
            Failure::Poe(rate_limit(Some(12))),
            Context {
                attempt: 3,
                ..known()
            },
        ),
        (
            "balance looks enough",
            Failure::Poe(answered(Kind::InsufficientPoints, 402, "")),
            enough,
        ),
        poe(
            "an error frame after text",
            stream(Kind::ModelOverloaded, "Overloaded"),
        ),
        poe("reasoning ate the limit", ate),
        poe("half an answer", half),
        poe(
            "refused with 403",
            answered(Kind::MessageRefused, 403, "Content flagged as violence."),
        ),
        poe("an empty message", input("messages")),
        poe("a temperature out of range", input("temperature")),
        (
            "no message: the balance",
            Failure::Poe(answered(Kind::ServiceUnavailable, 503, "")),
            {
                Context {
                    message_saved: false,
                    ..known()
                }
            },
        ),
        (
            "an address that is not encrypted",
            Failure::Poe(Error::new(Kind::InvalidBaseUrl, "http")),
            {
                Context {
                    base_url: "http://api.poe.com/v1".to_owned(),
                    ..known()
                }
            },
        ),
        poe(
            "a certificate for another host",
            certified(poe::Distrust::WrongName),
        ),
        poe("a certificate past its days", certified(poe::Distrust::Expired)),
        poe(
            "an issuer that nobody here knows",
            Error {
                kind: Kind::TlsUntrusted,
                ..certified(poe::Distrust::UnknownIssuer)
            },
        ),
        poe("a proxy, and who set it", met(Kind::ProxyFailed, NOW)),
        (
            "a chat that nearly fills the model",
            Failure::Poe(answered(Kind::InternalError, 500, "")),
            Context {
                chat_tokens: Some(182_000),
                ..known()
            },
        ),
        (
            "a message that is too long by itself",
            Failure::Poe(answered(Kind::ContextTooLong, 413, "")),
            Context {
                only_message: true,
                ..known()
            },
        ),
        (
            "no other model has room, and a name with spaces",
            Failure::Poe(answered(Kind::ModelOverloaded, 529, "")),
            Context {
                model: Some(model("A Bot With Many Words")),
                closest: vec![],
                similar: None,
                ..known()
            },
        ),
        (
            "the sign-in's key, with its date",
            Failure::KeyExpired { at: Some(NOW - DAY) },
            known(),
        ),
        (
            "the list of two hours ago",
            Failure::UsagePartial {
                missing: telltale::errors::UsagePart::History,
                since: Some(NOW - 7_200_000),
                error: answered(Kind::ServiceUnavailable, 503, ""),
            },
            known(),
        ),
        (
            "while the disk is full",
            Failure::Library(LibraryError::Full),
            known(),
        ),
        (
            "an answer that the disk did not take",
            Failure::Library(LibraryError::Full),
            Context {
                not_saved: Some(NotSaved::Answer),
                ..known()
            },
        ),
        (
            "a message that is still in its field",
            Failure::Library(LibraryError::ReadOnly),
            Context {
                not_saved: Some(NotSaved::Draft),
                message_saved: false,
                ..known()
            },
        ),
        (
            "a start on a folder that cannot be written",
            Failure::Library(LibraryError::ReadOnly),
            Context {
                not_saved: Some(NotSaved::Session),
                message_saved: false,
                ..known()
            },
        ),
    ]
}

fn print(text: &mut String, name: &str, card: &ErrorCard) {
    let mut line = |label: &str, value: &str| {
        if !value.is_empty() {
            *text += &format!("  {label:<8} {value}\n");
        }
    };
    let version = env!("CARGO_PKG_VERSION");
    let version = |value: &str| {
        if value == version {
            "VERSION".to_owned()
        } else {
            value.to_owned()
        }
    };
    line("code", &format!("{} ({name})", card.code));
    line("title", &card.title);
    line("what", &card.what);
    card.why.iter().for_each(|why| line("why", why));
    line("safe", &card.safe);
    card.facts
        .iter()
        .for_each(|fact| line("fact", &format!("{}: {}", fact.label, fact.value)));
    for button in &card.actions {
        let action = serde_json::json!(button.action).to_string();
        let values = [&button.model, &button.value]
            .into_iter()
            .flatten()
            .map(|value| format!(" ({value})"));
        let values: String = values.collect();
        line(
            "press",
            &format!("{}: {}{values}", action.trim_matches('"'), button.label),
        );
    }
    let field = card.field.as_deref().unwrap_or("");
    line(
        "shown",
        format!("{:?}, {:?} {field}", card.severity, card.place).trim_end(),
    );
    card.ready_at
        .iter()
        .for_each(|at| line("ready", &format!("{} s later", (at - card.at) / 1000)));
    let details: Vec<_> = card
        .details
        .iter()
        .map(|fact| format!("{}: {}", fact.label, version(&fact.value)))
        .collect();
    line("details", &details.join(" · "));
    text.push('\n');
}

#[test]
fn the_whole_catalogue_is_as_reviewed() {
    let mut text = String::new();
    for (heading, context) in [("With everything known", known()), ("With nothing known", bare())] {
        text += &format!("# {heading}\n\n");
        for failure in samples() {
            print(&mut text, "in general", &card(&failure, &context));
        }
    }
    text += "# In circumstances\n\n";
    for (name, failure, context) in circumstances() {
        print(&mut text, name, &card(&failure, &context));
    }
    text += "# Explained\n\n";
    for code in codes() {
        text += &format!("{}\n", explain(code).unwrap());
    }

    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/catalogue.txt");
    if std::env::var_os("UPDATE_CATALOGUE").is_some() {
        std::fs::write(&file, &text).unwrap();
    }
    let reviewed = std::fs::read_to_string(&file)
        .unwrap_or_default()
        .replace("\r\n", "\n");
    let changed = text.lines().zip(reviewed.lines()).find(|(now, then)| now != then);
    assert!(
        text == reviewed,
        "the catalogue changed, first at {changed:?}; review it, then run with UPDATE_CATALOGUE=1"
    );
}

/// Every card of the print.
fn all() -> Vec<ErrorCard> {
    let outside = Context {
        message_saved: false,
        ..known()
    };
    let mut cards: Vec<_> = samples()
        .iter()
        .flat_map(|failure| [known(), bare(), outside.clone(), Context::default()].map(|c| card(failure, &c)))
        .collect();
    cards.extend(
        circumstances()
            .iter()
            .map(|(_, failure, context)| card(failure, context)),
    );
    cards
}

fn texts(card: &ErrorCard) -> Vec<&str> {
    let mut texts = vec![card.title.as_str(), &card.what, &card.safe];
    texts.extend(card.why.iter().map(String::as_str));
    texts.extend(labels(card));
    texts.extend(
        card.facts
            .iter()
            .chain(&card.details)
            .flat_map(|fact| [fact.label.as_str(), &fact.value]),
    );
    texts
}

#[test]
fn every_kind_of_poe_has_an_entry_of_its_code() {
    for &kind in Kind::ALL {
        assert_eq!(
            card(&Failure::Poe(Error::new(kind, "")), &Context::default()).code,
            kind.code()
        );
        assert!(codes().contains(&kind.code()));
    }
}

#[test]
fn titles_have_at_most_six_words() {
    for card in all() {
        let words = card.title.split_whitespace().count();
        assert!((1..=6).contains(&words), "{words} words: {}", card.title);
        assert!(
            card.title
                .starts_with(|c: char| c.is_uppercase() || c == '“' || card.title.contains('.'))
        );
    }
}

#[test]
fn words_are_plain() {
    let banned = [
        "please",
        "oops",
        "something went wrong",
        "try again later",
        "sorry",
        "simply",
        "invalid key you",
        "unfortunately",
        "error occurred",
        "  ",
        "..",
        "{",
    ];
    for card in all() {
        let ours = texts(&card);
        // What Poe said is quoted as it is.
        let ours = ours
            .into_iter()
            .map(|text| text.split('“').next().unwrap_or_default().to_lowercase());
        for text in ours {
            for word in banned {
                assert!(!text.contains(word), "{word:?} in {text:?} of {}", card.code);
            }
        }
    }
}

#[test]
fn one_to_three_buttons_with_labels_and_no_two_alike() {
    for card in all() {
        assert!(
            (1..=3).contains(&card.actions.len()),
            "{} has {:?}",
            card.code,
            card.actions
        );
        let different: BTreeSet<_> = card.actions.iter().map(|button| button.label.as_str()).collect();
        assert_eq!(
            different.len(),
            card.actions.len(),
            "{}: {:?}",
            card.code,
            card.actions
        );
        for button in &card.actions {
            assert!(!button.label.trim().is_empty(), "{}", card.code);
            assert_eq!(
                button.model.is_some(),
                button.action == Action::UseModel,
                "{}",
                card.code
            );
            let valued = matches!(
                button.action,
                Action::ResetSetting
                    | Action::RaiseLimit
                    | Action::ShrinkImage
                    | Action::RemoveAttachment
                    | Action::RestoreBackup
                    | Action::CopyAddress
            );
            let marks = matches!(button.action, Action::EditSettings | Action::Fix);
            assert!(button.value.is_some() == valued || marks, "{}", card.code);
        }
        let waits = actions(&card).contains(&Action::WaitAndSend);
        assert!(
            waits || card.ready_at.is_none(),
            "{} counts down to nothing",
            card.code
        );
        assert_eq!(card.place == Place::Field, card.field.is_some(), "{}", card.code);
        assert!(card.why.len() <= 2, "{}", card.code);
    }
}

#[test]
fn outside_a_chat_no_card_speaks_of_a_message() {
    let outside = Context {
        message_saved: false,
        ..known()
    };
    for &kind in Kind::ALL {
        let card = card(&Failure::Poe(Error::new(kind, "")), &outside);
        assert_eq!(card.safe, "", "{}", card.code);
        for action in actions(&card) {
            let concerns = [
                Action::WaitAndSend,
                Action::Keep,
                Action::CopyMessage,
                Action::EditMessage,
            ];
            assert!(!concerns.contains(&action), "{} offers {action:?}", card.code);
        }
    }
}

/// What a person is told about points may never be more cheerful than what the client knows.
#[test]
fn the_line_on_points_is_true() {
    for &kind in Kind::ALL {
        for partial in [false, true] {
            for status in [None, Some(200), Some(400), Some(403), Some(429), Some(500)] {
                let error = Error {
                    sent: true,
                    partial,
                    status,
                    ..Error::new(kind, "")
                };
                let card = card(&Failure::Poe(error.clone()), &known());
                let promises = ["No points were used", "Nothing was sent"];
                let promised = promises.iter().any(|promise| card.safe.contains(promise));
                assert!(!(promised && error.maybe_charged()), "{error:?}: {}", card.safe);
            }
        }
    }
    fn check(error: Error, line: &str) {
        let safe = shown(error.clone()).safe;
        assert!(safe.contains(line), "{error:?}: {safe}");
    }
    check(
        rate_limit(None),
        "No points were used: Poe does not charge for this.",
    );
    check(
        answered(Kind::InvalidApiKey, 401, ""),
        "Your message is saved. No points were used.",
    );
    check(
        answered(Kind::InsufficientPoints, 402, ""),
        "No points were used.",
    );
    check(answered(Kind::InternalError, 500, ""), "Not known yet");
    check(answered(Kind::ServiceUnavailable, 503, ""), "Not known yet");
    check(answered(Kind::ModelTimeout, 408, ""), "Not known yet");
    check(
        answered(Kind::GatewayError, 502, ""),
        "check before sending again.",
    );
    check(
        Error {
            sent: true,
            ..Error::new(Kind::ConnectionLost, "")
        },
        "check before sending again.",
    );
    check(
        Error::new(Kind::DnsFailed, ""),
        "Your message is saved. Nothing was sent.",
    );
    check(
        Error {
            partial: true,
            ..answered(Kind::StreamCut, 200, "")
        },
        "Your message and the text so far are saved. Points may have been used",
    );
}

/// The retry rule that is explained is the one that is followed.
#[test]
fn the_explained_retry_is_the_one_that_happens() {
    for &kind in Kind::ALL {
        let status = match kind {
            Kind::RateLimitExceeded => Some(429),
            Kind::InternalError => Some(500),
            Kind::ServiceUnavailable => Some(503),
            Kind::ModelOverloaded => Some(529),
            Kind::ModelTimeout => Some(408),
            Kind::GatewayError => Some(502),
            _ => None,
        };
        let error = Error {
            status,
            sent: status.is_some(),
            attempt: 1,
            ..Error::new(kind, "")
        };
        let happens = poe::retry::decide(&error, 1, 3, 0, 0.5).wait.is_some();
        let explained = explain(kind.code())
            .unwrap()
            .contains("It is tried again while nothing");
        assert_eq!(explained, happens, "{}", kind.code());
    }
}

#[test]
fn no_key_gets_onto_a_card() {
    let keys = [
        "sk-poe-CanaryCanaryCanaryCanaryCanaryCanary01",
        "CanaryKeyWithoutPrefix0123456789abcdefXYZ-_",
        "Bearer canary.canary.canary",
    ];
    for key in keys {
        let echo = format!("Incorrect API key provided: {key}. See {key}?key={key}\u{200b}!");
        let secret = key.trim_start_matches("Bearer ");
        let mut failures: Vec<_> = samples();
        for &kind in Kind::ALL {
            let error = Error {
                provider_code: Some(echo.clone()),
                provider_type: Some(echo.clone()),
                param: Some(echo.clone()),
                request_id: Some(echo.clone()),
                host: Some(echo.clone()),
                certificate: Some(Box::new(poe::Certificate {
                    issuer: Some(echo.clone()),
                    subject: Some(echo.clone()),
                    names: vec![echo.clone()],
                    not_before_ms: 0,
                    not_after_ms: 0,
                    reason: Some(poe::Distrust::WrongName),
                })),
                proxy: Some(Box::new(poe::ProxyInUse {
                    host: echo.clone(),
                    ..*met(Kind::ProxyFailed, NOW).proxy.unwrap()
                })),
                ..answered(kind, 401, &format!("{}{echo}", "x ".repeat(125)))
            };
            failures.push(Failure::Climb(ClimbError::Poe(error.clone())));
            failures.push(Failure::Poe(error));
        }
        failures.push(Failure::Unexpected(echo.clone()));
        failures.push(Failure::Settings(SettingsError::Write(echo.clone())));
        failures.push(Failure::Library(LibraryError::Io(echo.clone())));
        failures.push(Failure::Climb(ClimbError::ClipboardUnreadable(echo.clone())));
        let fault = KeychainError {
            kind: KeychainFault::Corrupt,
            detail: echo.clone(),
        };
        failures.push(Failure::Keychain(fault));
        let context = Context {
            base_url: echo.clone(),
            ..known()
        };
        for failure in failures {
            let json = serde_json::to_string(&card(&failure, &context)).unwrap();
            assert!(!json.contains(&secret[..16.min(secret.len())]), "{json}");
        }
    }
}

#[test]
fn nothing_in_a_quote_hides_or_runs_on() {
    let message = format!("a\u{202e}b\u{0}c\r\n{}", "long ".repeat(500));
    let card = shown(answered(Kind::BadRequest, 400, &message));
    assert!(card.what.starts_with("Poe says: “abc long long"), "{}", card.what);
    assert!(
        card.what.ends_with("…”") && card.what.chars().count() <= 300 + 13,
        "{}",
        card.what
    );
}

#[test]
fn figures_have_separators() {
    let card = shown(answered(Kind::InsufficientPoints, 402, ""));
    let facts: Vec<_> = card
        .facts
        .iter()
        .map(|fact| (fact.label.as_str(), fact.value.as_str()))
        .collect();
    assert_eq!(
        facts,
        [("Needed", "2,400"), ("You have", "1,120"), ("Short", "1,280")]
    );
    assert!(
        card.what.starts_with("Claude-Opus-4.6 needs about 2,400 points"),
        "{}",
        card.what
    );

    let unknown = Context {
        needed: None,
        balance: None,
        ..known()
    };
    let failure = Failure::Poe(answered(Kind::InsufficientPoints, 402, ""));
    assert!(telltale::errors::card(&failure, &unknown).facts.is_empty());
}

#[test]
fn the_countdown_ends_when_poe_says() {
    fn check(wait: Option<u64>, attempt: u32, ready: Option<i64>, expected: [Action; 3], label: &str) {
        let context = Context { attempt, ..known() };
        let card = card(&Failure::Poe(rate_limit(wait)), &context);
        assert_eq!(card.ready_at, ready);
        assert_eq!(actions(&card), expected);
        assert_eq!(card.actions[0].label, label);
    }
    use Action::{Cancel, ChooseModel, CopyDetails, OpenPlans, WaitAndSend};
    let (more, last) = (
        [WaitAndSend, ChooseModel, Cancel],
        [WaitAndSend, ChooseModel, OpenPlans],
    );
    let seldom = Context {
        attempt: 3,
        often_limited: false,
        ..known()
    };
    assert_eq!(
        actions(&card(&Failure::Poe(rate_limit(Some(12))), &seldom)),
        [WaitAndSend, ChooseModel, CopyDetails]
    );
    check(Some(12), 1, Some(NOW + 12_000), more, "Send when ready");
    check(Some(12), 3, Some(NOW + 12_000), last, "Send when ready");
    check(Some(300), 1, Some(NOW + 300_000), last, "Send when ready");
    check(None, 1, None, more, "Send now");
}

#[test]
fn buttons_carry_their_values() {
    fn check(error: Error, expected: &[&str]) {
        assert_eq!(labels(&shown(error)), expected);
    }
    let parameter = |message| answered(Kind::InvalidParameter, 400, message);
    check(
        parameter("Temperature must be between 0 and 2"),
        &["Reset temperature and send", "Edit settings", "Copy details"],
    );
    check(
        parameter("Value must be between 0 and 2"),
        &["Edit settings", "Copy details"],
    );
    check(
        answered(Kind::ModelNotFound, 404, ""),
        &[
            "Use Claude-Sonnet-4.6 (about 480)",
            "Refresh the list",
            "See all models",
        ],
    );
    check(
        answered(Kind::GatewayError, 502, ""),
        &["Check and retry", "Copy message"],
    );
    check(
        Error {
            param: Some("max_tokens".to_owned()),
            ..answered(Kind::EmptyAnswer, 200, "")
        },
        &["Raise limit to 2,048 and send", "Choose another model"],
    );

    let first = shown(answered(Kind::ModelNotFound, 404, "")).actions.remove(0);
    assert_eq!(
        first.model.as_deref(),
        Some("claude-sonnet-4.6"),
        "the id goes to Poe, the name to the person"
    );
    let raise = card(&Failure::LengthLimit, &known()).actions.remove(1);
    assert_eq!(
        (raise.action, raise.value.as_deref()),
        (Action::RaiseLimit, Some("2048"))
    );
    assert_eq!(
        actions(&card(&Failure::LengthLimit, &bare())),
        [Action::Continue, Action::Keep]
    );
    assert!(!actions(&card(&Failure::NoKey, &bare())).contains(&Action::UseEnvKey));
    assert_eq!(
        actions(&card(&Failure::NoKey, &known())),
        [Action::SetUp, Action::UseEnvKey, Action::TryDemo]
    );
}

#[test]
fn every_code_is_explained_and_no_other() {
    let codes = codes();
    assert!(codes.is_sorted());
    for code in &codes {
        let text = explain(code).unwrap();
        assert!(text.starts_with(&format!("{code}\n")), "{text}");
        for heading in ["What happened", "What you can press", "By itself"] {
            assert!(
                text.contains(&format!("\n{heading}\n")),
                "{code} lacks {heading:?}"
            );
        }
    }
    for other in ["", "teapot", "InvalidApiKey", "rate_limit_exceeded "] {
        assert_eq!(explain(other), None);
    }
    for own in [
        "no_api_key",
        "keychain_timed_out",
        "storage_failed",
        "settings_set_aside",
        "link_refused",
    ] {
        assert!(codes.contains(&own), "{own}");
    }
}

/// Poe's guide, entry by entry: the code it names is a page, which says what the guide advises.
#[test]
fn every_resolution_of_poes_guide_is_found_by_its_code() {
    fn check(code: &str, search: &[&str], advice: &[&str]) {
        let page = page(code).unwrap_or_else(|| panic!("{code} has no page"));
        let guide = page.guide.unwrap_or_else(|| panic!("{code} lacks the guide"));
        for words in advice {
            assert!(
                guide.advice.contains(words),
                "{code}: {words:?} in {:?}",
                guide.advice
            );
        }
        for term in search {
            let found = page.terms.iter().any(|known| known.contains(term));
            assert!(found || guide.section.contains(term), "{code} by {term:?}");
        }
        assert!(explain(code).unwrap().contains(&guide.advice));
    }
    check(
        "invalid_api_key",
        &["401", "Unauthorized", "Invalid API key"],
        &["correct and properly formatted", "Authorization header"],
    );
    check(
        "model_not_found",
        &["400", "Invalid Model"],
        &["List Models endpoint"],
    );
    check("invalid_parameter", &["400", "Temperature"], &["valid ranges"]);
    check(
        "missing_parameter",
        &["400", "Missing required parameter"],
        &["required fields are included"],
    );
    check(
        "rate_limit_exceeded",
        &["429", "Too Many Requests", "Retry-After"],
        &[
            "exponential backoff",
            "Retry-After",
            "uses no points",
            "queued",
            "higher plan",
        ],
    );
    check(
        "insufficient_points",
        &["402", "Insufficient points", "insufficient_quota"],
        &["Get Current Balance", "add points"],
    );
    check(
        "internal_error",
        &["500", "api_error"],
        &["temporary", "exponential backoff", "request ID"],
    );
    check(
        "service_unavailable",
        &["503", "Service Unavailable"],
        &["exponential backoff"],
    );
    check("bad_request", &["400", "Bad Request"], &["format"]);
    check("permission_denied", &["403", "Forbidden"], &["permissions"]);
    check("not_found", &["404", "Not Found"], &["not found"]);
    check("stream_error", &["Streaming"], &["middle of an answer"]);
    check("stream_cut", &["Streaming"], &["kept"]);
    check("invalid_input", &["Validate"], &["before a request"]);
    check("usage_partial", &["Usage History"], &["usage history"]);
}

#[test]
fn every_page_is_whole() {
    for code in codes() {
        let page = page(code).unwrap();
        assert!(!page.title.is_empty() && !page.what.is_empty(), "{code}");
        assert!(!page.retry.is_empty() && !page.buttons.is_empty(), "{code}");
        for link in &page.links {
            assert!(link.url.starts_with("https://"), "{code}: {}", link.url);
        }
        let printed = explain(code).unwrap();
        assert!(!printed.contains("1970"), "{code} tells a time that nobody means");
        for button in &page.buttons {
            assert!(
                printed.contains(&format!("{}: {}", button.label, button.does)),
                "{code}"
            );
        }
    }
}

#[test]
fn the_gallery_shows_every_code_with_its_values() {
    let cards = gallery(NOW);
    let shown: BTreeSet<_> = cards.iter().map(|card| card.code.as_str()).collect();
    assert_eq!(shown.into_iter().collect::<Vec<_>>(), codes());
    let words: String = cards
        .iter()
        .map(|card| format!("{} {}\n", card.title, card.what))
        .collect();
    for value in [
        "…4f9c",
        "Corp Filter CA",
        "proxy.corp:8080, set by HTTPS_PROXY",
        "5:00",
        "212,400",
        "holiday.png",
        "1,312 words",
    ] {
        assert!(words.contains(value), "{value}");
    }
    assert!(!words.contains("1970"), "a sample without a time");
}
