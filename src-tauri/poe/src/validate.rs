//! What Poe would refuse, found before anything is sent: one set of rules, field by field, for a form that is being filled
//! in as for [`Client::chat`](crate::Client::chat), which does not send what any model would refuse. Pure.
//!
//! Without a [`Model`] only what holds for all is looked at. What Poe does not document (the size of an attachment, the
//! tokens of a text) has generous limits or none.

use serde::Serialize;
use serde_json::Value;

use crate::error::{Error, Kind};
use crate::message::{Content, Message, Part, Role};
use crate::models::{Model, Parameter};
use crate::request::ChatRequest;

/// The most bytes of one attachment as it is sent (base64). Poe names no limit; no client is known to send more.
pub const MAX_ATTACHMENT: usize = 28 * 1024 * 1024;

/// The most bytes of all attachments of a request as they are sent.
pub const MAX_ATTACHMENTS: usize = 64 * 1024 * 1024;

/// The most sequences in `stop`.
pub const MAX_STOPS: usize = 4;

/// How many names are offered for one that is not known.
const MAX_CLOSEST: usize = 3;

/// Something that stands against a request.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Problem {
    /// The field's name in the request, such as `temperature`; of a bot's own parameter, its name.
    pub field: String,
    /// Where in the field, counted from 0: `messages[2].content[1]`; otherwise the same as `field`.
    pub path: String,
    /// What is wrong with it.
    pub kind: ProblemKind,
    /// The least and the most, where there are such; infinite where one end is open.
    pub range: Option<(f64, f64)>,
}

/// What is wrong with a field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ProblemKind {
    /// It is empty, or nothing but blanks.
    Blank,
    /// No model has this name; these come close.
    UnknownModel {
        /// Ids, the closest first; perhaps none.
        closest: Vec<String>,
    },
    /// Below the least or above the most of [`Problem::range`].
    OutOfRange,
    /// More than the most of [`Problem::range`].
    TooMany,
    /// More bytes than the most of [`Problem::range`].
    TooLarge,
    /// A tool answers a call that no message before it made, or a message that is no answer calls tools.
    Roles,
    /// A call that no tool answers: Poe wants all answers before the next message.
    Unanswered,
    /// An address that is neither `https://` nor `data:`.
    Address,
    /// The model does not take this kind of input: `image`, `audio`, `video`, `tools`, `reasoning_effort`.
    NotTaken {
        /// Which.
        what: String,
    },
    /// The model does not declare this parameter.
    NotDeclared,
    /// None of the values that the model declares.
    NotAllowed {
        /// Which it declares.
        allowed: Vec<String>,
    },
    /// Another type than the model declares: `boolean`, `number`, `string`.
    Type {
        /// Which it declares.
        expected: String,
    },
}

impl ProblemKind {
    /// A stable code, such as `out_of_range`.
    pub fn code(&self) -> &'static str {
        match self {
            ProblemKind::Blank => "blank",
            ProblemKind::UnknownModel { .. } => "unknown_model",
            ProblemKind::OutOfRange => "out_of_range",
            ProblemKind::TooMany => "too_many",
            ProblemKind::TooLarge => "too_large",
            ProblemKind::Roles => "roles",
            ProblemKind::Unanswered => "unanswered",
            ProblemKind::Address => "address",
            ProblemKind::NotTaken { .. } => "not_taken",
            ProblemKind::NotDeclared => "not_declared",
            ProblemKind::NotAllowed { .. } => "not_allowed",
            ProblemKind::Type { .. } => "type",
        }
    }
}

impl Problem {
    fn new(field: &str, kind: ProblemKind) -> Problem {
        Problem { field: field.to_owned(), path: field.to_owned(), kind, range: None }
    }

    /// `rest` is the place within the field, such as `[2].content`.
    fn at(self, rest: &str) -> Problem {
        Problem { path: format!("{}{rest}", self.field), ..self }
    }

    fn ranged(field: &str, kind: ProblemKind, range: (f64, f64)) -> Problem {
        Problem { range: Some(range), ..Problem::new(field, kind) }
    }

    /// For logs.
    fn message(&self) -> String {
        match (&self.kind, self.range) {
            (ProblemKind::OutOfRange, Some((least, most))) if most.is_infinite() => {
                format!("the least is {least}")
            }
            (ProblemKind::OutOfRange, Some((least, most))) => format!("the range is {least} to {most}"),
            (ProblemKind::TooMany, Some((_, most))) => format!("there may be {most} at most"),
            (ProblemKind::TooLarge, Some((_, most))) => format!("there may be {most} bytes at most"),
            (ProblemKind::Blank, _) => "it is blank".to_owned(),
            (kind, _) => format!("{kind:?}"),
        }
    }
}

/// The model of this name, without regard to case, or the [`ProblemKind::UnknownModel`] with the names that come close.
///
/// Prefixes such as `xai/`, which other catalogs put before Poe's names, are no part of them and lead to what follows.
pub fn model<'a>(name: &str, models: &'a [Model]) -> Result<&'a Model, Problem> {
    let name = name.trim();
    if name.is_empty() {
        return Err(Problem::new("model", ProblemKind::Blank));
    }
    if let Some(model) = models.iter().find(|model| model.id.eq_ignore_ascii_case(name)) {
        return Ok(model);
    }
    let closest = closest(name, models.iter().map(|model| model.id.as_str()));
    let closest = closest.into_iter().map(str::to_owned).collect();
    Err(Problem::new("model", ProblemKind::UnknownModel { closest }))
}

/// Those of the ids that come close to a name, the closest first; perhaps none.
pub fn closest<'a>(name: &str, ids: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    let wanted = name.rsplit('/').next().unwrap_or(name).trim().to_lowercase().replace(' ', "-");
    let likeness = |id: &str| strsim::jaro_winkler(&wanted, &id.to_lowercase());
    let mut near: Vec<(f64, &str)> = ids.into_iter().map(|id| (likeness(id), id)).collect();
    near.retain(|(likeness, _)| *likeness > 0.8);
    near.sort_by(|(a, _), (b, _)| b.total_cmp(a));
    near.into_iter().take(MAX_CLOSEST).map(|(_, id)| id).collect()
}

/// The first of the [`problems`] that hold for every model, so that nothing is sent.
///
/// Fails with [`Kind::InvalidInput`], the place ([`Problem::path`]) in [`Error::param`] and [`ProblemKind::code`] in
/// [`Error::provider_code`].
pub(crate) fn first(request: &ChatRequest) -> Result<(), Error> {
    match problems(request, None).into_iter().next() {
        None => Ok(()),
        Some(problem) => Err(Error {
            provider_code: Some(problem.kind.code().to_owned()),
            param: Some(problem.path.clone()),
            ..Error::new(Kind::InvalidInput, problem.message())
        }),
    }
}

/// Everything that stands against the request, in the order of a form: model, messages, settings, parameters.
pub fn problems(request: &ChatRequest, model: Option<&Model>) -> Vec<Problem> {
    let mut problems = Vec::new();
    if request.model.trim().is_empty() {
        problems.push(Problem::new("model", ProblemKind::Blank));
    }
    problems.extend(of_messages(&request.messages));
    problems.extend(of_attachments(&request.messages, model));
    problems.extend(of_settings(request, model));
    if let Some(model) = model {
        problems.extend(of_tools(request, model));
        let parameters = request.parameters.iter();
        problems.extend(parameters.filter_map(|(name, value)| of_parameter(name, value, model)));
    }
    problems
}

fn of_messages(messages: &[Message]) -> Option<Problem> {
    let problem = |kind, place: &str| Some(Problem::new("messages", kind).at(place));
    if messages.is_empty() {
        return problem(ProblemKind::Blank, "");
    }
    if let Some(last) = messages.iter().rposition(|message| message.role == Role::User)
        && messages[last].content.is_blank()
    {
        return problem(ProblemKind::Blank, &format!("[{last}].content"));
    }
    // Calls that wait for their answer, and where they stand.
    let mut open: Vec<(&str, String)> = Vec::new();
    for (at, message) in messages.iter().enumerate() {
        match &message.tool_call_id {
            Some(id) if message.role == Role::Tool => {
                let Some(call) = open.iter().position(|(call, _)| call == id) else {
                    return problem(ProblemKind::Roles, &format!("[{at}].tool_call_id"));
                };
                open.remove(call);
            }
            None if message.role != Role::Tool => {
                if let Some((_, place)) = open.first() {
                    return problem(ProblemKind::Unanswered, place);
                }
                if !message.tool_calls.is_empty() && message.role != Role::Assistant {
                    return problem(ProblemKind::Roles, &format!("[{at}].tool_calls"));
                }
                let calls = message.tool_calls.iter().enumerate();
                open.extend(calls.map(|(n, call)| (call.id.as_str(), format!("[{at}].tool_calls[{n}]"))));
            }
            _ => return problem(ProblemKind::Roles, &format!("[{at}]")),
        }
    }
    let (_, place) = open.first()?;
    problem(ProblemKind::Unanswered, place)
}

fn of_attachments(messages: &[Message], model: Option<&Model>) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut total = 0;
    for (at, message) in messages.iter().enumerate() {
        let Content::Parts(parts) = &message.content else {
            continue;
        };
        for (n, part) in parts.iter().enumerate() {
            let Some(url) = part.url() else { continue };
            total += url.len();
            let found = of_attachment(part, url, model);
            let place = format!("[{at}].content[{n}]");
            problems.extend(found.into_iter().map(|problem| problem.at(&place)));
        }
    }
    let is_told = |problem: &Problem| problem.kind == ProblemKind::TooLarge;
    if total > MAX_ATTACHMENTS && !problems.iter().any(is_told) {
        let range = (0.0, MAX_ATTACHMENTS as f64);
        problems.push(Problem::ranged("messages", ProblemKind::TooLarge, range));
    }
    problems
}

fn of_attachment(part: &Part, url: &str, model: Option<&Model>) -> Vec<Problem> {
    let mut problems = Vec::new();
    let is_web = matches!(part, Part::Image { .. }) && url.starts_with("https://");
    if !(is_web || url.starts_with("data:")) {
        problems.push(Problem::new("messages", ProblemKind::Address));
    }
    if url.len() > MAX_ATTACHMENT {
        let range = (0.0, MAX_ATTACHMENT as f64);
        problems.push(Problem::ranged("messages", ProblemKind::TooLarge, range));
    }
    // A model that lists no input has not told what it takes.
    if let Some(model) = model.filter(|model| !model.input_modalities.is_empty())
        && let Some(kind) = part.modality()
        && !model.input_modalities.iter().any(|modality| modality == kind)
    {
        problems.push(not_taken("messages", kind));
    }
    problems
}

/// The least and the most of `temperature`, `top_p` or `max_tokens`, as this model takes it or, without one, as any does;
/// infinite where nothing is known to end it. `None` for other fields.
///
/// An answer is never longer than what a model takes in all, so where only that is told it is the most.
pub fn range_of(field: &str, model: Option<&Model>) -> Option<(f64, f64)> {
    let declared = || model?.parameters.iter().find(|parameter| parameter.name == field).and_then(range);
    match field {
        "temperature" => Some(declared().unwrap_or((0.0, 2.0))),
        "top_p" => Some(declared().unwrap_or((0.0, 1.0))),
        "max_tokens" => {
            let told = model.map(|model| [model.max_output_tokens, model.context_length]);
            let most = told.into_iter().flatten().flatten().min();
            Some((1.0, most.map_or(f64::INFINITY, |most| most as f64)))
        }
        _ => None,
    }
}

fn of_settings(request: &ChatRequest, model: Option<&Model>) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (field, value) in [
        ("temperature", request.temperature),
        ("top_p", request.top_p),
        ("max_tokens", request.max_tokens.map(f64::from)),
    ] {
        if let (Some(value), Some(range)) = (value, range_of(field, model))
            && !(range.0..=range.1).contains(&value)
        {
            problems.push(Problem::ranged(field, ProblemKind::OutOfRange, range));
        }
    }
    if request.stop.len() > MAX_STOPS {
        problems.push(Problem::ranged("stop", ProblemKind::TooMany, (0.0, MAX_STOPS as f64)));
    } else if request.stop.iter().any(|stop| stop.trim().is_empty()) {
        problems.push(Problem::new("stop", ProblemKind::Blank));
    }
    problems
}

fn of_tools(request: &ChatRequest, model: &Model) -> Vec<Problem> {
    let mut problems = Vec::new();
    if !request.tools.is_empty() && !model.features.iter().any(|feature| feature == "tools") {
        problems.push(not_taken("tools", "tools"));
    }
    let Some(effort) = &request.reasoning_effort else {
        return problems;
    };
    let efforts = model.reasoning.as_ref().map(|reasoning| reasoning.efforts.clone()).unwrap_or_default();
    if !model.takes_effort() {
        problems.push(not_taken("reasoning_effort", "reasoning_effort"));
    } else if !efforts.is_empty() {
        if !efforts.contains(effort) {
            problems.push(Problem::new("reasoning_effort", ProblemKind::NotAllowed { allowed: efforts }));
        }
    } else if model.parameters.iter().any(|parameter| parameter.name == "reasoning_effort") {
        problems.extend(of_parameter("reasoning_effort", &effort.as_str().into(), model));
    }
    problems
}

fn of_parameter(name: &str, value: &Value, model: &Model) -> Option<Problem> {
    let Some(parameter) = model.parameters.iter().find(|parameter| parameter.name == name) else {
        return Some(Problem::new(name, ProblemKind::NotDeclared));
    };
    if let Some(allowed) = parameter.schema["enum"].as_array() {
        let texts =
            || allowed.iter().map(|item| item.as_str().map_or_else(|| item.to_string(), str::to_owned));
        let allowed_texts: Vec<String> = texts().collect();
        return (!allowed.contains(value))
            .then(|| Problem::new(name, ProblemKind::NotAllowed { allowed: allowed_texts }));
    }
    let expected = parameter.schema["type"].as_str().unwrap_or_default();
    let fits = match expected {
        "boolean" => value.is_boolean(),
        "number" => value.is_number(),
        "integer" => value.is_i64() || value.is_u64(),
        "string" => value.is_string(),
        _ => true,
    };
    if !fits {
        let problem = Problem::new(name, ProblemKind::Type { expected: expected.to_owned() });
        return Some(Problem { range: range(parameter), ..problem });
    }
    let range = range(parameter)?;
    let is_outside = value.as_f64().is_some_and(|value| !(range.0..=range.1).contains(&value));
    is_outside.then(|| Problem::ranged(name, ProblemKind::OutOfRange, range))
}

/// What a parameter declares, when it declares one end at least.
fn range(parameter: &Parameter) -> Option<(f64, f64)> {
    let (least, most) = (parameter.schema["minimum"].as_f64(), parameter.schema["maximum"].as_f64());
    (least.is_some() || most.is_some())
        .then(|| (least.unwrap_or(f64::NEG_INFINITY), most.unwrap_or(f64::INFINITY)))
}

fn not_taken(field: &str, what: &str) -> Problem {
    Problem::new(field, ProblemKind::NotTaken { what: what.to_owned() })
}

#[cfg(test)]
#[path = "validate_tests.rs"]
mod tests;
