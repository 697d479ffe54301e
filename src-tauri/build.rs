//! Lays the access list: each command of the window is declared, so that no call passes without a permission, and the one
//! capability gets a permission for each.

#[path = "src/commands/list.rs"]
pub mod list;

use serde_json::{Value, json};
use std::path::{Path, PathBuf};

/// What the window may do besides calling its own commands.
const CAPABILITY: &str = "src-tauri/capabilities/main.json";

fn main() {
    println!("cargo:rerun-if-changed={CAPABILITY}");
    let names: Vec<&str> = list::COMMANDS.iter().map(|(_, name)| *name).collect();
    let out = PathBuf::from(std::env::var_os("OUT_DIR").expect("cargo names a folder"));
    let capability = write_capability(&names, &out);
    let attributes = tauri_build::Attributes::new()
        .capabilities_path_pattern(capability.leak())
        .app_manifest(tauri_build::AppManifest::new().commands(names.leak()));
    tauri_build::try_build(attributes).expect("tauri.conf.json and the capability are valid");
    // Schemas for editors and generated permissions, hard-wired to the manifest's folder; nothing reads them later.
    for folder in ["gen", "permissions"] {
        let _ = std::fs::remove_dir_all(folder);
    }
}

/// The capability with one permission a command, and none for whatever comes later. Where it lies now.
fn write_capability(names: &[&str], out: &Path) -> String {
    let text = std::fs::read_to_string(CAPABILITY).expect("the capability lies in the tree");
    let mut capability: Value = serde_json::from_str(&text).expect("the capability is JSON");
    let permissions = capability["permissions"].as_array_mut().expect("the capability lists permissions");
    permissions.extend(names.iter().map(|name| json!(format!("allow-{}", name.replace('_', "-")))));
    let path = out.join("capability.json");
    std::fs::write(&path, capability.to_string()).expect("cargo's folder can be written to");
    path.to_str().expect("cargo's folder has a name in Unicode").to_owned()
}
