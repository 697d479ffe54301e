//! A new key, and the checks that it has to pass: shape, accepted by Poe, stored, balance, models.
//! Nothing is replaced before Poe has accepted the new key; what is stored stays stored when a later check fails.

use super::accounts::last_four;
use super::given::typed_key;
use super::{Account, AfterFailure, Held, Key, KeychainError, NotAKey, Unsaved};
use crate::checks::{Check, Checks, Note, Outcome};
use crate::events::{CheckName, Keep, KeySource};
use poe::{BaseUrl, Client, Kind, Secret};
use zeroize::Zeroizing;

/// A key on its way through the checks.
#[derive(Clone)]
pub(super) struct NewKey {
    pub(super) secret: Secret,
    pub(super) expires_at: Option<i64>,
    /// For a further account, not in place of the active one's key.
    pub(super) add: bool,
}

/// What Poe told of a key that is now in use.
#[derive(Clone, Debug, Default)]
pub struct AcceptedKey {
    pub balance: Option<poe::Balance>,
    pub models: Option<Vec<poe::Model>>,
}

/// Why a key is not in use.
#[derive(Clone, Debug)]
pub enum KeyCheckError {
    /// There is no key to try, so nothing was sent.
    NotAKey(NotAKey),
    Poe(poe::Error),
    Keychain(KeychainError),
    /// The key is stored, the list of accounts is not.
    Unsaved(Unsaved),
}

impl From<NotAKey> for KeyCheckError {
    fn from(why: NotAKey) -> KeyCheckError {
        KeyCheckError::NotAKey(why)
    }
}

impl Account {
    /// Tells each check's beginning and end through `tell`. `Err` when the key is not in use afterwards; a balance or model
    /// list that can't be had fails its check only. The key takes the place of the active account's, or with `add` begins a
    /// further account, which is then the active one.
    pub async fn set_key(
        &self,
        source: KeySource,
        keep: Keep,
        add: bool,
        tell: impl Fn(&Check<KeyCheckError>) + Send + Sync,
    ) -> Result<AcceptedKey, KeyCheckError> {
        let pending = matches!(source, KeySource::Pending);
        let anyway = matches!(source, KeySource::Anyway);
        self.begin_anew(&source);
        let base_url = self.held.lock().base_url.clone();
        let checks = Checks::new(&tell);

        let check = checks.begin(CheckName::Shape);
        let new = match self.key_from(source, add).await {
            Ok(new) => new,
            Err(error) => return Err(check.fail(error)),
        };
        let key = &new.secret;
        match key.looks_like_poe_key() {
            true => check.pass(last_four(key).map(Note::EndsIn)),
            false => check.warn(Note::UnlikelyKey),
        }

        let check = checks.begin(CheckName::Accepted);
        let client = self.network().client(&base_url, Some(key));
        let client = match client.map_err(KeyCheckError::Poe) {
            Ok(client) => client,
            Err(error) => return Err(check.fail(error)),
        };
        let mut balance = None;
        if !pending {
            match client.balance().await {
                Ok(found) => balance = Some(found),
                // Poe knows whose points are used up.
                Err(error) if error.kind == Kind::InsufficientPoints => {}
                Err(error) => {
                    // Poe has not seen it, so that another try needs no other paste.
                    if anyway && error.status.is_none() {
                        self.offered.hold(key.clone());
                    }
                    return Err(check.fail(KeyCheckError::Poe(error)));
                }
            }
        }
        check.pass(None);

        let check = checks.begin(CheckName::Stored);
        match self.keep(&new, keep, &base_url, &client).await {
            Ok(()) if keep == Keep::Session => check.warn(Note::ThisSession),
            Ok(()) => check.pass(Some(Note::StoredIn(self.keychain.name()))),
            Err(error) => return Err(check.fail(error)),
        }

        let check = checks.begin(CheckName::Balance);
        let balance = match balance {
            Some(balance) => Ok(balance),
            None => client.balance().await.map_err(KeyCheckError::Poe),
        };
        let balance = check.end_with(balance, Outcome::points);

        let check = checks.begin(CheckName::Models);
        let models = client.models().await.map_err(KeyCheckError::Poe);
        let models = check.end_with(models, |models| Outcome::models(models));
        Ok(AcceptedKey { balance, models })
    }

    /// Puts the key where it is to be kept, and into use.
    async fn keep(
        &self,
        new: &NewKey,
        keep: Keep,
        base_url: &BaseUrl,
        client: &Client,
    ) -> Result<(), KeyCheckError> {
        let _one = self.changing.lock().await;
        let id = self.place_for(new);
        let wait = |held: &mut Held| held.pending = Some((new.clone(), base_url.clone()));
        if keep == Keep::Keychain
            && let Err(error) = self.ask(self.entry(id).write(new.secret.clone())).await
        {
            self.change(wait);
            return Err(KeyCheckError::Keychain(error));
        }
        self.change(|held| {
            // An account whose key the keychain holds stays known by that one.
            let stored = held.roster.find(id).is_some_and(|known| !known.session);
            if keep == Keep::Keychain || !stored {
                let noted = held.note(id, &new.secret, new.expires_at, keep == Keep::Session);
                if let Err(error) = noted {
                    wait(held);
                    return Err(KeyCheckError::Unsaved(AfterFailure::AsItWas.because(&error)));
                }
            }
            held.issued = None;
            held.removed = None;
            // At another server by now (the demo, say) this key is not what is in use there.
            if held.base_url == *base_url {
                held.turn += 1;
                let key =
                    Key { secret: new.secret.clone(), keep, expires_at: new.expires_at, account: Some(id) };
                held.hold(key, client.clone());
            }
            Ok(())
        })
    }

    /// Another way to a key is taken: what an earlier one left is over.
    fn begin_anew(&self, source: &KeySource) {
        if !matches!(source, KeySource::Anyway) {
            self.offered.forget();
        }
        if !matches!(source, KeySource::SignedIn) && self.signing_in().is_some() {
            self.cancel_sign_in();
        }
    }

    async fn key_from(&self, source: KeySource, add: bool) -> Result<NewKey, KeyCheckError> {
        let mut expires_at = None;
        let key = match source {
            KeySource::Clipboard => Some(self.pasted_key().await?),
            KeySource::Anyway => Some(self.offered.take().ok_or(NotAKey::Forgotten)?),
            KeySource::Env => self.env_key.clone(),
            KeySource::Typed { key } => Some(typed_key(&Zeroizing::new(key))?),
            KeySource::SignedIn => {
                let issued = self.held.lock().issued.clone();
                expires_at = issued.as_ref().and_then(|issued| issued.expires_at);
                issued.map(|issued| issued.key)
            }
            KeySource::Pending => return self.pending().ok_or(NotAKey::NotGiven.into()),
        };
        let secret = key.ok_or(NotAKey::NotGiven)?;
        Ok(NewKey { secret, expires_at, add })
    }
}
