//! The line of versions: forks, rollbacks, gaps, days and ends.

use countersign::trust::force::Force;
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
fn of_two_versions_that_follow_one_neither_holds() {
    let one = fork();
    assert_eq!(one.force("2026-12-01"), in_force("1.0"));
    assert_eq!(one.state("1.1"), State::Forked(vec![version("1.2")]));
    assert_eq!(one.state("1.2"), State::Forked(vec![version("1.1")]));
    assert_eq!(one.rules(), ["version-has-no-rival", "version-has-no-rival"]);
}

#[test]
fn a_fork_ends_when_every_party_takes_one_back() {
    let mut one = fork();
    let ann = one.approve_of(ANN, "1.1");
    one.withdraw(ANN, "1.1", &ann);
    assert_eq!(one.force("2026-12-01"), in_force("1.0"));
    let bob = one.approve_of(BOB, "1.1");
    one.withdraw(BOB, "1.1", &bob);
    assert_eq!(one.state("1.1"), State::Withdrawn);
    one.prove("1.2");
}

#[test]
fn a_fork_does_not_end_when_each_party_takes_another_one_back() {
    let mut one = fork();
    let (ann, bob) = (one.approve_of(ANN, "1.1"), one.approve_of(BOB, "1.2"));
    one.withdraw(ANN, "1.1", &ann);
    one.withdraw(BOB, "1.2", &bob);
    assert_eq!(one.force("2026-12-01"), in_force("1.0"));
    assert!(matches!(one.state("1.1"), State::Forked(_)));
    assert!(matches!(one.state("1.2"), State::Forked(_)));
}

#[test]
fn one_party_cannot_fork_away_what_both_built_upon() {
    let mut one = Engagement::in_force();
    one.offer("1.3", "2026-11-22");
    one.approve(ANN, "1.3");
    let late = one.draft(BOB, Decision::Approve, "1.3").finished();
    one.agree("1.1", "2026-11-20");
    one.agree("1.2", "2026-11-21");
    one.prove("1.2");
    one.record(BOB, &late);
    assert_eq!(one.force("2026-12-01"), in_force("1.2"));
    assert_eq!(one.state("1.3"), State::Forked(vec![version("1.1")]));
}

#[test]
fn one_party_cannot_fork_away_what_both_acknowledged() {
    let mut one = Engagement::in_force();
    one.offer("1.2", "2026-11-22");
    one.approve(ANN, "1.2");
    let late = one.draft(BOB, Decision::Approve, "1.2").finished();
    one.agree("1.1", "2026-11-20");
    one.acknowledge(ANN, "1.1");
    one.acknowledge(BOB, "1.1");
    one.prove("1.1");
    one.record(BOB, &late);
    assert_eq!(one.force("2026-12-01"), in_force("1.1"));
    assert_eq!(one.state("1.2"), State::Forked(vec![version("1.1")]));
}

#[test]
fn of_two_closed_versions_that_follow_one_neither_holds() {
    let base = Engagement::in_force();
    let (mut one, mut other) = (base.clone(), base);
    for (side, number) in [(&mut one, "1.1"), (&mut other, "1.2")] {
        side.agree(number, "2026-11-20");
        side.acknowledge(ANN, number);
        side.acknowledge(BOB, number);
        side.prove(number);
    }
    one.tree.extend(other.tree);
    assert_eq!(one.state("1.1"), State::Forked(vec![version("1.2")]));
    assert_eq!(one.state("1.2"), State::Forked(vec![version("1.1")]));
    assert_eq!(one.force("2026-12-01"), in_force("1.0"));
}

#[test]
fn two_first_versions_are_a_fork() {
    let base = Engagement::new();
    let (mut one, mut other) = (base.clone(), base);
    one.agree("1.0", "2026-11-15");
    one.prove("1.0");
    other.agree("2.0", "2026-11-15");
    one.tree.extend(other.tree);
    assert_eq!(one.force("2026-12-01"), Force::Nothing);
    assert_eq!(one.rules(), ["version-has-no-rival", "version-has-no-rival"]);
}

#[test]
fn an_old_version_cannot_come_back() {
    let mut one = Engagement::twice();
    one.agree("1.2", "2026-11-25");
    one.prove("1.2");
    let first = one.standing("1.0").sha256.unwrap();
    one.offer("1.3", "2026-11-26");
    for who in [ANN, BOB] {
        one.say(who, Decision::Approve, "1.3", |one| {
            one.previous = Some(VersionRef { version: version("1.0"), sha256: first });
        });
    }
    assert_eq!(one.force("2026-12-01"), in_force("1.2"));
    assert!(matches!(one.state("1.3"), State::Forked(_)));
}

#[test]
fn a_version_that_follows_what_is_not_there_does_not_hold() {
    let mut one = Engagement::in_force();
    one.prove("1.0");
    one.offer("1.1", "2026-11-20");
    for who in [ANN, BOB] {
        one.say(who, Decision::Approve, "1.1", |one| {
            one.previous = Some(VersionRef { version: version("1.0"), sha256: Digest::of(b"other") });
        });
    }
    assert_eq!(one.state("1.1"), State::Detached);
    assert!(matches!(one.force("2026-12-01"), Force::InDoubt { .. }));
    assert_eq!(one.rules(), ["version-has-its-previous"]);
}

#[test]
fn deleting_a_version_that_others_follow_brings_no_older_one_back() {
    let mut one = Engagement::twice();
    one.agree("1.2", "2026-11-25");
    one.prove("1.2");
    one.tree.retain(|path, _| !path.starts_with(&Engagement::folder("1.1")));
    assert_eq!(one.state("1.2"), State::Detached);
    let expected = Force::InDoubt { by: (id(), version("1.2")), otherwise: Some(version("1.0")) };
    assert_eq!(one.force("2026-12-01"), expected);
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
    let rules: Vec<String> = one.judge().findings.iter().map(|one| one.rule.to_string()).collect();
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
    for who in [ANN, BOB] {
        let mut draft = one.draft(who, Decision::Approve, "1.0");
        let digest = |name: &str| Digest::of(&one.tree[&format!("signoffs/merged/1.0/{name}")].bytes);
        draft.matrix.id = "merged".parse().unwrap();
        draft.matrix.sha256 = digest("matrix.json");
        draft.judged.sha256 = digest("judged.json");
        draft.effective_from = day("2026-11-25");
        draft.after.clear();
        one.record(who, &draft.finished());
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
    let wrong = merged(&old, &Digest::of(b"other").to_string());
    assert_eq!(wrong.force("2026-11-25"), in_force("1.0"));
}

#[test]
fn a_contested_version_that_replaces_a_matrix_ends_nothing_for_certain() {
    let old = Engagement::in_force();
    let mut one = merged(&old, &old.standing("1.0").sha256.unwrap().to_string());
    assert_eq!(one.force("2026-12-01"), Force::Ended(version("1.0")));
    let kept = one.digest(&one.approve_of(BOB, "1.0"));
    one.revoke(BOB, &[BOB], &[kept]);
    let by = ("merged".parse().unwrap(), version("1.0"));
    assert_eq!(one.force("2026-12-01"), Force::InDoubt { by, otherwise: Some(version("1.0")) });
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
    one.prove("1.1");
}

#[test]
fn one_party_alone_cannot_replace_a_matrix() {
    let old = Engagement::in_force();
    let mut one = merged(&old, &old.standing("1.0").sha256.unwrap().to_string());
    one.tree.retain(|path, _| !path.contains("merged/1.0/acme.bob"));
    assert_eq!(one.force("2026-12-01"), in_force("1.0"));
}

/// A version that one party offered, signed and took back, and another one that both agreed on instead.
fn instead() -> Engagement {
    let mut one = Engagement::in_force();
    one.offer("1.1", "2026-11-18");
    let ann = one.approve(ANN, "1.1");
    one.withdraw(ANN, "1.1", &ann);
    one
}

#[test]
fn one_party_cannot_fork_away_a_version_by_completing_one_that_was_taken_back() {
    let mut one = instead();
    one.agree("1.2", "2026-11-20");
    one.prove("1.2");
    let previous = one.standing("1.0").sha256.map(|sha256| VersionRef { version: version("1.0"), sha256 });
    one.say(BOB, Decision::Approve, "1.1", |late| {
        late.previous = previous;
        late.after = Vec::new();
    });
    assert_eq!(one.force("2026-12-01"), in_force("1.2"));
    assert_eq!(one.state("1.1"), State::Withdrawn);
}

#[test]
fn a_version_that_may_have_been_taken_back_closes_nothing() {
    let mut one = instead();
    one.say(BOB, Decision::Approve, "1.1", |late| late.after = Vec::new());
    assert!(matches!(one.state("1.1"), State::Contested(_)));
    let contested = one.standing("1.1").sha256.map(|sha256| VersionRef { version: version("1.1"), sha256 });
    one.offer("1.2", "2027-12-01");
    let ann = one.say(ANN, Decision::Approve, "1.2", |said| said.previous = contested);
    let of = one.digest(&ann);
    one.say(ANN, Decision::Withdraw, "1.2", |said| {
        said.previous = contested;
        said.of = Some(of);
    });
    one.say(BOB, Decision::Approve, "1.2", |late| {
        late.previous = contested;
        late.after = Vec::new();
    });
    assert!(matches!(one.state("1.1"), State::Contested(_)), "{:?}", one.state("1.1"));
    assert!(matches!(one.force("2026-12-01"), Force::InDoubt { .. }), "{:?}", one.force("2026-12-01"));
}
