//! How two versions of a prompt differ: field by field, and their text line by line.

use crate::events::{FieldDifference, LineChange, LineDifference, parameter_text};
use crate::library::PromptContent;
use serde_json::Value;
use similar::{ChangeTag, TextDiff};
use std::collections::BTreeSet;
use std::time::Duration;

/// Lines that are shown around a change.
const AROUND: usize = 3;
/// More than anyone compares by eye; what is beyond them is said to be there.
const MOST_LINES: usize = 1_000;
/// Texts without anything in common are told apart more roughly then.
const PATIENCE: Duration = Duration::from_millis(500);

/// But for the text.
pub(super) fn fields(before: &PromptContent, after: &PromptContent) -> Vec<FieldDifference> {
    let number = |number: Option<f64>| number.map(|it| it.to_string());
    let (old, new) = (&before.parameters, &after.parameters);
    let mut fields = vec![
        ("name", Some(before.name.clone()), Some(after.name.clone())),
        ("model", before.model.clone(), after.model.clone()),
        ("temperature", number(old.temperature), number(new.temperature)),
        ("topP", number(old.top_p), number(new.top_p)),
        ("maxTokens", old.max_tokens.map(|it| it.to_string()), new.max_tokens.map(|it| it.to_string())),
        ("budget", old.budget.map(|it| it.to_string()), new.budget.map(|it| it.to_string())),
    ];
    let text = |value: Option<&Value>| value.map(parameter_text);
    let declared: BTreeSet<&String> = old.declared.keys().chain(new.declared.keys()).collect();
    fields.extend(
        declared
            .into_iter()
            .map(|name| (name.as_str(), text(old.declared.get(name)), text(new.declared.get(name)))),
    );
    fields.retain(|(_, before, after)| before != after);
    let told =
        |(field, before, after): (&str, _, _)| FieldDifference { field: field.to_owned(), before, after };
    fields.into_iter().map(told).collect()
}

/// Nothing where they are the same.
pub(super) fn lines(before: &str, after: &str) -> Vec<LineDifference> {
    let skipped = || LineDifference { change: LineChange::Skipped, text: String::new() };
    let diff = TextDiff::configure().timeout(PATIENCE).diff_lines(before, after);
    let (mut shown, mut end) = (Vec::new(), 0);
    for group in diff.grouped_ops(AROUND) {
        for op in &group {
            if op.old_range().start > end {
                shown.push(skipped());
            }
            end = op.old_range().end;
            shown.extend(diff.iter_changes(op).map(|change| LineDifference {
                change: match change.tag() {
                    ChangeTag::Equal => LineChange::Same,
                    ChangeTag::Delete => LineChange::Removed,
                    ChangeTag::Insert => LineChange::Added,
                },
                text: change.value().trim_end_matches('\n').to_owned(),
            }));
        }
    }
    if !shown.is_empty() && (end < diff.old_len() || shown.len() > MOST_LINES) {
        shown.truncate(MOST_LINES);
        shown.push(skipped());
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(before: &str, after: &str) -> String {
        let sign = |line: LineDifference| match line.change {
            LineChange::Same => format!(" {}", line.text),
            LineChange::Removed => format!("-{}", line.text),
            LineChange::Added => format!("+{}", line.text),
            LineChange::Skipped => "…".to_owned(),
        };
        lines(before, after).into_iter().map(sign).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn lines_that_differ_and_those_around_them() {
        let check = |before: &str, after: &str, expected: &str| assert_eq!(told(before, after), expected);
        check("", "", "");
        check("a\nb", "a\nb", "");
        check("", "a\nb\n", "+a\n+b");
        check("a\nb\nc", "a\nx\nc", " a\n-b\n+x\n c");
        check("1\n2\n3\n4\n5\n6\n7\n8\n9", "1\n2\n3\n4\n5\n6\n7\n8\nx", "…\n 6\n 7\n 8\n-9\n+x");
        check("0\n1\n2\n3\n4\n5", "x\n1\n2\n3\n4\n5", "-0\n+x\n 1\n 2\n 3\n…");
        let middle = (0..20).map(|n| n.to_string()).collect::<Vec<_>>();
        let mut other = middle.clone();
        (other[0], other[19]) = ("a".to_owned(), "z".to_owned());
        let far = told(&middle.join("\n"), &other.join("\n"));
        assert_eq!(far, "-0\n+a\n 1\n 2\n 3\n…\n 16\n 17\n 18\n-19\n+z");
    }

    #[test]
    fn what_has_nothing_in_common_ends_in_time_and_is_cut() {
        let text = |letter: &str| (0..25_000).map(|n| format!("{letter}{n}\n")).collect::<String>();
        let began = std::time::Instant::now();
        assert_eq!(lines(&text("a"), &text("b")).len(), MOST_LINES + 1);
        assert!(began.elapsed() < Duration::from_secs(20), "{:?}", began.elapsed());
    }
}
