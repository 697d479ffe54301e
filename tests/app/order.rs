//! The lists of conversations: pinned, put away, deleted with a way back and for good, duplicated, and kept in projects.

use crate::house::House;
use crate::turn::CHAT;
use poe::sim::Reply;
use telltale::events::{ListOf, ListOrder, MessageState, Organize, Parameters, ProjectChange};

/// Titles of a list, in its order.
async fn titles(house: &House, of: ListOf) -> Vec<String> {
    let part = house.chat.list_conversations(of, 0, 100).await.unwrap();
    assert_eq!(part.count as usize, part.rows.len());
    part.rows.into_iter().map(|row| row.title).collect()
}

/// A chat with this question, answered.
async fn chat(house: &House, question: &str) -> i64 {
    house.sim.on("POST", CHAT, Reply::answer(&format!("About {question}")));
    let (chat, answer) = house.ask(question).await;
    assert_eq!(house.ended(answer).await.status.state, MessageState::Done);
    chat
}

async fn organize(house: &House, ids: &[i64], what: Organize) {
    house.chat.organize(ids.to_vec(), what).await.unwrap();
}

#[tokio::test]
async fn what_is_pinned_stands_first_and_what_is_put_away_or_deleted_elsewhere() {
    let house = House::new().await;
    let one = chat(&house, "one").await;
    let two = chat(&house, "two").await;
    let three = chat(&house, "three").await;
    assert_eq!(titles(&house, ListOf::Chats).await, ["three", "two", "one"]);
    organize(&house, &[one], Organize::Pin { on: true }).await;
    assert_eq!(titles(&house, ListOf::Chats).await, ["one", "three", "two"]);
    organize(&house, &[three], Organize::Pin { on: true }).await;
    assert_eq!(titles(&house, ListOf::Chats).await, ["one", "three", "two"]);
    organize(&house, &[one], Organize::Pin { on: false }).await;
    assert_eq!(titles(&house, ListOf::Chats).await, ["three", "two", "one"]);

    organize(&house, &[two, three], Organize::Archive { on: true }).await;
    assert_eq!(titles(&house, ListOf::Chats).await, ["one"]);
    assert_eq!(titles(&house, ListOf::Archive).await, ["three", "two"]);
    organize(&house, &[three], Organize::Delete { on: true }).await;
    assert_eq!(titles(&house, ListOf::Archive).await, ["two"]);
    assert_eq!(titles(&house, ListOf::Bin).await, ["three"]);

    // After a restart, too; what is asked in again comes back.
    let house = house.restarted().await;
    assert_eq!(titles(&house, ListOf::Bin).await, ["three"]);
    organize(&house, &[three], Organize::Delete { on: false }).await;
    organize(&house, &[three], Organize::Archive { on: false }).await;
    assert_eq!(titles(&house, ListOf::Chats).await, ["three", "one"]);
    house.sim.on("POST", CHAT, Reply::answer("More."));
    let sent = house.chat.send(two, "And more?", None).await.unwrap();
    house.ended(sent.answer.id).await;
    assert_eq!(titles(&house, ListOf::Chats).await, ["two", "three", "one"]);
    assert_eq!(titles(&house, ListOf::Archive).await, [""; 0]);
}

#[tokio::test]
async fn lists_are_sorted_by_what_a_person_chose() {
    let house = House::new().await;
    let one = chat(&house, "one").await;
    chat(&house, "two").await;
    let file = rusqlite::Connection::open(house.file()).unwrap();
    let set = "UPDATE conversations SET points = ?2, answered_at = ?3 WHERE title = ?1";
    file.execute(set, ("one", 900, i64::MAX / 2)).unwrap();
    file.execute(set, ("two", 20, 5)).unwrap();
    house.chat.set_list_order(ListOrder::Points).await;
    assert_eq!(titles(&house, ListOf::Chats).await, ["one", "two"]);
    house.chat.set_list_order(ListOrder::Answered).await;
    assert_eq!(titles(&house, ListOf::Chats).await, ["one", "two"]);
    house.chat.set_list_order(ListOrder::Asked).await;
    assert_eq!(titles(&house, ListOf::Chats).await, ["two", "one"]);
    let list = house.chat.conversation_list().await.unwrap();
    assert_eq!((list.count, list.rows[1].id), (2, one));
}

/// The words of a chat are in none of the library's files once the bin is emptied.
#[tokio::test]
async fn what_leaves_the_bin_is_gone_from_the_file() {
    let house = House::new().await;
    chat(&house, "keepsake").await;
    let gone = chat(&house, "thimbleberry").await;
    let holds = |house: &House, word: &str| {
        let folder = house.file().parent().unwrap().to_owned();
        let files = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path());
        let files =
            files.filter(|path| path.file_name().unwrap().to_string_lossy().starts_with("telltale.db"));
        files
            .map(|path| std::fs::read(path).unwrap())
            .any(|bytes| bytes.windows(word.len()).any(|found| found == word.as_bytes()))
    };
    organize(&house, &[gone], Organize::Delete { on: true }).await;
    assert!(holds(&house, "thimbleberry"), "it can come back");
    house.chat.clear_bin().await.unwrap();
    assert_eq!(titles(&house, ListOf::Bin).await, ["thimbleberry"], "not before its time");
    house.chat.empty_bin().await.unwrap();
    assert_eq!(titles(&house, ListOf::Bin).await, [""; 0]);
    assert!(holds(&house, "keepsake"));
    assert!(!holds(&house, "thimbleberry"));
}

#[tokio::test]
async fn after_thirty_days_the_bin_lets_a_chat_go() {
    let house = House::new().await;
    let old = chat(&house, "old").await;
    let new = chat(&house, "new").await;
    organize(&house, &[old, new], Organize::Delete { on: true }).await;
    let file = rusqlite::Connection::open(house.file()).unwrap();
    file.execute("UPDATE conversations SET deleted_at = deleted_at - 30 * 86400000 WHERE id = ?1", [old])
        .unwrap();
    house.chat.clear_bin().await.unwrap();
    assert_eq!(titles(&house, ListOf::Bin).await, ["new"]);
}

#[tokio::test]
async fn a_duplicate_has_the_same_messages_and_costs_nothing() {
    let house = House::new().await;
    let first = chat(&house, "Tides").await;
    let shown = house.chat.open(first, None).await.unwrap();
    house.sim.on("POST", CHAT, Reply::answer("Another version"));
    let edited = house.chat.send(first, "Tides, in short", Some(shown.messages[0].id)).await.unwrap();
    house.ended(edited.answer.id).await;
    let copy = house.chat.duplicate(first, "Tides (copy)".to_owned()).await.unwrap();
    assert_eq!((copy.title.as_str(), copy.points), ("Tides (copy)", 0));
    let texts = async |id| {
        let detail = house.chat.open(id, None).await.unwrap();
        let texts = detail
            .messages
            .iter()
            .map(|it| (it.text.clone(), it.blocks.clone(), it.branch.clone().map(|it| it.of)));
        texts.collect::<Vec<_>>()
    };
    assert_eq!(texts(copy.id).await, texts(first).await);
    assert_eq!(texts(copy.id).await[0].2, Some(2), "with both versions");
    house.chat.delete(first).await.unwrap();
    assert_eq!(texts(copy.id).await.len(), 2, "it stands by itself");
}

#[tokio::test]
async fn a_chat_of_a_project_is_held_to_the_budget_of_all_of_them() {
    let house = House::new().await;
    house.balance.refresh().await;
    let project = house.chat.create_project("  Harbor\n plans ", "blue".to_owned()).await.unwrap();
    assert_eq!(project.name, "Harbor plans");
    let parameters =
        Parameters { system: Some("Be brief.".to_owned()), budget: Some(1), ..Parameters::default() };
    let change = ProjectChange { parameters: Some(parameters), ..ProjectChange::default() };
    house.chat.change_project(project.id, change).await.unwrap();

    let inside = chat(&house, "inside").await;
    organize(&house, &[inside], Organize::Project { id: Some(project.id) }).await;
    assert_eq!(titles(&house, ListOf::Project { id: project.id }).await, ["inside"]);
    let file = rusqlite::Connection::open(house.file()).unwrap();
    file.execute("UPDATE calls SET charge = 'charged', points = 5", []).unwrap();
    let sent = house.chat.send(inside, "One more?", None).await.unwrap();
    let refused = house.ended(sent.answer.id).await;
    let card = refused.status.card.expect("why it was not sent");
    assert_eq!(
        (card.code.as_str(), card.title.as_str()),
        ("budget_reached", "This project has reached its budget")
    );

    // Another chat is held by nothing; gone, the project holds none.
    chat(&house, "outside").await;
    house.chat.delete_project(project.id).await.unwrap();
    assert!(house.chat.projects().await.unwrap().is_empty());
    house.sim.on("POST", CHAT, Reply::answer("Now."));
    let sent = house.chat.send(inside, "And now?", None).await.unwrap();
    assert_eq!(house.ended(sent.answer.id).await.status.state, MessageState::Done);
}

#[tokio::test]
async fn projects_stand_in_the_order_that_they_were_given() {
    let house = House::new().await;
    let mut ids = Vec::new();
    for name in ["one", "two", "three"] {
        ids.push(house.chat.create_project(name, "blue".to_owned()).await.unwrap().id);
    }
    house.chat.order_projects(vec![ids[2], ids[0], ids[1]]).await.unwrap();
    let names = async |house: &House| {
        let all = house.chat.projects().await.unwrap();
        all.into_iter().map(|project| project.name).collect::<Vec<_>>()
    };
    assert_eq!(names(&house).await, ["three", "one", "two"]);
    house.until_told("\"name\":\"three\"").await;
    assert_eq!(names(&house.restarted().await).await, ["three", "one", "two"], "after a restart, too");
}

/// Of a long thread a part is handed over, the place where it was read is kept, and a message opens in its own version.
#[tokio::test]
async fn a_long_thread_is_handed_over_in_parts() {
    let house = House::new().await;
    let id = chat(&house, "first").await;
    let beginning = house.chat.open(id, None).await.unwrap().messages[0].id;
    let mut file = rusqlite::Connection::open(house.file()).unwrap();
    let all = file.transaction().unwrap();
    let mut parent: i64 = all.query_row("SELECT max(id) FROM messages", [], |row| row.get(0)).unwrap();
    for place in 2..200 {
        let role = if place % 2 == 0 { "user" } else { "assistant" };
        all.execute(
            "INSERT INTO messages (conversation_id, parent_id, role, state, text, reasoning, model, created_at, updated_at,
                 place, shown)
             VALUES (?1, ?2, ?3, 'done', ?4, '', 'm', 1, 1, ?5, 1)",
            (id, parent, role, format!("# Part {place}\n\ntext"), place),
        )
        .unwrap();
        parent = all.last_insert_rowid();
    }
    all.commit().unwrap();

    let detail = house.chat.open(id, None).await.unwrap();
    let places: Vec<u32> = detail.messages.iter().map(|it| it.place).collect();
    assert_eq!((detail.count, detail.at, *places.last().unwrap()), (200, None, 199));
    assert!(places.len() < 30 && places[0].is_multiple_of(2), "{places:?}");
    let part = house.chat.thread_part(id, 50, 4).await.unwrap();
    assert_eq!(part.iter().map(|it| it.place).collect::<Vec<_>>(), [50, 51, 52, 53]);
    assert_eq!(house.chat.thread_part(id, 0, 5_000).await.unwrap().len(), 100);

    let outline = house.chat.outline(id).await.unwrap();
    assert_eq!((outline.len(), outline[0].text.as_str(), outline[0].level), (199, "first", 0));
    assert_eq!((outline[2].text.as_str(), outline[2].level, outline[2].place), ("Part 3", 1, 3));
    let copied = house.chat.text_of(id, 52, 50).await.unwrap();
    assert_eq!(copied, "# Part 50\n\ntext\n\n# Part 51\n\ntext\n\n# Part 52\n\ntext");

    let reading = telltale::events::ReadingPlace { message_id: part[0].id, above: 37 };
    house.chat.keep_reading_place(id, Some(reading)).await.unwrap();
    let house = house.restarted().await;
    let detail = house.chat.open(id, None).await.unwrap();
    assert_eq!(detail.at, Some(reading));
    assert!(detail.messages.iter().any(|it| it.id == part[0].id));
    assert!(detail.messages.iter().any(|it| it.place == 199), "what the next question follows");

    // In another version of the first question nothing of it is shown; each opens at any of its messages.
    house.sim.on("POST", CHAT, Reply::answer("Anew."));
    let anew = house.chat.send(id, "begun anew", Some(beginning)).await.unwrap();
    house.ended(anew.answer.id).await;
    let detail = house.chat.open(id, None).await.unwrap();
    assert_eq!((detail.count, detail.messages[0].text.as_str()), (2, "begun anew"));
    let detail = house.chat.open(id, Some(part[2].id)).await.unwrap();
    assert_eq!((detail.count, detail.at.unwrap().message_id), (200, part[2].id));
}
