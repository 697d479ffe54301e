//! Which bots are asked only after a person said yes: a key opens the whole balance to whatever bot is asked, so one that is not
//! its maker's own, or that lists no price, is asked about once. Pure.

use crate::events::ModelView;
use poe::sim;
use std::collections::BTreeSet;

/// Who makes models and answers for them at Poe, as `owned_by` has it, in small letters and digits alone. Whoever is not here
/// hosts others' models or is not known: companies that rent out computers, and people.
const MAKERS: &[&str] = &[
    "ai21",
    "alibaba",
    "amazon",
    "anthropic",
    "blackforestlabs",
    "bytedance",
    "cartesiaai",
    "cohere",
    "deepseek",
    "elevenlabs",
    "google",
    "ideogramai",
    "inceptionlabs",
    "leonardoai",
    "lumalabs",
    "meta",
    "microsoft",
    "minimax",
    "mistral",
    "mistralai",
    "moonshotai",
    "nvidia",
    "openai",
    "perplexity",
    "poe",
    "poetools",
    "recraft",
    "rekaai",
    "retrodiffusion",
    "runwayml",
    "stabilityai",
    "topazlabsco",
    "upstage",
    "xai",
    "zai",
];

/// What a person allowed for good.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Allowed {
    /// Ids in small letters.
    bots: BTreeSet<String>,
    /// As `plain` writes them.
    makers: BTreeSet<String>,
}

impl Allowed {
    pub fn new(bots: &[String], makers: &[String]) -> Allowed {
        Allowed {
            bots: bots.iter().map(|id| id.to_lowercase()).collect(),
            makers: makers.iter().map(|maker| plain(maker)).collect(),
        }
    }
}

/// Whether the maker answers for it. The simulated Poe's invented makers do.
pub(super) fn is_own(maker: &str) -> bool {
    MAKERS.contains(&plain(maker).as_str()) || sim::MAKERS.contains(&maker) || sim::only_fails(maker)
}

pub(super) fn has_price(model: &ModelView) -> bool {
    [&model.input_usd, &model.output_usd, &model.request_usd].into_iter().any(Option::is_some)
}

/// Whether its first question waits for a yes. `is_free`: each of its answers whose charge is known cost 0 points.
pub(super) fn asks(model: &ModelView, is_free: bool, allowed: &Allowed) -> bool {
    let is_known = model.own && has_price(model);
    // What only shows a failure gives no answer that could cost.
    let is_allowed = allowed.bots.contains(&model.id.to_lowercase())
        || (!model.maker.is_empty() && allowed.makers.contains(&plain(&model.maker)));
    !(is_known || is_free || is_allowed || sim::only_fails(&model.maker))
}

/// "X-AI" and "xAI" are one.
fn plain(maker: &str) -> String {
    maker.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(maker: &str, price: &str, is_free: bool, allowed: (&[&str], &[&str]), expected: bool) {
        let model = ModelView {
            id: "some-bot".to_owned(),
            maker: maker.to_owned(),
            request_usd: (!price.is_empty()).then(|| price.to_owned()),
            own: is_own(maker),
            ..ModelView::default()
        };
        let owned = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        let allowed = Allowed::new(&owned(allowed.0), &owned(allowed.1));
        assert_eq!(asks(&model, is_free, &allowed), expected, "{maker} {price:?} {is_free} {allowed:?}");
    }

    #[test]
    fn who_is_asked_about() {
        const NONE: (&[&str], &[&str]) = (&[], &[]);
        check("OpenAI", "0.01", false, NONE, false);
        check("X-AI", "0.01", false, NONE, false);
        check("OpenAI", "", false, NONE, true);
        check("fal", "", false, NONE, true);
        check("Novita AI", "0.01", false, NONE, true);
        check("", "0.01", false, NONE, true);
        // Receipts of 0 points say more than a list.
        check("fal", "", true, NONE, false);
        check("fal", "", false, (&["Some-Bot"], &[]), false);
        check("fal", "", false, (&["another"], &[]), true);
        check("fal", "", false, (&[], &["FAL"]), false);
        check("", "", false, (&[], &[""]), true);
        check(sim::FAILING, "", false, NONE, false);
        check(sim::MAKERS[0], "0.01", false, NONE, false);
    }
}
