//! Every type that crosses to the window, and the names under which changes are announced.
//! The window's TypeScript is derived from here (`ui/src/ipc/types.ts`), so the two cannot disagree.
//! Rules: an event carries its new value whole; times are milliseconds since 1970 (UTC); no type holds the key.

mod account;
mod archive;
mod card;
mod chat;
mod checks;
mod connection;
mod context;
mod cost;
mod data;
mod destination;
mod doctor;
mod draft;
mod files;
mod help;
mod lists;
mod log;
mod media;
mod message;
mod models;
mod monitor;
mod notice;
mod parameters;
mod points;
mod prompts;
mod quit;
mod ranges;
mod search;
mod settings;
mod turn;
mod usage;

pub use account::{AccountItem, AccountView, Keep, KeySource, KeyState, RemovedAccount, SigningIn};
pub use archive::{
    ExportFormat, Exported, ImportPreview, ImportSource, Imported, LeftOut, LeftOutWhy, TransferAct,
    TransferView,
};
pub use card::{Action, CardAction, ErrorCard, Fact, Place, Severity};
pub use chat::{
    ConversationChange, ConversationDetail, ConversationMark, ConversationView, FirstMessage, OutlineEntry,
    ReadingPlace, Sent, Shown, Started,
};
pub use checks::{Check, CheckName, CheckState};
pub use connection::{
    CertificateView, ConnectionView, PasswordState, ProxyChange, ProxyMode, ProxyProblem, ProxySetting,
};
pub use context::{
    ContextPart, ContextPartKind, ContextView, HistoryChoice, OlderSummary, OlderSummaryState,
};
pub use cost::{
    CacheLoss, CacheOutlook, CheaperModel, DraftCache, DraftContext, MessageCost, RequestCost, RetryCost,
    ShortOf, Shortfall, Uncached, UsdRange,
};
pub use data::{ChosenFolder, CloudDrive, DataPart, DataSize, DataView};
pub use destination::Destination;
pub use doctor::{DoctorView, Drawing, PaidRequest};
pub use draft::{DraftChange, DraftPlace, DraftView, LARGEST_DRAFT};
pub use files::{AttachmentView, BackupState, BackupView, BackupsView, LARGEST_FILE, MOST_PIXELS};
pub use help::{HelpButton, HelpGuide, HelpLink, HelpPage};
pub use lists::{
    ConversationList, ListOf, ListOrder, ListPart, Organize, ProjectChange, ProjectFiles, ProjectView,
    StandingCost,
};
pub use log::{LogBodies, LogEntry, LogFilter, LogPage, LogView};
pub use media::{MediaKind, MediaMade, MediaPage, MediaProblem, MediaState, MediaView};
pub use message::{
    AnswerLength, BranchView, ChargeState, ChargeView, Deleted, FilmHow, FilmSource, FilmView, MessageNews,
    MessageRole, MessageState, MessageStatus, MessageView, QueueView, RateView, ResendChange, RetryView,
    SourceView, ToolCallView, WaitsFor,
};
pub use models::{
    DeclaredParameter, Idea, ListPrice, ModelChange, ModelChangeKind, ModelPage, ModelView, ModelsView,
    TurnPrices, parameter_label, parameter_text,
};
pub use monitor::MonitorView;
pub use notice::Notice;
pub use parameters::{ParameterView, Parameters, ParametersView, TypedParameters};
pub use points::{BalanceAhead, BalanceOfDay, BalanceReport, BalanceView, GrantOfDay, Lasts};
pub use prompts::{
    FieldDifference, LineChange, LineDifference, NewPrompt, PromptChange, PromptDifference, PromptFound,
    PromptKind, PromptView, PromptsBrought, PromptsFound,
};
pub use quit::{QuitStep, QuitView, RunningAnswer};
pub use ranges::PointsRange;
pub use search::{
    FoundIn, FoundInChat, SearchFilter, SearchHit, SearchOrder, SearchPiece, SearchReading, SearchRequest,
    SearchView,
};
pub use settings::{
    ModelParameters, NoticesView, QuietHours, SettingsChange, SettingsView, SpellingView, Theme, TrayView,
    Typeface,
};
pub use turn::{LiveView, PieceKind, PieceView, TurnUpdate};
pub use usage::{
    LedgerView, Spent, SpentOn, UsageBurst, UsageBy, UsageChat, UsageCycle, UsageDay, UsageFilter,
    UsageFormat, UsageOrder, UsagePreset, UsageRowView, UsageRows, UsageSpan, UsageView,
};

use serde::Serialize;
use ts_rs::TS;

/// The list of events: from it come the enum, the names, and the window's type of what each carries.
macro_rules! events {
    ($($(#[doc = $doc:literal])* $name:ident: $variant:ident($value:ty),)*) => {
        /// A change that any part of the window may show: one value under the event's name.
        #[derive(Clone, Debug, Serialize)]
        #[cfg_attr(test, derive(TS), ts(export, export_to = "types.ts"))]
        #[serde(rename_all = "camelCase")]
        pub enum Event {
            $($(#[doc = $doc])* $variant($value),)*
        }

        /// The events' names, each with what it carries.
        #[cfg(test)]
        #[derive(TS)]
        #[ts(export, export_to = "types.ts")]
        #[expect(dead_code, reason = "only its type is wanted, in the window")]
        struct Announcements {
            $($(#[doc = $doc])* $name: $value,)*
        }
    };
}

events! {
    account: Account(AccountView),
    balance: Balance(BalanceView),
    ledger: Ledger(LedgerView),
    /// None: everything is read.
    search: Search(Option<SearchReading>),
    conversations: Conversations(ConversationList),
    projects: Projects(Vec<ProjectView>),
    prompts: Prompts(Vec<PromptView>),
    live: Live(Vec<LiveView>),
    models: Models(ModelsView),
    settings: Settings(SettingsView),
    notices: Notices(Vec<ErrorCard>),
    notice: Notice(Notice),
    message: Message(MessageNews),
    log: Log(LogView),
    /// None: no chats go out or come in.
    transfer: Transfer(Option<TransferView>),
    /// None: the question whether to quit is answered.
    quit: Quit(Option<QuitView>),
    /// Something was pressed outside the window that it is to show.
    go: Go(Destination),
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
    pub conversations: ConversationList,
    pub projects: Vec<ProjectView>,
    pub prompts: Vec<PromptView>,
    /// The chat that a start opens: an interrupted one, or the one that was shown last.
    pub open: Option<i64>,
    pub live: Vec<LiveView>,
    /// Things that went wrong at start and were mended or need a hand: shown as banners.
    pub notices: Vec<ErrorCard>,
    pub log: LogView,
    /// Set while the person is asked whether to quit.
    pub quit: Option<QuitView>,
}

/// Tells the window, or whoever listens, of a change.
pub type Announce = std::sync::Arc<dyn Fn(Event) + Send + Sync>;
