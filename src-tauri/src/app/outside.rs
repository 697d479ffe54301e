//! What stands outside the window: the tray that may outlive it, the second window, and what the desktop tells and when not.

use super::App;
use crate::errors::Refusal;
use crate::events::{Notice, QuietHours, TrayView};
use crate::settings::Values;
use parking_lot::Mutex;
use std::sync::OnceLock;

/// What is to be done with a window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WindowAct {
    ShowMain,
    OpenMonitor,
    CloseMonitor,
}

type Act = Box<dyn Fn(WindowAct) + Send + Sync>;

#[derive(Default)]
pub(super) struct Outside {
    act: OnceLock<Act>,
    /// Whether a panel shows the tray, once that is known.
    tray_shown: Mutex<Option<bool>>,
}

/// When the desktop tells something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Telling {
    Now,
    /// When the quiet hours are over.
    Later,
    Never,
}

impl Outside {
    pub(super) fn tray(&self, values: &Values) -> TrayView {
        TrayView { on: values.tray, shown: *self.tray_shown.lock(), close_to_it: values.close_to_tray }
    }

    fn act(&self, act: WindowAct) {
        if let Some(done) = self.act.get() {
            done(act);
        }
    }
}

impl App {
    /// Who opens and closes windows.
    pub fn windows_by(&self, act: Act) {
        // Set once, at start.
        let _ = self.outside.act.set(act);
    }

    pub fn show_main(&self) {
        self.outside.act(WindowAct::ShowMain);
    }

    /// Opens or closes the balance's small window. The next start opens it if it is open now.
    pub fn show_monitor(&self, is_open: bool) -> Result<(), Refusal> {
        self.outside.act(if is_open { WindowAct::OpenMonitor } else { WindowAct::CloseMonitor });
        Ok(self.settings.set_monitor(is_open).map(drop)?)
    }

    /// It was closed by its own frame.
    pub fn monitor_closed(&self) {
        if let Err(error) = self.settings.set_monitor(false) {
            self.notice(error);
        }
    }

    pub fn wants_monitor(&self) -> bool {
        self.settings.get().monitor
    }

    pub fn wants_tray(&self) -> bool {
        self.settings.get().tray
    }

    /// Whether a panel shows the tray from now on.
    pub fn tray_is(&self, shown: bool) {
        if self.outside.tray_shown.lock().replace(shown) != Some(shown) {
            self.tell_settings();
        }
    }

    /// A panel shows it.
    pub fn is_in_tray(&self) -> bool {
        *self.outside.tray_shown.lock() == Some(true)
    }

    /// Closing the window leaves the app in the tray: chosen, and there to come back from.
    pub fn lives_in_tray(&self) -> bool {
        let tray = self.outside.tray(&self.settings.get());
        tray.close_to_it && tray.on && tray.shown == Some(true)
    }

    /// When the desktop tells this, and whether it may name a chat. `is_looked_at`: the window is in front.
    pub async fn telling(&self, notice: &Notice, is_looked_at: bool) -> (Telling, bool) {
        let values = self.settings.get();
        let is_quiet = match values.quiet {
            // Without a clock nobody is woken.
            Some(quiet) => {
                let minute = self.library.minute_of_day(crate::clock::now()).await;
                minute.map_or(true, |minute| is_quiet(minute, quiet))
            }
            None => false,
        };
        (telling(notice, values.notices, is_quiet, is_looked_at), values.notice_titles)
    }
}

fn telling(notice: &Notice, is_on: bool, is_quiet: bool, is_looked_at: bool) -> Telling {
    let is_of_answer = matches!(notice, Notice::Answer { .. });
    // The window shows the answer, and says what became of the balance.
    let says_the_window =
        matches!(notice, Notice::Answer { .. } | Notice::LowBalance { .. } | Notice::Refill { .. });
    match () {
        () if !is_on || (says_the_window && is_looked_at) => Telling::Never,
        // An answer of last night is in the list of chats, marked as new.
        () if is_quiet && is_of_answer => Telling::Never,
        () if is_quiet => Telling::Later,
        () => Telling::Now,
    }
}

/// The minute is that of the clock on the wall, so a day of 23 or 25 hours changes nothing.
fn is_quiet(minute: u16, QuietHours { from, to }: QuietHours) -> bool {
    if from <= to { (from..to).contains(&minute) } else { minute >= from || minute < to }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quiet_hours_go_over_midnight() {
        fn check(minute: (u16, u16), from: (u16, u16), to: (u16, u16), expected: bool) {
            let of = |(hour, minute): (u16, u16)| hour * 60 + minute;
            let quiet = QuietHours { from: of(from), to: of(to) };
            assert_eq!(is_quiet(of(minute), quiet), expected, "{minute:?} {from:?} {to:?}");
        }
        let (night, morning) = ((22, 0), (7, 30));
        check((21, 59), night, morning, false);
        check((22, 0), night, morning, true);
        check((23, 59), night, morning, true);
        check((0, 0), night, morning, true);
        check((7, 29), night, morning, true);
        check((7, 30), night, morning, false);
        check((12, 0), night, morning, false);
        check((12, 0), (12, 0), (13, 0), true);
        check((13, 0), (12, 0), (13, 0), false);
        check((11, 59), (12, 0), (13, 0), false);
        check((12, 0), (12, 0), (12, 0), false);
        check((23, 59), (23, 0), (0, 0), true);
        check((0, 0), (23, 0), (0, 0), false);
    }

    #[test]
    fn what_is_told_when() {
        let low = Notice::LowBalance { points: 1, level: 2 };
        let burst = Notice::Burst { points: 9_000 };
        let answer = Notice::Answer { conversation_id: 1, title: String::new(), failed: false };
        let check = |notice: &Notice, [is_on, is_quiet, is_looked_at]: [bool; 3], expected| {
            assert_eq!(telling(notice, is_on, is_quiet, is_looked_at), expected, "{notice:?}");
        };
        check(&low, [true, false, false], Telling::Now);
        check(&low, [true, false, true], Telling::Never);
        check(&burst, [true, false, true], Telling::Now);
        check(&low, [true, true, false], Telling::Later);
        check(&low, [false, false, false], Telling::Never);
        check(&low, [false, true, false], Telling::Never);
        check(&answer, [true, false, false], Telling::Now);
        check(&answer, [true, false, true], Telling::Never);
        check(&answer, [true, true, false], Telling::Never);
    }
}
