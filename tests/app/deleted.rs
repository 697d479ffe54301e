//! A chat that is deleted while something of it is under way: its turns end first, what they cost is counted, and no other
//! chat notices.

use crate::conditions::until;
use crate::house::House;
use crate::turn::CHAT;
use poe::sim::Reply;
use serde_json::json;
use std::time::Duration;
use telltale::events::{Action, ConversationChange, MessageState, Organize, Parameters, ResendChange};
use telltale::library;

const HISTORY: &str = "/usage/points_history";
const MODELS: &str = "/v1/models";

fn slow_answer() -> Reply {
    Reply::sse(&[r#"{"choices":[{"index":0,"delta":{"content":"Half an answer"}}]}"#]).hang()
}

/// A chat whose answer has begun and goes on for ever: its id and the answer's.
async fn streaming(house: &House) -> (i64, i64) {
    house.sim.on("POST", CHAT, slow_answer());
    let (chat, answer) = house.ask("Go").await;
    house.until(answer, |view| !view.blocks.is_empty()).await;
    (chat, answer)
}

/// A question in a new chat comes to its answer.
async fn others_go_on(house: &House) {
    house.sim.on("POST", CHAT, Reply::answer("Of course."));
    let (_, answer) = house.ask("Can others go on?").await;
    assert_eq!(house.ended(answer).await.status.state, MessageState::Done);
    let chats = house.chat.conversation_list().await.unwrap().rows;
    assert!(chats.iter().all(|chat| !chat.title.is_empty()), "an empty chat is left");
}

/// Rules that a disk could follow: what they forbid fails in SQLite itself.
fn forbid(house: &House, trigger: &str) -> impl FnOnce() + use<> {
    let file = rusqlite::Connection::open(house.file()).unwrap();
    let rule = format!("CREATE TRIGGER forbid {trigger} BEGIN SELECT RAISE(FAIL, 'no room'); END");
    file.execute_batch(&rule).unwrap();
    move || file.execute_batch("DROP TRIGGER forbid").unwrap()
}

fn forbid_the_end_of(house: &House, answer: i64) -> impl FnOnce() + use<> {
    let when = format!("BEFORE UPDATE ON messages WHEN new.id = {answer} AND new.ended_at IS NOT NULL");
    forbid(house, &when)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chat_deleted_while_it_streams_ends_first_and_stops_nobody_else() {
    let house = House::new().await;
    house.watch_charges();
    let (chat, answer) = streaming(&house).await;
    let (_, other) = streaming(&house).await;
    house.chat.delete(chat).await.unwrap();
    let live: Vec<i64> = house.chat.live().iter().map(|it| it.message_id).collect();
    assert_eq!(live, [other], "the other answer goes on");
    let closed = house.sim.requests().iter().filter(|it| it.closed_early).count();
    assert_eq!(closed, 1, "its request is ended");
    assert!(house.chat.open(chat, None).await.is_err() && house.library.message(answer).await.is_err());
    others_go_on(&house).await;

    // What it cost stays spent: its row is still looked for.
    let row = json!({
        "query_id": "deleted", "bot_name": "Demo-Flash", "creation_time": (telltale::clock::now() - 300) * 1_000,
        "usage_type": "API", "cost_points": 137, "cost_usd": "0.01", "api_key_name": "Laptop",
    });
    let page = json!({ "has_more": false, "length": 1, "data": [row] });
    let file = rusqlite::Connection::open(house.file()).unwrap();
    file.execute("DELETE FROM calls WHERE message_id IS NOT NULL", []).unwrap();
    house.sim.always("GET", HISTORY, Reply::json(200, page));
    let counted = async || house.chat.used_today().await.unwrap() == 137;
    until("its points are counted", counted).await;

    house.chat.stop(other);
    let kept = house.ended(other).await;
    assert_eq!(kept.status.state, MessageState::Stopped);
    assert_eq!(house.library.message(other).await.unwrap().text, "Half an answer");
    assert_eq!(house.sim.posts(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chat_can_be_deleted_whatever_its_message_waits_for() {
    let limited = || Reply::error(503, "Down for now", "api_error", None).header("Retry-After", "30");
    // Its next try, asked for or made by itself.
    for keep_trying in [false, true] {
        let house = House::new().await;
        house.sim.on("POST", CHAT, limited());
        let (chat, answer) = house.ask("Go").await;
        if keep_trying {
            house.until(answer, |view| view.status.retry.is_some()).await;
            house.sim.on("POST", CHAT, limited());
            house.chat.keep_trying(answer).await.unwrap();
        }
        house.until(answer, |view| view.status.retry.is_some()).await;
        house.chat.delete(chat).await.unwrap();
        assert_eq!(house.chat.live(), []);
        others_go_on(&house).await;
    }
    // The keychain.
    let house = House::just_started().await;
    let (chat, _) = house.ask("Go").await;
    house.chat.delete(chat).await.unwrap();
    assert_eq!((house.chat.live(), house.sim.posts()), (vec![], 0));

    // The network.
    let house = House::new().await;
    house.unplug();
    let (chat, answer) = house.ask("Go").await;
    house.ended(answer).await;
    house.chat.send_when_back(answer).await.unwrap();
    house.chat.delete(chat).await.unwrap();
    assert_eq!((house.chat.live(), house.sim.posts()), (vec![], 0));

    // Points, and the verdict on the last call.
    let house = House::new().await;
    house.watch_funds();
    let poor = Reply::error(402, "Out of points", "insufficient_credits", Some("insufficient_points"));
    house.sim.on("POST", CHAT, poor);
    let (chat, answer) = house.ask("Go").await;
    house.ended(answer).await;
    house.chat.wait_for_points(answer).await.unwrap();
    house.sim.on("POST", CHAT, Reply::empty(200).cut());
    let (lost_chat, lost) = house.ask("And this?").await;
    house.ended(lost).await;
    let (checked, deleted) = tokio::join!(house.chat.check_and_retry(lost), async {
        let is_asked = async || house.sim.requests().iter().any(|it| it.path == HISTORY);
        until("its charge is looked for", is_asked).await;
        house.chat.delete(lost_chat).await
    });
    deleted.unwrap();
    assert!(checked.is_err(), "nothing is left to send again");
    house.chat.delete(chat).await.unwrap();
    house.sim.set_balance(99_999);
    house.balance.refresh().await;
    assert_eq!(house.sim.posts(), 2);
    others_go_on(&house).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn deleting_the_only_chat_at_the_moment_of_a_stop_or_twice_leaves_nothing() {
    let house = House::new().await;
    let (chat, answer) = streaming(&house).await;
    house.chat.stop(answer);
    let (first, second) = tokio::join!(house.chat.delete(chat), house.chat.delete(chat));
    first.and(second).unwrap();
    assert!(house.chat.conversation_list().await.unwrap().rows.is_empty());
    assert_eq!(house.chat.live(), []);
    others_go_on(&house).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_that_is_still_prepared_is_not_sent_from_a_deleted_chat() {
    nothing_goes_out_while_prepared(false).await;
    nothing_goes_out_while_prepared(true).await;
}

async fn nothing_goes_out_while_prepared(into_bin: bool) {
    let house = House::new().await;
    let chat = house.chat.create("not-in-the-list".into(), Parameters::default());
    let chat = chat.await.unwrap().id;
    house.sim.on("GET", MODELS, Reply::empty(200).hang());
    let (sent, ()) = tokio::join!(house.chat.send(chat, "Go", None), async {
        let asked = || house.sim.requests().into_iter().filter(|it| it.path == MODELS);
        until("the list is asked for", async || asked().count() == 2).await;
        // The list is given up after a minute.
        let delete = async {
            match into_bin {
                true => house.chat.organize(vec![chat], Organize::Delete { on: true }).await,
                false => house.chat.delete(chat).await,
            }
        };
        let deleted = tokio::time::timeout(Duration::from_secs(30), delete);
        deleted.await.expect("it waits for the list").unwrap();
    });
    assert_eq!(house.cards.card(sent.unwrap_err()).title, "This is no longer here");
    assert!(house.chat.conversation_list().await.unwrap().rows.is_empty());
    assert_eq!((house.chat.live(), house.sim.posts()), (vec![], 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_whose_row_is_gone_keeps_nothing() {
    let house = House::new().await;
    let (chat, answer) = streaming(&house).await;
    house.library.delete_conversation(chat).await.unwrap();
    house.chat.stop(answer);
    until("it ends", async || house.chat.live().is_empty()).await;
    others_go_on(&house).await;
    assert!(house.chat.source(answer).await.is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_the_disk_refuses_holds_up_its_own_chat_alone() {
    let house = House::new().await;
    let (chat, answer) = streaming(&house).await;
    let allow = forbid_the_end_of(&house, answer);
    house.chat.stop(answer);
    let unsaved = house.ended(answer).await;
    assert_eq!(unsaved.status.card.unwrap().code, "storage_failed");
    let refused = house.chat.send(chat, "And?", None).await.unwrap_err();
    let refused = house.cards.card(refused);
    assert_eq!(refused.code, "storage_failed", "what came before would be missing");
    assert!(house.chat.save_again(answer).await.is_err());
    others_go_on(&house).await;
    assert_eq!(house.chat.source(answer).await.unwrap(), "Half an answer");

    allow();
    let saved = house.chat.save_again(answer).await.unwrap();
    assert_eq!((saved.status.state, saved.status.card), (MessageState::Stopped, None));
    assert_eq!(house.library.message(answer).await.unwrap().text, "Half an answer");

    // One that cannot be saved and is deleted is forgotten.
    let (chat, answer) = streaming(&house).await;
    let allow = forbid_the_end_of(&house, answer);
    house.chat.stop(answer);
    house.ended(answer).await;
    house.chat.delete(chat).await.unwrap();
    house.chat.save_unsaved().await.unwrap();
    others_go_on(&house).await;
    allow();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chat_that_the_disk_does_not_delete_keeps_its_words() {
    let house = House::new().await;
    let (chat, answer) = streaming(&house).await;
    let allow = forbid(&house, "BEFORE UPDATE OF import_id ON conversations");
    let refused = house.cards.card(house.chat.delete(chat).await.unwrap_err());
    assert_eq!(refused.code, "storage_failed");
    let kept = house.ended(answer).await;
    assert_eq!(kept.status.state, MessageState::Stopped);
    assert_eq!(house.library.message(answer).await.unwrap().text, "Half an answer");
    // And it can be used again, and deleted.
    house.sim.on("POST", CHAT, Reply::answer("Still here."));
    let next = house.chat.send(chat, "Still here?", None).await.unwrap().answer.id;
    assert_eq!(house.ended(next).await.status.state, MessageState::Done);
    allow();
    // Out of sight it stays out of sight, and the next start takes the rest of it away.
    let allow = forbid(&house, "BEFORE DELETE ON messages");
    house.chat.delete(chat).await.unwrap();
    assert!(house.chat.conversation_list().await.unwrap().rows.is_empty());
    assert!(house.library.in_bin(None).await.unwrap().is_empty());
    assert!(house.library.message(answer).await.is_ok());
    allow();
    house.import.clear().await.unwrap();
    assert!(house.library.message(answer).await.is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_end_of_old_is_not_written_over_a_later_answer() {
    let house = House::without_key().await;
    let allow = forbid(&house, "BEFORE UPDATE ON messages WHEN new.state = 'failed'");
    let (chat, answer) = house.ask("Go").await;
    let unsaved = house.ended(answer).await;
    assert_eq!(unsaved.status.card.unwrap().code, "storage_failed");
    allow();

    house.connect();
    house.sim.on("POST", CHAT, Reply::answer("The answer."));
    house.chat.resend(answer, ResendChange::default()).await.unwrap();
    assert_eq!(house.ended(answer).await.status.state, MessageState::Done);
    house.sim.on("POST", CHAT, Reply::answer("The next."));
    let next = house.chat.send(chat, "And?", None).await.unwrap().answer.id;
    house.ended(next).await;
    let row = house.library.message(answer).await.unwrap();
    assert_eq!((row.state, row.text.as_str()), (library::MessageState::Done, "The answer."));
    let shown = house.until(answer, |_| true).await;
    assert_eq!(shown.status.card, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chat_that_waits_for_the_summary_of_a_deleted_one_goes_on_without() {
    let house = House::new().await;
    house.sim.on("POST", CHAT, Reply::answer("One."));
    let (old, answer) = house.ask("First").await;
    house.ended(answer).await;
    house.unplug();
    let started = house.chat.summarize_and_start(answer).await.unwrap();
    let (new, waiting) = (started.conversation.id, started.sent.answer.id);
    let failed = house.ended(waiting).await;
    assert_eq!(failed.status.card.unwrap().actions[0].action, Action::RunCheck);
    house.chat.delete(old).await.unwrap();
    house.connect();
    house.sim.on("POST", CHAT, Reply::answer("Alone."));
    house.chat.resend(waiting, ResendChange::default()).await.unwrap();
    assert_eq!(house.ended(waiting).await.status.state, MessageState::Done);
    let renamed = ConversationChange { title: Some("Alone".to_owned()), ..ConversationChange::default() };
    house.chat.change(new, renamed).await.unwrap();
    assert!(house.chat.open(new, None).await.is_ok());
}

/// Another file has taken the place of the one in which the answer could not be saved, and its ids begin anew.
#[tokio::test(flavor = "multi_thread")]
async fn words_that_no_file_took_are_not_shown_in_the_place_of_others() {
    let house = House::new().await;
    let (chat, answer) = streaming(&house).await;
    let allow = forbid_the_end_of(&house, answer);
    house.chat.stop(answer);
    house.ended(answer).await;
    allow();
    house.chat.unsaved_are_homeless();
    house.library.delete_conversation(chat).await.unwrap();
    let file = rusqlite::Connection::open(house.file()).unwrap();
    let anew = "UPDATE sqlite_sequence SET seq = ?1 WHERE name = 'messages'";
    file.execute(anew, [answer - 1]).unwrap();

    house.sim.on("POST", CHAT, Reply::answer("Another answer."));
    let (chat, next) = house.ask("Another question?").await;
    assert_eq!(next, answer + 1, "the question has the id of the answer before");
    assert_eq!(house.ended(next).await.status.state, MessageState::Done);
    let shown = house.chat.open(chat, None).await.unwrap().messages;
    assert_eq!((shown[0].text.as_str(), shown[0].id), ("Another question?", answer));
    assert_eq!(shown[1].blocks, ["<p>Another answer.</p>"]);
}
