//! The key: it comes in here and never goes out.

use super::State;
use crate::account::{ClimbError, ClipboardError, Step, StepState};
use crate::app::App;
use crate::events::{AccountView, ErrorCard, Keep, KeySource, ResendChange, Rung, RungState};
use tauri::ipc::Channel;

/// Climbs the ladder with a new key; the message whose failure asked for it then goes out once.
#[tauri::command]
pub async fn set_key(
    app: State<'_>,
    source: KeySource,
    keep: Keep,
    for_message: Option<i64>,
    progress: Channel<Rung>,
) -> Result<AccountView, ErrorCard> {
    let account = app
        .set_key(source, keep, |step| {
            // A window that closed meanwhile misses the rung, not the key.
            let _ = progress.send(rung(&app, step));
        })
        .await?;
    if let Some(id) = for_message {
        app.chat.resend(id, ResendChange::default()).await?;
    }
    Ok(account)
}

#[tauri::command]
pub async fn forget_key(app: State<'_>) -> Result<AccountView, ErrorCard> {
    app.forget_key().await
}

/// Asks the keychain again: after unlocking it, installing one, or allowing access.
#[tauri::command]
pub async fn recheck_key(app: State<'_>) -> Result<AccountView, ErrorCard> {
    app.account.load().await;
    Ok(app.account())
}

#[tauri::command]
pub async fn set_demo(app: State<'_>, on: bool) -> Result<AccountView, ErrorCard> {
    app.set_demo(on).await
}

#[tauri::command]
pub async fn clear_clipboard(app: State<'_>) -> Result<(), ErrorCard> {
    let unreachable = |ClipboardError| ClimbError::ClipboardUnreadable("it could not be emptied".to_owned());
    app.account
        .clear_clipboard()
        .await
        .map_err(|e| app.card(unreachable(e)))
}

fn rung(app: &App, step: Step) -> Rung {
    let (state, note, card) = match step.state {
        StepState::Running => (RungState::Running, None, None),
        StepState::Passed { note } => (RungState::Passed, note, None),
        StepState::Warned { note } => (RungState::Warned, Some(note), None),
        StepState::Failed(error) => (RungState::Failed, None, Some(app.card(error))),
    };
    let took_ms =
        (state != RungState::Running).then(|| u32::try_from(step.took.as_millis()).unwrap_or(u32::MAX));
    Rung {
        name: step.name,
        state,
        note,
        took_ms,
        card,
    }
}
