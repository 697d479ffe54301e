//! How long a text is for a model, in tokens. An estimate: only the model knows its own. Pure.

/// What a message takes beside its text.
const MESSAGE: u64 = 4;

/// About how many tokens a message of this text is.
pub(crate) fn estimate(text: &str) -> u64 {
    quarters(text).div_ceil(4) + MESSAGE
}

/// The same, to reckon with.
pub(crate) fn count(text: &str) -> i64 {
    i64::try_from(estimate(text)).unwrap_or(i64::MAX)
}

/// In quarters of a token: four characters of ASCII, two of another alphabet or one of a script without spaces make a whole.
pub(crate) fn quarters(text: &str) -> u64 {
    let of = |c: char| match c {
        '\0'..='\u{7f}' => 1,
        '\u{80}'..='\u{2fff}' => 2,
        _ => 4,
    };
    text.chars().map(of).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scripts_take_more_and_fewer_characters_a_token() {
        let check = |text: &str, expected: u64| assert_eq!(estimate(text), expected + MESSAGE, "{text}");
        check("", 0);
        check("Why?", 1);
        check("Why is the sky blue?", 5);
        check("Почему небо синее?", 9);
        check("空为什么是蓝色的", 8);
    }
}
