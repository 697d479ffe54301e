//! The keychain of a desktop, in each state that an app can find it in. The bus starts nothing by itself but where a state says
//! so: neither a keyring that is to be absent, nor a keyring's question, which would wait for a person.

use std::fs;
use std::io::Write;
use std::os::unix::net::UnixListener;
use std::path::Path;
use std::process::Stdio;
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use rustix::process::{Pid, Signal, kill_process};

use super::desktop::{Desktop, tail};

/// The configuration of a session bus on which only these services can be started by their names.
pub fn bus(services: &str) -> String {
    format!(
        r#"<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:tmpdir=/tmp</listen>
  {services}
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
"#
    )
}

const PASSWORD: &str = "password of a test";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keychain {
    /// gnome-keyring, unlocked, as after a login.
    Unlocked,
    /// gnome-keyring, as after a login without a password.
    Locked,
    /// gnome-keyring, unlocked until [`Desktop::lock`]; then it asks on the screen for its password.
    Asking,
    /// gnome-keyring as in a new home: it asks for a new password before it keeps anything.
    New,
    /// gnome-keyring, which takes questions and answers none.
    Mute,
    /// A session bus with no keychain on it.
    Absent,
    /// No session bus at all, as on a bare server.
    Missing,
    /// A session bus that takes connections and never says a word.
    MuteBus,
}

impl Desktop {
    /// The bus and what is to be on it; the programs that come later find it.
    pub(super) fn start_keychain(&mut self, keychain: Keychain) -> Result<()> {
        if keychain == Keychain::Missing {
            return Ok(());
        }
        if keychain == Keychain::MuteBus {
            let path = self.file("bus");
            self.mute_bus = Some(UnixListener::bind(&path)?);
            self.bus = format!("unix:path={}", path.display());
            return Ok(());
        }
        let rules = self.file("bus.conf");
        let services = match keychain {
            Keychain::Asking | Keychain::New => self.question()?,
            _ => String::new(),
        };
        fs::write(&rules, bus(&services))?;
        let rules = format!("--config-file={}", rules.display());
        self.bus =
            self.first_line("dbus-daemon", &[&rules, "--nofork", "--nopidfile", "--print-address=1"])?;
        if keychain == Keychain::Absent {
            return Ok(());
        }
        self.start_keyring(keychain != Keychain::New)?;
        match keychain {
            Keychain::Locked => self.lock(),
            Keychain::Mute => self.mute(),
            _ => Ok(()),
        }
    }

    /// The keyring is started anew, with nobody's password: what it holds is there, and closed.
    pub fn lock(&mut self) -> Result<()> {
        let keyring = self.keyring()?;
        keyring.kill()?;
        keyring.wait()?;
        self.until_owned(false)?;
        self.start_keyring(false)
    }

    /// Where the bus finds the program that asks for the password: it comes with the keyring.
    fn question(&self) -> Result<String> {
        let folder = self.file("services");
        fs::create_dir(&folder)?;
        let name = "org.gnome.keyring.SystemPrompter.service";
        fs::copy(Path::new("/usr/share/dbus-1/services").join(name), folder.join(name))?;
        Ok(format!("<servicedir>{}</servicedir>", folder.display()))
    }

    /// Waits for the keyring's question on the screen and answers it by keyboard: with its password, or with Esc.
    pub fn answer_keyring(&self, opens: bool) -> Result<()> {
        const QUESTION: [&str; 4] = ["search", "--onlyvisible", "--class", "gcr-prompter"];
        self.xdotool(&["search", "--sync", "--onlyvisible", "--class", "gcr-prompter"])
            .context("the keyring asked nothing")?;
        // Keys that come before it has the keyboard are lost, so they come again until it is gone.
        for _ in 0..20 {
            if opens {
                self.xdotool(&["key", "ctrl+a", "type", PASSWORD])?;
                self.xdotool(&["key", "Return"])?;
            } else {
                self.xdotool(&["key", "Escape"])?;
            }
            sleep(Duration::from_millis(250));
            if self.xdotool(&QUESTION).is_err() {
                return Ok(());
            }
        }
        bail!("the keyring's question stays")
    }

    /// The keyring keeps its name on the bus, and its silence, from here on.
    fn mute(&mut self) -> Result<()> {
        let keyring = Pid::from_child(self.keyring()?);
        Ok(kill_process(keyring, Signal::STOP)?)
    }

    fn start_keyring(&mut self, opened: bool) -> Result<()> {
        let mut command = self.command("gnome-keyring-daemon");
        command.args(["--foreground", "--components=secrets"]);
        if opened {
            command.arg("--unlock");
        }
        command.stdin(Stdio::piped()).stdout(Stdio::null());
        let child = self.spawn("gnome-keyring-daemon", &mut command)?;
        let mut input = child.stdin.take().context("piped")?;
        if opened {
            input.write_all(PASSWORD.as_bytes())?;
        }
        drop(input);
        self.keyring = Some(self.children.len() - 1);
        self.until_owned(true)
    }

    fn keyring(&mut self) -> Result<&mut std::process::Child> {
        let at = self.keyring.context("this desktop has no keyring")?;
        Ok(&mut self.children[at])
    }

    /// Waits until the keychain's name on the bus is taken, or free.
    fn until_owned(&self, wanted: bool) -> Result<()> {
        let asked = [
            "--session",
            "--print-reply",
            "--dest=org.freedesktop.DBus",
            "/",
            "org.freedesktop.DBus.NameHasOwner",
            "string:org.freedesktop.secrets",
        ];
        let start = Instant::now();
        loop {
            let answer = self.command("dbus-send").args(asked).output()?;
            if String::from_utf8_lossy(&answer.stdout).contains(&format!("boolean {wanted}")) {
                return Ok(());
            }
            if start.elapsed() > Duration::from_secs(10) {
                bail!("the keychain did not start or end: {}", tail(&self.log("gnome-keyring-daemon")));
            }
            sleep(Duration::from_millis(20));
        }
    }
}
