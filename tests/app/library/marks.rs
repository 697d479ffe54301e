//! What the list of chats tells: which one a start opens, where there is something new, what ended badly, and what it cost.

use super::*;
use telltale::library::{CallEnd, Charge, ChargeState, Limits, NewCall};

/// What stands at a conversation.
#[derive(Debug, PartialEq)]
enum Mark {
    Unread,
    Failed,
    Cut,
}
use Mark::{Cut, Failed, Unread};

async fn mark(library: &Library, id: i64) -> Option<Mark> {
    let all = library.conversations().await.unwrap();
    let one = library.conversation(id).await.unwrap();
    assert_eq!(all.into_iter().find(|row| row.id == id).unwrap(), one);
    match one.broken {
        Some(broken) if broken.is_cut => Some(Cut),
        Some(_) => Some(Failed),
        None => one.unread.then_some(Unread),
    }
}

async fn ended(library: &Library, chat: i64, state: MessageState) -> Message {
    let (_, answer) = turn(library, chat, "q").await;
    library.save_end(answer.id, end(state, "")).await.unwrap();
    answer
}

#[tokio::test]
async fn what_ended_badly_is_marked_until_it_is_mended() {
    let (_folder, path) = folder();
    let library = open(&path);
    let chat = conversation(&library).await.id;
    assert_eq!(mark(&library, chat).await, None);
    let check = async |state, expected| {
        ended(&library, chat, state).await;
        assert_eq!(mark(&library, chat).await, expected, "{state:?}");
    };
    check(MessageState::Failed, Some(Failed)).await;
    check(MessageState::Cut, Some(Cut)).await;
    check(MessageState::Stopped, None).await;
    check(MessageState::Done, None).await;
    // What went wrong comes along.
    let (_, answer) = turn(&library, chat, "q").await;
    let failed = End { incident: Some(INCIDENT.to_owned()), ..end(MessageState::Failed, "") };
    library.save_end(answer.id, failed).await.unwrap();
    let broken = library.conversation(chat).await.unwrap().broken.unwrap();
    assert_eq!((broken.was_sent, broken.incident.as_deref()), (true, Some(INCIDENT)));
    // What is under way is told by its turn.
    turn(&library, chat, "and now?").await;
    assert_eq!(mark(&library, chat).await, None);
}

#[tokio::test]
async fn only_the_version_that_is_shown_counts() {
    let (_folder, path) = folder();
    let library = open(&path);
    let chat = conversation(&library).await.id;
    let (question, first) = turn(&library, chat, "q").await;
    library.save_end(first.id, end(MessageState::Done, "good")).await.unwrap();
    let second = library.add_answer(question.id, "m", None, 2).await.unwrap();
    library.save_end(second.id, end(MessageState::Failed, "")).await.unwrap();
    assert_eq!(mark(&library, chat).await, Some(Failed));
    library.choose(first.id).await.unwrap();
    assert_eq!(mark(&library, chat).await, None);
}

#[tokio::test]
async fn what_is_new_is_seen_by_looking_and_outlives_a_restart() {
    let (_folder, path) = folder();
    let library = open(&path);
    let chat = conversation(&library).await.id;
    ended(&library, chat, MessageState::Done).await;
    library.add_news(chat).await.unwrap();
    drop(library);
    let library = open(&path);
    assert_eq!(mark(&library, chat).await, Some(Unread));
    assert!(!library.show_conversation(None).await.unwrap());
    assert_eq!(mark(&library, chat).await, Some(Unread));
    assert!(library.show_conversation(Some(chat)).await.unwrap(), "that was news");
    assert!(!library.show_conversation(Some(chat)).await.unwrap());
    assert_eq!(mark(&library, chat).await, None);
    // What went wrong is told before what is new.
    ended(&library, chat, MessageState::Failed).await;
    library.add_news(chat).await.unwrap();
    assert_eq!(mark(&library, chat).await, Some(Failed));
}

#[tokio::test]
async fn a_start_opens_what_was_shown_or_what_was_interrupted() {
    let (_folder, path) = folder();
    let library = open(&path);
    let one = conversation(&library).await.id;
    let two = conversation(&library).await.id;
    let three = conversation(&library).await.id;
    assert_eq!(library.shown_conversation().await.unwrap(), None);
    library.show_conversation(Some(one)).await.unwrap();
    library.show_conversation(Some(two)).await.unwrap();
    drop(library);
    let library = open(&path);
    library.close_interrupted().await.unwrap();
    assert_eq!(library.shown_conversation().await.unwrap(), Some(two));
    // A new chat was left open.
    library.show_conversation(None).await.unwrap();
    assert_eq!(library.shown_conversation().await.unwrap(), None);

    // Crashed: the newest of those that were under way goes first, unless one of them was shown.
    library.show_conversation(Some(one)).await.unwrap();
    turn(&library, two, "q").await;
    turn(&library, three, "q").await;
    drop(library);
    let library = open(&path);
    library.close_interrupted().await.unwrap();
    assert_eq!(library.shown_conversation().await.unwrap(), Some(three));
    library.show_conversation(Some(two)).await.unwrap();
    turn(&library, two, "q").await;
    turn(&library, three, "q").await;
    library.close_interrupted().await.unwrap();
    assert_eq!(library.shown_conversation().await.unwrap(), Some(two));

    // Quit in the middle of them.
    library.show_interrupted(vec![three, one]).await.unwrap();
    assert_eq!(library.shown_conversation().await.unwrap(), Some(three));
    library.show_interrupted(vec![one, three]).await.unwrap();
    assert_eq!(library.shown_conversation().await.unwrap(), Some(three));
    library.show_interrupted(Vec::new()).await.unwrap();
    assert_eq!(library.shown_conversation().await.unwrap(), Some(three));
}

#[tokio::test]
async fn a_chat_tells_what_it_cost() {
    let (_folder, path) = folder();
    let library = open(&path);
    let chat = conversation(&library).await.id;
    let other = conversation(&library).await.id;
    let points = async |id| library.conversation(id).await.unwrap().points;
    let call = async |message_id, points, query: &str| {
        let call = NewCall {
            message_id,
            account: "ada".to_owned(),
            model: "m".to_owned(),
            sent_at: 1,
            server: None,
            text: None,
            estimate: Some(5),
            limits: Limits { day: None, chat: None, holds_project: true },
        };
        library.admit_call(call).await.unwrap();
        let end = CallEnd {
            sent_at: 1,
            ended_at: 2,
            server: None,
            took: None,
            answered: true,
            prompt_tokens: None,
            completion_tokens: None,
            cache: Default::default(),
        };
        let id = library.end_call(message_id, end).await.unwrap().unwrap();
        let verdict = Charge {
            state: ChargeState::Charged,
            points: Some(points),
            amounts: Vec::new(),
            query_id: Some(query.to_owned()),
        };
        assert!(library.judge_call(id, verdict).await.unwrap());
        id
    };
    assert_eq!(points(chat).await, 0);
    let first = ended(&library, chat, MessageState::Done).await;
    let second = ended(&library, chat, MessageState::Done).await;
    call(first.id, 137, "a").await;
    assert_eq!(points(chat).await, 137);
    let id = call(second.id, 45, "b").await;
    call(first.id, 3, "c").await;
    assert_eq!(points(chat).await, 185);
    // Another verdict takes the place of the one before.
    let unknown = Charge { state: ChargeState::Unknown, points: None, amounts: Vec::new(), query_id: None };
    library.judge_call(id, unknown).await.unwrap();
    assert_eq!((points(chat).await, points(other).await), (140, 0));
    library.delete_conversation(other).await.unwrap();
    library.delete_conversation(chat).await.unwrap();
}
