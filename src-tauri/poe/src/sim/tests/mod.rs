//! The simulator over a bare socket: a client of a few lines, so that no library smooths a fault over.

mod demo;
mod wire;

use std::io;

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::{Recorded, Scenario, Sim};

/// What came back: the head, and the body as it stood on the wire.
struct RawAnswer {
    status: u16,
    head: String,
    body: Vec<u8>,
    end: io::Result<()>,
}

impl RawAnswer {
    fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| {
            let (existing, value) = line.split_once(": ")?;
            existing.eq_ignore_ascii_case(name).then_some(value)
        })
    }

    /// The body without its chunks.
    fn bytes(&self) -> Vec<u8> {
        if self.header("transfer-encoding") != Some("chunked") {
            return self.body.clone();
        }
        let (mut rest, mut bytes) = (&self.body[..], Vec::new());
        while let Some(line) = rest.windows(2).position(|pair| pair == b"\r\n") {
            let size = usize::from_str_radix(std::str::from_utf8(&rest[..line]).unwrap(), 16).unwrap();
            bytes.extend_from_slice(&rest[line + 2..line + 2 + size]);
            rest = &rest[line + 2 + size + 2..];
        }
        bytes
    }

    fn text(&self) -> String {
        String::from_utf8(self.bytes()).unwrap()
    }

    fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes()).unwrap()
    }

    /// The data of each event.
    fn events(&self) -> Vec<String> {
        self.text()
            .split_terminator("\n\n")
            .map(|event| event.strip_prefix("data: ").unwrap().to_owned())
            .collect()
    }

    /// All deltas of one name, joined.
    fn deltas(&self, name: &str) -> String {
        self.events()
            .iter()
            .filter_map(|event| serde_json::from_str::<Value>(event).ok())
            .filter_map(|chunk| chunk["choices"][0]["delta"][name].as_str().map(str::to_owned))
            .collect()
    }
}

async fn send(sim: &Sim, method: &str, target: &str, key: Option<&str>, body: &str) -> TcpStream {
    let mut stream = TcpStream::connect(sim.address).await.unwrap();
    let key = key.map_or(String::new(), |key| format!("Authorization: Bearer {key}\r\n"));
    let request = format!(
        "{method} {target} HTTP/1.1\r\nHost: sim\r\nConnection: close\r\n{key}Content-Length: {}\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(request.as_bytes()).await.unwrap();
    stream
}

async fn read(mut stream: TcpStream) -> RawAnswer {
    let mut bytes = Vec::new();
    let end = stream.read_to_end(&mut bytes).await.map(drop);
    let at = bytes.windows(4).position(|four| four == b"\r\n\r\n");
    let (head, body) =
        at.map_or((Vec::new(), Vec::new()), |at| (bytes[..at].to_vec(), bytes[at + 4..].to_vec()));
    let head = String::from_utf8(head).unwrap();
    let status = head.split(' ').nth(1).map_or(0, |status| status.parse().unwrap());
    RawAnswer { status, head, body, end }
}

async fn get(sim: &Sim, target: &str) -> RawAnswer {
    read(send(sim, "GET", target, Some("demo"), "").await).await
}

fn question(model: &str, more: Value) -> String {
    let mut body =
        json!({ "model": model, "messages": [{ "role": "user", "content": "Show me everything" }] });
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    body.to_string()
}

async fn chat(sim: &Sim, model: &str, more: Value) -> RawAnswer {
    read(send(sim, "POST", "/v1/chat/completions", Some("demo"), &question(model, more)).await).await
}

async fn script() -> Sim {
    Sim::start(Scenario::Script).await.unwrap()
}

/// The simulator has seen that the client left its first request.
async fn left(sim: &Sim) -> Recorded {
    loop {
        match sim.requests().into_iter().next() {
            Some(request) if request.closed_early => return request,
            _ => tokio::task::yield_now().await,
        }
    }
}
