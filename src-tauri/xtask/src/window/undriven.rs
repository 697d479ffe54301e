//! The app without a driver, as a person starts it: keys by the display, pictures of it, and the processes that it is made
//! of. A driver holds on to the page's process; here it can be killed as the system would.

use std::fs::File;
use std::path::PathBuf;
use std::process::Child;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use rustix::process::{Pid, Signal, kill_process};

use super::{App, Desktop, desktop, processes};

/// Drop ends the app.
pub struct Undriven<'d> {
    desktop: &'d Desktop,
    child: Child,
    /// The variable that tells its processes from all others.
    mark: String,
    log: PathBuf,
}

impl<'d> Undriven<'d> {
    /// Starts the app on `desktop`, and waits until its window is there. What it writes lies in the desktop's data folder.
    pub fn start(desktop: &'d Desktop, app: &App) -> Result<Undriven<'d>> {
        let log = desktop.log("undriven");
        let output = File::create(&log)?;
        let mut command = desktop.command(app.binary.to_str().context("the binary's path is not UTF-8")?);
        command
            .args(&app.arguments)
            .envs(app.variables.iter().map(|(name, value)| (name, value)))
            .env("TELLTALE_DATA_DIR", desktop.data())
            .env("TELLTALE_WINDOW", &log)
            .stdout(output.try_clone()?)
            .stderr(output);
        let mark = format!("TELLTALE_WINDOW={}", log.display());
        let child = command.spawn().context("the app did not start")?;
        let app = Undriven { desktop, child, mark, log };
        // The search breaks off where a window that it looks at goes away, as some do while the app starts.
        let search = || app.xdotool(&["search", "--sync", "--onlyvisible", "--name", "^Telltale$"]);
        search().or_else(|_| search()).or_else(|_| search())?;
        Ok(app)
    }

    /// Types with the focus where it is.
    pub fn type_text(&self, text: &str) -> Result<()> {
        self.xdotool(&["type", "--delay", "20", text])
    }

    /// By the names of X: `Return`, `ctrl+n`.
    pub fn press(&self, key: &str) -> Result<()> {
        self.xdotool(&["key", key])
    }

    fn xdotool(&self, arguments: &[&str]) -> Result<()> {
        let done = self.desktop.command("timeout").args(["20", "xdotool"]).args(arguments).output()?;
        ensure!(
            done.status.success(),
            "xdotool {arguments:?}: {}\nthe app said:\n{}",
            String::from_utf8_lossy(&done.stderr),
            desktop::tail(&self.log)
        );
        Ok(())
    }

    /// What each of its processes has used so far.
    pub fn usage(&self) -> Vec<processes::Usage> {
        processes::usage(&self.mark, None)
    }

    /// The processes that draw pages.
    pub fn web_processes(&self) -> Vec<i32> {
        let pids = processes::with(&self.mark).into_iter();
        let named = pids.filter(|pid| {
            let name = std::fs::read_to_string(format!("/proc/{}/comm", pid.as_raw_nonzero()));
            // The kernel cuts names at 15 characters.
            name.is_ok_and(|name| name.starts_with("WebKitWebProces"))
        });
        named.map(|pid| pid.as_raw_nonzero().get()).collect()
    }

    /// Ends the one that draws the window's page, at once.
    pub fn kill_web_process(&self) -> Result<()> {
        let pids = self.web_processes();
        let [pid] = pids[..] else {
            anyhow::bail!("the page has {} processes", pids.len());
        };
        let pid = Pid::from_raw(pid).context("no process")?;
        Ok(kill_process(pid, Signal::KILL)?)
    }

    /// What is to be seen of the window, kept as `target/<folder>/<name>.png`.
    pub fn screenshot(&self, folder: &str, name: &str) -> Result<PathBuf> {
        let file = crate::paths::target().join(folder).join(format!("{name}.png"));
        std::fs::create_dir_all(file.parent().context("a folder")?)?;
        self.desktop.photograph("1280x800", &file)?;
        Ok(file)
    }

    /// Closes the window as the person would, and waits until the app has ended.
    pub fn close(mut self) -> Result<()> {
        self.press("alt+F4")?;
        for _ in 0..500 {
            if self.child.try_wait()?.is_some() {
                return Ok(());
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        anyhow::bail!("the app did not end after its window was closed")
    }
}

impl Drop for Undriven<'_> {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        processes::end(&self.mark);
    }
}
