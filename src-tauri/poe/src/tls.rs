//! Looks at the certificate of a host without asking it anything: a connection is made the way a request would go, and
//! broken off as soon as it stands.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use hyper_util::client::legacy::connect::Connection;
use tokio::time::timeout;
use tower_layer::Layer;
use tower_service::Service;

use crate::base_url::BaseUrl;
use crate::ca::ExtraCa;
use crate::certificate::Certificate;
use crate::error::{Error, Kind};
use crate::proxy::Proxy;
use crate::proxy::in_use::ProxyInUse;
use crate::verifier::{RecordingVerifier, Shown};
use crate::{step, transport};

/// What a host shows before anything is sent to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Look {
    /// Its certificate.
    pub certificate: Certificate,
    /// Which TLS was agreed on, such as `TLS 1.3`. `None` where the certificate is not accepted: that comes first.
    pub version: Option<&'static str>,
    /// Which HTTP would be spoken inside of it, as TLS names them: `h2`, `http/1.1`. `None` likewise.
    pub protocol: Option<&'static str>,
}

/// Why nobody looked at a certificate.
#[derive(Clone, Debug)]
pub enum NotLooked {
    /// The address is `http`: there is none.
    Http,
    /// No certificate came: the host or the proxy was not reached, or speaks no TLS. Time over is
    /// [`Kind::ConnectTimeout`]; a proxy that wants a login has 407 as its [`Error::status`].
    Failed(Box<Error>),
}

impl From<Error> for NotLooked {
    fn from(error: Error) -> NotLooked {
        NotLooked::Failed(Box::new(error))
    }
}

/// What the host of `base_url` shows: its certificate, and whether this computer would accept it, by the system's
/// authorities and `extra_ca`. It is judged as a [`Client`](crate::Client) judges it. No request is sent whatever the
/// verdict, so that nobody hears more than the names of host and proxy (and the proxy its own login).
///
/// The way is the client's: through the proxy that `proxy` means, or none where its setting can't be used. `limit` is for
/// everything together.
pub async fn look(
    base_url: &BaseUrl,
    proxy: &Proxy,
    extra_ca: &[ExtraCa],
    limit: Duration,
) -> Result<Look, NotLooked> {
    if base_url.is_http() {
        return Err(NotLooked::Http);
    }
    let rules = proxy.rules();
    let route = rules.route(base_url.url()).map_err(Error::from)?;
    let verifier = RecordingVerifier::new(extra_ca)?;
    let builder =
        reqwest::Client::builder().tls_backend_preconfigured(verifier.config()?).connector_layer(NoRequest);
    let http = rules.apply(builder).build();
    let http = http.map_err(|error| transport::no_tls(&error))?;
    let connecting = http.get(base_url.url().clone()).send();
    let Ok(ended) = timeout(limit, connecting).await else {
        return Err(step::failed(Kind::ConnectTimeout, "no certificate came in time").into());
    };
    let Err(error) = ended else {
        return Err(step::failed(Kind::Unknown, "a request went out").into());
    };
    let agreed = transport::cause::<Agreed>(&error);
    let proxy = route.as_ref().map(|route| &route.proxy);
    let shown = verifier.shown().filter(|shown| agreed.is_some() || shown.is_refused());
    match shown {
        Some(shown) if shown.is_of(base_url.host()) => what_is_shown(&shown, agreed),
        Some(_) => Err(no_secure_proxy(&error, proxy).into()),
        None => Err(no_certificate(&error, proxy).into()),
    }
}

fn what_is_shown(shown: &Shown, agreed: Option<&Agreed>) -> Result<Look, NotLooked> {
    let certificate = shown.certificate();
    let certificate =
        certificate.ok_or_else(|| step::failed(Kind::TlsInvalid, "an unreadable certificate"))?;
    Ok(Look {
        certificate,
        version: agreed.and(shown.version),
        protocol: agreed.map(|agreed| agreed.protocol),
    })
}

/// A proxy whose certificate is not accepted heard neither the host nor the login.
fn no_secure_proxy(error: &reqwest::Error, proxy: Option<&ProxyInUse>) -> Error {
    let why = transport::no_answer(error, proxy).message;
    Error {
        proxy: proxy.cloned().map(Box::new),
        ..step::failed(Kind::ProxyFailed, format!("no secure connection to the proxy itself: {why}"))
    }
}

fn no_certificate(error: &reqwest::Error, proxy: Option<&ProxyInUse>) -> Error {
    let proxy = proxy.filter(|_| !transport::broke_in_tls(error));
    let failure = transport::no_answer(error, proxy);
    if transport::broke_in_tls(error) {
        return step::failed(Kind::TlsInvalid, failure.message);
    }
    Error { status: transport::wants_login(error).then_some(407), ..failure }
}

/// Breaks off each connection as soon as it stands, so that no request goes out on it.
#[derive(Clone)]
struct NoRequest;

impl<S> Layer<S> for NoRequest {
    type Service = Connecting<S>;

    fn layer(&self, connector: S) -> Connecting<S> {
        Connecting(connector)
    }
}

#[derive(Clone)]
struct Connecting<S>(S);

type BoxError = Box<dyn std::error::Error + Send + Sync>;

impl<S, R> Service<R> for Connecting<S>
where
    S: Service<R, Error = BoxError>,
    S::Response: Connection,
    S::Future: Send + 'static,
{
    type Response = S::Response;
    type Error = BoxError;
    type Future = Pin<Box<dyn Future<Output = Result<S::Response, BoxError>> + Send>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        self.0.poll_ready(cx)
    }

    fn call(&mut self, request: R) -> Self::Future {
        let connecting = self.0.call(request);
        Box::pin(async move {
            let is_http2 = connecting.await?.connected().is_negotiated_h2();
            let protocol = if is_http2 { "h2" } else { "http/1.1" };
            Err(Agreed { protocol }.into())
        })
    }
}

/// How a connection that stands was broken off.
#[derive(Debug)]
struct Agreed {
    protocol: &'static str,
}

impl fmt::Display for Agreed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "only a look: {} would be spoken", self.protocol)
    }
}

impl std::error::Error for Agreed {}
