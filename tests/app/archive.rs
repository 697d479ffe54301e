//! Chats that go out: each form tells what it should, the key is in none, and a file is whole or not there.

use crate::house::{House, KEY};
use poe::sim::Reply;
use serde_json::Value;
use std::path::Path;
use telltale::archive::ArchiveError;
use telltale::events::{ConversationChange, ExportFormat};
use telltale::library::{DraftPlace, End, Evidence, MessageState, NewAttachment};

const CHAT: &str = "/v1/chat/completions";

async fn export(house: &House, chats: Option<Vec<i64>>, format: ExportFormat, file: &Path) -> String {
    let written = house.archive.export(chats, format, file.to_owned()).await.unwrap();
    assert_eq!(Some(written.file.as_str()), file.file_name().and_then(|name| name.to_str()));
    std::fs::read_to_string(file).unwrap()
}

/// Two chats: one with a file, a second version of its answer and hostile words, and one of a question with a key in it.
async fn furnished() -> (House, i64) {
    let house = House::new().await;
    house.sim.on("POST", CHAT, Reply::answer("The *first* answer."));
    let (chat, answer) = house.ask("Draft <script>alert(1)</script>").await;
    house.ended(answer).await;
    let draft = DraftPlace::end_of(chat);
    let file = NewAttachment {
        place: draft.into(),
        name: "tide <b>.png".to_owned(),
        mime: "image/png".to_owned(),
        preview: None,
        bytes: b"\x89PNG\r\n\x1a\nrest".to_vec(),
    };
    let file = house.library.add_attachment(file, 1).await.unwrap();
    let math = "A table:\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n$x^2$ ![p](https://pictures.example/a.png) <img src=x onerror=alert(2)>";
    house.sim.on("POST", CHAT, Reply::answer(math));
    let change =
        ConversationChange { model: Some("demo-vision".to_owned()), ..ConversationChange::default() };
    house.chat.change(chat, change).await.unwrap();
    let sent = house.chat.send_with(chat, "And now?", None, vec![file.id]).await.unwrap();
    house.ended(sent.answer.id).await;
    let again = house.library.add_answer(sent.question.id, "demo-flash", None, 5).await.unwrap();
    let end = End {
        state: MessageState::Done,
        finish: None,
        incident: None,
        sent_at: None,
        first_text_at: None,
        ended_at: 6,
        prompt_tokens: None,
        completion_tokens: None,
        text: "Another way.".to_owned(),
        reasoning: String::new(),
        evidence: Evidence::default(),
    };
    house.library.save_end(again.id, end).await.unwrap();
    house.library.choose(sent.answer.id).await.unwrap();
    let change =
        ConversationChange { title: Some(format!("Keys like {KEY}")), ..ConversationChange::default() };
    house.chat.change(chat, change).await.unwrap();
    house.sim.on("POST", CHAT, Reply::answer("Never share it."));
    let (_, answer) = house.ask(&format!("Is {KEY} my key?")).await;
    house.ended(answer).await;
    (house, chat)
}

#[tokio::test(flavor = "multi_thread")]
async fn each_form_tells_the_thread_and_none_the_key() {
    let (house, chat) = furnished().await;
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str| folder.path().join(name);

    let text = export(&house, Some(vec![chat]), ExportFormat::Markdown, &file("a.md")).await;
    assert!(text.contains("## You") && text.contains("The *first* answer."), "{text}");
    assert!(text.contains("| 1 | 2 |") && !text.contains("Another way."), "the way that is shown: {text}");
    assert_eq!(house.archive.markdown_of(chat).await.unwrap(), text);

    let page = export(&house, None, ExportFormat::Html, &file("a.html")).await;
    assert!(page.contains("default-src 'none'; img-src data:; style-src 'unsafe-inline'"));
    assert!(
        page.contains("<table>") && page.contains("<math>") && page.contains("Is [secret] my key?"),
        "{page}"
    );
    assert!(page.contains("Draft &lt;script&gt;") && page.contains("src=\"data:image/png;base64,"));
    for hostile in ["<script", "<img src=x", "<iframe", "onerror=\"", "<button", "<link", "src=\"http"] {
        assert!(!page.contains(hostile), "{hostile}");
    }
    assert_eq!(page.matches("<section>").count(), 2);

    let plain = export(&house, None, ExportFormat::Text, &file("a.txt")).await;
    assert!(plain.contains("You · ") && plain.contains("Never share it."));

    let json = export(&house, None, ExportFormat::Json, &file("a.json")).await;
    let archive: Value = serde_json::from_str(&json).unwrap();
    assert_eq!(
        (archive["format"].as_str(), archive["version"].as_i64()),
        (Some("telltale-archive"), Some(1))
    );
    let chats = archive["chats"].as_array().unwrap();
    assert_eq!(chats.len(), 2);
    let told = chats.iter().find(|it| it["messages"].as_array().unwrap().len() == 5).expect("all branches");
    let named = told["messages"][2]["files"][0]["id"].as_i64().unwrap();
    let bytes = archive["files"].as_array().unwrap().iter().find(|it| it["id"] == named).unwrap();
    assert_eq!(bytes["bytes"], "iVBORw0KGgpyZXN0");
    for (form, text) in [("md", text), ("html", page), ("txt", plain), ("json", json)] {
        let secret = &KEY["sk-poe-".len()..];
        let piece = (0..=secret.len() - 8).find(|at| text.contains(&secret[*at..at + 8]));
        assert_eq!(piece, None, "{form} holds a piece of the key");
    }
    let names: Vec<_> =
        std::fs::read_dir(folder.path()).unwrap().flatten().map(|it| it.file_name()).collect();
    assert_eq!(names.len(), 4, "nothing is left beside: {names:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_is_whole_or_not_there_and_a_printed_page_goes() {
    let (house, chat) = furnished().await;
    let folder = tempfile::tempdir().unwrap();
    let nowhere = folder.path().join("gone").join("a.json");
    let refused = house.archive.export(None, ExportFormat::Json, nowhere).await;
    assert!(matches!(refused, Err(ArchiveError::Write(_))), "{refused:?}");

    // A press while it is written: what stood there stays.
    let file = folder.path().join("a.json");
    std::fs::write(&file, "before").unwrap();
    let (archive, there) = (house.archive.clone(), file.clone());
    let many = vec![chat; 20_000];
    let written = tokio::spawn(async move { archive.export(Some(many), ExportFormat::Json, there).await });
    house.until_told("\"act\":\"export\"").await;
    house.archive.cancel();
    let cancelled = written.await.unwrap();
    assert!(matches!(cancelled, Err(ArchiveError::Cancelled)), "{cancelled:?}");
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "before");
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);

    let page = house.archive.print(chat).await.unwrap();
    assert!(std::fs::read_to_string(&page).unwrap().contains("@media print"));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = |path: &Path| path.metadata().unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(&page), mode(page.parent().unwrap())), (0o600, 0o700));
    }
    house.archive.remove_printed();
    assert!(!page.exists());
}
