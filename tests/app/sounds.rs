//! Sounds and films in questions: taken by what they are, sent as Poe takes them, and refused at the field where the model doesn't.

use crate::house::House;
use crate::turn::CHAT;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use poe::sim::Reply;
use serde_json::{Value, json};
use telltale::errors::FileProblem;
use telltale::events::{Action, ExportFormat, Parameters};
use telltale::library::DraftPlace;

fn track(start: &[u8]) -> Vec<u8> {
    [start, &[0; 400]].concat()
}

/// Poe lists a model that hears and watches, beside one that only sees.
async fn house() -> House {
    let house = House::new().await;
    let model = |id: &str, inputs: Value| {
        json!({ "id": id, "object": "model", "created": 1, "owned_by": "OpenAI", "description": "",
            "architecture": { "input_modalities": inputs, "output_modalities": ["text"], "modality": "" },
            "pricing": { "prompt": "0.000001", "completion": "0.000002" }, "context_window": { "context_length": 100_000 } })
    };
    let all = [model("hears", json!(["text", "audio", "video"])), model("sees", json!(["text", "image"]))];
    house.sim.always("GET", "/v1/models", Reply::json(200, json!({ "object": "list", "data": all })));
    house.models.refresh().await;
    house
}

#[tokio::test(flavor = "multi_thread")]
async fn each_kind_goes_out_as_it_is() {
    let house = house().await;
    let chat = house.chat.create("hears".into(), Parameters::default()).await.unwrap().id;
    let place = DraftPlace::end_of(chat);
    let cases: [(&str, &[u8], &str); 9] = [
        ("a.mp3", b"ID3\x04", "audio/mp3"),
        ("b.wav", b"RIFF\x90\x01\0\0WAVEfmt ", "audio/wav"),
        ("c.m4a", b"\0\0\0\x20ftypM4A ", "audio/mp4"),
        ("d.ogg", b"OggS\0", "audio/ogg"),
        ("e.flac", b"fLaC\0", "audio/flac"),
        ("f.mp4", b"\0\0\0\x20ftypisom", "video/mp4"),
        ("g.webm", b"\x1a\x45\xdf\xa3webm V_VP9", "video/webm"),
        ("h.mov", b"\0\0\0\x14ftypqt  ", "video/quicktime"),
        // A name is only what somebody wrote.
        ("photo.png", b"ID3\x04", "audio/mp3"),
    ];
    let mut files = Vec::new();
    for (name, start, _) in cases {
        files.push(house.chat.outgoing.add_attachment(place, name, Ok(track(start))).await.unwrap().id);
    }
    let draft = house.chat.draft(place, Some("hears"), None).await.unwrap();
    assert!(draft.card.is_none() && draft.attachments.iter().all(|file| file.preview.is_none()));
    house.sim.always("POST", CHAT, Reply::answer("I heard it."));
    let sent = house.chat.send_with(chat, "What is this?", None, files).await.unwrap();
    house.ended(sent.answer.id).await;
    let asked = house.sim.requests().into_iter().rfind(|it| it.path == CHAT).unwrap();
    let body: Value = serde_json::from_slice(&asked.body).unwrap();
    let parts = body["messages"][0]["content"].as_array().unwrap();
    for (part, (name, start, mime)) in parts.iter().zip(cases) {
        let data = format!("data:{mime};base64,{}", STANDARD.encode(track(start)));
        assert_eq!(*part, json!({ "type": "file", "file": { "filename": name, "file_data": data } }));
    }
    assert_eq!(parts.last().unwrap()["text"], "What is this?");

    // They stay with the question, and go again with the next.
    let sent = house.chat.send(chat, "And now?", None).await.unwrap();
    house.ended(sent.answer.id).await;
    let asked = house.sim.requests().into_iter().rfind(|it| it.path == CHAT).unwrap();
    assert_eq!(String::from_utf8_lossy(&asked.body).matches("file_data").count(), cases.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_model_that_does_not_hear_is_not_asked() {
    let house = house().await;
    let chat = house.chat.create("sees".into(), Parameters::default()).await.unwrap().id;
    let place = DraftPlace::end_of(chat);
    let sound = house.chat.outgoing.add_attachment(place, "a.mp3", Ok(track(b"ID3\x04"))).await.unwrap();
    let card = house.chat.draft(place, Some("sees"), None).await.unwrap().card.expect("said at the field");
    assert_eq!(card.code, "unsupported_feature");
    assert!(card.title.contains("can’t read audio"), "{}", card.title);
    let actions: Vec<_> = card.actions.iter().map(|act| act.action).collect();
    assert_eq!(actions, [Action::ChooseModel, Action::SendWithout]);
    assert!(house.chat.draft(place, Some("hears"), None).await.unwrap().card.is_none());
    house.chat.send_with(chat, "What is this?", None, vec![sound.id]).await.unwrap_err();
    assert_eq!(house.sim.posts(), 0);

    // Without it means without what this one can't take: what it sees stays.
    let film =
        house.chat.outgoing.add_attachment(place, "b.mp4", Ok(track(b"\0\0\0\x20ftypisom"))).await.unwrap();
    let picture =
        house.chat.outgoing.add_attachment(place, "c.png", Ok(crate::media::png(9, 9))).await.unwrap();
    house.chat.leave_out_media(place, None, Some("sees")).await.unwrap();
    let draft = house.chat.draft(place, Some("sees"), None).await.unwrap();
    assert!(draft.card.is_none());
    let left = |id: i64| draft.attachments.iter().find(|file| file.id == id).unwrap().left_out;
    assert_eq!([sound.id, film.id, picture.id].map(left), [true, true, false]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_it_costs_is_told_as_from() {
    let house = house().await;
    let chat = house.chat.create("hears".into(), Parameters::default()).await.unwrap().id;
    let place = DraftPlace::end_of(chat);
    let cost = async || {
        let along =
            house.chat.outgoing.draft_context(Some(chat), None, "hears", &Parameters::default(), None).await;
        house.chat.outgoing.estimate_cost(&along.unwrap(), "What is said in this recording?").await
    };
    house.sim.set_balance(48_000);
    house.balance.refresh().await;
    let words = cost().await;
    assert_eq!((words.uncounted, words.from, words.points.is_some()), (0, None, true));
    house.chat.outgoing.add_attachment(place, "a.mp3", Ok(track(b"ID3\x04"))).await.unwrap();
    let with_sound = cost().await;
    assert_eq!((with_sound.uncounted, with_sound.points), (1, None), "nobody knows how much it is");
    assert_eq!(with_sound.from, words.points.map(|points| points.low));
}

#[tokio::test(flavor = "multi_thread")]
async fn too_large_is_said_before_anything_is_sent() {
    let house = house().await;
    let chat = house.chat.create("hears".into(), Parameters::default()).await.unwrap().id;
    let place = DraftPlace::end_of(chat);
    let film = [b"\0\0\0\x20ftypisom".as_slice(), &vec![0; 21 << 20]].concat();
    house.chat.outgoing.add_attachment(place, "film.mp4", Ok(film)).await.unwrap();
    let card = house.chat.draft(place, Some("hears"), None).await.unwrap().card.unwrap();
    assert_eq!(card.code, "attachment_too_large");
    assert!(card.actions.iter().all(|act| act.action != Action::ShrinkImage), "nothing makes a film smaller");
    // Nor is what plays nowhere taken for a film.
    let refused =
        house.chat.outgoing.add_attachment(place, "a.avi", Ok(track(b"RIFF\x90\x01\0\0AVI LIST"))).await;
    let failure = refused.unwrap_err().failure;
    assert!(matches!(failure, telltale::errors::Failure::File { problem: FileProblem::Unsupported, .. }));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_archive_takes_them_along() {
    let house = house().await;
    let chat = house.chat.create("hears".into(), Parameters::default()).await.unwrap().id;
    let place = DraftPlace::end_of(chat);
    let bytes = track(b"OggS\0");
    let sound = house.chat.outgoing.add_attachment(place, "a.ogg", Ok(bytes.clone())).await.unwrap();
    house.sim.on("POST", CHAT, Reply::answer("I heard it."));
    let sent = house.chat.send_with(chat, "What is this?", None, vec![sound.id]).await.unwrap();
    house.ended(sent.answer.id).await;
    let out = tempfile::tempdir().unwrap();
    let archive = out.path().join("chats.json");
    house.archive.export(None, ExportFormat::Json, archive.clone()).await.unwrap();
    for format in [ExportFormat::Html, ExportFormat::Markdown] {
        let file = out.path().join("chat");
        house.archive.export(Some(vec![chat]), format, file.clone()).await.unwrap();
        assert!(std::fs::read_to_string(file).unwrap().contains("a.ogg"), "{format:?}");
    }
    let other = House::new().await;
    other.import.look(vec![archive]).await.unwrap_or_else(|it| panic!("{:?}", it.failure)).unwrap();
    let newest = other.import.accept().await.unwrap().unwrap().newest.unwrap();
    let file = other.library.attachments(newest).await.unwrap().remove(0);
    assert_eq!((file.name.as_str(), file.mime.as_str()), ("a.ogg", "audio/ogg"));
    assert_eq!(other.library.attachment_bytes(file.id).await.unwrap(), bytes);
}
