//! Cards as the versions wrote them that kept finished ones, with fields and buttons that this one does not know, or without
//! some that it does. What can be read is read, one value at a time.

use crate::events::{Action, CardAction, ErrorCard, Fact, Place, Severity};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

/// A card; `None` where nothing in it tells what happened. A value of another shape than was known goes to its details.
pub(super) fn card(fields: &Map<String, Value>) -> Option<ErrorCard> {
    let fields = Fields(fields);
    let (code, what) = (fields.text("code"), fields.text("what").unwrap_or_default());
    let title = fields.text("title").filter(|title| !title.trim().is_empty());
    if title.is_none() && what.trim().is_empty() {
        return None;
    }
    let code = code.unwrap_or_else(|| "unknown".to_owned());
    let strange = fields.strange();
    Some(ErrorCard {
        title: title.unwrap_or_else(|| code.clone()),
        code,
        what,
        why: fields.list("why").filter_map(text).collect(),
        safe: fields.text("safe").unwrap_or_default(),
        facts: fields.list("facts").filter_map(fact).collect(),
        actions: fields.list("actions").filter_map(action).collect(),
        severity: fields.word("severity").unwrap_or(Severity::Attention),
        place: fields.word("place").unwrap_or(Place::Message),
        field: fields.text("field"),
        ready_at: fields.word("readyAt"),
        details: fields.list("details").filter_map(fact).chain(strange).collect(),
        at: fields.word("at").unwrap_or_default(),
    })
}

struct Fields<'a>(&'a Map<String, Value>);

impl<'f> Fields<'f> {
    fn text(&self, name: &str) -> Option<String> {
        self.0.get(name).and_then(text)
    }

    fn word<T: DeserializeOwned>(&self, name: &str) -> Option<T> {
        T::deserialize(self.0.get(name)?).ok()
    }

    fn list(&self, name: &str) -> impl Iterator<Item = &'f Value> + use<'f> {
        let value = self.0.get(name);
        let several = value.and_then(Value::as_array).into_iter().flatten();
        // What became one of what were several, or was one before.
        let one = value.filter(|it| it.is_string() || it.is_object());
        several.chain(one)
    }

    /// Words that are there and are no words.
    fn strange(&self) -> Vec<Fact> {
        let names = ["code", "title", "what", "safe"].into_iter();
        let values = names.filter_map(|name| self.0.get(name).map(|value| (name, value)));
        let strange = values.filter(|(_, value)| !value.is_null() && text(value).is_none());
        let strange = strange.map(|(name, value)| Fact { label: name.to_owned(), value: value.to_string() });
        strange.collect()
    }
}

fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

fn fact(value: &Value) -> Option<Fact> {
    Some(Fact { label: text(value.get("label")?)?, value: text(value.get("value")?)? })
}

/// A button that this version does not know could only do nothing.
fn action(value: &Value) -> Option<CardAction> {
    let optional = |name| value.get(name).and_then(text);
    Some(CardAction {
        action: serde::Deserialize::deserialize(value.get("action")?).ok()?,
        label: optional("label")?,
        model: optional("model"),
        value: optional("value"),
    })
    .filter(|button: &CardAction| button.action != Action::UseModel || button.model.is_some())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    /// A card as the first versions of the app wrote it, byte for byte.
    const WRITTEN: &str = r#"{"code":"rate_limit_exceeded","title":"Poe asks to slow down","what":"Poe asks for a wait of 5:00.","why":["The plan allows 500 requests a minute."],"safe":"Your message is saved. No points were used.","facts":[{"label":"Needed","value":"2,400"}],"actions":[{"action":"wait-and-send","label":"Send when ready","model":null,"value":null},{"action":"use-model","label":"Use GPT-5.2","model":"gpt-5.2","value":null},{"action":"copy-details","label":"Copy details","model":null,"value":null}],"severity":"attention","place":"message","field":null,"readyAt":1795361703000,"details":[{"label":"Status","value":"429"}],"at":1795361403000}"#;

    fn card(json: &str) -> Option<ErrorCard> {
        super::card(serde_json::from_str::<Value>(json).ok()?.as_object()?)
    }

    fn written() -> Value {
        serde_json::from_str(WRITTEN).unwrap()
    }

    fn changed(change: impl FnOnce(&mut Value)) -> ErrorCard {
        let mut value = written();
        change(&mut value);
        card(&value.to_string()).expect("its words are there")
    }

    fn labels(card: &ErrorCard) -> Vec<&str> {
        card.actions.iter().map(|it| it.label.as_str()).collect()
    }

    #[test]
    fn what_this_version_writes_it_reads_whole() {
        let read: ErrorCard = serde_json::from_str(WRITTEN).unwrap();
        assert_eq!(card(WRITTEN), Some(read.clone()));
        assert_eq!(serde_json::to_value(&read).unwrap(), written(), "the shape of today's cards");
    }

    #[test]
    fn fields_that_are_new_or_gone_cost_nothing_else() {
        let whole = changed(|_| {});
        let more = changed(|value| {
            value["language"] = json!("en");
            value["incident"] = json!({ "kind": "rate_limit", "nested": [1, { "deep": null }] });
            value["actions"][0]["icon"] = json!("clock");
            value["facts"][0]["unit"] = json!("points");
        });
        assert_eq!(more, whole);
        for name in written().as_object().unwrap().keys() {
            for gone in [true, false] {
                let less = changed(|value| {
                    let fields = value.as_object_mut().unwrap();
                    match gone {
                        true => drop(fields.remove(name)),
                        false => fields[name] = Value::Null,
                    }
                });
                let left = [&less.title, &less.what, &less.safe].iter().filter(|it| !it.is_empty()).count();
                assert!(left >= 2, "{name}: {less:?}");
                if name != "actions" {
                    assert_eq!(less.actions, whole.actions, "{name}");
                }
                if name != "details" {
                    assert_eq!(less.details, whole.details, "{name}");
                }
            }
        }
    }

    #[test]
    fn words_of_another_version_are_dropped_one_by_one() {
        let read = changed(|value| {
            value["severity"] = json!("critical");
            value["place"] = json!({ "view": "sidebar" });
            value["actions"][0]["action"] = json!("send-later");
            value["actions"][1]["model"] = Value::Null;
            value["why"] = json!(["One.", null, { "text": "two" }, "Three."]);
            value["facts"] = json!([{ "label": "Needed", "value": 2400 }, "odd", { "label": "No value" }]);
            value["readyAt"] = json!("soon");
        });
        assert_eq!((read.severity, read.place), (Severity::Attention, Place::Message));
        assert_eq!(labels(&read), ["Copy details"], "a button that does nothing is no button");
        assert_eq!(read.why, ["One.", "Three."]);
        assert_eq!((read.facts.len(), read.facts[0].value.as_str()), (1, "2400"));
        assert_eq!(read.ready_at, None);
        // One in the place of a list, and a title that became an object.
        let read = changed(|value| {
            value["why"] = json!("Only one.");
            value["title"] = json!({ "text": "Slow down" });
        });
        assert_eq!((read.why.len(), read.title.as_str()), (1, "rate_limit_exceeded"));
        assert!(read.details.iter().any(|fact| fact.value.contains("Slow down")), "{read:?}");
    }

    #[test]
    fn what_says_nothing_is_no_card() {
        for json in
            ["", "null", "[]", "{}", "7", "\"words\"", "{\"code\":\"offline\"}", "{\"title\":", "\u{0}"]
        {
            assert_eq!(card(json), None, "{json}");
        }
        let only_fact = json!({ "incident": { "kind": "stream_cut" }, "title": null, "what": " " });
        assert_eq!(card(&only_fact.to_string()), None);
    }
}
