//! Taking an approve back: before, after, and when nobody can say.

use countersign::trust::force::Force;
use countersign::trust::standing::{Dispute, State};

use crate::support::engagement::{AL, ANN, BEA, BOB, CY, Engagement, Person, id, version};

const ORDER_UNKNOWN: State = State::Contested(Dispute::OrderUnknown);

fn doubt(by: &str, otherwise: &str) -> Force {
    Force::InDoubt { by: (id(), version(by)), otherwise: Some(version(otherwise)) }
}

/// 1.0 in force and 1.1 complete: Ann approved first, Bob had seen it. Returns their approvals.
fn complete() -> (Engagement, String, String) {
    let mut one = Engagement::in_force();
    one.offer("1.1", "2026-11-20");
    let ann = one.approve(ANN, "1.1");
    let bob = one.approve(BOB, "1.1");
    one.prove("1.1");
    (one, ann, bob)
}

#[test]
fn an_open_approve_can_be_taken_back_and_given_again() {
    let mut one = Engagement::in_force();
    one.offer("1.1", "2026-11-20");
    let first = one.approve(ANN, "1.1");
    one.withdraw(ANN, "1.1", &first);
    assert_eq!(one.state("1.1"), State::Withdrawn);
    one.approve(BOB, "1.1");
    assert_eq!(one.state("1.1"), State::Withdrawn);
    assert_eq!(one.standing("1.1").missing, [("harbor".parse().unwrap(), 1)].into());
    one.prove("1.0");
    one.approve(ANN, "1.1");
    one.prove("1.1");
}

#[test]
fn an_old_approve_that_was_taken_back_cannot_be_replayed() {
    let mut one = Engagement::in_force();
    one.offer("1.1", "2026-11-20");
    let first = one.approve(ANN, "1.1");
    let bytes = [first.clone(), format!("{first}.sig")].map(|path| one.tree[&path].clone());
    one.withdraw(ANN, "1.1", &first);
    one.approve(BOB, "1.1");
    one.tree.insert(first.clone(), bytes[0].clone());
    one.tree.insert(format!("{first}.sig"), bytes[1].clone());
    assert_eq!(one.state("1.1"), State::Withdrawn);
    one.prove("1.0");
}

#[test]
fn who_signed_last_can_only_dispute() {
    let (mut one, _, bob) = complete();
    let path = one.withdraw(BOB, "1.1", &bob);
    one.prove("1.1");
    assert_eq!(one.standing("1.1").contests, [one.digest(&path)]);
    let (mut one, _, bob) = complete();
    one.withdraw_blind(BOB, "1.1", &bob);
    one.prove("1.1");
}

#[test]
fn who_signed_first_can_make_the_order_unknown() {
    let (mut one, ann, _) = complete();
    assert_eq!(one.standing("1.1").open_for, ["harbor".parse().unwrap()].into());
    one.withdraw_blind(ANN, "1.1", &ann);
    assert_eq!(one.state("1.1"), ORDER_UNKNOWN);
    assert_eq!(one.force("2026-12-01"), doubt("1.1", "1.0"));
    assert_eq!(one.state("1.0"), State::InDoubt);
    assert_eq!(one.rules(), ["version-is-certain"]);
    assert_eq!(one.force("2026-11-19"), Force::Version(version("1.0")));
}

#[test]
fn a_withdraw_that_the_last_signer_had_seen_came_before() {
    let mut one = Engagement::in_force();
    one.offer("1.1", "2026-11-20");
    let ann = one.approve(ANN, "1.1");
    one.withdraw(ANN, "1.1", &ann);
    one.approve(BOB, "1.1");
    assert_eq!(one.state("1.1"), State::Withdrawn);
    one.prove("1.0");
}

#[test]
fn an_acknowledgement_closes_the_version_for_its_party() {
    let (mut one, ann, _) = complete();
    one.acknowledge(ANN, "1.1");
    assert!(one.standing("1.1").open_for.is_empty());
    one.withdraw_blind(ANN, "1.1", &ann);
    one.prove("1.1");
    assert_eq!(one.standing("1.1").contests.len(), 1);
}

#[test]
fn an_acknowledgement_by_the_other_party_closes_nothing() {
    let (mut one, ann, _) = complete();
    one.acknowledge(BOB, "1.1");
    one.withdraw_blind(ANN, "1.1", &ann);
    assert_eq!(one.state("1.1"), ORDER_UNKNOWN);
}

#[test]
fn an_acknowledgement_that_had_not_seen_all_approvals_closes_nothing() {
    let (mut one, ann, _) = complete();
    let of = one.digest(&ann);
    let decision = countersign::trust::statement::Decision::Acknowledge;
    one.say(ANN, decision, "1.1", |one| one.after = vec![of]);
    one.withdraw_blind(ANN, "1.1", &ann);
    assert_eq!(one.state("1.1"), ORDER_UNKNOWN);
}

#[test]
fn a_version_that_the_next_one_builds_on_is_closed() {
    let (mut one, ann, _) = complete();
    one.agree("1.2", "2026-11-25");
    one.prove("1.2");
    one.withdraw_blind(ANN, "1.1", &ann);
    one.prove("1.2");
    assert_eq!(one.state("1.1"), State::Superseded(version("1.2")));
}

#[test]
fn a_version_that_a_roster_seals_is_closed() {
    let (mut one, ann, _) = complete();
    let pair: &[(&[_], u32)] = &[(&[BOB], 1), (&[ANN], 1)];
    one.rotate(2, pair, &[ANN, BOB]);
    one.prove("1.1");
    assert!(one.standing("1.1").open_for.is_empty());
    one.withdraw_blind(ANN, "1.1", &ann);
    one.prove("1.1");
    assert_eq!(one.standing("1.1").contests.len(), 1);
}

#[test]
fn a_contest_changes_nothing_and_is_shown_for_ever() {
    let (mut one, ..) = complete();
    one.contest(ANN, "1.1");
    one.prove("1.1");
    assert_eq!(one.standing("1.1").contests.len(), 1);
    one.agree("1.2", "2026-11-25");
    one.prove("1.2");
    assert_eq!(one.standing("1.1").contests.len(), 1);
}

#[test]
fn a_roster_that_seals_the_withdraw_too_settles_nothing() {
    let (mut one, ann, _) = complete();
    one.withdraw_blind(ANN, "1.1", &ann);
    one.rotate(2, &[(&[BOB], 1), (&[ANN], 1)], &[ANN, BOB]);
    assert_eq!(one.judge().roster().unwrap().roster.number, 2);
    assert_eq!(one.state("1.1"), ORDER_UNKNOWN);
    assert_eq!(one.force("2026-12-01"), doubt("1.1", "1.0"));
}

#[test]
fn a_further_signer_of_the_other_party_who_had_seen_a_withdraw_shows_the_order() {
    let mut one = Engagement::with(&[(&[BOB, BEA], 1), (&[ANN], 1)]);
    one.offer("1.0", "2026-11-15");
    let ann = one.approve(ANN, "1.0");
    one.approve(BOB, "1.0");
    one.prove("1.0");
    one.withdraw_blind(ANN, "1.0", &ann);
    assert_eq!(one.state("1.0"), ORDER_UNKNOWN);
    one.approve(BEA, "1.0");
    assert_eq!(one.state("1.0"), State::Withdrawn);
}

/// That a colleague had seen a withdraw shows no order: a party could make that up alone.
#[test]
fn a_party_is_no_witness_of_its_own_withdraw() {
    let amy = Person { party: "harbor", id: "amy", key: "amy" };
    let mut one = Engagement::with(&[(&[BOB], 1), (&[ANN, AL, amy], 2)]);
    one.offer("1.0", "2026-11-15");
    let approvals = [one.approve(ANN, "1.0"), one.approve(AL, "1.0")];
    one.approve(BOB, "1.0");
    one.prove("1.0");
    one.withdraw_blind(ANN, "1.0", &approvals[0]);
    one.withdraw_blind(AL, "1.0", &approvals[1]);
    one.approve(amy, "1.0");
    assert_eq!(one.state("1.0"), ORDER_UNKNOWN);
    assert_eq!(one.force("2026-12-01"), Force::InDoubt { by: (id(), version("1.0")), otherwise: None });
}

#[test]
fn a_backdated_withdraw_shows_no_order() {
    let (mut one, ann, _) = complete();
    let of = one.digest(&ann);
    let decision = countersign::trust::statement::Decision::Withdraw;
    one.say(ANN, decision, "1.1", |one| {
        one.of = Some(of);
        one.after = vec![of];
        one.signed_at = "2026-01-01T00:00:00Z".parse().unwrap();
    });
    assert_eq!(one.state("1.1"), ORDER_UNKNOWN);
    assert_eq!(one.force("2026-12-01"), doubt("1.1", "1.0"));
}

#[test]
fn a_withdraw_that_leaves_enough_signers_changes_nothing() {
    let mut one = Engagement::with(&[(&[BOB, BEA], 1), (&[ANN], 1)]);
    one.offer("1.0", "2026-11-15");
    let bob = one.approve(BOB, "1.0");
    one.approve(BEA, "1.0");
    one.approve(ANN, "1.0");
    one.prove("1.0");
    one.withdraw_blind(BOB, "1.0", &bob);
    one.prove("1.0");
}

#[test]
fn a_colleague_cannot_complete_over_a_withdraw_that_he_had_seen() {
    let mut one = Engagement::with(&[(&[BOB, BEA], 2), (&[ANN], 1)]);
    one.offer("1.0", "2026-11-15");
    one.approve(ANN, "1.0");
    let bob = one.approve(BOB, "1.0");
    one.withdraw(BOB, "1.0", &bob);
    one.approve(BEA, "1.0");
    assert_eq!(one.state("1.0"), State::Withdrawn);
    assert_eq!(one.force("2026-12-01"), Force::Nothing);
}

#[test]
fn of_three_parties_the_first_may_leave_before_the_last_signs() {
    let mut one = Engagement::with(&[(&[BOB], 1), (&[ANN], 1), (&[CY], 1)]);
    let mut matrix = Engagement::matrix_json("1.0", "2026-11-15");
    matrix["parties"].as_array_mut().unwrap().push(serde_json::json!({"id": "cedar", "side": "provider"}));
    one.offer_json("1.0", &matrix);
    one.approve(ANN, "1.0");
    let bob = one.approve(BOB, "1.0");
    let mut open = one.clone();
    one.withdraw(BOB, "1.0", &bob);
    one.approve(CY, "1.0");
    assert_eq!(one.state("1.0"), State::Withdrawn);
    open.approve(CY, "1.0");
    open.prove("1.0");
    open.withdraw_blind(BOB, "1.0", &bob);
    assert_eq!(open.state("1.0"), ORDER_UNKNOWN);
    assert_eq!(open.force("2026-12-01"), Force::InDoubt { by: (id(), version("1.0")), otherwise: None });
}

#[test]
fn a_party_cannot_withdraw_through_a_second_approve_of_its_own() {
    let mut one = Engagement::with(&[(&[BOB], 1), (&[ANN, AL], 1)]);
    one.offer("1.0", "2026-11-15");
    one.approve(BOB, "1.0");
    let ann = one.approve(ANN, "1.0");
    one.prove("1.0");
    one.withdraw_blind(ANN, "1.0", &ann);
    one.prove("1.0");
    one.approve(AL, "1.0");
    one.prove("1.0");
}
