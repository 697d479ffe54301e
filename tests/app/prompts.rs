//! Presets and snippets: what is kept of them and what is refused, that a chat begins with what its preset says, and that the
//! ledger names the preset of each of its rows.

use crate::house::{House, KEY};
use poe::sim::Reply;
use serde_json::Value;
use telltale::chat::BeginsIn;
use telltale::errors::{Failure, InputProblem, Refusal};
use telltale::events::{
    ChargeState, DraftChange, NewPrompt, Parameters, PromptChange, PromptKind, PromptView, UsageBy,
    UsageFilter, UsageOrder,
};
use telltale::library::DraftPlace;

const CHAT: &str = "/v1/chat/completions";

fn preset(name: &str, system: &str) -> NewPrompt {
    NewPrompt {
        kind: PromptKind::Preset,
        name: name.to_owned(),
        text: String::new(),
        model: Some("demo-flash".to_owned()),
        parameters: Parameters {
            system: Some(system.to_owned()),
            temperature: Some(0.5),
            ..Parameters::default()
        },
    }
}

fn snippet(name: &str, text: &str) -> NewPrompt {
    NewPrompt {
        kind: PromptKind::Snippet,
        name: name.to_owned(),
        text: text.to_owned(),
        model: None,
        parameters: Parameters::default(),
    }
}

fn problem(refused: Refusal) -> InputProblem {
    match refused.failure {
        Failure::Input { problem, .. } => problem,
        other => panic!("{other:?}"),
    }
}

fn named(name: &str) -> PromptChange {
    PromptChange { name: Some(name.to_owned()), ..PromptChange::default() }
}

async fn names(house: &House) -> Vec<String> {
    house.prompts.all().await.unwrap().into_iter().map(|it| it.name).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn they_are_kept_as_they_were_written_and_by_their_names() {
    let house = House::new().await;
    let made = house.prompts.create(preset("Reviewer", "Find faults.")).await.unwrap();
    house.prompts.create(snippet("explain", "Explain {{what}}\r\nto a child.")).await.unwrap();
    // A preset may be called as a snippet is.
    house.prompts.create(preset("Explain", "Explain it.")).await.unwrap();
    house.until_told("\"prompts\":[{").await;
    let change = PromptChange {
        model: Some(String::new()),
        parameters: Some(Parameters { system: Some("  ".to_owned()), ..Parameters::default() }),
        ..named("  Strict\n reviewer ")
    };
    let changed = house.prompts.change(made.id, change).await.unwrap();
    let nothing = PromptView {
        id: made.id,
        kind: PromptKind::Preset,
        name: "Strict reviewer".to_owned(),
        text: String::new(),
        model: None,
        parameters: Parameters::default(),
        updated_at: changed.updated_at,
    };
    assert_eq!(changed, nothing);
    let house = house.restarted().await;
    let all = house.prompts.all().await.unwrap();
    let told: Vec<_> = all.iter().map(|it| (it.kind, it.name.as_str(), it.text.as_str())).collect();
    assert_eq!(
        told,
        [
            (PromptKind::Snippet, "explain", "Explain {{what}}\nto a child."),
            (PromptKind::Preset, "Explain", ""),
            (PromptKind::Preset, "Strict reviewer", ""),
        ]
    );

    // Deleted, and put back under a name that is free.
    let (explain, strict) = (all[0].id, all[2].id);
    house.prompts.delete(explain).await.unwrap();
    assert_eq!(names(&house).await, ["Explain", "Strict reviewer"]);
    house.prompts.create(snippet("Explain", "Another.")).await.unwrap();
    assert_eq!(house.prompts.put_back(explain).await.unwrap().name, "explain 2");
    house.prompts.delete(strict).await.unwrap();
    house.chat.empty_bin().await.unwrap();
    house.prompts.put_back(strict).await.unwrap_err();
    house.prompts.change(strict, named("Gone")).await.unwrap_err();
    assert_eq!(names(&house).await, ["Explain", "Explain", "explain 2"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_can_t_be_kept_is_said_and_changes_nothing() {
    let house = House::new().await;
    let kept = house.prompts.create(snippet("Tides", "When is high water?")).await.unwrap();
    let refused = async |new: NewPrompt| problem(house.prompts.create(new).await.unwrap_err());
    assert_eq!(refused(snippet(" \n\u{200b}\u{202e}\u{7}", "x")).await, InputProblem::NoName);
    let taken = InputProblem::NameTaken { name: "TIDES".to_owned() };
    assert_eq!(refused(snippet("TIDES", "x")).await, taken);
    let long = "x".repeat(81);
    assert_eq!(refused(snippet(&long, "x")).await, InputProblem::PromptTooLong { limit: 80 });
    let long = "é".repeat(50_001);
    assert_eq!(refused(snippet("Long", &long)).await, InputProblem::PromptTooLong { limit: 50_000 });
    assert_eq!(refused(preset("Long", &long)).await, InputProblem::PromptTooLong { limit: 50_000 });
    let hot = NewPrompt {
        parameters: Parameters { temperature: Some(9.0), ..Parameters::default() },
        ..preset("Hot", "")
    };
    house.prompts.create(hot).await.unwrap_err();
    assert_eq!(names(&house).await, ["Tides"]);
    house.prompts.create(snippet("Moon", "x")).await.unwrap();
    assert_eq!(
        problem(house.prompts.change(kept.id, named("moon")).await.unwrap_err()),
        InputProblem::NameTaken { name: "moon".to_owned() }
    );
    // Its own name in other letters is its own.
    assert_eq!(house.prompts.change(kept.id, named("tides")).await.unwrap().name, "tides");

    // What can't be seen goes, and so does the key.
    let odd = format!("a\0b\u{1b}[31m\tc\r\nd {KEY}");
    let odd = house.prompts.create(snippet(&format!("Odd\u{202e} {KEY}"), &odd)).await.unwrap();
    assert!(odd.text.starts_with("ab[31m\tc\nd ") && odd.name.starts_with("Odd "), "{odd:?}");
    house.assert_no_key();
    let sql = "'); DROP TABLE prompts; --";
    assert_eq!(house.prompts.create(snippet(sql, sql)).await.unwrap().text, sql);
    let full = house.prompts.all().await.unwrap().len();
    for number in full..500 {
        house.prompts.create(snippet(&format!("Number {number}"), "x")).await.unwrap();
    }
    let refused = problem(house.prompts.create(snippet("One more", "x")).await.unwrap_err());
    assert_eq!(refused, InputProblem::TooManyPrompts { limit: 500 });
}

/// What Poe got of the last question.
fn sent(house: &House) -> Value {
    let last = house.sim.requests().into_iter().rfind(|it| it.path == CHAT).unwrap();
    serde_json::from_slice(&last.body).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chat_begins_with_it_and_each_row_of_the_ledger_names_it() {
    let house = House::new().await;
    house.watch_charges();
    let made = house.prompts.create(preset("Reviewer", "Find faults.")).await.unwrap();
    // What is being written keeps it over a restart.
    let draft = DraftChange {
        text: "Look".to_owned(),
        model: made.model.clone(),
        parameters: Some(made.parameters.clone()),
        preset: Some(made.id),
    };
    house.chat.save_draft(DraftPlace::new_chat(), draft).await.unwrap();
    let kept = house.chat.draft(DraftPlace::new_chat(), None, None).await.unwrap();
    assert_eq!((kept.preset, kept.parameters), (Some(made.id), Some(made.parameters.clone())));

    let within = BeginsIn { preset: Some(made.id), ..BeginsIn::default() };
    let begun = house
        .chat
        .begin_conversation(
            "demo-flash",
            made.parameters.clone(),
            "Look at this".to_owned(),
            Vec::new(),
            within,
        )
        .await
        .unwrap();
    assert_eq!(begun.conversation.preset_id, Some(made.id));
    house.ended(begun.sent.answer.id).await;
    let body = sent(&house);
    assert_eq!(
        (&body["messages"][0]["content"], &body["temperature"]),
        (&"Find faults.".into(), &0.5.into())
    );
    let charged = async |id: i64| {
        house
            .until(id, |view| view.status.charge.as_ref().is_some_and(|it| it.state == ChargeState::Charged))
            .await
            .status
            .charge
            .unwrap()
            .points
            .unwrap()
    };
    let first = charged(begun.sent.answer.id).await;
    // So do its later questions, and a copy of the chat.
    let copy = house.chat.duplicate(begun.conversation.id, "Copy".to_owned()).await.unwrap();
    assert_eq!(copy.preset_id, Some(made.id));
    let sent = house.chat.send(copy.id, "And this", None).await.unwrap();
    house.ended(sent.answer.id).await;
    let second = charged(sent.answer.id).await;
    // A chat without it is not its own.
    let (_, answer) = house.ask("Hello").await;
    house.ended(answer).await;
    let other = charged(answer).await;

    let everything = house.ledger.usage(UsageFilter::default(), UsageBy::Model).await.unwrap();
    let [of] = &everything.presets[..] else { panic!("{:?}", everything.presets) };
    assert_eq!((of.preset, of.name.as_deref()), (made.id, Some("Reviewer")));
    assert_eq!((of.spent.points, of.spent.rows), (first + second, 2));
    let here = UsageFilter { here: Some(true), ..UsageFilter::default() };
    let here = house.ledger.usage(here, UsageBy::Model).await.unwrap();
    assert_eq!(here.total.points, first + second + other);
    let own = UsageFilter { preset: Some(made.id), ..UsageFilter::default() };
    let view = house.ledger.usage(own.clone(), UsageBy::Model).await.unwrap();
    assert_eq!((view.total.points, view.total.rows, view.dearest.len()), (first + second, 2, 2));
    let rows = async || house.ledger.usage_rows(own.clone(), UsageOrder::Oldest, 0, 9).await.unwrap();
    let told: Vec<_> = rows().await.rows.into_iter().map(|row| (row.preset, row.preset_name)).collect();
    assert_eq!(told, vec![(Some(made.id), Some("Reviewer".to_owned())); 2]);

    // It goes by its new name, also once it is deleted; once that is cleared away, it has none, and keeps its rows.
    house.prompts.change(made.id, named("Critic")).await.unwrap();
    house.prompts.delete(made.id).await.unwrap();
    assert_eq!(rows().await.rows[0].preset_name.as_deref(), Some("Critic"));
    house.chat.empty_bin().await.unwrap();
    let told: Vec<_> = rows().await.rows.into_iter().map(|row| (row.preset, row.preset_name)).collect();
    assert_eq!(told, vec![(Some(made.id), None); 2]);
    let conversation = house.chat.conversation(copy.id).await.unwrap();
    assert_eq!(conversation.preset_id, None);
    // A draft that was to begin with it begins without.
    assert_eq!(house.chat.draft(DraftPlace::new_chat(), None, None).await.unwrap().preset, None);
    house.sim.on("POST", CHAT, Reply::answer("Fine."));
    let within = BeginsIn { preset: Some(made.id), ..BeginsIn::default() };
    let begun = house
        .chat
        .begin_conversation("demo-flash", Parameters::default(), "Again".to_owned(), Vec::new(), within)
        .await
        .unwrap();
    assert_eq!(begun.conversation.preset_id, None);
}
