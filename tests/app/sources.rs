//! Answers from the web: where the question goes, what is kept of the pages that an answer names, and where they are told.

use crate::conditions::{skip, until};
use crate::house::House;
use crate::turn::CHAT;
use poe::sim::Reply;
use serde_json::{Value, json};
use telltale::events::{
    Action, ExportFormat, Idea, MessageState, MessageView, Parameters, ResendChange, TypedParameters,
};
use telltale::library::{Evidence, Source, ToolCall};
use telltale::models::Allowed;

const RESPONSES: &str = "/v1/responses";

fn searching() -> Parameters {
    let declared = json!({"web_search": true});
    Parameters { declared: declared.as_object().unwrap().clone(), ..Parameters::default() }
}

/// The chat and its answer.
async fn asked(house: &House, model: &str, parameters: Parameters) -> (i64, i64) {
    let chat = house.chat.create(model.into(), parameters).await.unwrap().id;
    (chat, house.chat.send(chat, "How do bats find their way?", None).await.unwrap().answer.id)
}

/// Where the last question went, and with what.
fn last(house: &House) -> (String, Value) {
    let asked = |it: &poe::sim::Recorded| it.method == "POST" && [CHAT, RESPONSES].contains(&&*it.path);
    let last = house.sim.requests().into_iter().rfind(asked).unwrap();
    (last.path, serde_json::from_slice(&last.body).unwrap())
}

fn hosts(view: &MessageView) -> Vec<(u32, &str)> {
    view.status.sources.iter().map(|it| (it.number, it.host.as_str())).collect()
}

const FOUND: [(u32, &str); 3] = [(1, "example.com"), (2, "example.org"), (3, "example.net")];

async fn shown(house: &House, chat: i64, id: i64) -> MessageView {
    let detail = house.chat.open(chat, None).await.unwrap();
    detail.messages.into_iter().find(|it| it.id == id).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn both_ways_bring_numbered_sources_that_outlive_the_app() {
    let mut house = House::new().await;
    for (model, path) in [("demo-sonnet", CHAT), ("demo-think", RESPONSES)] {
        let (chat, answer) = asked(&house, model, searching()).await;
        let view = house.ended(answer).await;
        assert_eq!((view.status.state, view.status.card.is_none()), (MessageState::Done, true), "{model}");
        assert_eq!(hosts(&view), FOUND, "{model}");
        let (went, body) = last(&house);
        assert_eq!(went, path);
        let is_tool = body["tools"] == json!([{"type": "web_search_preview"}]);
        assert_eq!((is_tool, body["web_search"] == true), (path == RESPONSES, path == CHAT), "{body}");
        let mark =
            "<a class=\"mark\" href=\"https://example.com/bats/echoes\" title=\"How bats hear the dark\"";
        let has_marks = |view: &MessageView| view.blocks.concat().matches(mark).count() == 2;
        assert!(has_marks(&view), "{:?}", view.blocks);
        // What was looked for is told at one of the two alone.
        let tools: Vec<_> = view.status.tools.iter().map(|it| (it.name.as_str(), it.done)).collect();
        assert_eq!(tools, if path == RESPONSES { vec![("web_search", true)] } else { vec![] });
        assert_eq!(!view.reasoning.is_empty(), path == RESPONSES);
        assert!(view.status.charge.is_some() && view.status.completion_tokens > Some(50), "{model}");
        house = house.restarted().await;
        let kept = shown(&house, chat, answer).await;
        assert_eq!((kept.status.sources, kept.status.tools), (view.status.sources, view.status.tools));
        assert_eq!(kept.blocks, view.blocks);
    }
    assert_eq!(house.sim.posts(), 2);
    house.assert_no_key();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_switch_is_one_whatever_the_model_calls_it() {
    let house = House::new().await;
    for model in ["demo-sonnet", "demo-claude", "demo-think"] {
        let fields = house.models.declared(model);
        let switch = fields.iter().find(|field| field.idea == Some(Idea::Search)).unwrap();
        assert_eq!((switch.name.as_str(), switch.kind.as_str()), ("web_search", "boolean"), "{model}");
        let declared = [("web_search".to_owned(), "true".to_owned())].into();
        let typed = TypedParameters { declared, ..TypedParameters::default() };
        let checked = house.chat.outgoing.check_parameters(Some(model), &typed);
        assert_eq!(checked.value, Some(searching()), "{model}");
    }
    for model in ["demo-flash", "demo-image"] {
        assert!(house.models.declared(model).iter().all(|field| field.idea != Some(Idea::Search)), "{model}");
    }
    // Off, nothing of it is sent, and the question goes where it always did; a model without the switch gets none of it.
    for (model, parameters) in [("demo-think", Parameters::default()), ("demo-flash", searching())] {
        house.sim.on("POST", CHAT, Reply::answer("Hi"));
        let (_, answer) = asked(&house, model, parameters).await;
        house.ended(answer).await;
        let (path, body) = last(&house);
        assert_eq!((path.as_str(), body.get("tools"), body.get("web_search")), (CHAT, None, None), "{model}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn each_recorded_model_that_can_search_is_asked_in_its_form() {
    let Some(folder) = std::env::var_os("POE_RECORDINGS") else {
        return skip("recordings", "POE_RECORDINGS is not set");
    };
    let house = House::recorded(folder.into()).await;
    house.sim.always("POST", CHAT, Reply::answer("Hi"));
    let whole = json!({"status": "completed", "output": [{"type": "message", "content": [{"type": "output_text", "text": "Hi"}]}]});
    house.sim.always("POST", RESPONSES, Reply::json(200, whole));
    let listed = house.models.all();
    let bots: Vec<String> = listed.iter().map(|model| model.id.clone()).collect();
    house.models.set_allowed(Allowed::new(&bots, &[]));
    let (mut by_switch, mut by_tool) = (0, Vec::new());
    for model in &listed {
        let fields = house.models.declared(&model.id);
        let Some(switch) = fields.iter().find(|field| field.idea == Some(Idea::Search)) else { continue };
        let is_on = switch.default.as_deref() == Some("true");
        let declared = json!({ &switch.name: !is_on });
        let parameters =
            Parameters { declared: declared.as_object().unwrap().clone(), ..Parameters::default() };
        let (_, answer) = asked(&house, &model.id, parameters).await;
        let view = house.ended(answer).await;
        assert_eq!(view.status.state, MessageState::Done, "{} {:?}", model.id, view.status.card);
        let (path, body) = last(&house);
        if body[&switch.name] == !is_on {
            assert_eq!(body.get("tools"), None, "{}", model.id);
            by_switch += 1;
        } else {
            assert_eq!((path.as_str(), &body["tools"][0]["type"]), (RESPONSES, &json!("web_search_preview")));
            by_tool.push(model.id.clone());
        }
    }
    by_tool.sort();
    assert_eq!(by_switch, 47);
    assert_eq!(by_tool, ["assistant", "o1-pro", "o3-deep-research", "o4-mini-deep-research"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn sources_are_on_the_disk_while_the_answer_comes() {
    let house = House::new().await;
    let chunk = json!({"citations": ["https://a.example/x", "https://b.example"],
                       "choices": [{"index": 0, "delta": {"content": "Rain [2]. "}}]});
    house.sim.on("POST", CHAT, Reply::sse(&[&chunk.to_string()]).hang());
    let (chat, answer) = house.ask("Rain?").await;
    let view = house.until(answer, |view| !view.status.sources.is_empty() && !view.blocks.is_empty()).await;
    assert!(view.blocks.concat().contains("href=\"https://b.example\""), "{:?}", view.blocks);
    let look = house.second_look();
    until("it is on the disk", async || {
        let kept = look.evidence(vec![answer]).await.unwrap();
        kept.get(&answer).is_some_and(|it| it.sources.len() == 2)
    })
    .await;
    drop(look);
    let house = house.killed().await;
    let kept = shown(&house, chat, answer).await;
    assert_eq!(
        (kept.status.state, hosts(&kept)),
        (MessageState::Cut, vec![(1, "a.example"), (2, "b.example")])
    );

    // Going on keeps the numbers that there are.
    let more = json!({"citations": ["https://c.example"], "choices": [{"index": 0, "delta": {"content": "Sun [1]."}, "finish_reason": "stop"}]});
    house.sim.on("POST", CHAT, Reply::sse(&[&more.to_string(), "[DONE]"]));
    house.chat.go_on(answer).await.unwrap();
    let whole = house.ended(answer).await;
    assert_eq!(hosts(&whole), [(1, "a.example"), (2, "b.example"), (3, "c.example")]);
    // Another try begins with none.
    house.sim.on("POST", CHAT, Reply::answer("No [1]."));
    let again = house.chat.resend(answer, ResendChange::default()).await.unwrap();
    assert!(house.ended(again.id).await.status.sources.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_deleted_shows_none_and_gets_them_back() {
    let house = House::new().await;
    let (chat, answer) = asked(&house, "demo-think", searching()).await;
    let before = house.ended(answer).await;
    let copy = house.chat.duplicate(chat, "Copy".into()).await.unwrap().id;
    let copied = house.chat.open(copy, None).await.unwrap().messages.pop().unwrap();
    assert_eq!((hosts(&copied), copied.status.tools.len()), (FOUND.to_vec(), 1));
    let gone = house.chat.delete_message(answer).await.unwrap();
    assert!(gone.status.sources.is_empty() && gone.status.tools.is_empty());
    assert!(!house.archive.markdown_of(chat).await.unwrap().contains("example.org"));
    let back = house.chat.put_back_message(answer).await.unwrap();
    assert_eq!((back.status.sources, back.blocks), (before.status.sources, before.blocks));
    house.chat.delete_message(answer).await.unwrap();
    house.library.purge_messages(None).await.unwrap();
    let file = rusqlite::Connection::open(house.file()).unwrap();
    let left = |table: &str| -> i64 {
        let sql = format!("SELECT count(*) FROM {table} WHERE message_id = {answer}");
        file.query_row(&sql, [], |row| row.get(0)).unwrap()
    };
    assert_eq!((left("sources"), left("tool_calls")), (0, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn every_form_of_a_chat_tells_them_and_json_loses_nothing() {
    let house = House::new().await;
    let (chat, answer) = asked(&house, "demo-think", searching()).await;
    let view = house.ended(answer).await;
    // Of a file from elsewhere anything may be in it.
    let mut evidence = house.library.evidence(vec![answer]).await.unwrap().remove(&answer).unwrap();
    let odd = |number, url: &str, title: &str| Source { number, url: url.into(), title: Some(title.into()) };
    evidence.sources.push(odd(4, "javascript:alert(1)", "Press me"));
    evidence.sources.push(odd(5, "https://e.example/?a=1&b", "<b>*x* [y](javascript:z)</b>"));
    evidence.tools.push(ToolCall { name: "look".into(), arguments: "{\"q\": \"<i>\"}".into(), done: false });
    house.library.save_evidence(answer, evidence.clone()).await.unwrap();
    let kept = shown(&house, chat, answer).await;
    assert_eq!(hosts(&kept).last(), Some(&(5, "e.example")), "and no way to what can't be opened");
    assert_eq!(kept.status.sources.len(), 4);

    let folder = tempfile::tempdir().unwrap();
    let export = async |format: ExportFormat, name: &str| {
        let file = folder.path().join(name);
        house.archive.export(Some(vec![chat]), format, file.clone()).await.unwrap();
        std::fs::read_to_string(file).unwrap()
    };
    let text = export(ExportFormat::Markdown, "a.md").await;
    assert!(
        text.contains("**Sources**\n\n- \\[1\\] How bats hear the dark <https://example.com/bats/echoes>\n"),
        "{text}"
    );
    assert!(
        text.contains("\\<b\\>\\*x\\*") && text.contains("> Used web\\_search: How do bats find their way?"),
        "{text}"
    );
    assert!(text.contains("> Wanted to use look:"), "{text}");
    let page = export(ExportFormat::Html, "a.html").await;
    assert!(
        page.contains(
            "<li value=\"2\"><a rel=\"noreferrer\" href=\"https://www.example.org/field-notes/moths?page=2\">"
        ),
        "{page}"
    );
    assert!(
        page.contains("<a class=\"mark\" href=\"https://example.net/woods\"")
            && page.contains("&lt;b&gt;*x*")
    );
    let plain = export(ExportFormat::Text, "a.txt").await;
    assert!(plain.contains("[3] The edge of the wood, and who lives there https://example.net/woods"));
    for form in [&text, &page, &plain] {
        assert!(!form.contains("href=\"javascript") && !form.contains("Press me"), "{form}");
    }
    let json = export(ExportFormat::Json, "a.json").await;
    let archive: Value = serde_json::from_str(&json).unwrap();
    let message = &archive["chats"][0]["messages"][1];
    assert_eq!(
        (message["sources"].as_array().unwrap().len(), &message["tools"][0]["name"]),
        (5, &json!("web_search"))
    );

    let other = House::new().await;
    other.import.look(vec![folder.path().join("a.json")]).await.unwrap().unwrap();
    other.import.accept().await.unwrap().unwrap();
    let chat = other.chat.conversation_list().await.unwrap().rows[0].id;
    let came = other.chat.open(chat, None).await.unwrap().messages.pop().unwrap();
    assert_eq!(other.library.evidence(vec![came.id]).await.unwrap()[&came.id], evidence);
    assert_eq!(came.status.sources, kept.status.sources);
    assert!(!view.blocks.is_empty() && came.blocks == kept.blocks);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_search_that_poe_refuses_can_be_left_out_and_is_sent_once() {
    let house = House::new().await;
    let refusal = "Unknown parameter: 'web_search'.";
    house.sim.on("POST", RESPONSES, Reply::error(400, refusal, "invalid_request_error", None));
    let (chat, answer) = asked(&house, "demo-think", searching()).await;
    let card = house.ended(answer).await.status.card.unwrap();
    let first = &card.actions[0];
    assert_eq!((first.action, first.value.as_deref()), (Action::ResetSetting, Some("web_search")));
    assert_eq!(house.sim.posts(), 1);
    house.sim.on("POST", CHAT, Reply::answer("Hi"));
    let reset = ResendChange { reset: first.value.clone(), ..ResendChange::default() };
    let again = house.chat.resend(answer, reset).await.unwrap();
    assert_eq!(house.ended(again.id).await.status.state, MessageState::Done);
    assert_eq!(last(&house).0, CHAT);
    assert!(house.library.conversation(chat).await.unwrap().parameters.declared.is_empty());

    // One that broke off after the host had searched is never sent again by itself.
    let searched = json!({"type": "response.output_item.done", "output_index": 0,
        "item": {"type": "web_search_call", "action": {"type": "search", "query": "bats"}}});
    house.sim.on("POST", RESPONSES, Reply::sse(&[&searched.to_string()]).cut());
    let posts = house.sim.posts();
    let (_, answer) = asked(&house, "demo-think", searching()).await;
    let view = house.ended(answer).await;
    assert_eq!(house.sim.posts(), posts + 1);
    assert!(view.status.card.is_some(), "{:?}", view.status.state);
    assert_eq!(view.status.tools[0].arguments, "bats");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_of_a_tool_is_kept_with_what_it_was_to_do() {
    let house = House::new().await;
    let call =
        |piece: Value| json!({"choices": [{"index": 0, "delta": {"tool_calls": [piece]}}]}).to_string();
    let end = json!({"choices": [{"index": 0, "delta": {}, "finish_reason": "tool_calls"}]}).to_string();
    let events = [
        call(json!({"index": 0, "id": "c", "function": {"name": "look_up", "arguments": "{\"q\": "}})),
        call(json!({"index": 0, "function": {"arguments": "\"rain\"}"}})),
        end,
    ];
    let events: Vec<&str> = events.iter().map(String::as_str).chain(["[DONE]"]).collect();
    house.sim.on("POST", CHAT, Reply::sse(&events));
    let (chat, answer) = house.ask("Rain?").await;
    let view = house.ended(answer).await;
    assert_eq!(view.status.card.as_ref().unwrap().code, "tool_wanted");
    let expected = Evidence {
        tools: vec![ToolCall { name: "look_up".into(), arguments: "{\"q\": \"rain\"}".into(), done: false }],
        ..Evidence::default()
    };
    assert_eq!(house.library.evidence(vec![answer]).await.unwrap()[&answer], expected);
    let house = house.restarted().await;
    assert_eq!(shown(&house, chat, answer).await.status.tools, view.status.tools);
}
