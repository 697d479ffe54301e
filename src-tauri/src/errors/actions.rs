//! The buttons, each with its label and its value.

use super::setting::Setting;
use super::values;
use super::{Attachment, Backup, Context, InputProblem, ModelRef};
use crate::account::{Given, NotAKey};
use crate::events::{Action, CardAction};
use crate::words::{self, label};

/// A button whose label says all.
pub(super) fn button(action: Action, label: &str) -> CardAction {
    CardAction { action, label: label.to_owned(), model: None, value: None }
}

pub(super) fn copy_details() -> CardAction {
    button(Action::CopyDetails, label::copy_details())
}

pub(super) fn copy_address(url: &str) -> CardAction {
    valued(Action::CopyAddress, label::copy_address(), url)
}

pub(super) fn copy_message() -> CardAction {
    button(Action::CopyMessage, label::copy_message())
}

pub(super) fn choose_model() -> CardAction {
    button(Action::ChooseModel, label::choose_model())
}

pub(super) fn edit_message() -> CardAction {
    button(Action::EditMessage, label::edit_message())
}

/// Leads to the chat's settings, and to the one that Poe named.
pub(super) fn edit_settings(named: Option<&Setting>) -> CardAction {
    CardAction {
        value: named.map(|setting| setting.name().to_owned()),
        ..button(Action::EditSettings, label::edit_settings())
    }
}

pub(super) fn open_keys() -> CardAction {
    button(Action::OpenKeys, label::open_keys())
}

pub(super) fn check_address() -> CardAction {
    button(Action::CheckAddress, label::check_address())
}

pub(super) fn check_and_retry() -> CardAction {
    button(Action::CheckAndRetry, label::check_and_retry())
}

pub(super) fn run_check() -> CardAction {
    button(Action::RunCheck, label::run_check())
}

pub(super) fn network_settings() -> CardAction {
    button(Action::NetworkSettings, label::network_settings())
}

pub(super) fn keep() -> CardAction {
    button(Action::Keep, label::keep())
}

pub(super) fn retry() -> CardAction {
    button(Action::Retry, label::try_again())
}

/// A new answer, paid for anew.
pub(super) fn regenerate(context: &Context) -> CardAction {
    let points = context.regenerate_points.map(values::number);
    button(Action::Retry, &label::about(label::regenerate(), points))
}

/// The answer from where it broke off.
pub(super) fn go_on(context: &Context) -> CardAction {
    let points = context.continue_points.map(values::number);
    button(Action::Continue, &label::about(label::go_on(), points))
}

pub(super) fn dismiss() -> CardAction {
    button(Action::Dismiss, label::dismiss())
}

pub(super) fn session_only() -> CardAction {
    button(Action::SessionOnly, label::session_only())
}

pub(super) fn unlock(label: &str) -> CardAction {
    button(Action::UnlockKeychain, label)
}

pub(super) fn fix(label: &str) -> CardAction {
    button(Action::Fix, label)
}

/// To a key that can be tried. What was pasted and may be one goes only on a press.
pub(super) fn key_actions(why: &NotAKey) -> Vec<CardAction> {
    let field = fix(words::fix(&InputProblem::Key(why.clone())));
    match why {
        NotAKey::Unlikely { .. } => {
            vec![open_keys(), button(Action::UseAnyway, label::use_anyway()), dismiss()]
        }
        NotAKey::NotGiven | NotAKey::Several(Given::Typed) | NotAKey::Broken(Given::Typed) => vec![field],
        NotAKey::ClipboardUnreadable(_) => vec![field, open_keys()],
        NotAKey::ClipboardEmpty
        | NotAKey::ClipboardHoldsImage
        | NotAKey::ClipboardHoldsFiles
        | NotAKey::Several(Given::Clipboard)
        | NotAKey::Broken(Given::Clipboard)
        | NotAKey::Forgotten => vec![open_keys()],
    }
}

/// To the field, and where it has a default back to that.
pub(super) fn fix_or_reset(field: &str, problem: &InputProblem) -> Vec<CardAction> {
    let setting = match problem {
        InputProblem::OutOfRange => Setting::named(field),
        InputProblem::OutOfModelRange { .. } | InputProblem::NotAllowed { .. } | InputProblem::NotOnOrOff => {
            Setting::named(field).or_else(|| Some(Setting::Declared(field.to_owned())))
        }
        _ => None,
    };
    let value = setting.as_ref().map(|setting| setting.name().to_owned());
    let fix = CardAction { value, ..fix(words::fix(problem)) };
    std::iter::once(fix).chain(setting.as_ref().map(reset_setting)).collect()
}

pub(super) fn use_model(model: &ModelRef) -> CardAction {
    let name = if model.name.is_empty() { &model.id } else { &model.name };
    CardAction {
        action: Action::UseModel,
        label: label::use_model(&values::cut(name, 40), model.points.map(values::number)),
        model: Some(model.id.clone()),
        value: None,
    }
}

pub(super) fn allow_bot(model: &ModelRef) -> CardAction {
    CardAction { model: Some(model.id.clone()), ..button(Action::AllowBot, label::allow_bot()) }
}

pub(super) fn attachment_actions(attachment: &Attachment) -> Vec<CardAction> {
    let shrink =
        attachment.shrinks.then(|| valued(Action::ShrinkImage, label::shrink_image(), &attachment.id));
    let removes = if attachment.of_project { label::stop_sending() } else { label::remove_attachment() };
    let remove = valued(Action::RemoveAttachment, removes, &attachment.id);
    shrink.into_iter().chain([remove]).collect()
}

pub(super) fn choose_folder() -> CardAction {
    button(Action::ChooseFolder, label::choose_folder())
}

pub(super) fn restore_backup(backup: &Backup) -> CardAction {
    let label = label::restore_backup(&values::moment(backup.at));
    valued(Action::RestoreBackup, &label, &backup.file)
}

fn valued(action: Action, label: &str, value: &str) -> CardAction {
    CardAction { value: Some(value.to_owned()), ..button(action, label) }
}

pub(super) fn reset_setting(setting: &Setting) -> CardAction {
    let label = label::reset_and_send(setting.name());
    valued(Action::ResetSetting, &label, setting.name())
}

/// Twice the limit, or the most that the model writes; `None` where the chat sets none, because then it was the model's own.
pub(super) fn raise_limit(context: &Context) -> Option<CardAction> {
    let limit = context.max_tokens?;
    let most = context.max_output.map_or(u32::MAX, |most| u32::try_from(most).unwrap_or(u32::MAX));
    let doubled = limit.saturating_mul(2).min(most);
    if doubled <= limit {
        return None;
    }
    let label = label::raise_limit(&values::number(doubled.into()));
    Some(valued(Action::RaiseLimit, &label, &doubled.to_string()))
}

/// What only makes sense for a message of a chat. A failed check of the balance has none.
fn needs_message(action: Action) -> bool {
    match action {
        Action::UseModel
        | Action::ChooseModel
        | Action::ResetSetting
        | Action::EditSettings
        | Action::RaiseLimit
        | Action::EditMessage
        | Action::SeeUsage
        | Action::WaitAndSend
        | Action::Cancel
        | Action::CopyMessage
        | Action::KeepWaiting
        | Action::Stop
        | Action::Keep
        | Action::SendWhenBack
        | Action::KeepTrying
        | Action::CheckAndRetry
        | Action::SendAtRisk
        | Action::StopAndCheck
        | Action::Continue
        | Action::TrimContext
        | Action::SummarizeAndStart
        | Action::ShrinkImage
        | Action::RemoveAttachment
        | Action::SendWithout
        | Action::SendOnce
        | Action::SaveAgain
        | Action::AllowBot => true,
        Action::PasteKey
        | Action::UseAnyway
        | Action::OpenKeys
        | Action::SetUp
        | Action::UseEnvKey
        | Action::TryDemo
        | Action::RefreshModels
        | Action::CheckAddress
        | Action::UseDefaultAddress
        | Action::GetPoints
        | Action::RefreshBalance
        | Action::Retry
        | Action::OpenStatus
        | Action::OpenPlans
        | Action::CopyDetails
        | Action::CopyAddress
        | Action::UnlockKeychain
        | Action::SessionOnly
        | Action::ReplaceKey
        | Action::Fix
        | Action::Dismiss
        | Action::SignIn
        | Action::HowToInstall
        | Action::RunCheck
        | Action::NetworkSettings
        | Action::ProxySettings
        | Action::TryWithoutProxy
        | Action::AddCa
        | Action::OpenBrowser
        | Action::ChangeLimit
        | Action::RestoreBackup
        | Action::CopyText
        | Action::ChooseFolder => false,
    }
}

/// It sends the same once more.
pub(super) fn tries_again(action: Action) -> bool {
    matches!(
        action,
        Action::Retry
            | Action::SendAtRisk
            | Action::WaitAndSend
            | Action::CheckAndRetry
            | Action::KeepTrying
            | Action::SendWhenBack
            | Action::Continue
    )
}

/// It mends nothing.
pub(super) fn only_tells(action: Action) -> bool {
    matches!(
        action,
        Action::CopyDetails
            | Action::CopyMessage
            | Action::CopyText
            | Action::OpenStatus
            | Action::SeeUsage
            | Action::RunCheck
            | Action::Dismiss
    )
}

/// The buttons of a Poe failure outside a chat: what needs a message goes, and something that mends it stays first.
pub(super) fn without_message(mut actions: Vec<CardAction>) -> Vec<CardAction> {
    actions.retain(|button| !needs_message(button.action));
    for button in &mut actions {
        if button.action == Action::Retry {
            button.label = label::try_again().to_owned();
        }
    }
    if actions
        .iter()
        .all(|button| matches!(button.action, Action::CopyDetails | Action::OpenStatus | Action::OpenPlans))
    {
        actions.insert(0, retry());
    }
    if actions.len() == 1 {
        actions.push(copy_details());
    }
    actions
}
