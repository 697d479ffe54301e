//! What is another in one list of models than in an earlier one: new, gone, dearer, cheaper. Pure.

use crate::events::{ListPrice, ModelChange, ModelChangeKind};
use poe::{Decimal, Model, Pricing};
use serde::{Deserialize, Serialize};
use std::cmp::Ordering;
use std::collections::BTreeMap;

/// What is remembered of a list: enough to say later what has changed since.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Seen {
    pub(super) at: i64,
    /// By their ids in small letters.
    pub(super) models: BTreeMap<String, Known>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Known {
    pub(super) name: String,
    pub(super) maker: String,
    pub(super) price: Option<Pricing>,
}

impl Seen {
    pub(super) fn of(models: &[Model], at: i64) -> Seen {
        let known = |model: &Model| Known {
            name: model.name.clone(),
            maker: model.owned_by.clone(),
            price: model.listed_price(),
        };
        Seen { at, models: models.iter().map(|model| (model.id.to_lowercase(), known(model))).collect() }
    }
}

/// In the order of the list, what is gone last.
pub(super) fn since(before: &Seen, now: &[Model]) -> Vec<ModelChange> {
    let mut gone = before.models.clone();
    let mut found = Vec::new();
    for model in now {
        let (known, price) = (gone.remove(&model.id.to_lowercase()), model.listed_price());
        let kind = match &known {
            None => ModelChangeKind::New,
            Some(known) if known.price == price => continue,
            Some(known) => repriced(known.price.as_ref(), price.as_ref()),
        };
        found.push(ModelChange {
            id: model.id.clone(),
            name: model.name.clone(),
            maker: model.owned_by.clone(),
            kind,
            before: known.and_then(|known| known.price).as_ref().map(list_price),
            after: price.as_ref().map(list_price),
        });
    }
    let gone = gone.into_iter().map(|(id, known)| ModelChange {
        id,
        name: known.name,
        maker: known.maker,
        kind: ModelChangeKind::Gone,
        before: known.price.as_ref().map(list_price),
        after: None,
    });
    found.extend(gone);
    found
}

fn repriced(before: Option<&Pricing>, after: Option<&Pricing>) -> ModelChangeKind {
    let Some((before, after)) = before.zip(after) else {
        return ModelChangeKind::Repriced;
    };
    match turn(after).cmp(&turn(before)) {
        Ordering::Greater => ModelChangeKind::Dearer,
        Ordering::Less => ModelChangeKind::Cheaper,
        Ordering::Equal => ModelChangeKind::Repriced,
    }
}

/// Of a request of a usual shape, three tokens of question to one of the answer, so that one side may rise as the other falls.
fn turn(price: &Pricing) -> Decimal {
    let part = |usd: Option<Decimal>, tokens: i64| usd.unwrap_or_default() * Decimal::from(tokens);
    part(price.prompt, 1_500) + part(price.completion, 500) + part(price.request, 1) + part(price.image, 1)
}

pub(super) fn list_price(price: &Pricing) -> ListPrice {
    let million = Decimal::from(1_000_000);
    let text = |usd: Decimal| usd.normalize().to_string();
    ListPrice {
        input_usd: price.prompt.map(|usd| text(usd * million)),
        output_usd: price.completion.map(|usd| text(usd * million)),
        request_usd: price.request.map(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ModelChangeKind::{Cheaper, Dearer, Gone, New, Repriced};

    fn model(id: &str, prompt: &str, completion: &str) -> Model {
        let usd = |text: &str| (!text.is_empty()).then(|| text.parse().unwrap());
        Model {
            id: id.to_owned(),
            name: id.to_uppercase(),
            pricing: Some(Pricing { prompt: usd(prompt), completion: usd(completion), ..Pricing::default() }),
            ..Model::default()
        }
    }

    fn check(
        before: &[(&str, &str, &str)],
        now: &[(&str, &str, &str)],
        expected: &[(&str, ModelChangeKind)],
    ) {
        let list = |rows: &[(&str, &str, &str)]| -> Vec<Model> {
            rows.iter().map(|(id, prompt, completion)| model(id, prompt, completion)).collect()
        };
        let found = since(&Seen::of(&list(before), 1), &list(now));
        let found: Vec<_> = found.iter().map(|it| (it.id.as_str(), it.kind)).collect();
        assert_eq!(found, expected, "{before:?} {now:?}");
    }

    #[test]
    fn what_changed() {
        let old = [("a", "1", "2"), ("b", "1", "2")];
        check(&old, &old, &[]);
        check(&old, &[("B", "1", "2"), ("a", "1.0", "2.00")], &[]);
        check(&old, &[("c", "1", "2"), ("b", "1", "2")], &[("c", New), ("a", Gone)]);
        check(&old, &[("a", "1", "3"), ("b", "0.5", "2")], &[("a", Dearer), ("b", Cheaper)]);
        // One side up, the other down: by what a usual request comes to.
        check(&old, &[("a", "0.9", "2.1"), ("b", "0.9", "2.9")], &[("a", Cheaper), ("b", Dearer)]);
        check(&old, &[("a", "0.9", "2.3"), ("b", "1", "2")], &[("a", Repriced)]);
        check(&old, &[("a", "", ""), ("b", "1", "2")], &[("a", Repriced)]);
        // A price of zero is none.
        check(&[("a", "0", "0")], &[("a", "", "")], &[]);
        check(&[("a", "0", "0")], &[("a", "1", "2")], &[("a", Repriced)]);
    }

    #[test]
    fn both_prices_are_told() {
        let before = Seen::of(&[model("a", "0.000001", "0.000002")], 1);
        let found = since(&before, &[model("a", "0.0000005", "0.000002")]);
        let price = |it: &Option<ListPrice>| it.clone().and_then(|it| it.input_usd).unwrap();
        assert_eq!((price(&found[0].before), price(&found[0].after)), ("1".to_owned(), "0.5".to_owned()));
    }
}
