//! What people write every day comes out as they expect it.

use markdown::render;

mod tags;

fn check(text: &str, expected: &str) {
    let html = render(text).join("\n");
    tags::check(&html, text);
    assert_eq!(html, expected, "for {text:?}");
}

fn link(address: &str) -> String {
    format!("<a href=\"{address}\" rel=\"noreferrer noopener\">{address}</a>")
}

#[test]
fn blocks() {
    check("# One\n\nTwo\n===\n\n###### Six", "<h1>One</h1>\n<h1>Two</h1>\n<h6>Six</h6>");
    check("a\nb\n\nc", "<p>a\nb</p>\n<p>c</p>");
    check("> a\nb\n>\n> c", "<blockquote><p>a\nb</p><p>c</p></blockquote>");
    check("***", "<hr>");
    check(
        "> [!TIP]\n> x",
        "<blockquote class=\"alert-tip\"><p class=\"alert-title\">Tip</p><p>x</p></blockquote>",
    );
}

#[test]
fn lists() {
    check("- a\n- b\n  - c\n    1. d", "<ul><li>a</li><li>b<ul><li>c<ol><li>d</li></ol></li></ul></li></ul>");
    check("- a\n\n- b", "<ul><li><p>a</p></li><li><p>b</p></li></ul>");
    check("3. a\n4. b", "<ol start=\"3\"><li>a</li><li>b</li></ol>");
    check(
        "- [ ] a\n- [x] b",
        "<ul><li><input type=\"checkbox\" disabled> a</li><li><input type=\"checkbox\" disabled checked> b</li></ul>",
    );
    check(
        "- a\n\n  b\n\n      c",
        "<ul><li><p>a</p><p>b</p><div class=\"code\"><pre><code>c</code></pre></div></li></ul>",
    );
}

#[test]
fn inlines() {
    check(
        "*a* **b** ***c*** ~~d~~ `e`",
        "<p><em>a</em> <strong>b</strong> <em><strong>c</strong></em> <del>d</del> <code>e</code></p>",
    );
    check("a  \nb\\\nc\nd", "<p>a<br>\nb<br>\nc\nd</p>");
    check("snake_case_name 2*3*4", "<p>snake_case_name 2<em>3</em>4</p>");
    check("**“x”**", "<p><strong>“x”</strong></p>");
    check("\\*a\\* &copy; &lt;", "<p>*a* © &lt;</p>");
    check("``a ` b``", "<p><code>a ` b</code></p>");
}

#[test]
fn tables() {
    check(
        "| a | b | c |\n|:--|:-:|--:|\n| 1 | `2\\|` |",
        "<table><thead><tr><th align=\"left\">a</th><th align=\"center\">b</th><th align=\"right\">c</th></tr></thead><tbody>\
         <tr><td align=\"left\">1</td><td align=\"center\"><code>2|</code></td><td align=\"right\"></td></tr></tbody></table>",
    );
    check("| a |\n|---|", "<table><thead><tr><th>a</th></tr></thead></table>");
}

#[test]
fn links_and_addresses() {
    check("https://poe.com/x.", &format!("<p>{}.</p>", link("https://poe.com/x")));
    check("<https://poe.com>", &format!("<p>{}</p>", link("https://poe.com")));
    check("[](https://poe.com)", &format!("<p>{}</p>", link("https://poe.com")));
    check("`https://poe.com`", "<p><code>https://poe.com</code></p>");
    check(
        "[see https://poe.com](https://a.example \"A \\\"t\\\"\")",
        "<p><a href=\"https://a.example\" title=\"A &quot;t&quot;\" rel=\"noreferrer noopener\">see https://poe.com</a></p>",
    );
    check(
        "<me@a.example>",
        "<p><a href=\"mailto:me@a.example\" rel=\"noreferrer noopener\">me@a.example</a></p>",
    );
    check(
        "[a]\n\n[a]: https://a.example",
        "<p><a href=\"https://a.example\" rel=\"noreferrer noopener\">a</a></p>",
    );
    check(
        "[a](https://a.example/ä?b=c&d)",
        "<p><a href=\"https://a.example/ä?b=c&amp;d\" rel=\"noreferrer noopener\">a</a></p>",
    );
    check("**[a](relative.md)**", "<p><strong>a</strong></p>");
}

#[test]
fn images() {
    let button = "<button type=\"button\" class=\"image\" data-src=\"https://i.example/a_b.png?w=1&amp;h=2\">Image: A cat (i.example)</button>";
    let image = "![A *cat*](https://i.example/a_b.png?w=1&h=2)";
    check(image, &format!("<p>{button}</p>"));
    // Poe writes the address of a made image once more below it.
    let whole = "https://i.example/a_b.png?w=1&h=2";
    check(&format!("{image}\n\n{whole}"), &format!("<p>{button}</p>"));
    check(&format!("{image}\n\n\n{whole}\n\nafter"), &format!("<p>{button}</p>\n<p>after</p>"));
    check(&format!("{image} {whole}"), &format!("<p>{button}</p>"));
    check(&format!("{image}\n{whole} after"), &format!("<p>{button}\n after</p>"));
    check(&format!("{image}\n\nhttps://i.exam"), &format!("<p>{button}</p>"));
    check(&format!("{image}\n\nhttps://i.example"), &format!("<p>{button}</p>"));
    check(
        &format!("{image}\n\nhttps://i.example x"),
        &format!("<p>{button}</p>\n<p>{} x</p>", link("https://i.example")),
    );
    check(
        &format!("{image}\n\n- {whole}").replace("&h", ""),
        &format!("<p>{button}</p>\n<ul><li>{}</li></ul>", link(whole))
            .replace("&amp;h", "")
            .replace("&h", ""),
    );
    check(
        "[![A](https://i.example/x)](https://a.example)",
        "<p><a href=\"https://a.example\" rel=\"noreferrer noopener\">A</a> \
         <button type=\"button\" class=\"image\" data-src=\"https://i.example/x\">Image: A (i.example)</button></p>",
    );
    check("![alt](data:image/png;base64,AA)", "<p>alt</p>");
    check(
        "![](https://i.example/x)",
        "<p><button type=\"button\" class=\"image\" data-src=\"https://i.example/x\">Image: (i.example)</button></p>",
    );
}

#[test]
fn code_blocks() {
    check("```\na\n\n  b <i>\n```", "<div class=\"code\"><pre><code>a\n\n  b &lt;i&gt;\n</code></pre></div>");
    check(
        "```Rust ignore\n// x\n```",
        "<div class=\"code\" data-lang=\"Rust\"><pre><code><span class=\"hl-comment\">// x</span>\n</code></pre></div>",
    );
    check("``` <script>\nx", "<div class=\"code\"><pre><code>x</code></pre></div>");
    check(
        "```json\n{\"key\": [1, \"v\", true]}\n```",
        "<div class=\"code\" data-lang=\"json\"><pre><code>{<span class=\"hl-attribute\">&quot;key&quot;</span>: \
         [<span class=\"hl-number\">1</span>, <span class=\"hl-string\">&quot;v&quot;</span>, \
         <span class=\"hl-constant\">true</span>]}\n</code></pre></div>",
    );
    check(
        "```diff\n-old\n+new\n```",
        "<div class=\"code\" data-lang=\"diff\"><pre><code><span class=\"hl-deleted\">-old</span>\n<span class=\"hl-inserted\">+new</span>\n</code></pre></div>",
    );
}

#[test]
fn math() {
    check("$x$", "<p><math><mi>x</mi></math></p>");
    check("costs $5 and $10, or $5-$10", "<p>costs $5 and $10, or $5-$10</p>");
    check(r"so \(x\), \[y\]", "<p>so <math><mi>x</mi></math>, [y]</p>");
    check("\\[\nx\n\\]", "<p><math display=\"block\"><mi>x</mi></math></p>");
    check("`$x$`", "<p><code>$x$</code></p>");
    check("$$\\nonsense$$", "<p><code class=\"math display\">\\nonsense</code></p>");
}

#[test]
fn dollars_that_are_no_formula() {
    check(
        "**$1.50** for one and **$2.00** for two",
        "<p><strong>$1.50</strong> for one and <strong>$2.00</strong> for two</p>",
    );
    check("*$5*/*$6*, ~~$20~~ $15", "<p><em>$5</em>/<em>$6</em>, <del>$20</del> $15</p>");
    check("PATH=$PATH:$HOME/bin:${X}", "<p>PATH=$PATH:$HOME/bin:${X}</p>");
    check(
        "[$a$]\n\n[$a$]: https://a.example",
        "<p><a href=\"https://a.example\" rel=\"noreferrer noopener\">$a$</a></p>",
    );
    check("![$x$ y](javascript:x)", "<p>x y</p>");
}

#[test]
fn nothing_in_a_formula_is_markdown() {
    let alone = render("$a*b*c$").concat();
    assert!(alone.starts_with("<p><math>") && !alone.contains("<em>"), "{alone}");
    check("$a*b*c$ d*", &alone.replace("</p>", " d*</p>"));
    check(
        "> $$\n> x\n> $$\n> y",
        "<blockquote><p><math display=\"block\"><mi>x</mi></math>\ny</p></blockquote>",
    );
    check(
        "| $\\|x\\|$ |\n|---|",
        &render("$|x|$")
            .concat()
            .replace("<p>", "<table><thead><tr><th>")
            .replace("</p>", "</th></tr></thead></table>"),
    );
    check("&lt;$x$&amp;", "<p>&lt;<math><mi>x</mi></math>&amp;</p>");
}

#[test]
fn bare_line_breaks() {
    check(
        "| a<br>b |\n|---|\n| c<BR />d<br/> `<br>` |",
        "<table><thead><tr><th>a<br>b</th></tr></thead><tbody><tr><td>c<br>d<br> <code>&lt;br&gt;</code></td></tr></tbody></table>",
    );
    check("a <br> *b<br>c*", "<p>a <br> <em>b<br>c</em></p>");
    check("# a<br>b\n\n- c<br>d", "<h1>a<br>b</h1>\n<ul><li>c<br>d</li></ul>");
    check(
        "a <br class=\"x\"> </br> \\<br>",
        "<p>a &lt;br class=&quot;x&quot;&gt; &lt;/br&gt; &lt;br&gt;</p>",
    );
    check("<div>a<br>\nb</div>", "<p class=\"raw\">&lt;div&gt;a<br>b&lt;/div&gt;</p>");
    check("    <br>", "<div class=\"code\"><pre><code>&lt;br&gt;</code></pre></div>");
    check(
        "[a<br>b](https://a.example) ![c<br>d](x:y)",
        "<p><a href=\"https://a.example\" rel=\"noreferrer noopener\">a<br>b</a> c d</p>",
    );
}

/// A character that hides or turns others has a mark in code, and its place in text.
#[test]
fn signs_that_cannot_be_seen() {
    let mark = |code: &str| format!("<span class=\"unseen\" data-sign=\"U+{code}\"></span>");
    check(
        "```\nif \u{202e}x\u{2066}\n```",
        &format!("<div class=\"code\"><pre><code>if {}x{}\n</code></pre></div>", mark("202E"), mark("2066")),
    );
    check(
        "```rust\nlet a = \"b\u{200b}\"; // \u{feff}\n```",
        &format!(
            "<div class=\"code\" data-lang=\"rust\"><pre><code><span class=\"hl-keyword\">let</span> a = \
             <span class=\"hl-string\">&quot;b{}&quot;</span>; <span class=\"hl-comment\">// {}</span>\n</code></pre></div>",
            mark("200B"),
            mark("FEFF")
        ),
    );
    check("`a\u{ad}b` c\u{ad}d", &format!("<p><code>a{}b</code> c\u{ad}d</p>", mark("00AD")));
    check("`👩🏽\u{200d}💻 می\u{200c}خواهم`", "<p><code>👩🏽\u{200d}💻 می\u{200c}خواهم</code></p>");
    check("$$\\no\u{202e}$$", &format!("<p><code class=\"math display\">\\no{}</code></p>", mark("202E")));
    check("<b \u{202e}>", &format!("<p>&lt;b {}&gt;</p>", "\u{202e}"));
    check("a <b c=\"\u{202e}\">", &format!("<p>a &lt;b c=&quot;{}&quot;&gt;</p>", mark("202E")));
}

/// Deep nesting is cut off by a sign of our own; it never shows, in code neither.
#[test]
fn what_cuts_nesting_off_is_not_written() {
    let line = "- ".repeat(120);
    let html = render(&format!("```\n{line}x\n```")).concat();
    assert_eq!(html, format!("<div class=\"code\"><pre><code>{line}x\n</code></pre></div>"));
    assert!(!render(&format!("{line}x")).concat().contains('\u{fdd0}'));
    check("a\u{fdd0}b", "<p>a\u{fffd}b</p>");
}

#[test]
fn footnotes() {
    check(
        "a[^x] b[^y] c[^x] d[^none]\n\n[^y]: Y\n[^x]: X *x*\n[^unused]: U",
        "<p>a<sup class=\"footnote\">1</sup> b<sup class=\"footnote\">2</sup> c<sup class=\"footnote\">1</sup> d[^none]</p>\n\
         <section class=\"footnotes\"><ol><li><p>X <em>x</em></p></li><li><p>Y</p></li></ol></section>",
    );
}

#[test]
fn formulas_come_back_as_they_were_written() {
    let text =
        "So $a<b$ and `$no$`[^1].\n\n\\[\n\\frac{1}{2} & \"x\"\n\\]\n\n- $\\nothing{}$ $a<b$\n\n[^1]: $n$";
    let expected = ["a<b", "\\frac{1}{2} & \"x\"", "\\nothing{}", "a<b", "n"];
    assert_eq!(markdown::formulas(text), expected);
    let page = markdown::render(text).concat();
    assert_eq!(page.matches("<math").count() + page.matches("class=\"math").count(), expected.len());
}
