//! Numbers in an answer that name its sources lead to them, whenever these become known, and lead nowhere else.

use markdown::{Block, Mark, Renderer, html, render, render_marked};

mod tags;

fn marks(addresses: &[&str]) -> Vec<Mark> {
    let mark = |(number, address): (u32, &&str)| Mark {
        number,
        address: (*address).to_owned(),
        title: format!("Page \"{number}\""),
    };
    (1..).zip(addresses).map(mark).collect()
}

fn two() -> Vec<Mark> {
    marks(&["https://a.example/?x=1&y", "https://b.example"])
}

/// The links as `[words]number`, and all other text.
fn plain(blocks: &[String]) -> String {
    let all = blocks.concat();
    tags::check(&all, "marks");
    let mut text = all;
    for (number, address) in [(1, "https://a.example/?x=1&amp;y"), (2, "https://b.example")] {
        let opened =
            format!("href=\"{address}\" title=\"Page &quot;{number}&quot;\" rel=\"noreferrer noopener\">");
        text = text.replace(&format!("<a class=\"mark\" {opened}"), &format!("{number}!"));
        text = text.replace(&format!("<a {opened}"), &format!("{number}:"));
    }
    text.replace("</a>", ".")
}

#[test]
fn what_a_number_is() {
    fn check(text: &str, expected: &str) {
        assert_eq!(plain(&render_marked(text, &two())), expected, "{text:?}");
    }
    check("Rain [1].", "<p>Rain 1![1]..</p>");
    check("Rain[1][2], sun[2][1][2].", "<p>Rain1![1].2![2]., sun2![2].1![1].2![2]..</p>");
    check("Rain [2][].", "<p>Rain 2![2]..</p>");
    check("[The report][2] and [3], [0], [01], [1, 2].", "<p>2:The report. and [3], [0], [01], [1, 2].</p>");
    check(
        "`a[1]` and\n\n```\nb[2]\n```",
        "<p><code>a[1]</code> and</p><div class=\"code\"><pre><code>b[2]\n</code></pre></div>",
    );
    check("**Bold [1]**", "<p><strong>Bold 1![1].</strong></p>");
    check("- one [1]\n- two [2]", "<ul><li>one 1![1].</li><li>two 2![2].</li></ul>");
    // A footnote, an inline link and an image are what they are.
    check(
        "[1](https://b.example) [x]",
        "<p><a href=\"https://b.example\" rel=\"noreferrer noopener\">1. [x]</p>",
    );
    // What the text itself defines by the number goes after what its host says.
    check("So [1].\n\n[1]: https://evil.example", "<p>So 1![1]..</p>");
    assert_eq!(render_marked("Rain [1].", &[]), render("Rain [1]."));
}

#[test]
fn what_no_link_may_have_stays_text() {
    for address in
        ["javascript:alert(1)", "data:text/html,x", "https://user@a.example", "", "file:///etc/passwd"]
    {
        assert_eq!(render_marked("Rain [1][2].", &marks(&[address])), ["<p>Rain [1][2].</p>"], "{address}");
    }
    let hostile =
        Mark { number: 1, address: "https://a.example/\"><b>".to_owned(), title: "\"><script>".to_owned() };
    tags::check(&render_marked("[1]", &[hostile]).concat(), "hostile");
}

#[test]
fn whenever_they_come_the_page_is_the_same() {
    let paragraphs = "First [1], and [2].\n\n> quote [2]\n\n- item [1]\n  - deep [2][1]\n\nNo number.\n\n| a [1] | b |\n|--|--|\n| c | d [2] |\n\nEnd [1]\n";
    let text = format!("{paragraphs}\n{paragraphs}[3] [word][2]");
    let whole = render_marked(&text, &two());
    let all: Vec<char> = text.chars().collect();
    for size in [1, 3, 16, all.len()] {
        for known_after in [0, 20, 60, all.len() / 2, all.len()] {
            let (mut renderer, mut shown): (Renderer, Vec<Block>) = (Renderer::new(), Vec::new());
            let mut told = 0;
            for (at, piece) in all.chunks(size).enumerate() {
                // The second a little later.
                while told < 2 && at * size >= known_after + told * 10 {
                    told += 1;
                    renderer.mark(&two()[..told]);
                }
                renderer.push(&piece.iter().collect::<String>());
                renderer.update().apply(&mut shown);
            }
            renderer.mark(&two());
            renderer.finish().apply(&mut shown);
            let shown: Vec<String> = shown.iter().map(|block| html(block)).collect();
            assert_eq!(shown, whole, "pieces of {size}, known after {known_after}");
        }
    }
}

#[test]
fn an_update_says_what_the_numbers_changed_and_no_more() {
    let (mut renderer, mut shown): (Renderer, Vec<Block>) = (Renderer::new(), Vec::new());
    renderer.push("One [1].\n\nTwo.\n\nThree [2].\n\nFour.\n\n");
    renderer.update().apply(&mut shown);
    renderer.mark(&two()[1..]);
    let update = renderer.update();
    assert_eq!(update.keep, 2, "{update:?}");
    update.apply(&mut shown);
    assert!(html(&shown[2]).contains("b.example") && !html(&shown[0]).contains("href"));
    // A source that no number names changes nothing.
    renderer.mark(&[two(), vec![Mark { number: 7, ..two()[1].clone() }]].concat()[1..]);
    assert!(renderer.update().is_empty(4));
}
