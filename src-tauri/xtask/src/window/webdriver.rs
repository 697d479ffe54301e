//! The WebDriver protocol as far as the window needs it: JSON over plain HTTP to a driver on loopback.

use std::time::Duration;

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

/// The W3C's name for the field that holds an element's reference.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

pub(super) struct Session {
    agent: ureq::Agent,
    base: String,
}

/// An element of the page as it was found; it goes stale when the page draws it anew.
pub(super) struct Element(String);

impl Session {
    /// Waits for the driver to listen, then lets it start `binary`.
    pub(super) fn open(port: u16, binary: &str, arguments: &[String]) -> Result<Session> {
        let config = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .timeout_global(Some(Duration::from_secs(60)))
            .proxy(None);
        let mut session = Session { agent: config.build().into(), base: format!("http://127.0.0.1:{port}") };
        let options = json!({ "binary": binary, "args": arguments });
        let wanted = json!({ "capabilities": { "alwaysMatch": { "webkitgtk:browserOptions": options } } });
        let opened = session.post("/session", wanted).with_context(|| format!("{binary} did not open"))?;
        let id = opened["sessionId"].as_str().context("the driver named no session")?;
        session.base = format!("{}/session/{id}", session.base);
        Ok(session)
    }

    pub(super) fn close(&self) -> Result<()> {
        read(self.agent.delete(&self.base).call()?).map(drop)
    }

    /// Runs a function body in the page and brings its return value.
    pub(super) fn run(&self, script: &str, arguments: Value) -> Result<Value> {
        self.post("/execute/sync", json!({ "script": script, "args": arguments }))
    }

    /// A function body that calls the last of its arguments with the value.
    pub(super) fn run_later(&self, script: &str, arguments: Value) -> Result<Value> {
        self.post("/execute/async", json!({ "script": script, "args": arguments }))
    }

    /// Like `run`, for a script that returns an element or null.
    pub(super) fn find(&self, script: &str, arguments: Value) -> Result<Option<Element>> {
        let found = self.run(script, arguments)?;
        Ok(found[ELEMENT].as_str().map(|id| Element(id.to_owned())))
    }

    pub(super) fn click(&self, element: &Element) -> Result<()> {
        self.post(&format!("/element/{}/click", element.0), json!({})).map(drop)
    }

    pub(super) fn keys(&self, element: &Element, keys: &str) -> Result<()> {
        self.post(&format!("/element/{}/value", element.0), json!({ "text": keys })).map(drop)
    }

    pub(super) fn run_on(&self, element: &Element, script: &str) -> Result<Value> {
        self.run(script, json!([{ ELEMENT: element.0 }]))
    }

    /// Waits until what the page holds is painted.
    pub(super) fn settle(&self) -> Result<()> {
        let script = "const done = arguments[0]; requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, 50)))";
        self.post("/execute/async", json!({ "script": script, "args": [] })).map(drop)
    }

    pub(super) fn place(&self, width: i64, height: i64) -> Result<()> {
        self.post("/window/rect", json!({ "x": 0, "y": 0, "width": width, "height": height })).map(drop)
    }

    pub(super) fn reload(&self) -> Result<()> {
        self.post("/refresh", json!({})).map(drop)
    }

    /// The pages of all windows.
    pub(super) fn pages(&self) -> Result<Vec<String>> {
        let pages = read(self.agent.get(format!("{}/window/handles", self.base)).call()?)?;
        Ok(pages.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect())
    }

    /// The page that everything is asked of from now on.
    pub(super) fn turn_to(&self, page: &str) -> Result<()> {
        self.post("/window", json!({ "handle": page })).map(drop)
    }

    fn post(&self, path: &str, body: Value) -> Result<Value> {
        let request =
            self.agent.post(format!("{}{path}", self.base)).header("content-type", "application/json");
        read(request.send(body.to_string())?)
    }
}

fn read(mut response: ureq::http::Response<ureq::Body>) -> Result<Value> {
    let text = response.body_mut().read_to_string()?;
    let mut answer: Value =
        serde_json::from_str(&text).with_context(|| format!("the driver said: {text}"))?;
    let value = answer["value"].take();
    if !response.status().is_success() {
        bail!(
            "{}: {}",
            value["error"].as_str().unwrap_or("error"),
            value["message"].as_str().unwrap_or(&text)
        );
    }
    Ok(value)
}
