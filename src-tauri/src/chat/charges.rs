//! What follows the points: the window is told what requests cost, and of those that are sent again only where they cost nothing.

use super::Chat;
use crate::errors::Refusal;
use crate::events::{MessageView, RequestCost, ResendChange};
use crate::library::{ChargeState, LibraryError};
use crate::points::sends_by_itself;
use std::sync::Arc;
use std::time::Duration;

/// After a failure of the disk, which the next turn will tell of.
const BREATH: Duration = Duration::from_secs(60);

impl Chat {
    /// As the day's limit counts it.
    pub async fn used_today(&self) -> Result<i64, Refusal> {
        Ok(self.points.charges.used_today().await?)
    }

    /// What each request of a message cost, in detail.
    pub async fn request_costs(&self, id: i64) -> Result<Vec<RequestCost>, Refusal> {
        Ok(self.points.charges.costs(id).await?)
    }

    /// Tells the window of every verdict, for as long as the app runs.
    pub async fn watch_charges(self: Arc<Self>) {
        loop {
            // A failure of the disk is told by what needs it next; until then no model is said to cost nothing.
            let free = self.points.charges.models_found_free().await;
            self.models.found_free(free.unwrap_or_default());
            match self.points.charges.next().await {
                Ok(messages) => {
                    for id in &messages {
                        self.turns.tell(*id).await;
                    }
                    if !messages.is_empty() {
                        // The list tells what each chat cost.
                        self.turns.announce_conversations().await;
                    }
                }
                Err(_) => tokio::time::sleep(BREATH).await,
            }
        }
    }

    /// Looks the call up in sight of the person and, if there is evidence that it cost nothing, sends the message again,
    /// once. Otherwise its card names the risk, and sends on another press.
    pub async fn check_and_retry(self: &Arc<Self>, id: i64) -> Result<MessageView, Refusal> {
        let last_call = || async {
            let calls = self.points.charges.of(id).await?;
            Ok::<_, LibraryError>(calls.last().map(|call| call.id))
        };
        let pressed_for = last_call().await?;
        let _one = self.checking.lock().await;
        // Another press came first and has sent it.
        if self.turns.turn(id).is_some() || last_call().await? != pressed_for {
            return self.turns.shown(id).await;
        }
        let state = self.points.charges.look_at(id).await?;
        if sends_by_itself(state) {
            return self.resend(id, ResendChange::default()).await;
        }
        let row = self.library.message(id).await?;
        let mut calls = self.points.charges.of(id).await?;
        // The person has waited long enough: the card must offer what can be done now.
        if let Some(last) = calls.last_mut().filter(|call| call.verdict.state == ChargeState::Checking) {
            last.verdict.state = state;
        }
        let evidence = self.turns.evidence_of(id).await?;
        Ok(self.turns.view(row, &calls, evidence))
    }

    /// From now on the balance is looked at more often, and the message's card follows it.
    pub async fn wait_for_points(&self, id: i64) -> Result<MessageView, Refusal> {
        let row = self.library.message(id).await?;
        self.points.wait_for(id, &row.model);
        self.turns.shown(id).await
    }

    /// Follows the balance for the messages that wait for it, for as long as the app runs.
    pub async fn watch_waiting(self: Arc<Self>) {
        let mut read = self.points.balance.reads();
        while read.changed().await.is_ok() {
            for id in self.points.waiting() {
                self.turns.tell(id).await;
            }
        }
    }
}
