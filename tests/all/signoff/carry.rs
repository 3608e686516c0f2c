//! Statements that travel: signed here, recorded there; and signers without a clone.

use crate::signoff::scene::{ID, Scene, close, fails, file, ok, sign, state, verdict};
use crate::support::Folder;

#[test]
fn a_statement_is_made_on_one_machine_and_recorded_on_another() {
    let scene = Scene::with_roster();
    scene.to_acme();
    let out = scene.acme.path("../approval.json").display().to_string();
    ok(&scene.acme, &["sign", ID, "--as", "acme/bob", "--key", file(&scene.bob), "--yes", "--out", &out]);
    assert_eq!(state(&scene.acme, "1.0"), "none");
    ok(&scene.harbor, &["record", &out]);
    assert_eq!(state(&scene.harbor, "1.0"), "offered");
    assert!(ok(&scene.harbor, &["record", &out]).contains("recorded already"));
    sign(&scene.harbor, "harbor/ann", &scene.ann);
    assert_eq!(state(&scene.harbor, "1.0"), "complete");
    close(&scene.harbor, &scene.bob);
    assert_eq!(verdict(scene.harbor.root(), 1).0["1.0"], "in-force");
}

#[test]
fn a_signer_without_a_clone_signs_one_file() {
    let scene = Scene::with_roster();
    sign(&scene.harbor, "harbor/ann", &scene.ann);
    let bundle = scene.harbor.path("../please-sign.json").display().to_string();
    ok(&scene.harbor, &["sign", ID, "--as", "harbor/ann", "--prepare", &bundle]);
    let desk = Folder::new();
    let words = ["sign", &bundle, "--as", "acme/bob", "--key", file(&scene.bob), "--yes"];
    let said = ok(&desk, &words);
    assert!(said.contains("compare it with the one in your contract"), "{said}");
    assert!(said.contains("harbor/ann approved on"), "{said}");
    let reply = desk.path("minimal-1.0.acme.bob.signed.json").display().to_string();
    ok(&scene.harbor, &["record", &reply]);
    close(&scene.harbor, &scene.ann);
    assert_eq!(verdict(scene.harbor.root(), 1).0["1.0"], "in-force");
}

#[test]
fn a_bundle_under_another_fingerprint_is_not_signed() {
    let scene = Scene::with_roster();
    let bundle = scene.harbor.path("../please-sign.json").display().to_string();
    ok(&scene.harbor, &["sign", ID, "--as", "harbor/ann", "--prepare", &bundle]);
    assert_eq!(state(&scene.harbor, "1.0"), "none");
    let other = "ab".repeat(32);
    let words = ["sign", &bundle, "--as", "acme/bob", "--key", file(&scene.bob), "--yes", "--anchor", &other];
    let refused = fails(&Folder::new(), 4, &words);
    assert!(refused.contains("has the fingerprint that was given"), "{refused}");
}

#[test]
fn a_reply_that_was_tampered_with_is_not_recorded() {
    let scene = Scene::with_roster();
    let out = scene.harbor.path("../approval.json");
    let path = out.display().to_string();
    ok(
        &scene.harbor,
        &["sign", ID, "--as", "harbor/ann", "--key", file(&scene.ann), "--yes", "--out", &path],
    );
    let text = std::fs::read_to_string(&out).unwrap();
    std::fs::write(&out, text.replace("ann of harbor approves", "ann of harbor Approves")).unwrap();
    let refused = fails(&scene.harbor, 2, &["record", &path]);
    assert!(refused.contains("would not count"), "{refused}");
    std::fs::write(&out, text.replace("signoffs/minimal/1.0/judged.json", "matrices/acme.json")).unwrap();
    let refused = fails(&scene.harbor, 2, &["record", &path]);
    assert!(refused.contains("none of its business"), "{refused}");
    assert_eq!(state(&scene.harbor, "1.0"), "none");
}
