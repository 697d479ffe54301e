//! A failure as it is kept: what it was and the numbers of its moment, never a sentence. The card is made each time it is shown,
//! so that its buttons and what it says of waiting are those of today.
//!
//! It is redacted when it is written (`kept.rs` is its shape), and what is made of it once more.

use super::kept::Kept;
use super::{Attachment, Context, Failure, Feature, ModelRef, NotSaved, earlier};
use crate::events::ErrorCard;
use crate::redact::keys;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

/// Of the shape that is written here.
const VERSION: u32 = 1;

#[derive(Clone, Debug)]
pub struct Incident {
    pub(super) what: What,
    pub moment: Moment,
}

#[derive(Clone, Debug)]
pub(super) enum What {
    Failure(Failure),
    /// What a version wrote that kept finished cards.
    Words(ErrorCard),
}

impl Incident {
    /// Keeps of the context what was so at this moment; the rest is asked anew when it is shown.
    pub fn new(failure: Failure, context: &Context) -> Incident {
        Incident::of(failure, Moment::of(context))
    }

    pub fn of(failure: Failure, moment: Moment) -> Incident {
        Incident { what: What::Failure(failure), moment }
    }

    pub fn to_json(&self) -> String {
        let mut value = match &self.what {
            What::Failure(failure) => json!({
                "version": VERSION,
                "failure": Kept::of(failure),
                "moment": self.moment,
            }),
            What::Words(card) => json!(card),
        };
        redact(&mut value);
        value.to_string()
    }

    /// Whatever a version of the app wrote. What tells nothing to this one is kept as it is, and said so.
    pub fn read(json: &str) -> Incident {
        let unreadable = || Incident::of(Failure::UnreadableCard(json.to_owned()), Moment::default());
        let Ok(Value::Object(fields)) = serde_json::from_str(json) else {
            return unreadable();
        };
        let Some(failure) = fields.get("failure").filter(|_| fields.contains_key("version")) else {
            let words = earlier::card(&fields).map(|card| Incident {
                moment: Moment { at: card.at, ..Moment::default() },
                what: What::Words(card),
            });
            return words.unwrap_or_else(unreadable);
        };
        let moment = fields.get("moment").map(Moment::read).unwrap_or_default();
        let failure = Kept::deserialize(failure).ok().and_then(Kept::failure);
        let failure = failure.unwrap_or_else(|| Failure::UnreadableCard(json.to_owned()));
        Incident::of(failure, moment)
    }

    /// When Poe will take the request again, milliseconds since 1970.
    pub fn ready_at(&self) -> Option<i64> {
        match &self.what {
            What::Failure(Failure::Poe(error)) => {
                let wait = i64::try_from(error.retry_after()?.as_millis()).ok()?;
                Some(self.moment.at.saturating_add(wait))
            }
            What::Failure(_) => None,
            What::Words(card) => card.ready_at,
        }
    }

    /// Its code, as the catalogue lists it.
    pub fn code(&self) -> String {
        super::card_of(self, &Context::default()).code
    }
}

/// The part of a context that does not change any more. One list: each field is taken from a context, and put back into one.
macro_rules! moment {
    ($($field:ident: $type:ty,)*) => {
        #[derive(Clone, Debug, Default, Serialize, Deserialize)]
        #[serde(rename_all = "camelCase", default)]
        pub struct Moment {
            pub at: i64,
            $(pub $field: $type,)*
            /// Of the model that was asked, by its id of then.
            pub model: Option<String>,
        }

        impl Moment {
            pub fn of(context: &Context) -> Moment {
                Moment {
                    at: context.now,
                    $($field: context.$field.clone(),)*
                    model: context.model.as_ref().map(|model| model.id.clone()),
                }
            }

            /// What is known now, with the numbers of then.
            pub(super) fn within(&self, now: &Context) -> Context {
                let named = |id: &String| ModelRef {
                    id: id.clone(),
                    name: id.clone(),
                    points: None,
                };
                Context {
                    now: self.at,
                    $($field: self.$field.clone(),)*
                    model: now.model.clone().or_else(|| self.model.as_ref().map(named)),
                    ..now.clone()
                }
            }
        }
    };
}

moment! {
    attempt: u32,
    of: u32,
    first_failure_at: Option<i64>,
    models_checked_at: Option<i64>,
    context_length: Option<u64>,
    max_output: Option<u64>,
    chat_tokens: Option<u64>,
    only_message: bool,
    feature: Option<Feature>,
    attachment: Option<Attachment>,
    max_tokens: Option<u32>,
    temperature: Option<f64>,
    top_p: Option<f64>,
    declared: Map<String, Value>,
    balance: Option<(i64, i64)>,
    needed: Option<i64>,
    last_four: Option<String>,
    base_url: String,
    connect_seconds: Option<u64>,
    often_limited: bool,
    queued: Option<u32>,
    not_saved: Option<NotSaved>,
}

impl Moment {
    /// A value of another version that can't be read costs no other.
    fn read(value: &Value) -> Moment {
        let Value::Object(fields) = value else {
            return Moment::default();
        };
        let alone = |(name, value): &(&String, &Value)| {
            let one = Map::from_iter([((*name).clone(), (*value).clone())]);
            Moment::deserialize(Value::Object(one)).is_ok()
        };
        let good = fields.iter().filter(alone);
        let good = good.map(|(name, value)| (name.clone(), value.clone())).collect();
        Moment::deserialize(Value::Object(good)).unwrap_or_default()
    }
}

/// Every text of it.
fn redact(value: &mut Value) {
    match value {
        Value::String(text) => *text = keys(text),
        Value::Array(values) => values.iter_mut().for_each(redact),
        Value::Object(fields) => fields.values_mut().for_each(redact),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::errors::{card, card_of, gallery, known, needs_person, samples};
    use poe::Kind;

    const NOW: i64 = 1_795_361_703_000;

    fn again(incident: &Incident) -> Incident {
        Incident::read(&incident.to_json())
    }

    #[test]
    fn what_ends_an_answer_comes_back_from_the_disk_letter_for_letter() {
        let context = known(NOW);
        let mut kept = 0;
        for failure in samples() {
            let incident = Incident::new(failure.clone(), &context);
            let shown = card_of(&again(&incident), &context);
            if matches!(Kept::of(&failure), Kept::Unexpected { .. }) {
                assert_eq!(shown.code, "unknown", "{failure:?}");
                continue;
            }
            assert_eq!(shown, card(&failure, &context), "{failure:?}");
            kept += 1;
        }
        assert!(kept > Kind::ALL.len(), "{kept}");
    }

    #[test]
    fn numbers_are_those_of_then_and_buttons_those_of_now() {
        let then = known(NOW);
        let failure = Failure::Poe(poe::Error {
            status: Some(402),
            ..poe::Error::new(Kind::InsufficientPoints, "Insufficient points")
        });
        let incident = again(&Incident::new(failure.clone(), &then));
        let now = Context {
            now: NOW + 86_400_000,
            balance: Some((900_000, NOW + 86_400_000)),
            cheaper: Vec::new(),
            trim_saves: None,
            ..then.clone()
        };
        let (before, shown) = (card(&failure, &then), card_of(&incident, &now));
        assert_eq!((&before.what, &before.facts, before.at), (&shown.what, &shown.facts, shown.at));
        let offers = |card: &ErrorCard| card.actions.iter().any(|it| it.model.is_some());
        assert!(offers(&before) && !offers(&shown), "{:?}", shown.actions);
    }

    #[test]
    fn what_a_later_version_wrote_is_unknown_with_its_details() {
        let shown = |json: &str| card_of(&Incident::read(json), &known(NOW));
        let later = r#"{"version":2,"failure":{"kind":"poe","code":"moon_between","message":"Full moon","status":599,"tide":3},"moment":{"at":7,"attempt":"third","of":4}}"#;
        let card = shown(later);
        assert_eq!((card.code.as_str(), card.at), ("unknown", 7));
        assert!(card.what.contains("Full moon"), "{}", card.what);
        let details: Vec<&str> = card.details.iter().map(|it| it.value.as_str()).collect();
        assert!(details.contains(&"moon_between") && details.contains(&"599"), "{details:?}");
        for json in [
            r#"{"version":2,"failure":{"kind":"eclipse","hours":2}}"#,
            r#"{"version":2,"failure":"eclipse"}"#,
            r#"{"version":1,"failure":{"kind":"keychain","fault":"eclipse","detail":""}}"#,
            "eclipse",
            r#"["eclipse"]"#,
        ] {
            let card = shown(json);
            assert_eq!(card.code, "unknown", "{json}");
            assert!(card.what.contains("eclipse"), "{}", card.what);
        }
    }

    #[test]
    fn no_key_is_kept_or_shown() {
        let key = "sk-poe-abcDEF123456ghiJKL789012mnoPQR345678";
        let error = poe::Error {
            param: Some(key.to_owned()),
            ..poe::Error::new(Kind::BadRequest, format!("Bearer {key} is wrong"))
        };
        let incident = Incident::new(Failure::Poe(error), &known(NOW));
        assert!(!incident.to_json().contains("abcDEF"), "{}", incident.to_json());
        let old = format!(r#"{{"code":"bad_request","title":"Bad {key}","what":"x"}}"#);
        let shown = card_of(&Incident::read(&old), &known(NOW));
        assert!(!format!("{shown:?}").contains("abcDEF"), "{shown:?}");
    }

    #[test]
    fn cards_of_before_keep_their_words() {
        let cards = gallery(NOW);
        for card in cards.iter().filter(|card| !card.actions.is_empty()) {
            let json = serde_json::to_string(card).unwrap();
            let incident = Incident::read(&json);
            assert_eq!(card_of(&incident, &known(NOW + 1)), *card);
            assert_eq!(incident.ready_at(), card.ready_at);
            assert_eq!(card_of(&again(&incident), &known(NOW + 1)), *card);
        }
    }

    #[test]
    fn who_waits_for_the_person() {
        fn check(buttons: &[&str], expected: bool) {
            let actions: Vec<Value> = buttons
                .iter()
                .map(|action| json!({ "action": action, "label": "Do it", "model": "m" }))
                .collect();
            let card = json!({ "title": "It failed", "actions": actions }).to_string();
            assert_eq!(needs_person(&Incident::read(&card)), expected, "{buttons:?}");
        }
        check(&["get-points", "use-model", "copy-details"], true);
        check(&["paste-key"], true);
        check(&["choose-model", "retry"], false);
        check(&["check-and-retry"], false);
        check(&["copy-details"], false);
        check(&[], false);
        let no_key = Incident::new(Failure::NoKey, &Context::default());
        assert!(needs_person(&no_key));
    }
}
