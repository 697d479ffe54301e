//! What goes to a model that makes films and nothing else: the message, its first image, a length and a size. Nothing of the chat
//! before it, its files or its system prompt has a place there.

use super::attachments::Attached;
use super::draft_cost::Along;
use super::{Outgoing, declared, request};
use crate::errors::{Failure, InputProblem, Refusal};
use crate::events::Parameters;
use crate::library::{AskedWith, Attachment, DraftPlace, LibraryError, Message, is_temporary};
use crate::models::films;
use poe::videos::VideoRequest;
use poe::{Content, Model, Part};

/// The order for the answer at the end of `path`.
pub(in crate::chat) fn order(
    question: &Message,
    answer: &Message,
    model: &str,
    known: Option<&Model>,
    parameters: &Parameters,
    attached: &Attached,
) -> VideoRequest {
    let asked = request::asked(question, Some(answer));
    let set = asked_with(known, parameters);
    let image = match attached.content(question) {
        Content::Parts(parts) => parts.iter().find_map(base64),
        Content::Text(_) => None,
    };
    VideoRequest {
        model: model.to_owned(),
        prompt: asked.text.clone(),
        seconds: known.and_then(|known| films::seconds(known, &set)),
        size: known.and_then(|known| films::size(known, &set)),
        input_image: image,
    }
}

/// What comes to a length or a size, as the chat has it.
pub(in crate::chat) fn asked_with(known: Option<&Model>, parameters: &Parameters) -> AskedWith {
    known.map(|known| declared::sent(known, &parameters.declared)).unwrap_or_default()
}

/// Of a picture that is no address.
fn base64(part: &Part) -> Option<String> {
    let Part::Image { url, .. } = part else { return None };
    let (_, data) = url.strip_prefix("data:")?.split_once(";base64,")?;
    Some(data.to_owned())
}

impl Outgoing {
    pub(in crate::chat) fn makes_films(&self, model: &str) -> bool {
        self.models.model(model).is_some_and(|model| model.only_films())
    }

    /// What is made is kept as a file, and Poe's address of it opens for nobody else.
    pub(in crate::chat) fn check_keeps(&self, conversation_id: i64, model: &str) -> Result<(), Failure> {
        if is_temporary(conversation_id) && self.makes_films(model) {
            return Err(Failure::Input { field: "model".into(), problem: InputProblem::FilmNotKept });
        }
        Ok(())
    }

    /// Only one image has a place.
    pub(super) fn check_film_files(&self, files: &[Attachment]) -> Option<Failure> {
        let mut sent = files.iter().filter(|file| !file.left_out);
        let is_alone =
            sent.next().is_none_or(|first| first.mime.starts_with("image/")) && sent.next().is_none();
        (!is_alone).then(|| Failure::Input { field: "message".into(), problem: InputProblem::FilmFiles })
    }

    /// The same of a question that goes out again, or in other words, with these files besides.
    pub(in crate::chat) async fn check_film_question(
        &self,
        model: &str,
        conversation_id: i64,
        question: Option<i64>,
        attached: &[i64],
    ) -> Result<(), Failure> {
        let Some(question) = question.filter(|_| self.makes_films(model)) else {
            return Ok(());
        };
        let mut files = self.library.attachments(conversation_id).await?;
        files.retain(|file| file.message_id == Some(question) || attached.contains(&file.id));
        self.check_film_files(&files).map_or(Ok(()), Err)
    }

    /// What goes along with a message to this model: nothing but its own files, where it makes films.
    pub(super) async fn along_to(
        &self,
        draft: DraftPlace,
        project: Option<i64>,
        model: &str,
    ) -> Result<Along, Refusal> {
        if !self.makes_films(model) {
            return self.along(draft, project).await;
        }
        let row = match draft.conversation_id {
            Some(id) => Some(self.library.conversation(id).await?),
            None => None,
        };
        let mut files = self.own_files(draft).await?;
        files.retain(|file| !file.left_out);
        Ok(Along { path: Vec::new(), row, files, of_project: 0 })
    }

    /// Of a message that is being written, and of the question that it takes the place of.
    async fn own_files(&self, draft: DraftPlace) -> Result<Vec<Attachment>, LibraryError> {
        let mut files = self.library.draft_attachments(draft).await?;
        if let (Some(id), Some(question)) = (draft.conversation_id, draft.instead_of) {
            let all = self.library.attachments(id).await?;
            files.extend(all.into_iter().filter(|file| file.message_id == Some(question)));
        }
        Ok(files)
    }
}
