//! Text as it is compared: NFKC, so that full width is half width; small letters; Latin and Greek without their accents. Each
//! place in it leads back to the one that it was made from.

use icu_normalizer::properties::CanonicalCombiningClassMapBorrowed;
use icu_normalizer::{ComposingNormalizerBorrowed, DecomposingNormalizerBorrowed};
use std::ops::Range;

const MARKS: CanonicalCombiningClassMapBorrowed<'static> = CanonicalCombiningClassMapBorrowed::new();
const NFKD: DecomposingNormalizerBorrowed<'static> = DecomposingNormalizerBorrowed::new_nfkd();
const NFKC: ComposingNormalizerBorrowed<'static> = ComposingNormalizerBorrowed::new_nfkc();

pub(super) struct Folded {
    pub(super) text: String,
    /// Where the way back changes, in rising order; the last is the end of both.
    pieces: Vec<Piece>,
}

#[derive(Clone, Copy)]
struct Piece {
    folded: usize,
    original: usize,
    /// Byte for byte; otherwise the whole of it was made from the whole of that.
    is_plain: bool,
}

impl Folded {
    /// Where a range of the folded text stands in the original.
    pub(super) fn original(&self, range: Range<usize>) -> Range<usize> {
        self.place(range.start, false)..self.place(range.end, true)
    }

    fn place(&self, at: usize, is_end: bool) -> usize {
        // An end belongs to what comes before it.
        let before = |piece: &Piece| if is_end { piece.folded < at } else { piece.folded <= at };
        let Some(index) = self.pieces.partition_point(before).checked_sub(1) else {
            return 0;
        };
        let piece = self.pieces[index];
        if piece.is_plain {
            return piece.original + (at - piece.folded);
        }
        let next = self.pieces.get(index + 1).unwrap_or(&piece);
        if is_end { next.original } else { piece.original }
    }
}

pub(super) fn fold(text: &str) -> Folded {
    let mut folded = Folded { text: String::with_capacity(text.len()), pieces: Vec::new() };
    let mut at = 0;
    while at < text.len() {
        let run = plain_run(&text[at..]);
        if run > 0 {
            folded.begin(at, true);
            let start = folded.text.len();
            folded.text.push_str(&text[at..at + run]);
            folded.text[start..].make_ascii_lowercase();
            at += run;
            continue;
        }
        let mut rest = text[at..].chars();
        let c = rest.next().unwrap_or_default();
        let end = at + c.len_utf8() + rest.take_while(|c| attaches(*c)).map(char::len_utf8).sum::<usize>();
        if end == at + c.len_utf8() && is_plain(c) {
            folded.begin(at, true);
            folded.text.push(c.to_ascii_lowercase());
        } else {
            folded.begin(at, false);
            fold_piece(&text[at..end], &mut folded.text);
        }
        at = end;
    }
    folded.pieces.push(Piece { folded: folded.text.len(), original: text.len(), is_plain: true });
    folded
}

impl Folded {
    fn begin(&mut self, original: usize, is_plain: bool) {
        let folded = self.text.len();
        let goes_on = self.pieces.last().is_some_and(|last| {
            is_plain && last.is_plain && folded - last.folded == original - last.original
        });
        if !goes_on {
            self.pieces.push(Piece { folded, original, is_plain });
        }
    }
}

/// Bytes from the beginning on that are plain by themselves: a mark may follow the last of them.
fn plain_run(text: &str) -> usize {
    let (mut last, mut end) = (0, 0);
    while let Some(byte) = text.as_bytes().get(end) {
        let length = match byte {
            0..=0x7f => 1,
            _ => text[end..].chars().next().filter(|c| is_plain(*c)).map_or(0, char::len_utf8),
        };
        if length == 0 {
            return last;
        }
        (last, end) = (end, end + length);
    }
    end
}

/// What most text is made of stays as it is, but for capitals, and as long. None of it is a mark.
fn is_plain(c: char) -> bool {
    matches!(c, '\0'..='\x7f' | '\u{3041}'..='\u{3096}' | '\u{30a1}'..='\u{30fe}')
        || matches!(c, '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{ac00}'..='\u{d7a3}')
}

/// It is a part of the character before it.
fn attaches(c: char) -> bool {
    match c {
        '\0'..='\u{2ff}' => is_invisible(c),
        '\u{3400}'..='\u{d7a3}' => false,
        // Vowels and ends of Korean syllables, and the marks of half-width kana.
        '\u{1160}'..='\u{11ff}' | '\u{d7b0}'..='\u{d7ff}' | '\u{ff9e}'..='\u{ff9f}' => true,
        _ => is_invisible(c) || is_mark(c),
    }
}

/// Stands within words and is no part of them.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}')
}

/// A mark that combines with the letter before it.
pub(super) fn is_mark(c: char) -> bool {
    MARKS.get_u8(c) != 0
}

fn fold_piece(piece: &str, folded: &mut String) {
    let mut letters = String::new();
    let mut base = '\0';
    for c in NFKD.normalize_iter(piece.chars()).filter(|c| !is_invisible(*c)) {
        if is_accent(c, base) {
            continue;
        }
        if !is_mark(c) {
            base = c;
        }
        match c {
            // Of a Greek word's end there is no capital.
            'ς' => letters.push('σ'),
            _ => letters.extend(c.to_lowercase().filter(|c| !is_accent(*c, base))),
        }
    }
    folded.extend(NFKC.normalize_iter(letters.chars()));
}

/// People leave accents out of Latin and Greek, and the dots of ё. In other alphabets such marks make another letter.
fn is_accent(mark: char, base: char) -> bool {
    let is_latin_or_greek = base.is_alphabetic()
        && matches!(base, '\0'..='\u{24f}' | '\u{370}'..='\u{3ff}' | '\u{1e00}'..='\u{1fff}');
    match mark {
        '\u{308}' if matches!(base, 'е' | 'Е') => true,
        '\u{300}'..='\u{36f}' => is_latin_or_greek,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::fold;

    #[test]
    fn what_is_written_otherwise_is_the_same() {
        fn check(text: &str, expected: &str) {
            assert_eq!(fold(text).text, expected, "{text}");
        }
        check("Why is the SKY blue?", "why is the sky blue?");
        check("Café CAFE\u{301} naïve Ångström", "cafe cafe naive angstrom");
        check("Tiếng Việt", "tieng viet");
        check("ΟΔΌΣ οδός", "οδοσ οδοσ");
        check("Ещё мой", "еще мой");
        check("İstanbul", "istanbul");
        check("ＡＢＣ１２３ ｶﾞｷﾞ", "abc123 ガギ");
        check("か\u{3099}くせい", "がくせい");
        check("한글 \u{1112}\u{1161}\u{11ab}", "한글 한");
        check("ﬁne ①② ㌔", "fine 12 キロ");
        check("soft\u{ad}hyphen zero\u{200b}width", "softhyphen zerowidth");
        check("हिन्दी ภาษาไทย", "हिन्दी ภาษาไทย");
        check("🦀👩\u{200d}🚀❤\u{fe0f}", "🦀👩🚀❤");
        check("\u{301}\u{200b}", "\u{301}");
        check("", "");
    }

    #[test]
    fn each_place_leads_back() {
        fn check(text: &str, part: &str, original: &str) {
            let folded = fold(text);
            let at = folded.text.find(part).unwrap_or_else(|| panic!("{part} in {}", folded.text));
            assert_eq!(&text[folded.original(at..at + part.len())], original, "{part} in {text}");
        }
        check("Why is the SKY blue?", "sky", "SKY");
        check("Un café, deux cafés", "cafe", "café");
        check("CAFE\u{301}s", "cafe", "CAFE\u{301}");
        check("zero\u{200b}width", "zerow", "zero\u{200b}w");
        check("x ｶﾞｷﾞ y", "ガ", "ｶﾞ");
        check("10 ㌔ weit", "キロ", "㌔");
        // Half of what one character became is all of that character.
        check("10 ㌔ weit", "キ", "㌔");
        check("ﬁne", "i", "ﬁ");
        check("学習🦀モデル", "🦀モ", "🦀モ");
        for text in ["İİ é ﬁ", "a\u{301}\u{301}b", "㌔", "\u{301}x", "é"] {
            let folded = fold(text);
            assert_eq!(folded.original(0..folded.text.len()), 0..text.len(), "{text}");
        }
    }
}
