//! Real replies of Poe, served as they are. POE_RECORDINGS names the folder that holds them.

use std::path::PathBuf;

use poe::sim::Reply;
use serde_json::Value;

use crate::asking::{CHAT, ask, client, plain, script};
use crate::conditions::skip;

/// `None`, and a line that says so, when there are no recordings.
fn read(name: &str) -> Option<Value> {
    let Some(folder) = std::env::var_os("POE_RECORDINGS").map(PathBuf::from) else {
        skip("recordings", "POE_RECORDINGS is not set");
        return None;
    };
    let text = std::fs::read_to_string(folder.join(name)).unwrap();
    Some(serde_json::from_str(&text).unwrap())
}

#[tokio::test]
async fn recorded_models_are_read() {
    let Some(recorded) = read("models.json") else {
        return;
    };
    let rows = recorded["data"].as_array().unwrap().clone();
    let sim = script().await;
    sim.on("GET", "/v1/models", Reply::json(200, recorded).brotli());
    let models = client(&sim).models().await.unwrap();
    assert_eq!(models.len(), rows.len());
    for (model, row) in models.iter().zip(&rows) {
        assert_eq!(Value::from(model.id.as_str()), row["id"]);
        assert_eq!(Value::from(model.name.as_str()), row["metadata"]["display_name"]);
        assert_eq!(model.pricing.is_some(), row["pricing"].is_object(), "{}", model.id);
        assert_eq!(model.context_length, row["context_length"].as_u64());
        assert_eq!(model.max_output_tokens, row["context_window"]["max_output_tokens"].as_u64());
        assert_eq!(model.created_ms, row["created"].as_i64());
        assert_eq!(model.reasoning.is_some(), row["reasoning"].is_object());
        assert_eq!(model.parameters.len(), row["parameters"].as_array().unwrap().len());
        assert_eq!(model.endpoints.len(), row["supported_endpoints"].as_array().unwrap().len());
        let Some(pricing) = &model.pricing else { continue };
        for (price, name) in [
            (pricing.prompt, "prompt"),
            (pricing.completion, "completion"),
            (pricing.image, "image"),
            (pricing.request, "request"),
            (pricing.input_cache_read, "input_cache_read"),
            (pricing.input_cache_write, "input_cache_write"),
        ] {
            let text = price.map(|price| price.to_string());
            assert_eq!(text.as_deref(), row["pricing"][name].as_str(), "{} {name}", model.id);
        }
    }
}

#[tokio::test]
async fn recorded_answers_are_read() {
    let Some(recorded) = read("chat-completions.json") else {
        return;
    };
    let sim = script().await;
    let client = client(&sim);
    for entry in recorded.as_array().unwrap() {
        let (name, response) = (entry["name"].as_str().unwrap(), &entry["response"]);
        let status = response["status"].as_u64().unwrap() as u16;
        let mut reply = Reply::json(status, response["body"].clone());
        if response["headers"]["content-encoding"] == "br" {
            reply = reply.brotli();
        }
        sim.on("POST", CHAT, reply);
        let seen = ask(&client, plain()).await;

        let message = &response["body"]["choices"][0]["message"];
        if status == 200 {
            assert_eq!(seen.text, message["content"].as_str().unwrap_or(""), "{name}");
            assert_eq!(seen.reasoning, message["reasoning_content"].as_str().unwrap_or(""), "{name}");
            assert_eq!(seen.order.contains(&"tool call"), message["tool_calls"].is_array(), "{name}");
            let reason = response["body"]["choices"][0]["finish_reason"].as_str();
            assert_eq!(
                seen.finish.as_ref().map(|finish| finish.as_str()),
                reason,
                "{name}: {:?}",
                seen.error
            );
            assert_eq!(
                seen.usage.unwrap().total_tokens,
                response["body"]["usage"]["total_tokens"].as_u64(),
                "{name}"
            );
        } else {
            let error = seen.error.unwrap();
            assert_eq!(error.status, Some(status), "{name}");
            assert_eq!(Some(error.message.as_str()), response["body"]["error"]["message"].as_str(), "{name}");
        }
    }
    assert_eq!(sim.posts(), recorded.as_array().unwrap().len());
}
