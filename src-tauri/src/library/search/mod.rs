//! The search over everything that is kept: an index beside the file of chats, written behind it, and asked as one types.

mod closest;
mod fold;
mod follow;
mod hits;
mod in_chat;
mod index;
mod lists;
mod query;
mod queue;
mod snippet;
mod units;

pub use follow::Reading;
pub use hits::SearchFilter;
pub use in_chat::FoundInChat;
pub(super) use index::FILE;
pub(super) use queue::is_waiting;
pub use snippet::Piece;

use super::{Library, LibraryError, Role};
use crate::worker::Worker;
use hits::Hit;
use index::{Index, Span};
use query::Query;
use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;
use tokio::sync::Notify;

const THREAD: &str = "search";

/// Places that are looked at together: at first so many more than are wanted, since most searches need no others.
const SPARE: usize = 14;
const LATER: usize = 1_024;
/// A search ends after so many, though more may be found: who wants them asks on.
const LOOKED_AT: usize = 40_000;

/// What is looked for.
#[derive(Clone, Debug, Default)]
pub struct Search {
    /// As it was typed.
    pub text: String,
    pub filter: SearchFilter,
    pub best_first: bool,
    /// From here on, as the page before told.
    pub from: Option<i64>,
    pub most: usize,
}

#[derive(Clone, Debug, Default)]
pub struct SearchPage {
    pub hits: Vec<SearchHit>,
    /// Where the next page begins; none where there is nothing more.
    pub next: Option<i64>,
    /// What may have been meant, where nothing was found.
    pub meant: Option<String>,
}

/// Where something was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HitIn {
    Title,
    Text,
    Reasoning,
    File,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SearchHit {
    pub found_in: HitIn,
    pub conversation_id: i64,
    /// The chat's.
    pub title: Vec<Piece>,
    /// None: the chat itself.
    pub message_id: Option<i64>,
    pub role: Option<Role>,
    pub model: String,
    pub at: i64,
    pub points: Option<i64>,
    /// The file's name.
    pub file: Vec<Piece>,
    pub snippet: Vec<Piece>,
    /// What was found in the text, as it is written there, each way once.
    pub written: Vec<String>,
}

/// The index with the thread that owns it, and who follows the chats.
pub(super) struct Searching {
    thread: Worker<Index>,
    /// Something waits for the index.
    pub(super) changed: Arc<Notify>,
}

impl Searching {
    pub(super) fn beside(library: Option<&Path>) -> Result<Searching, LibraryError> {
        let changed = Arc::new(Notify::new());
        let thread = Worker::start(THREAD, Index::beside(library, changed.clone()))?;
        Ok(Searching { thread, changed })
    }

    /// The chats go on in another file.
    pub(super) fn move_beside(&self, library: &Path) {
        let library = library.to_owned();
        self.thread.tell(move |index| index.move_beside(&library));
    }

    /// Another library took the place of the one that it was made from.
    pub(super) fn forget(&self) {
        self.thread.tell(|index| {
            // What is left of it goes with no library's step, and is thrown away when it is looked at.
            let _ = index.remove();
        });
    }

    async fn ask_itself<T, F>(&self, work: F) -> Result<T, LibraryError>
    where
        T: Send + 'static,
        F: FnOnce(&mut Index) -> Result<T, LibraryError> + Send + 'static,
    {
        let unanswered = || LibraryError::Io("the search's thread failed at this job".to_owned());
        self.thread.ask(work).await.unwrap_or_else(|| Err(unanswered()))
    }

    async fn ask<T, F>(&self, work: F) -> Result<T, LibraryError>
    where
        T: Send + 'static,
        F: Fn(&mut rusqlite::Connection) -> Result<T, LibraryError> + Send + 'static,
    {
        self.ask_itself(move |index| index.with(work)).await
    }
}

impl Library {
    /// What is found in titles, questions, answers, reasoning, names and texts of files.
    pub async fn search(&self, search: Search) -> Result<SearchPage, LibraryError> {
        let query = Query::parse(&search.text);
        let is_asked = !search.text.trim().is_empty();
        if query.is_empty() && (is_asked || search.filter == SearchFilter::default()) {
            return Ok(SearchPage::default());
        }
        let (found, next) = self.find(&query, &search).await?;
        let meant = match found.is_empty() && search.from.is_none() {
            true => self.meant(&query, &search).await?,
            false => None,
        };
        // Long texts are folded to find what to mark.
        let show = move || found.into_iter().map(|hit| shown(hit, &query)).collect();
        let hits = tokio::task::spawn_blocking(show).await.map_err(|e| LibraryError::Io(e.to_string()))?;
        Ok(SearchPage { hits, next, meant })
    }

    /// What stands in a chat as it is shown.
    pub async fn find_in_chat(
        &self,
        conversation_id: i64,
        typed: String,
    ) -> Result<Vec<FoundInChat>, LibraryError> {
        let texts =
            self.run_at(conversation_id, move |connection| in_chat::texts(connection, conversation_id));
        let texts = texts.await?;
        let found = tokio::task::spawn_blocking(move || in_chat::find(&texts, &typed)).await;
        found.map_err(|e| LibraryError::Io(e.to_string()))
    }

    async fn find(&self, query: &Query, search: &Search) -> Result<(Vec<Hit>, Option<i64>), LibraryError> {
        if search.best_first && !query.is_empty() {
            return self.find_best(query, search).await;
        }
        let mut span = Span::of_time(search.filter.from, search.filter.until);
        span.from = span.from.max(search.from.unwrap_or(i64::MIN));
        let (mut hits, mut looked_at, mut chunk) = (Vec::new(), 0, search.most + SPARE);
        while looked_at < LOOKED_AT {
            let asked = (!query.is_empty()).then(|| query.asked());
            let found = self.searching.ask(move |connection| match &asked {
                Some(asked) => lists::newest(connection, asked, span, chunk),
                None => index::every(connection, span, chunk),
            });
            let found = found.await?;
            let is_last = found.len() < chunk;
            let (filter, most) = (search.filter.clone(), search.most - hits.len());
            let (places, count) = (found.iter().map(|it| it.place).collect::<Vec<_>>(), found.len());
            let (more, read) =
                self.run(move |connection| hits::read(connection, &found, &filter, most)).await?;
            hits.extend(more);
            looked_at += read;
            if let Some(last) = read.checked_sub(1).and_then(|last| places.get(last)) {
                span.from = last + 1;
            }
            if read == count && is_last {
                return Ok((hits, None));
            }
            if hits.len() == search.most {
                break;
            }
            chunk = LATER;
        }
        Ok((hits, Some(span.from)))
    }

    /// All that are compared are at hand, so that a page is counted from their top.
    async fn find_best(
        &self,
        query: &Query,
        search: &Search,
    ) -> Result<(Vec<Hit>, Option<i64>), LibraryError> {
        let span = Span::of_time(search.filter.from, search.filter.until);
        let expression = query.expression();
        let mut found =
            self.searching.ask(move |connection| index::best(connection, &expression, span)).await?;
        let skipped = usize::try_from(search.from.unwrap_or(0)).unwrap_or(0).min(found.len());
        found.drain(..skipped);
        let (filter, most, count) = (search.filter.clone(), search.most, found.len());
        let (hits, read) = self.run(move |connection| hits::read(connection, &found, &filter, most)).await?;
        let next = (read < count).then(|| i64::try_from(skipped + read).unwrap_or(i64::MAX));
        Ok((hits, next))
    }

    /// The query with other words in the place of those that nothing has, where something is found by it.
    async fn meant(&self, query: &Query, search: &Search) -> Result<Option<String>, LibraryError> {
        let mut meant = search.text.clone();
        for term in closest::words(query).into_iter().rev() {
            let word = term.parts[0].text.clone();
            let looked_for = word.clone();
            if self.searching.ask(move |connection| index::has_word(connection, &looked_for)).await? {
                continue;
            }
            let mut known = Vec::new();
            for (from, to) in closest::spans(&word) {
                known.extend(
                    self.searching
                        .ask(move |connection| index::words_between(connection, &from, &to))
                        .await?,
                );
            }
            if let Some(nearest) = closest::nearest(&word, &known) {
                meant.replace_range(term.typed.clone(), &nearest);
            }
        }
        if meant == search.text {
            return Ok(None);
        }
        let again = Search { text: meant, most: 1, ..search.clone() };
        let (found, _) = self.find(&Query::parse(&again.text), &again).await?;
        Ok((!found.is_empty()).then_some(again.text))
    }
}

fn shown(hit: Hit, query: &Query) -> SearchHit {
    let pieces = |text: &str| snippet::snippet(text, &query.first_marks(text));
    let (in_text, in_reasoning) = (query.first_marks(&hit.text), query.first_marks(&hit.reasoning));
    let is_reasoning = in_text.is_empty() && !in_reasoning.is_empty();
    let found_in = match (&hit.file, hit.message_id) {
        (Some(_), _) => HitIn::File,
        (None, None) => HitIn::Title,
        (None, Some(_)) if is_reasoning => HitIn::Reasoning,
        (None, Some(_)) => HitIn::Text,
    };
    let (text, marks) = if is_reasoning { (&hit.reasoning, in_reasoning) } else { (&hit.text, in_text) };
    let written: BTreeSet<&str> = marks.iter().map(|mark| &text[mark.clone()]).collect();
    SearchHit {
        found_in,
        conversation_id: hit.conversation_id,
        title: if found_in == HitIn::Title { pieces(&hit.title) } else { snippet::snippet(&hit.title, &[]) },
        message_id: hit.message_id,
        role: hit.role,
        at: hit.at,
        points: hit.points,
        file: hit.file.as_deref().map(pieces).unwrap_or_default(),
        snippet: snippet::snippet(text, &marks),
        written: written.into_iter().map(str::to_owned).collect(),
        model: hit.model,
    }
}
