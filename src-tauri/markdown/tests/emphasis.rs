//! Emphasis in text that puts no spaces between its words, and everywhere else as ever.

use markdown::render;

mod tags;

fn check(text: &str, expected: &str) {
    let html = render(text).join("\n");
    tags::check(&html, text);
    assert_eq!(html, format!("<p>{expected}</p>"), "for {text:?}");
}

#[test]
fn emphasis_beside_chinese_signs() {
    check("**警告：**不要关机。", "<strong>警告：</strong>不要关机。");
    check("先看**“说明”**再装", "先看<strong>“说明”</strong>再装");
    check("选择**《指南》**阅读", "选择<strong>《指南》</strong>阅读");
    check("价格**（含税）**为", "价格<strong>（含税）</strong>为");
    check("**步骤一。**打开**「设置」**，", "<strong>步骤一。</strong>打开<strong>「设置」</strong>，");
    check("用**`ls`**查看", "用<strong><code>ls</code></strong>查看");
    check("约**50%**的人", "约<strong>50%</strong>的人");
    check("**Rust (2024)**版", "<strong>Rust (2024)</strong>版");
    check("原价~~100元（含税）。~~现价80元", "原价<del>100元（含税）。</del>现价80元");
    check("***重点！***如下", "<em><strong>重点！</strong></em>如下");
    check("**公式$x$：**是", "<strong>公式<math><mi>x</mi></math>：</strong>是");
    check(
        "**[说明](https://a.example)：**见",
        "<strong><a href=\"https://a.example\" rel=\"noreferrer noopener\">说明</a>：</strong>见",
    );
    check(
        "[**说明：**见](https://a.example)",
        "<a href=\"https://a.example\" rel=\"noreferrer noopener\"><strong>说明：</strong>见</a>",
    );
    check("**“引”\u{fe01}**文", "<strong>“引”\u{fe01}</strong>文");
    check("**葛\u{e0100}**\"x\"", "<strong>葛\u{e0100}</strong>&quot;x&quot;");
}

#[test]
fn emphasis_beside_japanese_signs() {
    check("これは**「大事」**です。", "これは<strong>「大事」</strong>です。");
    check("**注意（必読）：**次へ", "<strong>注意（必読）：</strong>次へ");
    check("*『本』*を読む。", "<em>『本』</em>を読む。");
    check("**テスト。**テスト", "<strong>テスト。</strong>テスト");
    check("～～**・**か", "～～<strong>・</strong>か");
}

#[test]
fn emphasis_beside_korean_letters() {
    check("**설정(필수)**을 여세요.", "<strong>설정(필수)</strong>을 여세요.");
    check(
        "**'저장'**을 누르고 **\"닫기\"**를",
        "<strong>&#39;저장&#39;</strong>을 누르고 <strong>&quot;닫기&quot;</strong>를",
    );
    check("**`npm`**를", "<strong><code>npm</code></strong>를");
}

#[test]
fn what_is_no_emphasis_stays_text() {
    for text in [
        "2 ** 3 ** 4 and 5 * 6 * 7",
        "snake_case_name, 中_文_字",
        "乘：3 * 4，5 * 6",
        "约3~5天，每天2~3次（共6~15次）",
        "\\*\\*「a」\\*\\*字",
        "a**\"b\"**c",
        "** 「a」**",
    ] {
        check(text, &text.replace('\\', "").replace('"', "&quot;"));
    }
    check("`**「a」**字`", "<code>**「a」**字</code>");
    check("见<b x=\"**「a」**字\">", "见&lt;b x=&quot;**「a」**字&quot;&gt;");
    check(
        "https://a.example/**「a」**",
        "<a href=\"https://a.example/\" rel=\"noreferrer noopener\">https://a.example/</a><strong>「a」</strong>",
    );
    check("<「**a@b.c>", "&lt;「**<a href=\"mailto:a@b.c\" rel=\"noreferrer noopener\">a@b.c</a>&gt;");
}

#[test]
fn emphasis_in_heads_lists_quotes_and_tables() {
    assert_eq!(
        render("# **一：**二\n\n- **三。**四\n\n> **五！**六\n\n| **七：**八 |\n|---|\n| ~~九。~~十 |"),
        [
            "<h1><strong>一：</strong>二</h1>",
            "<ul><li><strong>三。</strong>四</li></ul>",
            "<blockquote><p><strong>五！</strong>六</p></blockquote>",
            "<table><thead><tr><th><strong>七：</strong>八</th></tr></thead><tbody><tr><td><del>九。</del>十</td></tr></tbody></table>",
        ]
    );
    // A name that is defined is not touched.
    assert_eq!(
        render("[**注：**见]\n\n[**注：**见]: https://a.example")[0],
        "<p><a href=\"https://a.example\" rel=\"noreferrer noopener\">**注：**见</a></p>"
    );
}

/// The rules themselves, as the amendments write them, for `*` in one line of the characters below.
mod rules {
    pub(super) const SIGNS: &[char] = &[
        '*', '*', '*', '*', '*', '「', '」', '。', '：', '（', '）', '重', 'か', '한', 'a', '1', 'é', ' ',
        '\u{3000}', '.', '(', ')', '“', '”', '…', '«', '-', '𠀀', '🎉',
    ];

    struct Run {
        count: usize,
        length: usize,
        opens: bool,
        closes: bool,
        /// The tags that end before it, and those that begin after it.
        ends: String,
        begins: String,
    }

    enum Piece {
        Text(char),
        Run(Run),
    }

    fn cjk(c: char) -> bool {
        "「」。：（）重か한\u{3000}𠀀".contains(c)
    }

    fn sign(c: char) -> bool {
        ".()“”…«-🎉".contains(c)
    }

    fn pieces(text: &[char]) -> Vec<Piece> {
        let mut pieces = Vec::new();
        let mut at = 0;
        while at < text.len() {
            if text[at] != '*' {
                pieces.push(Piece::Text(text[at]));
                at += 1;
                continue;
            }
            let length = text[at..].iter().take_while(|c| **c == '*').count();
            let before = at.checked_sub(1).map_or(' ', |at| text[at]);
            let after = text.get(at + length).copied().unwrap_or(' ');
            let left = !after.is_whitespace()
                && (!sign(after) || before.is_whitespace() || sign(before) || cjk(before));
            let right = !before.is_whitespace()
                && (!sign(before) || after.is_whitespace() || sign(after) || cjk(after));
            pieces.push(Piece::Run(Run {
                count: length,
                length,
                opens: left,
                closes: right,
                ends: String::new(),
                begins: String::new(),
            }));
            at += length;
        }
        pieces
    }

    fn fits(opener: &Run, closer: &Run) -> bool {
        let either = (opener.opens && opener.closes) || (closer.opens && closer.closes);
        let thirds = |length: usize| length.is_multiple_of(3);
        !(either
            && thirds(opener.length + closer.length)
            && !(thirds(opener.length) && thirds(closer.length)))
    }

    pub(super) fn html(text: &[char]) -> String {
        let mut pieces = pieces(text);
        for closer in 0..pieces.len() {
            while let Some(opener) = matching(&pieces, closer) {
                let (before, rest) = pieces.split_at_mut(closer);
                let (Piece::Run(open), Piece::Run(close)) = (&mut before[opener], &mut rest[0]) else {
                    unreachable!()
                };
                let used = if open.count > 1 && close.count > 1 { 2 } else { 1 };
                let name = if used == 2 { "strong" } else { "em" };
                open.begins.insert_str(0, &format!("<{name}>"));
                close.ends.push_str(&format!("</{name}>"));
                (open.count, close.count) = (open.count - used, close.count - used);
                for between in &mut before[opener + 1..] {
                    if let Piece::Run(run) = between {
                        (run.opens, run.closes) = (false, false);
                    }
                }
            }
        }
        let mut html = String::new();
        for piece in pieces {
            match piece {
                Piece::Text(c) => html.push(c),
                Piece::Run(run) => html.extend([run.ends, "*".repeat(run.count), run.begins]),
            }
        }
        html
    }

    fn matching(pieces: &[Piece], closer: usize) -> Option<usize> {
        let Piece::Run(close) = &pieces[closer] else {
            return None;
        };
        if !close.closes || close.count == 0 {
            return None;
        }
        (0..closer).rev().find(|at| match &pieces[*at] {
            Piece::Run(open) => open.opens && open.count > 0 && fits(open, close),
            Piece::Text(_) => false,
        })
    }
}

#[test]
fn the_rules_hold_for_any_line() {
    let mut seed = 0x5EED_u64;
    let mut below = |bound: usize| {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        (seed % bound as u64) as usize
    };
    for _ in 0..20_000 {
        let length = 3 + below(14);
        let mut line = vec!['x'];
        line.extend((0..length).map(|_| rules::SIGNS[below(rules::SIGNS.len())]));
        line.push('x');
        let text: String = line.iter().collect();
        assert_eq!(render(&text).concat(), format!("<p>{}</p>", rules::html(&line)), "for {text:?}");
    }
}
