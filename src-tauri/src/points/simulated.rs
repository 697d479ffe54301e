//! Estimates over simulated persons: what each model charges is known here, and what is learned of it is held against that.

use super::estimate::Price;
use super::learning::{Learned, Spread};
use crate::library::PastCall;
use crate::tokens::TextSize;
use poe::Decimal;

const PERSONS: u64 = 600;
const MODELS: usize = 5;
/// Rows of each model that are known before it is asked what the next one will be.
const KNOWN: usize = 5;
/// Of the logarithms of answers' lengths; and of a text's tokens around what its characters say.
const DEVIATION: f64 = 0.5;
const NOISE: f64 = 0.05;
/// Of a normal distribution.
const PERCENTILE_95: f64 = 1.645;

/// The same numbers in each run.
struct Chance(u64);

impl Chance {
    fn uniform(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((bits ^ (bits >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
    }

    fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.uniform()
    }

    /// Deviations from the middle.
    fn normal(&mut self) -> f64 {
        let radius = (-2.0 * (1.0 - self.uniform()).ln()).sqrt();
        radius * (std::f64::consts::TAU * self.uniform()).cos()
    }
}

/// What is not told of a model.
struct Model {
    /// Tokens of a character of each script, and of a message.
    factors: [f64; 4],
    /// The logarithm of the middle of its answers' lengths.
    middle: f64,
    price: Price,
}

impl Model {
    fn any(chance: &mut Chance) -> Model {
        let usd = |text: f64| Decimal::try_from(text * 1e-6).ok();
        let input = chance.between(0.1, 5.0);
        Model {
            factors: [
                chance.between(0.20, 0.32),
                chance.between(0.30, 0.75),
                chance.between(0.65, 1.45),
                chance.between(3.0, 7.0),
            ],
            middle: chance.between(120_f64.ln(), 2_500_f64.ln()),
            price: Price { input: usd(input), output: usd(input * chance.between(3.0, 5.0)), request: None },
        }
    }

    fn prompt(&self, text: TextSize) -> f64 {
        let parts = [text.letters, text.marks, text.ideographs, text.messages].map(|n| n as f64);
        parts.iter().zip(self.factors).map(|(part, factor)| part * factor).sum()
    }
}

/// A chat so far: in the person's own script, or in others for so great a part.
fn text(chance: &mut Chance, script: usize, others: f64) -> TextSize {
    let messages = 1 + 2 * chance.between(0.0, 4.0) as i64;
    let mut size = TextSize { messages, ..TextSize::default() };
    for _ in 0..messages {
        let characters = chance.between(3.5, 7.5).exp();
        let script = if chance.uniform() < others { chance.between(0.0, 3.0) as usize } else { script };
        // Spaces, signs and names are ASCII in every script.
        let letters = characters * if script == 0 { 1.0 } else { chance.between(0.1, 0.25) };
        let rest = (characters - letters) as i64;
        size = size
            + TextSize {
                letters: letters as i64,
                marks: if script == 1 { rest } else { 0 },
                ideographs: if script == 2 { rest } else { 0 },
                messages: 0,
            };
    }
    size
}

#[derive(Default)]
struct Tally {
    asked: usize,
    near: usize,
    held: usize,
    /// How many times as wide as the true range.
    widths: Vec<f64>,
}

impl Tally {
    fn ask(&mut self, learned: &Learned, name: &str, model: &Model, call: &PastCall) {
        let (text, told) = (call.text.unwrap(), call.prompt_tokens.unwrap());
        let foretold = learned.prompt(name, text);
        let answer = learned.answer(name);
        let dollars = model.price.between(foretold, answer).unwrap();
        let paid = model
            .price
            .dollars(super::estimate::Size { prompt: told, answer: call.completion_tokens.unwrap() });
        let at = |deviations: f64| Spread::exactly((model.middle + DEVIATION * deviations).exp() as i64);
        let truly = |deviations| {
            let prompt = Spread::exactly(model.prompt(text) as i64);
            f64::try_from(model.price.between(prompt, at(deviations)).unwrap().low).unwrap()
        };
        let wide = f64::try_from(dollars.high - dollars.low).unwrap();
        self.asked += 1;
        self.near += usize::from((foretold.likely - told).abs() * 10 <= told);
        self.held += usize::from((dollars.low..=dollars.high).contains(&paid));
        self.widths.push(wide / (truly(PERCENTILE_95) - truly(-PERCENTILE_95)));
    }

    fn median_width(&mut self) -> f64 {
        self.widths.sort_by(f64::total_cmp);
        self.widths[self.widths.len() / 2]
    }
}

/// Five rows of each model are learned, in the order in which a person comes to them; then each is asked once more.
fn tally(calls_before: usize, others: f64) -> Tally {
    let mut tally = Tally::default();
    for person in 0..PERSONS {
        let mut chance = Chance(person * 7_919);
        let script = person as usize % 3;
        let models: Vec<Model> = (0..MODELS).map(|_| Model::any(&mut chance)).collect();
        let mut call = |number: usize| {
            let model = &models[number];
            let text = text(&mut chance, script, others);
            let told = model.prompt(text) * (1.0 + NOISE * chance.normal());
            let answer = (model.middle + DEVIATION * chance.normal()).exp();
            PastCall {
                model: format!("model-{number}"),
                text: Some(text),
                prompt_tokens: Some((told.round() as i64).max(1)),
                completion_tokens: Some((answer.round() as i64).max(1)),
                answered: true,
                points: None,
            }
        };
        let past: Vec<PastCall> = (0..calls_before * MODELS).map(|n| call(n % MODELS)).collect();
        let learned = Learned::of(&past);
        for (number, model) in models.iter().enumerate() {
            tally.ask(&learned, &format!("model-{number}"), model, &call(number));
        }
    }
    tally
}

#[test]
fn after_five_rows_the_range_is_right_and_narrow() {
    // Who writes in several scripts has shown less of each by then.
    for (others, least_near) in [(0.0, 0.9), (0.3, 0.8)] {
        let mut tally = tally(KNOWN, others);
        let part = |count: usize| count as f64 / tally.asked as f64;
        let (near, held) = (part(tally.near), part(tally.held));
        let width = tally.median_width();
        let figures = (tally.asked, near, held, width);
        assert!(near >= least_near && held >= 0.9 && width <= 1.3, "turns, near, held, width: {figures:?}");
    }
}

#[test]
fn the_range_narrows_with_what_is_learned() {
    let widths = [0, 1, 5, 20].map(|known| {
        let mut tally = tally(known, 0.0);
        let held = tally.held as f64 / tally.asked as f64;
        assert!(held >= 0.88, "{known}: {held}");
        tally.median_width()
    });
    assert!(widths.windows(2).all(|pair| pair[1] < pair[0]), "{widths:?}");
}
