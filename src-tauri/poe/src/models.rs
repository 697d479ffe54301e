//! The list of models: prices, limits and the parameters that each declares.

use rust_decimal::Decimal;
use serde::Serialize;
use serde_json::Value;

/// One model (Poe also says "bot"), from `GET /v1/models`.
///
/// Everything but `id` may be missing on the wire; 208 of 362 recorded rows name no context length, 179 no price.
#[derive(Clone, Debug, Serialize)]
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

/// US dollars, exact. Per token, but `image` per image and `request` per request. `None`: not told.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
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
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
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
#[derive(Clone, Debug, PartialEq, Serialize)]
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
