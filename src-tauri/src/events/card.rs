//! A failure as a person meets it.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

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
    UseAnyway,
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
    /// Although the request before may have been charged.
    SendAtRisk,
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
    /// Its question goes out although nobody can say what it costs.
    AllowBot,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct CardAction {
    pub action: Action,
    pub label: String,
    /// The model of `use-model` or `allow-bot`.
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
