//! What goes to Poe with a message: looked through before anything is saved or sent.
//!
//! `checks.rs` asks what stands against a message, `attachments/` keeps its files, `naming.rs`
//! finds the model where none was chosen. `request.rs` puts the request together, `route.rs` says where it goes and `places.rs`
//! up to where it can be kept there; `merging.rs` writes what several answers are made one with; `length.rs` leaves out
//! what does not fit, `draft_cost.rs` says what the next one will cost, with what is kept of it (`draft_cache.rs`), `parts.rs` of
//! what it consists, `summary.rs` what a summary of its older turns would be, `standing_cost.rs` what a project adds to each, `parameters.rs` reads the form of its settings and
//! `declared.rs` those that the model declares. `films.rs` is all of that for a model that makes films.

pub(super) mod attachments;
mod checks;
pub(super) mod declared;
mod draft_cache;
mod draft_cost;
pub(super) mod films;
pub(super) mod length;
pub(super) mod merging;
pub(super) mod naming;
pub(super) mod parameters;
mod parts;
pub(super) mod places;
pub(super) mod request;
pub(super) mod route;
mod standing_cost;
pub(super) mod summary;

use crate::library::Library;
use crate::models::ModelList;
use crate::points::Points;
use attachments::FileSize;
use parking_lot::Mutex;
use std::collections::BTreeMap;
use std::sync::Arc;

pub struct Outgoing {
    library: Library,
    models: Arc<ModelList>,
    points: Arc<Points>,
    /// One picture at a time: each takes much memory.
    decoding: tokio::sync::Mutex<()>,
    /// Of files that were read for it, by their ids and bytes.
    measured: Mutex<BTreeMap<(i64, i64), Option<FileSize>>>,
}

impl Outgoing {
    pub(super) fn new(library: Library, models: Arc<ModelList>, points: Arc<Points>) -> Outgoing {
        Outgoing {
            library,
            models,
            points,
            decoding: tokio::sync::Mutex::default(),
            measured: Mutex::default(),
        }
    }
}
