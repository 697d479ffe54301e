//! The key: it comes in here and never goes out.

use super::Room;
use crate::account::Account;
use crate::account::{ClipboardError, NotAKey};
use crate::app::App;
use crate::cards::Cards;
use crate::chat::Chat;
use crate::desktop;
use crate::events::{AccountView, Check, ErrorCard, Keep, KeySource, PaidRequest, ResendChange};
use tauri::ipc::Channel;
use tauri::{AppHandle, Runtime};

/// Checks a new key, of the active account or with `add` of a further one; the message whose failure asked
/// for it then goes out once.
#[tauri::command]
pub async fn set_key(
    app: Room<'_, App>,
    chat: Room<'_, Chat>,
    source: KeySource,
    keep: Keep,
    add: Option<bool>,
    for_message: Option<i64>,
    progress: Channel<Check>,
) -> Result<AccountView, ErrorCard> {
    let checks = app.set_key(source, keep, add.unwrap_or_default(), |check| {
        // A window that closed meanwhile misses the check, not the key.
        let _ = progress.send(check.view(|error| app.card(error.clone())));
    });
    let account = match for_message {
        // A card of the demo is mended in the demo, which has one key: no clipboard is read, and none is left for it.
        Some(_) if app.in_demo() => app.account(),
        _ => checks.await.map_err(|e| app.card(e))?,
    };
    if let Some(id) = for_message {
        chat.resend(id, ResendChange::default()).await.map_err(|e| app.card(e))?;
    }
    Ok(account)
}

#[tauri::command]
pub async fn forget_key(app: Room<'_, App>) -> Result<AccountView, ErrorCard> {
    app.forget_key().await.map_err(|e| app.card(e))
}

/// Puts the account back that was removed last.
#[tauri::command]
pub async fn undo_removal(app: Room<'_, App>, keep: Keep) -> Result<AccountView, ErrorCard> {
    app.undo_removal(keep).await.map_err(|e| app.card(e))
}

/// Asks the keychain again: after unlocking it, installing one, or allowing access.
#[tauri::command]
pub async fn recheck_key(app: Room<'_, App>) -> Result<AccountView, ErrorCard> {
    Ok(app.recheck_key().await)
}

/// Opens the browser and waits for it. `false`: cancelled; after `true` comes `set_key` with what was brought. A browser that
/// does not open is no end: the address can be copied.
#[tauri::command]
pub async fn sign_in<R: Runtime>(app: Room<'_, App>, handle: AppHandle<R>) -> Result<bool, ErrorCard> {
    app.sign_in(|url| drop(desktop::open_link(&handle, url))).await.map_err(|e| app.card(e))
}

#[tauri::command]
pub async fn cancel_sign_in(account: Room<'_, Account>) -> Result<(), ErrorCard> {
    account.cancel_sign_in();
    Ok(())
}

/// Takes the address that the browser ended at; `false` where it is none.
#[tauri::command]
pub async fn paste_sign_in(account: Room<'_, Account>, text: String) -> Result<bool, ErrorCard> {
    Ok(account.paste_sign_in(&text))
}

/// What was pasted and did not look like a key is not to be used.
#[tauri::command]
pub async fn forget_pasted(account: Room<'_, Account>) -> Result<(), ErrorCard> {
    account.forget_pasted();
    Ok(())
}

#[tauri::command]
pub async fn use_account(app: Room<'_, App>, id: u32) -> Result<AccountView, ErrorCard> {
    app.use_account(id).await.map_err(|e| app.card(e))
}

#[tauri::command]
pub async fn rename_account(app: Room<'_, App>, id: u32, name: String) -> Result<AccountView, ErrorCard> {
    app.rename_account(id, &name).map_err(|e| app.card(e))
}

#[tauri::command]
pub async fn remove_account(app: Room<'_, App>, id: u32) -> Result<AccountView, ErrorCard> {
    app.remove_account(id).await.map_err(|e| app.card(e))
}

#[tauri::command]
pub async fn read_account_points(app: Room<'_, App>) -> Result<AccountView, ErrorCard> {
    Ok(app.read_account_points().await)
}

/// What the set-up's last check would ask, and its cost; nothing is sent.
#[tauri::command]
pub async fn test_offer(app: Room<'_, App>) -> Result<Option<PaidRequest>, ErrorCard> {
    Ok(app.test_offer())
}

/// Sends it, which costs points.
#[tauri::command]
pub async fn send_test(app: Room<'_, App>, request: PaidRequest) -> Result<Check, ErrorCard> {
    Ok(app.send_test(request).await)
}

#[tauri::command]
pub async fn set_demo(app: Room<'_, App>, on: bool) -> Result<AccountView, ErrorCard> {
    app.set_demo(on).await.map_err(|e| app.card(e))
}

/// How many chats are here that only show what the app does.
#[tauri::command]
pub async fn example_chats(app: Room<'_, App>) -> Result<i64, ErrorCard> {
    app.example_chats().await.map_err(|e| app.card(e))
}

/// Brings them in, which only the demo does, or takes them away. How many are here then.
#[tauri::command]
pub async fn set_examples(app: Room<'_, App>, on: bool) -> Result<i64, ErrorCard> {
    app.set_examples(on).await.map_err(|e| app.card(e))
}

#[tauri::command]
pub async fn clear_clipboard(account: Room<'_, Account>, cards: Room<'_, Cards>) -> Result<(), ErrorCard> {
    let unreachable = |ClipboardError| NotAKey::ClipboardUnreadable("it could not be emptied".to_owned());
    account.clear_clipboard().await.map_err(|e| cards.card(unreachable(e)))
}
