//! `bench search`: 100,000 messages, 30 % of them Chinese, made from a seed. How long a search takes in the database, beside LIKE
//! and beside a table of trigrams in the same run; how large the index is; what it costs the write that sending waits for; and
//! how long it takes in the real window from a key until what it found is painted. Prints a table and fails where a figure misses
//! its target.
#![allow(clippy::print_stdout)]

use std::path::Path;
use std::time::Instant;

use fastrand::Rng;
use poe::sim::{Scenario, Sim};
use rusqlite::Connection;
use serde_json::json;
use telltale::library::{Library, LibraryError, Parameters, Search};
use tokio::runtime::Runtime;
use xtask::window::{App, Desktop, Keychain, Window};
use xtask::{Context, Error, Result, ensure};

const MESSAGES: usize = 100_000;
const CHATS: usize = 2_000;
/// Of the index's size for Chinese alone.
const CHINESE: usize = 10_000;
const QUERIES: usize = 600;
const SLOW: usize = 30;
const SENT: usize = 200;
const KEY: &str = "sk-poe-BenchSearch0123456789abcdefghijklm7777";
const DAY: i64 = 86_400_000;

struct Figure {
    what: &'static str,
    unit: &'static str,
    found: f64,
    target: Option<f64>,
}

fn main() -> Result<()> {
    let runtime = Runtime::new()?;
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("telltale.db");
    let mut figures = runtime.block_on(searched(&file))?;
    figures.push(runtime.block_on(chinese_alone())?);
    figures.push(runtime.block_on(sending())?);
    figures.extend(shown(&runtime, folder.path())?);
    println!("\n{:<58} {:>9} {:>9}", "figure", "found", "target");
    let mut missed = Vec::new();
    for Figure { what, unit, found, target } in &figures {
        let is_met = target.is_none_or(|target| *found <= target);
        let told = target.map_or_else(String::new, |target| format!("{target:.2}"));
        let what = format!("{what} ({unit})");
        println!("{what:<58} {found:>9.2} {told:>9}{}", if is_met { "" } else { "  missed" });
        if !is_met {
            missed.push(what);
        }
    }
    ensure!(missed.is_empty(), "missed: {}", missed.join(", "));
    Ok(())
}

fn failed(error: LibraryError) -> Error {
    Error::msg(format!("{error:?}"))
}

/// Words and letters, each as often as its place in a language says: the second half as often as the first.
struct Language {
    words: Vec<String>,
    chinese: Vec<String>,
}

impl Language {
    fn new(random: &mut Rng) -> Language {
        const BEGIN: [&str; 24] = [
            "b", "br", "c", "ch", "d", "dr", "f", "fl", "g", "gr", "h", "j", "l", "m", "n", "p", "pr", "r",
            "s", "st", "t", "tr", "v", "w",
        ];
        const MIDDLE: [&str; 10] = ["a", "e", "i", "o", "u", "ea", "ou", "ai", "io", "y"];
        const END: [&str; 12] = ["", "", "", "n", "r", "s", "t", "ng", "l", "nd", "st", "ck"];
        let pick = |all: &[&'static str], random: &mut Rng| all[random.usize(..all.len())];
        let mut words = Vec::new();
        for place in 0..30_000 {
            // What is said most is short.
            let syllables = 1 + usize::from(place > 60) + usize::from(random.usize(..30_000) < place);
            let syllable = |random: &mut Rng| {
                format!("{}{}{}", pick(&BEGIN, random), pick(&MIDDLE, random), pick(&END, random))
            };
            words.push((0..syllables).map(|_| syllable(random)).collect());
        }
        let letter = |random: &mut Rng| {
            let at = zipf(random, 3_000) as u32;
            // Spread over the block, so that neighbors in rank are none in it.
            char::from_u32(0x4e00 + at * 6_151 % 20_900).unwrap_or('心')
        };
        let chinese = (0..20_000)
            .map(|place| {
                let length = if place < 150 { 1 } else { [2, 2, 2, 3, 4][random.usize(..5)] };
                (0..length).map(|_| letter(random)).collect()
            })
            .collect();
        Language { words, chinese }
    }

    fn message(&self, random: &mut Rng, is_chinese: bool) -> String {
        // Most are short, some very long: 600 bytes or so in the mean.
        let length = 12.0 * (1.0 / (1.0 - random.f64() * 0.995)).powf(0.7);
        let length = (length as usize).clamp(3, 2_000);
        let mut text = String::new();
        for word in 0..length * if is_chinese { 3 } else { 2 } {
            let ends = word % 11 == 10;
            // Names and terms of the other language stand among the words.
            if is_chinese && word % 16 != 9 {
                text.push_str(&self.chinese[zipf(random, self.chinese.len())]);
                text.push_str(if ends { "。" } else { "" });
            } else {
                text.push_str(&self.words[zipf(random, self.words.len())]);
                text.push_str(if ends && !is_chinese { ". " } else { " " });
            }
        }
        text
    }
}

/// A place by Zipf's law, from 0.
fn zipf(random: &mut Rng, places: usize) -> usize {
    let most = (places as f64 + 1.0).ln();
    ((random.f64() * most).exp() - 1.0) as usize % places
}

/// Straight into the file, as an import does.
fn fill(file: &Path, language: &Language, count: usize, chinese: f64) -> Result<u64> {
    let mut connection = Connection::open(file)?;
    connection.execute_batch("PRAGMA synchronous = OFF; PRAGMA cache_size = -65536")?;
    let fill = connection.transaction()?;
    let mut random = Rng::with_seed(7);
    let now = telltale::clock::now();
    let begun = now - 400 * DAY;
    let (mut size, mut parent, mut place, mut chat) = (0, None, 0, 0);
    for number in 0..count {
        let at = begun + (399 * DAY / count as i64) * number as i64;
        if number % (count / CHATS).max(2) == 0 {
            let title = language.message(&mut random, false).chars().take(40).collect::<String>();
            fill.prepare_cached(
                "INSERT INTO conversations (title, model, parameters, created_at, updated_at) VALUES (?1, 'm', '{}', ?2, ?2)",
            )?
            .execute((title, at))?;
            (chat, parent, place) = (fill.last_insert_rowid(), None, 0);
        }
        let text = {
            let is_chinese = random.f64() < chinese;
            language.message(&mut random, is_chinese)
        };
        size += text.len() as u64;
        let role = if place % 2 == 0 { "user" } else { "assistant" };
        fill.prepare_cached(
            "INSERT INTO messages (conversation_id, parent_id, role, state, text, reasoning, model, created_at, updated_at, place, shown)
             VALUES (?1, ?2, ?3, 'done', ?4, '', 'm', ?5, ?5, ?6, 1)",
        )?
        .execute((chat, parent, role, text, at, place))?;
        (parent, place) = (Some(fill.last_insert_rowid()), place + 1);
    }
    fill.commit()?;
    Ok(size)
}

/// Bytes of the index once all that it wrote is in its file.
fn index_size(library: &Path) -> Result<u64> {
    let index = library.with_file_name("telltale.db.search");
    let connection = Connection::open(&index)?;
    connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
    let (pages, free, page): (i64, i64, i64) = connection.query_row(
        "SELECT page_count, freelist_count, page_size FROM pragma_page_count, pragma_freelist_count, pragma_page_size",
        [],
        |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
    )?;
    Ok(u64::try_from((pages - free) * page)?)
}

/// In milliseconds.
struct Times(Vec<f64>);

impl Times {
    fn at(&mut self, part: f64) -> f64 {
        self.0.sort_by(f64::total_cmp);
        self.0[((self.0.len() - 1) as f64 * part) as usize]
    }
}

async fn timed(library: &Library, queries: &[String]) -> Result<(Times, usize)> {
    let (mut times, mut found) = (Times(Vec::new()), 0);
    for text in queries {
        let search = Search { text: text.clone(), most: 50, ..Search::default() };
        let began = Instant::now();
        let page = library.search(search).await.map_err(failed)?;
        times.0.push(began.elapsed().as_secs_f64() * 1_000.0);
        found += usize::from(!page.hits.is_empty());
    }
    Ok((times, found))
}

/// What a person asks for: words by how often they are said, and whole.
fn asked(language: &Language, random: &mut Rng, kind: &str) -> String {
    let word = |random: &mut Rng| language.words[zipf(random, language.words.len())].clone();
    let chinese = |random: &mut Rng, length: usize| loop {
        let word = &language.chinese[zipf(random, language.chinese.len())];
        if word.chars().count() == length {
            return word.clone();
        }
    };
    match kind {
        "word" => format!("{} ", word(random)),
        "prefix" => loop {
            let word = word(random);
            if word.len() > 3 {
                return word.chars().take(3).collect();
            }
        },
        "first" => word(random).chars().take(1).collect(),
        "next" => format!("{} {}", word(random), &word(random)[..1]),
        "letter" => chinese(random, 1),
        "two" => chinese(random, 2),
        "four" => chinese(random, 4),
        "words" => format!("{} {} ", word(random), word(random)),
        "slip" => loop {
            let word = word(random);
            if word.len() > 5 {
                return format!("{}q{} ", &word[..3], &word[4..]);
            }
        },
        "mixed" => format!("{} {}", chinese(random, 2), word(random)),
        _ => unreachable!("{kind} is no kind"),
    }
}

async fn searched(file: &Path) -> Result<Vec<Figure>> {
    println!("==> {MESSAGES} messages");
    let mut random = Rng::with_seed(42);
    let language = Language::new(&mut random);
    let (library, _) = Library::open(file, telltale::clock::now()).map_err(failed)?;
    let size = fill(file, &language, MESSAGES, 0.3)?;
    let began = Instant::now();
    library.catch_up(true, &|_| ()).await.map_err(failed)?;
    let read_in = began.elapsed().as_secs_f64();
    let index = index_size(file)?;
    println!("    {:.1} MB of text read in {read_in:.1} s, an index of {:.1} MB", mega(size), mega(index));
    let mut figures = vec![
        Figure { what: "reading all of it", unit: "s", found: read_in, target: None },
        Figure {
            what: "index by the text's bytes",
            unit: "×",
            found: index as f64 / size as f64,
            target: Some(1.6),
        },
    ];
    let kinds = [
        ("a word, p99", "word", 5.0),
        ("two words, p99", "words", 5.0),
        ("one letter of a word, p99", "first", 15.0),
        ("three letters of a word, p99", "prefix", 15.0),
        ("a word and one letter of another, p99", "next", 15.0),
        ("one Chinese letter, p99", "letter", 15.0),
        ("two Chinese letters, p99", "two", 5.0),
        ("four Chinese letters, p99", "four", 5.0),
        ("a Chinese and another word, p99", "mixed", 5.0),
        ("a word with a slip, p99", "slip", 33.0),
    ];
    for (what, kind, target) in kinds {
        let queries: Vec<String> = (0..QUERIES).map(|_| asked(&language, &mut random, kind)).collect();
        let (mut times, found) = timed(&library, &queries).await?;
        println!(
            "    {kind:<8} p50 {:.2} ms, p99 {:.2} ms, most {:.2} ms, {found} of {QUERIES} find something",
            times.at(0.5),
            times.at(0.99),
            times.at(1.0)
        );
        figures.push(Figure { what, unit: "ms", found: times.at(0.99), target: Some(target) });
    }
    figures.extend(others(file, &language, size)?);
    Ok(figures)
}

fn mega(bytes: u64) -> f64 {
    bytes as f64 / 1e6
}

/// The same text by LIKE, and by a table of trigrams beside it.
fn others(file: &Path, language: &Language, size: u64) -> Result<Vec<Figure>> {
    let connection = Connection::open(file)?;
    let folder = tempfile::tempdir()?;
    let beside = folder.path().join("trigrams.db");
    connection.execute("ATTACH ?1 AS other", [beside.to_str().context("a name")?])?;
    connection.execute_batch("PRAGMA other.synchronous = OFF; PRAGMA other.journal_mode = WAL")?;
    let began = Instant::now();
    connection.execute_batch(
        "CREATE VIRTUAL TABLE other.trigrams USING fts5 (text, content = '', tokenize = 'trigram');
         INSERT INTO other.trigrams (rowid, text) SELECT id, text FROM main.messages;
         PRAGMA other.wal_checkpoint(TRUNCATE)",
    )?;
    let made = began.elapsed().as_secs_f64();
    let trigrams = std::fs::metadata(&beside)?.len();
    let mut random = Rng::with_seed(43);
    let mut figures = vec![
        Figure { what: "trigrams: making them", unit: "s", found: made, target: None },
        Figure {
            what: "trigrams: by the text's bytes",
            unit: "×",
            found: trigrams as f64 / size as f64,
            target: None,
        },
    ];
    for (like_what, trigram_what, kind) in [
        ("LIKE: a word, p99", "trigrams: a word, p99", "word"),
        ("LIKE: two Chinese letters, p99", "trigrams: two Chinese letters, p99", "two"),
    ] {
        let (mut like, mut trigram, mut found) = (Times(Vec::new()), Times(Vec::new()), 0);
        for _ in 0..SLOW {
            let text = asked(language, &mut random, kind).trim().to_owned();
            let count = |sql: &str, value: String, times: &mut Times| -> Result<usize> {
                let began = Instant::now();
                let mut statement = connection.prepare_cached(sql)?;
                let rows = statement.query_map([value], |row| row.get::<_, i64>(0))?.count();
                times.0.push(began.elapsed().as_secs_f64() * 1_000.0);
                Ok(rows)
            };
            count(
                "SELECT id FROM main.messages WHERE text LIKE ?1 ORDER BY id DESC LIMIT 50",
                format!("%{text}%"),
                &mut like,
            )?;
            let rows = count(
                "SELECT rowid FROM other.trigrams WHERE trigrams MATCH ?1 ORDER BY rowid DESC LIMIT 50",
                format!("\"{text}\""),
                &mut trigram,
            )?;
            found += usize::from(rows > 0);
        }
        println!("    {kind}: trigrams find something {found} of {SLOW} times");
        figures.push(Figure { what: like_what, unit: "ms", found: like.at(0.99), target: None });
        figures.push(Figure { what: trigram_what, unit: "ms", found: trigram.at(0.99), target: None });
    }
    Ok(figures)
}

async fn chinese_alone() -> Result<Figure> {
    println!("==> {CHINESE} messages, all of them Chinese");
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("telltale.db");
    let language = Language::new(&mut Rng::with_seed(42));
    let (library, _) = Library::open(&file, telltale::clock::now()).map_err(failed)?;
    let size = fill(&file, &language, CHINESE, 1.0)?;
    library.catch_up(true, &|_| ()).await.map_err(failed)?;
    let found = index_size(&file)? as f64 / size as f64;
    Ok(Figure { what: "index of Chinese alone by its bytes", unit: "×", found, target: Some(2.7) })
}

/// The write that sending waits for, with what the search needs of it and without, in turns.
async fn sending() -> Result<Figure> {
    println!("==> Sending {SENT} times, with the search and without");
    let mut libraries = Vec::new();
    for is_searched in [true, false] {
        let folder = tempfile::tempdir_in(Path::new(env!("CARGO_TARGET_TMPDIR")))?;
        let file = folder.path().join("telltale.db");
        let (library, _) = Library::open(&file, telltale::clock::now()).map_err(failed)?;
        let chat = library.create_conversation("m", Parameters::default(), 1).await.map_err(failed)?.id;
        if is_searched {
            let follower = library.clone();
            tokio::spawn(async move { follower.follow_search(|_| ()).await });
        } else {
            let triggers = "SELECT group_concat('DROP TRIGGER ' || name, ';') FROM sqlite_schema
                WHERE type = 'trigger' AND name LIKE 'search!_%' ESCAPE '!'";
            let file = Connection::open(&file)?;
            let drop: String = file.query_row(triggers, [], |row| row.get(0))?;
            file.execute_batch(&drop)?;
        }
        libraries.push((folder, library, chat, Times(Vec::new())));
    }
    let mut random = Rng::with_seed(44);
    let language = Language::new(&mut random);
    for _ in 0..SENT {
        let text = language.message(&mut random, false);
        for (_, library, chat, times) in &mut libraries {
            let began = Instant::now();
            library.add_turn(*chat, &text, "m", 1).await.map_err(failed)?;
            times.0.push(began.elapsed().as_secs_f64() * 1_000.0);
        }
    }
    let [with, without] = &mut libraries[..] else { xtask::bail!("two libraries") };
    let (with, without) = (with.3.at(0.5), without.3.at(0.5));
    println!("    {with:.2} ms with it, {without:.2} ms without, in the median");
    Ok(Figure {
        what: "the write that sending waits for",
        unit: "× without",
        found: with / without,
        target: Some(1.2),
    })
}

/// From a key in the real window until what it found is painted.
fn shown(runtime: &Runtime, filled: &Path) -> Result<Vec<Figure>> {
    println!("==> Typing in the window");
    let sim = runtime.block_on(Sim::start(Scenario::Script))?;
    let desktop = Desktop::start(Keychain::Unlocked)?;
    for name in ["telltale.db", "telltale.db.search"] {
        let connection = Connection::open(filled.join(name))?;
        connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
        drop(connection);
        std::fs::copy(filled.join(name), desktop.data().join(name))?;
    }
    let app = App {
        binary: env!("CARGO_BIN_EXE_telltale").into(),
        variables: vec![("TELLTALE_BASE_URL".to_owned(), sim.base_url())],
        ..App::default()
    };
    let window = Window::open(&desktop, &app)?;
    window.resize(1280, 800)?;
    desktop.copy(KEY)?;
    window.button("Paste key").click()?;
    window.button("Start chatting").click()?;
    window.textbox("Message").appears()?;
    std::thread::sleep(std::time::Duration::from_secs(3));
    let language = Language::new(&mut Rng::with_seed(42));
    let mut random = Rng::with_seed(45);
    let mut times = Times(Vec::new());
    for round in 0..40 {
        let kind = if round % 3 == 0 { "two" } else { "word" };
        let word = asked(&language, &mut random, kind).trim().to_owned();
        let letters: Vec<char> = word.chars().take(6).collect();
        for end in 1..=letters.len() {
            let typed: String = letters[..end].iter().collect();
            // The frame that finds them there paints them, and then comes what waits. Nothing else is asked of the page meanwhile.
            let script = "const [typed, done] = arguments; const field = document.querySelector('aside [role=searchbox]'); \
                 const began = performance.now(); field.value = typed; \
                 field.dispatchEvent(new Event('input', { bubbles: true })); \
                 const look = () => document.querySelector('[data-results]')?.dataset.results === typed \
                     ? setTimeout(() => done(performance.now() - began)) \
                     : requestAnimationFrame(look); \
                 requestAnimationFrame(look)";
            let took = window.run_later(script, json!([typed]))?.as_f64().context("a time")?;
            if round > 0 {
                times.0.push(took);
            }
        }
    }
    println!("    {} keys: p50 {:.0} ms, p99 {:.0} ms", times.0.len(), times.at(0.5), times.at(0.99));
    window.close()?;
    Ok(vec![Figure {
        what: "a key to its results painted, p99",
        unit: "ms",
        found: times.at(0.99),
        target: Some(33.0),
    }])
}
