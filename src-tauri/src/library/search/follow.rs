//! The index follows the chats: what has changed is read from their file a little at a time, made into words elsewhere, and
//! written to the index by its own thread, so that nobody who sends waits for it. While nothing changes nothing is done.

use super::super::{Library, LibraryError};
use super::fold::fold;
use super::index::{self, Entry, Steps};
use super::queue::{self, Waiting};
use super::units::Indexed;
use std::time::{Duration, Instant};

/// What changes at once is taken in together.
const SETTLE: Duration = Duration::from_millis(150);
/// After a failure, as of a full disk.
const REST: Duration = Duration::from_secs(10);
/// Where so much waits it is told how far the index is, so often at most.
const TOLD: i64 = 400;
const EVERY: Duration = Duration::from_millis(250);

/// How much of everything the index holds by now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reading {
    pub read: i64,
    pub of: i64,
}

impl Library {
    /// As long as the app runs. Where much is to be read it is told how far that is, and that it is done.
    pub async fn follow_search(&self, tell: impl Fn(Option<Reading>)) {
        let mut is_start = true;
        loop {
            match self.catch_up(is_start, &tell).await {
                Ok(()) => {
                    is_start = false;
                    self.searching.changed.notified().await;
                    tokio::time::sleep(SETTLE).await;
                }
                Err(_) => tokio::time::sleep(REST).await,
            }
        }
    }

    /// Until the index holds all that there is and nothing that is gone.
    pub async fn catch_up(
        &self,
        is_start: bool,
        tell: &impl Fn(Option<Reading>),
    ) -> Result<(), LibraryError> {
        let steps = self.steps().await?;
        let waiting = self.run(|connection| queue::count(connection)).await?;
        let is_long = waiting > TOLD;
        let mut step = steps.now;
        if waiting > 0 {
            let mut told = Instant::now().checked_sub(EVERY);
            loop {
                if is_long && told.is_none_or(|told| told.elapsed() >= EVERY) {
                    tell(Some(self.reading().await?));
                    told = Some(Instant::now());
                }
                let next = self.run(queue::next).await?;
                if next.is_empty() {
                    break;
                }
                step = self.take_in(next, step).await?;
            }
            if is_long {
                tell(None);
            }
        }
        // Much that was read in part by part stands in many lists for each word, which are slow to leap through together.
        if is_long || self.searching.ask(move |connection| index::has_gone(connection, is_start)).await? {
            while self.searching.ask(index::write_out).await? {}
        }
        Ok(())
    }

    pub async fn reading(&self) -> Result<Reading, LibraryError> {
        let read = self.searching.ask(index::size).await?;
        let waiting = self.run(|connection| queue::count(connection)).await?;
        Ok(Reading { read, of: read + waiting })
    }

    /// Those of the index. One that was made from another library, or a new one, is to hold everything of this.
    async fn steps(&self) -> Result<Steps, LibraryError> {
        let steps = self.searching.ask(index::steps).await?;
        if self.run(move |connection| queue::follows(connection, steps)).await? {
            return Ok(steps);
        }
        self.searching.ask_itself(|index| index.remove()).await?;
        let steps = self.searching.ask(index::steps).await?;
        self.run(move |connection| queue::begin(connection, steps.now)).await?;
        Ok(steps)
    }

    /// First in the index, then gone from what waits: an end of the app in between takes it in once more.
    async fn take_in(&self, waiting: Vec<Waiting>, step: i64) -> Result<i64, LibraryError> {
        let entries = |waiting: Vec<Waiting>| {
            let words = |text: &String| Indexed::of(&fold(text).text);
            let entry =
                |it: &Waiting| Entry { source: it.source, at: it.at, words: it.text.as_ref().map(words) };
            let entries: Vec<Entry> = waiting.iter().map(entry).collect();
            (entries, waiting)
        };
        let (entries, waiting) = tokio::task::spawn_blocking(move || entries(waiting))
            .await
            .map_err(|error| LibraryError::Io(error.to_string()))?;
        let next = index::new_step();
        let is_taken = self.searching.ask(move |connection| {
            // One that was thrown away meanwhile begins from nothing.
            let is_same = index::steps(connection)?.now == step;
            if is_same {
                index::write(connection, &entries, next)?;
            }
            Ok(is_same)
        });
        if !is_taken.await? {
            return Ok(self.steps().await?.now);
        }
        self.run(move |connection| queue::done(connection, &waiting, next)).await?;
        Ok(next)
    }
}
