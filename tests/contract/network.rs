//! What fails before Poe is reached: nothing was sent, so nothing can cost.

use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::time::Duration;

use poe::{BaseUrl, Client, Config, DecidedBy, Kind, Proxy, Secret};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::task::JoinHandle;

use crate::asking::{KEY, Seen, ask, question};

async fn ask_at(address: &str, max_attempts: u32) -> Seen {
    let config = Config::new(BaseUrl::parse(address).unwrap(), Secret::from_pasted(KEY));
    let limit = Duration::from_millis(300);
    let client =
        Client::new(Config { max_attempts, connect_timeout: limit, proxy: Proxy::None, ..config }).unwrap();
    ask(&client, question()).await
}

async fn check(address: &str, kind: Kind) {
    let error = ask_at(address, 1).await.error.unwrap();
    assert_eq!((error.kind, error.decided_by), (kind, DecidedBy::Transport), "{address}: {error:?}");
    assert!(!error.sent && !error.maybe_charged() && error.status.is_none());
    assert!(error.host.is_some());
}

/// Takes one connection, reads what comes first, and answers it with these bytes.
async fn answering(bytes: &'static [u8]) -> (SocketAddr, JoinHandle<()>) {
    let listener = tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    let server = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        assert!(stream.read(&mut [0; 4096]).await.unwrap() > 0);
        stream.write_all(bytes).await.unwrap();
    });
    (address, server)
}

#[tokio::test]
async fn each_broken_network_has_its_kind() {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let silent = listener.local_addr().unwrap();
    let (plain, server) = answering(b"HTTP/1.1 400 Bad Request\r\n\r\n").await;
    let nobody = {
        let closed = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        closed.local_addr().unwrap()
    };
    check(&format!("http://{nobody}/v1"), Kind::ConnectionRefused).await;
    check(&format!("https://{nobody}/v1"), Kind::ConnectionRefused).await;
    check("https://no-such-host.invalid/v1", Kind::DnsFailed).await;
    // Takes the connection and never speaks TLS.
    check(&format!("https://{silent}/v1"), Kind::ConnectTimeout).await;
    // Speaks HTTP where TLS is expected.
    check(&format!("https://{plain}/v1"), Kind::TlsInvalid).await;
    server.await.unwrap();
}

#[tokio::test]
async fn what_never_left_is_sent_again() {
    let seen = ask_at("http://127.0.0.1:1/v1", 2).await;
    assert_eq!(seen.order, ["sending", "retrying", "sending", "failed"]);
    assert_eq!(seen.error.unwrap().attempt, 2);
}

#[tokio::test]
async fn an_answer_that_is_no_http() {
    let (address, server) = answering(b"220 mail.example ESMTP\r\n").await;
    let error = ask_at(&format!("http://{address}/v1"), 3).await.error.unwrap();
    server.await.unwrap();
    assert_eq!((error.kind, error.attempt, error.sent), (Kind::MalformedResponse, 1, true));
}
