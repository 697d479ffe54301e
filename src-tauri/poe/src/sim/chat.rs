//! A chat request: checked as Poe would, then answered in the manner of the model.

use std::time::Duration;

use serde_json::{Value, json};

use super::account::Bill;
use super::cache::Cached;
use super::completion::{Completion, Identity, Pace, tokens};
use super::demo::{Demo, Outcome};
use super::http::Request;
use super::models::Model;
use super::reply::{Part, Reply};
use super::{answers, faults, image, models, search, sound};

/// What an answer is made from.
pub(super) struct Question {
    pub(super) model: &'static Model,
    pub(super) identity: Identity,
    pub(super) stream: bool,
    usage: bool,
    max_tokens: Option<u64>,
    /// The text of the last message.
    pub(super) text: String,
    last_role: String,
    /// The answer right before the last message.
    begun: Option<String>,
    pictures: usize,
    tool: Option<String>,
    /// It may look on the web.
    searches: bool,
    pub(super) prompt_tokens: u64,
    pub(super) friendly: bool,
}

pub(super) fn outcome(demo: &Demo, request: &Request) -> Outcome {
    let body = serde_json::from_slice(&request.body)
        .map_err(|error| Reply::error(400, &format!("Invalid JSON: {error}"), "invalid_request_error", None));
    match body.and_then(|body: Value| question(demo, &body)) {
        Ok(question) => answered(demo, &question, |completion| question.written(completion)),
        Err(reply) => reply.into(),
    }
}

/// The answer as `write` writes it, or what comes in its place.
pub(super) fn answered(
    demo: &Demo,
    question: &Question,
    write: impl FnOnce(&Completion) -> Reply,
) -> Outcome {
    if demo.points() <= 0 {
        return faults::insufficient_points().into();
    }
    let fails = demo.fails(question);
    if let Some(reply) = faults::instead(question).filter(|_| fails) {
        return reply.into();
    }
    let completion = question.complete(demo, fails);
    let bill = Bill {
        bot: question.model.name.to_owned(),
        price: question.model.price,
        prompt_tokens: question.prompt_tokens,
        completion_tokens: completion.tokens(),
        cached: Cached::default(),
    };
    let reply = match faults::broken(question, &completion).filter(|_| fails) {
        Some(reply) => reply,
        None => write(&completion),
    };
    Outcome { reply, bill: Some(bill) }
}

pub(super) fn question(demo: &Demo, body: &Value) -> Result<Question, Reply> {
    let invalid =
        |message: &str| Reply::error(400, message, "invalid_request_error", Some("invalid_parameter"));
    let missing = |name: &str| faults::missing_parameter(name);

    let name = body["model"].as_str().filter(|name| !name.is_empty()).ok_or_else(|| missing("model"))?;
    let messages = body["messages"].as_array().ok_or_else(|| missing("messages"))?;
    if messages.is_empty() {
        return Err(invalid("Messages must be a non-empty list"));
    }
    for message in messages {
        if message["role"].as_str().is_none() {
            return Err(missing("role"));
        }
        if message.get("content").is_none() && message.get("tool_calls").is_none() {
            return Err(missing("content"));
        }
    }
    let model = models::find(name).ok_or_else(|| {
        let message = format!("Bot does not exist: {name}");
        Reply::error(404, &message, "not_found_error", Some("model_not_found"))
    })?;

    if model.makes_films() {
        return Err(invalid(&format!("Model {} does not support chat completions.", model.id)));
    }
    let outside = |name: &str, low: f64, high: f64| match &body[name] {
        Value::Null => false,
        value => !value.as_f64().is_some_and(|number| (low..=high).contains(&number)),
    };
    if outside("temperature", 0.0, 2.0) {
        return Err(invalid("Temperature must be between 0 and 2"));
    }
    if outside("top_p", 0.0, 1.0) {
        return Err(invalid("top_p must be between 0 and 1"));
    }
    if outside("n", 1.0, 1.0) {
        return Err(invalid("n must be 1"));
    }
    if outside("max_tokens", 1.0, f64::MAX) || outside("max_completion_tokens", 1.0, f64::MAX) {
        return Err(invalid("max_tokens must be at least 1"));
    }
    if body["stop"].as_array().is_some_and(|stops| stops.len() > 4) {
        return Err(invalid("stop takes at most 4 sequences"));
    }
    let tools = body["tools"].as_array().filter(|tools| !tools.is_empty());
    if tools.is_some() && !model.takes_tools() {
        let error = json!({
            "message": format!("Tools are not supported by {}.", model.id), "type": "invalid_request_error",
            "param": "model", "code": "unsupported_feature_for_model",
        });
        return Err(Reply::json(400, json!({ "error": error })));
    }

    let prompt_tokens = messages.iter().map(|message| tokens(&text_of(message))).sum::<u64>().max(1);
    if model.context_length().is_some_and(|length| prompt_tokens > length) {
        return Err(faults::too_long());
    }
    let last = messages.last().unwrap_or(&Value::Null);
    Ok(Question {
        model,
        identity: Identity::new(name),
        stream: body["stream"].as_bool().unwrap_or(false),
        usage: body["stream_options"]["include_usage"].as_bool().unwrap_or(false),
        max_tokens: body["max_tokens"].as_u64().or_else(|| body["max_completion_tokens"].as_u64()),
        text: text_of(last),
        last_role: last["role"].as_str().unwrap_or_default().to_owned(),
        begun: messages
            .len()
            .checked_sub(2)
            .map(|before| &messages[before])
            .filter(|message| message["role"] == "assistant")
            .map(text_of),
        pictures: last["content"]
            .as_array()
            .map_or(0, |parts| parts.iter().filter(|part| part["type"] == "image_url").count()),
        searches: body["web_search"] == true,
        tool: tools.and_then(|tools| tools[0]["function"]["name"].as_str()).map(str::to_owned),
        prompt_tokens,
        friendly: demo.friendly,
    })
}

/// Content is a string, or parts of which some are text.
fn text_of(message: &Value) -> String {
    match &message["content"] {
        Value::String(text) => text.clone(),
        Value::Array(parts) => {
            parts.iter().filter_map(|part| part["text"].as_str()).collect::<Vec<_>>().join("\n")
        }
        _ => String::new(),
    }
}

impl Question {
    /// As chat completions write it.
    fn written(&self, completion: &Completion) -> Reply {
        if self.stream {
            return completion.stream(&self.identity, self.usage, self.pace());
        }
        let reply = Reply::json(200, completion.whole(&self.identity));
        let whole = self.pace().map(|pace| pace.first + pace.piece * (completion.tokens().min(200) as u32));
        match whole {
            Some(wait) => reply.after(wait),
            None => reply,
        }
    }

    /// The rest of the answer that broke off, where the person went on from there.
    fn rest(&self) -> Option<&'static str> {
        let begun = self.begun.as_deref().filter(|begun| !begun.trim().is_empty())?;
        let whole = answers::UNBROKEN;
        let rest = whole.strip_prefix(begun).or_else(|| whole.strip_prefix(begun.trim_end()))?;
        (faults::breaks_off(self.model.id) && !rest.is_empty()).then_some(rest)
    }

    pub(super) fn goes_on(&self) -> bool {
        self.friendly && self.rest().is_some()
    }

    fn complete(&self, demo: &Demo, fails: bool) -> Completion {
        let text = |text: &str| Completion::text(self.prompt_tokens, text);
        if self.goes_on() {
            return self.limited(text(self.rest().unwrap_or_default()), self.max_tokens);
        }
        let completion = match self.model.id {
            "demo-think" if self.searches => self.searched(answers::THOUGHTS),
            "demo-sonnet" if self.searches => self.searched(""),
            "demo-think" => Completion::reasoned(self.prompt_tokens, answers::THOUGHTS, answers::CONCLUSION),
            "demo-flash" => text(answers::quick(&self.text)),
            "demo-long" => text(&answers::long()),
            "demo-image" => text(&self.picture(&demo.origin)),
            "demo-voice" => text(&sound::url(&demo.origin, &self.text)),
            "demo-vision" => text(&answers::seen(self.pictures)),
            "demo-tools" => self.call(),
            "demo-claude" if self.begun.is_some() && self.text.len() < 100 => text(answers::MORE),
            "demo-claude" => text(&answers::tale()),
            "demo-sonnet" | "demo-dear" => text(answers::rich(&self.text)),
            "demo-rate-limit" | "demo-internal-error" => text(answers::AFTER_FAILURE),
            model if !faults::breaks_off(model) => text(answers::AFTER_PRESS),
            _ if fails => text(answers::BREAKING),
            _ => text(answers::UNBROKEN),
        };
        match self.model.id {
            "demo-empty" if fails => self.all_reasoning(),
            "demo-length" if fails => self.limited(completion, Some(40)),
            _ => self.limited(completion, self.max_tokens),
        }
    }

    /// Reasoning counts first, so that a small limit can leave no text.
    fn limited(&self, whole: Completion, limit: Option<u64>) -> Completion {
        let Some(limit) = limit.filter(|limit| tokens(&whole.reasoning) + tokens(&whole.text) > *limit)
        else {
            return whole;
        };
        let letters = (limit * 4) as usize;
        let reasoning: String = whole.reasoning.chars().take(letters).collect();
        let left = letters - reasoning.chars().count();
        let text: String = whole.text.chars().take(left).collect();
        let mut cut = Completion::reasoned(self.prompt_tokens, &reasoning, &text);
        cut.finish = "length".to_owned();
        cut
    }

    /// The limit went into reasoning that is not shown.
    fn all_reasoning(&self) -> Completion {
        let mut completion = Completion::text(self.prompt_tokens, "");
        let spent = self.max_tokens.unwrap_or(512);
        completion.finish = "length".to_owned();
        completion.usage = json!({
            "prompt_tokens": self.prompt_tokens, "completion_tokens": spent,
            "total_tokens": self.prompt_tokens + spent,
            "completion_tokens_details": { "reasoning_tokens": spent },
        });
        completion
    }

    fn searched(&self, thoughts: &str) -> Completion {
        Completion {
            searches: vec![search::query(&self.text)],
            annotations: search::annotations(search::ANSWER),
            ..Completion::reasoned(self.prompt_tokens, thoughts, search::ANSWER)
        }
    }

    /// Poe gives a picture as a link whose text is the prompt, and then the same link again.
    fn picture(&self, origin: &str) -> String {
        let prompt: String = self.text.replace('\n', " ").chars().take(80).collect();
        let url = image::url(origin, &self.text, 512);
        format!("![{prompt}.png]({url})\n\n{url}")
    }

    fn call(&self) -> Completion {
        match &self.tool {
            _ if self.last_role == "tool" => {
                Completion::text(self.prompt_tokens, &format!("The tool answered:\n\n> {}\n", self.text))
            }
            None => Completion::text(self.prompt_tokens, answers::NEEDS_TOOLS),
            Some(tool) => {
                let mut completion = Completion::text(self.prompt_tokens, "");
                completion.finish = "tool_calls".to_owned();
                completion.tool_calls = vec![json!({
                    "id": format!("call_{:08x}", fastrand::u32(..)), "type": "function",
                    "function": { "name": tool, "arguments": json!({ "input": self.text }).to_string() },
                })];
                completion
            }
        }
    }

    pub(super) fn pace(&self) -> Option<Pace> {
        let (first, piece) = match self.model.id {
            "demo-flash" | "demo-claude" => (150, 6),
            "demo-think" => (900, 12),
            "demo-image" | "demo-voice" => (2_500, 15),
            _ => (450, 15),
        };
        self.friendly
            .then_some(Pace { first: Duration::from_millis(first), piece: Duration::from_millis(piece) })
    }
}

/// The stream of an answer that pauses where others break off, and goes on by itself.
pub(super) fn paused(question: &Question, begun: &Completion, pause: Duration) -> Reply {
    let mut whole = Completion::text(question.prompt_tokens, answers::UNBROKEN);
    whole.text = whole.text.split_off(begun.text.len());
    // What the bill says.
    whole.usage = begun.usage.clone();
    let mut reply = begun.open(&question.identity, question.pace());
    reply.body.push(Part::Wait(pause));
    let rest = whole.stream(&question.identity, question.usage, question.pace());
    reply.body.extend(rest.body);
    reply
}

/// The stream of an answer without its end, or half of its JSON.
pub(super) fn unfinished(question: &Question, completion: &Completion) -> Reply {
    if question.stream {
        return completion.open(&question.identity, question.pace());
    }
    let whole = completion.whole(&question.identity).to_string().into_bytes();
    let mut reply = Reply::bytes(200, "application/json", Vec::new());
    reply.body = vec![Part::Bytes(whole[..whole.len() / 2].to_vec())];
    reply
}
