//! Text at 200 % holds in a narrow window and in a wide one: in every view nothing is cut, and no page scrolls sideways.

use std::time::Duration;

use poe::sim::Reply;
use serde_json::json;
use xtask::Result;
use xtask::window::{Keychain, key};

use crate::desk::{ANSWER_TEXT, KEY, asked, refused};
use crate::stage::{Stage, look, picture};

/// What runs out of its box, or makes the page scroll sideways. A title that ends in an ellipsis tells itself whole elsewhere.
const CUT: &str = "
    const cut = [];
    if (document.documentElement.scrollWidth > innerWidth) cut.push(`the page is ${document.documentElement.scrollWidth} px wide`);
    const visible = (element) => element.checkVisibility({ visibilityProperty: true, opacityProperty: true });
    for (const element of document.querySelectorAll('body *')) {
      if (!visible(element) || element.closest('.sr, svg, math, [aria-hidden=true]')) continue;
      const style = getComputedStyle(element);
      const box = element.getBoundingClientRect();
      if (box.width === 0 || box.height === 0) continue;
      const name = `${element.tagName.toLowerCase()}.${element.className} “${(element.textContent ?? '').trim().slice(0, 40)}”`;
      const scrolls = ['auto', 'scroll'];
      const isInScroller = (() => { for (let up = element.parentElement; up; up = up.parentElement) { const s = getComputedStyle(up); if (scrolls.includes(s.overflowX) && up.scrollWidth > up.clientWidth && !up.matches('.page, .thread, .chats, main')) return true } return false })();
      if (element.matches('.page, .thread, .chats, .view, main') && element.scrollWidth > element.clientWidth + 1) cut.push(`${name} scrolls sideways: ${element.scrollWidth} of ${element.clientWidth}`);
      if (!isInScroller && element.childNodes.length > 0 && (box.right > innerWidth + 1 || box.left < -1) && !element.closest('aside:not(.open)')) cut.push(`${name} reaches ${Math.round(box.left)}..${Math.round(box.right)}`);
      // A field scrolls, but not within its one line.
      if (element.matches('textarea') && element.clientHeight < parseFloat(style.lineHeight)) cut.push(`${name} is lower than a line`);
      const hasText = [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim() !== '');
      if (!hasText || style.textOverflow === 'ellipsis') continue;
      if (style.overflowX === 'hidden' && element.scrollWidth > element.clientWidth + 1) cut.push(`${name} is cut at its side`);
      // What is left of a price where it does not fit whole is out of sight on purpose.
      if (style.overflowY === 'hidden' && !element.matches('.prices') && element.scrollHeight > element.clientHeight + 2) cut.push(`${name} is cut below`);
      if (element.matches('button, .btn, td, th, label') && element.scrollWidth > element.clientWidth + 1) cut.push(`${name} runs out of its box`);
    }
    return cut";

#[test]
fn text_at_200_percent_holds_in_a_narrow_window() -> Result<()> {
    let stage = Stage::set(Keychain::Unlocked)?;
    let window = stage.open()?;
    stage.connect(&window, KEY)?;
    asked(&stage, &window, "Borrow checker in a linked list", Reply::answer(ANSWER_TEXT), "done")?;
    let larger = format!("{}+{}", key::CONTROL, key::RELEASE);
    for _ in 0..5 {
        window.press(&larger)?;
        std::thread::sleep(Duration::from_millis(150));
    }
    window.wait_until(
        "text is twice as large",
        "return getComputedStyle(document.documentElement).getPropertyValue('--text').trim() === '2'",
    )?;
    let short = refused(402, "Insufficient points", "insufficient_quota", "insufficient_points");
    let mut faults = Vec::new();
    let mut view = |name: &str, width: i64, height: i64| -> Result<()> {
        window.resize(width, height)?;
        // The pointer rests in the middle: what shows under it alone is judged too.
        stage.desktop.xdotool(&["mousemove", "240", "500", "mousemove", "240", "502"])?;
        std::thread::sleep(Duration::from_millis(300));
        let cut = window.run(CUT, json!([]))?;
        for each in cut.as_array().into_iter().flatten() {
            faults.push(format!("{name} {width}: {}", each.as_str().unwrap_or_default()));
        }
        for theme in ["light", "dark"] {
            let before = look(&window, theme)?;
            picture(&window, &format!("desk-200-{name}-{theme}-{width}"))?;
            look(&window, &before)?;
        }
        Ok(())
    };
    for size in [480, 1280] {
        view("chat", size, 800)?;
    }
    window.resize(1280, 800)?;
    asked(&stage, &window, "Summary of the quarterly report", short, "failed")?;
    for size in [480, 1280] {
        view("card", size, 800)?;
    }
    for name in ["models", "balance", "usage", "settings", "help", "log", "doctor", "gallery", "setup"] {
        window.run("location.hash = arguments[0]", json!([format!("#{name}")]))?;
        std::thread::sleep(Duration::from_millis(700));
        for size in [480, 1280] {
            view(name, size, 800)?;
        }
    }
    window.run("location.hash = '#chat'", json!([]))?;
    window.resize(480, 800)?;
    window.button("Open menu").click()?;
    view("drawer", 480, 800)?;
    assert!(faults.is_empty(), "{}", faults.join("\n"));

    // It is kept, and set back by one press.
    window.close()?;
    let window = stage.open()?;
    let factor = "return getComputedStyle(document.documentElement).getPropertyValue('--text').trim()";
    window.wait_until("it is kept", &format!("{factor} === '2'"))?;
    window.press(&format!("{}0{}", key::CONTROL, key::RELEASE))?;
    window.wait_until("the usual size", &format!("{factor} === '1'"))?;
    window.close()
}
