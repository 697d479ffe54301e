//! How long a start takes: from the exec of the program until its page says by a mark of its own that a person can begin. Who asks
//! from outside finds the window in steps of its driver, which are longer than what is looked for.

use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;

use anyhow::{Context, Result, ensure};
use serde_json::json;
use tempfile::TempDir;

use super::{App, Window};

/// A program whose exec is noted: the driver starts the app, so a script in between does that.
pub struct Noted {
    folder: TempDir,
}

impl Noted {
    pub fn new() -> Result<Noted> {
        Ok(Noted { folder: tempfile::tempdir()? })
    }

    fn note(&self) -> PathBuf {
        self.folder.path().join("noted")
    }

    /// The same app, its starts noted.
    pub fn app(&self, app: &App) -> Result<App> {
        let script = self.folder.path().join("start");
        let text = format!(
            "#!/bin/bash\nprintf %s \"$EPOCHREALTIME\" > {note}\nexec {binary} \"$@\"\n",
            note = self.note().display(),
            binary = app.binary.display()
        );
        std::fs::write(&script, text)?;
        std::fs::set_permissions(&script, std::fs::Permissions::from_mode(0o755))?;
        Ok(App { binary: script, ..app.clone() })
    }

    /// Milliseconds that the start of this window took.
    pub fn took(&self, window: &Window<'_>) -> Result<f64> {
        let mark = "const mark = performance.getEntriesByName('ready')[0]; return mark ? performance.timeOrigin + mark.startTime : null";
        let ready =
            window.poll("the page's mark", super::PATIENCE, || Ok(window.run(mark, json!([]))?.as_f64()))?;
        let noted = std::fs::read_to_string(self.note()).context("the start was not noted")?;
        let took = ready - noted.trim().replace(',', ".").parse::<f64>()? * 1e3;
        ensure!(took > 0.0, "the page was ready before the app started: {took} ms");
        Ok(took)
    }
}
