//! Pictures, sounds and films of answers. What a model made for this person is fetched once, from Poe's own store, when its answer has
//! ended, and kept as a file beside the chats: its address may stop working. Whatever else an answer links to is left where it is,
//! since whoever is asked learns that it was read, until the person says to load it.
//!
//! `content.rs` tells what bytes are, whatever anybody called them; `store.rs` has the files. What the window shows is a copy of a
//! picture made here, never the bytes that came, and a sound or a film only where its beginning is that of one.

mod content;
mod store;

use crate::account::Account;
use crate::data_folder::DataFolder;
use crate::errors::{Failure, FileProblem, Refusal};
use crate::events::{MediaKind, MediaMade, MediaPage, MediaProblem, MediaState, MediaView};
use crate::library::{self, Library, MediaFile, Message, NewMedia, is_temporary};
use crate::pictures;
use content::Content;
use parking_lot::Mutex;
use poe::media::MediaLink;
use poe::videos::VideoPart;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use tokio::sync::Semaphore;

/// Bytes of one file. The largest film that a model is known to make is a tenth of it.
const LARGEST: usize = 200 * 1024 * 1024;
/// Of one answer. A model makes some at most; a text may name any number.
const MOST: usize = 16;
/// Pictures that are decoded at the same time: each may take hundreds of megabytes.
const DECODED: usize = 2;
/// Files that are fetched at the same time, whatever an answer names.
const ARRIVING: usize = 2;
/// Of a page of the gallery.
const PAGE: i64 = 60;

/// A file as it came.
pub struct Original {
    /// What it may be called elsewhere.
    pub name: String,
    pub path: PathBuf,
}

/// Who a link may lead to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Whom {
    /// Poe's store, for what was asked for from here.
    Poe,
    /// Whoever it names, since a person pressed for it.
    Anybody,
}

/// One link of one message.
type Link = (i64, String);

pub struct Media {
    library: Library,
    data_folder: Arc<DataFolder>,
    account: Arc<Account>,
    /// One fetch of each link at a time.
    fetching: Mutex<BTreeMap<Link, Arc<tokio::sync::Mutex<()>>>>,
    /// Whole files are in memory meanwhile.
    arriving: Semaphore,
    decoding: Semaphore,
    /// Held from a file's writing until its row is there, so that nothing takes it for one that nobody has.
    storing: tokio::sync::Mutex<()>,
}

impl Media {
    pub fn new(library: Library, data_folder: Arc<DataFolder>, account: Arc<Account>) -> Media {
        Media {
            library,
            data_folder,
            account,
            fetching: Mutex::default(),
            arriving: Semaphore::new(ARRIVING),
            decoding: Semaphore::new(DECODED),
            storing: tokio::sync::Mutex::default(),
        }
    }

    /// An answer has ended: what it links to is kept, if Poe has it. Nobody waits for that, and what fails now is tried again when
    /// somebody looks at the answer.
    pub fn answered(self: &Arc<Self>, message_id: i64, text: &str) {
        if is_temporary(message_id) {
            return;
        }
        for link in self.made(text) {
            let media = self.clone();
            tokio::spawn(async move { drop(media.fetch(message_id, &link.url).await) });
        }
    }

    /// Links of an answer to Poe's own store.
    fn made(&self, text: &str) -> Vec<MediaLink> {
        let client = self.account.keyless_client();
        links(text).into_iter().filter(|link| client.stores(&link.url)).collect()
    }

    /// All that an answer links to, in its order.
    pub async fn of_message(&self, message_id: i64) -> Result<Vec<MediaView>, Refusal> {
        let message = self.library.message(message_id).await?;
        let found = links(&message.text);
        if found.is_empty() {
            return Ok(Vec::new());
        }
        let kept = self.kept(message_id).await?;
        let is_ours = self.library.is_asked_here(message_id).await?;
        let client = self.account.keyless_client();
        let view = |link: MediaLink| {
            if let Some(file) = kept.iter().find(|file| file.url == link.url) {
                return MediaView { alt: named(&link), ..kept_view(file) };
            }
            // An imported answer was paid elsewhere, and anybody may have written it.
            // What is kept is a file.
            let is_own = client.video_of(&link.url).is_none_or(|video| is_film_of(&message, &video));
            let comes = is_ours && !is_temporary(message_id) && client.stores(&link.url) && is_own;
            let state = if comes { MediaState::Coming } else { MediaState::Elsewhere };
            MediaView {
                message_id,
                alt: named(&link),
                kind: link.kind.into(),
                state,
                host: host(&client, message_id, &link.url).filter(|_| state == MediaState::Elsewhere),
                url: link.url,
                ..MediaView::default()
            }
        };
        Ok(found.into_iter().map(view).collect())
    }

    /// Those of a message whose files are there: after a backup was restored, or by somebody's hand, some may not be.
    async fn kept(&self, message_id: i64) -> Result<Vec<MediaFile>, Refusal> {
        let all = self.library.media_of(message_id).await?;
        let folder = self.data_folder.media();
        let there = move || all.into_iter().filter(|media| folder.join(&media.file).is_file()).collect();
        let there = tokio::task::spawn_blocking(there).await;
        Ok(there.map_err(|panicked| Failure::Unexpected(panicked.to_string()))?)
    }

    /// Fetches what a link of an answer to Poe's store leads to, unless it is kept.
    pub async fn fetch(&self, message_id: i64, url: &str) -> Result<MediaView, Refusal> {
        self.fetch_from(Whom::Poe, message_id, url).await
    }

    /// Likewise whatever a link of an answer leads to, on a press that named who is asked.
    pub async fn load(&self, message_id: i64, url: &str) -> Result<MediaView, Refusal> {
        self.fetch_from(Whom::Anybody, message_id, url).await
    }

    async fn fetch_from(&self, whom: Whom, message_id: i64, url: &str) -> Result<MediaView, Refusal> {
        let link: Link = (message_id, url.to_owned());
        let one = self.fetching.lock().entry(link.clone()).or_default().clone();
        let fetched = {
            let _one = one.lock().await;
            self.fetch_now(whom, message_id, url).await
        };
        self.fetching.lock().remove(&link);
        fetched
    }

    async fn fetch_now(&self, whom: Whom, message_id: i64, url: &str) -> Result<MediaView, Refusal> {
        if is_temporary(message_id) {
            return Err(library::LibraryError::Missing(message_id).into());
        }
        let kept = self.kept(message_id).await?;
        if let Some(file) = kept.iter().find(|file| file.url == url) {
            return Ok(kept_view(file));
        }
        let message = self.library.message(message_id).await?;
        let client = self.account.keyless_client();
        let failed = |kind: MediaKind, problem: MediaProblem| {
            let host = host(&client, message_id, url).filter(|_| whom == Whom::Anybody);
            Ok(MediaView { host, ..failed(message_id, url, kind, problem) })
        };
        let Some(link) = links(&message.text).into_iter().find(|link| link.url == url) else {
            return failed(MediaKind::Image, MediaProblem::Gone);
        };
        let kind = link.kind.into();
        if whom == Whom::Poe && !self.library.is_asked_here(message_id).await? {
            return failed(kind, MediaProblem::Elsewhere);
        }
        let _one = self.arriving.acquire().await;
        let fetched = match client.video_of(url) {
            // It is read with the key, so that only what this answer asked for is.
            Some(video) if is_film_of(&message, &video) => self.film(&video).await,
            Some(_) => return failed(kind, MediaProblem::Elsewhere),
            None if whom == Whom::Anybody && !client.stores(url) => {
                client.fetch_elsewhere(url, LARGEST).await.map(|media| media.bytes)
            }
            None => client.fetch_media(url, LARGEST).await.map(|media| media.bytes),
        };
        let bytes = match fetched {
            Ok(bytes) => bytes,
            Err(error) if whom == Whom::Anybody && is_moved(&error) => {
                return failed(kind, MediaProblem::Moved);
            }
            Err(error) => return failed(kind, problem(&error)),
        };
        let Some(content) = content::sniff(&bytes) else {
            return failed(kind, MediaProblem::Unknown);
        };
        let pixels = match content.kind {
            library::MediaKind::Image => match pictures::size(&bytes) {
                Some(pixels) => Some(pixels),
                None => return failed(kind, MediaProblem::Broken),
            },
            _ => None,
        };
        Ok(self.keep(message_id, url, content, pixels, bytes).await?)
    }

    async fn film(&self, video: &str) -> Result<Vec<u8>, poe::Error> {
        match self.account.client() {
            Some(client) => client.video_content(video, VideoPart::Film, LARGEST).await,
            None => Err(poe::Error::new(poe::Kind::InvalidApiKey, "")),
        }
    }

    /// Bytes that came along with a message from elsewhere. What they are not is not kept: the answer's link stays.
    pub async fn take_in(
        &self,
        message_id: i64,
        url: &str,
        bytes: Vec<u8>,
    ) -> Result<(), library::LibraryError> {
        let Some(content) = content::sniff(&bytes) else { return Ok(()) };
        let pixels = match content.kind {
            library::MediaKind::Image => match pictures::size(&bytes) {
                Some(pixels) => Some(pixels),
                None => return Ok(()),
            },
            _ => None,
        };
        self.keep(message_id, url, content, pixels, bytes).await.map(drop)
    }

    async fn keep(
        &self,
        message_id: i64,
        url: &str,
        content: Content,
        pixels: Option<(u32, u32)>,
        bytes: Vec<u8>,
    ) -> Result<MediaView, library::LibraryError> {
        let size = i64::try_from(bytes.len()).unwrap_or(i64::MAX);
        let _storing = self.storing.lock().await;
        let folder = self.data_folder.media();
        let stored = tokio::task::spawn_blocking(move || store::put(&folder, content.ending, &bytes)).await;
        let file = match stored.map_err(std::io::Error::other).flatten() {
            Ok(file) => file,
            Err(error) => return Err(library::LibraryError::from(error)),
        };
        let new = NewMedia {
            message_id,
            url: url.to_owned(),
            kind: content.kind,
            mime: content.mime.to_owned(),
            size,
            pixels,
            file,
        };
        let kept = self.library.keep_media(new, crate::clock::now()).await?;
        Ok(kept_view(&kept))
    }

    /// What the window shows of one: of a picture a copy that fits a square of so many pixels, of all else the file.
    pub async fn shown(&self, id: i64, side: u32) -> Result<Vec<u8>, Refusal> {
        let media = self.library.media(id).await?;
        if media.kind != library::MediaKind::Image {
            return self.bytes(id).await;
        }
        self.decoded(id, move |bytes| pictures::copy(bytes, side)).await
    }

    /// A picture's width and height, and four bytes a pixel.
    pub async fn pixels(&self, id: i64) -> Result<(u32, u32, Vec<u8>), Refusal> {
        self.decoded(id, pictures::pixels).await
    }

    async fn decoded<T: Send + 'static>(
        &self,
        id: i64,
        decode: impl FnOnce(&[u8]) -> Result<T, FileProblem> + Send + 'static,
    ) -> Result<T, Refusal> {
        let bytes = self.bytes(id).await?;
        let _one = self.decoding.acquire().await;
        let decoded = tokio::task::spawn_blocking(move || decode(&bytes)).await;
        let decoded = decoded.map_err(|panicked| Failure::Unexpected(panicked.to_string()))?;
        let name = self.original(id).await?.name;
        Ok(decoded.map_err(|problem| Failure::File { name, problem })?)
    }

    /// The file as it came.
    pub async fn bytes(&self, id: i64) -> Result<Vec<u8>, Refusal> {
        let Original { name, path } = self.original(id).await?;
        let read = tokio::task::spawn_blocking(move || std::fs::read(path)).await;
        let read = read.map_err(std::io::Error::other).flatten();
        Ok(read.map_err(|_| Failure::File { name, problem: FileProblem::Unreadable })?)
    }

    pub async fn original(&self, id: i64) -> Result<Original, Refusal> {
        let media = self.library.media(id).await?;
        let called = match media.kind {
            library::MediaKind::Image => "image",
            library::MediaKind::Audio => "audio",
            library::MediaKind::Video => "video",
        };
        let (digits, ending) = media.file.split_once('.').unwrap_or((&media.file, "bin"));
        let digits = digits.get(..8).unwrap_or_default();
        let name = format!("{called}-{digits}.{ending}");
        Ok(Original { name, path: self.data_folder.media().join(&media.file) })
    }

    /// A page of all that was made, the newest first.
    pub async fn page(&self, kind: Option<MediaKind>, from: i64) -> Result<MediaPage, Refusal> {
        let (count, made) = self.library.media_made(kind.map(Into::into), from, PAGE).await?;
        let view = |made: library::MediaMade| MediaMade {
            media: kept_view(&made.media),
            conversation_id: made.conversation_id,
            model: made.model,
            prompt: made.prompt,
            asked_with: made.asked_with,
            points: made.points,
            among: made.among,
            made_at: made.media.kept_at,
        };
        Ok(MediaPage { count, made: made.into_iter().map(view).collect() })
    }

    /// Deletes the files that no answer has any longer: a chat that is deleted takes what it made along. What does not go now goes
    /// at the next start.
    pub async fn sweep(&self) -> Result<(), Refusal> {
        let _storing = self.storing.lock().await;
        for file in self.library.media_left().await? {
            let (folder, name) = (self.data_folder.media(), file.clone());
            let removed = tokio::task::spawn_blocking(move || store::remove(&folder, &name)).await;
            if removed.map_err(std::io::Error::other).flatten().is_ok() {
                self.library.media_gone(file).await?;
            }
        }
        Ok(())
    }
}

/// What a sound or a film is by its beginning; `None` for all else.
pub(crate) fn sound_or_film(bytes: &[u8]) -> Option<&'static str> {
    content::sniff(bytes)
        .filter(|content| content.kind != library::MediaKind::Image)
        .map(|content| content.mime)
}

fn links(text: &str) -> Vec<MediaLink> {
    let mut links = poe::media::links(text);
    links.truncate(MOST);
    links
}

/// Poe made it for this answer.
fn is_film_of(message: &Message, video: &str) -> bool {
    message.video_id.as_deref() == Some(video)
}

/// Who a press to load this would ask. A film of another answer is nobody's to give without the key.
fn host(client: &poe::Client, message_id: i64, url: &str) -> Option<String> {
    let is_asked = client.stores(url) && client.video_of(url).is_none() || client.asks_elsewhere(url);
    poe::media::host(url).filter(|_| !is_temporary(message_id) && is_asked)
}

/// A prompt that a model's host made a file's name of is a prompt again.
fn named(link: &MediaLink) -> String {
    let alt = link.alt.as_deref().unwrap_or_default();
    let endings = [".png", ".jpg", ".jpeg", ".webp", ".gif"];
    let bare = endings.iter().find_map(|ending| alt.strip_suffix(ending));
    bare.unwrap_or(alt).trim().to_owned()
}

fn kept_view(file: &MediaFile) -> MediaView {
    MediaView {
        id: Some(file.id),
        message_id: file.message_id,
        url: file.url.clone(),
        alt: String::new(),
        kind: file.kind.into(),
        state: MediaState::Kept,
        mime: file.mime.clone(),
        bytes: file.size,
        width: file.pixels.map(|(width, _)| width),
        height: file.pixels.map(|(_, height)| height),
        host: None,
        problem: None,
    }
}

fn failed(message_id: i64, url: &str, kind: MediaKind, problem: MediaProblem) -> MediaView {
    MediaView {
        message_id,
        url: url.to_owned(),
        kind,
        state: MediaState::Failed,
        problem: Some(problem),
        ..MediaView::default()
    }
}

/// Poe's store sends nobody on: there it is a network that asks for a login.
fn is_moved(error: &poe::Error) -> bool {
    error.status.is_some_and(|status| (300..400).contains(&status))
}

/// Asking again costs nothing, so all that matters is whether it can help.
fn problem(error: &poe::Error) -> MediaProblem {
    match error.kind {
        poe::Kind::NotFound => MediaProblem::Gone,
        poe::Kind::InvalidInput if error.param.as_deref() == Some("host") => MediaProblem::Near,
        poe::Kind::InvalidInput => MediaProblem::Elsewhere,
        poe::Kind::MalformedResponse => MediaProblem::TooLarge,
        _ => MediaProblem::Unreached,
    }
}

impl From<poe::media::MediaKind> for MediaKind {
    fn from(kind: poe::media::MediaKind) -> MediaKind {
        match kind {
            poe::media::MediaKind::Image => MediaKind::Image,
            poe::media::MediaKind::Audio => MediaKind::Audio,
            poe::media::MediaKind::Video => MediaKind::Video,
        }
    }
}

impl From<MediaKind> for library::MediaKind {
    fn from(kind: MediaKind) -> library::MediaKind {
        match kind {
            MediaKind::Image => library::MediaKind::Image,
            MediaKind::Audio => library::MediaKind::Audio,
            MediaKind::Video => library::MediaKind::Video,
        }
    }
}

impl From<library::MediaKind> for MediaKind {
    fn from(kind: library::MediaKind) -> MediaKind {
        match kind {
            library::MediaKind::Image => MediaKind::Image,
            library::MediaKind::Audio => MediaKind::Audio,
            library::MediaKind::Video => MediaKind::Video,
        }
    }
}
