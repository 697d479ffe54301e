//! `bundle`: the package that people install, made by the Tauri CLI; `--verify` installs it, opens its window and removes it.

use std::path::PathBuf;
use std::process::Command;

use crate::setup::{Need, setup};
use xtask::step::step;
use xtask::{Context, Result, paths};

pub(crate) fn bundle(verify: bool) -> Result<()> {
    setup(if verify { Need::Window } else { Need::Build })?;
    let kind = if cfg!(target_os = "linux") {
        "deb"
    } else if cfg!(target_os = "macos") {
        "dmg"
    } else {
        "nsis"
    };
    let cli = paths::ui().join("node_modules/.bin").join(if cfg!(windows) { "tauri.cmd" } else { "tauri" });
    // The CLI builds the window's files itself (beforeBuildCommand) and switches custom-protocol on.
    let mut command = Command::new(cli);
    step("Building the package", command.current_dir(paths::root()).args(["build", "--bundles", kind]))?;
    #[cfg(target_os = "linux")]
    {
        let package = deb()?;
        println!("    {} ({:.2} MB)", package.display(), size(&package)? as f64 / 1e6);
        if verify {
            return self::verify(&package);
        }
    }
    #[cfg(not(target_os = "linux"))]
    if verify {
        println!("Only the Debian package can be verified by itself.");
    }
    Ok(())
}

/// The newest package that was built.
#[cfg(target_os = "linux")]
pub(crate) fn deb() -> Result<PathBuf> {
    let folder = paths::target().join("release/bundle/deb");
    let files =
        std::fs::read_dir(&folder).with_context(|| format!("no package in {}", folder.display()))?.flatten();
    let packages = files.map(|it| it.path()).filter(|path| path.extension().is_some_and(|it| it == "deb"));
    packages
        .max_by_key(|path| path.metadata().and_then(|it| it.modified()).ok())
        .context("no package was built")
}

pub(crate) fn size(file: &std::path::Path) -> Result<u64> {
    Ok(file.metadata().with_context(|| format!("{} is missing", file.display()))?.len())
}

#[cfg(target_os = "linux")]
fn verify(package: &std::path::Path) -> Result<()> {
    use crate::setup::apt;
    use xtask::window::{App, Desktop, Keychain, Window};

    let name = Command::new("dpkg-deb").args(["--field"]).arg(package).arg("Package").output()?;
    let name = String::from_utf8(name.stdout)?.trim().to_owned();
    step("Installing the package", apt().args(["install", "--yes", "--no-install-recommends"]).arg(package))?;
    let opened = (|| {
        println!("==> Opening the installed app");
        let desktop = Desktop::start(Keychain::Unlocked)?;
        let app = App { binary: "/usr/bin/telltale".into(), ..App::default() };
        let window = Window::open(&desktop, &app)?;
        window.button("Try without a key").appears()?;
        println!("    its window: {}", window.screenshot("screens", "installed")?.display());
        window.close()
    })();
    step("Removing the package", apt().args(["remove", "--yes", &name]))?;
    opened
}
