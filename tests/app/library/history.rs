//! The history's rows: kept for good, as they settle and are taken back, with sums that agree with them at every moment.

use super::{conversation, folder, open, sqlite, turn};
use std::path::Path;
use std::process::Command;
use telltale::library::{
    Admission, Charge, ChargeState, HistoryCell, HistoryCells, HistoryFilter, HistoryOrder, HistoryPage,
    HistoryRow, HistorySum, Ledger, Library, Limits, NewCall,
};

const DAY: i64 = 86_400_000;
/// 2026-11-20, 12:00 UTC.
const NOON: i64 = 1_795_176_000_000;
const INTO: &str = "TELLTALE_TEST_DAYS_OF";

fn row(id: &str, at: i64, amount: i64) -> HistoryRow {
    HistoryRow {
        query_id: id.to_owned(),
        at: Some(at),
        model: "Claude".to_owned(),
        kind: "API".to_owned(),
        source: "Laptop".to_owned(),
        is_told: true,
        positive: (amount > 0).then_some(amount),
        negative: (amount < 0).then_some(-amount),
        ..HistoryRow::default()
    }
}

async fn keep(library: &Library, ledger: Ledger, rows: Vec<HistoryRow>) -> bool {
    let page = HistoryPage { rows, to: NOON + DAY, ..HistoryPage::default() };
    library.keep_history(ledger, page).await.unwrap().changed
}

async fn cells(library: &Library, ledger: Ledger) -> HistoryCells {
    library.history_cells(ledger, HistoryFilter::default()).await.unwrap()
}

fn sum<'a>(cells: impl Iterator<Item = &'a HistoryCell>) -> HistorySum {
    cells.fold(HistorySum::default(), |sum, HistoryCell { sum: more, .. }| HistorySum {
        points: sum.points + more.points,
        rows: sum.rows + more.rows,
        unclear: sum.unclear + more.unclear,
    })
}

async fn everything(library: &Library, ledger: Ledger) -> HistorySum {
    sum(cells(library, ledger).await.cells.iter())
}

/// What each table of sums says is what the rows add up to.
fn assert_sums_agree(path: &Path) {
    let file = sqlite(path);
    let by = |name: &str, from: &str, sums: &str, key: &str| {
        let differences = format!(
            "SELECT count(*) FROM (SELECT * FROM ({from}) EXCEPT SELECT {key}, points, rows FROM {sums}
             UNION ALL SELECT * FROM (SELECT {key}, points, rows FROM {sums} EXCEPT {from}))"
        );
        let count: i64 = file.query_row(&differences, [], |row| row.get(0)).unwrap();
        assert_eq!(count, 0, "{name}");
    };
    let source = "iif(kind = 'Chat', '', source)";
    by(
        "days",
        &format!(
            "SELECT ledger, day, model, kind, {source}, call IS NOT NULL, sum(coalesce(points, 0)), count(*) FROM history
             GROUP BY 1, 2, 3, 4, 5, 6"
        ),
        "spent_by_day",
        "ledger, day, model, kind, source, here",
    );
    by(
        "hours",
        "SELECT ledger, day, hour, sum(coalesce(points, 0)), count(*) FROM history GROUP BY 1, 2, 3",
        "spent_by_hour",
        "ledger, day, hour",
    );
    by(
        "chats",
        "SELECT ledger, day, coalesce(conversation, 0), iif(kind = 'Chat', source, ''), sum(coalesce(points, 0)), count(*)
         FROM history GROUP BY 1, 2, 3, 4",
        "spent_by_chat",
        "ledger, day, chat, title",
    );
    let signs = "SELECT count(*) FROM ledgers WHERE (positive, negative) IS NOT (SELECT count(positive), count(negative)
        FROM history WHERE ledger = ledgers.id)";
    assert_eq!(file.query_row(signs, [], |row| row.get::<_, i64>(0)).unwrap(), 0, "signs");
}

#[tokio::test]
async fn a_row_is_what_was_read_of_it_last() {
    let (_folder, path) = folder();
    let library = open(&path);
    let ledger = library.ledger("poe", "poe 1").await.unwrap();
    let check = async |told: HistoryRow, expected: Option<i64>| {
        keep(&library, ledger, vec![told.clone()]).await;
        let rows =
            library.history_rows(ledger, HistoryFilter::default(), HistoryOrder::Newest, 0, 9).await.unwrap();
        let found = rows.iter().find(|row| row.query_id == told.query_id).unwrap();
        assert_eq!(found.points, expected, "{told:?}");
        assert_sums_agree(&path);
        found.clone()
    };
    // Fresh, settled, and read again.
    check(row("a", NOON, 0), Some(0)).await;
    check(row("a", NOON, 299), Some(299)).await;
    assert!(!keep(&library, ledger, vec![row("a", NOON, 299)]).await, "nothing is new");
    check(row("b", NOON + 1, 70), Some(70)).await;
    // A part is given back, which is read alone, then with its charge, then alone again.
    check(row("a", NOON + DAY, -40), Some(259)).await;
    let both = HistoryRow { negative: Some(40), ..row("a", NOON, 299) };
    check(both, Some(259)).await;
    let kept = check(row("a", NOON + DAY, -40), Some(259)).await;
    assert_eq!(kept.at, Some(NOON), "it stays where it was charged");
    // All of it is taken back.
    check(row("a", NOON, 0), Some(0)).await;
    // What can't be read says nothing against what was known.
    let garbage = HistoryRow { is_told: false, model: String::new(), ..row("b", NOON + 1, 0) };
    let kept = check(garbage, Some(70)).await;
    assert_eq!(kept.model, "Claude");
    check(HistoryRow { is_told: false, at: None, ..row("c", 0, 0) }, None).await;
    // Of another sign than the account's others, and of no charge that is known.
    check(row("d", NOON, -5), None).await;
}

#[tokio::test]
async fn where_most_amounts_are_negative_that_is_spending() {
    let (_folder, path) = folder();
    let library = open(&path);
    let ledger = library.ledger("poe", "poe 1").await.unwrap();
    keep(&library, ledger, vec![row("a", NOON, 5)]).await;
    assert_eq!(everything(&library, ledger).await.points, 5);
    keep(&library, ledger, vec![row("b", NOON, -30), row("c", NOON, -20)]).await;
    assert_eq!(everything(&library, ledger).await, HistorySum { points: 50, rows: 3, unclear: 1 });
    assert_sums_agree(&path);
    keep(&library, ledger, vec![row("d", NOON, 7), row("e", NOON, 8), row("f", NOON, 9)]).await;
    assert_eq!(everything(&library, ledger).await, HistorySum { points: 29, rows: 6, unclear: 2 });
    assert_sums_agree(&path);
}

#[tokio::test]
async fn spans_that_meet_are_one_and_others_leave_a_gap() {
    let (_folder, path) = folder();
    let library = open(&path);
    let ledger = library.ledger("poe", "poe 1").await.unwrap();
    let read = async |from: i64, to: i64, span: Option<i64>, cursor: &str, since: Option<i64>| {
        let page = HistoryPage {
            rows: vec![row(&format!("{from}"), from, 1)],
            to,
            span,
            cursor: Some(cursor.to_owned()),
            listed_since: since,
        };
        library.keep_history(ledger, page).await.unwrap().span.unwrap()
    };
    let spans = async || {
        let spans = library.history_spans(ledger).await.unwrap();
        spans.into_iter().map(|span| (span.from, span.to, span.cursor, span.ends)).collect::<Vec<_>>()
    };
    let some = |text: &str| Some(text.to_owned());
    let first = read(100, 200, None, "a", None).await;
    read(50, 200, Some(first.id), "b", Some(10)).await;
    assert_eq!(spans().await, [(10, 200, some("b"), true)]);
    // Much later, and not so far back.
    let later = read(500, 600, None, "c", None).await;
    assert_eq!(spans().await, [(10, 200, some("b"), true), (501, 600, some("c"), false)]);
    // It reads on into what is known: that leads on from there.
    read(150, 600, Some(later.id), "d", None).await;
    assert_eq!(spans().await, [(10, 600, some("b"), true)]);
    // All that is listed by then is newer.
    read(900, 1_000, None, "e", Some(800)).await;
    assert_eq!(spans().await, [(10, 600, some("b"), true), (800, 1_000, some("e"), true)]);
    // A reading inside of what is known changes nothing.
    read(950, 980, None, "f", None).await;
    assert_eq!(spans().await, [(10, 600, some("b"), true), (800, 1_000, some("e"), true)]);
}

#[tokio::test]
async fn two_keys_of_one_account_are_one_ledger() {
    let (_folder, path) = folder();
    let library = open(&path);
    let one = library.ledger("poe", "poe 1111").await.unwrap();
    keep(&library, one, vec![row("a", NOON, 10), row("b", NOON, 20)]).await;
    let two = library.ledger("poe", "poe 2222").await.unwrap();
    keep(&library, two, vec![row("b", NOON, 20), row("c", NOON, 30)]).await;
    assert_ne!(one, two);
    assert_eq!(library.name_ledger("poe", "poe 1111", "42").await.unwrap(), one);
    assert_eq!(library.name_ledger("poe", "poe 1111", "42").await.unwrap(), one, "told again");
    assert_eq!(library.name_ledger("poe", "poe 2222", "42").await.unwrap(), one);
    assert_eq!(everything(&library, one).await, HistorySum { points: 60, rows: 3, unclear: 0 });
    assert_eq!(library.ledger("poe", "poe 2222").await.unwrap(), one);
    assert_eq!(library.history_spans(one).await.unwrap().len(), 1);
    assert_sums_agree(&path);
    // A key of somebody else that ends alike has points of its own.
    let other = library.name_ledger("poe", "poe 2222", "43").await.unwrap();
    assert_ne!(other, one);
    assert_eq!(everything(&library, other).await.rows, 0);
    assert_eq!(everything(&library, one).await.rows, 3);
    // The same person at another server.
    assert_ne!(library.name_ledger("elsewhere", "elsewhere 1111", "42").await.unwrap(), one);
}

#[tokio::test]
async fn a_row_knows_its_call_whichever_was_there_first() {
    let (_folder, path) = folder();
    let library = open(&path);
    let ledger = library.ledger("poe", "poe 1").await.unwrap();
    let chat = conversation(&library).await.id;
    let (_, answer) = turn(&library, chat, "Why?").await;
    let call = NewCall {
        message_id: answer.id,
        account: "poe 1".to_owned(),
        model: "Claude".to_owned(),
        sent_at: NOON,
        server: None,
        text: None,
        estimate: None,
        limits: Limits { day: None, chat: None, holds_project: true },
    };
    let Admission::Admitted(id) = library.admit_call(call).await.unwrap() else { panic!("no limit is set") };
    keep(&library, ledger, vec![row("a", NOON, 12), row("b", NOON, 30)]).await;
    let here = async || sum(cells(&library, ledger).await.cells.iter().filter(|cell| cell.here)).points;
    assert_eq!(here().await, 0);
    let charged =
        Charge { points: Some(12), query_id: Some("a".to_owned()), ..Charge::from(ChargeState::Charged) };
    library.judge_call(id, charged).await.unwrap();
    assert_eq!(here().await, 12);
    assert_sums_agree(&path);
    let chats = library.history_chats(ledger, HistoryFilter::default(), 9).await.unwrap();
    assert_eq!((chats.len(), chats[0].conversation, chats[0].sum.points), (1, Some(chat), 12));
    let of_chat = HistoryFilter { conversation: Some(chat), ..HistoryFilter::default() };
    let own = library.history_cells(ledger, of_chat.clone()).await.unwrap();
    assert_eq!((own.cells.len(), own.names[0].as_str(), sum(own.cells.iter()).points), (1, "Claude", 12));
    let rows = library.history_rows(ledger, of_chat, HistoryOrder::Newest, 0, 9).await.unwrap();
    assert_eq!((rows.len(), rows[0].query_id.as_str()), (1, "a"));
    // Poe says something else of it later, and the call settles with it, however it is read.
    let refund =
        HistoryPage { rows: vec![row("a", NOON + DAY, -2)], to: NOON + DAY, ..HistoryPage::default() };
    assert_eq!(library.keep_history(ledger, refund).await.unwrap().messages, [answer.id]);
    keep(&library, ledger, vec![HistoryRow { negative: Some(2), ..row("a", NOON, 12) }]).await;
    keep(&library, ledger, vec![row("a", NOON + DAY, -2)]).await;
    let call = library.calls_of(answer.id).await.unwrap().remove(0);
    assert_eq!((call.verdict.state, call.verdict.points), (ChargeState::Charged, Some(10)));
    let listed = library.conversations().await.unwrap().remove(0);
    assert_eq!(listed.points, 10);
    // The chat is gone by the next time.
    library.delete_conversation(chat).await.unwrap();
    keep(&library, ledger, vec![row("a", NOON, 9)]).await;
    assert_eq!(here().await, 7, "what was given back of it still is");
    let chats = library.history_chats(ledger, HistoryFilter::default(), 9).await.unwrap();
    assert_eq!((chats[0].conversation, chats[0].title.as_deref(), chats[0].sum.points), (None, None, 7));
    assert_sums_agree(&path);
}

#[tokio::test]
async fn rows_come_in_each_order_and_through_each_filter() {
    let (_folder, path) = folder();
    let library = open(&path);
    let ledger = library.ledger("poe", "poe 1").await.unwrap();
    let told = |id: &str, at, amount, model: &str, kind: &str, source: &str| HistoryRow {
        model: model.to_owned(),
        kind: kind.to_owned(),
        source: source.to_owned(),
        ..row(id, at, amount)
    };
    keep(
        &library,
        ledger,
        vec![
            told("a", NOON, 10, "Claude", "API", "Laptop"),
            told("b", NOON - DAY, 30, "GPT", "API", "Server"),
            told("c", NOON - 2 * DAY, 20, "Claude", "Chat", "Garden plan"),
            HistoryRow { at: None, ..told("d", 0, 5, "", "Canvas App", "Board") },
        ],
    )
    .await;
    let today = library.day_of(NOON).await.unwrap();
    let check = async |filter: HistoryFilter, order, expected: &[&str]| {
        let rows = library.history_rows(ledger, filter.clone(), order, 0, 9).await.unwrap();
        let ids: Vec<&str> = rows.iter().map(|row| row.query_id.as_str()).collect();
        assert_eq!(ids, expected, "{filter:?} {order:?}");
    };
    use HistoryOrder::{Dearest, Model, Newest, Oldest};
    let all = HistoryFilter::default;
    check(all(), Newest, &["a", "b", "c", "d"]).await;
    check(all(), Oldest, &["d", "c", "b", "a"]).await;
    check(all(), Dearest, &["b", "c", "a", "d"]).await;
    check(all(), Model, &["d", "a", "c", "b"]).await;
    check(HistoryFilter { model: Some("Claude".into()), ..all() }, Newest, &["a", "c"]).await;
    check(HistoryFilter { kind: Some("API".into()), ..all() }, Dearest, &["b", "a"]).await;
    check(HistoryFilter { source: Some("Laptop".into()), ..all() }, Newest, &["a"]).await;
    check(HistoryFilter { source: Some("Garden plan".into()), ..all() }, Newest, &[]).await;
    check(HistoryFilter { here: Some(false), from: Some(today - 1), ..all() }, Newest, &["a", "b"]).await;
    check(HistoryFilter { to: Some(today - 1), ..all() }, Newest, &["b", "c", "d"]).await;
    check(HistoryFilter { model: Some("'; DROP TABLE history; --".into()), ..all() }, Newest, &[]).await;
    let second = library.history_rows(ledger, all(), Newest, 1, 1).await.unwrap();
    assert_eq!(second[0].query_id, "b");
    let hours = library.history_hours(ledger, all()).await.unwrap();
    assert_eq!((hours.len(), hours.iter().sum::<i64>()), (24, 60), "that without a time is in no hour");
    let all = cells(&library, ledger).await;
    let mut keys: Vec<_> =
        all.cells.iter().map(|cell| (all.names[cell.source as usize].as_str(), cell.sum.points)).collect();
    keys.sort_unstable();
    assert_eq!(keys, [("", 20), ("Board", 5), ("Laptop", 10), ("Server", 30)]);
}

/// Each hour of a year, one point.
fn year() -> Vec<HistoryRow> {
    (0..366 * 24).map(|hour| row(&format!("h{hour}"), NOON - hour * 3_600_000, 1)).collect()
}

async fn days_of(library: &Library) -> Vec<(i64, i64)> {
    let ledger = library.ledger("poe", "poe 1").await.unwrap();
    cells(library, ledger).await.cells.iter().map(|cell| (cell.day, cell.sum.rows)).collect()
}

/// Runs in a process of its own, in another time zone.
#[tokio::test]
#[ignore = "the other side of history::a_change_of_zone_leaves_every_day_as_it_was"]
async fn reads_the_same_rows_once_more() {
    let path = std::env::var_os(INTO).unwrap();
    let library = open(Path::new(&path));
    let ledger = library.ledger("poe", "poe 1").await.unwrap();
    keep(&library, ledger, year()).await;
    println!("\n{:?}", days_of(&library).await);
}

fn in_zone(zone: &str, path: &Path) -> String {
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "history::reads_the_same_rows_once_more", "--ignored", "--nocapture"])
        .env("TZ", zone)
        .env(INTO, path)
        .output()
        .unwrap();
    let told = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{told}");
    told.lines().find(|line| line.starts_with("[(")).expect("the days").to_owned()
}

#[test]
fn a_change_of_zone_leaves_every_day_as_it_was() {
    let (_folder, path) = folder();
    let before = in_zone("America/New_York", &path);
    // Daylight saving takes an hour from one day and gives it to another.
    assert_eq!((before.matches(", 23)").count(), before.matches(", 25)").count()), (1, 1), "{before}");
    for zone in ["Asia/Tokyo", "Pacific/Apia", "America/New_York", "UTC"] {
        assert_eq!(in_zone(zone, &path), before, "{zone}");
    }
    let (_folder, other) = folder();
    assert_ne!(in_zone("Asia/Tokyo", &other), before);
    assert_sums_agree(&path);
}
