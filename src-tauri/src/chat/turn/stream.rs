//! The stream of an answer: its text lives in the turn; the disk is at most 250 ms behind, the window one frame.

use super::gathered;
use super::progress::{incident, show_queue, show_retry};
use super::state::{Ending, Turn};
use super::turns::Turns;
use crate::errors::Failure;
use crate::events::MessageState;
use crate::library::LibraryError;
use crate::tokens;
use poe::{ChatEvent, Error, Finish, Kind};
use std::pin::Pin;
use std::time::Duration;
use tokio::time::{Instant, sleep_until};

/// The window paints once in this time, so it is told no more often.
const FRAME: Duration = Duration::from_millis(16);
/// So much can be drawn anew in that time: a paragraph of megabytes takes longer, and would never be done with.
const BYTES_A_FRAME: usize = 32 * 1024;
/// The answer's text is on disk at most this long after it came.
const JOURNAL: Duration = Duration::from_millis(200);
const SECOND: Duration = Duration::from_secs(1);
/// After this long without a first word, or between words, the window says so; nothing is ended by it.
const SLOW_START: Duration = Duration::from_secs(60);
const STALLED: Duration = Duration::from_secs(30);
/// The deadlines of a running stream. Each is a point in time, so that a flood of text cannot starve them.
struct Clock {
    frame: Option<Instant>,
    pace: Duration,
    journal: Option<Instant>,
    second: Instant,
    quiet: Option<Instant>,
    quarters_this_second: u64,
}

/// When the window is told next, after so many bytes.
fn pace(bytes: usize) -> Duration {
    FRAME * u32::try_from(1 + bytes / BYTES_A_FRAME).unwrap_or(u32::MAX)
}

/// Takes what comes until the stream ends or the person stops it.
pub(in crate::chat) async fn stream(turns: &Turns, turn: &Turn, stream: poe::ChatStream) -> Ending {
    turn.lock().begin();
    let ending = follow(turns, turn, stream).await;
    let mut seen = turn.lock();
    seen.settle(matches!(ending, Ending::Done(_)));
    seen.view.status.tick = None;
    match ending {
        // Signs of waiting and thoughts were all: nobody would see an answer.
        Ending::Done(finish) if seen.has_nothing() && finish != Finish::ContentFilter => {
            Ending::Failed(nothing(&finish, seen.has_reasoning()).into())
        }
        ending => ending,
    }
}

fn nothing(finish: &Finish, partial: bool) -> Error {
    Error {
        status: Some(200),
        param: (*finish == Finish::Length).then(|| "max_tokens".to_owned()),
        partial,
        sent: true,
        attempt: 1,
        ..Error::new(Kind::EmptyAnswer, format!("finished ({}) with no text", finish.as_str()))
    }
}

async fn follow(turns: &Turns, turn: &Turn, mut stream: poe::ChatStream) -> Ending {
    let now = Instant::now();
    let mut clock = Clock {
        frame: None,
        pace: FRAME,
        journal: None,
        second: now + SECOND,
        quiet: None,
        quarters_this_second: 0,
    };
    let far = now + Duration::from_secs(86_400 * 365);
    let mut saving: Option<Saving<'_>> = None;
    loop {
        tokio::select! {
            biased;
            () = turn.stop.cancelled() => return Ending::Stopped,
            () = sleep_until(clock.frame.unwrap_or(far)), if clock.frame.is_some() => {
                clock.frame = None;
                clock.pace = pace(turn.lock().frame(false));
            }
            () = sleep_until(clock.journal.unwrap_or(far)), if clock.journal.is_some() && saving.is_none() => {
                clock.journal = None;
                saving = Some(Box::pin(journal(turns, turn)));
            }
            saved = async { saving.as_mut().expect("guarded").await }, if saving.is_some() => {
                saving = None;
                // The next piece begins where this one did; the end says it where even that cannot be saved.
                if saved.is_err() {
                    clock.journal.get_or_insert(Instant::now() + JOURNAL);
                }
            }
            () = sleep_until(clock.second) => {
                clock.second += SECOND;
                let speed = std::mem::take(&mut clock.quarters_this_second).div_ceil(4);
                turn.lock().speed = u32::try_from(speed).unwrap_or(u32::MAX);
                turns.tell_live();
            }
            () = sleep_until(clock.quiet.unwrap_or(far)), if clock.quiet.is_some() => {
                clock.quiet = None;
                let begun = turn.lock().view.status.first_text_at.is_some();
                let notice = if begun {
                    Failure::Paused { seconds: STALLED.as_secs() }
                } else {
                    Failure::NotStarted { seconds: SLOW_START.as_secs() }
                };
                let card = turns.card(turn, &incident(turns, turn, notice, 1, 1), None);
                turn.status(|status| status.card = Some(card));
            }
            event = stream.next() => match event {
                Some(event) => if let Some(ending) = take(turns, turn, &mut clock, event) { return ending },
                None => return Ending::Failed(Error::new(Kind::StreamIncomplete, "the stream ended without an end").into()),
            },
        }
    }
}

/// One event of the stream; the ending when it was the last.
fn take(turns: &Turns, turn: &Turn, clock: &mut Clock, event: ChatEvent) -> Option<Ending> {
    match event {
        ChatEvent::Queued { position, wait, slowed } => show_queue(turns, turn, position, wait, slowed),
        ChatEvent::Sending { attempt } => {
            clock.quiet = Some(Instant::now() + SLOW_START);
            turns.points.charges.leaves(turn.message_id);
            turn.status(|status| {
                (status.retry, status.queue) = (None, None);
                status.sent_at = status.sent_at.or(Some(crate::clock::now()));
                if attempt == 1 || status.state == MessageState::Queued {
                    status.state = MessageState::Streaming;
                }
            });
        }
        ChatEvent::Started { .. } => turn.status(|status| {
            status.state = MessageState::Streaming;
            status.card = None;
        }),
        ChatEvent::Retrying { attempt, of, wait, error } => {
            clock.quiet = None;
            show_retry(turns, turn, attempt, of, wait, error);
        }
        ChatEvent::Text(text) => {
            let (tick, has_words) = turn.lock().push(&text);
            if has_words {
                came(turn, clock, &text);
            } else if let Some(tick) = tick {
                // It is alive, and has not begun.
                clock.quiet = Some(Instant::now() + SLOW_START);
                turn.status(|status| (status.tick, status.card) = (Some(tick), None));
            }
        }
        ChatEvent::Reasoning(text) => {
            turn.lock().reasoning.push_str(&text);
            came(turn, clock, &text);
        }
        ChatEvent::Refusal(text) => {
            turn.lock().refusal.push_str(&text);
            came(turn, clock, &text);
        }
        // Nobody asked for tools, and none is run: who wanted which is told with the end.
        ChatEvent::ToolCall(call) => turn.lock().gathered.push(&call),
        ChatEvent::Searched(query) => {
            turn.status(|status| status.tools.push(gathered::searched(query)));
            beside(turn, clock);
        }
        ChatEvent::Sources(sources) => {
            turn.lock().names(sources);
            turn.status(|_| {});
            beside(turn, clock);
        }
        // Some models count along on every piece: the watchers are told once, with the end.
        ChatEvent::Usage(usage) => {
            let count = |tokens: Option<u64>| tokens.and_then(|n| i64::try_from(n).ok());
            let mut seen = turn.lock();
            seen.cache.read = count(usage.cached_tokens);
            seen.cache.written = count(usage.cache_written_tokens);
            let status = &mut seen.view.status;
            status.prompt_tokens = count(usage.prompt_tokens);
            status.completion_tokens = count(usage.completion_tokens);
        }
        ChatEvent::Done { finish } => return Some(Ending::Done(finish)),
        ChatEvent::Failed(error) => {
            turns.cards.notice(&error);
            return Some(Ending::Failed(error.into()));
        }
    }
    None
}

/// Words came.
fn came(turn: &Turn, clock: &mut Clock, text: &str) {
    let now = Instant::now();
    clock.quarters_this_second += tokens::quarters(text);
    clock.quiet = Some(now + STALLED);
    clock.frame.get_or_insert(now + clock.pace);
    clock.journal.get_or_insert(now + JOURNAL);
    let seen = turn.lock();
    let first = seen.view.status.first_text_at.is_none();
    let noticed = seen.view.status.card.is_some();
    drop(seen);
    if first || noticed {
        turn.status(|status| {
            status.first_text_at = status.first_text_at.or(Some(crate::clock::now()));
            (status.tick, status.card) = (None, None);
        });
    }
}

/// Something that is none of its words: it is alive, and goes to the disk with the next of them.
fn beside(turn: &Turn, clock: &mut Clock) {
    let now = Instant::now();
    let has_begun = {
        let mut seen = turn.lock();
        seen.gathered.is_new = true;
        seen.view.status.first_text_at.is_some()
    };
    clock.quiet = Some(now + if has_begun { STALLED } else { SLOW_START });
    clock.frame.get_or_insert(now + clock.pace);
    clock.journal.get_or_insert(now + JOURNAL);
}

type Saving<'a> = Pin<Box<dyn Future<Output = Result<(), LibraryError>> + Send + 'a>>;

/// What is not on the disk yet, on its way there while the stream goes on.
async fn journal(turns: &Turns, turn: &Turn) -> Result<(), LibraryError> {
    let evidence = {
        let mut seen = turn.lock();
        std::mem::take(&mut seen.gathered.is_new).then(|| gathered::evidence(&seen.view.status))
    };
    if let Some(evidence) = evidence
        && let Err(error) = turns.library.save_evidence(turn.message_id, evidence).await
    {
        turn.lock().gathered.is_new = true;
        return Err(error);
    }
    let (from, text, reasoning) = turn.lock().unsaved();
    let saved = from.after(&text, &reasoning);
    let now = crate::clock::now();
    turns.library.save_piece(turn.message_id, text, reasoning, now).await?;
    turn.lock().saved = saved;
    Ok(())
}
