//! What `/v1/messages` keeps of the questions that it read: the beginning of a request up to a mark, for five minutes from
//! when it was last read.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::time::{Duration, SystemTime};

const WARMTH: Duration = Duration::from_secs(300);

/// A mark finds what ends so many blocks before it, too.
const LOOKS_BACK: usize = 20;

/// A piece of a request, in the order in which the model reads it.
pub(super) struct Block {
    /// Who says what, without its mark.
    pub(super) said: String,
    pub(super) tokens: u64,
    pub(super) is_marked: bool,
}

/// Tokens of a question that were found, and that are kept from now on.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Cached {
    pub(super) read: u64,
    pub(super) written: u64,
}

/// When each beginning was last read, by its hash.
#[derive(Default)]
pub(super) struct Cache(HashMap<u64, SystemTime>);

impl Cache {
    /// Looks the request up, and keeps it up to its marks. What is shorter than `least` tokens is never kept.
    pub(super) fn take(&mut self, model: &str, least: u64, blocks: &[Block], now: SystemTime) -> Cached {
        let mut hasher = DefaultHasher::new();
        model.hash(&mut hasher);
        let mut sum = 0;
        let beginnings: Vec<(u64, u64)> = blocks
            .iter()
            .map(|block| {
                block.said.hash(&mut hasher);
                sum += block.tokens;
                (hasher.finish(), sum)
            })
            .collect();
        let marks: Vec<usize> = (0..blocks.len()).filter(|at| blocks[*at].is_marked).collect();
        let is_warm = |hash: &u64| self.0.get(hash).is_some_and(|read| age(*read, now) < WARMTH);
        let found = marks
            .iter()
            .flat_map(|mark| mark.saturating_sub(LOOKS_BACK)..=*mark)
            .filter(|at| is_warm(&beginnings[*at].0))
            .max();
        let read = found.map_or(0, |at| beginnings[at].1);
        // Reading keeps all of it warm, whatever was marked on the way.
        for (hash, _) in &beginnings[..found.map_or(0, |at| at + 1)] {
            if self.0.contains_key(hash) {
                self.0.insert(*hash, now);
            }
        }
        let mut written = 0;
        for (hash, tokens) in marks.iter().map(|at| beginnings[*at]) {
            if tokens >= least.max(read + 1) {
                self.0.insert(hash, now);
                written = tokens - read;
            }
        }
        Cached { read, written }
    }

    /// As if so long had passed.
    pub(super) fn cool(&mut self, by: Duration) {
        for read in self.0.values_mut() {
            *read -= by;
        }
    }
}

fn age(read: SystemTime, now: SystemTime) -> Duration {
    now.duration_since(read).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `"a1000 b500*"`: blocks with their tokens, a star for a mark.
    fn blocks(text: &str) -> Vec<Block> {
        let block = |word: &str| Block {
            said: word.trim_end_matches('*').to_owned(),
            tokens: word[1..].trim_end_matches('*').parse().unwrap(),
            is_marked: word.ends_with('*'),
        };
        text.split(' ').map(block).collect()
    }

    #[test]
    fn what_is_found_and_kept() {
        fn check(requests: &[(&str, u64)], expected: (u64, u64)) {
            let (mut cache, mut now, mut found) =
                (Cache::default(), SystemTime::UNIX_EPOCH, Cached::default());
            for (request, seconds) in requests {
                now += Duration::from_secs(*seconds);
                found = cache.take("m", 1_024, &blocks(request), now);
            }
            assert_eq!((found.read, found.written), expected, "{requests:?}");
        }
        check(&[("a2000", 0)], (0, 0));
        check(&[("a2000*", 0)], (0, 2_000));
        check(&[("a1000*", 0)], (0, 0));
        check(&[("a1000 b100*", 0)], (0, 1_100));
        check(&[("a2000*", 0), ("a2000*", 299)], (2_000, 0));
        check(&[("a2000*", 0), ("a2000*", 300)], (0, 2_000));
        // Read again, it stays warm.
        check(&[("a2000*", 0), ("a2000*", 200), ("a2000*", 200)], (2_000, 0));
        check(&[("a2000*", 0), ("a2000", 200), ("a2000*", 200)], (0, 2_000));
        // More of the same; the mark finds what ends before it.
        check(&[("a2000*", 0), ("a2000* b300 c100*", 1)], (2_000, 400));
        check(&[("a2000*", 0), ("a2000 b300 c100*", 1)], (2_000, 400));
        // Another beginning is another request.
        check(&[("a2000*", 0), ("b2000* a2000*", 1)], (0, 4_000));
        check(&[("a2000 b300*", 0), ("a2000 b301*", 1)], (0, 2_301));
        check(&[("a2000* b300*", 0), ("a2000* b301*", 1)], (2_000, 301));
    }

    #[test]
    fn each_model_keeps_its_own() {
        let (mut cache, now) = (Cache::default(), SystemTime::UNIX_EPOCH + 2 * WARMTH);
        cache.take("m", 1_024, &blocks("a2000*"), now);
        assert_eq!(cache.take("n", 1_024, &blocks("a2000*"), now).read, 0);
        assert_eq!(cache.take("m", 1_024, &blocks("a2000*"), now).read, 2_000);
        cache.cool(WARMTH);
        assert_eq!(cache.take("m", 1_024, &blocks("a2000*"), now).read, 0);
    }
}
