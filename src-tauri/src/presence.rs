//! The app outside its windows: events become what the tray and the desktop's notices show, and what is pressed there becomes
//! what the app does. Nothing is drawn here, and nothing is decided.

use crate::app::{App, Telling};
use crate::desktop::notices::Notifier;
use crate::desktop::tray::Tray;
use crate::desktop::{self, Press};
use crate::events::{Announce, Event, Notice, QuitStep};
use crate::{clock, window};
use std::sync::Arc;
use std::time::Duration;
use tauri::{AppHandle, Manager, Runtime};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::time::{sleep, timeout};

/// So often it is looked whether the quiet hours are over, while something waits for that.
const QUIET: Duration = Duration::from_secs(5 * 60);
/// So long a panel may be gone before a window that nothing else leads back to comes out: a desktop's own restart takes less.
const PANEL_RESTARTS: Duration = Duration::from_secs(5);
/// Where points are to be had.
const GET_POINTS: &str = "https://poe.com/api/keys";

pub(crate) struct Presence {
    tray: Arc<Tray>,
    notifier: Arc<Notifier>,
    notices: UnboundedSender<Notice>,
}

impl Presence {
    /// Hears events at once; shows something once [`begin`] was called.
    pub(crate) fn new<R: Runtime>(
        handle: &AppHandle<R>,
        announce: Announce,
    ) -> (Presence, UnboundedReceiver<Notice>) {
        let on_press: desktop::OnPress = {
            let handle = handle.clone();
            Arc::new(move |press| pressed(&handle, &announce, press))
        };
        let (notices, coming) = unbounded_channel();
        let tray = Tray::new(on_press.clone(), clock::now);
        (Presence { tray, notifier: Notifier::new(on_press), notices }, coming)
    }

    pub(crate) fn hear(&self, app: Option<&App>, event: &Event) {
        self.tray.hear(event);
        match event {
            Event::Notice(notice) => {
                // Fails only while the app ends.
                let _ = self.notices.send(notice.clone());
            }
            Event::Settings(settings) => self.tray.want(settings.tray.on),
            _ => {}
        }
        let shown_in_small = matches!(event, Event::Balance(_) | Event::Ledger(_) | Event::Settings(_));
        if let Some(app) = app.filter(|_| shown_in_small) {
            app.monitor_changed();
        }
    }
}

/// From here on it shows what it heard and hears.
pub(crate) fn begin<R: Runtime>(
    handle: &AppHandle<R>,
    app: &Arc<App>,
    presence: &Arc<Presence>,
    coming: UnboundedReceiver<Notice>,
) {
    app.monitor_keeps_on_top(desktop::session::keeps_on_top());
    app.windows_by({
        let handle = handle.clone();
        Box::new(move |act| window::act(&handle, act))
    });
    presence.tray.want(app.wants_tray());
    presence.tray.hear(&Event::Settings(app.settings()));
    let (task, seen_by) = (presence.tray.clone(), presence.tray.clone());
    let on_shown = {
        let (handle, app) = (handle.clone(), app.clone());
        move |shown: bool| {
            app.tray_is(shown);
            if !shown {
                come_back(&handle, &app);
            }
        }
    };
    let shown = on_shown.clone();
    let drawn_on = handle.clone();
    tauri::async_runtime::spawn(async move {
        // Without a message bus there is no tray.
        if task.run(drawn_on, on_shown).await.is_err() {
            shown(false);
        }
    });
    let known = app.clone();
    tauri::async_runtime::spawn(async move {
        // Those that a start has; a file that cannot be read tells so in the window.
        if let Ok(chats) = known.chat.conversation_list().await {
            seen_by.hear(&Event::Conversations(chats));
        }
    });
    tauri::async_runtime::spawn(deliver(handle.clone(), app.clone(), presence.notifier.clone(), coming));
}

/// A window that was closed into the tray is out of reach once no panel shows that.
fn come_back<R: Runtime>(handle: &AppHandle<R>, app: &Arc<App>) {
    let (handle, app) = (handle.clone(), app.clone());
    tauri::async_runtime::spawn(async move {
        sleep(PANEL_RESTARTS).await;
        if !app.is_in_tray() && window::is_hidden(&handle) {
            window::to_front(&handle);
        }
    });
}

/// Each at its time: what is of the quiet hours waits until they are over.
async fn deliver<R: Runtime>(
    handle: AppHandle<R>,
    app: Arc<App>,
    notifier: Arc<Notifier>,
    mut coming: UnboundedReceiver<Notice>,
) {
    let mut held: Vec<Notice> = Vec::new();
    loop {
        let limit = if held.is_empty() { Duration::MAX } else { QUIET };
        match timeout(limit, coming.recv()).await {
            Ok(Some(notice)) => {
                // A later one of its kind says how it stands now.
                held.retain(|one| std::mem::discriminant(one) != std::mem::discriminant(&notice));
                held.push(notice);
            }
            Ok(None) => return,
            Err(_) => {}
        }
        for notice in std::mem::take(&mut held) {
            match app.telling(&notice, window::is_looked_at(&handle)).await {
                (Telling::Now, titles) => notifier.tell(&notice, titles).await,
                (Telling::Later, _) => held.push(notice),
                (Telling::Never, _) => {}
            }
        }
    }
}

fn pressed<R: Runtime>(handle: &AppHandle<R>, announce: &Announce, press: Press) {
    let Some(app) = handle.try_state::<Arc<App>>().map(|app| app.inner().clone()) else {
        return;
    };
    match press {
        Press::Open(place) => {
            window::to_front(handle);
            if let Some(place) = place {
                announce(Event::Go(place));
            }
        }
        Press::SmallWindow => {
            // Where that cannot be kept, only the next start differs.
            let _ = app.show_monitor(true);
        }
        Press::Refresh => {
            tauri::async_runtime::spawn(async move { app.balance.refresh().await });
        }
        Press::GetPoints => {
            // A browser that does not open can't be told of in a notice; the card of a shortage has the same button.
            let _ = desktop::open_link(handle, GET_POINTS);
        }
        Press::Quit => {
            let is_asked = !app.chat.running().is_empty();
            if is_asked {
                window::to_front(handle);
            }
            tauri::async_runtime::spawn(async move { app.quit_step(QuitStep::Ask).await });
        }
    }
}
