//! Where the project's things lie.

use std::path::{Path, PathBuf};

/// The repository's top folder.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .ancestors()
        .nth(2)
        .expect("xtask lies two folders below the top")
        .to_path_buf()
}

pub fn ui() -> PathBuf {
    root().join("ui")
}

/// What the benches read; its npm packages are installed below `target`.
pub fn bench() -> PathBuf {
    root().join("tests/bench")
}

pub fn target() -> PathBuf {
    match std::env::var_os("CARGO_TARGET_DIR") {
        Some(folder) => root().join(folder),
        None => root().join("target"),
    }
}

/// The app's binary, as `cargo xtask build` leaves it.
pub fn app(release: bool) -> PathBuf {
    let profile = if release { "release" } else { "debug" };
    target().join(profile).join(format!("telltale{}", std::env::consts::EXE_SUFFIX))
}
