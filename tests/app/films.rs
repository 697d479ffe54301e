//! Films: ordered once, asked for through stops, failures and restarts, kept as files, and made from each other.

use crate::conditions::until;
use crate::house::House;
use poe::sim::Reply;
use serde_json::{Value, json};
use std::time::Duration;
use telltale::events::{
    ConversationChange, FilmHow, FilmSource, MediaKind, MediaProblem, MediaState, MessageState, MessageView,
    Parameters, ResendChange,
};
use telltale::library::{DraftPlace, End, Evidence};
use telltale::models::Allowed;

const FILM: &str = "demo-film";
const SLOW: Duration = Duration::from_secs(60);

async fn house() -> House {
    let house = House::new().await;
    allow(&house);
    house
}

fn allow(house: &House) {
    let bots = [FILM, "demo-film-declined", "demo-film-broken", "sora-2"].map(str::to_owned);
    house.models.set_allowed(Allowed::new(&bots, &[]));
}

/// A chat with a question to this model; its id and the answer's.
async fn ask(house: &House, model: &str, set: Value) -> (i64, i64) {
    let declared = set.as_object().cloned().unwrap_or_default();
    let system = Some("Be brief".to_owned());
    let parameters = Parameters { declared, system, ..Parameters::default() };
    let chat = house.chat.create(model.into(), parameters).await.unwrap().id;
    (chat, house.chat.send(chat, "A lamp at sea", None).await.unwrap().answer.id)
}

/// Poe has taken the order, and makes the film.
async fn is_made(house: &House, answer: i64) -> MessageView {
    house.until(answer, |view| view.status.film.as_ref().is_some_and(|film| film.percent.is_some())).await
}

fn orders(house: &House) -> Vec<(String, Value)> {
    let posts = house
        .sim
        .requests()
        .into_iter()
        .filter(|it| it.path.starts_with("/v1/videos") && it.method == "POST");
    posts.map(|it| (it.path.clone(), serde_json::from_slice(&it.body).unwrap())).collect()
}

fn code(view: &MessageView) -> (&str, &str) {
    let card = view.status.card.as_ref().unwrap();
    (&card.code, &card.what)
}

async fn kept(house: &House, answer: i64) -> Vec<u8> {
    until("the film is a file", async || {
        house.media.of_message(answer).await.unwrap().first().is_some_and(|media| media.id.is_some())
    })
    .await;
    let media = house.media.of_message(answer).await.unwrap().remove(0);
    assert_eq!(
        (media.state, media.kind, media.mime.as_str()),
        (MediaState::Kept, MediaKind::Video, "video/mp4")
    );
    house.media.bytes(media.id.unwrap()).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_film_is_ordered_told_and_kept() {
    let house = house().await;
    house.sim.set_film_time(Duration::from_millis(900));
    let set = json!({"duration": "4", "aspect_ratio": "9:16", "seed": "7"});
    let (chat, answer) = ask(&house, FILM, set).await;
    let view = is_made(&house, answer).await;
    assert_eq!((view.status.state, view.status.sent_at.is_some()), (MessageState::Streaming, true));

    let end = house.ended(answer).await;
    assert_eq!((end.status.state, end.status.card), (MessageState::Done, None));
    let film = end.status.film.unwrap();
    assert_eq!((film.extends, film.how), (false, None));
    assert!(kept(&house, answer).await.starts_with(b"\0\0\0\x20ftyp"));
    // Only the words go out, and of the settings those that have a place there.
    let expected = json!({"model": FILM, "prompt": "A lamp at sea", "seconds": "4", "size": "720x1280"});
    assert_eq!(orders(&house), [("/v1/videos".to_owned(), expected)]);
    house.assert_no_key();
    let made = house.media.page(None, 0).await.unwrap().made.remove(0);
    assert_eq!(json!(made.asked_with), json!({"duration": "4", "aspect_ratio": "9:16"}));

    // It has its own name on the disk, its text is where it lies, and its price is known from then on.
    let row = house.second_look().message(answer).await.unwrap();
    let id = row.video_id.unwrap();
    assert_eq!(row.text, format!("{}/videos/{id}/content", house.sim.base_url()));
    house.watch_charges();
    let charged =
        house.until(answer, |view| view.status.charge.as_ref().is_some_and(|it| it.points.is_some()));
    assert_eq!(charged.await.status.charge.unwrap().points, Some(3_000));
    until("the next one has a price", async || {
        let set = Parameters::default();
        let context = house.chat.outgoing.draft_context(Some(chat), None, FILM, &set, None).await.unwrap();
        let cost = house.chat.outgoing.estimate_cost(&context, "Another").await;
        cost.points.is_some_and(|points| points.low <= 3_000 && points.high >= 3_000)
    })
    .await;
    // The chat so far is none of what goes out next.
    let set = Parameters { system: Some("Be brief".to_owned()), ..Parameters::default() };
    let next = house.chat.outgoing.draft_context(Some(chat), None, FILM, &set, None).await.unwrap();
    assert_eq!(next.text.tokens(), 0);
    let place = DraftPlace::end_of(chat);
    assert!(house.chat.outgoing.context_parts(place, None, FILM, &set).await.unwrap().parts.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_first_image_goes_along_and_nothing_else_can() {
    let house = house().await;
    let chat = house.chat.create(FILM.into(), Parameters::default()).await.unwrap().id;
    let place = DraftPlace::end_of(chat);
    let mut png = std::io::Cursor::new(Vec::new());
    image::RgbaImage::new(20, 20).write_to(&mut png, image::ImageFormat::Png).unwrap();
    let image = house.chat.outgoing.add_attachment(place, "a.png", Ok(png.into_inner())).await.unwrap().id;
    let text = house.chat.outgoing.add_attachment(place, "a.txt", Ok(b"words".to_vec())).await.unwrap().id;

    let draft = house.chat.draft(place, Some(FILM), None).await.unwrap();
    assert_eq!(draft.card.unwrap().title, "Too many files for this video");
    house.chat.send_with(chat, "It sets", None, vec![image, text]).await.unwrap_err();
    house.chat.outgoing.remove_attachment(text).await.unwrap();
    let answer = house.chat.send_with(chat, "It sets", None, vec![image]).await.unwrap().answer.id;
    assert_eq!(house.ended(answer).await.status.state, MessageState::Done);
    let (_, order) = orders(&house).remove(0);
    assert!(order["input_image"].as_str().unwrap().starts_with("iVBOR"), "{order}");

    // Nor do those of a question that another model was asked.
    let plain = house.chat.create("demo-flash".into(), Parameters::default()).await.unwrap().id;
    let place = DraftPlace::end_of(plain);
    let text = house.chat.outgoing.add_attachment(place, "a.txt", Ok(b"words".to_vec())).await.unwrap().id;
    let answer = house.chat.send_with(plain, "Read it", None, vec![text]).await.unwrap().answer.id;
    house.ended(answer).await;
    let change = ResendChange { model: Some(FILM.to_owned()), ..ResendChange::default() };
    let refused = house.chat.resend(answer, change).await.unwrap_err();
    assert_eq!(house.chat.card(refused).title, "Too many files for this video");

    // A prompt is what a film is made of; and where nothing is kept there can be none.
    let refused = house.chat.send(chat, "  ", None).await.unwrap_err();
    assert_eq!(house.chat.card(refused).title, "The message is empty");
    let temporary = house.chat.begin_temporary(FILM, Parameters::default()).await.unwrap().id;
    let refused = house.chat.send(temporary, "A lamp", None).await.unwrap_err();
    assert_eq!(house.chat.card(refused).title, "Temporary chats can’t hold videos");
    assert_eq!(orders(&house).len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stop_ends_the_waiting_and_not_the_film() {
    let house = house().await;
    house.sim.set_film_time(Duration::from_millis(2_500));
    let (_, answer) = ask(&house, FILM, json!({})).await;
    is_made(&house, answer).await;
    house.chat.stop(answer);
    let end = house.ended(answer).await;
    assert_eq!(end.status.state, MessageState::Stopped);
    let (code, what) = code(&end);
    assert_eq!(code, "video_waits");
    assert!(what.contains("still being made, and charged"), "{what}");
    let card = end.status.card.as_ref().unwrap();
    assert_eq!(card.actions[0].label, "Get the video");

    // Once more, and once more while it is waited for: it is the same film each time, whoever is asked next.
    let change = ConversationChange { model: Some("demo-flash".to_owned()), ..ConversationChange::default() };
    house.chat.change(end.conversation_id, change).await.unwrap();
    let view = house.chat.go_on(answer).await.unwrap();
    assert_eq!((view.id, view.status.state), (answer, MessageState::Queued));
    house.chat.go_on(answer).await.unwrap();
    assert_eq!(house.ended(answer).await.status.state, MessageState::Done);
    kept(&house, answer).await;
    assert_eq!(orders(&house).len(), 1);
    let calls = house.library.calls_of(answer).await.unwrap();
    assert_eq!(calls.len(), 1, "one order, one charge");
    let took = calls[0].ended_at.unwrap() - calls[0].sent_at;
    assert!((2_400..10_000).contains(&took), "until it was there: {took} ms");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restart_goes_on_with_the_same_film() {
    // The app ends in order, or does not.
    for is_killed in [false, true] {
        let house = house().await;
        house.sim.set_film_time(Duration::from_millis(2_500));
        let (_, answer) = ask(&house, FILM, json!({})).await;
        is_made(&house, answer).await;
        let house = if is_killed {
            house.killed().await
        } else {
            house.chat.close().await;
            house.restarted().await
        };
        allow(&house);
        // Before it is taken up again it says that it is there to be got.
        let view = house.ended(answer).await;
        assert_eq!((view.status.state, code(&view).0), (MessageState::Cut, "video_waits"));
        house.chat.go_on_with_films().await.unwrap();
        let end = house.ended(answer).await;
        assert_eq!((end.status.state, end.status.card), (MessageState::Done, None), "killed: {is_killed}");
        kept(&house, answer).await;
        assert_eq!(orders(&house).len(), 1, "killed: {is_killed}");
        // What is done is not begun anew.
        house.chat.go_on_with_films().await.unwrap();
        assert!(house.chat.live().is_empty());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_passes_is_waited_through_and_what_does_not_says_so() {
    let house = house().await;
    house.sim.set_film_time(SLOW);
    let (_, answer) = ask(&house, FILM, json!({})).await;
    is_made(&house, answer).await;
    let id = house.library.message(answer).await.unwrap().video_id.unwrap();
    let path = format!("/v1/videos/{id}");
    house.sim.always("GET", &path, Reply::error(502, "down", "upstream_error", None));
    house.until(answer, |view| view.status.film.as_ref().is_some_and(|film| film.lost)).await;
    house.sim.always(
        "GET",
        &path,
        Reply::error(401, "revoked", "authentication_error", Some("invalid_api_key")),
    );
    let end = house.ended(answer).await;
    assert_eq!((end.status.state, code(&end).0), (MessageState::Failed, "video_waits"));
    // Trying again, however that is asked for, asks for the same one.
    house.sim.always(
        "GET",
        &path,
        Reply::json(200, json!({"id": id, "status": "completed", "progress": 100})),
    );
    house.sim.always(
        "GET",
        &format!("{path}/content"),
        Reply::bytes(200, "video/mp4", b"\0\0\0\x20ftypisom".to_vec()),
    );
    house.chat.resend(answer, Default::default()).await.unwrap();
    assert_eq!(house.ended(answer).await.status.state, MessageState::Done);
    assert_eq!(orders(&house).len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_film_that_fails_says_why_and_the_next_try_orders_another() {
    let house = house().await;
    for (model, words) in [
        ("demo-film-declined", "The prompt may show somebody who didn’t agree to it."),
        ("demo-film-broken", "Video generation failed."),
    ] {
        let before = orders(&house).len();
        let (_, answer) = ask(&house, model, json!({})).await;
        let end = house.ended(answer).await;
        assert_eq!((end.status.state, code(&end).0), (MessageState::Failed, "video_failed"));
        assert!(code(&end).1.contains(words), "{:?}", code(&end));
        // It stands there after a restart, too.
        let again = house.chat.open(end.conversation_id, None).await.unwrap().messages;
        assert!(code(&again[1]).1.contains(words));
        house.chat.resend(answer, Default::default()).await.unwrap();
        house.ended(answer).await;
        assert_eq!(orders(&house).len(), before + 2, "{model}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_that_is_refused_is_told_and_costs_nothing() {
    let house = house().await;
    house.sim.set_balance(0);
    let (_, answer) = ask(&house, FILM, json!({})).await;
    let end = house.ended(answer).await;
    assert_eq!((end.status.state, code(&end).0), (MessageState::Failed, "insufficient_points"));
    assert!(house.library.calls_of(answer).await.unwrap().is_empty());
    // Nobody knows whether this one was taken: nothing is sent again by itself.
    house.sim.set_balance(50_000);
    house.sim.on("POST", "/v1/videos", Reply::empty(200).cut());
    house.chat.resend(answer, Default::default()).await.unwrap();
    assert_eq!(code(&house.ended(answer).await).0, "connection_lost");
    assert_eq!(orders(&house).len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_film_that_has_expired_is_told_where_it_would_be() {
    let house = house().await;
    let (chat, answer) = ask(&house, FILM, json!({})).await;
    house.sim.always("GET", "/v1/videos/none/content", Reply::text(500, ""));
    is_made(&house, answer).await;
    let id = house.library.message(answer).await.unwrap().video_id.unwrap();
    house.sim.always(
        "GET",
        &format!("/v1/videos/{id}/content"),
        Reply::error(404, "gone", "x", Some("not_found")),
    );
    assert_eq!(house.ended(answer).await.status.state, MessageState::Done);
    let url = house.media.of_message(answer).await.unwrap().remove(0).url;
    let failed = house.media.fetch(answer, &url).await.unwrap();
    assert_eq!((failed.state, failed.problem), (MediaState::Failed, Some(MediaProblem::Gone)));

    // Nobody else's answer has it read with the key: a text may name any film.
    let twin = house.chat.create("demo-flash".into(), Parameters::default()).await.unwrap().id;
    house.sim.on("POST", "/v1/chat/completions", Reply::answer(&url));
    let other = house.chat.send(twin, "Where is it?", None).await.unwrap().answer.id;
    house.ended(other).await;
    let asked =
        |house: &House| house.sim.requests().iter().filter(|it| it.path.ends_with("/content")).count();
    let before = asked(&house);
    let found = house.media.fetch(other, &url).await.unwrap();
    assert_eq!((found.state, found.problem), (MediaState::Failed, Some(MediaProblem::Elsewhere)));
    assert_eq!(house.media.of_message(other).await.unwrap()[0].state, MediaState::Elsewhere);
    assert_eq!(asked(&house), before);

    // One that is gone before it was there says so, and another try makes another.
    house.sim.set_film_time(SLOW);
    let next = house.chat.send(chat, "Another", None).await.unwrap().answer.id;
    is_made(&house, next).await;
    let id = house.library.message(next).await.unwrap().video_id.unwrap();
    let lookup = format!("/v1/videos/{id}");
    // A page that is not Poe's knows nothing of it.
    house.sim.always("GET", &lookup, Reply::html(404, "<h1>Not found</h1>"));
    assert_eq!(code(&house.ended(next).await).0, "video_waits");
    assert_eq!(house.library.message(next).await.unwrap().video_id.as_ref(), Some(&id));
    house.sim.always("GET", &lookup, Reply::error(404, "gone", "x", Some("not_found")));
    house.chat.resend(next, Default::default()).await.unwrap();
    let end = house.ended(next).await;
    assert_eq!(code(&end).0, "video_failed");
    assert!(code(&end).1.contains("has to be made again"));
    assert_eq!(house.library.message(next).await.unwrap().video_id, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn films_are_made_from_a_film() {
    let house = house().await;
    let (chat, answer) = ask(&house, FILM, json!({})).await;
    house.ended(answer).await;
    let first = house.library.message(answer).await.unwrap().video_id.unwrap();
    let source = |how| Some(FilmSource { message_id: answer, how });
    let sent =
        house.chat.send_from_film(chat, "At night", None, Vec::new(), source(FilmHow::Remix)).await.unwrap();
    let end = house.ended(sent.answer.id).await;
    assert_eq!(end.status.state, MessageState::Done);
    assert_eq!(end.status.film.unwrap().how, Some(FilmHow::Remix));
    house.chat.send_from_film(chat, "It sets", None, Vec::new(), source(FilmHow::Extend)).await.unwrap();
    let asked: Vec<_> = orders(&house).into_iter().skip(1).collect();
    assert_eq!(asked[0], (format!("/v1/videos/{first}/remix"), json!({"prompt": "At night"})));
    // Regenerated, it is made from the same film.
    let again = house.chat.resend(sent.answer.id, Default::default()).await.unwrap().id;
    assert_ne!(again, sent.answer.id);
    house.ended(again).await;
    let asked: Vec<_> = orders(&house).into_iter().skip(2).collect();
    let longer = json!({"video": {"id": first}, "prompt": "It sets", "seconds": "8"});
    assert!(asked.contains(&("/v1/videos/extensions".to_owned(), longer)), "{asked:?}");
    assert!(
        asked.contains(&(format!("/v1/videos/{first}/remix"), json!({"prompt": "At night"}))),
        "{asked:?}"
    );

    // A question in other words is still one about that film.
    let question = house.library.message(again).await.unwrap().parent_id;
    let edited = house.chat.send(chat, "At noon", question).await.unwrap().answer.id;
    assert_eq!(house.ended(edited).await.status.state, MessageState::Done);
    let last = orders(&house).pop().unwrap();
    assert_eq!(last, (format!("/v1/videos/{first}/remix"), json!({"prompt": "At noon"})));

    // With words alone: an image has no place there.
    let place = DraftPlace::end_of(chat);
    let file = house.chat.outgoing.add_attachment(place, "a.txt", Ok(b"words".to_vec())).await.unwrap().id;
    let from = source(FilmHow::Remix);
    let refused = house.chat.send_from_film(chat, "x", None, vec![file], from).await.unwrap_err();
    assert_eq!(house.chat.card(refused).title, "Too many files for this video");
    house.chat.outgoing.remove_attachment(file).await.unwrap();

    // Not from an answer that is none, or another model's.
    let question = house.library.message(answer).await.unwrap().parent_id.unwrap();
    let none = Some(FilmSource { message_id: question, how: FilmHow::Remix });
    house.chat.send_from_film(chat, "x", None, Vec::new(), none).await.unwrap_err();
    let other = house.chat.create("demo-film-broken".into(), Parameters::default()).await.unwrap().id;
    house.chat.send_from_film(other, "x", None, Vec::new(), source(FilmHow::Remix)).await.unwrap_err();
}

#[tokio::test(flavor = "multi_thread")]
async fn how_long_it_usually_takes_is_learned() {
    let house = house().await;
    house.sim.set_film_time(SLOW);
    let (chat, first) = ask(&house, FILM, json!({})).await;
    assert_eq!(is_made(&house, first).await.status.usual, None);
    house.chat.stop(first);
    house.ended(first).await;
    for seconds in [90, 130, 110] {
        let (_, answer) = house.library.add_turn(chat, "x", FILM, 0).await.unwrap();
        let end = End {
            state: telltale::library::MessageState::Done,
            finish: Some("stop".to_owned()),
            incident: None,
            sent_at: Some(1_000),
            first_text_at: None,
            ended_at: 1_000 + seconds * 1_000,
            prompt_tokens: None,
            completion_tokens: None,
            text: "x".to_owned(),
            reasoning: String::new(),
            evidence: Evidence::default(),
        };
        house.library.save_end(answer.id, end).await.unwrap();
    }
    let (_, next) = ask(&house, FILM, json!({})).await;
    assert_eq!(is_made(&house, next).await.status.usual, Some(110_000));
    house.chat.stop(next);
    assert_eq!(house.ended(next).await.status.usual, None);
}
