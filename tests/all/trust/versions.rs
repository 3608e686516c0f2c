//! The line of versions: forks, rollbacks, gaps, days and ends.

use countersign::trust::force::{Answer, Force};
use countersign::trust::name::Digest;
use countersign::trust::standing::State;
use countersign::trust::statement::{Decision, VersionRef};

use crate::support::engagement::{ANN, BOB, Engagement, day, id, version};

fn in_force(text: &str) -> Force {
    Force::Version(version(text))
}

/// Two versions that both follow 1.0, as merging two branches makes them.
fn fork() -> Engagement {
    let base = Engagement::in_force();
    let (mut one, mut other) = (base.clone(), base);
    one.agree("1.1", "2026-11-20");
    one.prove("1.1");
    other.agree("1.2", "2026-11-25");
    other.prove("1.2");
    one.tree.extend(other.tree);
    one
}

#[test]
fn of_two_versions_that_follow_one_the_higher_holds() {
    let one = fork();
    assert_eq!(one.force("2026-12-01"), in_force("1.2"));
    assert_eq!(one.force("2026-11-24"), in_force("1.1"));
    assert_eq!(one.state("1.1"), State::Superseded(version("1.2")));
    assert_eq!(one.errors(), Vec::<String>::new());
    assert!(one.judge().faults.iter().any(|one| one.rule == "version-builds-on-last"));
}

#[test]
fn one_party_alone_completes_no_old_offer() {
    let mut one = Engagement::in_force();
    one.offer("1.3", "2026-11-22");
    one.approve(ANN, "1.3");
    let late = one.draft(BOB, Decision::Approve, "1.3").finished();
    one.agree("1.1", "2026-11-20");
    one.agree("1.2", "2026-11-21");
    one.prove("1.2");
    one.record(BOB, &late);
    assert_eq!(one.force("2026-12-01"), in_force("1.2"));
    assert_eq!(one.state("1.3"), State::Complete);
}

#[test]
fn of_two_first_versions_the_higher_holds() {
    let base = Engagement::new();
    let (mut one, mut other) = (base.clone(), base);
    one.agree("1.0", "2026-11-15");
    one.prove("1.0");
    other.agree("2.0", "2026-11-15");
    one.tree.extend(other.tree);
    assert_eq!(one.force("2026-12-01"), in_force("2.0"));
    assert_eq!(one.state("1.0"), State::Superseded(version("2.0")));
}

#[test]
fn a_version_that_skips_the_one_before_is_told() {
    let mut one = Engagement::twice();
    let first = one.standing("1.0").sha256.unwrap();
    one.offer("1.3", "2026-11-26");
    for who in [ANN, BOB] {
        one.say(who, Decision::Approve, "1.3", |one| {
            one.previous = Some(VersionRef { version: version("1.0"), sha256: first });
        });
    }
    assert_eq!(one.force("2026-12-01"), in_force("1.1"));
    one.acknowledge(ANN, "1.3");
    assert_eq!(one.force("2026-12-01"), in_force("1.3"));
    assert!(one.judge().faults.iter().any(|one| one.rule == "version-builds-on-last"));
}

#[test]
fn a_version_that_follows_what_is_not_there_is_told_and_counts() {
    let mut one = Engagement::in_force();
    one.offer("1.1", "2026-11-20");
    for who in [ANN, BOB] {
        one.say(who, Decision::Approve, "1.1", |one| {
            one.previous = Some(VersionRef { version: version("1.0"), sha256: Digest::of(b"other") });
        });
    }
    one.acknowledge(ANN, "1.1");
    assert_eq!(one.force("2026-12-01"), in_force("1.1"));
    assert_eq!(one.rules(), ["version-has-its-previous"]);
}

#[test]
fn deleting_a_version_that_others_follow_brings_no_older_one_back() {
    let mut one = Engagement::twice();
    one.agree("1.2", "2026-11-25");
    one.prove("1.2");
    one.tree.retain(|path, _| !path.starts_with(&Engagement::folder("1.1")));
    assert_eq!(one.force("2026-12-01"), in_force("1.2"));
    assert_eq!(one.rules(), ["version-has-its-previous"]);
}

#[test]
fn versions_are_ordered_as_numbers_and_gaps_are_allowed() {
    let mut one = Engagement::new();
    one.agree("1.9", "2026-11-15");
    one.agree("1.10", "2026-11-16");
    one.prove("1.10");
    one.agree("3.0", "2026-11-17");
    one.prove("3.0");
}

#[test]
fn two_signers_of_two_contents_do_not_add_up() {
    let base = Engagement::in_force();
    let (mut one, mut other) = (base.clone(), base);
    one.offer("1.1", "2026-11-20");
    one.approve(ANN, "1.1");
    let mut matrix = Engagement::matrix_json("1.1", "2026-11-20");
    matrix["title"] = "something else".into();
    other.offer_json("1.1", &matrix);
    let bob = other.approve(BOB, "1.1");
    other.tree.extend(one.tree.clone());
    assert_eq!(other.code(&bob), "other-matrix");
    assert_eq!(other.state("1.1"), State::Offered);
    assert_eq!(other.force("2026-12-01"), in_force("1.0"));
}

#[test]
fn a_version_ends_on_its_day_and_nothing_comes_back() {
    let mut one = Engagement::in_force();
    let mut matrix = Engagement::matrix_json("1.1", "2026-11-20");
    matrix["effectiveUntil"] = "2027-01-01".into();
    one.offer_json("1.1", &matrix);
    one.approve(ANN, "1.1");
    one.approve(BOB, "1.1");
    one.acknowledge(ANN, "1.1");
    one.prove("1.1");
    assert_eq!(one.force("2026-12-31"), in_force("1.1"));
    assert_eq!(one.force("2027-01-01"), Force::Ended(version("1.1")));
    let ended = one.judge_on("2027-01-01");
    assert_eq!(ended.version(&id(), version("1.1")).unwrap().state, State::Ended);
}

#[test]
fn a_version_whose_day_has_not_come_leaves_the_one_before_in_force() {
    let mut one = Engagement::in_force();
    one.agree("1.1", "2027-06-01");
    one.prove("1.0");
    assert_eq!(one.state("1.1"), State::Future);
    assert_eq!(one.force("2027-05-31"), in_force("1.0"));
    assert_eq!(one.force("2027-06-01"), in_force("1.1"));
}

#[test]
fn an_offer_whose_day_has_passed_is_told() {
    let mut one = Engagement::in_force();
    one.offer("1.1", "2026-11-20");
    one.approve(ANN, "1.1");
    let rules: Vec<String> = one.judge().faults.iter().map(|one| one.rule.to_string()).collect();
    assert!(rules.contains(&"offer-in-time".to_owned()));
    one.prove("1.0");
}

fn merged(old: &Engagement, sha256: &str) -> Engagement {
    let mut one = old.clone();
    let mut matrix = Engagement::matrix_json("1.0", "2026-11-25");
    matrix["id"] = "merged".into();
    matrix["replaces"] = serde_json::json!([{ "id": "acme-cmmc-l2", "version": "1.0", "sha256": sha256 }]);
    let mut fresh = Engagement::new();
    fresh.offer_json("1.0", &matrix);
    for name in ["matrix.json", "judged.json"] {
        let text =
            String::from_utf8(fresh.tree[&format!("{}/{name}", Engagement::folder("1.0"))].bytes.to_vec());
        one.put(
            format!("signoffs/merged/1.0/{name}"),
            text.unwrap()
                .replace("acme-cmmc-l2\",\"sha", "merged\",\"sha")
                .replace("\"id\":\"acme-cmmc-l2\"", "\"id\":\"merged\""),
        );
    }
    let mut approvals = Vec::new();
    for (who, decision) in [(ANN, Decision::Approve), (BOB, Decision::Approve), (ANN, Decision::Acknowledge)]
    {
        let mut draft = one.draft(who, decision, "1.0");
        let digest = |name: &str| Digest::of(&one.tree[&format!("signoffs/merged/1.0/{name}")].bytes);
        draft.matrix.id = "merged".parse().unwrap();
        draft.matrix.sha256 = digest("matrix.json");
        draft.judged.sha256 = digest("judged.json");
        draft.effective_from = day("2026-11-25");
        draft.after.clone_from(&approvals);
        let path = one.record(who, &draft.finished());
        approvals.push(one.digest(&path));
    }
    one
}

#[test]
fn a_matrix_ends_when_a_version_that_replaces_it_begins() {
    let old = Engagement::in_force();
    let right = old.standing("1.0").sha256.unwrap().to_string();
    let one = merged(&old, &right);
    assert_eq!(one.errors(), Vec::<String>::new());
    assert_eq!(one.force("2026-11-24"), in_force("1.0"));
    assert_eq!(one.force("2026-11-25"), Force::Ended(version("1.0")));
    assert_eq!(one.judge().in_force(&"merged".parse().unwrap(), day("2026-11-25")), in_force("1.0"));
}

#[test]
fn a_version_in_question_that_replaces_a_matrix_ends_nothing_for_certain() {
    let old = Engagement::in_force();
    let mut one = merged(&old, &old.standing("1.0").sha256.unwrap().to_string());
    assert_eq!(one.force("2026-12-01"), Force::Ended(version("1.0")));
    let kept = one.digest(&one.approve_of(BOB, "1.0"));
    one.revoke(BOB, &[BOB], &[kept]);
    let by = ("merged".parse().unwrap(), version("1.0"));
    assert_eq!(
        one.force("2026-12-01"),
        Force::InDoubt { by, readings: vec![Answer::Version(version("1.0")), Answer::Ended(version("1.0"))] }
    );
}

#[test]
fn a_version_that_replaces_its_own_matrix_does_not_end_it() {
    let mut one = Engagement::in_force();
    let sha256 = one.standing("1.0").sha256.unwrap().to_string();
    let mut matrix = Engagement::matrix_json("1.1", "2026-11-20");
    matrix["replaces"] = serde_json::json!([{ "id": "acme-cmmc-l2", "version": "1.0", "sha256": sha256 }]);
    one.offer_json("1.1", &matrix);
    one.approve(ANN, "1.1");
    one.approve(BOB, "1.1");
    one.acknowledge(ANN, "1.1");
    one.prove("1.1");
}

#[test]
fn one_party_alone_cannot_replace_a_matrix() {
    let old = Engagement::in_force();
    let mut one = merged(&old, &old.standing("1.0").sha256.unwrap().to_string());
    one.tree.retain(|path, _| !path.contains("merged/1.0/acme.bob"));
    assert_eq!(one.force("2026-12-01"), in_force("1.0"));
}
