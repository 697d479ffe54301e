//! Links that the app hands to the system's opener, caught before a browser.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::time::{Duration, Instant};

use xtask::Result;

/// A `PATH` on which the system's opener only writes down what it should open.
pub(crate) fn catch(folder: &Path, opened: &Path) -> Result<String> {
    let opener = folder.join("xdg-open");
    let script = format!("#!/bin/sh\nprintf %s \"$1\" > {0}.part && mv {0}.part {0}\n", opened.display());
    std::fs::write(&opener, script)?;
    std::fs::set_permissions(&opener, std::fs::Permissions::from_mode(0o755))?;
    let path = std::env::var("PATH").unwrap_or_default();
    Ok(format!("{}:{path}", folder.display()))
}

pub(crate) fn caught(opened: &Path) -> Result<String> {
    let begun = Instant::now();
    loop {
        match std::fs::read_to_string(opened) {
            Ok(address) => return Ok(address),
            Err(_) if begun.elapsed() < Duration::from_secs(15) => {
                std::thread::sleep(Duration::from_millis(20))
            }
            Err(error) => return Err(error.into()),
        }
    }
}
