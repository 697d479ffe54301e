//! The titles of the system's own dialogs.

says! {
    save_code: "Save code",
    choose_folder: "Choose where Telltale keeps its data",
}
