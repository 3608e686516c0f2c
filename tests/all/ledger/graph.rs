//! With a commit graph of any kind the answers are those that the objects give.

use std::fs;

use crate::ledger::recorded::drafted;
use crate::ledger::story::Story;
use crate::ledger::texts::SOC;

const ASKED: [&[&str]; 4] = [
    &["history", SOC, "--commits", "--format", "json"],
    &["history", "3.3.3", "--commits", "--format", "json"],
    &["history", "acme-msp", "--commits", "--format", "json"],
    &["blame", SOC, "--format", "json"],
];

fn answers(story: &Story) -> Vec<String> {
    let answer = |words: &&[&str]| {
        let output = story.repo.countersign(words);
        assert_eq!(output.code, 0, "{words:?}: {}", output.stderr);
        output.stdout
    };
    ASKED.iter().map(answer).collect()
}

fn write(story: &Story, words: &[&str]) {
    story.repo.git(&[&["commit-graph", "write", "--no-progress"], words].concat());
}

/// Says whether a file below `.git/objects/info` is read: with other trees in it nothing can be answered.
fn is_read(story: &Story, file: &str) -> bool {
    let path = story.repo.path(&format!(".git/objects/info/{file}"));
    let whole = fs::read(&path).unwrap();
    let mut broken = whole.clone();
    let at = broken.windows(4).position(|name| name == b"CDAT").unwrap() + 4;
    let start = usize::try_from(u64::from_be_bytes(broken[at..at + 8].try_into().unwrap())).unwrap();
    broken[start..].iter_mut().step_by(36).for_each(|byte| *byte = !*byte);
    // With a checksum that fits: what does not fit is left unused.
    let end = broken.len() - 20;
    let mut hasher = gix_hash::hasher(gix_hash::Kind::Sha1);
    hasher.update(&broken[..end]);
    broken[end..].copy_from_slice(hasher.try_finalize().unwrap().as_slice());
    fs::remove_file(&path).unwrap();
    fs::write(&path, broken).unwrap();
    let output = story.repo.countersign(ASKED[0]);
    fs::write(&path, whole).unwrap();
    output.code == 4
}

#[test]
fn a_graph_changes_no_answer() {
    let story = drafted();
    let without = answers(&story);
    for kind in ["--no-changed-paths", "--changed-paths"] {
        write(&story, &["--reachable", kind]);
        assert!(is_read(&story, "commit-graph"), "{kind}");
        assert_eq!(answers(&story), without, "{kind}");
    }
    story.repo.write("README.md", "Newer than the graph\n").on_day("2028-09-09").commit("Say something new");
    let text = story.repo.read("matrices/soc/acme-soc.json");
    story.repo.write("matrices/soc/acme-soc.json", text.replace("PT8H", "PT6H"));
    story.repo.on_day("2028-09-10").commit("Be faster");
    let newer = answers(&story);
    assert!(newer[0].contains("Be faster"));
    fs::remove_file(story.repo.path(".git/objects/info/commit-graph")).unwrap();
    assert_eq!(answers(&story), newer);
}

#[test]
fn a_graph_in_several_files_changes_no_answer() {
    let story = drafted();
    let without = answers(&story);
    let commits = story.repo.git(&["rev-list", "--reverse", "HEAD"]);
    let commits: Vec<&str> = commits.lines().collect();
    for (layer, part) in commits.chunks(commits.len().div_ceil(3)).enumerate() {
        // One layer has no filters.
        let kind = if layer == 1 { "--no-changed-paths" } else { "--changed-paths" };
        let write = "git commit-graph write --no-progress --split=no-merge --stdin-commits";
        let line = format!("echo {} | {write} {kind}", part.last().unwrap());
        assert_eq!(story.repo.run("sh", &["-c", &line]).code, 0);
    }
    let chain = story.repo.read(".git/objects/info/commit-graphs/commit-graph-chain");
    assert_eq!(chain.lines().count(), 3);
    for file in chain.lines() {
        assert!(is_read(&story, &format!("commit-graphs/graph-{file}.graph")), "{file}");
    }
    assert_eq!(answers(&story), without);
}

#[test]
fn a_damaged_graph_is_left_unused() {
    let story = drafted();
    let without = story.repo.countersign(ASKED[0]).stdout;
    write(&story, &["--reachable", "--changed-paths"]);
    let path = story.repo.path(".git/objects/info/commit-graph");
    let whole = fs::read(&path).unwrap();
    assert!(is_read(&story, "commit-graph"), "what is judged below is not read at all");
    fs::remove_file(&path).unwrap();
    for at in (0..whole.len()).step_by(whole.len() / 60) {
        let mut broken = whole.clone();
        broken[at] ^= 0x81;
        if at % 2 == 1 {
            broken.truncate(at);
        }
        fs::write(&path, broken).unwrap();
        let output = story.repo.countersign(ASKED[0]);
        assert_eq!((output.code, output.stdout), (0, without.clone()), "byte {at}: {}", output.stderr);
    }
}
