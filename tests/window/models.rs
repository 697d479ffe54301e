//! Models among four hundred: found however they are typed, in the list and in the picker, by keys alone to a sent question;
//! narrowed down and ordered; and no key waits for the rows.

use poe::sim::Reply;
use serde_json::{Value, json};
use xtask::Result;
use xtask::window::{Keychain, Window, key};

use crate::stage::{ANSWER, Stage, pictures};

const KEY: &str = "sk-poe-ModelsCanary0123456789abcdefghijklmno6666";
const CHAT: &str = "/v1/chat/completions";
const MODELS: usize = 400;
/// Milliseconds of two frames.
const FRAMES: f64 = 33.0;

/// What a person types, and the model that it leads to.
const TYPED: [(&str, &str); 7] = [
    ("gpt5", "gpt-5"),
    ("sonet", "claude-sonnet-4.6"),
    ("cladue", "claude-opus-4.6"),
    ("deepsek", "deepseek-v3.2"),
    ("antropic", "claude-opus-4.6"),
    ("gemni flash", "gemini-3-flash"),
    ("text video", "veo-3.1"),
];

#[test]
fn models_are_found_as_they_are_typed() -> Result<()> {
    let stage = Stage::set(Keychain::Unlocked)?;
    stage.sim.always("GET", "/v1/models", Reply::json(200, list()));
    let window = stage.open()?;
    stage.connect(&window, KEY)?;

    for (typed, id) in TYPED {
        // From the list: the first hit is a press of Enter away.
        window.link("Models").click()?;
        let search = window.textbox("Search models");
        search.fill(typed)?;
        window.page().css("tr[data-model]").appears()?;
        let first = window.page().css("tr[data-model]").attribute("data-model")?;
        assert_eq!(first, id, "{typed:?} in the list");
        search.type_text(key::ENTER)?;
        ask(&stage, &window, id)?;

        // From the picker.
        window.press(&format!("{}n{}", key::CONTROL, key::RELEASE))?;
        window.press(&format!("{}k{}", key::CONTROL, key::RELEASE))?;
        let search = window.textbox("Search models");
        search.type_text(typed)?;
        window.page().css("[role=option].active").appears()?;
        search.type_text(key::ENTER)?;
        ask(&stage, &window, id)?;
    }
    window.close()
}

/// The cursor is in the box: typed, sent by Enter, and asked of this model.
fn ask(stage: &Stage, window: &Window, id: &str) -> Result<()> {
    window.wait_until(
        "the cursor is in the message box of a chat without messages",
        "return !document.querySelector('article') && document.activeElement?.tagName === 'TEXTAREA'",
    )?;
    stage.sim.on("POST", CHAT, Reply::answer("The keeper does."));
    window.press("Who keeps the lamp?")?;
    window.press(key::ENTER)?;
    window.message("assistant", "done").within(ANSWER).appears()?;
    let requests = stage.sim.requests();
    let body = requests.iter().rfind(|request| request.path == CHAT);
    let body: Value = serde_json::from_slice(&body.map(|it| it.body.clone()).unwrap_or_default())?;
    assert_eq!(body["model"], id);
    Ok(())
}

#[test]
fn the_list_is_narrowed_ordered_and_worked_with_keys() -> Result<()> {
    let stage = Stage::set(Keychain::Unlocked)?;
    stage.sim.always("GET", "/v1/models", Reply::json(200, list()));
    let window = stage.open()?;
    stage.connect(&window, KEY)?;
    window.link("Models").click()?;
    window.page().css("tr[data-model]").appears()?;
    let ids = |count: usize| -> Result<Vec<String>> {
        let script = "return [...document.querySelectorAll('tr[data-model]')].slice(0, arguments[0]).map((row) => row.dataset.model)";
        Ok(serde_json::from_value(window.run(script, json!([count]))?)?)
    };
    // The most affordable stands first: by what a turn costs, which is told in points.
    let turns =
        "return [...document.querySelectorAll('tr[data-model] td.turn')].map((cell) => cell.innerText)";
    let turns: Vec<String> = serde_json::from_value(window.run(turns, json!([]))?)?;
    let points: Vec<i64> =
        turns.iter().filter_map(|text| text.split(' ').next()?.replace(',', "").parse().ok()).collect();
    assert!(points.len() > 10 && points.is_sorted(), "{turns:?}");
    let cheapest = ids(1)?;
    // Poe's own order is a choice; those whose price is not told stand at its end.
    order(&window, "listed")?;
    assert_eq!(ids(2)?, ["claude-opus-4.6", "gpt-5.4"]);
    order(&window, "turn")?;
    assert_eq!(ids(1)?, cheapest);
    pictures(&window, "models")?;
    // Narrow, the columns that are left share the row, and the name has the most of it.
    window.resize(480, 800)?;
    let name = "return document.querySelector('tr[data-model] .name').getBoundingClientRect().width";
    let name = window.run(name, json!([]))?.as_f64().unwrap_or(0.0);
    assert!(name > 200.0, "{name}");
    window.resize(1280, 800)?;

    // While it scrolls, the search and the head stay.
    let tops = "const page = document.querySelector('.page:not([hidden])');
        page.scrollTop = 4000;
        const top = (element) => Math.round(element.getBoundingClientRect().top);
        return [top(document.querySelector('input[type=search]')), top(document.querySelector('thead th')), top(page)]";
    let tops: Vec<i64> = serde_json::from_value(window.run(tops, json!([]))?)?;
    assert!(tops[0] > 0 && tops[1] == tops[2], "{tops:?}");

    window.wait_until(
        "the rows in sight are drawn",
        "return document.elementFromPoint(640, 700)?.closest('tr')?.dataset.model !== undefined",
    )?;

    // Rows that are out of sight are not on the page, the first ones neither.
    let drawn = "const rows = [...document.querySelectorAll('tr[data-model]')].map((row) => Number(row.dataset.place));
        return [Math.min(...rows), rows.length]";
    let drawn: Vec<i64> = serde_json::from_value(window.run(drawn, json!([]))?)?;
    assert!(drawn[0] > 50 && drawn[1] < 80, "{drawn:?}");

    // No key waits for the rows.
    let took = typing(&window, "claude sonnet")?;
    let (middle, slowest) = (took[took.len() / 2], took[took.len() - 1]);
    assert!(middle < FRAMES, "a key took {middle} ms");
    // The first letter changes every row, and other programs use the machine too.
    assert!(slowest < 3.0 * FRAMES, "a key took {slowest} ms");

    // The head orders, by keys and by pointer; what is not told comes last.
    let search = window.textbox("Search models");
    search.type_text(key::ESCAPE)?;
    window.button("Context").click()?;
    let contexts = "return [...document.querySelectorAll('tr[data-model] td:nth-child(5)[title]')].map((cell) => Number(cell.title.replace(/\\D/g, '')))";
    let contexts: Vec<i64> = serde_json::from_value(window.run(contexts, json!([]))?)?;
    assert!(contexts.len() > 10 && contexts.is_sorted_by(|a, b| a >= b), "{contexts:?}");
    window.button("Context").click()?;
    window.button("Context").click()?;
    assert_eq!(ids(1)?, cheapest);

    // Chips.
    window.button("Video").click()?;
    window.button("Sees images").click()?;
    assert_eq!(ids(9)?, ["veo-3.1"]);
    window.button("Tools").click()?;
    window.button("Clear filters").click()?;
    assert_eq!(ids(1)?, cheapest);

    // Nothing found: what is near, and Enter takes none of it.
    search.fill("gpt6")?;
    window.page().css(".near").shows("Did you mean")?;
    pictures(&window, "models-near")?;
    search.type_text(key::ENTER)?;
    assert_eq!(window.run("return location.hash", json!([]))?, "#models");

    // Along the rows by keys, to a model's page, from there back to its row, and into a chat.
    search.fill("gemini")?;
    search.type_text(key::ARROW_DOWN)?;
    window
        .wait_until("the first row has the cursor", "return document.activeElement.closest('tr') !== null")?;
    for one in [key::ARROW_DOWN, key::ARROW_UP, key::ARROW_DOWN] {
        window.press(one)?;
    }
    let focused = "return document.activeElement.closest('tr').dataset.model";
    assert_eq!(window.run(focused, json!([]))?, ids(2)?[1].as_str());
    pictures(&window, "models-keys")?;
    window.press(key::ENTER)?;
    window.page().css("article.model h2").shows("Gemini-3.1-Pro")?;
    assert_eq!(window.run("return location.hash", json!([]))?, "#models/gemini-3.1-pro");
    window.press(key::ESCAPE)?;
    window.wait_until(
        "its row has the cursor",
        "return document.activeElement?.closest('tr')?.dataset.model === 'gemini-3.1-pro'",
    )?;
    window.press(key::ENTER)?;
    window.page().css("article.model h2").shows("Gemini-3.1-Pro")?;
    window.button("Chat with Gemini-3.1-Pro").click()?;
    window.page().css("[aria-label^='Model: Gemini-3.1-Pro']").appears()?;
    window.close()
}

/// Chooses an order, as the list of them would.
fn order(window: &Window, value: &str) -> Result<()> {
    let choose = "const list = document.querySelector('select[aria-label=Sort]');
        list.value = arguments[0];
        list.dispatchEvent(new Event('change', { bubbles: true }))";
    window.run(choose, json!([value]))?;
    window.wait_until(
        "it is chosen",
        &format!("return document.querySelector('select[aria-label=Sort]').value === '{value}'"),
    )
}

/// Milliseconds from a key to its rows laid out, for each of these letters and their deletion, each the best of a few times:
/// the fastest first.
fn typing(window: &Window, text: &str) -> Result<Vec<f64>> {
    let script = "
        const [text] = arguments
        const box = document.querySelector('input[type=search]')
        const typed = [...text].map((_, i) => text.slice(0, i + 1)).concat('')
        const best = typed.map(() => Infinity)
        for (let pass = 0; pass < 6; pass++) {
          for (const [i, value] of typed.entries()) {
            const from = performance.now()
            box.value = value
            box.dispatchEvent(new Event('input', { bubbles: true }))
            await Promise.resolve()
            document.body.getBoundingClientRect()
            best[i] = Math.min(best[i], performance.now() - from)
            await new Promise((done) => setTimeout(done, 60))
          }
        }
        return best";
    let script = format!("return (async () => {{ {script} }})()");
    let mut took: Vec<f64> = serde_json::from_value(window.run(&script, json!([text]))?)?;
    #[allow(clippy::print_stdout, reason = "the figures are what is looked for")]
    {
        println!("ms for each key: {took:?}");
    }
    took.sort_by(f64::total_cmp);
    Ok(took)
}

/// Four hundred models in Poe's shape: some by name, the rest of invented families.
fn list() -> Value {
    let text = (&["text", "image"][..], &["text"][..]);
    let named = [
        ("Assistant-Tool", "Poe Tools", text, None),
        ("Claude-Opus-4.6", "Anthropic", text, Some(("0.0000043", "0.0000215"))),
        ("GPT-5.4", "OpenAI", text, Some(("0.0000022", "0.0000135"))),
        ("Claude-Sonnet-4.6", "Anthropic", text, Some(("0.0000026", "0.0000130"))),
        ("GPT-5", "OpenAI", text, Some(("0.0000011", "0.0000090"))),
        ("Gemini-3-Flash", "Google", text, Some(("0.0000004", "0.0000024"))),
        ("Gemini-3.1-Pro", "Google", text, Some(("0.0000020", "0.0000120"))),
        ("DeepSeek-V3.2", "DeepSeek", text, Some(("0.00000027", "0.0000004"))),
        ("Veo-3.1", "Google", (&["text", "image"][..], &["video"][..]), Some(("0.0001", "0.001"))),
        ("Nano-Banana-2", "Google", (&["text", "image"][..], &["image"][..]), None),
    ];
    let row = |name: &str,
               maker: &str,
               ways: (&[&str], &[&str]),
               price: Option<(&str, &str)>,
               context: u64| {
        json!({
            "id": name.to_lowercase(), "object": "model", "created": 1_770_000_000_123_u64, "owned_by": maker,
            "description": format!("{name} by {maker}."), "root": name.to_lowercase(),
            "architecture": { "input_modalities": ways.0, "output_modalities": ways.1, "modality": "" },
            "supported_features": if context > 300_000 { vec!["tools"] } else { vec![] },
            "supported_endpoints": ["/v1/chat/completions"],
            "pricing": price.map(|(prompt, completion)| json!({ "prompt": prompt, "completion": completion, "image": null, "request": null })),
            "context_window": { "context_length": context, "max_output_tokens": 32_000 }, "context_length": context,
            "metadata": { "display_name": name, "image": null, "url": "https://poe.com/x" },
            "reasoning": null, "parameters": [],
        })
    };
    let mut rows: Vec<Value> =
        named.into_iter().map(|(name, maker, ways, price)| row(name, maker, ways, price, 200_000)).collect();
    let families = ["Heron", "Lark", "Plover", "Curlew", "Wren", "Avocet", "Dunlin", "Siskin"];
    let makers = ["Northlight", "Quiet Harbor", "Paper Lantern", "Fernhill Labs", "Cinder & Co"];
    for n in rows.len()..MODELS {
        let (family, size) = (families[n % families.len()], ["Mini", "Large", "Pro", "Turbo"][n / 8 % 4]);
        let price = format!("0.0000{:04}", n * 7 % 900 + 10);
        let price = (n % 2 == 0).then_some((price.as_str(), price.as_str()));
        let name = format!("{family}-{}.{}-{size}-{n}", n % 5 + 1, n % 3);
        rows.push(row(&name, makers[n % makers.len()], text, price, 32_000 * (n as u64 % 32 + 1)));
    }
    json!({ "object": "list", "data": rows })
}

/// By what it can do and what it costs, not by its name; then it is the one that new chats ask.
#[test]
fn a_model_found_by_what_it_can_do_and_costs_is_made_default() -> Result<()> {
    let stage = Stage::set(Keychain::Unlocked)?;
    stage.sim.always("GET", "/v1/models", Reply::json(200, list()));
    let window = stage.open()?;
    stage.connect(&window, KEY)?;
    window.link("Models").click()?;
    window.page().css("tr[data-model] td.turn").shows("point")?;

    window.button("Tools").click()?;
    window.button("Sees images").click()?;
    order(&window, "turn")?;
    let first = "return document.querySelector('tr[data-model]').dataset.model";
    let wanted = window.run(first, json!([]))?.as_str().unwrap_or_default().to_owned();
    let costs = "const cells = document.querySelector('tr[data-model]').cells;
        return [cells[5].innerText, cells[6].innerText]";
    let costs: Vec<String> = serde_json::from_value(window.run(costs, json!([]))?)?;
    assert!(costs[0].contains("point") && costs[1].contains(','), "{costs:?}");

    // Marked on its row, it is there under the chip, and its page says the same.
    window.page().css("tr[data-model] .mark").click()?;
    window.button("Favorites").click()?;
    window
        .wait_until("it alone is left", "return document.querySelectorAll('tr[data-model]').length === 1")?;
    assert_eq!(window.run(first, json!([]))?, wanted.as_str());
    // The whole row is the target.
    window.page().css("tr[data-model] td.left").click()?;
    window.page().css("article.model").shows(&costs[0])?;
    window.page().css("article.model").shows("You haven’t asked it yet.")?;
    pictures(&window, "model-page")?;
    window.button("Make default").click()?;
    window.page().css("article.model").shows("Default for new chats")?;
    window.press(key::ESCAPE)?;
    window.wait_until(
        "its row has the cursor",
        "return document.activeElement?.closest('tr[data-model]') !== null",
    )?;

    // What Poe's history says of it is on its page, under whichever name it stands there.
    window.button("New chat").click()?;
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH)?.as_micros() as u64;
    stage.sim.set_history(vec![json!({
        "query_id": "row-1", "bot_name": wanted.to_uppercase(), "creation_time": now + 500_000, "usage_type": "API",
        "cost_points": 37, "cost_usd": "0.0011", "api_key_name": "Key", "cost_breakdown_in_points": { "Total": "37 points" },
    })]);
    ask(&stage, &window, &wanted)?;
    window.link("Models").click()?;
    window.page().css("tr[data-model]").appears()?;
    window.run(&format!("location.hash = '#models/{wanted}'"), json!([]))?;
    window.page().css("article.model").within(ANSWER).shows("Last asked")?;
    window.page().css("article.model").shows("37")?;
    window.close()
}

#[test]
fn a_bot_without_a_price_asks_once() -> Result<()> {
    let stage = Stage::set(Keychain::Unlocked)?;
    let window = stage.open()?;
    stage.connect(&window, KEY)?;
    window.choose_model("Demo-Community")?;
    let text = "Who are you?";
    window.textbox("Message").type_text(text)?;
    window.press(key::ENTER)?;
    let dialog = window.page().css("[role=alertdialog]");
    dialog.shows("Demo-Community is run by Somebody Else and lists no price.")?;
    pictures(&window, "ask-first")?;
    // Enter at first sends nothing, and neither does Esc.
    window.press(key::ESCAPE)?;
    dialog.goes()?;
    assert_eq!(stage.sim.posts(), 0);
    let kept = "return document.querySelector('textarea[aria-label=Message]').value";
    assert_eq!(window.run(kept, json!([]))?, text, "the message stays");

    window.button("Send").click()?;
    dialog.shows("lists no price")?;
    window.page().css("[role=alertdialog] [data-action=allow-bot]").click()?;
    window.message("assistant", "done").within(ANSWER).appears()?;
    assert_eq!(stage.sim.posts(), 1);

    // Once: not for the next question, nor in another chat.
    window.textbox("Message").type_text("And now?")?;
    window.press(key::ENTER)?;
    window.wait_until(
        "the second answer is there",
        "return document.querySelectorAll('article[data-role=assistant][data-state=done]').length === 2",
    )?;
    window.button("New chat").click()?;
    window.textbox("Message").type_text("In another chat?")?;
    window.press(key::ENTER)?;
    window.message("assistant", "done").within(ANSWER).appears()?;
    assert_eq!(stage.sim.posts(), 3);
    window.close()
}

#[test]
fn what_changed_in_the_list_is_told_and_a_restart_shows_the_last_list_at_once() -> Result<()> {
    let stage = Stage::set(Keychain::Unlocked)?;
    let mut models = list();
    stage.sim.always("GET", "/v1/models", Reply::json(200, models.clone()));
    let window = stage.open()?;
    stage.connect(&window, KEY)?;
    window.link("Models").click()?;
    window.page().css("tr[data-model]").appears()?;
    window.close()?;

    models["data"][1]["pricing"]["completion"] = json!("0.0000100");
    models["data"][2]["pricing"]["prompt"] = json!("0.0000050");
    models["data"].as_array_mut().map(|rows| rows.pop());
    stage.sim.always("GET", "/v1/models", Reply::json(200, models));
    let window = stage.open()?;
    window.textbox("Message").appears()?;
    window.link("Models").click()?;
    let line = window.page().css("button.changed");
    line.shows("1 cheaper, 1 more expensive, 1 gone since ")?;
    line.click()?;
    window.page().css("section.changes").shows("Claude-Opus-4.6")?;
    pictures(&window, "models-changes")?;
    line.goes()?;
    window.button("Hide changes").click()?;
    window.close()?;

    // Poe answers nothing: the last list is there, with its age, and nothing is news.
    stage.sim.always("GET", "/v1/models", Reply::html(404, "<h1>404</h1>"));
    let window = stage.open()?;
    window.textbox("Message").appears()?;
    window.link("Models").click()?;
    window.page().css("tr[data-model]").appears()?;
    window.page().css("header.bar").shows("list from")?;
    assert_eq!(window.run("return document.querySelector('button.changed')", json!([]))?, Value::Null);
    window.close()
}

/// Characters that the chat's title has, and the model's name.
const TITLE: usize = 100;
const NAME: usize = 40;

#[test]
fn the_head_of_a_chat_keeps_the_models_name() -> Result<()> {
    let stage = Stage::set(Keychain::Unlocked)?;
    let mut models = list();
    let name = "Magistral-Medium-2509-Thinking-Preview-X";
    assert_eq!(name.len(), NAME);
    models["data"][1]["metadata"]["display_name"] = json!(name);
    stage.sim.always("GET", "/v1/models", Reply::json(200, models));
    stage.set_up(json!({ "version": 1, "defaultModel": "claude-opus-4.6" }))?;
    let window = stage.open()?;
    stage.connect(&window, KEY)?;
    stage.sim.on("POST", CHAT, Reply::answer("The keeper does."));
    window.ask("Who keeps the lamp?")?;
    window.message("assistant", "done").within(ANSWER).appears()?;

    // A press on the title renames.
    window.page().css("header.head").shows("Who keeps the lamp?")?;
    window.page().css("h1 .title").click()?;
    let title = "The keeper of the lamp and what is left of the oil when the winter is long and the ships come late…!";
    assert_eq!(title.chars().count(), TITLE);
    let field = window.textbox("Title of this chat");
    field.fill(title)?;
    field.type_text(key::ENTER)?;
    window.page().css("header.head h1").shows("The keeper of the lamp")?;

    for asks in [false, true] {
        for (width, letters) in [(1280, 22), (900, 16), (760, 16), (480, 22)] {
            window.resize(width, 800)?;
            if asks {
                window.page().css("header.head [aria-haspopup=menu]").click()?;
                window.page().css("[role=menu]").shows("Delete")?;
            }
            let seen: Head = serde_json::from_value(window.run(HEAD, json!([]))?)?;
            // Two of them are under the dots.
            assert!(seen.letters >= letters + 2, "{width} px: {} letters of the name", seen.letters);
            assert!(seen.apart && seen.inside, "{width} px: what is in the head stands in its own place");
            assert_eq!(seen.rows, if width == 480 { 2 } else { 1 }, "{width} px");
            crate::stage::picture(&window, &format!("head-{width}{}", if asks { "-asks" } else { "" }))?;
            if asks {
                window.press(key::ESCAPE)?;
                window.page().css("[role=menu]").goes()?;
            }
        }
    }
    window.resize(1280, 800)?;

    // Deleted, it is out of the list, and a press away.
    window.page().css("header.head [aria-haspopup=menu]").click()?;
    assert_eq!(window.page().css("[role=menuitem].danger").text()?.trim(), "Delete");
    window.page().css("[role=menuitem].danger").click()?;
    window.page().css("[aria-label=Chats]").shows("Your chats will be listed here.")?;
    window.button("Undo").click()?;
    window.page().css("[aria-label=Chats]").shows("The keeper of the lamp")?;
    window.close()
}

#[derive(serde::Deserialize)]
struct Head {
    letters: usize,
    apart: bool,
    inside: bool,
    rows: usize,
}

/// How many letters of the model's name are seen; whether what stands in the head overlaps, or leaves it.
const HEAD: &str = "
    const head = document.querySelector('header.head').getBoundingClientRect()
    const name = document.querySelector('header.head .trigger b')
    const edge = name.getBoundingClientRect().right
    const range = document.createRange()
    const text = name.firstChild
    let letters = 0
    for (let i = 0; i < text.length; i++) {
      range.setStart(text, i)
      range.setEnd(text, i + 1)
      if (range.getBoundingClientRect().right <= edge + 0.5) letters++
    }
    const parts = [...document.querySelectorAll('header.head :is(h1, .more, .trigger, .parameters)')].map((each) => each.getBoundingClientRect())
    const meet = (a, b) => a.left < b.right - 0.5 && b.left < a.right - 0.5 && a.top < b.bottom - 0.5 && b.top < a.bottom - 0.5
    const apart = parts.length === 4 && parts.every((a, i) => parts.every((b, j) => i >= j || !meet(a, b)))
    const inside = parts.every((one) => one.left >= head.left && one.right <= head.right && one.top >= head.top && one.bottom <= head.bottom)
    const rows = new Set(parts.map((one) => Math.round((one.top + one.bottom) / 2 / 12))).size
    return { letters, apart, inside, rows }";

#[test]
fn a_new_chat_asks_the_last_model_or_the_default() -> Result<()> {
    let stage = Stage::set(Keychain::Unlocked)?;
    stage.sim.always("GET", "/v1/models", Reply::json(200, list()));
    let window = stage.open()?;
    stage.connect(&window, KEY)?;
    window.choose_model("Gemini-3-Flash")?;
    ask(&stage, &window, "gemini-3-flash")?;

    // The last one used, by name and with its price, before anything is sent.
    window.button("New chat").click()?;
    let model = window.page().css("[aria-label^='Model: Gemini-3-Flash, ']").attribute("aria-label")?;
    assert!(model.contains(" a turn") || model.contains("per M tokens"), "{model}");
    ask(&stage, &window, "gemini-3-flash")?;

    // Made the default, it stays so whatever is used meanwhile.
    window.choose_model("GPT-5.4")?;
    window.press(&format!("{}k{}", key::CONTROL, key::RELEASE))?;
    window.textbox("Search models").type_text(key::TAB)?;
    window.press(key::ENTER)?;
    window.page().css("[aria-label^='Model: GPT-5.4, ']").appears()?;
    window.press(&format!("{}n{}", key::CONTROL, key::RELEASE))?;
    window.choose_model("DeepSeek-V3.2")?;
    ask(&stage, &window, "deepseek-v3.2")?;
    window.button("New chat").click()?;
    ask(&stage, &window, "gpt-5.4")?;

    // Settings names it, and takes it back.
    window.link("Settings").click()?;
    window.page().css("[aria-label^='Model: GPT-5.4, ']").appears()?;
    window.button("Use last model instead").click()?;
    window.page().css("[aria-label='Model: Last model used']").appears()?;
    window.button("New chat").click()?;
    window.page().css("[aria-label^='Model: GPT-5.4, ']").appears()?;
    window.choose_model("DeepSeek-V3.2")?;
    ask(&stage, &window, "deepseek-v3.2")?;
    window.button("New chat").click()?;
    window.page().css("[aria-label^='Model: DeepSeek-V3.2, ']").appears()?;
    window.close()
}
