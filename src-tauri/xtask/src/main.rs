//! `cargo xtask`: the project's own commands. Each says what it does; every one installs what it needs first.
#![allow(clippy::print_stdout, clippy::print_stderr)]

#[cfg(target_os = "linux")]
mod bench;
mod build;
mod bundle;
mod check;
mod run;
mod setup;
mod test;
#[cfg(target_os = "linux")]
mod tour;

use std::process::ExitCode;

const USAGE: &str = "\
cargo xtask COMMAND

  run [-- ARGS]       build and open the window (without a display: play the demo tour on a virtual one)
  test                check, then every test, including window tests
  check               formatting, lints, types, generated files, import directions
  build [--release]   the app with its window embedded: target/debug/telltale or target/release/telltale
  bundle [--verify]   the package of this system (.deb here); --verify installs, starts and removes it
  bench               figures against their peers, also written to target/bench.json (Linux)
  bench answer        a streamed answer in the window, beside pages with published renderers (Linux); --help tells its options
  bench crash         the app killed 200 times while it streams, imports, deletes and indexes: what is lost
  bench damage        each file of the data folder cut, emptied and flipped at 200 places: what a start makes of it
  bench ledger        a ledger of 100,000 rows: reading, opening Usage, a filter, memory (Linux)
  bench import        an export of ChatGPT of 300 MB: reading, bringing in, memory, a question meanwhile (Linux)
  bench models        362 models and 2,000: a press, the list's arrival, a key in the search (Linux; POE_RECORDINGS names the recorded list)
  bench open          a chat of 10,000 messages beside one of 50, a start with 10,000 chats beside none (Linux)
  bench pictures      a chat of 100 pictures beside one of one: memory of the page's process once all were seen (Linux)
  bench search        100,000 messages: a search, the index, sending, a key to paint, beside LIKE and trigrams (Linux)
  bench idle          a minute in the tray, window hidden and small window open: CPU and requests (Linux)
  bench sse           chat streams from bytes to events, ours beside three published parsers

On Debian and Ubuntu each installs the system packages it needs; everywhere it installs ui/node_modules.";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let result = match arguments.as_slice() {
        ["run"] => run::run(&[]),
        ["run", "--", rest @ ..] => run::run(rest),
        ["test"] => test::test(),
        ["bundle"] => bundle::bundle(false),
        ["bundle", "--verify"] => bundle::bundle(true),
        #[cfg(target_os = "linux")]
        ["bench"] => bench::bench(),
        #[cfg(target_os = "linux")]
        ["bench", "answer", "--help"] => {
            println!("{}", bench::answer::USAGE);
            return ExitCode::SUCCESS;
        }
        #[cfg(target_os = "linux")]
        ["bench", "answer", options @ ..] => bench::answer::bench(options),
        ["bench", "sse"] => xtask::step::step(
            "Chat streams beside published parsers",
            xtask::step::cargo().args("bench --package poe --features fuzzing --bench sse".split(' ')),
        ),
        ["bench", name] => match bench::beside_tests(name) {
            Some(result) => result,
            None => {
                eprintln!("{USAGE}");
                return ExitCode::from(2);
            }
        },
        ["build"] => build::build(false),
        ["build", "--release"] => build::build(true),
        ["check"] => check::check(),
        [] | ["help" | "--help" | "-h"] => {
            println!("{USAGE}");
            return ExitCode::SUCCESS;
        }
        _ => {
            eprintln!("{USAGE}");
            return ExitCode::from(2);
        }
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("\nxtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}
