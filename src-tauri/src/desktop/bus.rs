//! Whether the desktop's message bus answers. The toolkit waits for it without a limit before it opens a window, so a bus that
//! takes connections and says nothing would keep the app from being seen. It must be known before the toolkit starts.

/// The variable to set before start, when the session bus is silent: without a bus everything else goes on, and the window
/// says that no password store was found.
pub(crate) fn choose() -> Option<(&'static str, &'static str)> {
    #[cfg(target_os = "linux")]
    if linux::address().is_some_and(|address| linux::is_silent(address, linux::PATIENCE)) {
        // D-Bus knows no transport of this name, so that every connection fails at once.
        return Some((linux::VARIABLE, "disabled:"));
    }
    None
}

#[cfg(target_os = "linux")]
mod linux {
    use std::ffi::OsStr;
    use std::io::{Read, Write};
    use std::os::linux::net::SocketAddrExt;
    use std::os::unix::net::{SocketAddr, UnixStream};
    use std::path::Path;
    use std::sync::mpsc::{RecvTimeoutError, channel};
    use std::time::Duration;

    pub(super) const VARIABLE: &str = "DBUS_SESSION_BUS_ADDRESS";

    /// A bus answers within a millisecond; a busy machine gets this much.
    pub(super) const PATIENCE: Duration = Duration::from_secs(1);

    /// Where the bus is, as the D-Bus specification has it: the variable, else the user's runtime folder.
    pub(super) fn address() -> Option<SocketAddr> {
        match std::env::var(VARIABLE) {
            Ok(addresses) => addresses.split(';').find_map(socket),
            Err(_) => at(&Path::new(&std::env::var_os("XDG_RUNTIME_DIR")?).join("bus")),
        }
    }

    /// None for other transports than a local socket, and for escaped names, which no desktop uses.
    fn socket(address: &str) -> Option<SocketAddr> {
        let keys = address.strip_prefix("unix:").filter(|keys| !keys.contains('%'))?;
        keys.split(',').find_map(|pair| match pair.split_once('=')? {
            ("path", path) => at(path),
            ("abstract", name) => SocketAddr::from_abstract_name(name).ok(),
            _ => None,
        })
    }

    fn at<P: AsRef<OsStr> + ?Sized>(path: &P) -> Option<SocketAddr> {
        SocketAddr::from_pathname(Path::new(path)).ok()
    }

    /// Begins the greeting that every client begins with. On a thread, since with a full queue the connection waits as well.
    pub(super) fn is_silent(bus: SocketAddr, patience: Duration) -> bool {
        let (done, answered) = channel();
        std::thread::spawn(move || {
            let greeted = UnixStream::connect_addr(&bus).and_then(|mut stream| {
                stream.write_all(b"\0AUTH\r\n")?;
                stream.read(&mut [0; 64])
            });
            // Refused is an answer, too: the toolkit gets the same at once. Nobody listens any more after the patience.
            let _ = done.send(greeted);
        });
        matches!(answered.recv_timeout(patience), Err(RecvTimeoutError::Timeout))
    }

    #[cfg(test)]
    mod tests {
        use super::*;
        use std::os::unix::net::UnixListener;

        #[track_caller]
        fn check(address: &str, expected: Option<&str>) {
            let found = socket(address).map(|at| match (at.as_pathname(), at.as_abstract_name()) {
                (Some(path), _) => path.display().to_string(),
                (None, name) => format!("@{}", String::from_utf8_lossy(name.unwrap_or_default())),
            });
            assert_eq!(found.as_deref(), expected, "{address}");
        }

        #[test]
        fn addresses() {
            check("unix:path=/run/user/1000/bus", Some("/run/user/1000/bus"));
            check("unix:guid=1f,path=/run/bus", Some("/run/bus"));
            check("unix:abstract=/tmp/dbus-x,guid=1f", Some("@/tmp/dbus-x"));
            check("unix:path=/a%20b", None);
            check("tcp:host=localhost,port=1", None);
            check("disabled:", None);
            check("", None);
        }

        #[test]
        fn only_a_bus_that_says_nothing_is_silent() {
            let home = tempfile::tempdir().unwrap();
            let path = home.path().join("bus");
            let bus = || at(&path).unwrap();
            let soon = Duration::from_millis(300);
            assert!(!is_silent(bus(), soon), "nobody is there");
            let listener = UnixListener::bind(&path).unwrap();
            assert!(is_silent(bus(), soon), "it takes connections only");
            drop(listener);
            assert!(!is_silent(bus(), soon), "it is gone");
            std::fs::remove_file(&path).unwrap();
            let listener = UnixListener::bind(&path).unwrap();
            std::thread::spawn(move || {
                let (mut stream, _) = listener.accept().unwrap();
                stream.write_all(b"REJECTED EXTERNAL\r\n").unwrap();
            });
            assert!(!is_silent(bus(), soon), "it answers");
        }
    }
}
