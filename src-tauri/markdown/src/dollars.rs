//! Where formulas stand: TeX between `$` and `$`, `$$` and `$$`, `\(` and `\)`, or `\[` and `\]`.
//!
//! What only looks like a formula (money, variables of a shell) is told apart in `likeness`.

use std::ops::Range;

use pulldown_cmark::Event;

use crate::survey::Survey;

mod likeness;

use likeness::is_formula;

/// No formula between backslashes is longer.
const LONGEST: usize = 4000;

#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Formula {
    /// With its marks.
    pub(crate) range: Range<usize>,
    /// How many bytes each of its marks has.
    mark: usize,
    display: bool,
}

impl Formula {
    /// Makes its content mean nothing. What parts words, lines and attributes stays, so that nothing around it becomes
    /// another thing; a control character stands for the rest, which no address and no tag may begin with or hold.
    pub(crate) fn cover(&self, read: &mut [u8]) {
        for byte in &mut read[self.range.clone()] {
            if !b" \t\n<>=\"'".contains(byte) {
                *byte = 0x1a;
            }
        }
        let (start, end) = (self.range.start, self.range.end);
        read[start..start + self.mark].fill(b'$');
        read[end - self.mark..end].fill(b'$');
    }

    /// The event for it; `tex` has its marks. In a table `|` can be written in no other way than `\|`.
    pub(crate) fn event<'e>(&self, tex: &str, in_table: bool) -> Event<'e> {
        let tex = tex.get(self.mark..tex.len().saturating_sub(self.mark)).unwrap_or(tex);
        let tex = if in_table { tex.replace("\\|", "|") } else { tex.to_owned() };
        if self.display { Event::DisplayMath(tex.into()) } else { Event::InlineMath(tex.into()) }
    }
}

/// Whether a text may hold a formula at all.
pub(crate) fn any(text: &str) -> bool {
    text.contains('$') || text.contains("\\(") || text.contains("\\[")
}

/// The formulas of a text from an offset on, in their order.
pub(crate) fn formulas(text: &str, from: usize, survey: &Survey) -> Vec<Formula> {
    let mut formulas = Vec::new();
    let mut at = from;
    while let Some(found) = text[at..].find(['$', '\\']) {
        let start = at + found;
        // Whatever follows a backslash in running text is escaped by it, another backslash too.
        let escape = text[start..].starts_with('\\');
        let length = if escape { 2 } else { dollars(&text[start..]) };
        at = text.ceil_char_boundary((start + length).min(text.len()));
        let Some(link) = survey.text_at(start + usize::from(escape)) else {
            if escape {
                at = start + 1;
            }
            continue;
        };
        let formula = if escape {
            backslashed(&text[from..], start - from)
                .map(|end| (from + end, 2, text[start..].starts_with("\\[")))
        } else {
            closing_dollars(text, start, length).map(|end| (end, length, length == 2))
        };
        let Some((end, mark, display)) = formula else {
            continue;
        };
        let range = start..end + mark;
        let closed = survey.text_at(end + usize::from(escape));
        if closed.is_none_or(|other| !escape && other != link) || !survey.unparted(&range) {
            continue;
        }
        let tex = &text[start + mark..end];
        if escape || is_formula(&text[from..start], tex, &text[range.end..], display) {
            at = range.end;
            formulas.push(Formula { range, mark, display });
        }
    }
    formulas
}

/// How many dollar signs a text begins with.
fn dollars(text: &str) -> usize {
    text.bytes().take_while(|b| *b == b'$').count()
}

/// Commands whose argument is text, in which formulas stand between dollar signs of their own.
const TEXT: [&str; 11] =
    ["text", "textbf", "textit", "textrm", "textnormal", "mbox", "hbox", "tag", "llap", "rlap", "fbox"];
/// Those whose last argument is.
const BOXES: [&str; 4] = ["colorbox", "fcolorbox", "raisebox", "framebox"];
/// As far back as the name of such a command is looked for.
const NEAR: usize = 40;

/// Whether text follows, in braces.
fn opens_text(before: &str) -> bool {
    let near = &before[before.ceil_char_boundary(before.len().saturating_sub(NEAR))..];
    near.rsplit_once('\\').is_some_and(|(_, command)| {
        let end = command.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(command.len());
        let (name, between) = command.split_at(end);
        TEXT.contains(&name) && matches!(between, "" | "*") || BOXES.contains(&name) && between.ends_with('}')
    })
}

/// Where the next dollar signs are that are not escaped, if they are as many as those that open.
fn closing_dollars(text: &str, start: usize, length: usize) -> Option<usize> {
    if length > 2 {
        return None;
    }
    let mut at = start + length;
    let mut open = 0_usize;
    // How many braces are open within the outermost text.
    let mut text_from = None;
    loop {
        at += text[at..].find(['$', '\\', '{', '}'])?;
        match text.as_bytes()[at] {
            b'$' if text_from.is_some() && at - start < LONGEST => {}
            b'$' => return (open == 0 && dollars(&text[at..]) == length).then_some(at),
            b'{' => {
                if text_from.is_none() && opens_text(&text[start..at]) {
                    text_from = Some(open);
                }
                open += 1;
            }
            b'}' => {
                open = open.checked_sub(1)?;
                text_from = text_from.filter(|from| *from < open);
            }
            _ => at = text.ceil_char_boundary((at + 1).min(text.len() - 1)),
        }
        at = text.ceil_char_boundary(at + 1);
    }
}

/// Where the closing mark is of the formula that begins at `start`, if one does.
fn backslashed(text: &str, start: usize) -> Option<usize> {
    let before = text[..start].chars().next_back().unwrap_or('\n');
    let inner = start + 2;
    let mark = text.get(start..inner)?;
    let rest = &text[inner..];
    let rest = &rest[..rest.floor_char_boundary(LONGEST)];
    let length = match mark {
        // `…/Poe_\(film\)` in an address is no formula.
        "\\(" if !before.is_ascii_alphanumeric() && !"_/-%&=?#.~+\\".contains(before) => {
            closing(rest.lines().next()?, "\\(", "\\)")?
        }
        // `\[1\]` in a line of text is a bracket that was escaped.
        "\\[" if text[..start].rsplit('\n').next()?.trim_matches([' ', '\t', '>', '-', '*']).is_empty() => {
            let paragraph = rest.find("\n\n").map_or(rest, |end| &rest[..end]);
            // Nothing but the end of a sentence follows in its line.
            let ends = |c: char| matches!(c, '.' | ',') || c.is_whitespace();
            closing(paragraph, "\\[", "\\]").filter(|end| {
                rest[end + 2..].split('\n').next().is_some_and(|after| after.chars().all(ends))
            })?
        }
        _ => return None,
    };
    let dollars = rest[..length].find('$').is_some_and(|at| !within_text(&rest[..length], at));
    (!dollars && !rest[..length].trim().is_empty()).then_some(inner + length)
}

/// Whether the argument that a place lies in is text.
fn within_text(tex: &str, at: usize) -> bool {
    tex[..at].rfind('{').is_some_and(|brace| opens_text(&tex[..brace]))
}

/// Where a closing mark is that no backslash escapes, and before which none opens again.
fn closing(text: &str, open: &str, close: &str) -> Option<usize> {
    let mut at = 0;
    while let Some(found) = text[at..].find('\\') {
        at += found;
        if text[at..].starts_with(close) {
            return Some(at);
        }
        if text[at..].starts_with(open) {
            return None;
        }
        at = text.ceil_char_boundary((at + 2).min(text.len()));
    }
    None
}

#[cfg(test)]
mod tests {
    use pulldown_cmark::Options;

    use super::*;

    /// Shows the formulas as `‹x›`, those of a display as `«x»`.
    fn check(text: &str, expected: &str) {
        let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH;
        let survey = Survey::new(text, options);
        let (mut shown, mut done) = (String::new(), 0);
        for formula in formulas(text, 0, &survey) {
            let Formula { range, mark, display } = formula;
            let (open, close) = if display { ("«", "»") } else { ("‹", "›") };
            let tex = &text[range.start + mark..range.end - mark];
            shown.extend([&text[done..range.start], open, tex, close]);
            done = range.end;
        }
        shown.push_str(&text[done..]);
        assert_eq!(shown, expected);
    }

    #[test]
    fn formulas_between_backslashes() {
        check(r"so \(x^2\) is", "so ‹x^2› is");
        check("\\[\nx\n\\]", "«\nx\n»");
        check(r"- \[ x \]", "- « x »");
        check("\\[ x \\]. \u{a0}\n- y", "« x ». \u{a0}\n- y");
        check(r"\(a\), (\(b\)) **\(c\)**", "‹a›, (‹b›) **‹c›**");
        check("| \\(a\\) |\n|---|\n| \\(b\\) |", "| ‹a› |\n|---|\n| ‹b› |");
        check(
            r"\[ \begin{matrix} a \\[2pt] b \end{matrix} \]",
            r"« \begin{matrix} a \\[2pt] b \end{matrix} »",
        );
        check(r"其中\(x\)是", "其中‹x›是");
        check(r"\(a $b$\)", r"\(a ‹b›\)");
    }

    #[test]
    fn formulas_between_dollars() {
        for (text, expected) in [
            ("$x$, $x^2$ and $\\alpha+1$.", "‹x›, ‹x^2› and ‹\\alpha+1›."),
            ("$O(n^2)$ or $O(n)$ time", "‹O(n^2)› or ‹O(n)› time"),
            ("$$y$$ and $$\n\\int x\n$$", "«y» and «\n\\int x\n»"),
            ("$5$ $2x+1$ $10^6$ $1/2$ $3 + 4 = 7$", "‹5› ‹2x+1› ‹10^6› ‹1/2› ‹3 + 4 = 7›"),
            ("the $n$th, a $k$-mean", "the ‹n›th, a ‹k›-mean"),
            ("10$^\\circ$C, H$_2$O, 2$\\times$2", "10‹^\\circ›C, H‹_2›O, 2‹\\times›2"),
            ("设$f(x)=x^2$，则$x$为", "设‹f(x)=x^2›，则‹x›为"),
            ("$a*b$ and $c*d$", "‹a*b› and ‹c*d›"),
            ("$i<j>k$ $f[n](x)$", "‹i<j>k› ‹f[n](x)›"),
            ("**$x$** ($y$) “$z$”", "**‹x›** (‹y›) “‹z›”"),
            ("$|x|$ $(a,b)$ $[0,1]$ $-1$ $.5$ $\\{a\\}$", "‹|x|› ‹(a,b)› ‹[0,1]› ‹-1› ‹.5› ‹\\{a\\}›"),
            ("$7 mod 3$ $2ab$ $x = 5 \\text{ and } y$", "‹7 mod 3› ‹2ab› ‹x = 5 \\text{ and } y›"),
            ("$$Speed = Distance / Time$$", "«Speed = Distance / Time»"),
            ("| $x$ | $5 |\n|---|---|\n| $y$ | $6 |", "| ‹x› | $5 |\n|---|---|\n| ‹y› | $6 |"),
            ("costs $5, and $x$ is", "costs $5, and ‹x› is"),
            ("$+$ $/$ $→$ $∑x$", "‹+› ‹/› ‹→› ‹∑x›"),
            ("$x \\text{ if $y$}$ and $z$", "‹x \\text{ if $y$}› and ‹z›"),
            ("$$a \\tag{$\\star$}$$", "«a \\tag{$\\star$}»"),
            ("$\\colorbox{red}{$x$}$", "‹\\colorbox{red}{$x$}›"),
            (r"\(\mbox{for $x$}\)", r"‹\mbox{for $x$}›"),
            ("$\\text{$a$", "$\\text{‹a›"),
        ] {
            check(text, expected);
        }
    }

    #[test]
    fn money_and_variables() {
        for text in [
            "export PATH=$PATH:$HOME/bin now",
            "$HOME/$USER/notes, $HOME:$PATH, $HOME and $USER",
            "${HOME}/bin:${PATH}, ${a}${b}, $(pwd)/x:$(date), $(a)$(b), $USER@$(hostname)",
            "$a.$b, $_GET/$_POST, $0/$1, $1,$2, $env:A\\B;$env:C, $VAR_1/$VAR_2",
            "$('#a').on('x'),$('#b') or $(this).find($(that))",
            "$.ajax/$.get, $foo->bar($baz)",
            "kill -9 $$ and echo $$",
            "$$ or $$, then $$$",
            "a$|b$ and (a)$|(b)$, /^a$/ and /^b$/, ^\\d+$ or ^\\w+$",
            "**$1.50** for one and **$2.00** for two",
            "*$1.50* or *$2.00*, **$5** or **$**",
            "~~$20~~ $15, ~~$20~~, now 15$",
            "$3,000 to $4,000, then US$5-US$10, ~$7/user or $8/month",
            "$5-$10, $5–$10, $5/$10, $5k-$10k, -$5/-$10, $5~$10",
            "US$5 and US$6, A$5/B$6, HK$7, R$100",
            "5$ and 6$, 5$, 6$, 10$/day, 20 $/week or 5 $",
            "between $5 and 10$, or $5 or 6$",
            "($) and ($), \"$\" and \"$\", “$”和“$”, US$/HK$",
            "价格$5，比$6便宜，花了$5，又花了 6$",
            "[costs $a](u) and $b",
            "$x `$` y$",
            "`$x$` and <a b=\"$x$\">",
            "\\$x$ and $x\\$",
            "$ x$ $x $",
            "$a\n\nb$",
            "- $a\n- b$",
            "| $a | b$ |\n|---|---|",
            "<https://a.example/$x$>",
            "[a](https://a.example/$x$)",
            "$a{$ and $}b$",
            "$",
            "$$",
            "\\",
            "$\\",
        ] {
            check(text, text);
        }
    }

    #[test]
    fn other_backslashes() {
        for text in [
            r"`\(x\)`",
            r"\\(x\\)",
            r"\(x",
            r"\(\)",
            r"a \[1\] b",
            r"\[x",
            "\\[\n> \\]",
            "\\[\n- a\n\\]",
            "| \\(a | b\\) |\n|---|---|",
            "\\(a\nb\\)",
            "\\[a\n\nb\\]",
            "```\n\\(x\\)\n```",
            r"https://en.wikipedia.org/wiki/Poe_\(film\)",
            r"f\(x\)",
            r"\[x\] y",
            r#"<b title="\(x\)">"#,
            r"\(",
            r"\é\(",
        ] {
            check(text, text);
        }
    }
}
