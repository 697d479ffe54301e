//! A line per kind of frame, body and end.

use super::*;

/// What an answer came to: its texts, how it ended, and whether it was partial.
#[derive(Debug, Default, PartialEq)]
struct Outcome {
    text: String,
    reasoning: String,
    end: String,
}

fn note(events: Vec<ChatEvent>, outcome: &mut Outcome) {
    for event in events {
        match event {
            ChatEvent::Text(text) => outcome.text += &text,
            ChatEvent::Reasoning(text) => outcome.reasoning += &text,
            // As `ask` prints it, marked here.
            ChatEvent::Refusal(text) => outcome.text += &format!("[{text}]"),
            _ => {}
        }
    }
}

fn ended(result: Result<ChatEvent, Error>) -> String {
    match result {
        Ok(ChatEvent::Done { finish }) => finish.as_str().to_owned(),
        Ok(event) => format!("{event:?}"),
        Err(error) => error.code().to_owned(),
    }
}

fn stream(frames: &[&str], end: End) -> Outcome {
    let mut answer = Answer::default();
    let mut outcome = Outcome::default();
    for frame in frames {
        let (name, data) =
            frame.split_once('|').filter(|(name, _)| !name.contains('{')).unwrap_or(("message", frame));
        let mut out = Vec::new();
        let result = answer.frame(name, data, &mut out);
        note(out, &mut outcome);
        if let Err(error) = result {
            outcome.end = error.code().to_owned();
            return outcome;
        }
    }
    outcome.end = ended(answer.end(end, !frames.is_empty()));
    outcome
}

const ROLE: &str =
    r#"{"choices":[{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":null}]}"#;
const HEL: &str = r#"{"choices":[{"index":0,"delta":{"content":"Hel"},"finish_reason":null}]}"#;
const LO: &str = r#"{"choices":[{"index":0,"delta":{"content":"lo"},"finish_reason":null}]}"#;
const STOP: &str = r#"{"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}"#;
const LENGTH: &str = r#"{"choices":[{"index":0,"delta":{},"finish_reason":"length"}]}"#;
const FILTER: &str = r#"{"choices":[{"index":0,"delta":{},"finish_reason":"content_filter"}]}"#;
const THINK: &str = r#"{"choices":[{"delta":{"reasoning":"hm","reasoning_content":"hm"}}]}"#;
const USAGE: &str = r#"{"choices":[],"usage":{"prompt_tokens":7,"completion_tokens":3,"total_tokens":10}}"#;
const CALL: &str = r#"{"choices":[{"delta":{"tool_calls":[{"index":0,"id":"c","function":{"name":"f","arguments":"{}"}}]}}]}"#;
const CALLED: &str = r#"{"choices":[{"delta":{},"finish_reason":"tool_calls"}]}"#;
const ERROR: &str = r#"{"error":{"message":"busy","type":"overloaded_error"}}"#;

fn check_stream(frames: &[&str], text: &str, reasoning: &str, end: &str) {
    let expected = Outcome { text: text.to_owned(), reasoning: reasoning.to_owned(), end: end.to_owned() };
    assert_eq!(stream(frames, End::InOrder), expected, "{frames:#?}");
}

#[test]
fn streams_that_end_in_order() {
    fn check(frames: &[&str], text: &str, end: &str) {
        check_stream(frames, text, "", end);
    }
    const STOPPED: &str = r#"{"choices":[{"delta":{"content":"lo"},"finish_reason":"stop"}]}"#;
    const SAFETY: &str = r#"{"choices":[{"delta":{},"finish_reason":"safety"}]}"#;
    check(&[ROLE, HEL, LO, STOP, USAGE, "[DONE]"], "Hello", "stop");
    check(&[ROLE, HEL, LO, STOP], "Hello", "stop");
    check(&[ROLE, ROLE, HEL, STOP], "Hel", "stop");
    check(&[HEL, "[DONE]"], "Hel", "stop");
    check(&[HEL, "[DONE]", LO, "[DONE]"], "Hel", "stop");
    check(&[HEL, STOP, "[DONE]", "not json", ERROR], "Hel", "stop");
    check(&[HEL, LENGTH, "[DONE]"], "Hel", "length");
    check(&[HEL, SAFETY], "Hel", "content_filter");
    check(&[HEL, STOPPED], "Hello", "stop");
    check(&["", " ", "ping|{}", "ping|not json", HEL, "{}", STOP], "Hel", "stop");
    check(&[&format!("completion.chunk|{HEL}"), STOP], "Hel", "stop");
    check(&[CALL, CALLED, "[DONE]"], "", "tool_calls");
    check(&[CALL, "[DONE]"], "", "stop");
}

#[test]
fn what_a_delta_may_hold() {
    /// Followed by a usual one.
    fn check(delta: &str, text: &str, reasoning: &str) {
        let frame = format!(r#"{{"error":null,"choices":[{{"delta":{delta}}}]}}"#);
        check_stream(&[&frame, HEL, STOP], text, reasoning, "stop");
    }
    check(r#"{"content":"Hi "}"#, "Hi Hel", "");
    check(r#"{"content":null}"#, "Hel", "");
    check(r#"{"content":[{"type":"text","text":"Hi "}]}"#, "Hi Hel", "");
    check(r#"{"content":"429 {\"error\":1} [DONE] safety"}"#, "429 {\"error\":1} [DONE] safetyHel", "");
    check(r#"{"reasoning":"hm","reasoning_content":"hm"}"#, "Hel", "hm");
    check(r#"{"reasoning":"a"}"#, "Hel", "a");
    check(r#"{"reasoning_content":"a","reasoning":""}"#, "Hel", "a");
    check_stream(&[THINK, HEL, STOP], "Hel", "hm", "stop");
}

#[test]
fn streams_without_a_good_end() {
    let check = check_stream;
    check(&[HEL, LO], "Hello", "", "stream_incomplete");
    check(&[ROLE], "", "", "stream_incomplete");
    check(&[CALL], "", "", "stream_incomplete");
    check(&[THINK], "", "hm", "stream_incomplete");
    check(&[], "", "", "malformed_response");
    check(&[""], "", "", "malformed_response");
    check(&[ROLE, STOP, USAGE, "[DONE]"], "", "", "empty_answer");
    check(&["[DONE]"], "", "", "empty_answer");
    check(&[THINK, LENGTH], "", "hm", "empty_answer");
    check(&[FILTER], "", "", "content_filter");
    check(&[HEL, FILTER], "Hel", "", "content_filter");
}

#[test]
fn the_text_before_a_frame_that_fails_is_kept() {
    fn check(frames: &[&str], text: &str, end: &str) {
        check_stream(frames, text, "", end);
    }
    const CODE: &str = r#"error|{"message":"slow","code":"rate_limit_exceeded"}"#;
    const INSIDE: &str = r#"error|{"error":{"code":"rate_limit_exceeded"}}"#;
    const OTHER_NAME: &str = r#"other|{"error":{"type":"overloaded_error"}}"#;
    const WITH_TEXT: &str = r#"{"choices":[{"delta":{"content":"x"}}],"error":{"type":"overloaded_error"}}"#;
    check(&[HEL, "{\"choices\":[{\"del"], "Hel", "malformed_response");
    check(&["nonsense", HEL, STOP], "", "malformed_response");
    check(&[HEL, "7"], "Hel", "malformed_response");
    check(&[ERROR], "", "model_overloaded");
    check(&[HEL, ERROR], "Hel", "model_overloaded");
    check(&[HEL, CODE], "Hel", "rate_limit_exceeded");
    check(&[HEL, INSIDE], "Hel", "rate_limit_exceeded");
    check(&["error|Bot does not exist: x"], "", "model_not_found");
    check(&[OTHER_NAME], "", "model_overloaded");
    check(&[WITH_TEXT], "x", "model_overloaded");
}

/// How a stream with one text and this end of it ends.
fn end_of(reason: &str) -> String {
    let last = format!(r#"{{"choices":[{{"delta":{{}},"finish_reason":"{reason}"}}]}}"#);
    stream(&[HEL, &last, "[DONE]"], End::InOrder).end
}

#[test]
fn ends_have_many_names() {
    for (reasons, end) in [
        (&["stop", "STOP", "end_turn", "stop_sequence", "eos", "EOS", "Completed"][..], "stop"),
        (&["length", "LENGTH", "max_tokens", "MAX_TOKENS"], "length"),
        (&["content_filter", "safety", "SAFETY", "refusal"], "content_filter"),
        (&["tool_calls", "tool_use", "function_call"], "tool_calls"),
        (&["error", "ERROR", "abort", "cancelled", "RECITATION", "network_error", "?"], "ended_by_host"),
        // None at all: the end mark alone.
        (&["", "null", "None"], "stop"),
    ] {
        for reason in reasons {
            assert_eq!(end_of(reason), end, "{reason}");
        }
    }
}

#[test]
fn an_end_that_is_none_tells_its_reason_and_says_what_is_lost() {
    for broken in [false, true] {
        let (mut answer, mut out) = (Answer::default(), Vec::new());
        answer.frame("message", HEL, &mut out).unwrap();
        let last = r#"{"choices":[{"delta":{},"finish_reason":"RECITATION"}]}"#;
        answer.frame("message", last, &mut out).unwrap();
        let end = if broken { End::Broken(Error::new(Kind::ConnectionLost, "reset")) } else { End::InOrder };
        let error = answer.end(end, true).unwrap_err();
        assert_eq!((error.kind, error.message.as_str()), (Kind::EndedByHost, "RECITATION"));
    }
}

#[test]
fn refusals_are_words() {
    fn check(frames: &[&str], text: &str, end: &str) {
        let outcome = stream(frames, End::InOrder);
        assert_eq!((outcome.text.as_str(), outcome.end.as_str()), (text, end), "{frames:#?}");
    }
    let no = r#"{"choices":[{"delta":{"content":null,"refusal":"No. "}}]}"#;
    let never = r#"{"choices":[{"delta":{"refusal":"Never."}}]}"#;
    check(&[ROLE, no, never, STOP, "[DONE]"], "[No. ][Never.]", "stop");
    check(&[HEL, no, STOP], "Hel[No. ]", "stop");
    check(&[r#"{"choices":[{"delta":{"content":"Hel","refusal":null}}]}"#, STOP], "Hel", "stop");
    check(&[r#"{"choices":[{"delta":{"content":"Hel","refusal":""}}]}"#, STOP], "Hel", "stop");
    check(&[no], "[No. ]", "stream_incomplete");
    check(
        &[
            r#"{"choices":[{"delta":{"content":[{"type":"text","text":"Hi"},{"type":"refusal","refusal":"No."}]}}]}"#,
            STOP,
        ],
        "Hi[No.]",
        "stop",
    );
    assert!({
        let (mut answer, mut out) = (Answer::default(), Vec::new());
        answer.frame("message", no, &mut out).unwrap();
        answer.is_partial() && answer.bytes() > 0
    });
}

#[test]
fn reasons_of_every_shape() {
    fn check(frames: &[&str], end: &str) {
        assert_eq!(stream(frames, End::InOrder).end, end, "{frames:#?}");
    }
    let flat = r#"{"object":"error","message":"9000 tokens","type":"BadRequestError","code":400}"#;
    check(&[flat, "[DONE]"], "bad_request");
    check(&[HEL, flat], "bad_request");
    check(&[r#"{"type":"error","message":"x","code":"overloaded_error"}"#], "model_overloaded");
    check(&[r#"{"detail":"x","status":503}"#], "service_unavailable");
    check(&[r#"{"errors":[{"message":"x","code":429}]}"#], "rate_limit_exceeded");
    check(&[r#"{"code":500,"message":"x"}"#], "internal_error");
    check(&[r#"{"success":false,"message":"x"}"#], "unknown");
    check(&[r#"{"text":"x","allow_retry":true}"#], "internal_error");
    check(&[HEL, r#"error|{"text":"x","allow_retry":true}"#], "internal_error");
    check(&[r#"other|{"object":"error","message":"x","code":500}"#], "internal_error");
    check(&[r#"{"choices":[{"delta":{},"error":{"code":502,"message":"x"}}]}"#], "gateway_error");
    // A chunk under the wrong name is a chunk.
    check(&[&format!("error|{HEL}"), STOP], "stop");
    // Said by nothing but words: it counts where nothing else explains a bad end.
    let remark = r#"{"message":"The slot was lost."}"#;
    check(&[remark, HEL, STOP, "[DONE]"], "stop");
    check(&[remark, "[DONE]"], "unknown");
    check(&[remark], "unknown");

    // Answers that speak of errors.
    for text in ["{\"error\":{\"code\":500}}", "error: 429", "event: error", "detail"] {
        let frame = json!({ "choices": [{ "delta": { "content": text } }], "object": "chat.completion.chunk", "code": 0 });
        check(&[&frame.to_string(), STOP], "stop");
    }
    for odd in [
        r#"{"choices":[{"delta":{"content":"x"}}],"error":""}"#,
        r#"{"choices":[{"delta":{"content":"x"}}],"error":{}}"#,
        r#"{"choices":[{"delta":{"content":"x"}}],"error":[],"errors":[],"detail":"high","code":200,"message":"ok"}"#,
        r#"{"choices":[{"delta":{"content":"x"},"error":"x"}]}"#,
    ] {
        check(&[odd, STOP], "stop");
    }
    check(&[r#"{"code":0,"message":"success"}"#, HEL, STOP], "stop");
    check(&[r#"{"id":"x","object":"chat.completion.chunk","choices":[]}"#, HEL, STOP], "stop");
}

#[test]
fn words_in_unusual_places() {
    fn check(frames: &[&str], text: &str) {
        let outcome = stream(frames, End::InOrder);
        assert_eq!((outcome.text.as_str(), outcome.end.as_str()), (text, "stop"), "{frames:#?}");
    }
    let whole = r#"{"choices":[{"message":{"content":"Hello"},"finish_reason":"stop"}]}"#;
    check(&[whole], "Hello");
    check(&[HEL, LO, whole], "Hello");
    check(&[r#"{"choices":[{"text":"Hel"}]}"#, r#"{"choices":[{"text":"","finish_reason":"stop"}]}"#], "Hel");
    check(&[HEL, r#"{"choices":[{"delta":{"content":"lo"},"text":"lo","finish_reason":"stop"}]}"#], "Hello");
}

#[test]
fn streams_that_break() {
    fn check(frames: &[&str], end: &str) {
        let broken = End::Broken(Error::new(Kind::ConnectionLost, "reset"));
        assert_eq!(stream(frames, broken).end, end, "{frames:#?}");
    }
    check(&[], "connection_lost");
    check(&[ROLE], "connection_lost");
    check(&[ROLE, HEL], "stream_cut");
    check(&[THINK], "stream_cut");
    check(&[CALL], "stream_cut");
    check(&[HEL, STOP], "stop");
    check(&[HEL, "[DONE]"], "stop");
    check(&[STOP], "empty_answer");
}

#[test]
fn whole_answers() {
    fn check(body: &str, text: &str, end: &str) {
        let (mut answer, mut out, mut outcome) = (Answer::default(), Vec::new(), Outcome::default());
        let result = answer.whole(body.as_bytes(), &mut out).and_then(|()| answer.end(End::InOrder, true));
        note(out, &mut outcome);
        assert_eq!((outcome.text.as_str(), ended(result).as_str()), (text, end), "{body}");
    }
    check(r#"{"choices":[{"message":{"content":"Hi"},"finish_reason":"stop"}]}"#, "Hi", "stop");
    check(
        "\u{feff} {\"choices\":[{\"message\":{\"content\":\"Hi\"},\"finish_reason\":\"stop\"}]}\n",
        "Hi",
        "stop",
    );
    check(r#"{"choices":[{"message":{"content":"Hi"},"finish_reason":null}]}"#, "Hi", "stop");
    check(
        r#"{"choices":[{"message":{"content":"400 tokens","error":"x"},"finish_reason":"stop"}]}"#,
        "400 tokens",
        "stop",
    );
    check(r#"{"choices":[{"message":{"content":"Hi"},"finish_reason":"length"}]}"#, "Hi", "length");
    check(r#"{"choices":[{"message":{"content":""},"finish_reason":"length"}]}"#, "", "empty_answer");
    check(
        r#"{"choices":[{"message":{"content":""},"finish_reason":"content_filter"}]}"#,
        "",
        "content_filter",
    );
    check(
        r#"{"choices":[{"message":{"content":"","tool_calls":[{"id":"x"}]},"finish_reason":"tool_calls"}]}"#,
        "",
        "tool_calls",
    );
    check(r#"{"choices":[{"message":null,"finish_reason":"stop"}]}"#, "", "empty_answer");
    check(r#"{"choices":[{"message":null}]}"#, "", "malformed_response");
    check(r#"{"choices":[]}"#, "", "malformed_response");
    check(r#"{"choices":7}"#, "", "malformed_response");
    check("{}", "", "malformed_response");
    check("[]", "", "malformed_response");
    check("", "", "malformed_response");
    check(" \n", "", "malformed_response");
    check("{\"choices\":[{\"mess", "", "malformed_response");
    check(
        r#"{"choices":[{"message":{"content":null,"refusal":"No."},"finish_reason":"stop"}]}"#,
        "[No.]",
        "stop",
    );
    check(r#"{"choices":[{"message":{"content":[{"type":"refusal","refusal":"No."}]}}]}"#, "[No.]", "stop");
    check(r#"{"choices":[{"message":{"content":"Half"},"finish_reason":"error"}]}"#, "Half", "ended_by_host");
    check(
        r#"{"choices":[{"message":{"content":"Half"},"finish_reason":"error"}],"error":{"code":502,"message":"x"}}"#,
        "Half",
        "gateway_error",
    );
    check(
        r#"{"choices":[{"message":{"content":null,"function_call":{"name":"f","arguments":"{}"}},"finish_reason":"function_call"}]}"#,
        "",
        "tool_calls",
    );
    check(r#"{"object":"error","message":"x","code":503}"#, "", "service_unavailable");
    check(r#"{"detail":"x"}"#, "", "unknown");
    check(r#"[{"error":{"code":503,"message":"x"}}]"#, "", "service_unavailable");
    check(r#"{"error":{"type":"overloaded_error"}}"#, "", "model_overloaded");
    check(r#"{"error":"You've used up your points!"}"#, "", "insufficient_points");
}

#[test]
fn tool_calls_and_usage_keep_everything() {
    let frame = r#"{"model":"Gemini","choices":[{"delta":{"tool_calls":[
        {"index":1,"id":"getWeather:0","function":{"name":"getWeather","arguments":"{\"a\""},
         "extra_content":{"google":{"thought_signature":"Ci=="}}},
        {"function":{"arguments":{"b":2}}}]}}],
        "usage":{"prompt_tokens":31,"completion_tokens":228,"total_tokens":"259",
        "completion_tokens_details":{"reasoning_tokens":142,"audio_tokens":null},"prompt_tokens_details":null}}"#;
    let (mut answer, mut out) = (Answer::default(), Vec::new());
    answer.frame("message", frame, &mut out).unwrap();
    let [ChatEvent::ToolCall(first), ChatEvent::ToolCall(second), ChatEvent::Usage(usage)] = out.as_slice()
    else {
        panic!("{out:?}");
    };
    assert_eq!(
        (first.index, first.id.as_deref(), first.name.as_deref()),
        (1, Some("getWeather:0"), Some("getWeather"))
    );
    assert_eq!(first.extra_content, Some(serde_json::json!({"google": {"thought_signature": "Ci=="}})));
    assert_eq!((second.index, second.arguments.as_str()), (1, "{\"b\":2}"));
    assert_eq!(
        (usage.total_tokens, usage.reasoning_tokens, usage.cached_tokens),
        (Some(259), Some(142), None)
    );
    assert_eq!(answer.model.as_deref(), Some("Gemini"));
}

#[test]
fn an_empty_answer_at_the_limit_names_it() {
    let (mut answer, mut out) = (Answer::default(), Vec::new());
    answer.frame("message", LENGTH, &mut out).unwrap();
    assert_eq!(answer.end(End::InOrder, true).unwrap_err().param.as_deref(), Some("max_tokens"));
}

#[test]
fn what_could_not_be_read_is_quoted_in_part() {
    let error = Error::unreadable("expected value", &"x".repeat(500));
    assert_eq!(error.message, format!("expected value: {}", "x".repeat(200)));
    assert!(!error.to_string().contains("xx"));
}

#[test]
fn pages_that_an_answer_names_wherever_they_stand() {
    /// How often they were told, and those of the last time.
    fn check(frames: &[&str], is_whole: bool, expected: (usize, &[&str])) {
        let (mut answer, mut out) = (Answer::default(), Vec::new());
        for frame in frames {
            match is_whole {
                true => answer.whole(frame.as_bytes(), &mut out).unwrap(),
                false => answer.frame("message", frame, &mut out).unwrap(),
            }
        }
        let told: Vec<_> = out
            .iter()
            .filter_map(|event| match event {
                ChatEvent::Sources(sources) => Some(sources),
                _ => None,
            })
            .collect();
        let last = told.last().map(|it| it.iter().map(|source| source.url.as_str()).collect::<Vec<_>>());
        assert_eq!((told.len(), last.unwrap_or_default().as_slice()), expected, "{frames:?}");
    }
    const A: &str = "https://a.example";
    const B: &str = "https://b.example";
    let chunk = r#"{"citations":["https://a.example"],"choices":[{"delta":{"content":"Rain [1]"}}]}"#;
    let delta = r#"{"choices":[{"delta":{"annotations":[{"type":"url_citation","url_citation":{"url":"https://a.example"}}]}}]}"#;
    let choice = r#"{"choices":[{"citations":["https://a.example","https://b.example"],"delta":{},"finish_reason":"stop"}]}"#;
    let alone = r#"{"choices":[],"search_results":[{"url":"https://b.example","title":"B"}]}"#;
    check(&[chunk, chunk, chunk, STOP, "[DONE]"], false, (1, &[A]));
    check(&[HEL, delta, choice], false, (2, &[A, B]));
    check(&[HEL, STOP, alone, "[DONE]"], false, (1, &[B]));
    check(&[HEL, LO, STOP], false, (0, &[]));
    let whole = r#"{"choices":[{"message":{"content":"Rain","annotations":[{"url":"https://a.example"}]},"finish_reason":"stop"}],
        "citations":["https://a.example","https://b.example"]}"#;
    check(&[whole], true, (1, &[A, B]));
    check(&[r#"{"choices":[{"message":{"content":"Rain"}}],"citations":["javascript:x"]}"#], true, (0, &[]));
}

#[test]
fn pages_alone_are_no_answer() {
    let sources = r#"{"citations":["https://a.example"],"choices":[{"delta":{}}]}"#;
    let expected =
        |text: &str, end: &str| Outcome { text: text.to_owned(), end: end.to_owned(), ..Outcome::default() };
    assert_eq!(stream(&[sources, STOP], End::InOrder), expected("", "empty_answer"));
    // Nor do they stand in the way of words that come in one piece after them.
    let whole = r#"{"choices":[{"message":{"content":"Rain"},"finish_reason":"stop"}]}"#;
    assert_eq!(stream(&[sources, whole], End::InOrder), expected("Rain", "stop"));
}
