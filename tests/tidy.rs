//! Holds the shape of the project: who may import whom, what lies at the top, how a file opens. It reads sources as text.
#![allow(clippy::unwrap_used)]

#[path = "tidy/circles.rs"]
mod circles;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// What each room of the app uses of the others: only of those that stand below it. `lib.rs` and `main.rs` know everybody.
const ROOMS: &[(&str, &str)] = &[
    ("window", "app"),
    ("commands", "app chat cards doctor points models errors account log desktop events"),
    (
        "app",
        "notices chat cards doctor points models connection errors settings account log checks words data_folder library events clock redact",
    ),
    ("notices", "cards errors events"),
    ("chat", "cards points models errors settings account library events clock tokens"),
    ("cards", "points models errors account library events clock"),
    ("doctor", "points models errors account checks words events clock redact"),
    ("points", "models errors account library events clock tokens"),
    ("models", "errors account events clock"),
    ("connection", "settings account words data_folder library events"),
    ("errors", "settings account log desktop words library events redact"),
    ("settings", "data_folder library events"),
    ("account", "log checks words data_folder library events clock"),
    ("log", "data_folder library events redact worker"),
    ("checks", "words events"),
    ("desktop", "words events"),
    ("words", "library events"),
    ("data_folder", "library"),
    ("library", "worker"),
    ("events", ""),
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
    ("gio::", "connection"),
    ("tauri_plugin_opener::", "desktop lib"),
    ("tauri_plugin_store::", "settings lib"),
    ("webkit2gtk::", "window"),
    ("tauri::", "app commands desktop events lib settings window"),
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

/// The texts between the tags of a component, without what stands in braces.
fn between_tags(text: &str) -> String {
    let markup = text.rsplit("</script>").next().unwrap();
    let markup = markup.split("\n<style").next().unwrap();
    let mut comments = markup.split("<!--");
    let mut told = comments.next().unwrap().to_owned();
    for after in comments {
        told.push_str(after.split_once("-->").map_or("", |(_, rest)| rest));
    }
    let (mut depth, mut in_tag) = (0, false);
    let mut left = String::new();
    for c in told.chars() {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            '<' if depth == 0 => in_tag = true,
            '>' if depth == 0 => in_tag = false,
            _ if depth == 0 && !in_tag => left.push(c),
            _ => {}
        }
    }
    left
}

/// Two words beside each other, which no name in the code has.
fn reads_as_a_sentence(literal: &str) -> bool {
    let is_word =
        |word: &&str| word.len() > 1 && word.chars().all(|c| c.is_alphabetic() || ",.:…’".contains(c));
    let words: Vec<bool> = literal.split(' ').map(|word| is_word(&word)).collect();
    words.windows(2).any(|pair| pair[0] && pair[1])
}

/// Strings of two words that nobody reads, by how they begin: selectors, classes, a type.
const NO_SENTENCES: &[(&str, &str)] = &[
    ("ui/src/answer/gestures.ts", "textarea, input"),
    ("ui/src/answer/tools.ts", "p, li, h1"),
    ("ui/src/answer/tools.ts", "code, math"),
    ("ui/src/focus.ts", "main, aside"),
    ("ui/src/focus.ts", "input:enabled"),
    ("ui/src/keys.ts", "input:not("),
    ("ui/src/parts/menus.ts", "input:not("),
    ("ui/src/parts/Composer.svelte", "article[data-id="),
    ("ui/src/parts/settings/AccountList.svelte", "slim quiet"),
    ("ui/src/parts/settings/Segments.svelte", "T extends string"),
    ("ui/src/answer/place.ts", "block wide"),
    ("ui/src/answer/warm.ts", "answer trial"),
];

/// A second language is one more folder beside words/en: whatever a person reads stands there.
#[test]
fn the_window_says_nothing_outside_its_words() {
    let mut faults = Vec::new();
    for (path, text) in sources("ui/src", &["ts", "svelte"]) {
        let file = path.to_string_lossy().replace('\\', "/");
        if file.starts_with("ui/src/words/en/") || file.starts_with("ui/src/ipc/types") {
            continue;
        }
        if path.extension().is_some_and(|it| it == "svelte") {
            let told = between_tags(&text);
            for line in told.lines().filter(|line| line.contains(char::is_alphabetic)) {
                faults.push(format!("{file}: {}", line.trim()));
            }
        }
        if text.contains("en-US") {
            faults.push(format!("{file}: the language is named in its words alone"));
        }
        let is_comment = |line: &str| {
            ["//", "*", "/*", "<!--"].iter().any(|start| line.starts_with(start)) || line.ends_with("*/")
        };
        let code = text.split("\n<style").next().unwrap();
        for line in code.lines().map(str::trim).filter(|line| !is_comment(line)) {
            for quote in ['\'', '"', '`'] {
                for literal in line.split(quote).skip(1).step_by(2) {
                    let is_selector =
                        literal.starts_with(['.', '#', '<']) || quote == '"' && line.contains("class=\"");
                    let named = |it: &&(&str, &str)| it.0 == file && literal.starts_with(it.1);
                    let is_named = NO_SENTENCES.iter().any(|it| named(&it));
                    if reads_as_a_sentence(literal) && !is_selector && !is_named {
                        faults.push(format!("{file}: {literal}"));
                    }
                }
            }
        }
    }
    report(faults);
}

#[test]
fn a_sentence_in_the_window_is_found() {
    assert!(reads_as_a_sentence("Copy the key, then"));
    assert!(reads_as_a_sentence("Not saved"));
    assert!(!reads_as_a_sentence("aria-label"));
    assert!(!reads_as_a_sentence("[role=menuitem] button"));
    let part = "<script>\n</script>\n<!-- none -->\n<p class=\"a b\">{words.x} Hello</p>\n<style>p { color: red }</style>";
    assert_eq!(between_tags(part).trim(), "Hello");
}

/// Strings of two words that are no sentence of the app's to a person, by how they begin.
const OTHER_STRINGS: &[(&str, &str)] = &[
    // What a model is asked.
    ("chat/outgoing/attachments/file.rs", "<file name="),
    ("chat/outgoing/request.rs", "Your last message was cut off"),
    ("chat/outgoing/request.rs", "This chat goes on from an earlier one"),
    ("chat/turn/summary.rs", "Sum up this chat"),
    ("doctor/small_request.rs", "Say OK."),
    // Causes, for the log and behind "Copy details", beside those of the system and of Poe, which come in English too.
    ("account/clipboard.rs", "no answer within"),
    ("account/freedesktop.rs", "no default collection"),
    ("account/keychain.rs", "the keychain in memory"),
    ("account/roster.rs", "version {}, this app knows"),
    ("account/roster.rs", "{reason}; it could not be moved"),
    ("account/store.rs", "what was read back"),
    ("account/store.rs", "the entry is"),
    ("account/worker.rs", "still waiting"),
    ("account/worker.rs", "no answer within"),
    ("account/worker.rs", "the keychain's thread ended"),
    ("chat/turn/stream.rs", "finished ({})"),
    ("chat/turn/stream.rs", "the stream ended without an end"),
    ("chat/turn/summary.rs", "the summary is empty"),
    ("commands/account.rs", "it could not be emptied"),
    ("doctor/small_request.rs", "the stream ended without an end"),
    ("lib.rs", "already running with this data folder"),
    ("lib.rs", "telltale: panicked at"),
    ("log/entry.rs", "\\n[… {} bytes left out …]"),
    ("log/mod.rs", "the log's thread failed"),
    ("settings.rs", "{reason}; it could not be moved"),
    ("settings.rs", "it could not be read"),
    ("settings.rs", "version {version}, this app knows"),
    ("settings.rs", "could not use {}"),
    ("window.rs", "the web process"),
    // What other programs write.
    ("connection/kde.rs", "[Proxy Settings]"),
];

/// Whole files: the library's SQL, with its causes; failures as Poe and others would word them, for the gallery; TypeScript that
/// a test writes.
const OTHER_FILES: &[&str] = &["library/", "errors/gallery.rs", "commands/bindings.rs"];

/// The string literals of a source with the line that each begins in; what stands in comments and in the tests at the end is left
/// out.
fn rust_strings(text: &str) -> Vec<(String, String)> {
    let text = text.split("mod tests {").next().unwrap();
    let chars: Vec<char> = text.chars().collect();
    let line_at = |at: usize| {
        let begin = chars[..at].iter().rposition(|c| *c == '\n').map_or(0, |it| it + 1);
        chars[begin..at].iter().collect::<String>().trim().to_owned()
    };
    let mut found = Vec::new();
    let mut at = 0;
    while at < chars.len() {
        let rest = &chars[at..];
        match rest {
            ['/', '/', ..] => at += rest.iter().position(|c| *c == '\n').unwrap_or(rest.len()),
            ['\'', '\\', _, ..] => at += 3,
            ['\'', _, '\'', ..] => at += 3,
            ['r', '#', '"', ..] => {
                let end = rest[3..].windows(2).position(|pair| pair == ['"', '#']);
                let end = end.unwrap_or(rest.len() - 3) + 3;
                found.push((rest[3..end].iter().collect(), line_at(at)));
                at += end + 2;
            }
            ['"', ..] => {
                let mut end = 1;
                while end < rest.len() && rest[end] != '"' {
                    end += if rest[end] == '\\' { 2 } else { 1 };
                }
                found.push((rest[1..end.min(rest.len())].iter().collect(), line_at(at)));
                at += end + 1;
            }
            _ => at += 1,
        }
    }
    found
}

/// A word, a space, a word, where one of the two may be a value that is put in.
fn has_two_words(literal: &str) -> bool {
    const VALUE: char = '{';
    let mut chars = Vec::new();
    let mut depth = 0;
    for c in literal.chars() {
        depth += i32::from(c == '{') - i32::from(c == '}');
        if depth == 0 {
            chars.push(if c == '}' { VALUE } else { c });
        }
    }
    chars.windows(3).any(|three| {
        let is_word = |c: char| c.is_alphabetic() || c == VALUE;
        let is_told = three[0].is_alphabetic() || three[2].is_alphabetic();
        three[1] == ' ' && is_told && is_word(three[0]) && is_word(three[2])
    })
}

/// A second language is one more folder beside words/en.
#[test]
fn sentences_stand_in_the_words_of_a_language() {
    let mut faults = Vec::new();
    let mut unused: BTreeSet<_> = OTHER_STRINGS.iter().collect();
    for (path, text) in sources("src-tauri/src", &["rs", "html"]) {
        let file = path.to_string_lossy().replace('\\', "/");
        let file = file.trim_start_matches("src-tauri/src/");
        if file.starts_with("words/en/") || OTHER_FILES.iter().any(|other| file.starts_with(other)) {
            continue;
        }
        if file.ends_with(".html") {
            faults.push(format!("{file}: a page stands in words/en/pages"));
            continue;
        }
        if file.ends_with("_tests.rs") || file == "points/matching_schedules.rs" {
            continue;
        }
        for (literal, before) in rust_strings(&text) {
            // Reasons for a lint, and for what can't be.
            let for_us = before.ends_with("reason =") || before.ends_with(".expect(");
            if !has_two_words(&literal) || for_us {
                continue;
            }
            let named = |it: &&&(&str, &str)| it.0 == file && literal.starts_with(it.1);
            match OTHER_STRINGS.iter().find(|it| named(&it)) {
                Some(it) => drop(unused.remove(it)),
                None => faults.push(format!("{file}: {literal}")),
            }
        }
    }
    faults.extend(unused.iter().map(|(file, text)| format!("{file}: no longer says {text}")));
    report(faults);
}

#[test]
fn a_sentence_in_a_room_is_found() {
    let room = concat!(
        "// \"not this\"\nconst A: &str = \"Say \\\"no\\\" twice\"; let c = '\"';\n",
        "f(r#\"two words\"#, b\"one\")\n#[cfg(test)]\nmod tests { \"nor this\" }",
    );
    let found: Vec<_> = rust_strings(room).into_iter().map(|(literal, _)| literal).collect();
    assert_eq!(found, ["Say \\\"no\\\" twice", "two words", "one"]);
    assert!(has_two_words("Not saved") && has_two_words("in the {keychain}"));
    assert!(has_two_words("{count} models") && has_two_words("Account {id}"));
    assert!(!has_two_words("poe-api-key") && !has_two_words("{} {}"));
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
