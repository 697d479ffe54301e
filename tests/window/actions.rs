//! The buttons of a message's card that Poe's guide does not need, each pressed by keys alone: what it does is seen in the page,
//! on the clipboard, in the browser or in what Poe was asked.

use std::path::Path;
use std::{fs, thread::sleep, time::Duration};

use poe::sim::Reply;
use serde_json::json;
use xtask::Result;
use xtask::window::{Keychain, Window, key};

use crate::keyboard::Keyboard;
use crate::links;
use crate::stage::{ANSWER, Stage};

const KEY: &str = "sk-poe-ActionsCanary0123456789abcdefghijklmn6666";
const CHAT: &str = "/v1/chat/completions";
const QUESTION: &str = "Who keeps the lamp?";
const MENDED: &str = "The keeper does.";

struct Case {
    /// What Poe says instead of an answer, after an answered question where the chat is to have one.
    instead: Vec<Reply>,
    earlier: bool,
    code: &'static str,
    action: &'static str,
    then: Then,
}

/// What the press leads to.
enum Then {
    /// The answer, after this many requests for the question in all.
    Answered(usize),
    /// The same, once Enter is pressed in the box where the question stands again.
    AnsweredAfterEnter(usize),
    /// A function body that comes to be true.
    Page(&'static str),
    Copied(&'static str),
    Opened(&'static str),
}

#[test]
fn every_other_action_works_by_key() -> Result<()> {
    let stage = Stage::set(Keychain::Unlocked)?;
    let folder = tempfile::tempdir()?;
    let opened = folder.path().join("opened");
    let path = links::catch(folder.path(), &opened)?;
    let base_url = stage.sim.base_url();
    let variables = [("TELLTALE_BASE_URL", base_url.as_str()), ("PATH", &path)];
    let settings = json!({
        "version": 1,
        "defaultModel": "demo-sonnet",
        "defaultParameters": { "system": null, "temperature": null, "topP": null, "maxTokens": 100 },
    });
    stage.set_up(settings)?;
    let window = stage.open_with(&variables)?;
    stage.connect(&window, KEY)?;
    for case in cases() {
        try_out(&stage, &window, &opened, &case).map_err(|error| error.context(case.action))?;
    }
    window.close()?;

    stage.set_up(json!({ "version": 1, "defaultModel": "demo-sonnet", "dailyLimit": 1 }))?;
    let window = stage.open_with(&variables)?;
    for case in at_the_limit() {
        try_out(&stage, &window, &opened, &case).map_err(|error| error.context(case.action))?;
    }
    window.close()
}

fn cases() -> Vec<Case> {
    let case = |code, instead, action, then| Case { instead, earlier: false, code, action, then };
    let refused = |status, message: &str, kind: &str, code| vec![Reply::error(status, message, kind, code)];
    let invalid = "invalid_request_error";
    let gateway = || vec![Reply::html(502, "<h1>502 Bad Gateway</h1>")];
    let thrice = |reply: Reply| vec![reply.clone(), reply.clone(), reply];
    let unavailable = || Reply::error(503, "Down", "api_error", Some("internal_error"));
    let overloaded = || Reply::error(529, "Overloaded", "overloaded_error", None);
    let limited = |seconds: &str| {
        let reply = Reply::error(429, "Slow down", "rate_limit_error", Some("rate_limit_exceeded"));
        vec![reply.header("retry-after", seconds)]
    };
    let words = |finish: Option<&str>| {
        json!({ "choices": [{ "index": 0, "delta": { "content": "The first words" }, "finish_reason": finish }] })
            .to_string()
    };
    let cut = || vec![Reply::sse(&[&words(None)]).cut()];
    let too_long = || refused(413, "Too long", "request_too_large", None);
    let declined = || refused(403, "Declined", "moderation_error", None);
    let temperature = "Temperature must be between 0 and 2";
    let out_of_range = || refused(400, temperature, invalid, Some("invalid_parameter"));
    let gone = || refused(400, "Model 'demo-sonnet' does not exist", invalid, Some("model_not_found"));
    let bad_key = || refused(401, "Invalid API key provided", invalid, Some("invalid_api_key"));
    let incomplete = || {
        let message = "Missing required parameter: 'messages'";
        refused(400, message, invalid, Some("missing_parameter"))
    };
    vec![
        // Nothing is listed, which is no evidence: it is not sent, and the risk is named.
        case(
            "gateway_error",
            gateway(),
            "check-and-retry",
            Then::Page(
                "return document.querySelector('[data-code=gateway_error] [data-action=send-at-risk]') !== null",
            ),
        ),
        case("gateway_error", gateway(), "copy-message", Then::Copied(QUESTION)),
        case("missing_parameter", incomplete(), "copy-details", Then::Copied("missing_parameter")),
        case("model_overloaded", thrice(overloaded()), "keep-trying", Then::Answered(4)),
        case(
            "service_unavailable",
            thrice(unavailable()),
            "open-status",
            Then::Opened("https://status.poe.com"),
        ),
        case("invalid_api_key", bad_key(), "open-keys", Then::Opened("https://poe.com/api/keys")),
        case(
            "model_not_found",
            gone(),
            "refresh-models",
            Then::Page("return document.body.innerText.includes('33 models')"),
        ),
        case(
            "invalid_parameter",
            out_of_range(),
            "edit-settings",
            Then::Page("return document.activeElement?.closest('[role=dialog]') !== null"),
        ),
        case("message_refused", declined(), "edit-message", Then::AnsweredAfterEnter(2)),
        case(
            "length_limit",
            vec![Reply::sse(&[&words(Some("length")), "[DONE]"])],
            "raise-limit",
            Then::Answered(2),
        ),
        case(
            "stream_cut",
            cut(),
            "keep",
            Then::Page("return !document.querySelector('[data-code=stream_cut]')"),
        ),
        Case { earlier: true, ..case("context_too_long", too_long(), "trim-context", Then::Answered(2)) },
        Case {
            earlier: true,
            // The summary is a request of its own.
            ..case("context_too_long", too_long(), "summarize-and-start", Then::Answered(3))
        },
        case("context_too_long", too_long(), "edit-message", Then::AnsweredAfterEnter(2)),
        // Last: Poe's wait holds every later message of this window.
        case(
            "rate_limit_exceeded",
            limited("300"),
            "wait-and-send",
            Then::Page(
                "return /Sending in \\d:\\d\\d/.test(document.querySelector('[data-code=rate_limit_exceeded]').innerText)",
            ),
        ),
    ]
}

/// With a daily limit that is used up.
fn at_the_limit() -> Vec<Case> {
    let case = |action, then| Case { instead: vec![], earlier: false, code: "budget_reached", action, then };
    vec![
        case("send-once", Then::Answered(1)),
        case(
            "change-limit",
            Then::Page(
                "return location.hash === '#settings/limit' && document.activeElement?.tagName === 'INPUT'",
            ),
        ),
    ]
}

#[allow(clippy::print_stdout, reason = "what was tried is what the test shows")]
fn try_out(stage: &Stage, window: &Window, opened: &Path, case: &Case) -> Result<()> {
    let keyboard = Keyboard::at(window);
    keyboard.start_chat()?;
    if case.earlier {
        stage.sim.on("POST", CHAT, Reply::answer("Long ago."));
        window.ask("When was it lit?")?;
        window.message("assistant", "done").within(ANSWER).shows("Long ago.")?;
    }
    for reply in &case.instead {
        stage.sim.on("POST", CHAT, reply.clone());
    }
    if matches!(case.then, Then::Answered(_) | Then::AnsweredAfterEnter(_)) {
        let summary = (case.action == "summarize-and-start").then(|| Reply::answer("A lamp was lit."));
        for reply in summary.into_iter().chain([Reply::answer(MENDED)]) {
            stage.sim.on("POST", CHAT, reply);
        }
    }
    let _ = fs::remove_file(opened); // of the case before
    let posts = stage.sim.posts();
    window.ask(QUESTION)?;
    let ended = ":is([data-state=failed], [data-state=cut], [data-state=done])";
    let card = format!("article{ended} [data-code={}]", case.code);
    window.page().css(&card).within(ANSWER).appears()?;
    keyboard.forget();
    keyboard.press_on_card(case.action)?;
    match &case.then {
        Then::Answered(asked) | Then::AnsweredAfterEnter(asked) => {
            if matches!(case.then, Then::AnsweredAfterEnter(_)) {
                window.wait_until(
                    "the question stands in the box",
                    "return document.activeElement?.value?.length > 0",
                )?;
                keyboard.press(key::ENTER)?;
            }
            window.message("assistant", "done").within(ANSWER).shows(MENDED)?;
            assert_eq!(stage.sim.posts() - posts, *asked, "{}: requests", case.action);
        }
        Then::Page(script) => window.wait_until(case.action, script)?,
        Then::Copied(text) => {
            sleep(Duration::from_millis(300));
            let copied = stage.desktop.copied()?;
            assert!(copied.contains(text), "{}: {copied}", case.action);
        }
        Then::Opened(link) => assert!(links::caught(opened)?.starts_with(link), "{}", case.action),
    }
    println!("{:<22} {:<22} {} keys", case.code, case.action, keyboard.count());
    Ok(())
}
