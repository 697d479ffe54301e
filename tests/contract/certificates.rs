//! Secure connections that can't be made, told apart; and that the key stays here when one can't.

use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use poe::{BaseUrl, Client, Config, DecidedBy, ExtraCa, Kind, Proxy, Secret};
use rcgen::{BasicConstraints, ExtendedKeyUsagePurpose, IsCa, date_time_ymd};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use crate::asking::{KEY, Seen, ask, question};
use crate::authority::{Authority, HALF, TlsServer, self_signed};

/// Asks `https://{host}:{port}` once, with this authority trusted beside the system's.
async fn ask_at(host: &str, port: u16, trusted: &Authority) -> Seen {
    let base_url = BaseUrl::parse(&format!("https://{host}:{port}/v1")).unwrap();
    let client = Client::new(Config {
        max_attempts: 1,
        connect_timeout: Duration::from_secs(5),
        proxy: Proxy::None,
        extra_ca: trusted.extra(),
        ..Config::new(base_url, Secret::from_pasted(KEY))
    });
    ask(&client.unwrap(), question()).await
}

fn assert_unsent(seen: Seen, kind: Kind, name: &str) {
    let error = seen.error.unwrap();
    assert_eq!((error.kind, error.decided_by), (kind, DecidedBy::Transport), "{name}: {error:?}");
    assert!(!error.sent && !error.maybe_charged() && error.status.is_none(), "{name}: {error:?}");
    assert!(!error.message.is_empty(), "{name}");
    assert_eq!(error.is_retryable(), kind == Kind::ConnectionRefused, "{name}");
}

#[tokio::test]
async fn a_certificate_of_a_trusted_authority() {
    let ours = Authority::new("Company");
    for host in ["localhost", "127.0.0.1"] {
        let server = TlsServer::start(ours.sign(host, |_| {})).await;
        let seen = ask_at(host, server.address.port(), &ours).await;
        assert_eq!(seen.outcome(), "Hello > stop");
        assert!(server.received().contains(KEY));
    }
}

#[tokio::test]
async fn certificates_that_are_not_accepted() {
    let (ours, theirs) = (Authority::new("Company"), Authority::new("Somebody"));
    let host = "localhost";
    let client_only = |params: &mut rcgen::CertificateParams| {
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
    };
    let rows = [
        ("unknown issuer", Kind::TlsUntrusted, theirs.sign(host, |_| {})),
        ("self-signed", Kind::TlsUntrusted, self_signed(host, IsCa::NoCa)),
        (
            "self-signed, as an authority",
            Kind::TlsUntrusted,
            self_signed(host, IsCa::Ca(BasicConstraints::Unconstrained)),
        ),
        ("expired", Kind::TlsInvalid, ours.sign(host, |params| params.not_after = date_time_ymd(2020, 1, 1))),
        (
            "not yet valid",
            Kind::TlsInvalid,
            ours.sign(host, |params| params.not_before = date_time_ymd(2500, 1, 1)),
        ),
        ("wrong host", Kind::TlsInvalid, ours.sign("evil.example", |_| {})),
        ("another address", Kind::TlsInvalid, ours.sign("127.0.0.1", |_| {})),
        ("for clients only", Kind::TlsInvalid, ours.sign(host, client_only)),
    ];
    for (name, kind, config) in rows {
        let server = TlsServer::start(config).await;
        let seen = ask_at(host, server.address.port(), &ours).await;
        assert_unsent(seen, kind, name);
        assert_eq!(server.received(), "", "{name}");
    }
}

/// What the other side does instead of agreeing on TLS.
enum Answer {
    Bytes(&'static [u8]),
    Close,
    Reset,
}

#[tokio::test]
async fn others_than_tls_of_today() {
    // TLS 1.1 picks AES-128-CBC; the random bytes don't matter.
    let old_hello = b"\x16\x03\x02\x00\x2a\x02\x00\x00\x26\x03\x02\
        0123456789abcdef0123456789abcdef\x00\x00\x2f\x00";
    let rows = [
        ("TLS 1.1 answers", Kind::TlsInvalid, Answer::Bytes(old_hello)),
        ("TLS 1.1 refuses", Kind::TlsInvalid, Answer::Bytes(b"\x15\x03\x02\x00\x02\x02\x46")),
        ("no cipher in common", Kind::TlsInvalid, Answer::Bytes(b"\x15\x03\x03\x00\x02\x02\x28")),
        ("HTTP", Kind::TlsInvalid, Answer::Bytes(b"HTTP/1.1 400 Bad Request\r\n\r\n")),
        ("mail", Kind::TlsInvalid, Answer::Bytes(b"220 mail.example ESMTP\r\n")),
        ("zeros", Kind::TlsInvalid, Answer::Bytes(&[0; 64])),
        ("closed", Kind::ConnectionRefused, Answer::Close),
        ("reset", Kind::ConnectionRefused, Answer::Reset),
        ("closed in a record", Kind::ConnectionRefused, Answer::Bytes(b"\x16\x03\x03\x00\x2a\x02\x00")),
    ];
    for (name, kind, answer) in rows {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let received = Arc::new(Mutex::new(Vec::new()));
        let seen_there = Arc::clone(&received);
        let server = tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut first = vec![0; 4096];
            let count = stream.read(&mut first).await.unwrap();
            seen_there.lock().unwrap().extend_from_slice(&first[..count]);
            match answer {
                Answer::Bytes(bytes) => {
                    stream.write_all(bytes).await.unwrap();
                    stream.shutdown().await.unwrap();
                    let mut rest = Vec::new();
                    let _ = stream.read_to_end(&mut rest).await; // a reset is as good as an end
                    seen_there.lock().unwrap().extend(rest);
                }
                Answer::Close => {}
                Answer::Reset => stream.set_zero_linger().unwrap(),
            }
        });
        let seen = ask_at("localhost", port, &Authority::new("Company")).await;
        server.await.unwrap();
        assert_unsent(seen, kind, name);
        let received = String::from_utf8_lossy(&received.lock().unwrap()).into_owned();
        assert!(!received.is_empty() && !received.contains("uthorization") && !received.contains("canary"));
    }
}

#[tokio::test]
async fn an_end_without_goodbye_is_a_cut() {
    let ours = Authority::new("Company");
    let config = || ours.sign("localhost", |_| {});
    for (answer, in_order, expected) in [
        (HALF, true, "Hello > stream_incomplete"),
        (HALF, false, "Hello > stream_cut"),
        ("", true, " > connection_lost"),
        ("", false, " > connection_lost"),
    ] {
        let server = TlsServer::answering(config(), answer, in_order).await;
        let seen = ask_at("localhost", server.address.port(), &ours).await;
        assert_eq!(seen.outcome(), expected, "goodbye: {in_order}");
        let error = seen.error.unwrap();
        assert!(error.sent && error.maybe_charged() && !error.is_retryable());
    }
}

#[test]
fn files_with_certificates() {
    fn check(file: &[u8], expected: Option<usize>) {
        let got = ExtraCa::parse(file);
        assert_eq!(got.as_ref().ok().map(ExtraCa::count), expected, "{}", String::from_utf8_lossy(file));
        if let Err(error) = got {
            assert_eq!((error.kind, error.param.as_deref()), (Kind::InvalidInput, Some("extra_ca")));
        }
    }
    let (one, two) = (Authority::new("One"), Authority::new("Two"));
    let (one, two) = (one.file(), two.file());
    let der = rcgen::CertificateParams::default().self_signed(&rcgen::KeyPair::generate().unwrap()).unwrap();
    let key = rcgen::KeyPair::generate().unwrap().serialize_pem();
    check(one.as_bytes(), Some(1));
    check(one.replace('\n', "\r\n").as_bytes(), Some(1));
    check(format!("# Company\n{one}\n{key}\n{two}").as_bytes(), Some(2));
    check(der.der(), Some(1));
    check(b"", None);
    check(b"not a certificate", None);
    check(key.as_bytes(), None);
    check(&der.der()[..der.der().len() / 2], None);
    check(one.replace("MII", "AAA").as_bytes(), None);
    check(one.replace("-----END", "").as_bytes(), None);
    check(format!("{one}-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n").as_bytes(), None);
}
