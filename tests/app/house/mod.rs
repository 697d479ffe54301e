//! The app as it is put together for the window, without one: real database, real socket, the keychain in memory.

use poe::sim::{Scenario, Sim};
use poe::{BaseUrl, Secret};
use serde_json::Value;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tauri::test::{MockRuntime, mock_builder, mock_context, noop_assets};
use telltale::account::{Account, Keychain};
use telltale::app::Start;
use telltale::archive::Archive;
use telltale::cards::Cards;
use telltale::chat::Chat;
use telltale::data_folder::DataFolder;
use telltale::events::{
    Announce, Keep, KeySource, MessageState, MessageView, Parameters, PieceView, TurnUpdate,
};
use telltale::import::Import;
use telltale::library::Library;
use telltale::models::ModelList;
use telltale::points::{Balance, Ledger, Readings};
use telltale::prompts::Prompts;

/// Looks like a key and must turn up nowhere but in the Authorization header.
pub(crate) const KEY: &str = "sk-poe-canary0123456789canary0123456789canary";

pub(crate) struct House {
    pub(crate) sim: Sim,
    pub(crate) library: Library,
    pub(crate) archive: Arc<Archive>,
    pub(crate) import: Arc<Import>,
    pub(crate) cards: Arc<Cards>,
    pub(crate) chat: Arc<Chat>,
    pub(crate) balance: Arc<Balance>,
    pub(crate) account: Arc<Account>,
    pub(crate) media: Arc<telltale::media::Media>,
    pub(crate) ledger: Arc<Ledger>,
    pub(crate) models: Arc<ModelList>,
    pub(crate) prompts: Arc<Prompts>,
    pub(crate) readings: Arc<Readings>,
    told: Arc<Mutex<Vec<String>>>,
    dir: tempfile::TempDir,
    looking: Mutex<Option<tokio::task::AbortHandle>>,
    /// Holds the app; gone, its rooms end with their tasks.
    _tauri: tauri::App<MockRuntime>,
}

/// A start on this folder that asks the simulated Poe, with an empty keychain in memory.
pub(crate) fn start(data_folder: DataFolder, sim: &Sim) -> Start {
    Start {
        data_folder: Arc::new(data_folder),
        base_url: Some(BaseUrl::parse(&sim.base_url()).unwrap()),
        refused_base_url: None,
        env_key: None,
        keychain: Keychain::memory(),
        demo: false,
        sign_in_port: 0,
        drawing: None,
    }
}

/// Keeps every event that the window would get.
pub(crate) fn listener(told: &Arc<Mutex<Vec<String>>>) -> Announce {
    let told = told.clone();
    Arc::new(move |event| told.lock().unwrap().push(serde_json::to_string(&event).unwrap()))
}

/// A watcher that keeps all it is told.
#[derive(Default)]
pub(crate) struct Follower(Arc<Mutex<Vec<TurnUpdate>>>);

impl House {
    pub(crate) async fn new() -> House {
        House::with(Some(KEY), false).await
    }

    /// The keychain hasn’t responded yet.
    pub(crate) async fn just_started() -> House {
        House::with(None, false).await
    }

    pub(crate) async fn without_key() -> House {
        House::with(None, true).await
    }

    async fn with(key: Option<&str>, is_read: bool) -> House {
        let sim = Sim::start(Scenario::Script).await.unwrap();
        House::on(sim, tempfile::tempdir().unwrap(), key, is_read).await
    }

    /// Poe lists and answers what was recorded there.
    pub(crate) async fn recorded(folder: std::path::PathBuf) -> House {
        let sim = Sim::start(Scenario::Recorded(folder)).await.unwrap();
        House::on(sim, tempfile::tempdir().unwrap(), Some(KEY), false).await
    }

    /// The app ended without a word, and is opened again on the same file and the same Poe.
    pub(crate) async fn restarted(self) -> House {
        let House { sim, dir, looking, .. } = self;
        if let Some(task) = looking.into_inner().unwrap() {
            task.abort();
        }
        let house = House::on(sim, dir, Some(KEY), false).await;
        house.chat.close_interrupted().await.unwrap();
        house
    }

    /// As after a power cut: what was under way is still under way in the file, and nobody goes on with it.
    pub(crate) async fn killed(self) -> House {
        let copy = tempfile::tempdir().unwrap();
        let kept = copy.path().join("telltale.db");
        let file = rusqlite::Connection::open(self.file()).unwrap();
        file.execute("VACUUM INTO ?1", [kept.to_str().unwrap()]).unwrap();
        drop(file);
        self.chat.close().await;
        let House { sim, .. } = self;
        let house = House::on(sim, copy, Some(KEY), false).await;
        house.chat.close_interrupted().await.unwrap();
        house
    }

    async fn on(sim: Sim, dir: tempfile::TempDir, key: Option<&str>, is_read: bool) -> House {
        let tauri = telltale::with_commands(mock_builder()).build(mock_context(noop_assets())).unwrap();
        let start = start(DataFolder::fixed(dir.path().to_owned()), &sim);
        let told = Arc::default();
        let app = telltale::compose(tauri.handle(), start, listener(&told)).unwrap();
        let house = House {
            archive: app.archive.clone(),
            import: app.import.clone(),
            chat: app.chat.clone(),
            cards: app.cards.clone(),
            balance: app.balance.clone(),
            account: app.account.clone(),
            ledger: app.ledger.clone(),
            media: app.media.clone(),
            models: app.models.clone(),
            prompts: app.prompts.clone(),
            readings: app.readings.clone(),
            library: app.library.clone(),
            sim,
            told,
            dir,
            looking: Mutex::default(),
            _tauri: tauri,
        };
        if key.is_some() {
            house.connect();
        }
        if is_read {
            house.account.load().await.unwrap();
        }
        house.models.get().await;
        house
    }

    pub(crate) fn file(&self) -> std::path::PathBuf {
        self.dir.path().join("telltale.db")
    }

    /// From now on the points history is read as it is while the app runs.
    pub(crate) fn watch_charges(&self) {
        let task = tokio::spawn(self.chat.clone().watch_charges());
        *self.looking.lock().unwrap() = Some(task.abort_handle());
    }

    /// From now on waiting messages follow the balance as they do while the app runs.
    pub(crate) fn watch_funds(&self) {
        tokio::spawn(self.chat.clone().watch_waiting());
    }

    /// What was told beyond the window, as events.
    pub(crate) fn notices(&self) -> Vec<Value> {
        let events = self.told.lock().unwrap();
        let events = events.iter().filter_map(|event| serde_json::from_str::<Value>(event).ok());
        events.filter_map(|event| event.get("notice").cloned()).collect()
    }

    /// Waits until an event with these words has reached the window.
    /// All events so far.
    pub(crate) fn told(&self) -> Vec<String> {
        self.told.lock().unwrap().clone()
    }

    pub(crate) async fn until_told(&self, words: &str) {
        let began = Instant::now();
        while !self.told.lock().unwrap().iter().any(|event| event.contains(words)) {
            assert!(began.elapsed() < Duration::from_secs(10), "the window never heard: {words}");
            tokio::time::sleep(Duration::from_millis(3)).await;
        }
    }

    /// Nobody answers at Poe's address any longer. Returns the port, on which somebody may again.
    pub(crate) fn unplug(&self) -> u16 {
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let address = BaseUrl::parse(&format!("http://127.0.0.1:{port}/v1")).unwrap();
        self.account.connect_to(address, Secret::from_pasted(KEY)).unwrap();
        port
    }

    /// There is a key, and Poe is there again.
    pub(crate) fn connect(&self) {
        let address = BaseUrl::parse(&self.sim.base_url()).unwrap();
        self.account.connect_to(address, Secret::from_pasted(KEY)).unwrap();
    }

    /// Signs in with a browser that allows at once; the key ends after so many seconds, or as the simulated Poe is told.
    pub(crate) async fn sign_in(&self, expires: &str) {
        let base_url = BaseUrl::parse(&self.sim.base_url()).unwrap();
        let asked = telltale::account::Asked {
            client: poe::Client::new(poe::Config::new(base_url, None)).unwrap(),
            client_id: "telltale-tests".to_owned(),
            port: 0,
        };
        let expires = expires.to_owned();
        let browse = move |url: &str| {
            let url = url.replace("/authorize?", &format!("/decide?decision=allow&expires={expires}&"));
            tokio::spawn(async move { reqwest::get(url).await.unwrap() });
        };
        assert_eq!(self.account.sign_in(asked, browse).await, Ok(true));
        let (source, keep) = (KeySource::SignedIn, Keep::Keychain);
        self.account.set_key(source, keep, false, |_| {}).await.unwrap();
    }

    /// A new chat with one question: its id and its answer's.
    pub(crate) async fn ask(&self, text: &str) -> (i64, i64) {
        let conversation = self.chat.create("demo-flash".into(), Parameters::default()).await.unwrap();
        (conversation.id, self.chat.send(conversation.id, text, None).await.unwrap().answer.id)
    }

    pub(crate) async fn ask_with(&self, text: &str, parameters: Parameters) -> i64 {
        let conversation = self.chat.create("demo-flash".into(), parameters).await.unwrap();
        self.chat.send(conversation.id, text, None).await.unwrap().answer.id
    }

    /// The file through another connection, as after a crash.
    pub(crate) fn second_look(&self) -> Library {
        Library::open(&self.dir.path().join("telltale.db"), telltale::clock::now()).unwrap().0
    }

    /// The message once it is so.
    pub(crate) async fn until(&self, id: i64, so: impl Fn(&MessageView) -> bool) -> MessageView {
        let began = Instant::now();
        loop {
            let seen = Follower::default();
            self.chat.watch(id, seen.watcher()).await.unwrap();
            if let Some(TurnUpdate::Snapshot { message, .. }) = seen.updates().into_iter().next()
                && so(&message)
            {
                return message;
            }
            assert!(began.elapsed() < Duration::from_secs(10), "message {id} never got there");
            tokio::time::sleep(Duration::from_millis(3)).await;
        }
    }

    /// The message once its turn is over and no longer live.
    pub(crate) async fn ended(&self, id: i64) -> MessageView {
        use MessageState::{Queued, Retrying, Streaming};
        let under_way = |view: &MessageView| matches!(view.status.state, Queued | Retrying | Streaming);
        let view = self.until(id, |view| !under_way(view)).await;
        while self.chat.live().iter().any(|live| live.message_id == id) {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        self.told.lock().unwrap().push(serde_json::to_string(&view).unwrap());
        view
    }

    pub(crate) fn follow(&self, id: i64) -> Follower {
        let follower = Follower::default();
        let watcher = follower.watcher();
        let chat = self.chat.clone();
        tokio::task::block_in_place(|| tokio::runtime::Handle::current().block_on(chat.watch(id, watcher)))
            .unwrap();
        follower
    }

    pub(crate) async fn balance_is(&self, points: Option<i64>) {
        let began = Instant::now();
        while self.balance.view().points != points {
            assert!(began.elapsed() < Duration::from_secs(10), "the balance is {:?}", self.balance.view());
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    /// No event, card or view that the window got holds the key or eight characters of it in a row.
    pub(crate) fn assert_no_key(&self) {
        let told = self.told.lock().unwrap().join("\n");
        let secret = &KEY["sk-poe-".len()..];
        for start in 0..=secret.len() - 8 {
            assert!(!told.contains(&secret[start..start + 8]), "the window was told a piece of the key");
        }
    }
}

impl Follower {
    pub(crate) fn watcher(&self) -> telltale::chat::Watcher {
        let all = self.0.clone();
        Box::new(move |update| {
            all.lock().unwrap().push(update);
            true
        })
    }

    pub(crate) fn updates(&self) -> Vec<TurnUpdate> {
        self.0.lock().unwrap().clone()
    }

    /// The answer as a window that applied every update would show it.
    pub(crate) fn blocks(&self) -> Vec<String> {
        let mut shown: Vec<Vec<String>> = Vec::new();
        let html = |pieces: Vec<PieceView>| pieces.into_iter().map(|piece| piece.html).collect();
        for update in self.updates() {
            match update {
                TurnUpdate::Snapshot { message, last } => {
                    shown = message.blocks.into_iter().map(|block| vec![block]).collect();
                    if let (Some(block), false) = (shown.last_mut(), last.is_empty()) {
                        let pieces: Vec<String> = html(last);
                        assert_eq!(pieces.concat(), block.concat(), "the last block once more");
                        *block = pieces;
                    }
                }
                TurnUpdate::Text { keep, within, blocks, .. } => {
                    let mut begun = if within > 0 { shown.swap_remove(keep) } else { Vec::new() };
                    assert!(within == 0 || shown.len() == keep, "a block that is not the last goes on");
                    begun.truncate(within);
                    shown.truncate(keep);
                    for pieces in blocks {
                        begun.extend::<Vec<String>>(html(pieces));
                        shown.push(std::mem::take(&mut begun));
                    }
                }
                TurnUpdate::Status { .. } => {}
            }
        }
        shown.iter().map(|pieces| pieces.concat()).collect()
    }
}
