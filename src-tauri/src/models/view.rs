//! A model as the window sees it: its row in the list, and its page.

use super::{changes, films, makers};
use crate::events::{DeclaredParameter, Idea, ModelPage, ModelView, Spent, parameter_label, parameter_text};
use poe::Decimal;
use poe::sim::only_fails;

/// It answers with text, and is no failure of the demo.
pub(crate) fn writes_text(model: &ModelView) -> bool {
    model.outputs.iter().any(|kind| kind == "text") && !only_fails(&model.maker)
}

pub(crate) fn model_view(model: &poe::Model) -> ModelView {
    let tokens = |n: Option<u64>| n.and_then(|n| i64::try_from(n).ok());
    let listed = model.listed_price();
    let price = listed.as_ref().map(changes::list_price).unwrap_or_default();
    ModelView {
        input_usd: price.input_usd,
        output_usd: price.output_usd,
        request_usd: price.request_usd,
        cache_read_usd: a_million(listed.as_ref().and_then(|it| it.input_cache_read)),
        cache_write_usd: a_million(listed.as_ref().and_then(|it| it.input_cache_write)),
        free_so_far: false,
        asks: false,
        id: model.id.clone(),
        name: model.name.clone(),
        own: makers::is_own(&model.owned_by),
        maker: model.owned_by.clone(),
        inputs: model.input_modalities.clone(),
        outputs: model.output_modalities.clone(),
        features: model.features.clone(),
        context: tokens(model.context_length),
        max_output: tokens(model.max_output_tokens),
        films: model.only_films(),
    }
}

/// Dollars a million tokens.
fn a_million(a_token: Option<Decimal>) -> Option<String> {
    a_token.map(|usd| (usd * Decimal::from(1_000_000)).normalize().to_string())
}

/// `spent` and `last`: of this person.
pub(super) fn page(model: &poe::Model, spent: Spent, last: Option<i64>) -> ModelPage {
    let listed = model.listed_price().unwrap_or_default();
    ModelPage {
        id: model.id.clone(),
        description: model.description.clone(),
        url: model.url.clone(),
        created_at: model.created_ms,
        cache_read_usd: a_million(listed.input_cache_read),
        cache_write_usd: a_million(listed.input_cache_write),
        image_usd: listed.image.map(|usd| usd.normalize().to_string()),
        parameters: model.parameters.iter().map(declared).collect(),
        spent,
        last_asked_at: last,
    }
}

fn declared(parameter: &poe::Parameter) -> DeclaredParameter {
    let schema = &parameter.schema;
    let choices = schema["enum"].as_array().into_iter().flatten().map(parameter_text).collect();
    DeclaredParameter {
        label: parameter_label(&parameter.name),
        idea: idea(&parameter.name),
        name: parameter.name.clone(),
        description: parameter.description.clone(),
        choices,
        kind: schema["type"].as_str().unwrap_or_default().to_owned(),
        least: schema["minimum"].as_f64(),
        most: schema["maximum"].as_f64(),
        default: parameter.default.as_ref().map(parameter_text),
        refused: Vec::new(),
        unsent: false,
    }
}

/// Where a model is given a tool to search with, and declares no switch for it: this one is ours.
pub(crate) const SEARCH_TOOL: &str = "web_search";

/// What may be set of the model beside the request's own fields, in its order; last the switch for its tool that searches.
pub(crate) fn settable(model: &poe::Model) -> Vec<poe::Parameter> {
    let mut settable = declared_by(model);
    settable.retain(|parameter| is_sent(model, parameter));
    settable
}

fn declared_by(model: &poe::Model) -> Vec<poe::Parameter> {
    let own = model.parameters.iter().filter(|parameter| !parameter.is_field_of_request()).cloned();
    own.chain(takes_search_tool(model).then(search_switch)).collect()
}

fn is_sent(model: &poe::Model, parameter: &poe::Parameter) -> bool {
    !model.only_films() || films::has_place(parameter)
}

pub(crate) fn takes_search_tool(model: &poe::Model) -> bool {
    model.web_search() == Some(poe::WebSearch::Tool)
        && !model.parameters.iter().any(|parameter| parameter.name == SEARCH_TOOL)
}

fn search_switch() -> poe::Parameter {
    poe::Parameter {
        name: SEARCH_TOOL.to_owned(),
        schema: serde_json::json!({ "type": "boolean" }),
        default: Some(false.into()),
        description: String::new(),
    }
}

pub(super) fn settable_views(model: &poe::Model) -> Vec<DeclaredParameter> {
    let search = model.web_search().map(|way| match way {
        poe::WebSearch::Parameter(name) => name,
        poe::WebSearch::Tool => SEARCH_TOOL.to_owned(),
    });
    let is_search = |name: &str| search.as_deref() == Some(name);
    let view = |parameter: &poe::Parameter| DeclaredParameter {
        idea: if is_search(&parameter.name) { Some(Idea::Search) } else { idea(&parameter.name) },
        unsent: !is_sent(model, parameter),
        ..declared(parameter)
    };
    declared_by(model).iter().map(view).collect()
}

/// Makers name the same thing in many ways.
fn idea(name: &str) -> Option<Idea> {
    match name {
        "reasoning_effort" | "output_effort" | "effort" | "thinking_budget" | "thinking_level"
        | "enable_thinking" | "enable_reasoning" | "reasoning_enabled" | "deep_thinking" => {
            Some(Idea::Effort)
        }
        "aspect" | "aspect_ratio" | "size" => Some(Idea::Shape),
        "duration" => Some(Idea::Length),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    #[test]
    fn what_a_page_tells_of_a_parameter() {
        fn check(schema: Value, default: Value, choices: &[&str], range: (Option<f64>, Option<f64>)) {
            let parameter = poe::Parameter {
                name: "p".to_owned(),
                schema: schema.clone(),
                default: (!default.is_null()).then_some(default.clone()),
                description: String::new(),
            };
            let found = declared(&parameter);
            assert_eq!((found.least, found.most), range, "{schema}");
            assert_eq!(found.choices, choices, "{schema}");
            assert_eq!(found.default.is_some(), !default.is_null());
        }
        check(json!({"type": "number", "minimum": 0, "maximum": 2}), json!(1.0), &[], (Some(0.0), Some(2.0)));
        check(json!({"enum": ["low", "high"]}), json!("low"), &["low", "high"], (None, None));
        check(json!({"type": "boolean"}), json!(false), &[], (None, None));
        check(json!({"enum": [1, 2]}), json!(null), &["1", "2"], (None, None));
        check(json!(null), json!(null), &[], (None, None));
        check(json!({"enum": 7, "minimum": "0"}), json!([1]), &[], (None, None));
    }
}
