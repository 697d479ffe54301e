//! What the next request costs less by what the model's host has kept, until when, and what would lose that: known before the
//! message is sent. The chat is looked at when it changes; what is warm is reckoned by the clock with each estimate.

use super::Outgoing;
use super::places::{FileSizes, places, sent_before};
use super::{attachments::FileSize, request, route};
use crate::events::{CacheLoss, CacheOutlook, DraftCache, ModelView, Parameters, PointsRange, Uncached};
use crate::library::{Attachment, Conversation, LibraryError, Message};
use crate::points::PromptSize;
use crate::points::caching::{Cached, Place, Rates, least, next_is_soon, plan};

/// A chat as it is sent along with the next message.
pub(super) struct Said<'a> {
    pub(super) path: &'a [Message],
    pub(super) conversation: Option<&'a Conversation>,
    /// Those that are sent, and how long each is.
    pub(super) files: &'a [Attachment],
    pub(super) sizes: &'a [Option<FileSize>],
}

impl Outgoing {
    /// `None` where the model's host keeps nothing, and nothing is lost by that.
    pub(super) async fn draft_cache(
        &self,
        said: Said<'_>,
        model: &str,
        parameters: &Parameters,
    ) -> Result<Option<DraftCache>, LibraryError> {
        let (caching, now) = (&self.points.caching, crate::clock::now());
        let Some(known) = self.models.model(model) else {
            return Ok(None);
        };
        let way = self.way(model, &known, said.files, parameters).await?;
        let opening =
            request::opening(said.conversation.and_then(request::summary), parameters.system.as_deref());
        let sent_from = said.conversation.and_then(|it| it.sent_from);
        let turns: Vec<[&Message; 2]> = request::turns(said.path, sent_from).collect();
        let mut files = FileSizes::new();
        for (file, size) in said.files.iter().zip(said.sizes) {
            if let Some(question) = file.message_id {
                files.entry(question).or_default().push((file.id, *size));
            }
        }
        let places = places((&caching.whose(), model), &opening, &turns, None, &files);
        let found = caching.find(&places, now);
        let lost = said.conversation.and_then(|it| caching.lost(it.id, model, &places, now));
        let (lost, kept) = match lost {
            Some(it) => (Some(it.why), it.tokens),
            None => (None, found.tokens),
        };
        let cache = DraftCache {
            warm: found.tokens,
            until: found.until,
            kept,
            sent: sent_before(said.path),
            saved: said.conversation.map_or(0, |it| it.saved),
            lost,
            uncached: way.uncached,
        };
        Ok((way.can_keep || lost.is_some()).then_some(cache))
    }

    /// Where a request with these files and settings goes.
    pub(super) async fn way(
        &self,
        model: &str,
        known: &poe::Model,
        files: &[Attachment],
        parameters: &Parameters,
    ) -> Result<route::Route, LibraryError> {
        let mut asked = poe::ChatRequest::new(model, vec![poe::Message::user(kinds(files))]);
        request::set(&mut asked, parameters, Some(known));
        let caching = &self.points.caching;
        let is_refused = caching.is_refused(model, crate::clock::now()).await?;
        Ok(route::route(Some(known), &asked, caching.is_on(), is_refused))
    }

    /// The size with what is kept of it, and how its price depends on that.
    pub(super) fn outlook(
        &self,
        cache: &DraftCache,
        asked: PromptSize,
        model: &ModelView,
    ) -> (PromptSize, Option<CacheOutlook>) {
        let price = |cached| self.points.price(PromptSize { cached, ..asked }, model).points;
        outlook(cache, asked, model, crate::clock::now(), price)
    }
}

/// By their kinds alone: what a request is made of decides where it may go.
fn kinds(files: &[Attachment]) -> Vec<poe::Part> {
    let is_file = |file: &&Attachment| !file.mime.starts_with("text/") && !file.mime.starts_with("image/");
    files.iter().filter(is_file).map(|file| poe::Part::file(&*file.name, &file.mime, b"")).collect()
}

fn outlook(
    cache: &DraftCache,
    asked: PromptSize,
    model: &ModelView,
    now: i64,
    price: impl Fn(Cached) -> Option<PointsRange>,
) -> (PromptSize, Option<CacheOutlook>) {
    let whole = [Place { at: 0, key: 0, tokens: asked.tokens() }];
    let planned = |warm: i64, at: i64| {
        let soon = next_is_soon(&cache.sent, at, cache.saved);
        plan(&whole, warm.min(asked.tokens()), least(&model.id), soon, Rates::of(model)).cached
    };
    let is_warm = cache.until.is_some_and(|until| until > now);
    let warm = if is_warm { cache.warm } else { 0 };
    let more = |than: Cached, now: Cached| {
        let (cheaper, dearer) = (price(than)?.middle(), price(now)?.middle());
        Some(dearer - cheaper).filter(|more| *more > 0)
    };
    let none = CacheOutlook { until: None, then: None, lost: None, uncached: None, more: None };
    if cache.uncached == Some(Uncached::Off) {
        return (asked, None);
    }
    if let Some(why) = &cache.uncached {
        // Only where it makes a difference now.
        let better = planned(warm, now);
        let told = CacheOutlook {
            uncached: Some(why.clone()),
            more: more(Cached { read: better.read, written: 0 }, Cached::default()),
            ..none
        };
        return (asked, Some(told).filter(|_| better != Cached::default()));
    }
    if cache.lost == Some(CacheLoss::Model) {
        return (asked, Some(CacheOutlook { lost: cache.lost, ..none }));
    }
    let cached = planned(warm, now);
    // It went cold while the message was written.
    let lost = match cache.until {
        Some(at) if !is_warm => Some(CacheLoss::Pause { at }),
        _ => cache.lost,
    };
    let told = CacheOutlook {
        until: cache.until.filter(|_| cached.read > 0),
        then: cache.until.filter(|_| cached.read > 0).and_then(|until| price(planned(0, until))),
        more: lost.and_then(|_| more(Cached { read: cache.kept.min(asked.tokens()), written: 0 }, cached)),
        lost,
        uncached: None,
    };
    let says_something = told.until.is_some() || told.lost.is_some();
    (PromptSize { cached, ..asked }, Some(told).filter(|_| says_something))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tokens::TextSize;

    const NOW: i64 = 1_000_000_000;
    const MINUTE: i64 = 60_000;

    fn asked(tokens: i64) -> PromptSize {
        let text = TextSize { letters: 4 * tokens, ..TextSize::default() };
        let nothing = PromptSize::of(&[], None);
        PromptSize { text, ..nothing }
    }

    /// A point a token, of 10,000; a kept one a tenth, one to be kept a quarter more.
    fn points(cached: Cached) -> Option<PointsRange> {
        let sum = 10_000 - cached.read * 9 / 10 + cached.written / 4;
        Some(PointsRange { low: sum, high: sum })
    }

    fn told(cache: DraftCache) -> (Cached, Option<CacheOutlook>) {
        let (size, outlook) = outlook(&cache, asked(10_000), &ModelView::default(), NOW, points);
        (size.cached, outlook)
    }

    fn warm() -> DraftCache {
        DraftCache {
            warm: 9_000,
            until: Some(NOW + 4 * MINUTE),
            kept: 9_000,
            sent: vec![NOW - MINUTE, NOW - 2 * MINUTE],
            saved: 0,
            lost: None,
            uncached: None,
        }
    }

    #[test]
    fn while_it_is_warm() {
        let (cached, outlook) = told(warm());
        assert_eq!(cached, Cached { read: 9_000, written: 1_000 });
        let outlook = outlook.unwrap();
        assert_eq!(outlook.until, Some(NOW + 4 * MINUTE));
        // The pause then tells little for another soon, but the one before does.
        assert_eq!(outlook.then.map(|it| it.high), Some(12_500));
        assert_eq!((outlook.lost, outlook.more), (None, None));
    }

    #[test]
    fn what_loses_it_is_said_with_its_price() {
        fn check(change: impl FnOnce(&mut DraftCache), lost: Option<CacheLoss>, more: Option<i64>) {
            let mut cache = warm();
            change(&mut cache);
            let (_, outlook) = told(cache.clone());
            let outlook = outlook.unwrap();
            assert_eq!((outlook.lost, outlook.more), (lost, more), "{cache:?}");
        }
        let old = Some(NOW - 1);
        check(|it| it.until = old, Some(CacheLoss::Pause { at: NOW - 1 }), Some(10_600));
        check(
            |it| (it.warm, it.until, it.lost) = (1_024, Some(NOW + 1), Some(CacheLoss::Change)),
            Some(CacheLoss::Change),
            Some(9_423),
        );
        check(|it| it.lost = Some(CacheLoss::Model), Some(CacheLoss::Model), None);
    }

    #[test]
    fn what_has_no_place_where_it_is_kept() {
        let why = || Some(Uncached::Parameter { name: "web_search".to_owned() });
        let (cached, outlook) = told(DraftCache { uncached: why(), ..warm() });
        let outlook = outlook.unwrap();
        assert_eq!((cached, outlook.uncached, outlook.more), (Cached::default(), why(), Some(8_100)));
        // In a chat that nothing is kept of it makes no difference.
        let first = DraftCache { uncached: why(), ..DraftCache::default() };
        assert_eq!(told(first), (Cached::default(), None));
        assert_eq!(told(DraftCache { uncached: Some(Uncached::Off), ..warm() }), (Cached::default(), None));
        assert_eq!(told(DraftCache::default()), (Cached::default(), None));
    }
}
