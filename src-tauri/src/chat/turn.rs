//! What one turn holds while it runs: the answer so far, and who looks on. `run` brings it from sending to its one end.

use super::Watcher;
use super::attachments::Included;
use super::joint::Joint;
use super::prelude::{Prelude, Told};
use super::request::Length;
use crate::errors::Incident;
use crate::events::{
    ErrorCard, LiveView, MessageState, MessageStatus, MessageView, Parameters, PieceKind, PieceView,
    TurnUpdate, WaitsFor,
};
use parking_lot::{Mutex, MutexGuard};
use std::sync::OnceLock;
use tokio_util::sync::CancellationToken;

/// How a turn comes to its answer.
#[derive(Clone, Debug)]
pub(super) struct Plan {
    /// What the person had set when it began.
    pub(super) parameters: Parameters,
    /// The answer goes on where it stopped, instead of beginning.
    pub(super) goes_on: bool,
    pub(super) way: Way,
    /// Why it waits for a time or the list of models.
    pub(super) waits_with: Option<Incident>,
    /// It goes out although the day's limit is reached.
    pub(super) over_limit: bool,
}

/// What a turn does beside sending once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    Once,
    /// Sends again by itself for a while, as long as the failure is one that passes.
    KeepTrying,
    /// Waits for the network, then sends once.
    WhenBack,
    /// Waits for the time that the card names, then sends once.
    WhenReady,
    /// Waits for the list of models, then sends once to its first.
    WhenListed,
}

impl Plan {
    /// What has to come before it is sent.
    pub(super) fn waits_for(&self) -> Option<WaitsFor> {
        match self.way {
            Way::Once | Way::KeepTrying => None,
            Way::WhenBack => Some(WaitsFor::Network),
            Way::WhenReady => Some(WaitsFor::Time),
            Way::WhenListed => Some(WaitsFor::Models),
        }
    }
}

/// The status of a turn that waits for this, or for nothing any longer. `card`: why it waits.
fn show_wait(status: &mut MessageStatus, what: Option<WaitsFor>, card: Option<&ErrorCard>) {
    status.waits_for = what;
    status.card = card.filter(|_| what.is_some()).cloned();
    status.state = match what {
        Some(WaitsFor::Time) => MessageState::Retrying,
        _ => MessageState::Queued,
    };
}

pub(super) struct Turn {
    pub(super) message_id: i64,
    pub(super) conversation_id: i64,
    pub(super) stop: CancellationToken,
    over: CancellationToken,
    pub(super) plan: Plan,
    /// What it says while it waits.
    waiting_card: Option<ErrorCard>,
    /// What goes along with the question, once that is known.
    pub(super) included: OnceLock<Vec<Included>>,
    seen: Mutex<Seen>,
}

/// How many bytes of text and reasoning.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Words {
    text: usize,
    reasoning: usize,
}

/// What has come so far, and who looks on.
pub(super) struct Seen {
    /// All of the message but its words.
    pub(super) view: MessageView,
    pub(super) text: String,
    pub(super) reasoning: String,
    renderer: markdown::Renderer,
    /// How far the words are on the disk.
    pub(super) saved: Words,
    /// What comes before the answer's own words.
    prelude: Prelude,
    /// What the model said in place of an answer.
    pub(super) refusal: String,
    /// The tools that it wanted to be run.
    pub(super) tools: Vec<String>,
    /// Where a continued answer meets the words that it had.
    joint: Joint,
    /// How much of the reasoning the watchers were told of.
    told_reasoning: usize,
    pub(super) speed: u32,
    pub(super) request_length: Option<Length>,
    watchers: Vec<Watcher>,
}

impl Turn {
    /// `text` is what the answer has already: none, unless it goes on. `waiting_card`: what it says while it waits.
    pub(super) fn new(
        mut view: MessageView,
        text: String,
        plan: Plan,
        waiting_card: Option<ErrorCard>,
    ) -> Turn {
        let mut renderer = markdown::Renderer::new();
        renderer.push(&text);
        renderer.update();
        view.blocks = Vec::new();
        let reasoning = std::mem::take(&mut view.reasoning);
        show_wait(&mut view.status, plan.waits_for(), waiting_card.as_ref());
        Turn {
            message_id: view.id,
            conversation_id: view.conversation_id,
            stop: CancellationToken::new(),
            over: CancellationToken::new(),
            plan,
            waiting_card,
            included: OnceLock::new(),
            seen: Mutex::new(Seen {
                view,
                prelude: Prelude::new(),
                refusal: String::new(),
                tools: Vec::new(),
                joint: Joint::new(&text),
                saved: Words::default().after(&text, &reasoning),
                told_reasoning: reasoning.len(),
                text,
                reasoning,
                renderer,
                speed: 0,
                request_length: None,
                watchers: Vec::new(),
            }),
        }
    }

    pub(super) fn stop(&self) {
        self.stop.cancel();
    }

    /// Ends a turn that only waits for its next try, so that another can take its place; says whether it did. One that has
    /// just ended is about to leave by itself.
    pub(super) async fn give_way(&self) -> bool {
        let (waits, state) = {
            let status = &self.seen.lock().view.status;
            (is_waiting(status), status.state)
        };
        let gives_way = waits || !is_under_way(state);
        if gives_way {
            self.stop();
            self.over.cancelled().await;
        }
        gives_way
    }

    pub(super) fn is_under_way(&self) -> bool {
        is_under_way(self.seen.lock().view.status.state)
    }

    pub(super) async fn over(&self) {
        self.over.cancelled().await;
    }

    pub(super) fn set_over(&self) {
        self.over.cancel();
    }

    /// The message as it is so far.
    pub(super) fn view(&self) -> MessageView {
        self.seen.lock().message()
    }

    pub(super) fn source(&self) -> String {
        self.seen.lock().text.clone()
    }

    pub(super) fn watch(&self, watcher: Watcher) {
        let mut seen = self.seen.lock();
        let snapshot = TurnUpdate::Snapshot {
            message: seen.message(),
            last: seen.renderer.blocks().last().map(pieces).unwrap_or_default(),
        };
        if watcher(snapshot) {
            seen.watchers.push(watcher);
        }
    }

    pub(super) fn live(&self) -> LiveView {
        let seen = self.seen.lock();
        LiveView {
            conversation_id: self.conversation_id,
            message_id: self.message_id,
            state: seen.view.status.state,
            waiting: is_waiting(&seen.view.status) || seen.view.status.queue.is_some(),
            speed: seen.speed,
        }
    }

    pub(super) fn so_far(&self) -> (String, String) {
        let seen = self.seen.lock();
        (seen.text.clone(), seen.reasoning.clone())
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock()
    }

    pub(super) fn shows_wait(&self, what: Option<WaitsFor>) {
        self.status(|status| show_wait(status, what, self.waiting_card.as_ref()));
    }

    pub(super) fn status(&self, change: impl FnOnce(&mut MessageStatus)) {
        let mut seen = self.seen.lock();
        change(&mut seen.view.status);
        let status = seen.view.status.clone();
        seen.tell(|| TurnUpdate::Status {
            status: status.clone(),
        });
    }
}

impl Seen {
    fn tell(&mut self, update: impl Fn() -> TurnUpdate) {
        self.watchers.retain(|watcher| watcher(update()));
    }

    /// A stream begins: what another try had brought beside the answer is gone.
    pub(super) fn begin(&mut self) {
        self.prelude = Prelude::new();
        self.refusal.clear();
        self.tools.clear();
    }

    /// Takes a piece of what came as text. Returns the newest sign of waiting in it, and whether it said more than that.
    pub(super) fn push(&mut self, text: &str) -> (Option<String>, bool) {
        let told = self.prelude.push(text);
        self.take(told)
    }

    /// The stream has ended; `is_good`: the model says that its answer is whole.
    pub(super) fn settle(&mut self, is_good: bool) {
        let told = self.prelude.finish(is_good);
        self.take(told);
    }

    /// Neither words nor a refusal nor a wish for a tool.
    pub(super) fn has_nothing(&self) -> bool {
        self.text.is_empty() && self.refusal.is_empty() && self.tools.is_empty()
    }

    pub(super) fn has_reasoning(&self) -> bool {
        !self.reasoning.is_empty()
    }

    fn take(&mut self, told: Told) -> (Option<String>, bool) {
        let has_words = !told.text.is_empty() || !told.reasoning.is_empty();
        self.reasoning.push_str(&told.reasoning);
        if !told.text.is_empty() {
            let new = self.joint.push(&told.text);
            self.keep(&new);
        }
        (told.tick, has_words)
    }

    fn keep(&mut self, new: &str) {
        self.text.push_str(new);
        self.renderer.push(new);
    }

    /// Renders what came since the last frame and passes it on. Gives how many bytes had to be drawn anew.
    pub(super) fn frame(&mut self, last: bool) -> usize {
        let shown = self.renderer.blocks().len();
        let update = if last {
            let held = self.joint.finish();
            self.keep(&held);
            self.renderer.finish()
        } else {
            self.renderer.update()
        };
        let reasoning = self.reasoning[self.told_reasoning..].to_owned();
        self.told_reasoning = self.reasoning.len();
        if update.is_empty(shown) && reasoning.is_empty() {
            return 0;
        }
        let blocks: Vec<Vec<PieceView>> = update.blocks.iter().map(pieces).collect();
        self.tell(|| TurnUpdate::Text {
            keep: update.keep,
            within: update.within,
            blocks: blocks.clone(),
            reasoning: reasoning.clone(),
        });
        blocks.iter().flatten().map(|piece| piece.html.len()).sum()
    }

    /// Of what is not on the disk: where it begins, the text and the reasoning.
    pub(super) fn unsaved(&self) -> (Words, String, String) {
        let Words { text, reasoning } = self.saved;
        (
            self.saved,
            self.text[text..].to_owned(),
            self.reasoning[reasoning..].to_owned(),
        )
    }

    fn message(&self) -> MessageView {
        MessageView {
            blocks: self
                .renderer
                .blocks()
                .iter()
                .map(|block| markdown::html(block))
                .collect(),
            reasoning: self.reasoning[..self.told_reasoning].to_owned(),
            ..self.view.clone()
        }
    }
}

impl Words {
    pub(super) fn after(self, text: &str, reasoning: &str) -> Words {
        Words {
            text: self.text + text.len(),
            reasoning: self.reasoning + reasoning.len(),
        }
    }
}

fn pieces(block: &markdown::Block) -> Vec<PieceView> {
    let piece = |piece: &markdown::Piece| PieceView {
        kind: match piece.kind {
            markdown::PieceKind::Whole => PieceKind::Whole,
            markdown::PieceKind::Open => PieceKind::Open,
            markdown::PieceKind::Close => PieceKind::Close,
        },
        html: piece.html.clone(),
    };
    block.iter().map(piece).collect()
}

fn is_under_way(state: MessageState) -> bool {
    use MessageState::{Cut, Done, Failed, Queued, Retrying, Stopped, Streaming};
    match state {
        Queued | Retrying | Streaming => true,
        Done | Stopped | Cut | Failed => false,
    }
}

/// It waits for a time, the network or the list of models, not for Poe, so another try can take its place.
fn is_waiting(status: &MessageStatus) -> bool {
    status.retry.is_some() || status.waits_for.is_some_and(|it| it != WaitsFor::Summary)
}
