//! The key and the accounts at the app's height: a new key, a sign-in, another account, or the simulated Poe in
//! place of them all; and what of it the window is told.

use super::{App, real_base_url};
use crate::account::{self, Account, KeyCheckError, Renewal, renewal};
use crate::checks::Check;
use crate::errors::{self, Context, Failure, InputProblem, Refusal};
use crate::events::{
    AccountItem, AccountView, ErrorCard, Keep, KeySource, KeyState, RemovedAccount, SigningIn,
};
use crate::redact;
use crate::words;
use poe::sim::{Scenario, Sim};
use poe::{BaseUrl, Secret};
use std::sync::atomic::Ordering;

/// The key that the simulated Poe takes; worth nothing anywhere else.
const DEMO_KEY: &str = "sk-poe-demo-key-for-the-simulated-poe";

impl App {
    pub fn account(&self) -> AccountView {
        account_view(&self.account, self.in_demo())
    }

    /// The simulated Poe instead of Poe, or back.
    pub async fn set_demo(&self, on: bool) -> Result<AccountView, Refusal> {
        self.settings.set_demo(on)?;
        if on {
            self.enter_demo().await;
        } else {
            self.leave_demo().await;
            self.load_key().await;
        }
        self.new_server();
        Ok(self.account())
    }

    /// Reads the active account's key, and says where that left something unsaved.
    pub(super) async fn load_key(&self) {
        if let Err(unsaved) = self.account.load().await {
            self.notice(unsaved);
        }
    }

    /// The keychain may be open by now, or there may be one.
    pub async fn recheck_key(&self) -> AccountView {
        self.load_key().await;
        self.account()
    }

    pub fn in_demo(&self) -> bool {
        self.simulated.load(Ordering::Relaxed)
    }

    pub(super) async fn enter_demo(&self) {
        let mut demo = self.demo.lock().await;
        if demo.is_some() {
            return;
        }
        let started = match Sim::start(Scenario::Demo).await {
            Ok(sim) => BaseUrl::parse(&sim.base_url()).map(|base_url| (sim, base_url)),
            Err(error) => Err(poe::Error::new(poe::Kind::Unknown, error.to_string())),
        };
        match started {
            Ok((sim, base_url)) => {
                self.ledger.simulate(Some(poe::usage::rows(&sim.earlier_history())));
                self.models.simulate(poe::models::list(&sim.earlier_models()));
                *demo = Some(sim);
                self.simulated.store(true, Ordering::Relaxed);
                self.connect(base_url, Secret::from_pasted(DEMO_KEY));
            }
            Err(error) => self.notice(error),
        }
    }

    /// Back to the real server, still without a key.
    async fn leave_demo(&self) -> bool {
        let was_on = self.demo.lock().await.take().is_some();
        if was_on {
            self.simulated.store(false, Ordering::Relaxed);
            self.ledger.simulate(None);
            self.models.simulate(None);
            self.connect(real_base_url(&self.start, &self.settings.get()), None);
        }
        was_on
    }

    /// Checks a new key at the real server, for the active account or with `add` for a further one. Where it fails,
    /// everything stays as it was, the demo included.
    pub async fn set_key(
        &self,
        source: KeySource,
        keep: Keep,
        add: bool,
        tell: impl Fn(&Check<KeyCheckError>) + Send + Sync,
    ) -> Result<AccountView, Refusal> {
        let was_demo = self.leave_demo().await;
        self.note_points();
        match self.account.set_key(source, keep, add, tell).await {
            // Who went to the demo while the keychain was asking stays there; the key is kept for later.
            Ok(_) if self.in_demo() => Ok(self.account()),
            Ok(accepted) => {
                self.settings.set_demo(false)?;
                self.models.forget();
                self.balance.forget();
                self.chat.reconnected();
                if let Some(balance) = accepted.balance {
                    self.balance.learned(balance);
                    self.note_points();
                }
                if let Some(models) = accepted.models {
                    self.models.learned(models);
                }
                Ok(self.account())
            }
            Err(error) => {
                if was_demo {
                    self.enter_demo().await;
                }
                Err(error.into())
            }
        }
    }

    /// Sends the browser to Poe through `open`, and waits. `false`: cancelled. After `true` `set_key` takes the key from
    /// `KeySource::SignedIn`.
    pub async fn sign_in(&self, open: impl FnOnce(&str)) -> Result<bool, Refusal> {
        let no_client_id = || Failure::Unexpected(words::pages::no_client_id().to_owned());
        let client_id = self.account.client_id().ok_or_else(no_client_id)?;
        let base_url = real_base_url(&self.start, &self.settings.get());
        let client = self.account.network().client(&base_url, None);
        let asked = account::Asked { client: client?, client_id, port: self.start.sign_in_port };
        Ok(self.account.sign_in(asked, open).await?)
    }

    /// Another account's key for this one's; what was known of the balance is the other one's.
    pub async fn use_account(&self, id: u32) -> Result<AccountView, Refusal> {
        if self.leave_demo().await {
            self.settings.set_demo(false)?;
        }
        self.note_points();
        self.account.use_account(id).await?;
        self.new_server();
        Ok(self.account())
    }

    pub fn rename_account(&self, id: u32, name: &str) -> Result<AccountView, Refusal> {
        if redact::keys(name) != name {
            let problem = InputProblem::KeyForName;
            return Err(Failure::Input { field: "name".into(), problem }.into());
        }
        self.account.rename_account(id, name)?;
        Ok(self.account())
    }

    pub async fn remove_account(&self, id: u32) -> Result<AccountView, Refusal> {
        let active = self.account.active().map(|known| known.id);
        let removed = self.account.remove_account(id).await;
        if active.is_none_or(|active| active == id) && !self.in_demo() {
            self.balance.forget();
            self.ledger.reconnected();
        }
        removed?;
        Ok(self.account())
    }

    /// What the other accounts have left; the one in use is watched anyway.
    pub async fn read_account_points(&self) -> AccountView {
        if !self.in_demo() {
            self.account.read_points().await;
        }
        self.account()
    }

    /// Keeps what is known of the balance with the account whose it is.
    fn note_points(&self) {
        let view = self.balance.view();
        if let (Some(points), Some(at)) = (view.points, view.checked_at) {
            self.account.note_points(points, at);
        }
    }

    /// In the demo there is no key of the person's in use, so nothing is removed.
    pub async fn forget_key(&self) -> Result<AccountView, Refusal> {
        if self.in_demo() {
            return Ok(self.account());
        }
        let removed = self.account.forget().await;
        self.balance.forget();
        self.ledger.reconnected();
        removed?;
        Ok(self.account())
    }

    /// Puts the account back that was removed last.
    pub async fn undo_removal(&self, keep: Keep) -> Result<AccountView, Refusal> {
        let before = self.account.active().map(|known| known.id);
        let back = self.account.put_back(keep).await;
        back?;
        if before != self.account.active().map(|known| known.id) {
            self.new_server();
        }
        Ok(self.account())
    }

    fn connect(&self, base_url: BaseUrl, key: Option<Secret>) {
        if let Err(error) = self.account.connect_to(base_url, key) {
            self.notice(error);
        }
    }
}

pub(super) fn account_view(account: &Account, demo: bool) -> AccountView {
    let state = account.state();
    let context = Context::of(account, crate::clock::now());
    let card = match (state, account.fault()) {
        (KeyState::Stored | KeyState::Session | KeyState::Checking, _) => None,
        (_, Some(fault)) => Some(errors::card(&Failure::Keychain(fault), &context)),
        (_, None) => None,
    };
    AccountView {
        state,
        waiting: account.keychain_slow(),
        asking: account.keychain_asking(),
        last_four: account.last_four(),
        demo,
        env_key: account.has_env_key(),
        keychain: account.keychain_name().to_owned(),
        card,
        expires_at: account.expires_at(),
        renewal: renewal_notice(account.expires_at(), &context),
        signing_in: account.signing_in().map(|waiting| SigningIn { url: waiting.url, until: waiting.until }),
        accounts: account_items(account),
        removed: account
            .removed()
            .map(|known| RemovedAccount { name: known.name, last_four: known.last_four }),
    }
}

/// Says that the sign-in ends within a week, or has ended.
fn renewal_notice(expires_at: Option<i64>, context: &Context) -> Option<ErrorCard> {
    let failure = match renewal(expires_at, context.now) {
        Renewal::NotYet => return None,
        Renewal::Soon(at) => Failure::KeyExpiring { at: Some(at) },
        Renewal::Passed(at) => Failure::KeyExpired { at: Some(at) },
    };
    Some(errors::card(&failure, context))
}

fn account_items(account: &Account) -> Vec<AccountItem> {
    let active = account.active().map(|known| known.id);
    let item = |known: account::AccountRecord| AccountItem {
        active: active == Some(known.id),
        id: known.id,
        name: known.name,
        last_four: known.last_four,
        expires_at: known.expires_at,
        server: known.server,
        session: known.session,
        points: known.points.map(|(points, _)| points),
        points_at: known.points.map(|(_, at)| at),
        unread: known.unread,
    };
    account.accounts().into_iter().map(item).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::events::Action;

    #[test]
    fn a_week_before_its_end_a_new_sign_in_is_offered() {
        const DAY: i64 = 24 * 60 * 60 * 1000;
        fn check(days_left: Option<i64>, expected: Option<&str>) {
            let now = 1_800_000_000_000;
            let context = Context { now, can_sign_in: true, ..Context::default() };
            let notice = renewal_notice(days_left.map(|days| now + days * DAY), &context);
            let title = notice.as_ref().map(|card| card.title.as_str());
            assert_eq!(title, expected, "{days_left:?}");
            if let Some(card) = notice {
                assert_eq!(card.actions[0].action, Action::SignIn, "{days_left:?}");
            }
        }
        check(None, None);
        check(Some(8), None);
        check(Some(7), Some("Your sign-in expires soon"));
        check(Some(1), Some("Your sign-in expires soon"));
        check(Some(-1), Some("Your sign-in expired"));
    }
}
