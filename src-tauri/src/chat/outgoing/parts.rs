//! What the next message is sent with, part by part, with the price of each a turn; and what older turns would save if they
//! were left out. All of it by the sizes from which the button's price is made.

use super::attachments::FilesSize;
use super::{Outgoing, request, summary};
use crate::errors::Refusal;
use crate::events::{
    ContextPart, ContextPartKind, ContextView, HistoryChoice, ModelView, OlderSummary, OlderSummaryState,
    Parameters, PointsRange,
};
use crate::library::{Conversation, DraftPlace, Message};
use crate::points::PromptSize;
use crate::tokens::TextSize;
use poe::Decimal;

/// So many of the last turns can be kept by one choice.
const LAST: [usize; 5] = [20, 10, 5, 2, 0];

impl Outgoing {
    pub async fn context_parts(
        &self,
        place: DraftPlace,
        project: Option<i64>,
        model: &str,
        parameters: &Parameters,
    ) -> Result<ContextView, Refusal> {
        let mut along = self.along_to(place, project, model).await?;
        let system = parameters.system.as_deref().filter(|_| !self.makes_films(model));
        along.row = along.row.filter(|_| !self.makes_films(model));
        let shown = self.models.find(model);
        let sizes = self.measured(&along.files).await?;
        let (of_project, own) = sizes.split_at(along.of_project);
        let picture = self.of_picture(model);
        let files = |kind, sizes: &[_]| {
            let of = FilesSize::of(sizes, picture);
            let size =
                PromptSize { text: of.text, files: of.tokens, usd: of.usd, ..PromptSize::of(&[], None) };
            (kind, sizes.len(), size, of.uncounted)
        };
        let text = |kind, count, text| (kind, count, PromptSize { text, ..PromptSize::of(&[], None) }, 0);
        let opening = |summary, system| PromptSize::of(&request::opening(summary, system), None).text;
        let turns: Vec<Turn> = request::turns(&along.path, None).map(Turn::of).collect();
        let sent_from = along.row.as_ref().and_then(|row| row.sent_from);
        let kept = kept(&turns, sent_from);
        let due = along.row.as_ref().filter(|row| summary::is_due(row)).map(|_| summary::size_of_one());
        let parts = [
            text(ContextPartKind::System, 1, opening(None, system)),
            text(
                ContextPartKind::Summary,
                1,
                due.unwrap_or_else(|| opening(along.row.as_ref().and_then(request::summary), None)),
            ),
            files(ContextPartKind::ProjectFiles, of_project),
            files(ContextPartKind::Files, own),
            text(ContextPartKind::History, kept, length(&turns, kept)),
        ];
        Ok(ContextView {
            parts: parts
                .into_iter()
                .map(|(kind, count, size, uncounted)| ContextPart {
                    kind,
                    count: u32::try_from(count).unwrap_or(u32::MAX),
                    tokens: self.points.tokens(&size, model),
                    points: self.a_turn(size, shown.as_ref()),
                    uncounted,
                })
                .filter(|part| part.tokens > 0 || part.points.is_some() || part.uncounted > 0)
                .collect(),
            choices: choices(&turns, kept)
                .map(|count| {
                    let size = PromptSize { text: length(&turns, count), ..PromptSize::of(&[], None) };
                    HistoryChoice {
                        from: first_of(&turns, count),
                        turns: u32::try_from(count).unwrap_or(u32::MAX),
                        tokens: self.points.tokens(&size, model),
                        points: self.a_turn(size, shown.as_ref()),
                        is_chosen: count == kept,
                    }
                })
                .collect(),
            takes: shown.and_then(|model| model.context),
            summary: along.row.as_ref().and_then(|row| self.older_summary(row, &turns, kept, model)),
        })
    }

    /// `kept`: so many of the last turns are sent.
    fn older_summary(
        &self,
        row: &Conversation,
        turns: &[Turn],
        kept: usize,
        model: &str,
    ) -> Option<OlderSummary> {
        let left_out = turns.len() - kept;
        if left_out == 0 || (row.summary_of.is_some() && !row.summary_is_own) {
            return None;
        }
        let of = turns.iter().take(left_out).fold(TextSize::default(), |sum, turn| sum + turn.length);
        Some(OlderSummary {
            turns: u32::try_from(left_out).unwrap_or(u32::MAX),
            points: self.price_of_summary(of, model),
            state: match (&row.summary_of, &row.summary) {
                (None, _) => OlderSummaryState::Offered,
                (Some(_), None) => OlderSummaryState::Due,
                (Some(_), Some(_)) => OlderSummaryState::Made,
            },
        })
    }

    /// Nothing has no price.
    fn a_turn(&self, size: PromptSize, model: Option<&ModelView>) -> Option<PointsRange> {
        if size.tokens() == 0 && size.usd == Decimal::ZERO {
            return None;
        }
        self.points.standing(size, model?).points
    }
}

struct Turn {
    question: i64,
    answer: i64,
    length: TextSize,
}

impl Turn {
    fn of([question, answer]: [&Message; 2]) -> Turn {
        let length = TextSize::of_message(&question.text) + TextSize::of_message(&answer.text);
        Turn { question: question.id, answer: answer.id, length }
    }
}

/// How many of the last turns are sent.
fn kept(turns: &[Turn], sent_from: Option<i64>) -> usize {
    turns.iter().filter(|turn| sent_from.is_none_or(|from| turn.question >= from)).count()
}

/// All of them, what is sent now, and fewer in steps.
fn choices(turns: &[Turn], kept: usize) -> impl Iterator<Item = usize> {
    let all = turns.len();
    let mut counts: Vec<usize> = LAST.into_iter().filter(|last| *last < all).chain([all, kept]).collect();
    counts.sort_unstable_by(|a, b| b.cmp(a));
    counts.dedup();
    counts.into_iter()
}

fn length(turns: &[Turn], last: usize) -> TextSize {
    let rest = turns.len().saturating_sub(last);
    turns.iter().skip(rest).fold(TextSize::default(), |sum, turn| sum + turn.length)
}

/// The message from which on so many of the last turns are sent; whatever is asked next comes after all of these.
fn first_of(turns: &[Turn], last: usize) -> Option<i64> {
    if last >= turns.len() {
        return None;
    }
    let first = turns.get(turns.len() - last).map(|turn| turn.question);
    first.or_else(|| turns.last().map(|turn| turn.answer + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn turns(count: i64) -> Vec<Turn> {
        let length = TextSize { letters: 4, ..TextSize::default() };
        (0..count).map(|n| Turn { question: 10 + 2 * n, answer: 11 + 2 * n, length }).collect()
    }

    #[test]
    fn the_choices_of_a_chat() {
        fn check(count: i64, sent_from: Option<i64>, expected: &[(usize, Option<i64>)]) {
            let turns = turns(count);
            let kept = kept(&turns, sent_from);
            let found: Vec<_> = choices(&turns, kept).map(|last| (last, first_of(&turns, last))).collect();
            assert_eq!(found, expected, "{count} {sent_from:?}");
        }
        check(0, None, &[(0, None)]);
        check(1, None, &[(1, None), (0, Some(12))]);
        check(3, None, &[(3, None), (2, Some(12)), (0, Some(16))]);
        // What `trim` left is one of them, too.
        check(4, Some(12), &[(4, None), (3, Some(12)), (2, Some(14)), (0, Some(18))]);
        check(4, Some(99), &[(4, None), (2, Some(14)), (0, Some(18))]);
        check(
            25,
            None,
            &[(25, None), (20, Some(20)), (10, Some(40)), (5, Some(50)), (2, Some(56)), (0, Some(60))],
        );
    }

    #[test]
    fn fewer_turns_are_shorter() {
        let turns = turns(3);
        assert_eq!([3, 2, 0, 9].map(|last| length(&turns, last).letters), [12, 8, 0, 12]);
    }
}
