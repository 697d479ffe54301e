//! How long a model usually takes, where that is long enough to be told while it is waited for: in the middle of its last answers
//! to this person.

use super::state::Turn;
use super::turns::Turns;

/// Milliseconds. What is sooner there needs no telling.
const SLOW: i64 = 4_000;

/// Where the disk does not tell, nothing is said.
pub(super) async fn tell_usual(turns: &Turns, turn: &Turn) {
    let model = turn.lock().view.status.model.clone();
    let times = turns.library.times_of(&model).await.unwrap_or_default();
    if let Some(usual) = median(times).filter(|usual| *usual >= SLOW) {
        turn.status(|status| status.usual = Some(usual));
    }
}

fn median(mut times: Vec<i64>) -> Option<i64> {
    times.sort_unstable();
    times.get(times.len() / 2).copied()
}

#[cfg(test)]
mod tests {
    use super::median;

    #[test]
    fn the_middle_of_what_it_took() {
        let check = |times: &[i64], expected: Option<i64>| assert_eq!(median(times.to_vec()), expected);
        check(&[], None);
        check(&[7], Some(7));
        check(&[90, 10, 20], Some(20));
        check(&[10, 3_600_000, 30, 20, 40], Some(30));
    }
}
