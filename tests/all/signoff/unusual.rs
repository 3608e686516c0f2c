//! What does not happen every day: forks, several signers, weaker checks, another fingerprint.

use serde_json::json;

use crate::signoff::scene::{
    FILE, ID, Scene, close, fails, file, judge, matrix, ok, public, sign, text, verdict,
};
use crate::support::{Key, KeyKind};

/// Both sign another version on a branch of the provider's clone.
fn agree_on_branch(scene: &Scene, branch: &str, version: &str) {
    let mut next = matrix(version, 2);
    next["parties"][1]["contacts"][0]["channel"] = json!(format!("+1 555 {branch}"));
    scene.harbor.switch("main").branch(branch);
    scene.change(&next);
    sign(&scene.harbor, "harbor/ann", &scene.ann);
    sign(&scene.harbor, "acme/bob", &scene.bob);
    close(&scene.harbor, &scene.ann);
}

#[test]
fn of_two_versions_beside_each_other_the_higher_is_in_force() {
    let scene = Scene::agreed();
    let harbor = &scene.harbor;
    agree_on_branch(&scene, "left", "1.1");
    agree_on_branch(&scene, "right", "1.2");
    harbor.git(&["merge", "-q", "--no-edit", "-X", "ours", "left"]);
    let states = verdict(harbor.root(), 2).0;
    assert_eq!((states["1.0"], states["1.1"], states["1.2"]), ("superseded", "superseded", "in-force"));
    assert!(verdict(harbor.root(), 2).1.iter().any(|fault| fault.starts_with("version-builds-on-last")));
}

#[test]
fn an_older_offer_is_not_signed_beside_a_higher_version() {
    let scene = Scene::agreed();
    let harbor = &scene.harbor;
    harbor.branch("left");
    scene.change(&matrix("1.1", 2));
    sign(harbor, "harbor/ann", &scene.ann);
    harbor.switch("main").branch("right");
    scene.change(&matrix("1.2", 2));
    sign(harbor, "harbor/ann", &scene.ann);
    harbor.git(&["merge", "-q", "--no-edit", "-X", "ours", "left"]);
    sign(harbor, "acme/bob", &scene.bob);
    close(harbor, &scene.ann);
    assert_eq!(verdict(harbor.root(), 2).0["1.2"], "in-force");
    let other = ["sign", "minimal@1.1", "--as", "acme/bob", "--key", file(&scene.bob), "--yes"];
    let refused = fails(harbor, 2, &other);
    assert!(refused.contains("version 1.2 of `minimal` is already agreed"), "{refused}");
}

/// An engagement in which two of the client's three have to sign.
fn with_three() -> (Scene, Key, Key) {
    let scene = Scene::new();
    let (bea, cyd) = (scene.acme.key(KeyKind::Ed25519), scene.acme.key(KeyKind::Ed25519));
    let keys = [public(&scene.bob), public(&bea), public(&cyd), public(&scene.ann)];
    let mut words = vec!["roster", "start", "--party", "acme", "--threshold", "2"];
    for (id, key) in ["bob", "bea", "cyd"].into_iter().zip(&keys) {
        words.extend(["--signer", id, "--name", id, "--role", "Signer", "--key", key]);
    }
    words.extend([
        "--party", "harbor", "--signer", "ann", "--name", "Ann", "--role", "vCISO", "--key", &keys[3],
    ]);
    ok(&scene.harbor, &words);
    let all = [("acme/bob", &scene.bob), ("acme/bea", &bea), ("acme/cyd", &cyd), ("harbor/ann", &scene.ann)];
    for (who, key) in all {
        ok(&scene.harbor, &["roster", "sign", "--as", who, "--key", file(key), "--yes"]);
    }
    (scene, bea, cyd)
}

#[test]
fn two_others_revoke_a_stolen_key() {
    let (scene, bea, cyd) = with_three();
    let harbor = &scene.harbor;
    for (who, key) in [("acme/bob", &scene.bob), ("harbor/ann", &scene.ann)] {
        sign(harbor, who, key);
    }
    assert_eq!(verdict(harbor.root(), 1).0["1.0"], "offered");
    sign(harbor, "acme/bea", &bea);
    close(harbor, &scene.bob);
    close(harbor, &scene.ann);
    assert_eq!(verdict(harbor.root(), 1).0["1.0"], "in-force");
    let stolen = scene.bob.fingerprint();
    let revoke = |who: &str, key: &Key| {
        let words = ["roster", "revoke", &stolen, "--as", who, "--key", file(key), "--reason", "stolen"];
        ok(harbor, &[&words[..], &["--stands-by", "all", "--yes"]].concat())
    };
    assert!(revoke("acme/bea", &bea).contains("once enough others of the party have signed it too"));
    assert!(revoke("acme/cyd", &cyd).contains("is revoked"));
    assert!(revoke("acme/cyd", &cyd).contains("is revoked already"));
    assert_eq!(verdict(harbor.root(), 1).0["1.0"], "in-force");
    let said = ok(harbor, &["roster", "propose", "--threshold-of", "acme=1"]);
    assert!(said.contains("acme/bob (bob) may no longer sign"), "{said}");
}

#[test]
fn weaker_checks_are_shown_before_anything_is_signed() {
    let scene = Scene::agreed();
    let config = r#"{ "format": "countersign/config/1", "packs": ["core"], "rules": { "row-has-evidence": { "severity": "off" } } }"#;
    scene.harbor.write("countersign.json", format!("{config}\n"));
    scene.change(&matrix("1.1", 2));
    let said = sign(&scene.harbor, "harbor/ann", &scene.ann);
    assert!(said.contains("Weaker checks") && said.contains("row-has-evidence"), "{said}");
    scene.harbor.write("countersign.json", config.replace("\"off\"", "\"note\""));
    scene.harbor.commit("Change the checks after the offer");
    let said = sign(&scene.harbor, "acme/bob", &scene.bob);
    assert!(
        said.contains("differs from the check when it was offered: `countersign.json` is not what it was"),
        "{said}"
    );
    close(&scene.harbor, &scene.ann);
    assert_eq!(verdict(scene.harbor.root(), 2).0["1.1"], "in-force");
}

#[test]
fn under_another_fingerprint_nothing_is_signed() {
    let scene = Scene::agreed();
    scene.change(&matrix("1.1", 2));
    let words = ["sign", ID, "--as", "harbor/ann", "--key", file(&scene.ann), "--yes", "--anchor"];
    let other = "ab".repeat(32);
    let refused = fails(&scene.harbor, 4, &[&words[..], &[&other]].concat());
    assert!(refused.contains("has the fingerprint that was given"), "{refused}");
    let shown = ok(&scene.harbor, &["roster", "show"]);
    let right = shown.split("fingerprint for the contract\n").nth(1).unwrap().lines().next().unwrap().trim();
    assert_eq!(right.split(' ').count(), 16);
    ok(&scene.harbor, &[&words[..], &[right]].concat());
}

#[test]
fn a_notice_takes_no_last_word_back() {
    let scene = Scene::agreed();
    ok(&scene.harbor, &["withdraw", "minimal@1.0", "--as", "harbor/ann", "--key", file(&scene.ann), "--yes"]);
    assert_eq!(verdict(scene.harbor.root(), 1).0["1.0"], "in-force");
}
