//! Text is set in the app's own faces, formulas always, and in the system's where a person wants that.

use poe::sim::Reply;
use serde_json::json;
use xtask::Result;
use xtask::window::Keychain;

use crate::desk::KEY;
use crate::stage::{ANSWER, Stage, pictures};

const CHAT: &str = "/v1/chat/completions";

const TEXT: &str = "## Why the borrow lasts\n\nThe borrow of the head is still alive when the push needs the list mutably, and a mutable borrow \
must be the only one. Most programs spend their time waiting, and what they wait for is rarely what their authors expected when \
they first measured it; that is why a profile comes before a change, and why a *second* profile comes after it. Nothing in this is \
new, but it is easily forgotten in front of a program that feels slow, since the part that was written last is always the first one \
to be suspected. A measurement takes an hour, a wrong guess takes a week, and the week is paid for by somebody who hoped to go home. \
So write down what you expect, run it, and look at where the two part: there, and nowhere else, is something to be learned about it.\n\n\
1. Take the value out, and let the borrow end with the line that made it.\n2. Push, now that nobody else looks.\n\n\
```rust\nlet first = list.peek().cloned(); // the borrow ends here\nlist.push(7);\n```\n\n\
$$x = \\frac{-b \\pm \\sqrt{b^2 - 4ac}}{2a}, \\qquad \\ce{2H2 + O2 -> 2H2O}, \\qquad \\hat{\\beta} = (X^\\top X)^{-1} X^\\top y$$\n\n\
| Model | Points |\n|---|---:|\n| Claude | 1,111 |\n| GPT | 9,870 |\n\nGrüße, Łódź, Ελλάδα, Привет, 漢字とかな, 🌈";

/// How many letters the full lines of a paragraph hold, on average.
const LINE_LENGTH: &str = "
    const text = [...document.querySelectorAll('.answer p')].sort((a, b) => b.textContent.length - a.textContent.length)[0];
    const lines = new Map();
    const walker = document.createTreeWalker(text, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      for (let at = 0; at < walker.currentNode.length; at++) {
        const range = document.createRange();
        range.setStart(walker.currentNode, at);
        range.setEnd(walker.currentNode, at + 1);
        const line = Math.round(range.getBoundingClientRect().bottom / 12);
        lines.set(line, (lines.get(line) ?? 0) + 1);
      }
    }
    const counts = [...lines.entries()].sort((a, b) => a[0] - b[0]).map((each) => each[1]).slice(0, -1);
    return counts.reduce((sum, count) => sum + count, 0) / counts.length";

const LOADED: &str = "return [...document.fonts].filter((face) => face.status === 'loaded').map((face) => face.family.replaceAll('\"', '')).sort()";

#[test]
fn text_code_and_formulas_have_faces_of_their_own() -> Result<()> {
    let stage = Stage::set(Keychain::Unlocked)?;
    let window = stage.open()?;
    stage.connect(&window, KEY)?;
    stage.sim.on("POST", CHAT, Reply::answer(TEXT));
    window.ask("Why does Rust refuse this? I only read head after the push.")?;
    window.message("assistant", "done").within(ANSWER).shows("Grüße")?;
    window.wait_until(
        "the faces are read",
        "return ['Text', 'Code', 'Math'].every((name) => [...document.fonts].some((face) => face.status === 'loaded' && face.family.includes(name)))",
    )?;
    let read = window.run(LOADED, json!([]))?;
    assert!(read.as_array().is_some_and(|read| read.len() >= 4), "{read}");
    let look = "const style = getComputedStyle(document.querySelector('.answer p')); \
        return [style.fontSize, (parseFloat(style.lineHeight) / parseFloat(style.fontSize)).toFixed(2)]";
    assert_eq!(window.run(look, json!([]))?, json!(["15px", "1.60"]));
    let length = window.run(LINE_LENGTH, json!([]))?.as_f64().unwrap_or_default();
    assert!((68.0..=72.0).contains(&length), "{length} letters in a line");
    // Figures of a column have one width.
    let widths = "const cells = [...document.querySelectorAll('.answer td[align=right]')].map((cell) => { const range = document.createRange(); \
        range.selectNodeContents(cell); return range.getBoundingClientRect().width }); return Math.abs(cells[0] - cells[1]) < 0.1";
    assert_eq!(window.run(widths, json!([]))?, true);
    // A bracket is as tall as what it holds.
    let grows = "const math = document.querySelector('.answer math[display=block]'); return getComputedStyle(math).fontFamily.includes('Telltale Math')";
    assert_eq!(window.run(grows, json!([]))?, true);
    pictures(&window, "typefaces")?;
    window.resize(480, 800)?;
    let sideways =
        "const thread = document.querySelector('.thread'); return thread.scrollWidth - thread.clientWidth";
    assert_eq!(window.run(sideways, json!([]))?, 0, "a long formula scrolls by itself");
    window.resize(1280, 800)?;

    let family = "return getComputedStyle(document.body).fontFamily";
    let ours = window.run(family, json!([]))?.as_str().unwrap_or_default().to_owned();
    assert!(ours.contains("Telltale Text"), "{ours}");
    window.link("Settings").click()?;
    window.page().css("input[name=typeface][value=system]").click()?;
    let system = "return !getComputedStyle(document.body).fontFamily.includes('Telltale')";
    window.wait_until("text is in the system's face", system)?;
    pictures(&window, "typefaces-settings")?;
    window.reload()?;
    window.wait_until("it stays", system)?;
    window.open_chat("Why does Rust refuse this? I only read head after the push.")?;
    window.message("assistant", "done").within(ANSWER).shows("Grüße")?;
    pictures(&window, "typefaces-system")?;
    window.close()
}
