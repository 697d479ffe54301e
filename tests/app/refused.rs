//! What stands against a message is said at its field, whichever button would send it: nothing goes out, and nothing of
//! the chat is changed.

use crate::house::House;
use crate::turn::CHAT;
use poe::sim::Reply;
use telltale::errors::Refusal;
use telltale::events::{Action, ConversationChange, MessageState, Parameters, ResendChange};

/// A chat with an answer that was cut, and then a limit that its model does not take.
async fn spoilt() -> (House, i64, i64) {
    let house = House::new().await;
    let chunk = serde_json::json!({"choices": [{"index": 0, "delta": {"content": "Half"}}]});
    house.sim.on("POST", CHAT, Reply::sse(&[&chunk.to_string()]).cut());
    let (conversation, answer) = house.ask("Why?").await;
    assert_eq!(house.ended(answer).await.status.state, MessageState::Cut);
    set(&house, conversation, Some(9_000)).await;
    (house, conversation, answer)
}

async fn set(house: &House, conversation: i64, max_tokens: Option<u32>) {
    let parameters = Parameters { max_tokens, ..Parameters::default() };
    let change = ConversationChange { title: None, model: None, parameters: Some(parameters) };
    house.chat.change(conversation, change).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn every_button_that_sends_checks_the_settings_first() {
    async fn check<T>(
        house: &House,
        conversation: i64,
        press: &str,
        pressed: impl Future<Output = Result<T, Refusal>>,
    ) {
        let before = house.library.conversations().await.unwrap().len();
        let refused = pressed.await.err().unwrap_or_else(|| panic!("{press} was taken"));
        let card = house.cards.card(refused);
        assert_eq!(
            (card.code.as_str(), card.field.as_deref()),
            ("invalid_input", Some("max_tokens")),
            "{press}"
        );
        assert_eq!(
            card.what, "Max tokens must be a whole number between 1 and 2,000 for this model.",
            "{press}"
        );
        let actions: Vec<Action> = card.actions.iter().map(|it| it.action).collect();
        assert_eq!(actions, [Action::Fix, Action::ResetSetting], "{press}");
        assert_eq!(house.sim.posts(), 1, "{press}");
        assert!(house.chat.live().is_empty(), "{press}");
        let rows = house.library.conversations().await.unwrap();
        assert_eq!(rows.len(), before, "{press}");
        let kept = house.library.conversation(conversation).await.unwrap();
        assert_eq!(kept.parameters.max_tokens, Some(9_000), "{press}");
        assert_eq!((kept.model.as_str(), kept.sent_from), ("demo-flash", None), "{press}");
    }
    let (house, id, answer) = spoilt().await;
    let chat = &house.chat;
    let with = |change: ResendChange| chat.resend(answer, change);
    check(&house, id, "send", chat.send(id, "And now?", None)).await;
    check(&house, id, "resend", with(ResendChange::default())).await;
    check(&house, id, "continue", chat.go_on(answer)).await;
    check(&house, id, "keep trying", chat.keep_trying(answer)).await;
    check(&house, id, "send when back", chat.send_when_back(answer)).await;
    check(&house, id, "trim", chat.trim(answer)).await;
    check(&house, id, "summary", chat.summarize_and_start(answer)).await;
    check(
        &house,
        id,
        "raise the limit",
        with(ResendChange { max_tokens: Some(8_000), ..ResendChange::default() }),
    )
    .await;

    // A model that takes it, and the default, are no longer in the way.
    house.sim.on("POST", CHAT, Reply::answer("Because."));
    let reset = ResendChange { reset: Some("max_tokens".to_owned()), ..ResendChange::default() };
    let fresh = chat.resend(answer, reset).await.unwrap();
    assert_eq!(house.ended(fresh.id).await.status.state, MessageState::Done);
    assert_eq!(house.sim.posts(), 2);
    let kept = house.library.conversation(id).await.unwrap();
    assert_eq!(kept.parameters.max_tokens, None);

    set(&house, id, Some(9_000)).await;
    house.sim.on("POST", CHAT, Reply::answer("Because."));
    let other = ResendChange { model: Some("demo-sonnet".to_owned()), ..ResendChange::default() };
    let fresh = chat.resend(answer, other).await.unwrap();
    assert_eq!(house.ended(fresh.id).await.status.state, MessageState::Done);
    assert_eq!(house.sim.posts(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_press_ends_no_wait() {
    let house = House::new().await;
    let overloaded = Reply::error(529, "Overloaded", "overloaded_error", None);
    house.sim.always("POST", CHAT, overloaded.header("retry-after", "30"));
    let (conversation, answer) = house.ask("Why?").await;
    let waits = |view: &telltale::events::MessageView| view.status.retry.is_some();
    house.until(answer, waits).await;
    set(&house, conversation, Some(9_000)).await;
    house.chat.resend(answer, ResendChange::default()).await.unwrap_err();
    house.until(answer, waits).await;
    assert_eq!(house.sim.posts(), 1);
}
