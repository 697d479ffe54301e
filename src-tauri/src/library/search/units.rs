//! What a text is made of for the search: words, and the letters of runs that are written without spaces, each of which may be
//! where a word begins. The index holds words and pairs of such letters.

use super::fold::is_mark;
use std::collections::BTreeSet;

/// More of one word is not looked at.
const LONGEST: usize = 64;
/// Characters of a beginning that the index lists; of a longer one there are few enough words.
pub(super) const SHORT: usize = 4;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Unit<'a> {
    pub(super) text: &'a str,
    /// Where it stands in the folded text.
    pub(super) at: usize,
    /// Of a run without spaces: Chinese, Japanese, Korean, Thai, and pictures.
    pub(super) is_letter: bool,
    /// The letter before it belongs to the same run.
    pub(super) joined: bool,
}

/// The units of a folded text, in their order.
pub(super) fn units(folded: &str) -> Units<'_> {
    Units { text: folded, at: 0, in_run: false }
}

pub(super) struct Units<'a> {
    text: &'a str,
    at: usize,
    in_run: bool,
}

impl<'a> Iterator for Units<'a> {
    type Item = Unit<'a>;

    fn next(&mut self) -> Option<Unit<'a>> {
        loop {
            let rest = &self.text[self.at..];
            let c = rest.chars().next()?;
            let start = self.at;
            if is_unspaced(c) {
                let end = marked_end(rest, c.len_utf8());
                self.at += end;
                let joined = std::mem::replace(&mut self.in_run, true);
                return Some(Unit { text: &rest[..end], at: start, is_letter: true, joined });
            }
            self.in_run = false;
            if c.is_alphanumeric() {
                let end = rest.find(|c| !is_of_word(c)).unwrap_or(rest.len());
                self.at += end;
                let word = &rest[..end];
                let is_long = word.len() > LONGEST;
                let cut = is_long.then(|| word.char_indices().nth(LONGEST)).flatten();
                let shown = cut.map_or(word, |(cut, _)| &word[..cut]);
                return Some(Unit { text: shown, at: start, is_letter: false, joined: false });
            }
            self.at += c.len_utf8();
        }
    }
}

fn is_of_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || !c.is_ascii() && (c.is_alphanumeric() || is_mark(c)) && !is_unspaced(c)
}

fn marked_end(rest: &str, end: usize) -> usize {
    rest[end..].find(|c: char| c.is_ascii() || !is_mark(c)).map_or(rest.len(), |more| end + more)
}

/// Words of such letters stand beside each other without a space, or, as in Korean, with endings that no query has.
pub(super) fn is_unspaced(c: char) -> bool {
    match c {
        '\0'..='\u{dff}' => false,
        // Thai and Lao but for their digits and money.
        '\u{e3f}' | '\u{e4f}'..='\u{e5b}' | '\u{ed0}'..='\u{ed9}' => false,
        '\u{e00}'..='\u{eff}' => true,
        // Burmese, Khmer.
        '\u{1000}'..='\u{103f}' | '\u{1050}'..='\u{108f}' | '\u{1780}'..='\u{17d3}' => true,
        // Pictures.
        '\u{2600}'..='\u{27bf}' | '\u{1f1e6}'..='\u{1f1ff}' | '\u{1f300}'..='\u{1faff}' => true,
        '\u{1100}'..='\u{11ff}' => true,
        '\u{2e80}'..='\u{2fdf}' | '\u{3005}'..='\u{3007}' | '\u{3021}'..='\u{3029}' => true,
        '\u{30fb}' | '\u{30a0}' => false,
        '\u{3041}'..='\u{30ff}' | '\u{3105}'..='\u{318f}' | '\u{31a0}'..='\u{31ff}' => true,
        '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{a000}'..='\u{a48c}' => true,
        '\u{ac00}'..='\u{d7ff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}' => true,
        _ => false,
    }
}

/// A folded text as the index takes it, by spaces.
#[derive(Clone, Debug)]
pub(super) struct Indexed {
    /// In their order; of each run every pair of letters, and the last letter alone.
    pub(super) words: String,
    /// Each once: the first letters of words, and each letter of a run. Words with such a beginning are so many that their lists
    /// would take long to be brought together with each key.
    pub(super) beginnings: String,
}

impl Indexed {
    pub(super) fn of(folded: &str) -> Indexed {
        Indexed { words: words(folded), beginnings: beginnings(folded) }
    }
}

fn beginnings(folded: &str) -> String {
    let mut all = BTreeSet::new();
    for unit in units(folded) {
        if unit.is_letter {
            all.insert(unit.text);
            continue;
        }
        let ends = unit.text.char_indices().map(|(at, _)| at).skip(1).chain([unit.text.len()]);
        all.extend(ends.take(SHORT).map(|end| &unit.text[..end]));
    }
    all.into_iter().collect::<Vec<_>>().join(" ")
}

fn words(folded: &str) -> String {
    let mut told = String::with_capacity(folded.len() * 2);
    let mut all = units(folded).peekable();
    while let Some(unit) = all.next() {
        if !told.is_empty() {
            told.push(' ');
        }
        told.push_str(unit.text);
        if let Some(next) = all.peek().filter(|next| next.joined) {
            told.push_str(next.text);
        }
    }
    told
}

#[cfg(test)]
mod tests {
    use super::super::fold::fold;
    use super::{beginnings, words};

    #[test]
    fn what_the_index_takes() {
        fn check(text: &str, expected: &str) {
            assert_eq!(words(&fold(text).text), expected, "{text}");
        }
        check("Why is the sky blue?", "why is the sky blue");
        check("snake_case, don't; e-mail: a.b@c.de", "snake case don t e mail a b c de");
        check("机器学习", "机器 器学 学习 习");
        check("学", "学");
        check("用GPT-5写代码。好", "用 gpt 5 写代 代码 码 好");
        check("データを、保存する", "デー ータ タを を 保存 存す する る");
        check("한국어를 배우다", "한국 국어 어를 를 배우 우다 다");
        check("ｶﾀｶﾅ・ＡＢＣ", "カタ タカ カナ ナ abc");
        check("ภาษาไทย 100 ฿", "ภา าษ ษา าไ ไท ทย ย 100");
        check("rocket🚀🦀!", "rocket 🚀🦀 🦀");
        check("हिन्दी में", "हिन्दी में");
        check("\u{0}\u{7f}—…\"'*()", "");
        check(&"x".repeat(100), &"x".repeat(64));
    }

    #[test]
    fn beginnings_are_listed_once() {
        fn check(text: &str, expected: &str) {
            assert_eq!(beginnings(&fold(text).text), expected, "{text}");
        }
        check("", "");
        check("A sky, a skyward skill", "a s sk ski skil sky skyw");
        check("学习 AI 学", "a ai 习 学");
        check("élan ЖЁЛТЫЙ", "e el ela elan ж же жел желт");
        check("हिन्दी", "ह हि हिन हिन्");
    }
}
