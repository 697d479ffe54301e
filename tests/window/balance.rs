//! The Balance view in the real window: the days behind and ahead, levels that are moved by hand and by keys and told once when
//! they are crossed, a refill, and a budget that three answers at a time can't pass.

use poe::sim::Reply;
use serde_json::{Value, json};
use std::time::Duration;
use xtask::window::{Keychain, Window, key};
use xtask::{Result, ensure};

use crate::bus::{Notices, Panel, until};
use crate::stage::{ANSWER, Stage, pictures};

const KEY: &str = "sk-poe-BalanceCanary0123456789abcdefghijklmn77";
const CHAT: &str = "/v1/chat/completions";
const DAY: i64 = 86_400_000;

/// A row a day: more on workdays, a burst now and then.
fn month() -> Vec<Value> {
    let now = telltale::clock::now();
    let row = |day: i64| {
        let points = match day % 7 {
            5 | 6 => 400,
            _ if day % 11 == 0 => 9_000,
            _ => 2_000 + 150 * (day % 5),
        };
        json!({"query_id": format!("q{day}"), "bot_name": "Claude-Sonnet-4.6", "usage_type": "API",
            "creation_time": (now - day * DAY) * 1_000, "cost_points": points,
            "cost_usd": format!("{:.5}", points as f64 * 0.000_03), "api_key_name": "Laptop"})
    };
    (1..30).map(row).collect()
}

fn balance(points: i64, plan: i64) -> Value {
    let now = telltale::clock::now();
    json!({"current_point_balance": points, "plan_points_balance": plan, "addon_point_balance": points - plan,
        "total_balance_usd": format!("{:.2}", points as f64 * 0.000_03),
        "points_cycle_start_time": (now - 18 * DAY) * 1_000, "next_monthly_grant_time": (now + 12 * DAY) * 1_000,
        "next_monthly_grant_amount": 60_000})
}

/// Poe says so from now on, and the window asks.
fn falls_to(stage: &Stage, window: &Window, points: i64, plan: i64) -> Result<()> {
    stage.sim.always("GET", "/usage/current_balance", Reply::json(200, balance(points, plan)));
    window.button("Refresh").click()
}

fn heard(window: &Window, words: &str) -> Result<()> {
    window.wait_until(
        &format!("it is heard: {words}"),
        &format!("return document.querySelector('[aria-live=polite]').textContent.includes('{words}')"),
    )
}

/// What the line over the drawing says, and the field below.
const LEVEL: &str = "Number(document.querySelector('[role=slider][aria-label=\"Low-balance level\"]')?.getAttribute('aria-valuenow'))";
/// What is drawn at the top.
const MOST: &str = "Number(document.querySelector('[role=slider][aria-label=\"Low-balance level\"]').getAttribute('aria-valuemax'))";
const FIELD: &str = "Number(document.querySelector('section ul input')?.value.replace(',', ''))";

#[test]
fn levels_are_moved_and_told_once_and_so_is_a_refill() -> Result<()> {
    let stage = Stage::set(Keychain::Unlocked)?;
    stage.sim.set_history(month());
    stage.sim.always("GET", "/usage/current_balance", Reply::json(200, balance(64_000, 24_000)));
    let window = stage.open()?;
    stage.connect(&window, KEY)?;
    window.link("Balance").click()?;
    window.wait_until(
        "it says how long the points last",
        "return /day/.test(document.querySelector('.lasts .figure')?.textContent ?? '')",
    )?;
    pictures(&window, "balance")?;

    // By keys: the first level is at 5,000.
    window.wait_until("a level stands", &format!("return {LEVEL} === 5000"))?;
    window.run(
        "document.querySelector('[role=slider][aria-label=\"Low-balance level\"]').focus(); return null",
        json!([]),
    )?;
    for _ in 0..3 {
        window.press(key::ARROW_UP)?;
    }
    window.press(key::TAB)?;
    window.wait_until("it was moved by keys", &format!("return {LEVEL} > 5000 && {FIELD} === {LEVEL}"))?;
    // By hand, to a point below what there is.
    window.run(
        "const line = document.querySelector('[role=slider][aria-label=\"Low-balance level\"]'); line.scrollIntoView({ block: 'center' });
         const { left, top, height } = line.getBoundingClientRect(); const plot = line.parentElement.getBoundingClientRect();
         const send = (type, y) => line.dispatchEvent(new PointerEvent(type, { bubbles: true, button: 0, pointerId: 1, clientX: left + 40, clientY: y }));
         line.setPointerCapture = () => {};
         send('pointerdown', top + height / 2); send('pointermove', plot.top + 140); send('pointerup', plot.top + 140); return null",
        json!([]),
    )?;
    window.wait_until(
        "it was moved by hand, and the field says the same",
        &format!("return {LEVEL} > 0.2 * {MOST} && {LEVEL} < 0.4 * {MOST} && {FIELD} === {LEVEL}"),
    )?;

    falls_to(&stage, &window, 29_000, 0)?;
    heard(&window, "Your balance fell below")?;
    window.page().css("a.purse.low").appears()?;
    // Further down it is no news.
    falls_to(&stage, &window, 28_500, 0)?;
    window.wait_until(
        "the figure is there",
        "return document.querySelector('.big').textContent.includes('28,500')",
    )?;
    heard(&window, "29,000 left")?;
    falls_to(&stage, &window, 128_500, 0)?;
    heard(&window, "100,000 points were added to your balance.")?;
    window.close()
}

#[test]
fn a_level_crossed_while_nobody_looks_is_told_by_the_desktop_once() -> Result<()> {
    let stage = Stage::set(Keychain::Unlocked)?;
    let notices = Notices::start(&stage.desktop, stage.runtime.handle())?;
    let panel = Panel::start(&stage.desktop, stage.runtime.handle())?;
    let window = stage.open()?;
    stage.connect(&window, KEY)?;
    panel.shows("the balance", |row| row.starts_with("48,250 points · "))?;
    let falls_to = |points: i64, told: &str| {
        stage.sim.set_balance(points);
        panel.press("Refresh points")?;
        panel.shows(told, |row| row.starts_with(told))
    };
    let minimize =
        || stage.desktop.xdotool(&["search", "--onlyvisible", "--name", "^Telltale$", "windowminimize"]);
    minimize()?;
    falls_to(4_990, "4,990 points")?;
    let low = notices.titled("Points are running low")?;
    ensure!(low.below == "4,990 points are left, less than your level of 5,000.", "{low:?}");
    let actions: Vec<&str> = low.actions.iter().map(|(name, _)| name.as_str()).collect();
    ensure!(actions.contains(&"open") && actions.contains(&"get-points"), "{low:?}");
    falls_to(4_300, "4,300 points")?;
    notices.press(&low, "open")?;
    until("the window is in front", || {
        Ok((window.run("return document.hasFocus()", json!([]))? == true).then_some(()))
    })?;
    window.page().css("h1").shows("Balance")?;

    minimize()?;
    falls_to(64_300, "64,300 points")?;
    let refill = notices.titled("Points were added")?;
    ensure!(refill.below == "60,000 more. You have 64,300 points now.", "{refill:?}");
    ensure!(notices.all().len() == 2, "{:?}", notices.all());
    window.close()
}

#[test]
fn of_three_answers_at_a_time_the_budget_stops_the_third() -> Result<()> {
    let stage = Stage::set(Keychain::Unlocked)?;
    stage.sim.always("POST", CHAT, Reply::answer("A long one.").after(Duration::from_secs(20)));
    let window = stage.open()?;
    stage.connect(&window, KEY)?;
    // So much is set aside for each answer that is under way: room for two.
    let price = price(&window)?;
    window.link("Settings").click()?;
    window.textbox("Daily limit").fill(&(price * 5 / 2).to_string())?;
    window.press(key::ENTER)?;
    for question in ["One", "Two", "Three"] {
        window.button("New chat").click()?;
        window.ask(question)?;
        window.wait_until(
            "it has a chat of its own",
            &format!("return document.querySelector('article[data-role=user]')?.textContent.includes('{question}') && /chat.\\d/.test(location.hash)"),
        )?;
    }
    window.card("budget_reached").within(ANSWER).appears()?;
    ensure!(stage.sim.posts() == 2, "{} were sent", stage.sim.posts());
    pictures(&window, "budget")?;
    window.card("budget_reached").action("send-once").click()?;
    window.message("assistant", "done").within(ANSWER).appears()?;
    ensure!(stage.sim.posts() == 3, "{} were sent", stage.sim.posts());
    window.close()
}

/// The high end of what a short question to a new chat may cost.
fn price(window: &Window) -> Result<i64> {
    window.textbox("Message").fill("One")?;
    let read = "return Number(document.querySelector('.composer [data-points]')?.dataset.points ?? 0)";
    window.wait_until("it is priced", &format!("{read} > 0"))?;
    let points = window.run(read, json!([]))?;
    window.textbox("Message").type_text(&format!("{}a{}{}", key::CONTROL, key::RELEASE, key::BACKSPACE))?;
    points.as_f64().map(|points| points as i64).ok_or_else(|| xtask::Error::msg("no price"))
}
