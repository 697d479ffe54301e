//! Messages that are being written, and the files of messages and projects. A file's bytes come as they are, not as JSON.

use super::Room;
use crate::chat::Chat;
use crate::desktop::clipboard;
use crate::errors::FileProblem;
use crate::events::{
    AttachmentView, DraftChange, DraftPlace, DraftView, ErrorCard, LARGEST_FILE, ProjectFiles,
};
use tauri::ipc::{InvokeBody, Request};

/// The bytes are the body; the headers tell the name, the draft or the project that it is for, whether it is text that was pasted, and why
/// there are no bytes, where the window could not read them.
#[tauri::command]
pub async fn add_attachment(chat: Room<'_, Chat>, request: Request<'_>) -> Result<AttachmentView, ErrorCard> {
    let header = |name: &str| {
        let text = request.headers().get(name)?.to_str().ok()?;
        let decoded = url::form_urlencoded::parse(text.as_bytes()).next()?.0.into_owned();
        Some(decoded)
    };
    let bytes = match (header("x-problem").as_deref(), request.body()) {
        (Some("folder"), _) => Err(FileProblem::Folder),
        (Some(size), _) if size.parse::<u64>().is_ok() => {
            Err(FileProblem::TooLarge { bytes: size.parse().unwrap_or_default(), limit: LARGEST_FILE })
        }
        (None, InvokeBody::Raw(bytes)) => Ok(bytes.clone()),
        _ => Err(FileProblem::Unreadable),
    };
    let id = |name: &str| header(name).and_then(|id| id.parse().ok());
    let draft = DraftPlace { conversation_id: id("x-conversation"), instead_of: id("x-instead-of") };
    let name = header("x-name").unwrap_or_default();
    let added = match (id("x-project"), bytes) {
        (Some(project), bytes) => chat.add_project_file(project, &name, bytes).await,
        (None, Ok(bytes)) if header("x-pasted").is_some() => {
            chat.outgoing.add_pasted(draft, &name, bytes).await
        }
        (None, bytes) => chat.outgoing.add_attachment(draft, &name, bytes).await,
    };
    added.map_err(|e| chat.card(e))
}

/// The picture on the clipboard, where there is one, for a draft or a project; asked for when the page was told of nothing to paste.
#[tauri::command]
pub async fn paste_picture(
    chat: Room<'_, Chat>,
    place: DraftPlace,
    name: String,
    project: Option<i64>,
) -> Result<Option<AttachmentView>, ErrorCard> {
    let Some(picture) = clipboard::picture().await.transpose() else {
        return Ok(None);
    };
    let added = match project {
        Some(project) => chat.add_project_file(project, &name, picture).await,
        None => chat.outgoing.add_attachment(place, &name, picture).await,
    };
    added.map(Some).map_err(|e| chat.card(e))
}

#[tauri::command]
pub async fn draft(
    chat: Room<'_, Chat>,
    place: DraftPlace,
    model: Option<String>,
    project: Option<i64>,
) -> Result<DraftView, ErrorCard> {
    chat.draft(place.into(), model.as_deref(), project).await.map_err(|e| chat.card(e))
}

#[tauri::command]
pub async fn save_draft(
    chat: Room<'_, Chat>,
    place: DraftPlace,
    change: DraftChange,
) -> Result<(), ErrorCard> {
    chat.save_draft(place.into(), change).await.map_err(|e| chat.card(e))
}

/// Gives an edit up.
#[tauri::command]
pub async fn discard_draft(chat: Room<'_, Chat>, place: DraftPlace) -> Result<(), ErrorCard> {
    chat.discard_draft(place.into()).await.map_err(|e| chat.card(e))
}

#[tauri::command]
pub async fn remove_attachment(chat: Room<'_, Chat>, id: i64) -> Result<(), ErrorCard> {
    chat.remove_attachment(id).await.map_err(|e| chat.card(e))
}

#[tauri::command]
pub async fn include_attachment(
    chat: Room<'_, Chat>,
    id: i64,
    on: bool,
) -> Result<AttachmentView, ErrorCard> {
    chat.include_attachment(id, on).await.map_err(|e| chat.card(e))
}

#[tauri::command]
pub async fn leave_out_media(
    chat: Room<'_, Chat>,
    place: DraftPlace,
    project: Option<i64>,
    model: Option<String>,
) -> Result<(), ErrorCard> {
    chat.leave_out_media(place.into(), project, model.as_deref()).await.map_err(|e| chat.card(e))
}

#[tauri::command]
pub async fn shrink_attachment(chat: Room<'_, Chat>, id: i64) -> Result<AttachmentView, ErrorCard> {
    chat.shrink_attachment(id).await.map_err(|e| chat.card(e))
}

#[tauri::command]
pub async fn project_files(chat: Room<'_, Chat>, project: i64) -> Result<ProjectFiles, ErrorCard> {
    chat.project_files(project).await.map_err(|e| chat.card(e))
}

#[tauri::command]
pub async fn delete_project_file(chat: Room<'_, Chat>, id: i64) -> Result<(), ErrorCard> {
    chat.delete_project_file(id).await.map_err(|e| chat.card(e))
}
