//! "Send when ready": the wish lies with the app, not with its window. It is sent once, at its time, and can be taken back; the
//! end of the app takes it back too.

use crate::house::House;
use crate::turn::CHAT;
use poe::sim::Reply;
use std::time::Duration;
use telltale::errors::Incident;
use telltale::events::{Action, MessageState, MessageView, ResendChange, WaitsFor};

/// A message that Poe asked to be sent five minutes from now.
async fn to_be_sent_later(house: &House) -> (i64, i64) {
    // Not a 429: that one is about the key, and the client holds every message for it.
    let down = Reply::error(503, "Down for now", "api_error", None).header("Retry-After", "300");
    house.sim.on("POST", CHAT, down);
    let (chat, answer) = house.ask("Go").await;
    let failed = house.ended(answer).await;
    assert_eq!(failed.status.state, MessageState::Failed);
    assert_eq!(first(&failed), Action::WaitAndSend);
    (chat, answer)
}

fn first(view: &MessageView) -> Action {
    view.status.card.as_ref().expect("a card").actions[0].action
}

/// The five minutes are almost over.
fn nearly_ready(house: &House, answer: i64, in_millis: i64) {
    let file = rusqlite::Connection::open(house.file()).unwrap();
    let set = "UPDATE messages SET incident = json_set(incident, '$.moment.at', ?1 - json_extract(incident, '$.failure.retryAfter')) WHERE id = ?2";
    let at = telltale::clock::now() + in_millis;
    assert_eq!(file.execute(set, (at, answer)).unwrap(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn it_waits_in_sight_and_goes_out_once_at_its_time() {
    let house = House::new().await;
    let (_, answer) = to_be_sent_later(&house).await;
    nearly_ready(&house, answer, 1_500);
    house.sim.on("POST", CHAT, Reply::answer("There you are."));
    let waits = house.chat.send_when_ready(answer).await.unwrap();
    assert_eq!(waits.status.waits_for, Some(WaitsFor::Time));
    assert_eq!(first(&waits), Action::WaitAndSend, "its card stays");
    // As a window sees it that is reloaded, and one in which it is pressed once more.
    let again = house.chat.send_when_ready(answer).await.unwrap();
    assert_eq!((again.id, again.status.waits_for), (answer, Some(WaitsFor::Time)));
    let live = house.chat.live();
    assert_eq!((live.len(), live[0].waiting), (1, true));
    tokio::time::sleep(Duration::from_millis(700)).await;
    assert_eq!(house.sim.posts(), 1, "not before its time");
    let done = house.ended(answer).await;
    assert_eq!((done.status.state, done.status.card), (MessageState::Done, None));
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert_eq!(house.sim.posts(), 2);

    // One whose time has passed goes out at once.
    let (_, answer) = to_be_sent_later(&house).await;
    nearly_ready(&house, answer, -1_000);
    house.sim.on("POST", CHAT, Reply::answer("At once."));
    house.chat.send_when_ready(answer).await.unwrap();
    assert_eq!(house.ended(answer).await.status.state, MessageState::Done);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wish_that_is_taken_back_leaves_the_message_as_it_was() {
    let house = House::new().await;
    let (_, answer) = to_be_sent_later(&house).await;
    nearly_ready(&house, answer, 800);
    house.chat.send_when_ready(answer).await.unwrap();
    house.chat.stop(answer);
    let back = house.ended(answer).await;
    assert_eq!((back.status.state, first(&back)), (MessageState::Failed, Action::WaitAndSend));
    assert_eq!(back.status.waits_for, None);
    let stored = house.library.message(answer).await.unwrap();
    let incident = Incident::read(stored.incident.as_deref().expect("also on disk"));
    assert_eq!(incident.ready_at(), back.status.card.unwrap().ready_at);
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert_eq!(house.sim.posts(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn another_model_takes_the_place_of_the_wait_and_deleting_ends_it() {
    let house = House::new().await;
    let (chat, answer) = to_be_sent_later(&house).await;
    house.chat.send_when_ready(answer).await.unwrap();
    house.sim.on("POST", CHAT, Reply::answer("From another."));
    let change = ResendChange { model: Some("demo-think".into()), ..ResendChange::default() };
    house.chat.resend(answer, change).await.unwrap();
    let done = house.ended(answer).await;
    assert_eq!((done.status.state, done.status.model.as_str()), (MessageState::Done, "demo-think"));
    assert_eq!(house.sim.posts(), 2);

    let (gone, waiting) = to_be_sent_later(&house).await;
    house.chat.send_when_ready(waiting).await.unwrap();
    house.chat.delete(gone).await.unwrap();
    assert_eq!(house.chat.live(), []);
    house.sim.on("POST", CHAT, Reply::answer("On it goes."));
    let next = house.chat.send(chat, "And?", None).await.unwrap().answer.id;
    assert_eq!(house.ended(next).await.status.state, MessageState::Done);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_end_of_the_app_ends_the_wait_and_the_card_says_so() {
    for closes in [false, true] {
        let house = House::new().await;
        let (_, answer) = to_be_sent_later(&house).await;
        nearly_ready(&house, answer, 1_000);
        house.chat.send_when_ready(answer).await.unwrap();
        let posts = house.sim.posts();
        let house = if closes {
            house.chat.close().await;
            house.restarted().await
        } else {
            house.killed().await
        };
        tokio::time::sleep(Duration::from_millis(1_500)).await;
        assert_eq!(house.sim.posts(), posts, "it does not go out by itself");
        let shown = house.until(answer, |_| true).await;
        let card = shown.status.card.as_ref().unwrap();
        assert_eq!(card.what, "Telltale closed while it was waiting. It’s no longer queued.");
        assert_eq!(card.safe, "Your message is saved. Nothing was sent.");
        assert_eq!(first(&shown), Action::Retry);
        house.sim.on("POST", CHAT, Reply::answer("On a press."));
        house.chat.resend(answer, ResendChange::default()).await.unwrap();
        assert_eq!(house.ended(answer).await.status.state, MessageState::Done);
    }
}
