//! What a person chose: one struct over tauri-plugin-store. No secrets.
//!
//! The plugin's store holds all fields of the file, those of other versions too. It would write with a plain `fs::write`,
//! which a crash can leave empty (tauri-apps/plugins-workspace#3085), also once more when the app ends; so the store is taken
//! out of the plugin's list, and each change replaces the file whole.

use crate::data_folder::DataFolder;
use crate::events::{
    ListOrder, ModelParameters, Parameters, ProxyMode, ProxySetting, QuietHours, SettingsChange, Theme,
    Typeface,
};
use crate::library::{SetAside, disk};
use parking_lot::Mutex;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::ops::RangeInclusive;
use std::path::Path;
use std::sync::Arc;
use tauri::{AppHandle, Runtime};
use tauri_plugin_store::StoreExt;

#[derive(Clone, Debug)]
pub enum SettingsError {
    BaseUrl(poe::Error),
    OutOfRange {
        field: &'static str,
    },
    /// An address or a login of a proxy that can't be used.
    Proxy(poe::Error),
    /// A file that holds no certificate.
    Certificate(poe::Error),
    CertificateTooLarge,
    /// What is set fits, and no client can be made with it.
    Client(poe::Error),
    Write(String),
}

/// The version of the file that this app writes.
const VERSION: i64 = 1;

/// Percent of the usual size of text.
const TEXT_SIZES: RangeInclusive<u16> = 80..=200;

/// Points below which the balance is told of, before a person sets other levels: some answers are left.
const FIRST_LEVEL: i64 = 5_000;
const MOST_LEVELS: usize = 5;
const MINUTES_OF_DAY: u16 = 24 * 60;

/// As they stand in the file, where an absent field has its default.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Values {
    pub theme: Theme,
    pub typeface: Typeface,
    /// Percent of the usual, within `TEXT_SIZES`.
    pub text_size: u16,
    /// Fields check spelling.
    pub spelling: bool,
    /// Has passed `poe::BaseUrl::parse`.
    pub base_url: String,
    pub enter_sends: bool,
    /// One that was found in the file and is none. Nothing is asked anywhere until a person sets another.
    pub refused_base_url: Option<String>,
    /// For new chats.
    pub default_model: Option<String>,
    pub default_parameters: Parameters,
    /// Of those that a model declares, by its id in small letters.
    pub model_parameters: BTreeMap<String, Map<String, Value>>,
    /// Models, by their ids.
    pub favorites: Vec<String>,
    /// Bots, and makers of bots, that are asked although they may cost anything.
    pub allowed_bots: Vec<String>,
    pub allowed_makers: Vec<String>,
    pub proxy: ProxySetting,
    /// Points that this app may use in a day.
    pub daily_limit: Option<i64>,
    /// Points below which the balance is told of, the highest first.
    pub levels: Vec<i64>,
    /// Models' hosts are asked to keep long chats, where that pays.
    pub cache_chats: bool,
    /// What the lists of chats are sorted by.
    pub list_order: ListOrder,
    /// The simulated Poe is used.
    pub demo: bool,
    /// This app's ID at Poe, for signing in.
    pub client_id: Option<String>,
    /// An icon in the tray, where there is one.
    pub tray: bool,
    /// The window's end is not the app's, while the tray shows it.
    pub close_to_tray: bool,
    /// The desktop's own notices.
    pub notices: bool,
    /// They name the chat that they are about.
    pub notice_titles: bool,
    pub quiet: Option<QuietHours>,
    /// The balance's small window was open.
    pub monitor: bool,
}

impl Default for Values {
    fn default() -> Values {
        Values {
            theme: Theme::default(),
            typeface: Typeface::default(),
            text_size: 100,
            spelling: true,
            base_url: poe::BaseUrl::DEFAULT.to_owned(),
            refused_base_url: None,
            enter_sends: true,
            default_model: None,
            default_parameters: Parameters::default(),
            model_parameters: BTreeMap::new(),
            favorites: Vec::new(),
            allowed_bots: Vec::new(),
            allowed_makers: Vec::new(),
            proxy: ProxySetting::default(),
            daily_limit: None,
            levels: vec![FIRST_LEVEL],
            cache_chats: true,
            list_order: ListOrder::default(),
            demo: false,
            client_id: None,
            tray: true,
            close_to_tray: false,
            notices: true,
            notice_titles: false,
            quiet: None,
            monitor: false,
        }
    }
}

/// Takes values into the plugin's store, and gives every field that it holds then.
type Store = Box<dyn Fn(&Values) -> Result<Map<String, Value>, String> + Send + Sync>;

pub struct Settings {
    folder: Arc<DataFolder>,
    held: Mutex<Held>,
    store: Store,
}

struct Held {
    values: Values,
    /// Why the file in the folder must not be written over.
    untouchable: Option<String>,
}

impl Settings {
    /// Always gives settings: what can't be read is kept under another name, said, and its defaults used.
    pub fn open<R: Runtime>(app: &AppHandle<R>, folder: Arc<DataFolder>) -> (Settings, Option<SetAside>) {
        let path = folder.settings();
        let (values, damage) = read(&path);
        let damage = damage.map(|damage| damage.keep(&path));
        let settings = Settings {
            held: Mutex::new(Held {
                values,
                untouchable: match &damage {
                    Some(Err(unmoved)) => Some(unmoved.reason.clone()),
                    _ => None,
                },
            }),
            store: store(app, &path),
            folder,
        };
        if matches!(damage, Some(Ok(_))) {
            // Otherwise each start would find it again. Where this fails the next start says so again.
            let _ = settings.write(&settings.held.lock());
        }
        let set_aside = damage.map(|kept| kept.unwrap_or_else(|unmoved| unmoved));
        (settings, set_aside)
    }

    pub fn get(&self) -> Values {
        self.held.lock().values.clone()
    }

    /// All of the change or none of it; on the disk when this returns.
    pub fn change(&self, change: SettingsChange) -> Result<Values, SettingsError> {
        self.replace(|values| {
            if change.base_url.is_some() {
                values.refused_base_url = None;
            }
            let (least, most) = TEXT_SIZES.into_inner();
            set(&mut values.theme, change.theme);
            set(&mut values.typeface, change.typeface);
            set(&mut values.text_size, change.text_size.map(|percent| percent.clamp(least, most)));
            set(&mut values.spelling, change.spelling);
            set(&mut values.base_url, change.base_url);
            set(&mut values.enter_sends, change.enter_sends);
            set(&mut values.default_model, change.default_model.map(Some));
            set(&mut values.default_parameters, change.default_parameters);
            if let Some(ModelParameters { model, declared }) = change.model_parameters {
                values.model_parameters.insert(model.to_lowercase(), declared);
            }
            set(&mut values.favorites, change.favorites);
            if change.ask_about_bots == Some(true) {
                (values.allowed_bots, values.allowed_makers) = (Vec::new(), Vec::new());
            }
            set(&mut values.daily_limit, change.daily_limit.map(Some));
            set(&mut values.levels, change.levels);
            set(&mut values.cache_chats, change.cache_chats);
            set(&mut values.list_order, change.list_order);
            set(&mut values.client_id, change.client_id.map(Some));
            set(&mut values.tray, change.tray);
            set(&mut values.close_to_tray, change.close_to_tray);
            set(&mut values.notices, change.notices);
            set(&mut values.notice_titles, change.notice_titles);
            set(&mut values.quiet, change.quiet.map(Some));
        })
    }

    pub fn set_monitor(&self, is_open: bool) -> Result<Values, SettingsError> {
        self.replace(|values| values.monitor = is_open)
    }

    pub fn set_demo(&self, demo: bool) -> Result<Values, SettingsError> {
        self.replace(|values| values.demo = demo)
    }

    pub fn allow_bot(&self, id: String) -> Result<Values, SettingsError> {
        self.replace(|values| values.allowed_bots.push(id))
    }

    pub fn allow_maker(&self, maker: String) -> Result<Values, SettingsError> {
        self.replace(|values| values.allowed_makers.push(maker))
    }

    pub fn set_proxy(&self, proxy: ProxySetting) -> Result<Values, SettingsError> {
        self.replace(|values| values.proxy = proxy)
    }

    /// The data folder is another one, where nothing must be left alone.
    pub fn write_anew(&self) -> Result<(), SettingsError> {
        let mut held = self.held.lock();
        held.untouchable = None;
        self.write(&held)
    }

    fn replace(&self, change: impl FnOnce(&mut Values)) -> Result<Values, SettingsError> {
        let mut held = self.held.lock();
        let mut next = held.values.clone();
        change(&mut next);
        let before = std::mem::replace(&mut held.values, next.checked()?);
        if held.values != before
            && let Err(error) = self.write(&held)
        {
            held.values = before;
            return Err(error);
        }
        Ok(held.values.clone())
    }

    fn write(&self, held: &Held) -> Result<(), SettingsError> {
        let write = || {
            if let Some(reason) = &held.untouchable {
                return Err(reason.clone());
            }
            let fields = (self.store)(&held.values)?;
            let bytes = serde_json::to_vec_pretty(&fields).map_err(|error| error.to_string())?;
            disk::create_folder(&self.folder.dir())
                .and_then(|()| disk::replace(&self.folder.settings(), &bytes))
                .map_err(|error| error.to_string())
        };
        write().map_err(SettingsError::Write)
    }
}

fn set<T>(value: &mut T, new: Option<T>) {
    if let Some(new) = new {
        *value = new;
    }
}

impl Values {
    /// What a chat with this model begins with where it says nothing itself.
    pub fn parameters_of_new(&self, model: &str) -> Parameters {
        let mut parameters = self.default_parameters.clone();
        let own = self.model_parameters.get(&model.to_lowercase());
        parameters
            .declared
            .extend(own.into_iter().flatten().map(|(name, value)| (name.clone(), value.clone())));
        parameters
    }

    /// As they are kept. The one rule for what a person sets and for what stands in the file.
    fn checked(self) -> Result<Values, SettingsError> {
        if !TEXT_SIZES.contains(&self.text_size) {
            return Err(SettingsError::OutOfRange { field: "text_size" });
        }
        if self.daily_limit.is_some_and(|points| points < 0) {
            return Err(SettingsError::OutOfRange { field: "daily_limit" });
        }
        if self.levels.len() > MOST_LEVELS || self.levels.iter().any(|points| *points <= 0) {
            return Err(SettingsError::OutOfRange { field: "levels" });
        }
        if self.quiet.is_some_and(|quiet| quiet.from.max(quiet.to) >= MINUTES_OF_DAY) {
            return Err(SettingsError::OutOfRange { field: "quiet" });
        }
        check_parameters(&self.default_parameters)?;
        if self.proxy.mode == ProxyMode::Manual {
            manual_proxy(&self.proxy, None)?;
        }
        let base_url = poe::BaseUrl::parse(&self.base_url).map_err(SettingsError::BaseUrl)?;
        let client_id = self.client_id.map(|id| id.trim().to_owned());
        Ok(Values {
            base_url: base_url.as_str().to_owned(),
            daily_limit: self.daily_limit.filter(|points| *points > 0),
            default_model: self.default_model.filter(|model| !model.is_empty()),
            client_id: client_id.filter(|id| !id.is_empty()),
            levels: self.levels.into_iter().collect::<BTreeSet<_>>().into_iter().rev().collect(),
            favorites: distinct(self.favorites),
            allowed_bots: distinct(self.allowed_bots),
            allowed_makers: distinct(self.allowed_makers),
            model_parameters: self.model_parameters.into_iter().filter(|(_, set)| !set.is_empty()).collect(),
            quiet: self.quiet.filter(|quiet| quiet.from != quiet.to),
            ..self
        })
    }
}

/// Each once, in its first place; nothing of no name.
fn distinct(names: Vec<String>) -> Vec<String> {
    let mut seen = BTreeSet::new();
    names.into_iter().filter(|name| !name.trim().is_empty() && seen.insert(name.to_lowercase())).collect()
}

/// Whether Poe would take them: the same ranges for new chats and for one chat.
pub fn check_parameters(parameters: &Parameters) -> Result<(), SettingsError> {
    let Parameters { system: _, declared: _, temperature, top_p, max_tokens, budget } = parameters;
    let field = if temperature.is_some_and(|value| !(0.0..=2.0).contains(&value)) {
        "temperature"
    } else if top_p.is_some_and(|value| !(0.0..=1.0).contains(&value)) {
        "top_p"
    } else if *max_tokens == Some(0) {
        "max_tokens"
    } else if budget.is_some_and(|points| points < 1) {
        "budget"
    } else {
        return Ok(());
    };
    Err(SettingsError::OutOfRange { field })
}

/// The proxy that a person set; most write host and port alone. A name whose password is not known is checked and left out.
pub fn manual_proxy(
    setting: &ProxySetting,
    password: Option<poe::Secret>,
) -> Result<poe::ManualProxy, SettingsError> {
    let address = setting.address.trim();
    let url = match address.contains("://") {
        true => address.to_owned(),
        false => format!("http://{address}"),
    };
    let parse = |login| poe::ManualProxy::parse(&url, login).map_err(SettingsError::Proxy);
    if setting.login.is_empty() {
        return parse(None);
    }
    let is_known = password.is_some();
    let placeholder = password.or_else(|| poe::Secret::verbatim("none"));
    let checked = parse(placeholder.map(|password| (setting.login.clone(), password)))?;
    if is_known { Ok(checked) } else { parse(None) }
}

enum Damage {
    /// Nothing in it can be used.
    Whole(String),
    /// The named fields can't.
    Fields(String, Vec<u8>),
}

impl Damage {
    /// Err: the file is where it was.
    fn keep(self, path: &Path) -> Result<SetAside, SetAside> {
        let (reason, kept) = match self {
            Damage::Whole(reason) => (reason.clone(), disk::set_aside(path, &[], reason)),
            Damage::Fields(reason, bytes) => (reason.clone(), disk::copy_aside(path, &bytes, reason)),
        };
        kept.map_err(|error| SetAside {
            original: path.to_path_buf(),
            kept_as: path.to_path_buf(),
            reason: format!("{reason}; it could not be moved: {error}"),
        })
    }
}

/// What the file says, and what is wrong with it.
fn read(path: &Path) -> (Values, Option<Damage>) {
    let whole = |reason: String| (Values::default(), Some(Damage::Whole(reason)));
    let bytes = match std::fs::read(path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return (Values::default(), None),
        Err(error) => return whole(format!("it could not be read: {error}")),
    };
    let mut fields: Map<String, Value> = match serde_json::from_slice(&bytes) {
        Ok(fields) => fields,
        Err(error) => return whole(error.to_string()),
    };
    match fields.remove("version") {
        None => {}
        Some(version) if version == json!(VERSION) => {}
        Some(version) => return whole(format!("version {version}, this app knows {VERSION}")),
    }
    let refused = fields.get("baseUrl").and_then(Value::as_str).map(str::to_owned);
    let mut bad = Vec::new();
    fields.retain(|name, value| match checked(name, value) {
        Some(good) => {
            *value = good;
            true
        }
        None => {
            bad.push(name.clone());
            false
        }
    });
    let mut values = match Values::deserialize(Value::Object(fields)) {
        Ok(values) => values,
        Err(error) => return whole(error.to_string()),
    };
    if bad.iter().any(|name| name == "baseUrl") {
        values.refused_base_url = Some(refused.unwrap_or_default());
    }
    let damage = Damage::Fields(format!("could not use {}", bad.join(", ")), bytes);
    (values, (!bad.is_empty()).then_some(damage))
}

/// One field by itself, as it is kept. One that this version does not know is left as it is.
fn checked(name: &str, value: &Value) -> Option<Value> {
    let alone = Value::Object(Map::from_iter([(name.to_owned(), value.clone())]));
    let values = Values::deserialize(alone).ok()?.checked().ok()?;
    let known = json!(values).get_mut(name).map(Value::take);
    Some(known.unwrap_or_else(|| value.clone()))
}

/// The plugin's store with the file's fields. Without one nothing can be changed.
fn store<R: Runtime>(app: &AppHandle<R>, path: &Path) -> Store {
    let store = match app.store_builder(path).disable_auto_save().build() {
        Ok(store) => store,
        Err(error) => {
            let reason = error.to_string();
            return Box::new(move |_| Err(reason.clone()));
        }
    };
    store.close_resource();
    Box::new(move |values| {
        let fields = Map::deserialize(json!(values)).map_err(|error| error.to_string())?;
        store.set("version", VERSION);
        for (name, value) in fields {
            store.set(name, value);
        }
        Ok(store.entries().into_iter().collect())
    })
}
