//! What is checked and what is sent, a case a line.

use serde_json::json;

use super::*;
use crate::error::Kind;
use crate::{endpoint, validate};

fn request() -> ChatRequest {
    ChatRequest::new("m", vec![Message::system("be brief"), Message::user("hi")])
}

#[test]
fn what_is_checked_before_sending() {
    fn check(change: impl FnOnce(&mut ChatRequest), field: Option<&str>) {
        let mut request = request();
        change(&mut request);
        let got = validate::first(&request).map_err(|error| {
            assert_eq!(error.kind, Kind::InvalidInput);
            error.param.unwrap()
        });
        assert_eq!(got.err().as_deref(), field, "{request:?}");
    }
    check(|_| {}, None);
    check(|r| r.model = " ".to_owned(), Some("model"));
    check(|r| r.messages.clear(), Some("messages"));
    check(|r| r.messages[1].content = " \n\t".into(), Some("messages[1].content"));
    check(|r| r.messages.insert(1, Message::user("")), None);
    check(|r| r.messages[0].content = "".into(), None);
    for (temperature, field) in
        [(0.0, None), (2.0, None), (2.1, Some("temperature")), (-0.1, Some("temperature"))]
    {
        check(|r| r.temperature = Some(temperature), field);
    }
    check(|r| r.temperature = Some(f64::NAN), Some("temperature"));
    for (top_p, field) in [(0.0, None), (1.0, None), (1.1, Some("top_p")), (-1.0, Some("top_p"))] {
        check(|r| r.top_p = Some(top_p), field);
    }
    check(|r| r.max_tokens = Some(0), Some("max_tokens"));
    check(|r| r.max_tokens = Some(1), None);
    check(|r| r.stop = vec!["x".to_owned(); 4], None);
    check(|r| r.stop = vec!["x".to_owned(); 5], Some("stop"));
}

#[test]
fn what_is_sent() {
    fn check(change: impl FnOnce(&mut ChatRequest), expected: Value) {
        let mut request = request();
        request.messages.remove(0);
        change(&mut request);
        let got: Value = serde_json::from_slice(&endpoint::body(&request)).unwrap();
        assert_eq!(got, expected);
    }
    let messages = json!([{"role": "user", "content": "hi"}]);
    let options = json!({"include_usage": true});
    check(|_| {}, json!({"model": "m", "messages": messages, "stream": true, "stream_options": options}));
    check(|r| r.stream = false, json!({"model": "m", "messages": messages, "stream": false}));
    check(
        |r| {
            r.stream = false;
            r.max_tokens = Some(10);
            r.temperature = Some(0.5);
            r.top_p = Some(0.25);
            r.stop = vec!["END".to_owned()];
            r.parameters.insert("aspect".to_owned(), json!("16:9"));
            r.parameters.insert("model".to_owned(), json!("another"));
        },
        json!({"model": "m", "messages": messages, "stream": false, "max_tokens": 10, "temperature": 0.5,
               "top_p": 0.25, "stop": ["END"], "aspect": "16:9"}),
    );
    check(
        |r| {
            r.stream = false;
            r.tools = vec![Tool {
                name: "getWeather".to_owned(),
                description: "The weather".to_owned(),
                parameters: json!({"type": "object"}),
            }];
            r.tool_choice = Some(ToolChoice::Function("getWeather".to_owned()));
            r.reasoning_effort = Some("low".to_owned());
        },
        json!({"model": "m", "messages": messages, "stream": false, "reasoning_effort": "low",
               "tools": [{"type": "function", "function": {
                   "name": "getWeather", "description": "The weather", "parameters": {"type": "object"}}}],
               "tool_choice": {"type": "function", "function": {"name": "getWeather"}}}),
    );
}
