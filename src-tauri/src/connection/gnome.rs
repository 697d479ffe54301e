//! GNOME's proxy settings, by the words of their schema: each proxy counts where its host is set and its port is not 0; `https`
//! goes by the one for `http` where it has none, and else by SOCKS.

use super::desktop_proxy::Desktop;
use gio::glib::prelude::{Cast, ObjectExt};
use gio::prelude::{SettingsExt, SettingsExtManual};
use gio::{Settings, SettingsSchemaSource};
use poe::{DesktopProxy, Secret};
use std::rc::Rc;

const NAME: &str = "GNOME";
const PROXY: &str = "org.gnome.system.proxy";

/// What is read of each schema below [`PROXY`]. Asking for one that is missing ends the process.
const KEYS: [(&str, &[&str]); 4] = [
    ("", &["mode", "ignore-hosts"]),
    (".http", &["host", "port", "use-authentication", "authentication-user", "authentication-password"]),
    (".https", &["host", "port"]),
    (".socks", &["host", "port"]),
];

pub(super) struct Gnome {
    proxy: Settings,
    http: Settings,
    https: Settings,
    socks: Settings,
}

/// What is set, word for word.
#[derive(Default)]
struct Values {
    mode: String,
    http: (String, i32),
    https: (String, i32),
    socks: (String, i32),
    /// Of the one for `http`.
    login: Option<(String, String)>,
    ignored: Vec<String>,
}

impl Gnome {
    /// `Err` is what to say where nothing can be read: in GNOME's own session that is a lack, in another it says nothing.
    pub(super) fn open(is_session: bool) -> Result<Gnome, Desktop> {
        let lacking = if is_session { Desktop::Unread(NAME) } else { Desktop::Silent };
        if !is_installed().unwrap_or(false) {
            return Err(lacking);
        }
        let gnome = Gnome {
            proxy: Settings::new(PROXY),
            http: Settings::new(&format!("{PROXY}.http")),
            https: Settings::new(&format!("{PROXY}.https")),
            socks: Settings::new(&format!("{PROXY}.socks")),
        };
        // Without the desktop's own store the library keeps settings in memory, where nobody ever sets any.
        match gnome.store().as_deref() {
            Some("GMemorySettingsBackend") => Err(lacking),
            _ => Ok(gnome),
        }
    }

    fn store(&self) -> Option<String> {
        let store = self.proxy.find_property("backend")?;
        let store = self.proxy.property_value(store.name());
        let store = store.get::<gio::glib::Object>().ok()?;
        Some(store.upcast_ref::<gio::glib::Object>().type_().name().to_owned())
    }

    pub(super) fn read(&self) -> Desktop {
        let of = |settings: &Settings| (settings.string("host").trim().to_owned(), settings.int("port"));
        let text = |key: &str| self.http.string(key).to_string();
        settings(Values {
            mode: self.proxy.string("mode").to_string(),
            http: of(&self.http),
            https: of(&self.https),
            socks: of(&self.socks),
            login: self
                .http
                .boolean("use-authentication")
                .then(|| (text("authentication-user"), text("authentication-password"))),
            ignored: self.proxy.strv("ignore-hosts").iter().map(ToString::to_string).collect(),
        })
    }

    pub(super) fn on_change(&self, tell: Rc<impl Fn() + 'static>) {
        for settings in [&self.proxy, &self.http, &self.https, &self.socks] {
            let tell = tell.clone();
            settings.connect_changed(None, move |_, _| tell());
        }
    }
}

fn is_installed() -> Option<bool> {
    let source = SettingsSchemaSource::default()?;
    let has_keys = |(schema, keys): &(&str, &[&str])| {
        let schema = source.lookup(&format!("{PROXY}{schema}"), true);
        schema.is_some_and(|schema| keys.iter().all(|key| schema.has_key(key)))
    };
    Some(KEYS.iter().all(has_keys))
}

fn settings(values: Values) -> Desktop {
    match values.mode.as_str() {
        "auto" => return Desktop::Automatic(NAME),
        "manual" => {}
        _ => return Desktop::Silent,
    }
    let is_set = |(host, port): &(String, i32)| !host.is_empty() && *port != 0;
    let (scheme, (host, port)) = if is_set(&values.https) {
        ("http", &values.https)
    } else if is_set(&values.http) {
        ("http", &values.http)
    } else if is_set(&values.socks) {
        ("socks", &values.socks)
    } else {
        return Desktop::Silent;
    };
    // The login has no proxy of its own to belong to; it is never shown to another than the one for `http`.
    let is_http = scheme == "http" && (host, port) == (&values.http.0, &values.http.1);
    let login = values.login.filter(|_| is_http);
    Desktop::Proxy(DesktopProxy {
        name: NAME.to_owned(),
        address: address(scheme, host, *port),
        login: login.and_then(|(name, password)| Some((name, Secret::verbatim(&password)?))),
        except: values.ignored,
        only_these: false,
    })
}

/// A host is a name, an IPv6 address without brackets, or what a person took for one: an address with its scheme.
fn address(scheme: &str, host: &str, port: i32) -> String {
    let host = host.trim_end_matches('/');
    if host.contains("://") {
        format!("{host}:{port}")
    } else if host.contains(':') && !host.starts_with('[') {
        format!("{scheme}://[{host}]:{port}")
    } else {
        format!("{scheme}://{host}:{port}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(values: Values, expected: &str) {
        let got = match settings(values) {
            Desktop::Silent => "silent".to_owned(),
            Desktop::Automatic(name) => format!("automatic by {name}"),
            Desktop::Unread(name) => format!("unread of {name}"),
            Desktop::Proxy(proxy) => {
                assert_eq!((proxy.name.as_str(), proxy.only_these), (NAME, false));
                let login = proxy.login.map(|(name, _)| format!(" as {name}"));
                format!("{}{} past {:?}", proxy.address, login.unwrap_or_default(), proxy.except)
            }
        };
        assert_eq!(got, expected);
    }

    fn manual() -> Values {
        Values { mode: "manual".to_owned(), ..Values::default() }
    }

    fn at(host: &str, port: i32) -> (String, i32) {
        (host.to_owned(), port)
    }

    #[test]
    fn what_is_set() {
        let http = at("http.example", 8080);
        let https = at("https.example", 8443);
        let socks = at("socks.example", 1080);
        let all = || Values { http: http.clone(), https: https.clone(), socks: socks.clone(), ..manual() };
        check(Values { mode: "none".to_owned(), ..all() }, "silent");
        check(Values { mode: "auto".to_owned(), ..all() }, "automatic by GNOME");
        check(manual(), "silent");
        check(all(), "http://https.example:8443 past []");
        check(Values { https: at("", 0), ..all() }, "http://http.example:8080 past []");
        check(Values { https: at("https.example", 0), ..all() }, "http://http.example:8080 past []");
        check(Values { socks: socks.clone(), ..manual() }, "socks://socks.example:1080 past []");
        check(Values { socks: at("::1", 9), ..manual() }, "socks://[::1]:9 past []");
        check(Values { https: at("http://p.example/", 9), ..manual() }, "http://p.example:9 past []");
        let ignored = vec!["localhost".to_owned(), "*.example".to_owned()];
        check(
            Values { ignored, https: https.clone(), ..manual() },
            "http://https.example:8443 past [\"localhost\", \"*.example\"]",
        );
    }

    #[test]
    fn the_login_is_for_its_own_proxy() {
        let login = || Some(("me".to_owned(), "word".to_owned()));
        let http = at("one.example", 8080);
        let with = |https: (String, i32)| Values { login: login(), http: http.clone(), https, ..manual() };
        check(with(at("", 0)), "http://one.example:8080 as me past []");
        check(with(http.clone()), "http://one.example:8080 as me past []");
        check(with(at("two.example", 8080)), "http://two.example:8080 past []");
        let socks = Values { login: login(), socks: at("one.example", 1080), ..manual() };
        check(socks, "socks://one.example:1080 past []");
    }
}
