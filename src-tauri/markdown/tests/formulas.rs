//! What models write as formulas is drawn as formulas: each one of a table, of which
//! `cargo run -p markdown --example render < src-tauri/markdown/tests/formulas.md` makes a sheet to look at.

use markdown::render;

mod tags;

const SHEET: &str = include_str!("formulas.md");

/// The formulas of the sheet with their marks. Those that stand apart in it have lines of their own.
fn formulas() -> Vec<String> {
    let mut formulas = Vec::new();
    let mut open: Option<String> = None;
    for line in SHEET.lines() {
        match &mut open {
            Some(formula) => {
                formula.extend([line, "\n"]);
                if line == "$$" {
                    formulas.extend(open.take());
                }
            }
            None if line == "$$" => open = Some("$$\n".to_owned()),
            None if line.starts_with('$') => formulas.push(line.to_owned()),
            None => {}
        }
    }
    formulas
}

/// What a reader sees of HTML.
fn text(html: &str) -> String {
    html.split('<').map(|part| part.split_once('>').map_or(part, |(_, text)| text)).collect()
}

#[test]
fn each_formula_is_drawn_and_no_command_is_left_as_text() {
    let formulas = formulas();
    assert!(formulas.len() >= 200, "{}", formulas.len());
    let mut failed = Vec::new();
    for formula in &formulas {
        let html = render(formula).join("");
        tags::check(&html, formula);
        let text = text(&html);
        if !html.contains("<math") || html.contains("<code class=\"math") || text.contains('\\') {
            failed.push(format!("{formula}\n  {text}"));
        }
    }
    assert!(failed.is_empty(), "{} of {}:\n{}", failed.len(), formulas.len(), failed.join("\n"));
}

#[test]
fn what_is_said_in_other_words_means_the_same() {
    for (formula, expected) in [
        (r"$\ce{SO4^2-}$", "SO42−"),
        (r"$\ce{2H2 + O2 -> 2H2O}$", "2H2+O2→2H2O"),
        (r"$\pu{9.8 m/s^2}$", "9.8m/s2"),
        (r"$\SI{9.81}{\meter\per\second\squared}$", "9.81ms−2"),
        (r"$\text{if $x$ or \textbf{y}}$", "if x or y"),
        (r"$$E = mc^2 \tag{1}$$", "E=mc2(1)"),
        (r"$\newcommand{\R}[1]{\mathbb{R}^{#1}} x \in \R{3}$", "x∈ℝ3"),
        (r"$\widetilde{abc}$", "abc~"),
        (r"$\dv{f}{x} = \pdv[2]{g}{y}$", "dfdx=∂2g∂y2"),
        (r"$\left<a\right>$", "⟨a⟩"),
        (r"$\Var(X)$", "Var(X)"),
        (r"$$a = b \\[2pt] c = d$$", "a=bc=d"),
        (r"$a \label{x} \eqref{x}$", "a(x)"),
        (r"$\begin{pmatrix*}[r] -1 & 2 \end{pmatrix*}$", "(−12)"),
    ] {
        let shown = text(&render(formula).join(""));
        let plain: String = shown.chars().filter(|c| !"\u{2061}\u{2009}\u{2062}".contains(*c)).collect();
        assert_eq!(plain.replace('\u{a0}', " "), expected, "{formula}");
    }
}

#[test]
fn definitions_that_grow_are_shown_as_source() {
    for formula in [
        r"$\def\a{\a}\a$",
        r"$\def\a{xxxxxxxx}\def\b{\a\a\a\a\a\a\a\a}\def\c{\b\b\b\b\b\b\b\b}\def\d{\c\c\c\c\c\c\c\c}\def\e{\d\d\d\d\d\d\d\d}\e\e\e\e$",
        r"$\def\a#1{#1#1#1#1}\a{\a{\a{\a{\a{\a{\a{\a{\a{\a{\a{x}}}}}}}}}}}$",
        r"$\ce{{{{{{{{{{{{{{{{{{{{{{{{a}}}}}}}}}}}}}}}}}}}}}}}}$",
    ] {
        assert!(render(formula).join("").contains("<code class=\"math\">"), "{formula}");
    }
}
