//! Nothing but the feature of Tauri by which it has a tray icon on macOS and Windows. What makes the package reads the app's own
//! manifest: with that feature in it, even for other systems, the package of Linux would ask for a library that the app never loads.
