//! The doctor as the window sees it: its checks, and the one small request.

use super::Check;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// How the window is drawn, and why so; the doctor says it in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Drawing {
    /// By the GPU, as the web view does by itself.
    Gpu,
    /// The plain way: there is no GPU.
    NoGpu,
    /// The plain way: this person may not open the GPU's node.
    GpuClosed { node: String },
    /// The plain way: on X11 the window would stay blank.
    NvidiaOnX11,
    /// By the GPU, without explicit sync: on Wayland the window would be ended.
    NvidiaOnWayland,
    /// As the person has set it by this variable.
    Own { variable: String },
}

/// What the doctor found, once every check that costs nothing was made.
#[derive(Clone, Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, export_to = "types.ts")]
pub struct DoctorView {
    pub checks: Vec<Check>,
    /// The small request that can be made now; absent where it could not succeed.
    pub request: Option<PaidRequest>,
    /// How the window is drawn and why, where there was a choice.
    pub drawing: Option<String>,
    /// To copy: versions, checks, codes and times, and no key.
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
