//! What a party may still do while the next list of signers waits for signatures, and after a thief's own revocation.

use crate::signoff::scene::{ID, Scene, close, fails, file, matrix, ok, sign, state};
use crate::support::KeyKind;

/// A list that seals the approvals keeps nobody from closing, and no list keeps anybody from disputing.
#[test]
fn a_next_list_blocks_neither_a_closing_that_it_seals_nor_a_dispute() {
    let scene = Scene::with_roster();
    sign(&scene.harbor, "harbor/ann", &scene.ann);
    scene.to_acme();
    sign(&scene.acme, "acme/bob", &scene.bob);
    scene.to_harbor();
    let al = scene.harbor.key(KeyKind::Ed25519);
    let public = format!("{}.pub", file(&al));
    let person = ["--party", "harbor", "--signer", "al", "--name", "Al", "--role", "CTO", "--key", &public];
    ok(&scene.harbor, &[&["roster", "propose"], &person[..]].concat());
    ok(&scene.harbor, &["roster", "sign", "--as", "harbor/ann", "--key", file(&scene.ann), "--yes"]);
    close(&scene.harbor, &scene.ann);
    assert_eq!(state(&scene.harbor, "1.0"), "future");
    // What the next list does not seal would be forgotten: a new version is not signed under the old one.
    scene.change(&matrix("1.1", 3));
    let words = ["sign", ID, "--as", "harbor/ann", "--key", file(&scene.ann), "--yes"];
    let early = fails(&scene.harbor, 2, &words);
    assert!(early.contains("has already agreed to a new list of signers"), "{early}");
    let words = ["contest", "minimal@1.0", "--reason", "late", "--key", file(&scene.ann), "--yes"];
    ok(&scene.harbor, &words);
    let said = ok(&scene.harbor, &["status", ID]);
    assert!(said.contains("disputed"), "{said}");
}

/// A thief who revokes the stolen key himself, and stands by all that he signed, does not keep its party from revoking it.
#[test]
fn a_key_is_revoked_again_by_those_who_stand_by_less() {
    let scene = Scene::with_roster();
    let amy = scene.harbor.key(KeyKind::Ed25519);
    let public = format!("{}.pub", file(&amy));
    let person = ["--party", "harbor", "--signer", "amy", "--name", "Amy", "--role", "CFO", "--key", &public];
    ok(&scene.harbor, &[&["roster", "propose"], &person[..]].concat());
    for (who, key) in [("harbor/ann", &scene.ann), ("harbor/amy", &amy), ("acme/bob", &scene.bob)] {
        ok(&scene.harbor, &["roster", "sign", "--as", who, "--key", file(key), "--yes"]);
    }
    sign(&scene.harbor, "harbor/amy", &amy);
    sign(&scene.harbor, "acme/bob", &scene.bob);
    close(&scene.harbor, &amy);
    let stolen = amy.fingerprint();
    let revoke = |who: &str, key, stands_by: &str| {
        let words = ["roster", "revoke", &stolen, "--as", who, "--key", file(key), "--reason", "stolen"];
        ok(&scene.harbor, &[&words[..], &["--stands-by", stands_by, "--yes"]].concat())
    };
    revoke("harbor/amy", &amy, "all");
    assert_eq!(state(&scene.harbor, "1.0"), "future");
    revoke("harbor/ann", &scene.ann, "none");
    assert_eq!(state(&scene.harbor, "1.0"), "in-question");
    assert!(revoke("harbor/ann", &scene.ann, "none").contains("is revoked already"));
}

/// A thief has his victim's party sign a list without the others: they revoke the key under the list before, and the new one
/// is in question.
#[test]
fn a_key_is_revoked_under_the_list_before_one_that_the_thief_made() {
    let scene = Scene::with_roster();
    let harbor = &scene.harbor;
    let amy = harbor.key(KeyKind::Ed25519);
    let public = format!("{}.pub", file(&amy));
    let person = ["--party", "harbor", "--signer", "amy", "--name", "Amy", "--role", "CFO", "--key", &public];
    ok(harbor, &[&["roster", "propose"], &person[..]].concat());
    for (who, key) in [("harbor/ann", &scene.ann), ("harbor/amy", &amy), ("acme/bob", &scene.bob)] {
        ok(harbor, &["roster", "sign", "--as", who, "--key", file(key), "--yes"]);
    }
    // With Ann's key, a list without Amy; Acme signs it in good faith.
    ok(harbor, &["roster", "propose", "--remove", "harbor/amy"]);
    for (who, key) in [("harbor/ann", &scene.ann), ("acme/bob", &scene.bob)] {
        ok(harbor, &["roster", "sign", "--as", who, "--key", file(key), "--yes"]);
    }
    sign(harbor, "harbor/ann", &scene.ann);
    sign(harbor, "acme/bob", &scene.bob);
    close(harbor, &scene.ann);
    assert_eq!(state(harbor, "1.0"), "future");
    let stolen = scene.ann.fingerprint();
    let words =
        ["roster", "revoke", &stolen, "--as", "harbor/amy", "--key", file(&amy), "--reason", "stolen"];
    let words = [&words[..], &["--stands-by", "none", "--yes"]].concat();
    let refused = fails(harbor, 2, &words);
    assert!(refused.contains("`--list`"), "{refused}");
    let refused = fails(harbor, 2, &[&words[..], &["--list", "9"]].concat());
    assert!(refused.contains("there is no list 9 that all have signed"), "{refused}");
    let said = ok(harbor, &[&words[..], &["--list", "2"]].concat());
    assert!(said.contains("is revoked"), "{said}");
    assert_eq!(state(harbor, "1.0"), "in-question");
    // Its first day is in doubt, and that is what its history says.
    let on = crate::signoff::scene::day(2);
    let history = harbor.countersign(&["history", "access-reviews", "--as-of", &on]);
    assert_eq!(history.code, 5, "{}", history.stdout);
    assert!(history.stdout.contains("version 1.0"), "{}", history.stdout);
    assert!(!history.stdout.contains("no version in force ever had it"), "{}", history.stdout);
}
