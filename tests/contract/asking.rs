//! Asks the simulated Poe and sums up what came.

use std::time::Duration;

use poe::sim::{Reply, Scenario, Sim};
use poe::{
    BaseUrl, ChatEvent, ChatRequest, Client, Config, Error, Finish, Kind, Message, Secret, Source,
    TokenUsage, ToolCalls,
};

pub(crate) const CHAT: &str = "/v1/chat/completions";
pub(crate) const KEY: &str = "sk-poe-canary-0123456789-0123456789-0123456789";

/// Everything that one question brought.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    pub(crate) text: String,
    pub(crate) reasoning: String,
    pub(crate) refusal: String,
    pub(crate) usage: Option<TokenUsage>,
    pub(crate) tool_calls: ToolCalls,
    pub(crate) searches: Vec<String>,
    pub(crate) sources: Vec<Source>,
    /// Number, of how many, waiting time and cause.
    pub(crate) retries: Vec<(u32, u32, Duration, Kind)>,
    /// Names of the events, repeated ones once.
    pub(crate) order: Vec<&'static str>,
    pub(crate) finish: Option<Finish>,
    pub(crate) error: Option<Error>,
}

impl Seen {
    /// `text > end`.
    pub(crate) fn outcome(&self) -> String {
        let end = match (&self.finish, &self.error) {
            (Some(finish), None) => finish.as_str(),
            (None, Some(error)) => error.code(),
            _ => panic!("not exactly one end: {self:?}"),
        };
        format!("{} > {end}", self.text)
    }
}

pub(crate) async fn script() -> Sim {
    Sim::start(Scenario::Script).await.unwrap()
}

/// Three tries and no limits, as a new one is.
pub(crate) fn config(sim: &Sim) -> Config {
    Config::new(BaseUrl::parse(&sim.base_url()).unwrap(), Secret::from_pasted(KEY))
}

pub(crate) fn client(sim: &Sim) -> Client {
    Client::new(config(sim)).unwrap()
}

/// With limits of 150 ms.
pub(crate) fn impatient(sim: &Sim) -> Client {
    let limit = Some(Duration::from_millis(150));
    Client::new(Config { first_byte_timeout: limit, idle_timeout: limit, ..config(sim) }).unwrap()
}

pub(crate) fn question() -> ChatRequest {
    ChatRequest::new("demo-sonnet", vec![Message::user("Say hello")])
}

pub(crate) fn plain() -> ChatRequest {
    ChatRequest { stream: false, ..question() }
}

pub(crate) async fn ask(client: &Client, request: ChatRequest) -> Seen {
    let mut seen = Seen::default();
    let mut answer = client.chat(request);
    while let Some(event) = answer.next().await {
        assert!(seen.finish.is_none() && seen.error.is_none(), "{event:?} after the end");
        let name = match event {
            ChatEvent::Queued { .. } => "queued",
            ChatEvent::Sending { .. } => "sending",
            ChatEvent::Started { .. } => "started",
            ChatEvent::Retrying { attempt, of, wait, error } => {
                seen.retries.push((attempt, of, wait, error.kind));
                "retrying"
            }
            ChatEvent::Text(text) => {
                seen.text += &text;
                "text"
            }
            ChatEvent::Refusal(text) => {
                seen.refusal += &text;
                "refusal"
            }
            ChatEvent::Reasoning(text) => {
                seen.reasoning += &text;
                "reasoning"
            }
            ChatEvent::Searched(query) => {
                seen.searches.push(query);
                "searched"
            }
            ChatEvent::Sources(sources) => {
                seen.sources = sources;
                "sources"
            }
            ChatEvent::ToolCall(delta) => {
                seen.tool_calls.push(&delta);
                "tool call"
            }
            ChatEvent::Usage(usage) => {
                seen.usage = Some(usage);
                "usage"
            }
            ChatEvent::Done { finish } => {
                seen.finish = Some(finish);
                "done"
            }
            ChatEvent::Failed(error) => {
                seen.error = Some(error);
                "failed"
            }
        };
        if seen.order.last() != Some(&name) {
            seen.order.push(name);
        }
    }
    seen
}

/// One question to a Poe that answers every time like this. Gives how often it was asked, too.
pub(crate) async fn answered(reply: Reply, request: ChatRequest) -> (Seen, usize) {
    let sim = script().await;
    sim.always("POST", CHAT, reply);
    let seen = ask(&client(&sim), request).await;
    (seen, sim.posts())
}
