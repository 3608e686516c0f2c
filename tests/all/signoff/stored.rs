//! Verdicts come from what git stores: not from copies in the work tree, nor from what is too large to be ours.

use crate::signoff::scene::{ID, Scene, fails, judge, verdict};
use crate::support::Repo;

fn matrix_file() -> String {
    format!("signoffs/{ID}/1.0/matrix.json")
}

fn rules(repo: &Repo) -> Vec<String> {
    judge(repo.root()).faults.iter().map(|one| one.rule.to_string()).collect()
}

#[test]
fn a_copy_in_the_work_tree_has_no_say_and_the_index_has() {
    let scene = Scene::agreed();
    let (repo, path) = (&scene.harbor, matrix_file());
    let before = verdict(repo.root(), 1);
    repo.write(&path, repo.read(&path).replace("Harbor", "Mallory"));
    repo.remove("trust");
    assert_eq!(verdict(repo.root(), 1), before);
    repo.git(&["add", &path]);
    assert_ne!(verdict(repo.root(), 1).0["1.0"], "in-force");
}

#[test]
fn links_and_executable_files_do_not_count() {
    let scene = Scene::agreed();
    let (repo, path) = (&scene.harbor, matrix_file());
    repo.git(&["update-index", "--chmod=+x", &path]);
    assert_ne!(verdict(repo.root(), 1).0["1.0"], "in-force");
    assert!(rules(repo).contains(&"signoff-path".to_owned()));
    repo.git(&["reset", "-q", "--hard"]);
    let blob = repo.git(&["rev-parse", &format!("HEAD:{path}")]);
    repo.git(&["update-index", "--cacheinfo", &format!("120000,{blob},{path}")]);
    assert_ne!(verdict(repo.root(), 1).0["1.0"], "in-force");
}

#[test]
fn a_file_that_is_too_large_is_refused_and_changes_nothing_else() {
    let scene = Scene::agreed();
    let repo = &scene.harbor;
    repo.write("trust/2.json", vec![b' '; (1 << 20) + 1]);
    repo.commit("Too large");
    assert_eq!(verdict(repo.root(), 1).0["1.0"], "in-force");
    assert!(rules(repo).contains(&"roster-chain".to_owned()));
    let archive = repo.archive();
    assert_eq!(verdict(archive.root(), 1), verdict(repo.root(), 1));
    let loose = (verdict(repo.root(), 1), rules(repo));
    repo.git(&["repack", "-adfq"]);
    assert_eq!((verdict(repo.root(), 1), rules(repo)), loose, "whole in a pack");
    for end in ["1", "2"] {
        repo.write("trust/2.json", noise() + end);
        repo.commit("Too large, and much like the one before");
    }
    repo.git(&["repack", "-adfq"]);
    let base = repo.git(&["rev-parse", "HEAD~1:trust/2.json"]);
    let deltas = repo.git(&["cat-file", "--batch-check=%(deltabase)", "--batch-all-objects"]);
    assert!(
        deltas.contains(&base) || deltas.contains(&repo.git(&["rev-parse", "HEAD:trust/2.json"])),
        "{deltas}"
    );
    assert_eq!((verdict(repo.root(), 1), rules(repo)), loose, "in a pack as a delta");
    repo.git(&["reset", "-q", "--hard", "HEAD~1"]);
    assert_eq!((verdict(repo.root(), 1), rules(repo)), loose, "or the other way round");
}

/// More than a file of a roster may hold, and nothing that packs small.
fn noise() -> String {
    let mut state = 1_u64;
    let mut word = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        format!("{state:016x}")
    };
    (0..1 << 17).map(|_| word()).collect()
}

#[test]
fn more_files_than_anyone_needs_are_not_judged() {
    let scene = Scene::agreed();
    let repo = &scene.harbor;
    for number in 0..4097 {
        repo.write(&format!("signoffs/{ID}/1.0/junk-{number}"), "");
    }
    repo.commit("Flood");
    let said = fails(repo, 4, &["mark", ID]);
    assert!(said.contains("more than we look at"), "{said}");
}

#[test]
fn both_sides_of_a_merge_cannot_be_judged() {
    let scene = Scene::agreed();
    let (repo, path) = (&scene.harbor, matrix_file());
    for (branch, word) in [("left", "Left"), ("right", "Right")] {
        repo.switch("main").branch(branch);
        repo.write(&path, repo.read(&path).replace("Harbor", word));
        repo.commit(word);
    }
    let output = repo.run("git", &["merge", "-q", "left"]);
    assert_ne!(output.code, 0);
    let said = fails(repo, 4, &["roster", "show"]);
    assert!(said.contains("a merge has left two sides"), "{said}");
}
