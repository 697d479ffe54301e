//! What a model costs: its row in the list, and the points of an answer, without floats.

use serde_json::{Value, json};

/// Dollars as Poe writes them: decimal strings.
#[derive(Clone, Copy)]
pub(super) enum Price {
    Unknown,
    Tokens { prompt: &'static str, completion: &'static str },
    Request(&'static str),
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
            Price::Unknown => Value::Null,
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
            Price::Request(usd) => (0, points(pico_dollars(usd)).max(1)),
            Price::Tokens { prompt, completion } => {
                let input = pico_dollars(prompt) * prompt_tokens;
                let total = points(input + pico_dollars(completion) * completion_tokens + 15_000_000).max(1);
                let input = points(input + 15_000_000).min(total);
                (input, total - input)
            }
        }
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
}
