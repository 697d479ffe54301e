//! The conditions of a test: what it waits for, and what it needs of the computer it runs on.

use std::sync::mpsc::RecvTimeoutError;
use std::time::{Duration, Instant};

/// Generous: it ends a test that would hang, and says nothing of how long something may take.
const LIMIT: Duration = Duration::from_secs(60);
const LOOK: Duration = Duration::from_millis(3);

/// Waits for an event.
pub(crate) async fn until(event: &str, mut came: impl AsyncFnMut() -> bool) {
    let began = Instant::now();
    while !came().await {
        assert!(began.elapsed() < LIMIT, "it never came: {event}");
        let look = tokio::task::spawn_blocking(|| std::thread::sleep(LOOK));
        look.await.unwrap();
    }
}

/// Does it while no clock moves: it waits for no timer.
pub(crate) async fn at_once<T>(work: impl Future<Output = T>) -> T {
    let (done, wait) = std::sync::mpsc::channel::<()>();
    tokio::time::pause();
    // While such a thread runs, a paused clock does not advance by itself.
    let held = tokio::task::spawn_blocking(move || wait.recv_timeout(LIMIT));
    let result = work.await;
    drop(done);
    let held = held.await.unwrap();
    assert_eq!(held, Err(RecvTimeoutError::Disconnected), "it waits for a timer");
    tokio::time::resume();
    result
}

/// [`until`] where no task waits but the thread.
pub(crate) fn wait_until(event: &str, mut came: impl FnMut() -> bool) {
    let began = Instant::now();
    while !came() {
        assert!(began.elapsed() < LIMIT, "it never came: {event}");
        std::thread::sleep(LOOK);
    }
}

/// A test that this computer can't run says why, and fails where `TELLTALE_MUST_RUN` names what is missing.
#[allow(clippy::print_stdout)]
pub(crate) fn skip(missing: &str, why: impl std::fmt::Display) {
    let needed = std::env::var("TELLTALE_MUST_RUN").unwrap_or_default();
    assert!(!needed.split(' ').any(|it| it == missing), "{missing}: {why}");
    println!("skipped: {why}");
}
