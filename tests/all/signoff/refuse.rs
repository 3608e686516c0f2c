//! What `sign` does not do, and what it says instead.

use serde_json::json;

use crate::signoff::scene::{FILE, ID, Scene, fails, file, matrix, ok, sign, state, text, verdict};

fn refused(scene: &Scene, code: i32) -> String {
    fails(&scene.harbor, code, &["sign", ID, "--as", "harbor/ann", "--key", file(&scene.ann), "--yes"])
}

#[test]
fn nobody_signs_before_it_is_settled_who_may() {
    let scene = Scene::new();
    assert!(refused(&scene, 2).contains("countersign roster start"));
    scene.start(&[]);
    let waiting = refused(&scene, 2);
    assert!(waiting.contains("keys have still to sign the first list"), "{waiting}");
}

#[test]
fn only_what_is_committed_is_signed() {
    let scene = Scene::with_roster();
    let mut other = matrix("1.0", 1);
    other["title"] = json!("Changed and not committed");
    scene.harbor.write(FILE, text(&other));
    assert!(refused(&scene, 2).contains("its text differs from the last commit"));
    scene.harbor.git(&["add", FILE]);
    assert!(refused(&scene, 2).contains("what is staged differs"));
    scene.harbor.git(&["reset", "-q", "--hard"]);
    scene.harbor.write("policies/mine.json", "{}");
    assert!(refused(&scene, 2).contains("it is new and not committed"));
    assert_eq!(state(&scene.harbor, "1.0"), "none");
}

#[test]
fn carriage_returns_name_the_setting_that_makes_them() {
    let scene = Scene::with_roster();
    scene.harbor.write(FILE, text(&matrix("1.0", 1)).replace('\n', "\r\n"));
    let said = refused(&scene, 2);
    assert!(said.contains("only its line ends differ") && said.contains("core.autocrlf"), "{said}");
    assert!(!said.contains("reset") && !said.contains("restore"), "nothing that loses work: {said}");
    scene.harbor.commit("With carriage returns");
    assert!(refused(&scene, 2).contains("core.autocrlf"));
}

#[test]
fn an_edit_that_mends_an_unfinished_text_is_committed_first() {
    let scene = Scene::with_roster();
    let whole = matrix("1.0", 1);
    let mut unfinished = whole.clone();
    unfinished.as_object_mut().unwrap().remove("effectiveFrom");
    scene.harbor.write(FILE, text(&unfinished)).commit("Begin");
    scene.harbor.write(FILE, text(&whole));
    let said = refused(&scene, 2);
    assert!(said.contains("is not as it was committed") && said.contains("git commit"), "{said}");
}

#[test]
fn before_the_first_commit_and_without_a_work_tree_the_way_on_is_named() {
    let repo = crate::support::Folder::new();
    let git = |words: &[&str]| {
        assert!(
            std::process::Command::new("git")
                .args(words)
                .current_dir(repo.root())
                .status()
                .unwrap()
                .success()
        )
    };
    git(&["init", "-q"]);
    repo.write(FILE, text(&matrix("1.0", 1)));
    for words in [&["diff"][..], &["blame", ID], &["sign"]] {
        let output = repo.countersign(words);
        assert!(output.stderr.contains("nothing was committed here yet"), "{words:?}: {}", output.stderr);
    }
    let scene = Scene::with_roster();
    git(&["clone", "-q", "--bare", scene.harbor.path(".").to_str().unwrap(), "bare.git"]);
    let output = repo.countersign(&["-C", "bare.git", "sign"]);
    assert!(output.stderr.contains("needs a work tree"), "{}", output.stderr);
}

#[test]
fn errors_keep_a_version_from_being_signed() {
    let scene = Scene::with_roster();
    let mut lacking = matrix("1.0", 1);
    lacking["rows"][0]["duties"] = json!([]);
    scene.change(&lacking);
    let said = refused(&scene, 1);
    assert!(said.contains("row-has-performer") && said.contains("not signed"), "{said}");
    assert_eq!(state(&scene.harbor, "1.0"), "none");
}

#[test]
fn a_day_that_has_passed_needs_a_reason() {
    let scene = Scene::with_roster();
    let mut late = matrix("1.0", -3);
    scene.change(&late);
    assert!(refused(&scene, 2).contains("that day has passed"));
    late["retroactive"] = json!("agreed by telephone on the first");
    scene.change(&late);
    sign(&scene.harbor, "harbor/ann", &scene.ann);
}

#[test]
fn a_text_that_was_offered_is_not_changed() {
    let scene = Scene::with_roster();
    sign(&scene.harbor, "harbor/ann", &scene.ann);
    let mut other = matrix("1.0", 1);
    other["title"] = json!("Changed between two signatures");
    scene.change(&other);
    scene.to_acme();
    let words = ["sign", ID, "--as", "acme/bob", "--key", file(&scene.bob), "--yes"];
    let said = fails(&scene.acme, 2, &words);
    assert!(said.contains("is not the text that was offered as version 1.0"), "{said}");
}

#[test]
fn a_judgement_that_was_changed_is_not_signed() {
    let scene = Scene::with_roster();
    sign(&scene.harbor, "harbor/ann", &scene.ann);
    let path = format!("signoffs/{ID}/1.0/judged.json");
    let waiver = r#""waivers":[{"reason":"x","rule":"row-has-performer"}]"#;
    let changed = scene.harbor.read(&path).replace(r#""waivers":[]"#, waiver);
    scene.harbor.write(&path, changed);
    scene.harbor.commit("Slip a waiver in");
    scene.to_acme();
    let words = ["sign", ID, "--as", "acme/bob", "--key", file(&scene.bob), "--yes"];
    let said = fails(&scene.acme, 2, &words);
    assert!(said.contains("is not what the same rules find"), "{said}");
}

#[test]
fn numbers_that_are_taken_and_versions_that_are_agreed_are_refused() {
    let scene = Scene::agreed();
    assert!(sign(&scene.harbor, "harbor/ann", &scene.ann).contains("has signed this version already"));
    scene.change(&matrix("0.9", 2));
    assert!(refused(&scene, 2).contains("raise `version` in the matrix above 1.0"));
}

#[test]
fn parties_that_do_not_sign_here_are_refused() {
    let scene = Scene::with_roster();
    let other = text(&matrix("1.0", 1)).replace("\"acme\"", "\"apex\"");
    scene.harbor.write(FILE, other);
    scene.harbor.commit("Another client");
    let said = refused(&scene, 2);
    assert!(said.contains("is between apex and harbor"), "{said}");
}

#[test]
fn the_last_key_of_a_party_is_revoked_only_on_purpose() {
    let scene = Scene::agreed();
    let ann = scene.ann.fingerprint();
    let words = [
        "roster",
        "revoke",
        &ann,
        "--as",
        "harbor/ann",
        "--key",
        file(&scene.ann),
        "--reason",
        "lost",
        "--yes",
        "--stands-by",
        "none",
    ];
    let said = fails(&scene.harbor, 2, &words);
    assert!(said.contains("this is the last key of harbor"), "{said}");
    let said = ok(&scene.harbor, &[&words[..], &["--end"]].concat());
    assert!(said.contains("counts no more: ann of harbor approves"), "{said}");
    assert_eq!(verdict(scene.harbor.root(), 1).0["1.0"], "in-question");
}

#[test]
fn a_second_list_of_one_number_is_signed_only_on_purpose() {
    let scene = Scene::agreed();
    let more = scene.harbor.key(crate::support::KeyKind::Ed25519);
    let add = format!("harbor/ann={}.pub", file(&more));
    ok(&scene.harbor, &["roster", "propose", "--add-key", &add]);
    let roster = ["roster", "sign", "--yes", "--as", "harbor/ann", "--key", file(&scene.ann)];
    ok(&scene.harbor, &roster);
    let said = fails(&scene.harbor, 2, &["roster", "propose", "--threshold", "1"]);
    assert!(said.contains("--threshold"), "{said}");
    let other = scene.harbor.key(crate::support::KeyKind::Ed25519);
    let add = format!("harbor/ann={}.pub", file(&other));
    let said = fails(&scene.harbor, 2, &["roster", "propose", "--add-key", &add]);
    assert!(said.contains("--replace"), "{said}");
    let said = ok(&scene.harbor, &["roster", "propose", "--add-key", &add, "--replace"]);
    assert!(said.contains("can still complete it"), "{said}");
    let said = fails(&scene.harbor, 2, &roster);
    assert!(said.contains("has signed another list 2 before"), "{said}");
    ok(&scene.harbor, &[&roster[..], &["--replace"]].concat());
}

#[test]
fn a_list_that_forgets_what_was_signed_since_is_not_signed() {
    let scene = Scene::agreed();
    let more = scene.harbor.key(crate::support::KeyKind::Ed25519);
    let add = format!("harbor/ann={}.pub", file(&more));
    ok(&scene.harbor, &["roster", "propose", "--add-key", &add]);
    let contest =
        ["contest", ID, "--reason", "late", "--as", "harbor/ann", "--key", file(&scene.ann), "--yes"];
    ok(&scene.harbor, &contest);
    let said = fails(
        &scene.harbor,
        2,
        &["roster", "sign", "--yes", "--as", "harbor/ann", "--key", file(&scene.ann)],
    );
    assert!(said.contains("something was signed or revoked that it does not keep"), "{said}");
}

#[test]
fn a_rule_that_does_not_do_what_its_examples_say_judges_no_version() {
    let scene = Scene::with_roster();
    let rule = json!({ "id": "own-rule", "title": "Own", "why": "It is asked for.", "fix": "Mend it.", "severity": "error",
        "stage": "signature", "references": [], "message": "m", "check": { "kind": "coverage", "catalog": "soc2" },
        "examples": { "pass": [{}], "fail": [{}] } });
    let policy = json!({ "format": "countersign/policy/1", "id": "own", "title": "Own", "rules": [rule] });
    scene.harbor.write("policies/own.json", text(&policy));
    scene.harbor.commit("A rule of our own");
    let said = refused(&scene, 2);
    assert!(said.contains("policies/own.json") && said.contains("own examples do not hold"), "{said}");
}

#[test]
fn a_gap_that_several_matrices_leave_together_keeps_each_from_being_signed() {
    let scene = Scene::with_roster();
    let config = json!({ "format": "countersign/config/1", "packs": ["core", "soc2"],
        "coverage": [{ "catalog": "soc2", "matrices": ["minimal", "other"] }] });
    let rule = json!({ "id": "own-soc2-covered", "title": "Every criterion has a row", "why": "It is asked for.",
        "fix": "Add a row.", "severity": "error", "stage": "signature", "references": [], "message": "nobody owns {missing}",
        "check": { "kind": "coverage", "catalog": "soc2" },
        "examples": { "pass": [{}], "fail": [{ "frameworks": [{ "pack": "soc2", "coverage": "complete" }] }] } });
    let policy = json!({ "format": "countersign/policy/1", "id": "own", "title": "Own", "rules": [rule] });
    scene.harbor.write("countersign.json", text(&config)).write("policies/own.json", text(&policy));
    let mut other = matrix("1.0", 1);
    other["id"] = json!("other");
    scene.harbor.write("matrices/other.json", text(&other));
    scene.harbor.commit("Cover together");
    let said = refused(&scene, 1);
    assert!(said.contains("countersign.json") && said.contains("not signed"), "{said}");
}
