//! `/v1/chat/completions`: the endpoint whose terms the requests and answers here are in.

use serde_json::{Value, json};

use crate::message::Message;
use crate::request::ChatRequest;
use crate::tool::Tool;

/// The fields of the request win over parameters of the same name. A stream is asked to tell its usage.
pub(super) fn body(request: &ChatRequest) -> Value {
    let mut body = request.parameters.clone();
    let mut set = |name: &str, value: Value| body.insert(name.to_owned(), value);
    set("model", request.model.as_str().into());
    set("messages", request.messages.iter().map(Message::to_json).collect());
    set("stream", request.stream.into());
    if request.stream {
        set("stream_options", json!({ "include_usage": true }));
    }
    if let Some(max_tokens) = request.max_tokens {
        set("max_tokens", max_tokens.into());
    }
    if let Some(temperature) = request.temperature {
        set("temperature", temperature.into());
    }
    if let Some(top_p) = request.top_p {
        set("top_p", top_p.into());
    }
    if !request.stop.is_empty() {
        set("stop", request.stop.as_slice().into());
    }
    if !request.tools.is_empty() {
        set("tools", request.tools.iter().map(Tool::to_json).collect());
        if let Some(choice) = &request.tool_choice {
            set("tool_choice", choice.to_json());
        }
    }
    if let Some(effort) = &request.reasoning_effort {
        set("reasoning_effort", effort.as_str().into());
    }
    Value::Object(body)
}
