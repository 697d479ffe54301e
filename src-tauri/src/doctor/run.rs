//! One run. Without a proxy the order is name, connection, certificate, proxy, Poe; through a proxy it looks the name up and
//! opens the connection itself, and the certificate comes to light behind it.

use super::{Limits, small_request};
use crate::account::{Account, Network};
use crate::checks::{Checks, Note, Outcome, Running};
use crate::errors::{Context, Failure, Incident, Moment};
use crate::events::{CheckName, KeyState, PaidRequest};
use crate::words::doctor as words;
use poe::tls::{Look, NotLooked};
use poe::{BaseUrl, Client, Distrust, Kind, ProxyInUse, UnusableProxy, step, tls};
use std::net::SocketAddr;
use std::time::Instant;

const DIRECT: [CheckName; 9] = [
    CheckName::Dns,
    CheckName::Tcp,
    CheckName::Tls,
    CheckName::Proxy,
    CheckName::Http,
    CheckName::Key,
    CheckName::Balance,
    CheckName::Models,
    CheckName::Request,
];

pub(super) struct Run<'a> {
    account: &'a Account,
    network: Network,
    base_url: BaseUrl,
    limits: Limits,
    checks: &'a Checks<'a, Incident>,
}

impl<'a> Run<'a> {
    pub(super) fn new(account: &'a Account, limits: Limits, checks: &'a Checks<'a, Incident>) -> Run<'a> {
        Run {
            account,
            network: account.network(),
            base_url: account.keyless_client().base_url().clone(),
            limits,
            checks,
        }
    }

    /// Gives the small request, which is not made, where it could succeed.
    pub(super) async fn all(self) -> Option<PaidRequest> {
        let proxy = self.network.proxy.in_use(&self.base_url);
        let mut order = DIRECT;
        if !matches!(proxy, Ok(None)) {
            order.swap(2, 3);
        }
        for name in order {
            self.checks.set(name, Outcome::Waiting);
        }
        let request = match self.way(proxy).await {
            Ok(()) => self.service().await,
            Err(why) => Err(why),
        };
        request.inspect_err(|why| self.checks.skip_waiting(why)).ok()
    }

    /// The small request. It is sent once, whatever becomes of it.
    pub(super) async fn ask(self, request: &PaidRequest) {
        let check = self.checks.begin(CheckName::Request);
        let failure = |error| self.incident(error);
        check.end(small_request::send(self.client(), request, failure).await);
    }

    /// To the door of Poe. `Err` is why nothing after it can be said, here and below.
    async fn way(&self, proxy: Result<Option<ProxyInUse>, UnusableProxy>) -> Result<(), Note> {
        match proxy {
            Ok(None) => self.direct().await,
            Ok(Some(proxy)) => self.through(&proxy).await,
            // The setting that decides names no way at all.
            Err(unusable) => {
                let check = self.checks.begin(CheckName::Proxy);
                Err(self.blocked(check, unusable.into(), Note::BlockedByProxy))
            }
        }
    }

    async fn direct(&self) -> Result<(), Note> {
        let addresses = self.lookup().await?;
        let check = self.checks.begin(CheckName::Tcp);
        match self.connect(addresses).await {
            Ok(address) => check.pass(Some(Note::Address(address))),
            Err(error) => return Err(self.blocked(check, self.at_host(error), Note::NoConnection)),
        }
        let check = self.checks.begin(CheckName::Tls);
        self.certificate(check, self.look().await)?;
        let check = self.checks.begin(CheckName::Proxy);
        match &self.network.unfollowed {
            Some(problem) if !self.base_url.is_loopback() => check.warn(Note::Unfollowed(problem.clone())),
            _ => check.pass(Some(Note::NoProxy)),
        }
        Ok(())
    }

    async fn through(&self, proxy: &ProxyInUse) -> Result<(), Note> {
        // Of all kinds only this one is given an address.
        if proxy.scheme == "socks5" {
            self.lookup().await?;
        } else {
            self.checks.set(CheckName::Dns, Outcome::Skipped(Note::ProxyDoesIt));
        }
        self.checks.set(CheckName::Tcp, Outcome::Skipped(Note::ProxyDoesIt));
        let check = self.checks.begin(CheckName::Proxy);
        let looked = self.look_behind(proxy).await;
        if let Err(NotLooked::Failed(error)) = &looked
            && error.kind == Kind::ProxyFailed
        {
            return Err(self.blocked(check, (**error).clone(), Note::BlockedByProxy));
        }
        check.pass(Some(Note::Proxy(proxy.clone())));
        self.certificate(self.checks.begin(CheckName::Tls), looked)
    }

    async fn lookup(&self) -> Result<Vec<SocketAddr>, Note> {
        let check = self.checks.begin(CheckName::Dns);
        match step::resolve(self.base_url.host(), self.base_url.port(), self.limits.connect).await {
            Ok(addresses) => {
                check.pass(Some(Note::Addresses(addresses.clone())));
                Ok(addresses)
            }
            Err(error) => Err(self.blocked(check, self.at_host(error), Note::NoName)),
        }
    }

    /// To the first of at least one that takes it.
    async fn connect(&self, addresses: Vec<SocketAddr>) -> Result<SocketAddr, poe::Error> {
        let mut last = Err(poe::Error::new(Kind::DnsFailed, ""));
        for address in addresses {
            last = step::connect(address, self.limits.connect).await.map(|()| address);
            if last.is_ok() {
                break;
            }
        }
        last
    }

    async fn look(&self) -> Result<Look, NotLooked> {
        tls::look(&self.base_url, &self.network.proxy, &self.network.extra_ca, self.limits.connect).await
    }

    /// Reaches the proxy, and looks behind it.
    async fn look_behind(&self, proxy: &ProxyInUse) -> Result<Look, NotLooked> {
        let unreached = |error: poe::Error| poe::Error {
            kind: Kind::ProxyFailed,
            proxy: Some(Box::new(proxy.clone())),
            ..error
        };
        let addresses = step::resolve(&proxy.host, proxy.port, self.limits.connect).await;
        let addresses = addresses.map_err(unreached)?;
        self.connect(addresses).await.map_err(unreached)?;
        self.look().await
    }

    fn certificate(&self, check: Running<'_, Incident>, looked: Result<Look, NotLooked>) -> Result<(), Note> {
        let (error, seen) = match looked {
            Ok(look) => {
                let certificate = Box::new(look.certificate.clone());
                let seen = Some(Note::Certificate(Box::new(look)));
                let kind = match certificate.reason {
                    None => {
                        check.pass(seen);
                        return Ok(());
                    }
                    Some(Distrust::UnknownIssuer) => Kind::TlsUntrusted,
                    Some(_) => Kind::TlsInvalid,
                };
                let error = poe::Error {
                    certificate: Some(certificate),
                    decided_by: poe::DecidedBy::Transport,
                    ..poe::Error::new(kind, words::refused_certificate())
                };
                (error, seen)
            }
            Err(NotLooked::Http) => {
                check.end(Outcome::Skipped(Note::PlainHttp));
                return Ok(());
            }
            Err(NotLooked::Failed(error)) => (*error, None),
        };
        // What was seen says who is in the way.
        check.end(Outcome::Failed(self.incident(self.at_host(error)), seen));
        Err(Note::NotSecure)
    }

    /// From the door to the models: what costs nothing.
    async fn service(&self) -> Result<PaidRequest, Note> {
        let began = Instant::now();
        let check = self.checks.begin(CheckName::Http);
        let client = match self.client() {
            Ok(client) => client,
            Err(error) => return Err(self.blocked(check, error, Note::NoAnswer)),
        };
        let models = client.models().await;
        match &models {
            Err(error) if !answers(error) => {
                return Err(self.blocked(check, error.clone(), Note::NoAnswer));
            }
            Err(error) => check.pass(error.status.map(Note::Status)),
            Ok(_) => check.pass(Some(Note::Ok)),
        }
        let balance = self.key_and_balance(&client).await;
        let models = models.map_err(|error| self.incident(error));
        let check = self.checks.begin_at(CheckName::Models, began);
        let models = check.end_with(models, |models| Outcome::models(models));
        let balance = balance.ok_or(Note::NeedsKey)?;
        small_request::cheapest(&models.unwrap_or_default(), balance.as_ref()).ok_or(Note::NoModel)
    }

    /// `None` when no request can be made with this key, or without one; else the balance, if Poe told it.
    async fn key_and_balance(&self, client: &Client) -> Option<Option<poe::Balance>> {
        let began = Instant::now();
        let check = self.checks.begin(CheckName::Key);
        let without = |why| self.checks.set(CheckName::Balance, Outcome::Skipped(why));
        let state = self.account.state();
        let expired = self.account.expired(crate::clock::now());
        let has_key =
            matches!(state, KeyState::Stored | KeyState::Session) && self.account.client().is_some();
        if expired.is_some() || !has_key {
            let failure = match (expired, state, self.account.fault()) {
                (Some(_), ..) => Some(Failure::KeyExpired { at: expired }),
                (None, KeyState::Checking, _) => None,
                (None, _, Some(fault)) => Some(Failure::Keychain(fault)),
                (None, _, None) => Some(Failure::NoKey),
            };
            match failure {
                Some(failure) => drop(check.fail(self.incident(failure))),
                None => check.warn(Note::KeychainAsked),
            }
            without(Note::NeedsKey);
            return None;
        }
        let ends_in = self.account.last_four().map(Note::EndsIn);
        match client.balance().await {
            Ok(balance) => {
                check.pass(ends_in);
                let check = self.checks.begin_at(CheckName::Balance, began);
                check.end(Outcome::points(&balance));
                Some(Some(balance))
            }
            Err(error) if matches!(error.kind, Kind::InvalidApiKey | Kind::PermissionDenied) => {
                check.fail(self.incident(error));
                without(Note::NeedsAcceptedKey);
                None
            }
            Err(error) => {
                match error.kind {
                    Kind::InsufficientPoints => check.pass(ends_in),
                    _ => check.warn(Note::KeyNotTold),
                }
                let check = self.checks.begin_at(CheckName::Balance, began);
                check.fail(self.incident(error));
                Some(None)
            }
        }
    }

    fn client(&self) -> Result<Client, poe::Error> {
        self.account.checking_client(self.limits.connect, self.limits.answer)
    }

    fn at_host(&self, error: poe::Error) -> poe::Error {
        poe::Error { host: error.host.or_else(|| Some(self.base_url.host().to_owned())), ..error }
    }

    /// Ends the check, and gives why nothing after it is made.
    fn blocked(&self, check: Running<'_, Incident>, error: poe::Error, why: Note) -> Note {
        check.fail(self.incident(error));
        why
    }

    fn incident(&self, failure: impl Into<Failure>) -> Incident {
        let moment = Moment {
            base_url: self.base_url.as_str().to_owned(),
            connect_seconds: Some(self.limits.connect.as_secs()),
            ..Moment::of(&Context::of(self.account, crate::clock::now()))
        };
        Incident::of(failure.into(), moment)
    }
}

/// Somebody who speaks this API answered, well or not. A web page, a gateway and a wrong address are no Poe.
fn answers(error: &poe::Error) -> bool {
    error.status.is_some()
        && !matches!(
            error.kind,
            Kind::CaptivePortal | Kind::NotFound | Kind::GatewayError | Kind::ProxyFailed
        )
}
