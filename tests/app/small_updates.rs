//! However long an answer is, what the window is told of it once a frame is what came since the frame before.

use crate::house::House;
use crate::turn::CHAT;
use poe::sim::{Part, Reply};
use serde_json::json;
use std::time::Duration;
use telltale::events::TurnUpdate;

/// In pieces, with a pause after each, so that there are many frames.
fn slowly(text: &str, field: &str) -> Reply {
    let mut reply = Reply::sse(&[]);
    let letters: Vec<char> = text.chars().collect();
    for piece in letters.chunks(200) {
        let piece: String = piece.iter().collect();
        let frame = json!({ "choices": [{ "index": 0, "delta": { field: piece } }] });
        reply.body.push(Part::Bytes(format!("data: {frame}\n\n").into_bytes()));
        reply.body.push(Part::Wait(Duration::from_millis(4)));
    }
    let end = json!({ "choices": [{ "index": 0, "delta": { "content": "." }, "finish_reason": "stop" }] });
    reply.body.push(Part::Bytes(format!("data: {end}\n\ndata: [DONE]\n\n").into_bytes()));
    reply
}

#[tokio::test(flavor = "multi_thread")]
async fn one_long_block_is_told_by_the_item_the_row_and_the_line() {
    let house = House::new().await;
    let lines = |line: &str| line.repeat(50_000 / line.len());
    for (name, text) in [
        ("list", lines("- an item of a long list\n")),
        ("table", format!("| a | b |\n|---|---|\n{}", lines("| some words | 12 |\n"))),
        ("code", format!("1. So:\n   ```sh\n{}", lines("   echo \"a line of code\"\n"))),
        ("text", lines("A paragraph of an answer.\n\n")),
    ] {
        house.sim.on("POST", CHAT, slowly(&text, "content"));
        let (_, answer) = house.ask("Go").await;
        let seen = house.follow(answer);
        let whole = house.ended(answer).await.blocks.concat();
        let told: Vec<usize> = seen
            .updates()
            .iter()
            .filter(|update| matches!(update, TurnUpdate::Text { .. }))
            .map(|update| serde_json::to_string(update).unwrap().len())
            .collect();
        assert!(told.len() > 8, "{name}: {} frames", told.len());
        let all: usize = told.iter().sum();
        assert!(all < 4 * whole.len(), "{name}: {all} bytes for {}", whole.len());
        assert_eq!(seen.blocks().concat(), whole, "{name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn long_thoughts_are_told_once() {
    let house = House::new().await;
    let thoughts = "It could be this, or that. ".repeat(4_000);
    house.sim.on("POST", CHAT, slowly(&thoughts, "reasoning_content"));
    let (_, answer) = house.ask("Go").await;
    let seen = house.follow(answer);
    assert_eq!(house.ended(answer).await.reasoning, thoughts);
    let told = seen.updates().into_iter().map(|update| match update {
        TurnUpdate::Text { reasoning, .. } => reasoning,
        TurnUpdate::Snapshot { message, .. } => message.reasoning,
        TurnUpdate::Status { .. } => String::new(),
    });
    assert_eq!(told.collect::<String>(), thoughts);
}
