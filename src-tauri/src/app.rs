//! What joins the rooms: how they are put together, start, demo, another server or folder, quitting. The only place that asks
//! real or demo.

mod accounts;
mod backups;
mod deletion;
mod examples;
mod folder;
mod importing;
mod listener;
mod monitor;
mod outside;
mod quit;
mod spelling;
mod test_message;

pub use listener::EventListener;
pub use monitor::MonitorWatcher;
pub use outside::{Telling, WindowAct};

use crate::account::{self, Account, Keychain, Network};
use crate::archive::Archive;
use crate::cards::Cards;
use crate::chat::{BeginsIn, Beside, Chat};
use crate::connection::Connection;
use crate::data_folder::{DataFolder, Deleted};
use crate::doctor::Doctor;
use crate::errors::{self, Failure, FolderProblem, NotSaved, Refusal, SetBy, StartAddress};
use crate::events::{
    Announce, Boot, ConversationDetail, ConversationList, Drawing, ErrorCard, Event, FirstMessage, LogView,
    NoticesView, Parameters, ProxyChange, SettingsChange, SettingsView, Started,
};
use crate::import::Import;
use crate::library::{Library, SetAside};
use crate::log::Log;
use crate::media::Media;
use crate::models::{Allowed, ModelList};
use crate::notices::Notices;
use crate::points::{Balance, Ledger, Points, Readings};
use crate::prompts::Prompts;
use crate::search::Search;
use crate::settings::{Settings, SettingsError, Values};
use accounts::account_view;
use parking_lot::Mutex;
use poe::sim::Sim;
use poe::{BaseUrl, Secret};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

pub struct App {
    pub account: Arc<Account>,
    pub archive: Arc<Archive>,
    pub balance: Arc<Balance>,
    pub chat: Arc<Chat>,
    pub connection: Connection,
    pub doctor: Arc<Doctor>,
    pub import: Arc<Import>,
    pub ledger: Arc<Ledger>,
    pub readings: Arc<Readings>,
    pub search: Arc<Search>,
    pub media: Arc<Media>,
    pub models: Arc<ModelList>,
    pub prompts: Arc<Prompts>,
    pub log: Arc<Log>,
    pub cards: Arc<Cards>,
    pub library: Library,
    settings: Arc<Settings>,
    announce: Announce,
    start: Start,
    notices: Arc<Notices>,
    /// Set until there is an address that may be asked.
    unaddressed: Mutex<Option<StartAddress>>,
    /// Accounts whose keys are to be deleted, and may still be in the keychain.
    left_keys: Mutex<Option<Vec<u32>>>,
    /// One change of the data folder at a time.
    moving: tokio::sync::Mutex<()>,
    /// The simulated Poe while it answers instead of Poe. Dropping it stops it.
    demo: tokio::sync::Mutex<Option<Sim>>,
    /// The same fact for who cannot wait.
    simulated: Arc<AtomicBool>,
    quit: quit::Quit,
    spelling: spelling::Spelling,
    monitor: monitor::Monitor,
    listener: Mutex<Option<EventListener>>,
    outside: outside::Outside,
    /// Whether the answers that the last run left under way are closed.
    interrupted: tokio::sync::OnceCell<()>,
}

/// What the environment and the command line decide.
pub struct Start {
    pub data_folder: Arc<DataFolder>,
    /// `TELLTALE_BASE_URL`, which wins over the setting.
    pub base_url: Option<BaseUrl>,
    /// What it says instead, where that is no address.
    pub refused_base_url: Option<String>,
    pub env_key: Option<Secret>,
    pub keychain: Keychain,
    /// `--demo`: for this run, whatever the setting says.
    pub demo: bool,
    /// Where the browser comes back to after a sign-in, for a firewall that knows one port; 0 is any.
    pub sign_in_port: u16,
    /// How the window is drawn, for the doctor.
    pub drawing: Option<Drawing>,
}

impl App {
    /// Puts the rooms together. Failures that leave the app usable become notices.
    pub fn new(
        start: Start,
        settings: Settings,
        settings_set_aside: Option<SetAside>,
        deleted: Option<Deleted>,
        announce: Announce,
    ) -> Result<App, Failure> {
        // A file that cannot be used (a later version's, a read-only folder) stays untouched; the app works on without it.
        let data_folder = &start.data_folder;
        let file = data_folder.chats();
        let (library, library_set_aside, refused) = match Library::open(&file, crate::clock::now()) {
            Ok((library, set_aside)) => (library, set_aside, None),
            Err(error) => (Library::in_memory_of(&file)?, None, Some(error)),
        };
        let settings = Arc::new(settings);
        let base_url = real_base_url(&start, &settings.get());
        let unaddressed = unaddressed(&start, &settings.get());
        let simulated = Arc::new(AtomicBool::new(false));
        let on_change = {
            let (announce, simulated) = (announce.clone(), simulated.clone());
            move |account: &Account| {
                announce(Event::Account(account_view(account, simulated.load(Ordering::Relaxed))));
            }
        };
        let (keychain, env_key) = (start.keychain.clone(), start.env_key.clone());
        let (account, accounts_set_aside) =
            Account::new(keychain, base_url, env_key, Box::new(on_change))?.remembering(data_folder.clone());
        account.set_client_id(client_id(&settings.get()));
        let account = Arc::new(account);
        let balance = Arc::new(Balance::new(account.clone(), announce.clone()));
        let models = ModelList::new(account.clone(), announce.clone()).keeping(data_folder.clone());
        choose(&models, &settings.get());
        let models = Arc::new(models);
        let points =
            Points::new(library.clone(), account.clone(), models.clone(), balance.clone(), announce.clone());
        let ledger = points.ledger.clone();
        let readings = Readings::new(library.clone(), balance.clone(), ledger.clone(), announce.clone());
        readings.set_levels(settings.get().levels);
        let cards = Arc::new(Cards::new(
            library.clone(),
            account.clone(),
            models.clone(),
            Arc::new(points),
            !data_folder.is_fixed(),
        ));
        let notices = Arc::new(Notices::new(cards.clone(), announce.clone()));
        let on_fault = {
            let notices = notices.clone();
            move |error| notices.add(Failure::Log(error))
        };
        let log = Log::open(data_folder.clone(), announce.clone(), Box::new(on_fault));
        let log = Arc::new(log);
        account.set_network(Network { log: Some(log.clone()), ..Network::default() })?;
        let (connection, unusable) =
            Connection::new(account.clone(), settings.clone(), &start.keychain, data_folder.clone());
        let media = Arc::new(Media::new(library.clone(), data_folder.clone(), account.clone()));
        let chat = Arc::new(Chat::new(cards.clone(), media.clone(), announce.clone()));
        chat.set_daily_limit(settings.get().daily_limit);
        chat.set_caching(settings.get().cache_chats);
        chat.begin_with_order(settings.get().list_order);
        let archive = Archive::new(library.clone(), account.clone(), data_folder.clone(), announce.clone());
        let import = Import::new(library.clone(), data_folder.clone(), media.clone(), announce.clone());
        let in_memory =
            |error| Refusal { not_saved: Some(NotSaved::Session), ..Failure::Library(error).into() };
        let at_start = [
            settings_set_aside.map(|moved| Failure::SettingsSetAside(moved).into()),
            accounts_set_aside.map(|moved| Failure::SettingsSetAside(moved).into()),
            library_set_aside.map(|moved| Failure::LibrarySetAside(moved).into()),
            deleted.as_ref().and_then(deletion::left_over),
            refused.map(in_memory),
            data_folder.missing().map(|folder| {
                let (folder, used) = (folder.display(), data_folder.dir());
                let problem =
                    FolderProblem::Missing { folder: folder.to_string(), used: used.display().to_string() };
                Failure::Folder(problem).into()
            }),
        ];
        let unusable = unusable.into_iter().map(Refusal::from);
        for refusal in at_start.into_iter().flatten().chain(unusable) {
            notices.add(refusal);
        }
        let prompts = Prompts::new(library.clone(), account.clone(), announce.clone());
        Ok(App {
            doctor: Arc::new(Doctor::new(account.clone()).drawn(start.drawing.clone())),
            account,
            archive: Arc::new(archive),
            balance,
            cards,
            chat,
            connection,
            import: Arc::new(import),
            ledger,
            readings: Arc::new(readings),
            media,
            models,
            prompts: Arc::new(prompts),
            log,
            search: Arc::new(Search::new(library.clone(), announce.clone())),
            library,
            settings,
            announce,
            start,
            notices,
            unaddressed: Mutex::new(unaddressed),
            left_keys: Mutex::new(deleted.and_then(|deleted| deleted.keys)),
            moving: tokio::sync::Mutex::default(),
            demo: tokio::sync::Mutex::default(),
            simulated,
            quit: quit::Quit::default(),
            spelling: spelling::Spelling::default(),
            monitor: monitor::Monitor::default(),
            listener: Mutex::default(),
            outside: outside::Outside::default(),
            interrupted: tokio::sync::OnceCell::default(),
        })
    }

    /// What follows the window's first paint: the key is read, interrupted answers are closed, the balance watched.
    pub async fn begin(self: &Arc<Self>) {
        self.forget_left_keys().await;
        if self.unaddressed().is_some() {
            return;
        }
        self.close_interrupted().await;
        if let Err(error) = self.connection.load().await {
            self.notice(error);
        }
        if self.start.demo || self.settings.get().demo {
            self.enter_demo().await;
        } else {
            self.load_key().await;
        }
        if let Err(refusal) = self.chat.go_on_with_films().await {
            self.notice(refusal);
        }
        tokio::spawn(self.clone().clear_unfinished());
        tokio::spawn(self.clone().follow_monitor());
        tokio::spawn(self.balance.clone().watch());
        tokio::spawn(self.ledger.clone().watch());
        tokio::spawn(self.readings.clone().watch());
        tokio::spawn(self.chat.clone().watch_charges());
        tokio::spawn(account::renewal::watch(self.account.clone()));
        tokio::spawn(self.clone().watch_backups());
        tokio::spawn(self.clone().check_library());
        tokio::spawn(self.chat.clone().watch_waiting());
        tokio::spawn(self.clone().watch_desktop());
        let (media, search) = (self.media.clone(), self.search.clone());
        tokio::spawn(async move { media.sweep().await });
        tokio::spawn(async move { search.follow().await });
        self.models.freshen().await;
        tokio::spawn(self.models.clone().watch());
    }

    /// Once, before the window is told of any chat.
    async fn close_interrupted(&self) {
        let close = async || {
            if let Err(refusal) = self.chat.close_interrupted().await {
                self.notice(refusal);
            }
        };
        self.interrupted.get_or_init(close).await;
    }

    /// Refused while there is no address: the window shows nothing else before that is mended.
    pub async fn boot(&self) -> Result<Boot, Refusal> {
        match self.unaddressed() {
            Some(address) => Err(Failure::Address(address).into()),
            None => Ok(self.booted().await),
        }
    }

    async fn booted(&self) -> Boot {
        self.close_interrupted().await;
        let conversations = self.conversations().await;
        let open = self.chat.first_shown().await.unwrap_or_else(|refusal| {
            self.notice(refusal);
            None
        });
        let projects = self.chat.projects().await.unwrap_or_else(|refusal| {
            self.notice(refusal);
            Vec::new()
        });
        let prompts = self.prompts.all().await.unwrap_or_else(|refusal| {
            self.notice(refusal);
            Vec::new()
        });
        Boot {
            projects,
            prompts,
            version: env!("CARGO_PKG_VERSION").to_owned(),
            account: self.account(),
            balance: self.balance.view(),
            settings: self.settings(),
            conversations,
            open,
            live: self.chat.live(),
            notices: self.notices.all(),
            log: self.log.view(),
            quit: self.quit.view(),
        }
    }

    pub fn settings(&self) -> SettingsView {
        let values = self.settings.get();
        let base_url = real_base_url(&self.start, &values);
        SettingsView {
            tray: self.outside.tray(&values),
            notices: NoticesView { on: values.notices, titles: values.notice_titles, quiet: values.quiet },
            theme: values.theme,
            typeface: values.typeface,
            text_size: values.text_size,
            spelling: self.spelling.view(values.spelling),
            base_url: base_url.as_str().to_owned(),
            base_url_fixed: self.start.base_url.is_some(),
            enter_sends: values.enter_sends,
            default_model: values.default_model,
            favorites: values.favorites,
            allowed: values.allowed_bots.into_iter().chain(values.allowed_makers).collect(),
            default_parameters: values.default_parameters,
            model_parameters: values.model_parameters,
            connection: self.connection.view(&base_url),
            daily_limit: values.daily_limit,
            levels: values.levels,
            cache_chats: values.cache_chats,
            data_dir: self.start.data_folder.dir().display().to_string(),
            data_dir_fixed: self.start.data_folder.is_fixed(),
            can_sign_in: self.account.client_id().is_some(),
            client_id: values.client_id,
        }
    }

    pub async fn change_settings(self: &Arc<Self>, change: SettingsChange) -> Result<SettingsView, Refusal> {
        let before = real_base_url(&self.start, &self.settings.get());
        let tried = change.base_url.clone();
        let values = self
            .settings
            .change(change)
            .map_err(|error| Refusal { base_url: tried.clone(), ..error.into() })?;
        self.account.set_client_id(client_id(&values));
        self.chat.set_daily_limit(values.daily_limit);
        self.readings.set_levels(values.levels.clone());
        self.chat.set_caching(values.cache_chats);
        self.chat.set_list_order(values.list_order).await;
        self.spelling.set(values.spelling);
        choose(&self.models, &values);
        let after = real_base_url(&self.start, &values);
        if after != before && !self.in_demo() {
            self.account.move_to(after)?;
            self.new_server();
        }
        let is_addressed = tried.is_some() && self.unaddressed.lock().take().is_some();
        if is_addressed {
            let app = self.clone();
            tokio::spawn(async move { app.begin().await });
        }
        Ok(self.tell_settings())
    }

    /// This bot, or each of its maker, is asked from now on, whatever it costs.
    pub fn allow_bot(&self, id: &str, all_of_maker: bool) -> Result<SettingsView, Refusal> {
        let maker = self.models.find(id).map(|model| model.maker).filter(|maker| !maker.is_empty());
        let values = match maker.filter(|_| all_of_maker) {
            Some(maker) => self.settings.allow_maker(maker)?,
            None => self.settings.allow_bot(id.to_owned())?,
        };
        choose(&self.models, &values);
        Ok(self.tell_settings())
    }

    fn unaddressed(&self) -> Option<StartAddress> {
        self.unaddressed.lock().clone()
    }

    fn tell_settings(&self) -> SettingsView {
        let view = self.settings();
        (self.announce)(Event::Settings(view.clone()));
        view
    }

    pub async fn set_proxy(&self, change: ProxyChange) -> Result<SettingsView, Refusal> {
        let changed = self.connection.set_proxy(change).await;
        self.reconnected(changed)
    }

    pub fn bypass_proxy(&self) -> Result<SettingsView, Refusal> {
        self.reconnected(self.connection.bypass_proxy())
    }

    pub fn add_certificate(&self, name: &str, bytes: &[u8]) -> Result<SettingsView, Refusal> {
        self.reconnected(self.connection.add_certificate(name, bytes))
    }

    pub fn remove_certificate(&self, file: &str) -> Result<SettingsView, Refusal> {
        self.reconnected(self.connection.remove_certificate(file))
    }

    /// The desktop's proxy settings are followed while the app runs.
    async fn watch_desktop(self: Arc<Self>) {
        loop {
            let changed = self.connection.desktop_changed().await;
            if let Err(refusal) = self.reconnected(changed) {
                self.notice(refusal);
            }
        }
    }

    /// What could not be read by the old way is asked for by the new one.
    fn reconnected(&self, changed: Result<(), SettingsError>) -> Result<SettingsView, Refusal> {
        let view = self.tell_settings();
        changed?;
        let (models, balance) = (self.models.clone(), self.balance.clone());
        tokio::spawn(async move {
            if models.view().card.is_some() || models.view().models.is_empty() {
                models.refresh().await;
            }
            if balance.view().card.is_some() {
                balance.refresh().await;
            }
        });
        Ok(view)
    }

    /// A chat begins with its first question, of the model that new chats ask where none is named.
    pub async fn begin_conversation(&self, first: FirstMessage) -> Result<Started, Refusal> {
        let (model, parameters) = self.of_new(&first).await;
        let within = BeginsIn { project: first.project_id, preset: first.preset_id };
        self.chat.begin_conversation(&model, parameters, first.text, first.attachments, within).await
    }

    /// The same of several models.
    pub async fn begin_comparison(
        &self,
        first: FirstMessage,
        beside: Beside,
    ) -> Result<ConversationDetail, Refusal> {
        let (model, parameters) = self.of_new(&first).await;
        let asked = (first.text, first.attachments);
        let within = BeginsIn { project: first.project_id, preset: first.preset_id };
        self.chat.begin_comparison(&model, parameters, asked, within, beside).await
    }

    /// What a new chat is asked with.
    async fn of_new(&self, first: &FirstMessage) -> (String, Parameters) {
        let values = self.settings.get();
        let model = first.model.clone().or_else(|| values.default_model.clone()).unwrap_or_default();
        if model.is_empty() {
            self.models.get().await;
        }
        let parameters = first.parameters.clone().unwrap_or_else(|| values.parameters_of_new(&model));
        (model, parameters)
    }

    /// Whether the log keeps what is sent and received. What is under way ends as it began.
    pub async fn keep_log_bodies(&self, on: bool) -> Result<LogView, Refusal> {
        if on {
            self.account.load_all_keys().await;
        }
        let view = self.log.keep_bodies(on).await;
        self.account.set_network(self.account.network())?;
        Ok(view)
    }

    /// Every card, as a person could meet it now.
    pub fn gallery(&self) -> Vec<ErrorCard> {
        errors::gallery(crate::clock::now())
    }

    /// The window's page ended, and was loaded again: it asks for everything anew.
    pub fn page_reloaded(&self, cause: &'static str) {
        self.notices.solved(&["page_reloaded"]);
        self.notice(Failure::PageReloaded { cause });
    }

    pub fn dismiss_notices(&self) {
        self.notices.dismiss();
    }

    pub fn card(&self, refusal: impl Into<Refusal>) -> ErrorCard {
        self.cards.card(refusal)
    }

    /// What was known of another server or key is forgotten, and asked anew.
    fn new_server(&self) {
        self.models.forget();
        self.balance.forget();
        self.chat.reconnected();
        let models = self.models.clone();
        tokio::spawn(async move { models.freshen().await });
    }

    /// Nothing where the disk fails, which is told.
    async fn conversations(&self) -> ConversationList {
        self.chat.conversation_list().await.unwrap_or_else(|refusal| {
            self.notice(refusal);
            ConversationList::default()
        })
    }

    fn notice(&self, refusal: impl Into<Refusal>) {
        self.notices.add(refusal);
    }
}

/// What the list of models is told of a person's choices.
fn choose(models: &ModelList, values: &Values) {
    models.set_favorites(&values.favorites);
    models.set_allowed(Allowed::new(&values.allowed_bots, &values.allowed_makers));
}

/// The demo asks nobody, and a variable that holds an address wins over what the file says.
fn unaddressed(start: &Start, values: &Values) -> Option<StartAddress> {
    if start.demo || start.base_url.is_some() {
        return None;
    }
    let by = |set_by| move |text: String| StartAddress { text, set_by };
    let variable = start.refused_base_url.clone().map(by(SetBy::Variable));
    variable.or_else(|| values.refused_base_url.clone().map(by(SetBy::File)))
}

fn real_base_url(start: &Start, values: &Values) -> BaseUrl {
    let chosen = || [&values.base_url, BaseUrl::DEFAULT].iter().find_map(|text| BaseUrl::parse(text).ok());
    start.base_url.clone().or_else(chosen).expect("Poe's own address parses")
}

/// The app's ID at Poe: a person's own, or the one that this build carries.
fn client_id(values: &Values) -> Option<String> {
    let built_in = option_env!("TELLTALE_CLIENT_ID").filter(|id| !id.is_empty());
    values.client_id.clone().or(built_in.map(str::to_owned))
}
