//! A desktop that no one sees: virtual display, window manager, session bus, keychain and home folder, all of its own
//! and all gone on Drop. Tests therefore neither touch the person's desktop nor one another, and may run side by side.

use std::cell::Cell;
use std::fs::{self, File};
use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::UnixListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Condvar, Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use tempfile::TempDir;

use super::keyring::Keychain;
use super::processes;

const OPENBOX: &str = r#"<?xml version="1.0"?>
<openbox_config xmlns="http://openbox.org/3.4/rc">
  <theme><keepBorder>no</keepBorder></theme>
  <focus><focusNew>yes</focusNew></focus>
  <keyboard><keybind key="A-F4"><action name="Close"/></keybind></keyboard>
  <applications><application class="*">
    <decor>no</decor><position force="yes"><x>0</x><y>0</y></position>
  </application></applications>
</openbox_config>
"#;

pub struct Desktop {
    folder: TempDir,
    display: String,
    pub(super) bus: String,
    pub(super) children: Vec<Child>,
    /// Which of the children is the keyring.
    pub(super) keyring: Option<usize>,
    /// A session bus that says nothing; the system takes connections for it.
    pub(super) mute_bus: Option<UnixListener>,
    /// Given up when all of it has ended.
    _place: Place,
}

/// One of the places for desktops. Who has one and starts another desktop shares it, or two could wait for each other.
struct Place;

static TAKEN: (Mutex<usize>, Condvar) = (Mutex::new(0), Condvar::new());

thread_local! {
    static OWN: Cell<usize> = const { Cell::new(0) };
}

impl Place {
    fn take() -> Place {
        if OWN.replace(OWN.get() + 1) == 0 {
            let places = std::thread::available_parallelism().map_or(2, usize::from);
            let taken = TAKEN.0.lock().unwrap_or_else(PoisonError::into_inner);
            let free = TAKEN.1.wait_while(taken, |taken| *taken >= places);
            *free.unwrap_or_else(PoisonError::into_inner) += 1;
        }
        Place
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let own = OWN.get();
        OWN.set(own.saturating_sub(1));
        if own <= 1 {
            *TAKEN.0.lock().unwrap_or_else(PoisonError::into_inner) -= 1;
            TAKEN.1.notify_one();
        }
    }
}

impl Desktop {
    /// Waits for its turn: no more of them stand at once than the machine has cores, however many tests run.
    pub fn start(keychain: Keychain) -> Result<Desktop> {
        let place = Place::take();
        let folder = tempfile::Builder::new().prefix("telltale-desktop-").tempdir()?;
        for name in ["home", "runtime", "data", "log", "app"] {
            fs::create_dir(folder.path().join(name))?;
        }
        fs::set_permissions(folder.path().join("runtime"), fs::Permissions::from_mode(0o700))?;
        // An address where nothing listens: without any, libraries would go and start a bus themselves.
        let bus = format!("unix:path={}", folder.path().join("runtime/no-bus").display());
        let mut desktop = Desktop {
            folder,
            display: String::new(),
            bus,
            children: Vec::new(),
            keyring: None,
            mute_bus: None,
            _place: place,
        };

        let screen = ["-displayfd", "1", "-screen", "0", "1400x1000x24", "-nolisten", "tcp", "-noreset"];
        desktop.display = format!(":{}", desktop.first_line("Xvfb", &screen)?);
        // No frame around windows and all of them in the corner: what the page shows is what lies there.
        let rules = desktop.folder.path().join("openbox.xml");
        fs::write(&rules, OPENBOX)?;
        let mut openbox = desktop.command("openbox");
        openbox.args(["--sm-disable", "--config-file"]).arg(&rules).stdout(Stdio::null());
        desktop.spawn("openbox", &mut openbox)?;
        desktop.start_keychain(keychain)?;
        Ok(desktop)
    }

    /// Where the app keeps everything it writes; it outlives a window, so that an app can be started again on it.
    pub fn data(&self) -> PathBuf {
        self.folder.path().join("app")
    }

    /// Puts text on the clipboard, as if it had been copied from a browser.
    pub fn copy(&self, text: &str) -> Result<()> {
        self.copy_as("UTF8_STRING", text.as_bytes())
    }

    /// Puts something else there, such as `image/png` or `text/uri-list`.
    pub fn copy_as(&self, target: &str, content: &[u8]) -> Result<()> {
        // xclip goes on in the background until another program takes the clipboard over.
        let mut child = self
            .command("xclip")
            .args(["-selection", "clipboard", "-in", "-target", target])
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .context("xclip did not start")?;
        child.stdin.take().context("xclip has no input")?.write_all(content)?;
        ensure!(child.wait()?.success(), "xclip failed");
        // It goes to the background before the clipboard is its own: what is copied next could be overtaken by it.
        let begun = Instant::now();
        while self
            .command("xclip")
            .args(["-selection", "clipboard", "-out", "-target", target])
            .output()?
            .stdout
            != content
        {
            ensure!(begun.elapsed() < Duration::from_secs(10), "xclip did not take the clipboard");
        }
        Ok(())
    }

    /// The text on the clipboard, as another program would paste it.
    pub fn copied(&self) -> Result<String> {
        let pasted = self.command("xclip").args(["-selection", "clipboard", "-out"]).output()?;
        ensure!(pasted.status.success(), "nothing is on the clipboard");
        Ok(String::from_utf8(pasted.stdout)?)
    }

    /// Answers the system's chooser of this title, by keyboard: a slash opens its field for a path, which takes a moment.
    pub fn choose(&self, title: &str, path: &Path) -> Result<()> {
        let path = path.to_str().context("the path is not UTF-8")?;
        let script = format!(
            "xdotool search --sync --onlyvisible --name '{title}' windowactivate --sync && sleep 0.5 && xdotool key slash && sleep 0.5 && xdotool key ctrl+a && xdotool type --delay 40 '{path}' && sleep 0.5 && xdotool key Return"
        );
        let typed = self
            .command("timeout")
            .args(["20", "sh", "-c", &script])
            .output()
            .context("xdotool did not start (`cargo xtask test` installs it)")?;
        ensure!(typed.status.success(), "no chooser: {typed:?}");
        Ok(())
    }

    /// Moves the pointer, clicks and presses keys as a person's hands would: the arguments of `xdotool`.
    pub fn xdotool(&self, arguments: &[&str]) -> Result<()> {
        let done = self
            .command("timeout")
            .args(["20", "xdotool"])
            .args(arguments)
            .output()
            .context("xdotool did not start (`cargo xtask test` installs it)")?;
        let said = String::from_utf8_lossy(&done.stderr);
        ensure!(done.status.success(), "xdotool {}: {said}", arguments[0]);
        Ok(())
    }

    /// What is to be seen in the display's corner, menus of the system included: `target/screens/<name>.png`.
    pub fn picture(&self, size: &str, name: &str) -> Result<PathBuf> {
        let file = crate::paths::target().join("screens").join(format!("{name}.png"));
        fs::create_dir_all(file.parent().context("a folder")?)?;
        self.photograph(size, &file)?;
        Ok(file)
    }

    /// Asks the window of this title to close: the window manager does, on Alt F4.
    pub fn close_window(&self, title: &str) -> Result<()> {
        let script = format!(
            "xdotool search --sync --onlyvisible --name '^{title}$' windowactivate --sync && xdotool key alt+F4"
        );
        let asked = self.command("timeout").args(["20", "sh", "-c", &script]).output()?;
        ensure!(asked.status.success(), "no window to close: {asked:?}");
        Ok(())
    }

    /// The address of its message bus.
    pub fn bus(&self) -> &str {
        &self.bus
    }

    /// How many windows with such a title a person sees.
    pub fn windows(&self, title: &str) -> Result<usize> {
        let found = self.command("xdotool").args(["search", "--onlyvisible", "--name", title]).output()?;
        Ok(String::from_utf8_lossy(&found.stdout).lines().count())
    }

    /// Starts the app once more, as a person would who forgot that it runs; how it ended and what it said.
    pub fn start_again(&self, binary: &Path) -> Result<(Option<i32>, String)> {
        let ended =
            self.command("timeout").arg("20").arg(binary).env("TELLTALE_DATA_DIR", self.data()).output()?;
        Ok((ended.status.code(), String::from_utf8_lossy(&ended.stderr).into_owned()))
    }

    /// Starts what keeps the desktop's settings: where they are changed with [`Desktop::set`].
    pub fn keep_settings(&mut self) -> Result<()> {
        let service = fs::read_to_string("/usr/share/dbus-1/services/ca.desrt.dconf.service");
        let service = service.context("dconf is missing (`cargo xtask test` installs it)")?;
        let program = service.lines().find_map(|line| line.strip_prefix("Exec="));
        let mut dconf = self.command(program.context("dconf names no program")?);
        self.spawn("dconf", &mut dconf)?;
        // A setting that is changed before it answers is lost.
        let answers = self
            .command("gdbus")
            .args(["wait", "--session", "--timeout", "20", "ca.desrt.dconf"])
            .output()?;
        ensure!(answers.status.success(), "dconf does not answer: {answers:?}");
        Ok(())
    }

    /// A setting of the desktop, as its own settings would change it: `org.gnome.system.proxy mode manual`.
    pub fn set(&self, setting: &str) -> Result<()> {
        let words = setting.split_whitespace();
        let set = self.command("gsettings").arg("set").args(words).output()?;
        ensure!(set.status.success() && set.stderr.is_empty(), "{setting}: {set:?}");
        Ok(())
    }

    /// A picture of the display's corner, this large ("800x600").
    pub(super) fn photograph(&self, size: &str, file: &Path) -> Result<()> {
        let crop = format!("{size}+0+0");
        let taken =
            self.command("import").args(["-window", "root", "-crop", &crop, "+repage"]).arg(file).output();
        let taken = taken.context("import (of ImageMagick) did not start")?;
        ensure!(taken.status.success(), "no picture: {}", String::from_utf8_lossy(&taken.stderr));
        Ok(())
    }

    /// Every file of this desktop, the app's and all others'.
    pub fn files(&self) -> Result<Vec<PathBuf>> {
        let mut folders = vec![self.folder.path().to_path_buf()];
        let mut found = Vec::new();
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder)?.flatten() {
                let kind = entry.file_type()?;
                if kind.is_dir() {
                    folders.push(entry.path());
                } else if kind.is_file() {
                    found.push(entry.path());
                }
            }
        }
        Ok(found)
    }

    /// Those that hold these bytes: where a secret went.
    pub fn files_with(&self, secret: &str) -> Result<Vec<PathBuf>> {
        let mut found = self.files()?;
        found.retain(|file| {
            let bytes = fs::read(file).unwrap_or_default();
            bytes.windows(secret.len()).any(|window| window == secret.as_bytes())
        });
        Ok(found)
    }

    pub(super) fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// A program on this desktop; nothing of the person's environment reaches it but `PATH`.
    pub fn command(&self, program: &str) -> Command {
        let path = |name: &str| self.folder.path().join(name);
        // The kernel ends it with the thread that started it, also when that is killed and no Drop runs.
        let mut command = Command::new("setpriv");
        command.args(["--pdeathsig", "KILL", program]).env_clear();
        command.env("PATH", std::env::var_os("PATH").unwrap_or_default());
        command.envs([("LANG", "C.UTF-8"), ("GDK_BACKEND", "x11"), ("DISPLAY", &self.display)]);
        command.env("DBUS_SESSION_BUS_ADDRESS", &self.bus).env("HOME", path("home"));
        command.env("XDG_RUNTIME_DIR", path("runtime")).env("XDG_DATA_HOME", path("data"));
        command.env("XDG_CONFIG_HOME", path("home/.config")).env("XDG_CACHE_HOME", path("home/.cache"));
        command
    }

    pub(super) fn log(&self, name: &str) -> PathBuf {
        self.folder.path().join("log").join(name)
    }

    /// Starts a program that lives as long as the desktop; what it says goes to a log.
    pub(super) fn spawn(&mut self, name: &str, command: &mut Command) -> Result<&mut Child> {
        let log = File::create(self.log(name))?;
        let child = command.stderr(log).spawn().with_context(|| format!("{name} did not start"))?;
        self.children.push(child);
        Ok(self.children.last_mut().expect("just pushed"))
    }

    /// Starts a program that says on its first line where it can be reached.
    pub(super) fn first_line(&mut self, program: &str, arguments: &[&str]) -> Result<String> {
        let log = self.log(program);
        let mut command = self.command(program);
        let child = self.spawn(program, command.args(arguments).stdout(Stdio::piped()))?;
        let mut line = String::new();
        BufReader::new(child.stdout.take().context("piped")?).read_line(&mut line)?;
        if line.trim().is_empty() {
            bail!("{program} did not start (`cargo xtask test` installs it): {}", tail(&log));
        }
        Ok(line.trim().to_owned())
    }
}

impl Drop for Desktop {
    fn drop(&mut self) {
        for child in self.children.iter_mut().rev() {
            let _ = child.kill();
            let _ = child.wait();
        }
        // What the bus and the window started by themselves; its home folder tells whose it is.
        processes::end(&format!("HOME={}", self.folder.path().join("home").display()));
    }
}

/// The last lines of a log, for a message about what failed.
pub(super) fn tail(log: &Path) -> String {
    let mut text = String::new();
    let _ = File::open(log).and_then(|mut file| file.read_to_string(&mut text));
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(12)..].join("\n")
}
