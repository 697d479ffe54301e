//! Bare addresses in running text become links, as GitHub does it (`https://…`, `www.…`, `name@host`).
//!
//! The parser leaves them as text, so this looks through each run of text outside code and links. Beyond GitHub's rules it
//! knows text without spaces (Chinese, Japanese), signs of other scripts, and what no address holds unescaped, so that a link
//! does not swallow what follows it.

use crate::flanking::cjk;
use crate::url;

#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Piece<'a> {
    Text(&'a str),
    Link { text: &'a str, href: String },
}

/// Cuts a run of text at its bare addresses. The pieces' texts, joined, are the run.
pub(crate) fn split(run: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let (mut done, mut at) = (0, 0);
    while let Some(found) = run[at..].find(['h', 'H', 'w', 'W', '@']) {
        let here = at + found;
        match address(run, done, here) {
            Some((start, end, href)) => {
                if done < start {
                    pieces.push(Piece::Text(&run[done..start]));
                }
                pieces.push(Piece::Link { text: &run[start..end], href });
                (done, at) = (end, end);
            }
            None => at = here + 1,
        }
    }
    if done < run.len() {
        pieces.push(Piece::Text(&run[done..]));
    }
    pieces
}

/// The address that the character at `here` belongs to: where it starts and ends, and where it leads.
fn address(run: &str, from: usize, here: usize) -> Option<(usize, usize, String)> {
    let rest = &run[here..];
    if rest.starts_with('@') {
        return mail(run, from, here);
    }
    let before = run[..here].chars().next_back();
    if before.is_some_and(|c| (c.is_alphanumeric() && !cjk(c)) || "/@#%&+-.$".contains(c)) {
        return None;
    }
    let (skip, prefix) = if starts(rest, "https://") {
        (8, "")
    } else if starts(rest, "http://") {
        (7, "")
    } else if starts(rest, "www.") {
        (0, "http://")
    } else {
        return None;
    };
    // Nothing longer passes the rule, and looking no further keeps a hostile run linear.
    let near = &rest[..rest.floor_char_boundary(url::LONGEST + 1)];
    let end = trim(&near[..reach(near)]);
    if end <= skip || !domain(rest[skip..end].split(['/', '?', '#']).next().unwrap_or_default()) {
        return None;
    }
    Some((here, here + end, format!("{prefix}{}", &rest[..end])))
}

fn starts(text: &str, prefix: &str) -> bool {
    text.get(..prefix.len()).is_some_and(|head| head.eq_ignore_ascii_case(prefix))
}

/// How far an address goes at most: to a character that none holds, or to the next word where no space is before it.
fn reach(text: &str) -> usize {
    let mut before = '/';
    for (at, c) in text.char_indices() {
        let doubled = before == c && matches!(c, '*' | '~');
        if ends(before, c) || doubled {
            return at;
        }
        before = c;
    }
    text.len()
}

/// Letters of scripts without spaces belong to an address where they begin a part of it (`/wiki/中国`, `?q=中国`), and go on
/// there; after a Latin letter, a digit or a closing sign they are the sentence's.
fn ends(before: char, c: char) -> bool {
    if c.is_ascii() {
        return c.is_ascii_whitespace() || matches!(c, '<' | '>' | '"' | '`' | '\\');
    }
    let sign = matches!(c, '“' | '”' | '„' | '«' | '»' | '‹' | '›' | '…' | '—' | '،' | '؛' | '؟' | '۔');
    let unseen = matches!(c, '\u{200b}' | '\u{2060}' | '\u{feff}');
    let closed = before.is_ascii_alphanumeric()
        || matches!(before, ')' | ']' | '}' | '!' | ',' | ';' | '\'' | '*' | '~');
    c.is_whitespace() || unseen || sign || (cjk(c) && (!c.is_alphanumeric() || closed))
}

/// Where an address ends once the punctuation of the sentence around it is taken off.
fn trim(text: &str) -> usize {
    let mut rest = text;
    let mut extra = text.matches(')').count() as isize - text.matches('(').count() as isize;
    while let Some(last) = rest.chars().next_back() {
        let shorter = &rest[..rest.len() - last.len_utf8()];
        rest = match last {
            ')' if extra > 0 => {
                extra -= 1;
                shorter
            }
            // What looks like `&name;` at the end is no part of the address either.
            ';' => {
                let name = shorter.trim_end_matches(|c: char| c.is_ascii_alphanumeric());
                if name.len() < shorter.len() { name.strip_suffix('&').unwrap_or(shorter) } else { shorter }
            }
            '?' | '!' | '.' | ',' | ':' | '*' | '_' | '~' | ']' | '}' | '>' | '`' | '|' => shorter,
            '\'' | '‘' | '’' | '·' | '–' => shorter,
            _ => break,
        };
    }
    rest.len()
}

/// A name with a dot in it and no underscore in its last two parts, or `localhost`.
fn domain(host: &str) -> bool {
    let name = host.split(':').next().unwrap_or_default();
    let letters = name.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '.'));
    let mut parts = name.rsplit('.');
    let last = [parts.next().unwrap_or_default(), parts.next().unwrap_or_default()];
    letters && (last.iter().all(|part| !part.is_empty() && !part.contains('_')) || name == "localhost")
}

fn mail(run: &str, from: usize, at: usize) -> Option<(usize, usize, String)> {
    let name =
        run[from..at].bytes().rev().take_while(|b| b.is_ascii_alphanumeric() || b".-_+".contains(b)).count();
    let start = at - name;
    let host = run[at + 1..].bytes().take_while(|b| b.is_ascii_alphanumeric() || b".-_".contains(b)).count();
    let host = run[at + 1..at + 1 + host].trim_end_matches('.');
    let whole =
        host.contains('.') && !host.contains("..") && !host.starts_with('.') && !host.ends_with(['-', '_']);
    if name == 0
        || !whole
        || run[..start].ends_with([':', '/', '@'])
        || run[at + 1 + host.len()..].starts_with('@')
    {
        return None;
    }
    let end = at + 1 + host.len();
    Some((start, end, format!("mailto:{}", &run[start..end])))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Shows links as `[text](href)`.
    fn check(run: &str, expected: &str) {
        let pieces = split(run);
        let shown: String = pieces
            .iter()
            .map(|piece| match piece {
                Piece::Text(text) => text.to_string(),
                Piece::Link { text, href } if text == href => format!("[{text}]"),
                Piece::Link { text, href } => format!("[{text}]({href})"),
            })
            .collect();
        assert_eq!(shown, expected);
    }

    #[test]
    fn addresses_of_the_web_become_links() {
        check("see https://poe.com/x now", "see [https://poe.com/x] now");
        check("HTTP://POE.com", "[HTTP://POE.com]");
        check("www.poe.com/a.", "[www.poe.com/a](http://www.poe.com/a).");
        check("(https://en.wikipedia.org/wiki/Poe_(film))", "([https://en.wikipedia.org/wiki/Poe_(film)])");
        check("https://poe.com/a?b=c&d, and", "[https://poe.com/a?b=c&d], and");
        check("https://poe.com/a&amp;", "[https://poe.com/a]&amp;");
        check("\"https://poe.com\"", "\"[https://poe.com]\"");
        check("http://localhost:5173/x", "[http://localhost:5173/x]");
        check("见：https://poe.com。好", "见：[https://poe.com]。好");
        check("https://a.example https://b.example", "[https://a.example] [https://b.example]");
        check("https://poe.com)))", "[https://poe.com])))");
    }

    #[test]
    fn the_next_word_is_not_swallowed() {
        check("https://a.b/c，下一个", "[https://a.b/c]，下一个");
        check("（https://x.y/z）", "（[https://x.y/z]）");
        check("见https://poe.com。好", "见[https://poe.com]。好");
        check("访问https://a.b/c查看", "访问[https://a.b/c]查看");
        check("https://a.b查看", "[https://a.b]查看");
        check("https://a.b/cを見る", "[https://a.b/c]を見る");
        check("https://a.b/c를 보세요", "[https://a.b/c]를 보세요");
        check("https://a.b/c～好", "[https://a.b/c]～好");
        check("(https://a.b/c)下一个", "([https://a.b/c])下一个");
        check("「https://a.b/c」です", "「[https://a.b/c]」です");
        check("“https://a.b/c”好", "“[https://a.b/c]”好");
        check("«https://a.b/c» ok", "«[https://a.b/c]» ok");
        check("https://a.b/c،التالي", "[https://a.b/c]،التالي");
        check("https://a.b/c؟", "[https://a.b/c]؟");
        check("https://a.b/c—and more…", "[https://a.b/c]—and more…");
        check("https://a.b/c** next", "[https://a.b/c]** next");
        check("https://a.b/c**下一个**", "[https://a.b/c]**下一个**");
        check("https://a.b/c~~x", "[https://a.b/c]~~x");
        check("https://a.b/c<br>x", "[https://a.b/c]<br>x");
        check("{\"a\":\"https://a.b/c\",\"d\":1}", "{\"a\":\"[https://a.b/c]\",\"d\":1}");
        check("https://a.b/c\\nnext", "[https://a.b/c]\\nnext");
        check("https://a.b/c\u{200b}next", "[https://a.b/c]\u{200b}next");
        check("🔗https://a.b/c 👍", "🔗[https://a.b/c] 👍");
        check("1)https://a.b/c→d", "1)[https://a.b/c→d]");
    }

    #[test]
    fn letters_that_begin_a_part_belong_to_it() {
        for address in [
            "https://zh.wikipedia.org/wiki/中国",
            "https://zh.wikipedia.org/wiki/中国_(地区)",
            "https://a.b/?q=中国&r=日本",
            "https://a.b/c#見出し",
            "https://a.b/docs-中文",
            "https://例え.jp/x",
            "https://www.例え.jp/x",
            "https://de.wikipedia.org/wiki/Käse",
            "https://en.wikipedia.org/wiki/Michelson–Morley_experiment",
            "https://fr.wikipedia.org/wiki/L’Oréal",
            "https://a.b/c*d~e",
        ] {
            check(address, &format!("[{address}]"));
            check(&format!("{address}。"), &format!("[{address}]。"));
        }
    }

    #[test]
    fn what_only_looks_like_an_address_stays_text() {
        for text in [
            "https://",
            "http://.",
            "www.",
            "www",
            "xhttps://poe.com",
            "https://nodot",
            "ftp://poe.com",
            "javascript:alert(1)",
            "https://a_b.c_d",
            "@",
            "a@",
            "@b.c",
            "a@b",
            "a@b..c",
            "a@b.c@d",
            "",
        ] {
            check(text, text);
        }
    }

    #[test]
    fn addresses_of_mail_become_links() {
        check("write a.b+c@poe.com.", "write [a.b+c@poe.com](mailto:a.b+c@poe.com).");
        check("a@b-c.example-", "a@b-c.example-");
        check("ssh://git@github.com/x", "ssh://git@github.com/x");
        check("https://user@poe.com", "https://user@poe.com");
    }

    #[test]
    fn long_runs_take_linear_time() {
        let links = ["a@", "www.", "https://", "https://a.b)", "(https://", "(https://a.b"];
        let others = ["@", "h", "a.b@c.d ", "https://a.b/;;;;", "&a;", "a@b.c@", ")"];
        for unit in links.into_iter().chain(others) {
            // Both lengths are well above that of an address: what is shorter is one address as a whole, and costs far less.
            crate::linear::assert_linear(80_000, |length| {
                let run = unit.repeat(length / unit.len());
                split(&run);
                split(&format!("https://a.b/{run}"));
            });
        }
    }
}
