//! How Poe is reached: the proxy, its password, and the certificates trusted beside the system's. A change makes the
//! account's client anew, at once; answers under way go on by the old one.

mod certificates;
mod desktop;
mod desktop_proxy;
#[cfg(target_os = "linux")]
mod gnome;
#[cfg(target_os = "linux")]
mod kde;

use crate::account::{Account, Keychain, KeychainError, KeychainFault, Network};
use crate::data_folder::DataFolder;
use crate::events::{ConnectionView, PasswordState, ProxyChange, ProxyMode, ProxyProblem, ProxySetting};
use crate::settings::{self, Settings, SettingsError};
use crate::words;
use certificates::Certificates;
use desktop_proxy::Desktop;
use parking_lot::Mutex;
use poe::{BaseUrl, Proxy, ProxyInUse, ProxySource, Secret};
use std::sync::Arc;
use tokio::sync::watch::Receiver;

pub use certificates::MOST_BYTES;

/// Beside the key's, in the same keychain.
const ENTRY: &str = "proxy-password";

pub struct Connection {
    account: Arc<Account>,
    settings: Arc<Settings>,
    keychain: Keychain,
    certificates: Certificates,
    desktop: Receiver<Desktop>,
    /// The same for who waits for a change: one that comes between two waits is not lost.
    changes: tokio::sync::Mutex<Receiver<Desktop>>,
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
    /// Reads the certificates and the desktop's settings, and sends the account by the way that is set. Failures leave what works in use.
    pub fn new(
        account: Arc<Account>,
        settings: Arc<Settings>,
        keychain: &Keychain,
        data_folder: Arc<DataFolder>,
    ) -> (Connection, Vec<SettingsError>) {
        let (certificates, mut failures) = Certificates::read(data_folder);
        let mut desktop = desktop::watch();
        desktop.mark_unchanged();
        let connection = Connection {
            account,
            settings,
            keychain: keychain.entry(ENTRY),
            certificates,
            changes: tokio::sync::Mutex::new(desktop.clone()),
            desktop,
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
            let mut held = self.held.lock();
            held.password = Some(password);
            held.kept = PasswordState::Stored;
        }
        self.apply()
    }

    pub fn view(&self, base_url: &BaseUrl) -> ConnectionView {
        let network = self.account.network();
        let (in_use, problem) = match network.proxy.in_use(base_url) {
            Ok(Some(proxy)) => (Some(shown(&proxy)), None),
            // This computer is behind no proxy, whoever sets one.
            Ok(None) => (None, network.unfollowed.filter(|_| !base_url.is_loopback())),
            Err(unusable) => {
                let (source, value) = (origin(&unusable.source).unwrap_or_default(), unusable.value);
                (None, Some(ProxyProblem::Unusable { source, value }))
            }
        };
        let held = self.held.lock();
        ConnectionView {
            proxy: self.settings.get().proxy,
            password: held.kept,
            bypassed: held.bypassed,
            in_use,
            problem,
            certificates: self.certificates.view(),
        }
    }

    /// Returns once the desktop's settings have changed and are in use; never where nobody watches them.
    pub async fn desktop_changed(&self) -> Result<(), SettingsError> {
        match self.changes.lock().await.changed().await {
            Ok(()) => self.apply(),
            Err(_) => std::future::pending().await,
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
            let held = self.held.lock();
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
            let mut held = self.held.lock();
            (held.password, held.kept, held.bypassed) = (secret, kept, false);
        }
        self.apply()
    }

    /// Takes the proxy's password out of the keychain, for good, as the app is about to end.
    pub async fn forget_password(&self) -> Result<(), KeychainError> {
        match self.keychain.remove().await {
            // Without a keychain there is no password in it.
            Err(error) if error.kind != KeychainFault::Unavailable => Err(error),
            _ => Ok(()),
        }
    }

    /// Passes the proxy over until the app closes.
    pub fn bypass_proxy(&self) -> Result<(), SettingsError> {
        self.held.lock().bypassed = true;
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
            let held = self.held.lock();
            (held.password.clone(), held.bypassed)
        };
        let (proxy, unfollowed) = match setting.mode {
            _ if bypassed => (Proxy::None, None),
            ProxyMode::System => self.desktop.borrow().clone().followed(),
            ProxyMode::None => (Proxy::None, None),
            ProxyMode::Manual => (Proxy::Manual(settings::manual_proxy(&setting, password)?), None),
        };
        let network = Network { proxy, unfollowed, extra_ca: self.certificates.all(), ..Network::default() };
        self.account.set_network(network).map_err(SettingsError::Client)
    }
}

/// The proxy, and where its setting comes from.
fn shown(proxy: &ProxyInUse) -> String {
    match origin(&proxy.source) {
        Some(origin) => format!("{} ({origin})", proxy.address()),
        None => proxy.address(),
    }
}

/// Where the field in the window does not say it.
fn origin(source: &ProxySource) -> Option<String> {
    match source {
        ProxySource::Environment(name) => Some(name.clone()),
        ProxySource::Desktop(name) => Some(words::connection::settings_of(name)),
        ProxySource::System | ProxySource::Manual => None,
    }
}
