//! The rules before sending, a case a line.

use serde_json::json;

use super::*;
use crate::models;
use crate::tool::{Tool, ToolCall};

fn list() -> Vec<Model> {
    let rows = json!({"data": [
        {"id": "claude-sonnet-4.6", "supported_features": ["tools"],
         "architecture": {"input_modalities": ["text", "image"]},
         "context_window": {"max_output_tokens": 1000},
         "parameters": [
            {"name": "temperature", "schema": {"type": "number", "minimum": 0, "maximum": 1}},
            {"name": "web_search", "schema": {"type": "boolean"}},
            {"name": "duration", "schema": {"enum": ["4", "8 "]}},
            {"name": "seed", "schema": {"type": "number", "minimum": 0}},
            {"name": "reasoning_effort", "schema": {"enum": ["low", "high"]}},
         ]},
        {"id": "claude-haiku-4.5"},
        {"id": "grok-code-fast-1", "architecture": {"input_modalities": ["text"]},
         "reasoning": {"supports_reasoning_effort": ["low"]}},
    ]});
    models::list(&rows).unwrap()
}

fn request() -> ChatRequest {
    ChatRequest::new("claude-sonnet-4.6", vec![Message::user("hi")])
}

/// `field: problem` of each, with the first or the second model or none.
fn found(change: impl FnOnce(&mut ChatRequest), model: Option<usize>) -> String {
    let mut request = request();
    change(&mut request);
    let list = list();
    let problems = problems(&request, model.map(|at| &list[at]));
    assert_eq!(first(&request).is_ok(), super::problems(&request, None).is_empty());
    let texts = problems.iter().map(|problem| {
        let kind = serde_json::to_value(&problem.kind).unwrap();
        let name = kind.as_object().and_then(|kind| kind.keys().next().cloned());
        assert_eq!(name.as_deref().or(kind.as_str()), Some(problem.kind.code()));
        let kind = kind.as_str().map_or_else(|| kind.to_string(), str::to_owned);
        let range = problem.range.map_or(String::new(), |(least, most)| format!(" {least}..{most}"));
        assert!(problem.path.starts_with(&problem.field));
        format!("{}: {kind}{range}", problem.path)
    });
    texts.collect::<Vec<_>>().join("; ")
}

#[test]
fn what_holds_for_all() {
    fn check(change: impl FnOnce(&mut ChatRequest), expected: &str) {
        assert_eq!(found(change, None), expected);
    }
    let call = || ToolCall { id: "a".to_owned(), ..ToolCall::default() };
    check(|_| {}, "");
    check(|r| r.model = " ".to_owned(), "model: blank");
    check(|r| r.messages.clear(), "messages: blank");
    check(|r| r.messages[0] = Message::user(" "), "messages[0].content: blank");
    check(|r| r.messages[0] = Message::user(vec![Part::image("image/png", b"x")]), "");
    check(|r| r.messages.push(Message::tool("a", "x")), "messages[1].tool_call_id: roles");
    check(
        |r| r.messages.push(Message::tool_calls("", vec![call()])),
        "messages[1].tool_calls[0]: unanswered",
    );
    check(
        |r| r.messages.extend([Message::tool_calls("", vec![call()]), Message::user("go on")]),
        "messages[1].tool_calls[0]: unanswered",
    );
    check(|r| r.messages.extend([Message::tool_calls("", vec![call()]), Message::tool("a", "x")]), "");
    check(
        |r| r.messages.extend([Message::tool_calls("", vec![call()]), Message::tool("b", "x")]),
        "messages[2].tool_call_id: roles",
    );
    check(|r| r.messages[0].tool_calls.push(call()), "messages[0].tool_calls: roles");
    check(|r| r.messages[0].role = Role::Tool, "messages[0]: roles");
    check(
        |r| r.messages[0] = Message::user(vec![Part::image_url("http://x.example/a")]),
        "messages[0].content[0]: address",
    );
    check(|r| r.messages[0] = Message::user(vec![Part::image_url("https://x.example/a")]), "");
    check(
        |r| r.messages[0] = Message::user(vec![Part::image_url("file:///etc/passwd")]),
        "messages[0].content[0]: address",
    );
    let large = |letters: usize| Part::image_url(format!("data:image/png;base64,{}", "A".repeat(letters)));
    check(
        |r| r.messages[0] = Message::user(vec![large(MAX_ATTACHMENT)]),
        "messages[0].content[0]: too_large 0..29360128",
    );
    check(
        |r| r.messages[0] = Message::user(vec![large(23 << 20), large(23 << 20), large(23 << 20)]),
        "messages: too_large 0..67108864",
    );
    check(|r| r.temperature = Some(2.1), "temperature: out_of_range 0..2");
    check(|r| r.top_p = Some(f64::NAN), "top_p: out_of_range 0..1");
    check(|r| r.max_tokens = Some(0), "max_tokens: out_of_range 1..inf");
    check(|r| r.stop = vec!["x".to_owned(); 5], "stop: too_many 0..4");
    check(|r| r.stop = vec![" \n".to_owned()], "stop: blank");
    check(
        |r| {
            r.temperature = Some(-1.0);
            r.top_p = Some(2.0);
        },
        "temperature: out_of_range 0..2; top_p: out_of_range 0..1",
    );
}

#[test]
fn what_a_model_declares() {
    fn check(model: usize, change: impl FnOnce(&mut ChatRequest), expected: &str) {
        assert_eq!(found(change, Some(model)), expected);
    }
    fn set(name: &str, value: Value) -> impl FnOnce(&mut ChatRequest) {
        let name = name.to_owned();
        move |r| drop(r.parameters.insert(name, value))
    }
    let tool = || Tool { name: "f".to_owned(), description: String::new(), parameters: json!({}) };
    let (effort, image) =
        (|r: &mut ChatRequest| r.reasoning_effort = Some("high".to_owned()), Part::image("image/png", b"x"));
    check(0, |_| {}, "");
    check(0, |r| r.temperature = Some(1.5), "temperature: out_of_range 0..1");
    check(1, |r| r.temperature = Some(1.5), "");
    check(0, |r| r.max_tokens = Some(1001), "max_tokens: out_of_range 1..1000");
    check(1, |r| r.max_tokens = Some(1001), "");
    check(0, |r| r.tools.push(tool()), "");
    check(1, |r| r.tools.push(tool()), r#"tools: {"not_taken":{"what":"tools"}}"#);
    check(0, effort, "");
    check(1, effort, r#"reasoning_effort: {"not_taken":{"what":"reasoning_effort"}}"#);
    check(2, effort, r#"reasoning_effort: {"not_allowed":{"allowed":["low"]}}"#);
    let with_image = |r: &mut ChatRequest| r.messages[0] = Message::user(vec![image.clone(), image.clone()]);
    check(0, with_image, "");
    check(1, with_image, "");
    check(
        2,
        with_image,
        r#"messages[0].content[0]: {"not_taken":{"what":"image"}}; messages[0].content[1]: {"not_taken":{"what":"image"}}"#,
    );
    check(0, set("aspect", json!("16:9")), "aspect: not_declared");
    check(0, set("web_search", json!(true)), "");
    check(0, set("web_search", json!("yes")), r#"web_search: {"type":{"expected":"boolean"}}"#);
    check(0, set("duration", json!("8 ")), "");
    check(0, set("duration", json!("8")), r#"duration: {"not_allowed":{"allowed":["4","8 "]}}"#);
    check(0, set("seed", json!(1e9)), "");
    check(0, set("seed", json!(-1)), "seed: out_of_range 0..inf");
}

#[test]
fn names_of_models() {
    fn check(name: &str, expected: Result<&str, &[&str]>) {
        let list = list();
        let got = model(name, &list).map(|model| model.id.clone()).map_err(|problem| match problem.kind {
            ProblemKind::UnknownModel { closest } => closest,
            kind => panic!("{kind:?}"),
        });
        let expected =
            expected.map(str::to_owned).map_err(|names| names.iter().map(|&name| name.to_owned()).collect());
        assert_eq!(got, expected, "{name}");
    }
    check("Claude-Sonnet-4.6", Ok("claude-sonnet-4.6"));
    check(" claude-haiku-4.5 ", Ok("claude-haiku-4.5"));
    check("claude sonnet 4.5", Err(&["claude-sonnet-4.6", "claude-haiku-4.5"]));
    check("xai/grok-code-fast-1", Err(&["grok-code-fast-1"]));
    check("zzz", Err(&[]));
    assert_eq!(model(" ", &list()).unwrap_err().kind, ProblemKind::Blank);
}

#[test]
fn the_ranges_of_settings() {
    fn check(field: &str, window: Option<Value>, expected: Option<(f64, f64)>) {
        let model = window.map(|window| {
            let parameters = json!([{"name": "temperature", "schema": {"type": "number", "maximum": 1}}]);
            let row = json!({"id": "m", "context_window": window, "parameters": parameters});
            models::list(&json!([row])).unwrap().remove(0)
        });
        assert_eq!(range_of(field, model.as_ref()), expected, "{field}");
    }
    let (tokens, endless) = (|most: u32| Some((1.0, f64::from(most))), f64::INFINITY);
    check("temperature", None, Some((0.0, 2.0)));
    check("temperature", Some(json!({})), Some((f64::NEG_INFINITY, 1.0)));
    check("top_p", Some(json!({})), Some((0.0, 1.0)));
    check("max_tokens", None, Some((1.0, endless)));
    check("max_tokens", Some(json!({})), Some((1.0, endless)));
    check("max_tokens", Some(json!({"max_output_tokens": 8_000})), tokens(8_000));
    check("max_tokens", Some(json!({"context_length": 4_000})), tokens(4_000));
    check("max_tokens", Some(json!({"context_length": 4_000, "max_output_tokens": 8_000})), tokens(4_000));
    check("seed", None, None);
}
