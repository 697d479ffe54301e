//! What the next request will cost, before it is asked for: of the message that is being written with all that is sent
//! along with it, and of an answer that is asked for once more. The chat is read when it changes, not with each key.

use super::attachments::{Attached, FileSize, FilesSize, Within};
use super::draft_cache::Said;
use super::{Outgoing, length, request, summary};
use crate::errors::Refusal;
use crate::events::{
    AnswerLength, DraftContext, MessageCost, ModelView, Parameters, PointsRange, RetryCost, UsdRange,
};
use crate::library::{Attachment, Conversation, DraftPlace, LibraryError, Message, Role};
use crate::points::caching::Cached;
use crate::points::learning::Spread;
use crate::points::{Left, PromptSize, RequestPrice, Wanted};
use crate::tokens::TextSize;
use poe::Decimal;

/// What goes along with a message.
pub(super) struct Along {
    pub(super) path: Vec<Message>,
    pub(super) row: Option<Conversation>,
    /// Those of the project first.
    pub(super) files: Vec<Attachment>,
    pub(super) of_project: usize,
}

impl Outgoing {
    /// What is sent with the next message: of this chat, or in the place of this question. `project`: of a chat that it begins.
    pub async fn draft_context(
        &self,
        conversation: Option<i64>,
        instead_of: Option<i64>,
        model: &str,
        parameters: &Parameters,
        project: Option<i64>,
    ) -> Result<DraftContext, Refusal> {
        let draft = DraftPlace { conversation_id: conversation, instead_of };
        let Along { path, row, files, .. } = self.along_to(draft, project, model).await?;
        let is_film = self.makes_films(model);
        let sizes = self.measured(&files).await?;
        let said = Said { path: &path, conversation: row.as_ref(), files: &files, sizes: &sizes };
        // It changes how all begins.
        let due = row.as_ref().filter(|row| summary::is_due(row) && !is_film);
        let cache = match due {
            Some(_) => None,
            None => self.draft_cache(said, model, parameters).await?,
        };
        let due = due.map(|row| left_out(&path, row.sent_from));
        let files = sizes;
        let budget_left = match (parameters.budget, &row) {
            (Some(budget), Some(chat)) => Some(budget - self.library.used_by_chat(chat.id).await?),
            (budget, _) => budget,
        };
        Ok(DraftContext {
            model: model.to_owned(),
            max_tokens: parameters.max_tokens,
            cache,
            budget_left,
            summary: due,
            ..draft_context(
                &path,
                row.as_ref().filter(|_| !is_film),
                parameters.system.as_deref().filter(|_| !is_film),
                &files,
                self.of_picture(model),
            )
        })
    }

    /// What stands before the words that are written there.
    pub(super) async fn along(&self, draft: DraftPlace, project: Option<i64>) -> Result<Along, Refusal> {
        let mut own = self.library.draft_attachments(draft).await?;
        let (mut path, mut row, mut first) = (Vec::new(), None, None);
        if let Some(id) = draft.conversation_id {
            path = match draft.instead_of {
                Some(question) => self.library.path(question).await?,
                None => self.library.messages(id).await?,
            };
            if draft.instead_of.is_some() {
                path.pop();
            }
            let conversation = self.library.conversation(id).await?;
            let questions: Vec<i64> = request::turns(&path, conversation.sent_from)
                .map(|[question, _]| question.id)
                .chain(draft.instead_of)
                .collect();
            let sent = |file: &Attachment| file.message_id.is_some_and(|id| questions.contains(&id));
            let all = self.library.attachments(id).await?;
            own.extend(all.into_iter().filter(sent));
            (row, first) = (Some(conversation), questions.first().copied());
        }
        own.retain(|file| !file.left_out);
        let mut files = self.project_files(Within::of(draft, project), first).await?;
        let of_project = files.len();
        files.extend(own);
        Ok(Along { path, row, files, of_project })
    }

    /// Dollars of a picture, where the model tells that.
    pub(super) fn of_picture(&self, model: &str) -> Option<Decimal> {
        self.models.model(model)?.listed_price()?.image
    }

    /// Of these words with all that goes along. What the chat is like was looked at before, so a key costs no more in a long one.
    pub async fn estimate_cost(&self, context: &DraftContext, text: &str) -> MessageCost {
        let asked = size_of(context, text);
        let model = self.models.find(&context.model);
        let (asked, cache) = match (&model, asked, &context.cache) {
            (Some(model), Some(asked), Some(cache)) if context.uncounted == 0 => {
                let (asked, outlook) = self.outlook(cache, asked, model);
                (Some(asked), outlook)
            }
            _ => (asked, None),
        };
        let told = match (&model, &asked) {
            (Some(model), Some(asked)) if context.uncounted == 0 => self.points.price(*asked, model),
            _ => RequestPrice::default(),
        };
        let from = match (&model, &asked) {
            (Some(model), Some(asked)) if context.uncounted > 0 => {
                self.points.price(*asked, model).points.map(|points| points.low)
            }
            _ => None,
        };
        let once = context.summary.and_then(|of| self.price_of_summary(of, &context.model));
        let told = match context.summary {
            Some(_) => RequestPrice {
                points: told.points.zip(once).map(|(points, once)| points.plus(once)),
                usd: None,
            },
            None => told,
        };
        // Where the disk can't tell, the limit is left to who sends.
        let today = self.points.charges.left_today().await.ok().flatten();
        let left = Left { today, of_chat: context.budget_left };
        let short = told.points.and_then(|needed| self.points.short(needed, left));
        let cheaper = model.as_ref().zip(asked).filter(|_| short.is_some()).and_then(|(model, asked)| {
            self.points.cheaper(asked.uncached(), model, context.pictures > 0, left)
        });
        MessageCost {
            tokens: asked.map_or(0, |asked| self.points.tokens(&asked, &context.model)),
            takes: model.and_then(|model| model.context),
            points: told.points,
            usd: told.usd,
            uncounted: context.uncounted,
            from,
            cache,
            short,
            cheaper,
        }
    }

    /// Of the same words to several models, all together: known where each is.
    pub async fn comparison_cost(&self, contexts: &[DraftContext], text: &str) -> MessageCost {
        let mut costs = Vec::new();
        for (n, context) in contexts.iter().enumerate() {
            // A summary is made once, by the chat's own model.
            let context = DraftContext { summary: context.summary.filter(|_| n == 0), ..context.clone() };
            costs.push(self.estimate_cost(&context, text).await);
        }
        let points = costs.iter().map(|cost| cost.points).collect::<Option<Vec<_>>>().map(PointsRange::sum);
        let usd = costs.iter().map(|cost| cost.usd.as_ref()).collect::<Option<Vec<_>>>();
        let today = self.points.charges.left_today().await.ok().flatten();
        let left = Left { today, of_chat: contexts.iter().find_map(|context| context.budget_left) };
        MessageCost {
            tokens: costs.iter().map(|cost| cost.tokens).sum(),
            points,
            usd: usd.and_then(sum_of_dollars),
            uncounted: costs.iter().map(|cost| cost.uncounted).max().unwrap_or_default(),
            short: points.and_then(|needed| self.points.short(needed, left)),
            ..MessageCost::default()
        }
    }

    /// What several models hardly cost more than together, as far as that is known.
    pub(in crate::chat) async fn most_points(
        &self,
        draft: DraftPlace,
        project: Option<i64>,
        models: &[&str],
        parameters: &Parameters,
        text: &str,
    ) -> Result<i64, Refusal> {
        let mut most = 0;
        for model in models {
            let DraftPlace { conversation_id, instead_of } = draft;
            let context = self.draft_context(conversation_id, instead_of, model, parameters, project).await?;
            let size = size_of(&context, text).filter(|_| context.uncounted == 0);
            most += size.and_then(|size| self.points.at_most(size.cold(), model)).unwrap_or(0);
            let summary = context.summary.filter(|_| Some(model) == models.first());
            let summary = summary.and_then(|of| self.price_of_summary(of, model));
            most += summary.map_or(0, |points| points.high);
        }
        Ok(most)
    }

    /// Of the answer to a question that was asked already.
    pub async fn retry_cost(&self, answer: i64) -> Result<RetryCost, Refusal> {
        let row = self.library.message(answer).await?;
        let asked = match self.points.size_of(answer) {
            Some(asked) => Some(asked),
            None => self.asked_before(&row).await?,
        };
        let cost = match (asked, self.models.find(&row.model)) {
            (Some(asked), Some(model)) => RetryCost {
                shorter: self.price_at(AnswerLength::Shorter, asked, &model, &row.text),
                longer: self.price_at(AnswerLength::Longer, asked, &model, &row.text),
                ..self.points.retry_cost(asked, &model, &row.text)
            },
            _ => return Ok(RetryCost::default()),
        };
        let conversation = self.library.conversation(row.conversation_id).await?;
        if !summary::is_due(&conversation) {
            return Ok(cost);
        }
        let of = left_out(&self.library.path(answer).await?, conversation.sent_from);
        let with = |points| self.with_summary(points, of, &conversation.model);
        Ok(RetryCost {
            regenerate: with(cost.regenerate),
            go_on: with(cost.go_on),
            shorter: with(cost.shorter),
            longer: with(cost.longer),
        })
    }

    /// With what it costs to sum up so much text before.
    fn with_summary(&self, points: Option<PointsRange>, of: TextSize, model: &str) -> Option<PointsRange> {
        Some(points?.plus(self.price_of_summary(of, model)?))
    }

    /// Of another answer, by how long this one is.
    fn price_at(
        &self,
        length: AnswerLength,
        asked: PromptSize,
        model: &ModelView,
        text: &str,
    ) -> Option<PointsRange> {
        let words = length::words(text, length);
        let asked = PromptSize { text: asked.text + request::size_of_wish(words), ..asked };
        let tokens = length::tokens_of(words);
        self.points.price_of(asked, Wanted::About { tokens }, model).points.filter(|_| !text.is_empty())
    }

    /// The buttons of an answer that the app's own end cut off say what they cost, as those of any other.
    pub(in crate::chat) async fn recall_sizes(&self, rows: &[Message]) -> Result<(), LibraryError> {
        for row in rows.iter().filter(|row| row.is_interrupted()) {
            if self.points.size_of(row.id).is_none()
                && let Some(asked) = self.asked_before(row).await?
            {
                self.points.remember(row.id, asked);
            }
        }
        Ok(())
    }

    /// What a message asked that was sent before the app was started; unknown with files that can't be counted.
    async fn asked_before(&self, answer: &Message) -> Result<Option<PromptSize>, LibraryError> {
        let path = self.library.path(answer.id).await?;
        let conversation = self.library.conversation(answer.conversation_id).await?;
        let questions = request::questions(&path, conversation.sent_from);
        let files = self.library.attachments(conversation.id).await?;
        let own = files.into_iter().filter(|file| file.message_id.is_some_and(|id| questions.contains(&id)));
        let mut sent = self.project_files(Within::Chat(conversation.id), None).await?;
        sent.extend(own);
        let sent = self.measured(&sent).await?;
        let parameters = &conversation.parameters;
        let Some((question, before)) = path
            .split_last()
            .and_then(|(_, before)| before.split_last())
            .filter(|(question, _)| question.role == Role::User)
        else {
            return Ok(None);
        };
        let system = parameters.system.as_deref();
        let along = draft_context(before, Some(&conversation), system, &sent, self.of_picture(&answer.model));
        let mut messages = request::said(before, conversation.sent_from, &Attached::default());
        let question = request::asked(question, Some(answer));
        messages.push(poe::Message::user(&*question.text));
        let older = PromptSize::of(&messages, None).older;
        let asked =
            size_of(&DraftContext { max_tokens: parameters.max_tokens, ..along.clone() }, &question.text);
        Ok(asked.filter(|_| along.uncounted == 0).map(|asked| PromptSize { older, ..asked }))
    }
}

/// What stands in the turns before the first that is sent.
fn left_out(path: &[Message], sent_from: Option<i64>) -> TextSize {
    let before = |turn: &[&Message; 2]| sent_from.is_some_and(|from| turn[0].id < from);
    let texts = request::turns(path, None).filter(before).flatten();
    texts.map(|message| TextSize::of_message(&message.text)).sum()
}

fn sum_of_dollars(ranges: Vec<&UsdRange>) -> Option<UsdRange> {
    let sum = |end: fn(&UsdRange) -> &String| {
        ranges.iter().map(|range| end(range).parse::<Decimal>().ok()).sum::<Option<Decimal>>()
    };
    Some(UsdRange { low: sum(|range| &range.low)?.to_string(), high: sum(|range| &range.high)?.to_string() })
}

/// `picture`: dollars of one, where the model tells that.
fn draft_context(
    path: &[Message],
    conversation: Option<&Conversation>,
    system: Option<&str>,
    files: &[Option<FileSize>],
    picture: Option<Decimal>,
) -> DraftContext {
    let mut messages = request::opening(conversation.and_then(request::summary), system);
    let sent_from = conversation.and_then(|it| it.sent_from);
    messages.extend(request::said(path, sent_from, &Attached::default()));
    let files = FilesSize::of(files, picture);
    let due = conversation.filter(|it| summary::is_due(it)).map(|_| summary::size_of_one());
    DraftContext {
        text: PromptSize::of(&messages, None).text + files.text + due.unwrap_or_default(),
        least: files.tokens.low,
        most: files.tokens.high,
        usd: files.usd.to_string(),
        pictures: files.pictures,
        uncounted: files.uncounted,
        ..DraftContext::default()
    }
}

/// With the words; `None` where the context is none that was made here.
fn size_of(context: &DraftContext, text: &str) -> Option<PromptSize> {
    Some(PromptSize {
        text: context.text + TextSize::of_message(text),
        older: TextSize::default(),
        files: Spread::between(context.least, context.most.max(context.least)),
        usd: if context.usd.is_empty() { Decimal::ZERO } else { context.usd.parse().ok()? },
        max_tokens: context.max_tokens,
        cached: Cached::default(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::library::{self, MessageState};

    fn message(id: i64, role: Role, text: &str) -> Message {
        Message {
            id,
            conversation_id: 1,
            parent_id: (id > 1).then_some(id - 1),
            role,
            state: MessageState::Done,
            text: text.to_owned(),
            reasoning: String::new(),
            model: String::new(),
            finish: None,
            incident: None,
            interrupted: None,
            created_at: 0,
            sent_at: None,
            first_text_at: None,
            ended_at: None,
            prompt_tokens: None,
            completion_tokens: None,
            kept: None,
            account: None,
            place: id - 1,
            shown: true,
            words: None,
            prompt: None,
            compared: None,
            edited_at: None,
            deleted: None,
            video_id: None,
            video_from: None,
        }
    }

    fn conversation(summary: Option<&str>, sent_from: Option<i64>) -> Conversation {
        Conversation {
            id: 1,
            title: String::new(),
            model: "m".to_owned(),
            parameters: library::Parameters::default(),
            updated_at: 0,
            sent_from,
            summary: summary.map(str::to_owned),
            summary_of: None,
            summary_is_own: false,
            unread: false,
            broken: None,
            points: 0,
            saved: 0,
            project_id: None,
            preset_id: None,
            pinned: false,
            archived: false,
            deleted_at: None,
            answered_at: None,
            reading: None,
        }
    }

    /// Forty characters are ten tokens, and each message four more.
    const TEXT: &str = "0123456789012345678901234567890123456789";

    #[test]
    fn what_goes_along() {
        use Role::{Assistant, User};
        const NONE: (i64, i64, i64, &str, u32) = (0, 0, 0, "0", 0);
        fn check(
            said: &[(Role, &str)],
            from: Option<i64>,
            system: Option<&str>,
            files: &[Option<FileSize>],
            picture: Option<Decimal>,
            expected: (i64, i64, i64, &str, u32),
        ) {
            let path: Vec<Message> =
                (1..).zip(said).map(|(id, (role, text))| message(id, *role, text)).collect();
            let found = draft_context(&path, Some(&conversation(None, from)), system, files, picture);
            assert_eq!(
                (found.text.tokens(), found.least, found.most, found.usd.as_str(), found.uncounted),
                expected,
                "{said:?} {from:?} {system:?} {files:?}"
            );
        }
        let two = [(User, TEXT), (Assistant, TEXT), (User, TEXT), (Assistant, TEXT)];
        let tokens = |tokens| (tokens, 0, 0, "0", 0);
        check(&[], None, None, &[], None, NONE);
        check(&[], None, Some(TEXT), &[], None, tokens(14));
        check(&[], None, Some("  "), &[], None, NONE);
        check(&two[..2], None, None, &[], None, tokens(28));
        check(&two, None, Some(TEXT), &[], None, tokens(70));
        // What was left out, and what never got an answer, is not sent.
        check(&two, Some(3), None, &[], None, tokens(28));
        check(&two, Some(9), None, &[], None, NONE);
        check(&[(User, TEXT), (Assistant, "")], None, None, &[], None, NONE);
        check(&[(User, TEXT)], None, None, &[], None, NONE);
        // Files: text as text, pictures by their price or within bounds, pages within bounds, others unknown.
        let text = Some(FileSize::Text(TextSize { letters: 400, ..TextSize::default() }));
        check(&two[..2], None, None, &[text], None, tokens(128));
        let picture = Some(FileSize::Picture { pixels: 1_024 * 1_024 });
        check(&[], None, None, &[picture, picture], Some(Decimal::new(2, 2)), (0, 0, 0, "0.04", 0));
        check(&[], None, None, &[picture, picture], None, (0, 520, 3_494, "0", 0));
        let pages = Some(FileSize::Pages { least: 2, most: 4 });
        check(&[], None, None, &[pages, picture], None, (0, 860, 13_747, "0", 0));
        check(&[], None, None, &[None, picture], None, (0, 260, 1_747, "0", 1));
        let summed = draft_context(&[], Some(&conversation(Some(TEXT), None)), None, &[], None);
        assert!(summed.text.tokens() > 14, "{summed:?}");
    }

    #[test]
    fn the_words_come_on_top() {
        let context = DraftContext {
            text: TextSize::of_message(TEXT),
            least: 300,
            most: 3_000,
            usd: "0.04".to_owned(),
            max_tokens: Some(50),
            ..DraftContext::default()
        };
        let size = size_of(&context, TEXT).unwrap();
        assert_eq!((size.text.tokens(), size.files.low, size.files.high), (28, 300, 3_000));
        assert_eq!((size.usd, size.max_tokens), (Decimal::new(4, 2), Some(50)));
        assert_eq!(size_of(&DraftContext::default(), "").unwrap().text.tokens(), 4);
        assert!(size_of(&DraftContext { usd: "dear".to_owned(), ..context }, TEXT).is_none());
    }
}
