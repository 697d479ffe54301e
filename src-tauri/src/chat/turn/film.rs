//! A turn whose answer is a film. It is ordered once, and Poe's name for it is on the disk before anything else is done: from
//! then on the same film is asked for, whatever stops, fails or restarts meanwhile. To ask is free, and Poe can't be told to stop.

use super::state::{Ending, Turn};
use super::turns::Turns;
use super::{pace, ready};
use crate::chat::options::TurnOptions;
use crate::chat::outgoing::{attachments, films};
use crate::errors::{Failure, FilmTrouble};
use crate::events::{FilmView, MessageState, WaitsFor};
use crate::library::{FilmHow, LibraryError, Message, Role};
use crate::models::films::extends;
use crate::points::PromptSize;
use poe::videos::{POLL, Video, has_failed};
use poe::{Client, Error, Finish};
use std::time::Duration;
use tokio::time::{Instant, sleep, timeout};

/// A server on this computer may be asked more often.
const NEAR: Duration = Duration::from_millis(500);
/// So long an order may still be answered after a stop: without its answer the film can't be found again.
const GRACE: Duration = Duration::from_secs(5);
/// In times of asking: what Poe does not know yet may be too new.
const YOUNG: u32 = 4;

/// Whether the turn is one of these: a model that makes nothing else, or a film that was ordered before.
pub(in crate::chat) fn is_film(turns: &Turns, turn: &Turn) -> bool {
    let (model, is_ordered) = {
        let seen = turn.lock();
        (seen.view.status.model.clone(), seen.video.is_some())
    };
    is_ordered || turns.models.model(&model).is_some_and(|model| model.only_films())
}

/// The app ends, and Poe goes on making it: the next start finds it as after a crash, and asks for it again.
pub(in crate::chat) fn is_left(turns: &Turns, ending: &Ending) -> bool {
    turns.is_closing() && matches!(ending, Ending::Failed(Failure::Film(FilmTrouble::Stopped)))
}

pub(in crate::chat) async fn film(turns: &Turns, turn: &Turn) -> Ending {
    match made(turns, turn).await {
        Ok(link) => {
            let now = crate::clock::now();
            // Without it the receipt ends where the waiting did.
            let _ = turns.library.prolong_call(turn.message_id, now).await;
            let mut seen = turn.lock();
            seen.begin();
            seen.push(&link);
            seen.settle(true);
            seen.view.status.first_text_at = Some(now);
            Ending::Done(Finish::Stop)
        }
        Err(ending) => ending,
    }
}

/// Where it lies, once it is there.
async fn made(turns: &Turns, turn: &Turn) -> Result<String, Ending> {
    let client = tokio::select! {
        opened = async {
            ready::wait(turns, turn).await?;
            ready::client(&turns.account).await
        } => opened.map_err(Ending::Failed)?,
        () = turn.stop.cancelled() => {
            let is_timed = turn.lock().view.status.waits_for == Some(WaitsFor::Time);
            return Err(if is_timed { Ending::TakenBack } else { stopped(turn) });
        }
    };
    turn.status(|status| {
        let before = status.film.take().unwrap_or_default();
        status.film = Some(FilmView { extends: extends(&status.model), ..before });
    });
    pace::tell_usual(turns, turn).await;
    let known = turn.lock().video.clone();
    let id = match known {
        Some(id) => {
            found_again(turns, turn).await?;
            id
        }
        None => {
            let video = ordered(turns, turn, &client).await?;
            turn.lock().video = Some(video.id.clone());
            // One whose disk does not take that is still waited for; only a restart would not find it.
            let _ = turns.library.keep_video(turn.message_id, Some(video.id.clone())).await;
            tell(turn, Ok(&video));
            video.id
        }
    };
    there(turns, turn, &client, &id).await?;
    Ok(client.video_link(&id))
}

/// Before anything was sent, unless an earlier turn had.
fn stopped(turn: &Turn) -> Ending {
    match turn.lock().video {
        Some(_) => trouble(FilmTrouble::Stopped),
        None => Ending::Stopped,
    }
}

fn trouble(trouble: FilmTrouble) -> Ending {
    Ending::Failed(Failure::Film(trouble))
}

/// When it was ordered, and with whose key: nobody else is told of it.
async fn found_again(turns: &Turns, turn: &Turn) -> Result<(), Ending> {
    let calls =
        turns.points.charges.of(turn.message_id).await.map_err(|error| Ending::Failed(error.into()))?;
    let ordered = calls.last();
    if ordered.is_some_and(|call| !turns.points.charges.is_ours(call)) {
        return Err(trouble(FilmTrouble::OtherAccount));
    }
    turn.status(|status| {
        status.state = MessageState::Streaming;
        status.sent_at = ordered.map(|call| call.sent_at).or(status.sent_at);
        status.film = Some(FilmView { percent: None, lost: false, ..status.film.take().unwrap_or_default() });
    });
    turns.tell_live();
    Ok(())
}

/// Poe's answer to the order, which is sent once.
async fn ordered(turns: &Turns, turn: &Turn, client: &Client) -> Result<Video, Ending> {
    let order = prepared(turns, turn).await.map_err(Ending::Failed)?;
    turns.points.charges.leaves(turn.message_id);
    turn.status(|status| {
        status.state = MessageState::Streaming;
        status.sent_at = Some(crate::clock::now());
    });
    turns.tell_live();
    let asking = async {
        match &order.from {
            None => client.create_video(&order.request).await,
            Some((video, FilmHow::Remix)) => client.remix_video(video, &order.request.prompt).await,
            Some((video, FilmHow::Extend)) => {
                client.extend_video(video, &order.request.prompt, order.request.seconds).await
            }
        }
    };
    tokio::pin!(asking);
    let answered = tokio::select! {
        answered = &mut asking => answered,
        () = turn.stop.cancelled() => timeout(GRACE, &mut asking).await.map_err(|_| Ending::Stopped)?,
    };
    answered.map_err(|error| {
        turns.cards.notice(&error);
        Ending::Failed(error.into())
    })
}

struct Order {
    request: poe::videos::VideoRequest,
    /// The film that it is made from.
    from: Option<(String, FilmHow)>,
}

/// The points are set aside with it.
async fn prepared(turns: &Turns, turn: &Turn) -> Result<Order, Failure> {
    let path = turns.library.path(turn.message_id).await?;
    let [.., question, answer] = path.as_slice() else {
        return Err(LibraryError::Missing(turn.message_id).into());
    };
    let question = Some(question).filter(|it| it.role == Role::User);
    let question: &Message = question.ok_or(LibraryError::Missing(turn.message_id))?;
    let conversation = turns.library.conversation(turn.conversation_id).await?;
    let model = turn.lock().view.status.model.clone();
    let mut included = attachments::included(&turns.library, &conversation, &[question.id]).await?;
    included.retain(|it| it.file.project_id.is_none());
    let included = turn.included.get_or_init(|| included);
    let listed = turns.models.find(&model);
    let attached = attachments::attached(&turns.library, included, listed.as_ref()).await?;
    let TurnOptions { parameters, .. } = &turn.options;
    let known = turns.models.model(&model);
    let request = films::order(question, answer, &model, known.as_ref(), parameters, &attached);
    turns.library.keep_asked_with(turn.message_id, &films::asked_with(known.as_ref(), parameters)).await?;
    let size = PromptSize::of(&[poe::Message::user(&*request.prompt)], None);
    {
        let mut seen = turn.lock();
        (seen.size, seen.only_message) = (Some(size), true);
    }
    turns.begin_call(turn, &model, Some(size)).await?;
    let from = answer.video_from.clone().map(|from| (from.video, from.how));
    Ok(Order { request, from })
}

/// Asks until the film is there.
async fn there(turns: &Turns, turn: &Turn, client: &Client, id: &str) -> Result<(), Ending> {
    let every = if client.base_url().is_loopback() { NEAR } else { POLL };
    let since = Instant::now();
    loop {
        let ended = tokio::select! {
            ended = client.wait_for_video(id, every, |told| tell(turn, told)) => ended,
            () = turn.stop.cancelled() => return Err(trouble(FilmTrouble::Stopped)),
        };
        let error = match ended {
            Ok(_) => return Ok(()),
            Err(error) => error,
        };
        if error.status == Some(404) && since.elapsed() < every * YOUNG {
            sleep(every).await;
            continue;
        }
        turns.cards.notice(&error);
        let said = Some(error.message.clone()).filter(|said| !said.is_empty());
        let why = if has_failed(&error) {
            FilmTrouble::Failed { said }
        } else if error.status == Some(404) && error.by_poe {
            // A page of somebody else's says nothing of Poe's films: another address may have been set meanwhile.
            FilmTrouble::Gone
        } else {
            return Err(trouble(FilmTrouble::Unreached { said }));
        };
        // There is none to ask for any longer: another try orders another one.
        let _ = turns.library.keep_video(turn.message_id, None).await;
        turn.lock().video = None;
        return Err(trouble(why));
    }
}

fn tell(turn: &Turn, told: Result<&Video, &Error>) {
    let (percent, lost) = match told {
        Ok(video) => (video.progress, false),
        Err(_) => (None, true),
    };
    turn.status(|status| {
        let before = status.film.take().unwrap_or_default();
        // The last that was told stands while nothing is.
        let percent = percent.or(before.percent.filter(|_| lost));
        status.film = Some(FilmView { percent, lost, ..before });
    });
}
