//! Settings on real files: a change lasts, a wrong one changes nothing, and a damaged file is kept, said and replaced.

#![allow(clippy::unwrap_used)]

use serde_json::Map;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Duration;
use tauri::test::{MockRuntime, mock_builder, mock_context, noop_assets};
use tauri_plugin_store::StoreExt;
use telltale::data_folder::DataFolder;
use telltale::events::{ModelParameters, Parameters, QuietHours, SettingsChange, Theme, Typeface};
use telltale::library::SetAside;
use telltale::settings::{Settings, SettingsError, Values, check_parameters};
use tempfile::TempDir;

fn app() -> tauri::App<MockRuntime> {
    let plugin = tauri_plugin_store::Builder::default().build();
    mock_builder().plugin(plugin).build(mock_context(noop_assets())).unwrap()
}

fn open(data_dir: &Path) -> (Settings, Option<SetAside>) {
    Settings::open(app().handle(), Arc::new(DataFolder::fixed(data_dir.to_owned())))
}

fn open_good(data_dir: &Path) -> Settings {
    let (settings, set_aside) = open(data_dir);
    assert!(set_aside.is_none(), "{set_aside:?}");
    settings
}

fn open_bytes(bytes: &[u8]) -> (TempDir, PathBuf, Settings, Option<SetAside>) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("settings.json");
    std::fs::write(&path, bytes).unwrap();
    let (settings, set_aside) = open(folder.path());
    (folder, path, settings, set_aside)
}

fn every_field() -> SettingsChange {
    SettingsChange {
        list_order: Some(telltale::events::ListOrder::Points),
        theme: Some(Theme::Contrast),
        typeface: Some(Typeface::System),
        text_size: Some(150),
        spelling: Some(false),
        base_url: Some("https://example.com/v1".to_owned()),
        enter_sends: Some(false),
        default_model: Some("claude-haiku-4.5".to_owned()),
        default_parameters: Some(Parameters {
            system: Some("Be brief.".to_owned()),
            temperature: Some(2.0),
            top_p: Some(0.0),
            max_tokens: Some(1),
            budget: Some(20_000),
            declared: Map::new(),
        }),
        model_parameters: Some(ModelParameters {
            model: "Claude-Haiku-4.5".to_owned(),
            declared: Map::from_iter([("output_effort".to_owned(), "low".into())]),
        }),
        favorites: Some(vec!["claude-haiku-4.5".to_owned(), "veo-3.1".to_owned()]),
        ask_about_bots: None,
        client_id: Some("an-id".to_owned()),
        daily_limit: Some(5_000),
        levels: Some(vec![2_000, 50_000, 2_000]),
        cache_chats: Some(false),
        tray: Some(false),
        close_to_tray: Some(true),
        notices: Some(false),
        notice_titles: Some(true),
        quiet: Some(QuietHours { from: 22 * 60, to: 7 * 60 }),
    }
}

#[test]
fn without_a_file_the_defaults_hold_and_nothing_is_written() {
    let outer = tempfile::tempdir().unwrap();
    let folder = outer.path().join("new");
    let values = open_good(&folder).get();
    assert_eq!(values, Values::default());
    assert_eq!((values.base_url.as_str(), values.enter_sends), (poe::BaseUrl::DEFAULT, true));
    assert_eq!((values.theme, values.default_model, values.demo), (Theme::System, None, false));
    assert!(!folder.exists());
}

#[test]
fn a_restart_keeps_everything() {
    let outer = tempfile::tempdir().unwrap();
    let folder = outer.path().join("new").join("data");
    let settings = open_good(&folder);
    let changed = settings.change(every_field()).unwrap();
    let changed = Values { demo: true, client_id: Some("an-id".to_owned()), ..changed };
    assert_eq!(settings.set_demo(true).unwrap(), changed);
    assert_eq!(settings.get(), changed);
    assert_eq!(open_good(&folder).get(), changed);
    assert_eq!(changed.default_model.as_deref(), Some("claude-haiku-4.5"));
    let of_new = |model: &str| changed.parameters_of_new(model);
    assert_eq!(of_new("claude-haiku-4.5").declared["output_effort"], "low");
    assert_eq!(
        (of_new("veo-3.1"), of_new("veo-3.1").max_tokens),
        (changed.default_parameters.clone(), Some(1))
    );
    let emptied = SettingsChange { default_model: Some(String::new()), ..Default::default() };
    assert_eq!(open_good(&folder).change(emptied).unwrap().default_model, None);
    let values = open_good(&folder).get();
    assert_eq!(values, Values { default_model: None, ..changed }, "one field changes, the others stay");
}

#[test]
fn a_wrong_change_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let settings = open_good(folder.path());
    let before = settings.change(every_field()).unwrap();
    let refused = |change: SettingsChange| {
        let refused = settings.change(SettingsChange { theme: Some(Theme::Dark), ..change }).unwrap_err();
        assert_eq!(settings.get(), before);
        assert_eq!(open_good(folder.path()).get(), before);
        refused
    };
    let base_url = |text: &str| SettingsChange { base_url: Some(text.to_owned()), ..Default::default() };
    for text in
        ["", "no address", "ftp://example.com/v1", "http://example.com/v1", "https://a:b@example.com/v1"]
    {
        assert!(matches!(refused(base_url(text)), SettingsError::BaseUrl(_)), "{text}");
    }
    let parameters =
        |parameters| SettingsChange { default_parameters: Some(parameters), ..Default::default() };
    let field = match refused(parameters(Parameters { top_p: Some(1.1), ..Default::default() })) {
        SettingsError::OutOfRange { field } => field,
        other => panic!("{other:?}"),
    };
    assert_eq!(field, "top_p");
}

#[test]
fn ranges() {
    fn check(parameters: Parameters, expected: Option<&str>) {
        let refused = match check_parameters(&parameters) {
            Ok(()) => None,
            Err(SettingsError::OutOfRange { field }) => Some(field),
            Err(other) => panic!("{other:?}"),
        };
        assert_eq!(refused, expected, "{parameters:?}");
    }
    let temperature = |value| Parameters { temperature: Some(value), ..Default::default() };
    let top_p = |value| Parameters { top_p: Some(value), ..Default::default() };
    let max_tokens = |value| Parameters { max_tokens: Some(value), ..Default::default() };
    check(Parameters::default(), None);
    check(temperature(0.0), None);
    check(temperature(2.0), None);
    check(temperature(-0.01), Some("temperature"));
    check(temperature(2.01), Some("temperature"));
    check(temperature(f64::NAN), Some("temperature"));
    check(temperature(f64::INFINITY), Some("temperature"));
    check(top_p(0.0), None);
    check(top_p(1.0), None);
    check(top_p(-1.0), Some("top_p"));
    check(top_p(1.01), Some("top_p"));
    check(max_tokens(1), None);
    check(max_tokens(u32::MAX), None);
    check(max_tokens(0), Some("max_tokens"));
}

/// The file gives `expected`, is kept byte for byte, and is said; the next start finds nothing wrong.
fn check(bytes: &[u8], expected: &Values) {
    let name = String::from_utf8_lossy(bytes);
    let (folder, path, settings, set_aside) = open_bytes(bytes);
    assert_eq!(settings.get(), *expected, "{name}");
    let set_aside = set_aside.unwrap_or_else(|| panic!("{name}: not said"));
    assert_eq!(set_aside.original, path, "{name}");
    assert!(!set_aside.reason.is_empty(), "{name}");
    assert!(set_aside.kept_as.to_str().unwrap().contains("settings.json.damaged-2"), "{set_aside:?}");
    assert!(std::fs::read(&set_aside.kept_as).unwrap() == bytes, "{name}: the old file is as it was");
    drop(settings);
    let settings = open_good(folder.path());
    assert_eq!(settings.get(), *expected, "{name}");
    settings.change(every_field()).unwrap();
    assert_eq!(open_good(folder.path()).get().theme, Theme::Contrast, "{name}");
    assert!(set_aside.kept_as.exists());
}

#[test]
fn files_that_are_no_settings() {
    let defaults = Values::default();
    let garbage: [&[u8]; 14] = [
        b"",
        b" \n",
        &[0; 300],
        b"\xff\xfe\x00\x01garbage",
        b"{",
        br#"{"version":1,"theme":"dark","enterSe"#,
        br#"{"version":1,"theme":"dark"} and more"#,
        br#"["version",1]"#,
        b"null",
        b"42",
        br#""dark""#,
        br#"{"version":2,"theme":"dark"}"#,
        br#"{"version":999999999999999999999,"theme":"dark"}"#,
        br#"{"version":"one","theme":"dark"}"#,
    ];
    for bytes in garbage {
        check(bytes, &defaults);
    }
}

#[test]
fn a_bad_field_costs_only_itself() {
    let dark = Values { theme: Theme::Dark, ..Default::default() };
    check(br#"{"version":1,"theme":"purple"}"#, &Values::default());
    check(br#"{"version":1,"theme":7,"enterSends":"yes","demo":[],"defaultModel":{}}"#, &Values::default());
    check(br#"{"version":1,"theme":"dark","enterSends":"yes"}"#, &dark);
    check(br#"{"version":1,"theme":"dark","textSize":500}"#, &dark);
    check(br#"{"version":1,"theme":"dark","textSize":"large","spelling":1}"#, &dark);
    check(
        br#"{"version":1,"theme":"dark","baseUrl":"http://example.com/v1"}"#,
        &Values { refused_base_url: Some("http://example.com/v1".to_owned()), ..dark.clone() },
    );
    check(br#"{"version":1,"theme":"dark","defaultParameters":{"temperature":3}}"#, &dark);
    check(br#"{"version":1,"theme":"dark","defaultParameters":{"maxTokens":-1}}"#, &dark);
    check(br#"{"version":1,"theme":"dark","defaultParameters":7}"#, &dark);
}

#[test]
fn an_absent_field_is_its_default() {
    let (_folder, _path, settings, set_aside) = open_bytes(br#"{"theme":"dark"}"#);
    assert!(set_aside.is_none());
    assert_eq!(settings.get(), Values { theme: Theme::Dark, ..Default::default() });
}

#[test]
fn a_field_of_another_version_stays_in_the_file() {
    let (_folder, path, settings, set_aside) = open_bytes(br#"{"version":1,"later":{"kept":true}}"#);
    assert!(set_aside.is_none());
    settings.set_demo(true).unwrap();
    let text = std::fs::read_to_string(path).unwrap();
    let fields: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!((&fields["later"]["kept"], &fields["demo"]), (&true.into(), &true.into()));
}

#[test]
fn a_folder_in_the_place_of_the_file_is_kept() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("settings.json");
    std::fs::create_dir_all(path.join("inside")).unwrap();
    let (settings, set_aside) = open(folder.path());
    assert!(set_aside.unwrap().kept_as.join("inside").is_dir());
    settings.set_demo(true).unwrap();
    assert!(open_good(folder.path()).get().demo);
}

#[test]
fn a_write_that_was_cut_short_loses_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let before = open_good(folder.path()).change(every_field()).unwrap();
    std::fs::write(folder.path().join("settings.json.new"), br#"{"version":1,"the"#).unwrap();
    let settings = open_good(folder.path());
    assert_eq!(settings.get(), before);
    settings.set_demo(true).unwrap();
    assert_eq!(open_good(folder.path()).get(), Values { demo: true, ..before });
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_loses_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let settings = open_good(folder.path());
    let before = settings.change(every_field()).unwrap();
    let next = folder.path().join("settings.json.new");
    std::os::unix::fs::symlink("/dev/full", &next).unwrap();
    let refused = settings.set_demo(true);
    assert!(matches!(&refused, Err(SettingsError::Write(detail)) if !detail.is_empty()), "{refused:?}");
    assert_eq!(settings.get(), before);
    assert_eq!(open_good(folder.path()).get(), before);
    std::fs::remove_file(next).unwrap();
    assert!(settings.set_demo(true).unwrap().demo, "and goes on when there is room again");
}

/// At its end the app would have the plugin write all of its stores once more, in place.
#[test]
fn the_plugin_does_not_write_by_itself() {
    let folder = tempfile::tempdir().unwrap();
    let app = app();
    let (settings, _) = Settings::open(app.handle(), Arc::new(DataFolder::fixed(folder.path().to_owned())));
    settings.change(every_field()).unwrap();
    assert!(app.get_store(folder.path().join("settings.json")).is_none());
}

#[cfg(unix)]
#[test]
fn only_the_owner_can_read() {
    use std::os::unix::fs::PermissionsExt;
    let outer = tempfile::tempdir().unwrap();
    let folder = outer.path().join("data");
    open_good(&folder).change(every_field()).unwrap();
    let mode = |path: &Path| path.metadata().unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&folder), 0o700);
    assert_eq!(mode(&folder.join("settings.json")), 0o600);
}

const INTO: &str = "TELLTALE_TEST_CHANGE_SETTINGS_IN";

/// Runs in a process of its own: changes the settings, and tells each change that has returned.
#[test]
#[ignore = "the other side of a_killed_app_loses_nothing"]
fn changes_until_it_is_killed() {
    let Some(folder) = std::env::var_os(INTO) else {
        return;
    };
    let settings = open_good(Path::new(&folder));
    for number in settings.get().default_parameters.max_tokens.unwrap_or(0) + 1.. {
        let system = Some("long ".repeat(20_000));
        let parameters = Parameters { max_tokens: Some(number), system, ..Default::default() };
        let change = SettingsChange { default_parameters: Some(parameters), ..Default::default() };
        settings.change(change).unwrap();
        println!("\nnumber {number}");
    }
}

#[test]
fn a_killed_app_loses_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let mut last = 0;
    for round in 0..10 {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "changes_until_it_is_killed", "--ignored", "--nocapture"])
            .env(INTO, folder.path())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
        let mut numbers = lines.filter_map(|line| line.strip_prefix("number ").map(str::to_owned));
        let first = numbers.next().expect("the process writes");
        std::thread::sleep(Duration::from_micros(7_919 * round % 60_000));
        child.kill().unwrap();
        child.wait().unwrap();
        // A last line without its end may have lost a digit.
        let mut told: Vec<String> = std::iter::once(first).chain(numbers).collect();
        told.pop();
        last = told.last().map_or(last, |number| number.parse().unwrap());
        let number = open_good(folder.path()).get().default_parameters.max_tokens.unwrap();
        assert!(number >= last, "round {round}: {last} was saved, {number} is there");
    }
    assert!(last > 0);
}
