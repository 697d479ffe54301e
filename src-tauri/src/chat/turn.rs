//! One turn: the stream of one answer from sending to its single end.
//! Its text lives here while it runs; the disk is at most 250 ms behind, the window one frame.

use super::{Chat, Watcher, request};
use crate::account::Account;
use crate::errors::{self, Context, Failure};
use crate::events::{
    ErrorCard, Event, KeyState, LiveView, MessageState, MessageStatus, MessageView, Parameters, RetryView,
    TurnUpdate,
};
use crate::library::{End, LibraryError};
use poe::{ChatEvent, Error, Finish, Kind};
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::time::{Instant, sleep, sleep_until};
use tokio_util::sync::CancellationToken;

/// The window paints once in this time, so it is told no more often.
const FRAME: Duration = Duration::from_millis(16);
/// The answer's text is on disk at most this long after it came.
const JOURNAL: Duration = Duration::from_millis(200);
const SECOND: Duration = Duration::from_secs(1);
/// After this long without a first word, or between words, the window says so; nothing is ended by it.
const SLOW_START: Duration = Duration::from_secs(60);
const STALLED: Duration = Duration::from_secs(30);
/// How soon a waiting message notices that the keychain has answered.
const KEYCHAIN_LOOK: Duration = Duration::from_millis(50);

pub(super) struct Turn {
    pub(super) message_id: i64,
    pub(super) conversation_id: i64,
    stop: CancellationToken,
    over: CancellationToken,
    /// What the person had set when this turn began.
    parameters: Parameters,
    seen: Mutex<Seen>,
}

/// What has come so far, and who looks on.
struct Seen {
    view: MessageView,
    text: String,
    renderer: markdown::Renderer,
    /// Reasoning that no watcher has been told of.
    fresh_reasoning: String,
    speed: u32,
    watchers: Vec<Watcher>,
}

impl Turn {
    pub(super) fn new(view: MessageView, parameters: Parameters) -> Turn {
        Turn {
            message_id: view.id,
            conversation_id: view.conversation_id,
            stop: CancellationToken::new(),
            over: CancellationToken::new(),
            parameters,
            seen: Mutex::new(Seen {
                view,
                text: String::new(),
                renderer: markdown::Renderer::new(),
                fresh_reasoning: String::new(),
                speed: 0,
                watchers: Vec::new(),
            }),
        }
    }

    pub(super) fn stop(&self) {
        self.stop.cancel();
    }

    /// Ends a turn that only waits for its next try, so that another can take its place; says whether it did.
    pub(super) async fn give_way(&self) -> bool {
        let waits = self.lock().view.status.retry.is_some();
        if waits {
            self.stop();
            self.over.cancelled().await;
        }
        waits
    }

    pub(super) fn set_over(&self) {
        self.over.cancel();
    }

    pub(super) fn view(&self) -> MessageView {
        self.lock().view.clone()
    }

    pub(super) fn source(&self) -> String {
        self.lock().text.clone()
    }

    pub(super) fn watch(&self, watcher: Watcher) {
        let mut seen = self.lock();
        if watcher(TurnUpdate::Snapshot {
            message: seen.view.clone(),
        }) {
            seen.watchers.push(watcher);
        }
    }

    pub(super) fn live(&self) -> LiveView {
        let seen = self.lock();
        LiveView {
            conversation_id: self.conversation_id,
            message_id: self.message_id,
            state: seen.view.status.state,
            speed: seen.speed,
        }
    }

    fn so_far(&self) -> (String, String) {
        let seen = self.lock();
        (
            seen.text.clone(),
            format!("{}{}", seen.view.reasoning, seen.fresh_reasoning),
        )
    }

    fn lock(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn status(&self, change: impl FnOnce(&mut MessageStatus)) {
        let mut seen = self.lock();
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

    /// Renders what came since the last frame and passes it on.
    fn frame(&mut self, last: bool) {
        let update = if last {
            self.renderer.finish()
        } else {
            self.renderer.update()
        };
        let reasoning = std::mem::take(&mut self.fresh_reasoning);
        self.view.blocks.truncate(update.keep);
        self.view.blocks.extend(update.blocks.iter().cloned());
        self.view.reasoning.push_str(&reasoning);
        if update.blocks.is_empty() && update.keep == self.view.blocks.len() && reasoning.is_empty() {
            return;
        }
        self.tell(|| TurnUpdate::Text {
            keep: update.keep,
            blocks: update.blocks.clone(),
            reasoning: reasoning.clone(),
        });
    }
}

/// How a turn came to its end.
enum Ending {
    Done(Finish),
    Stopped,
    Failed(Failure),
}

/// Runs the turn to its end: sends, streams, journals, saves, tells.
pub(super) async fn run(chat: Arc<Chat>, turn: Arc<Turn>) {
    let opened = tokio::select! {
        opened = open(&chat, &turn) => Some(opened),
        () = turn.stop.cancelled() => None,
    };
    let ending = match opened {
        Some(Ok(stream)) => stream_answer(&chat, &turn, stream).await,
        Some(Err(failure)) => Ending::Failed(failure),
        None => Ending::Stopped,
    };
    end(&chat, &turn, ending).await;
    chat.ended(&turn).await;
}

async fn open(chat: &Chat, turn: &Turn) -> Result<poe::ChatStream, Failure> {
    let branch = chat.library.messages(turn.conversation_id).await?;
    let model = turn.view().status.model;
    let known = chat.models.find(&model);
    let request = request::build(&branch, turn.message_id, &model, known.as_ref(), &turn.parameters);
    let client = client(&chat.account).await?;
    chat.begin_call(turn, &request).await?;
    Ok(client.chat_in(turn.conversation_id, request))
}

/// Right after the start the keychain may still be answering: a message waits for that rather than hear of no key.
async fn client(account: &Account) -> Result<poe::Client, Failure> {
    while account.client().is_none() && account.state() == KeyState::Checking {
        sleep(KEYCHAIN_LOOK).await;
    }
    if let Some(at) = account.expired(crate::now()) {
        return Err(Failure::KeyExpired { at: Some(at) });
    }
    match (account.client(), account.fault()) {
        (Some(client), _) => Ok(client),
        (None, Some(fault)) => Err(fault.into()),
        (None, None) => Err(Failure::NoKey),
    }
}

/// The deadlines of a running stream. Each is a point in time, so that a flood of text cannot starve them.
struct Clock {
    frame: Option<Instant>,
    journal: Option<Instant>,
    second: Instant,
    quiet: Option<Instant>,
    chars_this_second: usize,
}

async fn stream_answer(chat: &Chat, turn: &Turn, mut stream: poe::ChatStream) -> Ending {
    let now = Instant::now();
    let mut clock = Clock {
        frame: None,
        journal: None,
        second: now + SECOND,
        quiet: None,
        chars_this_second: 0,
    };
    let far = now + Duration::from_secs(86_400 * 365);
    let mut saving: Option<Saving<'_>> = None;
    loop {
        tokio::select! {
            biased;
            () = turn.stop.cancelled() => return Ending::Stopped,
            () = sleep_until(clock.frame.unwrap_or(far)), if clock.frame.is_some() => {
                clock.frame = None;
                turn.lock().frame(false);
            }
            () = sleep_until(clock.journal.unwrap_or(far)), if clock.journal.is_some() && saving.is_none() => {
                clock.journal = None;
                saving = Some(Box::pin(journal(chat, turn)));
            }
            saved = async { saving.as_mut().expect("guarded").await }, if saving.is_some() => {
                saving = None;
                // The next piece is the whole text again; the end says it where even that cannot be saved.
                if saved.is_err() {
                    clock.journal.get_or_insert(Instant::now() + JOURNAL);
                }
            }
            () = sleep_until(clock.second) => {
                clock.second += SECOND;
                let speed = std::mem::take(&mut clock.chars_this_second);
                turn.lock().speed = u32::try_from(speed).unwrap_or(u32::MAX);
                (chat.announce)(Event::Live(chat.live()));
            }
            () = sleep_until(clock.quiet.unwrap_or(far)), if clock.quiet.is_some() => {
                clock.quiet = None;
                let begun = turn.lock().view.status.first_text_at.is_some();
                let notice = if begun {
                    Failure::Paused { seconds: STALLED.as_secs() }
                } else {
                    Failure::NotStarted { seconds: SLOW_START.as_secs() }
                };
                let card = failure_card(chat, turn, &notice, 1, 1);
                turn.status(|status| status.card = Some(card));
            }
            event = stream.next() => match event {
                Some(event) => if let Some(ending) = take(chat, turn, &mut clock, event) { return ending },
                None => return Ending::Failed(Error::new(Kind::StreamIncomplete, "the stream ended without an end").into()),
            },
        }
    }
}

/// One event of the stream; the ending when it was the last.
fn take(chat: &Chat, turn: &Turn, clock: &mut Clock, event: ChatEvent) -> Option<Ending> {
    match event {
        ChatEvent::Queued { .. } => turn.status(|status| status.state = MessageState::Queued),
        ChatEvent::Sending { attempt } => {
            clock.quiet = Some(Instant::now() + SLOW_START);
            turn.status(|status| {
                status.retry = None;
                status.sent_at = status.sent_at.or(Some(crate::now()));
                if attempt == 1 || status.state == MessageState::Queued {
                    status.state = MessageState::Streaming;
                }
            });
        }
        ChatEvent::Started { .. } => turn.status(|status| {
            status.state = MessageState::Streaming;
            status.card = None;
        }),
        ChatEvent::Retrying {
            attempt,
            of,
            wait,
            error,
        } => {
            clock.quiet = None;
            let card = failure_card(chat, turn, &error.into(), attempt - 1, of);
            turn.status(|status| {
                status.state = MessageState::Retrying;
                status.retry = Some(RetryView {
                    at: crate::now() + millis(wait),
                    attempt,
                    of,
                });
                status.card = Some(card);
            });
            (chat.announce)(Event::Live(chat.live()));
        }
        ChatEvent::Text(text) => came(turn, clock, text.chars().count(), |seen| {
            seen.text.push_str(&text);
            seen.renderer.push(&text);
        }),
        ChatEvent::Reasoning(text) => {
            came(turn, clock, text.chars().count(), |seen| {
                seen.fresh_reasoning.push_str(&text)
            });
        }
        ChatEvent::ToolCall(_) => {}
        // Some models count along on every piece: the watchers are told once, with the end.
        ChatEvent::Usage(usage) => {
            let status = &mut turn.lock().view.status;
            status.prompt_tokens = usage.prompt_tokens.and_then(|n| i64::try_from(n).ok());
            status.completion_tokens = usage.completion_tokens.and_then(|n| i64::try_from(n).ok());
        }
        ChatEvent::Done { finish } => return Some(Ending::Done(finish)),
        ChatEvent::Failed(error) => return Some(Ending::Failed(error.into())),
    }
    None
}

fn came(turn: &Turn, clock: &mut Clock, chars: usize, keep: impl FnOnce(&mut Seen)) {
    let now = Instant::now();
    clock.chars_this_second += chars;
    clock.quiet = Some(now + STALLED);
    clock.frame.get_or_insert(now + FRAME);
    clock.journal.get_or_insert(now + JOURNAL);
    let mut seen = turn.lock();
    keep(&mut seen);
    let first = seen.view.status.first_text_at.is_none();
    let noticed = seen.view.status.card.is_some();
    drop(seen);
    if first || noticed {
        turn.status(|status| {
            status.first_text_at = status.first_text_at.or(Some(crate::now()));
            status.card = None;
        });
    }
}

type Saving<'a> = Pin<Box<dyn Future<Output = Result<(), LibraryError>> + Send + 'a>>;

/// The text so far, on its way to the disk while the stream goes on.
async fn journal(chat: &Chat, turn: &Turn) -> Result<(), LibraryError> {
    let (text, reasoning) = turn.so_far();
    chat.library.save_text(turn.message_id, text, reasoning).await
}

/// The one end of a turn: saved with everything it brought, then told.
async fn end(chat: &Chat, turn: &Turn, ending: Ending) {
    turn.lock().frame(true);
    let mut status = turn.view().status;
    status.retry = None;
    status.ended_at = Some(crate::now());
    let may_be_charged = match &ending {
        Ending::Done(_) | Ending::Stopped => true,
        Ending::Failed(Failure::Poe(error)) => error.maybe_charged(),
        Ending::Failed(_) => false,
    };
    (status.state, status.finish, status.card) = match ending {
        Ending::Stopped => (MessageState::Stopped, None, None),
        Ending::Done(finish) => {
            let failure = match finish {
                Finish::Length => Some(Failure::LengthLimit),
                Finish::ContentFilter => Some(Failure::Declined),
                _ => None,
            };
            let card = failure.map(|failure| failure_card(chat, turn, &failure, 1, 1));
            (MessageState::Done, Some(finish.as_str().to_owned()), card)
        }
        Ending::Failed(failure) => {
            let tries = if let Failure::Poe(error) = &failure {
                error.attempt
            } else {
                1
            };
            let card = failure_card(chat, turn, &failure, tries, tries);
            (state_after(&failure), None, Some(card))
        }
    };
    let charge = chat.end_call(turn, &status, may_be_charged).await;
    if let (Some(card), Ok(Some(charge))) = (&mut status.card, &charge) {
        errors::charged(card, *charge, !turn.lock().text.is_empty());
    }
    let saved = save(chat, turn, &status).await;
    let saved = saved.and(charge.map(|charge| status.charge = charge));
    if let Err(error) = saved {
        status.card = Some(failure_card(chat, turn, &error.into(), 1, 1));
    }
    turn.status(|shown| *shown = status);
}

async fn save(chat: &Chat, turn: &Turn, status: &MessageStatus) -> Result<(), LibraryError> {
    let (text, reasoning) = turn.so_far();
    let end = End {
        state: status.state,
        finish: status.finish.clone(),
        card: status.card.clone(),
        sent_at: status.sent_at,
        first_text_at: status.first_text_at,
        ended_at: status.ended_at.unwrap_or_else(crate::now),
        prompt_tokens: status.prompt_tokens,
        completion_tokens: status.completion_tokens,
        text,
        reasoning,
    };
    chat.library.save_end(turn.message_id, end).await
}

/// An answer that broke off with words in it is cut; one that an error ended is failed.
fn state_after(failure: &Failure) -> MessageState {
    match failure {
        Failure::Poe(error) if error.partial && error.kind != Kind::StreamError => MessageState::Cut,
        _ => MessageState::Failed,
    }
}

fn failure_card(chat: &Chat, turn: &Turn, failure: &Failure, attempt: u32, of: u32) -> ErrorCard {
    let view = turn.view();
    let words = turn.lock().text.split_whitespace().count();
    let context = Context {
        attempt,
        of,
        words: (words > 0).then_some(words),
        max_tokens: turn.parameters.max_tokens,
        temperature: turn.parameters.temperature,
        top_p: turn.parameters.top_p,
        ..chat.context(Some(&view.status.model))
    };
    errors::card(failure, &context)
}

fn millis(wait: Duration) -> i64 {
    i64::try_from(wait.as_millis()).unwrap_or(i64::MAX)
}
