//! What a project adds to each turn of its chats, known before anything is asked there: its system prompt and its files.

use super::attachments::FilesSize;
use super::{Outgoing, request};
use crate::errors::Refusal;
use crate::events::{Parameters, StandingCost};
use crate::points::PromptSize;
use crate::points::caching::{Cached, least};
use poe::Endpoint;

impl Outgoing {
    /// With this model.
    pub async fn standing_cost(&self, project: i64, model: &str) -> Result<StandingCost, Refusal> {
        let parameters = Parameters::from(self.library.project(project).await?.parameters);
        let mut files = self.library.project_files(project).await?;
        files.retain(|file| !file.left_out);
        let sizes = FilesSize::of(&self.measured(&files).await?, self.of_picture(model));
        let system = PromptSize::of(&request::opening(None, parameters.system.as_deref()), None);
        let along =
            PromptSize { text: sizes.text, files: sizes.tokens, usd: sizes.usd, ..PromptSize::of(&[], None) };
        let both = PromptSize { text: system.text + along.text, ..along };
        let tokens = |asked: &PromptSize| self.points.tokens(asked, model);
        let told = StandingCost {
            system: tokens(&system),
            files: tokens(&along),
            count: u32::try_from(files.len()).unwrap_or(u32::MAX),
            uncounted: sizes.uncounted,
            ..StandingCost::default()
        };
        let (Some(shown), Some(known)) = (self.models.find(model), self.models.model(model)) else {
            return Ok(told);
        };
        let told = StandingCost { takes: shown.context, ..told };
        if sizes.uncounted > 0 {
            return Ok(told);
        }
        let way = self.way(model, &known, &files, &parameters).await?;
        let keeps = way.endpoint == Endpoint::Messages && both.tokens() >= least(model);
        let kept = PromptSize { cached: Cached { read: both.tokens(), written: 0 }, ..both };
        let price = self.points.standing(both, &shown);
        Ok(StandingCost {
            points: price.points,
            usd: price.usd,
            warm: self.points.standing(kept, &shown).points.filter(|_| keeps),
            ..told
        })
    }
}
