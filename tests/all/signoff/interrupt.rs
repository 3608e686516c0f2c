//! A process that is killed at any moment leaves the repository as it was, or finished, or finished by the next run.

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::signoff::scene::{ID, Scene, assert_tidy, file, judge, ok};
use crate::support::Repo;

/// Runs the command again and again in fresh clones, kills it after a growing time, and lets the next run finish.
fn killed_at_any_moment(from: &Repo, words: &[&str], is_done: &dyn Fn(&Repo) -> bool) {
    let whole = {
        let clone = from.clone_whole();
        let start = Instant::now();
        ok(&clone, words);
        start.elapsed()
    };
    let mut interrupted = 0;
    for step in 0..24 {
        let clone = from.clone_whole();
        let before = clone.head();
        let after = whole.mul_f64(f64::from(step) / 20.0);
        if kill(&clone, words, after) {
            interrupted += 1;
        }
        let commits = clone.git(&["rev-list", "--count", &format!("{before}..HEAD")]);
        assert!(["0", "1", "2"].contains(&commits.as_str()), "{commits} commits");
        if commits == "0" {
            assert!(!is_done(&clone));
            assert_eq!(clone.git(&["status", "--porcelain"]), "");
        }
        let check = clone.countersign(&["check"]);
        assert!([0, 1, 5].contains(&check.code), "{}{}", check.stdout, check.stderr);
        ok(&clone, words);
        assert!(is_done(&clone));
        assert_tidy(&clone);
    }
    assert!(interrupted > 0, "no run was slow enough to be killed");
}

/// Starts the command, kills it after a time, and says whether it was still running.
fn kill(repo: &Repo, words: &[&str], after: Duration) -> bool {
    let mut command = Command::new(env!("CARGO_BIN_EXE_countersign"));
    command
        .args(words)
        .current_dir(repo.root())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .stdin(Stdio::null());
    command.env("GIT_AUTHOR_NAME", "Ann Author").env("GIT_AUTHOR_EMAIL", "ann@harbor.example");
    let mut child = command.spawn().unwrap();
    std::thread::sleep(after);
    let is_running = child.try_wait().unwrap().is_none();
    child.kill().unwrap();
    child.wait().unwrap();
    is_running
}

#[test]
fn sign_is_killed() {
    let scene = Scene::with_roster();
    let words = ["sign", ID, "--as", "harbor/ann", "--key", file(&scene.ann), "--yes"];
    killed_at_any_moment(&scene.harbor, &words, &|repo| {
        judge(repo.root())
            .matrices
            .values()
            .any(|matrix| matrix.versions.values().any(|one| one.statements.len() == 1))
    });
}

#[test]
fn mark_is_killed() {
    let scene = Scene::with_roster();
    crate::signoff::scene::sign(&scene.harbor, "harbor/ann", &scene.ann);
    crate::signoff::scene::sign(&scene.harbor, "acme/bob", &scene.bob);
    killed_at_any_moment(&scene.harbor, &["mark", ID, "--key", file(&scene.ann), "--yes"], &|repo| {
        repo.path(&format!("signoffs/{ID}/1.0/effective.json")).exists()
    });
}

#[test]
fn roster_sign_is_killed() {
    let scene = Scene::new();
    scene.start(&[]);
    let words = ["roster", "sign", "--as", "harbor/ann", "--key", file(&scene.ann), "--yes"];
    killed_at_any_moment(&scene.harbor, &words, &|repo| {
        judge(repo.root()).rosters.values().any(|one| one.signed.len() == 1)
    });
}
