//! Which addresses lie somewhere on the internet. What an answer links to is asked for nowhere else: anybody may have written the
//! link, and what stands in a house or a data center answers whoever is near enough to ask. Pure.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use url::{Host, Url};

/// A name of the tests and the server that has it, wherever that lies.
pub type StandIn = (String, SocketAddr);

/// Azure's machines answer each of theirs there, though it looks like any other address.
const METADATA: Ipv4Addr = Ipv4Addr::new(168, 63, 129, 16);

/// Ends of names that no public server has.
const LOCAL_ENDS: &[&str] = &[
    "localhost",
    "local",
    "localdomain",
    "internal",
    "intranet",
    "lan",
    "home",
    "corp",
    "arpa",
    "test",
    "invalid",
];

/// Not this computer, nor what is near it: loopback, private and shared networks, link-local (where clouds keep a machine's own
/// secrets), documentation, multicast, and whatever is reserved.
pub(super) fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    let is_reserved = match a {
        0 | 10 | 127 | 224..=255 => true,
        100 => b & 0xc0 == 64,
        169 => b == 254,
        172 => b & 0xf0 == 16,
        192 => matches!((b, c), (168, _) | (0, 0 | 2) | (88, 99)),
        198 => b & 0xfe == 18 || (b, c) == (51, 100),
        203 => (b, c) == (0, 113),
        _ => false,
    };
    !is_reserved && address != METADATA
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    let parts = address.segments();
    let v4 = |high: u16, low: u16| {
        let ([a, b], [c, d]) = (high.to_be_bytes(), low.to_be_bytes());
        is_public_v4(Ipv4Addr::new(a, b, c, d))
    };
    match parts {
        // An address of the other kind, written as one of these: as it is, or for a translator on the way.
        [0, 0, 0, 0, 0, 0xffff, high, low] | [0x64, 0xff9b, 0, 0, 0, 0, high, low] => v4(high, low),
        [0x2002, high, low, ..] => v4(high, low),
        // Teredo and others that lead elsewhere, and documentation.
        [0x2001, second, ..] if second < 0x200 || second == 0xdb8 => false,
        [0x3fff, second, ..] if second < 0x1000 => false,
        [first, ..] => first & 0xe000 == 0x2000,
    }
}

/// By its name alone, before anybody is asked where that leads: the address of a page that anybody may see. A name is looked up
/// later; the proxy does that where there is one, so names that only a near network has are refused here.
pub(super) fn may_be_public(url: &Url) -> bool {
    let has_login = !url.username().is_empty() || url.password().is_some();
    let host = match url.host() {
        Some(Host::Ipv4(address)) => is_public_v4(address),
        Some(Host::Ipv6(address)) => is_public_v6(address),
        Some(Host::Domain(name)) => is_public_name(name),
        None => false,
    };
    host && !has_login && url.scheme() == "https" && url.port() != Some(0)
}

fn is_public_name(name: &str) -> bool {
    let name = name.strip_suffix('.').unwrap_or(name);
    name.rsplit_once('.').is_some_and(|(_, end)| !LOCAL_ENDS.contains(&end.to_ascii_lowercase().as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_near_is_not_public() {
        fn check(addresses: &[&str], expected: bool) {
            for address in addresses {
                assert_eq!(is_public(address.parse().unwrap()), expected, "{address}");
            }
        }
        check(&["1.1.1.1", "8.8.8.8", "100.63.255.255", "100.128.0.1", "172.15.0.1", "172.32.0.1"], true);
        check(&["192.0.1.1", "198.17.0.1", "198.20.0.1", "168.63.129.17", "223.255.255.255"], true);
        check(&["0.0.0.0", "0.1.2.3", "10.0.0.1", "127.0.0.1", "127.255.255.254"], false);
        check(&["100.64.0.1", "100.127.255.255", "100.100.100.200"], false);
        check(&["169.254.0.1", "169.254.169.254", "172.16.0.1", "172.31.255.255", "192.168.1.1"], false);
        check(&["192.0.0.170", "192.0.2.1", "192.88.99.1", "198.18.0.1", "198.19.255.255"], false);
        check(&["198.51.100.7", "203.0.113.7", "224.0.0.1", "240.0.0.1", "255.255.255.255"], false);
        check(&["168.63.129.16"], false);

        check(&["2606:4700:4700::1111", "2a00:1450::1", "2001:200::1", "2001:4860:4860::8888"], true);
        check(&["64:ff9b::8.8.8.8", "::ffff:8.8.8.8", "2002:808:808::1"], true);
        check(&["::", "::1", "fe80::1", "fec0::1", "fc00::1", "fd00:ec2::254", "ff02::1"], false);
        check(&["::ffff:127.0.0.1", "::ffff:10.0.0.1", "::127.0.0.1", "::ffff:169.254.169.254"], false);
        check(&["64:ff9b::10.0.0.1", "64:ff9b:1::1", "2002:7f00:1::1", "2002:a00:1::1"], false);
        check(
            &["2001::1", "2001:1ff::1", "2001:db8::1", "3fff::1", "3fff:fff::1", "100::1", "4000::1"],
            false,
        );
    }

    #[test]
    fn what_may_be_asked_for() {
        fn check(urls: &[&str], expected: bool) {
            for url in urls {
                assert_eq!(Url::parse(url).is_ok_and(|url| may_be_public(&url)), expected, "{url}");
            }
        }
        check(&["https://pictures.example/a.png", "https://a.example:8443/b", "https://1.1.1.1/a"], true);
        check(&["https://[2606:4700:4700::1111]/a", "https://b\u{fc}cher.example/a"], true);
        check(
            &["http://pictures.example/a.png", "ftp://a.example/b", "file:///etc/passwd", "data:image/png,x"],
            false,
        );
        check(&["https://me@a.example/b", "https://:word@a.example/b", "https://a.example:0/b"], false);
        check(
            &["https://localhost/a", "https://LOCALHOST./a", "https://x.localhost/a", "https://printer/a"],
            false,
        );
        check(
            &[
                "https://nas.local/a",
                "https://vault.internal/a",
                "https://box.lan./a",
                "https://1.168.192.in-addr.arpa/",
            ],
            false,
        );
        // Ways to write an address of this computer or near it.
        check(
            &[
                "https://127.1/a",
                "https://0x7f000001/a",
                "https://2130706433/a",
                "https://0177.0.0.1/a",
                "https://0/a",
            ],
            false,
        );
        check(
            &["https://[::1]/a", "https://[::ffff:127.0.0.1]/a", "https://169.254.169.254/latest/meta-data/"],
            false,
        );
        check(
            &["https://１２７.0.0.1/a", "https://192.168.1.1/a", "https://[fe80::1]/a", "https://10.1/a"],
            false,
        );
    }
}
