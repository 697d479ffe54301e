//! What is done with one message: asked for shorter or longer for once, changed in its place, deleted and put back, and the chat that
//! begins with what leads to it.

use crate::house::House;
use crate::turn::{CHAT, bodies};
use poe::sim::Reply;
use serde_json::Value;
use telltale::events::{
    AnswerLength, ConversationMark, Deleted, DraftChange, ListOf, MessageState, MessageView, ResendChange,
};
use telltale::library::{DraftPlace, NewAttachment, Search};

/// The texts of a request's messages.
fn said(body: &Value) -> Vec<String> {
    let messages = body["messages"].as_array().unwrap().iter();
    messages.map(|message| message["content"].as_str().unwrap_or_default().to_owned()).collect()
}

async fn text(house: &House, id: i64) -> String {
    house.library.message(id).await.unwrap().text
}

/// A chat with these questions, each answered; the ids of all its messages.
async fn chat(house: &House, turns: &[(&str, &str)]) -> (i64, Vec<i64>) {
    let id = house.chat.create("demo-flash".into(), Default::default()).await.unwrap().id;
    for (question, answer) in turns {
        ask(house, id, question, answer).await;
    }
    (id, house.library.messages(id).await.unwrap().iter().map(|row| row.id).collect())
}

async fn ask(house: &House, chat: i64, question: &str, answer: &str) -> i64 {
    house.sim.on("POST", CHAT, Reply::answer(answer));
    let sent = house.chat.send(chat, question, None).await.unwrap();
    assert_eq!(house.ended(sent.answer.id).await.status.state, MessageState::Done);
    sent.answer.id
}

async fn shown(house: &House, chat: i64) -> Vec<MessageView> {
    house.chat.open(chat, None).await.unwrap().messages
}

async fn found(house: &House, words: &str) -> usize {
    house.library.catch_up(true, &|_| ()).await.unwrap();
    let search = Search { text: words.to_owned(), most: 20, ..Search::default() };
    house.library.search(search).await.unwrap().hits.len()
}

fn at(length: AnswerLength) -> ResendChange {
    ResendChange { length: Some(length), ..ResendChange::default() }
}

const TWO: [(&str, &str); 2] = [("Why thimbles?", "For marmalade."), ("And spoons?", "For soup.")];

#[tokio::test(flavor = "multi_thread")]
async fn a_shorter_answer_is_asked_for_once_and_nothing_in_the_chat_says_so() {
    let house = House::new().await;
    house.balance.refresh().await;
    let (id, ids) = chat(&house, &[("Why is the sky blue?", &"Blue light scatters. ".repeat(40))]).await;
    let cost = house.chat.outgoing.retry_cost(ids[1]).await.unwrap();
    let (shorter, longer) = (cost.shorter.unwrap(), cost.longer.unwrap());
    assert!(shorter.high < longer.low, "{cost:?}");

    house.sim.on("POST", CHAT, Reply::answer("It scatters."));
    let short = house.chat.resend(ids[1], at(AnswerLength::Shorter)).await.unwrap();
    assert_eq!(short.branch.as_ref().map(|it| (it.number, it.of)), Some((2, 2)), "beside the first");
    let ended = house.ended(short.id).await;
    assert_eq!(ended.status.words, Some(78), "its details tell what was asked for");
    assert_eq!(said(&bodies(&house.sim)[1]), ["Why is the sky blue?\n\nAnswer in about 78 words this time."]);
    let rows = house.library.messages(id).await.unwrap();
    assert_eq!(
        rows.iter().map(|row| row.text.as_str()).collect::<Vec<_>>(),
        ["Why is the sky blue?", "It scatters."]
    );

    // Neither the next question nor the next try of this one has it.
    ask(&house, id, "And red?", "Dust.").await;
    assert_eq!(said(&bodies(&house.sim)[2]), ["Why is the sky blue?", "It scatters.", "And red?"]);
    house.sim.on("POST", CHAT, Reply::answer("As usual."));
    let again = house.chat.resend(short.id, ResendChange::default()).await.unwrap();
    assert_eq!(house.ended(again.id).await.status.words, None);
    assert_eq!(said(&bodies(&house.sim)[3]), ["Why is the sky blue?"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_that_failed_is_tried_again_at_the_length_that_was_asked_for() {
    let house = House::new().await;
    let (_, ids) = chat(&house, &TWO[..1]).await;
    house.sim.on("POST", CHAT, Reply::error(402, "Insufficient points", "insufficient_quota", None));
    let long = house.chat.resend(ids[1], at(AnswerLength::Longer)).await.unwrap();
    assert_eq!(house.ended(long.id).await.status.state, MessageState::Failed);
    let house = house.restarted().await;
    house.sim.on("POST", CHAT, Reply::answer("At length."));
    house.chat.resend(long.id, ResendChange::default()).await.unwrap();
    assert_eq!(house.ended(long.id).await.status.words, Some(10));
    assert_eq!(said(&bodies(&house.sim)[2]), ["Why thimbles?\n\nAnswer in about 10 words this time."]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_and_an_answer_are_changed_in_their_places() {
    let house = House::new().await;
    let (id, ids) = chat(&house, &TWO).await;
    let posts = house.sim.posts();
    let edit = DraftPlace::instead_of(id, ids[0]);
    let begun = DraftChange { text: "Why buttons?".to_owned(), ..DraftChange::default() };
    house.chat.save_draft(edit, begun).await.unwrap();
    let file = NewAttachment {
        place: edit.into(),
        name: "buttons.txt".to_owned(),
        mime: "text/plain".to_owned(),
        preview: None,
        bytes: b"four holes".to_vec(),
    };
    let file = house.library.add_attachment(file, 5).await.unwrap().id;

    let view = house.chat.edit_message(ids[0], "Why buttons?".to_owned(), vec![file]).await.unwrap();
    assert_eq!((view.text.as_str(), view.place, view.attachments.len()), ("Why buttons?", 0, 1));
    assert!(view.status.edited_at.is_some() && view.branch.is_none(), "no new version");
    assert_eq!(house.library.draft(edit).await.unwrap(), None);
    let charge = house.library.calls_of(ids[1]).await.unwrap();
    let view = house.chat.edit_message(ids[1], "For **pudding**.".to_owned(), Vec::new()).await.unwrap();
    assert_eq!(view.blocks, ["<p>For <strong>pudding</strong>.</p>"]);
    assert_eq!(house.library.calls_of(ids[1]).await.unwrap(), charge, "what it cost stays");
    assert_eq!(house.sim.posts(), posts, "nothing was asked");

    // All that reads it follows, after a restart too.
    let house = house.restarted().await;
    let all = shown(&house, id).await;
    assert_eq!(all.len(), 4, "later messages stay");
    assert_eq!((all[0].text.as_str(), all[0].status.edited_at.is_some()), ("Why buttons?", true));
    assert_eq!(house.chat.source(ids[1]).await.unwrap(), "For **pudding**.");
    assert_eq!((found(&house, "pudding").await, found(&house, "marmalade").await), (1, 0));
    let archived = house.library.archived_chat(id).await.unwrap();
    assert_eq!(archived.messages[1].text, "For **pudding**.");
    assert!(archived.messages[1].edited_at.is_some());
    ask(&house, id, "And forks?", "For hay.").await;
    let sent = bodies(&house.sim).pop().unwrap().to_string();
    assert!(
        sent.contains("four holes") && sent.contains("For **pudding**.") && !sent.contains("marmalade"),
        "{sent}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_under_way_or_not_there_or_empty_is_not_changed() {
    let house = House::new().await;
    let (_, ids) = chat(&house, &TWO[..1]).await;
    let half = r#"{"choices":[{"index":0,"delta":{"content":"Half an answer"}}]}"#;
    house.sim.on("POST", CHAT, Reply::sse(&[half]).hang());
    let (chat, live) = house.ask("Go on for long").await;
    house.until(live, |view| !view.blocks.is_empty()).await;
    let edit = async |id, text: &str| house.chat.edit_message(id, text.to_owned(), Vec::new()).await;
    edit(live, "Mine").await.unwrap_err();
    for id in [0, -1, i64::MAX, i64::MIN] {
        edit(id, "Mine").await.unwrap_err();
        house.chat.delete_message(id).await.unwrap_err();
        house.chat.put_back_message(id).await.unwrap_err();
        house.chat.fork(id, String::new()).await.unwrap_err();
    }
    let refused = house.cards.card(edit(ids[0], " \n").await.unwrap_err());
    assert_eq!((refused.code.as_str(), refused.field.as_deref()), ("invalid_input", Some("message")));
    edit(ids[1], "").await.unwrap_err();
    // A file of somewhere else is not taken along.
    house.chat.edit_message(ids[0], "Why?".to_owned(), vec![99]).await.unwrap_err();
    assert_eq!((text(&house, ids[0]).await.as_str(), text(&house, ids[1]).await.as_str()), TWO[0]);
    assert_eq!(shown(&house, chat).await[1].status.state, MessageState::Streaming, "it goes on");

    // To delete it ends it first, with what came of it.
    house.chat.delete_message(live).await.unwrap();
    assert!(house.chat.live().is_empty());
    let back = house.chat.put_back_message(live).await.unwrap();
    assert_eq!(
        (back.status.state, back.blocks.concat()),
        (MessageState::Stopped, "<p>Half an answer</p>".to_owned())
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deleted_message_keeps_its_place_and_comes_back_after_a_restart_too() {
    let house = House::new().await;
    let (id, ids) = chat(&house, &TWO).await;
    let calls = house.library.calls_of(ids[1]).await.unwrap();
    let view = house.chat.delete_message(ids[1]).await.unwrap();
    assert_eq!((view.deleted, view.blocks.len(), view.place), (Some(Deleted::Undoable), 0, 1));
    let house = house.killed().await;
    let all = shown(&house, id).await;
    let texts: Vec<&str> = all.iter().map(|it| it.text.as_str()).collect();
    assert_eq!(
        (texts.as_slice(), all[1].deleted),
        (&["Why thimbles?", "", "And spoons?", ""][..], Some(Deleted::Undoable))
    );
    assert_eq!(all[3].blocks, ["<p>For soup.</p>"], "what follows is where it was");
    assert_eq!(house.library.calls_of(ids[1]).await.unwrap(), calls, "its receipt stays in the ledger");
    assert_eq!((found(&house, "marmalade").await, found(&house, "thimbles").await), (0, 2));
    let copied = house.chat.text_of(id, 0, 3).await.unwrap();
    assert!(!copied.contains("marmalade") && copied.contains("For soup."), "{copied}");
    let archived = serde_json::to_string(&house.library.archived_chat(id).await.unwrap()).unwrap();
    assert!(!archived.contains("marmalade"), "{archived}");

    // Neither it nor its question goes along any longer, and it is not asked for again.
    ask(&house, id, "And forks?", "For hay.").await;
    assert_eq!(said(&bodies(&house.sim)[2]), ["And spoons?", "For soup.", "And forks?"]);
    house.chat.resend(ids[1], ResendChange::default()).await.unwrap_err();
    house.chat.go_on(ids[1]).await.unwrap_err();
    house.chat.edit_message(ids[1], "Mine".to_owned(), Vec::new()).await.unwrap_err();
    house.chat.delete_message(ids[1]).await.unwrap_err();
    assert_eq!(house.sim.posts(), 3);

    let back = house.chat.put_back_message(ids[1]).await.unwrap();
    assert_eq!((back.deleted, back.blocks.concat()), (None, "<p>For marmalade.</p>".to_owned()));
    house.chat.put_back_message(ids[1]).await.unwrap_err();
    assert_eq!(found(&house, "marmalade").await, 1);
    ask(&house, id, "And knives?", "For bread.").await;
    assert_eq!(said(&bodies(&house.sim)[3]).len(), 7, "it goes along again");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deleted_question_takes_its_files_out_of_sight_and_asks_nothing_any_more() {
    let house = House::new().await;
    let id = house.chat.create("demo-flash".into(), Default::default()).await.unwrap().id;
    let file = NewAttachment {
        place: DraftPlace::end_of(id).into(),
        name: "quince.txt".to_owned(),
        mime: "text/plain".to_owned(),
        preview: None,
        bytes: b"jelly".to_vec(),
    };
    let file = house.library.add_attachment(file, 5).await.unwrap().id;
    house.sim.on("POST", CHAT, Reply::error(402, "Insufficient points", "insufficient_quota", None));
    let sent = house.chat.send_with(id, "What is this?", None, vec![file]).await.unwrap();
    house.ended(sent.answer.id).await;
    assert_eq!(found(&house, "quince.txt").await, 1);

    house.chat.delete_message(sent.question.id).await.unwrap();
    let all = shown(&house, id).await;
    assert!(all[0].attachments.is_empty() && all[0].text.is_empty(), "{:?}", all[0]);
    assert_eq!(found(&house, "quince.txt").await, 0);
    house.chat.resend(sent.answer.id, ResendChange::default()).await.unwrap_err();
    house.chat.send(id, "Once more", Some(sent.question.id)).await.unwrap_err();
    assert_eq!(house.sim.posts(), 1);
    // What failed is no longer what the list tells of the chat, once that is deleted.
    let mark = async || house.chat.conversation(id).await.unwrap().mark;
    assert_eq!(mark().await, Some(ConversationMark::NeedsYou));
    house.chat.delete_message(sent.answer.id).await.unwrap();
    assert_eq!(mark().await, None);
    assert!(shown(&house, id).await[1].status.card.is_none());

    house.chat.put_back_message(sent.question.id).await.unwrap();
    assert_eq!(shown(&house, id).await[0].attachments.len(), 1);
    assert_eq!(found(&house, "quince.txt").await, 1);
}

/// Its words are in none of the library's files once the bin is emptied; the rest of the chat is.
#[tokio::test(flavor = "multi_thread")]
async fn what_leaves_the_bin_is_gone_and_its_place_stays() {
    let house = House::new().await;
    let (id, ids) = chat(&house, &TWO).await;
    house.chat.delete_message(ids[1]).await.unwrap();
    let holds = |word: &str| {
        let files =
            std::fs::read_dir(house.file().parent().unwrap()).unwrap().map(|file| file.unwrap().path());
        let files =
            files.filter(|path| path.file_name().unwrap().to_string_lossy().starts_with("telltale.db"));
        let mut contents = files.map(|path| std::fs::read(path).unwrap());
        contents.any(|bytes| bytes.windows(word.len()).any(|found| found == word.as_bytes()))
    };
    house.library.catch_up(true, &|_| ()).await.unwrap();
    house.chat.clear_bin().await.unwrap();
    assert!(holds("marmalade"), "not before its time");
    house.chat.empty_bin().await.unwrap();
    assert!(!holds("marmalade") && holds("For soup."));
    let all = shown(&house, id).await;
    assert_eq!((all.len(), all[1].deleted), (4, Some(Deleted::ForGood)));
    house.chat.put_back_message(ids[1]).await.unwrap_err();
    assert_eq!(house.library.calls_of(ids[1]).await.unwrap().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fork_is_the_way_to_a_message_and_costs_nothing() {
    let house = House::new().await;
    let (id, ids) = chat(&house, &TWO).await;
    house.sim.on("POST", CHAT, Reply::answer("For darning."));
    let other = house.chat.resend(ids[1], ResendChange::default()).await.unwrap().id;
    house.ended(other).await;
    let posts = house.sim.posts();
    // Of a version that is not shown any longer.
    let fork = house.chat.fork(ids[3], "Thimbles (fork)".to_owned()).await.unwrap();
    assert_eq!((fork.title.as_str(), fork.points, fork.model.as_str()), ("Thimbles (fork)", 0, "demo-flash"));
    let texts = async |house: &House, id| {
        let rows = house.library.messages(id).await.unwrap();
        rows.into_iter().map(|row| row.text).collect::<Vec<_>>()
    };
    assert_eq!(texts(&house, fork.id).await, ["Why thimbles?", "For marmalade.", "And spoons?", "For soup."]);
    assert!(shown(&house, fork.id).await.iter().all(|it| it.branch.is_none()), "the one way alone");
    assert_eq!(texts(&house, id).await, ["Why thimbles?", "For darning."], "the first is as it was");

    // At a question it waits to be asked.
    let fork = house.chat.fork(ids[2], String::new()).await.unwrap();
    assert_eq!(texts(&house, fork.id).await, ["Why thimbles?", "For marmalade."]);
    let draft = house.chat.draft(DraftPlace::end_of(fork.id), None, None).await.unwrap();
    assert_eq!(draft.text.as_deref(), Some("And spoons?"));
    assert_eq!(house.sim.posts(), posts, "nothing was asked");

    // It stands by itself, after a restart too.
    house.chat.delete(id).await.unwrap();
    let house = house.restarted().await;
    let listed = house.chat.list_conversations(ListOf::Chats, 0, 10).await.unwrap();
    assert_eq!(listed.count, 2);
    ask(&house, fork.id, "And spoons?", "For jam.").await;
    assert_eq!(said(&bodies(&house.sim).pop().unwrap()), ["Why thimbles?", "For marmalade.", "And spoons?"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fork_of_an_answer_on_its_way_has_what_came_so_far() {
    let house = House::new().await;
    let half = r#"{"choices":[{"index":0,"delta":{"content":"Half an answer"}}]}"#;
    house.sim.on("POST", CHAT, Reply::sse(&[half]).hang());
    let (_, live) = house.ask("Go on for long").await;
    house.until(live, |view| !view.blocks.is_empty()).await;
    crate::conditions::until("it is on disk", async || !text(&house, live).await.is_empty()).await;
    let fork = house.chat.fork(live, "Fork".to_owned()).await.unwrap();
    let all = shown(&house, fork.id).await;
    assert_eq!(
        (all[1].status.state, all[1].blocks.concat()),
        (MessageState::Stopped, "<p>Half an answer</p>".to_owned())
    );
    assert_eq!(house.chat.live().len(), 1, "the first goes on");
}
