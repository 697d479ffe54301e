//! `test`: what `check` finds, then every test there is. Window tests bring their own display, so nothing pops up.

use crate::check;
use crate::setup::{Need, setup};
use xtask::Result;
use xtask::step::{npm, step};

pub(crate) fn test() -> Result<()> {
    setup(Need::Window)?;
    check::check()?;
    match std::env::var("POE_RECORDINGS") {
        Ok(folder) => println!("Recorded replies of Poe: {folder}"),
        Err(_) => println!(
            "No recorded replies of Poe (POE_RECORDINGS is not set): tests that replay them say that they skip."
        ),
    }
    let rust = step("Tests of the client, the app and the window", check::tests().arg("--no-fail-fast"));
    // Also when the others failed: one run tells everything.
    let parts = step("Tests of the window's parts", npm().args(["test"]));
    rust.and(parts)
}
