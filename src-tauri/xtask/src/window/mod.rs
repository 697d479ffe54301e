//! Driving the real window as a person would: found by role and name, clicked, typed into, read, photographed.

mod chat;
mod desktop;
mod keyring;
mod locator;
mod processes;
mod started;
mod undriven;
mod webdriver;

use std::fs::File;
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Child;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use rustix::process::Pid;
use serde_json::{Value, json};

pub use desktop::Desktop;
pub use keyring::{Keychain, bus};
pub use locator::{Locator, key};
pub use processes::Usage;
pub use started::Noted;
pub use undriven::Undriven;

/// How long something is waited for that should be there at once; far more than it takes on a slow machine.
const PATIENCE: Duration = Duration::from_secs(15);

/// An app to open: its binary, arguments, and variables besides the desktop's own.
#[derive(Clone, Default)]
pub struct App {
    pub binary: PathBuf,
    pub arguments: Vec<String>,
    pub variables: Vec<(String, String)>,
}

/// An open window; Drop ends the app.
pub struct Window<'d> {
    desktop: &'d Desktop,
    session: webdriver::Session,
    running: Running,
    log: PathBuf,
}

impl<'d> Window<'d> {
    /// Opens the app on `desktop`. What it writes lies in the desktop's data folder.
    pub fn open(desktop: &'d Desktop, app: &App) -> Result<Window<'d>> {
        let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port();
        let log = desktop.log(&format!("window-{port}"));
        let mark = format!("TELLTALE_WINDOW={}", log.display());
        let output = File::create(&log)?;
        let mut command = desktop.command("WebKitWebDriver");
        command.arg(format!("--port={port}")).stdout(output.try_clone()?).stderr(output);
        command.env("TAURI_WEBVIEW_AUTOMATION", "true").env("TELLTALE_DATA_DIR", desktop.data());
        command.env("TELLTALE_WINDOW", &log).envs(app.variables.iter().map(|(name, value)| (name, value)));
        let driver =
            command.spawn().context("WebKitWebDriver did not start (`cargo xtask test` installs it)")?;
        let running = Running { driver, mark };
        listening(port)?;
        let binary = app.binary.to_str().context("the binary's path is not UTF-8")?;
        let session = webdriver::Session::open(port, binary, &app.arguments)
            .with_context(|| format!("what it said:\n{}", desktop::tail(&log)))?;
        Ok(Window { desktop, session, running, log })
    }

    /// The desktop that it is on.
    pub fn desktop(&self) -> &'d Desktop {
        self.desktop
    }

    /// From now on it is another page of the app that is looked at and driven: the one in this file.
    pub fn turn_to(&self, file: &str) -> Result<()> {
        self.poll(file, PATIENCE, || {
            for page in self.session.pages()? {
                self.session.turn_to(&page)?;
                if self
                    .run("return location.pathname", json!([]))?
                    .as_str()
                    .is_some_and(|it| it.ends_with(file))
                {
                    return Ok(Some(()));
                }
            }
            Ok(None)
        })
    }

    /// The whole window, to look for things in.
    pub fn page(&self) -> Locator<'_> {
        Locator::new(self)
    }

    pub fn button(&self, name: &str) -> Locator<'_> {
        self.page().button(name)
    }

    pub fn link(&self, name: &str) -> Locator<'_> {
        self.page().link(name)
    }

    pub fn textbox(&self, name: &str) -> Locator<'_> {
        self.page().textbox(name)
    }

    pub fn card(&self, code: &str) -> Locator<'_> {
        self.page().card(code)
    }

    pub fn message(&self, role: &str, state: &str) -> Locator<'_> {
        self.page().message(role, state)
    }

    /// Runs a function body in the page; for what a person could see but no locator tells.
    pub fn run(&self, script: &str, arguments: Value) -> Result<Value> {
        self.session.run(script, arguments)
    }

    /// The same of one that hands its result to the function that is its last argument.
    pub fn run_later(&self, script: &str, arguments: Value) -> Result<Value> {
        self.session.run_later(script, arguments)
    }

    /// Everything that can be read in the window.
    pub fn text(&self) -> Result<String> {
        let text = self.run("return document.body.innerText", json!([]))?;
        Ok(text.as_str().unwrap_or_default().to_owned())
    }

    /// Presses keys (see `key`) with the focus where it is.
    pub fn press(&self, keys: &str) -> Result<()> {
        let script = "return document.activeElement ?? document.body";
        let focus = self.session.find(script, json!([]))?.context("the page has no body")?;
        self.session.keys(&focus, keys)
    }

    /// Makes the page this large. Windows of our desktop have no frame, so the window is as large as its page.
    pub fn resize(&self, width: i64, height: i64) -> Result<()> {
        self.session.place(width, height)?;
        let sized = format!("return innerWidth === {width} && innerHeight === {height}");
        self.wait_until(&format!("the page is {width}×{height}"), &sized)
    }

    /// Reloads the page as a crash of the web view would; the app goes on.
    pub fn reload(&self) -> Result<()> {
        self.session.reload()
    }

    /// Waits until a function body returns true in the page.
    pub fn wait_until(&self, what: &str, script: &str) -> Result<()> {
        self.poll(what, PATIENCE, || Ok((self.run(script, json!([]))? == true).then_some(())))
    }

    /// Writes what a person sees of the page to `target/<folder>/<name>.png`. (WebDriver's own screenshot never
    /// comes back where WebKitGTK draws without a GPU's buffers.)
    pub fn screenshot(&self, folder: &str, name: &str) -> Result<PathBuf> {
        let file = crate::paths::target().join(folder).join(format!("{name}.png"));
        std::fs::create_dir_all(file.parent().unwrap_or(Path::new(".")))?;
        self.session.settle()?;
        let size = self.run("return `${innerWidth}x${innerHeight}`", json!([]))?;
        self.desktop.photograph(size.as_str().context("the page has no size")?, &file)?;
        Ok(file)
    }

    /// Proportional set size of all processes of the app, in bytes.
    pub fn memory(&self) -> u64 {
        let driver = processes::memory_of(Pid::from_child(&self.running.driver));
        processes::memory(&self.running.mark).saturating_sub(driver)
    }

    /// What each process of the app has used so far.
    pub fn usage(&self) -> Vec<Usage> {
        processes::usage(&self.running.mark, Some(Pid::from_child(&self.running.driver)))
    }

    /// Closes the window as the person would, and waits until the app has ended.
    pub fn close(self) -> Result<()> {
        self.session.close()?;
        let ended = Instant::now() + PATIENCE;
        // The driver itself is one of them.
        while processes::with(&self.running.mark).len() > 1 {
            if Instant::now() > ended {
                bail!("the app did not end after its window was closed");
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        Ok(())
    }

    /// Waits until the app has ended by itself.
    pub fn ends(self) -> Result<()> {
        let start = Instant::now();
        while !processes::running(&self.running.mark, "telltale").is_empty() {
            if start.elapsed() > PATIENCE {
                bail!("the app did not end");
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        Ok(())
    }

    /// Tells the app to end, as the end of a session does, and waits until it has.
    pub fn terminate(self) -> Result<()> {
        for app in processes::running(&self.running.mark, "telltale") {
            rustix::process::kill_process(app, rustix::process::Signal::TERM)?;
        }
        self.ends()
    }

    /// The page answers nothing from now on; the app goes on.
    pub fn hang(&self) -> Result<()> {
        for page in processes::running(&self.running.mark, "WebKitWebProces") {
            rustix::process::kill_process(page, rustix::process::Signal::STOP)?;
        }
        Ok(())
    }

    /// Ends the app in the middle of whatever it does, as a power cut would.
    pub fn kill(self) {}

    /// Asks every 50 ms until there is an answer. A failure tells what the page showed instead.
    fn poll<T>(&self, what: &str, limit: Duration, mut ask: impl FnMut() -> Result<Option<T>>) -> Result<T> {
        let start = Instant::now();
        loop {
            let answer = ask();
            if let Ok(Some(value)) = answer {
                return Ok(value);
            }
            if start.elapsed() > limit {
                let cause = answer.err().map(|error| format!(" ({error:#})")).unwrap_or_default();
                let picture = self.screenshot("screens", "failed").map(|file| file.display().to_string());
                bail!(
                    "waited {:.0} s for: {what}{cause}\nthe window showed ({}):\n{}\nthe app said:\n{}",
                    limit.as_secs_f64(),
                    picture.unwrap_or_default(),
                    self.text().unwrap_or_default(),
                    desktop::tail(&self.log),
                );
            }
            std::thread::sleep(Duration::from_millis(50));
        }
    }
}

/// The driver and all that it started; Drop ends them.
struct Running {
    driver: Child,
    /// The variable that tells them from all others.
    mark: String,
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.driver.kill();
        let _ = self.driver.wait();
        processes::end(&self.mark);
    }
}

fn listening(port: u16) -> Result<()> {
    let start = Instant::now();
    while TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_err() {
        if start.elapsed() > PATIENCE {
            bail!("WebKitWebDriver does not listen");
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    Ok(())
}
