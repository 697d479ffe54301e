//! Chats: a question is saved and sent, its answer streamed, journaled and ended exactly once.
//! This room alone owns a turn's text, blocks, journal and end; the window holds views that it can rebuild.
//!
//! `conversations.rs` is the room's face, `sending.rs` every verb that starts a turn, one after the other in each chat (`locks.rs`),
//! `charges.rs` what follows the points, `drafts.rs` what is being written. `outgoing/` looks through what is to be sent and puts it together,
//! `turn/` owns the turns under way. `cards.rs` makes the room's cards, `views.rs` what the window sees of a row, `options.rs` says how a
//! turn comes to its answer.

mod charges;
mod conversations;
mod drafts;
mod locks;
mod options;
mod outgoing;
mod sending;
mod turn;
mod views;

pub use conversations::Chat;
pub use outgoing::Outgoing;

use crate::events::TurnUpdate;

/// Takes the updates of one watched turn; says false once nobody listens.
pub type Watcher = Box<dyn Fn(TurnUpdate) -> bool + Send>;
