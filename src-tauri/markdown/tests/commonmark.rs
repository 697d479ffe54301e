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
    check(
        "# One\n\nTwo\n===\n\n###### Six",
        "<h1>One</h1>\n<h1>Two</h1>\n<h6>Six</h6>",
    );
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
    check(
        "- a\n- b\n  - c\n    1. d",
        "<ul><li>a</li><li>b<ul><li>c<ol><li>d</li></ol></li></ul></li></ul>",
    );
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
    check(
        "| a |\n|---|",
        "<table><thead><tr><th>a</th></tr></thead></table>",
    );
}

#[test]
fn links_and_addresses() {
    check(
        "https://poe.com/x.",
        &format!("<p>{}.</p>", link("https://poe.com/x")),
    );
    check(
        "<https://poe.com>",
        &format!("<p>{}</p>", link("https://poe.com")),
    );
    check(
        "[](https://poe.com)",
        &format!("<p>{}</p>", link("https://poe.com")),
    );
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
    check(
        &format!("{image}\n\n\n{whole}\n\nafter"),
        &format!("<p>{button}</p>\n<p>after</p>"),
    );
    check(&format!("{image} {whole}"), &format!("<p>{button}</p>"));
    check(
        &format!("{image}\n{whole} after"),
        &format!("<p>{button}\n after</p>"),
    );
    check(&format!("{image}\n\nhttps://i.exam"), &format!("<p>{button}</p>"));
    check(
        &format!("{image}\n\nhttps://i.example"),
        &format!("<p>{button}</p>"),
    );
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
    check(
        "```\na\n\n  b <i>\n```",
        "<div class=\"code\"><pre><code>a\n\n  b &lt;i&gt;\n</code></pre></div>",
    );
    check(
        "```Rust ignore\n// x\n```",
        "<div class=\"code\" data-lang=\"Rust\"><pre><code><span class=\"hl-comment\">// x</span>\n</code></pre></div>",
    );
    check(
        "``` <script>\nx",
        "<div class=\"code\"><pre><code>x</code></pre></div>",
    );
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
    check(
        "costs $5 and $10, or $5-$10",
        "<p>costs $5 and $10, or $5-$10</p>",
    );
    check(r"so \(x\), \[y\]", "<p>so <math><mi>x</mi></math>, [y]</p>");
    check("\\[\nx\n\\]", "<p><math display=\"block\"><mi>x</mi></math></p>");
    check("`$x$`", "<p><code>$x$</code></p>");
    check(
        "$$\\nonsense$$",
        "<p><code class=\"math display\">\\nonsense</code></p>",
    );
}

#[test]
fn footnotes() {
    check(
        "a[^x] b[^y] c[^x] d[^none]\n\n[^y]: Y\n[^x]: X *x*\n[^unused]: U",
        "<p>a<sup class=\"footnote\">1</sup> b<sup class=\"footnote\">2</sup> c<sup class=\"footnote\">1</sup> d[^none]</p>\n\
         <section class=\"footnotes\"><ol><li><p>X <em>x</em></p></li><li><p>Y</p></li></ol></section>",
    );
}
