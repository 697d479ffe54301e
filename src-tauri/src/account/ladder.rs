//! The ladder of checks that a new key climbs: shape, accepted by Poe, stored, balance, models.
//! Nothing is replaced before Poe has accepted the new key; what is stored stays stored when a later rung fails.

use super::given::typed_key;
use super::{Account, Held, Key, KeychainError, Left, NotAKey, Unsaved, Wanted};
use crate::events::{Keep, KeySource, RungName};
use crate::words::ladder as notes;
use poe::{BaseUrl, Client, Kind};
use std::time::{Duration, Instant};
use zeroize::Zeroizing;

/// Why a key did not get to the top.
#[derive(Clone, Debug)]
pub enum ClimbError {
    /// There is no key to try, so nothing was sent.
    NotAKey(NotAKey),
    Poe(poe::Error),
    Keychain(KeychainError),
    /// The key is stored, the list of accounts is not.
    Unsaved(Unsaved),
}

impl From<NotAKey> for ClimbError {
    fn from(why: NotAKey) -> ClimbError {
        ClimbError::NotAKey(why)
    }
}

#[derive(Clone, Debug)]
pub enum StepState {
    Running,
    Passed { note: Option<String> },
    Warned { note: String },
    Failed(ClimbError),
}

#[derive(Clone, Debug)]
pub struct Step {
    pub name: RungName,
    pub state: StepState,
    pub took: Duration,
}

/// What the climb learned on its way.
#[derive(Clone, Debug, Default)]
pub struct Climbed {
    pub balance: Option<poe::Balance>,
    pub models: Option<Vec<poe::Model>>,
}

impl Account {
    /// Tells each rung's beginning and end through `step`. `Err` when the key is not in use afterwards; a balance or model
    /// list that can't be had fails its rung only. The key takes the place of the active account's.
    pub async fn climb(
        &self,
        source: KeySource,
        keep: Keep,
        step: impl Fn(Step) + Send + Sync,
    ) -> Result<Climbed, ClimbError> {
        self.climb_as(false, source, keep, step).await
    }

    /// Like [`Account::climb`]; with `add` the key begins a further account, which is then the active one.
    pub async fn climb_as(
        &self,
        add: bool,
        source: KeySource,
        keep: Keep,
        step: impl Fn(Step) + Send + Sync,
    ) -> Result<Climbed, ClimbError> {
        let pending = matches!(source, KeySource::Pending);
        let anyway = matches!(source, KeySource::Anyway);
        self.begin_anew(&source);
        let base_url = self.held.lock().base_url.clone();

        let rung = Rung::begin(RungName::Shape, &step);
        let wanted = match self.key_from(source, add).await {
            Ok(wanted) => wanted,
            Err(error) => return Err(rung.fail(error)),
        };
        let key = &wanted.secret;
        match key.looks_like_poe_key() {
            true => rung.pass(notes::ends_in(key)),
            false => rung.warn(notes::unlikely_key()),
        }

        let rung = Rung::begin(RungName::Accepted, &step);
        let client = self.network().client(&base_url, Some(key));
        let client = match client.map_err(ClimbError::Poe) {
            Ok(client) => client,
            Err(error) => return Err(rung.fail(error)),
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
                    return Err(rung.fail(ClimbError::Poe(error)));
                }
            }
        }
        rung.pass(None);

        let rung = Rung::begin(RungName::Stored, &step);
        match self.keep(&wanted, keep, &base_url, &client).await {
            Ok(note) if keep == Keep::Session => rung.warn(&note),
            Ok(note) => rung.pass(Some(note)),
            Err(error) => return Err(rung.fail(error)),
        }

        let rung = Rung::begin(RungName::Balance, &step);
        let found = match balance {
            Some(balance) => Ok(balance),
            None => client.balance().await,
        };
        let balance = rung.end(found, notes::points);

        let rung = Rung::begin(RungName::Models, &step);
        let models = rung.end(client.models().await, |models| Ok(notes::models(models.len())));
        Ok(Climbed { balance, models })
    }

    /// Puts the key where it is to be kept, and into use; gives what to say of that.
    async fn keep(
        &self,
        wanted: &Wanted,
        keep: Keep,
        base_url: &BaseUrl,
        client: &Client,
    ) -> Result<String, ClimbError> {
        let _one = self.changing.lock().await;
        let id = self.place_for(wanted);
        let wait = |held: &mut Held| held.pending = Some((wanted.clone(), base_url.clone()));
        if keep == Keep::Keychain
            && let Err(error) = self.ask(self.entry(id).write(wanted.secret.clone())).await
        {
            self.change(wait);
            return Err(ClimbError::Keychain(error));
        }
        self.change(|held| {
            // An account whose key the keychain holds stays known by that one.
            let stored = held.roster.find(id).is_some_and(|known| !known.session);
            if keep == Keep::Keychain || !stored {
                let noted = held.note(id, &wanted.secret, wanted.expires_at, keep == Keep::Session);
                if let Err(error) = noted {
                    wait(held);
                    return Err(ClimbError::Unsaved(Left::AsItWas.because(&error)));
                }
            }
            held.issued = None;
            held.removed = None;
            // At another server by now (the demo, say) this key is not what is in use there.
            if held.base_url == *base_url {
                held.turn += 1;
                let key = Key {
                    secret: wanted.secret.clone(),
                    keep,
                    expires_at: wanted.expires_at,
                    account: Some(id),
                };
                held.hold(key, client.clone());
            }
            Ok(match keep {
                Keep::Session => notes::this_session().to_owned(),
                Keep::Keychain => notes::stored_in(self.keychain.name()),
            })
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

    async fn key_from(&self, source: KeySource, add: bool) -> Result<Wanted, ClimbError> {
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
        Ok(Wanted {
            secret,
            expires_at,
            add,
        })
    }
}

/// A rung under way: it ends by being consumed, so once.
struct Rung<'a, F: Fn(Step)> {
    name: RungName,
    since: Instant,
    tell: &'a F,
}

impl<'a, F: Fn(Step)> Rung<'a, F> {
    fn begin(name: RungName, tell: &'a F) -> Rung<'a, F> {
        let since = Instant::now();
        let state = StepState::Running;
        tell(Step {
            name,
            state,
            took: Duration::ZERO,
        });
        Rung { name, since, tell }
    }

    fn pass(self, note: Option<String>) {
        self.tell(StepState::Passed { note });
    }

    fn warn(self, note: &str) {
        self.tell(StepState::Warned { note: note.into() });
    }

    fn fail(self, error: ClimbError) -> ClimbError {
        self.tell(StepState::Failed(error.clone()));
        error
    }

    /// For the rungs that may fail without ending the climb; `note` is an `Err` where there is only something to say.
    fn end<T>(
        self,
        result: Result<T, poe::Error>,
        note: impl FnOnce(&T) -> Result<String, &'static str>,
    ) -> Option<T> {
        match result {
            Ok(value) => {
                match note(&value) {
                    Ok(note) => self.pass(Some(note)),
                    Err(note) => self.warn(note),
                }
                Some(value)
            }
            Err(error) => {
                self.fail(ClimbError::Poe(error));
                None
            }
        }
    }

    fn tell(&self, state: StepState) {
        let took = self.since.elapsed();
        (self.tell)(Step {
            name: self.name,
            state,
            took,
        });
    }
}
