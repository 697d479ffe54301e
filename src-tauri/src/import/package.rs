//! Zip files: their parts are read as they unpack, never written anywhere, and no name of theirs becomes a path. How much comes out
//! is counted here, for what a zip file says of itself is not believed.

use super::files::Files;
use super::found::Found;
use super::problem::{Bomb, Problem};
use super::read;
use crate::errors::ImportProblem;
use crate::events::LeftOutWhy;
use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::Path;
use zip::ZipArchive;

const MOST_PARTS: usize = 100_000;
/// Bytes that come out of all parts.
const MOST_BYTES: u64 = 8 * 1024 * 1024 * 1024;
/// So many times more may come out than went in, from the first megabytes on. Exports reach about 30.
const MOST_RATIO: u64 = 250;
const FIRST: u64 = 16 * 1024 * 1024;

pub(super) fn is_package(start: &[u8]) -> bool {
    start.starts_with(b"PK\x03\x04") || start.starts_with(b"PK\x05\x06")
}

pub(super) fn open(path: &Path) -> Result<ZipArchive<BufReader<File>>, Problem> {
    let file = File::open(path).map_err(|error| Problem::of_read(&error))?;
    Ok(ZipArchive::new(BufReader::new(file))?)
}

pub(super) fn read(path: &Path, found: &mut Found) -> Result<(), Problem> {
    let mut archive = open(path)?;
    if archive.len() > MOST_PARTS {
        return Err(Problem::Said(ImportProblem::Bomb));
    }
    let mut files = Files::of(open(path)?);
    let mut left = MOST_BYTES;
    for at in 0..archive.len() {
        found.check_wanted()?;
        let named = archive.name_for_index(at).unwrap_or_default().to_owned();
        let part = match archive.by_index(at).map_err(Problem::from) {
            Ok(part) => part,
            // One that is packed in an unknown way, or damaged, costs no other.
            Err(Problem::Said(ImportProblem::BrokenZip)) => {
                found.leave_out(LeftOutWhy::OtherFile, &named);
                continue;
            }
            Err(problem) => return Err(problem),
        };
        if part.is_dir() {
            continue;
        }
        // A name that leads out of the package is shown without its way.
        let name = part.enclosed_name();
        let name = name.as_deref().and_then(Path::file_name).map(|name| name.to_string_lossy().into_owned());
        let name = name.unwrap_or_default();
        let packed = part.compressed_size();
        let mut counted = Counted { part, packed, out: 0, left: &mut left };
        let mut start = Vec::new();
        match (&mut counted).take(64).read_to_end(&mut start) {
            Ok(_) => {}
            Err(error) => {
                damaged(Problem::of_read(&error), &name, found)?;
                continue;
            }
        }
        let json = start.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&start);
        let first = json.iter().find(|byte| !byte.is_ascii_whitespace());
        if !matches!(first, Some(b'[' | b'{')) {
            if !is_asset(&name) {
                found.leave_out(LeftOutWhy::OtherFile, &name);
            }
            continue;
        }
        let chats = found.count();
        if let Err(problem) = read::read(start.chain(counted), found, &mut files) {
            damaged(problem, &name, found)?;
        } else if found.count() == chats && !name.is_empty() {
            found.leave_out(LeftOutWhy::OtherFile, &name);
        }
    }
    Ok(())
}

/// A part whose bytes are wrong costs no other; what is hostile ends all.
fn damaged(problem: Problem, name: &str, found: &mut Found) -> Result<(), Problem> {
    match problem {
        Problem::Said(ImportProblem::Unreadable { .. }) => {
            found.leave_out(LeftOutWhy::CutOff, name);
            Ok(())
        }
        problem => Err(problem),
    }
}

/// Pictures and the like come with the messages that name them.
fn is_asset(name: &str) -> bool {
    let ending = name.rsplit('.').next().unwrap_or_default().to_lowercase();
    ["png", "jpg", "jpeg", "webp", "gif", "pdf", "dat", "wav", "mp3", "m4a", "mp4"].contains(&ending.as_str())
}

/// Counts what really comes out.
struct Counted<'l, R> {
    part: R,
    packed: u64,
    out: u64,
    left: &'l mut u64,
}

impl<R: Read> Read for Counted<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.part.read(buffer)?;
        self.out += count as u64;
        let is_bomb = self.out > FIRST && self.out / MOST_RATIO > self.packed;
        match self.left.checked_sub(count as u64) {
            Some(left) if !is_bomb => *self.left = left,
            _ => return Err(io::Error::other(Bomb)),
        }
        Ok(count)
    }
}
