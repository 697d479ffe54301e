//! What stands against sending files to a model, found before anything is sent. Pure.

use super::file::{asks_for, is_image};
use crate::errors::{self, Failure, Feature};
use crate::events::ModelView;
use crate::library::Attachment;

/// Poe documents no limit. Clients that set one of their own take 20 MiB for a picture and 32 MiB for a request.
const MAX_FILE: u64 = 20 * 1024 * 1024;
const MAX_REQUEST: u64 = 32 * 1024 * 1024;

/// What is to be sent with a message, before its bytes are read.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::chat) struct Included {
    pub(in crate::chat) file: Attachment,
    /// It hangs on a message before the one that is sent.
    pub(in crate::chat) earlier: bool,
}

/// What stands against sending.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::chat) enum Obstacle {
    NotTaken(Feature),
    TooLarge(errors::Attachment),
}

/// The first thing that stands against sending these to a model; nothing is known to stand against one that has not told
/// what it takes.
pub(in crate::chat) fn obstacle(included: &[Included], model: Option<&ModelView>) -> Option<Obstacle> {
    if let Some(feature) = included.iter().find_map(|it| untaken(&it.file, model)) {
        return Some(Obstacle::NotTaken(feature));
    }
    let largest = included.iter().max_by_key(|it| it.file.size)?;
    let size = |it: &Included| u64::try_from(it.file.size).unwrap_or_default();
    let all: u64 = included.iter().map(|it| encoded(size(it))).sum();
    let limit = if size(largest) > MAX_FILE {
        MAX_FILE
    } else if all > MAX_REQUEST {
        // What is left for it beside the others.
        let others = all - encoded(size(largest));
        MAX_REQUEST.saturating_sub(others) / 4 * 3
    } else {
        return None;
    };
    Some(Obstacle::TooLarge(named(largest, Some(limit))))
}

/// What this asks of a model that it has told it can't do.
pub(in crate::chat) fn untaken(file: &Attachment, model: Option<&ModelView>) -> Option<Feature> {
    let (feature, kind) = asks_for(file)?;
    let takes =
        model.is_none_or(|model| model.inputs.is_empty() || model.inputs.iter().any(|own| own == kind));
    (!takes).then_some(feature)
}

/// The one that a refusal for size is most likely about.
pub(in crate::chat) fn largest(included: &[Included]) -> Option<errors::Attachment> {
    let largest = included.iter().max_by_key(|it| it.file.size)?;
    Some(named(largest, None))
}

/// What these ask of a model beyond text.
pub(in crate::chat) fn feature(included: &[Included]) -> Option<Feature> {
    included.iter().find_map(|it| asks_for(&it.file)).map(|(feature, _)| feature)
}

fn named(it: &Included, limit: Option<u64>) -> errors::Attachment {
    errors::Attachment {
        id: it.file.id.to_string(),
        name: it.file.name.clone(),
        bytes: u64::try_from(it.file.size).unwrap_or_default(),
        limit,
        earlier: it.earlier,
        of_project: it.file.project_id.is_some(),
        shrinks: is_image(&it.file),
    }
}

impl Obstacle {
    pub(in crate::chat) fn failure(self) -> (Failure, Option<Feature>) {
        match self {
            Obstacle::TooLarge(attachment) => (Failure::Attachment(attachment), None),
            Obstacle::NotTaken(feature) => {
                let error = poe::Error::new(poe::Kind::UnsupportedFeature, "");
                (Failure::Poe(error), Some(feature))
            }
        }
    }
}

/// Bytes as base64.
fn encoded(bytes: u64) -> u64 {
    bytes.div_ceil(3) * 4
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(id: i64, mime: &str, megabytes: i64) -> Attachment {
        Attachment {
            id,
            message_id: Some(1),
            conversation_id: None,
            project_id: None,
            name: format!("{id}"),
            mime: mime.to_owned(),
            size: megabytes * 1024 * 1024,
            preview: None,
            left_out: false,
        }
    }

    fn model(inputs: &[&str]) -> ModelView {
        ModelView { inputs: inputs.iter().map(|kind| (*kind).to_owned()).collect(), ..ModelView::default() }
    }

    #[test]
    fn what_stands_against_sending() {
        enum Expected {
            Nothing,
            NotTaken(Feature),
            /// Id, whether it hangs on an earlier message, the limit in MiB.
            TooLarge(&'static str, bool, u64),
        }
        fn check(files: &[(i64, &str, i64, bool)], inputs: &[&str], expected: Expected) {
            let included: Vec<Included> = files
                .iter()
                .map(|(id, mime, megabytes, earlier)| Included {
                    file: file(*id, mime, *megabytes),
                    earlier: *earlier,
                })
                .collect();
            match (obstacle(&included, Some(&model(inputs))), expected) {
                (None, Expected::Nothing) => {}
                (Some(Obstacle::NotTaken(found)), Expected::NotTaken(feature)) => assert_eq!(found, feature),
                (Some(Obstacle::TooLarge(found)), Expected::TooLarge(id, earlier, limit)) => {
                    let megabytes = found.limit.map(|bytes| bytes.div_ceil(1024 * 1024));
                    assert_eq!((found.id.as_str(), found.earlier, megabytes), (id, earlier, Some(limit)));
                }
                (found, _) => panic!("{found:?} for {files:?} and {inputs:?}"),
            }
        }
        let both: &[&str] = &["text", "image"];
        check(&[], &["text"], Expected::Nothing);
        check(&[(1, "image/png", 1, false)], both, Expected::Nothing);
        check(&[(1, "image/png", 1, false)], &[], Expected::Nothing);
        let images = || Expected::NotTaken(Feature::Images);
        check(&[(1, "image/png", 1, false)], &["text"], images());
        check(&[(1, "image/png", 1, true)], &["text"], images());
        check(&[(1, "audio/mpeg", 1, false)], both, Expected::NotTaken(Feature::Audio));
        check(
            &[(1, "image/png", 1, false), (2, "video/mp4", 1, true)],
            both,
            Expected::NotTaken(Feature::Video),
        );
        check(
            &[(1, "audio/mpeg", 1, false), (2, "video/mp4", 1, false)],
            &["audio", "video"],
            Expected::Nothing,
        );
        check(&[(1, "video/mp4", 21, false)], &["text", "video"], Expected::TooLarge("1", false, 20));
        check(&[(1, "audio/wav", 1, false)], &[], Expected::Nothing);
        check(&[(1, "application/pdf", 1, false)], &["text"], Expected::Nothing);
        check(&[(1, "image/png", 20, false)], both, Expected::Nothing);
        check(&[(1, "image/png", 21, false)], both, Expected::TooLarge("1", false, 20));
        // 24 MiB of files are 32 MiB as base64.
        check(&[(1, "image/png", 11, true), (2, "image/png", 12, false)], both, Expected::Nothing);
        check(
            &[(1, "image/png", 14, true), (2, "image/png", 11, false)],
            both,
            Expected::TooLarge("1", true, 13),
        );
    }
}
