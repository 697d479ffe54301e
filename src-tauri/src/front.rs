//! A second start on the same data folder brings the running window to the front: it connects to a socket in that
//! folder and ends. No bus is needed, and nobody but this person can reach the folder. Nothing is said over the socket.

use std::path::{Path, PathBuf};

#[cfg(unix)]
mod socket {
    use super::path;
    use std::io::{Read, Write};
    use std::os::unix::net::{UnixListener, UnixStream};
    use std::path::Path;
    use std::thread;
    use std::time::Duration;

    /// An app that runs answers at once; one that hangs must not hang the second start too.
    const PATIENCE: Duration = Duration::from_secs(2);

    pub(crate) fn listen(dir: &Path, come: impl Fn() + Send + 'static) {
        let path = path(dir);
        // Left by an app that was killed: the folder is held by this one.
        let _ = std::fs::remove_file(&path);
        // Refused where the folder's name is too long for a socket or forbids writing: then a second start only ends.
        let Ok(listener) = UnixListener::bind(&path) else {
            return;
        };
        let serve = move || {
            for mut start in listener.incoming().flatten() {
                come();
                let _ = start.write_all(b"1");
            }
        };
        let _ = thread::Builder::new().name("front".to_owned()).spawn(serve);
    }

    pub(crate) fn activate_running(dir: &Path) -> bool {
        let answered = || {
            let mut running = UnixStream::connect(path(dir))?;
            running.set_read_timeout(Some(PATIENCE))?;
            running.read_exact(&mut [0])
        };
        answered().is_ok()
    }
}

#[cfg(not(unix))]
mod socket {
    use std::path::Path;

    pub(crate) fn listen(_dir: &Path, _come: impl Fn() + Send + 'static) {}

    pub(crate) fn activate_running(_dir: &Path) -> bool {
        false
    }
}

pub(crate) use socket::{activate_running, listen};

fn path(dir: &Path) -> PathBuf {
    dir.join("front")
}

#[cfg(all(test, unix))]
mod tests {
    use super::{activate_running, listen, path};
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    #[test]
    fn each_second_start_is_heard_also_after_a_crash_left_its_socket() {
        let folder = tempfile::tempdir().unwrap();
        assert!(!activate_running(folder.path()), "nobody is there");
        std::fs::write(path(folder.path()), "").unwrap();
        assert!(!activate_running(folder.path()));
        let heard = Arc::new(AtomicUsize::new(0));
        listen(folder.path(), {
            let heard = heard.clone();
            move || _ = heard.fetch_add(1, Ordering::SeqCst)
        });
        for times in 1..=3 {
            assert!(activate_running(folder.path()));
            assert_eq!(heard.load(Ordering::SeqCst), times);
        }
    }

    #[test]
    fn an_app_that_hangs_does_not_hang_the_second_one() {
        let folder = tempfile::tempdir().unwrap();
        let _silent = std::os::unix::net::UnixListener::bind(path(folder.path())).unwrap();
        let began = std::time::Instant::now();
        assert!(!activate_running(folder.path()));
        assert!(began.elapsed().as_secs() < 10);
    }

    #[test]
    fn a_name_too_long_for_a_socket_is_passed_over() {
        let folder = tempfile::tempdir().unwrap();
        let long = folder.path().join("x".repeat(200));
        std::fs::create_dir(&long).unwrap();
        listen(&long, || {});
        assert!(!activate_running(&long));
    }
}
