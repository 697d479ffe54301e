//! The answers that are streamed: made of words by chance, yet the same in every run.

/// What an answer is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Paragraphs, lists, tables, code, headings, quotes and formulas, as answers are.
    Mixed,
    /// One list.
    List,
    /// One table.
    Table,
    /// One block of code.
    Code,
}

impl Kind {
    pub(super) const ALL: [Kind; 4] = [Kind::Mixed, Kind::List, Kind::Table, Kind::Code];

    pub(super) fn name(self) -> &'static str {
        match self {
            Kind::Mixed => "mixed",
            Kind::List => "list",
            Kind::Table => "table",
            Kind::Code => "code",
        }
    }
}

/// One answer, and what is appended to it once it stands: a paragraph, item, row or line each.
pub(super) struct Answer {
    pub(super) text: String,
    pub(super) appended: Vec<String>,
}

/// How many pieces are appended.
pub(super) const APPENDED: usize = 100;
/// Stands at the text's end, and nowhere before.
pub(super) const END: &str = "finis";
/// Stands in the last piece that is appended.
pub(super) const LAST: &str = "ultimo";

impl Answer {
    /// An answer of about so many thousand characters.
    pub(super) fn new(kind: Kind, kilobytes: usize) -> Answer {
        let mut chance = Chance(0x5eed);
        let mut text = match kind {
            Kind::Table => String::from("| Name | Count | Note |\n|---|--:|---|\n"),
            Kind::Code => String::from("```rust\n"),
            Kind::Mixed | Kind::List => String::new(),
        };
        while text.len() < kilobytes * 1000 {
            text += &match kind {
                Kind::Mixed => chance.block(),
                _ => chance.unit(kind, None),
            };
        }
        text += &chance.unit(kind, Some(END));
        let appended = (1..=APPENDED).map(|number| {
            let mark = (number == APPENDED).then_some(LAST);
            chance.unit(kind, mark)
        });
        Answer { appended: appended.collect(), text }
    }
}

const WORDS: [&str; 32] = [
    "lamp", "river", "a", "the", "of", "slowly", "window", "answers", "keeps", "light", "with", "number",
    "before", "again", "paper", "stone", "and", "under", "measure", "quiet", "to", "harbor", "carries",
    "its", "morning", "in", "small", "engine", "draws", "every", "line", "once",
];

const LINES: [&str; 6] = [
    "let total: u64 = rows.iter().map(|row| row.count).sum(); // all of them",
    "if total > limit { return Err(Error::new(\"too many rows\")); }",
    "for (index, row) in rows.iter().enumerate() {",
    "    println!(\"{index}: {name} has {count}\", name = row.name, count = row.count);",
    "}",
    "assert_eq!(total, 42);",
];

/// A small generator (xorshift), so that no run differs from another.
struct Chance(u64);

impl Chance {
    fn below(&mut self, most: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % most as u64) as usize
    }

    fn word(&mut self) -> &'static str {
        WORDS[self.below(WORDS.len())]
    }

    fn words(&mut self, count: usize) -> String {
        let words: Vec<&str> = (0..count).map(|_| self.word()).collect();
        words.join(" ")
    }

    fn sentence(&mut self) -> String {
        let count = 5 + self.below(9);
        match self.below(12) {
            0 => format!("**{}** {}. ", self.words(2), self.words(count)),
            1 => format!("Call `{}_{}()` {}. ", self.word(), self.word(), self.words(count)),
            2 => format!("See [{}](https://example.org/{}). ", self.words(2), self.below(999)),
            _ => format!("The {}. ", self.words(count)),
        }
    }

    fn paragraph(&mut self) -> String {
        let count = 3 + self.below(4);
        (0..count).map(|_| self.sentence()).collect()
    }

    /// What an answer of this kind grows by.
    fn unit(&mut self, kind: Kind, mark: Option<&str>) -> String {
        let mark = mark.map(|mark| format!(" {mark}")).unwrap_or_default();
        match kind {
            Kind::Mixed => format!("{}{mark}\n\n", self.paragraph().trim_end()),
            Kind::List => format!("- {}{mark}\n", self.words(9)),
            Kind::Table => {
                format!("| {} | {} | {}{mark} |\n", self.words(2), self.below(9999), self.words(4))
            }
            Kind::Code if mark.is_empty() => format!("{}\n", LINES[self.below(LINES.len())]),
            Kind::Code => format!("//{mark}\n"),
        }
    }

    fn units(&mut self, kind: Kind, least: usize, more: usize) -> String {
        let count = least + self.below(more);
        (0..count).map(|_| self.unit(kind, None)).collect()
    }

    fn block(&mut self) -> String {
        let block = match self.below(10) {
            0..=3 => self.paragraph(),
            4 => format!("## {}", self.words(4)),
            5 => self.units(Kind::List, 3, 6),
            6 => format!("| Name | Count | Note |\n|---|--:|---|\n{}", self.units(Kind::Table, 4, 8)),
            7 => format!("```rust\n{}```", self.units(Kind::Code, 6, 24)),
            8 => format!("> {}", self.words(14)),
            _ => format!(
                "With $\\sum_{{k=1}}^n k^2$ {}:\n\n$$\\int_0^1 x^{}\\,dx = \\frac{{1}}{{3}}$$",
                self.words(6),
                2 + self.below(7)
            ),
        };
        format!("{}\n\n", block.trim_end())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_as_long_as_asked_for_and_always_the_same() {
        for kind in Kind::ALL {
            let answer = Answer::new(kind, 20);
            assert!((20_000..22_000).contains(&answer.text.len()), "{kind:?}");
            assert_eq!(answer.text, Answer::new(kind, 20).text);
            assert_eq!(answer.text.matches(END).count(), 1);
            assert_eq!(answer.appended.len(), APPENDED);
            assert!(answer.appended.last().is_some_and(|last| last.contains(LAST)));
        }
    }
}
