//! One question to several models, by keys alone: chosen, priced together, side by side, one kept; what each cost sums to the ledger. Then
//! four at once, made into one.

use serde_json::{Value, json};
use xtask::window::{Keychain, Window, key};
use xtask::{Result, bail};

use crate::gallery::{AXE, faults};
use crate::stage::{ANSWER, Stage, pictures};

const KEY: &str = "sk-poe-CompareCanary0123456789abcdefghijklmn5555";
const CHAT: &str = "/v1/chat/completions";

/// Opens the list with Ctrl Shift K, and takes these besides the chat's own.
fn choose_beside(window: &Window, models: &[&str]) -> Result<()> {
    window.press(&format!("{}{}k{}", key::CONTROL, key::SHIFT, key::RELEASE))?;
    let search = window.textbox("Search models");
    for model in models {
        search.fill(model)?;
        window.page().css("[role=option]").shows(model)?;
        search.type_text(key::ENTER)?;
    }
    Ok(())
}

/// Tab by tab, back from the composer, to what has this name.
fn tab_back_to(window: &Window, name: &str) -> Result<()> {
    for _ in 0..80 {
        let at = window.run(
            "const at = document.activeElement; return at?.getAttribute('aria-label') ?? at?.textContent?.trim() ?? ''",
            json!([]),
        )?;
        if at.as_str().is_some_and(|at| at.starts_with(name)) {
            return Ok(());
        }
        window.press(&format!("{}{}{}", key::SHIFT, key::TAB, key::RELEASE))?;
    }
    bail!("no tab leads to {name}")
}

/// Of each answer side by side, by its column.
fn states(window: &Window) -> Result<Value> {
    window.run(
        "return [...document.querySelectorAll('.compared article')].map((each) => `${each.ariaLabel} ${each.dataset.state}`)",
        json!([]),
    )
}

fn all_known(window: &Window) -> Result<i64> {
    let sum = window.page().css(".compared [data-sum]").within(ANSWER);
    Ok(sum.attribute("data-sum")?.parse()?)
}

/// Models that were asked, in any order, with the last of their messages.
fn asked(stage: &Stage) -> Vec<(String, String)> {
    let requests = stage.sim.requests().into_iter().filter(|it| it.path == CHAT);
    let mut asked: Vec<(String, String)> = requests
        .map(|it| {
            let body: Value = serde_json::from_slice(&it.body).unwrap_or_default();
            let last = body["messages"].as_array().and_then(|all| all.last()).cloned().unwrap_or_default();
            let word = |value: &Value| value.as_str().unwrap_or_default().to_owned();
            (word(&body["model"]), word(&last["content"]))
        })
        .collect();
    asked.sort();
    asked
}

#[test]
fn three_are_compared_one_is_kept_and_receipts_sum_to_the_ledger() -> Result<()> {
    let stage = Stage::set(Keychain::Unlocked)?;
    let window = stage.open()?;
    stage.connect(&window, KEY)?;
    window.choose_model("Demo-Flash")?;
    let axe = std::fs::read_to_string(AXE)?;

    window.textbox("Message").fill("Which model are you?")?;
    choose_beside(&window, &["Demo-Sonnet", "Demo-Think"])?;
    window.page().css(".picker .foot").shows("3 of 4 models")?;
    pictures(&window, "compare-choose")?;
    let mut found = faults(&window, &axe, "choosing models to compare")?;
    window.press(key::ESCAPE)?;
    window.wait_until("the cursor is back", "return document.activeElement?.tagName === 'TEXTAREA'")?;
    let send = window.page().css(".composer .btn.primary");
    send.shows("Send to 3")?;
    window.wait_until(
        "the sum is said",
        "return Number(document.querySelector('.composer .primary [data-points]')?.dataset.points) > 0",
    )?;
    let most: i64 =
        window.page().css(".composer .primary [data-points]").attribute("data-points")?.parse()?;
    pictures(&window, "compare-priced")?;
    found.extend(faults(&window, &axe, "a message to three models")?);
    let before = stage.sim.balance();
    window.press(key::ENTER)?;

    let sum = all_known(&window)?;
    assert_eq!(states(&window)?, json!(["Demo-Flash done", "Demo-Sonnet done", "Demo-Think done"]));
    let models: Vec<String> = asked(&stage).into_iter().map(|(model, _)| model).collect();
    assert_eq!(models, ["demo-flash", "demo-sonnet", "demo-think"]);
    assert!(sum <= most, "{sum} of about {most}");
    assert_eq!(before - stage.sim.balance(), sum, "what Poe took");
    let file = rusqlite::Connection::open(stage.desktop.data().join("telltale.db"))?;
    let ledger: i64 =
        file.query_row("SELECT sum(points) FROM history WHERE conversation IS NOT NULL", [], |row| {
            row.get(0)
        })?;
    assert_eq!(ledger, sum, "what the ledger has");
    pictures(&window, "compare-done")?;
    for (width, columns) in [(480, 1), (700, 2), (860, 1), (1280, 2)] {
        window.resize(width, 800)?;
        window.wait_until(
            &format!("at {width} px all columns are in sight, {columns} beside each other"),
            &format!(
                "const thread = document.querySelector('.thread'); \
                 const lefts = [...thread.querySelectorAll('.answer-column')].map((it) => it.getBoundingClientRect().left); \
                 return thread.scrollWidth <= thread.clientWidth && new Set(lefts).size === {columns}"
            ),
        )?;
    }
    found.extend(faults(&window, &axe, "answers side by side")?);

    // They stand so after a reload; then one of them is kept.
    window.reload()?;
    assert_eq!(all_known(&window)?, sum);
    window.textbox("Message").click()?;
    tab_back_to(&window, "Keep this one: Demo-Sonnet")?;
    window.press(key::ENTER)?;
    window.page().css(".compared").goes()?;
    window.message("assistant", "done").shows("2 of 3")?;
    window.page().css(".picker .trigger").shows("Demo-Sonnet")?;
    window.wait_until("the cursor is back", "return document.activeElement?.tagName === 'TEXTAREA'")?;
    pictures(&window, "compare-kept")?;
    tab_back_to(&window, "Previous version")?;
    window.press(key::ENTER)?;
    window.message("assistant", "done").shows("1 of 3")?;
    assert!(found.is_empty(), "{}", found.join("\n"));
    window.close()
}

#[test]
fn four_are_made_into_one_by_what_was_read_and_changed() -> Result<()> {
    let stage = Stage::set(Keychain::Unlocked)?;
    let window = stage.open()?;
    stage.connect(&window, KEY)?;
    window.choose_model("Demo-Flash")?;
    let axe = std::fs::read_to_string(AXE)?;

    window.textbox("Message").fill("Which model are you?")?;
    choose_beside(&window, &["Demo-Sonnet", "Demo-Think", "Demo-Long", "Demo-Vision"])?;
    window.page().css(".toast").shows("4 models at most")?;
    window.press(key::ESCAPE)?;
    window.press(key::ENTER)?;
    window.page().css(".compared").appears()?;
    all_known(&window)?;
    assert_eq!(asked(&stage).len(), 4);
    pictures(&window, "compare-four")?;

    tab_back_to(&window, "Merge")?;
    window.press(key::ENTER)?;
    let prompt = window.textbox("What is sent");
    prompt.appears()?;
    window.wait_until(
        "it has a price",
        "return document.querySelector('dialog.merge [data-points]') !== null",
    )?;
    pictures(&window, "compare-merge")?;
    let found = faults(&window, &axe, "what merges the answers")?;
    prompt.fill("Say in one line what these have in common.")?;
    window.press(&format!("{}{}{}", key::CONTROL, key::ENTER, key::RELEASE))?;
    window.page().css("dialog.merge").goes()?;
    let merged = window.message("assistant", "done").within(ANSWER);
    merged.shows("5 of 5")?;
    merged.shows("Merged")?;
    let last = asked(&stage).into_iter().find(|(_, asked)| asked.starts_with("Say in one line"));
    assert_eq!(last.map(|(model, _)| model).as_deref(), Some("demo-flash"));
    pictures(&window, "compare-merged")?;
    assert!(found.is_empty(), "{}", found.join("\n"));
    window.close()
}
