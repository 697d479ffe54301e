//! What every story needs: a simulated Poe with nothing scripted, a desktop, and the app on it.

use std::time::Duration;

use poe::sim::{Scenario, Sim};
use tokio::runtime::Runtime;
use xtask::Result;
use xtask::window::{App, Desktop, Keychain, Window};

/// Long enough for an answer at a natural pace on a slow machine.
pub(crate) const ANSWER: Duration = Duration::from_secs(40);

pub(crate) struct Stage {
    // Before the runtime that it runs on.
    pub(crate) sim: Sim,
    pub(crate) desktop: Desktop,
    pub(crate) runtime: Runtime,
}

impl Stage {
    pub(crate) fn set(keychain: Keychain) -> Result<Stage> {
        let runtime = Runtime::new()?;
        let sim = runtime.block_on(Sim::start(Scenario::Script))?;
        Ok(Stage { sim, desktop: Desktop::start(keychain)?, runtime })
    }

    /// The app, with the simulated Poe for Poe.
    pub(crate) fn open(&self) -> Result<Window<'_>> {
        self.open_with(&[("TELLTALE_BASE_URL", &self.sim.base_url())])
    }

    pub(crate) fn open_with(&self, variables: &[(&str, &str)]) -> Result<Window<'_>> {
        let variables = variables.iter().map(|(name, value)| (name.to_string(), value.to_string())).collect();
        let app = App { binary: env!("CARGO_BIN_EXE_telltale").into(), variables, ..App::default() };
        let window = Window::open(&self.desktop, &app)?;
        window.resize(1280, 800)?;
        Ok(window)
    }

    /// The shortest way from the set-up to a chat.
    pub(crate) fn connect(&self, window: &Window, key: &str) -> Result<()> {
        self.desktop.copy(key)?;
        window.button("Paste key").click()?;
        window.button("Start chatting").click()
    }

    /// What the next window finds as settings. A story whose list of models can't be fetched names a model among them.
    pub(crate) fn set_up(&self, settings: serde_json::Value) -> Result<()> {
        Ok(std::fs::write(self.desktop.data().join("settings.json"), settings.to_string())?)
    }
}

/// Every check that a key has to pass.
pub(crate) fn ladder_passes(window: &Window) -> Result<()> {
    for rung in ["shape", "accepted", "stored", "balance", "models"] {
        let passed = format!("[data-rung={rung}][data-state=passed]");
        window.page().css(&passed).appears()?;
    }
    Ok(())
}

/// The pictures that README shows lie beside the tests; `UPDATE_PICTURES=1` takes them anew.
const SHOWN: &[&str] = &["streaming", "slow-down", "usage-demo"];

pub(crate) fn picture(window: &Window, name: &str) -> Result<()> {
    let file = window.screenshot("screens", name)?;
    if SHOWN.contains(&name) && std::env::var_os("UPDATE_PICTURES").is_some() {
        let shown = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/window/pictures");
        std::fs::create_dir_all(shown)?;
        std::fs::copy(file, format!("{shown}/{name}.png"))?;
    }
    Ok(())
}

/// Changes the look alone, as the setting would, without leaving the page that is to be seen. Gives the one before.
pub(crate) fn look(window: &Window, theme: &str) -> Result<String> {
    let before = window.run(
        "const before = document.documentElement.dataset.theme ?? ''; document.documentElement.dataset.theme = arguments[0]; return before",
        serde_json::json!([theme]),
    )?;
    Ok(before.as_str().unwrap_or_default().to_owned())
}

/// In all four looks: light and dark, wide and narrow.
pub(crate) fn pictures(window: &Window, name: &str) -> Result<()> {
    for theme in ["light", "dark"] {
        let before = look(window, theme)?;
        for (width, height) in [(1280, 800), (480, 800)] {
            window.resize(width, height)?;
            picture(window, &format!("{name}-{theme}-{width}"))?;
        }
        look(window, &before)?;
    }
    window.resize(1280, 800)
}
