//! The hardening checklist, point by point: each is checked here, or says why it is met another way.
//! It reads configuration and sources; what the running window refuses is tried out in `tests/window/`.
#![allow(clippy::unwrap_used)]

#[path = "../src-tauri/src/commands/list.rs"]
pub mod list;

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::Path;

use serde_json::Value;

/// All that the window may call. A new command is a new way in: add it here on purpose, or not at all.
const COMMANDS: &[&str] = &[
    "accept_bot",
    "add_attachment",
    "add_certificate",
    "ask_again",
    "back_up",
    "backups",
    "balance_report",
    "begin_comparison",
    "begin_conversation",
    "begin_temporary_chat",
    "boot",
    "bypass_proxy",
    "cancel_sign_in",
    "cancel_transfer",
    "change_conversation",
    "change_project",
    "change_prompt",
    "change_settings",
    "changes_seen",
    "check_and_retry",
    "check_parameters",
    "choose_branch",
    "choose_folder",
    "choose_import",
    "choose_prompts",
    "clear_clipboard",
    "compare",
    "comparison_cost",
    "context_parts",
    "continue_answer",
    "conversation",
    "copy_chat",
    "copy_formula",
    "copy_media",
    "copy_message",
    "copy_messages",
    "copy_text",
    "create_project",
    "create_prompt",
    "data_folder",
    "declared_parameters",
    "delete_conversation",
    "delete_everything",
    "delete_message",
    "delete_project",
    "delete_project_file",
    "delete_prompt",
    "discard_draft",
    "dismiss_notices",
    "draft",
    "draft_context",
    "duplicate_conversation",
    "edit_message",
    "empty_bin",
    "estimate_cost",
    "example_chats",
    "export_chats",
    "export_prompts",
    "export_usage",
    "fetch_media",
    "find_in_chat",
    "forget_key",
    "forget_pasted",
    "fork_conversation",
    "gallery",
    "help_pages",
    "import_chats",
    "import_prompts",
    "include_attachment",
    "keep_answer",
    "keep_reading_place",
    "keep_trying",
    "leave_out_media",
    "ledger",
    "list_conversations",
    "listen",
    "load_media",
    "log_bodies",
    "log_clear",
    "log_export",
    "log_keep_bodies",
    "log_page",
    "look_at",
    "media_made",
    "media_shown",
    "merge_answers",
    "merge_prompt",
    "message_media",
    "message_source",
    "model_page",
    "models",
    "move_data",
    "open_conversation",
    "open_link",
    "open_media",
    "order_projects",
    "organize",
    "outline",
    "paste_picture",
    "paste_sign_in",
    "print_chat",
    "project_files",
    "put_back_message",
    "put_back_prompt",
    "quit",
    "read_account_points",
    "read_usage",
    "recheck_key",
    "refresh_balance",
    "refresh_models",
    "remove_account",
    "remove_attachment",
    "remove_certificate",
    "rename_account",
    "replace_model",
    "request_costs",
    "resend",
    "restore_backup",
    "retry_cost",
    "run_doctor",
    "run_paid_check",
    "save_again",
    "save_code",
    "save_draft",
    "save_media",
    "search_chats",
    "send",
    "send_from",
    "send_test",
    "send_when_back",
    "send_when_ready",
    "set_demo",
    "set_examples",
    "set_key",
    "set_proxy",
    "show_main",
    "show_monitor",
    "shrink_attachment",
    "sign_in",
    "standing_cost",
    "stop",
    "stop_doctor",
    "summarize_and_start",
    "summarize_older",
    "test_offer",
    "thread_part",
    "trim_context",
    "turn_prices",
    "undo_removal",
    "usage_rows",
    "usage_view",
    "use_account",
    "use_media",
    "used_today",
    "wait_for_points",
    "watch",
    "watch_monitor",
];

/// All that the balance's small window may do. Neither may listen to the desktop kit's events: whoever may hears every one of them,
/// whomever it was meant for.
const SMALL: &[&str] =
    &["allow-watch-monitor", "allow-refresh-balance", "allow-show-monitor", "allow-show-main"];

/// What the page may load, whole. Nothing from outside, no inline script or style, no eval.
const POLICY: &[(&str, &str)] = &[
    ("default-src", "'none'"),
    ("script-src", "'self'"),
    ("style-src", "'self'"),
    ("img-src", "'self' data: blob:"),
    ("font-src", "'self'"),
    ("connect-src", "ipc: http://ipc.localhost"),
    // Answers may hold sound and film, handed over as bytes.
    ("media-src", "'self' blob:"),
    ("object-src", "'none'"),
    ("frame-src", "'none'"),
    ("base-uri", "'none'"),
    ("form-action", "'none'"),
    ("frame-ancestors", "'none'"),
    ("worker-src", "'none'"),
    ("require-trusted-types-for", "'script'"),
    ("trusted-types", "telltale svelte-trusted-html"),
];

/// The project as text, read once.
struct Project {
    config: Value,
    /// What the build made of the capability and of the commands' list: all that the app embeds of either.
    capability: Value,
    /// The same of the small window.
    small: Value,
    declared: Value,
    manifest: String,
    package: Value,
    /// The app's own Rust, tests left out.
    rust: BTreeMap<String, String>,
    window: BTreeMap<String, String>,
}

/// Nothing wrong, or what is.
type Verdict = Result<(), String>;

struct Point {
    number: u8,
    what: &'static str,
    check: fn(&Project) -> Verdict,
    /// Why it is met in another way than the checklist names.
    instead: Option<&'static str>,
}

const fn point(number: u8, what: &'static str, check: fn(&Project) -> Verdict) -> Point {
    Point { number, what, check, instead: None }
}

const fn otherwise(
    number: u8,
    what: &'static str,
    instead: &'static str,
    check: fn(&Project) -> Verdict,
) -> Point {
    Point { number, what, check, instead: Some(instead) }
}

const POINTS: [Point; 28] = [
    point(1, "content policy is exactly ours, while developing too", |p| {
        let policy = parse(&p.config["app"]["security"]["csp"]);
        let ours = POLICY.iter().map(|(name, value)| (name.to_string(), value.to_string())).collect();
        ensure(policy == ours, format!("csp is {policy:?}"))?;
        let developing = p.config["app"]["security"]["devCsp"].as_str().unwrap_or_default();
        ensure(developing.starts_with("default-src 'none'; script-src 'self';"), "devCsp is open")?;
        ensure(!developing.contains("unsafe-eval") && !developing.contains('*'), "devCsp is open")
    }),
    point(2, "trusted types, two named policies", |p| {
        let policy = parse(&p.config["app"]["security"]["csp"]);
        ensure(policy.get("require-trusted-types-for").is_some_and(|it| it == "'script'"), "not required")?;
        let made = find(&p.window, "createPolicy(");
        ensure(
            made.iter().all(|file| file.starts_with("ui/src/answer/")),
            format!("policies made in {made:?}"),
        )
    }),
    point(3, "Tauri may not loosen the policy", |p| {
        absent(&p.config, "dangerousDisableAssetCspModification")
    }),
    point(4, "prototypes are frozen", |p| {
        ensure(p.config["app"]["security"]["freezePrototype"] == true, "off")
    }),
    point(5, "no Tauri global in the page", |p| ensure(p.config["app"]["withGlobalTauri"] == false, "on")),
    otherwise(
        6,
        "isolation pattern",
        "the page holds no code but ours, Svelte's, Tauri's and D3's, locked; isolation would encrypt every frame of an answer",
        |p| {
            let names: Vec<&String> =
                p.package["dependencies"].as_object().into_iter().flat_map(|it| it.keys()).collect();
            ensure(
                names == ["@tauri-apps/api", "d3-array", "d3-scale", "d3-shape", "svelte"],
                format!("the page also holds {names:?}: weigh isolation again"),
            )
        },
    ),
    point(7, "no asset protocol", |p| {
        ensure(p.config["app"]["security"]["assetProtocol"]["enable"] == false, "enabled")?;
        ensure(!p.manifest.contains("protocol-asset"), "the feature is on")
    }),
    point(8, "no remote page gets a capability", |p| {
        absent(&p.capability, "remote")?;
        absent(&p.small, "remote")
    }),
    point(9, "no URI scheme of its own", |p| {
        nowhere(&p.rust, &["register_uri_scheme", "register_asynchronous_uri_scheme"])
    }),
    point(10, "no plugin speaks to the page", |p| {
        let plugins: Vec<&str> =
            words(&p.manifest).filter(|word| word.starts_with("tauri-plugin-")).collect();
        ensure(plugins == ["tauri-plugin-opener", "tauri-plugin-store"], format!("plugins: {plugins:?}"))?;
        let all = p.package.to_string();
        ensure(!all.contains("@tauri-apps/plugin"), "the page imports a plugin")?;
        let foreign: Vec<&str> = permissions(&p.capability)
            .into_iter()
            .filter(|it| it.contains(':') && !it.starts_with("core:"))
            .collect();
        ensure(foreign.is_empty(), format!("permissions: {foreign:?}"))
    }),
    point(
        11,
        "two windows, a capability each, the second a small part of the first, no sets of permissions",
        |p| {
            let named = serde_json::json!(["main", "balance"]);
            ensure(p.config["app"]["security"]["capabilities"] == named, "capabilities")?;
            ensure(p.capability["windows"] == serde_json::json!(["main"]), "windows")?;
            ensure(p.small["windows"] == serde_json::json!(["balance"]), "windows of the small one")?;
            for capability in [&p.capability, &p.small] {
                ensure(capability["webviews"].as_array().is_none_or(Vec::is_empty), "web views")?;
            }
            let built = built("capabilities.json");
            let capabilities = built.as_object().map_or(0, |it| it.len());
            ensure(capabilities == 2, format!("{capabilities} capabilities"))?;
            let (all, small) = (permissions(&p.capability), permissions(&p.small));
            ensure(small == SMALL, format!("the small window may do {small:?}"))?;
            ensure(small.iter().all(|it| all.contains(it)), "it may do what the window may not")?;
            ensure(p.config["app"]["windows"] == serde_json::json!([]), "a window opens without our rules")?;
            let opened: usize =
                p.rust.values().map(|text| text.matches("WebviewWindowBuilder::new(").count()).sum();
            ensure(opened == 1, format!("{opened} places open a window"))?;
            ensure(!all.iter().chain(&small).any(|it| it.ends_with("default")), "a set of permissions")
        },
    ),
    point(12, "own commands are under the access list", |p| {
        let declared = p.declared.as_object().into_iter().flatten();
        let commands = declared.flat_map(|(_, it)| it["commands"]["allow"].as_array().into_iter().flatten());
        same("the access list", commands.filter_map(Value::as_str).map(str::to_owned).collect())?;
        let allowed = permissions(&p.capability).into_iter();
        same("the capability", allowed.map(|it| it.trim_start_matches("allow-").replace('-', "_")).collect())
    }),
    point(13, "the command list is frozen, and the key only goes in", |p| {
        same("the list", list::COMMANDS.iter().map(|(_, name)| (*name).to_owned()).collect())?;
        let handlers = find(&p.rust, "generate_handler");
        ensure(handlers == ["src-tauri/src/commands/mod.rs"], format!("handlers: {handlers:?}"))?;
        somewhere(&p.rust, "commands!(generate_handler)")?;
        for (file, text) in p.rust.iter().filter(|(file, _)| file.starts_with("src-tauri/src/commands/")) {
            for one in text.split("#[tauri::command").skip(1) {
                let signature = one.split('{').next().unwrap_or_default();
                let name = signature
                    .split("fn ")
                    .nth(1)
                    .unwrap_or_default()
                    .split(['(', '<'])
                    .next()
                    .unwrap_or_default();
                let held = ["Secret", "KeySource"].iter().any(|word| signature.contains(word));
                ensure(!held || name == "set_key", format!("{file}: {name} handles the key"))?;
                ensure(
                    signature.contains("async fn"),
                    format!("{file}: {name} would block the main thread"),
                )?;
            }
        }
        nowhere(&p.rust, &["Serialize for Secret", "Display for Secret"])
    }),
    point(14, "the window stays on its own pages", |p| somewhere(&p.rust, ".on_navigation(")),
    point(15, "no second window from the page", |p| somewhere(&p.rust, "NewWindowResponse::Deny")),
    point(16, "links are caught, none names a target", |p| {
        nowhere(&p.window, &["target=\"", "target={", "window.open"])?;
        let pieces = all_in("src-tauri/markdown/src", "rs");
        nowhere(&pieces, &["target=\\\"", "target=\\\\"])
    }),
    point(17, "no downloads", |p| somewhere(&p.rust, ".on_download(|_, _| false)")),
    otherwise(
        18,
        "links leave through one checked door",
        "the address is always shown in the browser that opens; what passes is tested beside the rule in markdown",
        |p| {
            let doors = find(&p.rust, ".open_url(");
            ensure(doors == ["src-tauri/src/desktop/mod.rs"], format!("doors: {doors:?}"))?;
            somewhere(&p.rust, "markdown::allowed_address(url)")
        },
    ),
    point(
        19,
        "media come through Rust, by themselves from Poe's own store alone, from others on a press, never from near",
        |p| {
            let policy = parse(&p.config["app"]["security"]["csp"]);
            for source in ["img-src", "media-src"] {
                ensure(
                    policy.get(source).is_some_and(|it| !it.contains("http")),
                    format!("{source} is open"),
                )?;
            }
            for way in [".fetch_media(", ".fetch_elsewhere("] {
                let fetching = find(&p.rust, way);
                ensure(fetching == ["src-tauri/src/media/mod.rs"], format!("{way} by {fetching:?}"))?;
            }
            // From others only where a command of its own asks for it; what addresses are near is tried out in tests/contract.
            let loading = find(&p.rust, "media.load(");
            ensure(loading == ["src-tauri/src/commands/media.rs"], format!("loaded by {loading:?}"))?;
            let asking = find(&p.rust, "fetch_elsewhere(");
            ensure(asking == ["src-tauri/src/media/mod.rs"], format!("asked by {asking:?}"))?;
            somewhere(&p.rust, "None if whom == Whom::Anybody && !client.stores(url) => {")?;
            // The way past that rule is for tests: the room that hands it on is the only one that names it.
            let passing = find(&p.rust, "stand_ins");
            ensure(passing == ["src-tauri/src/account/network.rs"], format!("passed by {passing:?}"))?;
            somewhere(&p.rust, "pictures::copy(bytes, side)")
        },
    ),
    point(20, "a dropped file does not navigate", |p| {
        // The page takes files as attachments; the window loads none, wherever one is dropped.
        somewhere(&p.rust, ".on_navigation(is_own)")
    }),
    point(21, "no developer tools in a release", |p| {
        ensure(!p.manifest.contains("devtools"), "the feature is on")?;
        nowhere(&p.rust, &["open_devtools", ".devtools(true)"])
    }),
    point(22, "no autofill, zoom keys or swipes", |p| {
        somewhere(&p.rust, ".general_autofill_enabled(false)")?;
        nowhere(&p.rust, &["zoom_hotkeys_enabled(true)", "back_forward_navigation"])
    }),
    point(23, "the web view keeps nothing on disk, but under a WebDriver", |p| {
        somewhere(&p.rust, ".incognito(!driven)")
    }),
    otherwise(
        24,
        "known-vulnerable dependencies",
        "the advisory lists live outside; both lock files are kept, and builds use them",
        |_| {
            let kept = ["Cargo.lock", "ui/package-lock.json"].iter().all(|file| root().join(file).is_file());
            ensure(kept, "a lock file is missing")
        },
    ),
    point(25, "a panic unwinds, and no message holds the key", |p| {
        ensure(!p.manifest.contains("panic = \"abort\""), "panic = abort")?;
        let exposed = find(&p.rust, ".expose()");
        let allowed = exposed.iter().all(|file| file.starts_with("src-tauri/src/account/"));
        ensure(allowed, format!("the key is laid open in {exposed:?}"))
    }),
    otherwise(26, "a small isolation script", "there is none (point 6)", |p| {
        ensure(p.config["app"]["security"]["pattern"].is_null(), "there is one")
    }),
    point(27, "the web view's sandbox stays on", |p| {
        nowhere(&p.rust, &["WEBKIT_DISABLE_SANDBOX", "WEBKIT_FORCE_SANDBOX"])
    }),
    otherwise(28, "a second start's arguments are ignored", "the single-instance plugin is not used", |p| {
        ensure(!p.manifest.contains("single-instance"), "it is used: check what it does with argv")
    }),
];

#[test]
fn the_checklist_holds() {
    let project = Project::read();
    let mut table = String::new();
    let mut broken = 0;
    for Point { number, what, check, instead } in POINTS {
        let line = match check(&project) {
            Ok(()) => format!(
                "{number:>2} ok      {what}{}",
                instead.map(|why| format!(": {why}")).unwrap_or_default()
            ),
            Err(why) => {
                broken += 1;
                format!("{number:>2} BROKEN  {what}: {why}")
            }
        };
        table.push_str(&line);
        table.push('\n');
    }
    // Not `print!`, which the test harness swallows: the reasons are meant to be read.
    std::io::stdout().write_all(format!("\n{table}").as_bytes()).unwrap();
    assert_eq!(broken, 0, "{broken} of 28 points are broken");
}

#[test]
fn points_are_numbered_in_order() {
    for (index, point) in POINTS.iter().enumerate() {
        assert_eq!(usize::from(point.number), index + 1);
    }
}

impl Project {
    fn read() -> Project {
        Project {
            config: json("tauri.conf.json"),
            capability: built("capabilities.json")["main"].take(),
            small: built("capabilities.json")["balance"].take(),
            declared: built("acl-manifests.json")["__app-acl__"]["permissions"].take(),
            manifest: text("Cargo.toml"),
            package: json("ui/package.json"),
            rust: all_in("src-tauri/src", "rs"),
            window: [all_in("ui/src", "ts"), all_in("ui/src", "svelte")].into_iter().flatten().collect(),
        }
    }
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn text(file: &str) -> String {
    fs::read_to_string(root().join(file)).unwrap_or_else(|error| panic!("{file}: {error}"))
}

fn json(file: &str) -> Value {
    serde_json::from_str(&text(file)).unwrap_or_else(|error| panic!("{file}: {error}"))
}

/// A file that the build script left for the app to embed.
fn built(file: &str) -> Value {
    let path = Path::new(env!("OUT_DIR")).join(file);
    let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{file}: {error}"));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{file}: {error}"))
}

/// File name to text of all sources below a folder; what follows a file's own tests is left out.
fn all_in(folder: &str, ending: &str) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(root().join(folder)).unwrap().flatten() {
        let path = entry.path();
        let name = format!("{folder}/{}", entry.file_name().to_string_lossy());
        if path.is_dir() {
            found.extend(all_in(&name, ending));
        } else if path.extension().is_some_and(|it| it == ending) {
            let text = fs::read_to_string(&path).unwrap();
            found.insert(name, text.split("#[cfg(test)]\nmod").next().unwrap_or_default().to_owned());
        }
    }
    found
}

fn ensure(holds: bool, why: impl Into<String>) -> Verdict {
    if holds { Ok(()) } else { Err(why.into()) }
}

fn absent(value: &Value, name: &str) -> Verdict {
    ensure(!value.to_string().contains(&format!("\"{name}\"")), format!("{name} is set"))
}

fn find<'f>(files: &'f BTreeMap<String, String>, word: &str) -> Vec<&'f str> {
    files.iter().filter(|(_, text)| text.contains(word)).map(|(file, _)| file.as_str()).collect()
}

fn nowhere(files: &BTreeMap<String, String>, words: &[&str]) -> Verdict {
    words.iter().try_for_each(|word| {
        let found = find(files, word);
        ensure(found.is_empty(), format!("{word} in {found:?}"))
    })
}

fn somewhere(files: &BTreeMap<String, String>, word: &str) -> Verdict {
    ensure(!find(files, word).is_empty(), format!("{word} is nowhere"))
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric() && c != '-' && c != '_').filter(|word| !word.is_empty())
}

/// Directive to value.
fn parse(policy: &Value) -> BTreeMap<String, String> {
    let directives =
        policy.as_str().unwrap_or_default().split(';').map(str::trim).filter(|it| !it.is_empty());
    directives
        .map(|it| it.split_once(' ').unwrap_or((it, "")))
        .map(|(a, b)| (a.to_owned(), b.to_owned()))
        .collect()
}

fn permissions(capability: &Value) -> Vec<&str> {
    let list = capability["permissions"].as_array().into_iter().flatten();
    list.map(|it| it.as_str().unwrap_or("a permission with a scope: default")).collect()
}

fn same(where_: &str, mut names: Vec<String>) -> Verdict {
    names.sort();
    ensure(names == COMMANDS, format!("{where_} has {names:?}"))
}
