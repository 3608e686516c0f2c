//! What stands before a signature, as `check`, `status` and `sign` agree, and what a signer reads before he signs.

use serde_json::{Value, json};

use crate::signoff::scene::{FILE, ID, Scene, day, fails, file, matrix, ok, sign, text};
use crate::signoff::without_git::{Client, prepared};
use crate::support::{KeyKind, Repo};

const BOB: [&str; 3] = ["--as", "acme/bob", "--yes"];

fn commit(scene: &Scene, change: impl Fn(&mut Value)) {
    let mut changed = matrix("1.0", 1);
    change(&mut changed);
    scene.change(&changed);
}

/// `check` counts it before a signature, and `sign` refuses in the same words.
fn agree(scene: &Scene, words: &str) {
    let repo: &Repo = &scene.harbor;
    let checked = repo.countersign(&["check"]);
    let checked = format!("{}{}", checked.stdout, checked.stderr);
    let flat = checked.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(flat.contains("1 finding stands before a signature"), "{checked}");
    let status = ok(repo, &["status", "--format", "json"]);
    let status: Value = serde_json::from_str(&status).unwrap();
    assert_eq!(status["matrices"][0]["working"]["blocking"], 1, "{status}");
    let report = repo.countersign(&["check", "--format", "json"]).stdout;
    assert!(report.contains(words) && report.contains("version-can-be-signed"), "{report}");
    let key = file(&scene.ann);
    let refused = fails(repo, 2, &["sign", ID, "--as", "harbor/ann", "--key", key, "--yes"]);
    assert!(refused.contains(words), "{refused}");
}

#[test]
fn a_day_that_has_passed_stands_before_a_signature() {
    let scene = Scene::with_roster();
    commit(&scene, |matrix| matrix["effectiveFrom"] = json!(day(-2)));
    agree(&scene, "and that day has passed");
}

#[test]
fn a_review_that_is_still_to_come_was_not_held() {
    let scene = Scene::with_roster();
    commit(&scene, |matrix| matrix["review"]["last"] = json!(day(9)));
    let checked = scene.harbor.countersign(&["check", "--format", "json"]);
    assert_eq!(checked.code, 1, "{}", checked.stdout);
    assert!(checked.stdout.contains("days-have-come"), "{}", checked.stdout);
    let refused =
        scene.harbor.countersign(&["sign", ID, "--as", "harbor/ann", "--key", file(&scene.ann), "--yes"]);
    let words = format!("{}{}", refused.stdout, refused.stderr);
    assert!(refused.code != 0 && words.contains("a day still to come"), "{words}");
}

#[test]
fn a_list_without_a_party_of_the_matrix_stands_before_a_signature() {
    let scene = Scene::with_roster();
    let words = |text: &str| text.replace("\"harbor\"", "\"haven\"");
    scene.harbor.write(FILE, words(&text(&matrix("1.0", 1))));
    let mut read: Value = serde_json::from_str(&scene.harbor.read(FILE)).unwrap();
    crate::support::reviews::read_all(&mut read, &day(-1));
    scene.change(&read);
    agree(&scene, "is between acme and haven");
}

#[test]
fn a_number_that_is_taken_stands_before_a_signature() {
    let scene = Scene::agreed();
    ok(&scene.harbor, &["mark", ID, "--key", file(&scene.ann), "--yes"]);
    commit(&scene, |matrix| matrix["version"] = json!("0.9"));
    agree(&scene, "is already agreed");
}

#[test]
fn what_a_version_ends_is_named_with_its_current_number() {
    let scene = Scene::agreed();
    ok(&scene.harbor, &["mark", ID, "--key", file(&scene.ann), "--yes"]);
    let mut other = matrix("1.0", 1);
    other["id"] = json!("other");
    other["replaces"] = json!([{ "id": ID, "version": "0.5", "sha256": "0".repeat(64) }]);
    scene.harbor.write("matrices/other.json", text(&other));
    scene.harbor.commit("Another matrix");
    let said =
        ok(&scene.harbor, &["sign", "other", "--as", "harbor/ann", "--key", file(&scene.ann), "--yes"]);
    let line = format!("ends matrix `minimal`, now at 1.0 (the text names 0.5) on {}", day(1));
    assert!(said.starts_with(&line), "{said}");
    let report = scene.harbor.countersign(&["check", "--format", "json"]).stdout;
    let is_told = report.contains("replaces-current-version") || report.contains("offer");
    assert!(is_told, "{report}");
}

#[test]
fn a_replaced_version_that_is_not_current_is_a_finding() {
    let scene = Scene::with_roster();
    commit(&scene, |matrix| {
        matrix["replaces"] = json!([{ "id": "old", "version": "2.0", "sha256": "0".repeat(64) }]);
    });
    let report = scene.harbor.countersign(&["check", "--format", "json"]).stdout;
    assert!(report.contains("replaces-current-version"), "{report}");
    assert!(report.contains("it ends nothing"), "{report}");
}

#[test]
fn approvals_that_do_not_add_up_say_why() {
    let scene = Scene::with_roster();
    let client = Client::new();
    // The client signs 1.1 by a file in which 1.0 is not agreed yet; then 1.0 is agreed.
    let mut next = matrix("1.1", 3);
    next["version"] = json!("1.1");
    sign(&scene.harbor, "harbor/ann", &scene.ann);
    scene.to_acme();
    scene.acme.write(FILE, text(&next));
    scene.acme.commit("The next version");
    let path = scene.acme.path("../early.json").display().to_string();
    ok(&scene.acme, &["sign", ID, "--prepare", &path]);
    let (_, back) = client.act(&["sign", &path], &scene.bob);
    scene.acme.git(&["reset", "-q", "--hard", "HEAD~1"]);
    ok(&scene.acme, &[&["sign", ID][..], &BOB, &["--key", file(&scene.bob)]].concat());
    scene.to_harbor();
    ok(&scene.harbor, &["mark", ID, "--key", file(&scene.ann), "--yes"]);
    scene.change(&next);
    ok(&scene.harbor, &["record", &back]);
    let said = sign(&scene.harbor, "harbor/ann", &scene.ann);
    let flat = said.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(flat.contains("do not add up: they name different versions before"), "{said}");
    let status = ok(&scene.harbor, &["status"]);
    let flat = status.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(flat.contains("do not add up"), "{status}");
}

/// Every reason is told, not only the first.
#[test]
fn approvals_that_do_not_count_are_told_with_each_reason() {
    let scene = Scene::with_roster();
    let harbor = &scene.harbor;
    sign(harbor, "harbor/ann", &scene.ann);
    // A new list that does not find the approval of Acme, which is signed elsewhere and comes late.
    let elsewhere = harbor.clone_whole();
    elsewhere.pull_from(harbor);
    ok(&elsewhere, &[&["sign", ID][..], &BOB, &["--key", file(&scene.bob)]].concat());
    let bea = harbor.key(KeyKind::Ed25519);
    let added = format!("{}.pub", file(&bea));
    let person = ["--party", "acme", "--signer", "bea", "--name", "Bea", "--role", "CIO", "--key", &added];
    ok(harbor, &[&["roster", "propose"][..], &person].concat());
    for (who, key) in [("harbor/ann", &scene.ann), ("acme/bob", &scene.bob), ("acme/bea", &bea)] {
        ok(harbor, &["roster", "sign", "--as", who, "--key", file(key), "--yes"]);
    }
    harbor.pull_from(&elsewhere);
    let said = ok(harbor, &["sign", ID, "--as", "acme/bea", "--key", file(&bea), "--yes"]);
    let status = harbor.countersign(&["status"]).stdout;
    let flat = said.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(flat.contains("what acme/bob signed does not count"), "{said}");
    let flat = status.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(flat.contains("signed under different lists of those who may sign"), "{status}");
    assert!(flat.contains("acme/bea list 2") && flat.contains("harbor/ann list 1"), "{status}");
    assert!(flat.contains("do not add up"), "{status}");
    assert!(flat.contains("what acme/bob signed does not count"), "{status}");
}

#[test]
fn who_approves_twice_is_told_once() {
    let scene = Scene::with_roster();
    let client = Client::new();
    let bundle = prepared(&scene, &["sign", ID], "offer");
    let (_, first) = client.act(&["sign", &bundle], &scene.bob);
    ok(&scene.harbor, &["record", &first]);
    std::thread::sleep(std::time::Duration::from_millis(1100));
    let (_, second) = client.act(&["sign", &bundle], &scene.bob);
    ok(&scene.harbor, &["record", &second]);
    let again = prepared(&scene, &["sign", ID], "again");
    let shown = client.ok(&["show", &again]);
    assert_eq!(shown.matches("acme/bob approved on").count(), 1, "{shown}");
    sign(&scene.harbor, "harbor/ann", &scene.ann);
    ok(&scene.harbor, &["mark", ID, "--key", file(&scene.bob), "--yes"]);
    let history = ok(&scene.harbor, &["history", "access-reviews", "--as-of", &day(2)]);
    assert_eq!(history.matches("Bob B.").count(), 1, "{history}");
}

#[test]
fn whose_only_key_is_revoked_is_not_listed_as_able_to_sign() {
    let scene = Scene::new();
    let bea = scene.harbor.key(KeyKind::Ed25519);
    let public = format!("{}.pub", file(&bea));
    scene.start(&["--party", "acme", "--signer", "bea", "--name", "Bea", "--role", "CIO", "--key", &public]);
    for (who, key) in [("harbor/ann", &scene.ann), ("acme/bob", &scene.bob), ("acme/bea", &bea)] {
        ok(&scene.harbor, &["roster", "sign", "--as", who, "--key", file(key), "--yes"]);
    }
    let print = bea.fingerprint();
    let words =
        ["roster", "revoke", &print, "--reason", "lost", "--stands-by", "all", "--key", file(&bea), "--yes"];
    ok(&scene.harbor, &words);
    let status = ok(&scene.harbor, &["status"]);
    let line = status.lines().find(|line| line.contains("who may sign")).unwrap();
    assert!(line.contains("bob") && !line.contains("bea"), "{status}");
}

#[test]
fn letters_that_nobody_sees_are_in_no_signed_name() {
    for hidden in ['\u{3164}', '\u{2800}', '\u{34f}', '\u{115f}', '\u{ffa0}', '\u{fe0f}', '\u{e0101}'] {
        let scene = Scene::new();
        let (bob, ann, name) = (
            format!("{}.pub", file(&scene.bob)),
            format!("{}.pub", file(&scene.ann)),
            format!("Ann{hidden}"),
        );
        let acme = ["--party", "acme", "--signer", "bob", "--name", "Bob", "--role", "CIO", "--key", &bob];
        let harbor =
            ["--party", "harbor", "--signer", "ann", "--name", &name, "--role", "CTO", "--key", &ann];
        let refused = fails(&scene.harbor, 2, &[&["roster", "start"], &acme[..], &harbor].concat());
        assert!(refused.contains(&format!("U+{:04X}", u32::from(hidden))), "{refused}");
    }
}

#[test]
fn a_folder_without_a_repository_is_told_that_files_can_be_signed() {
    let client = Client::new();
    let said = client.run(&["doctor"]).stdout;
    assert!(said.contains("a file that was sent to you can be read and signed"), "{said}");
    assert!(!said.contains("git init") && !said.contains("gitattributes"), "{said}");
}
