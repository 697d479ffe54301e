//! What is asked: a request as the caller writes it, in the terms of chat completions, and the address that it goes to.

use serde_json::{Map, Value};

use crate::message::Message;
use crate::models::Model;
use crate::tool::{Tool, ToolChoice};

/// A request to `POST /v1/chat/completions`
/// ([reference](https://creator.poe.com/api-reference/createChatCompletion)).
#[derive(Clone, Debug)]
pub struct ChatRequest {
    /// Where it goes; see [`Endpoint::of`].
    pub endpoint: Endpoint,
    /// The model's id.
    pub model: String,
    /// The conversation so far; the last one is usually the person's.
    pub messages: Vec<Message>,
    /// Whether the answer comes in pieces. Poe advises `false` for image, video and audio bots.
    pub stream: bool,
    /// At least 1. Reasoning may use all of it and leave no text.
    pub max_tokens: Option<u32>,
    /// 0 to 2.
    pub temperature: Option<f64>,
    /// 0 to 1.
    pub top_p: Option<f64>,
    /// At most 4.
    pub stop: Vec<String>,
    /// What the model may call; only for those that list `tools` in [`Model::features`].
    pub tools: Vec<Tool>,
    /// Whether it calls them; `None` leaves it to Poe.
    pub tool_choice: Option<ToolChoice>,
    /// Whether the model may search the web with the tool of [`Endpoint::Responses`], which alone has it; see
    /// [`Model::web_search`].
    pub web_search: bool,
    /// How long it thinks: one of the model's own values, such as `low`.
    pub reasoning_effort: Option<String>,
    /// What the model declares in [`Model::parameters`]; sent at the top level.
    pub parameters: Map<String, Value>,
    /// Where no `max_tokens` is set: what the model gives at most ([`Model::max_output_tokens`]). Only [`Endpoint::Messages`]
    /// sends it, as that demands a limit.
    pub most_tokens: Option<u32>,
    /// Places among the messages up to which, that one included, the host is asked to keep what it read for five minutes, so
    /// that the next request pays a tenth for it. Only [`Endpoint::Messages`] knows such marks; of more than four the last
    /// count.
    pub cache_marks: Vec<usize>,
    /// Nothing that is said in it is told to [`Config::observer`](crate::Config::observer): no body, and not what Poe says of a failure.
    pub is_private: bool,
}

impl ChatRequest {
    /// A streaming request with everything else unset.
    pub fn new(model: impl Into<String>, messages: Vec<Message>) -> ChatRequest {
        ChatRequest {
            endpoint: Endpoint::Chat,
            model: model.into(),
            messages,
            stream: true,
            max_tokens: None,
            temperature: None,
            top_p: None,
            stop: Vec::new(),
            tools: Vec::new(),
            tool_choice: None,
            web_search: false,
            reasoning_effort: None,
            parameters: Map::new(),
            most_tokens: None,
            cache_marks: Vec::new(),
            is_private: false,
        }
    }
}

/// Where a chat request goes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Endpoint {
    /// `/v1/chat/completions`
    #[default]
    Chat,
    /// `/v1/responses` ([reference](https://creator.poe.com/api-reference/createResponse))
    Responses,
    /// `/v1/messages` ([reference](https://creator.poe.com/api-reference/createMessage)); Claude only.
    Messages,
}

impl Endpoint {
    /// Chat completions, unless the model lists another one and not that. A model that lists none, or only one for media,
    /// answers at chat completions too.
    pub fn of(model: &Model) -> Endpoint {
        let lists = |name: &str| model.endpoints.iter().any(|path| path.trim_start_matches("/v1") == name);
        if lists("/chat/completions") {
            Endpoint::Chat
        } else if lists("/responses") {
            Endpoint::Responses
        } else if lists("/messages") {
            Endpoint::Messages
        } else {
            Endpoint::Chat
        }
    }

    pub(crate) fn path(self) -> &'static str {
        match self {
            Endpoint::Chat => "/chat/completions",
            Endpoint::Responses => "/responses",
            Endpoint::Messages => "/messages",
        }
    }
}

#[cfg(test)]
#[path = "request_tests.rs"]
mod tests;
