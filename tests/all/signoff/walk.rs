//! One engagement from its first list of signers to its end.

use serde_json::json;

use crate::signoff::scene::{
    FILE, ID, Scene, assert_tidy, close, day, fails, file, matrix, ok, public, sign, state, text, verdict,
};
use crate::support::{Folder, KeyKind, Repo};

#[test]
fn an_engagement_from_start_to_end() {
    let scene = Scene::with_roster();
    first_version(&scene);
    second_version(&scene);
    let bea = rotation(&scene);
    revocation(&scene);
    withdrawal(&scene);
    let (harbor, acme) = (&scene.harbor, &scene.acme);
    let mut next = matrix("2.1", 3);
    next["rows"][0]["cadence"] = json!("monthly");
    crate::support::reviews::read(&mut next, 0, &day(0));
    scene.change(&next);
    sign(harbor, "harbor/ann", &scene.ann);
    scene.to_acme();
    ok(acme, &["sign", ID, "--as", "acme/bea", "--key", file(&bea), "--yes"]);
    scene.to_harbor();
    close(harbor, &scene.ann);
    scene.to_acme();
    assert_eq!(verdict(acme.root(), 3).0["2.1"], "in-force");
    let contest = ["contest", "minimal@2.1", "--reason", "the reports are late", "--as", "acme/bea", "--yes"];
    ok(acme, &[&contest[..], &["--key", file(&bea)]].concat());
    assert_eq!(verdict(acme.root(), 3).0["2.1"], "in-force");
    scene.to_harbor();
    let mut last = next.clone();
    last["version"] = json!("3.0");
    last["effectiveFrom"] = json!(day(4));
    last["effectiveUntil"] = json!(day(40));
    scene.change(&last);
    sign(harbor, "harbor/ann", &scene.ann);
    scene.to_acme();
    ok(acme, &["sign", ID, "--as", "acme/bea", "--key", file(&bea), "--yes"]);
    scene.to_harbor();
    close(harbor, &scene.ann);
    scene.to_acme();
    assert_eq!(verdict(harbor.root(), 39).0["3.0"], "in-force");
    assert_eq!(verdict(harbor.root(), 40).0["3.0"], "ended");
    assert_tidy(harbor);
    assert_tidy(acme);
    same_wherever_it_lies(&scene);
}

fn first_version(scene: &Scene) {
    let said = sign(&scene.harbor, "harbor/ann", &scene.ann);
    assert!(said.contains("ann of harbor approves version 1.0 of minimal"), "{said}");
    assert!(said.contains("Acme Defense has still to sign version 1.0"), "{said}");
    let not_yet = fails(&scene.harbor, 5, &["mark", ID]);
    assert!(not_yet.contains("not all parties have approved it"), "{not_yet}");
    scene.to_acme();
    let said = sign(&scene.acme, "acme/bob", &scene.bob);
    assert!(said.contains("All parties have approved version 1.0"), "{said}");
    assert!(said.contains("It waits for the last word of Harbor MSP"), "{said}");
    scene.to_harbor();
    assert_eq!(state(&scene.harbor, "1.0"), "complete");
    close(&scene.harbor, &scene.ann);
    assert_eq!(verdict(scene.harbor.root(), 1), ([("1.0".to_owned(), "in-force")].into(), vec![]));
    let messages = scene.harbor.git(&["log", "-2", "--format=%B"]);
    assert!(messages.contains("Countersign-Matrix: minimal@1.0\nCountersign-Party: harbor\n"), "{messages}");
    assert!(messages.contains("Countersign-Decision: acknowledge\n"), "{messages}");
    scene.to_acme();
}

fn second_version(scene: &Scene) {
    let mut next = matrix("1.1", 2);
    next["rows"][0]["cadence"] = json!("monthly");
    crate::support::reviews::read(&mut next, 0, &day(0));
    scene.change(&next);
    let words = ["sign", ID, "--as", "harbor/ann", "--key", file(&scene.ann), "--yes"];
    let refused = fails(&scene.harbor, 1, &words);
    assert!(refused.contains("has to be 2.0 at least"), "{refused}");
    let mut next = matrix("1.1", 2);
    next["parties"][1]["contacts"][0]["channel"] = json!("+1 555 0199");
    scene.change(&next);
    let said = sign(&scene.harbor, "harbor/ann", &scene.ann);
    assert!(said.contains("from version 1.0 to version 1.1") && said.contains("+1 555 0199"), "{said}");
    let said = said.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(said.contains("as the successor of version 1.0"), "{said}");
    scene.to_acme();
    sign(&scene.acme, "acme/bob", &scene.bob);
    scene.to_harbor();
    close(&scene.harbor, &scene.ann);
    scene.to_acme();
    let states = verdict(scene.harbor.root(), 2).0;
    assert_eq!((states["1.0"], states["1.1"]), ("superseded", "in-force"));
}

fn rotation(scene: &Scene) -> crate::support::Key {
    let bea = scene.acme.key(KeyKind::Ed25519);
    let added = public(&bea);
    let said = ok(
        &scene.acme,
        &[
            "roster", "propose", "--party", "acme", "--signer", "bea", "--name", "Bea B.", "--role", "CIO",
            "--key", &added,
        ],
    );
    assert!(said.contains("acme/bea (Bea B.) may sign"), "{said}");
    let roster = ["roster", "sign", "--yes", "--as"];
    ok(&scene.acme, &[&roster[..], &["acme/bob", "--key", file(&scene.bob)]].concat());
    let said = ok(&scene.acme, &[&roster[..], &["acme/bea", "--key", file(&bea)]].concat());
    assert!(said.contains("1 more of harbor"), "{said}");
    scene.to_harbor();
    let said = ok(&scene.harbor, &[&roster[..], &["harbor/ann", "--key", file(&scene.ann)]].concat());
    assert!(said.contains("List 2 is complete"), "{said}");
    scene.to_acme();
    assert_eq!(verdict(scene.acme.root(), 2).0["1.1"], "in-force");
    bea
}

fn revocation(scene: &Scene) {
    let bob = scene.bob.fingerprint();
    let words = [
        "roster",
        "revoke",
        &bob,
        "--as",
        "acme/bob",
        "--key",
        file(&scene.bob),
        "--reason",
        "laptop lost",
        "--yes",
        "--stands-by",
        "all",
    ];
    let said = ok(&scene.acme, &words);
    assert!(
        said.contains("bob of acme approves version 1.0") || said.contains("nothing that counts"),
        "{said}"
    );
    let dispute = ["contest", ID, "--reason", "late", "--as", "acme/bob", "--key", file(&scene.bob), "--yes"];
    let refused = fails(&scene.acme, 2, &dispute);
    assert!(refused.contains("every key of `acme/bob` is revoked"), "{refused}");
    scene.to_harbor();
    assert_eq!(verdict(scene.harbor.root(), 2).0["1.1"], "in-force");
}

fn withdrawal(scene: &Scene) {
    let mut next = matrix("2.0", 3);
    next["rows"][0]["cadence"] = json!("weekly");
    crate::support::reviews::read(&mut next, 0, &day(0));
    scene.change(&next);
    sign(&scene.harbor, "harbor/ann", &scene.ann);
    let lower = text(&matrix("1.2", 3));
    let kept = scene.harbor.read(FILE);
    scene.harbor.write(FILE, lower);
    scene.harbor.commit("A lower version beside the offer");
    let words = ["sign", ID, "--as", "harbor/ann", "--key", file(&scene.ann), "--yes"];
    let refused = fails(&scene.harbor, 2, &words);
    assert!(refused.contains("has approved version 2.0 of `minimal`, which is higher"), "{refused}");
    scene.harbor.write(FILE, kept);
    scene.harbor.commit("Back to the offer");
    ok(&scene.harbor, &["withdraw", ID, "--as", "harbor/ann", "--key", file(&scene.ann), "--yes"]);
    assert_eq!(state(&scene.harbor, "2.0"), "offered");
    scene.to_acme();
}

/// A verdict is a function of one tree: how it came into the repository is no part of it.
fn same_wherever_it_lies(scene: &Scene) {
    let harbor = &scene.harbor;
    let expected = verdict(harbor.root(), 4);
    let same = |place: &Folder| assert_eq!(verdict(place.root(), 4), expected);
    same(&scene.acme);
    scene.to_acme();
    same(&scene.remote.clone_depth(1));
    same(&harbor.archive());
    let first = harbor.git(&["rev-list", "--max-parents=0", "HEAD"]);
    let squashed: &Repo = &scene.remote.clone_whole();
    squashed.git(&["switch", "-q", "-c", "squashed", &first]);
    squashed.git(&["merge", "-q", "--squash", "main"]);
    squashed.commit("Squash everything");
    same(squashed);
    squashed.git(&["switch", "-q", "-c", "moved", &first]);
    squashed.write("README.md", "moved\n");
    squashed.commit("Something else");
    squashed.git(&["switch", "-q", "main"]);
    squashed.rebase("moved");
    same(squashed);
}
