//! Points that do not suffice: what is needed, what there is, and which models answer for less.

use super::actions::*;
use super::entry::{Outcome, fact, outcome};
use super::{Context, values};
use crate::events::{Action, Fact, Severity};
use crate::words::facts::BalanceWords;
use crate::words::facts::{Points, Rule};
use crate::words::{self, label};

pub(super) fn shortage(model: Option<&str>, points: Points, context: &Context) -> Outcome {
    let balance = context.balance.map(|(points, at)| BalanceWords {
        ago: words::ago(values::ago(at, context.now)),
        looks_enough: points > 0 && context.needed.is_none_or(|needed| points >= needed),
    });
    let saves = context.trim_saves.filter(|saves| *saves > 0).map(values::number);
    let trim = saves.map(|saves| button(Action::TrimContext, &label::trim(Some(saves))));
    // Trimming or getting points has to find its place beside them.
    let (offered, more) =
        context.cheaper.split_at(context.cheaper.len().min(if trim.is_some() { 1 } else { 2 }));
    let more: Vec<_> =
        more.iter().map(|model| (model.name.clone(), model.points.map(values::number))).collect();
    let mut words = words::insufficient_points(model, context.needed.is_some(), balance);
    words.what += &words::cheaper_too(&more);
    let actions = offered.iter().map(use_model).chain(trim).chain([
        button(Action::GetPoints, label::get_points()),
        choose_model(),
        button(Action::RefreshBalance, label::refresh_balance()),
    ]);
    outcome(words, Severity::Broken, points, Rule::Never, actions.collect())
}

pub(super) fn points_facts(context: &Context) -> Vec<Fact> {
    let have = context.balance.map(|(points, _)| points);
    [(words::needed(), context.needed), (words::you_have(), have), (words::short(), short_of(context))]
        .into_iter()
        .filter_map(|(label, points)| Some(fact(label, values::number(points?))))
        .collect()
}

/// Points that are missing, where both figures are known.
fn short_of(context: &Context) -> Option<i64> {
    let (needed, (have, _)) = context.needed.zip(context.balance)?;
    (needed > have).then(|| needed.saturating_sub(have))
}
