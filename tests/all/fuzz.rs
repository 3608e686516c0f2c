//! The bodies of the fuzz targets over their corpora: they compile here, and what was found once is not found again.

use std::fs;
use std::path::Path;

#[path = "../../fuzz/bodies/armor.rs"]
mod armor;
#[path = "../../fuzz/bodies/commit_graph.rs"]
mod commit_graph;
#[path = "../../fuzz/bodies/ground.rs"]
mod ground;
#[path = "../../fuzz/bodies/loader.rs"]
mod loader;
#[path = "../../fuzz/bodies/pointer_span.rs"]
mod pointer_span;
#[path = "../../fuzz/bodies/policy.rs"]
mod policy;
#[path = "../../fuzz/bodies/revocation.rs"]
mod revocation;
#[path = "../../fuzz/bodies/roster.rs"]
mod roster;
#[path = "../../fuzz/bodies/statement.rs"]
mod statement;

type Body = fn(&[u8]);

const TARGETS: [(&str, Body); 8] = [
    ("armor", armor::run),
    ("commit_graph", commit_graph::run),
    ("loader", loader::run),
    ("pointer_span", pointer_span::run),
    ("policy", policy::run),
    ("revocation", revocation::run),
    ("roster", roster::run),
    ("statement", statement::run),
];

/// Returns the inputs of a corpus, and each cut off at some places and with one byte changed at some others.
fn inputs(target: &str) -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus").join(target);
    let mut all = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let bytes = fs::read(entry.unwrap().path()).unwrap();
        for part in 1..8 {
            let at = bytes.len() * part / 8;
            all.push(bytes[..at].to_vec());
            let mut other = bytes.clone();
            if let Some(byte) = other.get_mut(at) {
                *byte = byte.wrapping_add(1);
            }
            all.push(other);
        }
        all.push(bytes);
    }
    all
}

#[test]
fn every_target_holds_over_its_corpus_and_around_it() {
    for (name, run) in TARGETS {
        let all = inputs(name);
        assert!(all.len() >= 15, "{name}: the corpus is there");
        all.iter().for_each(|bytes| run(bytes));
    }
}

#[test]
fn every_target_and_every_corpus_is_tried() {
    let folder = |path: &str| {
        let entries = fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap();
        let names =
            entries.map(|entry| entry.unwrap().path().file_stem().unwrap().to_str().unwrap().to_owned());
        let mut names: Vec<String> = names.collect();
        names.sort();
        names
    };
    let known: Vec<String> = TARGETS.iter().map(|(name, _)| (*name).to_owned()).collect();
    assert_eq!(folder("fuzz/fuzz_targets"), known);
    assert_eq!(folder("fuzz/corpus"), known);
}
