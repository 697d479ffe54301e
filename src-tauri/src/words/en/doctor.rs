//! The doctor: how the window is drawn, and the report that is copied for whoever helps.

use crate::events::{CheckName, CheckState, Drawing, KeyState};

says! {
    refused_certificate: "the certificate isn’t trusted",
}

pub(crate) fn drawing(drawing: &Drawing) -> String {
    match drawing {
        Drawing::Gpu => "The window is drawn by the GPU.".to_owned(),
        Drawing::NoGpu => "The window is drawn without a GPU: none was found.".to_owned(),
        Drawing::GpuClosed { node } => {
            format!("The window is drawn without the GPU: you don’t have access to {node}.")
        }
        Drawing::NvidiaOnX11 => {
            "The window is drawn without the GPU: on X11, NVIDIA’s driver would leave it blank.".to_owned()
        }
        Drawing::NvidiaOnWayland => {
            "The window is drawn by the GPU, without explicit sync: on Wayland, NVIDIA’s driver would crash it."
                .to_owned()
        }
        Drawing::Own { variable } => format!("The window is drawn as {variable} says."),
    }
}

// The report

pub(crate) fn version(number: &str) -> String {
    format!("Telltale {number}")
}

pub(crate) fn system(name: &str) -> String {
    format!("System: {name}")
}

pub(crate) fn address(base_url: &str) -> String {
    format!("Address: {base_url}")
}

pub(crate) fn key(state: KeyState, keychain: &str) -> String {
    format!("Key: {state:?}, kept in the {keychain}")
}

pub(crate) fn check(name: CheckName) -> &'static str {
    match name {
        CheckName::Dns => "DNS",
        CheckName::Tcp => "Connection",
        CheckName::Tls => "Certificate",
        CheckName::Proxy => "Proxy",
        CheckName::Http => "Poe",
        CheckName::Shape | CheckName::Accepted | CheckName::Stored | CheckName::Key => "Key",
        CheckName::Balance => "Balance",
        CheckName::Models => "Models",
        CheckName::Test | CheckName::Request => "Request",
    }
}

pub(crate) fn state(state: CheckState) -> &'static str {
    match state {
        CheckState::Waiting | CheckState::Running => "not tried",
        CheckState::Passed => "passed",
        CheckState::Warned => "passed with a note",
        CheckState::Failed => "failed",
        CheckState::Skipped => "skipped",
    }
}

pub(crate) fn took(ms: u32) -> String {
    format!("{ms} ms")
}
