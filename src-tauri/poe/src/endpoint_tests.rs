//! Which endpoint a model is asked at, and what the other two answer, piece by piece.

use super::*;
use crate::{ToolCall, models};

#[test]
fn the_only_way_to_a_model() {
    fn check(endpoints: &[&str], expected: Endpoint) {
        let rows = json!([{ "id": "m", "supported_endpoints": endpoints }]);
        let model = models::list(&rows).unwrap().remove(0);
        assert_eq!(Endpoint::of(&model), expected, "{endpoints:?}");
    }
    check(&[], Endpoint::Chat);
    check(
        &["/v1/messages", "/v1/responses", "/v1/chat/completions"],
        Endpoint::Chat,
    );
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
fn for_responses() {
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
    assert_eq!(responses_body(&request()), expected);
}

#[test]
fn for_messages() {
    let mut request = request();
    request.messages.truncate(2);
    let expected = json!({
        "model": "m", "stream": false, "max_tokens": 9, "temperature": 1.0, "system": "be brief",
        "messages": [{"role": "user", "content": [
            {"type": "text", "text": "hi"},
            {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": "eA=="}}
        ]}]
    });
    assert_eq!(messages_body(&request), expected);
}
