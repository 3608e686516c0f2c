//! The last word: who is bound from when, and what no file of one party can change.

use countersign::trust::force::Force;
use countersign::trust::standing::{MarkState, State};
use countersign::trust::statement::Decision;

use crate::support::engagement::{AL, ANN, BEA, BOB, CY, Engagement, Person, TODAY, version};

fn in_force(text: &str) -> Force {
    Force::Version(version(text))
}

/// 1.0 in force and 1.1 approved by both: Ann offered, Bob accepted. Returns their approvals.
fn complete() -> (Engagement, String, String) {
    let mut one = Engagement::in_force();
    one.offer("1.1", "2026-11-20");
    let ann = one.approve(ANN, "1.1");
    let bob = one.approve(BOB, "1.1");
    (one, ann, bob)
}

#[test]
fn who_offered_is_bound_only_by_closing() {
    let (mut one, ..) = complete();
    assert_eq!(one.state("1.1"), State::Complete);
    assert_eq!(one.standing("1.1").waits_for, ["harbor".parse().unwrap()].into());
    assert_eq!(one.standing("1.1").bound, ["acme".parse().unwrap()].into());
    one.prove("1.0");
    one.acknowledge(ANN, "1.1");
    one.prove("1.1");
    assert!(one.standing("1.1").waits_for.is_empty());
}

#[test]
fn who_accepted_cannot_close_for_the_other_party() {
    let (mut one, ..) = complete();
    one.acknowledge(BOB, "1.1");
    one.approve(BOB, "1.1");
    assert_eq!(one.state("1.1"), State::Complete);
    one.prove("1.0");
}

#[test]
fn a_last_word_lists_the_approvals_of_all_others() {
    let (mut one, ann, bob) = complete();
    let own = one.digest(&ann);
    one.say(ANN, Decision::Acknowledge, "1.1", |said| said.after = vec![own]);
    assert_eq!(one.state("1.1"), State::Complete);
    let other = one.digest(&bob);
    one.say(ANN, Decision::Acknowledge, "1.1", |said| said.after = vec![other]);
    one.prove("1.1");
}

#[test]
fn two_who_sign_at_once_are_both_unbound_until_one_closes() {
    let mut one = Engagement::in_force();
    one.offer("1.1", "2026-11-20");
    for who in [ANN, BOB] {
        one.say(who, Decision::Approve, "1.1", |said| said.after.clear());
    }
    assert_eq!(one.state("1.1"), State::Complete);
    assert!(one.standing("1.1").bound.is_empty());
    one.acknowledge(BOB, "1.1");
    assert_eq!(one.standing("1.1").bound, ["acme".parse().unwrap()].into());
    one.acknowledge(ANN, "1.1");
    one.prove("1.1");
}

#[test]
fn approving_again_with_more_in_sight_is_a_last_word() {
    let (mut one, ..) = complete();
    one.approve(ANN, "1.1");
    one.prove("1.1");
}

#[test]
fn a_notice_changes_nothing_before_and_after() {
    let mut one = Engagement::in_force();
    one.offer("1.1", "2026-11-20");
    let ann = one.approve(ANN, "1.1");
    one.withdraw(ANN, "1.1", &ann);
    assert_eq!(one.state("1.1"), State::Offered);
    assert_eq!(one.standing("1.1").withdraws.len(), 1);
    let bob = one.approve(BOB, "1.1");
    assert_eq!(one.state("1.1"), State::Complete);
    one.prove("1.0");
    one.acknowledge(ANN, "1.1");
    one.prove("1.1");
    one.withdraw(BOB, "1.1", &bob);
    one.withdraw_blind(ANN, "1.1", &ann);
    one.prove("1.1");
    assert_eq!(one.standing("1.1").withdraws.len(), 3);
}

#[test]
fn a_contest_changes_nothing_and_is_shown_for_ever() {
    let (mut one, ..) = complete();
    one.acknowledge(ANN, "1.1");
    one.contest(ANN, "1.1");
    one.prove("1.1");
    assert_eq!(one.standing("1.1").contests.len(), 1);
    one.agree("1.2", "2026-11-25");
    one.prove("1.2");
    assert_eq!(one.standing("1.1").contests.len(), 1);
}

#[test]
fn every_signer_that_a_threshold_needs_gives_the_last_word() {
    let mut one = Engagement::with(&[(&[BOB], 1), (&[ANN, AL], 2)]);
    one.offer("1.0", "2026-11-15");
    one.approve(ANN, "1.0");
    one.approve(AL, "1.0");
    one.approve(BOB, "1.0");
    one.acknowledge(ANN, "1.0");
    one.acknowledge(ANN, "1.0");
    assert_eq!(one.state("1.0"), State::Complete);
    one.acknowledge(AL, "1.0");
    one.prove("1.0");
}

#[test]
fn of_three_parties_each_gives_the_last_word() {
    let mut one = Engagement::with(&[(&[BOB], 1), (&[ANN], 1), (&[CY], 1)]);
    let mut matrix = Engagement::matrix_json("1.0", "2026-11-15");
    matrix["parties"].as_array_mut().unwrap().push(serde_json::json!({"id": "cedar", "side": "provider"}));
    one.offer_json("1.0", &matrix);
    one.approve(ANN, "1.0");
    one.approve(BOB, "1.0");
    one.approve(CY, "1.0");
    assert_eq!(one.standing("1.0").waits_for.len(), 2);
    one.acknowledge(ANN, "1.0");
    assert_eq!(one.state("1.0"), State::Complete);
    one.acknowledge(BOB, "1.0");
    one.prove("1.0");
}

#[test]
fn a_version_closed_late_begins_when_it_is_closed() {
    let (mut one, ..) = complete();
    one.say(ANN, Decision::Acknowledge, "1.1", |said| {
        said.signed_at = "2026-11-28T12:00:00Z".parse().unwrap()
    });
    assert_eq!(one.force("2026-11-27"), in_force("1.0"));
    assert_eq!(one.force("2026-11-28"), in_force("1.1"));
    // Saying so again, later, moves nothing.
    one.acknowledge(BOB, "1.1");
    one.say(ANN, Decision::Acknowledge, "1.1", |said| {
        said.signed_at = "2026-11-29T12:00:00Z".parse().unwrap()
    });
    assert_eq!(one.force("2026-11-28"), in_force("1.1"));
}

#[test]
fn a_retroactive_version_begins_on_its_day_whenever_it_is_closed() {
    let mut one = Engagement::in_force();
    let mut matrix = Engagement::matrix_json("1.1", "2026-11-20");
    matrix["retroactive"] = "the boundary was agreed on the phone".into();
    one.offer_json("1.1", &matrix);
    one.approve(ANN, "1.1");
    one.approve(BOB, "1.1");
    one.say(ANN, Decision::Acknowledge, "1.1", |said| {
        said.signed_at = "2026-11-28T12:00:00Z".parse().unwrap()
    });
    assert_eq!(one.force("2026-11-20"), in_force("1.1"));
}

#[test]
fn a_statement_is_not_dated_before_what_it_lists() {
    let (mut one, ..) = complete();
    let path = one.say(ANN, Decision::Acknowledge, "1.1", |said| {
        said.signed_at = "2026-11-01T12:00:00Z".parse().unwrap()
    });
    assert_eq!(one.code(&path), "signed-before-listed");
    assert_eq!(one.state("1.1"), State::Complete);
}

#[test]
fn a_version_whose_end_is_not_after_its_first_day_never_begins() {
    let mut one = Engagement::in_force();
    let mut matrix = Engagement::matrix_json("1.1", "2026-11-20");
    matrix["effectiveUntil"] = "2026-11-25".into();
    one.offer_json("1.1", &matrix);
    one.approve(ANN, "1.1");
    one.approve(BOB, "1.1");
    one.say(ANN, Decision::Acknowledge, "1.1", |said| {
        said.signed_at = "2026-11-26T12:00:00Z".parse().unwrap()
    });
    one.prove("1.0");
    assert_eq!(one.state("1.1"), State::Ended);
}

/// B1: an offer that its author did not want any more, and what both agreed on instead.
#[test]
fn completing_an_unwanted_offer_takes_nothing_out() {
    let mut one = Engagement::in_force();
    one.offer("1.1", "2026-11-18");
    let ann = one.approve(ANN, "1.1");
    one.withdraw(ANN, "1.1", &ann);
    let mut open = one.clone();
    one.agree("1.2", "2026-11-20");
    one.prove("1.2");
    for after in [Vec::new(), vec![one.digest(&ann)]] {
        let bob = one.say(BOB, Decision::Approve, "1.1", |said| said.after = after.clone());
        one.withdraw_blind(BOB, "1.1", &bob);
        one.say(BOB, Decision::Approve, "1.1", |said| said.after = after);
    }
    assert_eq!(one.force(TODAY), in_force("1.2"));
    assert_eq!(one.force("2026-11-19"), in_force("1.0"));
    // B2: the race before it. Both sign the next version.
    open.say(BOB, Decision::Approve, "1.1", |said| said.after.clear());
    let bob = open.approve_of(BOB, "1.1");
    open.withdraw(BOB, "1.1", &bob);
    open.prove("1.0");
    open.agree("1.2", "2026-11-20");
    open.prove("1.2");
}

/// B3: whether a deleted notice comes back changes nothing.
#[test]
fn deleting_a_notice_changes_nothing() {
    let mut one = Engagement::in_force();
    one.offer("1.1", "2026-11-20");
    let ann = one.approve(ANN, "1.1");
    let before = one.tree.clone();
    let notice = one.withdraw(ANN, "1.1", &ann);
    let files: Vec<_> = one
        .tree
        .iter()
        .filter(|(path, _)| !before.contains_key(*path))
        .map(|(p, b)| (p.clone(), b.clone()))
        .collect();
    one.remove(&notice);
    one.remove(&format!("{notice}.sig"));
    one.approve(BOB, "1.1");
    one.rotate(2, &[(&[BOB, BEA], 1), (&[ANN], 1)], &[ANN, BOB, BEA]);
    assert_eq!(one.state("1.1"), State::Complete);
    one.tree.extend(files);
    assert_eq!(one.state("1.1"), State::Complete);
    assert_eq!(one.force(TODAY), in_force("1.0"));
}

/// B8: two of three parties cannot take a version from the third.
#[test]
fn two_of_three_parties_take_nothing_from_the_third() {
    let three: &[Person] = &[ANN, BOB, CY];
    let mut one = Engagement::with(&[(&[BOB], 1), (&[ANN], 1), (&[CY], 1)]);
    for (text, from) in [("1.0", "2026-11-15"), ("1.1", "2026-11-20")] {
        let mut matrix = Engagement::matrix_json(text, from);
        matrix["parties"]
            .as_array_mut()
            .unwrap()
            .push(serde_json::json!({"id": "cedar", "side": "provider"}));
        one.offer_json(text, &matrix);
        three.iter().for_each(|who| drop(one.approve(*who, text)));
        three.iter().for_each(|who| drop(one.acknowledge(*who, text)));
    }
    one.prove("1.1");
    let ann = one.approve_of(ANN, "1.1");
    one.withdraw_blind(ANN, "1.1", &ann);
    one.approve(CY, "1.1");
    assert_eq!(one.force(TODAY), in_force("1.1"));
}

/// An accepted offer stays open to who has not closed it, also for the days before a higher version.
#[test]
fn an_old_offer_that_is_closed_late_covers_the_days_before_the_higher_version() {
    let (mut one, ..) = complete();
    one.agree("1.2", "2026-11-25");
    one.prove("1.2");
    one.acknowledge(ANN, "1.1");
    assert_eq!(one.force(TODAY), in_force("1.2"));
    assert_eq!(one.force("2026-11-24"), in_force("1.1"));
    assert_eq!(one.force("2026-11-19"), in_force("1.0"));
    let rules: Vec<&str> = one.judge().faults.iter().map(|one| one.rule).collect();
    assert!(rules.contains(&"version-builds-on-last"), "{rules:?}");
}

/// A party that gave its last word cannot take it back by completing a roster that the other had signed before it.
#[test]
fn a_roster_that_was_signed_before_takes_no_last_word_back() {
    let mut one = Engagement::in_force();
    one.offer("1.1", "2026-11-20");
    one.say(BOB, Decision::Approve, "1.1", |said| said.after.clear());
    one.say(ANN, Decision::Approve, "1.1", |said| said.after.clear());
    let next = one.roster(2, &[(&[BOB], 1), (&[ANN], 1)]);
    one.put_roster(&next);
    one.sign_roster(2, &[ANN]);
    // Ann may close: the roster that she signed seals both approvals.
    one.acknowledge(ANN, "1.1");
    assert_eq!(one.state("1.1"), State::Complete);
    let mut acknowledged = one.clone();
    // Bob closes by signing again, or lists an approve of his that the roster does not seal.
    one.approve(BOB, "1.1");
    acknowledged.say(BOB, Decision::Approve, "1.1", |said| said.after.clear());
    acknowledged.acknowledge(BOB, "1.1");
    for mut closed in [one, acknowledged] {
        assert_eq!(closed.force(TODAY), in_force("1.1"));
        closed.sign_roster(2, &[BOB]);
        assert_eq!(closed.judge().roster().unwrap().roster.number, 2);
        assert_eq!(closed.force(TODAY), in_force("1.1"));
    }
}

/// A mark that lists the word of a key which was revoked since holds as long as the others suffice.
#[test]
fn a_mark_outlives_a_revocation_that_changes_nothing() {
    let mut one = Engagement::with(&[(&[BOB, BEA], 1), (&[ANN], 1)]);
    one.agree("1.0", "2026-11-15");
    one.acknowledge(BEA, "1.0");
    one.mark("1.0", |_| ());
    assert_eq!(one.standing("1.0").mark, MarkState::Holds);
    one.revoke(BEA, &[BEA], &[]);
    assert_eq!(one.force(TODAY), in_force("1.0"));
    assert_eq!(one.standing("1.0").mark, MarkState::Holds);
    // The mark that is written now lists what nothing puts in question.
    one.mark("1.0", |_| ());
    assert_eq!(one.standing("1.0").mark, MarkState::Holds);
}
