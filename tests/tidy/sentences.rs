//! A sentence for people stands in the words of a language, on either side, and nowhere else.

use super::{report, sources};
use std::collections::BTreeSet;

/// The texts between the tags of a component, without what stands in braces.
fn between_tags(text: &str) -> String {
    let markup = text.rsplit("</script>").next().unwrap();
    let markup = markup.split("\n<style").next().unwrap();
    let mut comments = markup.split("<!--");
    let mut told = comments.next().unwrap().to_owned();
    for after in comments {
        told.push_str(after.split_once("-->").map_or("", |(_, rest)| rest));
    }
    let (mut depth, mut in_tag) = (0, false);
    let mut left = String::new();
    for c in told.chars() {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            '<' if depth == 0 => in_tag = true,
            '>' if depth == 0 => in_tag = false,
            _ if depth == 0 && !in_tag => left.push(c),
            _ => {}
        }
    }
    left
}

/// Two words beside each other, which no name in the code has.
fn reads_as_a_sentence(literal: &str) -> bool {
    let is_word =
        |word: &&str| word.len() > 1 && word.chars().all(|c| c.is_alphabetic() || ",.:…’".contains(c));
    let words: Vec<bool> = literal.split(' ').map(|word| is_word(&word)).collect();
    words.windows(2).any(|pair| pair[0] && pair[1])
}

/// Strings of two words that nobody reads, by how they begin: selectors, classes, a type.
const NO_SENTENCES: &[(&str, &str)] = &[
    ("ui/src/answer/gestures.ts", "textarea, input"),
    ("ui/src/answer/reach.ts", "pre, .block.wide"),
    ("ui/src/answer/tools.ts", "p, li, h1"),
    ("ui/src/answer/tools.ts", "code, math"),
    ("ui/src/focus.ts", "main, aside"),
    ("ui/src/focus.ts", "input:enabled"),
    ("ui/src/keys.ts", "input:not("),
    ("ui/src/parts/menuPress.ts", "input:not("),
    ("ui/src/parts/menus.ts", "math, code.math"),
    ("ui/src/parts/Composer.svelte", "article[data-id="),
    ("ui/src/parts/settings/AccountList.svelte", "slim quiet"),
    ("ui/src/parts/settings/Segments.svelte", "T extends string"),
    ("ui/src/answer/place.ts", "block wide"),
    ("ui/src/answer/warm.ts", "answer trial"),
];

/// A second language is one more folder beside words/en: whatever a person reads stands there.
#[test]
fn the_window_says_nothing_outside_its_words() {
    let mut faults = Vec::new();
    for (path, text) in sources("ui/src", &["ts", "svelte"]) {
        let file = path.to_string_lossy().replace('\\', "/");
        if file.starts_with("ui/src/words/en/") || file.starts_with("ui/src/ipc/types") {
            continue;
        }
        if path.extension().is_some_and(|it| it == "svelte") {
            let told = between_tags(&text);
            for line in told.lines().filter(|line| line.contains(char::is_alphabetic)) {
                faults.push(format!("{file}: {}", line.trim()));
            }
        }
        if text.contains("en-US") {
            faults.push(format!("{file}: the language is named in its words alone"));
        }
        let is_comment = |line: &str| {
            ["//", "*", "/*", "<!--"].iter().any(|start| line.starts_with(start)) || line.ends_with("*/")
        };
        let code = text.split("\n<style").next().unwrap();
        for line in code.lines().map(str::trim).filter(|line| !is_comment(line)) {
            for quote in ['\'', '"', '`'] {
                for literal in line.split(quote).skip(1).step_by(2) {
                    let is_selector =
                        literal.starts_with(['.', '#', '<']) || quote == '"' && line.contains("class=\"");
                    let named = |it: &&(&str, &str)| it.0 == file && literal.starts_with(it.1);
                    let is_named = NO_SENTENCES.iter().any(|it| named(&it));
                    if reads_as_a_sentence(literal) && !is_selector && !is_named {
                        faults.push(format!("{file}: {literal}"));
                    }
                }
            }
        }
    }
    report(faults);
}

#[test]
fn a_sentence_in_the_window_is_found() {
    assert!(reads_as_a_sentence("Copy the key, then"));
    assert!(reads_as_a_sentence("Not saved"));
    assert!(!reads_as_a_sentence("aria-label"));
    assert!(!reads_as_a_sentence("[role=menuitem] button"));
    let part = "<script>\n</script>\n<!-- none -->\n<p class=\"a b\">{words.x} Hello</p>\n<style>p { color: red }</style>";
    assert_eq!(between_tags(part).trim(), "Hello");
}

/// Strings of two words that are no sentence of the app's to a person, by how they begin.
const OTHER_STRINGS: &[(&str, &str)] = &[
    ("archive/page.rs", "<h3>{}</h3>\\n<ol class="),
    ("archive/page.rs", "<li value="),
    ("archive/page.rs", "<article class="),
    ("archive/page.rs", "<div class="),
    ("archive/page.rs", "<p class="),
    ("archive/page.rs", "<button type="),
    ("archive/page.rs", "<a rel="),
    ("archive/page.rs", "<figure>"),
    ("import/problem.rs", "far more comes out than went in"),
    // What a model is asked.
    ("chat/outgoing/attachments/file.rs", "<file name="),
    ("chat/outgoing/merging.rs", "Below are a question and the answers"),
    ("chat/outgoing/merging.rs", "# Answer of {model}"),
    ("chat/outgoing/request.rs", "Answer in about"),
    ("chat/outgoing/request.rs", "Your last message was cut off"),
    ("chat/outgoing/request.rs", "This chat goes on from an earlier one"),
    ("chat/outgoing/request.rs", "Summary of this chat so far"),
    ("chat/outgoing/summary.rs", "Sum up this chat"),
    ("doctor/small_request.rs", "Say OK."),
    // Causes, for the log and behind "Copy details", beside those of the system and of Poe, which come in English too.
    ("account/clipboard.rs", "no answer within"),
    ("account/freedesktop.rs", "no default collection"),
    ("account/keychain.rs", "the keychain in memory"),
    ("account/roster.rs", "version {}, this app knows"),
    ("account/roster.rs", "{reason}; it could not be moved"),
    ("account/store.rs", "what was read back"),
    ("account/store.rs", "the entry is"),
    ("account/worker.rs", "still waiting"),
    ("account/worker.rs", "no answer within"),
    ("account/worker.rs", "the keychain's thread ended"),
    ("chat/turn/stream.rs", "finished ({})"),
    ("chat/turn/stream.rs", "the stream ended without an end"),
    ("chat/turn/summary.rs", "the summary is empty"),
    ("commands/account.rs", "it could not be emptied"),
    ("doctor/small_request.rs", "the stream ended without an end"),
    ("lib.rs", "already running with this data folder"),
    ("lib.rs", "telltale: panicked at"),
    ("log/entry.rs", "\\n[… {} bytes left out …]"),
    ("log/mod.rs", "the log's thread failed"),
    ("settings.rs", "{reason}; it could not be moved"),
    ("settings.rs", "it could not be read"),
    ("settings.rs", "version {version}, this app knows"),
    ("settings.rs", "could not use {}"),
    ("window.rs", "the web process"),
    // What other programs write.
    ("connection/kde.rs", "[Proxy Settings]"),
    ("data_folder/cloud.rs", "Google Drive"),
    ("data_folder/cloud.rs", "iCloud Drive"),
    ("data_folder/cloud.rs", "pCloud Drive"),
];

/// Whole files: the library's SQL, with its causes; failures as Poe and others would word them, for the gallery; TypeScript that
/// a test writes.
const OTHER_FILES: &[&str] = &["library/", "errors/gallery.rs", "commands/bindings.rs"];

/// The string literals of a source with the line that each begins in; what stands in comments and in the tests at the end is left
/// out.
fn rust_strings(text: &str) -> Vec<(String, String)> {
    let text = text.split("mod tests {").next().unwrap();
    let chars: Vec<char> = text.chars().collect();
    let line_at = |at: usize| {
        let begin = chars[..at].iter().rposition(|c| *c == '\n').map_or(0, |it| it + 1);
        chars[begin..at].iter().collect::<String>().trim().to_owned()
    };
    let mut found = Vec::new();
    let mut at = 0;
    while at < chars.len() {
        let rest = &chars[at..];
        match rest {
            ['/', '/', ..] => at += rest.iter().position(|c| *c == '\n').unwrap_or(rest.len()),
            ['\'', '\\', _, ..] => at += 3,
            ['\'', _, '\'', ..] => at += 3,
            ['r', '#', '"', ..] => {
                let end = rest[3..].windows(2).position(|pair| pair == ['"', '#']);
                let end = end.unwrap_or(rest.len() - 3) + 3;
                found.push((rest[3..end].iter().collect(), line_at(at)));
                at += end + 2;
            }
            ['"', ..] => {
                let mut end = 1;
                while end < rest.len() && rest[end] != '"' {
                    end += if rest[end] == '\\' { 2 } else { 1 };
                }
                found.push((rest[1..end.min(rest.len())].iter().collect(), line_at(at)));
                at += end + 1;
            }
            _ => at += 1,
        }
    }
    found
}

/// A word, a space, a word, where one of the two may be a value that is put in.
fn has_two_words(literal: &str) -> bool {
    const VALUE: char = '{';
    let mut chars = Vec::new();
    let mut depth = 0;
    for c in literal.chars() {
        depth += i32::from(c == '{') - i32::from(c == '}');
        if depth == 0 {
            chars.push(if c == '}' { VALUE } else { c });
        }
    }
    chars.windows(3).any(|three| {
        let is_word = |c: char| c.is_alphabetic() || c == VALUE;
        let is_told = three[0].is_alphabetic() || three[2].is_alphabetic();
        three[1] == ' ' && is_told && is_word(three[0]) && is_word(three[2])
    })
}

/// A second language is one more folder beside words/en.
#[test]
fn sentences_stand_in_the_words_of_a_language() {
    let mut faults = Vec::new();
    let mut unused: BTreeSet<_> = OTHER_STRINGS.iter().collect();
    for (path, text) in sources("src-tauri/src", &["rs", "html"]) {
        let file = path.to_string_lossy().replace('\\', "/");
        let file = file.trim_start_matches("src-tauri/src/");
        if file.starts_with("words/en/") || OTHER_FILES.iter().any(|other| file.starts_with(other)) {
            continue;
        }
        if file.ends_with(".html") {
            faults.push(format!("{file}: a page stands in words/en/pages"));
            continue;
        }
        if file.ends_with("_tests.rs") || file == "points/matching_schedules.rs" {
            continue;
        }
        for (literal, before) in rust_strings(&text) {
            // Reasons for a lint, and for what can't be.
            let for_us = before.ends_with("reason =") || before.ends_with(".expect(");
            if !has_two_words(&literal) || for_us {
                continue;
            }
            let named = |it: &&&(&str, &str)| it.0 == file && literal.starts_with(it.1);
            match OTHER_STRINGS.iter().find(|it| named(&it)) {
                Some(it) => drop(unused.remove(it)),
                None => faults.push(format!("{file}: {literal}")),
            }
        }
    }
    faults.extend(unused.iter().map(|(file, text)| format!("{file}: no longer says {text}")));
    report(faults);
}

#[test]
fn a_sentence_in_a_room_is_found() {
    let room = concat!(
        "// \"not this\"\nconst A: &str = \"Say \\\"no\\\" twice\"; let c = '\"';\n",
        "f(r#\"two words\"#, b\"one\")\n#[cfg(test)]\nmod tests { \"nor this\" }",
    );
    let found: Vec<_> = rust_strings(room).into_iter().map(|(literal, _)| literal).collect();
    assert_eq!(found, ["Say \\\"no\\\" twice", "two words", "one"]);
    assert!(has_two_words("Not saved") && has_two_words("in the {keychain}"));
    assert!(has_two_words("{count} models") && has_two_words("Account {id}"));
    assert!(!has_two_words("poe-api-key") && !has_two_words("{} {}"));
}
