//! Every single bit of everything that is signed, flipped.
//!
//! An optimised build flips all eight bits of every byte; a debug build, some ten times slower, one bit of every byte.
//! No flip changes nothing: line breaks of the armor may lie anywhere, but none of their bits makes another line break.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};

use countersign::trust::fault::Severity;
use countersign::trust::force::Force;
use countersign::trust::{Blob, Tree, judge};

use crate::support::engagement::{Engagement, TODAY, day, id, version};

fn is_noticed(tree: &Tree) -> bool {
    let standing = judge(tree, None, TODAY.parse().unwrap()).unwrap();
    let in_force = standing.in_force(&id(), day(TODAY)) == Force::Version(version("1.1"));
    !in_force || standing.faults.iter().any(|one| one.severity == Severity::Error)
}

/// Flips every bit of one file and returns the flips that nobody noticed, as (byte, bit).
fn unnoticed(tree: &Tree, path: &str) -> Vec<(usize, u8)> {
    let mut tree = tree.clone();
    let honest = tree[path].bytes.to_vec();
    let mut flips = Vec::new();
    for at in 0..honest.len() {
        let one = u8::try_from(at % 8).unwrap();
        for bit in if cfg!(debug_assertions) { one..one + 1 } else { 0..8 } {
            let mut bytes = honest.clone();
            bytes[at] ^= 1 << bit;
            tree.insert(path.to_owned(), Blob::plain(bytes));
            if !is_noticed(&tree) {
                flips.push((at, bit));
            }
        }
    }
    flips
}

#[test]
fn no_bit_can_be_flipped_unnoticed() {
    let mut one = Engagement::twice();
    one.mark("1.0", |_| ());
    one.mark("1.1", |_| ());
    one.prove("1.1");
    let paths: Vec<&String> = one.tree.keys().collect();
    let next = AtomicUsize::new(0);
    let found: BTreeMap<&String, Vec<(usize, u8)>> = std::thread::scope(|scope| {
        let work = || {
            let mut found = Vec::new();
            while let Some(path) = paths.get(next.fetch_add(1, Ordering::Relaxed)) {
                found.push((*path, unnoticed(&one.tree, path)));
            }
            found
        };
        let threads: Vec<_> = (0..4).map(|_| scope.spawn(work)).collect();
        threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
    });
    assert_eq!(found.len(), one.tree.len());
    let found: BTreeMap<_, _> = found.into_iter().filter(|(_, flips)| !flips.is_empty()).collect();
    assert_eq!(found, BTreeMap::new(), "flips that change nothing");
}
