//! Presses at the same moment: into one chat they are done one after the other, and nothing goes out twice; chats do not wait
//! for one another.

use crate::conditions::until;
use crate::house::House;
use crate::turn::{CHAT, bodies};
use poe::sim::Reply;
use std::collections::BTreeSet;
use std::time::Duration;
use telltale::events::{ConversationChange, MessageState, Parameters, ResendChange};

const MODELS: &str = "/v1/models";

#[tokio::test(flavor = "multi_thread")]
async fn questions_into_one_chat_stand_one_after_the_other() {
    let house = House::new().await;
    let chat = house.chat.create("demo-flash".into(), Parameters::default());
    let chat = chat.await.unwrap().id;
    house.sim.always("POST", CHAT, Reply::answer("An answer."));
    let mut sends = tokio::task::JoinSet::new();
    for number in 0..8 {
        let room = house.chat.clone();
        sends.spawn(async move { room.send(chat, &format!("Question {number}"), None).await.unwrap() });
    }
    let sent = sends.join_all().await;
    for each in &sent {
        assert_eq!(house.ended(each.answer.id).await.status.state, MessageState::Done);
    }
    let thread = house.library.messages(chat).await.unwrap();
    assert_eq!(thread.len(), 16, "each question and each answer is shown");
    for (before, after) in thread.iter().zip(&thread[1..]) {
        assert_eq!(after.parent_id, Some(before.id));
    }
    let questions: BTreeSet<_> = thread.iter().step_by(2).map(|it| it.text.clone()).collect();
    assert_eq!(questions.len(), 8);
    assert_eq!(house.sim.posts(), 8);
}

/// As it is: it is asked at once, with what has come of the answer before.
#[tokio::test(flavor = "multi_thread")]
async fn a_question_while_an_answer_comes_is_asked_with_what_there_is_of_it() {
    let house = House::new().await;
    let half = r#"{"choices":[{"index":0,"delta":{"content":"Half an answer"}}]}"#;
    house.sim.on("POST", CHAT, Reply::sse(&[half]).hang());
    let (chat, first) = house.ask("First").await;
    house.until(first, |view| !view.blocks.is_empty()).await;
    let saved = async || !house.library.message(first).await.unwrap().text.is_empty();
    until("the text is on disk", saved).await;
    house.sim.on("POST", CHAT, Reply::answer("The second."));
    let second = house.chat.send(chat, "Second", None).await.unwrap().answer.id;
    assert_eq!(house.ended(second).await.status.state, MessageState::Done);
    let sent = bodies(&house.sim)[1]["messages"].clone();
    let sent: Vec<_> = sent.as_array().unwrap().iter().map(|it| it["content"].clone()).collect();
    assert_eq!(sent, ["First", "Half an answer", "Second"]);
    house.chat.stop(first);
    assert_eq!(house.ended(first).await.status.state, MessageState::Stopped);
    let thread = house.library.messages(chat).await.unwrap();
    let texts: Vec<_> = thread.iter().map(|it| it.text.as_str()).collect();
    assert_eq!(texts, ["First", "Half an answer", "Second", "The second."]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_press_twice_sends_once() {
    let house = House::new().await;
    let cut = r#"{"choices":[{"index":0,"delta":{"content":"Some text"}}]}"#;
    house.sim.on("POST", CHAT, Reply::sse(&[cut]).cut());
    let (_, answer) = house.ask("Go").await;
    assert_eq!(house.ended(answer).await.status.state, MessageState::Cut);

    house.sim.always("POST", CHAT, Reply::answer(" and more.").after(Duration::from_millis(100)));
    let (first, second) = tokio::join!(house.chat.go_on(answer), house.chat.go_on(answer));
    assert_eq!((first.unwrap().id, second.unwrap().id), (answer, answer));
    assert_eq!(house.ended(answer).await.status.state, MessageState::Done);
    assert_eq!(house.library.message(answer).await.unwrap().text, "Some text and more.");
    assert_eq!(house.sim.posts(), 2);

    // Of a failure that is asked for again in several ways at once.
    let invalid = Reply::error(401, "Invalid", "authentication_error", Some("invalid_api_key"));
    house.sim.on("POST", CHAT, invalid);
    let (_, failed) = house.ask("Go").await;
    house.ended(failed).await;
    let again = || house.chat.resend(failed, ResendChange::default());
    let (a, b, c) = tokio::join!(again(), again(), house.chat.go_on(failed));
    for view in [a, b, c] {
        assert_eq!(view.unwrap().id, failed);
    }
    house.ended(failed).await;
    assert_eq!(house.sim.posts(), 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_edits_of_one_question_stand_beside_each_other() {
    let house = House::new().await;
    house.sim.always("POST", CHAT, Reply::answer("An answer."));
    let (chat, answer) = house.ask("As it was").await;
    house.ended(answer).await;
    let question = house.library.messages(chat).await.unwrap()[0].id;
    let edit = |text| house.chat.send(chat, text, Some(question));
    let (first, second) = tokio::join!(edit("One way"), edit("Another way"));
    let (first, second) = (first.unwrap(), second.unwrap());
    house.ended(first.answer.id).await;
    house.ended(second.answer.id).await;
    let siblings = &house.library.siblings(vec![question]).await.unwrap()[&question];
    let beside = BTreeSet::from([question, first.question.id, second.question.id]);
    assert_eq!(siblings.iter().copied().collect::<BTreeSet<_>>(), beside);
    assert_eq!(house.sim.posts(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_chat_that_is_held_up_holds_up_no_other() {
    let house = House::new().await;
    let (chat, answer) = house.ask("Before").await;
    house.ended(answer).await;
    let other_model =
        ConversationChange { model: Some("not-in-the-list".into()), ..ConversationChange::default() };
    house.chat.change(chat, other_model).await.unwrap();
    house.sim.on("GET", MODELS, Reply::empty(200).hang());
    let held_up = tokio::spawn({
        let room = house.chat.clone();
        async move { room.send(chat, "Go", None).await.map(drop) }
    });
    let is_asked = async || house.sim.requests().iter().filter(|it| it.path == MODELS).count() == 2;
    until("the list is asked for", is_asked).await;
    let (_, other) = house.ask("Meanwhile?").await;
    assert_eq!(house.ended(other).await.status.state, MessageState::Done);
    let view = house.chat.resend(other, ResendChange::default()).await.unwrap();
    assert_eq!(house.ended(view.id).await.status.state, MessageState::Done);
    assert!(!held_up.is_finished());
    held_up.abort();
}
