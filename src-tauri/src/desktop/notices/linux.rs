//! Notices by the freedesktop protocol, which every Linux desktop's own service speaks. Where there is none, none are shown.

use super::said;
use crate::desktop::{OnPress, Press};
use crate::events::Notice;
use futures_util::StreamExt;
use parking_lot::Mutex;
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::OnceCell;
use tokio::time::timeout;
use zbus::zvariant::Value;

/// A service answers within a moment, or it hangs.
const PATIENCE: Duration = Duration::from_secs(10);

/// What a press on the notice itself is called.
const DEFAULT: &str = "default";

pub(crate) struct Notifier {
    service: OnceCell<NotificationsProxy<'static>>,
    shown: Arc<Mutex<Vec<Shown>>>,
    on_press: OnPress,
}

/// One that the service may still show.
struct Shown {
    id: u32,
    name: String,
    presses: Vec<(&'static str, Press)>,
}

impl Notifier {
    pub(crate) fn new(on_press: OnPress) -> Arc<Notifier> {
        Arc::new(Notifier { service: OnceCell::new(), shown: Arc::default(), on_press })
    }

    /// Quietly nothing where no service takes it: the window shows the same.
    pub(crate) async fn tell(&self, notice: &Notice, shows_titles: bool) {
        let _ = timeout(PATIENCE, self.show(notice, shows_titles)).await;
    }

    async fn show(&self, notice: &Notice, shows_titles: bool) -> zbus::Result<()> {
        let service = self.service.get_or_try_init(|| self.connect()).await?;
        let said = said(notice, shows_titles);
        let replaced = self.shown.lock().iter().find(|it| it.name == said.name).map_or(0, |it| it.id);
        let mut actions = Vec::new();
        let mut presses = Vec::new();
        if let Some((_, label, press)) = said.buttons.first() {
            actions.extend([DEFAULT, *label]);
            presses.push((DEFAULT, *press));
        }
        for (action, label, press) in said.buttons {
            actions.extend([action, label]);
            presses.push((action, press));
        }
        let hints = HashMap::from([("desktop-entry", Value::from("Telltale")), ("urgency", Value::U8(1))]);
        let (title, below) = (said.title.as_str(), escaped(&said.below));
        let name = crate::words::tray::app();
        let id = service.notify(name, replaced, "telltale", title, &below, &actions, hints, -1).await?;
        let mut shown = self.shown.lock();
        shown.retain(|it| it.id != id && it.name != said.name);
        shown.push(Shown { id, name: said.name, presses });
        Ok(())
    }

    /// One connection, and one who listens on it for as long as the app runs.
    async fn connect(&self) -> zbus::Result<NotificationsProxy<'static>> {
        let bus = zbus::Connection::session().await?;
        let service = NotificationsProxy::new(&bus).await?;
        let mut pressed = service.receive_action_invoked().await?;
        let mut closed = service.receive_notification_closed().await?;
        let (shown, on_press) = (self.shown.clone(), self.on_press.clone());
        tokio::spawn(async move {
            loop {
                tokio::select! {
                    Some(signal) = pressed.next() => {
                        let Ok(it) = signal.args() else { continue };
                        let press = pressed_on(&shown.lock(), it.id, it.action);
                        if let Some(press) = press {
                            on_press(press);
                        }
                    }
                    Some(signal) = closed.next() => {
                        let Ok(it) = signal.args() else { continue };
                        shown.lock().retain(|known| known.id != it.id);
                    }
                    else => break,
                }
            }
        });
        Ok(service)
    }
}

/// The service tells every program of every press: those on notices of others are not ours.
fn pressed_on(shown: &[Shown], id: u32, action: &str) -> Option<Press> {
    let ours = shown.iter().find(|it| it.id == id)?;
    ours.presses.iter().find(|(name, _)| *name == action).map(|(_, press)| *press)
}

/// The line below may hold markup, so what would be read as such is written otherwise.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[zbus::proxy(
    interface = "org.freedesktop.Notifications",
    default_service = "org.freedesktop.Notifications",
    default_path = "/org/freedesktop/Notifications"
)]
trait Notifications {
    #[expect(clippy::too_many_arguments, reason = "the protocol's own call")]
    fn notify(
        &self,
        name: &str,
        replaces: u32,
        icon: &str,
        title: &str,
        below: &str,
        actions: &[&str],
        hints: HashMap<&str, Value<'_>>,
        expires: i32,
    ) -> zbus::Result<u32>;

    #[zbus(signal)]
    fn action_invoked(&self, id: u32, action: &str) -> zbus::Result<()>;

    #[zbus(signal)]
    fn notification_closed(&self, id: u32, reason: u32) -> zbus::Result<()>;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_our_own_buttons_are_pressed() {
        let presses = vec![("default", Press::Open(None)), ("get-points", Press::GetPoints)];
        let shown = [Shown { id: 4, name: "balance".to_owned(), presses }];
        let check = |id, action, expected| assert_eq!(pressed_on(&shown, id, action), expected);
        check(4, "default", Some(Press::Open(None)));
        check(4, "get-points", Some(Press::GetPoints));
        check(4, "delete-everything", None);
        check(5, "default", None);
    }

    #[test]
    fn a_title_is_no_markup() {
        assert_eq!(escaped("<b>R&D</b>"), "&lt;b&gt;R&amp;D&lt;/b&gt;");
    }
}
