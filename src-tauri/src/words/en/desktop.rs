//! The titles of the system's own dialogs.

says! {
    save_code: "Save code",
    save_media: "Save file",
    save_usage: "Export usage",
    export_chats: "Export chats",
    import_chats: "Import chats",
    export_prompts: "Export prompts",
    import_prompts: "Import prompts",
    choose_folder: "Choose where Telltale keeps its data",
}
