//! What has to come before a request leaves: the network, a time, the list of models, and a key.

use super::network;
use super::progress::show_waits_for;
use super::state::Turn;
use super::turns::Turns;
use crate::account::Account;
use crate::chat::options::Retrying;
use crate::errors::{Failure, Incident, InputProblem};
use crate::events::KeyState;
use std::time::Duration;
use tokio::time::sleep;

/// How soon a waiting message notices that the keychain has answered.
const KEYCHAIN_LOOK: Duration = Duration::from_millis(50);

/// How soon a waiting message notices that the list of models has come, and that the clock was set.
const LIST_LOOK: Duration = Duration::from_millis(250);
const CLOCK_LOOK: Duration = Duration::from_secs(1);

/// For what has to come before it is sent.
pub(super) async fn wait(turns: &Turns, turn: &Turn) -> Result<(), Failure> {
    let what = turn.options.waits_for();
    if what.is_none() {
        return Ok(());
    }
    show_waits_for(turns, turn, what);
    match turn.options.retrying {
        Retrying::Once | Retrying::KeepTrying => {}
        Retrying::WhenBack => network::back(|| turns.account.keyless_client()).await,
        Retrying::WhenReady => {
            let at = turn.options.waits_with.as_ref().and_then(Incident::ready_at);
            until(at.unwrap_or_default()).await;
        }
        Retrying::WhenListed => {
            let model = loop {
                match turns.models.first_text_model() {
                    Some(model) => break model,
                    // None of them is asked without a yes, which a person gives by choosing one.
                    None if turns.models.fetched_at().is_some() => {
                        return Err(Failure::Input { field: "model".into(), problem: InputProblem::NoModel });
                    }
                    None => sleep(LIST_LOOK).await,
                }
            };
            turns.library.ask_model(turn.message_id, &model).await?;
            turn.status(|status| status.model = model);
            turns.announce_conversations().await;
        }
    }
    show_waits_for(turns, turn, None);
    Ok(())
}

/// The clock may be set, and the computer may sleep meanwhile.
async fn until(at: i64) {
    loop {
        let left = u64::try_from(at - crate::clock::now()).unwrap_or_default();
        if left == 0 {
            return;
        }
        sleep(Duration::from_millis(left).min(CLOCK_LOOK)).await;
    }
}

/// Right after the start the keychain may still be answering: a message waits for that rather than hear of no key.
pub(super) async fn client(account: &Account) -> Result<poe::Client, Failure> {
    while account.client().is_none() && account.state() == KeyState::Checking {
        sleep(KEYCHAIN_LOOK).await;
    }
    if let Some(at) = account.expired(crate::clock::now()) {
        // What else speaks of the key's end need not wait for its next look at the clock.
        account.tell();
        return Err(Failure::KeyExpired { at: Some(at) });
    }
    match (account.client(), account.fault()) {
        (Some(client), _) => Ok(client),
        (None, Some(fault)) => Err(fault.into()),
        (None, None) => Err(Failure::NoKey),
    }
}
