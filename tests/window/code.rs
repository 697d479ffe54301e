//! A long block of code is read, searched and copied: it stands folded, opens by the keyboard and by a find, and its bar stays in
//! sight.

use poe::sim::Reply;
use serde_json::json;
use xtask::Result;
use xtask::window::{Keychain, Window, key};

use crate::desk::KEY;
use crate::gallery::{AXE, faults};
use crate::stage::{ANSWER, Stage, picture, pictures};

const CHAT: &str = "/v1/chat/completions";

fn number(window: &Window, script: &str) -> Result<f64> {
    Ok(window.run(script, json!([]))?.as_f64().unwrap_or(f64::NAN))
}

#[test]
fn long_code_is_folded_and_whole() -> Result<()> {
    let stage = Stage::set(Keychain::Unlocked)?;
    let window = stage.open()?;
    stage.connect(&window, KEY)?;
    let lines: Vec<String> = (1..=120).map(|n| format!("let line_{n} = {n}; // counted\n")).collect();
    let code = lines.concat();
    let answer = format!("The program:\n\n```rust\n{code}```\n\nand that is all of it.");
    stage.sim.on("POST", CHAT, Reply::answer(&answer));
    window.ask("Count to 120 in Rust")?;
    window.message("assistant", "done").within(ANSWER).shows("all of it")?;

    // What was read while it came stays as it was; once more from the disk it is folded.
    window.reload()?;
    window.message("assistant", "done").within(ANSWER).shows("all of it")?;
    let height = "return document.querySelector('.answer .code').offsetHeight";
    let folded = number(&window, height)?;
    assert!((400.0..620.0).contains(&folded), "{folded} px");
    let label = "return document.querySelector('.answer .code-head').dataset.label";
    assert_eq!(window.run(label, json!([]))?, "rust · 120 lines");
    pictures(&window, "code-folded")?;
    window.button("Copy code").click()?;
    window.wait_until("it is copied", "return document.querySelector('.toast, .answer') !== null")?;
    let whole = || Ok::<bool, xtask::Error>(stage.desktop.copied()? == code);
    assert!(whole()?, "{:?}", stage.desktop.copied()?);
    // A selection over all of it holds what is out of sight, too.
    let selected = "const range = document.createRange(); range.selectNodeContents(document.querySelector('.answer')); \
        const selection = getSelection(); selection.removeAllRanges(); selection.addRange(range); \
        const text = selection.toString(); selection.removeAllRanges(); return text.includes('let line_100 = 100;')";
    assert_eq!(window.run(selected, json!([]))?, true);

    // By the keyboard: the buttons of the bar, then the one below.
    window.run("document.querySelector('.answer [data-tool=copy]').focus(); return null", json!([]))?;
    window.press(key::TAB)?;
    let focused = "return document.activeElement?.getAttribute('aria-label')";
    assert_eq!(window.run(focused, json!([]))?, "Show all 120 lines of code");
    window.press(key::ENTER)?;
    window.button("Show less code").appears()?;
    let open = number(&window, height)?;
    assert!(open > 2_000.0, "{open} px");
    assert_eq!(window.run(focused, json!([]))?, "Show less code");

    // In the middle of it the bar stands at the top of what is seen.
    window.run(
        "const thread = document.querySelector('.thread'); const code = document.querySelector('.answer .code'); \
         thread.scrollTop += code.getBoundingClientRect().top - thread.getBoundingClientRect().top + 900; return null",
        json!([]),
    )?;
    let under = "return document.querySelector('.code-head').getBoundingClientRect().top - document.querySelector('.thread').getBoundingClientRect().top";
    let under = number(&window, under)?;
    assert!((-1.0..=1.0).contains(&under), "{under} px below the top");
    picture(&window, "code-head")?;

    // Folded again, a find in what is out of sight opens it.
    window.run("document.querySelector('.answer [data-tool=fold]').focus(); return null", json!([]))?;
    window.press(key::ENTER)?;
    window.button("Show all 120 lines of code").appears()?;
    let again = number(&window, height)?;
    assert!((again - folded).abs() < 1.0, "{again} px, {folded} before");
    window.press(&format!("{}f{}", key::CONTROL, key::RELEASE))?;
    window.wait_until(
        "the cursor is in the field",
        "return document.activeElement?.getAttribute('aria-label') === 'Find in this chat'",
    )?;
    window.press("line_3 ")?;
    window.page().css(".find .count").shows("1 of 1")?;
    window.button("Show all 120 lines of code").appears()?;
    window.press(&format!("{}a{}", key::CONTROL, key::RELEASE))?;
    window.press("line_100")?;
    window.page().css(".find .count").shows("1 of 1")?;
    window.button("Show less code").appears()?;
    window.wait_until(
        "the find is in sight",
        "const [range] = CSS.highlights.get('found-now') ?? []; if (!range) return false; \
         const { top, bottom } = range.getBoundingClientRect(); const seen = document.querySelector('.thread').getBoundingClientRect(); \
         return range.toString() === 'line_100' && top > seen.top && bottom < seen.bottom",
    )?;
    picture(&window, "code-found")?;
    window.close()
}

/// What fits has no place in the order of Tab; what doesn't scrolls under the arrow keys.
#[test]
fn what_is_wide_scrolls_by_keys() -> Result<()> {
    let stage = Stage::set(Keychain::Unlocked)?;
    let window = stage.open()?;
    stage.connect(&window, KEY)?;
    let wide = "let tide = high(); ".repeat(20);
    let cells = "| column of a wide table ".repeat(12);
    let rule = "|---".repeat(12);
    let sum = vec!["a^2"; 90].join(" + ");
    let answer = format!(
        "```rust\nfits();\n```\n\n```rust\n{wide}\n```\n\n{cells}|\n{rule}|\n{cells}|\n\n$$\n{sum}\n$$\n\nThat is all."
    );
    stage.sim.on("POST", CHAT, Reply::answer(&answer));
    window.ask("Wide things")?;
    window.message("assistant", "done").within(ANSWER).shows("That is all.")?;
    window.wait_until(
        "three can have the cursor",
        "return document.querySelectorAll('.answer [tabindex=\"0\"]').length >= 3 && !document.querySelector('.answer pre').hasAttribute('tabindex')",
    )?;
    let axe = std::fs::read_to_string(AXE)?;
    let found = faults(&window, &axe, "an answer with wide things")?;
    window.run("document.querySelector('.answer [data-tool=copy]').focus(); return null", json!([]))?;
    for (name, region) in
        [("code", ".answer pre"), ("table", ".answer .wide"), ("formula", ".answer :is(.wide, math)")]
    {
        let focused = format!("return document.activeElement.matches('{region}')");
        for _ in 0..6 {
            window.press(key::TAB)?;
            if window.run(&focused, json!([]))? == true {
                break;
            }
        }
        for _ in 0..3 {
            window.press(key::ARROW_RIGHT)?;
        }
        let scrolled = format!(
            "return document.activeElement.matches('{region}') && document.activeElement.scrollLeft > 0"
        );
        window.wait_until(name, &scrolled)?;
        pictures(&window, &format!("wide-{name}"))?;
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
    window.close()
}
