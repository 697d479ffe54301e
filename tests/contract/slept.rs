//! No request goes out on a connection that slept. The server keeps every connection and lets those of before die without a
//! word, as a router does: what is sent there is lost.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use poe::{BaseUrl, Client, Config, ExtraCa, Secret, SleepClock};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::task::AbortHandle;
use tokio_rustls::TlsAcceptor;

use crate::asking::{KEY, ask, question};
use crate::authority::Authority;

const ANSWER: &str = "data: {\"choices\":[{\"delta\":{\"content\":\"Hello\"},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n";
const MODELS: &str = "{\"data\":[{\"id\":\"one\",\"object\":\"model\"}]}";

#[derive(Clone, Copy, Debug, PartialEq)]
enum Http {
    One,
    Two,
}

#[derive(Default)]
struct Counts {
    connections: AtomicUsize,
    /// Connections before this one answer no more.
    dead: AtomicUsize,
    /// Number of the connection, and what was asked there.
    answered: Mutex<Vec<(usize, String)>>,
    lost: AtomicUsize,
}

impl Counts {
    /// Whether the request that came on this connection gets an answer.
    fn answers(&self, connection: usize, asked: &str) -> bool {
        if connection < self.dead.load(SeqCst) {
            self.lost.fetch_add(1, SeqCst);
            return false;
        }
        self.answered.lock().unwrap().push((connection, asked.to_owned()));
        true
    }
}

struct Server {
    address: SocketAddr,
    counts: Arc<Counts>,
    trusted: Vec<ExtraCa>,
    http: Http,
    task: AbortHandle,
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Server {
    async fn start(http: Http) -> Server {
        let ours = Authority::new("Company");
        let mut config = ours.sign("localhost", |_| {});
        config.alpn_protocols = vec![b"h2".to_vec()];
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let counts = Arc::new(Counts::default());
        let seen = counts.clone();
        let task = tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                let number = seen.connections.fetch_add(1, SeqCst);
                let (seen, acceptor) = (seen.clone(), acceptor.clone());
                tokio::spawn(async move {
                    match http {
                        Http::One => serve_one(stream, number, &seen).await,
                        Http::Two => serve_two(acceptor.accept(stream).await.ok()?, number, &seen).await,
                    }
                });
            }
        });
        Server { address, counts, trusted: ours.extra(), http, task: task.abort_handle() }
    }

    /// A client, and how many seconds its computer has slept.
    fn client(&self) -> (Client, Arc<AtomicU64>) {
        let slept = Arc::new(AtomicU64::new(0));
        let read = slept.clone();
        let port = self.address.port();
        let base = match self.http {
            Http::One => format!("http://127.0.0.1:{port}/v1"),
            Http::Two => format!("https://localhost:{port}/v1"),
        };
        let client = Client::new(Config {
            max_attempts: 1,
            extra_ca: self.trusted.clone(),
            first_byte_timeout: Some(Duration::from_secs(20)),
            sleep_clock: SleepClock::new(move || Duration::from_millis(read.load(SeqCst))),
            ..Config::new(BaseUrl::parse(&base).unwrap(), Secret::from_pasted(KEY))
        });
        (client.unwrap(), slept)
    }

    /// Those that are open answer no more, and nobody is told.
    fn lets_connections_die(&self) {
        self.counts.dead.store(self.counts.connections.load(SeqCst), SeqCst);
    }

    /// On which connections what was asked.
    fn answered(&self) -> Vec<(usize, String)> {
        self.counts.answered.lock().unwrap().clone()
    }

    fn lost(&self) -> usize {
        self.counts.lost.load(SeqCst)
    }
}

async fn serve_one(
    mut stream: impl AsyncRead + AsyncWrite + Unpin,
    number: usize,
    counts: &Counts,
) -> Option<()> {
    loop {
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            head.push(stream.read_u8().await.ok()?);
        }
        let head = String::from_utf8(head).unwrap().to_lowercase();
        let length = head.split("content-length: ").nth(1).map_or(0, |rest| {
            let digits = rest.split("\r\n").next().unwrap();
            digits.parse().unwrap()
        });
        stream.read_exact(&mut vec![0; length]).await.ok()?;
        let asked = head.split(' ').next().unwrap();
        if counts.answers(number, asked) {
            let (kind, body) = reply(asked);
            let head =
                format!("HTTP/1.1 200 OK\r\ncontent-type: {kind}\r\ncontent-length: {}\r\n\r\n", body.len());
            stream.write_all((head + body).as_bytes()).await.ok()?;
        }
    }
}

async fn serve_two(
    stream: impl AsyncRead + AsyncWrite + Unpin,
    number: usize,
    counts: &Counts,
) -> Option<()> {
    let mut connection = h2::server::handshake(stream).await.ok()?;
    let mut silent = Vec::new();
    while let Some(Ok((request, mut respond))) = connection.accept().await {
        let asked = request.method().as_str().to_lowercase();
        if !counts.answers(number, &asked) {
            // A stream that is dropped would be reset, which tells.
            silent.push((request, respond));
            continue;
        }
        let (kind, body) = reply(&asked);
        let head = http::Response::builder().header("content-type", kind).body(()).unwrap();
        let mut out = respond.send_response(head, false).ok()?;
        out.send_data(body.into(), true).ok()?;
    }
    Some(())
}

fn reply(asked: &str) -> (&'static str, &'static str) {
    match asked {
        "post" => ("text/event-stream", ANSWER),
        _ => ("application/json", MODELS),
    }
}

async fn asks(client: &Client) {
    assert_eq!(ask(client, question()).await.outcome(), "Hello > stop");
}

/// On the clock that limits idle connections.
async fn idle(time: Duration) {
    tokio::time::pause();
    tokio::time::advance(time).await;
    tokio::time::resume();
}

fn on(connections: &[(usize, &str)]) -> Vec<(usize, String)> {
    connections.iter().map(|(number, asked)| (*number, (*asked).to_owned())).collect()
}

#[tokio::test]
async fn quick_ones_share_a_connection() {
    for http in [Http::One, Http::Two] {
        let server = Server::start(http).await;
        let (client, slept) = server.client();
        asks(&client).await;
        asks(&client).await;
        client.models().await.unwrap();
        idle(Duration::from_secs(9)).await;
        asks(&client).await;
        // Too short for a connection to die of it.
        slept.store(900, SeqCst);
        asks(&client).await;
        let expected = [(0, "post"), (0, "post"), (0, "get"), (0, "post"), (0, "post")];
        assert_eq!(server.answered(), on(&expected), "{http:?}");
    }
}

#[tokio::test]
async fn an_idle_one_is_left_behind() {
    for http in [Http::One, Http::Two] {
        let server = Server::start(http).await;
        let (client, _) = server.client();
        client.models().await.unwrap();
        server.lets_connections_die();
        idle(Duration::from_millis(10_500)).await;
        asks(&client).await;
        server.lets_connections_die();
        idle(Duration::from_secs(3600)).await;
        asks(&client).await;
        client.models().await.unwrap();
        let expected = [(0, "get"), (1, "post"), (2, "post"), (2, "get")];
        assert_eq!(server.answered(), on(&expected), "{http:?}");
        assert_eq!(server.lost(), 0, "{http:?}");
    }
}

/// The clock that limits idle connections stands still while the computer sleeps.
#[tokio::test]
async fn after_a_sleep_all_are_new() {
    for http in [Http::One, Http::Two] {
        let server = Server::start(http).await;
        let (client, slept) = server.client();
        for sleep in [1_500, 60_000, 24 * 3_600_000] {
            asks(&client).await;
            client.models().await.unwrap();
            server.lets_connections_die();
            slept.fetch_add(sleep, SeqCst);
        }
        asks(&client).await;
        let posts: Vec<usize> =
            server.answered().iter().filter(|(_, asked)| asked == "post").map(|(at, _)| *at).collect();
        assert_eq!(posts, [0, 1, 2, 3], "{http:?}");
        assert_eq!(server.lost(), 0, "{http:?}");
    }
}

/// What streams while the computer sleeps is not cut off by a request that comes after.
#[tokio::test]
async fn an_answer_under_way_goes_on() {
    let server = Server::start(Http::One).await;
    let (client, slept) = server.client();
    let mut answer = client.chat(question());
    let first = answer.next().await;
    assert!(first.is_some());
    slept.store(60_000, SeqCst);
    client.models().await.unwrap();
    let mut text = String::new();
    while let Some(event) = answer.next().await {
        match event {
            poe::ChatEvent::Text(piece) => text += &piece,
            poe::ChatEvent::Failed(error) => panic!("{error:?}"),
            _ => {}
        }
    }
    assert_eq!(text, "Hello");
}
