//! What holds for every card: its words, its buttons, its line on points, and that no key gets onto it.

use super::*;

#[test]
fn every_kind_of_poe_has_an_entry_of_its_code() {
    for &kind in Kind::ALL {
        assert_eq!(card(&Failure::Poe(Error::new(kind, "")), &Context::default()).code, kind.code());
        assert!(codes().contains(&kind.code()));
    }
}

#[test]
fn titles_have_at_most_six_words() {
    for card in all() {
        let words = card.title.split_whitespace().count();
        assert!((1..=6).contains(&words), "{words} words: {}", card.title);
        assert!(card.title.starts_with(|c: char| c.is_uppercase() || c == '“' || card.title.contains('.')));
    }
}

#[test]
fn one_to_three_buttons_with_labels_and_no_two_alike() {
    for card in all() {
        assert!((1..=3).contains(&card.actions.len()), "{} has {:?}", card.code, card.actions);
        let different: BTreeSet<_> = card.actions.iter().map(|button| button.label.as_str()).collect();
        assert_eq!(different.len(), card.actions.len(), "{}: {:?}", card.code, card.actions);
        for button in &card.actions {
            assert!(!button.label.trim().is_empty(), "{}", card.code);
            let names = matches!(button.action, Action::UseModel | Action::AllowBot);
            assert_eq!(button.model.is_some(), names, "{}", card.code);
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
        assert!(waits || card.ready_at.is_none(), "{} counts down to nothing", card.code);
        assert_eq!(card.place == Place::Field, card.field.is_some(), "{}", card.code);
        assert!(card.why.len() <= 2, "{}", card.code);
    }
}

#[test]
fn outside_a_chat_no_card_speaks_of_a_message() {
    let outside = Context { message_saved: false, ..known() };
    for &kind in Kind::ALL {
        let card = card(&Failure::Poe(Error::new(kind, "")), &outside);
        assert_eq!(card.safe, "", "{}", card.code);
        for action in actions(&card) {
            let concerns = [Action::WaitAndSend, Action::Keep, Action::CopyMessage, Action::EditMessage];
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
                let error = Error { sent: true, partial, status, ..Error::new(kind, "") };
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
    check(rate_limit(None), "No points were used: Poe doesn’t charge for this.");
    check(answered(Kind::InvalidApiKey, 401, ""), "Your message is saved. No points were used.");
    check(answered(Kind::InsufficientPoints, 402, ""), "No points were used.");
    check(answered(Kind::InternalError, 500, ""), "No points were used");
    check(answered(Kind::ServiceUnavailable, 503, ""), "No points were used");
    check(answered(Kind::ModelTimeout, 408, ""), "No points were used");
    check(answered(Kind::GatewayError, 502, ""), "check before sending again.");
    check(Error { sent: true, ..Error::new(Kind::ConnectionLost, "") }, "check before sending again.");
    check(Error::new(Kind::DnsFailed, ""), "Your message is saved. Nothing was sent.");
    check(
        Error { partial: true, ..answered(Kind::StreamCut, 200, "") },
        "Your message and the text so far are saved. Points may have been used",
    );
}

/// Empty, cut, failed or unreadable: a press on the first button must not buy the same once more.
#[test]
fn the_first_button_never_pays_again_for_the_same_failure() {
    let alone = Context { max_tokens: None, ..known() };
    for &kind in Kind::ALL {
        for inner in Kind::ALL.iter().copied().map(Some).chain([None]) {
            for (partial, status) in
                [(false, None), (false, Some(200)), (true, Some(200)), (false, Some(502))]
            {
                let error = Error { sent: true, partial, status, inner, ..Error::new(kind, "") };
                for context in [&known(), &alone] {
                    let card = card(&Failure::Poe(error.clone()), context);
                    let on_its_way = kind == Kind::RefusedByNetwork;
                    assert!(
                        !error.maybe_charged() || on_its_way || card.actions[0].action != Action::Retry,
                        "{error:?}: {:?}",
                        card.actions
                    );
                }
            }
        }
    }
    let empty = |param: Option<&str>, context: &Context| {
        let error =
            Error { param: param.map(str::to_owned), sent: true, ..Error::new(Kind::EmptyAnswer, "") };
        actions(&card(&Failure::Poe(error), context))
    };
    let raise = [Action::RaiseLimit, Action::ChooseModel];
    assert_eq!(empty(Some("max_tokens"), &known()), raise);
    assert_eq!(empty(Some("max_tokens"), &alone), [Action::ChooseModel, Action::Retry]);
    assert_eq!(empty(None, &known()), [Action::ChooseModel, Action::Retry]);
}

/// Our own count is an estimate, and Poe has just refused: one that says the opposite is left out.
#[test]
fn a_count_that_contradicts_poe_is_not_told() {
    let what = |has: u64, takes: u64| {
        let context = Context { chat_tokens: Some(has), context_length: Some(takes), ..known() };
        let refused = answered(Kind::ContextTooLong, 413, "Request exceeds the maximum size");
        card(&Failure::Poe(refused), &context).what
    };
    let told = what(212_400, 200_000);
    assert!(told.contains("212,400") && told.contains("200,000"), "{told}");
    for (has, takes) in [(15, 200_000), (199_000, 200_000), (200_000, 200_000)] {
        let told = what(has, takes);
        assert!(!told.contains("tokens;") && !told.contains("200,000"), "{told}");
        assert!(told.contains("Request exceeds the maximum size"), "{told}");
    }
}

#[test]
fn a_range_that_contradicts_poe_is_not_told() {
    let what = |temperature: f64| {
        let context = Context { temperature: Some(temperature), ..known() };
        let refused = answered(Kind::InvalidParameter, 400, "Temperature is not supported at this value");
        card(&Failure::Poe(refused), &context).what
    };
    assert!(what(2.5).contains("between 0 and 2"), "{}", what(2.5));
    assert!(!what(1.5).contains("between 0 and 2"), "{}", what(1.5));
    assert!(what(1.5).contains("1.5") && what(1.5).contains("not supported"), "{}", what(1.5));
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
        let error = Error { status, sent: status.is_some(), attempt: 1, ..Error::new(kind, "") };
        let happens = poe::retry::decide(&error, 1, 3, 0, 0.5).wait.is_some();
        let explained = explain(kind.code()).unwrap().contains("Telltale retries until the answer starts");
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
            failures.push(Failure::Poe(error));
        }
        failures.push(Failure::Unexpected(echo.clone()));
        failures.push(Failure::Settings(SettingsError::Write(echo.clone())));
        failures.push(Failure::Library(LibraryError::Io(echo.clone())));
        failures.push(NotAKey::ClipboardUnreadable(echo.clone()).into());
        let fault = KeychainError { kind: KeychainFault::Corrupt, detail: echo.clone() };
        failures.push(Failure::Keychain(fault));
        let context = Context { base_url: echo.clone(), ..known() };
        for failure in failures {
            let json = serde_json::to_string(&card(&failure, &context)).unwrap();
            assert!(!json.contains(&secret[..16.min(secret.len())]), "{json}");
        }
    }
}
