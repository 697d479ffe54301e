//! Messages that are being written, through the app: kept as they are typed, gone with the send that succeeds, and without
//! the app's own key.

use crate::commands::Window;
use crate::house::House;
use poe::sim::Reply;
use serde_json::{Value, json};
use telltale::events::{DraftChange, LARGEST_DRAFT, Parameters};
use telltale::library::DraftPlace;

const KEY: &str = "sk-poe-Dr4ft5Canary0123456789abcdefghijklmnopQ";
const STRANGE: &str = "sk-poe-Bd6Wk1Sx8Ec3Rf5Tg7Yh9Uj2Im4Ol0PzAqNv";

fn words(text: &str) -> DraftChange {
    DraftChange { text: text.to_owned(), ..DraftChange::default() }
}

async fn kept(house: &House, place: DraftPlace) -> Option<String> {
    house.chat.draft(place, None, None).await.unwrap().text
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_send_keeps_it_and_a_sent_one_does_not() {
    let house = House::new().await;
    let chat = house.chat.create("demo-flash".into(), Parameters::default()).await.unwrap().id;
    let end = DraftPlace::end_of(chat);
    house.chat.save_draft(end, words("  ")).await.unwrap();
    house.chat.send(chat, "  ", None).await.unwrap_err();
    assert_eq!(kept(&house, end).await.unwrap(), "  ");

    house.chat.save_draft(end, words("Why?")).await.unwrap();
    let house = house.restarted().await;
    assert_eq!(kept(&house, end).await.unwrap(), "Why?");
    let sent = house.chat.send(chat, "Why?", None).await.unwrap();
    assert_eq!(kept(&house, end).await, None);
    house.ended(sent.answer.id).await;

    // The edit under way is told with its chat.
    let edit = DraftPlace::instead_of(chat, sent.question.id);
    assert_eq!(house.chat.open(chat, None).await.unwrap().editing, None);
    house.chat.save_draft(edit, words("Why, then?")).await.unwrap();
    let house = house.restarted().await;
    let detail = house.chat.open(chat, None).await.unwrap();
    assert_eq!(detail.editing, Some(sent.question.id));
    house.chat.discard_draft(edit).await.unwrap();
    assert_eq!(house.chat.open(chat, None).await.unwrap().editing, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_too_long_to_keep_is_told_at_the_message() {
    let house = House::new().await;
    let place = DraftPlace::new_chat();
    house.chat.save_draft(place, words(&"x".repeat(LARGEST_DRAFT))).await.unwrap();
    let card = house.chat.save_draft(place, words(&"x".repeat(LARGEST_DRAFT + 1))).await.unwrap_err();
    let card = house.cards.card(card);
    assert_eq!((card.code.as_str(), card.field.as_deref()), ("invalid_input", Some("message")));
    assert_eq!(kept(&house, place).await.unwrap().len(), LARGEST_DRAFT, "as it was before");
}

/// Whatever pasted text begins with, it is text: also a picture's source, and what a terminal wrote.
#[tokio::test(flavor = "multi_thread")]
async fn pasted_text_goes_along_as_text() {
    let house = House::new().await;
    let chat = house.chat.create("demo-flash".into(), Parameters::default()).await.unwrap().id;
    let place = DraftPlace::end_of(chat);
    let texts = ["<svg>not a picture</svg>", "%PDF-1.7 in words", "\u{1b}[31mred\0"];
    let mut ids = Vec::new();
    for text in texts {
        let file =
            house.chat.outgoing.add_pasted(place, "Pasted text.txt", text.as_bytes().to_vec()).await.unwrap();
        assert_eq!(file.mime, "text/plain");
        ids.push(file.id);
    }
    let view = house.chat.draft(place, Some("demo-flash"), None).await.unwrap();
    assert!(view.card.is_none(), "every model takes text: {:?}", view.card);
    house.sim.on("POST", "/v1/chat/completions", Reply::answer("Read."));
    let sent = house.chat.send_with(chat, "Sum it up", None, ids).await.unwrap();
    house.ended(sent.answer.id).await;
    let requests = house.sim.requests();
    let body: Value = requests
        .iter()
        .rfind(|it| it.path == "/v1/chat/completions")
        .map(|it| serde_json::from_slice(&it.body).unwrap())
        .unwrap();
    let parts = body["messages"][0]["content"].as_array().unwrap();
    for (text, part) in texts.iter().zip(parts) {
        assert!(part["text"].as_str().unwrap().contains(text), "{part}");
    }
}

#[test]
fn the_apps_own_key_is_kept_in_no_draft() {
    let window = Window::open();
    window.set_key(KEY).unwrap();
    let place = json!({ "conversationId": null, "insteadOf": null });
    let text = format!("my key is {KEY}, and theirs {STRANGE}");
    let change = json!({ "text": text, "model": null, "parameters": null });
    window.ok("save_draft", json!({ "place": place, "change": change }));
    let kept = window.ok("draft", json!({ "place": place, "model": null }));
    assert_eq!(
        kept["text"],
        format!("my key is [secret], and theirs {STRANGE}"),
        "what looks like a key is a draft like any other"
    );
    let secret = &KEY.as_bytes()["sk-poe-".len()..];
    for entry in std::fs::read_dir(window.dir.path()).unwrap().flatten() {
        let bytes = std::fs::read(entry.path()).unwrap_or_default();
        for piece in secret.windows(8) {
            let found = bytes.windows(8).any(|window| window == piece);
            assert!(!found, "a piece of the key in {:?}", entry.path());
        }
    }
}
