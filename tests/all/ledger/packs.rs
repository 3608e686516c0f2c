//! Answers are the same however git stores the objects: one by one, or in packs as what they copy from each other.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::ledger::recorded::drafted;
use crate::ledger::story::Story;
use crate::ledger::texts::SOC;

const ASKED: [&[&str]; 4] = [
    &["history", SOC, "--commits", "--format", "json"],
    &["history", "3.3.3", "--commits", "--format", "json"],
    &["blame", SOC, "--format", "json"],
    &["diff", "HEAD~3", "HEAD", "--format", "json"],
];

fn answers(story: &Story) -> Vec<(i32, String)> {
    ASKED.iter().map(|words| story.repo.countersign(words)).map(|it| (it.code, it.stdout)).collect()
}

/// Returns an answer without what was said in commits between two sides, of which those at hand are told.
fn told(said: &str) -> Value {
    let mut answer: Value = serde_json::from_str(said).unwrap();
    if answer["format"] == "countersign/diff/1" {
        answer["commits"].take();
    }
    answer
}

/// Returns the only pack.
fn pack(story: &Story) -> PathBuf {
    let files = fs::read_dir(story.repo.path(".git/objects/pack")).unwrap().map(|file| file.unwrap().path());
    let mut packs: Vec<PathBuf> =
        files.filter(|file| file.extension().is_some_and(|end| end == "pack")).collect();
    assert_eq!(packs.len(), 1);
    packs.remove(0)
}

#[test]
fn packs_change_no_answer() {
    let story = drafted();
    let loose = answers(&story);
    assert!(loose.iter().all(|(code, said)| *code == 0 && said.len() > 100));
    for words in [&["repack", "-adfq"][..], &["repack", "-adfq", "--window=50", "--depth=50"], &["gc", "-q"]]
    {
        story.repo.git(words);
        assert!(pack(&story).exists());
        assert_eq!(answers(&story), loose, "{words:?}");
    }
    story.repo.git(&["-c", "repack.useDeltaBaseOffset=false", "repack", "-adfq", "--window=50"]);
    assert_eq!(answers(&story), loose, "with deltas that name what they were made from");
}

/// Damages a file in forty places, one after the other, and returns how many answers were refused.
fn refused(story: &Story, whole: &[(i32, String)], file: &Path, from: usize) -> usize {
    let bytes = fs::read(file).unwrap();
    let mut refused = 0;
    for at in (from..bytes.len() - 20).step_by(bytes.len() / 40) {
        let mut damaged = bytes.clone();
        damaged[at..at + 8].iter_mut().for_each(|byte| *byte = !*byte);
        fs::remove_file(file).unwrap();
        fs::write(file, damaged).unwrap();
        for ((words, (code, said)), whole) in ASKED.iter().zip(answers(story)).zip(whole) {
            let is_same = || (code, told(&said)) == (whole.0, told(&whole.1));
            assert!(code == 4 || code == 0 && is_same(), "{code} at {at} of {}: {words:?}", file.display());
            refused += usize::from(code == 4);
        }
    }
    fs::remove_file(file).unwrap();
    fs::write(file, bytes).unwrap();
    refused
}

#[test]
fn a_damaged_pack_is_an_error_and_never_a_panic() {
    let story = drafted();
    let whole = answers(&story);
    story.repo.git(&["repack", "-adfq", "--window=50"]);
    let pack = pack(&story);
    let of_pack = refused(&story, &whole, &pack, 12);
    assert!(of_pack > 20, "{of_pack} answers were refused");
    let of_index = refused(&story, &whole, &pack.with_extension("idx"), 0);
    assert!(of_index > 20, "{of_index} answers were refused");
    assert_eq!(answers(&story), whole);
}
