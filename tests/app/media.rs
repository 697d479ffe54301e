//! Pictures, sounds and films of answers: fetched once, kept as files, shown as copies, and gone with their chat.

use crate::conditions::until;
use crate::house::House;
use crate::turn::CHAT;
use poe::sim::Reply;
use std::io::Cursor;
use std::path::PathBuf;
use telltale::events::{ExportFormat, MediaKind, MediaProblem, MediaState, MessageState};

const NAME: &str = "/base/image/00ff";

pub(crate) fn png(width: u32, height: u32) -> Vec<u8> {
    let picture = image::RgbaImage::from_fn(width, height, |x, y| image::Rgba([x as u8, y as u8, 7, 200]));
    let mut bytes = Vec::new();
    picture.write_to(&mut Cursor::new(&mut bytes), image::ImageFormat::Png).unwrap();
    bytes
}

pub(crate) fn address(house: &House, path: &str) -> String {
    format!("{}{path}", house.sim.base_url().trim_end_matches("/v1"))
}

fn folder(house: &House) -> PathBuf {
    house.file().with_file_name("media")
}

pub(crate) fn files(house: &House) -> Vec<String> {
    let entries = folder(house).read_dir().into_iter().flatten().flatten();
    entries.map(|entry| entry.file_name().into_string().unwrap()).collect()
}

/// An answer with these words has ended.
pub(crate) async fn answered(house: &House, text: &str) -> (i64, i64) {
    house.sim.on("POST", CHAT, Reply::answer(text));
    let (conversation, answer) = house.ask("Draw it").await;
    assert_eq!(house.ended(answer).await.status.state, MessageState::Done);
    (conversation, answer)
}

pub(crate) fn asked(house: &House, path: &str) -> usize {
    house.sim.requests().iter().filter(|request| request.path == path).count()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_picture_is_kept_by_itself_and_goes_with_its_chat() {
    let house = House::new().await;
    house.sim.always("GET", NAME, Reply::bytes(200, "application/octet-stream", png(300, 200)));
    let url = address(&house, NAME);
    let (chat, answer) = answered(&house, &format!("![a cat.png]({url})\n\n{url}")).await;
    until("the file is there", async || house.media.of_message(answer).await.unwrap()[0].id.is_some()).await;

    let shown = house.media.of_message(answer).await.unwrap();
    assert_eq!(shown.len(), 1, "the same address twice is one picture");
    let kept = &shown[0];
    assert_eq!(
        (kept.state, kept.kind, kept.mime.as_str()),
        (MediaState::Kept, MediaKind::Image, "image/png")
    );
    assert_eq!((kept.width, kept.height), (Some(300), Some(200)));
    assert_eq!(kept.alt, "a cat");
    assert_eq!(files(&house).len(), 1);
    assert_eq!(asked(&house, NAME), 1, "once");
    house.assert_no_key();

    // What is shown is another file: smaller, and nothing of the first one's left.
    let id = kept.id.unwrap();
    let copy = house.media.shown(id, 100).await.unwrap();
    let copied = image::load_from_memory(&copy).unwrap();
    assert_eq!((copied.width(), copied.height()), (100, 67));

    // A chat once more has the picture once more, and the file is there as long as one of them is.
    let twin = house.chat.duplicate(chat, "Twin".to_owned()).await.unwrap();
    house.chat.delete(chat).await.unwrap();
    until("the first is gone", async || house.library.media_of(answer).await.unwrap().is_empty()).await;
    house.media.sweep().await.unwrap();
    assert_eq!(files(&house).len(), 1);
    house.chat.delete(twin.id).await.unwrap();
    until("the file is gone", async || files(&house).is_empty()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_poes_is_asked_by_nobody() {
    let house = House::new().await;
    let other = poe::sim::Sim::start(poe::sim::Scenario::Script).await.unwrap();
    let theirs = format!("{}/base/image/1", other.base_url().trim_end_matches("/v1"));
    let (_, answer) = answered(&house, &format!("![x]({theirs})")).await;
    let shown = house.media.of_message(answer).await.unwrap();
    assert_eq!(shown[0].state, MediaState::Elsewhere);
    let tried = house.media.fetch(answer, &theirs).await.unwrap();
    assert_eq!((tried.state, tried.problem), (MediaState::Failed, Some(MediaProblem::Elsewhere)));
    // Nor what the answer does not say.
    let unsaid = address(&house, "/base/image/2");
    assert_eq!(house.media.fetch(answer, &unsaid).await.unwrap().state, MediaState::Failed);
    assert_eq!((other.requests().len(), asked(&house, "/base/image/2")), (0, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn why_one_does_not_come_and_that_it_may_later() {
    let house = House::new().await;
    let huge = {
        // A GIF, whose header alone says so: 50,000 by 50,000.
        let mut bytes = Vec::new();
        let picture = image::RgbaImage::from_pixel(1, 1, image::Rgba([7; 4]));
        picture.write_to(&mut Cursor::new(&mut bytes), image::ImageFormat::Gif).unwrap();
        bytes[6..10].copy_from_slice(&[0x50, 0xc3, 0x50, 0xc3]);
        bytes
    };
    let svg = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>".to_vec();
    let cases = [
        ("/base/image/a1", Reply::text(404, ""), MediaProblem::Gone),
        ("/base/image/a2", Reply::text(503, ""), MediaProblem::Unreached),
        ("/base/image/a3", Reply::bytes(200, "image/svg+xml", svg), MediaProblem::Unknown),
        (
            "/base/image/a4",
            Reply::bytes(200, "image/png", b"\x89PNG\r\n\x1a\nno".to_vec()),
            MediaProblem::Broken,
        ),
        (
            "/base/image/a5",
            Reply::empty(302).header("location", "https://login.example/"),
            MediaProblem::Unreached,
        ),
    ];
    for (path, reply, expected) in cases {
        house.sim.always("GET", path, reply);
        let url = address(&house, path);
        let (_, answer) = answered(&house, &format!("![x]({url})")).await;
        let tried = house.media.fetch(answer, &url).await.unwrap();
        assert_eq!((tried.state, tried.problem), (MediaState::Failed, Some(expected)), "{path}");
        // Another try, and it is there.
        house.sim.always("GET", path, Reply::bytes(200, "image/png", png(4, 4)));
        assert_eq!(house.media.fetch(answer, &url).await.unwrap().state, MediaState::Kept, "{path}");
    }

    house.sim.always("GET", "/base/image/huge", Reply::bytes(200, "image/gif", huge));
    let url = address(&house, "/base/image/huge");
    let (_, answer) = answered(&house, &format!("![x]({url})")).await;
    let kept = house.media.fetch(answer, &url).await.unwrap();
    assert_eq!((kept.width, kept.state), (Some(50_000), MediaState::Kept), "it can be saved");
    house.media.shown(kept.id.unwrap(), 100).await.unwrap_err();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sound_is_handed_over_as_it_is_and_an_end_of_the_app_loses_nothing() {
    let house = House::new().await;
    let sound = [b"ID3\x04".as_slice(), &[0; 2_000]].concat();
    house.sim.always("GET", "/base/audio/5a", Reply::bytes(200, "image/png", sound.clone()));
    let url = address(&house, "/base/audio/5a");
    let (_, answer) = answered(&house, &url).await;
    let kept = house.media.fetch(answer, &url).await.unwrap();
    assert_eq!((kept.kind, kept.mime.as_str()), (MediaKind::Audio, "audio/mpeg"), "whatever it is called");
    assert_eq!(house.media.shown(kept.id.unwrap(), 100).await.unwrap(), sound);

    let house = house.restarted().await;
    let again = house.media.of_message(answer).await.unwrap();
    assert_eq!(again[0], kept);
    assert_eq!(house.media.bytes(kept.id.unwrap()).await.unwrap(), sound);
    let page = house.media.page(None, 0).await.unwrap();
    assert_eq!((page.count, page.made[0].prompt.as_str()), (1, "Draw it"));

    // A file that no row names is not taken for one that was left: the chats may be those of a backup.
    std::fs::write(folder(&house).join(format!("{}.png", "0".repeat(64))), "x").unwrap();
    house.media.sweep().await.unwrap();
    assert_eq!(files(&house).len(), 2);

    // A file that somebody took away is said, and not taken for an empty one.
    std::fs::remove_dir_all(folder(&house)).unwrap();
    house.media.bytes(kept.id.unwrap()).await.unwrap_err();

    // It is fetched once more, as long as Poe has it.
    assert_eq!(house.media.of_message(answer).await.unwrap()[0].state, MediaState::Coming);
    let again = house.media.fetch(answer, &url).await.unwrap();
    assert_eq!((again.state, again.id), (MediaState::Kept, kept.id));
    assert_eq!(house.media.bytes(kept.id.unwrap()).await.unwrap(), sound);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_several_messages_show_goes_out_once_and_comes_in_to_each() {
    let house = House::new().await;
    house.sim.always("GET", NAME, Reply::bytes(200, "application/octet-stream", png(300, 200)));
    let url = address(&house, NAME);
    let (chat, answer) = answered(&house, &format!("Here: ![a cat]({url})")).await;
    until("the file is there", async || house.media.of_message(answer).await.unwrap()[0].id.is_some()).await;
    house.chat.duplicate(chat, "Copy".into()).await.unwrap();

    let out = tempfile::tempdir().unwrap();
    let archive = out.path().join("chats.json");
    house.archive.export(None, ExportFormat::Json, archive.clone()).await.unwrap();
    let text = std::fs::read_to_string(&archive).unwrap();
    assert_eq!((text.matches("\"bytes\"").count(), text.matches("image/png").count()), (1, 2), "{text}");

    let other = House::new().await;
    other.import.look(vec![archive]).await.unwrap_or_else(|it| panic!("{:?}", it.failure)).unwrap();
    assert_eq!(other.import.accept().await.unwrap().unwrap().chats, 2);
    assert_eq!(files(&other), files(&house));
    for chat in other.library.archive_list().await.unwrap() {
        let brought = other.library.messages(chat).await.unwrap().pop().unwrap();
        let media = other.media.of_message(brought.id).await.unwrap();
        assert_eq!((media[0].state, media[0].width), (MediaState::Kept, Some(300)));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_archive_takes_what_was_made_along_and_brings_it_in() {
    let house = House::new().await;
    house.sim.always("GET", NAME, Reply::bytes(200, "application/octet-stream", png(300, 200)));
    let url = address(&house, NAME);
    let (chat, answer) = answered(&house, &format!("Here: ![a cat]({url})")).await;
    until("the file is there", async || house.media.of_message(answer).await.unwrap()[0].id.is_some()).await;

    let out = tempfile::tempdir().unwrap();
    let page = out.path().join("chat.html");
    house.archive.export(Some(vec![chat]), ExportFormat::Html, page.clone()).await.unwrap();
    let page = std::fs::read_to_string(page).unwrap();
    assert!(page.contains("<figure><img alt=\"\" src=\"data:image/png;base64,"), "{page}");
    let archive = out.path().join("chats.json");
    house.archive.export(None, ExportFormat::Json, archive.clone()).await.unwrap();

    let other = House::new().await;
    other.import.look(vec![archive.clone()]).await.unwrap_or_else(|it| panic!("{:?}", it.failure)).unwrap();
    let imported = other.import.accept().await.unwrap().unwrap();
    let brought = other.library.messages(imported.newest.unwrap()).await.unwrap().pop().unwrap();
    let media = other.media.of_message(brought.id).await.unwrap();
    assert_eq!((media[0].state, media[0].width, media[0].url.as_str()), (MediaState::Kept, Some(300), &*url));
    assert_eq!(files(&other), files(&house), "it is called by what is in it");
    assert_eq!(other.sim.requests().iter().filter(|request| request.path == NAME).count(), 0);
    // What was deleted goes nowhere, and nor does what it made.
    house.chat.delete_message(answer).await.unwrap();
    let without = out.path().join("without.json");
    house.archive.export(None, ExportFormat::Json, without.clone()).await.unwrap();
    let without = std::fs::read_to_string(without).unwrap();
    assert!(!without.contains("\"bytes\"") && !without.contains("image/png"), "{without}");
    // What comes in once more is there already.
    other.import.look(vec![archive.clone()]).await.unwrap_or_else(|it| panic!("{:?}", it.failure)).unwrap();
    assert_eq!(other.import.accept().await.unwrap().unwrap().here, 1);

    // What somebody else has put in the place of its bytes is kept only where it is what it is to be.
    let text = std::fs::read_to_string(&archive).unwrap();
    let (before, bytes) = text.split_once("\"bytes\":\"").unwrap();
    let after = bytes.split_once('"').unwrap().1;
    let svg = "PHN2ZyB4bWxucz0iaHR0cDovL3d3dy53My5vcmcvMjAwMC9zdmciPjxzY3JpcHQvPjwvc3ZnPg==";
    std::fs::write(&archive, format!("{before}\"bytes\":\"{svg}\"{after}")).unwrap();
    let third = House::new().await;
    third.import.look(vec![archive]).await.unwrap_or_else(|it| panic!("{:?}", it.failure)).unwrap();
    let imported = third.import.accept().await.unwrap().unwrap();
    let brought = third.library.messages(imported.newest.unwrap()).await.unwrap().pop().unwrap();
    assert!(third.library.media_of(brought.id).await.unwrap().is_empty());
    assert!(files(&third).is_empty());
}
