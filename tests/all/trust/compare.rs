//! The code that people compare by phone: two trees that stand differently never share it.

use std::collections::BTreeMap;

use countersign::status::compare;
use countersign::trust::standing::Standing;
use countersign::trust::statement::Decision;
use countersign::trust::{Blob, Tree, judge};

use crate::support::engagement::{AL, ANN, BEA, BOB, Engagement, TODAY, day, id};

/// Days on which the answers of these trees differ, and the day that is judged.
const DAYS: [&str; 5] = ["2026-11-14", "2026-11-15", "2026-11-20", "2026-11-25", TODAY];

/// Returns all that a standing says, but the wording of its findings.
fn says(standing: &Standing) -> String {
    let Standing { rosters, revocations, matrices, faults, is_anchored, .. } = standing;
    let answers: Vec<_> = DAYS.iter().map(|at| standing.in_force(&id(), day(at))).collect();
    let faults: Vec<_> = faults.iter().map(|one| (one.rule, &one.file)).collect();
    format!("{answers:?} {rosters:?} {revocations:?} {matrices:?} {faults:?} {is_anchored}")
}

/// What happened so far in an eventful engagement, a tree for each step.
fn steps() -> Vec<Tree> {
    let mut one = Engagement::with(&[(&[BOB, BEA], 1), (&[ANN], 1)]);
    let mut trees = vec![one.tree.clone()];
    let mut keep = |one: &Engagement| trees.push(one.tree.clone());
    one.agree("1.0", "2026-11-15");
    one.mark("1.0", |_| ());
    keep(&one);
    one.offer("1.1", "2026-11-20");
    let first = one.approve(ANN, "1.1");
    keep(&one);
    one.withdraw_blind(ANN, "1.1", &first);
    keep(&one);
    one.say(BOB, Decision::Approve, "1.1", |said| said.after.clear());
    keep(&one);
    let next = one.roster(2, &[(&[BOB, BEA], 1), (&[ANN, AL], 1)]);
    one.put_roster(&next);
    keep(&one);
    one.sign_roster(2, &[ANN]);
    keep(&one);
    // What the next list does not seal: a last word that counts, and an approval that does not.
    one.acknowledge(BOB, "1.1");
    one.say(BEA, Decision::Approve, "1.1", |said| said.after.clear());
    keep(&one);
    one.sign_roster(2, &[AL, BOB]);
    keep(&one);
    one.contest(ANN, "1.0");
    one.acknowledge(AL, "1.1");
    keep(&one);
    one.revoke(AL, &[ANN], &[]);
    keep(&one);
    trees
}

/// Returns the trees that a host makes of one: each file left out, and each damaged.
fn altered(tree: &Tree) -> Vec<Tree> {
    let mut all = vec![tree.clone()];
    for (path, blob) in tree {
        let mut less = tree.clone();
        less.remove(path);
        all.push(less);
        let mut other = tree.clone();
        other.insert(path.clone(), Blob::plain([&blob.bytes[..], b"x"].concat()));
        all.push(other);
    }
    all
}

#[test]
fn trees_that_stand_differently_never_share_the_code() {
    let mut known: BTreeMap<String, String> = BTreeMap::new();
    let mut trees = 0;
    for tree in steps().iter().flat_map(altered) {
        let standing = judge(&tree, None, TODAY.parse().unwrap()).unwrap();
        let (code, says) = (compare::code(&standing), says(&standing));
        trees += 1;
        assert_eq!(*known.entry(code.clone()).or_insert_with(|| says.clone()), says, "{code}");
    }
    // Steps share trees that lack or damage the same file; most differ.
    assert!(known.len() * 2 > trees, "{} codes of {trees} trees", known.len());
}

#[test]
fn another_day_and_another_fingerprint_make_another_code() {
    let one = Engagement::twice();
    let on = |day: &str| compare::code(&one.judge_on(day));
    assert_eq!(on(TODAY), on(TODAY));
    assert_ne!(on(TODAY), on("2026-12-02"));
    let mut other = one.clone();
    other.anchor = Some(countersign::trust::name::Digest::of(b"another"));
    assert_ne!(on(TODAY), compare::code(&other.judge()));
}
