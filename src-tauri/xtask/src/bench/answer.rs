//! `bench answer`: a streamed answer in the app's window, beside pages that show the same stream from the same server by
//! published renderers. All in the same web view, in turns. Prints a table and writes `target/bench-answer.json`.
//!
//! - **ms an append**: the text stands whole, the stream is still open, and 100 more pieces (paragraph, item, row or line) come,
//!   one every 50 ms. A piece's time begins where the page is called, by the message from Rust that carries the update or by
//!   the frame in which the page draws, and ends once the answer is laid out, which is forced right after the page's own code
//!   ran. So it holds what the page does for an update (in the other pages also their parsing), and not the painting. The
//!   page's clock steps by 1 ms, so only the mean counts.
//! - **CPU an append**: what the page's process used meanwhile, painting included.
//! - **frames**: from the question to the text's end, and from the stream's end to the finished answer.
//! - **CPU**: of all processes, the driver's left out, over the same time. **Memory**: one second after the end.

use std::path::{Path, PathBuf};
use std::thread::sleep;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::bare_shell;
use super::corpus::{APPENDED, Answer, END, Kind, LAST};
use super::server::{Server, Stage};
use crate::build;
use crate::setup::{Need, bench_packages, setup};
use xtask::window::{App, Desktop, Keychain, Usage, Window, key};
use xtask::{Context, Result, bail, ensure, paths};

pub(crate) const USAGE: &str = "\
cargo xtask bench answer [OPTIONS]

  --kinds mixed,list,table,code   what the answers are made of
  --kb 20,200                     their sizes; without it 20 and 200 for mixed, 10 and 50 for the others
  --beside markdown-it,streaming-markdown,plain
                                  the pages to compare with; \"none\" for none
  --streams 4                     beside them, so many answers of that kind at once, side by side (2 to 4)
  --rounds 3                      how often each is measured, in turns; the medians are shown
  --rate 1000                     pieces of 8 letters a second
  --css RULE                      added to the app's window, to see what a rule costs: .thread { overflow: hidden }
  --app FILE                      this app instead of a fresh release build, and the bare window that lies beside it: also
                                  of a debug build, for what a page costs is the web view's";

const OURS: &str = "Telltale";
/// The app with several answers at once.
const COMPARED: &str = "side by side";
/// Models of the bench's server besides the first.
const MODELS: [&str; 3] = ["Two", "Three", "Four"];
const PAGES: [&str; 3] = ["markdown-it", "streaming-markdown", "plain"];
const PROBE: &str = include_str!("../../../../tests/bench/page/probe.js");

struct Options {
    kinds: Vec<Kind>,
    sizes: Option<Vec<usize>>,
    pages: Vec<&'static str>,
    streams: Option<usize>,
    rounds: usize,
    rate: usize,
    css: Option<String>,
    app: Option<String>,
}

impl Options {
    fn read(words: &[&str]) -> Result<Options> {
        let mut options = Options {
            kinds: Kind::ALL.to_vec(),
            sizes: None,
            pages: PAGES.to_vec(),
            streams: None,
            rounds: 3,
            rate: 1000,
            css: None,
            app: None,
        };
        for pair in words.chunks(2) {
            let [name, value] = pair else {
                bail!("{} wants a value\n{USAGE}", pair[0]);
            };
            let list = value.split(',');
            match *name {
                "--kinds" => options.kinds = list.map(kind).collect::<Result<_>>()?,
                "--kb" => options.sizes = Some(list.map(|size| Ok(size.parse()?)).collect::<Result<_>>()?),
                "--beside" if *value == "none" => options.pages.clear(),
                "--beside" => options.pages = list.map(page).collect::<Result<_>>()?,
                "--streams" => options.streams = Some(value.parse()?),
                "--rounds" => options.rounds = value.parse()?,
                "--rate" => options.rate = value.parse()?,
                "--css" => options.css = Some((*value).to_owned()),
                "--app" => options.app = Some((*value).to_owned()),
                _ => bail!("{name} is no option\n{USAGE}"),
            }
        }
        ensure!(options.rounds > 0 && options.rate > 0, "{USAGE}");
        ensure!(options.streams.is_none_or(|streams| (2..=MODELS.len() + 1).contains(&streams)), "{USAGE}");
        Ok(options)
    }

    fn sizes(&self, kind: Kind) -> Vec<usize> {
        let usual = if kind == Kind::Mixed { [20, 200] } else { [10, 50] };
        self.sizes.clone().unwrap_or(usual.to_vec())
    }
}

fn kind(name: &str) -> Result<Kind> {
    let found = Kind::ALL.into_iter().find(|kind| kind.name() == name);
    found.with_context(|| format!("{name} is no kind\n{USAGE}"))
}

fn page(name: &str) -> Result<&'static str> {
    let found = PAGES.into_iter().find(|page| *page == name);
    found.with_context(|| format!("{name} is no page\n{USAGE}"))
}

pub(crate) fn bench(words: &[&str]) -> Result<()> {
    let options = Options::read(words)?;
    setup(Need::Window)?;
    let packages = bench_packages()?;
    let (app, shell) = match &options.app {
        Some(file) => {
            let app = PathBuf::from(file);
            let shell = app.with_file_name("examples").join("bare_shell");
            (app, Some(shell).filter(|file| file.exists()))
        }
        None => {
            build::build(true)?;
            (paths::app(true), None)
        }
    };
    let shell = match shell {
        Some(file) => file,
        None if options.pages.is_empty() => app.clone(),
        None => bare_shell(options.app.is_none())?,
    };
    let server = Server::start(options.rate, packages)?;
    let mut cases = Vec::new();
    for &kind in &options.kinds {
        for kilobytes in options.sizes(kind) {
            let compared = options.streams.map(|_| COMPARED);
            let who: Vec<&str> =
                [OURS].into_iter().chain(options.pages.iter().copied()).chain(compared).collect();
            let mut runs: Vec<Vec<Run>> = who.iter().map(|_| Vec::new()).collect();
            for round in 1..=options.rounds {
                for (name, runs) in who.iter().zip(&mut runs) {
                    let answer = Answer::new(kind, kilobytes);
                    let streams = options.streams.filter(|_| *name == COMPARED).unwrap_or(1);
                    let whole = server.load(answer, streams);
                    let run = if [OURS, COMPARED].contains(name) {
                        ours(&server, &app, options.css.as_deref(), streams, &whole)
                    } else {
                        theirs(&server, &shell, name)
                    };
                    let run = run.with_context(|| format!("{name}, {} of {kilobytes} kB", kind.name()))?;
                    println!("    {} {kilobytes} kB, round {round}, {name}: {}", kind.name(), run.line());
                    runs.push(run);
                }
            }
            let medians = who.iter().zip(&runs).map(|(name, runs)| (*name, Run::median(runs)));
            cases.push((kind, kilobytes, medians.collect::<Vec<_>>()));
        }
    }
    report(&cases)
}

type Case = (Kind, usize, Vec<(&'static str, Run)>);

/// What one run came to.
#[derive(Clone, Default)]
struct Run {
    append_ms: f64,
    append_cpu_ms: f64,
    frames_a_second: f64,
    p99_ms: f64,
    worst_ms: f64,
    cpu_s: f64,
    memory_mib: f64,
    page_mib: f64,
    /// The app's own process, or the bare window's.
    own_mib: f64,
    /// What that process grew by since before the question.
    grown_mib: f64,
}

type Field = (&'static str, fn(&mut Run) -> &mut f64);

const FIELDS: [Field; 10] = [
    ("ms/append", |run| &mut run.append_ms),
    ("CPU/append", |run| &mut run.append_cpu_ms),
    ("frames/s", |run| &mut run.frames_a_second),
    ("p99 ms", |run| &mut run.p99_ms),
    ("worst ms", |run| &mut run.worst_ms),
    ("CPU s", |run| &mut run.cpu_s),
    ("MiB", |run| &mut run.memory_mib),
    ("page MiB", |run| &mut run.page_mib),
    ("own MiB", |run| &mut run.own_mib),
    ("grown MiB", |run| &mut run.grown_mib),
];

impl Run {
    fn values(&self) -> Vec<f64> {
        let mut run = self.clone();
        FIELDS.iter().map(|(_, field)| *field(&mut run)).collect()
    }

    fn line(&self) -> String {
        let shown = FIELDS.iter().zip(self.values());
        let shown: Vec<String> = shown.map(|((name, _), value)| format!("{name} {value:.2}")).collect();
        shown.join(", ")
    }

    /// Of each figure by itself.
    fn median(runs: &[Run]) -> Run {
        let mut median = Run::default();
        for (_, field) in FIELDS {
            let mut values: Vec<f64> = runs.iter().map(|run| *field(&mut run.clone())).collect();
            values.sort_by(f64::total_cmp);
            *field(&mut median) = values[values.len() / 2];
        }
        median
    }
}

/// The plain way of drawing for all of them: there is no GPU on a display that no one sees.
const DRAWING: (&str, &str) = ("WEBKIT_DISABLE_DMABUF_RENDERER", "1");

fn ours(server: &Server, binary: &Path, css: Option<&str>, streams: usize, whole: &str) -> Result<Run> {
    let desktop = Desktop::start(Keychain::Absent)?;
    let base = format!("{}/v1", server.origin());
    let key = format!("sk-poe-{}", "b".repeat(40));
    let variables =
        [DRAWING, ("TELLTALE_BASE_URL", &base), ("TELLTALE_KEYCHAIN", "memory"), ("POE_API_KEY", &key)];
    let window = open(&desktop, binary, &[], &variables)?;
    window.page().action("use-env-key").click()?;
    window.button("Start chatting").click()?;
    if streams > 1 {
        window.press(&format!("{}{}k{}", key::CONTROL, key::SHIFT, key::RELEASE))?;
        for model in &MODELS[..streams - 1] {
            window.pick_model(model)?;
        }
        window.press(key::ESCAPE)?;
    }
    window.textbox("Message").fill("Go")?;
    window.run(PROBE, json!([".answer", streams]))?;
    if let Some(css) = css {
        let add = "const sheet = document.styleSheets[0];
            for (const rule of arguments[0].split('}').filter((rule) => rule.trim())) sheet.insertRule(`${rule}}`, sheet.cssRules.length)";
        window.run(add, json!([css]))?;
    }
    let begin = || window.page().css(".composer .btn.primary").click();
    let done = "return document.querySelectorAll('article[data-role=assistant][data-state=done]').length";
    let is_done = || Ok(window.run(done, json!([]))? == streams);
    let run = measure(&window, server, begin, is_done)?;
    // What is kept is what was sent, to the byte.
    let ids = "return [...document.querySelectorAll('article[data-role=assistant]')].map((each) => Number(each.dataset.id))";
    for id in window.run(ids, json!([]))?.as_array().context("answers")? {
        let source = "window.__TAURI_INTERNALS__.invoke('message_source', { messageId: arguments[0] }).then(arguments[1])";
        let kept = window.run_later(source, json!([id]))?;
        ensure!(kept.as_str() == Some(whole), "an answer is not what was sent");
    }
    Ok(run)
}

fn theirs(server: &Server, binary: &Path, renderer: &str) -> Result<Run> {
    let desktop = Desktop::start(Keychain::Absent)?;
    let address = format!("{}/page/index.html?{renderer}", server.origin());
    let window = open(&desktop, binary, &[address], &[DRAWING])?;
    window.wait_until("the page is ready", "return document.title === 'ready'")?;
    window.run(PROBE, json!(["#answer"]))?;
    let begin = || window.run("ask()", json!([])).map(drop);
    let is_done = || Ok(window.run("return document.title", json!([]))? == "done");
    measure(&window, server, begin, is_done)
}

fn open<'d>(
    desktop: &'d Desktop,
    binary: &Path,
    arguments: &[String],
    variables: &[(&str, &str)],
) -> Result<Window<'d>> {
    let variables = variables.iter().map(|(name, value)| (name.to_string(), value.to_string()));
    let app = App { binary: binary.into(), arguments: arguments.to_vec(), variables: variables.collect() };
    let window = Window::open(desktop, &app)?;
    window.resize(1280, 800)?;
    Ok(window)
}

/// Long enough for a page that does not keep up.
const PATIENCE: Duration = Duration::from_secs(600);

fn measure(
    window: &Window,
    server: &Server,
    begin: impl Fn() -> Result<()>,
    is_done: impl Fn() -> Result<bool>,
) -> Result<Run> {
    // What a start leaves to do does not count.
    sleep(Duration::from_secs(2));
    let ask = |script: &str| window.run(script, json!([]));
    let shows = |mark: &str| Ok(window.run("return probe.shows(arguments[0])", json!([mark]))? == true);

    let before = window.usage();
    let began = Instant::now();
    ask("probe.isTiming = true")?;
    begin()?;
    server.wait_for(Stage::Sent, PATIENCE)?;
    until("the text stands", || shows(END))?;
    let streamed = began.elapsed();
    let frames = ask("probe.isTiming = false; return probe.frames.splice(0)")?;
    let sent = window.usage();

    ask("probe.time()")?;
    let rested = window.usage();
    server.go_on(Stage::Append);
    server.wait_for(Stage::Appended, PATIENCE)?;
    until("all pieces stand", || shows(LAST))?;
    let appended = window.usage();
    let spent = ask("return probe.spent")?.as_f64().context("no time was taken")?;
    let updates = ask("return probe.updates")?.as_f64().unwrap_or(0.0);
    ensure!(updates > 0.0, "no update was seen");
    // A page that does not keep up takes several pieces at once.
    let appends = updates.min(APPENDED as f64);

    ask("probe.isTiming = true")?;
    server.go_on(Stage::End);
    until("the answer is finished", &is_done)?;
    sleep(Duration::from_secs(1));
    let end_frames = ask("return probe.frames")?;
    let after = window.usage();

    let frames = numbers(&frames);
    let mut sorted = frames.clone();
    sorted.sort_by(f64::total_cmp);
    let p99 = sorted.get(sorted.len() * 99 / 100).copied().unwrap_or(f64::NAN);
    let worst = frames.iter().chain(&numbers(&end_frames)).copied().fold(0.0, f64::max);
    let page = |usage: &Usage| usage.program.starts_with("WebKitWebProc");
    let own = |usage: &Usage| !usage.program.starts_with("WebKit");
    let append_cpu = cpu(&appended, page) - cpu(&rested, page);
    let all = |_: &Usage| true;
    let cpu_s = cpu(&sent, all) - cpu(&before, all) + cpu(&after, all) - cpu(&appended, all);
    Ok(Run {
        append_ms: spent / appends,
        append_cpu_ms: append_cpu * 1e3 / appends,
        frames_a_second: frames.len() as f64 / streamed.as_secs_f64(),
        p99_ms: p99,
        worst_ms: worst,
        cpu_s,
        memory_mib: memory(&after, all),
        page_mib: memory(&after, page),
        own_mib: memory(&after, own),
        grown_mib: memory(&after, own) - memory(&before, own),
    })
}

fn until(what: &str, mut is_so: impl FnMut() -> Result<bool>) -> Result<()> {
    let began = Instant::now();
    while !is_so()? {
        ensure!(began.elapsed() < PATIENCE, "waited for: {what}");
        sleep(Duration::from_millis(100));
    }
    Ok(())
}

fn numbers(list: &Value) -> Vec<f64> {
    let list = list.as_array().into_iter().flatten();
    list.filter_map(Value::as_f64).collect()
}

/// In seconds.
fn cpu(usage: &[Usage], counts: impl Fn(&Usage) -> bool) -> f64 {
    let used = usage.iter().filter(|usage| counts(usage));
    used.map(|usage| usage.cpu.as_secs_f64()).sum()
}

fn memory(usage: &[Usage], counts: impl Fn(&Usage) -> bool) -> f64 {
    let used = usage.iter().filter(|usage| counts(usage));
    used.map(|usage| usage.memory as f64 / f64::from(1 << 20)).sum()
}

/// The table, what is missed of what was set out to reach, and growth from the smallest answer of a kind to its largest.
fn report(cases: &[Case]) -> Result<()> {
    print!("\n{:<14} {:<19}", "answer", "shown by");
    for (name, _) in FIELDS {
        print!(" {name:>10}");
    }
    println!();
    for (kind, kilobytes, runs) in cases {
        for (name, run) in runs {
            print!("{:<14} {name:<19}", format!("{} {kilobytes} kB", kind.name()));
            for value in run.values() {
                print!(" {value:>10.2}");
            }
            println!();
        }
        if let [(_, ours), (peer, theirs), ..] = runs.as_slice() {
            let what = format!("Telltale / {peer}");
            print!("{:<14} {what:<19}", "");
            for (ours, theirs) in ours.values().iter().zip(theirs.values()) {
                print!(" {:>10.2}", ours / theirs);
            }
            println!(
                "{}",
                if *peer == COMPARED { missed_beside(ours, theirs) } else { missed(ours, theirs) }
            );
        }
    }
    println!("\nGrowth of CPU (exponent of the size; 1 is linear) and of memory (MiB):");
    for kind in Kind::ALL {
        let mut of_kind = cases.iter().filter(|case| case.0 == kind);
        let Some((small, large)) = of_kind.next().zip(of_kind.next_back()) else {
            continue;
        };
        for ((name, before), (_, after)) in small.2.iter().zip(&large.2) {
            let exponent = (after.cpu_s / before.cpu_s).ln() / (large.1 as f64 / small.1 as f64).ln();
            println!(
                "{:<14} {name:<19} CPU {exponent:>5.2}, all {:>+7.1}, page {:>+7.1}, own {:>+7.1}",
                kind.name(),
                after.memory_mib - before.memory_mib,
                after.page_mib - before.page_mib,
                after.own_mib - before.own_mib
            );
        }
    }
    let rows = cases.iter().flat_map(|(kind, kilobytes, runs)| {
        runs.iter().map(move |(name, run)| {
            let mut row = json!({ "kind": kind.name(), "kb": kilobytes, "shown_by": name });
            for ((field, _), value) in FIELDS.iter().zip(run.values()) {
                row[field] = json!(value);
            }
            row
        })
    });
    let file = paths::target().join("bench-answer.json");
    std::fs::write(&file, serde_json::to_string_pretty(&rows.collect::<Vec<Value>>())?)?;
    println!("\n{}", file.display());
    Ok(())
}

/// Of several at once, beside one.
fn missed_beside(one: &Run, several: &Run) -> String {
    list_of_missed(&[
        ("frames/s", several.frames_a_second >= 58.0),
        ("p99", several.p99_ms <= 30.0),
        ("CPU", several.cpu_s <= 2.0 * one.cpu_s),
    ])
}

/// Which of the figures to reach are not reached, beside the first page.
fn missed(ours: &Run, theirs: &Run) -> String {
    list_of_missed(&[
        ("ms/append", ours.append_ms <= theirs.append_ms + 0.5),
        ("frames/s", ours.frames_a_second >= 58.0),
        ("p99", ours.p99_ms <= 25.0),
        ("CPU", ours.cpu_s <= theirs.cpu_s),
        ("page MiB", ours.page_mib <= 1.2 * theirs.page_mib),
    ])
}

fn list_of_missed(checks: &[(&str, bool)]) -> String {
    let missed: Vec<&str> =
        checks.iter().filter(|(_, is_reached)| !is_reached).map(|(name, _)| *name).collect();
    match missed.as_slice() {
        [] => String::new(),
        missed => format!("  missed: {}", missed.join(", ")),
    }
}
