//! Tells Tauri where the one capability lies, and removes what it writes beside the manifest.

fn main() {
    println!("cargo:rerun-if-changed=src-tauri/capabilities");
    let attributes = tauri_build::Attributes::new().capabilities_path_pattern("src-tauri/capabilities/**/*");
    tauri_build::try_build(attributes).expect("tauri.conf.json and the capability are valid");
    // Schemas for editors, hard-wired to the manifest's folder; nothing here reads them.
    let _ = std::fs::remove_dir_all("gen");
}
