//! What a service says of a failure, in whatever shape: the one place that looks for it in JSON. `classify.rs` makes a kind
//! of what is found here.
//!
//! Poe documents `{"error": {…}}`. The hosts behind it, and what stands between, have others: the error flat and marked as
//! one, a list of errors, `detail`, Poe's own native protocol. An answer that merely speaks of errors is none of these: what
//! has choices is an answer, unless it holds an `error` too.

use serde_json::Value;

use crate::json;

/// Where the words stand, the plainest first.
const WORDS: [&str; 11] = [
    "message",
    "text",
    "detail",
    "msg",
    "error_message",
    "error_msg",
    "error_description",
    "description",
    "reason",
    "title",
    "details",
];

/// What was said about a failure.
#[derive(Debug, Default)]
pub(crate) struct Said {
    pub(crate) message: String,
    pub(crate) code: Option<String>,
    pub(crate) type_: Option<String>,
    pub(crate) param: Option<String>,
    /// An HTTP status told in the text.
    pub(crate) status: Option<u16>,
    /// It came as the API's own error, so it is Poe and not some gateway that speaks.
    pub(crate) is_envelope: bool,
    /// Poe's native protocol says that the same may work again.
    pub(crate) may_pass: bool,
}

/// Whether this tells of a failure instead of being an answer.
pub(crate) fn is_failure(value: &Value) -> bool {
    let value = alone(value);
    has_error(value) || (!has_choices(value) && is_flat(value))
}

/// It says something, and is no piece of an answer: where nothing else explains a bad end, this does.
pub(crate) fn is_remark(value: &Value) -> bool {
    !has_choices(value) && words(value).is_some()
}

/// The one in a list of one.
fn alone(value: &Value) -> &Value {
    match value.as_array().map(Vec::as_slice) {
        Some([one]) => one,
        _ => value,
    }
}

/// `{"error": …}`, at the top or at the choice; null, false and nothing at all are none.
fn has_error(value: &Value) -> bool {
    let is_some = |error: &Value| match error {
        Value::Null | Value::Bool(false) => false,
        Value::String(text) => !text.trim().is_empty(),
        Value::Object(fields) => !fields.is_empty() || !has_choices(value),
        Value::Array(items) => !items.is_empty(),
        Value::Bool(true) | Value::Number(_) => true,
    };
    value.get("error").is_some_and(is_some) || value["choices"][0]["error"].is_object()
}

fn has_choices(value: &Value) -> bool {
    value["choices"].as_array().is_some_and(|choices| !choices.is_empty())
}

/// An error with nothing around it.
fn is_flat(value: &Value) -> bool {
    let named = |field: &str, name: &str| {
        let text = value[field].as_str();
        text.is_some_and(|text| text.eq_ignore_ascii_case(name))
    };
    if named("object", "error") || named("type", "error") {
        return true;
    }
    if value["errors"].as_array().is_some_and(|errors| !errors.is_empty()) {
        return true;
    }
    if words(value).is_none() {
        return false;
    }
    value["allow_retry"].is_boolean()
        || value.get("detail").is_some()
        || ["error_code", "error_type", "error_id", "error_message", "error_msg"]
            .iter()
            .any(|field| value.get(field).is_some_and(|it| !it.is_null()))
        || ["success", "ok"].iter().any(|field| value[*field] == false)
        || ["error", "failed", "fail"].iter().any(|word| named("status", word))
        || value["type"].as_str().is_some_and(is_error_name)
        || status_of(value).is_some()
        || value.get("code").is_some_and(is_bad_code)
}

/// `BadRequestError`, `api_error`.
fn is_error_name(name: &str) -> bool {
    name.to_ascii_lowercase().ends_with("error")
}

fn is_bad_code(code: &Value) -> bool {
    json::text(code)
        .is_some_and(|code| !["0", "200", "ok", "success"].iter().any(|good| code.eq_ignore_ascii_case(good)))
}

/// A status that says failure, under one of the names that it has.
fn status_of(value: &Value) -> Option<u16> {
    ["code", "status", "status_code", "statusCode", "http_status", "error_code"]
        .iter()
        .filter_map(|field| json::count(value.get(field)?))
        .find(|status| (400..600).contains(status))
        .and_then(|status| u16::try_from(status).ok())
}

/// The first words of an object, a text, or the words of a list.
fn words(value: &Value) -> Option<String> {
    let found = match value {
        Value::String(text) => text.trim().to_owned(),
        Value::Array(items) => {
            let each: Vec<String> = items.iter().filter_map(words).collect();
            each.join("; ")
        }
        Value::Object(_) => WORDS.iter().find_map(|field| words(value.get(field)?))?,
        _ => return None,
    };
    (!found.is_empty()).then_some(found)
}

impl Said {
    /// Of a whole reply, or of a frame.
    pub(crate) fn in_json(value: &Value) -> Said {
        let value = alone(value);
        let inner = match value.get("error") {
            Some(Value::Null | Value::Bool(_)) | None => match value["choices"][0].get("error") {
                Some(error) if error.is_object() => error,
                _ => value.get("errors").map_or(value, alone),
            },
            Some(error) => match error.get("error") {
                // Wrapped twice by a proxy.
                Some(error) if error.is_object() => error,
                _ => error,
            },
        };
        // What is said around it counts where the error itself is silent; the envelope's own type says nothing.
        let says_more = |text: &String| !text.eq_ignore_ascii_case("error");
        let field = |names: &[&str]| {
            let find = |at: &Value| names.iter().find_map(|name| json::text(at.get(name)?).filter(says_more));
            find(inner).or_else(|| find(value))
        };
        let code = field(&["code", "error_code"]);
        let named = |field: &str| value[field].as_str().is_some_and(|it| it.eq_ignore_ascii_case("error"));
        Said {
            message: message(inner, value),
            code,
            type_: field(&["type", "error_type"]),
            param: field(&["param"]),
            status: status_of(inner).or_else(|| status_of(value)),
            is_envelope: has_error(value) || named("object") || named("type"),
            may_pass: inner["allow_retry"] == true || value["allow_retry"] == true,
        }
    }

    /// A text that is no JSON.
    pub(crate) fn in_text(text: &str) -> Said {
        Said { message: text.to_owned(), ..Said::default() }
    }
}

/// The words of the error, with those around it where they say more, and the id that Poe's support asks for. Without any:
/// what came, as it came.
fn message(inner: &Value, whole: &Value) -> String {
    let around = || if inner == whole { None } else { words_around(whole) };
    let mut message = match (words(inner), inner.is_string().then(around).flatten()) {
        (Some(short), Some(long)) if !long.contains(&short) => format!("{short}: {long}"),
        (Some(_), Some(long)) => long,
        (Some(words), None) => words,
        (None, _) => around().unwrap_or_else(|| inner.to_string()),
    };
    // What the model's host told Poe, word for word.
    if let Some(raw) = inner["metadata"]["raw"].as_str().filter(|raw| !message.contains(raw)) {
        message += &format!(": {raw}");
    }
    let id = [inner, whole].into_iter().find_map(|at| json::text(at.get("error_id")?));
    if let Some(id) = id.filter(|id| !message.contains(id.as_str())) {
        message += &format!(" (error_id: {id})");
    }
    message
}

/// The words beside the error.
fn words_around(whole: &Value) -> Option<String> {
    WORDS.iter().find_map(|field| words(whole.get(field)?))
}
