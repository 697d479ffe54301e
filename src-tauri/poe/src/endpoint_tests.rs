//! Which endpoint a model is asked at, and what the other two answer, piece by piece.

use super::*;
use crate::chat::ChatEvent;
use crate::message::{Message, Part};
use crate::models;
use crate::tool::{Tool, ToolCall, ToolCalls, ToolChoice};

#[test]
fn the_only_way_to_a_model() {
    fn check(endpoints: &[&str], expected: Endpoint) {
        let rows = json!([{ "id": "m", "supported_endpoints": endpoints }]);
        let model = models::list(&rows).unwrap().remove(0);
        assert_eq!(Endpoint::of(&model), expected, "{endpoints:?}");
    }
    check(&[], Endpoint::Chat);
    check(&["/v1/messages", "/v1/responses", "/v1/chat/completions"], Endpoint::Chat);
    check(&["/v1/responses"], Endpoint::Responses);
    check(&["/v1/messages"], Endpoint::Messages);
    check(&["/v1/images"], Endpoint::Chat);
    check(&["/v1/news"], Endpoint::Chat);
}

fn request() -> ChatRequest {
    let call = ToolCall {
        id: "c1".to_owned(),
        name: "f".to_owned(),
        arguments: "{}".to_owned(),
        extra_content: None,
    };
    let mut request = ChatRequest::new(
        "m",
        vec![
            Message::system("be brief"),
            Message::user(vec![Part::text("hi"), Part::image("image/png", b"x")]),
            Message::tool_calls("", vec![call]),
            Message::tool("c1", "sunny"),
        ],
    );
    request.stream = false;
    request.max_tokens = Some(9);
    request.temperature = Some(1.5);
    request.reasoning_effort = Some("low".to_owned());
    request
}

#[test]
fn a_request_in_the_shape_of_responses() {
    let expected = json!({
        "model": "m", "stream": false, "max_output_tokens": 9, "temperature": 1.5, "reasoning": {"effort": "low"},
        "input": [
            {"role": "system", "content": "be brief"},
            {"role": "user", "content": [
                {"type": "input_text", "text": "hi"},
                {"type": "input_image", "image_url": "data:image/png;base64,eA==", "detail": "auto"}
            ]},
            {"type": "function_call", "call_id": "c1", "name": "f", "arguments": "{}"},
            {"type": "function_call_output", "call_id": "c1", "output": "sunny"}
        ]
    });
    assert_eq!(responses::body(&request()), expected);
}

#[test]
fn a_request_in_the_shape_of_messages() {
    let mut request = request();
    request.messages.truncate(2);
    let expected = json!({
        "model": "m", "stream": false, "max_tokens": 9, "temperature": 1.0, "system": "be brief",
        "messages": [{"role": "user", "content": [
            {"type": "text", "text": "hi"},
            {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": "eA=="}}
        ]}]
    });
    assert_eq!(messages::body(&request), expected);
}

fn tool() -> Tool {
    Tool { name: "f".to_owned(), description: "does".to_owned(), parameters: json!({"type": "object"}) }
}

#[test]
fn tools_for_messages() {
    let mut request = request();
    request.tools = vec![tool()];
    request.messages.remove(0);
    request.messages[0].content = "hi".into();
    let mut second = request.messages[1].tool_calls[0].clone();
    (second.id, second.arguments) = ("c2".to_owned(), "not json".to_owned());
    request.messages[1].tool_calls[0].arguments = r#"{"x":1}"#.to_owned();
    request.messages[1].tool_calls.push(second);
    request.messages.push(Message::tool("c2", "rainy"));
    request.messages.push(Message::user("thanks"));
    let body = messages::body(&request);
    let expected = json!([
        {"role": "user", "content": "hi"},
        {"role": "assistant", "content": [
            {"type": "tool_use", "id": "c1", "name": "f", "input": {"x": 1}},
            {"type": "tool_use", "id": "c2", "name": "f", "input": {"arguments": "not json"}},
        ]},
        {"role": "user", "content": [
            {"type": "tool_result", "tool_use_id": "c1", "content": "sunny"},
            {"type": "tool_result", "tool_use_id": "c2", "content": "rainy"},
        ]},
        {"role": "user", "content": "thanks"},
    ]);
    assert_eq!(body["messages"], expected);
    let tools = json!([{"name": "f", "description": "does", "input_schema": {"type": "object"}}]);
    assert_eq!((&body["tools"], body.get("tool_choice")), (&tools, None));
}

#[test]
fn whether_tools_are_called_in_messages() {
    fn check(choice: Option<ToolChoice>, expected: Value) {
        let mut request = request();
        request.tools = vec![tool()];
        request.tool_choice = choice;
        assert_eq!(messages::body(&request)["tool_choice"], expected);
    }
    check(None, Value::Null);
    check(Some(ToolChoice::Auto), json!({"type": "auto"}));
    check(Some(ToolChoice::None), json!({"type": "none"}));
    check(Some(ToolChoice::Required), json!({"type": "any"}));
    check(Some(ToolChoice::Function("f".to_owned())), json!({"type": "tool", "name": "f"}));
}

/// The events of `/v1/messages`, as they become ours.
fn read(events: &[Value]) -> (Vec<ChatEvent>, Vec<ToolCall>) {
    let mut translator = Translator::new(Endpoint::Messages);
    let (mut answer, mut out) = (crate::answer::Answer::default(), Vec::new());
    for event in events {
        for chunk in translator.translate(&event.to_string()).unwrap() {
            answer.frame("message", &chunk, &mut out).unwrap();
        }
    }
    let mut calls = ToolCalls::default();
    for event in &out {
        if let ChatEvent::ToolCall(delta) = event {
            calls.push(delta);
        }
    }
    out.push(answer.end(crate::answer::End::InOrder, true).unwrap());
    (out, calls.finish())
}

#[test]
fn tools_that_messages_call() {
    let (events, calls) = read(&[
        json!({"type": "message_start", "message": {"model": "m", "usage": {"input_tokens": 7, "output_tokens": 1}}}),
        json!({"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}}),
        json!({"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "Let me see."}}),
        json!({"type": "content_block_stop", "index": 0}),
        json!({"type": "content_block_start", "index": 1,
               "content_block": {"type": "tool_use", "id": "a", "name": "f", "input": {}}}),
        json!({"type": "content_block_delta", "index": 1,
               "delta": {"type": "input_json_delta", "partial_json": ""}}),
        json!({"type": "content_block_delta", "index": 1,
               "delta": {"type": "input_json_delta", "partial_json": "{\"x\""}}),
        json!({"type": "ping"}),
        json!({"type": "content_block_delta", "index": 1,
               "delta": {"type": "input_json_delta", "partial_json": ":1}"}}),
        json!({"type": "content_block_start", "index": 2,
               "content_block": {"type": "tool_use", "id": "b", "name": "g", "input": {"y": 2}}}),
        json!({"type": "message_delta", "delta": {"stop_reason": "tool_use"}, "usage": {"output_tokens": 9}}),
        json!({"type": "message_stop"}),
    ]);
    let call = |id: &str, name: &str, arguments: &str| ToolCall {
        id: id.to_owned(),
        name: name.to_owned(),
        arguments: arguments.to_owned(),
        extra_content: None,
    };
    assert_eq!(calls, [call("a", "f", r#"{"x":1}"#), call("b", "g", r#"{"y":2}"#)]);
    let usage = events.iter().find_map(|event| match event {
        ChatEvent::Usage(usage) => Some((usage.prompt_tokens, usage.completion_tokens)),
        _ => None,
    });
    assert_eq!(usage, Some((Some(7), Some(9))));
    let numbers: Vec<u32> = events
        .iter()
        .filter_map(|event| match event {
            ChatEvent::ToolCall(delta) => Some(delta.index),
            _ => None,
        })
        .collect();
    assert_eq!(numbers, [0, 0, 0, 0, 1, 1]);
    assert!(matches!(events.last(), Some(ChatEvent::Done { finish: crate::Finish::ToolCalls })));
}
