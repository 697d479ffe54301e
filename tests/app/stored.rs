//! What lies in the file of chats from other versions of the app, or from a run that ended in the middle: each is told as what
//! it is.

use crate::conditions::until;
use crate::house::House;
use crate::turn::CHAT;
use poe::sim::Reply;
use telltale::events::{Action, ErrorCard, MessageView};
use telltale::library;

fn card(view: &MessageView) -> &ErrorCard {
    view.status.card.as_ref().expect("a card")
}

/// A message that failed or was cut, with this in the place of its card.
async fn with_card(house: &House, state: &str, json: Option<&str>) -> MessageView {
    let half = r#"{"choices":[{"index":0,"delta":{"content":"Some text"}}]}"#;
    house.sim.on("POST", CHAT, Reply::sse(&[half]).cut());
    let (chat, answer) = house.ask("Go").await;
    house.ended(answer).await;
    let file = rusqlite::Connection::open(house.file()).unwrap();
    let set = "UPDATE messages SET state = ?1, incident = ?2 WHERE id = ?3";
    file.execute(set, (state, json, answer)).unwrap();
    house.chat.open(chat, None).await.unwrap().messages.pop().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_card_that_tells_nothing_is_shown_as_it_was_saved() {
    let house = House::new().await;
    let later = r#"{"incident":{"kind":"cut_by_moonlight"},"version":9}"#;
    for state in ["cut", "failed", "done"] {
        let shown = with_card(&house, state, Some(later)).await;
        assert_eq!(card(&shown).code, "unknown", "{state}");
        assert!(card(&shown).what.contains("cut_by_moonlight"), "{}", card(&shown).what);
        assert!(!card(&shown).what.contains("Telltale closed"), "{}", card(&shown).what);
        assert_eq!(card(&shown).actions[0].action, Action::CopyDetails, "nothing is paid at first");
        assert_eq!(shown.blocks, ["<p>Some text</p>"]);
    }
    // What is in the file stays there.
    let file = rusqlite::Connection::open(house.file()).unwrap();
    let kept = "SELECT count(*) FROM messages WHERE incident = ?1";
    let kept: i64 = file.query_row(kept, [later], |row| row.get(0)).unwrap();
    assert_eq!(kept, 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_card_of_another_version_keeps_its_words_and_the_buttons_that_are_known() {
    let house = House::new().await;
    let later = r#"{"code":"stream_cut","title":"The moon came between","what":"99 words arrived before that.","why":null,
        "safe":{"points":7},"actions":[{"action":"ask-the-moon","label":"Ask the moon"},
        {"action":"continue","label":"Continue"}],"severity":"lunar","place":"message","language":"en"}"#;
    let shown = with_card(&house, "cut", Some(later)).await;
    let (code, title) = (card(&shown).code.as_str(), card(&shown).title.as_str());
    assert_eq!((code, title), ("stream_cut", "The moon came between"));
    let buttons: Vec<_> = card(&shown).actions.iter().map(|it| it.action).collect();
    assert_eq!(buttons, [Action::Continue]);
    // Where none is known, there still is a way out.
    let later = r#"{"title":"The moon came between","actions":[{"action":"ask-the-moon","label":"Ask"}]}"#;
    let shown = with_card(&house, "failed", Some(later)).await;
    assert_eq!(card(&shown).actions.len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_the_end_of_the_app_cut_says_so() {
    let house = House::new().await;
    let half = r#"{"choices":[{"index":0,"delta":{"content":"Half an answer"}}]}"#;
    house.sim.on("POST", CHAT, Reply::sse(&[half]).hang());
    let (_, begun) = house.ask("Go").await;
    house.until(begun, |view| !view.blocks.is_empty()).await;
    let saved = async || !house.library.message(begun).await.unwrap().text.is_empty();
    until("the text is on disk", saved).await;
    house.sim.on("POST", CHAT, Reply::empty(200).hang());
    let (_, sent) = house.ask("And this?").await;
    house.until(sent, |view| view.status.sent_at.is_some()).await;
    let house = house.killed().await;
    for (answer, text) in [(begun, "Half an answer"), (sent, "")] {
        let row = house.library.message(answer).await.unwrap();
        assert_eq!((row.state, row.text.as_str()), (library::MessageState::Cut, text));
        let shown = house.until(answer, |_| true).await;
        assert_eq!(card(&shown).title, "The answer was interrupted");
    }
    // A file of an early version has nothing but the missing card.
    let shown = with_card(&house, "cut", None).await;
    assert_eq!(card(&shown).title, "The answer was interrupted");
}
