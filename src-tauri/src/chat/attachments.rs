//! Files on their way to Poe: what they are by their content, what stands against sending them, and how they are sent.
//! Whoever sends asks `obstacle` first, so that nothing goes out that is known to fail.

use super::turn::Turn;
use super::{Chat, pictures, request};
use crate::errors::{self, Context, Failure, Feature, FileProblem};
use crate::events::{AttachmentView, DraftView, ErrorCard, LARGEST_FILE, ModelView};
use crate::library::{Attachment, Conversation, LibraryError, Message, NewAttachment};
use poe::{Content, Part};
use std::collections::{BTreeMap, BTreeSet};
use tokio::task::spawn_blocking;

/// Poe documents no limit. Clients that set one of their own take 20 MiB for a picture and 32 MiB for a request.
const MAX_FILE: u64 = 20 * 1024 * 1024;
const MAX_REQUEST: u64 = 32 * 1024 * 1024;

/// What is to be sent with a message, before its bytes are read.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Included {
    pub(super) file: Attachment,
    /// It hangs on a message before the one that is sent.
    pub(super) earlier: bool,
}

/// What stands against sending.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Obstacle {
    NotTaken(Feature),
    TooLarge(errors::Attachment),
}

/// The first thing that stands against sending these to a model; nothing is known to stand against one that has not told
/// what it takes.
pub(super) fn obstacle(included: &[Included], model: Option<&ModelView>) -> Option<Obstacle> {
    let takes_images =
        model.is_none_or(|model| model.inputs.is_empty() || model.inputs.iter().any(|kind| kind == "image"));
    if !takes_images && included.iter().any(|it| is_image(&it.file)) {
        return Some(Obstacle::NotTaken(Feature::Images));
    }
    let largest = included.iter().max_by_key(|it| it.file.size)?;
    let size = |it: &Included| u64::try_from(it.file.size).unwrap_or_default();
    let all: u64 = included.iter().map(|it| encoded(size(it))).sum();
    let limit = if size(largest) > MAX_FILE {
        MAX_FILE
    } else if all > MAX_REQUEST {
        // What is left for it beside the others.
        let others = all - encoded(size(largest));
        MAX_REQUEST.saturating_sub(others) / 4 * 3
    } else {
        return None;
    };
    Some(Obstacle::TooLarge(named(largest, Some(limit))))
}

/// The one that a refusal for size is most likely about.
pub(super) fn largest(included: &[Included]) -> Option<errors::Attachment> {
    let largest = included.iter().max_by_key(|it| it.file.size)?;
    Some(named(largest, None))
}

/// What these ask of a model beyond text.
pub(super) fn feature(included: &[Included]) -> Option<Feature> {
    included
        .iter()
        .any(|it| is_image(&it.file))
        .then_some(Feature::Images)
}

fn named(it: &Included, limit: Option<u64>) -> errors::Attachment {
    errors::Attachment {
        id: it.file.id.to_string(),
        name: it.file.name.clone(),
        bytes: u64::try_from(it.file.size).unwrap_or_default(),
        limit,
        earlier: it.earlier,
        shrinks: is_image(&it.file),
    }
}

impl Obstacle {
    pub(super) fn failure(self) -> (Failure, Option<Feature>) {
        match self {
            Obstacle::TooLarge(attachment) => (Failure::Attachment(attachment), None),
            Obstacle::NotTaken(feature) => {
                let error = poe::Error::new(poe::Kind::UnsupportedFeature, "");
                (Failure::Poe(error), Some(feature))
            }
        }
    }
}

/// Bytes as base64.
fn encoded(bytes: u64) -> u64 {
    bytes.div_ceil(3) * 4
}

fn is_image(file: &Attachment) -> bool {
    file.mime.starts_with("image/")
}

/// What the content is, whatever the file's name says.
fn sniff(bytes: &[u8]) -> Result<&'static str, FileProblem> {
    let start = &bytes[..bytes.len().min(1024)];
    if bytes.is_empty() {
        Err(FileProblem::Empty)
    } else if bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
        Ok("image/png")
    } else if bytes.starts_with(&[0xff, 0xd8, 0xff]) {
        Ok("image/jpeg")
    } else if bytes.starts_with(b"GIF87a") || bytes.starts_with(b"GIF89a") {
        Ok("image/gif")
    } else if bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP") {
        Ok("image/webp")
    } else if start.windows(5).any(|window| window == b"%PDF-") {
        Ok("application/pdf")
    } else {
        match std::str::from_utf8(bytes) {
            Ok(text) if is_plain(text) => Ok("text/plain"),
            _ => Err(FileProblem::Unsupported),
        }
    }
}

/// Text to be read; an SVG is a picture that no model takes as one.
fn is_plain(text: &str) -> bool {
    let is_control = |c: char| c.is_control() && !matches!(c, '\n' | '\r' | '\t' | '\u{c}');
    let head: String = text.chars().take(1024).collect::<String>().to_lowercase();
    !text.contains(is_control) && !head.contains("<svg")
}

/// The name alone, without a folder and without what would hide or reorder it.
fn plain_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let is_harmless = |c: &char| {
        !c.is_control()
            && !matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    let name: String = last.chars().filter(is_harmless).take(200).collect();
    if name.trim().is_empty() {
        "file".to_owned()
    } else {
        name.trim().to_owned()
    }
}

/// The files of each question, as they are sent.
#[derive(Default)]
pub(super) struct Attached(BTreeMap<i64, Vec<Part>>);

impl Attached {
    /// The question's words with its files.
    pub(super) fn content(&self, question: &Message) -> Content {
        let Some(parts) = self.0.get(&question.id) else {
            return Content::Text(question.text.clone());
        };
        let words = (!question.text.trim().is_empty()).then(|| Part::text(&*question.text));
        Content::Parts(words.into_iter().chain(parts.iter().cloned()).collect())
    }
}

fn part(file: &Attachment, bytes: &[u8]) -> Part {
    if is_image(file) {
        Part::image(&file.mime, bytes)
    } else if file.mime == "text/plain" {
        let text = String::from_utf8_lossy(bytes);
        Part::text(format!("<file name={:?}>\n{text}\n</file>", file.name))
    } else {
        Part::file(&*file.name, &file.mime, bytes)
    }
}

pub(super) fn view(file: Attachment) -> AttachmentView {
    AttachmentView {
        id: file.id,
        message_id: file.message_id,
        name: file.name,
        mime: file.mime,
        size: file.size,
        preview: file.preview.map(|bytes| {
            let url = Part::image("image/jpeg", &bytes);
            url.url().unwrap_or_default().to_owned()
        }),
        left_out: file.left_out,
    }
}

impl Chat {
    /// The files of the message that is being written, and what stands against sending them.
    pub async fn draft(
        &self,
        conversation: Option<i64>,
        model: Option<&str>,
    ) -> Result<DraftView, ErrorCard> {
        let files = self
            .library
            .draft_attachments(conversation)
            .await
            .map_err(|e| self.card(e))?;
        let card = self.draft_obstacle(conversation, &files, model).await?;
        Ok(DraftView {
            attachments: files.into_iter().map(view).collect(),
            card,
            largest: i64::try_from(LARGEST_FILE).unwrap_or(i64::MAX),
        })
    }

    /// Keeps a file for the message that is being written.
    pub async fn add_attachment(
        &self,
        conversation: Option<i64>,
        name: &str,
        bytes: Result<Vec<u8>, FileProblem>,
    ) -> Result<(), ErrorCard> {
        let name = plain_name(name);
        let refuse = |problem| {
            self.card(Failure::File {
                name: name.clone(),
                problem,
            })
        };
        let bytes = bytes.map_err(&refuse)?;
        let size = bytes.len() as u64;
        if size > LARGEST_FILE {
            return Err(refuse(FileProblem::TooLarge {
                bytes: size,
                limit: LARGEST_FILE,
            }));
        }
        let mime = sniff(&bytes).map_err(&refuse)?;
        let _one = self.decoding.lock().await;
        let looked = spawn_blocking(move || {
            let preview = mime.starts_with("image/").then(|| pictures::preview(&bytes));
            (preview.transpose(), bytes)
        });
        let (preview, bytes) = looked
            .await
            .map_err(|e| self.card(Failure::Unexpected(e.to_string())))?;
        let new = NewAttachment {
            conversation_id: conversation,
            mime: mime.to_owned(),
            preview: preview.map_err(&refuse)?,
            bytes,
            name: name.clone(),
        };
        self.library.add_attachment(new).await.map_err(|e| self.card(e))?;
        Ok(())
    }

    /// One that was not sent is gone; one of a message stays and is sent no more.
    pub async fn remove_attachment(&self, id: i64) -> Result<(), ErrorCard> {
        self.library.remove_attachment(id).await.map_err(|e| self.card(e))
    }

    /// Sends one along again, or no longer.
    pub async fn include_attachment(&self, id: i64, on: bool) -> Result<AttachmentView, ErrorCard> {
        let change = async {
            self.library.leave_out_attachment(id, !on).await?;
            self.library.attachment(id).await
        };
        Ok(view(change.await.map_err(|e| self.card(e))?))
    }

    /// Leaves out every picture of a chat and of the message that is being written in it.
    pub async fn leave_out_images(&self, conversation: Option<i64>) -> Result<(), ErrorCard> {
        let leave_out = async {
            let mut files = self.library.draft_attachments(conversation).await?;
            if let Some(id) = conversation {
                files.extend(self.library.attachments(id).await?);
            }
            for file in files.iter().filter(|file| is_image(file)) {
                self.library.leave_out_attachment(file.id, true).await?;
            }
            Ok(())
        };
        leave_out.await.map_err(|e: LibraryError| self.card(e))
    }

    /// Makes a picture smaller, in the place of what it was.
    pub async fn shrink_attachment(&self, id: i64) -> Result<AttachmentView, ErrorCard> {
        let file = self.library.attachment(id).await.map_err(|e| self.card(e))?;
        let bytes = self
            .library
            .attachment_bytes(id)
            .await
            .map_err(|e| self.card(e))?;
        let _one = self.decoding.lock().await;
        let smaller = spawn_blocking(move || pictures::shrink(&bytes))
            .await
            .map_err(|e| self.card(Failure::Unexpected(e.to_string())))?;
        let smaller = smaller.map_err(|problem| {
            self.card(Failure::File {
                name: file.name,
                problem,
            })
        })?;
        let file = self.library.replace_attachment(id, "image/jpeg", smaller).await;
        Ok(view(file.map_err(|e| self.card(e))?))
    }

    /// Files that were attached before their chat was there become its own; then what stands against them is said.
    pub(super) async fn check_attached(
        &self,
        conversation: &Conversation,
        ids: &[i64],
    ) -> Result<(), ErrorCard> {
        if ids.is_empty() {
            return Ok(());
        }
        let claim = async {
            self.library
                .claim_attachments(ids.to_vec(), conversation.id)
                .await?;
            self.library.draft_attachments(Some(conversation.id)).await
        };
        let mut files = claim.await.map_err(|e| self.card(e))?;
        files.retain(|file| ids.contains(&file.id));
        let obstacle = self.draft_obstacle(Some(conversation.id), &files, Some(&conversation.model));
        obstacle.await?.map_or(Ok(()), Err)
    }

    /// Whether a file is sent with a message: one of these, or one of the question's that it takes the place of.
    pub(super) async fn has_files(
        &self,
        conversation: &Conversation,
        attached: &[i64],
        question: Option<i64>,
    ) -> Result<bool, LibraryError> {
        for id in attached {
            if !self.library.attachment(*id).await?.left_out {
                return Ok(true);
            }
        }
        let Some(question) = question else {
            return Ok(false);
        };
        let files = self.library.attachments(conversation.id).await?;
        Ok(files
            .iter()
            .any(|file| file.message_id == Some(question) && !file.left_out))
    }

    /// All files of a chat's messages, by message.
    pub(super) async fn attachment_views(
        &self,
        conversation: i64,
    ) -> Result<BTreeMap<i64, Vec<AttachmentView>>, ErrorCard> {
        let files = self
            .library
            .attachments(conversation)
            .await
            .map_err(|e| self.card(e))?;
        let mut by_message: BTreeMap<i64, Vec<AttachmentView>> = BTreeMap::new();
        for file in files {
            if let Some(message) = file.message_id {
                by_message.entry(message).or_default().push(view(file));
            }
        }
        Ok(by_message)
    }

    /// What these questions bring along; the last of them is the one that is asked.
    async fn included(&self, conversation: i64, questions: &[i64]) -> Result<Vec<Included>, Failure> {
        let sent: BTreeSet<i64> = questions.iter().copied().collect();
        let last = questions.last().copied();
        let files = self.library.attachments(conversation).await?;
        Ok(files
            .into_iter()
            .filter(|file| !file.left_out && file.message_id.is_some_and(|id| sent.contains(&id)))
            .map(|file| Included {
                earlier: file.message_id != last,
                file,
            })
            .collect())
    }

    /// The files of a turn's questions, where nothing stands against sending them.
    pub(super) async fn attached(
        &self,
        turn: &Turn,
        path: &[Message],
        conversation: &Conversation,
        model: &str,
    ) -> Result<Attached, Failure> {
        let questions = request::questions(path, conversation.sent_from);
        let included = self.included(conversation.id, &questions).await?;
        let included = turn.included.get_or_init(|| included);
        if let Some(obstacle) = obstacle(included, self.models.find(model).as_ref()) {
            return Err(obstacle.failure().0);
        }
        let mut attached = Attached::default();
        for Included { file, .. } in included.iter() {
            let bytes = self.library.attachment_bytes(file.id).await?;
            let question = file.message_id.unwrap_or_default();
            attached.0.entry(question).or_default().push(part(file, &bytes));
        }
        Ok(attached)
    }

    /// What goes along with the next question of a chat.
    async fn sent_before(&self, id: i64) -> Result<Vec<Included>, Failure> {
        let conversation = self.library.conversation(id).await?;
        let path = self.library.messages(id).await?;
        let turns = request::turns(&path, conversation.sent_from);
        let questions: Vec<i64> = turns.map(|[question, _]| question.id).collect();
        let included = self.included(id, &questions).await?;
        let earlier = included.into_iter().map(|it| Included { earlier: true, ..it });
        Ok(earlier.collect())
    }

    /// What stands against sending a message that is being written, with all that goes along with it.
    pub(super) async fn draft_obstacle(
        &self,
        conversation: Option<i64>,
        files: &[Attachment],
        model: Option<&str>,
    ) -> Result<Option<ErrorCard>, ErrorCard> {
        let mut included = match conversation {
            Some(id) => self.sent_before(id).await.map_err(|e| self.card(e))?,
            None => Vec::new(),
        };
        let new = files.iter().filter(|file| !file.left_out).cloned();
        included.extend(new.map(|file| Included { file, earlier: false }));
        let known = model.and_then(|id| self.models.find(id));
        let Some(obstacle) = obstacle(&included, known.as_ref()) else {
            return Ok(None);
        };
        let (failure, feature) = obstacle.failure();
        let context = Context {
            feature,
            message_saved: true,
            ..self.context(model)
        };
        Ok(Some(errors::card(&failure, &context)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_file_is() {
        fn check(bytes: &[u8], expected: Result<&'static str, FileProblem>) {
            assert_eq!(sniff(bytes), expected, "{:?}", String::from_utf8_lossy(bytes));
        }
        check(b"", Err(FileProblem::Empty));
        check(b"\x89PNG\r\n\x1a\nrest", Ok("image/png"));
        check(b"\xff\xd8\xff\xe0", Ok("image/jpeg"));
        check(b"GIF89a", Ok("image/gif"));
        check(b"RIFF\x10\0\0\0WEBPVP8 ", Ok("image/webp"));
        check(b"RIFF\x10\0\0\0WAVEfmt ", Err(FileProblem::Unsupported));
        check(b"%PDF-1.7", Ok("application/pdf"));
        check(b"junk\n%PDF-1.4", Ok("application/pdf"));
        check("fn main() {}\n\tägypten 🦀".as_bytes(), Ok("text/plain"));
        check(b"a\0b", Err(FileProblem::Unsupported));
        check(b"\xfe\xff\0a", Err(FileProblem::Unsupported));
        check(b"MZ\x90\0", Err(FileProblem::Unsupported));
        check(b"<svg xmlns='x'/>", Err(FileProblem::Unsupported));
        check(
            b"<?xml version='1.0'?>\n<!-- x -->\n<SVG/>",
            Err(FileProblem::Unsupported),
        );
    }

    #[test]
    fn names_without_tricks() {
        fn check(name: &str, expected: &str) {
            assert_eq!(plain_name(name), expected);
        }
        check("a.png", "a.png");
        check("../../etc/passwd", "passwd");
        check("C:\\Users\\x\\a b.pdf", "a b.pdf");
        check("a\r\nb\0.png", "ab.png");
        check("photo\u{202e}gnp.exe", "photognp.exe");
        check("  ", "file");
        check("", "file");
        check(&"x".repeat(999), &"x".repeat(200));
    }

    fn file(id: i64, mime: &str, megabytes: i64) -> Attachment {
        Attachment {
            id,
            message_id: Some(1),
            conversation_id: None,
            name: format!("{id}"),
            mime: mime.to_owned(),
            size: megabytes * 1024 * 1024,
            preview: None,
            left_out: false,
        }
    }

    fn model(inputs: &[&str]) -> ModelView {
        ModelView {
            id: "m".into(),
            name: "M".into(),
            maker: String::new(),
            description: String::new(),
            inputs: inputs.iter().map(|kind| (*kind).to_owned()).collect(),
            outputs: vec!["text".into()],
            features: vec![],
            context: None,
            max_output: None,
            input_usd: None,
            output_usd: None,
            request_usd: None,
        }
    }

    #[test]
    fn what_stands_against_sending() {
        enum Expected {
            Nothing,
            NotTaken,
            /// Id, whether it hangs on an earlier message, the limit in MiB.
            TooLarge(&'static str, bool, u64),
        }
        fn check(files: &[(i64, &str, i64, bool)], inputs: &[&str], expected: Expected) {
            let included: Vec<Included> = files
                .iter()
                .map(|(id, mime, megabytes, earlier)| Included {
                    file: file(*id, mime, *megabytes),
                    earlier: *earlier,
                })
                .collect();
            match (obstacle(&included, Some(&model(inputs))), expected) {
                (None, Expected::Nothing) => {}
                (Some(Obstacle::NotTaken(Feature::Images)), Expected::NotTaken) => {}
                (Some(Obstacle::TooLarge(found)), Expected::TooLarge(id, earlier, limit)) => {
                    let megabytes = found.limit.map(|bytes| bytes.div_ceil(1024 * 1024));
                    assert_eq!(
                        (found.id.as_str(), found.earlier, megabytes),
                        (id, earlier, Some(limit))
                    );
                }
                (found, _) => panic!("{found:?} for {files:?} and {inputs:?}"),
            }
        }
        let both: &[&str] = &["text", "image"];
        check(&[], &["text"], Expected::Nothing);
        check(&[(1, "image/png", 1, false)], both, Expected::Nothing);
        check(&[(1, "image/png", 1, false)], &[], Expected::Nothing);
        check(&[(1, "image/png", 1, false)], &["text"], Expected::NotTaken);
        check(&[(1, "image/png", 1, true)], &["text"], Expected::NotTaken);
        check(&[(1, "application/pdf", 1, false)], &["text"], Expected::Nothing);
        check(&[(1, "image/png", 20, false)], both, Expected::Nothing);
        check(
            &[(1, "image/png", 21, false)],
            both,
            Expected::TooLarge("1", false, 20),
        );
        // 24 MiB of files are 32 MiB as base64.
        check(
            &[(1, "image/png", 11, true), (2, "image/png", 12, false)],
            both,
            Expected::Nothing,
        );
        check(
            &[(1, "image/png", 14, true), (2, "image/png", 11, false)],
            both,
            Expected::TooLarge("1", true, 13),
        );
    }

    #[test]
    fn as_parts() {
        fn check(mime: &str, bytes: &[u8], expected: Part) {
            let file = Attachment {
                name: "n\"<x>.bin".to_owned(),
                ..file(1, mime, 0)
            };
            assert_eq!(part(&file, bytes), expected);
        }
        check(
            "image/png",
            b"\x89PNG",
            Part::image_url("data:image/png;base64,iVBORw=="),
        );
        check(
            "application/pdf",
            b"%PDF",
            Part::file("n\"<x>.bin", "application/pdf", b"%PDF"),
        );
        check(
            "text/plain",
            b"hello",
            Part::text("<file name=\"n\\\"<x>.bin\">\nhello\n</file>"),
        );
    }
}
