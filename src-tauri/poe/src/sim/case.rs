//! Cases: a file says what the simulated Poe answers, and this plays it. The format is told in `tests/fixtures/README.md`.

use std::io;
use std::path::Path;
use std::time::{Duration, SystemTime};

use serde_json::{Map, Value, json};

use super::http::Request;
use super::reply::{Encoding, Framing, Part, Reply};

/// One case in all its variants.
#[derive(Clone, Debug)]
pub struct Case {
    name: String,
    /// Name and rules.
    variants: Vec<(String, Vec<Value>)>,
}

impl Case {
    /// Reads the file of a case, such as `C14`.
    pub fn read(folder: &Path, name: &str) -> io::Result<Case> {
        let text = std::fs::read(folder.join(format!("{name}.json")))?;
        let file: Value = serde_json::from_slice(&text)?;
        let variant = |value: &Value| {
            let rules = value["rules"].as_array().filter(|rules| !rules.is_empty())?;
            Some((value["name"].as_str()?.to_owned(), rules.clone()))
        };
        let variants: Option<Vec<_>> =
            file["variants"].as_array().into_iter().flatten().map(variant).collect();
        match variants.filter(|variants| !variants.is_empty()) {
            Some(variants) => Ok(Case { name: name.to_owned(), variants }),
            None => Err(invalid(&format!("{name} has a variant without a name or rules"))),
        }
    }

    /// Their names, in the order of the file.
    pub fn variants(&self) -> impl Iterator<Item = &str> {
        self.variants.iter().map(|(name, _)| name.as_str())
    }

    /// Whether a reply of it is left open without an end, so that a limit has to pass.
    pub fn hangs(&self, variant: &str) -> bool {
        let rules = self.variants.iter().filter(|(name, _)| name == variant);
        rules.flat_map(|(_, rules)| rules).any(|rule| rule["reply"]["end"] == "hang")
    }

    pub(super) fn playing(&self, variant: &str, origin: &str, behaviour: Behaviour) -> io::Result<Playing> {
        let rules = self
            .variants
            .iter()
            .find(|(name, _)| name == variant)
            .map(|(_, rules)| rules)
            .ok_or_else(|| invalid(&format!("{} has no variant {variant}", self.name)))?;
        Ok(Playing {
            rules: rules.iter().map(Rule::read).collect::<io::Result<_>>()?,
            origin: origin.to_owned(),
            behaviour,
        })
    }
}

/// How a case travels and how fast, where its file does not say.
#[derive(Clone, Copy, Debug)]
pub struct Behaviour {
    /// Of replies that are no stream.
    pub encoding: Encoding,
    /// Of replies that are no stream.
    pub framing: Framing,
    /// Waiting times are divided by this.
    pub speed: u32,
}

impl Default for Behaviour {
    fn default() -> Behaviour {
        Behaviour { encoding: Encoding::Identity, framing: Framing::Length, speed: 1 }
    }
}

pub(super) struct Playing {
    rules: Vec<Rule>,
    origin: String,
    behaviour: Behaviour,
}

impl Playing {
    /// The first rule that fits and is not used up answers.
    pub(super) fn next(&mut self, request: &Request) -> Option<Reply> {
        let rule = self.rules.iter_mut().find(|rule| rule.fits(request))?;
        rule.left = rule.left.map(|left| left - 1);
        let soon = httpdate::fmt_http_date(SystemTime::now() + Duration::from_secs(60));
        let text = rule.reply.to_string();
        let text = text.replace("{origin}", &self.origin).replace("{in a minute}", &soon);
        // Where a sign-in wants to be led back to.
        let text = ["redirect_uri", "state"].into_iter().fold(text, |text, name| {
            let value = request.parameter(name).unwrap_or_default();
            text.replace(&format!("{{{name}}}"), &value)
        });
        let value: Value = serde_json::from_str(&text).ok()?;
        Some(reply(&value, request, self.behaviour))
    }
}

struct Rule {
    method: String,
    path: String,
    when: Value,
    /// Uses left; `None`: without end.
    left: Option<u64>,
    reply: Value,
}

impl Rule {
    fn read(value: &Value) -> io::Result<Rule> {
        let on = value["on"].as_str().and_then(|on| on.split_once(' '));
        let (method, path) = on.ok_or_else(|| invalid(&format!("no method and path: {value}")))?;
        Ok(Rule {
            method: method.to_owned(),
            path: path.to_owned(),
            when: value["when"].clone(),
            left: value["times"].as_u64(),
            reply: value["reply"].clone(),
        })
    }

    fn fits(&self, request: &Request) -> bool {
        let path = match self.path.strip_suffix('*') {
            Some(start) => request.path.starts_with(start),
            None => request.path == self.path,
        };
        let entries = |name: &str| self.when[name].as_object().into_iter().flatten();
        path && self.left != Some(0)
            && self.method == request.method
            && entries("query").all(|(name, value)| request.parameter(name).as_deref() == value.as_str())
            && entries("headers").all(|(name, value)| request.header(name) == value.as_str())
            && (self.when["body"].is_null() || contains(&request.body_read(), &self.when["body"]))
    }
}

/// Everything that `part` names is in `whole`. Arrays must be as long.
fn contains(whole: &Value, part: &Value) -> bool {
    match (whole, part) {
        (Value::Object(whole), Value::Object(part)) => {
            part.iter().all(|(name, value)| contains(whole.get(name).unwrap_or(&Value::Null), value))
        }
        (Value::Array(whole), Value::Array(part)) => {
            whole.len() == part.len() && whole.iter().zip(part).all(|(whole, part)| contains(whole, part))
        }
        _ => whole == part,
    }
}

impl Request {
    /// JSON, or a form as an object of strings.
    fn body_read(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|_| {
            url::form_urlencoded::parse(&self.body)
                .map(|(name, value)| (name.into_owned(), Value::from(value.into_owned())))
                .collect::<Map<_, _>>()
                .into()
        })
    }
}

fn reply(value: &Value, request: &Request, behaviour: Behaviour) -> Reply {
    let status = value["status"].as_u64().and_then(|status| u16::try_from(status).ok());
    let wait = |ms: &Value| Duration::from_millis(ms.as_u64().unwrap_or(0)) / behaviour.speed.max(1);
    let mut reply = Reply::empty(status.unwrap_or(200));
    let mut add = |name: &str, text: &str| reply.headers.push((name.to_owned(), text.to_owned()));
    for (name, text) in value["headers"].as_object().into_iter().flatten() {
        add(name, text.as_str().unwrap_or_default());
    }
    let mut is_stream = false;
    let (content_type, bytes) = if let Some(body) = value.get("json") {
        ("application/json", body.to_string().into_bytes())
    } else if let Some(rows) = value["rows"].as_u64() {
        ("application/json; charset=utf-8", rows_of_models(rows).to_string().into_bytes())
    } else if let Some(name) = value["echo"].as_str() {
        ("application/json", echo(name, request).to_string().into_bytes())
    } else if let Some(text) = value["html"].as_str() {
        ("text/html; charset=UTF-8", text.as_bytes().to_vec())
    } else if value["sse"].is_array() {
        is_stream = true;
        ("text/event-stream; charset=utf-8", Vec::new())
    } else {
        ("text/plain; charset=utf-8", value["text"].as_str().unwrap_or_default().as_bytes().to_vec())
    };
    if !reply.headers.iter().any(|(name, _)| name == "content-type") {
        reply = reply.header("content-type", content_type);
    }
    if is_stream {
        reply.framing = Framing::Chunked;
        let events = value["sse"].as_array().into_iter().flatten();
        reply.body = events.map(|event| part(event, &wait)).collect();
    } else {
        reply.framing = behaviour.framing;
        reply.encoding = behaviour.encoding;
        let most = value["cut_to"].as_u64().map_or(bytes.len(), |most| bytes.len().min(most as usize));
        if most > 0 {
            reply.body.push(Part::Bytes(bytes[..most].to_vec()));
        }
    }
    if let Some(size) = value["split"].as_u64() {
        reply = reply.split(size as usize);
    }
    if value.get("wait_ms").is_some() {
        reply = reply.after(wait(&value["wait_ms"]));
    }
    match value["end"].as_str() {
        Some("cut") => reply.cut(),
        Some("hang") => reply.hang(),
        _ => reply,
    }
}

/// A string or an object is the data of an event; the other keys are not those of a chunk.
fn part(event: &Value, wait: &impl Fn(&Value) -> Duration) -> Part {
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let frame = |value: &Value| format!("data: {}\n\n", text(value));
    if event.get("wait_ms").is_some() {
        Part::Wait(wait(&event["wait_ms"]))
    } else if let Some(raw) = event["raw"].as_str() {
        Part::Bytes(raw.as_bytes().to_vec())
    } else if let Some(times) = event["repeat"].as_u64() {
        Part::Bytes(frame(&event["data"]).repeat(times as usize).into_bytes())
    } else if let Some(size) = event["letters"].as_u64() {
        let letters = "x".repeat(size as usize);
        Part::Bytes(
            format!("data: {{\"choices\":[{{\"delta\":{{\"content\":\"{letters}\"}}}}]}}\n\n").into_bytes(),
        )
    } else {
        Part::Bytes(frame(event).into_bytes())
    }
}

/// A list as long and as large as Poe's.
fn rows_of_models(rows: u64) -> Value {
    let row = |number: u64| {
        json!({
            "id": format!("bot-{number}"), "object": "model", "created": 1_770_000_000_123_u64 + number,
            "description": "What this bot is for. ".repeat(50 + number as usize % 40), "owned_by": "Somebody",
            "root": format!("bot-{number}"), "supported_features": [], "supported_endpoints": [],
            "architecture": { "input_modalities": ["text"], "output_modalities": ["text"], "modality": "text->text" },
            "pricing": null, "context_window": null, "context_length": null, "reasoning": null, "parameters": [],
            "metadata": { "display_name": format!("Bot-{number}"), "url": format!("https://poe.com/bot-{number}") },
        })
    };
    json!({ "object": "list", "data": (0..rows).map(row).collect::<Vec<_>>() })
}

/// An answer that tells what arrived.
fn echo(name: &str, request: &Request) -> Value {
    let body = request.body_read();
    let text = match name {
        "parameters" => {
            let mut parameters = body["extra_body"].as_object().cloned().unwrap_or_default();
            let standard = ["model", "messages", "stream", "stream_options", "extra_body"];
            let others = body.as_object().into_iter().flatten();
            parameters.extend(
                others
                    .filter(|(name, _)| !standard.contains(&name.as_str()))
                    .map(|(name, value)| (name.clone(), value.clone())),
            );
            Value::Object(parameters).to_string()
        }
        "kinds" => {
            let parts = body["messages"].as_array().and_then(|messages| messages.last());
            let parts = parts.and_then(|message| message["content"].as_array()).cloned();
            let kinds: Vec<String> = parts.into_iter().flatten().map(|part| kind(&part)).collect();
            kinds.join(", ")
        }
        _ => String::new(),
    };
    json!({
        "id": "chatcmpl-00ec400000000000000000ec", "object": "chat.completion", "created": 1_776_108_000,
        "model": body["model"],
        "choices": [{ "index": 0, "message": { "role": "assistant", "content": text }, "finish_reason": "stop" }],
        "usage": { "prompt_tokens": 7, "completion_tokens": 3, "total_tokens": 10 },
    })
}

/// `image_url image/png`, `file application/pdf a.pdf`, `image_url https`.
fn kind(part: &Value) -> String {
    let type_ = part["type"].as_str().unwrap_or_default();
    let url = part["image_url"]["url"].as_str().or_else(|| part["file"]["file_data"].as_str());
    let source = url.map(|url| match url.strip_prefix("data:") {
        Some(data) => data.split(';').next().unwrap_or_default(),
        None => url.split(':').next().unwrap_or_default(),
    });
    let words = [Some(type_), source, part["file"]["filename"].as_str()];
    words.into_iter().flatten().collect::<Vec<_>>().join(" ")
}

fn invalid(why: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, why)
}
