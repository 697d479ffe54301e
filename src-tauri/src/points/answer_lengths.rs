//! How long the answers of each model were for this person: what an estimate goes by.

use parking_lot::Mutex;
use std::collections::BTreeMap;

/// The newest so many answers of a model say what the next one will be like.
const MOST: usize = 20;

#[derive(Default)]
pub(super) struct AnswerLengths {
    /// Tokens of the answers by the model's name in small letters, the newest last.
    answers: Mutex<BTreeMap<String, Vec<i64>>>,
}

impl AnswerLengths {
    pub(super) fn add(&self, model: &str, tokens: i64) {
        let mut answers = self.answers.lock();
        let own = answers.entry(model.to_lowercase()).or_default();
        own.push(tokens);
        if own.len() > MOST {
            own.remove(0);
        }
    }

    pub(super) fn of(&self, model: &str) -> Vec<i64> {
        self.answers.lock().get(&model.to_lowercase()).cloned().unwrap_or_default()
    }

    pub(super) fn models(&self) -> Vec<String> {
        self.answers.lock().keys().cloned().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_count_whatever_the_case() {
        let past = AnswerLengths::default();
        for tokens in 0..50 {
            past.add(if tokens % 2 == 0 { "M-1" } else { "m-1" }, tokens);
        }
        assert_eq!(past.of("M-1"), (30..50).collect::<Vec<_>>());
        assert!(past.of("other").is_empty());
        assert_eq!(past.models(), ["m-1"]);
    }
}
