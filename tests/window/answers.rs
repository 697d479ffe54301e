//! What an answer looks like: text of several scripts, prices beside formulas, code with characters that cannot be seen.

use std::time::{Duration, Instant};

use poe::sim::Reply;
use serde_json::json;
use xtask::Result;
use xtask::window::{Keychain, key};

use crate::stage::{ANSWER, Stage, pictures};

const KEY: &str = "sk-poe-AnswersCanary0123456789abcdefghijklmn7777";
const CHAT: &str = "/v1/chat/completions";

/// Both code and text with characters that turn others around, or that are not drawn.
const CODE: &str = "if (role === \"user\u{202e} \u{2066}// only an admin\u{2069}\") {\n  const pass\u{200b}word = \"soft\u{ad}hyphen\"\n}\n";

fn answer() -> String {
    format!(
        "## 备份与恢复\n\n**注意：**请先备份，再看**「设置」**一节。价格由~~旧价（含税）。~~改为 **$1.50**，另一个是 **$2.00**。\n\n\
         **「名前」**を入力し、*（任意）*も可。**확인(필수)**을 누르세요. Real math stays: $x^2 + \\alpha$, $O(n)$; \
         `PATH=$PATH:$HOME/bin` and $HOME/$USER are none.\n\n\
         | Step | What |\n|---|---|\n| 1 | open<br>wait<br>close |\n| 2 | `<br>` is a tag, `a\u{200b}b` hides one |\n\n\
         ```js\n{CODE}```\n\n- [x] می\u{200c}خواهم\n- 「一」**二。**三\n\nThe last line could be a heading\n-"
    )
}

#[test]
fn every_script_and_sign_is_read_as_it_was_meant() -> Result<()> {
    let stage = Stage::set(Keychain::Unlocked)?;
    let window = stage.open()?;
    stage.connect(&window, KEY)?;
    stage.sim.on("POST", CHAT, Reply::answer(&answer()));
    window.ask("How do I restore a backup?")?;
    let message = window.message("assistant", "done").within(ANSWER);
    let text = message.shows("The last line could be a heading -")?;
    for lost in ["**", "~~", "<br>wait"] {
        assert!(!text.contains(lost), "{lost} in {text}");
    }
    for kept in ["$1.50", "$HOME/$USER are none"] {
        assert!(text.contains(kept), "{kept} not in {text}");
    }

    // Each mark is drawn in its place, and Copy gives the characters themselves.
    window.wait_until(
        "marks are drawn",
        "const marks = [...document.querySelectorAll('.answer .code .unseen')]; \
         return marks.length === 5 && marks.every((mark) => mark.getBoundingClientRect().width > 20)",
    )?;
    pictures(&window, "answer-signs")?;
    window.button("Copy code").click()?;
    window.wait_until("copied", "return document.body.innerText.includes('Copied')")?;
    assert_eq!(stage.desktop.copied()?, CODE);

    // Save writes the same, where the person chooses to; the system's chooser asks for the place.
    let file = stage.desktop.data().join("saved.js");
    window.button("Save code").click()?;
    stage.desktop.choose("Save code", &file)?;
    window.wait_until("saved", "return document.body.innerText.includes('Saved')")?;
    assert_eq!(std::fs::read_to_string(&file)?, CODE);
    window.button("Save code").click()?;
    stage.desktop.choose("Save code", "/proc/saved.js".as_ref())?;
    window.card("file_not_saved").shows("/proc/saved.js")?;
    window.card("file_not_saved").action("dismiss").click()?;
    // The card's button took the cursor along, which moves on to the field; a selection made before that would be gone.
    window.wait_until(
        "the cursor is in the field",
        "return document.activeElement?.matches('.composer textarea')",
    )?;

    // So does a selection.
    window.run(
        "const code = document.querySelector('.answer .code code'); document.activeElement?.blur(); getSelection().selectAllChildren(code); return null",
        json!([]),
    )?;
    stage.desktop.copy("something else")?;
    window.press(&format!("{}c{}", key::CONTROL, key::RELEASE))?;
    let begun = Instant::now();
    while stage.desktop.copied()? != CODE {
        assert!(begun.elapsed() < Duration::from_secs(10), "{:?} was copied", stage.desktop.copied()?);
    }
    window.close()
}

const DIRECTIONS: &str = "## مقدمة\n\nهذه فقرة باللغة العربية، وفيها كلمة English في وسطها.\n\n`npm install` يثبت الحزم.\n\nAn English paragraph with שלום in it.\n\n\
    - العنصر الأول\n- `npm ci` يثبت، مع `code`\n\n1. English first\n2. ואז עברית\n\n> ציטוט בעברית.\n>\n> And a quoted line in English.\n\n\
    | الاسم | القيمة |\n|---|---|\n| واحد | 1 |\n\n```py\n# تعليق\nprint('مرحبا')\n```\n\n안녕하세요, 世界、こんにちは 👋🏽 🇩🇪 👩‍💻 ✅\n";

const NUMBERS: &str = "990. Nine hundred and ninety\n991. And one\n\n---\n\n1000. A thousand, with a line that is long enough to be broken in a narrow window at least once\n1001. And one more\n\n\
    ---\n\n1. one\n2. two\n\n    9. inner\n    10. inner\n3. three\n";

const FORMULAS: &str = "$$\\begin{pmatrix}1&2\\\\3&4\\\\5&6\\end{pmatrix}\\begin{pmatrix}x\\\\y\\\\z\\end{pmatrix}=\\begin{bmatrix}5\\\\6\\\\7\\end{bmatrix}$$\n\n\
    Inline $\\begin{pmatrix}1\\\\2\\end{pmatrix}$ and $\\begin{pmatrix}3\\\\4\\end{pmatrix}$.\n\n\
    $$\\sqrt{\\frac{a+b}{c}} + \\sqrt[3]{\\frac{x^2}{y_1}} = \\int_0^1 \\frac{f(x)}{g(x)}\\,dx + \\sum_{k=1}^n k^2 + \\prod_{i} \\left( \\frac{1}{i} \\right)$$\n";

/// Text of one direction stands on its side, whatever stands above it; code goes from the left.
#[test]
fn each_block_reads_in_its_own_direction() -> Result<()> {
    let stage = Stage::set(Keychain::Unlocked)?;
    let window = stage.open()?;
    stage.connect(&window, KEY)?;
    let said = std::cell::Cell::new(0);
    let say = |question: &str, answer: &str| {
        stage.sim.on("POST", CHAT, Reply::answer(answer));
        window.ask(question)?;
        said.set(said.get() + 2);
        let answered = format!("article[data-place=\"{}\"][data-state=done]", said.get() - 1);
        window.page().css(&answered).within(ANSWER).appears()
    };
    say("مرحبا، كيف حالك؟\nAnd in English?", DIRECTIONS)?;
    let found = window.run(
        "const answer = [...document.querySelectorAll('.answer')].at(-1);
         const side = (selector, holds) => {
           const found = [...answer.querySelectorAll(selector)].find((one) => one.textContent.includes(holds));
           const range = document.createRange(); range.selectNodeContents(found);
           const text = range.getClientRects()[0], box = answer.getBoundingClientRect();
           return `${getComputedStyle(found).direction} ${text.left - box.left > box.right - text.right ? 'right' : 'left'}`;
         };
         return [['h2', 'مقدمة'], ['p', 'فقرة'], ['p', 'npm'], ['p', 'English paragraph'], ['li', 'الأول'], ['li', 'first'], ['li', 'עברית'], ['li', 'يثبت'], ['blockquote p', 'ציטוט'],
           ['blockquote p', 'quoted'], ['td', 'واحد'], ['pre', 'print']].map(([selector, holds]) => `${holds}: ${side(selector, holds)}`)",
        json!([]),
    )?;
    for wanted in [
        "مقدمة: rtl right",
        "فقرة: rtl right",
        "English paragraph: ltr left",
        "الأول: rtl right",
        "first: ltr left",
        "עברית: rtl right",
        "يثبت: rtl right",
        "ציטוט: rtl right",
        "واحد: rtl right",
        "print: ltr left",
    ] {
        let all = found.as_array().into_iter().flatten();
        assert!(all.clone().any(|one| one == wanted), "{wanted} not in {found}");
    }
    // The first letter of the sentence counts, not that of a command in it; a paragraph counts by itself in a quote.
    for wanted in ["npm: ", "quoted: "] {
        let all = found.as_array().into_iter().flatten();
        let side = if wanted == "npm: " { "right" } else { "left" };
        let is_so =
            all.filter_map(|one| one.as_str()).any(|one| one.starts_with(wanted) && one.ends_with(side));
        assert!(is_so, "{wanted}{side} not in {found}");
    }
    pictures(&window, "answer-directions")?;

    say("Numbers", NUMBERS)?;
    let room = window.run(
        "const answer = [...document.querySelectorAll('.answer')].at(-1);
         return [...answer.querySelectorAll('ol')].map((list) => {
           const ruler = document.createElement('span');
           ruler.textContent = `${list.start + list.childElementCount - 1}. `; ruler.style.whiteSpace = 'pre'; list.firstElementChild.append(ruler);
           const width = ruler.getBoundingClientRect().width; ruler.remove();
           return parseFloat(getComputedStyle(list.firstElementChild).marginInlineStart) - width;
         })",
        json!([]),
    )?;
    let room: Vec<f64> = serde_json::from_value(room)?;
    assert!(room.len() == 4 && room.iter().all(|room| *room >= 0.0), "{room:?}");
    pictures(&window, "answer-numbers")?;

    say("Formulas", FORMULAS)?;
    let shares = window.run(
        "const answer = [...document.querySelectorAll('.answer')].at(-1);
         return [...answer.querySelectorAll('mtable')].flatMap((table) => [table.previousElementSibling, table.nextElementSibling]
           .map((sign) => sign.getBoundingClientRect().height / table.getBoundingClientRect().height))",
        json!([]),
    )?;
    let shares: Vec<f64> = serde_json::from_value(shares)?;
    println!("brackets beside what they hold: {shares:.2?}");
    window.page().css(".jump").goes()?;
    pictures(&window, "answer-formulas")?;
    assert!(shares.len() == 10 && shares.iter().all(|share| *share > 0.9), "{shares:.2?}");
    window.close()
}

/// A picture that comes as text of the answer, as some models send theirs: it holds neither the page nor the answer up.
#[test]
fn a_picture_of_megabytes_in_the_text_does_not_hold_the_page() -> Result<()> {
    let stage = Stage::set(Keychain::Unlocked)?;
    let window = stage.open()?;
    stage.connect(&window, KEY)?;
    let picture = format!("![a cat](data:image/png;base64,{})", "QUJD".repeat(5 * 256 * 1024));
    let text = format!("Here it is: {picture} Done.");
    let whole = json!({ "choices": [{ "index": 0, "message": { "role": "assistant", "content": text }, "finish_reason": "stop" }] });
    let turns = [
        ("Draw a cat, whole.", Reply::json(200, whole)),
        ("Draw a cat, in one event.", pieces(&text, text.len())),
        ("Draw a cat, piece by piece.", pieces(&text, 16 * 1024)),
    ];
    for (turn, (question, reply)) in turns.into_iter().enumerate() {
        stage.sim.on("POST", CHAT, reply);
        window.run(
            "window.held = 0; let before = performance.now(); clearInterval(window.watch); \
             window.watch = setInterval(() => { const now = performance.now(); window.held = Math.max(window.held, now - before); before = now }, 10)",
            json!([]),
        )?;
        let begun = Instant::now();
        window.ask(question)?;
        let answer = format!("article[data-place=\"{}\"][data-state=done]", 2 * turn + 1);
        window.page().css(&answer).within(ANSWER).shows("Done.")?;
        let held = window.run("return window.held", json!([]))?;
        let ms = held.as_f64().unwrap_or(f64::MAX);
        println!("{question} {:?}, the page held for {ms:.0} ms", begun.elapsed());
        assert!(ms < 3_000.0, "{question} held the page for {ms:.0} ms");
    }
    window.close()
}

fn pieces(text: &str, size: usize) -> Reply {
    let frames: Vec<String> = text
        .as_bytes()
        .chunks(size)
        .map(|piece| {
            json!({ "choices": [{ "index": 0, "delta": { "content": String::from_utf8_lossy(piece) } }] })
                .to_string()
        })
        .chain([
            json!({ "choices": [{ "index": 0, "delta": {}, "finish_reason": "stop" }] }).to_string(),
            "[DONE]".to_owned(),
        ])
        .collect();
    Reply::sse(&frames.iter().map(String::as_str).collect::<Vec<_>>())
}
