//! Messages that are being written: what is kept of them, so that leaving, a restart or a crash loses none. The app's own
//! keys stay out: somebody may paste one here by mistake, and this is written to the disk before anything is sent.

use super::outgoing::attachments::Within;
use super::{Chat, film_views};
use crate::errors::{Failure, InputProblem, Refusal};
use crate::events::{DraftChange, DraftView, LARGEST_DRAFT, LARGEST_FILE};
use crate::library::{Draft, DraftPlace};

impl Chat {
    /// As it was last kept, with its files and what stands against sending them to this model. `project`: of a chat that it begins.
    pub async fn draft(
        &self,
        place: DraftPlace,
        model: Option<&str>,
        project: Option<i64>,
    ) -> Result<DraftView, Refusal> {
        let kept = self.library.draft(place).await?;
        let files = self.library.draft_attachments(place).await?;
        let model = model.or(kept.as_ref().and_then(|draft| draft.model.as_deref()));
        let within = Within::of(place, project);
        let obstacle = self.outgoing.draft_obstacle(within, &files, model).await?;
        let attachments = self.outgoing.priced(files, model).await?;
        let film = kept.as_ref().and_then(|draft| draft.film).map(film_views::source);
        let (text, model, parameters, preset) = match kept {
            Some(draft) => (Some(draft.text), draft.model, draft.parameters.map(Into::into), draft.preset),
            None => (None, None, None, None),
        };
        Ok(DraftView {
            text,
            model,
            parameters,
            preset,
            film,
            attachments,
            card: obstacle.map(|refusal| self.cards.card(refusal)),
            largest: i64::try_from(LARGEST_FILE).unwrap_or(i64::MAX),
        })
    }

    pub async fn save_draft(&self, place: DraftPlace, change: DraftChange) -> Result<(), Refusal> {
        if change.text.len() > LARGEST_DRAFT {
            return Err(Failure::Input {
                field: "message".into(),
                problem: InputProblem::TooLongToKeep { limit: LARGEST_DRAFT as u64 },
            }
            .into());
        }
        let mut text = change.text;
        self.account.key_fragments().remove(&mut text);
        let draft = Draft {
            text,
            model: change.model,
            parameters: change.parameters.map(Into::into),
            preset: change.preset,
            film: change.film.map(|film| (film.message_id, film.how.into())),
        };
        self.library.save_draft(place, draft, crate::clock::now()).await.map_err(Refusal::draft)
    }

    /// It is given up, with its files.
    pub async fn discard_draft(&self, place: DraftPlace) -> Result<(), Refusal> {
        Ok(self.library.discard_draft(place).await?)
    }
}
