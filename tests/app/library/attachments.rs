//! Files of messages: kept with them, found again, gone with their chat.

use super::{NOW, conversation, folder, open};
use telltale::library::{Attachment, DraftPlace, Library, LibraryError, NewAttachment};

async fn add(library: &Library, conversation: Option<i64>, name: &str, bytes: &[u8]) -> Attachment {
    let new = NewAttachment {
        place: DraftPlace { conversation_id: conversation, instead_of: None }.into(),
        name: name.to_owned(),
        mime: "image/png".to_owned(),
        preview: Some(vec![1, 2, 3]),
        bytes: bytes.to_vec(),
    };
    library.add_attachment(new, NOW).await.unwrap()
}

fn names(attachments: &[Attachment]) -> Vec<&str> {
    attachments.iter().map(|it| it.name.as_str()).collect()
}

#[tokio::test]
async fn a_draft_keeps_its_files_until_they_are_sent_with_it() {
    let (_folder, path) = folder();
    let library = open(&path);
    let chat = conversation(&library).await.id;
    let first = add(&library, None, "first.png", b"first bytes").await;
    let second = add(&library, Some(chat), "second.png", b"second").await;
    let unwanted = add(&library, None, "unwanted.png", b"x").await;
    assert_eq!((first.size, first.left_out), (11, false));
    library.remove_attachment(unwanted.id).await.unwrap();
    drop(library);

    let library = open(&path);
    assert_eq!(names(&library.draft_attachments(DraftPlace::new_chat()).await.unwrap()), ["first.png"]);
    assert_eq!(names(&library.draft_attachments(DraftPlace::end_of(chat)).await.unwrap()), ["second.png"]);
    library.claim_attachments(vec![first.id], chat).await.unwrap();
    let draft = library.draft_attachments(DraftPlace::end_of(chat)).await.unwrap();
    assert_eq!(names(&draft), ["first.png", "second.png"]);
    let (question, _) = library.add_turn_with(chat, "", vec![first.id, second.id], "m", 1).await.unwrap();
    assert!(library.draft_attachments(DraftPlace::end_of(chat)).await.unwrap().is_empty());
    let title = library.conversation(chat).await.unwrap().title;
    assert_eq!(title, "first.png", "a question without words is named by its file");
    drop(library);

    let library = open(&path);
    let sent = library.attachments(chat).await.unwrap();
    assert_eq!(names(&sent), ["first.png", "second.png"]);
    assert!(sent.iter().all(|it| it.message_id == Some(question.id)));
    assert_eq!(library.attachment_bytes(first.id).await.unwrap(), b"first bytes");
}

#[tokio::test]
async fn one_that_was_sent_stays_and_is_left_out() {
    let (_folder, path) = folder();
    let library = open(&path);
    let chat = conversation(&library).await.id;
    let file = add(&library, Some(chat), "a.png", b"large").await;
    library.add_turn_with(chat, "q", vec![file.id], "m", 1).await.unwrap();
    library.remove_attachment(file.id).await.unwrap();
    let sent = library.attachments(chat).await.unwrap();
    assert!(sent[0].left_out && names(&sent) == ["a.png"]);
    library.leave_out_attachment(file.id, false).await.unwrap();
    assert!(!library.attachment(file.id).await.unwrap().left_out);
    let smaller = library.replace_attachment(file.id, "image/jpeg", b"s".to_vec()).await.unwrap();
    assert_eq!((smaller.mime.as_str(), smaller.size), ("image/jpeg", 1));
    // It is sent once: another message cannot take it.
    let again = library.add_turn_with(chat, "q", vec![file.id], "m", 1).await;
    assert_eq!(again, Err(LibraryError::Missing(file.id)));
    assert_eq!(library.messages(chat).await.unwrap().len(), 2, "all or nothing");
}

#[tokio::test]
async fn files_go_with_their_chat() {
    let (_folder, path) = folder();
    let library = open(&path);
    let chat = conversation(&library).await.id;
    let sent = add(&library, Some(chat), "sent.png", b"x").await;
    library.add_turn_with(chat, "q", vec![sent.id], "m", 1).await.unwrap();
    let draft = add(&library, Some(chat), "draft.png", b"x").await;
    let elsewhere = add(&library, None, "new.png", b"x").await;
    library.delete_conversation(chat).await.unwrap();
    for gone in [sent.id, draft.id] {
        assert_eq!(library.attachment_bytes(gone).await, Err(LibraryError::Missing(gone)));
    }
    assert!(library.attachment(elsewhere.id).await.is_ok());
    for missing in [sent.id, 99] {
        let error = Err(LibraryError::Missing(missing));
        assert_eq!(library.remove_attachment(missing).await, error);
        assert_eq!(library.claim_attachments(vec![missing], 1).await, error);
    }
}
