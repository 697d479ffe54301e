//! What the balance's small window shows. It listens to no event: a page that may listen hears every event of the app, whomever
//! it was meant for. So it is told by a channel of its own, and of nothing but this.

use super::App;
use crate::events::MonitorView;
use crate::points::Lately;
use parking_lot::Mutex;
use std::sync::{Arc, OnceLock};
use std::time::Duration;
use tokio::sync::Notify;

/// Takes each new value; says false once nobody listens.
pub type MonitorWatcher = Box<dyn Fn(MonitorView) -> bool + Send>;

/// No more often than an eye can follow.
const APART: Duration = Duration::from_millis(250);

#[derive(Default)]
pub(super) struct Monitor {
    /// The one window's; a reload puts another in its place.
    watcher: Mutex<Option<MonitorWatcher>>,
    changed: Notify,
    /// What the desktop lets a window do.
    keeps_on_top: OnceLock<bool>,
}

impl App {
    /// The value of now, and every change from then on.
    pub async fn watch_monitor(&self, watcher: MonitorWatcher) {
        let view = self.monitor().await;
        watcher(view);
        *self.monitor.watcher.lock() = Some(watcher);
        // What changed in between was told to nobody.
        self.monitor.changed.notify_one();
    }

    /// What the desktop lets a window do.
    pub fn monitor_keeps_on_top(&self, keeps: bool) {
        let _ = self.monitor.keeps_on_top.set(keeps);
    }

    /// Something that it shows may have changed.
    pub fn monitor_changed(&self) {
        if self.monitor.watcher.lock().is_some() {
            self.monitor.changed.notify_one();
        }
    }

    pub(super) async fn follow_monitor(self: Arc<Self>) {
        loop {
            self.monitor.changed.notified().await;
            let view = self.monitor().await;
            self.tell_monitor(view);
            tokio::time::sleep(APART).await;
        }
    }

    fn tell_monitor(&self, view: MonitorView) {
        let mut watcher = self.monitor.watcher.lock();
        if watcher.as_ref().is_some_and(|watcher| !watcher(view)) {
            *watcher = None;
        }
    }

    async fn monitor(&self) -> MonitorView {
        let (balance, account, values) = (self.balance.view(), self.account(), self.settings.get());
        // A file that cannot be read has told so elsewhere.
        let Lately { today, pace } = self.readings.lately().await.unwrap_or_default();
        MonitorView {
            points: balance.points,
            checked_at: balance.checked_at,
            checking: balance.checking,
            problem: balance.card.map(|card| card.title),
            usable: self.account.client().is_some(),
            simulated: account.demo,
            pace,
            today,
            on_top: self.monitor.keeps_on_top.get().copied().unwrap_or_default(),
            theme: values.theme,
            typeface: values.typeface,
            text_size: values.text_size,
        }
    }
}
