//! Sign in with Poe: a key without pasting, by OAuth with PKCE
//! ([documentation](https://creator.poe.com/docs/external-applications/sign-in-with-poe)).
//!
//! The browser asks the person, and Poe sends it back to a port of this computer with a code, which is traded for a key.
//! There is no client secret and no refresh token.

use std::io;
use std::net::Ipv4Addr;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;
use sha2::{Digest, Sha256};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::{Instant, timeout, timeout_at};
use url::Url;

use crate::client::Client;
use crate::error::Error;
use crate::json::{count, text};
use crate::secret::Secret;

/// Where Poe asks the person.
pub const AUTHORIZE: &str = "https://poe.com/oauth/authorize";

/// How long the person may take.
pub const LIMIT: Duration = Duration::from_secs(120);

const MOST_HEAD: usize = 16 * 1024;

/// A sign-in that waits for the browser. Dropping it closes its port.
pub struct SignIn {
    listener: TcpListener,
    client_id: String,
    redirect_uri: String,
    verifier: String,
    state: String,
    until: Instant,
}

/// What the browser shows at the end: whole HTML pages, since this crate has no words for people.
#[derive(Clone, Copy, Debug)]
pub struct Pages<'a> {
    /// The code has come.
    pub done: &'a str,
    /// The person said no, or something else stands against it.
    pub refused: &'a str,
}

/// A key that Poe made for this client.
#[derive(Clone, Debug)]
pub struct IssuedKey {
    /// The key.
    pub key: Secret,
    /// From now; `None`: it does not expire.
    pub expires_in: Option<Duration>,
}

/// What the browser was sent back with, as a person found it in the address bar, where the browser itself could not deliver
/// it. Its `Debug` shows nothing of it.
pub struct Pasted {
    answer: Result<String, String>,
    /// A bare code comes without one; the verifier alone then ties it to this sign-in.
    state: Option<String>,
}

impl Pasted {
    /// Reads a whole address, its query, or a bare code; `None` for what is none of these.
    ///
    /// ```
    /// use poe::oauth::Pasted;
    /// assert!(Pasted::read(" http://127.0.0.1:4321/callback?code=abc&state=xyz ").is_some());
    /// assert!(Pasted::read("c0de-c0de").is_some());
    /// assert!(Pasted::read("two words").is_none());
    /// ```
    pub fn read(text: &str) -> Option<Pasted> {
        let text = text.trim();
        if text.is_empty() || text.len() > MOST_HEAD || text.contains(char::is_whitespace) {
            return None;
        }
        if !text.contains(['=', '?', '/']) {
            let answer = Ok(text.to_owned());
            return Some(Pasted { answer, state: None });
        }
        let query = text.split_once('?').map_or(text, |(_, query)| query);
        let (answer, state) = callback(query.split('#').next().unwrap_or_default());
        Some(Pasted { answer: answer?, state })
    }
}

impl std::fmt::Debug for Pasted {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Pasted").finish_non_exhaustive()
    }
}

/// Why a sign-in ended without a key.
#[derive(Debug)]
pub enum Failure {
    /// What Poe sent back instead of a code: `access_denied` when the person said no, or `invalid_request`,
    /// `unsupported_response_type`, `invalid_scope`.
    Refused(String),
    /// What came back belongs to another sign-in, or is forged.
    StateMismatch,
    /// Nobody came back within [`LIMIT`].
    TimedOut,
    /// The port could not be opened.
    Listener(io::Error),
    /// There is no randomness to make a secret from.
    NoRandomness,
    /// The code could not be traded for a key; the message begins with OAuth's own code, such as `invalid_grant`.
    Exchange(Error),
}

impl std::error::Error for Failure {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Failure::Listener(error) => Some(error),
            Failure::Exchange(error) => Some(error),
            _ => None,
        }
    }
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Failure::Refused(code) => write!(f, "refused: {code}"),
            Failure::StateMismatch => f.write_str("state mismatch"),
            Failure::TimedOut => f.write_str("timed out"),
            Failure::Listener(error) => write!(f, "no port: {error}"),
            Failure::NoRandomness => f.write_str("no randomness"),
            Failure::Exchange(error) => write!(f, "no key for the code: {error}"),
        }
    }
}

/// Without the secrets.
impl std::fmt::Debug for SignIn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut shown = f.debug_struct("SignIn");
        shown.field("redirect_uri", &self.redirect_uri).finish_non_exhaustive()
    }
}

impl SignIn {
    /// Opens a port of the system's choosing on this computer. `client_id` is that of the app at
    /// <https://poe.com/api/clients>.
    pub async fn start(client_id: impl Into<String>) -> Result<SignIn, Failure> {
        SignIn::start_on(0, client_id).await
    }

    /// Like [`SignIn::start`], on this port; 0 is any.
    pub async fn start_on(port: u16, client_id: impl Into<String>) -> Result<SignIn, Failure> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await.map_err(Failure::Listener)?;
        let port = listener.local_addr().map_err(Failure::Listener)?.port();
        Ok(SignIn {
            listener,
            client_id: client_id.into(),
            redirect_uri: format!("http://127.0.0.1:{port}/callback"),
            verifier: random()?,
            state: random()?,
            until: Instant::now() + LIMIT,
        })
    }

    /// The address to open in the browser.
    pub fn authorize_url(&self) -> String {
        self.authorize_url_at(AUTHORIZE)
    }

    /// Like [`SignIn::authorize_url`], for a server that stands in for Poe and asks at this address.
    pub fn authorize_url_at(&self, page: &str) -> String {
        let query = url::form_urlencoded::Serializer::new(String::new())
            .append_pair("response_type", "code")
            .append_pair("client_id", &self.client_id)
            .append_pair("redirect_uri", &self.redirect_uri)
            .append_pair("scope", "apikey:create")
            .append_pair("code_challenge", &challenge(&self.verifier))
            .append_pair("code_challenge_method", "S256")
            .append_pair("state", &self.state)
            .finish();
        format!("{page}?{query}")
    }

    /// Waits for the browser and trades the code for a key, at the base URL of `client`, which needs no key itself.
    ///
    /// Who comes without a `state`, or not to this address, is turned away, and the wait goes on; an answer with another
    /// `state` ends it.
    pub async fn finish(self, client: &Client, pages: Pages<'_>) -> Result<IssuedKey, Failure> {
        self.finish_or(client, pages, std::future::pending()).await
    }

    /// Like [`SignIn::finish`], with whichever comes first: the browser, or what a person pasted.
    pub async fn finish_or(
        self,
        client: &Client,
        pages: Pages<'_>,
        pasted: impl Future<Output = Pasted>,
    ) -> Result<IssuedKey, Failure> {
        let code = async {
            tokio::select! {
                code = self.code(pages) => code,
                pasted = pasted => self.judge(pasted.answer, pasted.state.as_deref().unwrap_or(&self.state)),
            }
        };
        let code = timeout_at(self.until, code).await.map_err(|_| Failure::TimedOut)??;
        let form = [
            ("grant_type", "authorization_code"),
            ("client_id", &self.client_id),
            ("code", &code),
            ("redirect_uri", &self.redirect_uri),
            ("code_verifier", &self.verifier),
        ];
        client.exchange(&form, issued).await.map_err(Failure::Exchange)
    }

    async fn code(&self, pages: Pages<'_>) -> Result<String, Failure> {
        loop {
            let Ok((mut stream, _)) = self.listener.accept().await else {
                // Out of file handles, most likely; some come free.
                tokio::time::sleep(Duration::from_millis(50)).await;
                continue;
            };
            // A browser opens connections that it never uses: none may hold up the next.
            let Ok(Some(target)) = timeout(Duration::from_secs(2), target(&mut stream)).await else {
                continue;
            };
            let answer = self.read(&target);
            let status = match answer {
                None | Some(Err(Failure::StateMismatch)) => "400 Bad Request",
                Some(_) => "200 OK",
            };
            let page = if matches!(answer, Some(Ok(_))) { pages.done } else { pages.refused };
            let reply = format!(
                "HTTP/1.1 {status}\r\ncontent-type: text/html; charset=utf-8\r\ncontent-length: {}\r\n\
                 cache-control: no-store\r\nreferrer-policy: no-referrer\r\nconnection: close\r\n\r\n{page}",
                page.len()
            );
            // The browser may be gone already; the code is here all the same.
            let _ = timeout(Duration::from_secs(2), stream.write_all(reply.as_bytes())).await;
            let _ = timeout(Duration::from_secs(1), stream.shutdown()).await;
            if let Some(answer) = answer {
                return answer;
            }
        }
    }

    /// What a request to this port brings; `None` for what is no answer of Poe's at all.
    fn read(&self, target: &str) -> Option<Result<String, Failure>> {
        let url = Url::parse("http://127.0.0.1").ok()?.join(target).ok()?;
        if url.host_str() != Some("127.0.0.1") || url.path() != "/callback" {
            return None;
        }
        let (answer, state) = callback(url.query()?);
        Some(self.judge(answer?, &state?))
    }

    fn judge(&self, answer: Result<String, String>, state: &str) -> Result<String, Failure> {
        if !is_same(state.as_bytes(), self.state.as_bytes()) {
            return Err(Failure::StateMismatch);
        }
        answer.map_err(Failure::Refused)
    }
}

/// The code or the error of a callback's query, and its state.
fn callback(query: &str) -> (Option<Result<String, String>>, Option<String>) {
    let value = |name: &str| {
        let mut pairs = url::form_urlencoded::parse(query.as_bytes());
        pairs
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.into_owned())
            .filter(|value| !value.is_empty())
    };
    let answer = match (value("error"), value("code")) {
        (Some(error), _) => Some(Err(error)),
        (None, code) => code.map(Ok),
    };
    (answer, value("state"))
}

/// Takes the same time wherever the first difference is.
fn is_same(one: &[u8], other: &[u8]) -> bool {
    one.len() == other.len() && one.iter().zip(other).fold(0, |sum, (a, b)| sum | (a ^ b)) == 0
}

/// Path and query of a GET.
async fn target(stream: &mut TcpStream) -> Option<String> {
    let mut head = Vec::new();
    while !head.windows(4).any(|end| end == b"\r\n\r\n") {
        if head.len() > MOST_HEAD || stream.read_buf(&mut head).await.ok()? == 0 {
            return None;
        }
    }
    let head = String::from_utf8_lossy(&head);
    let target = head.strip_prefix("GET ")?.split(' ').next()?;
    target.starts_with('/').then(|| target.to_owned())
}

/// 256 bits as 43 letters.
fn random() -> Result<String, Failure> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).map_err(|_| Failure::NoRandomness)?;
    Ok(URL_SAFE_NO_PAD.encode(bytes))
}

fn challenge(verifier: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.as_bytes()))
}

/// A missing or null time means that the key does not expire.
fn issued(body: &Value) -> Option<IssuedKey> {
    Some(IssuedKey {
        key: Secret::verbatim(text(&body["api_key"])?.trim())?,
        expires_in: count(&body["api_key_expires_in"]).map(Duration::from_secs),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_challenge_of_the_standard() {
        let verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
        assert_eq!(challenge(verifier), "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
    }

    #[tokio::test]
    async fn only_the_answer_to_this_sign_in_is_taken() {
        let mut sign_in = SignIn::start("app").await.unwrap();
        sign_in.state = "s1".to_owned();
        let check = |target: &str, expected: Option<Result<&str, &str>>| {
            let got = sign_in.read(target).map(|answer| answer.map_err(|e| e.to_string()));
            let got = got.as_ref().map(|answer| answer.as_deref().map_err(String::as_str));
            assert_eq!(got, expected, "{target}");
        };
        check("/callback?code=c&state=s1", Some(Ok("c")));
        check("/callback?state=s1&code=a%2Bb", Some(Ok("a+b")));
        let denied = Some(Err("refused: access_denied"));
        check("/callback?error=access_denied&state=s1", denied);
        check("/callback?error=access_denied&code=c&state=s1", denied);
        let mismatch = Some(Err("state mismatch"));
        check("/callback?code=c&state=s2", mismatch);
        check("/callback?error=access_denied&state=s2", mismatch);
        check("/callback?code=c&state=", None);
        check("/callback?code=c", None);
        check("/callback?error=access_denied", None);
        check("/callback?state=s1", None);
        check("/callback?code=&state=s1", None);
        check("/favicon.ico", None);
        check("/other?code=c&state=s1", None);
        check("//evil.example/callback?code=c&state=s2", None);
    }

    #[tokio::test]
    async fn what_is_pasted() {
        let mut sign_in = SignIn::start("app").await.unwrap();
        sign_in.state = "s1".to_owned();
        let check = |text: &str, expected: Option<Result<&str, &str>>| {
            let got = Pasted::read(text).map(|it| {
                let state = it.state.as_deref().unwrap_or("s1");
                sign_in.judge(it.answer, state).map_err(|e| e.to_string())
            });
            let got = got.as_ref().map(|answer| answer.as_deref().map_err(String::as_str));
            assert_eq!(got, expected, "{text:?}");
        };
        check("http://127.0.0.1:1/callback?code=c&state=s1", Some(Ok("c")));
        check("  ?state=s1&code=a%2Bb#x\n", Some(Ok("a+b")));
        check("code=c&state=s1", Some(Ok("c")));
        check("c0de_-~.", Some(Ok("c0de_-~.")));
        check("http://127.0.0.1:1/callback?code=c&state=s2", Some(Err("state mismatch")));
        check(
            "http://127.0.0.1:1/callback?error=access_denied&state=s1",
            Some(Err("refused: access_denied")),
        );
        for text in ["", " ", "two words", "https://poe.com/", "http://127.0.0.1:1/callback?state=s1"] {
            check(text, None);
        }
    }

    #[tokio::test]
    async fn the_address_for_the_browser() {
        let sign_in = SignIn::start("my app").await.unwrap();
        let url = Url::parse(&sign_in.authorize_url()).unwrap();
        let pairs: std::collections::HashMap<_, _> = url.query_pairs().into_owned().collect();
        assert_eq!(url.host_str(), Some("poe.com"));
        assert_eq!(pairs["client_id"], "my app");
        assert_eq!(pairs["scope"], "apikey:create");
        assert_eq!(pairs["code_challenge"], challenge(&sign_in.verifier));
        assert_eq!(pairs["redirect_uri"], sign_in.redirect_uri);
        let printed = format!("{sign_in:?}");
        assert!(!printed.contains(&sign_in.verifier) && !printed.contains(&sign_in.state), "{printed}");
        assert!(pairs["state"].len() >= 43 && pairs["state"] != sign_in.verifier);
    }

    #[tokio::test(start_paused = true)]
    async fn a_sign_in_to_which_nobody_comes_ends_by_itself() {
        let sign_in = SignIn::start("app").await.unwrap();
        let base = crate::BaseUrl::parse("http://127.0.0.1:9/v1").unwrap();
        let client = Client::new(crate::Config::new(base, None)).unwrap();
        let pages = Pages { done: "", refused: "" };
        let failure = sign_in.finish(&client, pages).await.unwrap_err();
        assert!(matches!(failure, Failure::TimedOut), "{failure}");
    }
}
