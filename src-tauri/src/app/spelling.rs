//! The check of spelling: what is set, and what the web view made of it.

use super::App;
use crate::events::SpellingView;
use parking_lot::Mutex;
use std::sync::OnceLock;

type Apply = Box<dyn Fn(bool) + Send + Sync>;

#[derive(Default)]
pub(super) struct Spelling {
    /// Turns the check on or off; it tells of the languages later.
    apply: OnceLock<Apply>,
    /// Those that are checked, and those that no dictionary is there for.
    found: Mutex<(Vec<String>, Vec<String>)>,
}

impl Spelling {
    pub(super) fn view(&self, on: bool) -> SpellingView {
        let (languages, missing) = self.found.lock().clone();
        SpellingView { on, languages, missing }
    }

    pub(super) fn set(&self, on: bool) {
        if let Some(apply) = self.apply.get() {
            apply(on);
        }
    }
}

impl App {
    /// How the web view is told; it is, now and at each change of the setting.
    pub fn check_spelling_by(&self, apply: Apply) {
        // Set once, at start.
        let _ = self.spelling.apply.set(apply);
        self.spelling.set(self.settings.get().spelling);
    }

    /// What the web view has dictionaries for, and what not.
    pub fn spelling_is(&self, languages: Vec<String>, missing: Vec<String>) {
        let found = (languages, missing);
        {
            let mut known = self.spelling.found.lock();
            if *known == found {
                return;
            }
            *known = found;
        }
        self.tell_settings();
    }
}
