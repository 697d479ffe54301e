//! How long a file is for a model, as far as its bytes tell. Pure; that of a picture and of a PDF lies within bounds, since each
//! maker counts them in a way of his own.

use super::file::{is_image, part};
use super::pages::pages;
use crate::library::Attachment;
use crate::pictures;
use crate::points::learning::Spread;
use crate::tokens::TextSize;
use poe::Decimal;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::chat) enum FileSize {
    Text(TextSize),
    Picture { pixels: i64 },
    Pages { least: i64, most: i64 },
}

/// Of a page, from a few words to a dense table, or a page that is sent as a picture too.
const PAGE: (i64, i64) = (300, 3_000);
/// Pixels that make a token, of the makers that count the fewest and the most; and what no picture goes below or beyond.
const SPARSE: (i64, i64, i64) = (4_000, 50, 260);
const DENSE: (i64, i64, i64) = (600, 260, 5_000);

impl FileSize {
    /// `None`: nothing can be told.
    pub(super) fn of(file: &Attachment, bytes: &[u8]) -> Option<FileSize> {
        if is_image(file) {
            let (width, height) = pictures::size(bytes)?;
            return Some(FileSize::Picture { pixels: i64::from(width) * i64::from(height) });
        }
        if file.mime == "application/pdf" {
            let (least, most) = pages(bytes);
            return Some(FileSize::Pages { least, most });
        }
        // As it is sent, with its name.
        let sent = part(file, bytes);
        sent.as_text().map(|text| FileSize::Text(TextSize::of(text)))
    }

    pub(super) fn pages(self) -> Option<[i64; 2]> {
        match self {
            FileSize::Pages { least, most } => Some([least, most]),
            FileSize::Text(_) | FileSize::Picture { .. } => None,
        }
    }

    /// Tokens of what is no text.
    pub(in crate::chat) fn tokens(self) -> Spread {
        let of = |pixels: i64, (a_token, least, most): (i64, i64, i64)| (pixels / a_token).clamp(least, most);
        match self {
            FileSize::Text(_) => Spread::default(),
            FileSize::Picture { pixels } => Spread::between(of(pixels, SPARSE), of(pixels, DENSE)),
            FileSize::Pages { least, most } => Spread::between(least * PAGE.0, most * PAGE.1),
        }
    }
}

/// How much all files of a message add to what is sent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::chat) struct FilesSize {
    pub(in crate::chat) text: TextSize,
    /// Of those that are no text.
    pub(in crate::chat) tokens: Spread,
    /// US dollars of pictures, where the model tells a price for them.
    pub(in crate::chat) usd: Decimal,
    pub(in crate::chat) pictures: u32,
    /// Of which nothing can be told.
    pub(in crate::chat) uncounted: u32,
}

impl FilesSize {
    /// `picture`: dollars of one, where the model tells that.
    pub(in crate::chat) fn of(files: &[Option<FileSize>], picture: Option<Decimal>) -> FilesSize {
        let mut all = FilesSize::default();
        for file in files {
            match (file, picture) {
                (Some(FileSize::Text(size)), _) => all.text = all.text + *size,
                (Some(FileSize::Picture { .. }), Some(price)) => all.usd += price,
                (Some(file), _) => all.tokens = all.tokens.plus(file.tokens()),
                (None, _) => all.uncounted += 1,
            }
            all.pictures += u32::from(matches!(file, Some(FileSize::Picture { .. })));
        }
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_file_counts_for() {
        fn check(size: FileSize, low: i64, high: i64) {
            let found = size.tokens();
            assert_eq!((found.low, found.high), (low, high), "{size:?}");
        }
        check(FileSize::Text(TextSize::of("words")), 0, 0);
        check(FileSize::Picture { pixels: 1 }, 50, 260);
        check(FileSize::Picture { pixels: 1_024 * 1_024 }, 260, 1_747);
        check(FileSize::Picture { pixels: 8_000 * 6_000 }, 260, 5_000);
        check(FileSize::Pages { least: 3, most: 3 }, 900, 9_000);
        check(FileSize::Pages { least: 1, most: 40 }, 300, 120_000);
    }

    #[test]
    fn a_text_counts_as_it_is_sent() {
        let file = Attachment {
            id: 1,
            message_id: None,
            conversation_id: None,
            project_id: None,
            name: "a.txt".to_owned(),
            mime: "text/plain".to_owned(),
            size: 12,
            preview: None,
            left_out: false,
        };
        let Some(FileSize::Text(size)) = FileSize::of(&file, "да, 空!".as_bytes()) else {
            panic!("text is measured as text");
        };
        assert_eq!((size.marks, size.ideographs, size.messages), (2, 1, 0));
        assert!(size.letters > 20, "its name goes along: {size:?}");
        let broken = Attachment { mime: "image/png".to_owned(), ..file };
        assert_eq!(FileSize::of(&broken, b"\x89PNG"), None);
    }
}
