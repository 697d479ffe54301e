//! Tools: what a model may call, what it called, and the calls put together from their pieces.

use serde::Serialize;
use serde_json::{Value, json};

/// A function that the model may call.
#[derive(Clone, Debug, PartialEq)]
pub struct Tool {
    /// Letters, digits, `_` and `-`.
    pub name: String,
    /// When to call it.
    pub description: String,
    /// JSON Schema of the arguments, an object.
    pub parameters: Value,
}

impl Tool {
    pub(crate) fn to_json(&self) -> Value {
        json!({ "type": "function", "function": {
            "name": self.name, "description": self.description, "parameters": self.parameters,
        }})
    }
}

/// Whether the model calls tools.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ToolChoice {
    /// As it likes.
    Auto,
    /// None.
    None,
    /// At least one.
    Required,
    /// The one with this name.
    Function(String),
}

impl ToolChoice {
    pub(crate) fn to_json(&self) -> Value {
        match self {
            ToolChoice::Auto => "auto".into(),
            ToolChoice::None => "none".into(),
            ToolChoice::Required => "required".into(),
            ToolChoice::Function(name) => json!({ "type": "function", "function": { "name": name } }),
        }
    }
}

/// A call of a tool, whole.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ToolCall {
    /// Opaque.
    pub id: String,
    /// The function's name.
    pub name: String,
    /// JSON text, as the model wrote it: it may be no JSON.
    pub arguments: String,
    /// Opaque (Gemini's thought signature): goes back unchanged.
    pub extra_content: Option<Value>,
}

impl ToolCall {
    pub(crate) fn to_json(&self) -> Value {
        let mut call = json!({
            "id": self.id, "type": "function",
            "function": { "name": self.name, "arguments": self.arguments },
        });
        if let Some(extra) = &self.extra_content {
            call["extra_content"] = extra.clone();
        }
        call
    }
}

/// A piece of a tool call: pieces of the same `index` belong together, their `arguments` one after another.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct ToolCallDelta {
    /// Which call.
    pub index: u32,
    /// Opaque; on the first piece.
    pub id: Option<String>,
    /// The function's name; on the first piece.
    pub name: Option<String>,
    /// A piece of JSON text.
    pub arguments: String,
    /// Opaque (Gemini's thought signature): must be sent back unchanged with the call.
    pub extra_content: Option<Value>,
}

/// Puts tool calls together from the pieces of a stream.
#[derive(Clone, Debug, Default)]
pub struct ToolCalls {
    calls: Vec<(u32, ToolCall)>,
}

impl ToolCalls {
    /// Takes a piece. One without an id belongs to the call of its index.
    pub fn push(&mut self, delta: &ToolCallDelta) {
        let same = |(index, call): &&mut (u32, ToolCall)| {
            *index == delta.index
                // Some bots number every call 0; another id is another call.
                && delta.id.as_ref().is_none_or(|id| call.id.is_empty() || *id == call.id)
        };
        let call = match self.calls.iter_mut().rev().find(same) {
            Some((_, call)) => call,
            None => {
                self.calls.push((delta.index, ToolCall::default()));
                let last = self.calls.len() - 1;
                &mut self.calls[last].1
            }
        };
        if let Some(id) = &delta.id {
            call.id.clone_from(id);
        }
        if let Some(name) = &delta.name {
            call.name.clone_from(name);
        }
        if delta.extra_content.is_some() {
            call.extra_content.clone_from(&delta.extra_content);
        }
        call.arguments += &delta.arguments;
    }

    /// The calls in order, whole when the stream has ended.
    pub fn finish(mut self) -> Vec<ToolCall> {
        self.calls.sort_by_key(|(index, _)| *index);
        self.calls.into_iter().map(|(_, call)| call).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_become_calls() {
        fn check(pieces: &[(u32, Option<&str>, Option<&str>, &str)], expected: &[(&str, &str, &str)]) {
            let mut calls = ToolCalls::default();
            for &(index, id, name, arguments) in pieces {
                calls.push(&ToolCallDelta {
                    index,
                    id: id.map(str::to_owned),
                    name: name.map(str::to_owned),
                    arguments: arguments.to_owned(),
                    extra_content: None,
                });
            }
            let calls = calls.finish();
            let got: Vec<_> = calls
                .iter()
                .map(|call| (call.id.as_str(), call.name.as_str(), call.arguments.as_str()))
                .collect();
            assert_eq!(got, expected, "{pieces:?}");
        }
        let (a, b) = (Some("a"), Some("b"));
        check(&[], &[]);
        check(&[(0, a, Some("f"), "{}")], &[("a", "f", "{}")]);
        check(
            &[
                (1, b, Some("g"), ""),
                (0, a, Some("f"), "{\"x\""),
                (1, None, None, "{}"),
                (0, None, None, ": 1}"),
            ],
            &[("a", "f", "{\"x\": 1}"), ("b", "g", "{}")],
        );
        check(&[(0, a, Some("f"), "1"), (0, b, Some("g"), "2")], &[("a", "f", "1"), ("b", "g", "2")]);
        check(&[(0, None, None, "{}")], &[("", "", "{}")]);
    }
}
