//! The one small request: a short question, and ten tokens of an answer. Which model it asks and what that costs is said
//! before; it is made on a press, once, whatever becomes of it.

use crate::checks::{Note, Outcome};
use crate::events::{ModelView, PaidRequest};
use crate::models::{model_view, writes_text};
use crate::points::estimate::{Price, Size, points, rate_of_balance};
use poe::{Balance, ChatEvent, ChatRequest, Client, Decimal, Kind, Message, Model};
use std::time::Instant;

const ANSWER: u32 = 10;
/// Of the question, generously.
const SIZE: Size = Size { prompt: 20, answer: ANSWER as i64 };

/// Of this model; `rate` is in points a dollar.
pub(crate) fn of(model: ModelView, rate: Option<Decimal>) -> PaidRequest {
    PaidRequest {
        points: points(Price::of(&model), SIZE, rate),
        name: if model.name.is_empty() { model.id.clone() } else { model.name },
        model: model.id,
    }
}

/// Of the cheapest model that answers with text. Without a price in the list the first of them is as good as any.
pub(super) fn cheapest(models: &[Model], balance: Option<&Balance>) -> Option<PaidRequest> {
    let writing = || models.iter().map(model_view).filter(|model| model.own && writes_text(model));
    let priced = writing().filter_map(|model| Some((Price::of(&model)?.dollars(SIZE), model)));
    let cheapest = priced.min_by_key(|(usd, _)| *usd).map(|(_, model)| model);
    let model = cheapest.or_else(|| writing().next())?;
    Some(of(model, balance.and_then(rate_of_balance)))
}

/// Sends it. Without a word of an answer it went through all the same: its few tokens went into thinking.
pub(crate) async fn send<F>(
    client: Result<Client, poe::Error>,
    request: &PaidRequest,
    failure: impl FnOnce(poe::Error) -> F,
) -> Outcome<F> {
    let answer = match client {
        Ok(client) => answer(&client, request).await,
        Err(error) => Err(error),
    };
    answer.unwrap_or_else(|error| Outcome::Failed(failure(error), None))
}

async fn answer<F>(client: &Client, request: &PaidRequest) -> Result<Outcome<F>, poe::Error> {
    let began = Instant::now();
    let mut chat = ChatRequest::new(&*request.model, vec![Message::user("Say OK.")]);
    chat.max_tokens = Some(ANSWER);
    let mut stream = client.chat(chat);
    let mut first = None;
    let answered = |first| Note::Answered { model: request.name.clone(), first };
    while let Some(event) = stream.next().await {
        match event {
            ChatEvent::Text(_) | ChatEvent::Refusal(_) | ChatEvent::Reasoning(_) => {
                first = first.or(Some(began.elapsed()))
            }
            ChatEvent::Done { .. } => return Ok(Outcome::Passed(Some(answered(first)))),
            ChatEvent::Failed(error) if error.kind == Kind::EmptyAnswer => {
                return Ok(Outcome::Warned(answered(first)));
            }
            ChatEvent::Failed(error) => return Err(error),
            _ => {}
        }
    }
    Err(poe::Error::new(Kind::StreamIncomplete, "the stream ended without an end"))
}
