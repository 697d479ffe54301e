//! Runs a scenario of the test program that includes this, as a process of its own in a private home: with a private D-Bus
//! session and a real GNOME Keyring where it wants them, never with the keyring of whoever runs the tests.

use std::path::{Path, PathBuf};
use std::process::Command;
use xtask::window::bus;

/// The key of every scenario, looked for in everything that is left behind.
pub(crate) const CANARY: &str = "sk-poe-canary-7Yb2Qx9LmK4tWc8VnR1eZp6HsD3jUa5";

/// Tells the test named `plays_a_scenario` which one.
pub(crate) const SCENARIO: &str = "KEYRING_SCENARIO";

/// The daemon goes to the background before it answers on the bus.
macro_rules! once_it_answers {
    ($start:literal) => {
        concat!(
            $start,
            " --components=secrets && until dbus-send --print-reply --dest=org.freedesktop.DBus /",
            " org.freedesktop.DBus.NameHasOwner string:org.freedesktop.secrets | grep -q true; do sleep 0.01; done"
        )
    };
}

/// Starts the keyring with its login collection open, made if need be.
pub(crate) const UNLOCK: &str = once_it_answers!("printf password | gnome-keyring-daemon --unlock");
/// The same in place of one that runs.
pub(crate) const RESTART: &str =
    once_it_answers!("printf password | gnome-keyring-daemon --replace --unlock");
/// Starts it and opens nothing.
pub(crate) const START: &str = once_it_answers!("gnome-keyring-daemon --start");
/// Leaves the bus without one.
pub(crate) const NONE: &str = "true";

pub(crate) struct Home(tempfile::TempDir);

impl Home {
    pub(crate) fn new() -> Home {
        let home = Home(tempfile::tempdir().unwrap());
        for dir in ["data", "runtime", "config", "cache"] {
            std::fs::create_dir(home.path(dir)).unwrap();
        }
        use std::os::unix::fs::PermissionsExt;
        std::fs::set_permissions(home.path("runtime"), std::fs::Permissions::from_mode(0o700)).unwrap();
        std::fs::write(home.path("bus.conf"), bus("")).unwrap();
        home
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// Plays the scenario in a new session, in which `keyring` has been run before.
    pub(crate) fn play(&self, keyring: &str, scenario: &str) {
        for program in ["dbus-run-session", "dbus-send", "gnome-keyring-daemon"] {
            require(program);
        }
        let mut command = Command::new("dbus-run-session");
        command.arg("--config-file").arg(self.path("bus.conf")).arg("--");
        command.args(["sh", "-c", &format!("{{ {keyring}; }} >/dev/null 2>&1; exec \"$0\" \"$@\"")]);
        command.arg(std::env::current_exe().unwrap());
        self.finish(command, scenario);
    }

    /// Plays it with another program, or nothing, at the session bus's address.
    pub(crate) fn play_at(&self, bus_address: &str, scenario: &str) {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.env("DBUS_SESSION_BUS_ADDRESS", bus_address);
        self.finish(command, scenario);
    }

    fn finish(&self, mut command: Command, scenario: &str) {
        command.args(["plays_a_scenario", "--exact", "--ignored", "--nocapture"]);
        command.env(SCENARIO, scenario).env("HOME", self.0.path());
        command.env("XDG_DATA_HOME", self.path("data")).env("XDG_RUNTIME_DIR", self.path("runtime"));
        command.env("XDG_CONFIG_HOME", self.path("config")).env("XDG_CACHE_HOME", self.path("cache"));
        for name in ["DISPLAY", "WAYLAND_DISPLAY", "GNOME_KEYRING_CONTROL", "SSH_AUTH_SOCK"] {
            command.env_remove(name);
        }
        let output = command.output().unwrap();
        let said =
            format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        assert!(output.status.success(), "scenario {scenario}: {}\n{said}", output.status);
        assert!(said.contains("1 passed"), "scenario {scenario} was not played:\n{said}");
        assert!(!said.contains(CANARY), "scenario {scenario} printed the key");
        let found = files_with(self.0.path(), CANARY.as_bytes());
        assert!(found.is_empty(), "scenario {scenario} left the key readable in {found:?}");
    }
}

fn require(program: &str) {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let here = std::env::split_paths(&path).any(|dir| dir.join(program).is_file());
    assert!(
        here,
        "{program} is missing: install dbus (with dbus-daemon and dbus-bin) and gnome-keyring to run these tests"
    );
}

fn files_with(dir: &Path, needle: &[u8]) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let entries = match std::fs::read_dir(dir) {
        // A keyring that ends takes its sockets' folder away, and holds nothing there.
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return found,
        entries => entries.unwrap(),
    };
    for entry in entries.flatten() {
        let kind = entry.file_type().unwrap();
        if kind.is_dir() {
            found.extend(files_with(&entry.path(), needle));
        } else if kind.is_file() {
            let bytes = std::fs::read(entry.path()).unwrap_or_default();
            if bytes.windows(needle.len()).any(|window| window == needle) {
                found.push(entry.path());
            }
        }
    }
    found
}
