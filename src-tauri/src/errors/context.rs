//! What is known around a failure: the values that its card names. The room that saw the failure fills in what it knows.

use crate::account::Account;
use crate::events::ChargeView;
use crate::words::facts::{Feature, ModelRef, NotSaved};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// All of it may be missing: the words then do without. Times are milliseconds since 1970, points are Poe's.
#[derive(Clone, Debug, Default)]
pub struct Context {
    pub now: i64,
    /// A message is concerned, and it is on disk. Without it a card speaks of no message.
    pub message_saved: bool,
    /// Tries made so far, and how many there will be in all. Equal when no other follows by itself.
    pub attempt: u32,
    pub of: u32,
    /// When the first of several failures in a row was.
    pub first_failure_at: Option<i64>,

    pub model: Option<ModelRef>,
    /// Models that could be meant, the best first.
    pub closest: Vec<ModelRef>,
    /// A model of the same sort that could answer instead.
    pub similar: Option<ModelRef>,
    /// A model that takes the whole chat.
    pub larger: Option<ModelRef>,
    /// Models whose answer the balance covers, the best first.
    pub cheaper: Vec<ModelRef>,
    /// When the list of models was fetched.
    pub models_checked_at: Option<i64>,
    /// Tokens that the model takes, and that it writes at most.
    pub context_length: Option<u64>,
    pub max_output: Option<u64>,
    /// Tokens of the chat as it is sent, as far as can be estimated.
    pub chat_tokens: Option<u64>,
    /// Nothing came before the message, so nothing can be left out.
    pub only_message: bool,
    /// Of a chat that is not kept, so that none that is kept can go on from it.
    pub is_temporary: bool,
    /// What the request asks of a model beyond text, and can be sent without.
    pub feature: Option<Feature>,
    /// The attachment that is in the way.
    pub attachment: Option<Attachment>,
    pub max_tokens: Option<u32>,
    pub temperature: Option<f64>,
    pub top_p: Option<f64>,
    /// What was sent of those that the model declares.
    pub declared: Map<String, Value>,

    /// Points, and when they were read.
    pub balance: Option<(i64, i64)>,
    /// Estimates: what the message needs, what going on from a cut and answering anew cost, what leaving out older
    /// messages saves.
    pub needed: Option<i64>,
    pub continue_points: Option<i64>,
    pub regenerate_points: Option<i64>,
    pub trim_saves: Option<i64>,

    /// Of the key.
    pub last_four: Option<String>,
    /// `POE_API_KEY` is set.
    pub env_key: bool,
    /// A client ID for signing in with Poe is set.
    pub can_sign_in: bool,
    /// What people call this system's password store.
    pub keychain: Option<String>,

    /// The address in use, or the one that was refused.
    pub base_url: String,
    pub connect_seconds: Option<u64>,
    /// The desktop sets a proxy that is not followed.
    pub proxy_unfollowed: bool,
    /// Poe asked to slow down several times of late.
    pub often_limited: bool,
    /// Messages that wait for their turn.
    pub queued: Option<u32>,

    /// Words of the answer that had come.
    pub words: Option<usize>,
    /// The newest backup of the chats.
    pub backup: Option<Backup>,
    /// What the disk did not take.
    pub not_saved: Option<NotSaved>,
    /// Another data folder may be chosen.
    pub can_move: bool,

    /// What the request has cost, as far as it is looked up.
    pub charge: Option<ChargeView>,
    pub waits: Option<Waits>,
}

/// What a message waits for that could not be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Waits {
    Models,
    Points,
    /// There are so many now, and it is sent on a press.
    Press {
        points: i64,
    },
}

impl Context {
    /// Where nothing else is known.
    pub fn at(now: i64) -> Context {
        Context { now, ..Context::default() }
    }

    /// The account's part, the same for every room: a card offers the same ways to a key wherever it stands.
    pub fn of(account: &Account, now: i64) -> Context {
        Context {
            last_four: account.last_four(),
            env_key: account.has_env_key(),
            can_sign_in: account.client_id().is_some(),
            proxy_unfollowed: account.network().unfollowed.is_some(),
            keychain: Some(account.keychain_name().to_owned()),
            base_url: account.keyless_client().base_url().as_str().to_owned(),
            ..Context::at(now)
        }
    }
}

/// An attachment that is too large.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Attachment {
    /// What its buttons carry as their value.
    pub id: String,
    /// The file's name.
    pub name: String,
    pub bytes: u64,
    pub limit: Option<u64>,
    /// It hangs on a message before the one that was sent.
    pub earlier: bool,
    /// It is a file of the chat's project.
    pub of_project: bool,
    /// An image that can be made smaller.
    pub shrinks: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Backup {
    pub at: i64,
    /// What `restore-backup` carries as its value.
    pub file: String,
}
