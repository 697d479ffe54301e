//! `check`: everything that can be wrong without running the app.

use crate::build;
use crate::setup::{Need, setup};
use xtask::step::{cargo, npm, step};
use xtask::{Context, Result, bail, paths};

pub(crate) fn check() -> Result<()> {
    setup(Need::Build)?;
    build::ui()?;
    step("Formatting", cargo().args(["fmt", "--all", "--check"]))?;
    let lints = ["clippy", "--workspace", "--all-targets", "--quiet", "--", "--deny", "warnings"];
    step("Lints", cargo().args(lints))?;
    step("Types of the window", npm().args(["run", "--silent", "check"]))?;
    generated_types()?;
    step("Import directions", tests().args(["--test", "tidy"]))
}

/// `cargo test` over everything, always with the same packages and features: any other choice would compile the
/// dependencies once more. The feature embeds the window's files in the binary that the window tests start.
pub(crate) fn tests() -> std::process::Command {
    let mut command = cargo();
    command.args(["test", "--workspace", "--features", "telltale/custom-protocol"]);
    command
}

/// Writes the TypeScript that `events.rs` stands for to a folder of its own and compares it with the committed one.
fn generated_types() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let mut command = tests();
    command.args(["--lib", "--quiet", "export_bindings"]).env("TS_RS_EXPORT_DIR", folder.path());
    step("Generated types", &mut command)?;
    let made = std::fs::read_to_string(folder.path().join("types.ts")).context("no types were generated")?;
    let kept = std::fs::read_to_string(paths::ui().join("src/ipc/types.ts")).unwrap_or_default();
    if made != kept {
        bail!(
            "ui/src/ipc/types.ts is older than events.rs: run `cargo test --lib export_bindings` and commit it"
        );
    }
    Ok(())
}
