//! Changed-path filters of a commit graph: what a commit surely did not change, told without reading a tree.
//!
//! `git commit-graph write --changed-paths` writes them. Source: gitformat-commit-graph(5), chunks BIDX and BDAT. What
//! is damaged or of an unknown kind is left unused: then every path may have changed, which is slower and as true.

use std::io::{Read, Seek, SeekFrom};
use std::ops::Range;

/// The seeds of the two hashes that all others are made of; some manuals leave off the last digit of the second.
const SEEDS: [u32; 2] = [0x293a_e76f, 0x7e64_6e2c];
/// The most bytes of one chunk that are read.
const MOST: u64 = 256 << 20;
/// The most hashes of a path that are looked up.
const MOST_HASHES: u32 = 64;
/// Bytes before the filters: the kind of hash, the number of hashes, the bits for each path.
const HEADER: usize = 12;
/// Bytes of an object's id.
const ID: u64 = 20;

/// A path as filters know it.
#[derive(Clone, Copy, Debug)]
pub struct Key {
    hashes: [u32; 2],
    is_ascii: bool,
}

/// The filters of one file of a commit graph.
#[derive(Debug)]
pub struct Filters {
    /// How many commits the file has.
    pub commits: u32,
    chunks: Option<Chunks>,
}

#[derive(Debug)]
struct Chunks {
    ends: Vec<u8>,
    filters: Vec<u8>,
    hashes: u32,
    /// The first kind reads bytes above 127 as negative numbers, so it is asked about other paths only.
    is_ascii_only: bool,
}

impl Key {
    /// Returns the key of a path with forward slashes and none at its ends.
    pub fn of(path: &str) -> Self {
        let hash = |seed| murmur3::murmur3_32(&mut path.as_bytes(), seed).unwrap_or_default();
        Self { hashes: SEEDS.map(hash), is_ascii: path.is_ascii() }
    }
}

impl Filters {
    /// Reads the filters of a file of a commit graph; nothing where the file makes no sense.
    pub fn read(file: &mut (impl Read + Seek)) -> Option<Self> {
        let table = table(file)?;
        let chunk =
            |name: &[u8; 4]| table.iter().find(|(own, _)| own == name).map(|(_, range)| range.clone());
        let ids = chunk(b"OIDL")?;
        let commits = u32::try_from((ids.end - ids.start) / ID).ok()?;
        let chunks = match (chunk(b"BIDX"), chunk(b"BDAT")) {
            (Some(ends), Some(filters)) => Chunks::of(bytes(file, &ends), bytes(file, &filters), commits),
            _ => None,
        };
        Some(Self { commits, chunks })
    }

    /// Says whether the commit at this place of the file may have changed what lies at a path, against its first parent.
    pub fn may_contain(&self, at: u32, key: Key) -> bool {
        self.chunks.as_ref().and_then(|chunks| chunks.contains(at, key)).unwrap_or(true)
    }
}

impl Chunks {
    fn of(ends: Option<Vec<u8>>, filters: Option<Vec<u8>>, commits: u32) -> Option<Self> {
        let (ends, filters) = (ends?, filters?);
        let (kind, hashes) = (number(&filters, 0)?, number(&filters, 4)?);
        let is_known =
            matches!(kind, 1 | 2) && (1..=MOST_HASHES).contains(&hashes) && filters.len() >= HEADER;
        let is_whole = ends.len() as u64 == u64::from(commits) * 4;
        (is_known && is_whole).then_some(Self { ends, filters, hashes, is_ascii_only: kind == 1 })
    }

    /// Looks a path up; nothing where the filter does not tell.
    fn contains(&self, at: u32, key: Key) -> Option<bool> {
        let at = usize::try_from(at).ok()?;
        let end = number(&self.ends, at.checked_mul(4)?)?;
        let start = if at == 0 { 0 } else { number(&self.ends, (at - 1) * 4)? };
        let (start, end) = (usize::try_from(start).ok()?, usize::try_from(end).ok()?);
        let filter = self.filters.get(HEADER..)?.get(start..end).filter(|filter| !filter.is_empty())?;
        if self.is_ascii_only && !key.is_ascii {
            return None;
        }
        let bits = filter.len() as u64 * 8;
        let has = |round: u32| {
            let bit = u64::from(key.hashes[0].wrapping_add(round.wrapping_mul(key.hashes[1]))) % bits;
            usize::try_from(bit / 8).is_ok_and(|byte| filter[byte] & (1 << (bit % 8)) != 0)
        };
        Some((0..self.hashes).all(has))
    }
}

/// Returns the name and the place of each chunk.
fn table(file: &mut (impl Read + Seek)) -> Option<Vec<([u8; 4], Range<u64>)>> {
    let length = file.seek(SeekFrom::End(0)).ok()?;
    let head = bytes(file, &(0..8))?;
    // Version 1 of the file, SHA-1.
    if !head.starts_with(b"CGPH\x01\x01") {
        return None;
    }
    let entries = bytes(file, &(8..8 + (u64::from(head[6]) + 1) * 12))?;
    let entry = |entry: &[u8]| {
        let (name, place) = entry.split_at_checked(4)?;
        Some((<[u8; 4]>::try_from(name).ok()?, u64::from_be_bytes(place.try_into().ok()?)))
    };
    let entries = entries.chunks(12).map(entry).collect::<Option<Vec<_>>>()?;
    let ranges = entries.windows(2).map(|pair| (pair[0].0, pair[0].1..pair[1].1));
    let ranges: Vec<_> = ranges.collect();
    ranges.iter().all(|(_, range)| range.start <= range.end && range.end <= length).then_some(ranges)
}

fn bytes(file: &mut (impl Read + Seek), range: &Range<u64>) -> Option<Vec<u8>> {
    let length = range.end.checked_sub(range.start).filter(|length| *length <= MOST)?;
    file.seek(SeekFrom::Start(range.start)).ok()?;
    let mut bytes = Vec::new();
    file.by_ref().take(length).read_to_end(&mut bytes).ok()?;
    (bytes.len() as u64 == length).then_some(bytes)
}

/// Returns the number that is written here, most significant byte first.
fn number(bytes: &[u8], at: usize) -> Option<u32> {
    let four = bytes.get(at..at.checked_add(4)?)?;
    Some(u32::from_be_bytes(four.try_into().ok()?))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test stops where its fixture is wrong")]
mod tests {
    use std::io::Cursor;

    use super::*;

    /// Writes a file of two commits, the second with this filter.
    fn file(kind: u32, filter: &[u8]) -> Vec<u8> {
        let mut data = [kind, 7, 10].map(u32::to_be_bytes).concat();
        data.extend_from_slice(filter);
        let ends = [0, u32::try_from(filter.len()).unwrap()].map(u32::to_be_bytes).concat();
        let chunks: [(&[u8; 4], Vec<u8>); 3] = [(b"OIDL", vec![0; 40]), (b"BIDX", ends), (b"BDAT", data)];
        let mut out = b"CGPH\x01\x01\x03\x00".to_vec();
        let mut at = 8 + 4 * 12;
        for (name, bytes) in &chunks {
            out.extend_from_slice(*name);
            out.extend_from_slice(&u64::to_be_bytes(at));
            at += bytes.len() as u64;
        }
        out.extend_from_slice(&[0; 4]);
        out.extend_from_slice(&at.to_be_bytes());
        chunks.iter().for_each(|(_, bytes)| out.extend_from_slice(bytes));
        out
    }

    fn filter(paths: &[&str], bytes: usize) -> Vec<u8> {
        let mut filter = vec![0_u8; bytes];
        for path in paths {
            let Key { hashes: [first, second], .. } = Key::of(path);
            for round in 0..7_u32 {
                let bit = first.wrapping_add(round.wrapping_mul(second)) as usize % (bytes * 8);
                filter[bit / 8] |= 1 << (bit % 8);
            }
        }
        filter
    }

    #[test]
    fn the_hash_is_the_one_that_git_documents() {
        // From git's own tests of its filters (t0095-bloom.sh).
        let hash = |text: &str, seed| murmur3::murmur3_32(&mut text.as_bytes(), seed).unwrap();
        assert_eq!(hash("", 0), 0x0000_0000);
        assert_eq!(hash("Hello world!", 0), 0x627b_0c2c);
        assert_eq!(hash("The quick brown fox jumps over the lazy dog", 0), 0x2e4f_f723);
        let Key { hashes: [first, second], .. } = Key::of("");
        assert_eq!([first, first.wrapping_add(second)], [0x5615_800c, 0x5b96_6560]);
    }

    #[test]
    fn a_path_that_was_put_in_is_found_and_another_is_not() {
        let text = file(1, &filter(&["matrices/a.json", "matrices"], 8));
        let filters = Filters::read(&mut Cursor::new(text)).unwrap();
        assert_eq!(filters.commits, 2);
        assert!(filters.may_contain(1, Key::of("matrices")));
        assert!(filters.may_contain(1, Key::of("matrices/a.json")));
        assert!(!filters.may_contain(1, Key::of("matrices/b.json")));
        assert!(
            filters.may_contain(0, Key::of("matrices/b.json")),
            "a commit without a filter tells nothing"
        );
        assert!(filters.may_contain(2, Key::of("matrices/b.json")), "there are but two commits");
    }

    #[test]
    fn names_beyond_ascii_are_asked_of_the_second_kind_only() {
        let filter = filter(&["matrices"], 8);
        for (kind, expected) in [(1, true), (2, false), (3, true)] {
            let filters = Filters::read(&mut Cursor::new(file(kind, &filter))).unwrap();
            assert_eq!(filters.may_contain(1, Key::of("matrices/größe.json")), expected, "kind {kind}");
        }
    }

    #[test]
    fn what_is_damaged_rules_nothing_out_and_never_panics() {
        let whole = file(1, &filter(&["matrices"], 8));
        for at in 0..whole.len() {
            for value in [0, 0x7f, 0xff] {
                let mut broken = whole.clone();
                broken[at] = value;
                broken.truncate(if value == 0x7f { at } else { whole.len() });
                let Some(filters) = Filters::read(&mut Cursor::new(broken)) else { continue };
                for commit in [0, 1, 2, u32::MAX] {
                    filters.may_contain(commit, Key::of("matrices"));
                }
            }
        }
    }
}
