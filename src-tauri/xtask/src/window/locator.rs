//! One thing in the window, told by role and name. It is looked for when it is used, and again until it is there:
//! the page may draw it anew at any moment.

use std::time::Duration;

use anyhow::{Result, bail};
use serde_json::{Value, json};

use super::webdriver::Element;
use super::{PATIENCE, Window};

const FIND: &str = include_str!("find.js");

#[derive(Clone)]
pub struct Locator<'w> {
    window: &'w Window<'w>,
    steps: Vec<Value>,
    what: String,
    limit: Duration,
}

/// Keys that have no character, as WebDriver writes them.
pub mod key {
    pub const ENTER: &str = "\u{e007}";
    pub const ESCAPE: &str = "\u{e00c}";
    pub const PAGE_UP: &str = "\u{e00e}";
    pub const END: &str = "\u{e010}";
    pub const HOME: &str = "\u{e011}";
    pub const ARROW_LEFT: &str = "\u{e012}";
    pub const ARROW_UP: &str = "\u{e013}";
    pub const ARROW_RIGHT: &str = "\u{e014}";
    pub const ARROW_DOWN: &str = "\u{e015}";
    pub const TAB: &str = "\u{e004}";
    pub const BACKSPACE: &str = "\u{e003}";
    pub const CONTROL: &str = "\u{e009}";
    pub const SHIFT: &str = "\u{e008}";
    pub const ALT: &str = "\u{e00a}";
    /// Lets go of the modifiers before it.
    pub const RELEASE: &str = "\u{e000}";
}

impl<'w> Locator<'w> {
    pub(super) fn new(window: &'w Window<'w>) -> Locator<'w> {
        Locator { window, steps: Vec::new(), what: String::new(), limit: PATIENCE }
    }

    /// By role and accessible name, inside what was told so far.
    pub fn role(&self, role: &str, name: &str) -> Locator<'w> {
        self.step(json!({ "role": role, "name": name }), format!("{role} “{name}”"))
    }

    pub fn button(&self, name: &str) -> Locator<'w> {
        self.role("button", name)
    }

    pub fn link(&self, name: &str) -> Locator<'w> {
        self.role("link", name)
    }

    pub fn textbox(&self, name: &str) -> Locator<'w> {
        self.role("textbox", name)
    }

    /// The button of a card that does this.
    pub fn action(&self, action: &str) -> Locator<'w> {
        self.css(&format!("[data-action={action:?}]"))
    }

    /// An error card by its code; the latest where several are shown.
    pub fn card(&self, code: &str) -> Locator<'w> {
        self.last(&format!("[data-code={code:?}]"))
    }

    /// The latest message of this role in this state.
    pub fn message(&self, role: &str, state: &str) -> Locator<'w> {
        self.last(&format!("article[data-role={role:?}][data-state={state:?}]"))
    }

    pub fn css(&self, css: &str) -> Locator<'w> {
        self.step(json!({ "css": css }), css.to_owned())
    }

    pub fn last(&self, css: &str) -> Locator<'w> {
        self.step(json!({ "css": css, "last": true }), format!("last {css}"))
    }

    /// Waits this long instead of the usual time.
    pub fn within(&self, limit: Duration) -> Locator<'w> {
        Locator { limit, ..self.clone() }
    }

    fn step(&self, step: Value, what: String) -> Locator<'w> {
        let mut next = self.clone();
        next.steps.push(step);
        next.what = if self.what.is_empty() { what } else { format!("{} → {what}", self.what) };
        next
    }

    pub fn is_there(&self) -> Result<bool> {
        Ok(self.find()?.is_some())
    }

    /// Waits until it is there.
    pub fn appears(&self) -> Result<()> {
        self.attempt("appears", |_| Ok(()))
    }

    /// Waits until it is no more.
    pub fn goes(&self) -> Result<()> {
        self.window
            .poll(&format!("{} goes", self.what), self.limit, || Ok(self.find()?.is_none().then_some(())))
    }

    pub fn click(&self) -> Result<()> {
        // Clicking a disabled button is no error for WebDriver, and a person would wait.
        self.attempt("click", |element| {
            if self
                .window
                .session
                .run_on(element, "return arguments[0].disabled === true || arguments[0].getAttribute('aria-disabled') === 'true'")?
                == true
            {
                bail!("it is disabled");
            }
            self.window.session.click(element)
        })
    }

    /// Types or presses keys (see `key`) with it in focus.
    pub fn type_text(&self, text: &str) -> Result<()> {
        self.attempt("type", |element| self.window.session.keys(element, text))
    }

    /// Replaces what a text field holds. (WebDriver's own Clear fires no input event.)
    pub fn fill(&self, text: &str) -> Result<()> {
        let all = format!("{}a{}{}", key::CONTROL, key::RELEASE, key::BACKSPACE);
        self.type_text(&all)?;
        self.type_text(text)
    }

    /// Chooses an option of a `select` by its label or value, as a person's choice would arrive.
    pub fn choose(&self, option: &str) -> Result<()> {
        let script = format!(
            "const select = arguments[0]; const wanted = {option:?};
             const option = [...select.options].find((one) => one.value === wanted || one.textContent.trim() === wanted);
             if (!option) throw new Error(`no option ${{wanted}}`);
             select.value = option.value; select.dispatchEvent(new Event('input', {{ bubbles: true }}));
             select.dispatchEvent(new Event('change', {{ bubbles: true }}));"
        );
        self.attempt("choose", |element| self.window.session.run_on(element, &script).map(drop))
    }

    /// What a reader sees of it.
    pub fn text(&self) -> Result<String> {
        self.read("return arguments[0].innerText")
    }

    pub fn attribute(&self, name: &str) -> Result<String> {
        self.read(&format!("return arguments[0].getAttribute({name:?}) ?? ''"))
    }

    /// Waits until its text holds `part`, and returns it whole.
    pub fn shows(&self, part: &str) -> Result<String> {
        self.attempt(&format!("shows “{part}”"), |element| {
            let text = self.window.session.run_on(element, "return arguments[0].innerText")?;
            let text = text.as_str().unwrap_or_default();
            if !text.contains(part) {
                bail!("it shows “{text}”");
            }
            Ok(text.to_owned())
        })
    }

    fn read(&self, script: &str) -> Result<String> {
        let value = self.attempt("read", |element| self.window.session.run_on(element, script))?;
        Ok(value.as_str().unwrap_or_default().to_owned())
    }

    fn find(&self) -> Result<Option<Element>> {
        self.window.session.find(FIND, json!([self.steps]))
    }

    /// Finds it and does something with it, again and again until both succeed.
    fn attempt<T>(&self, doing: &str, act: impl Fn(&Element) -> Result<T>) -> Result<T> {
        let last = std::cell::RefCell::new(None);
        let result = self.window.poll(&format!("{}: {doing}", self.what), self.limit, || {
            let Some(element) = self.find()? else {
                return Ok(None);
            };
            match act(&element) {
                Ok(value) => Ok(Some(value)),
                Err(error) => {
                    last.replace(Some(error));
                    Ok(None)
                }
            }
        });
        result.map_err(|error| match last.take() {
            Some(cause) => error.context(cause.to_string()),
            None => error,
        })
    }
}
