//! What a model that makes films is asked with: `/v1/videos` takes a length and a size. Settings that the model declares and that
//! come to one of these have a place there; the others have none. Pure.

use crate::events::parameter_text;
use serde_json::{Map, Value};

/// The sides of a film, upright or not, by the name of its resolution. Models that name none make the first.
const SIZES: [(&str, u32, u32); 2] = [("720p", 1_280, 720), ("1080p", 1_920, 1_080)];

/// It says how long a film is.
fn is_length(name: &str) -> bool {
    matches!(name, "duration" | "seconds")
}

fn is_shape(name: &str) -> bool {
    matches!(name, "aspect_ratio" | "aspect")
}

/// Whether each value that it can have comes to something that is taken.
pub(crate) fn has_place(parameter: &poe::Parameter) -> bool {
    let choices: Vec<String> =
        parameter.schema["enum"].as_array().into_iter().flatten().map(parameter_text).collect();
    let all = |takes: fn(&str) -> bool| !choices.is_empty() && choices.iter().all(|choice| takes(choice));
    match parameter.name.as_str() {
        name if is_length(name) => all(|choice| choice.parse::<u32>().is_ok()),
        name if is_shape(name) => all(|choice| is_upright(choice).is_some()),
        "resolution" => all(|choice| SIZES.iter().any(|(name, ..)| *name == choice)),
        "size" => all(is_size),
        _ => false,
    }
}

/// `set`: what is not as the model has it by itself. Where Poe would take another length or size than that, it is told.
pub(crate) fn seconds(model: &poe::Model, set: &Map<String, Value>) -> Option<u32> {
    value(model, set, is_length)?.parse().ok()
}

/// Such as `1280x720`.
pub(crate) fn size(model: &poe::Model, set: &Map<String, Value>) -> Option<String> {
    if let Some(size) = value(model, set, |name| name == "size") {
        return Some(size);
    }
    let upright = is_upright(&value(model, set, is_shape)?)?;
    let resolution = value(model, set, |name| name == "resolution");
    let named = |name: &str| resolution.as_deref().is_none_or(|resolution| resolution == name);
    let (_, long, short) = SIZES.iter().find(|(name, ..)| named(name))?;
    Some(if upright { format!("{short}x{long}") } else { format!("{long}x{short}") })
}

/// Whether its films can be made longer: no list tells that, and Poe's reference names the models of one family.
pub(crate) fn extends(model: &str) -> bool {
    model.starts_with("sora")
}

fn value(model: &poe::Model, set: &Map<String, Value>, is: impl Fn(&str) -> bool) -> Option<String> {
    let parameter = model.parameters.iter().find(|it| is(&it.name) && has_place(it))?;
    set.get(&parameter.name).or(parameter.default.as_ref()).map(parameter_text)
}

fn is_upright(shape: &str) -> Option<bool> {
    match shape {
        "16:9" => Some(false),
        "9:16" => Some(true),
        _ => None,
    }
}

fn is_size(text: &str) -> bool {
    let is_side = |side: &str| side.parse::<u32>().is_ok();
    text.split_once('x').is_some_and(|(width, height)| is_side(width) && is_side(height))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn parameter(name: &str, choices: &[&str], default: Option<&str>) -> poe::Parameter {
        poe::Parameter {
            name: name.to_owned(),
            schema: if choices.is_empty() { json!({"type": "string"}) } else { json!({"enum": choices}) },
            default: default.map(Into::into),
            description: String::new(),
        }
    }

    fn model(parameters: Vec<poe::Parameter>) -> poe::Model {
        let endpoints = vec!["/v1/videos".to_owned()];
        poe::Model { endpoints, parameters, ..poe::Model::default() }
    }

    fn veo() -> poe::Model {
        model(vec![
            parameter("aspect_ratio", &["16:9", "9:16"], Some("16:9")),
            parameter("duration", &["4", "6", "8"], Some("8")),
            parameter("resolution", &["720p", "1080p"], Some("720p")),
        ])
    }

    #[test]
    fn what_has_a_place() {
        let check = |name: &str, choices: &[&str], expected: bool| {
            assert_eq!(has_place(&parameter(name, choices, None)), expected, "{name} {choices:?}");
        };
        check("duration", &["4", "8"], true);
        check("duration", &["short"], false);
        check("duration", &[], false);
        check("aspect_ratio", &["16:9", "9:16"], true);
        check("aspect_ratio", &["16:9", "1:1"], false);
        check("resolution", &["720p", "1080p"], true);
        check("resolution", &["720p", "4k"], false);
        check("size", &["1280x720", "1792x1024"], true);
        for name in ["seed", "no", "silent", "reference_mode"] {
            check(name, &[], false);
        }
    }

    #[test]
    fn what_is_asked_for() {
        fn check(model: &poe::Model, set: Value, expected: (Option<u32>, Option<&str>)) {
            let set = set.as_object().unwrap();
            assert_eq!((seconds(model, set), size(model, set).as_deref()), expected, "{set:?}");
        }
        // Poe itself would make it upright.
        check(&veo(), json!({}), (Some(8), Some("1280x720")));
        check(&veo(), json!({"aspect_ratio": "9:16", "duration": "4"}), (Some(4), Some("720x1280")));
        check(&veo(), json!({"resolution": "1080p"}), (Some(8), Some("1920x1080")));
        check(
            &veo(),
            json!({"resolution": "1080p", "aspect_ratio": "9:16", "seed": "7"}),
            (Some(8), Some("1080x1920")),
        );
        let plain = model(vec![parameter("aspect_ratio", &["16:9", "9:16"], Some("16:9"))]);
        check(&plain, json!({}), (None, Some("1280x720")));
        let sora = model(vec![
            parameter("size", &["1280x720", "720x1280", "1792x1024"], Some("720x1280")),
            parameter("duration", &["4", "8", "12"], Some("4")),
        ]);
        check(&sora, json!({}), (Some(4), Some("720x1280")));
        check(&sora, json!({"size": "1792x1024", "duration": "12"}), (Some(12), Some("1792x1024")));
        check(&model(Vec::new()), json!({}), (None, None));
    }
}
