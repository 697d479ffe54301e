//! One climb. Without a proxy the order is name, connection, certificate, proxy, Poe; through a proxy it looks the name up
//! and opens the connection itself, and the certificate comes to light behind it.

use super::{Found, Limits, Tell, cheapest, check, has_key, small};
use crate::account::{Account, Network};
use crate::errors::{self, Context, Failure};
use crate::events::{Check, CheckName, CheckState, KeyState, PaidRequest};
use crate::words::doctor as notes;
use parking_lot::Mutex;
use poe::tls::NotLooked;
use poe::{BaseUrl, Client, Distrust, Kind, ProxyInUse, UnusableProxy, step, tls};
use std::net::SocketAddr;
use std::time::{Duration, Instant};

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

pub(super) struct Climb<'a> {
    account: &'a Account,
    network: Network,
    base_url: BaseUrl,
    limits: Limits,
    tell: Tell<'a>,
    checks: Mutex<Vec<Check>>,
}

/// How a rung ended well; `Err` of its result is the failure.
enum Fine {
    Passed(Option<String>),
    Warned(String),
    Skipped(String),
}

impl<'a> Climb<'a> {
    pub(super) fn new(account: &'a Account, limits: Limits, tell: Tell<'a>) -> Climb<'a> {
        Climb {
            account,
            network: account.network(),
            base_url: account.keyless_client().base_url().clone(),
            limits,
            tell,
            checks: Mutex::default(),
        }
    }

    pub(super) async fn run(&self) -> Found {
        let proxy = self.network.proxy.in_use(&self.base_url);
        let mut order = DIRECT;
        if !matches!(proxy, Ok(None)) {
            order.swap(2, 3);
        }
        for name in order {
            self.note(check(name, CheckState::Waiting));
        }
        let way = match proxy {
            Ok(proxy) => self.way(proxy.as_ref()).await,
            Err(unusable) => Err(self.no_way(unusable)),
        };
        let request = match way {
            Ok(()) => self.service().await,
            Err(why) => {
                self.skip_the_rest(why);
                None
            }
        };
        let checks = self.checks.lock().clone();
        Found { checks, request }
    }

    /// The small request. It is sent once, whatever becomes of it.
    pub(super) async fn ask(&self, request: &PaidRequest) -> Check {
        let began = self.begin(CheckName::Request);
        let result = match self.client() {
            Ok(client) => small::ask(&client, request).await,
            Err(error) => Err(error),
        };
        let result = result.map(|answered| match answered.spoke {
            true => Fine::Passed(Some(answered.note)),
            false => Fine::Warned(answered.note),
        });
        self.end(CheckName::Request, began, result.map_err(Failure::Poe));
        self.check(CheckName::Request)
    }

    /// To the door of Poe. `Err` is why nothing after it can be said.
    async fn way(&self, proxy: Option<&ProxyInUse>) -> Result<(), &'static str> {
        match proxy {
            None => {
                self.direct().await?;
                let began = self.begin(CheckName::Tls);
                self.certificate(began, self.look().await)?;
                let fine = match &self.network.unfollowed {
                    Some(problem) if !self.base_url.is_loopback() => Fine::Warned(notes::unfollowed(problem)),
                    _ => Fine::Passed(Some(notes::no_proxy().to_owned())),
                };
                self.end(CheckName::Proxy, Instant::now(), Ok(fine));
            }
            Some(proxy) => {
                // Of all kinds only this one is given an address.
                if proxy.scheme == "socks5" {
                    self.lookup().await?;
                } else {
                    self.skip(CheckName::Dns, notes::proxy_does_it());
                }
                self.skip(CheckName::Tcp, notes::proxy_does_it());
                let began = self.begin(CheckName::Proxy);
                let looked = self.through(proxy).await;
                let failed = match &looked {
                    Err(NotLooked::Failed(error)) if error.kind == Kind::ProxyFailed => {
                        Some((**error).clone())
                    }
                    _ => None,
                };
                if let Some(error) = failed {
                    self.end(CheckName::Proxy, began, Err(Failure::Poe(error)));
                    return Err(notes::blocked_by_proxy());
                }
                self.end(
                    CheckName::Proxy,
                    began,
                    Ok(Fine::Passed(Some(notes::proxy(proxy)))),
                );
                self.certificate(self.begin(CheckName::Tls), looked)?;
            }
        }
        Ok(())
    }

    /// The setting that decides names no way at all.
    fn no_way(&self, unusable: UnusableProxy) -> &'static str {
        self.skip(CheckName::Dns, notes::blocked_by_proxy());
        self.skip(CheckName::Tcp, notes::blocked_by_proxy());
        let began = self.begin(CheckName::Proxy);
        self.end(CheckName::Proxy, began, Err(Failure::Poe(unusable.into())));
        notes::blocked_by_proxy()
    }

    async fn lookup(&self) -> Result<Vec<SocketAddr>, &'static str> {
        let began = self.begin(CheckName::Dns);
        match step::resolve(self.base_url.host(), self.base_url.port(), self.limits.connect).await {
            Ok(addresses) => {
                let note = Some(notes::addresses(&addresses));
                self.end(CheckName::Dns, began, Ok(Fine::Passed(note)));
                Ok(addresses)
            }
            Err(error) => {
                self.end(CheckName::Dns, began, Err(self.at_host(error)));
                Err(notes::no_name())
            }
        }
    }

    async fn direct(&self) -> Result<(), &'static str> {
        let addresses = self.lookup().await?;
        let began = self.begin(CheckName::Tcp);
        let mut failure = None;
        for address in addresses {
            match step::connect(address, self.limits.connect).await {
                Ok(()) => {
                    self.end(CheckName::Tcp, began, Ok(Fine::Passed(Some(address.to_string()))));
                    return Ok(());
                }
                Err(error) => failure = Some(error),
            }
        }
        if let Some(error) = failure {
            self.end(CheckName::Tcp, began, Err(self.at_host(error)));
        }
        Err(notes::no_connection())
    }

    async fn look(&self) -> Result<tls::Look, NotLooked> {
        tls::look(
            &self.base_url,
            &self.network.proxy,
            &self.network.extra_ca,
            self.limits.connect,
        )
        .await
    }

    /// Reaches the proxy, and looks behind it.
    async fn through(&self, proxy: &ProxyInUse) -> Result<tls::Look, NotLooked> {
        let unreached = |error: poe::Error| {
            NotLooked::from(poe::Error {
                kind: Kind::ProxyFailed,
                proxy: Some(Box::new(proxy.clone())),
                ..error
            })
        };
        let addresses = step::resolve(&proxy.host, proxy.port, self.limits.connect).await;
        let mut failure = None;
        for address in addresses.map_err(unreached)? {
            match step::connect(address, self.limits.connect).await {
                Ok(()) => return self.look().await,
                Err(error) => failure = Some(error),
            }
        }
        Err(failure.map_or(NotLooked::Http, unreached))
    }

    fn certificate(&self, began: Instant, looked: Result<tls::Look, NotLooked>) -> Result<(), &'static str> {
        let seen = looked.as_ref().ok().map(notes::look);
        let result = match looked {
            Ok(tls::Look { certificate, .. }) => match certificate.reason {
                None => Ok(Fine::Passed(seen.clone())),
                Some(reason) => {
                    let kind = match reason {
                        Distrust::UnknownIssuer => Kind::TlsUntrusted,
                        _ => Kind::TlsInvalid,
                    };
                    let error = poe::Error::new(kind, notes::refused_certificate());
                    Err(self.at_host(poe::Error {
                        certificate: Some(Box::new(certificate)),
                        decided_by: poe::DecidedBy::Transport,
                        ..error
                    }))
                }
            },
            Err(NotLooked::Http) => Ok(Fine::Skipped(notes::plain_http().to_owned())),
            Err(NotLooked::Failed(error)) => Err(self.at_host(*error)),
        };
        let is_fine = result.is_ok();
        self.end(CheckName::Tls, began, result);
        if is_fine {
            return Ok(());
        }
        // What was seen says who is in the way.
        if seen.is_some() {
            let note = seen;
            self.note(Check {
                note,
                ..self.check(CheckName::Tls)
            });
        }
        Err(notes::not_secure())
    }

    /// From the door to the models: what costs nothing.
    async fn service(&self) -> Option<PaidRequest> {
        let client = match self.client() {
            Ok(client) => client,
            Err(error) => {
                self.end(
                    CheckName::Http,
                    self.begin(CheckName::Http),
                    Err(Failure::Poe(error)),
                );
                self.skip_the_rest(notes::no_answer());
                return None;
            }
        };
        let began = self.begin(CheckName::Http);
        let models = client.models().await;
        let took = began;
        match &models {
            Err(error) if !answers(error) => {
                self.end(CheckName::Http, began, Err(Failure::Poe(error.clone())));
                self.skip_the_rest(notes::no_answer());
                return None;
            }
            Err(error) => self.end(CheckName::Http, began, Ok(Fine::Passed(notes::status(error)))),
            Ok(_) => self.end(
                CheckName::Http,
                began,
                Ok(Fine::Passed(Some(notes::ok().to_owned()))),
            ),
        }
        let balance = self.key_and_balance(&client).await;
        let models = self.list(took, models);
        if balance.is_none() {
            self.skip(CheckName::Request, notes::needs_key());
            return None;
        }
        let request = cheapest::request(&models, balance.flatten().as_ref());
        if request.is_none() {
            self.skip(CheckName::Request, notes::no_model());
        }
        request
    }

    /// `None` when no request can be made with this key, or without one; else the balance, if Poe told it.
    async fn key_and_balance(&self, client: &Client) -> Option<Option<poe::Balance>> {
        let began = self.begin(CheckName::Key);
        let expired = self.account.expired(crate::clock::now());
        if expired.is_some() || !has_key(self.account) {
            let result = match (self.account.state(), self.account.fault()) {
                _ if expired.is_some() => Err(Failure::KeyExpired { at: expired }),
                (KeyState::Checking, _) => Ok(Fine::Warned(notes::keychain_asked().to_owned())),
                (_, Some(fault)) => Err(Failure::Keychain(fault)),
                (_, None) => Err(Failure::NoKey),
            };
            self.end(CheckName::Key, began, result);
            self.skip(CheckName::Balance, notes::needs_key());
            return None;
        }
        let ends_in = || notes::ends_in(self.account.last_four());
        match client.balance().await {
            Ok(balance) => {
                self.end(CheckName::Key, began, Ok(Fine::Passed(ends_in())));
                let fine = match balance.points {
                    Some(points) => Fine::Passed(Some(notes::points(points))),
                    None => Fine::Warned(notes::no_points_told().to_owned()),
                };
                self.end(CheckName::Balance, began, Ok(fine));
                Some(Some(balance))
            }
            Err(error) if matches!(error.kind, Kind::InvalidApiKey | Kind::PermissionDenied) => {
                self.end(CheckName::Key, began, Err(Failure::Poe(error)));
                self.skip(CheckName::Balance, notes::needs_accepted_key());
                None
            }
            Err(error) => {
                let is_known = error.kind == Kind::InsufficientPoints;
                let fine = if is_known {
                    Fine::Passed(ends_in())
                } else {
                    Fine::Warned(notes::key_not_told().to_owned())
                };
                self.end(CheckName::Key, began, Ok(fine));
                self.end(CheckName::Balance, began, Err(Failure::Poe(error)));
                Some(None)
            }
        }
    }

    fn list(&self, began: Instant, models: Result<Vec<poe::Model>, poe::Error>) -> Vec<poe::Model> {
        let (result, models) = match models {
            Ok(models) if models.is_empty() => (Ok(Fine::Warned(notes::models(0))), models),
            Ok(models) => (Ok(Fine::Passed(Some(notes::models(models.len())))), models),
            Err(error) => (Err(Failure::Poe(error)), Vec::new()),
        };
        self.end(CheckName::Models, began, result);
        models
    }

    fn client(&self) -> Result<Client, poe::Error> {
        self.account
            .checking_client(self.limits.connect, self.limits.answer)
    }

    fn at_host(&self, error: poe::Error) -> Failure {
        Failure::Poe(poe::Error {
            host: error.host.or_else(|| Some(self.base_url.host().to_owned())),
            ..error
        })
    }

    fn begin(&self, name: CheckName) -> Instant {
        self.note(check(name, CheckState::Running));
        Instant::now()
    }

    fn end(&self, name: CheckName, began: Instant, result: Result<Fine, Failure>) {
        let took = Some(millis(began.elapsed()));
        let (state, note, took_ms, card) = match result {
            Ok(Fine::Passed(note)) => (CheckState::Passed, note, took, None),
            Ok(Fine::Warned(note)) => (CheckState::Warned, Some(note), took, None),
            Ok(Fine::Skipped(why)) => (CheckState::Skipped, Some(why), None, None),
            Err(failure) => (
                CheckState::Failed,
                None,
                took,
                Some(errors::card(&failure, &self.context())),
            ),
        };
        self.note(Check {
            name,
            state,
            note,
            took_ms,
            card,
        });
    }

    fn skip(&self, name: CheckName, why: &'static str) {
        self.end(name, Instant::now(), Ok(Fine::Skipped(why.to_owned())));
    }

    fn skip_the_rest(&self, why: &'static str) {
        let waiting: Vec<CheckName> = {
            let checks = self.checks.lock();
            checks
                .iter()
                .filter(|it| it.state == CheckState::Waiting)
                .map(|it| it.name)
                .collect()
        };
        for name in waiting {
            self.skip(name, why);
        }
    }

    fn note(&self, check: Check) {
        let mut checks = self.checks.lock();
        match checks.iter_mut().find(|known| known.name == check.name) {
            Some(known) => *known = check.clone(),
            None => checks.push(check.clone()),
        }
        drop(checks);
        (self.tell)(check);
    }

    fn check(&self, name: CheckName) -> Check {
        let checks = self.checks.lock();
        let found = checks.iter().find(|known| known.name == name);
        found.cloned().unwrap_or_else(|| check(name, CheckState::Waiting))
    }

    fn context(&self) -> Context {
        Context {
            base_url: self.base_url.as_str().to_owned(),
            connect_seconds: Some(self.limits.connect.as_secs()),
            ..Context::of(self.account, crate::clock::now())
        }
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

fn millis(time: Duration) -> u32 {
    u32::try_from(time.as_millis()).unwrap_or(u32::MAX)
}
