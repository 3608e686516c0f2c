//! Objects as packs store them: most as what they copy from another.
//!
//! What is not found in this way is for the caller to read by other means, and so is what is damaged.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use git2::Oid;
use gix_hash::ObjectId;
use gix_pack::data::Entry;
use gix_pack::data::entry::Header;
use gix_zlib::Inflate;

use super::delta;
use crate::source::pieces::Pieces;

/// How long a chain of deltas may be; git makes them of fifty.
const DEEPEST: usize = 1 << 10;
/// How many bytes are kept for what comes next.
const KEPT: usize = 96 << 20;

/// How many bytes a delta may have whose text is not wanted, but how long it is.
const MOST_DELTA: usize = 64 << 20;
/// How many folders of objects are looked at where some borrow from others.
const MOST_FOLDERS: usize = 16;
/// How many bytes of a delta tell how long its text is.
const DELTA_HEAD: usize = 32;
/// How many bytes a tree may have.
const MOST_TREE: usize = 16 << 20;
/// How many bytes an object takes, and each of its pieces.
const OBJECT: usize = 256;
const PIECE: usize = 16;

/// An object in a pack cannot be read.
#[derive(Debug)]
pub(super) struct Damaged;

/// A pack with its index.
struct Pack {
    index: gix_pack::index::File<gix_pack::MMap>,
    data: gix_pack::data::File<gix_pack::MMap>,
}

/// The packs of a repository, with what was read of them.
pub struct PackFiles {
    packs: Vec<Pack>,
    inflate: Inflate,
    known: HashMap<(usize, u64), Object>,
    /// How many bytes are kept by what is known.
    kept: usize,
}

/// An object: what it is, and what it holds.
#[derive(Clone)]
struct Object {
    kind: Header,
    text: Rc<Pieces>,
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

impl std::fmt::Debug for PackFiles {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PackFiles").field("packs", &self.packs.len()).finish_non_exhaustive()
    }
}

impl PackFiles {
    /// Opens the packs below a folder of objects and its alternates; what cannot be opened is left out.
    pub(super) fn of(objects: &Path) -> Self {
        let folders = with_alternates(objects);
        let files = folders.iter().filter_map(|folder| fs::read_dir(folder.join("pack")).ok());
        let mut files: Vec<_> = files.flatten().flatten().map(|file| file.path()).collect();
        files.retain(|file| file.extension().is_some_and(|end| end == "idx"));
        files.sort();
        let packs = files.iter().filter_map(|file| Pack::open(file)).collect();
        Self { packs, inflate: Inflate::default(), known: HashMap::new(), kept: 0 }
    }

    /// Returns a blob of at most so many bytes, if it lies in a pack and can be read.
    pub(super) fn blob(&mut self, id: Oid, most: u64) -> Option<Rc<Pieces>> {
        self.read(id, &Header::Blob, usize::try_from(most).ok()?)
    }

    /// Returns a tree, if it lies in a pack and can be read.
    pub(super) fn tree(&mut self, id: Oid) -> Option<Rc<Pieces>> {
        self.read(id, &Header::Tree, MOST_TREE)
    }

    /// Returns two versions of a file of at most so many bytes; what they share is unpacked once.
    pub fn both(&mut self, before: Oid, after: Oid, most: u64) -> Option<(Vec<u8>, Vec<u8>)> {
        let after = self.blob(after, most);
        let before = self.blob(before, most);
        let bytes = |text: Rc<Pieces>| text.part(0..text.len()).into_owned();
        Some((bytes(before?), bytes(after?)))
    }

    /// Returns where an object lies: the number of a pack, and the offset in it.
    pub fn place(&self, id: Oid) -> Option<(usize, u64)> {
        let id = ObjectId::try_from(id.as_bytes()).ok()?;
        let mut found = self.packs.iter().enumerate().map(|(pack, it)| Some((pack, it.find(&id)?)));
        found.find_map(|place| place)
    }

    /// Returns how many bytes an object has, by what it claims up to so many, else by what it holds; nothing where it
    /// lies in no pack.
    ///
    /// # Errors
    /// Where it is damaged.
    pub(super) fn size(&mut self, id: Oid, on_trust: u64) -> Option<Result<u64, Damaged>> {
        let (pack, offset) = self.place(id)?;
        Some(self.size_at(pack, offset, on_trust).ok_or(Damaged))
    }

    fn size_at(&mut self, pack: usize, offset: u64, on_trust: u64) -> Option<u64> {
        let entry = self.packs[pack].data.entry(offset).ok()?;
        let is_delta = matches!(entry.header, Header::OfsDelta { .. } | Header::RefDelta { .. });
        let size = match is_delta {
            true => delta::length(&self.start(pack, &entry, DELTA_HEAD)?)? as u64,
            false => entry.decompressed_size,
        };
        if size <= on_trust {
            return Some(size);
        }
        // A text that is too long is shown by more bytes of it than allowed, a delta of one by all of the delta.
        let holds = match is_delta {
            true => delta::length(&self.inflated(pack, &entry, MOST_DELTA)?)? as u64,
            false => self.start(pack, &entry, usize::try_from(on_trust).ok()?.checked_add(1)?)?.len() as u64,
        };
        (holds > on_trust).then_some(size)
    }

    /// Inflates at most so many bytes of what is stored.
    fn start(&mut self, pack: usize, entry: &Entry, most: usize) -> Option<Vec<u8>> {
        let data = &self.packs[pack].data;
        let stored = data.entry_slice(entry.data_offset..data.pack_end() as u64)?;
        let mut bytes = vec![0; most];
        self.inflate.reset();
        let (_, _, written) = self.inflate.once(stored, &mut bytes).ok()?;
        bytes.truncate(written);
        Some(bytes)
    }

    fn read(&mut self, id: Oid, kind: &Header, most: usize) -> Option<Rc<Pieces>> {
        let object = self.at(self.place(id)?, most)?;
        (object.kind == *kind).then_some(object.text)
    }

    /// Follows a chain of deltas down to what is known or stored whole, and goes back up.
    fn at(&mut self, (pack, mut offset): (usize, u64), most: usize) -> Option<Object> {
        let mut chain = Vec::new();
        let mut object = loop {
            if let Some(known) = self.known.get(&(pack, offset)) {
                break known.clone();
            }
            let entry = self.packs[pack].data.entry(offset).ok()?;
            let base = match &entry.header {
                Header::OfsDelta { base_distance } => entry.checked_base_pack_offset(*base_distance)?,
                Header::RefDelta { base_id } => self.packs[pack].find(base_id)?,
                kind => {
                    let text = Pieces::from(self.inflated(pack, &entry, most)?);
                    break self.keep((pack, offset), *kind, text);
                }
            };
            chain.push((offset, entry));
            if chain.len() > DEEPEST {
                return None;
            }
            offset = base;
        };
        for (offset, entry) in chain.into_iter().rev() {
            let delta = Rc::new(self.inflated(pack, &entry, most)?);
            let text = delta::apply(&object.text, &delta, most)?;
            self.kept += delta.len();
            object = self.keep((pack, offset), object.kind, text);
        }
        Some(object)
    }

    fn inflated(&mut self, pack: usize, entry: &Entry, most: usize) -> Option<Vec<u8>> {
        let size = usize::try_from(entry.decompressed_size).ok().filter(|size| *size <= most)?;
        let mut bytes = vec![0; size];
        self.packs[pack].data.decompress_entry(entry, &mut self.inflate, &mut bytes).ok()?;
        Some(bytes)
    }

    fn keep(&mut self, place: (usize, u64), kind: Header, text: Pieces) -> Object {
        if self.kept > KEPT {
            self.forget();
        }
        // What it shares was counted when it came; a hostile pack may make much of few bytes.
        self.kept += OBJECT + text.count() * PIECE + text.own();
        let object = Object { kind, text: Rc::new(text) };
        self.known.insert(place, object.clone());
        object
    }

    fn forget(&mut self) {
        self.known.clear();
        self.kept = 0;
    }
}
