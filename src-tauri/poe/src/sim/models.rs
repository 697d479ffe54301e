//! The demo's catalog: models that answer, and one for each error code. Makers and names are invented, but that of the one
//! maker whose models keep what they read.

use serde_json::{Value, json};

use super::price::Price;

#[derive(Clone, Copy)]
pub(super) struct Model {
    pub(super) id: &'static str,
    /// The display form; the list gives ids in lower case.
    pub(super) name: &'static str,
    pub(super) maker: &'static str,
    description: &'static str,
    inputs: &'static [&'static str],
    outputs: &'static [&'static str],
    features: &'static [&'static str],
    pub(super) price: Price,
    context: Option<(u64, Option<u64>)>,
}

const TEXT: &[&str] = &["text"];

const fn model(id: &'static str, name: &'static str, maker: &'static str, price: Price) -> Model {
    Model {
        id,
        name,
        maker,
        description: "",
        inputs: TEXT,
        outputs: TEXT,
        features: &[],
        price,
        context: Some((200_000, Some(64_000))),
    }
}

const fn tokens(prompt: &'static str, completion: &'static str) -> Price {
    Price::Tokens { prompt, completion }
}

/// The maker of the models that answer at `/v1/messages`.
const CLAUDE: &str = "Anthropic";

/// So many tokens of a beginning must be there before it is kept.
pub(super) const LEAST_CACHED: u64 = 1_024;

const CHEAP: Price = tokens("0.00000010", "0.00000040");

/// A model that shows one failure.
const fn fault(id: &'static str, name: &'static str, price: Price, description: &'static str) -> Model {
    Model { description, ..model(id, name, super::FAILING, price) }
}

pub(super) const MODELS: &[Model] = &[
    Model {
        description: "Demo. Answers in rich Markdown: headings, tables, task lists, code, math, footnotes.",
        ..model("demo-sonnet", "Demo-Sonnet", "Northlight", tokens("0.00000300", "0.00001500"))
    },
    Model {
        description: "Demo. Thinks first, then answers; the thoughts come as reasoning. It can search, with a tool of its own.",
        features: &["web_search"],
        ..model("demo-think", "Demo-Think", "Quiet Harbor", tokens("0.00000125", "0.00001000"))
    },
    Model {
        description: "Demo. Short and quick, and nearly free. Its context is small.",
        context: Some((16_000, Some(2_000))),
        ..model("demo-flash", "Demo-Flash", "Northlight", CHEAP)
    },
    Model {
        description: "Demo. The same answers at a price that shows in the balance.",
        ..model("demo-dear", "Demo-Dear", "Cinder & Co", tokens("0.00006000", "0.00036000"))
    },
    Model {
        description: "Demo. Draws a small picture; costs the same each time.",
        outputs: &["image"],
        context: Some((4_000, None)),
        ..model("demo-image", "Demo-Image", "Paper Lantern", Price::Request("0.036"))
    },
    Model {
        description: "Demo. Calls the tools it is given; without tools it says that it needs them.",
        features: &["tools"],
        ..model("demo-tools", "Demo-Tools", "Fernhill Labs", tokens("0.00000200", "0.00000800"))
    },
    Model {
        description: "Demo. A very long answer, about 30 kB: time enough to stop it, or to run several at once.",
        ..model("demo-long", "Demo-Long", "Quiet Harbor", tokens("0.00000080", "0.00000400"))
    },
    Model {
        description: "Demo. Takes pictures and says what arrived.",
        inputs: &["text", "image"],
        ..model("demo-vision", "Demo-Vision", "Paper Lantern", tokens("0.00000150", "0.00000600"))
    },
    Model {
        description: "Demo. Tells a tale, and keeps what it read for five minutes: ask three times in a row, and look at the receipts.",
        inputs: &["text", "image"],
        ..model(
            "demo-claude",
            "Demo-Claude",
            CLAUDE,
            Price::Cached {
                prompt: "0.00001300",
                completion: "0.00006400",
                read: "0.00000130",
                write: "0.00001600",
            },
        )
    },
    Model {
        description: "Demo. Makes a short video in some 20 seconds, whatever you ask for. Its price isn’t listed, as with real ones.",
        inputs: &["text", "image"],
        outputs: &["video"],
        context: None,
        ..model("demo-film", "Demo-Film", "Paper Lantern", Price::Unlisted("0.09"))
    },
    Model {
        description: "Demo. Answers with a short sound, and no words.",
        outputs: &["audio"],
        context: Some((4_000, None)),
        ..model("demo-voice", "Demo-Voice", "Fernhill Labs", Price::Request("0.006"))
    },
    Model {
        description: "Demo. Somebody’s bot: it lists no price, so you’re asked once before the first message.",
        context: None,
        ..model("demo-community", "Demo-Community", "Somebody Else", Price::Unknown)
    },
    fault(
        "demo-invalid-api-key",
        "Demo-Invalid-API-Key",
        Price::Unknown,
        "401: the key isn’t accepted. Another key fixes it.",
    ),
    fault(
        "demo-sonnet-retired",
        "Demo-Sonnet-Retired",
        Price::Unknown,
        "400: still in the list, but gone. A close name is offered.",
    ),
    fault(
        "demo-invalid-parameter",
        "Demo-Invalid-Parameter",
        Price::Unknown,
        "400: a setting is out of range. Resetting it fixes it.",
    ),
    fault(
        "demo-missing-parameter",
        "Demo-Missing-Parameter",
        Price::Unknown,
        "400: a field is missing, the first time.",
    ),
    fault(
        "demo-insufficient-points",
        "Demo-Insufficient-Points",
        tokens("0.01", "0.01"),
        "402: too few points. A cheaper model answers.",
    ),
    fault(
        "demo-rate-limit",
        "Demo-Rate-Limit",
        CHEAP,
        "429 with a waiting time. It’s retried automatically.",
    ),
    fault("demo-internal-error", "Demo-Internal-Error", CHEAP, "500 twice. It’s retried automatically."),
    fault(
        "demo-unavailable",
        "Demo-Unavailable",
        Price::Unknown,
        "503 until you try again: temporarily unavailable.",
    ),
    fault("demo-overloaded", "Demo-Overloaded", Price::Unknown, "529 until you try again: overloaded."),
    fault("demo-forbidden", "Demo-Forbidden", Price::Unknown, "403: the key can’t use it, the first time."),
    fault("demo-refused", "Demo-Refused", Price::Unknown, "403: moderation declines the first message."),
    fault("demo-too-long", "Demo-Too-Long", Price::Unknown, "413: too long for the context, the first time."),
    fault(
        "demo-timeout",
        "Demo-Timeout",
        Price::Unknown,
        "408 until you try again: it doesn’t start in time.",
    ),
    fault("demo-gateway", "Demo-Gateway", Price::Unknown, "502 with an HTML page, the first time."),
    fault(
        "demo-cut",
        "Demo-Cut",
        CHEAP,
        "The connection breaks in the middle of the answer. Continue brings the rest.",
    ),
    fault("demo-stall", "Demo-Stall", CHEAP, "The answer pauses for 40 seconds, then goes on."),
    fault(
        "demo-error-frame",
        "Demo-Error-Frame",
        CHEAP,
        "An error in the middle of the stream. Continue brings the rest.",
    ),
    fault(
        "demo-length",
        "Demo-Length",
        CHEAP,
        "The answer reaches its length limit. Continue brings the rest.",
    ),
    Model {
        outputs: &["video"],
        context: None,
        ..fault(
            "demo-film-declined",
            "Demo-Film-Declined",
            Price::Unlisted("0.09"),
            "The video is declined halfway, in the words of its host.",
        )
    },
    Model {
        outputs: &["video"],
        context: None,
        ..fault("demo-film-broken", "Demo-Film-Broken", Price::Unlisted("0.09"), "The video fails halfway.")
    },
    fault("demo-empty", "Demo-Empty", CHEAP, "The answer ends with no text, the first time."),
];

/// Names are case-insensitive on Poe.
pub(super) fn find(id: &str) -> Option<&'static Model> {
    MODELS.iter().find(|model| model.id.eq_ignore_ascii_case(id))
}

pub(super) fn list(origin: &str) -> Value {
    let rows: Vec<Value> =
        MODELS.iter().enumerate().map(|(number, model)| model.row(origin, number as u64)).collect();
    json!({ "object": "list", "data": rows })
}

/// Some days before.
pub(super) fn earlier(origin: &str) -> Value {
    let gone = model("demo-classic", "Demo-Classic", "Fernhill Labs", tokens("0.00000500", "0.00002000"));
    let before = |model: &'static Model| match model.id {
        "demo-vision" => None,
        "demo-think" => Some(tokens("0.00000200", "0.00001600")),
        "demo-dear" => Some(tokens("0.00005000", "0.00030000")),
        _ => Some(model.price),
    };
    let row = |(number, model): (usize, &'static Model)| {
        Some(Model { price: before(model)?, ..*model }.row(origin, number as u64))
    };
    let rows: Vec<Value> =
        MODELS.iter().enumerate().filter_map(row).chain([gone.row(origin, MODELS.len() as u64)]).collect();
    json!({ "object": "list", "data": rows })
}

impl Model {
    pub(super) fn context_length(&self) -> Option<u64> {
        self.context.map(|(length, _)| length)
    }

    pub(super) fn most_tokens(&self) -> Option<u64> {
        self.context.and_then(|(_, most)| most)
    }

    /// It answers at `/v1/messages`.
    pub(super) fn is_claude(&self) -> bool {
        self.maker == CLAUDE
    }

    /// It answers at `/v1/videos`, and nowhere else.
    pub(super) fn makes_films(&self) -> bool {
        self.outputs.contains(&"video")
    }

    pub(super) fn takes_tools(&self) -> bool {
        self.features.contains(&"tools")
    }

    fn row(&self, origin: &str, number: u64) -> Value {
        let endpoints: &[&str] = match self.context {
            _ if self.makes_films() => &["/v1/videos"],
            None => &[],
            Some(_) if self.is_claude() => &["/v1/messages", "/v1/responses", "/v1/chat/completions"],
            Some(_) => &["/v1/responses", "/v1/chat/completions"],
        };
        json!({
            "id": self.id, "object": "model", "created": 1_770_000_000_123_u64 - number * 86_400_000,
            "description": self.description, "owned_by": self.maker, "root": self.id,
            "architecture": {
                "input_modalities": self.inputs, "output_modalities": self.outputs,
                "modality": format!("{}->{}", self.inputs.join(","), self.outputs.join(",")),
            },
            "supported_features": self.features,
            "supported_endpoints": endpoints,
            "pricing": self.price.row(),
            "context_window": self.context.map(|(length, most)| json!({ "context_length": length, "max_output_tokens": most })),
            "context_length": self.context_length(),
            "metadata": {
                "display_name": self.name,
                "image": {
                    "url": super::image::url(origin, self.id, 200), "alt": format!("{} model icon", self.name),
                    "width": 200, "height": 200,
                },
                "url": format!("https://poe.com/{}", self.id),
            },
            "reasoning": self.reasoning(),
            "parameters": self.parameters(),
        })
    }

    fn reasoning(&self) -> Value {
        match self.id {
            "demo-think" => json!({
                "budget": { "min_tokens": 0, "max_tokens": 8192 }, "required": true, "supports_reasoning_effort": true,
            }),
            _ => Value::Null,
        }
    }

    fn parameters(&self) -> Value {
        match self.id {
            "demo-sonnet" => json!([
                { "name": "web_search", "schema": { "type": "boolean" }, "default_value": false,
                  "description": "Look the answer up on the web. The demo finds the same pages each time." },
                { "name": "temperature", "schema": { "type": "number", "minimum": 0, "maximum": 2 }, "default_value": 1.0 },
            ]),
            "demo-claude" => json!([
                { "name": "output_effort", "schema": { "enum": ["high", "medium", "low"] }, "default_value": "medium" },
                { "name": "web_search", "schema": { "type": "boolean" }, "default_value": false },
            ]),
            "demo-think" => json!([
                { "name": "reasoning_effort", "schema": { "enum": ["low", "medium", "high"] }, "default_value": "medium" },
            ]),
            "demo-image" => json!([
                { "name": "aspect", "schema": { "enum": ["1:1", "3:2", "2:3"] }, "default_value": "1:1",
                  "description": "Shape of the image." },
                { "name": "seed", "schema": { "type": "number", "minimum": 0, "maximum": 99999 } },
                { "name": "negative_prompt", "schema": { "type": "string" } },
                { "name": "transparent", "schema": { "type": "boolean" }, "default_value": false,
                  "description": "No background." },
            ]),
            "demo-film" => json!([
                { "name": "aspect_ratio", "schema": { "enum": ["16:9", "9:16"] }, "default_value": "16:9" },
                { "name": "duration", "schema": { "enum": ["4", "6", "8"] }, "default_value": "8" },
                { "name": "seed", "schema": { "type": "string" } },
                { "name": "resolution", "schema": { "enum": ["720p", "1080p"] }, "default_value": "720p" },
            ]),
            _ => json!([]),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_lower_case_and_names_are_not() {
        for model in MODELS {
            assert_eq!(model.id, model.name.to_lowercase());
        }
        assert!(find("Demo-Sonnet").is_some());
        assert!(find("demo-").is_none());
    }
}
