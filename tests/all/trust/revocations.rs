//! Keys that are lost, stolen or disowned.

use countersign::trust::force::{Answer, Force};
use countersign::trust::name::Engagement as Number;
use countersign::trust::revocation::Revocation;
use countersign::trust::sshsig::Namespace;
use countersign::trust::standing::{Question, RevocationState, RosterState, State};
use countersign::trust::statement::Decision;

use crate::support::engagement::{ANN, BEA, BOB, Engagement, Person, version};

const ACME: &[Person] = &[BOB, BEA];
const KEY_REVOKED: State = State::InQuestion(Question::KeyRevoked);

/// Acme has two signers; 1.0 and 1.1 are agreed, the second by Bob last.
fn start() -> Engagement {
    let mut one = Engagement::with(&[(ACME, 1), (&[ANN], 1)]);
    one.agree("1.0", "2026-11-15");
    one.agree("1.1", "2026-11-20");
    one.prove("1.1");
    one
}

fn bobs(one: &Engagement, text: &str) -> countersign::trust::name::Digest {
    one.digest(&one.approve_of(BOB, text))
}

fn revocation(one: &Engagement, path: &str) -> RevocationState {
    one.judge().revocations.iter().find(|one| one.path == path).unwrap().state.clone()
}

#[test]
fn a_key_revokes_itself_or_is_revoked_by_colleagues() {
    for by in [BOB, BEA] {
        let mut one = start();
        let kept = bobs(&one, "1.1");
        let path = one.revoke(BOB, &[by], &[kept]);
        assert_eq!(revocation(&one, &path), RevocationState::Effective);
        one.prove("1.1");
    }
}

#[test]
fn the_other_party_cannot_revoke_a_key() {
    let mut one = start();
    let path = one.revoke(BOB, &[ANN], &[]);
    assert!(
        matches!(revocation(&one, &path), RevocationState::Refused(reason) if reason.code() == "unknown-key")
    );
    assert_eq!(one.rules(), ["revocation-valid"]);
    assert_eq!(one.force("2026-12-01"), Force::Version(version("1.1")));
}

#[test]
fn revoking_a_key_disowns_no_approve_in_silence() {
    let mut one = start();
    one.revoke(BOB, &[BEA], &[]);
    assert_eq!(one.state("1.1"), KEY_REVOKED);
    assert!(matches!(one.force("2026-12-01"), Force::InDoubt { .. }));
    let readings = [Answer::Version(version("1.1")), Answer::Version(version("1.0")), Answer::Nothing];
    assert_eq!(one.force("2026-12-01").readings(), readings);
}

#[test]
fn a_revoked_key_completes_nothing() {
    let mut one = start();
    let kept = bobs(&one, "1.1");
    one.revoke(BOB, &[BEA], &[kept]);
    one.prove("1.1");
    one.offer("1.2", "2026-11-25");
    one.approve(ANN, "1.2");
    let path = one.approve(BOB, "1.2");
    assert_eq!(one.code(&path), "key-revoked");
    assert_eq!(one.state("1.2"), State::Complete);
    one.acknowledge(ANN, "1.2");
    assert_eq!(one.state("1.2"), KEY_REVOKED);
    assert_ne!(one.force("2026-12-01"), Force::Version(version("1.2")));
}

#[test]
fn a_thief_cannot_close_what_he_completes() {
    let mut one = start();
    let kept = bobs(&one, "1.1");
    one.revoke(BOB, &[BEA], &[kept]);
    one.offer("1.2", "2026-11-25");
    one.approve(ANN, "1.2");
    one.approve(BOB, "1.2");
    let all =
        one.standing("1.2").statements.iter().map(|s| s.digest).collect::<std::collections::BTreeSet<_>>();
    one.say(BOB, Decision::Acknowledge, "1.2", |one| one.after = all.into_iter().collect());
    one.acknowledge(ANN, "1.2");
    assert_eq!(one.state("1.2"), KEY_REVOKED);
}

/// A colleague who protests against what a thief completed does not close it thereby.
#[test]
fn a_party_is_no_witness_of_its_own_stolen_key() {
    let mut one = start();
    let kept = bobs(&one, "1.1");
    one.offer("1.2", "2026-11-25");
    one.approve(ANN, "1.2");
    one.approve(BOB, "1.2");
    one.acknowledge(BOB, "1.2");
    one.acknowledge(ANN, "1.2");
    one.contest(BEA, "1.2");
    one.prove("1.2");
    one.revoke(BOB, &[BEA], &[kept]);
    assert_eq!(one.state("1.2"), KEY_REVOKED);
    assert_ne!(one.force("2026-12-01"), Force::Version(version("1.2")));
}

#[test]
fn a_colleague_a_successor_or_a_roster_settles_what_a_revoked_key_signed() {
    let mut colleague = start();
    colleague.acknowledge(BEA, "1.1");
    colleague.revoke(BOB, &[BEA], &[]);
    assert_eq!(colleague.force("2026-12-01"), Force::Version(version("1.1")));
    let mut succeeded = start();
    succeeded.offer("1.2", "2026-11-25");
    succeeded.approve(ANN, "1.2");
    succeeded.approve(BEA, "1.2");
    succeeded.acknowledge(ANN, "1.2");
    succeeded.revoke(BOB, &[BEA], &[]);
    succeeded.prove("1.2");
    assert_eq!(succeeded.force("2026-11-24"), Force::Version(version("1.1")));
    assert_eq!(succeeded.force("2026-11-19"), Force::Version(version("1.0")));
    let mut sealed = start();
    sealed.rotate(2, &[(ACME, 1), (&[ANN], 1)], &[BOB, ANN]);
    sealed.revoke(BOB, &[BEA], &[]);
    sealed.prove("1.1");
}

/// That the other party lists a statement shows nothing: nobody can show when it did.
#[test]
fn the_other_party_confirms_no_revoked_key() {
    let mut one = start();
    one.acknowledge(ANN, "1.1");
    one.revoke(BOB, &[BEA], &[]);
    one.acknowledge(ANN, "1.1");
    assert_eq!(one.state("1.1"), KEY_REVOKED);
    // A second key of the party itself does.
    one.acknowledge(BEA, "1.1");
    assert_eq!(one.state("1.1"), State::InForce);
}

/// Of a party that needs two of two, the one who is left revokes alone.
#[test]
fn all_remaining_colleagues_suffice() {
    let mut one = Engagement::with(&[(ACME, 2), (&[ANN], 1)]);
    let path = one.revoke(BOB, &[BEA], &[]);
    assert_eq!(revocation(&one, &path), RevocationState::Effective);
}

#[test]
fn a_key_that_gave_itself_up_revokes_no_other() {
    let mut one = start();
    let bea = one.revoke(BEA, &[BOB], &[]);
    assert_eq!(revocation(&one, &bea), RevocationState::Effective);
    let kept = bobs(&one, "1.1");
    one.revoke(BOB, &[BOB], &[kept]);
    assert!(matches!(revocation(&one, &bea), RevocationState::Refused(_)));
    assert_eq!(one.force("2026-12-01"), Force::Version(version("1.1")));
}

#[test]
fn one_of_two_needed_colleagues_is_not_enough() {
    let third = Person { party: "acme", id: "ben", key: "ben" };
    let mut one = Engagement::with(&[(&[BOB, BEA, third], 2), (&[ANN], 1)]);
    let path = one.revoke(BOB, &[BEA], &[]);
    assert!(
        matches!(revocation(&one, &path), RevocationState::Refused(r) if r.code() == "revocation-unsigned")
    );
    one.tree.retain(|path, _| !path.starts_with("trust/revocations"));
    let path = one.revoke(BOB, &[BEA, third], &[]);
    assert_eq!(revocation(&one, &path), RevocationState::Effective);
    assert_eq!(one.errors(), Vec::<String>::new());
}

/// A further signature counts for whom its name says, and only if it is his.
#[test]
fn a_colleagues_signature_under_another_name_adds_nothing() {
    let third = Person { party: "acme", id: "ben", key: "ben" };
    let mut one = Engagement::with(&[(&[BOB, BEA, third], 2), (&[ANN], 1)]);
    let path = one.revoke(BOB, &[BEA, third], &[]);
    assert_eq!(revocation(&one, &path), RevocationState::Effective);
    let folder = path.strip_suffix(".json").unwrap();
    let print = third.fingerprint().short();
    let own = format!("{folder}/acme.ben.{print}.sig");
    let blob = one.tree.remove(&own).unwrap();
    for name in [format!("acme.bea.{}", BEA.fingerprint().short()), format!("harbor.ben.{print}")] {
        let mut one = one.clone();
        one.tree.insert(format!("{folder}/{name}.sig"), blob.clone());
        assert!(
            matches!(revocation(&one, &path), RevocationState::Refused(r) if r.code() == "revocation-unsigned"),
            "{name}"
        );
    }
    one.tree.insert(own, blob);
    assert_eq!(revocation(&one, &path), RevocationState::Effective);
}

#[test]
fn another_key_of_the_same_person_is_no_colleague() {
    let mut one = Engagement::new();
    let mut roster = one.roster(1, &[(ACME, 1), (&[ANN], 1)]);
    roster.parties[0].signers[0].keys.push(crate::support::keys::public("bob2"));
    one.tree.clear();
    one.put_roster(&roster);
    let second = Person { key: "bob2", ..BOB };
    one.sign_roster(1, &[BOB, BEA, ANN, second]);
    one.agree("1.0", "2026-11-15");
    one.prove("1.0");
    let path = one.revoke(BOB, &[second], &[]);
    assert!(
        matches!(revocation(&one, &path), RevocationState::Refused(r) if r.code() == "revocation-unsigned")
    );
    assert_eq!(one.force("2026-12-01"), Force::Version(version("1.0")));
}

/// What a roster seals decides which keys it may list: only a revocation of this engagement, under a roster of it.
#[test]
fn a_revocation_from_elsewhere_takes_no_key_off_the_next_roster() {
    for is_other in [true, false] {
        let mut one = start();
        let path = one.revoke(BOB, &[BOB], &[]);
        let text = String::from_utf8(one.tree[&path].bytes.to_vec()).unwrap();
        let mut said = Revocation::parse(text.as_bytes()).unwrap();
        one.tree.retain(|path, _| !path.starts_with("trust/revocations"));
        one.prove("1.1");
        if is_other {
            said.engagement = Number::new([8; 16]);
        } else {
            said.roster.number = 7;
        }
        one.put(said.path(), said.to_bytes());
        let signature = crate::support::keys::sign(BOB.key, Namespace::Revocation.as_str(), &said.to_bytes());
        one.put(format!("{}.sig", said.path()), signature);
        let mut next = one.roster(2, &[(ACME, 1), (&[ANN], 1)]);
        next.seals.push(one.digest(&said.path()));
        next.seals.sort_unstable();
        one.put_roster(&next);
        one.sign_roster(2, &[BOB, ANN]);
        assert_eq!(one.judge().rosters[&2].state, RosterState::Complete);
        assert_eq!(one.force("2026-12-01"), Force::Version(version("1.1")));
    }
}

#[test]
fn of_two_revocations_only_what_both_stand_by_is_kept() {
    let mut one = start();
    let kept = bobs(&one, "1.1");
    one.revoke(BOB, &[BEA], &[kept]);
    one.prove("1.1");
    one.revoke(BOB, &[BOB], &[]);
    assert_eq!(one.state("1.1"), KEY_REVOKED);
}

#[test]
fn the_next_roster_drops_the_key() {
    let mut one = start();
    let kept = bobs(&one, "1.1");
    let path = one.revoke(BOB, &[BEA], &[kept]);
    one.prove("1.1");
    let mut lists = one.clone();
    lists.rotate(2, &[(ACME, 1), (&[ANN], 1)], &[BEA, ANN]);
    assert_eq!(lists.judge().rosters[&2].state, RosterState::Complete);
    assert_eq!(lists.rules(), ["roster-chain"]);
    assert_eq!(lists.force("2026-12-01"), Force::Version(version("1.1")));
    one.rotate(2, &[(&[BEA], 1), (&[ANN], 1)], &[BEA, ANN]);
    one.prove("1.1");
    assert_eq!(revocation(&one, &path), RevocationState::Settled);
}

/// A revocation never makes a roster incomplete; what rests on a roster that only the revoked key completed is in question.
#[test]
fn what_rests_on_a_roster_by_a_revoked_key_is_in_question() {
    let mut one = start();
    let kept = bobs(&one, "1.1");
    one.revoke(BOB, &[BEA], &[kept, bobs(&one, "1.0")]);
    one.prove("1.1");
    one.rotate(2, &[(&[BEA], 1), (&[ANN], 1)], &[BOB, ANN]);
    assert_eq!(one.judge().rosters[&2].state, RosterState::Complete);
    assert_eq!(one.force("2026-12-01"), Force::Version(version("1.1")));
    one.offer("1.2", "2026-11-25");
    let cy = Person { party: "acme", ..BEA };
    one.approve(ANN, "1.2");
    let mut affirmed = one.clone();
    affirmed.approve(cy, "1.2");
    affirmed.acknowledge(ANN, "1.2");
    affirmed.prove("1.2");
}

#[test]
fn who_left_cannot_undo_the_roster_that_he_signed() {
    let mut one = start();
    one.rotate(2, &[(&[BEA], 1), (&[ANN], 1)], &[BOB, ANN]);
    one.prove("1.1");
    let path = one.revoke_under(1, BEA, &[BOB], &[]);
    assert!(matches!(revocation(&one, &path), RevocationState::Refused(_)));
    assert_eq!(one.judge().roster().unwrap().roster.number, 2);
    assert_eq!(one.force("2026-12-01"), Force::Version(version("1.1")));
    assert_eq!(one.rules(), ["revocation-valid"]);
}

#[test]
fn a_revocation_outlives_a_stale_roster_that_still_lists_the_key() {
    let mut one = start();
    let stale = one.roster(2, &[(ACME, 1), (&[ANN], 1)]);
    one.put_roster(&stale);
    one.sign_roster(2, &[BOB]);
    let path = one.revoke_under(1, BOB, &[BEA], &[]);
    one.sign_roster(2, &[ANN]);
    assert_eq!(one.judge().roster().unwrap().roster.number, 2);
    assert_eq!(revocation(&one, &path), RevocationState::Effective);
    one.offer("1.2", "2026-11-25");
    one.approve(ANN, "1.2");
    let path = one.approve(BOB, "1.2");
    assert_eq!(one.code(&path), "key-revoked");
}

#[test]
fn revocations_are_read_as_strictly_as_statements() {
    let one = {
        let mut one = start();
        one.revoke(BOB, &[BEA], &[]);
        one
    };
    let path = one.judge().revocations[0].path.clone();
    let unsigned = {
        let mut one = one.clone();
        one.remove(&format!("{path}.sig"));
        one
    };
    let renamed = {
        let mut one = one.clone();
        for end in ["", ".sig"] {
            let blob = one.tree.remove(&format!("{path}{end}")).unwrap();
            one.tree.insert(format!("{}{end}", path.replace("bob", "bea")), blob);
        }
        one
    };
    for changed in [unsigned, renamed] {
        assert_eq!(changed.rules(), ["revocation-valid"]);
        assert_eq!(changed.force("2026-12-01"), Force::Version(version("1.1")));
    }
}

#[test]
fn nobody_spoils_a_revocation_with_a_bad_signature() {
    let mut one = start();
    let kept = bobs(&one, "1.1");
    let path = one.revoke(BOB, &[BEA], &[kept]);
    one.prove("1.1");
    let folder = path.strip_suffix(".json").unwrap();
    one.put(format!("{folder}/acme.bea.0000000000000000.sig"), b"junk".to_vec());
    one.put(format!("{folder}/harbor.ann.{}.sig", ANN.fingerprint().short()), b"junk".to_vec());
    assert_eq!(revocation(&one, &path), RevocationState::Effective);
    assert_eq!(one.rules(), ["revocation-valid", "revocation-valid"]);
}
