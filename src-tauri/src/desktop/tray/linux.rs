//! The tray by the StatusNotifierItem protocol, which KDE, most panels and GNOME's extension speak: no library of the system is
//! needed, and a press on the icon arrives. It comes when a panel comes, and goes with it.

use super::icon::{SIZES, draw};
use super::{Model, Row, short};
use crate::desktop::{OnPress, Press};
use crate::events::Event;
use futures_util::StreamExt;
use ksni::menu::{MenuItem, StandardItem};
use ksni::{Icon, ToolTip, TrayMethods};
use parking_lot::Mutex;
use std::future::pending;
use std::sync::Arc;
use std::time::Duration;
use tauri::{AppHandle, Runtime};
use tokio::sync::{Notify, watch};
use tokio::time::sleep;

pub(crate) struct Tray {
    model: Mutex<Model>,
    /// There is something new to show.
    changed: Notify,
    /// The person wants one.
    wanted: watch::Sender<bool>,
    on_press: OnPress,
    now: fn() -> i64,
}

impl Tray {
    pub(crate) fn new(on_press: OnPress, now: fn() -> i64) -> Arc<Tray> {
        Arc::new(Tray {
            model: Mutex::default(),
            changed: Notify::new(),
            wanted: watch::Sender::new(false),
            on_press,
            now,
        })
    }

    pub(crate) fn hear(&self, event: &Event) {
        if self.model.lock().hear(event) {
            self.changed.notify_one();
        }
    }

    pub(crate) fn want(&self, wanted: bool) {
        self.wanted.send_if_modified(|now| std::mem::replace(now, wanted) != wanted);
    }

    /// Shows it while it is wanted, for as long as the app runs. `on_shown` is told whether a panel shows it, whenever that
    /// changes. Ends where there is no message bus.
    pub(crate) async fn run<R: Runtime>(
        self: Arc<Self>,
        _: AppHandle<R>,
        on_shown: impl Fn(bool) + Send,
    ) -> zbus::Result<()> {
        let bus = zbus::Connection::session().await?;
        let panel = WatcherProxy::builder(&bus).cache_properties(zbus::proxy::CacheProperties::No);
        let panel = panel.build().await?;
        let mut owners = panel.inner().receive_owner_changed().await?;
        let mut came = panel.receive_status_notifier_host_registered().await?;
        let mut left = panel.receive_status_notifier_host_unregistered().await?;
        let mut wanted = self.wanted.subscribe();
        let (mut item, mut was_shown) = (None, None);
        loop {
            let is_wanted = *wanted.borrow_and_update();
            let is_shown = is_wanted && panel.is_status_notifier_host_registered().await.unwrap_or(false);
            match &item {
                None if is_shown => item = Some(Item(self.clone()).assume_sni_available(true).spawn().await),
                // One that a panel's start broke is made anew with the next.
                Some(Err(_)) if !is_shown => item = None,
                Some(Ok(handle)) if !is_wanted => {
                    handle.shutdown().await;
                    item = None;
                }
                _ => {}
            }
            let is_shown = is_shown && matches!(item, Some(Ok(_)));
            if was_shown.replace(is_shown) != Some(is_shown) {
                on_shown(is_shown);
            }
            tokio::select! {
                _ = owners.next() => {}
                _ = came.next() => {}
                _ = left.next() => {}
                _ = wanted.changed() => {}
                () = self.something_new(is_shown) => if let Some(Ok(handle)) = &item {
                    handle.update(|_| ()).await;
                },
            }
        }
    }

    /// An event, or the age of the balance in other words.
    async fn something_new(&self, is_shown: bool) {
        let changes_in = self.model.lock().changes_in((self.now)()).filter(|_| is_shown);
        let aged = async {
            match changes_in {
                Some(ms) => sleep(Duration::from_millis(ms)).await,
                None => pending().await,
            }
        };
        tokio::select! {
            () = self.changed.notified() => {}
            () = aged => {}
        }
    }
}

/// What panels register at, and are known by.
#[zbus::proxy(
    interface = "org.kde.StatusNotifierWatcher",
    default_service = "org.kde.StatusNotifierWatcher",
    default_path = "/StatusNotifierWatcher"
)]
trait Watcher {
    #[zbus(property)]
    fn is_status_notifier_host_registered(&self) -> zbus::Result<bool>;

    #[zbus(signal)]
    fn status_notifier_host_registered(&self) -> zbus::Result<()>;

    #[zbus(signal)]
    fn status_notifier_host_unregistered(&self) -> zbus::Result<()>;
}

/// The tray as the protocol's library asks for it.
struct Item(Arc<Tray>);

impl Item {
    fn model(&self) -> Model {
        self.0.model.lock().clone()
    }
}

impl ksni::Tray for Item {
    fn id(&self) -> String {
        env!("CARGO_PKG_NAME").to_owned()
    }

    fn title(&self) -> String {
        crate::words::tray::app().to_owned()
    }

    fn activate(&mut self, _x: i32, _y: i32) {
        (self.0.on_press)(Press::Open(None));
    }

    fn icon_pixmap(&self) -> Vec<Icon> {
        let model = self.model();
        let (figure, lamp) = (model.points.map_or("–".to_owned(), short), model.lamp());
        let icon = |size: usize| {
            let side = i32::try_from(size).unwrap_or_default();
            Icon { width: side, height: side, data: draw(&figure, lamp, size) }
        };
        SIZES.into_iter().map(icon).collect()
    }

    fn tool_tip(&self) -> ToolTip {
        let told = self.model().tooltip((self.0.now)());
        ToolTip { title: told.title, description: told.below, ..ToolTip::default() }
    }

    /// The rows are asked for anew each time the menu opens: the age stands in one.
    fn menu_about_to_show(&mut self) {}

    fn menu(&self) -> Vec<MenuItem<Item>> {
        let item = |row| match row {
            Row::Line => MenuItem::Separator,
            Row::Text(label) => {
                StandardItem { label: literal(&label), enabled: false, ..StandardItem::default() }.into()
            }
            Row::Press(label, press) => StandardItem {
                label: literal(&label),
                activate: Box::new(move |item: &mut Item| (item.0.on_press)(press)),
                ..StandardItem::default()
            }
            .into(),
        };
        self.model().rows((self.0.now)()).into_iter().map(item).collect()
    }
}

/// One underscore would mark the letter after it as a key.
fn literal(label: &str) -> String {
    label.replace('_', "__")
}
