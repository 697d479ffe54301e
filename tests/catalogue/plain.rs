//! How every text reads that a person meets: the cards', the help pages' and the window's own. Short, plain, no blame, with
//! contractions, one apostrophe and one ellipsis.

use super::*;

/// Found in no text of ours, whatever its case.
const BANNED: &[&str] = &[
    // Blame and ceremony.
    "please",
    "oops",
    "sorry",
    "unfortunately",
    "something went wrong",
    "try again later",
    "error occurred",
    "simply",
    "invalid key you", // Not as people speak.
    "of late",
    "all the same",
    "had come",
    "may not ",
    "anew",
    "suffice",
    "sent along",
    "do too",
    "without a word",
    "in place of",
    "stands in the way",
    "on the way to",
    "wants a login",
    "asks for a wait",
    "gave no waiting",
    "nothing costs",
    "hand out",
    "is no proxy",
    "as long as the model makes",
    // One word for one thing: the keychain, the model list, until you quit, the chat database.
    "password store",
    "list of models",
    "until telltale closes",
    "until the app closes",
    "file of chats",
    "picture",
    // Contractions.
    "cannot",
    "can not ",
    "could not ",
    "does not ",
    "do not ",
    "did not ",
    "is not ",
    "are not ",
    "was not ",
    "were not ",
    "has not ",
    "have not ",
    "had not ",
    "will not ",
    "would not ",
    " it is ",
    " that is ",
    " there is ",
    " you are ", // Slips.
    "  ",
    "..",
    "{",
    "--",
    "'",
];

/// What is quoted is as it came.
fn ours(text: &str) -> String {
    let mut rest = text;
    let mut ours = String::new();
    while let Some((before, quoted)) = rest.split_once('“') {
        ours += before;
        ours.push('…');
        rest = quoted.split_once('”').map_or("", |(_, after)| after);
    }
    (ours + rest).to_lowercase()
}

fn check(text: &str, place: &str) {
    let ours = ours(text);
    // Words are found at either end, too.
    let padded = format!(" {} ", ours.trim());
    for words in BANNED.iter().filter(|_| !ours.is_empty()) {
        assert!(!padded.contains(words), "{words:?} in {text:?} of {place}");
    }
}

#[test]
fn cards_are_plain() {
    for card in all() {
        texts(&card).into_iter().for_each(|text| check(text, &card.code));
    }
}

#[test]
fn help_is_plain() {
    for code in codes() {
        let page = page(code).unwrap();
        let lines = [&page.what, &page.why, &page.points].into_iter().flatten();
        let buttons = page.buttons.iter().flat_map(|button| [&button.label, &button.does]);
        let guide = page.guide.iter().map(|guide| &guide.advice);
        lines
            .chain(buttons)
            .chain(guide)
            .chain([&page.title, &page.retry])
            .for_each(|text| check(text, code));
    }
}

#[test]
fn the_window_is_plain() {
    let texts: Vec<_> = literals(&window());
    assert!(texts.len() > 500, "the window's texts are read: {}", texts.len());
    for text in texts {
        check(&text, "ui/src/words");
    }
}

#[test]
fn the_doctors_notes_are_plain() {
    const NOTES: &str = include_str!("../../src-tauri/src/words/en/doctor.rs");
    for note in NOTES.split('"').skip(1).step_by(2) {
        // What a note puts in stands in braces.
        let told: Vec<_> = note.split(['{', '}']).step_by(2).collect();
        check(&told.join("…"), "words/en/doctor.rs");
    }
}

/// What the window says, a file for each subject; what people type is never shown.
pub(crate) fn window() -> String {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/ui/src/words/en");
    let files = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut paths: Vec<_> =
        files.map(|file| file.path()).filter(|path| !path.ends_with("typed.ts")).collect();
    paths.sort();
    paths.iter().filter_map(|path| std::fs::read_to_string(path).ok()).collect()
}

/// The texts in a source of TypeScript that has only strings, templates and comments in it beside plain code. What a
/// template puts in is left out, but for the texts in that.
fn literals(source: &str) -> Vec<String> {
    let mut found = Vec::new();
    code(&mut source.chars().peekable(), &mut found);
    found
}

type Source<'s> = std::iter::Peekable<std::str::Chars<'s>>;

/// Up to the brace that ends it.
fn code(source: &mut Source, found: &mut Vec<String>) {
    let mut depth = 0;
    while let Some(sign) = source.next() {
        match sign {
            '\'' => {
                let mut text = String::new();
                while let Some(sign) = source.next().filter(|sign| *sign != '\'') {
                    text.push(sign);
                }
                // The name of a file or a locale: nobody reads it.
                if text != "en-US" && !text.starts_with('.') {
                    found.push(text);
                }
            }
            '`' => template(source, found),
            '/' if source.peek() == Some(&'/') => while source.next().is_some_and(|sign| sign != '\n') {},
            '/' if source.peek() == Some(&'*') => while source.next().is_some_and(|sign| sign != '/') {},
            '{' => depth += 1,
            '}' if depth == 0 => return,
            '}' => depth -= 1,
            _ => {}
        }
    }
}

fn template(source: &mut Source, found: &mut Vec<String>) {
    let mut text = String::new();
    while let Some(sign) = source.next().filter(|sign| *sign != '`') {
        if sign == '$' && source.peek() == Some(&'{') {
            source.next();
            code(source, found);
            text.push('…');
        } else {
            text.push(sign);
        }
    }
    found.push(text);
}

#[test]
fn texts_are_found_in_a_source() {
    let source = "// don't\nconst a = { one: 'x y', /** it's */ two: (n: number) => `a ${n === 1 ? 'b' : `c ${n}`} d` }";
    assert_eq!(literals(source), ["x y", "b", "c …", "a … d"]);
}
