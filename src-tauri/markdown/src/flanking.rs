//! Emphasis beside Chinese, Japanese and Korean punctuation, as the CJK-friendly amendments to CommonMark define it
//! (<https://github.com/tats-u/markdown-cjk-friendly/blob/main/specification.md>).
//!
//! CommonMark asks of a run of `*` or `~~` whether a space, punctuation or a letter stands on each side of it, for in
//! most scripts a space tells where a word ends. These scripts have no spaces, so that `**注意：**请` is no emphasis by
//! that rule. The amendments come to this: where a character of theirs stands on one side and no space on the other,
//! a run may both open and close. The parser cannot be told; it is shown other characters there instead, of the same
//! length, as if both sides were letters or both punctuation. For `_` and a single `~` the amendments change nothing.

/// What a character is to be taken for, seen from the run before it and from the run after it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Side {
    Letter,
    Sign,
}

/// A character that the parser is to take for another.
#[derive(Debug)]
pub(crate) struct Stand {
    pub(crate) at: usize,
    pub(crate) original: char,
    first: Side,
    last: Side,
}

impl Stand {
    /// As many bytes as the original has. The commas see to it that nothing else begins to mean something.
    pub(crate) fn text(&self) -> String {
        let (first, last) = (letter(self.first), letter(self.last));
        match self.original.len_utf8() {
            2 if self.first == Side::Letter && self.last == Side::Letter => "é".to_owned(),
            length => format!("{first}{}{last}", ",".repeat(length.saturating_sub(2))),
        }
    }
}

fn letter(side: Side) -> char {
    match side {
        Side::Letter => 'x',
        Side::Sign => ',',
    }
}

/// Every character beside a run that must be taken for another, in their order.
pub(crate) fn stands(text: &str, from: usize) -> Vec<Stand> {
    let mut stands: Vec<Stand> = Vec::new();
    let mut at = from;
    while let Some(found) = text[at..].find(['*', '~']) {
        let start = at + found;
        let sign = text.as_bytes()[start];
        let length = text.as_bytes()[start..].iter().take_while(|b| **b == sign).count();
        at = start + length;
        let before = text[from..start].chars().next_back().unwrap_or('\n');
        let after = text[at..].chars().next().unwrap_or('\n');
        let friendly = ends_cjk(&text[from..start]) || cjk(after);
        if !friendly || before.is_whitespace() || after.is_whitespace() || (sign == b'~' && length == 1) {
            continue;
        }
        // One of the two may be a single byte, which no other can stand for: then the other one is adapted to it.
        let sides = if before.is_ascii_punctuation() || after.is_ascii_punctuation() {
            Side::Sign
        } else {
            Side::Letter
        };
        let place = start - before.len_utf8();
        if !before.is_ascii() {
            match stands.last_mut().filter(|stand| stand.at == place) {
                Some(stand) => stand.last = sides,
                None => stands.push(Stand {
                    at: place,
                    original: before,
                    first: natural(text[from..place].chars().next_back(), before),
                    last: sides,
                }),
            }
        }
        if !after.is_ascii() {
            stands.push(Stand { at, original: after, first: sides, last: natural(None, after) });
        }
    }
    stands.retain(|stand| {
        let own = natural(None, stand.original);
        stand.first != own || stand.last != own
    });
    stands
}

/// What a side is where nothing asks for another. After a backslash it may be no sign, which would be escaped.
fn natural(before: Option<char>, c: char) -> Side {
    if c.is_alphanumeric() || before == Some('\\') { Side::Letter } else { Side::Sign }
}

/// Whether a text ends with a character of these scripts. The choice of its form may follow, and makes a quotation
/// mark one of theirs.
fn ends_cjk(text: &str) -> bool {
    let mut back = text.chars().rev();
    match back.next() {
        Some('\u{e0100}'..='\u{e01ef}') => true,
        Some(form @ '\u{fe00}'..='\u{fe0e}') => {
            back.next().is_some_and(|c| cjk(c) || (form == '\u{fe01}' && matches!(c, '‘' | '’' | '“' | '”')))
        }
        Some(c) => cjk(c),
        None => false,
    }
}

/// Wide characters that are no emoji, and all of Hangul (Unicode 16).
pub(crate) fn cjk(c: char) -> bool {
    let c = u32::from(c);
    let after = CJK.partition_point(|(_, last)| *last < c);
    CJK.get(after).is_some_and(|(first, _)| *first <= c)
}

const CJK: &[(u32, u32)] = &[
    (0x1100, 0x11ff),
    (0x20a9, 0x20a9),
    (0x2329, 0x232a),
    (0x2630, 0x2637),
    (0x268a, 0x268f),
    (0x2e80, 0x2e99),
    (0x2e9b, 0x2ef3),
    (0x2f00, 0x2fd5),
    (0x2ff0, 0x303e),
    (0x3041, 0x3096),
    (0x3099, 0x30ff),
    (0x3105, 0x312f),
    (0x3131, 0x318e),
    (0x3190, 0x31e5),
    (0x31ef, 0x321e),
    (0x3220, 0x3247),
    (0x3250, 0xa48c),
    (0xa490, 0xa4c6),
    (0xa960, 0xa97c),
    (0xac00, 0xd7a3),
    (0xd7b0, 0xd7c6),
    (0xd7cb, 0xd7fb),
    (0xf900, 0xfaff),
    (0xfe10, 0xfe19),
    (0xfe30, 0xfe52),
    (0xfe54, 0xfe66),
    (0xfe68, 0xfe6b),
    (0xff01, 0xffbe),
    (0xffc2, 0xffc7),
    (0xffca, 0xffcf),
    (0xffd2, 0xffd7),
    (0xffda, 0xffdc),
    (0xffe0, 0xffe6),
    (0xffe8, 0xffee),
    (0x16fe0, 0x16fe4),
    (0x16ff0, 0x16ff6),
    (0x17000, 0x18cd5),
    (0x18cff, 0x18d1e),
    (0x18d80, 0x18df2),
    (0x1aff0, 0x1aff3),
    (0x1aff5, 0x1affb),
    (0x1affd, 0x1affe),
    (0x1b000, 0x1b122),
    (0x1b132, 0x1b132),
    (0x1b150, 0x1b152),
    (0x1b155, 0x1b155),
    (0x1b164, 0x1b167),
    (0x1b170, 0x1b2fb),
    (0x1d300, 0x1d356),
    (0x1d360, 0x1d376),
    (0x1f200, 0x1f200),
    (0x1f202, 0x1f202),
    (0x1f210, 0x1f219),
    (0x1f21b, 0x1f22e),
    (0x1f230, 0x1f231),
    (0x1f237, 0x1f237),
    (0x1f23b, 0x1f23b),
    (0x1f240, 0x1f248),
    (0x1f260, 0x1f265),
    (0x20000, 0x3fffd),
];
