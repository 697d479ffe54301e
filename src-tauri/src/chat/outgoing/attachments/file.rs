//! What a file is, by its content and not by its name, and how it goes to Poe. Pure.

use crate::errors::{Feature, FileProblem};
use crate::library::Attachment;
use crate::media;
use poe::Part;

pub(in crate::chat) fn is_image(file: &Attachment) -> bool {
    file.mime.starts_with("image/")
}

/// What a model must be able to take for it, beyond text.
pub(in crate::chat) fn asks_for(file: &Attachment) -> Option<(Feature, &'static str)> {
    match file.mime.split('/').next() {
        Some("image") => Some((Feature::Images, "image")),
        Some("audio") => Some((Feature::Audio, "audio")),
        Some("video") => Some((Feature::Video, "video")),
        _ => None,
    }
}

/// What the content is, whatever the file's name says.
pub(crate) fn sniff(bytes: &[u8]) -> Result<&'static str, FileProblem> {
    let start = &bytes[..bytes.len().min(1024)];
    if bytes.is_empty() {
        Err(FileProblem::Empty)
    } else if bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
        Ok("image/png")
    } else if bytes.starts_with(&[0xff, 0xd8, 0xff]) {
        Ok("image/jpeg")
    } else if bytes.starts_with(b"GIF87a") || bytes.starts_with(b"GIF89a") {
        Ok("image/gif")
    } else if bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP") {
        Ok("image/webp")
    } else if let Some(mime) = media::sound_or_film(bytes) {
        Ok(mime)
    } else if start.windows(5).any(|window| window == b"%PDF-") {
        Ok("application/pdf")
    } else {
        match std::str::from_utf8(bytes) {
            Ok(text) if is_plain(text) => Ok("text/plain"),
            _ => Err(FileProblem::Unsupported),
        }
    }
}

/// Text to be read; an SVG is a picture that no model takes as one.
fn is_plain(text: &str) -> bool {
    let is_control = |c: char| c.is_control() && !matches!(c, '\n' | '\r' | '\t' | '\u{c}');
    let head: String = text.chars().take(1024).collect::<String>().to_lowercase();
    !text.contains(is_control) && !head.contains("<svg")
}

/// The name alone, without a folder and without what would hide or reorder it.
pub(crate) fn plain_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let is_harmless = |c: &char| !c.is_control() && !poe::is_invisible(*c);
    let name: String = last.chars().filter(is_harmless).take(200).collect();
    if name.trim().is_empty() { "file".to_owned() } else { name.trim().to_owned() }
}

pub(in crate::chat) fn part(file: &Attachment, bytes: &[u8]) -> Part {
    if is_image(file) {
        Part::image(&file.mime, bytes)
    } else if file.mime == "text/plain" {
        let text = String::from_utf8_lossy(bytes);
        Part::text(format!("<file name={:?}>\n{text}\n</file>", file.name))
    } else {
        Part::file(&*file.name, named_by_poe(&file.mime), bytes)
    }
}

/// As Poe's documentation writes it.
fn named_by_poe(mime: &str) -> &str {
    if mime == "audio/mpeg" { "audio/mp3" } else { mime }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_file_is() {
        fn check(bytes: &[u8], expected: Result<&'static str, FileProblem>) {
            assert_eq!(sniff(bytes), expected, "{:?}", String::from_utf8_lossy(bytes));
        }
        check(b"", Err(FileProblem::Empty));
        check(b"\x89PNG\r\n\x1a\nrest", Ok("image/png"));
        check(b"\xff\xd8\xff\xe0", Ok("image/jpeg"));
        check(b"GIF89a", Ok("image/gif"));
        check(b"RIFF\x10\0\0\0WEBPVP8 ", Ok("image/webp"));
        check(b"RIFF\x10\0\0\0WAVEfmt ", Ok("audio/wav"));
        check(b"RIFF\x10\0\0\0AVI LIST", Err(FileProblem::Unsupported));
        check(b"ID3\x04\0", Ok("audio/mpeg"));
        check(b"fLaC\0", Ok("audio/flac"));
        check(b"OggS\0", Ok("audio/ogg"));
        check(b"\0\0\0\x20ftypM4A ", Ok("audio/mp4"));
        check(b"\0\0\0\x20ftypisom", Ok("video/mp4"));
        check(b"\0\0\0\x14ftypqt  ", Ok("video/quicktime"));
        check(b"\x1a\x45\xdf\xa3\0", Ok("video/webm"));
        check(b"\0\0\0\x20ftypheic", Err(FileProblem::Unsupported));
        check(b"%PDF-1.7", Ok("application/pdf"));
        check(b"junk\n%PDF-1.4", Ok("application/pdf"));
        check("fn main() {}\n\tägypten 🦀".as_bytes(), Ok("text/plain"));
        check(b"a\0b", Err(FileProblem::Unsupported));
        check(b"\xfe\xff\0a", Err(FileProblem::Unsupported));
        check(b"MZ\x90\0", Err(FileProblem::Unsupported));
        check(b"<svg xmlns='x'/>", Err(FileProblem::Unsupported));
        check(b"<?xml version='1.0'?>\n<!-- x -->\n<SVG/>", Err(FileProblem::Unsupported));
    }

    #[test]
    fn names_without_tricks() {
        fn check(name: &str, expected: &str) {
            assert_eq!(plain_name(name), expected);
        }
        check("a.png", "a.png");
        check("../../etc/passwd", "passwd");
        check("C:\\Users\\x\\a b.pdf", "a b.pdf");
        check("a\r\nb\0.png", "ab.png");
        check("photo\u{202e}gnp.exe", "photognp.exe");
        check("  ", "file");
        check("", "file");
        check(&"x".repeat(999), &"x".repeat(200));
    }

    #[test]
    fn as_parts() {
        fn check(mime: &str, bytes: &[u8], expected: Part) {
            let file = Attachment {
                id: 1,
                message_id: None,
                conversation_id: None,
                project_id: None,
                name: "n\"<x>.bin".to_owned(),
                mime: mime.to_owned(),
                size: 0,
                preview: None,
                left_out: false,
            };
            assert_eq!(part(&file, bytes), expected);
        }
        check("image/png", b"\x89PNG", Part::image_url("data:image/png;base64,iVBORw=="));
        check("audio/mpeg", b"ID3", Part::file("n\"<x>.bin", "audio/mp3", b"ID3"));
        check("video/mp4", b"ftyp", Part::file("n\"<x>.bin", "video/mp4", b"ftyp"));
        check("application/pdf", b"%PDF", Part::file("n\"<x>.bin", "application/pdf", b"%PDF"));
        check("text/plain", b"hello", Part::text("<file name=\"n\\\"<x>.bin\">\nhello\n</file>"));
    }
}
