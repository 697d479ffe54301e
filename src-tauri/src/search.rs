//! The search as a person meets it: what is found, page by page, and how far the index is where it has to be made.

use crate::errors::Refusal;
use crate::events::{
    self, Announce, Event, FoundIn, FoundInChat, SearchOrder, SearchPiece, SearchReading, SearchRequest,
    SearchView,
};
use crate::library::{self, HitIn, Library, Piece, Reading};
use parking_lot::Mutex;

/// Hits of a page; the first has what the window shows, which is at least so many.
const PAGE: usize = 50;
const LEAST: usize = 4;

pub struct Search {
    library: Library,
    announce: Announce,
    reading: Mutex<Option<SearchReading>>,
}

impl Search {
    pub fn new(library: Library, announce: Announce) -> Search {
        Search { library, announce, reading: Mutex::default() }
    }

    /// Keeps the index in step with the chats, for as long as the app runs.
    pub async fn follow(&self) {
        let tell = |reading: Option<Reading>| {
            let reading = reading.map(|Reading { read, of }| SearchReading { read, of });
            *self.reading.lock() = reading;
            (self.announce)(Event::Search(reading));
        };
        self.library.follow_search(tell).await;
    }

    pub async fn find(&self, request: SearchRequest) -> Result<SearchView, Refusal> {
        let page = self.library.search(search(request)).await?;
        Ok(SearchView {
            hits: page.hits.into_iter().map(hit).collect(),
            next: page.next,
            meant: page.meant,
            reading: *self.reading.lock(),
        })
    }

    pub async fn find_in_chat(&self, id: i64, text: String) -> Result<Vec<FoundInChat>, Refusal> {
        let found = self.library.find_in_chat(id, text).await?;
        let view = |it: library::FoundInChat| FoundInChat {
            message_id: it.message_id,
            count: i64::try_from(it.count).unwrap_or(i64::MAX),
            written: it.written,
        };
        Ok(found.into_iter().map(view).collect())
    }
}

fn search(request: SearchRequest) -> library::Search {
    let filter = request.filter;
    let role = filter.role.map(|role| match role {
        events::MessageRole::User => library::Role::User,
        events::MessageRole::Assistant => library::Role::Assistant,
    });
    library::Search {
        text: request.text,
        filter: library::SearchFilter {
            conversation: filter.conversation,
            project: filter.project,
            model: filter.model,
            role,
            from: filter.since,
            until: filter.until,
            has_files: filter.has_files,
            points: filter.points,
        },
        best_first: request.order == SearchOrder::Best,
        from: request.from,
        most: if request.from.is_none() { request.shown.clamp(LEAST, PAGE) } else { PAGE },
    }
}

fn hit(hit: library::SearchHit) -> events::SearchHit {
    events::SearchHit {
        found_in: match hit.found_in {
            HitIn::Title => FoundIn::Title,
            HitIn::Text => FoundIn::Text,
            HitIn::Reasoning => FoundIn::Reasoning,
            HitIn::File => FoundIn::File,
        },
        conversation_id: hit.conversation_id,
        title: pieces(hit.title),
        message_id: hit.message_id,
        role: hit.role.map(|role| match role {
            library::Role::User => events::MessageRole::User,
            library::Role::Assistant => events::MessageRole::Assistant,
        }),
        model: hit.model,
        at: hit.at,
        points: hit.points,
        file: pieces(hit.file),
        snippet: pieces(hit.snippet),
        written: hit.written,
    }
}

fn pieces(pieces: Vec<Piece>) -> Vec<SearchPiece> {
    pieces.into_iter().map(|Piece { text, is_match }| SearchPiece { text, is_match }).collect()
}
