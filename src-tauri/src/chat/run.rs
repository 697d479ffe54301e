//! Brings a turn to its one end: waits where that was asked for, sends, and sends again where that is right.

use super::turn::{Turn, Way};
use super::{Chat, end, network, patience, request, stream, summary};
use crate::account::Account;
use crate::errors::{Failure, Incident};
use crate::events::{Event, KeyState, MessageState, RetryView, WaitsFor};
use crate::library::LibraryError;
use poe::Finish;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::{Instant, sleep};

/// How soon a waiting message notices that the keychain has answered.
const KEYCHAIN_LOOK: Duration = Duration::from_millis(50);

/// How soon a waiting message notices that the list of models has come, and that the clock was set.
const LIST_LOOK: Duration = Duration::from_millis(250);
const CLOCK_LOOK: Duration = Duration::from_secs(1);

/// How a turn came to its end.
pub(super) enum Ending {
    Done(Finish),
    Stopped,
    /// It was to be sent at a time, and is not: it is as it was before.
    TakenBack,
    Failed(Failure),
}

/// Sends, streams, journals, saves, tells.
pub(super) async fn run(chat: Arc<Chat>, turn: Arc<Turn>) {
    let began = Instant::now();
    let mut tries = 0;
    let ending = loop {
        let ending = once(&chat, &turn).await;
        tries += 1;
        let wait = match &ending {
            Ending::Failed(Failure::Poe(error)) if turn.plan.way == Way::KeepTrying => {
                patience::next_try(error, tries, began.elapsed())
            }
            _ => None,
        };
        let Some(wait) = wait else { break ending };
        // What passes was refused, so there is nothing to look up.
        if let Err(error) = chat.charges.refused(turn.message_id).await {
            break Ending::Failed(error.into());
        }
        show_wait(&chat, &turn, &ending, tries, wait, began);
        tokio::select! {
            () = sleep(wait) => {}
            () = turn.stop.cancelled() => break Ending::Stopped,
        }
        turn.status(|status| (status.state, status.retry) = (MessageState::Queued, None));
    };
    end::end(&chat, &turn, ending).await;
    chat.ended(&turn).await;
}

fn show_wait(chat: &Chat, turn: &Turn, ending: &Ending, tries: u32, wait: Duration, began: Instant) {
    let Ending::Failed(failure) = ending else { return };
    let card = end::failure_card(chat, turn, failure, tries, tries + 1);
    let left = patience::LONGEST.saturating_sub(began.elapsed());
    turn.status(|status| {
        status.state = MessageState::Retrying;
        (status.queue, status.sent_at) = (None, None);
        status.retry = Some(RetryView {
            at: crate::clock::now() + millis(wait),
            attempt: tries + 1,
            of: tries + 1,
            until: Some(crate::clock::now() + millis(left)),
        });
        status.card = Some(card);
    });
    (chat.announce)(Event::Live(chat.live()));
}

async fn once(chat: &Chat, turn: &Turn) -> Ending {
    let opened = tokio::select! {
        opened = open(chat, turn) => Some(opened),
        () = turn.stop.cancelled() => None,
    };
    match opened {
        Some(Ok(answer)) => stream::stream(chat, turn, answer).await,
        Some(Err(failure)) => Ending::Failed(failure),
        None if turn.lock().view.status.waits_for == Some(WaitsFor::Time) => Ending::TakenBack,
        None => Ending::Stopped,
    }
}

async fn open(chat: &Chat, turn: &Turn) -> Result<poe::ChatStream, Failure> {
    wait(chat, turn).await?;
    let client = client(&chat.account).await?;
    let mut conversation = chat.library.conversation(turn.conversation_id).await?;
    if let (None, Some(of)) = (&conversation.summary, conversation.summary_of) {
        show_waits_for(chat, turn, Some(WaitsFor::Summary));
        let made = summary::make(chat, turn, &client, of).await;
        show_waits_for(chat, turn, None);
        conversation = made?;
    }
    let path = chat.library.path(turn.message_id).await?;
    let model = turn.lock().view.status.model.clone();
    let known = chat.models.model(&model);
    let attached = chat.attached(turn, &path, &conversation, &model).await?;
    let request = request::build(
        &path,
        &conversation,
        &model,
        known.as_ref(),
        &turn.plan,
        &attached,
    );
    turn.lock().request_length = Some(request::length(&path, &conversation, &turn.plan));
    chat.begin_call(turn, &request).await?;
    Ok(match turn.plan.way {
        Way::KeepTrying => client.chat_once_in(turn.conversation_id, request),
        Way::Once | Way::WhenBack | Way::WhenReady | Way::WhenListed => {
            client.chat_in(turn.conversation_id, request)
        }
    })
}

/// For what has to come before it is sent.
async fn wait(chat: &Chat, turn: &Turn) -> Result<(), LibraryError> {
    let what = turn.plan.waits_for();
    if what.is_none() {
        return Ok(());
    }
    show_waits_for(chat, turn, what);
    match turn.plan.way {
        Way::Once | Way::KeepTrying => {}
        Way::WhenBack => network::back(|| chat.account.keyless_client()).await,
        Way::WhenReady => {
            let at = turn.plan.waits_with.as_ref().and_then(Incident::ready_at);
            until(at.unwrap_or_default()).await;
        }
        Way::WhenListed => {
            let model = loop {
                match chat.models.first_text_model() {
                    Some(model) => break model,
                    None => sleep(LIST_LOOK).await,
                }
            };
            chat.library.ask_model(turn.message_id, &model).await?;
            turn.status(|status| status.model = model);
            chat.announce_conversations().await;
        }
    }
    show_waits_for(chat, turn, None);
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

fn show_waits_for(chat: &Chat, turn: &Turn, what: Option<WaitsFor>) {
    turn.shows_wait(what);
    (chat.announce)(Event::Live(chat.live()));
}

/// Right after the start the keychain may still be answering: a message waits for that rather than hear of no key.
async fn client(account: &Account) -> Result<poe::Client, Failure> {
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

pub(super) fn millis(wait: Duration) -> i64 {
    i64::try_from(wait.as_millis()).unwrap_or(i64::MAX)
}
