//! Films of the demo, made in so much time: ordered, asked for, fetched, and made from another one. Which of them fail is said
//! by their models.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};

use super::account::Bill;
use super::cache::Cached;
use super::completion::tokens;
use super::demo::{Demo, Outcome};
use super::faults;
use super::http::Request;
use super::lock;
use super::models::{self, Model};
use super::reply::Reply;

/// A yellow lamp that drifts over dark water, four seconds, whatever was asked for.
const FILM: &[u8] = include_bytes!("film/film.mp4");
const THUMBNAIL: &[u8] = include_bytes!("film/thumbnail.webp");
const SPRITESHEET: &[u8] = include_bytes!("film/spritesheet.jpg");

/// How long a film takes for people; a test has no time.
const TAKES: Duration = Duration::from_secs(20);
const TAKES_TEST: Duration = Duration::from_millis(150);
/// How long a film can be fetched.
const KEPT: Duration = Duration::from_secs(24 * 3_600);
/// Of a film and all that it was extended by.
const MOST_SECONDS: u32 = 120;

pub(super) struct Films {
    films: Vec<Film>,
    takes: Duration,
}

struct Film {
    id: String,
    model: &'static Model,
    seconds: u32,
    size: String,
    remixed_from: Option<String>,
    created: SystemTime,
    takes: Duration,
    is_expired: bool,
}

/// What a film comes to.
enum Fate {
    Made,
    /// Halfway, with this code and these words.
    Fails(&'static str, &'static str),
}

fn fate(model: &Model) -> Fate {
    match model.id {
        "demo-film-declined" => {
            Fate::Fails("moderation_error", "The prompt may show somebody who didn’t agree to it.")
        }
        "demo-film-broken" => Fate::Fails("server_error", "Video generation failed. Try another prompt."),
        _ => Fate::Made,
    }
}

impl Films {
    pub(super) fn new(friendly: bool) -> Films {
        Films { films: Vec::new(), takes: if friendly { TAKES } else { TAKES_TEST } }
    }

    pub(super) fn set_time(&mut self, takes: Duration) {
        self.takes = takes;
    }

    pub(super) fn expire(&mut self) {
        for film in &mut self.films {
            film.is_expired = true;
        }
    }

    fn find(&self, id: &str) -> Result<&Film, Reply> {
        self.films.iter().find(|film| film.id == id).ok_or_else(not_found)
    }
}

/// What is asked below `/v1/videos`; `rest` is the path after it.
pub(super) fn outcome(demo: &Demo, request: &Request, rest: &str, now: SystemTime) -> Outcome {
    let steps: Vec<&str> = rest.split('/').filter(|step| !step.is_empty()).collect();
    let found = match (request.method.as_str(), steps.as_slice()) {
        ("POST", []) => ordered(demo, request, now),
        ("POST", ["extensions"]) => extended(demo, request, now),
        ("POST", [id, "remix"]) => remixed(demo, request, id, now),
        ("GET", [id]) => lock(&demo.films).find(id).map(|film| Reply::json(200, film.row(now)).into()),
        ("GET", [id, "content"]) => content(demo, request, id, now).map(Outcome::from),
        _ => Err(not_found()),
    };
    found.unwrap_or_else(Outcome::from)
}

fn ordered(demo: &Demo, request: &Request, now: SystemTime) -> Result<Outcome, Reply> {
    let body = read(request)?;
    let name = body["model"].as_str().filter(|name| !name.is_empty());
    let name = name.ok_or_else(|| faults::missing_parameter("model"))?;
    let model = models::find(name).ok_or_else(|| {
        let message = format!("Bot does not exist: {name}");
        Reply::error(404, &message, "not_found_error", Some("model_not_found"))
    })?;
    if !model.makes_films() {
        return Err(invalid(&format!("Model {name} does not support the videos API.")));
    }
    let size = match &body["size"] {
        Value::Null => "720x1280".to_owned(),
        size => {
            size.as_str().filter(|size| is_size(size)).ok_or_else(|| invalid("size is invalid"))?.to_owned()
        }
    };
    let film = Film {
        id: String::new(),
        model,
        seconds: seconds(&body)?.unwrap_or(8),
        size,
        remixed_from: None,
        created: now,
        takes: lock(&demo.films).takes,
        is_expired: false,
    };
    begun(demo, &body, film, now)
}

fn remixed(demo: &Demo, request: &Request, id: &str, now: SystemTime) -> Result<Outcome, Reply> {
    let body = read(request)?;
    let film = from(demo, id, now)?;
    begun(demo, &body, film, now)
}

fn extended(demo: &Demo, request: &Request, now: SystemTime) -> Result<Outcome, Reply> {
    let body = read(request)?;
    let id = body["video"]["id"].as_str().ok_or_else(|| faults::missing_parameter("video"))?;
    let source = from(demo, id, now)?;
    let seconds = source.seconds + seconds(&body)?.unwrap_or(4);
    if seconds > MOST_SECONDS {
        return Err(invalid("A video can be extended to 120 seconds in all."));
    }
    begun(demo, &body, Film { seconds, ..source }, now)
}

/// Another one like it, if it is there.
fn from(demo: &Demo, id: &str, now: SystemTime) -> Result<Film, Reply> {
    let films = lock(&demo.films);
    let source = films.find(id)?;
    if source.row(now)["status"] != "completed" {
        return Err(invalid("The video is not completed."));
    }
    Ok(Film {
        id: String::new(),
        size: source.size.clone(),
        remixed_from: Some(id.to_owned()),
        created: now,
        takes: films.takes,
        is_expired: false,
        ..*source
    })
}

/// Charged when the order has been answered, but where nothing comes of it.
fn begun(demo: &Demo, body: &Value, film: Film, now: SystemTime) -> Result<Outcome, Reply> {
    let prompt = body["prompt"].as_str().filter(|prompt| !prompt.trim().is_empty());
    let prompt = prompt.ok_or_else(|| faults::missing_parameter("prompt"))?;
    if demo.points() <= 0 {
        return Err(faults::insufficient_points());
    }
    let id = (0..24).map(|_| fastrand::digit(16)).collect::<String>();
    let film = Film { id: format!("video_{id}"), ..film };
    let bill = Bill {
        bot: film.model.name.to_owned(),
        price: film.model.price,
        prompt_tokens: tokens(prompt),
        completion_tokens: 0,
        cached: Cached::default(),
    };
    let reply = Reply::json(200, film.row(now));
    let is_made = matches!(fate(film.model), Fate::Made);
    lock(&demo.films).films.push(film);
    Ok(Outcome { reply, bill: is_made.then_some(bill) })
}

fn content(demo: &Demo, request: &Request, id: &str, now: SystemTime) -> Result<Reply, Reply> {
    let films = lock(&demo.films);
    let film = films.find(id)?;
    if film.is_expired || film.row(now)["status"] != "completed" {
        return Err(not_found());
    }
    let (type_, bytes) = match request.parameter("variant").as_deref() {
        None | Some("video") => ("video/mp4", FILM),
        Some("thumbnail") => ("image/webp", THUMBNAIL),
        Some("spritesheet") => ("image/jpeg", SPRITESHEET),
        Some(_) => return Err(invalid("variant is invalid")),
    };
    Ok(Reply::bytes(200, type_, bytes.to_vec()))
}

impl Film {
    fn row(&self, now: SystemTime) -> Value {
        let passed = now.duration_since(self.created).unwrap_or_default();
        let share = passed.as_secs_f64() / self.takes.as_secs_f64().max(0.001);
        let percent = (share * 100.0).clamp(0.0, 99.0) as u64;
        let seconds = |time: SystemTime| time.duration_since(UNIX_EPOCH).map_or(0, |age| age.as_secs());
        let mut row = json!({
            "id": self.id, "object": "video", "status": "in_progress", "created_at": seconds(self.created),
            "completed_at": null, "expires_at": null, "model": self.model.id, "seconds": self.seconds.to_string(),
            "size": self.size, "progress": percent, "remixed_from_video_id": self.remixed_from, "error": null, "usage": null,
        });
        match fate(self.model) {
            Fate::Fails(code, message) if share >= 0.5 => {
                (row["status"], row["error"]) =
                    ("failed".into(), json!({ "code": code, "message": message }));
            }
            _ if share >= 1.0 => {
                let completed = self.created + self.takes;
                row["status"] = "completed".into();
                row["progress"] = 100.into();
                row["completed_at"] = seconds(completed).into();
                row["expires_at"] = seconds(completed + KEPT).into();
            }
            _ if share < 0.1 => row["status"] = "queued".into(),
            _ => {}
        }
        row
    }
}

fn read(request: &Request) -> Result<Value, Reply> {
    serde_json::from_slice(&request.body).map_err(|error| invalid(&format!("Invalid JSON: {error}")))
}

/// A string of digits, as documented.
fn seconds(body: &Value) -> Result<Option<u32>, Reply> {
    match &body["seconds"] {
        Value::Null => Ok(None),
        seconds => match seconds.as_str().and_then(|text| text.parse().ok()) {
            Some(seconds @ 1..=20) => Ok(Some(seconds)),
            _ => Err(invalid("seconds is invalid")),
        },
    }
}

fn is_size(text: &str) -> bool {
    let side = |side: &str| side.parse::<u32>().is_ok_and(|pixels| (16..=4_096).contains(&pixels));
    text.split_once('x').is_some_and(|(width, height)| side(width) && side(height))
}

fn invalid(message: &str) -> Reply {
    Reply::error(400, message, "invalid_request_error", Some("invalid_parameter"))
}

fn not_found() -> Reply {
    Reply::error(404, "Video not found", "invalid_request_error", Some("not_found"))
}
