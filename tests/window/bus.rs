//! What a desktop has on its message bus: a panel that shows trays, and a service that shows notices. Each tells what a person
//! would see, and presses what they would.
#![allow(clippy::unwrap_used)]

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use tokio::runtime::Handle;
use xtask::window::Desktop;
use xtask::{Context, Result, bail};
use zbus::object_server::SignalEmitter;
use zbus::zvariant::{OwnedValue, Structure, Value};
use zbus::{Connection, Proxy};

const PATIENCE: Duration = Duration::from_secs(15);

/// Asks again and again until there is an answer.
pub(crate) fn until<T>(what: &str, mut ask: impl FnMut() -> Result<Option<T>>) -> Result<T> {
    let began = Instant::now();
    loop {
        let answer = ask();
        if let Ok(Some(value)) = answer {
            return Ok(value);
        }
        if began.elapsed() > PATIENCE {
            bail!("waited for: {what} ({:?})", answer.err());
        }
        std::thread::sleep(Duration::from_millis(50));
    }
}

async fn connect(desktop: &Desktop) -> zbus::Result<Connection> {
    zbus::connection::Builder::address(desktop.bus())?.build().await
}

/// A panel with a tray: who shows its items, and knows them.
pub(crate) struct Panel {
    bus: Connection,
    items: Arc<Mutex<Vec<String>>>,
    runtime: Handle,
}

struct Watcher {
    items: Arc<Mutex<Vec<String>>>,
}

#[zbus::interface(name = "org.kde.StatusNotifierWatcher")]
impl Watcher {
    fn register_status_notifier_item(&self, service: String) {
        self.items.lock().unwrap().push(service);
    }

    #[zbus(property)]
    fn is_status_notifier_host_registered(&self) -> bool {
        true
    }
}

/// A row of a menu.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Row {
    id: i32,
    /// A line has none.
    pub(crate) label: String,
    pub(crate) enabled: bool,
}

impl Panel {
    pub(crate) fn start(desktop: &Desktop, runtime: &Handle) -> Result<Panel> {
        let items = Arc::<Mutex<Vec<String>>>::default();
        let watcher = Watcher { items: items.clone() };
        let bus = runtime.block_on(async {
            let bus = connect(desktop).await?;
            bus.object_server().at("/StatusNotifierWatcher", watcher).await?;
            bus.request_name("org.kde.StatusNotifierWatcher").await?;
            zbus::Result::Ok(bus)
        })?;
        Ok(Panel { bus, items, runtime: runtime.clone() })
    }

    /// It goes, as where a desktop's shell ends.
    pub(crate) fn stop(self) -> Result<()> {
        Ok(self.runtime.block_on(self.bus.close())?)
    }

    fn item(&self) -> Result<String> {
        until("a tray", || Ok(self.items.lock().unwrap().last().cloned()))
    }

    async fn proxy(&self, path: &'static str, interface: &'static str) -> Result<Proxy<'static>> {
        let item = self.item()?;
        let proxy = zbus::proxy::Builder::<Proxy<'static>>::new(&self.bus)
            .destination(item)?
            .path(path)?
            .interface(interface)?
            .cache_properties(zbus::proxy::CacheProperties::No);
        Ok(proxy.build().await?)
    }

    async fn icon(&self) -> Result<Proxy<'static>> {
        self.proxy("/StatusNotifierItem", "org.kde.StatusNotifierItem").await
    }

    async fn menu(&self) -> Result<Proxy<'static>> {
        self.proxy("/MenuBar", "com.canonical.dbusmenu").await
    }

    /// Both lines.
    pub(crate) fn tooltip(&self) -> Result<(String, String)> {
        self.runtime.block_on(async {
            let told: OwnedValue = self.icon().await?.get_property("ToolTip").await?;
            let told: Structure<'_> = told.try_into()?;
            match told.fields() {
                [_, _, Value::Str(title), Value::Str(below)] => Ok((title.to_string(), below.to_string())),
                other => bail!("a tooltip of {other:?}"),
            }
        })
    }

    /// The pixels by their width, four bytes each, alpha first.
    pub(crate) fn icons(&self) -> Result<Vec<(i32, Vec<u8>)>> {
        self.runtime.block_on(async {
            let icons: Vec<(i32, i32, Vec<u8>)> = self.icon().await?.get_property("IconPixmap").await?;
            Ok(icons.into_iter().map(|(width, _, pixels)| (width, pixels)).collect())
        })
    }

    /// The rows of the menu, which is opened for that.
    pub(crate) fn rows(&self) -> Result<Vec<Row>> {
        type Layout = (i32, HashMap<String, OwnedValue>, Vec<OwnedValue>);
        self.runtime.block_on(async {
            let menu = self.menu().await?;
            let _: bool = menu.call("AboutToShow", &(0_i32)).await?;
            let names: Vec<&str> = Vec::new();
            let (_, root): (u32, Layout) = menu.call("GetLayout", &(0_i32, -1_i32, names)).await?;
            root.2.into_iter().map(row).collect()
        })
    }

    pub(crate) fn labels(&self) -> Result<Vec<String>> {
        Ok(self.rows()?.into_iter().map(|row| row.label).filter(|label| !label.is_empty()).collect())
    }

    /// Waits until a row reads so.
    pub(crate) fn shows(&self, what: &str, is: impl Fn(&str) -> bool) -> Result<()> {
        until(what, || Ok(self.labels()?.iter().any(|label| is(label)).then_some(())))
    }

    pub(crate) fn press(&self, label: &str) -> Result<()> {
        let row = until(label, || Ok(self.rows()?.into_iter().find(|row| row.label == label)))?;
        self.runtime.block_on(async {
            let event = (row.id, "clicked", Value::I32(0), 0_u32);
            Ok(self.menu().await?.call::<_, _, ()>("Event", &event).await?)
        })
    }

    /// The icon itself is pressed.
    pub(crate) fn press_icon(&self) -> Result<()> {
        self.runtime
            .block_on(async { Ok(self.icon().await?.call::<_, _, ()>("Activate", &(0_i32, 0_i32)).await?) })
    }
}

fn row(item: OwnedValue) -> Result<Row> {
    let item: Structure<'_> = item.try_into()?;
    let [Value::I32(id), Value::Dict(properties), _] = item.fields() else {
        bail!("a row of {item:?}");
    };
    let text = properties.get::<_, String>(&"label")?.unwrap_or_default();
    Ok(Row {
        id: *id,
        label: text.replace("__", "_"),
        enabled: properties.get::<_, bool>(&"enabled")?.unwrap_or(true),
    })
}

/// A notice as the desktop was asked to show it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Notice {
    pub(crate) id: u32,
    pub(crate) replaces: u32,
    pub(crate) title: String,
    pub(crate) below: String,
    /// Each action's name and what its button says.
    pub(crate) actions: Vec<(String, String)>,
}

pub(crate) struct Notices {
    bus: Connection,
    shown: Arc<Mutex<Vec<Notice>>>,
    runtime: Handle,
}

struct Service {
    shown: Arc<Mutex<Vec<Notice>>>,
}

#[zbus::interface(name = "org.freedesktop.Notifications")]
impl Service {
    #[allow(clippy::too_many_arguments)]
    fn notify(
        &self,
        _name: String,
        replaces: u32,
        _icon: String,
        title: String,
        below: String,
        actions: Vec<String>,
        _hints: HashMap<String, OwnedValue>,
        _expires: i32,
    ) -> u32 {
        let mut shown = self.shown.lock().unwrap();
        let id = u32::try_from(shown.len()).unwrap() + 1;
        let pairs = actions.chunks(2).map(|pair| (pair[0].clone(), pair[1].clone())).collect();
        shown.push(Notice { id, replaces, title, below, actions: pairs });
        id
    }

    #[zbus(signal)]
    async fn action_invoked(emitter: &SignalEmitter<'_>, id: u32, action: &str) -> zbus::Result<()>;
}

const NOTICES: &str = "/org/freedesktop/Notifications";

impl Notices {
    pub(crate) fn start(desktop: &Desktop, runtime: &Handle) -> Result<Notices> {
        let shown = Arc::<Mutex<Vec<Notice>>>::default();
        let service = Service { shown: shown.clone() };
        let bus = runtime.block_on(async {
            let bus = connect(desktop).await?;
            bus.object_server().at(NOTICES, service).await?;
            bus.request_name("org.freedesktop.Notifications").await?;
            zbus::Result::Ok(bus)
        })?;
        Ok(Notices { bus, shown, runtime: runtime.clone() })
    }

    pub(crate) fn all(&self) -> Vec<Notice> {
        self.shown.lock().unwrap().clone()
    }

    /// Waits until one of this title is shown.
    pub(crate) fn titled(&self, title: &str) -> Result<Notice> {
        let shown = || Ok(self.all().into_iter().rfind(|notice| notice.title == title));
        until(title, shown).with_context(|| format!("there were {:?}", self.all()))
    }

    /// A button of it is pressed.
    pub(crate) fn press(&self, notice: &Notice, action: &str) -> Result<()> {
        self.runtime.block_on(async {
            let service = self.bus.object_server().interface::<_, Service>(NOTICES).await?;
            Ok(service.signal_emitter().action_invoked(notice.id, action).await?)
        })
    }
}
