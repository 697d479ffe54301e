//! Files of messages. Their bytes come as they are, not as JSON.

use super::State;
use crate::errors::FileProblem;
use crate::events::{AttachmentView, DraftView, ErrorCard, LARGEST_FILE};
use tauri::ipc::{InvokeBody, Request};

/// The bytes are the body; the headers tell the name, the chat that it is for, and why there are no bytes, where the
/// window could not read them.
#[tauri::command]
pub async fn add_attachment(app: State<'_>, request: Request<'_>) -> Result<(), ErrorCard> {
    let header = |name: &str| {
        let text = request.headers().get(name)?.to_str().ok()?;
        let decoded = url::form_urlencoded::parse(text.as_bytes())
            .next()?
            .0
            .into_owned();
        Some(decoded)
    };
    let bytes = match (header("x-problem").as_deref(), request.body()) {
        (Some("folder"), _) => Err(FileProblem::Folder),
        (Some(size), _) if size.parse::<u64>().is_ok() => Err(FileProblem::TooLarge {
            bytes: size.parse().unwrap_or_default(),
            limit: LARGEST_FILE,
        }),
        (None, InvokeBody::Raw(bytes)) => Ok(bytes.clone()),
        _ => Err(FileProblem::Unreadable),
    };
    let conversation = header("x-conversation").and_then(|id| id.parse().ok());
    let name = header("x-name").unwrap_or_default();
    app.chat.add_attachment(conversation, &name, bytes).await
}

#[tauri::command]
pub async fn draft(
    app: State<'_>,
    conversation_id: Option<i64>,
    model: Option<String>,
) -> Result<DraftView, ErrorCard> {
    app.chat.draft(conversation_id, model.as_deref()).await
}

#[tauri::command]
pub async fn remove_attachment(app: State<'_>, id: i64) -> Result<(), ErrorCard> {
    app.chat.remove_attachment(id).await
}

#[tauri::command]
pub async fn include_attachment(app: State<'_>, id: i64, on: bool) -> Result<AttachmentView, ErrorCard> {
    app.chat.include_attachment(id, on).await
}

#[tauri::command]
pub async fn leave_out_images(app: State<'_>, conversation_id: Option<i64>) -> Result<(), ErrorCard> {
    app.chat.leave_out_images(conversation_id).await
}

#[tauri::command]
pub async fn shrink_attachment(app: State<'_>, id: i64) -> Result<AttachmentView, ErrorCard> {
    app.chat.shrink_attachment(id).await
}
