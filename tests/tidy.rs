//! Holds the shape of the project: who may import whom, what lies at the top, how a file opens. It reads sources as text.
#![allow(clippy::unwrap_used)]

#[path = "tidy/circles.rs"]
mod circles;
#[path = "tidy/sentences.rs"]
mod sentences;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// What each room of the app uses of the others: only of those that stand below it. `lib.rs` and `main.rs` know everybody.
const ROOMS: &[(&str, &str)] = &[
    ("presence", "window app desktop events clock"),
    ("window", "app words"),
    (
        "commands",
        "app import archive search chat prompts media cards doctor points models errors account log desktop events",
    ),
    (
        "app",
        "import archive notices search chat prompts media cards doctor points models connection errors settings account log checks words data_folder library events clock redact",
    ),
    ("import", "archive chat errors data_folder words library media events clock"),
    ("archive", "errors account data_folder words library events clock"),
    ("notices", "cards errors events"),
    ("search", "errors library events"),
    ("chat", "media pictures cards points models errors settings account library events clock tokens"),
    ("prompts", "errors settings account library events clock redact"),
    ("media", "pictures errors account data_folder library events clock"),
    ("cards", "points models errors account library events clock"),
    ("doctor", "points models errors account checks words events clock redact"),
    ("points", "models errors account library events clock redact tokens"),
    ("models", "errors account data_folder library events clock worker"),
    ("connection", "settings account words data_folder library events"),
    ("pictures", "errors events"),
    ("errors", "settings account log desktop words library events redact"),
    ("settings", "data_folder library events"),
    ("account", "log checks words data_folder library events clock"),
    ("log", "data_folder library events redact worker"),
    ("checks", "words events"),
    ("desktop", "words events"),
    ("words", "library events"),
    ("data_folder", "library events"),
    ("library", "tokens worker"),
    ("events", "tokens"),
    ("clock", ""),
    ("front", ""),
    ("redact", ""),
    ("tokens", ""),
    ("worker", ""),
];

/// Crates that belong to one room; the composition root may start them.
const OWNED: &[(&str, &str)] = &[
    ("rusqlite::", "library"),
    ("rfd::", "desktop"),
    ("keyring_core::", "account"),
    ("arboard::", "account desktop"),
    ("zip::", "import"),
    ("similar::", "prompts"),
    ("gio::", "connection"),
    ("ksni::", "desktop"),
    ("zbus::", "account desktop"),
    ("tauri_plugin_opener::", "desktop lib"),
    ("tauri_plugin_store::", "settings lib"),
    ("webkit2gtk::", "window"),
    ("tauri::", "app commands desktop events lib presence settings window"),
];

/// What each folder of the window may import of the others; types of `ipc` are free to all.
const FOLDERS: &[(&str, &str)] = &[
    ("ipc", ""),
    ("state", "ipc"),
    ("answer", "ipc"),
    ("parts", "answer ipc state"),
    ("views", "answer ipc parts state"),
];

/// Ways to turn text into elements or code.
const MARKUP: &[&str] = &[
    "innerHTML",
    "outerHTML",
    "insertAdjacentHTML",
    "{@html",
    "document.write",
    "createContextualFragment",
    "setHTMLUnsafe",
    "DOMParser",
    "srcdoc",
    "eval(",
    "new Function",
];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Every source below `folder` with one of these endings, with its text.
fn sources(folder: &str, endings: &[&str]) -> Vec<(PathBuf, String)> {
    let mut folders = vec![root().join(folder)];
    let mut found = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap().flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if endings.iter().any(|ending| path.extension().is_some_and(|it| it == *ending)) {
                let text = fs::read_to_string(&path).unwrap();
                found.push((path.strip_prefix(root()).unwrap().to_path_buf(), text));
            }
        }
    }
    found.sort();
    found
}

fn code(text: &str) -> String {
    let lines = text.lines().filter(|line| !line.trim_start().starts_with("//"));
    lines.collect::<Vec<_>>().join("\n")
}

/// The first folder or file below `top`, without its ending.
fn room(path: &Path, top: &str) -> String {
    let below = path.strip_prefix(top).unwrap();
    let first = below.components().next().unwrap().as_os_str().to_string_lossy();
    first.split('.').next().unwrap().to_owned()
}

/// The names that follow `crate::`, also within braces.
fn used(text: &str) -> BTreeSet<String> {
    let word = |text: &str| text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect::<String>();
    let mut names = BTreeSet::new();
    for (at, prefix) in text.match_indices("crate::") {
        let before = text[..at].chars().next_back();
        if before.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == ':') {
            continue;
        }
        let rest = &text[at + prefix.len()..];
        let Some(list) = rest.strip_prefix('{') else {
            names.insert(word(rest));
            continue;
        };
        let mut depth = 0;
        let mut start = true;
        for (at, c) in list.char_indices() {
            match c {
                '{' => depth += 1,
                '}' if depth == 0 => break,
                '}' => depth -= 1,
                ',' if depth == 0 => start = true,
                _ if start && !c.is_whitespace() => {
                    names.insert(word(&list[at..]));
                    start = false;
                }
                _ => {}
            }
        }
    }
    names.remove("");
    names
}

#[test]
fn names_behind_crate_are_found() {
    let found =
        used("use crate::{chat::{Turn, End}, library::Row}; crate::now(); use not_crate::x; super::crate::y");
    assert_eq!(found.into_iter().collect::<Vec<_>>(), ["chat", "library", "now"]);
}

fn allows(list: &str, name: &str) -> bool {
    list.split(' ').any(|allowed| allowed == name)
}

fn report(faults: Vec<String>) {
    assert!(faults.is_empty(), "\n{}\n", faults.join("\n"));
}

#[test]
fn rooms_import_left_to_right() {
    let (mut faults, mut known) = (Vec::new(), BTreeSet::new());
    for (path, text) in sources("src-tauri/src", &["rs"]) {
        let room = room(&path, "src-tauri/src");
        let text = code(&text);
        for (name, owners) in OWNED {
            if text.contains(name) && !allows(owners, &room) {
                faults.push(format!("{}: {name} belongs to {owners}", path.display()));
            }
        }
        if room == "lib" || room == "main" {
            continue;
        }
        let Some((_, allowed)) = ROOMS.iter().find(|(name, _)| *name == room) else {
            faults.push(format!("{}: the room {room} has no line in this test", path.display()));
            continue;
        };
        for name in used(&text).into_iter().filter(|name| *name != room) {
            if !allows(allowed, &name) {
                faults.push(format!("{}: {room} must not know {name}", path.display()));
            }
            known.insert((room.clone(), name));
        }
    }
    for (at, (room, allowed)) in ROOMS.iter().enumerate() {
        for name in allowed.split_whitespace() {
            if !ROOMS[at + 1..].iter().any(|(below, _)| *below == name) {
                faults.push(format!("{name} stands above {room}, which must not know it"));
            }
            if !known.contains(&((*room).to_owned(), name.to_owned())) {
                faults.push(format!("{room} knows {name} no longer"));
            }
        }
    }
    report(faults);
}

#[test]
fn the_window_imports_left_to_right() {
    let mut faults = Vec::new();
    for (path, text) in sources("ui/src", &["ts", "svelte"]) {
        let room = room(&path, "ui/src");
        let text = code(&text);
        if text.contains("@tauri-apps/") && room != "ipc" {
            faults.push(format!("{}: only ipc/ knows Tauri", path.display()));
        }
        for word in MARKUP {
            if text.contains(word) && room != "answer" {
                faults.push(format!("{}: {word} is for answer/ alone", path.display()));
            }
        }
        let Some((_, allowed)) = FOLDERS.iter().find(|(name, _)| *name == room) else {
            continue;
        };
        for (other, _) in FOLDERS.iter().filter(|(other, _)| *other != room && !allows(allowed, other)) {
            let imports = |line: &str| line.contains(&format!("../{other}")) && !line.contains("import type");
            if text.lines().any(imports) {
                faults.push(format!("{}: {room} must not import {other}", path.display()));
            }
        }
    }
    report(faults);
}

/// These stand in more than one place: what they show and do comes from whoever shows them.
const SHARED_PARTS: &[&str] =
    &["Composer.svelte", "ErrorCard.svelte", "Ladder.svelte", "MessageArticle.svelte", "ModelPicker.svelte"];

#[test]
fn shared_parts_take_what_they_show_as_props() {
    let mut faults = Vec::new();
    for name in SHARED_PARTS {
        let path = format!("ui/src/parts/{name}");
        let text = fs::read_to_string(root().join(&path)).unwrap();
        let imports = |line: &&str| {
            let line = line.trim_start();
            line.starts_with("import ") && !line.starts_with("import type ")
        };
        for line in text.lines().filter(imports) {
            let from = line.rsplit(" from ").next().unwrap();
            if from.contains("/state/") || from.contains("/ipc") {
                faults.push(format!("{path}: {}", line.trim()));
            }
        }
    }
    report(faults);
}

/// With one rule that goes by the size of a container, WebKitGTK (2.50) no longer looks at any rule that goes by the window's width
/// when that changes: the sidebar stands where a drawer should, until something else has the styles made anew.
#[test]
fn no_style_goes_by_a_container() {
    let files = sources("ui/src", &["css", "svelte"]);
    let goes = |text: &str| {
        ["@container", "container-type", "container:", "cqi", "cqw"].iter().any(|it| text.contains(it))
    };
    let faults = files.iter().filter(|(_, text)| goes(text)).map(|(path, _)| path.display().to_string());
    report(faults.collect());
}

/// Input methods: one guard in the window's capture phase keeps their keys from every handler, those to come included. What
/// could pass it by is not used: handlers in the capture phase, keys that go up, listeners added by hand.
#[test]
fn keys_of_an_input_method_reach_no_handler() {
    let mut faults = Vec::new();
    let files = sources("ui/src", &["ts", "svelte"]);
    for (path, text) in &files {
        let file = path.to_string_lossy().replace('\\', "/");
        let text = code(text);
        let guards = text.matches("onkeydowncapture={keepComposing}").count();
        if guards != usize::from(file == "ui/src/App.svelte") {
            faults.push(format!("{file}: the guard stands in App.svelte, once"));
        }
        let text = text.replace("onkeydowncapture={keepComposing}", "");
        for word in [
            "keydowncapture",
            "onkeyup",
            "onkeypress",
            "Listener('key",
            "Listener(\"key",
            "isComposing",
            "keyCode",
        ] {
            if text.contains(word) && file != "ui/src/keys.ts" {
                faults.push(format!("{file}: {word} passes the guard by"));
            }
        }
    }
    let app = files.iter().find(|(path, _)| path.ends_with("App.svelte")).unwrap();
    assert!(app.1.contains("<svelte:window onkeydowncapture={keepComposing}"));
    report(faults);
}

/// Of the files as they were built last: `cargo xtask check` builds them first.
#[test]
fn the_first_view_stays_small() {
    let bytes = xtask::dist::first_view().unwrap();
    let most = xtask::dist::FIRST_VIEW;
    assert!(bytes > most / 4, "only {bytes} bytes: the page names its files in another way now");
    assert!(bytes <= most, "{bytes} bytes, gzipped; {most} to reach");
}

/// What makes the package takes a tray of any system's `tauri` for one here, and ends where its library isn't.
#[test]
fn the_package_asks_for_no_library_of_a_tray() {
    let own = fs::read_to_string(root().join("Cargo.toml")).unwrap();
    assert!(own.contains("\ntray.workspace = true\n") && !own.contains("\"tray-icon\""));
}

#[test]
fn the_client_knows_no_desktop() {
    let mut faults = Vec::new();
    for (package, foreign) in [
        ("poe", "tauri rusqlite keyring arboard markdown telltale"),
        ("markdown", "tauri rusqlite keyring poe telltale"),
    ] {
        let manifest = fs::read_to_string(root().join(format!("src-tauri/{package}/Cargo.toml"))).unwrap();
        let names = manifest.lines().filter_map(|line| line.split(['=', '.']).next()).map(str::trim);
        for name in names.filter(|name| *name != package) {
            if foreign.split(' ').any(|foreign| name == foreign || name.starts_with(&format!("{foreign}-"))) {
                faults.push(format!("{package} must not depend on {name}"));
            }
        }
    }
    report(faults);
}

#[test]
fn nothing_prints_but_examples_and_tools() {
    let mut faults = Vec::new();
    for folder in ["src-tauri/src", "src-tauri/poe/src", "src-tauri/markdown/src"] {
        let printing = sources(folder, &["rs"]);
        for (path, text) in printing.iter().filter(|(path, _)| !path.to_string_lossy().ends_with("_tests.rs"))
        {
            for word in ["println!", "print!", "dbg!"] {
                // `eprintln!` holds `println!`. Tests at a file's end may print.
                if code(text).split("#[cfg(test)]").next().unwrap().contains(word) {
                    faults.push(format!("{}: {word}", path.display()));
                }
            }
        }
    }
    report(faults);
}

#[test]
fn every_file_says_what_it_owns() {
    let mut faults = Vec::new();
    for (path, text) in
        ["src-tauri", "ui/src", "tests"].iter().flat_map(|it| sources(it, &["rs", "ts", "svelte"]))
    {
        let first = text.trim_start();
        let said = match path.extension().unwrap().to_str().unwrap() {
            "rs" => first.starts_with("//!"),
            "ts" => first.starts_with("//") || first.starts_with("/*"),
            _ => {
                first.starts_with("<!--")
                    || first.lines().nth(1).is_some_and(|line| line.trim().starts_with("//"))
            }
        };
        if !said {
            faults.push(format!("{}: does not open with what it owns", path.display()));
        }
    }
    report(faults);
}

#[test]
fn the_top_level_tells_the_story() {
    let known = [
        "Cargo.toml",
        "Cargo.lock",
        "LICENSE",
        "README.md",
        "src-tauri",
        "target",
        "tauri.conf.json",
        "tests",
        "ui",
    ];
    let names =
        fs::read_dir(root()).unwrap().flatten().map(|entry| entry.file_name().to_string_lossy().into_owned());
    let strangers = names.filter(|name| !name.starts_with('.') && !known.contains(&name.as_str()));
    report(strangers.map(|name| format!("{name}: not a part of the top level")).collect());
}
