//! Which ids the rows of a temporary chat have: such that no row of the file ever has one, and that those of one chat are told
//! from those of another.

/// Smaller than any id in such a chat, and larger than any other. A window's numbers are exact up to twice that.
const FIRST: i64 = 1 << 52;

/// Ids that one chat has for its rows, its own the first of them.
const IDS: i64 = 1 << 20;

/// Chats that can be told apart: which ids one has is drawn by lot, so that the calls of an earlier one are not taken for its own.
const CHATS: i64 = 1 << 31;

/// The first of its own.
pub(super) fn of_new_chat() -> i64 {
    FIRST + fastrand::i64(0..CHATS) * IDS
}

/// Whether this is the id of a temporary chat, or of something in one.
pub fn is_temporary(id: i64) -> bool {
    id >= FIRST
}

/// The temporary chat that this id is in, and the last id that it can have.
pub(super) fn ids_of(id: i64) -> [i64; 2] {
    let chat = id & !(IDS - 1);
    [chat, chat.saturating_add(IDS - 1)]
}
