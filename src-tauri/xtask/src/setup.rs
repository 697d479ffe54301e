//! Installs what a command needs and this system lacks: Debian packages, and the window's npm packages.
//! Where all is there it costs one `dpkg-query` and two file dates.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::SystemTime;

use xtask::step::{npm, step};
use xtask::{Context, Result, bail, paths};

type Package = (&'static str, &'static str);

const BUILD: &[Package] = &[
    ("build-essential", "the C compiler and linker"),
    ("pkg-config", "finds the system's libraries"),
    ("libwebkit2gtk-4.1-dev", "the web view that shows the window"),
];

const WINDOW: &[Package] = &[
    ("xvfb", "a virtual display"),
    ("openbox", "a window manager for it"),
    ("dbus", "a session bus of its own"),
    ("gnome-keyring", "a keychain of its own"),
    ("dconf-gsettings-backend", "desktop settings of its own"),
    ("gsettings-desktop-schemas", "names of those settings"),
    ("libglib2.0-bin", "changes them"),
    ("at-spi2-core", "accessibility, as on a desktop"),
    ("webkit2gtk-driver", "drives the window as a person would"),
    ("xclip", "puts a key on the clipboard"),
    ("imagemagick", "takes pictures of the window"),
    ("xdotool", "presses keys in system dialogs"),
    ("gstreamer1.0-plugins-good", "plays audio, and opens films"),
    ("gstreamer1.0-libav", "plays what is in them"),
    ("hunspell-en-us", "a dictionary for the spelling check"),
    ("fonts-dejavu-core", "letters, Arabic and Hebrew ones among them"),
    ("fonts-wqy-microhei", "Chinese, Japanese and Korean letters"),
    ("fonts-noto-color-emoji", "emoji"),
];

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Need {
    /// To build and to run on the person's display.
    Build,
    /// And to drive the window on a virtual display.
    Window,
}

pub(crate) fn setup(need: Need) -> Result<()> {
    if cfg!(target_os = "linux") {
        let mut wanted = BUILD.to_vec();
        if need == Need::Window {
            wanted.extend_from_slice(WINDOW);
        }
        system_packages(&wanted)?;
    }
    node_packages()
}

fn system_packages(wanted: &[Package]) -> Result<()> {
    let names: Vec<&str> = wanted.iter().map(|(name, _)| *name).collect();
    let query = Command::new("dpkg-query")
        .args(["--show", "--showformat=${db:Status-Status} ${Package}\n"])
        .args(&names)
        .stderr(Stdio::null())
        .output();
    let Ok(query) = query else {
        println!(
            "Not a Debian system: make sure the equivalents of these packages are installed: {}",
            names.join(" ")
        );
        return Ok(());
    };
    let there = String::from_utf8_lossy(&query.stdout);
    let installed = |name: &str| there.lines().any(|line| line.strip_prefix("installed ") == Some(name));
    let missing: Vec<&Package> = wanted.iter().filter(|(name, _)| !installed(name)).collect();
    if missing.is_empty() {
        return Ok(());
    }
    println!("These system packages are missing and will be installed with apt:");
    for (name, why) in &missing {
        println!("    {name:<22} {why}");
    }
    let install = |what: &str| {
        let names = missing.iter().map(|(name, _)| *name);
        step(what, apt().args(["install", "--yes", "--no-install-recommends"]).args(names))
    };
    // The package lists are fetched only when an installation without them fails: most machines have them.
    if install("Installing system packages").is_err() {
        step("Fetching apt's package lists", apt().arg("update"))?;
        install("Installing system packages again")?;
    }
    Ok(())
}

pub(crate) fn apt() -> Command {
    // `sudo` drops the environment, so the variable goes behind it.
    let mut words =
        vec!["env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "--quiet", "-o", "DPkg::Lock::Timeout=120"];
    if !rooted() {
        words.insert(0, "sudo");
    }
    let mut command = Command::new(words[0]);
    command.args(&words[1..]);
    command
}

fn rooted() -> bool {
    #[cfg(unix)]
    return rustix::process::geteuid().is_root();
    #[cfg(not(unix))]
    return false;
}

fn node_packages() -> Result<()> {
    let folder = paths::ui();
    let locked = modified(&folder.join("package-lock.json"));
    if locked.is_none() {
        bail!("ui/package-lock.json is missing");
    }
    if modified(&installed(&folder)) >= locked {
        return Ok(());
    }
    npm_ci("Installing the window's npm packages", &folder)
}

/// The npm packages of the pages that `bench answer` compares with; where they lie.
#[cfg(target_os = "linux")]
pub(crate) fn bench_packages() -> Result<PathBuf> {
    let folder = paths::target().join("bench");
    std::fs::create_dir_all(&folder)?;
    let mut is_new = false;
    for name in ["package.json", "package-lock.json"] {
        let wanted = std::fs::read(paths::bench().join(name))?;
        let file = folder.join(name);
        is_new |= std::fs::read(&file).ok().as_ref() != Some(&wanted);
        std::fs::write(file, wanted)?;
    }
    if is_new || !installed(&folder).exists() {
        npm_ci("Installing the npm packages to compare with", &folder)?;
    }
    Ok(folder.join("node_modules"))
}

/// npm writes this once all is there.
fn installed(folder: &Path) -> PathBuf {
    folder.join("node_modules/.package-lock.json")
}

fn npm_ci(what: &str, folder: &Path) -> Result<()> {
    Command::new(npm().get_program())
        .arg("--version")
        .output()
        .context("npm is not installed: Node 20.19 or newer is needed (https://nodejs.org)")?;
    step(what, npm().args(["ci", "--no-audit", "--no-fund"]).current_dir(folder))
}

fn modified(file: &Path) -> Option<SystemTime> {
    file.metadata().and_then(|metadata| metadata.modified()).ok()
}
