//! The ladder of checks that a new key climbs: shape, accepted by Poe, stored, balance, models.
//! Nothing is replaced before Poe has accepted the new key; what is stored stays stored when a later rung fails.

use super::{Account, KeychainError, clipboard};
use crate::events::{Keep, KeySource, RungName};
use poe::{Balance, Kind, Secret};
use std::time::{Duration, Instant};
use zeroize::Zeroizing;

/// Why a key did not get to the top.
#[derive(Clone, Debug)]
pub enum ClimbError {
    /// The clipboard, the field or the variable held no text.
    NoKeyGiven,
    ClipboardUnreadable(String),
    Poe(poe::Error),
    Keychain(KeychainError),
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
    /// list that can't be had fails its rung only.
    pub async fn climb(
        &self,
        source: KeySource,
        keep: Keep,
        step: impl Fn(Step) + Send + Sync,
    ) -> Result<Climbed, ClimbError> {
        let pending = matches!(source, KeySource::Pending);
        let base_url = self.held().base_url.clone();

        let rung = Rung::begin(RungName::Shape, &step);
        let key = match self.key_from(source).await {
            Ok(key) => key,
            Err(error) => return Err(rung.fail(error)),
        };
        match key.looks_like_poe_key() {
            true => rung.pass(notes::ends_in(&key)),
            false => rung.warn(notes::UNLIKELY_KEY),
        }

        let rung = Rung::begin(RungName::Accepted, &step);
        let client = self
            .network()
            .client(&base_url, Some(&key))
            .map_err(ClimbError::Poe);
        let client = match client {
            Ok(client) => client,
            Err(error) => return Err(rung.fail(error)),
        };
        let mut balance = None;
        if !pending {
            match client.balance().await {
                Ok(found) => balance = Some(found),
                // Poe knows whose points are used up.
                Err(error) if error.kind == Kind::InsufficientPoints => {}
                Err(error) => return Err(rung.fail(ClimbError::Poe(error))),
            }
        }
        rung.pass(None);

        let rung = Rung::begin(RungName::Stored, &step);
        match keep {
            Keep::Session => rung.warn(notes::THIS_SESSION),
            Keep::Keychain => {
                if let Err(error) = self.ask(self.keychain.write(key.clone())).await {
                    self.change(|held| held.pending = Some((key, base_url)));
                    return Err(rung.fail(ClimbError::Keychain(error)));
                }
                rung.pass(Some(notes::stored_in(self.keychain.name())));
            }
        }
        self.change(|held| {
            // At another server by now (the demo, say) this key is not what is in use there.
            if held.base_url == base_url {
                held.turn += 1;
                held.hold(key, keep, client.clone());
            }
        });

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

    async fn key_from(&self, source: KeySource) -> Result<Secret, ClimbError> {
        let key = match source {
            KeySource::Clipboard => match clipboard::read().await {
                Ok(text) => text.and_then(|text| Secret::from_pasted(&text)),
                Err(detail) => return Err(ClimbError::ClipboardUnreadable(detail)),
            },
            KeySource::Env => self.env_key.clone(),
            KeySource::Typed { key } => Secret::from_pasted(&Zeroizing::new(key)),
            KeySource::Pending => self.pending(),
        };
        key.ok_or(ClimbError::NoKeyGiven)
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

/// The short words beside a rung.
mod notes {
    use super::{Balance, Secret};

    pub(super) const UNLIKELY_KEY: &str = "does not look like a Poe key";
    pub(super) const THIS_SESSION: &str = "kept until the app closes";
    const NO_POINTS_TOLD: &str = "Poe did not tell";

    pub(super) fn ends_in(key: &Secret) -> Option<String> {
        let last_four = key.last_four();
        (!last_four.is_empty()).then(|| format!("ends in …{last_four}"))
    }

    pub(super) fn stored_in(keychain: &str) -> String {
        format!("in the {keychain}")
    }

    pub(super) fn points(balance: &Balance) -> Result<String, &'static str> {
        balance
            .points
            .map(|points| format!("{} points", grouped(points)))
            .ok_or(NO_POINTS_TOLD)
    }

    pub(super) fn models(count: usize) -> String {
        format!("{count} models")
    }

    fn grouped(number: i64) -> String {
        let digits = number.unsigned_abs().to_string();
        let mut text = String::from(if number < 0 { "-" } else { "" });
        for (i, digit) in digits.chars().enumerate() {
            if i > 0 && (digits.len() - i).is_multiple_of(3) {
                text.push(',');
            }
            text.push(digit);
        }
        text
    }
}
