//! Films, which take minutes: created, asked for until they are there, and fetched
//! ([reference](https://creator.poe.com/api-reference/createVideo)).

use std::time::Duration;

use serde_json::{Value, json};
use tokio::time::Instant;
use url::Url;

use crate::client::Client;
use crate::error::{Error, Kind};
use crate::json::{count, text, time_ms};
use crate::models::Model;
use crate::retry::MAX_WAIT;

/// How often Poe wants to be asked.
pub const POLL: Duration = Duration::from_secs(5);

/// After so many times of that with nothing but failures the waiting ends: ten minutes.
const MOST_SILENT: u32 = 120;
/// The longest pause after a failure, in those times: a minute.
const LONGEST_PAUSE: u32 = 12;

/// A film to make, `POST /v1/videos`.
#[derive(Clone, Debug, Default)]
pub struct VideoRequest {
    /// The model's id; one that lists `/v1/videos`.
    pub model: String,
    /// What to show.
    pub prompt: String,
    /// Length. Poe takes 4 or 8 when it is not told.
    pub seconds: Option<u32>,
    /// Such as `1280x720`. Poe takes `720x1280`, upright, when it is not told.
    pub size: Option<String>,
    /// A picture to begin with, in base64.
    pub input_image: Option<String>,
}

/// A film that is made. One that failed is an [`Error`] instead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Video {
    /// What to ask for it by.
    pub id: String,
    /// How far it is.
    pub status: VideoStatus,
    /// Percent.
    pub progress: Option<u8>,
    /// As the reply names it.
    pub model: Option<String>,
    /// Length.
    pub seconds: Option<u32>,
    /// Such as `1280x720`.
    pub size: Option<String>,
    /// The film that this one was made from, if any ([`Client::remix_video`]).
    pub remixed_from: Option<String>,
    /// When it was ordered, milliseconds since 1970.
    pub created_ms: Option<i64>,
    /// When it was there, milliseconds since 1970.
    pub completed_ms: Option<i64>,
    /// When it can no longer be fetched, milliseconds since 1970.
    pub expires_ms: Option<i64>,
}

/// How far a film is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum VideoStatus {
    /// Waits for its turn.
    Queued,
    /// Is made.
    InProgress,
    /// Can be fetched.
    Completed,
    /// A word that is not known, verbatim. Those for an end (`failed`, `cancelled`, `expired`) are an [`Error`].
    Other(String),
}

/// What can be fetched of a film.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum VideoPart {
    /// The film itself, MP4.
    #[default]
    Film,
    /// A small picture of it, WebP.
    Thumbnail,
    /// Many small pictures of it side by side, JPEG.
    Spritesheet,
}

impl Client {
    /// Orders a film, once: sent again it could be paid twice.
    pub async fn create_video(&self, request: &VideoRequest) -> Result<Video, Error> {
        not_blank("model", &request.model)?;
        not_blank("prompt", &request.prompt)?;
        let mut body = json!({ "model": request.model, "prompt": request.prompt });
        if let Some(seconds) = request.seconds {
            body["seconds"] = seconds.to_string().into();
        }
        for (name, value) in [("size", &request.size), ("input_image", &request.input_image)] {
            if let Some(value) = value {
                body[name] = value.as_str().into();
            }
        }
        self.post(&self.base_url().join("/videos"), &body, video).await
    }

    /// Orders another film from one that is there, once, `POST /v1/videos/{id}/remix`
    /// ([reference](https://creator.poe.com/api-reference/remixVideo)). `prompt` says what should be different.
    pub async fn remix_video(&self, id: &str, prompt: &str) -> Result<Video, Error> {
        not_blank("prompt", prompt)?;
        let url = self.video_url(id, Some("remix"));
        self.post(&url, &json!({ "prompt": prompt }), video).await
    }

    /// Orders what comes after a film that is there, once, `POST /v1/videos/extensions`
    /// ([reference](https://creator.poe.com/api-reference/extendVideo)). Sora only, up to 120 seconds in all.
    pub async fn extend_video(&self, id: &str, prompt: &str, seconds: Option<u32>) -> Result<Video, Error> {
        not_blank("video", id)?;
        not_blank("prompt", prompt)?;
        let mut body = json!({ "video": { "id": id }, "prompt": prompt });
        if let Some(seconds) = seconds {
            body["seconds"] = seconds.to_string().into();
        }
        self.post(&self.base_url().join("/videos/extensions"), &body, video).await
    }

    /// How far a film is, `GET /v1/videos/{id}`. Fails when the film has failed, in Poe's words where it gives some
    /// ([`has_failed`] tells that from a failure of asking).
    pub async fn video(&self, id: &str) -> Result<Video, Error> {
        let url = self.video_url(id, None);
        let video = self.get(&url, crate::reply::MAX_BODY, video).await?;
        if let VideoStatus::Other(word) = &video.status
            && ENDS.contains(&word.as_str())
        {
            let host = Some(self.base_url().host().to_owned());
            let error = Error::new(Kind::Unknown, format!("the film is {word}, and nothing says why"));
            return Err(Error { host, status: Some(200), sent: true, by_poe: true, attempt: 1, ..error });
        }
        Ok(video)
    }

    /// Asks every so often ([`POLL`]) until the film is there or has failed, and tells each answer. Dropping the future
    /// stops asking, not the film.
    ///
    /// To ask is free, so what passes (a 5xx, a limit, a line that broke or brought nothing) is told too, and asked again
    /// after a pause that grows to twelve times `every`. After 120 times `every` of nothing else, that is the end.
    pub async fn wait_for_video(
        &self,
        id: &str,
        every: Duration,
        mut seen: impl FnMut(Result<&Video, &Error>),
    ) -> Result<Video, Error> {
        let mut failures: u32 = 0;
        let mut answered = Instant::now();
        loop {
            let pause = match self.video(id).await {
                Ok(video) => {
                    seen(Ok(&video));
                    if video.status == VideoStatus::Completed {
                        return Ok(video);
                    }
                    (failures, answered) = (0, Instant::now());
                    every
                }
                Err(error) if passes(&error) && answered.elapsed() < every * MOST_SILENT => {
                    seen(Err(&error));
                    failures += 1;
                    let pause = every * LONGEST_PAUSE.min(2u32.saturating_pow(failures));
                    pause.max(error.retry_after.unwrap_or_default().min(MAX_WAIT))
                }
                Err(error) => return Err(error),
            };
            tokio::time::sleep(pause).await;
        }
    }

    /// A film or a picture of it, `GET /v1/videos/{id}/content`
    /// ([reference](https://creator.poe.com/api-reference/getVideoContent)). More than `max` bytes are
    /// [`Kind::MalformedResponse`]; a film that is not there yet, or no longer, is [`Kind::NotFound`].
    pub async fn video_content(&self, id: &str, part: VideoPart, max: usize) -> Result<Vec<u8>, Error> {
        let mut url = self.video_url(id, Some("content"));
        let variant = match part {
            VideoPart::Film => None,
            VideoPart::Thumbnail => Some("thumbnail"),
            VideoPart::Spritesheet => Some("spritesheet"),
        };
        if let Some(variant) = variant {
            url.query_pairs_mut().append_pair("variant", variant);
        }
        self.bytes(&url, max).await
    }

    /// Where a film lies, for who keeps a link to it: nobody reads it without the key.
    pub fn video_link(&self, id: &str) -> String {
        self.video_url(id, Some("content")).to_string()
    }

    /// The film that a link leads to, where it is one of [`Client::video_link`].
    pub fn video_of(&self, link: &str) -> Option<String> {
        let id = link.strip_prefix(self.base_url().join("/videos/").as_str())?.strip_suffix("/content")?;
        let id = percent_encoding::percent_decode_str(id).decode_utf8().ok()?;
        (!id.is_empty() && self.video_link(&id) == link).then(|| id.into_owned())
    }

    /// The id is a part of the path whatever it holds.
    fn video_url(&self, id: &str, rest: Option<&str>) -> Url {
        let mut url = self.base_url().join("/videos");
        if let Ok(mut path) = url.path_segments_mut() {
            path.push(id).extend(rest);
        }
        url
    }
}

impl Model {
    /// It makes films, and takes no other request: all that it lists is `/v1/videos`.
    pub fn only_films(&self) -> bool {
        let is_films = |path: &String| path.trim_start_matches("/v1") == "/videos";
        !self.endpoints.is_empty() && self.endpoints.iter().all(is_films)
    }
}

/// Statuses of a film that there will never be.
const ENDS: [&str; 5] = ["failed", "cancelled", "canceled", "expired", "rejected"];

/// Whether the film itself has failed; all else is a failure of asking, and the film may be there.
pub fn has_failed(error: &Error) -> bool {
    error.status == Some(200) && error.by_poe
}

/// Whether asking again may help.
fn passes(error: &Error) -> bool {
    use Kind::*;
    match error.status {
        Some(200) => error.kind == MalformedResponse,
        Some(status) => matches!(status, 408 | 425 | 429 | 500..=599),
        None => matches!(
            error.kind,
            DnsFailed
                | Offline
                | ConnectionRefused
                | ConnectTimeout
                | ConnectionLost
                | FirstByteTimeout
                | StreamStalled
                | StreamCut
        ),
    }
}

fn not_blank(field: &str, text: &str) -> Result<(), Error> {
    if text.trim().is_empty() {
        return Err(Error { param: Some(field.to_owned()), ..Error::new(Kind::InvalidInput, "it is empty") });
    }
    Ok(())
}

fn video(body: &Value) -> Option<Video> {
    let status = match text(&body["status"])?.as_str() {
        "queued" => VideoStatus::Queued,
        "in_progress" => VideoStatus::InProgress,
        "completed" => VideoStatus::Completed,
        other => VideoStatus::Other(other.to_owned()),
    };
    Some(Video {
        id: text(&body["id"])?,
        status,
        progress: count(&body["progress"]).map(|percent| percent.min(100) as u8),
        model: text(&body["model"]),
        seconds: count(&body["seconds"]).and_then(|seconds| seconds.try_into().ok()),
        size: text(&body["size"]),
        remixed_from: text(&body["remixed_from_video_id"]),
        created_ms: time_ms(&body["created_at"]),
        completed_ms: time_ms(&body["completed_at"]),
        expires_ms: time_ms(&body["expires_at"]),
    })
}
