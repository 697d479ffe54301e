//! Which way WebKitGTK draws. Without a GPU its default path manages 20 frames a second on a whole core,
//! the plain one 60 on a sixth of it. It must be chosen before the web view exists.

/// The variable to set before start, when there is no GPU to draw with and the person has not chosen.
pub(crate) fn choose() -> Option<(&'static str, &'static str)> {
    const VARIABLE: &str = "WEBKIT_DISABLE_DMABUF_RENDERER";
    let is_linux = cfg!(target_os = "linux");
    (is_linux && std::env::var_os(VARIABLE).is_none() && !has_gpu()).then_some((VARIABLE, "1"))
}

fn has_gpu() -> bool {
    let devices = std::fs::read_dir("/dev/dri").into_iter().flatten().flatten();
    devices
        .into_iter()
        .any(|entry| entry.file_name().to_string_lossy().starts_with("renderD"))
}
