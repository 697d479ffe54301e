//! What an answer links to that is somebody else's: on a person's word it is asked for, without the key and with nothing said of
//! where the link stood; never of this computer or its network, and nobody is followed to another address.

use std::net::SocketAddr;
use std::time::Duration;

use poe::media::MediaKind;
use poe::{Client, Config, Kind, ManualProxy, Proxy};

use crate::asking::{KEY, config, script};
use crate::authority::{Authority, TlsServer};
use crate::tunnel::{Manners, Tunnel};

const HOST: &str = "pictures.example";

/// A head, and a body behind it.
fn answer(head: &str, body: &[u8]) -> Vec<u8> {
    let mut answer = format!("HTTP/1.1 {head}\r\nconnection: close\r\n\r\n").into_bytes();
    answer.extend_from_slice(body);
    answer
}

/// A client with a key that takes this server for somebody on the internet.
async fn asker(ours: &Authority, stand_in: Option<SocketAddr>, proxy: Proxy) -> Client {
    let sim = script().await;
    let stand_ins = stand_in.map(|address| (HOST.to_owned(), address)).into_iter().collect();
    let limit = Duration::from_secs(5);
    let config = Config { extra_ca: ours.extra(), stand_ins, proxy, media_timeout: limit, ..config(&sim) };
    Client::new(config).unwrap()
}

fn link(server: &TlsServer) -> String {
    format!("https://{HOST}:{}/a.png?size=large", server.address.port())
}

#[tokio::test]
async fn a_file_that_somebody_has() {
    let ours = Authority::new("Everybody's");
    let server = TlsServer::answering(
        ours.sign(HOST, |_| {}),
        answer("200 OK\r\ncontent-type: image/png", b"abc"),
        true,
    )
    .await;
    let client = asker(&ours, Some(server.address), Proxy::None).await;
    assert!(client.asks_elsewhere(&link(&server)) && !client.stores(&link(&server)));
    let media = client.fetch_elsewhere(&link(&server), 3).await.unwrap();
    assert_eq!((media.bytes.as_slice(), media.kind), (b"abc".as_slice(), Some(MediaKind::Image)));
    let heard = server.received().to_lowercase();
    assert!(heard.starts_with("get /a.png?size=large http/1.1\r\n"), "{heard}");
    for unsaid in ["authorization", "cookie", "referer", "accept-encoding", "canary", "origin"] {
        assert!(!heard.contains(unsaid), "{unsaid}: {heard}");
    }
    // The way to Poe's store does not lead there.
    let error = client.fetch_media(&link(&server), 3).await.unwrap_err();
    assert_eq!((error.kind, error.param.as_deref()), (Kind::InvalidInput, Some("url")));
    assert_eq!(server.connections(), 1);
}

#[tokio::test]
async fn nobody_near_is_asked() {
    let ours = Authority::new("Everybody's");
    let server = TlsServer::answering(ours.sign("localhost", |_| {}), answer("200 OK", b"abc"), true).await;
    let client = asker(&ours, None, Proxy::None).await;
    let port = server.address.port();
    for host in [
        "127.0.0.1",
        "localhost",
        "LOCALHOST.",
        "a.localhost",
        "127.1",
        "0x7f.1",
        "2130706433",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "0.0.0.0",
        "[::]",
        "10.0.0.1",
        "192.168.1.1",
        "172.20.0.1",
        "100.64.0.1",
        "169.254.169.254",
        "168.63.129.16",
        "[fd00:ec2::254]",
        "[fe80::1]",
        "printer",
        "nas.local",
        "db.internal",
    ] {
        let link = format!("https://{host}:{port}/a.png");
        assert!(!client.asks_elsewhere(&link), "{link}");
        let error = client.fetch_elsewhere(&link, 3).await.unwrap_err();
        let told = (error.kind, error.param.as_deref(), error.sent);
        assert_eq!(told, (Kind::InvalidInput, Some("host"), false), "{link}");
    }
    for link in
        [format!("http://{HOST}/a.png"), "file:///etc/passwd".to_owned(), "a.png".to_owned(), String::new()]
    {
        let error = client.fetch_elsewhere(&link, 3).await.unwrap_err();
        assert_eq!((error.kind, error.param.as_deref()), (Kind::InvalidInput, Some("url")), "{link}");
    }
    let error = client.fetch_elsewhere("https://me:word@pictures.example/a", 3).await.unwrap_err();
    assert_eq!((error.kind, error.sent), (Kind::InvalidInput, false));
    assert_eq!(server.connections(), 0);
}

#[tokio::test]
async fn nobody_is_followed() {
    let ours = Authority::new("Everybody's");
    let other = TlsServer::answering(ours.sign("localhost", |_| {}), answer("200 OK", b"abc"), true).await;
    for location in [
        format!("https://127.0.0.1:{}/a", other.address.port()),
        format!("https://localhost:{}/a", other.address.port()),
        "/b.png".to_owned(),
        "https://elsewhere.example/".to_owned(),
        "http://169.254.169.254/latest/meta-data/".to_owned(),
    ] {
        let moved = answer(&format!("302 Found\r\nlocation: {location}"), b"");
        let server = TlsServer::answering(ours.sign(HOST, |_| {}), moved, true).await;
        let client = asker(&ours, Some(server.address), Proxy::None).await;
        let error = client.fetch_elsewhere(&link(&server), 3).await.unwrap_err();
        assert_eq!((error.status, error.host.as_deref()), (Some(302), Some(HOST)), "{location}");
        assert_eq!(server.connections(), 1, "{location}");
    }
    assert_eq!(other.connections(), 0);
}

#[tokio::test]
async fn why_it_does_not_come() {
    async fn check(answer: Vec<u8>, expected: Kind) {
        let ours = Authority::new("Everybody's");
        let server = TlsServer::answering(ours.sign(HOST, |_| {}), answer, true).await;
        let client = asker(&ours, Some(server.address), Proxy::None).await;
        let error = client.fetch_elsewhere(&link(&server), 3).await.unwrap_err();
        assert_eq!((error.kind, server.connections()), (expected, 1), "{error:?}");
        assert!(!format!("{error:?}").contains("canary"));
    }
    check(answer("403 Forbidden", b"no"), Kind::NotFound).await;
    check(answer("404 Not Found", b""), Kind::NotFound).await;
    check(answer("200 OK\r\ncontent-type: text/html", b"<p>"), Kind::CaptivePortal).await;
    check(answer("200 OK", b"abcd"), Kind::MalformedResponse).await;
    check(answer("200 OK\r\ncontent-length: 999999999999", b"abc"), Kind::MalformedResponse).await;

    // A certificate that nobody knows is as good as none.
    let server =
        TlsServer::answering(Authority::new("Nobody's").sign(HOST, |_| {}), answer("200 OK", b"a"), true)
            .await;
    let client = asker(&Authority::new("Everybody's"), Some(server.address), Proxy::None).await;
    let error = client.fetch_elsewhere(&link(&server), 3).await.unwrap_err();
    assert_eq!((error.kind, error.sent), (Kind::TlsUntrusted, false));
    assert_eq!(server.received(), "");
}

/// The proxy looks the name up, as for all else that goes through it; it hears host and port.
#[tokio::test]
async fn through_a_proxy() {
    let ours = Authority::new("Everybody's");
    let server = TlsServer::answering(ours.sign(HOST, |_| {}), answer("200 OK", b"abc"), true).await;
    for (scheme, manners) in
        [("http", Manners::Connects(server.address)), ("socks5h", Manners::Socks(server.address))]
    {
        let tunnel = Tunnel::start(manners).await;
        let manual = ManualProxy::parse(&format!("{scheme}://{}", tunnel.address), None).unwrap();
        let client = asker(&ours, None, Proxy::Manual(manual)).await;
        let media = client.fetch_elsewhere(&format!("https://{HOST}/a.png"), 3).await.unwrap();
        assert_eq!(media.bytes, b"abc");
        assert!(tunnel.received().contains(HOST) && !tunnel.received().contains("canary"));
        // What is near is refused all the same: nobody asks the proxy for it, nor for itself.
        let heard = tunnel.received();
        for near in ["127.0.0.1", "10.0.0.1", "intranet", "wiki.corp"] {
            client.fetch_elsewhere(&format!("https://{near}/a.png"), 3).await.unwrap_err();
        }
        assert_eq!(tunnel.received(), heard);
    }
    assert!(!server.received().contains(KEY));
}
