//! Every setting that the recorded list declares for a Claude reaches Poe, on a real socket, wherever the request goes.

use super::*;
use poe::sim::{Reply, Scenario, Sim};
use poe::{BaseUrl, ChatEvent, Client, Config, Message, Secret};
use serde_json::{Value, json};

/// One that is not what Poe takes by itself.
fn other_than_default(parameter: &poe::Parameter) -> Value {
    let default = parameter.default.clone().unwrap_or_default();
    let schema = &parameter.schema;
    let values = match schema["type"].as_str() {
        Some("boolean") => vec![json!(true), json!(false)],
        Some("number") => vec![schema["maximum"].clone(), schema["minimum"].clone()],
        _ => schema["enum"].as_array().cloned().unwrap_or_default(),
    };
    values.into_iter().find(|value| *value != default).expect("another value")
}

/// Where it went, and its body.
async fn sent(sim: &Sim, client: &Client, model: &Model, mut request: ChatRequest) -> (String, Value) {
    request.endpoint = route(Some(model), &request, true, false).endpoint;
    let mut answer = client.chat(request);
    while let Some(event) = answer.next().await {
        assert!(!matches!(event, ChatEvent::Failed(_)), "{event:?}");
    }
    let last = sim.requests().pop().unwrap();
    (last.path, serde_json::from_slice(&last.body).unwrap())
}

#[tokio::test]
#[allow(clippy::print_stdout)]
async fn every_parameter_of_every_claude_reaches_poe() {
    let Some(folder) = std::env::var_os("POE_RECORDINGS") else {
        let needed = std::env::var("TELLTALE_MUST_RUN").unwrap_or_default();
        assert!(!needed.contains("recordings"), "POE_RECORDINGS is not set");
        println!("skipped: POE_RECORDINGS is not set");
        return;
    };
    let sim = Sim::start(Scenario::Recorded(folder.into())).await.unwrap();
    let key = Secret::from_pasted("sk-poe-test");
    let client = Client::new(Config::new(BaseUrl::parse(&sim.base_url()).unwrap(), key)).unwrap();
    sim.always("POST", "/v1/chat/completions", Reply::answer("Hi"));
    let whole =
        json!({"type": "message", "content": [{"type": "text", "text": "Hi"}], "stop_reason": "end_turn"});
    sim.always("POST", "/v1/messages", Reply::json(200, whole));
    let models = client.models().await.unwrap();
    let claudes: Vec<&Model> = models.iter().filter(|model| keeps(model)).collect();
    assert!(claudes.len() >= 10, "{}", claudes.len());
    let mut set = 0;
    for model in claudes {
        let hi = || ChatRequest::new(&*model.id, vec![Message::system("Be brief."), Message::user("Hi")]);
        let (path, body) = sent(&sim, &client, model, hi()).await;
        assert_eq!((path.as_str(), &body["system"]), ("/v1/messages", &json!("Be brief.")), "{}", model.id);
        for parameter in &model.parameters {
            let (mut request, value) = (hi(), other_than_default(parameter));
            request.parameters.insert(parameter.name.clone(), value.clone());
            let (path, body) = sent(&sim, &client, model, request).await;
            assert_eq!(path, "/v1/chat/completions", "{} {}", model.id, parameter.name);
            assert_eq!(body[&parameter.name], value, "{} {}", model.id, parameter.name);
            set += 1;
        }
        for (name, value) in [("temperature", 0.5), ("temperature", 1.5), ("top_p", 0.9)] {
            let mut request = hi();
            match name {
                "top_p" => request.top_p = Some(value),
                _ => request.temperature = Some(value),
            }
            assert_eq!(sent(&sim, &client, model, request).await.1[name], value, "{}", model.id);
        }
        let limited = ChatRequest { max_tokens: Some(77), ..hi() };
        assert_eq!(sent(&sim, &client, model, limited).await.1["max_tokens"], 77);
    }
    assert!(set >= 20, "{set}");
}
