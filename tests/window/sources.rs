//! An answer from the web, by keys alone: the switch, the question, what was searched, and a source and a mark that are opened in the
//! browser; all of it is there after a restart.

use std::time::Duration;

use serde_json::{Value, json};
use xtask::window::{Keychain, Window, key};
use xtask::{Result, bail};

use crate::gallery::{AXE, faults};
use crate::links;
use crate::stage::{ANSWER, Stage, pictures};

const KEY: &str = "sk-poe-SourcesCanary0123456789abcdefghijklmn8888";

/// Tab by tab, or back, to what fits.
fn tab_to(window: &Window, keys: &str, css: &str) -> Result<()> {
    for _ in 0..40 {
        window.press(keys)?;
        if window.run("return document.activeElement?.matches(arguments[0]) ?? false", json!([css]))? == true
        {
            return Ok(());
        }
    }
    bail!("no tab leads to {css}")
}

/// What the browser was asked to open by this press.
fn opened_by(window: &Window, keys: &str, opened: &std::path::Path) -> Result<String> {
    let _ = std::fs::remove_file(opened);
    window.press(keys)?;
    links::caught(opened)
}

/// The last question, which went there.
fn sent(stage: &Stage, path: &str) -> Result<Value> {
    let asked = stage.sim.requests().into_iter().rfind(|it| it.method == "POST");
    let Some(asked) = asked.filter(|it| it.path == path) else {
        let all: Vec<String> = stage.sim.requests().into_iter().map(|it| it.path).collect();
        bail!("the last question did not go to {path}: {all:?}")
    };
    Ok(serde_json::from_slice(&asked.body)?)
}

#[test]
fn sources_opened() -> Result<()> {
    let stage = Stage::set(Keychain::Unlocked)?;
    let folder = tempfile::tempdir()?;
    let opened = folder.path().join("opened");
    let path = links::catch(folder.path(), &opened)?;
    let variables = [("TELLTALE_BASE_URL", stage.sim.base_url()), ("PATH", path)];
    let variables = variables.each_ref().map(|(name, value)| (*name, value.as_str()));
    let window = stage.open_with(&variables)?;
    stage.connect(&window, KEY)?;
    window.choose_model("Demo-Think")?;
    let axe = std::fs::read_to_string(AXE)?;

    window.page().css("[aria-label='Reasoning effort']").appears()?;
    // The switch stands beside the box, and says that it is on.
    tab_to(&window, key::TAB, "[role=switch]")?;
    window.press(" ")?;
    window.wait_until(
        "it is on",
        "return document.activeElement?.getAttribute('aria-checked') === 'true' && document.activeElement.textContent === 'Search the web'",
    )?;
    window.ask("How do bats find their way?")?;
    let answer = window.message("assistant", "done").within(ANSWER);
    answer.shows("the echo is lost among them")?;
    let sources = window.page().css("section.sources");
    sources.shows("Field notes: moths that answer back")?;
    let body = sent(&stage, "/v1/responses")?;
    assert_eq!(body["tools"], json!([{"type": "web_search_preview"}]));
    pictures(&window, "sources")?;
    let mut found = faults(&window, &axe, "an answer with sources")?;

    let back = format!("{}{}", key::SHIFT, key::TAB);
    tab_to(&window, &back, "section.sources li:nth-child(2) a")?;
    assert_eq!(opened_by(&window, key::ENTER, &opened)?, "https://www.example.org/field-notes/moths?page=2");
    tab_to(&window, &back, ".answer a.mark")?;
    assert_eq!(opened_by(&window, key::ENTER, &opened)?, "https://www.example.org/field-notes/moths?page=2");
    // What was searched for stands folded above.
    tab_to(&window, &back, "summary")?;
    window.press(key::ENTER)?;
    answer.shows("Searched the web for")?;
    window.page().css("article pre").shows("How do bats find their way?")?;
    found.extend(faults(&window, &axe, "what an answer searched for")?);
    pictures(&window, "sources-searched")?;
    window.close()?;

    let window = stage.open_with(&variables)?;
    window.open_chat("How do bats find their way?")?;
    window.page().css("section.sources").shows("How bats hear the dark")?;
    window.page().css(".answer a.mark").within(Duration::from_secs(5)).shows("[1]")?;
    window.wait_until(
        "the switch is kept",
        "return document.querySelector('[role=switch]')?.ariaChecked === 'true'",
    )?;

    // The other form, and a model that can't be told to search.
    window.choose_model("Demo-Sonnet")?;
    window.wait_until("it has the switch", "return document.querySelector('[role=switch]') !== null")?;
    window.ask("And moths?")?;
    window
        .page()
        .css("article[data-role=assistant] ~ article[data-role=assistant][data-state=done] section.sources")
        .within(ANSWER)
        .shows("example.net")?;
    let body = sent(&stage, "/v1/chat/completions")?;
    assert_eq!((&body["web_search"], body.get("tools")), (&json!(true), None));
    window.choose_model("Demo-Flash")?;
    window.page().css("[role=switch]").goes()?;
    assert!(found.is_empty(), "{}", found.join("\n"));
    window.close()
}
