//! `bench idle`: the app as it waits in the tray, its window hidden, the balance's small window open. What its processes use of a
//! core over a minute, and what Poe is asked meanwhile. Prints a table and fails where a figure misses its target.
#![cfg(target_os = "linux")]
#![allow(clippy::print_stdout)]

#[path = "../window/bus.rs"]
#[allow(dead_code)]
mod bus;

use std::time::Duration;

use bus::{Panel, until};
use poe::sim::{Scenario, Sim};
use tokio::runtime::Runtime;
use xtask::window::{App, Desktop, Keychain, Undriven, Window};
use xtask::{Result, ensure};

const KEY: &str = "sk-poe-BenchIdle0123456789abcdefghijklmnop4444";
/// Until everything that a start does by and by is done.
const SETTLES: Duration = Duration::from_secs(30);
const MEASURED: Duration = Duration::from_secs(60);
/// Percent of a core.
const TARGET: f64 = 0.2;

fn main() -> Result<()> {
    let runtime = Runtime::new()?;
    let sim = runtime.block_on(Sim::start(Scenario::Script))?;
    let desktop = Desktop::start(Keychain::Unlocked)?;
    let panel = Panel::start(&desktop, runtime.handle())?;
    let app = App {
        binary: env!("CARGO_BIN_EXE_telltale").into(),
        variables: vec![("TELLTALE_BASE_URL".to_owned(), sim.base_url())],
        ..App::default()
    };
    // Who is driven is asked all the time, so the key comes from the keychain where a first start has put it.
    let window = Window::open(&desktop, &app)?;
    desktop.copy(KEY)?;
    window.button("Paste key").click()?;
    window.button("Start chatting").click()?;
    panel.shows("the balance", |row| row.contains("points · "))?;
    window.close()?;
    let settings = serde_json::json!({ "version": 1, "closeToTray": true, "monitor": true });
    std::fs::write(desktop.data().join("settings.json"), settings.to_string())?;

    let app = Undriven::start(&desktop, &app)?;
    until("the balance", || Ok(panel.labels()?.iter().any(|row| row.contains("points · ")).then_some(())))?;
    std::thread::sleep(Duration::from_secs(5));
    desktop.close_window("Telltale")?;
    until("the window is hidden", || Ok((desktop.windows("^Telltale$")? == 0).then_some(())))?;
    std::thread::sleep(SETTLES);
    ensure!(desktop.windows(" points$")? == 1, "the small window is not there");

    println!("==> Idle for {} s: window hidden, tray and small window on", MEASURED.as_secs());
    let (before, asked) = (app.usage(), sim.requests().len());
    std::thread::sleep(MEASURED);
    let (after, asked) = (app.usage(), sim.requests().len() - asked);
    let mut sum = Duration::ZERO;
    println!("\n{:<20} {:>10} {:>12}", "process", "CPU", "of a core");
    for process in &after {
        let earlier = before.iter().find(|it| it.pid == process.pid).map_or(Duration::ZERO, |it| it.cpu);
        let used = process.cpu - earlier;
        sum += used;
        println!("{:<20} {:>7} ms {:>10.2} %", process.program, used.as_millis(), share(used));
    }
    println!("{:<20} {:>7} ms {:>10.2} %   at most {TARGET} %", "all", sum.as_millis(), share(sum));
    println!("{:<20} {asked:>7}", "requests to Poe");
    ensure!(share(sum) <= TARGET, "it uses {:.2} % of a core while nothing happens", share(sum));
    ensure!(asked == 0, "the policy asks every 15 minutes, and {asked} requests came");
    Ok(())
}

/// Percent.
fn share(used: Duration) -> f64 {
    used.as_secs_f64() / MEASURED.as_secs_f64() * 100.0
}
