//! Files of every version that there has been, frozen in `tests/fixtures/library` as they lay on the disk while an answer was
//! coming: each opens, everything in it reads as it should, and as it was it is a backup.

use super::{NOW, assert_intact, folder, open, sqlite};
use std::path::{Path, PathBuf};
use telltale::errors::{Context, Incident, card_of};
use telltale::library::{
    BackupState, BalanceReading, CacheUse, CallRow, ChargeState, Deleted, Draft, DraftPlace, FilmHow,
    HistoryFilter, HistoryOrder, HitIn, Interrupted, Library, MadeFrom, MessageState, Parameters, Role,
    Search, ServerSpan,
};
use tempfile::TempDir;

/// When the first question was asked.
const BEGAN: i64 = 1_795_361_400_000;

fn version(path: &Path) -> i64 {
    sqlite(path).pragma_query_value(None, "user_version", |row| row.get(0)).unwrap()
}

/// Of today's app.
fn known() -> i64 {
    let (_folder, path) = folder();
    drop(open(&path));
    version(&path)
}

fn frozen(version: i64) -> (TempDir, PathBuf) {
    let (folder, path) = folder();
    let name = format!("tests/fixtures/library/v{version}.sql");
    let sql = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(&name));
    let sql = sql.unwrap_or_else(|error| {
        panic!(
            "{name}: {error}. A new version of the file needs a frozen one, with rows that only it can have"
        )
    });
    sqlite(&path).execute_batch(&sql).unwrap();
    assert_eq!(self::version(&path), version, "{name}");
    (folder, path)
}

/// Without the spaces and quotes in which a table that was altered differs from one that was made whole.
fn schema(path: &Path) -> Vec<String> {
    let file = sqlite(path);
    let mut statement =
        file.prepare("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY name").unwrap();
    let rows = statement.query_map([], |row| row.get::<_, String>(0)).unwrap();
    rows.map(|sql| sql.unwrap().replace(|c: char| c.is_whitespace() || c == '"', "")).collect()
}

#[test]
fn a_file_of_each_version_comes_to_the_shape_of_a_new_one() {
    let (_folder, new) = folder();
    drop(open(&new));
    for version in 1..=known() {
        let (_folder, path) = frozen(version);
        drop(open(&path));
        assert_eq!(schema(&path), schema(&new), "version {version}");
    }
}

#[tokio::test]
async fn a_file_of_each_version_is_kept_as_it_was() {
    let known = known();
    for version in 1..=known {
        let (_folder, path) = frozen(version);
        for _ in 0..2 {
            let backups = open(&path).backups().await.unwrap();
            assert_eq!(backups.len(), usize::from(version < known), "version {version}");
            for backup in backups {
                assert_eq!((backup.at, backup.state), (NOW, BackupState::Good));
                let file = path.with_file_name("backups").join(backup.id);
                assert_eq!(self::version(&file), version, "as it was");
            }
        }
        assert_intact(&path);
    }
}

#[tokio::test]
async fn a_file_of_each_version_reads_as_it_should() {
    for version in 1..=known() {
        let (_folder, path) = frozen(version);
        let library = open(&path);
        chats(&library, version).await;
        messages(&library, version).await;
        calls(&library, version).await;
        history(&library, version).await;
        files(&library, version).await;
        drafts(&library, version).await;
        under_way(&library, version).await;
        search(&library, version).await;
        keys(&library, version).await;
        media(&library, version).await;
        by_hand(&library, version).await;
        refused(&library, version).await;
        compared(&library, version).await;
        prompts(&library, version).await;
        evidence(&library, version).await;
        temporary(&library, version).await;
    }
}

/// From version 22 on a message may have been changed or deleted by hand, and asked for at some length.
async fn by_hand(library: &Library, version: i64) {
    let has = version >= 22;
    assert_eq!(
        library.message(2).await.unwrap().edited_at,
        has.then_some(BEGAN + 70_000),
        "version {version}"
    );
    let deleted = library.message(4).await.unwrap().deleted;
    assert_eq!(deleted, has.then_some(Deleted::Undoable), "version {version}");
    if version >= 4 {
        assert_eq!(library.message(5).await.unwrap().words, has.then_some(120), "version {version}");
    }
    let back = library.put_back_message(4).await.map(|message| message.text);
    assert_eq!(back.ok(), has.then(|| "Too bright to say".to_owned()), "version {version}");
}

/// From version 23 on it is kept which values a server refused.
async fn refused(library: &Library, version: i64) {
    let found = library.refused_parameters("https://api.poe.com/v1", "Claude-Haiku-4.5", 0).await.unwrap();
    let expected = [("output_effort".to_owned(), "max".to_owned())];
    assert_eq!(found, if version >= 23 { &expected[..] } else { &[] }, "version {version}");
}

/// From version 24 on answers may stand side by side, and be asked for with other words than their question's.
async fn compared(library: &Library, version: i64) {
    let (has, answers) = (version >= 24, library.compared(3).await.unwrap());
    let found: Vec<i64> = answers.iter().map(|answer| answer.id).collect();
    assert_eq!(found, if has { &[5, 4][..] } else { &[] }, "version {version}");
    let prompt = library.message(2).await.unwrap().prompt;
    assert_eq!(prompt, has.then(|| "Say it in one line.".to_owned()), "version {version}");
    let film = library.message(2).await.unwrap();
    let from = MadeFrom { video: "video_0".to_owned(), how: FilmHow::Remix };
    let expected = (version >= 28).then(|| ("video_1".to_owned(), from));
    assert_eq!(film.video_id.zip(film.video_from), expected, "version {version}");
}

/// From version 25 on there are prompts, and what a chat began with is kept, also of its row in the ledger.
async fn prompts(library: &Library, version: i64) {
    let has = version >= 25;
    let names: Vec<String> = library.prompts().await.unwrap().into_iter().map(|it| it.content.name).collect();
    assert_eq!(names, if has { vec!["Brief".to_owned()] } else { Vec::new() }, "version {version}");
    let began_with = library.conversation(1).await.unwrap().preset_id;
    assert_eq!(began_with, has.then_some(1), "version {version}");
    let row = library.rows_of(2).await.unwrap().remove("q-1").unwrap_or_default();
    assert_eq!((row.preset, row.preset_name), (has.then_some(1), has.then(|| "Brief".to_owned())));
    let back = library.put_back_prompt(2).await.map(|it| it.content.text);
    assert_eq!(back.ok(), has.then(|| "Explain {{what}} to a child.".to_owned()), "version {version}");
}

/// From version 27 on the calls of a temporary chat name messages that no file has.
async fn temporary(library: &Library, version: i64) {
    let (message, chat) = (4_503_599_628_419_074, 4_503_599_628_419_072);
    let has = version >= 27;
    let points: Vec<_> =
        library.calls_of(message).await.unwrap().iter().map(|it| it.verdict.points).collect();
    assert_eq!(points, if has { vec![Some(11)] } else { vec![] }, "version {version}");
    assert_eq!(library.used_by_chat(chat).await.unwrap(), if has { 11 } else { 0 }, "version {version}");
}

/// From version 26 on an answer keeps the pages that it names, and what it did with tools.
async fn evidence(library: &Library, version: i64) {
    let found = library.evidence(vec![1, 2]).await.unwrap();
    assert_eq!(found.keys().collect::<Vec<_>>(), if version >= 26 { vec![&2] } else { vec![] });
    if let Some(evidence) = found.get(&2) {
        let sources: Vec<_> = evidence.sources.iter().map(|it| (it.number, it.title.as_deref())).collect();
        assert_eq!(sources, [(1, Some("Tides of today")), (3, None)]);
        assert_eq!((evidence.tools.len(), evidence.tools[0].done), (1, true));
    }
}

/// From version 21 on it is kept where the files of answers lie.
async fn media(library: &Library, version: i64) {
    let kept = library.media_of(2).await.unwrap();
    assert_eq!(kept.len(), usize::from(version >= 21), "version {version}");
    assert_eq!(library.media_left().await.unwrap().len(), usize::from(version >= 21), "version {version}");
    assert!(kept.iter().all(|it| it.pixels == Some((64, 48)) && it.file.starts_with("ba7816bf")), "{kept:?}");
}

/// From version 20 on chats and messages may have names from elsewhere; those without are given one when they go out.
async fn keys(library: &Library, version: i64) {
    let tides = library.archived_chat(2).await.unwrap();
    assert_eq!(tides.key == "k-2", version >= 20, "version {version}: {}", tides.key);
    let expected = if version >= 20 { "k-6".to_owned() } else { format!("{}:6", tides.key) };
    assert!(tides.messages.iter().any(|message| message.key == expected), "version {version}");
    let sky = library.archived_chat(1).await.unwrap();
    assert_eq!(sky.messages[0].key, format!("{}:1", sky.key));
}

async fn chats(library: &Library, version: i64) {
    let rows = library.conversations().await.unwrap();
    let [tides, sky] = &rows[..] else { panic!("version {version}: {rows:?}") };
    assert_eq!((tides.id, tides.title.as_str(), tides.model.as_str()), (2, "Tides", "gpt-5.2"));
    assert_eq!(tides.parameters, Parameters::default());
    let set = Parameters {
        system: Some("Be brief.".to_owned()),
        temperature: Some(0.7),
        top_p: None,
        max_tokens: Some(1_024),
        budget: None,
        declared: serde_json::Map::new(),
    };
    assert_eq!((&sky.parameters, sky.updated_at), (&set, BEGAN + 60_000));
    let (of, summary) = (tides.summary_of, tides.summary.as_deref());
    let summed_up = (version >= 4).then_some("The sky is blue: short waves scatter more.");
    assert_eq!((of, summary), ((version >= 4).then_some(2), summed_up));
    assert_eq!(sky.sent_from, (version >= 4).then_some(3));
    assert_eq!(sky.points, if version >= 2 { 137 } else { 0 }, "version {version}");
    assert_eq!(sky.saved, if version >= 14 { 90 } else { 0 }, "version {version}");
    // From version 4 on another version of the answer is shown.
    assert_eq!((sky.broken.is_some(), sky.unread), (version < 4, version >= 10), "version {version}");
    assert_eq!((&tides.broken, tides.unread), (&None, false), "version {version}");
    let shown = library.shown_conversation().await.unwrap();
    assert_eq!(shown, (version >= 10).then_some(2));
}

async fn messages(library: &Library, version: i64) {
    let shown = library.messages(1).await.unwrap();
    let ids: Vec<i64> = shown.iter().map(|it| it.id).collect();
    let newest = if version >= 4 { 5 } else { 4 };
    assert_eq!(ids, [1, 2, 3, newest], "version {version}");
    let roles: Vec<Role> = shown.iter().map(|it| it.role).collect();
    assert_eq!(roles, [Role::User, Role::Assistant, Role::User, Role::Assistant]);

    let answer = &shown[1];
    assert_eq!(answer.text, "Short waves scatter more.\n\n\u{2014} Rayleigh, 1871 🌊");
    assert_eq!(answer.reasoning, "Air is not blue.");
    assert_eq!((answer.state, answer.finish.as_deref()), (MessageState::Done, Some("stop")));
    assert_eq!((answer.sent_at, answer.ended_at), (Some(BEGAN + 100), Some(BEGAN + 3_000)));
    assert_eq!((answer.prompt_tokens, answer.completion_tokens), (Some(21), Some(8)));
    assert_eq!(answer.account.as_deref(), (version >= 5).then_some("Ada"));

    let failed = library.message(4).await.unwrap();
    assert_eq!(failed.state, MessageState::Failed);
    // A finished card before version 12, and a fact from then on, of which the card is made.
    let incident = Incident::read(failed.incident.as_deref().expect("what went wrong"));
    let shown = card_of(&incident, &Context { message_saved: true, ..Context::default() });
    assert_eq!(shown.code, "rate_limit_exceeded");
    assert!(shown.what.contains("5:00"), "version {version}: {}", shown.what);
    assert_eq!((shown.actions.len(), shown.ready_at), (3, Some(1_795_361_703_000)));
    assert_eq!(incident.ready_at(), shown.ready_at);
    if version >= 4 {
        let stopped = library.message(5).await.unwrap();
        assert_eq!((stopped.state, stopped.kept), (MessageState::Stopped, Some(8)));
    }
    let cut = library.message(7).await.unwrap();
    assert_eq!((cut.state, cut.interrupted), (MessageState::Cut, Some(Interrupted::Sent)));
    assert!(cut.is_interrupted());
}

async fn calls(library: &Library, version: i64) {
    let one = async |message| -> Option<CallRow> {
        let mut calls = library.calls_of(message).await.unwrap();
        assert_eq!(calls.len(), usize::from(version >= 2));
        calls.pop()
    };
    let (Some(charged), Some(free)) = (one(2).await, one(4).await) else {
        return;
    };
    let verdict = &charged.verdict;
    assert_eq!((verdict.state, verdict.points), (ChargeState::Charged, Some(137)));
    assert_eq!(verdict.query_id.as_deref(), Some("q-1"));
    assert_eq!((charged.took, charged.estimate), (Some(2_900), Some(140)));
    let span = ServerSpan { sent_at: BEGAN + 350, ended_at: Some(BEGAN + 3_250), within: 500 };
    assert_eq!(charged.server, (version >= 8).then_some(span));
    // What was called free was no more than not found.
    let kept = match version {
        ..8 => ChargeState::NotFound,
        8.. => ChargeState::NotCharged,
    };
    assert_eq!(free.verdict.state, kept, "version {version}");
    // What was sent was not kept before version 13.
    let past = library.past_calls().await.unwrap();
    let letters: Vec<i64> = past.iter().filter_map(|call| Some(call.text?.letters)).collect();
    assert_eq!(letters, if version >= 13 { vec![80] } else { Vec::new() }, "version {version}");
    let points: Vec<i64> = past.iter().filter_map(|call| call.points).collect();
    assert_eq!(points, if version >= 27 { vec![137, 11] } else { vec![137] }, "version {version}");
    let cache = CacheUse { read: Some(12), written: Some(9), saved: Some(90) };
    assert_eq!(charged.cache, if version >= 14 { cache } else { CacheUse::default() });
    let refused =
        library.is_cache_refused("https://api.poe.com/v1", "Claude-Haiku-4.5", BEGAN).await.unwrap();
    assert_eq!(refused, version >= 14);
    let several = one(7).await.unwrap().verdict;
    let amounts: &[i64] = if version >= 8 { &[12, 40] } else { &[] };
    assert_eq!((several.state, &several.amounts[..]), (ChargeState::Ambiguous, amounts));
    let running = one(9).await.unwrap();
    assert_eq!((running.verdict.state, running.ended_at), (ChargeState::Checking, None));
    assert_eq!(library.watched_calls("a1", i64::MAX).await.unwrap(), [running]);
    let row = library.rows_of(2).await.unwrap().remove("q-1").expect("the row that was charged");
    assert_eq!(row.usd.as_deref(), (version >= 11).then_some("0.0041"), "version {version}");
    assert_eq!((row.points, row.model.as_str(), row.here), (Some(137), "claude-haiku-4.5", true));
}

/// What was known of rows from the calls that they belong to is in the ledger, and from version 13 on what was read besides.
async fn history(library: &Library, version: i64) {
    let ledger = library.ledger("a1", "a1").await.unwrap();
    let rows =
        library.history_rows(ledger, HistoryFilter::default(), HistoryOrder::Newest, 0, 9).await.unwrap();
    let ids: Vec<&str> = rows.iter().map(|row| row.query_id.as_str()).collect();
    let all: &[&str] = match version {
        ..2 => &[],
        2..8 => &["q-1"],
        8..13 => &["q-2", "q-1"],
        13.. => &["q-2", "q-1", "q-3"],
    };
    assert_eq!(ids, all, "version {version}");
    let points: i64 = rows.iter().filter_map(|row| row.points).sum();
    let cells = library.history_cells(ledger, HistoryFilter::default()).await.unwrap().cells;
    assert_eq!(cells.iter().map(|cell| cell.sum.points).sum::<i64>(), points);
    let spans = library.history_spans(ledger).await.unwrap();
    assert_eq!(spans.len(), usize::from(version >= 13));
    if version >= 13 {
        assert_eq!(library.name_ledger("a1", "a1 other", "42").await.unwrap(), ledger);
    }
    let reading = BalanceReading { at: BEGAN, points: 900, plan: None, addon: None };
    let before = library.keep_balance(ledger, reading).await.unwrap();
    let kept = (version >= 15).then_some(128_450);
    assert_eq!((before.points, before.told.len()), (kept, usize::from(version >= 15)), "version {version}");
    // From version 16 on it is kept when a person was told of a burst.
    let is_told = !library.tell_burst(ledger, BEGAN + 200_000, 150_000).await.unwrap();
    assert_eq!(is_told, version >= 16, "version {version}");
}

async fn files(library: &Library, version: i64) {
    let sent = library.attachments(1).await.unwrap();
    let sent: Vec<_> = sent.iter().map(|it| (it.name.as_str(), it.message_id, it.left_out)).collect();
    let waits = async |place| -> Vec<String> {
        let files = library.draft_attachments(place).await.unwrap();
        files.into_iter().map(|it| it.name).collect()
    };
    let (end, new, edit) = (
        waits(DraftPlace::end_of(1)).await,
        waits(DraftPlace::new_chat()).await,
        waits(DraftPlace::instead_of(1, 1)).await,
    );
    if version < 3 {
        assert!(sent.is_empty() && end.is_empty() && new.is_empty());
        return;
    }
    assert_eq!(sent, [("sky.txt", Some(1), false), ("sunset.png", Some(3), true)]);
    assert_eq!(library.attachment_bytes(1).await.unwrap(), b"blue\n");
    assert_eq!(library.attachment(2).await.unwrap().preview, Some(vec![0xff, 0xd8]));
    assert_eq!((&end[..], &new[..]), (&["waits.txt".to_owned()][..], &["new.txt".to_owned()][..]));
    let edited: &[&str] = if version >= 7 { &["edit.txt"] } else { &[] };
    assert_eq!(edit, edited);
}

async fn drafts(library: &Library, version: i64) {
    let at = async |place| library.draft(place).await.unwrap();
    let words = |text: &str| (version >= 7).then(|| Draft { text: text.to_owned(), ..Draft::default() });
    let film = (version >= 28).then_some((2, FilmHow::Extend));
    assert_eq!(
        at(DraftPlace::end_of(1)).await,
        words("And on the Moon?").map(|draft| Draft { film, ..draft })
    );
    assert_eq!(at(DraftPlace::instead_of(1, 1)).await, words("Why is the sea blue?"));
    let new = words("For a new chat").map(|draft| Draft {
        model: Some("gpt-5.2".to_owned()),
        parameters: Some(Parameters { temperature: Some(0.5), ..Parameters::default() }),
        preset: (version >= 25).then_some(1),
        ..draft
    });
    assert_eq!(at(DraftPlace::new_chat()).await, new);
    assert_eq!(library.editing(1).await.unwrap(), (version >= 7).then_some(1));
}

/// Of the last answer there is what had come, before and after the app says that it was interrupted.
async fn under_way(library: &Library, version: i64) {
    let thought = if version >= 9 { "hm" } else { "" };
    for (state, interrupted) in
        [(MessageState::Streaming, None), (MessageState::Cut, Some(Interrupted::Sent))]
    {
        let last = library.message(9).await.unwrap();
        assert_eq!(
            (last.text.as_str(), last.reasoning.as_str()),
            ("the near side more", thought),
            "version {version}"
        );
        assert_eq!((last.state, last.interrupted), (state, interrupted));
        let closed = library.close_interrupted().await.unwrap();
        assert_eq!(closed, usize::from(state == MessageState::Streaming));
    }
    let last = library.message(9).await.unwrap();
    assert_eq!(last.ended_at, Some(BEGAN + 92_000));
    assert_eq!(library.shown_conversation().await.unwrap(), Some(2));
    library.end_interrupted_calls(NOW).await.unwrap();
}

/// Whatever the file says of an index that it has had, all of it is found.
async fn search(library: &Library, version: i64) {
    let found = async |text: &str| {
        let search = Search { text: text.to_owned(), most: 20, ..Search::default() };
        let hits = library.search(search).await.unwrap().hits;
        hits.into_iter().map(|hit| (hit.message_id, hit.found_in)).collect::<Vec<_>>()
    };
    assert_eq!(found("blue").await, [], "version {version}: it is not read yet");
    library.catch_up(true, &|_| ()).await.unwrap();
    assert!(found("blue").await.contains(&(Some(1), HitIn::Text)), "version {version}");
    assert_eq!(found("tides").await.last(), Some(&(None, HitIn::Title)), "version {version}");
    assert_eq!(found("\"near side more\"").await, [(Some(9), HitIn::Text)], "version {version}");
    if version >= 3 {
        assert_eq!(found("sky.txt").await, [(Some(1), HitIn::File)], "version {version}");
    }
}
