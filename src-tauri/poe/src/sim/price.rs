//! What a model costs: its row in the list, and the points of an answer, without floats.

use serde_json::{Value, json};

use super::cache::Cached;

/// Dollars as Poe writes them: decimal strings.
#[derive(Clone, Copy)]
pub(super) enum Price {
    Unknown,
    Tokens {
        prompt: &'static str,
        completion: &'static str,
    },
    /// `read` and `write`: a token of the question that comes from the cache, and one that goes into it.
    Cached {
        prompt: &'static str,
        completion: &'static str,
        read: &'static str,
        write: &'static str,
    },
    Request(&'static str),
    /// The same, and the list does not tell it.
    Unlisted(&'static str),
}

impl Price {
    pub(super) fn row(self) -> Value {
        let row = |prompt: Option<&str>, completion: Option<&str>, request: Option<&str>| {
            json!({
                "prompt": prompt, "completion": completion, "image": null, "request": request,
                "input_cache_read": null, "input_cache_write": null,
            })
        };
        match self {
            Price::Unknown | Price::Unlisted(_) => Value::Null,
            Price::Cached { prompt, completion, read, write } => {
                let mut row = row(Some(prompt), Some(completion), None);
                (row["input_cache_read"], row["input_cache_write"]) = (read.into(), write.into());
                row
            }
            Price::Tokens { prompt, completion } => row(Some(prompt), Some(completion), None),
            Price::Request(usd) => row(None, None, Some(usd)),
        }
    }

    /// Points for the input and for the rest; together at least one.
    pub(super) fn points(self, prompt_tokens: u64, completion_tokens: u64) -> (i64, i64) {
        // 0.00003 dollars a point.
        let points = |pico: u64| (pico / 30_000_000) as i64;
        match self {
            Price::Unknown => (0, 1),
            Price::Request(usd) | Price::Unlisted(usd) => (0, points(pico_dollars(usd)).max(1)),
            Price::Tokens { prompt, completion } | Price::Cached { prompt, completion, .. } => {
                let input = pico_dollars(prompt) * prompt_tokens;
                let total = points(input + pico_dollars(completion) * completion_tokens + 15_000_000).max(1);
                let input = points(input + 15_000_000).min(total);
                (input, total - input)
            }
        }
    }
}

impl Price {
    /// Points by which an answer costs less than without the cache; below zero where more was kept than found.
    pub(super) fn saved(self, prompt_tokens: u64, completion_tokens: u64, cached: Cached) -> i64 {
        let Price::Cached { prompt, completion, read, write } = self else {
            return 0;
        };
        let input = pico_dollars(prompt) * (prompt_tokens - cached.read - cached.written)
            + pico_dollars(read) * cached.read
            + pico_dollars(write) * cached.written;
        let total = (input + pico_dollars(completion) * completion_tokens + 15_000_000) / 30_000_000;
        let (input, output) = self.points(prompt_tokens, completion_tokens);
        input + output - (total as i64).max(1)
    }
}

/// A decimal string in millionths of a millionth: exact, where a float is not.
fn pico_dollars(decimal: &str) -> u64 {
    let (whole, fraction) = decimal.split_once('.').unwrap_or((decimal, ""));
    format!("{whole}{fraction:0<12.12}").parse().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_follow_the_price() {
        let tokens = |prompt, completion| Price::Tokens { prompt, completion };
        let check = |price: Price, prompt, completion, expected| {
            assert_eq!(price.points(prompt, completion), expected);
        };
        check(tokens("0.00000085", "0.00000425"), 8369, 4, (237, 1));
        check(tokens("0.00000068", "0"), 7661, 0, (174, 0));
        check(tokens("0.0000001", "0.0000004"), 7, 3, (0, 1));
        check(Price::Request("0.036"), 7, 3, (0, 1200));
        check(Price::Unknown, 7, 3, (0, 1));
    }

    #[test]
    fn the_cache_makes_it_cheaper_later() {
        let price = Price::Cached {
            prompt: "0.00000085",
            completion: "0.0000043",
            read: "0.000000085",
            write: "0.0000011",
        };
        let check = |read, written, expected| {
            assert_eq!(price.saved(8_369, 4, Cached { read, written }), expected, "{read} {written}");
        };
        // As Poe was seen to charge: 26 points in place of 238.
        check(8_352, 0, 213);
        check(0, 8_352, -69);
        check(0, 0, 0);
        assert_eq!(Price::Request("0.036").saved(9, 9, Cached { read: 9, written: 0 }), 0);
    }
}
