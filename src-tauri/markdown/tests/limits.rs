//! A hostile answer takes no more than a moment, and no more than its share of the page.

use std::time::{Duration, Instant};

use markdown::{Renderer, html, render};

mod tags;

/// Debug builds are some ten times slower than what people run, and tests run beside each other.
const SIZE: usize = if cfg!(debug_assertions) { 25_000 } else { 100_000 };
const MOMENT: Duration = Duration::from_secs(if cfg!(debug_assertions) { 3 } else { 1 });

fn check(text: &str) {
    let name: String = text.chars().take(40).collect();
    let (whole, took) = timed(|| render(text));
    assert!(took < MOMENT, "{name:?} took {took:?}");
    whole.iter().for_each(|block| tags::check(block, &name));
    let size: usize = whole.iter().map(String::len).sum();
    assert!(size < 100 * SIZE, "{name:?} became {size} bytes");
    let mut renderer = Renderer::new();
    renderer.push(&text[..text.floor_char_boundary(text.len() / 2)]);
    renderer.update();
    renderer.push(&text[text.floor_char_boundary(text.len() / 2)..]);
    let (_, took) = timed(|| renderer.update());
    assert!(took < 2 * MOMENT, "{name:?} in two took {took:?}");
}

/// How long it worked. Where the system tells, a processor that others use does not count.
fn timed<T>(work: impl FnOnce() -> T) -> (T, Duration) {
    let worked = || {
        let told = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
        told.split(' ').next()?.parse().ok().map(Duration::from_nanos)
    };
    let (begun, before) = (Instant::now(), worked());
    let result = work();
    let took = worked().zip(before).map(|(after, before)| after - before);
    (result, took.unwrap_or_else(|| begun.elapsed()))
}

fn repeated(unit: &str) {
    check(&unit.repeat(SIZE / unit.len()));
}

#[test]
fn a_unit_that_goes_on_and_on_takes_a_moment() {
    for unit in [
        ">",
        "> ",
        ">\n",
        "> > \n",
        "[",
        "]",
        "[]",
        "![",
        "[[",
        "[a](",
        "[a]: ",
        "[](",
        "![](",
        "[^",
        "[^a]",
        "[^a]: ",
        "- ",
        "* ",
        "1. ",
        "-\n",
        "*",
        "**",
        "*a ",
        "*a_ ",
        "_",
        "**a *a ",
        "a**b",
        "~",
        "~~",
        "~~a ",
        "`",
        "`` ",
        "```\n",
        "`a",
        "$",
        "$$",
        "$a ",
        "${",
        "$}",
        "\\(",
        "\\[",
        "\\[\n",
        "\\(x\\) ",
        "\\[x\\]\n\n",
        "{",
        "}",
        "<",
        "</",
        "<a ",
        "<!--",
        "<![CDATA[",
        "<?",
        "<!X ",
        "&",
        "&#",
        "&a;",
        "\\",
        "\\\n",
        "|",
        "|-",
        "a|",
        "| a ",
        "\t",
        " ",
        "    ",
        "\n",
        "#",
        "# ",
        "a\n===\n",
        "https://",
        "https://a.b/(",
        "www.a.b ",
        "a@",
        "a@b.c ",
        "!",
        "\u{0}",
        "é",
        "🎉",
        "(",
        ")",
        "[a][",
        "[a]\n",
        "'",
        "\"",
        "[a](<b",
        "[a](b \"",
        "<a@b.c>",
        "- a\n  ",
        "> - ",
        "- > ",
        "1) - ",
        "- [ ] ",
        "*  ",
        "[x]: y\n",
        "x\ny\n\n",
        "***\n",
        "<div>\n",
        "<div>\n\n",
        "<script>\n",
        "\u{a0}",
        "=\n",
        "-",
        "a **",
        "a_",
        "_a",
        "***a ",
        "*_",
        "![a](https://a.b/c)\n",
        "[a](https://a.b/c)",
        "![a](https://a.b/c) https://a.b/c ",
        "$x$ ",
        "$a{",
        "$1 and ",
        "\\$",
        "$a\n",
        "$x",
        "$x`",
        "**。",
        "。**",
        "*「*」",
        "~~。~~字",
        "。*a**",
        "<br>",
        "<br>\n",
        "<br>\n\n",
        "<a \"",
        "a<!--",
        "-\n=\n",
        "=",
        "1",
        "1.",
        ">",
        "`\u{202e}` ",
        "\u{202e}",
        "\u{200d}",
        "    \u{e0041}",
        "```\n\u{e0041}\u{202e}",
        "$$x$$\n\n",
        "> [!NOTE]\n",
    ] {
        repeated(unit);
    }
}

#[test]
fn what_opens_and_opens_and_then_closes_takes_a_moment() {
    let half = SIZE / 2;
    for (first, second) in [
        ("[", "]"),
        ("*", "a*"),
        ("[a](", ")"),
        ("(", ")"),
        ("![", "](x)"),
        ("`", "` `"),
        ("*a ", "b*"),
        ("**a ", "b**"),
        ("_a ", "b_"),
        ("<", ">"),
        ("${", "}$"),
        ("> ", "\na"),
        ("- ", "\n\n  a"),
        ("~~a ", "b~~"),
        ("[^", "]: x\n"),
        ("\"", "'"),
    ] {
        check(&format!("{}x{}", first.repeat(half / first.len()), second.repeat(half / second.len())));
    }
}

#[test]
fn what_lies_deep_takes_a_moment() {
    let mut staircase = String::new();
    for step in 0..400 {
        staircase.extend([&" ".repeat(2 * step), "- a\n"]);
    }
    check(&staircase);
    check(&(1..400).map(|depth| ">".repeat(depth) + " a\n").collect::<String>());
    check(&(1..400).rev().map(|depth| ">".repeat(depth) + " a\n\n").collect::<String>());
    check(&(1..300).map(|count| "`".repeat(count) + "a ").collect::<String>());
}

#[test]
fn tables_of_any_width_take_a_moment() {
    for columns in [2, 60, 64, 70, 500, 20_000] {
        let head = format!("{}\n{}\n", "|a".repeat(columns), "|-".repeat(columns));
        check(&format!("{head}{}", "b\n".repeat(SIZE.saturating_sub(head.len()) / 2)));
        check(&format!("{head}b\nb\n\n").repeat(SIZE / (head.len() + 5) + 1));
    }
}

#[test]
fn definitions_and_notes_take_a_moment() {
    let long = "x".repeat(1900);
    check(&format!("[a]: https://a.example/{long}\n\n{}", "[a] ".repeat(SIZE / 4)));
    check(
        &(0..SIZE / 40).map(|n| format!("[r{n}]\n\n[r{n}]: https://a.example/{n}\n\n")).collect::<String>(),
    );
    check(&(0..SIZE / 40).map(|n| format!("a[^{n}]\n\n[^{n}]: note {n}\n\n")).collect::<String>());
    check(&format!("{}\n\n[^a]: x", "[^a]".repeat(SIZE / 4)));
}

#[test]
fn long_code_and_many_blocks_of_it_take_a_moment() {
    for language in ["rust", "js", "cpp", "cs", "makefile", "nonsense"] {
        for line in ["{", "'\"`", "<a ", "x", "\\", "1 "] {
            check(&format!("```{language}\n{}", format!("{}\n", line.repeat(490 / line.len())).repeat(4)));
        }
    }
    check(&format!("```rust\n{}", "x".repeat(SIZE)));
    check(&"```rust\nlet x = 1;\n```\n".repeat(SIZE / 230));
    check(&"```\n".repeat(SIZE / 4));
}

/// Code that is slow to color is shown plain from some point on, wherever the pieces end.
#[test]
fn code_that_is_slow_to_color_is_plain_from_some_point_on() {
    let text = format!(
        "```rust\n{}```\n\n```rust\nlet x = 1;\n```\n",
        format!("let {};\n", "x".repeat(480)).repeat(60)
    );
    let whole = render(&text);
    assert!(whole[0].contains("hl-keyword"));
    assert!(!whole[1].contains("hl-keyword"));
    let (mut renderer, mut blocks) = (Renderer::new(), Vec::new());
    for line in text.split_inclusive("x;") {
        renderer.push(line);
        renderer.update().apply(&mut blocks);
    }
    let blocks: Vec<String> = blocks.iter().map(|block| html(block)).collect();
    assert_eq!(blocks, whole);
}

#[test]
fn a_growing_code_block_is_colored_once() {
    let line = "let value: u32 = call(\"text\", 42); // comment\n";
    let mut renderer = Renderer::new();
    renderer.push("```rust\n");
    let (_, took) = timed(|| {
        for _ in 0..500 {
            for piece in [&line[..10], &line[10..30], &line[30..]] {
                renderer.push(piece);
                renderer.update();
            }
        }
    });
    // Coloring 500 lines from the start 1,500 times takes minutes.
    assert!(took < 5 * MOMENT, "{took:?}");
}
