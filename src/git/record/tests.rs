//! Every step of recording as the last one: what was left is finished, or never happened.

#![allow(clippy::unwrap_used)]

use std::fs;
use std::path::Path;

use super::*;

const STEPS: [Step; 6] = [Step::Objects, Step::Note, Step::Branch, Step::Files, Step::Index, Step::Forget];

fn author() -> Author {
    Author { name: "Ann Author".into(), email: "ann@harbor.example".into() }
}

/// A repository with one commit of two files.
fn repository(folder: &Path) -> (Repository, Id) {
    let git = git2::Repository::init(folder).unwrap();
    fs::write(folder.join("kept.txt"), "kept\n").unwrap();
    fs::write(folder.join("old.txt"), "old\n").unwrap();
    let mut index = git.index().unwrap();
    index.add_path(Path::new("kept.txt")).unwrap();
    index.add_path(Path::new("old.txt")).unwrap();
    index.write().unwrap();
    let tree = git.find_tree(index.write_tree().unwrap()).unwrap();
    let person = Signature::now("Ann Author", "ann@harbor.example").unwrap();
    let first = git.commit(Some("HEAD"), &person, &person, "Start", &tree, &[]).unwrap();
    drop(tree);
    (Repository::open(git.path()).unwrap(), Id(first))
}

fn changes() -> Vec<NewCommit> {
    let write = |path: &str, text: &str| (path.to_owned(), Some(text.as_bytes().to_vec()));
    vec![
        NewCommit { files: [write("deep/in/new.txt", "new\n")].into(), message: "One".into() },
        NewCommit {
            files: [write("deep/two.txt", "two\n"), ("old.txt".to_owned(), None)].into(),
            message: "Two".into(),
        },
    ]
}

fn is_clean(repository: &Repository) -> bool {
    repository.inner.statuses(None).unwrap().iter().all(|one| one.status() == git2::Status::CURRENT)
}

/// Records until just before `last`, as if the process ended there.
fn stop_before(repository: &Repository, parent: Id, last: Step) {
    let pen = repository.pen().unwrap();
    let mut go_on = |step| if step == last { Err(Error::usage("killed")) } else { Ok(()) };
    pen.record_until(parent, &changes(), &author(), &mut go_on).unwrap_err();
}

#[test]
fn every_step_may_be_the_last() {
    for last in STEPS {
        let folder = tempfile::tempdir().unwrap();
        let (repository, first) = repository(folder.path());
        stop_before(&repository, first, last);
        let has_happened = repository.head().unwrap().id != first;
        assert_eq!(has_happened, last > Step::Branch, "{last:?}");
        drop(repository.pen().unwrap());
        assert!(!repository.is_unfinished(), "{last:?}");
        assert!(is_clean(&repository), "{last:?}");
        assert_eq!(folder.path().join("deep/in/new.txt").exists(), has_happened, "{last:?}");
        assert_eq!(folder.path().join("old.txt").exists(), !has_happened, "{last:?}");
        assert_eq!(fs::read(folder.path().join("kept.txt")).unwrap(), b"kept\n");
    }
}

#[test]
fn what_somebody_staged_meanwhile_is_kept() {
    let folder = tempfile::tempdir().unwrap();
    let (repository, first) = repository(folder.path());
    fs::write(folder.path().join("kept.txt"), "edited\n").unwrap();
    repository.pen().unwrap().record(first, &changes(), &author()).unwrap();
    assert_eq!(fs::read(folder.path().join("kept.txt")).unwrap(), b"edited\n");
    let mut index = repository.inner.index().unwrap();
    index.read(true).unwrap();
    assert_eq!(index.iter().count(), 3);
}

#[test]
fn a_branch_that_moved_is_not_overwritten() {
    let folder = tempfile::tempdir().unwrap();
    let (repository, first) = repository(folder.path());
    let moved = repository.pen().unwrap().record(first, &changes()[..1], &author()).unwrap();
    let error = repository.pen().unwrap().record(first, &changes()[1..], &author()).unwrap_err();
    assert!(error.message.contains("the branch has moved"), "{error}");
    drop(repository.pen().unwrap());
    assert_eq!(repository.head().unwrap().id, moved);
    assert!(is_clean(&repository));
}

#[test]
fn a_file_that_nobody_committed_is_not_overwritten() {
    let folder = tempfile::tempdir().unwrap();
    let (repository, first) = repository(folder.path());
    fs::create_dir_all(folder.path().join("deep/in")).unwrap();
    fs::write(folder.path().join("deep/in/new.txt"), "mine\n").unwrap();
    let error = repository.pen().unwrap().record(first, &changes(), &author()).unwrap_err();
    assert!(error.message.contains("was never committed"), "{error}");
    assert_eq!(repository.head().unwrap().id, first);
}

#[test]
fn two_never_write_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let (repository, _) = repository(folder.path());
    let other = Repository::open(repository.path()).unwrap();
    let pen = repository.pen().unwrap();
    assert!(other.pen().unwrap_err().message.contains("another countersign is writing"));
    drop(pen);
    assert!(other.pen().is_ok());
}

#[test]
fn locks_that_a_killed_run_held_are_broken() {
    let folder = tempfile::tempdir().unwrap();
    let (repository, first) = repository(folder.path());
    stop_before(&repository, first, Step::Branch);
    let branch = repository.branch().unwrap();
    for lock in [format!("{branch}.lock"), "index.lock".to_owned()] {
        fs::write(repository.path().join(lock), "").unwrap();
    }
    repository.pen().unwrap().record(first, &changes(), &author()).unwrap();
    assert!(is_clean(&repository));
}
