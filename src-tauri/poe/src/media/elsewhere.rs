//! Fetches what an answer links to outside Poe's store, which is somebody's who then learns that it was read: a caller does that
//! only where a person asks for it. Nobody near this computer is asked, whatever a name leads to.

use std::error::Error as StdError;
use std::fmt;
use std::net::SocketAddr;
use std::sync::Arc;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::redirect::Policy;
use url::Url;

use super::addresses::{StandIn, is_public, may_be_public};
use super::fetch::Media;
use crate::client::Client;
use crate::config::Config;
use crate::error::{Error, Kind};
use crate::proxy::Rules;
use crate::transport;
use crate::verifier::RecordingVerifier;

impl Client {
    /// What a link of an answer leads to that is not Poe's, of `max` bytes at most and within [`Config::media_timeout`]. Asked once,
    /// past the queue: no key goes along, no cookie, and no word of where the link stood.
    ///
    /// Only `https` addresses somewhere on the internet are asked: a name that leads to this computer or to a network near it
    /// (loopback, private, link-local, shared, reserved), even beside others, fails with [`Kind::InvalidInput`], `host` in
    /// [`Error::param`], and so does such an address. The addresses that were looked at are those that are connected to. With a proxy
    /// the name is looked up there, as for all else, so here only its form tells; `proxy.example` itself is not asked through
    /// `proxy.example`. Whatever is no such address at all has `url` in [`Error::param`].
    ///
    /// No redirect is followed: the status is the reply's own, 300 to 399. Otherwise it fails as [`Client::fetch_media`] does.
    pub async fn fetch_elsewhere(&self, link: &str, max: usize) -> Result<Media, Error> {
        let Some(url) = Url::parse(link).ok().filter(|url| url.scheme() == "https") else {
            return Err(refused("url", "it is no https address"));
        };
        let config = self.config();
        if !may_be_asked(config, &url) {
            return Err(refused("host", "it is not on the internet"));
        }
        let fetched = self.fetch_by(connection(config, self.rules(), &url), &url, max).await;
        Media::of(link, &url, fetched)
    }

    /// Whether [`Client::fetch_elsewhere`] would look for it, as far as its form tells.
    pub fn asks_elsewhere(&self, link: &str) -> bool {
        Url::parse(link).is_ok_and(|url| url.scheme() == "https" && may_be_asked(self.config(), &url))
    }
}

fn refused(field: &str, why: &str) -> Error {
    Error { param: Some(field.to_owned()), ..Error::new(Kind::InvalidInput, why) }
}

fn may_be_asked(config: &Config, url: &Url) -> bool {
    let stands_in = url.host_str().is_some_and(|host| config.stand_ins.iter().any(|(name, _)| name == host));
    stands_in || may_be_public(url)
}

/// A connection of its own, so that nothing of it is used for Poe again.
fn connection(config: &Config, rules: &Rules, url: &Url) -> Result<reqwest::Client, Error> {
    let proxy = rules.route(url)?.map(|route| route.proxy.host);
    if proxy.as_deref().is_some_and(|proxy| url.host_str() == Some(proxy)) {
        return Err(refused("host", "it is the proxy"));
    }
    let verifier = RecordingVerifier::new(&config.extra_ca)?;
    let builder = reqwest::Client::builder()
        .user_agent(concat!("poe-rust/", env!("CARGO_PKG_VERSION")))
        .redirect(Policy::none())
        .referer(false)
        .connect_timeout(config.connect_timeout)
        .pool_max_idle_per_host(0)
        // Pictures are packed already, and what unpacks is larger than what came.
        .no_gzip()
        .no_brotli()
        .dns_resolver(Arc::new(Lookup { proxy, stand_ins: config.stand_ins.clone() }))
        .tls_backend_preconfigured(verifier.config()?);
    rules.apply(builder).build().map_err(|error| transport::no_tls(&error))
}

/// Looks names up and hands out only what is on the internet.
struct Lookup {
    /// Where it lies is the person's own setting.
    proxy: Option<String>,
    stand_ins: Vec<StandIn>,
}

impl Resolve for Lookup {
    fn resolve(&self, name: Name) -> Resolving {
        let stands_in = self.stand_ins.iter().find(|(stands, _)| stands == name.as_str());
        if let Some((_, address)) = stands_in {
            let found: Addrs = Box::new(std::iter::once(*address));
            return Box::pin(std::future::ready(Ok(found)));
        }
        let is_proxy = self.proxy.as_deref() == Some(name.as_str());
        Box::pin(async move {
            let found: Vec<SocketAddr> = tokio::net::lookup_host((name.as_str(), 0)).await?.collect();
            if !is_proxy && !found.iter().all(|found| is_public(found.ip())) {
                return Err(NotPublic.into());
            }
            let found: Addrs = Box::new(found.into_iter());
            Ok(found)
        })
    }
}

/// What a name leads to is near.
#[derive(Debug)]
struct NotPublic;

impl fmt::Display for NotPublic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the name leads to an address that is not on the internet")
    }
}

impl StdError for NotPublic {}

/// Where the lookup refused, nothing was sent.
pub(crate) fn is_not_public(error: &reqwest::Error) -> Option<Error> {
    transport::cause::<NotPublic>(error).map(|cause| refused("host", &cause.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn looked_up(name: &str, proxy: Option<&str>) -> Result<Vec<SocketAddr>, bool> {
        let stand_ins = vec![("pictures.example".to_owned(), ([127, 0, 0, 1], 7).into())];
        let lookup = Lookup { proxy: proxy.map(str::to_owned), stand_ins };
        let found = lookup.resolve(name.parse().unwrap()).await;
        found.map(Iterator::collect).map_err(|error| error.is::<NotPublic>())
    }

    #[tokio::test]
    async fn a_name_that_leads_to_this_computer_leads_nowhere() {
        assert_eq!(looked_up("localhost", None).await, Err(true));
        // That of a proxy is the person's own.
        assert!(looked_up("localhost", Some("localhost")).await.is_ok());
        let stands_in = looked_up("pictures.example", None).await;
        assert_eq!(stands_in, Ok(vec![([127, 0, 0, 1], 7).into()]));
    }

    /// A name that passes by its form and leads here: the refusal comes out of the HTTP library as what it is, and nobody heard.
    #[tokio::test]
    async fn it_is_said_why() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let lookup = Lookup { proxy: None, stand_ins: Vec::new() };
        let http = reqwest::Client::builder().no_proxy().dns_resolver(Arc::new(lookup)).build().unwrap();
        let error = http.get(format!("https://localhost:{port}/a.png")).send().await.unwrap_err();
        let error = is_not_public(&error).unwrap();
        assert_eq!((error.kind, error.param.as_deref()), (Kind::InvalidInput, Some("host")));
        let heard = tokio::time::timeout(std::time::Duration::from_millis(50), listener.accept()).await;
        assert!(heard.is_err());
    }
}
