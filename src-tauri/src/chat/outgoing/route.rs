//! Where a request goes. The host of Claude keeps what it read at `/v1/messages` only, which has no place for all that a request
//! may say: what it has none for goes over chat completions, and nothing is kept. A tool that searches is known at `/v1/responses` alone. Pure.

use crate::events::Uncached;
use crate::models::SEARCH_TOOL;
use poe::{ChatRequest, Endpoint, Model, Part};

/// Whose models are asked there: others list that address, and were seen to fail at it.
const MAKER: &str = "Anthropic";

#[derive(Clone, Debug, PartialEq)]
pub(in crate::chat) struct Route {
    pub(in crate::chat) endpoint: Endpoint,
    /// The model's host could keep the request.
    pub(in crate::chat) can_keep: bool,
    /// Why it does not.
    pub(in crate::chat) uncached: Option<Uncached>,
}

/// `is_refused`: Poe did not take such a request lately.
pub(in crate::chat) fn route(
    model: Option<&Model>,
    request: &ChatRequest,
    is_on: bool,
    is_refused: bool,
) -> Route {
    let usual = match request.web_search {
        true => Endpoint::Responses,
        false => model.map_or(Endpoint::Chat, Endpoint::of),
    };
    let Some(model) = model.filter(|model| keeps(model)) else {
        return Route { endpoint: usual, can_keep: false, uncached: None };
    };
    let uncached = if !is_on {
        Some(Uncached::Off)
    } else if is_refused {
        Some(Uncached::Refused)
    } else {
        without_place(model, request)
    };
    let endpoint = if uncached.is_none() { Endpoint::Messages } else { usual };
    Route { endpoint, can_keep: true, uncached }
}

/// How much the model may answer, where that has to be said: all it can, within what the question leaves of its context. An
/// estimate of the question is short by a fifth at most.
pub(in crate::chat) fn most_tokens(model: &Model, prompt: i64) -> Option<u32> {
    let most = model.max_output_tokens?;
    let prompt = u64::try_from(prompt + prompt / 4).unwrap_or_default();
    let left = model.context_length.map(|length| length.saturating_sub(prompt)).filter(|left| *left > 0);
    u32::try_from(left.map_or(most, |left| left.min(most))).ok()
}

fn keeps(model: &Model) -> bool {
    let is_listed = model.endpoints.iter().any(|path| path.trim_start_matches("/v1") == "/messages");
    model.owned_by.eq_ignore_ascii_case(MAKER) && is_listed
}

/// What of the request `/v1/messages` is not known to take. The maker's own ranges are narrower than Poe's.
fn without_place(model: &Model, request: &ChatRequest) -> Option<Uncached> {
    let parameter = |name: &str| Some(Uncached::Parameter { name: name.to_owned() });
    let is_default = |name: &str, value: &serde_json::Value| {
        let declared = model.parameters.iter().find(|declared| declared.name == name);
        declared.is_some_and(|declared| declared.default.as_ref() == Some(value))
    };
    if let Some((name, _)) = request.parameters.iter().find(|(name, value)| !is_default(name, value)) {
        return parameter(name);
    }
    if request.web_search {
        return parameter(SEARCH_TOOL);
    }
    if request.reasoning_effort.is_some() {
        return parameter("reasoning_effort");
    }
    if request.temperature.is_some_and(|it| it > 1.0) {
        return parameter("temperature");
    }
    // Newer models of theirs take one of the two.
    if request.temperature.is_some() && request.top_p.is_some() {
        return parameter("top_p");
    }
    if !request.tools.is_empty() {
        return Some(Uncached::Tools);
    }
    let files = request.messages.iter().flat_map(|message| message.content.attachments());
    let has_place = |part: &Part| match part {
        Part::File { data, .. } => data.starts_with("data:application/pdf"),
        _ => true,
    };
    if !files.into_iter().all(has_place) {
        return Some(Uncached::File);
    }
    (request.max_tokens.is_none() && model.max_output_tokens.is_none()).then_some(Uncached::NoLimit)
}

#[cfg(test)]
mod tests {
    use super::*;
    use poe::{Message, Parameter, Tool};
    use serde_json::{Value, json};

    fn claude() -> Model {
        let declared = |name: &str, default: Value| Parameter {
            name: name.to_owned(),
            schema: json!({}),
            default: Some(default),
            description: String::new(),
        };
        Model {
            id: "claude-x".to_owned(),
            owned_by: "anthropic".to_owned(),
            endpoints: vec!["/v1/messages".to_owned(), "/v1/chat/completions".to_owned()],
            max_output_tokens: Some(64_000),
            parameters: vec![declared("web_search", json!(false)), declared("output_effort", json!("high"))],
            ..Model::default()
        }
    }

    fn hi() -> ChatRequest {
        ChatRequest::new("claude-x", vec![Message::system("be brief"), Message::user("hi")])
    }

    #[test]
    fn models_whose_host_keeps_it() {
        fn check(model: Option<Model>, endpoint: Endpoint, can_keep: bool) {
            let found = route(model.as_ref(), &hi(), true, false);
            assert_eq!((found.endpoint, found.can_keep), (endpoint, can_keep), "{model:?}");
            assert_eq!(found.uncached, None);
        }
        let listing = |path: &str| Model { endpoints: vec![path.to_owned()], ..claude() };
        check(None, Endpoint::Chat, false);
        check(Some(claude()), Endpoint::Messages, true);
        check(Some(Model { owned_by: "Google".to_owned(), ..claude() }), Endpoint::Chat, false);
        check(Some(Model { owned_by: "Poe Tools".to_owned(), ..claude() }), Endpoint::Chat, false);
        check(Some(listing("/v1/chat/completions")), Endpoint::Chat, false);
        check(Some(listing("/v1/messages")), Endpoint::Messages, true);
        check(Some(Model { endpoints: Vec::new(), ..claude() }), Endpoint::Chat, false);
    }

    #[test]
    fn requests_that_have_no_place_there() {
        fn check(change: impl FnOnce(&mut ChatRequest), expected: Option<Uncached>) {
            let mut request = hi();
            change(&mut request);
            let found = route(Some(&claude()), &request, true, false);
            let endpoint = if expected.is_none() { Endpoint::Messages } else { Endpoint::Chat };
            assert_eq!((found.endpoint, found.uncached), (endpoint, expected), "{request:?}");
        }
        let set = |name: &str, value: Value| {
            let name = name.to_owned();
            move |request: &mut ChatRequest| drop(request.parameters.insert(name, value))
        };
        let parameter = |name: &str| Some(Uncached::Parameter { name: name.to_owned() });
        let file = |kind: &'static str| {
            move |request: &mut ChatRequest| {
                request.messages.push(Message::user(vec![Part::file("a", kind, b"x"), Part::text("hi")]));
            }
        };
        check(|_| {}, None);
        check(set("web_search", json!(false)), None);
        check(set("web_search", json!(true)), parameter("web_search"));
        check(set("output_effort", json!("low")), parameter("output_effort"));
        check(set("undeclared", json!(1)), parameter("undeclared"));
        check(|it| it.reasoning_effort = Some("low".to_owned()), parameter("reasoning_effort"));
        check(|it| it.temperature = Some(1.0), None);
        check(|it| it.temperature = Some(1.1), parameter("temperature"));
        check(|it| it.top_p = Some(0.5), None);
        check(|it| (it.temperature, it.top_p) = (Some(0.5), Some(0.5)), parameter("top_p"));
        let tool = Tool { name: "f".to_owned(), description: String::new(), parameters: json!({}) };
        check(|it| it.tools = vec![tool], Some(Uncached::Tools));
        check(file("application/pdf"), None);
        check(file("image/png"), Some(Uncached::File));
        check(file("audio/mp3"), Some(Uncached::File));
        check(|it| it.messages.push(Message::user(vec![Part::image("image/png", b"x")])), None);
    }

    #[test]
    fn a_tool_that_searches_goes_where_it_is_known() {
        let mut request = ChatRequest { web_search: true, ..hi() };
        let google = Model { owned_by: "Google".to_owned(), ..claude() };
        for (model, is_kept) in [(None, false), (Some(google), false), (Some(claude()), true)] {
            let found = route(model.as_ref(), &request, true, false);
            assert_eq!(found.endpoint, Endpoint::Responses, "{model:?}");
            assert_eq!(found.uncached.is_some(), is_kept, "{model:?}");
        }
        request.web_search = false;
        assert_eq!(route(Some(&claude()), &request, true, false).endpoint, Endpoint::Messages);
    }

    #[test]
    fn how_much_may_be_answered() {
        fn check(context: Option<u64>, most: Option<u64>, prompt: i64, expected: Option<u32>) {
            let model = Model { context_length: context, max_output_tokens: most, ..claude() };
            assert_eq!(most_tokens(&model, prompt), expected, "{context:?} {most:?} {prompt}");
        }
        check(Some(983_040), Some(128_000), 5_000, Some(128_000));
        check(Some(196_608), Some(64_000), 120_000, Some(46_608));
        check(Some(196_608), Some(64_000), 190_000, Some(64_000));
        check(None, Some(8_192), 5_000, Some(8_192));
        check(Some(196_608), None, 5_000, None);
    }

    #[test]
    fn what_turns_it_off() {
        let found = |is_on, is_refused| route(Some(&claude()), &hi(), is_on, is_refused).uncached;
        assert_eq!(found(true, false), None);
        assert_eq!(found(false, false), Some(Uncached::Off));
        assert_eq!(found(true, true), Some(Uncached::Refused));
        let endless = Model { max_output_tokens: None, ..claude() };
        assert_eq!(route(Some(&endless), &hi(), true, false).uncached, Some(Uncached::NoLimit));
        let limited = ChatRequest { max_tokens: Some(500), ..hi() };
        assert_eq!(route(Some(&endless), &limited, true, false).uncached, None);
    }
}

#[cfg(test)]
#[path = "route_recorded_tests.rs"]
mod recorded;
