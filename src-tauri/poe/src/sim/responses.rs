//! `/v1/responses`: OpenAI's shape of a request, and of its answer in one piece or many. What is asked is read and answered
//! as any chat; here alone a model can be given a tool that searches.

use serde_json::{Value, json};

use super::chat::{self, Question};
use super::completion::{Completion, Pace, pieces};
use super::demo::{Demo, Outcome};
use super::http::Request;
use super::models;
use super::reply::{Part, Reply};

pub(super) fn outcome(demo: &Demo, request: &Request) -> Outcome {
    match read(demo, request) {
        Ok(question) => chat::answered(demo, &question, |completion| {
            let response = response(&question, completion);
            match question.stream {
                true => stream(&response, question.pace()),
                false => Reply::json(200, response),
            }
        }),
        Err(reply) => reply.into(),
    }
}

fn read(demo: &Demo, request: &Request) -> Result<Question, Reply> {
    let invalid =
        |message: &str| Reply::error(400, message, "invalid_request_error", Some("invalid_parameter"));
    let body: Value =
        serde_json::from_slice(&request.body).map_err(|error| invalid(&format!("Invalid JSON: {error}")))?;
    let name = body["model"].as_str().unwrap_or_default();
    if models::find(name).is_some_and(|model| model.context_length().is_none()) {
        return Err(Reply::error(
            400,
            "Model does not support responses method.",
            "invalid_request_error",
            None,
        ));
    }
    let input = match &body["input"] {
        Value::String(text) => vec![json!({ "role": "user", "content": text })],
        Value::Array(items) => items.iter().map(message).collect(),
        _ => return Err(super::faults::missing_parameter("input")),
    };
    let given = || body["tools"].as_array().into_iter().flatten();
    let is_search = |tool: &&Value| tool["type"].as_str().is_some_and(|kind| kind.starts_with("web_search"));
    let functions: Vec<Value> = given()
        .filter(|tool| !is_search(tool))
        .map(|tool| json!({ "type": "function", "function": { "name": tool["name"] } }))
        .collect();
    let asked = json!({
        "model": body["model"], "messages": input, "stream": body["stream"], "max_tokens": body["max_output_tokens"],
        "temperature": body["temperature"], "top_p": body["top_p"], "tools": functions,
        "web_search": body["web_search"] == true || given().any(|tool| is_search(&tool)),
    });
    chat::question(demo, &asked)
}

/// An item of the input in the terms of chat completions.
fn message(item: &Value) -> Value {
    match item["type"].as_str() {
        Some("function_call") => json!({ "role": "assistant", "tool_calls": [item] }),
        Some("function_call_output") => json!({ "role": "tool", "content": item["output"] }),
        _ => {
            let part = |part: &Value| match part["type"].as_str() {
                Some("input_image") => json!({ "type": "image_url" }),
                _ => part.clone(),
            };
            let content = match &item["content"] {
                Value::Array(parts) => parts.iter().map(part).collect(),
                other => other.clone(),
            };
            json!({ "role": item["role"], "content": content })
        }
    }
}

/// The whole object, with a model of another name than was asked and without `output_text`, as Poe was seen to answer.
fn response(question: &Question, completion: &Completion) -> Value {
    let id = |kind: &str| format!("{kind}_{}", (0..24).map(|_| fastrand::digit(16)).collect::<String>());
    let mut output = Vec::new();
    if !completion.reasoning.is_empty() {
        let summary = [json!({ "type": "summary_text", "text": completion.reasoning })];
        output.push(json!({ "type": "reasoning", "id": id("rs"), "summary": summary }));
    }
    for query in &completion.searches {
        output.push(json!({
            "type": "web_search_call", "id": id("ws"), "status": "completed",
            "action": { "type": "search", "query": query },
        }));
    }
    if !completion.text.is_empty() {
        output.push(json!({
            "type": "message", "id": id("msg"), "role": "assistant", "status": "completed",
            "content": [{ "type": "output_text", "text": completion.text, "annotations": completion.annotations,
                          "logprobs": [] }],
        }));
    }
    for call in &completion.tool_calls {
        output.push(json!({
            "type": "function_call", "id": id("fc"), "call_id": call["id"], "name": call["function"]["name"],
            "arguments": call["function"]["arguments"], "status": "completed",
        }));
    }
    let is_cut = completion.finish == "length";
    let usage = &completion.usage;
    let reasoned = usage["completion_tokens_details"]["reasoning_tokens"].as_u64().unwrap_or(0);
    json!({
        "id": id("resp"), "object": "response", "model": format!("{}-2026-03-05", question.model.id),
        "status": if is_cut { "incomplete" } else { "completed" }, "output": output, "error": null,
        "incomplete_details": is_cut.then(|| json!({ "reason": "max_output_tokens" })),
        "billing": { "payer": "developer" }, "store": false, "previous_response_id": null,
        "usage": {
            "input_tokens": usage["prompt_tokens"], "input_tokens_details": { "cached_tokens": 0 },
            "output_tokens": usage["completion_tokens"], "output_tokens_details": { "reasoning_tokens": reasoned },
            "total_tokens": usage["total_tokens"],
        },
    })
}

fn stream(response: &Value, pace: Option<Pace>) -> Reply {
    let mut reply = Reply::sse(&[]);
    let mut number = 0;
    let mut say = |mut event: Value| {
        event["sequence_number"] = number.into();
        number += 1;
        let name = event["type"].as_str().unwrap_or_default().to_owned();
        reply.body.push(Part::Bytes(format!("event: {name}\ndata: {event}\n\n").into_bytes()));
        if let Some(pace) = pace {
            match name.as_str() {
                "response.created" | "response.web_search_call.searching" => {
                    reply.body.push(Part::Wait(pace.first));
                }
                name if name.ends_with(".delta") => reply.body.push(Part::Wait(pace.piece)),
                _ => {}
            }
        }
    };
    let mut begun = response.clone();
    begun["status"] = "in_progress".into();
    begun["output"] = json!([]);
    begun["usage"] = Value::Null;
    say(json!({ "type": "response.created", "response": begun }));
    for (at, item) in response["output"].as_array().into_iter().flatten().enumerate() {
        let event = |kind: &str, more: Value| {
            let mut event = json!({ "type": kind, "output_index": at, "item_id": item["id"] });
            for (name, value) in more.as_object().into_iter().flatten() {
                event[name] = value.clone();
            }
            event
        };
        let mut added = item.clone();
        for name in ["content", "summary"] {
            if item.get(name).is_some() {
                added[name] = json!([]);
            }
        }
        if item["type"] == "function_call" {
            added["arguments"] = "".into();
        }
        say(event("response.output_item.added", json!({ "item": added })));
        match item["type"].as_str().unwrap_or_default() {
            "reasoning" => {
                for piece in pieces(item["summary"][0]["text"].as_str().unwrap_or_default()) {
                    say(event("response.reasoning_summary_text.delta", json!({ "delta": piece })));
                }
            }
            "web_search_call" => {
                for state in ["in_progress", "searching", "completed"] {
                    say(event(&format!("response.web_search_call.{state}"), json!({})));
                }
            }
            "function_call" => {
                let arguments = &item["arguments"];
                say(event("response.function_call_arguments.delta", json!({ "delta": arguments })));
            }
            _ => {
                let part = &item["content"][0];
                for piece in pieces(part["text"].as_str().unwrap_or_default()) {
                    say(event("response.output_text.delta", json!({ "content_index": 0, "delta": piece })));
                }
                for (number, note) in part["annotations"].as_array().into_iter().flatten().enumerate() {
                    let more = json!({ "annotation_index": number, "annotation": note });
                    say(event("response.output_text.annotation.added", more));
                }
                say(event("response.output_text.done", json!({ "text": part["text"] })));
            }
        }
        say(event("response.output_item.done", json!({ "item": item })));
    }
    let status = response["status"].as_str().unwrap_or_default();
    say(json!({ "type": format!("response.{status}"), "response": response }));
    reply
}
