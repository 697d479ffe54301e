//! What an answer brings beside its words while it comes: pages that it names, searches of its host, tools that it wants to be
//! run. Bounded: a model that never ends a call fills no memory.

use crate::events::{MessageStatus, SourceView, ToolCallView};
use crate::library::{self, Evidence};
use poe::{ToolCallDelta, ToolCalls};

/// Of the calls of one answer, in bytes, with as much for each piece as a number takes.
const MOST: usize = 256 * 1024;
const PIECE: usize = 64;
/// Characters of one call that are shown and kept.
const LONGEST: usize = 20_000;

#[derive(Default)]
pub(in crate::chat) struct Gathered {
    /// What an answer that goes on had already.
    sources: Vec<SourceView>,
    tools: Vec<ToolCallView>,
    calls: ToolCalls,
    bytes: usize,
    /// Something came that is not on the disk.
    pub(in crate::chat) is_new: bool,
}

impl Gathered {
    /// Nothing was before, or these.
    pub(in crate::chat) fn after(sources: Vec<SourceView>, tools: Vec<ToolCallView>) -> Gathered {
        Gathered { sources, tools, ..Gathered::default() }
    }

    /// Another try begins: what the one before it brought is gone.
    pub(in crate::chat) fn begin(&mut self, status: &mut MessageStatus) {
        let Gathered { sources, tools, .. } = std::mem::take(self);
        (status.sources, status.tools) = (sources.clone(), tools.clone());
        *self = Gathered::after(sources, tools);
    }

    /// All that the answer names now. A page that stood before under a number keeps it.
    pub(in crate::chat) fn with_before(&self, named: Vec<SourceView>) -> Vec<SourceView> {
        let mut all = self.sources.clone();
        for mut source in named {
            if all.iter().any(|it| it.url == source.url && !self.sources.is_empty()) {
                continue;
            }
            if all.iter().any(|it| it.number == source.number) {
                source.number = all.iter().map(|it| it.number).max().unwrap_or(0) + 1;
            }
            all.push(source);
        }
        all
    }

    pub(in crate::chat) fn push(&mut self, delta: &ToolCallDelta) {
        self.bytes += PIECE + delta.arguments.len();
        if self.bytes <= MOST {
            self.calls.push(delta);
        }
    }

    /// Tools that it wanted to be run, by their names.
    pub(in crate::chat) fn wanted(&self) -> Vec<String> {
        self.calls
            .clone()
            .finish()
            .into_iter()
            .map(|call| call.name)
            .filter(|name| !name.is_empty())
            .collect()
    }

    pub(in crate::chat) fn calls(&self) -> Vec<ToolCallView> {
        let view = |call: poe::ToolCall| ToolCallView {
            name: call.name,
            arguments: call.arguments.chars().take(LONGEST).collect(),
            done: false,
        };
        self.calls.clone().finish().into_iter().map(view).collect()
    }
}

/// A search of the model's host.
pub(in crate::chat) fn searched(query: String) -> ToolCallView {
    ToolCallView { name: "web_search".to_owned(), arguments: query, done: true }
}

/// As the disk keeps it.
pub(in crate::chat) fn evidence(status: &MessageStatus) -> Evidence {
    let source = |it: &SourceView| library::Source {
        number: it.number.into(),
        url: it.url.clone(),
        title: it.title.clone(),
    };
    let tool = |it: &ToolCallView| library::ToolCall {
        name: it.name.clone(),
        arguments: it.arguments.clone(),
        done: it.done,
    };
    Evidence {
        sources: status.sources.iter().map(source).collect(),
        tools: status.tools.iter().map(tool).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(number: u32, url: &str) -> SourceView {
        SourceView { number, url: url.to_owned(), host: String::new(), title: None }
    }

    #[test]
    fn an_answer_that_goes_on_keeps_its_numbers() {
        fn check(before: &[(u32, &str)], now: &[(u32, &str)], expected: &[(u32, &str)]) {
            let all = |list: &[(u32, &str)]| list.iter().map(|(n, url)| source(*n, url)).collect::<Vec<_>>();
            let found = Gathered::after(all(before), Vec::new()).with_before(all(now));
            assert_eq!(found, all(expected), "{before:?} {now:?}");
        }
        check(&[], &[(1, "a"), (2, "a"), (4, "b")], &[(1, "a"), (2, "a"), (4, "b")]);
        check(&[(1, "a"), (2, "b")], &[(1, "b"), (2, "c")], &[(1, "a"), (2, "b"), (3, "c")]);
        check(&[(1, "a")], &[], &[(1, "a")]);
    }

    #[test]
    fn a_call_without_end_is_bounded() {
        let mut gathered = Gathered::default();
        let piece = ToolCallDelta {
            arguments: "x".repeat(1_000),
            name: Some("f".to_owned()),
            ..ToolCallDelta::default()
        };
        for _ in 0..10_000 {
            gathered.push(&piece);
        }
        assert_eq!(gathered.wanted(), ["f"]);
        assert_eq!(gathered.calls()[0].arguments.len(), LONGEST);
        for index in 0..10_000 {
            gathered.push(&ToolCallDelta { index, ..piece.clone() });
        }
        assert_eq!(gathered.calls().len(), 1);
    }
}
