//! What a person chose, over tauri-plugin-store. No secrets.
//!
//! The plugin reads the file and holds the values. It would write with a plain `fs::write`, which a crash can leave
//! empty (tauri-apps/plugins-workspace#3085), also once more when the app ends; so the store is taken out of the
//! plugin's list, and each change replaces the file whole.

use crate::events::{Parameters, ProxyMode, ProxySetting, SettingsChange, Theme};
use crate::library::{SetAside, disk};
use parking_lot::Mutex;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};
use std::io;
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};
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

/// In the data folder.
const FILE: &str = "settings.json";

/// The version of the file that this app writes.
const VERSION: i64 = 1;

/// Percent of the usual size of text.
const TEXT_SIZES: RangeInclusive<u16> = 80..=200;

#[derive(Clone, Debug, PartialEq)]
pub struct Values {
    pub theme: Theme,
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
    pub proxy: ProxySetting,
    /// Points that this app may use in a day.
    pub daily_limit: Option<i64>,
    /// The simulated Poe is used.
    pub demo: bool,
    /// This app's ID at Poe, for signing in.
    pub client_id: Option<String>,
}

impl Default for Values {
    fn default() -> Values {
        Values {
            theme: Theme::default(),
            text_size: 100,
            spelling: true,
            base_url: poe::BaseUrl::DEFAULT.to_owned(),
            refused_base_url: None,
            enter_sends: true,
            default_model: None,
            default_parameters: Parameters::default(),
            proxy: ProxySetting::default(),
            daily_limit: None,
            demo: false,
            client_id: None,
        }
    }
}

type Persist = Box<dyn Fn(&Values) -> Result<(), SettingsError> + Send + Sync>;

pub struct Settings {
    values: Mutex<Values>,
    /// Called only while the values are held.
    persist: Mutex<Persist>,
    /// How values are kept in another file.
    keep_in: Box<dyn Fn(PathBuf) -> Persist + Send + Sync>,
}

impl Settings {
    /// Always gives settings: what can't be read is kept under another name, said, and its defaults used.
    pub fn open<R: Runtime>(app: &AppHandle<R>, data_dir: &Path) -> (Settings, Option<SetAside>) {
        let path = data_dir.join(FILE);
        let found = read(&path);
        let damage = found.damage.map(|damage| damage.keep(&path));
        let persist = match &damage {
            // What could not be moved must not be written over either.
            Some(Err(unmoved)) => refuse(unmoved.reason.clone()),
            _ => persist(app, path).unwrap_or_else(refuse),
        };
        if matches!(&damage, Some(Ok(_))) {
            // Otherwise each start would find it again. Where this fails the next start says so again.
            let _ = persist(&found.values);
        }
        let handle = app.clone();
        let settings = Settings {
            values: Mutex::new(found.values),
            persist: Mutex::new(persist),
            keep_in: Box::new(move |path| self::persist(&handle, path).unwrap_or_else(refuse)),
        };
        (
            settings,
            damage.map(|kept| kept.unwrap_or_else(|unmoved| unmoved)),
        )
    }

    pub fn get(&self) -> Values {
        self.values.lock().clone()
    }

    /// All of the change or none of it; on the disk when this returns.
    pub fn change(&self, change: SettingsChange) -> Result<Values, SettingsError> {
        let mut values = self.values.lock();
        let mut next = values.clone();
        if let Some(theme) = change.theme {
            next.theme = theme;
        }
        if let Some(percent) = change.text_size {
            next.text_size = percent.clamp(*TEXT_SIZES.start(), *TEXT_SIZES.end());
        }
        if let Some(spelling) = change.spelling {
            next.spelling = spelling;
        }
        if let Some(text) = change.base_url {
            next.base_url = parse_base_url(&text)?;
            next.refused_base_url = None;
        }
        if let Some(enter_sends) = change.enter_sends {
            next.enter_sends = enter_sends;
        }
        if let Some(model) = change.default_model {
            next.default_model = Some(model).filter(|model| !model.is_empty());
        }
        if let Some(parameters) = change.default_parameters {
            check_parameters(&parameters)?;
            next.default_parameters = parameters;
        }
        if let Some(id) = change.client_id {
            next.client_id = Some(id.trim().to_owned()).filter(|id| !id.is_empty());
        }
        if let Some(limit) = change.daily_limit {
            next.daily_limit = check_limit(limit)?;
        }
        self.persist(&next)?;
        *values = next;
        Ok(values.clone())
    }

    /// Keeps them in another folder from now on. Fields that this version does not know come along where their file is
    /// there already.
    pub fn move_to(&self, data_dir: &Path) -> Result<(), SettingsError> {
        let values = self.values.lock();
        *self.persist.lock() = (self.keep_in)(data_dir.join(FILE));
        self.persist(&values)
    }

    fn persist(&self, values: &Values) -> Result<(), SettingsError> {
        (self.persist.lock())(values)
    }

    pub fn set_demo(&self, demo: bool) -> Result<Values, SettingsError> {
        self.replace(|values| values.demo = demo)
    }

    /// Whoever calls has made the proxy of it.
    pub fn set_proxy(&self, proxy: ProxySetting) -> Result<Values, SettingsError> {
        self.replace(|values| values.proxy = proxy)
    }

    fn replace(&self, change: impl FnOnce(&mut Values)) -> Result<Values, SettingsError> {
        let mut values = self.values.lock();
        let mut next = values.clone();
        change(&mut next);
        if next == *values {
            return Ok(next);
        }
        self.persist(&next)?;
        *values = next;
        Ok(values.clone())
    }
}

/// Whether Poe would take them: the same ranges for new chats and for one chat.
pub fn check_parameters(parameters: &Parameters) -> Result<(), SettingsError> {
    let Parameters {
        system: _,
        temperature,
        top_p,
        max_tokens,
    } = parameters;
    let field = if temperature.is_some_and(|value| !(0.0..=2.0).contains(&value)) {
        "temperature"
    } else if top_p.is_some_and(|value| !(0.0..=1.0).contains(&value)) {
        "top_p"
    } else if *max_tokens == Some(0) {
        "max_tokens"
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

/// 0 stands for no limit.
fn check_limit(limit: i64) -> Result<Option<i64>, SettingsError> {
    match limit {
        ..0 => Err(SettingsError::OutOfRange { field: "daily_limit" }),
        0 => Ok(None),
        limit => Ok(Some(limit)),
    }
}

fn parse_base_url(text: &str) -> Result<String, SettingsError> {
    let parsed = poe::BaseUrl::parse(text).map_err(SettingsError::BaseUrl)?;
    Ok(parsed.as_str().to_owned())
}

/// What the file says, and what is wrong with it.
struct Found {
    values: Values,
    damage: Option<Damage>,
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

fn read(path: &Path) -> Found {
    let whole = |reason: String| Found {
        values: Values::default(),
        damage: Some(Damage::Whole(reason)),
    };
    let bytes = match std::fs::read(path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return Found {
                values: Values::default(),
                damage: None,
            };
        }
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
    let mut bad = Vec::new();
    let values = values(&mut fields, &mut bad);
    let damage =
        (!bad.is_empty()).then(|| Damage::Fields(format!("could not use {}", bad.join(", ")), bytes));
    Found { values, damage }
}

fn values(fields: &mut Map<String, Value>, bad: &mut Vec<&'static str>) -> Values {
    let mut values = Values::default();
    let Values {
        theme,
        text_size,
        spelling,
        base_url,
        refused_base_url,
        enter_sends,
        default_model,
        default_parameters,
        proxy,
        daily_limit,
        demo,
        client_id,
    } = &mut values;
    take(fields, bad, "theme", theme, Ok);
    take(fields, bad, "textSize", text_size, |percent| {
        let field = "text_size";
        TEXT_SIZES
            .contains(&percent)
            .then_some(percent)
            .ok_or(SettingsError::OutOfRange { field })
    });
    take(fields, bad, "spelling", spelling, Ok);
    take(fields, bad, "refusedBaseUrl", refused_base_url, Ok);
    let given = fields.get("baseUrl").and_then(Value::as_str).map(str::to_owned);
    take(fields, bad, "baseUrl", base_url, |text: String| {
        parse_base_url(&text)
    });
    if bad.contains(&"baseUrl") {
        *refused_base_url = Some(given.unwrap_or_default());
    }
    take(fields, bad, "enterSends", enter_sends, Ok);
    take(fields, bad, "defaultModel", default_model, Ok);
    take(
        fields,
        bad,
        "defaultParameters",
        default_parameters,
        |parameters| check_parameters(&parameters).map(|()| parameters),
    );
    take(fields, bad, "proxy", proxy, |proxy: ProxySetting| {
        match proxy.mode {
            ProxyMode::Manual => manual_proxy(&proxy, None).map(|_| proxy),
            ProxyMode::System | ProxyMode::None => Ok(proxy),
        }
    });
    take(fields, bad, "dailyLimit", daily_limit, |limit: Option<i64>| {
        check_limit(limit.unwrap_or(0))
    });
    take(fields, bad, "demo", demo, Ok);
    take(fields, bad, "clientId", client_id, Ok);
    values
}

/// An absent field keeps its default without a word.
fn take<T: DeserializeOwned>(
    fields: &mut Map<String, Value>,
    bad: &mut Vec<&'static str>,
    name: &'static str,
    value: &mut T,
    check: impl Fn(T) -> Result<T, SettingsError>,
) {
    let Some(field) = fields.remove(name) else { return };
    match serde_json::from_value(field)
        .ok()
        .and_then(|field| check(field).ok())
    {
        Some(good) => *value = good,
        None => bad.push(name),
    }
}

fn to_fields(values: &Values) -> [(&'static str, Value); 13] {
    let Values {
        theme,
        text_size,
        spelling,
        base_url,
        refused_base_url,
        enter_sends,
        default_model,
        default_parameters,
        proxy,
        daily_limit,
        demo,
        client_id,
    } = values;
    [
        ("version", json!(VERSION)),
        ("theme", json!(theme)),
        ("textSize", json!(text_size)),
        ("spelling", json!(spelling)),
        ("baseUrl", json!(base_url)),
        ("refusedBaseUrl", json!(refused_base_url)),
        ("enterSends", json!(enter_sends)),
        ("defaultModel", json!(default_model)),
        ("defaultParameters", json!(default_parameters)),
        ("proxy", json!(proxy)),
        ("dailyLimit", json!(daily_limit)),
        ("demo", json!(demo)),
        ("clientId", json!(client_id)),
    ]
}

/// How a change reaches the plugin's store and the disk. Fields that this version does not know stay in the file.
fn persist<R: Runtime>(app: &AppHandle<R>, path: PathBuf) -> Result<Persist, String> {
    let store = app
        .store_builder(&path)
        .disable_auto_save()
        .build()
        .map_err(|error| error.to_string())?;
    store.close_resource();
    Ok(Box::new(move |values| {
        for (name, value) in to_fields(values) {
            store.set(name, value);
        }
        let write = || {
            let fields: Map<String, Value> = store.entries().into_iter().collect();
            let bytes = serde_json::to_vec_pretty(&fields)?;
            disk::create_folder(path.parent().unwrap_or(&path))?;
            disk::replace(&path, &bytes)
        };
        write().map_err(|error: io::Error| SettingsError::Write(error.to_string()))
    }))
}

fn refuse(detail: String) -> Persist {
    Box::new(move |_| Err(SettingsError::Write(detail.clone())))
}
