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
fn the_tool_that_searches_goes_to_responses_alone() {
    let request = ChatRequest { web_search: true, tools: vec![tool()], ..request() };
    let tools = json!([{"type": "web_search_preview"},
                       {"type": "function", "name": "f", "description": "does", "parameters": {"type": "object"}}]);
    assert_eq!(responses::body(&request)["tools"], tools);
    let elsewhere = completions::body(&request).to_string() + &messages::body(&request).to_string();
    assert!(!elsewhere.contains("search"), "{elsewhere}");
    let without = ChatRequest { web_search: false, tools: Vec::new(), ..request };
    assert_eq!(responses::body(&without).get("tools"), None);
}

/// What an answer of `/v1/responses` tells of its search, and its words.
#[test]
fn a_search_of_responses() {
    fn check(events: &[Value], whole: Option<&Value>) {
        let (mut answer, mut out) = (crate::answer::Answer::default(), Vec::new());
        let mut translator = Translator::new(Endpoint::Responses);
        for event in events {
            for chunk in translator.translate(&event.to_string()).unwrap() {
                answer.frame("message", &chunk, &mut out).unwrap();
            }
        }
        if let Some(whole) = whole {
            let body = completion(Endpoint::Responses, whole.to_string().as_bytes()).unwrap();
            answer.whole(&body, &mut out).unwrap();
        }
        let told: Vec<String> = out
            .iter()
            .map(|event| match event {
                ChatEvent::Searched(query) => format!("searched {query}"),
                ChatEvent::Text(text) => text.clone(),
                ChatEvent::Sources(all) => {
                    let line = |it: &crate::Source| format!("{} {}", it.number, it.url);
                    all.iter().map(line).collect::<Vec<_>>().join(", ")
                }
                other => format!("{other:?}"),
            })
            .collect();
        let mut sorted = told.clone();
        sorted.sort();
        assert_eq!(
            sorted,
            ["1 https://a.example, 2 https://b.example", "It rains.", "searched rain today"],
            "{told:?}"
        );
        assert!(answer.end(crate::answer::End::InOrder, true).is_ok());
    }
    let remark = |url: &str| json!({"type": "url_citation", "url": url, "title": null, "start_index": 0, "end_index": 3});
    let search = json!({"type": "web_search_call", "id": "ws_1", "status": "completed",
                        "action": {"type": "search", "query": "rain today"}});
    let message = json!({"type": "message", "role": "assistant", "content": [{"type": "output_text", "text": "It rains.",
                         "annotations": [remark("https://a.example"), remark("https://b.example")]}]});
    let response =
        json!({"object": "response", "status": "completed", "model": "m", "output": [search, message]});
    check(&[], Some(&response));
    let done = json!({"type": "response.completed", "response": response});
    check(std::slice::from_ref(&done), None);
    // Each of it came before: nothing is told twice. Of two sources the window is told as they come.
    let (mut answer, mut out) = (crate::answer::Answer::default(), Vec::new());
    let mut translator = Translator::new(Endpoint::Responses);
    for event in [
        json!({"type": "response.web_search_call.searching", "item_id": "ws_1"}),
        json!({"type": "response.output_item.done", "output_index": 0, "item": search}),
        json!({"type": "response.output_text.delta", "delta": "It rains."}),
        json!({"type": "response.output_text.annotation.added", "annotation": remark("https://a.example")}),
        json!({"type": "response.output_text.annotation.added", "annotation": remark("https://b.example")}),
        done,
    ] {
        for chunk in translator.translate(&event.to_string()).unwrap() {
            answer.frame("message", &chunk, &mut out).unwrap();
        }
    }
    let count = |is: fn(&ChatEvent) -> bool| out.iter().filter(|event| is(event)).count();
    assert_eq!(count(|it| matches!(it, ChatEvent::Searched(_))), 1);
    assert_eq!(count(|it| matches!(it, ChatEvent::Sources(_))), 2);
    assert_eq!(count(|it| matches!(it, ChatEvent::Text(_))), 1);
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

#[test]
fn marks_for_the_cache() {
    fn check(marks: &[usize], expected: [bool; 6]) {
        let mut request = request();
        request.messages.extend([Message::assistant("fine"), Message::user("and now?")]);
        request.cache_marks = marks.to_vec();
        let body = messages::body(&request);
        let has_mark = |content: &Value| {
            let blocks = content.as_array().map(Vec::as_slice).unwrap_or_default();
            let marked = blocks.iter().filter(|block| block["cache_control"] == json!({"type": "ephemeral"}));
            let is_last = blocks.last().is_some_and(|block| block.get("cache_control").is_some());
            assert_eq!(marked.count(), usize::from(is_last), "on the last block alone");
            is_last
        };
        let mut found = vec![has_mark(&body["system"])];
        found.extend(body["messages"].as_array().unwrap().iter().map(|turn| has_mark(&turn["content"])));
        assert_eq!(found, expected, "{marks:?}");
        let elsewhere = completions::body(&request).to_string() + &responses::body(&request).to_string();
        assert!(!elsewhere.contains("cache_control"));
    }
    check(&[], [false; 6]);
    check(&[0], [true, false, false, false, false, false]);
    check(&[5, 3, 5], [false, false, false, true, false, true]);
    check(&[0, 1, 9], [true, true, false, false, false, false]);
    // Of six the last four.
    check(&[0, 1, 2, 3, 4, 5], [false, false, true, true, true, true]);
}

#[test]
fn the_limit_that_messages_demands() {
    fn check(set: Option<u32>, most: Option<u32>, expected: u32) {
        let request = ChatRequest { max_tokens: set, most_tokens: most, ..request() };
        assert_eq!(messages::body(&request)["max_tokens"], expected);
        assert_eq!(completions::body(&request)["max_tokens"], json!(set));
    }
    check(Some(9), Some(64_000), 9);
    check(None, Some(64_000), 64_000);
    check(None, None, 4_096);
}

#[test]
fn what_messages_count() {
    fn check(usage: Value, expected: [Option<u64>; 5]) {
        let body = json!({"type": "message", "model": "m", "content": [{"type": "text", "text": "x"}],
                          "stop_reason": "end_turn", "usage": usage});
        let whole = completion(Endpoint::Messages, body.to_string().as_bytes()).unwrap();
        let mut out = Vec::new();
        crate::answer::Answer::default().whole(&whole, &mut out).unwrap();
        let told = out.iter().find_map(|event| match event {
            ChatEvent::Usage(it) => Some([
                it.prompt_tokens,
                it.completion_tokens,
                it.total_tokens,
                it.cached_tokens,
                it.cache_written_tokens,
            ]),
            _ => None,
        });
        assert_eq!(told.unwrap(), expected, "{usage}");
    }
    check(
        json!({"input_tokens": 20, "output_tokens": 5, "cache_read_input_tokens": 8_000,
               "cache_creation_input_tokens": 400, "total_tokens": 25}),
        [Some(8_420), Some(5), Some(8_425), Some(8_000), Some(400)],
    );
    check(
        json!({"input_tokens": 20, "output_tokens": 5, "total_tokens": 25, "cache_read_input_tokens": null}),
        [Some(20), Some(5), Some(25), None, None],
    );
    check(json!({"total_tokens": 25}), [None, None, Some(25), None, None]);
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
