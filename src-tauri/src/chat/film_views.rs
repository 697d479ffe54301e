//! Films as the window sees them.

use crate::events::{self, FilmSource, FilmView};
use crate::library::{FilmHow, Message};
use crate::models::films::extends;

pub(super) fn source((message_id, how): (i64, FilmHow)) -> FilmSource {
    FilmSource { message_id, how: how.into() }
}

pub(super) fn view(row: &Message) -> Option<FilmView> {
    let how = row.video_from.as_ref().map(|from| from.how.into());
    let is_film = row.video_id.is_some() || how.is_some();
    is_film.then(|| FilmView { extends: extends(&row.model), how, ..FilmView::default() })
}

impl From<FilmHow> for events::FilmHow {
    fn from(how: FilmHow) -> events::FilmHow {
        match how {
            FilmHow::Remix => events::FilmHow::Remix,
            FilmHow::Extend => events::FilmHow::Extend,
        }
    }
}

impl From<events::FilmHow> for FilmHow {
    fn from(how: events::FilmHow) -> FilmHow {
        match how {
            events::FilmHow::Remix => FilmHow::Remix,
            events::FilmHow::Extend => FilmHow::Extend,
        }
    }
}
