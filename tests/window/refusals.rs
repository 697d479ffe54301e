//! What the page may not do, tried in the page itself, as a script that got in would: leave, open, fetch, evaluate, call.

use std::time::Duration;

use serde_json::json;
use xtask::Result;
use xtask::window::{Keychain, Window};

use crate::stage::Stage;

#[test]
fn a_script_in_the_page_gets_nowhere() -> Result<()> {
    let stage = Stage::set(Keychain::Unlocked)?;
    let window = stage.open()?;
    window.button("Paste key").appears()?;
    let home = window.run("return location.href", json!([]))?;
    let outside = format!("{}/stolen", stage.sim.base_url());

    refused(&window, "fetch", &format!("await fetch('{outside}')"))?;
    refused(&window, "eval", "eval('1')")?;
    refused(&window, "new Function", "new Function('return 1')()")?;
    refused(&window, "innerHTML", "document.createElement('p').innerHTML = '<b>x</b>'")?;
    refused(
        &window,
        "a worker",
        "await new Promise((ok, no) => { const w = new Worker(URL.createObjectURL(new Blob(['postMessage(1)']))); w.onmessage = ok; w.onerror = no })",
    )?;
    refused(&window, "another window", "if (!open('https://example.org/')) throw new Error('refused')")?;
    refused(&window, "the global Tauri", "window.__TAURI__.core.invoke('boot')")?;
    for command in [
        "plugin:opener|open_url",
        "plugin:store|load",
        "plugin:window|close",
        "plugin:webview|create_webview_window",
        "read_key",
    ] {
        refused(
            &window,
            command,
            &format!(
                "await window.__TAURI_INTERNALS__.invoke('{command}', {{ url: 'https://example.org', path: 'x', label: 'x', options: {{}} }})"
            ),
        )?;
    }
    refused(
        &window,
        "an image from outside",
        &format!(
            "await new Promise((ok, no) => {{ const image = new Image(); image.onload = ok; image.onerror = no; image.src = '{outside}' }})"
        ),
    )?;
    window.run("const frame = document.createElement('iframe'); frame.src = arguments[0]; document.body.append(frame)", json!([outside]))?;
    window.run("const form = document.createElement('form'); form.action = arguments[0]; document.body.append(form); form.submit()", json!([outside]))?;
    window.run("const link = document.createElement('a'); link.href = arguments[0]; link.download = 'x'; document.body.append(link); link.click()", json!([outside]))?;
    window.run("location.href = arguments[0]", json!([outside]))?;
    // Time for what should not happen to happen.
    std::thread::sleep(Duration::from_millis(500));
    assert_eq!(window.run("return location.href", json!([]))?, home);
    let asked = stage.sim.requests().into_iter().map(|it| it.path).filter(|path| path.contains("stolen"));
    assert_eq!(asked.collect::<Vec<_>>(), Vec::<String>::new(), "the page reached out");
    assert!(window.button("Paste key").is_there()?, "the page is gone");
    window.close()
}

/// Runs code that must end in an exception.
fn refused(window: &Window, what: &str, code: &str) -> Result<()> {
    let script = format!(
        "document.documentElement.removeAttribute('data-tried');
         (async () => {{ {code} }})().then(() => 'done', (e) => `refused: ${{e?.message ?? e}}`)
           .then((said) => document.documentElement.setAttribute('data-tried', said))"
    );
    window.run(&script, json!([]))?;
    let said = window.page().css("html[data-tried]").attribute("data-tried")?;
    assert!(said.starts_with("refused"), "{what} was possible");
    Ok(())
}
