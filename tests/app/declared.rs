//! Parameters that models declare: each recorded model can be set as it says, and what is set reaches Poe so, on a real socket.

use crate::commands::Window;
use crate::conditions::skip;
use crate::house::{House, KEY};
use crate::turn::CHAT;
use poe::sim::Reply;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use telltale::chat::BeginsIn;
use telltale::events::{
    Action, ConversationChange, DeclaredParameter, Idea, MessageState, Parameters, ResendChange,
    TypedParameters,
};
use telltale::models::Allowed;

/// Fields of a request that are no parameter of the model.
const OWN: [&str; 7] = ["model", "messages", "input", "stream", "stream_options", "max_tokens", "system"];
const RESPONSES: &str = "/v1/responses";
const FILMS: &str = "/v1/videos";

fn texts(fields: &[DeclaredParameter], text: impl Fn(&DeclaredParameter) -> String) -> TypedParameters {
    let declared = fields.iter().map(|field| (field.name.clone(), text(field))).collect();
    TypedParameters { declared, ..TypedParameters::default() }
}

/// What a control shows where nothing is set.
fn initial(field: &DeclaredParameter) -> String {
    let off = || if field.kind == "boolean" { "false" } else { "" };
    field.default.clone().unwrap_or_else(|| off().to_owned())
}

/// As a person would, to something else than the default: the text in its control, and what is to be sent.
fn other(schema: &Value, field: &DeclaredParameter) -> (String, Value) {
    let initial = initial(field);
    if let Some(choices) = schema["enum"].as_array() {
        let choice = choices.iter().rev().find(|choice| choice.as_str() != Some(initial.as_str()));
        // A model that takes one value alone is left at that.
        let choice = choice.unwrap_or(&choices[0]);
        return (choice.as_str().unwrap().to_owned(), choice.clone());
    }
    match schema["type"].as_str() {
        Some("boolean") => ((initial == "false").to_string(), (initial == "false").into()),
        Some("number") => {
            let ends = [schema["maximum"].clone(), schema["minimum"].clone()];
            let mut ends = ends.into_iter().map(|end| (end.to_string(), end));
            ends.find(|(text, _)| *text != initial).unwrap()
        }
        _ => ("4".to_owned(), json!("4")),
    }
}

async fn house() -> Option<House> {
    let Some(folder) = std::env::var_os("POE_RECORDINGS") else {
        skip("recordings", "POE_RECORDINGS is not set");
        return None;
    };
    let house = House::recorded(folder.into()).await;
    house.sim.always("POST", CHAT, Reply::answer("Hi"));
    house.sim.always("POST", FILMS, Reply::error(402, "none left", "insufficient_quota", None));
    Some(house)
}

/// Of the last question, where it went and what Poe got.
fn last(house: &House) -> (String, Map<String, Value>) {
    let is_question = |path: &str| [CHAT, RESPONSES, "/v1/messages"].contains(&path);
    let asked = |request: &poe::sim::Recorded| request.method == "POST" && is_question(&request.path);
    let last = house.sim.requests().into_iter().rfind(asked).unwrap();
    (last.path, serde_json::from_slice(&last.body).unwrap())
}

fn body(house: &House) -> Map<String, Value> {
    last(house).1
}

#[tokio::test(flavor = "multi_thread")]
async fn each_recorded_model_is_set_as_it_declares_and_sent_so() {
    let Some(house) = house().await else { return };
    let listed = house.models.all();
    assert_eq!(listed.len(), 362);
    let bots: Vec<String> = listed.iter().map(|model| model.id.clone()).collect();
    house.models.set_allowed(Allowed::new(&bots, &[]));
    let (mut left_out, mut kinds, mut sent) = (Vec::new(), BTreeMap::new(), 0);
    let mut films = Vec::new();
    for model in listed {
        let known = house.models.model(&model.id).unwrap();
        let mut fields = house.models.declared(&model.id);
        // The switch for the tool that searches is no parameter.
        if known.web_search() == Some(poe::WebSearch::Tool) {
            assert_eq!(fields.pop().map(|field| field.idea), Some(Some(Idea::Search)), "{}", model.id);
        }
        let drawn: Vec<&str> = fields.iter().map(|field| field.name.as_str()).collect();
        let (own, others): (Vec<_>, Vec<_>) =
            known.parameters.iter().partition(|it| drawn.contains(&it.name.as_str()));
        left_out.extend(others.iter().map(|it| it.name.clone()));
        assert_eq!(own.iter().map(|it| it.name.as_str()).collect::<Vec<_>>(), drawn, "in the model's order");

        // Nothing is set where all are at what the list says.
        for (parameter, field) in own.iter().zip(&fields) {
            let default = parameter.default.as_ref();
            let text = default.map(|it| it.as_str().map_or_else(|| it.to_string(), str::to_owned));
            assert_eq!((field.default.clone(), &field.description), (text, &parameter.description));
        }
        let check = |typed| house.chat.outgoing.check_parameters(Some(&model.id), &typed);
        let untouched = check(texts(&fields, initial));
        assert!(untouched.declared.is_empty(), "{} {:?}", model.id, untouched.declared);
        assert_eq!(untouched.value, Some(Parameters::default()), "{}", model.id);
        if fields.is_empty() {
            continue;
        }

        // Each set to something else arrives as it is declared, and nothing beside.
        let mut expected = Map::new();
        let mut typed = BTreeMap::new();
        for (parameter, field) in own.iter().zip(&fields) {
            let (text, value) = other(&parameter.schema, field);
            if !field.unsent && parameter.default.as_ref() != Some(&value) {
                let kind = if value.is_boolean() {
                    "boolean"
                } else if value.is_number() {
                    "number"
                } else {
                    "text"
                };
                *kinds.entry(kind).or_insert(0) += 1;
                expected.insert(field.name.clone(), value);
            }
            typed.insert(field.name.clone(), text);
        }
        let view = check(TypedParameters { declared: typed, ..TypedParameters::default() });
        let parameters = view.value.unwrap_or_else(|| panic!("{} {:?}", model.id, view.declared));
        assert_eq!(parameters.declared, expected, "{}", model.id);
        let started = house.chat.begin_conversation(
            &model.id,
            parameters,
            "Hi".to_owned(),
            Vec::new(),
            BeginsIn::default(),
        );
        let started = started.await.unwrap_or_else(|refusal| panic!("{} {refusal:?}", model.id));
        let end = house.ended(started.sent.answer.id).await;
        if known.only_films() {
            let order = house.sim.requests().into_iter().rfind(|it| it.path == FILMS).unwrap();
            let order: Value = serde_json::from_slice(&order.body).unwrap();
            assert_eq!(order.as_object().unwrap().len(), 4, "{order}");
            films.push(format!("{} {} {}", model.id, order["seconds"], order["size"]).replace('"', ""));
            continue;
        }
        let (path, mut body) = last(&house);
        if path == RESPONSES {
            // Its own place for the one that it knows.
            let effort =
                body.remove("reasoning").map(|it| ("reasoning_effort".to_owned(), it["effort"].clone()));
            body.extend(effort);
        } else {
            assert_eq!(end.status.state, MessageState::Done, "{} {:?}", model.id, end.status.card);
        }
        assert_eq!(body.get("model"), Some(&json!(model.id)));
        body.retain(|name, _| !OWN.contains(&name.as_str()) || expected.contains_key(name));
        assert_eq!(body, expected, "{}", model.id);
        sent += 1;
    }
    // Their length and shape have a place; nothing else has.
    films.sort();
    let expected = [
        "sora-2 20 1280x720",
        "sora-2-pro 20 1080x1920",
        "veo-2 7 720x1280",
        "veo-3 6 1080x1920",
        "veo-3-fast 6 1080x1920",
        "veo-3.1 6 1080x1920",
        "veo-3.1-fast 6 1080x1920",
        "veo-3.1-lite 6 1080x1920",
    ];
    assert_eq!(films, expected);
    // `model` is a field of every request; temperature has its place in the form of every model.
    left_out.sort();
    left_out.dedup();
    assert_eq!(left_out, ["model", "temperature"]);
    assert!(
        sent >= 220 && kinds["boolean"] >= 175 && kinds["number"] >= 100 && kinds["text"] >= 450,
        "{sent} {kinds:?}"
    );
}

/// A chat with these, and what Poe got of its question.
async fn asked(house: &House, model: &str, declared: &Value) -> Map<String, Value> {
    let parameters = with(declared);
    let chat = house.chat.create(model.into(), parameters).await.unwrap().id;
    house.sim.on("POST", CHAT, Reply::answer("Hi"));
    let sent = house.chat.send(chat, "Hi", None).await.unwrap();
    assert_eq!(house.ended(sent.answer.id).await.status.state, MessageState::Done);
    body(house)
}

fn with(declared: &Value) -> Parameters {
    Parameters { declared: declared.as_object().unwrap().clone(), ..Parameters::default() }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_another_model_declares_is_kept_and_not_sent() {
    let house = House::new().await;
    let set = json!({"reasoning_effort": "high", "aspect": "3:2", "seed": 7, "unheard_of": true});
    let body = asked(&house, "demo-think", &set).await;
    assert_eq!(body["reasoning_effort"], "high");
    assert!(["aspect", "seed", "unheard_of"].iter().all(|name| !body.contains_key(*name)), "{body:?}");
    let body = asked(&house, "demo-image", &set).await;
    assert_eq!((&body["aspect"], &body["seed"]), (&json!("3:2"), &json!(7)));
    assert!(!body.contains_key("reasoning_effort"), "{body:?}");

    // What is taken back is gone from the file, and what was not touched stays.
    let chat = house.chat.create("demo-image".into(), with(&set)).await.unwrap().id;
    let less = json!({"reasoning_effort": "high", "seed": 7, "unheard_of": true});
    let change = ConversationChange { parameters: Some(with(&less)), ..ConversationChange::default() };
    house.chat.change(chat, change).await.unwrap();
    let kept = house.library.conversation(chat).await.unwrap().parameters;
    assert_eq!(Value::Object(kept.declared), less);
    let house = house.restarted().await;
    let kept = house.library.conversation(chat).await.unwrap().parameters;
    assert_eq!(Value::Object(kept.declared), less);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_value_that_the_model_does_not_take_is_told_before_sending() {
    let house = House::new().await;
    let check = async |model: &str, declared: Value, field: &str, what: &str| {
        let chat = house.chat.create(model.into(), with(&declared)).await.unwrap().id;
        let refused = house.chat.send(chat, "Hi", None).await.unwrap_err();
        let card = house.cards.card(refused);
        assert_eq!((card.code.as_str(), card.field.as_deref()), ("invalid_input", Some(field)));
        assert_eq!(card.what, what);
        let actions: Vec<_> = card.actions.iter().map(|it| (it.action, it.value.as_deref())).collect();
        assert_eq!(actions, [(Action::Fix, Some(field)), (Action::ResetSetting, Some(field))]);
        assert_eq!(house.sim.posts(), 0);
    };
    check("demo-image", json!({"aspect": "21:9"}), "aspect", "Aspect can be 1:1, 3:2 or 2:3.").await;
    let range = "Seed must be between 0 and 99,999 for this model.";
    check("demo-image", json!({"seed": 100_000}), "seed", range).await;
    check("demo-image", json!({"seed": "many"}), "seed", range).await;
    check("demo-claude", json!({"web_search": "yes"}), "web_search", "Web search can be on or off.").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_poe_refuses_can_be_left_out_on_its_card() {
    let house = House::new().await;
    let refusal = "Unsupported value: 'high' is not supported with the 'demo-think' model.";
    house.sim.on("POST", CHAT, Reply::error(400, refusal, "invalid_request_error", None));
    let set = json!({"reasoning_effort": "high"});
    let chat = house.chat.create("demo-think".into(), with(&set)).await.unwrap().id;
    let sent = house.chat.send(chat, "Hi", None).await.unwrap();
    let card = house.ended(sent.answer.id).await.status.card.unwrap();
    let first = &card.actions[0];
    assert_eq!((first.action, first.value.as_deref()), (Action::ResetSetting, Some("reasoning_effort")));
    assert_eq!(first.label, "Reset reasoning effort and send");
    // It is remembered for this model, until it is taken.
    let refused = async || house.chat.outgoing.declared("Demo-Think").await.unwrap()[0].refused.clone();
    assert_eq!(refused().await, ["high"]);

    house.sim.on("POST", CHAT, Reply::answer("Hi"));
    let reset = ResendChange { reset: first.value.clone(), ..ResendChange::default() };
    let again = house.chat.resend(sent.answer.id, reset).await.unwrap();
    assert_eq!(house.ended(again.id).await.status.state, MessageState::Done);
    assert!(!body(&house).contains_key("reasoning_effort"));
    assert!(house.library.conversation(chat).await.unwrap().parameters.declared.is_empty());
    assert_eq!(refused().await, ["high"], "another value was taken");
    asked(&house, "demo-think", &set).await;
    assert!(refused().await.is_empty());

    // Of a temporary chat nothing is remembered: a value may be words of one's own.
    house.sim.on("POST", CHAT, Reply::error(400, refusal, "invalid_request_error", None));
    let chat = house.chat.begin_temporary("demo-think", with(&set)).await.unwrap().id;
    let sent = house.chat.send(chat, "Hi", None).await.unwrap();
    let card = house.ended(sent.answer.id).await.status.card.unwrap();
    assert_eq!(card.actions[0].action, Action::ResetSetting);
    assert!(refused().await.is_empty());
}

#[test]
fn what_is_kept_for_a_model_is_what_new_chats_with_it_begin_with() {
    let window = Window::open();
    window.set_key(KEY).unwrap();
    let keep = |declared: Value| {
        let change = json!({ "modelParameters": { "model": "Demo-Think", "declared": declared } });
        window.ok("change_settings", json!({ "change": change }))["modelParameters"].clone()
    };
    let begin = |model: &str, parameters: Value| {
        let first = json!({ "model": model, "parameters": parameters, "text": "Hi", "attachments": [] });
        let started = window.ok("begin_conversation", json!({ "first": first }));
        let chat = started["conversation"]["id"].clone();
        assert_eq!(window.ended(&chat, &started["sent"]["answer"]["id"])["status"]["state"], "done");
        started["conversation"]["parameters"]["declared"].clone()
    };
    let high = json!({"reasoning_effort": "high"});
    assert_eq!(keep(high.clone()), json!({ "demo-think": high }));
    assert_eq!(begin("demo-think", Value::Null), high);
    assert_eq!(begin("demo-flash", Value::Null), json!({}));
    // A chat's own win, also where it has none.
    assert_eq!(begin("demo-think", json!({})), json!({}));
    assert_eq!(keep(json!({})), json!({}));
    assert_eq!(begin("demo-think", Value::Null), json!({}));
}
