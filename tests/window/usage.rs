//! Where the points went, in the real window: found by keyboard and taken along as a file, a receipt from its estimate to its
//! refund, two keys of one account, and old figures without a network.

use poe::sim::Reply;
use serde_json::{Value, json};
use xtask::Result;
use xtask::window::{Keychain, Window, key};

use crate::stage::{ANSWER, Stage, pictures};

const KEY: &str = "sk-poe-UsageCanary0123456789abcdefghijklmnop88";
const OTHER: &str = "sk-poe-UsageOther0123456789abcdefghijklmnopq99";
const CHAT: &str = "/v1/chat/completions";
const HISTORY: &str = "/usage/points_history";
const WHO: &str = "/v1/whoami";
const DAY: i64 = 86_400_000;
const SECOND: i64 = 1_000;

fn now() -> i64 {
    telltale::clock::now()
}

fn row(id: &str, ago: i64, model: &str, (kind, source): (&str, &str), points: i64) -> Value {
    let name = if kind == "API" { "api_key_name" } else { "chat_name" };
    json!({
        "query_id": id, "bot_name": model, "creation_time": (now() - ago) * 1_000, "usage_type": kind,
        "cost_points": points, "cost_usd": format!("{:.5}", points as f64 * 0.000_03), name: source,
        "cost_breakdown_in_points": {"Input": format!("{} points (1200 tokens)", points - 10),
            "Output": "10 points (4 tokens)", "Total": format!("{points} points")},
    })
}

/// What stands in the tile with this name.
fn tile(window: &Window, name: &str, text: &str) -> Result<()> {
    window.wait_until(
        &format!("{name}: {text}"),
        &format!(
            "return [...document.querySelectorAll('.tiles .tile')].some((tile) => \
             tile.querySelector('h2').textContent === '{name}' && tile.querySelector('.big').textContent.startsWith('{text}'))"
        ),
    )
}

/// Tab until the element with this accessible name has the focus.
fn tab_to(window: &Window, name: &str) -> Result<()> {
    for _ in 0..80 {
        window.press(key::TAB)?;
        let focused = window.run(
            "const it = document.activeElement; return it.getAttribute('aria-label') ?? it.textContent.trim()",
            json!([]),
        )?;
        if focused.as_str().is_some_and(|text| text.starts_with(name)) {
            return Ok(());
        }
    }
    xtask::bail!("Tab never came to {name}")
}

#[test]
fn where_the_points_went_is_found_by_keyboard_and_taken_along() -> Result<()> {
    let stage = Stage::set(Keychain::Unlocked)?;
    stage.sim.set_history(vec![
        row("a", 5 * SECOND, "Claude-Sonnet-4.6", ("API", "Laptop"), 1_200),
        row("b", 6 * SECOND, "GPT-5.2", ("Chat", "Garden plan"), 300),
        row("c", 3 * DAY, "Claude-Sonnet-4.6", ("API", "Server"), 5_000),
        row("d", 20 * DAY, "Gemini-3-Flash", ("API", "Laptop"), 700),
    ]);
    let window = stage.open()?;
    stage.connect(&window, KEY)?;
    window.ask("Why is the sky blue?")?;
    let charged = "return [...document.querySelectorAll('article[data-role=assistant] [data-charge]')].some((it) => /\\d points/.test(it.textContent))";
    window.message("assistant", "done").within(ANSWER).appears()?;
    window.wait_until("the answer's charge is known", charged)?;

    // From the menu on, without the mouse.
    window.run("document.querySelector('nav[aria-label=Main] a').focus()", json!([]))?;
    tab_to(&window, "Usage")?;
    window.press(key::ENTER)?;
    tile(&window, "30 days", "7,4")?;
    tile(&window, "7 days", "6,7")?;
    tile(&window, "Today", "1,7")?;
    pictures(&window, "usage-spent")?;

    // The chart says each day as the arrow keys come to it.
    tab_to(&window, "Show as table")?;
    window.press(key::TAB)?;
    window.press(key::END)?;
    let spoken = window.run("return document.activeElement.getAttribute('aria-label')", json!([]))?;
    let spoken = spoken.as_str().unwrap_or_default();
    assert!(spoken.contains("Claude-Sonnet-4.6 1,200"), "{spoken}");
    for _ in 0..3 {
        window.press(key::ARROW_LEFT)?;
    }
    let spoken = window.run("return document.activeElement.getAttribute('aria-label')", json!([]))?;
    assert!(spoken.as_str().is_some_and(|text| text.contains("5,000 points, 1 answer")), "{spoken}");
    // Enter lists that day alone, and once more all of them.
    window.press(key::ENTER)?;
    window.page().css("main").shows("is listed below")?;
    window.press(key::ENTER)?;

    // The filter, and the chat that a row belongs to.
    window.page().css("select[aria-label=Model]").choose("Claude-Sonnet-4.6 · 6,200")?;
    tile(&window, "30 days", "6,200")?;
    window.button("Clear filters").click()?;
    tile(&window, "30 days", "7,4")?;
    let link = window.page().css("table[aria-label='Answers that used points'] a[href^='#chat/']");
    link.shows("Why is the sky blue?")?;

    // A file of all of them.
    window.button("Export").click()?;
    let file = stage.desktop.data().join("usage.csv");
    window.page().role("menuitem", "CSV, for spreadsheets").click()?;
    stage.desktop.choose("Export usage", &file)?;
    let rows = exported(&file)?;
    assert_eq!(rows.len(), 5, "{rows:?}");
    let points = |rows: &[Vec<String>]| rows.iter().filter_map(|row| row[5].parse::<i64>().ok()).sum::<i64>();
    let shown =
        window.run("return document.querySelector('section.tile > .sr.num').textContent", json!([]))?;
    let shown: String = shown.as_str().unwrap_or_default().chars().filter(char::is_ascii_digit).collect();
    assert_eq!(points(&rows).to_string(), shown, "the file's sum is the chart's");
    // Nothing can be written there.
    window.button("Export").click()?;
    window.page().role("menuitem", "JSON, for programs").click()?;
    stage.desktop.choose("Export usage", "/proc/usage.json".as_ref())?;
    window.card("file_not_saved").shows("/proc/usage.json")?;
    window.card("file_not_saved").action("dismiss").click()?;

    link.click()?;
    window.message("user", "done").shows("Why is the sky blue?")?;
    window.close()
}

/// The rows of a file of ours, in which no text has a comma.
fn exported(file: &std::path::Path) -> Result<Vec<Vec<String>>> {
    let began = std::time::Instant::now();
    while !file.exists() {
        xtask::ensure!(began.elapsed().as_secs() < 10, "nothing was written");
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    let text = std::fs::read_to_string(file)?;
    let rows = text.lines().skip(1).map(|line| line.split(',').map(str::to_owned).collect());
    Ok(rows.collect())
}

#[test]
fn a_receipt_comes_from_an_estimate_to_what_was_charged_and_given_back() -> Result<()> {
    let stage = Stage::set(Keychain::Unlocked)?;
    stage.sim.always("GET", HISTORY, page(&[]));
    let window = stage.open()?;
    stage.connect(&window, KEY)?;
    window.choose_model("Demo-Sonnet")?;
    window.ask("Why is the sky blue?")?;
    let answer = window.message("assistant", "done");
    let answer = answer.within(ANSWER);
    answer.appears()?;
    stage.sim.always("GET", HISTORY, page(&[row("a", 300, "Demo-Sonnet", ("API", "Laptop"), 182)]));
    answer.shows("182 points")?;
    // Its parts, as Poe writes them.
    window.page().css("article[data-role=assistant] [data-charge]").click()?;
    window.page().css(".costs").shows("172 points (1,200 tokens)")?;
    pictures(&window, "receipt-parts")?;

    // A part is given back, in a row of its own; Usage reads it, and the receipt follows.
    let mut back = row("a", 0, "Demo-Sonnet", ("API", "Laptop"), -82);
    back["cost_usd"] = json!("-0.00246");
    stage.sim.always(
        "GET",
        HISTORY,
        page(&[back, row("a", 60 * SECOND, "Demo-Sonnet", ("API", "Laptop"), 182)]),
    );
    window.link("Usage").click()?;
    window.button("Refresh").click()?;
    tile(&window, "Today", "100")?;
    window.link("Chat").click()?;
    answer.shows("100 points")?;
    window.close()
}

fn page(rows: &[Value]) -> Reply {
    Reply::json(200, json!({ "has_more": false, "length": rows.len(), "data": rows }))
}

#[test]
fn two_keys_of_one_account_share_what_was_spent() -> Result<()> {
    let stage = Stage::set(Keychain::Unlocked)?;
    stage.sim.always("POST", WHO, Reply::json(200, json!({ "user_id": 42, "handle": "ada" })));
    stage.sim.set_history(vec![
        row("a", 5 * SECOND, "Claude-Sonnet-4.6", ("API", "Laptop"), 1_200),
        row("b", 6 * SECOND, "GPT-5.2", ("API", "Server"), 300),
    ]);
    let window = stage.open()?;
    stage.connect(&window, KEY)?;
    window.link("Usage").click()?;
    tile(&window, "Today", "1,500")?;
    // Poe lists nothing to the second key that the first has not seen.
    window.link("Settings").click()?;
    window.button("Add an account").click()?;
    stage.desktop.copy(OTHER)?;
    window.button("Paste key").click()?;
    window.button("Start chatting").click()?;
    stage.sim.set_history(Vec::new());
    window.link("Usage").click()?;
    tile(&window, "Today", "1,500")?;
    window.page().css("select[aria-label='Key or app']").choose("Server · 300")?;
    tile(&window, "Today", "300")?;
    window.close()
}

#[test]
fn without_a_network_old_figures_stand_greyed_and_dated() -> Result<()> {
    let stage = Stage::set(Keychain::Unlocked)?;
    stage.sim.set_history(vec![row("a", 5 * SECOND, "Claude-Sonnet-4.6", ("API", "Laptop"), 1_200)]);
    let window = stage.open()?;
    stage.connect(&window, KEY)?;
    window.link("Usage").click()?;
    tile(&window, "Today", "1,200")?;
    stage.sim.always("GET", HISTORY, Reply::empty(200).cut());
    window.button("Refresh").click()?;
    window.wait_until("a card says why", "return document.querySelector('main [data-code]') !== null")?;
    tile(&window, "Today", "1,200")?;
    window.page().css(".tiles .big.stale").appears()?;
    window.page().css("main header").shows("as of")?;
    pictures(&window, "usage-stale")?;
    // It is there again, and has more.
    let row = row("a", 5 * SECOND, "Claude-Sonnet-4.6", ("API", "Laptop"), 1_300);
    stage.sim.always("GET", HISTORY, page(&[row]));
    window.page().css("main [data-code]").action("retry").click()?;
    tile(&window, "Today", "1,300")?;
    window.page().css(".tiles .big.stale").goes()?;
    window.page().css("main [data-code]").goes()?;
    window.close()
}

#[test]
fn too_few_points_lead_to_a_cheaper_model_and_one_charge() -> Result<()> {
    let stage = Stage::set(Keychain::Unlocked)?;
    let window = stage.open()?;
    stage.connect(&window, KEY)?;
    window.choose_model("Demo-Dear")?;
    stage.sim.set_balance(200);
    window.link("Balance").click()?;
    window.button("Refresh").click()?;
    window.page().css("main").shows("200")?;
    window.link("Chat").click()?;
    let poor = Reply::error(402, "Insufficient points", "insufficient_quota", Some("insufficient_points"));
    stage.sim.on("POST", CHAT, poor);
    window.ask("Why is the sky blue?")?;
    let card = window.card("insufficient_points");
    let card = card.within(ANSWER);
    card.action("use-model").click()?;
    window.message("assistant", "done").within(ANSWER).appears()?;
    assert_eq!(stage.sim.posts(), 2, "the one that was refused, and one that was answered");
    window.link("Usage").click()?;
    window.button("Refresh").click()?;
    window.page().css("input[name=usage-where][value=here]").click()?;
    window.wait_until(
        "one answer of this app was charged",
        "return /^\\D*[1-9][\\d,]* points? · 1 answer$/.test(document.querySelector('.filters + .sum').textContent.replace(/^.*days/, '').trim())",
    )?;
    window.close()
}
