//! What a model declares, set by keys alone: one of each kind of control, sent as declared, kept over a restart.

use poe::sim::Reply;
use serde_json::{Value, json};
use xtask::window::{Keychain, Window, key};
use xtask::{Result, bail};

use crate::gallery::{AXE, faults};
use crate::stage::{ANSWER, Stage, pictures};

const KEY: &str = "sk-poe-DeclaredCanary0123456789abcdefghijkl7777";
const CHAT: &str = "/v1/chat/completions";

/// Tab by tab to the control of this setting.
fn tab_to(window: &Window, field: &str) -> Result<()> {
    for _ in 0..20 {
        let at = window.run("return document.activeElement?.dataset.field ?? ''", json!([]))?;
        if at == field {
            return Ok(());
        }
        window.press(key::TAB)?;
    }
    bail!("no tab leads to {field}")
}

/// What Poe got of the settings with the last question.
fn sent(stage: &Stage) -> Value {
    let last = stage.sim.requests().into_iter().rfind(|it| it.path == CHAT);
    let body: Value = last.and_then(|it| serde_json::from_slice(&it.body).ok()).unwrap_or_default();
    json!([body["aspect"], body["seed"], body["negative_prompt"], body["transparent"]])
}

/// No model of the demo has a chip of each kind: two more of the one that is there stand in for them, in the narrowest window.
fn three_fit(window: &Window) -> Result<()> {
    window.run(
        "const chips = document.querySelector('.chips');
         for (const [idea, value] of [['Effort', 'medium'], ['Length', 'standard']]) {
             const chip = chips.firstElementChild.cloneNode(true);
             chip.querySelector('.idea').textContent = idea;
             chip.querySelector('select').replaceChildren(new Option(value));
             chips.append(chip);
         }",
        json!([]),
    )?;
    pictures(window, "declared-three-chips")?;
    window.resize(480, 800)?;
    window.wait_until(
        "all three can be read, and what stands beside them is in sight",
        "const row = document.querySelector('.chips').closest('.row').getBoundingClientRect();
         const inside = (it) => it.getBoundingClientRect().right <= row.right + 1 && it.getBoundingClientRect().left >= row.left - 8;
         const chips = [...document.querySelectorAll('.chip')];
         return chips.length === 3 && chips.every((it) => inside(it) && it.offsetWidth > 48)
             && [...document.querySelectorAll('.row button')].every(inside)",
    )?;
    window.run(
        "for (const chip of [...document.querySelectorAll('.chip')].slice(1)) chip.remove()",
        json!([]),
    )?;
    window.resize(1280, 800)
}

#[test]
fn one_of_each_kind_is_set_by_keys_sent_and_kept_over_a_restart() -> Result<()> {
    let stage = Stage::set(Keychain::Unlocked)?;
    let window = stage.open()?;
    stage.connect(&window, KEY)?;
    window.choose_model("Demo-Image")?;

    window.button("Parameters").type_text(key::ENTER)?;
    let own = window.page().css("fieldset.own");
    own.shows("Shape of the image.")?;
    tab_to(&window, "aspect")?;
    window.press(key::ARROW_DOWN)?;
    window.wait_until("it is chosen", "return document.activeElement?.value === '3:2'")?;
    tab_to(&window, "seed")?;
    window.press("100000")?;
    own.shows("Seed must be between 0 and 99,999 for this model.")?;
    pictures(&window, "declared-refused")?;
    for _ in 0..6 {
        window.press(key::BACKSPACE)?;
    }
    window.press("7")?;
    tab_to(&window, "negative_prompt")?;
    window.press("4")?;
    tab_to(&window, "transparent")?;
    window.press(" ")?;
    pictures(&window, "declared-form")?;
    let axe = std::fs::read_to_string(AXE)?;
    let mut found = faults(&window, &axe, "the form of a model's settings")?;
    window.button("Save").type_text(key::ENTER)?;
    window.page().css("[role=dialog]").goes()?;

    // The chip shows what is in force, and changes it in its place.
    let chip = window.page().css(".chips select");
    window
        .wait_until("the chip shows it", "return document.querySelector('.chips select')?.value === '3:2'")?;
    found.extend(faults(&window, &axe, "a chip at the message")?);
    stage.sim.on("POST", CHAT, Reply::answer("Rings."));
    window.ask("Rings in a tide pool")?;
    window.message("assistant", "done").within(ANSWER).shows("Rings.")?;
    assert_eq!(sent(&stage), json!(["3:2", 7, "4", true]));
    chip.type_text(key::ARROW_DOWN)?;
    window.wait_until(
        "the chip is changed",
        "return document.querySelector('.chips select')?.value === '2:3'",
    )?;
    pictures(&window, "declared-chips")?;
    three_fit(&window)?;
    window.close()?;

    let window = stage.open()?;
    window.open_chat("Rings in a tide pool")?;
    window
        .wait_until("the chip shows it", "return document.querySelector('.chips select')?.value === '2:3'")?;
    stage.sim.on("POST", CHAT, Reply::answer("More rings."));
    window.ask("And more")?;
    window.page().last("article[data-role=assistant]").within(ANSWER).shows("More rings.")?;
    assert_eq!(sent(&stage), json!(["2:3", 7, "4", true]));

    // Another model declares none of it: it gets none, and has no chip.
    window.choose_model("Demo-Flash")?;
    window.page().css(".chips").goes()?;
    stage.sim.on("POST", CHAT, Reply::answer("No rings."));
    window.ask("And you?")?;
    window.page().last("article[data-role=assistant]").within(ANSWER).shows("No rings.")?;
    assert_eq!(sent(&stage), json!([null, null, null, null]));
    assert!(found.is_empty(), "{}", found.join("\n"));
    window.close()
}
