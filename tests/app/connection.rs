//! How Poe is reached: proxies, certificates and passwords as they are set, on real sockets, and what is left on the disk.

use crate::authority::{Authority, TlsServer};
use crate::tunnel::{Manners, Tunnel};
use poe::{BaseUrl, Kind};
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;
use tauri::test::{mock_builder, mock_context, noop_assets};
use telltale::account::{Account, Keychain, KeychainFault};
use telltale::connection::Connection;
use telltale::data_folder::DataFolder;
use telltale::events::{PasswordState, ProxyChange, ProxyMode, ProxySetting};
use telltale::settings::{Settings, SettingsError};

/// No lookup finds it: only a proxy can lead there.
const HOST: &str = "poe.invalid";
const PASSWORD: &str = " proxy-canary \"word\" ";
/// `me: proxy-canary "word" `
const LOGIN: &str = "Basic bWU6IHByb3h5LWNhbmFyeSAid29yZCIg";
const MODELS: &str = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: close\r\ncontent-length: 42\r\n\r\n\
    {\"data\":[{\"id\":\"one\",\"object\":\"model\"  }]}";

/// One start of the app's connection on a data folder.
struct Start {
    account: Arc<Account>,
    connection: Connection,
    settings: Arc<Settings>,
    failures: Vec<SettingsError>,
    _tauri: tauri::App<tauri::test::MockRuntime>,
}

impl Start {
    async fn on(folder: &Path, keychain: &Keychain) -> Start {
        let data_folder = Arc::new(DataFolder::fixed(folder.to_owned()));
        let tauri = mock_builder()
            .plugin(tauri_plugin_store::Builder::default().build())
            .build(mock_context(noop_assets()))
            .unwrap();
        let (settings, set_aside) = Settings::open(tauri.handle(), data_folder.clone());
        assert!(set_aside.is_none(), "{set_aside:?}");
        let settings = Arc::new(settings);
        let base_url = BaseUrl::parse(&format!("https://{HOST}/v1")).unwrap();
        let account = Account::new(keychain.clone(), base_url, None, Box::new(|_| {})).unwrap();
        let account = Arc::new(account);
        let (connection, failures) =
            Connection::new(account.clone(), settings.clone(), keychain, data_folder.clone());
        connection.load().await.unwrap();
        Start { account, connection, settings, failures, _tauri: tauri }
    }

    /// The kind of the failure, if any, of the free list of models by the way that is set.
    async fn asks(&self) -> Option<Kind> {
        self.account.keyless_client().models().await.err().map(|error| error.kind)
    }

    fn base_url(&self) -> BaseUrl {
        self.account.keyless_client().base_url().clone()
    }

    fn password(&self) -> PasswordState {
        self.connection.view(&self.base_url()).password
    }
}

fn manual(address: impl ToString, login: &str, password: Option<&str>) -> ProxyChange {
    ProxyChange {
        setting: ProxySetting {
            mode: ProxyMode::Manual,
            address: address.to_string(),
            login: login.to_owned(),
        },
        password: password.map(str::to_owned),
    }
}

fn files_with(folder: &Path, text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap().flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if String::from_utf8_lossy(&std::fs::read(&path).unwrap()).contains(text) {
                found.push(path.display().to_string());
            }
        }
    }
    found
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proxy_with_a_login_and_a_company_certificate_last_over_a_restart() {
    let company = Authority::new("Company");
    let poe = TlsServer::answering(company.sign(HOST, |_| {}), MODELS, true).await;
    let tunnel = Tunnel::start(Manners::AsksForLogin(poe.address, LOGIN)).await;
    let (folder, keychain) = (tempfile::tempdir().unwrap(), Keychain::memory());

    let start = Start::on(folder.path(), &keychain).await;
    let before = start.account.keyless_client();
    let set = |change| start.connection.set_proxy(change);
    set(manual(tunnel.address, "me", Some("wrong"))).await.unwrap();
    assert_eq!(start.asks().await, Some(Kind::ProxyFailed), "another password");
    set(manual(tunnel.address, "me", Some(PASSWORD))).await.unwrap();
    assert_eq!(start.asks().await, Some(Kind::TlsUntrusted), "no certificate yet");
    start.connection.add_certificate("company root.pem", company.file().as_bytes()).unwrap();
    assert_eq!(start.asks().await, None);
    assert_eq!(start.password(), PasswordState::Stored);
    let view = start.connection.view(&start.base_url());
    assert!(view.in_use.unwrap().starts_with(&tunnel.address.to_string()));
    let listed = &view.certificates[0];
    assert_eq!(
        (&*listed.file, listed.count, listed.subject.as_deref()),
        ("company-root.pem", 1, Some("Company"))
    );
    assert!(listed.expires_at.is_some());
    assert!(before.models().await.is_err(), "what began by the old way stays on it");
    assert_eq!(files_with(folder.path(), "proxy-canary"), Vec::<String>::new());

    let start = Start::on(folder.path(), &keychain).await;
    assert!(start.failures.is_empty());
    assert_eq!(start.asks().await, None, "after a restart");

    start.connection.bypass_proxy().unwrap();
    assert_eq!(start.asks().await, Some(Kind::DnsFailed), "passed over");
    let view = start.connection.view(&start.base_url());
    assert!(view.bypassed && view.in_use.is_none() && view.proxy.mode == ProxyMode::Manual);

    // Taken up again as it was, password and all.
    start.connection.set_proxy(manual(tunnel.address, "me", None)).await.unwrap();
    assert_eq!(start.asks().await, None);
    start.connection.remove_certificate("company-root.pem").unwrap();
    assert_eq!(start.asks().await, Some(Kind::TlsUntrusted));
    start.connection.set_proxy(manual(tunnel.address, "me", Some(""))).await.unwrap();
    assert_eq!(start.asks().await, Some(Kind::ProxyFailed), "no password any more");
    assert_eq!(start.password(), PasswordState::None);
    assert!(keychain.entry("proxy-password").read().await.unwrap().is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_that_the_keychain_does_not_take_is_used_and_never_written() {
    let poe = TlsServer::answering(Authority::new("C").sign(HOST, |_| {}), MODELS, true).await;
    let tunnel = Tunnel::start(Manners::AsksForLogin(poe.address, LOGIN)).await;
    let (folder, keychain) = (tempfile::tempdir().unwrap(), Keychain::memory());
    keychain.break_with(Some(KeychainFault::Unavailable));
    let start = Start::on(folder.path(), &keychain).await;
    start.connection.set_proxy(manual(tunnel.address, "me", Some(PASSWORD))).await.unwrap();
    assert_eq!(start.password(), PasswordState::Session);
    assert_eq!(start.asks().await, Some(Kind::TlsUntrusted), "the proxy let it through");
    assert_eq!(files_with(folder.path(), "proxy-canary"), Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_that_the_keychain_does_not_remove_is_said_to_be_there_until_it_is_gone() {
    let poe = TlsServer::answering(Authority::new("C").sign(HOST, |_| {}), MODELS, true).await;
    let tunnel = Tunnel::start(Manners::AsksForLogin(poe.address, LOGIN)).await;
    let (folder, keychain) = (tempfile::tempdir().unwrap(), Keychain::memory());
    let entry = keychain.entry("proxy-password");
    let start = Start::on(folder.path(), &keychain).await;
    let set = |change| start.connection.set_proxy(change);
    set(manual(tunnel.address, "me", Some(PASSWORD))).await.unwrap();
    assert_eq!(start.password(), PasswordState::Stored);

    keychain.break_with(Some(KeychainFault::Denied));
    set(manual(tunnel.address, "", None)).await.unwrap();
    assert_eq!(start.settings.get().proxy.login, "", "the change itself holds");
    assert_eq!(start.password(), PasswordState::Stored, "it is still there, and that is said");
    assert_eq!(start.asks().await, Some(Kind::ProxyFailed), "it is no longer sent");
    keychain.break_with(None);
    assert!(entry.read().await.unwrap().is_some_and(|kept| kept.expose() == PASSWORD));

    // The next change tries again.
    set(manual(tunnel.address, "", None)).await.unwrap();
    assert_eq!(start.password(), PasswordState::None);
    assert!(entry.read().await.unwrap().is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_used_changes_nothing() {
    let (folder, keychain) = (tempfile::tempdir().unwrap(), Keychain::memory());
    let start = Start::on(folder.path(), &keychain).await;
    for address in
        ["", "proxy.example:0", "proxy.example:65536", "ftp://proxy.example", "me:word@proxy.example:1"]
    {
        let refused = start.connection.set_proxy(manual(address, "", None)).await;
        assert!(matches!(refused, Err(SettingsError::Proxy(_))), "{address}: {refused:?}");
    }
    let refused = start.connection.set_proxy(manual("proxy.example:1", "a:b", Some("x"))).await;
    assert!(
        matches!(&refused, Err(SettingsError::Proxy(error)) if error.param.as_deref() == Some("proxy_login")),
        "{refused:?}"
    );
    assert_eq!(start.settings.get().proxy, ProxySetting::default());
    assert_eq!(start.password(), PasswordState::None);

    let large = vec![b'x'; usize::try_from(telltale::connection::MOST_BYTES).unwrap() + 1];
    let refused = start.connection.add_certificate("large.pem", &large);
    assert!(matches!(refused, Err(SettingsError::CertificateTooLarge)), "{refused:?}");
    let half = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n";
    for bytes in ["", "hello", "{}", half] {
        let refused = start.connection.add_certificate("x.pem", bytes.as_bytes());
        assert!(matches!(refused, Err(SettingsError::Certificate(_))), "{bytes}: {refused:?}");
    }
    start.connection.remove_certificate("../settings.json").unwrap();
    assert!(!folder.path().join("certificates").exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn two_files_of_one_name_stay_two_and_a_damaged_one_is_told() {
    let (folder, keychain) = (tempfile::tempdir().unwrap(), Keychain::memory());
    let start = Start::on(folder.path(), &keychain).await;
    let (one, other) = (Authority::new("One"), Authority::new("Other"));
    for authority in [&one, &other, &one] {
        start.connection.add_certificate("root.pem", authority.file().as_bytes()).unwrap();
    }
    let listed = |start: &Start| -> Vec<String> {
        let view = start.connection.view(&start.base_url());
        view.certificates.into_iter().map(|it| it.file).collect()
    };
    assert_eq!(listed(&start), ["2-root.pem", "root.pem"]);
    std::fs::write(folder.path().join("certificates/root.pem"), "torn").unwrap();
    let start = Start::on(folder.path(), &keychain).await;
    assert!(matches!(start.failures[..], [SettingsError::Certificate(_)]), "{:?}", start.failures);
    assert_eq!(listed(&start), ["2-root.pem"]);
}

/// A home folder of its own, with what its desktop sets: GNOME's settings in the file that GSettings keeps where there is no
/// dconf, KDE's in its own.
struct Session {
    home: tempfile::TempDir,
    desktop: &'static str,
}

const GNOME: &str = "glib-2.0/settings/keyfile";
const KDE: &str = "kioslaverc";

impl Session {
    fn of(desktop: &'static str) -> Session {
        let home = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(home.path().join(GNOME).parent().unwrap()).unwrap();
        Session { home, desktop }
    }

    fn set(self, file: &str, text: &str) -> Session {
        std::fs::write(self.home.path().join(file), text).unwrap();
        self
    }

    /// The settings belong to the process, so another one looks, asks, and where there is a change looks again after it.
    fn seen(&self, variables: &[(&str, &str)], change: Option<(&str, &str)>) -> String {
        let mut child = Command::new(std::env::current_exe().unwrap());
        for name in ["HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "HTTP_PROXY"] {
            child.env_remove(name).env_remove(name.to_lowercase());
        }
        if let Some((file, text)) = change {
            child.env("CHANGED_FILE", self.home.path().join(file)).env("CHANGED_TO", text);
        }
        let output = child
            .args(["connection::looks_at_the_desktop", "--exact", "--ignored", "--nocapture"])
            .env("HOME", self.home.path())
            .env("XDG_CONFIG_HOME", self.home.path())
            .env("XDG_CONFIG_DIRS", self.home.path().join("none"))
            .env("XDG_CURRENT_DESKTOP", self.desktop)
            .env("GSETTINGS_BACKEND", "keyfile")
            .env("DBUS_SESSION_BUS_ADDRESS", "disabled:")
            .envs(variables.iter().copied())
            .output()
            .unwrap();
        let printed = String::from_utf8_lossy(&output.stdout).into_owned();
        let told = printed.lines().filter_map(|line| line.split_once("seen: "));
        let told: Vec<&str> = told.map(|(_, told)| told).collect();
        assert!(output.status.success() && !told.is_empty(), "{printed}");
        told.join(" | ")
    }
}

#[tokio::test]
#[ignore = "looks in the session that the tests below make"]
async fn looks_at_the_desktop() {
    use std::io::Write;
    let (folder, keychain) = (tempfile::tempdir().unwrap(), Keychain::memory());
    let start = Start::on(folder.path(), &keychain).await;
    let look = async || {
        let view = start.connection.view(&start.base_url());
        let asked = start.asks().await.unwrap();
        let line = format!("\nseen: {:?} {:?} {}\n", view.in_use, view.problem, asked.code());
        std::io::stdout().write_all(line.as_bytes()).unwrap();
    };
    look().await;
    if let (Some(file), Ok(text)) = (std::env::var_os("CHANGED_FILE"), std::env::var("CHANGED_TO")) {
        std::fs::write(file, text).unwrap();
        let changed = tokio::time::timeout(Duration::from_secs(20), start.connection.desktop_changed());
        changed.await.unwrap().unwrap();
        look().await;
    }
}

fn gnome(mode: &str, https: &str, more: &str) -> String {
    let (host, port) = https.split_once(' ').unwrap_or(("", "0"));
    format!("[system/proxy]\nmode='{mode}'\n[system/proxy/https]\nhost='{host}'\nport={port}\n{more}")
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_desktop_sets_is_followed() {
    let poe = TlsServer::answering(Authority::new("Unknown").sign(HOST, |_| {}), MODELS, true).await;
    let tunnel = Tunnel::start(Manners::Connects(poe.address)).await;
    let (address, port) = (tunnel.address, tunnel.address.port());
    let there = format!("127.0.0.1 {port}");
    let by = |desktop: &str| format!("Some(\"{address} ({desktop}’s settings)\") None tls_untrusted");

    let session = Session::of("ubuntu:GNOME").set(GNOME, &gnome("manual", &there, ""));
    assert_eq!(session.seen(&[], None), by("GNOME"));
    assert!(tunnel.received().starts_with("CONNECT poe.invalid:443 "));
    let before = tunnel.received().len();
    assert_eq!(session.seen(&[("NO_PROXY", "poe.invalid")], None), "None None dns_failed");
    let variable = session.seen(&[("ALL_PROXY", "socks://127.0.0.1:1")], None);
    assert_eq!(variable, "Some(\"127.0.0.1:1 (ALL_PROXY)\") None proxy_failed");
    let junk = session.seen(&[("ALL_PROXY", "socks6://me:canary@127.0.0.1:1")], None);
    assert_eq!(
        junk,
        "None Some(Unusable { source: \"ALL_PROXY\", value: \"socks6://127.0.0.1:1\" }) proxy_failed"
    );
    assert_eq!(tunnel.received().len(), before, "none of these came here");

    let rules = format!("[Proxy Settings]\nProxyType=1\nhttpsProxy=http://127.0.0.1 {port}\n");
    let session = Session::of("KDE").set(KDE, &rules).set(GNOME, &gnome("auto", "", ""));
    assert_eq!(session.seen(&[], None), by("KDE"));
    assert!(tunnel.received().len() > before);

    // A session that is neither's.
    let session = Session::of("sway").set(KDE, &rules);
    assert_eq!(session.seen(&[], None), by("KDE"));
    let session = Session::of("").set(GNOME, &gnome("manual", &there, ""));
    assert_eq!(session.seen(&[], None), by("GNOME"));
}

#[test]
fn what_is_not_followed_is_said() {
    let session = Session::of("GNOME").set(GNOME, &gnome("auto", "127.0.0.1 9", ""));
    let automatic = "None Some(Automatic { desktop: \"GNOME\" }) dns_failed";
    assert_eq!(session.seen(&[], None), automatic);
    let pac = "[Proxy Settings]\nProxyType=2\nProxy Config Script=http://pac.example/\n";
    let session = Session::of("KDE").set(KDE, pac);
    assert_eq!(session.seen(&[], None), automatic.replace("GNOME", "KDE"));
    let session = Session::of("GNOME").set(KDE, pac);
    assert_eq!(session.seen(&[], None), "None None dns_failed", "another desktop's");
    // No store of settings but memory.
    let session = Session::of("GNOME");
    let unread = session.seen(&[("GSETTINGS_BACKEND", "memory")], None);
    assert_eq!(unread, automatic.replace("Automatic", "Unread"));
    // No schema: asking for it would end the process.
    let bare = session.seen(&[("XDG_DATA_DIRS", "/nowhere")], None);
    assert_eq!(bare, automatic.replace("Automatic", "Unread"));
    let host = Session::of("GNOME").set(GNOME, &gnome("manual", "pro%xy 8080", ""));
    assert_eq!(
        host.seen(&[], None),
        "None Some(Unusable { source: \"GNOME’s settings\", value: \"http://pro%xy:8080\" }) proxy_failed"
    );
}

#[test]
fn a_change_is_followed_while_the_app_runs() {
    let none = "None None dns_failed";
    let there = "Some(\"127.0.0.1:1 (GNOME’s settings)\") None proxy_failed";
    let session = Session::of("GNOME").set(GNOME, &gnome("none", "", ""));
    let on = gnome("manual", "127.0.0.1 1", "");
    assert_eq!(session.seen(&[], Some((GNOME, &on))), format!("{none} | {there}"));
    let off = gnome("none", "127.0.0.1 1", "");
    assert_eq!(session.seen(&[], Some((GNOME, &off))), format!("{there} | {none}"));
    let session = Session::of("KDE");
    let on = "[Proxy Settings]\nProxyType=1\nsocksProxy=socks://127.0.0.1 1\n";
    assert_eq!(session.seen(&[], Some((KDE, on))), format!("{none} | {}", there.replace("GNOME", "KDE")));
}
