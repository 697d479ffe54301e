//! The variables that name a proxy, read as most programs do: the one for `https` before the one for all, upper case before
//! lower. One that is empty says nothing.

use super::exceptions::Exceptions;
use super::{ProxySource, Route, UnusableProxy, address};

const PROXY: [&str; 4] = ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"];
const NO_PROXY: [&str; 2] = ["NO_PROXY", "no_proxy"];

/// What is no Unicode can't be used, and is told instead of passed over.
pub(super) fn variable(name: &str) -> Option<String> {
    Some(std::env::var_os(name)?.to_string_lossy().into_owned())
}

/// `variable` reads the environment.
pub(super) fn named(variable: impl Fn(&str) -> Option<String>) -> Option<Result<Route, UnusableProxy>> {
    let (name, value) = first(variable, &PROXY)?;
    Some(address::read(&value, ProxySource::Environment(name.to_owned())))
}

pub(super) fn exceptions(variable: impl Fn(&str) -> Option<String>) -> Exceptions {
    let (_, list) = first(variable, &NO_PROXY).unwrap_or_default();
    Exceptions::listed(&list)
}

fn first(
    variable: impl Fn(&str) -> Option<String>,
    names: &[&'static str],
) -> Option<(&'static str, String)> {
    let set = names.iter().filter_map(|name| Some((*name, variable(name)?)));
    set.into_iter().find(|(_, value)| !value.trim().is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn which_variable_it_is() {
        fn check(variables: &[(&str, &str)], expected: Option<&str>) {
            let variable = |wanted: &str| {
                let found = variables.iter().find(|(name, _)| *name == wanted);
                found.map(|(_, value)| (*value).to_owned())
            };
            let got = named(variable).map(|read| {
                let (source, what) = match read {
                    Ok(route) => (route.proxy.source.clone(), route.proxy.address()),
                    Err(unusable) => (unusable.source, "unusable".to_owned()),
                };
                let ProxySource::Environment(name) = source else { panic!("{source:?}") };
                format!("{name} {what}")
            });
            assert_eq!(got.as_deref(), expected, "{variables:?}");
        }
        let (one, two) = ("http://me:secret@one.example:8080", "socks://two.example:8080");
        check(&[], None);
        check(&[("HTTPS_PROXY", one)], Some("HTTPS_PROXY one.example:8080"));
        check(&[("https_proxy", one)], Some("https_proxy one.example:8080"));
        check(&[("HTTPS_PROXY", one), ("https_proxy", two)], Some("HTTPS_PROXY one.example:8080"));
        check(&[("HTTPS_PROXY", ""), ("https_proxy", two)], Some("https_proxy two.example:8080"));
        check(&[("HTTPS_PROXY", one), ("ALL_PROXY", two)], Some("HTTPS_PROXY one.example:8080"));
        check(&[("https_proxy", one), ("ALL_PROXY", two)], Some("https_proxy one.example:8080"));
        check(&[("ALL_PROXY", two)], Some("ALL_PROXY two.example:8080"));
        check(&[("all_proxy", two), ("HTTPS_PROXY", " ")], Some("all_proxy two.example:8080"));
        check(&[("ALL_PROXY", "socks9://two.example")], Some("ALL_PROXY unusable"));
        // The first that says something decides, also when it can't be used.
        check(&[("HTTPS_PROXY", "ftp://x"), ("ALL_PROXY", two)], Some("HTTPS_PROXY unusable"));
        // For `http` alone, and Poe is `https`.
        check(&[("HTTP_PROXY", one), ("http_proxy", one)], None);
    }
}
