//! A chat as a page that the browser prints: a web view can't print into a file of its own on every system. The page lies in a
//! private folder of the data folder, for as long as a browser may still read it.

use super::{Archive, ArchiveError, in_place};
use crate::events::{Event, ExportFormat};
use crate::library::disk;
use std::fs;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tokio::runtime::Handle;

/// A browser that starts slowly has read it by then.
const KEPT: Duration = Duration::from_secs(600);

impl Archive {
    /// Writes the page; it is removed by itself after ten minutes, and at the next start.
    pub async fn print(self: &Arc<Self>, chat: i64) -> Result<PathBuf, ArchiveError> {
        let folder = self.data_folder.printed();
        let file = folder.join(format!("chat-{chat}-{}.html", crate::clock::now()));
        let (archive, handle, page) = (self.clone(), Handle::current(), file.clone());
        let written = tokio::task::spawn_blocking(move || {
            disk::create_folder(&folder)?;
            in_place(&page, |out| {
                archive.source(handle, vec![chat], Arc::default()).write(ExportFormat::Html, out)
            })
        });
        let written = written.await.unwrap_or_else(|panicked| Err(io::Error::other(panicked).into()));
        (self.announce)(Event::Transfer(None));
        written?;
        let page = file.clone();
        tokio::spawn(async move {
            tokio::time::sleep(KEPT).await;
            // Gone already, or the app ended before: then the next start removes it.
            let _ = fs::remove_file(page);
        });
        Ok(file)
    }

    /// At start: pages of an earlier run.
    pub fn remove_printed(&self) {
        let _ = fs::remove_dir_all(self.data_folder.printed());
    }
}
