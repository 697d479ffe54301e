//! The keyboard as a person without a mouse uses it: what is pressed is counted, and a card's button is reached with keys alone.

use std::cell::Cell;

use serde_json::json;
use xtask::Result;
use xtask::window::{Window, key};

/// More buttons than a card has, and the composer between two of them.
const FAR: usize = 12;

/// Counts what is pressed; modifiers and letting go of them are no presses of their own.
pub(crate) struct Keyboard<'w> {
    window: &'w Window<'w>,
    count: Cell<usize>,
}

impl<'w> Keyboard<'w> {
    pub(crate) fn at(window: &'w Window<'w>) -> Keyboard<'w> {
        Keyboard { window, count: Cell::new(0) }
    }

    pub(crate) fn forget(&self) {
        self.count.set(0);
    }

    pub(crate) fn count(&self) -> usize {
        self.count.get()
    }

    pub(crate) fn press(&self, keys: &str) -> Result<()> {
        let held = [key::CONTROL, key::SHIFT, key::RELEASE].concat();
        let pressed = keys.chars().filter(|one| !held.contains(*one)).count();
        self.count.set(self.count.get() + pressed);
        self.window.press(keys)
    }

    pub(crate) fn start_chat(&self) -> Result<()> {
        self.press(&format!("{}n{}", key::CONTROL, key::RELEASE))?;
        self.window.wait_until(
            "the new chat is empty and the cursor in its box",
            "return !document.querySelector('article') && document.activeElement?.tagName === 'TEXTAREA'",
        )
    }

    /// From the message box to the card, along its buttons to the one that does this, and Enter.
    pub(crate) fn press_on_card(&self, action: &str) -> Result<()> {
        self.window.wait_until(
            "the cursor is in the message box",
            "return document.activeElement?.tagName === 'TEXTAREA'",
        )?;
        self.press(key::ARROW_UP)?;
        for _ in 0..FAR {
            let focus = self.window.run("return document.activeElement?.dataset?.action ?? ''", json!([]))?;
            if focus == action {
                return self.press(key::ENTER);
            }
            self.press(key::TAB)?;
        }
        xtask::bail!("no button does {action}; the card shows:\n{}", self.window.text()?)
    }
}
