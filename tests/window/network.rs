//! Poe is out of reach, and a person without a mouse finds out why and mends it: a closed port, a dead proxy.
//! What was asked goes out once when the way is free.

use std::fs;
use std::net::{Ipv4Addr, SocketAddr, TcpListener as Port};
use std::sync::Arc;

use poe::BaseUrl;
use poe::sim::Reply;
use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair};
use serde_json::json;
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::aws_lc_rs;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;
use xtask::Result;
use xtask::window::{Keychain, Window, key};

use crate::stage::{ANSWER, Stage, pictures};
use crate::tunnel::{Manners, Tunnel};

const KEY: &str = "sk-poe-NetworkCanary0123456789abcdefghijklmno1111";
const MODEL: &str = "demo-flash";
const CHAT: &str = "/v1/chat/completions";

#[test]
fn a_closed_port_is_named_by_the_check() -> Result<()> {
    let stage = with_key()?;
    let closed = format!("http://127.0.0.1:{}/v1", closed_port()?);
    let window = stage.open_with(&[("TELLTALE_BASE_URL", &closed)])?;
    ask(&window, "Is anybody there?")?;
    window.card("connection_refused").within(ANSWER).appears()?;
    pictures(&window, "connection-refused")?;

    press(&window, "[data-action=run-check]")?;
    let rung = |name: &str, state: &str| {
        let css = format!("[data-check={name}][data-state={state}]");
        window.page().css(&css).within(ANSWER)
    };
    rung("dns", "passed").appears()?;
    rung("tcp", "failed").card("connection_refused").appears()?;
    for later in ["tls", "http", "key", "balance", "models", "request"] {
        rung(later, "skipped").appears()?;
    }
    pictures(&window, "doctor")?;
    assert_eq!(stage.sim.posts(), 0);
    window.close()
}

#[test]
fn a_dead_proxy_is_passed_over() -> Result<()> {
    let stage = with_key()?;
    let https = stage.https()?;
    let proxy = format!("http://127.0.0.1:{}", closed_port()?);
    stage.sim.on("POST", CHAT, Reply::answer("Past the proxy."));
    let window = stage.open_with(&[("TELLTALE_BASE_URL", &https), ("HTTPS_PROXY", &proxy)])?;
    ask(&window, "Which way?")?;
    let card = window.card("proxy_failed").within(ANSWER);
    card.shows(proxy.trim_start_matches("http://"))?;
    pictures(&window, "proxy-failed")?;
    assert_eq!(stage.sim.posts(), 0);

    press(&window, "[data-action=proxy-settings]")?;
    window.wait_until(
        "the proxy's choice has the cursor",
        "return location.hash === '#settings/proxy' && document.activeElement?.name === 'proxy'",
    )?;
    window.link("Chat").click()?;

    press(&window, "[data-action=try-without-proxy]")?;
    let answer = window.message("assistant", "done").within(ANSWER);
    answer.shows("Past the proxy.")?;
    assert_eq!(stage.sim.posts(), 1);

    window.run("location.hash = '#settings/connection'", json!([]))?;
    window.page().role("heading", "Connection").appears()?;
    pictures(&window, "connection")?;
    window.run("location.hash = '#doctor'", json!([]))?;
    let secure = window.page().css("[data-check=tls][data-state=passed]");
    secure.within(ANSWER).shows("TLS 1.3, HTTP/1.1, signed by Company, valid ")?;
    pictures(&window, "doctor-secure")?;
    window.run("location.hash = '#log'", json!([]))?;
    window.page().role("heading", "Request log").appears()?;
    window.page().css("table tbody tr").appears()?;
    pictures(&window, "log")?;
    window.close()
}

#[test]
fn the_desktops_proxy_is_followed() -> Result<()> {
    let mut stage = with_key()?;
    stage.desktop.keep_settings()?;
    let https = stage.https()?;
    let tunnel = stage.tunnel(Manners::Connects, &https)?;
    stage.desktop.set("org.gnome.system.proxy mode manual")?;
    stage.desktop.set("org.gnome.system.proxy.https host 127.0.0.1")?;
    let port = tunnel.address.port();
    stage.desktop.set(&format!("org.gnome.system.proxy.https port {port}"))?;
    stage.sim.always("POST", CHAT, Reply::answer("By the desktop’s proxy."));

    let window = stage.open_with(&[("TELLTALE_BASE_URL", &https)])?;
    ask(&window, "Which way?")?;
    let answer = window.message("assistant", "done").within(ANSWER);
    answer.shows("By the desktop’s proxy.")?;
    assert!(tunnel.received().starts_with("CONNECT 0.0.0.0:"));
    window.run("location.hash = '#settings/connection'", json!([]))?;
    let set = format!("127.0.0.1:{port} (GNOME’s settings)");
    window.page().css("[data-proxy]").shows(&set)?;
    pictures(&window, "connection-gnome")?;

    // While the app runs.
    stage.desktop.set("org.gnome.system.proxy mode auto")?;
    let automatic = window.page().css("[data-proxy=automatic]");
    automatic.shows("GNOME sets the proxy automatically")?;
    pictures(&window, "connection-automatic")?;
    window.run("location.hash = '#doctor'", json!([]))?;
    let warned = window.page().css("[data-check=proxy][data-state=warned]");
    warned.within(ANSWER).shows("GNOME sets one automatically")?;
    pictures(&window, "doctor-automatic")?;
    stage.desktop.set("org.gnome.system.proxy mode none")?;
    window.run("location.hash = '#settings/connection'", json!([]))?;
    window.page().css("[data-proxy=none]").appears()?;
    window.close()
}

#[test]
fn socks_as_desktops_spell_it_and_a_variable_that_can_not_be_used() -> Result<()> {
    let stage = with_key()?;
    let https = stage.https()?;
    let tunnel = stage.tunnel(Manners::Socks, &https)?;
    stage.sim.always("POST", CHAT, Reply::answer("All the way."));
    let proxy = format!("socks://{}/", tunnel.address);
    let window = stage.open_with(&[("TELLTALE_BASE_URL", &https), ("ALL_PROXY", &proxy)])?;
    ask(&window, "Which way?")?;
    let answer = window.message("assistant", "done").within(ANSWER);
    answer.shows("All the way.")?;
    assert!(!tunnel.received().is_empty());
    window.close()?;

    let before = (stage.sim.posts(), tunnel.received().len());
    let proxy = format!("socks6://me:proxy-canary@{}", tunnel.address);
    let window = stage.open_with(&[("TELLTALE_BASE_URL", &https), ("ALL_PROXY", &proxy)])?;
    window.button("New chat").click()?;
    ask(&window, "And now?")?;
    let card = window.card("proxy_failed").within(ANSWER);
    card.shows("ALL_PROXY")?;
    card.shows(&format!("socks6://{}", tunnel.address))?;
    pictures(&window, "proxy-unusable")?;
    assert_eq!((stage.sim.posts(), tunnel.received().len()), before);
    window.run("location.hash = '#settings/connection'", json!([]))?;
    let unusable = window.page().css("[data-proxy=unusable]");
    unusable.shows("set by ALL_PROXY")?;
    pictures(&window, "connection-unusable")?;
    window.run("location.hash = '#doctor'", json!([]))?;
    let failed = window.page().css("[data-check=proxy][data-state=failed]");
    failed.within(ANSWER).card("proxy_failed").appears()?;
    pictures(&window, "doctor-unusable")?;
    assert_eq!((stage.sim.posts(), tunnel.received().len()), before);

    // Going past it is a person's choice.
    window.link("Chat").click()?;
    press(&window, "[data-action=try-without-proxy]")?;
    let answer = window.message("assistant", "done").within(ANSWER);
    answer.shows("All the way.")?;
    assert_eq!(stage.sim.posts(), before.0 + 1);
    assert_eq!(tunnel.received().len(), before.1);
    window.close()?;
    assert_eq!(stage.desktop.files_with("proxy-canary")?, Vec::<std::path::PathBuf>::new());
    Ok(())
}

#[test]
fn a_name_that_no_one_knows_leads_to_the_network_settings() -> Result<()> {
    let stage = with_key()?;
    let window = stage.open_with(&[("TELLTALE_BASE_URL", "https://telltale.invalid/v1")])?;
    ask(&window, "Anybody?")?;
    window.card("dns_failed").within(ANSWER).shows("telltale.invalid")?;
    press(&window, "article[data-state=failed] [data-action=network-settings]")?;
    window.wait_until(
        "the connection's first field has the cursor",
        "return location.hash === '#settings/connection' && document.activeElement?.tagName === 'INPUT'",
    )?;
    assert_eq!(stage.sim.posts(), 0);
    window.close()
}

/// A stage on which the key is in the keychain already.
fn with_key() -> Result<Stage> {
    let stage = Stage::set(Keychain::Unlocked)?;
    let window = stage.open()?;
    stage.desktop.copy(KEY)?;
    press(&window, "button.primary")?;
    window.button("Start chatting").appears()?;
    press(&window, "button.primary")?;
    window.textbox("Message").appears()?;
    window.close()?;
    stage.set_up(json!({ "version": 1, "defaultModel": MODEL }))?;
    Ok(stage)
}

/// Goes through the window with the Tab key until it is reached, and presses it.
fn press(window: &Window, css: &str) -> Result<()> {
    window.page().css(css).appears()?;
    for _ in 0..60 {
        let script = "return document.activeElement?.matches(arguments[0]) ?? false";
        if window.run(script, json!([css]))? == true {
            return window.press(key::ENTER);
        }
        window.press(key::TAB)?;
    }
    xtask::bail!("Tab does not lead to {css}")
}

/// The cursor is in the field for the message from the start.
fn ask(window: &Window, question: &str) -> Result<()> {
    window.textbox("Message").appears()?;
    window
        .wait_until("the message has the cursor", "return document.activeElement?.tagName === 'TEXTAREA'")?;
    window.press(&format!("{question}{}", key::ENTER))
}

/// Nobody listens there.
fn closed_port() -> Result<u16> {
    Ok(Port::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port())
}

impl Stage {
    /// A proxy that leads to this address.
    fn tunnel(&self, manners: impl Fn(SocketAddr) -> Manners, https: &str) -> Result<Tunnel> {
        let port = BaseUrl::parse(https)?.port();
        let manners = manners((Ipv4Addr::LOCALHOST, port).into());
        Ok(self.runtime.block_on(Tunnel::start(manners)))
    }

    /// The simulated Poe behind TLS, at an address that is not loopback by its name, so that a proxy applies. The app
    /// trusts its certificate.
    fn https(&self) -> Result<String> {
        let signer = KeyPair::generate()?;
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.distinguished_name.push(DnType::CommonName, "Company");
        let folder = self.desktop.data().join("certificates");
        fs::create_dir_all(&folder)?;
        fs::write(folder.join("company.pem"), params.self_signed(&signer)?.pem())?;
        let own = KeyPair::generate()?;
        let host = CertificateParams::new(["0.0.0.0".to_owned()])?;
        let certificate = host.signed_by(&own, &Issuer::new(params, signer))?;
        let config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_single_cert(
                vec![certificate.der().clone()],
                PrivateKeyDer::from(tokio_rustls::rustls::pki_types::PrivatePkcs8KeyDer::from(
                    own.serialize_der(),
                )),
            )?;
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let poe = self.sim.base_url().trim_start_matches("http://").trim_end_matches("/v1").to_owned();
        let listener = self.runtime.block_on(TcpListener::bind((Ipv4Addr::LOCALHOST, 0)))?;
        let port = listener.local_addr()?.port();
        self.runtime.spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (acceptor, poe) = (acceptor.clone(), poe.clone());
                tokio::spawn(async move {
                    if let Ok(mut inside) = acceptor.accept(stream).await
                        && let Ok(mut outside) = TcpStream::connect(&poe).await
                    {
                        let _ = tokio::io::copy_bidirectional(&mut inside, &mut outside).await; // either may leave
                    }
                });
            }
        });
        Ok(format!("https://0.0.0.0:{port}/v1"))
    }
}
