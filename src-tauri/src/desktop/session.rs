//! Which kind of display the window is on. On Wayland an app has no say in where its windows are, nor in what they lie over.

use std::ffi::OsString;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Session {
    X11,
    Wayland,
}

impl Session {
    /// As the toolkit finds it: what it is told to use, else Wayland where there is one.
    pub(super) fn of(variable: &dyn Fn(&str) -> Option<OsString>) -> Session {
        let text = |name: &str| variable(name).map(|value| value.to_string_lossy().into_owned());
        let told = text("GDK_BACKEND").unwrap_or_default();
        let has_wayland = text("WAYLAND_DISPLAY").is_some_and(|display| !display.is_empty())
            || text("XDG_SESSION_TYPE").as_deref() == Some("wayland");
        match told.split(',').find(|name| ["x11", "wayland"].contains(name)) {
            Some("x11") => Session::X11,
            Some(_) => Session::Wayland,
            None if has_wayland => Session::Wayland,
            None => Session::X11,
        }
    }
}

/// Whether a window may be kept above those of other apps.
pub(crate) fn keeps_on_top() -> bool {
    !cfg!(target_os = "linux") || Session::of(&|name| std::env::var_os(name)) == Session::X11
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_session_is_the_toolkits() {
        fn check(variables: &[(&str, &str)], expected: Session) {
            let variable = |name: &str| {
                let found = variables.iter().find(|(known, _)| *known == name);
                found.map(|(_, value)| OsString::from(value))
            };
            assert_eq!(Session::of(&variable), expected, "{variables:?}");
        }
        check(&[], Session::X11);
        check(&[("XDG_SESSION_TYPE", "tty")], Session::X11);
        check(&[("XDG_SESSION_TYPE", "wayland")], Session::Wayland);
        check(&[("WAYLAND_DISPLAY", "wayland-0")], Session::Wayland);
        check(&[("WAYLAND_DISPLAY", "wayland-0"), ("GDK_BACKEND", "x11")], Session::X11);
        check(&[("GDK_BACKEND", "wayland")], Session::Wayland);
    }
}
