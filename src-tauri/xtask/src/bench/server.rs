//! The one server of a run: as much of Poe as the app asks for, the bench's own page, and one answer for both, at the same
//! pace; asked of several models at once, to each. The answer stops twice, for as long as the bench measures: when its text was sent, and when all pieces were appended.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::PathBuf;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::json;

use super::corpus::Answer;
use xtask::{Result, bail, paths};

/// How far the answer is. The server goes on by itself to `Sent` and `Appended`, the bench lets it go on to the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Stage {
    Text,
    Sent,
    Append,
    Appended,
    End,
}

/// Between two appended pieces: several frames, so that each is an update of its own.
const PAUSE: Duration = Duration::from_millis(50);
/// The pieces of the text go out in bursts this far apart.
const TICK: Duration = Duration::from_millis(4);
const LETTERS_A_PIECE: usize = 8;

pub(super) struct Server {
    port: u16,
    shared: Arc<Shared>,
}

/// How far the answers to a question are.
struct Question {
    answer: Arc<Answer>,
    stage: Stage,
    streams: usize,
    /// Those that have come to the next stage.
    arrived: usize,
}

struct Shared {
    state: Mutex<Question>,
    changed: Condvar,
    pieces_a_second: f64,
    /// Where the npm packages lie.
    packages: PathBuf,
}

impl Server {
    pub(super) fn start(pieces_a_second: usize, packages: PathBuf) -> Result<Server> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let port = listener.local_addr()?.port();
        let nothing = Answer { text: String::new(), appended: Vec::new() };
        let shared = Arc::new(Shared {
            state: Mutex::new(Question {
                answer: Arc::new(nothing),
                stage: Stage::Text,
                streams: 1,
                arrived: 0,
            }),
            changed: Condvar::new(),
            pieces_a_second: pieces_a_second as f64,
            packages,
        });
        let own = shared.clone();
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let shared = own.clone();
                // A reader that goes away ends its connection, and the bench notices by what it waits for.
                thread::spawn(move || shared.serve(stream));
            }
        });
        Ok(Server { port, shared })
    }

    pub(super) fn origin(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// What the next question is answered with, by so many models. Gives the whole answer.
    pub(super) fn load(&self, answer: Answer, streams: usize) -> String {
        let whole = answer.text.clone() + &answer.appended.concat();
        *self.shared.state() = Question { answer: Arc::new(answer), stage: Stage::Text, streams, arrived: 0 };
        whole
    }

    pub(super) fn go_on(&self, stage: Stage) {
        self.shared.reach(stage);
    }

    pub(super) fn wait_for(&self, stage: Stage, patience: Duration) -> Result<()> {
        if !self.shared.wait_for(stage, patience) {
            bail!("the answer did not get to {stage:?} in {patience:?}");
        }
        Ok(())
    }
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, Question> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn reach(&self, stage: Stage) {
        self.state().stage = stage;
        self.changed.notify_all();
    }

    /// One of the answers is there; the last one takes all of them on.
    fn arrive(&self, stage: Stage) {
        let mut question = self.state();
        question.arrived += 1;
        if question.arrived == question.streams {
            (question.arrived, question.stage) = (0, stage);
            self.changed.notify_all();
        }
    }

    fn wait_for(&self, stage: Stage, patience: Duration) -> bool {
        let waited =
            self.changed.wait_timeout_while(self.state(), patience, |question| question.stage < stage);
        waited.is_ok_and(|(_, waited)| !waited.timed_out())
    }

    fn serve(&self, mut stream: TcpStream) -> std::io::Result<()> {
        stream.set_nodelay(true)?;
        let mut reader = BufReader::new(stream.try_clone()?);
        let (mut line, mut first, mut length) = (String::new(), String::new(), 0);
        while reader.read_line(&mut line)? > 0 && !line.trim().is_empty() {
            if first.is_empty() {
                first = line.trim().to_owned();
            } else if let Some((name, value)) = line.split_once(':')
                && name.eq_ignore_ascii_case("content-length")
            {
                length = value.trim().parse().unwrap_or(0);
            }
            line.clear();
        }
        std::io::copy(&mut reader.take(length), &mut std::io::sink())?;
        let address = first.split(' ').nth(1).unwrap_or_default();
        let path = address.split('?').next().unwrap_or_default();
        if path.ends_with("/chat/completions") {
            return self.answer(&mut stream);
        }
        let (kind, body) = self.file(path);
        let status = if kind.is_empty() { "404 Not Found" } else { "200 OK" };
        write!(
            stream,
            "HTTP/1.1 {status}\r\ncontent-type: {kind}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
            body.len()
        )?;
        stream.write_all(&body)
    }

    /// A path's content and its type, which is empty where there is nothing.
    fn file(&self, path: &str) -> (&'static str, Vec<u8>) {
        const JSON: &str = "application/json";
        if path.ends_with("/models") {
            return (JSON, models().into_bytes());
        }
        if path.ends_with("/current_balance") {
            return (JSON, json!({ "current_point_balance": 250_000 }).to_string().into_bytes());
        }
        if path.ends_with("/points_history") {
            let empty = json!({ "has_more": false, "length": 0, "data": [] });
            return (JSON, empty.to_string().into_bytes());
        }
        let file = match path.strip_prefix("/node_modules/") {
            Some(rest) => self.packages.join(rest),
            None => paths::bench().join(path.trim_start_matches('/')),
        };
        let kind = match file.extension().and_then(|it| it.to_str()) {
            Some("html") => "text/html",
            Some("js" | "mjs") => "text/javascript",
            Some("css") => "text/css",
            Some("woff2") => "font/woff2",
            _ => "",
        };
        fs::read(file).map_or(("", Vec::new()), |content| (kind, content))
    }

    fn answer(&self, stream: &mut TcpStream) -> std::io::Result<()> {
        const FOREVER: Duration = Duration::from_secs(3600);
        let answer = self.state().answer.clone();
        stream
            .write_all(b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n")?;
        let begun = Instant::now();
        let mut sent = 0;
        let mut rest = answer.text.as_str();
        while !rest.is_empty() {
            let due = (begun.elapsed().as_secs_f64() * self.pieces_a_second) as usize + 1;
            let mut burst = String::new();
            for _ in sent..due.min(sent + rest.len().div_ceil(LETTERS_A_PIECE)) {
                let (piece, after) = rest.split_at(LETTERS_A_PIECE.min(rest.len()));
                burst += &event(json!({ "content": piece }), None);
                rest = after;
            }
            sent = due;
            stream.write_all(burst.as_bytes())?;
            thread::sleep(TICK);
        }
        self.arrive(Stage::Sent);
        self.wait_for(Stage::Append, FOREVER);
        for piece in &answer.appended {
            stream.write_all(event(json!({ "content": piece }), None).as_bytes())?;
            thread::sleep(PAUSE);
        }
        self.arrive(Stage::Appended);
        self.wait_for(Stage::End, FOREVER);
        stream.write_all((event(json!({}), Some("stop")) + "data: [DONE]\n\n").as_bytes())
    }
}

fn event(delta: serde_json::Value, finish: Option<&str>) -> String {
    let choice = json!({ "index": 0, "delta": delta, "finish_reason": finish });
    let chunk = json!({ "id": "bench", "object": "chat.completion.chunk", "created": 1, "model": "echo", "choices": [choice] });
    format!("data: {chunk}\n\n")
}

fn models() -> String {
    // A maker that is known and a price: nobody has to be asked before the first question.
    let price = json!({ "prompt": "0.0000001", "completion": "0.0000004", "image": null, "request": null });
    let model = |id: &str, name: &str| {
        json!({
            "id": id, "object": "model", "created": 1_770_000_000_000_u64, "owned_by": "Northlight", "description": "", "root": id,
            "architecture": { "input_modalities": ["text"], "output_modalities": ["text"], "modality": "text->text" },
            "supported_endpoints": ["/v1/chat/completions"], "pricing": price, "parameters": [],
            "metadata": { "display_name": name },
        })
    };
    let all = [("echo", "Echo"), ("echo-two", "Two"), ("echo-three", "Three"), ("echo-four", "Four")];
    let all: Vec<serde_json::Value> = all.iter().map(|(id, name)| model(id, name)).collect();
    json!({ "object": "list", "data": all }).to_string()
}
