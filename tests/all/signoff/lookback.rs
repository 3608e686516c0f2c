//! Acts look back: what counted before and is gone is named, and nothing is signed on top of the removal.

use crate::signoff::scene::{ID, Scene, day, fails, file, matrix, ok, sign};
use crate::support::KeyKind;

/// Version 1.1, offered and taken back by the client; the provider then removes the client's notice.
fn laundered() -> Scene {
    let scene = Scene::with_roster();
    sign(&scene.harbor, "harbor/ann", &scene.ann);
    scene.to_acme();
    sign(&scene.acme, "acme/bob", &scene.bob);
    let words = ["contest", "minimal@1.0", "--reason", "late", "--as", "acme/bob", "--key", file(&scene.bob)];
    ok(&scene.acme, &[&words[..], &["--yes"]].concat());
    scene.to_harbor();
    let listed = scene.harbor.git(&["log", "-1", "--format=", "--name-only"]);
    for path in listed.lines() {
        scene.harbor.remove(path);
    }
    scene.harbor.commit("Tidy");
    scene
}

#[test]
fn a_new_list_is_not_signed_over_a_statement_that_is_gone() {
    let scene = laundered();
    let al = scene.harbor.key(KeyKind::Ed25519);
    let public = format!("{}.pub", file(&al));
    let person = ["--party", "harbor", "--signer", "al", "--name", "Al", "--role", "CTO", "--key", &public];
    let propose = [&["roster", "propose"], &person[..]].concat();
    let why = fails(&scene.harbor, 2, &propose);
    assert!(why.contains("the dispute of acme/bob on minimal@1.0"), "{why}");
    assert!(why.contains("git checkout"), "{why}");
    let commit = why.split("git checkout ").nth(1).unwrap().split(' ').next().unwrap().to_owned();
    scene.harbor.git(&["checkout", &commit, "--", "signoffs"]);
    scene.harbor.commit("Bring it back");
    let said = ok(&scene.harbor, &propose);
    assert!(said.contains("signed files are kept"), "{said}");
    // Removed again once the list is drawn up: no signature either.
    scene.to_acme();
    let gone = scene.acme.git(&["ls-files", "signoffs"]);
    let gone = gone.lines().find(|path| path.contains("/acme.bob.") && path.ends_with(".json")).unwrap();
    scene.acme.remove(gone);
    scene.acme.remove(&format!("{gone}.sig"));
    scene.acme.commit("Tidy");
    let why =
        fails(&scene.acme, 2, &["roster", "sign", "--as", "acme/bob", "--key", file(&scene.bob), "--yes"]);
    assert!(why.contains("of acme/bob on minimal@1.0"), "{why}");
}

#[test]
fn no_version_is_signed_or_marked_over_what_is_gone() {
    let scene = laundered();
    let why = fails(&scene.harbor, 2, &["mark", ID, "--key", file(&scene.ann), "--yes"]);
    assert!(why.contains("the dispute of acme/bob on minimal@1.0"), "{why}");
    let mut next = matrix("1.1", 3);
    crate::support::reviews::read_all(&mut next, &day(0));
    scene.change(&next);
    let why =
        fails(&scene.harbor, 2, &["sign", ID, "--as", "harbor/ann", "--key", file(&scene.ann), "--yes"]);
    assert!(why.contains("the dispute of acme/bob on minimal@1.0"), "{why}");
    // A dispute stays possible.
    let words = ["contest", "minimal@1.0", "--reason", "files are gone", "--as", "harbor/ann", "--yes"];
    ok(&scene.harbor, &[&words[..], &["--key", file(&scene.ann)]].concat());
}

#[test]
fn a_list_that_seals_versions_names_them() {
    let scene = Scene::agreed();
    let al = scene.harbor.key(KeyKind::Ed25519);
    let public = format!("{}.pub", file(&al));
    let person = ["--party", "harbor", "--signer", "al", "--name", "Al", "--role", "CTO", "--key", &public];
    ok(&scene.harbor, &[&["roster", "propose"], &person[..]].concat());
    let said =
        ok(&scene.harbor, &["roster", "sign", "--as", "harbor/ann", "--key", file(&scene.ann), "--yes"]);
    assert!(said.contains("minimal 1.0, "), "{said}");
    assert!(said.contains("statements"), "{said}");
}
