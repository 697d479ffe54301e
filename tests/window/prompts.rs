//! A preset and a snippet with variables, by keys alone: made, found, begun with, put into a message, sent; and the ledger's row
//! names the preset.

use serde_json::{Value, json};
use xtask::window::{Keychain, Window, key};
use xtask::{Result, bail};

use crate::gallery::{AXE, faults};
use crate::stage::{ANSWER, Stage, pictures};

const KEY: &str = "sk-poe-PromptsCanary0123456789abcdefghijklm9999";
const CHAT: &str = "/v1/chat/completions";

fn focused(window: &Window) -> Result<String> {
    let script = "const it = document.activeElement;
        return it.getAttribute('aria-label') ?? it.labels?.[0]?.textContent ?? it.textContent.trim()";
    Ok(window.run(script, json!([]))?.as_str().unwrap_or_default().to_owned())
}

/// Tab by tab to what has this name.
fn tab_to(window: &Window, name: &str) -> Result<()> {
    for _ in 0..60 {
        if focused(window)?.starts_with(name) {
            return Ok(());
        }
        window.press(key::TAB)?;
    }
    bail!("no tab leads to {name}")
}

/// To a view, from the menu on.
fn go(window: &Window, view: &str) -> Result<()> {
    window.run("document.querySelector('nav[aria-label=Main] a').focus()", json!([]))?;
    tab_to(window, view)?;
    window.press(key::ENTER)
}

/// The cursor is in the field of this name.
fn in_field(window: &Window, name: &str) -> Result<()> {
    window.wait_until(
        &format!("the cursor is in {name}"),
        &format!("return document.activeElement?.labels?.[0]?.textContent === {name:?}"),
    )
}

fn box_holds(window: &Window, text: &str) -> Result<()> {
    window.wait_until(
        &format!("the box holds {text:?}"),
        &format!(
            "const box = document.querySelector('.composer > .box > textarea');
             return box?.value === {text:?} && document.activeElement === box"
        ),
    )
}

#[test]
fn a_preset_and_a_snippet_with_variables_by_keys_alone() -> Result<()> {
    let axe = std::fs::read_to_string(AXE)?;
    let stage = Stage::set(Keychain::Unlocked)?;
    let window = stage.open()?;
    stage.connect(&window, KEY)?;
    window.page().css(".composer").appears()?;

    go(&window, "Prompts")?;
    window.page().css("main").shows("No prompts yet")?;
    pictures(&window, "prompts-empty")?;
    tab_to(&window, "New preset")?;
    window.press(key::ENTER)?;
    in_field(&window, "Name")?;
    window.press("Reviewer")?;
    window.press(key::ENTER)?;
    window.page().css("h1").shows("Reviewer")?;
    tab_to(&window, "System prompt")?;
    window.press("Find what is wrong, then say how to mend it.")?;
    window.press(key::TAB)?;
    window.page().css("[data-saved]").appears()?;
    pictures(&window, "prompts-preset")?;
    let mut found = faults(&window, &axe, "a preset")?;

    go(&window, "Prompts")?;
    tab_to(&window, "New snippet")?;
    window.press(key::ENTER)?;
    in_field(&window, "Name")?;
    window.press("explain")?;
    window.press(key::TAB)?;
    in_field(&window, "Text")?;
    window.press("Explain {{what}} to {{whom}}.")?;
    window.page().css("main").shows("Asks for what, whom.")?;
    pictures(&window, "prompts-new-snippet")?;
    tab_to(&window, "Create")?;
    window.press(key::ENTER)?;
    window.page().css("main").shows("Explain {{what}} to {{whom}}.")?;
    pictures(&window, "prompts-list")?;
    found.extend(faults(&window, &axe, "the list of prompts")?);
    // A name is one's own.
    tab_to(&window, "New snippet")?;
    window.press(key::ENTER)?;
    in_field(&window, "Name")?;
    window.press("EXPLAIN")?;
    window.press(key::ENTER)?;
    window.page().css("main").shows("“EXPLAIN” already exists.")?;
    pictures(&window, "prompts-taken")?;

    go(&window, "Prompts")?;
    tab_to(&window, "New chat with Reviewer")?;
    window.press(key::ENTER)?;
    box_holds(&window, "")?;
    window.page().css(".composer").shows("Preset: Reviewer")?;
    pictures(&window, "prompts-begun")?;
    found.extend(faults(&window, &axe, "a chat that begins with a preset")?);

    window.press("Now: /exp")?;
    window.page().css("[role=listbox] [role=option][aria-selected=true]").shows("explain")?;
    pictures(&window, "prompts-slash")?;
    found.extend(faults(&window, &axe, "the list of snippets")?);
    window.press(key::ENTER)?;
    in_field(&window, "what")?;
    window.press("tides")?;
    window.press(key::TAB)?;
    in_field(&window, "whom")?;
    window.press("a child")?;
    pictures(&window, "prompts-variables")?;
    found.extend(faults(&window, &axe, "the variables of a snippet")?);
    window.press(key::ENTER)?;
    box_holds(&window, "Now: Explain tides to a child.")?;
    assert_eq!(stage.sim.posts(), 0, "it is seen before it is sent");
    window.press(key::ENTER)?;
    window.message("assistant", "done").within(ANSWER).appears()?;
    let last = stage.sim.requests().into_iter().rfind(|it| it.path == CHAT);
    let body: Value = last.and_then(|it| serde_json::from_slice(&it.body).ok()).unwrap_or_default();
    let messages: Vec<_> =
        body["messages"].as_array().into_iter().flatten().map(|it| &it["content"]).collect();
    assert_eq!(messages, ["Find what is wrong, then say how to mend it.", "Now: Explain tides to a child."]);

    // What it cost is the preset's, too.
    let charged = "return /\\d points/.test(document.querySelector('article[data-role=assistant] [data-charge]')?.textContent ?? '')";
    window.wait_until("the answer's charge is known", charged)?;
    go(&window, "Usage")?;
    let rows = window.page().css("table[aria-label='Answers that used points']");
    rows.shows("Reviewer")?;
    window.page().css("select[aria-label=Preset]").appears()?;
    pictures(&window, "prompts-usage")?;
    found.extend(faults(&window, &axe, "usage with a preset")?);
    assert!(found.is_empty(), "{}", found.join("\n"));
    window.close()
}

/// Opens the menu of the list, and presses the entry that so many steps down is.
fn from_menu(window: &Window, steps: usize) -> Result<()> {
    go(window, "Prompts")?;
    tab_to(window, "Import or export")?;
    window.press(key::ENTER)?;
    window.page().css("[role=menu]").appears()?;
    for _ in 0..steps {
        window.press(key::ARROW_DOWN)?;
    }
    window.press(key::ENTER)
}

#[test]
fn a_newer_version_shows_its_differences_before_it_is_taken() -> Result<()> {
    let axe = std::fs::read_to_string(AXE)?;
    let stage = Stage::set(Keychain::Unlocked)?;
    let window = stage.open()?;
    stage.connect(&window, KEY)?;
    window.page().css(".composer").appears()?;
    // What is set for a chat becomes a preset, and is named on its page.
    window.button("Parameters").type_text(key::ENTER)?;
    window.page().css("[role=dialog]").appears()?;
    tab_to(&window, "System prompt")?;
    let lines = ["Find what is wrong.", "Say how to mend it.", "Be brief."];
    window.press(&lines.join(key::ENTER))?;
    tab_to(&window, "Save as preset")?;
    window.press(key::ENTER)?;
    in_field(&window, "Name")?;
    window.press("Reviewer")?;
    window.press(key::ENTER)?;
    window.page().css("h1").shows("Reviewer")?;

    let folder = tempfile::tempdir()?;
    let file = folder.path().join("prompts.json");
    from_menu(&window, 1)?;
    stage.desktop.choose("Export prompts", &file)?;
    window.page().css(".toast").shows("Prompts exported to prompts.json")?;
    let mut written: Value = serde_json::from_slice(&std::fs::read(&file)?)?;
    let prompt = &mut written["prompts"][0];
    assert_eq!(prompt["parameters"]["system"], lines.join("\n"));
    prompt["parameters"]["system"] = json!("Find what is wrong.\nSay how to mend it, and why.\nBe brief.");
    prompt["parameters"]["temperature"] = json!(0.2);
    prompt["updatedAt"] = json!(telltale::clock::now() + 1);
    let more = json!({"key": "k1", "kind": "snippet", "name": "greet", "text": "Good morning, {{who}}."});
    if let Some(all) = written["prompts"].as_array_mut() {
        all.push(more);
    }
    std::fs::write(&file, written.to_string())?;

    from_menu(&window, 0)?;
    stage.desktop.choose("Import prompts", &file)?;
    let dialog = window.page().css("dialog");
    dialog.shows("Import 1 prompt?")?;
    dialog.shows("Temperature: not set → 0.2")?;
    window.page().css("[data-change=added]").shows("Say how to mend it, and why.")?;
    window.page().css("[data-change=removed]").shows("Say how to mend it.")?;
    pictures(&window, "prompts-found")?;
    let found = faults(&window, &axe, "a file of prompts")?;
    tab_to(&window, "Replace Reviewer")?;
    window.press(" ")?;
    tab_to(&window, "Import")?;
    window.press(key::ENTER)?;
    window.page().css("main").shows("Good morning, {{who}}.")?;
    window.page().css("main").shows("Say how to mend it, and why.")?;

    // A file that is none says so, and Esc gives up one that is.
    std::fs::write(&file, "[]")?;
    from_menu(&window, 0)?;
    stage.desktop.choose("Import prompts", &file)?;
    window.card("import_failed").shows("This isn’t a file of prompts")?;
    assert!(found.is_empty(), "{}", found.join("\n"));
    window.close()
}
