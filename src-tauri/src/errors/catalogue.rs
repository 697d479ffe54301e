//! The entries of everything but the Poe client (those are in `kinds.rs`).
//! One exhaustive match per failure enum, without a wildcard: a failure without an entry does not compile.

use super::actions::*;
use super::entry::{Entry, banner, fact};
use super::{
    Context, Failure, FilmTrouble, FolderProblem, ImportProblem, InputProblem, NotSaved, UsagePart, evidence,
    kinds, redact, values,
};
use crate::account::{KeychainFault, Unsaved};
use crate::desktop::DesktopError;
use crate::events::{Action, CardAction, Place, Severity};
use crate::library::{LibraryError, LimitOf, SetAside};
use crate::settings::SettingsError;
use crate::words::facts::{Points, Rule};
use crate::words::{self, Words, label};
use poe::Kind;

/// A refusal is all that came of an answer, so it is shown as a whole.
const LONGEST_REFUSAL: usize = 20_000;

pub(super) fn entry(failure: &Failure, context: &Context) -> Entry {
    let model = values::model(context);
    let model = model.as_deref();
    match failure {
        Failure::Poe(error) => kinds::entry(error, context),
        Failure::NoKey => {
            let mut actions = vec![button(Action::SetUp, label::set_up())];
            if context.env_key {
                actions.push(button(Action::UseEnvKey, label::use_env_key()));
            }
            actions.push(button(Action::TryDemo, label::try_demo()));
            let entry = banner("no_api_key", words::no_api_key(), Severity::Attention, actions);
            concerning_message(entry, context, Points::NothingSent)
        }
        Failure::KeyExpired { at } => {
            let date = at.map(values::day);
            let mut actions = vec![button(Action::PasteKey, label::paste_instead()), open_keys()];
            if context.can_sign_in {
                actions.insert(0, button(Action::SignIn, label::sign_in_again()));
            }
            let mut entry = banner("api_key_expired", words::key_expired(date), Severity::Attention, actions);
            entry.rule = Rule::AfterKey;
            concerning_message(entry, context, Points::NothingSent)
        }
        Failure::KeyExpiring { at } => banner(
            "api_key_expired",
            words::key_expiring(at.map(values::day)),
            Severity::Info,
            vec![button(Action::SignIn, label::sign_in_again()), dismiss()],
        ),
        Failure::SignIn(cause) => banner(
            "sign_in_failed",
            words::sign_in_failed(*cause),
            Severity::Attention,
            vec![
                button(Action::SignIn, label::sign_in_again()),
                button(Action::PasteKey, label::paste_instead()),
            ],
        ),
        Failure::Budget { of, limit, used } => {
            let (limit, used) = (values::number(*limit), values::number(*used));
            let (what, told, change) = match of {
                LimitOf::Day => (words::budget_reached(), [words::daily_limit(), words::used_today()], None),
                LimitOf::Chat => (
                    words::chat_budget_reached(),
                    [words::chat_budget(), words::used_in_chat()],
                    Some("budget"),
                ),
                LimitOf::Project => (
                    words::project_budget_reached(),
                    [words::project_budget(), words::used_in_project()],
                    Some("project"),
                ),
            };
            let change = match change {
                Some(field) => CardAction {
                    value: Some(field.to_owned()),
                    ..button(Action::ChangeLimit, label::change_budget())
                },
                None => button(Action::ChangeLimit, label::change_limit()),
            };
            let mut entry = banner(
                "budget_reached",
                what,
                Severity::Attention,
                vec![button(Action::SendOnce, label::send_once()), change],
            );
            let [limited, spent] = told;
            entry.facts = vec![fact(limited, limit), fact(spent, used)];
            concerning_message(entry, context, Points::NothingSent)
        }
        Failure::UsagePartial { missing, since, .. } => {
            let ago = since.map(|at| words::ago(values::ago(at, context.now)));
            let what = match missing {
                UsagePart::History => label::refresh_usage(),
                UsagePart::Balance => label::refresh_balance(),
            };
            let refresh = button(Action::RefreshBalance, what);
            Entry {
                rule: Rule::Background,
                ..banner(
                    "usage_partial",
                    words::usage_partial(*missing, ago),
                    Severity::Info,
                    vec![refresh, copy_details()],
                )
            }
        }
        Failure::Attachment(attachment) => {
            let entry = banner(
                Kind::AttachmentTooLarge.code(),
                evidence::attachment_words(attachment),
                Severity::Attention,
                attachment_actions(attachment),
            );
            concerning_message(entry, context, Points::NothingSent)
        }
        Failure::File { name, problem } => Entry {
            place: Place::Field,
            field: Some("message".to_owned()),
            ..banner(
                Kind::InvalidInput.code(),
                words::file(&values::cut(&redact::plain(name), 60), problem),
                Severity::Attention,
                vec![dismiss()],
            )
        },
        Failure::Import { file, problem } => banner(
            "import_failed",
            words::import_failed(&redact::quoted(file, 120).unwrap_or_default(), problem),
            Severity::Attention,
            match problem {
                ImportProblem::Library(LibraryError::Full | LibraryError::ReadOnly) => elsewhere(context),
                _ => vec![dismiss(), copy_details()],
            },
        ),
        Failure::NotBackedUp(error) => banner(
            "backup_failed",
            words::not_backed_up(error),
            Severity::Attention,
            vec![dismiss(), copy_details()],
        ),
        Failure::NotRestored(error) => banner(
            "backup_failed",
            words::not_restored(error),
            Severity::Attention,
            vec![dismiss(), copy_details()],
        ),
        Failure::Keychain(error) => keychain(error.kind, context),
        Failure::Accounts(unsaved) => accounts_unsaved(unsaved, context),
        Failure::Library(error) => library(error, context),
        Failure::Settings(error) => match error {
            SettingsError::BaseUrl(error) => kinds::entry(error, context),
            SettingsError::OutOfRange { field } => input(field, &InputProblem::OutOfRange),
            SettingsError::Proxy(error) if error.param.as_deref() == Some("proxy_login") => {
                input("proxy_login", &InputProblem::ProxyLogin)
            }
            SettingsError::Proxy(_) => input("proxy", &InputProblem::NotAProxy),
            SettingsError::Certificate(_) => input("extra_ca", &InputProblem::NotACertificate),
            SettingsError::CertificateTooLarge => input("extra_ca", &InputProblem::CertificateTooLarge),
            SettingsError::Client(error) => kinds::entry(error, context),
            SettingsError::Write(detail) => unsaved(detail, context),
        },
        Failure::Address(address) => Entry {
            safe: words::nothing_asked().to_owned(),
            ..banner(
                Kind::InvalidBaseUrl.code(),
                words::start_address(
                    redact::quoted(&values::without_login(&address.text), 200).as_deref(),
                    address.set_by,
                ),
                Severity::Attention,
                vec![
                    fix(words::fix(&InputProblem::NotAUrl)),
                    button(Action::UseDefaultAddress, label::use_default_address()),
                    copy_details(),
                ],
            )
        },
        Failure::SettingsSetAside(moved) => {
            set_aside("settings_set_aside", words::settings_set_aside, moved, vec![dismiss(), copy_details()])
        }
        Failure::LibrarySetAside(moved) => {
            let restore = context.backup.as_ref().map(restore_backup);
            let actions = restore.into_iter().chain([dismiss(), copy_details()]).collect();
            set_aside("library_set_aside", words::library_set_aside, moved, actions)
        }
        Failure::Log(error) => banner(
            "storage_failed",
            words::log_unwritable(redact::quoted(&error.0, 200).as_deref()),
            Severity::Attention,
            elsewhere(context),
        ),
        Failure::Folder(problem) => folder(problem, context),
        Failure::Desktop(error) => of_desktop(error),
        Failure::Input { field, problem } => input(field, problem),
        Failure::LengthLimit => {
            let limit = context.max_tokens.map(|tokens| values::number(tokens.into()));
            Entry {
                safe: words::saved_so_far().to_owned(),
                place: Place::Message,
                rule: Rule::AnswerBegan,
                ..banner(
                    "length_limit",
                    words::length_limit(limit),
                    Severity::Info,
                    [go_on(context)].into_iter().chain(raise_limit(context)).chain([keep()]).collect(),
                )
            }
        }
        Failure::Declined { said } => {
            let said = said.as_deref().and_then(|said| redact::quoted(said, LONGEST_REFUSAL));
            Entry {
                safe: words::safe(false, Points::MaybeUsedSoFar),
                place: Place::Message,
                ..banner(
                    Kind::MessageRefused.code(),
                    match said {
                        Some(said) => words::model_refused(model, &said),
                        None => words::message_refused(model, None),
                    },
                    Severity::Attention,
                    vec![edit_message(), choose_model()],
                )
            }
        }
        Failure::ToolWanted { tools, has_text } => {
            let tools: Vec<_> = tools.iter().filter_map(|tool| redact::quoted(tool, 60)).collect();
            Entry {
                safe: words::safe(*has_text, Points::MaybeUsedSoFar),
                place: Place::Message,
                ..banner(
                    "tool_wanted",
                    words::tool_wanted(model, &tools, *has_text),
                    Severity::Attention,
                    vec![choose_model(), edit_message()],
                )
            }
        }
        Failure::Film(trouble) => film(trouble, model),
        Failure::NotStarted { seconds } => Entry {
            safe: words::still_running().to_owned(),
            place: Place::Message,
            rule: Rule::MaybeCharged,
            ..banner(
                Kind::FirstByteTimeout.code(),
                words::not_started(model, seconds.to_string()),
                Severity::Info,
                vec![
                    button(Action::KeepWaiting, label::keep_waiting()),
                    button(Action::StopAndCheck, label::stop_and_check()),
                ],
            )
        },
        Failure::Paused { seconds } => Entry {
            safe: words::saved_so_far().to_owned(),
            place: Place::Message,
            rule: Rule::AnswerBegan,
            ..banner(
                Kind::StreamStalled.code(),
                words::paused(seconds.to_string()),
                Severity::Info,
                vec![
                    button(Action::KeepWaiting, label::keep_waiting()),
                    button(Action::Stop, label::stop_here()),
                ],
            )
        },
        Failure::Interrupted => {
            let some_came = context.words.is_some();
            let actions = if some_came {
                vec![go_on(context), regenerate(context), keep()]
            } else {
                vec![check_and_retry(), copy_message()]
            };
            Entry {
                safe: words::safe(some_came, Points::MaybeUsedSoFar),
                place: Place::Message,
                rule: Rule::AnswerBegan,
                ..banner(Kind::StreamCut.code(), words::interrupted(some_came), Severity::Attention, actions)
            }
        }
        Failure::ClosedUnsent => Entry {
            safe: words::safe(context.words.is_some(), Points::NothingSent),
            place: Place::Message,
            rule: Rule::NotSent,
            ..banner(
                Kind::StreamCut.code(),
                words::closed_unsent(),
                Severity::Attention,
                vec![retry(), copy_message()],
            )
        },
        Failure::UnreadableCard(raw) => Entry {
            safe: words::safe(context.words.is_some(), Points::Unclear),
            place: Place::Message,
            ..banner(
                Kind::Unknown.code(),
                words::unreadable_card(redact::quoted(raw, 300).as_deref()),
                Severity::Attention,
                vec![copy_details(), regenerate(context)],
            )
        },
        Failure::PageReloaded { .. } => {
            banner("page_reloaded", words::page_reloaded(), Severity::Info, vec![dismiss()])
        }
        Failure::Unexpected(text) => banner(
            Kind::Unknown.code(),
            words::unknown(redact::quoted(text, 300).as_deref()),
            Severity::Broken,
            vec![copy_details(), retry()],
        ),
    }
}

/// Getting one that is there costs nothing, so that button says no price; making it again is another request.
fn film(trouble: &FilmTrouble, model: Option<&str>) -> Entry {
    let get = || button(Action::Continue, label::get_film());
    let quoted = |said: &Option<String>| said.as_deref().and_then(|said| redact::quoted(said, 300));
    let (code, words, severity, actions) = match trouble {
        FilmTrouble::Stopped => ("video_waits", words::film_stopped(), Severity::Info, vec![get()]),
        FilmTrouble::Unreached { said } => (
            "video_waits",
            words::film_unreached(quoted(said).as_deref()),
            Severity::Attention,
            vec![get(), run_check(), copy_details()],
        ),
        FilmTrouble::OtherAccount => {
            ("video_waits", words::film_of_other_account(), Severity::Attention, vec![get(), copy_details()])
        }
        FilmTrouble::Failed { said } => (
            "video_failed",
            words::film_failed(model, quoted(said).as_deref()),
            Severity::Attention,
            vec![edit_message(), check_and_retry(), choose_model()],
        ),
        FilmTrouble::Gone => {
            ("video_failed", words::film_gone(), Severity::Attention, vec![check_and_retry(), copy_details()])
        }
    };
    Entry {
        safe: words::safe(false, Points::MaybeUsedSoFar),
        place: Place::Message,
        rule: Rule::MaybeCharged,
        ..banner(code, words, severity, actions)
    }
}

/// The entry beside its message, where there is one.
fn concerning_message(mut entry: Entry, context: &Context, points: Points) -> Entry {
    if context.message_saved {
        entry.safe = words::safe(false, points);
        entry.place = Place::Message;
    }
    entry
}

fn unsaved(detail: &str, context: &Context) -> Entry {
    banner(
        "storage_failed",
        words::settings_unsaved(redact::quoted(detail, 200).as_deref()),
        Severity::Attention,
        elsewhere(context),
    )
}

fn accounts_unsaved(unsaved: &Unsaved, context: &Context) -> Entry {
    let detail = redact::quoted(&unsaved.detail, 200);
    banner(
        "storage_failed",
        words::accounts_unsaved(unsaved.left, detail.as_deref()),
        Severity::Attention,
        elsewhere(context),
    )
}

/// Where nothing can be tried again at once.
fn elsewhere(context: &Context) -> Vec<CardAction> {
    let choose = context.can_move.then(choose_folder);
    choose.into_iter().chain([copy_details(), dismiss()]).collect()
}

fn of_desktop(error: &DesktopError) -> Entry {
    let (code, words, copy_link) = match error {
        DesktopError::LinkRefused { url } => {
            ("link_refused", words::link_refused(redact::quoted(url, 80).as_deref()), None)
        }
        DesktopError::LinkNotOpened { url, .. } => (
            "link_not_opened",
            words::link_not_opened(redact::quoted(url, 200).as_deref()),
            Some(copy_address(url)),
        ),
        DesktopError::FileNotSaved { file, .. } => {
            ("file_not_saved", words::file_not_saved(redact::quoted(file, 200).as_deref()), None)
        }
    };
    let actions = copy_link.into_iter().chain([dismiss(), copy_details()]);
    banner(code, words, Severity::Attention, actions.collect())
}

fn folder(problem: &FolderProblem, context: &Context) -> Entry {
    let quoted = |folder: &str| redact::quoted(folder, 200).unwrap_or_default();
    let (words, severity, actions) = match problem {
        FolderProblem::Fixed => (words::folder_fixed(), Severity::Attention, vec![dismiss(), copy_details()]),
        FolderProblem::Unusable { folder, error } => {
            (words::folder_unusable(&quoted(folder), error), Severity::Attention, elsewhere(context))
        }
        FolderProblem::Missing { folder, used } => {
            (words::folder_missing(&quoted(folder), &quoted(used)), Severity::Attention, elsewhere(context))
        }
        FolderProblem::LeftBehind { folder } => {
            (words::folder_left_behind(&quoted(folder)), Severity::Info, vec![dismiss(), copy_details()])
        }
        FolderProblem::NotRemembered { folder, cause } => (
            words::folder_not_remembered(&quoted(folder), redact::quoted(cause, 200).as_deref()),
            Severity::Attention,
            vec![dismiss(), copy_details()],
        ),
        FolderProblem::NotDeleted { folder, error } => (
            words::folder_not_deleted(&quoted(folder), error),
            Severity::Attention,
            vec![dismiss(), copy_details()],
        ),
        FolderProblem::LeftOver { file, others, error } => (
            words::folder_left_over(&quoted(file), *others, error),
            Severity::Attention,
            vec![dismiss(), copy_details()],
        ),
    };
    banner("data_folder", words, severity, actions)
}

fn input(field: &str, problem: &InputProblem) -> Entry {
    let actions = match problem {
        InputProblem::UnknownModel { closest, .. } => {
            let close = closest.iter().take(2).map(use_model);
            close.chain([choose_model()]).collect()
        }
        InputProblem::AskFirst { model, .. } => vec![allow_bot(model), choose_model(), dismiss()],
        InputProblem::Key(why) => key_actions(why),
        _ => fix_or_reset(field, problem),
    };
    Entry {
        place: Place::Field,
        field: Some(field.to_owned()),
        ..banner(Kind::InvalidInput.code(), words::input(field, problem), Severity::Attention, actions)
    }
}

fn keychain(fault: KeychainFault, context: &Context) -> Entry {
    let name = context.keychain.as_deref();
    let (code, words, actions) = match fault {
        KeychainFault::Locked => {
            ("keychain_locked", words::keychain_locked(name), vec![unlock(label::unlock()), session_only()])
        }
        KeychainFault::Denied => (
            "keychain_denied",
            words::keychain_denied(name),
            vec![unlock(label::check_again()), session_only()],
        ),
        KeychainFault::Unavailable => (
            "keychain_unavailable",
            words::keychain_unavailable(),
            vec![
                session_only(),
                button(Action::HowToInstall, label::how_to_install()),
                unlock(label::check_again()),
            ],
        ),
        KeychainFault::TimedOut => (
            "keychain_timed_out",
            words::keychain_timed_out(name),
            vec![session_only(), unlock(label::check_again())],
        ),
        KeychainFault::Corrupt => (
            "keychain_corrupt",
            words::keychain_corrupt(name),
            vec![button(Action::ReplaceKey, label::replace_key()), copy_details()],
        ),
    };
    banner(code, words, Severity::Attention, actions)
}

fn library(error: &LibraryError, context: &Context) -> Entry {
    let place = if context.message_saved { Place::Message } else { Place::Banner };
    let words = match error {
        LibraryError::Locked => words::library_locked(),
        LibraryError::Full => words::library_full(),
        LibraryError::ReadOnly => words::library_read_only(),
        LibraryError::Damaged(detail) => words::library_damaged(redact::quoted(detail, 200).as_deref()),
        LibraryError::Io(detail) => words::library_io(redact::quoted(detail, 200).as_deref()),
        LibraryError::Newer { found, known } => words::library_newer(*found, *known),
        LibraryError::Missing(_) => words::library_missing(),
    };
    let (actions, safe) = match error {
        LibraryError::Newer { .. } => (elsewhere(context), words::unsaved(context.not_saved, false)),
        LibraryError::Missing(_) => (vec![dismiss(), copy_details()], ""),
        _ => {
            (storage_actions(error, place, context), words::unsaved(context.not_saved, context.message_saved))
        }
    };
    Entry { safe: safe.to_owned(), place, ..banner("storage_failed", words, Severity::Broken, actions) }
}

/// The text first, then what mends it.
fn storage_actions(error: &LibraryError, place: Place, context: &Context) -> Vec<CardAction> {
    let again = match context.not_saved {
        // Sending again would be paid again.
        Some(NotSaved::Answer) => Some(button(Action::SaveAgain, label::save_again())),
        Some(NotSaved::Session) => None,
        Some(NotSaved::Draft) | None => Some(retry()),
    };
    let has_text = place == Place::Message || context.not_saved == Some(NotSaved::Draft);
    let text = has_text.then(|| button(Action::CopyText, label::copy_text()));
    let choose = context.can_move.then(choose_folder);
    let mends = match error {
        LibraryError::Damaged(_) => [context.backup.as_ref().map(restore_backup), choose, again],
        // The other program will be done with it.
        LibraryError::Locked => [again, choose, None],
        _ => [choose, again, None],
    };
    let rest = [copy_details()].into_iter();
    let rest = rest.chain((context.not_saved == Some(NotSaved::Session)).then(dismiss));
    text.into_iter().chain(mends.into_iter().flatten()).chain(rest).collect()
}

fn set_aside(
    code: &'static str,
    write: fn(&str, &str) -> Words,
    moved: &SetAside,
    actions: Vec<CardAction>,
) -> Entry {
    let name = |path: &std::path::Path| {
        redact::plain(&path.file_name().unwrap_or(path.as_os_str()).to_string_lossy())
    };
    let words = write(&name(&moved.original), &name(&moved.kept_as));
    banner(code, words, Severity::Info, actions)
}
