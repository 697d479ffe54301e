//! A line per beginning, whatever the pieces it comes in.

use super::*;

/// Text, reasoning and the last tick of an answer in pieces of so many characters.
fn read(answer: &str, size: usize, is_good: bool) -> (String, String, Option<String>) {
    let (mut prelude, mut sum) = (Prelude::new(), Told::default());
    let mut add = |told: Told| {
        sum.text += &told.text;
        sum.reasoning += &told.reasoning;
        sum.tick = told.tick.or(sum.tick.take());
    };
    let letters: Vec<char> = answer.chars().collect();
    for piece in letters.chunks(size) {
        add(prelude.push(&piece.iter().collect::<String>()));
    }
    add(prelude.finish(is_good));
    (sum.text, sum.reasoning, sum.tick)
}

fn check_end(answer: &str, is_good: bool, text: &str, reasoning: &str, tick: Option<&str>) {
    for size in [1, 2, 3, 7, 20, 1000] {
        let expected = (text.to_owned(), reasoning.to_owned(), tick.map(str::to_owned));
        assert_eq!(read(answer, size, is_good), expected, "{answer:?} by {size}");
    }
}

fn ticks(answer: &str, text: &str, tick: &str) {
    check_end(answer, true, text, "", Some(tick));
}

fn thoughts(answer: &str, text: &str, reasoning: &str) {
    check_end(answer, true, text, reasoning, None);
}

/// All of it is the answer.
fn plain(answer: &str) {
    check_end(answer, true, answer, "", None);
    check_end(answer, false, answer, "", None);
}

#[test]
fn ticks_are_no_answer() {
    ticks(
        "Thinking... (1s elapsed)Thinking... (2s elapsed)The sky is blue.",
        "The sky is blue.",
        "Thinking... (2s elapsed)",
    );
    ticks("Thinking... (1s elapsed)Thinking... (2s elapsed)\n\nYes.", "Yes.", "Thinking... (2s elapsed)");
    ticks("Thinking... (12s elapsed)\nThinking... (13s elapsed)\nYes.", "Yes.", "Thinking... (13s elapsed)");
    ticks("Thinking… (1m 12s elapsed) Yes.", "Yes.", "Thinking… (1m 12s elapsed)");
    ticks(
        "Generating image... (7s elapsed)\n\n![A fox](https://x)",
        "![A fox](https://x)",
        "Generating image... (7s elapsed)",
    );
    ticks("*Thinking... (3s elapsed)*\n\nYes.", "Yes.", "Thinking... (3s elapsed)");
    ticks("Generating...\nYes.", "Yes.", "Generating...");
    ticks("Generating...\r\nYes.", "Yes.", "Generating...");
    ticks("Generating...Generating...Generating...\n\nYes.", "Yes.", "Generating...");
    ticks("Generating...Generating...Yes.", "Yes.", "Generating...");
    ticks("Generating image...\n\n![A fox](https://x)", "![A fox](https://x)", "Generating image...");
    ticks("Searching the web… (2s elapsed)Thinking... (3s elapsed)Yes.", "Yes.", "Thinking... (3s elapsed)");
    // What the answer itself begins with stays.
    ticks("Thinking... (1s elapsed)\n\n    let x = 1;\n", "    let x = 1;\n", "Thinking... (1s elapsed)");
    ticks("Thinking... (1s elapsed)Thinking is hard.", "Thinking is hard.", "Thinking... (1s elapsed)");
}

#[test]
fn thoughts_are_reasoning() {
    thoughts("<think>Let me see.</think>Yes.", "Yes.", "Let me see.");
    thoughts("<think>\nLet me see.\n</think>\n\nYes.", "Yes.", "\nLet me see.\n");
    thoughts("\n<THINK>a</Think> Yes.", "Yes.", "a");
    thoughts("<thinking>a < b, </thin</thinking>Yes.", "Yes.", "a < b, </thin");
    thoughts("[THINK]a[/THINK]Yes.", "Yes.", "a");
    thoughts("◁think▷ä◁/think▷Ja.", "Ja.", "ä");
    thoughts("<seed:think>a</seed:think>Yes.", "Yes.", "a");
    thoughts("<think>a</think><think>b</think>Yes.", "Yes.", "ab");
    thoughts("<think>a</think></think>\nYes.", "Yes.", "a");
    thoughts("<think></think>\n\nYes.", "Yes.", "");
    thoughts("<think>a</think>", "", "a");
    thoughts("*Thinking...*\n\n> Let me think.\n\nYes.", "Yes.", "Let me think.\n");
    thoughts(
        "*Thinking...*\n\n> One.\n> Two.\n>\n> Three.\n\nYes.\n\n> A quote.",
        "Yes.\n\n> A quote.",
        "One.\nTwo.\n\nThree.\n",
    );
    thoughts("_Thinking…_\n> a\n\nYes.", "Yes.", "a\n");
    // The answer may speak of tags and quote them.
    thoughts("<think>a</think>Use <think> and </think>.", "Use <think> and </think>.", "a");
    thoughts("<think>a</think>```\n<think>b</think>\n```", "```\n<think>b</think>\n```", "a");
    check_end(
        "Thinking... (1s elapsed)<think>a</think>Yes.",
        true,
        "Yes.",
        "a",
        Some("Thinking... (1s elapsed)"),
    );
}

#[test]
fn an_answer_is_an_answer() {
    plain("");
    plain("Yes.");
    plain("\n\n  Yes.");
    plain("Thinking about it, yes.");
    plain("Thinking... about it, yes.");
    plain("Thinking... (hard) about it");
    plain("Thinking (2s elapsed, I guess) is fine");
    plain("thinking... (2s elapsed)");
    plain("Generating images is easy.\nYes.");
    plain("Working with dots...\nis nothing to be ashamed of.");
    plain("Waiting...\n\nA poem.");
    plain("Generating...then stopping.");
    plain("*Think* of it.");
    plain("**Thinking** is hard.\n\n> A quote.");
    plain("<thinker>a</thinker>");
    plain("<b>bold</b> <think>a</think>");
    plain("`<think>` opens thoughts, `</think>` ends them.");
    plain("```\n<think>a</think>\n```");
    plain("    <think>a</think>");
    plain("\t<think>a</think>");
    plain("Use <think>a</think>.");
    plain("</think> closes.");
    plain("[thinking of you]");
    plain("Yes.\n\nThinking... (2s elapsed)");
    plain("> a quote\n\n*Thinking...*");
}

#[test]
fn what_never_ended() {
    check_end("<think>Let me", true, "", "Let me", None);
    check_end("<think>Let me", false, "", "Let me", None);
    check_end("<think>Let me</th", false, "", "Let me</th", None);
    // Nothing but a word with dots is an answer, if it is whole.
    check_end("Generating...", true, "Generating...", "", None);
    check_end("Generating...", false, "", "", Some("Generating..."));
    check_end("*Thinking...*\n", true, "*Thinking...*", "", None);
    check_end("Thinking... (1s elapsed)", true, "", "", Some("Thinking... (1s elapsed)"));
    check_end("Thinking... (1s ela", false, "Thinking... (1s ela", "", None);
}

#[test]
fn a_long_answer_is_passed_on_as_it_comes() {
    let mut prelude = Prelude::new();
    assert_eq!(prelude.push("Thinking... (1s elapsed)").text, "");
    assert_eq!(prelude.push("Yes. ").text, "Yes. ");
    for _ in 0..1000 {
        assert_eq!(prelude.push("word ").text, "word ");
    }
    assert!(prelude.held.is_empty());
}
