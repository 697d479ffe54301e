//! Lays the access list: each command of the window is declared, so that no call passes without a permission, and the window's
//! capability gets a permission for each. That of the balance's small window names the few that it has.

#[path = "src/commands/list.rs"]
pub mod list;

use serde_json::{Value, json};
use std::path::{Path, PathBuf};

/// What the window may do besides calling its own commands.
const MAIN: &str = "src-tauri/capabilities/main.json";
/// All that the small one may do.
const BALANCE: &str = "src-tauri/capabilities/balance.json";

fn main() {
    println!("cargo:rerun-if-changed={MAIN}");
    println!("cargo:rerun-if-changed={BALANCE}");
    let names: Vec<&str> = list::COMMANDS.iter().map(|(_, name)| *name).collect();
    let out = PathBuf::from(std::env::var_os("OUT_DIR").expect("cargo names a folder"));
    let capabilities = write_capabilities(&names, &out);
    let attributes = tauri_build::Attributes::new()
        .capabilities_path_pattern(capabilities.leak())
        .app_manifest(tauri_build::AppManifest::new().commands(names.leak()));
    tauri_build::try_build(attributes).expect("tauri.conf.json and the capabilities are valid");
    // Schemas for editors and generated permissions, hard-wired to the manifest's folder; nothing reads them later.
    for folder in ["gen", "permissions"] {
        let _ = std::fs::remove_dir_all(folder);
    }
}

/// That of the window with one permission a command, and none for whatever comes later; the other as it is. Where they lie now.
fn write_capabilities(names: &[&str], out: &Path) -> String {
    let folder = out.join("capabilities");
    std::fs::create_dir_all(&folder).expect("cargo's folder can be written to");
    for (name, file) in [("main", MAIN), ("balance", BALANCE)] {
        let text = std::fs::read_to_string(file).expect("the capability lies in the tree");
        let mut capability: Value = serde_json::from_str(&text).expect("the capability is JSON");
        if name == "main" {
            let permissions =
                capability["permissions"].as_array_mut().expect("the capability lists permissions");
            permissions.extend(names.iter().map(|name| json!(format!("allow-{}", name.replace('_', "-")))));
        }
        std::fs::write(folder.join(format!("{name}.json")), capability.to_string())
            .expect("cargo's folder can be written to");
    }
    let pattern = folder.join("*.json");
    pattern.to_str().expect("cargo's folder has a name in Unicode").to_owned()
}
