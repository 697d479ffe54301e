//! Asks a model and prints what happens, one JSON object a line.
//!
//! Exits with 0 when the answer came, 1 when it failed, 2 on bad usage, 130 when stopped.

mod args;

use std::process::ExitCode;

use args::{Args, bad_usage, failure, print};
use poe::{ChatEvent, ChatRequest, Client, Message};
use serde_json::json;

const USAGE: &str = "usage: ask --model M [--base-url URL] [--key KEY] [--no-stream] [--max-tokens N] \
                     [--temperature T] [--system S] [--retries N] [--timeout-ms N] PROMPT";

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let (client, request) = match read() {
        Ok(read) => read,
        Err(problem) => return bad_usage(&problem, USAGE),
    };
    let mut answer = client.chat(request);
    let stopped = tokio::signal::ctrl_c();
    tokio::pin!(stopped);
    loop {
        let event = tokio::select! {
            biased;
            _ = &mut stopped => {
                drop(answer); // closes the connection
                print(&json!({"event": "stopped"}));
                return ExitCode::from(130);
            }
            event = answer.next() => event,
        };
        match event {
            Some(ChatEvent::Queued { position, wait, .. }) => {
                let wait_ms = wait.as_millis() as u64;
                print(&json!({"event": "queued", "position": position, "wait_ms": wait_ms}));
            }
            Some(ChatEvent::Sending { .. }) => {}
            Some(ChatEvent::Started { attempt, request_id, model }) => {
                print(
                    &json!({"event": "started", "attempt": attempt, "request_id": request_id, "model": model}),
                );
            }
            Some(ChatEvent::Retrying { attempt, of, wait, error }) => {
                let wait_ms = wait.as_millis() as u64;
                let code = error.code();
                print(
                    &json!({"event": "retrying", "attempt": attempt, "of": of, "wait_ms": wait_ms, "code": code}),
                );
            }
            // Words are words: a refusal is what the model said.
            Some(ChatEvent::Text(text) | ChatEvent::Refusal(text)) => {
                print(&json!({"event": "text", "text": text}))
            }
            Some(ChatEvent::Reasoning(text)) => print(&json!({"event": "reasoning", "text": text})),
            Some(ChatEvent::Searched(query)) => print(&json!({"event": "searched", "query": query})),
            Some(ChatEvent::Sources(sources)) => print(&json!({"event": "sources", "sources": sources})),
            Some(ChatEvent::ToolCall(call)) => print(&json!({"event": "tool_call", "tool_call": call})),
            Some(ChatEvent::Usage(usage)) => {
                let mut line = json!(usage);
                line["event"] = "usage".into();
                print(&line);
            }
            Some(ChatEvent::Done { finish }) => {
                print(&json!({"event": "done", "finish_reason": finish.as_str()}));
                return ExitCode::SUCCESS;
            }
            Some(ChatEvent::Failed(error)) => {
                print(&failure(&error));
                return ExitCode::FAILURE;
            }
            None => return ExitCode::FAILURE,
        }
    }
}

fn read() -> Result<(Client, ChatRequest), String> {
    let args = Args::read(&["--model", "--max-tokens", "--temperature", "--system"], &["--no-stream"])?;
    let [prompt] = args.words.as_slice() else {
        return Err("one PROMPT is needed".to_owned());
    };
    let model = args.text("--model").ok_or("--model is needed")?;
    let system = args.text("--system").map(Message::system);
    let messages = system.into_iter().chain([Message::user(prompt)]).collect();
    let request = ChatRequest {
        stream: !args.has("--no-stream"),
        max_tokens: args.number("--max-tokens")?,
        temperature: args.number("--temperature")?,
        ..ChatRequest::new(model, messages)
    };
    Ok((args.client()?, request))
}
