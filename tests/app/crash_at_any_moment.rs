//! The whole app, killed while it does everything at once.

use crate::crash::{self, INTO, Told};
use std::path::Path;
use std::process::Command;
use std::time::Duration;

const ROUNDS: usize = 8;

#[tokio::test(flavor = "multi_thread")]
#[ignore = "the other side of the one below"]
async fn writes_until_it_is_killed() {
    crash::write(Path::new(&std::env::var_os(INTO).unwrap())).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_app_has_all_that_it_told_and_shows_nothing_half_done() {
    let folder = tempfile::tempdir().unwrap();
    let mut told = Told::default();
    let mut committed = 0;
    for round in 0..ROUNDS {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.args([
            "--exact",
            "crash_at_any_moment::writes_until_it_is_killed",
            "--ignored",
            "--nocapture",
        ]);
        let after = Duration::from_millis(fastrand::u64(..900));
        let found = told.run_and_kill(&mut command, folder.path(), after).await;
        assert_eq!(found.lost, Vec::<String>::new(), "round {round}, killed after {after:?}");
        committed = found.committed;
    }
    assert!(committed > 2 * ROUNDS, "{committed}");
}
