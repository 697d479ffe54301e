//! What this person's past calls teach about the next one: how many tokens a model makes of a text (`prompt.rs`), how long its
//! answers are and what they cost (`log_normal.rs`), and which turn is a typical one (`typical.rs`). Pure; the calls are read anew when one ends or its charge is known, and
//! all is reckoned from them when it is asked.

mod log_normal;
mod prompt;
mod spread;
mod typical;

pub use spread::Spread;
pub use typical::Typical;

use crate::library::PastCall;
use crate::tokens::TextSize;
use prompt::Row;
use std::collections::BTreeMap;

/// The newest so many calls of a model say what the next one will be like.
const MOST: usize = 50;
/// Of other models fewer are enough: they stand in only for what is not known of this one.
const MOST_OF_OTHERS: usize = 10;

#[derive(Debug, Default)]
pub struct Learned {
    /// By the model's name in small letters.
    models: BTreeMap<String, OfModel>,
    typical: Typical,
}

/// The newest last.
#[derive(Debug, Default)]
struct OfModel {
    prompts: Vec<Row>,
    /// Tokens.
    answers: Vec<i64>,
    /// Points.
    charges: Vec<i64>,
}

impl Learned {
    /// The newest call comes last.
    pub fn of(calls: &[PastCall]) -> Learned {
        let mut learned = Learned { typical: Typical::of(calls), ..Learned::default() };
        for call in calls {
            let own = learned.models.entry(call.model.to_lowercase()).or_default();
            let told = call.prompt_tokens.filter(|tokens| *tokens > 0);
            own.prompts.extend(call.text.zip(told).map(|(text, tokens)| Row { text, tokens }));
            own.answers.extend(call.completion_tokens.filter(|tokens| call.answered && *tokens > 0));
            own.charges.extend(call.points.filter(|points| call.answered && *points > 0));
        }
        for own in learned.models.values_mut() {
            keep_newest(&mut own.prompts);
            keep_newest(&mut own.answers);
            keep_newest(&mut own.charges);
        }
        learned
    }

    /// Models that this person has had answers of.
    pub fn models(&self) -> Vec<String> {
        let used = self.models.iter().filter(|(_, own)| !own.answers.is_empty());
        used.map(|(model, _)| model.clone()).collect()
    }

    /// Tokens that the model makes of a text.
    pub fn prompt(&self, model: &str, text: TextSize) -> Spread {
        let own = self.own(model).map_or(&[][..], |own| &own.prompts);
        let others = self.others(model).flat_map(|other| newest(&other.prompts, MOST_OF_OTHERS));
        prompt::tokens(own, others, text)
    }

    /// Tokens of the model's next answer.
    pub fn answer(&self, model: &str) -> Spread {
        let own = self.own(model).map_or(&[][..], |own| &own.answers);
        let others: Vec<&[i64]> = self.others(model).map(|other| other.answers.as_slice()).collect();
        log_normal::answer(own, &others)
    }

    /// The same where one figure has to do; without answers of its own it is as long as this.
    pub fn answer_like(&self, model: &str, usual: i64) -> i64 {
        let has_own = self.own(model).is_some_and(|own| !own.answers.is_empty());
        if has_own { self.answer(model).likely } else { usual }
    }

    /// Points of the model's next answer by what the past ones cost, whatever was asked.
    pub fn charge(&self, model: &str) -> Option<Spread> {
        log_normal::like_before(&self.own(model)?.charges)
    }

    /// A turn as most of this person's are.
    pub fn typical(&self) -> Typical {
        self.typical
    }

    /// Whether the model itself has taught anything; all others are reckoned alike.
    pub fn knows(&self, model: &str) -> bool {
        self.own(model).is_some()
    }

    fn own(&self, model: &str) -> Option<&OfModel> {
        self.models.get(&model.to_lowercase())
    }

    fn others(&self, model: &str) -> impl Iterator<Item = &OfModel> {
        let model = model.to_lowercase();
        self.models.iter().filter(move |(other, _)| **other != model).map(|(_, other)| other)
    }
}

fn newest<T>(all: &[T], most: usize) -> &[T] {
    &all[all.len().saturating_sub(most)..]
}

fn keep_newest<T>(all: &mut Vec<T>) {
    all.drain(..all.len().saturating_sub(MOST));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn call(model: &str, tokens: i64) -> PastCall {
        PastCall {
            model: model.to_owned(),
            text: Some(TextSize { letters: 4 * tokens, ..TextSize::default() }),
            prompt_tokens: Some(2 * tokens),
            completion_tokens: Some(tokens),
            answered: true,
            points: Some(tokens),
        }
    }

    #[test]
    fn the_newest_count_whatever_the_case() {
        let calls: Vec<PastCall> =
            (0..200).map(|n| call(if n % 2 == 0 { "M-1" } else { "m-1" }, n + 1)).collect();
        let learned = Learned::of(&calls);
        let own = learned.own("M-1").unwrap();
        assert_eq!(own.answers, (151..=200).collect::<Vec<_>>());
        assert_eq!((own.prompts.len(), own.charges.len()), (50, 50));
        assert_eq!(learned.models(), ["m-1"]);
        assert!(learned.charge("other").is_none());
    }

    #[test]
    fn what_a_call_teaches() {
        fn check(change: fn(&mut PastCall), expected: (usize, usize, usize)) {
            let mut one = call("m", 100);
            change(&mut one);
            let learned = Learned::of(&[one]);
            let own = learned.own("m").unwrap();
            assert_eq!((own.prompts.len(), own.answers.len(), own.charges.len()), expected);
        }
        check(|_| {}, (1, 1, 1));
        // It had files.
        check(|call| call.text = None, (0, 1, 1));
        check(|call| call.prompt_tokens = None, (0, 1, 1));
        check(|call| call.prompt_tokens = Some(0), (0, 1, 1));
        // A stopped one is no measure of a whole answer.
        check(|call| call.answered = false, (1, 0, 0));
        check(|call| call.points = Some(0), (1, 1, 0));
        check(|call| call.completion_tokens = Some(0), (1, 0, 1));
    }
}
