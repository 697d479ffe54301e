//! Menus by the right button and by keys, as a person's hands open them, and the check of spelling, which the system's menu offers
//! in fields.

use std::time::Duration;

use poe::sim::Reply;
use serde_json::json;
use xtask::Result;
use xtask::window::{Keychain, Window};

use crate::desk::{ANSWER_TEXT, KEY, asked};
use crate::stage::{Stage, look, picture, pictures};

const MENU: &str = "[role=menu]";

/// The middle of an element, in pixels of the window, which lies in the display's corner.
fn middle(window: &Window, css: &str) -> Result<(i64, i64)> {
    window.page().css(css).appears()?;
    let script = "const found = document.querySelector(arguments[0]);
                  found.scrollIntoView({ block: 'center' });
                  const { left, top, width, height } = found.getBoundingClientRect();
                  return [Math.round(left + Math.min(width / 2, 60)), Math.round(top + Math.min(height / 2, 12))]";
    let at = window.run(script, json!([css]))?;
    Ok((at[0].as_i64().unwrap_or_default(), at[1].as_i64().unwrap_or_default()))
}

fn right_click(stage: &Stage, window: &Window, css: &str) -> Result<()> {
    let (x, y) = middle(window, css)?;
    let (x, y) = (x.to_string(), y.to_string());
    stage.desktop.xdotool(&["mousemove", &x, &y, "click", "3"])
}

fn entries(window: &Window) -> Result<String> {
    window.page().css(MENU).shows("")
}

fn focus_is(window: &Window, text: &str) -> Result<()> {
    window.wait_until(
        &format!("{text} has the focus"),
        &format!("return document.activeElement?.textContent?.trim().startsWith({text:?}) === true"),
    )
}

#[test]
fn menus_open_by_the_right_button_and_by_the_menu_key() -> Result<()> {
    let stage = Stage::set(Keychain::Unlocked)?;
    let window = stage.open()?;
    stage.connect(&window, KEY)?;
    asked(&stage, &window, "Borrow checker in a linked list", Reply::answer(ANSWER_TEXT), "done")?;
    let desktop = &stage.desktop;

    // By the menu key of the keyboard: on the row that has the focus.
    window.run("document.querySelector('[data-chat] a').focus()", json!([]))?;
    desktop.xdotool(&["key", "Menu"])?;
    focus_is(&window, "Rename")?;
    for unwanted in ["Back", "Reload", "Open Link in New Window", "Download", "Inspect"] {
        assert!(!entries(&window)?.contains(unwanted));
    }
    pictures_of_menu(&window, "desk-menu-chat")?;
    desktop.xdotool(&["key", "Up"])?;
    focus_is(&window, "Delete")?;
    desktop.xdotool(&["key", "Home"])?;
    focus_is(&window, "Rename")?;
    desktop.xdotool(&["key", "Return"])?;
    window.wait_until(
        "the title is a field",
        "return document.activeElement?.value === 'Borrow checker in a linked list'",
    )?;
    desktop.xdotool(&["type", "Lists"])?;
    desktop.xdotool(&["key", "Return"])?;
    window.page().css("h1[aria-label=Lists]").appears()?;

    // Shift F10 in a message; Esc gives the focus back.
    window.run("document.querySelector('.receipt .acts button:last-child').focus()", json!([]))?;
    desktop.xdotool(&["key", "shift+F10"])?;
    window.page().css(MENU).shows("Copy as Markdown")?;
    pictures_of_menu(&window, "desk-menu-message")?;
    desktop.xdotool(&["key", "Escape"])?;
    window.page().css(MENU).goes()?;
    window.wait_until("the focus is back", "return document.activeElement?.closest('.receipt') !== null")?;

    // The right button: a link, code, and the message around both.
    right_click(&stage, &window, ".answer a")?;
    window.page().css(MENU).shows("Copy address")?;
    picture(&window, "desk-menu-link")?;
    assert!(entries(&window)?.contains("Copy as Markdown"));
    desktop.xdotool(&["key", "Escape"])?;
    window.page().css(MENU).goes()?;
    right_click(&stage, &window, ".answer .code pre")?;
    window.page().css(MENU).shows("Copy code")?;
    desktop.xdotool(&["key", "Escape"])?;
    window.page().css(MENU).goes()?;

    // At the window's edge it lies inside.
    window.resize(480, 480)?;
    right_click(&stage, &window, ".answer a")?;
    window.page().css(MENU).appears()?;
    window.wait_until(
        "the menu is inside",
        "const { left, top, right, bottom } = document.querySelector('[role=menu]').getBoundingClientRect();
         return left >= 0 && top >= 0 && right <= innerWidth && bottom <= innerHeight",
    )?;
    picture(&window, "desk-menu-480")?;
    desktop.xdotool(&["key", "Escape"])?;
    window.page().css(MENU).goes()?;
    window.resize(1280, 800)?;

    // Where there is nothing to offer, nothing opens: neither ours nor the web view's.
    right_click(&stage, &window, "h1")?;
    std::thread::sleep(Duration::from_millis(400));
    assert!(!window.page().css(MENU).is_there()?);
    picture(&window, "desk-menu-none")?;
    window.close()
}

fn pictures_of_menu(window: &Window, name: &str) -> Result<()> {
    for theme in ["light", "dark"] {
        let before = look(window, theme)?;
        picture(window, &format!("{name}-{theme}"))?;
        look(window, &before)?;
    }
    Ok(())
}

#[test]
fn a_field_checks_spelling_and_keeps_the_systems_menu_for_it() -> Result<()> {
    let stage = Stage::set(Keychain::Unlocked)?;
    let window = stage.open_with(&[
        ("TELLTALE_BASE_URL", &stage.sim.base_url()),
        ("LANG", "en_US.UTF-8"),
        ("LANGUAGE", "en_US:tlh"),
    ])?;
    stage.connect(&window, KEY)?;
    window.textbox("Message").fill("teh wrod is fine ")?;
    std::thread::sleep(Duration::from_millis(600));
    picture(&window, "desk-spelling-lines")?;
    let (x, y) = middle(&window, ".composer textarea")?;
    let (x, y) = ((x - 40).to_string(), y.to_string());
    stage.desktop.xdotool(&["mousemove", &x, &y, "click", "3"])?;
    std::thread::sleep(Duration::from_millis(800));
    picture_of_display(&stage, "desk-spelling-menu")?;
    // The first suggestion.
    stage.desktop.xdotool(&["key", "Down", "Return"])?;
    window.wait_until(
        "the word is mended",
        "return document.querySelector('.composer textarea').value.startsWith('the ')",
    )?;

    // By its key, too; the picture shows it.
    window.textbox("Message").fill("teh")?;
    stage.desktop.xdotool(&["key", "Menu"])?;
    std::thread::sleep(Duration::from_millis(800));
    picture_of_display(&stage, "desk-spelling-key")?;
    stage.desktop.xdotool(&["key", "Escape"])?;

    // What has no dictionary is said.
    window.link("Settings").click()?;
    window.page().css("#chats").shows("In American English.")?;
    window.page().css("#chats").shows("Install a Hunspell dictionary to check Klingon")?;
    pictures(&window, "desk-settings")?;
    window.close()
}

fn picture_of_display(stage: &Stage, name: &str) -> Result<()> {
    stage.desktop.picture("1280x800", name).map(drop)
}
