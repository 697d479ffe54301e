//! Files that import each other in a circle can only be read together. Found from their imports: none but those that are named.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::{report, sources};

/// The crates, by the folder of their sources.
const CRATES: &[&str] =
    &["src-tauri/src", "src-tauri/poe/src", "src-tauri/markdown/src", "src-tauri/xtask/src"];

/// One topic in several files, each of which is read for itself.
const ALLOWED: &[&str] = &[
    // A script of the simulated Poe: the question, what is answered, and what goes wrong.
    "sim::chat sim::demo sim::faults sim::films sim::messages sim::responses",
    // Replies, and the usual ones made short.
    "sim::completion sim::reply",
    // A desktop starts a keyring on its bus, and a keyring asks for the bus.
    "window::desktop window::keyring",
];

/// `a/b.rs` is `a::b`. Of a file that other files lie below (`mod.rs`, or `a.rs` beside `a/`) its own items are the folder's face:
/// whoever imports them imports the folder, which is no file to come back to.
struct Crate {
    /// Their text without tests and comments, by the module's path.
    files: BTreeMap<String, String>,
    /// What a face passes on, by the face's path and the name: the path that it comes of.
    passed_on: BTreeMap<(String, String), String>,
    faces: BTreeSet<String>,
}

fn read(folder: &str) -> Crate {
    let mut files = BTreeMap::new();
    for (path, text) in sources(folder, &["rs"]) {
        let path = path.strip_prefix(folder).unwrap().with_extension("");
        let name = path.to_string_lossy().replace(['/', '\\'], "::");
        if name.ends_with("_tests") || name.ends_with("_schedules") {
            continue;
        }
        let name = name.strip_suffix("::mod").unwrap_or(&name).to_owned();
        let text = text.split("\n#[cfg(test)]").next().unwrap_or_default().to_owned();
        files.insert(name, super::code(&text));
    }
    let below = |face: &str| files.keys().any(|name| name.starts_with(&format!("{face}::")));
    let faces: BTreeSet<String> = files
        .keys()
        .filter(|name| ["lib", "main"].contains(&name.as_str()) || below(name))
        .cloned()
        .collect();
    let mut passed_on = BTreeMap::new();
    for face in &faces {
        let text = &files[face];
        for (at, _) in text.match_indices("use ") {
            let is_public = text[..at].trim_end().ends_with(')') || text[..at].trim_end().ends_with("pub");
            let tree = &text[at + 4..];
            if !is_public || tree.starts_with("crate::") {
                continue;
            }
            for path in paths(tree) {
                if let Some((from, name)) = path.rsplit_once("::") {
                    let from = from.trim_start_matches("self::");
                    let from = if face == "lib" { from.to_owned() } else { format!("{face}::{from}") };
                    passed_on.insert((face.clone(), name.to_owned()), from);
                }
            }
        }
    }
    Crate { files, passed_on, faces }
}

/// The paths of a use tree: `a::{b, c::d}` is `a::b` and `a::c::d`. Reads until the tree ends.
fn paths(tree: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut outer: Vec<String> = Vec::new();
    let mut path = String::new();
    let mut chars = tree.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            c if c.is_alphanumeric() || c == '_' => path.push(c),
            ':' if chars.peek() == Some(&':') => {
                chars.next();
                path.push_str("::");
            }
            '{' if path.ends_with("::") || (path.is_empty() && outer.is_empty()) => {
                outer.push(path.clone());
            }
            ',' if !outer.is_empty() => {
                found.push(std::mem::take(&mut path));
                path = outer[outer.len() - 1].clone();
            }
            '}' if !outer.is_empty() => {
                found.push(std::mem::take(&mut path));
                outer.pop();
                if outer.is_empty() {
                    break;
                }
                path = String::new();
            }
            c if c.is_whitespace() && !outer.is_empty() => {
                // `as` and the name behind it.
                if chars.clone().take(3).collect::<String>() == "as " {
                    while chars.next_if(|c| *c != ',' && *c != '}').is_some() {}
                }
            }
            _ => break,
        }
    }
    found.push(path);
    found.retain(|path| !path.is_empty());
    found
}

impl Crate {
    /// The file that this path leads into; `None` for a face and for what is no path of this crate.
    fn file(&self, path: &str) -> Option<String> {
        let names: Vec<&str> = path.split("::").filter(|name| !name.is_empty()).collect();
        let known = (1..=names.len())
            .rev()
            .map(|count| names[..count].join("::"))
            .find(|module| self.files.contains_key(module));
        let (module, rest) = match known {
            Some(module) => {
                let rest = names[module.split("::").count()..].first().copied();
                (module, rest)
            }
            None => ("lib".to_owned(), names.first().copied()),
        };
        if !self.faces.contains(&module) {
            return Some(module);
        }
        let name = rest?.to_owned();
        let from = self.passed_on.get(&(module, name.clone()))?;
        self.file(&format!("{from}::{name}")).or_else(|| self.file(from))
    }

    fn imports(&self) -> BTreeMap<&str, BTreeSet<String>> {
        let mut all = BTreeMap::new();
        for (file, text) in self.files.iter().filter(|(file, _)| !self.faces.contains(*file)) {
            let mut imported = BTreeSet::new();
            for start in ["crate::", "super::"] {
                for (at, _) in text.match_indices(start) {
                    let before = text[..at].chars().next_back();
                    if before.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == ':') {
                        continue;
                    }
                    for path in paths(&text[at..]) {
                        let mut base: Vec<&str> = file.split("::").collect();
                        let mut rest = path.as_str();
                        if let Some(below) = rest.strip_prefix("crate::") {
                            (base, rest) = (Vec::new(), below);
                        }
                        while let Some(below) = rest.strip_prefix("super::") {
                            base.pop();
                            rest = below;
                        }
                        let path = format!("{}::{rest}", base.join("::"));
                        imported.extend(self.file(&path).filter(|other| other != file));
                    }
                }
            }
            all.insert(file.as_str(), imported);
        }
        all
    }

    /// Files that can be reached from each other.
    fn circles(&self) -> BTreeSet<String> {
        let imports = self.imports();
        let reached = |from: &str| {
            let mut seen = BTreeSet::new();
            let mut next = vec![from.to_owned()];
            while let Some(file) = next.pop() {
                for other in imports.get(file.as_str()).into_iter().flatten() {
                    if seen.insert(other.clone()) {
                        next.push(other.clone());
                    }
                }
            }
            seen
        };
        let from: BTreeMap<&str, BTreeSet<String>> =
            imports.keys().map(|file| (*file, reached(file))).collect();
        let circle = |file: &&str| {
            let others = from[*file].iter().filter(|other| from[other.as_str()].contains(*file));
            let circle: BTreeSet<&str> = others.map(String::as_str).collect();
            circle.into_iter().collect::<Vec<_>>().join(" ")
        };
        from.keys().map(circle).filter(|circle| !circle.is_empty()).collect()
    }
}

#[test]
fn no_files_import_each_other_in_a_circle() {
    let mut faults = Vec::new();
    let mut met = BTreeSet::new();
    for folder in CRATES {
        for circle in read(folder).circles() {
            if !ALLOWED.contains(&circle.as_str()) {
                faults.push(format!("{folder}: {circle}"));
            }
            met.insert(circle);
        }
    }
    for allowed in ALLOWED.iter().filter(|allowed| !met.contains(**allowed)) {
        faults.push(format!("{allowed} is a circle no longer"));
    }
    report(faults);
}

#[test]
fn circles_are_found_through_trees_and_faces() {
    assert_eq!(
        paths("crate::{a, b::{c, d as e}, f};"),
        ["crate::a", "crate::b::c", "crate::b::d", "crate::f"]
    );
    assert_eq!(paths("super::x::y(1)"), ["super::x::y"]);
    let files = [
        ("room", "pub use left::Left;"),
        ("room::left", "use super::right::Right;"),
        ("room::right", "fn f() { crate::room::Left::new() }"),
        ("room::alone", "use super::{Left, right};"),
    ];
    let files: BTreeMap<String, String> = files.map(|(name, text)| (name.to_owned(), text.to_owned())).into();
    let from = ("room".to_owned(), "Left".to_owned());
    let house = Crate {
        files,
        passed_on: BTreeMap::from([(from, "room::left".to_owned())]),
        faces: BTreeSet::from(["room".to_owned()]),
    };
    assert_eq!(house.circles(), BTreeSet::from(["room::left room::right".to_owned()]));
    assert!(Path::new(env!("CARGO_MANIFEST_DIR")).join(CRATES[0]).is_dir());
}
