//! The tree of a chat out of a heap of messages that name what they follow, whatever they name: something that is missing, what
//! comes later, themselves, each other in a circle. Nothing recurses, and no message is lost: one that follows nothing begins anew.

use crate::library::{ArchivedMessage, Role};
use std::collections::HashMap;

/// A place in the tree; without a message, those that follow it follow what it follows.
pub(super) struct Node {
    pub(super) key: String,
    pub(super) parent: Option<String>,
    pub(super) message: Option<ArchivedMessage>,
}

#[derive(Default)]
pub(super) struct Tree {
    /// Each after the one that it follows.
    pub(super) messages: Vec<ArchivedMessage>,
    /// Messages that stood in a circle, or of which there were two of one name.
    pub(super) lost: usize,
}

/// `tip`: the last message of the way that is shown, or a place without one. `chat`: what the keys of the messages begin with.
pub(super) fn build(chat: &str, nodes: Vec<Node>, tip: Option<&str>) -> Tree {
    let mut at: HashMap<String, usize> = HashMap::with_capacity(nodes.len());
    let mut lost = 0;
    let mut unique: Vec<Node> = Vec::with_capacity(nodes.len());
    for node in nodes {
        if at.contains_key(&node.key) {
            lost += usize::from(node.message.is_some());
            continue;
        }
        at.insert(node.key.clone(), unique.len());
        unique.push(node);
    }
    let parent: Vec<Option<usize>> = unique
        .iter()
        .enumerate()
        .map(|(me, node)| node.parent.as_deref().and_then(|key| at.get(key)).copied().filter(|it| *it != me))
        .collect();
    let mut children: Vec<Vec<usize>> = vec![Vec::new(); unique.len()];
    for (me, parent) in parent.iter().enumerate() {
        if let Some(parent) = parent {
            children[*parent].push(me);
        }
    }
    let tip = tip.and_then(|key| at.get(key)).copied();
    let shown = way(tip, &parent);

    let mut messages: Vec<ArchivedMessage> = Vec::new();
    let mut seen = vec![false; unique.len()];
    // What its children follow, of each place.
    let mut key_of: Vec<Option<String>> = vec![None; unique.len()];
    let roots = (0..unique.len()).filter(|me| parent[*me].is_none());
    // Those that no root leads to stand in circles, and each of these is cut where it is met first.
    let circles = 0..unique.len();
    for (is_root, start) in roots.map(|me| (true, me)).chain(circles.map(|me| (false, me))) {
        if seen[start] {
            continue;
        }
        if !is_root {
            lost += 1;
        }
        let mut open = vec![(start, None::<usize>)];
        while let Some((me, above)) = open.pop() {
            if std::mem::replace(&mut seen[me], true) {
                continue;
            }
            let follows = above.and_then(|above| key_of[above].clone());
            match unique[me].message.take() {
                Some(message) => {
                    let key = format!("{chat}/{}", unique[me].key);
                    let chosen = i64::from(shown[me]);
                    messages.push(ArchivedMessage { key: key.clone(), parent: follows, chosen, ..message });
                    key_of[me] = Some(key);
                }
                None => key_of[me] = follows,
            }
            open.extend(children[me].iter().rev().map(|child| (*child, Some(me))));
        }
    }
    Tree { messages, lost }
}

/// The places that lead to the tip, and it.
fn way(tip: Option<usize>, parent: &[Option<usize>]) -> Vec<bool> {
    let mut shown = vec![false; parent.len()];
    let mut next = tip;
    while let Some(me) = next {
        if std::mem::replace(&mut shown[me], true) {
            break;
        }
        next = parent[me];
    }
    shown
}

/// Answers that came in several messages, with nothing between them and no fork, become one. Words stand apart by a blank line.
pub(super) fn join_answers(messages: Vec<ArchivedMessage>) -> Vec<ArchivedMessage> {
    let mut followers: HashMap<String, usize> = HashMap::new();
    for parent in messages.iter().filter_map(|message| message.parent.as_ref()) {
        *followers.entry(parent.clone()).or_default() += 1;
    }
    let mut joined: Vec<ArchivedMessage> = Vec::with_capacity(messages.len());
    // By the key that a message had, where it stands now.
    let mut place: HashMap<String, usize> = HashMap::with_capacity(messages.len());
    for mut message in messages {
        let above = message.parent.as_ref().and_then(|parent| place.get(parent)).copied();
        let alone = message.parent.as_ref().is_some_and(|parent| followers.get(parent) == Some(&1));
        if let Some(above) = above
            && alone
            && message.role == Role::Assistant
            && joined[above].role == Role::Assistant
        {
            place.insert(message.key.clone(), above);
            append(&mut joined[above], message);
            continue;
        }
        if let Some(above) = above {
            message.parent = Some(joined[above].key.clone());
        }
        place.insert(message.key.clone(), joined.len());
        joined.push(message);
    }
    joined
}

fn append(answer: &mut ArchivedMessage, more: ArchivedMessage) {
    let add = |text: &mut String, more: &str| {
        if !text.is_empty() && !more.is_empty() {
            text.push_str("\n\n");
        }
        text.push_str(more);
    };
    add(&mut answer.text, &more.text);
    add(&mut answer.reasoning, &more.reasoning);
    answer.files.extend(more.files);
    if !more.model.is_empty() {
        answer.model = more.model;
    }
    answer.state = more.state;
    answer.finish = more.finish.or(answer.finish.take());
    answer.incident = more.incident.or(answer.incident.take());
    answer.updated_at = more.updated_at.max(more.created_at);
    answer.first_text_at = answer.first_text_at.or(more.first_text_at);
}

/// Of an answer that never said anything nothing stays; what followed it follows what it followed.
pub(super) fn drop_silent(messages: Vec<ArchivedMessage>) -> Vec<ArchivedMessage> {
    let mut instead: HashMap<String, Option<String>> = HashMap::new();
    let mut kept = Vec::with_capacity(messages.len());
    for mut message in messages {
        if let Some(parent) = message.parent.take() {
            message.parent = instead.get(&parent).cloned().unwrap_or(Some(parent));
        }
        let is_silent = message.text.trim().is_empty()
            && message.reasoning.trim().is_empty()
            && message.files.is_empty()
            && message.incident.is_none();
        if is_silent {
            instead.insert(message.key, message.parent);
        } else {
            kept.push(message);
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    fn node(key: &str, parent: &str, text: &str) -> Node {
        let role = if key.starts_with('a') { Role::Assistant } else { Role::User };
        Node {
            key: key.to_owned(),
            parent: (!parent.is_empty()).then(|| parent.to_owned()),
            message: (!text.is_empty()).then(|| ArchivedMessage {
                role,
                text: text.to_owned(),
                ..ArchivedMessage::default()
            }),
        }
    }

    fn shape(tree: &[ArchivedMessage]) -> String {
        let one = |message: &ArchivedMessage| {
            let parent = message.parent.as_deref().unwrap_or("-");
            format!("{}<{}{}", message.key, parent, if message.chosen > 0 { "*" } else { "" })
        };
        tree.iter().map(one).collect::<Vec<_>>().join(" ").replace("c/", "")
    }

    #[test]
    fn whatever_messages_say_that_they_follow_each_comes_once() {
        fn check(nodes: Vec<Node>, tip: Option<&str>, expected: &str, lost: usize) {
            let tree = build("c", nodes, tip);
            assert_eq!((shape(&tree.messages).as_str(), tree.lost), (expected, lost));
        }
        let fork =
            || vec![node("r", "", ""), node("a2", "q", "2"), node("q", "r", "1"), node("a1", "q", "3")];
        check(fork(), Some("a2"), "q<-* a2<q* a1<q", 0);
        check(fork(), None, "q<- a2<q a1<q", 0);
        check(vec![node("q", "gone", "1"), node("p", "", "2")], None, "q<- p<-", 0);
        check(vec![node("q", "q", "1")], Some("q"), "q<-*", 0);
        check(vec![node("x", "y", "1"), node("y", "x", "2")], Some("y"), "x<-* y<x*", 1);
        check(vec![node("q", "", "1"), node("q", "", "2")], None, "q<-", 1);
        check(vec![], Some("gone"), "", 0);
        // As deep as it gets.
        let names: Vec<String> = (0..100_000).map(|n| n.to_string()).collect();
        let deep = names
            .iter()
            .enumerate()
            .map(|(n, name)| node(name, if n == 0 { "" } else { &names[n - 1] }, "x"));
        assert_eq!(build("c", deep.collect(), Some("99999")).messages.len(), 100_000);
    }

    #[test]
    fn an_answer_in_parts_is_one_unless_it_forks() {
        let joined = |nodes| shape(&join_answers(build("c", nodes, None).messages));
        let parts =
            vec![node("q", "", "1"), node("a1", "q", "2"), node("a2", "a1", "3"), node("p", "a2", "4")];
        assert_eq!(joined(parts), "q<- a1<q p<a1");
        let forks =
            vec![node("a1", "", "1"), node("a2", "a1", "2"), node("a3", "a1", "3"), node("a4", "a3", "4")];
        assert_eq!(joined(forks), "a1<- a2<a1 a3<a1");
        let silent = drop_silent(
            build("c", vec![node("q", "", "1"), node("a", "q", " "), node("p", "a", "2")], None).messages,
        );
        assert_eq!(shape(&silent), "q<- p<q");
    }
}
