//! The ids nearest to one that Poe does not know: same letters in another case, without a provider's prefix,
//! a dated or renamed version, a slip of the finger.

use crate::errors::ModelRef;
use crate::events::ModelView;

const MOST: usize = 2;

/// Never the same name again: Poe has just said that it does not know it, whatever its list says.
pub(super) fn models(refused: &str, known: &[ModelView]) -> Vec<ModelRef> {
    let wanted = plain(refused);
    let mut near: Vec<(usize, &ModelView)> = known
        .iter()
        .filter(|model| model.outputs.iter().any(|kind| kind == "text") || model.outputs.is_empty())
        .filter(|model| !model.id.eq_ignore_ascii_case(refused))
        .map(|model| (strsim::levenshtein(&wanted, &plain(&model.id)), model))
        .filter(|(far, model)| *far * 2 <= wanted.chars().count().max(plain(&model.id).chars().count()))
        .collect();
    near.sort_by(|a, b| a.0.cmp(&b.0).then_with(|| a.1.id.cmp(&b.1.id)));
    near.into_iter()
        .take(MOST)
        .map(|(_, model)| ModelRef {
            id: model.id.clone(),
            name: model.name.clone(),
        })
        .collect()
}

/// Lower case, the provider's prefix and all punctuation gone.
fn plain(id: &str) -> String {
    let bare = id.rsplit('/').next().unwrap_or(id);
    bare.chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(wanted: &str, expected: &[&str]) {
        let known: Vec<ModelView> = [
            "claude-sonnet-4.6",
            "claude-haiku-4.5",
            "gemini-3-flash",
            "grok-code-fast-1",
        ]
        .iter()
        .map(|id| ModelView {
            id: (*id).into(),
            name: (*id).into(),
            maker: String::new(),
            description: String::new(),
            inputs: vec![],
            outputs: vec!["text".into()],
            features: vec![],
            context: None,
            max_output: None,
            input_usd: None,
            output_usd: None,
            request_usd: None,
        })
        .collect();
        let found: Vec<String> = models(wanted, &known).into_iter().map(|m| m.id).collect();
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
}
