//! Brings a turn to its one end: waits where that was asked for, sends, and sends again where that is right.

use super::keep::Leaving;
use super::progress::show_waits_for;
use super::state::{Ending, Turn};
use super::turns::Turns;
use super::{end, film, keep, keep_trying, pace, progress, ready, stream, summary};
use crate::chat::options::{Retrying, TurnOptions};
use crate::chat::outgoing::attachments::{self, FilesSize};
use crate::chat::outgoing::places::FileSizes;
use crate::chat::outgoing::request;
use crate::chat::views;
use crate::errors::Failure;
use crate::events::{BranchView, MessageState, MessageView, WaitsFor};
use crate::library::{Conversation, Evidence, Message, is_temporary};
use crate::points::PromptSize;
use std::sync::Arc;
use tokio::time::{Instant, sleep};

/// Begins the turn of an answer that is queued on the disk.
pub(in crate::chat) fn start(
    turns: &Arc<Turns>,
    answer: Message,
    branch: Option<BranchView>,
    options: TurnOptions,
) -> MessageView {
    turns.unsaved.lock().remove(&answer.id);
    turns.points.no_longer_waits(answer.id);
    let (text, video) = (answer.text.clone(), answer.video_id.clone());
    let view = MessageView { branch, ..views::message(answer, Evidence::default()) };
    let turn = Arc::new(Turn::new(view, text, options));
    turn.lock().video = video;
    turn.shows_wait(turn.options.waits_for(), turns.waiting_card(&turn));
    if turns.is_closing() {
        turn.stop();
    }
    let view = turn.view();
    turns.live.lock().insert(view.id, turn.clone());
    turns.tell_live();
    tokio::spawn(run(turns.clone(), turn));
    view
}

/// Sends, streams, journals, saves, tells.
async fn run(turns: Arc<Turns>, turn: Arc<Turn>) {
    let began = Instant::now();
    let mut tries = 0;
    let ending = loop {
        let ending = once(&turns, &turn).await;
        tries += 1;
        let wait = match &ending {
            Ending::Failed(Failure::Poe(error)) if turn.options.retrying == Retrying::KeepTrying => {
                keep_trying::next_try(error, tries, began.elapsed())
            }
            _ => None,
        };
        let Some(wait) = wait else { break ending };
        // What passes was refused, so there is nothing to look up.
        if let Err(error) = turns.points.charges.refused(turn.message_id).await {
            break Ending::Failed(error.into());
        }
        progress::show_wait(&turns, &turn, ending, tries, wait, began);
        tokio::select! {
            () = sleep(wait) => {}
            () = turn.stop.cancelled() => break Ending::Stopped,
        }
        turn.status(|status| (status.state, status.retry) = (MessageState::Queued, None));
    };
    if !film::is_left(&turns, &ending) {
        end::end(&turns, &turn, ending).await;
    }
    turns.ended(&turn).await;
}

/// Sends where the request can be kept, if it can. What Poe refuses there in its own words was not charged: the same goes out
/// once more, as it always did, and where that is taken the model is asked so from then on.
async fn once(turns: &Turns, turn: &Turn) -> Ending {
    if film::is_film(turns, turn) {
        return film::film(turns, turn).await;
    }
    let ending = sent(turns, turn, false).await;
    let may_fall_back = std::mem::take(&mut turn.lock().may_fall_back);
    if !may_fall_back || !keep::is_refused(&ending) {
        return ending;
    }
    if let Err(error) = turns.points.charges.refused(turn.message_id).await {
        return Ending::Failed(error.into());
    }
    let ending = sent(turns, turn, true).await;
    if !keep::is_refused(&ending) {
        let model = turn.lock().view.status.model.clone();
        // Where the disk does not take it, the next message finds out anew.
        let _ = turns.points.caching.refused(&model, crate::clock::now()).await;
    }
    ending
}

/// `is_elsewhere`: not where it could be kept.
async fn sent(turns: &Turns, turn: &Turn, is_elsewhere: bool) -> Ending {
    let opened = tokio::select! {
        opened = open(turns, turn, is_elsewhere) => Some(opened),
        () = turn.stop.cancelled() => None,
    };
    match opened {
        Some(Ok(answer)) => stream::stream(turns, turn, answer).await,
        Some(Err(failure)) => Ending::Failed(failure),
        None if turn.lock().view.status.waits_for == Some(WaitsFor::Time) => Ending::TakenBack,
        None => Ending::Stopped,
    }
}

async fn open(turns: &Turns, turn: &Turn, is_elsewhere: bool) -> Result<poe::ChatStream, Failure> {
    if !is_elsewhere {
        ready::wait(turns, turn).await?;
    }
    let client = ready::client(&turns.account).await?;
    let mut conversation = turns.library.conversation(turn.conversation_id).await?;
    if let (None, Some(of)) = (&conversation.summary, conversation.summary_of) {
        show_waits_for(turns, turn, Some(WaitsFor::Summary));
        let made = summed_up(turns, turn, &client, of).await;
        show_waits_for(turns, turn, None);
        conversation = made?;
    }
    turn.has_before(turns.evidence_of(turn.message_id).await?);
    let path = turns.library.path(turn.message_id).await?;
    let model = turn.lock().view.status.model.clone();
    let known = turns.models.model(&model);
    let questions = request::questions(&path, conversation.sent_from);
    let included = attachments::included(&turns.library, &conversation, &questions).await?;
    let included = turn.included.get_or_init(|| included);
    let listed = turns.models.find(&model);
    let attached = attachments::attached(&turns.library, included, listed.as_ref()).await?;
    let mut request = request::build(&path, &conversation, &model, known.as_ref(), &turn.options, &attached);
    turns.library.keep_asked_with(turn.message_id, &request::asked_with(&request)).await?;
    let picture = known.as_ref().and_then(poe::Model::listed_price).and_then(|price| price.image);
    let files = FilesSize::of(&attached.sizes, picture);
    let text = PromptSize::of(&request.messages, request.max_tokens);
    let size = PromptSize { files: files.tokens, usd: files.usd, ..text };
    let mut sizes = FileSizes::new();
    for (file, size) in included.iter().map(|it| &it.file).zip(&attached.sizes) {
        sizes.entry(file.message_id.unwrap_or_default()).or_default().push((file.id, *size));
    }
    if !request.stream {
        pace::tell_usual(turns, turn).await;
    }
    request.is_private = is_temporary(turn.conversation_id);
    let leaving = Leaving {
        conversation: &conversation,
        known: known.as_ref(),
        path: &path,
        files: sizes,
        is_elsewhere,
    };
    let size = keep::address(turns, turn, leaving, &mut request, size).await?;
    {
        let mut seen = turn.lock();
        seen.size = Some(size);
        seen.only_message = questions.len() <= 1;
    }
    turns.begin_call(turn, &model, (files.uncounted == 0).then_some(size)).await?;
    Ok(match turn.options.retrying {
        Retrying::KeepTrying => client.chat_once_in(turn.conversation_id, request),
        Retrying::Once | Retrying::WhenBack | Retrying::WhenReady | Retrying::WhenListed => {
            client.chat_in(turn.conversation_id, request)
        }
    })
}

/// Answers side by side need the same summary, which is paid for once.
async fn summed_up(
    turns: &Turns,
    turn: &Turn,
    client: &poe::Client,
    of: i64,
) -> Result<Conversation, Failure> {
    let lock = turns.summing.of(turn.conversation_id);
    let _alone = lock.one.lock().await;
    let conversation = turns.library.conversation(turn.conversation_id).await?;
    if conversation.summary.is_some() {
        return Ok(conversation);
    }
    summary::make(turns, turn, client, of).await
}
