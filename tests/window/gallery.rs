//! Every card and the main views under axe, in the real window, light and dark: nothing serious, nothing critical.

use std::fs;
use std::time::Duration;

use poe::sim::Reply;
use serde_json::{Value, json};
use xtask::window::{Keychain, Window};
use xtask::{Context, Result};

use crate::stage::{Stage, look, pictures};

pub(crate) const AXE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/ui/node_modules/axe-core/axe.min.js");

/// What is worse than moderate on the page as it is, a line each; prints a summary.
#[allow(clippy::print_stdout)]
pub(crate) fn faults(window: &Window, axe: &str, name: &str) -> Result<Vec<String>> {
    let mut faults = Vec::new();
    for theme in ["light", "dark"] {
        let before = look(window, theme)?;
        // Colors that fade into the other look are none of either.
        std::thread::sleep(Duration::from_millis(400));
        window.run(
            &format!(
                "if (!window.axe) {{ {axe} }}
                 document.documentElement.removeAttribute('data-axe');
                 window.axe.run(document, {{ resultTypes: ['violations'] }}).then(
                   (found) => {{
                     window.axeSaid = found.violations.map((it) => [it.impact, it.id, it.nodes.length, it.nodes[0].html.slice(0, 160), it.nodes[0].failureSummary]);
                     document.documentElement.setAttribute('data-axe', 'done');
                   }},
                   (e) => {{ window.axeSaid = [['critical', String(e), 0, '', '']]; document.documentElement.setAttribute('data-axe', 'done') }},
                 )"
            ),
            json!([]),
        )?;
        window.page().css("html[data-axe]").appears()?;
        let said = window.run("return window.axeSaid", json!([]))?;
        let said = said.as_array().cloned().unwrap_or_default();
        let is_bad = |fault: &&Value| ["serious", "critical"].iter().any(|bad| fault[0] == *bad);
        let bad: Vec<_> = said.iter().filter(is_bad).collect();
        println!(
            "axe, {name}, {theme}: {} serious or critical, {} lesser",
            bad.len(),
            said.len() - bad.len()
        );
        faults.extend(bad.iter().map(|fault| format!("{name}, {theme}: {fault}")));
        look(window, &before)?;
    }
    Ok(faults)
}

#[test]
fn every_card_and_view_can_be_read_by_all() -> Result<()> {
    let axe = fs::read_to_string(AXE).context("axe-core comes with npm ci in ui/")?;
    let stage = Stage::set(Keychain::Unlocked)?;
    stage.sim.always(
        "POST",
        "/v1/chat/completions",
        Reply::error(402, "Insufficient points", "insufficient_quota", Some("insufficient_points")),
    );
    let key = "sk-poe-window0123456789window0123456789windows";
    let window = stage.open_with(&[("TELLTALE_BASE_URL", &stage.sim.base_url()), ("POE_API_KEY", key)])?;
    window.button("Paste key").appears()?;
    let mut found = faults(&window, &axe, "SetUp")?;
    window.button("Use POE_API_KEY").click()?;
    window.button("Start chatting").click()?;
    window.ask("Why?")?;
    window.card("insufficient_points").appears()?;
    found.extend(faults(&window, &axe, "Chat with a failed message")?);
    for (view, there) in
        [("gallery", "section.card"), ("help/insufficient_points", "details[open]"), ("settings", "main h1")]
    {
        window.run("location.hash = arguments[0]", json!([view]))?;
        window.page().css(there).appears()?;
        found.extend(faults(&window, &axe, view)?);
        if view != "settings" {
            pictures(&window, &view.replace('/', "-"))?;
        }
    }
    assert!(found.is_empty(), "\n{}\n", found.join("\n"));
    window.close()
}
