//! `bench damage`: each file of a data folder is cut off, filled with zeros and flipped by a bit, at 200 places each, and the app starts
//! on it. Prints what became of it, and fails where a start panics or does not come about, where what is damaged is deleted, or where
//! chats are gone without a word. `DAMAGE_PLACES` sets another number of places.
#![allow(clippy::print_stdout, clippy::unwrap_used)]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use poe::sim::{Scenario, Sim};
use poe::{BaseUrl, Secret};
use tauri::test::{mock_builder, mock_context, noop_assets};
use telltale::account::Keychain;
use telltale::app::{App, Start};
use telltale::clock::now;
use telltale::data_folder::DataFolder;
use telltale::events::{Keep, KeySource, LogFilter, SearchRequest};
use tokio::runtime::Runtime;
use xtask::{Context, Result, ensure};

const KEY: &str = "sk-poe-BenchDamage0123456789abcdefghijklmno55";
const PLACES: usize = 200;
/// Of one process, which keeps the rooms of every start until it ends.
const AT_ONCE: usize = 50;
/// Tells the process what to do: the good folder, the address of Poe, the file, the kind, and the places.
const PART: &str = "DAMAGE_PART";
/// What is emptied at once: a sector.
const ZEROS: usize = 512;

const KINDS: [&str; 3] = ["cut off", "zeros", "a bit"];

/// What became of a damaged file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Came {
    /// It was said, and what was damaged is kept.
    Said,
    /// It is said where it is read.
    Read,
    /// All chats are as they were.
    Whole,
    /// A text or a row is another, and nobody can tell.
    Unnoticed,
}

/// Panics of all threads, of those too that catch them.
static PANICS: AtomicUsize = AtomicUsize::new(0);

struct Bench {
    runtime: Runtime,
    /// Of the simulated Poe.
    address: String,
    good: PathBuf,
    /// All chats, as they are read of the good folder.
    chats: Vec<String>,
    /// Of notices there.
    said: usize,
}

fn main() -> Result<()> {
    std::panic::set_hook(Box::new(|panic| {
        PANICS.fetch_add(1, Ordering::SeqCst);
        println!("panicked: {panic}");
    }));
    if let Ok(part) = std::env::var(PART) {
        return some(&part.split('\n').collect::<Vec<_>>());
    }
    let places: usize = std::env::var("DAMAGE_PLACES").ok().map_or(Ok(PLACES), |text| text.parse())?;
    let runtime = Runtime::new()?;
    let sim = runtime.block_on(Sim::start(Scenario::Script))?;
    let good = tempfile::tempdir()?;
    let bench = Bench::new(runtime, sim.base_url(), good.path().to_owned());
    bench.fill()?;
    let began = Instant::now();
    let (mut starts, mut wrong) = (0, Vec::new());
    println!("{:<44} {:<8} {:>7} {:>7} {:>7} {:>9}", "file", "damage", "said", "read", "whole", "unnoticed");
    for file in files(good.path())? {
        for (kind, name) in KINDS.into_iter().enumerate() {
            let mut came: BTreeMap<String, usize> = BTreeMap::new();
            for from in (0..places).step_by(AT_ONCE) {
                let to = (from + AT_ONCE).min(places);
                let (good, file) = (good.path().display(), file.display());
                let part = format!("{good}\n{}\n{file}\n{kind}\n{from}\n{to}\n{places}", bench.address);
                let done = Command::new(std::env::current_exe()?).env(PART, part).output()?;
                let told = String::from_utf8_lossy(&done.stdout).into_owned();
                for line in told.lines().filter(|line| !line.is_empty()) {
                    match line.strip_prefix("came ") {
                        Some(what) => *came.entry(what.to_owned()).or_default() += 1,
                        None => wrong.push(format!("{file}, {name}: {line}")),
                    }
                }
                ensure!(done.status.success(), "{file}, {name}: {}", String::from_utf8_lossy(&done.stderr));
            }
            starts += came.values().sum::<usize>();
            let [said, read, whole, unnoticed] = [Came::Said, Came::Read, Came::Whole, Came::Unnoticed]
                .map(|it| came.get(&format!("{it:?}")).copied().unwrap_or_default());
            println!(
                "{:<44} {name:<8} {said:>7} {read:>7} {whole:>7} {unnoticed:>9}",
                file.display().to_string()
            );
        }
    }
    println!("\n{starts} starts in {:.0} s, {} went wrong", began.elapsed().as_secs_f64(), wrong.len());
    wrong.iter().for_each(|what| println!("  {what}"));
    ensure!(wrong.is_empty(), "{} went wrong", wrong.len());
    Ok(())
}

/// Some places of one file, in a process of its own.
fn some(part: &[&str]) -> Result<()> {
    let [good, address, file, kind, from, to, places] = part else {
        xtask::bail!("a part has seven lines");
    };
    let mut bench = Bench::new(Runtime::new()?, (*address).to_owned(), PathBuf::from(good));
    let sound = tempfile::tempdir()?;
    copy(&bench.good, sound.path())?;
    let (chats, said, failed) = bench.read(sound.path())?;
    ensure!(chats.len() == 4 && !failed, "the good folder is not good: {} chats", chats.len());
    (bench.chats, bench.said) = (chats, said);
    for place in from.parse::<usize>()?..to.parse()? {
        match bench.start_on(Path::new(file), kind.parse()?, place, places.parse()?) {
            Ok(came) => println!("came {came:?}"),
            Err(error) => println!("at {place}: {error:#}"),
        }
    }
    Ok(())
}

/// Every file with something in it that a start could read, by its name below the folder.
fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)?.flatten() {
        let (path, name) = (entry.path(), PathBuf::from(entry.file_name()));
        if path.is_dir() {
            found.extend(files(&path)?.into_iter().map(|below| name.join(below)));
        } else if entry.metadata()?.is_file() && entry.metadata()?.len() > 0 {
            found.push(name);
        }
    }
    found.sort();
    Ok(found)
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    for file in files(from)? {
        fs::create_dir_all(to.join(&file).parent().context("a folder")?)?;
        fs::copy(from.join(&file), to.join(&file))?;
    }
    Ok(())
}

impl Bench {
    fn new(runtime: Runtime, address: String, good: PathBuf) -> Bench {
        Bench { runtime, address, good, chats: Vec::new(), said: 0 }
    }

    /// The rooms of a start, and what holds them.
    fn open(&self, folder: &Path) -> Result<(Arc<App>, tauri::App<tauri::test::MockRuntime>)> {
        let tauri = telltale::with_commands(mock_builder()).build(mock_context(noop_assets()))?;
        let keychain = Keychain::memory();
        self.runtime
            .block_on(keychain.write(Secret::from_pasted(KEY).context("a key")?))
            .ok()
            .context("kept")?;
        let start = Start {
            data_folder: Arc::new(DataFolder::fixed(folder.to_owned())),
            base_url: Some(BaseUrl::parse(&self.address)?),
            refused_base_url: None,
            env_key: None,
            keychain,
            demo: false,
            sign_in_port: 0,
            drawing: None,
        };
        let composed = telltale::compose(tauri.handle(), start, Arc::new(|_| {}));
        let app = composed.map_err(|failure| xtask::Error::msg(format!("no start: {failure:?}")))?;
        Ok((app, tauri))
    }

    /// Chats, some of them in SQLite's log only, an account, settings, a list of models, the request log, a backup and an index: as
    /// they lie there while the app runs.
    fn fill(&self) -> Result<()> {
        let live = tempfile::tempdir()?;
        let (app, _tauri) = self.open(live.path())?;
        self.runtime.block_on(async {
            let address = BaseUrl::parse(&self.address)?;
            app.account.connect_to(address, None)?;
            let key = KeySource::Typed { key: KEY.to_owned() };
            app.set_key(key, Keep::Keychain, false, |_| {}).await.ok().context("a key")?;
            app.models.refresh().await;
            for chat in 0..4 {
                let id = app.library.create_conversation("demo-flash", Default::default(), now()).await?.id;
                for turn in 0..6 {
                    let (_, answer) = app
                        .library
                        .add_turn(id, &format!("question {turn} of {chat}"), "demo-flash", now())
                        .await?;
                    let piece = format!("answer {turn} of {chat}. ").repeat(120);
                    app.library.save_piece(answer.id, piece, String::new(), now()).await?;
                }
                app.library.close_interrupted().await?;
                if chat == 2 {
                    app.library.catch_up(false, &|_| ()).await?;
                    app.library.back_up(now()).await?;
                    let file = rusqlite::Connection::open(live.path().join(telltale::library::FILE))?;
                    file.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
                }
            }
            let change = serde_json::from_value(serde_json::json!({ "theme": "dark", "clientId": "bench" }))?;
            app.change_settings(change).await.ok().context("settings")?;
            // The log is written behind.
            tokio::time::sleep(Duration::from_millis(300)).await;
            Ok::<(), xtask::Error>(())
        })?;
        copy(live.path(), &self.good)
    }

    /// All chats as text, how often something was said, and whether reading failed.
    fn read(&self, folder: &Path) -> Result<(Vec<String>, usize, bool)> {
        let (app, _tauri) = self.open(folder)?;
        self.runtime.block_on(async {
            let boot = app
                .boot()
                .await
                .map_err(|refusal| xtask::Error::msg(format!("no boot: {:?}", refusal.failure)))?;
            let mut failed = false;
            let mut chats = Vec::new();
            for chat in app.library.conversations().await.unwrap_or_else(|_| {
                failed = true;
                Vec::new()
            }) {
                match app.library.messages(chat.id).await {
                    Ok(messages) => {
                        let texts =
                            messages.iter().map(|it| format!("{:?} {:?} {}", it.role, it.state, it.text));
                        chats.push(format!("{}: {:?}", chat.title, texts.collect::<Vec<_>>()));
                    }
                    Err(_) => failed = true,
                }
            }
            // What else is read: each answers, or says why not.
            failed |= app.library.catch_up(true, &|_| ()).await.is_err();
            let request: SearchRequest = serde_json::from_value(serde_json::json!({
                "text": "question", "filter": {}, "order": "newest", "from": null,
            }))?;
            failed |= app.search.find(request).await.is_err();
            failed |= app.backups().await.map_or(true, |it| {
                it.backups.iter().any(|backup| backup.state != telltale::events::BackupState::Good)
            });
            let _ = app.log.page(LogFilter::default()).await;
            failed |= app.data_folder().await.is_err();
            Ok((chats, boot.notices.len(), failed))
        })
    }

    fn start_on(&self, file: &Path, kind: usize, place: usize, places: usize) -> Result<Came> {
        let folder = tempfile::tempdir()?;
        copy(&self.good, folder.path())?;
        let path = folder.path().join(file);
        let mut bytes = fs::read(&path)?;
        let at = place * bytes.len() / places;
        match kind {
            0 => bytes.truncate(at),
            1 => bytes.iter_mut().skip(at).take(ZEROS).for_each(|byte| *byte = 0),
            _ => bytes[at] ^= 1 << (place % 8),
        }
        fs::write(&path, &bytes)?;
        let panics = PANICS.load(Ordering::SeqCst);
        let (chats, said, failed) = self.read(folder.path())?;
        ensure!(PANICS.load(Ordering::SeqCst) == panics, "a panic");
        let name = file.to_string_lossy();
        let is_library =
            name.starts_with(telltale::library::FILE) && !name.starts_with(telltale::library::SEARCH_FILE);
        if said > self.said {
            // Kept under another name, or where it was.
            let kept = files(folder.path())?
                .iter()
                .any(|name| fs::read(folder.path().join(name)).is_ok_and(|it| it == bytes));
            ensure!(kept || bytes.is_empty() || !is_library, "what was damaged is gone");
            return Ok(Came::Said);
        }
        if is_library {
            ensure!(!chats.is_empty() || failed, "all chats are gone without a word");
        } else {
            ensure!(chats == self.chats, "chats changed by another file");
        }
        Ok(match (chats == self.chats, failed) {
            (_, true) => Came::Read,
            (true, false) => Came::Whole,
            (false, false) => Came::Unnoticed,
        })
    }
}
