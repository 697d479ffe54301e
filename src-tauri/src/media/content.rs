//! What bytes are, by their beginning: an address, a name and a content type are only what somebody wrote.

use crate::library::MediaKind;

/// A kind of file that is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Content {
    pub(super) kind: MediaKind,
    pub(super) mime: &'static str,
    /// Of a file's name.
    pub(super) ending: &'static str,
}

const fn content(kind: MediaKind, mime: &'static str, ending: &'static str) -> Content {
    Content { kind, mime, ending }
}

/// `None`: nothing that is shown. An SVG is a page with scripts, and no picture.
pub(super) fn sniff(bytes: &[u8]) -> Option<Content> {
    use MediaKind::{Audio, Image, Video};
    let at = |from: usize, what: &[u8]| bytes.get(from..from + what.len()) == Some(what);
    Some(if at(0, b"\x89PNG\r\n\x1a\n") {
        content(Image, "image/png", "png")
    } else if at(0, b"\xff\xd8\xff") {
        content(Image, "image/jpeg", "jpg")
    } else if at(0, b"GIF87a") || at(0, b"GIF89a") {
        content(Image, "image/gif", "gif")
    } else if at(0, b"RIFF") && at(8, b"WEBP") {
        content(Image, "image/webp", "webp")
    } else if at(0, b"RIFF") && at(8, b"WAVE") {
        content(Audio, "audio/wav", "wav")
    } else if at(0, b"ID3") || is_mpeg_audio(bytes) {
        content(Audio, "audio/mpeg", "mp3")
    } else if at(0, b"fLaC") {
        content(Audio, "audio/flac", "flac")
    } else if at(0, b"OggS") {
        content(Audio, "audio/ogg", "ogg")
    } else if at(4, b"ftyp") {
        match bytes.get(8..11) {
            Some(b"M4A" | b"M4B") => content(Audio, "audio/mp4", "m4a"),
            // Pictures in the same box, which nothing here decodes.
            Some(b"avi" | b"hei" | b"mif") => return None,
            Some(b"qt ") => content(Video, "video/quicktime", "mov"),
            // Recorders call a sound so, too.
            _ if is_sound_alone(bytes) => content(Audio, "audio/mp4", "m4a"),
            _ => content(Video, "video/mp4", "mp4"),
        }
    } else if at(4, b"moov") || at(4, b"mdat") || at(4, b"wide") {
        content(Video, "video/quicktime", "mov")
    } else if at(0, b"\x1a\x45\xdf\xa3") {
        match has(bytes, b"A_") && !has(bytes, b"V_") {
            true => content(Audio, "audio/webm", "webm"),
            false => content(Video, "video/webm", "webm"),
        }
    } else {
        return None;
    })
}

/// How far into a file its tracks are named, where they stand before what is in them.
const HEAD: usize = 64 * 1024;

fn has(bytes: &[u8], what: &[u8]) -> bool {
    bytes[..bytes.len().min(HEAD)].windows(what.len()).any(|window| window == what)
}

/// The tracks that the box names: sounds, and no pictures. They may be named at the end.
fn is_sound_alone(bytes: &[u8]) -> bool {
    let (mut sounds, mut pictures) = (false, false);
    let ends = [&bytes[..bytes.len().min(HEAD)], &bytes[bytes.len().saturating_sub(4 * HEAD)..]];
    for window in
        ends.into_iter().flat_map(|end| end.windows(16)).filter(|window| window.starts_with(b"hdlr"))
    {
        sounds |= &window[12..] == b"soun";
        pictures |= &window[12..] == b"vide";
    }
    sounds && !pictures
}

/// The eleven bits of a frame, of a version and a layer that exist.
fn is_mpeg_audio(bytes: &[u8]) -> bool {
    matches!(bytes, [0xff, second, third, ..]
        if second & 0xe0 == 0xe0 && second & 0x18 != 0x08 && second & 0x06 != 0 && third & 0xf0 != 0xf0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_it_is_and_not_what_it_is_called() {
        fn check(bytes: &[u8], expected: Option<&str>) {
            assert_eq!(sniff(bytes).map(|content| content.mime), expected, "{bytes:02x?}");
        }
        check(b"\x89PNG\r\n\x1a\nrest", Some("image/png"));
        check(b"\xff\xd8\xff\xe0", Some("image/jpeg"));
        check(b"GIF89a", Some("image/gif"));
        check(b"RIFF....WEBPVP8 ", Some("image/webp"));
        check(b"RIFF....WAVEfmt ", Some("audio/wav"));
        check(b"ID3\x04", Some("audio/mpeg"));
        check(b"\xff\xfb\x90\x64", Some("audio/mpeg"));
        check(b"fLaC\0", Some("audio/flac"));
        check(b"OggS\0", Some("audio/ogg"));
        check(b"\0\0\0\x20ftypisom", Some("video/mp4"));
        check(b"\0\0\0\x20ftypM4A ", Some("audio/mp4"));
        check(b"\0\0\0\x14ftypqt  ", Some("video/quicktime"));
        check(b"\0\0\0\x08wide\0\0\0\0mdat", Some("video/quicktime"));
        check(b"\x1a\x45\xdf\xa3", Some("video/webm"));
        check(b"\x1a\x45\xdf\xa3..webm..V_VP9..A_OPUS", Some("video/webm"));
        check(b"\x1a\x45\xdf\xa3..webm..A_OPUS", Some("audio/webm"));
        let track = |kind: &str| format!("hdlr\0\0\0\0\0\0\0\0{kind}");
        let (sound, picture) = (track("soun"), track("vide"));
        check(format!("\0\0\0\x20ftypisom{sound}").as_bytes(), Some("audio/mp4"));
        check(format!("\0\0\0\x20ftypisom{sound}{picture}").as_bytes(), Some("video/mp4"));
        for strange in [
            &b""[..],
            b"\xff",
            b"\xff\xff\xff\xff",
            b"\0\0\0\x20ftypavif",
            b"<svg xmlns=\"http://www.w3.org/2000/svg\"><script>",
            b"<!doctype html>",
            b"%PDF-1.7",
            b"RIFF....AVI ",
            b"\x7fELF",
        ] {
            check(strange, None);
        }
    }
}
