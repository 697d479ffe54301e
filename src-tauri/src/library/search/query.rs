//! What a person typed, understood: words, "phrases", -without; the last word is taken for a beginning while it is typed. Whatever
//! was typed, the index is asked in its own language, of which nothing typed is a part.

use super::fold::{Folded, fold};
use super::units::{SHORT, Unit, units};
use std::ops::Range;

/// More is not read.
const LONGEST: usize = 500;
const MOST_TERMS: usize = 24;
/// Bytes of a text that are looked at together for its first finds, and of those how many once more with the next.
const PART: usize = 4_096;
const OVERLAP: usize = 256;
/// Characters; what has no space in so many is no word that may not be cut.
const LONG_WORD: usize = 40;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Query {
    /// Each has to be there.
    pub(super) all: Vec<Term>,
    /// None of these may be.
    none: Vec<Term>,
}

/// What the index is asked for, in its language: places that both of its tables have, without some.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Asked {
    pub(super) words: Option<String>,
    pub(super) beginnings: Option<String>,
    /// Words, where nothing else is asked of that table.
    pub(super) without: Option<String>,
}

/// Words and letters that follow each other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Term {
    pub(super) parts: Vec<Part>,
    /// The last word may go on.
    is_beginning: bool,
    /// Where it was typed.
    pub(super) typed: Range<usize>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Part {
    pub(super) text: String,
    pub(super) is_letter: bool,
    joined: bool,
}

impl Query {
    pub(super) fn parse(typed: &str) -> Query {
        let end = typed.char_indices().nth(LONGEST).map_or(typed.len(), |(at, _)| at);
        let typed = &typed[..end];
        let mut query = Query::default();
        let mut at = 0;
        while let Some(item) = next_item(typed, at) {
            at = item.end;
            // Who typed a space after a word has typed all of it.
            let is_open = item.end == typed.len() && !item.is_closed && !item.is_excluded;
            let text = &typed[item.text.clone()];
            let term = Term::new(text, item.text, is_open || text.ends_with('*'));
            let terms = if item.is_excluded { &mut query.none } else { &mut query.all };
            if !term.parts.is_empty() && terms.len() < MOST_TERMS {
                terms.push(term);
            }
        }
        query
    }

    /// Nothing to look for: no word, or only words that may not be there.
    pub(super) fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// In the index's language, of its words alone.
    pub(super) fn expression(&self) -> String {
        let all = joined(&self.all, " AND ");
        if self.none.is_empty() { all } else { format!("({all}) NOT ({})", joined(&self.none, " OR ")) }
    }

    /// In the index's language, each term of the table that has the shortest list of it.
    pub(super) fn asked(&self) -> Asked {
        let (short, long): (Vec<&Term>, Vec<&Term>) = self.all.iter().partition(|term| term.is_short());
        let joined = |terms: Vec<&Term>| (!terms.is_empty()).then(|| joined(terms, " AND "));
        let words = joined(long);
        let none = (!self.none.is_empty()).then(|| self::joined(&self.none, " OR "));
        let (words, without) = match (words, none) {
            (Some(words), Some(none)) => (Some(format!("({words}) NOT ({none})")), None),
            (words, none) => (words, none),
        };
        let quoted: Vec<String> = short.iter().map(|term| format!("\"{}\"", term.parts[0].text)).collect();
        let beginnings = (!quoted.is_empty()).then(|| quoted.join(" AND "));
        Asked { words, beginnings, without }
    }

    /// Where it stands in that part of a text in which it first does: enough for a list, and of a book no more than a few pages are
    /// looked at.
    pub(super) fn first_marks(&self, text: &str) -> Vec<Range<usize>> {
        let mut start = 0;
        while start < text.len() {
            let end = boundary(text, start + PART);
            let folded = fold(&text[start..end]);
            // Most parts of a book have nothing of it, which is seen much faster than what they have.
            let marks = if self.may_stand_in(&folded.text) { self.marks_of(&folded) } else { Vec::new() };
            if !marks.is_empty() {
                return marks.into_iter().map(|mark| mark.start + start..mark.end + start).collect();
            }
            if end == text.len() {
                break;
            }
            // What lies across both parts is seen in the next.
            start = boundary(text, end - OVERLAP);
        }
        Vec::new()
    }

    /// Where it stands in a text, in its order, none over another.
    #[cfg(test)]
    pub(super) fn marks(&self, text: &str) -> Vec<Range<usize>> {
        self.marks_of(&fold(text))
    }

    fn may_stand_in(&self, folded: &str) -> bool {
        self.all.iter().any(|term| folded.contains(&term.parts[0].text))
    }

    fn marks_of(&self, folded: &Folded) -> Vec<Range<usize>> {
        let all: Vec<Unit<'_>> = units(&folded.text).collect();
        let mut marks = Vec::new();
        let mut at = 0;
        while at < all.len() {
            let longest = self.all.iter().filter_map(|term| term.end_at(&all[at..])).max();
            if let Some((count, end)) = longest {
                marks.push(folded.original(all[at].at..end));
                at += count;
            } else {
                at += 1;
            }
        }
        marks
    }
}

fn joined<'t>(terms: impl IntoIterator<Item = &'t Term>, by: &str) -> String {
    terms.into_iter().map(Term::expression).collect::<Vec<_>>().join(by)
}

/// Where a word ends, from here on; where none does soon, where a character does.
fn boundary(text: &str, at: usize) -> usize {
    let at = (at..text.len()).find(|at| text.is_char_boundary(*at)).unwrap_or(text.len());
    let space = text[at..].char_indices().take(LONG_WORD).find(|(_, c)| c.is_whitespace());
    space.map_or(at, |(space, _)| at + space)
}

impl Term {
    fn new(text: &str, typed: Range<usize>, is_beginning: bool) -> Term {
        let folded = fold(text);
        let part = |unit: Unit<'_>| Part {
            text: unit.text.to_owned(),
            is_letter: unit.is_letter,
            joined: unit.joined,
        };
        Term { parts: units(&folded.text).map(part).collect(), is_beginning, typed }
    }

    /// The index lists it as a beginning.
    fn is_short(&self) -> bool {
        let [part] = &self.parts[..] else { return false };
        part.is_letter || self.is_beginning && part.text.chars().nth(SHORT).is_none()
    }

    fn expression(&self) -> String {
        let mut tokens = Vec::new();
        let mut is_beginning = false;
        for (at, part) in self.parts.iter().enumerate() {
            let next = self.parts.get(at + 1);
            is_beginning = next.is_none() && !part.is_letter && self.is_beginning;
            match next {
                Some(next) if next.joined => tokens.push(format!("{}{}", part.text, next.text)),
                // The end of a run: its last pair says it, unless something follows, for then the letter stands between.
                None if part.joined => {}
                // A letter alone begins a pair or ends a run.
                None if part.is_letter => {
                    tokens.push(part.text.clone());
                    is_beginning = true;
                }
                _ => tokens.push(part.text.clone()),
            }
        }
        format!("\"{}\"{}", tokens.join(" "), if is_beginning { "*" } else { "" })
    }

    /// How many units it takes where it begins with the first of these, and where the last of them ends.
    fn end_at(&self, from: &[Unit<'_>]) -> Option<(usize, usize)> {
        let here = from.get(..self.parts.len())?;
        let last = self.parts.len() - 1;
        let fits = |at: usize, part: &Part, unit: &Unit<'_>| {
            let is_text = if at == last && self.is_beginning && !part.is_letter {
                unit.text.starts_with(&*part.text)
            } else {
                unit.text == part.text
            };
            is_text && unit.is_letter == part.is_letter && (unit.joined || !part.joined)
        };
        let fit = self.parts.iter().zip(here).enumerate().all(|(at, (part, unit))| fits(at, part, unit));
        fit.then(|| (here.len(), here[last].at + here[last].text.len()))
    }
}

struct Item {
    text: Range<usize>,
    /// Where the next one begins.
    end: usize,
    is_excluded: bool,
    is_closed: bool,
}

fn is_quote(c: char) -> bool {
    matches!(c, '"' | '“' | '”' | '„' | '«' | '»' | '「' | '」' | '『' | '』' | '＂')
}

fn next_item(typed: &str, from: usize) -> Option<Item> {
    let start = from + typed[from..].find(|c: char| !c.is_whitespace())?;
    let mut text = start;
    let mut chars = typed[start..].chars();
    let mut first = chars.next()?;
    let is_excluded = matches!(first, '-' | '−' | '－')
        && chars.clone().next().is_some_and(|c| !c.is_whitespace() && !matches!(c, '-' | '−' | '－'));
    if is_excluded {
        text += first.len_utf8();
        first = chars.next()?;
    }
    if is_quote(first) {
        text += first.len_utf8();
        let closed = typed[text..].char_indices().find(|(_, c)| is_quote(*c));
        let (end, next) =
            closed.map_or((typed.len(), typed.len()), |(at, c)| (text + at, text + at + c.len_utf8()));
        return Some(Item { text: text..end, end: next, is_excluded, is_closed: closed.is_some() });
    }
    let end = typed[text..].find(|c: char| c.is_whitespace() || is_quote(c));
    let end = end.map_or(typed.len(), |at| text + at);
    Some(Item { text: text..end, end, is_excluded, is_closed: false })
}

#[cfg(test)]
mod tests {
    use super::Query;

    #[test]
    fn what_was_typed_is_asked_for() {
        fn check(typed: &str, expected: &str) {
            assert_eq!(Query::parse(typed).expression(), expected, "{typed}");
        }
        check("", "");
        check("  \t ", "");
        check("sky", "\"sky\"*");
        check("sky ", "\"sky\"");
        check("Blue SKY", "\"blue\" AND \"sky\"*");
        check("\"blue sky\"", "\"blue sky\"");
        check("\"blue sk", "\"blue sk\"*");
        check("“blue sky” „why“ «ah» ", "\"blue sky\" AND \"why\" AND \"ah\"");
        check("don't snake_case", "\"don t\" AND \"snake case\"*");
        check("sky -rain", "(\"sky\") NOT (\"rain\")");
        check("sky -\"heavy rain\" -snow wind", "(\"sky\" AND \"wind\"*) NOT (\"heavy rain\" OR \"snow\")");
        check("-rain", "() NOT (\"rain\")");
        check("e-mail - -- -", "\"e mail\"");
        check("pre* fix", "\"pre\"* AND \"fix\"*");
        check("学", "\"学\"*");
        check("学习", "\"学习\"");
        check("机器学", "\"机器 器学\"");
        check("机器 学", "\"机器\" AND \"学\"*");
        check("「機械学習」モデル", "\"機械 械学 学習\" AND \"モデ デル\"");
        check("GPT写代码", "\"gpt 写代 代码\"");
        check("学习AI", "\"学习 习 ai\"*");
        check("写AI用", "\"写 ai 用\"*");
        check("ＡＢＣ　ｶﾞ", "\"abc\" AND \"ガ\"*");
        check("한국어", "\"한국 국어\"");
        check("Café", "\"cafe\"*");
        check("🦀", "\"🦀\"*");
    }

    #[test]
    fn what_is_short_is_asked_of_the_beginnings() {
        fn check(typed: &str, words: Option<&str>, beginnings: Option<&str>, without: Option<&str>) {
            let asked = Query::parse(typed).asked();
            let asked = (asked.words.as_deref(), asked.beginnings.as_deref(), asked.without.as_deref());
            assert_eq!(asked, (words, beginnings, without), "{typed}");
        }
        check("s", None, Some("\"s\""), None);
        check("skyw", None, Some("\"skyw\""), None);
        check("skywa", Some("\"skywa\"*"), None, None);
        check("sky ", Some("\"sky\""), None, None);
        check("学", None, Some("\"学\""), None);
        check("学 ", None, Some("\"学\""), None);
        check("学习", Some("\"学习\""), None, None);
        check("学习 好 sk", Some("\"学习\""), Some("\"好\" AND \"sk\""), None);
        check("don't", Some("\"don t\"*"), None, None);
        check("-rain sky wi", Some("(\"sky\") NOT (\"rain\")"), Some("\"wi\""), None);
        check("-rain wi", None, Some("\"wi\""), Some("\"rain\""));
    }

    /// Whatever stands in it, no more than quoted words and letters come out.
    #[test]
    fn the_index_s_own_language_is_only_words() {
        for typed in [
            "\"",
            "\"\"",
            "\"\"\"",
            "''",
            "a\"b",
            "a AND",
            "OR",
            "NOT NOT",
            "NEAR(a b, 2)",
            "text:a",
            "^a",
            "{text} : a",
            "a*b*",
            "*",
            "***",
            "(",
            ")",
            "a + b",
            "-",
            "--",
            "-\"",
            "-\"-",
            "a;DROP TABLE words",
            "\0",
            "a\0b",
            "\u{202e}x",
            "%_",
            "\\",
            "a\u{301}\"",
            "－",
            "「」",
            "\"-a\"",
        ] {
            let expression = Query::parse(typed).expression();
            let outside: Vec<&str> = expression.split('"').step_by(2).collect();
            for between in outside {
                let rest = between
                    .replace("AND", "")
                    .replace("NOT", "")
                    .replace("OR", "")
                    .replace(['(', ')', ' ', '*'], "");
                assert_eq!(rest, "", "{typed}: {expression}");
            }
            for inside in expression.split('"').skip(1).step_by(2) {
                let is_word = |c: char| c == ' ' || c.is_alphanumeric() || !c.is_ascii();
                assert!(!inside.is_empty() && inside.chars().all(is_word), "{typed}: {expression}");
            }
        }
    }

    #[test]
    fn it_is_marked_in_the_text_as_it_was_written() {
        fn check(typed: &str, text: &str, expected: &[&str]) {
            let marked = Query::parse(typed).marks(text);
            let marked: Vec<&str> = marked.into_iter().map(|range| &text[range]).collect();
            assert_eq!(marked, expected, "{typed} in {text}");
        }
        check("sky", "The SKY, skyward; risky", &["SKY", "skyward"]);
        check("sky ", "The SKY, skyward", &["SKY"]);
        check("\"blue sky\"", "blue sky, blue, Blue\n— SKY", &["blue sky", "Blue\n— SKY"]);
        check("cafe", "Un CAFÉ, deux cafe\u{301}s", &["CAFÉ", "cafe\u{301}s"]);
        check("学习", "机器学习与深度学习。学 习", &["学习", "学习"]);
        check("学", "机器学习", &["学"]);
        check("学习 模型", "模型在学习", &["模型", "学习"]);
        check("abc", "ＡＢＣ and ａｂｃｄ", &["ＡＢＣ", "ａｂｃｄ"]);
        check("ガ", "ｶﾞｲﾄﾞ", &["ｶﾞ"]);
        check("어를", "한국어를 배우다", &["어를"]);
        check("学习ai", "学习AI和AI学习", &["学习AI"]);
        check("🦀", "a 🦀🚀", &["🦀"]);
        check("sky -rain", "sky and rain", &["sky"]);
        check("a b", "a b", &["a", "b"]);
        check("", "a", &[]);
        check("x", "", &[]);
    }

    #[test]
    fn of_a_long_text_the_first_part_that_has_it_is_enough() {
        let text = format!("{}needle {} needle", "针 ".repeat(5_000), "x ".repeat(9_000));
        let at = text.find("needle").unwrap();
        let query = Query::parse("needle");
        let first = |query: &Query, text: &str| -> Vec<(usize, usize)> {
            query.first_marks(text).into_iter().map(|it| (it.start, it.end)).collect()
        };
        assert_eq!(first(&query, &text), [(at, at + 6)]);
        assert_eq!(query.marks(&text).len(), 2);
        assert!(query.first_marks(&"x ".repeat(9_000)).is_empty());
        // Wherever the parts meet it is seen.
        for before in 4_000..4_200 {
            let text = format!("{}blue sky {}", "-".repeat(before), "y ".repeat(3_000));
            assert_eq!(first(&Query::parse("\"blue sky\""), &text), [(before, before + 8)]);
        }
    }
}
