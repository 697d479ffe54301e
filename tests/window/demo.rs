//! The demo as a newcomer plays it: each of its failures is met, the first button of its card pressed, and the answer comes. None
//! of its cards sends a person on to another failure.

use std::thread::sleep;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use xtask::Result;
use xtask::window::{Keychain, Window, key};

use crate::stage::{Stage, picture};

const FAILURES: &[&str] = &[
    "Demo-Invalid-API-Key",
    "Demo-Sonnet-Retired",
    "Demo-Invalid-Parameter",
    "Demo-Missing-Parameter",
    "Demo-Insufficient-Points",
    "Demo-Rate-Limit",
    "Demo-Internal-Error",
    "Demo-Unavailable",
    "Demo-Overloaded",
    "Demo-Forbidden",
    "Demo-Refused",
    "Demo-Too-Long",
    "Demo-Timeout",
    "Demo-Gateway",
    "Demo-Cut",
    "Demo-Stall",
    "Demo-Error-Frame",
    "Demo-Length",
    "Demo-Empty",
];

/// Sent again by themselves, in sight.
const BY_THEMSELVES: &[&str] = &["Demo-Rate-Limit", "Demo-Internal-Error"];

/// A pause is told after half a minute.
const PATIENCE: Duration = Duration::from_secs(90);

/// Check first, then send again: the longest way.
const MOST_PRESSES: usize = 2;

#[test]
#[allow(clippy::print_stdout, reason = "the table is what the test shows")]
fn every_failure_of_the_demo_is_mended_by_its_first_button() -> Result<()> {
    let stage = Stage::set(Keychain::Unlocked)?;
    let window = stage.open_with(&[])?;
    window.button("Try without a key").click()?;
    window.textbox("Message").appears()?;
    println!("{:28} pressed", "model");
    for model in FAILURES {
        window.button("New chat").click()?;
        window.message("user", "done").goes()?;
        window.choose_model(model)?;
        window.ask(&format!("Show me {model}"))?;
        let pressed = mend(&window, model).map_err(|error| error.context(*model))?;
        println!("{model:28} {}", pressed.join(", "));
        assert_eq!(pressed.is_empty(), BY_THEMSELVES.contains(model), "{model}: {pressed:?}");
        assert!(pressed.len() <= MOST_PRESSES, "{model}: {pressed:?}");
    }
    // What was cut is whole, and nothing of it is said twice.
    window.open_chat("Show me Demo-Cut")?;
    let text = window.message("assistant", "done").text()?;
    assert!(text.contains("the better half of the poem, had the stream"), "{text}");
    assert_eq!(text.matches("Once upon a midnight").count(), 1, "{text}");
    picture(&window, "demo-cut-mended")?;

    assert_eq!(stage.sim.requests().len(), 0, "the demo asked another server");
    window.close()
}

#[test]
fn the_demo_has_a_history_of_ninety_days_and_answers_that_join_it() -> Result<()> {
    let stage = Stage::set(Keychain::Unlocked)?;
    let window = stage.open_with(&[])?;
    window.button("Try without a key").click()?;
    window.ask("What can you do?")?;
    let answer = window.message("assistant", "done");
    answer.within(Duration::from_secs(40)).shows(" points")?;
    window.link("Usage").click()?;
    window.page().css("main header").shows("Simulated history · Complete from ")?;
    let total = "Number(document.querySelector('section.tile > .sr.num').textContent.replace(/\\D/g, ''))";
    window.wait_until("thirty days are shown", &format!("return (window.thirty = {total}) > 1000"))?;
    window.page().css("input[name=usage-range][value='90']").click()?;
    window
        .wait_until("ninety are more than twice as much", &format!("return {total} > 2 * window.thirty"))?;
    window.wait_until(
        "bars over all of them",
        "return document.querySelectorAll('.hits button').length === 90 && \
         document.querySelectorAll('.plot svg path, .plot svg rect').length > 3",
    )?;
    picture(&window, "usage-demo")?;
    window.page().css("table[aria-label='Answers that used points']").shows("What can you do?")?;
    window.close()
}

/// Presses the first button of each card until there is an answer; gives what was pressed.
fn mend(window: &Window, model: &str) -> Result<Vec<String>> {
    let mut pressed = Vec::new();
    let mut before = Value::Null;
    let since = Instant::now();
    loop {
        assert!(since.elapsed() < PATIENCE, "{model} is not mended: {before}");
        sleep(Duration::from_millis(100));
        let seen = last_answer(window)?;
        let state = seen["state"].as_str().unwrap_or_default();
        if state == "done" && seen["finish"] == "stop" && seen["code"].is_null() {
            return Ok(pressed);
        }
        let waits = matches!(state, "" | "queued" | "retrying") || seen["code"].is_null();
        let offers = json!([seen["state"], seen["code"], seen["actions"]]);
        if waits || offers == before {
            continue;
        }
        let card = seen["text"].as_str().unwrap_or_default();
        let led_on = FAILURES.iter().find(|other| **other != model && card.contains(&format!("Use {other}")));
        assert_eq!(led_on, None, "{model} leads to another failure: {card}");
        let actions: Vec<&str> =
            seen["actions"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        // Of a mistake of the app the details come first, for the report.
        let action = actions.iter().find(|action| **action != "copy-details");
        let action = action.map_or(String::new(), |action| (*action).to_owned());
        before = offers;
        window.run(
            "document.querySelector(`article [data-code] [data-action=${arguments[0]}]`).click()",
            json!([action]),
        )?;
        match action.as_str() {
            "choose-model" => window.pick_model("Demo-Flash")?,
            "edit-message" => {
                let filled = "return document.querySelector('[aria-label=Message]').value !== ''";
                window.wait_until("the question is back in the box", filled)?;
                window.textbox("Message").type_text(key::ENTER)?;
            }
            _ => {}
        }
        pressed.push(action);
    }
}

fn last_answer(window: &Window) -> Result<Value> {
    let script = "
        const answer = [...document.querySelectorAll('article[data-role=assistant]')].at(-1)
        const card = answer?.querySelector('[data-code]')
        return {
          state: answer?.dataset.state ?? '', finish: answer?.dataset.finish ?? null, code: card?.dataset.code ?? null,
          text: card?.innerText ?? '', actions: [...(card?.querySelectorAll('[data-action]') ?? [])].map((it) => it.dataset.action),
        }";
    window.run(script, json!([]))
}
