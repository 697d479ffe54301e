//! What Poe last answered, kept in one file for each server: the list that the next start shows at once, and which prices the
//! person has seen. It is only a copy: one that can't be read is as good as none, and the next answer takes its place.

use super::changes::Seen;
use crate::library::disk;
use serde::{Deserialize, Serialize};
use std::io;
use std::path::{Path, PathBuf};

const VERSION: u32 = 1;

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Kept {
    version: u32,
    /// Its address: another server's list must never be shown.
    server: String,
    pub(super) fetched_at: i64,
    pub(super) models: Vec<poe::Model>,
    /// The list as it was when the person last looked at what had changed.
    pub(super) seen: Seen,
}

impl Kept {
    pub(super) fn new(server: &str, fetched_at: i64, models: Vec<poe::Model>, seen: Seen) -> Kept {
        Kept { version: VERSION, server: server.to_owned(), fetched_at, models, seen }
    }

    pub(super) fn write(&self, folder: &Path) -> io::Result<()> {
        disk::create_folder(folder)?;
        disk::replace(&file(folder, &self.server), &serde_json::to_vec(self)?)
    }
}

/// `None` where nothing was kept of this server.
pub(super) fn read(folder: &Path, server: &str) -> io::Result<Option<Kept>> {
    let bytes = match std::fs::read(file(folder, server)) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        bytes => bytes?,
    };
    let kept: Kept = serde_json::from_slice(&bytes)?;
    Ok(Some(kept).filter(|kept| kept.server == server && kept.version == VERSION && !kept.models.is_empty()))
}

/// Two addresses may come to one name; then each takes the other's place, as the file says whose it is.
fn file(folder: &Path, server: &str) -> PathBuf {
    let name: String = server.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
    folder.join(format!("{}.json", name.trim_matches('-')))
}

#[cfg(test)]
mod tests {
    use super::*;

    const POE: &str = "https://api.poe.com/v1";

    fn kept(server: &str) -> Kept {
        let parameter = poe::Parameter {
            name: "seed".to_owned(),
            schema: serde_json::json!({"type": "number", "maximum": 9}),
            ..poe::Parameter::default()
        };
        let model = poe::Model {
            id: "a".to_owned(),
            pricing: Some(poe::Pricing { prompt: "0.0000026".parse().ok(), ..poe::Pricing::default() }),
            reasoning: Some(poe::ReasoningInfo { budget: Some((1, 2)), ..poe::ReasoningInfo::default() }),
            parameters: vec![parameter],
            ..poe::Model::default()
        };
        let seen = Seen::of(std::slice::from_ref(&model), 5);
        Kept::new(server, 7, vec![model], seen)
    }

    #[test]
    fn what_is_kept_comes_back_for_its_own_server_alone() {
        let folder = tempfile::tempdir().unwrap();
        let below = folder.path().join("models");
        assert!(read(&below, POE).unwrap().is_none());
        kept(POE).write(&below).unwrap();
        let back = read(&below, POE).unwrap().unwrap();
        let (one, other) = (&back.models[0], &kept(POE).models[0]);
        assert_eq!((back.fetched_at, &back.seen), (7, &kept(POE).seen));
        assert_eq!(
            (&one.pricing, &one.parameters, &one.reasoning),
            (&other.pricing, &other.parameters, &other.reasoning)
        );
        for another in ["https://api.poe.com", "http://127.0.0.1:1/v1", "https://api-poe.com/v1"] {
            assert!(read(&below, another).unwrap().is_none(), "{another}");
        }
        // Both come to the same name.
        kept("https://api.poe.com.v1").write(&below).unwrap();
        assert!(read(&below, POE).unwrap().is_none());
    }

    #[test]
    fn what_cannot_be_read_is_an_error_and_no_panic() {
        let folder = tempfile::tempdir().unwrap();
        for damaged in ["", "{", "[]", r#"{"version":1,"server":7}"#, "\u{0}\u{0}"] {
            std::fs::write(file(folder.path(), POE), damaged).unwrap();
            assert!(read(folder.path(), POE).is_err(), "{damaged:?}");
        }
        let later = Kept { version: 2, ..kept(POE) };
        later.write(folder.path()).unwrap();
        assert!(read(folder.path(), POE).unwrap().is_none());
    }
}
