//! The way through a proxy: it works, or it is the proxy that is named; and the key never goes there in clear.

use std::time::Duration;

use poe::{BaseUrl, Client, Config, DecidedBy, DesktopProxy, Kind, ManualProxy, Proxy, ProxySource, Secret};
use tokio::io::AsyncReadExt;
use tokio::net::TcpListener;

use crate::asking::{KEY, Seen, ask, config, question, script};
use crate::authority::{Authority, HALF, TlsServer};
use crate::tunnel::{Manners, Tunnel};

/// No lookup finds it: only the proxy can lead there.
const HOST: &str = "poe.invalid";

const PASSWORD: &str = "proxy-canary-word";
/// `me:proxy-canary-word`
const LOGIN: &str = "Basic bWU6cHJveHktY2FuYXJ5LXdvcmQ=";

fn proxy(address: &str, password: Option<&str>) -> Proxy {
    let login = password.map(|password| ("me".to_owned(), Secret::verbatim(password).unwrap()));
    Proxy::Manual(ManualProxy::parse(address, login).unwrap())
}

async fn ask_through(proxy: Proxy, trusted: &Authority) -> Seen {
    let base_url = BaseUrl::parse(&format!("https://{HOST}/v1")).unwrap();
    let config = Config {
        // A proxy's failure must not be tried again; a failed lookup would be.
        max_attempts: if matches!(proxy, Proxy::System) { 1 } else { 3 },
        connect_timeout: Duration::from_secs(1),
        proxy,
        extra_ca: trusted.extra(),
        ..Config::new(base_url, Secret::from_pasted(KEY))
    };
    assert!(!format!("{config:?}").contains("canary"));
    ask(&Client::new(config).unwrap(), question()).await
}

fn assert_no_key(tunnel: &Tunnel, name: &str) {
    let received = tunnel.received();
    assert!(!received.contains("canary-0123"), "{name}: {received}");
    assert!(!received.to_lowercase().contains("\nauthorization"), "{name}: {received}");
}

#[tokio::test]
async fn through_one_that_works() {
    let ours = Authority::new("Company");
    let server = TlsServer::start(ours.sign(HOST, |_| {})).await;
    for (scheme, manners, password) in [
        ("http", Manners::Connects(server.address), None),
        ("http", Manners::AsksForLogin(server.address, LOGIN), Some(PASSWORD)),
        ("socks5h", Manners::Socks(server.address), None),
    ] {
        let tunnel = Tunnel::start(manners).await;
        let address = format!("{scheme}://{}", tunnel.address);
        let seen = ask_through(proxy(&address, password), &ours).await;
        assert_eq!(seen.outcome(), "Hello > stop", "{manners:?}");
        assert!(tunnel.received().contains(HOST));
        assert_no_key(&tunnel, "works");
        if scheme == "http" {
            assert!(tunnel.received().starts_with("CONNECT poe.invalid:443 HTTP/1.1\r\n"));
        }
    }
    assert_eq!(server.received().matches(KEY).count(), 3);
}

/// Fails on the first try, and says that it is the proxy.
async fn check(address: &str, password: Option<&str>, expected: &str) {
    let seen = ask_through(proxy(address, password), &Authority::new("Company")).await;
    assert_eq!(seen.outcome(), " > proxy_failed", "{expected}");
    let error = seen.error.unwrap();
    assert_eq!((error.attempt, error.decided_by), (1, DecidedBy::Transport));
    assert!(!error.sent && !error.maybe_charged() && !error.is_retryable());
    assert!(error.message.contains(expected), "{expected}: {error:?}");
    assert!(error.message.contains("127.0.0.1:"), "{error:?}");
    let proxy = error.proxy.as_ref().unwrap();
    assert!(address.ends_with(&format!("://{}", proxy.address())), "{error:?}");
    assert_eq!(proxy.source, ProxySource::Manual);
    assert!(!format!("{error:?} {error}").contains("canary"));
}

#[tokio::test]
async fn through_one_that_does_not() {
    let nobody = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    check(&format!("http://{nobody}"), None, "refused").await;
    check(&format!("socks5h://{nobody}"), None, "underlying connection").await;

    let server = TlsServer::start(Authority::new("Company").sign(HOST, |_| {})).await;
    for (manners, password, expected) in [
        (Manners::AsksForLogin(server.address, LOGIN), None, "authorization required"),
        (Manners::AsksForLogin(server.address, LOGIN), Some("wrong-canary"), "authorization required"),
        (Manners::Answers("HTTP/1.1 502 Bad Gateway\r\n\r\n"), None, "unsuccessful"),
        (Manners::Answers("HTTP/1.1 503 Service Unavailable\r\n\r\n"), None, "unsuccessful"),
        (Manners::Answers("HTTP/1.1 403 Forbidden\r\n\r\n"), None, "unsuccessful"),
        (Manners::Answers("SSH-2.0-x\r\n"), None, ""),
        (Manners::Answers(""), None, "end of file"),
        (Manners::Silent, None, ""),
        // Lets it through and closes before TLS.
        (Manners::Answers("HTTP/1.1 200 Connection established\r\n\r\n"), None, ""),
    ] {
        let tunnel = Tunnel::start(manners).await;
        check(&format!("http://{}", tunnel.address), password, expected).await;
        assert!(tunnel.received().starts_with("CONNECT poe.invalid:443"));
        assert_no_key(&tunnel, expected);
    }
    assert_eq!(server.received(), "");
}

#[tokio::test]
async fn one_that_breaks_off_later() {
    let ours = Authority::new("Company");
    for (answer, expected) in [(HALF, "Hello > stream_cut"), ("", " > connection_lost")] {
        let server = TlsServer::answering(ours.sign(HOST, |_| {}), answer, false).await;
        let tunnel = Tunnel::start(Manners::Connects(server.address)).await;
        let seen = ask_through(proxy(&format!("http://{}", tunnel.address), None), &ours).await;
        assert_eq!(seen.outcome(), expected);
        assert!(seen.error.unwrap().maybe_charged());
        assert_no_key(&tunnel, expected);
    }
}

#[tokio::test]
async fn one_that_signs_every_connection_anew() {
    let (company, other) = (Authority::new("Company"), Authority::new("Other"));
    let filter = TlsServer::start(company.sign(HOST, |_| {})).await;
    let tunnel = Tunnel::start(Manners::Connects(filter.address)).await;
    let address = format!("http://{}", tunnel.address);

    let error = ask_through(proxy(&address, None), &other).await.error.unwrap();
    assert_eq!((error.kind, error.sent), (Kind::TlsUntrusted, false));
    assert_eq!(filter.received(), "");

    let seen = ask_through(proxy(&address, None), &company).await;
    assert_eq!(seen.outcome(), "Hello > stop", "once its file is added");
    assert_no_key(&tunnel, "filter");
}

#[tokio::test]
async fn this_computer_is_never_behind_one() {
    let ours = Authority::new("Company");
    let (sim, server) = (script().await, TlsServer::start(ours.sign("localhost", |_| {})).await);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let bases = [
        sim.base_url(),
        sim.base_url().replace("127.0.0.1", "localhost"),
        format!("https://localhost:{}/v1", server.address.port()),
    ];
    for base in bases {
        let client = Client::new(Config {
            base_url: BaseUrl::parse(&base).unwrap(),
            proxy: proxy(&address, Some(PASSWORD)),
            extra_ca: ours.extra(),
            ..config(&sim)
        });
        assert!(ask(&client.unwrap(), question()).await.finish.is_some(), "{base}");
    }
    let nobody = tokio::time::timeout(Duration::from_millis(50), listener.accept()).await;
    if let Ok(Ok((mut stream, _))) = nobody {
        let mut bytes = [0; 256];
        let count = stream.read(&mut bytes).await.unwrap();
        panic!("the proxy was asked: {}", String::from_utf8_lossy(&bytes[..count]));
    }
}

/// The environment belongs to the process, so another one asks. What it printed.
fn asked_with(variables: &[(&str, &str)]) -> String {
    let mut child = std::process::Command::new(std::env::current_exe().unwrap());
    for name in ["HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "HTTP_PROXY"] {
        child.env_remove(name).env_remove(name.to_lowercase());
    }
    let output = child
        .args(["proxies::asks_by_the_environment", "--exact", "--ignored", "--nocapture"])
        .envs(variables.iter().copied())
        .output()
        .unwrap();
    let printed = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(!printed.contains("canary"), "{printed}");
    printed
}

#[test]
fn what_the_environment_names() {
    fn check(variables: &[(&str, &str)], expected: &str) {
        let printed = asked_with(variables);
        assert!(printed.contains(&format!("code: {expected}.")), "{variables:?}: {printed}");
    }
    let nobody = "http://me:proxy-canary-word@127.0.0.1:1";
    check(&[], "dns_failed");
    check(&[("HTTPS_PROXY", nobody)], "proxy_failed by HTTPS_PROXY");
    check(&[("https_proxy", nobody)], "proxy_failed by https_proxy");
    check(&[("ALL_PROXY", nobody)], "proxy_failed by ALL_PROXY");
    check(&[("ALL_PROXY", "127.0.0.1:1")], "proxy_failed by ALL_PROXY");
    for scheme in ["socks", "SOCKS", "socks5h", "socks4a"] {
        let address = format!("{scheme}://127.0.0.1:1");
        check(&[("all_proxy", &address)], "proxy_failed by all_proxy");
    }
    check(&[("HTTP_PROXY", nobody)], "dns_failed");
    check(&[("HTTPS_PROXY", nobody), ("NO_PROXY", HOST)], "dns_failed");
    // What can't be used decides as well: nothing goes past it.
    for junk in
        ["socks6://me:proxy-canary-word@proxy.example:1", "ftp://proxy.example:1", "http://proxy.example:x"]
    {
        let printed = asked_with(&[("ALL_PROXY", junk)]);
        assert!(printed.contains("code: proxy_failed for ALL_PROXY"), "{junk}: {printed}");
        assert!(printed.contains("proxy.example:"), "{junk}: {printed}");
        assert!(printed.contains("sent false"), "{junk}: {printed}");
    }
    check(&[("ALL_PROXY", "ftp://x"), ("no_proxy", "*.invalid")], "dns_failed");
}

/// As GNOME spells it: the proxy is asked for the host by its name, unless an exception names the host.
#[tokio::test(flavor = "multi_thread")]
async fn socks_by_the_environment() {
    let server = TlsServer::start(Authority::new("Unknown").sign(HOST, |_| {})).await;
    for (name, scheme) in [("ALL_PROXY", "socks"), ("all_proxy", "SOCKS"), ("HTTPS_PROXY", "socks5h")] {
        let tunnel = Tunnel::start(Manners::Socks(server.address)).await;
        let address = format!("{scheme}://{}/", tunnel.address);
        let printed = asked_with(&[(name, &address)]);
        assert!(printed.contains("code: tls_untrusted"), "{scheme}: {printed}");
        assert!(tunnel.received().contains(HOST), "{scheme}");

        let tunnel = Tunnel::start(Manners::Socks(server.address)).await;
        let address = format!("{scheme}://{}/", tunnel.address);
        let printed = asked_with(&[(name, &address), ("NO_PROXY", "10.0.0.0/8, .invalid")]);
        assert!(printed.contains("code: dns_failed"), "{scheme}: {printed}");
        assert_eq!(tunnel.received(), "", "{scheme}");
    }
    let login = Manners::SocksWithLogin(server.address, "me", "proxy-canary@%word");
    let tunnel = Tunnel::start(login).await;
    let address = format!("socks://me:proxy-canary%40%25word@{}", tunnel.address);
    let printed = asked_with(&[("ALL_PROXY", &address)]);
    assert!(printed.contains("code: tls_untrusted"), "{printed}");
}

/// Handed in by who reads the desktop's settings.
#[tokio::test]
async fn what_the_desktop_names() {
    let ours = Authority::new("Company");
    let server = TlsServer::start(ours.sign(HOST, |_| {})).await;
    let tunnel = Tunnel::start(Manners::AsksForLogin(server.address, LOGIN)).await;
    let desktop = |address: String, except: &str| {
        let login = Some(("me".to_owned(), Secret::verbatim(PASSWORD).unwrap()));
        Proxy::Desktop(DesktopProxy {
            name: "GNOME".to_owned(),
            address,
            login,
            except: vec![except.to_owned()],
            only_these: false,
        })
    };
    let there = format!("http://{}", tunnel.address);
    let seen = ask_through(desktop(there.clone(), "other.example"), &ours).await;
    assert_eq!(seen.outcome(), "Hello > stop");
    assert_no_key(&tunnel, "desktop");
    let seen = ask_through(desktop(there, "*.invalid"), &ours).await;
    assert_eq!(seen.outcome(), " > dns_failed", "an exception");

    let error = ask_through(desktop("gopher://proxy.example".to_owned(), ""), &ours).await.error.unwrap();
    assert_eq!((error.kind, error.attempt, error.sent), (Kind::ProxyFailed, 1, false));
    let unusable = error.unusable_proxy.unwrap();
    assert_eq!(unusable.value, "gopher://proxy.example");
    assert_eq!(unusable.source, ProxySource::Desktop("GNOME".to_owned()));
}

#[tokio::test]
#[ignore = "asks in the environment that the tests above set"]
async fn asks_by_the_environment() {
    let error = ask_through(Proxy::System, &Authority::new("Company")).await.error.unwrap();
    let named = match (&error.proxy, &error.unusable_proxy) {
        (Some(proxy), _) => match &proxy.source {
            ProxySource::Environment(name) => format!(" by {name}"),
            other => format!(" by {other:?}"),
        },
        (None, Some(unusable)) => match &unusable.source {
            ProxySource::Environment(name) => format!(" for {name} {}", unusable.value),
            other => format!(" for {other:?}"),
        },
        (None, None) => String::new(),
    };
    println!("code: {}{named}. sent {} {error} {error:?}", error.code(), error.sent);
}
