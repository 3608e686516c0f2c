//! Statements that do not count, and why.

use countersign::trust::force::Force;
use countersign::trust::name::{Digest, Engagement as Number};
use countersign::trust::sshsig::Namespace;
use countersign::trust::standing::State;
use countersign::trust::statement::{Decision, Statement};

use crate::support::engagement::{ANN, BEA, BOB, CY, Engagement, Person, day, id, version};
use crate::support::keys;

/// Version 1.0 in force, 1.1 approved by Ann and open for Bob.
fn open() -> Engagement {
    let mut one = Engagement::in_force();
    one.offer("1.1", "2026-11-20");
    one.approve(ANN, "1.1");
    one.prove("1.0");
    one
}

/// Lets Bob approve 1.1 with a change and returns why that does not count; 1.0 must stay in force.
fn attempt(change: impl FnOnce(&mut Statement)) -> &'static str {
    let mut one = open();
    let path = one.say(BOB, Decision::Approve, "1.1", change);
    rejected(&one, &path)
}

pub fn rejected(one: &Engagement, path: &str) -> &'static str {
    assert_eq!(one.force("2026-12-01"), Force::Version(version("1.0")));
    assert_eq!(one.state("1.1"), State::Offered);
    assert!(one.rules().contains(&"statement-accepted".to_owned()), "{:?}", one.rules());
    one.code(path)
}

/// Shows that 1.1 would be in force if Ann closed it now.
fn close(one: &Engagement) {
    let mut closed = one.clone();
    closed.acknowledge(ANN, "1.1");
    closed.prove("1.1");
}

#[test]
fn an_honest_approve_counts() {
    let mut one = open();
    one.approve(BOB, "1.1");
    close(&one);
}

#[test]
fn other_bytes_do_not_count() {
    assert_eq!(attempt(|one| one.matrix.sha256 = Digest::of(b"other")), "other-matrix");
    assert_eq!(attempt(|one| one.judged.sha256 = Digest::of(b"other")), "other-judged");
}

#[test]
fn another_engagement_does_not_count() {
    assert_eq!(attempt(|one| one.engagement = Number::new([8; 16])), "other-engagement");
}

#[test]
fn another_roster_does_not_count() {
    assert_eq!(attempt(|one| one.roster.number = 2), "roster-not-complete");
    assert_eq!(attempt(|one| one.roster.number = 0), "roster-not-complete");
    assert_eq!(attempt(|one| one.roster.sha256 = Digest::of(b"other")), "roster-differs");
}

#[test]
fn another_day_does_not_count() {
    assert_eq!(attempt(|one| one.effective_from = day("2026-11-21")), "day-differs");
}

#[test]
fn a_version_follows_a_lower_one() {
    assert_eq!(attempt(|one| one.previous.as_mut().unwrap().version = version("1.1")), "previous-not-lower");
}

#[test]
fn approvals_with_different_previous_versions_do_not_add_up() {
    let mut one = open();
    let path = one.say(BOB, Decision::Approve, "1.1", |one| one.previous = None);
    assert_eq!(one.code(&path), "accepted");
    assert_eq!(one.state("1.1"), State::Offered);
    one.prove("1.0");
}

#[test]
fn after_names_what_is_there_sorted() {
    assert_eq!(attempt(|one| one.after.push(Digest::of(b"gone"))), "after-missing");
    let mut one = open();
    one.contest(ANN, "1.1");
    let mut draft = one.draft(BOB, Decision::Approve, "1.1").finished();
    draft.after.reverse();
    assert_eq!(draft.after.len(), 2);
    let path = one.record(BOB, &draft);
    assert_eq!(rejected(&one, &path), "after-unsorted");
}

#[test]
fn the_sentence_is_the_one_of_the_fields() {
    let mut one = open();
    let mut draft = one.draft(BOB, Decision::Approve, "1.1").finished();
    draft.text = draft.text.replace("approves", "rejects");
    let path = one.record(BOB, &draft);
    assert_eq!(rejected(&one, &path), "text-differs");
}

#[test]
fn a_stranger_does_not_count() {
    let stranger = Person { party: "acme", id: "cy", key: "cy" };
    let mut one = open();
    let path = one.approve(stranger, "1.1");
    assert_eq!(rejected(&one, &path), "unknown-signer");
    let path = one.approve(CY, "1.1");
    assert_eq!(rejected(&one, &path), "unknown-signer");
    let own_key = Person { key: "eve", ..BOB };
    let path = one.approve(own_key, "1.1");
    assert_eq!(rejected(&one, &path), "unknown-key");
    let other_party = Person { party: "acme", ..ANN };
    let path = one.approve(other_party, "1.1");
    assert_eq!(rejected(&one, &path), "unknown-signer");
}

#[test]
fn a_signature_by_another_key_does_not_count() {
    let mut one = open();
    let path = one.approve(BOB, "1.1");
    let bytes = one.tree[&path].bytes.clone();
    close(&one);
    for other in ["ann", "eve"] {
        one.put(format!("{path}.sig"), keys::sign(other, Namespace::Statement.as_str(), &bytes));
        assert_eq!(rejected(&one, &path), "signature-other-key");
    }
}

#[test]
fn a_statement_without_its_signature_does_not_count() {
    let mut one = open();
    let path = one.approve(BOB, "1.1");
    close(&one);
    one.remove(&format!("{path}.sig"));
    assert_eq!(rejected(&one, &path), "signature-missing");
}

#[test]
fn a_signature_for_another_purpose_does_not_count() {
    for namespace in ["file", "git", Namespace::Roster.as_str(), Namespace::Revocation.as_str()] {
        let mut one = open();
        let path = one.approve(BOB, "1.1");
        close(&one);
        let bytes = one.tree[&path].bytes.clone();
        one.put(format!("{path}.sig"), keys::sign("bob", namespace, &bytes));
        assert_eq!(rejected(&one, &path), "signature-namespace");
    }
}

#[test]
fn a_replay_on_another_version_does_not_count() {
    let mut one = open();
    let old = one.approve_of(BOB, "1.0");
    let copy = old.replace("/1.0/", "/1.1/");
    one.put(copy.clone(), old_bytes(&one, &old));
    one.put(format!("{copy}.sig"), old_bytes(&one, &format!("{old}.sig")));
    assert_eq!(rejected(&one, &copy), "path-differs");
}

#[test]
fn a_replay_on_another_matrix_does_not_count() {
    let one = Engagement::in_force();
    one.prove("1.0");
    let mut moved = one.clone();
    for (path, blob) in &one.tree {
        moved.put(path.replace("acme-cmmc-l2", "other"), blob.bytes.to_vec());
    }
    let standing = moved.judge();
    let other = standing.version(&"other".parse().unwrap(), version("1.0")).unwrap();
    assert_eq!(other.state, State::Offered);
    assert!(other.statements.iter().all(|one| one.verdict.reason().unwrap().code() == "path-differs"));
}

#[test]
fn a_replay_in_another_engagement_with_the_same_keys_does_not_count() {
    let one = Engagement::in_force();
    let mut other = Engagement::new();
    other.number = Number::new([9; 16]);
    other.tree.clear();
    let roster = other.roster(1, &[(&[BOB], 1), (&[ANN], 1)]);
    other.put_roster(&roster);
    other.sign_roster(1, &[BOB, ANN]);
    other.agree("1.0", "2026-11-15");
    other.prove("1.0");
    let mine: Vec<String> =
        other.tree.keys().filter(|path| path.contains("bob") && path.contains("signoffs")).cloned().collect();
    mine.iter().for_each(|path| other.remove(path));
    for (path, blob) in one.tree.iter().filter(|(path, _)| path.contains("bob") && path.contains("signoffs"))
    {
        other.put(path.clone(), blob.bytes.to_vec());
    }
    let path = one.tree.keys().find(|path| path.contains("1.0/acme.bob") && path.ends_with("json")).unwrap();
    assert_eq!(other.code(path), "other-engagement");
    assert_eq!(other.state("1.0"), State::Offered);
}

#[test]
fn a_renamed_statement_does_not_count() {
    for (from, to) in [("acme.bob", "harbor.ann"), ("acme.bob", "acme.bea")] {
        let mut one = open();
        let path = one.approve(BOB, "1.1");
        close(&one);
        let renamed = path.replace(from, to);
        for end in ["", ".sig"] {
            let bytes = old_bytes(&one, &format!("{path}{end}"));
            one.remove(&format!("{path}{end}"));
            one.put(format!("{renamed}{end}"), bytes);
        }
        assert_eq!(rejected(&one, &renamed), "path-differs");
    }
}

#[test]
fn the_bytes_have_one_spelling() {
    let mut one = open();
    let honest = one.draft(BOB, Decision::Approve, "1.1").finished();
    let text = String::from_utf8(honest.to_bytes()).unwrap();
    let cases = [
        (text.replacen("{\"after\"", "{ \"after\"", 1), "not-canonical"),
        (text.trim_end().to_owned(), "not-canonical"),
        (format!("{text}\n"), "not-canonical"),
        (text.replacen("\"after\"", "\"\\u0061fter\"", 1), "not-canonical"),
        (text.replace('\n', "\r\n"), "carriage-return"),
        (text.replacen("{\"after\"", "{\"after\":[],\"after\"", 1), "not-strict"),
        (format!("\u{feff}{text}"), "not-strict"),
        (text.replacen("\"number\":1", "\"number\":1.0", 1), "not-strict"),
        (text.replacen("\"number\":1", "\"number\":9007199254740993", 1), "not-strict"),
        (text.replacen("of acme", "of \u{202e}acme", 1), "not-strict"),
        (text.replacen("statement/1", "statement/2", 1), "other-format"),
        (text.replacen("\"previous\":", "\"previuos\":", 1), "malformed"),
        (text.replacen("Z\",\"signer\"", "+02:00\",\"signer\"", 1), "malformed"),
        (text.replacen("\"approve\"", "\"Approve\"", 1), "malformed"),
        (text.replacen("{\"after\"", "{\"also\":1,\"after\"", 1), "malformed"),
    ];
    for (text, code) in cases {
        let mut one = one.clone();
        let path =
            honest.path().replace(&honest_short(&honest), &Digest::of(text.as_bytes()).short().to_string());
        one.put(path.clone(), text.clone());
        one.put(format!("{path}.sig"), keys::sign("bob", Namespace::Statement.as_str(), text.as_bytes()));
        assert_eq!(rejected(&one, &path), code, "{text}");
    }
}

#[test]
fn a_statement_of_more_than_a_mebibyte_does_not_count() {
    let code = attempt(|one| {
        one.decision = Decision::Contest;
        one.of = Some(one.matrix.sha256);
        one.reason = Some("x".repeat(1 << 20));
    });
    assert_eq!(code, "too-large");
}

#[test]
fn of_and_reason_belong_to_their_decisions() {
    assert_eq!(attempt(|one| one.of = Some(Digest::of(b""))), "malformed");
    assert_eq!(attempt(|one| one.reason = Some("why".into())), "malformed");
    assert_eq!(attempt(|one| one.decision = Decision::Withdraw), "malformed");
    assert_eq!(attempt(|one| one.decision = Decision::Contest), "malformed");
    let silent = |one: &mut Statement| {
        one.decision = Decision::Contest;
        one.of = Some(one.matrix.sha256);
        one.reason = Some(" ".into());
    };
    assert_eq!(attempt(silent), "malformed");
}

#[test]
fn nobody_withdraws_for_another() {
    let mut one = open();
    let approve = one.standing("1.1").statements[0].path.clone();
    let path = one.withdraw(BOB, "1.1", &approve);
    assert_eq!(rejected(&one, &path), "of-differs");
    let elsewhere = one.approve_of(BOB, "1.0");
    let path = one.withdraw(BOB, "1.1", &elsewhere);
    assert_eq!(rejected(&one, &path), "of-differs");
}

#[test]
fn a_withdraw_names_ones_own_approve_that_one_had_before_one() {
    let mut one = Engagement::with(&[(&[BOB, BEA], 1), (&[ANN], 1)]);
    one.agree("1.0", "2026-11-15");
    one.offer("1.1", "2026-11-20");
    let bob = one.approve(BOB, "1.1");
    let contest = one.contest(BOB, "1.1");
    one.prove("1.0");
    let of = one.digest(&bob);
    let other = one.digest(&contest);
    let unseen = |one: &mut Statement| (one.of, one.after) = (Some(of), vec![other]);
    let code = |made: &dyn Fn(&mut Engagement) -> String| {
        let mut one = one.clone();
        let path = made(&mut one);
        rejected(&one, &path)
    };
    assert_eq!(code(&|one| one.withdraw(BEA, "1.1", &bob)), "of-differs");
    assert_eq!(code(&|one| one.withdraw(BOB, "1.1", &contest)), "of-differs");
    assert_eq!(code(&|one| one.say(BOB, Decision::Withdraw, "1.1", unseen)), "of-differs");
}

#[test]
fn a_namesake_of_the_other_party_withdraws_nothing() {
    let mut one = open();
    let approve = one.approve(BOB, "1.1");
    one.acknowledge(ANN, "1.1");
    one.prove("1.1");
    let namesake = Person { party: "harbor", id: "bob", key: "mallory" };
    one.rotate(2, &[(&[BEA], 1), (&[ANN, namesake], 1)], &[BOB, ANN, BEA, namesake]);
    one.prove("1.1");
    let path = one.withdraw(namesake, "1.1", &approve);
    assert_eq!(one.code(&path), "of-differs");
    one.remove(&path);
    one.remove(&format!("{path}.sig"));
    one.prove("1.1");
}

#[test]
fn a_contest_names_the_matrix_that_it_disputes() {
    let code = attempt(|one| {
        one.decision = Decision::Contest;
        one.of = Some(Digest::of(b"other"));
        one.reason = Some("why".into());
    });
    assert_eq!(code, "of-differs");
}

#[test]
fn an_approve_after_the_day_needs_a_reason_in_the_matrix() {
    let late = |one: &mut Statement| one.signed_at = "2026-11-21T00:00:00Z".parse().unwrap();
    assert_eq!(attempt(late), "signed-after-day");
    let mut one = Engagement::in_force();
    let mut matrix = Engagement::matrix_json("1.1", "2026-11-20");
    matrix["retroactive"] = " ".into();
    one.offer_json("1.1", &matrix);
    one.approve(ANN, "1.1");
    let path = one.say(BOB, Decision::Approve, "1.1", late);
    assert_eq!(rejected(&one, &path), "signed-after-day");
    let mut one = Engagement::in_force();
    matrix["retroactive"] = "a typing error".into();
    one.offer_json("1.1", &matrix);
    one.approve(ANN, "1.1");
    one.say(BOB, Decision::Approve, "1.1", late);
    one.say(ANN, Decision::Acknowledge, "1.1", late);
    one.prove("1.1");
}

#[test]
fn an_approve_on_the_day_is_in_time() {
    let mut one = open();
    one.say(BOB, Decision::Approve, "1.1", |one| one.signed_at = "2026-11-20T23:59:59Z".parse().unwrap());
    one.say(ANN, Decision::Acknowledge, "1.1", |one| one.signed_at = "2026-11-20T23:59:59Z".parse().unwrap());
    one.prove("1.1");
}

#[test]
fn an_approve_of_garbage_is_no_kill_switch() {
    let mut one = Engagement::in_force();
    one.prove("1.0");
    let path = one.say(BOB, Decision::Approve, "1.0", |one| one.matrix.sha256 = Digest::of(b"garbage"));
    assert_eq!(one.code(&path), "other-matrix");
    assert_eq!(one.force("2026-12-01"), Force::Version(version("1.0")));
    assert_eq!(one.rules(), ["statement-accepted"]);
}

#[test]
fn carriage_returns_are_named() {
    let mut one = open();
    let path = one.approve(BOB, "1.1");
    close(&one);
    let signature = String::from_utf8(old_bytes(&one, &format!("{path}.sig"))).unwrap();
    one.put(format!("{path}.sig"), signature.replace('\n', "\r\n"));
    assert_eq!(rejected(&one, &path), "signature-carriage-return");
    assert!(one.errors().iter().any(|error| error.contains("core.autocrlf")));
}

#[test]
fn what_is_signed_says_what_is_agreed() {
    let mut one = open();
    let draft = one.draft(BOB, Decision::Approve, "1.1").finished();
    assert!(draft.text.starts_with(
        "bob of acme approves version 1.1 of acme-cmmc-l2, in force from 2026-11-20, as the successor of version 1.0."
    ));
    assert_eq!(draft.matrix.id, id());
}

pub fn old_bytes(one: &Engagement, path: &str) -> Vec<u8> {
    one.tree[path].bytes.to_vec()
}

fn honest_short(statement: &Statement) -> String {
    Digest::of(&statement.to_bytes()).short().to_string()
}
