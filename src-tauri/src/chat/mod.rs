//! Chats: a question is saved and sent, its answer streamed, journaled and ended exactly once.
//! This room alone owns a turn's text, blocks, journal and end; the window holds views that it can rebuild.
//!
//! `Chat` is the room's face: `conversations.rs` has what is asked of a chat, `sending.rs` every verb that starts a turn, and
//! `comparing.rs` those that start several side by side, one after
//! the other in each chat (`locks.rs`), `charges.rs` what follows the points, `drafts.rs` what is being written, `editing.rs`
//! what becomes of a message that is there, `files.rs` the files of projects, `films.rs` films from other films and those that a restart finds. `outgoing/` looks through what is to be sent and puts it together, `turn/` owns the turns under way; `options.rs` is what the one tells the other:
//! with what a turn asks, and how it is retried. `views.rs` is what the window sees of a row, `film_views.rs` of a film. Cards are made by `crate::cards`.

mod charges;
mod comparing;
mod conversations;
mod drafts;
mod editing;
mod files;
mod film_views;
mod films;
mod locks;
mod options;
mod order;
mod outgoing;
mod sending;
mod thread;
mod turn;
mod views;

pub use comparing::Beside;
pub use conversations::Chat;
pub use outgoing::Outgoing;
pub(crate) use outgoing::attachments::{plain_name, sniff};
pub use sending::BeginsIn;

use crate::events::TurnUpdate;

/// Takes the updates of one watched turn; says false once nobody listens.
pub type Watcher = Box<dyn Fn(TurnUpdate) -> bool + Send>;
