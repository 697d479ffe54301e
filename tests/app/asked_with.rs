//! What an answer was asked with, kept with it: with what it made, in a duplicate and an archive, and for the same once more.

use crate::house::House;
use crate::media::{address, answered, png};
use crate::turn::CHAT;
use poe::sim::Reply;
use serde_json::{Map, Value, json};
use telltale::events::{ConversationChange, ExportFormat, MediaKind, MessageState, Parameters, ResendChange};
use telltale::library::DraftPlace;

const PICTURE: &str = "/base/image/ab";

fn with(declared: Value) -> Parameters {
    Parameters { declared: declared.as_object().unwrap().clone(), ..Parameters::default() }
}

async fn made(house: &House) -> Map<String, Value> {
    house.media.page(None, 0).await.unwrap().made.remove(0).asked_with
}

/// A picture that is kept, asked of a model that declares a shape.
async fn drawn(house: &House, declared: Value) -> (i64, i64) {
    house.sim.always("GET", PICTURE, Reply::bytes(200, "image/png", png(30, 20)));
    let url = address(house, PICTURE);
    let chat = house.chat.create("Demo-Image".into(), with(declared)).await.unwrap().id;
    house.sim.on("POST", CHAT, Reply::answer(&format!("![x]({url})")));
    let answer = house.chat.send(chat, "Draw a cat", None).await.unwrap().answer.id;
    assert_eq!(house.ended(answer).await.status.state, MessageState::Done);
    house.media.fetch(answer, &url).await.unwrap();
    (chat, answer)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_went_along_is_kept_and_what_did_not_is_not() {
    let house = House::new().await;
    let (chat, answer) = drawn(&house, json!({ "aspect": "3:2", "of_another_model": "x" })).await;
    assert_eq!(Value::Object(made(&house).await), json!({ "aspect": "3:2" }));
    let page = house.media.page(None, 0).await.unwrap();
    assert_eq!((page.made[0].prompt.as_str(), page.made[0].among), ("Draw a cat", 1));
    assert!(page.made[0].points.is_none(), "nothing is known of what it cost");
    assert_eq!(house.media.page(Some(MediaKind::Audio), 0).await.unwrap().count, 0);
    assert_eq!(house.media.page(Some(MediaKind::Image), 0).await.unwrap().count, 1);

    // Of several requests it is their sum.
    let file = rusqlite::Connection::open(house.file()).unwrap();
    file.execute("UPDATE calls SET points = 30 WHERE message_id = ?1", [answer]).unwrap();
    file.execute(
        "INSERT INTO calls (message_id, account, model, sent_at, answered, charge, points)
         VALUES (?1, '', 'demo-image', 1, 1, 'charged', 12)",
        [answer],
    )
    .unwrap();
    drop(file);
    assert_eq!(house.media.page(None, 0).await.unwrap().made[0].points, Some(42));

    // A copy of the chat has it, too.
    house.chat.duplicate(chat, "Twin".to_owned()).await.unwrap();
    assert_eq!(Value::Object(made(&house).await), json!({ "aspect": "3:2" }));

    // Asked once more with less, the new answer has less, and the old one what it had.
    let change =
        ConversationChange { parameters: Some(Parameters::default()), ..ConversationChange::default() };
    house.chat.change(chat, change).await.unwrap();
    house.sim.on("POST", CHAT, Reply::answer(&format!("![x]({})", address(&house, PICTURE))));
    let again = house.chat.resend(answer, ResendChange::default()).await.unwrap().id;
    house.ended(again).await;
    house.media.fetch(again, &address(&house, PICTURE)).await.unwrap();
    assert_eq!(made(&house).await, Map::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn again_begins_a_chat_with_the_same_and_sends_nothing() {
    let house = House::new().await;
    let (chat, answer) = drawn(&house, json!({ "aspect": "3:2" })).await;
    let change = ConversationChange {
        model: Some("demo-flash".to_owned()),
        parameters: Some(Parameters::default()),
        ..ConversationChange::default()
    };
    house.chat.change(chat, change).await.unwrap();
    let posts = house.sim.posts();
    let again = house.chat.ask_again(answer).await.unwrap();
    assert_ne!(again.id, chat);
    assert_eq!((again.model.as_str(), again.title.as_str()), ("Demo-Image", ""));
    assert_eq!(Value::Object(again.parameters.declared), json!({ "aspect": "3:2" }));
    let draft = house.chat.draft(DraftPlace::end_of(again.id), None, None).await.unwrap();
    assert_eq!(draft.text.as_deref(), Some("Draw a cat"));
    assert!(house.chat.open(again.id, None).await.unwrap().messages.is_empty());
    assert_eq!(house.sim.posts(), posts);

    // Files of the question come along.
    let seen = house.chat.create("demo-vision".into(), Parameters::default()).await.unwrap().id;
    let place = DraftPlace::end_of(seen);
    let file = house.chat.outgoing.add_attachment(place, "a.png", Ok(png(9, 9))).await.unwrap();
    house.sim.on("POST", CHAT, Reply::answer("A square."));
    let sent = house.chat.send_with(seen, "What?", None, vec![file.id]).await.unwrap();
    house.ended(sent.answer.id).await;
    let again = house.chat.ask_again(sent.answer.id).await.unwrap();
    let draft = house.chat.draft(DraftPlace::end_of(again.id), None, None).await.unwrap();
    assert_eq!((draft.text.as_deref(), draft.attachments.len()), (Some("What?"), 1));

    // A question that was deleted is not asked again.
    house.chat.delete_message(sent.question.id).await.unwrap();
    house.chat.ask_again(sent.answer.id).await.unwrap_err();
}

#[tokio::test(flavor = "multi_thread")]
async fn it_goes_out_and_comes_in_and_goes_with_what_is_deleted() {
    let house = House::new().await;
    let (_, answer) = drawn(&house, json!({ "aspect": "3:2" })).await;
    let out = tempfile::tempdir().unwrap();
    let archive = out.path().join("chats.json");
    house.archive.export(None, ExportFormat::Json, archive.clone()).await.unwrap();
    let text = std::fs::read_to_string(&archive).unwrap();
    assert!(text.contains(r#""askedWith":{"aspect":"3:2"}"#), "{text}");

    // What comes in may be of a later version: what is no value is passed over, and costs no chat.
    for (told, expected) in [
        (r#"{"aspect":"3:2"}"#, json!({ "aspect": "3:2" })),
        (r#"{"aspect":"3:2","later":{"deep":[1]},"n":4}"#, json!({ "aspect": "3:2", "n": 4 })),
        (r#""words""#, json!({})),
        ("null", json!({})),
        ("[1,2]", json!({})),
    ] {
        let other = House::new().await;
        let file = out.path().join("other.json");
        std::fs::write(&file, text.replace(r#"{"aspect":"3:2"}"#, told)).unwrap();
        other.import.look(vec![file]).await.unwrap_or_else(|it| panic!("{:?}", it.failure)).unwrap();
        let newest = other.import.accept().await.unwrap().unwrap().newest.unwrap();
        let brought = other.library.messages(newest).await.unwrap().pop().unwrap();
        let again = other.chat.ask_again(brought.id).await.unwrap();
        assert_eq!(Value::Object(again.parameters.declared.clone()), expected_of(&expected), "{told}");
    }

    house.chat.delete_message(answer).await.unwrap();
    house.archive.export(None, ExportFormat::Json, archive.clone()).await.unwrap();
    assert!(!std::fs::read_to_string(&archive).unwrap().contains("askedWith"));
    house.library.purge_messages(None).await.unwrap();
    let file = rusqlite::Connection::open(house.file()).unwrap();
    let left: i64 = file
        .query_row("SELECT count(*) FROM messages WHERE asked_with IS NOT NULL", [], |row| row.get(0))
        .unwrap();
    assert_eq!(left, 0);
}

/// Where nothing could be read, the chat's own settings are the nearest: those of the imported one.
fn expected_of(told: &Value) -> Value {
    if told.as_object().is_some_and(Map::is_empty) { json!({ "aspect": "3:2" }) } else { told.clone() }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_without_settings_keeps_none() {
    let house = House::new().await;
    let (_, answer) = answered(&house, "Just words.").await;
    let file = rusqlite::Connection::open(house.file()).unwrap();
    let kept: Option<String> =
        file.query_row("SELECT asked_with FROM messages WHERE id = ?1", [answer], |row| row.get(0)).unwrap();
    assert_eq!(kept, None);
}
