//! What "Copy details" hands over: enough for Poe's support or a bug report, and no key.

use super::values::without_login;
use super::{Context, Failure, FolderProblem, ImportProblem, InputProblem, redact, values};
use crate::account::{KeychainError, NotAKey};
use crate::desktop::DesktopError;
use crate::events::Fact;
use crate::library::{LibraryError, SetAside};
use crate::settings::SettingsError;
use crate::words::detail;

pub(super) fn details(code: &str, failure: &Failure, context: &Context) -> Vec<Fact> {
    let mut facts = Facts(Vec::new());
    facts.add(detail::code(), code);
    match failure {
        Failure::Poe(error)
        | Failure::Settings(
            SettingsError::BaseUrl(error)
            | SettingsError::Proxy(error)
            | SettingsError::Certificate(error)
            | SettingsError::Client(error),
        ) => facts.of_poe(error, context),
        Failure::Settings(SettingsError::CertificateTooLarge) => facts.add(detail::parameter(), "extra_ca"),
        Failure::Keychain(error) => facts.of_keychain(error),
        Failure::Settings(SettingsError::Write(cause))
        | Failure::UnreadableCard(cause)
        | Failure::Unexpected(cause) => facts.add(detail::cause(), cause),
        Failure::Accounts(unsaved) => facts.add(detail::cause(), &unsaved.detail),
        Failure::Log(error) => facts.add(detail::cause(), &error.0),
        Failure::Folder(problem) => facts.of_folder(problem),
        Failure::Library(error) => facts.of_library(error),
        Failure::SettingsSetAside(moved) | Failure::LibrarySetAside(moved) => facts.of_set_aside(moved),
        Failure::Address(address) => facts.add(detail::address(), &without_login(&address.text)),
        Failure::Desktop(error) => match error {
            DesktopError::LinkRefused { url } => facts.add(detail::link(), url),
            DesktopError::LinkNotOpened { url, cause } => {
                facts.add(detail::link(), url);
                facts.add(detail::cause(), cause);
            }
            DesktopError::FileNotSaved { file, cause } => {
                facts.add(detail::file(), file);
                facts.add(detail::cause(), cause);
            }
        },
        Failure::PageReloaded { cause } => facts.add(detail::cause(), cause),
        Failure::Input { field, problem } => {
            facts.add(detail::parameter(), field);
            if let InputProblem::Key(NotAKey::ClipboardUnreadable(cause)) = problem {
                facts.add(detail::cause(), cause);
            }
        }
        Failure::Settings(SettingsError::OutOfRange { field }) => facts.add(detail::parameter(), field),
        Failure::LengthLimit
        | Failure::Declined { .. }
        | Failure::ToolWanted { .. }
        | Failure::Film(_)
        | Failure::NotStarted { .. }
        | Failure::Paused { .. }
        | Failure::Interrupted
        | Failure::ClosedUnsent => facts.of_turn(context, 0),
        Failure::UsagePartial { error, .. } => facts.of_poe(error, context),
        Failure::Attachment(attachment) => {
            facts.add(detail::file(), &attachment.name);
            facts.of_turn(context, 0);
        }
        Failure::File { name, .. } => facts.add(detail::file(), name),
        Failure::Import { file, problem } => {
            facts.add(detail::file(), file);
            if let ImportProblem::Library(error) = problem {
                facts.of_library(error);
            }
        }
        Failure::NotBackedUp(error) | Failure::NotRestored(error) => facts.of_library(error),
        Failure::SignIn(cause) => facts.add(detail::cause(), detail::sign_in(*cause)),
        Failure::NoKey
        | Failure::KeyExpired { .. }
        | Failure::KeyExpiring { .. }
        | Failure::Budget { .. } => {}
    }
    facts.of_model(context);
    facts.add(detail::time(), &values::utc(context.now));
    facts.add(detail::version(), env!("CARGO_PKG_VERSION"));
    facts.0
}

struct Facts(Vec<Fact>);

impl Facts {
    fn add(&mut self, label: &str, value: &str) {
        let value = redact::plain(value);
        if !value.is_empty() {
            self.0.push(Fact { label: label.to_owned(), value: values::cut(&value, 2000) });
        }
    }

    fn of_poe(&mut self, error: &poe::Error, context: &Context) {
        let status = error.status.map(|status| status.to_string());
        let inner = error.inner.map(poe::Kind::code);
        let host = values::host(error, context);
        let unusable = error.unusable_proxy.as_deref().map(|it| it.value.clone());
        let proxy = error.proxy.as_deref().map(poe::ProxyInUse::address).or(unusable);
        let certificate = error.certificate.as_deref();
        let names = certificate.map(|it| it.names.join(", "));
        let valid = certificate
            .map(|it| detail::valid(&values::utc(it.not_before_ms), &values::utc(it.not_after_ms)));
        for (label, value) in [
            (detail::status(), status.as_deref()),
            (detail::kind(), error.provider_type.as_deref()),
            (detail::poe_code(), error.provider_code.as_deref()),
            (detail::parameter(), error.param.as_deref()),
            (detail::inner(), inner),
            (detail::request_id(), error.request_id.as_deref()),
            (detail::host(), host.as_deref()),
            (detail::proxy(), proxy.as_deref()),
            (detail::issuer(), certificate.and_then(|it| it.issuer.as_deref())),
            (detail::names(), names.as_deref()),
            (detail::validity(), valid.as_deref()),
        ] {
            self.add(label, value.unwrap_or_default());
        }
        self.of_turn(context, error.attempt);
        self.add(detail::decider(), detail::decided_by(error.decided_by));
        let label = match (error.decided_by, error.kind) {
            (poe::DecidedBy::Transport | poe::DecidedBy::Local, _) => detail::cause(),
            (_, poe::Kind::RefusedByNetwork | poe::Kind::GatewayError) => detail::reply_says(),
            _ => detail::poe_says(),
        };
        self.add(label, &redact::quoted(&error.message, 1000).unwrap_or_default());
    }

    /// Whatever the failure was, it tells which model was asked.
    fn of_model(&mut self, context: &Context) {
        let is_told = self.0.iter().any(|fact| fact.label == detail::model());
        if let Some(model) = context.model.as_ref().filter(|_| !is_told) {
            self.add(detail::model(), &model.id);
        }
    }

    fn of_turn(&mut self, context: &Context, attempt: u32) {
        self.of_model(context);
        let attempt = attempt.max(context.attempt);
        if attempt > 0 {
            self.add(detail::tries(), &detail::attempt(attempt, context.of.max(attempt)));
        }
    }

    fn of_keychain(&mut self, error: &KeychainError) {
        self.add(detail::cause(), &error.detail);
    }

    fn of_library(&mut self, error: &LibraryError) {
        match error {
            LibraryError::Damaged(cause) | LibraryError::Io(cause) => self.add(detail::cause(), cause),
            LibraryError::Missing(id) => self.add(detail::cause(), &id.to_string()),
            LibraryError::Locked
            | LibraryError::Full
            | LibraryError::ReadOnly
            | LibraryError::Newer { .. } => {}
        }
    }

    fn of_folder(&mut self, problem: &FolderProblem) {
        match problem {
            FolderProblem::Fixed => {}
            FolderProblem::Unusable { folder, error }
            | FolderProblem::NotDeleted { folder, error }
            | FolderProblem::LeftOver { file: folder, error, others: _ } => {
                self.add(detail::file(), folder);
                self.of_library(error);
            }
            FolderProblem::Missing { folder, used: _ } | FolderProblem::LeftBehind { folder } => {
                self.add(detail::file(), folder);
            }
            FolderProblem::NotRemembered { folder, cause } => {
                self.add(detail::file(), folder);
                self.add(detail::cause(), cause);
            }
        }
    }

    fn of_set_aside(&mut self, moved: &SetAside) {
        self.add(detail::file(), &moved.original.to_string_lossy());
        self.add(detail::kept_as(), &moved.kept_as.to_string_lossy());
        self.add(detail::cause(), &moved.reason);
    }
}
