//! Presets and snippets: what is kept of them and what is refused, that a chat begins with what its preset says, that the ledger
//! names the preset of each of its rows, and what a file of them brings.

use crate::house::{House, KEY};
use poe::sim::Reply;
use serde_json::{Map, Value, json};
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;
use telltale::chat::BeginsIn;
use telltale::errors::{Failure, ImportProblem, InputProblem, Refusal};
use telltale::events::{
    ChargeState, DraftChange, LineChange, NewPrompt, Parameters, PromptChange, PromptKind, PromptView,
    PromptsBrought, PromptsFound, UsageBy, UsageFilter, UsageOrder,
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
        film: None,
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

fn file(folder: &Path, content: impl AsRef<[u8]>) -> PathBuf {
    let path = folder.join("prompts.json");
    fs::write(&path, content).unwrap();
    path
}

fn listed(prompts: Value) -> String {
    json!({"format": "telltale-prompts", "version": 1, "prompts": prompts}).to_string()
}

async fn look(house: &House, path: &Path) -> PromptsFound {
    house.prompts.look(path.to_owned()).await.unwrap_or_else(|refused| panic!("{:?}", refused.failure))
}

async fn refused(house: &House, path: &Path) -> ImportProblem {
    match house.prompts.look(path.to_owned()).await.unwrap_err().failure {
        Failure::Import { problem, .. } => problem,
        other => panic!("{other:?}"),
    }
}

/// Without ids and times.
async fn contents(house: &House) -> Vec<(PromptKind, String, String, Option<String>, Parameters)> {
    let all = house.prompts.all().await.unwrap().into_iter();
    all.map(|it| (it.kind, it.name, it.text, it.model, it.parameters)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_brings_them_elsewhere_as_they_are_and_once() {
    let house = House::new().await;
    let mut reviewer = preset("Reviewer", "Find faults.\nBe brief.");
    reviewer.parameters.declared = Map::from_iter([("web_search".to_owned(), true.into())]);
    let reviewer = house.prompts.create(reviewer).await.unwrap();
    house.prompts.create(snippet("explain", "Explain {{what}} to\n{{whom}}. 心")).await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("out.json");
    assert_eq!(house.prompts.export(path.clone()).await.unwrap().unwrap(), 2);
    let written: Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
    assert_eq!((&written["format"], &written["version"]), (&"telltale-prompts".into(), &1.into()));
    let nowhere = folder.path().join("none/out.json");
    house.prompts.export(nowhere).await.unwrap().unwrap_err();

    let other = House::new().await;
    // Of the same name, and another.
    other.prompts.create(snippet("Explain", "In short?")).await.unwrap();
    let found = look(&other, &path).await;
    assert_eq!((found.added.len(), found.changed.len(), found.same, found.left_out), (2, 0, 0, 0));
    assert_eq!(other.prompts.all().await.unwrap().len(), 1, "it is only looked at");
    let brought = other.prompts.accept(Vec::new()).await.unwrap();
    assert_eq!(brought, PromptsBrought { added: 2, changed: 0 });
    other.until_told("explain 2").await;
    let mut expected = contents(&house).await;
    expected[0].1 = "explain 2".to_owned();
    expected
        .insert(0, (PromptKind::Snippet, "Explain".into(), "In short?".into(), None, Parameters::default()));
    assert_eq!(contents(&other).await, expected);
    // What was looked at comes in once, and what is here is not brought again, also where it goes by another name.
    assert_eq!(other.prompts.accept(Vec::new()).await.unwrap(), PromptsBrought { added: 0, changed: 0 });
    let again = look(&other, &path).await;
    assert_eq!((again.added.len(), again.changed.len(), again.same), (0, 1, 1));
    assert_eq!(look(&house, &path).await.same, 2);

    // Changed there since: what is other is told, and comes in where that is wanted.
    let change = PromptChange {
        parameters: Some(Parameters {
            system: Some("Find faults.\nBe kind.".to_owned()),
            temperature: Some(0.2),
            ..Parameters::default()
        }),
        ..named("Critic")
    };
    tokio::time::sleep(Duration::from_millis(5)).await;
    house.prompts.change(reviewer.id, change).await.unwrap();
    house.prompts.export(path.clone()).await.unwrap().unwrap();
    let found = look(&other, &path).await;
    let of = found.changed.iter().find(|it| it.name == "Reviewer").unwrap();
    assert!(of.is_newer);
    let fields: Vec<_> =
        of.fields.iter().map(|it| (it.field.as_str(), it.before.as_deref(), it.after.as_deref())).collect();
    assert_eq!(
        fields,
        [
            ("name", Some("Reviewer"), Some("Critic")),
            ("temperature", Some("0.5"), Some("0.2")),
            ("web_search", Some("true"), None),
        ]
    );
    let lines: Vec<_> = of.lines.iter().map(|it| (it.change, it.text.as_str())).collect();
    assert_eq!(
        lines,
        [
            (LineChange::Same, "Find faults."),
            (LineChange::Removed, "Be brief."),
            (LineChange::Added, "Be kind."),
        ]
    );
    let key = of.key.clone();
    assert_eq!(other.prompts.accept(Vec::new()).await.unwrap().changed, 0, "nobody took it");
    look(&other, &path).await;
    assert_eq!(other.prompts.accept(vec![key.clone(), "unknown".to_owned()]).await.unwrap().changed, 1);
    assert_eq!(names(&other).await, ["Critic", "Explain", "explain 2"]);

    // Of what was changed here since it was looked at nothing is lost.
    house.prompts.change(reviewer.id, named("Judge")).await.unwrap();
    house.prompts.export(path.clone()).await.unwrap().unwrap();
    let here = other.prompts.all().await.unwrap()[0].id;
    look(&other, &path).await;
    tokio::time::sleep(Duration::from_millis(5)).await;
    other.prompts.change(here, named("Mine")).await.unwrap();
    assert_eq!(other.prompts.accept(vec![key.clone()]).await.unwrap().changed, 0);
    assert!(!look(&other, &path).await.changed.iter().find(|it| it.key == key).unwrap().is_newer);

    // What was deleted here comes back as new.
    other.prompts.delete(here).await.unwrap();
    assert_eq!(
        look(&other, &path).await.added.iter().map(|it| it.name.as_str()).collect::<Vec<_>>(),
        ["Judge"]
    );
    other.prompts.accept(Vec::new()).await.unwrap();
    assert!(names(&other).await.contains(&"Judge".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_none_is_said_and_what_is_hostile_stays_outside() {
    let house = House::new().await;
    house.prompts.create(snippet("Tides", "When is high water?")).await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let problem = async |content: &[u8]| refused(&house, &file(folder.path(), content)).await;
    for content in [
        "",
        "not JSON",
        "[]",
        "{}",
        "null",
        r#"{"format":"telltale-archive","version":1,"chats":[]}"#,
        r#"{"format":"telltale-prompts","prompts":[]}"#,
        r#"{"format":"telltale-prompts","version":0,"prompts":[]}"#,
        r#"{"format":"telltale-prompts","version":1,"prompts":{}}"#,
        r#"{"format":"telltale-prompts","version":1,"prompts":[{"key":"a"#,
        &"[".repeat(100_000),
    ] {
        assert_eq!(problem(content.as_bytes()).await, ImportProblem::NotPrompts, "{content:.60}");
    }
    assert_eq!(problem(&[0xff, 0xfe, 0x00]).await, ImportProblem::NotPrompts);
    assert_eq!(problem(listed(json!([])).as_bytes()).await, ImportProblem::NoPrompts);
    let later = r#"{"format":"telltale-prompts","version":2,"prompts":"by tide"}"#;
    assert_eq!(problem(later.as_bytes()).await, ImportProblem::Newer { version: 2 });
    let large = folder.path().join("large.json");
    fs::File::create(&large).unwrap().set_len((64 << 20) + 1).unwrap();
    assert_eq!(refused(&house, &large).await, ImportProblem::TooLarge { limit: 64 << 20 });
    let gone = refused(&house, &folder.path().join("gone.json")).await;
    assert!(matches!(gone, ImportProblem::Unreadable { .. }), "{gone:?}");
    assert_eq!(house.prompts.accept(vec!["a".to_owned()]).await.unwrap().added, 0);

    let one = |key: &str, kind: &str, name: &str, text: &str| json!({"key": key, "kind": kind, "name": name, "text": text});
    let mut all = vec![
        one("a", "snippet", "Fine", "As it is."),
        one("a", "snippet", "Twice", "The same key."),
        one("", "snippet", "No key", "x"),
        one("../../x", "snippet", "Odd key", "x"),
        one("b", "spell", "Odd kind", "x"),
        one("c", "snippet", " \u{202e}\n", "x"),
        one("d", "snippet", &"n".repeat(81), "x"),
        one("e", "snippet", "Too long", &"x".repeat(50_001)),
        json!({"key": "f", "kind": "preset", "name": "Too hot", "parameters": {"temperature": 9}}),
        json!("text"),
        json!(null),
        json!({"key": "g", "kind": "snippet", "name": ["x"]}),
        // It has a key where keys are, and where they are not.
        json!({"key": "h", "kind": "preset", "name": "Keyed", "apiKey": KEY, "parameters":
            {"system": format!("Use {KEY}."), "apiKey": KEY, "seed": 7}, "model": "demo-flash"}),
        one("i", "snippet", "Odd", "a\u{0}b\u{1b}[2J\r\nc"),
    ];
    all.extend((0..500).map(|n| one(&format!("n{n}"), "snippet", &format!("Number {n}"), "x")));
    let path = file(folder.path(), format!("\u{feff}{}", listed(all.into())));
    let found = look(&house, &path).await;
    // Eleven that can't be read, and what is more than is kept.
    assert_eq!((found.added.len(), found.left_out, found.without_key), (499, 11 + 4, 1));
    assert_eq!(found.left_out_names, ["Twice", "No key", "Odd key"]);
    house.prompts.accept(Vec::new()).await.unwrap();
    let all = house.prompts.all().await.unwrap();
    assert_eq!(all.len(), 500);
    let named = |name: &str| all.iter().find(|it| it.name == name).unwrap();
    assert_eq!(named("Odd").text, "ab[2J\nc");
    let keyed = named("Keyed");
    assert_eq!(
        keyed.parameters,
        Parameters { system: Some("Use [key].".to_owned()), ..Parameters::default() }
    );
    house.assert_no_key();
    let bytes = fs::read(house.file()).unwrap();
    assert!(!bytes.windows(KEY.len()).any(|part| part == KEY.as_bytes()));
    // A key that is another's kind is none.
    let turned = file(folder.path(), listed(json!([one("a", "preset", "Turned", "")])));
    assert_eq!(
        (
            look(&house, &turned).await.left_out,
            house.prompts.accept(vec!["a".to_owned()]).await.unwrap().changed
        ),
        (1, 0)
    );
}
