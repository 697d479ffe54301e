//! The web view's own menu. WebKitGTK offers spelling only there, so it stays in fields, without what an app has no use for;
//! everywhere else the page shows its own.

#[cfg(target_os = "linux")]
pub(super) fn cut_down<R: tauri::Runtime>(window: &tauri::WebviewWindow<R>) -> tauri::Result<()> {
    use webkit2gtk::{ContextMenuExt, ContextMenuItemExt, HitTestResultExt, WebViewExt};
    window.with_webview(|webview| {
        webview.inner().connect_context_menu(|_, menu, _, hit| {
            if !hit.context_is_editable() {
                return true;
            }
            let items = menu.items();
            let kinds: Vec<Kind> = items
                .iter()
                .map(|item| match item.is_separator() {
                    true => Kind::Separator,
                    false => kind(item.stock_action()),
                })
                .collect();
            for (item, stays) in items.iter().zip(kept(&kinds)) {
                if !stays {
                    menu.remove(item);
                }
            }
            // An empty one is not shown.
            menu.n_items() == 0
        });
    })
}

#[cfg(not(target_os = "linux"))]
pub(super) fn cut_down<R: tauri::Runtime>(_: &tauri::WebviewWindow<R>) -> tauri::Result<()> {
    Ok(())
}

#[derive(Clone, Copy, PartialEq)]
#[cfg_attr(not(target_os = "linux"), allow(dead_code))]
enum Kind {
    Wanted,
    Separator,
    Unwanted,
}

#[cfg(target_os = "linux")]
fn kind(action: webkit2gtk::ContextMenuAction) -> Kind {
    use webkit2gtk::ContextMenuAction as Action;
    match action {
        Action::SpellingGuess
        | Action::NoGuessesFound
        | Action::IgnoreSpelling
        | Action::LearnSpelling
        | Action::Cut
        | Action::Copy
        | Action::Paste
        | Action::SelectAll => Kind::Wanted,
        _ => Kind::Unwanted,
    }
}

/// Which items stay: a line only between two that do.
#[cfg_attr(not(target_os = "linux"), allow(dead_code))]
fn kept(kinds: &[Kind]) -> Vec<bool> {
    let follows = |at: usize| kinds[at + 1..].contains(&Kind::Wanted);
    let mut line_stands = true;
    let stays = kinds.iter().enumerate().map(|(at, kind)| match kind {
        Kind::Wanted => {
            line_stands = false;
            true
        }
        Kind::Separator => !std::mem::replace(&mut line_stands, true) && follows(at),
        Kind::Unwanted => false,
    });
    stays.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_stand_between_what_stays() {
        fn check(menu: &str, expected: &str) {
            let kinds: Vec<Kind> = menu
                .chars()
                .map(|c| match c {
                    '-' => Kind::Separator,
                    'x' => Kind::Unwanted,
                    _ => Kind::Wanted,
                })
                .collect();
            let left = menu.chars().zip(kept(&kinds)).filter(|(_, stays)| *stays);
            assert_eq!(left.map(|(c, _)| c).collect::<String>(), expected, "{menu}");
        }
        check("", "");
        check("xx-x", "");
        check("abc", "abc");
        check("ab-x-cd-xx-e", "ab-cd-e");
        check("-x-a-x-", "a");
        check("x--ab--x--c", "ab-c");
    }
}
