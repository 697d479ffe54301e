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
    let mut tests = check::tests();
    // Many of them wait for a server or a clock more than they work; those of the window take turns (`Desktop::start`).
    if std::env::var_os("RUST_TEST_THREADS").is_none() {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        tests.env("RUST_TEST_THREADS", (2 * cores).to_string());
    }
    let rust = step("Tests of the client, the app and the window", tests.arg("--no-fail-fast"));
    // Also when the others failed: one run tells everything.
    let parts = step("Tests of the window's parts", npm().args(["test"]));
    rust.and(parts)
}
