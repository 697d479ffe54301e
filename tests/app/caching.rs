//! Long chats with models whose host keeps what it read: what a chat costs with it and without, what is refused goes where it
//! always went, and the price that is known before. The simulated Poe keeps, counts and charges; it is the judge.

use crate::conditions::until;
use crate::house::House;
use poe::sim::Reply;
use serde_json::{Value, json};
use std::time::Duration;
use telltale::events::{
    CacheLoss, ChargeState, ConversationChange, DraftContext, MessageCost, MessageState, Parameters, Uncached,
};

const CHAT: &str = "/v1/chat/completions";
const MESSAGES: &str = "/v1/messages";
const CLAUDE: &str = "demo-claude";
const PAUSE: Duration = Duration::from_secs(6 * 60);

/// So many tokens, as the simulated Poe counts: none is like another.
fn text(number: usize, tokens: usize) -> String {
    let mut text = format!("Question {number}. ");
    text.extend("What then? ".chars().cycle().take(4 * tokens - text.len()));
    text
}

fn parameters(system: usize) -> Parameters {
    Parameters {
        system: (system > 0).then(|| text(0, system)),
        max_tokens: Some(300),
        ..Parameters::default()
    }
}

/// All that was asked and answered so far is so much longer ago, for the app and for Poe.
fn pause(house: &House, by: Duration) {
    let file = rusqlite::Connection::open(house.file()).unwrap();
    file.execute("UPDATE messages SET sent_at = sent_at - ?1", [by.as_millis() as i64]).unwrap();
    house.sim.cool(by);
}

/// Paths and bodies of what was asked.
fn asked(house: &House) -> Vec<(String, Value)> {
    let requests = house.sim.requests().into_iter().filter(|request| request.method == "POST");
    let chats = requests.filter(|request| [CHAT, MESSAGES].contains(&request.path.as_str()));
    chats.map(|it| (it.path, serde_json::from_slice(&it.body).unwrap())).collect()
}

fn paths(house: &House) -> Vec<String> {
    asked(house).into_iter().map(|(path, _)| path).collect()
}

async fn claude() -> House {
    let house = House::new().await;
    house.sim.set_balance(1_000_000);
    house.balance.refresh().await;
    house
}

async fn ask(house: &House, chat: i64, text: &str) -> i64 {
    let sent = house.chat.send(chat, text, None).await.unwrap();
    let end = house.ended(sent.answer.id).await;
    assert_eq!(end.status.state, MessageState::Done, "{:?}", end.status.card);
    end.id
}

/// What twenty questions of 100 tokens cost, each answered with 300, in points.
async fn cost(system: usize, is_cached: bool, between: Option<Duration>) -> i64 {
    let house = claude().await;
    house.chat.set_caching(is_cached);
    let chat = house.chat.create(CLAUDE.into(), parameters(system)).await.unwrap().id;
    let before = house.sim.balance();
    for number in 1..=20 {
        ask(&house, chat, &text(number, 100)).await;
        if let Some(by) = between {
            pause(&house, by);
        }
    }
    before - house.sim.balance()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_long_system_prompt_costs_a_third() {
    let (plain, cached) = (cost(5_000, false, None).await, cost(5_000, true, None).await);
    let share = cached as f64 / plain as f64;
    assert!(share <= 0.33, "{cached} of {plain}: {share:.3}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chat_without_one_costs_a_half() {
    let (plain, cached) = (cost(0, false, None).await, cost(0, true, None).await);
    let share = cached as f64 / plain as f64;
    assert!(share <= 0.5, "{cached} of {plain}: {share:.3}");
}

#[tokio::test(flavor = "multi_thread")]
async fn with_long_pauses_it_is_never_dearer() {
    for system in [5_000, 0] {
        let (plain, cached) = (cost(system, false, None).await, cost(system, true, Some(PAUSE)).await);
        let share = cached as f64 / plain as f64;
        assert!(share <= 1.02, "{system}: {cached} of {plain}: {share:.3}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_set_arrives_and_marks_come_with_the_second_question() {
    let house = claude().await;
    let set = Parameters { system: Some(text(0, 2_000)), temperature: Some(0.5), ..Parameters::default() };
    let chat = house.chat.create(CLAUDE.into(), set.clone()).await.unwrap().id;
    ask(&house, chat, "First").await;
    ask(&house, chat, "Second").await;
    // What Anthropic takes no place for goes elsewhere, as it is.
    let change = ConversationChange {
        parameters: Some(Parameters {
            temperature: Some(1.5),
            top_p: Some(0.9),
            max_tokens: Some(400),
            ..set.clone()
        }),
        ..ConversationChange::default()
    };
    house.chat.change(chat, change).await.unwrap();
    ask(&house, chat, "Third").await;
    let asked = asked(&house);
    assert_eq!(paths(&house), [MESSAGES, MESSAGES, CHAT]);
    let (first, second, third) = (&asked[0].1, &asked[1].1, &asked[2].1);
    assert_eq!(first["system"], json!(set.system), "a first question is not marked");
    assert_eq!((&first["temperature"], &first["max_tokens"]), (&json!(0.5), &json!(64_000)));
    let mark = json!({"type": "ephemeral"});
    assert_eq!(second["system"][0]["cache_control"], mark);
    let turns = second["messages"].as_array().unwrap();
    let marked = turns.iter().map(|turn| turn["content"][0]["cache_control"] == mark);
    assert_eq!(marked.collect::<Vec<_>>(), [true, false, true]);
    assert_eq!(third["messages"][0], json!({"role": "system", "content": set.system}));
    assert_eq!(
        (&third["temperature"], &third["top_p"], &third["max_tokens"]),
        (&json!(1.5), &json!(0.9), &json!(400))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_before_any_byte_goes_over_chat_completions_once() {
    for status in [400, 404, 422] {
        let house = claude().await;
        let error =
            json!({"type": "error", "error": {"type": "invalid_request_error", "message": "Not here"}});
        house.sim.on("POST", MESSAGES, Reply::json(status, error));
        let chat = house.chat.create(CLAUDE.into(), parameters(0)).await.unwrap().id;
        let answer = ask(&house, chat, "First").await;
        assert_eq!(paths(&house), [MESSAGES, CHAT], "{status}");
        assert_eq!(house.library.calls_of(answer).await.unwrap().len(), 1, "one call, one receipt");
        let row = house.library.message(answer).await.unwrap();
        assert!(row.text.starts_with("# A tale") && row.text.len() <= 1_200, "{}", row.text.len());
        // It is remembered, also after a restart.
        let house = house.restarted().await;
        house.models.get().await;
        ask(&house, chat, "Second").await;
        assert_eq!(paths(&house), [MESSAGES, CHAT, CHAT], "{status}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_both_refuse_is_about_the_question() {
    let house = claude().await;
    let refuse = || Reply::error(400, "No", "invalid_request_error", None);
    house.sim.on("POST", MESSAGES, refuse());
    house.sim.on("POST", CHAT, refuse());
    let chat = house.chat.create(CLAUDE.into(), parameters(0)).await.unwrap().id;
    let sent = house.chat.send(chat, "First", None).await.unwrap();
    assert_eq!(house.ended(sent.answer.id).await.status.state, MessageState::Failed);
    ask(&house, chat, "Second").await;
    assert_eq!(paths(&house), [MESSAGES, CHAT, MESSAGES], "the model is asked there again");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_may_have_run_is_not_sent_elsewhere() {
    let start = json!({"type": "message_start", "message": {"usage": {"input_tokens": 9}}}).to_string();
    let piece =
        json!({"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "Hi"}});
    let refused =
        json!({"type": "error", "error": {"type": "invalid_request_error", "message": "No"}}).to_string();
    for reply in [
        Reply::html(404, "<html>Not here</html>"),
        Reply::html(502, "<html>Bad gateway</html>"),
        Reply::error(502, "Bad gateway", "api_error", None),
        Reply::error(401, "Invalid API key", "authentication_error", None),
        Reply::error(402, "Insufficient points", "insufficient_quota", None),
        Reply::error(413, "Too large", "request_too_large", None),
        Reply::empty(200).cut(),
        Reply::sse(&[&start]).cut(),
        Reply::sse(&[&start, &piece.to_string()]).cut(),
        Reply::sse(&[&start, &piece.to_string(), &refused]),
    ] {
        let house = claude().await;
        house.sim.always("POST", MESSAGES, reply.clone());
        let chat = house.chat.create(CLAUDE.into(), parameters(0)).await.unwrap().id;
        let sent = house.chat.send(chat, "First", None).await.unwrap();
        let end = house.ended(sent.answer.id).await;
        assert!(matches!(end.status.state, MessageState::Failed | MessageState::Cut), "{reply:?}");
        assert_eq!(paths(&house), [MESSAGES], "{reply:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn receipts_show_what_was_saved() {
    let house = claude().await;
    house.watch_charges();
    let chat = house.chat.create(CLAUDE.into(), parameters(2_000)).await.unwrap().id;
    let mut answers = Vec::new();
    for number in 1..=3 {
        answers.push(ask(&house, chat, &text(number, 100)).await);
    }
    let mut saved = Vec::new();
    for id in &answers {
        let view = house
            .until(*id, |view| {
                view.status.charge.as_ref().is_some_and(|charge| charge.state == ChargeState::Charged)
            })
            .await;
        saved.push(view.status.charge.unwrap().saved);
    }
    // The first is not kept, the second is (16 for 13 a token), the third finds 2,500 tokens of it.
    let [None, Some(kept), Some(found)] = saved[..] else { panic!("{saved:?}") };
    assert!((-260..-230).contains(&kept), "{kept}");
    assert!((900..1_000).contains(&found), "{found}");
    let costs = house.chat.request_costs(answers[2]).await.unwrap();
    let discount = costs[0].parts.iter().find(|fact| fact.label == "Cache discount").unwrap();
    assert!(discount.value.starts_with(&format!("-{found} points")), "{discount:?} {found}");
    let sum = async || house.library.conversation(chat).await.unwrap().saved == kept + found;
    until("the chat's sum", sum).await;
}

async fn draft(house: &House, chat: i64, instead_of: Option<i64>, model: &str) -> DraftContext {
    let parameters: Parameters = house.library.conversation(chat).await.unwrap().parameters.into();
    house.chat.outgoing.draft_context(Some(chat), instead_of, model, &parameters, None).await.unwrap()
}

async fn price(house: &House, context: &DraftContext) -> MessageCost {
    house.chat.outgoing.estimate_cost(context, &text(9, 100)).await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_price_is_known_warm_and_cold() {
    let house = claude().await;
    let chat = house.chat.create(CLAUDE.into(), parameters(5_000)).await.unwrap().id;
    ask(&house, chat, &text(1, 100)).await;
    let second = draft(&house, chat, None, CLAUDE).await;
    assert_eq!(price(&house, &second).await.cache, None, "nothing is kept yet");
    let question = house.chat.send(chat, &text(2, 100), None).await.unwrap();
    let answered = house.ended(question.answer.id).await;

    let warm = price(&house, &draft(&house, chat, None, CLAUDE).await).await;
    let outlook = warm.cache.unwrap();
    let (points, then) = (warm.points.unwrap(), outlook.then.unwrap());
    let sent_at = answered.status.sent_at.unwrap();
    assert_eq!(outlook.until, Some(sent_at + 5 * 60_000));
    assert!(points.high * 2 < then.low, "{points:?} {then:?}");
    assert_eq!((outlook.lost, outlook.uncached), (None, None));

    // What would lose it says so, with what that costs.
    let edit = price(&house, &draft(&house, chat, Some(question.question.id), CLAUDE).await).await;
    assert_eq!(edit.cache.clone().and_then(|it| it.lost), Some(CacheLoss::Change), "{edit:?}");
    let other = price(&house, &draft(&house, chat, None, "demo-sonnet").await).await;
    assert_eq!(other.cache.and_then(|it| it.lost), Some(CacheLoss::Model));
    let system = Parameters { system: Some(text(7, 5_000)), ..parameters(0) };
    let context = house.chat.outgoing.draft_context(Some(chat), None, CLAUDE, &system, None).await.unwrap();
    let changed = price(&house, &context).await.cache.unwrap();
    assert!(changed.lost == Some(CacheLoss::Change) && changed.more > Some(1_000), "{changed:?}");
    let hot = Parameters { temperature: Some(1.5), ..parameters(5_000) };
    let context = house.chat.outgoing.draft_context(Some(chat), None, CLAUDE, &hot, None).await.unwrap();
    let elsewhere = price(&house, &context).await.cache.unwrap();
    assert_eq!(elsewhere.uncached, Some(Uncached::Parameter { name: "temperature".to_owned() }));
    assert!(elsewhere.more > Some(1_000), "{elsewhere:?}");
    // So does a setting of the model's own, unless it is at its default.
    for (effort, expected) in [("low", Some("output_effort")), ("medium", None)] {
        let declared = json!({ "output_effort": effort }).as_object().unwrap().clone();
        let set = Parameters { declared, ..parameters(5_000) };
        let context = house.chat.outgoing.draft_context(Some(chat), None, CLAUDE, &set, None).await.unwrap();
        let outlook = price(&house, &context).await.cache.unwrap();
        let expected = expected.map(|name| Uncached::Parameter { name: name.to_owned() });
        assert_eq!(outlook.uncached, expected, "{effort}");
        assert_eq!(outlook.uncached.is_some(), outlook.more > Some(1_000), "{outlook:?}");
    }
    // The switch says nothing of it.
    house.chat.set_caching(false);
    let off = price(&house, &draft(&house, chat, None, CLAUDE).await).await;
    assert!(off.cache.is_none() && off.points.unwrap().low > points.high, "{off:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_sent_again_begins_as_it_did() {
    let house = claude().await;
    let chat = house.chat.create("demo-sonnet".into(), parameters(50)).await.unwrap().id;
    for number in 1..=3 {
        ask(&house, chat, &text(number, 20)).await;
    }
    let asked = asked(&house);
    for pair in asked.windows(2) {
        let messages = |at: usize| pair[at].1["messages"].as_array().unwrap().clone();
        assert!(messages(1).starts_with(&messages(0)), "not a word of what was sent changes");
        assert_eq!(pair[0].0, CHAT);
    }
}
