//! The report to copy, for whoever helps: versions, checks, codes and times. No key, no message, no name of a home folder.

use crate::account::Account;
use crate::events::Check;
use crate::redact;
use crate::words::doctor as words;

pub(super) fn write(checks: &[Check], drawing: Option<&str>, account: &Account) -> String {
    let base_url = account.keyless_client().base_url().as_str().to_owned();
    let mut lines = vec![
        words::version(env!("CARGO_PKG_VERSION")),
        words::system(&system()),
        words::address(&base_url),
        words::key(account.state(), account.keychain_name()),
    ];
    lines.extend(drawing.map(str::to_owned));
    lines.extend(checks.iter().map(line));
    for card in checks.iter().filter_map(|check| check.card.as_ref()) {
        lines.push(String::new());
        let details = card.details.iter().map(|fact| format!("{}: {}", fact.label, fact.value));
        lines.extend(details);
    }
    let text = redact::keys(&lines.join("\n"));
    match std::env::home_dir().map(|home| home.to_string_lossy().into_owned()) {
        Some(home) if home.len() > 1 => text.replace(&home, "~"),
        _ => text,
    }
}

fn line(check: &Check) -> String {
    let name = words::check(check.name);
    let state = words::state(check.state);
    let code = check.card.as_ref().map(|card| card.code.clone());
    let took = check.took_ms.map(words::took);
    let parts = [Some(state.to_owned()), code, took, check.note.clone()];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    format!("{name}: {}", parts.join(", "))
}

/// The name of the system, where it tells one, and the machine's kind.
fn system() -> String {
    let release = std::fs::read_to_string("/etc/os-release").unwrap_or_default();
    let name = release
        .lines()
        .find_map(|line| line.strip_prefix("PRETTY_NAME="))
        .map(|name| name.trim_matches('"').to_owned());
    let name = name.unwrap_or_else(|| std::env::consts::OS.to_owned());
    format!("{name} ({})", std::env::consts::ARCH)
}
