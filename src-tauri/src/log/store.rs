//! What the log's thread holds: the newest entries in memory, the files, and whether writing them has failed.

use super::entry::Kept;
use super::files::Files;
use super::page;
use crate::events::{LogBodies, LogFilter, LogPage, LogView};
use poe::{KeyFragments, RequestRecord, Secret};
use std::collections::VecDeque;
use std::io;
use std::path::Path;

/// So many are in memory, and can be looked at; the files hold more.
const KEPT: usize = 500;

pub(super) struct LogStore {
    /// The newest last.
    entries: VecDeque<Kept>,
    files: Files,
    next: i64,
    /// Some entry here or in the files has bodies; may stay so for a while after the last of them was rotated away.
    has_bodies: bool,
    /// Keys to keep out, in use or not.
    keys: Vec<Secret>,
}

impl LogStore {
    pub(super) fn new(files: Files) -> LogStore {
        LogStore { entries: VecDeque::new(), files, next: 1, has_bodies: false, keys: Vec::new() }
    }

    pub(super) fn keep_out(&mut self, keys: Vec<Secret>) {
        self.keys = keys;
    }

    /// Takes up what earlier runs wrote.
    pub(super) fn read(&mut self) -> io::Result<()> {
        (self.entries, self.has_bodies) = self.files.read(KEPT)?;
        let last = self.entries.iter().map(|kept| kept.entry.id).max();
        self.next = last.unwrap_or_default().saturating_add(1);
        Ok(())
    }

    /// In memory it is kept also when the disk refuses it.
    pub(super) fn add(&mut self, record: RequestRecord, host: String) -> io::Result<()> {
        let kept = Kept::new(record, host, self.next, &KeyFragments::of(&self.keys));
        self.next = self.next.saturating_add(1);
        self.has_bodies |= kept.entry.has_bodies;
        let written = self.files.append(&kept);
        self.entries.push_back(kept);
        if self.entries.len() > KEPT {
            self.entries.pop_front();
        }
        written
    }

    pub(super) fn page(&self, filter: &LogFilter) -> LogPage {
        page::page(self.entries.iter(), filter)
    }

    pub(super) fn bodies(&self, id: i64) -> LogBodies {
        let kept = self.entries.iter().rfind(|kept| kept.entry.id == id);
        kept.map(Kept::bodies).unwrap_or_default()
    }

    pub(super) fn clear(&mut self) -> io::Result<()> {
        self.entries.clear();
        self.files.clear()?;
        self.has_bodies = false;
        Ok(())
    }

    pub(super) fn forget_bodies(&mut self) -> io::Result<()> {
        self.entries.iter_mut().for_each(Kept::forget_bodies);
        self.files.forget_bodies()?;
        self.has_bodies = false;
        Ok(())
    }

    pub(super) fn export(&self, to: &Path, with_bodies: bool) -> io::Result<()> {
        self.files.export(to, with_bodies, &KeyFragments::of(&self.keys))
    }

    /// `bodies`, `missed` and `folder` are for the owner to fill in.
    pub(super) fn view(&self) -> LogView {
        let mut codes: Vec<String> = self.entries.iter().filter_map(|kept| kept.entry.code.clone()).collect();
        codes.sort();
        codes.dedup();
        LogView {
            kept: u32::try_from(self.entries.len()).unwrap_or(u32::MAX),
            newest: self.entries.back().map(|kept| kept.entry.id),
            codes,
            has_bodies: self.has_bodies,
            ..LogView::default()
        }
    }
}
