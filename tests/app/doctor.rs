//! The doctor on real sockets: each thing that can be in the way is found at its own check, under its own code, and the
//! report holds no key.

use crate::authority::{Authority, TlsServer};
use crate::house::{House, KEY};
use crate::tunnel::{Manners, Tunnel};
use poe::sim::{Reply, Scenario, Sim};
use poe::{BaseUrl, ManualProxy, Proxy, Secret};
use std::net::{Ipv4Addr, TcpListener};
use std::sync::{Arc, Mutex};
use telltale::account::{Account, Keychain, Network};
use telltale::doctor::Doctor;
use telltale::events::{Check, CheckName, CheckState, DoctorView, Drawing, ProxyProblem};

const ALL: [CheckName; 9] = [
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

struct Patient {
    doctor: Doctor,
    told: Mutex<Vec<Check>>,
}

impl Patient {
    fn at(base_url: &str, key: Option<&str>, network: Network) -> Patient {
        let base_url = BaseUrl::parse(base_url).unwrap();
        let account = Account::new(Keychain::memory(), base_url.clone(), None, Box::new(|_| {})).unwrap();
        account.set_network(network).unwrap();
        account.connect_to(base_url, key.and_then(Secret::from_pasted)).unwrap();
        Patient { doctor: Doctor::new(Arc::new(account)), told: Mutex::default() }
    }

    async fn run(&self) -> DoctorView {
        let view = self.doctor.run(|check| self.told.lock().unwrap().push(check)).await;
        let told = serde_json::to_string(&*self.told.lock().unwrap()).unwrap();
        for text in [&view.report, &serde_json::to_string(&view).unwrap(), &told] {
            assert!(!text.contains("canary"), "the key is in: {text}");
        }
        view
    }
}

fn failures(view: &DoctorView) -> Vec<(CheckName, String)> {
    let cards = view.checks.iter().filter(|it| it.state == CheckState::Failed);
    cards.map(|it| (it.name, it.card.as_ref().unwrap().code.clone())).collect()
}

fn state(view: &DoctorView, name: CheckName) -> CheckState {
    view.checks.iter().find(|it| it.name == name).unwrap().state
}

/// The one check that fails and its code; every later one of the way says why it was not tried.
async fn check(base_url: &str, network: Network, expected: (CheckName, &str)) -> DoctorView {
    let view = Patient::at(base_url, Some(KEY), network).run().await;
    assert_eq!(failures(&view), [(expected.0, expected.1.to_owned())], "{}", view.report);
    let at = view.checks.iter().position(|it| it.name == expected.0).unwrap();
    for later in &view.checks[at + 1..] {
        assert_eq!(later.state, CheckState::Skipped, "{expected:?}: {later:?}");
        assert!(later.note.is_some());
    }
    assert!(view.request.is_none());
    assert!(view.report.contains(expected.1), "{}", view.report);
    view
}

fn direct() -> Network {
    Network { proxy: Proxy::None, ..Network::default() }
}

fn behind(scheme: &str, proxy: impl std::fmt::Display, company: &Authority) -> Network {
    Network {
        proxy: Proxy::Manual(ManualProxy::parse(&format!("{scheme}://{proxy}"), None).unwrap()),
        extra_ca: company.extra(),
        ..Network::default()
    }
}

async fn sim() -> Sim {
    Sim::start(Scenario::Script).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn all_is_well_and_the_paid_request_waits_for_a_press() {
    let sim = sim().await;
    let patient = Patient::at(&sim.base_url(), Some(KEY), direct());
    let view = patient.run().await;
    assert_eq!(view.checks.iter().map(|it| it.name).collect::<Vec<_>>(), ALL);
    assert_eq!(failures(&view), [], "{}", view.report);
    assert_eq!(state(&view, CheckName::Tls), CheckState::Skipped, "plain http to this computer");
    for name in [
        CheckName::Dns,
        CheckName::Tcp,
        CheckName::Http,
        CheckName::Key,
        CheckName::Balance,
        CheckName::Models,
    ] {
        assert_eq!(state(&view, name), CheckState::Passed, "{}", view.report);
    }
    assert_eq!(state(&view, CheckName::Request), CheckState::Waiting);
    assert_eq!(sim.posts(), 0);

    let view = patient.doctor.ask(|_| {}).await;
    assert_eq!(state(&view, CheckName::Request), CheckState::Passed, "{}", view.report);
    assert_eq!(sim.posts(), 1);
    assert_eq!(view.checks.len(), ALL.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_paid_request_fails_once() {
    let sim = sim().await;
    let patient = Patient::at(&sim.base_url(), Some(KEY), direct());
    patient.run().await;
    sim.on("POST", "/v1/chat/completions", Reply::error(503, "Down", "api_error", None));
    let view = patient.doctor.ask(|_| {}).await;
    assert_eq!(failures(&view), [(CheckName::Request, "service_unavailable".to_owned())]);
    assert_eq!(sim.posts(), 1, "a check is not tried again by itself");
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_key() {
    let sim = sim().await;
    let patient = Patient::at(&sim.base_url(), None, direct());
    let view = patient.run().await;
    assert_eq!(failures(&view), [(CheckName::Key, "no_api_key".to_owned())]);
    assert_eq!(state(&view, CheckName::Models), CheckState::Passed);
    assert_eq!(state(&view, CheckName::Balance), CheckState::Skipped);
    assert!(view.request.is_none());
    let again = patient.doctor.ask(|_| {}).await;
    assert_eq!(sim.posts(), 0);
    assert_eq!((again.checks, again.report), (view.checks, view.report), "the same facts");
}

#[tokio::test(flavor = "multi_thread")]
async fn how_the_window_is_drawn_and_why() {
    let house = House::new().await;
    let node = "/dev/dri/renderD128".to_owned();
    for (drawing, said) in [
        (None, None),
        (Some(Drawing::NoGpu), Some("none was found")),
        (Some(Drawing::GpuClosed { node }), Some("/dev/dri/renderD128")),
        (Some(Drawing::NvidiaOnWayland), Some("explicit sync")),
    ] {
        let view = Doctor::new(house.account.clone()).drawn(drawing).run(|_| {}).await;
        assert_eq!(view.drawing.is_some(), said.is_some());
        let drawing = view.drawing.unwrap_or_default();
        assert!(drawing.contains(said.unwrap_or_default()), "{drawing}");
        assert!(view.report.contains(&drawing), "{}", view.report);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sign_in_that_has_ended() {
    let house = House::new().await;
    house.sign_in("0").await;
    let doctor = Doctor::new(house.account.clone());
    let view = doctor.run(|_| {}).await;
    assert_eq!(failures(&view), [(CheckName::Key, "api_key_expired".to_owned())]);
    assert_eq!(state(&view, CheckName::Models), CheckState::Passed);
    assert_eq!(state(&view, CheckName::Balance), CheckState::Skipped);
    assert!(view.request.is_none());
    doctor.ask(|_| {}).await;
    assert_eq!(house.sim.posts(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn before_poe_is_reached() {
    check("https://no-such-host.invalid/v1", direct(), (CheckName::Dns, "dns_failed")).await;
    let closed = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap();
    check(&format!("http://{closed}/v1"), direct(), (CheckName::Tcp, "connection_refused")).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn certificates_that_are_not_accepted() {
    let (company, other) = (Authority::new("Company"), Authority::new("Somebody"));
    let network = || Network { extra_ca: company.extra(), ..direct() };
    let expired = company.sign("localhost", |params| params.not_after = rcgen::date_time_ymd(2020, 1, 1));
    for (config, code, said) in [
        (expired, "tls_invalid", "2020-01-01"),
        (other.sign("localhost", |_| {}), "tls_untrusted", "Somebody"),
    ] {
        let server = TlsServer::start(config).await;
        let address = format!("https://localhost:{}/v1", server.address.port());
        let view = check(&address, network(), (CheckName::Tls, code)).await;
        let card = view.checks.iter().find_map(|it| it.card.clone()).unwrap();
        let text = serde_json::to_string(&card).unwrap();
        assert!(text.contains(said), "{code} does not say {said}: {text}");
        assert_eq!(server.received(), "", "nothing is sent");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn proxies_in_the_way() {
    let company = Authority::new("Company");
    let base_url = "https://poe.invalid/v1";
    let closed = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap();
    let view = check(base_url, behind("http", closed, &company), (CheckName::Proxy, "proxy_failed")).await;
    let card = view.checks.iter().find_map(|it| it.card.clone()).unwrap();
    assert!(card.what.contains(&closed.to_string()), "{}", card.what);

    let asks = Tunnel::start(Manners::AsksForLogin(closed, "Basic nobody")).await;
    check(base_url, behind("http", asks.address, &company), (CheckName::Proxy, "proxy_failed")).await;

    // A filter behind a proxy that works: the certificate is what is in the way.
    let filter = TlsServer::start(Authority::new("Filter").sign("poe.invalid", |_| {})).await;
    for (scheme, manners) in
        [("http", Manners::Connects(filter.address)), ("socks5h", Manners::Socks(filter.address))]
    {
        let tunnel = Tunnel::start(manners).await;
        let network = behind(scheme, tunnel.address, &company);
        let view = check(base_url, network, (CheckName::Tls, "tls_untrusted")).await;
        assert_eq!(state(&view, CheckName::Proxy), CheckState::Passed);
        let note = note(&view, CheckName::Tls);
        assert!(note.starts_with("signed by Filter, valid "), "{note}");
        assert!(view.report.contains(&note), "{}", view.report);
        assert_eq!(filter.received(), "");
    }
    // This kind of proxy has the name looked up here.
    let tunnel = Tunnel::start(Manners::Socks(filter.address)).await;
    check(base_url, behind("socks5", tunnel.address, &company), (CheckName::Dns, "dns_failed")).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_that_is_accepted_says_by_whom_and_until_when() {
    let company = Authority::new("Company");
    let config = company.sign("localhost", |params| {
        params.not_before = rcgen::date_time_ymd(2026, 1, 2);
        params.not_after = rcgen::date_time_ymd(2090, 12, 31);
    });
    let server = TlsServer::start(config).await;
    let network = Network { extra_ca: company.extra(), ..direct() };
    let address = format!("https://localhost:{}/v1", server.address.port());
    let view = Patient::at(&address, None, network).run().await;
    assert_eq!(
        (state(&view, CheckName::Tls), note(&view, CheckName::Tls).as_str()),
        (CheckState::Passed, "TLS 1.3, HTTP/1.1, signed by Company, valid Jan 2, 2026 to Dec 31, 2090")
    );
}

fn note(view: &DoctorView, name: CheckName) -> String {
    let check = view.checks.iter().find(|it| it.name == name).unwrap();
    check.note.clone().unwrap_or_default()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_poe_answers() {
    let page = || Reply::html(200, "<html><body>Log in to Hotel Wi-Fi</body></html>");
    let simulated = sim().await;
    simulated.on("GET", "/v1/models", page());
    check(&simulated.base_url(), direct(), (CheckName::Http, "captive_portal")).await;

    let refused = Reply::error(
        401,
        &format!("Invalid API key {KEY}"),
        "invalid_request_error",
        Some("invalid_api_key"),
    );
    let failed = || Reply::error(500, "Internal server error", "api_error", Some("internal_error"));
    let half = Reply::bytes(200, "application/json", b"{\"data\":[{\"id\":".to_vec());
    for (path, reply, name, code) in [
        ("/usage/current_balance", refused, CheckName::Key, "invalid_api_key"),
        ("/usage/current_balance", failed(), CheckName::Balance, "internal_error"),
        ("/v1/models", half, CheckName::Models, "malformed_response"),
    ] {
        let simulated = sim().await;
        simulated.on("GET", path, reply);
        let view = Patient::at(&simulated.base_url(), Some(KEY), direct()).run().await;
        assert_eq!(failures(&view), [(name, code.to_owned())], "{}", view.report);
        assert_eq!(state(&view, CheckName::Http), CheckState::Passed);
        assert_eq!(simulated.posts(), 0);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proxy_that_the_desktop_sets_and_nobody_can_follow() {
    let desktop = |address: &str| {
        Proxy::Desktop(poe::DesktopProxy {
            name: "GNOME".to_owned(),
            address: address.to_owned(),
            login: None,
            except: Vec::new(),
            only_these: false,
        })
    };
    let unusable =
        Network { proxy: desktop("gopher://me:proxy-canary@proxy.example:70"), ..Network::default() };
    let view = check("https://poe.invalid/v1", unusable, (CheckName::Proxy, "proxy_failed")).await;
    assert_eq!(state(&view, CheckName::Dns), CheckState::Skipped);
    let card = view.checks.iter().find_map(|it| it.card.as_ref()).unwrap();
    let said = "GNOME’s settings say “gopher://proxy.example:70”";
    assert!(card.what.contains(said), "{}", card.what);

    let automatic =
        Network { unfollowed: Some(ProxyProblem::Automatic { desktop: "KDE".to_owned() }), ..direct() };
    let view = check("https://poe.invalid/v1", automatic, (CheckName::Dns, "dns_failed")).await;
    let card = view.checks.iter().find_map(|it| it.card.as_ref()).unwrap();
    assert!(card.why[0].contains("Your desktop sets its proxy"), "{:?}", card.why);
}
