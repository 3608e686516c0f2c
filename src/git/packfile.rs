//! How long objects in packs are: libgit2 makes up the size of a damaged one, and a damaged one must not pass for one
//! that is too long to be read.
//!
//! What is not found in this way is for the caller to ask by other means.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use super::Id;
use gix_hash::ObjectId;
use gix_pack::data::Entry;
use gix_pack::data::entry::Header;
use gix_zlib::Inflate;

/// How many bytes a delta may have whose text is not wanted, but how long it is.
const MOST_DELTA: usize = 64 << 20;
/// How many folders of objects are looked at where some borrow from others.
const MOST_FOLDERS: usize = 16;
/// How many bytes of a delta tell how long its text is.
const DELTA_HEAD: usize = 32;

/// An object in a pack cannot be read.
#[derive(Debug)]
pub(super) struct Damaged;

/// A pack with its index.
struct Pack {
    index: gix_pack::index::File<gix_pack::MMap>,
    data: gix_pack::data::File<gix_pack::MMap>,
}

/// The packs of a repository.
pub(super) struct Packs {
    packs: Vec<Pack>,
    inflate: Inflate,
}

/// Returns a folder of objects with those that it borrows from, as gitrepository-layout(5) has them.
fn with_alternates(objects: &Path) -> Vec<PathBuf> {
    let mut folders = vec![objects.to_owned()];
    let mut at = 0;
    while let Some(folder) = folders.get(at).filter(|_| folders.len() < MOST_FOLDERS).cloned() {
        let borrowed = fs::read_to_string(folder.join("info/alternates")).unwrap_or_default();
        let borrowed = borrowed.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
        folders.extend(borrowed.map(|line| folder.join(line)).take(MOST_FOLDERS));
        at += 1;
    }
    folders
}

/// Returns the first index of a pack that points past the end of its pack: libgit2 follows it into memory that is not its own.
///
/// An index is looked at once in a process: a repository is opened again by every thread, and git never writes another
/// index under the same name.
pub(super) fn beyond(objects: &Path) -> Option<PathBuf> {
    static SOUND: Mutex<BTreeSet<PathBuf>> = Mutex::new(BTreeSet::new());
    let mut sound = SOUND.lock().unwrap_or_else(PoisonError::into_inner);
    indices(objects).into_iter().find(|index| {
        if sound.contains(index) {
            return false;
        }
        let (bytes, pack) = (fs::read(index), fs::metadata(index.with_extension("pack")));
        let is_beyond = bytes.is_ok_and(|bytes| pack.is_ok_and(|pack| !points_within(&bytes, pack.len())));
        if !is_beyond {
            sound.insert(index.clone());
        }
        is_beyond
    })
}

/// Returns the indices of the packs below a folder of objects and its alternates, in order.
fn indices(objects: &Path) -> Vec<PathBuf> {
    let folders = with_alternates(objects);
    let files = folders.iter().filter_map(|folder| fs::read_dir(folder.join("pack")).ok());
    let mut files: Vec<_> = files.flatten().flatten().map(|file| file.path()).collect();
    files.retain(|file| file.extension().is_some_and(|end| end == "idx"));
    files.sort();
    files
}

/// Returns whether each offset of an index lies within a pack of so many bytes, as gitformat-pack(5) has both versions.
fn points_within(index: &[u8], pack: u64) -> bool {
    const FAN_OUT: usize = 256 * 4;
    const TRAILER: usize = 20;
    let number = |at: usize| Some(u32::from_be_bytes(index.get(at..at + 4)?.try_into().ok()?));
    let is_second = index.starts_with(b"\xfftOc");
    let head = if is_second { 8 + FAN_OUT } else { FAN_OUT };
    let last = pack.saturating_sub(TRAILER as u64);
    let offset = |at: usize, count: usize| -> Option<u64> {
        if !is_second {
            return number(head + at * 24).map(u64::from);
        }
        let short = number(head + count * 24 + at * 4)?;
        if short >> 31 == 0 {
            return Some(u64::from(short));
        }
        let long = head + count * 28 + (short & 0x7fff_ffff) as usize * 8;
        (long + 8 + 2 * TRAILER <= index.len()).then_some(())?;
        Some(u64::from(number(long)?) << 32 | u64::from(number(long + 4)?))
    };
    let Some(count) = number(head - 4) else { return false };
    let count = count as usize;
    count.checked_mul(24).is_some_and(|rows| rows <= index.len())
        && (0..count).all(|at| offset(at, count).is_some_and(|offset| offset < last))
}

impl Pack {
    fn open(index: &Path) -> Option<Self> {
        Some(Self {
            index: gix_pack::index::File::at(index, gix_hash::Kind::Sha1).ok()?,
            data: gix_pack::data::File::at(index.with_extension("pack"), gix_hash::Kind::Sha1).ok()?,
        })
    }

    fn find(&self, id: &ObjectId) -> Option<u64> {
        self.index.lookup(id).map(|at| self.index.pack_offset_at_index(at))
    }
}

impl std::fmt::Debug for Packs {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Packs").field("packs", &self.packs.len()).finish_non_exhaustive()
    }
}

impl Packs {
    /// Opens the packs below a folder of objects and its alternates; what cannot be opened is left out.
    pub(super) fn of(objects: &Path) -> Self {
        let packs = indices(objects).iter().filter_map(|file| Pack::open(file)).collect();
        Self { packs, inflate: Inflate::default() }
    }

    /// Returns how many bytes an object has, by what it claims up to so many, else by what it holds; None if it lies in
    /// no pack.
    ///
    /// # Errors
    /// Where it is damaged.
    pub(super) fn size(&mut self, id: Id, on_trust: u64) -> Option<Result<u64, Damaged>> {
        let id = ObjectId::try_from(id.0.as_bytes()).ok()?;
        let (pack, offset) = self.packs.iter().find_map(|pack| Some((pack, pack.find(&id)?)))?;
        Some(size_at(&mut self.inflate, pack, offset, on_trust).ok_or(Damaged))
    }
}

fn size_at(inflate: &mut Inflate, pack: &Pack, offset: u64, on_trust: u64) -> Option<u64> {
    let entry = pack.data.entry(offset).ok()?;
    let is_delta = matches!(entry.header, Header::OfsDelta { .. } | Header::RefDelta { .. });
    let size = match is_delta {
        true => delta_makes(&start(inflate, pack, &entry, DELTA_HEAD)?)?,
        false => entry.decompressed_size,
    };
    if size <= on_trust {
        return Some(size);
    }
    // A text that is too long is shown by more bytes of it than allowed, a delta of one by all of the delta.
    let holds = match is_delta {
        true => delta_makes(&whole(inflate, pack, &entry)?)?,
        false => start(inflate, pack, &entry, usize::try_from(on_trust).ok()?.checked_add(1)?)?.len() as u64,
    };
    (holds > on_trust).then_some(size)
}

/// Inflates at most so many bytes of what is stored.
fn start(inflate: &mut Inflate, pack: &Pack, entry: &Entry, most: usize) -> Option<Vec<u8>> {
    let stored = pack.data.entry_slice(entry.data_offset..pack.data.pack_end() as u64)?;
    let mut bytes = vec![0; most];
    inflate.reset();
    let (_, _, written) = inflate.once(stored, &mut bytes).ok()?;
    bytes.truncate(written);
    Some(bytes)
}

/// Inflates a delta.
fn whole(inflate: &mut Inflate, pack: &Pack, entry: &Entry) -> Option<Vec<u8>> {
    let size = usize::try_from(entry.decompressed_size).ok().filter(|size| *size <= MOST_DELTA)?;
    let mut bytes = vec![0; size];
    pack.data.decompress_entry(entry, inflate, &mut bytes).ok()?;
    Some(bytes)
}

/// Returns how long the text is that a delta says it makes: the second of two numbers, seven bits in each byte, the
/// lowest first, as long as the eighth is set (gitformat-pack(5)).
fn delta_makes(delta: &[u8]) -> Option<u64> {
    let mut bytes = delta.iter();
    let mut number = || {
        let mut number = 0;
        for shift in (0..u64::BITS - 7).step_by(7) {
            let byte = *bytes.next()?;
            number |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Some(number);
            }
        }
        None
    };
    number()?;
    number()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test stops where its fixture is wrong")]
mod tests {
    use super::{delta_makes, points_within};

    #[test]
    fn an_index_that_points_past_its_pack_is_seen() {
        let mut index = [b"\xfftOc\0\0\0\x02".as_slice(), &[0; 255 * 4], &[0, 0, 0, 1], &[7; 24]].concat();
        index.extend([0, 0, 0, 12]);
        index.extend([0; 40]);
        assert!(points_within(&index, 100));
        assert!(!points_within(&index, 32), "the trailer of the pack is no object");
        let at = index.len() - 44;
        for (offset, is_within) in
            [(79u32, true), (80, false), (0x7fff_ffff, false), (0x8000_0000, false), (u32::MAX, false)]
        {
            index[at..at + 4].copy_from_slice(&offset.to_be_bytes());
            assert_eq!(points_within(&index, 100), is_within, "{offset:#x}");
        }
        assert!(!points_within(&index[..900], 100), "cut off");
        index[8 + 255 * 4..8 + 256 * 4].copy_from_slice(&[0xff; 4]);
        assert!(!points_within(&index, 100), "more objects than it has");
    }

    #[test]
    fn a_delta_says_how_long_its_text_is() {
        assert_eq!(delta_makes(&[20, 0x80, 0x80, 0x01, 9]).unwrap(), 1 << 14);
        assert_eq!(delta_makes(&[0x94, 0x01, 7]).unwrap(), 7);
        for damaged in [&[][..], &[20], &[20, 0x80], &[0xff; 20], &[[20].as_slice(), &[0xff; 20]].concat()] {
            assert_eq!(delta_makes(damaged), None, "{damaged:?}");
        }
    }
}
