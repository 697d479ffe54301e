//! The search on real files: what is written is found, in whatever branch, and what is let go is gone from every file; the index
//! is made again where it is missing, damaged or another library's, and goes on where it was stopped.

use super::{DAY, NOW, conversation, end, folder, open, sqlite, turn};
use std::path::Path;
use std::sync::Mutex;
use std::time::{Duration, Instant};
use telltale::library::{
    ConversationChange, DraftPlace, End, HitIn, Library, MessageState, NewAttachment, Parameters, Role,
    Search, SearchFilter, SearchHit, SearchPage,
};

async fn page(library: &Library, search: Search) -> SearchPage {
    library.search(Search { most: if search.most == 0 { 50 } else { search.most }, ..search }).await.unwrap()
}

async fn hits(library: &Library, text: &str) -> Vec<SearchHit> {
    page(library, Search { text: text.to_owned(), ..Search::default() }).await.hits
}

/// The messages that are found, the newest first.
async fn found(library: &Library, text: &str) -> Vec<i64> {
    hits(library, text).await.into_iter().filter_map(|hit| hit.message_id).collect()
}

async fn read(library: &Library) {
    library.catch_up(false, &|_| ()).await.unwrap();
}

/// A question at a time, and its answer.
async fn asked(library: &Library, chat: i64, question: &str, answer: &str, at: i64) -> (i64, i64) {
    let (asked, row) = library.add_turn(chat, question, "claude-haiku-4.5", at).await.unwrap();
    let end = End { reasoning: String::new(), ..end(MessageState::Done, answer) };
    library.save_end(row.id, end).await.unwrap();
    (asked.id, row.id)
}

async fn attach(library: &Library, chat: i64, name: &str, mime: &str, text: &str) -> i64 {
    let new = NewAttachment {
        place: DraftPlace::end_of(chat).into(),
        name: name.to_owned(),
        mime: mime.to_owned(),
        preview: None,
        bytes: text.as_bytes().to_vec(),
    };
    library.add_attachment(new, NOW).await.unwrap().id
}

fn marked(hit: &SearchHit) -> String {
    let all = hit.title.iter().chain(&hit.file).chain(&hit.snippet);
    all.filter(|piece| piece.is_match).map(|piece| piece.text.as_str()).collect::<Vec<_>>().join("|")
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_written_is_found_within_a_second() {
    let (_folder, path) = folder();
    let library = open(&path);
    let chat = conversation(&library).await.id;
    let follower = library.clone();
    let following = tokio::spawn(async move { follower.follow_search(|_| ()).await });
    // It has looked once and waits for what comes.
    tokio::time::sleep(Duration::from_millis(400)).await;
    for number in 0..3 {
        let word = format!("kaleidoscope{number}");
        let (_, answer) = asked(&library, chat, "Why?", &format!("A {word}."), NOW).await;
        let written = Instant::now();
        while found(&library, &word).await != [answer] {
            assert!(written.elapsed() < Duration::from_secs(1), "{word} is not found");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }
    following.abort();
}

#[tokio::test]
async fn everything_that_is_kept_is_found_where_it_stands() {
    let (_folder, path) = folder();
    let library = open(&path);
    let chat = conversation(&library).await.id;
    let notes = attach(&library, chat, "Gewürze 香料.txt", "text/plain", "saffron and 肉桂").await;
    let picture = attach(&library, chat, "sunset.png", "image/png", "saffron is no text here").await;
    let (question, answer) =
        library.add_turn_with(chat, "Which spice is dear?", vec![notes, picture], "m", NOW).await.unwrap();
    let reasoning = "They mean vanilla, perhaps".to_owned();
    library
        .save_end(answer.id, End { reasoning, ..end(MessageState::Done, "Safran, crème 香草") })
        .await
        .unwrap();
    read(&library).await;

    let told = async |text: &str| {
        let hits = hits(&library, text).await;
        hits.iter().map(|hit| (hit.found_in, hit.message_id, marked(hit))).collect::<Vec<_>>()
    };
    let (asked, said) = (Some(question.id), Some(answer.id));
    let (title, dear) = ((HitIn::Title, None, "dear".to_owned()), (HitIn::Text, asked, "dear".to_owned()));
    let both = told("dear").await;
    assert!(both.len() == 2 && both.contains(&title) && both.contains(&dear), "{both:?}");
    assert_eq!(told("saffron").await, [(HitIn::File, asked, "saffron".to_owned())]);
    assert_eq!(told("gewurze").await, [(HitIn::File, asked, "Gewürze".to_owned())]);
    assert_eq!(told("桂").await, [(HitIn::File, asked, "桂".to_owned())]);
    assert_eq!(told("香").await.len(), 2);
    assert_eq!(told("vanilla").await, [(HitIn::Reasoning, said, "vanilla".to_owned())]);
    assert_eq!(told("creme").await, [(HitIn::Text, said, "crème".to_owned())]);
    assert_eq!(told("sunset -beach").await, [(HitIn::File, asked, "sunset".to_owned())]);
    assert_eq!(hits(&library, "creme").await[0].written, ["crème"]);

    // Another name, another answer: the old words find nothing.
    let change = ConversationChange { title: Some("Cumin".to_owned()), ..ConversationChange::default() };
    library.change_conversation(chat, change).await.unwrap();
    library.restart_answer(answer.id, "m", NOW).await.unwrap();
    read(&library).await;
    assert_eq!(told("dear").await, [dear]);
    assert_eq!(told("cumin").await, [(HitIn::Title, None, "Cumin".to_owned())]);
    assert_eq!(told("creme").await, []);
    assert_eq!(told("vanilla").await, []);
}

#[tokio::test]
async fn words_of_every_script_are_found_from_their_shortest_on() {
    let (_folder, path) = folder();
    let library = open(&path);
    let chat = conversation(&library).await.id;
    let texts = [
        "机器学习需要数据。",
        "データを保存してください。ｶﾞｲﾄﾞ",
        "한국어를 배우고 있어요",
        "Straße, naïve café: ＡＢＣ１２３",
        "snake_case don't 用GPT写代码",
        "ภาษาไทยง่าย",
        "Ракета 🚀 взлетела, ещё",
    ];
    let mut ids = Vec::new();
    for (number, text) in texts.iter().enumerate() {
        ids.push(asked(&library, chat, text, "", NOW + number as i64 * DAY).await.0);
    }
    read(&library).await;
    let check = async |text: &str, expected: &[usize]| {
        let found = found(&library, text).await;
        let mut places: Vec<usize> =
            found.iter().map(|id| ids.iter().position(|it| it == id).unwrap()).collect();
        places.sort_unstable();
        assert_eq!(places, expected, "{text}");
    };
    check("学", &[0]).await;
    check("学习", &[0]).await;
    check("器学习", &[0]).await;
    check("据", &[0]).await;
    check("学数", &[]).await;
    check("数据 机器", &[0]).await;
    check("代码", &[4]).await;
    check("写", &[4]).await;
    check("用gpt写", &[4]).await;
    check("保存", &[1]).await;
    check("タ", &[1]).await;
    check("ガイド", &[1]).await;
    check("어를", &[2]).await;
    check("한국", &[2]).await;
    check("요", &[2]).await;
    check("cafe", &[3]).await;
    check("CAFÉ ", &[3]).await;
    check("abc123", &[3]).await;
    check("stra", &[3]).await;
    check("stra ", &[]).await;
    check("snake_case", &[4]).await;
    check("\"case don\"", &[4]).await;
    check("\"case snake\"", &[]).await;
    check("don’t", &[4]).await;
    check("ไทย", &[5]).await;
    check("🚀", &[6]).await;
    check("еще", &[6]).await;
    check("学 -机器", &[]).await;
    check("cafe -naive", &[]).await;
    check("cafe -rain", &[3]).await;
}

/// No input is an error, and none finds what is not there.
#[tokio::test]
async fn whatever_is_typed_is_only_words() {
    let (_folder, path) = folder();
    let library = open(&path);
    let chat = conversation(&library).await.id;
    let (only, _) = asked(&library, chat, "plain words here", "", NOW).await;
    read(&library).await;
    let deep = "(".repeat(2_000);
    let long = "word ".repeat(500);
    let quotes = "\"".repeat(501);
    for typed in [
        "\"",
        "'",
        "''",
        "`",
        "*",
        "**",
        "^",
        "^plain",
        "NEAR",
        "NEAR(plain words",
        "NEAR(plain words, 1)",
        "plain NEAR words",
        "AND",
        "OR",
        "NOT",
        "plain AND",
        "plain NOT",
        "plain OR words",
        "text:plain",
        "text : plain",
        "{text}:plain",
        "- {text}:plain",
        "-text:plain",
        "plain + words",
        "plain+words",
        "\"plain",
        "\"plain\" *",
        "\"plain\"*",
        "* plain",
        "pl*ain",
        "(plain",
        "plain)",
        ")(",
        "rank:1",
        "words MATCH 'x'",
        "'; DROP TABLE words; --",
        "%",
        "_",
        "\\",
        "\0",
        "plain\0words",
        "\u{feff}",
        "\u{202e}plain",
        "－－",
        "-",
        "--",
        "- -",
        "-\"",
        "-\"\"",
        "“",
        "“”",
        "，。",
        "\u{301}",
        "a\u{301}\u{301}\u{301}",
        "\u{10ffff}",
        "🏳️‍🌈",
        "\n\t",
        &deep,
        &long,
        &quotes,
    ] {
        for best_first in [false, true] {
            let search = Search { text: typed.to_owned(), best_first, most: 9, ..Search::default() };
            let page = library.search(search).await.unwrap_or_else(|error| panic!("{typed:?}: {error}"));
            assert!(page.hits.iter().all(|hit| hit.message_id.is_none_or(|id| id == only)), "{typed:?}");
        }
        library.find_in_chat(chat, typed.to_owned()).await.unwrap();
    }
    assert_eq!(found(&library, "plain OR words").await, [] as [i64; 0], "or is a word");
    assert_eq!(found(&library, "plain \"words here\"").await, [only]);
}

#[tokio::test]
async fn a_branch_out_of_sight_is_found_and_what_is_let_go_is_not() {
    let (_folder, path) = folder();
    let library = open(&path);
    let chat = conversation(&library).await.id;
    let (old, _) = asked(&library, chat, "关于月亮的问题", "old answer", NOW).await;
    let (new, _) = library.add_turn_beside(old, "关于太阳的问题", Vec::new(), "m", NOW + 1).await.unwrap();
    let other = conversation(&library).await.id;
    let (elsewhere, _) = asked(&library, other, "月亮", "", NOW + DAY).await;
    read(&library).await;
    assert_eq!(found(&library, "月亮").await, [elsewhere, old]);
    assert_eq!(found(&library, "太阳").await, [new.id]);

    // A chat in the bin is not found, and is again when it comes back.
    let put = |at: &str| {
        sqlite(&path).execute_batch(&format!("UPDATE conversations SET deleted_at = {at} WHERE id = {chat}"))
    };
    put("5").unwrap();
    assert_eq!(found(&library, "月亮").await, [elsewhere]);
    put("NULL").unwrap();
    assert_eq!(found(&library, "月亮").await, [elsewhere, old]);

    library.delete_conversation(chat).await.unwrap();
    assert_eq!(found(&library, "月亮").await, [elsewhere], "even before the index knows");
    read(&library).await;
    assert_eq!(found(&library, "太阳").await, [] as [i64; 0]);
    assert_eq!(found(&library, "月亮").await, [elsewhere]);
}

/// But for the first letter or so, which the index may hold with the word before.
fn files_with(folder: &Path, word: &[u8]) -> Vec<String> {
    let entries = folder.read_dir().unwrap().flatten().filter(|entry| entry.path().is_file());
    let holds = |path: &Path| {
        let bytes = std::fs::read(path).unwrap();
        bytes.windows(word.len()).any(|part| part == word)
    };
    let named = entries.filter(|entry| holds(&entry.path()));
    named.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect()
}

/// Whatever is asked together, what is found is what reading every message would find, in the order of time.
#[tokio::test]
async fn terms_of_every_kind_together_find_what_reading_all_would() {
    const WORDS: [&str; 12] = [
        "a", "sky", "skyward", "skill", "rain", "rainbow", "ray", "river", "rivers", "wind", "window", "élan",
    ];
    const LETTERS: [char; 6] = ['机', '器', '学', '习', '好', '天'];
    let (_folder, path) = folder();
    let library = open(&path);
    let chat = conversation(&library).await.id;
    let mut random = fastrand::Rng::with_seed(14);
    let mut texts = Vec::new();
    for number in 0..300 {
        let mut text = Vec::new();
        for _ in 0..random.usize(1..8) {
            match random.bool() {
                true => text.push(WORDS[random.usize(..WORDS.len())].to_owned()),
                false => text.push((0..random.usize(1..4)).map(|_| LETTERS[random.usize(..6)]).collect()),
            }
        }
        let text = text.join(" ");
        // Some before what is there already.
        let at = NOW + [number, 300 - number][random.usize(..2)] * 60_000;
        let (asked, _) = library.add_turn(chat, &text, "m", at).await.unwrap();
        texts.push((asked.id, text));
        if number % 70 == 0 {
            read(&library).await;
        }
    }
    read(&library).await;
    let has = |text: &str, term: &str, is_open: bool| match term.chars().any(|c| LETTERS.contains(&c)) {
        true => text.contains(term),
        false => text.split(' ').any(|word| if is_open { word.starts_with(term) } else { word == term }),
    };
    let mut counts = [0; 2];
    for _ in 0..400 {
        let mut terms: Vec<(String, bool)> = Vec::new();
        for _ in 0..random.usize(1..4) {
            let term = if random.bool() {
                let word = WORDS[random.usize(..WORDS.len())];
                word.chars().take(random.usize(1..8)).collect()
            } else {
                (0..random.usize(1..3)).map(|_| LETTERS[random.usize(..6)]).collect()
            };
            terms.push((term, !terms.is_empty() && random.u8(..4) == 0));
        }
        let is_open = random.bool();
        let mut typed: Vec<String> = terms
            .iter()
            .map(|(term, is_out)| if *is_out { format!("-{term}") } else { term.clone() })
            .collect();
        typed.extend((!is_open).then(String::new));
        let typed = typed.join(" ");
        let last = terms.len() - 1;
        let fits = |text: &str| {
            terms
                .iter()
                .enumerate()
                .all(|(at, (term, is_out))| has(text, term, at == last && is_open && !is_out) != *is_out)
        };
        let mut expected: Vec<i64> = texts.iter().filter(|(_, text)| fits(text)).map(|(id, _)| *id).collect();
        let search = Search { text: typed.clone(), most: 400, ..Search::default() };
        let hits = page(&library, search.clone()).await.hits;
        let times: Vec<i64> = hits.iter().map(|hit| hit.at).collect();
        // What was said within minutes may stand in either order.
        assert!(times.windows(2).all(|pair| pair[0] + 300_000 >= pair[1]), "{typed}: {times:?}");
        let mut found: Vec<i64> = hits.iter().filter_map(|hit| hit.message_id).collect();
        // Page by page it is the same.
        let (mut paged, mut from) = (Vec::new(), None);
        loop {
            let page = page(&library, Search { most: 7, from, ..search.clone() }).await;
            paged.extend(page.hits.iter().filter_map(|hit| hit.message_id));
            from = page.next;
            if from.is_none() {
                break;
            }
        }
        assert_eq!(paged, found, "{typed}");
        found.sort_unstable();
        expected.sort_unstable();
        assert_eq!(found, expected, "{typed}");
        counts[usize::from(found.is_empty())] += 1;
    }
    assert!(counts[0] > 150 && counts[1] > 20, "both happen often enough: {counts:?}");
}

#[tokio::test]
async fn what_is_deleted_is_gone_from_every_file() {
    let (folder, path) = folder();
    let library = open(&path);
    let chat = conversation(&library).await.id;
    // Enough that the index has parts of several sizes.
    for number in 0..300 {
        let text = format!("usual words of number {number}, {}", "and some more of them ".repeat(20));
        asked(&library, chat, &text, &text, NOW + number * 60_000).await;
        if number % 50 == 0 {
            read(&library).await;
        }
    }
    let secret = conversation(&library).await.id;
    let change = ConversationChange { title: Some("xqtitlezjw".to_owned()), ..ConversationChange::default() };
    library.change_conversation(secret, change).await.unwrap();
    let file = attach(&library, secret, "wqfilezjv.txt", "text/plain", "vqcontentzjk").await;
    let (_, answer) = library.add_turn_with(secret, "zqquestionzjx", vec![file], "m", NOW).await.unwrap();
    library.save_end(answer.id, end(MessageState::Done, "kqanswerzjq 機密乱文")).await.unwrap();
    read(&library).await;
    let words = ["qtitlezjw", "qfilezjv", "qcontentzjk", "qquestionzjx", "qanswerzjq", "機密", "密乱"];
    for word in words {
        let files = files_with(folder.path(), &word.as_bytes()[1..]);
        assert!(
            files.iter().any(|file| file.starts_with("telltale.db.search")),
            "{word} was never there: {files:?}"
        );
    }
    library.delete_conversation(secret).await.unwrap();
    read(&library).await;
    for word in words {
        assert_eq!(files_with(folder.path(), &word.as_bytes()[1..]), [] as [String; 0], "{word}");
    }
    assert_eq!(found(&library, "usual").await.len(), 50);
}

#[tokio::test]
async fn a_filter_narrows_and_pages_follow_each_other() {
    let (_folder, path) = folder();
    let library = open(&path);
    let (one, two) = (conversation(&library).await.id, conversation(&library).await.id);
    let mut all = Vec::new();
    for number in 0..60 {
        let chat = if number % 2 == 0 { one } else { two };
        let (question, answer) = asked(
            &library,
            chat,
            "the river",
            &format!("the river {}", "flows ".repeat(60 - number)),
            NOW + number as i64 * DAY,
        )
        .await;
        all.extend([question, answer]);
    }
    let file = attach(&library, one, "map.txt", "text/plain", "a delta").await;
    let (with_file, _) =
        library.add_turn_with(one, "river", vec![file], "gpt-5.2", NOW + 90 * DAY).await.unwrap();
    sqlite(&path)
        .execute_batch(&format!(
            "INSERT INTO calls (message_id, account, model, sent_at, answered, charge, points) VALUES ({}, 'a', 'm', 1, 1, 'charged', 500)",
            all[1]
        ))
        .unwrap();
    read(&library).await;
    let search =
        |filter: SearchFilter| Search { text: "river".to_owned(), filter, most: 200, ..Search::default() };
    let ids = async |filter: SearchFilter| -> Vec<i64> {
        let page = page(&library, search(filter)).await;
        assert_eq!(page.next, None);
        page.hits.into_iter().filter_map(|hit| hit.message_id).collect()
    };
    let mut newest: Vec<i64> = all.iter().rev().copied().collect();
    newest.insert(0, with_file.id);
    let found = ids(SearchFilter::default()).await;
    assert_eq!((found.len(), found[0]), (newest.len(), with_file.id));
    let filter = SearchFilter::default;
    assert_eq!(ids(SearchFilter { conversation: Some(two), ..filter() }).await.len(), 60);
    assert_eq!(ids(SearchFilter { role: Some(Role::Assistant), ..filter() }).await.len(), 60);
    assert_eq!(ids(SearchFilter { model: Some("gpt-5.2".to_owned()), ..filter() }).await, [with_file.id]);
    assert_eq!(ids(SearchFilter { has_files: true, ..filter() }).await, [with_file.id]);
    assert_eq!(ids(SearchFilter { points: Some(500), ..filter() }).await, [all[1]]);
    assert_eq!(ids(SearchFilter { points: Some(501), ..filter() }).await, [] as [i64; 0]);
    assert_eq!(ids(SearchFilter { project: Some(1), ..filter() }).await, [] as [i64; 0]);
    let days = SearchFilter { from: Some(NOW + 10 * DAY), until: Some(NOW + 12 * DAY), ..filter() };
    let mut of_days = ids(days).await;
    of_days.sort_unstable();
    assert_eq!(of_days, all[20..24]);
    // A filter alone lists what it lets through.
    let listed =
        page(&library, Search { filter: SearchFilter { has_files: true, ..filter() }, ..Search::default() })
            .await;
    assert!(listed.hits.len() == 2 && listed.hits.iter().all(|hit| hit.message_id == Some(with_file.id)));

    for best_first in [false, true] {
        let (mut from, mut paged) = (None, Vec::new());
        loop {
            let page = page(&library, Search { best_first, from, most: 17, ..search(filter()) }).await;
            paged.extend(page.hits.iter().map(|hit| (hit.conversation_id, hit.message_id)));
            from = page.next;
            if from.is_none() {
                break;
            }
        }
        let count = paged.len();
        paged.sort_unstable();
        paged.dedup();
        // Its chats are called so, too.
        assert_eq!((paged.len(), count), (newest.len() + 2, newest.len() + 2), "best first: {best_first}");
    }
    let best = page(
        &library,
        Search {
            best_first: true,
            most: 1,
            ..search(SearchFilter { role: Some(Role::Assistant), ..filter() })
        },
    )
    .await;
    assert_eq!(best.hits[0].message_id, all.last().copied(), "the one that says least besides");
}

#[tokio::test]
async fn another_spelling_is_offered_where_nothing_is_found() {
    let (_folder, path) = folder();
    let library = open(&path);
    let chat = conversation(&library).await.id;
    asked(&library, chat, "photosynthesis in blue light", "Chlorophyll", NOW).await;
    read(&library).await;
    let meant =
        async |text: &str| page(&library, Search { text: text.to_owned(), ..Search::default() }).await.meant;
    assert_eq!(meant("photosinthesis ").await.as_deref(), Some("photosynthesis "));
    assert_eq!(meant("bleu ligth").await.as_deref(), Some("blue light"));
    assert_eq!(meant("\"blue\" Photosinthesis").await.as_deref(), Some("\"blue\" photosynthesis"));
    assert_eq!(meant("photosynthesis").await, None);
    assert_eq!(meant("geology").await, None);
    // Each is known, together they are nowhere.
    assert_eq!(meant("chlorophyll light").await, None);
    assert_eq!(meant("光").await, None);
}

#[tokio::test]
async fn an_index_that_is_missing_damaged_or_another_s_is_made_again() {
    let (folder, path) = folder();
    let library = open(&path);
    let chat = conversation(&library).await.id;
    let (first, _) = asked(&library, chat, "granite", "", NOW).await;
    read(&library).await;
    let backup = library.back_up(NOW).await.unwrap().id;
    let (second, _) = asked(&library, chat, "basalt", "", NOW + DAY).await;
    read(&library).await;
    assert_eq!(
        (found(&library, "granite").await, found(&library, "basalt").await),
        (vec![first], vec![second])
    );
    let index = folder.path().join("telltale.db.search");

    // The library of a backup.
    library.restore(&backup, NOW + 2 * DAY).await.unwrap();
    read(&library).await;
    assert_eq!((found(&library, "granite").await, found(&library, "basalt").await), (vec![first], vec![]));
    drop(library);

    for damage in ["missing", "garbage", "truncated", "flipped", "other"] {
        match damage {
            "missing" => std::fs::remove_file(&index).unwrap(),
            "garbage" => std::fs::write(&index, vec![7; 20_000]).unwrap(),
            "truncated" => {
                let bytes = std::fs::read(&index).unwrap();
                std::fs::write(&index, &bytes[..bytes.len() / 2 + 100]).unwrap();
            }
            "flipped" => {
                let mut bytes = std::fs::read(&index).unwrap();
                for place in (4_096..bytes.len()).step_by(7) {
                    bytes[place] ^= 0x5a;
                }
                std::fs::write(&index, bytes).unwrap();
            }
            _ => {
                let elsewhere = tempfile::tempdir().unwrap();
                let other = open(&elsewhere.path().join("telltale.db"));
                let chat = conversation(&other).await.id;
                asked(&other, chat, "marble", "", NOW).await;
                read(&other).await;
                drop(other);
                std::fs::copy(elsewhere.path().join("telltale.db.search"), &index).unwrap();
            }
        }
        for companion in ["-wal", "-shm"] {
            let _ = std::fs::remove_file(folder.path().join(format!("telltale.db.search{companion}")));
        }
        let library = open(&path);
        library.search(Search { text: "granite".to_owned(), most: 5, ..Search::default() }).await.unwrap();
        library.catch_up(true, &|_| ()).await.unwrap_or_else(|error| panic!("{damage}: {error}"));
        assert_eq!(found(&library, "granite").await, [first], "{damage}");
        assert_eq!(found(&library, "marble").await, [] as [i64; 0], "{damage}");
    }
    super::assert_intact(&path);
}

#[tokio::test]
async fn a_long_reading_tells_how_far_it_is_and_goes_on_after_an_end_of_the_app() {
    const TURNS: i64 = 1_500;
    let (_folder, path) = folder();
    let library = open(&path);
    let chat = conversation(&library).await.id;
    // As from an import: all at once.
    let fill = format!(
        "WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < {TURNS})
         INSERT INTO messages (conversation_id, role, state, text, reasoning, model, created_at, updated_at)
         SELECT {chat}, 'user', 'done', 'pebble number ' || n || ' of the beach', '', 'm', {NOW}, {NOW} FROM n"
    );
    sqlite(&path).execute_batch(&fill).unwrap();
    let told = Mutex::new(Vec::new());
    // The app ends in the middle of it.
    let tell = |reading| told.lock().unwrap().push(reading);
    {
        let reading = library.catch_up(true, &tell);
        let _ = tokio::time::timeout(Duration::from_millis(1), reading).await;
        // A little longer each time, until a machine that is busy gets as far.
        for milliseconds in 3.. {
            if library.reading().await.unwrap().read > 0 {
                break;
            }
            assert!(milliseconds < 500);
            let wait = Duration::from_millis(milliseconds);
            let _ = tokio::time::timeout(wait, library.catch_up(true, &tell)).await;
        }
    }
    drop(library);
    let library = open(&path);
    let begun = library.reading().await.unwrap();
    assert!(begun.read > 0 && begun.read < TURNS, "{begun:?}");
    // Those that were taken in when the app ended still wait, and are not taken in twice.
    assert!((TURNS..=TURNS + 256).contains(&begun.of), "{begun:?}");
    // The newest are read first.
    assert!(!found(&library, &format!("\"number {TURNS}\"")).await.is_empty());
    assert_eq!(found(&library, "\"number 1\"").await, [] as [i64; 0]);
    told.lock().unwrap().clear();
    library.catch_up(true, &|reading| told.lock().unwrap().push(reading)).await.unwrap();
    let told = told.into_inner().unwrap();
    let first = told[0].unwrap();
    assert!(first.read >= begun.read && first.of == begun.of, "{told:?}");
    assert_eq!(told.last(), Some(&None));
    assert_eq!(library.reading().await.unwrap().read, TURNS);
    assert!(!found(&library, "\"number 1\"").await.is_empty());
}

#[tokio::test]
async fn within_a_chat_part_of_a_word_is_found_in_what_is_shown() {
    let (_folder, path) = folder();
    let library = open(&path);
    let chat = conversation(&library).await.id;
    let (question, answer) =
        asked(&library, chat, "Why the sky?", "Skylight; the SKY scatters 天空", NOW).await;
    let (hidden, _) = asked(&library, chat, "sky once more", "", NOW + 1).await;
    library.add_turn_beside(hidden, "something else", Vec::new(), "m", NOW + 2).await.unwrap();
    let found = library.find_in_chat(chat, "sky".to_owned()).await.unwrap();
    let told: Vec<_> = found.iter().map(|it| (it.message_id, it.count)).collect();
    assert_eq!(told, [(question, 1), (answer, 2)]);
    assert_eq!(found[1].written, ["SKY", "Sky"]);
    assert_eq!(library.find_in_chat(chat, "空".to_owned()).await.unwrap().len(), 1);
    let parameters = Parameters::default();
    let empty = library.create_conversation("m", parameters, NOW).await.unwrap().id;
    assert_eq!(library.find_in_chat(empty, "sky".to_owned()).await.unwrap(), []);
    let _ = turn(&library, empty, "x").await;
}
