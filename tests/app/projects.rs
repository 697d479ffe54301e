//! Files of a project: they go with each request of its chats, are counted before it leaves, and come and go with the project.

use crate::house::House;
use image::{DynamicImage, ImageFormat, RgbImage};
use poe::sim::Reply;
use serde_json::{Value, json};
use std::io::Cursor;
use telltale::chat::BeginsIn;
use telltale::events::{
    Action, ConversationChange, ExportFormat, MessageState, Organize, Parameters, ProjectChange, Started,
};
use telltale::library::DraftPlace;

const CHAT: &str = "/v1/chat/completions";
const MESSAGES: &str = "/v1/messages";

/// A project with a text of so many words.
async fn project(house: &House, words: usize) -> i64 {
    let project = house.chat.create_project("Harbor", "blue".to_owned()).await.unwrap();
    let text = "tide ".repeat(words).into_bytes();
    house.chat.add_project_file(project.id, "tides.txt", Ok(text)).await.unwrap();
    project.id
}

async fn begin(house: &House, model: &str, project: i64, text: &str) -> Started {
    let begun = house.chat.begin_conversation(
        model,
        Parameters::default(),
        text.to_owned(),
        Vec::new(),
        BeginsIn { project: Some(project), ..BeginsIn::default() },
    );
    begun.await.unwrap_or_else(|refusal| panic!("{:?}", house.cards.card(refusal)))
}

async fn ask(house: &House, chat: i64, text: &str) {
    house.sim.on("POST", CHAT, Reply::answer("Yes."));
    let sent = house.chat.send(chat, text, None).await.unwrap();
    assert_eq!(house.ended(sent.answer.id).await.status.state, MessageState::Done);
}

/// The messages of the last request.
fn asked(house: &House) -> Vec<Value> {
    let mut posts = house.sim.requests().into_iter().filter(|it| it.method == "POST");
    let last = posts.rfind(|it| it.path == CHAT || it.path == MESSAGES).unwrap();
    let body: Value = serde_json::from_slice(&last.body).unwrap();
    body["messages"].as_array().unwrap().clone()
}

fn picture() -> Vec<u8> {
    let picture: DynamicImage = RgbImage::from_pixel(40, 30, image::Rgb([20, 90, 160])).into();
    let mut bytes = Cursor::new(Vec::new());
    picture.write_to(&mut bytes, ImageFormat::Png).unwrap();
    bytes.into_inner()
}

#[tokio::test(flavor = "multi_thread")]
async fn they_stand_before_the_first_question_of_every_request() {
    let house = House::new().await;
    let project = project(&house, 3).await;
    house.sim.on("POST", CHAT, Reply::answer("At noon."));
    let begun = begin(&house, "demo-flash", project, "When is high water?").await;
    house.ended(begun.sent.answer.id).await;
    let file = json!({"type": "text", "text": "<file name=\"tides.txt\">\ntide tide tide \n</file>"});
    let first = json!([file, {"type": "text", "text": "When is high water?"}]);
    assert_eq!(asked(&house)[0]["content"], first);
    assert!(begun.sent.question.attachments.is_empty(), "it is the project's, not the message's");

    // The same beginning each time, and once only.
    let chat = begun.conversation.id;
    ask(&house, chat, "And low water?").await;
    let messages = asked(&house);
    assert_eq!((&messages[0]["content"], messages[2]["content"].as_str()), (&first, Some("And low water?")));

    // What came in between goes with the next one, what is not sent any more with none.
    let more = house.chat.add_project_file(project, "b.txt", Ok(b"moon".to_vec())).await.unwrap();
    ask(&house, chat, "And now?").await;
    assert_eq!(asked(&house)[0]["content"].as_array().unwrap().len(), 3);
    house.chat.include_attachment(more.id, false).await.unwrap();
    ask(&house, chat, "Without it?").await;
    assert_eq!(asked(&house)[0]["content"], first);

    // A duplicate stays in the project; a chat elsewhere goes without.
    let copy = house.chat.duplicate(chat, "Copy".to_owned()).await.unwrap();
    ask(&house, copy.id, "The same?").await;
    assert_eq!(asked(&house)[0]["content"], first);
    house.chat.organize(vec![chat], Organize::Project { id: None }).await.unwrap();
    ask(&house, chat, "And alone?").await;
    assert_eq!(asked(&house)[0]["content"], "When is high water?");

    house.chat.delete_project(project).await.unwrap();
    ask(&house, copy.id, "After that?").await;
    assert_eq!(asked(&house)[0]["content"], "When is high water?");
    let file = rusqlite::Connection::open(house.file()).unwrap();
    let left: i64 = file.query_row("SELECT count(*) FROM attachments", [], |row| row.get(0)).unwrap();
    assert_eq!(left, 0, "they went with it");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_host_that_keeps_what_it_read_keeps_them() {
    let house = House::new().await;
    house.sim.set_balance(1_000_000);
    house.balance.refresh().await;
    let project = project(&house, 2_000).await;
    let begun = begin(&house, "demo-claude", project, "When is high water?").await;
    house.ended(begun.sent.answer.id).await;
    let chat = begun.conversation.id;
    for question in ["And low water?", "And at night?"] {
        let sent = house.chat.send(chat, question, None).await.unwrap();
        house.ended(sent.answer.id).await;
    }
    let file = rusqlite::Connection::open(house.file()).unwrap();
    let read = "SELECT cache_read FROM calls ORDER BY id DESC LIMIT 1";
    let read: Option<i64> = file.query_row(read, [], |row| row.get(0)).unwrap();
    assert!(read > Some(2_000), "{read:?}");
    // The price before says so, too: what is warm is found by the same places.
    let none = Parameters::default();
    let context =
        house.chat.outgoing.draft_context(Some(chat), None, "demo-claude", &none, None).await.unwrap();
    let cache = context.cache.unwrap();
    assert!(cache.warm > 2_000 && cache.lost.is_none(), "{cache:?}");
    let cost = house.chat.outgoing.standing_cost(project, "demo-claude").await.unwrap();
    let (cold, warm) = (cost.points.unwrap(), cost.warm.unwrap());
    assert!(warm.high * 5 < cold.low, "{cost:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn they_count_in_the_price_before_and_in_what_each_turn_costs() {
    let house = House::new().await;
    house.sim.set_balance(48_000);
    house.balance.refresh().await;
    let project = project(&house, 4_000).await;
    let none = Parameters::default();
    let context = async |project| {
        house.chat.outgoing.draft_context(None, None, "demo-dear", &none, project).await.unwrap()
    };
    let (with, without) = (context(Some(project)).await, context(None).await);
    assert!(with.text.tokens() > without.text.tokens() + 4_000, "{with:?} {without:?}");

    let standing = async || house.chat.outgoing.standing_cost(project, "demo-dear").await.unwrap();
    let files = standing().await;
    assert_eq!((files.system, files.count, files.uncounted, files.warm), (0, 1, 0, None));
    let points = files.points.unwrap();
    assert!(files.files > 4_000 && points.low > 0, "{files:?}");

    // It follows the system prompt and the files.
    let parameters = Parameters { system: Some("Be brief. ".repeat(400)), ..Parameters::default() };
    let change = ProjectChange { parameters: Some(parameters), ..ProjectChange::default() };
    house.chat.change_project(project, change).await.unwrap();
    let both = standing().await;
    assert!(both.system > 800 && both.points.unwrap().middle() > points.middle(), "{both:?}");
    let file = house.chat.project_files(project).await.unwrap().files[0].id;
    house.chat.delete_project_file(file).await.unwrap();
    let prompt = standing().await;
    assert_eq!((prompt.files, prompt.count), (0, 0));
    assert!(prompt.points.unwrap().middle() < points.middle(), "{prompt:?}");
    // Where each message costs the same, it adds nothing.
    let fixed = house.chat.outgoing.standing_cost(project, "demo-image").await.unwrap();
    assert_eq!(fixed.points.map(|it| (it.low, it.high)), Some((0, 0)));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_model_can_t_take_is_said_before_anything_goes_out() {
    let house = House::new().await;
    let project = project(&house, 3).await;
    let photo = house.chat.add_project_file(project, "map.png", Ok(picture())).await.unwrap();
    assert!(photo.preview.is_some());
    let draft = async |model: &str, project| {
        house.chat.draft(DraftPlace::new_chat(), Some(model), project).await.unwrap().card
    };
    let card = draft("demo-flash", Some(project)).await.expect("said while the first message is written");
    assert_eq!(card.code, "unsupported_feature");
    assert!(draft("demo-flash", None).await.is_none());
    assert!(draft("demo-vision", Some(project)).await.is_none());
    // Also in a chat that has no files of its own.
    let chat = begin(&house, "demo-vision", project, "What is this?").await.conversation.id;
    let next = DraftPlace { conversation_id: Some(chat), instead_of: None };
    let card = house.chat.draft(next, Some("demo-flash"), None).await.unwrap().card;
    assert_eq!(card.expect("said before the next message").code, "unsupported_feature");
    assert!(house.chat.draft(next, Some("demo-vision"), None).await.unwrap().card.is_none());

    // Pictures are left out of the project from then on, and stay in it.
    house.chat.leave_out_media(DraftPlace::new_chat(), Some(project), Some("demo-flash")).await.unwrap();
    assert!(draft("demo-flash", Some(project)).await.is_none());
    let files = house.chat.project_files(project).await.unwrap().files;
    assert_eq!(files.iter().map(|it| it.left_out).collect::<Vec<_>>(), [false, true]);
    let view = &house.chat.projects().await.unwrap()[0];
    assert_eq!((view.files, view.file_bytes), (1, 15));

    // Too large together: the largest is named, and stays in the project when it is sent no more.
    for name in ["one.pdf", "two.pdf"] {
        let pages = [b"%PDF-1.7".as_slice(), &vec![b' '; 14 << 20]].concat();
        house.chat.add_project_file(project, name, Ok(pages)).await.unwrap();
    }
    let card = draft("demo-vision", Some(project)).await.expect("too large");
    assert!(card.what.contains("It’s a file of this project"), "{}", card.what);
    let stop = card.actions.last().unwrap();
    assert_eq!((stop.action, stop.label.as_str()), (Action::RemoveAttachment, "Stop sending it"));
    house.chat.remove_attachment(stop.value.as_ref().unwrap().parse().unwrap()).await.unwrap();
    assert!(draft("demo-vision", Some(project)).await.is_none());
    assert_eq!(house.chat.project_files(project).await.unwrap().files.len(), 4);

    // A file that is none is refused by name.
    let refused = house.chat.add_project_file(project, "x.exe", Ok(b"MZ\x90\0".to_vec())).await.unwrap_err();
    assert!(house.cards.card(refused).what.contains("x.exe"));
    house.chat.add_project_file(99, "x.txt", Ok(b"x".to_vec())).await.unwrap_err();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_archive_brings_them_along() {
    let house = House::new().await;
    let project = project(&house, 3).await;
    let left_out = house.chat.add_project_file(project, "map.png", Ok(picture())).await.unwrap();
    house.chat.include_attachment(left_out.id, false).await.unwrap();
    house.sim.on("POST", CHAT, Reply::answer("At noon."));
    let begun = begin(&house, "demo-flash", project, "When is high water?").await;
    house.ended(begun.sent.answer.id).await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a.json");
    house.archive.export(None, ExportFormat::Json, file.clone()).await.unwrap();

    let other = House::new().await;
    other.import.look(vec![file]).await.unwrap().unwrap();
    other.import.accept().await.unwrap().unwrap();
    let brought = &other.chat.projects().await.unwrap()[0];
    let files = other.chat.project_files(brought.id).await.unwrap().files;
    let told: Vec<_> = files.iter().map(|it| (it.name.as_str(), it.mime.as_str(), it.left_out)).collect();
    assert_eq!(told, [("tides.txt", "text/plain", false), ("map.png", "image/png", true)]);
    let chat = other.chat.conversation_list().await.unwrap().rows[0].clone();
    assert_eq!(chat.project_id, Some(brought.id));
    let change = ConversationChange { model: Some("demo-flash".to_owned()), ..ConversationChange::default() };
    other.chat.change(chat.id, change).await.unwrap();
    ask(&other, chat.id, "And here?").await;
    assert!(asked(&other)[0]["content"][0]["text"].as_str().unwrap().contains("tide tide tide"));
}
