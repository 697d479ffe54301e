//! One word for one act: each button's action has its own words, here and in the window's texts, and what costs differently
//! is never called the same.

use super::*;
use std::collections::BTreeMap;

/// How an action's buttons may be called: each begins with one of these. Two words only where an act differs by what it
/// costs, or by what it is done to.
fn called(action: Action) -> &'static [&'static str] {
    match action {
        Action::PasteKey => &["Paste a new key", "Paste a key instead"],
        Action::UseAnyway => &["Use it anyway"],
        // The second one is about a key that works.
        Action::OpenKeys => &["Open poe.com/api/keys", "Check this key on Poe"],
        Action::SetUp => &["Connect account"],
        Action::UseEnvKey => &["Use POE_API_KEY"],
        Action::TryDemo => &["Try the demo"],
        Action::UseModel => &["Use "],
        Action::ChooseModel => &["Choose another model", "Choose a larger model", "Choose a model that can"],
        Action::RefreshModels => &["Refresh models"],
        Action::CheckAddress => &["Check the address"],
        Action::UseDefaultAddress => &["Use Poe’s address"],
        Action::ResetSetting => &["Reset "],
        Action::EditSettings => &["Edit settings"],
        Action::RaiseLimit => &["Raise limit to "],
        Action::EditMessage => &["Edit message"],
        Action::GetPoints => &["Get points"],
        Action::RefreshBalance => &["Refresh balance", "Refresh usage"],
        Action::SeeUsage => &["See usage"],
        // What cost nothing is tried again; what was paid, or may have been, is regenerated.
        Action::Retry => &["Try again", "Regenerate"],
        Action::WaitAndSend => &["Send when ready", "Send now"],
        Action::Cancel => &["Cancel"],
        Action::OpenStatus => &["Open status.poe.com"],
        Action::OpenPlans => &["Open Poe’s plans"],
        Action::CopyMessage => &["Copy message"],
        Action::CopyAddress => &["Copy address"],
        Action::CopyDetails => &["Copy details"],
        Action::KeepWaiting => &["Keep waiting"],
        Action::Stop => &["Stop here"],
        Action::Keep => &["Keep as is"],
        // Only what is locked can be unlocked.
        Action::UnlockKeychain => &["Unlock", "Check again"],
        Action::SessionOnly => &["Use key for this session only"],
        Action::ReplaceKey => &["Replace key"],
        // It says what is to be mended.
        Action::Fix => &["Change ", "Choose ", "Shorten ", "Write ", "Type it instead", "Go to the field"],
        Action::Dismiss => &["Dismiss"],
        Action::SignIn => &["Sign in with Poe", "Sign in again"],
        Action::HowToInstall => &["How to install one"],
        Action::RunCheck => &["Check the connection"],
        Action::NetworkSettings => &["Network settings"],
        Action::ProxySettings => &["Proxy settings"],
        Action::TryWithoutProxy => &["Try without proxy"],
        Action::AddCa => &["Add a CA file"],
        Action::OpenBrowser => &["Open browser"],
        Action::SendWhenBack => &["Send when back"],
        Action::KeepTrying => &["Retry for up to 5 min"],
        Action::CheckAndRetry => &["Check and retry"],
        Action::SendAtRisk => &["Send again (may be charged twice)"],
        Action::StopAndCheck => &["Stop and check cost"],
        Action::Continue => &["Continue", "Get the video"],
        Action::TrimContext => &["Leave out older messages"],
        Action::SummarizeAndStart => &["Start new chat with summary"],
        Action::ShrinkImage => &["Shrink image and send"],
        Action::RemoveAttachment => &["Remove it", "Stop sending it"],
        Action::SendWithout => &["Send without it"],
        Action::SendOnce => &["Send anyway"],
        Action::ChangeLimit => &["Change limit"],
        Action::CopyText => &["Copy text"],
        Action::ChooseFolder => &["Choose another folder"],
        Action::SaveAgain => &["Save again"],
        Action::AllowBot => &["Send"],
        Action::RestoreBackup => &["Restore backup of "],
    }
}

#[test]
fn an_action_has_its_own_words_and_no_other_has_them() {
    let mut actions: BTreeMap<String, Action> = BTreeMap::new();
    for card in all() {
        for button in card.actions {
            let names = called(button.action);
            let fits = |name: &str| {
                let rest = button.label.strip_prefix(name);
                rest.is_some_and(|rest| name.ends_with(' ') || rest.is_empty() || rest.starts_with(' '))
            };
            assert!(names.iter().any(|name| fits(name)), "{:?}: {:?}", button.action, button.label);
            let known = actions.entry(button.label.clone()).or_insert(button.action);
            assert_eq!(*known, button.action, "{:?} is called for two acts", button.label);
        }
    }
}

/// "Try again" is free: where a message may have been charged, it is regenerated, or looked up first.
#[test]
fn what_may_be_charged_twice_is_not_called_try_again() {
    for &kind in Kind::ALL {
        for inner in Kind::ALL.iter().copied().map(Some).chain([None]) {
            for (partial, status) in
                [(false, None), (false, Some(200)), (true, Some(200)), (false, Some(502))]
            {
                let error = Error { sent: true, partial, status, inner, ..Error::new(kind, "") };
                // It was stopped on its way to Poe, as far as anybody can tell.
                if !error.maybe_charged() || kind == Kind::RefusedByNetwork {
                    continue;
                }
                let card = shown(error);
                assert!(!labels(&card).contains(&"Try again"), "{}: {:?}", card.code, labels(&card));
            }
        }
    }
}

/// The window's own texts call an act as the cards do, and the pages' headings as `--explain` does.
#[test]
fn the_window_uses_the_same_words() {
    let window = plain::window();
    for (name, label) in [
        ("regenerate", "Regenerate"),
        ("sendAgain", "Regenerate"),
        ("continue", "Continue"),
        ("cancel", "Cancel"),
        ("dismiss", "Dismiss"),
        ("copyAddress", "Copy address"),
        ("copyDetails", "Copy details"),
        ("useDefault", "Use Poe’s address"),
        ("runCheck", "Check the connection"),
        ("setUp", "Connect account"),
        ("sessionOnly", "Use key for this session only"),
        ("replace", "Replace key"),
        ("chooseFolder", "Choose another folder"),
        ("add", "Add a CA file"),
    ] {
        assert!(window.contains(&format!("{name}: '{label}'")), "{name} is not {label:?}");
    }
    let headings = explain("keychain_unavailable").unwrap() + &explain("rate_limit_exceeded").unwrap();
    let page = window.split("page: {").nth(1).and_then(|rest| rest.split('}').next()).unwrap();
    for heading in page.split('\'').skip(1).step_by(2) {
        assert!(headings.contains(&format!("\n{heading}\n")), "{heading:?}");
    }
}
