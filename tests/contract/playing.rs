//! What the client can be asked in a case, and one text for everything that it told.

use std::time::Duration;

use poe::sim::Sim;
use poe::videos::{Video, VideoPart, VideoRequest};
use poe::{
    ChatEvent, ChatRequest, Client, Config, Endpoint, Error, Message, Part, Tool, UsagePage, media, oauth,
};
use serde_json::json;

use crate::asking::{ask, config, plain, question};

/// What the client is asked for.
#[derive(Clone, Copy)]
pub(crate) enum Ask {
    Models,
    Balance,
    BalanceWithoutKey,
    /// A page of the history.
    Page(Option<&'static str>),
    /// All pages, one after another.
    Pages,
    /// The newest page two times.
    PageTwice,
    BalanceAndPage,
    Chat(fn() -> ChatRequest),
    /// The same until it fails, and how often it was asked.
    UntilRefused(fn() -> ChatRequest),
    /// A question with a tool, and then the tool's answer.
    ToolTurn,
    /// Signs in, with a browser that goes where it is led.
    SignIn,
    /// A film, asked for until it is there, and its bytes.
    Film,
    /// Stops at the fifth piece, and then asks for the balance.
    Stop,
}

/// `limit` is how long a silence may last.
pub(crate) async fn summary(sim: &Sim, asked: Ask, limit: Duration) -> String {
    let config = Config {
        max_attempts: 1,
        // Poe's answer to too many is to be seen, not our own care.
        requests_per_minute: 100_000,
        first_byte_timeout: Some(limit),
        idle_timeout: Some(limit),
        ..config(sim)
    };
    let client = Client::new(config.clone()).unwrap();
    use Ask::*;
    match asked {
        Models => {
            let client = Client::new(Config { key: None, ..config });
            let models = client.unwrap().models().await;
            models.map_or_else(|error| failed(&error), |models| listed(&models))
        }
        Balance => balance(&client).await,
        BalanceWithoutKey => balance(&Client::new(Config { key: None, ..config }).unwrap()).await,
        Page(cursor) => {
            client.usage(100, cursor).await.map_or_else(|error| failed(&error), |page| rows(&page))
        }
        Pages => {
            let (mut pages, mut cursor) = (Vec::new(), None);
            loop {
                let page = client.usage(100, cursor.as_deref()).await.unwrap();
                pages.push(rows(&page));
                cursor = page.next;
                if cursor.is_none() {
                    return pages.join(" | ");
                }
            }
        }
        PageTwice => {
            let (first, second) = (client.usage(100, None).await, client.usage(100, None).await);
            format!("{} | {}", rows(&first.unwrap()), rows(&second.unwrap()))
        }
        BalanceAndPage => {
            let page = client.usage(100, None).await.unwrap_err();
            format!("{} | {}", balance(&client).await, failed(&page))
        }
        Chat(request) => answer(&client, request()).await,
        UntilRefused(request) => {
            let text = loop {
                let text = answer(&client, request()).await;
                if !text.starts_with("Hello.") {
                    break text;
                }
            };
            format!("{text}, asked {}", sim.posts())
        }
        ToolTurn => {
            let request = with_tool();
            let calls = ask(&client, request.clone()).await.tool_calls.finish();
            let id = calls[0].id.clone();
            let [question] = request.messages.clone().try_into().unwrap();
            let messages = vec![question, Message::tool_calls("", calls), Message::tool(id, "sunny")];
            answer(&client, ChatRequest { messages, ..request }).await
        }
        SignIn => sign_in(sim, &client).await,
        Film => film(&client).await,
        Stop => {
            let mut stream = client.chat(question());
            let mut pieces = 0;
            while pieces < 5 {
                pieces += usize::from(matches!(stream.next().await, Some(ChatEvent::Text(_))));
            }
            drop(stream);
            while !sim.requests().iter().any(|request| request.closed_early) {
                tokio::task::yield_now().await;
            }
            format!("left, {}", balance(&client).await)
        }
    }
}

async fn sign_in(sim: &Sim, client: &Client) -> String {
    let waiting = oauth::SignIn::start("app").await.unwrap();
    let origin = sim.base_url().replace("/v1", "");
    let address = waiting.authorize_url().replace("https://poe.com", &origin);
    let browser = async {
        let mut turned_away = 0;
        loop {
            let Ok(reply) = reqwest::get(&address).await else {
                return (turned_away, "gone".to_owned());
            };
            match (reply.status().as_u16(), reply.text().await.unwrap()) {
                (200, page) => return (turned_away, page),
                (status, page) => assert_eq!((status, page.as_str()), (400, "refused")),
            }
            turned_away += 1;
        }
    };
    let pages = oauth::Pages { done: "done", refused: "refused" };
    let (end, (turned_away, page)) = tokio::join!(waiting.finish(client, pages), browser);
    let end = match end {
        Ok(issued) => format!("a key, expires in {:?}", issued.expires_in),
        Err(oauth::Failure::Exchange(error)) => format!("{} {}", failed(&error), error.message),
        Err(failure) => failure.to_string(),
    };
    format!("{turned_away} turned away, page {page}, {end}")
}

async fn film(client: &Client) -> String {
    let order = VideoRequest {
        model: "veo-3.1".to_owned(),
        prompt: "A fox in snow".to_owned(),
        ..VideoRequest::default()
    };
    let video = client.create_video(&order).await.unwrap();
    let mut text = format!("{:?}", video.status);
    let seen = |told: Result<&Video, &Error>| match told {
        Ok(video) => text += &format!(", {:?} {:?}", video.status, video.progress),
        Err(error) => text += &format!(", {}", error.code()),
    };
    match client.wait_for_video(&video.id, Duration::from_millis(5), seen).await {
        Err(error) => text += &format!(", {}", failed(&error)),
        Ok(video) => {
            let bytes = client.video_content(&video.id, VideoPart::Film, 8).await.unwrap();
            let bound = client.video_content(&video.id, VideoPart::Film, 7).await.unwrap_err();
            text += &format!(", {} bytes, too many: {}", bytes.len(), bound.code());
        }
    }
    text
}

fn listed(models: &[poe::Model]) -> String {
    let first = models.iter().take(3).map(|model| {
        let price = model.pricing.as_ref().and_then(|pricing| pricing.prompt);
        let price = price.map_or("?".to_owned(), |price| price.to_string());
        let context = model.context_length.map_or("?".to_owned(), |tokens| tokens.to_string());
        format!("{} {price} {context} {}", model.id, model.parameters.len())
    });
    format!("{} models: {}", models.len(), first.collect::<Vec<_>>().join(", "))
}

async fn balance(client: &Client) -> String {
    match client.balance().await {
        Err(error) => failed(&error),
        Ok(balance) => {
            let known = serde_json::to_value(&balance).unwrap();
            let known = known.as_object().unwrap().values().filter(|value| !value.is_null()).count();
            format!("{:?} points, {known} fields", balance.points)
        }
    }
}

fn rows(page: &UsagePage) -> String {
    let rows = page.rows.iter().map(|row| {
        let told = |number: Option<i64>| number.map_or_else(|| "?".to_owned(), |number| number.to_string());
        let mut text = format!("{} {} {}", row.model, told(row.points), told(row.at_ms));
        for tokens in [row.input_tokens, row.output_tokens].into_iter().flatten() {
            text += &format!(" {tokens}");
        }
        for name in [&row.usd, &row.source_name].into_iter().flatten() {
            text += &format!(" {name}");
        }
        text
    });
    let more = page.next.as_deref().map_or(String::new(), |next| format!(", more after {next}"));
    rows.collect::<Vec<_>>().join("; ") + &more
}

async fn answer(client: &Client, request: ChatRequest) -> String {
    let seen = ask(client, request).await;
    let mut text = match &seen.error {
        None => seen.outcome(),
        Some(error) => format!("{} > {}", seen.text, failed(error)),
    };
    if seen.text.len() > 300 {
        text = text.replace(&seen.text, &format!("{} bytes", seen.text.len()));
    }
    if !seen.reasoning.is_empty() {
        text += &format!(", thought {:?}", seen.reasoning);
    }
    if !seen.refusal.is_empty() {
        text += &format!(", refused {:?}", seen.refusal);
    }
    for call in seen.tool_calls.finish() {
        text += &format!(", called {}({}) as {}", call.name, call.arguments, call.id);
    }
    if let Some(usage) = seen.usage {
        let count = |tokens: Option<u64>| tokens.unwrap_or(0);
        text += &format!(
            ", {}+{}={} tokens",
            count(usage.prompt_tokens),
            count(usage.completion_tokens),
            count(usage.total_tokens)
        );
    }
    for link in media::links(&seen.text) {
        let reply = reqwest::get(&link.url).await.unwrap();
        let type_ = reply.headers()["content-type"].to_str().unwrap().to_owned();
        text = text.replace(&link.url, "URL");
        text += &format!(", {:?} {} {type_}", link.kind, reply.status().as_u16());
    }
    text
}

fn failed(error: &Error) -> String {
    let mut text = error.code().to_owned();
    if let Some(inner) = error.inner {
        text += &format!(" of {}", inner.code());
    }
    if let Some(param) = &error.param {
        text += &format!(", param {param}");
    }
    if let Some(wait) = error.retry_after {
        // A date has no fixed distance.
        let is_date = (55..=60).contains(&wait.as_secs());
        let wait = if is_date { "about a minute".to_owned() } else { format!("{wait:?}") };
        text += &format!(", wait {wait}");
    }
    for (name, is_so) in [
        ("partial", error.partial),
        ("retryable", error.is_retryable()),
        ("maybe charged", error.maybe_charged()),
    ] {
        if is_so {
            text += &format!(", {name}");
        }
    }
    text
}

pub(crate) fn with_tool() -> ChatRequest {
    ChatRequest {
        tools: vec![Tool {
            name: "getWeather".to_owned(),
            description: "The weather of a place.".to_owned(),
            parameters: json!({"type": "object", "properties": {"location": {"type": "string"}}}),
        }],
        ..plain()
    }
}

pub(crate) fn with_effort() -> ChatRequest {
    ChatRequest { reasoning_effort: Some("high".to_owned()), ..plain() }
}

fn with(name: &str, value: serde_json::Value) -> ChatRequest {
    let mut request = plain();
    request.parameters.insert(name.to_owned(), value);
    request
}

pub(crate) fn hot() -> ChatRequest {
    with("temperature", json!(3))
}

pub(crate) fn two() -> ChatRequest {
    with("n", json!(2))
}

pub(crate) fn wide() -> ChatRequest {
    with("aspect", json!("16:9"))
}

pub(crate) fn attached() -> ChatRequest {
    ChatRequest {
        messages: vec![Message::user(vec![
            Part::text("What is it?"),
            Part::image("image/jpg", b"\xff\xd8"),
            Part::image_url("https://pictures.example/fox.png"),
            Part::file("a.pdf", "application/pdf", b"%PDF"),
            Part::file("a.mp3", "audio/mp3", b"ID3"),
            Part::file("a.mp4", "video/mp4", b"mp4"),
        ])],
        ..plain()
    }
}

pub(crate) fn responses() -> ChatRequest {
    ChatRequest { endpoint: Endpoint::Responses, ..plain() }
}

pub(crate) fn messages() -> ChatRequest {
    ChatRequest { endpoint: Endpoint::Messages, ..plain() }
}
