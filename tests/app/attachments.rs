//! Files on their way to Poe: sent as the model takes them, refused before anything goes out, made smaller, left out.

use crate::house::House;
use image::{DynamicImage, ImageFormat, RgbImage};
use poe::sim::Reply;
use serde_json::Value;
use std::io::Cursor;
use telltale::errors::FileProblem;
use telltale::events::{Action, ErrorCard, MessageState, Parameters, ResendChange, Sent};
use telltale::library::DraftPlace;

const CHAT: &str = "/v1/chat/completions";

fn noise(width: u32, height: u32) -> Vec<u8> {
    let mut state = 1_u32;
    let picture: DynamicImage = RgbImage::from_fn(width, height, |_, _| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        image::Rgb([(state >> 8) as u8, (state >> 16) as u8, (state >> 24) as u8])
    })
    .into();
    let mut bytes = Cursor::new(Vec::new());
    picture.write_to(&mut bytes, ImageFormat::Png).unwrap();
    bytes.into_inner()
}

async fn chat_with(house: &House, model: &str) -> i64 {
    house.chat.create(model.into(), Parameters::default()).await.unwrap().id
}

/// Attaches files to the message that is being written in a chat; their ids.
async fn attach(house: &House, chat: i64, files: &[(&str, Vec<u8>)]) -> Vec<i64> {
    for (name, bytes) in files {
        house.chat.outgoing.add_attachment(DraftPlace::end_of(chat), name, Ok(bytes.clone())).await.unwrap();
    }
    let draft = house.chat.draft(DraftPlace::end_of(chat), None, None).await.unwrap();
    draft.attachments.iter().map(|file| file.id).collect()
}

async fn send(house: &House, chat: i64, text: &str, files: Vec<i64>) -> Result<Sent, ErrorCard> {
    let sent = house.chat.send_with(chat, text, None, files).await;
    sent.map_err(|refusal| house.cards.card(refusal))
}

/// The messages of the last request.
fn asked(house: &House) -> Vec<Value> {
    let requests = house.sim.requests();
    let last = requests.iter().rfind(|it| it.path == CHAT).unwrap();
    let body: Value = serde_json::from_slice(&last.body).unwrap();
    body["messages"].as_array().unwrap().clone()
}

fn kinds(message: &Value) -> Vec<String> {
    let parts = message["content"].as_array().cloned().unwrap_or_default();
    parts.iter().map(|part| part["type"].as_str().unwrap().to_owned()).collect()
}

fn actions(card: &ErrorCard) -> Vec<Action> {
    card.actions.iter().map(|it| it.action).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn pictures_files_and_texts_go_along_and_are_there_after_a_restart() {
    let house = House::new().await;
    let chat = chat_with(&house, "demo-vision").await;
    let picture = noise(40, 30);
    let files = [
        ("photo.txt", picture.clone()),
        ("paper.pdf", b"%PDF-1.7 ...".to_vec()),
        ("notes.md", b"# Notes".to_vec()),
    ];
    let files = attach(&house, chat, &files).await;
    house.sim.on("POST", CHAT, Reply::answer("I see."));
    let sent = send(&house, chat, "What is this?", files).await.unwrap();
    let mimes: Vec<&str> = sent.question.attachments.iter().map(|it| it.mime.as_str()).collect();
    assert_eq!(mimes, ["image/png", "application/pdf", "text/plain"], "by content, not by name");
    house.ended(sent.answer.id).await;
    let question = asked(&house).pop().unwrap();
    assert_eq!(kinds(&question), ["image_url", "file", "text", "text"]);
    let url = question["content"][0]["image_url"]["url"].as_str().unwrap();
    assert!(url.starts_with("data:image/png;base64,iVBOR"), "{url:.40}");
    assert!(question["content"][2]["text"].as_str().unwrap().contains("# Notes"));

    let house = house.restarted().await;
    let detail = house.chat.open(chat, None).await.unwrap();
    let shown = &detail.messages[0].attachments;
    assert_eq!(shown.len(), 3);
    assert!(shown[0].preview.as_deref().unwrap().starts_with("data:image/jpeg;base64,"));
    assert!(shown[1].preview.is_none());
    // They go along with the next question, too.
    house.sim.on("POST", CHAT, Reply::answer("Again."));
    let sent = send(&house, chat, "And now?", Vec::new()).await.unwrap();
    house.ended(sent.answer.id).await;
    assert_eq!(kinds(&asked(&house)[0]), ["image_url", "file", "text", "text"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_model_without_eyes_is_asked_nothing_until_the_picture_is_left_out() {
    let house = House::new().await;
    let chat = chat_with(&house, "demo-flash").await;
    let files = attach(&house, chat, &[("photo.png", noise(40, 30))]).await;
    let draft = house.chat.draft(DraftPlace::end_of(chat), Some("demo-flash"), None).await.unwrap();
    let card = draft.card.expect("said while the message is being written");
    assert_eq!(card.code, "unsupported_feature");
    assert_eq!(actions(&card), [Action::ChooseModel, Action::SendWithout]);
    let able = house.chat.draft(DraftPlace::end_of(chat), Some("demo-vision"), None).await.unwrap();
    assert!(able.card.is_none());
    let refused = send(&house, chat, "What is this?", files.clone()).await.unwrap_err();
    assert_eq!(refused.code, "unsupported_feature");
    assert_eq!(house.sim.posts(), 0);
    assert!(house.chat.open(chat, None).await.unwrap().messages.is_empty(), "not saved as sent");

    house.chat.outgoing.leave_out_media(DraftPlace::end_of(chat), None, Some("demo-flash")).await.unwrap();
    house.sim.on("POST", CHAT, Reply::answer("I cannot know."));
    let sent = send(&house, chat, "What is this?", files).await.unwrap();
    house.ended(sent.answer.id).await;
    assert_eq!(house.sim.posts(), 1);
    assert_eq!(asked(&house)[0]["content"], "What is this?");
    assert!(sent.question.attachments[0].left_out, "kept, and shown as not sent");
}

#[tokio::test(flavor = "multi_thread")]
async fn too_large_for_poe_is_named_made_smaller_and_sent_once() {
    let house = House::new().await;
    let chat = chat_with(&house, "demo-vision").await;
    let files = attach(&house, chat, &[("small.png", noise(20, 20)), ("photo.png", noise(900, 700))]).await;
    let edge = "<html><head><title>413 Request Entity Too Large</title></head></html>";
    house.sim.on("POST", CHAT, Reply::html(413, edge));
    let sent = send(&house, chat, "What is this?", files.clone()).await.unwrap();
    let failed = house.ended(sent.answer.id).await;
    let card = failed.status.card.unwrap();
    assert_eq!(card.code, "attachment_too_large");
    assert!(card.what.contains("photo.png"), "{}", card.what);
    assert_eq!(actions(&card), [Action::ShrinkImage, Action::RemoveAttachment]);
    assert_eq!(card.actions[0].value.as_deref(), Some(files[1].to_string().as_str()));

    let before = house.library.attachment(files[1]).await.unwrap().size;
    let smaller = house.chat.outgoing.shrink_attachment(files[1]).await.unwrap();
    assert!(smaller.size <= before / 4 * 3 && smaller.mime == "image/jpeg");
    house.sim.on("POST", CHAT, Reply::answer("Noise."));
    house.chat.resend(sent.answer.id, ResendChange::default()).await.unwrap();
    assert_eq!(house.ended(sent.answer.id).await.status.state, MessageState::Done);
    assert_eq!(house.sim.posts(), 2);
    let url = asked(&house)[0]["content"][1]["image_url"]["url"].clone();
    assert!(url.as_str().unwrap().starts_with("data:image/jpeg"));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_earlier_file_that_poisons_every_later_turn_is_named_and_left_out() {
    let house = House::new().await;
    let chat = chat_with(&house, "demo-vision").await;
    let large = || [b"%PDF-1.7".as_slice(), &vec![b' '; 14 << 20]].concat();
    let first = attach(&house, chat, &[("first.pdf", large())]).await;
    house.sim.on("POST", CHAT, Reply::answer("Blank."));
    let sent = send(&house, chat, "First", first.clone()).await.unwrap();
    house.ended(sent.answer.id).await;
    let second = attach(&house, chat, &[("second.pdf", large()[..12 << 20].to_vec())]).await;
    let card = send(&house, chat, "Second", second.clone()).await.unwrap_err();
    assert_eq!(card.code, "attachment_too_large");
    assert!(card.what.contains("first.pdf") && card.what.contains("earlier message"), "{}", card.what);
    assert_eq!(actions(&card), [Action::RemoveAttachment], "a PDF cannot be made smaller");
    assert_eq!(house.sim.posts(), 1);

    house.chat.outgoing.remove_attachment(first[0]).await.unwrap();
    house.sim.on("POST", CHAT, Reply::answer("Blank, too."));
    let sent = send(&house, chat, "Second", second).await.unwrap();
    house.ended(sent.answer.id).await;
    assert_eq!(asked(&house)[0]["content"], "First");
    let detail = house.chat.open(chat, None).await.unwrap();
    assert!(detail.messages[0].attachments[0].left_out);
    let back = house.chat.outgoing.include_attachment(first[0], true).await.unwrap();
    assert!(!back.left_out);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_edited_question_keeps_its_files_and_takes_more() {
    let house = House::new().await;
    let chat = chat_with(&house, "demo-vision").await;
    let files = [("photo.png", noise(40, 30)), ("notes.md", b"# Notes".to_vec())];
    let files = attach(&house, chat, &files).await;
    house.sim.on("POST", CHAT, Reply::answer("A cat."));
    let first = send(&house, chat, "What is it?", files.clone()).await.unwrap();
    house.ended(first.answer.id).await;
    house.chat.outgoing.include_attachment(files[1], false).await.unwrap();

    let more = attach(&house, chat, &[("paper.pdf", b"%PDF-1.7 ...".to_vec())]).await;
    house.sim.on("POST", CHAT, Reply::answer("A dog."));
    let old = Some(first.question.id);
    let edited = house.chat.send_with(chat, "What is it really?", old, more).await;
    let edited = edited.unwrap();
    house.ended(edited.answer.id).await;
    let question = asked(&house).pop().unwrap();
    assert_eq!(asked(&house).len(), 1, "in the place of the old one");
    assert_eq!(kinds(&question), ["file", "image_url", "text"]);
    let shown = |detail: Vec<telltale::events::AttachmentView>| -> Vec<(String, bool)> {
        detail.into_iter().map(|it| (it.name, it.left_out)).collect()
    };
    let kept = [("paper.pdf", false), ("photo.png", false), ("notes.md", true)];
    let kept = kept.map(|(name, out)| (name.to_owned(), out));
    assert_eq!(shown(edited.question.attachments), kept);

    // The old question has its own still, and what befalls one does not befall the other.
    let copy = house.chat.open(chat, None).await.unwrap().messages[0].attachments[1].clone();
    assert_ne!(copy.id, files[0]);
    assert!(copy.preview.is_some());
    house.chat.outgoing.include_attachment(copy.id, false).await.unwrap();
    let detail = house.chat.choose(first.question.id).await.unwrap();
    assert_eq!(shown(detail.messages[0].attachments.clone()), kept[1..]);
}

#[tokio::test(flavor = "multi_thread")]
async fn hostile_files_are_refused_by_name_and_nothing_else_is_lost() {
    let house = House::new().await;
    let chat = chat_with(&house, "demo-vision").await;
    attach(&house, chat, &[("kept.txt", b"kept".to_vec())]).await;
    let check = async |name: &str, bytes: Result<Vec<u8>, FileProblem>, title: &str| {
        let card =
            house.chat.outgoing.add_attachment(DraftPlace::end_of(chat), name, bytes).await.unwrap_err();
        let card = house.cards.card(card);
        assert_eq!(
            (card.code.as_str(), card.title.as_str(), card.field.as_deref()),
            ("invalid_input", title, Some("message")),
            "{name}"
        );
        assert!(card.what.contains(name), "{}", card.what);
    };
    let png = noise(60, 60);
    check("empty.png", Ok(Vec::new()), "This file is empty").await;
    check("half.png", Ok(png[..png.len() / 2].to_vec()), "This image is damaged").await;
    check(
        "drawing.svg",
        Ok(b"<svg xmlns='http://www.w3.org/2000/svg'/>".to_vec()),
        "This file type isn’t supported",
    )
    .await;
    check("program.exe", Ok(b"MZ\x90\0".to_vec()), "This file type isn’t supported").await;
    check("Pictures", Err(FileProblem::Folder), "Folders can’t be attached").await;
    check("gone.png", Err(FileProblem::Unreadable), "This file couldn’t be read").await;
    check("film.png", Ok(vec![0; (64 << 20) + 1]), "This file is too large").await;
    let draft = house.chat.draft(DraftPlace::end_of(chat), None, None).await.unwrap();
    assert_eq!(draft.attachments.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_alone_is_a_message_and_one_that_is_left_out_is_none() {
    let house = House::new().await;
    let chat = chat_with(&house, "demo-vision").await;
    let files = attach(&house, chat, &[("photo.png", noise(40, 30))]).await;
    house.sim.on("POST", CHAT, Reply::answer("A photo."));
    let first = send(&house, chat, "What is this?", files).await.unwrap();
    house.ended(first.answer.id).await;

    // Edited to nothing but its file.
    house.sim.on("POST", CHAT, Reply::answer("Still a photo."));
    let question = first.question.id;
    let edited = house.chat.send_with(chat, " ", Some(question), Vec::new()).await.unwrap();
    assert_eq!(house.ended(edited.answer.id).await.status.state, MessageState::Done);
    assert_eq!(kinds(&asked(&house)[0]), ["image_url"]);

    // Without it nothing is left to send.
    let file = edited.question.attachments[0].id;
    house.chat.outgoing.include_attachment(file, false).await.unwrap();
    let refused = house.chat.send_with(chat, "", Some(edited.question.id), Vec::new()).await.unwrap_err();
    let refused = house.cards.card(refused);
    assert_eq!((refused.code.as_str(), refused.field.as_deref()), ("invalid_input", Some("message")));
    let left_out = attach(&house, chat, &[("other.png", noise(40, 30))]).await;
    house.chat.outgoing.include_attachment(left_out[0], false).await.unwrap();
    send(&house, chat, "", left_out).await.unwrap_err();
    assert_eq!(house.sim.posts(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chat_that_goes_on_from_a_summary_brings_its_question_s_files_and_counts_the_others() {
    let house = House::new().await;
    let old = chat_with(&house, "demo-vision").await;
    for (name, answer) in [("first.png", "A photo."), ("second.png", "Another.")] {
        let files = attach(&house, old, &[(name, noise(40, 30))]).await;
        house.sim.on("POST", CHAT, Reply::answer(answer));
        let sent = send(&house, old, "What is this?", files).await.unwrap();
        house.ended(sent.answer.id).await;
    }
    let detail = house.chat.open(old, None).await.unwrap();
    assert_eq!(detail.files_behind, 0);
    let last = detail.messages.last().unwrap().id;

    house.sim.on("POST", CHAT, Reply::answer("About photos."));
    house.sim.on("POST", CHAT, Reply::answer("Another, still."));
    let started = house.chat.summarize_and_start(last).await.unwrap();
    assert_eq!(started.sent.question.attachments[0].name, "second.png");
    let end = house.ended(started.sent.answer.id).await;
    assert_eq!(end.status.state, MessageState::Done);
    assert_eq!(kinds(asked(&house).last().unwrap()), ["image_url", "text"]);
    let new = house.chat.open(started.conversation.id, None).await.unwrap();
    assert_eq!(new.files_behind, 1, "the first one stays");
    house.chat.delete(old).await.unwrap();
    let new = house.chat.open(started.conversation.id, None).await.unwrap();
    assert_eq!(new.files_behind, 0);
    assert_eq!(new.messages[0].attachments.len(), 1, "its own stays with it");
}

/// What a file adds is known before it is sent, and of a PDF how many pages it has.
#[tokio::test(flavor = "multi_thread")]
async fn pages_and_points_are_told_before() {
    let house = House::new().await;
    house.balance.refresh().await;
    house.models.refresh().await;
    let chat = chat_with(&house, "demo-vision").await;
    let pdf = format!("%PDF-1.4 {}", "<</Type /Page>> ".repeat(3)).into_bytes();
    let packed = format!("%PDF-1.7 <</Type/ObjStm>>{}", "x".repeat(60_000)).into_bytes();
    let text = "A page of words. ".repeat(400).into_bytes();
    let ids = attach(
        &house,
        chat,
        &[("three.pdf", pdf), ("packed.pdf", packed), ("a.txt", text), ("b.png", noise(8, 8))],
    )
    .await;
    house.chat.outgoing.include_attachment(ids[3], false).await.unwrap();
    let told =
        async |model| house.chat.draft(DraftPlace::end_of(chat), model, None).await.unwrap().attachments;
    let files = told(Some("demo-vision")).await;
    assert_eq!(
        files.iter().map(|file| file.pages).collect::<Vec<_>>(),
        [Some([3, 3]), Some([1, 40]), None, None]
    );
    let points: Vec<_> = files.iter().map(|file| file.points.map(|it| (it.low, it.high))).collect();
    let [Some(three), Some(packed), Some(text), None] = points[..] else { panic!("{points:?}") };
    assert!(0 < three.0 && three.0 < three.1 && packed.0 < three.0 && three.1 < packed.1, "{points:?}");
    assert!(0 < text.0 && text.1 < three.1, "{points:?}");
    // Of a model that is not known nothing is told but the pages.
    let unknown = told(Some("nobody-knows")).await;
    assert_eq!(unknown.iter().map(|file| file.points).collect::<Vec<_>>(), [None; 4]);
    assert_eq!(unknown[0].pages, Some([3, 3]));
}
