//! Characters that can't be seen or that turn around what stands beside them: the one list by which texts from outside are
//! cleaned, since two lists would each let through what the other knows.

/// Whether nothing is drawn for a character, or the order of others is changed by it: what Unicode calls default ignorable
/// ([`DerivedCoreProperties.txt`](https://www.unicode.org/Public/UCD/latest/ucd/DerivedCoreProperties.txt)), the marks of
/// direction and of annotation, and the separators of lines and paragraphs (U+2028, U+2029), which
/// [`char::is_whitespace`] knows too. Control characters are not in it: [`char::is_control`] tells these.
///
/// Some have their right place in running text, such as the joiners of Persian and of emoji. A name, a quote or a key
/// loses nothing that counts without them.
pub fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}'
        | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}'
        | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_hides_or_turns_and_nothing_else() {
        fn check(name: &str, text: &str, expected: bool) {
            assert!(text.chars().all(|c| is_invisible(c) == expected), "{name}");
        }
        check("soft hyphen", "\u{ad}", true);
        check("of zero width", "\u{200b}\u{2060}\u{feff}", true);
        check("joiners", "\u{34f}\u{200c}\u{200d}", true);
        check("embeddings and overrides", "\u{202a}\u{202b}\u{202c}\u{202d}\u{202e}", true);
        check("isolates", "\u{2066}\u{2067}\u{2068}\u{2069}", true);
        check("marks of direction", "\u{61c}\u{200e}\u{200f}", true);
        check("line and paragraph", "\u{2028}\u{2029}", true);
        check("invisible operators", "\u{2061}\u{2062}\u{2063}\u{2064}", true);
        check("fillers", "\u{115f}\u{1160}\u{3164}\u{ffa0}", true);
        check("forms of a sign", "\u{180b}\u{fe00}\u{fe0f}\u{e0100}", true);
        check("annotations", "\u{fff9}\u{fffa}\u{fffb}", true);
        check("tags", "\u{e0001}\u{e0041}\u{e007f}", true);
        check("notes and shorthand", "\u{1bca0}\u{1d173}", true);
        check("blanks", " \t\n\u{a0}\u{2003}\u{202f}\u{3000}", false);
        check("control characters", "\0\u{1b}\u{7f}\u{85}", false);
        check("letters and signs", "aé字ا🦀“–…\u{301}\u{fffc}\u{fffd}", false);
    }
}
