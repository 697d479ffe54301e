//! What of a typed or kept value is sent to a model, by the schema that it declares.

use super::*;
use poe::{ChatRequest, Message, validate};
use serde_json::json;

fn declares(schema: Value, default: Value) -> Model {
    Model {
        id: "m".to_owned(),
        parameters: vec![Parameter {
            name: "p".to_owned(),
            schema,
            default: (!default.is_null()).then_some(default),
            description: String::new(),
        }],
        ..Model::default()
    }
}

/// What is sent after this was typed, or what stands against it.
fn after(model: &Model, text: &str) -> Result<Option<Value>, InputProblem> {
    let set = typed(model, &Map::new(), [(&"p".to_owned(), &text.to_owned())]);
    let mut request = ChatRequest::new("m", vec![Message::user("hi")]);
    request.parameters = sent(model, &set);
    match validate::problems(&request, Some(model)).iter().find_map(problem) {
        Some(found) => Err(found),
        None => Ok(request.parameters.remove("p")),
    }
}

#[test]
fn each_kind_is_sent_as_it_is_declared() {
    fn check(schema: &Value, default: Value, text: &str, expected: Value) {
        let found = after(&declares(schema.clone(), default), text);
        let expected = (!expected.is_null()).then_some(expected);
        assert_eq!(found, Ok(expected), "{schema} {text:?}");
    }
    let choice = json!({"enum": ["4", "6", "8", "Priyanka Sogam "]});
    check(&choice, json!("8"), "4", json!("4"));
    check(&choice, json!("8"), "8", Value::Null);
    check(&choice, Value::Null, "8", json!("8"));
    check(&choice, Value::Null, "", Value::Null);
    check(&choice, json!("8"), "Priyanka Sogam ", json!("Priyanka Sogam "));
    check(&json!({"enum": ["", "news"]}), json!("news"), "", json!(""));
    let switch = json!({"type": "boolean"});
    check(&switch, json!(false), "true", json!(true));
    check(&switch, json!(false), "false", Value::Null);
    check(&switch, json!(true), "false", json!(false));
    check(&switch, Value::Null, "true", json!(true));
    check(&switch, Value::Null, "false", Value::Null);
    let number = json!({"type": "number", "minimum": 0, "maximum": 31_999});
    check(&number, json!(4_096), "1024", json!(1_024));
    check(&number, json!(4_096), " 31,999 ", json!(31_999));
    check(&number, json!(4_096), "4096", Value::Null);
    check(&number, json!(4_096), "4096.0", Value::Null);
    check(&number, json!(4_096), "", Value::Null);
    check(&number, json!(4_096), "8.0", json!(8));
    let fraction = json!({"type": "number", "minimum": 0.1, "maximum": 2});
    check(&fraction, json!(0.7), "0,5", json!(0.5));
    check(&fraction, json!(0.7), "1", json!(1));
    check(&fraction, json!(2), "2.0", Value::Null);
    let text = json!({"type": "string"});
    check(&text, Value::Null, "4", json!("4"));
    check(&text, json!(""), " as typed ", json!(" as typed "));
    check(&text, json!(""), "", Value::Null);
    check(&text, json!("blurry"), "blurry", Value::Null);
    check(&text, json!("blurry"), "", json!(""));
}

#[test]
fn what_no_model_takes_is_told() {
    fn check(schema: Value, text: &str, expected: &InputProblem) {
        let model = declares(schema, json!(null));
        assert_eq!(after(&model, text).as_ref(), Err(expected), "{:?} {text:?}", model.parameters);
    }
    let number = json!({"type": "number", "minimum": 3, "maximum": 15});
    let range = InputProblem::OutOfModelRange { least: 3.0, most: 15.0 };
    for text in ["2", "15.1", "-4", "many", "NaN", "inf", "0x4", "3 4", "1e400"] {
        check(number.clone(), text, &range);
    }
    let open = InputProblem::OutOfModelRange { least: f64::NEG_INFINITY, most: f64::INFINITY };
    check(json!({"type": "number"}), "many", &open);
    let allowed = vec!["4".to_owned(), "6".to_owned()];
    for text in ["5", "4 ", "four"] {
        check(json!({"enum": ["4", "6"]}), text, &InputProblem::NotAllowed { allowed: allowed.clone() });
    }
    for text in ["yes", "1", "TRUE"] {
        check(json!({"type": "boolean"}), text, &InputProblem::NotOnOrOff);
    }
}

#[test]
fn what_another_model_declares_stays_and_is_not_sent() {
    let set = json!({"aspect": "16:9", "p": "8", "web_search": true});
    let before = set.as_object().unwrap();
    let number = declares(json!({"type": "number", "minimum": 3, "maximum": 15}), json!(5));
    assert_eq!(Value::Object(sent(&number, before)), json!({"p": 8}));
    let other = typed(&number, before, [(&"p".to_owned(), &"5".to_owned())]);
    assert_eq!(Value::Object(other), json!({"aspect": "16:9", "web_search": true}));
    let choice = declares(json!({"enum": ["4", "8"]}), json!("4"));
    let numbers = json!({"p": 8}).as_object().unwrap().clone();
    assert_eq!(Value::Object(sent(&choice, &numbers)), json!({"p": "8"}));
    assert_eq!(sent(&Model::default(), before), Map::new());
}

#[test]
fn what_the_request_says_by_itself_is_no_parameter() {
    for (name, schema, is_sent) in [
        ("model", json!({"enum": ["a", "b"]}), false),
        ("stream", json!({"type": "boolean"}), false),
        ("temperature", json!({"type": "number"}), false),
        ("max_tokens", json!({"enum": ["10000", "50000"]}), true),
        ("seed", json!({"type": "string"}), true),
    ] {
        let mut model = declares(schema, Value::Null);
        model.parameters[0].name = name.to_owned();
        let set = Map::from_iter([(name.to_owned(), json!("10000"))]);
        assert_eq!(sent(&model, &set).len(), usize::from(is_sent), "{name}");
    }
}
