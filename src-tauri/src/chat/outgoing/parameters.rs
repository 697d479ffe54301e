//! The form of a chat's parameters while it is filled in: what each field takes with this model, and what stands against
//! what it holds, by the client's own rules.

use super::{Outgoing, declared};
use crate::errors::{self, Context, Failure, InputProblem};
use crate::events::{
    DeclaredParameter, ErrorCard, ParameterView, Parameters, ParametersView, TypedParameters,
};
use crate::library::LibraryError;
use poe::validate;
use std::collections::BTreeMap;

/// So long it is told that Poe refused a value.
const REFUSED_FOR: i64 = 30 * 86_400_000;

impl Outgoing {
    /// What the model declares that may be set, in its order, with what Poe did not take of it.
    pub async fn declared(&self, model: &str) -> Result<Vec<DeclaredParameter>, LibraryError> {
        let mut declared = self.models.declared(model);
        let since = crate::clock::now() - REFUSED_FOR;
        let server = self.points.caching.server();
        for (name, value) in self.library.refused_parameters(&server, model, since).await? {
            if let Some(parameter) = declared.iter_mut().find(|parameter| parameter.name == name) {
                parameter.refused.push(value);
            }
        }
        Ok(declared)
    }

    /// Without a model that is listed, what holds for all.
    pub fn check_parameters(&self, model: Option<&str>, typed: &TypedParameters) -> ParametersView {
        let known = model.and_then(|id| self.models.model(id));
        view(typed, known.as_ref(), crate::clock::now())
    }
}

fn view(typed: &TypedParameters, model: Option<&poe::Model>, now: i64) -> ParametersView {
    let temperature = number("temperature", &typed.temperature, model);
    let top_p = number("top_p", &typed.top_p, model);
    let max_tokens = whole("max_tokens", &typed.max_tokens, model);
    let budget = points("budget", &typed.budget);
    let system = (!typed.system.trim().is_empty()).then(|| typed.system.clone());
    let declared = match model {
        Some(model) => declared::typed(model, &typed.before, &typed.declared),
        None => typed.before.clone(),
    };
    let refused = model.map(|model| refused(&declared, model, now)).unwrap_or_default();
    ParametersView {
        temperature: field("temperature", &temperature, model, now),
        top_p: field("top_p", &top_p, model, now),
        max_tokens: field("max_tokens", &max_tokens, model, now),
        budget: field("budget", &budget, None, now),
        value: match (temperature, top_p, max_tokens, budget) {
            (Ok(temperature), Ok(top_p), Ok(max_tokens), Ok(budget)) if refused.is_empty() => {
                Some(Parameters { system, temperature, top_p, max_tokens, budget, declared })
            }
            _ => None,
        },
        declared: refused,
    }
}

/// Why the model would not take what is set of those that it declares, by their names.
fn refused(
    declared: &serde_json::Map<String, serde_json::Value>,
    model: &poe::Model,
    now: i64,
) -> BTreeMap<String, ErrorCard> {
    let mut asked = poe::ChatRequest::new(&*model.id, vec![poe::Message::user("words")]);
    asked.parameters = declared::sent(model, declared);
    let card = |found: validate::Problem| {
        let problem = problem_of(&found, &asked, Some(model))?;
        let failure = Failure::Input { field: found.field.clone().into(), problem };
        Some((found.field, errors::card(&failure, &Context::at(now))))
    };
    validate::problems(&asked, Some(model)).into_iter().filter_map(card).collect()
}

/// What stands against a setting of the request; of all else it is told elsewhere.
pub(super) fn problem_of(
    found: &validate::Problem,
    asked: &poe::ChatRequest,
    model: Option<&poe::Model>,
) -> Option<InputProblem> {
    if asked.parameters.contains_key(&found.field) {
        return declared::problem(found);
    }
    let is_setting = matches!(found.path.as_str(), "temperature" | "top_p" | "max_tokens");
    found.range.filter(|_| is_setting).map(|range| problem(range, model))
}

fn field<T>(
    field: &'static str,
    read: &Result<T, InputProblem>,
    model: Option<&poe::Model>,
    now: i64,
) -> ParameterView {
    let (least, most) = range(field, model);
    let card = |problem: &InputProblem| {
        let problem = problem.clone();
        errors::card(&Failure::Input { field: field.into(), problem }, &Context::at(now))
    };
    ParameterView {
        least: least.is_finite().then_some(least),
        most: most.is_finite().then_some(most),
        card: read.as_ref().err().map(card),
    }
}

/// What the field holds; nothing stands for the model's own default. Both decimal signs are understood.
fn number(field: &str, text: &str, model: Option<&poe::Model>) -> Result<Option<f64>, InputProblem> {
    let text = text.trim().replace(',', ".");
    if text.is_empty() {
        return Ok(None);
    }
    let (least, most) = range(field, model);
    match text.parse::<f64>() {
        Ok(value) if (least..=most).contains(&value) => Ok(Some(value)),
        _ => Err(problem((least, most), model)),
    }
}

/// The same for tokens, where a comma stands between thousands.
fn whole(field: &str, text: &str, model: Option<&poe::Model>) -> Result<Option<u32>, InputProblem> {
    let text = text.trim().replace([',', ' '], "");
    if text.is_empty() {
        return Ok(None);
    }
    let (least, most) = range(field, model);
    match text.parse::<u32>() {
        Ok(value) if (least..=most).contains(&f64::from(value)) => Ok(Some(value)),
        _ => Err(problem((least, most), model)),
    }
}

/// Points, in any grouping; whatever a model takes.
fn points(field: &str, text: &str) -> Result<Option<i64>, InputProblem> {
    let text = text.trim().replace([',', ' ', '\u{a0}', '\u{202f}'], "");
    if text.is_empty() {
        return Ok(None);
    }
    match text.parse::<i64>() {
        Ok(points) if points > 0 => Ok(Some(points)),
        _ => Err(problem(range(field, None), None)),
    }
}

fn range(field: &str, model: Option<&poe::Model>) -> (f64, f64) {
    validate::range_of(field, model).unwrap_or((f64::NEG_INFINITY, f64::INFINITY))
}

fn problem((least, most): (f64, f64), model: Option<&poe::Model>) -> InputProblem {
    match model {
        Some(_) => InputProblem::OutOfModelRange { least, most },
        None => InputProblem::OutOfRange,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn model() -> poe::Model {
        poe::Model {
            parameters: vec![poe::Parameter {
                name: "temperature".to_owned(),
                schema: json!({"type": "number", "minimum": 0, "maximum": 1}),
                default: None,
                description: String::new(),
            }],
            context_length: Some(16_000),
            max_output_tokens: Some(2_000),
            ..poe::Model::default()
        }
    }

    fn typed(field: &str, text: &str) -> TypedParameters {
        let mut typed = TypedParameters::default();
        let place = match field {
            "temperature" => &mut typed.temperature,
            "top_p" => &mut typed.top_p,
            "max_tokens" => &mut typed.max_tokens,
            "budget" => &mut typed.budget,
            _ => &mut typed.system,
        };
        *place = text.to_owned();
        typed
    }

    #[test]
    fn what_fields_hold() {
        fn check(field: &str, text: &str, known: bool, expected: Option<f64>) {
            let model = known.then(model);
            let view = view(&typed(field, text), model.as_ref(), 1);
            let card = match field {
                "temperature" => &view.temperature.card,
                "top_p" => &view.top_p.card,
                "budget" => &view.budget.card,
                _ => &view.max_tokens.card,
            };
            let value = view.value.as_ref().and_then(|value| match field {
                "temperature" => value.temperature,
                "top_p" => value.top_p,
                "budget" => value.budget.map(|points| points as f64),
                _ => value.max_tokens.map(f64::from),
            });
            assert_eq!(value, expected, "{field} {text:?} {known}");
            // It is either sent or said to be wrong.
            let is_refused = expected.is_none() && !text.trim().is_empty();
            assert_eq!(card.is_some(), is_refused, "{field} {text:?} {known}");
            assert_eq!(view.value.is_none(), is_refused, "{field} {text:?} {known}");
        }
        for known in [false, true] {
            check("temperature", "", known, None);
            check("temperature", " 0.7 ", known, Some(0.7));
            check("temperature", "0,7", known, Some(0.7));
            check("temperature", "1", known, Some(1.0));
            check("temperature", "-0.1", known, None);
            for junk in ["warm", "NaN", "inf", "1e", "2.01", "0.5 0.5"] {
                check("temperature", junk, known, None);
            }
            check("top_p", "1", known, Some(1.0));
            check("top_p", "1.1", known, None);
            check("max_tokens", "2,000", known, Some(2_000.0));
            check("max_tokens", "1", known, Some(1.0));
            for junk in ["0", "-1", "1.5", "many", "4294967296"] {
                check("max_tokens", junk, known, None);
            }
            check("budget", " 20,000 ", known, Some(20_000.0));
            for junk in ["0", "-5", "1.5", "all", "9223372036854775808"] {
                check("budget", junk, known, None);
            }
        }
        check("temperature", "1.5", false, Some(1.5));
        check("temperature", "1.5", true, None);
        check("max_tokens", "2001", false, Some(2_001.0));
        check("max_tokens", "2001", true, None);
    }

    #[test]
    fn what_is_said_at_the_field() {
        fn check(field: &str, text: &str, known: bool, expected: &str) {
            let model = known.then(model);
            let view = view(&typed(field, text), model.as_ref(), 1);
            let cards = [view.temperature.card, view.top_p.card, view.max_tokens.card, view.budget.card];
            let said: Vec<_> = cards
                .into_iter()
                .flatten()
                .map(|card| {
                    assert_eq!(card.field.as_deref(), Some(field));
                    let actions: Vec<_> = card.actions.iter().map(|it| it.action).collect();
                    use crate::events::Action::{Fix, ResetSetting};
                    // A budget is nothing of the request's.
                    let expected: &[_] = if field == "budget" { &[Fix] } else { &[Fix, ResetSetting] };
                    assert_eq!(actions, expected);
                    card.what
                })
                .collect();
            assert_eq!(said, [expected]);
        }
        check("temperature", "3", true, "Temperature must be between 0 and 1 for this model.");
        check("temperature", "3", false, "Temperature must be between 0 and 2.");
        check(
            "max_tokens",
            "9999",
            true,
            "Max tokens must be a whole number between 1 and 2,000 for this model.",
        );
        check("budget", "none", true, "The budget must be a whole number of points.");
        check("max_tokens", "x", false, "Max tokens must be a whole number of at least 1.");
    }

    #[test]
    fn the_ranges_beside_the_fields() {
        let shown = view(&TypedParameters::default(), Some(&model()), 1);
        let range = |field: &ParameterView| (field.least, field.most);
        assert_eq!(range(&shown.temperature), (Some(0.0), Some(1.0)));
        assert_eq!(range(&shown.top_p), (Some(0.0), Some(1.0)));
        assert_eq!(range(&shown.max_tokens), (Some(1.0), Some(2_000.0)));
        let shown = view(&TypedParameters::default(), None, 1);
        assert_eq!(range(&shown.max_tokens), (Some(1.0), None));
        let blank = view(&typed("system", "  \n"), None, 1);
        assert_eq!(blank.value.and_then(|value| value.system), None);
    }
}
