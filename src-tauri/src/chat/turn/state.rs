//! What one turn holds while it runs: the answer so far, and who looks on. `run` brings it from sending to its one end.

use super::gathered::Gathered;
use super::overlap::Overlap;
use super::prelude::{Prelude, Told};
use crate::chat::options::TurnOptions;
use crate::chat::outgoing::attachments::Included;
use crate::chat::{Watcher, views};
use crate::errors::Failure;
use crate::events::{
    ErrorCard, LiveView, MessageState, MessageStatus, MessageView, PieceKind, PieceView, TurnUpdate, WaitsFor,
};
use crate::library::{CacheUse, Evidence};
use crate::points::PromptSize;
use crate::points::caching::Place;
use parking_lot::{Mutex, MutexGuard};
use poe::Finish;
use std::sync::OnceLock;
use tokio_util::sync::CancellationToken;

pub(in crate::chat) struct Turn {
    pub(in crate::chat) message_id: i64,
    pub(in crate::chat) conversation_id: i64,
    pub(in crate::chat) stop: CancellationToken,
    over: CancellationToken,
    pub(in crate::chat) options: TurnOptions,
    /// What goes along with the question, once that is known.
    pub(in crate::chat) included: OnceLock<Vec<Included>>,
    seen: Mutex<Progress>,
}

/// How a turn came to its end.
pub(in crate::chat) enum Ending {
    Done(Finish),
    Stopped,
    /// It was to be sent at a time, and is not: it is as it was before.
    TakenBack,
    Failed(Failure),
}

/// How many bytes of text and reasoning.
#[derive(Clone, Copy, Debug, Default)]
pub(in crate::chat) struct Bytes {
    text: usize,
    reasoning: usize,
}

/// What has come so far, and who looks on.
pub(in crate::chat) struct Progress {
    /// All of the message but its words.
    pub(in crate::chat) view: MessageView,
    pub(in crate::chat) text: String,
    pub(in crate::chat) reasoning: String,
    renderer: markdown::Renderer,
    /// How far the words are on the disk.
    pub(in crate::chat) saved: Bytes,
    /// What comes before the answer's own words.
    prelude: Prelude,
    /// What the model said in place of an answer.
    pub(in crate::chat) refusal: String,
    /// Pages, searches and calls of tools.
    pub(in crate::chat) gathered: Gathered,
    /// Where a continued answer meets the words that it had.
    overlap: Overlap,
    /// How much of the reasoning the watchers were told of.
    told_reasoning: usize,
    pub(in crate::chat) speed: u32,
    pub(in crate::chat) size: Option<PromptSize>,
    /// Up to where the request is to be kept, and what its answer told of that.
    pub(in crate::chat) marks: Vec<Place>,
    pub(in crate::chat) cache: CacheUse,
    /// It went where not all that is asked is taken, and may go elsewhere when it is refused.
    pub(in crate::chat) may_fall_back: bool,
    /// What Poe calls the film that it waits for.
    pub(in crate::chat) video: Option<String>,
    /// Nothing came before the question, so nothing can be left out.
    pub(in crate::chat) only_message: bool,
    watchers: Vec<Watcher>,
}

impl Turn {
    /// `text` is what the answer has already: none, unless it goes on.
    pub(in crate::chat) fn new(mut view: MessageView, text: String, options: TurnOptions) -> Turn {
        let mut renderer = markdown::Renderer::new();
        renderer.push(&text);
        renderer.update();
        view.blocks = Vec::new();
        let reasoning = std::mem::take(&mut view.reasoning);
        Turn {
            message_id: view.id,
            conversation_id: view.conversation_id,
            stop: CancellationToken::new(),
            over: CancellationToken::new(),
            options,
            included: OnceLock::new(),
            seen: Mutex::new(Progress {
                view,
                prelude: Prelude::new(),
                refusal: String::new(),
                gathered: Gathered::default(),
                overlap: Overlap::new(&text),
                saved: Bytes::default().after(&text, &reasoning),
                told_reasoning: reasoning.len(),
                text,
                reasoning,
                renderer,
                speed: 0,
                size: None,
                marks: Vec::new(),
                cache: CacheUse::default(),
                may_fall_back: false,
                video: None,
                only_message: false,
                watchers: Vec::new(),
            }),
        }
    }

    pub(in crate::chat) fn stop(&self) {
        self.stop.cancel();
    }

    /// Ends a turn that only waits for its next try, so that another can take its place; says whether it did. One that has
    /// just ended is about to leave by itself.
    pub(in crate::chat) async fn give_way(&self) -> bool {
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

    pub(in crate::chat) fn is_under_way(&self) -> bool {
        is_under_way(self.seen.lock().view.status.state)
    }

    pub(in crate::chat) async fn over(&self) {
        self.over.cancelled().await;
    }

    pub(in crate::chat) fn set_over(&self) {
        self.over.cancel();
    }

    /// The message as it is so far.
    pub(in crate::chat) fn view(&self) -> MessageView {
        self.seen.lock().message()
    }

    pub(in crate::chat) fn source(&self) -> String {
        self.seen.lock().text.clone()
    }

    pub(in crate::chat) fn watch(&self, watcher: Watcher) {
        let mut seen = self.seen.lock();
        let snapshot = TurnUpdate::Snapshot {
            message: seen.message(),
            last: seen.renderer.blocks().last().map(pieces).unwrap_or_default(),
        };
        if watcher(snapshot) {
            seen.watchers.push(watcher);
        }
    }

    pub(in crate::chat) fn live(&self) -> LiveView {
        let seen = self.seen.lock();
        LiveView {
            conversation_id: self.conversation_id,
            message_id: self.message_id,
            state: seen.view.status.state,
            waiting: is_waiting(&seen.view.status) || seen.view.status.queue.is_some(),
            speed: seen.speed,
        }
    }

    /// An answer that goes on had this.
    pub(in crate::chat) fn has_before(&self, evidence: Evidence) {
        if evidence == Evidence::default() {
            return;
        }
        let (sources, tools) = (views::sources(&evidence.sources), views::tools(evidence.tools));
        {
            let mut seen = self.seen.lock();
            seen.renderer.mark(&views::marks(&sources));
            seen.gathered = Gathered::after(sources.clone(), tools.clone());
        }
        self.status(|status| (status.sources, status.tools) = (sources, tools));
    }

    pub(in crate::chat) fn so_far(&self) -> (String, String) {
        let seen = self.seen.lock();
        (seen.text.clone(), seen.reasoning.clone())
    }

    pub(in crate::chat) fn lock(&self) -> MutexGuard<'_, Progress> {
        self.seen.lock()
    }

    /// It waits for this, or for nothing any longer. `card`: why it waits.
    pub(in crate::chat) fn shows_wait(&self, what: Option<WaitsFor>, card: Option<ErrorCard>) {
        self.status(|status| {
            (status.waits_for, status.card) = (what, card);
            status.state = match what {
                Some(WaitsFor::Time) => MessageState::Retrying,
                _ => MessageState::Queued,
            };
        });
    }

    pub(in crate::chat) fn status(&self, change: impl FnOnce(&mut MessageStatus)) {
        let mut seen = self.seen.lock();
        change(&mut seen.view.status);
        let status = seen.view.status.clone();
        seen.tell(|| TurnUpdate::Status { status: status.clone() });
    }
}

impl Progress {
    fn tell(&mut self, update: impl Fn() -> TurnUpdate) {
        self.watchers.retain(|watcher| watcher(update()));
    }

    /// A stream begins: what another try had brought beside the answer is gone.
    pub(in crate::chat) fn begin(&mut self) {
        self.prelude = Prelude::new();
        self.refusal.clear();
        self.gathered.begin(&mut self.view.status);
        self.cache = CacheUse::default();
    }

    /// From now on the text's numbers lead to the pages that it names.
    pub(in crate::chat) fn names(&mut self, sources: Vec<poe::Source>) {
        let named: Vec<_> = sources.into_iter().map(views::kept_source).collect();
        let all = self.gathered.with_before(views::sources(&named));
        self.renderer.mark(&views::marks(&all));
        self.view.status.sources = all;
        self.gathered.is_new = true;
    }

    /// Takes a piece of what came as text. Returns the newest sign of waiting in it, and whether it said more than that.
    pub(in crate::chat) fn push(&mut self, text: &str) -> (Option<String>, bool) {
        let told = self.prelude.push(text);
        self.take(told)
    }

    /// The stream has ended; `is_good`: the model says that its answer is whole.
    pub(in crate::chat) fn settle(&mut self, is_good: bool) {
        let told = self.prelude.finish(is_good);
        self.take(told);
    }

    /// Neither words nor a refusal nor a wish for a tool.
    pub(in crate::chat) fn has_nothing(&self) -> bool {
        self.text.is_empty() && self.refusal.is_empty() && self.gathered.wanted().is_empty()
    }

    pub(in crate::chat) fn has_reasoning(&self) -> bool {
        !self.reasoning.is_empty()
    }

    fn take(&mut self, told: Told) -> (Option<String>, bool) {
        let has_words = !told.text.is_empty() || !told.reasoning.is_empty();
        self.reasoning.push_str(&told.reasoning);
        if !told.text.is_empty() {
            let new = self.overlap.push(&told.text);
            self.keep(&new);
        }
        (told.tick, has_words)
    }

    fn keep(&mut self, new: &str) {
        self.text.push_str(new);
        self.renderer.push(new);
    }

    /// Renders what came since the last frame and passes it on. Gives how many bytes had to be drawn anew.
    pub(in crate::chat) fn frame(&mut self, last: bool) -> usize {
        let shown = self.renderer.blocks().len();
        let update = if last {
            let held = self.overlap.finish();
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
    pub(in crate::chat) fn unsaved(&self) -> (Bytes, String, String) {
        let Bytes { text, reasoning } = self.saved;
        (self.saved, self.text[text..].to_owned(), self.reasoning[reasoning..].to_owned())
    }

    fn message(&self) -> MessageView {
        MessageView {
            blocks: self.renderer.blocks().iter().map(|block| markdown::html(block)).collect(),
            reasoning: self.reasoning[..self.told_reasoning].to_owned(),
            ..self.view.clone()
        }
    }
}

impl Bytes {
    pub(in crate::chat) fn after(self, text: &str, reasoning: &str) -> Bytes {
        Bytes { text: self.text + text.len(), reasoning: self.reasoning + reasoning.len() }
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
