//! The fixtures themselves, on real git and real OpenSSH: what other tests take for granted.

use crate::support::{Folder, Key, KeyKind, Repo};

/// A repository with one commit on `main` and one on `topic`, which is left for `main`.
fn forked() -> Repo {
    let repo = Repo::new();
    repo.write("a.txt", "a\n").commit("Add a");
    repo.branch("topic").write("b.txt", "b\n").commit("Add b");
    repo.switch("main");
    repo
}

fn count(repo: &Repo) -> String {
    repo.git(&["rev-list", "--count", "HEAD"])
}

#[test]
fn the_same_steps_give_the_same_commits() {
    let commits: Vec<_> = (0..2)
        .map(|_| {
            let repo = forked();
            (repo.write("c.txt", "c\n").commit("Add c"), repo.merge("topic"))
        })
        .collect();
    assert_eq!(commits[0], commits[1]);
    assert_ne!(commits[0].0, commits[0].1);
}

#[test]
fn commits_have_a_fixed_author_and_dates_a_minute_apart() {
    let repo = Repo::new();
    repo.write("a.txt", "1").commit("One");
    repo.write("a.txt", "2").commit("Two");
    let log = repo.git(&["log", "--date=format:%F %T %z", "--format=%an <%ae> %cn %ad | %cd"]);
    assert_eq!(
        log,
        "Ann Author <ann@harbor.example> Ann Author 2026-11-20 09:01:00 +0000 | 2026-11-20 09:01:00 +0000\n\
         Ann Author <ann@harbor.example> Ann Author 2026-11-20 09:00:00 +0000 | 2026-11-20 09:00:00 +0000"
    );
}

#[test]
fn a_day_can_be_chosen() {
    let repo = Repo::new();
    repo.on_day("2026-03-03").commit("On the third");
    assert_eq!(repo.git(&["log", "-1", "--date=short", "--format=%cd"]), "2026-03-03");
}

#[test]
fn a_message_is_kept_with_its_trailers() {
    let repo = Repo::new();
    let message = "Approve acme 1.2\n\n# not a comment\n\nCountersign-Party: acme\n";
    repo.commit(message);
    assert_eq!(repo.git(&["log", "-1", "--format=%(trailers:key=Countersign-Party,valueonly)"]), "acme");
    assert!(repo.git(&["cat-file", "-p", "HEAD"]).contains("# not a comment"));
}

#[test]
fn nothing_of_the_machine_reaches_a_program() {
    let repo = Repo::new();
    let environment = repo.run("env", &[]).stdout;
    let allowed = ["GIT_", "PATH=", "HOME=", "LC_ALL=", "TZ=", "LLVM_PROFILE_FILE=", "PWD=", "SystemRoot="];
    for line in environment.lines() {
        assert!(allowed.iter().any(|start| line.starts_with(start)), "{line}");
    }
    let origins = repo.git(&["config", "--list", "--show-scope"]);
    assert!(
        origins.lines().all(|line| line.starts_with("local") || line.starts_with("command")),
        "{origins}"
    );
    assert!(!repo.root().join(".git/hooks").exists());
}

#[test]
fn git_refuses_the_network() {
    let complaint = Repo::new().git_fails(&["ls-remote", "https://example.invalid/x.git"]);
    assert!(complaint.contains("not allowed"), "{complaint}");
}

#[test]
fn a_file_that_was_removed_is_not_committed() {
    let repo = forked();
    repo.write("folder/c.txt", "c\n").commit("Add c");
    repo.remove("a.txt").remove("folder").commit("Remove both");
    assert_eq!(repo.git(&["ls-files"]), "");
}

#[test]
fn merges_squashes_and_rebases_bring_the_same_tree_by_different_parents() {
    let trees: Vec<String> = [Repo::merge, Repo::squash, Repo::rebase]
        .into_iter()
        .zip(["2", "1", "1"])
        .map(|(join, parents)| {
            let repo = forked();
            repo.write("c.txt", "c\n").commit("Add c");
            let commit = join(&repo, "topic");
            let line = repo.git(&["rev-list", "--parents", "-1", &commit]);
            assert_eq!((line.split(' ').count() - 1).to_string(), parents);
            assert_eq!(repo.read("b.txt"), "b\n");
            repo.git(&["rev-parse", "HEAD^{tree}"])
        })
        .collect();
    assert!(trees.iter().all(|tree| *tree == trees[0]), "{trees:?}");
}

#[test]
fn a_clone_of_depth_one_has_one_commit_and_says_that_it_is_shallow() {
    let repo = forked();
    repo.merge("topic");
    let (shallow, whole) = (repo.clone_depth(1), repo.clone_whole());
    assert_eq!((count(&shallow), count(&whole)), ("1".to_owned(), "3".to_owned()));
    assert_eq!(shallow.git(&["rev-parse", "--is-shallow-repository"]), "true");
    assert_eq!(shallow.head(), repo.head());
    assert_eq!(shallow.read("b.txt"), "b\n");
}

#[test]
fn two_clones_meet_at_a_bare_remote() {
    let ours = forked();
    let remote = ours.bare_remote();
    let theirs = remote.clone_whole();
    theirs.write("theirs.txt", "t\n").commit("Theirs");
    theirs.push();
    ours.write("ours.txt", "o\n").commit("Ours");
    assert!(ours.git_fails(&["push", "-q", "origin", "HEAD"]).contains("rejected"));
    let merged = ours.pull();
    ours.push();
    assert_eq!(remote.git(&["rev-parse", "main"]), merged);
    assert_eq!(theirs.pull(), merged);
    assert_eq!(theirs.read("ours.txt"), "o\n");
}

#[test]
fn an_archive_has_the_files_and_no_repository() {
    let repo = forked();
    repo.write("matrices/a.json", "{}\n").commit("Add a matrix");
    let folder = repo.archive();
    assert_eq!(folder.read("matrices/a.json"), "{}\n");
    assert!(!folder.path(".git").exists());
    assert_ne!(folder.run("git", &["rev-parse", "--git-dir"]).code, 0);
}

#[test]
fn a_key_of_each_kind_signs_what_openssh_accepts() {
    let folder = Folder::new();
    for kind in [KeyKind::Ed25519, KeyKind::EcdsaP256, KeyKind::Rsa] {
        let key = folder.key(kind);
        let armor = key.sign("test@countersign", b"bytes");
        assert!(armor.starts_with("-----BEGIN SSH SIGNATURE-----\n"), "{kind:?}: {armor}");
        assert!(Key::checks_out("test@countersign", b"bytes", &armor), "{kind:?}");
        assert!(!Key::checks_out("test@countersign", b"bytez", &armor), "{kind:?}: other bytes");
        assert!(!Key::checks_out("git", b"bytes", &armor), "{kind:?}: another namespace");
    }
}

#[test]
fn keys_differ_and_lie_outside_the_work_tree() {
    let repo = Repo::new();
    let (one, other) = (repo.key(KeyKind::Ed25519), repo.key(KeyKind::Ed25519));
    assert_ne!(one.public(), other.public());
    assert!(one.public().starts_with("ssh-ed25519 AAAA"));
    assert!(one.fingerprint().starts_with("SHA256:"));
    assert!(!one.file().starts_with(repo.root()));
    assert_eq!(repo.git(&["status", "--porcelain"]), "");
}

#[test]
fn countersign_is_run_to_its_end() {
    assert_eq!(Folder::new().countersign(&["--version"]).code, 0);
}
