//! How Poe is reached: the proxy, its password, and the certificates trusted beside the system's. A change makes the
//! account's client anew, at once; answers under way go on by the old one.

mod certificates;

use crate::account::{Account, Keychain, Network};
use crate::events::{ConnectionView, PasswordState, ProxyChange, ProxyMode, ProxySetting};
use crate::settings::{self, Settings, SettingsError};
use certificates::Certificates;
use poe::{BaseUrl, Proxy, ProxySource, Secret};
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

pub use certificates::MOST_BYTES;

/// Beside the key's, in the same keychain.
const ENTRY: &str = "proxy-password";

/// The folder with certificates, in the data folder.
const CERTIFICATES: &str = "certificates";

pub struct Connection {
    account: Arc<Account>,
    settings: Arc<Settings>,
    keychain: Keychain,
    certificates: Certificates,
    held: Mutex<Held>,
}

#[derive(Default)]
struct Held {
    password: Option<Secret>,
    kept: PasswordState,
    /// The setting is passed over until the app closes, or until it is set anew.
    bypassed: bool,
}

impl Connection {
    /// Reads the certificates, and sends the account by the way that is set. Failures leave what works in use.
    pub fn new(
        account: Arc<Account>,
        settings: Arc<Settings>,
        keychain: &Keychain,
        data_dir: &Path,
    ) -> (Connection, Vec<SettingsError>) {
        let (certificates, mut failures) = Certificates::read(&data_dir.join(CERTIFICATES));
        let connection = Connection {
            account,
            settings,
            keychain: keychain.entry(ENTRY),
            certificates,
            held: Mutex::default(),
        };
        failures.extend(connection.apply().err());
        (connection, failures)
    }

    /// Reads the password where one is needed. Without it the proxy says what it misses, so nothing else does.
    pub async fn load(&self) -> Result<(), SettingsError> {
        if self.settings.get().proxy.login.is_empty() {
            return Ok(());
        }
        if let Ok(Some(password)) = self.keychain.read().await {
            let mut held = self.held();
            held.password = Some(password);
            held.kept = PasswordState::Stored;
        }
        self.apply()
    }

    /// The files with certificates have been copied to another data folder.
    pub fn move_to(&self, data_dir: &Path) {
        self.certificates.move_to(data_dir.join(CERTIFICATES));
    }

    pub fn view(&self, base_url: &BaseUrl) -> ConnectionView {
        let held = self.held();
        ConnectionView {
            proxy: self.settings.get().proxy,
            password: held.kept,
            bypassed: held.bypassed,
            in_use: in_use(&self.account.network().proxy, base_url),
            certificates: self.certificates.view(),
        }
    }

    /// All of the change or none of it. A password that the keychain does not take is used until the app closes.
    pub async fn set_proxy(&self, change: ProxyChange) -> Result<(), SettingsError> {
        let ProxyChange { setting, password } = change;
        let setting = ProxySetting {
            address: setting.address.trim().to_owned(),
            login: setting.login.trim().to_owned(),
            ..setting
        };
        let (known, mut kept) = {
            let held = self.held();
            (held.password.clone(), held.kept)
        };
        let is_typed = password.is_some();
        let secret = match password {
            Some(text) => Secret::verbatim(&text),
            None if setting.login.is_empty() => None,
            None => known.clone(),
        };
        if setting.mode == ProxyMode::Manual {
            settings::manual_proxy(&setting, secret.clone())?;
        }
        match &secret {
            Some(secret) if is_typed || kept != PasswordState::Stored => {
                kept = match self.keychain.write(secret.clone()).await {
                    Ok(()) => PasswordState::Stored,
                    Err(_) => PasswordState::Session,
                };
            }
            Some(_) => {}
            None => {
                // One that can't be removed is still said to be stored, and the next change tries again.
                if kept != PasswordState::Stored || self.keychain.remove().await.is_ok() {
                    kept = PasswordState::None;
                }
            }
        }
        self.settings.set_proxy(setting)?;
        {
            let mut held = self.held();
            (held.password, held.kept, held.bypassed) = (secret, kept, false);
        }
        self.apply()
    }

    /// Passes the proxy over until the app closes.
    pub fn bypass_proxy(&self) -> Result<(), SettingsError> {
        self.held().bypassed = true;
        self.apply()
    }

    pub fn add_certificate(&self, name: &str, bytes: &[u8]) -> Result<(), SettingsError> {
        self.certificates.add(name, bytes)?;
        self.apply()
    }

    pub fn remove_certificate(&self, file: &str) -> Result<(), SettingsError> {
        self.certificates.remove(file)?;
        self.apply()
    }

    fn apply(&self) -> Result<(), SettingsError> {
        let setting = self.settings.get().proxy;
        let (password, bypassed) = {
            let held = self.held();
            (held.password.clone(), held.bypassed)
        };
        let proxy = match setting.mode {
            _ if bypassed => Proxy::None,
            ProxyMode::System => Proxy::System,
            ProxyMode::None => Proxy::None,
            ProxyMode::Manual => Proxy::Manual(settings::manual_proxy(&setting, password)?),
        };
        let network = Network {
            proxy,
            extra_ca: self.certificates.all(),
            ..Network::default()
        };
        self.account.go_by(network).map_err(SettingsError::Client)
    }

    fn held(&self) -> MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The proxy on the way, and where its setting comes from.
fn in_use(proxy: &Proxy, base_url: &BaseUrl) -> Option<String> {
    let proxy = proxy.in_use(base_url)?;
    Some(match &proxy.source {
        ProxySource::Environment(name) => format!("{} ({name})", proxy.address()),
        ProxySource::System | ProxySource::Manual => proxy.address(),
    })
}
