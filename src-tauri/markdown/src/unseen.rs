//! Characters that cannot be seen, or that turn around what stands beside them. An address with one is no address;
//! in code each gets a visible mark in its place, so that code reads as it runs.
//!
//! Some have their right place also in code: what joins an emoji, a flag's letters, the joiners of Arabic and Indic
//! scripts, the choice of an ideograph's form. There they stay.

use std::ops::Range;

use crate::escape::escape;

/// Flags of regions are a black flag, at most six letters, and an end.
const LONGEST_FLAG: usize = 7;

/// Whether nothing is drawn for a character, or the order of others is changed by it.
pub fn unseen(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}'
        | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}'
        | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

/// Appends a part of a line of code, with marks.
pub(crate) fn escape_code(line: &str, part: Range<usize>, html: &mut String) {
    let text = &line[part.clone()];
    if text.is_ascii() {
        return escape(text, html);
    }
    let mut done = 0;
    for (at, c) in text.char_indices().filter(|(_, c)| unseen(*c)) {
        if in_place(&line[..part.start + at], c, &line[part.start + at + c.len_utf8()..]) {
            continue;
        }
        escape(&text[done..at], html);
        html.push_str(&format!("<span class=\"unseen\" data-sign=\"U+{:04X}\"></span>", u32::from(c)));
        done = at + c.len_utf8();
    }
    escape(&text[done..], html);
}

/// Whether a character does its work between what stands before and after it. At the end of a text that still
/// grows, what comes after it is not known yet.
fn in_place(before: &str, c: char, after: &str) -> bool {
    let last = before.chars().next_back().unwrap_or(' ');
    let next = after.chars().next();
    match c {
        '\u{200b}'..='\u{200d}' if joining(last) => next.is_none_or(joining),
        '\u{200d}' => drawn(last) && next.is_none_or(drawn),
        '\u{fe0f}' if last.is_ascii_digit() || matches!(last, '#' | '*') => {
            next.is_none_or(|c| c == '\u{20e3}')
        }
        '\u{180b}'..='\u{180f}' => joining(last),
        '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}' => !last.is_ascii() && !unseen(last),
        '\u{e0020}'..='\u{e007f}' => {
            let letter = |c: &char| matches!(c, '\u{e0020}'..='\u{e007f}');
            let letters = before.chars().rev().take_while(letter).take(LONGEST_FLAG).count();
            let rest = after.chars().take_while(letter).take(LONGEST_FLAG);
            let whole = rest.clone().last().unwrap_or(c) == '\u{e007f}'
                || rest.map(char::len_utf8).sum::<usize>() == after.len();
            letters < LONGEST_FLAG && before.chars().nth_back(letters) == Some('\u{1f3f4}') && whole
        }
        _ => false,
    }
}

/// A letter or sign of a script whose letters join or part by characters that cannot be seen.
fn joining(c: char) -> bool {
    matches!(c, '\u{600}'..='\u{8ff}' | '\u{900}'..='\u{109f}' | '\u{1780}'..='\u{18aa}' | '\u{1900}'..='\u{1aaf}'
        | '\u{a840}'..='\u{abff}' | '\u{fb50}'..='\u{fdff}' | '\u{fe70}'..='\u{fefc}' | '\u{11000}'..='\u{11fff}')
        && !unseen(c)
}

/// A picture, or what may stand at its end: a skin color, the choice of its form.
fn drawn(c: char) -> bool {
    matches!(c, '\u{a9}' | '\u{ae}' | '\u{203c}'..='\u{303d}' | '\u{fe0f}' | '\u{1f000}'..='\u{1faff}')
        && !c.is_alphanumeric()
        || c == '\u{2122}'
        || c == '\u{2139}'
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Shows marks as `‹2066›`.
    fn check(code: &str, expected: &str) {
        let mut html = String::new();
        escape_code(code, 0..code.len(), &mut html);
        let shown = html.replace("<span class=\"unseen\" data-sign=\"U+", "‹").replace("\"></span>", "›");
        assert_eq!(shown, expected, "for {code:?}");
    }

    #[test]
    fn what_turns_or_hides_is_marked() {
        check("admin\u{202e} \u{2066}// a\u{2069}", "admin‹202E› ‹2066›// a‹2069›");
        check("na\u{200b}me\u{200c}\u{200d}\u{2060}\u{feff}", "na‹200B›me‹200C›‹200D›‹2060›‹FEFF›");
        check("a\u{ad}b\u{61c}\u{200e}\u{200f}", "a‹00AD›b‹061C›‹200E›‹200F›");
        check("x\u{e0041}\u{e007f}", "x‹E0041›‹E007F›");
        check("a\u{fe0f}\u{fe01} 1\u{fe0f}2 b\u{e0100}", "a‹FE0F›‹FE01› 1‹FE0F›2 b‹E0100›");
        check("x\u{3164} = \u{1160}", "x‹3164› = ‹1160›");
        check("ب\u{200d}x ע\u{200f}", "ب‹200D›x ע‹200F›");
        check("🏴\u{e0041}x", "🏴‹E0041›x");
    }

    #[test]
    fn what_has_its_place_stays() {
        for text in [
            "plain < code".replace('<', "é"),
            "👨\u{200d}👩\u{200d}👧\u{200d}👦 👩🏽\u{200d}💻 ❤\u{fe0f}\u{200d}🔥".to_owned(),
            "🏴\u{e0067}\u{e0062}\u{e0073}\u{e0063}\u{e0074}\u{e007f} 1\u{fe0f}\u{20e3} ©\u{fe0f} ☺\u{fe0e}"
                .to_owned(),
            "می\u{200c}خواهم क्\u{200d}ष ไทย\u{200b}ไทย 葛\u{e0100} 🏳\u{fe0f}\u{200d}🌈".to_owned(),
            "👨\u{200d}".to_owned(),
        ] {
            check(&text, &text);
        }
    }

    #[test]
    fn a_long_line_takes_linear_time() {
        for unit in ["\u{e0041}", "🏴\u{e0041}", "\u{200d}", "👨\u{200d}", "\u{fe0f}", "\u{202e}"] {
            crate::linear::assert_linear(20_000, |length| {
                escape_code(&unit.repeat(length), 0..unit.len() * length, &mut String::new());
            });
        }
    }
}
