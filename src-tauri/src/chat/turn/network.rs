//! Waits until the way to Poe is there again: a connection is opened and closed, nothing is asked and nothing costs.

use std::time::Duration;
use tokio::net::TcpStream;
use tokio::time::{sleep, timeout};

/// The longest time between two looks.
const SLOWEST: Duration = Duration::from_secs(30);

/// How long a look may take.
const LOOK: Duration = Duration::from_secs(5);

/// Returns once the first computer on the way answers, and at once where no way can be taken: the request itself then says
/// why. The client is asked for at each look: the address or the proxy may be another by then.
pub(in crate::chat) async fn back(client: impl Fn() -> poe::Client) {
    let mut looks = 0;
    loop {
        let Some(address) = client().first_hop() else {
            return;
        };
        if let Ok(Ok(_)) = timeout(LOOK, TcpStream::connect(&address)).await {
            return;
        }
        sleep(pause(looks)).await;
        looks += 1;
    }
}

/// 1 s, 2 s, 4 s … up to [`SLOWEST`].
fn pause(looks: u32) -> Duration {
    Duration::from_secs(2_u64.saturating_pow(looks)).min(SLOWEST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn looks_come_slower_and_slower() {
        let pauses: Vec<u64> = [0, 1, 2, 3, 4, 5, 6, 99].iter().map(|n| pause(*n).as_secs()).collect();
        assert_eq!(pauses, [1, 2, 4, 8, 16, 30, 30, 30]);
    }
}
