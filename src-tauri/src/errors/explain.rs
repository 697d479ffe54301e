//! The catalogue as help: a page per code, drawn by the window and printed by `telltale --explain CODE`. It is made from the
//! same entries as the cards, so it cannot promise anything that they lack.

use super::{
    Attachment, Context, Failure, FileProblem, FilmTrouble, FolderProblem, ImportProblem, InputProblem,
    ModelRef, SetBy, SignInCause, StartAddress, UsagePart, card, catalogue,
};
use crate::account::{AfterFailure, Given, KeychainError, KeychainFault, NotAKey, Unsaved};
use crate::desktop::DesktopError;
use crate::events::{HelpButton, HelpGuide, HelpLink, HelpPage};
use crate::library::{LibraryError, LimitOf, SetAside};
use crate::log::LogError;
use crate::settings::SettingsError;
use crate::words::synonyms;
use crate::words::{heading, help};
use std::collections::BTreeSet;

/// The page of a code; `None` for a code that does not exist. A code with several causes lists each.
pub fn page(code: &str) -> Option<HelpPage> {
    let context = Context {
        message_saved: true,
        env_key: true,
        can_sign_in: true,
        can_move: true,
        ..Context::default()
    };
    let found: Vec<Failure> =
        samples().into_iter().filter(|sample| catalogue::entry(sample, &context).code == code).collect();
    let rule = catalogue::entry(found.first()?, &context).rule;
    let cards: Vec<_> = found.iter().map(|failure| card(failure, &context)).collect();
    let mut pressed = BTreeSet::new();
    let buttons = cards.iter().flat_map(|card| &card.actions);
    let buttons = buttons.filter(|button| pressed.insert(button.label.clone()));
    Some(HelpPage {
        code: code.to_owned(),
        title: cards.first()?.title.clone(),
        synonyms: synonyms::of(code).iter().map(|it| (*it).to_owned()).collect(),
        terms: help::terms(code).iter().map(|term| (*term).to_owned()).collect(),
        what: each(cards.iter().map(|card| &card.what)),
        why: each(cards.iter().flat_map(|card| &card.why)),
        points: each(cards.iter().map(|card| &card.safe)),
        buttons: buttons
            .map(|button| HelpButton {
                label: button.label.clone(),
                does: help::does(button.action).to_owned(),
            })
            .collect(),
        steps: help::steps(code).iter().map(|step| (*step).to_owned()).collect(),
        retry: help::retry(rule).to_owned(),
        guide: help::guide(code)
            .map(|(section, advice)| HelpGuide { section: section.to_owned(), advice: advice.to_owned() }),
        links: help::links(code)
            .into_iter()
            .map(|(label, url)| HelpLink { label: label.to_owned(), url: url.to_owned() })
            .collect(),
    })
}

/// The lines that say something, each once.
fn each<'t>(lines: impl Iterator<Item = &'t String>) -> Vec<String> {
    let mut seen = BTreeSet::new();
    let lines = lines.filter(|line| !line.is_empty() && seen.insert(*line));
    lines.cloned().collect()
}

/// The same page as plain text.
pub fn explain(code: &str) -> Option<String> {
    let page = page(code)?;
    let mut text = format!("{code}\n{}\n", page.title);
    let mut section = |heading: &str, lines: Vec<String>| {
        if !lines.is_empty() {
            text += &format!("\n{heading}\n");
            lines.iter().for_each(|line| text += &format!("  {line}\n"));
        }
    };
    section(
        heading::also(),
        Some(page.terms.join(", ")).filter(|terms| !terms.is_empty()).into_iter().collect(),
    );
    section(heading::what(), page.what);
    section(heading::why(), page.why);
    section(heading::safe(), page.points);
    let buttons = page.buttons.iter();
    section(heading::buttons(), buttons.map(|button| format!("{}: {}", button.label, button.does)).collect());
    section(heading::steps(), page.steps);
    section(heading::retry(), vec![page.retry]);
    section(
        heading::guide(),
        page.guide.into_iter().flat_map(|guide| [guide.section, guide.advice]).collect(),
    );
    let links = page.links.iter();
    section(heading::links(), links.map(|link| format!("{}: {}", link.label, link.url)).collect());
    Some(text)
}

/// Every code, sorted.
pub fn codes() -> Vec<&'static str> {
    let context = Context::default();
    let codes: BTreeSet<_> =
        samples().iter().map(|failure| catalogue::entry(failure, &context).code).collect();
    codes.into_iter().collect()
}

/// One failure of every sort, with nothing known about it. The kinds of Poe come first: their words are the general ones.
pub fn samples() -> Vec<Failure> {
    let poe = poe::Kind::ALL.iter().map(|&kind| Failure::Poe(poe::Error::new(kind, "")));
    let moved = SetAside {
        original: "settings.json".into(),
        kept_as: "settings.json.damaged".into(),
        reason: String::new(),
    };
    let chats = SetAside {
        original: "telltale.db".into(),
        kept_as: "telltale.db.damaged".into(),
        reason: String::new(),
    };
    let keychain = [
        KeychainFault::Locked,
        KeychainFault::Denied,
        KeychainFault::Unavailable,
        KeychainFault::TimedOut,
        KeychainFault::Corrupt,
    ]
    .map(|kind| Failure::Keychain(KeychainError { kind, detail: String::new() }));
    let library = [
        LibraryError::Locked,
        LibraryError::Full,
        LibraryError::ReadOnly,
        LibraryError::Damaged(String::new()),
        LibraryError::Io(String::new()),
        LibraryError::Newer { found: 2, known: 1 },
        LibraryError::Missing(1),
    ]
    .map(Failure::Library);
    let input = [
        ("message", InputProblem::EmptyMessage),
        ("model", InputProblem::NoModel),
        ("model", InputProblem::FilmNotKept),
        ("message", InputProblem::FilmFiles),
        ("temperature", InputProblem::OutOfRange),
        ("top_p", InputProblem::OutOfRange),
        ("max_tokens", InputProblem::OutOfRange),
        ("temperature", InputProblem::OutOfModelRange { least: 0.0, most: 1.0 }),
        (
            "aspect_ratio",
            InputProblem::NotAllowed { allowed: ["16:9", "1:1", "9:16"].map(str::to_owned).to_vec() },
        ),
        ("web_search", InputProblem::NotOnOrOff),
        (
            "model",
            InputProblem::UnknownModel {
                name: "Claude-Sonet-4.6".to_owned(),
                closest: vec![ModelRef {
                    id: "claude-sonnet-4.6".to_owned(),
                    name: "Claude-Sonnet-4.6".to_owned(),
                    points: None,
                }],
            },
        ),
        (
            "model",
            InputProblem::AskFirst {
                model: ModelRef { id: "some-bot".to_owned(), name: "Some-Bot".to_owned(), points: None },
                maker: "Somebody".to_owned(),
                own: false,
                has_price: false,
                dearest: Some(1_200),
            },
        ),
        ("message", InputProblem::TooLong { tokens: 212_400, takes: 64_000 }),
        ("message", InputProblem::TooLongToKeep { limit: crate::events::LARGEST_DRAFT as u64 }),
        ("stop", InputProblem::TooManyStops),
        ("base_url", InputProblem::NotAUrl),
        ("base_url", InputProblem::UrlWithMore),
        ("base_url", InputProblem::UrlWithLogin),
        ("base_url", InputProblem::Unencrypted),
        ("key", InputProblem::Key(NotAKey::NotGiven)),
        ("key", InputProblem::Key(NotAKey::ClipboardEmpty)),
        ("key", InputProblem::Key(NotAKey::ClipboardHoldsImage)),
        ("key", InputProblem::Key(NotAKey::ClipboardHoldsFiles)),
        ("key", InputProblem::Key(NotAKey::ClipboardUnreadable(String::new()))),
        ("key", InputProblem::Key(NotAKey::Unlikely { ends: Some(("hu".to_owned(), "r2".to_owned())) })),
        ("key", InputProblem::Key(NotAKey::Unlikely { ends: None })),
        ("key", InputProblem::Key(NotAKey::Several(Given::Clipboard))),
        ("key", InputProblem::Key(NotAKey::Several(Given::Typed))),
        ("key", InputProblem::Key(NotAKey::Broken(Given::Clipboard))),
        ("key", InputProblem::Key(NotAKey::Broken(Given::Typed))),
        ("key", InputProblem::Key(NotAKey::Forgotten)),
        ("proxy", InputProblem::NotAProxy),
        ("proxy_login", InputProblem::ProxyLogin),
        ("name", InputProblem::KeyForName),
        ("name", InputProblem::NoName),
        ("name", InputProblem::NameTaken { name: "Review".to_owned() }),
        ("text", InputProblem::PromptTooLong { limit: 50_000 }),
        ("name", InputProblem::TooManyPrompts { limit: 500 }),
        ("extra_ca", InputProblem::NotACertificate),
        ("extra_ca", InputProblem::CertificateTooLarge),
    ]
    .map(|(field, problem)| Failure::Input { field: field.into(), problem });
    let sign_in = [
        SignInCause::StateMismatch,
        SignInCause::Denied,
        SignInCause::TimedOut,
        SignInCause::PortBusy,
        SignInCause::Refused,
    ]
    .map(Failure::SignIn);
    let partial = [UsagePart::History, UsagePart::Balance].map(|missing| Failure::UsagePartial {
        missing,
        since: None,
        error: poe::Error::new(poe::Kind::ServiceUnavailable, ""),
    });
    let unsaved = |left| {
        let detail = String::new();
        Failure::Accounts(Unsaved { left, detail })
    };
    let folder = || "/media/disk/Telltale".to_owned();
    let folders = [
        FolderProblem::Missing { folder: folder(), used: "/home/ada/.local/share/telltale".to_owned() },
        FolderProblem::Unusable { folder: folder(), error: LibraryError::ReadOnly },
        FolderProblem::LeftBehind { folder: folder() },
        FolderProblem::NotRemembered { folder: folder(), cause: String::new() },
        FolderProblem::NotDeleted { folder: folder(), error: LibraryError::ReadOnly },
        FolderProblem::LeftOver {
            file: format!("{}/telltale.db", folder()),
            others: 2,
            error: LibraryError::Locked,
        },
        FolderProblem::Fixed,
    ]
    .map(Failure::Folder);
    let imports = [
        ImportProblem::Unknown,
        ImportProblem::NoChats,
        ImportProblem::Newer { version: 2 },
        ImportProblem::NotPrompts,
        ImportProblem::NoPrompts,
        ImportProblem::TooLarge { limit: 64 << 20 },
        ImportProblem::Unreadable { cause: String::new() },
        ImportProblem::BrokenZip,
        ImportProblem::Encrypted,
        ImportProblem::Bomb,
        ImportProblem::Library(LibraryError::Full),
    ]
    .map(|problem| Failure::Import { file: "chats.zip".to_owned(), problem });
    let rest = [
        Failure::NoKey,
        Failure::KeyExpired { at: None },
        Failure::KeyExpiring { at: None },
        Failure::Budget { of: LimitOf::Day, limit: 5_000, used: 5_120 },
        Failure::Attachment(Attachment {
            id: "1".to_owned(),
            name: "photo.png".to_owned(),
            bytes: 31_400_000,
            limit: Some(20_000_000),
            earlier: false,
            of_project: false,
            shrinks: true,
        }),
        Failure::File { name: "photo.png".to_owned(), problem: FileProblem::Broken },
        Failure::NotBackedUp(LibraryError::Full),
        Failure::NotRestored(LibraryError::Damaged(String::new())),
        Failure::Settings(SettingsError::Write(String::new())),
        unsaved(AfterFailure::AsItWas),
        unsaved(AfterFailure::InUse),
        unsaved(AfterFailure::Named),
        Failure::Log(LogError(String::new())),
        Failure::Address(StartAddress { text: "api.poe.com/v1".to_owned(), set_by: SetBy::Variable }),
        Failure::SettingsSetAside(moved),
        Failure::LibrarySetAside(chats),
        Failure::Desktop(DesktopError::LinkRefused { url: String::new() }),
        Failure::Desktop(DesktopError::LinkNotOpened {
            url: "https://poe.com/api/keys".to_owned(),
            cause: String::new(),
        }),
        Failure::Desktop(DesktopError::FileNotSaved { file: String::new(), cause: String::new() }),
        Failure::LengthLimit,
        Failure::Declined { said: None },
        Failure::ToolWanted { tools: Vec::new(), has_text: false },
        Failure::Film(FilmTrouble::Stopped),
        Failure::Film(FilmTrouble::Unreached { said: None }),
        Failure::Film(FilmTrouble::OtherAccount),
        Failure::Film(FilmTrouble::Failed { said: None }),
        Failure::Film(FilmTrouble::Gone),
        Failure::NotStarted { seconds: 30 },
        Failure::Paused { seconds: 30 },
        Failure::Interrupted,
        Failure::ClosedUnsent,
        Failure::UnreadableCard(String::new()),
        Failure::PageReloaded { cause: "" },
        Failure::Unexpected(String::new()),
    ];
    poe.chain(keychain)
        .chain(library)
        .chain(input)
        .chain(sign_in)
        .chain(partial)
        .chain(folders)
        .chain(imports)
        .chain(rest)
        .collect()
}
