//! What the window shows, as Rust keeps it: an answer that ends where nobody looks is new, and a start goes on where the last run
//! was left, an interrupted answer first.

use crate::house::House;
use poe::sim::Reply;
use std::time::{Duration, Instant};
use telltale::events::{ConversationMark, Shown};

const CHAT: &str = "/v1/chat/completions";

async fn answered(house: &House, chat: i64) {
    house.sim.on("POST", CHAT, Reply::answer("Hi"));
    let sent = house.chat.send(chat, "Hello?", None).await.unwrap();
    house.ended(sent.answer.id).await;
}

async fn mark(house: &House, chat: i64) -> Option<ConversationMark> {
    let all = house.chat.conversation_list().await.unwrap().rows;
    all.into_iter().find(|view| view.id == chat).unwrap().mark
}

/// It is told a moment after the turn has ended.
async fn is_news(house: &House, chat: i64) {
    let began = Instant::now();
    while mark(house, chat).await != Some(ConversationMark::Unread) {
        assert!(began.elapsed() < Duration::from_secs(10), "it is not new");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_is_new_where_nobody_looked() {
    let house = House::new().await;
    let chat = house.chat.create("demo-flash".into(), Default::default()).await.unwrap().id;
    let here = Shown::Chat { id: Some(chat) };
    house.chat.look_at(here).await.unwrap();
    answered(&house, chat).await;
    // Whatever came of it came with the next one, too.
    house.chat.look_at(Shown::Other).await.unwrap();
    assert_eq!(mark(&house, chat).await, None);

    answered(&house, chat).await;
    is_news(&house, chat).await;
    house.chat.look_at(Shown::Chat { id: None }).await.unwrap();
    is_news(&house, chat).await;
    house.chat.look_at(here).await.unwrap();
    assert_eq!(mark(&house, chat).await, None);
    house.until_told("\"mark\":null").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn quitting_in_the_middle_of_an_answer_opens_its_chat_next() {
    let house = House::new().await;
    let calm = house.chat.create("demo-flash".into(), Default::default()).await.unwrap().id;
    let half = r#"{"choices":[{"index":0,"delta":{"content":"Half an answer"}}]}"#;
    house.sim.on("POST", CHAT, Reply::sse(&[half]).hang());
    let (chat, answer) = house.ask("Go on for long").await;
    house.until(answer, |view| !view.blocks.is_empty()).await;
    house.chat.look_at(Shown::Chat { id: Some(calm) }).await.unwrap();
    assert_eq!(house.chat.first_shown().await.unwrap(), Some(calm));
    house.chat.close().await;
    let house = house.restarted().await;
    assert_eq!(house.chat.first_shown().await.unwrap(), Some(chat));
    assert_ne!(calm, chat);
}
