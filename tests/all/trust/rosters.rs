//! The chain of rosters under attack.

use base64ct::{Base64, Encoding};
use countersign::trust::force::Force;
use countersign::trust::name::{Digest, Engagement as Number};
use countersign::trust::roster::{Continues, Roll, Roster};
use countersign::trust::sshsig::Namespace;
use countersign::trust::standing::{Question, RosterState, State};
use countersign::trust::statement::Decision;

use crate::support::engagement::{AL, ANN, BEA, BOB, CY, Engagement, Parties, Person, version};
use crate::support::keys::{self, Soft, fields};

const PAIR: Parties<'static> = &[(&[BOB], 1), (&[ANN], 1)];
const WITH_BEA: Parties<'static> = &[(&[BOB, BEA], 1), (&[ANN], 1)];

fn state(one: &Engagement, number: u32) -> RosterState {
    one.judge().rosters[&number].state.clone()
}

fn code(one: &Engagement, number: u32) -> &'static str {
    match state(one, number) {
        RosterState::Ignored(reason) => reason.code(),
        RosterState::Proposed => "proposed",
        RosterState::Complete => "complete",
    }
}

fn current(one: &Engagement) -> u32 {
    one.judge().roster().unwrap().roster.number
}

/// Puts a changed first roster up by itself and returns why it does not count.
fn first(change: impl FnOnce(&mut Roster)) -> &'static str {
    let mut roster = Engagement::new().roster(1, PAIR);
    change(&mut roster);
    Roll::of(roster).map_or_else(|reason| reason.code(), |_| "formed")
}

/// Puts a changed second roster, signed by all, beside a version in force; that must not change.
fn second(parties: Parties<'_>, by: &[Person], change: impl FnOnce(&mut Roster)) -> &'static str {
    let mut one = Engagement::in_force();
    one.prove("1.0");
    let mut roster = one.roster(2, parties);
    change(&mut roster);
    one.put("trust/2.json", roster.to_bytes());
    one.sign_roster(2, by);
    assert_eq!(one.force("2026-12-01"), Force::Version(version("1.0")));
    code(&one, 2)
}

#[test]
fn the_first_roster_is_signed_by_every_key() {
    let mut one = Engagement::in_force();
    one.prove("1.0");
    let path = one.tree.keys().find(|path| path.starts_with("trust/1/harbor")).unwrap().clone();
    one.remove(&path);
    assert_eq!(code(&one, 1), "proposed");
    assert_eq!(one.force("2026-12-01"), Force::Nothing);
    assert!(!one.errors().is_empty());
}

#[test]
fn a_roster_is_well_formed_by_itself() {
    assert_eq!(first(|_| ()), "formed");
    assert_eq!(first(|one| one.parties[0].threshold = 0), "roster-threshold");
    assert_eq!(first(|one| one.parties[0].threshold = 2), "roster-threshold");
    assert_eq!(first(|one| drop(one.parties.pop())), "roster-one-party");
    assert_eq!(first(|one| one.parties[1].id = one.parties[0].id.clone()), "roster-name-twice");
    assert_eq!(
        first(|one| one.parties[1].signers[0].id = one.parties[0].signers[0].id.clone()),
        "roster-name-twice"
    );
    assert_eq!(first(|one| one.number = 0), "roster-place");
    assert_eq!(first(|one| one.previous = Some(Digest::of(b""))), "roster-place");
    assert_eq!(first(|one| one.seals.push(Digest::of(b""))), "roster-place");
    assert_eq!(first(|one| one.number = 2), "roster-place");
    assert_eq!(first(|one| one.parties[0].signers[0].keys.clear()), "malformed");
}

#[test]
fn one_key_cannot_sign_for_two() {
    assert_eq!(
        first(|one| one.parties[1].signers[0].keys = one.parties[0].signers[0].keys.clone()),
        "roster-key-twice"
    );
    let (plain, security) = (Soft::plain(3).public(), Soft::security(3).public());
    assert_eq!(
        first(|one| {
            one.parties[0].signers[0].keys = vec![plain];
            one.parties[1].signers[0].keys = vec![security];
        }),
        "roster-key-twice"
    );
}

#[test]
fn weak_and_foreign_keys_are_not_listed() {
    let mut identity = [0; 32];
    identity[0] = 1;
    let weak = format!("ssh-ed25519 {}", Base64::encode_string(&fields(&[b"ssh-ed25519", &identity])));
    assert_eq!(first(|one| one.parties[0].signers[0].keys = vec![weak]), "key-weak");
    let rsa = keys::public("kind:rsa");
    assert_eq!(first(|one| one.parties[0].signers[0].keys = vec![rsa]), "key-type");
    assert_eq!(first(|one| one.parties[0].signers[0].keys[0].push_str(" bob")), "key-malformed");
}

#[test]
fn unknown_fields_in_a_roster_are_refused() {
    let one = Engagement::new();
    let text = String::from_utf8(one.tree["trust/1.json"].bytes.to_vec()).unwrap();
    for (from, to) in [("threshold", "threshhold"), ("\"seals\"", "\"requireSignoff\":false,\"seals\"")] {
        let reason = Roll::parse(text.replacen(from, to, 1).as_bytes()).unwrap_err();
        assert_eq!(reason.code(), "malformed");
    }
    let spaced = text.replacen("{\"engagement\"", "{ \"engagement\"", 1);
    assert_eq!(Roll::parse(spaced.as_bytes()).unwrap_err().code(), "not-canonical");
}

#[test]
fn a_rotation_takes_every_party_and_every_new_key() {
    assert_eq!(second(WITH_BEA, &[BOB, ANN, BEA], |_| ()), "complete");
    assert_eq!(second(WITH_BEA, &[BOB, ANN], |_| ()), "proposed");
    assert_eq!(second(WITH_BEA, &[BOB, BEA], |_| ()), "proposed");
    assert_eq!(second(WITH_BEA, &[ANN, BEA], |_| ()), "proposed");
    assert_eq!(second(PAIR, &[], |_| ()), "proposed");
}

#[test]
fn a_rotation_follows_the_roster_before() {
    let all = [BOB, ANN, BEA];
    assert_eq!(second(WITH_BEA, &all, |one| one.previous = Some(Digest::of(b""))), "roster-previous");
    assert_eq!(second(WITH_BEA, &all, |one| one.number = 3), "path-differs");
    assert_eq!(second(WITH_BEA, &all, |one| one.seals.reverse()), "roster-seals-unsorted");
    let other = Number::new([8; 16]);
    assert_eq!(second(WITH_BEA, &all, |one| one.engagement = other), "other-engagement");
}

#[test]
fn only_the_first_roster_takes_up_another_engagement() {
    let continues = Continues { engagement: Number::new([8; 16]), roster: Digest::of(b"") };
    assert_eq!(first(|one| one.continues = Some(continues.clone())), "formed");
    assert_eq!(second(WITH_BEA, &[BOB, ANN, BEA], |one| one.continues = Some(continues)), "roster-place");
}

/// Ann lists another key under Bob's name: that it signs is no word of Bob's.
#[test]
fn the_new_key_of_a_signer_does_not_sign_for_the_old_one() {
    let stranger = Person { key: "mallory", ..BOB };
    let parties: Parties<'_> = &[(&[stranger], 1), (&[ANN], 1)];
    assert_eq!(second(parties, &[stranger, ANN], |_| ()), "proposed");
    assert_eq!(second(parties, &[stranger, ANN, BOB], |_| ()), "complete");
}

#[test]
fn a_roster_beyond_a_gap_is_no_roster() {
    let mut one = Engagement::in_force();
    one.prove("1.0");
    let mut far = one.roster(2, WITH_BEA);
    far.number = 3;
    one.put_roster(&far);
    one.sign_roster(3, &[BOB, ANN, BEA]);
    assert_eq!(code(&one, 3), "roster-beyond-gap");
    assert_eq!(current(&one), 1);
    let mut two = Engagement::in_force();
    two.rotate(2, WITH_BEA, &[BOB, ANN, BEA]);
    two.prove("1.0");
    two.remove("trust/1.json");
    assert_eq!(code(&two, 2), "roster-beyond-gap");
    assert!(two.judge().roster().is_none());
}

#[test]
fn a_signature_under_another_name_signs_no_roster() {
    for (from, to) in [("acme.bob", "acme.bea"), ("acme.bob", "harbor.bob")] {
        let mut one = Engagement::in_force();
        one.prove("1.0");
        let path = one.tree.keys().find(|path| path.starts_with("trust/1/acme.bob")).unwrap().clone();
        let blob = one.tree.remove(&path).unwrap();
        one.tree.insert(path.replace(from, to), blob);
        assert_eq!(code(&one, 1), "proposed");
        assert!(one.rules().contains(&"roster-signature".to_owned()));
        assert_eq!(one.force("2026-12-01"), Force::Nothing);
    }
}

#[test]
fn what_the_next_roster_did_not_seal_no_later_one_seals() {
    let mut one = Engagement::in_force();
    one.offer("1.1", "2026-11-20");
    one.approve(ANN, "1.1");
    let late = one.draft(BOB, Decision::Approve, "1.1").finished();
    one.rotate(2, WITH_BEA, &[BOB, ANN, BEA]);
    one.prove("1.0");
    let path = one.record(BOB, &late);
    let mut third = one.roster(3, WITH_BEA);
    third.seals.push(one.digest(&path));
    third.seals.sort_unstable();
    one.put_roster(&third);
    one.sign_roster(3, &[BOB, ANN]);
    assert_eq!(current(&one), 3);
    assert_eq!(one.code(&path), "unsealed");
    assert_eq!(one.state("1.1"), State::Offered);
}

#[test]
fn a_one_sided_roster_changes_nothing() {
    let grab: Parties<'_> = &[(&[BEA], 1), (&[Person { party: "harbor", ..BOB }], 1)];
    assert_eq!(second(grab, &[BOB, BEA, Person { party: "harbor", ..BOB }], |_| ()), "proposed");
    let alone: Parties<'_> = &[(&[BOB, BEA], 1)];
    assert_eq!(second(alone, &[BOB, BEA], |_| ()), "roster-one-party");
    let fewer = |one: &mut Roster| one.parties[1].threshold = 0;
    assert_eq!(second(PAIR, &[BOB], fewer), "roster-threshold");
}

#[test]
fn who_is_only_in_the_new_roster_cannot_sign_yet() {
    let mut one = Engagement::in_force();
    one.offer("1.1", "2026-11-20");
    one.approve(ANN, "1.1");
    one.prove("1.0");
    one.rotate(2, WITH_BEA, &[BEA]);
    let second = one.reference(2);
    let path = one.say(BEA, Decision::Approve, "1.1", |one| one.roster = second);
    assert_eq!(one.code(&path), "roster-not-complete");
    let path = one.approve(BEA, "1.1");
    assert_eq!(one.code(&path), "unknown-signer");
    assert_eq!(one.force("2026-12-01"), Force::Version(version("1.0")));
}

#[test]
fn a_signature_of_a_statement_is_none_of_a_roster() {
    let mut one = Engagement::in_force();
    let roster = one.roster(2, PAIR);
    one.put_roster(&roster);
    one.sign_roster(2, &[BOB]);
    one.prove("1.0");
    let path = Roster::signature_path(2, &ANN.party_id(), &ANN.signer_id(), &ANN.fingerprint());
    one.put(path, keys::sign("ann", Namespace::Statement.as_str(), &roster.to_bytes()));
    assert_eq!(code(&one, 2), "proposed");
    assert_eq!(one.rules(), ["roster-signature"]);
}

#[test]
fn thresholds_count_people_and_not_keys() {
    let twice = |one: &mut Roster| {
        one.parties[0].signers[0].keys.push(keys::public("bob2"));
        one.parties[0].threshold = 2;
    };
    assert_eq!(first(twice), "roster-threshold");
    let mut one = Engagement::with(&[(&[BOB, BEA], 2), (&[ANN], 1)]);
    one.offer("1.0", "2026-11-15");
    one.approve(ANN, "1.0");
    one.approve(BOB, "1.0");
    one.say(BOB, Decision::Approve, "1.0", |_| ());
    assert_eq!(one.state("1.0"), State::Offered);
    assert_eq!(one.standing("1.0").missing, [("acme".parse().unwrap(), 1)].into());
    one.approve(BEA, "1.0");
    one.acknowledge(ANN, "1.0");
    one.acknowledge(BOB, "1.0");
    one.prove("1.0");
}

#[test]
fn thresholds_count_for_each_party() {
    let mut one = Engagement::with(&[(&[BOB], 1), (&[ANN, AL], 1)]);
    one.offer("1.0", "2026-11-15");
    one.approve(ANN, "1.0");
    one.approve(AL, "1.0");
    assert_eq!(one.state("1.0"), State::Offered);
    assert_eq!(one.force("2026-12-01"), Force::Nothing);
}

#[test]
fn a_rotation_changes_nothing_that_stands() {
    let mut one = Engagement::twice();
    one.rotate(2, &[(&[BEA], 1), (&[AL], 1)], &[BOB, ANN, BEA, AL]);
    assert_eq!(current(&one), 2);
    one.prove("1.1");
    one.offer("1.2", "2026-11-25");
    one.approve(AL, "1.2");
    one.approve(BEA, "1.2");
    one.acknowledge(AL, "1.2");
    one.prove("1.2");
}

#[test]
fn a_retired_key_cannot_add_a_statement() {
    let mut one = Engagement::in_force();
    one.offer("1.1", "2026-11-20");
    one.approve(ANN, "1.1");
    let late = one.draft(BOB, Decision::Approve, "1.1").finished();
    one.rotate(2, &[(&[BEA], 1), (&[AL], 1)], &[BOB, ANN, BEA, AL]);
    one.prove("1.0");
    let path = one.record(BOB, &late);
    assert_eq!(one.code(&path), "unsealed");
    assert_eq!(one.state("1.1"), State::Offered);
    assert_eq!(one.force("2026-12-01"), Force::Version(version("1.0")));
    assert!(one.rules().contains(&"statement-accepted".to_owned()));
}

#[test]
fn a_rotation_in_mid_signing_means_signing_again() {
    let mut one = Engagement::in_force();
    one.offer("1.1", "2026-11-20");
    one.approve(ANN, "1.1");
    one.rotate(2, WITH_BEA, &[BOB, ANN, BEA]);
    one.approve(BOB, "1.1");
    assert_eq!(one.state("1.1"), State::Offered);
    one.prove("1.0");
    one.approve(ANN, "1.1");
    one.acknowledge(BOB, "1.1");
    one.prove("1.1");
}

#[test]
fn a_late_contest_is_shown() {
    let mut one = Engagement::twice();
    let mut draft = one.draft(BOB, Decision::Contest, "1.1");
    draft.of = Some(draft.matrix.sha256);
    draft.reason = Some("late".into());
    one.rotate(2, WITH_BEA, &[BOB, ANN, BEA]);
    one.prove("1.1");
    one.record(BOB, &draft.finished());
    one.prove("1.1");
    assert_eq!(one.standing("1.1").contests.len(), 1);
}

#[test]
fn a_roster_that_all_sign_and_that_seals_no_approvals_drops_them_loudly() {
    let mut one = Engagement::in_force();
    let stale = one.roster(2, WITH_BEA);
    one.put_roster(&stale);
    one.sign_roster(2, &[BOB, BEA]);
    one.prove("1.0");
    one.agree("1.1", "2026-11-20");
    one.prove("1.1");
    one.sign_roster(2, &[ANN]);
    assert_eq!(one.state("1.1"), State::Offered);
    assert!(!one.errors().is_empty());
}

#[test]
fn junk_among_the_rosters_bricks_nothing() {
    for (path, bytes, rule) in [
        ("trust/2.json", &b"{}"[..], "roster-chain"),
        ("trust/2.json", b"", "roster-chain"),
        ("trust/3.json", b"{}", "roster-chain"),
        ("trust/999999.json", b"{}", "roster-chain"),
        ("trust/1/acme.bob.0000000000000000.sig", b"x", "roster-signature"),
        ("trust/2/acme.bob.0000000000000000.sig", b"x", "trust-is-tidy"),
        ("trust/02.json", b"{}", "trust-is-tidy"),
        ("trust/0.json", b"{}", "trust-is-tidy"),
        ("trust/README.md", b"hi", "trust-is-tidy"),
        ("TRUST/1.json", b"{}", "trust-is-tidy"),
        ("Signoffs/x", b"{}", "signoff-path"),
        ("trust", b"x", "trust-is-tidy"),
    ] {
        let mut one = Engagement::in_force();
        one.prove("1.0");
        one.put(path, bytes);
        assert_eq!(one.rules(), [rule], "{path}");
        assert_eq!(one.force("2026-12-01"), Force::Version(version("1.0")), "{path}");
    }
}

#[test]
fn a_proposal_is_a_warning_and_can_be_replaced() {
    let mut one = Engagement::in_force();
    one.rotate(2, PAIR, &[BOB]);
    one.prove("1.0");
    assert_eq!(state(&one, 2), RosterState::Proposed);
    assert!(one.judge().faults.iter().any(|one| one.rule == "roster-complete"));
    one.tree.retain(|path, _| !path.starts_with("trust/2"));
    one.rotate(2, WITH_BEA, &[BOB, ANN, BEA]);
    assert_eq!(current(&one), 2);
    one.prove("1.0");
}

#[test]
fn a_third_party_joins_by_a_roster_and_a_version_that_names_it() {
    let mut one = Engagement::in_force();
    one.rotate(2, &[(&[BOB], 1), (&[ANN], 1), (&[CY], 1)], &[BOB, ANN, CY]);
    one.prove("1.0");
    one.offer("1.1", "2026-11-20");
    let path = one.approve(ANN, "1.1");
    assert_eq!(one.code(&path), "parties-differ");
    one.contest(BOB, "1.0");
    assert_eq!(one.standing("1.0").contests.len(), 1);
    let mut matrix = Engagement::matrix_json("1.2", "2026-11-20");
    matrix["parties"].as_array_mut().unwrap().push(serde_json::json!({"id": "cedar", "side": "provider"}));
    one.offer_json("1.2", &matrix);
    for who in [ANN, BOB, CY, ANN, BOB] {
        one.approve(who, "1.2");
    }
    assert_eq!(one.force("2026-12-01"), Force::Version(version("1.2")));
}

#[test]
fn a_sealed_statement_that_is_gone_is_missed() {
    let mut one = Engagement::in_force();
    one.contest(ANN, "1.0");
    let contest = one.standing("1.0").contests[0];
    one.rotate(2, WITH_BEA, &[BOB, ANN, BEA]);
    one.prove("1.0");
    let short = contest.short().to_string();
    one.tree.retain(|path, _| !path.contains(&short));
    assert_eq!(one.rules(), ["seals-present"]);
}

#[test]
fn user_verification_is_asked_of_security_keys_only_where_the_roster_says_so() {
    let soft = Soft::security(11);
    for (required, flags, code) in [
        (false, 1, "accepted"),
        (false, 0, "signature-untouched"),
        (true, 1, "signature-user-not-verified"),
        (true, 5, "accepted"),
    ] {
        let mut one = Engagement::new();
        one.tree.clear();
        let mut roster = one.roster(1, PAIR);
        roster.parties[0].signers[0].keys = vec![soft.public()];
        roster.require_user_verification = required;
        one.put_roster(&roster);
        one.sign_roster(1, &[ANN]);
        let roll = Roll::of(roster.clone()).unwrap();
        let key = roll.keys[0].key.fingerprint();
        let path = Roster::signature_path(1, &BOB.party_id(), &BOB.signer_id(), &key);
        one.put(path, soft.sign(Namespace::Roster, &roster.to_bytes(), 5));
        one.offer("1.0", "2026-11-15");
        one.approve(ANN, "1.0");
        let mut draft = one.draft(BOB, Decision::Approve, "1.0");
        draft.key = key;
        let draft = draft.finished();
        one.put(draft.path(), draft.to_bytes());
        one.put(format!("{}.sig", draft.path()), soft.sign(Namespace::Statement, &draft.to_bytes(), flags));
        assert_eq!(one.code(&draft.path()), code);
        one.acknowledge(ANN, "1.0");
        let expected = if code == "accepted" { Force::Version(version("1.0")) } else { Force::Nothing };
        assert_eq!(one.force("2026-12-01"), expected);
    }
}

/// Ann closes under the old list while Bob completes the next one: her last word counts without a seal.
#[test]
fn a_last_word_under_the_old_roster_counts_if_the_approvals_are_sealed() {
    let pair: Parties<'_> = &[(&[BOB], 1), (&[ANN], 1)];
    let without_ann: Parties<'_> = &[(&[BOB], 1), (&[AL], 1)];
    for (list, by, expected) in [
        (pair, &[ANN, BOB][..], State::InForce),
        (without_ann, &[ANN, BOB, AL], State::InQuestion(Question::KeyLeft)),
    ] {
        let mut one = Engagement::in_force();
        one.offer("1.1", "2026-11-20");
        one.approve(ANN, "1.1");
        one.approve(BOB, "1.1");
        let late = one.draft(ANN, Decision::Acknowledge, "1.1").finished();
        one.rotate(2, list, by);
        assert_eq!(one.state("1.1"), State::Complete);
        one.record(ANN, &late);
        assert_eq!(one.state("1.1"), expected);
    }
}

/// A last word under a later list is counted by that list, and only with others under the same one.
#[test]
fn a_last_word_may_come_under_the_next_roster() {
    let mut one = Engagement::in_force();
    one.offer("1.1", "2026-11-20");
    one.approve(ANN, "1.1");
    one.approve(BOB, "1.1");
    let mut raised = one.clone();
    let mut joined = one.clone();
    one.rotate(2, &[(&[BOB], 1), (&[AL], 1)], &[ANN, BOB, AL]);
    one.acknowledge(AL, "1.1");
    one.prove("1.1");
    raised.rotate(2, &[(&[BOB], 1), (&[ANN, AL], 2)], &[ANN, BOB, AL]);
    raised.acknowledge(ANN, "1.1");
    assert_eq!(raised.state("1.1"), State::Complete);
    raised.acknowledge(AL, "1.1");
    raised.prove("1.1");
    joined.rotate(2, &[(&[BOB], 1), (&[ANN], 1), (&[CY], 1)], &[ANN, BOB, CY]);
    joined.acknowledge(ANN, "1.1");
    assert_eq!(joined.state("1.1"), State::Complete);
    assert_eq!(joined.force("2026-12-01"), Force::Version(version("1.0")));
}
