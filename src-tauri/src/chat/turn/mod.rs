//! A turn: a question is sent, its answer streamed, journaled and ended exactly once.
//!
//! `turns.rs` owns all that are under way, and answers that the disk did not take (`unsaved.rs` tries again). `state.rs` is one turn:
//! the answer so far, and who looks on; `prelude.rs` parts from it what is no answer, `overlap.rs` what a continuation repeats, and
//! `gathered.rs` holds what comes beside its words.
//! `run.rs` starts a turn and brings it from waiting (`ready.rs`, `network.rs`, `keep_trying.rs`) over a summary (`summary.rs`) and
//! the stream (`stream.rs`), or a film (`film.rs`), to its one end (`end.rs`); `progress.rs` tells the window where it is, and `pace.rs` how long such an answer takes. `keep.rs` addresses a
//! request so that the model's host keeps it for the next one, if that pays, and `refused.rs` notes which settings were not taken.

mod end;
mod film;
mod gathered;
mod keep;
mod keep_trying;
mod network;
mod overlap;
mod pace;
mod prelude;
mod progress;
mod ready;
mod refused;
mod run;
mod state;
mod stream;
mod summary;
mod turns;
mod unsaved;

pub(super) use run::start;
pub(super) use turns::Turns;
