//! The tray as a panel shows it: rows and icon follow the balance, a press reaches the window, and a window that was closed into
//! the tray comes back.

use std::time::Duration;

use poe::sim::Reply;
use xtask::window::{Keychain, Window};
use xtask::{Result, ensure};

use crate::bus::{Panel, until};
use crate::stage::{ANSWER, Stage, pictures};

const KEY: &str = "sk-poe-TrayCanary0123456789abcdefghijklmnop7777";
const CHAT: &str = "/v1/chat/completions";

fn is_visible(window: &Window) -> Result<bool> {
    Ok(window.desktop().windows("^Telltale$")? > 0)
}

fn in_sight(window: &Window) -> Result<()> {
    window.run("document.querySelector('#outside').scrollIntoView()", serde_json::json!([])).map(drop)
}

#[test]
fn rows_follow_the_balance_and_lead_to_the_window() -> Result<()> {
    let stage = Stage::set(Keychain::Unlocked)?;
    let panel = Panel::start(&stage.desktop, stage.runtime.handle())?;
    let window = stage.open()?;
    panel.shows("nothing is known without a key", |row| row == "Points not known yet")?;
    stage.connect(&window, KEY)?;
    panel.shows("points and their age", |row| row.starts_with("48,250 points · "))?;
    let (title, below) = panel.tooltip()?;
    ensure!(title == "48,250 points" && below.starts_with("Checked "), "{title} {below}");
    let sizes: Vec<i32> = panel.icons()?.iter().map(|(width, _)| *width).collect();
    ensure!(sizes == [16, 22, 32, 44], "{sizes:?}");
    let before = panel.icons()?;

    stage.sim.set_balance(124_300);
    panel.press("Refresh points")?;
    panel.shows("the new balance", |row| row.starts_with("124,300 points · "))?;
    until("another icon", || Ok((panel.icons()? != before).then_some(())))?;
    let first = panel.rows()?.remove(0);
    ensure!(!first.enabled, "the balance is to be read");

    stage.sim.on("POST", CHAT, Reply::answer("High and low."));
    window.ask("Why are there tides_at all?")?;
    window.message("assistant", "done").within(ANSWER).appears()?;
    panel.shows("the chat", |row| row == "Why are there tides_at all?")?;
    panel.press("New chat")?;
    window.wait_until("a new chat", "return document.querySelector('article') === null")?;
    panel.press("Why are there tides_at all?")?;
    window.message("assistant", "done").shows("High and low.")?;
    let rows = panel.labels()?;
    ensure!(
        rows[rows.len() - 4..] == ["Small balance window", "Refresh points", "Open Telltale", "Quit"],
        "{rows:?}"
    );

    panel.press("Quit")?;
    window.ends()
}

#[test]
fn a_window_closed_into_the_tray_comes_back() -> Result<()> {
    let stage = Stage::set(Keychain::Unlocked)?;
    let panel = Panel::start(&stage.desktop, stage.runtime.handle())?;
    let window = stage.open()?;
    stage.connect(&window, KEY)?;
    window.link("Settings").click()?;
    let stays = window.page().css("#outside > label:nth-of-type(2) input");
    stays.click()?;
    window.page().css("#outside .inner input").appears()?;
    window.page().css("#outside > div.inner input").click()?;
    window.page().css("#outside .hours").appears()?;
    in_sight(&window)?;
    pictures(&window, "settings-outside")?;

    stage.desktop.close_window("Telltale")?;
    until("the window is gone", || Ok((!is_visible(&window)?).then_some(())))?;
    stage.sim.set_balance(77_000);
    panel.press("Refresh points")?;
    panel.shows("the app goes on", |row| row.starts_with("77,000 points"))?;
    panel.press_icon()?;
    until("the window is back", || Ok(is_visible(&window)?.then_some(())))?;
    window.page().css("#outside").appears()?;

    // Out of reach it comes by itself.
    stage.desktop.close_window("Telltale")?;
    until("the window is gone", || Ok((!is_visible(&window)?).then_some(())))?;
    panel.stop()?;
    until("the window is back", || Ok(is_visible(&window)?.then_some(())))?;
    window.page().css("#outside [data-tray=none]").shows("No tray is shown on this desktop.")?;
    in_sight(&window)?;
    pictures(&window, "settings-no-tray")?;
    // Without a tray closing is the end, whatever is set.
    std::thread::sleep(Duration::from_secs(1));
    stage.desktop.close_window("Telltale")?;
    window.ends()
}
