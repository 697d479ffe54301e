//! A message as the window sees it: its words, its state, its cost.

use super::{AttachmentView, ErrorCard};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub enum MessageRole {
    User,
    Assistant,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub enum MessageState {
    Queued,
    Retrying,
    Streaming,
    Done,
    Stopped,
    Cut,
    Failed,
}

#[derive(Clone, Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct MessageView {
    pub id: i64,
    pub conversation_id: i64,
    pub role: MessageRole,
    /// The question as typed; empty for an answer, whose text is `blocks`.
    pub text: String,
    /// The answer as safe HTML, one string a block.
    pub blocks: Vec<String>,
    pub reasoning: String,
    pub attachments: Vec<AttachmentView>,
    pub created_at: i64,
    /// How many messages of the thread stand before it.
    pub place: u32,
    /// Where there are several in its place.
    pub branch: Option<BranchView>,
    /// It stands there without its words.
    pub deleted: Option<Deleted>,
    pub status: MessageStatus,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub enum Deleted {
    /// They can be put back.
    Undoable,
    ForGood,
}

/// Which of the messages in one place this is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct BranchView {
    /// From 1.
    pub number: u32,
    pub of: u32,
    pub previous: Option<i64>,
    pub next: Option<i64>,
}

/// Everything about a message but its words: small, and sent whole whenever it changes.
#[derive(Clone, Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct MessageStatus {
    pub state: MessageState,
    pub model: String,
    /// stop, length, content_filter, …
    pub finish: Option<String>,
    pub card: Option<ErrorCard>,
    pub retry: Option<RetryView>,
    pub queue: Option<QueueView>,
    pub waits_for: Option<WaitsFor>,
    /// A sign of life that a model gives before its answer, in its own words: "Thinking... (3s elapsed)".
    pub tick: Option<String>,
    pub sent_at: Option<i64>,
    pub first_text_at: Option<i64>,
    pub ended_at: Option<i64>,
    pub prompt_tokens: Option<i64>,
    pub completion_tokens: Option<i64>,
    /// What became of the points, once a request has left and ended.
    pub charge: Option<ChargeView>,
    /// The account that it was asked with, by its name of that time; none before it was sent, and in the demo.
    pub account: Option<String>,
    /// About how many words it was asked to have, which nothing in the chat says.
    pub words: Option<i64>,
    /// It was made of other answers to its question.
    pub merged: bool,
    /// When somebody last changed its text.
    pub edited_at: Option<i64>,
    /// The pages that it names so far, by their numbers.
    pub sources: Vec<SourceView>,
    /// What it did or wanted with tools, in order.
    pub tools: Vec<ToolCallView>,
    /// How long this model usually takes, in milliseconds, where that is long enough to be told.
    pub usual: Option<i64>,
    /// It is a film that Poe makes, or has made.
    pub film: Option<FilmView>,
}

/// A film that Poe was asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct FilmView {
    /// How far it is, while it is made, where Poe tells that.
    pub percent: Option<u8>,
    /// The last time that Poe was asked for it brought nothing; it is asked again.
    pub lost: bool,
    /// It can be made longer.
    pub extends: bool,
    /// How it was made from another film.
    pub how: Option<FilmHow>,
}

/// What becomes of a film.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub enum FilmHow {
    /// Another one like it.
    Remix,
    /// What comes after it.
    Extend,
}

/// The film that the next message makes another one from: the one of this answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct FilmSource {
    pub message_id: i64,
    pub how: FilmHow,
}

/// A page that an answer names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct SourceView {
    /// By which the text calls it: `[2]`.
    pub number: u32,
    /// That may be opened.
    pub url: String,
    pub host: String,
    /// The page's own; it may say anything.
    pub title: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct ToolCallView {
    /// As the model calls it.
    pub name: String,
    /// As the model wrote them; of a search its words.
    pub arguments: String,
    /// The model's host did it. Otherwise nobody did: nothing here runs tools.
    pub done: bool,
}

/// What the points history says of the requests of a message, together: of its tries, and of each time it went on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct ChargeView {
    /// `charged` or `notCharged` once all is known; otherwise what is to be said of the part that is not.
    pub state: ChargeState,
    /// What is known to have been used; absent where nothing was yet.
    pub points: Option<i64>,
    /// With `ambiguous`: all of it used one of these, in rising order; empty where that is not known.
    pub amounts: Vec<i64>,
    /// How long the requests took in all, milliseconds.
    pub took: Option<i64>,
    /// Points that they cost less by what the model's host had kept; below 0 where keeping cost more.
    pub saved: Option<i64>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub enum ChargeState {
    Checking,
    /// A person asked, and nothing is listed so far; a charge may be listed minutes later.
    NotYet,
    Charged,
    /// There is evidence: a row that settled at 0.
    NotCharged,
    /// After ten minutes no charge is listed. It may still come.
    NotFound,
    /// Rows of the history fit, and may be another call's.
    Ambiguous,
    /// The history could not be read, or cannot tell.
    Unknown,
}

/// What is new of a message whose turn is over, where nobody watches any more.
#[derive(Clone, Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct MessageNews {
    pub conversation_id: i64,
    pub message_id: i64,
    pub status: MessageStatus,
}

/// How a message goes out again.
#[derive(Clone, Debug, Default, Deserialize, TS)]
#[serde(rename_all = "camelCase", default)]
#[ts(export, export_to = "types.ts")]
pub struct ResendChange {
    pub model: Option<String>,
    /// The setting to put back to the model's default: "temperature", "top_p", "max_tokens".
    pub reset: Option<String>,
    pub max_tokens: Option<u32>,
    /// Of an answer that has words.
    pub length: Option<AnswerLength>,
    /// Once, although the day's limit of points is reached.
    pub over_limit: bool,
}

/// How long an answer is to be, measured by the one that there is: for one request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub enum AnswerLength {
    Shorter,
    Longer,
}

/// A try that will be made by itself.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct RetryView {
    pub at: i64,
    pub attempt: u32,
    pub of: u32,
    /// When it gives up; absent where the number of tries decides.
    pub until: Option<i64>,
}

/// A place in the line of requests.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct QueueView {
    /// Messages that go before it.
    pub ahead: u32,
    /// When it will probably go.
    pub wait_until: i64,
    /// Little is left of the minute's requests, so that what is left is spread out.
    pub slowed: Option<RateView>,
}

/// Requests of this minute.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct RateView {
    pub used: u32,
    pub limit: u32,
}

/// What has to happen before a message is sent, where that is no failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub enum WaitsFor {
    /// The network is looked for, and the message goes once it is there.
    Network,
    /// The earlier chat is being summed up: a call of its own.
    Summary,
    /// It goes out at the time that its card names.
    Time,
    /// It goes out once Poe's list of models is there.
    Models,
}
