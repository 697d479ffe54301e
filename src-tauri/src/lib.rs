//! Telltale's composition root: the one place that knows every room.

pub mod account;
pub mod app;
pub mod archive;
pub mod cards;
pub mod chat;
pub mod checks;
pub mod clock;
pub mod commands;
pub mod connection;
pub mod data_folder;
mod desktop;
pub mod doctor;
pub mod errors;
pub mod events;
mod front;
pub mod import;
pub mod library;
pub mod log;
pub mod media;
pub mod models;
pub mod notices;
mod pictures;
pub mod points;
mod presence;
pub mod prompts;
mod redact;
pub mod search;
pub mod settings;
mod tokens;
mod window;
pub mod words;
mod worker;

use app::{App, Start};
use data_folder::DataFolder;
use events::Announce;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tauri::{AppHandle, Manager, Runtime};

/// What must be settled before the toolkit starts: which way WebKitGTK draws, and no session bus where it is silent.
pub struct Environment {
    /// To be set.
    pub variables: Vec<(&'static str, &'static str)>,
    drawing: Option<events::Drawing>,
}

pub fn environment() -> Environment {
    let drawing = desktop::renderer::choose();
    let drawn_by = drawing.as_ref().and_then(desktop::renderer::variable);
    Environment { variables: drawn_by.into_iter().chain(desktop::bus::choose()).collect(), drawing }
}

/// The commands of the window, on any runtime, so that tests drive the same list.
pub fn with_commands<R: Runtime>(builder: tauri::Builder<R>) -> tauri::Builder<R> {
    builder
        .plugin(tauri_plugin_store::Builder::default().build())
        .plugin(tauri_plugin_opener::init())
        .invoke_handler(commands::handler())
}

/// Opens the window and runs until it closes. The exit code is 0, or 1 where the app could not start.
pub fn run(demo: bool, environment: Environment) -> i32 {
    let drawing = environment.drawing;
    let built = with_commands(tauri::Builder::default())
        .setup(move |tauri| {
            let handle = tauri.handle().clone();
            // Tauri would panic over an error. Nothing is open yet that an exit would cut.
            let app = begin(&handle, demo, drawing).unwrap_or_else(|error| end(ended(error.as_ref())));
            quit_when_told(app.clone());
            window::open(&handle)?;
            if app.wants_monitor() {
                window::open_monitor(&handle)?;
            }
            tauri::async_runtime::spawn(async move { app.begin().await });
            Ok(())
        })
        .on_window_event(window::on_event)
        .build(tauri::generate_context!());
    match built {
        Ok(tauri) => tauri.run_return(|handle, event| {
            if matches!(event, tauri::RunEvent::Exit) {
                handle.state::<Arc<App>>().leave();
            }
        }),
        Err(error) => {
            fail(&error.to_string());
            1
        }
    }
}

/// Ends the app once the toolkit has been up. Its threads still run, and what libraries do at a process's regular end would
/// pull away under them what they use: now and then that crashes, after all is done. Everything is saved by then.
pub fn end(code: i32) -> ! {
    // SAFETY: it takes a number, and does not return.
    #[cfg(unix)]
    #[allow(unsafe_code)]
    unsafe {
        libc::_exit(code)
    }
    // There, the other threads end first.
    #[cfg(not(unix))]
    std::process::exit(code)
}

/// The app runs already, with this data folder.
#[derive(Debug)]
struct Running {
    /// Its window has come to the front.
    came: bool,
}

impl std::fmt::Display for Running {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("already running with this data folder")
    }
}

impl std::error::Error for Running {}

/// The exit code of a start that opens no window.
fn ended(error: &(dyn std::error::Error + 'static)) -> i32 {
    match error.downcast_ref() {
        Some(Running { came: true }) => 0,
        _ => {
            fail(&error.to_string());
            1
        }
    }
}

/// Puts the rooms together on a runtime, and hands them to its commands. Tests do the same with a `Start` of their own.
pub fn compose<R: Runtime>(
    handle: &AppHandle<R>,
    start: Start,
    announce: Announce,
) -> Result<Arc<App>, errors::Failure> {
    let deleted = start.data_folder.finish_deletion();
    let (settings, set_aside) = settings::Settings::open(handle, start.data_folder.clone());
    let app = Arc::new(App::new(start, settings, set_aside, deleted, announce)?);
    handle.manage(app.account.clone());
    handle.manage(app.archive.clone());
    handle.manage(app.balance.clone());
    handle.manage(app.cards.clone());
    handle.manage(app.chat.clone());
    handle.manage(app.doctor.clone());
    handle.manage(app.import.clone());
    handle.manage(app.ledger.clone());
    handle.manage(app.log.clone());
    handle.manage(app.media.clone());
    handle.manage(app.models.clone());
    handle.manage(app.prompts.clone());
    handle.manage(app.readings.clone());
    handle.manage(app.search.clone());
    handle.manage(app.clone());
    Ok(app)
}

/// The app as the environment and the command line want it: its folder, its key, and the way its events reach the window.
fn begin<R: Runtime>(
    handle: &AppHandle<R>,
    demo: bool,
    drawing: Option<events::Drawing>,
) -> Result<Arc<App>, Box<dyn std::error::Error>> {
    let data_folder = data_folder(handle)?;
    let data_folder = data_folder.on_second_start({
        let handle = handle.clone();
        move |dir: &Path| {
            let handle = handle.clone();
            front::listen(dir, move || window::to_front(&handle));
        }
    });
    if data_folder.lock().is_err() {
        let came = front::activate_running(&data_folder.dir());
        return Err(Box::new(Running { came }));
    }
    let set = std::env::var("TELLTALE_BASE_URL").ok().filter(|text| !text.is_empty());
    let base_url = set.as_deref().map(poe::BaseUrl::parse);
    let (base_url, refused_base_url) = match base_url {
        Some(Err(_)) => (None, set),
        parsed => (parsed.and_then(Result::ok), None),
    };
    let env_key = std::env::var("POE_API_KEY").ok().and_then(|text| poe::Secret::from_pasted(&text));
    let keychain = match std::env::var("TELLTALE_KEYCHAIN").as_deref() {
        Ok("memory") => account::Keychain::memory(),
        _ => account::Keychain::system(),
    };
    let sign_in_port = match std::env::var("TELLTALE_SIGN_IN_PORT") {
        Ok(text) => text.parse().map_err(|e| format!("TELLTALE_SIGN_IN_PORT: {e}"))?,
        Err(_) => 0,
    };
    let start = Start {
        data_folder: Arc::new(data_folder),
        base_url,
        refused_base_url,
        env_key,
        keychain,
        demo,
        sign_in_port,
        drawing,
    };
    let in_window: Announce = {
        let handle = handle.clone();
        Arc::new(move |event| {
            if let Some(app) = handle.try_state::<Arc<App>>() {
                app.tell(event);
            }
        })
    };
    let (presence, coming) = presence::Presence::new(handle, in_window.clone());
    let presence = Arc::new(presence);
    let announce: Announce = {
        let (handle, presence) = (handle.clone(), presence.clone());
        Arc::new(move |event| {
            let app = handle.try_state::<Arc<App>>();
            presence.hear(app.as_ref().map(|app| &***app), &event);
            in_window(event);
        })
    };
    let app = compose(handle, start, announce).map_err(|failure| refused(&failure))?;
    presence::begin(handle, &app, &presence, coming);
    let (exits, restarts) = (handle.clone(), handle.clone());
    app.exit_by(Box::new(move || exits.exit(0)));
    app.restart_by(Box::new(move || restarts.request_restart()));
    Ok(app)
}

/// At the end of a session, or on a word from a terminal, nobody can be asked: what has come is saved.
#[cfg(unix)]
fn quit_when_told(app: Arc<App>) {
    use tokio::signal::unix::{SignalKind, signal};
    for kind in [SignalKind::terminate(), SignalKind::interrupt()] {
        let app = app.clone();
        tauri::async_runtime::spawn(async move {
            // Where the system has no signals to give, it ends the app as it ends any.
            if let Ok(mut told) = signal(kind)
                && told.recv().await.is_some()
            {
                app.quit().await;
            }
        });
    }
}

#[cfg(not(unix))]
fn quit_when_told(_app: Arc<App>) {}

/// In words, as on a card.
fn refused(failure: &errors::Failure) -> String {
    let card = errors::card(failure, &errors::Context::default());
    format!("{}. {}", card.title, card.what)
}

/// Everything the app writes lies below this folder, which only this person may read.
fn data_folder<R: Runtime>(handle: &AppHandle<R>) -> Result<DataFolder, Box<dyn std::error::Error>> {
    let set = std::env::var_os("TELLTALE_DATA_DIR").filter(|dir| !dir.is_empty());
    if let Some(dir) = set {
        return Ok(DataFolder::fixed(std::path::absolute(PathBuf::from(dir))?));
    }
    let paths = handle.path();
    let memory = paths.app_config_dir()?.join("data-folder");
    Ok(DataFolder::remembered(paths.app_data_dir()?, memory))
}

/// The app has no window to say it in.
fn fail(message: &str) {
    use std::io::Write;
    let _ = writeln!(std::io::stderr(), "telltale: {message}");
}

/// A panic's message could hold anything; its place is enough to find it.
pub fn redact_panics() {
    use std::io::Write;
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        let _ = writeln!(std::io::stderr(), "telltale: panicked at {place}");
    }));
}
