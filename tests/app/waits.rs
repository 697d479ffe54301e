//! The entries that take a minute of waiting, or a computer without a network: the clock is moved on, and the network is left
//! by a process of its own.

use crate::house::{House, KEY};
use poe::sim::Reply;
use poe::{BaseUrl, Proxy, Secret};
use std::collections::BTreeSet;
use std::net::{Ipv4Addr, TcpListener};
use std::process::Command;
use std::time::Duration;
use telltale::account::Network;
use telltale::events::{MessageState, MessageView};

const CHAT: &str = "/v1/chat/completions";
const FOREVER: Duration = Duration::from_secs(10_000);

fn code(view: &MessageView) -> Option<&str> {
    view.status.card.as_ref().map(|card| card.code.as_str())
}

/// The codes that these ways reach; `offline` only where a process may have a network of its own.
pub(crate) fn reached() -> BTreeSet<&'static str> {
    let mut reached = BTreeSet::from(["first_byte_timeout", "stream_stalled", "connect_timeout"]);
    let clock = tokio::runtime::Builder::new_current_thread().enable_all().build();
    clock.unwrap().block_on(async {
        nothing_comes().await;
        no_more_comes().await;
        no_connection_comes().await;
    });
    if offline() {
        reached.insert("offline");
    }
    reached
}

async fn moved_on(seconds: u64) {
    tokio::time::pause();
    tokio::time::advance(Duration::from_secs(seconds)).await;
    tokio::time::resume();
}

async fn nothing_comes() {
    let house = House::new().await;
    house.sim.on("POST", CHAT, Reply::answer("late").after(FOREVER));
    let (_, answer) = house.ask("Why?").await;
    while house.sim.posts() == 0 {
        tokio::task::yield_now().await;
    }
    moved_on(61).await;
    let noticed = house.until(answer, |view| view.status.card.is_some()).await;
    assert_eq!(code(&noticed), Some("first_byte_timeout"));
    assert_eq!(noticed.status.state, MessageState::Streaming, "it goes on");
    assert_eq!(house.sim.posts(), 1);
}

async fn no_more_comes() {
    let house = House::new().await;
    let half = r#"{"choices":[{"index":0,"delta":{"content":"Half an answer"}}]}"#;
    house.sim.on("POST", CHAT, Reply::sse(&[half]).hang());
    let (_, answer) = house.ask("Why?").await;
    house.until(answer, |view| !view.blocks.is_empty()).await;
    moved_on(31).await;
    let noticed = house.until(answer, |view| view.status.card.is_some()).await;
    assert_eq!(code(&noticed), Some("stream_stalled"));
    assert_eq!(noticed.status.state, MessageState::Streaming, "it goes on");
    assert_eq!(house.sim.posts(), 1);
}

/// Something takes the connection and never speaks: three tries of ten seconds.
async fn no_connection_comes() {
    let silent = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let house = House::new().await;
    let direct = Network { proxy: Proxy::None, ..Network::default() };
    house.account.set_network(direct).unwrap();
    let address = format!("https://{}/v1", silent.local_addr().unwrap());
    let base_url = BaseUrl::parse(&address).unwrap();
    house.account.connect_to(base_url, Secret::from_pasted(KEY)).unwrap();
    tokio::time::pause();
    let (_, answer) = house.ask("Why?").await;
    let failed = house.until(answer, |view| view.status.state == MessageState::Failed).await;
    tokio::time::resume();
    assert_eq!(code(&failed), Some("connect_timeout"));
    assert_eq!(house.sim.posts(), 0);
}

/// Plays the test below where there is no network at all, not even loopback. False where that may not be had.
fn offline() -> bool {
    let alone = |arguments: &[&str]| {
        let mut command = Command::new("unshare");
        command.args(["--map-root-user", "--net"]).args(arguments);
        command.output()
    };
    if !alone(&["true"]).is_ok_and(|tried| tried.status.success()) {
        return false;
    }
    let exe = std::env::current_exe().unwrap();
    let played = alone(&[
        exe.to_str().unwrap(),
        "--exact",
        "--ignored",
        "waits::a_computer_without_a_network_is_offline",
    ]);
    let played = played.unwrap();
    let said = String::from_utf8_lossy(&played.stdout);
    assert!(played.status.success() && said.contains("1 passed"), "{said}");
    true
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "played by the one above, in a process without a network"]
async fn a_computer_without_a_network_is_offline() {
    let house = House::new().await;
    let (_, answer) = house.ask("Why?").await;
    assert_eq!(code(&house.ended(answer).await), Some("offline"));
    assert_eq!(house.sim.posts(), 0);
}
