//! Fetches what a link in an answer leads to: from Poe's own store only, without the key, and no more than was asked for.

use url::{Host, Url};

use super::MediaKind;
use crate::client::Client;
use crate::error::{Error, Kind};

/// Poe keeps what its models made at hosts under these names. All that is Poe's own is named here.
const STORES: &[&str] = &["poecdn.net"];

/// What a link led to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Media {
    /// The file.
    pub bytes: Vec<u8>,
    /// What the store calls it, such as `image/png`; without parameters, in lower case.
    pub content_type: Option<String>,
    /// By the content type, or else by the path.
    pub kind: Option<MediaKind>,
}

impl Media {
    pub(super) fn of(
        link: &str,
        url: &Url,
        fetched: Result<(Vec<u8>, Option<String>), Error>,
    ) -> Result<Media, Error> {
        let (bytes, content_type) = fetched.map_err(|mut error| {
            if matches!(error.status, Some(401 | 403 | 404 | 410)) {
                error.kind = Kind::NotFound;
            }
            error
        })?;
        let named = content_type.as_deref().and_then(|name| name.split('/').next());
        let kind = match named {
            Some("image") => Some(MediaKind::Image),
            Some("audio") => Some(MediaKind::Audio),
            Some("video") => Some(MediaKind::Video),
            Some("text") => {
                let host = url.host_str().map(str::to_owned);
                let error = Error::new(Kind::CaptivePortal, "a text came instead of a file");
                return Err(Error { host, sent: true, ..error });
            }
            _ => super::kind(link),
        };
        Ok(Media { bytes, content_type, kind })
    }
}

impl Client {
    /// What a link of an answer ([`links`](super::links)) leads to; of `max` bytes at most. The key does not go along, no
    /// redirect is followed, and the queue is for Poe's API alone.
    ///
    /// Only `https` addresses of Poe's store (`poecdn.net`) are fetched, and what the host of
    /// [`Config::base_url`](crate::Config::base_url) itself serves: anybody may have written a link, and whoever is asked
    /// learns that it was read. Others fail with [`Kind::InvalidInput`], `url` in [`Error::param`].
    ///
    /// What is no longer there (401, 403, 404, 410: the store's links may expire) is [`Kind::NotFound`], a larger file
    /// [`Kind::MalformedResponse`], a web page [`Kind::CaptivePortal`], one that comes slower than
    /// [`Config::media_timeout`](crate::Config::media_timeout) allows [`Kind::StreamStalled`]. Asked for once; it costs nothing to ask again.
    pub async fn fetch_media(&self, link: &str, max: usize) -> Result<Media, Error> {
        let url = Url::parse(link).ok().filter(|url| self.is_ours(url));
        let Some(url) = url else {
            return Err(Error {
                param: Some("url".to_owned()),
                ..Error::new(Kind::InvalidInput, "it is no address of Poe's store")
            });
        };
        let fetched = self.fetch(&url, max).await;
        Media::of(link, &url, fetched)
    }

    /// Whether [`Client::fetch_media`] would ask for it.
    pub fn stores(&self, link: &str) -> bool {
        Url::parse(link).is_ok_and(|url| self.is_ours(&url))
    }

    fn is_ours(&self, url: &Url) -> bool {
        let base = self.base_url();
        let is_store = match url.host() {
            Some(Host::Domain(host)) => STORES.iter().any(|store| is_under(host, store)),
            _ => false,
        };
        let is_base = url.host_str() == Some(base.host()) && url.port_or_known_default() == Some(base.port());
        let has_login = !url.username().is_empty() || url.password().is_some();
        !has_login && ((is_store && url.scheme() == "https") || (is_base && base.has_scheme(url.scheme())))
    }
}

fn is_under(host: &str, name: &str) -> bool {
    host.strip_suffix(name).is_some_and(|before| before.is_empty() || before.ends_with('.'))
}
