//! How long the next answer is, or what it costs, by how it was before. Lengths differ by factors, not by amounts: their
//! logarithms are normally distributed, with a middle of the model's own and a deviation that is much the same for all. Pure.

use super::spread::Spread;

/// Of an answer where nothing was asked before: a page or so, and a model's middle may be so far from it, as a logarithm.
const USUAL: f64 = 700.0;
const MODELS_DIFFER: f64 = 0.9;
/// The deviation that is assumed, and how many answers that weighs.
const DEVIATION: f64 = 0.5;
const WEIGHT: f64 = 20.0;
/// Of a normal distribution: nine out of ten lie within so many deviations.
const NINE_OF_TEN: f64 = 1.644_853_6;
/// So much more, since no person's answers are quite as they are assumed here.
const ROOM: f64 = 1.03;

/// Tokens of a model's next answer, by its own before and by those of other models.
pub(super) fn answer(own: &[i64], others: &[&[i64]]) -> Spread {
    let others: Vec<Sample> = others.iter().filter_map(|answers| Sample::of(answers)).collect();
    let middles = others.iter().map(|other| other.mean).sum::<f64>() + USUAL.ln();
    let pooled = Deviation::assumed().and(&others);
    // What others show weighs no more than what is assumed did.
    let pooled = Deviation { squares: pooled.squares / pooled.weight * WEIGHT, weight: WEIGHT };
    next(Sample::of(own), pooled, Some(middles / (others.len() + 1) as f64))
}

/// Points, by what was paid before. A price that was the same each time is that.
pub(super) fn like_before(own: &[i64]) -> Option<Spread> {
    let first = *own.first()?;
    if own.len() > 1 && own.iter().all(|points| *points == first) {
        return Some(Spread::exactly(first));
    }
    Some(next(Sample::of(own), Deviation::assumed(), None))
}

/// Between what the next one lies: Student's distribution, as both its middle and its deviation are estimates. `usual`: the
/// middle that is assumed.
fn next(own: Option<Sample>, assumed: Deviation, usual: Option<f64>) -> Spread {
    let deviation = assumed.and(own.as_slice());
    let variance = deviation.squares / deviation.weight;
    let told = own.map_or((0.0, 0.0), |own| (own.count / variance, own.mean));
    let before = usual.map_or((0.0, 0.0), |usual| (1.0 / (MODELS_DIFFER * MODELS_DIFFER), usual));
    let precision = told.0 + before.0;
    let middle = (told.0 * told.1 + before.0 * before.1) / precision;
    let reach = ROOM * student(deviation.weight) * (variance + 1.0 / precision).sqrt();
    Spread::of((middle - reach).exp().max(1.0), middle.exp(), (middle + reach).exp())
}

/// Logarithms of what was seen.
#[derive(Clone, Copy)]
struct Sample {
    count: f64,
    mean: f64,
    /// Sum of the squared distances from the mean.
    squares: f64,
}

impl Sample {
    fn of(seen: &[i64]) -> Option<Sample> {
        let logs: Vec<f64> = seen.iter().map(|n| (*n as f64).max(1.0).ln()).collect();
        let count = logs.len() as f64;
        let mean = logs.iter().sum::<f64>() / count;
        let squares = logs.iter().map(|log| (log - mean).powi(2)).sum();
        (!logs.is_empty()).then_some(Sample { count, mean, squares })
    }
}

/// What is known of the deviation: squared distances, and of how many answers.
#[derive(Clone, Copy)]
struct Deviation {
    squares: f64,
    weight: f64,
}

impl Deviation {
    fn assumed() -> Deviation {
        Deviation { squares: WEIGHT * DEVIATION * DEVIATION, weight: WEIGHT }
    }

    fn and(self, samples: &[Sample]) -> Deviation {
        samples.iter().fold(self, |known, sample| Deviation {
            squares: known.squares + sample.squares,
            weight: known.weight + sample.count - 1.0,
        })
    }
}

/// Its 95th percentile at so many degrees of freedom, from that of the normal distribution (Cornish and Fisher's expansion,
/// which is exact to three digits from ten on).
fn student(freedom: f64) -> f64 {
    let z = NINE_OF_TEN;
    let first = (z.powi(3) + z) / 4.0;
    let second = (5.0 * z.powi(5) + 16.0 * z.powi(3) + 3.0 * z) / 96.0;
    z + first / freedom + second / (freedom * freedom)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_of_student_s_distribution() {
        for (freedom, expected) in [(10.0, 1.812), (20.0, 1.725), (30.0, 1.697), (120.0, 1.658)] {
            assert!((student(freedom) - expected).abs() < 0.001, "{freedom}: {}", student(freedom));
        }
    }

    #[test]
    fn how_long_the_next_answer_is() {
        fn check(own: &[i64], others: &[&[i64]], likely: (i64, i64), wide: (i64, i64)) {
            let found = answer(own, others);
            assert!((likely.0..=likely.1).contains(&found.likely), "{found:?} {own:?} {others:?}");
            let times = found.high / found.low;
            assert!((wide.0..=wide.1).contains(&times), "{found:?} {own:?} {others:?}");
        }
        check(&[], &[], (690, 710), (25, 50));
        check(&[], &[&[100; 5], &[100; 5]], (180, 210), (20, 50));
        check(&[200], &[], (250, 290), (8, 14));
        check(&[180, 200, 220, 190, 210], &[], (200, 215), (4, 6));
        // Many that are alike: the next one is, too.
        check(&[200; 50], &[], (199, 205), (2, 3));
        check(&[50, 5_000, 400, 60, 3_000, 90, 7_000, 800, 10, 2_000], &[], (400, 600), (30, 300));
    }

    #[test]
    fn what_the_next_one_costs_where_no_price_is_listed() {
        assert_eq!(like_before(&[]), None);
        assert_eq!(like_before(&[137, 137]), Some(Spread::exactly(137)));
        let one = like_before(&[137]).unwrap();
        assert!(one.likely == 137 && one.low < 60 && one.high > 300, "{one:?}");
        let more = like_before(&[137, 140, 130, 150, 120]).unwrap();
        assert!(more.low > one.low && more.high < one.high, "{more:?}");
    }
}
