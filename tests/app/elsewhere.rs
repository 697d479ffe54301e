//! What an answer links to that somebody else has: a link until a press, then fetched by Rust and kept like all that was made.

use crate::authority::{Authority, TlsServer};
use crate::house::{House, KEY};
use crate::media::{address, answered, asked, files, png};
use poe::Proxy;
use poe::sim::{Reply, Scenario, Sim};
use telltale::account::Network;
use telltale::events::{ExportFormat, MediaProblem, MediaState, Parameters};

const HOST: &str = "pictures.example";

fn reply(head: &str, body: &[u8]) -> Vec<u8> {
    let mut reply = format!("HTTP/1.1 {head}\r\nconnection: close\r\n\r\n").into_bytes();
    reply.extend_from_slice(body);
    reply
}

/// Somebody on the internet who answers so, and the address of a picture there.
async fn somebody(house: &House, answer: Vec<u8>) -> (TlsServer, String) {
    let ours = Authority::new("Everybody's");
    let server = TlsServer::answering(ours.sign(HOST, |_| {}), answer, true).await;
    let network = Network {
        proxy: Proxy::None,
        extra_ca: ours.extra(),
        stand_ins: vec![(HOST.to_owned(), server.address)],
        ..Network::default()
    };
    house.account.set_network(network).unwrap();
    let url = format!("https://{HOST}:{}/cat.png", server.address.port());
    (server, url)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_until_a_press_and_a_file_from_then_on() {
    let house = House::new().await;
    let (server, url) = somebody(&house, reply("200 OK", &png(30, 20))).await;
    let (_, answer) = answered(&house, &format!("See ![a cat.png]({url})")).await;
    let seen = house.media.of_message(answer).await.unwrap();
    assert_eq!((seen[0].state, seen[0].host.as_deref()), (MediaState::Elsewhere, Some(HOST)));
    // Nothing but that press leads there.
    let tried = house.media.fetch(answer, &url).await.unwrap();
    assert_eq!((tried.state, tried.problem), (MediaState::Failed, Some(MediaProblem::Elsewhere)));
    assert_eq!(server.connections(), 0);

    let kept = house.media.load(answer, &url).await.unwrap();
    assert_eq!((kept.state, kept.width, kept.mime.as_str()), (MediaState::Kept, Some(30), "image/png"));
    assert_eq!(files(&house).len(), 1);
    assert_eq!(house.media.load(answer, &url).await.unwrap(), kept, "it is here");
    assert_eq!(server.connections(), 1);
    let heard = server.received().to_lowercase();
    let secret = &KEY[KEY.len() - 12..];
    for unsaid in ["authorization", "cookie", "referer", secret] {
        assert!(!heard.contains(unsaid), "{heard}");
    }
    house.assert_no_key();

    // A link that the answer does not have is none.
    let other = url.replace("cat", "dog");
    assert_eq!(house.media.load(answer, &other).await.unwrap().problem, Some(MediaProblem::Gone));
    let house = house.restarted().await;
    assert_eq!(house.media.of_message(answer).await.unwrap()[0].state, MediaState::Kept);
    assert_eq!(server.connections(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn why_one_does_not_come() {
    let house = House::new().await;
    let svg = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>";
    for (answer, expected) in [
        (reply("404 Not Found", b""), MediaProblem::Gone),
        (reply("302 Found\r\nlocation: https://127.0.0.1/a.png", b""), MediaProblem::Moved),
        (reply("301 Moved\r\nlocation: /b.png", b""), MediaProblem::Moved),
        (reply("500 Internal Server Error", b""), MediaProblem::Unreached),
        (reply("200 OK\r\ncontent-type: image/svg+xml", svg), MediaProblem::Unknown),
        (reply("200 OK\r\ncontent-type: image/png", b"\x89PNG\r\n\x1a\nno"), MediaProblem::Broken),
        (reply("200 OK\r\ncontent-length: 209715201", b"\x89PNG"), MediaProblem::TooLarge),
    ] {
        let (server, url) = somebody(&house, answer).await;
        let (_, answer) = answered(&house, &format!("![x]({url})")).await;
        let tried = house.media.load(answer, &url).await.unwrap();
        assert_eq!((tried.state, tried.problem), (MediaState::Failed, Some(expected)));
        assert_eq!((tried.host.as_deref(), server.connections()), (Some(HOST), 1), "{expected:?}");
    }
    assert!(files(&house).is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_near_is_not_loaded() {
    let house = House::new().await;
    let near = Sim::start(Scenario::Script).await.unwrap();
    let port = near.base_url().trim_end_matches("/v1").rsplit(':').next().unwrap().to_owned();
    for url in [
        format!("https://127.0.0.1:{port}/a.png"),
        format!("https://localhost:{port}/a.png"),
        format!("http://127.0.0.1:{port}/a.png"),
        "https://169.254.169.254/latest/meta-data/a.png".to_owned(),
        "https://10.0.0.1/a.png".to_owned(),
    ] {
        let (_, answer) = answered(&house, &format!("![x]({url})")).await;
        let seen = house.media.of_message(answer).await.unwrap();
        assert_eq!(
            (seen[0].state, seen[0].host.as_deref()),
            (MediaState::Elsewhere, None),
            "no button for {url}"
        );
        let expected = if url.starts_with("https") { MediaProblem::Near } else { MediaProblem::Elsewhere };
        assert_eq!(house.media.load(answer, &url).await.unwrap().problem, Some(expected), "{url}");
    }
    assert!(near.requests().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_of_a_temporary_chat_is_loaded() {
    let house = House::new().await;
    let (server, url) = somebody(&house, reply("200 OK", &png(3, 2))).await;
    let chat = house.chat.begin_temporary("demo-flash", Parameters::default()).await.unwrap();
    house.sim.on("POST", crate::turn::CHAT, Reply::answer(&format!("![x]({url})")));
    let answer = house.chat.send(chat.id, "Draw", None).await.unwrap().answer.id;
    house.ended(answer).await;
    let seen = house.media.of_message(answer).await.unwrap();
    assert_eq!((seen[0].state, seen[0].host.as_deref()), (MediaState::Elsewhere, None));
    house.media.load(answer, &url).await.unwrap_err();
    assert_eq!(server.connections(), 0);
}

/// What another program's user paid for is Poe's, and is asked for on a press only.
#[tokio::test(flavor = "multi_thread")]
async fn an_imported_answer_asks_nobody_by_itself() {
    let house = House::new().await;
    let path = "/base/image/0a";
    house.sim.always("GET", path, Reply::text(404, ""));
    let (_, answer) = answered(&house, &format!("![x]({})", address(&house, path))).await;
    house.media.fetch(answer, &address(&house, path)).await.unwrap();
    let out = tempfile::tempdir().unwrap();
    let archive = out.path().join("chats.json");
    house.archive.export(None, ExportFormat::Json, archive.clone()).await.unwrap();

    let other = House::new().await;
    let text = std::fs::read_to_string(&archive).unwrap();
    std::fs::write(&archive, text.replace(&address(&house, ""), &address(&other, ""))).unwrap();
    other.sim.always("GET", path, Reply::bytes(200, "image/png", png(8, 6)));
    other.import.look(vec![archive]).await.unwrap_or_else(|it| panic!("{:?}", it.failure)).unwrap();
    let imported = other.import.accept().await.unwrap().unwrap();
    let brought = other.library.messages(imported.newest.unwrap()).await.unwrap().pop().unwrap();
    let url = address(&other, path);
    let seen = other.media.of_message(brought.id).await.unwrap();
    assert_eq!((seen[0].state, seen[0].host.as_deref()), (MediaState::Elsewhere, Some("127.0.0.1")));
    let tried = other.media.fetch(brought.id, &url).await.unwrap();
    assert_eq!((tried.problem, asked(&other, path)), (Some(MediaProblem::Elsewhere), 0));
    assert_eq!(other.media.load(brought.id, &url).await.unwrap().state, MediaState::Kept);
    assert_eq!(asked(&other, path), 1);
}
