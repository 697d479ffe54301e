//! What a text is that somebody gives as a key, from the clipboard, a field or a variable: the one rule for what may leave
//! the computer as a key. Poe documents no format; the shape is that of the keys it gives out.

use secrecy::zeroize::Zeroizing;

use crate::invisible::is_invisible;
use crate::secret::Secret;

/// The most characters that a key has.
const MOST: usize = 200;
const PREFIX: &str = "sk-poe-";
/// The least characters after the prefix, and of an older key, which has none.
const LEAST: usize = 34;
/// The variable that Poe's own examples use.
const VARIABLE: &str = "POE_API_KEY";
/// A file of settings is far smaller; more is not searched.
const MOST_SEARCHED: usize = 1 << 20;

/// What a text that was given as a key turns out to be.
///
/// ```
/// use poe::KeyText;
/// let key = "sk-poe-0123456789abcdefghijklmnopqrstuvwxyz";
/// let env = format!("# mine\nexport POE_API_KEY=\"{key}\"\n");
/// assert!(matches!(KeyText::read(&env), KeyText::Key(found) if found.expose() == key));
/// assert!(matches!(KeyText::read("hunter2"), KeyText::Word(_)));
/// assert!(matches!(KeyText::read("Dear Anna, my PIN is 4711"), KeyText::Other));
/// ```
#[derive(Debug)]
pub enum KeyText {
    /// A text of a key's shape: `sk-poe-` and at least 34 of `A–Z a–z 0–9 _ -`, or (older keys) at least 34 of these alone,
    /// at most 200 in all. It may stand in quotes, behind `Bearer` or `Authorization:`, and with its prefix as a value in
    /// JSON or in lines of `NAME=value`; an older key only as the value of `POE_API_KEY`.
    Key(Secret),
    /// One other unbroken word of at most 200 characters, also such that begins as another service's key (`sk-…`).
    Word(Secret),
    /// It holds more than one key, and they differ.
    Several,
    /// Blanks, line breaks or control characters inside, or more than 200 characters: no key.
    Other,
    /// Nothing but blanks, quotes and what is not seen.
    Empty,
}

impl KeyText {
    /// Reads a text as it was pasted or typed: blanks, quotes, line ends, the marks of bracketed paste
    /// (`ESC[200~ … ESC[201~`) and zero-width characters do not count.
    pub fn read(text: &str) -> KeyText {
        let mut seen = Zeroizing::new(text.replace("\u{1b}[200~", ""));
        *seen = seen.replace("\u{1b}[201~", "");
        // These come along when text is copied from a web page. What parts lines parts words.
        seen.retain(|c| c.is_whitespace() || !is_invisible(c));
        let word = unwrapped(&seen);
        if word.is_empty() {
            return KeyText::Empty;
        }
        if is_key(word) {
            return KeyText::Key(Secret::new(word));
        }
        match keys_in(&seen)[..] {
            [key] => KeyText::Key(Secret::new(key)),
            [] if is_unbroken(word) => KeyText::Word(Secret::new(word)),
            [] => KeyText::Other,
            _ => KeyText::Several,
        }
    }
}

impl Secret {
    /// Takes the one word that a person gave as a key, without the blanks, quotes and leads around it, or the one key in
    /// what they gave; see [`KeyText`]. `None` when there is none or more than one.
    ///
    /// ```
    /// assert_eq!(poe::Secret::from_pasted(" \"Bearer sk-poe-abc\"\n").unwrap().expose(), "sk-poe-abc");
    /// assert!(poe::Secret::from_pasted(" \n").is_none());
    /// ```
    pub fn from_pasted(text: &str) -> Option<Secret> {
        match KeyText::read(text) {
            KeyText::Key(secret) | KeyText::Word(secret) => Some(secret),
            KeyText::Several | KeyText::Other | KeyText::Empty => None,
        }
    }

    /// Whether it has the shape of a Poe key. A reason to warn or to ask, never to refuse: Poe documents no format.
    pub fn looks_like_poe_key(&self) -> bool {
        is_key(self.expose())
    }
}

fn is_key(text: &str) -> bool {
    let body = match text.strip_prefix(PREFIX) {
        Some(body) => body,
        None if text.starts_with("sk-") => return false,
        None => text,
    };
    body.len() >= LEAST && text.len() <= MOST && text.chars().all(of_key)
}

fn is_unbroken(word: &str) -> bool {
    word.chars().count() <= MOST && !word.contains(|c: char| c.is_whitespace() || c.is_control())
}

fn of_key(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '_' | '-')
}

fn is_quote(c: char) -> bool {
    matches!(c, '"' | '\'' | '`' | '“' | '”' | '‘' | '’' | '«' | '»')
}

/// What is left without blanks and quotes around it and without what says that a key follows.
fn unwrapped(text: &str) -> &str {
    const LEADS: [&str; 4] = ["export", "authorization", "bearer", VARIABLE];
    let mut rest = text;
    loop {
        let before = rest.len();
        rest = rest.trim_matches(|c: char| c.is_whitespace() || c.is_control() || is_quote(c));
        for lead in LEADS {
            if let Some((head, tail)) = rest.split_at_checked(lead.len())
                && head.eq_ignore_ascii_case(lead)
                && tail.starts_with(parts_name_and_value)
            {
                rest = tail.trim_start_matches(parts_name_and_value);
            }
        }
        if rest.len() == before {
            return rest;
        }
    }
}

fn parts_name_and_value(c: char) -> bool {
    c.is_whitespace() || is_quote(c) || matches!(c, '=' | ':')
}

/// The keys that stand in it as values, each once.
fn keys_in(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    if text.len() > MOST_SEARCHED {
        return found;
    }
    let mut from = 0;
    while let Some(start) = text[from..].find(of_key).map(|at| from + at) {
        let end = text[start..].find(|c| !of_key(c)).map_or(text.len(), |at| start + at);
        let piece = &text[start..end];
        let line = text[..start].rfind(['\n', '\r']).map_or(0, |at| at + 1);
        let before = &text[line..start];
        let is_value = names_the_variable(before) || (piece.starts_with(PREFIX) && opens_a_value(before));
        if is_key(piece)
            && is_value
            && ends_a_value(&text[end..])
            && !is_commented_out(before)
            && !found.contains(&piece)
        {
            found.push(piece);
        }
        from = end;
    }
    found
}

/// `POE_API_KEY=`, `"POE_API_KEY": "`, `environ["POE_API_KEY"] = "`.
fn names_the_variable(before: &str) -> bool {
    let name = before.trim_end_matches(|c| parts_name_and_value(c) || matches!(c, ']' | ','));
    let Some((rest, last)) = name.len().checked_sub(VARIABLE.len()).and_then(|at| name.split_at_checked(at))
    else {
        return false;
    };
    name.len() < before.len() && last.eq_ignore_ascii_case(VARIABLE) && !rest.ends_with(of_key)
}

/// A quote, `NAME=`, or a `name:` that begins its line or follows a bracket, each also with `Bearer` behind it.
fn opens_a_value(before: &str) -> bool {
    const BEARER: &str = "bearer";
    let mut lead = before.trim_end();
    if let Some((rest, last)) = lead.len().checked_sub(BEARER.len()).and_then(|at| lead.split_at_checked(at))
        && last.eq_ignore_ascii_case(BEARER)
        && !rest.ends_with(of_key)
    {
        lead = rest.trim_end();
    }
    if lead.ends_with(is_quote) {
        return true;
    }
    let is_name_end = |c: char| of_key(c) || is_quote(c) || c == ']';
    if let Some(name) = lead.strip_suffix('=') {
        return name.trim_end().ends_with(is_name_end);
    }
    let Some(name) = lead.strip_suffix(':') else {
        return false;
    };
    let name = name.trim_end().trim_end_matches(is_quote);
    let name = name.rsplit(|c| is_quote(c) || matches!(c, '{' | '[' | '(' | ','));
    let name = name.map(|part| part.trim_start_matches(|c: char| c.is_whitespace() || c == '-')).next();
    name.is_some_and(|name| !name.is_empty() && !name.contains(char::is_whitespace))
}

fn ends_a_value(after: &str) -> bool {
    let ends = |c: char| {
        c.is_whitespace() || is_quote(c) || matches!(c, ',' | ';' | ')' | ']' | '}' | '\\' | '<' | '#' | '&')
    };
    after.is_empty() || after.starts_with(ends)
}

/// Behind `#` or `//` at the line's beginning or after a blank, and not in quotes.
fn is_commented_out(before: &str) -> bool {
    let marks = before.match_indices('#').chain(before.match_indices("//"));
    marks.into_iter().any(|(at, _)| {
        let lead = &before[..at];
        let is_apart = lead.is_empty() || lead.ends_with(char::is_whitespace);
        is_apart && lead.matches('"').count().is_multiple_of(2)
    })
}

#[cfg(test)]
#[path = "key_text_tests.rs"]
mod tests;
