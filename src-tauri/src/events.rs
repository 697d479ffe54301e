//! Every type that crosses to the window, and the names under which changes are announced.
//! The window's TypeScript is derived from here (`ui/src/ipc/types.ts`), so the two cannot disagree.
//! Rules: an event carries its new value whole; times are milliseconds since 1970 (UTC); no type holds the key.

mod log;

pub use log::{LogBodies, LogEntry, LogFilter, LogPage, LogView};

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// A change that any part of the window may show. `name()` is the event's name, the payload its one value.
#[derive(Clone, Debug, Serialize)]
#[serde(untagged)]
pub enum Event {
    Account(AccountView),
    Balance(BalanceView),
    Conversations(Vec<ConversationView>),
    Live(Vec<LiveView>),
    Models(ModelsView),
    Settings(SettingsView),
    Notices(Vec<ErrorCard>),
    Message(MessageNews),
    Log(LogView),
}

impl Event {
    pub fn name(&self) -> &'static str {
        match self {
            Event::Account(_) => "account",
            Event::Balance(_) => "balance",
            Event::Conversations(_) => "conversations",
            Event::Live(_) => "live",
            Event::Models(_) => "models",
            Event::Settings(_) => "settings",
            Event::Notices(_) => "notices",
            Event::Message(_) => "message",
            Event::Log(_) => "log",
        }
    }
}

/// All that the window needs to draw itself, at start and after a reload.
#[derive(Clone, Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct Boot {
    pub version: String,
    pub account: AccountView,
    pub balance: BalanceView,
    pub settings: SettingsView,
    pub conversations: Vec<ConversationView>,
    pub live: Vec<LiveView>,
    /// Things that went wrong at start and were mended or need a hand: shown as banners.
    pub notices: Vec<ErrorCard>,
    pub log: LogView,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub enum KeyState {
    /// The keychain is being asked.
    Checking,
    /// In the keychain, and read back.
    Stored,
    /// In memory until the app closes.
    Session,
    NotStored,
    Locked,
    Unavailable,
    TimedOut,
    Denied,
    Corrupt,
}

#[derive(Clone, Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct AccountView {
    pub state: KeyState,
    /// The keychain has not answered for a while (soft limit); it may be showing a prompt of its own.
    pub waiting: bool,
    /// The key's last four characters; absent when there is no key or it is too short to show any.
    pub last_four: Option<String>,
    /// The simulated Poe on this computer answers instead of Poe.
    pub demo: bool,
    /// `POE_API_KEY` is set and can be offered.
    pub env_key: bool,
    /// What people call this system's keychain: "GNOME Keyring", "macOS Keychain", …
    pub keychain: String,
    /// Why there is no usable key, where that is a failure.
    pub card: Option<ErrorCard>,
    /// When the key in use ends; absent: never, as far as is known.
    pub expires_at: Option<i64>,
    /// The key in use ends within a week, or has ended.
    pub renewal: Option<ErrorCard>,
    /// A sign-in waits for the browser.
    pub signing_in: Option<SigningIn>,
    pub accounts: Vec<AccountItem>,
}

/// A sign-in under way.
#[derive(Clone, Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct SigningIn {
    /// The address that the browser was sent to.
    pub url: String,
    pub until: i64,
}

/// An account that this computer knows.
#[derive(Clone, Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct AccountItem {
    pub id: u32,
    pub name: String,
    pub last_four: Option<String>,
    pub expires_at: Option<i64>,
    /// The address at which its key was accepted.
    pub server: String,
    /// Its key is the one in use.
    pub active: bool,
    /// Its key is in memory only.
    pub session: bool,
    /// What was last read of its points, and when; the active one's newest are in the balance.
    pub points: Option<i64>,
    pub points_at: Option<i64>,
    /// The code of the failure to read them since.
    pub unread: Option<String>,
}

/// Where a key comes from. `Typed` is the only message that ever carries one, and it goes in only.
#[derive(Deserialize, TS)]
#[serde(tag = "type", rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub enum KeySource {
    /// Rust reads the clipboard; the window never sees the key.
    Clipboard,
    Env,
    Typed {
        key: String,
    },
    /// The key that a sign-in brought a moment ago.
    SignedIn,
    /// The key that passed a moment ago and could not be stored.
    Pending,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub enum Keep {
    Keychain,
    Session,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub enum RungName {
    Shape,
    Accepted,
    Stored,
    Balance,
    Models,
    /// Climbed only on a press: a small message.
    Test,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub enum RungState {
    Waiting,
    Running,
    Passed,
    /// Passed, with something to say.
    Warned,
    Failed,
}

/// One step of the ladder of checks that a new key climbs.
#[derive(Clone, Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct Rung {
    pub name: RungName,
    pub state: RungState,
    /// "ends in …4f9c", "12,340 points", "362 models".
    pub note: Option<String>,
    pub took_ms: Option<u32>,
    pub card: Option<ErrorCard>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub enum CheckName {
    Dns,
    Tcp,
    Tls,
    Proxy,
    Http,
    Key,
    Balance,
    Models,
    Request,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub enum CheckState {
    Waiting,
    Running,
    Passed,
    /// Passed, with something to say.
    Warned,
    Failed,
    /// Not made, because it would say nothing; the note says why.
    Skipped,
}

/// One rung of the doctor's ladder from this computer to an answer.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct Check {
    pub name: CheckName,
    pub state: CheckState,
    /// "104.18.2.1:443", "12,340 points", "362 models".
    pub note: Option<String>,
    pub took_ms: Option<u32>,
    pub card: Option<ErrorCard>,
}

/// What the doctor found, once every rung that costs nothing was tried.
#[derive(Clone, Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct DoctorView {
    pub checks: Vec<Check>,
    /// The small request that can be made now; absent where it could not succeed.
    pub request: Option<PaidRequest>,
    /// To copy: versions, rungs, codes and times, and no key.
    pub report: String,
}

/// One request of a few tokens, made on a press only.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct PaidRequest {
    pub model: String,
    pub name: String,
    /// Points that it costs, about; absent where the model's price is not known.
    pub points: Option<i64>,
}

#[derive(Clone, Debug, Default, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct BalanceView {
    /// Points; absent until Poe has told them.
    pub points: Option<i64>,
    pub plan_points: Option<i64>,
    pub addon_points: Option<i64>,
    /// US dollars as Poe writes them.
    pub usd: Option<String>,
    pub next_grant_at: Option<i64>,
    pub next_grant_points: Option<i64>,
    /// When `points` was read.
    pub checked_at: Option<i64>,
    pub checking: bool,
    /// Why the last check failed; `points` is then older than it.
    pub card: Option<ErrorCard>,
}

#[derive(Clone, Debug, Default, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct ModelsView {
    pub models: Vec<ModelView>,
    pub fetched_at: Option<i64>,
    pub card: Option<ErrorCard>,
}

#[derive(Clone, Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct ModelView {
    pub id: String,
    pub name: String,
    pub maker: String,
    pub description: String,
    pub inputs: Vec<String>,
    pub outputs: Vec<String>,
    pub features: Vec<String>,
    /// Tokens.
    pub context: Option<i64>,
    pub max_output: Option<i64>,
    /// US dollars per million tokens, as decimal strings.
    pub input_usd: Option<String>,
    pub output_usd: Option<String>,
    /// US dollars per request, as a decimal string.
    pub request_usd: Option<String>,
}

#[derive(Clone, Debug, Default, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct UsageView {
    pub rows: Vec<UsageRowView>,
    /// Give this to the next call to read on.
    pub next: Option<String>,
    pub fetched_at: i64,
}

#[derive(Clone, Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct UsageRowView {
    pub id: String,
    pub at: i64,
    pub model: String,
    /// Poe's `usage_type`: API, Chat, Canvas App.
    pub kind: String,
    /// The chat, key or canvas that Poe names.
    pub source: Option<String>,
    pub points: i64,
    pub usd: Option<String>,
    pub input_tokens: Option<i64>,
    pub output_tokens: Option<i64>,
}

/// What a person may set for one chat; absent means the model's own default.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", default)]
#[ts(export, export_to = "types.ts")]
pub struct Parameters {
    pub system: Option<String>,
    /// 0 to 2.
    pub temperature: Option<f64>,
    /// 0 to 1.
    pub top_p: Option<f64>,
    /// Tokens of the answer, at least 1.
    pub max_tokens: Option<u32>,
}

#[derive(Clone, Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct ConversationView {
    pub id: i64,
    /// Empty until the first message names it.
    pub title: String,
    pub model: String,
    pub parameters: Parameters,
    pub updated_at: i64,
    /// The oldest message that is sent; older ones stay in the thread and are left out.
    pub sent_from: Option<i64>,
    /// What an earlier chat was about, sent before the first message.
    pub summary: Option<String>,
}

/// Parameters as they stand in the form's fields, which may hold anything.
#[derive(Clone, Debug, Default, Deserialize, TS)]
#[serde(rename_all = "camelCase", default)]
#[ts(export, export_to = "types.ts")]
pub struct TypedParameters {
    pub system: String,
    pub temperature: String,
    pub top_p: String,
    pub max_tokens: String,
}

/// What became of them.
#[derive(Clone, Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct ParametersView {
    pub temperature: ParameterView,
    pub top_p: ParameterView,
    pub max_tokens: ParameterView,
    /// Absent while a field holds what can't be sent.
    pub value: Option<Parameters>,
}

/// What one field takes, for this model where it has told.
#[derive(Clone, Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct ParameterView {
    /// Absent where there is no such end.
    pub least: Option<f64>,
    pub most: Option<f64>,
    /// Why what it holds can't be sent.
    pub card: Option<ErrorCard>,
}

/// What goes along with the next message of a chat, whatever is written in it. The window keeps it and hands it back with
/// the words, so that weighing them takes no look at the chat.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct Standing {
    pub model: String,
    /// An estimate of what is sent beside the words.
    pub tokens: i64,
    /// US dollars of pictures whose price the model tells.
    pub usd: String,
    /// Files of which no price is known.
    pub uncounted: u32,
    pub max_tokens: Option<u32>,
}

/// What a message costs as it is written, about.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct MessageCost {
    /// Of all that is sent.
    pub tokens: i64,
    /// What the model takes.
    pub takes: Option<i64>,
    /// Absent where a price is not known.
    pub points: Option<i64>,
    pub uncounted: u32,
}

/// What it costs, about, to ask for an answer once more; absent where a price is not known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct AgainCost {
    pub regenerate: Option<i64>,
    pub go_on: Option<i64>,
}

/// A turn under way.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct LiveView {
    pub conversation_id: i64,
    pub message_id: i64,
    pub state: MessageState,
    /// Nothing of it is on its way: it waits for its place, its next try or the network.
    pub waiting: bool,
    /// Characters a second over the last second; 0 before the first.
    pub speed: u32,
}

#[derive(Clone, Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct ConversationDetail {
    pub conversation: ConversationView,
    pub messages: Vec<MessageView>,
    /// Files of the earlier chat that this one goes on from: a summary does not carry them.
    pub files_behind: u32,
}

/// The two messages that a send makes.
#[derive(Clone, Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct Sent {
    pub question: MessageView,
    pub answer: MessageView,
}

/// A new chat and the question that was asked in it at once.
#[derive(Clone, Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct Started {
    pub conversation: ConversationView,
    pub sent: Sent,
}

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
    /// Where there are several in its place.
    pub branch: Option<BranchView>,
    pub status: MessageStatus,
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
    pub sent_at: Option<i64>,
    pub first_text_at: Option<i64>,
    pub ended_at: Option<i64>,
    pub prompt_tokens: Option<i64>,
    pub completion_tokens: Option<i64>,
    /// What became of the points, once the request has left and ended.
    pub charge: Option<ChargeView>,
    /// The account that it was asked with, by its name of that time; none before it was sent, and in the demo.
    pub account: Option<String>,
}

/// What the points history says of the last request of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct ChargeView {
    pub state: ChargeState,
    /// Only with `charged`.
    pub points: Option<i64>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub enum ChargeState {
    Checking,
    Charged,
    NotCharged,
    /// Rows of the history fit, and may be another call's.
    Ambiguous,
    /// The history could not be read, or never told.
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
}

/// What `watch` brings: a snapshot first, then changes, at most one message a frame.
#[derive(Clone, Debug, Serialize, TS)]
#[serde(tag = "type", rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub enum TurnUpdate {
    Snapshot {
        message: MessageView,
    },
    /// Keep the first `keep` blocks, drop the rest, append `blocks`; append `reasoning`.
    Text {
        keep: usize,
        blocks: Vec<String>,
        reasoning: String,
    },
    Status {
        status: MessageStatus,
    },
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
    /// Once, although the day's limit of points is reached.
    pub over_limit: bool,
}

#[derive(Clone, Debug, Default, Deserialize, TS)]
#[serde(rename_all = "camelCase", default)]
#[ts(export, export_to = "types.ts")]
pub struct ConversationChange {
    pub title: Option<String>,
    pub model: Option<String>,
    pub parameters: Option<Parameters>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub enum Theme {
    #[default]
    System,
    Light,
    Dark,
    Contrast,
}

#[derive(Clone, Debug, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct SettingsView {
    pub theme: Theme,
    pub base_url: String,
    /// `TELLTALE_BASE_URL` decides the address, so the field cannot.
    pub base_url_fixed: bool,
    pub enter_sends: bool,
    /// For new chats.
    pub default_model: Option<String>,
    pub default_parameters: Parameters,
    pub connection: ConnectionView,
    /// Points that this app may use in a day; absent: as many as there are.
    pub daily_limit: Option<i64>,
    pub data_dir: String,
    /// `TELLTALE_DATA_DIR` decides the folder, so a person can't.
    pub data_dir_fixed: bool,
    /// This app's ID at Poe, for signing in, where a person set one.
    pub client_id: Option<String>,
    /// There is a client ID: the one above or the one that was built in.
    pub can_sign_in: bool,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub enum ProxyMode {
    /// What the environment or the system says.
    #[default]
    System,
    None,
    Manual,
}

/// The proxy as it is set. Its password is in the keychain only.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", default)]
#[ts(export, export_to = "types.ts")]
pub struct ProxySetting {
    pub mode: ProxyMode,
    /// Host and port, or a URL with its scheme; kept also while another mode is chosen.
    pub address: String,
    /// The name to log in with; empty when there is none.
    pub login: String,
}

/// The proxy as a person types it.
#[derive(Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct ProxyChange {
    pub setting: ProxySetting,
    /// Goes in and never out. Absent keeps the one that is known, empty removes it.
    pub password: Option<String>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub enum PasswordState {
    #[default]
    None,
    Stored,
    /// In memory until the app closes: the keychain would not take it.
    Session,
}

/// How Poe is reached.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct ConnectionView {
    pub proxy: ProxySetting,
    pub password: PasswordState,
    /// The setting is passed over until the app closes.
    pub bypassed: bool,
    /// The proxy on the way to Poe, "proxy.example:8080 (HTTPS_PROXY)".
    pub in_use: Option<String>,
    /// Certificate authorities that are trusted beside the system's.
    pub certificates: Vec<CertificateView>,
}

/// A file with certificates that a person added.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct CertificateView {
    /// Its name, by which it is removed.
    pub file: String,
    pub count: u32,
    /// Whom the first is for.
    pub subject: Option<String>,
    /// When the first of them runs out.
    pub expires_at: Option<i64>,
}

#[derive(Clone, Debug, Default, Deserialize, TS)]
#[serde(rename_all = "camelCase", default)]
#[ts(export, export_to = "types.ts")]
pub struct SettingsChange {
    pub theme: Option<Theme>,
    pub base_url: Option<String>,
    pub enter_sends: Option<bool>,
    pub default_model: Option<String>,
    pub default_parameters: Option<Parameters>,
    /// Empty: none.
    pub client_id: Option<String>,
    /// 0 takes it back.
    pub daily_limit: Option<i64>,
}

/// A file of a message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct AttachmentView {
    pub id: i64,
    /// None while the message is being written.
    pub message_id: Option<i64>,
    pub name: String,
    /// What the content is, whatever the name says.
    pub mime: String,
    /// Bytes.
    pub size: i64,
    /// A small picture of it, as a data URL.
    pub preview: Option<String>,
    /// It stays here and is no longer sent.
    pub left_out: bool,
}

/// The most bytes of a file that are taken at all: a picture that is too large to send can still be made smaller.
pub const LARGEST_FILE: u64 = 64 * 1024 * 1024;

/// The files of the message that is being written.
#[derive(Clone, Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct DraftView {
    pub attachments: Vec<AttachmentView>,
    /// What stands against sending them.
    pub card: Option<ErrorCard>,
    /// The most bytes of a file that are taken at all.
    pub largest: i64,
}

#[derive(Clone, Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct BackupsView {
    /// The newest first.
    pub backups: Vec<BackupView>,
    /// Bytes of everything in the data folder.
    pub data_size: i64,
}

/// A copy of the file of chats.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct BackupView {
    pub id: String,
    pub at: i64,
    /// Bytes.
    pub size: i64,
    pub state: BackupState,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub enum BackupState {
    Good,
    Damaged,
    /// Made by a later version of the app.
    Newer,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub enum Severity {
    /// Nothing is wrong; something is to be known.
    Info,
    Attention,
    Broken,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub enum Place {
    Field,
    Message,
    Banner,
}

/// What a button on a card does. Closed: the window has a branch for each, checked by its compiler.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "kebab-case")]
#[ts(export, export_to = "types.ts")]
pub enum Action {
    PasteKey,
    OpenKeys,
    SetUp,
    UseEnvKey,
    TryDemo,
    UseModel,
    ChooseModel,
    RefreshModels,
    CheckAddress,
    UseDefaultAddress,
    ResetSetting,
    EditSettings,
    RaiseLimit,
    EditMessage,
    GetPoints,
    RefreshBalance,
    SeeUsage,
    Retry,
    WaitAndSend,
    Cancel,
    OpenStatus,
    OpenPlans,
    CopyMessage,
    CopyDetails,
    CopyAddress,
    KeepWaiting,
    Stop,
    Keep,
    UnlockKeychain,
    SessionOnly,
    ReplaceKey,
    Fix,
    Dismiss,
    SignIn,
    HowToInstall,
    RunCheck,
    NetworkSettings,
    ProxySettings,
    TryWithoutProxy,
    AddCa,
    OpenBrowser,
    SendWhenBack,
    KeepTrying,
    CheckAndRetry,
    StopAndCheck,
    Continue,
    TrimContext,
    SummarizeAndStart,
    ShrinkImage,
    RemoveAttachment,
    SendWithout,
    SendOnce,
    ChangeLimit,
    RestoreBackup,
    CopyText,
    ChooseFolder,
    SaveAgain,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct CardAction {
    pub action: Action,
    pub label: String,
    /// The model of `use-model`.
    pub model: Option<String>,
    /// The setting of `reset-setting`, or the tokens of `raise-limit`.
    pub value: Option<String>,
}

/// A label and its value: "Needed" "2,400".
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct Fact {
    pub label: String,
    pub value: String,
}

/// A failure as a person meets it: what happened, whether points went, and the buttons that mend it, the first one primary.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct ErrorCard {
    pub code: String,
    pub title: String,
    pub what: String,
    pub why: Vec<String>,
    /// "Your message is saved. No points were used." Empty where no message is concerned.
    pub safe: String,
    pub facts: Vec<Fact>,
    pub actions: Vec<CardAction>,
    pub severity: Severity,
    pub place: Place,
    /// The field that a `Place::Field` card belongs to.
    pub field: Option<String>,
    /// When `wait-and-send` becomes ready.
    pub ready_at: Option<i64>,
    /// For "Copy details": redacted, ready to send to support.
    pub details: Vec<Fact>,
    pub at: i64,
}

/// A failure explained, whether or not it has been met.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct HelpPage {
    pub code: String,
    pub title: String,
    /// Poe's names for it and other words to find it by.
    pub terms: Vec<String>,
    pub what: Vec<String>,
    pub why: Vec<String>,
    /// What becomes of message and points.
    pub points: Vec<String>,
    pub buttons: Vec<HelpButton>,
    /// What to do outside of the app, where there is something.
    pub steps: Vec<String>,
    /// Whether it is tried again by itself.
    pub retry: String,
    pub guide: Option<HelpGuide>,
    pub links: Vec<HelpLink>,
}

#[derive(Clone, Debug, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct HelpButton {
    pub label: String,
    pub does: String,
}

/// A section of Poe's own guide and what it advises.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct HelpGuide {
    pub section: String,
    pub advice: String,
}

#[derive(Clone, Debug, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct HelpLink {
    pub label: String,
    pub url: String,
}

/// Tells the window, or whoever listens, of a change.
pub type Announce = std::sync::Arc<dyn Fn(Event) + Send + Sync>;
