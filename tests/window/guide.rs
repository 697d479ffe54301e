//! Every entry of Poe's error guide, from the failure to the answer, by keyboard alone. The table that it prints says how
//! many keys that took, how often Poe was asked, and what was charged: one answer, whatever happened before it.

use std::time::Duration;

use poe::sim::Reply;
use serde_json::json;
use xtask::Result;
use xtask::window::{Keychain, Window, key};

use crate::keyboard::Keyboard;
use crate::stage::{ANSWER, Stage};

const FIRST_KEY: &str = "sk-poe-GuideCanary0123456789abcdefghijklmnopq4444";
const SECOND_KEY: &str = "sk-poe-GuideCanary0123456789abcdefghijklmnopq5555";
const CHAT: &str = "/v1/chat/completions";
const USUAL: &str = "Demo-Sonnet";
/// In the list, and gone when it is asked.
const RETIRED: &str = "Demo-Sonnet-Retired";

/// One entry: what Poe says instead of an answer, and how a person gets to the answer.
struct Entry {
    name: &'static str,
    model: &'static str,
    instead: Vec<Reply>,
    code: &'static str,
    mend: Mend,
    /// Requests in all, the answered one included.
    posts: usize,
    /// More than this from the card to the message on its way is too many.
    most_keys: usize,
}

enum Mend {
    /// The app waits and sends again without a press.
    ByItself,
    /// The card's button for this.
    Press(&'static str),
    /// As above, and a model is chosen from the list that opens.
    ChooseModel(&'static str),
    /// The button opens Poe's page; the press follows once there are points.
    GetPoints,
    /// The button leads to the field for the address, and this one is written there.
    CorrectAddress(String),
}

#[test]
fn every_entry_of_poes_guide_is_mended_by_keyboard_alone() -> Result<()> {
    let stage = Stage::set(Keychain::Unlocked)?;
    let window = stage.open()?;
    stage.connect(&window, FIRST_KEY)?;
    stage.desktop.copy(SECOND_KEY)?;

    println!("\n{:<34} {:>4}  {:>5}  charged", "entry of Poe's guide", "keys", "POSTs");
    for entry in entries() {
        walk(&stage, &window, &entry).map_err(|error| error.context(entry.name))?;
    }
    window.close()?;

    let wrong = stage.sim.base_url().replace("/v1", "/v2");
    stage.set_up(json!({ "version": 1, "baseUrl": wrong, "defaultModel": USUAL }))?;
    let window = stage.open_with(&[])?;
    let entry = wrong_address(&stage.sim.base_url());
    walk(&stage, &window, &entry).map_err(|error| error.context(entry.name))?;
    window.close()
}

fn entries() -> Vec<Entry> {
    let invalid = "invalid_request_error";
    let refused = |status, message: &str, kind: &str, code| vec![Reply::error(status, message, kind, code)];
    let unexpected = "An unexpected error occurred. Please try again.";
    let frame = json!({ "error": { "message": unexpected, "type": "api_error", "code": "internal_error" } });
    let words = json!({ "choices": [{ "index": 0, "delta": { "content": "The first words" } }] });
    let limited = Reply::error(
        429,
        "Rate limit exceeded. Please try again later.",
        "rate_limit_error",
        Some("rate_limit_exceeded"),
    );
    let internal = |status| Reply::error(status, unexpected, "api_error", Some("internal_error"));
    let short = || {
        refused(
            402,
            "Insufficient points to complete this request",
            "insufficient_quota",
            Some("insufficient_points"),
        )
    };
    let entry = |name, instead, code, mend, posts, most_keys| Entry {
        name,
        model: USUAL,
        instead,
        code,
        mend,
        posts,
        most_keys,
    };
    vec![
        entry(
            "401 invalid_api_key",
            refused(401, "Invalid API key provided", invalid, Some("invalid_api_key")),
            "invalid_api_key",
            Mend::Press("paste-key"),
            2,
            2,
        ),
        Entry {
            model: RETIRED,
            ..entry("400 model_not_found", vec![], "model_not_found", Mend::Press("use-model"), 2, 2)
        },
        entry(
            "400 invalid_parameter",
            refused(400, "Temperature must be between 0 and 2", invalid, Some("invalid_parameter")),
            "invalid_parameter",
            Mend::Press("reset-setting"),
            2,
            2,
        ),
        entry(
            "400 missing_parameter",
            refused(400, "Missing required parameter: 'messages'", invalid, Some("missing_parameter")),
            "missing_parameter",
            Mend::ChooseModel("Demo-Dear"),
            2,
            4 + "Demo-Dear".len(),
        ),
        entry("402 insufficient_points", short(), "insufficient_points", Mend::Press("use-model"), 2, 2),
        entry("402, get points", short(), "insufficient_points", Mend::GetPoints, 2, 6),
        entry(
            "403 insufficient permissions",
            refused(403, "Valid API key but insufficient permissions", invalid, None),
            "permission_denied",
            Mend::ChooseModel("Demo-Dear"),
            2,
            3 + "Demo-Dear".len(),
        ),
        entry(
            "429 rate_limit_exceeded",
            vec![limited.header("retry-after", "2")],
            "rate_limit_exceeded",
            Mend::ByItself,
            2,
            0,
        ),
        entry("500 internal_error", vec![internal(500)], "internal_error", Mend::ByItself, 2, 0),
        entry(
            "500, three times",
            vec![internal(500), internal(500), internal(500)],
            "internal_error",
            Mend::Press("retry"),
            4,
            2,
        ),
        entry("503 service unavailable", vec![internal(503)], "service_unavailable", Mend::ByItself, 2, 0),
        entry(
            "a stream that is cut",
            vec![Reply::sse(&[&words.to_string()]).cut()],
            "stream_cut",
            Mend::Press("continue"),
            2,
            2,
        ),
        entry(
            "an error in the stream",
            vec![Reply::sse(&[&words.to_string(), &frame.to_string()])],
            "stream_error",
            Mend::Press("continue"),
            2,
            2,
        ),
    ]
}

/// Of a 404 that is not about the model: the app asks at an address that Poe does not have.
fn wrong_address(right: &str) -> Entry {
    Entry {
        name: "404 not_found",
        model: USUAL,
        instead: vec![],
        code: "not_found",
        mend: Mend::CorrectAddress(right.to_owned()),
        posts: 2,
        most_keys: 3 + right.len(),
    }
}

/// From the failure to the answer; its line of the table is what was counted on the way.
#[allow(clippy::print_stdout, reason = "the table is what the test shows")]
fn walk(stage: &Stage, window: &Window, entry: &Entry) -> Result<()> {
    let keyboard = Keyboard::at(window);
    keyboard.start_chat()?;
    // A wrong address has no list of models to choose from; there the settings name one.
    if !matches!(entry.mend, Mend::CorrectAddress(_)) {
        window.choose_model(entry.model)?;
    }
    if matches!(entry.mend, Mend::GetPoints) {
        stage.sim.set_balance(40);
    }
    for reply in &entry.instead {
        stage.sim.on("POST", CHAT, reply.clone());
    }
    let (posts, points) = (stage.sim.posts(), stage.sim.balance());
    window.ask(entry.name)?;
    if !matches!(entry.mend, Mend::ByItself) {
        // While the app still tries by itself the card stands there with other buttons.
        let ended = ":is([data-state=failed], [data-state=cut])";
        window.page().css(&format!("article{ended} [data-code={}]", entry.code)).within(ANSWER).appears()?;
        assert_eq!(stage.sim.balance(), points, "{}: the failure itself was charged", entry.name);
    }

    keyboard.forget();
    match &entry.mend {
        Mend::ByItself => {}
        Mend::Press(action) => keyboard.press_on_card(action)?,
        Mend::ChooseModel(model) => {
            keyboard.press_on_card("choose-model")?;
            window.page().role("textbox", "Search models").appears()?;
            keyboard.press(model)?;
            window.page().css("[role=option]").shows(model)?;
            keyboard.press(key::ENTER)?;
        }
        Mend::GetPoints => {
            keyboard.press_on_card("get-points")?;
            stage.sim.set_balance(50_000);
            window.card(entry.code).within(ANSWER).shows("Try again")?;
            keyboard.press(key::ENTER)?;
        }
        Mend::CorrectAddress(right) => {
            keyboard.press_on_card("check-address")?;
            window.wait_until(
                "the address has the cursor",
                "return document.activeElement?.inputMode === 'url'",
            )?;
            keyboard.press(&format!("{right}{}", key::ENTER))?;
        }
    }
    let before_answer = if matches!(entry.mend, Mend::GetPoints) { 50_000 } else { points };
    window.message("assistant", "done").within(ANSWER).appears()?;
    // The sim charges when the last byte is out.
    std::thread::sleep(Duration::from_millis(50));
    let charged = before_answer - stage.sim.balance();
    assert!(charged > 0, "{}: the answer was free", entry.name);
    let (keys, posts) = (keyboard.count(), stage.sim.posts() - posts);
    println!("{:<34} {keys:>4}  {posts:>5}  failure 0, answer {charged} points", entry.name);
    assert!(keys <= entry.most_keys, "{keys} keys from the card to the answer, not {}", entry.most_keys);
    assert_eq!(posts, entry.posts, "{}: requests", entry.name);
    Ok(())
}
