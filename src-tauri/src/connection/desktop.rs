//! What the desktop's settings say of a proxy, and when they change. On Linux GNOME and its relatives keep them in GSettings,
//! KDE in a file; elsewhere the HTTP library reads the system's own.

use super::desktop_proxy::Desktop;
use tokio::sync::watch::Receiver;

/// The settings as they are now, and each time they change.
#[cfg(not(target_os = "linux"))]
pub(super) fn watch() -> Receiver<Desktop> {
    tokio::sync::watch::channel(Desktop::Silent).1
}

#[cfg(target_os = "linux")]
pub(super) fn watch() -> Receiver<Desktop> {
    linux::watch()
}

#[cfg(target_os = "linux")]
mod linux {
    use crate::connection::desktop_proxy::Desktop;
    use crate::connection::gnome::Gnome;
    use crate::connection::kde::Kde;
    use gio::glib::{MainContext, MainLoop};
    use std::rc::Rc;
    use std::sync::mpsc::channel;
    use std::time::Duration;
    use tokio::sync::watch::Receiver;

    /// They are read from memory within milliseconds. What comes later is followed then.
    const PATIENCE: Duration = Duration::from_secs(1);

    /// A thread of its own waits for changes: GSettings tells them on the loop of the thread that asked.
    pub(super) fn watch() -> Receiver<Desktop> {
        let (told, receiver) = tokio::sync::watch::channel(Desktop::Silent);
        let (first, read) = channel();
        std::thread::spawn(move || {
            let context = MainContext::new();
            let watched = context.with_thread_default(|| {
                let session = std::env::var("XDG_CURRENT_DESKTOP").unwrap_or_default();
                let sources = Rc::new(Sources::of(&session));
                let tell = Rc::new({
                    let sources = Rc::downgrade(&sources);
                    move || {
                        if let Some(sources) = sources.upgrade() {
                            let read = sources.read();
                            // Any file beside the desktop's that is written comes here too, and a client that is made anew
                            // for nothing would forget its pace and its connections.
                            told.send_if_modified(|known| {
                                let is_other = *known != read;
                                *known = read;
                                is_other
                            });
                        }
                    }
                });
                // Before the first look, so that no change falls between.
                let _monitors = sources.on_change(tell.clone());
                tell();
                // Nobody waits any more after the patience.
                let _ = first.send(());
                MainLoop::new(Some(&context), false).run();
            });
            // Fails only for a context that another thread has.
            debug_assert!(watched.is_ok());
        });
        let _ = read.recv_timeout(PATIENCE);
        receiver
    }

    /// Whose settings count. A session says whose it is; one that says nothing known is asked for both.
    struct Sources {
        gnome: Option<Result<Gnome, Desktop>>,
        kde: Option<Kde>,
    }

    impl Sources {
        fn of(session: &str) -> Sources {
            let (is_gnome, is_kde) = whose(session);
            Sources { gnome: is_gnome.then(|| Gnome::open(!is_kde)), kde: is_kde.then(Kde::of_person) }
        }

        fn read(&self) -> Desktop {
            let gnome = self.gnome.as_ref().map(|gnome| match gnome {
                Ok(gnome) => gnome.read(),
                Err(unread) => unread.clone(),
            });
            match (gnome, &self.kde) {
                (None | Some(Desktop::Silent), Some(kde)) => kde.read(),
                (gnome, _) => gnome.unwrap_or_default(),
            }
        }

        /// What is returned watches for as long as it lives.
        fn on_change(&self, tell: Rc<impl Fn() + 'static>) -> Vec<gio::FileMonitor> {
            if let Some(Ok(gnome)) = &self.gnome {
                gnome.on_change(tell.clone());
            }
            self.kde.as_ref().map(|kde| kde.on_change(tell)).unwrap_or_default()
        }
    }

    /// Whether GNOME's settings count in this session, and whether KDE's do.
    fn whose(session: &str) -> (bool, bool) {
        const WITH_GSETTINGS: [&str; 7] =
            ["GNOME", "Unity", "X-Cinnamon", "MATE", "XFCE", "Budgie", "Pantheon"];
        let is_one = |known: &[&str]| session.split(':').any(|name| known.contains(&name));
        match (is_one(&["KDE"]), is_one(&WITH_GSETTINGS)) {
            (true, _) => (false, true),
            (_, true) => (true, false),
            _ => (true, true),
        }
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        #[test]
        fn whose_settings_count() {
            fn check(session: &str, gnome: bool, kde: bool) {
                assert_eq!(whose(session), (gnome, kde), "{session}");
            }
            check("GNOME", true, false);
            check("ubuntu:GNOME", true, false);
            check("X-Cinnamon", true, false);
            check("KDE", false, true);
            check("sway", true, true);
            check("", true, true);
        }
    }
}
