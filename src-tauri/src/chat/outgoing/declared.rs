//! Parameters that a model declares: what a person set or typed becomes what the model takes, and only what is not its default
//! is sent. A value that another model declared otherwise is read by this one's schema: the "8" of a choice is a number where a
//! number is declared. Pure.

use crate::errors::InputProblem;
use crate::events::parameter_text;
use crate::models::settable;
use poe::validate::{Problem, ProblemKind};
use poe::{Model, Parameter};
use serde_json::{Map, Number, Value};

/// What of `set` goes to this model.
pub(in crate::chat) fn sent(model: &Model, set: &Map<String, Value>) -> Map<String, Value> {
    settable(model)
        .into_iter()
        .filter_map(|parameter| {
            let value = read(&parameter, &parameter_text(set.get(&parameter.name)?));
            (!is_default(&parameter, &value)).then_some((parameter.name, value))
        })
        .collect()
}

/// What is set after `typed`, by the parameters' names, is taken into what was set before. What another model declares stays.
pub(super) fn typed<'a>(
    model: &Model,
    before: &Map<String, Value>,
    typed: impl IntoIterator<Item = (&'a String, &'a String)>,
) -> Map<String, Value> {
    let (own, mut set) = (settable(model), before.clone());
    for (name, text) in typed {
        let Some(parameter) = own.iter().find(|parameter| parameter.name == *name) else {
            continue;
        };
        let value = read(parameter, text);
        if is_unset(parameter, &value) || is_default(parameter, &value) {
            set.remove(name);
        } else {
            set.insert(name.clone(), value);
        }
    }
    set
}

/// Why Poe would not take it.
pub(super) fn problem(found: &Problem) -> Option<InputProblem> {
    match &found.kind {
        ProblemKind::OutOfRange => {
            found.range.map(|(least, most)| InputProblem::OutOfModelRange { least, most })
        }
        ProblemKind::NotAllowed { allowed } => Some(InputProblem::NotAllowed { allowed: allowed.clone() }),
        ProblemKind::Type { expected } if expected == "boolean" => Some(InputProblem::NotOnOrOff),
        ProblemKind::Type { .. } => {
            let (least, most) = found.range.unwrap_or((f64::NEG_INFINITY, f64::INFINITY));
            Some(InputProblem::OutOfModelRange { least, most })
        }
        _ => None,
    }
}

/// As the schema has it; what does not fit stays text, which the check then tells.
fn read(parameter: &Parameter, text: &str) -> Value {
    let schema = &parameter.schema;
    if let Some(choices) = schema["enum"].as_array() {
        // Verbatim: a choice may end in a blank.
        return choices
            .iter()
            .find(|choice| parameter_text(choice) == text)
            .cloned()
            .unwrap_or_else(|| text.into());
    }
    match (schema["type"].as_str(), text.trim()) {
        (Some("boolean"), "true") => true.into(),
        (Some("boolean"), "false") => false.into(),
        (Some("number" | "integer"), text) => number(text).map_or_else(|| text.into(), Value::Number),
        _ => text.into(),
    }
}

/// In whole digits where it is whole. A comma stands between thousands or before a fraction.
fn number(text: &str) -> Option<Number> {
    let text = if is_grouped(text) { text.replace(',', "") } else { text.replace(',', ".") };
    if let Ok(whole) = text.parse::<i64>() {
        return Some(whole.into());
    }
    let value: f64 = text.parse().ok()?;
    // Beyond this a fraction has no digits left.
    let is_whole = value.fract() == 0.0 && value.abs() < 9e15;
    if is_whole { Some((value as i64).into()) } else { Number::from_f64(value) }
}

/// "31,999", and not "0,700".
fn is_grouped(text: &str) -> bool {
    let mut groups = text.split(',');
    let first = groups.next().unwrap_or_default();
    let digits = |group: &str| group.bytes().all(|byte| byte.is_ascii_digit());
    let is_first = (1..=3).contains(&first.len()) && digits(first) && first != "0";
    text.contains(',') && is_first && groups.all(|group| group.len() == 3 && digits(group))
}

/// An empty field, where that is no value of its own.
fn is_unset(parameter: &Parameter, value: &Value) -> bool {
    let is_text = parameter.schema["type"] == "string";
    let is_choice = parameter.schema["enum"].as_array().is_some_and(|choices| choices.contains(value));
    let has_default = parameter.default.as_ref().and_then(Value::as_str).is_some_and(|it| !it.is_empty());
    let may_be_empty = is_choice || (is_text && has_default);
    value.as_str().is_some_and(|text| text.is_empty() && !may_be_empty)
}

/// A switch that declares nothing is off.
fn is_default(parameter: &Parameter, value: &Value) -> bool {
    match &parameter.default {
        Some(default) if default.is_number() => default.as_f64() == value.as_f64(),
        Some(default) => default == value,
        None => *value == Value::Bool(false),
    }
}

#[cfg(test)]
#[path = "declared_tests.rs"]
mod tests;
