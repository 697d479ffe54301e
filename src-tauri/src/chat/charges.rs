//! What a turn's request cost: kept before it leaves, looked up after its end, and told with the message's status.

use super::prices::Asked;
use super::turn::Turn;
use super::{Chat, views};
use crate::balance::{receipt, sends_by_itself};
use crate::errors::{Failure, Refusal};
use crate::events::{
    ChargeState, ChargeView, Event, MessageNews, MessageState, MessageStatus, MessageView, RequestCost,
    ResendChange,
};
use crate::library::{Admission, CallEnd, CallRow, LibraryError, Message};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

/// After a failure of the disk, which the next turn will tell of.
const BREATH: Duration = Duration::from_secs(60);

impl Chat {
    /// Before the request leaves: keeps what it will probably cost, and refuses what passes the day's limit.
    pub(super) async fn begin_call(&self, turn: &Turn, request: &poe::ChatRequest) -> Result<(), Failure> {
        let account = self.account.active().map(|known| known.name);
        self.library.ask_with(turn.message_id, account.clone()).await?;
        turn.status(|status| status.account = account);
        let id = turn.message_id;
        let asked = Asked::of(request);
        match asked {
            Some(asked) => self.asked.lock().insert(id, asked),
            None => self.asked.lock().remove(&id),
        };
        let estimate = asked.and_then(|asked| self.estimate(asked, &request.model));
        match self
            .charges
            .begin(id, &request.model, estimate, turn.plan.over_limit)
            .await?
        {
            Admission::Admitted(_) => Ok(()),
            Admission::OverLimit { used, limit } => Err(Failure::Budget { limit, used }),
        }
    }

    /// As the day's limit counts it.
    pub async fn used_today(&self) -> Result<i64, Refusal> {
        Ok(self.charges.used_today().await?)
    }

    /// What each request of a message cost, in detail.
    pub async fn request_costs(&self, id: i64) -> Result<Vec<RequestCost>, Refusal> {
        Ok(self.charges.costs(id).await?)
    }

    /// After its end: the message's calls.
    pub(super) async fn end_call(
        &self,
        turn: &Turn,
        status: &MessageStatus,
        may_be_charged: bool,
    ) -> Result<Vec<CallRow>, LibraryError> {
        let Some(sent_at) = status.sent_at.filter(|_| may_be_charged) else {
            self.charges.refused(turn.message_id).await?;
            return self.charges.of(turn.message_id).await;
        };
        let end = CallEnd {
            sent_at,
            ended_at: status.ended_at.unwrap_or_else(crate::clock::now),
            server: None,
            took: None,
            answered: status.state == MessageState::Done,
            prompt_tokens: status.prompt_tokens,
            completion_tokens: status.completion_tokens,
        };
        self.charges.ended(turn.message_id, &status.model, end).await?;
        self.charges.of(turn.message_id).await
    }

    /// Tells the window of every verdict, for as long as the app runs.
    pub async fn keep_charges_told(self: Arc<Self>) {
        loop {
            // A failure of the disk is told by what needs it next; until then no model is said to cost nothing.
            let free = self.charges.models_found_free().await;
            self.models.found_free(free.unwrap_or_default());
            match self.charges.next().await {
                Ok(messages) => {
                    for id in &messages {
                        self.tell(*id).await;
                    }
                    if !messages.is_empty() {
                        // The list tells what each chat cost.
                        self.announce_conversations().await;
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
            let calls = self.charges.of(id).await?;
            Ok::<_, LibraryError>(calls.last().map(|call| call.id))
        };
        let pressed_for = last_call().await?;
        let _one = self.checking.lock().await;
        // Another press came first and has sent it.
        if self.turn(id).is_some() || last_call().await? != pressed_for {
            return self.shown(id).await;
        }
        let state = self.charges.look_at(id).await?;
        if sends_by_itself(state) {
            return self.resend(id, ResendChange::default()).await;
        }
        let row = self.library.message(id).await?;
        let mut calls = self.charges.of(id).await?;
        // The person has waited long enough: the card must offer what can be done now.
        if let Some(last) = calls
            .last_mut()
            .filter(|call| call.verdict.state == ChargeState::Checking)
        {
            last.verdict.state = state;
        }
        Ok(self.view(row, &calls))
    }

    /// A message whose turn is over, with what is known of its points.
    pub(super) async fn shown(&self, id: i64) -> Result<MessageView, Refusal> {
        let row = self.library.message(id).await?;
        let calls = self.charges.of(id).await?;
        Ok(self.view(row, &calls))
    }

    /// The calls of each message of a chat.
    pub(super) async fn calls_in(
        &self,
        conversation_id: i64,
    ) -> Result<BTreeMap<i64, Vec<CallRow>>, Refusal> {
        Ok(self.charges.within(conversation_id).await?)
    }

    /// A row as the window shows it: from the turn's memory while it runs, which is ahead of the disk.
    pub(super) fn view(&self, row: Message, calls: &[CallRow]) -> MessageView {
        if let Some(turn) = self.turn(row.id) {
            return turn.view();
        }
        let row = self.with_unsaved(row);
        let card = views::incident(&row).map(|incident| {
            let charge = charge_of(row.sent_at, calls, row.is_interrupted());
            self.card_of(&incident, row.id, &row.model, &row.text, charge)
        });
        let mut view = views::message(row);
        (view.status.card, view.status.charge) = (card, receipt(calls));
        view
    }

    pub(super) async fn tell(&self, id: i64) {
        // A message that is gone, or on its way again, has nothing to say of its last request.
        if self.turn(id).is_some() {
            return;
        }
        if let Ok(view) = self.shown(id).await {
            (self.announce)(Event::Message(MessageNews {
                conversation_id: view.conversation_id,
                message_id: view.id,
                status: view.status,
            }));
        }
    }
}

/// What the call cost that a card came of, if it may have cost anything: a refused one is not kept.
pub(super) fn charge_of(sent_at: Option<i64>, calls: &[CallRow], is_interrupted: bool) -> Option<ChargeView> {
    let last = calls
        .last()
        .filter(|call| is_interrupted || sent_at == Some(call.sent_at))?;
    receipt([last])
}
