//! The list of models: prices, limits and the parameters that each declares
//! ([reference](https://creator.poe.com/api-reference/listModels)).

use std::str::FromStr;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::json::{count, text, texts, time_ms};

/// What models call the switch that they declare for it.
const SEARCH_PARAMETERS: [&str; 4] =
    ["web_search", "enable_web_search", "web_search_enabled", "tool_web_search"];

/// How a model is asked to search the web.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WebSearch {
    /// By this parameter, a switch that the model declares.
    Parameter(String),
    /// By [`ChatRequest::web_search`](crate::ChatRequest::web_search): the model lists the feature and no parameter for it.
    Tool,
}

/// One model (Poe also says "bot"), from `GET /v1/models`.
///
/// Everything but `id` may be missing on the wire; 208 of 362 recorded rows name no context length, 179 no price.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Model {
    /// What to send as `model`: lower case, no spaces. Poe compares without regard to case.
    pub id: String,
    /// The name that people know (`metadata.display_name`), or the id.
    pub name: String,
    /// Who made it, as Poe writes it. Empty when absent.
    pub owned_by: String,
    /// Free text, up to some 4,000 characters. Empty when absent.
    pub description: String,
    /// Of `text`, `image`, `video`, `audio`.
    pub input_modalities: Vec<String>,
    /// Of `text`, `image`, `video`, `audio`.
    pub output_modalities: Vec<String>,
    /// Seen so far: `tools`, `web_search`.
    pub features: Vec<String>,
    /// Paths such as `/v1/chat/completions`. Most models list none, which means "not told", not "unreachable".
    pub endpoints: Vec<String>,
    /// `None`: not told.
    pub pricing: Option<Pricing>,
    /// Tokens.
    pub context_length: Option<u64>,
    /// Tokens.
    pub max_output_tokens: Option<u64>,
    /// Milliseconds since 1970 (a chat's `created` is in seconds).
    pub created_ms: Option<i64>,
    /// Its page on poe.com.
    pub url: Option<String>,
    /// Its picture.
    pub image_url: Option<String>,
    /// `None`: not told, or does not reason.
    pub reasoning: Option<ReasoningInfo>,
    /// What may be set in [`ChatRequest::parameters`](crate::ChatRequest::parameters).
    pub parameters: Vec<Parameter>,
}

impl Model {
    /// The prices of the list that say something, in US dollars as in [`Pricing`]. `None` where there are none.
    ///
    /// A price of zero promises nothing: bots that list `"request": "0.00"` and no price of tokens are not known to be
    /// free. Only a charge of 0 points in the history shows that.
    pub fn listed_price(&self) -> Option<Pricing> {
        let listed = self.pricing.as_ref()?;
        let some = |price: Option<Decimal>| price.filter(|usd| !usd.is_zero());
        // One side of a token price may well be free.
        let tokens = some(listed.prompt).or(some(listed.completion)).is_some();
        let token = |price: Option<Decimal>| price.filter(|_| tokens);
        let told = Pricing {
            prompt: token(listed.prompt),
            completion: token(listed.completion),
            image: some(listed.image),
            request: some(listed.request),
            input_cache_read: token(listed.input_cache_read),
            input_cache_write: token(listed.input_cache_write),
        };
        (told != Pricing::default()).then_some(told)
    }

    /// How it is asked to search the web, where it can be told to; others may search all the same, or never.
    pub fn web_search(&self) -> Option<WebSearch> {
        let declares = |name: &&&str| {
            self.parameters.iter().any(|own| own.name == **name && own.schema["type"] == "boolean")
        };
        if let Some(name) = SEARCH_PARAMETERS.iter().find(declares) {
            return Some(WebSearch::Parameter((*name).to_owned()));
        }
        let is_listed = self.features.iter().any(|feature| feature == "web_search");
        let answers_there = self.endpoints.iter().any(|path| path.trim_start_matches("/v1") == "/responses");
        (is_listed && answers_there).then_some(WebSearch::Tool)
    }

    /// It takes [`ChatRequest::reasoning_effort`](crate::ChatRequest::reasoning_effort).
    pub fn takes_effort(&self) -> bool {
        let supports = self.reasoning.as_ref().is_some_and(|reasoning| reasoning.supports_effort);
        supports || self.parameters.iter().any(|parameter| parameter.name == "reasoning_effort")
    }
}

/// US dollars, exact. Per token, but `image` per image and `request` per request. `None`: not told.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Pricing {
    /// A token of the question.
    pub prompt: Option<Decimal>,
    /// A token of the answer.
    pub completion: Option<Decimal>,
    /// An image.
    pub image: Option<Decimal>,
    /// A request, whatever its size.
    pub request: Option<Decimal>,
    /// A token read from the prompt cache.
    pub input_cache_read: Option<Decimal>,
    /// A token written to the prompt cache.
    pub input_cache_write: Option<Decimal>,
}

/// How a model reasons.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct ReasoningInfo {
    /// It can't be turned off.
    pub required: bool,
    /// It takes `reasoning_effort`.
    pub supports_effort: bool,
    /// The efforts, where Poe lists them.
    pub efforts: Vec<String>,
    /// Fewest and most tokens of a thinking budget.
    pub budget: Option<(u64, u64)>,
}

/// A setting that a model declares.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Parameter {
    /// The key in the request.
    pub name: String,
    /// JSON Schema: `enum` of strings, or `type` with optional `minimum` and `maximum`. Values are sent verbatim.
    pub schema: Value,
    /// What Poe takes when it is not sent.
    pub default: Option<Value>,
    /// Empty when absent.
    pub description: String,
}

impl Parameter {
    /// The request has a field of this name, which wins: what is in
    /// [`ChatRequest::parameters`](crate::ChatRequest::parameters) would not be sent. One of those that take a number and are
    /// declared as something else (`max_tokens` as a choice of texts) is the model's own all the same.
    pub fn is_field_of_request(&self) -> bool {
        match self.name.as_str() {
            "model" | "messages" | "stream" | "stream_options" | "stop" | "tools" | "tool_choice" => true,
            "temperature" | "top_p" | "max_tokens" => self.schema["type"] == "number",
            _ => false,
        }
    }
}

/// The rows of a list. A row that can't be used is left out, a field that can't be read is absent; `None` when it is no
/// list at all.
pub fn list(body: &Value) -> Option<Vec<Model>> {
    let rows = body.get("data").unwrap_or(body).as_array()?;
    Some(rows.iter().filter_map(model).collect())
}

fn model(row: &Value) -> Option<Model> {
    let id = text(&row["id"])?;
    let metadata = &row["metadata"];
    let architecture = &row["architecture"];
    let window = &row["context_window"];
    Some(Model {
        name: text(&metadata["display_name"]).unwrap_or_else(|| id.clone()),
        owned_by: text(&row["owned_by"]).unwrap_or_default(),
        description: text(&row["description"]).unwrap_or_default(),
        input_modalities: texts(&architecture["input_modalities"]),
        output_modalities: texts(&architecture["output_modalities"]),
        features: texts(&row["supported_features"]),
        endpoints: texts(&row["supported_endpoints"]),
        pricing: pricing(&row["pricing"]),
        context_length: count(&row["context_length"]).or_else(|| count(&window["context_length"])),
        max_output_tokens: count(&window["max_output_tokens"]),
        created_ms: time_ms(&row["created"]),
        url: text(&metadata["url"]),
        image_url: text(&metadata["image"]["url"]),
        reasoning: reasoning(&row["reasoning"]),
        parameters: row["parameters"].as_array().into_iter().flatten().filter_map(parameter).collect(),
        id,
    })
}

fn pricing(value: &Value) -> Option<Pricing> {
    value.is_object().then(|| Pricing {
        prompt: price(&value["prompt"]),
        completion: price(&value["completion"]),
        image: price(&value["image"]),
        request: price(&value["request"]),
        input_cache_read: price(&value["input_cache_read"]),
        input_cache_write: price(&value["input_cache_write"]),
    })
}

/// Prices are decimal strings. A number is read from its text too, so that no binary fraction comes between.
fn price(value: &Value) -> Option<Decimal> {
    let text = text(value)?;
    Decimal::from_str(text.trim()).or_else(|_| Decimal::from_scientific(text.trim())).ok()
}

fn reasoning(value: &Value) -> Option<ReasoningInfo> {
    let effort = &value["supports_reasoning_effort"];
    let efforts = texts(effort);
    let budget = &value["budget"];
    value.is_object().then(|| ReasoningInfo {
        required: value["required"] == true,
        supports_effort: *effort == true || !efforts.is_empty(),
        efforts,
        budget: count(&budget["min_tokens"]).zip(count(&budget["max_tokens"])),
    })
}

fn parameter(value: &Value) -> Option<Parameter> {
    Some(Parameter {
        name: text(&value["name"])?,
        schema: value["schema"].clone(),
        default: value.get("default_value").filter(|default| !default.is_null()).cloned(),
        description: text(&value["description"]).unwrap_or_default(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn one(row: Value) -> Model {
        list(&json!({ "object": "list", "data": [row] })).unwrap().remove(0)
    }

    #[test]
    fn a_full_row() {
        let model = one(json!({
            "id": "claude-sonnet-4.6", "object": "model", "created": 1770262891433_i64, "owned_by": "Anthropic",
            "description": "Balanced.", "root": "claude-sonnet-4.6",
            "architecture": {"input_modalities": ["text", "image"], "output_modalities": ["text"], "modality": "x"},
            "supported_features": ["web_search", "tools"], "supported_endpoints": ["/v1/chat/completions"],
            "pricing": {"prompt": "0.0000026", "completion": "0.0000130", "image": null, "request": "0.00"},
            "context_window": {"context_length": 983040, "max_output_tokens": 128000}, "context_length": 983040,
            "metadata": {"display_name": "Claude-Sonnet-4.6", "image": {"url": "https://x/y.jpeg"}, "url": "https://poe.com/c"},
            "reasoning": {"budget": {"min_tokens": 0, "max_tokens": 64000}, "required": true, "supports_reasoning_effort": false},
            "parameters": [{"name": "web_search", "schema": {"type": "boolean"}, "default_value": false, "description": "Search."}]
        }));
        assert_eq!((model.id.as_str(), model.name.as_str()), ("claude-sonnet-4.6", "Claude-Sonnet-4.6"));
        assert_eq!(model.input_modalities, ["text", "image"]);
        let pricing = model.pricing.unwrap();
        assert_eq!(pricing.prompt.unwrap().to_string(), "0.0000026");
        assert_eq!(pricing.completion.unwrap(), "0.000013".parse().unwrap());
        assert_eq!((pricing.image, pricing.request), (None, Some(Decimal::ZERO)));
        assert_eq!((model.context_length, model.max_output_tokens), (Some(983_040), Some(128_000)));
        assert_eq!(model.created_ms, Some(1_770_262_891_433));
        assert_eq!(model.image_url.as_deref(), Some("https://x/y.jpeg"));
        assert_eq!(model.reasoning.unwrap().budget, Some((0, 64_000)));
        assert_eq!(model.parameters[0].default, Some(json!(false)));
    }

    #[test]
    fn a_bare_row() {
        let model = one(json!({"id": "bot"}));
        assert_eq!(model.name, "bot");
        assert!(model.pricing.is_none() && model.context_length.is_none() && model.parameters.is_empty());
    }

    #[test]
    fn what_a_row_says_oddly_is_read_or_left_out() {
        let model = one(json!({
            "id": "odd", "created": "yesterday", "owned_by": null, "architecture": "text", "supported_features": "tools",
            "pricing": {"prompt": 0.0000026, "completion": 1e-7, "image": "free", "request": "1.5e-3"},
            "context_length": "4096", "context_window": [], "metadata": null, "news": {"a": 1},
            "reasoning": {"supports_reasoning_effort": ["low", "high"]},
            "parameters": [{"schema": {}}, {"name": "seed"}, 7]
        }));
        let pricing = model.pricing.unwrap();
        assert_eq!(pricing.prompt, Some("0.0000026".parse().unwrap()));
        assert_eq!(pricing.completion, Some("0.0000001".parse().unwrap()));
        assert_eq!((pricing.image, pricing.request), (None, Some("0.0015".parse().unwrap())));
        assert_eq!(model.context_length, Some(4096));
        assert_eq!(model.reasoning.unwrap().efforts, ["low", "high"]);
        assert_eq!(model.parameters.len(), 1);
        assert!(model.features.is_empty() && model.created_ms.is_none());
    }

    #[test]
    fn how_each_is_asked_to_search() {
        fn check(row: Value, expected: Option<WebSearch>) {
            assert_eq!(one(row.clone()).web_search(), expected, "{row}");
        }
        let switch = |name: &str| json!([{"name": "seed", "schema": {"type": "number"}}, {"name": name, "schema": {"type": "boolean"}}]);
        let by = |name: &str| Some(WebSearch::Parameter(name.to_owned()));
        for name in SEARCH_PARAMETERS {
            check(json!({"id": "m", "parameters": switch(name)}), by(name));
        }
        let both = json!(["/v1/responses", "/v1/chat/completions"]);
        let lists = json!(["web_search", "tools"]);
        check(
            json!({"id": "m", "parameters": switch("web_search"), "supported_features": lists, "supported_endpoints": both}),
            by("web_search"),
        );
        check(
            json!({"id": "m", "supported_features": lists, "supported_endpoints": both}),
            Some(WebSearch::Tool),
        );
        // The tool is of one address alone.
        check(
            json!({"id": "m", "supported_features": lists, "supported_endpoints": ["/v1/chat/completions"]}),
            None,
        );
        check(json!({"id": "m", "supported_features": lists}), None);
        check(json!({"id": "m", "supported_features": ["tools"], "supported_endpoints": both}), None);
        check(json!({"id": "m", "parameters": switch("web_search_force")}), None);
        let levels = json!([{"name": "web_search", "schema": {"enum": ["low", "high"]}}]);
        check(json!({"id": "m", "parameters": levels}), None);
    }

    #[test]
    fn a_price_of_zero_is_none() {
        fn check(pricing: Value, expected: Option<[Option<&str>; 4]>) {
            let told = one(json!({"id": "m", "pricing": pricing})).listed_price();
            let told = told.map(|it| [it.prompt, it.completion, it.image, it.request]);
            let expected = expected.map(|it| it.map(|usd| usd.map(|usd| usd.parse().unwrap())));
            assert_eq!(told, expected, "{pricing}");
        }
        check(json!(null), None);
        check(json!({}), None);
        check(json!({"request": "0.00"}), None);
        let zeros = json!({"request": 0, "prompt": "0", "completion": "0.000", "image": "0"});
        check(zeros, None);
        check(
            json!({"prompt": "0.0000026", "completion": "0", "request": "0.00"}),
            Some([Some("0.0000026"), Some("0"), None, None]),
        );
        check(
            json!({"prompt": "0", "completion": "0", "request": "0.036"}),
            Some([None, None, None, Some("0.036")]),
        );
        check(json!({"request": "0.00", "image": "0.04"}), Some([None, None, Some("0.04"), None]));
    }

    #[test]
    fn one_bad_row_does_not_lose_the_list() {
        let rows = json!({"data": [{"id": "a"}, null, 7, {"id": null}, {"name": "x"}, {"id": "b"}]});
        let ids: Vec<_> = list(&rows).unwrap().into_iter().map(|model| model.id).collect();
        assert_eq!(ids, ["a", "b"]);
    }

    #[test]
    fn what_is_no_list() {
        fn check(body: Value, expected: Option<usize>) {
            assert_eq!(list(&body).map(|models| models.len()), expected, "{body}");
        }
        check(json!({"object": "list", "data": []}), Some(0));
        check(json!([{"id": "a"}]), Some(1));
        check(json!({}), None);
        check(json!({"data": null}), None);
        check(json!("models"), None);
        check(json!(null), None);
    }
}
