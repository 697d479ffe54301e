//! Whichever room meets a refused key, its card offers the same ways to another one.

use crate::house::{self, KEY};
use poe::sim::{Reply, Scenario, Sim};
use poe::{BaseUrl, Secret};
use std::sync::Arc;
use tauri::test::{mock_builder, mock_context, noop_assets};
use telltale::app::Start;
use telltale::chat::Chat;
use telltale::data_folder::DataFolder;
use telltale::events::{Action, CheckName, ErrorCard, Parameters, TurnUpdate};

fn ways(card: &ErrorCard) -> Vec<Action> {
    assert_eq!(card.code, "invalid_api_key");
    card.actions.iter().map(|it| it.action).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_key_has_the_same_card_everywhere() {
    let sim = Sim::start(Scenario::Script).await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let tauri = telltale::with_commands(mock_builder()).build(mock_context(noop_assets())).unwrap();
    let start = Start {
        env_key: Secret::from_pasted("sk-poe-env"),
        ..house::start(DataFolder::fixed(folder.path().to_owned()), &sim)
    };
    let app = telltale::compose(tauri.handle(), start, Arc::new(|_| {})).unwrap();
    let base_url = BaseUrl::parse(&sim.base_url()).unwrap();
    app.account.connect_to(base_url, Secret::from_pasted(KEY)).unwrap();
    app.account.set_client_id(Some("client-1".to_owned()));
    app.models.get().await;

    let refused = || Reply::error(401, "Invalid API key", "authentication_error", Some("invalid_api_key"));
    for (method, path) in
        [("GET", "/usage/current_balance"), ("GET", "/v1/models"), ("POST", "/v1/chat/completions")]
    {
        sim.always(method, path, refused());
    }
    let of_balance = app.balance.refresh().await.card.expect("the balance's card");
    let of_models = app.models.refresh().await.card.expect("the list's card");
    let checked = app.doctor.run(|_| {}).await;
    let of_doctor = checked.checks.iter().find(|it| it.name == CheckName::Key);
    let of_doctor = of_doctor.and_then(|it| it.card.clone()).expect("the doctor's card");
    let conversation = app.chat.create("demo-flash".into(), Parameters::default()).await.unwrap();
    let answer = app.chat.send(conversation.id, "Hello", None).await.unwrap().answer.id;
    let of_chat = ended(&app.chat, answer).await;

    let expected = [Action::SignIn, Action::PasteKey, Action::OpenKeys];
    assert_eq!(ways(&of_balance), expected);
    for (room, card) in [("models", &of_models), ("doctor", &of_doctor), ("chat", &of_chat)] {
        assert_eq!(ways(card), expected, "{room}");
        assert_eq!(card.what, of_balance.what, "{room}");
    }
}

async fn ended(chat: &Chat, id: i64) -> ErrorCard {
    loop {
        let (tell, told) = std::sync::mpsc::channel();
        let tell: telltale::chat::Watcher = Box::new(move |update| tell.send(update).is_ok());
        chat.watch(id, tell).await.unwrap();
        if let Ok(TurnUpdate::Snapshot { message, .. }) = told.try_recv()
            && let Some(card) = message.status.card
        {
            return card;
        }
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
}
