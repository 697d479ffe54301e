//! The one rule on which links leave the window. A model writes them, so they are hostile until shown otherwise.

use url::Url;

/// The link as it may be opened: http, https or mailto, no hidden login, no control characters, of sane length.
pub(super) fn allowed(text: &str) -> Option<Url> {
    if text.len() > 2_048 || text.chars().any(|c| c.is_control() || c == '\\') {
        return None;
    }
    let url = Url::parse(text.trim()).ok()?;
    let plain = url.username().is_empty() && url.password().is_none();
    let known = match url.scheme() {
        "http" | "https" => url.host_str().is_some_and(|host| !host.is_empty()),
        "mailto" => true,
        _ => false,
    };
    (known && plain).then_some(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: bool) {
        assert_eq!(allowed(text).is_some(), expected, "{text:?}");
    }

    #[test]
    fn only_web_and_mail_leave_the_window() {
        check("https://poe.com/api/keys", true);
        check("http://example.org/a?b=c#d", true);
        check("mailto:a@example.org", true);
        for scheme in "javascript data vbscript file smb nfs ftp tel ms-msdt calculator blob about view-source ws \
                       intent jar ldap ssh telnet x-man-page search-ms ms-officecmd chrome res tauri ipc steam"
            .split_whitespace()
        {
            check(&format!("{scheme}://host/path"), false);
            check(&format!("{scheme}:alert(1)"), false);
            check(&format!(" {}:alert(1)", scheme.to_uppercase()), false);
        }
        check("https://user:secret@example.org", false);
        check("https://api.poe.com@evil.example", false);
        check("https:\\\\evil.example", false);
        check("//evil.example", false);
        check("/etc/passwd", false);
        check("https://exa\u{7}mple.org", false);
        check("https://example.org\n", false);
        check(&format!("https://example.org/{}", "a".repeat(2_100)), false);
    }
}
