//! Whichever room meets a refused key, its card offers the same ways to another one.

use crate::house::KEY;
use poe::sim::{Reply, Scenario, Sim};
use poe::{BaseUrl, Secret};
use std::sync::Arc;
use telltale::account::{Account, Keychain};
use telltale::chat::Chat;
use telltale::doctor::Doctor;
use telltale::events::{Action, CheckName, ErrorCard, Parameters, TurnUpdate};
use telltale::library::Library;
use telltale::models::ModelList;
use telltale::points::{Balance, Points};

fn ways(card: &ErrorCard) -> Vec<Action> {
    assert_eq!(card.code, "invalid_api_key");
    card.actions.iter().map(|it| it.action).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_key_has_the_same_card_everywhere() {
    let sim = Sim::start(Scenario::Script).await.unwrap();
    let base_url = BaseUrl::parse(&sim.base_url()).unwrap();
    let account = Account::new(
        Keychain::memory(),
        base_url.clone(),
        Secret::from_pasted("sk-poe-env"),
        Box::new(|_| {}),
    )
    .unwrap();
    account.connect_to(base_url, Secret::from_pasted(KEY)).unwrap();
    account.set_client_id(Some("client-1".to_owned()));
    let account = Arc::new(account);
    let announce: telltale::events::Announce = Arc::new(|_| {});
    let balance = Arc::new(Balance::new(account.clone(), announce.clone()));
    let models = Arc::new(ModelList::new(account.clone(), announce.clone()));
    models.get().await;
    let folder = tempfile::tempdir().unwrap();
    let (library, _) = Library::open(&folder.path().join("telltale.db"), telltale::clock::now()).unwrap();
    let chat = Arc::new(Chat::new(
        library.clone(),
        account.clone(),
        models.clone(),
        Arc::new(Points::new(
            library.clone(),
            account.clone(),
            models.clone(),
            balance.clone(),
        )),
        announce,
    ));

    let refused = || {
        Reply::error(
            401,
            "Invalid API key",
            "authentication_error",
            Some("invalid_api_key"),
        )
    };
    for (method, path) in [
        ("GET", "/usage/current_balance"),
        ("GET", "/v1/models"),
        ("POST", "/v1/chat/completions"),
    ] {
        sim.always(method, path, refused());
    }
    let of_balance = balance.refresh().await.card.expect("the balance's card");
    let of_models = models.refresh().await.card.expect("the list's card");
    let checked = Doctor::new(account.clone()).run(&|_| {}).await;
    let of_doctor = checked.checks.iter().find(|it| it.name == CheckName::Key);
    let of_doctor = of_doctor
        .and_then(|it| it.card.clone())
        .expect("the doctor's card");
    let conversation = chat
        .create("demo-flash".into(), Parameters::default())
        .await
        .unwrap();
    let answer = chat.send(conversation.id, "Hello", None).await.unwrap().answer.id;
    let of_chat = ended(&chat, answer).await;

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
