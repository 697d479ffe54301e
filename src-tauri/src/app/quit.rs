//! Quitting while answers are under way: the window asks the person first. One that does not show the question in time, or is
//! closed once more, closes. What has come is saved before the app ends.

use super::App;
use crate::events::{Event, QuitStep, QuitView};
use parking_lot::Mutex;
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

/// So long the window may take to show the question: its page may be hung or gone.
const SHOWS: Duration = Duration::from_secs(5);
/// Requests that follow one another this closely are one press, of a mouse or of a key that repeats.
const ONE_PRESS: Duration = Duration::from_secs(1);
/// So long the last words may take to reach a disk that hangs.
const SAVES: Duration = Duration::from_secs(5);

/// So long a start may be made easier for.
const LEAVES: Duration = Duration::from_secs(1);

type Exit = Box<dyn Fn() + Send + Sync>;

#[derive(Default)]
pub(super) struct Quit {
    asking: Mutex<Option<Asking>>,
    /// Ends the process.
    exit: OnceLock<Exit>,
    /// The same, and begins another one.
    restart: OnceLock<Exit>,
}

struct Asking {
    /// When closing was last asked for.
    at: Instant,
    is_shown: bool,
    /// The answer is given, and the last words are being saved.
    is_leaving: bool,
    view: QuitView,
}

impl Quit {
    pub(super) fn view(&self) -> Option<QuitView> {
        self.asking.lock().as_ref().map(|asking| asking.view.clone())
    }
}

impl App {
    pub fn exit_by(&self, exit: Exit) {
        // Set once, at start.
        let _ = self.quit.exit.set(exit);
    }

    pub fn restart_by(&self, restart: Exit) {
        // Set once, at start.
        let _ = self.quit.restart.set(restart);
    }

    pub(super) fn restart(&self) {
        if let Some(restart) = self.quit.restart.get() {
            restart();
        }
    }

    /// The window is to be closed: whether it may. If not, the person is asked, or what has come is being saved.
    pub fn may_close(self: &Arc<Self>) -> bool {
        let is_again = {
            let mut asking = self.quit.asking.lock();
            match asking.as_mut() {
                None => false,
                Some(asking) if asking.at.elapsed() < ONE_PRESS => {
                    asking.at = Instant::now();
                    return false;
                }
                // Saving takes too long for who closes a third time.
                Some(asking) if asking.is_leaving => return true,
                Some(_) => true,
            }
        };
        if is_again {
            let app = self.clone();
            tauri::async_runtime::spawn(async move { app.quit().await });
            return false;
        }
        !self.ask_to_quit()
    }

    /// Says whether there is something to ask about.
    fn ask_to_quit(self: &Arc<Self>) -> bool {
        let answers = self.chat.running();
        if answers.is_empty() {
            return false;
        }
        let view = QuitView { answers };
        *self.quit.asking.lock() =
            Some(Asking { at: Instant::now(), is_shown: false, is_leaving: false, view: view.clone() });
        (self.announce)(Event::Quit(Some(view)));
        let app = self.clone();
        tauri::async_runtime::spawn(async move {
            tokio::time::sleep(SHOWS).await;
            let is_unseen = app.quit.asking.lock().as_ref().is_some_and(|asking| !asking.is_shown);
            if is_unseen {
                app.quit().await;
            }
        });
        true
    }

    pub async fn quit_step(self: &Arc<Self>, step: QuitStep) {
        match step {
            QuitStep::Ask => {
                let is_asking = self.quit.asking.lock().is_some();
                if !is_asking && !self.ask_to_quit() {
                    self.quit().await;
                }
            }
            QuitStep::Shown => {
                if let Some(asking) = self.quit.asking.lock().as_mut() {
                    asking.is_shown = true;
                }
            }
            QuitStep::Stay => {
                *self.quit.asking.lock() = None;
                (self.announce)(Event::Quit(None));
            }
            QuitStep::Quit => self.quit().await,
        }
    }

    /// The last that is done: the key's traces go, and the next start need not read all chats to see that they are whole.
    pub fn leave(&self) {
        self.account.wipe();
        // Without its note a start takes longer, no more than that. (A timeout is made within the runtime.)
        let _ = tauri::async_runtime::block_on(async {
            tokio::time::timeout(LEAVES, self.library.leave()).await
        });
    }

    /// Ends every turn, then the app.
    pub async fn quit(&self) {
        if let Some(asking) = self.quit.asking.lock().as_mut() {
            asking.is_leaving = true;
        }
        // A disk that hangs has the text as it was a moment ago.
        let _ = tokio::time::timeout(SAVES, self.chat.close()).await;
        if let Some(exit) = self.quit.exit.get() {
            exit();
        }
    }
}
