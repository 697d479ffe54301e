//! The check of spelling in the fields of the page. WebKitGTK has one and leaves it off; it takes the languages that it is told
//! and drops those that no dictionary is installed for. Other systems check by themselves.

#[cfg(target_os = "linux")]
pub(super) use linux::set_up;

#[cfg(not(target_os = "linux"))]
pub(super) fn set_up<R: tauri::Runtime>(_: &tauri::AppHandle<R>) {}

#[cfg(target_os = "linux")]
mod linux {
    use crate::app::App;
    use std::sync::Arc;
    use tauri::{AppHandle, Manager, Runtime};
    use webkit2gtk::{WebContextExt, WebViewExt};

    /// From now on the page's fields follow the setting.
    pub(crate) fn set_up<R: Runtime>(handle: &AppHandle<R>) {
        let Some(app) = handle.try_state::<Arc<App>>() else {
            return;
        };
        let handle = handle.clone();
        app.check_spelling_by(Box::new(move |on| apply(&handle, on)));
    }

    fn apply<R: Runtime>(handle: &AppHandle<R>, on: bool) {
        let Some(window) = handle.get_webview_window("main") else {
            return;
        };
        let handle = handle.clone();
        // Fails only while the window closes.
        let _ = window.with_webview(move |webview| {
            let Some(context) = webview.inner().context() else {
                return;
            };
            let wanted = super::languages(|name| std::env::var(name).ok());
            context.set_spell_checking_enabled(on);
            context.set_spell_checking_languages(&wanted.iter().map(String::as_str).collect::<Vec<_>>());
            let found: Vec<String> =
                context.spell_checking_languages().iter().map(ToString::to_string).collect();
            let (checked, missing) = wanted.into_iter().partition(|language| found.contains(language));
            if let Some(app) = handle.try_state::<Arc<App>>() {
                app.spelling_is(checked, missing);
            }
        });
    }
}

/// The person's languages as their system names them, the first one first: `de_AT`, `en`. Without any it is the app's own.
#[cfg_attr(not(target_os = "linux"), allow(dead_code))]
fn languages(variable: impl Fn(&str) -> Option<String>) -> Vec<String> {
    let set = |name| variable(name).filter(|value| !value.is_empty());
    // The first that is set decides; `LANGUAGE` is a list, and counts only where there is a locale.
    let locale = ["LC_ALL", "LC_MESSAGES", "LANG"].into_iter().find_map(set);
    let locale = locale.as_deref().and_then(language);
    let list = set("LANGUAGE").filter(|_| locale.is_some());
    let named = list.iter().flat_map(|list| list.split(':')).filter_map(language);
    let mut all: Vec<String> = Vec::new();
    for language in named.chain(locale.clone()) {
        // "de" beside "de_AT" would want a dictionary of its own.
        let is_told = |other: &String| other.starts_with(&format!("{language}_")) || *other == language;
        let fuller = locale.iter().find(|locale| is_told(locale)).cloned();
        let language = fuller.unwrap_or(language);
        if !all.contains(&language) {
            all.push(language);
        }
    }
    if all.is_empty() {
        all.push("en_US".to_owned());
    }
    all
}

/// Without its encoding and variant; none of the locales that stand for no language.
fn language(locale: &str) -> Option<String> {
    let name = locale.split(['.', '@']).next().unwrap_or_default();
    let is_plain = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let is_language = !matches!(name, "" | "C" | "POSIX") && name.chars().all(is_plain);
    is_language.then(|| name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::languages;

    fn check(variables: &[(&str, &str)], expected: &[&str]) {
        let value = |name: &str| {
            let found = variables.iter().find(|(known, _)| *known == name);
            found.map(|(_, value)| (*value).to_owned())
        };
        assert_eq!(languages(value), expected, "{variables:?}");
    }

    #[test]
    fn the_systems_languages_are_checked() {
        check(&[], &["en_US"]);
        check(&[("LANG", "C.UTF-8")], &["en_US"]);
        check(&[("LANG", "POSIX")], &["en_US"]);
        check(&[("LANG", "de_AT.UTF-8")], &["de_AT"]);
        check(&[("LANG", "ca_ES.UTF-8@valencia")], &["ca_ES"]);
        check(&[("LANG", "de_AT.UTF-8"), ("LC_ALL", "fr_FR")], &["fr_FR"]);
        check(&[("LANG", "de_AT.UTF-8"), ("LC_ALL", "")], &["de_AT"]);
        check(&[("LANG", "de_AT.UTF-8"), ("LC_MESSAGES", "en_GB.UTF-8")], &["en_GB"]);
        // The locale says which German.
        check(&[("LANG", "de_AT.UTF-8"), ("LANGUAGE", "de:en_US")], &["de_AT", "en_US"]);
        check(&[("LANG", "en_US.UTF-8"), ("LANGUAGE", "fr:fr_CA:C")], &["fr", "fr_CA", "en_US"]);
        check(&[("LANG", "C"), ("LANGUAGE", "de")], &["en_US"]);
        check(&[("LANG", "../../etc.UTF-8")], &["en_US"]);
    }
}
