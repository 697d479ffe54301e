//! `bench`: the app's figures beside those of a bare window with a web view, taken in the same run, in turns.
//! Prints a table and writes `target/bench.json`.

pub(crate) mod answer;
mod corpus;
mod server;

use std::path::PathBuf;
use std::time::Duration;

use serde_json::{Value, json};

use crate::setup::{Need, setup};
use crate::{build, bundle};
use xtask::step::{cargo, step};
use xtask::window::{App, Desktop, Keychain, Noted, Window};
use xtask::{Result, dist, paths};

const STARTS: usize = 10;

/// One line of the table: what, its unit, ours, the peer's if there is one, and the target.
struct Figure {
    what: &'static str,
    unit: &'static str,
    ours: f64,
    peer: Option<f64>,
    target: &'static str,
}

pub(crate) fn bench() -> Result<()> {
    setup(Need::Window)?;
    build::build(true)?;
    let ours = Measured { binary: paths::app(true), arguments: vec!["--demo".into()] };
    let peer = Measured { binary: bare_shell(true)?, arguments: Vec::new() };
    let mut figures = starts(&ours, &peer)?;
    figures.push(memory(&ours, &peer)?);
    figures.extend(sizes()?);

    println!("\n{:<44} {:>9} {:>9} {:>6}  target", "figure", "ours", "bare", "ratio");
    for Figure { what, unit, ours, peer, target } in &figures {
        let shown = |value: Option<f64>| value.map(|it| format!("{it:.2}")).unwrap_or_default();
        let ratio = peer.map(|peer| ours / peer);
        let what = format!("{what} ({unit})");
        println!("{what:<44} {ours:>9.2} {:>9} {:>6}  {target}", shown(*peer), shown(ratio));
    }
    let rows = figures.iter().map(|it| json!({ "figure": it.what, "unit": it.unit, "ours": it.ours, "bare": it.peer, "target": it.target }));
    let file = paths::target().join("bench.json");
    std::fs::write(&file, serde_json::to_string_pretty(&rows.collect::<Vec<Value>>())?)?;
    println!("\n{}", file.display());
    Ok(())
}

/// The benches that stand beside the tests, since they fill the app's own file: by their name, what each is of, and whether it opens
/// the window.
const BESIDE_TESTS: [(&str, &str, bool); 9] = [
    ("crash", "An app that is killed 200 times", false),
    ("damage", "A data folder that is damaged at 200 places of each file", false),
    ("idle", "A minute of waiting", true),
    ("import", "An import of 300 MB", false),
    ("ledger", "A ledger of 100,000 rows", true),
    ("models", "A list of 362 models, and of 2,000", true),
    ("open", "10,000 messages, and 10,000 chats", true),
    ("pictures", "A hundred pictures beside one", true),
    ("search", "A search over 100,000 messages", true),
];

/// `None`: there is none of this name.
pub(crate) fn beside_tests(name: &str) -> Option<Result<()>> {
    let (name, what, has_window) = BESIDE_TESTS.iter().find(|(known, ..)| *known == name)?;
    let prepared = if *has_window { setup(Need::Window).and_then(|()| build::ui()) } else { Ok(()) };
    let mut command = cargo();
    command.args(["bench", "--features", "custom-protocol", "--bench", name]);
    Some(prepared.and_then(|()| step(what, &mut command)))
}

/// Builds the bare window.
fn bare_shell(release: bool) -> Result<PathBuf> {
    let mut command = cargo();
    command.args(["build", "--package", "xtask", "--example", "bare_shell"]);
    if release {
        command.arg("--release");
    }
    step("Building the bare window", &mut command)?;
    let profile = if release { "release" } else { "debug" };
    Ok(paths::target().join(profile).join("examples/bare_shell"))
}

struct Measured {
    binary: PathBuf,
    arguments: Vec<String>,
}

/// Exec to a page that takes input. Nothing asks the page while it starts: it marks the moment itself.
fn starts(ours: &Measured, peer: &Measured) -> Result<Vec<Figure>> {
    println!("==> Starting each {STARTS} times, in turns, after one start that does not count");
    let mut times = [Vec::new(), Vec::new()];
    for round in 0..=STARTS {
        for (times, measured) in times.iter_mut().zip([ours, peer]) {
            let took = start(measured)?;
            if round > 0 {
                times.push(took);
            }
        }
    }
    let [ours, peer] = times.map(|mut times| {
        times.sort_by(f64::total_cmp);
        (times[times.len() / 2], times[0], times[times.len() - 1])
    });
    println!(
        "    ours {:.0} ms ({:.0} to {:.0}), bare {:.0} ms ({:.0} to {:.0})",
        ours.0, ours.1, ours.2, peer.0, peer.1, peer.2
    );
    let figure = Figure {
        what: "cold start, median",
        unit: "ms",
        ours: ours.0,
        peer: Some(peer.0),
        target: "≤ 1.15 × bare",
    };
    Ok(vec![figure])
}

/// One start on a fresh desktop, in milliseconds.
fn start(measured: &Measured) -> Result<f64> {
    let desktop = Desktop::start(Keychain::Unlocked)?;
    let noted = Noted::new()?;
    let app =
        App { binary: measured.binary.clone(), arguments: measured.arguments.clone(), ..App::default() };
    let window = Window::open(&desktop, &noted.app(&app)?)?;
    std::thread::sleep(Duration::from_secs(2));
    noted.took(&window)
}

/// All processes of the window, with one answered question in it; the bare window just stands there.
fn memory(ours: &Measured, peer: &Measured) -> Result<Figure> {
    println!("==> Measuring memory");
    let read = |measured: &Measured, talk: bool| -> Result<f64> {
        let desktop = Desktop::start(Keychain::Unlocked)?;
        let app =
            App { binary: measured.binary.clone(), arguments: measured.arguments.clone(), ..App::default() };
        let window = Window::open(&desktop, &app)?;
        window.textbox("Message").type_text("What can you do?")?;
        window.button("Send").click()?;
        if talk {
            window.message("assistant", "done").within(Duration::from_secs(60)).appears()?;
        }
        std::thread::sleep(Duration::from_secs(3));
        Ok(window.memory() as f64 / f64::from(1 << 20))
    };
    let (ours, peer) = (read(ours, true)?, read(peer, false)?);
    Ok(Figure {
        what: "memory, PSS with one chat",
        unit: "MiB",
        ours,
        peer: Some(peer),
        target: "≤ 1.3 × bare",
    })
}

fn sizes() -> Result<Vec<Figure>> {
    let alone = |what, unit, ours, target| Figure { what, unit, ours, peer: None, target };
    let mut figures = vec![alone("binary", "MB", bundle::size(&paths::app(true))? as f64 / 1e6, "—")];
    match bundle::deb() {
        Ok(package) => {
            figures.push(alone("package, .deb", "MB", bundle::size(&package)? as f64 / 1e6, "≤ 6 MB"))
        }
        Err(_) => println!("    no package yet: `cargo xtask bundle` makes it"),
    }
    let (first, all) = (dist::first_view()?, dist::compressed(&|name| !dist::is_face(name))?);
    figures.push(alone("files of the first view, gzipped", "kB", first as f64 / 1e3, "≤ 80 kB"));
    figures.push(alone("files of all views, gzipped", "kB", all as f64 / 1e3, "—"));
    figures.push(alone("faces", "kB", dist::compressed(&dist::is_face)? as f64 / 1e3, "≤ 400 kB"));
    Ok(figures)
}
