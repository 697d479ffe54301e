//! A computer that lacks something: a browser to open a link in.

use std::os::unix::fs::symlink;
use std::path::Path;

use xtask::Result;
use xtask::window::{Keychain, key};

use crate::stage::{Stage, pictures};

#[test]
fn a_link_that_nothing_opens_can_be_copied() -> Result<()> {
    let stage = Stage::set(Keychain::Unlocked)?;
    // Only what starts the app: no program that opens links.
    let programs = tempfile::tempdir()?;
    for program in ["setpriv", "WebKitWebDriver"] {
        symlink(found(program)?, programs.path().join(program))?;
    }
    let path = programs.path().display().to_string();
    let window = stage.open_with(&[("TELLTALE_BASE_URL", &stage.sim.base_url()), ("PATH", &path)])?;
    window.link("Open poe.com/api/keys").click()?;
    let card = window.card("link_not_opened");
    card.shows("https://poe.com/api/keys")?;
    pictures(&window, "link-not-opened")?;
    card.action("copy-address").type_text(key::ENTER)?;
    window.page().css(".toast").shows("Address copied")?;
    card.action("dismiss").type_text(key::ENTER)?;
    card.goes()?;
    window.close()
}

fn found(program: &str) -> Result<std::path::PathBuf> {
    let folders = std::env::var("PATH").unwrap_or_default();
    let files = folders.split(':').map(|folder| Path::new(folder).join(program));
    let mut files = files.filter(|file| file.exists());
    xtask::Context::context(files.next(), format!("{program} is not installed"))
}
