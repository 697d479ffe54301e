//! What a certificate that is not accepted says: who signed it, for whom, until when; and the steps of a connection.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use poe::tls::{NotLooked, look};
use poe::{BaseUrl, Certificate, Client, Config, Distrust, Kind, ManualProxy, Proxy, Secret, step};
use rcgen::{DnType, IsCa, date_time_ymd};
use tokio::net::TcpListener;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::version::TLS12;

use crate::asking::{KEY, ask, question};
use crate::authority::{Authority, TlsServer, self_signed};
use crate::tunnel::{Manners, Tunnel};

const LIMIT: Duration = Duration::from_secs(5);

fn base(host: &str, port: u16) -> BaseUrl {
    BaseUrl::parse(&format!("https://{host}:{port}/v1")).unwrap()
}

fn manual(address: &str, login: Option<(&str, &str)>) -> Proxy {
    let login = login.map(|(name, word)| (name.to_owned(), Secret::verbatim(word).unwrap()));
    Proxy::Manual(ManualProxy::parse(address, login).unwrap())
}

/// The certificate on the error of a question, which must be the same as a look's.
async fn certificate(server: &TlsServer, trusted: &Authority) -> Certificate {
    let base_url = base("localhost", server.address.port());
    let client = Client::new(Config {
        max_attempts: 1,
        proxy: Proxy::None,
        extra_ca: trusted.extra(),
        ..Config::new(base_url.clone(), Secret::from_pasted(KEY))
    });
    let error = ask(&client.unwrap(), question()).await.error.unwrap();
    assert!(!error.sent && matches!(error.kind, Kind::TlsUntrusted | Kind::TlsInvalid));
    let told = *error.certificate.unwrap();
    // The one connection has shown it; nobody looked a second time.
    assert_eq!(server.connections(), 1);
    let seen = look(&base_url, &Proxy::None, &trusted.extra(), LIMIT).await.unwrap();
    assert_eq!(told, seen.certificate);
    let is_untrusted = told.reason == Some(Distrust::UnknownIssuer);
    assert_eq!(error.kind == Kind::TlsUntrusted, is_untrusted, "{told:?}");
    // Broken off at the certificate: nothing came inside TLS.
    assert_eq!(server.received(), "");
    told
}

#[tokio::test]
async fn why_it_is_not_accepted() {
    let (ours, theirs) = (Authority::new("Company"), Authority::new("Netfilter Inc"));
    let rows = [
        (Distrust::UnknownIssuer, "Netfilter Inc", "localhost", theirs.sign("localhost", |_| {})),
        (
            Distrust::Expired,
            "Company",
            "localhost",
            ours.sign("localhost", |params| params.not_after = date_time_ymd(2020, 1, 1)),
        ),
        (
            Distrust::NotYetValid,
            "Company",
            "localhost",
            ours.sign("localhost", |params| params.not_before = date_time_ymd(2500, 1, 1)),
        ),
        (Distrust::WrongName, "Company", "evil.example", ours.sign("evil.example", |_| {})),
        (Distrust::WrongName, "Company", "127.0.0.1", ours.sign("127.0.0.1", |_| {})),
        (
            Distrust::Other,
            "Company",
            "localhost",
            ours.sign("localhost", |params| {
                params.extended_key_usages = vec![rcgen::ExtendedKeyUsagePurpose::ClientAuth];
            }),
        ),
    ];
    for (reason, issuer, name, config) in rows {
        let got = certificate(&TlsServer::start(config).await, &ours).await;
        assert_eq!(got.reason, Some(reason));
        assert_eq!((got.issuer.as_deref(), got.names), (Some(issuer), vec![name.to_owned()]));
        if reason == Distrust::Expired {
            assert_eq!(got.not_after_ms, 1_577_836_800_000);
        }
        if reason == Distrust::NotYetValid {
            assert_eq!(got.not_before_ms, 16_725_225_600_000);
        }
    }
    let own = certificate(&TlsServer::start(self_signed("localhost", IsCa::NoCa)).await, &ours).await;
    assert_eq!(own.reason, Some(Distrust::UnknownIssuer));
}

#[tokio::test]
async fn names_are_bounded_and_plain() {
    let ours = Authority::new("Company");
    let config = Authority::new("\u{202e}Evil\n\u{200b} Corp").sign("localhost", |params| {
        params.distinguished_name = rcgen::DistinguishedName::new();
        params.distinguished_name.push(DnType::OrganizationName, "x".repeat(1_000));
        let name = |at: usize| rcgen::SanType::DnsName(format!("host{at}.example").try_into().unwrap());
        params.subject_alt_names = (0..50).map(name).collect();
    });
    let got = certificate(&TlsServer::start(config).await, &ours).await;
    assert_eq!(got.issuer.as_deref(), Some("Evil Corp"));
    assert_eq!(got.subject.map(|subject| subject.len()), Some(200));
    assert_eq!((got.names.len(), got.names[19].as_str()), (20, "host19.example"));
}

#[tokio::test]
async fn one_that_is_accepted_has_no_reason() {
    let ours = Authority::new("Company");
    let server = TlsServer::start(ours.sign("localhost", |_| {})).await;
    let base_url = base("localhost", server.address.port());
    let got = look(&base_url, &Proxy::None, &ours.extra(), LIMIT).await.unwrap();
    assert_eq!((got.certificate.reason, server.received().as_str()), (None, ""));
    // Without the file it is a stranger's.
    let got = look(&base_url, &Proxy::None, &[], LIMIT).await.unwrap();
    assert_eq!(got.certificate.reason, Some(Distrust::UnknownIssuer));
}

#[tokio::test]
async fn what_was_agreed_on() {
    async fn check(change: impl Fn(&mut ServerConfig), version: &'static str, protocol: &'static str) {
        let ours = Authority::new("Company");
        let mut config = ours.sign("localhost", |_| {});
        change(&mut config);
        let server = TlsServer::start(config).await;
        let base_url = base("localhost", server.address.port());
        let got = look(&base_url, &Proxy::None, &ours.extra(), LIMIT).await.unwrap();
        assert_eq!((got.version, got.protocol), (Some(version), Some(protocol)));
        assert_eq!(got.certificate.reason, None);
        assert_eq!(server.received(), "");
    }
    check(|_| {}, "TLS 1.3", "http/1.1").await;
    check(|config| config.alpn_protocols = vec![b"h2".to_vec()], "TLS 1.3", "h2").await;
    let older = |config: &mut ServerConfig| {
        let old = ServerConfig::builder_with_protocol_versions(&[&TLS12]).with_no_client_auth();
        *config = old.with_cert_resolver(Arc::clone(&config.cert_resolver));
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
    };
    check(older, "TLS 1.2", "http/1.1").await;
}

/// A filter behind each kind of proxy: its certificate is seen, and neither it nor the proxy hears more than names.
#[tokio::test]
async fn through_a_proxy() {
    const HOST: &str = "poe.invalid";
    const LOGIN: &str = "Basic bWU6cHJveHktY2FuYXJ5LXdvcmQ=";
    let (ours, filter) = (Authority::new("Company"), Authority::new("Filter"));
    let server = TlsServer::start(filter.sign(HOST, |_| {})).await;
    let word = Some(("me", "proxy-canary-word"));
    let (open, asks) = (Manners::Connects(server.address), Manners::AsksForLogin(server.address, LOGIN));
    let by_socks = Manners::SocksWithLogin(server.address, "me", "proxy-canary-word");
    let own = || ours.sign("localhost", |_| {});
    let connect = "CONNECT poe.invalid:443 HTTP/1.1\r\n";
    for (scheme, tunnel, login, asked) in [
        ("http", Tunnel::start(open).await, None, connect),
        ("http", Tunnel::start(asks).await, word, connect),
        ("https", Tunnel::secure(open, own()).await, None, connect),
        ("https", Tunnel::secure(asks, own()).await, word, connect),
        ("socks5h", Tunnel::start(Manners::Socks(server.address)).await, None, "poe.invalid\u{1}"),
        ("socks5h", Tunnel::start(by_socks).await, word, "poe.invalid\u{1}"),
    ] {
        let proxy = manual(&format!("{scheme}://localhost:{}", tunnel.address.port()), login);
        let got = look(&base(HOST, 443), &proxy, &ours.extra(), LIMIT).await;
        let got = got.unwrap_or_else(|why| panic!("{scheme}: {why:?}"));
        let certificate = got.certificate;
        assert_eq!(
            (certificate.reason, certificate.issuer.as_deref(), got.version),
            (Some(Distrust::UnknownIssuer), Some("Filter"), None)
        );
        // A question is refused by the same certificate, and sends neither itself nor the key.
        let client = Client::new(Config {
            max_attempts: 1,
            proxy,
            extra_ca: ours.extra(),
            ..Config::new(base(HOST, 443), Secret::from_pasted(KEY))
        });
        let error = ask(&client.unwrap(), question()).await.error.unwrap();
        assert_eq!((error.kind, error.sent), (Kind::TlsUntrusted, false), "{scheme}");
        assert_eq!(error.certificate.as_deref(), Some(&certificate), "{scheme}");
        let received = tunnel.received();
        assert!(!received.contains("Bearer") && !received.contains(KEY), "{scheme}: {received}");
        assert!(tunnel.received().contains(asked), "{scheme}: {:?}", tunnel.received());
    }
    // This kind of proxy is given an address, which this computer has to find.
    let tunnel = Tunnel::start(Manners::Socks(server.address)).await;
    let proxy = manual(&format!("socks5://{}", tunnel.address), None);
    match look(&base(HOST, 443), &proxy, &[], LIMIT).await {
        Err(NotLooked::Failed(error)) => assert_eq!(error.kind, Kind::ProxyFailed),
        other => panic!("{other:?}"),
    }
    assert_eq!(tunnel.received(), "");
    assert_eq!(server.received(), "");
}

#[tokio::test]
async fn a_proxy_that_lets_nothing_through() {
    async fn check(
        scheme: &str,
        tunnel: Tunnel,
        login: Option<(&str, &str)>,
        status: Option<u16>,
        said: &str,
    ) {
        let ours = Authority::new("Company");
        let proxy = manual(&format!("{scheme}://localhost:{}", tunnel.address.port()), login);
        match look(&base("poe.invalid", 443), &proxy, &ours.extra(), LIMIT).await {
            Err(NotLooked::Failed(error)) => {
                assert_eq!((error.kind, error.sent), (Kind::ProxyFailed, false), "{scheme}");
                assert_eq!(error.proxy.as_ref().unwrap().port, tunnel.address.port());
                assert_eq!(error.status, status, "{scheme}");
                assert!(error.message.contains(said), "{scheme}: {}", error.message);
                assert!(!format!("{error:?}").contains("canary"));
            }
            other => panic!("{scheme}: {other:?}"),
        }
        if scheme == "https" {
            assert_eq!(tunnel.received(), "");
        }
    }
    let nowhere = closed().await;
    let asks = || Tunnel::start(Manners::AsksForLogin(nowhere, "Basic nobody"));
    check("http", asks().await, Some(("me", "wrong-canary")), Some(407), "authorization required").await;
    let by_login = || Tunnel::start(Manners::SocksWithLogin(nowhere, "me", "word"));
    check("socks5h", by_login().await, None, None, "user/pass authentication").await;
    check("socks5h", by_login().await, Some(("me", "wrong-canary")), None, "credentials not accepted").await;
    check("socks5h", Tunnel::start(Manners::SocksAnswers(2)).await, None, None, "not allowed").await;
    let babble = Tunnel::start(Manners::Answers("SSH-2.0-x\r\n\r\n"));
    check("http", babble.await, None, None, "unsuccessful").await;
    // Its own certificate is a stranger's: it hears nothing.
    let stranger = Authority::new("Stranger").sign("localhost", |_| {});
    let tunnel = Tunnel::secure(Manners::Connects(nowhere), stranger).await;
    check("https", tunnel, Some(("me", "canary")), None, "the proxy itself").await;
}

#[tokio::test]
async fn where_there_is_none_to_see() {
    async fn check(address: SocketAddr, limit: Duration, kind: Kind) {
        match look(&base("127.0.0.1", address.port()), &Proxy::System, &[], limit).await {
            Err(NotLooked::Failed(error)) => assert_eq!((error.kind, error.sent), (kind, false)),
            other => panic!("{other:?}"),
        }
    }
    let silent = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    check(silent.local_addr().unwrap(), Duration::from_millis(100), Kind::ConnectTimeout).await;
    let sim = crate::asking::script().await;
    let plain: SocketAddr =
        BaseUrl::parse(&sim.base_url()).map(|base| (Ipv4Addr::LOCALHOST, base.port()).into()).unwrap();
    check(plain, LIMIT, Kind::TlsInvalid).await;
    check(closed().await, LIMIT, Kind::ConnectionRefused).await;
    // The proxy lets it through, and nobody behind it speaks TLS.
    let tunnel = Tunnel::start(Manners::Connects(plain)).await;
    let proxy = manual(&format!("http://{}", tunnel.address), None);
    match look(&base("poe.invalid", 443), &proxy, &[], LIMIT).await {
        Err(NotLooked::Failed(error)) => assert_eq!(error.kind, Kind::TlsInvalid),
        other => panic!("{other:?}"),
    }
    let http = BaseUrl::parse(&sim.base_url()).unwrap();
    assert!(matches!(look(&http, &Proxy::None, &[], LIMIT).await, Err(NotLooked::Http)));
}

async fn closed() -> SocketAddr {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap().local_addr().unwrap()
}

#[tokio::test]
async fn step_by_step() {
    let open = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let found = step::resolve("localhost", 443, LIMIT).await.unwrap();
    assert!(found.iter().all(|address| address.ip().is_loopback() && address.port() == 443));
    assert_eq!(step::resolve("[::1]", 7, LIMIT).await.unwrap(), ["[::1]:7".parse().unwrap()]);
    let kind = |result: Result<(), poe::Error>| result.map_err(|error| error.kind);
    let lookup = step::resolve("no-such-host.invalid", 443, LIMIT).await.map(drop);
    assert_eq!(kind(lookup), Err(Kind::DnsFailed));
    assert_eq!(kind(step::connect(open.local_addr().unwrap(), LIMIT).await), Ok(()));
    assert_eq!(kind(step::connect(closed().await, LIMIT).await), Err(Kind::ConnectionRefused));
}
