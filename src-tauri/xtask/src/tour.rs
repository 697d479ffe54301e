//! The demo tour: what a person would do in the first minutes, played in the real window and told as it goes.

use std::time::{Duration, Instant};

use xtask::window::{App, Desktop, Keychain, Locator, Window};
use xtask::{Context, Result, paths};

const FOLDER: &str = "tour";
const ANSWER: Duration = Duration::from_secs(60);

pub(crate) fn play() -> Result<()> {
    println!("==> The demo tour");
    // Pictures of an earlier tour would pass for this one's.
    let _ = std::fs::remove_dir_all(paths::target().join(FOLDER));
    let desktop = Desktop::start(Keychain::Unlocked)?;
    let mut tour = Tour { window: None, pictures: 0, start: Instant::now() };
    let told = tour.walk(&desktop);
    if told.is_err() {
        tour.picture("failed").ok();
    }
    told.context("the tour stopped")?;
    println!(
        "    the tour took {:.1} s; {} pictures are in {}",
        tour.start.elapsed().as_secs_f64(),
        tour.pictures,
        paths::target().join(FOLDER).display()
    );
    Ok(())
}

struct Tour<'d> {
    window: Option<Window<'d>>,
    pictures: usize,
    start: Instant,
}

impl<'d> Tour<'d> {
    fn walk(&mut self, desktop: &'d Desktop) -> Result<()> {
        let start = Instant::now();
        let app = App { binary: paths::app(false), ..App::default() };
        let window = self.window.insert(Window::open(desktop, &app)?);
        window.resize(1280, 800)?;
        window.button("Try without a key").appears()?;
        tell("open the window", "it offers to paste a key or to try without one", start);
        self.picture("set-up")?;

        self.does("press “Try without a key”", |window| {
            window.button("Try without a key").click()?;
            window.textbox("Message").appears()?;
            Ok("a simulated Poe answers from here on".into())
        })?;
        self.does("ask “What can you do?”", |window| {
            window.ask("What can you do?")?;
            let answer = window.message("assistant", "streaming");
            answer.within(ANSWER).appears()?;
            Ok("the answer starts to stream".into())
        })?;
        self.picture("streaming")?;
        self.does("read to the end", answered)?;
        self.picture("answer")?;

        self.does("start a chat with a model Poe has removed, and ask it something", |window| {
            window.button("New chat").click()?;
            window.choose_model("Demo-Sonnet-Retired")?;
            window.ask("Are you there?")?;
            let card = window.card("model_not_found");
            card.appears()?;
            Ok(format!("a card: {}", line(&card)?))
        })?;
        self.picture("card")?;
        self.does("press the card’s first button", |window| {
            window.card("model_not_found").action("use-model").click()?;
            answered(window)
        })?;
        self.picture("mended")?;

        self.does("open Models and look for the most affordable one that sees images", |window| {
            window.link("Models").click()?;
            window.button("Sees images").click()?;
            let first = window.page().css("tr[data-model]");
            first.shows("point")?;
            line(&first)
        })?;
        self.picture("models")?;

        for (view, expected) in [("Balance", "at your pace"), ("Usage", "Demo")] {
            self.does(&format!("open {view}"), |window| {
                window.link(view).click()?;
                let main = window.page().css("main");
                main.shows(expected)?;
                line(&main)
            })?;
            self.picture(&view.to_lowercase())?;
        }
        self.window.take().context("the window is open")?.close()
    }

    /// One step: says what it does, what the window answered, and how long that took.
    fn does(&self, what: &str, step: impl FnOnce(&Window) -> Result<String>) -> Result<()> {
        let start = Instant::now();
        let window = self.window.as_ref().context("no window is open")?;
        match step(window) {
            Ok(answer) => {
                tell(what, &answer, start);
                Ok(())
            }
            Err(error) => Err(error.context(format!("couldn’t {what}"))),
        }
    }

    fn picture(&mut self, name: &str) -> Result<()> {
        let Some(window) = &self.window else { return Ok(()) };
        self.pictures += 1;
        let file = window.screenshot(FOLDER, &format!("{:02}-{name}", self.pictures))?;
        println!("          picture: {}", file.display());
        Ok(())
    }
}

fn tell(what: &str, answer: &str, start: Instant) {
    println!("{:>7.2} s  {what}\n           → {answer}", start.elapsed().as_secs_f64());
}

fn answered(window: &Window) -> Result<String> {
    let answer = window.message("assistant", "done").within(ANSWER);
    answer.appears()?;
    line(&answer)
}

/// The beginning of what it shows, on one line.
fn line(part: &Locator<'_>) -> Result<String> {
    let text = part.text()?.split_whitespace().collect::<Vec<_>>().join(" ");
    let short: String = text.chars().take(140).collect();
    Ok(if short.len() < text.len() { format!("{short} …") } else { short })
}
