//! The models that a card offers in place of one that Poe does not know.

use crate::errors::ModelRef;
use crate::events::ModelView;
use poe::sim::only_fails;

const MOST: usize = 2;

/// Never the same name again: Poe has just said that it does not know it, whatever its list says.
pub(super) fn closest(refused: &str, known: &[ModelView]) -> Vec<ModelRef> {
    let writes =
        |model: &&ModelView| model.outputs.iter().any(|kind| kind == "text") || model.outputs.is_empty();
    let others = known
        .iter()
        .filter(|model| !model.id.eq_ignore_ascii_case(refused))
        .filter(|model| !only_fails(&model.maker))
        .filter(writes);
    let ids = poe::validate::closest(refused, others.map(|model| model.id.as_str()));
    let named = |id: &&str| known.iter().find(|model| model.id == **id);
    ids.iter().filter_map(named).take(MOST).map(ModelRef::from).collect()
}

/// The smallest model that takes so many tokens, one of the same maker before others.
pub(super) fn larger(refused: &str, needed: u64, known: &[ModelView]) -> Option<ModelRef> {
    let maker =
        known.iter().find(|model| model.id.eq_ignore_ascii_case(refused)).map(|model| model.maker.as_str());
    let takes = |model: &&ModelView| {
        model.outputs.iter().any(|kind| kind == "text")
            && model.context.and_then(|n| u64::try_from(n).ok()).is_some_and(|n| n >= needed)
    };
    let best = known
        .iter()
        .filter(takes)
        .filter(|model| !model.id.eq_ignore_ascii_case(refused))
        .filter(|model| !only_fails(&model.maker))
        .min_by_key(|model| (Some(model.maker.as_str()) != maker, model.context));
    best.map(ModelRef::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn model(id: &str, maker: &str) -> ModelView {
        ModelView {
            id: id.into(),
            name: id.into(),
            maker: maker.into(),
            outputs: vec!["text".into()],
            context: Some(9_000),
            ..ModelView::default()
        }
    }

    fn check(wanted: &str, expected: &[&str]) {
        let known = ["claude-sonnet-4.6", "claude-haiku-4.5", "gemini-3-flash", "grok-code-fast-1"]
            .map(|id| model(id, ""));
        let found: Vec<String> = closest(wanted, &known).into_iter().map(|m| m.id).collect();
        assert_eq!(found, expected, "for {wanted}");
    }

    #[test]
    fn nearest_first_and_nothing_far_fetched() {
        check("Claude-Sonnet-4.6", &["claude-haiku-4.5"]);
        check("xai/grok-code-fast-1", &["grok-code-fast-1"]);
        check("gemini-3-flsh", &["gemini-3-flash"]);
        check("claude-sonnet-4.5", &["claude-sonnet-4.6", "claude-haiku-4.5"]);
        check("something-else-entirely", &[]);
    }

    #[test]
    fn what_only_shows_a_failure_is_not_offered() {
        let failing = poe::sim::FAILING;
        let known = [
            model("demo-too-long", failing),
            model("demo-sonnet-retired", failing),
            model("demo-sonnet", "Northlight"),
        ];
        let close: Vec<String> = closest("demo-sonnet-retire", &known).into_iter().map(|it| it.id).collect();
        assert_eq!(close, ["demo-sonnet"]);
        let larger = larger("demo-too-long", 5_000, &known);
        assert_eq!(larger.map(|it| it.id).as_deref(), Some("demo-sonnet"));
    }
}
