//! KDE's proxy settings: the group `Proxy Settings` of `kioslaverc`, a person's own before the system's.

use super::desktop_proxy::Desktop;
use gio::prelude::FileExt;
use gio::{Cancellable, File, FileMonitor, FileMonitorFlags};
use poe::DesktopProxy;
use std::path::{Path, PathBuf};
use std::rc::Rc;

const NAME: &str = "KDE";
const FILE: &str = "kioslaverc";

pub(super) struct Kde {
    /// The first that has a key decides it.
    files: Vec<PathBuf>,
}

impl Kde {
    /// Where the XDG Base Directory Specification puts them.
    pub(super) fn of_person() -> Kde {
        let set = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty());
        let home = set("XDG_CONFIG_HOME").map(PathBuf::from);
        let home = home.or_else(|| Some(PathBuf::from(set("HOME")?).join(".config")));
        let system = set("XDG_CONFIG_DIRS").unwrap_or_else(|| "/etc/xdg".into());
        let folders = home.into_iter().chain(std::env::split_paths(&system));
        Kde { files: folders.map(|folder| folder.join(FILE)).collect() }
    }

    pub(super) fn read(&self) -> Desktop {
        let mut texts = Vec::new();
        for file in &self.files {
            match std::fs::read(file) {
                Ok(bytes) => texts.push(String::from_utf8_lossy(&bytes).into_owned()),
                Err(error) if is_absent(&error) => {}
                Err(_) => return Desktop::Unread(NAME),
            }
        }
        settings(&texts, |name| std::env::var(name).ok())
    }

    /// What is returned watches for as long as it lives.
    pub(super) fn on_change(&self, tell: Rc<impl Fn() + 'static>) -> Vec<FileMonitor> {
        let watched = |path: &PathBuf| {
            let file = File::for_path(path as &Path);
            let monitor = file.monitor_file(FileMonitorFlags::WATCH_MOVES, Cancellable::NONE).ok()?;
            let tell = tell.clone();
            gio::prelude::FileMonitorExt::connect_changed(&monitor, move |_, _, _, _| tell());
            Some(monitor)
        };
        self.files.iter().filter_map(watched).collect()
    }
}

fn is_absent(error: &std::io::Error) -> bool {
    use std::io::ErrorKind::{NotADirectory, NotFound};
    matches!(error.kind(), NotFound | NotADirectory)
}

/// `variable` reads the environment, which KDE's settings may point to.
fn settings(texts: &[String], variable: impl Fn(&str) -> Option<String>) -> Desktop {
    let entry = |key: &str| texts.iter().find_map(|text| find(text, key)).unwrap_or_default();
    let value = |key: &str| match entry("ProxyType").as_str() {
        "4" => {
            let names = entry(key);
            names.split(',').find_map(|name| variable(name.trim())).unwrap_or_default()
        }
        _ => entry(key),
    };
    match entry("ProxyType").as_str() {
        "1" | "4" => {}
        "2" | "3" => return Desktop::Automatic(NAME),
        _ => return Desktop::Silent,
    }
    let set = ["httpsProxy", "socksProxy"].map(value);
    let Some(address) = set.iter().find(|address| !address.trim().is_empty()) else {
        return Desktop::Silent;
    };
    Desktop::Proxy(DesktopProxy {
        name: NAME.to_owned(),
        address: with_port(address),
        login: None,
        except: value("NoProxyFor").split(',').map(|entry| entry.trim().to_owned()).collect(),
        only_these: entry("ReversedException") == "true",
    })
}

/// The port stands behind a blank.
fn with_port(address: &str) -> String {
    let parts: Vec<&str> = address.split_whitespace().collect();
    match parts[..] {
        [address, port] => format!("{}:{port}", address.trim_end_matches('/')),
        _ => address.trim().to_owned(),
    }
}

/// `key=value` or `key[$e]=value` below `[Proxy Settings]`.
fn find(text: &str, key: &str) -> Option<String> {
    let mut is_inside = false;
    for line in text.lines().map(str::trim) {
        if line.starts_with('[') {
            is_inside = line == "[Proxy Settings]" || line.starts_with("[Proxy Settings][$");
        } else if is_inside
            && let Some((name, value)) = line.split_once('=')
            && name.split('[').next().map(str::trim) == Some(key)
        {
            return Some(value.trim().to_owned());
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(texts: &[&str], expected: &str) {
        let texts: Vec<String> = texts.iter().map(|text| (*text).to_owned()).collect();
        let variable = |name: &str| (name == "MY_PROXY").then(|| "http://mine.example:8080".to_owned());
        let got = match settings(&texts, variable) {
            Desktop::Silent => "silent".to_owned(),
            Desktop::Automatic(name) => format!("automatic by {name}"),
            Desktop::Unread(name) => format!("unread of {name}"),
            Desktop::Proxy(proxy) => {
                let word = if proxy.only_these { "for" } else { "past" };
                format!("{} {word} {}", proxy.address, proxy.except.join(" "))
            }
        };
        assert_eq!(got, expected, "{texts:?}");
    }

    #[test]
    fn what_is_set() {
        let with = |lines: &str| {
            format!("[$Version]\nProxyType=3\n\n[Proxy Settings]\n{lines}\n[Other]\nProxyType=2\n")
        };
        let one = |lines: &str, expected: &str| check(&[&with(lines)], expected);
        check(&[], "silent");
        check(&["nonsense\n=\n["], "silent");
        one("", "silent");
        one("ProxyType=0\nhttpsProxy=http://p.example 8080", "silent");
        one("ProxyType=1", "silent");
        one("ProxyType=1\nhttpProxy=http://p.example 8080", "silent");
        one("ProxyType=1\nhttpsProxy=http://p.example 8080", "http://p.example:8080 past ");
        one("ProxyType=1\nhttpsProxy=http://p.example:8080/", "http://p.example:8080/ past ");
        one("ProxyType=1\nhttpsProxy=http://p.example/ 8080", "http://p.example:8080 past ");
        one("ProxyType = 1\nhttpsProxy[$e]=p.example 80", "p.example:80 past ");
        one("ProxyType=1\nhttpsProxy=\nsocksProxy=socks://s.example 1080", "socks://s.example:1080 past ");
        one(
            "ProxyType=1\nhttpsProxy=p.example 80\nNoProxyFor=localhost, .kde.org",
            "p.example:80 past localhost .kde.org",
        );
        one(
            "ProxyType=1\nhttpsProxy=p.example 80\nNoProxyFor=poe.com\nReversedException=true",
            "p.example:80 for poe.com",
        );
        one("ProxyType=2\nProxy Config Script=http://x.example/pac", "automatic by KDE");
        one("ProxyType=3", "automatic by KDE");
        one("ProxyType=4\nhttpsProxy=OTHER,MY_PROXY", "http://mine.example:8080 past ");
        one("ProxyType=4\nhttpsProxy=OTHER", "silent");
        // A person's own file before the system's.
        let system = with("ProxyType=1\nhttpsProxy=system.example 80");
        check(&[&with("ProxyType=0"), &system], "silent");
        check(&[&with("httpsProxy=own.example 80"), &system], "own.example:80 past ");
    }
}
