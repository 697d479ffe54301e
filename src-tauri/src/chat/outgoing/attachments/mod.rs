//! Files on their way to Poe: taken, kept with their draft or project, made smaller, left out, sent. Whoever sends asks `obstacle`
//! first, so that nothing goes out that is known to fail. Those of a project go with each request of its chats, before the words of
//! the first question: there they stay the same, so that a model's host can keep them.

mod file;
mod measure;
mod obstacle;
mod pages;

use super::{Outgoing, request};
use crate::errors::{Failure, FileProblem, Refusal};
use crate::events::{AttachmentView, LARGEST_FILE, ModelView};
use crate::library::{
    Attachment, Conversation, DraftPlace, FilePlace, Library, LibraryError, Message, NewAttachment,
};
use crate::pictures;
use crate::points::PromptSize;
use crate::tokens::TextSize;
use file::{asks_for, part};
pub(crate) use file::{plain_name, sniff};
use poe::{Content, Part};
use std::collections::{BTreeMap, BTreeSet};
use tokio::task::spawn_blocking;

pub(in crate::chat) use measure::{FileSize, FilesSize};
pub(in crate::chat) use obstacle::{Included, feature, largest, obstacle};
use obstacle::{Obstacle, untaken};

/// A chat as the files of its project see it.
#[derive(Clone, Copy, Debug)]
pub(in crate::chat) enum Within {
    Chat(i64),
    /// One that a message begins, in a project or in none.
    New {
        project: Option<i64>,
    },
}

impl Within {
    pub(in crate::chat) fn of(draft: DraftPlace, project: Option<i64>) -> Within {
        draft.conversation_id.map_or(Within::New { project }, Within::Chat)
    }
}

/// The files of each question, as they are sent.
#[derive(Default)]
pub(in crate::chat) struct Attached {
    parts: BTreeMap<i64, Vec<Part>>,
    pub(in crate::chat) sizes: Vec<Option<FileSize>>,
}

impl Attached {
    /// The question's files, and then its words: what is long and stays the same comes first.
    pub(in crate::chat) fn content(&self, question: &Message) -> Content {
        let Some(parts) = self.parts.get(&question.id) else {
            return Content::Text(question.text.clone());
        };
        let words = (!question.text.trim().is_empty()).then(|| Part::text(&*question.text));
        Content::Parts(parts.iter().cloned().chain(words).collect())
    }
}

pub(in crate::chat) fn view(file: Attachment) -> AttachmentView {
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
        pages: None,
        points: None,
    }
}

impl Outgoing {
    /// Files that are to be sent to a model, with how long each is, and what it costs.
    pub(in crate::chat) async fn priced(
        &self,
        files: Vec<Attachment>,
        model: Option<&str>,
    ) -> Result<Vec<AttachmentView>, LibraryError> {
        let listed = model.and_then(|model| self.models.find(model));
        let picture = model.and_then(|model| self.of_picture(model));
        let mut sizes = self.measured(&files).await?.into_iter();
        let mut views = Vec::new();
        for file in files {
            let size = if file.left_out { None } else { sizes.next().flatten() };
            let of = FilesSize::of(&[size], picture);
            let sent =
                PromptSize { text: of.text, files: of.tokens, usd: of.usd, ..PromptSize::of(&[], None) };
            views.push(AttachmentView {
                pages: size.and_then(FileSize::pages),
                points: size.and_then(|_| self.points.standing(sent, listed.as_ref()?).points),
                ..view(file)
            });
        }
        Ok(views)
    }

    /// Keeps a file for a message that is being written, or for a project.
    pub async fn add_attachment(
        &self,
        place: impl Into<FilePlace>,
        name: &str,
        bytes: Result<Vec<u8>, FileProblem>,
    ) -> Result<AttachmentView, Refusal> {
        self.add(place.into(), name, bytes, sniff).await
    }

    /// Likewise text that was pasted, which is too long for the box. It is text whatever it begins with.
    pub async fn add_pasted(
        &self,
        place: impl Into<FilePlace>,
        name: &str,
        bytes: Vec<u8>,
    ) -> Result<AttachmentView, Refusal> {
        self.add(place.into(), name, Ok(bytes), |_| Ok("text/plain")).await
    }

    async fn add(
        &self,
        place: FilePlace,
        name: &str,
        bytes: Result<Vec<u8>, FileProblem>,
        kind: fn(&[u8]) -> Result<&'static str, FileProblem>,
    ) -> Result<AttachmentView, Refusal> {
        let name = plain_name(name);
        let refuse = |problem| Failure::File { name: name.clone(), problem };
        let bytes = bytes.map_err(&refuse)?;
        let size = bytes.len() as u64;
        if size > LARGEST_FILE {
            return Err(refuse(FileProblem::TooLarge { bytes: size, limit: LARGEST_FILE }).into());
        }
        let mime = kind(&bytes).map_err(&refuse)?;
        let _one = self.decoding.lock().await;
        let looked = spawn_blocking(move || {
            let preview = mime.starts_with("image/").then(|| pictures::preview(&bytes));
            (preview.transpose(), bytes)
        });
        let (preview, bytes) = looked.await.map_err(|e| Failure::Unexpected(e.to_string()))?;
        let new = NewAttachment {
            place,
            mime: mime.to_owned(),
            preview: preview.map_err(&refuse)?,
            bytes,
            name: name.clone(),
        };
        let kept = self.library.add_attachment(new, crate::clock::now()).await;
        Ok(view(kept?))
    }

    /// One that was not sent is gone; one of a message or a project stays and is sent no more.
    pub async fn remove_attachment(&self, id: i64) -> Result<(), Refusal> {
        Ok(self.library.remove_attachment(id).await?)
    }

    /// Sends one along again, or no longer.
    pub async fn include_attachment(&self, id: i64, on: bool) -> Result<AttachmentView, Refusal> {
        self.library.leave_out_attachment(id, !on).await?;
        Ok(view(self.library.attachment(id).await?))
    }

    /// Leaves out every picture, sound and film that the model doesn't take, of a message that is being written, of its chat, and of
    /// the project. Where it takes them all by its own word, it was Poe that refused, and none is sent.
    pub async fn leave_out_media(
        &self,
        draft: DraftPlace,
        project: Option<i64>,
        model: Option<&str>,
    ) -> Result<(), Refusal> {
        let mut files = self.library.draft_attachments(draft).await?;
        if let Some(id) = draft.conversation_id {
            files.extend(self.library.attachments(id).await?);
        }
        files.extend(self.project_files(Within::of(draft, project), None).await?);
        let known = model.and_then(|id| self.models.find(id));
        let all = |file: &&Attachment| asks_for(file).is_some();
        let untaken: Vec<_> = files.iter().filter(|file| untaken(file, known.as_ref()).is_some()).collect();
        let left = if untaken.is_empty() { files.iter().filter(all).collect() } else { untaken };
        for file in left {
            self.library.leave_out_attachment(file.id, true).await?;
        }
        Ok(())
    }

    /// Makes a picture smaller, in the place of what it was.
    pub async fn shrink_attachment(&self, id: i64) -> Result<AttachmentView, Refusal> {
        let file = self.library.attachment(id).await?;
        let bytes = self.library.attachment_bytes(id).await?;
        let _one = self.decoding.lock().await;
        let smaller = spawn_blocking(move || pictures::shrink(&bytes))
            .await
            .map_err(|e| Failure::Unexpected(e.to_string()))?;
        let smaller = smaller.map_err(|problem| Failure::File { name: file.name, problem })?;
        let file = self.library.replace_attachment(id, "image/jpeg", smaller).await;
        Ok(view(file?))
    }

    /// Files that were attached before their chat was there become its own; then what stands against them is said.
    pub(in crate::chat) async fn check_attached(
        &self,
        conversation: &Conversation,
        ids: &[i64],
    ) -> Result<(), Refusal> {
        if ids.is_empty() {
            return Ok(());
        }
        self.library.claim_attachments(ids.to_vec(), conversation.id).await?;
        let mut files = Vec::new();
        for id in ids {
            files.push(self.library.attachment(*id).await?);
        }
        let obstacle = self.draft_obstacle(Within::Chat(conversation.id), &files, Some(&conversation.model));
        obstacle.await?.map_or(Ok(()), Err)
    }

    /// Whether a file is sent with a message: one of these, or one of the question's that it takes the place of.
    pub(in crate::chat) async fn has_files(
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
        Ok(files.iter().any(|file| file.message_id == Some(question) && !file.left_out))
    }

    /// Files of the chat that this one goes on from, but for those of the question that both ask.
    pub(in crate::chat) async fn files_behind(
        &self,
        conversation: &Conversation,
    ) -> Result<u32, LibraryError> {
        let Some(of) = conversation.summary_of.filter(|_| !conversation.summary_is_own) else {
            return Ok(0);
        };
        let path = match self.library.path(of).await {
            Ok(path) => path,
            // The earlier chat is deleted, and its files with it.
            Err(LibraryError::Missing(_)) => return Ok(0),
            Err(error) => return Err(error),
        };
        let Some(first) = path.first() else { return Ok(0) };
        let mut questions = request::questions(&path, None);
        questions.pop();
        let files = self.library.attachments(first.conversation_id).await?;
        let stays = |id: i64| questions.contains(&id);
        let behind = files.iter().filter(|file| file.message_id.is_some_and(stays));
        Ok(u32::try_from(behind.count()).unwrap_or(u32::MAX))
    }

    /// The files of each of these messages.
    pub(in crate::chat) async fn attachment_views(
        &self,
        messages: Vec<i64>,
    ) -> Result<BTreeMap<i64, Vec<AttachmentView>>, Refusal> {
        let files = self.library.attachments_of(messages).await?;
        let mut by_message: BTreeMap<i64, Vec<AttachmentView>> = BTreeMap::new();
        for file in files {
            if let Some(message) = file.message_id {
                by_message.entry(message).or_default().push(view(file));
            }
        }
        Ok(by_message)
    }

    /// How long these files are for a model, of those that are sent; `None` for one of which nothing is known. A file is read
    /// once, however often it is asked.
    pub(in crate::chat) async fn measured(
        &self,
        files: &[Attachment],
    ) -> Result<Vec<Option<FileSize>>, LibraryError> {
        let mut sizes = Vec::new();
        for file in files.iter().filter(|file| !file.left_out) {
            // One that was made smaller has other bytes.
            let key = (file.id, file.size);
            let known = self.measured.lock().get(&key).copied();
            sizes.push(match known {
                Some(size) => size,
                None => {
                    let size = FileSize::of(file, &self.library.attachment_bytes(file.id).await?);
                    self.measured.lock().insert(key, size);
                    size
                }
            });
        }
        Ok(sizes)
    }

    /// Those of the project that are sent. `first`: the first question that is.
    pub(in crate::chat) async fn project_files(
        &self,
        within: Within,
        first: Option<i64>,
    ) -> Result<Vec<Attachment>, LibraryError> {
        let project = match within {
            Within::Chat(id) => self.library.conversation(id).await?.project_id,
            Within::New { project } => project,
        };
        project_files(&self.library, project, first).await
    }

    /// What goes along with the next question of a chat.
    async fn sent_before(&self, id: i64) -> Result<Vec<Included>, Failure> {
        let conversation = self.library.conversation(id).await?;
        let of_project = project_files(&self.library, conversation.project_id, None).await?;
        let own = self.library.attachments(id).await?;
        if of_project.is_empty() && own.iter().all(|file| file.message_id.is_none()) {
            // The most chats: they need not be read for it.
            return Ok(Vec::new());
        }
        let path = self.library.messages(id).await?;
        let turns = request::turns(&path, conversation.sent_from);
        let questions: Vec<i64> = turns.map(|[question, _]| question.id).collect();
        let included = included(&self.library, &conversation, &questions).await?;
        let earlier = included.into_iter().map(|it| Included { earlier: true, ..it });
        Ok(earlier.collect())
    }

    /// What stands against sending a message that is being written, with all that goes along with it.
    pub(in crate::chat) async fn draft_obstacle(
        &self,
        within: Within,
        files: &[Attachment],
        model: Option<&str>,
    ) -> Result<Option<Refusal>, Refusal> {
        if model.is_some_and(|model| self.makes_films(model)) {
            let problem = self.check_film_files(files);
            let known = model.and_then(|id| self.models.find(id));
            let new: Vec<Included> =
                files.iter().filter(|file| !file.left_out).cloned().map(new_one).collect();
            return Ok(match (problem, obstacle(&new, known.as_ref())) {
                (Some(failure), _) => Some(failure.into()),
                (None, found) => found.map(|it| refused(it, model)),
            });
        }
        let mut included = match within {
            Within::Chat(id) => self.sent_before(id).await?,
            Within::New { .. } => {
                let files = self.project_files(within, None).await?;
                files.into_iter().map(new_one).collect()
            }
        };
        let new = files.iter().filter(|file| !file.left_out).cloned();
        included.extend(new.map(new_one));
        let known = model.and_then(|id| self.models.find(id));
        Ok(obstacle(&included, known.as_ref()).map(|found| refused(found, model)))
    }
}

fn new_one(file: Attachment) -> Included {
    Included { file, earlier: false }
}

fn refused(found: Obstacle, model: Option<&str>) -> Refusal {
    let (failure, feature) = found.failure();
    Refusal { model: model.map(str::to_owned), is_saved: true, feature, ..failure.into() }
}

/// Those of a project that are sent, as if the first question that is had brought them.
async fn project_files(
    library: &Library,
    project: Option<i64>,
    first: Option<i64>,
) -> Result<Vec<Attachment>, LibraryError> {
    let Some(project) = project else {
        return Ok(Vec::new());
    };
    let mut files = library.project_files(project).await?;
    files.retain(|file| !file.left_out);
    Ok(files.into_iter().map(|file| Attachment { message_id: first, ..file }).collect())
}

/// What these questions bring along; the last of them is the one that is asked.
pub(in crate::chat) async fn included(
    library: &Library,
    conversation: &Conversation,
    questions: &[i64],
) -> Result<Vec<Included>, LibraryError> {
    let sent: BTreeSet<i64> = questions.iter().copied().collect();
    let last = questions.last().copied();
    let of_project = project_files(library, conversation.project_id, questions.first().copied()).await?;
    let own = library.attachments(conversation.id).await?.into_iter();
    let own = own.filter(|file| !file.left_out && file.message_id.is_some_and(|id| sent.contains(&id)));
    let all = of_project.into_iter().chain(own);
    Ok(all.map(|file| Included { earlier: file.message_id != last, file }).collect())
}

/// These files as they are sent, where nothing stands against it.
pub(in crate::chat) async fn attached(
    library: &Library,
    included: &[Included],
    model: Option<&ModelView>,
) -> Result<Attached, Failure> {
    if let Some(obstacle) = obstacle(included, model) {
        return Err(obstacle.failure().0);
    }
    let mut attached = Attached::default();
    for Included { file, .. } in included {
        let bytes = match library.attachment_bytes(file.id).await {
            // It left the project while the message waited.
            Err(LibraryError::Missing(_)) if file.project_id.is_some() => {
                attached.sizes.push(Some(FileSize::Text(TextSize::default())));
                continue;
            }
            bytes => bytes?,
        };
        let question = file.message_id.unwrap_or_default();
        attached.parts.entry(question).or_default().push(part(file, &bytes));
        attached.sizes.push(FileSize::of(file, &bytes));
    }
    Ok(attached)
}
