//! Pictures, sounds and films in answers. Poe sends them as links in the text: a bare address, or a Markdown picture
//! followed by the same address again.

use std::borrow::Cow;
use std::collections::HashSet;
use std::ops::Range;

mod addresses;
pub(crate) mod elsewhere;
mod fetch;

pub use addresses::StandIn;
pub use fetch::Media;

/// A link to something that a model made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MediaLink {
    /// As written. It may stop working: Poe tells no lifetime.
    pub url: String,
    /// Told by the path: the name has no extension.
    pub kind: MediaKind,
    /// What a Markdown picture says of itself; the prompt, usually. Untrusted: anybody may have written it.
    pub alt: Option<String>,
}

/// What a link leads to. The content type of the reply is the last word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MediaKind {
    /// `/base/image/`, or a Markdown picture.
    Image,
    /// `/base/audio/`
    Audio,
    /// `/base/video/`, or the address of a film at the API: `/videos/<id>/content`.
    Video,
}

/// The media that an answer links to, each once, in order. Links in code are text.
pub fn links(text: &str) -> Vec<MediaLink> {
    let mut earlier = HashSet::new();
    let links = found(text).into_iter().map(|(_, link)| link);
    links.filter(|link| earlier.insert(link.url.clone())).collect()
}

/// The answer without the bare addresses that only repeat a picture before them.
pub fn without_doubles(text: &str) -> Cow<'_, str> {
    let mut kept = String::new();
    let mut end = 0;
    let mut pictures = HashSet::new();
    for (range, link) in found(text) {
        if link.alt.is_some() {
            pictures.insert(link.url);
        } else if pictures.contains(&link.url) && stands_alone(text, &range) {
            kept += text[end..range.start].trim_end();
            end = range.end;
        }
    }
    if end == 0 {
        return Cow::Borrowed(text);
    }
    kept += &text[end..];
    Cow::Owned(kept)
}

/// On a line of its own. Looks no further than the next word: a line may be very long.
fn stands_alone(text: &str, range: &Range<usize>) -> bool {
    let is_blank = |c: char| c.is_whitespace() && c != '\n';
    let before = text[..range.start].trim_end_matches(is_blank);
    let after = text[range.end..].trim_start_matches(is_blank);
    (before.is_empty() || before.ends_with('\n')) && (after.is_empty() || after.starts_with('\n'))
}

fn found(text: &str) -> Vec<(Range<usize>, MediaLink)> {
    let mut links = Vec::new();
    let mut line_start = 0;
    let mut fence: Option<&str> = None;
    for line in text.split_inclusive('\n') {
        let start = line.trim_start();
        match fence {
            Some(mark) if start.starts_with(mark) => fence = None,
            Some(_) => {}
            None if start.starts_with("```") => fence = Some("```"),
            None if start.starts_with("~~~") => fence = Some("~~~"),
            None => in_line(line, line_start, &mut links),
        }
        line_start += line.len();
    }
    links
}

fn in_line(line: &str, offset: usize, links: &mut Vec<(Range<usize>, MediaLink)>) {
    // Addresses are the rare part of a line, so they lead; what stands before them tells a picture. Nothing is looked at
    // twice: a line may be very long, and full of addresses.
    let (mut at, mut seen) = (0, 0);
    let (mut in_code, mut mark) = (false, None);
    while let Some(start) = next_address(line, at) {
        let new = &line[seen..start];
        in_code ^= new.matches('`').count() % 2 == 1;
        mark = new.rfind("![").map(|found| seen + found).or(mark);
        seen = start;
        let picture = mark.filter(|_| line[..start].ends_with("](")).map(|mark| &line[mark + 2..start - 2]);
        let end = start + length(&line[start..], picture.is_some());
        at = end.max(start + 1);
        // Code is a text about an address.
        if in_code {
            continue;
        }
        let url = &line[start..end];
        let kind = kind(url).or(picture.is_some().then_some(MediaKind::Image));
        if let Some(kind) = kind.filter(|_| is_complete(url)) {
            let link = MediaLink {
                url: url.to_owned(),
                kind,
                // It may hold brackets in pairs or behind backslashes.
                alt: picture.map(str::to_owned),
            };
            links.push((offset + start..offset + end, link));
        }
    }
}

fn next_address(line: &str, from: usize) -> Option<usize> {
    let mut starts = line[from..].match_indices("http").map(|(at, _)| from + at);
    starts.find(|start| {
        let after = &line[start + "http".len()..];
        after.starts_with("://") || after.starts_with("s://")
    })
}

fn length(text: &str, in_picture: bool) -> usize {
    let end = text
        .find(|c: char| {
            c.is_whitespace() || c.is_control() || "<>\"`".contains(c) || (in_picture && c == ')')
        })
        .unwrap_or(text.len());
    // A sentence goes on after the address.
    let most = &text[..end];
    most.trim_end_matches(['.', ',', ';', ':', '!', '?', ')', ']', '*', '_', '\'']).len()
}

/// What the path says: Poe's own addresses end in `/base/<kind>/<name>`, and a film at the API lies at
/// `/videos/<id>/content`.
fn kind(url: &str) -> Option<MediaKind> {
    let Some((_, path)) = url.split_once("/base/") else {
        let (_, id) = url.strip_suffix("/content")?.rsplit_once("/videos/")?;
        return (!id.is_empty() && !id.contains(['/', '?', '#'])).then_some(MediaKind::Video);
    };
    match path.split_once('/')?.0 {
        "image" => Some(MediaKind::Image),
        "audio" => Some(MediaKind::Audio),
        "video" => Some(MediaKind::Video),
        _ => None,
    }
}

/// Who has what a link leads to, as a person is shown it: in ASCII, so that no letter looks like another.
pub fn host(link: &str) -> Option<String> {
    url::Url::parse(link).ok()?.host_str().map(str::to_owned)
}

/// More than a scheme, and a URL.
fn is_complete(url: &str) -> bool {
    url::Url::parse(url).is_ok_and(|url| url.host_str().is_some_and(|host| !host.is_empty()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use MediaKind::{Audio, Image, Video};

    const A: &str = "https://pfst.example/base/image/00ff?w=1024&h=1024";

    #[test]
    fn a_long_line_of_addresses_takes_linear_time() {
        for piece in
            ["http://a ", "`https://a ", "![a](https://a.b/c.png)", "http://a/base/image/1 ", "](http://a "]
        {
            let text = piece.repeat(400_000 / piece.len());
            let start = std::time::Instant::now();
            drop((links(&text), without_doubles(&text)));
            // A quadratic search takes minutes.
            assert!(start.elapsed().as_secs() < 5, "{piece}: {:?}", start.elapsed());
        }
    }

    #[test]
    fn what_is_a_link() {
        fn check(text: &str, expected: &[(&str, MediaKind, Option<&str>)]) {
            let links = links(text);
            let got: Vec<_> =
                links.iter().map(|link| (link.url.as_str(), link.kind, link.alt.as_deref())).collect();
            assert_eq!(got, expected, "{text}");
        }
        check("", &[]);
        check("no link", &[]);
        check(A, &[(A, Image, None)]);
        check(&format!("![a cat.png]({A})\n\n{A}"), &[(A, Image, Some("a cat.png"))]);
        check(&format!("![a [red] cat]({A})\n\n\n{A}\n"), &[(A, Image, Some("a [red] cat"))]);
        check("https://p.example/base/audio/00ff", &[("https://p.example/base/audio/00ff", Audio, None)]);
        check(
            "See https://p.example/base/video/00ff.",
            &[("https://p.example/base/video/00ff", Video, None)],
        );
        check(
            "https://api.example/v1/videos/video_1/content",
            &[("https://api.example/v1/videos/video_1/content", Video, None)],
        );
        check(
            "https://a.example/videos/content https://a.example/videos/1/2/content https://a.example/videos/1",
            &[],
        );
        check("http://127.0.0.1:8/base/image/0", &[("http://127.0.0.1:8/base/image/0", Image, None)]);
        check("![x](https://p.example/a.jpg)", &[("https://p.example/a.jpg", Image, Some("x"))]);
        check("![](https://p.example/a.jpg \"title\")", &[("https://p.example/a.jpg", Image, Some(""))]);
        check("[x](https://p.example/a.jpg) https://p.example/", &[]);
        check(&format!("`{A}`"), &[]);
        check(&format!("```\n{A}\n```\n"), &[]);
        check(&format!("```\n```\n{A}"), &[(A, Image, None)]);
        check("https:// http://", &[]);
        check("![javascript:alert(1)](javascript:alert(1))", &[]);
        check("![é](https://p.example/é)é", &[("https://p.example/é", Image, Some("é"))]);
    }

    #[test]
    fn a_link_said_twice_is_kept_once() {
        fn check(text: &str, expected: &str) {
            assert_eq!(without_doubles(text), expected);
        }
        check(&format!("![cat]({A})\n\n{A}"), &format!("![cat]({A})"));
        check(&format!("![cat]({A})\n\n\n{A}\nMore."), &format!("![cat]({A})\nMore."));
        check(A, A);
        check(&format!("{A}\n{A}"), &format!("{A}\n{A}"));
        check(&format!("![cat]({A})\nIt is at {A}"), &format!("![cat]({A})\nIt is at {A}"));
    }
}
