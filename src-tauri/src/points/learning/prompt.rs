//! How many tokens a model makes of a text: so many a character of each script, so many a message. What is assumed of all models
//! gives way, row by row, to what the model's own calls told (a regression toward a prior, in closed form). What it has not
//! shown yet is taken from other models, whose tokens are alike but not the same. Pure.

use super::spread::Spread;
use crate::tokens::{MESSAGE, TextSize};

/// What was sent, and how many tokens Poe said that it was.
#[derive(Clone, Copy, Debug)]
pub(super) struct Row {
    pub(super) text: TextSize,
    pub(super) tokens: i64,
}

/// Letters, marks, ideographs, messages, and the request as such: some bots send a prompt of their own along.
const PARTS: usize = 5;
type Parts = [f64; PARTS];

/// Tokens of one of each, and by how much that is wrong: two times out of three by no more than this.
const ASSUMED: Parts = [0.25, 0.5, 1.0, MESSAGE as f64, 0.0];
const UNSURE: Parts = [0.04, 0.15, 0.3, 1.5, 1.0];
/// How far a model is from what others showed.
const APART: Parts = [0.04, 0.13, 0.23, 1.2, 1.0];
/// A prompt that a bot sends along may be long. It is believed where it explains the rows far better.
const OWN_PROMPT: f64 = 5_000.0;
const FAR_BETTER: f64 = 3.0;
/// How far a text is from what its characters say, as a part of its tokens: one of this model, and of another.
const NOISE: f64 = 0.05;
const NOISE_OF_OTHERS: f64 = 0.3;
/// A row of another model that is so many times off says more of that model than of texts.
const ODD: f64 = 3.0;
/// Of a normal distribution: nine out of ten lie within so many deviations.
const NINE_OF_TEN: f64 = 1.645;

/// Tokens of the text on the model that `own` rows are of.
pub(super) fn tokens<'a>(own: &[Row], others: impl Iterator<Item = &'a Row>, text: TextSize) -> Spread {
    let mut shared = Belief::assumed();
    for row in others.filter(|row| !is_odd(row)) {
        shared.learn(row, NOISE_OF_OTHERS);
    }
    shared.loosen(&APART);
    let mut plain = shared.clone();
    let mut prompted = shared;
    prompted.covariance[PARTS - 1][PARTS - 1] += OWN_PROMPT * OWN_PROMPT;
    for row in own {
        plain.learn(row, NOISE);
        prompted.learn(row, NOISE);
    }
    let belief = if prompted.evidence > plain.evidence + FAR_BETTER { prompted } else { plain };
    belief.tokens(text)
}

fn is_odd(row: &Row) -> bool {
    let ratio = row.tokens as f64 / row.text.tokens().max(1) as f64;
    !(1.0 / ODD..=ODD).contains(&ratio)
}

fn parts(text: TextSize) -> Parts {
    [text.letters, text.marks, text.ideographs, text.messages, 1].map(|n| n as f64)
}

fn dot(a: &Parts, b: &Parts) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// Tokens of one of each part: a normal distribution.
#[derive(Clone)]
struct Belief {
    mean: Parts,
    covariance: [Parts; PARTS],
    /// How well the rows were foretold, as a logarithm.
    evidence: f64,
}

impl Belief {
    fn assumed() -> Belief {
        let mut belief = Belief { mean: ASSUMED, covariance: [[0.0; PARTS]; PARTS], evidence: 0.0 };
        belief.loosen(&UNSURE);
        belief
    }

    /// Unsure by so much more.
    fn loosen(&mut self, by: &Parts) {
        for (at, by) in by.iter().enumerate() {
            self.covariance[at][at] += by * by;
        }
    }

    /// Bayes' rule for one row, measured in its own tokens: a short row says as much as a long one.
    fn learn(&mut self, row: &Row, noise: f64) {
        let of_row = parts(row.text).map(|part| part / row.tokens as f64);
        let along = self.along(&of_row);
        let variance = dot(&of_row, &along) + noise * noise;
        let missed = 1.0 - dot(&of_row, &self.mean);
        for (at, along_at) in along.iter().enumerate() {
            self.mean[at] += along_at / variance * missed;
            for (to, along_to) in along.iter().enumerate() {
                self.covariance[at][to] -= along_at * along_to / variance;
            }
        }
        self.evidence -= (missed * missed / variance + variance.ln()) / 2.0;
    }

    fn along(&self, parts: &Parts) -> Parts {
        self.covariance.map(|row| dot(&row, parts))
    }

    fn tokens(&self, text: TextSize) -> Spread {
        let parts = parts(text);
        let likely = dot(&parts, &self.mean).max(1.0);
        let variance = dot(&parts, &self.along(&parts)).max(0.0) + (likely * NOISE).powi(2);
        let reach = NINE_OF_TEN * variance.sqrt();
        Spread::of((likely - reach).max(1.0), likely, likely + reach)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(letters: i64, marks: i64, ideographs: i64, messages: i64) -> TextSize {
        TextSize { letters, marks, ideographs, messages }
    }

    fn row(letters: i64, marks: i64, tokens: i64) -> Row {
        Row { text: text(letters, marks, 0, 1), tokens }
    }

    fn check(own: &[Row], others: &[Row], asked: TextSize, expected: i64) -> Spread {
        let found = tokens(own, others.iter(), asked);
        let is_near = (found.likely - expected).abs() * 20 <= expected;
        assert!(is_near, "{found:?}, expected about {expected}: {own:?} {others:?} {asked:?}");
        assert!(found.low < found.likely && found.likely < found.high, "{found:?}");
        found
    }

    #[test]
    fn what_is_assumed_gives_way_to_what_was_told() {
        let asked = text(4_000, 0, 0, 2);
        let before = check(&[], &[], asked, 1_008);
        let one = check(&[row(2_000, 0, 640)], &[], asked, 1_270);
        let five = check(&[row(2_000, 0, 640); 5], &[], asked, 1_285);
        assert!(before.high - before.low > one.high - one.low && one.high - one.low > five.high - five.low);
        // Each script by itself.
        let both = [row(2_000, 0, 500), row(0, 2_000, 560), row(400, 1_600, 550), row(2_000, 0, 504)];
        check(&both, &[], text(0, 4_000, 0, 1), 1_115);
        check(&both, &[], text(4_000, 0, 0, 1), 1_002);
    }

    #[test]
    fn other_models_stand_in() {
        let others = [row(0, 2_000, 660); 10];
        check(&[], &others, text(0, 4_000, 0, 1), 1_330);
        check(&[row(0, 2_000, 900); 5], &others, text(0, 4_000, 0, 1), 1_790);
        // One with a prompt of its own tells nothing of texts.
        check(&[], &[row(20, 0, 8_369); 10], text(4_000, 0, 0, 1), 1_004);
    }

    #[test]
    fn a_bot_may_send_a_prompt_of_its_own() {
        let own = [row(60, 0, 8_369), row(400, 0, 8_454), row(2_000, 0, 8_860)];
        check(&own, &[], text(60, 0, 0, 1), 8_370);
        check(&own, &[], text(4_000, 0, 0, 1), 9_350);
        // Tokens that come dearer are not taken for one.
        let dear = [row(800, 0, 260), row(1_600, 0, 520), row(3_000, 0, 960)];
        check(&dear, &[], text(12_000, 0, 0, 1), 3_840);
    }
}
