//! However a text is cut into pieces, the updates add up to the whole.

use markdown::{Block, Piece, PieceKind, Renderer, Update, html, render};

/// Pieces of Markdown that reach into each other when they stand together.
const PIECES: &[&str] = &[
    "para",
    "word *em* **strong** `code`",
    "*open",
    "**open",
    "`open",
    "``",
    "~~del~~",
    "~~",
    "_a_b_",
    "***",
    "# Head",
    "#",
    "#no",
    "===",
    "---",
    "-",
    "--",
    "- item",
    "- item\n\n- loose",
    "  - nested",
    "    deep",
    "* star",
    "+ plus",
    "1. one",
    "2) two",
    "10. ten",
    "- [ ] task",
    "- [x] done",
    "-\tx",
    "> quote",
    "> > deeper",
    ">",
    "> - in quote",
    "> [!WARNING]",
    "lazy",
    "    code",
    "\tcode",
    "```",
    "```rust",
    "fn main() { \"s\" } // c",
    "/*",
    "*/",
    "~~~",
    "~~~py",
    "'''",
    "````",
    "  ```",
    "| a | b |",
    "|---|:-:|",
    "| 1 | 2 |",
    "a | b",
    "--|--",
    "x",
    "[ref]",
    "[ref][]",
    "[text][ref]",
    "[ref]: https://a.example",
    "[ref]: https://b.example 'title'",
    "[REF]: <x>",
    "[late]",
    "[late]: https://c.example",
    "\"title\"",
    "[late]:",
    "https://d.example",
    "> [ref]: https://e.example",
    "- [late]: /x",
    "[^1]",
    "[^1]: note",
    "[^b]: note [^1]",
    "[^B]",
    "    more",
    "> [^q]: quoted",
    "[^q]",
    "[ref]:",
    "![alt](https://i.example/x.png)",
    "https://i.example/x.png",
    "https://i.example/x.png tail",
    "![alt][ref]",
    "<div>",
    "</div>",
    "<script>",
    "</script>",
    "<!-- x",
    "-->",
    "<?php",
    "?>",
    "<b>bold</b>",
    "<a",
    "href>",
    "$x^2$",
    "$$",
    "$$\\int$$",
    "$5 and $6",
    "\\(x\\)",
    "\\[",
    "\\]",
    "\\(",
    "\\[ y \\]",
    "\\",
    "a  ",
    "a\\",
    "&amp;",
    "&#1;",
    "&",
    "https://a.example/x_y.",
    "mail@a.example",
    "[a](https://a.example \"t\")",
    "[a](javascript:x)",
    "[a](",
    ")",
    "[[",
    "]]",
    "!",
    "![",
    "\u{a0}",
    "é",
    "日本語",
    "**注意：**请",
    "是**「重点」**，*（x）*字",
    "~~旧（含税）。~~新",
    "「**",
    "**。",
    "：*",
    "a<br>b<BR/>",
    "<br>",
    "**$1.50** and **$2**",
    "$HOME/$USER",
    "$x",
    "y$",
    "$$ x",
    "`a\u{202e}b\u{200b}`",
    "👨\u{200d}👩\u{fe0f}",
    "====",
    "- -",
    "1.",
    "1986",
    ":-:",
    "🎉",
    "\u{202e}",
    "***bold***",
    "a<br>b",
    "{",
    "}",
    "* * *",
    "    - x",
    " - y",
    "\t- z",
    "   - w",
    "  1. n",
    "  ```js",
    "  let a = 1",
    "   ```",
    ">   - q",
    "> | a |",
    "> |---|",
    "> | 1 |",
    "  | a | b |",
    "  |---|---|",
    "  | 1 |",
    "  # Head",
    "  > in item",
    "  $x$ and",
    "-   wide",
    "-     code",
    "- - two",
    "> > - deep",
    "> ```",
    "  ![alt](https://i.example/x.png)",
    "  https://i.example/x.png",
];

/// A generator with a known seed, so that a failure can be seen again.
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % bound as u64) as usize
    }
}

fn document(dice: &mut Dice) -> String {
    let mut text = String::new();
    for _ in 0..2 + dice.below(14) {
        text.push_str(PIECES[dice.below(PIECES.len())]);
        text.push_str(
            ["\n", "\n", "\n", "\n\n", "\n\n", "\n\n", " ", "", "\r\n", "\n  ", "\n    "][dice.below(11)],
        );
    }
    text
}

fn apply(blocks: &mut Vec<Block>, update: Update) {
    assert!(update.keep <= blocks.len(), "keeps what is not there");
    if update.within > 0 {
        assert_eq!(update.keep + 1, blocks.len(), "goes into a block that is not the last");
        assert!(update.within <= blocks[update.keep].len(), "keeps pieces that are not there");
        assert!(!update.blocks.is_empty());
    }
    update.apply(blocks);
    for block in blocks {
        check_pieces(block);
    }
}

/// What opens is closed, in the order of its opening; nothing is empty.
fn check_pieces(block: &[Piece]) {
    let mut open = Vec::new();
    for Piece { kind, html } in block {
        assert!(!html.is_empty(), "{block:?}");
        let name =
            |html: &str| html.trim_start_matches(['<', '/']).split(['>', ' ']).next().map(str::to_owned);
        match kind {
            PieceKind::Whole => {}
            PieceKind::Open => open.push(name(html)),
            PieceKind::Close if html.starts_with("</code>") => {
                assert_eq!(open.pop(), Some(Some("div".into())))
            }
            PieceKind::Close => assert_eq!(open.pop(), Some(name(html)), "{block:?}"),
        }
    }
    assert!(open.is_empty(), "{block:?}");
}

fn page(blocks: &[Block]) -> Vec<String> {
    blocks.iter().map(|block| html(block)).collect()
}

/// While a text comes in, its footnotes, which stand below all, are not there yet.
fn without_notes(mut blocks: Vec<String>) -> Vec<String> {
    blocks.pop_if(|last| last.starts_with("<section"));
    blocks
}

/// Feeds the pieces; wherever a line is finished, the page is that of the text so far.
fn check<'a>(pieces: impl Iterator<Item = &'a str>) {
    let (mut renderer, mut blocks, mut text) = (Renderer::new(), Vec::new(), String::new());
    for piece in pieces {
        text.push_str(piece);
        renderer.push(piece);
        apply(&mut blocks, renderer.update());
        assert_eq!(page(&blocks), page(renderer.blocks()));
        if text.ends_with('\n') {
            assert_eq!(page(&blocks), without_notes(render(&text)), "after {text:?}");
        }
    }
    let before = page(&blocks);
    apply(&mut blocks, renderer.finish());
    if text.ends_with('\n') {
        let after = without_notes(page(&blocks));
        assert_eq!(before, after, "the end brought news after {text:?}");
    }
    assert_eq!(page(&blocks), render(&text), "at the end of {text:?}");
}

fn cuts<'a>(text: &'a str, dice: &mut Dice, longest: usize) -> Vec<&'a str> {
    let (mut pieces, mut rest) = (Vec::new(), text);
    while !rest.is_empty() {
        let cut = rest.char_indices().map(|(at, _)| at).nth(1 + dice.below(longest)).unwrap_or(rest.len());
        pieces.push(&rest[..cut]);
        rest = &rest[cut..];
    }
    pieces
}

fn rounds() -> usize {
    std::env::var("MARKDOWN_ROUNDS").ok().and_then(|rounds| rounds.parse().ok()).unwrap_or(1500)
}

#[test]
fn random_documents_in_random_pieces() {
    let mut dice = Dice(0x5EED_CAFE);
    for _ in 0..rounds() {
        let text = document(&mut dice);
        let longest = [1, 3, 9, 40][dice.below(4)];
        let pieces = cuts(&text, &mut dice, longest);
        check(pieces.into_iter());
    }
}

#[test]
fn each_line_by_itself() {
    let mut dice = Dice(0xBEEF);
    for _ in 0..rounds() {
        check(document(&mut dice).split_inclusive('\n'));
    }
}

/// What is covered while it is parsed must not become an address by that.
#[test]
fn a_formula_makes_no_definition() {
    for text in [
        "[a]\n\n[a]:\n\\[ y \\]\n\nb\n",
        "[a]\n\n[a]: $x y$\n\nb\n",
        "[a]\n\n[a]: <$x < y$>\n\nb\n",
        "[a]($x y$) [a](<$x < y$>) <a b=$x=y$>\n\nb\n",
    ] {
        check(text.split_inclusive('\n'));
        assert!(!render(text).concat().contains("href"), "{text:?}");
        assert!(render(text).concat().contains("<math"), "{text:?}");
    }
}

#[test]
fn line_ends_are_one_whatever_they_are() {
    assert_eq!(render("a\r\n\r\n- b\r- c\r\r```\r\nx\r\n```"), render("a\n\n- b\n- c\n\n```\nx\n```"));
    check(["a\r", "\n\r", "\nb\r", "\r", "c"].into_iter());
}

/// The pages that a person sees while a text comes in letter by letter.
fn pages(text: &str) -> Vec<String> {
    let (mut renderer, mut blocks, mut pages) = (Renderer::new(), Vec::new(), Vec::new());
    for c in text.chars() {
        renderer.push(c.encode_utf8(&mut [0; 4]));
        apply(&mut blocks, renderer.update());
        pages.push(page(&blocks).concat());
    }
    apply(&mut blocks, renderer.finish());
    assert_eq!(page(&blocks), render(text));
    pages.push(page(&blocks).concat());
    pages
}

#[test]
fn no_letter_takes_back_what_the_one_before_showed() {
    for (text, never) in [
        ("Here is the list\n- one\n- two", "<h2>"),
        ("Here is the list\n* one\n\n* * *", "<hr>* "),
        ("Text\n--flag is set", "<h2>"),
        ("Text\n= 5", "<h1>"),
        ("Name | Age\n--- | ---\nA | 1", "<h2>"),
        ("> Quote\n> - one", "<h2>"),
        ("- item\n  - inner", "<h2>"),
        ("***Bold*** text", "<hr>"),
        ("**Bold** text", "<li>"),
        ("1986 was a year", "<ol"),
        ("1.5 million", "<ol"),
        ("-5 degrees", "<ul>"),
        ("a\n\n--- a/file", "<hr>"),
    ] {
        for page in pages(text) {
            assert!(!page.contains(never), "{text:?} showed {page}");
        }
    }
}

#[test]
fn what_is_certain_shows_at_once() {
    let last = |text: &str| pages(text).into_iter().rev().nth(1).unwrap_or_default();
    assert_eq!(last("# T"), "<h1>T</h1>");
    assert_eq!(last("- a"), "<ul><li>a</li></ul>");
    assert_eq!(last("Title\n---\n"), "<h2>Title</h2>");
    assert_eq!(last("Title\n---"), "<p>Title</p>");
    assert_eq!(last("a\n\n1986"), "<p>a</p>");
}

/// At the end nothing more can come: what was held back is there, and a line under a text is text.
#[test]
fn nothing_that_was_held_is_lost() {
    for (text, expected) in [
        ("Here is the list\n-", "<p>Here is the list\n-</p>"),
        ("Text\n==", "<p>Text\n==</p>"),
        ("> Text\n> --", "<blockquote><p>Text\n--</p></blockquote>"),
        ("- a\n  -- ", "<ul><li>a\n--</li></ul>"),
        ("a\n\n---", "<p>a</p><hr>"),
        ("The answer is\n42", "<p>The answer is\n42</p>"),
        ("42", "<p>42</p>"),
        ("**", "<p>**</p>"),
        ("| a |\n|---|", "<table><thead><tr><th>a</th></tr></thead></table>"),
        ("```\n---", "<div class=\"code\"><pre><code>---</code></pre></div>"),
        ("$x$ **。**字\n--", "<p><math><mi>x</mi></math> <strong>。</strong>字\n--</p>"),
    ] {
        assert_eq!(render(text).concat(), expected);
        assert_eq!(pages(text).last().map(String::as_str), Some(expected));
    }
}

fn whole(html: &str) -> Block {
    vec![Piece { kind: PieceKind::Whole, html: html.to_owned() }]
}

#[test]
fn closed_blocks_stay() {
    let update = |keep, blocks| Update { keep, within: 0, blocks };
    let mut renderer = Renderer::new();
    renderer.push("# One\n\ntwo\n\nthree");
    assert_eq!(
        renderer.update(),
        update(0, vec![whole("<h1>One</h1>"), whole("<p>two</p>"), whole("<p>three</p>")])
    );
    renderer.push(" and more");
    assert_eq!(renderer.update(), update(2, vec![whole("<p>three and more</p>")]));
    assert_eq!(renderer.update(), update(3, vec![]));
    renderer.push("\n\n- four");
    assert_eq!(renderer.update().keep, 3);
    assert_eq!(renderer.finish(), update(4, vec![]));
}

/// What of a block was there before an update, and what is new, as HTML.
fn grows(before: &str, after: &str) -> (usize, String) {
    let (mut renderer, mut blocks) = (Renderer::new(), Vec::new());
    renderer.push(before);
    apply(&mut blocks, renderer.update());
    renderer.push(after);
    let update = renderer.update();
    let fresh = update.blocks.iter().map(|block| html(block)).collect();
    let stays = blocks[update.keep..].first().map_or(0, |block| html(&block[..update.within]).len());
    apply(&mut blocks, update);
    (stays, fresh)
}

#[test]
fn what_stands_in_an_open_block_stays() {
    for (before, after, fresh) in [
        ("- one\n- tw", "o", "two</li></ul>"),
        ("- one\n- two", "\n- three", "<li>three</li></ul>"),
        ("1. one\n2. two\n", "3. three", "<li>three</li></ol>"),
        ("- one\n\n- two\n", "\n- three", "<li><p>three</p></li></ul>"),
        ("- one\n  - a\n", "  - b", "<li>b</li></ul></li></ul>"),
        ("> one\n>\n> tw", "o", "<p>two</p></blockquote>"),
        ("> - a\n> - b\n", "> - c", "<li>c</li></ul></blockquote>"),
        ("| a |\n|---|\n| 1 |\n| 2 |\n", "| 3 |", "<tr><td>3</td></tr></tbody></table>"),
        ("```\none\ntwo\nthr", "ee", "three</code></pre></div>"),
        ("1. so:\n   ```\n   one\n", "   two\n", "two\n</code></pre></div></li></ol>"),
    ] {
        let (stays, shown) = grows(before, after);
        assert_eq!(shown, fresh, "{before:?}");
        assert!(stays > 0, "{before:?}");
    }
}

/// However long a block is, an update looks at its end alone, and hands on no more than that.
#[test]
fn a_long_block_costs_no_more_than_a_short_one() {
    let lines = |line: &str| line.repeat(50_000 / line.len());
    for (name, head, lines) in [
        ("list", "", lines("- a list's **item**, of `some` length\n")),
        ("loose list", "", lines("- a list's **item**, of `some` length\n\n")),
        ("numbers", "", lines("1. an item of [some](https://a.example) length\n")),
        ("in an item", "- outer\n", lines("  - an inner item\n    - and one in it\n")),
        ("in a loose item", "- outer\n\n", lines("  - an inner item\n\n    and more of it\n\n")),
        ("blocks in an item", "1. outer\n\n", lines("   A paragraph.\n\n   > A quote\n\n")),
        ("quote", "", lines("> A paragraph.\n>\n> - an item\n>\n")),
        ("table", "| a | b |\n|---|--:|\n", lines("| some `text` | 12 |\n")),
        ("short rows", "a | b\n-|-\n", lines("x\n")),
        ("table in an item", "- so:\n\n  | a | b |\n  |---|--:|\n", lines("  | some `text` | 12 |\n")),
        ("code", "```rust\n", lines("let a = \"text\"; // note\n")),
        ("code in an item", "1. so:\n   ```rust\n", lines("   let a = \"text\"; // note\n\n")),
        ("code in a quote", "> ~~~\n", lines("> - text\n>\n")),
    ] {
        let (mut renderer, mut blocks, mut most) = (Renderer::new(), Vec::new(), 0);
        for piece in [head].into_iter().chain(lines.split_inclusive([' ', '\n'])) {
            renderer.push(piece);
            let update = renderer.update();
            let pieces: Vec<&Piece> = update.blocks.iter().flatten().collect();
            most = most.max(pieces.iter().map(|piece| piece.html.len()).sum());
            assert!(pieces.len() < 30, "{name}: {} pieces", pieces.len());
            assert!(renderer.open() < 300, "{name}: {} bytes are open", renderer.open());
            update.apply(&mut blocks);
        }
        assert!(most < 600, "{name}: {most} bytes at once");
        assert_eq!(page(&blocks).concat(), render(&format!("{head}{lines}")).concat(), "{name}");
    }
}

/// Items that are drawn already change where a later one has a blank line before it.
#[test]
fn a_list_turns_loose() {
    let tight: String = (0..50).map(|n| format!("- {n}\n  - in {n}\n")).collect();
    for after in ["\n- last\n", "\n  - last\n", "\n  more\n", "\n    more\n"] {
        for size in [1, 3, 100] {
            let mut dice = Dice(7);
            let text = format!("para\n\n{tight}{after}- on\n  - and on\n\npara\n");
            check(cuts(&text, &mut dice, size).into_iter());
        }
    }
}

#[test]
fn a_late_definition_reaches_back() {
    for (before, after) in [
        ("plain\n\nsee [a]\n\nlast\n\n", "[a]: https://a.example\n"),
        ("- plain\n- see [a]\n- last\n\n", "  [a]: https://a.example\n"),
    ] {
        let (mut renderer, mut blocks) = (Renderer::new(), Vec::new());
        renderer.push(before);
        apply(&mut blocks, renderer.update());
        assert!(!page(&blocks).concat().contains("href"));
        renderer.push(after);
        apply(&mut blocks, renderer.update());
        assert!(page(&blocks).concat().contains("href=\"https://a.example\""), "{blocks:?}");
        assert_eq!(page(&blocks), render(&format!("{before}{after}")));
    }
}

#[test]
fn an_empty_answer_has_no_blocks() {
    let mut renderer = Renderer::new();
    assert_eq!(renderer.update(), Update::default());
    renderer.push("\n \n");
    assert_eq!(renderer.finish(), Update::default());
    assert_eq!(render(""), Vec::<String>::new());
}

#[test]
fn a_renderer_may_move_to_another_thread() {
    fn send<T: Send>(_: &T) {}
    send(&Renderer::new());
}
