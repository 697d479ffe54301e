//! What the demo's models say, in Markdown, and which answer fits which question.

use super::long::{ENDS, PARTS};

pub(super) const THOUGHTS: &str = include_str!("answers/thoughts.md");
pub(super) const CONCLUSION: &str = include_str!("answers/conclusion.md");
/// For the models whose stream breaks: so far it comes.
pub(super) const BREAKING: &str = include_str!("answers/breaking.md").trim_ascii_end();
/// The same with the rest, for who goes on from there or asks once more.
pub(super) const UNBROKEN: &str = include_str!("answers/unbroken.md");
pub(super) const AFTER_FAILURE: &str = "This time it worked. The failure before was part of the demo: the same \
    message was sent again by itself, and you were charged once.\n";
pub(super) const AFTER_PRESS: &str = "This time it worked. The failure before was part of the demo: pressing a button of \
    its card sent your message again, and this answer is the only one on its receipt.\n";
pub(super) const NEEDS_TOOLS: &str = "I need tools for this, and the request brought none. Give me a function to \
    call, in `tools`, and I call it.\n";

/// Words of a question, and the answer that fits them. The first match counts.
const RICH: &[(&[&str], &str)] = &[
    (&["continue", "go on", "left off"], include_str!("answers/go-on.md")),
    (&["code", "rust", "python", "program", "function"], include_str!("answers/code.md")),
    (&["table", "compare", "versus", "or"], include_str!("answers/table.md")),
    (&["math", "formula", "equation", "solve"], include_str!("answers/math.md")),
    (&["plan", "list", "recipe", "week"], include_str!("answers/plan.md")),
    (
        &["hello", "hi", "hey", "test"],
        "Hello! This is the demo: ask anything, or try \"code\", \"table\" or \"math\".\n",
    ),
    (&["thank"], "You are welcome.\n"),
];

const TOUR: &str = include_str!("answers/tour.md");

pub(super) fn rich(question: &str) -> &'static str {
    let question = question.to_lowercase();
    // Short words must stand alone: "hi" is in many.
    let has = |word: &str| match word.len() {
        0..=4 => question.split(|c: char| !c.is_alphabetic()).any(|other| other == word),
        _ => question.contains(word),
    };
    RICH.iter().find(|(words, _)| words.iter().any(|word| has(word))).map_or(TOUR, |(_, answer)| answer)
}

/// One of a few short answers: the same question gets the same one.
pub(super) fn quick(question: &str) -> &'static str {
    const QUICK: &[&str] = &[
        "Yes, and sooner than you think.\n",
        "Short answer: **it depends**, mostly on the weather.\n",
        "Forty-two, give or take.\n",
        "Try it with a smaller example first. If that works, the rest is patience.\n",
    ];
    QUICK[question.bytes().map(usize::from).sum::<usize>() % QUICK.len()]
}

pub(super) fn seen(pictures: usize) -> String {
    match pictures {
        0 => "No picture came with the message. Attach one and ask again.\n".to_owned(),
        1 => "One picture arrived. This is the demo, so I cannot look at it, but it came through whole.\n"
            .to_owned(),
        n => format!("{n} pictures arrived, in this order. This is the demo, so I cannot look at them.\n"),
    }
}

/// About 30 kB.
pub(super) fn long() -> String {
    let opening =
        "# A very long answer\n\nThere is time to press **Stop**, or to start another chat beside it.\n";
    told(opening, 30_000)
}

/// To a short question within the tale.
pub(super) const MORE: &str = "Then they walked home along the river, and the lamp stayed lit. Look at what this answer cost: the tale before it was \
    read again.\n";

/// Long enough to be worth keeping for the next question.
pub(super) fn tale() -> String {
    told("# A tale\n\nAsk twice more within five minutes, and reading it again costs a tenth.\n", 5_000)
}

fn told(opening: &str, bytes: usize) -> String {
    let mut text = opening.to_owned();
    let mut part = 0;
    while text.len() < bytes {
        let (title, body) = PARTS[part % PARTS.len()];
        let end = ENDS[part % ENDS.len()];
        part += 1;
        text.push_str(&format!("\n## {part}. {title}\n\n{body}\n\n{end}\n"));
    }
    text
}
