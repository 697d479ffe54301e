//! Declares the window's commands, so that the access list covers each, and tells Tauri where the one capability lies.

/// Every command that the window may call; a test holds this list, the handler's and the capability's together.
const COMMANDS: &[&str] = &[
    "boot",
    "change_settings",
    "dismiss_notices",
    "set_proxy",
    "bypass_proxy",
    "add_certificate",
    "remove_certificate",
    "run_doctor",
    "run_paid_check",
    "stop_doctor",
    "set_key",
    "forget_key",
    "recheck_key",
    "sign_in",
    "cancel_sign_in",
    "paste_sign_in",
    "use_account",
    "rename_account",
    "remove_account",
    "read_account_points",
    "test_offer",
    "send_test",
    "set_demo",
    "clear_clipboard",
    "models",
    "refresh_balance",
    "usage",
    "used_today",
    "create_conversation",
    "open_conversation",
    "change_conversation",
    "delete_conversation",
    "send",
    "resend",
    "check_and_retry",
    "wait_for_points",
    "choose_branch",
    "continue_answer",
    "keep_trying",
    "send_when_back",
    "trim_context",
    "send_all",
    "summarize_and_start",
    "watch",
    "stop",
    "save_again",
    "add_attachment",
    "check_parameters",
    "again_cost",
    "standing",
    "weigh",
    "draft",
    "remove_attachment",
    "include_attachment",
    "leave_out_images",
    "shrink_attachment",
    "backups",
    "back_up",
    "restore_backup",
    "choose_folder",
    "move_data",
    "open_link",
    "copy_text",
    "copy_message",
    "gallery",
    "help_pages",
    "log_bodies",
    "log_clear",
    "log_export",
    "log_keep_bodies",
    "log_page",
];

fn main() {
    println!("cargo:rerun-if-changed=src-tauri/capabilities");
    let attributes = tauri_build::Attributes::new()
        .capabilities_path_pattern("src-tauri/capabilities/**/*")
        .app_manifest(tauri_build::AppManifest::new().commands(COMMANDS));
    tauri_build::try_build(attributes).expect("tauri.conf.json and the capability are valid");
    // Schemas for editors and generated permissions, hard-wired to the manifest's folder; nothing reads them later.
    for folder in ["gen", "permissions"] {
        let _ = std::fs::remove_dir_all(folder);
    }
}
