//! What the next request will cost, before it is asked for: of the message that is being written with all that is sent
//! along with it, and of an answer that is asked for once more. The chat is read when it changes, not with each key.

use super::attachments::Attached;
use super::{Outgoing, request};
use crate::errors::Refusal;
use crate::events::{DraftContext, MessageCost, ModelView, Parameters, RetryCost};
use crate::library::{Attachment, Conversation, DraftPlace, LibraryError, Message, Role};
use crate::points::PromptSize;
use crate::points::estimate::{self, Price, Size};
use crate::tokens;
use poe::Decimal;

/// Characters of a text file that make a token.
const CHARACTERS: i64 = 4;

impl Outgoing {
    /// What is sent with the next message: of this chat, or in the place of this question.
    pub async fn draft_context(
        &self,
        conversation: Option<i64>,
        instead_of: Option<i64>,
        model: &str,
        parameters: &Parameters,
    ) -> Result<DraftContext, Refusal> {
        let draft = DraftPlace { conversation_id: conversation, instead_of };
        let mut files = self.library.draft_attachments(draft).await?;
        let (mut path, mut row) = (Vec::new(), None);
        if let Some(id) = conversation {
            path = match instead_of {
                Some(question) => self.library.path(question).await?,
                None => self.library.messages(id).await?,
            };
            if instead_of.is_some() {
                path.pop();
            }
            let conversation = self.library.conversation(id).await?;
            let questions: Vec<i64> = request::turns(&path, conversation.sent_from)
                .map(|[question, _]| question.id)
                .chain(instead_of)
                .collect();
            let sent = |file: &Attachment| file.message_id.is_some_and(|id| questions.contains(&id));
            let all = self.library.attachments(id).await?;
            files.extend(all.into_iter().filter(sent));
            row = Some(conversation);
        }
        let picture =
            self.models.model(model).and_then(|model| model.listed_price()).and_then(|pricing| pricing.image);
        Ok(DraftContext {
            model: model.to_owned(),
            max_tokens: parameters.max_tokens,
            ..draft_context(&path, row.as_ref(), parameters.system.as_deref(), &files, picture)
        })
    }

    pub fn estimate_cost(&self, context: &DraftContext, text: &str) -> MessageCost {
        estimate_cost(
            context,
            text,
            self.models.find(&context.model).as_ref(),
            &self.points.charges.past_answers(&context.model),
            self.points.balance.rate(),
        )
    }

    /// Of the answer to a question that was asked already.
    pub async fn retry_cost(&self, answer: i64) -> Result<RetryCost, Refusal> {
        let row = self.library.message(answer).await?;
        let asked = match self.points.size_of(answer) {
            Some(asked) => Some(asked),
            None => self.asked_before(&row).await?,
        };
        Ok(match (asked, self.models.find(&row.model)) {
            (Some(asked), Some(model)) => self.points.retry_cost(asked, &model, &row.text),
            _ => RetryCost::default(),
        })
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
        let sent = files.into_iter().filter(|file| file.message_id.is_some_and(|id| questions.contains(&id)));
        let sent: Vec<Attachment> = sent.collect();
        let parameters = &conversation.parameters;
        let Some((question, before)) = path
            .split_last()
            .and_then(|(_, before)| before.split_last())
            .filter(|(question, _)| question.role == Role::User)
        else {
            return Ok(None);
        };
        let along = draft_context(before, Some(&conversation), parameters.system.as_deref(), &sent, None);
        let mut messages = request::said(before, conversation.sent_from, &Attached::default());
        messages.push(poe::Message::user(&*question.text));
        Ok((along.uncounted == 0).then(|| PromptSize {
            prompt: along.tokens + tokens::count(&question.text),
            ..PromptSize::of(&messages, parameters.max_tokens)
        }))
    }
}

/// `picture`: dollars of one, where the model tells that.
fn draft_context(
    path: &[Message],
    conversation: Option<&Conversation>,
    system: Option<&str>,
    files: &[Attachment],
    picture: Option<Decimal>,
) -> DraftContext {
    let mut messages = request::opening(conversation.and_then(|it| it.summary.as_deref()), system);
    let sent_from = conversation.and_then(|it| it.sent_from);
    messages.extend(request::said(path, sent_from, &Attached::default()));
    let mut context =
        DraftContext { tokens: PromptSize::of(&messages, None).prompt, ..DraftContext::default() };
    let mut usd = Decimal::ZERO;
    for file in files.iter().filter(|file| !file.left_out) {
        match (file.mime.as_str(), picture) {
            ("text/plain", _) => context.tokens += file.size / CHARACTERS,
            (mime, Some(price)) if mime.starts_with("image/") => usd += price,
            _ => context.uncounted += 1,
        }
    }
    context.usd = usd.to_string();
    context
}

/// `answers`: tokens of this person's answers of the model. `rate`: points a dollar.
fn estimate_cost(
    context: &DraftContext,
    text: &str,
    model: Option<&ModelView>,
    answers: &[i64],
    rate: Option<Decimal>,
) -> MessageCost {
    let most = model.and_then(|model| model.max_output);
    let size = Size {
        prompt: context.tokens + tokens::count(text),
        answer: estimate::answer_tokens(answers, context.max_tokens, most),
    };
    let files = context.usd.parse::<Decimal>().ok();
    let price = model
        .and_then(Price::of)
        .zip(files)
        .map(|(price, usd)| Price { request: Some(price.request.unwrap_or_default() + usd), ..price });
    MessageCost {
        tokens: size.prompt,
        takes: model.and_then(|model| model.context),
        points: estimate::points(price, size, rate).filter(|_| context.uncounted == 0),
        uncounted: context.uncounted,
    }
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
            unread: false,
            broken: None,
            points: 0,
        }
    }

    fn file(mime: &str, size: i64, left_out: bool) -> Attachment {
        Attachment {
            id: 1,
            message_id: None,
            conversation_id: None,
            name: "f".to_owned(),
            mime: mime.to_owned(),
            size,
            preview: None,
            left_out,
        }
    }

    /// Forty characters are ten tokens, and each message four more.
    const TEXT: &str = "0123456789012345678901234567890123456789";

    #[test]
    fn what_goes_along() {
        use Role::{Assistant, User};
        fn check(
            said: &[(Role, &str)],
            from: Option<i64>,
            system: Option<&str>,
            files: &[(&str, i64, bool)],
            expected: (i64, &str, u32),
        ) {
            let path: Vec<Message> =
                (1..).zip(said).map(|(id, (role, text))| message(id, *role, text)).collect();
            let files: Vec<Attachment> =
                files.iter().map(|(mime, size, left_out)| file(mime, *size, *left_out)).collect();
            let picture = Some(Decimal::new(2, 2));
            let found = draft_context(&path, Some(&conversation(None, from)), system, &files, picture);
            assert_eq!(
                (found.tokens, found.usd.as_str(), found.uncounted),
                expected,
                "{said:?} {from:?} {system:?} {files:?}"
            );
        }
        let two = [(User, TEXT), (Assistant, TEXT), (User, TEXT), (Assistant, TEXT)];
        check(&[], None, None, &[], (0, "0", 0));
        check(&[], None, Some(TEXT), &[], (14, "0", 0));
        check(&[], None, Some("  "), &[], (0, "0", 0));
        check(&two[..2], None, None, &[], (28, "0", 0));
        check(&two, None, Some(TEXT), &[], (70, "0", 0));
        // What was left out, and what never got an answer, is not sent.
        check(&two, Some(3), None, &[], (28, "0", 0));
        check(&two, Some(9), None, &[], (0, "0", 0));
        check(&[(User, TEXT), (Assistant, "")], None, None, &[], (0, "0", 0));
        check(&[(User, TEXT)], None, None, &[], (0, "0", 0));
        // Files: text as text, pictures by their price, others unknown, and none that is left out.
        check(&[], None, None, &[("text/plain", 400, false)], (100, "0", 0));
        let pictures = [("image/png", 9_000, false), ("image/jpeg", 9_000, false)];
        check(&[], None, None, &pictures, (0, "0.04", 0));
        check(&[], None, None, &[("application/pdf", 9_000, false)], (0, "0", 1));
        check(&[], None, None, &[("application/pdf", 9_000, true)], (0, "0", 0));
        let summed = draft_context(&[], Some(&conversation(Some(TEXT), None)), None, &[], None);
        assert!(summed.tokens > 14, "{summed:?}");
        let unpriced = draft_context(&[], None, None, &[file("image/png", 9, false)], None);
        assert_eq!(unpriced.uncounted, 1);
    }

    #[test]
    fn what_a_message_costs() {
        fn check(
            context: (i64, &str, u32, Option<u32>),
            text: &str,
            price: Option<(&str, &str)>,
            rate: Option<i64>,
            expected: (i64, Option<i64>),
        ) {
            let (tokens, usd, uncounted, max_tokens) = context;
            let context =
                DraftContext { model: "m".to_owned(), tokens, usd: usd.to_owned(), uncounted, max_tokens };
            let model = ModelView {
                input_usd: price.map(|(input, _)| input.to_owned()),
                output_usd: price.map(|(_, output)| output.to_owned()),
                context: Some(100),
                ..ModelView::default()
            };
            let cost = estimate_cost(&context, text, Some(&model), &[200], rate.map(Decimal::from));
            assert_eq!((cost.tokens, cost.points), expected, "{context:?} {text:?}");
            assert_eq!((cost.takes, cost.uncounted), (Some(100), uncounted));
        }
        // Ten points a token each way: 14 of the message, 200 as the answers were.
        let (price, rate) = (Some(("1000", "1000")), Some(10_000));
        check((0, "0", 0, None), TEXT, price, rate, (14, Some(2_140)));
        check((986, "0", 0, None), TEXT, price, rate, (1_000, Some(12_000)));
        check((0, "0", 0, Some(6)), TEXT, price, rate, (14, Some(200)));
        check((0, "0.5", 0, None), TEXT, price, rate, (14, Some(7_140)));
        // Nothing is claimed of what is not known.
        check((0, "0", 1, None), TEXT, price, rate, (14, None));
        check((0, "0", 0, None), TEXT, None, rate, (14, None));
        check((0, "0", 0, None), TEXT, price, None, (14, None));
        check((0, "dear", 0, None), TEXT, price, rate, (14, None));
    }
}
